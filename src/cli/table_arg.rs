//! Formats of a command that writes a table.

use clap::{Args, ValueEnum};

use super::output_is_file;
use crate::output::{Shape, TableForm};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum TableFormat {
    /// For people
    #[default]
    Text,
    /// One object
    Json,
    /// One object a row
    Jsonl,
    /// One row a line
    Csv,
    /// One row a line; data as they are, for programs
    Tsv,
    /// A spreadsheet with a sheet of conditions
    Xlsx,
}

/// The format of the output of a command that writes a table.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct TableArg {
    /// Format of the output
    #[arg(long, value_enum, default_value_t)]
    format: TableFormat,
    /// Begin CSV and TSV with commit, version and date; xlsx always holds them
    #[arg(long)]
    head: bool,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

impl TableArg {
    /// True where the output is no text.
    pub fn is_binary(self) -> bool {
        self.format == TableFormat::Xlsx
    }

    /// True for one object.
    pub fn is_json(self) -> bool {
        self.json || self.format == TableFormat::Json
    }

    /// True for an object a row.
    pub fn is_jsonl(self) -> bool {
        self.format == TableFormat::Jsonl
    }

    /// Returns form and shape of a table; `None` for other formats.
    pub fn table(self) -> Option<(TableForm, Shape)> {
        let form = match self.format {
            TableFormat::Csv => TableForm::Csv,
            TableFormat::Tsv => TableForm::Tsv,
            TableFormat::Xlsx => TableForm::Xlsx,
            TableFormat::Text | TableFormat::Json | TableFormat::Jsonl => return None,
        };
        let mark = form == TableForm::Csv && output_is_file();
        Some((form, Shape { byte_order_mark: mark, head: self.head, ..Shape::default() }))
    }
}
