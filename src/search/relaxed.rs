//! Where nothing, or too little, holds all the words: the best partial matches, and the count of each word.

use std::collections::{HashMap, HashSet};

use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, Term};

use super::TermCount;
use super::compile::Compiled;
use super::evaluate::{Evaluation, Hit};
use super::matcher::merge;
use super::request::FilterTests;
use super::rescore::{Candidate, Scale, Units};
use super::segment::{Segment, SegmentTests};
use super::weights;
use crate::analysis::Analyzer;
use crate::document::Span;
use crate::index::{IndexError, OpenIndex};
use crate::normalize::shape::is_hiragana;
use crate::query::{Field, Form, Leaf, Node, Tier};

/// A passage stands for its section where it has this part of what the best of them has.
const PART_OF_BEST: f32 = 0.6;
/// Passages asked for, for each section looked at.
const PASSAGES_A_SECTION: usize = 4;
/// How much further is looked where filters drop most.
const FILTERED_REACH: usize = 50;
/// Words from which a text without operators is taken for a sentence.
const QUESTION_WORDS: usize = 3;

/// True for what asks for an answer.
fn asks(text: &str) -> bool {
    text.trim_end().ends_with(['?', '？', 'か'])
}

/// True for a sentence or a long compound: what has several words without a sign that all must be there.
pub(super) fn is_question(units: &Units, text: &str, node: Option<&Node>) -> bool {
    let plain = |leaf: &Leaf| leaf.form == Form::Word && leaf.field == Field::Any && !leaf.is_wildcard();
    let leaves: Vec<&Leaf> = match node {
        Some(Node::Leaf(leaf)) => vec![leaf],
        // Brackets inside a sentence part it: 需要創出(プロダクト・イノベーション).
        Some(Node::And(nodes)) => nodes.iter().filter_map(|node| if let Node::Leaf(leaf) = node { Some(leaf) } else { None }).collect(),
        _ => Vec::new(),
    };
    let whole = match node {
        Some(Node::And(nodes)) => nodes.len() == leaves.len(),
        _ => true,
    };
    if !whole || leaves.is_empty() || !leaves.iter().all(|leaf| plain(leaf)) {
        return text.trim_end().ends_with(['?', '？']);
    }
    // Blanks set words apart that must all be there.
    let text = text.trim();
    let words = units.words.len();
    let alone = !text.contains(char::is_whitespace);
    asks(text) || alone && (words >= QUESTION_WORDS || words >= 2 && text.chars().any(is_hiragana))
}

/// True for a question in words: one that is answered by what comes nearest, and not by all that has each word.
///
/// A long compound is open too, but what holds it whole stands first.
pub(super) fn is_sentence(text: &str) -> bool {
    text.ends_with(['?', '？']) || text.chars().any(is_hiragana)
}

/// The text of a query outside NOT.
pub(super) fn typed(text: &str, node: Option<&Node>) -> String {
    let Some(node) = node else { return text.to_owned() };
    let mut typed = String::new();
    node.positive_leaves(&mut |leaf| {
        if !typed.is_empty() {
            typed.push(' ');
        }
        typed.push_str(&leaf.text);
    });
    typed
}

/// Where partial matches stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Partial {
    /// Nowhere: all words must be there.
    None,
    /// Behind what holds the query whole.
    Behind,
    /// Wherever their score puts them.
    Among,
}

/// Ranks what holds a query whole or in part: sections by their words, the best of them weighed a second time.
pub(super) struct Ranker<'a> {
    index: &'a OpenIndex,
    segments: &'a [Segment<'a>],
    filters: &'a FilterTests,
    /// The filters with the ordinals of each segment.
    tests: Vec<SegmentTests<'a>>,
    wanted: usize,
}

