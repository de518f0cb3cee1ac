//! Reads a file once: its bytes, its side file, and a hash over both, computed on the way.

use std::io::{self, Read};
use std::path::Path;

use super::Content;
use super::side::{SideFile, side_files};
use super::{Extractor, Format, IngestError, MAX_FILE_BYTES, SourceDocument, SourceFile, matter, open};
use crate::document::{Given, GivenField};
use crate::extract::{self, ExtractError, Extracted, Structured};

/// The result of reading a file.
pub struct FileBytes {
    /// Its bytes, or the reason why they were not read.
    bytes: Result<Vec<u8>, IngestError>,
    /// The side file in effect.
    side: Option<SideFile>,
    /// Hash that tells the next run whether the file or a side file has changed.
    pub hash: String,
}

impl FileBytes {
    /// Returns the reason why its bytes were not read.
    pub fn error(&self) -> Option<&IngestError> {
        self.bytes.as_ref().err()
    }

    /// The same where the system let it be read; whatever else is wrong with it is told by [`read_document`].
    ///
    /// # Errors
    /// `Unreadable` where the system refused.
    pub fn readable(self) -> Result<Self, IngestError> {
        match self.bytes {
            Err(error @ IngestError::Unreadable { .. }) => Err(error),
            bytes => Ok(Self { bytes, ..self }),
        }
    }
}

/// Reads a file that is not JSONL, and its side files.
///
/// A file over the limit is not read: its size and time are hashed in place of its bytes.
pub fn read_file(source: &SourceFile) -> FileBytes {
    let mut hasher = blake3::Hasher::new();
    let bytes = read_bytes(source);
    match &bytes {
        Ok(bytes) => _ = hasher.update(bytes),
        Err(_) => _ = hasher.update(format!("{} {}", source.size, source.modified_ns).as_bytes()),
    }
    let mut sides = side_files(&source.path);
    let side = sides.next();
    let hash = finish(hasher, side.iter().chain(&sides.next()));
    FileBytes { bytes, side, hash }
}

/// Reads the bytes; `OverLimit` before any byte is read, `Changed` where the size differs from that of the walk.
fn read_bytes(source: &SourceFile) -> Result<Vec<u8>, IngestError> {
    if source.size > MAX_FILE_BYTES {
        return Err(IngestError::OverLimit { bytes: source.size, limit: MAX_FILE_BYTES });
    }
    let unreadable = |error: io::Error| IngestError::unreadable(error);
    let file = open(&source.path).map_err(unreadable)?;
    let mut bytes = Vec::with_capacity(source.size as usize);
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 != source.size {
        return Err(IngestError::Changed);
    }
    Ok(bytes)
}

/// A reader that hashes the bytes read through it.
pub struct Hashing<R> {
    reader: R,
    hasher: blake3::Hasher,
}

impl<R: Read> Hashing<R> {
    /// Wraps a reader that has not been read from.
    pub fn new(reader: R) -> Self {
        Self { reader, hasher: blake3::Hasher::new() }
    }

    /// Returns the hash of all bytes and of the side files of the document at `path`. Bytes that were not read yet, as
    /// those behind a packed stream, are read now.
    pub fn finish(mut self, path: &Path) -> String {
        // A file that cannot be read to its end has another hash than before, so it is read again.
        let _ = io::copy(&mut self, &mut io::sink());
        let sides: Vec<SideFile> = side_files(path).collect();
        finish(self.hasher, sides.iter())
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        Ok(read)
    }
}

/// Computes the hash of a JSONL file and its side files, all read to their ends.
///
/// # Errors
/// The errors of the system.
pub fn hash_lines(source: &SourceFile) -> io::Result<String> {
    let mut hashing = Hashing::new(open(&source.path)?);
    io::copy(&mut hashing, &mut io::sink())?;
    Ok(hashing.finish(&source.path))
}

