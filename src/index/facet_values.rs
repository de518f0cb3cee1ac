//! The values under which facets count a passage.

use crate::document::{Document, Meeting, PartnerValue, Passage, Strength};
use crate::metadata::partners;

/// The facet values of a passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FacetValues {
    /// Partners as `role:path`, sorted.
    pub partners: Vec<String>,
    /// Paths of the themes, sorted.
    pub themes: Vec<String>,
    /// The strongest commitment.
    pub commitment: Option<Strength>,
    /// Series of meetings as key, tab, name, sorted: those of the passage and those that its document is about.
    pub series: Vec<String>,
}

/// Returns the facet value of a meeting: the key of its series, a tab, the name of the series.
fn series_term(meeting: &Meeting) -> String {
    format!("{}\t{}", meeting.series_id, meeting.series)
}

/// Returns the partners with roles, the themes, the commitment and the series that a passage is counted under, sorted.
pub(super) fn facet_values(document: &Document, passage: &Passage) -> FacetValues {
    let mut partners: Vec<String> = passage.partners.iter().filter_map(partner_term).collect();
    partners.sort();
    partners.dedup();
    let mut themes: Vec<String> = passage.themes.iter().map(|theme| theme.value.clone()).collect();
    themes.sort_unstable();
    themes.dedup();
    let mut series: Vec<String> = document.series.iter().chain(&passage.series).map(series_term).collect();
    series.sort_unstable();
    series.dedup();
    FacetValues { partners, themes, commitment: passage.strongest_commitment(), series }
}

fn partner_term(value: &PartnerValue) -> Option<String> {
    partners().by_name(&value.value).map(|partner| format!("{}:{}", value.role.name(), partner.path))
}
