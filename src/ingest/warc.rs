//! Web archives (WARC): each captured page is a document.
//!
//! Records are read as a stream, so memory is bounded by one page. Here only their frames and heads are read; what was
//! captured is parsed in the child, as any other file.

use std::collections::HashSet;
use std::io::{self, BufRead, Read};

use super::{Content, Extractor, IngestError, MAX_FILE_BYTES, SourceDocument, is_damage};
use crate::document::{Given, GivenField, counted};
use crate::extract::{Extracted, Structured};

/// Longest head of a record or of an answer, in bytes.
const MAX_HEAD_BYTES: usize = 64 << 10;
/// Longest address that is kept, in bytes.
const MAX_URL_BYTES: usize = 4096;

/// A captured page, not yet extracted.
#[derive(Debug)]
pub struct Capture {
    /// Document id: the file, `#`, the address; for a later capture with another content also its time.
    pub id: String,
    /// The file as shown to people.
    shown: String,
    /// The address.
    url: String,
    /// Number of the record, from 1.
    pub number: usize,
    format: Structured,
    bytes: Vec<u8>,
}

impl Capture {
    /// Returns the place for messages: file and address.
    pub fn place(&self) -> String {
        format!("{}#{}", self.shown, self.url)
    }

    /// Returns the number of bytes captured.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Tells whether no byte was captured.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Returns the hash of what was captured, and of the id that it gives.
    pub(super) fn hash(&self) -> blake3::Hash {
        let hasher = &mut blake3::Hasher::new();
        [&self.id, &self.url].into_iter().for_each(|text| _ = hasher.update(text.as_bytes()).update(b"\0"));
        hasher.update(&self.bytes).finalize()
    }

    /// Builds the document.
    ///
    /// # Errors
    /// `IngestError` with the reason; [`Capture::place`] is its place.
    pub fn document(self, extractor: &mut Extractor) -> Result<SourceDocument, IngestError> {
        let field = |value: String| GivenField { value, place: self.shown.clone() };
        let extracted = extractor.extract(self.format, self.bytes)?;
        let Extracted { lines, format, date, title, publisher, page_day, links, .. } = extracted;
        let given = Given { url: Some(field(self.url)), date: date.map(field), ..Given::default() };
        let document = SourceDocument {
            content: Content::Lines(lines),
            format: format.unwrap_or(self.format).name(),
            title,
            publisher,
            page_day,
            links,
            encoding: extracted.encoding,
            replacements: extracted.replacements,
            pages: extracted.pages,
            warnings: extracted.warnings,
            given,
            ..SourceDocument::of_text(self.id, self.shown, "")
        };
        let mut warnings = document.warnings.clone();
        warnings.extend(document.content.mojibake(document.title.as_deref()));
        Ok(SourceDocument { warnings, ..document })
    }
}

/// Reads the captured pages of a web archive; memory is bounded by one of them.
pub struct Captures<R> {
    reader: R,
    id: String,
    shown: String,
    number: usize,
    is_broken: bool,
    /// Short hashes of the addresses met, and of addresses with their contents.
    met: HashSet<u64>,
    left_out: usize,
}

/// The fields of a head that matter.
#[derive(Default)]
struct Head {
    kind: String,
    content_type: String,
    length: Option<u64>,
    url: String,
    date: String,
    is_segment: bool,
    is_chunked: bool,
    packed: String,
}

impl<R: BufRead> Captures<R> {
    /// Reads from `reader`; `id` and `shown` identify the file.
    pub fn new(reader: R, id: impl Into<String>, shown: impl Into<String>) -> Self {
        let (id, shown) = (id.into(), shown.into());
        Self { reader, id, shown, number: 0, is_broken: false, met: HashSet::new(), left_out: 0 }
    }

    /// Returns a warning about the records that were left out so far; `None` where there are none.
    pub fn warning(&self) -> Option<String> {
        let left_out = counted(self.left_out, "captured file");
        (self.left_out > 0).then(|| format!("{left_out} left out: pictures, styles, scripts, answers other than 200"))
    }

