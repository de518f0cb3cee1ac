//! The second stage of ranking: the best sections of the first are weighed by words, character bigrams and trigrams, in
//! the passage and in its section, with rarities from the index.
//!
//! All of it comes from postings, read for the few passages at hand only: no text is fetched, nothing is analysed.

use std::collections::HashMap;
use std::ops::Range;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, InvertedIndexReader, SegmentReader, TERMINATED, Term};

use super::evaluate::Segment;
use super::postings::of_pair;
use super::weights;
use crate::analysis::{Analyzer, is_letter};
use crate::index::{Bigram, Fields, IndexError, OpenIndex, flag};
use crate::normalize::shape::is_hiragana;

/// Bigrams in more than this part of the passages say nothing, in percent.
const COMMON_PERCENT: u64 = 10;

/// What is looked for.
#[derive(Debug, Default)]
pub(super) struct Units {
    /// Words of the query, each once.
    pub words: Vec<String>,
    /// How often each is said.
    pub said: Vec<f32>,
    /// Pairs of neighbouring characters, each once.
    grams: Vec<(char, char)>,
    /// Pairs of bigrams that follow each other: trigrams.
    trigrams: Vec<(u16, u16)>,
}

impl Units {
    /// The units of a text.
    pub fn of(analyzer: &mut Analyzer, text: &str) -> Self {
        let analyzed = analyzer.analyze(text);
        let mut units = Self::default();
        for word in analyzer.words(&analyzed) {
            match units.words.iter().position(|known| *known == word.text) {
                Some(known) => units.said[known] += 1.0,
                None => {
                    units.words.push(word.text);
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

/// A section of a document: neighbouring passages, the first of which has the words of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub segment: usize,
    pub passages: Range<DocId>,
}

impl Candidate {
    /// The section that a passage stands in.
    pub fn around(segment: &Segment<'_>, ordinal: usize, passage: DocId) -> Self {
        let begins = |doc: DocId| segment.flags.first(doc).is_none_or(|flags| flags & flag::SECTION != 0);
        let number = segment.document.first(passage);
        let mut first = passage;
        while first > 0 && !begins(first) {
            first -= 1;
        }
        let mut end = passage + 1;
        while segment.document.first(end) == number && !begins(end) {
            end += 1;
        }
        Self { segment: ordinal, passages: first..end }
    }

    /// Its first passage.
    fn first(&self) -> DocId {
        self.passages.start
    }
}

/// Occurrences of the units in some text.
#[derive(Clone, Debug, Default)]
struct Counts {
    words: Vec<u32>,
    grams: Vec<u32>,
    trigrams: Vec<u32>,
    /// Length in words.
    word_length: u32,
    /// Length in characters.
    char_length: u32,
}

impl Counts {
    fn new(units: &Units) -> Self {
        Self {
            words: vec![0; units.words.len()],
            grams: vec![0; units.grams.len()],
            trigrams: vec![0; units.trigrams.len()],
            ..Self::default()
        }
    }
}

/// What was counted in one document.
#[derive(Clone, Debug)]
struct Counted {
    document: Counts,
    passages: Vec<Counts>,
}

/// How rare the units are.
#[derive(Clone, Debug, Default)]
struct Rarity {
    /// Of words among documents.
    words: Vec<f32>,
    /// Of bigrams among passages; 0 for those that are everywhere.
    grams: Vec<f32>,
    trigrams: Vec<f32>,
    /// Mean lengths of a document in words, and of a passage in words and characters.
    section_words: f32,
    passage_words: f32,
    passage_chars: f32,
}

/// The scores of one document.
#[derive(Clone, Debug, Default)]
pub(super) struct Scores {
    /// Of each passage, its document's part included.
    pub passages: Vec<f32>,
    /// Part of the query's words, by rarity, that each passage has.
    pub coverage: Vec<f32>,
}

/// Weighs documents for some units; the second value is the rarity of the whole query.
pub(super) fn score(index: &OpenIndex, units: &Units, candidates: &[Candidate]) -> Result<(Vec<Scores>, f32), IndexError> {
    let (mut rarity, counted) = Counter::new(index)?.count(units, candidates)?;
    for (rarity, said) in rarity.words.iter_mut().zip(&units.said) {
        *rarity *= said.min(weights::MOST_SAID);
    }
    let whole: f32 = rarity.words.iter().sum();
    Ok((counted.iter().map(|counted| weigh(counted, &rarity)).collect(), whole))
}

/// BM25 with lengths relative to a mean.
fn saturated(counts: &[u32], rarity: &[f32], length: u32, mean: f32, k1: f32, b: f32) -> f32 {
    let norm = k1 * (1.0 - b + b * length as f32 / mean.max(1.0));
    let part = |count: &u32| *count as f32 * (k1 + 1.0) / (*count as f32 + norm);
    counts.iter().zip(rarity).filter(|(count, _)| **count > 0).map(|(count, rarity)| part(count) * rarity).sum()
}

/// Share of the units, by rarity, that are there.
fn covered(counts: &[u32], rarity: &[f32]) -> f32 {
    let there: f32 = counts.iter().zip(rarity).filter(|(count, _)| **count > 0).map(|(_, rarity)| rarity).sum();
    there / rarity.iter().sum::<f32>().max(f32::EPSILON)
}

fn weigh(counted: &Counted, rarity: &Rarity) -> Scores {
    use weights::{GRAM_B, GRAM_K1, PASSAGE_B, PASSAGE_K1, WORD_B, WORD_K1};
    let whole = &counted.document;
    let chars = rarity.passage_chars * weights::PASSAGES_OF_SECTION;
    let words_of =
        |counts: &Counts| saturated(&counts.words, &rarity.words, counts.word_length, rarity.passage_words, PASSAGE_K1, PASSAGE_B);
    let grams_of =
        |counts: &Counts| saturated(&counts.grams, &rarity.grams, counts.char_length, rarity.passage_chars, PASSAGE_K1, PASSAGE_B);
    let mut base = saturated(&whole.words, &rarity.words, whole.word_length, rarity.section_words, WORD_K1, WORD_B)
        + weights::SECTION_GRAMS * saturated(&whole.grams, &rarity.grams, whole.char_length, chars, GRAM_K1, GRAM_B)
        + weights::SECTION_TRIGRAMS * saturated(&whole.trigrams, &rarity.trigrams, whole.char_length, chars, GRAM_K1, GRAM_B);
    let mut factor = 1.0
        + weights::SECTION_COVERAGE * covered(&whole.words, &rarity.words)
        + weights::SECTION_GRAM_COVERAGE * covered(&whole.grams, &rarity.grams);
    if let Some(lead) = counted.passages.first() {
        base += weights::LEAD_WORDS * words_of(lead);
        factor += weights::LEAD_GRAM_COVERAGE * covered(&lead.grams, &rarity.grams);
    }
    let coverage: Vec<f32> = counted.passages.iter().map(|passage| covered(&passage.words, &rarity.words)).collect();
    let passages = counted.passages.iter().zip(&coverage).map(|(passage, coverage)| {
        let own = weights::PASSAGE_WORDS * words_of(passage) + weights::PASSAGE_GRAMS * grams_of(passage);
        (base + own) * (factor + weights::PASSAGE_COVERAGE * coverage)
    });
    Scores { passages: passages.collect(), coverage }
}

fn idf(frequency: u64, all: u64) -> f32 {
    let (frequency, all) = (frequency as f32, all.max(frequency) as f32);
    (1.0 + (all - frequency + 0.5) / (frequency + 0.5)).ln()
}

/// Counts units in documents.
struct Counter<'a> {
    index: &'a OpenIndex,
    fields: &'a Fields,
    readers: &'a [SegmentReader],
    sections: u64,
    passages: u64,
}

impl<'a> Counter<'a> {
    fn new(index: &'a OpenIndex) -> Result<Self, IndexError> {
        let (fields, searcher) = (index.fields(), index.searcher());
        let records = |kind: &str| searcher.doc_freq(&Term::from_field_text(fields.kind, kind)).map_err(|error| index.damaged(error));
        Ok(Self { index, fields, readers: searcher.segment_readers(), sections: records("s")?, passages: records("p")? })
    }

    /// Counts in each candidate, in their order.
    fn count(&self, units: &Units, candidates: &[Candidate]) -> Result<(Rarity, Vec<Counted>), IndexError> {
        let mut counted: Vec<Counted> = candidates
            .iter()
            .map(|candidate| Counted {
                document: Counts::new(units),
                passages: candidate.passages.clone().map(|_| Counts::new(units)).collect(),
            })
            .collect();
        let mut rarity = Rarity::default();
        // Candidates of each segment in the order of their records.
        let mut orders: Vec<Vec<usize>> = vec![Vec::new(); self.readers.len()];
        for (at, candidate) in candidates.iter().enumerate() {
            orders[candidate.segment].push(at);
        }
        orders.iter_mut().for_each(|order| order.sort_by_key(|at| candidates[*at].first()));
        self.count_words(units, candidates, &orders, &mut counted, &mut rarity)?;
        self.count_grams(units, candidates, &orders, &mut counted, &mut rarity)?;
        Ok((rarity, counted))
    }

    fn count_words(
        &self,
        units: &Units,
        candidates: &[Candidate],
        orders: &[Vec<usize>],
        counted: &mut [Counted],
        rarity: &mut Rarity,
    ) -> Result<(), IndexError> {
        let mut frequency = vec![0u64; units.words.len()];
        let (mut section_words, mut passage_words) = (0u64, 0u64);
        for (ordinal, reader) in self.readers.iter().enumerate() {
            let inverted = |field| reader.inverted_index(field).map_err(|error| self.index.damaged(error));
            let (whole, parts) = (inverted(self.fields.section_words)?, inverted(self.fields.words)?);
            let norms = |field| reader.get_fieldnorms_reader(field).map_err(|error| self.index.damaged(error));
            let (whole_norms, part_norms): (FieldNormReader, FieldNormReader) =
                (norms(self.fields.section_words)?, norms(self.fields.words)?);
            section_words += whole.total_num_tokens();
            passage_words += parts.total_num_tokens();
            for at in &orders[ordinal] {
                counted[*at].document.word_length = whole_norms.fieldnorm(candidates[*at].first());
                for (passage, counts) in candidates[*at].passages.clone().zip(&mut counted[*at].passages) {
                    counts.word_length = part_norms.fieldnorm(passage);
                }
            }
            for (unit, word) in units.words.iter().enumerate() {
                let read = |inverted: &InvertedIndexReader, field| {
                    let term = Term::from_field_text(field, word);
                    inverted.read_postings(&term, IndexRecordOption::WithFreqs).map_err(|error| self.index.damaged(error))
                };
                let Some(mut list) = read(&whole, self.fields.section_words)? else { continue };
                frequency[unit] += u64::from(list.doc_freq());
                let mut held = Vec::new();
                for at in &orders[ordinal] {
                    if seek(&mut list, candidates[*at].first()) {
                        counted[*at].document.words[unit] = list.term_freq();
                        held.push(*at);
                    }
                }
                if held.is_empty() {
                    continue;
                }
                let Some(mut list) = read(&parts, self.fields.words)? else { continue };
                for at in held {
                    for (passage, counts) in candidates[at].passages.clone().zip(&mut counted[at].passages) {
                        if seek(&mut list, passage) {
                            counts.words[unit] = list.term_freq();
                        }
                    }
                }
            }
        }
        rarity.words = frequency.iter().map(|frequency| idf(*frequency, self.sections)).collect();
        rarity.section_words = section_words as f32 / self.sections.max(1) as f32;
        rarity.passage_words = passage_words as f32 / self.passages.max(1) as f32;
        Ok(())
    }

    fn count_grams(
        &self,
        units: &Units,
        candidates: &[Candidate],
        orders: &[Vec<usize>],
        counted: &mut [Counted],
        rarity: &mut Rarity,
    ) -> Result<(), IndexError> {
        let mut lists: Vec<Vec<Vec<(SegmentPostings, u8)>>> = Vec::with_capacity(self.readers.len());
        let mut frequency = vec![0u64; units.grams.len()];
        let mut chars = 0u64;
        for reader in self.readers {
            let inverted = reader.inverted_index(self.fields.body).map_err(|error| self.index.damaged(error))?;
            chars += inverted.total_num_tokens();
            let mut own = Vec::with_capacity(units.grams.len());
            for (unit, (first, second)) in units.grams.iter().enumerate() {
                let bigram = Bigram { first: *first, second: *second };
                let found = of_pair(&inverted, bigram, IndexRecordOption::WithFreqsAndPositions, |_| true)
                    .map_err(|error| self.index.damaged(error))?;
                frequency[unit] += found.iter().map(|(list, _)| u64::from(list.doc_freq())).sum::<u64>();
                own.push(found);
            }
            lists.push(own);
        }
        rarity.passage_chars = chars as f32 / self.passages.max(1) as f32;
        rarity.grams = frequency
            .iter()
            .map(|frequency| if frequency * 100 > self.passages * COMMON_PERCENT { 0.0 } else { idf(*frequency, self.passages) })
            .collect();
        let power = |rarity: f32| rarity * (rarity / weights::MEAN_RARITY).powf(weights::GRAM_RARITY_POWER);
        rarity.trigrams = units
            .trigrams
            .iter()
            .map(|(first, second)| {
                let (first, second) = (rarity.grams[usize::from(*first)], rarity.grams[usize::from(*second)]);
                // At least as rare as the rarer of its bigrams.
                if first > 0.0 && second > 0.0 { first.max(second) * 0.5 + (first + second) * 0.5 } else { first.max(second) * 1.2 }
            })
            .collect();
        rarity.grams.iter_mut().for_each(|rarity| *rarity = power(*rarity));
        let mut buffer = Vec::new();
        for (ordinal, mut own) in lists.into_iter().enumerate() {
            if orders[ordinal].is_empty() {
                continue;
            }
            let norms = self.readers[ordinal].get_fieldnorms_reader(self.fields.body).map_err(|error| self.index.damaged(error))?;
            // Position and bigram, by candidate and passage.
            let mut matches: Vec<Vec<Vec<(u32, u16)>>> =
                orders[ordinal].iter().map(|at| vec![Vec::new(); candidates[*at].passages.len()]).collect();
            for (unit, lists) in own.iter_mut().enumerate().filter(|(unit, _)| rarity.grams[*unit] > 0.0) {
                for (list, _) in lists {
                    for (at, found) in orders[ordinal].iter().zip(&mut matches) {
                        for (passage, found) in candidates[*at].passages.clone().zip(found) {
                            if seek(list, passage) {
                                list.positions(&mut buffer);
                                found.extend(buffer.iter().map(|position| (*position, unit as u16)));
                            }
                        }
                    }
                }
            }
            for (at, found) in orders[ordinal].iter().zip(matches) {
                let Counted { document, passages } = &mut counted[*at];
                for ((passage, mut found), counts) in candidates[*at].passages.clone().zip(found).zip(passages) {
                    counts.char_length = norms.fieldnorm(passage);
                    document.char_length += counts.char_length;
                    found.sort_unstable();
                    for (_, unit) in &found {
                        counts.grams[usize::from(*unit)] += 1;
                        document.grams[usize::from(*unit)] += 1;
                    }
                    for pair in found.windows(2).filter(|pair| pair[1].0 == pair[0].0 + 1) {
                        if let Some(tri) = units.trigrams.iter().position(|known| *known == (pair[0].1, pair[1].1)) {
                            counts.trigrams[tri] += 1;
                            document.trigrams[tri] += 1;
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

/// Goes on to a document; false where the list does not have it.
fn seek(list: &mut SegmentPostings, doc: DocId) -> bool {
    if list.doc() < doc {
        list.seek(doc);
    }
    list.doc() == doc && doc != TERMINATED
}
