//! Verdicts on quotations, with their places, as plain values.

use super::differences::Difference;
use crate::document::Span;

/// What became of a quotation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Equal to the source but for white space and line ends.
    Exact,
    /// Differs from the source only in width, marks and spelling of the same words.
    Spelling,
    /// A word, number, particle, negation or name differs, is missing or added.
    Altered,
    /// Parts in the order of one source, joined by marks of ellipsis.
    Ellipsis,
    /// Places joined without a mark, in the wrong order, or of several documents.
    Merged,
    /// Not in the cited document, but in another one.
    OtherDocument,
    /// Nowhere in the collection.
    NotFound,
    /// Not compared, because the time ran out.
    #[default]
    Unchecked,
}

impl Verdict {
    /// All verdicts, as they are counted.
    pub const ALL: [Self; 8] = [
        Self::Exact,
        Self::Spelling,
        Self::Ellipsis,
        Self::Altered,
        Self::Merged,
        Self::OtherDocument,
        Self::NotFound,
        Self::Unchecked,
    ];

    /// Returns the name in outputs: `not_found`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Spelling => "spelling",
            Self::Altered => "altered",
            Self::Ellipsis => "ellipsis",
            Self::Merged => "merged",
            Self::OtherDocument => "other_document",
            Self::NotFound => "not_found",
            Self::Unchecked => "unchecked",
        }
    }

    /// True where the words of the quotation stand in the source as they are cited.
    pub const fn is_sound(self) -> bool {
        matches!(self, Self::Exact | Self::Spelling | Self::Ellipsis)
    }
}

/// A place in a document of the collection.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// Id of the document.
    pub document: String,
    /// Its title.
    pub title: String,
    /// Path of its file.
    pub path: String,
    /// Id of the first passage.
    pub passage: String,
    /// First and last line in the file.
    pub lines: (usize, usize),
    /// Page, where the file has pages.
    pub page: Option<usize>,
    /// The words of the source there.
    pub text: String,
    /// Share of the quotation that is the same there, from 0 to 1.
    pub score: f64,
}

/// A part of a quotation, with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The words of the quotation.
    pub text: String,
    /// Where they stand; `None` where they were not found.
    pub place: Option<Place>,
}

/// A quotation of a draft with its verdict.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Quotation {
    /// Its words as the draft has them.
    pub text: String,
    /// Its position in the draft, in code points, without brackets.
    pub span: Span,
    /// Id of the document that the draft cites for it.
    pub cited: Option<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// Where it stands; for `altered` the place that it is nearest to.
    pub place: Option<Place>,
    /// Differences from the source at that place, in order.
    pub differences: Vec<Difference>,
    /// The parts of an ellipsis or of merged places.
    pub parts: Vec<Part>,
    /// For a quotation that was not found, the nearest places: at most three. For one of another document, the nearest
    /// place in the cited one.
    pub nearest: Vec<Place>,
    /// Ids of other documents with the same words.
    pub also: Vec<String>,
    /// What else to look at: the source goes on with a negation, the altered words are in another document.
    pub warnings: Vec<String>,
}
