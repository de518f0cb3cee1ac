//! The files whose problems a person has acknowledged: their problems are counted, but fail no run.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::report::Report;
use crate::index::OpenIndex;

/// The acknowledged files: those named in this run, and those of earlier runs as long as their bytes stay the same.
#[derive(Default)]
pub(super) struct Accepted {
    now: Vec<PathBuf>,
    before: HashMap<PathBuf, String>,
}

impl Accepted {
    /// Reads the paths named in this run, and those that the index records; a path that is absent is a failure of the
    /// report. A rebuild keeps what was acknowledged.
    pub fn new(named: &[PathBuf], index: &Path, report: &mut Report) -> Self {
        let mut now = Vec::new();
        for path in named {
            match std::fs::canonicalize(path) {
                Ok(canonical) => now.push(canonical),
                Err(error) => report.fail(path, &format!("cannot be accepted: {error}")),
            }
        }
        let mut before = HashMap::new();
        if let Ok(index) = OpenIndex::open(index)
            && let Ok(files) = index.files()
        {
            let accepted = files.into_iter().filter(|file| file.accepted);
            before.extend(accepted.filter_map(|file| Some((index.source_path(&file.id)?, file.hash))));
        }
        Self { now, before }
    }

    /// Tells whether the file at an absolute path, with a hash of its bytes, is acknowledged. A folder named in this
    /// run stands for the files in it.
    pub fn has(&self, path: &Path, hash: &str) -> bool {
        self.is_new(path) || self.before.get(path).is_some_and(|before| before == hash)
    }

    /// Tells whether a file was acknowledged in this run.
    pub fn is_new(&self, path: &Path) -> bool {
        self.now.iter().any(|accepted| path.starts_with(accepted))
    }
}
