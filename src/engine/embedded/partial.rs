//! Partial matches after the exact hits, and the count of each word.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use tantivy::query::{BooleanQuery, EnableScoring, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, Term};

use super::evaluate::Evaluation;
use super::filter::SegmentTests;
use super::rescore::{Candidate, Scale};
use super::roles::SegmentRoles;
use super::rows::excludes;
use super::segment_view::Segment;
use super::wishes::Wishes;
use crate::engine::TermCount;
use crate::engine::ranking::hit::{Hit, HitRole, by_rank};
use crate::engine::ranking::order::Ranks;
use crate::engine::ranking::statistics::Units;
use crate::engine::ranking::typed::{PART_OF_BEST, capitals};
use crate::engine::ranking::weights;
use crate::index::{IndexError, OpenIndex};
use crate::query::Compiled;
use crate::query::Place;
use crate::query::Tier;
use crate::query::budget::Pace;
use crate::query::filter::FilterTests;
use crate::script::half_width_letters;

/// Returns for each segment the sorted rows that NOT beside the other parts of a query excludes; empty for a query
/// without such a NOT.
///
/// # Errors
/// `Damaged` where the index cannot be read.
pub(super) fn denied(evaluation: &Evaluation<'_>, query: &Compiled) -> Result<Vec<Vec<DocId>>, IndexError> {
    let of_each = |nodes: &[Compiled]| -> Result<Vec<Vec<Vec<DocId>>>, IndexError> {
        nodes.iter().map(|node| denied(evaluation, node)).collect()
    };
    let mut all = match query {
        Compiled::Not(inner) => {
            let rows = evaluation.rows(inner, None)?;
            let excluded =
                rows.iter().map(|rows| rows.iter().filter(|row| excludes(row.tier)).map(|row| row.doc).collect());
            return Ok(excluded.collect());
        }
        Compiled::And(nodes) | Compiled::Or(nodes) => of_each(nodes)?.into_iter(),
        _ => return Ok(Vec::new()),
    };
    let is_all = matches!(query, Compiled::Or(_));
    let mut joined = all.next().unwrap_or_default();
    for next in all {
        // What one branch of an OR may hold is not excluded by the others.
        if is_all {
            joined.resize(next.len(), Vec::new());
            joined
                .iter_mut()
                .zip(&next)
                .for_each(|(joined, next)| joined.retain(|doc| next.binary_search(doc).is_ok()));
        } else {
            joined.resize(joined.len().max(next.len()), Vec::new());
            joined.iter_mut().zip(next).for_each(|(joined, next)| {
                joined.extend(next);
                joined.sort_unstable();
            });
        }
    }
    Ok(joined)
}

/// Ranks passages that hold a query in full or in part: sections by their words, then the best of them by the second
/// stage.
pub(super) struct Ranker<'a> {
    index: &'a OpenIndex,
    segments: &'a [Segment<'a>],
    filters: &'a FilterTests,
    /// For each segment the sorted rows that a NOT of the query excludes; empty without NOT.
    denied: Vec<Vec<DocId>>,
    /// The filters with the ordinals of each segment.
    tests: Vec<SegmentTests<'a>>,
    /// The roles of the request's partners in each segment; empty where it asks for none.
    roles: Vec<RefCell<SegmentRoles<'a>>>,
    scale: Scale<'a>,
    wishes: Wishes,
    /// Latin words that the query has in capitals: NISC, FIRST.
    capitals: Vec<String>,
}

