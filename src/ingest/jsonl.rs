//! JSONL: one document a line.

use std::fmt;
use std::io::{BufRead, Read};

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::given::MAX_FRONT_MATTER_BYTES;
use super::{Format, Given, GivenField, IngestError, SourceDocument};

/// Longest line read, in bytes, without its end.
const MAX_LINE_BYTES: usize = 32 << 20;
/// Longest id, in bytes: a path is no longer.
const MAX_ID_BYTES: usize = 4096;
/// Most partners, and most themes.
const MAX_VALUES: usize = 1000;

#[derive(Deserialize)]
struct Record {
    id: Scalar,
    #[serde(default)]
    title: Option<String>,
    text: String,
    #[serde(default)]
    date: Option<Scalar>,
    #[serde(default)]
    partners: Option<Values>,
    #[serde(default)]
    themes: Option<Values>,
    #[serde(default)]
    url: Option<String>,
}

/// A string or a number. A list of a whole line's length would take 30 times its bytes: it is refused before it is built.
enum Scalar {
    Text(String),
    Number(serde_json::Number),
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl Visitor<'_> for Read {
            type Value = Scalar;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a string or a number")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Scalar, E> {
                Ok(Scalar::Text(text.to_owned()))
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Scalar, E> {
                Ok(Scalar::Text(text))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Scalar, E> {
                Ok(Scalar::Number(number.into()))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Scalar, E> {
                Ok(Scalar::Number(number.into()))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Scalar, E> {
                serde_json::Number::from_f64(number).map(Scalar::Number).ok_or_else(|| E::custom("no finite number"))
            }
        }
        deserializer.deserialize_any(Read)
    }
}

/// A list of strings, not too many.
struct Values(Vec<String>);

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Values;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a list of strings")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Values, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = list.next_element()? {
                    if values.len() == MAX_VALUES {
                        return Err(A::Error::custom(format!("over the limit: at most {MAX_VALUES} values are read")));
                    }
                    values.push(value);
                }
                Ok(Values(values))
            }
        }
        deserializer.deserialize_seq(Read)
    }
}

/// Reads documents line by line; memory is bounded by the longest line.
///
/// # Examples
/// ```
/// use fumikura::ingest::JsonLines;
///
/// let lines = "{\"id\": 1, \"text\": \"会合を開催した。\"}\n{\"id\": 2}\n";
/// let read: Vec<_> = JsonLines::new(lines.as_bytes(), "a.jsonl").collect();
/// assert_eq!(read[0].as_ref().unwrap().id, "1");
/// assert!(read[1].as_ref().unwrap_err().to_string().starts_with("a.jsonl:2: "));
/// ```
pub struct JsonLines<R> {
    reader: R,
    shown: String,
    line: usize,
    is_broken: bool,
}

impl<R: BufRead> JsonLines<R> {
    /// Reads from `reader`; `shown` names the source in messages and paths.
    pub fn new(reader: R, shown: impl Into<String>) -> Self {
        Self { reader, shown: shown.into(), line: 0, is_broken: false }
    }

    fn parse(&self, line: &str) -> Result<SourceDocument, IngestError> {
        let place = format!("{}:{}", self.shown, self.line);
        let malformed = |problem: String| IngestError::malformed(&place, problem);
        let record: Record =
            serde_json::from_str(line).map_err(|error| malformed(format!("not a document object with id and text: {error}")))?;
        let id = match record.id {
            Scalar::Text(id) if !id.is_empty() => id,
            Scalar::Number(number) => number.to_string(),
            Scalar::Text(_) => return Err(malformed("id must be a string or a number".to_owned())),
        };
        if id.len() > MAX_ID_BYTES {
            return Err(malformed(format!("over the limit: an id of {} bytes, at most {MAX_ID_BYTES} are read", id.len())));
        }
        let field = |value: String| GivenField { value, place: place.clone() };
        let date = match record.date {
            None => None,
            Some(Scalar::Text(date)) => Some(field(date)),
            Some(Scalar::Number(number)) => return Err(malformed(format!("date must be a string, not {number}"))),
        };
        let fields = |values: Option<Values>| values.map(|Values(values)| values.into_iter().map(field).collect());
        let given = Given {
            // An empty title is a given one: the text then has none to look for.
            title: record.title.map(field),
            url: record.url.map(field),
            date,
            partners: fields(record.partners),
            themes: fields(record.themes),
        };
        let bytes = given.bytes();
        if bytes > MAX_FRONT_MATTER_BYTES {
            return Err(malformed(format!("over the limit: {bytes} bytes beside the text, at most {MAX_FRONT_MATTER_BYTES} are read")));
        }
        Ok(SourceDocument {
            first_line: self.line,
            format: Format::JsonLines.name(),
            given,
            ..SourceDocument::of_text(id, &self.shown, record.text)
        })
    }
}

impl<R: BufRead> Iterator for JsonLines<R> {
    /// The document, or the reason with file and line; nothing comes after a source that can no longer be read (`Unreadable`).
    type Item = Result<SourceDocument, IngestError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_broken {
            let mut bytes = Vec::new();
            match Read::take(&mut self.reader, MAX_LINE_BYTES as u64 + 1).read_until(b'\n', &mut bytes) {
                Ok(0) => return None,
                Ok(_) => self.line += 1,
                Err(error) => {
                    self.is_broken = true;
                    return Some(Err(IngestError::Unreadable(format!("after line {}: {error}", self.line))));
                }
            }
            if bytes.last() == Some(&b'\n') {
                bytes.pop();
            }
            if bytes.len() > MAX_LINE_BYTES {
                drop(bytes);
                // Where this fails, so does the next line.
                let _ = self.reader.skip_until(b'\n');
                let place = format!("{}:{}", self.shown, self.line);
                return Some(Err(IngestError::malformed(place, format!("over the limit: a line of more than {MAX_LINE_BYTES} bytes"))));
            }
            let line = String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
            let line = line.trim_start_matches('\u{FEFF}').trim();
            if !line.is_empty() {
                return Some(self.parse(line));
            }
        }
        None
    }
}
