//! How often words stand in the texts. The engine holds the words of a passage together with those of its headings and
//! title, so they are counted in texts.

use std::collections::HashMap;

use super::Cluster;
use super::columns::Row;
use super::gather::narrowed;
use super::reading;
use super::values::passed;
use crate::analysis::Analyzer;
use crate::engine::ranking::read_query::filter_tests;
use crate::engine::{Request, SearchError, WordCounts};
use crate::query::budget::Watch;
use crate::query::filter::FilterTests;
use crate::query::{Budget, Filters};

/// Counts words in the texts of the passages that pass filters.
pub(super) fn word_counts(
    cluster: &Cluster,
    words: &[&str],
    filters: &Filters,
    budget: &Budget,
) -> Result<WordCounts, SearchError> {
    let watch = Watch::new(budget.clone()).showing();
    let tests = filter_tests(filters, &[], cluster.roots.clone())?;
    let query = narrowed(&Request::default(), &tests);
    let places: HashMap<&str, usize> = words.iter().enumerate().map(|(at, word)| (*word, at)).collect();
    let counting = Counting { analyzer: &cluster.analyzer, tests: &tests, places: &places, watch: &watch };
    let mut counts = WordCounts { of_words: vec![0; words.len()], ..WordCounts::default() };
    let lacks =
        reading::texts(&cluster.pinned, &query, (usize::MAX, &watch), Ok, |rows| counting.add(&rows, &mut counts))?;
    counts.timed_out |= lacks.is_some() || watch.was_cut();
    Ok(counts)
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
