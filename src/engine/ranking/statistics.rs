//! The units of a query (words, bigrams, trigrams) and their idf from the counts of a collection.

use std::collections::HashMap;

use super::bm25::idf;
use super::weights;
use crate::analysis::{Analyzer, Word, is_letter};
use crate::script::is_hiragana;

/// Bigrams in more than this share of the passages carry no information, in percent.
const COMMON_PERCENT: u64 = 10;

/// Words that ask and tell no topic; 何, いつ and other pronouns are no words of a text in any case.
const INTERROGATIVES: [&str; 7] = ["どの", "どんな", "どう", "なぜ", "いくら", "どれほど", "いかが"];

/// The units of a query.
#[derive(Debug, Default)]
pub(crate) struct Units {
    /// Distinct words of the query.
    pub words: Vec<String>,
    /// Number of occurrences of each word in the query.
    pub said: Vec<f32>,
    /// Distinct pairs of neighbouring characters.
    pub grams: Vec<(char, char)>,
    /// Distinct pairs of overlapping bigrams, which form trigrams.
    pub trigrams: Vec<(u16, u16)>,
}

impl Units {
    /// True where the text has no unit.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.grams.is_empty()
    }

    /// Collects the units of a text.
    pub fn of(analyzer: &Analyzer, text: &str) -> Self {
        let analyzed = analyzer.analyze(text);
        let mut units = Self::default();
        let words = analyzer.words(&analyzed);
        let asks = |word: &&Word| !INTERROGATIVES.contains(&word.text());
        // A query of such words alone is about them.
        let all = if words.iter().any(|word| asks(&word)) { asks } else { |_: &&Word| true };
        for word in words.iter().filter(all) {
            match units.words.iter().position(|known| *known == word.text()) {
                Some(known) => units.said[known] += 1.0,
                None => {
                    units.words.push(word.text().into());
                    units.said.push(1.0);
                }
            }
        }
        let mut numbers: HashMap<(char, char), u16> = HashMap::new();
        let mut last: Option<u16> = None;
        for pair in analyzed.folded.chars.windows(2) {
            let (first, second) = (pair[0], pair[1]);
            if !(is_letter(first) && is_letter(second)) || is_hiragana(first) && is_hiragana(second) {
                last = None;
                continue;
            }
            let fresh = numbers.len() as u16;
            let number = *numbers.entry((first, second)).or_insert(fresh);
            if number == fresh {
                units.grams.push((first, second));
            }
            if let Some(before) = last
                && !units.trigrams.contains(&(before, number))
            {
                units.trigrams.push((before, number));
            }
            last = Some(number);
        }
        units
    }
}

/// Counts over live documents, in one segment or in all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    pub rows: u64,
    pub sections: u64,
    pub passages: u64,
    /// Number of sections with each word.
    pub with_word: Vec<u64>,
    /// Number of passages with each bigram.
    pub with_gram: Vec<u64>,
    /// Words of all sections; words and characters of all passages.
    pub section_length: u64,
    pub passage_length: u64,
    pub passage_chars: u64,
}

impl Counts {
    pub fn add(mut self, other: &Self) -> Self {
        let add = |counts: &mut Vec<u64>, others: &[u64]| {
            counts.resize(others.len(), 0);
            counts.iter_mut().zip(others).for_each(|(count, other)| *count += other);
        };
        add(&mut self.with_word, &other.with_word);
        add(&mut self.with_gram, &other.with_gram);
        self.rows += other.rows;
        self.sections += other.sections;
        self.passages += other.passages;
        self.section_length += other.section_length;
        self.passage_length += other.passage_length;
        self.passage_chars += other.passage_chars;
        self
    }
}

/// The idf of the units, and the mean lengths of texts.
pub(crate) struct Rarity {
    /// Idf of words among sections.
    pub words: Vec<f32>,
    /// Idf of bigrams among passages; 0 for common ones.
    pub grams: Vec<f32>,
    pub trigrams: Vec<f32>,
    /// Mean lengths: of a section in words, of a passage in words and in characters.
    pub section_words: f32,
    pub passage_words: f32,
    pub passage_chars: f32,
}

impl Rarity {
    /// Returns the words by which sections are found: the rarest of the words that distinguish sections, or the
    /// rarest of all where none does.
    pub fn telling_words(&self) -> Vec<usize> {
        let mut words: Vec<usize> = (0..self.words.len()).collect();
        words.sort_by(|a, b| self.words[*b].total_cmp(&self.words[*a]));
        let telling = words.partition_point(|word| self.words[*word] >= weights::TELLING);
        words.truncate(telling.clamp(1, weights::FINDING_WORDS));
        words
    }

    pub fn of(units: &Units, counts: &Counts) -> Self {
        let words = counts
            .with_word
            .iter()
            .zip(&units.said)
            .map(|(with, said)| idf(*with, counts.sections) * said.min(weights::MOST_SAID));
        let gram =
            |with: &u64| if with * 100 > counts.passages * COMMON_PERCENT { 0.0 } else { idf(*with, counts.passages) };
        let grams: Vec<f32> = counts.with_gram.iter().map(gram).collect();
        let trigrams = units.trigrams.iter().map(|(first, second)| {
            let (first, second) = (grams[usize::from(*first)], grams[usize::from(*second)]);
            // A trigram is at least as rare as the rarer of its bigrams.
            first.max(second) * 0.5 + (first + second) * 0.5
        });
        let mean = |length: u64, texts: u64| length as f32 / texts.max(1) as f32;
        Self {
            words: words.collect(),
            trigrams: trigrams.collect(),
            grams: grams
                .iter()
                .map(|rarity| rarity * (rarity / weights::MEAN_RARITY).powf(weights::GRAM_RARITY_POWER))
                .collect(),
            section_words: mean(counts.section_length, counts.sections),
            passage_words: mean(counts.passage_length, counts.passages),
            passage_chars: mean(counts.passage_chars, counts.passages),
        }
    }
}
