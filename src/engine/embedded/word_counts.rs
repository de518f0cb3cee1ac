//! Frequencies of words in the texts of passages, by the word view.
//!
//! The word view of a row holds the words of the passage and of the headings and title above it. So the words of title
//! and headings, which stand in the stored records, are subtracted for each row.

use std::collections::HashMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde::de::IgnoredAny;
use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::store::StoreReader;
use tantivy::{DocId, DocSet, TERMINATED, TantivyDocument};

use super::documents;
use super::filter::SegmentTests;
use super::segment_view::{self, Segment, each};
use crate::document::heading_text;
use crate::engine::ranking::read_query::filter_tests;
use crate::engine::{SearchError, WordCounts};
use crate::index::{IndexError, OpenIndex, flag};
use crate::query::budget::{Pace, Watch};
use crate::query::filter::FilterTests;
use crate::query::{Budget, Filters};

/// Blocks of the store that are kept while its records are read in order.
const STORE_BLOCKS: usize = 2;

/// Title of a document, as its record holds it.
#[derive(Deserialize)]
struct OfDocument {
    document: Titled,
}

#[derive(Deserialize)]
struct Titled {
    title: String,
}

/// Headings of a passage, as its record holds them beside the id of the document.
#[derive(Deserialize)]
struct OfPassage(IgnoredAny, Headed);

#[derive(Deserialize)]
struct Headed {
    #[serde(default)]
    heading: Vec<String>,
}

/// Counts of one segment.
#[derive(Default)]
struct Counted {
    counts: WordCounts,
    /// Number of passages below each title and below each list of headings.
    above: HashMap<String, u64>,
}

/// Counts words in the texts of the passages that pass the filters.
///
/// # Errors
/// An unknown partner or theme, or an index that cannot be read.
pub(super) fn word_counts(
    index: &OpenIndex,
    words: &[&str],
    filters: &Filters,
    budget: &Budget,
) -> Result<WordCounts, SearchError> {
    let tests = filter_tests(filters, &[], documents::roots(index))?;
    // A search that was cut still shows its windows, and no measure is right without the counts of the collection: they
    // get the little time that showing hits gets.
    let watch = Arc::new(Watch::new(budget.clone()).showing());
    let segments = segment_view::open(index, &watch)?;
    let places: FxHashMap<&[u8], usize> =
        words.iter().enumerate().map(|(at, word)| (str::as_bytes(word), at)).collect();
    let all = each(&segments, |_, segment| count(index, segment, &tests, &places))?;
    let mut counts = WordCounts { of_words: vec![0; words.len()], ..WordCounts::default() };
    let mut above: HashMap<String, u64> = HashMap::new();
    for counted in all {
        counts.add(&counted.counts);
        for (text, passages) in counted.above {
            *above.entry(text).or_default() += passages;
        }
    }
    let analyzer = index.analyzer();
    for (text, passages) in above {
        for word in analyzer.words(&analyzer.analyze(&text)) {
            counts.tokens = counts.tokens.saturating_sub(passages);
            let place = places.get(word.text().as_bytes());
            if let Some(count) = place.and_then(|place| counts.of_words.get_mut(*place)) {
                *count = count.saturating_sub(passages);
            }
        }
    }
    counts.timed_out = watch.was_cut();
    Ok(counts)
}

fn count(
    index: &OpenIndex,
    segment: &Segment<'_>,
    tests: &FilterTests,
    places: &FxHashMap<&[u8], usize>,
) -> Result<Counted, IndexError> {
    let mut counted = Counted::default();
    counted.counts.of_words = vec![0; places.values().max().map_or(0, |last| last + 1)];
    let passing = passing(index, segment, tests, &mut counted)?;
    let damaged = |error| index.damaged(error);
    let inverted = segment.reader.inverted_index(index.fields().words).map_err(damaged)?;
    let mut terms = inverted.terms().stream().map_err(|error| index.damaged(error))?;
    let mut pace = Pace::new(&segment.watch);
    while terms.advance() {
        let info = terms.value();
        if pace.is_over(u64::from(info.doc_freq)) {
            break;
        }
        let mut postings = inverted
            .read_postings_from_terminfo(info, IndexRecordOption::WithFreqs)
            .map_err(|error| index.damaged(error))?;
        let mut count = 0;
        let mut doc = postings.doc();
        while doc != TERMINATED {
            if passing.get(doc as usize) == Some(&true) {
                count += u64::from(postings.term_freq());
            }
            doc = postings.advance();
        }
        counted.counts.tokens += count;
        if let Some(place) = places.get(terms.key()).and_then(|place| counted.counts.of_words.get_mut(*place)) {
            *place = count;
        }
    }
    Ok(counted)
}

/// Returns for each row whether it is a live passage that passes, and counts the titles and headings above them.
fn passing(
    index: &OpenIndex,
    segment: &Segment<'_>,
    tests: &FilterTests,
    counted: &mut Counted,
) -> Result<Vec<bool>, IndexError> {
    let rows = segment.reader.max_doc();
    let all_pass = tests.is_empty();
    let tests = SegmentTests::new(segment, tests);
    let store = segment.reader.get_store_reader(STORE_BLOCKS).map_err(|error| index.damaged(error))?;
    let mut passing = vec![false; rows as usize];
    let mut pace = Pace::new(&segment.watch);
    let mut document: Option<DocId> = None;
    let mut below = 0;
    let title = |row: Option<DocId>, passages: u64, counted: &mut Counted| -> Result<(), IndexError> {
        let Some(row) = row.filter(|_| passages > 0) else { return Ok(()) };
        let found: OfDocument = index.parsed(&record(index, &store, row)?)?;
        *counted.above.entry(found.document.title).or_default() += passages;
        Ok(())
    };
    for row in 0..rows {
        if pace.is_over(1) {
            break;
        }
        if segment.flags.first(row).unwrap_or(0) & flag::NO_PASSAGE != 0 {
            title(document.replace(row), std::mem::take(&mut below), counted)?;
            continue;
        }
        if segment.reader.is_deleted(row) || !(all_pass || tests.passed(segment, row).all()) {
            continue;
        }
        if let Some(passes) = passing.get_mut(row as usize) {
            *passes = true;
        }
        below += 1;
        counted.counts.passages += 1;
        let OfPassage(_, passage) = index.parsed(&record(index, &store, row)?)?;
        if !passage.heading.is_empty() {
            *counted.above.entry(heading_text(&passage.heading)).or_default() += 1;
        }
    }
    title(document, below, counted)?;
    Ok(passing)
}

/// Reads the record of a row.
fn record(index: &OpenIndex, store: &StoreReader, row: DocId) -> Result<TantivyDocument, IndexError> {
    store.get(row).map_err(|error| index.damaged(error))
}
