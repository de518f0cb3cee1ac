//! The segments of an index as a query sees them: columns, character views, filters by ordinals.
//!
//! Invariant: scores use counts of live documents, summed over all segments before any other calculation. So a score
//! depends neither on the division into segments nor on deleted documents.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tantivy::columnar::{Column, StrColumn};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, SegmentReader, Term};

use super::char_view::{CharView, meet, pairs_of};
use crate::engine::ranking::hit::Hit;
use crate::index::{Fields, IndexError, OpenIndex, flag};
use crate::query::budget::Watch;
use crate::query::{Alternative, Field};

/// Columns and character views of a segment.
pub(super) struct Segment<'a> {
    pub reader: &'a SegmentReader,
    /// Time limit of the work on it.
    pub watch: Arc<Watch>,
    pub body: CharView,
    pub heading: CharView,
    pub title: CharView,
    pub document: Column<u64>,
    pub flags: Column<u64>,
    pub partner: Option<StrColumn>,
    pub theme: Option<StrColumn>,
    pub commitment: Option<StrColumn>,
    pub series: Option<StrColumn>,
    pub date_start: Column<u64>,
    pub date_end: Column<u64>,
    /// Deleted rows, sorted.
    deleted: Vec<DocId>,
}

/// Opens the segments of an index with their columns, once for each query.
pub(super) fn open<'a>(index: &'a OpenIndex, watch: &Arc<Watch>) -> Result<Vec<Segment<'a>>, IndexError> {
    let open = |reader| Segment::open(reader, index.fields(), watch).map_err(|error| index.damaged(error));
    index.searcher().segment_readers().iter().map(open).collect()
}

impl<'a> Segment<'a> {
    fn open(reader: &'a SegmentReader, fields: &Fields, watch: &Arc<Watch>) -> tantivy::Result<Self> {
        let fast = reader.fast_fields();
        let number = |name: &str| -> tantivy::Result<Column<u64>> {
            Ok(fast.column_opt::<u64>(name)?.unwrap_or_else(|| Column::build_empty_column(reader.max_doc())))
        };
        Ok(Segment {
            reader,
            watch: watch.clone(),
            body: CharView::open(reader, fields.body, watch.clone())?,
            heading: CharView::open(reader, fields.heading, watch.clone())?,
            title: CharView::open(reader, fields.title, watch.clone())?,
            document: number("document")?,
            flags: number("flags")?,
            partner: fast.str("partner")?,
            theme: fast.str("theme")?,
            commitment: fast.str("commitment")?,
            series: fast.str("series")?,
            date_start: number("date_start")?,
            date_end: number("date_end")?,
            deleted: match reader.alive_bitset() {
                Some(alive) => (0..reader.max_doc()).filter(|doc| alive.is_deleted(*doc)).collect(),
                None => Vec::new(),
            },
        })
    }

    /// Returns the number of live rows: passages, documents and files.
    pub fn rows(&self) -> u64 {
        u64::from(self.reader.num_docs())
    }

    /// Returns the number of live rows of a posting list.
    ///
    /// # Errors
    /// Postings that cannot be read.
    pub fn live(&self, info: &TermInfo, open: impl Fn(&TermInfo) -> io::Result<SegmentPostings>) -> io::Result<u64> {
        let mut live = u64::from(info.doc_freq);
        if live > 0 && !self.deleted.is_empty() {
            meet(&mut open(info)?, &self.deleted, |_, _| live -= 1);
        }
        Ok(live)
    }

    /// Returns the number of live rows with a term.
    ///
    /// # Errors
    /// A segment that cannot be read.
    pub fn live_with(&self, term: &Term) -> tantivy::Result<u64> {
        let inverted = self.reader.inverted_index(term.field())?;
        let Some(info) = inverted.get_term_info(term)? else { return Ok(0) };
        Ok(self.live(&info, |info| inverted.read_postings_from_terminfo(info, IndexRecordOption::Basic))?)
    }

    /// Subtracts the deleted texts from the length of all texts of a field.
    pub fn live_length(&self, all: u64, norms: &FieldNormReader) -> u64 {
        all - self.deleted.iter().map(|doc| u64::from(norms.fieldnorm(*doc))).sum::<u64>()
    }

