//! Answers of an engine, as plain values.

use schemars::JsonSchema;
use serde::Serialize;

use super::{PartnerRoles, Request};
use crate::document::{Cause, Document, Passage, Role, Span, counted};
use crate::query::{Marks, Place, QueryError, Tier};

/// Reason of an answer in part: its time.
pub(crate) const OUT_OF_TIME: &str = "the time ran out";
/// What a warning of an engine says behind the reason why an answer is a part.
pub(crate) const LOWER_BOUNDS: &str = ": totals and facets are lower bounds, and the order may differ";

/// Reason why a search gave no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SearchError {
    /// A query that cannot be run.
    #[error("{0}")]
    Query(#[from] QueryError),
    /// An index that cannot be read.
    #[error("{0}")]
    Index(#[source] Cause),
    /// An unknown id.
    #[error("{0}")]
    NotFound(String),
    /// A cluster that does not answer now.
    #[error("{0}")]
    Away(#[source] Cause),
}

/// One passage found.
///
/// # Examples
/// ```
/// # use fumikura::{Engine, Index, IndexOptions, Request, pipeline};
/// # let folder = tempfile::tempdir()?;
/// # let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
/// # std::fs::create_dir(&texts)?;
/// # std::fs::write(texts.join("a.txt"), "日米対話\n\n1. 情報共有\n両国は情報共有の取組を進める。\n")?;
/// # pipeline::run(&IndexOptions::new(vec![texts], index.clone()), &())?;
/// # let index = Index::open(index)?;
/// let answer = index.search(&Request { text: "情報共有".to_owned(), ..Request::default() })?;
/// let found = &answer.hits[0];
/// let span = found.highlights[0];
/// let chars: Vec<char> = found.passage.text.chars().collect();
/// assert_eq!(chars[span.start..span.end].iter().collect::<String>(), "情報共有");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Found {
    /// Folder of the index, where several indexes were asked.
    pub index: Option<String>,
    /// Place in the order, from 1.
    pub rank: usize,
    /// Score of the hit. Sorted by relevance, it never rises along the list; comparable within a tier of one list.
    pub score: f32,
    /// Tier of the best way in which the passage holds the query.
    pub tier: Tier,
    /// Its document, without passages.
    pub document: Document,
    /// The passage.
    pub passage: Passage,
    /// True for the hit that stands for a document whose title is the query: it stands first.
    pub titled: bool,
    /// Role of the request's partner in the passage, where the request asks for one. Of several partners, OR takes the
    /// stronger role and AND the weaker one.
    pub role: Option<Role>,
    /// Place of the query: the passage itself, or the title or headings above it alone.
    pub place: Place,
    /// Matching parts in code points of the passage text: the spans of `marks.body`, merged where they touch.
    pub highlights: Vec<Span>,
    /// All occurrences of the words of the query, each with its tier; also in title and headings.
    pub marks: Marks,
    /// Words of the query that a partial match lacks, as typed; empty for an exact match.
    pub missing: Vec<String>,
    /// True where the hit holds the query only in part.
    pub relaxed: bool,
    /// True where the query names a year and the hit is neither of it nor names it.
    pub of_other_year: bool,
    /// True where the hit stands in the second part of the list, by its score: a partial match, or an exact one of
    /// another year than the query names that is ranked among them.
    pub amid: bool,
    /// Number of further exact passages of the document, where hits are grouped by document.
    pub more: usize,
    /// Ids of further hits that say nearly the same and are folded under this one: complete, and counted in the
    /// total.
    pub duplicates: Vec<String>,
    /// The place that a program outside moved the hit from; `None` in the order of the search.
    pub outside: Option<Outside>,
}

/// What a program outside said about a hit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outside {
    /// Rank of the hit in the order of the search.
    pub from: usize,
    /// The score that the program gave; `None` for a hit that only made room.
    pub score: Option<f64>,
}

/// Numbers of matching passages and documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// Number of passages.
    pub passages: usize,
    /// Number of documents.
    pub documents: usize,
    /// Numbers of passages by tier: word, variant, substring.
    pub by_tier: [usize; 3],
}

/// Number of passages with one word of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermCount {
    /// The word as typed.
    pub term: String,
    /// Number of passages that hold the word.
    pub passages: usize,
}

