//! Tells whether an open index is still the one on disk.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::marker::MARKER;

/// The file in which tantivy names the segments of a commit.
const META: &str = "meta.json";

/// Identifies a commit without reading its files: the inode, size and modification time of the two files that a commit
/// or a rebuild replaces. Both are replaced by a rename, so each commit has files of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CommitMark([Option<(u64, u64, i64, i64)>; 2]);

impl CommitMark {
    /// Reads the mark of the index in a folder, at a generation of it.
    pub fn of(folder: &Path, generation: &Path) -> Self {
        let identity = |path: &Path| {
            let stat = std::fs::metadata(path).ok()?;
            Some((stat.ino(), stat.size(), stat.mtime(), stat.mtime_nsec()))
        };
        Self([identity(&folder.join(MARKER)), identity(&generation.join(META))])
    }

    /// Names the commit; each commit of a generation has another name.
    pub fn name(self) -> String {
        let [_, meta] = self.0;
        meta.map_or_else(String::new, |(inode, _, seconds, nanoseconds)| format!("{seconds}.{nanoseconds:09}.{inode}"))
    }
}
