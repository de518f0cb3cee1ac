//! Answers as text for people, JSON, JSONL, CSV and Markdown.
//!
//! Invariants: data only, no decisions; `sanitize` alone decides which characters are written as they are, each format says what it
//! writes in place of the others; the JSON is valid for every input and its shape is that of `docs/json.md`.

mod csv;
mod json;
mod markdown;
mod sanitize;
mod text;

use std::io::{self, Write};

use crate::document::{PartnerValue, Role};
use crate::search::{Answer, Request};

pub use json::{document_metadata, document_passages, passage_value, write_json, write_json_line};
pub use markdown::{markdown_line, markdown_quote};
pub use sanitize::{Guarded, column, one_line, sanitized};
pub use text::{date_label, document_head, facet_tree, passage_lines};

/// Formats of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
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

/// Writes an answer in a format.
///
/// # Errors
/// What the writer says.
pub fn write_answer(out: &mut dyn Write, format: Format, answer: &Answer, request: &Request, explain: bool) -> io::Result<()> {
    match format {
        Format::Text => text::write(out, answer, request, explain),
        Format::Json => write_json(out, &json::answer(answer, request)),
        Format::Jsonl => answer.hits.iter().try_for_each(|hit| write_json_line(out, &json::hit(hit))),
        Format::Csv => csv::write(out, answer),
        Format::Markdown => markdown::write(out, answer, request),
    }
}

/// Names of the partners with a role.
fn names_of(role: Role, partners: &[PartnerValue]) -> Vec<&str> {
    partners.iter().filter(|partner| partner.role == role).map(|partner| partner.value.as_str()).collect()
}
