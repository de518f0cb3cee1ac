//! Related words: words that stand in the passages of a query more often than elsewhere, as proposals for another
//! search. Nothing is searched for with them unless somebody asks.
//!
//! The best passages of the query propose words; the index then counts the passages of each, so that the numbers do not
//! depend on which passages were read.

use rustc_hash::{FxHashMap, FxHashSet};

use super::opening::Opens;
use super::passages::all_hits;
use super::statistics::log_dice;
use super::words::{Words, is_stop_word};
use crate::analysis::{Analyzer, Part, fold};
use crate::engine::{Engine, OUT_OF_TIME, Request, SearchError, Sort};
use crate::query::QueryError;

/// Best passages whose words are proposed.
const READ: usize = 200;
/// Fewest of these passages, and of their documents, that hold a proposed word.
const LEAST: (usize, usize) = (3, 2);
/// Most words whose passages are counted: each costs a search.
const COUNTED: usize = 120;
/// Share of the passages of a collection from which on a word names no topic of its own (実施, 推進), and the size of a
/// collection in which a share says so.
const COMMON: (f64, usize) = (0.04, 1000);

/// A word that is related to a query.
#[derive(Clone, Debug, PartialEq)]
pub struct RelatedWord {
    /// The word, as a passage writes it.
    pub word: String,
    /// f_xy: passages of the query with the word, in any spelling and under its other names.
    pub both: usize,
    /// f_y: passages of the filtered collection with the word.
    pub all: usize,
    /// logDice of both numbers and f_x, see [`log_dice`].
    pub log_dice: f64,
    /// The query that finds the passages with both.
    pub opens: String,
}

/// The words that are related to a query.
///
/// # Examples
/// ```
/// # use fumikura::{Index, IndexOptions, Request, pipeline, study};
/// # let folder = tempfile::tempdir()?;
/// # let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
/// # std::fs::create_dir(&texts)?;
/// # for at in 0..30 {
/// #     let text = if at < 4 { "津波の警報を衛星で伝える。" } else { "農業の統計を公表した。" };
/// #     std::fs::write(texts.join(format!("{at}.txt")), format!("第{at}号\n\n{text}\n"))?;
/// # }
/// # pipeline::run(&IndexOptions::new(vec![texts], index.clone()), &())?;
/// # let index = Index::open(index)?;
/// let request = Request { text: "津波".to_owned(), ..Request::default() };
/// let found = study::related(&index, &fumikura::analysis::Analyzer::new(), &request, 8)?;
/// assert_eq!(found.passages, 4);
/// let words: Vec<&str> = found.words.iter().map(|word| word.word.as_str()).collect();
/// assert!(words.contains(&"衛星") && !words.contains(&"農業"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Related {
    /// The query as read.
    pub parsed: String,
    /// f_x: passages of the query.
    pub passages: usize,
    /// Passages of the filtered collection.
    pub collection: usize,
    /// Best passages that proposed words.
    pub read: usize,
    /// The words, best first.
    pub words: Vec<RelatedWord>,
    /// True where the time ran out: words are missing.
    pub timed_out: bool,
    /// How the query was read, where it may be read otherwise, and warnings about the index.
    pub warnings: Vec<String>,
}

/// A proposed word: how a passage writes it, and in how many passages and documents it stands.
#[derive(Default)]
struct Proposed {
    written: String,
    passages: usize,
    documents: FxHashSet<String>,
}

