//! Splits lines into passages: units that one would quote, with the headings above them.
//!
//! Invariants: pure and total; only sentences of more than 4,000 characters are cut; the passages together contain
//! every character of the given lines.

mod build;
mod heading;
mod long;
mod reference;
mod title;

use crate::document::{Passage, PassageKind, Repair, Span, counted};
use crate::normalize::{LineKind, Normalized};

/// A passage shorter than this takes in the following lines, in code points.
const MIN_CHARS: usize = 100;
/// Longest passage in code points, unless one sentence is longer.
const MAX_CHARS: usize = 600;

/// The passages of a text and the title found in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Segmented {
    /// The title, where the text has one.
    pub title: Option<String>,
    /// The passages, in reading order, without metadata.
    pub passages: Vec<Passage>,
    /// Warnings about the measures that kept passages within bounds, with their cost.
    pub warnings: Vec<String>,
}

/// Splits repaired lines into passages. `id` is the document's and begins the ids of its passages; `named` is the title
/// that the format gives.
///
/// # Examples
/// ```
/// let text = "1 日時\n\n平成29年10月10日\n\n2 成果\n\n協力に合意した。";
/// let segmented = fumikura::segment::segment("a.txt", &fumikura::normalize::normalize(text, 1), None);
/// assert_eq!(segmented.passages[1].heading, ["2 成果"]);
/// assert_eq!(segmented.passages[1].text, "2 成果\n協力に合意した。");
/// ```
pub fn segment(id: &str, normalized: &Normalized, named: Option<&str>) -> Segmented {
    let mut segmenter = Segmenter::new(id, named);
    segmenter.add(normalized.clone());
    segmenter.finish()
}

/// Splits the lines of one document into passages; a large document is given in several parts.
pub struct Segmenter<'a> {
    named: Option<&'a str>,
    builder: build::Builder<'a>,
    outline: heading::Outline,
    /// The texts of the headings above the current line.
    path: Vec<String>,
    title: Option<String>,
    is_first: bool,
}

impl<'a> Segmenter<'a> {
    /// Begins a document; the arguments are those of [`segment`].
    pub fn new(id: &'a str, named: Option<&'a str>) -> Self {
        let (builder, outline) = (build::Builder::new(id), heading::Outline::default());
        Self { named, builder, outline, path: Vec::new(), title: None, is_first: true }
    }

    /// Adds the next part of the document; the title is in the first part.
    pub fn add(&mut self, part: Normalized) {
        let Self { builder, outline, path, .. } = self;
        let Normalized { lines, wrapped, .. } = part;
        let headings = heading::find(&lines, wrapped);
        let title = if self.is_first { title::find(&lines, &headings, self.named) } else { None };
        self.is_first &= lines.is_empty();
        for (at, line) in lines.into_iter().enumerate() {
            match (line.kind, headings.get(&at)) {
                (LineKind::Toc, _) => builder.add_apart(PassageKind::Toc, line, path),
                (LineKind::Footnote, _) => builder.add_apart(PassageKind::Footnote, line, path),
                (LineKind::Text, Some(heading)) => {
                    builder.close();
                    if title.as_ref().is_none_or(|title| !title.lines.contains(&at)) {
                        outline.enter(heading);
                    } else {
                        outline.clear();
                    }
                    *path = outline.path();
                    builder.add_heading(line, path);
                }
                (LineKind::Text, None)
                    if at > 0 && headings.get(&(at - 1)).is_some_and(|heading| heading.takes_next) =>
                {
                    builder.add_heading(line, path);
                }
                (LineKind::Text, None) => builder.add_body(line, path),
            }
        }
        self.title = self.title.take().or(title.map(|title| title.text));
    }

    /// Ends the document.
    pub fn finish(self) -> Segmented {
        let (passages, build::Counts { cuts, bare }) = self.builder.finish();
        let mut warnings = Vec::new();
        if cuts > 0 {
            warnings.push(format!(
                "{} inside sentences of more than {} characters: a phrase across a cut is not found",
                counted(cuts, "cut"),
                long::LONGEST_CHARS
            ));
        }
        if bare > 0 {
            warnings.push(format!(
                "headings too long in total: {} with only the innermost heading",
                counted(bare, "passage")
            ));
        }
        if passages.len() > build::MANY_PASSAGES {
            warnings.push(format!(
                "{} passages: after the first {}, short ones are merged",
                passages.len(),
                build::MANY_PASSAGES
            ));
        }
        Segmented { title: self.title, passages, warnings }
    }
}

/// Shifts repairs by the start of their line in a passage.
fn shifted(repairs: &[Repair], by: usize) -> impl Iterator<Item = Repair> + '_ {
    repairs
        .iter()
        .map(move |repair| Repair { span: Span::new(repair.span.start + by, repair.span.end + by), ..repair.clone() })
}

#[cfg(test)]
mod tests {
    use super::segment;
    use crate::normalize::{LineKind, LogicalLine, Normalized};

    /// Separate lines with one sentence over every two of them.
    #[test]
    fn no_passage_ends_inside_a_sentence() {
        let line = |text: String| LogicalLine { text, kind: LineKind::Text, lines: (1, 1), ..LogicalLine::default() };
        let halves = |at: usize| {
            [
                format!("第{at}の計画に基づき、関係省庁は情報共有の体制"),
                format!("整備を年度の内に終え、その結果を公表した番号{at}である。"),
            ]
        };
        let lines = (0..80).flat_map(halves).map(line).collect();
        let passages = segment("a", &Normalized { lines, ..Normalized::default() }, None).passages;
        assert!(passages.len() > 3, "{} passages", passages.len());
        for passage in &passages {
            assert!(passage.text.ends_with('。') && passage.text.chars().count() < 700, "{}", passage.text);
        }
    }
}
