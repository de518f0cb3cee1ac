//! Texts with marks: excerpts of passages, titles and headings.

use std::ops::Range;

use maud::{Markup, html};

use super::words::tier_class;
use crate::output::{one_line, sanitized};
use crate::query::{Mark, Tier};

/// Characters of an excerpt, about.
const EXCERPT_CHARS: usize = 230;
/// Characters shown before and after a mark.
const AROUND_CHARS: usize = 55;
/// A cut moves to the start of the sentence where it is at most so far.
const TO_SENTENCE_CHARS: usize = 25;
/// A passage that is not longer is shown whole.
const WHOLE_CHARS: usize = 280;

/// A part of a text that lies wholly inside or outside each span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Code points of the text.
    pub range: Range<usize>,
    /// The best tier of the marks over it, with the position of the mark that begins here.
    pub mark: Option<(Tier, Option<usize>)>,
}

/// Cuts a range of a text at the ends of its marks. Further places of cuts may be given.
pub fn pieces(range: Range<usize>, marks: &[Mark], cuts: &[usize]) -> Vec<Piece> {
    let mut ends: Vec<usize> = marks.iter().flat_map(|mark| [mark.span.start, mark.span.end]).collect();
    ends.extend(cuts);
    ends.push(range.end);
    ends.sort_unstable();
    ends.dedup();
    let mut start = range.start;
    let mut pieces = Vec::new();
    for end in ends.into_iter().filter(|end| *end > range.start && *end <= range.end) {
        let over = marks.iter().filter(|mark| mark.span.start <= start && end <= mark.span.end);
        let tier = over.map(|mark| mark.tier).min();
        let begun = marks.iter().position(|mark| mark.span.start == start && mark.span.end > start);
        pieces.push(Piece { range: start..end, mark: tier.map(|tier| (tier, begun)) });
        start = end;
    }
    pieces
}

/// Writes a text on one line with its marks: a title, a heading.
pub fn line(text: &str, marks: &[Mark]) -> Markup {
    let chars: Vec<char> = text.chars().collect();
    run(&chars, 0..chars.len(), marks)
}

/// Writes a range of a text on one line with its marks.
fn run(chars: &[char], range: Range<usize>, marks: &[Mark]) -> Markup {
    html! {
        @for piece in pieces(range, marks, &[]) {
            @let text = chars[piece.range].iter().collect::<String>();
            @let text = text.replace('\n', " ");
            @match piece.mark {
                Some((tier, _)) => { mark class=[tier_class(tier)] { (one_line(&text)) } }
                None => { (whole_names(&one_line(&text))) }
            }
        }
    }
}

/// Writes a text whose names of two partners (日・ASEAN) do not break after the dot.
fn whole_names(text: &str) -> Markup {
    let chars: Vec<char> = text.chars().collect();
    let is_kanji = |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c);
    let mut parts: Vec<(String, bool)> = Vec::new();
    let mut start = 0;
    for (at, _) in chars.iter().enumerate().filter(|(_, c)| **c == '・') {
        let after = chars.iter().skip(at + 1).take_while(|c| c.is_ascii_alphabetic()).count();
        if at > start && is_kanji(&chars[at - 1]) && after > 0 {
            parts.push((chars[start..at - 1].iter().collect(), false));
            parts.push((chars[at - 1..=at + after].iter().collect(), true));
            start = at + after + 1;
        }
    }
    parts.push((chars[start..].iter().collect(), false));
    html! { @for (part, is_name) in &parts { @if *is_name { span.nb { (part) } } @else { (part) } } }
}

/// Writes the parts of a passage around its marks; a short passage whole, and the start of one without marks.
pub fn excerpt(text: &str, marks: &[Mark]) -> Markup {
    let chars: Vec<char> = text.chars().collect();
    let windows = windows(&chars, marks);
    let last = windows.last().map_or(0, |window| window.end);
    html! {
        @for window in &windows {
            @if window.start > 0 { span.gap { "…" } }
            (run(&chars, window.clone(), marks))
        }
        @if last < chars.len() { span.gap { "…" } }
    }
}

