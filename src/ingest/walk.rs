//! Finds the files to read, in a fixed order.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use walkdir::WalkDir;

use super::{Format, recognised};
use crate::document::shown_path;

/// A regular file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path.
    pub path: PathBuf,
    /// The path shown to people: as typed, `/` between parts.
    pub shown: String,
    /// Document id: path relative to the folder named on the command line.
    pub id: String,
    /// Size in bytes.
    pub size: u64,
    /// Time of last change, in nanoseconds since 1970.
    pub modified_ns: u64,
}

/// An entry that the walk met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Walked {
    /// A file in a supported format.
    File(SourceFile),
    /// An entry left out on purpose: a link, a device, an unknown ending.
    Skipped {
        /// Its path.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The folder of an index, which is not entered.
    Index {
        /// Its path.
        path: PathBuf,
    },
    /// An entry that could not be inspected.
    Failed {
        /// Its path.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// Walks each root depth first, names in byte order; a root may be a file. Folders for which `is_index` is true are not
/// entered.
///
/// Hidden files and `*.meta.toml` side files are not documents and are not reported; `SOURCES.md` and `README*` are
/// skipped with a reason.
pub fn walk(roots: &[PathBuf], is_index: &dyn Fn(&Path) -> bool) -> Vec<Walked> {
    let mut found = Vec::new();
    for root in roots {
        let mut entries = WalkDir::new(root).follow_links(false).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            match entry {
                Ok(entry) if entry.file_type().is_dir() && is_index(entry.path()) => {
                    entries.skip_current_dir();
                    found.push(Walked::Index { path: entry.into_path() });
                }
                Ok(entry) if entry.file_type().is_dir() => {}
                // A link named as a root is walked, but is not itself a document.
                Ok(entry) if entry.depth() == 0 && entry.path_is_symlink() && root.is_dir() => {}
                Ok(entry) if is_apart(entry.path(), root) => {}
                Ok(entry) => found.push(look_at(root, &entry)),
                Err(error) => found.push(Walked::Failed {
                    path: error.path().unwrap_or(root).to_owned(),
                    reason: error.io_error().map_or_else(|| error.to_string(), ToString::to_string),
                }),
            }
        }
    }
    found
}

/// Tells whether a file accompanies documents without being one.
fn is_apart(path: &Path, root: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path != root && (name.starts_with('.') || name.ends_with(".meta.toml"))
}

/// Tells whether a file describes its folder, unless it was named itself.
fn is_about_folder(path: &Path, root: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path != root && (name == "SOURCES.md" || name.starts_with("README"))
}

/// Tells whether another program is still writing a file under this name, unless it was named itself. The file itself
/// comes under its final name, or is a lock of an office program that holds no text.
fn is_unfinished(path: &Path, root: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    path != root && (name.starts_with("~$") || matches!(ending.as_str(), "part" | "partial" | "crdownload"))
}

fn look_at(root: &Path, entry: &walkdir::DirEntry) -> Walked {
    let path = entry.path();
    let skipped = |reason: &str| Walked::Skipped { path: path.to_owned(), reason: reason.to_owned() };
    if entry.file_type().is_symlink() {
        return skipped("a link; links are not followed");
    }
    if !entry.file_type().is_file() {
        return skipped("not a regular file");
    }
    if is_about_folder(path, root) {
        return skipped(
            "tells about its folder (README*, SOURCES.md) and is no document; to have it read, name the file itself",
        );
    }
    if is_unfinished(path, root) {
        return skipped("another program is still writing it; it is read under its final name");
    }
    if Format::of(path).is_none() && recognised(path).is_none() {
        return skipped(&not_read(path));
    }
    match entry.metadata() {
        Ok(metadata) => Walked::File(SourceFile {
            id: relative_id(root, path),
            shown: shown_path(path),
            path: path.to_owned(),
            size: metadata.len(),
            modified_ns: metadata
                .modified()
                .ok()
                .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
                .map_or(0, |age| age.as_nanos() as u64),
        }),
        Err(error) => Walked::Failed { path: path.to_owned(), reason: error.to_string() },
    }
}

/// Names the reason why a file is not read, and the way out for formats that other programs convert.
fn not_read(path: &Path) -> String {
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let way = match ending.as_str() {
        "doc" | "dot" | "wps" | "wpd" | "sxw" => "convert it first: soffice --headless --convert-to docx FILE",
        "ppt" | "pps" | "sxi" => "convert it first: soffice --headless --convert-to pptx FILE",
        "sxc" | "123" => "convert it first: soffice --headless --convert-to xlsx FILE",
        "jtd" | "jtt" | "jaw" | "xdw" | "xbd" | "hwp" => "save it as PDF or Word with its own program",
        "zip" | "lzh" | "rar" | "7z" | "tar" | "tgz" => "unpack it first",
        "wacz" => "unpack it first (it is a zip file) and index the .warc.gz files in it",
        "jpg" | "jpeg" | "png" | "gif" | "tif" | "tiff" | "bmp" => {
            return format!("ending not read ({} are); a picture of text needs OCR first", Format::ENDINGS);
        }
        _ => return format!("ending not read ({} are), and its content tells no such format", Format::ENDINGS),
    };
    format!("ending not read; {way}")
}

/// Returns the path below the root; the file's name where the root is the file itself.
fn relative_id(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).ok().filter(|below| !below.as_os_str().is_empty());
    let below = below.unwrap_or_else(|| Path::new(path.file_name().unwrap_or_default()));
    shown_path(below)
}
