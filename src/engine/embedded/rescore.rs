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
use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, InvertedIndexReader, Term};

use super::bm25::{Saturation, idf};
use super::postings::{CharView, PairTerms, meet};
use super::segment_view::{Segment, each};
use super::weights::{self, Form};
use crate::analysis::{Analyzer, is_letter};
use crate::index::{IndexError, OpenIndex, flag};
use crate::script::is_hiragana;

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
    /// True where there is nothing to weigh by.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.grams.is_empty()
    }

    /// The units of a text.
    pub fn of(analyzer: &Analyzer, text: &str) -> Self {
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
    counts: Counts,
    rarity: Rarity,
}

impl<'a> Scale<'a> {
    /// Looks the units up.
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

    /// The words that sections are found by: the rarest of those that tell sections apart; the rarest of all where none
    /// does.
    pub fn telling_words(&self) -> Vec<usize> {
        let mut words: Vec<usize> = (0..self.rarity.words.len()).collect();
        words.sort_by(|a, b| self.rarity.words[*b].total_cmp(&self.rarity.words[*a]));
        let telling = words.partition_point(|word| self.rarity.words[*word] >= weights::TELLING);
        words.truncate(telling.clamp(1, weights::FINDING_WORDS));
        words
    }

    /// A word of the query by its number.
    pub fn word(&self, number: usize) -> &str {
        &self.units.words[number]
    }

    /// The scores by which sections are found: BM25 over some words, added in the order of the words.
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

fn weigh(section: &Sums, passages: &[Sums], rarity: &Rarity, form: &Form) -> Scores {
    let (words, grams) = (rarity.words.iter().sum::<f32>(), rarity.grams.iter().sum::<f32>());
    let share = |there: f32, all: f32| there / all.max(f32::EPSILON);
    let mut base =
        section.words + weights::SECTION_GRAMS * section.grams + weights::SECTION_TRIGRAMS * section.trigrams;
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
    counts: Counts,
}

/// What is counted over live documents, in one segment or in all.
#[derive(Clone, Debug, Default)]
struct Counts {
    rows: u64,
    sections: u64,
    passages: u64,
    /// Sections with each word.
    with_word: Vec<u64>,
    /// Passages with each bigram.
    with_gram: Vec<u64>,
    /// Words of all sections, words and characters of all passages.
    section_length: u64,
    passage_length: u64,
    passage_chars: u64,
}

impl Counts {
    fn add(mut self, other: &Self) -> Self {
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
    fn of(index: &OpenIndex, segment: &'a Segment<'_>, units: &Units) -> Result<Self, IndexError> {
        let (fields, reader) = (index.fields(), segment.reader);
        let inverted = |field| reader.inverted_index(field).map_err(|error| index.damaged(error));
        let norms = |field| reader.get_fieldnorms_reader(field).map_err(|error| index.damaged(error));
        let (section_words, words) = (inverted(fields.section_words)?, inverted(fields.words)?);
        let info = |inverted: &InvertedIndexReader, word: &str| {
            inverted.terms().get(word).map_err(|error| index.damaged(error))
        };
        let of_words = units.words.iter().map(|word| {
            let Some(in_sections) = info(&section_words, word)? else { return Ok(None) };
            // A section's words are its passages' words and those of its headings.
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
    fn of(units: &Units, counts: &Counts) -> Self {
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
            // At least as rare as the rarer of its bigrams.
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
            let mut list =
                terms.section_words.read_postings_from_terminfo(in_sections, IndexRecordOption::WithFreqs)?;
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
