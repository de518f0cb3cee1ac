//! What an engine answers, as plain values.

use schemars::JsonSchema;
use serde::Serialize;

use crate::document::{Document, Passage, Role, Span, counted};
use crate::query::{Marks, Place, QueryError, Tier};

/// Why a search gave no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SearchError {
    /// The query.
    #[error("{0}")]
    Query(#[from] QueryError),
    /// The index.
    #[error("{0}")]
    Index(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// An id that nothing has.
    #[error("{0}")]
    NotFound(String),
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
    /// The index that it is in, where several were asked.
    pub index: Option<String>,
    /// Place in the order, from 1.
    pub rank: usize,
    /// Its score. By relevance it never rises along the list; comparable within a tier of one list.
    pub score: f32,
    /// How it was found.
    pub tier: Tier,
    /// Its document, without passages.
    pub document: Document,
    /// The passage.
    pub passage: Passage,
    /// Where it holds the query: in itself, or in the title or the headings above it alone.
    pub place: Place,
    /// What matched, in code points of the passage text: the spans of `marks.body`, those that touch as one.
    pub highlights: Vec<Span>,
    /// All occurrences of the words of the query, each with its tier; in title and headings too.
    pub marks: Marks,
    /// Words of the query that a partial match lacks, as typed; none for an exact one.
    pub missing: Vec<String>,
    /// It holds the query only in part.
    pub relaxed: bool,
    /// Further exact passages of the document, where hits are grouped by document.
    pub more: usize,
    /// Ids of further hits that say nearly the same and are folded under this one: all of the list, counted in the
    /// total.
    pub duplicates: Vec<String>,
}

/// How many were found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// Passages.
    pub passages: usize,
    /// Documents.
    pub documents: usize,
    /// Passages by tier: word, variant, substring.
    pub by_tier: [usize; 3],
}

/// How often one word of a query occurs by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermCount {
    /// The word as typed.
    pub term: String,
    /// Passages that hold it.
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
    /// Other names and inflections that widened it.
    pub widened: Vec<Widened>,
    /// What was not read as it may have been meant.
    pub warnings: Vec<String>,
    /// Some of the hits hold the query only in part: the last of them, behind all exact ones.
    pub relaxed: bool,
    /// The time ran out: what was found until then is shown, and there may be more of everything.
    pub timed_out: bool,
    /// Totals of exact matches, folded ones included.
    pub total: Total,
    /// Exact hits behind the last one here, folded ones included: passages, or documents where hits are grouped.
    pub left: usize,
    /// The offset of what follows; `None` at the end of the list.
    pub next: Option<usize>,
    /// The hits asked for.
    pub hits: Vec<Found>,
    /// Facets, where asked for.
    pub facets: Option<Facets>,
    /// For an answer that the filters left nothing of: what they left out.
    pub emptied: Option<Emptied>,
    /// For an answer without exact hits: the count of each word.
    pub counts: Vec<TermCount>,
    /// For an answer without exact hits: what may have been meant, shown and not run.
    pub suggestions: Vec<String>,
}

/// Something that a word was also looked for by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Widened {
    /// The word as typed.
    pub word: String,
    /// What was added.
    pub added: String,
    /// Why: `alias`, `inflection`, …
    pub reason: String,
    /// The word stands inside NOT.
    pub negated: bool,
    /// Passages that hold it, where asked for.
    pub passages: Option<usize>,
}

/// The passages that hold a query, and what each filter leaves of them by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Emptied {
    /// Passages that hold the query without the filters.
    pub passages: usize,
    /// What each filter leaves.
    pub filters: Vec<FilterCount>,
}

/// What one filter leaves by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilterCount {
    /// Its name: partner, date, …
    pub filter: &'static str,
    /// Its value as typed.
    pub value: String,
    /// Passages that it leaves.
    pub passages: usize,
    /// For a partner: passages that name it in any role.
    pub named: Option<usize>,
    /// For a partner: the roles that count.
    pub(crate) roles: Vec<Role>,
}

impl Emptied {
    /// Says it in one sentence: `480 passages hold the query, none with 英国 as a party; 31 name it`.
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
            "partner" => format!("with {value} as a {}", roles()),
            "exclude_partner" => format!("without {value} as a {}", roles()),
            "theme" => format!("on {value}"),
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

/// The bucket of undated documents.
pub const UNDATED: &str = "日付不明";

/// One value of a facet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FacetNode {
    /// Last part of the path.
    pub value: String,
    /// Place in the tree, parts set off by `/`.
    pub path: String,
    /// Passages at or below it.
    pub passages: usize,
    /// Documents with such a passage.
    pub documents: usize,
    /// Values below it.
    pub children: Vec<FacetNode>,
}

/// The three facets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Facets {
    /// By partner.
    pub partner: Vec<FacetNode>,
    /// By theme.
    pub theme: Vec<FacetNode>,
    /// By year, month or fiscal year: of the document and its events, of an undated document's passage by the dates
    /// that it names.
    pub date: Vec<FacetNode>,
}

/// A document, or a passage in its document.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The document with all its passages.
    pub document: Document,
    /// The place of the passage that was asked for, from 0; `None` where the document was.
    pub passage: Option<usize>,
}

/// What a collection holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stats {
    /// Documents.
    pub documents: usize,
    /// Passages.
    pub passages: usize,
    /// Source files with a document.
    pub files: usize,
    /// Bytes on disk.
    pub bytes: u64,
    /// Source files, or parts of them, that gave no document.
    pub left_out: Vec<LeftOut>,
    /// Facets over all passages.
    pub facets: Facets,
    /// What a person should know of the answers.
    pub warnings: Vec<String>,
}

/// Something that gave no document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LeftOut {
    /// The file, with the line where it is one of its lines.
    pub path: String,
    /// Why.
    pub reason: String,
}
