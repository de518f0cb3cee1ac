//! Series of meetings as text and CSV.

use std::io::{self, Write};

use super::conditions::{Conditions, Made};
use super::forms::write_table;
use super::table::{Cell, Column, Table, TableForm};
use super::{OutputError, Shape, one_line};
use crate::document::{counted, plural};
use crate::study::{Held, Series, Source, Told};

/// Writes a line for each series: its name, how many meetings, first and last day, how many documents.
///
/// # Errors
/// An error of the writer.
pub fn series_list(out: &mut dyn Write, all: &[Series]) -> io::Result<()> {
    let width = all.iter().map(|series| crate::script::width_columns(&one_line(&series.name))).max().unwrap_or(0);
    for series in all {
        let name = one_line(&series.name);
        let gap = " ".repeat(width.saturating_sub(crate::script::width_columns(&name)) + 2);
        let days = series.days().map_or(String::new(), |(from, to)| format!("  {from}..{to}"));
        let (meetings, documents) = (series.meetings.len(), series.documents());
        writeln!(
            out,
            "{name}{gap}{meetings:>4} meeting{}  {}{days}",
            plural(meetings),
            counted(documents, "document")
        )?;
    }
    Ok(())
}

/// Writes one series: its meetings in order with gaps, contradictions and renames.
///
/// # Errors
/// An error of the writer.
pub fn series_text(out: &mut dyn Write, series: &Series) -> io::Result<()> {
    writeln!(out, "{}", one_line(&series.name))?;
    if !series.other_names.is_empty() {
        writeln!(out, "also     {}", one_line(&series.other_names.join("、")))?;
    }
    let mut last = None;
    for held in &series.meetings {
        if let Some((from, to)) =
            series.gaps.iter().find(|(from, _)| Some(*from) == last.map(|last: u32| last + 1) && held.number != last)
        {
            let numbers = if from == to { format!("第{from}回") } else { format!("第{from}回–第{to}回") };
            writeln!(out, "  {numbers}  no such meeting was read from a document")?;
        }
        last = held.number.or(last);
        writeln!(out, "  {}", one_line(&title(held)))?;
        for source in &held.sources {
            writeln!(out, "      {}  {}", one_line(&source.document), one_line(&source.title))?;
        }
    }
    for held in series.meetings.iter().filter(|held| held.conflict) {
        let told = |told: &Told| format!("{} ({})", told.value, documents(&told.sources));
        let dates: Vec<String> = held.dates.iter().map(told).collect();
        let dates = if dates.is_empty() { format!("no date ({})", documents(&held.sources)) } else { dates.join("; ") };
        writeln!(out, "conflict {}: {}", one_line(&name(held)), one_line(&dates))?;
    }
    for (rename, source) in &series.renames {
        let date = rename.date.as_ref().map_or(String::new(), |date| format!(" {date}"));
        let what = format!("{} → {}{date} {} «{}»", rename.old, rename.new, rename.relation.label(), rename.evidence);
        writeln!(out, "renamed  {} ({})", one_line(&what), one_line(&source.document))?;
    }
    for source in &series.related {
        writeln!(out, "related  {}  {}", one_line(&source.document), one_line(&source.title))?;
    }
    Ok(())
}

fn name(held: &Held) -> String {
    let number = held.number.map(|number| format!("第{number}回"));
    [&number, &held.edition, &held.sub].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ")
}

fn title(held: &Held) -> String {
    let parts = [name(held), values(&held.dates, " / "), values(&held.places, " / ")];
    let mark = if held.conflict { "  (conflict)" } else { "" };
    let told: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!("{}{mark}", told.join("  "))
}

fn values(told: &[Told], between: &str) -> String {
    told.iter().map(|told| told.value.as_str()).collect::<Vec<_>>().join(between)
}

fn documents(sources: &[Source]) -> String {
    sources.iter().map(|source| source.document.as_str()).collect::<Vec<_>>().join(", ")
}

/// Columns of a table of series.
const COLUMNS: [Column; 9] = [
    ("series", 40),
    ("number", 8),
    ("edition", 10),
    ("sub", 16),
    ("date", 24),
    ("place", 20),
    ("conflict", 10),
    ("document", 30),
    ("title", 50),
];

/// Writes a row for each meeting and document.
///
/// # Errors
/// An error of the writer.
pub fn series_table(
    out: &mut dyn Write,
    form: TableForm,
    shape: Shape,
    all: &[Series],
    made: &Made,
) -> Result<(), OutputError> {
    let conditions = Conditions::of(made);
    let held = all.iter().flat_map(|series| series.meetings.iter().map(move |held| (series, held)));
    let rows = held.flat_map(|(series, held)| held.sources.iter().map(move |source| row(series, held, source)));
    let rows = &mut rows.map(Ok);
    write_table(out, Table { sheet: "会議", columns: &COLUMNS, rows, conditions: Some(&conditions) }, form, shape)
}

fn row(series: &Series, held: &Held, source: &Source) -> Vec<Cell> {
    vec![
        series.name.clone().into(),
        Cell::number(held.number.and_then(|number| usize::try_from(number).ok())),
        Cell::maybe(held.edition.clone()),
        Cell::maybe(held.sub.clone()),
        values(&held.dates, "; ").into(),
        values(&held.places, "; ").into(),
        if held.conflict { "conflict" } else { "" }.into(),
        source.document.clone().into(),
        source.title.clone().into(),
    ]
}
