//! Rows: passages of each segment that match a part of a query, and the operators on them.

use crate::query::Place;
use tantivy::DocId;

use super::char_view::ahead;
use crate::index::IndexError;
use crate::query::Tier;

/// One passage of a segment while a query is evaluated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Row {
    pub doc: DocId,
    pub tier: Tier,
    pub place: Place,
    pub score: f32,
}

/// Rows of each segment, sorted by document.
pub(super) type Rows = Vec<Vec<Row>>;
/// For each segment the sorted passages to look at; `None` means all.
pub(super) type Within<'a> = Option<&'a [Vec<DocId>]>;

/// Tells which passages stand for a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// All passages: NOT acts on each.
    All,
    /// All passages; those that hold a word of the query are hits.
    Holding,
    /// Only passages that hold a word of the query.
    HoldingAlone,
}

/// Returns the passages of some rows.
pub(super) fn docs(rows: &Rows) -> Vec<Vec<DocId>> {
    rows.iter().map(|rows| rows.iter().map(|row| row.doc).collect()).collect()
}

/// Returns the rows that all parts of a query share. Each part is evaluated only in the rows of the parts before it.
/// `None` without parts.
pub(super) fn narrowed<T>(
    parts: impl IntoIterator<Item = T>,
    within: Within<'_>,
    mut rows: impl FnMut(T, Within<'_>) -> Result<Rows, IndexError>,
) -> Result<Option<Rows>, IndexError> {
    let mut all: Option<Rows> = None;
    for part in parts {
        all = Some(match all {
            None => rows(part, within)?,
            Some(all) => all.iter().zip(rows(part, Some(&docs(&all)))?).map(|(a, b)| both(a, &b)).collect(),
        });
    }
    Ok(all)
}

/// Returns the rows in `a` or `b`, by segment.
pub(super) fn union(a: Rows, b: &Rows) -> Rows {
    a.into_iter().zip(b).map(|(a, b)| either(a, b)).collect()
}

/// Returns the rows in both lists, with the worse tier and the sum of scores.
fn both(a: &[Row], b: &[Row]) -> Vec<Row> {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let mut out = Vec::with_capacity(short.len());
    let mut at = 0;
    for row in short {
        at += ahead(&long[at..], |other| other.doc < row.doc);
        match long.get(at) {
            Some(other) if other.doc == row.doc => out.push(Row {
                doc: row.doc,
                tier: row.tier.max(other.tier),
                place: row.place.and(other.place),
                score: row.score + other.score,
            }),
            Some(_) => {}
            None => break,
        }
    }
    out
}

/// Returns the rows in either list, with the better tier and the sum of scores.
pub(super) fn either(a: Vec<Row>, b: &[Row]) -> Vec<Row> {
    if b.is_empty() {
        return a;
    }
    let mut out = Vec::with_capacity(a.len() + b.len());
    let (mut left, mut right) = (a.iter().peekable(), b.iter().peekable());
    loop {
        match (left.peek(), right.peek()) {
            (Some(x), Some(y)) if x.doc == y.doc => {
                out.push(Row {
                    doc: x.doc,
                    tier: x.tier.min(y.tier),
                    place: x.place.or(y.place),
                    score: x.score + y.score,
                });
                left.next();
                right.next();
            }
            (Some(x), Some(y)) if x.doc < y.doc => out.extend(left.next()),
            (Some(_), Some(_)) | (None, Some(_)) => out.extend(right.next()),
            (Some(_), None) => out.extend(left.next()),
            (None, None) => return out,
        }
    }
}

/// Tells whether NOT acts on a match of a tier: never on substrings alone.
pub(super) fn excludes(tier: Tier) -> bool {
    tier < Tier::Substring
}

/// Returns the rows without those excluded by NOT: words and variants, in the passage or above it.
pub(super) fn without(all: Rows, not: &Rows) -> Rows {
    all.into_iter()
        .zip(not)
        .map(|(mut rows, not)| {
            rows.retain(|row| {
                let found = not.binary_search_by_key(&row.doc, |other| other.doc).ok().map(|at| not[at]);
                !found.is_some_and(|found| excludes(found.tier))
            });
            rows
        })
        .collect()
}
