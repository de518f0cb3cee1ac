//! How a folded text maps to its source text, stored in columns: where words may begin, where characters were dropped,
//! joined or expanded, and which characters were changed. Together with the postings of the character view, these
//! columns let a query match a text without reading it.

use tantivy::columnar::Column;
use tantivy::schema::{FAST, Field, NumericOptions, SchemaBuilder};
use tantivy::{DocId, SegmentReader, TantivyDocument};
use unicode_normalization::UnicodeNormalization;

use crate::analysis::{Analyzed, Folded};
use crate::document::Span;

/// Bits of a [`Seam`] from the lowest: the step to its character plus one, the number of code points beside the first,
/// the kinds.
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

/// The layout of a text, as written to the columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    pub cuts: Vec<u64>,
    pub seams: Vec<u64>,
    changed: Vec<u64>,
}

impl Layout {
    /// Computes the layout of an analysed text.
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
        // Code points read from the source, and the end of the previous character's origin.
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
                    // A dash that folding made ー between katakana: a query with a dash finds it too.
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

    /// Adds a seam; large numbers take several values. `step` is `None` for a further part of the previous character.
    fn push(&mut self, position: usize, step: Option<usize>, width: usize, kinds: u64) {
        let (mut step, mut width) = (step.map_or(0, |step| step + 1), width);
        loop {
            // The step is stored plus one, so that zero marks a further part.
            let (now, beside) = (step.min(MOST_STEP + 1), width.min(MOST_WIDTH));
            self.seams.push((position as u64) << POSITION_SHIFT | kinds | (beside as u64) << STEP_BITS | now as u64);
            if step <= MOST_STEP + 1 && width <= MOST_WIDTH {
                return;
            }
            step = step - now + 1;
            width -= beside;
        }
    }

    /// Adds the layout to the columns of a row.
    pub fn add_to(&self, row: &mut TantivyDocument, fields: LayoutFields) {
        for (field, values) in [(fields.cuts, &self.cuts), (fields.seams, &self.seams), (fields.changed, &self.changed)]
        {
            values.iter().for_each(|value| row.add_u64(field, *value));
        }
    }
}

/// Returns the kind bits that a dropped character sets at its place.
fn kind(c: char) -> u64 {
    match c {
        '\n' => LINE,
        c if c.is_whitespace() => 0,
        _ => MARK,
    }
}

/// Tells whether a character differs from its folded form by more than width, and whether it expands to several
/// characters.
pub(super) fn change(source: char, folded: char) -> (bool, bool) {
    if ('！'..='～').contains(&source) {
        return (char::from_u32(source as u32 - 0xFEE0) != Some(folded), false);
    }
    let mut plain = std::iter::once(source).nfkc();
    (plain.next() != Some(folded), plain.next().is_some())
}

/// A place where the folded text and its source do not correspond one to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seam {
    /// Position of the folded character; the length of the folded text for characters dropped at the end.
    pub position: usize,
    /// Number of code points dropped before it; `None` for a further part of the previous character.
    pub dropped: Option<usize>,
    /// Number of code points that it comes from beyond the first: a joined mark, a run of blanks.
    pub beside: usize,
    /// A line ends before it, or in it where it is a blank.
    pub line: bool,
    /// More than white space was dropped before it or in it.
    pub mark: bool,
    /// Its source character expands to several folded characters.
    pub more: bool,
}

impl Seam {
    /// Decodes a value of the column.
    pub fn read(value: u64) -> Self {
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
    /// The segment cannot be read.
    pub fn open(reader: &SegmentReader, fields: LayoutFields) -> tantivy::Result<Self> {
        let (columns, schema) = (reader.fast_fields(), reader.schema());
        let column = |field: Field| -> tantivy::Result<Column<u64>> {
            let column = columns.column_opt::<u64>(schema.get_field_name(field))?;
            Ok(column.unwrap_or_else(|| Column::build_empty_column(reader.max_doc())))
        };
        Ok(Self { cuts: column(fields.cuts)?, seams: column(fields.seams)?, changed: column(fields.changed)? })
    }

    /// Reads the word boundaries of a passage into `cuts`.
    pub fn cuts(&self, doc: DocId, cuts: &mut Cuts) {
        cuts.0.clear();
        cuts.0.extend(self.cuts.values_for_doc(doc));
    }

    /// Iterates over the seams of a passage, in order; a wide seam takes several values.
    pub(super) fn seams(&self, doc: DocId) -> impl Iterator<Item = Seam> + '_ {
        self.seams.values_for_doc(doc).map(Seam::read)
    }

    /// Tells whether more than white space was dropped or joined anywhere in a passage.
    pub fn has_marks(&self, doc: DocId) -> bool {
        self.seams(doc).any(|seam| seam.mark)
    }

    /// Iterates over the positions of the characters that folding changed by more than width, in order.
    pub(super) fn changed(&self, doc: DocId) -> impl Iterator<Item = usize> + '_ {
        self.changed.values_for_doc(doc).map(|position| position as usize)
    }
}

/// The word boundaries of one text, a bit each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cuts(pub(super) Vec<u64>);

impl Cuts {
    /// Returns the length of the text in folded characters: the last boundary lies after the last character.
    pub fn length(&self) -> usize {
        self.0.last().map_or(0, |last| self.0.len() * 64 - 1 - last.leading_zeros() as usize)
    }

    /// Tells whether a word may begin or end at a position.
    pub fn at(&self, position: usize) -> bool {
        self.0.get(position / 64).is_some_and(|word| word >> (position % 64) & 1 != 0)
    }
}
