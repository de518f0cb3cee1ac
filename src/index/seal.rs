//! The seal of a closed index: the hash of `meta.json` and the size of every file that it names.
//!
//! tantivy verifies nothing on reading, and its `meta.json` has no checksum: a truncated file would give wrong answers.
//! The seal is removed before a session writes and written again after its merges. A killed session leaves no seal;
//! until the next session closes, there is nothing to compare with.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::files::{self, CLOSING};
use super::{IndexError, Problem};

/// Attempts to read a seal that a writer is changing.
const ATTEMPTS: usize = 5;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Closing {
    meta: String,
    files: Vec<(String, u64)>,
}

/// Removes the seal: from here on the index is being written.
pub(super) fn reopen(index: &Path) -> Result<(), IndexError> {
    let note = index.join(CLOSING);
    match fs::remove_file(&note) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(IndexError::unwritable(&note, error)),
        _ => Ok(()),
    }
}

/// Writes the seal of the present files.
pub(super) fn close(index: &Path, files: impl Iterator<Item = String>) -> Result<(), IndexError> {
    let meta = index.join("meta.json");
    let meta = fs::read(&meta).map_err(|error| IndexError::io(&meta, error))?;
    let mut sizes = Vec::new();
    for file in files {
        // The list of deleted documents exists only after a delete.
        if let Ok(found) = fs::metadata(index.join(&file)) {
            sizes.push((file, found.len()));
        }
    }
    sizes.sort();
    let note = Closing { meta: blake3::hash(&meta).to_hex().to_string(), files: sizes };
    let place = index.join(CLOSING);
    let written = serde_json::to_vec(&note).map_err(io::Error::from).and_then(|text| files::replace(&place, &text));
    written.and_then(|()| files::sync(index)).map_err(|error| IndexError::unwritable(&place, error))
}

/// Compares the files with the seal; no problems where there is no seal.
///
/// # Errors
/// `Io` where the system refuses to read a file: a refusal is not damage.
pub(super) fn compare(index: &Path) -> Result<Vec<Problem>, IndexError> {
    let note = index.join(CLOSING);
    let read = || match files::read_file(&note) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(IndexError::io(&note, error)),
    };
    let mut problems = Vec::new();
    for _ in 0..ATTEMPTS {
        let Some(note) = read()? else { return Ok(Vec::new()) };
        problems = compare_with(index, &note)?;
        // A writer that began meanwhile has removed or replaced the seal: read again.
        if problems.is_empty() || read()?.as_ref() == Some(&note) {
            break;
        }
    }
    Ok(problems)
}

fn compare_with(index: &Path, note: &[u8]) -> Result<Vec<Problem>, IndexError> {
    let problem = |place: &str, what: String| Problem { place: place.to_owned(), what };
    let Ok(closing) = serde_json::from_slice::<Closing>(note) else {
        return Ok(vec![problem(CLOSING, "is not as it was written".to_owned())]);
    };
    let missing = |place: &str, error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Ok(problem(place, "is missing".to_owned())),
        _ => Err(IndexError::io(&index.join(place), error)),
    };
    let mut problems = Vec::new();
    match files::read_file(&index.join("meta.json")) {
        Ok(meta) if blake3::hash(&meta).to_hex().as_str() != closing.meta => {
            problems.push(problem("meta.json", "is not as it was written".to_owned()));
        }
        Ok(_) => {}
        Err(error) => problems.push(missing("meta.json", error)?),
    }
    for (file, size) in &closing.files {
        match fs::metadata(index.join(file)) {
            Ok(found) if found.len() == *size => {}
            Ok(found) => problems.push(problem(file, format!("has {} bytes, {size} were written", found.len()))),
            Err(error) => problems.push(missing(file, error)?),
        }
    }
    Ok(problems)
}
