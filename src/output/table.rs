//! Tables: rows of cells as CSV, TSV or a spreadsheet.

use super::conditions::Conditions;
use crate::engine::SearchError;

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// A text.
    Text(String),
    /// A number, which a spreadsheet sums.
    Number(u64),
    /// A measure; every digit that its value needs.
    Decimal(f64),
    /// A text that leads to an address, where there is one.
    Link(String, Option<String>),
}

impl Cell {
    /// Makes a cell of a value that may be absent.
    pub fn maybe(value: Option<impl Into<String>>) -> Self {
        Self::Text(value.map_or(String::new(), Into::into))
    }

    /// Makes a cell of a number that may be absent.
    pub fn number(value: Option<usize>) -> Self {
        value.map_or(Self::Text(String::new()), Self::from)
    }

    /// True for a number, which no spreadsheet takes for a formula.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Decimal(_))
    }

    /// Makes a cell of a number with decimals that may be absent.
    pub fn decimal(value: Option<f64>) -> Self {
        value.filter(|number| number.is_finite()).map_or(Self::Text(String::new()), Self::Decimal)
    }

    /// Returns the text of the cell.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) | Self::Link(text, _) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Decimal(number) => number.to_string(),
        }
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Self {
        Self::Number(number as u64)
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Decimal(number)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// Form of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableForm {
    /// Comma-separated values.
    Csv,
    /// Tab-separated values.
    Tsv,
    /// A spreadsheet in Office Open XML.
    Xlsx,
}

/// A column: its name, and its width in a spreadsheet in characters of half width.
pub(super) type Column = (&'static str, u32);

/// The rows of a table, one by one.
pub(super) type Rows<'a> = dyn Iterator<Item = Result<Vec<Cell>, SearchError>> + 'a;

/// A table with its conditions.
pub(super) struct Table<'a, 'r> {
    /// Name of the sheet of a spreadsheet.
    pub sheet: &'static str,
    pub columns: &'a [Column],
    pub rows: &'a mut Rows<'r>,
    /// A spreadsheet always has a sheet for them, CSV and TSV lines if the shape asks for them.
    pub conditions: Option<&'a Conditions>,
}
