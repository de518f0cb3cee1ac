//! Answers as text for people, JSON, JSONL, tables (CSV, TSV, spreadsheets), Markdown and lists of references.
//!
//! Invariants: this module makes no decisions about data; only `sanitize` decides which characters are written raw,
//! and each format defines its own escape; the JSON is valid for every input and has the shape of `docs/json.md`.

mod aligned;
mod batch;
mod collocates;
mod compare;
mod concordance;
mod conditions;
mod crosstab;
mod csv;
mod discovery;
mod export;
mod forms;
mod hits;
mod journal;
mod json;
mod links;
mod markdown;
mod methods;
mod quotation;
mod references;
mod related;
mod sanitize;
mod series;
mod shell;
mod svg;
mod table;
mod text;
mod timeline;
pub mod wire;
mod wording;
mod xlsx;

use std::io::{self, Write};

use crate::document::{PartnerValue, Role};
use crate::engine::{Answer, Found, Request, SearchError};

pub use batch::{batch_hits, batch_table, batch_text};
pub use collocates::{collocates_table, collocates_text};
pub use compare::{compare_table, compare_text};
pub use concordance::{concordance_notes, concordance_table, concordance_text};
pub use conditions::{Condition, Conditions, Made};
pub use crosstab::{CrosstabShow, crosstab_svg, crosstab_table, crosstab_text};
pub use discovery::*;
pub use export::{Export, Sources, facets_table, write_export};
pub use journal::{log_table, log_text, news_table, news_text, rerun_table, rerun_text};
pub use json::{write_json, write_json_line};
pub(crate) use links::path_of;
pub use links::{document_link, passage_link};
pub use markdown::{markdown_line, markdown_quote};
pub use methods::{MethodsLanguage, methods};
pub use quotation::quotations_text;
pub use references::{References, Style};
pub use related::related_text;
pub use sanitize::{Guarded, column, one_line, sanitized, stripped};
pub use series::{series_list, series_table, series_text};
pub use shell::{ANY_ROLE, in_any_role, shell_word};
pub use table::TableForm;
pub use text::{date_label, document_head, facet_trees, passage_lines};
pub use timeline::{dispersion_svg, dispersion_table, dispersion_text, timeline_svg, timeline_table, timeline_text};
pub use wording::{WordingForm, documents_compared, meetings_compared, parallels_listed, parallels_notes};

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
    /// One TSV row for each hit.
    Tsv,
    /// A spreadsheet, one row for each hit, with a sheet of conditions.
    Xlsx,
    /// Quotations with their places.
    Markdown,
    /// A BibTeX entry for each document.
    Bibtex,
    /// A RIS record for each document.
    Ris,
    /// A CSL-JSON item for each document.
    CslJson,
}

impl Format {
    /// True for bytes that are no text.
    pub fn is_binary(self) -> bool {
        self == Self::Xlsx
    }

    /// Returns the form of a table; `None` for other formats.
    pub(crate) fn table(self) -> Option<TableForm> {
        match self {
            Self::Csv => Some(TableForm::Csv),
            Self::Tsv => Some(TableForm::Tsv),
            Self::Xlsx => Some(TableForm::Xlsx),
            _ => None,
        }
    }

    /// Returns the media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; charset=utf-8",
            Self::Json => "application/json",
            Self::Jsonl => "application/jsonl",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Tsv => "text/tab-separated-values; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Markdown => Style::Markdown.media_type(),
            Self::Bibtex => Style::Bibtex.media_type(),
            Self::Ris => Style::Ris.media_type(),
            Self::CslJson => Style::CslJson.media_type(),
        }
    }
}

/// Options of the output of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// The format.
    pub format: Format,
    /// Adds to the text how the query was read, and the score of each hit.
    pub explain: bool,
    /// Writes CSV for people: it starts with a byte order mark, by which spreadsheets recognise UTF-8, and a `'` stands
    /// in front of cells that a spreadsheet would run. CSV for programs keeps the data as they are.
    pub byte_order_mark: bool,
    /// Begins CSV, TSV, JSONL and Markdown with the conditions of the search.
    pub head: bool,
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

/// Writes an answer with its hits, which are streamed and not kept in memory, without conditions.
///
/// # Errors
/// An error of the writer, or the first hit that could not be read. Lists of references need [`write_export`].
pub fn write_answer(
    out: &mut dyn Write,
    shape: Shape,
    answer: &Answer,
    hits: &mut Hits<'_>,
    request: &Request,
) -> Result<(), OutputError> {
    if let Some(form) = shape.format.table() {
        return export::hits_table(out, form, shape, None, None, hits);
    }
    match shape.format {
        Format::Text => text::write(out, answer, hits, request, shape.explain),
        Format::Json => json::write(out, answer, hits, request),
        Format::Jsonl => {
            for hit in hits {
                write_json_line(out, &wire::Hit::from(&hit?))?;
            }
            Ok(())
        }
        Format::Csv | Format::Tsv | Format::Xlsx => Ok(()),
        Format::Bibtex | Format::Ris | Format::CslJson => {
            Err(io::Error::new(io::ErrorKind::Unsupported, "a list of references needs the documents of its hits")
                .into())
        }
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
