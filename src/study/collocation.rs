//! Collocates: the words that stand beside the occurrences of a query more often than elsewhere.
//!
//! A word of a window counts once, however many windows share it. The occurrences of the query never count, and no
//! window leaves its passage. An occurrence inside a longer word (tier `substring`) is no occurrence of the word.

use std::cell::LazyCell;
use std::str::FromStr;

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::opening::Opens;
use super::options::{flag, is_wanted, number, parts};
use super::passages::{all_hits, each_passage};
use super::statistics::{FourCells, bonferroni, log_dice, mi3, t_score};
use super::tally::{Documents, Tally, commonest};
use super::window::{Window, beside};
use super::words::{Token, Words, is_stop_word};
use crate::analysis::{Analyzer, Part};
use crate::engine::{Answer, Engine, Found, Request, SearchError, Total, WordCounts};
use crate::query::place::spans;
use crate::query::{QueryError, Tier};

/// The measure by which collocates are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// Typical partners, whatever the size of the collection.
    #[default]
    LogDice,
    /// Mutual information with the frequency cubed.
    Mi3,
    /// Certain and mostly frequent partners.
    T,
    /// Significance: G² of the four cells.
    LogLikelihood,
}

impl Measure {
    /// All measures.
    pub const ALL: [Self; 4] = [Self::LogDice, Self::Mi3, Self::T, Self::LogLikelihood];

    /// Returns the name used on the command line and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LogDice => "log-dice",
            Self::Mi3 => "mi3",
            Self::T => "t",
            Self::LogLikelihood => "log-likelihood",
        }
    }
}

impl FromStr for Measure {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|measure| measure.name() == text);
        known.ok_or_else(|| format!("expected {}", Self::ALL.map(Self::name).join(", ")))
    }
}

/// Options of [`collocates`].
///
/// # Examples
/// ```
/// use fumikura::study::{CollocationOptions, Window};
///
/// // The words in the sentences of 情報共有.
/// let mut options = CollocationOptions::default();
/// options.set("window", "sentence")?;
/// assert_eq!((options.window, options.min_count), (Window::Sentence, 3));
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollocationOptions {
    /// The words that count.
    pub window: Window,
    /// The order of the rows.
    pub measure: Measure,
    /// Fewest occurrences beside the query.
    pub min_count: u64,
    /// Fewest documents with such an occurrence.
    pub min_documents: usize,
    /// Parts of speech; an empty list means all content words.
    pub parts: Vec<Part>,
    /// Joins runs of nouns.
    pub compound: bool,
    /// Most rows.
    pub limit: usize,
}

impl Default for CollocationOptions {
    fn default() -> Self {
        Self {
            window: Window::Words(5),
            measure: Measure::default(),
            min_count: 3,
            min_documents: 2,
            parts: Vec::new(),
            compound: false,
            limit: 50,
        }
    }
}

impl CollocationOptions {
    /// Sets an option by the name and the value that the command takes.
    ///
    /// # Errors
    /// An unknown name, or a value that the option does not take.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "window" => self.window = value.parse()?,
            "measure" => self.measure = value.parse()?,
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

/// A word that stands beside the query.
#[derive(Clone, Debug, PartialEq)]
pub struct Collocate {
    /// The word: an inflected one in its base form, another one as the first passage writes it.
    pub word: String,
    /// Its commonest part of speech in the windows.
    pub part: Part,
    /// f_xy: its occurrences in the windows.
    pub both: u64,
    /// f_y: its occurrences in the filtered collection.
    pub all: u64,
    /// Number of documents with it in a window.
    pub documents: usize,
    /// See [`log_dice`].
    pub log_dice: f64,
    /// See [`mi3`].
    pub mi3: f64,
    /// See [`t_score`].
    pub t: f64,
    /// G² of the four cells, negative where the word avoids the query.
    pub log_likelihood: f64,
    /// Log Ratio of the windows against the rest of the collection.
    pub log_ratio: f64,
    /// Gries' DP over documents, each as large as its windows.
    pub dp: f64,
    /// The query that finds its lines.
    pub opens: String,
}

impl Collocate {
    /// Returns the value of a measure.
    pub fn value(&self, measure: Measure) -> f64 {
        match measure {
            Measure::LogDice => self.log_dice,
            Measure::Mi3 => self.mi3,
            Measure::T => self.t,
            Measure::LogLikelihood => self.log_likelihood,
        }
    }
}

/// The collocates of a query, with all numbers that they rest on.
///
/// # Examples
/// ```
/// # use fumikura::{Index, IndexOptions, Request, pipeline, study};
/// # let folder = tempfile::tempdir()?;
/// # let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
/// # std::fs::create_dir(&texts)?;
/// # let text = "情報共有の体制を整える。情報共有の体制を見直す。情報共有の体制を保つ。\n";
/// # std::fs::write(texts.join("a.txt"), format!("日米対話\n\n{text}"))?;
/// # pipeline::run(&IndexOptions::new(vec![texts], index.clone()), &())?;
/// # let index = Index::open(index)?;
/// let request = Request { text: "情報共有".to_owned(), ..Request::default() };
/// let options = study::CollocationOptions { min_documents: 1, ..Default::default() };
/// let found = study::collocates(&index, &fumikura::analysis::Analyzer::new(), &request, &options)?;
/// assert_eq!(found.occurrences, 3);
/// assert_eq!((found.rows[0].word.as_str(), found.rows[0].both, found.rows[0].all), ("体制", 3, 3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Collocates {
    /// The query as read.
    pub parsed: String,
    /// Numbers of hits.
    pub total: Total,
    /// f_x: occurrences of the query in the texts of the hits; occurrences that touch are one.
    pub occurrences: u64,
    /// Occurrences inside longer words, which are left out.
    pub substrings: u64,
    /// R1: words in the windows.
    pub window_words: u64,
    /// N: words of the filtered collection.
    pub collection_words: u64,
    /// Passages of the filtered collection.
    pub collection_passages: usize,
    /// Words that reach the thresholds, of which each is tested.
    pub compared: usize,
    /// Content words below the thresholds, left out.
    pub below: usize,
    /// The collocates, best first.
    pub rows: Vec<Collocate>,
    /// G² that a row must exceed for a significance of .05 over all words compared.
    pub bonferroni: f64,
    /// True where the time ran out: the windows read until then are counted.
    pub timed_out: bool,
    /// Warnings of the search.
    pub warnings: Vec<String>,
}

