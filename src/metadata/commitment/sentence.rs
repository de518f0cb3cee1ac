//! Sentences of a passage, without the text in brackets.

use crate::document::Span;
use crate::script::is_hiragana;

/// A sentence: its characters without brackets, blanks and numbers of footnotes, each with its position.
#[derive(Debug, Default)]
pub(super) struct Sentence {
    /// Its range in code points of the text, without blanks at both ends.
    pub span: Span,
    /// The characters to read.
    pub core: Vec<char>,
    /// Position of each of these characters in the text.
    pub at: Vec<usize>,
    /// For each of these characters, true if it stands in quotes.
    pub quoted: Vec<bool>,
    /// True if it ends with 。; a line without 。 is a title, a heading or an entry of a list.
    pub closed: bool,
    /// True if it begins with the mark of an entry of a list.
    pub marked: bool,
}

/// Iterates over the sentences of a text. A sentence ends at 。 outside brackets and quotes, and at the end of a line.
pub(super) fn spans(chars: &[char]) -> impl Iterator<Item = Span> {
    let mut start = 0;
    let spans = std::iter::from_fn(move || {
        let rest = chars.get(start..).filter(|rest| !rest.is_empty())?;
        let mut depth = 0_usize;
        let last = rest.iter().position(|c| {
            match c {
                '(' | '（' | '「' | '『' | '【' | '〔' | '［' => depth += 1,
                ')' | '）' | '」' | '』' | '】' | '〕' | '］' => depth = depth.saturating_sub(1),
                _ => {}
            }
            matches!(c, '\n' | '｡') || (*c == '。' && depth == 0)
        });
        let next = last.map_or(chars.len(), |last| start + last + 1);
        let is_line = last.is_some_and(|last| rest[last] == '\n');
        let span = Span::new(start, next - usize::from(is_line));
        start = next;
        Some(span)
    });
    spans.filter(|span| span.end > span.start)
}

impl Sentence {
    /// Reads the sentence of a span in the place of the one before. The buffers are kept, so that a sentence without a
    /// commitment costs no allocation.
    pub fn fill(&mut self, chars: &[char], span: Span) {
        let blank = |at: &usize| chars[*at].is_whitespace();
        let start = (span.start..span.end).find(|at| !blank(at)).unwrap_or(span.end);
        let end = (start..span.end).rev().find(|at| !blank(at)).map_or(start, |at| at + 1);
        self.span = Span::new(start, end);
        self.closed = end > start && matches!(chars[end - 1], '。' | '｡');
        self.marked = false;
        self.clear();
        let body = Span::new(start, if self.closed { end - 1 } else { end });
        let from = self.skip_marks(&chars[..body.end], body.start);
        self.read(chars, Span::new(from, body.end));
    }

    fn clear(&mut self) {
        self.core.clear();
        self.at.clear();
        self.quoted.clear();
    }

    /// Skips -, ・, ○, (1) and ① at the start of an entry of a list.
    fn skip_marks(&mut self, chars: &[char], mut at: usize) -> usize {
        loop {
            let Some(c) = chars.get(at) else { return at };
            let is_mark = matches!(
                c,
                '-' | '–'
                    | '・'
                    | '○'
                    | '●'
                    | '◯'
                    | '■'
                    | '◆'
                    | '•'
                    | '*'
                    | '※'
                    | '←'
                    | '➢'
                    | '>'
                    | '◇'
                    | '□'
            ) || matches!(c, '①'..='⑳' | '\u{2022}');
            let rest = &chars[at..];
            if is_mark {
                self.marked = true;
                at += 1;
            } else if let Some(length) = numbered(rest) {
                self.marked = true;
                at += length;
            } else if c.is_whitespace() {
                at += 1;
            } else {
                return at;
            }
        }
    }

    fn read(&mut self, chars: &[char], body: Span) {
        let (mut round, mut quotes) = (0_usize, 0_usize);
        let mut at = body.start;
        while at < body.end {
            let c = chars[at];
            match c {
                '(' | '〔' | '[' | '（' => round += 1,
                // （図表3)）: an unmatched closing bracket is skipped too.
                ')' | '〕' | ']' | '）' => round = round.saturating_sub(1),
                _ if round > 0 || c.is_whitespace() => {}
                _ => {
                    if matches!(c, '」' | '』') {
                        quotes = quotes.saturating_sub(1);
                    }
                    let digits = footnote(chars, at, body.end);
                    if digits > 0 && quotes == 0 {
                        at += digits;
                        continue;
                    }
                    self.core.push(if c == '，' || c == ',' { '、' } else { c });
                    self.at.push(at);
                    self.quoted.push(quotes > 0 || matches!(c, '」' | '』'));
                    if matches!(c, '「' | '『') {
                        quotes += 1;
                    }
                }
            }
            at += 1;
        }
        // An unclosed bracket would hide the rest: such a line is read with its brackets.
        if round > 0 && self.core.len() * 2 < body.end - body.start {
            self.clear();
            for (at, c) in chars.iter().enumerate().take(body.end).skip(body.start).filter(|(_, c)| !c.is_whitespace())
            {
                self.core.push(*c);
                self.at.push(at);
                self.quoted.push(false);
            }
        }
    }
}

/// Returns the length of (1), 1. or 1) at the start of an entry.
fn numbered(chars: &[char]) -> Option<usize> {
    let open = usize::from(matches!(chars.first(), Some('(' | '（')));
    let digits = chars[open..].iter().take_while(|c| c.is_ascii_digit()).count();
    let closes = matches!(chars.get(open + digits), Some(')' | '）'));
    let dot = open == 0 && matches!(chars.get(digits), Some('.' | '．'));
    ((1..=2).contains(&digits) && (closes || dot)).then_some(open + digits + 1)
}

/// Counts the digits of a footnote number: after kana at the end of a sentence (した9。), or between blanks inside a word
/// (公表 9 した).
fn footnote(chars: &[char], at: usize, end: usize) -> usize {
    let digits = chars[at..end].iter().take_while(|c| c.is_ascii_digit()).count();
    if digits == 0 || digits > 3 || at == 0 {
        return 0;
    }
    let before = chars[at - 1];
    let after = chars[at + digits..end].iter().find(|c| !c.is_whitespace());
    let set_off = before.is_whitespace() && chars.get(at + digits).is_some_and(|c| c.is_whitespace());
    let at_end = after.is_none() && (is_hiragana(before) || set_off);
    let inside = set_off && after.is_some_and(|c| is_hiragana(*c));
    if at_end || inside { digits } else { 0 }
}
