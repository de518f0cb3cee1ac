//! From files to text: walks, reads, decodes or extracts, and splits into source documents.
//!
//! Invariants: links are not followed, and only regular files are opened; a bad file costs only itself and is reported
//! with its path and a reason; structured formats are parsed in a child process; a text is read only for its encoding,
//! its front matter and its JSON.

mod child;
mod collection;
mod given;
mod jsonl;
mod matter;
mod read;
mod side;
mod walk;
mod warc;

use crate::document::{Given, MAX_PROBLEM_CHARS};
use std::fs::File;
use std::io::Read;
use std::path::Path;

use thiserror::Error;

use crate::document::{Cause, clipped};
use crate::document::{Line, PageDay, PageLink};
use crate::extract::{self, ExtractError, Structured};

pub use child::{Extractor, serve};
pub use collection::{Collection, Member, Members, RawMember};
pub use jsonl::{JsonLines, RawLine};
pub use read::{FileBytes, Hashing, hash_lines, read_document, read_file, recognised};
pub use side::{SideFile, series_file, series_files, side_marks};
pub use walk::{SourceFile, Walked, walk};
pub use warc::Capture;

/// Largest file read, in bytes; JSONL is bounded by line instead.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// The reason why a file, or one line of a JSONL file, gave no document.
///
/// `source()` gives the error of the system or of a parser below it, where it was met in this process.
///
/// # Examples
/// ```
/// use std::error::Error;
///
/// use fumikura::ingest::JsonLines;
///
/// let mut lines = JsonLines::new("{\"id\": \"1\"}".as_bytes(), "文書.jsonl");
/// let error = lines.next().and_then(Result::err).ok_or("no error")?;
/// assert!(error.to_string().starts_with("文書.jsonl:1: "));
/// assert!(error.source().is_some_and(|below| below.to_string().contains("text")));
/// # Ok::<(), Box<dyn Error>>(())
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IngestError {
    /// The system refused to read it.
    #[error("cannot be read: {problem}")]
    #[non_exhaustive]
    Unreadable {
        /// What the system said.
        problem: String,
        /// The error below, where there was one.
        source: Option<Cause>,
    },
    /// No text could be extracted from it.
    #[error("{0}")]
    Extract(#[from] ExtractError),
    /// The child process that read it crashed or exceeded a limit.
    #[error("reading it {reason}; it is not tried again until it changes (or with --retry)")]
    #[non_exhaustive]
    Crashed {
        /// What became of it, as the end of a sentence.
        reason: String,
        /// The error below, where there was one.
        source: Option<Cause>,
    },
    /// The child process that read it was killed from outside.
    #[error("reading it was ended from outside ({0}); it is tried again the next time")]
    Ended(String),
    /// The run was stopped before the file was read.
    #[error("not read: the run was stopped")]
    Stopped,
    /// The file changed between the walk and the read.
    #[error("changed while it was read; run the command again")]
    Changed,
    /// The file exceeds the size limit.
    #[error("over the limit: {bytes} bytes, at most {limit} are read")]
    OverLimit {
        /// Its size.
        bytes: u64,
        /// The limit in force.
        limit: u64,
    },
    /// A line is not a valid document object.
    #[error("{place}: {problem}")]
    #[non_exhaustive]
    Malformed {
        /// File and line.
        place: String,
        /// The fault, and the correct form.
        problem: String,
        /// The error below, where there was one.
        source: Option<Cause>,
    },
}

impl IngestError {
    /// Builds a malformed-line error; its text, which may quote the file, is cut at 300 characters.
    fn malformed(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Malformed { place: place.into(), problem: clipped(problem.into(), MAX_PROBLEM_CHARS), source: None }
    }

    /// What the system said of a file.
    pub(crate) fn unreadable(error: impl Into<Cause>) -> Self {
        let error = error.into();
        Self::Unreadable { problem: error.to_string(), source: Some(error) }
    }

    /// A child that read the file gave no answer.
    fn crashed(reason: impl Into<String>) -> Self {
        Self::Crashed { reason: reason.into(), source: None }
    }

    /// The same error, with the one that led to it.
    fn below(mut self, error: impl Into<Cause>) -> Self {
        match &mut self {
            Self::Unreadable { source, .. } | Self::Crashed { source, .. } | Self::Malformed { source, .. } => {
                *source = Some(error.into());
            }
            _ => {}
        }
        self
    }

    /// Returns the place and the reason; the place is `path` where the error has none of its own.
    pub fn report(&self, path: &str) -> (String, String) {
        match self {
            Self::Malformed { place, problem, .. } => (place.clone(), problem.clone()),
            other => (path.to_owned(), other.to_string()),
        }
    }

    /// Tells whether the file is sound but has no text to read: it is skipped, which is not a failure.
    pub fn is_skip(&self) -> bool {
        matches!(
            self,
            Self::Extract(
                ExtractError::Scan(_)
                    | ExtractError::Password
                    | ExtractError::Unreadable { .. }
                    | ExtractError::Unsupported(_)
            )
        )
    }

    /// Tells whether a later run may be able to read the same bytes.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unreadable { .. } | Self::Ended(_) | Self::Stopped | Self::Changed)
    }
}

/// The formats, recognised by the content, then by the ending of the file name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `.txt`
    Text,
    /// `.jsonl`, `.ndjson`: one document per line
    JsonLines,
    /// `.warc`: one document per captured page
    WebArchive,
    /// A format with structure.
    Structured(Structured),
}

