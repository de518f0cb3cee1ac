//! The series of meetings in a collection: their meetings in order, what is missing, and what sources contradict.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;

use super::conflicts::{bounds, share_day};
use super::corrections::{CorrectedMeeting, Corrections, WrongDocument};
use crate::document::{Meeting, Relation, Rename};
use crate::engine::{Engine, Found, Request, SearchError};
use crate::metadata::{Joined, series_key};
use crate::query::Filters;

/// A document that names a meeting.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Id of the document.
    pub document: String,
    /// Its title.
    pub title: String,
}

/// A value with the documents that tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// A date or a place.
    pub value: String,
    /// The documents that tell it.
    pub sources: Vec<Source>,
}

/// One meeting of a series.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// N of 第N回.
    pub number: Option<u32>,
    /// What stands for a number: `WRC-15`.
    pub edition: Option<String>,
    /// Level or part: `局長級会合`.
    pub sub: Option<String>,
    /// The dates told, the most exact first.
    pub dates: Vec<Told>,
    /// The places told.
    pub places: Vec<Told>,
    /// The documents that name it.
    pub sources: Vec<Source>,
    /// The words of the first document that prove it.
    pub evidence: String,
    /// True where sources contradict each other: its dates share no day, or another meeting has its number.
    pub conflict: bool,
}

/// A series of meetings.
///
/// # Examples
/// ```
/// # use fumikura::{Index, IndexOptions, pipeline, study};
/// # let folder = tempfile::tempdir()?;
/// # let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
/// # std::fs::create_dir(&texts)?;
/// # std::fs::write(texts.join("a.txt"), "日EU・ICT政策対話（第19回）の結果\n\n2012年11月に東京で開催した。\n")?;
/// # pipeline::run(&IndexOptions::new(vec![texts], index.clone()), &())?;
/// # let index = Index::open(index)?;
/// let found = study::series(&index, Some("日ＥＵ ICT政策対話"), &study::Corrections::default())?;
/// assert_eq!(found[0].name, "日EU・ICT政策対話");
/// assert_eq!(found[0].meetings[0].number, Some(19));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// Key that its names share.
    pub id: String,
    /// Its commonest name.
    pub name: String,
    /// Its other names and spellings, in the order of their letters.
    pub other_names: Vec<String>,
    /// Its meetings in order: by number where they have one, else by date.
    pub meetings: Vec<Held>,
    /// Numbers between those of the meetings that no document names: first and last of each gap.
    pub gaps: Vec<(u32, u32)>,
    /// What the documents say of its names.
    pub renames: Vec<(Rename, Source)>,
    /// Papers, calls and members of the series, and documents that name it without a meeting.
    pub related: Vec<Source>,
}

impl Series {
    /// Returns the first and last day told of its meetings, as texts; `None` without dates.
    pub fn days(&self) -> Option<(String, String)> {
        let dates = self.meetings.iter().flat_map(|held| &held.dates).map(|told| bounds(&told.value));
        dates.fold(None, |days: Option<(String, String)>, (from, to)| match days {
            Some((first, last)) => Some((first.min(from), last.max(to))),
            None => Some((from, to)),
        })
    }

    /// Returns the number of documents that name it.
    pub fn documents(&self) -> usize {
        let sources = self.meetings.iter().flat_map(|held| &held.sources).chain(&self.related);
        sources.map(|source| &source.document).collect::<BTreeSet<_>>().len()
    }
}

/// Lists the series of a collection, those with most meetings first; with a name only the series of that name.
///
/// Names are one series by their spelling, or because a document says that one became the other; corrections go before
/// what documents say.
///
/// # Errors
/// A collection that cannot be read.
pub fn series(engine: &dyn Engine, name: Option<&str>, corrections: &Corrections) -> Result<Vec<Series>, SearchError> {
    let request = Request {
        filters: Filters { series: vec![String::new()], ..Filters::default() },
        limit: usize::MAX,
        facets: false,
        relax: false,
        ..Request::default()
    };
    let mut reading = Reading::new(corrections);
    let mut visitor = |found: Found| {
        reading.read(&found);
        ControlFlow::Continue(())
    };
    engine.each_match(&request, &mut visitor)?;
    let mut all = reading.finish();
    if let Some(name) = name {
        let key = series_key(name);
        let is_it = |series: &Series| {
            series.id == key
                || std::iter::once(&series.name).chain(&series.other_names).any(|own| series_key(own) == key)
        };
        all.retain(is_it);
    }
    all.sort_by(|a, b| b.meetings.len().cmp(&a.meetings.len()).then_with(|| a.id.cmp(&b.id)));
    Ok(all)
}

