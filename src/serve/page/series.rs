//! The list of series of meetings, and the page of one.

use maud::{Markup, html};

use super::frame::{Content, Frame};
use super::{link, words};
use crate::document::{CivilDate, DateInterval, DateSource, DocumentDate, Precision};
use crate::metadata::date::parse_range;
use crate::output::one_line;
use crate::serve::i18n::Text;
use crate::serve::i18n_tools::ToolText;
use crate::serve::params::{Filter, Language, Params};
use crate::serve::view::{Extension, View};
use crate::study::{Held, Series, Source, Told};

/// Series of one page of the list.
const MOST: usize = 200;
/// Documents that a meeting names.
const SOURCES: usize = 5;
/// Other names that the list shows.
const NAMES: usize = 3;

/// What the list of series shows.
#[derive(Clone, Debug)]
pub struct SeriesListView<'a> {
    /// What all pages share. Its `q` leaves the series whose names hold it.
    pub frame: Frame<'a>,
    /// All series, those with most meetings first.
    pub series: &'a [Series],
}

/// What the page of one series shows.
#[derive(Clone, Debug)]
pub struct SeriesView<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The series.
    pub series: &'a Series,
}

/// Writes the list of series.
pub fn series_list_page(view: &SeriesListView<'_>) -> String {
    let frame = &view.frame;
    let wanted = crate::metadata::series_key(&frame.params.text);
    let names = |series: &'_ Series| -> bool {
        std::iter::once(&series.name)
            .chain(&series.other_names)
            .any(|name| crate::metadata::series_key(name).contains(&wanted))
    };
    let found: Vec<&Series> = view.series.iter().filter(|series| wanted.is_empty() || names(series)).collect();
    let start = frame.params.start().min(found.len());
    let shown: Vec<&Series> = found.iter().skip(start).take(MOST).copied().collect();
    let next = (start + shown.len() < found.len()).then_some(start + shown.len());
    let to =
        |offset: usize| link::address(&Params { offset, ..frame.params.first_page() }, &frame.view, Extension::Html);
    let main = html! {
        h1 { (frame.t(Text::SeriesTitle)) }
        p.m { (frame.fill(Text::SeriesLead, &[("n", &words::number(found.len()))])) }
        form.ask.sec action="/series" role="search" {
            label.vh for="q" { (frame.t(Text::SeriesFilter)) }
            input #q name="q" type="search" value=(frame.params.text) autocomplete="off"
                placeholder=(frame.t(Text::SeriesFilter));
            (link::hidden(&frame.plain(), &[]))
            button { (frame.t(Text::SearchButton)) }
        }
        @if found.is_empty() { p.sec { (frame.t(Text::SeriesNone)) } } @else {
            table.wide.meet.sec #results tabindex="-1" {
                thead {
                    tr {
                        th scope="col" { (frame.t(Text::SeriesName)) }
                        th.r scope="col" { (frame.t(Text::Meetings)) }
                        th.r scope="col" { (frame.t(Text::Documents)) }
                        th scope="col" { (frame.t(Text::Period)) }
                    }
                }
                tbody { @for series in &shown { (row(frame, series)) } }
            }
        }
        @if start > 0 || next.is_some() {
            nav.pages aria-label=(frame.t(Text::Pages)) {
                @if start > 0 { a rel="prev" href=(to(start.saturating_sub(MOST))) { (frame.t(Text::PreviousPage)) } }
                @if let Some(next) = next { a rel="next" href=(to(next)) { (frame.t(Text::NextPage)) } }
            }
        }
    };
    let title = frame.t(Text::SeriesTitle).to_owned();
    let skips = if found.is_empty() { Vec::new() } else { vec![("results", Text::SkipResults)] };
    frame.page(Content { title, skips, record: frame.record(&words::number(found.len())), main })
}

/// Returns the address of the page of a series.
fn address(frame: &Frame<'_>, name: &str) -> String {
    link::address(&frame.plain(), &View::Series(Some(name.to_owned())), Extension::Html)
}

fn row(frame: &Frame<'_>, series: &Series) -> Markup {
    let others: Vec<&str> = series.other_names.iter().map(String::as_str).collect();
    html! {
        tr {
            th scope="row" lang=[words::language_of(frame.language, &series.name)] {
                a href=(address(frame, &series.name)) { (one_line(&series.name)) }
                @if !others.is_empty() {
                    br; span.proof {
                        (other_names(frame, &others, NAMES))
                    }
                }
            }
            td.r data-l=(frame.t(Text::Meetings)) { (words::number(series.meetings.len())) }
            td.r data-l=(frame.t(Text::Documents)) { (words::number(series.documents())) }
            td { (period(series)) }
        }
    }
}

