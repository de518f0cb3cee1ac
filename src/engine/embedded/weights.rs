//! The weights of ranking, all of them. Chosen on the questions of JaQuAD (train, 3,000) and the headings of the white
//! papers (even ids, 1,250) by coordinate search, each step better on both halves of its set; what does not differ
//! between questions and topics on both sets together. `docs/performance-log.md` has the figures and what did not pay.

use super::bm25::Saturation;

/// Of a keyword in a passage.
pub(super) const KEYWORD: Saturation = Saturation { k1: 1.2, b: 0.75 };
/// The least rarity of a keyword: passages that hold a word found everywhere are still told apart by how much they say
/// of it.
pub(super) const LEAST_RARITY: f32 = 0.05;
/// Of bigrams and trigrams in a section.
pub(super) const GRAM: Saturation = Saturation { k1: 0.9, b: 0.75 };
/// Of words and bigrams in one passage.
pub(super) const PASSAGE: Saturation = Saturation { k1: 0.3, b: 0.75 };

/// What differs between the two things that are asked for.
#[derive(Debug)]
pub(super) struct Form {
    /// Of words in a section.
    pub word: Saturation,
    /// Words of the passage.
    pub passage_words: f32,
    /// Words of the section's first passage.
    pub lead_words: f32,
    /// Part of the query's bigrams that the first passage has.
    pub lead_gram_coverage: f32,
}

/// An answer stands in one passage, and its words are said once.
pub(super) const QUESTION: Form =
    Form { word: Saturation { k1: 0.75, b: 0.75 }, passage_words: 0.5, lead_words: 0.2, lead_gram_coverage: 0.0 };
/// What a section is about stands at its head, and its words come again.
pub(super) const TOPIC: Form =
    Form { word: Saturation { k1: 1.5, b: 0.75 }, passage_words: 0.1, lead_words: 0.55, lead_gram_coverage: 0.2 };

/// Bigrams of the section, in parts of its words.
pub(super) const SECTION_GRAMS: f32 = 0.2;
/// Trigrams of the section.
pub(super) const SECTION_TRIGRAMS: f32 = 0.1;
/// Bigrams of the passage.
pub(super) const PASSAGE_GRAMS: f32 = 0.1;
/// Part of the query's words that the section has.
pub(super) const SECTION_COVERAGE: f32 = 0.3;
/// Part of the query's bigrams that the section has.
pub(super) const SECTION_GRAM_COVERAGE: f32 = 0.2;
/// Part of the query's words that the passage has.
pub(super) const PASSAGE_COVERAGE: f32 = 0.4;
/// What a passage gains that holds a whole sentence typed, by tier (word, variant, substring), in parts of the query's
/// rarity.
pub(super) const EXACT: [f32; 3] = [0.4, 0.2, 0.0];

/// What the first score of an exact hit adds to the second.
pub(super) const FIRST: f32 = 0.001;

/// How much more a rare bigram counts than BM25 has it.
pub(super) const GRAM_RARITY_POWER: f32 = 0.3;
/// The rarity that [`GRAM_RARITY_POWER`] leaves as it is.
pub(super) const MEAN_RARITY: f32 = 5.0;

/// A word said twice counts twice, and no more often.
pub(super) const MOST_SAID: f32 = 2.0;
/// A section is so many mean passages long, for the length of its bigrams.
pub(super) const PASSAGES_OF_SECTION: f32 = 2.6;

/// Rarity from which a word helps to find sections: about that of a word in six of ten. Commoner ones count in the
/// second stage.
pub(super) const TELLING: f32 = 0.5;
/// Most words that sections are found by, the rarest: the time of block-max WAND grows faster than the number of words.
pub(super) const FINDING_WORDS: usize = 10;
/// Partial sections that are weighed a second time.
pub(super) const DEPTH: usize = 80;
/// Exact hits that are weighed a second time: the best by their first score, whatever page is asked for. Those behind
/// keep the order of the first score.
pub(super) const HEAD: usize = 40;
/// Partial sections behind those that are weighed a second time; each stands for itself by its first passage.
pub(super) const REST: usize = 420;
/// What a word in the headings adds to a keyword's score, in parts of its rarity.
pub(super) const HEADING_BOOST: f32 = 0.8;
/// What a word in the title adds.
pub(super) const TITLE_BOOST: f32 = 0.5;
