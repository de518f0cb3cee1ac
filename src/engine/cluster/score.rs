//! First scores of passages: BM25 over the characters of each leaf, with counts of the whole collection.
//!
//! The counts come from the engine in one aggregation, so a score depends neither on shards nor on replicas.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::columns::Row;
use super::exact::Held;
use super::lower::term;
use super::pinned::Pinned;
use super::reading::{checked, from_all_shards};
use super::whole::Whole;
use super::wire::WireError;
use crate::engine::ranking::bm25::{idf, stepped};
use crate::engine::ranking::statistics::{Counts, Units};
use crate::engine::ranking::weights;
use crate::index::wire_char;
use crate::matching::approximate::{Wildcard, edits};
use crate::matching::passage::{PassageView, TEXTS, bound, indexed_occurrences, parts_in};
use crate::matching::together::Bond;
use crate::metadata::date::query_date_key;
use crate::query::{Alternative, Compiled, Field, Form, Leaf, Plan, Reason, Tier};

/// Weights of a word in the headings and in the title, relative to its idf.
const ABOVE: [f32; 2] = [weights::HEADING_BOOST, weights::TITLE_BOOST];
/// Flags of a pair.
const FLAGS: usize = 8;

type Pair = (char, Option<char>);

/// Counts of the collection for the leaves and units of a query.
#[derive(Debug, Default)]
pub(super) struct Scale {
    /// Counts of the units, for second scores.
    pub counts: Counts,
    mean_length: f32,
    holding: HashMap<Pair, u64>,
}

/// Returns the pairs that cover a text.
fn pairs_of(chars: &[char]) -> Vec<Pair> {
    let Some(last) = chars.len().checked_sub(2) else { return chars.iter().map(|only| (*only, None)).collect() };
    let mut offsets: Vec<usize> = (0..=last).step_by(2).collect();
    if offsets.last() != Some(&last) {
        offsets.push(last);
    }
    offsets.into_iter().map(|at| (chars[at], Some(chars[at + 1]))).collect()
}

/// Returns the literal plans by which a plan is found: itself, or the pieces of a wildcard or fuzzy word.
fn literals(plan: &Plan) -> Vec<Plan> {
    let leaf = Leaf { form: Form::Phrase, ..plan.leaf.clone() };
    let piece = |chars: Vec<char>| {
        let shown = chars.iter().collect();
        let alternatives = vec![Alternative::new(chars, Tier::Word, true, Reason::Typed, shown)];
        Plan { leaf: leaf.clone(), alternatives, date: None }
    };
    match plan.leaf.form {
        _ if plan.alternatives.is_empty() => Vec::new(),
        Form::Fuzzy(_) => {
            let (chars, pieces) = (&plan.alternatives[0].chars, edits(plan).unwrap_or(0) + 1);
            (0..pieces)
                .map(|at| piece(chars[chars.len() * at / pieces..chars.len() * (at + 1) / pieces].to_vec()))
                .collect()
        }
        _ if plan.leaf.is_wildcard() => Wildcard::of(&plan.leaf.text).pieces.into_iter().map(piece).collect(),
        _ => vec![Plan { leaf, ..plan.clone() }],
    }
}

/// Counts the passages with a pair, as often as they have it with other flags. The terms are counted among the passages
/// with any of them: the engine tests each filter on each row that it is asked for.
fn counted(pinned: &Pinned, (first, second): Pair) -> Result<Value, WireError> {
    let text: String = [Some(first), second].into_iter().flatten().map(wire_char).collect();
    let any = json!({ "prefix": { "body": { "value": text } } });
    checked(pinned.wire(), &any)?;
    let terms: Vec<Value> = (0..FLAGS).map(|flags| term("body", &format!("{text}{flags}"))).collect();
    Ok(match second {
        Some(_) => json!({ "filter": any, "aggs": { "flags": { "filters": { "filters": terms } } } }),
        None => json!({ "filter": any }),
    })
}

impl Scale {
    /// Makes the counts of a collection that could not be counted: each unit of a query has the same weight.
    pub fn unknown(units: &Units) -> Self {
        let [with_word, with_gram] = [units.words.len(), units.grams.len()].map(|count| vec![0; count]);
        Self { counts: Counts { with_word, with_gram, ..Counts::default() }, ..Self::default() }
    }

