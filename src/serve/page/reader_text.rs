//! The text of a document: passages with their places, matches of the query, evidence and repaired places.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::frame::Frame;
use super::marked::{Piece, pieces, shown};
use super::words::{self, tier_class};
use super::{link, marked};
use crate::document::{Document, Passage, PassageKind, Repair, Span};
use crate::query::Marks;
use crate::serve::i18n::Text;

/// The matches of a document, numbered from 1 in the order of the text.
#[derive(Debug, Default)]
pub struct Matches {
    /// For each passage, the number of matches before it.
    before: Vec<usize>,
    /// For each passage, the places where a match begins.
    starts: Vec<Vec<usize>>,
}

impl Matches {
    pub fn new(marks: &[Marks]) -> Self {
        let of = |marks: &Marks| {
            let mut starts: Vec<usize> = marks.body.iter().map(|mark| mark.span.start).collect();
            starts.sort_unstable();
            starts.dedup();
            starts
        };
        let starts: Vec<Vec<usize>> = marks.iter().map(of).collect();
        let before = starts.iter().scan(0, |all, starts| Some(std::mem::replace(all, *all + starts.len()))).collect();
        Self { before, starts }
    }

    /// Returns the number of matches.
    pub fn total(&self) -> usize {
        self.starts.iter().map(Vec::len).sum()
    }

    /// Returns the number of matches of a passage.
    pub fn of(&self, passage: usize) -> usize {
        self.starts.get(passage).map_or(0, Vec::len)
    }

    /// Returns the number of the first match at or after a passage.
    pub fn first_from(&self, passage: usize) -> usize {
        self.before.get(passage).map_or(0, |before| (before + 1).min(self.total()))
    }

    /// Returns the passage of a match.
    pub fn passage_of(&self, number: usize) -> Option<usize> {
        let after = |passage: &usize| self.before[*passage] + self.starts[*passage].len();
        (0..self.starts.len()).find(|passage| number > 0 && after(passage) >= number)
    }

    fn number(&self, passage: usize, start: usize) -> Option<usize> {
        let at = self.starts.get(passage)?.binary_search(&start).ok()?;
        Some(self.before.get(passage)? + at + 1)
    }
}

/// Places in the text that the metadata link to.
#[derive(Debug)]
pub struct Evidence<'a> {
    document: &'a Document,
    /// Id of each text that was looked for; `None` where the text stands nowhere.
    known: BTreeMap<String, Option<usize>>,
    /// For each passage, spans with their ids.
    spans: Vec<Vec<(Span, usize)>>,
    count: usize,
}

impl<'a> Evidence<'a> {
    pub fn new(document: &'a Document) -> Self {
        Self { document, known: BTreeMap::new(), spans: vec![Vec::new(); document.passages.len()], count: 0 }
    }

    /// Returns the id of the first place of some words.
    pub fn words(&mut self, words: &str) -> Option<String> {
        let words = words.trim();
        if words.is_empty() {
            return None;
        }
        if let Some(known) = self.known.get(words) {
            return known.map(id);
        }
        let place = self.document.passages.iter().enumerate().find_map(|(at, passage)| {
            let start = passage.text.find(words)?;
            let start = passage.text[..start].chars().count();
            Some((at, Span::new(start, start + words.chars().count())))
        });
        let number = place.map(|(passage, span)| self.add(passage, span));
        self.known.insert(words.to_owned(), number);
        number.map(id)
    }

    /// Returns the id of a place.
    pub fn place(&mut self, passage: usize, span: Span) -> String {
        id(self.add(passage, span))
    }

    fn add(&mut self, passage: usize, span: Span) -> usize {
        let Some(spans) = self.spans.get_mut(passage) else { return 0 };
        if let Some((_, known)) = spans.iter().find(|(known, _)| *known == span) {
            return *known;
        }
        self.count += 1;
        spans.push((span, self.count));
        self.count
    }
}

fn id(number: usize) -> String {
    format!("e{number}")
}

/// The text of a document on its way to HTML.
pub struct Body<'a> {
    pub frame: &'a Frame<'a>,
    pub document: &'a Document,
    pub marks: &'a [Marks],
    pub matches: &'a Matches,
    pub evidence: &'a Evidence<'a>,
    /// Number of the match that the page is at.
    pub now: usize,
    /// Address of the original, where a page of it can be opened.
    pub original: Option<String>,
}

