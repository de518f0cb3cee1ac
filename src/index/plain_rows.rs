//! The rows of a document as plain values, for an index outside this process: exactly the rows that a segment takes.

use serde_json::{Map, Value};
use tantivy::TantivyDocument;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::schema::{OwnedValue, Schema};

use super::keys;
use super::record::{self, DocumentRows, FileRecord, IndexedDocument};
use super::schema::Fields;
use super::segment_builder::{Row, Step, Texts};
use super::terms::{self, TEXT_END};
use crate::analysis::{Analyzer, Word};
use crate::document::SourceId;

/// Stands for a blank inside a term: terms are separated by blanks. Folding leaves no hyphen in a text.
pub const WIRE_BLANK: char = '-';
/// Stands for [`TEXT_END`]: folding leaves no middle dot in a text.
pub const WIRE_END: char = '・';
/// Longest term of words, in UTF-16 units: other analyzers cut at 255.
const MOST_UNITS: usize = 200;

/// A row: its key, and its values by field.
#[derive(Clone, Debug, PartialEq)]
pub struct PlainRow {
    /// Unique among all rows: the key of the document; for a passage, a hyphen and its position follow.
    pub key: String,
    /// Values by the names of the schema. Texts are terms joined by blanks.
    pub fields: Map<String, Value>,
}

/// Writes a character of a term for the wire.
pub fn wire_char(c: char) -> char {
    match c {
        ' ' => WIRE_BLANK,
        TEXT_END => WIRE_END,
        other => other,
    }
}

/// Columns that the rows of a cluster hold beside the record.
const COLUMNS: [&str; 13] = [
    "partner",
    "theme",
    "commitment",
    "series",
    "path",
    "publisher",
    "date_start",
    "date_end",
    "flags",
    "sketch_low",
    "sketch_high",
    "frame",
    "record",
];

/// Makes the rows of a document, section by section: a section has its words on its first row.
///
/// # Errors
/// Whatever `see` returns ends the work.
pub fn plain_rows<E>(
    indexed: &IndexedDocument,
    analyzer: &Analyzer,
    see: &mut dyn FnMut(PlainRow) -> Result<(), E>,
) -> Result<(), E> {
    let (schema, fields) = Fields::schema();
    let key = keys::key(&indexed.document.id);
    let number = format!("{:016x}", record::document_number(&indexed.document.id));
    let (mut section, mut words): (Vec<PlainRow>, Vec<String>) = (Vec::new(), Vec::new());
    let rows = DocumentRows::new(&fields, indexed, analyzer);
    for (position, row) in rows.enumerate() {
        let mut plain = plain(&schema, &row.columns);
        plain.insert("key".to_owned(), key.clone().into());
        plain.insert("document".to_owned(), number.clone().into());
        add_exact(&schema, &row, &mut plain);
        let Some(texts) = &row.texts else {
            see(PlainRow { key: key.clone(), fields: plain })?;
            continue;
        };
        if texts.step == Step::Begins {
            flush(&mut section, &mut words, see)?;
        }
        plain.insert("position".to_owned(), position.into());
        plain.insert("title_text".to_owned(), indexed.document.title.clone().into());
        add_texts(texts, &mut plain, &mut words);
        section.push(PlainRow { key: format!("{key}-{position}"), fields: plain });
    }
    flush(&mut section, &mut words, see)
}

/// Makes the row of a source file.
pub fn plain_file_row(file: &FileRecord) -> PlainRow {
    let (schema, fields) = Fields::schema();
    let row = record::file_row(&fields, file);
    let mut plain = plain(&schema, &row.columns);
    add_exact(&schema, &row, &mut plain);
    let key = keys::file_key(&file.id);
    plain.insert("key".to_owned(), key.clone().into());
    PlainRow { key, fields: plain }
}

/// Returns the key of the rows of a document, as text.
pub fn row_key(id: &str) -> String {
    keys::key(id)
}

/// Returns the key of the row of a source file.
pub fn file_row_key(id: &SourceId) -> String {
    keys::file_key(id)
}

/// Passes on the rows of a section, with its words on the first one.
fn flush<E>(
    section: &mut Vec<PlainRow>,
    words: &mut Vec<String>,
    see: &mut dyn FnMut(PlainRow) -> Result<(), E>,
) -> Result<(), E> {
    if let Some(first) = section.first_mut() {
        first.fields.insert("section_length".to_owned(), rounded(words.len()).into());
        first.fields.insert("section_words".to_owned(), words.join(" ").into());
    }
    words.clear();
    let first = section.first().and_then(|row| row.fields.get("position")).cloned().unwrap_or_default();
    let count = section.len();
    section.drain(..).try_for_each(|mut row| {
        row.fields.insert("section_first".to_owned(), first.clone());
        row.fields.insert("section_rows".to_owned(), count.into());
        see(row)
    })
}

