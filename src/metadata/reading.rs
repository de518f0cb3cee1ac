//! Input of the partner reader: a text and its place in the document.

use super::cues::Above;
use super::half_width::{Hit, PlainText};

/// Place of a text in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Title,
    Heading,
    Body,
}

/// A text with its place and the features of its headings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'a> {
    pub text: PlainText<'a>,
    /// Hits of the table of partners in the text.
    pub hits: &'a [Hit],
    pub place: Place,
    /// Features of the title and the headings above the text.
    pub above: Above,
}
