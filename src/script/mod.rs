//! Scripts, widths and numerals of Japanese text: properties of a character that do not depend on its context.
//!
//! Invariant: pure, and depends on no other module. There is one reader of kanji numerals and one test for each
//! script.

pub mod foreign;

use std::borrow::Cow;

/// CJK Radicals Supplement letters that PDF converters write in the place of kanji; NFKC does not change them.
/// Source: Unicode 17 EquivalentUnifiedIdeograph.txt, the rows that occur in Japanese PDF text.
const RADICALS_SUPPLEMENT: &[(char, char)] = &[
    ('⺃', '乚'),
    ('⺅', '亻'),
    ('⺉', '刂'),
    ('⺋', '㔾'),
    ('⺎', '兀'),
    ('⺏', '尣'),
    ('⺒', '巳'),
    ('⺓', '幺'),
    ('⺔', '彑'),
    ('⺖', '忄'),
    ('⺗', '㣺'),
    ('⺘', '扌'),
    ('⺙', '攵'),
    ('⺛', '旡'),
    ('⺝', '月'),
    ('⺞', '歺'),
    ('⺟', '母'),
    ('⺠', '民'),
    ('⺡', '氵'),
    ('⺢', '氺'),
    ('⺣', '灬'),
    ('⺤', '爫'),
    ('⺥', '爫'),
    ('⺦', '丬'),
    ('⺨', '犭'),
    ('⺩', '王'),
    ('⺪', '疋'),
    ('⺫', '目'),
    ('⺬', '示'),
    ('⺭', '礻'),
    ('⺯', '糸'),
    ('⺰', '纟'),
    ('⺱', '罓'),
    ('⺲', '罒'),
    ('⺴', '羋'),
    ('⺷', '羊'),
    ('⺹', '耂'),
    ('⺻', '聿'),
    ('⺼', '月'),
    ('⺽', '臼'),
    ('⺾', '艹'),
    ('⺿', '艹'),
    ('⻀', '艹'),
    ('⻁', '虎'),
    ('⻂', '衤'),
    ('⻃', '覀'),
    ('⻄', '西'),
    ('⻅', '见'),
    ('⻆', '角'),
    ('⻌', '辶'),
    ('⻍', '辶'),
    ('⻎', '辶'),
    ('⻏', '阝'),
    ('⻑', '長'),
    ('⻖', '阝'),
    ('⻗', '雨'),
    ('⻘', '青'),
    ('⻝', '食'),
    ('⻞', '飠'),
    ('⻟', '飠'),
    ('⻣', '骨'),
    ('⻤', '鬼'),
    ('⻨', '麦'),
    ('⻩', '黄'),
    ('⻫', '斉'),
    ('⻭', '歯'),
    ('⻯', '竜'),
    ('⻲', '亀'),
    ('⻳', '龟'),
];

/// Maps a letter of the CJK Radicals Supplement to its kanji: ⻑ → 長. Other characters stay.
pub fn radical_kanji(c: char) -> char {
    RADICALS_SUPPLEMENT.iter().find(|(radical, _)| *radical == c).map_or(c, |(_, kanji)| *kanji)
}

/// True for invisible characters: soft hyphens, zero-width blanks, direction marks, joiners.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// True for an ASCII or full-width digit.
pub fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c)
}

