//! Exports: an answer with its conditions in a form that other programs read.

use std::collections::HashSet;
use std::io::Write;

use super::conditions::{Conditions, Made};
use super::forms::write_table;
use super::hits::{COLUMNS, INDEX_COLUMN, row};
use super::references::{References, Style};
use super::table::{Cell, Column, Table, TableForm};
use super::{Format, Hits, OutputError, Shape, write_answer, write_json_line};
use crate::cite::{Accessed, Citation};
use crate::document::Document;
use crate::engine::{Answer, FacetNode, Found, Request, SearchError};

/// An answer to export.
#[derive(Clone, Copy, Debug)]
pub struct Export<'a> {
    /// The request.
    pub request: &'a Request,
    /// The answer, without its hits.
    pub answer: &'a Answer,
    /// When and from what it is made.
    pub made: &'a Made,
}

/// Returns the document of a hit with its first passages, and the day on which it was read: a hit holds neither.
pub type Sources<'a> = dyn FnMut(&Found) -> Result<(Document, Option<Accessed>), SearchError> + 'a;

/// Writes an answer in any format, with its hits, which are streamed.
///
/// Spreadsheets, BibTeX, RIS and CSL-JSON always hold the conditions of the search; CSV, TSV, JSONL and Markdown hold
/// them in their first lines if the shape asks for a head. Lists of references hold each document once, at its first
/// hit. `sources` is asked for these lists alone.
///
/// A list is complete or says in its head that it is not. So the budget of the request must bound finding and not
/// showing ([`Budget::showing_all`](crate::query::Budget::showing_all)).
///
/// # Errors
/// An error of the writer, or the first hit that could not be read.
pub fn write_export(
    out: &mut dyn Write,
    shape: Shape,
    export: Export<'_>,
    hits: &mut Hits<'_>,
    sources: &mut Sources<'_>,
) -> Result<(), OutputError> {
    let Export { request, answer, made } = export;
    let mut conditions = Conditions::new(request, answer, made);
    if let Some(form) = shape.format.table() {
        return hits_table(out, form, shape, Some(&conditions), made.base.as_deref(), hits);
    }
    let style = match shape.format {
        Format::Bibtex => Style::Bibtex,
        Format::Ris => Style::Ris,
        Format::CslJson => Style::CslJson,
        Format::Jsonl if shape.head => {
            let head = serde_json::json!({ "conditions": conditions.json() });
            write_json_line(out, &head)?;
            return write_answer(out, shape, answer, hits, request);
        }
        Format::Markdown if shape.head => {
            References::begin(out, Style::Markdown, Some(&conditions))?.end()?;
            return write_answer(out, shape, answer, hits, request);
        }
        _ => return write_answer(out, shape, answer, hits, request),
    };
    // A reference has no place that tells a partial match.
    conditions.replace("partial", "partial matches are not among the references");
    let mut references = References::begin(out, style, Some(&conditions))?;
    let mut seen = HashSet::new();
    for hit in hits {
        let hit = hit?;
        if hit.relaxed {
            continue;
        }
        // A hash is smaller than an id.
        if seen.insert(*blake3::hash(hit.document.id.as_bytes()).as_bytes()) {
            let (document, accessed) = sources(&hit)?;
            references.add(Citation::of(&document, None, accessed))?;
        }
    }
    Ok(references.end()?)
}

/// Writes hits as a table.
pub(super) fn hits_table(
    out: &mut dyn Write,
    form: TableForm,
    shape: Shape,
    conditions: Option<&Conditions>,
    base: Option<&str>,
    hits: &mut Hits<'_>,
) -> Result<(), OutputError> {
    // The column `index` exists only for an answer from several indexes.
    let mut hits = hits.peekable();
    let several = hits.peek().is_some_and(|hit| hit.as_ref().is_ok_and(|hit| hit.index.is_some()));
    let columns: Vec<Column> = COLUMNS.into_iter().chain(several.then_some(INDEX_COLUMN)).collect();
    let rows = &mut hits.map(|hit| hit.map(|hit| row(&hit, base)));
    write_table(out, Table { sheet: "検索結果", columns: &columns, rows, conditions }, form, shape)
}

/// Columns of a table of facets.
const FACET_COLUMNS: [Column; 9] = [
    ("facet", 12),
    ("value", 30),
    ("path", 40),
    ("level", 7),
    ("passages", 10),
    ("documents", 10),
    ("party_passages", 10),
    ("named_passages", 10),
    ("named_documents", 10),
];

/// Writes the facets of an answer as a table: one row a value, values below others behind them.
///
/// # Errors
/// An error of the writer.
pub fn facets_table(out: &mut dyn Write, form: TableForm, shape: Shape, export: Export<'_>) -> Result<(), OutputError> {
    let conditions = Conditions::new(export.request, export.answer, export.made);
    let facets = export.answer.facets.clone().unwrap_or_default();
    let mut rows = Vec::new();
    for (name, nodes) in facets.named() {
        nodes.iter().for_each(|node| facet_rows(name, node, 1, &mut rows));
    }
    let rows = &mut rows.into_iter().map(Ok);
    let table = Table { sheet: "集計", columns: &FACET_COLUMNS, rows, conditions: Some(&conditions) };
    write_table(out, table, form, shape)
}

fn facet_rows(facet: &'static str, node: &FacetNode, level: usize, rows: &mut Vec<Vec<Cell>>) {
    rows.push(vec![
        facet.into(),
        node.value.clone().into(),
        node.path.clone().into(),
        level.into(),
        node.passages.into(),
        node.documents.into(),
        Cell::number(node.party.map(|party| party.passages)),
        Cell::number(node.named.map(|named| named.passages)),
        Cell::number(node.named.map(|named| named.documents)),
    ]);
    node.children.iter().for_each(|child| facet_rows(facet, child, level + 1, rows));
}
