//! Finds the day of publication of a page, told apart from updates, events and lists of news.

use std::collections::HashSet;

use super::words::{folded, has_day};
use crate::document::{OtherDay, PageDay, day_labels, other_day};

/// Longest line that consists of a day, in code points: `（令和6年9月11日（水曜日）15時30分　於：本省会見室）`.
const MAX_DAY_LINE_CHARS: usize = 48;
/// Largest number of lines between the title and its day.
const NEAR_LINES: usize = 8;
/// Least number of days in a list of news.
const INDEX_DAYS: usize = 3;

/// The properties of a line that tell its role on the page.
#[derive(Clone, Debug, Default)]
pub(super) struct Traits {
    /// It is running text.
    pub prose: bool,
    /// Day of a `<time datetime>` in it.
    pub time: Option<String>,
    /// It is printed at the right, or marked as a date.
    pub marked: bool,
    /// It stands in a list or table.
    pub listed: bool,
    /// It is the title.
    pub title: bool,
    /// Number of its block; `<br>` parts the lines of one block.
    pub block: usize,
    /// An empty line of its block precedes it.
    pub gap: bool,
    /// Number of blanks before it in a preformatted block.
    pub indent: usize,
}

/// A line of the main text.
#[derive(Clone, Copy, Debug)]
pub(super) struct DayLine<'a> {
    pub text: &'a str,
    pub traits: &'a Traits,
}

/// The label of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Label {
    None,
    Published,
    Updated,
    Event,
    Other,
}

/// Finds the day of publication. `metas` are days that the head of the page marks.
pub(super) fn page_day(lines: &[DayLine<'_>], metas: &[String]) -> PageDay {
    let stated = |text: &str| PageDay::Stated(text.chars().take(80).collect());
    // A label before its day, or on the line above it.
    let labelled = |wanted: Label| {
        lines.iter().enumerate().find_map(|(at, line)| {
            if !is_short(line.text) {
                return None;
            }
            if has_day(line.text) {
                return (label(line.text) == wanted).then_some(line.text);
            }
            let next = lines.get(at + 1).map(|next| next.text).filter(|next| is_day_line(next))?;
            (is_label_alone(line.text, wanted)).then_some(next)
        })
    };
    if let Some(text) = labelled(Label::Published) {
        return stated(text);
    }
    if is_index(lines) {
        return PageDay::Index;
    }
    let title = lines.iter().position(|line| line.traits.title);
    let prose = lines.iter().position(|line| line.traits.prose).unwrap_or(lines.len());
    let head = title.map_or(0, |title| title.saturating_sub(NEAR_LINES))
        ..prose.max(title.map_or(0, |title| title + 1)).min(lines.len());
    // A label may stand on the line above: 開催日, 締切.
    let below_other = |at: usize| at > 0 && other_day(lines[at - 1].text).is_some();
    let free = |at: &usize| {
        let DayLine { text, traits } = lines[*at];
        is_short(text)
            && !traits.title
            && !traits.listed
            && (traits.time.is_some() || is_day_line(text))
            && label(text) == Label::None
            && !below_other(*at)
    };
    let in_head: Vec<&DayLine<'_>> = head.filter(free).map(|at| &lines[at]).collect();
    let of_time = in_head.iter().find(|line| line.traits.time.is_some());
    // Without a <time>, each of them is the line of a day.
    let marked = || in_head.iter().find(|line| line.traits.marked);
    if let Some(line) = of_time.or_else(marked).or_else(|| in_head.first()) {
        let time = line.traits.time.as_deref();
        return stated(if has_day(line.text) { line.text } else { time.unwrap_or(line.text) });
    }
    if let Some(day) = metas.first() {
        return stated(day);
    }
    // Some pages print the day below the text, at the right.
    let mut everywhere = (0..lines.len()).filter(free).map(|at| &lines[at]);
    if let Some(line) = everywhere.find(|line| line.traits.marked && is_day_line(line.text)) {
        return stated(line.text);
    }
    // The page of a meeting tells the day of the meeting; the day of its update is no publication.
    let is_held = |at: usize| {
        let text = lines[at].text;
        is_short(text)
            && has_day(text)
            && (label(text) == Label::Event || at > 0 && other_day(lines[at - 1].text) == Some(OtherDay::Event))
    };
    let updated = labelled(Label::Updated).filter(|_| !(0..lines.len()).any(is_held));
    updated.map_or(PageDay::Unknown, stated)
}

/// Tells whether a line is short enough to be that of a day.
fn is_short(text: &str) -> bool {
    text.len() <= MAX_DAY_LINE_CHARS * 3 && text.chars().count() <= MAX_DAY_LINE_CHARS
}

/// Returns the label before the day of a line.
fn label(text: &str) -> Label {
    let folded = folded(text);
    // The number before a label is not that of a day: １．日時.
    let begin = folded.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '(' | ')' | '.'));
    let number = folded[..folded.len() - begin.len()].bytes().filter(u8::is_ascii_digit).count();
    let begin = if number > 2 || begin.starts_with(['年', '月', '-', '/']) { folded.as_str() } else { begin };
    let end = begin.find(|c: char| c.is_ascii_digit()).unwrap_or(begin.len());
    let before = &begin[..end];
    let labels = day_labels();
    let has = |words: &[&str]| words.iter().any(|word| before.contains(word));
    if has(&labels.updated) {
        // 公開日：2021年6月24日 最終更新日：…: the first label counts.
        if before.starts_with("公開") { Label::Published } else { Label::Updated }
    } else if has(&labels.event) {
        Label::Event
    } else if has(&labels.other) || has(&labels.copied) {
        Label::Other
    } else if has(&labels.published) && before.chars().count() <= 16 {
        Label::Published
    } else {
        Label::None
    }
}

