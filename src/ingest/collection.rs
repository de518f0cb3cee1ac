//! Files that hold many documents: JSONL and web archives, each also packed with gzip.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use super::jsonl::RawLine;
use super::warc::{Capture, Captures};
use super::{Format, IngestError, JsonLines, SourceDocument, SourceFile, open};
use crate::extract::{SNIFF_BYTES, Structured};

/// A packed file may unpack to this many bytes without regard to its size.
const MOST_UNPACKED: u64 = 64 << 20;
/// Beyond that, it may unpack to this many times its size. Texts pack to a tenth, pages with menus to a fiftieth.
const MOST_TIMES: u64 = 200;

/// A kind of file that holds many documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collection {
    /// One document for each line.
    JsonLines,
    /// One document for each captured page.
    WebArchive,
}

impl Collection {
    /// Determines the kind by the name, and by the first bytes of a file whose name tells no format; `None` where a
    /// file is one document.
    pub fn of(path: &Path) -> Option<Self> {
        match Format::of(path) {
            Some(Format::JsonLines) => Some(Self::JsonLines),
            Some(Format::WebArchive) => Some(Self::WebArchive),
            Some(Format::Structured(Structured::Gzip)) | None => {
                let mut head = Vec::new();
                let file = open(path).ok()?;
                let reader = unpacked(BufReader::new(file), 0).ok()?;
                // A cut file shows its first bytes all the same.
                let _ = reader.take(SNIFF_BYTES as u64).read_to_end(&mut head);
                head.starts_with(b"WARC/").then_some(Self::WebArchive)
            }
            Some(_) => None,
        }
    }
}

/// One of the documents of such a file, of which nothing but its bytes is known.
#[derive(Debug)]
pub enum RawMember {
    /// A line of JSONL.
    Line(RawLine),
    /// A captured page.
    Capture(Capture),
}

impl RawMember {
    /// Returns the number of the line or record, from 1.
    pub fn number(&self) -> usize {
        match self {
            Self::Line(line) => line.number,
            Self::Capture(capture) => capture.number,
        }
    }

    /// Returns the place for messages of this member, had it another number. Pages are named by their address.
    pub fn place_of(&self, number: usize) -> String {
        match self {
            Self::Line(line) => line.place_of(number),
            Self::Capture(capture) => capture.place(),
        }
    }

    /// Reads the member.
    ///
    /// # Errors
    /// The reason with file and line.
    pub fn read(self) -> Result<Member, IngestError> {
        match self {
            Self::Line(line) => Ok(Member::Document(Box::new(line.document()?))),
            Self::Capture(capture) => Ok(Member::Capture(capture)),
        }
    }

    /// Returns the hash of its bytes: members of one file with the same hash have the same id and the same text.
    pub fn hash(&self) -> [u8; 32] {
        match self {
            Self::Line(line) => *blake3::hash(line.bytes()).as_bytes(),
            Self::Capture(capture) => *capture.hash().as_bytes(),
        }
    }
}

/// One of the documents of such a file.
#[derive(Debug)]
pub enum Member {
    /// A document that was read.
    Document(Box<SourceDocument>),
    /// A page that a child must extract.
    Capture(Capture),
}

impl Member {
    /// Returns the id of the document.
    pub fn id(&self) -> &str {
        match self {
            Self::Document(document) => &document.id,
            Self::Capture(capture) => &capture.id,
        }
    }

    /// Returns the number of the line or record, from 1.
    pub fn number(&self) -> usize {
        match self {
            Self::Document(document) => document.first_line,
            Self::Capture(capture) => capture.number,
        }
    }

    /// Returns the place for messages.
    pub fn place(&self) -> String {
        match self {
            Self::Document(document) => format!("{}:{}", document.path, document.first_line),
            Self::Capture(capture) => capture.place(),
        }
    }
}

/// Reads the documents of such a file, one by one, in memory bounded by one of them.
pub struct Members<'a>(Kind<'a>);

enum Kind<'a> {
    Lines(JsonLines<Box<dyn BufRead + 'a>>),
    Captures(Captures<Box<dyn BufRead + 'a>>),
}

impl<'a> Members<'a> {
    /// Reads from `reader`, which may be packed with gzip.
    ///
    /// # Errors
    /// `Unreadable` where the first bytes cannot be read.
    pub fn new(collection: Collection, source: &SourceFile, reader: impl Read + 'a) -> Result<Self, IngestError> {
        let reader = BufReader::with_capacity(1 << 20, reader);
        let reader = unpacked(reader, source.size).map_err(IngestError::unreadable)?;
        Ok(Self(match collection {
            Collection::JsonLines => Kind::Lines(JsonLines::new(reader, source.shown.clone())),
            Collection::WebArchive => Kind::Captures(Captures::new(reader, source.id.clone(), source.shown.clone())),
        }))
    }

    /// Returns the next member without reading it, or the reason why there is none.
    pub fn next_raw(&mut self) -> Option<Result<RawMember, IngestError>> {
        Some(match &mut self.0 {
            Kind::Lines(lines) => lines.next_line()?.map(RawMember::Line),
            Kind::Captures(captures) => captures.next()?.map(RawMember::Capture),
        })
    }

    /// Returns a warning about parts that were left out so far.
    pub fn warning(&self) -> Option<String> {
        match &self.0 {
            Kind::Lines(_) => None,
            Kind::Captures(captures) => captures.warning(),
        }
    }
}

impl Iterator for Members<'_> {
    type Item = Result<Member, IngestError>;

    fn next(&mut self) -> Option<Self::Item> {
        let raw = self.next_raw()?;
        Some(raw.and_then(RawMember::read))
    }
}

/// Unpacks gzip where the first bytes say so; `size` is that of the packed file.
fn unpacked<'a>(mut reader: impl BufRead + 'a, size: u64) -> io::Result<Box<dyn BufRead + 'a>> {
    if !reader.fill_buf()?.starts_with(&[0x1F, 0x8B, 8]) {
        return Ok(Box::new(reader));
    }
    let left = MOST_UNPACKED.max(size.saturating_mul(MOST_TIMES));
    let unpacked = Bounded { reader: flate2::bufread::MultiGzDecoder::new(reader), left };
    Ok(Box::new(BufReader::with_capacity(1 << 18, unpacked)))
}

/// A reader that fails beyond a number of bytes.
struct Bounded<R> {
    reader: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            let problem = format!("over the limit: it unpacks to more than {MOST_TIMES} times its size");
            io::Error::new(io::ErrorKind::InvalidData, problem)
        })?;
        Ok(read)
    }
}
