//! Extracts the text of structured formats: HTML, Markdown, PDF, Word, Excel, PowerPoint, OpenDocument, RTF, EPUB, CSV,
//! mails and saved pages, statutes of e-Gov, minutes of the Diet; and gzip of each.
//!
//! Invariants: works on bytes alone (no paths, no IO); never truncates text silently; headings, lists, tables and
//! footnotes that a format marks stay marked. Parsers of hostile input run here: the program calls this module in a
//! child process.

mod diet;
mod html;
mod law;
mod mail;
mod markdown;
mod office;
mod pdf;
mod rtf;
mod sniff;
mod table;
mod text;

use crate::document::{Flow, Line, LineRole, PageDay, PageLink, counted};
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use sniff::{SNIFF_BYTES, sniff};
pub use text::{Decoded, Mojibake, decode, decode_owned, mojibake};

/// Tables that decide the extracted text, each with its file name and its content. The stamp of an index covers them.
pub const TABLES: [(&str, &str); 4] =
    [html::TABLES[0], html::TABLES[1], html::TABLES[2], ("frequent.tsv", text::FREQUENT)];

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
    /// `.docx`, `.docm`, `.dotx`
    Docx,
    /// `.pptx`, `.pptm`, `.ppsx`, `.potx`
    Pptx,
    /// `.odt`
    Odt,
    /// `.odp`
    Odp,
    /// `.xlsx`, `.xls`, `.ods`
    Sheet,
    /// `.csv`, `.tsv`
    Table,
    /// `.rtf`
    Rtf,
    /// `.epub`
    Epub,
    /// `.eml`, `.mhtml`
    Mail,
    /// XML of statutes in the form of e-Gov.
    Law,
    /// JSON of 国会会議録検索システム.
    Diet,
    /// `.gz` of any of these or of a text.
    Gzip,
    /// A plain text that is read in the child: one that was packed.
    Plain,
}

