//! Where the name of a meeting begins and whether it ends at a word.

use super::ordinal;
use super::words::WORDS;
use crate::script::{ends_with, is_hiragana, is_kanji, is_katakana};

/// Longest name, in characters.
pub(super) const MAX_NAME: usize = 70;

/// A character of a compound noun.
pub(super) fn is_noun(c: char) -> bool {
    is_kanji(c)
        || is_katakana(c)
        || c.is_ascii_alphanumeric()
        || matches!(c, '・' | '-' | '‐' | '‑' | '－' | '–' | '/' | '&' | '+')
}

/// True where the word that ends at `end` ends a name: nothing of a longer noun follows.
pub(super) fn ends_name(chars: &[char], start: usize, end: usize) -> bool {
    for from in start.saturating_sub(8)..=start {
        if WORDS.not.at(chars, from).is_some_and(|length| from + length >= end) {
            return false;
        }
    }
    let Some(next) = chars.get(end) else { return true };
    if !is_noun(*next) {
        return true;
    }
    let katakana_runs_on = |at: usize| is_katakana(chars[end - 1]) && chars.get(at).is_some_and(|c| is_katakana(*c));
    if katakana_runs_on(end) {
        return false;
    }
    match next {
        '・' => !katakana_runs_on(end + 1),
        '-' | '‐' | '－' | '–' | '/' => !chars.get(end + 1).is_some_and(|c| c.is_ascii_alphanumeric()),
        // フォーラム2014: a year; セミナーin大阪: a place.
        c if c.is_ascii_digit() => edition(chars, end).is_some(),
        'i' => chars.get(end + 1) == Some(&'n') && chars.get(end + 2).is_some_and(|c| !c.is_ascii_alphabetic()),
        // 会議後, 会合等; not サミット等対策本部: one character must not begin a longer noun.
        _ => WORDS.tails.at(chars, end).is_some_and(|length| {
            length > 1 || !chars.get(end + 1).is_some_and(|c| is_kanji(*c) || is_katakana(*c)) || *next == '第'
        }),
    }
}

/// The year that stands for a number right behind a name, and its end.
pub(super) fn edition(chars: &[char], at: usize) -> Option<(String, usize)> {
    let digits: String = chars.iter().skip(at).take_while(|c| c.is_ascii_digit()).collect();
    let is_year = digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"));
    (is_year && chars.get(at + 4) != Some(&'年')).then_some((digits, at + 4))
}

/// Where the name whose last word begins at `start` begins; nothing before `floor` belongs to it.
pub(super) fn left_edge(chars: &[char], start: usize, floor: usize, title: bool) -> usize {
    let floor = floor.max(start.saturating_sub(MAX_NAME));
    let mut at = start;
    // に関する and the like were passed: what stands before them is a noun phrase with particles.
    let mut phrase = false;
    while at > floor {
        let c = chars[at - 1];
        if WORDS.stops.before(chars, at).is_some() {
            break;
        }
        if is_noun(c) {
            at -= 1;
        } else if is_hiragana(c) {
            if let Some(length) = WORDS.phrases.before(chars, at) {
                phrase = true;
                at -= length;
            } else if let Some(length) = WORDS.inner.before(chars, at) {
                at -= length;
            } else if c == 'び' && at >= 2 && chars[at - 2] == '及' {
                if !phrase || ends_clause(chars, at - 2) {
                    break;
                }
                at -= 2;
            } else if phrase && (matches!(c, 'の' | 'や') || title && c != 'は') {
                at -= 1;
            } else {
                break;
            }
        } else if c == ')' {
            match opening(chars, at - 1, floor).filter(|open| is_gloss(&chars[open + 1..at - 1])) {
                Some(open) => at = open,
                None => break,
            }
        } else if matches!(c, '」' | '』' | '｣') {
            // 「電波資源拡大のための研究開発」第4回成果発表会: the quotation is the first part of the name.
            if let Some(open) = opening(chars, at - 1, floor) {
                let inside = &chars[open + 1..at - 1];
                let rest = &chars[at..start];
                if title && !inside.is_empty() && !rest.contains(&' ') {
                    at = open;
                }
            }
            break;
        } else if c == ' ' {
            // ITU-R SG5 WP5D: blanks set off Latin words, others set off names.
            let latin = |c: Option<&char>| c.is_some_and(char::is_ascii_alphanumeric);
            // 図表5-7-1-1 APEC第8回: a number of a figure is no word.
            let word = chars[floor..at - 1].iter().rev().take_while(|c| c.is_ascii_alphanumeric() || **c == '-');
            let worded = word.clone().any(char::is_ascii_alphabetic) || word.count() == 0;
            let before = at.checked_sub(2).and_then(|before| chars.get(before));
            let joined = latin(before) && (latin(chars.get(at)) || chars.get(at).is_some_and(|c| is_katakana(*c)))
                || latin(chars.get(at)) && before.is_some_and(|c| is_kanji(*c) && *c != '回');
            let number = at >= 2 && chars[at - 2] == '第' || chars.get(at) == Some(&'回');
            if !(number || joined && worded) {
                break;
            }
            at -= 1;
        } else {
            break;
        }
    }
    // No name begins with a mark, a particle or a blank.
    while at < start && (matches!(chars[at], '・' | '-' | '/' | ' ' | '‐' | '–' | '&' | '+') || is_particle(chars, at))
    {
        at += 1;
    }
    at
}

