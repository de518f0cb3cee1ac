//! Side files: `NAME.meta.toml` beside a document.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::document::GivenProblem;

/// Longest side file read, in bytes.
const MAX_SIDE_BYTES: u64 = 64 << 10;
/// Name of the file with the corrections of series, in a folder of sources.
const SERIES: &str = "series.meta.toml";

/// An existing side file of any kind.
pub struct SideFile {
    /// Its path, as shown to people.
    pub shown: String,
    /// Its bytes, or the reason why they are not read.
    pub bytes: Result<Vec<u8>, GivenProblem>,
}

/// Iterates over the side files of a document: `a.txt.meta.toml`, then `a.meta.toml`; the first one is in effect.
pub fn side_files(document: &Path) -> impl Iterator<Item = SideFile> {
    side_paths(document).into_iter().filter_map(look_at)
}

fn side_paths(document: &Path) -> [PathBuf; 2] {
    let mut name = document.file_name().unwrap_or_default().to_owned();
    name.push(".meta.toml");
    [document.with_file_name(name), document.with_extension("meta.toml")]
}

/// Returns size and time of each side file of a document, which tell whether one of them changed.
pub fn side_marks(document: &Path) -> [Option<(u64, Option<SystemTime>)>; 2] {
    let mark = |path: PathBuf| std::fs::symlink_metadata(path).ok().map(|found| (found.len(), found.modified().ok()));
    side_paths(document).map(mark)
}

/// Reads the corrections of series in folders of sources (`series.meta.toml`): the shown path and the bytes of each.
pub fn series_files<'a>(
    folders: impl IntoIterator<Item = &'a Path>,
) -> impl Iterator<Item = (String, Result<Vec<u8>, GivenProblem>)> {
    let files = folders.into_iter().filter_map(|folder| look_at(folder.join(SERIES)));
    files.map(|file| (file.shown, file.bytes))
}

/// Returns size and time of the file `series.meta.toml` of a folder of sources, where there is one.
pub fn series_file(folder: &Path) -> Option<std::fs::Metadata> {
    std::fs::symlink_metadata(folder.join(SERIES)).ok()
}

fn look_at(path: PathBuf) -> Option<SideFile> {
    let shown = path.display().to_string();
    let found = match std::fs::symlink_metadata(&path) {
        Ok(found) => found,
        // A document whose name is as long as names may be cannot have a side file.
        Err(error)
            if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename) =>
        {
            return None;
        }
        Err(error) => return Some(SideFile { bytes: Err(unreadable(&shown, &error)), shown }),
    };
    let refused = |problem: &str| Err(GivenProblem::new(&shown, problem));
    let bytes = match () {
        () if found.is_symlink() => refused("a link; links are not followed: put a copy in its place"),
        () if !found.is_file() => refused("not a regular file"),
        () => match read(&path) {
            Ok(bytes) if bytes.len() as u64 > MAX_SIDE_BYTES => {
                refused(&format!("over the limit: at most {MAX_SIDE_BYTES} bytes are read"))
            }
            Ok(bytes) => Ok(bytes),
            Err(error) => Err(unreadable(&shown, &error)),
        },
    };
    Some(SideFile { shown, bytes })
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    super::open(path)?.take(MAX_SIDE_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(shown: &str, error: &std::io::Error) -> GivenProblem {
    GivenProblem::new(shown, format!("cannot be read: {error}"))
}
