//! Lists to take away: an answer in the forms of spreadsheets, programs and reference managers.

use std::io::Write;

use axum::http::StatusCode;

use super::asked::Asked;
use super::reply::Problem;
use super::store::{Held, now};
use super::view::Extension;
use crate::cite::{Accessed, Citation};
use crate::document::{Document, Passage};
use crate::engine::{Answer, Found, Request, SearchError, Shown};
use crate::output::{
    Export, Format, Made, OutputError, References, Shape, Style, TableForm, facets_table, series_table, write_export,
};
use crate::study::Series;

/// Names the form of a table; `None` for forms that hold none.
pub(super) fn table(extension: Extension) -> Option<TableForm> {
    extension.output().and_then(Format::table)
}

/// Returns when and from what a list is made.
pub(super) fn made(asked: &Asked) -> Made {
    Made { commit: asked.held.commit.clone(), at: now(), base: Some(asked.base.clone()) }
}

/// A person opens CSV in a spreadsheet, which reads it as UTF-8 by its mark alone.
pub(super) fn shape(extension: Extension, head: bool) -> Shape {
    let format = extension.output().unwrap_or_default();
    Shape { format, byte_order_mark: format == Format::Csv, head, ..Shape::default() }
}

/// Writes hits.
pub(super) fn write(
    out: &mut dyn Write,
    asked: &Asked,
    answer: &Answer,
    hits: &mut dyn Iterator<Item = Result<Found, SearchError>>,
    request: &Request,
) -> Result<(), OutputError> {
    let made = made(asked);
    let mut sources = |hit: &Found| {
        let (document, read) = asked.held.collection.source(&hit.document.id)?;
        Ok((document, read.and_then(Accessed::of_file)))
    };
    write_export(
        out,
        shape(asked.extension, asked.params.head),
        Export { request, answer, made: &made },
        hits,
        &mut sources,
    )
}

/// Writes counts as a table.
pub(super) fn write_facets(
    out: &mut dyn Write,
    form: TableForm,
    asked: &Asked,
    answer: &Answer,
    request: &Request,
) -> Result<(), OutputError> {
    facets_table(out, form, shape(asked.extension, asked.params.head), Export { request, answer, made: &made(asked) })
}

/// Writes meetings as a table.
pub(super) fn write_series(
    out: &mut dyn Write,
    form: TableForm,
    asked: &Asked,
    found: &[Series],
) -> Result<(), OutputError> {
    series_table(out, form, shape(asked.extension, asked.params.head), found, &made(asked))
}

/// Returns when the file of a document was read.
pub(super) fn accessed(held: &Held, id: &str) -> Result<Option<Accessed>, SearchError> {
    Ok(held.collection.source(id)?.1.and_then(Accessed::of_file))
}

/// Makes the reference to a document or a passage.
pub(super) fn citation(held: &Held, document: &Document, passage: Option<&Passage>) -> Result<Citation, SearchError> {
    Ok(Citation::of(document, passage, accessed(held, &document.id)?))
}

/// Makes the reference to what an id names.
pub(super) fn citation_of(held: &Held, shown: &Shown) -> Result<Citation, SearchError> {
    citation(held, &shown.document, shown.passage.and_then(|at| shown.document.passages.get(at)))
}

/// Writes the reference to a document or a passage.
pub(super) fn reference(asked: &Asked, extension: Extension, shown: &Shown) -> Result<Vec<u8>, Problem> {
    let style = match extension {
        Extension::Bibtex => Style::Bibtex,
        Extension::Ris => Style::Ris,
        Extension::CslJson => Style::CslJson,
        Extension::Markdown => Style::Markdown,
        _ => return Err(Problem::new(StatusCode::NOT_FOUND, "a document does not come in this form")),
    };
    let citation = citation_of(&asked.held, shown)?;
    let mut bytes = Vec::new();
    let written = References::begin(&mut bytes, style, None).and_then(|mut references| {
        references.add(citation)?;
        references.end()
    });
    written.map_err(|error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    Ok(bytes)
}
