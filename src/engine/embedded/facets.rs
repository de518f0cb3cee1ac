//! Facets: trees of partners, themes, commitments and years with exact counts of passages and documents.
//!
//! A parent includes its children; the counts of a facet ignore the filters of that facet and obey all others.

use crate::engine::{FacetNode, Facets};
use std::cmp::Reverse;
use std::collections::HashMap;

use tantivy::DocId;
use tantivy::columnar::StrColumn;

use super::calendar_facet::{DateCounter, DateCounts};
use super::count::Count;
use super::filter::Passed;
use super::segment_view::{Segment, values};
use crate::document::{Role, Strength};
use crate::index::flag;
use crate::metadata::{partners, themes};
use crate::query::filter::FilterTests;

/// Sums over segments.
#[derive(Default)]
pub(super) struct Counter {
    partner: HashMap<String, Count>,
    theme: HashMap<String, Count>,
    commitment: HashMap<String, Count>,
    date: DateCounts,
}

/// Counts of one segment, by ordinal of the value.
pub(super) struct SegmentCounter {
    partner: PathCounter,
    theme: PathCounter,
    commitment: PathCounter,
    date: DateCounter,
}

/// Counts paths: each ordinal of a column counts for its path and all parents.
struct PathCounter {
    paths: Vec<String>,
    of_ordinal: Vec<Vec<usize>>,
    counts: Vec<Count>,
    touched: Vec<usize>,
}

impl PathCounter {
    fn new(column: Option<&StrColumn>, path_of: impl Fn(&str) -> Option<String>) -> Self {
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let mut paths = Vec::new();
        let mut of_ordinal = Vec::new();
        for value in column.map(values).unwrap_or_default() {
            let mut list = Vec::new();
            if let Some(path) = path_of(&value) {
                let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
                for end in ends {
                    let prefix = path[..end].to_owned();
                    let number = *numbers.entry(prefix.clone()).or_insert_with(|| {
                        paths.push(prefix);
                        paths.len() - 1
                    });
                    list.push(number);
                }
            }
            of_ordinal.push(list);
        }
        Self { counts: vec![Count::default(); paths.len()], paths, of_ordinal, touched: Vec::new() }
    }

    fn count(&mut self, column: Option<&StrColumn>, doc: DocId, document: u64) {
        self.touched.clear();
        for ord in column.into_iter().flat_map(|column| column.term_ords(doc)) {
            self.touched.extend_from_slice(self.of_ordinal.get(ord as usize).map_or(&[], Vec::as_slice));
        }
        self.touched.sort_unstable();
        self.touched.dedup();
        for number in &self.touched {
            self.counts[*number].add(document);
        }
    }

    fn into_counts(self) -> impl Iterator<Item = (String, Count)> {
        self.paths.into_iter().zip(self.counts).filter(|(_, count)| count.passages > 0)
    }
}

impl SegmentCounter {
    pub fn new(segment: &Segment<'_>, filters: &FilterTests) -> Self {
        let roles: &[Role] = if filters.roles.is_empty() { &[Role::Party] } else { &filters.roles };
        let partner = |value: &str| {
            let (role, path) = value.split_once(':')?;
            roles.iter().any(|wanted| wanted.name() == role).then(|| path.to_owned())
        };
        Self {
            partner: PathCounter::new(segment.partner.as_ref(), partner),
            theme: PathCounter::new(segment.theme.as_ref(), |value| Some(value.to_owned())),
            commitment: PathCounter::new(segment.commitment.as_ref(), |value| Some(value.to_owned())),
            date: DateCounter::new(filters.by),
        }
    }

    pub fn count(&mut self, segment: &Segment<'_>, doc: DocId, document: u64, flags: u64, passed: &Passed) {
        let Passed { partner, theme, commitment, date, .. } = *passed;
        if theme && commitment && date && flags & flag::PARTNER != 0 {
            self.partner.count(segment.partner.as_ref(), doc, document);
        }
        if partner && commitment && date && flags & flag::THEME != 0 {
            self.theme.count(segment.theme.as_ref(), doc, document);
        }
        if partner && theme && date && flags & flag::COMMITMENT != 0 {
            self.commitment.count(segment.commitment.as_ref(), doc, document);
        }
        if partner && theme && commitment {
            self.date.count(segment, doc, document, flags);
        }
    }
}

