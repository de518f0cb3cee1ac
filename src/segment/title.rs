//! Finds the title of a text: its first top heading, or the name of the meeting that it reports.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::heading::Heading;
use super::reference::is_note;
use crate::normalize::{LineKind, LogicalLine};

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
        let unmarked = heading.plain || (top && crate::normalize::line_shape::marker(&heading.text).is_none());
        unmarked && heading.text != "目次" && (top || (long && plain_count <= 3))
    });
    if let Some((at, heading)) = candidate {
        let end = if heading.takes_next { at + 1 } else { *at };
        return Some(Title { text: heading.text.clone(), lines: *at..=end });
    }
    let lead = lines.iter().find(|line| line.kind == LineKind::Text && !is_note(line.text.trim()))?;
    let nowhere = RangeInclusive::new(1, 0);
    meeting_held(&lead.text).map(|text| Title { text, lines: nowhere })
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
