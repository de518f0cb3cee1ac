//! Documents and their passages.

use serde::{Deserialize, Serialize};

use super::{CivilDate, Commitment, DateMention, DocumentDate, Meeting, PageDay, PageLink, Rename, Strength};

/// A half-open range of Unicode code points. Serialises as `[start, end]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "(usize, usize)", into = "(usize, usize)")]
pub struct Span {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

impl Span {
    /// Creates a span.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Tells whether both share a code point.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

impl From<(usize, usize)> for Span {
    fn from((start, end): (usize, usize)) -> Self {
        Self { start, end }
    }
}

impl From<Span> for (usize, usize) {
    fn from(span: Span) -> Self {
        (span.start, span.end)
    }
}

/// The kind of a repair: pieces of text were joined, or characters replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepairKind {
    /// A run of Cyrillic or Hangul inside Japanese text, restored to katakana.
    ForeignScript,
    /// Characters repeated at a page break, removed once.
    PageOverlap,
    /// Two halves of a sentence with a footnote block between them, joined.
    FootnoteSplit,
    /// Two halves of a sentence with a figure or the head of a table between them, joined.
    FigureSplit,
    /// A Latin word that a hyphen cut at the end of a line, joined.
    LineHyphen,
}

/// A place where the shown text differs from the source by more than white space; a match there is at best a `variant`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// Its kind.
    pub kind: RepairKind,
    /// Its position, in code points of the repaired text.
    pub span: Span,
    /// The words of the source.
    pub original: String,
}

/// The role of a partner in a document or passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Japan's counterpart, or the host body.
    Party,
    /// The place of the meeting.
    Venue,
    /// One name in a list of members or participants.
    Member,
    /// Only named.
    Mention,
}

impl Role {
    /// All roles, strongest first.
    pub const ALL: [Self; 4] = [Self::Party, Self::Venue, Self::Member, Self::Mention];

    /// Returns the name used on the command line and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Party => "party",
            Self::Venue => "venue",
            Self::Member => "member",
            Self::Mention => "mention",
        }
    }

    /// Returns the role with a name.
    ///
    /// # Examples
    /// ```
    /// use fumikura::document::Role;
    ///
    /// assert_eq!(Role::of_name("venue"), Some(Role::Venue));
    /// ```
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// A feature of the context of a name, with its points: a row of `data/role_points.tsv`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Its name: `joined by と`.
    pub feature: String,
    /// Whole points; a partner whose points sum to more than 0 is a party.
    pub points: i32,
}

/// A partner with its role and the words that name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnerValue {
    /// Usual short Japanese name: 米国, EU, ASEAN.
    pub value: String,
    /// Its role.
    pub role: Role,
    /// The words found.
    pub evidence: String,
    /// The reasons for the role; set for a whole document when it is built, and not stored in an index.
    #[serde(skip)]
    pub reasons: Vec<Reason>,
}

/// A theme with its score and the words found for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThemeValue {
    /// Path in the vocabulary: `セキュリティ/重要インフラ`.
    pub value: String,
    /// Weight of the terms found, after length normalisation; above the threshold by construction.
    pub score: f32,
    /// The words found.
    pub evidence: Vec<String>,
}

/// The kind of text of a passage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PassageKind {
    /// Running text, list items, tables.
    #[default]
    Body,
    /// Footnotes, kept apart from the sentences that they interrupt.
    Footnote,
    /// Lines of a table of contents; never ranked above the body.
    Toc,
}

/// The unit of matching, facets, ranking and citation.
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
/// let document = index.show("a.txt")?.document;
/// let passage = document.passages.iter().find(|passage| passage.text.contains("両国は")).ok_or("no passage")?;
/// assert!(passage.lines.1 >= 4, "lines of the file, from 1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Passage {
    /// Stable id: document id, `#`, content hash.
    pub id: String,
    /// Position in the document, from 0.
    pub index: usize,
    /// Its kind of text.
    pub kind: PassageKind,
    /// Headings above it, outermost first; without the document title.
    pub heading: Vec<String>,
    /// The text as printed for a reader; `\n` only between real lines.
    pub text: String,
    /// First and last line in the source, from 1.
    pub lines: (usize, usize),
    /// Page in the source, from 1, where it has pages.
    pub page: Option<usize>,
    /// Repairs of more than white space.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repairs: Vec<Repair>,
    /// Dates named in it.
    #[serde(default)]
    pub dates: Vec<DateMention>,
    /// Partners in it, with roles.
    #[serde(default)]
    pub partners: Vec<PartnerValue>,
    /// Its themes.
    #[serde(default)]
    pub themes: Vec<ThemeValue>,
    /// Its commitments, in the order of the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commitments: Vec<Commitment>,
    /// Meetings of a series that it names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<Meeting>,
}

impl Passage {
    /// Returns the label under which the passage is counted: the strongest of its commitments.
    pub fn strongest_commitment(&self) -> Option<Strength> {
        self.commitments.iter().map(|commitment| commitment.label).min()
    }
}

/// A document with its passages, as it goes into the index.
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
/// let shown = index.show("a.txt")?;
/// assert_eq!(shown.document.id, "a.txt");
/// assert!(!shown.document.passages.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Stable id: path relative to the corpus root, or `id` of the JSONL object.
    pub id: String,
    /// Path of the source file.
    pub path: String,
    /// Title, given or found in the text.
    pub title: String,
    /// Address, where given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its publisher, where the page names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// Its date, where known.
    pub date: Option<DocumentDate>,
    /// Day on which it was read from its address, where given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accessed: Option<CivilDate>,
    /// The document was given as undated: dates in its text do not replace a date.
    #[serde(skip)]
    pub undated: bool,
    /// What its page tells about the day of its publication.
    #[serde(skip)]
    pub page_day: PageDay,
    /// Links and attached papers of its page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<PageLink>,
    /// The days of the events that it reports or announces, where its date is that of publication.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<DocumentDate>,
    /// Partners of the whole document.
    #[serde(default)]
    pub partners: Vec<PartnerValue>,
    /// Themes of the whole document.
    #[serde(default)]
    pub themes: Vec<ThemeValue>,
    /// Meetings of a series that it is about: its title and lead name them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<Meeting>,
    /// Names of bodies and meetings that it says became others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub renames: Vec<Rename>,
    /// Its passages, in reading order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passages: Vec<Passage>,
}

/// Separates two headings in the text that is matched: a phrase, a sentence or a wildcard does not cross it. No text
/// contains this character.
pub const HEADING_END: char = '\u{1}';

/// Joins the headings above a passage into the one text that is matched: 欧州 and 連合 below it do not give 欧州連合.
pub fn heading_text(headings: &[String]) -> String {
    headings.join("\u{1}")
}
