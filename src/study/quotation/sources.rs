//! The documents in which a quotation is looked for: found by its words, read once, and joined over their passages.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

use super::letters::{Letters, is_mark};
use crate::analysis::Analyzer;
use crate::document::{Document, HEADING_END, PassageKind};
use crate::engine::{Engine, Found, Request, SearchError};
use crate::query::Budget;
use crate::script::is_hiragana;

/// A document with its text over all passages.
pub(super) struct Source {
    /// The document.
    pub document: Document,
    /// Its passages in reading order, then footnotes, contents lists and the title, each behind the end of a block.
    pub text: Letters,
    /// For each block: its first code point, and the position of its passage; `None` for the title.
    blocks: Vec<(usize, Option<usize>)>,
}

impl Source {
    fn of(document: Document) -> Self {
        let mut text = String::new();
        let mut count = 0;
        let mut blocks = Vec::new();
        let mut add = |block: &str, place: Option<usize>, apart: bool| {
            if !text.is_empty() {
                text.push(if apart { HEADING_END } else { '\n' });
                count += 1;
            }
            blocks.push((count, place));
            text.push_str(block);
            count += block.chars().count();
        };
        let is_body = |kind: PassageKind| kind == PassageKind::Body;
        // Footnotes and contents lists interrupt running text; a sentence goes on behind them.
        let (body, apart): (Vec<_>, Vec<_>) =
            document.passages.iter().enumerate().partition(|(_, passage)| is_body(passage.kind));
        body.into_iter().for_each(|(at, passage)| add(&passage.text, Some(at), false));
        apart.into_iter().for_each(|(at, passage)| add(&passage.text, Some(at), true));
        add(&document.title, None, true);
        Self { text: Letters::of(&text), blocks, document }
    }

    /// Returns the first and last passage that some letters touch, as positions in the document; the title counts as
    /// the first passage.
    pub fn passages(&self, letters: &Range<usize>) -> Option<(usize, usize)> {
        let span = self.text.span(letters);
        let at = |code_point: usize| {
            let block = self.blocks.iter().rev().find(|(start, _)| *start <= code_point);
            block.map(|(_, place)| place.unwrap_or(0))
        };
        let (first, last) = (at(span.start)?, at(span.end.saturating_sub(1).max(span.start))?);
        Some((first.min(last), first.max(last)))
    }
}

/// Pieces of a quotation in one query.
const PIECES: usize = 24;
/// Least letters of a short piece.
const SHORT: usize = 4;
/// Least letters of a long piece.
const LONG: usize = 8;
/// Letters of the longest phrase of a query for equal texts.
const PHRASE: usize = 24;
/// Phrases of a query for equal texts.
const PHRASES: usize = 4;
/// Documents that are read for equal texts.
const EQUAL: usize = 20;
/// Documents that are read for near texts.
const NEAR_DOCUMENTS: usize = 10;
/// Code points of documents that stay in memory.
const MAX_HELD: usize = 8_000_000;

/// Pieces by which near texts are found. Long ones are rare and quickly found; short ones stay where much is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pieces {
    Long,
    Short,
}

impl Pieces {
    /// Both, in the order in which they are tried.
    pub const ALL: [Self; 2] = [Self::Long, Self::Short];

    /// Returns the least letters of a piece, and the passages that are looked at.
    fn bounds(self) -> (usize, usize) {
        match self {
            Self::Long => (LONG, 16),
            Self::Short => (SHORT, 64),
        }
    }
}

/// Finds and keeps the documents of a collection.
pub(super) struct Sources<'a> {
    engine: &'a dyn Engine,
    analyzer: &'a Analyzer,
    budget: Budget,
    read: HashMap<String, Option<Rc<Source>>>,
    held: usize,
    /// True where a search ended early: more places may exist.
    pub cut: bool,
}

