//! Two texts side by side, and passages that say nearly the same.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Pair, Source};
use crate::document;
use crate::output::date_label;
use crate::study;

/// Two texts side by side.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Alignment<'a> {
    /// The older text.
    pub old: ComparedText<'a>,
    /// The newer text.
    pub new: ComparedText<'a>,
    /// Numbers of rows by group.
    pub counts: RowCounts,
    /// Their sentences, in the order of the newer text.
    pub rows: Vec<AlignedRow<'a>>,
}

/// Two meetings of a series side by side.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MeetingsCompared<'a> {
    /// Name of the series.
    pub series: &'a str,
    /// The meetings: the older and the newer one.
    pub meetings: [ComparedMeeting<'a>; 2],
    /// Their texts.
    #[serde(flatten)]
    pub comparison: Alignment<'a>,
}

/// A meeting with the document that stands for it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ComparedMeeting<'a> {
    /// Its number or edition: `第9回`, `WRC-15`.
    pub name: &'a str,
    /// Dates told, the most exact first.
    pub dates: &'a [String],
    /// Why its document was taken: `own`, it reports the meeting as its own; `only`, no other names it; `longest`.
    pub choice: &'static str,
    /// The other documents that name it.
    pub others: Vec<Source<'a>>,
    /// True where documents contradict each other on it.
    pub conflict: bool,
}

/// One of two texts.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ComparedText<'a> {
    /// Id of its document.
    pub document: &'a str,
    /// Title of its document.
    pub title: &'a str,
    /// Date of its document; null without one.
    pub date: Option<String>,
    /// Path of its file.
    pub path: &'a str,
    /// Ids of the passages that were compared; null where the whole document was.
    pub passages: Option<&'a [String]>,
    /// Number of its sentences.
    pub sentences: usize,
    /// Number of passages of a table of contents, which are left out.
    pub contents: usize,
}

/// Numbers of rows by group.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RowCounts {
    /// Sentences with the same letters.
    pub same: usize,
    /// Sentences in other words.
    pub reworded: usize,
    /// Sentences of the newer text alone.
    pub new: usize,
    /// Sentences of the older text alone.
    pub dropped: usize,
}

/// Sentences that stand beside each other, or one that stands alone.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AlignedRow<'a> {
    /// `same`, `reworded`, `new`, `dropped`.
    pub group: &'static str,
    /// Likeness from 0 to 1: Dice of runs of three characters; null for a sentence alone.
    pub score: Option<f32>,
    /// True for a sentence with the same letters that changed its place.
    pub moved: bool,
    /// Sentences of the older text: none, one, or two that became one.
    pub old: Vec<AlignedSentence<'a>>,
    /// Sentences of the newer text: none, one, or two that were one.
    pub new: Vec<AlignedSentence<'a>>,
    /// For a reworded sentence, its words: joined they give both texts.
    pub parts: Vec<WordPart<'a>>,
}

/// A sentence with its place.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AlignedSentence<'a> {
    /// Its text.
    pub text: &'a str,
    /// `text`, `heading`, `footnote`.
    pub kind: &'static str,
    /// Id of its passage.
    pub passage: &'a str,
    /// First and last line in the source.
    pub lines: Pair,
    /// Page in the source.
    pub page: Option<usize>,
}

/// Words that are the same, or words in the place of others.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct WordPart<'a> {
    /// True for the same words in any width.
    pub same: bool,
    /// Text of the older one.
    pub old: &'a str,
    /// Text of the newer one.
    pub new: &'a str,
}

/// Passages that say nearly the same as a passage, or as the passages of a document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Parallels<'a> {
    /// Id of the document that was asked for, or of that of the passage.
    pub document: &'a str,
    /// Id of the passage that was asked for; null for a document.
    pub passage: Option<&'a str>,
    /// Least likeness of a passage that is listed.
    pub threshold: f32,
    /// Number of passages, for a document of documents, before the limit.
    pub total: usize,
    /// Number of passages that were compared with the collection.
    pub compared: usize,
    /// Number of passages that were not: tables of contents, and those of fewer than 20 letters.
    pub left_out: usize,
    /// True where the time ran out; more may be alike.
    pub timed_out: bool,
    /// The passages found.
    pub similar: Vec<Parallel<'a>>,
}

