//! What a leaf stands for: the spellings and names that are looked for.

use serde::{Deserialize, Serialize};

use super::ast::{Field, Form, Leaf};
use crate::document::DateMention;

/// How a passage was found; the order is the order of the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// The word itself, up to spelling.
    Word,
    /// Another name, an inflection, a mended text.
    Variant,
    /// The characters in the middle of other words.
    Substring,
}

impl Tier {
    /// The name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Variant => "variant",
            Self::Substring => "substring",
        }
    }
}

/// Why an alternative is looked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// As typed.
    Typed,
    /// Another spelling of the same word.
    Spelling,
    /// Another name, with the kind of the row that says so.
    Alias(&'static str),
    /// An inflection.
    Inflection,
    /// A particle between the nouns of a compound.
    Particle,
}

/// Characters to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// Folded.
    pub chars: Vec<char>,
    /// The tier of a match that is a word.
    pub tier: Tier,
    /// Found in the middle of words too, as [`Tier::Substring`].
    pub loose: bool,
    /// Kana of an inflection may follow: only its beginning must be one of a word.
    pub open_end: bool,
    /// Why.
    pub reason: Reason,
    /// As a person would write it.
    pub shown: String,
}

/// What a leaf is looked for by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The leaf.
    pub leaf: Leaf,
    /// Alternatives, the typed one first; empty where nothing is left of the text after folding.
    pub alternatives: Vec<Alternative>,
    /// The leaf is a date: passages that name it in any way match as words.
    pub date: Option<DateMention>,
}

impl Plan {
    /// True for the plural of a code, which is looked for beside it.
    pub fn is_plural(&self) -> bool {
        self.leaf.form == Form::Verbatim
            && self.alternatives.first().is_some_and(|alternative| alternative.reason == Reason::Inflection)
    }
}

/// The field that all of some plans name: `heading:NEAR(a, b)` is a condition as `heading:a` is. Any, where they name
/// several.
pub(crate) fn common_field<'a>(plans: impl IntoIterator<Item = &'a Plan>) -> Field {
    let mut fields = plans.into_iter().map(|plan| plan.leaf.field);
    let first = fields.next().unwrap_or(Field::Any);
    if fields.all(|field| field == first) { first } else { Field::Any }
}
