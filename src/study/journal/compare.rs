//! What changed between two runs of one search.

use std::collections::{BTreeMap, BTreeSet};

use super::run::{LoggedWidening, Run};

/// A hit of one of two runs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HitPlace {
    /// Id of the document.
    pub document: String,
    /// Id of the passage.
    pub passage: String,
    /// Title of the document.
    pub title: String,
}

/// A value that differs between two runs; `None` where a run has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its name.
    pub name: String,
    /// Its value in the first run.
    pub before: Option<String>,
    /// Its value in the second run.
    pub after: Option<String>,
}

/// What changed between two runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunsCompared {
    /// Hits of the second run alone.
    pub added: Vec<HitPlace>,
    /// Hits of the first run alone.
    pub gone: Vec<HitPlace>,
    /// Number of hits of both.
    pub same: usize,
    /// Counts, commits, readings and versions that differ.
    pub changed: Vec<Changed>,
}

/// Compares two runs by the ids of their hits. A passage whose text changed is gone with its old id and added with its
/// new one.
///
/// # Examples
/// ```
/// use fumikura::study::{DocumentHits, Run, compare_runs};
///
/// let run = |passages: &[&str]| Run {
///     hits: vec![DocumentHits {
///         document: "対話.txt".to_owned(),
///         title: "日米対話".to_owned(),
///         passages: passages.iter().map(|&passage| passage.to_owned()).collect(),
///     }],
///     ..Run::default()
/// };
/// let compared = compare_runs(&run(&["a", "b"]), &run(&["b", "c"]));
/// assert_eq!((compared.gone[0].passage.as_str(), compared.added[0].passage.as_str()), ("対話.txt#a", "対話.txt#c"));
/// assert_eq!(compared.same, 1);
/// ```
pub fn compare_runs(before: &Run, after: &Run) -> RunsCompared {
    let (old, new) = (places(before), places(after));
    let only = |one: &BTreeMap<String, HitPlace>, other: &BTreeMap<String, HitPlace>| -> Vec<HitPlace> {
        one.iter().filter(|(id, _)| !other.contains_key(*id)).map(|(_, place)| place.clone()).collect()
    };
    let gone = only(&old, &new);
    RunsCompared { added: only(&new, &old), same: old.len() - gone.len(), gone, changed: changed(before, after) }
}

fn places(run: &Run) -> BTreeMap<String, HitPlace> {
    let of = |passage: String, document: &str, title: &str| {
        (passage.clone(), HitPlace { document: document.to_owned(), passage, title: title.to_owned() })
    };
    run.hits.iter().flat_map(|hits| hits.ids().map(|id| of(id, &hits.document, &hits.title))).collect()
}

fn changed(before: &Run, after: &Run) -> Vec<Changed> {
    let mut all = values(before);
    let mut new = values(after);
    let names: Vec<String> = all.iter().chain(&new).map(|(name, _)| name.clone()).collect();
    let mut seen = BTreeSet::new();
    let take = |list: &mut Vec<(String, String)>, name: &str| {
        list.iter().position(|(own, _)| own == name).map(|at| list.swap_remove(at).1)
    };
    let mut found = Vec::new();
    for name in names.into_iter().filter(|name| seen.insert(name.clone())) {
        let (before, after) = (take(&mut all, &name), take(&mut new, &name));
        if before != after {
            found.push(Changed { name, before, after });
        }
    }
    found
}

/// Returns the values of a run that may differ, in the order of output.
fn values(run: &Run) -> Vec<(String, String)> {
    let tier = run.total.by_tier;
    let mut all: Vec<(String, String)> = [
        ("passages", run.total.passages.to_string()),
        ("documents", run.total.documents.to_string()),
        ("word", tier.word.to_string()),
        ("variant", tier.variant.to_string()),
        ("substring", tier.substring.to_string()),
        ("read as", run.parsed.clone()),
        ("widened", widened(&run.widened)),
        ("commit", run.commit()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    let sum = |of: fn(&super::run::IndexState) -> usize| run.indexes.iter().map(of).sum::<usize>().to_string();
    all.push(("documents of the index".to_owned(), sum(|index| index.documents)));
    all.push(("passages of the index".to_owned(), sum(|index| index.passages)));
    all.extend(run.versions());
    all
}

fn widened(forms: &[LoggedWidening]) -> String {
    let sorted: BTreeSet<&LoggedWidening> = forms.iter().collect();
    let one = |form: &LoggedWidening| format!("{} → {} ({})", form.word, form.added, form.reason);
    sorted.into_iter().map(one).collect::<Vec<_>>().join("; ")
}
