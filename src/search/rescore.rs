//! The second stage of ranking: the best sections of the first are weighed by words, character bigrams and trigrams, in
//! the passage and in its section, with rarities from the index.
//!
//! All of it comes from postings, read for the few passages at hand only: no text is fetched, nothing is analysed.

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, InvertedIndexReader, Term};

use super::bm25::{Saturation, idf};
use super::postings::{CharView, PairTerms, meet};
use super::segment::{Segment, each};
use super::weights::{self, Form};
use crate::analysis::{Analyzer, is_letter};
use crate::index::{IndexError, OpenIndex, flag};
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
                    units.words.push(word.text.into());
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
        let begins = |doc: DocId| segment.flags.first(doc).is_none_or(|flags| flags & (flag::SECTION | flag::NO_PASSAGE) != 0);
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

    /// What tells it from other sections.
    pub fn key(&self) -> (usize, DocId) {
        (self.segment, self.passages.start)
    }
}

/// What the units add up to in some text.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    words: f32,
    grams: f32,
    trigrams: f32,
    /// Rarities of the words that are there.
    words_there: f32,
    grams_there: f32,
    /// Length in words.
    word_length: u32,
    /// Length in characters.
    char_length: u32,
}

/// The scores of one section.
#[derive(Clone, Debug, Default)]
pub(super) struct Scores {
    /// Of each passage, its section's part included.
    pub passages: Vec<f32>,
    /// Part of the query's words, by rarity, that each passage has.
    pub coverage: Vec<f32>,
}

/// Weighs sections by the units of a query.
pub(super) struct Scale<'a> {
    index: &'a OpenIndex,
    units: &'a Units,
    form: &'a Form,
    segments: Vec<Terms<'a>>,
    rarity: Rarity,
}

impl<'a> Scale<'a> {
    /// Looks the units up.
    ///
    /// # Errors
    /// `Damaged` where the index cannot be read.
    pub fn new(index: &'a OpenIndex, segments: &'a [Segment<'a>], units: &'a Units, form: &'a Form) -> Result<Self, IndexError> {
        let segments = each(segments, |_, segment| Terms::of(index, segment, units))?;
        let rarity = Rarity::of(index, units, &segments)?;
        Ok(Self { index, units, form, segments, rarity })
    }

    /// The words that sections are found by: the rarest of those that tell sections apart; the rarest of all where none does.
    pub fn telling_words(&self) -> impl Iterator<Item = &str> {
        let mut words: Vec<(&str, f32)> = self.units.words.iter().map(String::as_str).zip(self.rarity.words.iter().copied()).collect();
        words.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        let telling = words.partition_point(|(_, rarity)| *rarity >= weights::TELLING);
        words.into_iter().take(telling.clamp(1, weights::FINDING_WORDS)).map(|(word, _)| word)
    }

    /// The rarity of all words together.
    pub fn rarity(&self) -> f32 {
        self.rarity.words.iter().sum()
    }

    /// The scores of some sections.
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
            let mut sums = SegmentSums::new(terms, order.iter().map(|at| candidates[*at].passages.clone()), &self.rarity);
            sums.add_words(terms, self.form.word).map_err(damaged)?;
            sums.add_grams(self.units, terms).map_err(damaged)?;
            for (at, (section, passages)) in order.into_iter().zip(sums.by_section()) {
                scores[at] = weigh(section, passages, &self.rarity, self.form);
            }
        }
        Ok(scores)
    }
}

fn weigh(section: &Sums, passages: &[Sums], rarity: &Rarity, form: &Form) -> Scores {
    let (words, grams) = (rarity.words.iter().sum::<f32>(), rarity.grams.iter().sum::<f32>());
    let share = |there: f32, all: f32| there / all.max(f32::EPSILON);
    let mut base = section.words + weights::SECTION_GRAMS * section.grams + weights::SECTION_TRIGRAMS * section.trigrams;
    let mut factor = 1.0
        + weights::SECTION_COVERAGE * share(section.words_there, words)
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

/// Where the postings of the units stand in one segment.
struct Terms<'a> {
    section_words: Arc<InvertedIndexReader>,
    words: Arc<InvertedIndexReader>,
    body: &'a CharView,
    section_norms: FieldNormReader,
    word_norms: FieldNormReader,
    body_norms: FieldNormReader,
    /// Of each word, in sections and in passages.
    of_words: Vec<Option<(TermInfo, TermInfo)>>,
    /// Of each bigram, with any flags.
    of_grams: Vec<PairTerms>,
}

