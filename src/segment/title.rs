//! The title of a text: its first heading of its own, or the name of the meeting it reports.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::heading::Heading;
use crate::normalize::{LineKind, LogicalLine};

/// A title and the lines that are it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Title {
    pub text: String,
    /// Lines of the title; empty where it was taken out of a sentence.
    pub lines: RangeInclusive<usize>,
}

/// How far into a text a title line may stand.
const HEAD_LINES: usize = 10;
/// How far into a text the line may stand that is the title its format names.
const TITLE_LINES: usize = 40;
/// Shortest title line without a mark, in code points: 報道資料 names a kind of document.
const MIN_PLAIN_CHARS: usize = 8;

/// Finds the title.
pub(super) fn find(lines: &[LogicalLine], headings: &BTreeMap<usize, Heading>, named: Option<&str>) -> Option<Title> {
    if let Some(named) = named {
        let squash = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let wanted = squash(named);
        let line = headings.range(..TITLE_LINES).find(|(_, heading)| {
            // Its subtitle may stand with it: 放送大学学園法施行令 （平成十五年八月八日政令第三百六十五号）.
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
    let lead = lines.iter().find(|line| line.kind == LineKind::Text)?;
    let nowhere = RangeInclusive::new(1, 0);
    meeting_held(&lead.text).map(|text| Title { text, lines: nowhere })
}

/// 「…、日EU・ICT政策対話(第19回)及び…フォーラムを開催しました」 → the name of what was held.
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
