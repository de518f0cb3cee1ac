//! `fetch` and `cite`: a document or a passage by its id.

use serde_json::{Value, json};

use super::arguments::Arguments;
use super::fence::Fence;
use super::fields::{day, list, object};
use super::sources::Sources;
use crate::document::{Document, line_range};
use crate::engine::Shown;
use crate::output::{References, Style, wire};
use crate::serve::reply::Problem;
use crate::serve::store::Held;

/// Most characters of the text of one answer, as JSON writes them.
const PART: usize = 18_000;

/// Styles of references, by the name of the argument.
pub(super) const STYLES: [(&str, Style); 5] = [
    ("sist02", Style::Sist02),
    ("bibtex", Style::Bibtex),
    ("ris", Style::Ris),
    ("csl-json", Style::CslJson),
    ("markdown", Style::Markdown),
];

/// Returns the text of a document with the place of each passage above it, and the characters at which passages end. A
/// passage begins with its headings.
fn whole(document: &Document) -> (Vec<char>, Vec<usize>) {
    let (mut chars, mut ends) = (Vec::new(), Vec::new());
    for passage in &document.passages {
        let page = passage.page.map_or(String::new(), |page| format!("p. {page}, "));
        let id = passage.id.rsplit_once('#').map_or(passage.id.as_str(), |(_, hash)| hash);
        chars.extend(format!("[{page}l. {} #{id}]\n", line_range(passage.lines)).chars());
        chars.extend(passage.text.chars().chain("\n\n".chars()));
        ends.push(chars.len());
    }
    (chars, ends)
}

/// Answers with a document, or a passage and its neighbours.
pub(super) fn fetch(arguments: &Arguments, held: &Held, base: &str) -> Result<Value, Problem> {
    let id = arguments.needed("id")?;
    let from = arguments.number("from", 0, u32::MAX as usize)?.unwrap_or(0);
    let shown = held.collection.show(id)?;
    let mut sources = Sources::new(held, base);
    let passage = shown.passage.and_then(|at| shown.document.passages.get(at));
    let citation = sources.citation(&shown.document.id, passage)?;
    let id = passage.map_or(shown.document.id.clone(), |passage| passage.id.clone());
    let url = sources.url(&citation, &id);
    let all = shown.document.passages.len();
    let document = shown.nearby();
    let (chars, ends) = whole(&document);
    if from > 0 && from >= chars.len() {
        let reason = format!("from: the text ends at {}; begin at 0, or at next of the answer before", chars.len());
        return Err(Problem::new(axum::http::StatusCode::BAD_REQUEST, reason));
    }
    let mut room = PART;
    let fits = |c: &&char| {
        // JSON writes these as two characters.
        let size = if matches!(c, '"' | '\\' | '\n' | '\t') { 2 } else { 1 };
        room.checked_sub(size).map(|left| room = left).is_some()
    };
    let until = from + chars.iter().skip(from).take_while(fits).count();
    // A part ends with a passage, unless a passage is longer than a part.
    let end = ends.iter().copied().rfind(|end| *end > from && *end <= until);
    let end = end.unwrap_or(until).min(chars.len());
    let text: String = chars.get(from..end).unwrap_or_default().iter().collect();
    let told = serde_json::to_value(wire::Document::from(&document)).unwrap_or_default();
    let named = |name: &str| json!(list(&told, name));
    let fence = Fence::new();
    Ok(object([
        ("id", json!(id)),
        ("title", json!(document.title)),
        ("text", json!(fence.around(&text))),
        ("url", json!(url)),
        (
            "metadata",
            object([
                ("document", json!(document.id)),
                ("citation", json!(citation.sist02())),
                ("date", day(&told["date"])),
                ("date_source", told["date"]["source"].clone()),
                ("publisher", json!(document.publisher)),
                ("partners", named("partners")),
                ("themes", named("themes")),
                ("passages", json!(all)),
                ("characters", json!(chars.len())),
            ]),
        ),
        ("next", json!((end < chars.len()).then_some(end))),
        ("fence", json!(fence.mark())),
    ]))
}

/// Answers with the reference to a document or a passage.
pub(super) fn cite(arguments: &Arguments, held: &Held, base: &str) -> Result<Value, Problem> {
    let id = arguments.needed("id")?;
    let name = arguments.text("style")?.unwrap_or("sist02");
    let Some((_, style)) = STYLES.into_iter().find(|(known, _)| *known == name) else {
        let known = STYLES.map(|(known, _)| known).join(", ");
        return Err(Problem::new(axum::http::StatusCode::BAD_REQUEST, format!("style: must be one of {known}")));
    };
    let Shown { document, passage } = held.collection.show(id)?;
    let passage = passage.and_then(|at| document.passages.get(at));
    let mut sources = Sources::new(held, base);
    let citation = sources.citation(&document.id, passage)?;
    let url = sources.url(&citation, id);
    let place = citation.locator.as_ref().map(crate::cite::Locator::label);
    let mut bytes = Vec::new();
    let written = References::begin(&mut bytes, style, None).and_then(|mut references| {
        references.add(citation)?;
        references.end()
    });
    written.map_err(|error| Problem::broken(&error.into()))?;
    Ok(object([
        ("id", json!(id)),
        ("title", json!(document.title)),
        ("url", json!(url)),
        ("style", json!(name)),
        ("reference", json!(String::from_utf8_lossy(&bytes).trim_end())),
        ("place", json!(place)),
    ]))
}