fn other_names(frame: &Frame<'_>, names: &[&str], most: usize) -> String {
    let names = words::names(frame.language, names, most);
    one_line(&frame.fill(Text::OtherNames, &[("names", &names)])).into_owned()
}

/// Formats the years from the first to the last meeting.
fn period(series: &Series) -> String {
    let Some((first, last)) = series.days() else { return String::new() };
    let year = |day: &str| day.get(..4).unwrap_or(day).to_owned();
    let (first, last) = (year(&first), year(&last));
    if first == last { first } else { format!("{first}–{last}") }
}

/// Writes the page of a series.
pub fn series_page(view: &SeriesView<'_>) -> String {
    let SeriesView { frame, series } = view;
    let known = series.meetings.len();
    let missing: usize = series.gaps.iter().map(|(from, to)| (to - from + 1) as usize).sum();
    let counts = [("all", words::number(known + missing)), ("known", words::number(known))];
    let counts = counts.each_ref().map(|(name, value)| (*name, value.as_str()));
    let others: Vec<&str> = series.other_names.iter().map(String::as_str).collect();
    let main = html! {
        h1 lang=[words::language_of(frame.language, &series.name)] { (one_line(&series.name)) }
        p.meta.l {
            @if !others.is_empty() {
                span { (other_names(frame, &others, 4 * NAMES)) }
            }
            span { (period(series)) }
            span {
                a href=(link::search(&frame.plain().with(Filter::Series, &series.name))) {
                    (frame.t(Text::SearchSeries))
                }
            }
            span {
                a href=(link::address(&frame.plain(), &frame.view, Extension::Csv)) { "CSV" } " "
                a href=(link::address(&frame.plain(), &frame.view, Extension::Json)) { "JSON" }
            }
        (diffs(frame, series))
        }
        section.sec #results tabindex="-1" {
            h2 { (frame.t(Text::MeetingsTitle)) }
            table.wide.meet {
                caption { (frame.fill(Text::MeetingsLead, &counts)) }
                thead {
                    tr {
                        th scope="col" { (frame.t(Text::MeetingColumn)) }
                        th scope="col" { (frame.t(Text::DateColumn)) }
                        th scope="col" { (frame.t(Text::PlaceColumn)) }
                        th scope="col" { (frame.t(Text::SourcesColumn)) }
                    }
                }
                tbody {
                    @for (at, held) in series.meetings.iter().enumerate() {
                        (gap(frame, series, at.checked_sub(1).and_then(|at| series.meetings.get(at)), held))
                        (meeting(frame, held))
                    }
                }
            }
        }
        (renames(frame, series))
        @if !series.related.is_empty() {
            section.sec {
                h2 { (frame.t(Text::RelatedTitle)) }
                ul.l { @for source in &series.related { li { (to(frame, source)) } } }
            }
        }
    };
    let skips = vec![("results", Text::SkipResults)];
    frame.page(Content { title: series.name.clone(), skips, record: frame.record(&words::number(known)), main })
}

/// Writes the row of the meetings between two that no document names.
fn gap(frame: &Frame<'_>, series: &Series, before: Option<&Held>, held: &Held) -> Markup {
    let between = |(from, to): &&(u32, u32)| {
        before.and_then(|before| before.number).is_some_and(|before| before < *from)
            && held.number.is_some_and(|number| *to < number)
    };
    let name = |(from, to): (u32, u32)| match from == to {
        true => frame.fill(Text::MeetingNumber, &[("n", &from.to_string())]),
        false => frame.fill(Text::Gap, &[("from", &from.to_string()), ("to", &to.to_string())]),
    };
    html! {
        @if let Some(gap) = series.gaps.iter().find(between) {
            tr.gone {
                th scope="row" { (name(*gap)) }
                td colspan="3" { (frame.t(Text::NoDocument)) }
            }
        }
    }
}

/// Writes the links that compare a meeting with the one before it, where documents report both.
fn diffs(frame: &Frame<'_>, series: &Series) -> Markup {
    let reported: Vec<u32> =
        series.meetings.iter().filter(|held| !held.sources.is_empty()).filter_map(|held| held.number).collect();
    let pairs: Vec<String> = reported
        .windows(2)
        .filter(|pair| pair[1] == pair[0] + 1)
        .map(|pair| format!("{}..{}", pair[0], pair[1]))
        .collect();
    html! {
        @if !pairs.is_empty() {
            p.s.l {
                (frame.t(ToolText::DiffMeetings)) " "
                @for pair in &pairs {
                    @let params = frame.plain().with_option("diff", Some(pair));
                    a href=(link::address(&params, &frame.view, Extension::Html)) { (pair) }
                    " "
                }
            }
        }
    }
}

