//! Commitments: sentences that agree, confirm, plan or state something, with strength, actor and object.

use serde::{Deserialize, Serialize};

use super::Span;

/// Strength of a commitment, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// 合意した, 採択された, 署名した, 決定した.
    Agreed,
    /// こととした, 継続していくことで一致した.
    Committed,
    /// 重要性を確認した, 認識を共有した.
    Confirmed,
    /// 意見交換を行った, 議論した, 紹介した.
    Discussed,
    /// 検討を進める.
    Considered,
    /// 開催する予定である, 署名が見込まれる, 努めてまいります.
    Planned,
    /// A statement of one side: 表明した, 提案した, 要請した.
    Stated,
}

impl Strength {
    /// All strengths, strongest first.
    pub const ALL: [Self; 7] = [
        Self::Agreed,
        Self::Committed,
        Self::Confirmed,
        Self::Discussed,
        Self::Considered,
        Self::Planned,
        Self::Stated,
    ];

    /// Returns the name used on the command line and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Agreed => "agreed",
            Self::Committed => "committed",
            Self::Confirmed => "confirmed",
            Self::Discussed => "discussed",
            Self::Considered => "considered",
            Self::Planned => "planned",
            Self::Stated => "stated",
        }
    }

    /// Finds a strength by its name, in any case.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|strength| strength.name().eq_ignore_ascii_case(name.trim()))
    }
}

/// Actor of a commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Actor {
    /// Two sides together, or all parties of a meeting.
    Both,
    /// Japan: its government, ministries and bodies.
    Japan,
    /// A foreign government or firm.
    Other,
    /// An organisation, a conference, a committee.
    Body,
}

impl Actor {
    /// Returns the name used in text and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Japan => "japan",
            Self::Other => "other",
            Self::Body => "body",
        }
    }
}

/// A commitment of a passage: one sentence, judged by its main predicate.
///
/// # Examples
/// ```
/// use fumikura::document::{Actor, Given, Strength};
/// use fumikura::ingest::SourceDocument;
///
/// let source = SourceDocument::of_text("a", "a.txt", "両国は、共同研究を開始することで合意した。");
/// let (mut document, _) = fumikura::pipeline::cut(&source);
/// fumikura::metadata::complete(&mut document, &Given::default());
/// let commitment = &document.passages[0].commitments[0];
/// assert_eq!(commitment.label, Strength::Agreed);
/// assert_eq!(commitment.words, "合意した");
/// assert_eq!(commitment.actor, Some(Actor::Both));
/// assert_eq!(commitment.object.as_deref(), Some("共同研究を開始すること"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    /// Its strength.
    pub label: Strength,
    /// Its predicate, as written. Empty for an entry of a list: it takes the predicate of the sentence above the list.
    pub words: String,
    /// Its actor, if the sentence tells it.
    pub actor: Option<Actor>,
    /// Its object without the particle, if the sentence tells it.
    pub object: Option<String>,
    /// The sentence, in code points of the passage's text.
    pub sentence: Span,
}