/// Adds the terms of the three texts and of the words; `section` gets the words that are new to the section.
fn add_texts(texts: &Texts, plain: &mut Map<String, Value>, section: &mut Vec<String>) {
    let views = [("body", &texts.body), ("heading", &texts.heading.chars), ("title", &texts.title.chars)];
    for (name, pairs) in views {
        let terms: Vec<String> =
            pairs.iter().map(|pair| terms::pair_term(*pair).chars().map(wire_char).collect()).collect();
        plain.insert(name.to_owned(), terms.join(" ").into());
    }
    plain.insert("body_length".to_owned(), rounded(texts.body.len()).into());
    let mut all: Vec<String> = Vec::new();
    let starts = [&texts.title.words, &texts.heading.words, &texts.words].map(|words| {
        let start = all.len();
        all.extend(words.iter().filter_map(wire_word));
        start
    });
    section.extend(all[starts[texts.step as usize]..].iter().cloned());
    plain.insert("words_length".to_owned(), rounded(all.len()).into());
    plain.insert("words".to_owned(), all.join(" ").into());
}

/// Writes a word for the wire; `None` for an empty or overlong one.
fn wire_word(word: &Word) -> Option<String> {
    let text = word.text();
    let fits = !text.is_empty() && text.encode_utf16().count() <= MOST_UNITS;
    fits.then(|| text.chars().map(|c| if c.is_whitespace() { WIRE_BLANK } else { wire_char(c) }).collect())
}

/// Rounds a length as the norms of both engines do, so that sums of lengths are equal.
fn rounded(length: usize) -> u32 {
    let id = FieldNormReader::constant(1, u32::try_from(length).unwrap_or(u32::MAX)).fieldnorm_id(0);
    FieldNormReader::id_to_fieldnorm(id)
}

fn plain(schema: &Schema, columns: &TantivyDocument) -> Map<String, Value> {
    let mut plain = Map::new();
    for (field, value) in columns.field_values() {
        let name = schema.get_field_name(field);
        if !COLUMNS.contains(&name) {
            continue;
        }
        let value = match OwnedValue::from(value) {
            OwnedValue::Str(text) => Value::from(text),
            OwnedValue::U64(number) => number.into(),
            _ => continue,
        };
        if name == "record" {
            plain.insert(name.to_owned(), value);
            continue;
        }
        let list = plain.entry(name.to_owned()).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(list) = list {
            list.push(value);
        }
    }
    for name in ["flags", "sketch_low", "sketch_high", "frame", "path", "commitment"] {
        if let Some(Value::Array(list)) = plain.get_mut(name)
            && let Some(only) = list.pop()
        {
            plain.insert(name.to_owned(), only);
        }
    }
    plain
}

/// Adds kinds, source and dates.
fn add_exact(schema: &Schema, row: &Row, plain: &mut Map<String, Value>) {
    for (field, term) in &row.exact {
        let name = schema.get_field_name(*field);
        if !matches!(name, "kind" | "source" | "when") {
            continue;
        }
        let list = plain.entry(name.to_owned()).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(list) = list {
            list.push(String::from_utf8_lossy(term).into_owned().into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PlainRow, plain_rows};
    use crate::analysis::Analyzer;
    use crate::index::IndexedDocument;

    #[test]
    fn every_term_of_a_view_is_three_characters_and_a_field_has_as_many_terms_as_characters() {
        let json = r#"{"document":{"id":"a.txt","path":"","title":"AI ガバナンス","url":null,"publisher":null,"date":null,
            "undated":false,"links":[],"events":[],"partners":[],"themes":[],"series":[],"renames":[],"passages":[]},
            "source":{"root":0,"path":"a.txt"},"hash":"","passage_count":1}"#;
        let Ok(mut indexed) = serde_json::from_str::<IndexedDocument>(json) else { panic!("a record") };
        let text = "Open AI の 情報共有・業務。";
        indexed.document.passages = vec![crate::document::Passage {
            id: "a.txt#1".to_owned(),
            text: text.to_owned(),
            ..crate::document::Passage::default()
        }];
        let (analyzer, mut rows) = (Analyzer::default(), Vec::new());
        let done: Result<(), ()> = plain_rows(&indexed, &analyzer, &mut |row: PlainRow| {
            rows.push(row);
            Ok(())
        });
        assert_eq!(done, Ok(()));
        assert_eq!(rows.len(), 2);
        let body = rows[1].fields["body"].as_str().unwrap_or_default();
        let terms: Vec<&str> = body.split(char::is_whitespace).collect();
        assert_eq!(terms.len(), analyzer.analyze(text).folded.chars.len());
        assert!(terms.iter().all(|term| term.chars().count() == 3), "{body}");
        assert!(body.contains("n-"), "{body}");
        assert!(body.ends_with("・7"), "{body}");
        assert!(rows[1].fields["section_words"].as_str().is_some_and(|words| words.contains("情報")));
    }
}