impl<'a> Terms<'a> {
    fn of(index: &OpenIndex, segment: &'a Segment<'_>, units: &Units) -> Result<Self, IndexError> {
        let (fields, reader) = (index.fields(), segment.reader);
        let inverted = |field| reader.inverted_index(field).map_err(|error| index.damaged(error));
        let norms = |field| reader.get_fieldnorms_reader(field).map_err(|error| index.damaged(error));
        let (section_words, words) = (inverted(fields.section_words)?, inverted(fields.words)?);
        let info = |inverted: &InvertedIndexReader, word: &str| inverted.terms().get(word).map_err(|error| index.damaged(error));
        let of_words = units.words.iter().map(|word| {
            let Some(in_sections) = info(&section_words, word)? else { return Ok(None) };
            // A section's words are its passages' words and those of its headings.
            Ok(Some((in_sections, info(&words, word)?.unwrap_or_default())))
        });
        let of_grams =
            units.grams.iter().map(|(first, second)| segment.body.terms((*first, Some(*second))).map_err(|error| index.damaged(error)));
        Ok(Self {
            of_words: of_words.collect::<Result<_, IndexError>>()?,
            of_grams: of_grams.collect::<Result<_, IndexError>>()?,
            section_norms: norms(fields.section_words)?,
            word_norms: norms(fields.words)?,
            body_norms: norms(fields.body)?,
            section_words,
            words,
            body: &segment.body,
        })
    }
}

/// How rare the units are, and how long texts are in the mean.
struct Rarity {
    /// Of words among sections.
    words: Vec<f32>,
    /// Of bigrams among passages; 0 for those that are everywhere.
    grams: Vec<f32>,
    trigrams: Vec<f32>,
    /// A section in words, a passage in words and in characters.
    section_words: f32,
    passage_words: f32,
    passage_chars: f32,
}

