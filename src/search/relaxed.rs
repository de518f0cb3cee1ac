//! Where nothing holds all the words: the best partial matches by the words' rarity, and the count of each word.

use std::collections::HashSet;

use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, Term};

use super::TermCount;
use super::compile::Compiled;
use super::evaluate::{self, Evaluation, Hit, SegmentTests};
use super::matcher::{PassageView, merge};
use super::request::FilterTests;
use crate::analysis::Analyzer;
use crate::document::Span;
use crate::index::{IndexError, OpenIndex};
use crate::normalize::shape::is_hiragana;
use crate::query::{Form, Node, Tier};

/// Words from which a text without operators is taken for a sentence.
const QUESTION_WORDS: usize = 3;

/// True for a sentence typed as one word: it has particles and several words, or a question mark.
pub(super) fn is_question(analyzer: &mut Analyzer, text: &str, node: Option<&Node>) -> bool {
    let Some(Node::Leaf(leaf)) = node.filter(|_| !text.trim().contains(char::is_whitespace)) else {
        return text.trim_end().ends_with(['?', '？']);
    };
    if leaf.form != Form::Word || leaf.is_wildcard() {
        return false;
    }
    let analyzed = analyzer.analyze(&leaf.text);
    let asks = leaf.text.ends_with(['?', '？', 'か']);
    asks || (analyzer.words(&analyzed).len() >= QUESTION_WORDS && leaf.text.chars().any(is_hiragana))
}

/// The words of a query outside NOT.
fn words(analyzer: &mut Analyzer, text: &str, node: Option<&Node>) -> Vec<String> {
    let mut typed = String::new();
    match node {
        Some(node) => node.positive_leaves(&mut |leaf| {
            typed.push_str(&leaf.text);
            typed.push(' ');
        }),
        None => typed.push_str(text),
    }
    let analyzed = analyzer.analyze(&typed);
    let mut words: Vec<String> = analyzer.words(&analyzed).into_iter().map(|word| word.text).collect();
    words.sort();
    words.dedup();
    words
}

/// The best partial matches that pass the filters and are not among `known`.
pub(super) fn best(
    index: &OpenIndex,
    analyzer: &mut Analyzer,
    text: &str,
    node: Option<&Node>,
    filters: &FilterTests,
    known: &[Hit],
    wanted: usize,
) -> Result<Vec<Hit>, IndexError> {
    let damaged = |error: tantivy::TantivyError| IndexError::Damaged { path: index.path().to_owned(), problem: error.to_string() };
    let field = index.fields().words;
    let clauses: Vec<(Occur, Box<dyn Query>)> = words(analyzer, text, node)
        .iter()
        .map(|word| -> (Occur, Box<dyn Query>) {
            (Occur::Should, Box::new(TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs)))
        })
        .collect();
    if clauses.is_empty() {
        return Ok(Vec::new());
    }
    let seen: HashSet<DocAddress> = known.iter().map(|hit| hit.address).collect();
    let missing = wanted.saturating_sub(known.len());
    let filtered = !(filters.partner.is_empty() && filters.theme.is_empty() && filters.date.is_empty() && filters.excluded.is_empty());
    let depth = (missing + seen.len()).max(1) * if filtered { 50 } else { 1 };
    let collector = TopDocs::with_limit(depth.min(super::MAX_DEPTH)).order_by_score();
    let found = index.searcher().search(&BooleanQuery::new(clauses), &collector).map_err(damaged)?;
    let segments = index.searcher().segment_readers().iter().map(evaluate::columns).collect::<Result<Vec<_>, _>>().map_err(damaged)?;
    let tests: Vec<SegmentTests<'_>> = segments.iter().map(|segment| SegmentTests::new(segment, filters)).collect();
    let mut hits = Vec::new();
    for (score, address) in found {
        let ordinal = address.segment_ord as usize;
        let passed = tests[ordinal].passed(&segments[ordinal], address.doc_id);
        if seen.contains(&address) || !(passed.partner && passed.theme && passed.date && passed.not_excluded) {
            continue;
        }
        let number = |column: &tantivy::columnar::Column<u64>| column.first(address.doc_id).unwrap_or(0);
        hits.push(Hit {
            address,
            document: number(&segments[ordinal].document),
            tier: Tier::Variant,
            score,
            flags: number(&segments[ordinal].flags),
            relaxed: true,
        });
        if hits.len() >= missing {
            break;
        }
    }
    Ok(hits)
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

/// The words of the query in a passage that holds only some of them.
pub(super) fn highlights(analyzer: &mut Analyzer, text: &str, view: &PassageView<'_>) -> Vec<Span> {
    let parsed = crate::query::parse(text).ok().and_then(|parsed| parsed.node);
    let wanted: HashSet<String> = words(analyzer, text, parsed.as_ref()).into_iter().collect();
    let body = view.body();
    let found = analyzer.words(body).into_iter().filter(|word| wanted.contains(&word.text));
    merge(found.map(|word| body.folded.span(word.start, word.end)).collect())
}