/// Tells whether a line is a label and nothing else: `公表日`.
fn is_label_alone(text: &str, wanted: Label) -> bool {
    let folded = folded(text);
    let bare = folded.trim_matches([':', '■', '●', '[', ']', '【', '】']);
    let labels = day_labels();
    match wanted {
        Label::Published => labels.published.iter().any(|word| *word == bare && bare.ends_with('日')),
        Label::Updated => labels.updated.contains(&bare),
        Label::Event | Label::Other | Label::None => false,
    }
}

/// Tells whether a line has nothing beside a day, its weekday, its time and its place.
fn is_day_line(text: &str) -> bool {
    if !is_short(text) || !has_day(text) || text.contains('。') {
        return false;
    }
    let folded = folded(text);
    // The place stands last: 於：本省会見室.
    let folded = folded.split(['於']).next().unwrap_or_default();
    let mut rest = folded.to_owned();
    for word in [
        "平成",
        "令和",
        "昭和",
        "曜日",
        "午前",
        "午後",
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "may",
        "付け",
        "発表",
        "公開",
        "掲載",
        "付",
    ] {
        if rest.contains(word) {
            rest = rest.replace(word, "");
        }
    }
    let others = rest.chars().filter(|c| {
        !c.is_ascii_digit()
            && !"元年月日時分火水木金土祝頃()[]【】:：、,，.．/-~～〜・'".contains(*c)
            && !c.is_whitespace()
    });
    others.count() <= 4
}

/// Tells whether the main text is a list of news: days beside titles, and no sentences.
fn is_index(lines: &[DayLine<'_>]) -> bool {
    let begins = |line: &DayLine<'_>| {
        line.traits.listed && {
            let start: String = line.text.trim_start_matches(['・', '[', '（', '(']).chars().take(16).collect();
            has_day(&start)
        }
    };
    let days: HashSet<&str> = lines.iter().filter(|line| begins(line)).map(|line| line.text).collect();
    let prose = lines.iter().filter(|line| line.traits.prose).count();
    days.len() >= INDEX_DAYS && prose * 2 < days.len()
}
