//! The number of a meeting: 第5回, 第十九回, 第２回.

use crate::script::kanji_number;

/// 第N回 in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ordinal {
    pub start: usize,
    /// Behind 回 and 目.
    pub end: usize,
    pub number: u32,
}

/// The ordinal that begins at `at`: blanks may stand inside (第14 回).
pub(super) fn at(chars: &[char], at: usize) -> Option<Ordinal> {
    if chars.get(at) != Some(&'第') {
        return None;
    }
    let from = blanks(chars, at + 1);
    let mut to = from;
    while chars.get(to).is_some_and(|c| c.is_ascii_digit() || "〇一二三四五六七八九十百".contains(*c)) {
        to += 1;
    }
    let numerals = &chars[from..to];
    let mark = blanks(chars, to);
    if numerals.is_empty() || numerals.len() > 5 || chars.get(mark) != Some(&'回') {
        return None;
    }
    let number = match numerals.iter().collect::<String>().parse() {
        Ok(number) => number,
        Err(_) => u32::try_from(kanji_number(numerals)?).ok()?,
    };
    let end = if chars.get(mark + 1) == Some(&'目') { mark + 2 } else { mark + 1 };
    Some(Ordinal { start: at, end, number })
}

/// The ordinal that ends at `end`.
pub(super) fn before(chars: &[char], end: usize) -> Option<Ordinal> {
    let from = end.saturating_sub(12);
    (from..end).rev().find_map(|start| at(chars, start).filter(|found| found.end == end))
}

/// The place behind the blanks at `at`.
pub(super) fn blanks(chars: &[char], mut at: usize) -> usize {
    while chars.get(at).is_some_and(|c| *c == ' ') {
        at += 1;
    }
    at
}
