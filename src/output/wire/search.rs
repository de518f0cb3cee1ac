//! Answers to requests.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Document, Pair, Passage};
use crate::document::Role;
use crate::engine::{self, FacetNode, Facets, Found, Request};
use crate::query::Mark;

/// The answer to a search. `H` is a list of hits or a type that serializes hits one by one.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Answer<'a, H> {
    /// The query as it was read.
    pub query: Query<'a>,
    /// True where the time ran out; the answer holds the hits found until then.
    pub timed_out: bool,
    /// Counts of exact matches, folded ones included.
    pub total: Total,
    /// Offset of the hit after the last one here; null at the end of the list.
    pub next: Option<usize>,
    /// The hits of the page.
    pub hits: H,
    /// Facets over all exact matches, if requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facets: Option<&'a Facets>,
}

impl<'a, H> Answer<'a, H> {
    /// Converts an answer with its hits.
    pub fn new(answer: &'a engine::Answer, request: &'a Request, hits: H) -> Self {
        Self {
            query: Query::new(answer, request),
            timed_out: answer.timed_out,
            total: Total::from(&answer.total),
            next: answer.next,
            hits,
            facets: answer.facets.as_ref(),
        }
    }
}

/// A query and its interpretation.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Query<'a> {
    /// The query as typed.
    pub text: &'a str,
    /// The query in its normal form.
    pub parsed: Parsed<'a>,
    /// The values of each filter, by its name.
    pub filters: BTreeMap<&'static str, Vec<String>>,
    /// True where some hits hold the query only in part.
    pub relaxed: bool,
    /// Parts of the query that may be misread, and warnings about the index.
    pub warnings: &'a [String],
    /// Queries that may have been meant; they are not run.
    pub suggestions: &'a [String],
    /// Counts of each word of a query without hits.
    pub counts: Vec<Count<'a>>,
    /// Effect of the filters, if they removed all passages that hold the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emptied: Option<Emptied<'a>>,
    /// Roles in which passages name the partners asked for, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<PartnerRoles<'a>>,
}

impl<'a> Query<'a> {
    /// Converts a request and its answer.
    pub fn new(answer: &'a engine::Answer, request: &'a Request) -> Self {
        let mut filters: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for (name, value) in request.filters.describe() {
            filters.entry(name).or_default().push(value);
        }
        let count = |count: &'a engine::TermCount| Count { term: &count.term, passages: count.passages };
        Self {
            text: &request.text,
            parsed: Parsed { text: &answer.parsed, widened: answer.widened.iter().map(Widened::from).collect() },
            filters,
            relaxed: answer.relaxed,
            warnings: &answer.warnings,
            suggestions: &answer.suggestions,
            counts: answer.counts.iter().map(count).collect(),
            emptied: answer.emptied.as_ref().map(Emptied::from),
            roles: answer.roles.as_ref().map(PartnerRoles::from),
        }
    }
}

/// The query in its normal form.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Parsed<'a> {
    /// Text of the query.
    pub text: &'a str,
    /// Forms by which its words were widened.
    pub widened: Vec<Widened<'a>>,
}

/// A word that another form also finds.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Widened<'a> {
    /// The word as typed.
    pub word: &'a str,
    /// The form that was added.
    pub added: &'a str,
    /// Reason for the addition, as listed in `docs/json.md`.
    pub reason: &'a str,
    /// True where the word stands inside NOT.
    pub negated: bool,
    /// Number of passages that hold the added form, if requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passages: Option<usize>,
}

impl<'a> From<&'a engine::Widened> for Widened<'a> {
    fn from(widened: &'a engine::Widened) -> Self {
        Self {
            word: &widened.word,
            added: &widened.added,
            reason: &widened.reason,
            negated: widened.negated,
            passages: widened.passages,
        }
    }
}

/// Number of passages with a word of the query.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Count<'a> {
    /// The word.
    pub term: &'a str,
    /// Number of passages that hold the word.
    pub passages: usize,
}

