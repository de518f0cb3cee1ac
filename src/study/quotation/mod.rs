//! Quotations of a draft against the documents of a collection: what is equal, what differs, what does not exist.
//!
//! A place counts only after the text of its document has been compared letter by letter; the engine finds candidates.

mod align;
mod differences;
mod draft;
mod edges;
mod ellipsis;
mod judge;
mod letters;
mod meaning;
mod merged;
mod reference;
mod sources;
mod verdict;
mod verify;

pub use differences::{Difference, DifferenceKind};
pub use draft::Term;
pub use verdict::{Part, Place, Quotation, Verdict};
pub use verify::{MAX_DRAFT_BYTES, Verified, VerifyOptions, verify};