impl Body<'_> {
    /// Writes all passages.
    pub fn text(&self) -> Markup {
        let mut seen = Seen::default();
        let none: &[String] = &[];
        let before =
            std::iter::once(none).chain(self.document.passages.iter().map(|passage| passage.heading.as_slice()));
        html! {
            @for (passage, before) in self.document.passages.iter().zip(before) {
                (self.page_break(passage, &mut seen))
                (self.passage(passage, before, &mut seen))
            }
        }
    }

    fn page_break(&self, passage: &Passage, seen: &mut Seen) -> Markup {
        let Some(page) = passage.page.filter(|page| seen.page != Some(*page)) else { return html! {} };
        seen.page = Some(page);
        let name = self.frame.fill(Text::Page, &[("page", &words::number(page))]);
        let id = seen.id(format!("page-{page}"));
        html! {
            p.leaf id=[id] {
                @match &self.original {
                    Some(original) => {
                        a href={ (original) "#page=" (page) }
                            title=(self.frame.fill(Text::OriginalPage, &[("page", &words::number(page))])) { (name) }
                    }
                    None => { (name) }
                }
            }
        }
    }

    fn passage(&self, passage: &Passage, before: &[String], seen: &mut Seen) -> Markup {
        let chars: Vec<char> = passage.text.chars().collect();
        let (headings, rest) = self.headings(passage, &chars, before);
        let line = seen.id(format!("L{}", passage.lines.0));
        let language = self.frame.language;
        let is_toc = passage.kind == PassageKind::Toc;
        let note = match passage.kind {
            PassageKind::Body | PassageKind::Toc => None,
            PassageKind::Footnote => Some(self.frame.t(Text::Footnotes)),
        };
        let paragraphs = html! {
            @for range in lines(&chars, rest) { p { (self.run(passage, &chars, range)) } }
        };
        let id = seen.id(link::anchor(&passage.id));
        let here = id.as_ref().map(|id| format!("#{id}"));
        html! {
            section id=[id] class=[note.map(|_| "foots")] {
                (headings)
                div.gut {
                    a id=[line] href=[here] {
                        span.vh { (self.frame.t(Text::LineLabel)) }
                        (words::range(passage.lines.0, passage.lines.1))
                    }
                    @if let Some(note) = note { (note) }
                }
                div lang=[words::language_of(language, &passage.text)] {
                    @if is_toc {
                        details open[self.matches.of(passage.index) > 0] {
                            summary { (self.frame.t(Text::TocPassage)) }
                            (paragraphs)
                        }
                    } @else { (paragraphs) }
                }
            }
        }
    }

    /// Writes the headings that begin with a passage, and returns the place where its text goes on. A passage begins
    /// with the headings directly above it.
    fn headings(&self, passage: &Passage, chars: &[char], before: &[String]) -> (Markup, usize) {
        let common = passage.heading.iter().zip(before).take_while(|(a, b)| a == b).count();
        let mut at = 0;
        let mut found = Vec::new();
        for (level, heading) in passage.heading.iter().enumerate().skip(common) {
            let end =
                chars.get(at..).and_then(|rest| rest.iter().position(|c| *c == '\n')).map_or(chars.len(), |n| at + n);
            let line: String = chars.get(at..end).unwrap_or_default().iter().collect();
            if line.trim() == heading.trim() {
                found.push((level, Ok(at..end)));
                at = (end + 1).min(chars.len());
            } else {
                found.push((level, Err(heading)));
            }
        }
        let none = Vec::new();
        let marks =
            |level: usize| self.marks.get(passage.index).and_then(|marks| marks.heading.get(level)).unwrap_or(&none);
        let one = |level: usize, inner: Markup| match level {
            0 => html! { h2 { (inner) } },
            1 => html! { h3 { (inner) } },
            _ => html! { h4 { (inner) } },
        };
        let markup = html! {
            @for (level, place) in found {
                @match place {
                    Ok(range) => { (one(level, self.run(passage, chars, range))) }
                    Err(heading) => { (one(level, marked::line(heading, marks(level)))) }
                }
            }
        };
        (markup, at)
    }

    /// Writes a range of the text of a passage with its matches, evidence and repaired places.
    fn run(&self, passage: &Passage, chars: &[char], range: std::ops::Range<usize>) -> Markup {
        let none = Marks::default();
        let marks = self.marks.get(passage.index).unwrap_or(&none);
        let evidence = self.evidence.spans.get(passage.index).map_or(&[][..], Vec::as_slice);
        let repairs = passage.repairs.iter().map(|repair| repair.span);
        let spans = evidence.iter().map(|(span, _)| *span).chain(repairs);
        let cuts: Vec<usize> = spans.flat_map(|span| [span.start, span.end]).collect();
        let one = |piece: Piece| {
            let text = shown(&chars[piece.range.clone()]);
            let start = piece.range.start;
            let over = |repair: &Repair| repair.span.start <= start && piece.range.end <= repair.span.end;
            let is_repaired = passage.repairs.iter().any(over);
            let number = piece.mark.and_then(|_| self.matches.number(passage.index, start));
            let is_now = number.is_some_and(|number| number == self.now);
            let inner = match piece.mark {
                Some((tier, _)) => {
                    let class = [tier_class(tier), is_now.then_some("now"), is_repaired.then_some("fixed")];
                    let class = class.into_iter().flatten().collect::<Vec<_>>().join(" ");
                    html! {
                        mark id=[number.map(|number| format!("h{number}"))] class=[(!class.is_empty()).then_some(class)]
                            aria-current=[is_now.then_some("true")] { (text) }
                    }
                }
                None if is_repaired => html! { span.fixed { (text) } },
                None => html! { (text) },
            };
            let begun = evidence.iter().filter(|(span, _)| span.start == start);
            begun.fold(inner, |inner, (_, number)| html! { span.e id=(id(*number)) { (inner) } })
        };
        html! { @for piece in pieces(range, &marks.body, &cuts) { (one(piece)) } }
    }
}

