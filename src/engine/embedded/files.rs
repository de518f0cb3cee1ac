//! Counts of hits by what is known of their files: publishers and types.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::find::ranked;
use super::segment_view::{self, Segment, values};
use super::snapshot::Snapshot;
use crate::engine::file_facets::{self, NamedCounts};
use crate::engine::{FileFacets, Request, SearchError};
use crate::index::{OpenIndex, flag};
use crate::query::budget::Watch;

impl Snapshot {
    /// Counts the matching passages by publisher and by type of file. Each facet ignores its own filter and obeys all
    /// others.
    ///
    /// # Errors
    /// As [`Snapshot::search`].
    pub fn files(&self, request: &Request) -> Result<FileFacets, SearchError> {
        let [publishers, types] = file_facets::of_each(request);
        let publishers = self.counted(&publishers, "publisher", &file_facets::publisher_name)?;
        let types = self.counted(&types, "path", &file_facets::type_name)?;
        Ok(FileFacets::of(&publishers, &types)?)
    }

    /// Counts the hits by the names that a column of their documents gives.
    fn counted(
        &self,
        request: &Request,
        column: &str,
        name_of: &dyn Fn(&str) -> Option<String>,
    ) -> Result<NamedCounts, SearchError> {
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
            return Ok(NamedCounts::new());
        }
        let mut counts = NamedCounts::new();
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
    counts: &mut NamedCounts,
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
