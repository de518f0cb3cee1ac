//! Facets of the files of documents: publishers and types. The page shows them; the JSON of an answer has none.

use std::collections::BTreeMap;

use super::{FacetNode, Request, Sort};
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

/// Numbers of passages and of documents by the names of a document.
pub(crate) type NamedCounts = BTreeMap<Vec<String>, [usize; 2]>;

/// Returns the requests that find the passages of each facet, without scores: by publisher, and by type of file.
pub(crate) fn of_each(request: &Request) -> [Request; 2] {
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
    let types = Filters { types: Vec::new(), ..request.filters.clone() };
    [publishers, types].map(|filters| Request { filters, ..whole.clone() })
}

/// Returns the publisher of a value of the column of publishers; `None` where it is not known.
pub(crate) fn publisher_name(publisher: &str) -> Option<String> {
    (!publisher.is_empty()).then(|| publisher.to_owned())
}

/// Returns the type of a file by its path; `None` for another file.
pub(crate) fn type_name(path: &str) -> Option<String> {
    type_of(path).map(str::to_owned)
}

impl FileFacets {
    /// Makes the facets from counts.
    ///
    /// # Errors
    /// A publisher that cannot be a filter.
    pub(crate) fn of(publishers: &NamedCounts, types: &NamedCounts) -> Result<Self, QueryError> {
        Ok(Self { publishers: by_filter(publishers)?, types: sorted(types) })
    }
}

fn node(name: &str, [passages, documents]: [usize; 2]) -> FacetNode {
    FacetNode { value: name.to_owned(), path: name.to_owned(), passages, documents, ..FacetNode::default() }
}

/// Returns a value for each name, those with most passages first.
fn sorted(counts: &NamedCounts) -> Vec<FacetNode> {
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
fn by_filter(counts: &NamedCounts) -> Result<Vec<FacetNode>, QueryError> {
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
