//! Documents and passages.

use schemars::JsonSchema;
use serde::Serialize;

use super::Pair;
use super::series::{Meeting, Rename, meetings};
use crate::document::{self, CivilDate, DateKind, DateSource, DocumentDate, PassageKind, Role};
use crate::output::names_of;

/// A document. `passages` is present in `show` only.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Document<'a> {
    /// Path below the root, or the `id` of a JSONL object.
    pub id: &'a str,
    /// Path of the source file.
    pub path: &'a str,
    /// Title, given or found in the text.
    pub title: &'a str,
    /// Address, if given.
    pub url: Option<&'a str>,
    /// Publisher, if the page names it.
    pub publisher: Option<&'a str>,
    /// Date, if known.
    pub date: Option<Date<'a>>,
    /// Days of the event that the document reports or announces.
    pub events: Vec<Date<'a>>,
    /// Names of its parties.
    pub partners: Vec<&'a str>,
    /// Paths of its themes.
    pub themes: Vec<&'a str>,
    /// Links and attached papers of the page, in `show` only; absent if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link<'a>>,
    /// Passages, in the order of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passages: Option<Vec<Passage<'a>>>,
}

impl<'a> From<&'a document::Document> for Document<'a> {
    fn from(document: &'a document::Document) -> Self {
        Self {
            id: &document.id,
            path: &document.path,
            title: &document.title,
            url: document.url.as_deref(),
            publisher: document.publisher.as_deref(),
            date: document.date.as_ref().map(Date::from),
            events: document.events.iter().map(Date::from).collect(),
            partners: names_of(Role::Party, &document.partners),
            themes: theme_names(&document.themes),
            links: Vec::new(),
            passages: None,
        }
    }
}

/// A link of a page, or a paper attached to it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Link<'a> {
    /// Its text; empty for an image without a text.
    pub text: &'a str,
    /// Its address: absolute if the page tells its own address, else as written.
    pub url: &'a str,
    /// True for a paper: PDF, Word, Excel, PowerPoint, CSV, an archive.
    pub attachment: bool,
}

impl<'a> From<&'a document::PageLink> for Link<'a> {
    fn from(link: &'a document::PageLink) -> Self {
        Self { text: &link.text, url: &link.url, attachment: link.attachment }
    }
}

impl<'a> Document<'a> {
    /// Converts a document with its passages, as `show` prints it.
    pub fn whole(document: &'a document::Document) -> Self {
        Self {
            links: document.links.iter().map(Link::from).collect(),
            passages: Some(document.passages.iter().map(Passage::from).collect()),
            ..Self::from(document)
        }
    }
}

/// The date of a document or event.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Date<'a> {
    /// First day, `YYYY-MM-DD`.
    #[schemars(with = "String")]
    pub start: CivilDate,
    /// Last day, `YYYY-MM-DD`.
    #[schemars(with = "String")]
    pub end: CivilDate,
    /// Source of the date: `given`, `stated`, `relative`, `inferred`.
    #[schemars(with = "String")]
    pub source: DateSource,
    /// Kind of the date: `published`, `event`, `mentioned`.
    #[schemars(with = "String")]
    pub kind: DateKind,
    /// Words that prove the date; absent for a given date.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub evidence: &'a str,
    /// Years that fit an inferred date; else absent.
    #[serde(skip_serializing_if = "<[i16]>::is_empty")]
    pub candidates: &'a [i16],
}

impl<'a> From<&'a DocumentDate> for Date<'a> {
    fn from(date: &'a DocumentDate) -> Self {
        Self {
            start: date.interval.start,
            end: date.interval.end,
            source: date.source,
            kind: date.kind,
            evidence: &date.evidence,
            candidates: &date.candidates,
        }
    }
}

/// A passage.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Passage<'a> {
    /// Document id, `#`, hash of the text.
    pub id: &'a str,
    /// Position in its document, from 0.
    pub index: usize,
    /// `body`, `footnote`, `toc`.
    #[schemars(with = "String")]
    pub kind: PassageKind,
    /// Headings above the passage, from the top level down, without the title.
    pub heading: &'a [String],
    /// The text as a person would read it.
    pub text: &'a str,
    /// First and last line in the source.
    pub lines: Pair,
    /// Page, sheet or slide.
    pub page: Option<usize>,
    /// Names of its parties.
    pub partners: Vec<&'a str>,
    /// Paths of its themes.
    pub themes: Vec<&'a str>,
    /// Its commitments.
    pub commitments: Vec<Commitment<'a>>,
}

impl<'a> From<&'a document::Passage> for Passage<'a> {
    fn from(passage: &'a document::Passage) -> Self {
        Self {
            id: &passage.id,
            index: passage.index,
            kind: passage.kind,
            heading: &passage.heading,
            text: &passage.text,
            lines: passage.lines,
            page: passage.page,
            partners: names_of(Role::Party, &passage.partners),
            themes: theme_names(&passage.themes),
            commitments: Commitment::of(passage).collect(),
        }
    }
}

