//! Answers as text for people, JSON, JSONL, CSV and Markdown.
//!
//! Invariants: data only, no decisions; `sanitize` alone decides which characters are written as they are, each format
//! says what it writes in place of the others; the JSON is valid for every input and its shape is that of
//! `docs/json.md`.

mod csv;
mod json;
mod markdown;
mod sanitize;
mod text;
pub mod wire;

use std::io::{self, Write};

use crate::document::{PartnerValue, Role};
use crate::engine::{Answer, Found, Request, SearchError};

pub use json::{write_json, write_json_line};
pub use markdown::{markdown_line, markdown_quote};
pub use sanitize::{Guarded, column, one_line, sanitized};
pub use text::{date_label, document_head, facet_tree, passage_lines};

/// Formats of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One object.
    Json,
    /// One object a hit.
    Jsonl,
    /// One row a hit.
    Csv,
    /// Quotations with their places.
    Markdown,
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// The format.
    pub format: Format,
    /// Text says how the query was read, and the score of each hit.
    pub explain: bool,
    /// CSV begins with a byte order mark, by which spreadsheets know UTF-8.
    pub byte_order_mark: bool,
}

/// Why an answer was not written to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// The writer.
    #[error("{0}")]
    Write(#[from] io::Error),
    /// A hit that could not be read.
    #[error("{0}")]
    Search(#[from] SearchError),
}

/// The hits of an answer, one by one.
type Hits<'a> = dyn Iterator<Item = Result<Found, SearchError>> + 'a;

/// Writes an answer with its hits, which are taken one by one and not kept.
///
/// # Errors
/// What the writer says, or the first hit that could not be read.
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

/// How a hit holds the query: whole or in part.
fn match_name(hit: &Found) -> &'static str {
    if hit.relaxed { "partial" } else { "exact" }
}

/// Names of the partners with a role.
fn names_of(role: Role, partners: &[PartnerValue]) -> Vec<&str> {
    partners.iter().filter(|partner| partner.role == role).map(|partner| partner.value.as_str()).collect()
}
