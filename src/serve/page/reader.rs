//! The page of a document.

use maud::{Markup, html};

use super::frame::{Content, Frame};
use super::reader_side::{SeriesPlace, Side};
use super::reader_text::{Body, Evidence, Matches};
use super::{hit, link, marked, words};
use crate::cite::is_web;
use crate::document::{Document, RepairKind};
use crate::output::one_line;
use crate::query::Marks;
use crate::serve::i18n::Text;
use crate::serve::params::Params;

/// Entries of the contents; a white paper has thousands of headings.
const MOST_ENTRIES: usize = 300;

/// A document before or after another in a list.
#[derive(Clone, Debug, Default)]
pub struct Neighbour {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// The file that a document was read from, where it is served.
#[derive(Clone, Debug, Default)]
pub struct Original {
    /// Name of its format: PDF.
    pub kind: String,
    /// True where a browser opens it at a page.
    pub has_pages: bool,
}

/// What the page of a document shows.
#[derive(Clone, Debug)]
pub struct DocumentView<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The document with its passages.
    pub document: &'a Document,
    /// For each passage the occurrences of the words of the query; empty without a query.
    pub marks: &'a [Marks],
    /// The document before it in the list of results.
    pub previous: Option<Neighbour>,
    /// The document after it.
    pub next: Option<Neighbour>,
    /// Its series of meetings.
    pub series: &'a [SeriesPlace],
    /// A reference to it, formatted.
    pub citation: Option<&'a str>,
    /// Its file.
    pub original: Option<Original>,
}

/// Writes the page of a document.
pub fn document_page(view: &DocumentView<'_>) -> String {
    let DocumentView { frame, document, marks, .. } = view;
    let matches = Matches::new(marks);
    let now = now(view, &matches);
    let mut evidence = Evidence::new(document);
    let side = Side { frame, document, series: view.series, citation: view.citation }.sections(&mut evidence);
    let original = view.original.as_ref().map(|_| link::document(&document.id, &Default::default(), "") + "/original");
    let pages = original.clone().filter(|_| view.original.as_ref().is_some_and(|original| original.has_pages));
    let body = Body { frame, document, marks, matches: &matches, evidence: &evidence, now, original: pages };
    let title = if document.title.trim().is_empty() { &document.id } else { &document.title };
    let none = Vec::new();
    let title_marks = marks.first().map_or(&none, |marks| &marks.title);
    let main = html! {
        h1 lang=[words::language_of(frame.language, title)] { (marked::line(title, title_marks)) }
        div.rtop { (meta(view, original.as_deref())) (inside(view)) }
        (bar(view, &matches, now))
        div.read {
            (contents(view, &matches, now))
            article.text #text tabindex="-1" { (body.text()) (repairs(frame, document)) }
            aside.side aria-label=(frame.t(Text::Evidence)) { (side) }
        }
    };
    let counts = if frame.params.text.is_empty() { String::new() } else { format!("{now} / {}", matches.total()) };
    let skips = vec![("text", Text::SkipText)];
    frame.page(Content { title: title.clone(), skips, record: frame.record(&counts), main })
}

/// Returns the number of the match that the page is at: as the URL says, or the first one of its passage.
fn now(view: &DocumentView<'_>, matches: &Matches) -> usize {
    let params = view.frame.params;
    if params.hit > 0 {
        return params.hit.min(matches.total());
    }
    named(params, view.document).map_or(0, |passage| matches.first_from(passage))
}

/// Returns the passage that the address names.
fn named(params: &Params, document: &Document) -> Option<usize> {
    let wanted = format!("p-{}", params.passage.as_ref()?);
    document.passages.iter().position(|passage| link::anchor(&passage.id) == wanted)
}

/// Returns the passage that a page is at, which its reference names: that of its match, else the one of its address.
pub fn passage_here(params: &Params, document: &Document, marks: &[Marks]) -> Option<usize> {
    if params.hit == 0 {
        return named(params, document);
    }
    let matches = Matches::new(marks);
    matches.passage_of(params.hit.min(matches.total()))
}

fn meta(view: &DocumentView<'_>, original: Option<&str>) -> Markup {
    let DocumentView { frame, document, .. } = view;
    html! {
        p.meta.l {
            span { (words::date(frame.language, document.date.as_ref())) }
            @if let Some(publisher) = &document.publisher { span { (one_line(publisher)) } }
            @if let (Some(address), Some(file)) = (original, &view.original) {
                span { a href=(address) { (frame.fill(Text::Original, &[("kind", &file.kind)])) } }
            }
            @if let Some(url) = document.url.as_ref().filter(|url| is_web(url)) {
                span { a href=(url) rel="noreferrer" { (frame.t(Text::WebPage)) } }
            }
            abbr.unapi-id title=(document.id) {}
        }
    }
}

/// Writes the bar with the place among the matches, and the ways from here.
fn bar(view: &DocumentView<'_>, matches: &Matches, now: usize) -> Markup {
    let DocumentView { frame, document, .. } = view;
    let params = hit::reader_params(frame.params);
    let total = matches.total();
    let to = |number: usize| link::document(&document.id, &params.at_hit(number), &format!("#h{number}"));
    let beside = |neighbour: &Neighbour| link::document(&neighbour.id, &params.at_hit(1), "#h1");
    let query = one_line(&params.text);
    if params.text.is_empty() && params.filter_count() == 0 {
        return html! {};
    }
    html! {
        nav.rbar aria-label=(frame.t(Text::HitsNav)) {
            @if !params.text.is_empty() {
                span {
                    (frame.fill(Text::HitPlace, &[("query", &query)])) " "
                    @if total == 0 { span.m { (frame.t(Text::HitNone)) } }
                    @else {
                        strong {
                            @if now > 0 { (words::number(now)) } @else { "–" }
                            " / " (words::number(total))
                        }
                    }
                }
                @if now > 1 { a rel="prev" href=(to(now - 1)) { (frame.t(Text::PreviousHit)) } }
                @if now < total { a rel="next" href=(to(now + 1)) { (frame.t(Text::NextHit)) } }
                @if let Some(previous) = &view.previous {
                    a href=(beside(previous)) title=(one_line(&previous.title)) { (frame.t(Text::PreviousDocument)) }
                }
                @if let Some(next) = &view.next {
                    a href=(beside(next)) title=(one_line(&next.title)) { (frame.t(Text::NextDocument)) }
                }
            }
            a href=(link::search(&params)) { (frame.t(Text::BackToResults)) }
        }
    }
}

