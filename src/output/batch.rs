//! Lists of searches as text and tables.

use std::io::{self, Write};

use super::conditions::{Conditions, Made};
use super::forms::write_table;
use super::hits::{COLUMNS, INDEX_COLUMN, row};
use super::table::{Cell, Column, Table, TableForm};
use super::text::date_span;
use super::{Format, OutputError, Shape, one_line, wire, write_json_line};
use crate::document::counted;
use crate::engine::{Found, SearchError};
use crate::study::BatchSummary;

/// Writes the counts of one line of a list.
///
/// # Errors
/// An error of the writer.
pub fn batch_text(out: &mut dyn Write, summary: &BatchSummary) -> io::Result<()> {
    let (id, query) = (one_line(&summary.line.id), one_line(&summary.line.query));
    let counts = match &summary.found {
        Ok(counts) => counts,
        Err(fault) => return writeln!(out, "{id}  {query}  line {}: error: {}", summary.line.line, one_line(fault)),
    };
    let [word, variant, substring] = counts.total.by_tier;
    let days = match (&counts.first, &counts.last) {
        (Some(first), Some(last)) => format!("  {}", date_span(first, last)),
        _ => String::new(),
    };
    writeln!(
        out,
        "{id}  {query}  {}{} in {}  word {word} · variant {variant} · substring {substring}{days}",
        if counts.timed_out { "at least " } else { "" },
        counted(counts.total.passages, "passage"),
        counted(counts.total.documents, "document"),
    )?;
    counts.warnings.iter().try_for_each(|warning| writeln!(out, "    {}", one_line(warning)))
}

/// Columns of the counts of a list.
const SUMMARY: [Column; 12] = [
    ("id", 12),
    ("query", 40),
    ("passages", 10),
    ("word", 10),
    ("variant", 10),
    ("substring", 10),
    ("documents", 10),
    ("first_date", 22),
    ("last_date", 22),
    ("timed_out", 10),
    ("warnings", 40),
    ("error", 40),
];

/// Writes the counts of a list, one row a line, as they come.
///
/// # Errors
/// An error of the writer, or a collection that cannot be read.
pub fn batch_table(
    out: &mut dyn Write,
    form: TableForm,
    shape: Shape,
    summaries: &mut dyn Iterator<Item = Result<BatchSummary, SearchError>>,
    made: &Made,
) -> Result<(), OutputError> {
    let conditions = Conditions::of(made);
    let rows = &mut summaries.map(|summary| summary.map(|summary| summary_row(&summary)));
    write_table(out, Table { sheet: "検索一覧", columns: &SUMMARY, rows, conditions: Some(&conditions) }, form, shape)
}

fn summary_row(summary: &BatchSummary) -> Vec<Cell> {
    let row = wire::BatchRow::from(summary);
    let tier = |of: fn(&wire::ByTier) -> usize| Cell::number(row.by_tier.as_ref().map(of));
    vec![
        row.id.into(),
        row.query.into(),
        Cell::number(row.passages),
        tier(|tiers| tiers.word),
        tier(|tiers| tiers.variant),
        tier(|tiers| tiers.substring),
        Cell::number(row.documents),
        Cell::maybe(row.first_date.clone()),
        Cell::maybe(row.last_date.clone()),
        if row.timed_out { "timed out" } else { "" }.into(),
        row.warnings.join("; ").into(),
        Cell::maybe(row.error),
    ]
}

/// A hit with the id of its line, or an error of its index.
type BatchHits<'a> = dyn Iterator<Item = Result<(String, Found), SearchError>> + 'a;

/// Writes all hits of a list with the id of their line in front, as CSV, TSV, JSONL or a spreadsheet.
///
/// # Errors
/// An error of the writer, or a collection that cannot be read.
pub fn batch_hits(
    out: &mut dyn Write,
    shape: Shape,
    several: bool,
    hits: &mut BatchHits<'_>,
    made: &Made,
) -> Result<(), OutputError> {
    let Some(form) = shape.format.table() else {
        debug_assert_eq!(shape.format, Format::Jsonl);
        for hit in hits {
            let (id, hit) = hit?;
            write_json_line(out, &wire::BatchHit { id: &id, hit: wire::Hit::from(&hit) })?;
        }
        return Ok(());
    };
    let columns = std::iter::once(("id", 12)).chain(COLUMNS).chain(several.then_some(INDEX_COLUMN));
    let columns: Vec<Column> = columns.collect();
    let rows = &mut hits.map(|hit| {
        let (id, hit) = hit?;
        Ok(std::iter::once(Cell::from(id)).chain(row(&hit, made.base.as_deref())).collect())
    });
    let conditions = Conditions::of(made);
    write_table(out, Table { sheet: "検索結果", columns: &columns, rows, conditions: Some(&conditions) }, form, shape)
}
