//! What an index looked like when it was last closed: the hash of `meta.json` and the size of every file it names.
//!
//! tantivy checks nothing when it reads, and its `meta.json` has no checksum: a cut file would give wrong answers. The note
//! is taken away before a session writes and put back when its merges have ended; a session that was killed leaves none, and
//! then there is nothing to compare with until the next session closes.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::reader::Problem;

/// Name of the note.
pub(super) const CLOSING: &str = "closed.json";
/// How often a note that a writer changes under the reader's eyes is read again.
const ATTEMPTS: usize = 5;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Closing {
    meta: String,
    files: Vec<(String, u64)>,
}

/// Takes the note away: from here on the index is being written.
pub(super) fn reopen(index: &Path) -> std::io::Result<()> {
    match fs::remove_file(index.join(CLOSING)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Notes what the index looks like now.
pub(super) fn close(index: &Path, files: impl Iterator<Item = String>) -> std::io::Result<()> {
    let meta = blake3::hash(&fs::read(index.join("meta.json"))?).to_hex().to_string();
    let mut sizes = Vec::new();
    for file in files {
        // The list of deleted documents is there only once something was deleted.
        if let Ok(found) = fs::metadata(index.join(&file)) {
            sizes.push((file, found.len()));
        }
    }
    sizes.sort();
    let text = serde_json::to_vec(&Closing { meta, files: sizes })?;
    let aside = index.join(format!("{CLOSING}.new"));
    let mut file = File::create(&aside)?;
    file.write_all(&text)?;
    file.sync_all()?;
    fs::rename(&aside, index.join(CLOSING))?;
    File::open(index)?.sync_all()
}

/// What is not as it was when the index was closed; nothing where it was not closed.
pub(super) fn compare(index: &Path) -> Vec<Problem> {
    let mut problems = Vec::new();
    for _ in 0..ATTEMPTS {
        let Ok(note) = fs::read(index.join(CLOSING)) else { return Vec::new() };
        problems = compare_with(index, &note);
        // A writer that began in between has taken the note away, or put another.
        if problems.is_empty() || fs::read(index.join(CLOSING)).is_ok_and(|now| now == note) {
            return problems;
        }
    }
    problems
}

fn compare_with(index: &Path, note: &[u8]) -> Vec<Problem> {
    let problem = |place: &str, what: String| Problem { place: place.to_owned(), what };
    let Ok(closing) = serde_json::from_slice::<Closing>(note) else { return vec![problem(CLOSING, "cannot be read".to_owned())] };
    let mut problems = Vec::new();
    match fs::read(index.join("meta.json")) {
        Ok(meta) if blake3::hash(&meta).to_hex().as_str() != closing.meta => {
            problems.push(problem("meta.json", "is not as it was written".to_owned()));
        }
        Ok(_) => {}
        Err(error) => problems.push(problem("meta.json", error.to_string())),
    }
    for (file, size) in &closing.files {
        match fs::metadata(index.join(file)) {
            Ok(found) if found.len() == *size => {}
            Ok(found) => problems.push(problem(file, format!("has {} bytes, {size} were written", found.len()))),
            Err(error) => problems.push(problem(file, error.to_string())),
        }
    }
    problems
}
