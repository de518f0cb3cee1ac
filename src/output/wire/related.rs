//! Related words.

use schemars::JsonSchema;
use serde::Serialize;

use crate::study;

/// The words that are related to a query.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Related<'a> {
    /// The query in its normal form.
    pub query: &'a str,
    /// f_x: passages of the query.
    pub passages: usize,
    /// Passages of the filtered collection.
    pub collection: usize,
    /// Best passages that proposed words.
    pub read: usize,
    /// The words, best first.
    pub words: Vec<RelatedWord<'a>>,
    /// True where the time ran out: words are missing.
    pub timed_out: bool,
    /// How the query was read, where it may be read otherwise, and warnings about the index.
    pub warnings: &'a [String],
}

/// A word that is related to a query.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RelatedWord<'a> {
    /// The word, as a passage writes it.
    pub word: &'a str,
    /// f_xy: passages of the query with the word.
    pub both: usize,
    /// f_y: passages of the filtered collection with the word.
    pub all: usize,
    /// logDice.
    pub log_dice: f64,
    /// The query that finds the passages with both.
    pub opens: &'a str,
}

impl<'a> From<&'a study::Related> for Related<'a> {
    fn from(found: &'a study::Related) -> Self {
        let word = |word: &'a study::RelatedWord| RelatedWord {
            word: &word.word,
            both: word.both,
            all: word.all,
            log_dice: (word.log_dice * 1000.0).round() / 1000.0,
            opens: &word.opens,
        };
        Self {
            query: &found.parsed,
            passages: found.passages,
            collection: found.collection,
            read: found.read,
            words: found.words.iter().map(word).collect(),
            timed_out: found.timed_out,
            warnings: &found.warnings,
        }
    }
}
