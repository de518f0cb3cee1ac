//! Facets: trees of partners, themes, commitments, series and years with exact counts of passages and documents.
//!
//! A parent includes its children; the counts of a facet ignore the filters of that facet and obey all others.

use crate::engine::trees::{self, by_strength, digits, frequent, nested};
use crate::engine::{FacetNode, Facets};
use std::collections::HashMap;

use tantivy::DocId;
use tantivy::columnar::StrColumn;

use super::calendar_facet::{DateCounter, DateCounts};
use super::segment_view::{Segment, values};
use crate::document::Role;
use crate::engine::count::Count;
use crate::index::flag;
use crate::query::filter::FilterTests;
use crate::query::values::Passed;

/// Sums over segments.
#[derive(Default)]
pub(super) struct Counter {
    partner: HashMap<String, PartnerCount>,
    theme: HashMap<String, Count>,
    commitment: HashMap<String, Count>,
    /// By key.
    series: HashMap<String, Count>,
    date: DateCounts,
}

/// Counts of one segment, by ordinal of the value.
pub(super) struct SegmentCounter {
    partner: PartnerCounter,
    theme: PathCounter,
    commitment: PathCounter,
    series: PathCounter,
    date: DateCounter,
}

/// Counts paths: each ordinal of a column counts for its path and all parents.
struct PathCounter {
    paths: Vec<String>,
    of_ordinal: Vec<Vec<usize>>,
    counts: Vec<Count>,
    touched: Vec<usize>,
}

/// Counts of a partner: as a party, in any role, and in one of the roles asked for.
#[derive(Clone, Debug, Default)]
struct PartnerCount {
    party: Count,
    named: Count,
    asked: Count,
}

/// Counts partners as [`PathCounter`] counts paths, by the bits of their roles.
struct PartnerCounter {
    paths: Vec<String>,
    /// For each ordinal the bit of its role, and its path with all parents.
    of_ordinal: Vec<(u8, Vec<usize>)>,
    counts: Vec<PartnerCount>,
    /// Bits of the roles asked for.
    asked: u8,
    touched: Vec<(usize, u8)>,
}

/// Numbers the paths of some values and all their parents; `None` for a value without a path.
fn numbered<'v>(of_values: impl Iterator<Item = Option<&'v str>>) -> (Vec<String>, Vec<Vec<usize>>) {
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let mut paths = Vec::new();
    let mut list = |path: &'v str| {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        let number = |end: usize| {
            *numbers.entry(&path[..end]).or_insert_with(|| {
                paths.push(path[..end].to_owned());
                paths.len() - 1
            })
        };
        ends.map(number).collect::<Vec<_>>()
    };
    let lists = of_values.map(|path| path.map(&mut list).unwrap_or_default()).collect();
    (paths, lists)
}

impl PartnerCounter {
    fn new(column: Option<&StrColumn>, roles: &[Role]) -> Self {
        let values = column.map(values).unwrap_or_default();
        let parts: Vec<Option<(&str, &str)>> = values.iter().map(|value| value.split_once(':')).collect();
        let bit = |role: Role| 1u8 << role as u8;
        let bit_of = |name: &str| Role::of_name(name).map_or(0, bit);
        let (paths, lists) = numbered(parts.iter().map(|part| part.map(|(_, path)| path)));
        let bits = parts.iter().map(|part| part.map_or(0, |(role, _)| bit_of(role)));
        let roles = if roles.is_empty() { &[Role::Party] } else { roles };
        Self {
            of_ordinal: bits.zip(lists).collect(),
            counts: vec![PartnerCount::default(); paths.len()],
            paths,
            asked: roles.iter().fold(0, |bits, role| bits | bit(*role)),
            touched: Vec::new(),
        }
    }

    fn count(&mut self, column: Option<&StrColumn>, doc: DocId, document: u64) {
        self.touched.clear();
        for ord in column.into_iter().flat_map(|column| column.term_ords(doc)) {
            let Some((bit, numbers)) = self.of_ordinal.get(ord as usize) else { continue };
            self.touched.extend(numbers.iter().map(|number| (*number, *bit)));
        }
        self.touched.sort_unstable();
        for of_path in self.touched.chunk_by(|(a, _), (b, _)| a == b) {
            let roles = of_path.iter().fold(0, |roles, (_, bit)| roles | bit);
            let counts = &mut self.counts[of_path[0].0];
            counts.named.add(document);
            if roles & 1 << Role::Party as u8 != 0 {
                counts.party.add(document);
            }
            if roles & self.asked != 0 {
                counts.asked.add(document);
            }
        }
    }

