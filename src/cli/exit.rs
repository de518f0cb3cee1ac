//! Exit codes, one for each way in which a script goes on.

use std::error::Error;
use std::process::ExitCode;

use crate::index::IndexError;

/// Done, or hits.
const DONE: u8 = 0;
/// No hits.
const NO_HITS: u8 = 1;
/// The command could not be run: wrong arguments, no index, a refusal of the system.
pub(super) const ERROR: u8 = 2;
/// Done in part: some files, lines, ids or quotations could not be used, or the run was stopped.
const IN_PART: u8 = 3;
/// The index must be rebuilt: it is damaged, or another version made it.
const REBUILD: u8 = 4;
/// Another process writes to the index: the same command succeeds later.
const BUSY: u8 = 5;

/// Result of a command that ended without an error.
pub(super) enum Outcome {
    Done,
    NoHits,
    /// Done, but some input could not be used, or the run was stopped.
    Faults,
    /// Damage was found.
    Damage,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Done => DONE,
            Outcome::NoHits => NO_HITS,
            Outcome::Faults => IN_PART,
            Outcome::Damage => REBUILD,
        })
    }
}

/// Returns the code of an error: that of the error of an index below it, where there is one.
pub(super) fn code_of(error: &(dyn Error + 'static)) -> ExitCode {
    let mut next = Some(error);
    while let Some(error) = next {
        match error.downcast_ref::<IndexError>() {
            Some(IndexError::Busy { .. }) => return BUSY.into(),
            Some(IndexError::Damaged { .. } | IndexError::OtherVersion { .. }) => return REBUILD.into(),
            _ => next = error.source(),
        }
    }
    ERROR.into()
}