fn theme_names(themes: &[document::ThemeValue]) -> Vec<&str> {
    themes.iter().map(|theme| theme.value.as_str()).collect()
}

/// The metadata of a document with their evidence, as `inspect --stage metadata` prints them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Metadata<'a> {
    /// Id of the document.
    pub id: &'a str,
    /// Title.
    pub title: &'a str,
    /// Date, if known.
    pub date: Option<Date<'a>>,
    /// Days of the event that the document reports or announces.
    pub events: Vec<Date<'a>>,
    /// All dates that the text names.
    pub dates: Vec<DateMention<'a>>,
    /// Partners with their roles.
    pub partners: Vec<Partner<'a>>,
    /// Themes with their scores.
    pub themes: Vec<Theme<'a>>,
    /// Commitments, in the order of the text.
    pub commitments: Vec<Commitment<'a>>,
    /// Meetings of series that the title and the text name.
    pub series: Vec<Meeting<'a>>,
    /// Names of bodies and meetings that became others.
    pub renames: Vec<Rename<'a>>,
}

/// A commitment: a sentence that agrees, confirms, plans or states something.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Commitment<'a> {
    /// `agreed`, `committed`, `confirmed`, `discussed`, `considered`, `planned`, `stated`.
    pub label: &'static str,
    /// Its predicate; empty where an entry of a list takes the predicate of the sentence above the list.
    pub words: &'a str,
    /// `both`, `japan`, `other`, `body`; null where the sentence does not tell it.
    pub actor: Option<&'static str>,
    /// Its object; null where the sentence does not tell it.
    pub object: Option<&'a str>,
    /// The sentence, in code points of the text of its passage.
    pub sentence: Pair,
    /// Position of the passage in its document, from 0.
    pub passage: usize,
}

impl<'a> Commitment<'a> {
    fn of(passage: &'a document::Passage) -> impl Iterator<Item = Self> {
        passage.commitments.iter().map(|commitment| Self {
            label: commitment.label.name(),
            words: &commitment.words,
            actor: commitment.actor.map(document::Actor::name),
            object: commitment.object.as_deref(),
            sentence: commitment.sentence.into(),
            passage: passage.index,
        })
    }
}

/// A date that a text names.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DateMention<'a> {
    /// Words of the date as they stand in the text.
    pub surface: &'a str,
    /// First day; null where the year cannot be known.
    #[schemars(with = "Option<String>")]
    pub start: Option<CivilDate>,
    /// Last day.
    #[schemars(with = "Option<String>")]
    pub end: Option<CivilDate>,
    /// `published`, `event`, `mentioned`.
    #[schemars(with = "String")]
    pub kind: DateKind,
    /// `stated`, `relative`, `inferred`.
    #[schemars(with = "String")]
    pub source: DateSource,
}

/// A partner with its role.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Partner<'a> {
    /// Usual short Japanese name.
    pub value: &'a str,
    /// `party`, `venue`, `member`, `mention`.
    pub role: &'static str,
    /// Words that prove it; empty if given.
    pub evidence: &'a str,
    /// Features that gave points to its role.
    pub reasons: Vec<RoleReason<'a>>,
}

/// A feature of the context of a name, with its points.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RoleReason<'a> {
    /// The feature: a row of `data/role_points.tsv`.
    pub feature: &'a str,
    /// Integer points; a sum above 0 makes a party.
    pub points: i32,
}

/// A theme with its score.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Theme<'a> {
    /// Path in the vocabulary.
    pub value: &'a str,
    /// Weight of the theme.
    pub score: f32,
    /// Words that prove it; empty if given.
    pub evidence: &'a [String],
}

impl<'a> From<&'a document::Document> for Metadata<'a> {
    fn from(document: &'a document::Document) -> Self {
        let mentions = document.passages.iter().flat_map(|passage| &passage.dates);
        let mention = |mention: &'a document::DateMention| DateMention {
            surface: &mention.surface,
            start: mention.interval.map(|interval| interval.start),
            end: mention.interval.map(|interval| interval.end),
            kind: mention.kind,
            source: mention.source,
        };
        let reason = |reason: &'a document::Reason| RoleReason { feature: &reason.feature, points: reason.points };
        let partner = |partner: &'a document::PartnerValue| Partner {
            value: &partner.value,
            role: partner.role.name(),
            evidence: &partner.evidence,
            reasons: partner.reasons.iter().map(reason).collect(),
        };
        let theme = |theme: &'a document::ThemeValue| Theme {
            value: &theme.value,
            score: theme.score,
            evidence: &theme.evidence,
        };
        Self {
            id: &document.id,
            title: &document.title,
            date: document.date.as_ref().map(Date::from),
            events: document.events.iter().map(Date::from).collect(),
            dates: mentions.map(mention).collect(),
            partners: document.partners.iter().map(partner).collect(),
            themes: document.themes.iter().map(theme).collect(),
            commitments: document.passages.iter().flat_map(Commitment::of).collect(),
            series: meetings(document),
            renames: document.renames.iter().map(Rename::from).collect(),
        }
    }
}
