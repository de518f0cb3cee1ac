//! Timelines and dispersion as text, tables and pictures.

use std::io::{self, Write};

use super::conditions::{Conditions, Made};
use super::forms::write_table;
use super::svg::{self, Bar, Dots};
use super::table::{Cell, Column, Table, TableForm};
use super::text::date_label;
use super::{OutputError, Shape, one_line};
use crate::document::{DateKind, DateSource, counted};
use crate::engine::Request;
use crate::script::width_columns;
use crate::study::{Bin, Dispersion, Per, Timeline, Timelines, Use};

/// Width of the longest bar of a text.
const BAR: f64 = 40.0;

fn unit(per: Per) -> &'static str {
    match per {
        Per::Absolute => "passages",
        Per::MillionCharacters => "occurrences per million characters",
        Per::Documents => "documents per 100 documents",
    }
}

fn number(bin: &Bin, per: Per) -> String {
    match (per, bin.shown(per)) {
        (Per::Absolute, _) => bin.passages.to_string(),
        (_, Some(rate)) => format!("{rate:.1}"),
        (_, None) => "–".to_owned(),
    }
}

fn all_bins(line: &Timeline) -> impl Iterator<Item = &Bin> {
    line.bins.iter().chain([&line.undated])
}

/// Writes timelines as text: bars, then the first and the last use.
///
/// # Errors
/// An error of the writer.
pub fn timeline_text(out: &mut dyn Write, found: &Timelines) -> io::Result<()> {
    let per = found.options.per;
    for warning in &found.warnings {
        writeln!(out, "! {}", one_line(warning))?;
    }
    for line in &found.lines {
        let total = counted(line.total.passages, "passage");
        writeln!(out, "{}  {total} in {}", one_line(&line.query), counted(line.total.documents, "document"))?;
        let highest = all_bins(line).filter_map(|bin| bin.shown(per)).fold(0.0, f64::max);
        let width = all_bins(line).map(|bin| width_columns(&bin.label)).max().unwrap_or(0);
        let numbers = all_bins(line).map(|bin| number(bin, per).chars().count()).max().unwrap_or(0);
        for bin in all_bins(line) {
            let part = |value: f64| if highest > 0.0 { (BAR * value / highest).ceil() as usize } else { 0 };
            let all = part(bin.shown(per).unwrap_or(0.0));
            let hatched = (all as f64 * inferred(bin)).round() as usize;
            let bar = "█".repeat(all.saturating_sub(hatched)) + &"░".repeat(hatched);
            let gap = " ".repeat(width.saturating_sub(width_columns(&bin.label)));
            let label = one_line(&bin.label);
            writeln!(out, "  {label}{gap}  {:>numbers$}  {bar}{}", number(bin, per), beside(bin))?;
        }
        for (name, one) in [("first", &line.first), ("last", &line.last)] {
            match one {
                Some(one) => writeln!(out, "{name:<5}  {}", one_line(&used(one)))?,
                None => writeln!(out, "{name:<5}  no dated passage")?,
            }
        }
        for partner in &line.partners {
            writeln!(out, "{}", one_line(&partner.partner.label))?;
            for (name, one) in [("first", &partner.first), ("last", &partner.last)] {
                if let Some(one) = one {
                    writeln!(out, "  {name:<5}  {}", one_line(&used(one)))?;
                }
            }
        }
    }
    Ok(())
}

/// Returns the part of the passages of a bin whose date is inferred.
fn inferred(bin: &Bin) -> f64 {
    if bin.passages == 0 { 0.0 } else { bin.inferred.passages as f64 / bin.passages as f64 }
}

fn beside(bin: &Bin) -> String {
    if bin.passages == 0 {
        return String::new();
    }
    let inferred = match bin.inferred.passages {
        0 => String::new(),
        some => format!(", {some} inferred"),
    };
    let occurrences = counted(bin.occurrences, "occurrence");
    format!("  {}, {occurrences}{inferred}", counted(bin.documents, "document"))
}

