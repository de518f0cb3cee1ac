//! Extracts PDF: the engine gives glyphs with their places, our own layout gives the reading order.
//!
//! The engine (pdfboss, pinned) opens, decrypts and decodes; this file, [`extras`] and [`unicode`] use it. [`layout`]
//! and [`table`] decide about lines, columns, tables, vertical writing and ruby.

mod aside;
mod extras;
mod furniture;
mod layout;
mod page;
mod shapes;
mod table;
mod unicode;

use std::collections::{BTreeMap, HashMap};

use pdfboss_core::{Document, Error, OutlineItem};
use pdfboss_text::{ArtifactKind, FontCache, ReadingOrder, TextSpan, extract_spans_and_rulings_reporting_cached};

use super::{ExtractError, Extracted};
use crate::document::{Line, LineRole};
use shapes::{Glyph, Rule, SetLine};

/// Glyphs in one piece from which text on a vertical page is set along it; shorter pieces are figures set upright.
const LEVEL_CHARS: usize = 4;
/// Share of unknown glyphs from which a text is none, in percent.
const MAX_UNKNOWN_PERCENT: usize = 20;
/// A line this much larger than the running text is a heading, in percent.
const HEADING_PERCENT: f32 = 114.0;
/// Longest heading told by its size, in code points.
const MAX_HEADING_CHARS: usize = 80;
/// How far down the first page its title may stand.
const TITLE_LINES: usize = 12;
/// Levels of headings told by size.
const HEADING_SIZES: usize = 4;

/// Extracts a file; files that are attached to it are read where `with_attached` is set, and named otherwise.
pub(super) fn extract(bytes: Vec<u8>, with_attached: bool) -> Result<Extracted, ExtractError> {
    read(bytes, with_attached, true)
}

/// Reads a file; where glyphs are unknown and `may_mend` is set, once more with what its fonts tell.
fn read(bytes: Vec<u8>, with_attached: bool, may_mend: bool) -> Result<Extracted, ExtractError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ExtractError::Empty);
    }
    let document = Document::load(bytes).map_err(|error| match error {
        Error::Encrypted => ExtractError::Password,
        error => ExtractError::Damaged(error.to_string()),
    })?;
    if document.is_locked() {
        return Err(ExtractError::Password);
    }
    let mut extracted = Extracted { encoding: "pdf".to_owned(), ..Extracted::default() };
    let fonts = FontCache::default();
    let count = document.page_count();
    extracted.pages = Some(count);
    let mut lines: Vec<SetLine> = Vec::new();
    let fields = extras::Fields::read(&document);
    for number in 0..count {
        let found = document.page(number).and_then(|page| {
            let found = extract_spans_and_rulings_reporting_cached(&document, &page, &fonts, ReadingOrder::Content)?;
            Ok((page, found))
        });
        match found {
            Ok((page, (spans, rulings, _))) => {
                let (mut text, artifacts) = glyphs(&spans);
                let notes = extras::of_page(&document, &page, &fields, &mut text, &mut extracted.warnings);
                let rules = rulings
                    .iter()
                    .map(|ruling| Rule::new((ruling.start.x, ruling.start.y), (ruling.end.x, ruling.end.y)))
                    .collect();
                let turns = quarter_turns(&spans);
                let body = page::read(text, rules, turns);
                let (above, below) = marginal(page::read(artifacts, Vec::new(), turns), &body);
                let all = above.into_iter().chain(body).chain(below).chain(notes);
                lines.extend(all.map(|line| SetLine { page: number + 1, ..line }));
            }
            Err(error) => extracted.warnings.push(format!("page {} cannot be read: {error}", number + 1)),
        }
    }
    let all: usize = lines.iter().map(|line| line.text.chars().count()).sum();
    let lost: usize = lines.iter().map(|line| line.text.matches('\u{FFFD}').count()).sum();
    if all == 0 {
        let broken = extracted.warnings.first().filter(|_| extracted.warnings.len() == count && count > 0).cloned();
        return Err(broken.map_or(ExtractError::Scan(count), ExtractError::Damaged));
    }
    if lost > 0
        && may_mend
        && let Some(Ok(mended)) = unicode::with_maps(&document).map(|mended| read(mended, with_attached, false))
    {
        return Ok(mended);
    }
    if lost * 100 > all * MAX_UNKNOWN_PERCENT {
        return Err(ExtractError::Unreadable { lost, all });
    }
    extracted.replacements = lost;
    furniture::keep_once(&mut lines, count, &mut extracted.warnings);
    mark_footnotes(&mut lines);
    mark_headings(&mut lines, &document.outline());
    extracted.title =
        document.metadata().title.and_then(|title| sensible_title(&title, &lines)).or_else(|| largest_heading(&lines));
    extracted.lines = lines.into_iter().map(SetLine::into_line).collect();
    extras::attached(&document, with_attached, &mut extracted);
    Ok(extracted)
}

