//! The page of timelines: a bar a period, for one or several queries, and the first and last passages.

use maud::{Markup, html};

use super::frame::{Content, Frame};
use super::{chips, link, words};
use crate::output::one_line;
use crate::serve::i18n::Text;
use crate::serve::i18n_tools::ToolText;
use crate::serve::params::Filter;
use crate::serve::view::{Extension, View};
use crate::study::{Bin, Bins, Dispersion, Per, Row, Timeline, Timelines, Use};

/// Width of the longest bar, in user units.
const WIDTH: f64 = 240.0;

/// What the page of timelines shows.
#[derive(Clone, Debug)]
pub struct PeriodsView<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The timelines.
    pub found: &'a Timelines,
}

/// Writes the page of timelines.
pub fn periods_page(view: &PeriodsView<'_>) -> String {
    let PeriodsView { frame, found } = view;
    let title = frame.t(ToolText::TimelineTitle).to_owned();
    let highest = found.lines.iter().flat_map(|line| line.bins.iter().chain([&line.undated]));
    let highest = highest.filter_map(|bin| bin.shown(found.options.per)).fold(0.0, f64::max);
    let main = html! {
        (frame.ask(&frame.params.text))
        (frame.views())
        (chips::filters(frame, false))
        div #results tabindex="-1" {
            div.status { div role="status" { h1 { (title) } } }
            (tools(frame, found))
            (add(frame))
            (frame.notices(&found.warnings))
            div.multiples { @for line in &found.lines { (chart(frame, line, found, highest)) } }
        }
    };
    let queries: Vec<&str> = found.lines.iter().map(|line| line.query.as_str()).collect();
    let record = frame.record(&one_line(&queries.join(" · ")));
    frame.page(Content { title, skips: vec![("results", Text::SkipResults)], record, main })
}

fn tools(frame: &Frame<'_>, found: &Timelines) -> Markup {
    let params = frame.params;
    let options = &found.options;
    let by = |unit: Bins, text: ToolText| {
        let mut next = params.with_option("by", None);
        next.by = match unit {
            Bins::Month => crate::query::DateUnit::Month,
            Bins::FiscalYear => crate::query::DateUnit::FiscalYear,
            Bins::Year | Bins::Meeting => crate::query::DateUnit::Year,
        };
        link::choice(options.by == unit, frame.t(text), &next)
    };
    let per = |per: Per, text: ToolText| {
        let value = (per != Per::default()).then(|| per.name());
        link::choice(options.per == per, frame.t(text), &params.with_option("per", value))
    };
    let export = |extension: Extension, label: &str| link::export(params, &frame.view, extension, label);
    let uses = options.first || options.last;
    let with_uses = {
        let value = (!uses).then_some("1");
        params.with_option("first", value).with_option("last", value)
    };
    html! {
        div.tools {
            span {
                span { (frame.t(ToolText::TimelineBy)) }
                (by(Bins::Year, ToolText::DimensionYear))
                (by(Bins::FiscalYear, ToolText::DimensionFiscalYear))
                (by(Bins::Month, ToolText::DimensionMonth))
            }
            span {
                span { (frame.t(ToolText::TimelinePer)) }
                (per(Per::Absolute, ToolText::PerAbsolute))
                (per(Per::Documents, ToolText::PerDocuments))
                (per(Per::MillionCharacters, ToolText::PerCharacters))
            }
            span {
                a href=(link::beside(&params.with_option("document", Some("all")))) { (frame.t(ToolText::PlacesLink)) }
            }
            span {
                a href=(link::beside(&with_uses)) {
                    (frame.t(if uses { ToolText::UsesOff } else { ToolText::UsesOn }))
                }
            }
            span {
                span { (frame.t(Text::Export)) }
                (export(Extension::Csv, "CSV"))
                (export(Extension::Xlsx, "XLSX"))
                (export(Extension::Json, "JSON"))
                (export(Extension::Svg, "SVG"))
            }
        }
    }
}

/// Writes the form that adds a query to compare.
fn add(frame: &Frame<'_>) -> Markup {
    html! {
        form.sets action="/timeline" {
            label { span { (frame.t(ToolText::TimelineAdd)) } input name="query" type="search" autocomplete="off"; }
            (link::hidden(frame.params, &[]))
            button { (frame.t(ToolText::TimelineAddButton)) }
        }
    }
}

fn chart(frame: &Frame<'_>, line: &Timeline, found: &Timelines, highest: f64) -> Markup {
    let per = found.options.per;
    let total = words::count(frame.language, line.total.passages, line.total.documents, found.timed_out);
    html! {
        section {
            h2 lang=[words::language_of(frame.language, &line.query)] { (one_line(&line.query)) }
            p.s.m { (total) }
            (edges(frame, line))
            (frame.scrolled(ToolText::TimelineTitle, &bars(frame, line, per, highest)))
            @if !line.partners.is_empty() {
                (frame.scrolled(ToolText::UsesOn, &partners(frame, line)))
            }
        }
    }
}

fn bars(frame: &Frame<'_>, line: &Timeline, per: Per, highest: f64) -> Markup {
    html! {
        table.wide.bars {
            thead {
                tr {
                    th scope="col" { (frame.t(ToolText::Period)) }
                    td {}
                    th.r scope="col" { (frame.t(ToolText::CountPassages)) }
                    th.r scope="col" { (frame.t(ToolText::CountDocuments)) }
                    th.r scope="col" { (frame.t(ToolText::CountOccurrences)) }
                    @if per != Per::Absolute { th.r scope="col" { (frame.t(ToolText::Rate)) } }
                }
            }
            tbody {
                @for bin in &line.bins { (row(frame, line, bin, per, highest)) }
                @if line.undated.passages > 0 { (row(frame, line, &line.undated, per, highest)) }
            }
        }
    }
}

