//! Differences that change the sense: numbers, negations, names. They are never minor.
//!
//! Input is the text around a difference in source and quotation, by letters: what is the same in both cancels out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::letters::Letters;
use crate::metadata::{Partners, partners};
use crate::query::alias_members;
use crate::script::{is_hiragana, is_kanji, is_kanji_numeral, kanji_number};

/// Returns the numbers of a text in order, each with its value as digits: 五つ and 5つ, 1億2千万 and 1億2,000万 have the same.
///
/// A kanji numeral is a number only with a counter behind it, 第 before it, or a second numeral beside it: 一致, 統一 and
/// 一層 have none.
pub(super) fn numbers(key: &[char]) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < key.len() {
        let rest = key.get(at..).unwrap_or_default();
        let length = rest.iter().take_while(|c| is_numeral(**c)).count();
        let run = rest.get(..length).unwrap_or_default();
        let before = at.checked_sub(1).and_then(|before| key.get(before)).copied();
        let counts = length > 1 || is_counted(before, rest.get(length).copied());
        if run.iter().any(char::is_ascii_digit) || run.iter().all(|c| *c != '.') && length > 0 && counts {
            found.push(value(run));
        }
        at += length.max(1);
    }
    found
}

/// True for digits, kanji numerals, their units and the decimal point.
pub(super) fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || is_kanji_numeral(c) || matches!(c, '万' | '億' | '兆' | '.')
}

/// Returns the value of a run of numerals as digits.
fn value(run: &[char]) -> String {
    let plain = |run: &[char]| run.iter().collect::<String>().trim_start_matches('0').to_owned();
    if run.iter().all(|c| c.is_ascii_digit() || *c == '.') {
        return plain(run);
    }
    if let Some(value) = kanji_number(run).filter(|_| run.iter().all(|c| is_kanji_numeral(*c))) {
        return value.to_string();
    }
    // Sections of 兆, 億 and 万, each of digits, kanji numerals or both: 2千.
    let (mut total, mut section, mut digits) = (0.0, 0.0, String::new());
    let taken = |digits: &mut String| std::mem::take(digits).parse::<f64>().ok();
    for c in run {
        let small = match c {
            '十' => 10.0,
            '百' => 100.0,
            '千' => 1000.0,
            _ => 0.0,
        };
        let large = match c {
            '万' => 1e4,
            '億' => 1e8,
            '兆' => 1e12,
            _ => 0.0,
        };
        if small > 0.0 {
            section += taken(&mut digits).unwrap_or(1.0) * small;
        } else if large > 0.0 {
            section += taken(&mut digits).unwrap_or(0.0);
            total += if section > 0.0 { section } else { 1.0 } * large;
            section = 0.0;
        } else if let Some(digit) = "〇一二三四五六七八九".chars().position(|digit| digit == *c) {
            digits.push_str(&digit.to_string());
        } else {
            digits.push(*c);
        }
    }
    (total + section + taken(&mut digits).unwrap_or(0.0)).to_string()
}

/// True for a single kanji numeral that counts.
fn is_counted(before: Option<char>, behind: Option<char>) -> bool {
    const COUNTERS: &str = "つ回年月日人名件国か箇カケヶ個本点項章節条割歳倍次種類段階社時秒週世円台号期箱版冊枚分%";
    const ORDINALS: &str = "第約計全各数前後同毎";
    before.is_some_and(|c| ORDINALS.contains(c)) || behind.is_some_and(|c| COUNTERS.contains(c))
}

/// Marks of negation. A mark inside a word that does not negate is taken out before they are counted.
const NEGATIONS: [&str; 24] = [
    "ない",
    "なく",
    "なか",
    "なけ",
    "なし",
    "なき",
    "なさ",
    "ません",
    "ず",
    "ぬ",
    "ざる",
    "まい",
    "不",
    "非",
    "未",
    "無",
    "否",
    "欠",
    "反対",
    "禁止",
    "拒",
    "除",
    "困難",
    "難い",
];
/// Words with the same letters that do not negate.
const OTHER_WORDS: [&str; 30] = [
    "必ず",
    "まず",
    "いずれ",
    "ずつ",
    "はず",
    "わずか",
    "ずれ",
    "生ず",
    "応ず",
    "講ず",
    "感ず",
    "通ず",
    "論ず",
    "信ず",
    "命ず",
    "準ず",
    "任ず",
    "存ず",
    "少ない",
    "少なく",
    "少なか",
    "なかで",
    "なかに",
    "なかの",
    "なかには",
    "非常",
    "未来",
    "無線",
    "つなが",
    "なさる",
];

