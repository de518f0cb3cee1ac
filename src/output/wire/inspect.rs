//! Results of each stage of a document.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Link, Pair, Passage};
use crate::document;

/// Text as extracted from a file.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Extracted<'a> {
    /// Id of the document.
    pub id: &'a str,
    /// Path of the source file.
    pub path: &'a str,
    /// Name of the format.
    pub format: String,
    /// Name of the encoding.
    pub encoding: &'a str,
    /// Number of bytes or glyphs without a character.
    pub replacements: usize,
    /// Number of pages, sheets or slides.
    pub pages: Option<usize>,
    /// Parts that were left out or look wrong.
    pub warnings: &'a [String],
    /// Title that the format marks.
    pub title: Option<&'a str>,
    /// Publisher that the page marks.
    pub publisher: Option<&'a str>,
    /// Links and attached papers of the page; absent if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link<'a>>,
    /// The text before any repair.
    pub text: String,
}

/// The lines of a document after the repairs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Normalized<'a> {
    /// Id of the document.
    pub id: &'a str,
    /// True where lines end at a margin.
    pub wrapped: bool,
    /// The lines.
    pub lines: Vec<NormalizedLine<'a>>,
}

/// A line after the repairs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NormalizedLine<'a> {
    /// Text of the line.
    pub text: &'a str,
    /// First and last line in the source.
    pub lines: Pair,
    /// Page, sheet or slide.
    pub page: Option<usize>,
}

/// The passages of a document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Passages<'a> {
    /// Id of the document.
    pub id: &'a str,
    /// Path of the source file.
    pub path: &'a str,
    /// Title.
    pub title: &'a str,
    /// Its passages.
    pub passages: Vec<Passage<'a>>,
}

impl<'a> From<&'a document::Document> for Passages<'a> {
    fn from(document: &'a document::Document) -> Self {
        Self {
            id: &document.id,
            path: &document.path,
            title: &document.title,
            passages: document.passages.iter().map(Passage::from).collect(),
        }
    }
}

/// The words of a document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Tokens<'a> {
    /// Id of the document.
    pub id: &'a str,
    /// Its passages.
    pub passages: Vec<PassageTokens<'a>>,
}

/// The words of a passage.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PassageTokens<'a> {
    /// Id of the passage.
    pub id: &'a str,
    /// Folded text, with `|` where a word may begin.
    pub characters: String,
    /// Words of the passage.
    pub words: Vec<String>,
}
