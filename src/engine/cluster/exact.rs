//! Verdicts from the engine alone: which parts of a query each passage holds, in which text, at which tier and how
//! often, without reading a text.
//!
//! Invariant: only queries are taken here for which the lowered parts tell the same as the texts. All others, and
//! repaired passages, are judged by their texts.

use serde_json::{Value, json};

use super::lower::{self, TEXTS, all_of, any_of, is_exact};
use crate::matching::passage::Matched;
use crate::query::{Compiled, Field, Place, Plan, Tier};

/// Tiers, best first.
const TIERS: [Tier; 3] = [Tier::Word, Tier::Variant, Tier::Substring];
/// Most occurrences that a score of the engine tells.
const MOST_COUNT: f64 = 1_000.0;

/// A query whose parts have names on the wire.
pub(super) struct Named {
    /// The query, with a name for each part in each text at each tier.
    pub query: Value,
    /// Names of the parts that tell whether a passage names a year.
    years: usize,
    /// True where a part is a single character, whose occurrences the engine does not count.
    pub is_short: bool,
}

/// What a passage holds of the parts of a query: for each plan and text its best tier there and the number of
/// occurrences.
pub(super) type Held = Vec<[Option<(Tier, u32)>; 3]>;

/// Lowers a query with names; `None` where the engine cannot tell all that the texts tell. `years` are the plans of the
/// years that a query wishes for.
pub(super) fn named(query: &Compiled, years: &[Plan]) -> Option<Named> {
    let (mut plans, mut is_short) = (0, false);
    query.positive_plans(&mut |plan| is_short |= plan.alternatives.iter().any(|one| one.chars.len() == 1));
    let asked = match query {
        Compiled::And(nodes) => {
            let (not, asked): (Vec<&Compiled>, Vec<&Compiled>) =
                nodes.iter().partition(|node| matches!(node, Compiled::Not(_)));
            let not = not.into_iter().map(|node| match node {
                Compiled::Not(inner) => lower::excluded(inner),
                _ => None,
            });
            let not = not.collect::<Option<Vec<_>>>()?;
            if asked.is_empty() {
                return None;
            }
            all_of(asked.into_iter().map(|node| part(node, &mut plans)).collect::<Option<_>>()?, not)
        }
        other => part(other, &mut plans)?,
    };
    let is_known = |plan: &Plan| {
        is_exact(&Plan { date: None, ..plan.clone() }) && plan.alternatives.iter().all(|one| one.chars.len() > 1)
    };
    if !years.iter().all(is_known) {
        return None;
    }
    let mut parts = vec![asked];
    let wished =
        years.iter().enumerate().map(|(at, plan)| called(format!("y{at}"), lower::leaf(plan, lower::Want::Any)));
    let wished: Vec<Value> = wished.collect();
    if !wished.is_empty() {
        // A wish selects nothing: all passages pass this part.
        parts.push(any_of(wished.into_iter().chain([lower::all()]).collect()));
    }
    Some(Named { query: all_of(parts, Vec::new()), years: years.len(), is_short })
}

fn called(name: String, query: Value) -> Value {
    json!({ "bool": { "should": [query], "minimum_should_match": 1, "_name": name } })
}

/// Lowers a part outside NOT.
fn part(query: &Compiled, plans: &mut usize) -> Option<Value> {
    match query {
        Compiled::And(nodes) => {
            Some(all_of(nodes.iter().map(|node| part(node, plans)).collect::<Option<_>>()?, Vec::new()))
        }
        Compiled::Or(nodes) => Some(any_of(nodes.iter().map(|node| part(node, plans)).collect::<Option<_>>()?)),
        Compiled::Leaf(plan) if is_exact(plan) => {
            let at = *plans;
            *plans += 1;
            let texts = TEXTS.iter().enumerate().filter(|(_, (field, _))| plan.leaf.is_for(*field));
            let parts: Vec<Value> = texts
                .flat_map(|(text, (_, name))| TIERS.map(|tier| (text, *name, tier)))
                .flat_map(|(text, name, tier)| {
                    let mut of_lengths = lower::at_tier(name, &plan.alternatives, tier);
                    // In headings and titles a word counts once.
                    if text > 0 && of_lengths.len() > 1 {
                        of_lengths = vec![any_of(of_lengths)];
                    }
                    let named = move |(length, query)| called(format!("{at}-{text}-{}-{length}", tier as usize), query);
                    of_lengths.into_iter().enumerate().map(named)
                })
                .collect();
            (!parts.is_empty()).then(|| any_of(parts))
        }
        _ => None,
    }
}

impl Named {
    /// Takes a query whose parts need no names.
    pub fn of(query: Value) -> Self {
        Self { query, years: 0, is_short: false }
    }

    /// Reads what a passage holds from the names of the parts that found it, with their scores. `plans` is the number
    /// of plans outside NOT.
    pub fn held(&self, found: &Value, plans: usize) -> Held {
        let mut held: Held = vec![[None; 3]; plans];
        for (name, score) in found.as_object().into_iter().flatten() {
            let mut numbers = name.split('-').map(str::parse::<usize>);
            let (Some(Ok(plan)), Some(Ok(text)), Some(Ok(tier))) = (numbers.next(), numbers.next(), numbers.next())
            else {
                continue;
            };
            let (Some(tier), Some(of_plan)) = (TIERS.get(tier), held.get_mut(plan)) else { continue };
            let Some(cell) = of_plan.get_mut(text) else { continue };
            let count = occurrences(score.as_f64().unwrap_or(0.0));
            match cell {
                Some((best, _)) if *best < *tier => {}
                // Of another length.
                Some((best, sum)) if best == tier => *sum += count,
                cell => *cell = Some((*tier, count)),
            }
        }
        held
    }

