//! Which messages a run writes to standard error.

use clap::ValueEnum;
use jiff::Timestamp;

use super::say;

/// The least level of the messages that are written. The values have no help of their own, which would make the whole
/// help text of the command four times as long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(super) enum Level {
    // Failed files and errors.
    Error,
    // Warnings about documents and folders too.
    Warn,
    // Skipped files, acknowledged problems and the state of a watch too.
    #[default]
    Info,
    // Each look of a watch, and the notes of earlier runs on unchanged files too.
    Debug,
}

/// Writes messages up to a level, of a long run with the time in front.
#[derive(Clone, Copy, Debug)]
pub(super) struct Teller {
    pub level: Level,
    pub has_time: bool,
}

impl Teller {
    pub fn say(&self, level: Level, text: &str) {
        if level <= self.level {
            say(&format!("{}{text}", self.time()));
        }
    }

    /// The time in front of a line, where lines have one.
    pub fn time(&self) -> String {
        if self.has_time { format!("{:.0} ", Timestamp::now()) } else { String::new() }
    }
}