    /// Counts the pairs and the units of a query in the collection, in one call. `rows` is the number of all rows.
    pub fn new(pinned: &Pinned, query: Option<&Compiled>, units: &Units, rows: u64) -> Result<Self, WireError> {
        let mut pairs: Vec<Pair> = units.grams.iter().map(|(first, second)| (*first, Some(*second))).collect();
        if let Some(query) = query {
            query.positive_plans(&mut |plan| {
                let all = literals(plan);
                pairs.extend(all.iter().flat_map(|plan| &plan.alternatives).flat_map(|one| pairs_of(&one.chars)));
            });
        }
        pairs.sort_unstable();
        pairs.dedup();
        if pairs.is_empty() && units.is_empty() {
            return Ok(Self::default());
        }
        let mut filters: Vec<Value> = vec![term("kind", "s"), term("kind", "p")];
        filters.extend(units.words.iter().map(|word| term("section_words", &wired(word))));
        filters.iter().try_for_each(|filter| checked(pinned.wire(), filter).map(|_| ()))?;
        let sum = |field: &str| json!({ "sum": { "field": field } });
        let mut asked = json!({
            "chars": sum("body_length"),
            "words": sum("words_length"),
            "section": sum("section_length"),
            "counts": { "filters": { "filters": filters } },
        });
        for (at, pair) in pairs.iter().enumerate() {
            asked[at.to_string()] = counted(pinned, *pair)?;
        }
        let body = json!({ "size": 0, "query": { "match_all": {} }, "track_total_hits": false, "aggs": asked });
        let answer = from_all_shards(pinned, &body)?;
        let torn = || WireError::Torn("counts of words are missing".to_owned());
        let all = &answer["aggregations"];
        let numbers = |buckets: &Value| -> Option<Vec<u64>> {
            buckets["buckets"].as_array()?.iter().map(|bucket| bucket["doc_count"].as_u64()).collect()
        };
        let found = numbers(&all["counts"]).filter(|found| found.len() == filters.len()).ok_or_else(torn)?;
        let sum = |name: &str| all[name]["value"].as_f64().map(|sum| sum as u64).ok_or_else(torn);
        let mut found = found.into_iter();
        let mut counts = Counts {
            rows,
            sections: found.next().unwrap_or(0),
            passages: found.next().unwrap_or(0),
            with_word: found.collect(),
            section_length: sum("section")?,
            passage_length: sum("words")?,
            passage_chars: sum("chars")?,
            ..Counts::default()
        };
        let mut holding: HashMap<Pair, u64> = HashMap::new();
        for (at, pair) in pairs.into_iter().enumerate() {
            let found = &all[at.to_string()];
            let count = match pair.1 {
                Some(_) => numbers(&found["flags"]).map(|of_flags| of_flags.iter().sum()),
                None => found["doc_count"].as_u64(),
            };
            holding.insert(pair, count.ok_or_else(torn)?);
        }
        let with_gram = |(first, second): &(char, char)| holding.get(&(*first, Some(*second))).copied().unwrap_or(0);
        counts.with_gram = units.grams.iter().map(with_gram).collect();
        Ok(Self { mean_length: counts.passage_chars as f32 / rows.max(1) as f32, counts, holding })
    }

    /// Scores a passage that matches.
    pub fn score(&self, query: &Compiled, view: &PassageView<'_>, row: &Row, whole: &Whole<'_>) -> f32 {
        match query {
            Compiled::And(nodes) => nodes.iter().map(|node| self.score(node, view, row, whole)).sum(),
            Compiled::Or(nodes) => nodes.iter().map(|node| self.where_held(node, view, row, whole)).sum(),
            Compiled::Leaf(plan) => self.plan(plan, view, row),
            Compiled::Near(_, parts) | Compiled::Sentence(parts) => {
                let bond = match query {
                    Compiled::Near(distance, _) => Bond::Near(*distance),
                    _ => Bond::Sentence,
                };
                let in_text = |(text, field): (usize, Field)| {
                    let parts = parts_in(parts, field)?;
                    bound(bond, &parts, view, text, None)?;
                    let score = |plan: &&Plan| {
                        let leaf = Leaf { field, ..plan.leaf.clone() };
                        self.in_text(&Plan { leaf, ..Plan::clone(plan) }, view, text, row)
                    };
                    Some(parts.iter().flatten().map(score).sum::<f32>())
                };
                TEXTS.into_iter().enumerate().filter_map(in_text).sum()
            }
            Compiled::Document(node) | Compiled::WholeDocument(node) => match whole.holds(node, row) {
                true => self.in_document(node, view, row, whole),
                false => 0.0,
            },
            Compiled::Not(_) | Compiled::Facet(_) => 0.0,
        }
    }

