//! JSONL: one document per line.

use std::fmt;
use std::io::{BufRead, Read};
use std::sync::Arc;

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::given::{MAX_FRONT_MATTER_BYTES, Raw};
use super::{Format, IngestError, SourceDocument, is_damage};
use crate::document::{Given, GivenField, GivenProblem};
use crate::extract;

/// Longest line that is read, in bytes, without its line ending.
const MAX_LINE_BYTES: usize = 32 << 20;
/// Longest id, in bytes: as long as the longest path.
const MAX_ID_BYTES: usize = 4096;
/// Most partners, and most themes.
const MAX_VALUES: usize = 1000;

#[derive(Deserialize)]
struct Record {
    id: Scalar,
    #[serde(default)]
    title: Option<Value>,
    text: String,
    #[serde(default)]
    date: Option<Value>,
    #[serde(default)]
    partners: Option<Value>,
    #[serde(default)]
    themes: Option<Value>,
    #[serde(default)]
    url: Option<Value>,
    #[serde(default)]
    accessed: Option<Value>,
}

/// A string or a number. A list as long as a whole line would take 30 times its bytes, so it is refused before it is
/// built.
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

/// A value of any type given beside the text. Only the part of a long or deep list that is used is built.
enum Value {
    Text(String),
    /// Texts and numbers; `None` for any other member.
    List(Vec<Option<String>>),
    Wrong(&'static str),
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ReadValue { in_list: false }.deserialize(deserializer)
    }
}

/// Reads a value; nested lists are skipped.
struct ReadValue {
    in_list: bool,
}

impl<'de> DeserializeSeed<'de> for ReadValue {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ReadValue {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a string or a list of strings")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Value, E> {
        Ok(Value::Wrong("a text is expected, not true or false"))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Wrong("a text is expected, not null"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Wrong("a text is expected, not an object"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        if self.in_list {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(Value::Wrong("a text is expected, not a list"));
        }
        let mut values = Vec::new();
        while values.len() < MAX_VALUES {
            match list.next_element_seed(Self { in_list: true })? {
                Some(Value::Text(text)) => values.push(Some(text)),
                Some(_) => values.push(None),
                None => return Ok(Value::List(values)),
            }
        }
        let mut more = false;
        while list.next_element::<IgnoredAny>()?.is_some() {
            more = true;
        }
        Ok(if more { Value::Wrong("over the limit: a list of more than 1000 values") } else { Value::List(values) })
    }
}

impl Value {
    /// Converts the value of a key at a place.
    fn raw(self, key: &str, place: &str) -> Raw {
        let field = |value: String| GivenField { value, place: place.to_owned() };
        let wrong = |problem: &str| GivenProblem::new(place, format!("{key}: {problem}"));
        match self {
            Self::Text(text) => Raw::One(field(text)),
            Self::List(list) => {
                let member =
                    |member: Option<String>| member.map(field).ok_or_else(|| wrong("a list of texts is expected"));
                Raw::Many(list.into_iter().map(member).collect())
            }
            Self::Wrong(problem) => Raw::Wrong(wrong(problem)),
        }
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
    shown: Arc<str>,
    line: usize,
    is_broken: bool,
}

impl<R: BufRead> JsonLines<R> {
    /// Reads from `reader`; `shown` names the source in messages and paths.
    pub fn new(reader: R, shown: impl Into<Arc<str>>) -> Self {
        Self { reader, shown: shown.into(), line: 0, is_broken: false }
    }

    /// Returns the next line that is not blank, unread, or the reason with file and line why there is none. It ends
    /// after an unreadable source (`Unreadable`).
    pub(super) fn next_line(&mut self) -> Option<Result<RawLine, IngestError>> {
        while !self.is_broken {
            let mut bytes = Vec::new();
            match Read::take(&mut self.reader, MAX_LINE_BYTES as u64 + 1).read_until(b'\n', &mut bytes) {
                Ok(0) => return None,
                Ok(_) => self.line += 1,
                Err(error) => {
                    self.is_broken = true;
                    if is_damage(&error) {
                        let problem = format!("damaged after line {}: {error}", self.line);
                        return Some(Err(IngestError::malformed(&*self.shown, problem).below(error)));
                    }
                    return Some(Err(IngestError::Unreadable {
                        problem: format!("after line {}: {error}", self.line),
                        source: Some(error.into()),
                    }));
                }
            }
            if bytes.last() == Some(&b'\n') {
                bytes.pop();
            }
            if bytes.len() > MAX_LINE_BYTES {
                drop(bytes);
                // If this fails, reading the next line reports it.
                let _ = self.reader.skip_until(b'\n');
                let place = format!("{}:{}", self.shown, self.line);
                return Some(Err(IngestError::malformed(
                    place,
                    format!("over the limit: a line of more than {MAX_LINE_BYTES} bytes"),
                )));
            }
            if !is_blank(&bytes) {
                return Some(Ok(RawLine { shown: self.shown.clone(), bytes, number: self.line }));
            }
        }
        None
    }
}

/// A line that was not read yet.
#[derive(Debug)]
pub struct RawLine {
    /// The file as shown to people.
    shown: Arc<str>,
    bytes: Vec<u8>,
    /// Number of the line, from 1.
    pub number: usize,
}

impl RawLine {
    /// Returns the bytes without white space around them: the line ends of another system change no document.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.trim_ascii()
    }