/// Writes the form that looks for words in this document.
fn inside(view: &DocumentView<'_>) -> Markup {
    let frame = &view.frame;
    let params = hit::reader_params(frame.params);
    html! {
        form role="search" {
            label.vh for="dq" { (frame.t(Text::InThisDocument)) }
            input #dq type="search" name="q" value=(params.text) autocomplete="off"
                placeholder=(frame.t(Text::InThisDocument));
            (link::hidden(&params.unfiltered(), &["q"]))
            button { (frame.t(Text::SearchButton)) }
        }
    }
}

/// An entry of the contents.
struct Entry<'a> {
    level: usize,
    name: &'a str,
    anchor: String,
    matches: usize,
    /// True where the match that the page is at stands below it.
    is_here: bool,
}

fn contents(view: &DocumentView<'_>, matches: &Matches, now: usize) -> Markup {
    let DocumentView { frame, document, .. } = view;
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut before: &[String] = &[];
    for passage in &document.passages {
        let anchor = format!("#{}", link::anchor(&passage.id));
        let common = passage.heading.iter().zip(before).take_while(|(a, b)| a == b).count();
        if passage.heading.is_empty() && entries.is_empty() {
            entries.push(Entry {
                level: 0,
                name: frame.t(Text::Preface),
                anchor: anchor.clone(),
                matches: 0,
                is_here: false,
            });
        }
        for (level, heading) in passage.heading.iter().enumerate().skip(common) {
            entries.push(Entry { level, name: heading, anchor: anchor.clone(), matches: 0, is_here: false });
        }
        before = &passage.heading;
        if let Some(entry) = entries.last_mut() {
            let first = matches.first_from(passage.index);
            let here = matches.of(passage.index);
            entry.is_here |= now >= first && now < first + here;
            entry.matches += here;
        }
    }
    // A long list keeps its upper levels, with the matches below them.
    while entries.len() > MOST_ENTRIES && entries.iter().any(|entry| entry.level > 0) {
        let deepest = entries.iter().map(|entry| entry.level).max().unwrap_or(0);
        let mut kept: Vec<Entry<'_>> = Vec::new();
        for entry in entries {
            match kept.last_mut() {
                Some(above) if entry.level == deepest => {
                    above.matches += entry.matches;
                    above.is_here |= entry.is_here;
                }
                _ => kept.push(entry),
            }
        }
        entries = kept;
    }
    entries.truncate(MOST_ENTRIES);
    html! {
        @if entries.len() > 1 {
            nav.toc aria-label=(frame.t(Text::Contents)) {
                h2 { (frame.t(Text::Contents)) }
                (level(frame, &entries, 0))
            }
        } @else { div.toc {} }
    }
}

/// Writes the entries of a level, each with those below it.
fn level(frame: &Frame<'_>, entries: &[Entry<'_>], depth: usize) -> Markup {
    let is_start = |entry: &Entry<'_>| entry.level <= depth;
    let mut groups: Vec<&[Entry<'_>]> = Vec::new();
    let mut rest = entries;
    while !rest.is_empty() {
        let end = rest.iter().skip(1).position(is_start).map_or(rest.len(), |at| at + 1);
        groups.push(&rest[..end]);
        rest = &rest[end..];
    }
    html! {
        ol {
            @for group in groups {
                @if let Some((first, below)) = group.split_first() {
                    li {
                        a href=(first.anchor) lang=[words::language_of(frame.language, first.name)]
                            aria-current=[first.is_here.then_some("location")] {
                            span { (one_line(first.name)) }
                            @if first.matches > 0 { span.c { (words::number(first.matches)) } }
                        }
                        @if !below.is_empty() { (level(frame, below, depth + 1)) }
                    }
                }
            }
        }
    }
}

/// Writes the repaired places with what stands in the source.
fn repairs(frame: &Frame<'_>, document: &Document) -> Markup {
    let all: Vec<_> = document
        .passages
        .iter()
        .flat_map(|passage| passage.repairs.iter().map(move |repair| (passage, repair)))
        .collect();
    html! {
        @if !all.is_empty() {
            details.s #repairs {
                summary { (frame.fill(Text::Repairs, &[("n", &words::number(all.len()))])) }
                ul.l {
                    @for (passage, repair) in &all {
                        @let text = passage.text.chars().skip(repair.span.start)
                            .take(repair.span.end.saturating_sub(repair.span.start)).collect::<String>();
                        li {
                            a href={ "#" (link::anchor(&passage.id)) } { (words::lines(frame.language, passage.lines)) }
                            "　" span.fixed { (one_line(&text)) } "　"
                            @if repair.original.is_empty() && repair.kind == RepairKind::PageOverlap {
                                (frame.t(Text::RepairedGone))
                            } @else {
                                (frame.fill(Text::Repaired, &[("original", &one_line(&repair.original))]))
                            }
                        }
                    }
                }
            }
        }
    }
}
