//! The plan of a leaf: the spellings and names that are searched.

use serde::{Deserialize, Serialize};

use super::ast::{Field, Form, Leaf};
use crate::document::DateMention;

/// Tier of a match; the order is the order of the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// The word itself, up to spelling.
    Word,
    /// Another name, an inflection, or a match in repaired text.
    Variant,
    /// The characters inside other words.
    Substring,
}

impl Tier {
    /// Returns the name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Variant => "variant",
            Self::Substring => "substring",
        }
    }
}

/// Reason of an alternative.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// As typed.
    Typed,
    /// Another spelling of the same word.
    Spelling,
    /// Another name, with the kind of its row in the table.
    Alias(&'static str),
    /// An inflection.
    Inflection,
    /// A particle between the nouns of a compound.
    Particle,
}

/// A sequence of characters to search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// Folded characters.
    pub chars: Vec<char>,
    /// Tier of a match at word boundaries.
    pub tier: Tier,
    /// Matches inside words too, as [`Tier::Substring`].
    pub loose: bool,
    /// Inflecting kana may follow, so only the start must be a word boundary.
    pub open_end: bool,
    /// Only the end must be a word boundary.
    pub open_start: bool,
    /// A part of an address with the mark before or after it, which is context and no part of the occurrence.
    pub in_address: bool,
    /// Reason of the alternative.
    pub reason: Reason,
    /// The form as a person would write it.
    pub shown: String,
}

/// The alternatives of a leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The leaf.
    pub leaf: Leaf,
    /// Alternatives, the typed one first; empty where folding leaves no character.
    pub alternatives: Vec<Alternative>,
    /// The date, where the leaf is a date: passages that name it in any form match as words.
    pub date: Option<DateMention>,
}

impl Alternative {
    /// Makes an alternative that matches as a word or, if `loose`, anywhere.
    pub fn new(chars: Vec<char>, tier: Tier, loose: bool, reason: Reason, shown: String) -> Self {
        Self { chars, tier, loose, open_end: false, open_start: false, in_address: false, reason, shown }
    }

    /// Tells whether a match whose start and end are word boundaries or not is a match as a word.
    pub fn is_word(&self, begins: bool, ends: bool) -> bool {
        (self.open_start || begins) && (self.open_end || ends)
    }

    /// Returns the range of the occurrence in a match from `start` to `end`.
    pub fn own(&self, start: usize, end: usize) -> (usize, usize) {
        let is_mark = |c: Option<&char>| self.in_address && c.is_some_and(|c| !c.is_ascii_alphanumeric());
        (start + usize::from(is_mark(self.chars.first())), end - usize::from(is_mark(self.chars.last())))
    }
}

impl Plan {
    /// True for the plan of the plural of a code, which is searched beside the code.
    pub fn is_plural(&self) -> bool {
        self.leaf.form == Form::Verbatim
            && self.alternatives.first().is_some_and(|alternative| alternative.reason == Reason::Inflection)
    }
}

/// Returns the field that all plans name, else `Any`: `heading:NEAR(a, b)` is a condition, as `heading:a` is.
pub(crate) fn common_field<'a>(plans: impl IntoIterator<Item = &'a Plan>) -> Field {
    let mut fields = plans.into_iter().map(|plan| plan.leaf.field);
    let first = fields.next().unwrap_or(Field::Any);
    if fields.all(|field| field == first) { first } else { Field::Any }
}
