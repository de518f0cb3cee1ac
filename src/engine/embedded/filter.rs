//! Filters with the ordinals of one segment.

use tantivy::DocId;
use tantivy::columnar::StrColumn;

use super::documents;
use super::segment_view::{Segment, values};
use crate::index::flag;
use crate::query::FacetTest;
use crate::query::condition::Condition;
use crate::query::filter::FilterTests;
pub(super) use crate::query::values::below;
use crate::query::values::{Passed, passes_value};

/// Filters with the ordinals of one segment.
pub(super) struct SegmentTests<'a> {
    filters: &'a FilterTests,
    partner: Vec<bool>,
    theme: Vec<bool>,
    commitment: Vec<bool>,
    series: Vec<bool>,
    excluded: Vec<bool>,
    /// Result for each row, if the request filters documents.
    documents: Option<Vec<bool>>,
    conditions: Vec<Condition<Self>>,
}

impl<'a> SegmentTests<'a> {
    pub fn new(segment: &Segment<'_>, filters: &'a FilterTests) -> Self {
        Self {
            partner: ordinals(segment.partner.as_ref(), &filters.partner),
            theme: ordinals(segment.theme.as_ref(), &filters.theme),
            commitment: ordinals(segment.commitment.as_ref(), &filters.commitment),
            series: ordinals(segment.series.as_ref(), &filters.series),
            excluded: ordinals(segment.partner.as_ref(), &filters.excluded),
            documents: (!filters.documents.is_empty()).then(|| documents::passing(&filters.documents, segment)),
            conditions: filters.conditions.iter().map(|one| one.map(&|tests| Self::new(segment, tests))).collect(),
            filters,
        }
    }

    pub fn passed(&self, segment: &Segment<'_>, doc: DocId) -> Passed {
        let any = |column: Option<&StrColumn>, wanted: &[bool]| {
            column.is_some_and(|column| column.term_ords(doc).any(|ord| wanted.get(ord as usize) == Some(&true)))
        };
        Passed {
            partner: self.filters.partner.is_empty() || any(segment.partner.as_ref(), &self.partner),
            theme: self.filters.theme.is_empty() || any(segment.theme.as_ref(), &self.theme),
            commitment: self.filters.commitment.is_empty() || any(segment.commitment.as_ref(), &self.commitment),
            series: self.filters.series.is_empty() || any(segment.series.as_ref(), &self.series),
            not_excluded: (self.filters.excluded.is_empty() || !any(segment.partner.as_ref(), &self.excluded))
                && self.documents.as_ref().is_none_or(|passing| passing.get(doc as usize) == Some(&true))
                && self.conditions.iter().all(|condition| condition.holds(&|tests| tests.passed(segment, doc).all())),
            date: self.filters.date.iter().all(|test| date_passes(test, segment, doc)),
        }
    }
}

fn date_passes(test: &FacetTest, segment: &Segment<'_>, doc: DocId) -> bool {
    match test {
        FacetTest::Date { interval } => {
            let (from, to) = (interval.start.as_number(), interval.end.as_number());
            segment
                .date_start
                .values_for_doc(doc)
                .zip(segment.date_end.values_for_doc(doc))
                .any(|(start, end)| start <= to && from <= end)
        }
        FacetTest::Undated => flag::date_source(segment.flags.first(doc).unwrap_or(0)).is_none(),
        FacetTest::Source { source } => flag::date_source(segment.flags.first(doc).unwrap_or(0)) == Some(*source),
        FacetTest::Partner { .. }
        | FacetTest::Theme { .. }
        | FacetTest::Commitment { .. }
        | FacetTest::Series { .. } => true,
    }
}

/// Returns for each ordinal of a column whether its value passes one of the tests.
fn ordinals(column: Option<&StrColumn>, tests: &[FacetTest]) -> Vec<bool> {
    let Some(column) = column.filter(|_| !tests.is_empty()) else { return Vec::new() };
    values(column).iter().map(|value| tests.iter().any(|test| passes_value(test, value))).collect()
}
