//! The words of a query that a partial hit holds and lacks.

use std::collections::{HashMap, HashSet};

use super::partial::typed;
use super::statistics::Units;
use crate::analysis::{Analyzed, Analyzer, Word, fold};
use crate::document::Span;
use crate::matching::marks::lacking;
use crate::matching::passage::PassageView;
use crate::query::{Compiled, Marks, Node};

/// The words of a query, for finding those that a passage lacks.
pub(super) struct WantedWords {
    words: HashSet<String>,
    /// Words of each leaf text.
    of_texts: HashMap<String, Vec<AskedWord>>,
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
pub(super) struct There {
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
        Self { words, of_texts }
    }

    /// Finds the words in the text of a passage.
    pub fn look(&self, analyzer: &Analyzer, text: &str) -> There {
        let body = analyzer.analyze(text);
        let words = analyzer.words(&body).into_iter().filter(|word| self.words.contains(word.text())).collect();
        There { body, words }
    }

    /// Returns the words that a passage with its headings and title lacks, as typed. For a long text without an exact
    /// occurrence, these are its absent words, or the text itself where all its words occur.
    pub fn missing(&self, query: &Compiled, view: &PassageView<'_>, marks: &Marks, there: &There) -> Vec<String> {
        let is_there = |word: &AskedWord| {
            there.words.iter().any(|found| found.text() == word.word)
                || word.folded.iter().any(|folded| view.holds(folded))
        };
        let mut missing: Vec<String> = Vec::new();
        for plan in lacking(query, view, marks).into_iter().filter(|plan| !plan.is_plural()) {
            let words = self.of_texts.get(&plan.leaf.text).map_or(&[][..], Vec::as_slice);
            let lacked = words.iter().filter(|word| !is_there(word)).map(|word| word.typed.clone());
            let mut lacked: Vec<String> = lacked.collect();
            // Where every part is absent, the whole word is named in place of its parts.
            if lacked.is_empty() || lacked.len() == words.len() {
                lacked = vec![plan.leaf.text.clone()];
            }
            for word in lacked {
                if !missing.contains(&word) {
                    missing.push(word);
                }
            }
        }
        missing
    }
}
