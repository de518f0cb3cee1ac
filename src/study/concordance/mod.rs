//! Concordances: one line for each occurrence of a query, with the text on both sides (KWIC, key word in context).

mod collect;
mod context;
mod line;
mod options;
mod order;

pub use collect::concordance;
pub use line::{Concordance, Line, Occurrences, Passage};
pub use options::{ConcordanceOptions, SortKey, Unit, Within};
