//! The start page: the query, how to ask, and what the index holds.

use maud::{Markup, html};

use super::frame::{Content, Frame};
use super::timeline::{Unit, timeline};
use super::{link, words};
use crate::engine::{FacetNode, Facets};
use crate::output::one_line;
use crate::serve::i18n::Text;
use crate::serve::params::{Filter, Params};

/// Values of each list.
const MOST: usize = 9;

/// Queries that show how to ask.
const EXAMPLES: [(&str, Text); 4] = [
    ("情報共有 日米", Text::HowAnd),
    ("\"情報共有体制\"", Text::HowPhrase),
    ("重要インフラ -演習", Text::HowNot),
    ("NEAR/30(サイバー, 合意)", Text::HowNear),
];

/// What the start page shows.
#[derive(Clone, Debug)]
pub struct StartView<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// Counts over the whole index.
    pub facets: &'a Facets,
    /// The facet of dates over the passages whose date is inferred.
    pub inferred: &'a [FacetNode],
}

/// Writes the start page.
pub fn start_page(view: &StartView<'_>) -> String {
    let frame = &view.frame;
    let sizes = [
        ("documents", words::number(frame.collection.documents)),
        ("passages", words::number(frame.collection.passages)),
    ];
    let sizes = sizes.each_ref().map(|(name, value)| (*name, value.as_str()));
    let main = html! {
        div.hero {
            h1 { (frame.t(Text::StartTitle)) }
            p.m { (frame.fill(Text::StartLead, &sizes)) }
            (frame.ask(""))
        }
        (how(frame))
        @if frame.collection.documents == 0 {
            p.note { (frame.t(Text::Empty)) }
        } @else {
            section.sec {
                h2 { (frame.t(Text::HoldingsTitle)) }
                (timeline(frame, &view.facets.date, view.inferred, Unit::Documents))
                p.s.m.l {
                    (frame.t(Text::HoldingsNote)) " "
                    a href=(link::search(&frame.plain())) { (frame.t(Text::AllDocuments)) }
                }
            }
            div.sec.three {
                (list(frame, Text::Partner, Filter::Partner, &leaves(&view.facets.partner)))
                (list(frame, Text::Theme, Filter::Theme, &view.facets.theme.iter().collect::<Vec<_>>()))
                (list(frame, Text::SeriesName, Filter::Series, &view.facets.series.iter().collect::<Vec<_>>()))
            }
        }
    };
    frame.page(Content { title: String::new(), skips: vec![("q", Text::SkipQuery)], record: Vec::new(), main })
}

fn how(frame: &Frame<'_>) -> Markup {
    let help = link::address(&frame.plain(), &crate::serve::View::Help, crate::serve::Extension::Html);
    html! {
        section.sec {
            h2 { (frame.t(Text::HowTitle)) }
            div.how {
                @for (query, meaning) in EXAMPLES {
                    div {
                        a href=(link::search(&Params { text: query.to_owned(), ..frame.plain() }))
                            lang=[words::language_of(frame.language, query)] { (query) }
                        span { (frame.t(meaning)) }
                    }
                }
            }
            p.s.l { a href=(help) { (frame.t(Text::HowMore)) } }
        }
    }
}

/// Returns the partners below the regions.
fn leaves(nodes: &[FacetNode]) -> Vec<&FacetNode> {
    nodes.iter().flat_map(|node| &node.children).collect()
}

/// Writes the values with most documents as links.
fn list(frame: &Frame<'_>, title: Text, filter: Filter, nodes: &[&FacetNode]) -> Markup {
    let mut nodes: Vec<&FacetNode> = nodes.iter().copied().filter(|node| node.passages > 0).collect();
    nodes.sort_by_key(|node| std::cmp::Reverse(node.passages));
    let value = |node: &FacetNode| if filter == Filter::Theme { node.path.clone() } else { node.value.clone() };
    html! {
        section {
            h2 { (frame.t(title)) }
            ul.list {
                @for node in nodes.iter().take(MOST) {
                    li {
                        a href=(link::search(&frame.plain().with(filter, &value(node)))) {
                            span lang=[words::language_of(frame.language, &node.value)] { (one_line(&node.value)) }
                            span.c { (words::number(node.passages)) }
                        }
                    }
                }
            }
        }
    }
}