    /// True where a passage names a year that the query wishes for.
    pub fn names_year(&self, found: &Value) -> bool {
        (0..self.years).any(|at| found.get(format!("y{at}")).is_some())
    }
}

/// Reads the number of occurrences from a score of `intervals`, which is n / (n + 1).
fn occurrences(score: f64) -> u32 {
    if score <= 0.0 || score >= 1.0 {
        return 1;
    }
    (score / (1.0 - score)).round().clamp(1.0, MOST_COUNT) as u32
}

/// Judges a passage by what it holds, as a text is judged.
pub(super) fn verdict(query: &Compiled, held: &Held, plans: &mut usize) -> Option<Matched> {
    match query {
        Compiled::And(nodes) => {
            let asked = nodes.iter().filter(|node| !matches!(node, Compiled::Not(_)));
            // Each part is visited, because the parts are numbered in their order.
            let all: Vec<Option<Matched>> = asked.map(|node| verdict(node, held, plans)).collect();
            let all = all.into_iter().collect::<Option<Vec<_>>>()?.into_iter();
            all.reduce(|a, b| Matched { tier: a.tier.max(b.tier), place: a.place.and(b.place) })
        }
        Compiled::Or(nodes) => {
            let any: Vec<Matched> = nodes.iter().filter_map(|node| verdict(node, held, plans)).collect();
            any.into_iter().reduce(|a, b| Matched { tier: a.tier.min(b.tier), place: a.place.or(b.place) })
        }
        Compiled::Leaf(plan) => {
            let of_plan = held.get(*plans)?;
            *plans += 1;
            let in_text = |((field, _), cell): (&(Field, &str), &Option<(Tier, u32)>)| {
                let (tier, _) = (*cell)?;
                Some(Matched { tier, place: Place::of(*field, plan.leaf.field) })
            };
            let texts = TEXTS.iter().zip(of_plan).filter_map(in_text);
            texts.reduce(|a, b| Matched { tier: a.tier.min(b.tier), place: a.place.or(b.place) })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Named, named, occurrences, verdict};
    use crate::analysis::Analyzer;
    use crate::engine::cluster::lint::lint;
    use crate::query::{Compiled, Place, Tier, compile, parse};

    fn compiled(text: &str) -> Compiled {
        let node =
            parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).node.unwrap_or_else(|| panic!("{text}"));
        compile(&node, &Analyzer::default(), true).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn lowered(text: &str) -> Option<Named> {
        named(&compiled(text), &[])
    }

    #[test]
    fn only_queries_that_the_engine_tells_wholly_are_taken() {
        for text in ["情報共有", "米国 協力", "米国 OR 中国", "情報 -米国", "title:白書 情報", "w:情報", "国"]
        {
            let found = lowered(text).unwrap_or_else(|| panic!("{text}"));
            assert!(lint(&found.query).is_ok(), "{text}: {:?}", lint(&found.query));
            assert_eq!(found.is_short, text == "国", "{text}");
        }
        for text in ["=\"AI\"", "情報~", "内閣*室", "NEAR/3(a, b)", "SENT(a b)", "DOC(a)", "-米国", "(a -b) OR c"]
        {
            assert!(lowered(text).is_none(), "{text}");
        }
    }

    #[test]
    fn alternatives_of_each_length_have_a_name_because_a_score_counts_those_of_one() {
        let query = lowered("技術的読替").unwrap_or_else(|| panic!("exact")).query.to_string();
        assert!(["0-0-0-0", "0-0-0-1", "0-1-0-0"].iter().all(|name| query.contains(name)), "{query}");
        assert!(!query.contains("0-1-0-1"), "{query}");
    }

    #[test]
    fn a_passage_is_judged_by_the_names_of_the_parts_that_found_it() {
        let query = compiled("情報 (米国 OR 欧州)");
        let found = lowered("情報 (米国 OR 欧州)").unwrap_or_else(|| panic!("exact"));
        let judged = |names: serde_json::Value| {
            verdict(&query, &found.held(&names, 3), &mut 0).map(|matched| (matched.tier, matched.place))
        };
        assert_eq!(judged(json!({ "0-0-0-0": 0.75, "1-0-1-0": 0.5 })), Some((Tier::Variant, Place::Body)));
        assert_eq!(judged(json!({ "0-0-0-0": 0.75, "0-0-2-0": 0.8 })), None);
        assert_eq!(judged(json!({ "0-2-0-0": 0.5, "2-1-0-0": 0.5 })), Some((Tier::Word, Place::Heading)));
        let held = found.held(&json!({ "0-0-2-0": 0.8, "0-0-0-0": 0.75, "0-0-0-1": 0.5 }), 3);
        assert_eq!(held[0][0], Some((Tier::Word, 4)), "three of one length, one of another");
        assert_eq!([0.5, 0.75, 1.0, 0.0].map(occurrences), [1, 3, 1, 1]);
    }
}
