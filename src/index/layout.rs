//! How a folded text lies over the text it came from, in columns: where words may begin, where characters were dropped,
//! put together or taken apart, and which were changed. With the postings of the character view a query knows of a text
//! all that matching looks at, without reading it.

use tantivy::columnar::Column;
use tantivy::schema::{FAST, Field, NumericOptions, SchemaBuilder};
use tantivy::{DocId, SegmentReader, TantivyDocument};
use unicode_normalization::UnicodeNormalization;

use crate::analysis::{Analyzed, Folded};
use crate::document::Span;

/// Bits of a [`Seam`]: the step to its character and one more, then the code points beside the first, then its kinds.
const STEP_BITS: u32 = 5;
const WIDTH_BITS: u32 = 3;
const MOST_STEP: usize = (1 << STEP_BITS) - 2;
const MOST_WIDTH: usize = (1 << WIDTH_BITS) - 1;
const LINE: u64 = 1 << (STEP_BITS + WIDTH_BITS);
const MARK: u64 = LINE << 1;
const MORE: u64 = MARK << 1;
const POSITION_SHIFT: u32 = STEP_BITS + WIDTH_BITS + 3;

/// The columns of one text of a passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayoutFields {
    cuts: Field,
    seams: Field,
    changed: Field,
}

impl LayoutFields {
    /// Adds the columns of a text to a schema.
    pub(super) fn add(builder: &mut SchemaBuilder, text: &str) -> Self {
        let number: NumericOptions = FAST.into();
        let mut column = |what: &str| builder.add_u64_field(&format!("{text}_{what}"), number.clone());
        Self { cuts: column("cuts"), seams: column("seams"), changed: column("changed") }
    }
}

/// The layout of a text, as it goes into the columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    cuts: Vec<u64>,
    seams: Vec<u64>,
    changed: Vec<u64>,
}

impl Layout {
    /// The layout of a text that was analysed.
    pub fn of(analyzed: &Analyzed, text: &str) -> Self {
        let mut layout = Self::default();
        if text.is_empty() {
            return layout;
        }
        for bits in analyzed.boundary.chunks(64) {
            layout.cuts.push(bits.iter().rev().fold(0, |word, bit| word << 1 | u64::from(*bit)));
        }
        layout.add_seams(&analyzed.folded, text);
        layout
    }

    fn add_seams(&mut self, folded: &Folded, text: &str) {
        let mut source = text.chars();
        // Code points taken from the source, and the end of the origin of the character before.
        let (mut taken, mut last) = (0, Span::new(0, 0));
        for (position, (c, origin)) in folded.chars.iter().zip(&folded.origins).enumerate() {
            let again = position > 0 && origin.start == last.start;
            if again {
                self.push(position, None, origin.end.saturating_sub(last.end), MARK);
            } else {
                let before = source.by_ref().take(origin.start - taken).fold(0, |kinds, c| kinds | kind(c));
                let first = source.next();
                taken = origin.start + usize::from(first.is_some());
                let mut kinds = before;
                if *c == ' ' {
                    kinds |= first.map_or(0, kind);
                } else if let Some(first) = first.filter(|first| first != c) {
                    let (changed, more) = change(first, *c);
                    self.changed.extend(changed.then_some(position as u64));
                    kinds |= if more { MORE } else { 0 };
                    // A dash in katakana, which is found as a dash too.
                    kinds |= if changed && *c == 'ー' { MARK } else { 0 };
                }
                let beside = origin.end - origin.start - 1;
                if beside > 0 {
                    let blank = *c == ' ';
                    kinds |=
                        source.by_ref().take(beside).fold(0, |kinds, c| kinds | if blank { kind(c) } else { MARK });
                    taken += beside;
                }
                let step = origin.start - last.end;
                if step > 0 || beside > 0 || kinds != 0 {
                    self.push(position, Some(step), beside, kinds);
                }
            }
            last = *origin;
        }
        let rest = source.fold((0, 0), |(count, kinds), c| (count + 1, kinds | kind(c)));
        if rest.0 > 0 {
            self.push(folded.chars.len(), Some(rest.0), 0, rest.1);
        }
    }

    /// Adds a seam; where its numbers are large, in several. `None` for a further part of the character before.
    fn push(&mut self, position: usize, step: Option<usize>, width: usize, kinds: u64) {
        let (mut step, mut width) = (step.map_or(0, |step| step + 1), width);
        loop {
            // A step of none is written as one, so that a further part is told from it.
            let (now, beside) = (step.min(MOST_STEP + 1), width.min(MOST_WIDTH));
            self.seams.push((position as u64) << POSITION_SHIFT | kinds | (beside as u64) << STEP_BITS | now as u64);
            if step <= MOST_STEP + 1 && width <= MOST_WIDTH {
                return;
            }
            step = step - now + 1;
            width -= beside;
        }
    }

