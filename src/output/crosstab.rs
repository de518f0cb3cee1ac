//! Cross tables as text, tables and pictures.

use std::io::{self, Write};

use super::conditions::Conditions;
use super::export::Export;
use super::forms::write_table;
use super::svg::{self, Heat};
use super::table::{Cell, Column, Table, TableForm};
use super::{OutputError, Shape, one_line};
use crate::script::width_columns;
use crate::study::{Counted, CrossCell, CrossTable, Crosstab, Value, residual_mark};

/// What the cells of a text show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CrosstabShow {
    /// The count, with the mark of its residual.
    #[default]
    Count,
    /// Per cent of the row.
    Row,
    /// Per cent of the column.
    Col,
    /// The expected count.
    Expected,
    /// The adjusted standardised residual.
    Residual,
}

impl CrosstabShow {
    fn cell(self, cell: &CrossCell) -> String {
        let decimal = |number: Option<f64>, places: usize| number.map_or("–".to_owned(), |n| format!("{n:.places$}"));
        let residual = cell.statistics.residual;
        let mark = residual.map_or("", residual_mark);
        let text = match self {
            Self::Count => cell.count.to_string(),
            Self::Row => decimal(cell.row_percent, 1),
            Self::Col => decimal(cell.col_percent, 1),
            Self::Expected => decimal(cell.statistics.expected, 1),
            Self::Residual => decimal(residual, 2),
        };
        format!("{text}{mark}")
    }
}

/// Writes the tables as text: warnings first, then rows with marks, sums and the statistics.
///
/// # Errors
/// An error of the writer.
pub fn crosstab_text(out: &mut dyn Write, found: &Crosstab, show: CrosstabShow) -> io::Result<()> {
    for warning in &found.warnings {
        writeln!(out, "! {}", one_line(warning))?;
    }
    for table in std::iter::once(&found.all).chain(&found.layers) {
        if let Some(layer) = &table.layer {
            writeln!(out, "\n{}", one_line(&layer.label))?;
        }
        text_table(out, found, table, show)?;
    }
    Ok(())
}

fn text_table(out: &mut dyn Write, found: &Crosstab, table: &CrossTable, show: CrosstabShow) -> io::Result<()> {
    let (rows, cols) = (found.options.rows.name(), found.options.cols.name());
    let own = own_name(found.options.measure);
    let mut lines = vec![vec![format!("{rows} \\ {cols}")]];
    let numbers = |value: &Value| own_number(found.options.measure, value).to_string();
    if let Some(head) = lines.first_mut() {
        head.extend(table.cols.iter().map(|value| one_line(&value.label).into_owned()));
        head.extend(["sum".to_owned(), own.to_owned()]);
    }
    for ((value, cells), sum) in table.rows.iter().zip(table.cells()).zip(&table.statistics.row_sums) {
        let mut line = vec![one_line(&value.label).into_owned()];
        line.extend(cells.iter().map(|cell| show.cell(cell)));
        line.extend([sum.to_string(), numbers(value)]);
        lines.push(line);
    }
    let mut sums = vec!["sum".to_owned()];
    sums.extend(table.statistics.col_sums.iter().map(usize::to_string));
    sums.extend([table.statistics.sum.to_string(), String::new()]);
    let mut totals = vec![own.to_owned()];
    totals.extend(table.cols.iter().map(numbers));
    let whole = if found.options.measure == Counted::Documents { table.total.documents } else { table.total.passages };
    totals.extend([String::new(), whole.to_string()]);
    lines.extend([sums, totals]);
    let columns = table.cols.len() + 3;
    let widths: Vec<usize> = (0..columns)
        .map(|at| lines.iter().filter_map(|line| line.get(at)).map(|cell| width_columns(cell)).max().unwrap_or(0))
        .collect();
    for line in &lines {
        let mut text = String::new();
        for (at, (cell, width)) in line.iter().zip(&widths).enumerate() {
            let gap = " ".repeat(width.saturating_sub(width_columns(cell)));
            text += &if at == 0 { format!("{cell}{gap}") } else { format!("  {gap}{cell}") };
        }
        writeln!(out, "{}", text.trim_end())?;
    }
    writeln!(out, "{}", statistics(table))
}

/// Says χ² with its degrees of freedom and V.
fn statistics(table: &CrossTable) -> String {
    match (table.statistics.chi2, table.statistics.v) {
        (Some(chi2), Some(v)) => format!("χ² {chi2:.2}, df {}, Cramér's V {v:.3}", table.statistics.df),
        _ => "no χ²: it needs two rows and two columns with counts".to_owned(),
    }
}

