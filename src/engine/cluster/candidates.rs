//! Candidates of a query: in one question, or in several where the engine takes fewer clauses than the query has.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::columns::Row;
use super::pinned::Pinned;
use super::reading::{self, MOST_ROWS};
use super::records::{self, Documents};
use super::wire::WireError;
use super::{lower, seams};
use crate::document::Passage;
use crate::query::budget::Watch;
use crate::query::{Alternative, Compiled, Plan};

/// Some candidates, with all by which they are judged.
pub(super) struct Batch {
    /// In the order of documents and positions.
    pub rows: Vec<Row>,
    /// Documents of the rows, where the query tests metadata.
    pub documents: Documents,
    /// The passages after some rows, by place of the row, where the query may match over a seam.
    pub next: HashMap<usize, Passage>,
}

/// Reads all candidates of a query with their texts and passes them on some at a time, each once. Returns the reason
/// why some lack.
pub(super) fn each(
    pinned: &Pinned,
    query: &Compiled,
    watch: &Watch,
    see: &mut dyn FnMut(Batch),
) -> Result<Option<String>, WireError> {
    let queries = parts(query, &|query| reading::checked(pinned.wire(), query))?;
    let (mut lacks, mut seen, tests) = (None, HashSet::new(), query.has_facet());
    for asked in &queries {
        let batch = |mut rows: Vec<Row>| {
            rows.retain(|row| queries.len() == 1 || seen.insert((row.document, row.position)));
            let documents = records::documents_of(pinned, rows.iter().filter(|_| tests))?;
            let next = seams::next_texts(pinned, query, &rows.iter().collect::<Vec<_>>())?;
            Ok(Batch { rows, documents, next })
        };
        lacks = lacks.or(reading::texts(pinned, asked, (MOST_ROWS, watch), batch, &mut *see)?);
    }
    Ok(lacks)
}

/// Lowers a query to queries that pass a test and together find all its candidates: alternatives and the names of a
/// word in halves where they do not pass together, and of parts that must all hold as many as pass.
fn parts(query: &Compiled, test: &dyn Fn(&Value) -> Result<usize, WireError>) -> Result<Vec<Value>, WireError> {
    let lowered = lower::candidates(query);
    let Err(error) = test(&lowered) else { return Ok(vec![lowered]) };
    match query {
        Compiled::Or(nodes) if nodes.len() == 1 => parts(&nodes[0], test),
        Compiled::Or(nodes) if nodes.len() > 1 => {
            let (first, second) = nodes.split_at(nodes.len() / 2);
            let half = |nodes: &[Compiled]| parts(&Compiled::Or(nodes.to_vec()), test);
            Ok([half(first)?, half(second)?].concat())
        }
        Compiled::And(nodes) => {
            let asked = nodes.iter().filter(|node| !matches!(node, Compiled::Not(_)));
            let (whole, asked): (Vec<&Compiled>, Vec<&Compiled>) = asked.partition(|node| node.has_document());
            if asked.is_empty() && !whole.is_empty() {
                return parts(&Compiled::Or(whole.into_iter().cloned().collect()), test);
            }
            let lowered = asked.iter().map(|node| lower::candidates(node));
            let mut small: Vec<(usize, Value)> = lowered.filter_map(|part| Some((test(&part).ok()?, part))).collect();
            small.sort_by_key(|(leaves, _)| *leaves);
            let mut kept: Vec<Value> = Vec::new();
            for (_, part) in small {
                kept.push(part);
                if test(&lower::all_of(kept.clone(), Vec::new())).is_err() {
                    kept.pop();
                    break;
                }
            }
            match asked.first() {
                Some(first) if kept.is_empty() => parts(first, test),
                None => Err(error),
                _ => Ok(vec![lower::all_of(kept, Vec::new())]),
            }
        }
        // Its parts stand in one passage.
        Compiled::Near(_, together) | Compiled::Sentence(together) => {
            let any = |plans: &Vec<Plan>| Compiled::Or(plans.iter().cloned().map(Compiled::Leaf).collect());
            parts(&Compiled::And(together.iter().map(any).collect()), test)
        }
        // Its parts may stand in different passages.
        Compiled::Document(inner) | Compiled::WholeDocument(inner) => {
            let mut asked = Vec::new();
            lower::positive(inner, &mut asked);
            parts(&Compiled::Or(asked.into_iter().cloned().collect()), test)
        }
        Compiled::Leaf(plan) if plan.alternatives.len() > 1 => {
            let (first, second) = plan.alternatives.split_at(plan.alternatives.len() / 2);
            let half = |alternatives: &[Alternative], date| {
                let half = Plan { leaf: plan.leaf.clone(), alternatives: alternatives.to_vec(), date };
                parts(&Compiled::Leaf(half), test)
            };
            Ok([half(first, plan.date.clone())?, half(second, None)?].concat())
        }
        _ => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::parts;
    use crate::analysis::Analyzer;
    use crate::engine::cluster::WireError;
    use crate::engine::cluster::lint::lint;
    use crate::engine::cluster::lower;
    use crate::query::{Compiled, compile, parse};

    #[test]
    fn alternatives_with_too_many_clauses_are_asked_for_in_parts() {
        let text = "米国 OR 情報共有 OR 連携 OR 重要インフラ";
        let node = parse(text).ok().and_then(|parsed| parsed.node).unwrap_or_else(|| panic!("{text}"));
        let compiled = compile(&node, &Analyzer::default(), false).unwrap_or_else(|error| panic!("{error}"));
        let Compiled::Or(nodes) = &compiled else { panic!("alternatives") };
        let leaves = |query: &Compiled| lint(&lower::candidates(query)).unwrap_or_default();
        let most = nodes.iter().map(leaves).max().unwrap_or_default();
        let queries = |query: &Compiled, most: usize| {
            let test = |query: &Value| match lint(query) {
                Ok(leaves) if leaves <= most => Ok(leaves),
                _ => Err(WireError::Query("too many clauses".to_owned())),
            };
            parts(query, &test).map_or(0, |queries| queries.len())
        };
        let all = leaves(&compiled);
        assert_eq!(queries(&compiled, all), 1);
        assert!((3..=8).contains(&queries(&compiled, most - 1)), "the names of one word in two queries");
        assert_eq!(queries(&compiled, 1), 0, "a single name with too many clauses is refused");
        assert!((2..=4).contains(&queries(&compiled, all - 1)) && queries(&compiled, most) >= 2);
        // Of words that must all stand there, the candidates of some hold those of all.
        let both = Compiled::And(nodes.clone());
        assert_eq!((queries(&both, all), queries(&both, all - 1), queries(&both, 0)), (1, 1, 0));
        // Where none of them passes whole, one is asked for in halves; so are the parts of NEAR and SENT.
        let Some(longest) = nodes.iter().max_by_key(|node| leaves(node)) else { panic!("a word") };
        let Compiled::Leaf(plan) = longest else { panic!("a word") };
        assert!(queries(&Compiled::And(vec![longest.clone(); 2]), most - 1) > 1);
        let near = Compiled::Near(30, vec![vec![plan.clone()]; 2]);
        assert_eq!(queries(&near, 2 * most), 1);
        assert!(queries(&near, most - 1) > 1);
        // The parts of DOC may stand in different passages.
        let document = Compiled::Document(Box::new(both.clone()));
        assert_eq!(queries(&document, all), 1);
        assert!(queries(&document, most) > 1 && queries(&Compiled::And(vec![document; 2]), most) > 1);
    }
}