    /// Reads up to the end of the next record; `None` at the end of the archive.
    fn record(&mut self) -> Result<Option<Option<Capture>>, Fault> {
        let mut line = Vec::new();
        // Blank lines stand between records.
        while line.trim_ascii().is_empty() {
            line.clear();
            if read_line(&mut self.reader, &mut line, MAX_HEAD_BYTES)? == 0 {
                return Ok(None);
            }
        }
        self.number += 1;
        if !line.starts_with(b"WARC/") {
            return Err("is no record of a web archive".into());
        }
        let head = head(&mut self.reader)?;
        let length = head.length.ok_or("has no Content-Length")?;
        let is_wanted = matches!(head.kind.as_str(), "response" | "resource" | "conversion") && !head.is_segment;
        if !is_wanted || length > MAX_FILE_BYTES {
            self.left_out += usize::from(matches!(head.kind.as_str(), "response" | "resource" | "continuation"));
            let skipped = io::copy(&mut Read::take(&mut self.reader, length), &mut io::sink())?;
            return if skipped < length { Err("is cut off".into()) } else { Ok(Some(None)) };
        }
        let mut bytes = Vec::new();
        if (Read::take(&mut self.reader, length).read_to_end(&mut bytes)? as u64) < length {
            return Err("is cut off".into());
        }
        let capture = self.capture(head, bytes);
        self.left_out += usize::from(capture.is_none());
        Ok(Some(capture))
    }

    /// Takes the page out of a record; `None` where it holds no format that is read, or one that was met before.
    fn capture(&mut self, head: Head, bytes: Vec<u8>) -> Option<Capture> {
        let (content_type, bytes) = match head.content_type.starts_with("application/http") {
            true => answer(bytes)?,
            false => (head.content_type, bytes),
        };
        let format = format_of(&content_type)?;
        if bytes.trim_ascii().is_empty() {
            return None;
        }
        let url: String = head.url.trim_matches(['<', '>']).to_owned();
        if url.len() > MAX_URL_BYTES {
            return None;
        }
        let short = |parts: [&[u8]; 2]| {
            let mut hasher = blake3::Hasher::new();
            parts.iter().for_each(|part| _ = hasher.update(part).update(b"\0"));
            let hash = *hasher.finalize().as_bytes();
            u64::from_le_bytes([hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7]])
        };
        // The same content at the same address is one document, however often it was captured.
        if !self.met.insert(short([url.as_bytes(), &bytes])) {
            return None;
        }
        let is_first = self.met.insert(short([url.as_bytes(), b""]));
        let time = if is_first { String::new() } else { format!("@{}", head.date) };
        let id = format!("{}#{url}{time}", self.id);
        Some(Capture { id, shown: self.shown.clone(), url, number: self.number, format, bytes })
    }
}

impl<R: BufRead> Iterator for Captures<R> {
    /// The capture, or the reason with file and record. The iterator ends after a record that cannot be read.
    type Item = Result<Capture, IngestError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_broken {
            match self.record() {
                Ok(None) => return None,
                Ok(Some(None)) => {}
                Ok(Some(Some(capture))) => return Some(Ok(capture)),
                Err(fault) => {
                    self.is_broken = true;
                    return Some(Err(match fault {
                        Fault::System(error) if !is_damage(&error) => IngestError::unreadable(error),
                        fault => {
                            let (number, problem) = (self.number.max(1), fault.problem());
                            let problem = format!("record {number} {problem}: nothing after it is read");
                            IngestError::malformed(&self.shown, problem)
                        }
                    }));
                }
            }
        }
        None
    }
}