    /// Returns the number of live passages with a pair of characters; a passage with several flags counts several
    /// times.
    ///
    /// # Errors
    /// Postings that cannot be read.
    pub fn live_with_pair(&self, terms: &[(TermInfo, u8)]) -> io::Result<u64> {
        terms.iter().map(|(info, _)| self.live(info, |info| self.body.postings(info, IndexRecordOption::Basic))).sum()
    }

    /// Returns the number of live passages for each pair of each alternative, as input of [`holding`].
    ///
    /// # Errors
    /// Postings that cannot be read.
    pub fn live_with_pairs(&self, alternatives: &[Alternative]) -> io::Result<Vec<u64>> {
        let pairs = alternatives.iter().flat_map(|alternative| pairs_of(&alternative.chars));
        pairs.map(|(_, pair)| self.live_with_pair(&self.body.terms(pair)?)).collect()
    }

    /// Returns the character views with their fields.
    pub fn views(&self) -> [(Field, &CharView); 3] {
        [(Field::Body, &self.body), (Field::Heading, &self.heading), (Field::Title, &self.title)]
    }
}

/// Estimates the number of passages that hold any alternative, from the rarest pair of each. The input is the counts
/// of each segment.
pub(super) fn holding(alternatives: &[Alternative], mut of_segments: impl Iterator<Item = Vec<u64>>) -> u64 {
    let mut counts = of_segments.next().unwrap_or_default();
    of_segments.for_each(|more| counts.iter_mut().zip(more).for_each(|(count, more)| *count += more));
    let mut counts = counts.into_iter();
    let rarest =
        |alternative: &Alternative| counts.by_ref().take(pairs_of(&alternative.chars).len()).min().unwrap_or(0);
    alternatives.iter().map(rarest).sum()
}

/// Number of rows from which several threads work on the segments.
const PARALLEL_ROWS: u64 = 200_000;

/// Runs some work for each segment and returns the results. In a large index, all processors work on the segments.
///
/// # Errors
/// The first error of the work.
pub(super) fn each<'a, T: Send>(
    segments: &'a [Segment<'a>],
    work: impl Fn(usize, &'a Segment<'a>) -> Result<T, IndexError> + Sync,
) -> Result<Vec<T>, IndexError> {
    let rows: u64 = segments.iter().map(|segment| u64::from(segment.reader.max_doc())).sum();
    let threads = if rows < PARALLEL_ROWS {
        1
    } else {
        std::thread::available_parallelism().map_or(1, usize::from).min(segments.len())
    };
    in_turns(threads, segments.len(), |ordinal| work(ordinal, &segments[ordinal])).into_iter().collect()
}

/// Runs some work for each number below a count with some threads, including this one, and returns the results in
/// order.
fn in_turns<T: Send>(threads: usize, count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let take = || {
        let numbers =
            std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)).filter(|number| *number < count));
        numbers.map(|number| (number, work(number))).collect::<Vec<_>>()
    };
    let mut done = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(take)).collect();
        let mut done = take();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Returns the values of a column, by ordinal.
pub(super) fn values(column: &StrColumn) -> Vec<String> {
    let mut values = Vec::with_capacity(column.num_terms());
    let Ok(mut stream) = column.dictionary().stream() else { return values };
    while stream.advance() {
        values.push(String::from_utf8_lossy(stream.key()).into_owned());
    }
    values
}

/// Returns the first day of the document of a hit; `None` for an undated document.
pub(super) fn document_day(segments: &[Segment<'_>], hit: &Hit) -> Option<u64> {
    flag::date_source(hit.flags)?;
    segments.get(hit.address.segment_ord as usize)?.date_start.first(hit.address.doc_id)
}

#[cfg(test)]
mod tests {
    use super::in_turns;

    #[test]
    fn turns_come_back_in_order_whoever_took_them() {
        for threads in [1, 2, 5] {
            let slow_at_first = |number: usize| {
                std::thread::sleep(std::time::Duration::from_micros(200 / (number as u64 + 1)));
                number * 2
            };
            assert_eq!(
                in_turns(threads, 40, slow_at_first),
                (0..40).map(|number| number * 2).collect::<Vec<_>>(),
                "{threads} threads"
            );
        }
    }
}