impl<'a> Ranker<'a> {
    /// Makes a ranker for the text of one query, its units and its wishes.
    ///
    /// # Errors
    /// `Damaged` where the index cannot be read.
    pub fn new(
        index: &'a OpenIndex,
        segments: &'a [Segment<'a>],
        (filters, denied): (&'a FilterTests, Vec<Vec<DocId>>),
        (text, form): (&str, &'a weights::Form),
        units: &'a Units,
        wishes: Wishes,
    ) -> Result<Self, IndexError> {
        let tests = segments.iter().map(|segment| SegmentTests::new(segment, filters)).collect();
        let roles =
            segments.iter().filter_map(|segment| SegmentRoles::new(segment, filters)).map(RefCell::new).collect();
        let (scale, capitals) = (Scale::new(index, segments, units, form)?, capitals(text));
        Ok(Self { index, segments, filters, denied, tests, roles, scale, wishes, capitals })
    }

    /// Returns the number of sections to score.
    fn depth(&self) -> usize {
        if self.wishes.has_years() { weights::YEAR_DEPTH } else { weights::DEPTH }
    }

    /// Returns the factor of the score of an exact hit: running text, years, capitals.
    fn factor(&self, hit: &mut Hit) -> Result<f32, IndexError> {
        let mut factor = self.wishes.of_exact(self.segments, hit);
        if !self.capitals.is_empty() && !hit.place.is_above() {
            let text = self.index.passage(hit.address)?.passage.text;
            let text = half_width_letters(&text);
            if !self.capitals.iter().all(|word| text.contains(word.as_str())) {
                factor *= weights::WITHOUT_CAPITALS;
            }
        }
        Ok(factor)
    }

    /// Raises hits that hold the number of an article or a meeting of the query whole.
    fn weigh_units(&self, hits: &mut [Hit]) -> Result<(), IndexError> {
        if self.wishes.has_units() {
            let factors = self.wishes.of_units(self.index, hits.iter().map(|hit| &hit.address))?;
            hits.iter_mut().zip(factors).for_each(|(hit, factor)| hit.score *= factor);
        }
        Ok(())
    }

    /// Makes a partial hit of a passage that passes the filters and is no exact hit.
    fn hit(&self, ordinal: usize, passage: DocId, score: f32, known: &HashSet<DocAddress>) -> Option<Hit> {
        let segment = &self.segments[ordinal];
        let address = DocAddress::new(ordinal as u32, passage);
        if known.contains(&address) || !self.passes(ordinal, passage) {
            return None;
        }
        Some(Hit {
            address,
            document: segment.document.first(passage).unwrap_or(0),
            tier: Tier::Variant,
            score,
            flags: segment.flags.first(passage).unwrap_or(0),
            relaxed: true,
            place: Place::Body,
            role: self.role(ordinal, passage),
        })
    }

    fn role(&self, ordinal: usize, passage: DocId) -> HitRole {
        let Some(mut roles) = self.roles.get(ordinal).map(RefCell::borrow_mut) else {
            return HitRole::new(None, false);
        };
        if roles.read(&self.segments[ordinal], passage) { roles.role() } else { HitRole::new(None, roles.is_ordered()) }
    }

    /// True where each passage may be a partial hit.
    fn is_open(&self) -> bool {
        self.filters.is_empty() && self.denied.is_empty()
    }

    fn passes(&self, ordinal: usize, passage: DocId) -> bool {
        if self.denied.get(ordinal).is_some_and(|denied| denied.binary_search(&passage).is_ok()) {
            return false;
        }
        self.filters.is_empty() || self.tests[ordinal].passed(&self.segments[ordinal], passage).all()
    }

    /// Returns the best sections by their words that have a passage within the filters, at most `wanted`; sorted if
    /// requested.
    ///
    /// Block-max WAND adds the parts of a score in an order that depends on the segment. So sections within rounding
    /// noise of the last one are kept first and then rescored with one order of parts.
    fn sections(&self, wanted: usize, in_order: bool) -> Result<Vec<Candidate>, IndexError> {
        let field = self.index.fields().section_words;
        let words = self.scale.telling_words();
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let clause = |word: &usize| -> (Occur, Box<dyn Query>) {
            let term = Term::from_field_text(field, self.scale.word(*word));
            (Occur::Should, Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)))
        };
        let damaged = |error: tantivy::TantivyError| self.index.damaged(error);
        let scoring = EnableScoring::enabled_from_statistics_provider(&self.scale, self.index.searcher());
        let weight = BooleanQuery::new(words.iter().map(clause).collect()).weight(scoring).map_err(damaged)?;
        let mut best = Best::new(wanted);
        for (ordinal, segment) in self.segments.iter().enumerate() {
            let passes = |doc: DocId| {
                let around = || Candidate::around(segment, ordinal, doc).passages;
                self.is_open() || around().any(|passage| self.passes(ordinal, passage))
            };
            let threshold = best.threshold();
            let mut pace = Pace::new(&segment.watch);
            let mut see = |doc: DocId, score: f32| {
                // When the time is over, an unreachable threshold ends the walk.
                if pace.is_over(CANDIDATE_WORK) {
                    return f32::MAX;
                }
                if !segment.reader.is_deleted(doc) && passes(doc) {
                    best.add(score, DocAddress::new(ordinal as u32, doc));
                }
                best.threshold()
            };
            weight.for_each_pruning(threshold, segment.reader, &mut see).map_err(damaged)?;
        }
        let around = |address: DocAddress| {
            let segment = address.segment_ord as usize;
            Candidate::around(&self.segments[segment], segment, address.doc_id)
        };
        let candidates: Vec<Candidate> = best.finish().into_iter().map(around).collect();
        if candidates.len() <= wanted && !in_order {
            return Ok(candidates);
        }
        let scores = self.scale.first_scores(&words, &candidates)?;
        let mut scored: Vec<(f32, Candidate)> = scores.into_iter().zip(candidates).collect();
        let document =
            |candidate: &Candidate| self.segments[candidate.segment].document.first(candidate.passages.start);
        scored.sort_unstable_by(|(a, first), (b, second)| {
            b.total_cmp(a)
                .then_with(|| document(first).cmp(&document(second)))
                .then_with(|| first.key().cmp(&second.key()))
        });
        scored.truncate(wanted);
        Ok(scored.into_iter().map(|(_, candidate)| candidate).collect())
    }
}

