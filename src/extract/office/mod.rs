//! Extracts Word, PowerPoint, OpenDocument and EPUB (zip archives of XML), and spreadsheets.

mod cells;
mod docx;
mod epub;
mod equation;
mod formats;
mod numbering;
mod ods;
mod odt;
mod pptx;
mod relations;
mod sheet;
mod xls;
mod xlsx;
pub(super) mod xml;

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::{ExtractError, Extracted, Structured};

/// Most entries of an archive that is read.
const MAX_ENTRIES: usize = 10_000;
/// Most bytes that are unpacked from one file.
const MAX_UNPACKED_BYTES: u64 = 200 << 20;

/// First bytes of an OLE container: old Office files, and new ones with a password.
const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0];

/// An archive with a budget of unpacked bytes.
struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    left: u64,
}

impl<'a> Package<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, ExtractError> {
        // An encrypted Office file is an OLE container, not a zip archive.
        if bytes.starts_with(OLE) {
            return Err(ExtractError::Password);
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        if archive.len() > MAX_ENTRIES {
            return Err(ExtractError::OverLimit(format!("{} entries, at most {MAX_ENTRIES}", archive.len())));
        }
        Ok(Self { archive, left: MAX_UNPACKED_BYTES })
    }

    /// Reads the text of a part; `None` where the archive has no such part.
    fn part(&mut self, name: &str) -> Result<Option<String>, ExtractError> {
        let Some(bytes) = self.bytes(name)? else { return Ok(None) };
        Ok(Some(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => super::decode(error.as_bytes())?.text,
        }))
    }

    fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    /// Reads the bytes of a part; `None` where the archive has no such part.
    fn bytes(&mut self, name: &str) -> Result<Option<Vec<u8>>, ExtractError> {
        let Ok(file) = self.archive.by_name(name) else { return Ok(None) };
        let mut bytes = Vec::new();
        file.take(self.left + 1).read_to_end(&mut bytes).map_err(damaged)?;
        let used = bytes.len() as u64;
        if used > self.left {
            return Err(ExtractError::OverLimit(format!("unpacks to more than {MAX_UNPACKED_BYTES} bytes")));
        }
        self.left -= used;
        Ok(Some(bytes))
    }

    /// Returns the names of the matching parts, ordered by their numbers: `slide2` before `slide10`.
    fn numbered(&self, prefix: &str, ending: &str) -> Vec<String> {
        let number = |name: &str| name[prefix.len()..].trim_end_matches(ending).parse::<u32>().ok();
        let mut names: Vec<(u32, String)> = self
            .archive
            .file_names()
            .flatten()
            .map(|name| name.into_owned())
            .filter(|name| name.starts_with(prefix) && name.ends_with(ending))
            .filter_map(|name| Some((number(&name)?, name)))
            .collect();
        names.sort();
        names.into_iter().map(|(_, name)| name).collect()
    }
}

fn damaged(error: impl ToString) -> ExtractError {
    ExtractError::Damaged(error.to_string())
}

pub(super) fn extract(format: Structured, bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let mut package = Package::open(bytes)?;
    let mut extracted = match format {
        Structured::Pptx => pptx::extract(&mut package)?,
        Structured::Odt | Structured::Odp => odt::extract(&mut package)?,
        Structured::Epub => epub::extract(&mut package)?,
        _ => docx::extract(&mut package)?,
    };
    extracted.encoding = "UTF-8".to_owned();
    Ok(extracted)
}

/// Extracts the rows of the visible sheets, one line each, under the name of the sheet.
pub(super) fn sheet(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    sheet::extract(bytes)
}
