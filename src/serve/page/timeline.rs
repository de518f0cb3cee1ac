//! The timeline: passages by year, month or fiscal year as bars that are links, and the same numbers as a table.
//!
//! A bar is solid where the date is known and hatched where it is inferred; undated passages stand apart.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::frame::Frame;
use super::{link, words};
use crate::document::{CivilDate, DateInterval};
use crate::engine::{FacetNode, UNDATED};
use crate::metadata::date::parse_range;
use crate::query::DateUnit;
use crate::serve::i18n::Text;
use crate::serve::params::{Filter, Language, Params};

const HEIGHT: usize = 128;
/// Height of the highest bar, and the place of its foot.
const HIGHEST: f64 = 88.0;
const FOOT: f64 = 106.0;
const MARGIN: usize = 10;
/// Most bars that are filled up with empty ones between.
const MOST_BARS: i16 = 130;
/// Value of `date` that asks for undated documents.
pub const UNKNOWN: &str = "unknown";

/// What the bars count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Passages of an answer.
    Passages,
    /// Documents of the index.
    Documents,
}

/// A bar.
struct Bar {
    /// Value of `date`.
    date: String,
    label: String,
    name: String,
    count: usize,
    inferred: usize,
    /// False for a bar outside the period that is chosen.
    chosen: bool,
    params: Params,
}

/// The bars of a timeline.
struct Timeline<'a> {
    frame: &'a Frame<'a>,
    unit: Unit,
    bars: Vec<Bar>,
    undated: Option<Bar>,
    months: bool,
}

/// Writes the timeline of some nodes; `inferred` holds the numbers of inferred dates alone.
pub fn timeline(frame: &Frame<'_>, nodes: &[FacetNode], inferred: &[FacetNode], unit: Unit) -> Markup {
    let timeline = Timeline::new(frame, nodes, inferred, unit);
    if timeline.bars.is_empty() && timeline.undated.is_none() {
        html! {}
    } else {
        timeline.figure()
    }
}

