//! Measures how likely a decoded text is: the sum of its characters' costs in bits, as in a text compressor.
//!
//! The encoding under which the bytes of a file cost least is the one that it was written in. A byte that does not fit
//! costs a fixed amount, so it never decides against the rest of the text.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use crate::table;

/// The table of frequent kanji, for the stamp of an index.
pub const FREQUENT: &str = include_str!("../../../data/frequent.tsv");

/// Cost of a character that could not be decoded.
pub(super) const LOST: u64 = 30;
/// Gain of a pair of kanji that is frequent in official texts.
const KNOWN_PAIR: u64 = 5;

/// The costs of all kanji, and the frequent pairs.
struct Costs {
    /// Cost of the characters U+4E00 to U+9FFF.
    kanji: Vec<u8>,
    pairs: FxHashSet<(char, char)>,
}

static COSTS: LazyLock<Costs> = LazyLock::new(|| {
    let mut kanji = vec![24; 0x5200];
    let mut set = |c: char, cost: u8| {
        if let Some(slot) = (c as usize).checked_sub(0x4E00).and_then(|at| kanji.get_mut(at)) {
            *slot = cost;
        }
    };
    // JIS X 0208 in EUC-JP: level 1 has the lead bytes B0 to CF, level 2 those up to F4.
    for lead in 0xB0..=0xF4u8 {
        for trail in 0xA1..=0xFEu8 {
            let cost = if lead < 0xD0 { 20 } else { 22 };
            encoding_rs::EUC_JP.decode(&[lead, trail]).0.chars().for_each(|c| set(c, cost));
        }
    }
    let row = |kind: &str| table::of_class(FREQUENT, kind).next().unwrap_or_default();
    row("second").chars().for_each(|c| set(c, 13));
    row("first").chars().for_each(|c| set(c, 10));
    let pairs: Vec<char> = row("pair").chars().collect();
    Costs { kanji, pairs: pairs.as_chunks::<2>().0.iter().map(|[a, b]| (*a, *b)).collect() }
});

/// Returns the cost of a text in bits; less is more likely. Japanese texts cost about 9 for each character.
pub(super) fn cost(text: &str) -> u64 {
    let costs = &*COSTS;
    let mut before = '\n';
    text.chars()
        .map(|c| {
            let cost = of_char(costs, before, c);
            before = c;
            cost
        })
        .sum()
}

/// Most that a character beyond ASCII costs in a Japanese text; in a wrong encoding it costs 13 and more.
const MOST_FOR_JAPANESE: u64 = 12;

/// Tells whether a text is surely Japanese: no character is lost, and those beyond ASCII cost little. Half-width kana
/// cost little too, but EUC-JP read as Shift_JIS is full of them.
pub(super) fn is_japanese(text: &str) -> bool {
    let costs = &*COSTS;
    let (mut sum, mut chars, mut narrow, mut before) = (0u64, 0u64, 0u64, '\n');
    for c in text.chars() {
        if !c.is_ascii() {
            // Frequent pairs would only lower the sum, at the price of a look-up for each kanji.
            sum += match (c as usize).checked_sub(0x4E00).and_then(|at| costs.kanji.get(at)) {
                Some(cost) => u64::from(*cost),
                None => of_char(costs, before, c),
            };
            chars += 1;
            narrow += u64::from(('\u{FF61}'..='\u{FF9F}').contains(&c));
            if c == '\u{FFFD}' {
                return false;
            }
        }
        before = c;
    }
    narrow * 50 <= chars && sum <= MOST_FOR_JAPANESE * chars
}