    /// Puts the layout into the columns of a row.
    pub fn add_to(&self, row: &mut TantivyDocument, fields: LayoutFields) {
        for (field, values) in [(fields.cuts, &self.cuts), (fields.seams, &self.seams), (fields.changed, &self.changed)]
        {
            values.iter().for_each(|value| row.add_u64(field, *value));
        }
    }
}

/// What a dropped character makes of the place where it stood.
fn kind(c: char) -> u64 {
    match c {
        '\n' => LINE,
        c if c.is_whitespace() => 0,
        _ => MARK,
    }
}

/// Whether a character differs from its folded form by more than width, and whether it stands for more than that.
fn change(source: char, folded: char) -> (bool, bool) {
    if ('！'..='～').contains(&source) {
        return (char::from_u32(source as u32 - 0xFEE0) != Some(folded), false);
    }
    let mut plain = std::iter::once(source).nfkc();
    (plain.next() != Some(folded), plain.next().is_some())
}

/// A place where a folded text does not follow its text character by character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seam {
    /// The folded character; behind the last for what stands at the end.
    position: usize,
    /// Code points that were dropped before it; `None` for a further part of the character before.
    dropped: Option<usize>,
    /// Code points that it has beside its first: a mark that was joined, a run of blanks.
    beside: usize,
    /// A line ends before it, or in it where it is a blank.
    line: bool,
    /// More than white space was dropped before it or in it.
    mark: bool,
    /// The character that it comes from stands for more.
    more: bool,
}

impl Seam {
    fn read(value: u64) -> Self {
        Self {
            position: (value >> POSITION_SHIFT) as usize,
            dropped: ((value & ((1 << STEP_BITS) - 1)) as usize).checked_sub(1),
            beside: (value >> STEP_BITS) as usize & MOST_WIDTH,
            line: value & LINE != 0,
            mark: value & MARK != 0,
            more: value & MORE != 0,
        }
    }
}

/// The layouts of one text in the passages of a segment.
pub struct Layouts {
    cuts: Column<u64>,
    seams: Column<u64>,
    changed: Column<u64>,
}

impl Layouts {
    /// Opens the columns of a segment.
    ///
    /// # Errors
    /// A segment that cannot be read.
    pub fn open(reader: &SegmentReader, fields: LayoutFields) -> tantivy::Result<Self> {
        let (columns, schema) = (reader.fast_fields(), reader.schema());
        let column = |field: Field| -> tantivy::Result<Column<u64>> {
            let column = columns.column_opt::<u64>(schema.get_field_name(field))?;
            Ok(column.unwrap_or_else(|| Column::build_empty_column(reader.max_doc())))
        };
        Ok(Self { cuts: column(fields.cuts)?, seams: column(fields.seams)?, changed: column(fields.changed)? })
    }

    /// Reads where words may begin in a passage.
    pub fn cuts(&self, doc: DocId, cuts: &mut Cuts) {
        cuts.0.clear();
        cuts.0.extend(self.cuts.values_for_doc(doc));
    }

    /// The seams of a passage, in order; a wide one comes in several.
    fn seams(&self, doc: DocId) -> impl Iterator<Item = Seam> + '_ {
        self.seams.values_for_doc(doc).map(Seam::read)
    }

    /// True where more than white space was dropped or joined somewhere in a passage.
    pub fn has_marks(&self, doc: DocId) -> bool {
        self.seams(doc).any(|seam| seam.mark)
    }

    /// Positions of the characters that folding changed by more than width, in order.
    fn changed(&self, doc: DocId) -> impl Iterator<Item = usize> + '_ {
        self.changed.values_for_doc(doc).map(|position| position as usize)
    }
}

/// Where words may begin in one text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cuts(Vec<u64>);

impl Cuts {
    /// The length of the text in folded characters: a word ends behind the last.
    pub fn length(&self) -> usize {
        self.0.last().map_or(0, |last| self.0.len() * 64 - 1 - last.leading_zeros() as usize)
    }

    /// True where a word may begin or end.
    pub fn at(&self, position: usize) -> bool {
        self.0.get(position / 64).is_some_and(|word| word >> (position % 64) & 1 != 0)
    }
}

/// Where the folded characters of a text come from, by its seams.
#[derive(Clone, Debug, Default)]
pub struct Origins(Vec<Origin>);

/// The origin of a character at a seam.
#[derive(Clone, Copy, Debug)]
struct Origin {
    position: usize,
    span: Span,
    /// Lines that ended up to it.
    lines: usize,
    /// It is a further part of the character before.
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
            // The rest of a wide one.
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

    /// The seam at a position, or the last before it.
    fn last(&self, position: usize) -> Option<&Origin> {
        let behind = if self.0.len() < 8 {
            self.0.iter().position(|seam| seam.position > position).unwrap_or(self.0.len())
        } else {
            self.0.partition_point(|seam| seam.position <= position)
        };
        self.0[..behind].last()
    }

