//! The page of a cross table: counts as a heat table whose cells are links.

use maud::{Markup, html};

use super::frame::{Content, Frame};
use super::{chips, link, words};
use crate::output::one_line;
use crate::serve::i18n::Text;
use crate::serve::i18n_tools::ToolText;
use crate::serve::params::{Filter, Params};
use crate::serve::view::{Extension, View};
use crate::study::{Counted, CrossCell, CrossTable, Crosstab, Dimension, Value, residual_mark};

/// Dimensions that a reader may choose.
const DIMENSIONS: [(Dimension, ToolText); 7] = [
    (Dimension::Partner, ToolText::DimensionPartner),
    (Dimension::Theme, ToolText::DimensionTheme),
    (Dimension::Commitment, ToolText::DimensionCommitment),
    (Dimension::Series, ToolText::DimensionSeries),
    (Dimension::Publisher, ToolText::DimensionPublisher),
    (Dimension::Year, ToolText::DimensionYear),
    (Dimension::FiscalYear, ToolText::DimensionFiscalYear),
];

/// What the page of a cross table shows.
#[derive(Clone, Debug)]
pub struct CrosstabView<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The tables.
    pub found: &'a Crosstab,
}

/// Writes the page of a cross table.
pub fn crosstab_page(view: &CrosstabView<'_>) -> String {
    let CrosstabView { frame, found } = view;
    let title = frame.t(ToolText::CrosstabTitle).to_owned();
    let main = html! {
        (frame.ask(&frame.params.text))
        (frame.views())
        (chips::filters(frame, false))
        div #results tabindex="-1" {
            div.status { div role="status" { h1 { (title) } } }
            (tools(frame, found))
            (frame.notices(&found.warnings))
            (table(frame, &found.all))
            @for layer in &found.layers { (table(frame, layer)) }
        }
    };
    let total = &found.all.total;
    let counted = words::count(frame.language, total.passages, total.documents, found.timed_out);
    frame.page(Content { title, skips: vec![("results", Text::SkipResults)], record: frame.record(&counted), main })
}

fn tools(frame: &Frame<'_>, found: &Crosstab) -> Markup {
    let params = frame.params;
    let options = &found.options;
    // A table needs two kinds, so the dimension on the other side is not offered.
    let choose = |name: &'static str, own: Dimension, other: Dimension, default: Dimension| {
        html! {
            @for (dimension, text) in DIMENSIONS {
                @if dimension.filter() != other.filter() {
                    @let value = (dimension != default).then(|| dimension.name());
                    (link::choice(own == dimension, frame.t(text), &params.with_option(name, value)))
                }
            }
        }
    };
    let measured = |measure: Counted, text: ToolText| {
        let value = (measure != Counted::default()).then(|| measure.name());
        link::choice(options.measure == measure, frame.t(text), &params.with_option("measure", value))
    };
    let export = |extension: Extension, label: &str| link::export(params, &frame.view, extension, label);
    html! {
        div.tools {
            span {
                span { (frame.t(ToolText::CrosstabRows)) }
                (choose("rows", options.rows, options.cols, Dimension::Partner))
            }
            span {
                span { (frame.t(ToolText::CrosstabCols)) }
                (choose("cols", options.cols, options.rows, Dimension::Year))
            }
            span {
                span { (frame.t(ToolText::Counting)) }
                (measured(Counted::Passages, ToolText::CountPassages))
                (measured(Counted::Documents, ToolText::CountDocuments))
                (measured(Counted::Occurrences, ToolText::CountOccurrences))
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

fn table(frame: &Frame<'_>, table: &CrossTable) -> Markup {
    let statistics = &table.statistics;
    let highest = table.counts.iter().flatten().copied().max().unwrap_or(0);
    let chi2 = statistics.chi2.zip(statistics.v).map(|(chi2, v)| {
        let (chi2, df, v) = (format!("{chi2:.2}"), statistics.df.to_string(), format!("{v:.3}"));
        frame.fill(ToolText::CrosstabChi2, &[("chi2", &chi2), ("df", &df), ("v", &v)])
    });
    html! {
        section.cross {
            @if let Some(layer) = &table.layer { h2 { (one_line(&layer.label)) } }
            @let grid = html! {
                table.heat {
                    thead {
                        tr {
                            td {}
                            @for col in &table.cols { th scope="col" { (one_line(&col.label)) } }
                            th.r scope="col" { (frame.t(ToolText::Sum)) }
                        }
                    }
                    tbody {
                        @for ((row, cells), sum) in table.rows.iter().zip(table.cells()).zip(&statistics.row_sums) {
                            tr {
                                th scope="row" {
                                    a href=(opens(frame, &[table.layer.as_ref(), Some(row)])) {
                                        (one_line(&row.label))
                                    }
                                }
                                @for (col, cell) in table.cols.iter().zip(&cells) {
                                    (cell_of(frame, &[table.layer.as_ref(), Some(row), Some(col)], cell, highest))
                                }
                                td.r { (words::number(*sum)) }
                            }
                        }
                        tr {
                            th scope="row" { (frame.t(ToolText::Sum)) }
                            @for sum in &statistics.col_sums { td.r { (words::number(*sum)) } }
                            td.r { (words::number(statistics.sum)) }
                        }
                    }
                }
            };
            (frame.scrolled(ToolText::CrosstabTitle, &grid))
            @if table.rest.rows > 0 {
                p.s.m { (frame.fill(ToolText::CrosstabRest, &[("n", &words::number(table.rest.rows))])) }
            }
            @if let Some(chi2) = chi2 { p.s.m { (chi2) } }
        }
    }
}

fn cell_of(frame: &Frame<'_>, values: &[Option<&Value>], cell: &CrossCell, highest: usize) -> Markup {
    // Five shades by count; the sign of the residual says what shade alone does not.
    let shade = match highest {
        0 => 0,
        highest => (5 * cell.count).div_ceil(highest),
    };
    let residual = cell.statistics.residual.unwrap_or(0.0);
    let told = cell.statistics.expected.map(|expected| {
        let values = [("expected", format!("{expected:.1}")), ("residual", format!("{residual:.2}"))];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        frame.fill(ToolText::CrosstabCell, &values)
    });
    html! {
        td class=(format!("r h{shade}")) title=[told] {
            @if cell.count == 0 { "0" } @else {
                a href=(opens(frame, values)) { (words::number(cell.count)) }
            }
            @let mark = residual_mark(residual);
            @if !mark.is_empty() { sup { (mark) } }
        }
    }
}

/// Returns the address of the hits behind some values.
fn opens(frame: &Frame<'_>, values: &[Option<&Value>]) -> String {
    let mut params = frame.params.of_hits();
    for value in values.iter().flatten() {
        let (name, chosen) = (value.filter.0, value.filter.1.as_str());
        // A query of the row, or a second value of a filter that the reader has set, is a part of the query.
        let filter = Filter::ALL.into_iter().find(|filter| filter.name() == name);
        params = match filter {
            Some(filter) if params.values(filter).is_empty() => params.with(filter, chosen),
            Some(_) => both(&params, &format!("{name}:\"{chosen}\"")),
            None => both(&params, chosen),
        };
    }
    link::address(&params, &View::Search, Extension::Html)
}

fn both(params: &Params, query: &str) -> Params {
    let text = params.text.trim();
    params.with_text(&if text.is_empty() { query.to_owned() } else { format!("({text}) ({query})") })
}