/// The meetings read so far, in the order of the documents.
struct Reading<'a> {
    corrections: &'a Corrections,
    /// Keys that no document joins.
    apart: HashSet<(String, String)>,
    meetings: Vec<(Meeting, Source)>,
    renames: Vec<(Rename, Source)>,
    joined: Joined,
    /// Documents whose own meetings and renames were read.
    read: HashSet<String>,
}

impl<'a> Reading<'a> {
    fn new(corrections: &'a Corrections) -> Self {
        let keys = |(a, b): &(String, String)| (series_key(a), series_key(b));
        let apart = corrections.apart.iter().map(keys).flat_map(|(a, b)| [(a.clone(), b.clone()), (b, a)]).collect();
        let (meetings, renames, joined, read) = Default::default();
        Self { corrections, apart, meetings, renames, joined, read }
    }

    /// Joins two keys, unless a correction says that they are two series.
    fn join(&mut self, old: String, new: String) {
        if !self.apart.contains(&(old.clone(), new.clone())) {
            self.joined.join(&old, &new);
        }
    }

    /// Adds a meeting, unless a correction says that its document is wrong.
    fn meeting(&mut self, meeting: &Meeting, source: &Source) {
        let key = series_key(&meeting.series);
        let wrong = |not: &WrongDocument| {
            not.document == source.document
                && not.number.is_none_or(|number| meeting.number == Some(number))
                && series_key(&not.series) == key
        };
        if self.corrections.not.iter().any(wrong) {
            return;
        }
        let mut meeting = meeting.clone();
        // A rename or a short form told by the document: the key is that of the full name.
        if self.apart.contains(&(key.clone(), meeting.series_id.clone())) {
            meeting.series_id = key;
        } else {
            self.joined.join(&key, &meeting.series_id);
        }
        self.meetings.push((meeting, source.clone()));
    }

    fn read(&mut self, found: &Found) {
        let document = &found.document;
        let source = Source { document: document.id.clone(), title: document.title.clone() };
        if self.read.insert(document.id.clone()) {
            for meeting in &document.series {
                self.meeting(meeting, &source);
            }
            for rename in &document.renames {
                if !is_pointer(&rename.old) {
                    self.join(series_key(&rename.old), series_key(&rename.new));
                }
                self.renames.push((rename.clone(), source.clone()));
            }
        }
        for meeting in &found.passage.series {
            self.meeting(meeting, &source);
        }
    }

    fn finish(mut self) -> Vec<Series> {
        for (a, b) in &self.corrections.same {
            self.joined.join(&series_key(a), &series_key(b));
        }
        self.joined.flatten();
        self.meetings.sort_by(|a, b| a.1.cmp(&b.1));
        let mut by_key: BTreeMap<String, Vec<(Meeting, Source)>> = BTreeMap::new();
        for (meeting, source) in self.meetings {
            by_key.entry(self.joined.root(&meeting.series_id)).or_default().push((meeting, source));
        }
        let mut renames: HashMap<String, Vec<(Rename, Source)>> = HashMap::new();
        for (rename, source) in self.renames {
            renames.entry(self.joined.root(&series_key(&rename.new))).or_default().push((rename, source));
        }
        let corrected = self.corrections.meetings.iter();
        let corrected: Vec<(String, &CorrectedMeeting)> =
            corrected.map(|known| (self.joined.root(&series_key(&known.series)), known)).collect();
        let of_key = |(id, named): (String, Vec<(Meeting, Source)>)| {
            let mut renames = renames.remove(&id).unwrap_or_default();
            renames.sort_by(|a, b| a.1.cmp(&b.1).then_with(|| a.0.old.cmp(&b.0.old)));
            renames.dedup_by(|a, b| a.0.old == b.0.old && a.0.new == b.0.new && a.1 == b.1);
            let known = corrected.iter().filter(|(key, _)| *key == id).map(|(_, known)| *known).collect();
            one(id, named, renames, known)
        };
        by_key.into_iter().map(of_key).collect()
    }
}

