//! JSON, documented in `docs/json.md`.

use std::cell::RefCell;
use std::io::{self, Write};

use serde::Serialize;
use serde::ser::{Error as _, SerializeMap, SerializeSeq};
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};
use serde_json::{Map, Value, json};

use super::sanitize::{Layout, Piece, pieces};
use super::{Hits, OutputError, names_of};
use crate::document::{Document, DocumentDate, Passage, Role, ThemeValue};
use crate::engine::{Answer, Emptied, FilterCount, Found, Request, SearchError, Widened};
use crate::query::Mark;

/// Writes the whole answer.
pub(super) fn write(
    out: &mut dyn Write,
    answer: &Answer,
    hits: &mut Hits<'_>,
    request: &Request,
) -> Result<(), OutputError> {
    let streamed =
        Streamed { head: head(answer, request), answer, hits: RefCell::new(hits), failed: RefCell::default() };
    let written = write_json(out, &streamed);
    if let Some(error) = streamed.failed.into_inner() {
        return Err(error.into());
    }
    Ok(written?)
}

/// An answer that is written as its hits come.
struct Streamed<'a, 'h> {
    head: Map<String, Value>,
    answer: &'a Answer,
    hits: RefCell<&'a mut Hits<'h>>,
    /// Why a hit could not be read.
    failed: RefCell<Option<SearchError>>,
}

impl Serialize for Streamed<'_, '_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.head.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
        map.serialize_entry("hits", &StreamedHits(self))?;
        if let Some(facets) = &self.answer.facets {
            map.serialize_entry("facets", facets)?;
        }
        map.end()
    }
}

struct StreamedHits<'a, 's, 'h>(&'a Streamed<'s, 'h>);

impl Serialize for StreamedHits<'_, '_, '_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        let mut hits = self.0.hits.borrow_mut();
        for found in &mut **hits {
            match found {
                Ok(found) => list.serialize_element(&hit(&found))?,
                Err(error) => {
                    self.0.failed.replace(Some(error));
                    return Err(S::Error::custom("a hit could not be read"));
                }
            }
        }
        list.end()
    }
}

