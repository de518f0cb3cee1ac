//! The shape of a line: markers, endings, widths. Shared by normalisation and segmentation.

use crate::script::{half_width, is_digit, is_kanji, is_numeral};

/// The marker that a line begins with. The order of markers in a text, not their kind, decides how headings nest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Marker {
    /// 第1編, 第2部
    Part,
    /// 第1章
    Chapter,
    /// 第1節, 第2款
    Section,
    /// 第一条
    Article,
    /// `1 `, `1. `, `１．`
    Number,
    /// `1.2`, `1-2`, `2.1.3`
    DottedNumber,
    /// `(1)`, `（１）`, and (参考), (別添), which occur at the same level
    ParenNumber,
    /// `①`
    CircledNumber,
    /// `(A)`, `(i)`
    ParenLetter,
    /// `(ア)`, `ア `
    ParenKana,
    /// `○`, `●`, `◎`, `■`, `◆`
    Circle,
    /// `【…】` around the whole line
    Bracketed,
    /// `Action 2`
    Word,
}

/// A marker with its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marked {
    /// Its kind.
    pub marker: Marker,
    /// Its number, where it has one.
    pub number: Option<u32>,
    /// Its length with the space after it, in bytes.
    pub length_bytes: usize,
}

/// Reads the marker at the start of a trimmed line.
pub fn marker(line: &str) -> Option<Marked> {
    let mut chars = line.chars();
    let first = chars.next()?;
    let marked = |marker, number, length_bytes: usize| {
        let rest = &line[length_bytes..];
        let blank = rest.len() - rest.trim_start().len();
        Some(Marked { marker, number, length_bytes: length_bytes + blank })
    };
    match first {
        '第' => {
            let rest = chars.as_str();
            let digits = rest.len() - rest.trim_start_matches(is_numeral).len();
            let unit = rest[digits..].chars().next().filter(|_| digits > 0)?;
            let end = first.len_utf8() + digits + unit.len_utf8();
            let next = line[end..].chars().next();
            let kind = match unit {
                '編' | '部' => Marker::Part,
                '章' => Marker::Chapter,
                '節' | '款' => Marker::Section,
                '条' => Marker::Article,
                _ => return None,
            };
            next.is_none_or(|c| c.is_whitespace() || c == '　' || c == '：' || c == ':').then_some(())?;
            marked(kind, ascii_number(&rest[..digits]), end)
        }
        '(' | '（' => {
            let rest = chars.as_str();
            let close = rest.find([')', '）'])?;
            let inner = rest[..close].trim();
            let end = first.len_utf8() + close + rest[close..].chars().next()?.len_utf8();
            let mut letters = inner.chars();
            let letter = letters.next()?;
            let alone = letters.next().is_none();
            if inner.chars().all(is_digit) && inner.chars().count() <= 2 {
                marked(Marker::ParenNumber, ascii_number(inner), end)
            } else if inner == "参考" || inner == "別添" || inner == "別紙" {
                marked(Marker::ParenNumber, None, end)
            } else if alone && ('ア'..='ン').contains(&letter) {
                marked(Marker::ParenKana, None, end)
            } else if (alone && letter.is_alphabetic() && half_width(letter).is_ascii())
                || (inner.len() <= 4 && inner.chars().all(|c| matches!(c, 'i' | 'v' | 'x')))
            {
                marked(Marker::ParenLetter, None, end)
            } else {
                None
            }
        }
        '①'..='⑳' => marked(Marker::CircledNumber, Some(first as u32 - '①' as u32 + 1), first.len_utf8()),
        '○' | '●' | '◎' | '■' | '◆' | '◇' | '□' | '〇' => marked(Marker::Circle, None, first.len_utf8()),
        '【' => line.trim_end().ends_with('】').then_some(Marked {
            marker: Marker::Bracketed,
            number: None,
            length_bytes: 0,
        }),
        'A' if line.starts_with("Action ") => {
            let digits = line[7..].chars().take_while(char::is_ascii_digit).count();
            (digits > 0).then_some(Marked {
                marker: Marker::Word,
                number: ascii_number(&line[7..7 + digits]),
                length_bytes: 0,
            })
        }
        c if is_digit(c) => number_marker(line),
        _ => None,
    }
}

