//! The second stage of ranking: the best sections of the first stage are scored by words, character bigrams and
//! trigrams, in the passage and in its section, with inverse document frequencies of the index.
//!
//! It reads only postings, and only for the candidates: no text is read or analysed.

use std::io;
use std::ops::Range;

use tantivy::postings::Postings;
use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, Term};

use super::char_view::meet;
use super::segment_view::{Segment, each};
use super::statistics::Terms;
use crate::engine::ranking::bm25::{Saturation, idf};
use crate::engine::ranking::statistics::{Counts, Rarity, Units};
use crate::engine::ranking::sums::{Scores, Sums, weigh};
use crate::engine::ranking::weights::{self, Form};
use crate::index::{IndexError, OpenIndex, flag};

/// A section of a document: adjacent passages, of which the first has the words of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub segment: usize,
    pub passages: Range<DocId>,
}

impl Candidate {
    /// Returns the section of a passage.
    pub fn around(segment: &Segment<'_>, ordinal: usize, passage: DocId) -> Self {
        let begins =
            |doc: DocId| segment.flags.first(doc).is_none_or(|flags| flags & (flag::SECTION | flag::NO_PASSAGE) != 0);
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

    /// Returns the identity of the section.
    pub fn key(&self) -> (usize, DocId) {
        (self.segment, self.passages.start)
    }
}

/// Scores sections by the units of a query.
pub(super) struct Scale<'a> {
    index: &'a OpenIndex,
    units: &'a Units,
    form: &'a Form,
    segments: Vec<Terms<'a>>,
    counts: Counts,
    rarity: Rarity,
}

impl<'a> Scale<'a> {
    /// Looks up the units.
    ///
    /// # Errors
    /// `Damaged` where the index cannot be read.
    pub fn new(
        index: &'a OpenIndex,
        segments: &'a [Segment<'a>],
        units: &'a Units,
        form: &'a Form,
    ) -> Result<Self, IndexError> {
        let segments = each(segments, |_, segment| Terms::of(index, segment, units))?;
        let counts = segments.iter().fold(Counts::default(), |sum, terms| sum.add(&terms.counts));
        Ok(Self { index, units, form, rarity: Rarity::of(units, &counts), segments, counts })
    }

    /// Returns the words by which sections are found: the rarest of the words that distinguish sections, or the
    /// rarest of all where none does.
    pub fn telling_words(&self) -> Vec<usize> {
        self.rarity.telling_words()
    }

    /// Returns a word of the query by its number.
    pub fn word(&self, number: usize) -> &str {
        &self.units.words[number]
    }

    /// Returns the scores of the first stage: BM25 over some words, added in the order of the words.
    ///
    /// # Errors
    /// `Damaged` where the index cannot be read.
    pub fn first_scores(&self, words: &[usize], candidates: &[Candidate]) -> Result<Vec<f32>, IndexError> {
        let mut scores = vec![0.0; candidates.len()];
        let mean = self.counts.section_length as f32 / self.counts.rows as f32;
        for (ordinal, terms) in self.segments.iter().enumerate() {
            let mut order: Vec<usize> = (0..candidates.len()).filter(|at| candidates[*at].segment == ordinal).collect();
            order.sort_unstable_by_key(|at| candidates[*at].passages.start);
            let firsts: Vec<DocId> = order.iter().map(|at| candidates[*at].passages.start).collect();
            for word in words.iter().filter(|_| !firsts.is_empty()) {
                let Some((info, _)) = &terms.of_words[*word] else { continue };
                let rare = idf(self.counts.with_word[*word], self.counts.rows);
                let list = terms.section_words.read_postings_from_terminfo(info, IndexRecordOption::WithFreqs);
                meet(&mut list.map_err(|error| self.index.damaged(error))?, &firsts, |at, list| {
                    let length = terms.section_norms.fieldnorm(firsts[at]);
                    scores[order[at]] += rare * weights::KEYWORD.weight(list.term_freq(), length, mean);
                });
            }
        }
        Ok(scores)
    }

    /// Returns the sum of idf of all words.
    pub fn rarity(&self) -> f32 {
        self.rarity.words.iter().sum()
    }

    /// Returns the scores of some sections.
    ///
    /// # Errors
    /// `Damaged` where the index cannot be read.
    pub fn weigh(&self, candidates: &[Candidate]) -> Result<Vec<Scores>, IndexError> {
        let damaged = |error: io::Error| self.index.damaged(error);
        let mut scores = vec![Scores::default(); candidates.len()];
        for (ordinal, terms) in self.segments.iter().enumerate() {
            let mut order: Vec<usize> = (0..candidates.len()).filter(|at| candidates[*at].segment == ordinal).collect();
            if order.is_empty() {
                continue;
            }
            order.sort_unstable_by_key(|at| candidates[*at].passages.start);
            let mut sums =
                SegmentSums::new(terms, order.iter().map(|at| candidates[*at].passages.clone()), &self.rarity);
            sums.add_words(terms, self.form.word).map_err(damaged)?;
            sums.add_grams(self.units, terms).map_err(damaged)?;
            for (at, (section, passages)) in order.into_iter().zip(sums.by_section()) {
                scores[at] = weigh(section, passages, &self.rarity, self.form);
            }
        }
        Ok(scores)
    }
}

impl Bm25StatisticsProvider for Scale<'_> {
    fn total_num_tokens(&self, _: Field) -> tantivy::Result<u64> {
        Ok(self.counts.section_length)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.counts.rows)
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        let text = term.value();
        let word = self.units.words.iter().position(|word| text.as_str() == Some(word));
        Ok(word.map_or(0, |word| self.counts.with_word[word]))
    }
}