/// A particle that a walk over a phrase took along.
fn is_particle(chars: &[char], at: usize) -> bool {
    let begins_noun = WORDS.inner.at(chars, at).is_some();
    is_hiragana(chars[at]) && !begins_noun && at > 0
}

/// True where what stands before 及び at `at` is told by itself: …会合及び, …の結果及び.
fn ends_clause(chars: &[char], at: usize) -> bool {
    let acts = ["結果", "開催", "公表", "募集", "発表", "実施", "策定", "設置", "資料"];
    let told = acts.iter().any(|act| ends_with(&chars[..at], act));
    at > 0 && (told || matches!(chars[at - 1], '」' | ')' | '』') || WORDS.end(chars, at - 1).is_some())
}

/// What may stand in brackets inside a name: an abbreviation or a translation.
fn is_gloss(inside: &[char]) -> bool {
    !inside.is_empty()
        && inside.len() <= 60
        && inside
            .iter()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '/' | '&' | ':' | '.' | ',' | '・'))
        && inside.iter().any(char::is_ascii_alphabetic)
}

/// The bracket that the one at `close` closes.
pub(super) fn opening(chars: &[char], close: usize, floor: usize) -> Option<usize> {
    let left = match chars[close] {
        ')' => '(',
        '』' => '『',
        '｣' => '｢',
        _ => '「',
    };
    let mut depth = 0usize;
    for at in (floor..close).rev() {
        if chars[at] == chars[close] {
            depth += 1;
        } else if chars[at] == left {
            if depth == 0 {
                return Some(at);
            }
            depth -= 1;
        } else if chars[at] == '。' {
            return None;
        }
    }
    None
}

/// The bracket that closes the one at `open`.
pub(super) fn closing(chars: &[char], open: usize) -> Option<usize> {
    let right = match chars[open] {
        '(' => ')',
        '『' => '』',
        '｢' => '｣',
        _ => '」',
    };
    let mut depth = 0usize;
    for (at, c) in chars.iter().enumerate().skip(open + 1).take(120) {
        if *c == chars[open] {
            depth += 1;
        } else if *c == right {
            if depth == 0 {
                return Some(at);
            }
            depth -= 1;
        }
    }
    None
}

/// The quotation around a word: its brackets.
pub(super) fn quotation(chars: &[char], start: usize, end: usize, floor: usize) -> Option<(usize, usize)> {
    let mut depth = 0usize;
    for at in (floor.max(start.saturating_sub(MAX_NAME))..start).rev() {
        match chars[at] {
            '」' | '』' | '｣' => depth += 1,
            '「' | '『' | '｢' if depth > 0 => depth -= 1,
            '「' | '『' | '｢' => {
                let close = closing(chars, at)?;
                return (close >= end).then_some((at, close));
            }
            '。' | '\n' => return None,
            _ => {}
        }
    }
    None
}

/// True where nothing but words that name a kind of meeting stands there: 政策, 大臣, 局長級.
pub(super) fn is_generic(chars: &[char]) -> bool {
    let mut at = 0;
    while at < chars.len() {
        match WORDS.generic.at(chars, at) {
            Some(length) => at += length,
            None if matches!(chars[at], '・' | 'の' | ' ') => at += 1,
            None => return false,
        }
    }
    true
}

/// The ordinal in a name, the last where there are several.
pub(super) fn ordinal_in(chars: &[char], from: usize, to: usize) -> Option<ordinal::Ordinal> {
    (from..to).rev().find_map(|at| ordinal::at(chars, at)).filter(|found| found.end <= to)
}