/// What is known before the first hit is read.
fn head(answer: &Answer, request: &Request) -> Map<String, Value> {
    let mut filters = Map::new();
    for (name, value) in request.filters.describe() {
        let list = filters.entry(name).or_insert_with(|| json!([]));
        if let Value::Array(list) = list {
            list.push(json!(value));
        }
    }
    let one = |widened: &Widened| {
        let mut value =
            json!({"word": widened.word, "added": widened.added, "reason": widened.reason, "negated": widened.negated});
        if let Some(passages) = widened.passages {
            value["passages"] = json!(passages);
        }
        value
    };
    let widened: Vec<Value> = answer.widened.iter().map(one).collect();
    let total = &answer.total;
    let mut query = json!({
        "text": request.text, "parsed": {"text": answer.parsed, "widened": widened}, "filters": filters,
        "relaxed": answer.relaxed, "warnings": answer.warnings,
        "suggestions": answer.suggestions,
        "counts": answer.counts.iter().map(|count| json!({"term": count.term, "passages": count.passages})).collect::<Vec<_>>(),
    });
    if let Some(emptied) = &answer.emptied {
        query["emptied"] = emptied_value(emptied);
    }
    let total = json!({
        "passages": total.passages, "documents": total.documents,
        "by_tier": {"word": total.by_tier[0], "variant": total.by_tier[1], "substring": total.by_tier[2]},
    });
    let timed_out = json!(answer.timed_out);
    let fields = [("query", query), ("timed_out", timed_out), ("total", total), ("next", json!(answer.next))];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What filters left out.
pub fn emptied_value(emptied: &Emptied) -> Value {
    let one = |count: &FilterCount| {
        let mut value = json!({"filter": count.filter, "value": count.value, "passages": count.passages});
        if let Some(named) = count.named {
            value["named"] = json!(named);
        }
        value
    };
    json!({"passages": emptied.passages, "filters": emptied.filters.iter().map(one).collect::<Vec<_>>(), "said": emptied.sentence()})
}

/// One hit.
pub(super) fn hit(found: &Found) -> Value {
    let document = &found.document;
    let mut passage = passage_value(&found.passage);
    passage["highlights"] = json!(found.highlights);
    passage["occurrences"] = occurrences(&found.marks.body);
    passage["heading_occurrences"] = found.marks.heading.iter().map(|marks| occurrences(marks)).collect();
    let mut own = document_value(document);
    own["title_occurrences"] = occurrences(&found.marks.title);
    let mut hit = json!({
        "rank": found.rank, "score": found.score, "tier": found.tier.name(), "place": found.place.name(), "relaxed": found.relaxed,
        "missing": found.missing, "duplicates": found.duplicates, "document": own,
        "passage": passage,
        "more": found.more,
    });
    if let Some(index) = &found.index {
        hit["index"] = json!(index);
    }
    hit
}

/// A document without its passages.
fn document_value(document: &Document) -> Value {
    json!({
        "id": document.id, "path": document.path, "title": document.title, "url": document.url, "publisher": document.publisher,
        "date": document.date.as_ref().map(date), "events": document.events.iter().map(date).collect::<Vec<_>>(),
        "partners": names_of(Role::Party, &document.partners), "themes": theme_names(&document.themes),
    })
}

/// Occurrences with their tiers.
fn occurrences(marks: &[Mark]) -> Value {
    marks.iter().map(|mark| json!({"span": mark.span, "tier": mark.tier.name()})).collect()
}

fn date(date: &DocumentDate) -> Value {
    let mut value =
        json!({"start": date.interval.start, "end": date.interval.end, "source": date.source, "kind": date.kind});
    if !date.evidence.is_empty() {
        value["evidence"] = json!(date.evidence);
    }
    if !date.candidates.is_empty() {
        value["candidates"] = json!(date.candidates);
    }
    value
}

fn theme_names(themes: &[ThemeValue]) -> Vec<&str> {
    themes.iter().map(|theme| theme.value.as_str()).collect()
}

/// A passage, without highlights.
pub fn passage_value(passage: &Passage) -> Value {
    json!({
        "id": passage.id, "index": passage.index, "kind": passage.kind, "heading": passage.heading, "text": passage.text,
        "lines": [passage.lines.0, passage.lines.1], "page": passage.page,
        "partners": names_of(Role::Party, &passage.partners), "themes": theme_names(&passage.themes),
    })
}

/// A document with its passages, as `inspect --stage passages` prints it.
pub fn document_passages(document: &Document) -> Value {
    let passages: Vec<Value> = document.passages.iter().map(passage_value).collect();
    json!({"id": document.id, "path": document.path, "title": document.title, "passages": passages})
}

/// A document with all that is known of it and its passages, as `show` prints it.
pub fn whole_document(document: &Document) -> Value {
    let mut value = document_value(document);
    value["passages"] = document.passages.iter().map(passage_value).collect();
    value
}

/// The metadata of a document, as `inspect --stage metadata` prints it.
pub fn document_metadata(document: &Document) -> Value {
    let mut dates: Vec<Value> = Vec::new();
    for mention in document.passages.iter().flat_map(|passage| &passage.dates) {
        let (start, end) =
            (mention.interval.map(|interval| interval.start), mention.interval.map(|interval| interval.end));
        dates.push(json!({"surface": mention.surface, "start": start, "end": end, "kind": mention.kind, "source": mention.source}));
    }
    json!({
        "id": document.id, "title": document.title, "date": document.date.as_ref().map(date),
        "events": document.events.iter().map(date).collect::<Vec<_>>(), "dates": dates,
        "partners": document.partners, "themes": document.themes,
    })
}

/// Writes a value as JSON over several lines.
///
/// What must not reach a terminal raw is written as `\uXXXX`: a parser reads the same text.
///
/// # Errors
/// What the writer says.
///
/// # Examples
/// ```
/// let mut out = Vec::new();
/// fumikura::output::write_json(&mut out, &"報道\u{202e}資料").unwrap();
/// assert_eq!(out, "\"報道\\u202e資料\"\n".as_bytes());
/// ```
pub fn write_json(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Escaped(PrettyFormatter::new())))?;
    writeln!(out)
}

/// Writes a value as JSON on one line, as [`write_json`] does.
///
/// # Errors
/// What the writer says.
pub fn write_json_line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Escaped(CompactFormatter)))?;
    writeln!(out)
}

/// A formatter whose strings hold nothing that a terminal acts on.
struct Escaped<F>(F);

/// Hands the calls for arrays and objects on.
macro_rules! hand_on {
    ($($name:ident($($argument:ident: $of:ty)?))*) => {
        $(fn $name<W: ?Sized + Write>(&mut self, writer: &mut W $(, $argument: $of)?) -> io::Result<()> {
            self.0.$name(writer $(, $argument)?)
        })*
    };
}

impl<F: Formatter> Formatter for Escaped<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        pieces(fragment, Layout::Line).try_for_each(|piece| match piece {
            Piece::Plain(plain) => self.0.write_string_fragment(writer, plain),
            Piece::Held(c) => c.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(writer, "\\u{unit:04x}")),
        })
    }

    hand_on! {
        begin_array() end_array() begin_array_value(first: bool) end_array_value()
        begin_object() end_object() begin_object_key(first: bool) end_object_key() begin_object_value() end_object_value()
    }
}
