//! Sentences of a passage, without what stands in brackets.

use crate::document::Span;
use crate::script::is_hiragana;

/// A sentence: its characters without brackets, blanks and numbers of footnotes, each with its place.
#[derive(Debug)]
pub(super) struct Sentence {
    /// In code points of the text, without blanks at its ends.
    pub span: Span,
    /// The characters that are read.
    pub core: Vec<char>,
    /// For each of them its place in the text.
    pub at: Vec<usize>,
    /// For each of them whether it stands in quotes.
    pub quoted: Vec<bool>,
    /// It ends with 。: a line without is a title, a heading or an entry of a list.
    pub closed: bool,
    /// It begins with the mark of an entry of a list.
    pub marked: bool,
}

/// Where each sentence of the text begins and ends: at 。 outside brackets and quotes, and at the end of a line.
pub(super) fn spans(chars: &[char]) -> Vec<Span> {
    let (mut found, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, c) in chars.iter().enumerate() {
        match c {
            '(' | '（' | '「' | '『' | '【' | '〔' | '［' => depth += 1,
            ')' | '）' | '」' | '』' | '】' | '〕' | '］' => depth = depth.saturating_sub(1),
            '。' | '．' if depth > 0 => continue,
            _ => {}
        }
        let is_end = matches!(c, '\n' | '。' | '｡');
        if is_end {
            let end = if *c == '\n' { at } else { at + 1 };
            found.push(Span::new(start, end));
            (start, depth) = (at + 1, 0);
        }
    }
    found.push(Span::new(start, chars.len()));
    found.retain(|span| span.end > span.start);
    found
}

impl Sentence {
    /// Reads one of the spans.
    pub fn new(chars: &[char], span: Span) -> Self {
        let blank = |at: &usize| chars[*at].is_whitespace();
        let start = (span.start..span.end).find(|at| !blank(at)).unwrap_or(span.end);
        let end = (start..span.end).rev().find(|at| !blank(at)).map_or(start, |at| at + 1);
        let mut made = Self {
            span: Span::new(start, end),
            core: Vec::with_capacity(end - start),
            at: Vec::with_capacity(end - start),
            quoted: Vec::with_capacity(end - start),
            closed: end > start && matches!(chars[end - 1], '。' | '｡'),
            marked: false,
        };
        let body = Span::new(start, if made.closed { end - 1 } else { end });
        let from = made.skip_marks(&chars[..body.end], body.start);
        made.read(chars, Span::new(from, body.end));
        made
    }

    /// Steps over - ・ ○ (1) ① at the start of an entry of a list.
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
                // （図表3)）: one that closes nothing is no letter of the sentence either.
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
        // A bracket that is not closed hides the rest: such a line is read as it stands.
        if round > 0 && self.core.len() * 2 < body.end - body.start {
            (self.core, self.at, self.quoted) = (Vec::new(), Vec::new(), Vec::new());
            for (at, c) in chars.iter().enumerate().take(body.end).skip(body.start).filter(|(_, c)| !c.is_whitespace())
            {
                self.core.push(*c);
                self.at.push(at);
                self.quoted.push(false);
            }
        }
    }
}

/// Length of (1), 1., 1) and ア at the start of an entry.
fn numbered(chars: &[char]) -> Option<usize> {
    let open = usize::from(matches!(chars.first(), Some('(' | '（')));
    let digits = chars[open..].iter().take_while(|c| c.is_ascii_digit()).count();
    let closes = matches!(chars.get(open + digits), Some(')' | '）'));
    let dot = open == 0 && matches!(chars.get(digits), Some('.' | '．'));
    ((1..=2).contains(&digits) && (closes || dot)).then_some(open + digits + 1)
}

/// Digits of a footnote: behind kana at the end of a sentence (した9。), or set off by blanks inside a word (公表 9 した).
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
