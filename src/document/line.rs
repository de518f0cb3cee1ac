//! Lines of a text as a format gives them: what they are, and whether the next one goes on.

use serde::{Deserialize, Serialize};

/// What a line is, where its format says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LineRole {
    /// Running text, a list item, a row of a table.
    #[default]
    Text,
    /// A heading of a level, from 1.
    Heading(u8),
    /// A footnote.
    Footnote,
    /// An entry of a table of contents.
    Contents,
}

/// Whether the next line may be the rest of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Flow {
    /// A whole paragraph, item or row: nothing is joined to it.
    #[default]
    Whole,
    /// A printed line that ends at the margin of its column.
    Full,
    /// A printed line that ends before it.
    Short,
    /// Only the words can tell.
    Unknown,
}

/// One line of the extracted text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its text.
    pub text: String,
    /// What it is.
    pub role: LineRole,
    /// Whether the next may go on.
    pub flow: Flow,
    /// All of it is bold.
    pub bold: bool,
    /// White space stands above it.
    pub gap_before: bool,
    /// Page, from 1, where the format has pages.
    pub page: Option<usize>,
    /// First and last line in the source, where the source has lines.
    pub lines: Option<(usize, usize)>,
}

impl Line {
    /// A whole paragraph.
    pub(crate) fn whole(text: impl Into<String>, role: LineRole) -> Self {
        Self { text: text.into(), role, gap_before: true, ..Self::default() }
    }
}