impl Format {
    /// The supported endings, for messages.
    pub const ENDINGS: &'static str = ".txt .md .html .pdf .docx .pptx .odt .odp .xlsx .xls .ods .csv .tsv .rtf .epub \
                                       .eml .mhtml .warc .jsonl .gz";

    /// Determines the format by the ending; `None` for an ending that tells no format. A number at the end, as in
    /// `page.html.1`, is no ending.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        if ending.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::of(Path::new(path.file_stem()?));
        }
        Some(match ending.as_str() {
            "txt" | "text" => Self::Text,
            "jsonl" | "ndjson" => Self::JsonLines,
            "warc" => Self::WebArchive,
            // The front matter of Markdown is read before the child unpacks.
            "gz" => match Self::of(Path::new(path.file_stem()?)) {
                Some(Self::Text | Self::Structured(Structured::Markdown)) | None => Self::Structured(Structured::Gzip),
                Some(packed) => packed,
            },
            ending => Self::Structured(Structured::by_ending(ending)?),
        })
    }

    /// Returns the name shown in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::JsonLines => "jsonl",
            Self::WebArchive => "web archive",
            Self::Structured(format) => format.name(),
        }
    }
}

/// The text of a document before any repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Text with lines ended by `\n`.
    Text(String),
    /// Lines of a format with structure.
    Lines(Vec<Line>),
}

/// A decoded document before any repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceDocument {
    /// Stable id.
    pub id: String,
    /// Path shown to people.
    pub path: String,
    /// Its text.
    pub content: Content,
    /// Number of the first line of the text in the source, from 1.
    pub first_line: usize,
    /// Name of its format.
    pub format: &'static str,
    /// Name of the encoding it was decoded from, or of the engine.
    pub encoding: String,
    /// Number of bytes or glyphs that could not be decoded, each shown as U+FFFD.
    pub replacements: usize,
    /// Number of pages, sheets or slides.
    pub pages: Option<usize>,
    /// Warnings about parts that were left out or look wrong.
    pub warnings: Vec<String>,
    /// Title as marked by the format.
    pub title: Option<String>,
    /// Publisher as marked in the page.
    pub publisher: Option<String>,
    /// What the page tells about the day of its publication.
    pub page_day: PageDay,
    /// Links and attached papers of the page.
    pub links: Vec<PageLink>,
    /// Values given beside the text.
    pub given: Given,
}

impl Content {
    /// Returns a warning where the text, or its title, looks as if it had been decoded in a wrong encoding before it
    /// was saved.
    fn mojibake(&self, title: Option<&str>) -> Option<String> {
        let found = match self {
            Self::Text(text) => extract::mojibake(title.into_iter().chain(text.lines())),
            Self::Lines(lines) => {
                extract::mojibake(title.into_iter().chain(lines.iter().map(|line| line.text.as_str())))
            }
        }?;
        let extract::Mojibake { written, read, repaired } = found;
        Some(format!(
            "looks like mojibake: {written} that was read as {read} before it was saved (a line would be: {repaired}); \
             it is indexed as it is"
        ))
    }
}

impl SourceDocument {
    /// Builds a document of plain text without given values.
    pub fn of_text(id: impl Into<String>, path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            path: path.into(),
            content: Content::Text(text.into()),
            first_line: 1,
            format: Format::Text.name(),
            encoding: "UTF-8".to_owned(),
            replacements: 0,
            pages: None,
            warnings: Vec::new(),
            title: None,
            publisher: None,
            page_day: PageDay::Unknown,
            links: Vec::new(),
            given: Given::default(),
        }
    }

    /// True for a table of text (CSV, TSV).
    pub fn is_table(&self) -> bool {
        self.format == Structured::Table.name()
    }
}

/// Tells whether an error of reading is a fault of the bytes and not of the system: damaged or cut gzip.
fn is_damage(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::UnexpectedEof)
}

/// Opens a regular file; never blocks on a pipe or follows a link that has replaced it since the walk.
///
/// # Errors
/// The errors of the system, and an error for anything but a regular file.
pub fn open(path: &Path) -> std::io::Result<File> {
    use rustix::fs::OFlags;
    open_regular(path, OFlags::NOFOLLOW)
}

fn open_regular(path: &Path, more: rustix::fs::OFlags) -> std::io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY | more;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty())?);
    if !file.metadata()?.is_file() {
        return Err(std::io::Error::other("not a regular file"));
    }
    Ok(file)
}

/// Reads a text named on the command line: a regular file or a link to one, in UTF-8, of at most `limit` bytes.
///
/// # Errors
/// The errors of the system, and an error for anything else; the caller adds the path.
pub fn read_named(path: &Path, limit: u64) -> std::io::Result<String> {
    // Check before opening: opening some devices has side effects.
    if !std::fs::metadata(path)?.is_file() {
        return Err(std::io::Error::other("not a regular file"));
    }
    let file = open_regular(path, rustix::fs::OFlags::empty())?;
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(std::io::Error::other(format!("over the limit: at most {limit} bytes are read")));
    }
    String::from_utf8(bytes)
        .map_err(|error| std::io::Error::other(format!("not UTF-8 at byte {}", error.utf8_error().valid_up_to())))
}