/// Returns the name of the numbers that each count once.
fn own_name(measure: Counted) -> &'static str {
    if measure == Counted::Documents { "documents" } else { "passages" }
}

fn own_number(measure: Counted, value: &Value) -> usize {
    if measure == Counted::Documents { value.numbers.documents } else { value.numbers.passages }
}

const COLUMNS: [Column; 12] = [
    ("layer", 16),
    ("row", 24),
    ("col", 14),
    ("count", 9),
    ("row_percent", 12),
    ("col_percent", 12),
    ("expected", 12),
    ("residual", 12),
    ("mark", 6),
    ("row_filter", 24),
    ("col_filter", 18),
    ("layer_filter", 18),
];

/// Writes the tables with one row a cell; a spreadsheet can turn them.
///
/// # Errors
/// An error of the writer.
pub fn crosstab_table(
    out: &mut dyn Write,
    form: TableForm,
    shape: Shape,
    found: &Crosstab,
    export: Export<'_>,
) -> Result<(), OutputError> {
    let mut conditions = Conditions::new(export.request, export.answer, export.made);
    if found.timed_out && !conditions.is_cut() {
        conditions.cut("the time ran out: all numbers are lower bounds");
    }
    conditions.add("measure", "数えるもの", found.options.measure.name());
    for warning in &found.warnings {
        conditions.add("warning", "注意", warning);
    }
    for table in std::iter::once(&found.all).chain(&found.layers) {
        let name = table.layer.as_ref().map_or(String::new(), |layer| format!("{}: ", layer.label));
        conditions.add("statistics", "統計量", &format!("{name}{}", statistics(table)));
    }
    let tables = std::iter::once(&found.all).chain(&found.layers);
    let rows = tables.flat_map(|table| {
        let lines = table.rows.iter().zip(table.cells());
        lines.flat_map(move |(row, cells)| {
            table.cols.iter().zip(cells).map(move |(col, cell)| line(table.layer.as_ref(), row, col, &cell))
        })
    });
    let rows = &mut rows.map(Ok);
    write_table(out, Table { sheet: "クロス集計", columns: &COLUMNS, rows, conditions: Some(&conditions) }, form, shape)
}

fn filter(value: &Value) -> String {
    format!("{}:{}", value.filter.0, value.filter.1)
}

fn line(layer: Option<&Value>, row: &Value, col: &Value, cell: &CrossCell) -> Vec<Cell> {
    let residual = cell.statistics.residual;
    vec![
        Cell::maybe(layer.map(|layer| layer.label.clone())),
        row.label.clone().into(),
        col.label.clone().into(),
        cell.count.into(),
        Cell::decimal(cell.row_percent),
        Cell::decimal(cell.col_percent),
        Cell::decimal(cell.statistics.expected),
        Cell::decimal(residual),
        residual.map_or("", residual_mark).into(),
        filter(row).into(),
        filter(col).into(),
        Cell::maybe(layer.map(filter)),
    ]
}

/// Draws the table of all as a heat table.
pub fn crosstab_svg(query: &str, found: &Crosstab, show: CrosstabShow) -> String {
    let table = &found.all;
    let rows: Vec<(String, Vec<Heat>)> = table
        .rows
        .iter()
        .zip(table.cells())
        .map(|(row, cells)| {
            let heat = |(col, cell): (&Value, CrossCell)| Heat {
                told: format!("{} × {}: {}", row.label, col.label, told(&cell)),
                text: show.cell(&cell),
                residual: cell.statistics.residual,
            };
            (row.label.clone(), table.cols.iter().zip(cells).map(heat).collect())
        })
        .collect();
    let cols: Vec<String> = table.cols.iter().map(|value| value.label.clone()).collect();
    let title = format!("{query} {} × {}", found.options.rows.name(), found.options.cols.name());
    let mut notes = vec![format!("{} · {}", found.options.measure.name(), statistics(table))];
    notes.extend(found.warnings.iter().cloned());
    svg::heat(title.trim(), &notes, &rows, &cols)
}

fn told(cell: &CrossCell) -> String {
    let statistics = cell.statistics;
    match (statistics.expected, statistics.residual) {
        (Some(expected), Some(z)) => format!("{} (expected {expected:.1}, residual {z:.2})", cell.count),
        _ => cell.count.to_string(),
    }
}
