//! Rejoins sentences that are cut in two by a figure, or by the end of a page inside a table.
//!
//! A converter emits the lines of a figure at its place on the page. A sentence is joined across them only where its
//! first half was cut by the margin, a caption or a repeated table head lies between, and the second half cannot begin
//! a sentence.

use super::joints::{FINISHED_ENDS, continues_word, is_open_hiragana};
use super::line_shape::{ends_sentence, starts_item, starts_label};
use super::{LineKind, LogicalLine};
use crate::document::Flow;
use crate::script::{is_cjk, is_digit, is_hiragana};

/// Most lines of a figure that a join may cross.
const MOST_LINES: usize = 60;
/// Longest line that is joined across a figure, in bytes: each join reads the whole line.
const MOST_BYTES: usize = 16 << 10;
/// Shortest first half, in code points.
const LEAST_CHARS: usize = 15;

/// Returns the index in `out` of the line before a figure whose rest is `next`; `None` where there is none.
pub(super) fn cut_before(
    out: &[LogicalLine],
    next: &LogicalLine,
    fills: impl Fn(&LogicalLine) -> bool,
) -> Option<usize> {
    let start = next.text.trim();
    let first = start.chars().next()?;
    // Most lines are rejected here.
    out.last().filter(|last| is_beside(last))?;
    if next.kind != LineKind::Text
        || next.heading_level.is_some()
        || next.text.starts_with(['　', '\t'])
        || !is_cjk(first)
        || starts_item(start)
        || starts_label(start)
        || caption(start)
        || !(start.contains(['、', '。']) || next.flow == Some(Flow::Full))
    {
        return None;
    }
    let (mut figure, mut head) = (false, false);
    for (at, line) in out.iter().enumerate().rev().take(MOST_LINES) {
        let text = line.text.trim();
        if figure && is_cut(line, next, first, &fills) || head && is_cut_row(line, next, start) {
            return Some(at);
        }
        if !is_beside(line) {
            return None;
        }
        figure |= caption(text);
        head |= line.page != line_above(out, at).and_then(|above| above.page) && repeats(out, at);
    }
    None
}

fn line_above(out: &[LogicalLine], at: usize) -> Option<&LogicalLine> {
    out.get(at.checked_sub(1)?)
}

/// Tells whether a line is a caption, a table row or a label in a figure: no sentence ends in it or continues after it.
fn is_beside(line: &LogicalLine) -> bool {
    // A long line has grown by many joins: do not read all of it again at each join.
    if line.text.len() > MOST_BYTES {
        return false;
    }
    let text = line.text.trim();
    let is_short = text.chars().nth(LEAST_CHARS - 1).is_none() || !text.contains(['、', '。']);
    line.kind == LineKind::Text
        && line.heading_level.is_none()
        && !text.ends_with('。')
        && (is_short || text.contains('　') || caption(text))
}

/// Tells whether a line is the first half of a sentence, cut by the margin or in mid-phrase.
fn is_cut(line: &LogicalLine, next: &LogicalLine, first: char, fills: impl Fn(&LogicalLine) -> bool) -> bool {
    let text = line.text.trim();
    let is_prose =
        text.len() <= MOST_BYTES && text.contains(['、', '。']) && text.chars().nth(LEAST_CHARS - 1).is_some();
    if !is_prose
        || ends_sentence(text)
        || !text.ends_with(is_cjk)
        || caption(text)
        || FINISHED_ENDS.iter().any(|end| text.ends_with(end))
    {
        return false;
    }
    let is_rest = continues_word(next.text.trim());
    match line.flow {
        Some(Flow::Whole | Flow::Short) => false,
        Some(Flow::Full) => is_rest || next.text.contains('。'),
        Some(Flow::Unknown) | None if is_rest => fills(line) || next.text.contains('。'),
        Some(Flow::Unknown) | None => {
            next.text.contains('。')
                && (text.ends_with(is_open_hiragana) || text.ends_with('、'))
                && !is_hiragana(first)
        }
    }
}

/// Tells whether a line is a table row cut by the end of a page, before the head that the next page repeats.
fn is_cut_row(line: &LogicalLine, next: &LogicalLine, start: &str) -> bool {
    let text = line.text.trim();
    let pages = line.page.zip(next.page);
    text.len() <= MOST_BYTES
        && text.contains('　')
        && pages.is_some_and(|(a, b)| a + 1 == b)
        && !ends_sentence(text)
        && continues_word(start)
}

/// Tells whether a row also occurs a few lines above.
fn repeats(out: &[LogicalLine], at: usize) -> bool {
    let text = out[at].text.trim();
    text.contains('　') && out[..at].iter().rev().take(MOST_LINES).any(|above| above.text.trim() == text)
}

/// Tells whether a text is a caption: `図1 体制`, `＜図表８：通信ツール＞`, `表２－１`, `![](a.png)`; but not
/// `図1に示す`, `（図1）、`.
pub(super) fn caption(text: &str) -> bool {
    let text = text.trim_start_matches(['＜', '<', '〈', '《', '【', '[', '［', '(', '（']);
    let named = ["図表", "図", "表", "写真", "グラフ", "別図", "別表"].iter().find_map(|name| text.strip_prefix(name));
    let Some(rest) = named else { return text.starts_with("![") };
    let is_letter = |c: char| c.is_ascii_uppercase() || ('Ａ'..='Ｚ').contains(&c);
    let is_number = |c: char| is_digit(c) || ('①'..='⑳').contains(&c) || matches!(c, '-' | '－' | '‐' | '.' | '．');
    let rest = rest.trim_start_matches([' ', '　']);
    let lettered = rest.strip_prefix(is_letter).unwrap_or(rest);
    let behind = lettered.trim_start_matches(is_number);
    if behind.len() == rest.len() || behind.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return false;
    }
    let behind = behind.trim_start_matches([')', '）', '」', '】', '＞', '>']);
    !behind.starts_with(|c: char| is_hiragana(c) || matches!(c, '、' | '。')) && !behind.starts_with("参照")
}

