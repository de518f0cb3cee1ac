//! Repairs texts: turns the lines that a converter left into the lines that a person would read.
//!
//! Invariants: pure and total (no IO, cannot fail). The result differs from the source only in white space, line breaks
//! and debris; every other change is recorded as a [`Repair`]. Each line keeps its line numbers in the source.
//!
//! The steps in order: characters (`characters`), furniture and footnotes (`layout`), line breaks (`wrap`).

mod characters;
mod figures;
mod joints;
mod layout;
pub mod line_shape;
mod wrap;

use crate::document::Flow;
use crate::document::Line;
use crate::document::Repair;

/// A line as a person would read it: a heading, a list item, or a whole paragraph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogicalLine {
    /// Its text, without Markdown marks.
    pub text: String,
    /// What kind of line it is.
    pub kind: LineKind,
    /// First and last line in the source, from 1.
    pub lines: (usize, usize),
    /// Page in the source, from 1, where the source has form feeds.
    pub page: Option<usize>,
    /// Blank lines precede it.
    pub gap_before: bool,
    /// So many blank lines precede it that a new block begins.
    pub(crate) far_before: bool,
    /// The source line ends in white space: text from PDF files of word processors has it only at the ends of
    /// paragraphs.
    pub(crate) space_after: bool,
    /// Level of a heading, by `#` marks or by the format.
    pub heading_level: Option<usize>,
    /// The whole line was bold.
    pub bold: bool,
    /// It is a row of a table of data: never a heading.
    pub is_row: bool,
    /// Whether the next line may continue it, where the format tells.
    pub(crate) flow: Option<Flow>,
    /// Its repairs of more than white space; spans count code points of `text`.
    pub repairs: Vec<Repair>,
}

/// The kinds of lines, which are processed differently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineKind {
    /// Any other line.
    #[default]
    Text,
    /// A line of a table of contents, recognised by its dot leader.
    Toc,
    /// A footnote.
    Footnote,
}

/// A repaired text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Normalized {
    /// The lines, in reading order; footnotes follow the line that they interrupt.
    pub lines: Vec<LogicalLine>,
    /// Lines dropped as debris, with their number in the source.
    pub dropped: Vec<(usize, String)>,
    /// The text has a right margin: its line breaks come from typesetting.
    pub wrapped: bool,
}

/// Repairs a text whose first line has the number `first_line` in its source.
///
/// # Examples
/// ```
/// let normalized = fumikura::normalize::normalize("国際連合のスпам対策", 1);
/// assert_eq!(normalized.lines[0].text, "国際連合のスパム対策");
/// assert_eq!(normalized.lines[0].repairs[0].original, "пам");
/// ```
pub fn normalize(text: &str, first_line: usize) -> Normalized {
    let has_pages = text.contains('\u{0C}');
    normalize_part(text, layout::Start { line: first_line, page: has_pages.then_some(1) })
}

/// Most text that is repaired at once, in bytes and in lines: a line takes about 120 bytes of memory in addition to its
/// text.
const PART_BYTES: usize = 8 << 20;
const PART_LINES: usize = 200_000;

/// Repairs a text as [`normalize`] does, but a large text in parts. Memory is bounded by one part; properties of all
/// lines (margin, running heads) are determined for each part.
///
/// # Examples
/// ```
/// let parts: Vec<_> = fumikura::normalize::parts("一行目。\n二行目。", 1).collect();
/// assert_eq!(parts, [fumikura::normalize::normalize("一行目。\n二行目。", 1)]);
/// ```
pub fn parts(text: &str, first_line: usize) -> impl Iterator<Item = Normalized> {
    let has_pages = text.contains('\u{0C}');
    let mut start = layout::Start { line: first_line, page: has_pages.then_some(1) };
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let end = layout::part_end(text, PART_BYTES, PART_LINES);
        let part = normalize_part(&text[..end], start);
        start = start.behind(&text[..end]);
        rest = Some(&text[end..]).filter(|rest| !rest.is_empty());
        Some(part)
    })
}

fn normalize_part(text: &str, start: layout::Start) -> Normalized {
    let physical = layout::physical_lines(text, start);
    let (physical, dropped) = layout::drop_furniture(physical, start.page.unwrap_or(1));
    let mut physical = layout::mark_footnotes(physical);
    layout::mark_addresses(&mut physical);
    let wrapped = wrap::has_right_margin(&physical);
    Normalized { lines: wrap::join(physical, wrapped), dropped, wrapped }
}

/// Repairs the lines of a format with structure.
///
/// A line without a source line number takes its position among the lines, from 1.
pub fn normalize_lines(lines: &[Line]) -> Normalized {
    let physical = layout::extracted_lines(lines);
    let (mut physical, dropped) = layout::drop_furniture(physical, 1);
    layout::mark_addresses(&mut physical);
    let wrapped = physical.iter().any(|line| matches!(line.flow, Some(Flow::Full | Flow::Short)));
    Normalized { lines: wrap::join(physical, false), dropped, wrapped }
}
