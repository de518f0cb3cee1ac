//! Findings over a whole collection: its series of meetings, its names.
//!
//! Invariant: reads through `trait Engine` alone, so that it works over every engine.

mod conflicts;
mod corrections;
mod names;
mod series;

pub use corrections::{CorrectedMeeting, Corrections, WrongDocument};
pub use names::{Completion, NameKind, Names};
pub use series::{Held, Series, Source, Told, series};
