//! The state of reading that a run carries from commit to commit.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::accepted::Accepted;
use super::claims::Claims;
use super::manifest::Manifest;
use super::options::IndexOptions;
use super::outcome::FileOutcome;
use super::report::Progress;
use super::roots::Roots;
use crate::analysis::UserWords;
use crate::document::SourceId;
use crate::index::FileRecord;
use crate::ingest::FileBytes;

/// Reads the files of a run, batch by batch.
pub(super) struct Reading<'a> {
    pub options: &'a IndexOptions,
    pub user_words: &'a UserWords,
    pub manifest: &'a Manifest,
    pub progress: &'a dyn Progress,
    pub claims: Claims<'a>,
    pub roots: &'a Roots,
    /// The files whose problems are acknowledged.
    pub accepted: &'a Accepted,
    /// Manifest entries for files that the walk left out.
    pub left_out: &'a [FileRecord],
    /// File contents that the comparison has read already.
    pub read: HashMap<SourceId, FileBytes>,
    /// Lines that wait for the end of the run, by the position of their file in the work.
    pub waiting: BTreeMap<usize, HashSet<usize>>,
    /// Outcomes so far of files with waiting lines.
    pub outcomes: BTreeMap<SourceId, FileOutcome>,
}