impl Ranks for Ranker<'_> {
    type Error = IndexError;

    fn head(&self) -> usize {
        if self.capitals.is_empty() && !self.wishes.has_units() { weights::HEAD } else { weights::WIDE_HEAD }
    }

    fn spreads(&self) -> bool {
        self.wishes.is_keyword()
    }

    fn tells_roles(&self) -> bool {
        self.roles.first().is_some_and(|roles| roles.borrow().is_ordered())
    }

    fn weigh(&self, exact: &mut [Hit]) -> Result<(), IndexError> {
        let mut candidates: Vec<Candidate> = Vec::new();
        let mut places: HashMap<(usize, DocId), usize> = HashMap::new();
        let of_exact: Vec<usize> = exact
            .iter()
            .map(|hit| {
                let segment = hit.address.segment_ord as usize;
                let candidate = Candidate::around(&self.segments[segment], segment, hit.address.doc_id);
                *places.entry(candidate.key()).or_insert_with(|| {
                    candidates.push(candidate);
                    candidates.len() - 1
                })
            })
            .collect();
        let scores = self.scale.weigh(&candidates)?;
        for (hit, at) in exact.iter_mut().zip(of_exact) {
            let place = (hit.address.doc_id - candidates[at].passages.start) as usize;
            let score = scores[at].passages.get(place).copied().unwrap_or(0.0);
            // The first score breaks ties of the second score, and it exists for hits without a unit of the query.
            let score = score + weights::EXACT[hit.tier as usize] * self.scale.rarity() + weights::FIRST * hit.score;
            hit.score = score * self.factor(hit)?;
        }
        self.weigh_units(exact)
    }

    fn partial(&self, known: &HashSet<DocAddress>) -> Result<Vec<Hit>, IndexError> {
        let candidates = self.sections(self.depth(), false)?;
        let scores = self.scale.weigh(&candidates)?;
        let mut hits: Vec<Hit> = Vec::new();
        for (candidate, scores) in candidates.iter().zip(&scores) {
            let best = scores.coverage.iter().copied().fold(0.0, f32::max);
            for ((passage, score), coverage) in candidate.passages.clone().zip(&scores.passages).zip(&scores.coverage) {
                // Only the passages of a section with the highest coverage are shown.
                if *coverage > 0.0 && *coverage >= best * PART_OF_BEST {
                    hits.extend(self.hit(candidate.segment, passage, *score, known).map(|mut hit| {
                        hit.score *= self.wishes.of_year(self.segments, &mut hit);
                        hit
                    }));
                }
            }
        }
        self.weigh_units(&mut hits)?;
        hits.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then_with(|| by_rank(a, b)));
        Ok(hits)
    }

    fn rest(&self, known: &HashSet<DocAddress>, last: Option<f32>) -> Result<Vec<Hit>, IndexError> {
        let sections = self.sections(self.depth() + weights::REST, true)?;
        let rest = sections.iter().skip(self.depth()).zip(2u16..);
        Ok(rest
            .filter_map(|(section, at)| {
                let score = last.unwrap_or(1.0) / f32::from(at);
                section.passages.clone().find_map(|passage| self.hit(section.segment, passage, score, known))
            })
            .collect())
    }
}

