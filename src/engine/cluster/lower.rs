//! Lowers compiled queries to the subset of the wire: `bool`, `intervals`, term-level queries.
//!
//! Invariant: the lowered query finds each passage that the query may match ([`Want::Any`]); the text gives the
//! verdict. A lowered leaf for words is exact, so that NOT may exclude by it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::index::wire_char;
use crate::matching::approximate::{Wildcard, edits};
use crate::matching::crossing;
use crate::metadata::date::query_date_key;
use crate::query::{Alternative, Compiled, FacetTest, Field, Form, Plan, Tier};

/// Tiers that a lowered query finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// All tiers, and perhaps passages that do not match.
    Any,
    /// The word itself or a variant, at word boundaries.
    Words,
}

/// Most characters of a phrase that are sent; the verdict reads the rest.
const MOST_CHARS: usize = 200;
/// The three texts, each with its field.
pub(super) const TEXTS: [(Field, &str); 3] =
    [(Field::Body, "body"), (Field::Heading, "heading"), (Field::Title, "title")];

/// Finds everything.
pub(super) fn all() -> Value {
    json!({ "match_all": {} })
}

/// Finds the rows with some keys.
pub(super) fn with_ids(keys: &[String]) -> Value {
    json!({ "ids": { "values": keys } })
}

/// Joins parts of which one must hold.
pub(super) fn any_of(mut parts: Vec<Value>) -> Value {
    match parts.len() {
        1 => parts.remove(0),
        _ => json!({ "bool": { "should": parts, "minimum_should_match": 1 } }),
    }
}

/// Joins parts that must all hold, and parts that must not.
pub(super) fn all_of(mut parts: Vec<Value>, not: Vec<Value>) -> Value {
    match (parts.len(), not.is_empty()) {
        (0, true) => all(),
        (1, true) => parts.remove(0),
        (_, true) => json!({ "bool": { "filter": parts } }),
        _ => json!({ "bool": { "filter": parts, "must_not": not } }),
    }
}

/// Scores as a query does, among the rows with some keys.
pub(super) fn scored_among(query: Value, keys: &[String]) -> Value {
    json!({ "bool": { "should": [query], "minimum_should_match": 1, "filter": [with_ids(keys)] } })
}

/// Lowers filters, given by kind: of each kind with tests one must hold.
pub(super) fn filters(kinds: &[&Vec<FacetTest>]) -> Value {
    let asked = kinds.iter().filter(|tests| !tests.is_empty());
    all_of(asked.map(|tests| any_of(tests.iter().map(facet).collect())).collect(), Vec::new())
}

/// Lowers a query to one that finds all its candidates.
pub(super) fn candidates(query: &Compiled) -> Value {
    match query {
        Compiled::And(nodes) => {
            let (not, asked): (Vec<&Compiled>, Vec<&Compiled>) =
                nodes.iter().partition(|node| matches!(node, Compiled::Not(_)));
            let not = not.into_iter().filter_map(|node| match node {
                Compiled::Not(inner) => excluded(inner),
                _ => None,
            });
            let not = not.collect();
            // A document may hold DOC in other passages than those that hold the parts beside it.
            let (whole, of_passage): (Vec<&Compiled>, Vec<&Compiled>) =
                asked.into_iter().partition(|node| node.has_document());
            match (of_passage.is_empty(), whole.is_empty()) {
                (true, false) => all_of(vec![any_of(whole.into_iter().map(candidates).collect())], not),
                _ => all_of(of_passage.into_iter().map(candidates).collect(), not),
            }
        }
        Compiled::Or(nodes) => any_of(nodes.iter().map(candidates).collect()),
        Compiled::Not(inner) => all_of(Vec::new(), excluded(inner).into_iter().collect()),
        Compiled::Leaf(plan) => leaf(plan, Want::Any),
        Compiled::Near(_, parts) | Compiled::Sentence(parts) => {
            let part = |plans: &Vec<Plan>| any_of(plans.iter().map(|plan| leaf(plan, Want::Any)).collect());
            all_of(parts.iter().map(part).collect(), Vec::new())
        }
        // Parts of a document may stand in different passages.
        Compiled::Document(inner) | Compiled::WholeDocument(inner) if needs_a_part(inner) => {
            let mut asked = Vec::new();
            positive(inner, &mut asked);
            any_of(asked.into_iter().map(candidates).collect())
        }
        Compiled::Document(_) | Compiled::WholeDocument(_) => all(),
        Compiled::Facet(test) => facet(test),
    }
}

