//! The origins of folded characters in their source text, computed from the seams.

use tantivy::DocId;

use super::layout::{Layouts, Seam};
use crate::document::Span;

/// The origins of the folded characters of a text, computed from its seams.
#[derive(Clone, Debug, Default)]
pub struct Origins(Vec<Origin>);

/// The origin of a character at a seam.
#[derive(Clone, Copy, Debug)]
struct Origin {
    position: usize,
    span: Span,
    /// Number of lines that end before it.
    lines: usize,
    /// It is a further part of the previous character.
    further: bool,
    beside: usize,
    mark: bool,
    more: bool,
}

impl Origins {
    /// Reads the seams of a passage.
    pub fn read(&mut self, layouts: &Layouts, doc: DocId) {
        self.0.clear();
        self.0.reserve(8);
        layouts.seams(doc).for_each(|seam| self.add(seam));
    }

    fn add(&mut self, seam: Seam) {
        let Seam { position, dropped, beside, line, mark, more } = seam;
        if let Some(same) = self.0.last_mut().filter(|last| last.position == position) {
            // The rest of a wide seam.
            let dropped = dropped.unwrap_or(0);
            if !same.further {
                same.span.start += dropped;
            }
            same.span.end += dropped + beside;
            same.beside += beside;
            return;
        }
        let before = self.0.last();
        let lines = before.map_or(0, |before| before.lines) + usize::from(line);
        let (start, further) = match dropped {
            Some(dropped) => (self.start(position) + dropped, false),
            None => (position.checked_sub(1).map_or(0, |before| self.start(before)), true),
        };
        let end = match position.checked_sub(1).filter(|_| further) {
            Some(before) => self.end(before) + beside,
            None => start + 1 + beside,
        };
        self.0.push(Origin { position, span: Span::new(start, end), lines, further, beside, mark, more });
    }

    /// Returns the seam at a position, or the last one before it.
    fn last(&self, position: usize) -> Option<&Origin> {
        let behind = if self.0.len() < 8 {
            self.0.iter().position(|seam| seam.position > position).unwrap_or(self.0.len())
        } else {
            self.0.partition_point(|seam| seam.position <= position)
        };
        self.0[..behind].last()
    }

    /// Returns the first code point of a folded character.
    fn start(&self, position: usize) -> usize {
        match self.last(position) {
            None => position,
            Some(seam) if seam.position == position => seam.span.start,
            Some(seam) => seam.span.end + (position - seam.position - 1),
        }
    }

    /// Returns the code point after a folded character.
    fn end(&self, position: usize) -> usize {
        match self.last(position) {
            None => position + 1,
            Some(seam) => seam.span.end + (position - seam.position),
        }
    }

    /// Returns the code points of the folded characters `start..end`.
    pub fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.start(start), self.end(end.saturating_sub(1)))
    }

    /// Counts the lines that end before a folded character, or in it where it is a blank.
    pub fn lines(&self, position: usize) -> usize {
        self.last(position).map_or(0, |seam| seam.lines)
    }

    /// Classifies how the folded characters `start..end` map to the text.
    pub(super) fn lie(&self, start: usize, end: usize) -> Lie {
        let from = self.0.partition_point(|seam| seam.position < start);
        let mut lie = Lie::Plain;
        for seam in &self.0[from..] {
            match seam.position {
                position if position > end => break,
                // Part of an expanded character is not itself in the text.
                position if (position == start || position == end) && seam.further => return Lie::Inside,
                position if position == end => break,
                position if seam.further || seam.more || seam.beside > 0 || position > start && seam.mark => {
                    lie = Lie::Odd
                }
                _ => {}
            }
        }
        lie
    }
}

/// How a range of folded characters maps to its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lie {
    /// Each comes from one character, with only white space between them.
    Plain,
    /// Characters were dropped between them, joined or expanded.
    Odd,
    /// The range begins or ends inside a character: 有 in ㈲.
    Inside,
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::super::layout::{Cuts, Layout, Seam};
    use super::{Lie, Origins};
    use crate::analysis::Analyzer;

    fn seams(layout: &Layout) -> impl Iterator<Item = Seam> {
        layout.seams.iter().copied().map(Seam::read)
    }

    const TEXTS: &[&str] = &[
        "",
        "・",
        "各国連携",
        "日・ＥＵ\n　米国",
        "℡番号と㈲。",
        "ｶﾞｲﾄﾞ か\u{3099}く",
        "APEC TEL\n\n\nITU-T",
        "葛\u{E0100}城市 國際\u{200B}電気",
        "\u{200B}あ・",
        "ﬃ…㌔㍻Ⅷ",
        "あ\n\n                                                                                                 い",
        "a                                                                                                 b",
        "か\u{FE00}\u{FE01}\u{FE02}\u{FE03}\u{FE04}\u{FE05}\u{FE06}\u{FE07}\u{FE08}\u{FE09}\u{FE0A}く",
        "㈲\u{FE00}\u{FE01}\u{FE02}\u{FE03}\u{FE04}\u{FE05}\u{FE06}\u{FE07}\u{FE08}\u{FE09}\u{FE0A}く",
    ];

    #[test]
    fn a_layout_says_what_folding_knows() {
        let analyzer = Analyzer::new();
        let long = "規定する。\n".repeat(40);
        for text in TEXTS.iter().copied().chain([long.as_str()]) {
            let analyzed = analyzer.analyze(text);
            let layout = Layout::of(&analyzed, text);
            let cuts = Cuts(layout.cuts.clone());
            let folded = &analyzed.folded;
            assert_eq!(cuts.length(), folded.chars.len(), "{text:?}");
            if !text.is_empty() {
                let told: Vec<bool> = (0..=cuts.length()).map(|at| cuts.at(at)).collect();
                assert_eq!(told, analyzed.boundary, "{text:?}");
            }
            let mut origins = Origins::default();
            seams(&layout).for_each(|seam| origins.add(seam));
            let chars: Vec<char> = text.chars().collect();
            for start in 0..folded.chars.len() {
                for end in start + 1..=folded.chars.len().min(start + 9) {
                    assert_eq!(origins.span(start, end), folded.span(start, end), "{text:?} {start}..{end}");
                }
                let before =
                    if folded.chars[start] == ' ' { folded.origins[start].end } else { folded.origins[start].start };
                let lines = origins.lines(start);
                assert_eq!(lines > 0, chars[..before].contains(&'\n'), "{text:?} {start}");
            }
        }
    }

    #[test]
    fn part_of_an_expanded_character_lies_inside_it() {
        let text = "℡番号と㈲。";
        let layout = Layout::of(&Analyzer::new().analyze(text), text);
        let mut origins = Origins::default();
        seams(&layout).for_each(|seam| origins.add(seam));
        // The folded text is telは番号と(有)。
        assert_eq!(origins.lie(1, 2), Lie::Inside);
        assert_eq!(origins.lie(0, 2), Lie::Inside);
        assert_eq!(origins.lie(0, 3), Lie::Odd);
        assert_eq!(origins.lie(2, 4), Lie::Inside);
        assert_eq!(origins.lie(3, 6), Lie::Plain);
        assert_eq!(origins.lie(6, 9), Lie::Odd);
    }
}