/// Counts of one passage.
struct OfPassage {
    document: String,
    occurrences: u64,
    substrings: u64,
    /// Each word of the windows, with its distance in characters.
    words: Vec<(Token, usize)>,
    text: String,
}

/// Counts of one word beside the query.
#[derive(Default)]
struct Beside {
    tally: Tally,
    /// The word for people.
    written: String,
    /// Its greatest distance, in characters.
    farthest: usize,
}

/// The windows of all hits.
struct Windows {
    answer: Answer,
    occurrences: u64,
    substrings: u64,
    /// Each as large as its windows.
    documents: Documents,
    words: FxHashMap<CompactString, Beside>,
}

impl Windows {
    fn read(engine: &dyn Engine, request: &Request, words: Words<'_>, window: Window) -> Result<Self, SearchError> {
        let mut all = Self {
            answer: Answer::default(),
            occurrences: 0,
            substrings: 0,
            documents: Documents::default(),
            words: FxHashMap::default(),
        };
        let work = |found| read(words, window, found);
        all.answer = each_passage(engine, request, work, |passage| all.add(passage))?;
        Ok(all)
    }

    fn add(&mut self, passage: OfPassage) {
        self.occurrences += passage.occurrences;
        self.substrings += passage.substrings;
        if passage.words.is_empty() {
            return;
        }
        let document = self.documents.add(passage.document, passage.words.len() as u64);
        // A word is shown as the first passage writes it.
        let chars: LazyCell<Vec<char>, _> = LazyCell::new(|| passage.text.chars().collect());
        for (token, distance) in passage.words {
            let beside = self.words.entry(token.text.clone()).or_default();
            if beside.tally.count == 0 {
                beside.written = token.written(&chars);
            }
            beside.tally.add(document, token.part);
            beside.farthest = distance.max(beside.farthest);
        }
    }
}

/// Finds the collocates of a query. The filters of the request make the collection; a condition inside the query
/// (`partner:米国`) is a part of the query.
///
/// The analyzer must be that of the collection: with another cut, frequencies would belong to other words.
///
/// # Errors
/// A query without a word; as [`Engine::search`]; too little time to count the words of the collection.
pub fn collocates(
    engine: &dyn Engine,
    analyzer: &Analyzer,
    request: &Request,
    options: &CollocationOptions,
) -> Result<Collocates, SearchError> {
    let request = all_hits(request);
    let opens = Opens::of(&request.text)?;
    if !opens.has_word() {
        let said = format!(
            "'{}' has no word of a text; collocates stand beside a word, and compare compares sets of passages",
            request.text.trim()
        );
        return Err(QueryError::UnknownValue(said).into());
    }
    let words = Words { analyzer, compound: options.compound };
    let windows = Windows::read(engine, &request, words, options.window)?;
    let mut found = Collocates {
        parsed: windows.answer.parsed,
        total: windows.answer.total,
        warnings: windows.answer.warnings,
        timed_out: windows.answer.timed_out,
        occurrences: windows.occurrences,
        substrings: windows.substrings,
        window_words: windows.documents.words(),
        ..Collocates::default()
    };
    let mut kept: Vec<(CompactString, Beside)> = windows.words.into_iter().collect();
    kept.retain(|(word, beside)| is_wanted(commonest([&beside.tally]), &options.parts) && !is_stop_word(word));
    let types = kept.len();
    kept.retain(|(_, beside)| beside.tally.reaches(options.min_count, options.min_documents));
    kept.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    found.compared = kept.len();
    found.below = types - kept.len();
    found.bonferroni = bonferroni(found.compared);
    let names: Vec<&str> = kept.iter().map(|(word, _)| word.as_str()).collect();
    let counts = collection(engine, words, &request, &names)?;
    found.collection_words = counts.tokens;
    found.collection_passages = counts.passages;
    let row = |((_, beside), all): ((CompactString, Beside), &u64)| {
        let farthest = beside.farthest;
        (collocate(&found, &windows.documents, beside, *all), farthest)
    };
    let mut rows: Vec<(Collocate, usize)> = kept.into_iter().zip(&counts.of_words).map(row).collect();
    let measure = options.measure;
    rows.sort_by(|(a, _), (b, _)| {
        let value = b.value(measure).total_cmp(&a.value(measure));
        value.then(b.both.cmp(&a.both)).then_with(|| a.word.cmp(&b.word))
    });
    rows.truncate(options.limit);
    let opened = |(row, farthest): (Collocate, usize)| {
        let bond = match options.window {
            Window::Words(_) => opens.near(&row.word, farthest),
            Window::Sentence => opens.in_sentence(&row.word),
            Window::Passage => opens.beside(&row.word),
        };
        Collocate { opens: bond, ..row }
    };
    found.rows = rows.into_iter().map(opened).collect();
    Ok(found)
}