impl<'a> Sources<'a> {
    /// Makes the sources of a collection.
    pub fn new(engine: &'a dyn Engine, analyzer: &'a Analyzer, budget: Budget) -> Self {
        Self { engine, analyzer, budget, read: HashMap::new(), held: 0, cut: false }
    }

    /// True where the time is over; the places found until then are a part of all.
    pub fn is_over(&mut self) -> bool {
        self.cut |= self.budget.is_spent();
        self.cut
    }

    /// Returns a document by its id; `None` where the collection has no such document.
    ///
    /// # Errors
    /// A collection that cannot be read.
    pub fn get(&mut self, id: &str) -> Result<Option<Rc<Source>>, SearchError> {
        if let Some(known) = self.read.get(id) {
            return Ok(known.clone());
        }
        let source = match self.engine.show(id) {
            Ok(shown) => Some(Rc::new(Source::of(shown.document))),
            Err(SearchError::NotFound(_)) => None,
            Err(error) => return Err(error),
        };
        self.held += source.as_ref().map_or(0, |source| source.text.raw.len());
        if self.held > MAX_HELD {
            self.read.clear();
            self.held = source.as_ref().map_or(0, |source| source.text.raw.len());
        }
        self.read.insert(id.to_owned(), source.clone());
        Ok(source)
    }

    /// Returns the ids of documents that hold all longer words of some texts, without regard to marks, best first.
    ///
    /// # Errors
    /// A collection that cannot be read.
    pub fn with_all(&mut self, texts: &[String]) -> Result<Vec<String>, SearchError> {
        let mut phrases: Vec<String> = texts.iter().flat_map(|text| unmarked(text)).collect();
        phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.chars().count()));
        phrases.truncate(PHRASES);
        if phrases.is_empty() {
            return Ok(Vec::new());
        }
        let quoted: Vec<String> = phrases.iter().map(|phrase| format!("\"{phrase}\"")).collect();
        // The words may stand in different passages of the document.
        let query = if quoted.len() == 1 { quoted.concat() } else { format!("DOC({})", quoted.join(" ")) };
        Ok(documents(self.hits(query, EQUAL, true)?.into_iter()))
    }

    /// Returns the ids of documents that share most words with a text, best first.
    ///
    /// # Errors
    /// A collection that cannot be read.
    pub fn near(&mut self, text: &str, pieces: Pieces) -> Result<Vec<String>, SearchError> {
        let (least, passages) = pieces.bounds();
        let pieces = self.pieces(text, least);
        if pieces.is_empty() {
            return Ok(Vec::new());
        }
        let quoted: Vec<String> = pieces.iter().map(|piece| format!("\"{piece}\"")).collect();
        let hits = self.hits(quoted.join(" OR "), passages, false)?;
        // The engine ranks by words that are rare in the collection; here each part of the quotation counts alike.
        let own: HashSet<Vec<char>> = Letters::of(text).key.windows(GRAM).map(<[char]>::to_vec).collect();
        let shared = |hit: &Found| {
            let of_passage: HashSet<Vec<char>> =
                Letters::of(&hit.passage.text).key.windows(GRAM).map(<[char]>::to_vec).collect();
            own.intersection(&of_passage).count()
        };
        let mut ranked: Vec<(usize, Found)> = hits.into_iter().map(|hit| (shared(&hit), hit)).collect();
        ranked.sort_by_key(|(shared, _)| std::cmp::Reverse(*shared));
        let mut found = documents(ranked.into_iter().map(|(_, hit)| hit));
        found.truncate(NEAR_DOCUMENTS);
        Ok(found)
    }

    fn hits(&mut self, text: String, limit: usize, group_documents: bool) -> Result<Vec<Found>, SearchError> {
        let request = Request {
            text,
            limit,
            group_documents,
            variants: false,
            relax: false,
            budget: self.budget.clone(),
            ..Request::default()
        };
        let answer = self.engine.search(&request)?;
        self.cut |= answer.timed_out;
        Ok(answer.hits)
    }

    /// Cuts a text into pieces of whole words: what is changed elsewhere leaves a piece as it is.
    ///
    /// Pieces begin and end with words, because an engine ranks words above parts of words.
    fn pieces(&self, text: &str, least: usize) -> Vec<String> {
        let mut pieces: Vec<String> = Vec::new();
        for stretch in stretches(text) {
            let analyzed = self.analyzer.analyze(&stretch);
            let chars = &analyzed.folded.chars;
            let ends: Vec<usize> = (0..=chars.len()).filter(|at| analyzed.boundary.get(*at) == Some(&true)).collect();
            // From each second word on, so that two changes near each other leave one piece.
            let mut from = 0;
            for (number, start) in ends.iter().enumerate() {
                if *start < from || *start == chars.len() {
                    continue;
                }
                let end = ends.iter().find(|end| **end >= start + least).copied().unwrap_or(chars.len());
                let piece = stem(chars.get(*start..end).unwrap_or_default());
                if piece.chars().count() > 1 && !pieces.contains(&piece) {
                    pieces.push(piece);
                }
                from = ends.get(number + 2).copied().unwrap_or(end).min(end);
            }
        }
        // こととした and していく stand everywhere.
        let tells = |piece: &String| piece.chars().filter(|c| !is_hiragana(*c)).count() > 1;
        if pieces.iter().any(tells) {
            pieces.retain(tells);
        }
        // Of a long text, pieces from all parts.
        if pieces.len() > PIECES {
            let step = pieces.len() as f64 / PIECES as f64;
            pieces = (0..PIECES).filter_map(|at| pieces.get((at as f64 * step) as usize).cloned()).collect();
        }
        pieces
    }
}