fn row(frame: &Frame<'_>, line: &Timeline, bin: &Bin, per: Per, highest: f64) -> Markup {
    let shown = bin.shown(per);
    let width = |value: f64| if highest > 0.0 { format!("{:.1}", WIDTH * value / highest) } else { "0".to_owned() };
    let inferred = bin.inferred.passages as f64 / bin.passages.max(1) as f64;
    let full = shown.unwrap_or(0.0);
    let (solid, hatched) = (full * (1.0 - inferred), full * inferred);
    let of_line = frame.params.of_hits().with_text(&line.query);
    let target = if bin.date.is_empty() { None } else { Some(of_line.with(Filter::Date, &bin.date)) };
    html! {
        tr {
            th scope="row" {
                @match target {
                    Some(params) if bin.passages > 0 => {
                        a href=(link::address(&params, &View::Search, Extension::Html)) { (one_line(&bin.label)) }
                    }
                    _ => { (one_line(&bin.label)) }
                }
            }
            td.track {
                svg width="100%" height="14" viewBox=(format!("0 0 {WIDTH} 14")) preserveAspectRatio="none"
                    aria-hidden="true" {
                    rect.k x="0" y="2" width=(width(solid)) height="10" {}
                    @if hatched > 0.0 {
                        rect.u x=(width(solid)) y="2" width=(width(hatched)) height="10" {}
                    }
                }
            }
            td.r {
                (words::number(bin.passages))
                @if bin.inferred.passages > 0 {
                    " " span.proof {
                        (frame.fill(ToolText::BinInferred, &[("n", &words::number(bin.inferred.passages))]))
                    }
                }
            }
            td.r { (words::number(bin.documents)) }
            td.r { (words::number(bin.occurrences)) }
            @if per != Per::Absolute { td.r { (shown.map_or("–".to_owned(), |rate| format!("{rate:.1}"))) } }
        }
    }
}

/// Writes the first and last passage of a query.
fn edges(frame: &Frame<'_>, line: &Timeline) -> Markup {
    html! {
        @for (found, label) in [(&line.first, ToolText::FirstUse), (&line.last, ToolText::LastUse)] {
            @if let Some(found) = found { p.s { (frame.t(label)) " " (used(frame, found)) } }
        }
    }
}

/// Writes a passage in which a query is used first or last, with what its date rests on.
fn used(frame: &Frame<'_>, found: &Use) -> Markup {
    let anchor = format!("#{}", link::anchor(&found.passage));
    let params = frame.params.of_hits().at_passage(&anchor[3..]);
    let title = if found.title.trim().is_empty() { &found.document } else { &found.title };
    html! {
        (words::date(frame.language, Some(&found.date))) " "
        a href=(link::document(&found.document, &params, &anchor)) lang=[words::language_of(frame.language, title)] {
            (one_line(title))
        }
    }
}

fn partners(frame: &Frame<'_>, line: &Timeline) -> Markup {
    html! {
        table.wide {
            thead {
                tr {
                    th scope="col" { (frame.t(ToolText::DimensionPartner)) }
                    th scope="col" { (frame.t(ToolText::FirstUse)) }
                    th scope="col" { (frame.t(ToolText::LastUse)) }
                }
            }
            tbody {
                @for partner in &line.partners {
                    tr {
                        th scope="row" { (one_line(&partner.partner.label)) }
                        @for found in [&partner.first, &partner.last] {
                            td { @if let Some(found) = found { (used(frame, found)) } }
                        }
                    }
                }
            }
        }
    }
}

/// What the page of the places of a query in documents shows.
#[derive(Clone, Debug)]
pub struct DispersionView<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The places.
    pub found: &'a Dispersion,
}

/// Writes the page of the places of a query in documents: a line a document, a tick an occurrence.
pub fn dispersion_page(view: &DispersionView<'_>) -> String {
    let DispersionView { frame, found } = view;
    let title = frame.t(ToolText::DispersionTitle).to_owned();
    let rest = [words::number(found.rest_documents), words::number(found.rest_occurrences)];
    let rest = [("documents", rest[0].as_str()), ("n", &rest[1])];
    let main = html! {
        (frame.ask(&frame.params.text))
        (frame.views())
        div #results tabindex="-1" {
            div.status { div role="status" { h1 { (title) } } }
            @if found.rest_documents > 0 { p.s.m { (frame.fill(ToolText::DispersionRest, &rest)) } }
            @let table = html! { table.wide.bars { tbody { @for row in &found.rows { (places(frame, row)) } } } };
            (frame.scrolled(ToolText::DispersionTitle, &table))
        }
    };
    let record = frame.record(&one_line(&found.query));
    frame.page(Content { title, skips: vec![("results", Text::SkipResults)], record, main })
}

fn places(frame: &Frame<'_>, row: &Row) -> Markup {
    let title = if row.title.trim().is_empty() { &row.document } else { &row.title };
    let place = |offset: usize| format!("{:.1}", WIDTH * offset as f64 / row.length.max(1) as f64);
    html! {
        tr {
            td {
                a href=(link::document(&row.document, &frame.params.of_hits(), ""))
                    lang=[words::language_of(frame.language, title)] { (one_line(title)) }
                " " span.proof { (words::date(frame.language, row.date.as_ref())) }
            }
            td.track {
                svg width="100%" height="18" viewBox=(format!("0 0 {WIDTH} 18")) preserveAspectRatio="none"
                    aria-hidden="true" {
                    rect.u x="0" y="8" width=(WIDTH) height="2" {}
                    @for offset in &row.offsets { rect.k x=(place(*offset)) y="2" width="1" height="14" {} }
                }
            }
            td.r { (words::number(row.offsets.len())) }
        }
    }
}