    /// The first code point of a folded character.
    fn start(&self, position: usize) -> usize {
        match self.last(position) {
            None => position,
            Some(seam) if seam.position == position => seam.span.start,
            Some(seam) => seam.span.end + (position - seam.position - 1),
        }
    }

    /// The code point behind a folded character.
    fn end(&self, position: usize) -> usize {
        match self.last(position) {
            None => position + 1,
            Some(seam) => seam.span.end + (position - seam.position),
        }
    }

    /// The code points of the folded characters `start..end`.
    pub fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.start(start), self.end(end.saturating_sub(1)))
    }

    /// Lines that ended before a folded character, or in it where it is a blank.
    pub fn lines(&self, position: usize) -> usize {
        self.last(position).map_or(0, |seam| seam.lines)
    }

    /// How the folded characters `start..end` lie over the text.
    fn lie(&self, start: usize, end: usize) -> Lie {
        let from = self.0.partition_point(|seam| seam.position < start);
        let mut lie = Lie::Plain;
        for seam in &self.0[from..] {
            match seam.position {
                position if position > end => break,
                // Part of a character is not what stands in the text.
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

/// A text as typed, against the texts of a segment: which of its characters folding changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes(Vec<Change>);

/// What folding did to one character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    /// Nothing, but for width.
    None,
    /// It was made from one character that its form tells: つ from っ, e from E.
    One,
    /// It was made from one of several: a kanji that stands for its variants.
    Any,
    /// It stands for blanks.
    Blank,
}

impl Changes {
    /// Reads a text and its folded form; `None` where they do not go character by character.
    pub fn of(folded: &Folded, text: &str) -> Option<Self> {
        let chars: Vec<char> = text.chars().collect();
        let (mut changes, mut read) = (Vec::with_capacity(folded.chars.len()), 0);
        for (c, origin) in folded.chars.iter().zip(&folded.origins) {
            let blank = *c == ' ';
            let dropped = if blank { &chars[read..origin.end] } else { chars.get(read..origin.start)? };
            if dropped.iter().any(|c| !c.is_whitespace()) || !blank && origin.end != origin.start + 1 {
                return None;
            }
            read = origin.end;
            changes.push(match chars[origin.start] {
                _ if blank => Change::Blank,
                source if source == *c => Change::None,
                source if change(source, *c).1 => return None,
                source if !change(source, *c).0 => Change::None,
                _ if c.is_ascii_lowercase() || matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ') => Change::One,
                _ => Change::Any,
            });
        }
        chars[read..].iter().all(|c| c.is_whitespace()).then_some(Self(changes))
    }

    /// Reads the texts of a segment.
    pub fn reading<'a>(&'a self, layouts: &'a Layouts) -> Reading<'a> {
        Reading { typed: self, layouts, origins: Origins::default(), changed: Vec::new() }
    }
}

/// Compares a text as typed with texts that hold its folded form.
pub struct Reading<'a> {
    typed: &'a Changes,
    layouts: &'a Layouts,
    origins: Origins,
    changed: Vec<usize>,
}

impl Reading<'_> {
    /// Goes to a passage.
    pub fn open(&mut self, doc: DocId) {
        self.origins.read(self.layouts, doc);
        self.changed.clear();
        self.changed.extend(self.layouts.changed(doc));
    }

    /// Does the folded form at a position come from the text as typed, but for width and white space? `None` where only
    /// the text tells.
    pub fn is_as_typed(&self, start: usize) -> Option<bool> {
        match self.origins.lie(start, start + self.typed.0.len()) {
            Lie::Inside => return Some(false),
            Lie::Odd => return None,
            Lie::Plain => {}
        }
        let first = self.changed.partition_point(|position| *position < start);
        let mut changed = self.changed[first..].iter().peekable();
        let mut told = Some(true);
        for (typed, position) in self.typed.0.iter().zip(start..) {
            let changed = changed.next_if(|changed| **changed == position).is_some();
            match (typed, changed) {
                (Change::None, false) | (Change::One, true) | (Change::Blank, _) => {}
                (Change::Any, true) => told = None,
                _ => return Some(false),
            }
        }
        told
    }
}

/// How some folded characters lie over their text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lie {
    /// Each comes from one character, with nothing but white space between them.
    Plain,
    /// Something was dropped between them, or put together or taken apart.
    Odd,
    /// They begin or end inside a character: 有 in ㈲.
    Inside,
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::{Cuts, Layout, Lie, Origins, Seam};
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
        // telは番号と(有)。
        assert_eq!(origins.lie(1, 2), Lie::Inside);
        assert_eq!(origins.lie(0, 2), Lie::Inside);
        assert_eq!(origins.lie(0, 3), Lie::Odd);
        assert_eq!(origins.lie(2, 4), Lie::Inside);
        assert_eq!(origins.lie(3, 6), Lie::Plain);
        assert_eq!(origins.lie(6, 9), Lie::Odd);
    }
}
