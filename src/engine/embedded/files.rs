//! Facets of the files of documents: publishers and types. The page shows them; the JSON of an answer has none.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::find::ranked;
use super::segment_view::{self, Segment, values};
use super::snapshot::Snapshot;
use crate::engine::{FacetNode, Request, SearchError, Sort};
use crate::index::{OpenIndex, flag};
use crate::query::budget::Watch;
use crate::query::filter::{DocumentTests, type_of};
use crate::query::{Filters, QueryError};

/// Most publishers of a facet.
const MOST_PUBLISHERS: usize = 30;

/// Counts of the matching passages by what is known of their files. A facet of one value is left out: it tells nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileFacets {
    /// By publisher: those with most passages. A name counts for each publisher that the filter by it finds.
    pub publishers: Vec<FacetNode>,
    /// By type of file.
    pub types: Vec<FacetNode>,
}

/// Numbers of passages and documents by the names of a document.
type Counts = BTreeMap<Vec<String>, [usize; 2]>;

impl Snapshot {
    /// Counts the matching passages by publisher and by type of file. Each facet ignores its own filter and obeys all
    /// others.
    ///
    /// # Errors
    /// As [`Snapshot::search`].
    pub fn files(&self, request: &Request) -> Result<FileFacets, SearchError> {
        let whole = Request {
            limit: usize::MAX,
            offset: 0,
            facets: false,
            relax: false,
            explain: false,
            group_documents: false,
            fold_duplicates: false,
            // No score is needed.
            sort: Sort::Date,
            ..request.clone()
        };
        let publishers = Filters { publishers: Vec::new(), ..request.filters.clone() };
        let publishers = self.counted(&Request { filters: publishers, ..whole.clone() }, "publisher", &|name| {
            (!name.is_empty()).then(|| name.to_owned())
        })?;
        let types = Filters { types: Vec::new(), ..request.filters.clone() };
        let of_type = |path: &str| type_of(path).map(str::to_owned);
        let types = self.counted(&Request { filters: types, ..whole }, "path", &of_type)?;
        Ok(FileFacets { publishers: by_filter(&publishers)?, types: sorted(&types) })
    }

    /// Counts the hits by the names that a column of their documents gives.
    fn counted(
        &self,
        request: &Request,
        column: &str,
        name_of: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Counts, SearchError> {
        let watch = Arc::new(Watch::new(request.budget.clone()));
        let mut all = Vec::new();
        for index in self.indexes() {
            let segments = segment_view::open(index, &watch)?;
            let names = segments.iter().map(|segment| names(segment, column, name_of)).collect::<Vec<_>>();
            all.push((index, segments, names));
        }
        let distinct: BTreeSet<&String> =
            all.iter().flat_map(|(_, _, names)| names.iter().flatten().flatten()).collect();
        if distinct.len() < 2 {
            return Ok(Counts::new());
        }
        let mut counts = Counts::new();
        for (index, segments, names) in &all {
            count(index, segments, names, column, request, &mut counts)?;
        }
        Ok(counts)
    }
}

/// Returns the name for each value of a column.
fn names(segment: &Segment<'_>, column: &str, name_of: &dyn Fn(&str) -> Option<String>) -> Vec<Option<String>> {
    let column = segment.reader.fast_fields().str(column).ok().flatten();
    column.map(|column| values(&column).iter().map(|value| name_of(value)).collect()).unwrap_or_default()
}

fn count(
    index: &OpenIndex,
    segments: &[Segment<'_>],
    names: &[Vec<Option<String>>],
    column: &str,
    request: &Request,
    counts: &mut Counts,
) -> Result<(), SearchError> {
    let columns: Vec<_> =
        segments.iter().map(|segment| segment.reader.fast_fields().str(column).ok().flatten()).collect();
    let mut known: HashMap<u64, Vec<String>> = HashMap::new();
    for (address, document, _) in ranked(index, request)? {
        let at = address.segment_ord as usize;
        let (Some(segment), Some(Some(column)), Some(names)) = (segments.get(at), columns.get(at), names.get(at))
        else {
            continue;
        };
        let is_new = !known.contains_key(&document);
        let own = known.entry(document).or_insert_with(|| {
            // The row of a document stands before the rows of its passages.
            let is_document = |row: &u32| segment.flags.first(*row).unwrap_or(0) & flag::NO_PASSAGE != 0;
            let row = (0..=address.doc_id).rev().find(is_document);
            let ords = row.into_iter().flat_map(|row| column.term_ords(row));
            ords.filter_map(|ord| names.get(ord as usize).cloned().flatten()).collect()
        });
        if !own.is_empty() {
            let [passages, documents] = counts.entry(own.clone()).or_default();
            *passages += 1;
            *documents += usize::from(is_new);
        }
    }
    Ok(())
}

fn node(name: &str, [passages, documents]: [usize; 2]) -> FacetNode {
    FacetNode { value: name.to_owned(), path: name.to_owned(), passages, documents, ..FacetNode::default() }
}

/// Returns a value for each name, those with most passages first.
fn sorted(counts: &Counts) -> Vec<FacetNode> {
    let mut sums: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for (names, [passages, documents]) in counts {
        for name in names {
            let sum = sums.entry(name).or_default();
            *sum = [sum[0] + passages, sum[1] + documents];
        }
    }
    let mut nodes: Vec<FacetNode> = sums.into_iter().map(|(name, sum)| node(name, sum)).collect();
    nodes.sort_by_key(|node| std::cmp::Reverse(node.passages));
    nodes
}

/// Returns the publishers with most passages. Each counts those whose names hold its name too, because the filter finds
/// them.
fn by_filter(counts: &Counts) -> Result<Vec<FacetNode>, QueryError> {
    let mut all = sorted(counts);
    all.truncate(MOST_PUBLISHERS);
    for node in &mut all {
        let test = DocumentTests::new(&[], std::slice::from_ref(&node.value), &[])?;
        let passes = |names: &[String]| names.iter().any(|name| test.passes_publisher(name));
        let found = counts.iter().filter(|(names, _)| passes(names)).map(|(_, counts)| counts);
        [node.passages, node.documents] = found.fold([0, 0], |[a, b], [c, d]| [a + c, b + d]);
    }
    all.sort_by_key(|node| std::cmp::Reverse(node.passages));
    Ok(all)
}
