//! The forms of tables.

use std::io::Write;

use super::csv::{csv_table, tsv_table};
use super::table::{Table, TableForm};
use super::xlsx::xlsx_table;
use super::{OutputError, Shape};

/// Writes a table in a form; its rows are streamed.
pub(super) fn write_table(
    out: &mut dyn Write,
    table: Table<'_, '_>,
    form: TableForm,
    shape: Shape,
) -> Result<(), OutputError> {
    match form {
        TableForm::Csv => csv_table(out, table, shape),
        TableForm::Tsv => tsv_table(out, table, shape),
        TableForm::Xlsx => xlsx_table(out, table),
    }
}