impl Counter {
    pub fn add(&mut self, segment: &Segment<'_>, counts: SegmentCounter) {
        let sum = |all: &mut HashMap<String, Count>, counts: &mut dyn Iterator<Item = (String, Count)>| {
            for (path, count) in counts {
                let total = all.entry(path).or_default();
                total.passages += count.passages;
                total.documents += count.documents;
            }
        };
        sum(&mut self.partner, &mut counts.partner.into_counts());
        sum(&mut self.theme, &mut counts.theme.into_counts());
        sum(&mut self.commitment, &mut counts.commitment.into_counts());
        self.date.add(counts.date.finish(segment));
    }

    /// Returns trees in the order of the tables; years in order, undated documents last.
    pub fn finish(self) -> Facets {
        let partner_order: HashMap<&str, usize> =
            partners().rows().iter().enumerate().map(|(at, row)| (row.path, at)).collect();
        let theme_order: HashMap<&str, usize> =
            themes().iter().enumerate().map(|(at, theme)| (theme.path, at)).collect();
        Facets {
            partner: tree(self.partner, |path| rank(&partner_order, path)),
            theme: tree(self.theme, |path| rank(&theme_order, path)),
            commitment: tree(self.commitment, by_strength),
            date: tree(self.date.into_paths(), digits),
        }
    }
}

impl Facets {
    /// Adds the facets of other documents.
    pub fn add(&mut self, other: Self) {
        add_nodes(&mut self.partner, other.partner);
        add_nodes(&mut self.theme, other.theme);
        add_nodes(&mut self.commitment, other.commitment);
        add_nodes(&mut self.date, other.date);
        let partner_order: HashMap<&str, usize> =
            partners().rows().iter().enumerate().map(|(at, row)| (row.path, at)).collect();
        let theme_order: HashMap<&str, usize> =
            themes().iter().enumerate().map(|(at, theme)| (theme.path, at)).collect();
        in_order(&mut self.partner, &|path| rank(&partner_order, path));
        in_order(&mut self.theme, &|path| rank(&theme_order, path));
        in_order(&mut self.commitment, &by_strength);
        in_order(&mut self.date, &digits);
    }
}

fn add_nodes(nodes: &mut Vec<FacetNode>, others: Vec<FacetNode>) {
    for other in others {
        match nodes.iter_mut().find(|node| node.path == other.path) {
            Some(node) => {
                node.passages += other.passages;
                node.documents += other.documents;
                add_nodes(&mut node.children, other.children);
            }
            None => nodes.push(other),
        }
    }
}

fn in_order(nodes: &mut [FacetNode], rank: &dyn Fn(&str) -> usize) {
    nodes.sort_by_cached_key(|node| (rank(&node.path), node.path.clone()));
    nodes.iter_mut().for_each(|node| in_order(&mut node.children, rank));
}

/// Returns the place of a path in its table, or the place of the first path below it.
fn rank(order: &HashMap<&str, usize>, path: &str) -> usize {
    let below = || order.iter().filter(|(known, _)| known.starts_with(path)).map(|(_, at)| *at).min();
    order.get(path).copied().or_else(below).unwrap_or(usize::MAX)
}

/// Returns the rank of a strength; 0 is the strongest.
fn by_strength(name: &str) -> usize {
    Strength::by_name(name).map_or(usize::MAX, |strength| strength as usize)
}

/// Returns the number formed by the digits of a path: dates sort in order, undated documents last.
fn digits(path: &str) -> usize {
    path.rsplit('/').next().and_then(|part| part.replace(['-', '年', '度'], "").parse().ok()).unwrap_or(usize::MAX)
}

/// Nests paths under their parents.
fn tree(counts: HashMap<String, Count>, rank: impl Fn(&str) -> usize) -> Vec<FacetNode> {
    let mut nodes: Vec<FacetNode> = counts
        .into_iter()
        .map(|(path, count)| FacetNode {
            value: path.rsplit('/').next().unwrap_or(&path).to_owned(),
            passages: count.passages,
            documents: count.documents,
            children: Vec::new(),
            path,
        })
        .collect();
    // Deepest first, so that children are complete when they move under their parents.
    nodes.sort_by_cached_key(|node| (Reverse(node.path.matches('/').count()), rank(&node.path), node.path.clone()));
    let mut roots: Vec<FacetNode> = Vec::new();
    let mut waiting: HashMap<String, Vec<FacetNode>> = HashMap::new();
    for mut node in nodes {
        node.children = waiting.remove(&node.path).unwrap_or_default();
        match node.path.rsplit_once('/') {
            Some((parent, _)) => waiting.entry(parent.to_owned()).or_default().push(node),
            None => roots.push(node),
        }
    }
    roots
}
