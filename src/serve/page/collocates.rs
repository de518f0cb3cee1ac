//! The page of collocates.

use maud::{Markup, html};

use super::frame::{Content, Frame};
use super::{chips, link, words};
use crate::analysis::Part;
use crate::output::one_line;
use crate::serve::i18n::Text;
use crate::serve::i18n_tools::ToolText;
use crate::serve::params::Params;
use crate::serve::tool::Tool;
use crate::serve::view::{Extension, View};
use crate::study::{Collocate, Collocates, CollocationOptions, Measure};

/// Windows that a reader may choose, in words.
const WINDOWS: [&str; 3] = ["3", "5", "10"];

/// What the page of collocates shows.
#[derive(Clone, Debug)]
pub struct CollocatesView<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The collocates.
    pub found: &'a Collocates,
    /// The options that found them.
    pub options: &'a CollocationOptions,
}

/// Writes the page of collocates.
pub fn collocates_page(view: &CollocatesView<'_>) -> String {
    let CollocatesView { frame, found, options } = view;
    let query = one_line(&frame.params.text);
    let title = frame.fill(ToolText::CollocatesTitle, &[("query", &query)]);
    let is_asked = !query.trim().is_empty();
    let main = html! {
        (frame.ask(&frame.params.text))
        (frame.views())
        (chips::filters(frame, false))
        div #results tabindex="-1" {
            @if is_asked {
                div.status { div role="status" { h1 { (title) } } }
                (head(frame, found))
                (tools(frame, options))
                @if found.rows.is_empty() { p.sec { (frame.t(ToolText::CollocatesNone)) } } @else {
                    (frame.scrolled(ToolText::ViewCollocates, &table(frame, found)))
                }
                (left_out(frame, found.below, options.min_count, options.min_documents))
                @if found.compared > 0 { (bonferroni(frame, found.bonferroni)) }
            } @else {
                p.sec { (frame.t(ToolText::CollocatesAsk)) }
            }
        }
    };
    let record = if is_asked { frame.record("") } else { Vec::new() };
    frame.page(Content { title, skips: vec![("results", Text::SkipResults)], record, main })
}

fn head(frame: &Frame<'_>, found: &Collocates) -> Markup {
    let number = |n: u64| words::number(usize::try_from(n).unwrap_or(usize::MAX));
    let values = [number(found.window_words), number(found.occurrences), number(found.collection_words)];
    let compared = words::number(found.compared);
    let values =
        [("window", values[0].as_str()), ("occurrences", &values[1]), ("words", &values[2]), ("compared", &compared)];
    html! {
        (frame.notices(&found.warnings))
        p.s.m { (frame.fill(ToolText::CollocatesHead, &values)) }
        @if found.substrings > 0 {
            p.s.m { (frame.fill(ToolText::WordsSubstrings, &[("n", &number(found.substrings))])) }
        }
    }
}

/// Tells how many words are below the thresholds.
pub(super) fn left_out(frame: &Frame<'_>, below: usize, count: u64, documents: usize) -> Markup {
    let (n, count, documents) = (words::number(below), count.to_string(), documents.to_string());
    html! {
        @if below > 0 {
            p.s.m {
                (frame.fill(ToolText::WordsBelow, &[("n", &n), ("count", &count), ("documents", &documents)]))
            }
        }
    }
}

/// Tells the threshold of significance over all words.
pub(super) fn bonferroni(frame: &Frame<'_>, g2: f64) -> Markup {
    html! { p.s.m { (frame.fill(ToolText::WordsBonferroni, &[("g2", &format!("{g2:.1}"))])) } }
}

