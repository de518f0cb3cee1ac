//! The page of a concordance.

use maud::{Markup, html};

use super::frame::{Content, Frame};
use super::{chips, link, words};
use crate::document::Role;
use crate::output::one_line;
use crate::query::Tier;
use crate::serve::i18n::Text;
use crate::serve::i18n_tools::ToolText;
use crate::serve::params::Params;
use crate::serve::view::Extension;
use crate::study::{Concordance, Line};

/// Widths that a reader may choose.
const WIDTHS: [&str; 3] = ["10", "20", "40"];
/// Sizes of samples that a reader may choose.
const SAMPLES: [&str; 2] = ["100", "500"];
/// Orders that a reader may choose.
const ORDERS: [(&str, ToolText); 7] = [
    ("position", ToolText::OrderPosition),
    ("date", ToolText::OrderDate),
    ("-date", ToolText::OrderNewest),
    ("partner", ToolText::OrderPartner),
    ("match", ToolText::OrderMatch),
    ("left:1,2", ToolText::OrderLeft),
    ("right:1,2", ToolText::OrderRight),
];

/// What the page of a concordance shows.
#[derive(Clone, Debug)]
pub struct KwicView<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The concordance.
    pub found: &'a Concordance,
}

/// Writes the page of a concordance.
pub fn kwic_page(view: &KwicView<'_>) -> String {
    let KwicView { frame, found } = view;
    let total = &found.total;
    let counts = [total.lines, total.passages, total.documents].map(words::number);
    let counts = [("lines", counts[0].as_str()), ("passages", &counts[1]), ("documents", &counts[2])];
    let counted = frame.fill(ToolText::KwicCount, &counts);
    let [word, variant, substring] = total.by_tier.map(words::number);
    let tiers = [("word", word.as_str()), ("variant", &variant), ("substring", &substring)];
    let main = html! {
        (frame.ask(&frame.params.text))
        (frame.views())
        (chips::widened(frame, &found.answer.widened))
        (chips::filters(frame, false))
        div #results tabindex="-1" {
            div.status {
                div role="status" { h1 { (counted) } }
                @if total.lines > 0 { span.m.s { (frame.fill(Text::Tiers, &tiers)) } }
            }
            (notes(frame, found))
            @if found.lines.is_empty() && found.kept == 0 {
                p.sec { (frame.t(ToolText::KwicNone)) }
            } @else {
                (tools(frame))
                (table(frame, found))
                (pages(frame, found))
            }
        }
    };
    let query = one_line(&frame.params.text);
    let title = format!("{query} {}", frame.t(ToolText::KwicTitle));
    frame.page(Content { title, skips: vec![("results", Text::SkipResults)], record: frame.record(&counted), main })
}

/// Tells what the lines leave out.
fn notes(frame: &Frame<'_>, found: &Concordance) -> Markup {
    let all = found.total.lines + if frame.params.option("titles").is_some() { found.titles } else { 0 };
    let (kept, all_shown) = (words::number(found.kept), words::number(all));
    html! {
        (frame.notices(&found.answer.warnings))
        @if found.cut {
            p.note { (frame.fill(ToolText::KwicCut, &[("n", &words::number(found.total.lines))])) }
        }
        @if found.kept < all {
            p.s.m { (frame.fill(ToolText::KwicSample, &[("n", &kept), ("all", &all_shown)])) }
        }
        @if found.titles > 0 && frame.params.option("titles").is_none() {
            p.s.l {
                a href=(link::beside(&frame.params.with_option("titles", Some("1")))) {
                    (frame.fill(ToolText::KwicTitles, &[("n", &words::number(found.titles))]))
                }
            }
        }
    }
}

