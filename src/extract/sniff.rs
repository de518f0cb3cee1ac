//! Tells a format by its content: a name may be wrong, cut or absent.

use std::io::{Cursor, Read};

use super::{ExtractError, MAX_TEXT_BYTES, Structured};

/// Number of first bytes that are inspected.
pub const SNIFF_BYTES: usize = 4096;

/// Determines the format by the first bytes; `None` where they tell nothing, as in plain text and Markdown.
///
/// # Examples
/// ```
/// use fumikura::extract::{Structured, sniff};
///
/// assert_eq!(sniff("\u{FEFF}<!DOCTYPE html><html lang=\"ja\">".as_bytes()), Some(Structured::Html));
/// assert_eq!(sniff(b"%PDF-1.7"), Some(Structured::Pdf));
/// assert_eq!(sniff("総務省報道資料".as_bytes()), None);
/// ```
pub fn sniff(bytes: &[u8]) -> Option<Structured> {
    let head = &bytes[..bytes.len().min(SNIFF_BYTES)];
    match head {
        [b'P', b'K', 3, 4, ..] => return Some(Structured::Docx),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => return Some(Structured::Sheet),
        [0x1F, 0x8B, 8, ..] => return Some(Structured::Gzip),
        _ => {}
    }
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    if text.starts_with("%PDF-") {
        return Some(Structured::Pdf);
    }
    if text.starts_with("{\\rtf") {
        return Some(Structured::Rtf);
    }
    let lower = text.to_ascii_lowercase();
    let has = |mark: &str| lower.contains(mark);
    if lower.starts_with("<!doctype html") || lower.starts_with("<html") {
        return Some(Structured::Html);
    }
    if lower.starts_with("<?xml")
        || lower.starts_with("<!--")
        || lower.starts_with("<law")
        || lower.starts_with("<dataroot")
    {
        return match () {
            () if has("<html") || has("<!doctype html") => Some(Structured::Html),
            () if text.contains("<Law ") || text.contains("<Law>") => Some(Structured::Law),
            () => None,
        };
    }
    if lower.starts_with('{') && (has("\"speechrecord\"") || has("\"meetingrecord\"")) {
        return Some(Structured::Diet);
    }
    is_mail(&lower).then_some(Structured::Mail)
}

/// Tells whether a text begins with the head of a mail or of a saved page: lines of fields, among them the type.
fn is_mail(lower: &str) -> bool {
    let head = lower.split("\n\n").next().unwrap_or_default().split("\r\n\r\n").next().unwrap_or_default();
    let field = |name: &str| head.lines().any(|line| line.starts_with(name));
    let is_field = |line: &str| {
        line.starts_with([' ', '\t']) || line.split_once(':').is_some_and(|(name, _)| !name.contains([' ', '　', '<']))
    };
    let starts = head.lines().next().is_some_and(is_field);
    starts && field("content-type:") && (field("mime-version:") || field("from:"))
}

/// Tells the format of the bytes more closely: the kind of a package, or the format that a wrong name hides.
///
/// # Errors
/// `Unsupported` with the way out for formats that are told but not read.
pub(super) fn refined(named: Structured, bytes: &[u8]) -> Result<Structured, ExtractError> {
    match sniff(bytes) {
        Some(Structured::Docx) => Ok(package(bytes).unwrap_or(named)),
        Some(Structured::Sheet) => ole(bytes, named),
        // A fragment of HTML, a table of text and Markdown have no marks of their own.
        Some(told) => Ok(told),
        // Programs save pages and tables of text under the ending of a sheet.
        None if named == Structured::Sheet && !bytes.starts_with(b"PK") => Ok(of_text(bytes).unwrap_or(named)),
        None if bytes.starts_with(b"WARC/") => Err(ExtractError::Unsupported(
            "a web archive (WARC) inside another file is not read; unpack it into a file of its own".to_owned(),
        )),
        None => Ok(named),
    }
}

/// Determines the format of a text that is named as a sheet; `None` for data and for a text that is no table.
fn of_text(bytes: &[u8]) -> Option<Structured> {
    let text = super::decode(bytes).ok()?.text;
    if text.trim_start().starts_with('<') {
        return Some(Structured::Html);
    }
    let is_row = |line: &str| line.contains(['\t', ',', ';']);
    text.lines().filter(|line| !line.trim().is_empty()).take(5).all(is_row).then_some(Structured::Table)
}

/// Determines the kind of a zip package by its parts.
fn package(bytes: &[u8]) -> Option<Structured> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    if archive.index_for_name("META-INF/container.xml").is_some() {
        return Some(Structured::Epub);
    }
    if archive.index_for_name("content.xml").is_some() {
        let mut kind = String::new();
        if let Ok(part) = archive.by_name("mimetype") {
            // A damaged part leaves the name empty.
            let _ = part.take(128).read_to_string(&mut kind);
        }
        return Some(match () {
            () if kind.contains("spreadsheet") => Structured::Sheet,
            () if kind.contains("presentation") => Structured::Odp,
            () if kind.contains("text") => Structured::Odt,
            // A package without its type is what the name says.
            () => return None,
        });
    }
    let has = |folder: &str| archive.file_names().flatten().any(|name| name.starts_with(folder));
    match () {
        () if has("word/") => Some(Structured::Docx),
        () if has("ppt/") => Some(Structured::Pptx),
        () if has("xl/") => Some(Structured::Sheet),
        () => None,
    }
}

/// Determines the kind of an old Office file.
fn ole(bytes: &[u8], named: Structured) -> Result<Structured, ExtractError> {
    let Ok(file) = cfb::CompoundFile::open(Cursor::new(bytes)) else { return Ok(named) };
    let old = |what: &str, to: &str| {
        let way = format!("is an old {what} file; convert it first: soffice --headless --convert-to {to} FILE");
        Err(ExtractError::Unsupported(way))
    };
    match () {
        () if file.exists("/Workbook") || file.exists("/Book") => Ok(Structured::Sheet),
        () if file.exists("/EncryptedPackage") => Err(ExtractError::Password),
        () if file.exists("/WordDocument") => old("Word", "docx"),
        () if file.exists("/PowerPoint Document") => old("PowerPoint", "pptx"),
        () => Ok(named),
    }
}

/// Unpacks gzip, in bounded memory.
pub(super) fn unpacked(bytes: &[u8]) -> Result<Vec<u8>, ExtractError> {
    let mut out = Vec::new();
    let most = MAX_TEXT_BYTES as u64;
    let read = flate2::read::MultiGzDecoder::new(bytes).take(most + 1).read_to_end(&mut out);
    read.map_err(|error| ExtractError::Damaged(error.to_string()))?;
    if out.len() as u64 > most {
        return Err(ExtractError::OverLimit(format!("unpacks to more than {most} bytes")));
    }
    Ok(out)
}
