//! The facet of dates. Each number of a year, month or fiscal year equals the number of a filter by it: documents
//! whose date or event overlaps it, and passages of undated documents that name such days.

use std::collections::HashMap;

use rustc_hash::FxHashMap;
use tantivy::DocId;

use super::segment_view::Segment;
use crate::engine::UNDATED;
use crate::engine::count::Count;
use crate::index::flag;
use crate::query::DateUnit;

/// Ranges of more years than this mostly lack an end. They are counted only at their ends and under keys of other
/// dates.
const LONG_YEARS: i64 = 200;
/// Keys of months follow the keys of years.
const MONTHS: i64 = 100_000;

/// A range of keys, both ends inclusive.
type Keys = (i64, i64);

/// A document whose passages are being counted.
struct OpenDocument {
    number: u64,
    /// One of its passages.
    doc: DocId,
    flags: u64,
    passages: usize,
}

/// A document with a long range.
struct Long {
    ranges: Vec<Keys>,
    /// Keys under which it has been counted, in order.
    counted: Vec<i64>,
    passages: usize,
}

/// Counts of dates over segments.
#[derive(Default)]
pub(super) struct DateCounts {
    unit: DateUnit,
    counts: FxHashMap<i64, Count>,
    undated: Count,
    long: Vec<Long>,
}

/// Counts the dates of one segment. The passages of a document are adjacent, so a dated document is looked up once.
#[derive(Default)]
pub(super) struct DateCounter {
    all: DateCounts,
    open: Option<OpenDocument>,
    /// Key of the last documents with its pending counts: the next document mostly has the same key.
    key: i64,
    count: Count,
    keys: Vec<i64>,
}

impl DateCounter {
    pub fn new(unit: DateUnit) -> Self {
        Self { all: DateCounts { unit, ..DateCounts::default() }, ..Self::default() }
    }

    /// Counts a passage.
    pub fn count(&mut self, segment: &Segment<'_>, doc: DocId, document: u64, flags: u64) {
        if flag::date_source(flags).is_none() {
            self.all.undated.add(document);
            self.keys_of(segment, doc);
            for key in &self.keys {
                self.all.counts.entry(*key).or_default().add(document);
            }
            return;
        }
        match &mut self.open {
            Some(open) if open.number == document => open.passages += 1,
            _ => {
                self.close(segment);
                self.open = Some(OpenDocument { number: document, doc, flags, passages: 1 });
            }
        }
    }

    /// Collects the distinct keys of a row, in order, and returns its long ranges.
    fn keys_of(&mut self, segment: &Segment<'_>, doc: DocId) -> Vec<Keys> {
        let mut long = Vec::new();
        self.keys.clear();
        for (start, end) in segment.date_start.values_for_doc(doc).zip(segment.date_end.values_for_doc(doc)) {
            let (years, months) = ranges(self.all.unit, start, end);
            if year(end) - year(start) > LONG_YEARS {
                self.keys.extend(
                    [years, months.unwrap_or(years)]
                        .iter()
                        .flat_map(|(first, last)| [*first, *last])
                        .filter(|key| is_shown(*key)),
                );
                long.push(years);
                long.extend(months);
            } else {
                self.keys.extend(years.0..=years.1);
                self.keys.extend(months.into_iter().flat_map(|(first, last)| first..=last));
            }
        }
        self.keys.sort_unstable();
        self.keys.dedup();
        long
    }

    /// Counts the open document.
    fn close(&mut self, segment: &Segment<'_>) {
        let Some(OpenDocument { doc, flags, passages, .. }) = self.open.take() else { return };
        if self.all.unit == DateUnit::Year && flags & flag::ONE_YEAR != 0 {
            if let Some(start) = segment.date_start.first(doc) {
                self.add(year(start), passages);
            }
            return;
        }
        let long = self.keys_of(segment, doc);
        if !long.is_empty() {
            self.all.long.push(Long { ranges: long, counted: self.keys.clone(), passages });
        }
        for key in std::mem::take(&mut self.keys) {
            self.add(key, passages);
        }
    }

    fn add(&mut self, key: i64, passages: usize) {
        if key != self.key {
            self.put_by();
            self.key = key;
        }
        self.count.passages += passages;
        self.count.documents += 1;
    }

    /// Adds the pending counts of the last key.
    fn put_by(&mut self) {
        let count = std::mem::take(&mut self.count);
        if count.documents > 0 {
            self.all.counts.entry(self.key).or_default().sum(&count);
        }
    }

    /// Returns the counts of the segment.
    pub fn finish(mut self, segment: &Segment<'_>) -> DateCounts {
        self.close(segment);
        self.put_by();
        self.all
    }
}

impl DateCounts {
    /// Adds the counts of another segment.
    pub fn add(&mut self, other: Self) {
        self.unit = other.unit;
        self.undated.sum(&other.undated);
        for (key, count) in &other.counts {
            self.counts.entry(*key).or_default().sum(count);
        }
        self.long.extend(other.long);
    }

    /// Returns the counts by path; a month has the path `2017/2017-10`.
    pub fn into_paths(mut self) -> HashMap<String, Count> {
        for (key, count) in &mut self.counts {
            for long in &self.long {
                let holds = long.ranges.iter().any(|(first, last)| (first..=last).contains(&key));
                if holds && long.counted.binary_search(key).is_err() {
                    count.passages += long.passages;
                    count.documents += 1;
                }
            }
        }
        let unit = self.unit;
        let mut paths: HashMap<String, Count> =
            self.counts.into_iter().map(|(key, count)| (path(unit, key), count)).collect();
        if self.undated.passages > 0 {
            paths.insert(UNDATED.to_owned(), self.undated);
        }
        paths
    }
}

/// Returns the year of a day in the form `YYYYMMDD`.
fn year(day: u64) -> i64 {
    (day / 10_000) as i64
}

/// True for a year that a date can have; the ends of open ranges are excluded.
fn is_shown(key: i64) -> bool {
    let year = if key >= MONTHS { (key - MONTHS) / 12 } else { key };
    (2..9998).contains(&year)
}

/// Returns the keys of a range of days: the years, and the months if requested.
fn ranges(unit: DateUnit, start: u64, end: u64) -> (Keys, Option<Keys>) {
    let month = |day: u64| (day / 100 % 100) as i64;
    let fiscal = |day: u64| year(day) - i64::from(month(day) < 4);
    let at = |day: u64| MONTHS + year(day) * 12 + month(day) - 1;
    match unit {
        DateUnit::Year => ((year(start), year(end)), None),
        DateUnit::FiscalYear => ((fiscal(start), fiscal(end)), None),
        DateUnit::Month => ((year(start), year(end)), Some((at(start), at(end)))),
    }
}

fn path(unit: DateUnit, key: i64) -> String {
    match unit {
        DateUnit::FiscalYear => format!("{key}年度"),
        DateUnit::Month if key >= MONTHS => {
            let months = key - MONTHS;
            format!("{0:04}/{0:04}-{1:02}", months / 12, months % 12 + 1)
        }
        DateUnit::Year | DateUnit::Month => format!("{key:04}"),
    }
}