/// Computes the measures of a word with its occurrences in the collection.
fn collocate(found: &Collocates, documents: &Documents, beside: Beside, all: u64) -> Collocate {
    let Beside { tally, written, .. } = beside;
    let (both, node, words) = (tally.count, found.occurrences, found.collection_words);
    let cells = FourCells { both, row: found.window_words, column: all, all: words };
    Collocate {
        word: written,
        part: commonest([&tally]),
        both,
        all,
        documents: tally.documents.len(),
        log_dice: log_dice(both, node, all),
        mi3: mi3(both, node, all, words),
        t: t_score(both, node, all, words),
        log_likelihood: cells.log_likelihood(),
        log_ratio: cells.log_ratio(),
        dp: documents.dp(&tally),
        opens: String::new(),
    }
}

/// Counts words in the filtered collection. The postings know words and not compounds, so compounds are counted in the
/// texts.
fn collection(
    engine: &dyn Engine,
    words: Words<'_>,
    request: &Request,
    names: &[&str],
) -> Result<WordCounts, SearchError> {
    let counts = if words.compound {
        let places: FxHashMap<&str, usize> = names.iter().enumerate().map(|(at, name)| (*name, at)).collect();
        let mut counts = WordCounts { of_words: vec![0; names.len()], ..WordCounts::default() };
        let everything = Request { text: String::new(), ..request.clone() };
        let count = |found: Found| {
            let tokens = words.of(&found.passage.text);
            let places: Vec<usize> =
                tokens.iter().filter_map(|token| places.get(token.text.as_str()).copied()).collect();
            (tokens.len() as u64, places)
        };
        let answer = each_passage(engine, &everything, count, |(tokens, places)| {
            counts.passages += 1;
            counts.tokens += tokens;
            for place in places {
                if let Some(count) = counts.of_words.get_mut(place) {
                    *count += 1;
                }
            }
        })?;
        WordCounts { timed_out: answer.timed_out, ..counts }
    } else {
        engine.word_counts(names, &request.filters, &request.budget)?
    };
    if counts.timed_out {
        let how = if words.compound { ", leave out --compound, which reads every passage," } else { "" };
        let said = format!(
            "the time ran out before the words of the collection were counted: without them no measure is right; \
             raise --timeout{how} or narrow the collection by filters"
        );
        return Err(QueryError::UnknownValue(said).into());
    }
    Ok(counts)
}

/// Counts the words beside the occurrences in a passage.
fn read(words: Words<'_>, window: Window, found: Found) -> OfPassage {
    let marks = &found.marks.body;
    let is_word = |tier: Tier| tier != Tier::Substring;
    let nodes = spans(&marks.iter().filter(|mark| is_word(mark.tier)).copied().collect::<Vec<_>>());
    OfPassage {
        document: found.document.id,
        occurrences: nodes.len() as u64,
        substrings: marks.iter().filter(|mark| !is_word(mark.tier)).count() as u64,
        words: beside(words, &found.passage.text, &nodes, window),
        text: found.passage.text,
    }
}

#[cfg(test)]
mod tests {
    use super::{CollocationOptions, Measure, Window};
    use crate::analysis::Part;

    #[test]
    fn options_are_read_by_their_names() {
        let mut options = CollocationOptions::default();
        for (name, value) in
            [("window", "passage"), ("measure", "mi3"), ("min-count", "1"), ("part", "noun,verb"), ("compound", "true")]
        {
            options.set(name, value).unwrap_or_else(|error| panic!("{name}={value}: {error}"));
        }
        assert_eq!((options.window, options.measure, options.compound), (Window::Passage, Measure::Mi3, true));
        assert_eq!(options.parts, [Part::Noun, Part::Verb]);
        for (name, value) in [("window", "0"), ("window", "line"), ("measure", "pmi"), ("part", "suffix"), ("x", "1")] {
            assert!(options.set(name, value).is_err(), "{name}={value}");
        }
    }
}
