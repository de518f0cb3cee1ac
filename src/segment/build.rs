//! Gathers lines into passages of a size one would quote.

use std::collections::HashMap;

use super::{MAX_CHARS, MIN_CHARS, shifted};
use crate::document::{Passage, PassageKind};
use crate::normalize::LogicalLine;
use crate::normalize::shape;

/// A passage in the making.
#[derive(Debug)]
struct Draft {
    kind: PassageKind,
    heading: Vec<String>,
    lines: Vec<LogicalLine>,
    body_chars: usize,
    /// Shape of its first list item: the next item of that shape may begin a new passage.
    item: Option<char>,
}

/// Makes passages out of lines given in reading order.
pub(super) struct Builder<'a> {
    id: &'a str,
    draft: Option<Draft>,
    apart: Vec<Draft>,
    passages: Vec<Passage>,
    seen: HashMap<String, usize>,
}

impl<'a> Builder<'a> {
    pub fn new(id: &'a str) -> Self {
        Self { id, draft: None, apart: Vec::new(), passages: Vec::new(), seen: HashMap::new() }
    }

    /// A heading opens the passage below it.
    pub fn add_heading(&mut self, line: &LogicalLine, path: &[String]) {
        let draft = self.draft.get_or_insert_with(|| Draft::new(PassageKind::Body, path));
        draft.heading = path.to_vec();
        draft.lines.push(line.clone());
    }

    /// A paragraph, list item or table row.
    pub fn add_body(&mut self, line: &LogicalLine, path: &[String]) {
        let chars = line.text.chars().count();
        let item = item_shape(&line.text);
        let begins = |draft: &Draft| {
            let full = draft.body_chars >= MIN_CHARS;
            let unit = match (item, draft.item) {
                (Some(item), Some(first)) => item == first,
                (Some(_), None) => !draft.announces_list(),
                (None, _) => line.gap_before || !draft.ends_open(),
            };
            draft.body_chars > 0 && ((full && unit && !is_appendage(&line.text)) || draft.body_chars + chars > MAX_CHARS)
        };
        if self.draft.as_ref().is_some_and(begins) {
            // （定義） above 第二条 is the article's title, and goes with it.
            let title = self.draft.as_mut().filter(|_| is_article(&line.text)).and_then(Draft::take_article_title);
            self.flush();
            if let Some(title) = title {
                self.draft =
                    Some(Draft { body_chars: title.text.chars().count(), lines: vec![title], ..Draft::new(PassageKind::Body, path) });
            }
        }
        let draft = self.draft.get_or_insert_with(|| Draft::new(PassageKind::Body, path));
        draft.body_chars += chars;
        draft.item = draft.item.or(item);
        draft.lines.push(line.clone());
    }

    /// A line of a table of contents or a footnote: kept out of the running text.
    pub fn add_apart(&mut self, kind: PassageKind, line: &LogicalLine, path: &[String]) {
        let chars = line.text.chars().count();
        let fits = |draft: &&mut Draft| kind == PassageKind::Toc && draft.kind == kind && draft.body_chars + chars <= MAX_CHARS;
        if let Some(draft) = self.apart.last_mut().filter(fits) {
            draft.body_chars += chars;
            draft.lines.push(line.clone());
            return;
        }
        let mut draft = match self.draft.take() {
            // 「目次」 stands above its table, not above what follows it.
            Some(headings) if kind == PassageKind::Toc && headings.body_chars == 0 => Draft { kind, ..headings },
            other => {
                self.draft = other;
                Draft::new(kind, path)
            }
        };
        draft.body_chars = chars;
        draft.lines.push(line.clone());
        self.apart.push(draft);
    }

    /// Ends the passage before a heading, unless it holds headings only.
    pub fn close(&mut self) {
        if self.draft.as_ref().is_some_and(|draft| draft.body_chars > 0) {
            self.flush();
        } else {
            self.flush_apart();
        }
    }

    pub fn finish(mut self) -> Vec<Passage> {
        self.flush();
        self.passages
    }

    fn flush(&mut self) {
        if let Some(draft) = self.draft.take() {
            for part in draft.split_long() {
                self.push(part);
            }
        }
        self.flush_apart();
    }

    fn flush_apart(&mut self) {
        for draft in std::mem::take(&mut self.apart) {
            for part in draft.split_long() {
                self.push(part);
            }
        }
    }