/// The answer to a request.
///
/// # Examples
/// ```
/// # use fumikura::{Engine, Index, IndexOptions, Request, pipeline};
/// # let folder = tempfile::tempdir()?;
/// # let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
/// # std::fs::create_dir(&texts)?;
/// # std::fs::write(texts.join("a.txt"), "日米対話\n\n1. 情報共有\n両国は情報共有の取組を進める。\n")?;
/// # pipeline::run(&IndexOptions::new(vec![texts], index.clone()), &())?;
/// # let index = Index::open(index)?;
/// let answer = index.search(&Request { text: "取り組み".to_owned(), ..Request::default() })?;
/// assert_eq!(answer.total.passages, answer.hits.len());
/// assert!(!answer.timed_out && !answer.relaxed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The query as read, in its normal form.
    pub parsed: String,
    /// Other names and inflections that widened the query.
    pub widened: Vec<Widened>,
    /// Parts of the query that were read in another way than they may have been meant.
    pub warnings: Vec<String>,
    /// True where some hits hold the query only in part; these follow the exact hits that meet the whole query.
    pub relaxed: bool,
    /// True where exact hits stand among the partial ones; see [`Found::amid`].
    pub mixed: bool,
    /// True where the time ran out, or a cluster answered in part: the answer holds the hits found until then, and all
    /// numbers are lower bounds.
    pub timed_out: bool,
    /// Totals of exact matches, folded ones included.
    pub total: Total,
    /// Number of exact hits after the last one here, folded ones included: passages, or documents where hits are
    /// grouped.
    pub left: usize,
    /// Offset of the next hit; `None` at the end of the list.
    pub next: Option<usize>,
    /// The requested hits.
    pub hits: Vec<Found>,
    /// Facets, if requested.
    pub facets: Option<Facets>,
    /// Effect of the filters, if they removed all passages that hold the query.
    pub emptied: Option<Emptied>,
    /// Roles in which passages name the partners of the request, if it asks for partners.
    pub roles: Option<PartnerRoles>,
    /// Count of each word, for an answer without exact hits.
    pub counts: Vec<TermCount>,
    /// Queries that may have been meant, for an answer without exact hits; they are not run.
    pub suggestions: Vec<String>,
}

/// Warning of an empty list of all hits.
const NO_EXACT_HIT: &str =
    "no passage holds the whole query; a list of all hits has no partial matches, a page of hits may have them";

impl Answer {
    /// Warns where the answer to a request for all hits is empty, since a page of hits might show partial matches.
    pub(crate) fn tell_no_exact_hit(&mut self, request: &Request) {
        if request.limit == usize::MAX && self.total.passages == 0 && !self.timed_out && !request.text.trim().is_empty()
        {
            self.warnings.push(NO_EXACT_HIT.to_owned());
        }
    }
}

/// A form that was added to a word of the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Widened {
    /// The word as typed.
    pub word: String,
    /// The form that was added.
    pub added: String,
    /// Reason: `alias`, `inflection`, …
    pub reason: String,
    /// True where the word stands inside NOT.
    pub negated: bool,
    /// Number of passages that hold the form, if requested.
    pub passages: Option<usize>,
}

/// Number of passages that hold a query, and the number that each filter leaves by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Emptied {
    /// Number of passages that hold the query without the filters.
    pub passages: usize,
    /// Effect of each filter.
    pub filters: Vec<FilterCount>,
}

/// Effect of one filter by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilterCount {
    /// Name of the filter: partner, date, …
    pub filter: &'static str,
    /// Its value as typed.
    pub value: String,
    /// Number of passages that the filter leaves.
    pub passages: usize,
    /// For a partner: number of passages that name it in any role.
    pub named: Option<usize>,
    /// For a partner: roles that count.
    pub(crate) roles: Vec<Role>,
}

impl Emptied {
    /// Formats the effect as one sentence: `480 passages hold the query, none with 英国 as a party; 31 name it`.
    pub fn sentence(&self) -> String {
        let hold = format!(
            "{} {} the query",
            counted(self.passages, "passage"),
            if self.passages == 1 { "holds" } else { "hold" }
        );
        let alone = self.filters.len() == 1;
        let parts: Vec<String> = self.filters.iter().map(|count| count.phrase(alone)).collect();
        let all =
            if self.filters.iter().all(|count| count.passages > 0) { "none of them passes all filters: " } else { "" };
        format!("{hold}, {all}{}", parts.join(", "))
    }
}

