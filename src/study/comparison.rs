//! Keyness: the words that one set of passages has more often than another, by share.
//!
//! All words of the texts of the passages count, those of the queries too. A passage in both sets counts in both.

use std::cell::LazyCell;
use std::collections::HashSet;

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::opening::Opens;
use super::options::{flag, is_wanted, number, parts};
use super::passages::{all_hits, each_passage};
use super::statistics::{TwoCorpora, bonferroni};
use super::tally::{Documents, Tally, commonest};
use super::words::{Token, Words, is_stop_word};
use crate::analysis::{Analyzer, Part};
use crate::document::Span;
use crate::engine::{Engine, Found, Request, SearchError, Total};

/// Characters before and after a word in an example.
const CONTEXT: usize = 20;
/// Examples of a word, each from another document.
const EXAMPLES: usize = 3;

/// Options of [`compare`].
///
/// # Examples
/// ```
/// use fumikura::study::ComparisonOptions;
///
/// // 情報共有 as one word.
/// let mut options = ComparisonOptions::default();
/// options.set("compound", "true")?;
/// assert!(options.compound && options.limit == 50);
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparisonOptions {
    /// Fewest occurrences in the set of which a word is key.
    pub min_count: u64,
    /// Fewest documents of that set with the word.
    pub min_documents: usize,
    /// Parts of speech; an empty list means all content words.
    pub parts: Vec<Part>,
    /// Joins runs of nouns.
    pub compound: bool,
    /// Most rows of each set.
    pub limit: usize,
}

impl Default for ComparisonOptions {
    fn default() -> Self {
        Self { min_count: 3, min_documents: 2, parts: Vec::new(), compound: false, limit: 50 }
    }
}

impl ComparisonOptions {
    /// Sets an option by the name and the value that the command takes.
    ///
    /// # Errors
    /// An unknown name, or a value that the option does not take.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "min-count" => self.min_count = number(value)? as u64,
            "min-documents" => self.min_documents = number(value)?,
            "part" => self.parts.extend(parts(value)?),
            "compound" => self.compound = flag(value)?,
            "limit" => self.limit = number(value)?,
            _ => return Err(format!("unknown option '{name}'")),
        }
        Ok(())
    }
}

/// An occurrence of a keyword.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Example {
    /// Id of its document.
    pub document: String,
    /// Id of its passage.
    pub passage: String,
    /// Characters before it.
    pub left: String,
    /// The word as written.
    pub word: String,
    /// Characters after it.
    pub right: String,
}

/// A word in one of the sets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Compared {
    /// Its occurrences.
    pub count: u64,
    /// Number of documents with it.
    pub documents: usize,
    /// Gries' DP over the documents of the set.
    pub dp: f64,
}

/// A word that is key for one set.
#[derive(Clone, Debug, PartialEq)]
pub struct Keyword {
    /// The word: an inflected one in its base form, another one as the first passage writes it.
    pub word: String,
    /// Its commonest part of speech.
    pub part: Part,
    /// In the first set.
    pub a: Compared,
    /// In the second set.
    pub b: Compared,
    /// G² of two corpora, positive where the word is more frequent in the first set.
    pub log_likelihood: f64,
    /// Log Ratio of the first set against the second.
    pub log_ratio: f64,
    /// %DIFF of the first set against the second.
    pub percent_difference: f64,
    /// The query that finds its lines in the set of which it is key.
    pub opens: String,
    /// The first occurrences there, each in another document.
    pub examples: Vec<Example>,
}

/// One of the sets compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Side {
    /// The query as typed.
    pub query: String,
    /// The query as read.
    pub parsed: String,
    /// Numbers of hits.
    pub total: Total,
    /// Words of their texts.
    pub words: u64,
    /// The words that are key for it, the largest G² first.
    pub keywords: Vec<Keyword>,
    /// Number of further words that are key for it, with a smaller G².
    pub more: usize,
}

