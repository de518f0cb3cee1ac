//! Lines of Japanese text: words have no blanks between them, and a line breaks between most characters.
//!
//! The rules are the common ones (禁則処理): no closing sign, small kana or long vowel begins a line, no opening
//! bracket ends one, and Latin words, flags and numbers with what is joined to them stay whole.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Signs that begin no line.
pub(super) const NO_START: &str =
    "、。，．・：；？！）」』】］｝〉》〕’”ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々〜～…‥";
/// Signs that end no line.
pub(super) const NO_END: &str = "（「『【［｛〈《〔‘“";
/// Fewest characters that stand alone on the last line of a sentence.
const FEWEST: usize = 3;
/// Widest text in brackets that stays on one line, in columns.
const WHOLE: usize = 30;

/// Breaks a text into lines of a width in columns, without blanks at their ends. A line of the text that begins with
/// blanks keeps them, on the lines that it is broken into too. A part that is wider than a line stands alone.
///
/// Signs of ambiguous width (…, χ) count two columns, as in terminals set to Japanese.
pub(super) fn broken(text: &str, width: usize) -> Vec<String> {
    text.split('\n').flat_map(|line| broken_line(line, width)).collect()
}

/// Puts a mark where a text may break, for a program that breaks its lines at blanks and marks alone.
pub(super) fn marked(text: &str, mark: char) -> String {
    let line = |line: &str| {
        let mut out = String::with_capacity(line.len());
        for part in parts(line) {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(mark);
            }
            out.push_str(part);
        }
        out
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn broken_line(line: &str, width: usize) -> Vec<String> {
    if line.width_cjk() <= width {
        return vec![line.trim_end().to_owned()];
    }
    let indent = &line[..line.len() - line.trim_start_matches(' ').len()];
    let mut lines = Vec::new();
    let mut current = indent.to_owned();
    for part in parts(&line[indent.len()..]) {
        if current.width_cjk() + part.trim_end().width_cjk() > width && current.len() > indent.len() {
            lines.push(current.trim_end().to_owned());
            current = indent.to_owned();
        }
        current.push_str(part);
    }
    lines.push(current.trim_end().to_owned());
    lines
}

/// Cuts a line where it may break; blanks stand at the ends of the parts.
fn parts(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut whole_until) = (0, 0);
    let mut before = None;
    for (at, next) in line.char_indices() {
        let breaks = before.is_some_and(|before| may_break(before, next));
        let is_short = || before != Some(' ') && line[at..].chars().count() < FEWEST;
        // `0: 上限なし` reads as one.
        let is_joined = line[..at].ends_with(": ");
        if breaks && !is_joined && at >= whole_until && !touches_latin(line, at) && !is_short() {
            found.push(&line[start..at]);
            start = at;
        }
        if next == '[' && before.is_none_or(|before| before == ' ') {
            whole_until = end_of_brackets(&line[at..]).map_or(whole_until, |end| at + end);
        }
        before = Some(next);
    }
    found.push(&line[start..]);
    found
}

/// Returns the place of the bracket that closes a short note: `[既定値: 10]`.
fn end_of_brackets(text: &str) -> Option<usize> {
    let end = text.find(']')?;
    (text[..end].width_cjk() < WHOLE).then_some(end)
}

fn may_break(before: char, next: char) -> bool {
    if next == ' ' || NO_START.contains(next) || NO_END.contains(before) {
        return false;
    }
    before == ' ' || is_sign(before) || is_sign(next) || (is_wide(before) && is_wide(next))
}

/// True inside kanji that a Latin word or number touches, which is part of the same word: 平成19年, ICT政策対話.
fn touches_latin(line: &str, at: usize) -> bool {
    let is_kanji = |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c);
    let (before, after) = (&line[..at], &line[at..]);
    if !before.ends_with(|c| is_kanji(&c)) || !after.starts_with(|c| is_kanji(&c)) {
        return false;
    }
    let first = before.chars().rev().find(|c| !is_kanji(c));
    let last = after.chars().find(|c| !is_kanji(c));
    [first, last].into_iter().flatten().any(|c| c.is_ascii_alphanumeric())
}

fn is_sign(c: char) -> bool {
    NO_END.contains(c) || "、。，．：；？！）」』】］｝〉》〕".contains(c)
}

fn is_wide(c: char) -> bool {
    c >= '\u{2e80}' && c.width() == Some(2)
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::{NO_END, NO_START, broken, marked};

    #[test]
    fn marks_stand_where_a_line_may_break() {
        for (text, expected) in [
            ("索引を作る", "索|引|を作る"),
            ("索引「あ」を作り直す。", "索|引|「あ」|を|作|り|直す。"),
            ("read all\n平成19年", "read all\n平成19年"),
        ] {
            assert_eq!(marked(text, '|'), expected);
            assert_eq!(marked(text, '|').replace('|', ""), text);
        }
    }

    #[test]
    fn lines_break_between_characters_and_keep_the_rules() {
        for (text, width, lines) in [
            ("短い行", 80, &["短い行"][..]),
            ("索引を作り直す。", 10, &["索引を作り", "直す。"]),
            ("索引を作り直す", 12, &["索引を作", "り直す"]),
            ("検索の記録を、書く", 12, &["検索の記録", "を、書く"]),
            ("値を書く（秒）", 10, &["値を書く", "（秒）"]),
            ("フォルダーとサーバー", 8, &["フォル", "ダーと", "サーバー"]),
            ("一覧には --rebuild が要る", 14, &["一覧には", "--rebuild", "が要る"]),
            ("平成19年、平成24年", 12, &["平成19年、", "平成24年"]),
            ("値。0: 上限なし [既定値: 10]", 16, &["値。0: 上限なし", "[既定値: 10]"]),
            ("時間の上限。0: なし", 14, &["時間の上限。", "0: なし"]),
            ("  a b   この並びの例\n二行目", 12, &["  a b   この", "  並びの例", "二行目"]),
            ("very-long-word 短い", 8, &["very-long-word", "短い"]),
        ] {
            assert_eq!(broken(text, width), lines, "{text}");
        }
    }

    #[test]
    fn no_width_breaks_a_rule_or_loses_a_character() {
        let text = "この期間に公表された文書（行事を含む）だけ: 2011、2011-06、H23、平成19年～24年、..2010。--all のときは、\
            「すべて」…と書く [既定値: date] ウェブアーカイブのようなーもの";
        for width in 1..100 {
            let lines = broken(text, width);
            let kept: String = lines.concat().replace(' ', "");
            assert_eq!(kept, text.replace(' ', ""), "{width}");
            for line in &lines {
                assert!(!line.starts_with(|c| NO_START.contains(c)), "{width}: {line}");
                assert!(!line.ends_with(|c| NO_END.contains(c)), "{width}: {line}");
                assert!(width < 24 || line.width_cjk() <= width, "{width}: {line}");
            }
        }
    }
}
