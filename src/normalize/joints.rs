//! Words at the end and start of lines that tell whether a sentence continues.

use crate::script::is_hiragana;

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
    (is_hiragana(first) && !SENTENCE_STARTS.iter().any(|word| start.starts_with(word)))
        || (matches!(first, '等' | '的') && start.chars().nth(1).is_some_and(is_hiragana))
}
