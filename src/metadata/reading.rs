//! A text in which names of partners are read, and where it stands.

use super::cues::Above;
use super::half_width::{Hit, PlainText};

/// Where a text stands in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Title,
    Heading,
    Body,
}

/// A text with what its surroundings say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'a> {
    pub text: PlainText<'a>,
    /// Patterns of the table of partners in it.
    pub hits: &'a [Hit],
    pub place: Place,
    /// What the title and the headings above tell.
    pub above: Above,
}
