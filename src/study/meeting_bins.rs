//! Counts the passages of a series by meeting.

use std::collections::HashSet;

use super::bins::Bin;
use super::conflicts::bounds;
use super::corrections::Corrections;
use super::dimension::{Counting, unusable};
use super::series::{Held, Series, series};
use crate::document::{CivilDate, DateSource, Meeting};
use crate::engine::{Engine, Found, Numbers, Request, SearchError, UNDATED};
use crate::metadata::series_key;

/// What the passages of a meeting hold.
#[derive(Default)]
pub(super) struct Tally {
    passages: usize,
    pub documents: HashSet<(Option<String>, String)>,
    occurrences: usize,
    pub characters: usize,
    inferred: usize,
    inferred_documents: HashSet<(Option<String>, String)>,
}

impl Tally {
    fn add(&mut self, found: &Found) {
        let key = (found.index.clone(), found.document.id.clone());
        self.passages += 1;
        self.occurrences += found.marks.body.len();
        self.characters += found.passage.text.chars().count();
        if found.document.date.as_ref().is_some_and(|date| date.source == DateSource::Inferred) {
            self.inferred += 1;
            self.inferred_documents.insert(key.clone());
        }
        self.documents.insert(key);
    }

    fn bin(&self, label: &str, days: Option<(CivilDate, CivilDate)>) -> Bin {
        Bin {
            label: label.to_owned(),
            start: days.map(|days| days.0),
            end: days.map(|days| days.1),
            passages: self.passages,
            documents: self.documents.len(),
            occurrences: self.occurrences,
            inferred: Numbers { passages: self.inferred, documents: self.inferred_documents.len() },
            ..Bin::default()
        }
    }
}

/// The meetings of one series, as bins.
pub(super) struct Meetings {
    series: Series,
    keys: HashSet<String>,
    /// Name of each meeting.
    pub labels: Vec<String>,
}

impl Meetings {
    pub fn new(engine: &dyn Engine, request: &Request, corrections: &Corrections) -> Result<Self, SearchError> {
        let [name] = request.filters.series.as_slice() else {
            return Err(unusable("bins by meeting need one series: --series NAME; fumikura series lists all"));
        };
        let found = series(engine, Some(name), corrections)?.into_iter().next();
        let series = found
            .ok_or_else(|| unusable(&format!("no document names the series «{name}»; fumikura series lists all")))?;
        let names = std::iter::once(&series.name).chain(&series.other_names);
        let keys = names.map(|name| series_key(name)).chain([series.id.clone()]).collect();
        let labels = series.meetings.iter().map(label_of).collect();
        Ok(Self { series, keys, labels })
    }

    /// Returns the meetings of a passage: those that it names itself, else those that its document is about.
    fn of(&self, found: &Found) -> Vec<usize> {
        let is_of = |meeting: &&Meeting| {
            self.keys.contains(&series_key(&meeting.series)) || self.keys.contains(&meeting.series_id)
        };
        let places = |meetings: &[Meeting]| {
            let mut places: Vec<usize> =
                meetings.iter().filter(is_of).filter_map(|meeting| self.place(meeting, &found.document.id)).collect();
            places.sort_unstable();
            places.dedup();
            places
        };
        let own = places(&found.passage.series);
        if own.is_empty() { places(&found.document.series) } else { own }
    }

    fn place(&self, meeting: &Meeting, document: &str) -> Option<usize> {
        let told_by = |held: &&Held| held.sources.iter().any(|source| source.document == document);
        let same = |held: &Held| match (meeting.number, &meeting.edition, &meeting.date) {
            (Some(number), _, _) => held.number == Some(number),
            (None, Some(edition), _) => held.edition.as_ref() == Some(edition),
            (None, None, Some(date)) => held.dates.iter().any(|told| told.value == *date),
            (None, None, None) => false,
        };
        self.series.meetings.iter().position(|held| same(held) && told_by(&held))
    }

    /// Reads the passages of a request: a tally for each meeting, and one for passages without a meeting.
    pub fn tallies(&self, counting: &mut Counting<'_>, request: &Request) -> Result<(Vec<Tally>, Tally), SearchError> {
        let mut tallies: Vec<Tally> = self.labels.iter().map(|_| Tally::default()).collect();
        let mut without = Tally::default();
        counting.each(request, |found| {
            let of = self.of(found);
            if of.is_empty() {
                without.add(found);
            }
            for at in of {
                if let Some(tally) = tallies.get_mut(at) {
                    tally.add(found);
                }
            }
        })?;
        Ok((tallies, without))
    }

    pub fn bins(&self, counting: &mut Counting<'_>, request: &Request) -> Result<(Vec<Bin>, Bin), SearchError> {
        let (tallies, without) = self.tallies(counting, request)?;
        let held = self.series.meetings.iter().zip(&self.labels).zip(&tallies);
        let bins = held.map(|((held, label), tally)| tally.bin(label, days_of(held))).collect();
        Ok((bins, without.bin(UNDATED, None)))
    }
}

/// Returns the name of a meeting: its number or edition, its level and its date where it has neither.
fn label_of(held: &Held) -> String {
    let number = held.number.map(|number| format!("第{number}回"));
    let date = || held.dates.first().map(|told| told.value.clone()).unwrap_or_default();
    let name = number.or_else(|| held.edition.clone()).unwrap_or_else(date);
    held.sub.iter().fold(name, |name, sub| format!("{name} {sub}"))
}

fn days_of(held: &Held) -> Option<(CivilDate, CivilDate)> {
    let (from, to) = bounds(&held.dates.first()?.value);
    Some((from.parse().ok()?, to.parse().ok()?))
}