/// True for a name that points at what was named (同会議, 政策会議): in another document it is another body.
fn is_pointer(name: &str) -> bool {
    name.starts_with(['同', '本', '当']) || name.chars().count() < 5
}

/// Puts the meetings of one series together.
fn one(
    id: String,
    named: Vec<(Meeting, Source)>,
    renames: Vec<(Rename, Source)>,
    known: Vec<&CorrectedMeeting>,
) -> Series {
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    named.iter().for_each(|(meeting, _)| *names.entry(&meeting.series).or_default() += 1);
    let name = names
        .iter()
        .max_by_key(|(name, times)| (**times, std::cmp::Reverse(**name)))
        .map(|(name, _)| (*name).to_owned());
    let name = name.unwrap_or_else(|| id.clone());
    let mut other_names: BTreeSet<String> = names.keys().map(|name| (*name).to_owned()).collect();
    other_names.extend(renames.iter().flat_map(|(rename, _)| [rename.old.clone(), rename.new.clone()]));
    other_names.remove(&name);
    let mut meetings = Meetings::default();
    let mut related: BTreeSet<Source> = BTreeSet::new();
    // Those with a number first: a date alone is then told of the meeting that has it.
    for with_number in [true, false] {
        for (meeting, source) in &named {
            let is_numbered = meeting.number.is_some() || meeting.edition.is_some();
            if is_numbered != with_number {
                continue;
            }
            if meeting.relation == Relation::Related || !is_numbered && meeting.date.is_none() {
                related.insert(source.clone());
                continue;
            }
            meetings.put(meeting, source);
        }
    }
    let mut meetings = meetings.finish();
    known.into_iter().for_each(|known| correct(&mut meetings, known));
    meetings.sort_by_cached_key(|held| {
        let date = held.dates.first().map(|told| bounds(&told.value).0);
        // Without numbers, by date; meetings of one number, by date too.
        (held.number.is_none(), held.number, date.is_none(), date, held.edition.clone(), held.sub.clone())
    });
    let sources: BTreeSet<&Source> = meetings.iter().flat_map(|held| &held.sources).collect();
    let related = related.iter().filter(|source| !sources.contains(source)).cloned().collect();
    let gaps = gaps(&meetings);
    Series { id, name, other_names: other_names.into_iter().collect(), meetings, gaps, renames, related }
}

/// The meetings of one series, with what finds them again.
#[derive(Default)]
struct Meetings {
    list: Vec<Held>,
    /// First and last day of each date of a meeting.
    days: Vec<Vec<(String, String)>>,
    by_number: HashMap<u32, Vec<usize>>,
    by_edition: HashMap<String, Vec<usize>>,
}

impl Meetings {
    /// Puts what a document says to the meeting it is of, or to a new one.
    fn put(&mut self, meeting: &Meeting, source: &Source) {
        let days = meeting.date.as_deref().map(bounds);
        let at = self.find(meeting, days.as_ref(), source).unwrap_or_else(|| {
            self.list.push(Held { evidence: meeting.evidence.clone(), ..Held::default() });
            self.days.push(Vec::new());
            self.list.len() - 1
        });
        let held = &mut self.list[at];
        if let Some(number) = meeting.number.filter(|_| held.number.is_none()) {
            held.number = Some(number);
            self.by_number.entry(number).or_default().push(at);
        }
        if let Some(edition) = meeting.edition.as_ref().filter(|_| held.edition.is_none()) {
            held.edition = Some(edition.clone());
            self.by_edition.entry(edition.clone()).or_default().push(at);
        }
        held.sub = held.sub.take().or_else(|| meeting.sub.clone());
        // The documents come in order.
        if held.sources.last() != Some(source) {
            held.sources.push(source.clone());
        }
        for (list, value) in [(&mut held.dates, &meeting.date), (&mut held.places, &meeting.place)] {
            let Some(value) = value else { continue };
            match list.iter_mut().find(|told| told.value == *value) {
                Some(told) if told.sources.last() == Some(source) => {}
                Some(told) => told.sources.push(source.clone()),
                None => list.push(Told { value: value.clone(), sources: vec![source.clone()] }),
            }
        }
        self.days[at].extend(days);
        self.days[at].dedup();
    }