/// Chooses the parts of a text that an excerpt shows.
fn windows(chars: &[char], marks: &[Mark]) -> Vec<Range<usize>> {
    let all = chars.len();
    if all <= WHOLE_CHARS {
        return std::iter::once(0..all).collect();
    }
    if marks.is_empty() {
        return std::iter::once(0..forward(chars, EXCERPT_CHARS)).collect();
    }
    let mut windows: Vec<Range<usize>> = Vec::new();
    let mut shown = 0;
    let mut marks: Vec<&Mark> = marks.iter().collect();
    marks.sort_by_key(|mark| mark.span);
    for mark in marks {
        // A mark may hold a sentence (SENT) or more; its start tells where it is.
        let end = mark.span.end.min(mark.span.start + EXCERPT_CHARS).min(all);
        let (from, to) = (mark.span.start.saturating_sub(AROUND_CHARS), (end + AROUND_CHARS).min(all));
        match windows.last_mut() {
            Some(window) if from <= window.end => {
                let to = to.max(window.end);
                if shown + to - window.end > EXCERPT_CHARS && shown > 0 {
                    continue;
                }
                shown += to - window.end;
                window.end = to;
            }
            last => {
                let is_full = shown + to - from > EXCERPT_CHARS && last.is_some();
                if is_full {
                    continue;
                }
                shown += to - from;
                let start = backward(chars, from);
                match windows.last_mut() {
                    Some(window) if start <= window.end => window.end = to,
                    _ => windows.push(start..to),
                }
            }
        }
    }
    // The rest of the room goes to the first part, which a reader reads first.
    if let [window] = windows.as_mut_slice() {
        window.end = forward(chars, window.end + EXCERPT_CHARS.saturating_sub(shown)).max(window.end);
    }
    windows
}

/// Moves a start back to that of its sentence or line, where it is near.
fn backward(chars: &[char], at: usize) -> usize {
    let lowest = at.saturating_sub(TO_SENTENCE_CHARS);
    let is_end = |c: &char| matches!(c, '。' | '\n');
    let found = chars.get(lowest..at).and_then(|part| part.iter().rposition(is_end)).map(|end| lowest + end + 1);
    found.unwrap_or(if lowest == 0 { 0 } else { at })
}

/// Moves an end forward to that of its sentence, where it is near.
fn forward(chars: &[char], at: usize) -> usize {
    let at = at.min(chars.len());
    let highest = (at + TO_SENTENCE_CHARS).min(chars.len());
    let found = chars.get(at..highest).and_then(|part| part.iter().position(|c| *c == '。')).map(|end| at + end + 1);
    found.unwrap_or(if highest == chars.len() { highest } else { at })
}

/// Returns the text as it may be shown, with its line ends.
pub fn shown(chars: &[char]) -> String {
    sanitized(&chars.iter().collect::<String>()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{excerpt, line, pieces};
    use crate::document::Span;
    use crate::query::{Mark, Tier};

    fn mark(start: usize, end: usize, tier: Tier) -> Mark {
        Mark { span: Span::new(start, end), tier }
    }

    #[test]
    fn marks_that_overlap_are_written_once_each() {
        let marks = [mark(0, 4, Tier::Substring), mark(2, 6, Tier::Word)];
        let found: Vec<_> = pieces(0..8, &marks, &[]).into_iter().map(|piece| (piece.range, piece.mark)).collect();
        let wanted = [
            (0..2, Some((Tier::Substring, Some(0)))),
            (2..4, Some((Tier::Word, Some(1)))),
            (4..6, Some((Tier::Word, None))),
            (6..8, None),
        ];
        assert_eq!(found, wanted);
        let html = line("<b>&情報", &[mark(4, 6, Tier::Variant)]).into_string();
        assert_eq!(html, "&lt;b&gt;&amp;<mark class=\"v\">情報</mark>");
    }

    #[test]
    fn an_excerpt_shows_each_mark_near_the_first_and_tells_what_it_leaves_out() {
        let text = format!("{}情報共有{}合意{}", "あ".repeat(400), "い".repeat(20), "う".repeat(400));
        let html = excerpt(&text, &[mark(400, 404, Tier::Word), mark(424, 426, Tier::Word)]).into_string();
        assert!(html.contains("<mark>情報共有</mark>") && html.contains("<mark>合意</mark>"), "{html}");
        assert_eq!(html.matches("…").count(), 2);
        assert!(html.chars().count() < 420, "{html}");
        assert_eq!(excerpt("短い。", &[]).into_string(), "短い。");
        let name = line("第10回 日・ASEAN政策会議・EU・日", &[]).into_string();
        assert_eq!(name, "第10回 <span class=\"nb\">日・ASEAN</span>政策会<span class=\"nb\">議・EU</span>・日");
        let whole = excerpt(&"あ".repeat(900), &[mark(0, 900, Tier::Word)]).into_string();
        assert!(whole.chars().count() < 400, "a mark over a whole passage is cut: {whole}");
    }
}