/// Returns the name of a meeting: 第19回 局長級会合.
pub fn label(language: Language, held: &Held) -> String {
    let number = held.number.map(|n| crate::serve::fill(Text::MeetingNumber.of(language), &[("n", &n.to_string())]));
    let parts = [number, held.edition.clone(), held.sub.clone()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn meeting(frame: &Frame<'_>, held: &Held) -> Markup {
    let label = label(frame.language, held);
    let only = held.dates.len() == 1 || !held.conflict;
    html! {
        tr {
            th scope="row" title=[(!held.evidence.is_empty()).then(|| one_line(&held.evidence).into_owned())] {
                (if label.is_empty() { "–".to_owned() } else { one_line(&label).into_owned() })
            }
            td {
                @if held.conflict { span.tag.x { (frame.t(Text::Conflict)) } " " }
                // Sources that contradict each other stand each with its document; else the most exact date is told.
                @for (at, told) in held.dates.iter().take(if only { 1 } else { usize::MAX }).enumerate() {
                    @if at > 0 { br; }
                    (date(frame.language, &told.value))
                    @if !only { (sources(frame, told)) }
                }
            }
            td { @for (at, told) in held.places.iter().enumerate() { @if at > 0 { "、" } (one_line(&told.value)) } }
            td.l {
                @for (at, source) in held.sources.iter().take(SOURCES).enumerate() {
                    @if at > 0 { br; }
                    (to(frame, source))
                }
                @if held.sources.len() > SOURCES {
                    br; span.m { (frame.fill(Text::AndMore, &[("n", &words::number(held.sources.len() - SOURCES))])) }
                }
            }
        }
    }
}

fn sources(frame: &Frame<'_>, told: &Told) -> Markup {
    html! { span.proof { @for source in told.sources.iter().take(SOURCES) { " " (to(frame, source)) } } }
}

/// Writes a link to a document; a correction in a file of the collection has no page.
fn to(frame: &Frame<'_>, source: &Source) -> Markup {
    let is_file = source.title.is_empty() && source.document.contains("series.meta.toml");
    let name = if source.title.trim().is_empty() { &source.document } else { &source.title };
    html! {
        @if is_file { (one_line(name)) } @else {
            a href=(link::document(&source.document, &frame.plain(), ""))
                lang=[words::language_of(frame.language, name)] { (one_line(name)) }
        }
    }
}

/// Formats the date of a meeting: 2012-11, 2012-11-14/2012-11-15, 2008年度.
fn date(language: Language, value: &str) -> Markup {
    let ends: Vec<&str> = value.split('/').collect();
    let interval = match ends.as_slice() {
        [one] => parse_range(one),
        [from, to] => parse_range(&format!("{from}..{to}")),
        _ => Err(String::new()),
    };
    let precision = match (value.ends_with("年度"), ends[0].len()) {
        (true, _) => Precision::FiscalYear,
        (_, 4) => Precision::Year,
        (_, 7) => Precision::Month,
        _ => Precision::Day,
    };
    let is_whole = |interval: &DateInterval| interval.start > CivilDate::new(1, 1, 1);
    match interval.ok().filter(is_whole) {
        Some(interval) => {
            let date = DocumentDate {
                interval,
                precision,
                kind: crate::document::DateKind::Event,
                source: DateSource::Stated,
                evidence: String::new(),
                candidates: Vec::new(),
            };
            words::plain_date(language, &date)
        }
        None => html! { (one_line(value)) },
    }
}

fn renames(frame: &Frame<'_>, series: &Series) -> Markup {
    html! {
        @if !series.renames.is_empty() {
            section.sec {
                h2 { (frame.t(Text::RenamesTitle)) }
                ul.l {
                    @for (rename, source) in &series.renames {
                        li {
                            span.tag.x { (words::rename_kind(frame.language, rename.relation)) } " "
                            (one_line(&rename.old)) " → " strong { (one_line(&rename.new)) }
                            br; span.proof { "「" (one_line(&rename.evidence)) "」 " (to(frame, source)) }
                        }
                    }
                }
            }
        }
    }
}
