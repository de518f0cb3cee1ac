//! From files to decoded text: walk, read, decode, split into source documents.
//!
//! Invariants: follows no link, opens regular files only; one bad file costs only itself and is reported with its path
//! and a reason; never looks inside the text further than its encoding, its front matter and its JSON.

mod decode;
mod given;
mod jsonl;
mod walk;

use std::fs;
use std::path::Path;

use thiserror::Error;

pub use decode::{Decoded, decode};
pub use given::{Given, GivenField};
pub use jsonl::JsonLines;
pub use walk::{SourceFile, Walked, walk};

/// Largest text file read, in bytes; JSONL is bounded by line instead.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// Why a file, or one line of a JSONL file, gave no document.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum IngestError {
    /// The system would not let it be read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// Nothing in it, or white space only.
    #[error("empty")]
    Empty,
    /// Not text.
    #[error("binary: no text format fumikura reads (.txt .md .jsonl)")]
    Binary,
    /// Over the size limit.
    #[error("over the limit: {bytes} bytes, at most {limit} are read")]
    OverLimit {
        /// Its size.
        bytes: u64,
        /// The limit in force.
        limit: u64,
    },
    /// A side file, front matter or JSON object that cannot be understood.
    #[error("{place}: {problem}")]
    Malformed {
        /// File and line.
        place: String,
        /// What is wrong and what would be right.
        problem: String,
    },
}

/// Formats told apart by the file name's ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `.txt`
    Text,
    /// `.md`, `.markdown`
    Markdown,
    /// `.jsonl`, `.ndjson`: one document a line
    JsonLines,
}

impl Format {
    /// Tells the format by the ending; `None` for endings that are not read.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "txt" | "text" => Some(Self::Text),
            "md" | "markdown" => Some(Self::Markdown),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            _ => None,
        }
    }

    /// The name shown in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::JsonLines => "jsonl",
        }
    }
}

/// A document as it came, decoded, before any repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceDocument {
    /// Stable id.
    pub id: String,
    /// Path shown to people.
    pub path: String,
    /// The text, lines ended by `\n`.
    pub text: String,
    /// Number of the first line of `text` in the source, from 1.
    pub first_line: usize,
    /// Format it was read as.
    pub format: &'static str,
    /// Name of the encoding it was decoded from.
    pub encoding: &'static str,
    /// Bytes that no character could be made of, each shown as U+FFFD.
    pub replacements: usize,
    /// Values given beside the text.
    pub given: Given,
}

/// Reads one file as one document.
///
/// # Errors
/// `IngestError` with the reason; the caller adds the path.
pub fn read_document(source: &SourceFile, bytes: &[u8]) -> Result<SourceDocument, IngestError> {
    let decoded = decode(bytes)?;
    let (mut given, text, first_line) = given::split_front_matter(&decoded.text, &source.shown)?;
    given.merge_over(given::read_side_file(&source.path)?);
    if text.trim().is_empty() {
        return Err(IngestError::Empty);
    }
    Ok(SourceDocument {
        id: source.id.clone(),
        path: source.shown.clone(),
        text: text.to_owned(),
        first_line,
        format: Format::of(&source.path).map_or("text", Format::name),
        encoding: decoded.encoding,
        replacements: decoded.replacements,
        given,
    })
}

/// Reads the bytes of a file that is not JSONL.
///
/// # Errors
/// `Unreadable`, or `OverLimit` before a byte is read.
pub fn read_bytes(source: &SourceFile) -> Result<Vec<u8>, IngestError> {
    if source.size > MAX_FILE_BYTES {
        return Err(IngestError::OverLimit { bytes: source.size, limit: MAX_FILE_BYTES });
    }
    fs::read(&source.path).map_err(|error| IngestError::Unreadable(error.to_string()))
}