/// Quarter turns, clockwise, under which most of a page's text is upright.
fn quarter_turns(spans: &[TextSpan]) -> u8 {
    let mut chars = [0usize; 4];
    for span in spans {
        chars[(span.rotate / 90).rem_euclid(4) as usize] += span.text.chars().count();
    }
    (0..4).rev().max_by_key(|turns| chars[*turns]).unwrap_or(0) as u8
}

/// Parts the running heads that a file marks as such into those above the text and those below, each a block of its
/// own.
fn marginal(artifacts: Vec<SetLine>, body: &[SetLine]) -> (Vec<SetLine>, Vec<SetLine>) {
    let first = body.iter().map(|line| line.place.1).fold(f32::MAX, f32::min);
    let marked = artifacts.into_iter().map(|line| SetLine { artifact: true, gap_before: true, ..line });
    let (above, below): (Vec<SetLine>, Vec<SetLine>) = marked.partition(|line| line.place.1 < first);
    let below = below.into_iter().map(|line| SetLine { role: LineRole::Footnote, ..line }).collect();
    (above, below)
}

/// The glyphs of a page with the boxes they fill, and apart from them those of running heads and page numbers that are
/// marked as such.
fn glyphs(spans: &[TextSpan]) -> (Vec<Glyph>, Vec<Glyph>) {
    let (mut glyphs, mut artifacts) = (Vec::new(), Vec::new());
    for span in spans {
        let furniture = span.artifact.as_ref().is_some_and(|artifact| artifact.kind == ArtifactKind::Pagination);
        let count = span.text.chars().count();
        if count == 0 || !(span.size.is_finite() && span.size > 0.5) {
            continue;
        }
        let at = |share: f32| (span.x + (span.end_x - span.x) * share, span.y + (span.end_y - span.y) * share);
        let level = count >= LEVEL_CHARS && !span.vertical && (span.end_y - span.y).abs() < (span.end_x - span.x).abs();
        let exact = span.rotate.rem_euclid(360) == 0 && span.glyph_x.len() == count && !span.vertical;
        for (index, c) in span.text.chars().enumerate() {
            let (start, end) = if exact {
                let next = span.glyph_x.get(index + 1).copied().unwrap_or(span.end_x);
                ((span.glyph_x[index], span.y), (next.max(span.glyph_x[index]), span.y))
            } else {
                (at(index as f32 / count as f32), at((index + 1) as f32 / count as f32))
            };
            let turns = (span.rotate / 90).rem_euclid(4) as u8;
            let (size, vertical, bold) = (span.size, span.vertical, span.bold);
            let place = if furniture { &mut artifacts } else { &mut glyphs };
            place.push(Glyph { c, start, end, size, vertical, level, bold, turns });
        }
    }
    (glyphs, artifacts)
}

