//! The weights of ranking, all of them. Chosen on the questions of JaQuAD (train, 3,000) and the headings of the white papers
//! (even ids, 1,250) together, by coordinate search on a part of them and a look at the rest; `docs/performance.md`
//! has the figures and what did not pay. A weight moves both sets by less than .002 around its value.

use super::bm25::Saturation;

/// Of a keyword in a passage.
pub(super) const KEYWORD: Saturation = Saturation { k1: 1.2, b: 0.75 };
/// Of words in a section.
pub(super) const WORD: Saturation = Saturation { k1: 1.2, b: 0.75 };
/// Of bigrams and trigrams in a section.
pub(super) const GRAM: Saturation = Saturation { k1: 0.9, b: 0.75 };
/// Of words and bigrams in one passage.
pub(super) const PASSAGE: Saturation = Saturation { k1: 0.3, b: 0.75 };

/// Bigrams of the section, in parts of its words.
pub(super) const SECTION_GRAMS: f32 = 0.2;
/// Trigrams of the section.
pub(super) const SECTION_TRIGRAMS: f32 = 0.1;
/// Words of the passage.
pub(super) const PASSAGE_WORDS: f32 = 0.3;
/// Bigrams of the passage.
pub(super) const PASSAGE_GRAMS: f32 = 0.1;
/// Words of the first passage: what a text is about stands at its head.
pub(super) const LEAD_WORDS: f32 = 0.35;
/// Part of the query's words that the section has.
pub(super) const SECTION_COVERAGE: f32 = 0.3;
/// Part of the query's bigrams that the section has.
pub(super) const SECTION_GRAM_COVERAGE: f32 = 0.2;
/// Part of the query's words that the passage has.
pub(super) const PASSAGE_COVERAGE: f32 = 0.4;
/// Part of the query's bigrams that the first passage has.
pub(super) const LEAD_GRAM_COVERAGE: f32 = 0.2;
/// What a passage gains that holds a whole sentence typed, by tier (word, variant, substring), in parts of the query's rarity.
pub(super) const EXACT: [f32; 3] = [0.8, 0.4, 0.0];

/// How much more a rare bigram counts than BM25 has it.
pub(super) const GRAM_RARITY_POWER: f32 = 0.3;
/// The rarity that [`GRAM_RARITY_POWER`] leaves as it is.
pub(super) const MEAN_RARITY: f32 = 5.0;

/// A word said twice counts twice, and no more often.
pub(super) const MOST_SAID: f32 = 2.0;
/// A section is so many mean passages long, for the length of its bigrams.
pub(super) const PASSAGES_OF_SECTION: f32 = 2.2;

/// Rarity from which a word helps to find sections: about that of a word in six of ten. Commoner ones count in the second stage.
pub(super) const TELLING: f32 = 0.5;
/// Most words that sections are found by, the rarest: the time of block-max WAND grows faster than the number of words.
pub(super) const FINDING_WORDS: usize = 10;
/// Sections that are weighed a second time.
pub(super) const DEPTH: usize = 60;
/// What a word in the headings adds to a keyword's score, in parts of its rarity.
pub(super) const HEADING_BOOST: f32 = 0.8;
/// What a word in the title adds.
pub(super) const TITLE_BOOST: f32 = 0.5;