/// Two sets of passages with the words that are key for each.
///
/// # Examples
/// ```
/// # use fumikura::{Index, IndexOptions, Request, pipeline, study};
/// # let folder = tempfile::tempdir()?;
/// # let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
/// # std::fs::create_dir(&texts)?;
/// # std::fs::write(texts.join("a.txt"), "衛星の開発\n\n衛星の開発を進め、衛星を上げ、衛星を使う。\n")?;
/// # std::fs::write(texts.join("b.txt"), "郵便の改革\n\n郵便の改革を進め、郵便を守る。\n")?;
/// # pipeline::run(&IndexOptions::new(vec![texts], index.clone()), &())?;
/// # let index = Index::open(index)?;
/// let request = |text: &str| Request { text: text.to_owned(), ..Request::default() };
/// let options = study::ComparisonOptions { min_documents: 1, ..Default::default() };
/// let analyzer = fumikura::analysis::Analyzer::new();
/// let found = study::compare(&index, &analyzer, &request("衛星"), &request("郵便"), &options)?;
/// assert_eq!(found.a.keywords[0].word, "衛星");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// The first set.
    pub a: Side,
    /// The second set.
    pub b: Side,
    /// Passages in both sets, which count in both.
    pub shared: usize,
    /// Words that reach the thresholds in either set, of which each is tested.
    pub compared: usize,
    /// Content words below the thresholds in both sets, left out.
    pub below: usize,
    /// G² that a word must exceed for a significance of .05 over all words compared.
    pub bonferroni: f64,
    /// True where the time ran out: the passages read until then are counted.
    pub timed_out: bool,
    /// Warnings of both searches.
    pub warnings: Vec<String>,
}

/// Counts of one set.
#[derive(Default)]
struct Set {
    side: Side,
    passages: HashSet<String>,
    documents: Documents,
    words: FxHashMap<CompactString, InSet>,
    timed_out: bool,
    warnings: Vec<String>,
}

/// Counts of one word in a set.
#[derive(Default)]
struct InSet {
    tally: Tally,
    /// The word for people.
    written: String,
    examples: Vec<Example>,
}

/// Compares the hits of two requests by their words.
///
/// The analyzer must be that of the collection.
///
/// # Errors
/// As [`Engine::search`].
pub fn compare(
    engine: &dyn Engine,
    analyzer: &Analyzer,
    a: &Request,
    b: &Request,
    options: &ComparisonOptions,
) -> Result<Comparison, SearchError> {
    let words = Words { analyzer, compound: options.compound };
    let (mut a, mut b) = (read(engine, words, a)?, read(engine, words, b)?);
    let mut all: Vec<CompactString> = a.words.keys().chain(b.words.keys()).cloned().collect();
    all.sort_unstable();
    all.dedup();
    all.retain(|word| !is_stop_word(word) && is_wanted(part(&a, &b, word), &options.parts));
    let types = all.len();
    let reaches = |set: &Set, word: &CompactString| {
        set.words.get(word).is_some_and(|word| word.tally.reaches(options.min_count, options.min_documents))
    };
    all.retain(|word| reaches(&a, word) || reaches(&b, word));
    let mut found = Comparison {
        shared: a.passages.intersection(&b.passages).count(),
        compared: all.len(),
        below: types - all.len(),
        bonferroni: bonferroni(all.len()),
        timed_out: a.timed_out || b.timed_out,
        ..Comparison::default()
    };
    for warning in a.warnings.drain(..).chain(b.warnings.drain(..)) {
        if !found.warnings.contains(&warning) {
            found.warnings.push(warning);
        }
    }
    let (mut of_a, mut of_b) = (Vec::new(), Vec::new());
    for word in &all {
        let keyword = keyword(&a, &b, word);
        // A word with the same share in both sets is key for neither.
        if keyword.log_likelihood > 0.0 && reaches(&a, word) {
            of_a.push(keyword);
        } else if keyword.log_likelihood < 0.0 && reaches(&b, word) {
            of_b.push(keyword);
        }
    }
    found.a = finished(a, of_a, options.limit)?;
    found.b = finished(b, of_b, options.limit)?;
    Ok(found)
}