/// Cost of one section, in postings.
const CANDIDATE_WORK: u64 = 64;

/// The best of some scored rows, and the rows within rounding noise of the last of them.
struct Best {
    wanted: usize,
    /// The best scores, as bits: the bits of positive floats have the order of the numbers.
    scores: BinaryHeap<Reverse<u32>>,
    rows: Vec<(f32, DocAddress)>,
    /// Number of rows at which rows below the threshold are dropped.
    most: usize,
}

impl Best {
    /// Upper bound of the relative difference between sums of the same numbers in different orders.
    const NOISE: f32 = 1e-5;

    fn new(wanted: usize) -> Self {
        Self { wanted, scores: BinaryHeap::with_capacity(wanted + 1), rows: Vec::new(), most: wanted * 8 }
    }

    /// Rows without a better score are not kept.
    fn threshold(&self) -> f32 {
        match self.scores.peek() {
            Some(Reverse(last)) if self.scores.len() >= self.wanted => f32::from_bits(*last) * (1.0 - Self::NOISE),
            _ => f32::MIN,
        }
    }

    fn add(&mut self, score: f32, address: DocAddress) {
        self.scores.push(Reverse(score.to_bits()));
        if self.scores.len() > self.wanted {
            self.scores.pop();
        }
        self.rows.push((score, address));
        if self.rows.len() >= self.most {
            let threshold = self.threshold();
            self.rows.retain(|(score, _)| *score > threshold);
            self.most = self.rows.len() * 2 + self.wanted * 8;
        }
    }

    fn finish(self) -> Vec<DocAddress> {
        let threshold = self.threshold();
        self.rows.into_iter().filter(|(score, _)| *score > threshold).map(|(_, address)| address).collect()
    }
}

/// Returns the number of passages for each word of a query by itself.
pub(super) fn counts(evaluation: &Evaluation<'_>, query: &Compiled) -> Result<Vec<TermCount>, IndexError> {
    let mut plans = Vec::new();
    query.positive_plans(&mut |plan| plans.push(plan.clone()));
    plans
        .into_iter()
        .filter(|plan| !plan.is_plural())
        .map(|plan| {
            let term = plan.leaf.to_string();
            let found = evaluation.run(Some(&Compiled::Leaf(plan)), &FilterTests::default(), false)?;
            Ok(TermCount { term, passages: found.hits.len() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use tantivy::DocAddress;

    use super::Best;

    fn kept(scores: &[f32], wanted: usize) -> usize {
        let mut best = Best::new(wanted);
        scores.iter().zip(0..).for_each(|(score, doc)| best.add(*score, DocAddress::new(0, doc)));
        best.finish().len()
    }

    #[test]
    fn rows_as_good_as_the_last_are_kept_with_it() {
        assert_eq!(kept(&[5.0, 4.0, 3.0], 4), 3);
        assert_eq!(kept(&[1.0, 2.0, 3.0, 4.0, 5.0], 4), 4);
        assert_eq!(kept(&[5.0, 2.0, 3.0, 4.0, 2.0], 4), 5);
        assert_eq!(kept(&[5.0, 3.000_000_2, 3.0, 3.0, 4.0], 3), 5, "sums of the same numbers");
        assert_eq!(kept(&[1.0; 100], 4), 100);
        assert_eq!(kept(&(0..1000u16).map(f32::from).collect::<Vec<_>>(), 4), 4, "those that fell behind are dropped");
    }
}