/// Sums over the candidates of one segment, in the order of their rows.
struct SegmentSums<'a> {
    rarity: &'a Rarity,
    /// First passages of the sections.
    firsts: Vec<DocId>,
    /// All passages of the sections.
    passages: Vec<DocId>,
    /// For each section, the range of its passages in `passages`.
    spans: Vec<Range<usize>>,
    of_sections: Vec<Sums>,
    of_passages: Vec<Sums>,
}

impl<'a> SegmentSums<'a> {
    fn new(terms: &Terms<'_>, sections: impl Iterator<Item = Range<DocId>>, rarity: &'a Rarity) -> Self {
        let mut sums = Self {
            rarity,
            firsts: Vec::new(),
            passages: Vec::new(),
            spans: Vec::new(),
            of_sections: Vec::new(),
            of_passages: Vec::new(),
        };
        for passages in sections {
            let begin = sums.passages.len();
            sums.firsts.push(passages.start);
            sums.passages.extend(passages.clone());
            sums.spans.push(begin..sums.passages.len());
            sums.of_passages.extend(
                passages
                    .clone()
                    .map(|passage| Sums::new(terms.word_norms.fieldnorm(passage), terms.body_norms.fieldnorm(passage))),
            );
            sums.of_sections.push(Sums::new(
                terms.section_norms.fieldnorm(passages.start),
                sums.of_passages[begin..].iter().map(Sums::chars).sum(),
            ));
        }
        sums
    }

    fn by_section(&self) -> impl Iterator<Item = (&Sums, &[Sums])> {
        self.of_sections.iter().zip(&self.spans).map(|(section, span)| (section, &self.of_passages[span.clone()]))
    }

    fn add_words(&mut self, terms: &Terms<'_>, saturation: Saturation) -> io::Result<()> {
        let Self { rarity, firsts, passages, of_sections, of_passages, .. } = self;
        for ((in_sections, in_passages), rare) in
            terms.of_words.iter().zip(&rarity.words).filter_map(|(infos, rare)| Some((infos.as_ref()?, *rare)))
        {
            let mut list =
                terms.section_words.read_postings_from_terminfo(in_sections, IndexRecordOption::WithFreqs)?;
            meet(&mut list, firsts, |at, list| {
                of_sections[at].add_word(rare, saturation, list.term_freq(), rarity.section_words);
            });
            if in_passages.doc_freq == 0 {
                continue;
            }
            let mut list = terms.words.read_postings_from_terminfo(in_passages, IndexRecordOption::WithFreqs)?;
            meet(&mut list, passages, |at, list| {
                of_passages[at].add_word(rare, weights::PASSAGE, list.term_freq(), rarity.passage_words);
            });
        }
        Ok(())
    }

    fn add_grams(&mut self, units: &Units, terms: &Terms<'_>) -> io::Result<()> {
        let mean = self.rarity.passage_chars;
        let mut counts = vec![0u32; self.passages.len()];
        let mut buffer = Vec::new();
        // Occurrences of each bigram as sorted numbers: index of the passage in the high 32 bits, position in the low
        // ones.
        let mut places: Vec<Vec<u64>> = vec![Vec::new(); units.grams.len()];
        for ((lists, rare), places) in
            terms.of_grams.iter().zip(&self.rarity.grams).zip(&mut places).filter(|((_, rare), _)| **rare > 0.0)
        {
            counts.fill(0);
            for (info, _) in lists.iter() {
                let mut list = terms.body.postings(info, IndexRecordOption::WithFreqsAndPositions)?;
                meet(&mut list, &self.passages, |at, list| {
                    counts[at] += list.term_freq();
                    list.positions(&mut buffer);
                    places.extend(buffer.iter().map(|position| (at as u64) << 32 | u64::from(*position)));
                });
            }
            places.sort_unstable();
            for (sums, count) in self.of_passages.iter_mut().zip(&counts).filter(|(_, count)| **count > 0) {
                sums.add_gram(*rare, weights::PASSAGE, *count, mean);
            }
            self.add_to_sections(&counts, |sums, count, mean| sums.add_gram(*rare, weights::GRAM, count, mean));
        }
        for ((first, second), rare) in units.trigrams.iter().zip(&self.rarity.trigrams) {
            let (first, second) = (&places[usize::from(*first)], &places[usize::from(*second)]);
            if first.is_empty() || second.is_empty() {
                continue;
            }
            counts.fill(0);
            let mut at = 0;
            for place in first {
                while second.get(at).is_some_and(|other| *other <= *place) {
                    at += 1;
                }
                if second.get(at) == Some(&(place + 1)) {
                    counts[(place >> 32) as usize] += 1;
                }
            }
            self.add_to_sections(&counts, |sums, count, mean| sums.add_trigram(*rare, count, mean));
        }
        Ok(())
    }

    /// Adds a unit to the sections, from its counts in the passages; `add` gets the count and the mean length.
    fn add_to_sections(&mut self, counts: &[u32], add: impl Fn(&mut Sums, u32, f32)) {
        let mean = self.rarity.passage_chars * weights::PASSAGES_OF_SECTION;
        for (sums, span) in self.of_sections.iter_mut().zip(&self.spans) {
            let count: u32 = counts[span.clone()].iter().sum();
            if count > 0 {
                add(sums, count, mean);
            }
        }
    }
}