/// Effect of the filters on an answer without hits.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Emptied<'a> {
    /// Number of passages that hold the query, without the filters.
    pub passages: usize,
    /// Effect of each filter.
    pub filters: Vec<EmptiedFilter<'a>>,
    /// The same facts as a sentence.
    pub said: String,
}

/// Effect of one filter by itself.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EmptiedFilter<'a> {
    /// Its name.
    pub filter: &'static str,
    /// Its value.
    pub value: &'a str,
    /// Number of passages that the filter leaves by itself.
    pub passages: usize,
    /// For a partner, number of passages that name it in any role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub named: Option<usize>,
}

impl<'a> From<&'a engine::Emptied> for Emptied<'a> {
    fn from(emptied: &'a engine::Emptied) -> Self {
        let one = |count: &'a engine::FilterCount| EmptiedFilter {
            filter: count.filter,
            value: &count.value,
            passages: count.passages,
            named: count.named,
        };
        Self {
            passages: emptied.passages,
            filters: emptied.filters.iter().map(one).collect(),
            said: emptied.sentence(),
        }
    }
}

/// Roles in which passages name the partners asked for: passages that hold the query and pass all other filters.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PartnerRoles<'a> {
    /// The partners.
    pub partners: Vec<RoleCount<'a>>,
    /// Number of passages that `--role any` adds to the hits.
    pub added: usize,
    /// Number of hits that `--role any` drops, because they name an excluded partner in another role.
    pub dropped: usize,
    /// The same facts as a sentence.
    pub said: String,
    /// The command that asks for any role, where it changes the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<&'a str>,
}

/// Numbers of passages that name a partner, or a partner below it, by its strongest role in the passage.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RoleCount<'a> {
    /// Its name.
    pub value: &'a str,
    /// Its path in the tree of partners.
    pub path: &'a str,
    /// Number of passages in which it is a party.
    pub party: usize,
    /// Number of passages in which it is the venue.
    pub venue: usize,
    /// Number of passages in which it stands in a list of members.
    pub member: usize,
    /// Number of passages that only mention it.
    pub mention: usize,
    /// Number of passages that name it in any role.
    pub named: usize,
}

impl<'a> From<&'a engine::PartnerRoles> for PartnerRoles<'a> {
    fn from(roles: &'a engine::PartnerRoles) -> Self {
        let one = |count: &'a engine::RoleCount| RoleCount {
            value: &count.value,
            path: &count.path,
            party: count.party(),
            venue: count.of(Role::Venue),
            member: count.of(Role::Member),
            mention: count.of(Role::Mention),
            named: count.named(),
        };
        Self {
            partners: roles.partners.iter().map(one).collect(),
            added: roles.added,
            dropped: roles.dropped,
            said: roles.sentence(),
            command: roles.command.as_deref(),
        }
    }
}

/// Numbers of matching passages and documents.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Total {
    /// Number of passages.
    pub passages: usize,
    /// Number of documents.
    pub documents: usize,
    /// Numbers of passages by tier.
    pub by_tier: ByTier,
}

/// Numbers of passages by tier.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ByTier {
    /// Passages that hold the words themselves, in any spelling.
    pub word: usize,
    /// Passages with another name or an inflection.
    pub variant: usize,
    /// Passages with the characters inside other words.
    pub substring: usize,
}

impl From<&engine::Total> for Total {
    fn from(total: &engine::Total) -> Self {
        let [word, variant, substring] = total.by_tier;
        Self { passages: total.passages, documents: total.documents, by_tier: ByTier { word, variant, substring } }
    }
}

/// A passage found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Hit<'a> {
    /// Place in the order, from 1.
    pub rank: usize,
    /// Score by relevance.
    pub score: f32,
    /// `word`, `variant`, `substring`.
    pub tier: &'static str,
    /// `body`, `title`, `heading`.
    pub place: &'static str,
    /// `party`, `venue`, `member`, `mention`: role of the partner asked for, null where none was asked for.
    pub role: Option<&'static str>,
    /// True where the hit holds the query only in part.
    pub relaxed: bool,
    /// The words of the query that a partial hit lacks.
    pub missing: &'a [String],
    /// Ids of passages that say nearly the same and are folded under this hit.
    pub duplicates: &'a [String],
    /// Its document.
    pub document: DocumentHit<'a>,
    /// The passage.
    pub passage: PassageHit<'a>,
    /// Number of further exact passages of the document, where hits are grouped.
    pub more: usize,
    /// Folder of the index, where several indexes were asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<&'a str>,
    /// What a program outside said, where one was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outside: Option<Outside>,
}

