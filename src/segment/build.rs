//! Gathers lines into passages of quotable size.

use crate::script;
use std::collections::HashMap;

use super::long::{LONGEST_CHARS, Pieces};
use super::{MAX_CHARS, MIN_CHARS, shifted};
use crate::document::{Passage, PassageKind};
use crate::normalize::LogicalLine;
use crate::normalize::line_shape;

/// A passage being built.
#[derive(Debug)]
struct Draft {
    kind: PassageKind,
    heading: Vec<String>,
    lines: Vec<LogicalLine>,
    body_chars: usize,
    /// Code points of the headings that it opens with, including their line ends.
    heading_chars: usize,
    /// Shape of its first list item: the next item of this shape may begin a new passage.
    item: Option<char>,
}

/// Builds passages from lines in reading order.
pub(super) struct Builder<'a> {
    id: &'a str,
    draft: Option<Draft>,
    apart: Vec<Draft>,
    passages: Vec<Passage>,
    seen: HashMap<String, usize>,
    /// Code points of the headings above all passages.
    above_chars: usize,
    counts: Counts,
}

/// Counts of the measures that kept the passages within bounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Cuts inside sentences.
    pub cuts: usize,
    /// Passages that lost their outer headings.
    pub bare: usize,
}

/// Shortest line that counts as the first part of a sentence, in code points.
const LEAST_CUT_CHARS: usize = 15;
/// Most code points of headings in all passages of a text; further passages keep only the innermost heading. Headings
/// of ten levels over passages of one word would make the index a hundred times the size of the text.
const MAX_ABOVE_CHARS: usize = 8 << 20;
/// Number of passages from which on headings and footnotes begin a passage only after [`MIN_CHARS`]: each passage takes
/// half a kilobyte in addition to its text.
pub(super) const MANY_PASSAGES: usize = 100_000;

impl<'a> Builder<'a> {
    pub fn new(id: &'a str) -> Self {
        Self {
            id,
            draft: None,
            apart: Vec::new(),
            passages: Vec::new(),
            seen: HashMap::new(),
            above_chars: 0,
            counts: Counts::default(),
        }
    }

    /// Adds a heading, which opens the passage below it.
    pub fn add_heading(&mut self, line: LogicalLine, path: &[String]) {
        let draft = self.draft.get_or_insert_with(|| Draft::new(PassageKind::Body, path));
        draft.heading = path.to_vec();
        draft.heading_chars += line.text.chars().count() + 1;
        draft.lines.push(line);
    }

    /// Adds a paragraph, list item or table row.
    pub fn add_body(&mut self, line: LogicalLine, path: &[String]) {
        let chars = line.text.chars().count();
        let item = item_shape(&line.text);
        let begins = |draft: &Draft| {
            let full = draft.body_chars >= MIN_CHARS;
            let unit = match (item, draft.item) {
                (Some(item), Some(first)) => item == first,
                (Some(_), None) => !draft.announces_list(),
                (None, _) => line.gap_before || !draft.ends_open(),
            };
            let goes_on =
                item.is_none() && !line.gap_before && draft.ends_cut() && draft.body_chars + chars <= LONGEST_CHARS;
            let ends = (full && unit && !is_appendage(&line.text)) || draft.body_chars + chars > MAX_CHARS;
            draft.body_chars > 0 && ends && !goes_on
        };
        if self.draft.as_ref().is_some_and(begins) {
            // （定義） above 第二条 is the title of the article and moves with it.
            let title = self.draft.as_mut().filter(|_| is_article(&line.text)).and_then(Draft::take_article_title);
            self.flush();
            if let Some(title) = title {
                self.draft = Some(Draft {
                    body_chars: title.text.chars().count(),
                    lines: vec![title],
                    ..Draft::new(PassageKind::Body, path)
                });
            }
        }
        let draft = self.draft.get_or_insert_with(|| Draft::new(PassageKind::Body, path));
        draft.body_chars += chars;
        draft.item = draft.item.or(item);
        draft.lines.push(line);
    }

    /// Adds a line of a table of contents or a footnote, which stays out of the running text.
    pub fn add_apart(&mut self, kind: PassageKind, line: LogicalLine, path: &[String]) {
        let chars = line.text.chars().count();
        let together = kind == PassageKind::Toc || self.is_crowded();
        let fits = |draft: &&mut Draft| together && draft.kind == kind && draft.body_chars + chars <= MAX_CHARS;
        if let Some(draft) = self.apart.last_mut().filter(fits) {
            draft.body_chars += chars;
            draft.lines.push(line);
            return;
        }
        let mut draft = match self.draft.take() {
            // 「目次」 is the heading of its table, not of the text after it.
            Some(headings) if kind == PassageKind::Toc && headings.body_chars == 0 => Draft { kind, ..headings },
            other => {
                self.draft = other;
                Draft::new(kind, path)
            }
        };
        draft.body_chars = chars;
        draft.lines.push(line);
        self.apart.push(draft);
    }

    /// Ends the passage before a heading, unless it contains only headings.
    pub fn close(&mut self) {
        let least = if self.is_crowded() { MIN_CHARS } else { 1 };
        if self.draft.as_ref().is_some_and(|draft| draft.body_chars >= least || draft.heading_chars > LONGEST_CHARS) {
            self.flush();
        } else {
            self.flush_apart();
        }
    }

    /// Ends the last passage.
    pub fn finish(mut self) -> (Vec<Passage>, Counts) {
        self.flush();
        (self.passages, self.counts)
    }

    /// Tells whether there are so many passages that short ones are merged.
    fn is_crowded(&self) -> bool {
        self.passages.len() >= MANY_PASSAGES
    }

