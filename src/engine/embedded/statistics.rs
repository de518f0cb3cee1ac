//! The units of a query (words, bigrams, trigrams) and their statistics in an index: postings and idf.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;
use tantivy::{InvertedIndexReader, Term};

use super::bm25::idf;
use super::char_view::{CharView, PairTerms};
use super::segment_view::Segment;
use super::weights;
use crate::analysis::{Analyzer, Word, is_letter};
use crate::index::{IndexError, OpenIndex};
use crate::script::is_hiragana;

/// Bigrams in more than this share of the passages carry no information, in percent.
const COMMON_PERCENT: u64 = 10;

/// Words that ask and tell no topic; 何, いつ and other pronouns are no words of a text in any case.
const INTERROGATIVES: [&str; 7] = ["どの", "どんな", "どう", "なぜ", "いくら", "どれほど", "いかが"];

/// The units of a query.
#[derive(Debug, Default)]
pub(super) struct Units {
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

/// Term infos of the units in one segment.
pub(super) struct Terms<'a> {
    pub section_words: Arc<InvertedIndexReader>,
    pub words: Arc<InvertedIndexReader>,
    pub body: &'a CharView,
    pub section_norms: FieldNormReader,
    pub word_norms: FieldNormReader,
    pub body_norms: FieldNormReader,
    /// For each word: in sections, in passages.
    pub of_words: Vec<Option<(TermInfo, TermInfo)>>,
    /// For each bigram: terms with any flags.
    pub of_grams: Vec<PairTerms>,
    pub counts: Counts,
}

/// Counts over live documents, in one segment or in all.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
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

impl<'a> Terms<'a> {
    pub fn of(index: &OpenIndex, segment: &'a Segment<'_>, units: &Units) -> Result<Self, IndexError> {
        let (fields, reader) = (index.fields(), segment.reader);
        let inverted = |field| reader.inverted_index(field).map_err(|error| index.damaged(error));
        let norms = |field| reader.get_fieldnorms_reader(field).map_err(|error| index.damaged(error));
        let (section_words, words) = (inverted(fields.section_words)?, inverted(fields.words)?);
        let info = |inverted: &InvertedIndexReader, word: &str| {
            inverted.terms().get(word).map_err(|error| index.damaged(error))
        };
        let of_words = units.words.iter().map(|word| {
            let Some(in_sections) = info(&section_words, word)? else { return Ok(None) };
            // A section has the words of its passages and of its headings, so a word may be in sections alone.
            Ok(Some((in_sections, info(&words, word)?.unwrap_or_default())))
        });
        let of_words = of_words.collect::<Result<Vec<_>, IndexError>>()?;
        let of_grams = units
            .grams
            .iter()
            .map(|(first, second)| segment.body.terms((*first, Some(*second))).map_err(|error| index.damaged(error)));
        let of_grams = of_grams.collect::<Result<Vec<_>, IndexError>>()?;
        let open = |info: &TermInfo| section_words.read_postings_from_terminfo(info, IndexRecordOption::Basic);
        let with_word = of_words.iter().map(|infos| infos.as_ref().map_or(Ok(0), |(info, _)| segment.live(info, open)));
        let with_gram = of_grams.iter().map(|terms| segment.live_with_pair(terms));
        let with_word = with_word.collect::<io::Result<_>>().map_err(|error| index.damaged(error))?;
        let with_gram = with_gram.collect::<io::Result<_>>().map_err(|error| index.damaged(error))?;
        let live_with = |kind: &str| {
            segment.live_with(&Term::from_field_text(fields.kind, kind)).map_err(|error| index.damaged(error))
        };
        let (section_norms, word_norms, body_norms) =
            (norms(fields.section_words)?, norms(fields.words)?, norms(fields.body)?);
        Ok(Self {
            counts: Counts {
                rows: segment.rows(),
                sections: live_with("s")?,
                passages: live_with("p")?,
                with_word,
                with_gram,
                section_length: segment.live_length(section_words.total_num_tokens(), &section_norms),
                passage_length: segment.live_length(words.total_num_tokens(), &word_norms),
                passage_chars: segment.live_length(segment.body.chars(), &body_norms),
            },
            of_words,
            of_grams,
            section_norms,
            word_norms,
            body_norms,
            section_words,
            words,
            body: &segment.body,
        })
    }
}

/// The idf of the units, and the mean lengths of texts.
pub(super) struct Rarity {
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
