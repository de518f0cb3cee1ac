//! Meetings of series and renames.

use schemars::JsonSchema;
use serde::Serialize;

use crate::document;
use crate::study;

/// A meeting of a series that a document names.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Meeting<'a> {
    /// Name of the series, without number, year, quotes and host.
    pub series: &'a str,
    /// Key of all spellings of the name and of all names that the document says are the same.
    pub series_id: &'a str,
    /// N of 第N回.
    pub number: Option<u32>,
    /// What stands for a number: `WRC-15`, `2012`.
    pub edition: Option<&'a str>,
    /// Level or part of the series: `局長級会合`.
    pub sub: Option<&'a str>,
    /// When it was held: `2012-11`, `2012-11-14/2012-11-15`, `2008年度`.
    pub date: Option<&'a str>,
    /// Where it was held, as written.
    pub place: Option<&'a str>,
    /// `session` for the meeting itself, `related` for its papers, members and preparations.
    pub relation: &'static str,
    /// Words that prove it.
    pub evidence: &'a str,
}

impl<'a> From<&'a document::Meeting> for Meeting<'a> {
    fn from(meeting: &'a document::Meeting) -> Self {
        Self {
            series: &meeting.series,
            series_id: &meeting.series_id,
            number: meeting.number,
            edition: meeting.edition.as_deref(),
            sub: meeting.sub.as_deref(),
            date: meeting.date.as_deref(),
            place: meeting.place.as_deref(),
            relation: meeting.relation.label(),
            evidence: &meeting.evidence,
        }
    }
}

/// A name that became another.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Rename<'a> {
    /// Older name.
    pub old: &'a str,
    /// Newer name.
    pub new: &'a str,
    /// `renamed`, `reorganised`, `merged`, `succeeded`.
    pub relation: &'static str,
    /// When, as far as it is told.
    pub date: Option<&'a str>,
    /// Sentence that says so.
    pub evidence: &'a str,
}

impl<'a> From<&'a document::Rename> for Rename<'a> {
    fn from(rename: &'a document::Rename) -> Self {
        Self {
            old: &rename.old,
            new: &rename.new,
            relation: rename.relation.label(),
            date: rename.date.as_deref(),
            evidence: &rename.evidence,
        }
    }
}

/// Lists the meetings that a document names, each once: those of its title first, then those of its passages.
pub(super) fn meetings(document: &document::Document) -> Vec<Meeting<'_>> {
    let mut found: Vec<Meeting<'_>> = Vec::new();
    for meeting in document.series.iter().chain(document.passages.iter().flat_map(|passage| &passage.series)) {
        let meeting = Meeting::from(meeting);
        match found.iter_mut().find(|known| is_same(known, &meeting)) {
            Some(known) => {
                known.number = known.number.or(meeting.number);
                known.edition = known.edition.or(meeting.edition);
                known.sub = known.sub.or(meeting.sub);
                known.date = known.date.or(meeting.date);
                known.place = known.place.or(meeting.place);
            }
            None => found.push(meeting),
        }
    }
    found
}

/// True where the second tells of the same meeting as the first, or nothing of its own. Two dates of one number stay
/// two meetings: both are shown.
fn is_same(known: &Meeting<'_>, meeting: &Meeting<'_>) -> bool {
    let agree = |a: Option<&str>, b: Option<&str>| a.is_none() || b.is_none() || a == b;
    let is_bare = meeting.number.is_none() && meeting.edition.is_none() && meeting.date.is_none();
    known.series_id == meeting.series_id
        && (is_bare || known.number == meeting.number)
        && agree(known.edition, meeting.edition)
        && agree(known.sub, meeting.sub)
        && agree(known.date, meeting.date)
}

/// The series of a collection.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SeriesList<'a> {
    /// The series, those with most meetings first.
    pub series: Vec<Series<'a>>,
}

/// A series of meetings.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Series<'a> {
    /// Key that its names share.
    pub series_id: &'a str,
    /// Its commonest name.
    pub name: &'a str,
    /// Its other names and spellings.
    pub other_names: &'a [String],
    /// First day told of its meetings, `YYYY-MM-DD`.
    pub first: Option<String>,
    /// Last day told of its meetings.
    pub last: Option<String>,
    /// Number of documents that name it.
    pub documents: usize,
    /// Its meetings in order.
    pub meetings: Vec<Held<'a>>,
    /// First and last number of each gap: no document names these meetings.
    pub gaps: &'a [(u32, u32)],
    /// Sentences that say that a name became another.
    pub renames: Vec<RenameTold<'a>>,
    /// Documents that are related to the series or name it without a meeting.
    pub related: Vec<Source<'a>>,
}

/// A meeting with what the documents tell of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Held<'a> {
    /// N of 第N回.
    pub number: Option<u32>,
    /// What stands for a number: `WRC-15`.
    pub edition: Option<&'a str>,
    /// Level or part of the series.
    pub sub: Option<&'a str>,
    /// Dates told, the most exact first.
    pub dates: Vec<Told<'a>>,
    /// Places told.
    pub places: Vec<Told<'a>>,
    /// Documents that name it.
    pub documents: Vec<Source<'a>>,
    /// Words that prove it.
    pub evidence: &'a str,
    /// True where its dates share no day, or another meeting has its number.
    pub conflict: bool,
}

/// A value with the documents that tell it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Told<'a> {
    /// A date or a place.
    pub value: &'a str,
    /// Ids of the documents.
    pub documents: Vec<&'a str>,
}

/// A document that names a series.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Source<'a> {
    /// Id of the document.
    pub id: &'a str,
    /// Its title.
    pub title: &'a str,
}

/// A rename with the document that tells it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RenameTold<'a> {
    /// The rename.
    #[serde(flatten)]
    pub rename: Rename<'a>,
    /// Id of the document.
    pub document: &'a str,
}

impl<'a> From<&'a [study::Series]> for SeriesList<'a> {
    fn from(all: &'a [study::Series]) -> Self {
        Self { series: all.iter().map(Series::from).collect() }
    }
}

impl<'a> From<&'a study::Source> for Source<'a> {
    fn from(source: &'a study::Source) -> Self {
        Self { id: &source.document, title: &source.title }
    }
}

impl<'a> From<&'a study::Told> for Told<'a> {
    fn from(told: &'a study::Told) -> Self {
        Self { value: &told.value, documents: told.sources.iter().map(|source| source.document.as_str()).collect() }
    }
}

impl<'a> From<&'a study::Series> for Series<'a> {
    fn from(series: &'a study::Series) -> Self {
        let (first, last) = series.days().unzip();
        let rename = |(rename, source): &'a (document::Rename, study::Source)| RenameTold {
            rename: Rename::from(rename),
            document: &source.document,
        };
        Self {
            series_id: &series.id,
            name: &series.name,
            other_names: &series.other_names,
            first,
            last,
            documents: series.documents(),
            meetings: series.meetings.iter().map(Held::from).collect(),
            gaps: &series.gaps,
            renames: series.renames.iter().map(rename).collect(),
            related: series.related.iter().map(Source::from).collect(),
        }
    }
}

impl<'a> From<&'a study::Held> for Held<'a> {
    fn from(held: &'a study::Held) -> Self {
        Self {
            number: held.number,
            edition: held.edition.as_deref(),
            sub: held.sub.as_deref(),
            dates: held.dates.iter().map(Told::from).collect(),
            places: held.places.iter().map(Told::from).collect(),
            documents: held.sources.iter().map(Source::from).collect(),
            evidence: &held.evidence,
            conflict: held.conflict,
        }
    }
}