    fn flush(&mut self) {
        if let Some(draft) = self.draft.take() {
            self.push_split(draft);
        }
        self.flush_apart();
    }

    fn flush_apart(&mut self) {
        for draft in std::mem::take(&mut self.apart) {
            self.push_split(draft);
        }
    }

    /// Adds the passage of a draft; a draft that a long line made too long is split between sentences.
    fn push_split(&mut self, draft: Draft) {
        if draft.body_chars <= MAX_CHARS || draft.lines.iter().all(|line| line.text.chars().count() <= MAX_CHARS) {
            return self.push(draft);
        }
        let Draft { kind, heading, lines, .. } = draft;
        let mut part = Draft::new(kind, &heading);
        let mut chars = 0;
        for line in lines {
            let mut pieces = Pieces::of(&line);
            for piece in pieces.by_ref() {
                let length = piece.text.chars().count();
                if chars > 0 && chars + length > MAX_CHARS {
                    self.push(std::mem::replace(&mut part, Draft::new(kind, &heading)));
                    chars = 0;
                }
                chars += length;
                part.add_piece(piece);
            }
            self.counts.cuts += pieces.cuts();
        }
        self.push(part);
    }

    fn push(&mut self, mut draft: Draft) {
        self.above_chars += draft.heading.iter().map(|heading| heading.chars().count()).sum::<usize>();
        if self.above_chars > MAX_ABOVE_CHARS && draft.heading.len() > 1 {
            draft.heading.drain(..draft.heading.len() - 1);
            self.counts.bare += 1;
        }
        let mut text = String::new();
        let mut chars = 0;
        let mut repairs = Vec::new();
        for line in &draft.lines {
            if chars > 0 {
                text.push('\n');
                chars += 1;
            }
            repairs.extend(shifted(&line.repairs, chars));
            text.push_str(&line.text);
            chars += line.text.chars().count();
        }
        let first = draft.lines.iter().map(|line| line.lines.0).min().unwrap_or(0);
        let last = draft.lines.iter().map(|line| line.lines.1).max().unwrap_or(0);
        let hash = &blake3::hash(text.as_bytes()).to_hex()[..10];
        let twin = self.seen.entry(hash.to_owned()).or_default();
        *twin += 1;
        let id = if *twin == 1 { format!("{}#{hash}", self.id) } else { format!("{}#{hash}-{twin}", self.id) };
        self.passages.push(Passage {
            id,
            index: self.passages.len(),
            kind: draft.kind,
            heading: draft.heading,
            text,
            lines: (first, last),
            page: draft.lines.first().and_then(|line| line.page),
            repairs,
            dates: Vec::new(),
            partners: Vec::new(),
            themes: Vec::new(),
            commitments: Vec::new(),
            series: Vec::new(),
        });
    }
}

impl Draft {
    fn new(kind: PassageKind, path: &[String]) -> Self {
        Self { kind, heading: path.to_vec(), lines: Vec::new(), body_chars: 0, heading_chars: 0, item: None }
    }

    /// Tells whether the last line announces a list: 「本フォーラムでは、」「以下のとおり:」.
    fn announces_list(&self) -> bool {
        self.lines.last().is_some_and(|line| line.text.trim_end().ends_with(['、', ':', '：', '，']))
    }

    /// Removes and returns the bracketed last line, where it is not the only one.
    fn take_article_title(&mut self) -> Option<LogicalLine> {
        let bracketed = |text: &str| text.starts_with(['(', '（']) && text.ends_with([')', '）']);
        let last = self.lines.last().filter(|line| self.lines.len() > 1 && bracketed(line.text.trim()))?;
        self.body_chars = self.body_chars.saturating_sub(last.text.chars().count());
        self.lines.pop()
    }

    fn ends_open(&self) -> bool {
        self.lines.last().is_some_and(|line| !line_shape::ends_sentence(&line.text))
    }

    /// Tells whether the last line is prose that stops inside a sentence: no passage may end there.
    fn ends_cut(&self) -> bool {
        let is_cut = |text: &str| {
            let is_prose =
                text.contains(['、', '。']) && !text.contains('　') && text.chars().nth(LEAST_CUT_CHARS - 1).is_some();
            is_prose && !line_shape::ends_sentence(text) && text.ends_with(script::is_cjk)
        };
        self.lines.last().is_some_and(|line| is_cut(line.text.trim()))
    }

    /// Adds a piece of a line; it joins the previous piece of the same line.
    fn add_piece(&mut self, piece: LogicalLine) {
        match self.lines.last_mut() {
            Some(last) if !piece.gap_before && last.lines == piece.lines => {
                if !piece.repairs.is_empty() {
                    let by = last.text.chars().count();
                    last.repairs.extend(shifted(&piece.repairs, by));
                }
                last.text.push_str(&piece.text);
            }
            _ => self.lines.push(piece),
        }
    }
}

/// Tells whether a line begins an article: `第二条　…`.
fn is_article(text: &str) -> bool {
    line_shape::marker(text.trim()).is_some_and(|marked| marked.marker == line_shape::Marker::Article)
}

/// Returns the character that identifies the level of a list item; `None` for other lines.
fn item_shape(text: &str) -> Option<char> {
    let text = text.trim_start();
    if !line_shape::starts_item(text) {
        return None;
    }
    text.chars().find(|c| !matches!(c, '-' | '*' | ' ' | '　')).map(|c| if script::is_digit(c) { '1' } else { c })
}

/// Tells whether a line belongs to the item above it.
fn is_appendage(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with(['←', '→', '【', '※']) || (text.starts_with(['(', '（']) && line_shape::marker(text).is_none())
}
