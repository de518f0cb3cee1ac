//! Meetings of a series as a text names them, and what it says of their names.

use serde::{Deserialize, Serialize};

/// How a text stands to the meeting that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The meeting was held, or will be: 第5回…の開催, …の結果.
    Session,
    /// A report, members, a call for comments or preparations: …報告書の公表, …委員の発令.
    Related,
}

impl Relation {
    /// The name in outputs: `session`, `related`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Related => "related",
        }
    }
}

/// One meeting of a series, named in a title or a text.
///
/// # Examples
/// ```
/// use fumikura::metadata::series_of_title;
///
/// let found = series_of_title("第5回「日・ASEAN情報セキュリティ政策会議」の結果");
/// assert_eq!(found.meetings[0].series, "日・ASEAN情報セキュリティ政策会議");
/// assert_eq!(found.meetings[0].number, Some(5));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// The name of the series as written, without number, year, quotes and host: `日EU・ICT政策対話`.
    pub series: String,
    /// One key for all spellings of the name and, within a document, for all names it says are the same.
    pub series_id: String,
    /// N of 第N回.
    pub number: Option<u32>,
    /// What stands for a number: `WRC-15`, `2012`.
    pub edition: Option<String>,
    /// A level or part of the series: `局長級会合`, `地域懇談会`.
    pub sub: Option<String>,
    /// When it was held, in ISO 8601: `2012-11`, `2012-11-14/2012-11-15`, and `2008年度`.
    pub date: Option<String>,
    /// Where it was held, as written.
    pub place: Option<String>,
    /// Whether the text is about the meeting itself.
    pub relation: Relation,
    /// The words that say so.
    pub evidence: String,
}

/// How an older name became a newer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RenameKind {
    /// Only the name changed: 改称, 旧X, 現X.
    Renamed,
    /// The body was made anew: 改組, 再編.
    Reorganised,
    /// Several became one: 統合, 合併.
    Merged,
    /// Another took over: 後継, 前身, 引き継ぐ.
    Succeeded,
}

impl RenameKind {
    /// The name in outputs: `renamed`, `reorganised`, `merged`, `succeeded`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Renamed => "renamed",
            Self::Reorganised => "reorganised",
            Self::Merged => "merged",
            Self::Succeeded => "succeeded",
        }
    }
}

/// A sentence that says that a body or meeting had another name before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rename {
    /// The older name.
    pub old: String,
    /// The newer name.
    pub new: String,
    /// How one became the other.
    pub relation: RenameKind,
    /// When, in ISO 8601.
    pub date: Option<String>,
    /// The sentence.
    pub evidence: String,
}