fn finish<'a>(mut hasher: blake3::Hasher, sides: impl Iterator<Item = &'a SideFile>) -> String {
    for side in sides {
        match &side.bytes {
            Ok(bytes) => hasher.update(bytes),
            Err(problem) => hasher.update(problem.to_string().as_bytes()),
        };
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

/// Builds one document from a file that was read.
///
/// # Errors
/// `IngestError` with the reason; the caller adds the path.
pub fn read_document(
    source: &SourceFile,
    file: FileBytes,
    extractor: &mut Extractor,
) -> Result<SourceDocument, IngestError> {
    let bytes = file.bytes?;
    let format = told(Format::of(&source.path), &bytes).unwrap_or(Format::Text);
    let mut given;
    let document = SourceDocument { format: format.name(), ..SourceDocument::of_text(&source.id, &source.shown, "") };
    let document = match format {
        Format::Structured(structured) => {
            let (front, bytes, first_line, of_front) = match structured {
                Structured::Markdown => markdown_front_matter(bytes, &source.shown)?,
                _ => (Given::default(), bytes, 1, Vec::new()),
            };
            given = front;
            let Extracted {
                mut lines,
                format,
                url,
                date,
                title,
                publisher,
                page_day,
                links,
                encoding,
                replacements,
                pages,
                mut warnings,
            } = extractor.extract(structured, bytes)?;
            warnings.splice(..0, of_front);
            let field = |value: String| GivenField { value, place: source.shown.clone() };
            given.url = given.url.take().or(url.map(field));
            given.date = given.date.take().or(date.map(field));
            for line in &mut lines {
                line.lines = line.lines.map(|(first, last)| (first + first_line - 1, last + first_line - 1));
            }
            SourceDocument {
                content: Content::Lines(lines),
                format: format.unwrap_or(structured).name(),
                title,
                publisher,
                page_day,
                links,
                encoding,
                replacements,
                pages,
                warnings,
                first_line,
                ..document
            }
        }
        _ => {
            let mut decoded = extract::decode_owned(bytes)?;
            let (front, text, first_line) = matter::split_front_matter(&decoded.text, &source.shown);
            if text.trim().is_empty() {
                return Err(ExtractError::Empty.into());
            }
            given = front;
            let front_bytes = decoded.text.len() - text.len();
            decoded.text.drain(..front_bytes);
            SourceDocument {
                content: Content::Text(decoded.text),
                encoding: decoded.encoding.to_owned(),
                replacements: decoded.replacements,
                warnings: decoded.warnings,
                first_line,
                ..document
            }
        }
    };
    if let Some(side) = file.side {
        given.merge_over(match side.bytes {
            Ok(bytes) => matter::of_side_file(&side.shown, &bytes),
            Err(problem) => Given { problems: vec![problem], ..Given::default() },
        });
    }
    let mut warnings = document.warnings;
    warnings.extend(document.content.mojibake(document.title.as_deref()));
    Ok(SourceDocument { given, warnings, ..document })
}

/// Determines the format by the content, then by the name: `named` is the format of the ending.
fn told(named: Option<Format>, bytes: &[u8]) -> Option<Format> {
    match (named, extract::sniff(bytes)) {
        // A text about HTML may begin with a mark of it.
        (Some(Format::Structured(Structured::Markdown)), Some(Structured::Html | Structured::Mail)) => named,
        // The child tells the kinds of packages apart; where it cannot, the name counts.
        (Some(Format::Structured(_)), Some(Structured::Docx | Structured::Sheet | Structured::Gzip)) => named,
        (_, Some(told)) => Some(Format::Structured(told)),
        (named, None) => named,
    }
}

/// Determines the format of a file whose ending tells none, by its first bytes; a file without any ending may be a
/// text. `None` where it is no format that is read.
pub fn recognised(path: &Path) -> Option<Format> {
    // The endings of pictures, programs and archives are certain, and such files are many.
    const CERTAIN: &[&str] = &[
        "jpg", "jpeg", "png", "gif", "tif", "tiff", "bmp", "webp", "svg", "ico", "mp3", "mp4", "mov", "avi", "wav",
        "zip", "lzh", "rar", "7z", "tar", "tgz", "exe", "dll", "so", "o", "a", "js", "css", "woff", "woff2", "ttf",
        "otf", "wacz",
    ];
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    if ending.as_deref().is_some_and(|ending| CERTAIN.contains(&ending)) {
        return None;
    }
    let mut head = Vec::new();
    open(path).ok()?.take(extract::SNIFF_BYTES as u64).read_to_end(&mut head).ok()?;
    if head.starts_with(b"WARC/") {
        return Some(Format::WebArchive);
    }
    told(None, &head).or_else(|| (ending.is_none() && extract::decode(&head).is_ok()).then_some(Format::Text))
}

/// Splits off the front matter of a Markdown file; the rest is UTF-8. Returns the values, the text, its first line and
/// warnings about the bytes.
fn markdown_front_matter(bytes: Vec<u8>, shown: &str) -> Result<(Given, Vec<u8>, usize, Vec<String>), IngestError> {
    let decoded = extract::decode(&bytes)?;
    let (given, text, first_line) = matter::split_front_matter(&decoded.text, shown);
    // A file without front matter keeps its bytes, and so the name of its encoding.
    Ok(match first_line {
        1 => (given, bytes, 1, Vec::new()),
        _ => (given, text.as_bytes().to_vec(), first_line, decoded.warnings),
    })
}