impl<'a> Timeline<'a> {
    fn new(frame: &'a Frame<'a>, nodes: &[FacetNode], inferred: &[FacetNode], unit: Unit) -> Self {
        let params = frame.params;
        let period = params.filters.date.as_deref().filter(|date| *date != UNKNOWN);
        let period = period.and_then(|date| parse_range(date).ok());
        let count = |node: &FacetNode| if unit == Unit::Documents { node.documents } else { node.passages };
        let mut guessed: BTreeMap<&str, usize> = BTreeMap::new();
        for node in inferred.iter().flat_map(|node| std::iter::once(node).chain(&node.children)) {
            guessed.insert(&node.value, count(node));
        }
        let counts = |nodes: &'_ mut dyn Iterator<Item = &FacetNode>| -> BTreeMap<String, usize> {
            nodes.filter(|node| node.value != UNDATED).map(|node| (node.value.clone(), count(node))).collect()
        };
        let within = |year: &FacetNode| {
            let year = year.value.parse::<i16>().ok();
            period.is_none_or(|period| year.is_some_and(|year| period.start.year <= year && year <= period.end.year))
        };
        let months = params.by == DateUnit::Month && unit == Unit::Passages;
        let of_months = counts(&mut nodes.iter().filter(|year| within(year)).flat_map(|year| &year.children));
        let of_years = counts(&mut nodes.iter());
        let known = if months && !of_months.is_empty() { of_months } else { of_years };
        let months = known.keys().next().is_some_and(|date| date.contains('-'));
        let dates = filled(known.keys().map(String::as_str), period.filter(|_| months));
        let bar = |date: String| {
            let next = if unit == Unit::Passages { params.clone() } else { frame.plain() };
            let by = if date.contains('-') || date.len() == 4 { DateUnit::Month } else { DateUnit::FiscalYear };
            Bar {
                count: known.get(&date).copied().unwrap_or_default(),
                inferred: guessed.get(date.as_str()).copied().unwrap_or_default(),
                label: date.clone(),
                name: name_of(frame.language, &date),
                chosen: is_within(&date, period),
                params: Params { by, ..next.with(Filter::Date, &date) },
                date,
            }
        };
        let bars: Vec<Bar> = dates.into_iter().map(bar).collect();
        let undated = nodes.iter().find(|node| node.value == UNDATED).filter(|node| count(node) > 0).map(|node| Bar {
            date: UNKNOWN.to_owned(),
            label: frame.t(Text::Undated).to_owned(),
            name: frame.t(Text::Undated).to_owned(),
            count: count(node),
            inferred: 0,
            chosen: period.is_none(),
            params: if unit == Unit::Passages { params.clone() } else { frame.plain() }.with(Filter::Date, UNKNOWN),
        });
        Self { frame, unit, bars, undated, months }
    }

    fn title(&self) -> Text {
        match (self.unit, self.frame.params.by) {
            (Unit::Documents, _) => Text::DocumentsByYear,
            (_, _) if self.months => Text::PassagesByMonth,
            (_, DateUnit::FiscalYear) => Text::PassagesByFiscalYear,
            _ => Text::PassagesByYear,
        }
    }

    fn figure(&self) -> Markup {
        let frame = self.frame;
        let title = frame.t(self.title());
        let has_inferred = self.bars.iter().any(|bar| bar.inferred > 0);
        html! {
            figure.chart {
                figcaption {
                    strong { (title) }
                    span.key { (swatch("k")) (frame.t(Text::YearKnown)) }
                    @if has_inferred { span.key { (swatch("i")) (frame.t(Text::YearInferred)) } }
                    @if self.undated.is_some() { span.key { (swatch("u")) (frame.t(Text::YearUnknown)) } }
                    (self.units())
                }
                div.scroll tabindex="0" role="region" aria-label=(title) { (self.plot(title)) }
                @if self.unit == Unit::Passages { (self.period()) }
                details.s.np { summary { (frame.t(Text::Figures)) } (self.table()) }
            }
        }
    }

    /// Writes the links to the other units, and back from the months of a period.
    fn units(&self) -> Markup {
        let frame = self.frame;
        if self.unit == Unit::Documents {
            return html! {};
        }
        let by = |by: DateUnit| Params { by, ..frame.params.clone() };
        let unit = |unit: DateUnit, is_now: bool, text: Text| link::choice(is_now, frame.t(text), &by(unit));
        let fiscal = frame.params.by == DateUnit::FiscalYear;
        html! {
            span.tools.np {
                span {
                    span.vh { (frame.t(Text::Unit)) }
                    (unit(DateUnit::Year, !fiscal && !self.months, Text::ByYear))
                    (unit(DateUnit::Month, self.months, Text::ByMonth))
                    (unit(DateUnit::FiscalYear, fiscal, Text::ByFiscalYear))
                }
                @if frame.params.filters.date.is_some() {
                    a href=(link::beside(&Params { by: DateUnit::Year, ..frame.params.cleared(Filter::Date) })) {
                        (frame.t(Text::BackToYears))
                    }
                }
            }
        }
    }

    /// Returns the width of a bar with its gap.
    fn slot(&self) -> usize {
        let room = if self.unit == Unit::Documents { 1120 } else { 830 };
        (room / self.bars.len().max(1)).clamp(14, if self.unit == Unit::Documents { 44 } else { 34 })
    }

    fn plot(&self, title: &str) -> Markup {
        let slot = self.slot();
        let end = MARGIN + slot * self.bars.len();
        let apart = if self.bars.is_empty() { MARGIN } else { end + 14 };
        let width = if self.undated.is_some() { apart + 72 } else { end + MARGIN };
        let all = self.bars.iter().chain(&self.undated);
        let highest = all.map(|bar| bar.count).max().unwrap_or(1).max(1);
        html! {
            svg.plot width=(width) height=(HEIGHT) viewBox={ "0 0 " (width) " " (HEIGHT) } role="group"
                aria-label=(title) {
                (hatch("h"))
                @for (at, bar) in self.bars.iter().enumerate() {
                    (self.bar(bar, MARGIN + at * slot, slot, highest, self.has_label(at, slot)))
                }
                @if let Some(bar) = &self.undated { (self.bar(bar, apart, 58, highest, true)) }
                path.ax d={ "M" (MARGIN) " " (FOOT + 0.5) "H" (end.max(MARGIN + 1)) } {}
            }
        }
    }

    /// True where the name of a bar is written: each one if there is room, else each fifth.
    fn has_label(&self, at: usize, slot: usize) -> bool {
        let number = |at: usize| {
            let label = self.bars.get(at).map_or("", |bar| bar.label.as_str());
            label.get(..4).and_then(|year| year.parse::<i16>().ok()).unwrap_or(0)
        };
        if self.months {
            slot >= 20 || at.is_multiple_of(3)
        } else {
            slot >= 30 || number(at) % 5 == 0 || at == 0 && number(1) % 5 != 0
        }
    }

    fn bar(&self, bar: &Bar, x: usize, slot: usize, highest: usize, has_label: bool) -> Markup {
        let height = |count: usize| {
            let height = HIGHEST * count as f64 / highest as f64;
            (if count > 0 { height.max(3.0) } else { 0.0 } * 10.0).round() / 10.0
        };
        let (all, hatched) = (height(bar.count), height(bar.inferred));
        let solid = ((all - hatched).max(0.0) * 10.0).round() / 10.0;
        let is_undated = bar.date == UNKNOWN;
        let (left, width) = if is_undated { (x + slot / 2 - 9, 18) } else { (x + slot / 6, slot - slot / 3) };
        let middle = x + slot / 2;
        let number = words::number(bar.count);
        let fits = number.len() * 7 <= slot + 3 || bar.count == highest;
        let shapes = html! {
            rect.z x=(x) y="0" width=(slot) height=(HEIGHT) data-d=[(!is_undated).then_some(&bar.date)] {}
            @if is_undated {
                rect.u x=(left) y=(FOOT - all) width=(width) height=(all) {}
            } @else {
                @if solid > 0.0 { rect.k x=(left) y=(FOOT - solid) width=(width) height=(solid) {} }
                @if hatched > 0.0 { rect.i x=(left) y=(FOOT - solid - hatched) width=(width) height=(hatched) {} }
            }
            @if bar.count > 0 && fits { text.n x=(middle) y=(FOOT - all - 4.0) { (number) } }
            @if has_label { text x=(middle) y="120" { (self.short(bar, slot)) } }
        };
        html! {
            @if bar.count == 0 { (shapes) } @else {
                a href=(self.href(bar)) class=[(!bar.chosen).then_some("o")] { title { (self.told(bar)) } (shapes) }
            }
        }
    }

    fn href(&self, bar: &Bar) -> String {
        if self.unit == Unit::Passages { link::beside(&bar.params) } else { link::search(&bar.params) }
    }

    /// Returns the name of a bar below it: ’07, 2010, 11月.
    fn short(&self, bar: &Bar, slot: usize) -> String {
        if self.months {
            let (year, month) = bar.date.split_once('-').unwrap_or((&bar.date, ""));
            let month = month.trim_start_matches('0');
            return if month == "1" && self.bars.len() > 12 { year.to_owned() } else { month.to_owned() };
        }
        let year = bar.label.get(..4).filter(|year| year.parse::<i16>().is_ok_and(|year| year % 5 != 0));
        match year.filter(|_| slot < 40 && bar.date != UNKNOWN && self.bars.len() > 1) {
            Some(year) => format!("’{}", &year[2..]),
            None => bar.label.trim_end_matches("年度").to_owned(),
        }
    }

    /// Says a bar in words.
    fn told(&self, bar: &Bar) -> String {
        let frame = self.frame;
        let count = match self.unit {
            Unit::Passages => words::passages(frame.language, bar.count),
            Unit::Documents => words::documents(frame.language, bar.count),
        };
        let told = frame.fill(Text::BarTitle, &[("date", &bar.name), ("n", &count)]);
        match bar.inferred {
            0 => told,
            n => told + &frame.fill(Text::BarInferred, &[("n", &words::number(n))]),
        }
    }

    /// Writes the two fields that choose a period, as dragging over the bars does.
    fn period(&self) -> Markup {
        let frame = self.frame;
        let date = frame.params.filters.date.as_deref().filter(|date| *date != UNKNOWN).unwrap_or_default();
        let (from, to) = date.split_once("..").unwrap_or((date, date));
        html! {
            form.span action="/search" aria-label=(frame.t(Text::Date)) {
                (link::hidden(frame.params, &["date"]))
                label for="d1" { (frame.t(Text::Date)) }
                input #d1 type="text" name="from" value=(from) aria-describedby="dh" autocomplete="off";
                span { "–" }
                label.vh for="d2" { (frame.t(Text::DateTo)) }
                input #d2 type="text" name="to" value=(to) aria-describedby="dh" autocomplete="off";
                button { (frame.t(Text::Apply)) }
                @if self.undated.is_some() {
                    a.pick href=(link::beside(&frame.params.with(Filter::Date, UNKNOWN))) {
                        (frame.t(Text::OnlyUndated))
                    }
                }
                span.s.m #dh { (frame.t(Text::DateHint)) }
            }
        }
    }

    fn table(&self) -> Markup {
        let frame = self.frame;
        let has_inferred = self.bars.iter().any(|bar| bar.inferred > 0);
        html! {
            table {
                thead {
                    tr {
                        th scope="col" { (frame.t(Text::Date)) }
                        th.r scope="col" { (frame.t(Text::Number)) }
                        @if has_inferred { th.r scope="col" { (frame.t(Text::OfWhichInferred)) } }
                    }
                }
                tbody {
                    @for bar in self.bars.iter().chain(&self.undated).filter(|bar| bar.count > 0) {
                        tr {
                            th scope="row" { (bar.name) }
                            td.r { a href=(self.href(bar)) { (words::number(bar.count)) } }
                            @if has_inferred { td.r { @if bar.inferred > 0 { (words::number(bar.inferred)) } } }
                        }
                    }
                }
            }
        }
    }
}

