//! Splits long lines between sentences, and overlong sentences at the least harmful place.

use unicode_normalization::char::is_combining_mark;

use crate::document::{Repair, Span};
use crate::normalize::LogicalLine;
use crate::script::{is_hiragana, is_kanji, is_katakana};

/// Longest piece of a line, in code points. The longest sentence of the Japanese statutes has 3,670: a longer one was
/// written without punctuation, and a passage of megabytes could be neither quoted nor searched.
pub(super) const LONGEST_CHARS: usize = 4000;
/// Distance before the end of a piece within which the best cut is searched, in code points.
const REACH_CHARS: usize = 1000;

/// The pieces of a line: it is cut after each sentence outside brackets, and inside a sentence longer than
/// [`LONGEST_CHARS`]. Pieces after the first have no gap before them.
pub(super) struct Pieces<'a> {
    line: &'a LogicalLine,
    /// Repairs of the remaining text.
    repairs: &'a [Repair],
    ends: Ends<'a>,
    start: Place,
}

/// A place in a text.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    bytes: usize,
    chars: usize,
}

impl<'a> Pieces<'a> {
    pub fn of(line: &'a LogicalLine) -> Self {
        Self { line, repairs: &line.repairs, ends: Ends::of(&line.text), start: Place::default() }
    }

    /// Returns the number of cuts inside sentences so far.
    pub fn cuts(&self) -> usize {
        self.ends.cuts
    }
}

impl Iterator for Pieces<'_> {
    type Item = LogicalLine;

    fn next(&mut self) -> Option<LogicalLine> {
        let end = self.ends.next()?;
        let start = std::mem::replace(&mut self.start, end);
        let own = self.repairs.partition_point(|repair| repair.span.start < end.chars);
        let (here, rest) = self.repairs.split_at(own);
        self.repairs = rest;
        let within = |at: usize| at.saturating_sub(start.chars).min(end.chars - start.chars);
        let moved = |repair: &Repair| Repair {
            span: Span::new(within(repair.span.start), within(repair.span.end)),
            ..repair.clone()
        };
        let line = self.line;
        Some(LogicalLine {
            text: line.text[start.bytes..end.bytes].to_owned(),
            gap_before: start.bytes == 0,
            repairs: here.iter().map(moved).collect(),
            // Field by field: copying the whole line for each sentence would take quadratic time.
            kind: line.kind,
            lines: line.lines,
            page: line.page,
            space_after: line.space_after,
            heading_level: line.heading_level,
            bold: line.bold,
            far_before: false,
            is_row: self.line.is_row,
            flow: line.flow,
        })
    }
}

/// A place where a piece may be cut.
#[derive(Clone, Copy, Debug)]
struct Cut {
    worth: u8,
    place: Place,
    /// Depth of open brackets.
    depth: usize,
}

/// The ends of the pieces of a text.
struct Ends<'a> {
    text: &'a str,
    at: Place,
    /// Start of the current piece, in code points.
    start: usize,
    depth: usize,
    /// The best cut of the current piece so far.
    best: Option<Cut>,
    before: Option<char>,
    cuts: usize,
}

impl<'a> Ends<'a> {
    fn of(text: &'a str) -> Self {
        Self { text, at: Place::default(), start: 0, depth: 0, best: None, before: None, cuts: 0 }
    }
}

