//! JSON, documented in `docs/json.md`.

use std::cell::RefCell;
use std::io::{self, Write};

use serde::Serialize;
use serde::ser::{Error as _, SerializeSeq};
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use super::sanitize::{Layout, Piece, pieces};
use super::{Hits, OutputError, wire};
use crate::engine::{Answer, Request, SearchError};

/// Writes the whole answer and streams its hits.
pub(super) fn write(
    out: &mut dyn Write,
    answer: &Answer,
    hits: &mut Hits<'_>,
    request: &Request,
) -> Result<(), OutputError> {
    let streamed = Streamed { hits: RefCell::new(hits), failed: RefCell::default() };
    let written = write_json(out, &wire::Answer::new(answer, request, &streamed));
    if let Some(error) = streamed.failed.into_inner() {
        return Err(error.into());
    }
    Ok(written?)
}

/// Hits that are serialized one by one, without a list in memory.
struct Streamed<'a, 'h> {
    hits: RefCell<&'a mut Hits<'h>>,
    /// Error of the hit that could not be read.
    failed: RefCell<Option<SearchError>>,
}

impl Serialize for Streamed<'_, '_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for found in &mut **self.hits.borrow_mut() {
            match found {
                Ok(found) => list.serialize_element(&wire::Hit::from(&found))?,
                Err(error) => {
                    self.failed.replace(Some(error));
                    return Err(S::Error::custom("a hit could not be read"));
                }
            }
        }
        list.end()
    }
}

/// Writes a value as JSON over several lines.
///
/// Unsafe characters are written as `\uXXXX`: a parser reads the same text.
///
/// # Errors
/// An error of the writer.
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
/// An error of the writer.
pub fn write_json_line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Escaped(CompactFormatter)))?;
    writeln!(out)
}

/// A formatter that escapes characters which act on a terminal.
struct Escaped<F>(F);

/// Forwards the calls for arrays and objects.
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
        begin_object() end_object() begin_object_key(first: bool) end_object_key()
        begin_object_value() end_object_value()
    }
}