/// Lowers what NOT excludes; `None` where the wire cannot tell it exactly.
pub(super) fn excluded(query: &Compiled) -> Option<Value> {
    match query {
        Compiled::Leaf(plan) if is_exact(plan) => Some(leaf(plan, Want::Words)),
        Compiled::Or(nodes) => Some(any_of(nodes.iter().map(excluded).collect::<Option<_>>()?)),
        _ => None,
    }
}

/// True where a lowered leaf at word boundaries finds exactly the words of the plan.
pub(super) fn is_exact(plan: &Plan) -> bool {
    plan.leaf.is_literal()
        && plan.leaf.form != Form::Verbatim
        && plan.date.is_none()
        && !plan.alternatives.is_empty()
        && plan.alternatives.iter().all(|alternative| alternative.chars.len() <= MOST_CHARS)
        && !crossing::may_cross(plan)
}

/// True where a document that holds a query has a passage that holds a part of it: NOT alone selects others too.
fn needs_a_part(query: &Compiled) -> bool {
    match query {
        Compiled::And(nodes) => nodes.iter().any(needs_a_part),
        Compiled::Or(nodes) => nodes.iter().all(needs_a_part),
        Compiled::Not(_) => false,
        Compiled::Document(inner) | Compiled::WholeDocument(inner) => needs_a_part(inner),
        Compiled::Leaf(_) | Compiled::Near(..) | Compiled::Sentence(_) | Compiled::Facet(_) => true,
    }
}

/// Lists the parts of a query outside NOT that are found in one passage.
pub(super) fn positive<'q>(query: &'q Compiled, into: &mut Vec<&'q Compiled>) {
    match query {
        Compiled::And(nodes) | Compiled::Or(nodes) => nodes.iter().for_each(|node| positive(node, into)),
        Compiled::Not(_) => {}
        Compiled::Document(inner) | Compiled::WholeDocument(inner) => positive(inner, into),
        part => into.push(part),
    }
}

/// Lowers a leaf.
pub(super) fn leaf(plan: &Plan, want: Want) -> Value {
    if plan.alternatives.is_empty() {
        // Folding drops the typed characters, so only a text can tell.
        return all();
    }
    let fields: Vec<&str> = TEXTS.iter().filter(|(field, _)| plan.leaf.is_for(*field)).map(|(_, name)| *name).collect();
    let mut parts: Vec<Value> = Vec::new();
    match plan.leaf.form {
        Form::Fuzzy(_) => {
            // One of the pieces is left whole by this number of edits.
            let (chars, pieces) = (&plan.alternatives[0].chars, edits(plan).unwrap_or(0) + 1);
            let piece = |at: usize| &chars[chars.len() * at / pieces..chars.len() * (at + 1) / pieces];
            parts.extend(
                fields.iter().flat_map(|field| (0..pieces).map(move |at| phrase(field, piece(at), [false; 2]))),
            );
        }
        _ if plan.leaf.is_wildcard() => {
            let pieces = Wildcard::of(&plan.leaf.text).pieces;
            if pieces.is_empty() {
                return all();
            }
            let in_field = |field: &&str| {
                all_of(pieces.iter().map(|piece| phrase(field, piece, [false; 2])).collect(), Vec::new())
            };
            parts.extend(fields.iter().map(in_field));
        }
        _ => {
            for field in &fields {
                parts.extend(alternatives(field, &plan.alternatives, want));
            }
            if want == Want::Any && crossing::may_cross(plan) {
                parts.extend(plan.alternatives.iter().flat_map(over_the_end));
            }
        }
    }
    if let Some(key) = plan.date.as_ref().and_then(query_date_key).filter(|_| plan.leaf.is_for(Field::Body)) {
        parts.push(term("when", &key));
    }
    if parts.is_empty() { none() } else { any_of(parts) }
}

