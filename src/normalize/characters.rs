//! Repairs the characters inside one line: radicals, private-use bullets, spaces, letter-spaced capitals, footnote
//! marks, foreign debris.

use std::borrow::Cow;

use unicode_normalization::char::decompose_compatible;

use crate::document::{Repair, RepairKind, Span};
use crate::script::{foreign, is_invisible, radical_kanji};
use crate::script::{is_cjk, is_digit, is_hiragana, is_kanji, is_katakana};

/// A repaired line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RepairedLine<'a> {
    pub text: Cow<'a, str>,
    pub repairs: Vec<Repair>,
    /// Number of the footnote that the line begins.
    pub footnote: Option<String>,
}

/// Repairs the characters of one line. Most lines stay as they are.
pub(super) fn repair(line: &str) -> RepairedLine<'_> {
    if line.is_ascii() && !line.contains('<') && !line.contains(|c: char| c.is_control()) {
        return RepairedLine { text: close_up_capitals(line.into()), ..RepairedLine::default() };
    }
    let (line, footnote) = take_footnote_marks(line);
    if line.chars().all(is_sound) {
        return RepairedLine { text: close_up_capitals(line), repairs: Vec::new(), footnote };
    }
    let line = if line.chars().all(|c| repair_char(c) == Some(c)) {
        line
    } else {
        line.chars().filter_map(repair_char).collect()
    };
    let (text, repairs) = repair_foreign(close_up_capitals(line));
    RepairedLine { text, repairs, footnote }
}

/// Tells whether a character certainly needs no repair: the fast path.
fn is_sound(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{3000}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF01}'..='\u{FF60}')
}

fn repair_char(c: char) -> Option<char> {
    match c {
        '\t' => Some(c),
        '\u{00A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' => Some(' '),
        c if is_invisible(c) => None,
        '\u{2F00}'..='\u{2FD5}' => {
            let mut kanji = c;
            decompose_compatible(c, |part| kanji = part);
            Some(kanji)
        }
        '\u{2E80}'..='\u{2EF3}' => Some(radical_kanji(c)),
        // Symbol fonts encode their bullets at U+F000 + code.
        '\u{F000}'..='\u{F0FF}' => Some('●'),
        c if c.is_control() => None,
        c => Some(c),
    }
}

