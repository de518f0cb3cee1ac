//! The files of an index on disk: which names are ours, and how small files are read and replaced.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

/// Name of the seal: the record of file sizes that closing a session writes.
pub(super) const CLOSING: &str = "closed.json";
/// tantivy's list of the files that it wrote.
pub(super) const WRITTEN: &str = ".managed.json";
/// Names of files that occur once in a generation.
const SINGLE: &[&str] = &["meta.json", WRITTEN, ".tantivy-writer.lock", ".tantivy-meta.lock", CLOSING];
/// The names in `SINGLE` whose files are replaced through a second name.
const REPLACED: &[&str] = &["meta.json", WRITTEN, CLOSING];
/// Endings of the files of a segment.
const ENDINGS: &[&str] = &["idx", "pos", "term", "store", "store.temp", "fast", "fieldnorm"];

/// Returns the second name through which a file is replaced.
pub(super) fn aside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

/// Tells whether we or tantivy write a file of this name into a generation.
pub(super) fn is_own(name: &str) -> bool {
    let of_segment = |(id, ending): (&str, &str)| {
        let deletes = ending
            .strip_suffix(".del")
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
        id.len() == 32
            && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            && (ENDINGS.contains(&ending) || deletes)
    };
    is_single(name) || name.split_once('.').is_some_and(of_segment)
}

/// Tells whether a name belongs to a file that occurs once in a generation, or is the second name of such a file.
pub(super) fn is_single(name: &str) -> bool {
    SINGLE.contains(&name) || name.strip_suffix(".new").is_some_and(|name| REPLACED.contains(&name))
}

/// Replaces a file of ours atomically: writes a second file under a name of ours, then renames it.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = aside(path);
    let written = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .custom_flags(OFlags::NOFOLLOW.bits() as i32)
        .open(&new)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_data()))
        .and_then(|()| fs::rename(&new, path));
    if written.is_err() {
        // Remove the partial file: on a full disk other files need its bytes. If the removal fails, a later attempt
        // overwrites it.
        let _ = fs::remove_file(&new);
    }
    written
}

/// Builds the error for a pipe in the place of a file.
pub(super) fn not_a_file() -> io::Error {
    io::Error::other("is no file")
}

/// Makes the names in a folder durable.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Reads at most `most` bytes of a regular file. Returns `None` where the path is absent and no bytes where it is a
/// pipe or a folder.
pub(super) fn read_regular(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    // Without `NONBLOCK`, opening a pipe would block.
    let opened = OpenOptions::new().read(true).custom_flags(OFlags::NONBLOCK.bits() as i32).open(path);
    let file = match opened {
        Ok(file) if file.metadata()?.is_file() => file,
        Ok(_) => return Ok(Some(Vec::new())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Reads a file of the index.
pub(super) fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    // Reading a pipe would block. For a folder, the error of the system says enough.
    let found = fs::metadata(path)?;
    if found.is_file() || found.is_dir() { fs::read(path) } else { Err(not_a_file()) }
}

#[cfg(test)]
mod tests {
    use super::is_own;

    #[test]
    fn only_names_of_tantivy_and_of_ours_are_removed() {
        let id = "0123456789abcdef0123456789abcdef";
        for name in
            ["meta.json", ".managed.json.new", "closed.json.new", &format!("{id}.store"), &format!("{id}.17.del")]
        {
            assert!(is_own(name), "{name}");
        }
        let foreign = [
            "report.txt",
            ".tmpabc",
            "README.md",
            "meta.json.bak",
            "lock",
            id,
            &format!("{id}.txt"),
            &format!("{id}.del"),
        ];
        for name in foreign.into_iter().chain([
            &*format!("{id}.x.del"),
            &*format!("{}.store", id.to_uppercase()),
            "a.store",
            ".new",
        ]) {
            assert!(!is_own(name), "{name}");
        }
    }
}
