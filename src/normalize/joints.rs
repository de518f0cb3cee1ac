//! Words at the end and start of lines that tell whether a sentence continues.

use std::collections::HashSet;

use crate::script::{is_digit, is_hiragana, is_kanji};

/// Words that begin sentences: a line that starts with one is not a continuation.
const SENTENCE_STARTS: &[&str] = &[
    "また",
    "さらに",
    "なお",
    "そこで",
    "しかし",
    "したがって",
    "こう",
    "この",
    "これ",
    "その",
    "それ",
    "ここ",
    "あわせて",
    "まず",
    "ただし",
    "すなわち",
    "もっとも",
    "いわば",
    "そして",
    "ついで",
    "つぎに",
    "かつ",
    "おって",
    "よって",
    "もって",
    "あの",
    "どの",
    "いま",
    "すべて",
    "ひいては",
    "とりわけ",
    "はじめに",
    "おわりに",
    "まとめ",
    "ほか",
    "もう",
    "のみならず",
    "わが国",
    "われわれ",
    "いずれ",
    "あらゆる",
    "ともに",
];

/// Endings of headings and labels that look unfinished but are complete.
pub(super) const FINISHED_ENDS: &[&str] = &[
    "について",
    "ほか",
    "など",
    "お知らせ",
    "とりまとめ",
    "取組み",
    "取り組み",
    "あり方",
    "見直し",
    "とおり",
    "はじめに",
    "おわりに",
    "向けて",
    "において",
    "めぐって",
    "おける",
    "関する",
];

/// Tells whether a hiragana at a line end requires a noun or verb after it: particles and attributive endings.
pub(super) fn is_open_hiragana(c: char) -> bool {
    "なのにをがはとやでへもたるつくびり".contains(c)
}

/// Tells whether a text begins in the middle of a sentence: with a particle or ending, or with a suffix such as 等 or
/// 的.
pub(super) fn continues_word(start: &str) -> bool {
    let Some(first) = start.chars().next() else { return false };
    if is_hiragana(first) {
        return !SENTENCE_STARTS.iter().any(|word| start.starts_with(word)) && !starts_with_name(start);
    }
    matches!(first, '等' | '的') && start.chars().nth(1).is_some_and(is_hiragana)
}

/// Tells whether a text begins with a family name in hiragana and an office: あかま総務副大臣.
fn starts_with_name(start: &str) -> bool {
    let rest = start.trim_start_matches(is_hiragana);
    let name = &start[..start.len() - rest.len()];
    let particles =
        ["から", "まで", "より", "など", "ほか", "との", "での", "への", "には", "とは", "する", "した", "おける"];
    let office = &rest[..rest.len() - rest.trim_start_matches(is_kanji).len()];
    (2..=5).contains(&name.chars().count())
        && !particles.iter().any(|particle| name.ends_with(particle))
        && ["大臣", "政務官", "長官", "補佐官", "議員"].iter().any(|word| office.contains(word))
}

/// Longest line of a day with its weekday, and of an office, in code points.
const MAX_DAY_CHARS: usize = 20;
const MAX_OFFICE_CHARS: usize = 30;

/// Ends of the names of offices.
const OFFICES: &[&str] = &[
    "省",
    "庁",
    "府",
    "局",
    "部",
    "課",
    "室",
    "係",
    "班",
    "官房",
    "官邸",
    "センター",
    "機構",
    "委員会",
    "本部",
    "事務局",
    "研究所",
    "協会",
    "大使館",
    "統括室",
];

/// Tells whether a line is a day and nothing else: `平成28年9月16日（金）`.
pub(super) fn is_day_line(line: &str) -> bool {
    // The length first: a growing line is not searched again for each line joined to it.
    if line.chars().nth(MAX_DAY_CHARS).is_some() || !line.contains('年') || !line.contains('月') {
        return false;
    }
    let rest =
        ["平成", "令和", "昭和", "西暦", "曜日"].iter().fold(line.to_owned(), |rest, word| rest.replace(word, ""));
    let is_part =
        |c: char| c.is_whitespace() || is_digit(c) || "元年月日火水木金土祝()（）〇一二三四五六七八九十".contains(c);
    rest.ends_with(['日', ')', '）']) && rest.chars().all(is_part)
}

/// Tells whether a line is the name of an office: `内閣サイバーセキュリティセンター`.
pub(super) fn is_office_line(line: &str) -> bool {
    line.chars().nth(MAX_OFFICE_CHARS).is_none()
        && !line.contains(['は', 'が', 'を', 'に', 'の', 'と', '、', '。', '「', '：', ':'])
        && OFFICES.iter().any(|end| line.ends_with(end))
}

/// Tells whether a text begins with a particle or with a suffix.
pub(super) fn starts_with_particle(start: &str) -> bool {
    let particles = [
        "は",
        "が",
        "を",
        "に",
        "の",
        "と",
        "で",
        "へ",
        "も",
        "や",
        "から",
        "まで",
        "より",
        "など",
        "する",
        "した",
        "して",
        "され",
        "等",
        "的",
        "における",
        "について",
        "及び",
        "並びに",
    ];
    particles.iter().any(|particle| start.starts_with(particle)) && continues_word(start)
}

/// Tells whether a hyphen at the end of a line cuts a Latin word: `Initia-` and `tive`, but not `ASEAN-` and `Japan`,
/// and not in an address.
pub(super) fn cuts_word(end: &str, start: &str) -> bool {
    end.strip_suffix(['-', '\u{2010}']).is_some_and(|word| word.ends_with(|c: char| c.is_ascii_lowercase()))
        && start.starts_with(|c: char| c.is_ascii_lowercase())
        && !ends_in_address(end)
}

/// Tells whether a slash at the end of a line parts two names: `IPv4/` and `IPv6`.
pub(super) fn is_pair_cut(end: &str, start: &str) -> bool {
    end.ends_with('/') && start.starts_with(|c: char| c.is_ascii_alphabetic()) && !ends_in_address(end)
}

/// Tells whether a line ends inside an address such as `https://www.soumu.go.jp/main_`.
fn ends_in_address(end: &str) -> bool {
    let word = &end[end.trim_end_matches(|c: char| c.is_ascii_graphic()).len()..];
    word.contains(['@', ':', '.', '_']) || word.matches('/').count() > 1
}

/// First parts of English words that keep their hyphen.
const HYPHENATED: &[&str] = &["self", "ex", "all", "well", "non"];

/// Tells whether a hyphen at the end of a line belongs to its word: by its first part, or because the text has the word
/// with it elsewhere, or both parts as words of their own.
pub(super) fn keeps_hyphen(end: &str, start: &str, words: &HashSet<String>) -> bool {
    let is_letter = |c: char| c.is_ascii_alphabetic();
    let end = end.trim_end_matches(['-', '\u{2010}']);
    let first = end[end.trim_end_matches(is_letter).len()..].to_ascii_lowercase();
    let second = start[..start.len() - start.trim_start_matches(is_letter).len()].to_ascii_lowercase();
    HYPHENATED.contains(&first.as_str())
        || words.contains(&format!("{first}-{second}"))
        || !words.contains(&format!("{first}{second}")) && words.contains(&first) && words.contains(&second)
}
