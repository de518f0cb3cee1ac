//! One hit of a list.

use maud::{Markup, html};

use super::frame::Frame;
use super::{link, marked, words};
use crate::document::Role;
use crate::engine::Found;
use crate::output::one_line;
use crate::query::Place;
use crate::serve::i18n::Text;
use crate::serve::params::Params;

/// Names of partners that a hit shows.
const PARTNERS: usize = 5;

/// Writes a hit. `names_tier` is true where no heading above tells the tier.
pub fn hit(frame: &Frame<'_>, found: &Found, names_tier: bool) -> Markup {
    let (document, passage) = (&found.document, &found.passage);
    let language = frame.language;
    let anchor = format!("#{}", link::anchor(&passage.id));
    // The fragment scrolls, and the parameter tells the server which of the matches the page is at.
    let reader = reader_params(frame.params);
    let reader = if reader.text.is_empty() { reader } else { reader.at_passage(&anchor[3..]) };
    let title = if document.title.trim().is_empty() { &document.id } else { &document.title };
    let partners: Vec<&str> = passage
        .partners
        .iter()
        .filter(|partner| partner.role == Role::Party)
        .map(|partner| partner.value.as_str())
        .collect();
    html! {
        li.hit {
            span { (found.rank) }
            div {
                h3 lang=[words::language_of(language, title)] {
                    a href=(link::document(&document.id, &reader, &anchor)) {
                        (marked::line(title, &found.marks.title))
                    }
                }
                p.meta {
                    span { (words::date(language, document.date.as_ref())) }
                    @for event in &document.events {
                        span { (frame.t(Text::Event)) " " (words::date(language, Some(event))) }
                    }
                    @if !partners.is_empty() {
                        @let names = words::names(language, &partners, PARTNERS);
                        span { (frame.fill(Text::Partners, &[("names", &names)])) }
                    }
                    span { (place(frame, passage.page, passage.lines)) }
                    @if let Some(publisher) = &document.publisher { span { (one_line(publisher)) } }
                    @if names_tier && !found.relaxed { span.tag { (words::tier(language, found.tier)) } }
                    @if let Some(role) = found.role.filter(|role| *role != Role::Party) {
                        span.tag { (frame.fill(Text::AsRole, &[("role", words::role(language, role))])) }
                    }
                    @if found.place == Place::Title { span.tag.x { (frame.t(Text::InTitle)) } }
                    @if found.place == Place::Heading { span.tag.x { (frame.t(Text::InHeading)) } }
                    @if !found.missing.is_empty() {
                        span.tag.x { (missing(frame, &found.missing)) }
                    } @else if found.relaxed {
                        span.tag.x { (frame.t(Text::WithAbove)) }
                    }
                }
                @if !passage.heading.is_empty() { (path(frame, found)) }
                blockquote lang=[words::language_of(language, &passage.text)] {
                    (marked::excerpt(&passage.text, &found.marks.body))
                }
                (others(frame, found))
            }
        }
    }
}

/// Returns the parameters of a link to a document: the list stays known, for the way back and to its neighbours.
pub fn reader_params(params: &Params) -> Params {
    Params { open: Vec::new(), limit: None, explain: false, facets: false, ..params.first_page() }
}

/// Writes the place of a passage in its source.
fn place(frame: &Frame<'_>, page: Option<usize>, lines: (usize, usize)) -> Markup {
    html! {
        @if let Some(page) = page { (frame.fill(Text::Page, &[("page", &words::number(page))])) " " }
        (words::lines(frame.language, lines))
    }
}

fn missing(frame: &Frame<'_>, missing: &[String]) -> String {
    let quoted: Vec<String> = missing.iter().map(|word| format!("「{}」", one_line(word))).collect();
    frame.fill(Text::Missing, &[("words", &quoted.concat())])
}

/// Writes the headings above a passage, with their marks.
fn path(frame: &Frame<'_>, found: &Found) -> Markup {
    let none = Vec::new();
    let marks = found.marks.heading.iter().chain(std::iter::repeat(&none));
    html! {
        p.path lang=[words::language_of(frame.language, &found.passage.heading.concat())] {
            @for (at, (heading, marks)) in found.passage.heading.iter().zip(marks).enumerate() {
                @if at > 0 { " › " }
                (marked::line(heading, marks))
            }
        }
    }
}

/// Writes what stands behind a hit: passages that say nearly the same, and further ones of the document.
fn others(frame: &Frame<'_>, found: &Found) -> Markup {
    let params = frame.params;
    let apart = Params { duplicates: true, ..params.first_page() };
    html! {
        @if !found.duplicates.is_empty() {
            p.same.l {
                (frame.fill(Text::Same, &[("n", &words::number(found.duplicates.len()))])) " "
                a href=(link::beside(&apart)) { (frame.t(Text::SameAll)) }
            }
        }
        @if found.more > 0 {
            p.same.l {
                a href=(link::document(&found.document.id, &reader_params(params), "")) {
                    (frame.fill(Text::MoreInDocument, &[("n", &words::number(found.more))]))
                }
            }
        }
    }
}