impl<'a> Ranker<'a> {
    /// Makes a ranker for one query.
    pub fn new(index: &'a OpenIndex, segments: &'a [Segment<'a>], filters: &'a FilterTests, wanted: usize) -> Self {
        let tests = segments.iter().map(|segment| SegmentTests::new(segment, filters)).collect();
        Self { index, segments, filters, tests, wanted }
    }

    /// Puts partial matches among or behind the exact hits, which come in their order.
    ///
    /// # Errors
    /// `Damaged` where the index cannot be read.
    pub fn rank(&self, text: &str, units: &Units, exact: Vec<Hit>, partial: Partial) -> Result<Vec<Hit>, IndexError> {
        let form = if asks(text) { &weights::QUESTION } else { &weights::TOPIC };
        let scale = Scale::new(self.index, self.segments, units, form)?;
        let mut candidates = if partial == Partial::None { Vec::new() } else { self.sections(&scale)? };
        let mut rest = candidates.split_off(candidates.len().min(weights::DEPTH));
        let mut places: HashMap<(usize, DocId), usize> =
            candidates.iter().enumerate().map(|(at, candidate)| (candidate.key(), at)).collect();
        // Sections with the query whole are weighed whatever their words count for.
        let of_exact: Vec<usize> = exact
            .iter()
            .take(weights::DEPTH)
            .map(|hit| {
                let segment = hit.address.segment_ord as usize;
                let candidate = Candidate::around(&self.segments[segment], segment, hit.address.doc_id);
                *places.entry(candidate.key()).or_insert_with(|| {
                    candidates.push(candidate);
                    candidates.len() - 1
                })
            })
            .collect();
        rest.retain(|candidate| !places.contains_key(&candidate.key()));
        let scores = scale.weigh(&candidates)?;
        let mut hits: Vec<Hit> = Vec::new();
        let mut known: HashSet<DocAddress> = HashSet::with_capacity(exact.len());
        for (place, hit) in exact.into_iter().enumerate() {
            known.insert(hit.address);
            let score =
                of_exact.get(place).and_then(|at| scores[*at].passages.get((hit.address.doc_id - candidates[*at].passages.start) as usize));
            let score = score.map_or(0.0, |score| score + weights::EXACT[hit.tier as usize] * scale.rarity());
            hits.push(Hit { score, ..hit });
        }
        let exact_count = hits.len();
        let fill = candidates.iter().zip(&scores).filter(|_| partial != Partial::None);
        for (candidate, scores) in fill {
            let best = scores.coverage.iter().copied().fold(0.0, f32::max);
            for ((passage, score), coverage) in candidate.passages.clone().zip(&scores.passages).zip(&scores.coverage) {
                // Of one section, the passages that say most of what is asked.
                if *coverage > 0.0 && *coverage >= best * PART_OF_BEST {
                    hits.extend(self.partial(candidate.segment, passage, *score, &known));
                }
            }
        }
        let by_score = |a: &Hit, b: &Hit| b.score.total_cmp(&a.score).then_with(|| super::by_rank(a, b));
        if partial == Partial::Among {
            hits.sort_by(by_score);
        } else {
            // Substrings are no better than a part: they stay behind words and variants all the same.
            hits[..exact_count].sort_by(super::by_rank);
            hits[exact_count..].sort_by(by_score);
        }
        let last = hits.last().map_or(0.0, |hit| hit.score);
        for (at, candidate) in rest.iter().enumerate() {
            let score = last / (at as f32 + 2.0);
            hits.extend(candidate.passages.clone().take(1).filter_map(|passage| self.partial(candidate.segment, passage, score, &known)));
        }
        hits.truncate(self.wanted.max(exact_count));
        Ok(hits)
    }

    /// A passage that holds the query in part, where it passes the filters and is no exact hit.
    fn partial(&self, ordinal: usize, passage: DocId, score: f32, known: &HashSet<DocAddress>) -> Option<Hit> {
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
        })
    }

    fn passes(&self, ordinal: usize, passage: DocId) -> bool {
        if self.filters.is_empty() {
            return true;
        }
        let passed = self.tests[ordinal].passed(&self.segments[ordinal], passage);
        passed.partner && passed.theme && passed.date && passed.not_excluded
    }

    /// The best sections by their words, with a passage that passes the filters.
    fn sections(&self, scale: &Scale<'_>) -> Result<Vec<Candidate>, IndexError> {
        let field = self.index.fields().section_words;
        let clauses: Vec<(Occur, Box<dyn Query>)> = scale
            .telling_words()
            .map(|word| -> (Occur, Box<dyn Query>) {
                (Occur::Should, Box::new(TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs)))
            })
            .collect();
        if clauses.is_empty() {
            return Ok(Vec::new());
        }
        let depth = weights::DEPTH.max(self.wanted.div_ceil(PASSAGES_A_SECTION));
        let reach = if self.filters.is_empty() { depth } else { depth * FILTERED_REACH };
        let reach = reach.min(super::MAX_DEPTH);
        let collector = TopDocs::with_limit(reach + 1).order_by_score();
        let mut found = self.index.searcher().search(&BooleanQuery::new(clauses), &collector).map_err(|error| self.index.damaged(error))?;
        without_ties_at_the_end(&mut found, reach);
        let candidates = found.into_iter().map(|(_, address)| {
            let segment = address.segment_ord as usize;
            Candidate::around(&self.segments[segment], segment, address.doc_id)
        });
        Ok(candidates
            .filter(|candidate| candidate.passages.clone().any(|passage| self.passes(candidate.segment, passage)))
            .take(depth)
            .collect())
    }
}

