//! Extracts the text of structured formats: HTML, Markdown, PDF, Word, Excel, PowerPoint, OpenDocument.
//!
//! Invariants: works on bytes alone (no paths, no IO); never truncates text silently; headings, lists, tables and
//! footnotes that a format marks stay marked. Parsers of hostile input run here: the program calls this module in a
//! child process.

mod html;
mod markdown;
mod office;
mod pdf;
mod text;

use crate::document::{Line, PageDay, PageLink};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use text::{Decoded, decode, decode_owned};

/// Tables that decide the extracted text, each with its file name and its content. The stamp of an index covers them.
pub const TABLES: [(&str, &str); 2] = html::TABLES;

/// The structured formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Structured {
    /// `.html`, `.htm`, `.xhtml`
    Html,
    /// `.md`, `.markdown`
    Markdown,
    /// `.pdf`
    Pdf,
    /// `.docx`
    Docx,
    /// `.pptx`
    Pptx,
    /// `.odt`
    Odt,
    /// `.xlsx`, `.xls`, `.ods`
    Sheet,
}

impl Structured {
    /// Returns the format of files with an ending, in small letters; `None` where it is not read.
    pub(crate) fn by_ending(ending: &str) -> Option<Self> {
        Some(match ending {
            "html" | "htm" | "xhtml" => Self::Html,
            "md" | "markdown" => Self::Markdown,
            "pdf" => Self::Pdf,
            "docx" | "docm" => Self::Docx,
            "pptx" => Self::Pptx,
            "odt" => Self::Odt,
            "xlsx" | "xlsm" | "xls" | "ods" => Self::Sheet,
            _ => return None,
        })
    }
}

/// The reason why a file gave no text.
///
/// A value without a lower error: it comes from another process as JSON, where a parser's error is its sentence.
#[derive(Clone, Debug, Error, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ExtractError {
    /// The file is empty or contains only white space.
    #[error("empty")]
    Empty,
    /// The content does not match the ending of the name.
    #[error("binary: not the text its ending promises")]
    Binary,
    /// The pages are images.
    #[error("no text in its {0} pages: a scan; run it through OCR first (for example ocrmypdf -l jpn)")]
    Scan(usize),
    /// The fonts do not map their glyphs to characters.
    #[error("its fonts do not tell which characters they show ({lost} of {all} unknown); run it through OCR first")]
    Unreadable {
        /// Number of glyphs without a known character.
        lost: usize,
        /// Number of all glyphs.
        all: usize,
    },
    /// Encrypted with a password that is not empty.
    #[error("needs a password; save a copy without one")]
    Password,
    /// The file exceeds a limit.
    #[error("over the limit: {0}")]
    OverLimit(String),
    /// The file violates its format.
    #[error("damaged: {0}")]
    Damaged(String),
}

/// The text extracted from a file, with its properties.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extracted {
    /// The lines, in reading order.
    pub lines: Vec<Line>,
    /// The title that the format gives: `<title>`, document properties.
    pub title: Option<String>,
    /// Publisher as marked in the page.
    pub publisher: Option<String>,
    /// What the page tells about the day of its publication.
    #[serde(default)]
    pub page_day: PageDay,
    /// Links and attached papers of the page.
    #[serde(default)]
    pub links: Vec<PageLink>,
    /// Name of the encoding or engine that it was read with.
    pub encoding: String,
    /// Number of bytes or glyphs that could not be decoded, each shown as U+FFFD.
    pub replacements: usize,
    /// Number of pages, sheets or slides, where the format has them.
    pub pages: Option<usize>,
    /// Warnings about parts that were left out or look wrong.
    pub warnings: Vec<String>,
}

/// Most text that is extracted from one file, in bytes.
const MAX_TEXT_BYTES: usize = 64 << 20;

/// Extracts the text of a file.
///
/// # Errors
/// `ExtractError` with the reason.
pub fn extract(format: Structured, bytes: Vec<u8>) -> Result<Extracted, ExtractError> {
    extract_at(format, bytes, Depth::Outer)
}

/// Extracts a file that is attached to another, by the ending of its name; `None` where the format is not read. Files
/// that are attached to it are named, not read.
fn extract_attached(name: &str, bytes: Vec<u8>) -> Option<Result<Extracted, ExtractError>> {
    let (_, ending) = name.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    if let Some(format) = Structured::by_ending(&ending) {
        return Some(extract_at(format, bytes, Depth::Attached));
    }
    (ending == "txt").then(|| {
        let decoded = decode(&bytes)?;
        let lines = decoded.text.lines().map(str::trim_end).filter(|line| !line.is_empty());
        let flow = crate::document::Flow::Unknown;
        let lines = lines.map(|line| Line { text: line.to_owned(), flow, ..Line::default() }).collect();
        Ok(Extracted { lines, ..Extracted::default() })
    })
}

/// Whether a file stands by itself or is attached to another.
#[derive(Clone, Copy, PartialEq)]
enum Depth {
    Outer,
    Attached,
}

fn extract_at(format: Structured, bytes: Vec<u8>, depth: Depth) -> Result<Extracted, ExtractError> {
    let mut extracted = match format {
        Structured::Html => html::extract(&bytes)?,
        Structured::Markdown => markdown::extract(&bytes)?,
        Structured::Pdf => pdf::extract(bytes, depth == Depth::Outer)?,
        Structured::Docx | Structured::Pptx | Structured::Odt => office::extract(format, &bytes)?,
        Structured::Sheet => office::sheet(&bytes)?,
    };
    extracted.lines.retain(|line| !line.text.trim().is_empty());
    if extracted.lines.is_empty() {
        return Err(ExtractError::Empty);
    }
    let size: usize = extracted.lines.iter().map(|line| line.text.len()).sum();
    if size > MAX_TEXT_BYTES {
        return Err(ExtractError::OverLimit(format!("{size} bytes of text, at most {MAX_TEXT_BYTES} are read")));
    }
    Ok(extracted)
}

/// Joins the words of one line: white space becomes one blank, except that a line end beside a Japanese character is
/// dropped.
fn flowed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank: Option<bool> = None;
    for c in text.chars() {
        if matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{0C}') {
            blank = Some(blank.unwrap_or(false) || c == '\n' || c == '\r');
            continue;
        }
        if let Some(line_end) = blank.take()
            && let Some(last) = out.chars().next_back()
            && !(line_end && (is_wide(last) || is_wide(c)))
        {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

/// Tells whether a character is written without blanks between words: kana, kanji, full-width forms and punctuation.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}')
        || matches!(c, '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
}
