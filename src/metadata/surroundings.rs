//! Tests of the text around a match: whether the match is a whole name, and whether Japan is joined to it.

use super::patterns::Entry;
use super::rows::Form;
use super::short_names::short_names;
use super::traps::traps;
use crate::script::{is_kanji, is_katakana, is_numeral, starts_with};

/// True if the match is a whole word, not a part of another word.
pub(super) fn stands_alone(chars: &[char], start: usize, end: usize, entry: &Entry) -> bool {
    let before = start.checked_sub(1).and_then(|at| chars.get(at)).copied();
    let after = chars.get(end).copied();
    let (first, last) = (chars[start], chars[end - 1]);
    let rest = &chars[end..chars.len().min(end + 6)];
    let next_is = |word: &&str| rest.len() >= word.chars().count() && word.chars().zip(rest).all(|(a, b)| a == *b);
    if is_katakana(first) && before.is_some_and(is_katakana) || is_katakana(last) && after.is_some_and(is_katakana) {
        return false;
    }
    // Digits may touch a name of four letters or more: 2014OECD, APECTEL54.
    let letters = end - start >= 4 && chars[start..end].iter().all(char::is_ascii_alphabetic);
    let continues = |c: char| if letters { c.is_ascii_alphabetic() } else { c.is_ascii_alphanumeric() };
    if first.is_ascii_alphanumeric() && before.is_some_and(continues) {
        return false;
    }
    if last.is_ascii_alphanumeric() && after.is_some_and(|c| continues(c) || c == '$') {
        return false;
    }
    match entry.form {
        Form::Short if entry.bilateral => {
            let bad = before.is_some_and(|c| is_numeral(c) || short_names().not_japan.contains(&c));
            let relation = || {
                short_names().relations.iter().any(next_is)
                    || last == '中' && after == Some('の') && relation_follows(chars, end + 1)
            };
            !bad && (!entry.weak || relation()) && !traps().hold_short(chars, start, end)
        }
        Form::Short if entry.listed => is_list(chars, start, end) && !traps().hold_short(chars, start, end),
        Form::Short => {
            let begins = !before.is_some_and(is_kanji) || matches!(first, '訪' | '対' | '駐');
            begins && !traps().hold_short(chars, start, end)
        }
        // After most kanji, 中国 is a part of another name; in a list of regions it is a part of Japan.
        Form::Name if end - start == 2 && is_kanji(first) => {
            let glued = before.is_some_and(|c| is_kanji(c) && !short_names().before_name.contains(&c));
            let language = after == Some('語');
            let region = first == '中' && in_region_list(chars, start, end);
            !(glued || language || region || entry.single && traps().hold_name(chars, start, end, entry.form))
        }
        Form::City => {
            (!before.is_some_and(is_kanji) || matches!(before, Some('国' | '州')))
                && !traps().hold_name(chars, start, end, entry.form)
        }
        Form::Name if entry.single => !traps().hold_name(chars, start, end, entry.form),
        Form::Name => !traps().is_standard(chars, start, end),
        Form::Body => true,
    }
}

/// True if 日中の goes on with a word of relations: 日中の首脳.
fn relation_follows(chars: &[char], at: usize) -> bool {
    short_names().relations_of.iter().any(|word| starts_with(&chars[at..], word))
}

/// True if two one-character names stand in a list of at least three (日本 included) or before the end of a list.
fn is_list(chars: &[char], start: usize, end: usize) -> bool {
    let mark = chars[start + 1];
    let bounds = |c: char| matches!(c, '、' | '・' | '。' | '(' | '「' | '\n' | ' ' | 'は' | 'と' | 'び');
    let before = start.checked_sub(1).map(|at| chars[at]);
    let with_japan = before == Some(mark) && start >= 2 && chars[start - 2] == '日';
    let goes_on = chars.get(end) == Some(&mark) && chars.get(end + 2).is_none_or(|c| !is_kanji(*c));
    let closes = ["の", "等", "各国", "両国", "及び", "と"].iter().any(|word| starts_with(&chars[end..], word));
    before.is_none_or(bounds) && (goes_on || closes && (with_japan || mark == '・'))
}

/// True if the match is beside a region of Japan: 東海、中国.
fn in_region_list(chars: &[char], start: usize, end: usize) -> bool {
    let regions = &short_names().regions;
    let window = |range: std::ops::Range<usize>| -> String { chars[range].iter().collect() };
    let before = window(start.saturating_sub(5)..start);
    let after = window(end..chars.len().min(end + 5));
    let mark = |text: &str| text.starts_with(['、', '・', '及']);
    (mark(&after) && regions.iter().any(|region| after.contains(region)))
        || (before.ends_with(['、', '・']) && regions.iter().any(|region| before.contains(region)))
}

/// True if Japan is joined before the match: 日EU, 日・EU, 日本・ASEAN.
pub(super) fn follows_japan(chars: &[char], start: usize, end: usize) -> bool {
    let before = &chars[start.saturating_sub(3)..start];
    // Most names have no 日 before them.
    if !before.contains(&'日') {
        return false;
    }
    let before: String = before.iter().collect();
    let bare = before.trim_end_matches(['・', '-', '－', '/']);
    if bare.ends_with("日本") {
        // 日本・中国・韓国 is a list, not a bilateral form.
        let in_list = matches!(chars.get(end), Some('・' | '、' | '及'));
        return bare.len() < before.len() && !in_list;
    }
    let lone =
        bare.chars().rev().nth(1).is_none_or(|c| c == '日' || !is_numeral(c) && !short_names().not_japan.contains(&c));
    bare.ends_with('日') && lone
}

/// True for a Latin name inside an address or a language tag: `www.example.com/US/`, `en-US`.
pub(super) fn is_in_address(chars: &[char], start: usize, end: usize) -> bool {
    if !chars[start..end].iter().all(char::is_ascii_alphabetic) {
        return false;
    }
    let belongs = |c: &char| c.is_ascii_alphanumeric() || ":/.?=&%#~@_-+".contains(*c);
    let from = start - chars[..start].iter().rev().take_while(|c| belongs(c)).take(MAX_ADDRESS_CHARS).count();
    let to = end + chars[end..].iter().take_while(|c| belongs(c)).take(MAX_ADDRESS_CHARS).count();
    let (before, after): (String, String) = (chars[from..start].iter().collect(), chars[end..to].iter().collect());
    let is_tag =
        before.len() == 3 && before.ends_with(['-', '_']) && before[..2].bytes().all(|b| b.is_ascii_lowercase());
    let is_mail = before.contains('@') || after.contains('@');
    let is_host = before.contains("://") || before.contains("www.") || before.starts_with("//");
    // us.example.jp is a host; /US/ is a part of a path.
    let is_name = before.is_empty() && after.starts_with('.') && after[1..].contains('.');
    let is_path = before.ends_with('/') && after.starts_with('/') && (before.len() == 1 || before.contains('.'));
    is_tag || is_mail || is_host || is_name || is_path
}

/// Longest part of an address that is read on either side of a name, in characters.
const MAX_ADDRESS_CHARS: usize = 60;