/// Keeps at most `reach` sections, best first. Which of some that are equally good come is told by the order in which they were
/// indexed: those that are no better than the first left out stay out with it, unless most would.
fn without_ties_at_the_end(found: &mut Vec<(f32, DocAddress)>, reach: usize) {
    let Some((edge, _)) = found.get(reach) else { return };
    // Sums of the same numbers in another order differ by less.
    let edge = edge * 1.00001;
    let better = found.partition_point(|(score, _)| *score > edge);
    found.truncate(if better * 2 >= reach { better } else { reach });
}

/// How many passages hold each word of a query by itself.
pub(super) fn counts(evaluation: &Evaluation<'_>, query: &Compiled) -> Result<Vec<TermCount>, IndexError> {
    let mut plans = Vec::new();
    query.positive_plans(&mut |plan| plans.push(plan.clone()));
    plans
        .into_iter()
        .map(|plan| {
            let term = plan.leaf.to_string();
            let (hits, _) = evaluation.run(Some(&Compiled::Leaf(plan)), &FilterTests::default(), false)?;
            Ok(TermCount { term, passages: hits.len() })
        })
        .collect()
}

/// The words of a query, for [`highlights`].
pub(super) fn words(analyzer: &mut Analyzer, query: &str, node: Option<&Node>) -> HashSet<String> {
    Units::of(analyzer, &typed(query, node)).words.into_iter().collect()
}

/// Where the words of a query stand in the text of a passage that holds only some of them.
pub(super) fn highlights(analyzer: &mut Analyzer, wanted: &HashSet<String>, text: &str) -> Vec<Span> {
    let body = analyzer.analyze(text);
    let found = analyzer.words(&body).into_iter().filter(|word| wanted.contains(word.text.as_str()));
    merge(found.map(|word| body.folded.span(word.start, word.end)).collect())
}

#[cfg(test)]
mod tests {
    use tantivy::DocAddress;

    use super::without_ties_at_the_end;

    fn kept(scores: &[f32], reach: usize) -> usize {
        let mut found: Vec<_> = scores.iter().zip(0..).map(|(score, doc)| (*score, DocAddress::new(0, doc))).collect();
        without_ties_at_the_end(&mut found, reach);
        found.len()
    }

    #[test]
    fn sections_as_good_as_one_left_out_stay_out() {
        assert_eq!(kept(&[5.0, 4.0, 3.0], 4), 3, "none is left out");
        assert_eq!(kept(&[5.0, 4.0, 3.0, 2.0, 1.0], 4), 4);
        assert_eq!(kept(&[5.0, 4.0, 3.0, 2.0, 2.0], 4), 3);
        assert_eq!(kept(&[5.0, 4.0, 3.000_000_2, 3.0, 3.0], 4), 2, "sums of the same numbers");
        assert_eq!(kept(&[5.0, 2.0, 2.0, 2.0, 2.0], 4), 4, "most would stay out");
    }
}
