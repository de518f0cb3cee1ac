//! Passages of a collection that say nearly the same as one of its passages.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::difference::{AlignedRow, pair_sentences};
use super::grams::{Grams, longest_run};
use super::sentence::sentences;
use crate::analysis::{Analyzer, fold, is_letter};
use crate::document::{Document, Passage, PassageKind};
use crate::engine::{Engine, Found, Request, SearchError};

/// Passages of fewer letters say too little to be like others.
const LEAST_LETTERS: usize = 20;
/// Most pieces of a passage that are looked up.
const PIECES: usize = 32;
/// Longest piece, in folded characters: a change of wording breaks few pieces of this length.
const LONGEST_PIECE: usize = 10;
/// Most passages that are compared with one passage: the best by relevance of its pieces.
const CANDIDATES: usize = 200;
/// As [`CANDIDATES`], for each passage of a document.
const CANDIDATES_OF_DOCUMENT: usize = 40;
/// Passages longer than this are shown without their longest run: it takes the product of their lengths.
const LONGEST_COMPARED: usize = 4_000;

/// What is listed as nearly the same.
///
/// # Examples
/// ```
/// let mut options = fumikura::study::ParallelsOptions::default();
/// options.set("threshold", "0.6").unwrap();
/// assert_eq!(options.threshold, 0.6);
/// assert!(options.set("threshold", "60").is_err());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ParallelsOptions {
    /// Least Dice of runs of three characters, 0 to 1.
    pub threshold: f32,
    /// Most passages for a passage, most documents for a document.
    pub limit: usize,
    /// Leaves out the document of the passage; a document is never compared with itself.
    pub other_documents: bool,
}

impl Default for ParallelsOptions {
    fn default() -> Self {
        Self { threshold: 0.4, limit: 10, other_documents: false }
    }
}

impl ParallelsOptions {
    /// Names of the options that have values.
    pub const NAMES: [&str; 2] = ["threshold", "limit"];

    /// Sets an option by the name that it has on the command line and in an address.
    ///
    /// # Errors
    /// An unknown name or a bad value: the message says what is expected.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "threshold" => {
                let read = value.parse().ok().filter(|least| (0.0..=1.0).contains(least));
                self.threshold =
                    read.ok_or_else(|| format!("'{value}' is no likeness; expected a number from 0 to 1"))?;
            }
            "limit" => {
                let read = value.parse().ok().filter(|number| *number > 0);
                self.limit = read.ok_or_else(|| format!("'{value}' is no number of 1 or more"))?;
            }
            _ => return Err(format!("'{name}' is no option; options are {}", Self::NAMES.join(", "))),
        }
        Ok(())
    }
}

/// A passage that says nearly the same as another one.
#[derive(Clone, Debug, PartialEq)]
pub struct Parallel {
    /// The passage that was asked for, or one of the document that was.
    pub of: Passage,
    /// Folder of the index of the other passage, where several indexes were asked.
    pub index: Option<String>,
    /// Document of the other passage, without passages.
    pub document: Document,
    /// The other passage.
    pub passage: Passage,
    /// Dice of their runs of three characters, 0 to 1.
    pub score: f32,
    /// The longest run of characters that both have, as it stands in the first; `None` for very long passages.
    pub run: Option<String>,
    /// Their sentences side by side, the other passage as the newer text.
    pub rows: Vec<AlignedRow>,
}

/// Passages that say nearly the same as a passage, or as the passages of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Parallels {
    /// The document that was asked for, or that of the passage; without passages.
    pub document: Document,
    /// Id of the passage, where a passage was asked for.
    pub passage: Option<String>,
    /// The passages found: for a passage, those most alike first; for a document, the best counterpart of each of its
    /// passages in each other document, by document, that with most letters in common first.
    pub found: Vec<Parallel>,
    /// Least likeness of a passage that is listed.
    pub threshold: f32,
    /// Number of passages, or for a document of documents, that were found before the limit.
    pub total: usize,
    /// Number of passages that were compared with the collection.
    pub compared: usize,
    /// Number of passages that were not: tables of contents, and those of fewer than 20 letters.
    pub left_out: usize,
    /// True where the time ran out before the collection was searched for all of them.
    pub timed_out: bool,
}

