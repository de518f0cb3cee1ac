//! Facets: trees of partners, themes and years with exact counts of passages and documents.
//!
//! A parent includes its children; the counts of a facet ignore the filters of that facet and obey all others.

use std::cmp::Reverse;
use std::collections::HashMap;

use rustc_hash::FxHashMap;
use serde::Serialize;
use tantivy::DocId;
use tantivy::columnar::{Column, StrColumn};

use super::compile::FacetTest;
use super::request::FilterTests;
use super::segment::{Passed, Segment, values};
use crate::document::Role;
use crate::index::flag;
use crate::metadata::{partners, themes};

/// The bucket of undated documents.
pub const UNDATED: &str = "日付不明";

/// One value of a facet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FacetNode {
    /// Last part of the path.
    pub value: String,
    /// Place in the tree, parts set off by `/`.
    pub path: String,
    /// Passages at or below it.
    pub passages: usize,
    /// Documents with such a passage.
    pub documents: usize,
    /// Values below it.
    pub children: Vec<FacetNode>,
}

/// The three facets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Facets {
    /// By partner.
    pub partner: Vec<FacetNode>,
    /// By theme.
    pub theme: Vec<FacetNode>,
    /// By year of the document.
    pub date: Vec<FacetNode>,
}

/// Counts of one value. A document stands in one segment, its passages together: the last one seen tells a new one.
#[derive(Clone, Debug, Default)]
struct Count {
    passages: usize,
    documents: usize,
    last: Option<u64>,
}

impl Count {
    fn add(&mut self, document: u64) {
        self.passages += 1;
        if self.last != Some(document) {
            self.last = Some(document);
            self.documents += 1;
        }
    }
}

/// Sums over segments.
#[derive(Default)]
pub(super) struct Counter {
    partner: HashMap<String, Count>,
    theme: HashMap<String, Count>,
    date: HashMap<String, Count>,
}

/// Counts of one segment, by number of the value.
pub(super) struct SegmentCounter {
    partner: PathCounter,
    theme: PathCounter,
    date: YearCounter,
}

/// Counts years: a document is looked up once for all its passages, which come together.
#[derive(Default)]
struct YearCounter {
    /// By year; `None` for the undated.
    counts: FxHashMap<Option<u64>, Count>,
    /// The document at hand.
    open: Option<OpenDocument>,
    /// What was counted for the year of the last documents, mostly that of the next one too.
    year: Option<u64>,
    count: Count,
}

/// A document whose passages are being counted.
struct OpenDocument {
    number: u64,
    /// One of its passages.
    doc: DocId,
    flags: u64,
    passages: usize,
}

impl YearCounter {
    fn count(&mut self, segment: &Segment<'_>, doc: DocId, document: u64, flags: u64) {
        match &mut self.open {
            Some(open) if open.number == document => open.passages += 1,
            _ => {
                self.close(segment);
                self.open = Some(OpenDocument { number: document, doc, flags, passages: 1 });
            }
        }
    }

    /// Counts the document at hand.
    fn close(&mut self, segment: &Segment<'_>) {
        let Some(OpenDocument { doc, flags, passages, .. }) = self.open.take() else { return };
        let year = |column: &Column<u64>| column.first(doc).map(|day| day / 10_000);
        let start = flag::date_source(flags).and_then(|_| year(&segment.date_start));
        let end = if flags & flag::ONE_YEAR != 0 { start } else { start.and_then(|_| year(&segment.date_end)) };
        match start.zip(end) {
            Some((start, end)) => (start..=end.min(start + 30)).for_each(|year| self.add(Some(year), passages)),
            None => self.add(None, passages),
        }
    }

    fn add(&mut self, year: Option<u64>, passages: usize) {
        if year != self.year {
            self.put_by();
            self.year = year;
        }
        self.count.passages += passages;
        self.count.documents += 1;
    }

    /// Adds what was counted for the last year to the others.
    fn put_by(&mut self) {
        let Count { passages, documents, .. } = std::mem::take(&mut self.count);
        if documents > 0 {
            let count = self.counts.entry(self.year).or_default();
            count.passages += passages;
            count.documents += documents;
        }
    }

    fn into_counts(mut self, segment: &Segment<'_>) -> impl Iterator<Item = (Option<u64>, Count)> {
        self.close(segment);
        self.put_by();
        self.counts.into_iter()
    }
}

/// Counts paths: for each ordinal of a column, the paths it stands for.
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
        // The roles asked for, else parties.
        let roles: Vec<Role> = filters
            .partner
            .iter()
            .find_map(|test| if let FacetTest::Partner { roles, .. } = test { Some(roles.clone()) } else { None })
            .unwrap_or_else(|| vec![Role::Party]);
        let partner = |value: &str| {
            let (role, path) = value.split_once(':')?;
            roles.iter().any(|wanted| wanted.name() == role).then(|| path.to_owned())
        };
        Self {
            partner: PathCounter::new(segment.partner.as_ref(), partner),
            theme: PathCounter::new(segment.theme.as_ref(), |value| Some(value.to_owned())),
            date: YearCounter::default(),
        }
    }

    pub fn count(&mut self, segment: &Segment<'_>, doc: DocId, document: u64, flags: u64, passed: &Passed) {
        if passed.theme && passed.date && flags & flag::PARTNER != 0 {
            self.partner.count(segment.partner.as_ref(), doc, document);
        }
        if passed.partner && passed.date && flags & flag::THEME != 0 {
            self.theme.count(segment.theme.as_ref(), doc, document);
        }
        if passed.partner && passed.theme {
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
        let named = |year: Option<u64>| year.map_or_else(|| UNDATED.to_owned(), |year| year.to_string());
        sum(&mut self.date, &mut counts.date.into_counts(segment).map(|(year, count)| (named(year), count)));
    }

    /// Trees in the order of the tables; years in order, the undated last.
    pub fn finish(self) -> Facets {
        let partner_order: HashMap<&str, usize> = partners().rows().iter().enumerate().map(|(at, row)| (row.path, at)).collect();
        let theme_order: HashMap<&str, usize> = themes().iter().enumerate().map(|(at, theme)| (theme.path, at)).collect();
        let rank = |order: &HashMap<&str, usize>, path: &str| {
            order
                .get(path)
                .copied()
                .or_else(|| order.iter().filter(|(known, _)| known.starts_with(path)).map(|(_, at)| *at).min())
                .unwrap_or(usize::MAX)
        };
        Facets {
            partner: tree(self.partner, |path| rank(&partner_order, path)),
            theme: tree(self.theme, |path| rank(&theme_order, path)),
            date: tree(self.date, |path| path.parse().unwrap_or(usize::MAX)),
        }
    }
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
    // Deepest first, so that children are whole when they move under their parents.
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
