//! JSONL: one document a line.

use std::io::BufRead;

use serde::Deserialize;
use serde_json::Value;

use super::{Format, Given, GivenField, IngestError, SourceDocument};

/// Longest line read, in bytes.
const MAX_LINE_BYTES: usize = 32 << 20;

#[derive(Deserialize)]
struct Record {
    id: Value,
    #[serde(default)]
    title: Option<String>,
    text: String,
    #[serde(default)]
    date: Option<Value>,
    #[serde(default)]
    partners: Option<Vec<String>>,
    #[serde(default)]
    themes: Option<Vec<String>>,
    #[serde(default)]
    url: Option<String>,
}

/// Reads documents line by line; memory is bounded by the longest line.
pub struct JsonLines<R> {
    reader: R,
    shown: String,
    line: usize,
}

impl<R: BufRead> JsonLines<R> {
    /// Reads from `reader`; `shown` names the source in messages and paths.
    pub fn new(reader: R, shown: impl Into<String>) -> Self {
        Self { reader, shown: shown.into(), line: 0 }
    }

    fn parse(&self, line: &str) -> Result<SourceDocument, IngestError> {
        let place = format!("{}:{}", self.shown, self.line);
        let malformed = |problem: String| IngestError::Malformed { place: place.clone(), problem };
        let record: Record =
            serde_json::from_str(line).map_err(|error| malformed(format!("not a document object with id and text: {error}")))?;
        let id = match record.id {
            Value::String(id) if !id.is_empty() => id,
            Value::Number(number) => number.to_string(),
            _ => return Err(malformed("id must be a string or a number".to_owned())),
        };
        let field = |value: String| GivenField { value, place: place.clone() };
        let date = match record.date {
            None | Some(Value::Null) => None,
            Some(Value::String(date)) => Some(field(date)),
            Some(other) => return Err(malformed(format!("date must be a string, not {other}"))),
        };
        let fields = |values: Option<Vec<String>>| values.map(|values| values.into_iter().map(field).collect());
        Ok(SourceDocument {
            first_line: self.line,
            format: Format::JsonLines.name(),
            given: Given {
                // An empty title is a given one: the text then has none to look for.
                title: record.title.map(field),
                url: record.url.map(field),
                date,
                partners: fields(record.partners),
                themes: fields(record.themes),
            },
            ..SourceDocument::of_text(id, &self.shown, record.text)
        })
    }
}

impl<R: BufRead> Iterator for JsonLines<R> {
    /// The document, or the reason with file and line.
    type Item = Result<SourceDocument, IngestError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut bytes = Vec::new();
            match std::io::Read::take(&mut self.reader, MAX_LINE_BYTES as u64 + 1).read_until(b'\n', &mut bytes) {
                Ok(0) => return None,
                Ok(_) => self.line += 1,
                Err(error) => return Some(Err(IngestError::Unreadable(error.to_string()))),
            }
            if bytes.len() > MAX_LINE_BYTES {
                // The rest of the line cannot be told from the next document.
                self.skip_line();
                let (bytes, limit) = (bytes.len() as u64, MAX_LINE_BYTES as u64);
                return Some(Err(IngestError::OverLimit { bytes, limit }));
            }
            let line = String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
            let line = line.trim_start_matches('\u{FEFF}').trim();
            if !line.is_empty() {
                return Some(self.parse(line));
            }
        }
    }
}

impl<R: BufRead> JsonLines<R> {
    fn skip_line(&mut self) {
        while let Ok(buffer) = self.reader.fill_buf() {
            let end = buffer.iter().position(|&byte| byte == b'\n');
            let used = end.map_or(buffer.len(), |at| at + 1);
            let done = buffer.is_empty() || end.is_some();
            self.reader.consume(used);
            if done {
                return;
            }
        }
    }
}