impl Iterator for Ends<'_> {
    type Item = Place;

    fn next(&mut self) -> Option<Place> {
        for c in self.text[self.at.bytes..].chars() {
            let length = self.at.chars - self.start;
            if let Some(before) = self.before.filter(|_| length > LONGEST_CHARS - REACH_CHARS) {
                let here = Cut { worth: worth(before, c), place: self.at, depth: self.depth };
                let best = self.best.filter(|best| best.worth > here.worth).unwrap_or(here);
                self.best = Some(best);
                if length >= LONGEST_CHARS {
                    self.best = None;
                    self.cuts += 1;
                    self.start = best.place.chars;
                    // A bracket that is open across a cut counts as never closed.
                    self.depth = self.depth.saturating_sub(best.depth);
                    return Some(best.place);
                }
            }
            self.at = Place { bytes: self.at.bytes + c.len_utf8(), chars: self.at.chars + 1 };
            self.before = Some(c);
            match c {
                '(' | '（' | '「' | '『' | '【' => self.depth += 1,
                ')' | '）' | '」' | '』' | '】' => self.depth = self.depth.saturating_sub(1),
                '。' | '！' | '？' if self.depth == 0 => {
                    self.start = self.at.chars;
                    self.best = None;
                    return Some(self.at);
                }
                _ => {}
            }
        }
        let is_rest = self.start < self.at.chars;
        self.start = self.at.chars;
        is_rest.then_some(self.at)
    }
}

/// Rates a cut between two characters: the higher, the less it breaks.
fn worth(before: char, after: char) -> u8 {
    match before {
        _ if is_combining_mark(after)
            || matches!(after, '\u{200D}' | '\u{FE00}'..='\u{FE0F}' | 'ﾞ' | 'ﾟ' | '\u{E0100}'..='\u{E01EF}') =>
        {
            0
        }
        '。' | '！' | '？' | '\n' => 6,
        '、' | '，' | ',' | ';' | '；' | '．' => 5,
        c if c.is_whitespace() => 4,
        ')' | '）' | '」' | '』' | '】' => 3,
        // A phrase begins where hiragana change to another script.
        c if is_hiragana(c) && !is_hiragana(after) => 3,
        c if script(c) != script(after) => 2,
        _ => 1,
    }
}

fn script(c: char) -> u8 {
    match c {
        c if is_hiragana(c) => 0,
        c if is_katakana(c) => 1,
        c if is_kanji(c) => 2,
        c if c.is_alphanumeric() => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_CHARS, Pieces};
    use crate::normalize::normalize;

    fn texts(text: &str) -> (Vec<String>, usize) {
        let line = &normalize(text, 1).lines[0];
        let mut pieces = Pieces::of(line);
        (pieces.by_ref().map(|piece| piece.text).collect(), pieces.cuts())
    }

    #[test]
    fn a_sentence_of_usual_length_is_never_cut() {
        let text = "国".repeat(LONGEST_CHARS - 1) + "。次の文（括弧の中。）である。";
        let (pieces, cuts) = texts(&text);
        assert_eq!((pieces.len(), cuts, pieces[1].as_str()), (2, 0, "次の文（括弧の中。）である。"));
    }

    #[test]
    fn what_has_no_sentences_is_cut_at_the_comma_nearest_to_the_bound() {
        let clause = "情報通信政策の協議を行い、".chars().count();
        let (pieces, cuts) = texts(&"情報通信政策の協議を行い、".repeat(1000));
        assert!(cuts > 2 && pieces.len() == cuts + 1, "{cuts}");
        assert!(
            pieces.iter().all(|piece| piece.ends_with('、') && piece.chars().count() <= LONGEST_CHARS),
            "{pieces:?}"
        );
        assert!(pieces[0].chars().count() + clause > LONGEST_CHARS);
    }

    #[test]
    fn a_bracket_that_is_never_closed_hides_no_sentence_for_longer_than_a_piece() {
        let (pieces, cuts) = texts(&("（".to_owned() + &"米国と対話した。".repeat(2000)));
        assert_eq!(cuts, 1);
        assert!(pieces[1..].iter().all(|piece| piece == "米国と対話した。"));
    }

    #[test]
    fn no_letter_is_cut_from_its_marks() {
        let (pieces, _) = texts(&"x\u{301}".repeat(5000));
        assert!(pieces.iter().all(|piece| piece.starts_with('x')));
        let (pieces, _) = texts(&("x".to_owned() + &"\u{301}".repeat(20_000)));
        assert!(pieces.iter().all(|piece| piece.chars().count() <= LONGEST_CHARS));
    }
}
