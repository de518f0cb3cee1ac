//! Tests of metadata on the values under which a passage is counted.

use super::FacetTest;

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
