//! The text of a file in a format with structure: HTML, Markdown, PDF, Word, Excel, PowerPoint, OpenDocument.
//!
//! Invariants: works on bytes alone (no paths, no IO); never cuts text off in silence; what a format marks as heading,
//! list, table or footnote stays so. Parsers of hostile input run here: the program calls this in a child process.

mod html;
mod markdown;
mod office;
mod pdf;
mod text;

use crate::document::Line;
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use text::{Decoded, decode, decode_owned};

/// Formats with structure.
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

/// Why a file gave no text.
#[derive(Clone, Debug, Error, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ExtractError {
    /// Nothing in it, or white space only.
    #[error("empty")]
    Empty,
    /// Not what its ending says.
    #[error("binary: not the text its ending promises")]
    Binary,
    /// Pictures of pages.
    #[error("no text in its {0} pages: a scan; run it through OCR first (for example ocrmypdf -l jpn)")]
    Scan(usize),
    /// The fonts do not say which characters they show.
    #[error("its fonts do not tell which characters they show ({lost} of {all} unknown); run it through OCR first")]
    Unreadable {
        /// Characters without a meaning.
        lost: usize,
        /// All characters.
        all: usize,
    },
    /// Encrypted with a password that is not empty.
    #[error("needs a password; save a copy without one")]
    Password,
    /// More than the limits allow.
    #[error("over the limit: {0}")]
    OverLimit(String),
    /// The file does not keep to its format.
    #[error("damaged: {0}")]
    Damaged(String),
}

/// What came out of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extracted {
    /// The lines, in reading order.
    pub lines: Vec<Line>,
    /// The title that the format gives: `<title>`, document properties.
    pub title: Option<String>,
    /// Who published it, by the marks of the page.
    pub publisher: Option<String>,
    /// Encoding or engine it was read with.
    pub encoding: String,
    /// Bytes or glyphs that no character could be made of, each shown as U+FFFD.
    pub replacements: usize,
    /// Number of pages, sheets or slides, where there are such.
    pub pages: Option<usize>,
    /// What was left out or looks wrong.
    pub warnings: Vec<String>,
}

/// Most text taken from one file, in bytes.
const MAX_TEXT_BYTES: usize = 64 << 20;

/// Extracts the text of a file.
///
/// # Errors
/// `ExtractError` with the reason.
pub fn extract(format: Structured, bytes: Vec<u8>) -> Result<Extracted, ExtractError> {
    let mut extracted = match format {
        Structured::Html => html::extract(&bytes)?,
        Structured::Markdown => markdown::extract(&bytes)?,
        Structured::Pdf => pdf::extract(bytes)?,
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

/// Puts words of one line together: white space becomes one blank, and none between Japanese characters and a line end.
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

/// Characters set without blanks between them: kana, kanji, full-width forms and marks.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}')
        || matches!(c, '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
}
