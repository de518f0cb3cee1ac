//! Tests of metadata on the values under which a passage is counted.

use super::FacetTest;

/// Results of the filters for a passage, by kind: the counts of a facet ignore its own filter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Passed {
    pub partner: bool,
    pub theme: bool,
    pub commitment: bool,
    pub series: bool,
    pub date: bool,
    /// The document passes, no excluded partner is present, and the conditions of the query hold.
    pub not_excluded: bool,
}

impl Passed {
    /// True where all filters pass.
    pub fn all(self) -> bool {
        self.partner && self.theme && self.commitment && self.series && self.date && self.not_excluded
    }
}

/// True for a path at or below another one.
pub(crate) fn below(path: &str, wanted: &str) -> bool {
    path == wanted || path.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('/'))
}

/// True where a value passes a test: `role:path` for partners, the path of a theme, the name of a strength; the key of
/// a series, a tab and its name. No value passes a test of dates.
pub(crate) fn passes_value(test: &FacetTest, value: &str) -> bool {
    match test {
        FacetTest::Partner { path, roles } => value
            .split_once(':')
            .is_some_and(|(role, own)| roles.iter().any(|wanted| wanted.name() == role) && below(own, path)),
        FacetTest::Theme { path } => below(value, path),
        FacetTest::Commitment { strength } => value == strength.name(),
        FacetTest::Series { key } => key.is_empty() || value.split_once('\t').is_some_and(|(own, _)| own == key),
        FacetTest::Date { .. } | FacetTest::Undated | FacetTest::Source { .. } => false,
    }
}