fn tools(frame: &Frame<'_>) -> Markup {
    let params = frame.params;
    let order = params.option("sort").unwrap_or(match crate::serve::params::sort_name(params.sort) {
        "relevance" => "position",
        name => name,
    });
    let sorted = |key: &'static str| {
        let sort = Default::default();
        Params { sort, ..params.with_option("sort", (key != "position").then_some(key)) }
    };
    let width = params.option("left").unwrap_or("20");
    let wide = |width: &str| {
        let value = (width != "20").then_some(width);
        params.with_option("left", value).with_option("right", value)
    };
    let sample = params.option("sample");
    let export = |extension: Extension, label: &str| link::export(params, &frame.view, extension, label);
    let is_segmented = params.option("segmented").is_some();
    html! {
        div.tools {
            span {
                span { (frame.t(ToolText::Order)) }
                @for (key, text) in ORDERS { (link::choice(order == key, frame.t(text), &sorted(key))) }
            }
            span {
                span { (frame.t(ToolText::Width)) }
                @for value in WIDTHS { (link::choice(width == value, value, &wide(value))) }
            }
            span {
                span { (frame.t(ToolText::Sample)) }
                (link::choice(sample.is_none(), frame.t(ToolText::SampleAll), &params.with_option("sample", None)))
                @for size in SAMPLES {
                    (link::choice(sample == Some(size), size, &params.with_option("sample", Some(size))))
                }
            }
            span {
                a href=(link::beside(&params.with_option("segmented", (!is_segmented).then_some("1")))) {
                    (frame.t(if is_segmented { ToolText::SegmentedOff } else { ToolText::Segmented }))
                }
            }
            span {
                span { (frame.t(Text::Export)) }
                (export(Extension::Csv, "CSV"))
                (export(Extension::Tsv, "TSV"))
                (export(Extension::Xlsx, "XLSX"))
                (export(Extension::Jsonl, "JSONL"))
            }
        }
    }
}

fn table(frame: &Frame<'_>, found: &Concordance) -> Markup {
    html! {
        table.kwic {
            thead {
                tr {
                    th.r scope="col" { (frame.t(ToolText::Left)) }
                    th scope="col" { (frame.t(ToolText::Match)) }
                    th scope="col" { (frame.t(ToolText::Right)) }
                    th scope="col" { (frame.t(ToolText::Source)) }
                }
            }
            tbody lang="ja" { @for line in &found.lines { (row(frame, line)) } }
        }
    }
}

fn row(frame: &Frame<'_>, line: &Line) -> Markup {
    let language = frame.language;
    let class = match line.tier {
        Tier::Word => None,
        Tier::Variant => Some("v"),
        Tier::Substring => Some("b"),
    };
    let of_hits = frame.params.of_hits();
    let (reader, anchor) = match &line.passage {
        Some(passage) => {
            let anchor = format!("#{}", link::anchor(&passage.id));
            (if of_hits.text.is_empty() { of_hits } else { of_hits.at_passage(&anchor[3..]) }, anchor)
        }
        None => (of_hits, String::new()),
    };
    let document = &line.document;
    let title = if document.title.trim().is_empty() { &document.id } else { &document.title };
    let partners = line.partners(Role::Party);
    html! {
        tr class=[class] {
            td.r { (one_line(&line.left)) }
            td.m {
                mark { (one_line(&line.matched)) }
                @if class.is_some() { " " span.tag { (words::tier(language, line.tier)) } }
            }
            td { (one_line(&line.right)) }
            td.src {
                a href=(link::document(&document.id, &reader, &anchor)) lang=[words::language_of(language, title)] {
                    (one_line(title))
                }
                span lang=(language.name()) {
                    " " (words::date(language, document.date.as_ref()))
                    @if let Some(passage) = &line.passage {
                        @if let Some(page) = passage.page {
                            " " (frame.fill(Text::Page, &[("page", &words::number(page))]))
                        }
                        " " (words::lines(language, line.line.map_or(passage.lines, |line| (line, line))))
                    }
                    @if !partners.is_empty() { " " (words::names(language, &partners, 3)) }
                }
            }
        }
    }
}

/// Writes the links between the pages of the list.
fn pages(frame: &Frame<'_>, found: &Concordance) -> Markup {
    let params = frame.params;
    let size = params.limit.unwrap_or(100);
    let next = params.offset + found.lines.len();
    let at = |offset: usize| link::address(&Params { offset, ..params.first_page() }, &frame.view, Extension::Html);
    html! {
        @if params.offset > 0 || next < found.kept {
            nav.pages aria-label=(frame.t(Text::Pages)) {
                @if params.offset > 0 {
                    a rel="prev" href=(at(params.offset.saturating_sub(size))) { (frame.t(Text::PreviousPage)) }
                }
                span { (frame.fill(ToolText::KwicShown, &[("n", &words::number(found.lines.len()))])) }
                @if next < found.kept && size > 0 { a rel="next" href=(at(next)) { (frame.t(Text::NextPage)) } }
            }
        }
    }
}