    fn into_counts(self) -> impl Iterator<Item = (String, PartnerCount)> {
        self.paths.into_iter().zip(self.counts).filter(|(_, count)| count.named.passages > 0)
    }
}

impl PathCounter {
    fn new(column: Option<&StrColumn>) -> Self {
        let values = column.map(values).unwrap_or_default();
        // A series has its name after its key.
        let (paths, of_ordinal) = numbered(values.iter().map(|value| value.split('\t').next()));
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
        Self {
            partner: PartnerCounter::new(segment.partner.as_ref(), &filters.roles),
            theme: PathCounter::new(segment.theme.as_ref()),
            commitment: PathCounter::new(segment.commitment.as_ref()),
            // The key is no path: it holds no `/`.
            series: PathCounter::new(segment.series.as_ref()),
            date: DateCounter::new(filters.by),
        }
    }

    pub fn count(&mut self, segment: &Segment<'_>, doc: DocId, document: u64, flags: u64, passed: &Passed) {
        let Passed { partner, theme, commitment, series, date, .. } = *passed;
        if theme && commitment && series && date && flags & flag::PARTNER != 0 {
            self.partner.count(segment.partner.as_ref(), doc, document);
        }
        if partner && commitment && series && date && flags & flag::THEME != 0 {
            self.theme.count(segment.theme.as_ref(), doc, document);
        }
        if partner && theme && series && date && flags & flag::COMMITMENT != 0 {
            self.commitment.count(segment.commitment.as_ref(), doc, document);
        }
        if partner && theme && commitment && date && flags & flag::SERIES != 0 {
            self.series.count(segment.series.as_ref(), doc, document);
        }
        if partner && theme && commitment && series {
            self.date.count(segment, doc, document, flags);
        }
    }
}

impl Counter {
    pub fn add(&mut self, segment: &Segment<'_>, counts: SegmentCounter) {
        let sum = |all: &mut HashMap<String, Count>, counts: &mut dyn Iterator<Item = (String, Count)>| {
            for (path, count) in counts {
                all.entry(path).or_default().sum(&count);
            }
        };
        for (path, count) in counts.partner.into_counts() {
            let total = self.partner.entry(path).or_default();
            total.party.sum(&count.party);
            total.named.sum(&count.named);
            total.asked.sum(&count.asked);
        }
        sum(&mut self.theme, &mut counts.theme.into_counts());
        sum(&mut self.commitment, &mut counts.commitment.into_counts());
        sum(&mut self.series, &mut counts.series.into_counts());
        self.date.add(counts.date.finish(segment));
    }

    /// Returns trees in the order of the tables; years in order, undated documents last.
    pub fn finish(self, segments: &[Segment<'_>]) -> Facets {
        Facets {
            partner: nested(self.partner.into_iter().map(of_partner).collect(), trees::of_partner),
            theme: tree(self.theme, trees::of_theme),
            commitment: tree(self.commitment, by_strength),
            series: series(self.series, segments),
            date: tree(self.date.into_paths(), digits),
        }
    }
}

fn node((path, count): (String, Count)) -> FacetNode {
    count.node(path)
}

fn of_partner((path, count): (String, PartnerCount)) -> FacetNode {
    FacetNode { party: Some(count.party.numbers()), named: Some(count.named.numbers()), ..count.asked.node(path) }
}

/// Returns the series with most passages, each by the first of its names in the whole index.
fn series(counts: HashMap<String, Count>, segments: &[Segment<'_>]) -> Vec<FacetNode> {
    let mut nodes: Vec<FacetNode> = counts.into_iter().map(node).collect();
    frequent(&mut nodes);
    for node in &mut nodes {
        node.value =
            segments.iter().filter_map(|segment| name_of(segment, &node.path)).min().unwrap_or(node.path.clone());
    }
    nodes
}

/// Returns the first name that a segment has for the key of a series.
fn name_of(segment: &Segment<'_>, key: &str) -> Option<String> {
    let prefix = format!("{key}\t");
    let mut stream = segment.series.as_ref()?.dictionary().range().ge(prefix.as_bytes()).into_stream().ok()?;
    let name = stream.advance().then(|| stream.key().strip_prefix(prefix.as_bytes())).flatten()?;
    Some(String::from_utf8_lossy(name).into_owned())
}

fn tree(counts: HashMap<String, Count>, rank: impl Fn(&str) -> usize) -> Vec<FacetNode> {
    nested(counts.into_iter().map(node).collect(), rank)
}