/// What a program outside said about a hit.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Outside {
    /// Rank in the order of the search.
    pub from: usize,
    /// The score that the program gave; null where it gave none.
    pub score: Option<f64>,
}

/// The document of a hit.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DocumentHit<'a> {
    /// The document.
    #[serde(flatten)]
    pub document: Document<'a>,
    /// Occurrences of words of the query in the title.
    pub title_occurrences: Vec<Occurrence>,
}

/// The passage of a hit.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PassageHit<'a> {
    /// The passage.
    #[serde(flatten)]
    pub passage: Passage<'a>,
    /// Matching parts of its text; spans that touch are one.
    pub highlights: Vec<Pair>,
    /// Occurrences of words of the query in its text.
    pub occurrences: Vec<Occurrence>,
    /// Occurrences in each heading.
    pub heading_occurrences: Vec<Vec<Occurrence>>,
}

/// An occurrence of a word of the query.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Occurrence {
    /// `[start, end]` in code points.
    pub span: Pair,
    /// `word`, `variant`, `substring`.
    pub tier: &'static str,
}

fn occurrences(marks: &[Mark]) -> Vec<Occurrence> {
    marks.iter().map(|mark| Occurrence { span: mark.span.into(), tier: mark.tier.name() }).collect()
}

impl<'a> From<&'a Found> for Hit<'a> {
    fn from(found: &'a Found) -> Self {
        Self {
            rank: found.rank,
            score: found.score,
            tier: found.tier.name(),
            place: found.place.name(),
            role: found.role.map(Role::name),
            relaxed: found.relaxed,
            missing: &found.missing,
            duplicates: &found.duplicates,
            document: DocumentHit {
                document: Document::from(&found.document),
                title_occurrences: occurrences(&found.marks.title),
            },
            passage: PassageHit {
                passage: Passage::from(&found.passage),
                highlights: found.highlights.iter().map(|span| (*span).into()).collect(),
                occurrences: occurrences(&found.marks.body),
                heading_occurrences: found.marks.heading.iter().map(|marks| occurrences(marks)).collect(),
            },
            more: found.more,
            index: found.index.as_deref(),
            outside: found.outside.map(|outside| Outside { from: outside.from, score: outside.score }),
        }
    }
}

/// Facets without hits.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FacetCounts<'a> {
    /// By partner.
    pub partner: &'a [FacetNode],
    /// By theme.
    pub theme: &'a [FacetNode],
    /// By the strongest commitment of a passage.
    pub commitment: &'a [FacetNode],
    /// By series of meetings: the 30 with most passages.
    pub series: &'a [FacetNode],
    /// By year, month or fiscal year.
    pub date: &'a [FacetNode],
    /// True where the time ran out; the numbers are lower bounds.
    pub timed_out: bool,
    /// Effect of the filters, if they removed all passages that hold the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emptied: Option<Emptied<'a>>,
    /// Roles in which passages name the partners asked for, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<PartnerRoles<'a>>,
}

impl<'a> From<&'a engine::Answer> for FacetCounts<'a> {
    fn from(answer: &'a engine::Answer) -> Self {
        let of = |nodes: fn(&Facets) -> &Vec<FacetNode>| answer.facets.as_ref().map_or(&[][..], |facets| nodes(facets));
        Self {
            partner: of(|facets| &facets.partner),
            theme: of(|facets| &facets.theme),
            commitment: of(|facets| &facets.commitment),
            series: of(|facets| &facets.series),
            date: of(|facets| &facets.date),
            timed_out: answer.timed_out,
            emptied: answer.emptied.as_ref().map(Emptied::from),
            roles: answer.roles.as_ref().map(PartnerRoles::from),
        }
    }
}
