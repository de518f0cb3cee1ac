//! The pages of wordings: two meetings of a series side by side, and passages of similar wording.

use maud::{Markup, html};

use super::frame::{Content, Frame};
use super::{link, words};
use crate::document::Document;
use crate::output::one_line;
use crate::serve::i18n::Text;
use crate::serve::i18n_tools::ToolText;
use crate::serve::view::{Extension, View};
use crate::study::{AlignedRow, AlignedSentence, Alignment, MeetingsCompared, Pairing, Parallels};

/// What the page of two meetings shows.
#[derive(Clone, Debug)]
pub struct MeetingsView<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The meetings.
    pub found: &'a MeetingsCompared,
}

/// What the page of two documents shows.
#[derive(Clone, Debug)]
pub struct AlignmentView<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The texts.
    pub found: &'a Alignment,
}

/// What the page of passages that say nearly the same shows.
#[derive(Clone, Debug)]
pub struct ParallelsView<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The passages.
    pub found: &'a Parallels,
}

/// Writes the page of two meetings side by side.
pub fn meetings_page(view: &MeetingsView<'_>) -> String {
    let MeetingsView { frame, found } = view;
    let title = format!("{} {} – {}", found.series, found.old.name, found.new.name);
    let series = View::Series(Some(found.series.clone()));
    let main = html! {
        h1 lang="ja" { (one_line(&title)) }
        p.meta.l {
            span { a href=(link::address(&frame.plain(), &series, Extension::Html)) { (frame.t(ToolText::ToSeries)) } }
            span { a href=(link::address(frame.params, &frame.view, Extension::Json)) { "JSON" } }
            span { a href=(link::address(frame.params, &frame.view, Extension::Markdown)) { "Markdown" } }
        }
        (alignment(frame, &found.comparison))
    };
    frame.page(Content { title, skips: vec![("results", Text::SkipMain)], record: frame.record(""), main })
}

/// Writes the page of two documents side by side.
pub fn alignment_page(view: &AlignmentView<'_>) -> String {
    let AlignmentView { frame, found } = view;
    let title = frame.t(ToolText::AlignmentTitle).to_owned();
    let main = html! {
        h1 { (title) }
        p.meta.l { span { a href=(link::address(frame.params, &frame.view, Extension::Json)) { "JSON" } } }
        (alignment(frame, found))
    };
    frame.page(Content { title, skips: vec![("results", Text::SkipMain)], record: frame.record(""), main })
}

/// Writes two texts in two columns, sentence by sentence.
fn alignment(frame: &Frame<'_>, found: &Alignment) -> Markup {
    let counts = |pairing: Pairing| found.rows.iter().filter(|row| row.pairing == pairing).count();
    html! {
        p.s.m {
            @for pairing in Pairing::ALL {
                (frame.t(name_of(pairing))) " " (words::number(counts(pairing))) "　"
            }
        }
        table.wide.pairs #results tabindex="-1" {
            thead {
                tr {
                    th scope="col" { (frame.t(ToolText::Pairing)) }
                    th scope="col" { (document(frame, &found.old.document)) }
                    th scope="col" { (document(frame, &found.new.document)) }
                }
            }
            tbody { @for row in &found.rows { (pair(frame, row)) } }
        }
    }
}

fn document(frame: &Frame<'_>, document: &Document) -> Markup {
    let title = if document.title.trim().is_empty() { &document.id } else { &document.title };
    html! {
        a href=(link::document(&document.id, &frame.plain(), "")) lang=[words::language_of(frame.language, title)] {
            (one_line(title))
        }
        br;
        span.proof { (words::date(frame.language, document.date.as_ref())) }
    }
}

fn pair(frame: &Frame<'_>, row: &AlignedRow) -> Markup {
    html! {
        tr class=(row.pairing.name()) {
            th scope="row" {
                span.tag { (frame.t(name_of(row.pairing))) }
                @if row.moved { " " span.tag { (frame.t(ToolText::PairMoved)) } }
            }
            td lang="ja" { (text(row, &row.old, true)) (place(frame, &row.old)) }
            td lang="ja" { (text(row, &row.new, false)) (place(frame, &row.new)) }
        }
    }
}

/// Writes the sentences of one side, with the words that the other side lacks.
fn text(row: &AlignedRow, sentences: &[AlignedSentence], is_old: bool) -> Markup {
    html! {
        @if row.pairing == Pairing::Reworded {
            @for part in &row.parts {
                @if part.same { (one_line(if is_old { &part.old } else { &part.new })) }
                @else if is_old { @if !part.old.is_empty() { del { (one_line(&part.old)) } } }
                @else if !part.new.is_empty() { ins { (one_line(&part.new)) } }
            }
        } @else {
            @for sentence in sentences { (one_line(&sentence.text)) }
        }
    }
}

fn place(frame: &Frame<'_>, sentences: &[AlignedSentence]) -> Markup {
    html! {
        @if let (Some(first), Some(last)) = (sentences.first(), sentences.last()) {
            " " span.proof lang=(frame.language.name()) {
                @if let Some(page) = first.page { (frame.fill(Text::Page, &[("page", &words::number(page))])) " " }
                (words::lines(frame.language, (first.lines.0, last.lines.1)))
            }
        }
    }
}

fn name_of(pairing: Pairing) -> ToolText {
    match pairing {
        Pairing::Same => ToolText::PairSame,
        Pairing::Reworded => ToolText::PairReworded,
        Pairing::New => ToolText::PairNew,
        Pairing::Dropped => ToolText::PairDropped,
    }
}

/// Writes the page of passages that say nearly the same.
pub fn parallels_page(view: &ParallelsView<'_>) -> String {
    let ParallelsView { frame, found } = view;
    let title = frame.t(ToolText::SimilarTitle).to_owned();
    let (shown, all) = (words::number(found.found.len()), words::number(found.total));
    let least = format!("{:.0}", 100.0 * found.threshold);
    let main = html! {
        h1 { (title) }
        p.meta.l {
            span { (document(frame, &found.document)) }
            span { a href=(link::address(frame.params, &frame.view, Extension::Json)) { "JSON" } }
        }
        p.s.m { (frame.fill(ToolText::SimilarCount, &[("n", &shown), ("all", &all), ("least", &least)])) }
        div #results tabindex="-1" {
            @if found.found.is_empty() { p.sec { (frame.t(ToolText::SimilarNone)) } }
            @for parallel in &found.found {
                @let anchor = format!("#{}", link::anchor(&parallel.passage.id));
                @let params = frame.plain().at_passage(&anchor[3..]);
                @let Document { id, title, .. } = &parallel.document;
                section.sec {
                    h2.s {
                        a href=(link::document(id, &params, &anchor)) {
                            (one_line(if title.trim().is_empty() { id } else { title }))
                        }
                    }
                    p.s.m {
                        (words::date(frame.language, parallel.document.date.as_ref())) " "
                        (words::lines(frame.language, parallel.passage.lines)) " "
                        (frame.fill(ToolText::Likeness, &[("n", &format!("{:.0}", 100.0 * parallel.score))]))
                    }
                    table.wide.pairs { tbody { @for row in &parallel.rows { (pair(frame, row)) } } }
                }
            }
        }
    };
    frame.page(Content { title, skips: vec![("results", Text::SkipResults)], record: frame.record(""), main })
}
