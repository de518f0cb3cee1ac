//! Tests of the text around a match: whether the match is a whole name, and whether Japan is joined to it.

use super::patterns::Entry;
use super::rows::Form;
use super::short_names::short_names;
use crate::script::{is_kanji, is_katakana, is_numeral};

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
            let relation = short_names().relations.iter().any(next_is);
            let noun = after.is_some_and(|c| {
                is_kanji(c) || is_katakana(c) || c.is_ascii_uppercase() || matches!(c, '「' | '・' | '(')
            });
            !bad && (!entry.weak || relation || (chars[end - 1] == '中' && noun))
        }
        Form::Short => !before.is_some_and(is_kanji) || matches!(first, '訪' | '対' | '駐'),
        // After most kanji, 中国 is a part of another name; in a list of regions it is a part of Japan.
        Form::Name if end - start == 2 && is_kanji(first) => {
            let glued = before.is_some_and(|c| is_kanji(c) && !short_names().before_name.contains(&c));
            let language = after == Some('語');
            !(glued || language || first == '中' && in_region_list(chars, start, end))
        }
        Form::City => !before.is_some_and(is_kanji) || before == Some('国'),
        _ => true,
    }
}

/// True if the match is beside a region of Japan: 東海、中国.
fn in_region_list(chars: &[char], start: usize, end: usize) -> bool {
    let regions = &short_names().regions;
    let window = |range: std::ops::Range<usize>| -> String { chars[range].iter().collect() };
    let before = window(start.saturating_sub(5)..start);
    let after = window(end..chars.len().min(end + 5));
    let mark = |text: &str| text.starts_with(['、', '・', '及', '・']);
    (mark(&after) && regions.iter().any(|region| after.contains(region)))
        || (before.ends_with(['、', '・']) && regions.iter().any(|region| before.contains(region)))
}

/// True if Japan is joined before the match: 日EU, 日・EU, 日本・ASEAN.
pub(super) fn follows_japan(chars: &[char], start: usize, end: usize) -> bool {
    let before: String = chars[start.saturating_sub(3)..start].iter().collect();
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
