//! The order of the best hits by a program outside.
//!
//! Such an order moves a hit among the hits of its kind alone (tier, exact or partial, place, role): what stands above
//! what by the promises of the search stays above it, and no number changes.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::engine::{Found, Outside};

/// Most hits that a program outside puts into an order.
pub const MOST_RERANKED: usize = 50;
/// The constant of reciprocal rank fusion: the larger, the less the first places count.
const K: f64 = 60.0;

/// Puts hits into the order that the ranks of the search and of scores from outside give together (reciprocal rank
/// fusion), each among the hits of its kind. A hit without a score counts as the last one of the other order. Moved and
/// scored hits tell their former place.
///
/// # Examples
/// ```
/// # use fumikura::{Engine, Index, IndexOptions, Request, pipeline, study};
/// # let folder = tempfile::tempdir()?;
/// # let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
/// # std::fs::create_dir(&texts)?;
/// # for name in ["a", "b", "c"] {
/// #     std::fs::write(texts.join(format!("{name}.txt")), format!("{name}の会議\n\n津波の警報を伝える。\n"))?;
/// # }
/// # pipeline::run(&IndexOptions::new(vec![texts], index.clone()), &())?;
/// # let index = Index::open(index)?;
/// let request = Request { text: "津波".to_owned(), fold_duplicates: false, ..Request::default() };
/// let hits = index.search(&request)?.hits;
/// let last = hits[2].passage.id.clone();
/// let scores = [(last.clone(), 0.9), (hits[0].passage.id.clone(), 0.1)].into();
/// let hits = study::rerank(hits, &scores);
/// assert_eq!(hits[1].passage.id, last);
/// assert_eq!(hits[1].outside.map(|outside| outside.from), Some(3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn rerank(hits: Vec<Found>, scores: &HashMap<String, f64>) -> Vec<Found> {
    let kind = |hit: &Found| (hit.relaxed, hit.of_other_year, hit.tier, hit.titled, hit.place, hit.role);
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, hit) in hits.iter().enumerate() {
        match groups.iter_mut().find(|group| group.first().is_some_and(|first| kind(&hits[*first]) == kind(hit))) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    let score = |at: usize| hits.get(at).and_then(|hit: &Found| scores.get(&hit.passage.id)).copied();
    let mut order: Vec<usize> = (0..hits.len()).collect();
    for group in &groups {
        let mut theirs = group.clone();
        // Stable: hits without a score keep their order behind those with one.
        theirs.sort_by(|a, b| match (score(*a), score(*b)) {
            (Some(a), Some(b)) => b.total_cmp(&a),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        });
        let fused = |at: &usize| {
            let rank = |list: &[usize]| list.iter().position(|other| other == at).unwrap_or(list.len()) as f64 + 1.0;
            1.0 / (K + rank(group)) + 1.0 / (K + rank(&theirs))
        };
        let mut sorted = group.clone();
        sorted.sort_by(|a, b| fused(b).total_cmp(&fused(a)));
        for (place, hit) in group.iter().zip(sorted) {
            order[*place] = hit;
        }
    }
    let mut taken: Vec<Option<Found>> = hits.iter().cloned().map(Some).collect();
    let placed = order.into_iter().enumerate().filter_map(|(place, at)| {
        let from = hits[at].rank;
        let rank = hits[place].rank;
        let outside = (from != rank || score(at).is_some()).then(|| Outside { from, score: score(at) });
        taken[at].take().map(|hit| Found { rank, outside, ..hit })
    });
    placed.collect()
}
