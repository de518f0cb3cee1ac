//! Timelines and dispersion.

use schemars::JsonSchema;
use serde::Serialize;

use super::Date;
use crate::document::CivilDate;
use crate::engine::Numbers;
use crate::study;

/// Timelines of queries.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Timelines<'a> {
    /// Unit of the bins: `year`, `fiscal-year`, `month`, `meeting`.
    pub by: &'static str,
    /// What `rate` relates the numbers to: `absolute`, `million-characters`, `documents`.
    pub per: &'static str,
    /// For one query, its fields stand here too.
    #[serde(flatten)]
    pub only: Option<Timeline<'a>>,
    /// The timeline of each query.
    pub queries: Vec<Timeline<'a>>,
    /// What a reader must know before the numbers.
    pub warnings: &'a [String],
    /// True where the time ran out: numbers are lower bounds.
    pub timed_out: bool,
}

/// The timeline of one query.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Timeline<'a> {
    /// The query as typed.
    pub query: &'a str,
    /// Passages and documents, each once.
    pub total: Numbers,
    /// Bars in order; those between the first and the last one may be empty.
    pub bins: Vec<Bin<'a>>,
    /// First dated passage, else null.
    pub first: Option<Use<'a>>,
    /// Last dated passage, else null.
    pub last: Option<Use<'a>>,
    /// Undated passages; for bins by meeting, passages without a meeting.
    pub undated: Bin<'a>,
    /// First and last use with each partner, with `--first` or `--last`.
    pub partners: Vec<PartnerUse<'a>>,
}

/// One bar.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Bin<'a> {
    /// Its name: `2012`, `2012年度`, `2012-11`, `第5回`.
    pub label: &'a str,
    /// First day, `YYYY-MM-DD`; null where there is no date.
    #[schemars(with = "Option<String>")]
    pub start: Option<CivilDate>,
    /// Last day.
    #[schemars(with = "Option<String>")]
    pub end: Option<CivilDate>,
    /// Number of passages.
    pub passages: usize,
    /// Number of documents.
    pub documents: usize,
    /// Number of occurrences in the texts of the passages.
    pub occurrences: usize,
    /// Passages and documents whose date is inferred; included in the numbers above.
    pub inferred: Numbers,
    /// Occurrences per million characters, or documents per 100 documents; null for absolute numbers or an empty bin.
    pub rate: Option<f64>,
    /// Characters or documents of the bin that the filters leave, with or without the query; null for absolute numbers.
    pub of: Option<usize>,
}

/// A first or last use.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Use<'a> {
    /// Date of the document, with kind and source.
    pub date: Date<'a>,
    /// True where the date is inferred.
    pub inferred: bool,
    /// Id of the document.
    pub document: &'a str,
    /// Title of the document.
    pub title: &'a str,
    /// Id of the passage.
    pub passage: &'a str,
}

/// First and last use with a partner.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PartnerUse<'a> {
    /// The partner.
    pub partner: &'a str,
    /// Passages with the partner.
    pub passages: usize,
    /// First dated passage, with `--first`.
    pub first: Option<Use<'a>>,
    /// Last dated passage, with `--last`.
    pub last: Option<Use<'a>>,
}

/// Places of a query in documents.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Dispersion<'a> {
    /// The query as typed.
    pub query: &'a str,
    /// The documents.
    pub documents: Vec<DispersionRow<'a>>,
    /// Number of further documents.
    pub rest_documents: usize,
    /// Their occurrences.
    pub rest_occurrences: usize,
    /// True where the time ran out: occurrences may be missing.
    pub timed_out: bool,
}

/// A document with the places of a query.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DispersionRow<'a> {
    /// Id of the document.
    pub document: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Its date, else null.
    pub date: Option<Date<'a>>,
    /// Its length in characters.
    pub length: usize,
    /// First character of each occurrence, counted from the start of the document.
    pub offsets: &'a [usize],
}

impl<'a> From<&'a study::Timelines> for Timelines<'a> {
    fn from(found: &'a study::Timelines) -> Self {
        let queries: Vec<Timeline<'a>> =
            found.lines.iter().map(|line| Timeline::new(line, found.options.per)).collect();
        Self {
            by: found.options.by.name(),
            per: found.options.per.name(),
            only: queries.first().filter(|_| queries.len() == 1).cloned(),
            queries,
            warnings: &found.warnings,
            timed_out: found.timed_out,
        }
    }
}

impl<'a> Timeline<'a> {
    fn new(line: &'a study::Timeline, per: study::Per) -> Self {
        let partner = |one: &'a study::PartnerUse| PartnerUse {
            partner: &one.partner.label,
            passages: one.partner.numbers.passages,
            first: one.first.as_ref().map(Use::from),
            last: one.last.as_ref().map(Use::from),
        };
        Self {
            query: &line.query,
            total: line.total,
            bins: line.bins.iter().map(|bin| Bin::new(bin, per)).collect(),
            first: line.first.as_ref().map(Use::from),
            last: line.last.as_ref().map(Use::from),
            undated: Bin::new(&line.undated, per),
            partners: line.partners.iter().map(partner).collect(),
        }
    }
}

impl<'a> Bin<'a> {
    fn new(bin: &'a study::Bin, per: study::Per) -> Self {
        Self {
            label: &bin.label,
            start: bin.start,
            end: bin.end,
            passages: bin.passages,
            documents: bin.documents,
            occurrences: bin.occurrences,
            inferred: bin.inferred,
            rate: bin.shown(per).filter(|_| per != study::Per::Absolute),
            of: bin.of,
        }
    }
}

impl<'a> From<&'a study::Use> for Use<'a> {
    fn from(one: &'a study::Use) -> Self {
        Self {
            date: Date::from(&one.date),
            inferred: one.is_inferred(),
            document: &one.document,
            title: &one.title,
            passage: &one.passage,
        }
    }
}

impl<'a> From<&'a study::Dispersion> for Dispersion<'a> {
    fn from(plot: &'a study::Dispersion) -> Self {
        let row = |row: &'a study::Row| DispersionRow {
            document: &row.document,
            title: &row.title,
            date: row.date.as_ref().map(Date::from),
            length: row.length,
            offsets: &row.offsets,
        };
        Self {
            query: &plot.query,
            documents: plot.rows.iter().map(row).collect(),
            rest_documents: plot.rest_documents,
            rest_occurrences: plot.rest_occurrences,
            timed_out: plot.timed_out,
        }
    }
}