impl Rarity {
    fn of(index: &OpenIndex, units: &Units, segments: &[Terms<'_>]) -> Result<Self, IndexError> {
        let records = |kind: &str| {
            let term = Term::from_field_text(index.fields().kind, kind);
            index.searcher().doc_freq(&term).map_err(|error| index.damaged(error))
        };
        let (sections, passages) = (records("s")?, records("p")?);
        let holding = |count: &dyn Fn(&Terms<'_>) -> u32| segments.iter().map(|terms| u64::from(count(terms))).sum::<u64>();
        let words = units.said.iter().enumerate().map(|(unit, said)| {
            let sections_with = holding(&|terms| terms.of_words[unit].as_ref().map_or(0, |(info, _)| info.doc_freq));
            idf(sections_with, sections) * said.min(weights::MOST_SAID)
        });
        let grams: Vec<f32> = (0..units.grams.len())
            .map(|unit| {
                let passages_with = holding(&|terms| terms.of_grams[unit].iter().map(|(info, _)| info.doc_freq).sum());
                if passages_with * 100 > passages * COMMON_PERCENT { 0.0 } else { idf(passages_with, passages) }
            })
            .collect();
        let trigrams = units.trigrams.iter().map(|(first, second)| {
            let (first, second) = (grams[usize::from(*first)], grams[usize::from(*second)]);
            // At least as rare as the rarer of its bigrams.
            first.max(second) * 0.5 + (first + second) * 0.5
        });
        let mean = |tokens: &dyn Fn(&Terms<'_>) -> u64, texts: u64| segments.iter().map(tokens).sum::<u64>() as f32 / texts.max(1) as f32;
        Ok(Self {
            words: words.collect(),
            trigrams: trigrams.collect(),
            grams: grams.iter().map(|rarity| rarity * (rarity / weights::MEAN_RARITY).powf(weights::GRAM_RARITY_POWER)).collect(),
            section_words: mean(&|terms| terms.section_words.total_num_tokens(), sections),
            passage_words: mean(&|terms| terms.words.total_num_tokens(), passages),
            passage_chars: mean(&|terms| terms.body.chars(), passages),
        })
    }
}

/// Sums over the candidates of one segment, in the order of their records.
struct SegmentSums<'a> {
    rarity: &'a Rarity,
    /// First passages of the sections.
    firsts: Vec<DocId>,
    /// All passages of the sections.
    passages: Vec<DocId>,
    /// For each section, where its passages stand among them.
    spans: Vec<Range<usize>>,
    of_sections: Vec<Sums>,
    of_passages: Vec<Sums>,
}

impl<'a> SegmentSums<'a> {
    fn new(terms: &Terms<'_>, sections: impl Iterator<Item = Range<DocId>>, rarity: &'a Rarity) -> Self {
        let mut sums =
            Self { rarity, firsts: Vec::new(), passages: Vec::new(), spans: Vec::new(), of_sections: Vec::new(), of_passages: Vec::new() };
        for passages in sections {
            let begin = sums.passages.len();
            sums.firsts.push(passages.start);
            sums.passages.extend(passages.clone());
            sums.spans.push(begin..sums.passages.len());
            sums.of_passages.extend(passages.clone().map(|passage| Sums {
                word_length: terms.word_norms.fieldnorm(passage),
                char_length: terms.body_norms.fieldnorm(passage),
                ..Sums::default()
            }));
            sums.of_sections.push(Sums {
                word_length: terms.section_norms.fieldnorm(passages.start),
                char_length: sums.of_passages[begin..].iter().map(|sums| sums.char_length).sum(),
                ..Sums::default()
            });
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
            let mut list = terms.section_words.read_postings_from_terminfo(in_sections, IndexRecordOption::WithFreqs)?;
            meet(&mut list, firsts, |at, list| {
                let sums = &mut of_sections[at];
                sums.words += rare * saturation.weight(list.term_freq(), sums.word_length, rarity.section_words);
                sums.words_there += rare;
            });
            if in_passages.doc_freq == 0 {
                continue;
            }
            let mut list = terms.words.read_postings_from_terminfo(in_passages, IndexRecordOption::WithFreqs)?;
            meet(&mut list, passages, |at, list| {
                let sums = &mut of_passages[at];
                sums.words += rare * weights::PASSAGE.weight(list.term_freq(), sums.word_length, rarity.passage_words);
                sums.words_there += rare;
            });
        }
        Ok(())
    }

    fn add_grams(&mut self, units: &Units, terms: &Terms<'_>) -> io::Result<()> {
        let mean = self.rarity.passage_chars;
        let mut counts = vec![0u32; self.passages.len()];
        let mut buffer = Vec::new();
        // Places of each bigram, the passage above and the position below, in order.
        let mut places: Vec<Vec<u64>> = vec![Vec::new(); units.grams.len()];
        for ((lists, rare), places) in terms.of_grams.iter().zip(&self.rarity.grams).zip(&mut places).filter(|((_, rare), _)| **rare > 0.0)
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
                sums.grams += rare * weights::PASSAGE.weight(*count, sums.char_length, mean);
                sums.grams_there += rare;
            }
            self.add_to_sections(&counts, |sums, weight| {
                sums.grams += rare * weight;
                sums.grams_there += rare;
            });
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
            self.add_to_sections(&counts, |sums, weight| sums.trigrams += rare * weight);
        }
        Ok(())
    }

    /// Adds to the sections what a unit with some counts in the passages weighs in them.
    fn add_to_sections(&mut self, counts: &[u32], add: impl Fn(&mut Sums, f32)) {
        let mean = self.rarity.passage_chars * weights::PASSAGES_OF_SECTION;
        for (sums, span) in self.of_sections.iter_mut().zip(&self.spans) {
            let count: u32 = counts[span.clone()].iter().sum();
            if count > 0 {
                add(sums, weights::GRAM.weight(count, sums.char_length, mean));
            }
        }
    }
}