    /// Finds the meeting that a document names: by its number or edition, without one by its date; or the only one
    /// whose number this document tells without a date.
    fn find(&self, meeting: &Meeting, days: Option<&(String, String)>, source: &Source) -> Option<usize> {
        let dated = |at: usize| days.is_some_and(|days| self.days[at].iter().any(|own| share_day(own, days)));
        let free = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
        let same = |at: usize| {
            let held = &self.list[at];
            let other_number = held.number.is_some() && meeting.number.is_some() && held.number != meeting.number;
            free(&held.sub, &meeting.sub) && !other_number
        };
        // Of several meetings with one number that of the date; without one, the first.
        let agrees = |at: &usize| same(*at) && (days.is_none() || self.days[*at].is_empty() || dated(*at));
        let numbered = meeting.number.and_then(|number| self.by_number.get(&number));
        let edition = meeting.edition.as_ref().and_then(|edition| self.by_edition.get(edition));
        if let Some(at) = numbered.into_iter().chain(edition).flatten().copied().find(agrees) {
            return Some(at);
        }
        let by_date = meeting.number.is_none() && meeting.date.as_ref().is_some_and(|date| date.len() > 4);
        if !by_date {
            return None;
        }
        let undated = |at: &usize| self.days[*at].is_empty() && same(*at) && self.list[*at].sources.contains(source);
        let mut without_date = (0..self.list.len()).filter(undated);
        let only = || without_date.next().filter(|_| without_date.next().is_none());
        (0..self.list.len()).find(|at| dated(*at) && same(*at)).or_else(only)
    }

    /// Returns the meetings: dates with the most exact first, documents in order, contradictions marked.
    fn finish(mut self) -> Vec<Held> {
        for held in &mut self.list {
            held.dates.sort_by_key(|told| std::cmp::Reverse(told.value.len()));
            for sources in held.dates.iter_mut().chain(&mut held.places).map(|told| &mut told.sources) {
                sources.sort();
                sources.dedup();
            }
            held.sources.sort();
            held.sources.dedup();
        }
        // Meetings that share a number and no day: one of their sources is wrong, or the numbers began anew.
        for group in self.by_number.values().chain(self.by_edition.values()) {
            for at in group {
                let sub = self.list[*at].sub.clone();
                let contradicts = |other: &&usize| {
                    let other_sub = &self.list[**other].sub;
                    *other != at && (sub.is_none() || other_sub.is_none() || sub == *other_sub)
                };
                if group.iter().find(contradicts).is_some() {
                    self.list[*at].conflict = true;
                }
            }
        }
        for (held, days) in self.list.iter_mut().zip(&self.days) {
            held.conflict |= days.iter().any(|a| days.iter().any(|b| !share_day(a, b)));
        }
        self.list
    }
}

/// Puts what is known of a meeting in the place of what documents say: meetings of its number become one.
fn correct(meetings: &mut Vec<Held>, known: &CorrectedMeeting) {
    let (same, others): (Vec<Held>, Vec<Held>) =
        std::mem::take(meetings).into_iter().partition(|held| held.number == Some(known.number));
    *meetings = others;
    let mut all = same.into_iter();
    let mut held = all.next().unwrap_or_else(|| Held { number: Some(known.number), ..Held::default() });
    for other in all {
        held.sources.extend(other.sources);
        held.places.extend(other.places);
        held.dates.extend(other.dates);
    }
    held.sources.sort();
    held.sources.dedup();
    let told = |value: &String| {
        let source = Source { document: known.told_in.clone(), title: String::new() };
        vec![Told { value: value.clone(), sources: vec![source] }]
    };
    if let Some(date) = &known.date {
        held.dates = told(date);
    }
    if let Some(place) = &known.place {
        held.places = told(place);
    }
    held.conflict = known.date.is_none() && held.conflict;
    meetings.push(held);
}

/// Returns the numbers that are missing between those that are there.
fn gaps(meetings: &[Held]) -> Vec<(u32, u32)> {
    let numbers: BTreeSet<u32> = meetings.iter().filter_map(|held| held.number).collect();
    let next = numbers.iter().skip(1);
    numbers.iter().zip(next).filter(|(a, b)| **b > **a + 1).map(|(a, b)| (a + 1, b - 1)).collect()
}
