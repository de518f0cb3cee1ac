//! Words at the end and start of lines that tell whether a sentence continues.

use crate::script::{is_hiragana, is_kanji};

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
    if starts_with_name(start) {
        return false;
    }
    (is_hiragana(first) && !SENTENCE_STARTS.iter().any(|word| start.starts_with(word)))
        || (matches!(first, '等' | '的') && start.chars().nth(1).is_some_and(is_hiragana))
}

/// Tells whether a text begins with a family name in hiragana and an office: あかま総務副大臣.
fn starts_with_name(start: &str) -> bool {
    let name: String = start.chars().take_while(|c| is_hiragana(*c)).collect();
    let particles =
        ["から", "まで", "より", "など", "ほか", "との", "での", "への", "には", "とは", "する", "した", "おける"];
    let office: String = start[name.len()..].chars().take_while(|c| is_kanji(*c)).collect();
    (2..=5).contains(&name.chars().count())
        && !particles.iter().any(|particle| name.ends_with(particle))
        && ["大臣", "政務官", "長官", "補佐官", "議員"].iter().any(|word| office.contains(word))
}