/// Lists the passages that say nearly the same as a passage or a document.
///
/// The engine finds candidates: passages that hold pieces of the text, two content words in a row each, best first.
/// They are compared by runs of three characters. The request gives filters and the time limit.
///
/// # Errors
/// As [`Engine::show`] and [`Engine::search`].
pub fn parallels(
    engine: &dyn Engine,
    analyzer: &Analyzer,
    id: &str,
    request: &Request,
    options: &ParallelsOptions,
) -> Result<Parallels, SearchError> {
    let shown = engine.show(id)?;
    let (mut document, at) = (shown.document, shown.passage);
    let passages = std::mem::take(&mut document.passages);
    let asked: Vec<&Passage> = match at {
        Some(at) => passages.get(at).into_iter().collect(),
        None => passages.iter().collect(),
    };
    let mut result = Parallels {
        passage: at.and_then(|at| passages.get(at)).map(|passage| passage.id.clone()),
        document,
        found: Vec::new(),
        threshold: options.threshold,
        total: 0,
        compared: 0,
        left_out: 0,
        timed_out: false,
    };
    let of_document = result.passage.is_none();
    let most = if of_document { CANDIDATES_OF_DOCUMENT } else { CANDIDATES };
    let mut found = Vec::new();
    for passage in asked {
        let query = pieces_query(analyzer, &passage.text);
        if query.is_empty() || of_document && passage.kind == PassageKind::Toc {
            result.left_out += 1;
            continue;
        }
        if request.budget.is_spent() {
            result.timed_out = true;
            break;
        }
        let own_document = of_document || options.other_documents;
        let is_other = |found: &Found| {
            found.passage.id != passage.id && !(own_document && found.document.id == result.document.id)
        };
        let (mut alike, timed_out) =
            alike(engine, passage, Request { text: query, ..request.clone() }, most, is_other)?;
        alike.retain(|like| like.score >= options.threshold);
        result.timed_out |= timed_out;
        result.compared += 1;
        found.append(&mut alike);
    }
    if of_document {
        (result.found, result.total) = by_document(found, options.limit);
    } else {
        result.total = found.len();
        found.sort_by(by_score);
        found.truncate(options.limit);
        result.found = found;
    }
    for like in &mut result.found {
        like.run = shared_run(&like.of.text, &like.passage.text);
        like.rows = pair_sentences(analyzer, sentences(&like.of), sentences(&like.passage));
    }
    Ok(result)
}

/// Compares a passage with the candidates that the engine finds for it.
fn alike(
    engine: &dyn Engine,
    passage: &Passage,
    request: Request,
    most: usize,
    is_other: impl Fn(&Found) -> bool,
) -> Result<(Vec<Parallel>, bool), SearchError> {
    let request = Request {
        limit: most,
        offset: 0,
        group_documents: false,
        facets: false,
        variants: false,
        relax: false,
        fold_duplicates: false,
        ..request
    };
    let own = Grams::of(&passage.text);
    // A list streams all hits; a page ends after the best.
    let answer = engine.search(&request)?;
    let like = |found: Found| {
        let score = own.dice(&Grams::of(&found.passage.text));
        let Found { index, document, passage: other, .. } = found;
        Parallel { of: passage.clone(), index, document, passage: other, score, run: None, rows: Vec::new() }
    };
    let alike = answer.hits.into_iter().filter(is_other).map(like).collect();
    Ok((alike, answer.timed_out))
}

fn by_score(a: &Parallel, b: &Parallel) -> Ordering {
    b.score.total_cmp(&a.score).then_with(|| a.passage.id.cmp(&b.passage.id)).then_with(|| a.index.cmp(&b.index))
}

