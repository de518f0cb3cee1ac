//! Answers as text for people, JSON, JSONL, CSV and Markdown.
//!
//! Invariants: this module makes no decisions about data; only `sanitize` decides which characters are written raw,
//! and each format defines its own escape; the JSON is valid for every input and has the shape of `docs/json.md`.

mod csv;
mod json;
mod markdown;
mod sanitize;
mod series;
mod text;
pub mod wire;

use std::io::{self, Write};

use crate::document::{PartnerValue, Role};
use crate::engine::{Answer, Found, Request, SearchError};

pub use json::{write_json, write_json_line};
pub use markdown::{markdown_line, markdown_quote};
pub use sanitize::{Guarded, column, one_line, sanitized};
pub use series::{series_csv, series_list, series_text};
pub use text::{date_label, document_head, facet_trees, passage_lines};

/// Formats of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Text for people.
    #[default]
    Text,
    /// One JSON object.
    Json,
    /// One JSON object for each hit, on a line of its own.
    Jsonl,
    /// One CSV row for each hit.
    Csv,
    /// Quotations with their places.
    Markdown,
}

/// Options of the output of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// The format.
    pub format: Format,
    /// Adds to the text how the query was read, and the score of each hit.
    pub explain: bool,
    /// Starts CSV with a byte order mark, by which spreadsheets recognise UTF-8.
    pub byte_order_mark: bool,
}

/// Reason why an answer was not written completely.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// An error of the writer.
    #[error("{0}")]
    Write(#[from] io::Error),
    /// A hit that could not be read.
    #[error("{0}")]
    Search(#[from] SearchError),
}

/// The hits of an answer, one by one.
type Hits<'a> = dyn Iterator<Item = Result<Found, SearchError>> + 'a;

/// Writes an answer with its hits, which are streamed and not kept in memory.
///
/// # Errors
/// An error of the writer, or the first hit that could not be read.
pub fn write_answer(
    out: &mut dyn Write,
    shape: Shape,
    answer: &Answer,
    hits: &mut Hits<'_>,
    request: &Request,
) -> Result<(), OutputError> {
    match shape.format {
        Format::Text => text::write(out, answer, hits, request, shape.explain),
        Format::Json => json::write(out, answer, hits, request),
        Format::Jsonl => {
            for hit in hits {
                write_json_line(out, &wire::Hit::from(&hit?))?;
            }
            Ok(())
        }
        Format::Csv => csv::write(out, hits, shape.byte_order_mark),
        Format::Markdown => markdown::write(out, answer, hits, request),
    }
}

/// Returns `partial` or `exact`, which tells how a hit holds the query.
fn match_name(hit: &Found) -> &'static str {
    if hit.relaxed { "partial" } else { "exact" }
}

/// Returns the names of the partners with a role.
fn names_of(role: Role, partners: &[PartnerValue]) -> Vec<&str> {
    partners.iter().filter(|partner| partner.role == role).map(|partner| partner.value.as_str()).collect()
}
