//! Counts documents under one value of each dimension.

use std::collections::HashMap;

use super::dimension::{Counting, Dimension, Value, narrowed};
use crate::document::CivilDate;
use crate::engine::{Found, Request, SearchError};
use crate::metadata::date::parse_range;

/// A document of one of several indexes.
type Key = (Option<String>, String);

/// Counts documents by the primary values of two dimensions, row by row.
///
/// The primary value for dates is the one with the first day of the date of the document; otherwise the value that most
/// matching passages have. Of equals the first in the order of the values is taken.
pub(super) fn primary(
    counting: &mut Counting<'_>,
    request: &Request,
    dimensions: [Dimension; 2],
    values: [&[Value]; 2],
) -> Result<Vec<Vec<usize>>, SearchError> {
    let [rows, cols] = values;
    let rows_of = primary_values(counting, request, dimensions[0], rows)?;
    let cols_of = primary_values(counting, request, dimensions[1], cols)?;
    let mut counts = vec![vec![0; cols.len()]; rows.len()];
    for (document, row) in &rows_of {
        let Some(col) = cols_of.get(document) else { continue };
        if let Some(count) = counts.get_mut(*row).and_then(|line: &mut Vec<usize>| line.get_mut(*col)) {
            *count += 1;
        }
    }
    Ok(counts)
}

/// Returns the place of the primary value of each document that has one.
fn primary_values(
    counting: &mut Counting<'_>,
    request: &Request,
    dimension: Dimension,
    values: &[Value],
) -> Result<HashMap<Key, usize>, SearchError> {
    let mut counts: HashMap<Key, Vec<usize>> = HashMap::new();
    if dimension.unit().is_some() {
        let day = |found: &Found| found.document.date.as_ref().map(|date| date.interval.start);
        let mut primary = HashMap::new();
        counting.each(request, |found| {
            if let Some(at) = values.iter().position(|value| has_day(value, day(found))) {
                primary.insert(key(found), at);
            }
        })?;
        return Ok(primary);
    }
    for (at, value) in values.iter().enumerate().filter(|(_, value)| value.numbers.passages > 0) {
        counting.each(&narrowed(request, value), |found| {
            if let Some(count) = counts.entry(key(found)).or_insert_with(|| vec![0; values.len()]).get_mut(at) {
                *count += 1;
            }
        })?;
    }
    let first_of_most = |counts: Vec<usize>| {
        let most = counts.iter().max().copied().unwrap_or(0);
        counts.iter().position(|count| *count == most).unwrap_or(0)
    };
    Ok(counts.into_iter().map(|(document, counts)| (document, first_of_most(counts))).collect())
}

fn key(found: &Found) -> Key {
    (found.index.clone(), found.document.id.clone())
}

/// True for the value of dates that holds a day, or stands for undated documents.
fn has_day(value: &Value, day: Option<CivilDate>) -> bool {
    match day {
        None => value.is_undated(),
        Some(day) => parse_range(&value.filter.1).is_ok_and(|days| days.start <= day && day <= days.end),
    }
}