/// Counts the negations of a text by their marks.
pub(super) fn negations(key: &[char]) -> BTreeMap<&'static str, usize> {
    let mut text: String = key.iter().collect();
    OTHER_WORDS.iter().for_each(|word| text = text.replace(word, "\u{1}"));
    let mut found = BTreeMap::new();
    for mark in NEGATIONS {
        let count = text.matches(mark).count();
        if count > 0 {
            // The forms of one word are one mark: なくて and ない.
            let mark = if mark.starts_with('な') { "ない" } else { mark };
            *found.entry(mark).or_insert(0) += count;
        }
    }
    found
}

/// True where source and quotation negate differently: by number, or one by 不 and the other by 未.
pub(super) fn negates_differently(source: &[char], quotation: &[char]) -> bool {
    let (a, b) = (negations(source), negations(quotation));
    a.values().sum::<usize>() != b.values().sum::<usize>()
}

/// Names of partners, of their bodies and of other bodies, by their letters.
static NAMES: LazyLock<BTreeSet<Vec<char>>> = LazyLock::new(|| {
    let of_partners = partners()
        .rows()
        .iter()
        .flat_map(|row| Partners::names_of(row).chain(row.bodies.iter().copied()).chain(row.cities.iter().copied()));
    let keys = of_partners.chain(alias_members()).map(|name| Letters::of(name).key);
    keys.filter(|key| key.len() > 1).collect()
});

/// Longest name that is looked up, in letters.
const MAX_NAME: usize = 24;

/// Returns the names in a text, the longest at each place.
fn names(key: &[char]) -> BTreeSet<Vec<char>> {
    let mut found = BTreeSet::new();
    let mut at = 0;
    while at < key.len() {
        let longest =
            (2..=MAX_NAME.min(key.len() - at)).rev().find(|length| key.get(at..at + length).is_some_and(is_name));
        if let Some(length) = longest {
            found.extend(key.get(at..at + length).map(<[char]>::to_vec));
        }
        at += longest.unwrap_or(1);
    }
    found
}

fn is_name(key: &[char]) -> bool {
    NAMES.contains(key)
}

/// True where source and quotation name others: a partner, a body, a city, an acronym, 日米 for 日中.
pub(super) fn names_differently(source: &[char], quotation: &[char]) -> bool {
    let short = |key: &[char]| -> Vec<char> {
        let is_short = |c: char| c == '日' || partners().rows().iter().any(|row| row.kanji == Some(c));
        // 日米, 米側, 米国, 訪米, 両国: one character beside another one or before 側 and 国.
        let pairs = key.windows(2).filter(|pair| {
            matches!(pair, [a, b] if is_short(*a) && (is_short(*b) || matches!(b, '側' | '国'))
                || "訪在駐対".contains(*a) && is_short(*b))
        });
        pairs.flatten().copied().collect()
    };
    let acronyms = |key: &[char]| -> Vec<String> {
        let runs = key.chunk_by(|a, b| a.is_ascii_alphabetic() && b.is_ascii_alphabetic());
        runs.filter(|run| run.len() > 1 && run.iter().all(char::is_ascii_alphabetic))
            .map(|run| run.iter().collect())
            .collect()
    };
    names(source) != names(quotation) || short(source) != short(quotation) || acronyms(source) != acronyms(quotation)
}

/// Kanji that official documents also write in kana, with readings that a dictionary does not give first (公用文における漢字使用
/// 等について 2010, 公用文作成の考え方 2022).
const IN_KANA: [(char, &[&str]); 24] = [
    ('下', &["もと"]),
    ('上', &["うえ"]),
    ('等', &["など", "ら"]),
    ('者', &["もの"]),
    ('物', &["もの"]),
    ('為', &["ため"]),
    ('毎', &["ごと"]),
    ('程', &["ほど"]),
    ('迄', &["まで"]),
    ('中', &["うち", "なか"]),
    ('内', &["うち"]),
    ('他', &["ほか"]),
    ('外', &["ほか"]),
    ('方', &["ほう", "かた"]),
    ('様', &["よう"]),
    ('共', &["とも"]),
    ('後', &["のち", "あと"]),
    ('際', &["さい"]),
    ('所', &["ところ"]),
    ('故', &["ゆえ"]),
    ('頃', &["ころ"]),
    ('位', &["くらい", "ぐらい"]),
    ('良', &["よ", "い"]),
    ('又', &["また"]),
];

