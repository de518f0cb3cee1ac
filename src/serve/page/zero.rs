//! An answer without exact hits: what is there, what each filter leaves, and what other conditions give.

use maud::{Markup, html};

use super::frame::Frame;
use super::{link, words};
use crate::document::Role;
use crate::engine::{Answer, Total};
use crate::output::one_line;
use crate::query::Filters;
use crate::serve::i18n::Text;
use crate::serve::params::{Filter, Params};

/// Most other conditions that a page tries: each is a search.
const MOST_CHANGES: usize = 8;

/// A change of the conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// A filter is left out.
    Without(Filter, String),
    /// All filters are left out.
    Unfiltered,
    /// Partners count in any role.
    AnyRole,
    /// Another query, which may have been meant.
    Replaced(String),
    /// One of the words is enough.
    Either,
}

/// Another condition with what it gives.
#[derive(Clone, Debug)]
pub struct Change {
    /// The change.
    pub kind: ChangeKind,
    /// State of the page with it.
    pub params: Params,
    /// Hits that it gives.
    pub total: Total,
}

/// Returns the other conditions that an answer without exact hits suggests. Who serves the page counts their hits.
pub fn changes(params: &Params, answer: &Answer) -> Vec<(ChangeKind, Params)> {
    if answer.total.passages > 0 || answer.timed_out {
        return Vec::new();
    }
    let mut all = Vec::new();
    for suggestion in &answer.suggestions {
        all.push((ChangeKind::Replaced(suggestion.clone()), params.with_text(suggestion)));
    }
    let filters: Vec<(Filter, String)> = Filter::ALL
        .into_iter()
        .filter(|filter| *filter != Filter::Role)
        .flat_map(|filter| params.values(filter).into_iter().map(move |value| (filter, value)))
        .collect();
    let has_partners = !params.filters.partners.is_empty();
    if has_partners && params.filters.roles.len() < Role::ALL.len() {
        let filters = Filters { roles: Role::ALL.to_vec(), ..params.filters.clone() };
        all.push((ChangeKind::AnyRole, Params { filters, ..params.first_page() }));
    }
    if filters.len() > 1 {
        all.extend(
            filters
                .iter()
                .map(|(filter, value)| (ChangeKind::Without(*filter, value.clone()), params.without(*filter, value))),
        );
    }
    if !filters.is_empty() {
        all.push((ChangeKind::Unfiltered, params.unfiltered()));
    }
    if answer.counts.iter().filter(|count| count.passages > 0).count() > 0 && answer.counts.len() > 1 {
        let quoted = |term: &str| {
            let is_plain = !term.contains([' ', '　', '"', '(', ')']);
            if is_plain { term.to_owned() } else { format!("\"{}\"", term.replace('"', "")) }
        };
        let either: Vec<String> = answer.counts.iter().map(|count| quoted(&count.term)).collect();
        all.push((ChangeKind::Either, params.with_text(&either.join(" OR "))));
    }
    // The last ones help most.
    let surplus = all.len().saturating_sub(MOST_CHANGES);
    all.drain(..surplus);
    all
}

/// Writes what an answer without exact hits tells.
pub fn zero(frame: &Frame<'_>, answer: &Answer, changes: &[Change]) -> Markup {
    let documents = words::number(frame.collection.documents);
    html! {
        p.doc {
            @match &answer.emptied {
                Some(emptied) => {
                    (frame.fill(Text::ZeroFiltered, &[("n", &words::passages(frame.language, emptied.passages))]))
                }
                None if frame.params.text.is_empty() => { (frame.t(Text::ZeroEmpty)) }
                None => { (frame.fill(Text::ZeroLead, &[("documents", &documents)])) }
            }
        }
        (each_word(frame, answer))
        (each_filter(frame, answer))
        (meant(frame, changes, answer))
        (others(frame, changes))
    }
}