/// Returns the commonest part of speech of a word in both sets.
fn part(a: &Set, b: &Set, word: &CompactString) -> Part {
    commonest([a, b].into_iter().filter_map(|set| set.words.get(word)).map(|word| &word.tally))
}

fn keyword(a: &Set, b: &Set, word: &CompactString) -> Keyword {
    let (in_a, in_b) = (compared(a, word), compared(b, word));
    let counts = TwoCorpora { a: in_a.count, b: in_b.count, size_a: a.side.words, size_b: b.side.words };
    Keyword {
        word: word.to_string(),
        part: part(a, b, word),
        log_likelihood: counts.log_likelihood(),
        log_ratio: counts.log_ratio(),
        percent_difference: counts.percent_difference(),
        a: in_a,
        b: in_b,
        opens: String::new(),
        examples: Vec::new(),
    }
}

fn compared(set: &Set, word: &CompactString) -> Compared {
    set.words.get(word).map_or_else(Compared::default, |InSet { tally, .. }| Compared {
        count: tally.count,
        documents: tally.documents.len(),
        dp: set.documents.dp(tally),
    })
}

/// Puts the best keywords of a set into its order, with their queries and examples.
fn finished(mut set: Set, mut keywords: Vec<Keyword>, limit: usize) -> Result<Side, SearchError> {
    keywords.sort_by(|a, b| {
        let g2 = b.log_likelihood.abs().total_cmp(&a.log_likelihood.abs());
        g2.then_with(|| a.word.cmp(&b.word))
    });
    set.side.more = keywords.len().saturating_sub(limit);
    keywords.truncate(limit);
    let opens = Opens::of(&set.side.query)?;
    for keyword in &mut keywords {
        if let Some(word) = set.words.get_mut(keyword.word.as_str()) {
            keyword.examples = std::mem::take(&mut word.examples);
            keyword.word = std::mem::take(&mut word.written);
        }
        keyword.opens = opens.beside(&keyword.word);
    }
    Ok(Side { keywords, ..set.side })
}

/// Counts the words of all hits of a request.
fn read(engine: &dyn Engine, words: Words<'_>, request: &Request) -> Result<Set, SearchError> {
    let mut set = Set::default();
    let work = |found: Found| (words.of(&found.passage.text), found);
    let answer = each_passage(engine, &all_hits(request), work, |(tokens, found)| set.add(tokens, found))?;
    set.side.query.clone_from(&request.text);
    set.side.parsed = answer.parsed;
    set.side.total = answer.total;
    set.timed_out = answer.timed_out;
    set.warnings = answer.warnings;
    Ok(set)
}

impl Set {
    fn add(&mut self, tokens: Vec<Token>, found: Found) {
        let document = self.documents.add(found.document.id.clone(), tokens.len() as u64);
        self.side.words += tokens.len() as u64;
        // The characters are needed only where a word is new or still lacks an example.
        let chars: LazyCell<Vec<char>, _> = LazyCell::new(|| found.passage.text.chars().collect());
        for token in tokens {
            let word = self.words.entry(token.text.clone()).or_default();
            if word.tally.count == 0 {
                word.written = token.written(&chars);
            }
            let is_first = word.tally.add(document, token.part) == 1;
            if is_first && token.part.is_content() && word.examples.len() < EXAMPLES {
                word.examples.push(example(&found, &chars, token.span));
            }
        }
        self.passages.insert(found.passage.id.clone());
    }
}

fn example(found: &Found, chars: &[char], span: Span) -> Example {
    let on_one_line = |c: &char| if *c == '\n' { ' ' } else { *c };
    let piece = |from: usize, to: usize| chars.iter().take(to).skip(from).map(on_one_line).collect();
    Example {
        document: found.document.id.clone(),
        passage: found.passage.id.clone(),
        left: piece(span.start.saturating_sub(CONTEXT), span.start),
        word: piece(span.start, span.end),
        right: piece(span.end, span.end + CONTEXT),
    }
}