/// True where one text is the other one with a kanji of [`IN_KANA`] in kana.
pub(super) fn is_in_kana(text: &[char], other: &[char]) -> bool {
    text.iter().enumerate().any(|(at, c)| {
        let readings = IN_KANA.iter().find(|(kanji, _)| kanji == c).map_or(&[][..], |(_, readings)| readings);
        readings.iter().any(|reading| {
            let (before, behind) = (text.iter().take(at), text.iter().skip(at + 1));
            before.copied().chain(reading.chars()).chain(behind.copied()).eq(other.iter().copied())
        })
    })
}

/// True where two texts write the same words: the same reading, and no kanji of the one that the other writes by
/// another
/// kanji. 改訂 and 改定 have one reading and are two words.
pub(super) fn is_same_reading(source: &str, quotation: &str, reading: &dyn Fn(&str) -> String) -> bool {
    let kanji = |text: &str| text.chars().filter(|c| is_kanji(*c)).collect::<Vec<_>>();
    let (a, b) = (kanji(source), kanji(quotation));
    let (less, more) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let mut rest = more.iter();
    let is_part = less.iter().all(|c| rest.any(|other| other == c));
    // Only kana replace kanji: katakana is another word (スル and する are equal, ラン and 蘭 are not decided here).
    let is_native = |text: &str| text.chars().all(|c| is_hiragana(c) || is_kanji(c) || c == 'ー');
    is_part && !a.is_empty().max(b.is_empty() && a.is_empty()) && is_native(source) && is_native(quotation) && {
        let (a, b) = (reading(source), reading(quotation));
        hiragana(&a) == hiragana(&b)
    }
}

fn hiragana(text: &str) -> String {
    let kana = |c: char| match c {
        'ァ'..='ヶ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
        c => c,
    };
    text.chars().map(kana).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        Letters::of(text).key
    }

    #[test]
    fn numbers_have_values_in_any_spelling() {
        for (text, values) in [
            ("以下の五つの原則", &["5"][..]),
            ("1,000名", &["1000"]),
            ("第十九回と２０１２年", &["19", "2012"]),
            ("一致した統一見解", &[]),
            ("3.5億円", &["350000000"]),
            ("１億２千万人", &["120000000"]),
            ("1億2,000万人", &["120000000"]),
            ("平成二十四年十月", &["24", "10"]),
            ("二〇一二年", &["2012"]),
            ("1.10", &["1.10"]),
            ("2万人", &["20000"]),
            ("二万人", &["20000"]),
        ] {
            assert_eq!(numbers(&chars(text)), values, "{text}");
        }
    }

    #[test]
    fn negations_are_counted_in_any_form() {
        for (source, quotation) in [
            ("一致しました", "一致しませんでした"),
            ("可能である", "不可能である"),
            ("必要である", "必要でない"),
            ("行わずに", "行って"),
            ("批准した", "未批准である"),
            ("合意に至った", "合意に至らなかった"),
        ] {
            assert!(negates_differently(&chars(source), &chars(quotation)), "{source} {quotation}");
        }
        for (source, quotation) in
            [("確認した", "承認した"), ("できない", "可能でない"), ("必ず行う", "行う"), ("非常に重要", "重要")]
        {
            assert!(!negates_differently(&chars(source), &chars(quotation)), "{source} {quotation}");
        }
    }

    #[test]
    fn names_of_partners_and_bodies_are_told() {
        for (source, quotation) in [
            ("日米両国", "日中両国"),
            ("ITUの会合", "ITCの会合"),
            ("タイにおいて", "ベトナムにおいて"),
            ("総務省", "外務省"),
        ] {
            assert!(names_differently(&chars(source), &chars(quotation)), "{source} {quotation}");
        }
        assert!(!names_differently(&chars("日米両国の合意"), &chars("日米両国の一致")));
    }
}
