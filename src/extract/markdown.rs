//! Extracts Markdown by its grammar: headings, lists, tables, footnotes. Marks are removed, and lines keep their
//! numbers.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::text::decode;
use super::{ExtractError, Extracted, flowed};
use crate::document::{Flow, Line, LineRole};

pub(super) fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let decoded = decode(bytes)?;
    let mut extracted = Extracted::decoded(&decoded);
    extracted.lines = lines(&decoded.text);
    Ok(extracted)
}

/// Maps bytes to line numbers.
struct LineNumbers(Vec<usize>);

impl LineNumbers {
    fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    fn at(&self, byte: usize) -> usize {
        self.0.partition_point(|end| *end < byte) + 1
    }
}

/// A list being read, with its next number where it is numbered.
struct List(Option<u64>);

#[derive(Default)]
struct Reader {
    lines: Vec<Line>,
    notes: Vec<Line>,
    pending: String,
    marker: String,
    role: LineRole,
    first_byte: Option<usize>,
    last_byte: usize,
    /// The whole pending text is inside `**`.
    bold: bool,
    in_note: bool,
    /// The previous line belongs to the same paragraph.
    continues: bool,
    cells: Vec<String>,
}

impl Reader {
    fn push(&mut self, text: &str, range: &std::ops::Range<usize>, bold: bool) {
        if self.pending.trim().is_empty() {
            self.bold = true;
        }
        self.bold &= bold || text.trim().is_empty();
        self.first_byte.get_or_insert(range.start);
        self.last_byte = range.end.saturating_sub(1).max(range.start);
        self.pending.push_str(text);
    }

    /// Ends a line inside a paragraph.
    fn line_end(&mut self, numbers: &LineNumbers) {
        let before = self.lines.len();
        self.flush(numbers);
        self.continues = self.lines.len() > before || self.continues;
    }

    fn flush(&mut self, numbers: &LineNumbers) {
        let text = flowed(self.pending.trim_matches([' ', '\n', '\t']));
        self.pending.clear();
        let first = self.first_byte.take();
        let (Some(first), false) = (first, text.is_empty()) else { return };
        let marker = std::mem::take(&mut self.marker);
        let heading = matches!(self.role, LineRole::Heading(_));
        let line = Line {
            gap_before: marker.is_empty() && !std::mem::take(&mut self.continues),
            flow: if heading { Flow::Whole } else { Flow::Unknown },
            bold: self.bold && !heading,
            text: marker + &text,
            role: if self.in_note { LineRole::Footnote } else { self.role },
            page: None,
            lines: Some((numbers.at(first), numbers.at(self.last_byte))),
        };
        if self.in_note { self.notes.push(line) } else { self.lines.push(line) }
    }
}

fn lines(text: &str) -> Vec<Line> {
    let numbers = LineNumbers::of(text);
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut reader = Reader::default();
    let mut lists: Vec<List> = Vec::new();
    let (mut bold, mut in_cell) = (0usize, false);
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                reader.flush(&numbers);
                reader.role = LineRole::Heading(level_number(level));
            }
            Event::End(TagEnd::Heading(_)) => {
                reader.flush(&numbers);
                reader.role = LineRole::Text;
            }
            Event::Start(Tag::List(first)) => {
                reader.flush(&numbers);
                lists.push(List(first));
            }
            Event::End(TagEnd::List(_)) => {
                reader.flush(&numbers);
                lists.pop();
            }
            Event::Start(Tag::Item) => {
                reader.flush(&numbers);
                reader.marker = match lists.last_mut() {
                    Some(List(Some(number))) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "・".to_owned(),
                };
            }
            Event::Start(Tag::FootnoteDefinition(name)) => {
                reader.flush(&numbers);
                reader.in_note = true;
                reader.marker = format!("{name} ");
            }
            Event::End(TagEnd::FootnoteDefinition) => {
                reader.flush(&numbers);
                reader.in_note = false;
            }
            Event::Start(Tag::TableRow | Tag::TableHead) => {
                reader.flush(&numbers);
                reader.cells.clear();
            }
            Event::Start(Tag::TableCell) => in_cell = true,
            Event::End(TagEnd::TableCell) => {
                in_cell = false;
                let cell = flowed(std::mem::take(&mut reader.pending).trim());
                reader.cells.push(cell);
            }
            Event::End(TagEnd::TableRow | TagEnd::TableHead) => {
                reader.cells.retain(|cell| !cell.is_empty());
                let row = reader.cells.join("　");
                let place = Some((numbers.at(range.start), numbers.at(range.end.saturating_sub(1))));
                reader.first_byte = None;
                reader.lines.push(Line { text: row, lines: place, ..Line::default() });
            }
            Event::Start(Tag::Strong) => bold += 1,
            Event::End(TagEnd::Strong) => bold = bold.saturating_sub(1),
            Event::End(TagEnd::Paragraph) => {
                reader.flush(&numbers);
                reader.continues = false;
            }
            Event::Start(Tag::Paragraph | Tag::BlockQuote(_) | Tag::CodeBlock(_) | Tag::HtmlBlock)
            | Event::End(TagEnd::BlockQuote(_) | TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::Item)
            | Event::Rule => reader.flush(&numbers),
            // A code block keeps its line breaks.
            Event::Text(text) if text.ends_with('\n') && !in_cell => {
                reader.push(text.trim_end_matches('\n'), &range, bold > 0);
                reader.flush(&numbers);
            }
            Event::Text(text) | Event::Code(text) => reader.push(&text, &range, bold > 0),
            // A line break of the source: normalisation decides by the words whether the next line continues it, as in
            // any text.
            Event::SoftBreak if !in_cell => reader.line_end(&numbers),
            Event::SoftBreak => reader.push(" ", &range, true),
            Event::HardBreak if !in_cell => reader.flush(&numbers),
            Event::HardBreak => reader.push(" ", &range, true),
            // `<sup>9</sup>` is a footnote mark of a converter, which normalisation handles.
            Event::Html(html) | Event::InlineHtml(html) => inline_html(&html, &range, in_cell, &mut reader, &numbers),
            _ => {}
        }
    }
    reader.flush(&numbers);
    reader.lines.append(&mut reader.notes);
    reader.lines
}

fn inline_html(html: &str, range: &std::ops::Range<usize>, in_cell: bool, reader: &mut Reader, numbers: &LineNumbers) {
    let tag = html.trim().to_ascii_lowercase();
    if tag.starts_with("<br") {
        if in_cell { reader.push(" ", range, true) } else { reader.flush(numbers) }
    } else if matches!(tag.as_str(), "<sup>" | "</sup>") {
        reader.push(&tag, range, true);
    } else if !tag.starts_with("<!--") {
        // A block of HTML: keep its words, drop its tags.
        let mut inside = false;
        let words: String = html
            .chars()
            .filter(|c| {
                let tag = inside || *c == '<';
                inside = (inside || *c == '<') && *c != '>';
                !tag
            })
            .collect();
        if !words.trim().is_empty() {
            reader.push(&words, range, false);
        }
    }
}

fn level_number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}
