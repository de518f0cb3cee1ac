//! Finds the title of a text: its first top heading, or the name of the meeting that it reports.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::heading::Heading;
use super::reference::is_note;
use crate::document::{is_no_title, labelled_title};
use crate::normalize::{LineKind, LogicalLine, line_shape};
use crate::script::is_hiragana;

/// A title and the lines that form it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Title {
    pub text: String,
    /// Lines of the title; empty where the title comes from a sentence.
    pub lines: RangeInclusive<usize>,
}

/// Number of first lines among which a title is searched.
const HEAD_LINES: usize = 10;
/// Number of first lines among which the title that the format names is searched.
const TITLE_LINES: usize = 40;
/// Shortest title line without a mark, in code points: a shorter line such as 報道資料 names a kind of document.
const MIN_PLAIN_CHARS: usize = 8;

/// A text with more plain headings than this may have sections of equal rank and no title.
const MANY_HEADINGS: usize = 3;
/// Shortest title among the lines of the head, in code points.
const MIN_TITLE_CHARS: usize = 5;

/// Finds the title.
pub(super) fn find(lines: &[LogicalLine], headings: &BTreeMap<usize, Heading>, named: Option<&str>) -> Option<Title> {
    if let Some(named) = named {
        let squash = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let wanted = squash(named);
        let line = headings.range(..TITLE_LINES).find(|(_, heading)| {
            // A subtitle may follow it: 放送大学学園法施行令 （平成十五年八月八日政令第三百六十五号）.
            squash(&heading.text)
                .strip_prefix(&wanted)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['(', '（']))
        });
        let lines = line.map_or(RangeInclusive::new(1, 0), |(at, heading)| *at..=*at + usize::from(heading.takes_next));
        return Some(Title { text: named.to_owned(), lines });
    }
    let plain_count = headings.values().filter(|heading| heading.plain).count();
    let candidate = headings.range(..HEAD_LINES).find(|(at, heading)| {
        let long = heading.text.chars().count() >= MIN_PLAIN_CHARS;
        let top = lines[**at].heading_level == Some(1) || lines[**at].bold;
        let unmarked = heading.plain || (top && line_shape::marker(&heading.text).is_none());
        unmarked && (top || (long && plain_count <= MANY_HEADINGS)) && !is_no_title(&heading.text)
    });
    let head = of_head(lines);
    let earlier = |(at, heading): &(&usize, &Heading)| {
        let marked = lines[**at].heading_level == Some(1) || lines[**at].bold || heading.takes_next;
        marked || head.as_ref().is_none_or(|(first, _)| **at <= *first)
    };
    if let Some((at, heading)) = candidate.filter(earlier) {
        let end = if heading.takes_next { at + 1 } else { *at };
        return Some(Title { text: heading.text.clone(), lines: *at..=end });
    }
    // A short heading among many is that of the first section; the text has no title.
    let of_section = |at: &usize, text: &str| {
        headings.contains_key(at) && plain_count > MANY_HEADINGS && text.chars().count() < MIN_PLAIN_CHARS
    };
    if let Some((at, text)) = head.filter(|(at, text)| !of_section(at, text)) {
        let lines = if headings.contains_key(&at) { at..=at } else { RangeInclusive::new(1, 0) };
        return Some(Title { text, lines });
    }
    let lead = lines.iter().find(|line| line.kind == LineKind::Text && !is_note(line.text.trim()))?;
    let nowhere = RangeInclusive::new(1, 0);
    meeting_held(&lead.text).map(|text| Title { text, lines: nowhere })
}

/// Longest title among the lines of the head, in code points.
const MAX_TITLE_CHARS: usize = 100;
/// Longest name of a body in a head block, in code points.
const MAX_NAME_CHARS: usize = 20;
/// Number of first lines that may be the head of a document.
const BLOCK_LINES: usize = 16;

/// Finds the title in the lines above the body, which may follow each other without blank lines: the ministry, the
/// date, the kind of the document and the title stand there in any order. The first line that is none of the others,
/// and no row of a table, is the title. Returns its place too.
fn of_head(lines: &[LogicalLine]) -> Option<(usize, String)> {
    let is_text = |(_, line): &(usize, &LogicalLine)| line.kind == LineKind::Text;
    let head = lines.iter().take(BLOCK_LINES).enumerate().filter(is_text);
    let head: Vec<(usize, &str)> = head.map(|(at, line)| (at, line.text.trim())).collect();
    // A sentence begins the body.
    let body = head.iter().position(|(_, text)| text.ends_with(['。', '、'])).unwrap_or(head.len());
    let head = &head[..body];
    if let Some((at, title)) = head.iter().find_map(|(at, text)| Some((*at, labelled_title(text)?))) {
        return Some((at, title.to_owned()));
    }
    let is_title = |text: &str| {
        let length = text.chars().count();
        (MIN_TITLE_CHARS..=MAX_TITLE_CHARS).contains(&length)
            && !text.starts_with(['<', '|', '※', '(', '（', '・'])
            && !line_shape::starts_label(text)
            && line_shape::marker(text).is_none()
            && !text.contains('。')
            && text.chars().any(char::is_alphabetic)
            && !is_no_title(text)
    };
    let first = head.iter().position(|(at, text)| !lines[*at].is_row && is_title(text))?;
    // The last line of a head block may name a body that has no known form: the title stands below a blank line.
    let ends_block = |at: usize| {
        let (line, text) = head[at];
        let name = !text.chars().any(|c| is_hiragana(c) || c == '「') && text.chars().count() <= MAX_NAME_CHARS;
        let in_block = at > 0 && !lines[line].gap_before && is_no_title(head[at - 1].1);
        let next = head.get(at + 1).filter(|(below, text)| lines[*below].gap_before && is_title(text));
        name && in_block && next.is_some()
    };
    let at = if ends_block(first) { first + 1 } else { first };
    let (line, title) = head[at];
    let mut title = title.to_owned();
    // A title of two lines is cut behind an adnominal form or inside its quotation marks.
    let open = ["における", "に関する", "に係る", "に向けた", "のための", "及び", "・", "の"];
    let unclosed = title.matches('「').count() > title.matches('」').count();
    if (open.iter().any(|end| title.ends_with(end)) || unclosed)
        && let Some((_, next)) = head.get(at + 1).filter(|(_, next)| is_title(next) || next.contains('」'))
    {
        title.push_str(next);
    }
    Some((line, title))
}

/// Returns the name of the meeting that a first sentence reports:
/// 「…、日EU・ICT政策対話(第19回)及び…フォーラムを開催しました」.
fn meeting_held(lead: &str) -> Option<String> {
    let sentence = lead.split('。').next()?;
    let held = ["を開催", "が開催", "を行", "に出席", "に参加", "が行われ"]
        .iter()
        .filter_map(|verb| sentence.rfind(verb))
        .max()?;
    let before = &sentence[..held];
    let name = before.rsplit(['、', '，']).next()?.trim();
    let name = ["において", "にて", "で"].iter().fold(name, |name, word| match name.rfind(word) {
        Some(at) if name[at + word.len()..].chars().count() >= MIN_PLAIN_CHARS => &name[at + word.len()..],
        _ => name,
    });
    let is_meeting =
        ["会合", "会議", "対話", "協議", "フォーラム", "シンポジウム", "セミナー", "ワークショップ", "会談", "委員会"]
            .iter()
            .any(|word| name.contains(word));
    (is_meeting && (MIN_PLAIN_CHARS..=80).contains(&name.chars().count()))
        .then(|| name.trim_matches(['「', '」']).to_owned())
}
