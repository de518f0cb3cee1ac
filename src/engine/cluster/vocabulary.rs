//! Words of the texts: how often they stand there, and those that begin as typed.
//!
//! The engine holds the words of a passage together with those of its headings and title, and has no list of the words
//! of a field. So both are read from texts.

use std::collections::{BTreeSet, HashMap};

use serde_json::json;

use super::gather::narrowed;
use super::reading::{self, Row};
use super::score::wired;
use super::values::passed;
use super::{Cluster, Opened, lower};
use crate::analysis::Analyzer;
use crate::document::heading_text;
use crate::engine::ranking::read_query::filter_tests;
use crate::engine::{Request, SearchError, WordCounts};
use crate::index::IndexedPassage;
use crate::query::budget::Watch;
use crate::query::filter::FilterTests;
use crate::query::{Budget, Filters};

/// Number of passages in which words that begin as typed are looked for.
const SAMPLE: usize = 100;
/// Most digits of the numbers of documents by which passages are read in parts.
const MOST_DIGITS: usize = 4;

/// Counts words in the texts of the passages that pass filters. The texts are read part by part, by the first digits of
/// the numbers of their documents, so that memory does not grow with the collection.
pub(super) fn word_counts(
    cluster: &Cluster,
    opened: &Opened,
    words: &[&str],
    filters: &Filters,
    budget: &Budget,
) -> Result<WordCounts, SearchError> {
    let watch = Watch::new(budget.clone()).showing();
    let tests = filter_tests(filters, &[], opened.roots.clone())?;
    let query = narrowed(&Request::default(), &tests);
    let places: HashMap<&str, usize> = words.iter().enumerate().map(|(at, word)| (*word, at)).collect();
    let counting = Counting { analyzer: &opened.analyzer, tests: &tests, places: &places, watch: &watch };
    let mut counts = WordCounts { of_words: vec![0; words.len()], ..WordCounts::default() };
    let mut parts = vec![String::new()];
    if reading::count(&cluster.wire, cluster.wire.name(), "p")? > reading::MOST_CANDIDATES / 2 {
        parts = digits("");
    }
    while let Some(part) = parts.pop() {
        let mut asked = vec![query.clone()];
        if !part.is_empty() {
            asked.push(json!({ "prefix": { "document": { "value": part } } }));
        }
        let found = reading::candidates(&cluster.wire, &lower::all_of(asked, Vec::new()), &watch)?;
        if found.rows.len() >= reading::MOST_CANDIDATES && part.len() < MOST_DIGITS {
            parts.extend(digits(&part));
            continue;
        }
        counting.add(&found.rows, &mut counts);
        counts.timed_out |= found.lacks.is_some() || watch.is_over();
        if counts.timed_out {
            break;
        }
    }
    Ok(counts)
}

/// Returns a beginning with each hexadecimal digit behind it.
fn digits(beginning: &str) -> Vec<String> {
    "0123456789abcdef".chars().map(|digit| format!("{beginning}{digit}")).collect()
}

/// What words are counted with.
struct Counting<'a> {
    analyzer: &'a Analyzer,
    tests: &'a FilterTests,
    places: &'a HashMap<&'a str, usize>,
    watch: &'a Watch,
}

impl Counting<'_> {
    /// Counts the words of some rows, on all processors: finding words is most of the work.
    fn add(&self, rows: &[Row], counts: &mut WordCounts) {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let share = rows.len().div_ceil(threads).max(1);
        let all: Vec<WordCounts> = std::thread::scope(|scope| {
            let running: Vec<_> = rows.chunks(share).map(|rows| scope.spawn(|| self.of(rows))).collect();
            running.into_iter().filter_map(|one| one.join().ok()).collect()
        });
        counts.timed_out |= all.len() < rows.chunks(share).len();
        all.iter().for_each(|one| counts.add(one));
    }

    fn of(&self, rows: &[Row]) -> WordCounts {
        let mut counts = WordCounts { of_words: vec![0; self.places.len()], ..WordCounts::default() };
        for row in rows {
            if self.watch.is_over() {
                counts.timed_out = true;
                break;
            }
            let Some((_, passage)) = row.record.as_ref().filter(|_| passed(self.tests, row).all()) else { continue };
            counts.passages += 1;
            for word in self.analyzer.words(&self.analyzer.analyze(&passage.text)) {
                counts.tokens += 1;
                let place = self.places.get(word.text()).and_then(|place| counts.of_words.get_mut(*place));
                if let Some(count) = place {
                    *count += 1;
                }
            }
        }
        counts
    }
}

/// Returns words that begin with folded letters and go on, the shortest first: those of the first passages that hold
/// such words.
pub(super) fn completions(cluster: &Cluster, beginning: &str, most: usize) -> Result<Vec<String>, SearchError> {
    if beginning.is_empty() {
        return Ok(Vec::new());
    }
    let begins = json!({ "prefix": { "words": { "value": wired(beginning) } } });
    let query = lower::all_of(vec![lower::term("kind", "p"), begins], Vec::new());
    reading::checked(&cluster.wire, &query)?;
    let body = json!({
        "size": SAMPLE, "query": query, "sort": [{ "document": "asc" }, { "position": "asc" }],
        "_source": ["record"], "track_total_hits": false,
    });
    let answer = reading::from_all_shards(&cluster.wire, cluster.wire.name(), &body)?;
    let mut found = BTreeSet::new();
    for hit in answer["hits"]["hits"].as_array().into_iter().flatten() {
        let passage = reading::record::<IndexedPassage>(&hit["_source"])?.passage;
        for text in [passage.text, heading_text(&passage.heading)] {
            let words = cluster.opened.analyzer.words(&cluster.opened.analyzer.analyze(&text));
            let words = words.iter().map(|word| word.text()).filter(|word| word.starts_with(beginning));
            found.extend(words.filter(|word| *word != beginning).map(str::to_owned));
        }
    }
    let mut found: Vec<String> = found.into_iter().collect();
    found.sort_by_key(|word| word.chars().count());
    found.truncate(most);
    Ok(found)
}