    fn push(&mut self, draft: Draft) {
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
        });
    }
}

impl Draft {
    fn new(kind: PassageKind, path: &[String]) -> Self {
        Self { kind, heading: path.to_vec(), lines: Vec::new(), body_chars: 0, item: None }
    }

    /// 「本フォーラムでは、」「以下のとおり:」
    fn announces_list(&self) -> bool {
        self.lines.last().is_some_and(|line| line.text.trim_end().ends_with(['、', ':', '：', '，']))
    }

    /// Takes the bracketed last line off, where others stand above it.
    fn take_article_title(&mut self) -> Option<LogicalLine> {
        let bracketed = |text: &str| text.starts_with(['(', '（']) && text.ends_with([')', '）']);
        let last = self.lines.last().filter(|line| self.lines.len() > 1 && bracketed(line.text.trim()))?;
        self.body_chars = self.body_chars.saturating_sub(last.text.chars().count());
        self.lines.pop()
    }

    fn ends_open(&self) -> bool {
        self.lines.last().is_some_and(|line| !shape::ends_sentence(&line.text))
    }

    /// Cuts a draft that one long line made too long, between sentences.
    fn split_long(self) -> Vec<Self> {
        if self.body_chars <= MAX_CHARS || self.lines.iter().all(|line| line.text.chars().count() <= MAX_CHARS) {
            return vec![self];
        }
        let mut parts = vec![Self::new(self.kind, &self.heading)];
        let mut chars = 0;
        for line in self.lines {
            for piece in sentences(&line) {
                let length = piece.text.chars().count();
                if chars > 0 && chars + length > MAX_CHARS {
                    parts.push(Self::new(self.kind, &self.heading));
                    chars = 0;
                }
                chars += length;
                let Some(part) = parts.last_mut() else { continue };
                match part.lines.last_mut() {
                    Some(last) if !piece.gap_before && last.lines == piece.lines => {
                        let by = last.text.chars().count();
                        last.repairs.extend(shifted(&piece.repairs, by));
                        last.text.push_str(&piece.text);
                    }
                    _ => part.lines.push(piece),
                }
            }
        }
        parts
    }
}

/// Cuts a line behind each sentence outside brackets; pieces after the first have no gap before them.
fn sentences(line: &LogicalLine) -> Vec<LogicalLine> {
    let mut pieces = Vec::new();
    let mut depth = 0usize;
    let mut start = 0;
    let mut start_chars = 0;
    let mut push = |end: usize, start: &mut usize, start_chars: &mut usize| {
        let text = &line.text[*start..end];
        let count = text.chars().count();
        let repairs = line.repairs.iter().filter(|repair| (*start_chars..*start_chars + count).contains(&repair.span.start));
        pieces.push(LogicalLine {
            text: text.to_owned(),
            gap_before: *start == 0,
            repairs: repairs
                .map(|repair| crate::document::Repair {
                    span: crate::document::Span::new(repair.span.start - *start_chars, (repair.span.end - *start_chars).min(count)),
                    ..repair.clone()
                })
                .collect(),
            ..line.clone()
        });
        *start = end;
        *start_chars += count;
    };
    for (at, c) in line.text.char_indices() {
        match c {
            '(' | '（' | '「' | '『' | '【' => depth += 1,
            ')' | '）' | '」' | '』' | '】' => depth = depth.saturating_sub(1),
            '。' | '！' | '？' if depth == 0 => push(at + c.len_utf8(), &mut start, &mut start_chars),
            _ => {}
        }
    }
    if start < line.text.len() {
        push(line.text.len(), &mut start, &mut start_chars);
    }
    pieces
}

/// `第二条　…`
fn is_article(text: &str) -> bool {
    shape::marker(text.trim()).is_some_and(|marked| marked.marker == shape::Marker::Article)
}

/// What tells list items of one level from those of another.
fn item_shape(text: &str) -> Option<char> {
    let text = text.trim_start();
    if !shape::starts_item(text) {
        return None;
    }
    text.chars().find(|c| !matches!(c, '-' | '*' | ' ' | '　')).map(|c| if shape::is_digit(c) { '1' } else { c })
}

/// A line that belongs to the item above it.
fn is_appendage(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with(['←', '→', '【', '※']) || (text.starts_with(['(', '（']) && shape::marker(text).is_none())
}
