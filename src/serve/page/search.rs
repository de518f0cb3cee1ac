//! The page of results.

use maud::{Markup, html};

use super::facets::{Extra, facets};
use super::frame::{Content, Frame};
use super::hit::hit;
use super::timeline::{Unit, timeline};
use super::zero::{Change, zero};
use super::{chips, link, words};
use crate::engine::{Answer, FacetNode, Facets, Found, OUT_OF_TIME, Sort};
use crate::output::one_line;
use crate::query::Tier;
use crate::serve::i18n::Text;
use crate::serve::params::{DEFAULT_LIMIT, Params};
use crate::serve::view::Extension;
use crate::study::Related;

/// Numbers of hits of a page that a reader may choose.
const SIZES: [usize; 3] = [10, 20, 50];

/// What the page of results shows.
#[derive(Clone, Debug)]
pub struct SearchView<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The answer with the hits of the page.
    pub answer: &'a Answer,
    /// Counts of the facets over all exact hits.
    pub facets: &'a Facets,
    /// The facet of dates over the hits whose date is inferred.
    pub inferred: &'a [FacetNode],
    /// Hits by publisher; empty where they were not counted.
    pub publishers: &'a [FacetNode],
    /// Hits by type of file; empty where they were not counted.
    pub types: &'a [FacetNode],
    /// For an answer without exact hits: other conditions with what they give, of [`changes`](super::changes).
    pub changes: &'a [Change],
    /// Related words; `None` where the reader did not ask for them.
    pub related: Option<&'a Related>,
}

