//! Concordances.

use schemars::JsonSchema;
use serde::Serialize;

use super::{ByTier, Pair, Query};
use crate::document::Role;
use crate::engine::Request;
use crate::output::date_label;
use crate::study;

/// A concordance.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Concordance<'a> {
    /// The query as it was read.
    pub query: Query<'a>,
    /// True where the time ran out; the numbers are lower bounds.
    pub timed_out: bool,
    /// True where only the first occurrences were read, because there are too many.
    pub cut: bool,
    /// All occurrences in the texts of passages.
    pub total: Occurrences,
    /// Number of occurrences in titles that no passage of the text holds.
    pub titles: usize,
    /// Number of lines that samples leave; `lines` is a window of them.
    pub kept: usize,
    /// The lines.
    pub lines: Vec<ConcordanceLine<'a>>,
}

/// Numbers of occurrences.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Occurrences {
    /// Number of occurrences.
    pub lines: usize,
    /// Number of passages with one.
    pub passages: usize,
    /// Number of documents with one.
    pub documents: usize,
    /// Numbers of occurrences by tier.
    pub by_tier: ByTier,
}

/// One occurrence in its context.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ConcordanceLine<'a> {
    /// Text before the match.
    pub left: &'a str,
    /// The match.
    #[serde(rename = "match")]
    pub matched: &'a str,
    /// Text after the match.
    pub right: &'a str,
    /// Id of the document.
    pub document: &'a str,
    /// Id of the passage; null for an occurrence in a title.
    pub passage: Option<&'a str>,
    /// Title of the document.
    pub title: &'a str,
    /// Date of the document: `2012-11-14`, `2012-11-14..15 (inferred)`, `2015`; null without one.
    pub date: Option<String>,
    /// Parties of the passage.
    pub partners: Vec<&'a str>,
    /// Partners that the passage names in other roles: venue, member, mention.
    pub named: Vec<&'a str>,
    /// Themes of the passage.
    pub themes: Vec<&'a str>,
    /// Headings above the passage, outermost first.
    pub heading: &'a [String],
    /// Page in the source.
    pub page: Option<usize>,
    /// Line in the source, where each line of the passage is one of the source.
    pub line: Option<usize>,
    /// First and last line of the passage in the source.
    pub lines: Option<Pair>,
    /// Position in code points of the text of the passage, or of the title.
    pub offset: usize,
    /// `word`, `variant`, `substring`.
    pub tier: &'static str,
    /// Folder of the index, where several indexes were asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<&'a str>,
}

impl<'a> Concordance<'a> {
    /// Converts a concordance and its request.
    pub fn new(found: &'a study::Concordance, request: &'a Request) -> Self {
        let [word, variant, substring] = found.total.by_tier;
        Self {
            query: Query::new(&found.answer, request),
            timed_out: found.answer.timed_out,
            cut: found.cut,
            total: Occurrences {
                lines: found.total.lines,
                passages: found.total.passages,
                documents: found.total.documents,
                by_tier: ByTier { word, variant, substring },
            },
            titles: found.titles,
            kept: found.kept,
            lines: found.lines.iter().map(ConcordanceLine::from).collect(),
        }
    }
}

impl<'a> From<&'a study::Line> for ConcordanceLine<'a> {
    fn from(line: &'a study::Line) -> Self {
        let passage = line.passage.as_deref();
        let others = Role::ALL.into_iter().filter(|role| *role != Role::Party);
        Self {
            left: &line.left,
            matched: &line.matched,
            right: &line.right,
            document: &line.document.id,
            passage: passage.map(|passage| passage.id.as_str()),
            title: &line.document.title,
            date: line.document.date.as_ref().map(|date| date_label(Some(date))),
            partners: line.partners(Role::Party),
            named: others.flat_map(|role| line.partners(role)).collect(),
            themes: line.themes(),
            heading: passage.map_or(&[], |passage| &passage.heading),
            page: passage.and_then(|passage| passage.page),
            line: line.line,
            lines: passage.map(|passage| passage.lines),
            offset: line.offset,
            tier: line.tier.name(),
            index: line.index.as_deref(),
        }
    }
}