    /// Returns the place of a line of the file, for messages.
    pub fn place_of(&self, number: usize) -> String {
        format!("{}:{number}", self.shown)
    }

    /// Reads the document.
    ///
    /// # Errors
    /// The reason with file and line.
    pub fn document(self) -> Result<SourceDocument, IngestError> {
        let Self { shown, bytes, number } = self;
        let (line, mut warnings) = match String::from_utf8(bytes) {
            Ok(line) => (line, Vec::new()),
            // A line with a bad byte, or one in another encoding.
            Err(error) => match extract::decode(error.as_bytes()) {
                Ok(decoded) => (decoded.text, decoded.warnings),
                Err(_) => (String::from_utf8_lossy(error.as_bytes()).into_owned(), Vec::new()),
            },
        };
        let place = format!("{shown}:{number}");
        let malformed = |problem: String| IngestError::malformed(&place, problem);
        let record: Record = serde_json::from_str(bare(&line))
            .map_err(|error| malformed(format!("not a document object with id and text: {error}")).below(error))?;
        let id = match record.id {
            Scalar::Text(id) if !id.is_empty() => id,
            Scalar::Number(number) => number.to_string(),
            Scalar::Text(_) => {
                return Err(malformed("id is empty: it must be a string with something in it, or a number".to_owned()));
            }
        };
        if id.len() > MAX_ID_BYTES {
            return Err(malformed(format!(
                "over the limit: an id of {} bytes, at most {MAX_ID_BYTES} are read",
                id.len()
            )));
        }
        let mut given = Given::default();
        let fields = [
            // An empty title counts as given: no title is searched in the text.
            ("title", record.title),
            ("url", record.url),
            ("date", record.date),
            ("accessed", record.accessed),
            ("partners", record.partners),
            ("themes", record.themes),
        ];
        for (key, value) in fields {
            given.set(key, value.map_or(Raw::Nothing, |value| value.raw(key, &place)), &place);
        }
        let bytes = given.bytes();
        if bytes > MAX_FRONT_MATTER_BYTES {
            let problem = format!(
                "over the limit: {bytes} bytes beside the text, at most {MAX_FRONT_MATTER_BYTES} are read: all of \
                 them are ignored"
            );
            given = Given { problems: vec![GivenProblem::new(&place, problem)], ..Given::default() };
        }
        let document = SourceDocument::of_text(id, &*shown, record.text);
        warnings.extend(document.content.mojibake(None));
        Ok(SourceDocument { first_line: number, format: Format::JsonLines.name(), given, warnings, ..document })
    }
}

/// Takes away a byte order mark and white space around a line.
fn bare(line: &str) -> &str {
    line.trim_start_matches('\u{FEFF}').trim()
}

/// Tells whether a line holds nothing but white space, in whatever encoding.
fn is_blank(bytes: &[u8]) -> bool {
    match bytes.trim_ascii() {
        [b'{', ..] => false,
        [] => true,
        _ => match std::str::from_utf8(bytes) {
            Ok(line) => bare(line).is_empty(),
            Err(_) => match extract::decode(bytes) {
                Ok(decoded) => bare(&decoded.text).is_empty(),
                Err(_) => false,
            },
        },
    }
}

impl<R: BufRead> Iterator for JsonLines<R> {
    /// The document, or the reason with file and line. The iterator ends after an unreadable source (`Unreadable`).
    type Item = Result<SourceDocument, IngestError>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = self.next_line()?;
        Some(line.and_then(RawLine::document))
    }
}
