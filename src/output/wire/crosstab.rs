//! Cross tables.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::engine::{Numbers, Request};
use crate::study;

/// Cross tables of a query.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Crosstab<'a> {
    /// The query as typed.
    pub query: &'a str,
    /// Filters by name.
    pub filters: BTreeMap<&'static str, Vec<String>>,
    /// Dimension of the rows: `partner`, `year` and so on.
    pub row_dimension: &'static str,
    /// Dimension of the columns.
    pub col_dimension: &'static str,
    /// Dimension of the layers.
    pub layer_dimension: Option<&'static str>,
    /// What the cells count: `passages`, `documents`, `occurrences`.
    pub measure: &'static str,
    /// True where each document counts once, under its primary values.
    pub primary: bool,
    /// The table of all.
    #[serde(flatten)]
    pub table: CrossTable<'a>,
    /// A table for each value of the layer.
    pub layers: Vec<CrossLayer<'a>>,
    /// What a reader must know before the numbers.
    pub warnings: &'a [String],
    /// True where the time ran out: numbers are lower bounds.
    pub timed_out: bool,
}

/// A table of one value of the layer.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CrossLayer<'a> {
    /// The value.
    pub layer: CrossValue<'a>,
    /// Its table.
    #[serde(flatten)]
    pub table: CrossTable<'a>,
}

/// A table with its statistics.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CrossTable<'a> {
    /// Names of the rows.
    pub rows: Vec<&'a str>,
    /// Names of the columns.
    pub cols: Vec<&'a str>,
    /// The rows in the same order, with filter and numbers.
    pub row_values: Vec<CrossValue<'a>>,
    /// The columns in the same order, with filter and numbers.
    pub col_values: Vec<CrossValue<'a>>,
    /// Cells, row by row.
    pub cells: Vec<Vec<CrossCell>>,
    /// Pearson's χ² without a correction; null for fewer than two rows or columns with a count.
    pub chi2: Option<f64>,
    /// Degrees of freedom.
    pub df: usize,
    /// Cramér's V.
    pub v: Option<f64>,
    /// Number of expected counts below 5.
    pub low_expected: usize,
    /// Sum of all cells.
    pub sum: usize,
    /// Passages and documents that the table is about, each once.
    pub total: Numbers,
    /// Number of rows that are not shown.
    pub rest_rows: usize,
    /// Sum of their cells.
    pub rest_count: usize,
}

/// A row, a column or a layer.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CrossValue<'a> {
    /// Its name.
    pub label: &'a str,
    /// The option that selects it (`--partner`), by name; `query` for a query that is added with AND. Row and column
    /// together with query and filters open a cell.
    pub filters: BTreeMap<&'static str, &'a str>,
    /// Number of passages behind it, each once: the number of `facets`.
    pub passages: usize,
    /// Number of documents behind it.
    pub documents: usize,
    /// Sum of its cells; above the number of passages or documents where cells overlap.
    pub sum: usize,
}

/// A cell.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CrossCell {
    /// Its count.
    pub count: usize,
    /// Per cent of the sum of its row; null in an empty row.
    pub row: Option<f64>,
    /// Per cent of the sum of its column; null in an empty column.
    pub col: Option<f64>,
    /// Expected count; null in an empty row or column.
    pub expected: Option<f64>,
    /// Adjusted standardised residual; null where it has no variance.
    pub residual: Option<f64>,
}

impl<'a> Crosstab<'a> {
    /// Makes the JSON of the tables of a request.
    pub fn new(request: &'a Request, found: &'a study::Crosstab) -> Self {
        let mut filters: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for (name, value) in request.filters.describe() {
            filters.entry(name).or_default().push(value);
        }
        let layer = |table: &'a study::CrossTable| {
            let value = table.layer.as_ref()?;
            let layer = CrossValue::new(value, table.statistics.sum);
            Some(CrossLayer { layer, table: CrossTable::from(table) })
        };
        Self {
            query: &request.text,
            filters,
            row_dimension: found.options.rows.name(),
            col_dimension: found.options.cols.name(),
            layer_dimension: found.options.layer.map(study::Dimension::name),
            measure: found.options.measure.name(),
            primary: found.options.primary,
            table: CrossTable::from(&found.all),
            layers: found.layers.iter().filter_map(layer).collect(),
            warnings: &found.warnings,
            timed_out: found.timed_out,
        }
    }
}

impl<'a> CrossValue<'a> {
    fn new(value: &'a study::Value, sum: usize) -> Self {
        Self {
            label: &value.label,
            filters: BTreeMap::from([(value.filter.0, value.filter.1.as_str())]),
            passages: value.numbers.passages,
            documents: value.numbers.documents,
            sum,
        }
    }
}

impl<'a> From<&'a study::CrossTable> for CrossTable<'a> {
    fn from(table: &'a study::CrossTable) -> Self {
        let statistics = &table.statistics;
        let values = |values: &'a [study::Value], sums: &[usize]| {
            values.iter().zip(sums).map(|(value, sum)| CrossValue::new(value, *sum)).collect()
        };
        let cells = table.cells().map(|row| {
            let cell = |cell: study::CrossCell| CrossCell {
                count: cell.count,
                row: cell.row_percent,
                col: cell.col_percent,
                expected: cell.statistics.expected,
                residual: cell.statistics.residual,
            };
            row.into_iter().map(cell).collect()
        });
        Self {
            rows: table.rows.iter().map(|value| value.label.as_str()).collect(),
            cols: table.cols.iter().map(|value| value.label.as_str()).collect(),
            row_values: values(&table.rows, &statistics.row_sums),
            col_values: values(&table.cols, &statistics.col_sums),
            cells: cells.collect(),
            chi2: statistics.chi2,
            df: statistics.df,
            v: statistics.v,
            low_expected: statistics.low,
            sum: statistics.sum,
            total: table.total,
            rest_rows: table.rest.rows,
            rest_count: table.rest.count,
        }
    }
}