/// Finds the words that are related to a query, `limit` at most. The filters of the request make the collection.
///
/// # Errors
/// A query without a word; as [`Engine::search`].
pub fn related(
    engine: &dyn Engine,
    analyzer: &Analyzer,
    request: &Request,
    limit: usize,
) -> Result<Related, SearchError> {
    let opens = Opens::of(&request.text)?;
    if !opens.has_word() {
        let said = format!("'{}' has no word of a text, to which others could be related", request.text.trim());
        return Err(QueryError::UnknownValue(said).into());
    }
    let best = Request { limit: READ, sort: Sort::Relevance, ..all_hits(request) };
    let answer = engine.search(&best)?;
    let mut found = Related {
        parsed: answer.parsed,
        passages: answer.total.passages,
        read: answer.hits.len(),
        timed_out: answer.timed_out,
        // Of the time, `timed_out` tells.
        warnings: answer.warnings.into_iter().filter(|said| !said.starts_with(OUT_OF_TIME)).collect(),
        ..Related::default()
    };
    if found.passages == 0 {
        return Ok(found);
    }
    let texts = opens.texts();
    let own = texts.iter().chain(answer.widened.iter().map(|form| &form.added)).map(|text| folded(text));
    let own: Vec<String> = own.filter(|text| !text.is_empty()).collect();
    let mut proposed: FxHashMap<String, Proposed> = FxHashMap::default();
    for hit in &answer.hits {
        let chars: Vec<char> = hit.passage.text.chars().collect();
        let mut seen = FxHashSet::default();
        for token in (Words { analyzer, compound: true }).of(&hit.passage.text) {
            let text = token.text.as_str();
            let is_own = || own.iter().any(|own| own.contains(text) || text.contains(own.as_str()));
            if token.part != Part::Noun
                || !is_name(text)
                || is_stop_word(text)
                || is_own()
                || !seen.insert(token.text.clone())
            {
                continue;
            }
            let word = proposed.entry(text.to_owned()).or_default();
            if word.passages == 0 {
                word.written = token.written(&chars);
            }
            word.passages += 1;
            word.documents.insert(hit.document.id.clone());
        }
    }
    let mut proposed: Vec<Proposed> = proposed.into_values().collect();
    proposed.retain(|word| word.passages >= LEAST.0 && word.documents.len() >= LEAST.1);
    proposed.sort_by(|a, b| b.passages.cmp(&a.passages).then_with(|| a.written.cmp(&b.written)));
    proposed.truncate(COUNTED);
    let nothing = Opens::of("")?;
    let mut count = |text: String| -> Result<usize, SearchError> {
        let answer = engine.search(&Request { text, limit: 0, ..best.clone() })?;
        found.timed_out |= answer.timed_out;
        Ok(answer.total.passages)
    };
    let collection = count(String::new())?;
    // Of each word its passages; those with the query are guessed from the passages that were read.
    let share = answer.total.passages as f64 / answer.hits.len().max(1) as f64;
    let mut guessed: Vec<(f64, usize, Proposed)> = Vec::new();
    for word in proposed {
        let all = count(nothing.beside(&word.written))?;
        if collection < COMMON.1 || all as f64 <= COMMON.0 * collection as f64 {
            let both = ((word.passages as f64 * share) as usize).min(all);
            guessed.push((log_dice(both as u64, answer.total.passages as u64, all as u64), all, word));
        }
    }
    guessed.sort_by(|(a, _, one), (b, _, other)| b.total_cmp(a).then_with(|| one.written.cmp(&other.written)));
    let mut words: Vec<RelatedWord> = Vec::new();
    for (_, all, word) in guessed {
        if words.len() == 2 * limit {
            break;
        }
        // One of several words that name nearly the same is enough.
        if words.iter().any(|known| known.word.contains(&word.written) || word.written.contains(&known.word)) {
            continue;
        }
        let opened = opens.beside(&word.written);
        let both = count(opened.clone())?;
        let log_dice = log_dice(both as u64, answer.total.passages as u64, all as u64);
        words.push(RelatedWord { word: word.written, both, all, log_dice, opens: opened });
    }
    words.sort_by(|a, b| b.log_dice.total_cmp(&a.log_dice).then_with(|| a.word.cmp(&b.word)));
    words.truncate(limit);
    Ok(Related { collection, words, ..found })
}

fn folded(text: &str) -> String {
    fold(text).chars.iter().filter(|c| !c.is_whitespace()).collect()
}

/// True for a word that may name a topic: two characters or more, and no number.
fn is_name(text: &str) -> bool {
    text.chars().count() > 1 && !text.starts_with(|c: char| c.is_ascii_digit())
}