/// A passage that says nearly the same as another one.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Parallel<'a> {
    /// Likeness from 0 to 1: Dice of runs of three characters.
    pub score: f32,
    /// Id of the passage that was asked for, or of that of the document.
    pub of: &'a str,
    /// Id of the document of the other passage.
    pub document: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Its date; null without one.
    pub date: Option<String>,
    /// Id of the other passage.
    pub passage: &'a str,
    /// Headings above it, outermost first.
    pub heading: &'a [String],
    /// Its first and last line in the source.
    pub lines: Pair,
    /// Its page in the source.
    pub page: Option<usize>,
    /// Longest run of characters that both have; null for passages of more than 4,000 characters.
    pub run: Option<&'a str>,
    /// Sentences side by side, the other passage as the newer text.
    pub rows: Vec<AlignedRow<'a>>,
    /// Folder of the index of the other passage, where several indexes were asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<&'a str>,
}

fn date(document: &document::Document) -> Option<String> {
    document.date.as_ref().map(|date| date_label(Some(date)))
}

impl<'a> From<&'a study::Alignment> for Alignment<'a> {
    fn from(found: &'a study::Alignment) -> Self {
        let study::AlignedCounts { same, reworded, new, dropped } = study::AlignedCounts::of(&found.rows);
        Self {
            old: ComparedText::from(&found.old),
            new: ComparedText::from(&found.new),
            counts: RowCounts { same, reworded, new, dropped },
            rows: found.rows.iter().map(AlignedRow::from).collect(),
        }
    }
}

impl<'a> From<&'a study::MeetingsCompared> for MeetingsCompared<'a> {
    fn from(found: &'a study::MeetingsCompared) -> Self {
        Self {
            series: &found.series,
            meetings: [&found.old, &found.new].map(ComparedMeeting::from),
            comparison: Alignment::from(&found.comparison),
        }
    }
}

impl<'a> From<&'a study::MeetingSide> for ComparedMeeting<'a> {
    fn from(side: &'a study::MeetingSide) -> Self {
        Self {
            name: &side.name,
            dates: &side.dates,
            choice: side.choice.name(),
            others: side.others.iter().map(Source::from).collect(),
            conflict: side.conflict,
        }
    }
}

impl<'a> From<&'a study::AlignedSide> for ComparedText<'a> {
    fn from(side: &'a study::AlignedSide) -> Self {
        Self {
            document: &side.document.id,
            title: &side.document.title,
            date: date(&side.document),
            path: &side.document.path,
            passages: side.passages.as_deref(),
            sentences: side.sentences,
            contents: side.contents,
        }
    }
}

impl<'a> From<&'a study::AlignedRow> for AlignedRow<'a> {
    fn from(row: &'a study::AlignedRow) -> Self {
        let is_alone = row.old.is_empty() || row.new.is_empty();
        Self {
            group: row.pairing.name(),
            score: (!is_alone).then_some(row.score),
            moved: row.moved,
            old: row.old.iter().map(AlignedSentence::from).collect(),
            new: row.new.iter().map(AlignedSentence::from).collect(),
            parts: row.parts.iter().map(|part| WordPart { same: part.same, old: &part.old, new: &part.new }).collect(),
        }
    }
}

impl<'a> From<&'a study::AlignedSentence> for AlignedSentence<'a> {
    fn from(sentence: &'a study::AlignedSentence) -> Self {
        Self {
            text: &sentence.text,
            kind: sentence.kind.name(),
            passage: &sentence.passage,
            lines: sentence.lines,
            page: sentence.page,
        }
    }
}

impl<'a> From<&'a study::Parallels> for Parallels<'a> {
    fn from(found: &'a study::Parallels) -> Self {
        Self {
            document: &found.document.id,
            passage: found.passage.as_deref(),
            threshold: found.threshold,
            total: found.total,
            compared: found.compared,
            left_out: found.left_out,
            timed_out: found.timed_out,
            similar: found.found.iter().map(Parallel::from).collect(),
        }
    }
}

impl<'a> From<&'a study::Parallel> for Parallel<'a> {
    fn from(like: &'a study::Parallel) -> Self {
        Self {
            score: like.score,
            of: &like.of.id,
            document: &like.document.id,
            title: &like.document.title,
            date: date(&like.document),
            passage: &like.passage.id,
            heading: &like.passage.heading,
            lines: like.passage.lines,
            page: like.passage.page,
            run: like.run.as_deref(),
            rows: like.rows.iter().map(AlignedRow::from).collect(),
            index: like.index.as_deref(),
        }
    }
}
