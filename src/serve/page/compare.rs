//! The page that compares the words of two sets.

use maud::{Markup, html};

use super::collocates::{bonferroni, left_out, more_tools, part};
use super::frame::{Content, Frame};
use super::{chips, link, words};
use crate::output::one_line;
use crate::serve::i18n::Text;
use crate::serve::i18n_tools::ToolText;
use crate::serve::params::Params;
use crate::serve::tool::Tool;
use crate::serve::view::{Extension, View};
use crate::study::{Comparison, ComparisonOptions, Keyword, Side};

/// What the page of a comparison shows.
#[derive(Clone, Debug)]
pub struct CompareView<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The comparison.
    pub found: &'a Comparison,
    /// The options that made it.
    pub options: &'a ComparisonOptions,
}

/// Writes the page that compares the words of two sets.
pub fn compare_page(view: &CompareView<'_>) -> String {
    let CompareView { frame, found, options } = view;
    let params = frame.params;
    let query = |name: &str| params.option(name).unwrap_or_default();
    let is_asked = !query("a").is_empty() && !query("b").is_empty();
    let main = html! {
        div.status { div role="status" { h1 { (frame.t(ToolText::CompareTitle)) } } }
        p.s.m { (frame.t(ToolText::CompareLead)) }
        form.sets action="/compare" {
            @for (name, label) in [("a", ToolText::SetA), ("b", ToolText::SetB)] {
                label {
                    span { (frame.t(label)) }
                    input name=(name) type="search" value=(query(name)) autocomplete="off";
                }
            }
            (link::hidden(params, &["a", "b"]))
            button { (frame.t(ToolText::CompareButton)) }
        }
        (chips::filters(frame, false))
        div #results tabindex="-1" {
            @if is_asked {
                div.tools { (more_tools(frame)) }
                @if found.shared > 0 {
                    p.s.m { (frame.fill(ToolText::CompareShared, &[("n", &words::number(found.shared))])) }
                }
                div.sides {
                    (side(frame, &found.a, true))
                    (side(frame, &found.b, false))
                }
                (left_out(frame, found.below, options.min_count, options.min_documents))
                @if found.compared > 0 { (bonferroni(frame, found.bonferroni)) }
            }
        }
    };
    let title = frame.t(ToolText::CompareTitle).to_owned();
    let record = if is_asked { frame.record(&format!("{} / {}", query("a"), query("b"))) } else { Vec::new() };
    frame.page(Content { title, skips: vec![("results", Text::SkipResults)], record, main })
}

fn side(frame: &Frame<'_>, side: &Side, is_first: bool) -> Markup {
    let number = |n: u64| words::number(usize::try_from(n).unwrap_or(usize::MAX));
    let counts = [words::number(side.total.passages), words::number(side.total.documents), number(side.words)];
    let counts = [("passages", counts[0].as_str()), ("documents", &counts[1]), ("words", &counts[2])];
    let set = one_line(&side.query);
    html! {
        section {
            h2 { (frame.fill(ToolText::KeyOf, &[("set", &set)])) }
            p.s.m { (frame.fill(ToolText::CompareSet, &counts)) }
            @if side.keywords.is_empty() { p { (frame.t(ToolText::CollocatesNone)) } } @else {
                (frame.scrolled(ToolText::CompareTitle, &table(frame, side, is_first)))
                @if side.more > 0 {
                    p.s.m { (frame.fill(ToolText::CompareMore, &[("n", &words::number(side.more))])) }
                }
            }
        }
    }
}

fn table(frame: &Frame<'_>, side: &Side, is_first: bool) -> Markup {
    html! {
        table.wide.figures {
            thead {
                tr {
                    th scope="col" { (frame.t(ToolText::Word)) }
                    th scope="col" { (frame.t(ToolText::Part)) }
                    th.r scope="col" { "A" }
                    th.r scope="col" { "B" }
                    th.r scope="col" { (frame.t(ToolText::DocumentsColumn)) }
                    th.r scope="col" { "G²" }
                    th.r scope="col" { "Log Ratio" }
                }
            }
            tbody { @for keyword in &side.keywords { (row(frame, keyword, is_first)) } }
        }
    }
}

fn row(frame: &Frame<'_>, keyword: &Keyword, is_first: bool) -> Markup {
    let number = |n: u64| words::number(usize::try_from(n).unwrap_or(usize::MAX));
    let lines = Params { text: keyword.opens.clone(), ..frame.params.of_hits() };
    let documents = if is_first { keyword.a.documents } else { keyword.b.documents };
    html! {
        tr {
            th scope="row" lang=[words::language_of(frame.language, &keyword.word)] {
                a href=(link::address(&lines, &View::Tool(Tool::Kwic), Extension::Html)) { (one_line(&keyword.word)) }
            }
            td { (frame.t(part(keyword.part))) }
            td.r { (number(keyword.a.count)) }
            td.r { (number(keyword.b.count)) }
            td.r { (words::number(documents)) }
            td.r { (format!("{:.1}", keyword.log_likelihood.abs())) }
            td.r { (format!("{:.2}", keyword.log_ratio.abs())) }
        }
    }
}
