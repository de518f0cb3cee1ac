//! Lines of a text as extracted from a format: their roles, and whether the next line continues them.

use serde::{Deserialize, Serialize};

/// The role of a line, where its format marks it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LineRole {
    /// Running text, a list item, a row of a table.
    #[default]
    Text,
    /// A row of a table of data: never a heading.
    Row,
    /// A heading of a level, from 1.
    Heading(u8),
    /// A footnote.
    Footnote,
    /// An entry of a table of contents.
    Contents,
}

/// Tells whether the next line may continue a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Flow {
    /// A whole paragraph, item or row: no line is joined to it.
    #[default]
    Whole,
    /// A printed line that ends at the margin of its column.
    Full,
    /// A printed line that ends before the margin.
    Short,
    /// Only the words can tell.
    Unknown,
}

/// One line of the extracted text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its text.
    pub text: String,
    /// Its role.
    pub role: LineRole,
    /// Whether the next line may continue it.
    pub flow: Flow,
    /// The whole line is bold.
    pub bold: bool,
    /// There is vertical space above it.
    pub gap_before: bool,
    /// Page, from 1, where the format has pages.
    pub page: Option<usize>,
    /// First and last line in the source, where the source has lines.
    pub lines: Option<(usize, usize)>,
}

impl Line {
    /// Builds a line that is a whole paragraph.
    pub(crate) fn whole(text: impl Into<String>, role: LineRole) -> Self {
        Self { text: text.into(), role, gap_before: true, ..Self::default() }
    }
}
