//! Sums over the units of a query in passages and sections, and the second score of a passage from them.

use super::bm25::Saturation;
use super::statistics::Rarity;
use super::weights::{self, Form};

/// Sums over the units in a text.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sums {
    words: f32,
    grams: f32,
    trigrams: f32,
    /// Sum of idf of the words that occur.
    words_there: f32,
    grams_there: f32,
    /// Length in words.
    word_length: u32,
    /// Length in characters.
    char_length: u32,
}

impl Sums {
    /// Makes empty sums of a text of some words and characters.
    pub fn new(word_length: u32, char_length: u32) -> Self {
        Self { word_length, char_length, ..Self::default() }
    }

    /// Returns the length of the text in characters.
    pub fn chars(&self) -> u32 {
        self.char_length
    }

    /// Adds a word that occurs `count` times in a text of `word_length` words.
    pub fn add_word(&mut self, rare: f32, saturation: Saturation, count: u32, mean: f32) {
        self.words += rare * saturation.weight(count, self.word_length, mean);
        self.words_there += rare;
    }

    /// Adds a bigram that occurs `count` times in a text of `char_length` characters.
    pub fn add_gram(&mut self, rare: f32, saturation: Saturation, count: u32, mean: f32) {
        self.grams += rare * saturation.weight(count, self.char_length, mean);
        self.grams_there += rare;
    }

    /// Adds a trigram of a section.
    pub fn add_trigram(&mut self, rare: f32, count: u32, mean: f32) {
        self.trigrams += rare * weights::GRAM.weight(count, self.char_length, mean);
    }
}

/// Scores of one section.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scores {
    /// Score of each passage, including the part of its section.
    pub passages: Vec<f32>,
    /// Share of the query's words, weighted by idf, that each passage has.
    pub coverage: Vec<f32>,
}

/// Scores the passages of a section from the sums over its texts.
pub(crate) fn weigh(section: &Sums, passages: &[Sums], rarity: &Rarity, form: &Form) -> Scores {
    let (words, grams) = (rarity.words.iter().sum::<f32>(), rarity.grams.iter().sum::<f32>());
    let share = |there: f32, all: f32| there / all.max(f32::EPSILON);
    let mut base =
        section.words + weights::SECTION_GRAMS * section.grams + weights::SECTION_TRIGRAMS * section.trigrams;
    let mut factor = 1.0
        + form.section_coverage * share(section.words_there, words)
        + weights::SECTION_GRAM_COVERAGE * share(section.grams_there, grams);
    if let Some(lead) = passages.first() {
        base += form.lead_words * lead.words;
        factor += form.lead_gram_coverage * share(lead.grams_there, grams);
    }
    let coverage: Vec<f32> = passages.iter().map(|passage| share(passage.words_there, words)).collect();
    let scores = passages.iter().zip(&coverage).map(|(passage, coverage)| {
        let own = form.passage_words * passage.words + weights::PASSAGE_GRAMS * passage.grams;
        (base + own) * (factor + weights::PASSAGE_COVERAGE * coverage)
    });
    Scores { passages: scores.collect(), coverage }
}
