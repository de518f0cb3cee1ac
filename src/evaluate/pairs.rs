//! Evaluates pairs of a query and a text, each with the expected tier.
//!
//! Columns, separated by tabs and named in the first line: `id`, `category`, `mode`, `query`, `text`, `expect`. Modes:
//! `default`; `query` (the query language); `verbatim …` (as typed); `word mode` (`w:`); `partner facet` and `date
//! filter` (the query is a filter, the text a document). Expected: `T1`, `T2`, `T3`, `S` (not found, but suggested),
//! `N` (not found). `\n` in a text is a line break.

use std::collections::BTreeMap;

use serde::Serialize;

use super::EvaluateError;
use crate::analysis::Analyzer;
use crate::document::Document;
use crate::engine::embedded::suggestions;
use crate::ingest::SourceDocument;
use crate::matching::{PassageView, match_passage};
use crate::pipeline::make_document;
use crate::query::compile;
use crate::query::{Form, Leaf, Node, Tier, parse};

/// The passed and total pairs of one group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct GroupScore {
    /// Pairs as expected.
    pub passed: usize,
    /// All pairs.
    pub total: usize,
}

/// A pair with an unexpected outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Its id.
    pub id: String,
    /// Its query.
    pub query: String,
    /// Tier expected.
    pub expect: String,
    /// Tier found.
    pub got: String,
}

/// The outcome of all pairs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PairsReport {
    /// Pairs as expected.
    pub passed: usize,
    /// All pairs.
    pub total: usize,
    /// Scores by group.
    pub groups: BTreeMap<String, GroupScore>,
    /// The failed pairs.
    pub failures: Vec<Failure>,
}

/// Runs the pairs of a table.
///
/// # Errors
/// A line lacks a required column.
pub fn run_pairs(table: &str, path: &str) -> Result<PairsReport, EvaluateError> {
    let wrong = |line: usize, problem: String| EvaluateError::file(format!("{path}:{line}"), problem);
    let mut lines = table.lines().enumerate();
    let header: Vec<&str> = lines.next().map(|(_, line)| line.split('\t').collect()).unwrap_or_default();
    let column = |name: &str| {
        header.iter().position(|cell| *cell == name).ok_or_else(|| wrong(1, format!("no column '{name}'")))
    };
    let columns =
        [column("id")?, column("category")?, column("mode")?, column("query")?, column("text")?, column("expect")?];
    let analyzer = Analyzer::new();
    let mut report = PairsReport::default();
    for (at, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |column: usize| {
            cells.get(columns[column]).copied().ok_or_else(|| wrong(at + 1, "too few columns".to_owned()))
        };
        let (id, group, mode, query, text, expect) = (cell(0)?, cell(1)?, cell(2)?, cell(3)?, cell(4)?, cell(5)?);
        let got = run_pair(&analyzer, mode, query, &text.replace("\\n", "\n"));
        let score = report.groups.entry(group.to_owned()).or_default();
        score.total += 1;
        report.total += 1;
        if got == expect {
            score.passed += 1;
            report.passed += 1;
        } else {
            report.failures.push(Failure {
                id: id.to_owned(),
                query: query.to_owned(),
                expect: expect.to_owned(),
                got: got.to_owned(),
            });
        }
    }
    Ok(report)
}

/// Returns the tier in which the text is found: T1, T2, T3, S or N.
fn run_pair(analyzer: &Analyzer, mode: &str, query: &str, text: &str) -> &'static str {
    let source = SourceDocument::of_text("pair", "pair", text);
    let document = make_document(&source);
    let leaf = |form: Form| Some(Node::Leaf(Leaf { text: query.to_owned(), form, ..Leaf::default() }));
    let parsed = match mode {
        mode if mode.starts_with("verbatim") => leaf(Form::Verbatim),
        "word mode" => leaf(Form::Whole),
        // The whole query is one word, including blanks and signs.
        "default" => leaf(Form::Word),
        _ => parse(query).ok().and_then(|parsed| parsed.node),
    };
    let Some(compiled) = parsed.and_then(|node| compile(&node, analyzer, true).ok()) else { return "N" };
    let best = document
        .passages
        .iter()
        .filter_map(|passage| match_passage(&compiled, &PassageView::new(analyzer, passage, "").in_document(&document)))
        .map(|matched| matched.tier)
        .min();
    match best {
        Some(Tier::Word) => "T1",
        Some(Tier::Variant) => "T2",
        Some(Tier::Substring) => "T3",
        None if is_suggested(analyzer, query, &document) => "S",
        None => "N",
    }
}

/// Tells whether the text contains a term that would be suggested for the query.
fn is_suggested(analyzer: &Analyzer, query: &str, document: &Document) -> bool {
    let mut vocabulary: Vec<String> = Vec::new();
    for passage in &document.passages {
        let analyzed = analyzer.analyze(&passage.text);
        vocabulary.extend(
            analyzer
                .words(&analyzed)
                .into_iter()
                .map(|word| word.text().to_owned())
                .filter(|word| word.chars().count() >= 2),
        );
    }
    suggestions(analyzer, query, &vocabulary).iter().any(|term| {
        let leaf = Node::Leaf(Leaf { text: term.clone(), form: Form::Whole, ..Leaf::default() });
        let compiled = compile(&leaf, analyzer, false).ok();
        compiled.is_some_and(|compiled| {
            document
                .passages
                .iter()
                .any(|passage| match_passage(&compiled, &PassageView::new(analyzer, passage, "")).is_some())
        })
    })
}