/// Says a use with the kind and source of its date.
fn used(one: &Use) -> String {
    let warning = if one.is_inferred() { "; the date is inferred, so the true one may be another" } else { "" };
    let date = date_label(Some(&one.date)).replace(" (inferred)", "");
    let (kind, source) = (kind_name(one.date.kind), source_name(one.date.source));
    format!("{date} ({kind}, {source}{warning})  {}  {}", one.passage, one.title)
}

fn kind_name(kind: DateKind) -> &'static str {
    match kind {
        DateKind::Published => "published",
        DateKind::Event => "event",
        DateKind::Mentioned => "mentioned",
    }
}

fn source_name(source: DateSource) -> &'static str {
    match source {
        DateSource::Given => "given",
        DateSource::Stated => "stated",
        DateSource::Relative => "relative",
        DateSource::Inferred => "inferred",
    }
}

const COLUMNS: [Column; 11] = [
    ("query", 24),
    ("bin", 14),
    ("start", 12),
    ("end", 12),
    ("passages", 10),
    ("documents", 10),
    ("occurrences", 12),
    ("inferred_passages", 18),
    ("inferred_documents", 18),
    ("rate", 12),
    ("of", 12),
];

/// Writes a row for each bin of each query.
///
/// # Errors
/// An error of the writer.
pub fn timeline_table(
    out: &mut dyn Write,
    form: TableForm,
    shape: Shape,
    found: &Timelines,
    (request, made): (&Request, &Made),
) -> Result<(), OutputError> {
    let per = found.options.per;
    let mut conditions = conditions(request, made, found.timed_out);
    conditions.add("per", "単位", unit(per));
    for warning in &found.warnings {
        conditions.add("warning", "注意", warning);
    }
    for line in &found.lines {
        for (name, label, one) in [("first", "初出", &line.first), ("last", "最終", &line.last)] {
            if let Some(one) = one {
                conditions.add(name, label, &format!("{}: {}", line.query, used(one)));
            }
        }
    }
    let row = |line: &Timeline, bin: &Bin| {
        vec![
            line.query.clone().into(),
            bin.label.clone().into(),
            Cell::maybe(bin.start.map(|day| day.to_string())),
            Cell::maybe(bin.end.map(|day| day.to_string())),
            bin.passages.into(),
            bin.documents.into(),
            bin.occurrences.into(),
            bin.inferred.passages.into(),
            bin.inferred.documents.into(),
            Cell::decimal(bin.shown(per).filter(|_| per != Per::Absolute)),
            Cell::number(bin.of),
        ]
    };
    let rows = found.lines.iter().flat_map(|line| all_bins(line).map(move |bin| row(line, bin)));
    let rows = &mut rows.map(Ok);
    write_table(out, Table { sheet: "年表", columns: &COLUMNS, rows, conditions: Some(&conditions) }, form, shape)
}

/// Collects the conditions of counts of several queries.
fn conditions(request: &Request, made: &Made, timed_out: bool) -> Conditions {
    let mut all = Conditions::of(made);
    if timed_out {
        all.cut("the time ran out: all numbers are lower bounds");
    }
    for (name, value) in request.filters.describe() {
        all.add(name, "絞り込み", &value);
    }
    all.add("variants", "語形の拡張", if request.variants { "on" } else { "off" });
    all
}

