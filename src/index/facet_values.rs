//! The values under which facets count a passage.

use crate::document::{PartnerValue, Passage, Strength};
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
}

/// Returns the partners with roles, the themes and the commitment that a passage is counted under, sorted.
pub(super) fn facet_values(passage: &Passage) -> FacetValues {
    let mut partners: Vec<String> = passage.partners.iter().filter_map(partner_term).collect();
    partners.sort();
    partners.dedup();
    let mut themes: Vec<String> = passage.themes.iter().map(|theme| theme.value.clone()).collect();
    themes.sort_unstable();
    themes.dedup();
    FacetValues { partners, themes, commitment: passage.strongest_commitment() }
}

fn partner_term(value: &PartnerValue) -> Option<String> {
    partners().by_name(&value.value).map(|partner| format!("{}:{}", value.role.name(), partner.path))
}
