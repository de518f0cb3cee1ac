//! Labels of days: 公開日, 最終更新日, 日時. They tell the day of a publication from that of an update and of an event.

use std::sync::LazyLock;

use crate::table;

/// Table of labels of days: `data/day_labels.tsv`.
pub const DAY_LABELS: &str = include_str!("../../data/day_labels.tsv");

/// Longest label on a line of its own, in code points without blanks, numbers and marks: 説明会の開催日時及び場所.
const MAX_LABEL_CHARS: usize = 16;
/// Most characters before the word of a label: 第三回会議の|日程.
const MAX_BEFORE_CHARS: usize = 7;

/// The words of `data/day_labels.tsv` by class, the longest first.
pub struct DayLabels {
    /// Days of events: 日時.
    pub event: Vec<&'static str>,
    /// Other days that are no publication: 締切.
    pub other: Vec<&'static str>,
    /// Days of any kind: 年月日.
    pub plain: Vec<&'static str>,
    /// Days of publication: 公開日.
    pub published: Vec<&'static str>,
    /// Days of updates: 更新日.
    pub updated: Vec<&'static str>,
    /// Days of revisions: 改定.
    pub revised: Vec<&'static str>,
    /// Days of copies in an archive: 保存日.
    pub copied: Vec<&'static str>,
}

static LABELS: LazyLock<DayLabels> = LazyLock::new(|| {
    let of = |class: &str| table::longest_first(DAY_LABELS, class);
    DayLabels {
        event: of("event"),
        other: of("other"),
        plain: of("plain"),
        published: of("published"),
        updated: of("updated"),
        revised: of("revised"),
        copied: of("copied"),
    }
});

/// Returns the labels of days.
pub fn day_labels() -> &'static DayLabels {
    &LABELS
}

/// A day that is not that of a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherDay {
    /// The day of a meeting or of another event.
    Event,
    /// A deadline, the start of a period, the day on which a law takes effect.
    Else,
}

/// Tells what day a label names, where it is not the day of a publication; `None` for any other text. The label may
/// have a number, marks, and a second label: `１．日　時`, `（日時）`, `開催日時及び場所`, `実施期間：`.
///
/// # Examples
/// ```
/// use fumikura::document::{OtherDay, other_day};
///
/// assert_eq!(other_day("１　日　　程"), Some(OtherDay::Event));
/// assert_eq!(other_day("締切日："), Some(OtherDay::Else));
/// assert_eq!(other_day("公開日時："), None);
/// ```
pub fn other_day(label: &str) -> Option<OtherDay> {
    // The length first: most lines are longer than any label.
    if label.len() > 4 * 3 * MAX_LABEL_CHARS {
        return None;
    }
    let squeezed: String = label.chars().filter(|c| !c.is_whitespace()).collect();
    let bare = squeezed.trim_matches(|c: char| !c.is_alphabetic() || matches!(c, '①'..='⑳' | 'ー'));
    if bare.is_empty() || bare.chars().nth(MAX_LABEL_CHARS).is_some() {
        return None;
    }
    let labels = day_labels();
    let of_publication = |before: &str| {
        let words = labels.published.iter().chain(&labels.updated).chain(&labels.copied).chain(&labels.revised);
        words.into_iter().any(|word| before.ends_with(word))
    };
    let names = |word: &&&str| {
        // とき and other words of daily speech stand alone as labels.
        let whole = bare == **word;
        if whole || word.chars().all(|c| ('ぁ'..='ん').contains(&c)) {
            return whole;
        }
        let before = bare.strip_suffix(**word).or_else(|| {
            let (before, behind) = bare.split_once(**word)?;
            behind
                .starts_with(['等', '及', '並', 'と', '・', '、', '，', '/', '／', '(', '（', '）', ')'])
                .then_some(before)
        });
        before.is_some_and(|before| before.chars().nth(MAX_BEFORE_CHARS).is_none() && !of_publication(before))
    };
    if labels.event.iter().any(|word| names(&word)) {
        Some(OtherDay::Event)
    } else if labels.other.iter().any(|word| names(&word)) {
        Some(OtherDay::Else)
    } else {
        None
    }
}