/// Draws the timelines as small multiples.
pub fn timeline_svg(found: &Timelines) -> String {
    let per = found.options.per;
    let bar = |bin: &Bin, apart: bool| Bar {
        label: bin.label.clone(),
        told: format!("{}: {}{}", bin.label, number(bin, per), beside(bin)),
        number: number(bin, per),
        value: bin.shown(per).unwrap_or(0.0),
        inferred: inferred(bin),
        apart,
    };
    let chart = |line: &Timeline| {
        let bars = line.bins.iter().map(|bin| bar(bin, false)).chain([bar(&line.undated, true)]);
        (line.query.clone(), bars.collect::<Vec<_>>())
    };
    let charts: Vec<(String, Vec<Bar>)> = found.lines.iter().map(chart).collect();
    let warning = found.warnings.iter().fold(String::new(), |all, warning| format!("{all} · {warning}"));
    let title = found.lines.iter().map(|line| line.query.as_str()).collect::<Vec<_>>().join("、");
    svg::bars(&title, &format!("{} · {}{warning}", unit(per), found.options.by.name()), &charts)
}

/// Says what a plot leaves out; empty where it shows all.
fn rest(plot: &Dispersion) -> String {
    let mut said = Vec::new();
    if plot.rest_documents > 0 {
        let occurrences = counted(plot.rest_occurrences, "occurrence");
        said.push(format!("not shown: {} with {occurrences}", counted(plot.rest_documents, "document")));
    }
    if plot.timed_out {
        said.push("the time ran out: occurrences may be missing".to_owned());
    }
    said.join("; ")
}

/// Writes where a query occurs in documents: a line of 60 places each.
///
/// # Errors
/// An error of the writer.
pub fn dispersion_text(out: &mut dyn Write, plot: &Dispersion) -> io::Result<()> {
    const PLACES: usize = 60;
    for row in &plot.rows {
        let mut line = ['·'; PLACES];
        for offset in &row.offsets {
            let at = (offset * PLACES / row.length.max(1)).min(PLACES - 1);
            if let Some(place) = line.get_mut(at) {
                *place = '|';
            }
        }
        let line: String = line.iter().collect();
        writeln!(out, "{line}  {:>4}  {}", row.offsets.len(), one_line(&format!("{}  {}", row.document, row.title)))?;
    }
    let rest = rest(plot);
    if rest.is_empty() { Ok(()) } else { writeln!(out, "! {rest}") }
}

const PLACES: [Column; 5] = [("document", 30), ("title", 50), ("date", 24), ("length", 10), ("offset", 10)];

/// Writes a row for each occurrence.
///
/// # Errors
/// An error of the writer.
pub fn dispersion_table(
    out: &mut dyn Write,
    form: TableForm,
    shape: Shape,
    plot: &Dispersion,
    (request, made): (&Request, &Made),
) -> Result<(), OutputError> {
    let mut conditions = conditions(request, made, plot.timed_out);
    conditions.add("query", "検索式", &plot.query);
    if !rest(plot).is_empty() {
        conditions.add("rest", "省略", &rest(plot));
    }
    let rows = plot.rows.iter().flat_map(|row| {
        row.offsets.iter().map(move |offset| {
            vec![
                row.document.clone().into(),
                row.title.clone().into(),
                date_label(row.date.as_ref()).into(),
                row.length.into(),
                Cell::from(*offset),
            ]
        })
    });
    let rows = &mut rows.map(Ok);
    write_table(out, Table { sheet: "出現位置", columns: &PLACES, rows, conditions: Some(&conditions) }, form, shape)
}

/// Draws where a query occurs in documents: a row a document, a tick an occurrence.
pub fn dispersion_svg(plot: &Dispersion) -> String {
    let row = |row: &crate::study::Row| Dots {
        label: format!("{} {}", date_label(row.date.as_ref()), row.title),
        number: counted(row.offsets.len(), "time"),
        at: row
            .offsets
            .iter()
            .map(|offset| {
                let place = *offset as f64 / row.length.max(1) as f64;
                (place, format!("{} % of {}", (place * 100.0).round(), row.document))
            })
            .collect(),
    };
    let rows: Vec<Dots> = plot.rows.iter().map(row).collect();
    let note = format!("x = position in the document; one tick an occurrence {}", rest(plot));
    svg::dots(&plot.query, note.trim(), &rows)
}