impl Structured {
    /// Returns the name shown in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Markdown => "markdown",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Pptx => "pptx",
            Self::Odt => "odt",
            Self::Odp => "odp",
            Self::Sheet => "spreadsheet",
            Self::Table => "table",
            Self::Rtf => "rtf",
            Self::Epub => "epub",
            Self::Mail => "mail",
            Self::Law => "law",
            Self::Diet => "minutes",
            Self::Gzip => "gzip",
            Self::Plain => "text",
        }
    }

    /// Returns the format of files with an ending, in small letters; `None` where it is not read.
    pub(crate) fn by_ending(ending: &str) -> Option<Self> {
        Some(match ending {
            "html" | "htm" | "xhtml" | "shtml" | "php" | "asp" | "aspx" | "jsp" | "cgi" => Self::Html,
            "md" | "markdown" => Self::Markdown,
            "pdf" => Self::Pdf,
            "docx" | "docm" | "dotx" | "dotm" => Self::Docx,
            "pptx" | "pptm" | "ppsx" | "ppsm" | "potx" | "potm" => Self::Pptx,
            "odt" | "ott" => Self::Odt,
            "odp" | "otp" => Self::Odp,
            "xlsx" | "xlsm" | "xlsb" | "xltx" | "xltm" | "xls" | "ods" | "ots" => Self::Sheet,
            "csv" | "tsv" => Self::Table,
            "rtf" => Self::Rtf,
            "epub" => Self::Epub,
            "eml" | "mhtml" | "mht" => Self::Mail,
            "gz" => Self::Gzip,
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
    /// The page is a set of frames, whose texts are other pages.
    #[error("only frames; the text is in: {0}")]
    Frames(String),
    /// The pages are images.
    #[error("no text in its {}: a scan; run it through OCR first (for example ocrmypdf -l jpn)", counted(*.0, "page"))]
    Scan(usize),
    /// The fonts do not map their glyphs to characters.
    #[error("its fonts do not tell which characters they show ({lost} of {all} unknown); run it through OCR first")]
    Unreadable {
        /// Number of glyphs without a known character.
        lost: usize,
        /// Number of all glyphs.
        all: usize,
    },
    /// A known format that is not read, with the way to convert it.
    #[error("{0}")]
    Unsupported(String),
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
    /// The format, told by the content; `None` in a value that no file gave.
    pub format: Option<Structured>,
    /// Address of the page, where the file gives it.
    pub url: Option<String>,
    /// Date of the document as `YYYY-MM-DD`, where the format gives it.
    pub date: Option<String>,
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

impl Extracted {
    /// Builds an extracted text without lines from a decoded one: its encoding and warnings.
    fn decoded(decoded: &Decoded) -> Self {
        Self {
            encoding: decoded.encoding.to_owned(),
            replacements: decoded.replacements,
            warnings: decoded.warnings.clone(),
            ..Self::default()
        }
    }

    /// Takes in what was read of an attached file, under its name as a heading; one that was not read is named in a
    /// warning.
    fn attach(&mut self, name: String, read: Option<Result<Self, ExtractError>>) {
        match read {
            None => self.warnings.push(format!("an attached file is not read: {name}")),
            Some(Ok(inner)) => {
                self.warnings.push(format!("an attached file is read as part of this one: {name}"));
                self.warnings.extend(inner.warnings.into_iter().map(|warning| format!("{name}: {warning}")));
                self.replacements += inner.replacements;
                self.lines.push(Line::whole(name, LineRole::Heading(1)));
                self.lines.extend(inner.lines.into_iter().map(|line| Line { page: None, ..line }));
            }
            Some(Err(error)) => self.warnings.push(format!("an attached file is not read: {name} ({error})")),
        }
    }
}

/// Most text that is extracted from one file, in bytes.
const MAX_TEXT_BYTES: usize = 64 << 20;

/// Extracts the text of a file. The content tells the format where it has marks of its own; otherwise `format` counts,
/// which the name gives.
///
/// # Errors
/// `ExtractError` with the reason.
pub fn extract(format: Structured, bytes: Vec<u8>) -> Result<Extracted, ExtractError> {
    extract_at(format, bytes, Depth::Outer)
}

/// Extracts a file that is attached to another, by its content and the ending of its name; `None` where the format is
/// not read. Files that are attached to it are named, not read.
fn extract_attached(name: &str, bytes: Vec<u8>) -> Option<Result<Extracted, ExtractError>> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let named = Structured::by_ending(&ending).or_else(|| (ending == "txt").then_some(Structured::Plain));
    let format = named.or_else(|| sniff(&bytes))?;
    Some(extract_at(format, bytes, Depth::Attached))
}

/// Whether a file stands by itself or is attached to another.
#[derive(Clone, Copy, PartialEq)]
enum Depth {
    Outer,
    Attached,
}

fn extract_at(named: Structured, mut bytes: Vec<u8>, depth: Depth) -> Result<Extracted, ExtractError> {
    let mut format = sniff::refined(named, &bytes)?;
    if format == Structured::Gzip {
        bytes = sniff::unpacked(&bytes)?;
        // `a.csv.gz` is a table; `a.gz` may be anything.
        let packed = if named == Structured::Gzip { Structured::Plain } else { named };
        format = sniff::refined(packed, &bytes)?;
    }
    let is_outer = depth == Depth::Outer;
    let mut extracted = match format {
        Structured::Html => html::extract(&bytes)?,
        Structured::Markdown => markdown::extract(&bytes)?,
        Structured::Pdf => pdf::extract(bytes, is_outer)?,
        Structured::Docx | Structured::Pptx | Structured::Odt | Structured::Odp | Structured::Epub => {
            office::extract(format, &bytes)?
        }
        Structured::Table => table::extract(&bytes)?,
        Structured::Rtf => rtf::extract(&bytes)?,
        Structured::Mail => mail::extract(&bytes, is_outer)?,
        Structured::Law => law::extract(&bytes)?,
        Structured::Diet => diet::extract(&bytes)?,
        Structured::Plain => plain(&bytes)?,
        Structured::Gzip => return Err(ExtractError::Unsupported("gzip inside gzip is not read".to_owned())),
        Structured::Sheet => office::sheet(&bytes)?,
    };
    extracted.lines.retain(|line| !line.text.trim().is_empty());
    if extracted.lines.is_empty() {
        return Err(ExtractError::Empty);
    }
    extracted.format = Some(format);
    if format == Structured::Pdf {
        extracted.warnings.extend(pictures(&extracted));
    }
    let size: usize = extracted.lines.iter().map(|line| line.text.len()).sum();
    if size > MAX_TEXT_BYTES {
        return Err(ExtractError::OverLimit(format!("{size} bytes of text, at most {MAX_TEXT_BYTES} are read")));
    }
    Ok(extracted)
}

/// Reads a plain text as lines.
fn plain(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let decoded = decode(bytes)?;
    let mut extracted = Extracted::decoded(&decoded);
    let mut gap_before = false;
    for (at, text) in decoded.text.lines().enumerate() {
        if !text.trim().is_empty() {
            let lines = Some((at + 1, at + 1));
            let text = text.to_owned();
            extracted.lines.push(Line { text, lines, gap_before, flow: Flow::Unknown, ..Line::default() });
        }
        gap_before = text.trim().is_empty();
    }
    Ok(extracted)
}

/// Names the pages of a PDF that gave no text: they are pictures, or empty.
fn pictures(extracted: &Extracted) -> Option<String> {
    let count = extracted.pages.unwrap_or(0);
    let with_text: BTreeSet<usize> = extracted.lines.iter().filter_map(|line| line.page).collect();
    let without: Vec<String> =
        (1..=count).filter(|page| !with_text.contains(page)).map(|page| page.to_string()).collect();
    // Without page numbers nothing can be told.
    if without.is_empty() || with_text.is_empty() {
        return None;
    }
    let more = if without.len() > 10 { ", …" } else { "" };
    let first = without.iter().take(10).cloned().collect::<Vec<_>>().join(", ");
    Some(format!("no text on {} of {count} pages, perhaps pictures of text: {first}{more}", without.len()))
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
