//! The words of a query that a partial hit holds and lacks.

use std::collections::{HashMap, HashSet};

use super::numbered::units;
use super::statistics::Units;
use super::typed::typed;
use crate::analysis::{Analyzed, Analyzer, Word, fold};
use crate::document::Span;
use crate::matching::marks::{Lacking, lacking};
use crate::matching::passage::PassageView;
use crate::query::{Compiled, Field, Marks, Node};

/// The words of a query, for finding those that a passage lacks.
pub(crate) struct WantedWords {
    words: HashSet<String>,
    /// Words of each leaf text.
    of_texts: HashMap<String, Vec<AskedWord>>,
    /// Alternatives of words and conditions, and conditions on the document, which the text of a passage does not
    /// decide.
    mixed: Vec<String>,
}

/// A word of a query.
struct AskedWord {
    typed: String,
    /// The word in its compared form.
    word: String,
    /// Typed and compared form, folded.
    folded: [Vec<char>; 2],
}

/// Words of a query that occur in a text.
pub(crate) struct There {
    body: Analyzed,
    words: Vec<Word>,
}

impl There {
    /// Returns their spans in code points, sorted.
    pub fn spans(&self) -> impl Iterator<Item = Span> {
        self.words.iter().map(|word| self.body.folded.span(word.start, word.end))
    }
}

impl WantedWords {
    /// Collects the words of a query.
    pub fn of(analyzer: &Analyzer, node: &Node, compiled: &Compiled) -> Self {
        let words = Units::of(analyzer, &typed(node)).words.into_iter().collect();
        let mut of_texts = HashMap::new();
        compiled.positive_plans(&mut |plan| {
            let text = &plan.leaf.text;
            let analyzed = analyzer.analyze(text);
            let chars: Vec<char> = text.chars().collect();
            let asked = |word: &Word| {
                let span = analyzed.folded.span(word.start, word.end);
                let (typed, word) = (chars[span.start..span.end].iter().collect::<String>(), word.text().to_owned());
                AskedWord { folded: [&typed, &word].map(|text| fold(text).chars), typed, word }
            };
            of_texts.insert(text.clone(), analyzer.words(&analyzed).iter().map(asked).collect());
        });
        let parts = if let Node::And(parts) = node { parts } else { std::slice::from_ref(node) };
        let is_mixed = |node: &&Node| match node {
            Node::Or(nodes) => nodes.iter().any(Node::is_condition),
            node => matches!(node, Node::Document(_)),
        };
        Self { words, of_texts, mixed: parts.iter().filter(is_mixed).map(ToString::to_string).collect() }
    }

    /// Finds the words in the text of a passage.
    pub fn look(&self, analyzer: &Analyzer, text: &str) -> There {
        let body = analyzer.analyze(text);
        let words = analyzer.words(&body).into_iter().filter(|word| self.words.contains(word.text())).collect();
        There { body, words }
    }

    /// Returns the words that a passage with its headings and title lacks, as typed. For a long text without an exact
    /// occurrence, these are its absent words, or the text itself where all its words occur; a word of a field is named
    /// with its field, NEAR and SENT whole where their words are there but apart.
    pub fn missing(&self, query: &Compiled, view: &PassageView<'_>, marks: &Marks, there: &There) -> Vec<String> {
        let is_there = |word: &AskedWord| {
            there.words.iter().any(|found| found.text() == word.word)
                || word.folded.iter().any(|folded| view.holds(folded))
        };
        let mut missing: Vec<String> = Vec::new();
        for lacking in lacking(query, view, marks) {
            let plan = match lacking {
                Lacking::Plan(plan) if plan.is_plural() => continue,
                Lacking::Plan(plan) => plan,
                Lacking::Apart(node) => {
                    missing.push(node.to_string());
                    continue;
                }
            };
            // 第27条の38 is one unit; so are 標準化* and サイバー攻激~1.
            if plan.leaf.field != Field::Any || !plan.leaf.is_literal() || !units(&plan.leaf.text).is_empty() {
                missing.push(plan.leaf.to_string());
                continue;
            }
            let words = self.of_texts.get(&plan.leaf.text).map_or(&[][..], Vec::as_slice);
            let mut lacked: Vec<String> =
                words.iter().filter(|word| !is_there(word)).map(|word| word.typed.clone()).collect();
            // Where every part is absent, the whole word is named in place of its parts.
            if lacked.is_empty() || lacked.len() == words.len() {
                lacked = vec![plan.leaf.text.clone()];
            }
            missing.append(&mut lacked);
        }
        if missing.is_empty() {
            missing.clone_from(&self.mixed);
        }
        let mut seen = HashSet::new();
        missing.retain(|word| seen.insert(word.clone()));
        missing
    }
}