/// Headings by the outline, then by size: what is clearly larger than the running text.
fn mark_headings(lines: &mut [SetLine], outline: &[OutlineItem]) {
    let squash = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let mut named: HashMap<String, u8> = HashMap::new();
    let mut open: Vec<(&OutlineItem, u8)> = outline.iter().map(|item| (item, 1)).collect();
    while let Some((item, level)) = open.pop() {
        named.entry(squash(&item.title)).or_insert(level);
        open.extend(item.children.iter().map(|child| (child, (level + 1).min(9))));
    }
    // Sizes in quarter points, by the characters set in them.
    let step = |size: f32| (size * 4.0).round() as u32;
    let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
    for line in lines.iter() {
        *sizes.entry(step(line.size)).or_default() += line.text.chars().count();
    }
    let body = sizes.iter().max_by_key(|(_, chars)| **chars).map_or(0, |(size, _)| *size);
    let is_large = |size: f32| step(size) as f32 * 100.0 >= body as f32 * HEADING_PERCENT;
    let mut large: Vec<u32> = lines.iter().filter(|line| is_large(line.size)).map(|line| step(line.size)).collect();
    large.sort_unstable_by(|a, b| b.cmp(a));
    large.dedup();
    // A text with as much large print as small is a set of slides.
    let large_chars: usize =
        sizes.iter().filter(|(size, _)| is_large(**size as f32 / 4.0)).map(|(_, chars)| chars).sum();
    let by_size = large_chars * 3 < sizes.values().sum::<usize>();
    for at in 0..lines.len() {
        let line = &lines[at];
        let chars = line.text.chars().count();
        let in_outline = named.get(&squash(&line.text)).copied().filter(|_| chars >= 2);
        let by_rank = || {
            let rank = large.iter().position(|size| *size == step(line.size))?;
            (by_size && is_short_block(lines, at)).then_some(rank.min(HEADING_SIZES - 1) as u8 + 1)
        };
        if line.role == LineRole::Text
            && let Some(level) = in_outline.or_else(by_rank)
        {
            lines[at].role = LineRole::Heading(level);
        }
    }
}

/// True where the lines of one size around a line are few words and no sentence.
fn is_short_block(lines: &[SetLine], at: usize) -> bool {
    let same = |a: &SetLine, b: &SetLine| a.page == b.page && (a.size - b.size).abs() < 0.3;
    let mut first = at;
    while first > 0 && !lines[first].gap_before && same(&lines[first - 1], &lines[at]) {
        first -= 1;
    }
    let mut last = at + 1;
    while last < lines.len() && !lines[last].gap_before && same(&lines[last], &lines[at]) {
        last += 1;
    }
    let block = &lines[first..last];
    block.iter().map(|line| line.text.chars().count()).sum::<usize>() <= MAX_HEADING_CHARS
        && !block.iter().any(|line| line.text.contains('。'))
}

/// The lines below the first of a footnote, in its size, belong to it.
fn mark_footnotes(lines: &mut [SetLine]) {
    for at in 1..lines.len() {
        let (above, line) = (&lines[at - 1], &lines[at]);
        let goes_on = above.role == LineRole::Footnote
            && !above.apart
            && line.role == LineRole::Text
            && !line.gap_before
            && above.page == line.page;
        if goes_on && (above.size - line.size).abs() < 0.3 {
            lines[at].role = LineRole::Footnote;
        }
    }
}

/// The title of the properties, where it is one and stands on the first page.
fn sensible_title(title: &str, lines: &[SetLine]) -> Option<String> {
    let title = super::flowed(title.trim());
    let squash = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let wanted = squash(&title);
    let first: String = lines.iter().take_while(|line| line.page == 1).map(|line| squash(&line.text)).collect();
    (wanted.chars().count() >= 4 && first.contains(&wanted)).then_some(title)
}

/// The largest heading near the top of the first page, its lines put together.
fn largest_heading(lines: &[SetLine]) -> Option<String> {
    let top: Vec<&SetLine> = lines.iter().take_while(|line| line.page == 1).take(TITLE_LINES).collect();
    let is_heading = |line: &SetLine| matches!(line.role, LineRole::Heading(_));
    let size = top.iter().filter(|line| is_heading(line)).map(|line| line.size).fold(0.0, f32::max);
    let block = top.iter().skip_while(|line| !(is_heading(line) && line.size == size));
    let title: String =
        block.take_while(|line| is_heading(line) && line.size == size).map(|line| line.text.trim()).collect();
    (title.chars().count() >= 4 && !title.contains('\u{FFFD}')).then_some(title)
}

impl SetLine {
    fn into_line(self) -> Line {
        Line {
            text: self.text,
            role: self.role,
            flow: self.flow,
            bold: self.bold,
            gap_before: self.gap_before,
            page: Some(self.page),
            lines: None,
        }
    }
}
