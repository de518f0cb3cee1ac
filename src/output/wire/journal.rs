//! The journal: logged runs, reruns, new passages, lists of searches.

use schemars::JsonSchema;
use serde::Serialize;

use super::{ByTier, Hit};
use crate::output::date_label;
use crate::study;

/// The runs of a log.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Log<'a> {
    /// The runs, without their hits.
    pub runs: Vec<LoggedRun<'a>>,
    /// Lines of the log that are no runs.
    pub torn: &'a [usize],
}

/// A run with its number.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LoggedRun<'a> {
    /// Its number: its line in the log.
    pub run: usize,
    /// The run.
    #[serde(flatten)]
    pub values: &'a study::Run,
}

/// A run compared with one of the same search on the present index.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Rerun<'a> {
    /// Number of the first run.
    pub run: usize,
    /// Time of the first run.
    pub before: &'a str,
    /// Time of the second run.
    pub after: &'a str,
    /// True where the time of one of both ran out: hits are missing.
    pub timed_out: bool,
    /// Number of hits of both.
    pub same: usize,
    /// Hits of the second run alone.
    pub added: Vec<HitPlace<'a>>,
    /// Hits of the first run alone.
    pub gone: Vec<HitPlace<'a>>,
    /// Counts, commits, readings and versions that differ.
    pub changed: Vec<Changed<'a>>,
}

/// A hit of one of two runs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct HitPlace<'a> {
    /// Id of the passage.
    pub passage: &'a str,
    /// Id of the document.
    pub document: &'a str,
    /// Title of the document.
    pub title: &'a str,
}

/// A value that differs between two runs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Changed<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its value in the first run.
    pub before: Option<&'a str>,
    /// Its value in the second run.
    pub after: Option<&'a str>,
}

impl<'a> Rerun<'a> {
    /// Converts a comparison of a logged run and a new one.
    pub fn new(
        number: usize,
        (before, after): (&'a study::Run, &'a study::Run),
        compared: &'a study::RunsCompared,
    ) -> Self {
        let places = |list: &'a [study::HitPlace]| -> Vec<HitPlace<'a>> {
            let one = |hit: &'a study::HitPlace| HitPlace {
                passage: &hit.passage,
                document: &hit.document,
                title: &hit.title,
            };
            list.iter().map(one).collect()
        };
        let changed = |one: &'a study::Changed| Changed {
            name: &one.name,
            before: one.before.as_deref(),
            after: one.after.as_deref(),
        };
        Self {
            run: number,
            before: &before.time,
            after: &after.time,
            timed_out: before.timed_out || after.timed_out,
            same: compared.same,
            added: places(&compared.added),
            gone: places(&compared.gone),
            changed: compared.changed.iter().map(changed).collect(),
        }
    }
}

/// The new passages of saved searches.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NewPassages<'a> {
    /// The searches.
    pub searches: Vec<SearchNews<'a>>,
}

/// The new passages of a saved search.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SearchNews<'a> {
    /// Its name.
    pub name: &'a str,
    /// The query.
    pub query: &'a str,
    /// Commit of the mark from which passages are new; null before the first mark.
    pub marked_commit: Option<&'a str>,
    /// Time of this mark.
    pub marked_time: Option<&'a str>,
    /// Name of the present commit.
    pub commit: &'a str,
    /// Number of passages that the search finds now.
    pub passages: usize,
    /// Parts that changed since the last mark and may make old passages new: the search, tables, versions.
    pub changed: &'a [String],
    /// True where the time ran out: new passages may be missing.
    pub timed_out: bool,
    /// The new passages, oldest document first.
    pub new: Vec<NewPassage<'a>>,
}

/// A new passage.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NewPassage<'a> {
    /// Id of the passage.
    pub passage: &'a str,
    /// Id of the document.
    pub document: &'a str,
    /// Title of the document.
    pub title: &'a str,
    /// Date of the document as text; null without one.
    pub date: Option<String>,
    /// `word`, `variant`, `substring`.
    pub tier: &'static str,
    /// Text of the passage.
    pub text: &'a str,
    /// Commit of the mark that first had it; null for a passage without a mark.
    pub first_seen_commit: Option<&'a str>,
    /// Time of this mark.
    pub first_seen_time: Option<&'a str>,
}

impl<'a> From<&'a study::News> for SearchNews<'a> {
    fn from(news: &'a study::News) -> Self {
        let marked = news.marked.as_ref();
        Self {
            name: &news.name,
            query: &news.found.run.asked.query,
            marked_commit: marked.map(|(commit, _)| commit.as_str()),
            marked_time: marked.map(|(_, time)| time.as_str()),
            commit: &news.commit,
            passages: news.found.ids.len(),
            changed: &news.changed,
            timed_out: news.found.run.timed_out,
            new: news.found.new.iter().map(NewPassage::from).collect(),
        }
    }
}

impl<'a> From<&'a study::NewHit> for NewPassage<'a> {
    fn from(hit: &'a study::NewHit) -> Self {
        Self {
            passage: &hit.passage,
            document: &hit.document,
            title: &hit.title,
            date: hit.date.as_ref().map(|date| date_label(Some(date))),
            tier: hit.tier.name(),
            text: &hit.text,
            first_seen_commit: hit.first_seen.as_ref().map(|(commit, _)| commit.as_str()),
            first_seen_time: hit.first_seen.as_ref().map(|(_, time)| time.as_str()),
        }
    }
}

/// The counts of a list of searches.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Batch<'a> {
    /// A row for each line.
    pub rows: Vec<BatchRow<'a>>,
}

/// The counts of one line of a list of searches.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BatchRow<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its line in the file.
    pub line: usize,
    /// The query as typed.
    pub query: &'a str,
    /// Number of passages; null for a faulty line.
    pub passages: Option<usize>,
    /// Number of documents.
    pub documents: Option<usize>,
    /// Numbers of passages by tier.
    pub by_tier: Option<ByTier>,
    /// Date of the oldest dated document, as text.
    pub first_date: Option<String>,
    /// Date of the newest dated document, as text.
    pub last_date: Option<String>,
    /// True where the time ran out: numbers are lower bounds.
    pub timed_out: bool,
    /// Warnings of line and query.
    pub warnings: &'a [String],
    /// The fault of a faulty line or query.
    pub error: Option<&'a str>,
}

impl<'a> From<&'a study::BatchSummary> for BatchRow<'a> {
    fn from(summary: &'a study::BatchSummary) -> Self {
        let found = summary.found.as_ref().ok();
        Self {
            id: &summary.line.id,
            line: summary.line.line,
            query: &summary.line.query,
            passages: found.map(|found| found.total.passages),
            documents: found.map(|found| found.total.documents),
            by_tier: found.map(|found| found.total.by_tier).map(|[word, variant, substring]| ByTier {
                word,
                variant,
                substring,
            }),
            first_date: found.and_then(|found| found.first.as_ref()).map(|date| date_label(Some(date))),
            last_date: found.and_then(|found| found.last.as_ref()).map(|date| date_label(Some(date))),
            timed_out: found.is_some_and(|found| found.timed_out),
            warnings: found.map_or(&summary.line.warnings, |found| &found.warnings),
            error: summary.found.as_ref().err().map(String::as_str),
        }
    }
}

/// A hit of one line of a list of searches.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BatchHit<'a> {
    /// Id of the line.
    pub id: &'a str,
    /// The hit.
    #[serde(flatten)]
    pub hit: Hit<'a>,
}