/// Ids and the page that were written so far: an id stands once in a page.
#[derive(Default)]
struct Seen {
    ids: BTreeSet<String>,
    page: Option<usize>,
}

impl Seen {
    fn id(&mut self, id: String) -> Option<String> {
        self.ids.insert(id.clone()).then_some(id)
    }
}

/// Returns the ranges of the lines of a text from a place on, without empty ones.
fn lines(chars: &[char], from: usize) -> Vec<std::ops::Range<usize>> {
    let mut lines = Vec::new();
    let mut start = from;
    for (at, c) in chars.iter().enumerate().skip(from) {
        if *c == '\n' {
            lines.push(start..at);
            start = at + 1;
        }
    }
    lines.push(start..chars.len());
    lines.retain(|line| !line.is_empty());
    lines
}

#[cfg(test)]
mod tests {
    use super::{Matches, lines};
    use crate::document::Span;
    use crate::query::{Mark, Marks, Tier};

    #[test]
    fn matches_are_numbered_through_the_document() {
        let marks = |spans: &[(usize, usize)]| Marks {
            body: spans.iter().map(|span| Mark { span: Span::from(*span), tier: Tier::Word }).collect(),
            ..Marks::default()
        };
        let matches = Matches::new(&[marks(&[(3, 5), (0, 2), (0, 4)]), marks(&[]), marks(&[(1, 2)])]);
        assert_eq!(
            (matches.total(), matches.of(0), matches.of(1)),
            (3, 2, 0),
            "two matches that begin together are one"
        );
        assert_eq!((matches.number(0, 3), matches.number(2, 1), matches.number(2, 0)), (Some(2), Some(3), None));
        assert_eq!((matches.first_from(0), matches.first_from(1), matches.first_from(2)), (1, 3, 3));
    }

    #[test]
    fn empty_lines_give_no_paragraphs() {
        let chars: Vec<char> = "一\n\n二\n".chars().collect();
        assert_eq!(lines(&chars, 0), [0..1, 3..4]);
        assert_eq!(lines(&chars, 2).first(), Some(&(3..4)));
        assert!(lines(&[], 0).is_empty());
    }
}
