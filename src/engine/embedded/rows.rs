//! Rows: the passages of each segment that match a part of a query, and how the operators join them.

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

/// Rows of each segment, in order of documents.
pub(super) type Rows = Vec<Vec<Row>>;
/// Of each segment the passages that are looked at, in order; without it all.
pub(super) type Within<'a> = Option<&'a [Vec<DocId>]>;

/// Which passages of a document stand for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// All of them: NOT acts on each.
    All,
    /// All of them, those as hits that hold something of the query.
    Holding,
    /// No others than those.
    HoldingAlone,
}

/// The passages of some rows.
pub(super) fn docs(rows: &Rows) -> Vec<Vec<DocId>> {
    rows.iter().map(|rows| rows.iter().map(|row| row.doc).collect()).collect()
}

/// Rows that all parts of a query have: each part is looked for only where those before it stand. `None` without parts.
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

/// Rows in either, segment by segment.
pub(super) fn union(a: Rows, b: &Rows) -> Rows {
    a.into_iter().zip(b).map(|(a, b)| either(a, b)).collect()
}

/// Rows in both: the worse tier, the sum of scores.
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

/// Rows in either: the better tier, the sum of scores.
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

/// Rows without those that NOT acts on: words and variants, in the passage or above it.
pub(super) fn without(all: Rows, not: &Rows) -> Rows {
    all.into_iter()
        .zip(not)
        .map(|(mut rows, not)| {
            rows.retain(|row| {
                let found = not.binary_search_by_key(&row.doc, |other| other.doc).ok().map(|at| not[at]);
                found.is_none_or(|found| found.tier >= Tier::Substring)
            });
            rows
        })
        .collect()
}
