//! Pages for requests that cannot be answered: what is wrong, and the way out.

use maud::html;

use super::frame::{Content, Frame};
use super::link;
use crate::serve::i18n::Text;
use crate::serve::view::{Extension, View};

/// What a page of an error shows.
#[derive(Clone, Debug)]
pub struct ErrorView<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// HTTP status.
    pub status: u16,
    /// The reason, as a sentence of the engine or the server; empty where the status says it.
    pub reason: &'a str,
    /// For a list that is out of date: its first page.
    pub first_page: Option<&'a str>,
}

/// Writes the page of an error.
pub fn error_page(view: &ErrorView<'_>) -> String {
    let ErrorView { frame, status, reason, first_page } = view;
    let (title, way) = match status {
        400 | 413 | 414 | 422 | 431 => (Text::Error400, Some(Text::Error400Way)),
        401 | 403 => (Text::Error403, None),
        // A partner, a theme or a day that there is none of.
        404 if matches!(frame.view, View::Search) => (Text::ErrorValue, Some(Text::ErrorValueWay)),
        404 => (Text::Error404, Some(Text::Error404Way)),
        405 => (Text::Error405, None),
        410 => (Text::Error410, Some(Text::Error410Way)),
        421 => (Text::Error421, Some(Text::Error421Way)),
        500 => (Text::Error500, Some(Text::Error500Way)),
        503 | 429 => (Text::Error503, Some(Text::Error503Way)),
        504 => (Text::Error504, Some(Text::Error504Way)),
        _ => (Text::ErrorOther, None),
    };
    let title = frame.fill(title, &[("status", &status.to_string())]);
    // A host that is not ours gets no form: it would lead back to that host.
    let is_host = *status == 421;
    let main = html! {
        div.doc {
            h1 { (title) }
            p.m { (status) }
            @if !reason.is_empty() {
                p.note { (frame.notice(reason)) }
            }
            @if let Some(way) = way { p { (frame.t(way)) } }
        }
        @if !is_host {
            div.sec { (frame.ask(&frame.params.text)) }
            p.l {
                @if let Some(first) = first_page { a href=(link::iri(first)) { (frame.t(Text::ToFirstPage)) } " " }
                a href=(link::address(&frame.plain(), &View::Home, Extension::Html)) { (frame.t(Text::ToStart)) }
            }
        }
    };
    frame.page(Content { title, skips: Vec::new(), record: Vec::new(), main })
}