/// Keeps the best counterpart of each passage in each document, and the documents with most letters in common; returns
/// them in this order with the number of documents.
fn by_document(mut found: Vec<Parallel>, limit: usize) -> (Vec<Parallel>, usize) {
    found.sort_by(|a, b| a.of.index.cmp(&b.of.index).then_with(|| by_score(a, b)));
    let mut documents: HashMap<(Option<String>, String), Vec<Parallel>> = HashMap::new();
    for like in found {
        let of_document = documents.entry((like.index.clone(), like.document.id.clone())).or_default();
        if of_document.last().is_none_or(|last| last.of.id != like.of.id) {
            of_document.push(like);
        }
    }
    let total = documents.len();
    let weight =
        |list: &[Parallel]| -> f32 { list.iter().map(|like| like.score * like.of.text.chars().count() as f32).sum() };
    let mut documents: Vec<_> = documents.into_iter().map(|(key, list)| (weight(&list), key, list)).collect();
    documents.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    (documents.into_iter().take(limit).flat_map(|(.., list)| list).collect(), total)
}

/// Writes the query for passages that hold pieces of a text: two content words in a row with what stands between them.
/// The longest pieces come first: they are the rarest. Empty for a text of few letters.
fn pieces_query(analyzer: &Analyzer, text: &str) -> String {
    let analyzed = analyzer.analyze(text);
    let chars = &analyzed.folded.chars;
    if chars.iter().filter(|c| is_letter(**c)).count() < LEAST_LETTERS {
        return String::new();
    }
    let words = analyzer.words(&analyzed);
    let piece = |start: usize, end: usize| -> Option<String> {
        let chars = chars.get(start..end).filter(|chars| chars.iter().all(|c| is_letter(*c)))?;
        ((3..=LONGEST_PIECE).contains(&chars.len())).then(|| chars.iter().collect())
    };
    let pairs = words.iter().zip(words.iter().skip(1)).filter_map(|(a, b)| piece(a.start, b.end));
    let mut pieces: Vec<String> = pairs.collect();
    pieces.extend(words.iter().filter_map(|word| piece(word.start, word.end)));
    pieces.sort_by(|a, b| b.chars().count().cmp(&a.chars().count()).then_with(|| a.cmp(b)));
    pieces.dedup();
    let quoted: Vec<String> = pieces.iter().take(PIECES).map(|piece| format!("\"{piece}\"")).collect();
    quoted.join(" OR ")
}

/// Returns the longest run that both texts have, as it stands in the first.
fn shared_run(text: &str, other: &str) -> Option<String> {
    let (own, other) = (fold(text), fold(other));
    if own.chars.len().max(other.chars.len()) > LONGEST_COMPARED {
        return None;
    }
    let (start, length) = longest_run(&own.chars, &other.chars);
    let span = (length > 0).then(|| own.span(start, start + length));
    let chars = |span: crate::document::Span| text.chars().skip(span.start).take(span.end - span.start).collect();
    Some(span.map_or(String::new(), chars))
}

#[cfg(test)]
mod tests {
    use super::{pieces_query, shared_run};
    use crate::analysis::Analyzer;

    #[test]
    fn candidates_are_asked_for_by_words_in_a_row() {
        let query = pieces_query(&Analyzer::new(), "両国は重要インフラの防護に関する情報共有を進めることで一致した。");
        assert!(query.contains("\"情報共有\"") && query.contains(" OR "), "{query}");
        assert_eq!(pieces_query(&Analyzer::new(), "以上。"), "");
        let long = "電波監理審議会は情報通信行政の課題を調査する。".repeat(400);
        assert!(pieces_query(&Analyzer::new(), &long).len() < 4096);
    }

    #[test]
    fn the_shared_run_is_shown_as_written() {
        assert_eq!(shared_run("第9回 日ＥＵ・ICT対話を開催", "日EU・ICT対話は").as_deref(), Some("日ＥＵ・ICT対話"));
        assert_eq!(shared_run("甲", "乙").as_deref(), Some(""));
    }
}
