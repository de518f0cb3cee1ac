//! Sentences that decide something: how firm, who, and on what.

use serde::{Deserialize, Serialize};

use super::Span;

/// How firmly a sentence decides, strongest first.
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
    /// One side 表明した, 提案した, 要請した.
    Stated,
}

impl Strength {
    /// All of them, strongest first.
    pub const ALL: [Self; 7] = [
        Self::Agreed,
        Self::Committed,
        Self::Confirmed,
        Self::Discussed,
        Self::Considered,
        Self::Planned,
        Self::Stated,
    ];

    /// The name used on the command line and in JSON.
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

    /// The one of that name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|strength| strength.name().eq_ignore_ascii_case(name.trim()))
    }
}

/// Who acts in a sentence that decides something.
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
    /// The name used in text and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Japan => "japan",
            Self::Other => "other",
            Self::Body => "body",
        }
    }
}

/// A sentence of a passage that decides something, by its main predicate.
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
    /// How firmly it decides.
    pub label: Strength,
    /// The words of the predicate, as written.
    pub words: String,
    /// Who acts, where the sentence tells.
    pub actor: Option<Actor>,
    /// On what, where the sentence tells, without the particle.
    pub object: Option<String>,
    /// The sentence, in code points of the passage's text.
    pub sentence: Span,
}