#[cfg(test)]
mod tests {
    use super::super::{normalize, normalize_lines};
    use super::caption;
    use crate::document::{Flow, Line, LineRole};

    fn texts(text: &str) -> Vec<String> {
        normalize(text, 1).lines.into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn a_sentence_cut_by_a_figure_goes_on_behind_it() {
        let figures = [
            "図1 連絡の体制",
            "＜図表９：連携のイメージ＞\n\n担当省庁　事業者",
            "![体制](taisei.png)",
            "表２－１　体制\n省庁　役割",
        ];
        let cuts =
            [("円滑", "に行うには"), ("円滑に", "行うには"), ("円滑に行うための手段として、", "共通の様式を使い")];
        for (figure, (end, start)) in figures.into_iter().flat_map(|figure| cuts.map(|cut| (figure, cut))) {
            let half = format!("ただし、関係機関との連絡を{end}");
            let text = format!(
                "前の段落である。\n\n{half}\n\n{figure}\n\n{start}、記載を揃える必要がある。\n\n次の段落である。"
            );
            let lines = texts(&text);
            let whole = format!("{half}{start}、記載を揃える必要がある。");
            assert!(lines.contains(&whole), "{lines:?}");
            assert_eq!(lines.last().map(String::as_str), Some("次の段落である。"));
            // Nothing is lost.
            let squash = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
            assert_eq!(squash(&lines.concat()), squash(&text), "{lines:?}");
        }
    }

    #[test]
    fn no_sentence_goes_on_over_what_is_no_figure_or_in_what_begins_one() {
        let cut = "ただし、関係機関との連絡を円滑";
        for (between, rest) in [
            ("役割の分担", "に行うには、記載を揃える必要がある。"),
            ("図1 体制", "また、記載を揃える必要がある。"),
            ("図1 体制\n\n体制は次のとおりである。", "に行うには、記載を揃える必要がある。"),
            ("図1 体制", "　に行うには、記載を揃える必要がある。"),
        ] {
            let lines = texts(&format!("前の段落である。\n\n{cut}\n\n{between}\n\n{rest}\n\n次の段落である。"));
            assert!(lines.iter().any(|line| line == cut), "{lines:?}");
        }
    }

    #[test]
    fn a_row_cut_by_a_page_goes_on_below_the_repeated_head() {
        let row = |text: &str, page| Line { text: text.to_owned(), page: Some(page), ..Line::default() };
        let table = [
            row("用語　意味", 1),
            row("IaaS　基礎的な、ネットワークが提供されるもの。", 1),
            row("PaaS　基本的機能、運用管理環境等も提供されるも", 1),
            row("用語　意味", 2),
            row("の。利用者は、情報システムを構築する。", 2),
            row("SaaS　機能が提供されるもの。", 2),
        ];
        let lines: Vec<String> = normalize_lines(&table).lines.into_iter().map(|line| line.text).collect();
        assert!(
            lines.iter().any(|line| line.contains("PaaS　基本的機能、運用管理環境等も提供されるもの。利用者は、情報")),
            "{lines:?}"
        );
    }

    #[test]
    fn a_sentence_cut_by_a_footnote_with_an_address_goes_on_behind_it() {
        let line = |text: &str, flow, page| Line { text: text.to_owned(), flow, page: Some(page), ..Line::default() };
        let lines = [
            line("計画に記載される科目がなく、また運用管理における研修内容に", Flow::Full, 1),
            Line { role: LineRole::Footnote, ..line("6 人材の育成・確保", Flow::Short, 1) },
            line("https://www.example.go.jp/digital/resources.html", Flow::Full, 1),
            line("おいても資産管理は見受けられない。", Flow::Short, 2),
        ];
        let lines: Vec<String> = normalize_lines(&lines).lines.into_iter().map(|line| line.text).collect();
        assert!(lines[0].ends_with("研修内容においても資産管理は見受けられない。"), "{lines:?}");
        assert!(lines[1..].concat().ends_with("resources.html"), "{lines:?}");
    }

    #[test]
    fn a_sentence_cut_by_a_figure_without_text_goes_on_below_the_space() {
        let line = |text: &str, gap_before| Line {
            text: text.to_owned(),
            flow: Flow::Full,
            page: Some(1),
            gap_before,
            ..Line::default()
        };
        for (start, joined) in
            [("に行うには、記載を揃える必要がある。", true), ("また、記載を揃える必要がある。", false)]
        {
            let lines = normalize_lines(&[line("ただし、関係機関との連絡を円滑", false), line(start, true)]).lines;
            assert_eq!(lines.len() == 1, joined, "{lines:?}");
        }
    }

    #[test]
    fn captions_are_told_by_their_numbers() {
        for text in
            ["図1 体制", "図表８：認識", "＜図表１１：比較＞", "表１-1 用語の定義", "（図Ａ）", "写真 ２", "![](a.png)"]
        {
            assert!(caption(text), "{text}");
        }
        for text in [
            "図1に示すとおり",
            "（図表８）、「電",
            "図1参照",
            "表Excel",
            "図書館の利用",
            "表現の自由",
            "図る",
            "(別添1)",
            "表に示すとおり",
        ] {
            assert!(!caption(text), "{text}");
        }
    }
}