/// Writes the page of results.
pub fn search_page(view: &SearchView<'_>) -> String {
    let SearchView { frame, answer, .. } = view;
    let total = &answer.total;
    let counted = words::count(frame.language, total.passages, total.documents, answer.timed_out);
    let is_zero = total.passages == 0;
    let extra = Extra { publishers: view.publishers, types: view.types };
    let main = html! {
        (frame.ask(&frame.params.text))
        (frame.views())
        (chips::widened(frame, &answer.widened))
        (chips::filters(frame, !is_zero))
        @if !is_zero && !frame.params.text.is_empty() { (chips::related(frame, view.related)) }
        @if is_zero {
            div #results tabindex="-1" { (results(view, &counted)) }
        } @else {
            div.cols {
                div #results tabindex="-1" { (results(view, &counted)) }
                (facets(frame, answer, view.facets, extra))
            }
        }
    };
    let query = one_line(&frame.params.text);
    let title = [query.as_ref(), counted.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let mut skips = vec![("results", Text::SkipResults)];
    skips.extend((!is_zero).then_some(("facets", Text::SkipFacets)));
    frame.page(Content { title: title.join(" "), skips, record: frame.record(&counted), main })
}

fn results(view: &SearchView<'_>, counted: &str) -> Markup {
    let SearchView { frame, answer, .. } = view;
    let is_zero = answer.total.passages == 0;
    let [word, variant, substring] = answer.total.by_tier.map(words::number);
    let tiers = [("word", word.as_str()), ("variant", &variant), ("substring", &substring)];
    let has_tiers = !is_zero && !frame.params.text.is_empty();
    html! {
        div.status {
            div role="status" { h1 { (counted) } }
            @if has_tiers { span.m.s { (frame.fill(Text::Tiers, &tiers)) } }
        }
        (notes(frame, answer))
        @if is_zero {
            (zero(frame, answer, view.changes))
        } @else {
            (tools(frame))
            (timeline(frame, &view.facets.date, view.inferred, Unit::Passages))
        }
        (hits(frame, answer))
        (pages(frame, answer))
    }
}

/// Writes the warnings of the query and of the index.
fn notes(frame: &Frame<'_>, answer: &Answer) -> Markup {
    html! {
        @if answer.timed_out { p.note { (frame.t(Text::TimedOut)) } }
        @if answer.warnings.iter().any(|warning| !is_said(frame, answer, warning)) {
            div.note {
                strong { (frame.t(Text::Warnings)) }
                ul {
                    @for warning in answer.warnings.iter().filter(|warning| !is_said(frame, answer, warning)) {
                        li { (frame.notice(warning)) }
                    }
                }
            }
        }
    }
}

/// True for a warning that the page says in its own words.
fn is_said(frame: &Frame<'_>, answer: &Answer, warning: &str) -> bool {
    answer.timed_out && warning.starts_with(OUT_OF_TIME)
        || frame.params.text.is_empty() && warning.starts_with("the query is empty")
}

fn tools(frame: &Frame<'_>) -> Markup {
    let params = frame.params;
    let sort = |sort: Sort, text: Text| link::choice(params.sort == sort, frame.t(text), &params.sorted(sort));
    let group = |group: bool, text: Text| {
        link::choice(params.group == group, frame.t(text), &Params { group, ..params.first_page() })
    };
    let size = params.limit.unwrap_or(DEFAULT_LIMIT);
    let sized = |n: usize| Params { limit: (n != DEFAULT_LIMIT).then_some(n), ..params.first_page() };
    let export = |extension: Extension, label: &str| {
        // A kept file tells its conditions: CSV in its head, XLSX in a sheet, references in comments.
        let whole = export_params(params);
        let params = Params { head: whole.head || extension == Extension::Csv, ..whole };
        html! { a href=(link::address(&params, &frame.view, extension)) { (label) } }
    };
    html! {
        div.tools {
            span {
                span { (frame.t(Text::SortBy)) }
                (sort(Sort::Relevance, Text::SortRelevance))
                (sort(Sort::DateDescending, Text::SortNewest))
                (sort(Sort::Date, Text::SortOldest))
            }
            span {
                span { (frame.t(Text::GroupBy)) }
                (group(false, Text::GroupPassage))
                (group(true, Text::GroupDocument))
            }
            span {
                span { (frame.t(Text::PerPage)) }
                @for n in SIZES { (link::choice(size == n, &words::number(n), &sized(n))) }
            }
            span {
                span { (frame.t(Text::Export)) }
                (export(Extension::Csv, "CSV"))
                (export(Extension::Xlsx, "XLSX"))
                (export(Extension::Jsonl, "JSONL"))
                (export(Extension::Json, "JSON"))
                (export(Extension::Markdown, "Markdown"))
                (export(Extension::Bibtex, "BibTeX"))
                (export(Extension::Ris, "RIS"))
                a href=(link::iri(&params.feed())) type="application/atom+xml" { "Atom" }
            }
        }
        @if params.duplicates || params.no_relax {
            p.s.l {
                @if params.duplicates {
                    a href=(link::beside(&Params { duplicates: false, ..params.first_page() })) {
                        (frame.t(Text::FoldSame))
                    }
                    " "
                }
                @if params.no_relax {
                    a href=(link::beside(&Params { no_relax: false, ..params.first_page() })) {
                        (frame.t(Text::PartialShow))
                    }
                }
            }
        }
    }
}

/// Returns the parameters of an export: the whole list, without what concerns the page alone.
fn export_params(params: &Params) -> Params {
    Params { open: Vec::new(), no_keys: false, lang: None, by: Default::default(), ..params.whole() }
}

/// Writes the hits: exact ones under a heading for each tier where their order allows it, partial ones and the exact
/// ones among them under theirs.
fn hits(frame: &Frame<'_>, answer: &Answer) -> Markup {
    let exact: Vec<&Found> = answer.hits.iter().filter(|found| !found.amid).collect();
    let partial: Vec<&Found> = answer.hits.iter().filter(|found| found.amid).collect();
    let is_sorted = exact.windows(2).all(|pair| pair[0].tier <= pair[1].tier);
    let has_tiers = is_sorted && !frame.params.text.is_empty();
    let groups: Vec<&[&Found]> =
        if has_tiers { exact.chunk_by(|a, b| a.tier == b.tier).collect() } else { vec![exact.as_slice()] };
    html! {
        @for group in groups.into_iter().filter(|group| !group.is_empty()) { (tier(frame, answer, group, has_tiers)) }
        @if !partial.is_empty() {
            section.part aria-labelledby="rel" {
                h2 #rel { (frame.t(if answer.mixed { Text::PartialAndExact } else { Text::Partial })) }
                p.s.m.l {
                    (frame.t(if answer.mixed { Text::PartialAndExactNote } else { Text::PartialNote })) " "
                    a href=(link::beside(&Params { no_relax: true, ..frame.params.first_page() })) {
                        (frame.t(Text::PartialHide))
                    }
                }
                ol { @for found in &partial { (hit(frame, found, true)) } }
            }
        }
    }
}

fn tier(frame: &Frame<'_>, answer: &Answer, group: &[&Found], has_tiers: bool) -> Markup {
    let kind = group.first().map_or(Tier::Word, |found| found.tier);
    let (class, id, name, note) = match kind {
        Tier::Word => ("", "t1", Text::TierWord, Text::TierWordNote),
        Tier::Variant => ("v", "t2", Text::TierVariant, Text::TierVariantNote),
        Tier::Substring => ("b", "t3", Text::TierSubstring, Text::TierSubstringNote),
    };
    let all = answer.total.by_tier[kind as usize];
    let here = frame.fill(Text::OnThisPage, &[("n", &words::number(group.len()))]);
    let plain = if frame.params.text.is_empty() { Text::ListAll } else { Text::ListMixed };
    html! {
        @if has_tiers {
            section class=[(!class.is_empty()).then_some(class)] aria-labelledby=(id) {
                div.tier {
                    h2 #(id) { mark { (frame.t(name)) } " " (words::number(all)) }
                    span { (frame.t(note)) @if group.len() < all { (here) } }
                }
                ol { @for found in group { (hit(frame, found, false)) } }
            }
        } @else {
            section aria-labelledby="t0" {
                h2.vh #t0 { (frame.t(plain)) }
                ol { @for found in group { (hit(frame, found, !frame.params.text.is_empty())) } }
            }
        }
    }
}

/// Writes the links between the pages of the list.
fn pages(frame: &Frame<'_>, answer: &Answer) -> Markup {
    let params = frame.params;
    let size = params.limit.unwrap_or(DEFAULT_LIMIT);
    let start = params.start();
    if params.all || size == 0 || start == 0 && answer.next.is_none() {
        return html! {};
    }
    let at = |offset: usize| link::beside(&params.page_at(offset, &frame.collection.commit));
    html! {
        nav.pages aria-label=(frame.t(Text::Pages)) {
            @if start > 0 {
                @if start > size { a href=(at(0)) { (frame.t(Text::FirstPage)) } }
                a rel="prev" href=(at(start.saturating_sub(size))) { (frame.t(Text::PreviousPage)) }
            }
            span aria-current="page" { (frame.fill(Text::PageNumber, &[("n", &words::number(start / size + 1))])) }
            @if let Some(next) = answer.next { a rel="next" href=(at(next)) { (frame.t(Text::NextPage)) } }
        }
    }
}