/// Reads a number marker: `1 題`, `1. 題`, `１．題`, `1.2 題`, `1-2 題`; not a date, a quantity or a decimal.
fn number_marker(line: &str) -> Option<Marked> {
    let is_part = |c: char| is_digit(c) || matches!(c, '.' | '．' | '-' | '－');
    let body = line.len() - line.trim_start_matches(is_part).len();
    let digits = line.len() - line.trim_start_matches(is_digit).len();
    let rest = &line[body..];
    let numbers = line[..body].split(|c: char| !is_digit(c)).filter(|part| !part.is_empty()).count();
    let dot = line[..body].ends_with(['.', '．']);
    let spaced = rest.starts_with([' ', '　', '\t']);
    let first = rest.trim_start().chars().next()?;
    if line[..digits].chars().count() > 2
        || numbers > 4
        || !(spaced || dot)
        || is_digit(first)
        || is_quantity(rest.trim_start()) && !dot
    {
        return None;
    }
    let marker = if numbers > 1 { Marker::DottedNumber } else { Marker::Number };
    let length_bytes = line.len() - rest.trim_start().len();
    Some(Marked { marker, number: ascii_number(&line[..digits]), length_bytes })
}

/// Tells whether a text after a number begins with a unit, which makes the number a quantity or a date: `2 日間`, but
/// not `1 日時等`, where the kanji begins a word.
fn is_quantity(rest: &str) -> bool {
    let mut chars = rest.chars();
    let unit = chars.next().is_some_and(is_counter);
    unit && chars.next().is_none_or(|next| !is_kanji(next) && !next.is_ascii_alphabetic() || next == '間')
}

/// Tells whether a character is a unit that follows numbers.
fn is_counter(c: char) -> bool {
    matches!(
        c,
        '年' | '月'
            | '日'
            | '時'
            | '回'
            | '名'
            | '人'
            | '件'
            | '％'
            | '%'
            | 'か'
            | 'ヶ'
            | 'カ'
            | '・'
            | '、'
            | '～'
            | '~'
            | '億'
            | '万'
    )
}

/// Tells whether a line begins a list item or note: such a line never continues the previous one.
pub fn starts_item(line: &str) -> bool {
    let trimmed = line.trim_start();
    let mut chars = trimmed.chars();
    let Some(first) = chars.next() else { return false };
    match first {
        '・' | '•' | '←' | '→' | '※' | '|' | '▶' | '>' | '＞' | '＊' | '➢' | '✓' => true,
        '-' | '*' | '－' | '+' => chars.next().is_some_and(char::is_whitespace),
        '注' => chars.next().is_some_and(|c| is_digit(c) || matches!(c, '）' | ')' | '：' | ':')),
        c => ('\u{E000}'..='\u{F8FF}').contains(&c) || marker(trimmed).is_some() || bare_number_paren(trimmed),
    }
}

/// Tells whether a line begins with a number or letter and a bracket: `1) …`, `a) …`.
fn bare_number_paren(line: &str) -> bool {
    let body = line.trim_start_matches(|c: char| is_digit(c) || c.is_ascii_lowercase());
    (1..=2).contains(&(line.len() - body.len())) && body.starts_with([')', '）'])
}

/// Tells whether a line begins with a label, at most ten characters and a colon: `主催:…`, `日時等：…`.
pub fn starts_label(line: &str) -> bool {
    line.char_indices()
        .take(11)
        .find(|(_, c)| matches!(c, ':' | '：' | '、' | '。' | ' ' | '「' | '(' | '（'))
        .is_some_and(|(at, c)| at > 0 && matches!(c, ':' | '：'))
}

/// Tells whether a line is an entry of a table of contents: text, a dot leader, a page number.
pub fn is_toc_entry(line: &str) -> bool {
    let body = line.trim_end().trim_end_matches(is_digit);
    if body.len() == line.trim_end().len() {
        return false;
    }
    let body = body.trim_end();
    let leader =
        body.chars().rev().take_while(|c| matches!(c, '.' | '…' | '・' | '‥' | '．' | '┄' | ' ')).filter(|c| *c != ' ');
    let dots: usize = leader.map(|c| if c == '…' { 3 } else { 1 }).sum();
    dots >= 4
}

/// Tells whether a sentence or a label ends at the end of the line.
pub fn ends_sentence(line: &str) -> bool {
    line.trim_end().ends_with([
        '。', '．', '！', '？', '!', '?', '.', '」', '』', '）', ')', '】', '］', ':', '：', '；', ';', '|', '》', '〕',
    ])
}

fn ascii_number(digits: &str) -> Option<u32> {
    digits.chars().map(half_width).collect::<String>().parse().ok()
}