fn each_word(frame: &Frame<'_>, answer: &Answer) -> Markup {
    html! {
        @if !answer.counts.is_empty() {
            section.sec {
                h2 { (frame.t(Text::ZeroWords)) }
                table {
                    thead {
                        tr {
                            th scope="col" { (frame.t(Text::ZeroWord)) }
                            th.r scope="col" { (frame.t(Text::ZeroWordCount)) }
                            th scope="col" { (frame.t(Text::ZeroReading)) }
                        }
                    }
                    tbody {
                        @for count in &answer.counts {
                            @let is_there = count.passages > 0;
                            tr {
                                th scope="row" {
                                    @if is_there {
                                        a href=(link::beside(&frame.params.unfiltered().with_text(&count.term))) {
                                            (one_line(&count.term))
                                        }
                                    } @else { (one_line(&count.term)) }
                                }
                                td.r { (words::number(count.passages)) }
                                td { (frame.t(if is_there { Text::ZeroThere } else { Text::ZeroNever })) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn each_filter(frame: &Frame<'_>, answer: &Answer) -> Markup {
    let name = |known: &str| {
        let filter = Filter::ALL.into_iter().find(|filter| filter.name().replace('-', "_") == known);
        filter.map_or(known.to_owned(), |filter| words::filter(frame.language, filter).to_owned())
    };
    html! {
        @if let Some(emptied) = answer.emptied.as_ref().filter(|emptied| !emptied.filters.is_empty()) {
            section.sec {
                h2 { (frame.t(Text::ZeroFilters)) }
                table {
                    thead {
                        tr {
                            th scope="col" { (frame.t(Text::ZeroFilter)) }
                            th.r scope="col" { (frame.t(Text::ZeroFilterCount)) }
                            th scope="col" { (frame.t(Text::ZeroReading)) }
                        }
                    }
                    tbody {
                        @for filter in &emptied.filters {
                            tr {
                                th scope="row" {
                                    (name(filter.filter)) (frame.t(Text::Colon)) (one_line(&filter.value))
                                }
                                td.r { (words::number(filter.passages)) }
                                td {
                                    @if let Some(named) = filter.named.filter(|named| *named > filter.passages) {
                                        (frame.fill(Text::ZeroNamed, &[("n", &words::passages(frame.language, named))]))
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Writes the queries that may have been meant, as links.
fn meant(frame: &Frame<'_>, changes: &[Change], answer: &Answer) -> Markup {
    let count = |text: &str| {
        changes.iter().find(|change| change.kind == ChangeKind::Replaced(text.to_owned())).map(|change| change.total)
    };
    html! {
        @if !answer.suggestions.is_empty() {
            section.sec {
                h2 { (frame.t(Text::DidYouMean)) }
                ul {
                    @for text in &answer.suggestions {
                        li {
                            a.pick href=(link::beside(&frame.params.with_text(text))) { strong { (one_line(text)) } }
                            @if let Some(total) = count(text) {
                                " " span.m { (words::count(frame.language, total.passages, total.documents, false)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn others(frame: &Frame<'_>, changes: &[Change]) -> Markup {
    let is_other = |change: &&Change| !matches!(change.kind, ChangeKind::Replaced(_));
    let said = |change: &Change| match &change.kind {
        ChangeKind::Without(filter, value) => {
            let shown = words::filter_value(frame.language, *filter, value);
            let name = words::filter(frame.language, *filter);
            frame.fill(Text::ZeroDropFilter, &[("name", name), ("value", &one_line(&shown))])
        }
        ChangeKind::Unfiltered => frame.t(Text::ZeroDropAll).to_owned(),
        ChangeKind::AnyRole => frame.t(Text::ZeroAnyRole).to_owned(),
        ChangeKind::Either => frame.t(Text::ZeroEither).to_owned(),
        ChangeKind::Replaced(text) => frame.fill(Text::ZeroReplace, &[("text", &one_line(text))]),
    };
    html! {
        @if changes.iter().any(|change| is_other(&change)) {
            section.sec {
                h2 { (frame.t(Text::ZeroChange)) }
                table {
                    thead {
                        tr {
                            th scope="col" { (frame.t(Text::ZeroChangeHow)) }
                            th.r scope="col" { (frame.t(Text::Passages)) }
                            th.r scope="col" { (frame.t(Text::Documents)) }
                        }
                    }
                    tbody {
                        @for change in changes.iter().filter(is_other) {
                            tr {
                                th scope="row" {
                                    // A change that gives nothing is no way out, so it is no link.
                                    @if change.total.passages > 0 {
                                        a href=(link::beside(&change.params)) { (said(change)) }
                                    } @else { (said(change)) }
                                }
                                td.r { (words::number(change.total.passages)) }
                                td.r { (words::number(change.total.documents)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