    /// Scores what a passage holds of DOC: each of its parts counts, whichever others stand in the same passage.
    fn in_document(&self, query: &Compiled, view: &PassageView<'_>, row: &Row, whole: &Whole<'_>) -> f32 {
        match query {
            Compiled::And(nodes) | Compiled::Or(nodes) => {
                nodes.iter().map(|node| self.in_document(node, view, row, whole)).sum()
            }
            Compiled::Document(node) | Compiled::WholeDocument(node) => self.in_document(node, view, row, whole),
            part => self.where_held(part, view, row, whole),
        }
    }

    /// Scores a part that the passage may lack.
    fn where_held(&self, part: &Compiled, view: &PassageView<'_>, row: &Row, whole: &Whole<'_>) -> f32 {
        let is_held = match part {
            // Its occurrences are those that are scored; pieces of other words may stand where the word does not.
            Compiled::Leaf(plan) if plan.leaf.is_literal() && plan.leaf.form != Form::Verbatim => true,
            _ => whole.matched(part, row, view).is_some(),
        };
        if is_held { self.score(part, view, row, whole) } else { 0.0 }
    }

    /// Scores a passage by the occurrences that the engine counted, as [`Self::score`] does by its text.
    pub fn estimate(&self, query: &Compiled, held: &Held, row: &Row) -> f32 {
        self.of_held(query, &mut held.iter(), row).unwrap_or(0.0)
    }

    /// Scores a part of a query; `None` where the passage does not hold it. `held` goes on by one for each plan.
    fn of_held(
        &self,
        query: &Compiled,
        held: &mut std::slice::Iter<'_, [Option<(Tier, u32)>; 3]>,
        row: &Row,
    ) -> Option<f32> {
        match query {
            Compiled::And(nodes) => {
                let asked = nodes.iter().filter(|node| !matches!(node, Compiled::Not(_)));
                // Each part is visited, because the plans are numbered in their order.
                let all: Vec<Option<f32>> = asked.map(|node| self.of_held(node, held, row)).collect();
                all.into_iter().sum()
            }
            Compiled::Or(nodes) => {
                let any: Vec<f32> = nodes.iter().filter_map(|node| self.of_held(node, held, row)).collect();
                (!any.is_empty()).then(|| any.iter().sum())
            }
            Compiled::Leaf(plan) => {
                let rarity = self.rarity(&plan.alternatives);
                let texts = held.next()?.iter().enumerate().filter_map(|(text, found)| Some((text, (*found)?.1)));
                let scores: Vec<f32> = texts.map(|(text, count)| self.of_count(rarity, text, count, row)).collect();
                (!scores.is_empty()).then(|| scores.iter().sum())
            }
            _ => None,
        }
    }

    fn of_count(&self, rarity: f32, text: usize, count: u32, row: &Row) -> f32 {
        stepped(match text {
            0 => rarity * weights::KEYWORD.weight(count, row.lengths[0], self.mean_length),
            above => rarity * ABOVE[above - 1],
        })
    }

    fn plan(&self, plan: &Plan, view: &PassageView<'_>, row: &Row) -> f32 {
        let texts = TEXTS.into_iter().enumerate().filter(|(_, field)| plan.leaf.is_for(*field));
        texts.map(|(text, _)| self.in_text(plan, view, text, row)).sum()
    }

    /// Scores a plan in one text: 0 is the passage, 1 its headings, 2 the title.
    fn in_text(&self, plan: &Plan, view: &PassageView<'_>, text: usize, row: &Row) -> f32 {
        let mut sum = 0.0;
        for plan in literals(plan) {
            let tiers: Vec<Tier> = indexed_occurrences(&plan, view, text).iter().map(|found| found.tier).collect();
            let Some(best) = tiers.iter().min() else { continue };
            let mut count = tiers.iter().filter(|tier| *tier == best).count();
            if text == 0 && plan.date.as_ref().and_then(query_date_key).is_some() {
                // A date in another writing counts once, however often the passage names it.
                let typed = indexed_occurrences(&Plan { date: None, ..plan.clone() }, view, text);
                count = typed.iter().filter(|found| found.tier == *best).count().max(1);
            }
            sum += self.of_count(self.rarity(&plan.alternatives), text, count as u32, row);
        }
        sum
    }

    fn rarity(&self, alternatives: &[Alternative]) -> f32 {
        let rarest = |one: &Alternative| {
            let counts = pairs_of(&one.chars).into_iter().map(|pair| self.holding.get(&pair).copied().unwrap_or(0));
            counts.min().unwrap_or(0)
        };
        idf(alternatives.iter().map(rarest).sum(), self.counts.rows).max(weights::LEAST_RARITY)
    }
}

/// Writes a word for the wire.
pub(super) fn wired(word: &str) -> String {
    word.chars().map(|c| if c.is_whitespace() { wire_char(' ') } else { wire_char(c) }).collect()
}