/// The reason why a record cannot be read.
enum Fault {
    System(io::Error),
    /// The end of a sentence about the record.
    Shape(&'static str),
}

impl Fault {
    fn problem(&self) -> String {
        match self {
            Self::System(error) => format!("is damaged ({error})"),
            Self::Shape(problem) => (*problem).to_owned(),
        }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

impl From<&'static str> for Fault {
    fn from(problem: &'static str) -> Self {
        Self::Shape(problem)
    }
}

/// Reads a line with its end; returns its length.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>, most: usize) -> Result<usize, Fault> {
    let read = Read::take(reader, most as u64).read_until(b'\n', line)?;
    if read == most { Err("has too long a head".into()) } else { Ok(read) }
}

/// Reads the fields of a head, up to the empty line after it.
fn head(reader: &mut impl BufRead) -> Result<Head, Fault> {
    let (mut head, mut bytes, mut line) = (Head::default(), 0, Vec::new());
    loop {
        line.clear();
        bytes += read_line(reader, &mut line, MAX_HEAD_BYTES - bytes.min(MAX_HEAD_BYTES - 1))?;
        let text = String::from_utf8_lossy(&line);
        let text = text.trim();
        if text.is_empty() {
            return Ok(head);
        }
        let Some((name, value)) = text.split_once(':') else { continue };
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "warc-type" => head.kind = value.to_ascii_lowercase(),
            "warc-target-uri" => value.clone_into(&mut head.url),
            "warc-date" => value.clone_into(&mut head.date),
            "warc-segment-number" => head.is_segment = true,
            "content-type" => head.content_type = value.to_ascii_lowercase(),
            "content-length" => head.length = value.parse().ok(),
            "transfer-encoding" => head.is_chunked = value.eq_ignore_ascii_case("chunked"),
            "content-encoding" => head.packed = value.to_ascii_lowercase(),
            _ => {}
        }
    }
}

/// Takes the content out of an answer of HTTP: its type and its bytes; `None` for an error, a redirection, or a packing
/// that is not read. The child unpacks gzip.
fn answer(bytes: Vec<u8>) -> Option<(String, Vec<u8>)> {
    let mut rest = bytes.as_slice();
    let mut status = Vec::new();
    read_line(&mut rest, &mut status, MAX_HEAD_BYTES).ok()?;
    let is_ok = status.split(|byte| *byte == b' ').nth(1).is_some_and(|code| code.trim_ascii() == b"200");
    let head = head(&mut rest).ok()?;
    if !is_ok || !matches!(head.packed.as_str(), "" | "identity" | "gzip" | "x-gzip") {
        return None;
    }
    // Some archives keep the name of the encoding and not the chunks.
    let body = if head.is_chunked { chunks(rest) } else { None };
    Some((head.content_type, body.unwrap_or_else(|| rest.to_vec())))
}

/// Joins the chunks of a body; `None` where it does not begin with one. A cut body gives what there is.
fn chunks(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    let mut is_first = true;
    loop {
        let end = rest.iter().take(100).position(|byte| *byte == b'\n');
        let size = end.and_then(|end| std::str::from_utf8(&rest[..end]).ok());
        let size = size.and_then(|line| usize::from_str_radix(line.split(';').next()?.trim(), 16).ok());
        let (Some(end), Some(size)) = (end, size) else { return (!is_first).then_some(body) };
        is_first = false;
        rest = &rest[end + 1..];
        let taken = size.min(rest.len());
        body.extend_from_slice(&rest[..taken]);
        rest = &rest[taken..];
        if size == 0 || rest.is_empty() {
            return Some(body);
        }
        let line_end = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count().min(2);
        rest = &rest[line_end..];
    }
}

/// Determines the format by the type that the server named; the content decides where it has marks of its own.
fn format_of(content_type: &str) -> Option<Structured> {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    Some(match kind {
        "text/html" | "application/xhtml+xml" => Structured::Html,
        "application/pdf" => Structured::Pdf,
        "text/plain" | "application/json" | "application/xml" | "text/xml" => Structured::Plain,
        "text/csv" | "text/tab-separated-values" => Structured::Table,
        "text/markdown" => Structured::Markdown,
        "application/rtf" | "text/rtf" => Structured::Rtf,
        "application/epub+zip" => Structured::Epub,
        "application/msword" | "application/vnd.ms-excel" | "application/vnd.ms-powerpoint" => Structured::Sheet,
        kind if kind.contains("wordprocessingml") => Structured::Docx,
        kind if kind.contains("presentationml") => Structured::Pptx,
        kind if kind.contains("spreadsheetml") || kind.contains("opendocument.spreadsheet") => Structured::Sheet,
        kind if kind.contains("opendocument.text") => Structured::Odt,
        kind if kind.contains("opendocument.presentation") => Structured::Odp,
        _ => return None,
    })
}