/// True for a kanji numeral below 万.
pub fn is_kanji_numeral(c: char) -> bool {
    matches!(c, '〇' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' | '千')
}

/// True for a digit or a kanji numeral.
pub fn is_numeral(c: char) -> bool {
    is_digit(c) || is_kanji_numeral(c)
}

/// Reads a number in kanji numerals: 二十九, 二〇二〇, 百二十, 三万; `None` where the characters form no number.
///
/// # Examples
/// ```
/// use fumikura::script::kanji_number;
///
/// let number = |text: &str| kanji_number(&text.chars().collect::<Vec<_>>());
/// assert_eq!((number("二十九"), number("二〇二〇")), (Some(29), Some(2020)));
/// assert_eq!((number("三万"), number("二三十")), (Some(30_000), None));
/// ```
pub fn kanji_number(numerals: &[char]) -> Option<u64> {
    let digit = |c: char| "〇一二三四五六七八九".chars().position(|d| d == c).map(|at| at as u64);
    if numerals.iter().all(|c| digit(*c).is_some()) {
        return numerals.iter().try_fold(0u64, |sum, c| sum.checked_mul(10)?.checked_add(digit(*c)?));
    }
    let (mut total, mut section, mut pending) = (0u64, 0u64, None);
    for c in numerals {
        match c {
            '十' | '百' | '千' => {
                let unit = match c {
                    '十' => 10,
                    '百' => 100,
                    _ => 1000,
                };
                section += pending.take().unwrap_or(1) * unit;
            }
            '万' => {
                total += (section + pending.take().unwrap_or(0)).max(1) * 10_000;
                section = 0;
            }
            c if pending.is_none() => pending = digit(*c),
            _ => return None,
        }
    }
    Some(total + section + pending.unwrap_or(0))
}

/// Tells whether characters begin with a text.
pub fn starts_with(chars: &[char], text: &str) -> bool {
    let mut chars = chars.iter();
    text.chars().all(|c| chars.next() == Some(&c))
}

/// Tells whether characters end with a text.
pub fn ends_with(chars: &[char], text: &str) -> bool {
    let mut chars = chars.iter().rev();
    text.chars().rev().all(|c| chars.next() == Some(&c))
}

/// True for hiragana, without marks.
pub fn is_hiragana(c: char) -> bool {
    ('ぁ'..='ゖ').contains(&c)
}

/// True for katakana, including the long vowel mark and half-width katakana.
pub fn is_katakana(c: char) -> bool {
    ('ァ'..='ヺ').contains(&c) || c == 'ー' || ('\u{FF66}'..='\u{FF9F}').contains(&c)
}

/// True for kanji, including 々, 〆 and 〇.
pub fn is_kanji(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '々' | '〆' | '〇')
        || matches!(c, '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3134F}')
}

/// True for characters written without spaces between words: kana, kanji, CJK punctuation, full-width forms.
pub fn is_cjk(c: char) -> bool {
    is_hiragana(c)
        || is_katakana(c)
        || is_kanji(c)
        || matches!(c, '\u{3000}'..='\u{303F}' | '・' | '\u{FF00}'..='\u{FFEF}' | '\u{31F0}'..='\u{31FF}')
}

/// Returns the width of a text in half-width columns.
pub fn width_columns(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// Returns the width of a character in half-width columns: 1 or 2.
pub fn columns(c: char) -> usize {
    if c.is_ascii() || ('\u{FF61}'..='\u{FF9F}').contains(&c) { 1 } else { 2 }
}

/// Maps a full-width ASCII character to its half-width form.
pub fn half_width(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '　' => ' ',
        c => c,
    }
}

/// Maps each character of a text to its half-width form.
pub fn half_widths(text: &str) -> Vec<char> {
    let mut chars = Vec::with_capacity(text.len() / 2);
    chars.extend(text.chars().map(half_width));
    chars
}

/// Returns the text with half-width letters, digits and their joining signs (＆ － ． ／); borrows the text where it has
/// no full-width ones.
pub fn half_width_letters(text: &str) -> Cow<'_, str> {
    // Full-width brackets and commas stay. The test reads UTF-8 bytes, because most texts have no such letter and
    // need no decoding:
    let wide_bytes =
        |bytes: &[u8]| matches!(bytes, [0xEF, 0xBC, 0x86 | 0x8D..=0x99 | 0xA1..=0xBA] | [0xEF, 0xBD, 0x81..=0x9A]);
    let wide = |c: char| matches!(c, '＆' | '－'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ');
    if !text.as_bytes().windows(3).any(wide_bytes) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if wide(c) { half_width(c) } else { c }).collect())
}
