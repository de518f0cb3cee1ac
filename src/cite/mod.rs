//! Citations: a reference to a document, or to a passage of it, as a plain value and in the forms that other programs
//! and papers read.
//!
//! Invariants: the module is pure and reads documents alone; a date is never more exact than the text; an inferred date
//! says so; each value is written such that a reader of the form gets the same text.

mod bibtex;
mod citation;
mod csl;
mod issued;
mod key;
mod kind;
mod ris;
mod sist02;
mod text;

pub use citation::{Accessed, Citation, Event, Locator};
pub use csl::Csl;
pub use issued::{Day, Issued};
pub use key::READINGS;
pub use kind::{Form, Kind};
pub(crate) use text::is_web;