/// Returns a piece without the hiragana at its end, where a verb may be inflected in another way: 署名を見送 of 署名を見送らない.
fn stem(piece: &[char]) -> String {
    let end =
        piece.iter().rposition(|c| !is_hiragana(*c)).filter(|last| *last > 0).map_or(piece.len(), |last| last + 1);
    piece.iter().take(end).collect()
}

/// Letters of a piece by which passages are compared with a quotation.
const GRAM: usize = 3;

/// Returns the ids of the documents of some hits, in order.
fn documents(hits: impl Iterator<Item = Found>) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for hit in hits {
        if !ids.contains(&hit.document.id) {
            ids.push(hit.document.id);
        }
    }
    ids
}

/// Returns the stretches of a text between marks.
fn stretches(text: &str) -> Vec<String> {
    let is_apart =
        |c: char| !c.is_whitespace() && is_mark(c) && c != '・' || matches!(c, '"' | '\u{1}' | '＂' | '*' | '＊');
    text.split(is_apart).map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// Returns the longest stretches of a text without marks, each at most as long as a phrase of a query.
fn unmarked(text: &str) -> Vec<String> {
    let parts: Vec<String> = stretches(text)
        .iter()
        .flat_map(|part| {
            let chars: Vec<char> = part.chars().filter(|c| !c.is_whitespace() || *c == ' ').collect();
            chars.chunks(PHRASE).map(|chunk| chunk.iter().collect::<String>()).collect::<Vec<_>>()
        })
        .filter(|part| part.chars().any(char::is_alphanumeric))
        .collect();
    let long: Vec<String> = parts.iter().filter(|part| part.chars().count() >= SHORT).cloned().collect();
    if long.is_empty() { parts } else { long }
}

#[cfg(test)]
mod tests {
    use super::unmarked;

    #[test]
    fn phrases_stand_between_marks() {
        assert_eq!(unmarked("「情報共有」を、進める。"), ["情報共有"]);
        assert_eq!(unmarked("日\"米*は、協力していく。"), ["協力していく"]);
        assert_eq!(unmarked("甲、乙"), ["甲", "乙"]);
    }
}