fn none() -> Value {
    json!({ "bool": { "must_not": [all()] } })
}

/// Lowers the alternatives of a plan in one field.
fn alternatives(field: &str, alternatives: &[Alternative], want: Want) -> Vec<Value> {
    let is_wanted = |alternative: &&Alternative| want == Want::Any || alternative.tier < Tier::Substring;
    let (mut parts, mut rules) = (Vec::new(), Vec::new());
    for alternative in alternatives.iter().filter(is_wanted).filter(|alternative| !alternative.chars.is_empty()) {
        let bound = want == Want::Words || !alternative.loose;
        let bounds = [bound && !alternative.open_start, bound && !alternative.open_end];
        match alternative.chars.as_slice() {
            short @ ([_] | [_, _]) => parts.push(phrase(field, short, bounds)),
            long => rules.push(block(long, bounds)),
        }
    }
    if !rules.is_empty() {
        parts.push(intervals(field, rules));
    }
    parts
}

/// Finds the places of any rule in a field.
fn intervals(field: &str, mut rules: Vec<Value>) -> Value {
    match rules.len() {
        1 => json!({ "intervals": { field: rules.remove(0) } }),
        _ => json!({ "intervals": { field: { "any_of": { "intervals": rules } } } }),
    }
}

/// Lowers the alternatives of a plan that match in one field at one tier: as words, as variants, or anywhere. Those of
/// one length stand together. Words of two characters or more are `intervals`, whose score tells the occurrences where
/// all are of one length.
pub(super) fn at_tier(field: &str, alternatives: &[Alternative], tier: Tier) -> Vec<Value> {
    let is_wanted = |alternative: &&Alternative| match tier {
        // 3項 in 3項目 is a part of a word for 三項, though it stands at word boundaries.
        Tier::Substring => alternative.loose || alternative.tier == Tier::Substring,
        tier => alternative.tier == tier,
    };
    let mut rules: BTreeMap<usize, Vec<Value>> = BTreeMap::new();
    for alternative in alternatives.iter().filter(is_wanted).filter(|alternative| !alternative.chars.is_empty()) {
        let bound = tier != Tier::Substring || !alternative.loose;
        let bounds = [bound && !alternative.open_start, bound && !alternative.open_end];
        rules.entry(alternative.chars.len()).or_default().push(match alternative.chars.as_slice() {
            only @ [_] => phrase(field, only, bounds),
            long => block(long, bounds),
        });
    }
    let of_length = |(length, rules): (usize, Vec<Value>)| match length {
        1 => any_of(rules),
        _ => intervals(field, rules),
    };
    rules.into_iter().map(of_length).collect()
}

/// Finds the start of a phrase at the end of a passage: it continues in the next one.
fn over_the_end(alternative: &Alternative) -> Vec<Value> {
    let tail = |at: usize| {
        let chars: Vec<char> = alternative.chars[..at].iter().copied().chain([crate::index::TEXT_END]).collect();
        phrase("body", &chars, [false; 2])
    };
    crossing::places(&alternative.chars).map(tail).collect()
}

/// Finds the titles that end with some folded characters.
pub(super) fn title_ending(chars: &[char]) -> Value {
    let chars: Vec<char> = chars.iter().copied().chain([crate::index::TEXT_END]).collect();
    phrase("title", &chars, [false; 2])
}