fn tools(frame: &Frame<'_>, options: &CollocationOptions) -> Markup {
    let params = frame.params;
    let window = params.option("window").unwrap_or("5");
    let windowed = |value: &str| params.with_option("window", (value != "5").then_some(value));
    let measured =
        |measure: Measure| params.with_option("measure", (measure != Measure::default()).then_some(measure.name()));
    html! {
        div.tools {
            span {
                span { (frame.t(ToolText::Window)) }
                @for value in WINDOWS {
                    @let label = frame.fill(ToolText::WindowWords, &[("n", value)]);
                    (link::choice(window == value, &label, &windowed(value)))
                }
                (link::choice(window == "sentence", frame.t(ToolText::WindowSentence), &windowed("sentence")))
                (link::choice(window == "passage", frame.t(ToolText::WindowPassage), &windowed("passage")))
            }
            span {
                span { (frame.t(ToolText::Order)) }
                @for measure in Measure::ALL {
                    (link::choice(options.measure == measure, name_of(measure), &measured(measure)))
                }
            }
            (more_tools(frame))
        }
    }
}

/// Writes the links that `collocates` and `compare` share: compounds and exports.
pub(super) fn more_tools(frame: &Frame<'_>) -> Markup {
    let params = frame.params;
    let is_compound = params.option("compound").is_some();
    let export = |extension: Extension, label: &str| link::export(params, &frame.view, extension, label);
    html! {
        span {
            a href=(link::beside(&params.with_option("compound", (!is_compound).then_some("1")))) {
                (frame.t(if is_compound { ToolText::CompoundOff } else { ToolText::Compound }))
            }
        }
        span {
            span { (frame.t(Text::Export)) }
            (export(Extension::Csv, "CSV"))
            (export(Extension::Xlsx, "XLSX"))
            (export(Extension::Json, "JSON"))
        }
    }
}

fn name_of(measure: Measure) -> &'static str {
    match measure {
        Measure::LogDice => "logDice",
        Measure::Mi3 => "MI3",
        Measure::T => "t",
        Measure::LogLikelihood => "G²",
    }
}

fn table(frame: &Frame<'_>, found: &Collocates) -> Markup {
    html! {
        table.wide.figures {
            thead {
                tr {
                    th scope="col" { (frame.t(ToolText::Word)) }
                    th scope="col" { (frame.t(ToolText::Part)) }
                    th.r scope="col" { (frame.t(ToolText::Beside)) }
                    th.r scope="col" { (frame.t(ToolText::InAll)) }
                    th.r scope="col" { (frame.t(ToolText::DocumentsColumn)) }
                    th.r scope="col" { "logDice" }
                    th.r scope="col" { "MI3" }
                    th.r scope="col" { "t" }
                    th.r scope="col" { "G²" }
                    th.r scope="col" { "Log Ratio" }
                    th.r scope="col" { "DP" }
                }
            }
            tbody { @for row in &found.rows { (row_of(frame, row)) } }
        }
    }
}

fn row_of(frame: &Frame<'_>, row: &Collocate) -> Markup {
    let number = |n: u64| words::number(usize::try_from(n).unwrap_or(usize::MAX));
    let lines = Params { text: row.opens.clone(), ..frame.params.of_hits() };
    // A word of one document alone says little of the collection.
    let class = (row.documents < 2).then_some("faint");
    html! {
        tr class=[class] {
            th scope="row" lang=[words::language_of(frame.language, &row.word)] {
                a href=(link::address(&lines, &View::Tool(Tool::Kwic), Extension::Html)) { (one_line(&row.word)) }
            }
            td { (frame.t(part(row.part))) }
            td.r { (number(row.both)) }
            td.r { (number(row.all)) }
            td.r { (words::number(row.documents)) }
            td.r { (format!("{:.2}", row.log_dice)) }
            td.r { (format!("{:.2}", row.mi3)) }
            td.r { (format!("{:.2}", row.t)) }
            td.r { (format!("{:.1}", row.log_likelihood)) }
            td.r { (format!("{:.2}", row.log_ratio)) }
            td.r { (format!("{:.2}", row.dp)) }
        }
    }
}

/// Returns the name of a part of speech.
pub(super) fn part(part: Part) -> ToolText {
    match part {
        Part::Verb => ToolText::PartVerb,
        Part::Adjective => ToolText::PartAdjective,
        Part::Adverb => ToolText::PartAdverb,
        _ => ToolText::PartNoun,
    }
}
