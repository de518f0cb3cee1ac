//! From lines to passages: what one would quote, with the headings above it.
//!
//! Invariants: pure and total; no sentence is cut; the passages together hold every character of the lines given.

mod build;
mod heading;
mod title;

use crate::document::{Passage, PassageKind, Repair, Span};
use crate::normalize::{LineKind, Normalized};

/// A passage shorter than this takes the next lines in, in code points.
const MIN_CHARS: usize = 100;
/// A passage grows no longer than this unless one sentence is, in code points.
const MAX_CHARS: usize = 600;

/// The passages of a text and the title found in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Segmented {
    /// The title, where the text has one.
    pub title: Option<String>,
    /// The passages, in reading order, without metadata.
    pub passages: Vec<Passage>,
}

/// Cuts repaired lines into passages; `id` is the document's, and begins the ids of its passages; `named` is the title
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
    let lines = &normalized.lines;
    let headings = heading::find(lines, normalized.wrapped);
    let title = title::find(lines, &headings, named);
    let mut outline = heading::Outline::default();
    let mut builder = build::Builder::new(id);
    for (at, line) in lines.iter().enumerate() {
        match (line.kind, headings.get(&at)) {
            (LineKind::Toc, _) => builder.add_apart(PassageKind::Toc, line, &outline.path()),
            (LineKind::Footnote, _) => builder.add_apart(PassageKind::Footnote, line, &outline.path()),
            (LineKind::Text, Some(heading)) => {
                builder.close();
                if title.as_ref().is_none_or(|title| !title.lines.contains(&at)) {
                    outline.enter(heading);
                } else {
                    outline.clear();
                }
                builder.add_heading(line, &outline.path());
            }
            (LineKind::Text, None) if at > 0 && headings.get(&(at - 1)).is_some_and(|heading| heading.takes_next) => {
                builder.add_heading(line, &outline.path());
            }
            (LineKind::Text, None) => builder.add_body(line, &outline.path()),
        }
    }
    Segmented { title: title.map(|title| title.text), passages: builder.finish() }
}

/// Moves repairs to where their line stands in a passage.
fn shifted(repairs: &[Repair], by: usize) -> impl Iterator<Item = Repair> + '_ {
    repairs.iter().map(move |repair| Repair { span: Span::new(repair.span.start + by, repair.span.end + by), ..repair.clone() })
}