/// Finds characters in a field; `bounds` tells whether a word must begin and end there.
fn phrase(field: &str, chars: &[char], bounds: [bool; 2]) -> Value {
    let [begins, ends] = bounds;
    match *chars {
        [one] => match bounds {
            [false, false] => prefix(field, &[one]),
            [true, false] => regexp(field, &format!("{}.[1357]", escaped(one))),
            [false, true] => regexp(field, &format!("{}.[2367]", escaped(one))),
            [true, true] => regexp(field, &format!("{}.[37]", escaped(one))),
        },
        [first, second] => {
            let pair = format!("{}{}", escaped(first), escaped(second));
            match bounds {
                [false, false] => prefix(field, &[first, second]),
                [true, false] => regexp(field, &format!("{pair}[1357]")),
                [false, true] => regexp(field, &format!("{pair}[4567]")),
                [true, true] => regexp(field, &format!("{pair}[57]")),
            }
        }
        _ => json!({ "intervals": { field: block(chars, [begins, ends]) } }),
    }
}

/// Makes the rule of adjacent pairs.
fn block(chars: &[char], [begins, ends]: [bool; 2]) -> Value {
    let cut = chars.len() > MOST_CHARS;
    let chars = &chars[..chars.len().min(MOST_CHARS)];
    let last = chars.len() - 2;
    let rule = |(at, pair): (usize, &[char])| {
        let flags = match at {
            0 if begins && at == last && ends => "[57]",
            0 if begins => "[1357]",
            _ if at == last && ends && !cut => "[4567]",
            _ => return json!({ "prefix": { "prefix": written(pair) } }),
        };
        let pattern: String = pair.iter().map(|c| escaped(*c)).collect();
        json!({ "regexp": { "pattern": format!("{pattern}{flags}") } })
    };
    let rules: Vec<Value> = chars.windows(2).enumerate().map(rule).collect();
    json!({ "all_of": { "ordered": true, "max_gaps": 0, "intervals": rules } })
}

fn written(chars: &[char]) -> String {
    chars.iter().map(|c| wire_char(*c)).collect()
}

/// Escapes a character for a pattern of the engine.
fn escaped(c: char) -> String {
    let c = wire_char(c);
    if c.is_ascii_punctuation() { format!("\\{c}") } else { c.to_string() }
}

fn prefix(field: &str, chars: &[char]) -> Value {
    json!({ "prefix": { field: { "value": written(chars) } } })
}

fn regexp(field: &str, pattern: &str) -> Value {
    json!({ "regexp": { field: { "value": pattern } } })
}

/// Finds a value of a field.
pub(super) fn term(field: &str, value: &str) -> Value {
    json!({ "term": { field: { "value": value } } })
}

/// Works as [`term`], where the engine multiplies its score by a weight.
pub(super) fn weighed_term(field: &str, value: &str, weight: f32) -> Value {
    json!({ "term": { field: { "value": value, "boost": weight } } })
}

/// Lowers a test on metadata. Ranges of days are joined here without their pairing, so the verdict tests them again.
pub(super) fn facet(test: &FacetTest) -> Value {
    match test {
        FacetTest::Partner { path, roles } => {
            any_of(roles.iter().map(|role| term("partner", &format!("{}:{path}", role.name()))).collect())
        }
        FacetTest::Theme { path } => term("theme", path),
        FacetTest::Commitment { strength } => term("commitment", strength.name()),
        FacetTest::Series { key } if key.is_empty() => json!({ "exists": { "field": "series" } }),
        FacetTest::Series { key } => term("series", key),
        FacetTest::Date { interval } => {
            let (from, to) = (interval.start.as_number(), interval.end.as_number());
            let ranges = vec![
                json!({ "range": { "date_start": { "lte": to } } }),
                json!({ "range": { "date_end": { "gte": from } } }),
            ];
            all_of(ranges, Vec::new())
        }
        // Bits of the flags cannot be asked for on the wire.
        FacetTest::Undated | FacetTest::Source { .. } => all(),
    }
}

#[cfg(test)]
#[path = "lower_tests.rs"]
mod tests;