/// Removes footnote marks (`<sup>9</sup>`) from a line; a mark at its start makes the line a footnote. `<br>` becomes a
/// blank; other tags stay.
fn take_footnote_marks(line: &str) -> (Cow<'_, str>, Option<String>) {
    if !line.contains('<') {
        return (line.into(), None);
    }
    let mut out = String::with_capacity(line.len());
    let mut footnote = None;
    // Updated from mark to mark: a test of the whole line at each mark would take quadratic time.
    let mut blank = true;
    let mut rest = line;
    while let Some(at) = rest.find('<') {
        blank = blank && rest[..at].trim().is_empty();
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((mark, after)) = footnote_mark(rest) {
            if blank && footnote.is_none() {
                footnote = Some(mark.to_owned());
            }
            rest = after;
        } else if let Some(after) = ["<br>", "<br/>", "<br />"].iter().find_map(|tag| rest.strip_prefix(tag)) {
            out.push(' ');
            rest = after;
        } else {
            blank = false;
            out.push('<');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    if let Some(mark) = &footnote {
        out = format!("{mark} {}", out.trim_start());
    }
    (out.into(), footnote)
}

/// Reads a footnote mark (`<sup>9</sup>`, `<sup>注1</sup>`); returns the mark and the rest.
fn footnote_mark(rest: &str) -> Option<(&str, &str)> {
    let inner = rest.strip_prefix("<sup>")?;
    // A mark contains no other tag, so the search ends at the next `<`, however far the closing tag is.
    let (mark, after) = inner.split_at(inner.find('<')?);
    let (mark, after) = (mark.trim(), after.strip_prefix("</sup>")?);
    let is_mark = mark.chars().count() <= 4 && mark.chars().all(|c| is_digit(c) || matches!(c, '注' | '※' | '*' | ','));
    is_mark.then_some((mark, after))
}

/// Closes up letter-spaced capitals, and the space before following kana or kanji: `I T 安心` → `IT安心`; in full width
/// too: `Ｏ　Ｅ　Ｃ　Ｄの会合`.
fn close_up_capitals(text: Cow<'_, str>) -> Cow<'_, str> {
    let is_blank = |c: char| matches!(c, ' ' | '\u{3000}');
    let is_capital = |c: char| c.is_ascii_uppercase() || ('Ａ'..='Ｚ').contains(&c);
    // Most lines with a blank have no such run: they allocate nothing.
    let is_spaced = || {
        let behind = |count: usize| text.chars().skip(count);
        text.chars().zip(behind(1)).zip(behind(2)).any(|((a, b), c)| is_blank(b) && is_capital(a) && is_capital(c))
    };
    if !text.contains([' ', '\u{3000}']) || !is_spaced() {
        return text;
    }
    let chars: Vec<char> = text.chars().collect();
    let is_letter = |at: usize| chars.get(at).is_some_and(|c| c.is_alphanumeric() && !is_cjk(*c));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    // End of the current run of capitals, whether Japanese follows it, and the last character other than a blank:
    // computed once per run, not at each of its places.
    let (mut end, mut japanese_after, mut last) = (0, false, None);
    while at < chars.len() {
        if end <= at {
            end = at;
            while chars.get(end).is_some_and(|c| is_capital(*c))
                && chars.get(end + 1).is_some_and(|c| is_blank(*c))
                && chars.get(end + 2).is_some_and(|c| is_capital(*c))
            {
                end += 2;
            }
            if end > at {
                japanese_after =
                    chars.get(end + 1..).unwrap_or(&[]).iter().find(|c| !is_blank(**c)).is_some_and(|c| is_cjk(*c));
            }
        }
        let begins = end > at && is_capital(chars[at]);
        let before =
            || at.checked_sub(1).is_some_and(is_letter) || (at >= 2 && is_blank(chars[at - 1]) && is_letter(at - 2));
        let after = || is_letter(end + 1) || (chars.get(end + 1).is_some_and(|c| is_blank(*c)) && is_letter(end + 2));
        if begins && (japanese_after || last.is_some_and(is_cjk)) && !before() && !after() {
            if out.ends_with(is_blank) && out.trim_end().chars().next_back().is_some_and(is_cjk) {
                out.truncate(out.trim_end().len());
            }
            out.extend(chars[at..=end].iter().filter(|c| !is_blank(**c)));
            last = Some(chars[end]);
            at = end + 1;
            if chars.get(at).is_some_and(|c| is_blank(*c)) && chars.get(at + 1).is_some_and(|c| is_cjk(*c)) {
                at += 1;
            }
        } else {
            last = if is_blank(chars[at]) { last } else { Some(chars[at]) };
            out.push(chars[at]);
            at += 1;
        }
    }
    out.into()
}

/// Restores short Cyrillic or Hangul runs in Japanese text to katakana; leaves real foreign text alone. A run beside
/// katakana is the rest of a word (スпам), one beside hiragana a word (이슈ごと); one beside kanji or in brackets is a name
/// as the source has it (삼성電子, МИД).
fn repair_foreign(text: Cow<'_, str>) -> (Cow<'_, str>, Vec<Repair>) {
    if !text.chars().any(foreign::is_foreign) {
        return (text, Vec::new());
    }
    let foreign_count = text.chars().filter(|c| foreign::is_foreign(*c)).count();
    let japanese_count = text.chars().filter(|c| is_kanji(*c) || is_katakana(*c) || ('ぁ'..='ん').contains(c)).count();
    if foreign_count > japanese_count {
        return (text, Vec::new());
    }
    let mut out: Vec<char> = Vec::with_capacity(text.len());
    let mut repairs = Vec::new();
    let mut run = String::new();
    for c in text.chars().chain(['\n']) {
        if foreign::is_foreign(c) {
            run.push(c);
            continue;
        }
        if !run.is_empty() {
            let start = out.len();
            let beside = [out.last().copied(), Some(c)];
            let is = |test: fn(char) -> bool| beside.iter().flatten().any(|c| test(*c));
            let is_debris = is(is_katakana) || is(is_hiragana) && !is(is_kanji);
            match foreign::to_katakana(&run).filter(|_| is_debris) {
                Some(katakana) => {
                    out.extend(katakana.chars());
                    repairs.push(Repair {
                        kind: RepairKind::ForeignScript,
                        span: Span::new(start, out.len()),
                        original: run.clone(),
                    });
                }
                None => out.extend(run.chars()),
            }
            run.clear();
        }
        out.push(c);
    }
    out.pop();
    (out.into_iter().collect(), repairs)
}

#[cfg(test)]
mod tests {
    use super::{foreign, is_sound, repair_char};

    #[test]
    fn what_is_sound_needs_no_repair() {
        for c in ('\0'..=char::MAX).filter(|c| is_sound(*c)) {
            assert!(repair_char(c) == Some(c) && !foreign::is_foreign(c), "{c:?}");
        }
    }
}
