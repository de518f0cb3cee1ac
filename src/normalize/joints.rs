//! Words at a line end and a line start that tell whether a sentence goes on.

use crate::script::is_hiragana;

/// Hiragana words that begin sentences, so that a line starting with them continues nothing.
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

/// Endings of headings and labels that look unfinished and are not.
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

/// Hiragana after which a noun or verb must follow: particles and attributive endings.
pub(super) fn is_open_hiragana(c: char) -> bool {
    "なのにをがはとやでへもたるつくびり".contains(c)
}

/// Begins in the middle of a sentence: a particle or ending, or a suffix such as 等 or 的.
pub(super) fn continues_word(start: &str) -> bool {
    let Some(first) = start.chars().next() else { return false };
    (is_hiragana(first) && !SENTENCE_STARTS.iter().any(|word| start.starts_with(word)))
        || (matches!(first, '等' | '的') && start.chars().nth(1).is_some_and(is_hiragana))
}