fn of_char(costs: &Costs, before: char, c: char) -> u64 {
    match c {
        '\n' | '\r' | '\t' => 4,
        ' '..='~' => 6,
        '\0' | '\u{FFFD}' | '\u{FFFE}' | '\u{FFFF}' => LOST,
        '\u{01}'..='\u{1F}' | '\u{7F}'..='\u{9F}' => 22,
        'ぁ'..='ん' => 7,
        'ァ'..='ヶ' | 'ー' => 9,
        '、' | '。' | '「' | '」' | '・' | '　' => 7,
        '（' | '）' | '０'..='９' | '『' | '』' | '：' | '～' | '〜' | '－' | '／' | '，' | '．' => 9,
        'Ａ'..='Ｚ' | 'ａ'..='ｚ' => 11,
        '\u{4E00}'..='\u{9FFF}' => {
            let cost = u64::from(costs.kanji.get(c as usize - 0x4E00).copied().unwrap_or(24));
            if costs.pairs.contains(&(before, c)) { cost - KNOWN_PAIR } else { cost }
        }
        '\u{FF61}'..='\u{FF9F}' => half_width(before, c),
        '\u{A0}'..='\u{24F}' if c.is_alphabetic() => {
            if before.is_alphabetic() && before < '\u{250}' {
                10
            } else {
                15
            }
        }
        '\u{370}'..='\u{52F}' => {
            if ('\u{370}'..='\u{52F}').contains(&before) {
                10
            } else {
                15
            }
        }
        '\u{AC00}'..='\u{D7A3}' => {
            if matches!(before, '\u{AC00}'..='\u{D7A3}' | ' ') {
                13
            } else {
                24
            }
        }
        '\u{2010}'..='\u{2027}' | '\u{2190}'..='\u{21FF}' | '\u{2460}'..='\u{24FF}' | '\u{2500}'..='\u{26FF}' => 13,
        '\u{3000}'..='\u{30FF}' | '\u{FF00}'..='\u{FFEF}' | '\u{3200}'..='\u{33FF}' => 13,
        '\u{E000}'..='\u{F8FF}' => 27,
        '\u{F900}'..='\u{FAFF}' => 17,
        _ => 20,
    }
}

/// Tells whether a kanji is rare in Japanese texts: of level 2 and not frequent, or in no Japanese character set.
pub(super) fn is_rare(c: char) -> bool {
    let at = (c as usize).wrapping_sub(0x4E00);
    COSTS.kanji.get(at).is_some_and(|cost| *cost >= 21)
}

/// Half-width kana stand in runs, and their marks stand behind kana that take them.
fn half_width(before: char, c: char) -> u64 {
    let in_run = ('\u{FF61}'..='\u{FF9F}').contains(&before);
    match c {
        'ﾞ' if matches!(before, 'ｳ' | 'ｶ'..='ﾄ' | 'ﾊ'..='ﾎ') => 3,
        'ﾟ' if matches!(before, 'ﾊ'..='ﾎ') => 3,
        'ﾞ' | 'ﾟ' => 18,
        // No word begins with a small kana, a long vowel or ﾝ.
        'ｧ'..='ｰ' | 'ﾝ' if in_run => 6,
        'ｧ'..='ｰ' | 'ﾝ' => 18,
        '｡'..='･' => 11,
        _ if in_run => 6,
        _ => 12,
    }
}

#[cfg(test)]
mod tests {
    use super::cost;

    #[test]
    fn a_text_costs_less_than_its_bytes_read_in_another_encoding() {
        for text in ["総務省", "情報セキュリティ政策会議", "ｶﾀｶﾅ", "ｻｲﾊﾞｰｾｷｭﾘﾃｨ", "平成28年6月9日"]
        {
            let (bytes, ..) = encoding_rs::SHIFT_JIS.encode(text);
            let as_euc = encoding_rs::EUC_JP.decode(&bytes).0;
            let as_latin = encoding_rs::WINDOWS_1252.decode(&bytes).0;
            assert!(cost(text) < cost(&as_euc), "{text}: {} {as_euc}: {}", cost(text), cost(&as_euc));
            assert!(cost(text) < cost(&as_latin), "{text}: {} {as_latin}: {}", cost(text), cost(&as_latin));
        }
    }
}
