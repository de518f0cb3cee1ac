//! Looks at the lines of a page together: sentences that `<br>` or `<pre>` breaks, headings with Roman numbers, the
//! address of the site at the end.

use super::publisher::of_site;
use super::reader::Reader;
use super::words::is_contact;
use crate::document::{Flow, Line, LineRole};

/// Lines that end in so many columns before the widest one fill their block.
const MARGIN_COLUMNS: usize = 6;
/// Narrowest block with a margin, in columns.
const MIN_MARGIN_COLUMNS: usize = 50;
/// Level of the headings with Roman numbers.
const ROMAN_LEVEL: u8 = 3;
/// Longest heading with a Roman number, in code points.
const MAX_ROMAN_CHARS: usize = 40;
/// Number of last lines that may name a contact before its address.
const CONTACT_LINES: usize = 4;

impl Reader<'_> {
    /// Marks the lines of one block that `<br>` or `<pre>` parts: a sentence that passes over such a line is one
    /// sentence, as in a plain text. A block without a full stop is a list or an address.
    pub fn mark_wraps(&mut self) {
        let mut start = 0;
        while start < self.lines.len() {
            let block = self.traits[start].block;
            let length = self.traits[start..].iter().take_while(|line| line.block == block).count();
            let end = start + length;
            if length > 1 && self.lines[start..end].iter().any(|line| line.text.contains('。')) {
                self.mark_wraps_of(start, end);
            }
            start = end;
        }
    }

    fn mark_wraps_of(&mut self, start: usize, end: usize) {
        let width = |text: &str| -> usize { text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum() };
        let widths: Vec<usize> = self.lines[start..end]
            .iter()
            .zip(&self.traits[start..])
            .map(|(line, of)| width(&line.text) + of.indent)
            .collect();
        let widest = widths.iter().copied().max().unwrap_or_default();
        let fills = |at: usize| widths[at - start] + MARGIN_COLUMNS >= widest;
        let has_margin = widest >= MIN_MARGIN_COLUMNS && (start..end).filter(|at| fills(*at)).count() > 1;
        let mut in_prose = false;
        for at in start..end - 1 {
            let (line, next) = (&self.lines[at], &self.lines[at + 1]);
            let is_text = |line: &Line| line.role == LineRole::Text && !line.bold;
            let below = &self.traits[at + 1];
            let apart = below.gap || below.indent > self.traits[at].indent && !in_prose;
            if !is_text(line)
                || !is_text(next)
                || apart
                || next.text.starts_with(['\u{3000}', '(', '（', '<', '＜', '【'])
            {
                in_prose = false;
                continue;
            }
            in_prose = true;
            let full = has_margin && fills(at) && !line.text.ends_with(['」', '）', ')', '】', '：', ':']);
            self.lines[at].flow = if full { Flow::Full } else { Flow::Unknown };
            self.lines[at + 1].flow = Flow::Unknown;
            self.lines[at + 1].gap_before = false;
        }
    }

    /// Marks short lines that begin with a Roman number as headings: `I. 概要`, `Ⅱ．対象`.
    pub fn mark_roman(&mut self) {
        for at in 0..self.lines.len() {
            let line = &self.lines[at];
            if line.role == LineRole::Text
                && line.flow == Flow::Whole
                && line.gap_before
                && has_roman_number(&line.text)
            {
                self.lines[at].role = LineRole::Heading(ROMAN_LEVEL);
            }
        }
    }

    /// Takes the address of the site off the end: `総務省 〒100-0000 東京都…`.
    pub fn drop_address(&mut self) {
        let is_address = |text: &str| {
            text.split_once('〒').is_some_and(|(before, _)| {
                before.trim().is_empty() || of_site(before.trim_matches([' ', '\u{3000}', ':', '：']))
            })
        };
        let before_contact = |lines: &[Line]| lines.iter().rev().take(CONTACT_LINES).any(|line| is_contact(&line.text));
        if let Some((last, above)) = self.lines.split_last()
            && !above.is_empty()
            && last.role == LineRole::Text
            && is_address(&last.text)
            && !before_contact(above)
        {
            let text = self.lines.pop().map(|line| line.text).unwrap_or_default();
            self.traits.pop();
            self.leave_out_text(&text);
        }
    }
}

/// Tells whether a line begins with a Roman number and a point, and is short.
fn has_roman_number(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| matches!(c, 'I' | 'V' | 'X' | 'Ⅰ'..='Ⅻ' | 'Ｉ' | 'Ｖ' | 'Ｘ'));
    let (number, behind) = (&text[..text.len() - rest.len()], rest.strip_prefix(['.', '．', '　', ' ']));
    let is_number = !number.is_empty() && number.chars().nth(4).is_none();
    is_number
        && behind.is_some_and(|behind| behind.trim().starts_with(|c: char| !c.is_ascii()))
        && text.chars().nth(MAX_ROMAN_CHARS).is_none()
        && !text.contains('。')
}