fn swatch(class: &str) -> Markup {
    html! {
        svg viewBox="0 0 16 10" aria-hidden="true" focusable="false" {
            @if class == "i" { (hatch("hk")) }
            rect class=(if class == "i" { "ik" } else { class }) x=".5" y=".5" width="15" height="9" {}
        }
    }
}

/// Writes the pattern of inferred dates.
fn hatch(id: &str) -> Markup {
    html! {
        defs {
            pattern #(id) width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                path.h d="M0 0V5" {}
            }
        }
    }
}

/// Returns the full name of a bar.
fn name_of(language: Language, date: &str) -> String {
    match (date.split_once('-'), date.strip_suffix("年度")) {
        (Some((year, month)), _) => {
            words::month(language, year.parse().unwrap_or_default(), month.parse().unwrap_or_default())
        }
        (_, Some(year)) => crate::serve::fill(Text::FiscalYear.of(language), &[("year", year)]),
        _ => words::year(language, date),
    }
}

/// True where a year, a month or a fiscal year shares a day with the period that is chosen.
fn is_within(date: &str, period: Option<DateInterval>) -> bool {
    let Some(period) = period else { return true };
    parse_range(date).is_ok_and(|days| days.overlaps(&period))
}

/// Returns the dates of bars in order, with those between that have no passages.
fn filled<'d>(known: impl Iterator<Item = &'d str>, period: Option<DateInterval>) -> Vec<String> {
    let known: Vec<&str> = known.collect();
    let (Some(first), Some(last)) = (known.first(), known.last()) else { return Vec::new() };
    let plain = || known.iter().map(|date| (*date).to_owned()).collect::<Vec<_>>();
    let parts = |date: &str| {
        let (year, month) = date.split_once('-').unwrap_or((date, "1"));
        Some((year.trim_end_matches("年度").parse::<i16>().ok()?, month.parse::<i8>().ok()?))
    };
    let (Some(mut from), Some(mut to)) = (parts(first), parts(last)) else { return plain() };
    if !first.contains('-') {
        let unit = if first.ends_with("年度") { "年度" } else { "" };
        let few = to.0.saturating_sub(from.0) < MOST_BARS;
        return if few { (from.0..=to.0).map(|year| format!("{year}{unit}")).collect() } else { plain() };
    }
    // A period that is chosen is shown whole, where it is bounded.
    if let Some(DateInterval { start, end }) = period {
        let is_bounded = |date: CivilDate| date.year > 1 && date.year < 9999;
        from = if is_bounded(start) { (start.year, start.month).min(from) } else { from };
        to = if is_bounded(end) { (end.year, end.month).max(to) } else { to };
        if (start.year, start.month) == (end.year, end.month) || start.year == end.year {
            (from, to) = ((start.year, 1), (start.year, 12));
        }
    }
    let number = |(year, month): (i16, i8)| i32::from(year) * 12 + i32::from(month) - 1;
    if number(to) - number(from) >= i32::from(MOST_BARS) {
        return plain();
    }
    (number(from)..=number(to)).map(|at| format!("{:04}-{:02}", at / 12, at % 12 + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::{filled, is_within};
    use crate::metadata::date::parse_range;

    #[test]
    fn bars_stand_for_dates_between_too() {
        assert_eq!(filled(["2007", "2010"].into_iter(), None), ["2007", "2008", "2009", "2010"]);
        assert_eq!(filled(["2019年度", "2021年度"].into_iter(), None), ["2019年度", "2020年度", "2021年度"]);
        assert_eq!(filled(["2011-11", "2012-02"].into_iter(), None), ["2011-11", "2011-12", "2012-01", "2012-02"]);
        let year = filled(["2012-11"].into_iter(), parse_range("2012").ok());
        assert_eq!((year.len(), year[0].as_str()), (12, "2012-01"));
        assert_eq!(filled(["0710", "2012"].into_iter(), None), ["0710", "2012"], "not 1,300 bars");
        assert!(filled([].into_iter(), None).is_empty());
    }

    #[test]
    fn a_bar_outside_the_period_is_told_apart() {
        let period = parse_range("2007..2012-06").ok();
        assert!(is_within("2012", period) && is_within("2012-06", period) && is_within("2011年度", period));
        assert!(!is_within("2012-07", period) && !is_within("2006", period) && is_within("1900", None));
    }
}