impl FilterCount {
    fn phrase(&self, alone: bool) -> String {
        let number = if self.passages == 0 { "none".to_owned() } else { self.passages.to_string() };
        let value = &self.value;
        let roles = || self.roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(" or ");
        let what = match self.filter {
            "partner" if self.roles.len() == Role::ALL.len() => format!("naming {value}"),
            "exclude_partner" if self.roles.len() == Role::ALL.len() => format!("not naming {value}"),
            "partner" => format!("with {value} as a {}", roles()),
            "exclude_partner" => format!("without {value} as a {}", roles()),
            "theme" => format!("on {value}"),
            "commitment" => format!("with {value} as the strongest commitment"),
            "series" => format!("of the series {value}"),
            "date" => format!("of {value}"),
            "path" => format!("in files {value}"),
            "publisher" => format!("published by {value}"),
            "type" => format!("in files of type {value}"),
            other => format!("with {other} {value}"),
        };
        let it = if alone { "it" } else { value };
        match self.named.filter(|named| *named > self.passages) {
            Some(1) => format!("{number} {what}; 1 names {it}"),
            Some(named) => format!("{number} {what}; {named} name {it}"),
            None => format!("{number} {what}"),
        }
    }
}

/// Name of the bucket of undated documents.
pub const UNDATED: &str = "日付不明";

/// One value of a facet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FacetNode {
    /// Last part of the path.
    pub value: String,
    /// Place in the tree, with parts separated by `/`.
    pub path: String,
    /// Number of passages at or below it.
    pub passages: usize,
    /// Number of documents with such a passage.
    pub documents: usize,
    /// For a partner: the passages in which it is a party, whatever roles were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<Numbers>,
    /// For a partner: the passages that name it in any role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub named: Option<Numbers>,
    /// Values below it.
    pub children: Vec<FacetNode>,
}

/// Numbers of passages and of their documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Numbers {
    /// Number of passages.
    pub passages: usize,
    /// Number of documents.
    pub documents: usize,
}

/// The five facets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Facets {
    /// By partner.
    pub partner: Vec<FacetNode>,
    /// By theme.
    pub theme: Vec<FacetNode>,
    /// By the strongest commitment of a passage: agreed, committed and so on.
    pub commitment: Vec<FacetNode>,
    /// By series of meetings: the 30 with most passages.
    pub series: Vec<FacetNode>,
    /// By year, month or fiscal year of the document and its events. Passages of an undated document count by the
    /// dates that they name.
    pub date: Vec<FacetNode>,
}

impl Facets {
    /// Returns the facets in their order of output, each with its name.
    pub fn named(&self) -> [(&'static str, &[FacetNode]); 5] {
        [
            ("partner", &self.partner),
            ("theme", &self.theme),
            ("commitment", &self.commitment),
            ("series", &self.series),
            ("date", &self.date),
        ]
    }
}

/// A document, or a passage in its document.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The document with all its passages.
    pub document: Document,
    /// Position of the requested passage, from 0; `None` where the document was requested.
    pub passage: Option<usize>,
}

/// Number of passages shown before and after the requested one.
const SURROUNDINGS: usize = 1;

impl Shown {
    /// Returns the document with the requested passage and its neighbours alone; with all passages where the document
    /// was requested.
    pub fn nearby(self) -> Document {
        let mut document = self.document;
        let all = document.passages.len();
        let shown = self.passage.map_or(0..all, |at| at.saturating_sub(SURROUNDINGS)..(at + SURROUNDINGS + 1).min(all));
        document.passages = document.passages.drain(shown).collect();
        document
    }
}

/// Size and contents of a collection.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stats {
    /// Number of documents.
    pub documents: usize,
    /// Number of passages.
    pub passages: usize,
    /// Number of source files with a document.
    pub files: usize,
    /// Size on disk, in bytes.
    pub bytes: u64,
    /// Source files, or parts of them, that gave no document.
    pub left_out: Vec<LeftOut>,
    /// Warnings about source files whose documents are in the collection: characters that could not be read, parts left
    /// out, given values that could not be used.
    pub file_warnings: Vec<LeftOut>,
    /// Facets over all passages.
    pub facets: Facets,
    /// Warnings about the index.
    pub warnings: Vec<String>,
}

/// A source that gave no document, or of which a part was left out or looks wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LeftOut {
    /// Path of the file, with the line number for a line of JSONL.
    pub path: String,
    /// Reason.
    pub reason: String,
    /// True where a person has acknowledged the problems of the file (`index --accept`).
    pub accepted: bool,
}
