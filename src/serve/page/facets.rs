//! Facets as one form: check boxes with counts, OR within a facet and AND across.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::frame::Frame;
use super::{link, words};
use crate::document::Role;
use crate::engine::{Answer, FacetNode, Facets, RoleCount};
use crate::metadata::partners;
use crate::output::one_line;
use crate::query::FacetTest;
use crate::query::filter::{series_test, theme_test};
use crate::serve::i18n::Text;
use crate::serve::params::{Filter, Params};

/// Values of a facet that stand at each level until it is opened.
const SHORT: [usize; 3] = [6, 4, 3];
/// Values of an opened facet: a page must stay a page.
const LONG: [usize; 3] = [400, 400, 400];
/// Values of a list without levels.
const SHORT_LIST: usize = 7;

/// Parameters that the form has as controls; the others are hidden fields.
const CONTROLS: [&str; 8] =
    ["partner", "exclude-partner", "role", "theme", "commitment", "series", "publisher", "type"];

/// Counts of publishers and types of files, where the engine gives them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extra<'a> {
    /// By publisher.
    pub publishers: &'a [FacetNode],
    /// By type of file.
    pub types: &'a [FacetNode],
}

/// Writes the form.
pub fn facets(frame: &Frame<'_>, answer: &Answer, counts: &Facets, extra: Extra<'_>) -> Markup {
    let params = frame.params;
    html! {
        form.facets #facets action="/search" autocomplete="off" aria-label=(frame.t(Text::Facets)) {
            h2.vh { (frame.t(Text::Facets)) }
            (link::hidden(params, &CONTROLS))
            @if params.text.is_empty() { input type="hidden" name="q" value=""; }
            p.s.m.auto data-auto hidden { (frame.t(Text::AutoApply)) }
            (partner(frame, answer, &counts.partner))
            (tree(frame, Filter::Theme, &counts.theme))
            (list(frame, Filter::Commitment, &counts.commitment))
            (list(frame, Filter::Series, &counts.series))
            (list(frame, Filter::Publisher, extra.publishers))
            @if extra.publishers.is_empty() && params.values(Filter::Publisher).is_empty() {
                fieldset {
                    legend { label for="fp" { (frame.t(Text::Publisher)) } }
                    input.wide #fp type="text" name="publisher" placeholder=(frame.t(Text::PublisherHint));
                }
            }
            (list(frame, Filter::Type, extra.types))
            button { (frame.t(Text::Apply)) }
        }
    }
}

/// One facet with what its check boxes need.
struct Facet<'a> {
    frame: &'a Frame<'a>,
    filter: Filter,
    /// Values of the URL with the paths that they mean.
    chosen: Vec<(String, String)>,
    open: bool,
}

impl<'a> Facet<'a> {
    fn new(frame: &'a Frame<'a>, filter: Filter) -> Self {
        let values = frame.params.values(filter);
        let chosen = values.into_iter().map(|value| (path_of(filter, &value), value)).map(|(path, v)| (v, path));
        let open = frame.params.open.iter().any(|name| name == filter.name());
        Self { frame, filter, chosen: chosen.collect(), open }
    }

    /// Returns the value of the URL that means a node.
    fn chosen(&self, node: &FacetNode) -> Option<&str> {
        self.chosen.iter().find(|(_, path)| *path == node.path).map(|(value, _)| value.as_str())
    }

    /// True where a node or one below it is chosen, so that it must be shown.
    fn holds(&self, node: &FacetNode) -> bool {
        self.chosen(node).is_some() || node.children.iter().any(|child| self.holds(child))
    }

    /// Chooses the nodes of a level that are shown: chosen ones, then those with most passages.
    fn shown<'n>(&self, nodes: &'n [FacetNode], most: usize) -> (Vec<&'n FacetNode>, usize) {
        let counts =
            |node: &FacetNode| node.passages > 0 || self.open && node.named.is_some_and(|all| all.passages > 0);
        let mut some: Vec<&FacetNode> = nodes.iter().filter(|node| counts(node) || self.holds(node)).collect();
        some.sort_by_key(|node| (!self.holds(node), std::cmp::Reverse(node.passages)));
        let all = some.len();
        some.truncate(most.max(some.iter().filter(|node| self.holds(node)).count()));
        some.sort_by_key(|node| std::cmp::Reverse(node.passages));
        let left = all - some.len();
        (some, left)
    }

    /// Writes the values that are chosen and that no node of the answer means, so that they can be taken back.
    fn strangers(&self, nodes: &[FacetNode]) -> Markup {
        fn paths<'n>(nodes: &'n [FacetNode], into: &mut BTreeSet<&'n str>) {
            for node in nodes {
                into.insert(&node.path);
                paths(&node.children, into);
            }
        }
        let mut known = BTreeSet::new();
        paths(nodes, &mut known);
        // These lists name every value with a passage; of the others a value can be missing for want of room.
        let count = match self.filter {
            Filter::Partner | Filter::Theme | Filter::Commitment => "0",
            _ => "",
        };
        html! {
            @for (value, path) in &self.chosen {
                @if !known.contains(path.as_str()) { li { (self.label(value, value, true, count)) } }
            }
        }
    }

    fn label(&self, value: &str, shown: &str, is_chosen: bool, count: &str) -> Markup {
        let shown = words::filter_value(self.frame.language, self.filter, shown);
        html! {
            label {
                input type="checkbox" name=(self.filter.name()) value=(value) checked[is_chosen];
                span lang=[words::language_of(self.frame.language, &shown)] { (one_line(&shown)) }
                span.c { (count) }
            }
        }
    }

    fn nodes(&self, nodes: &[FacetNode], level: usize, parent: Option<&str>) -> Markup {
        let most = if self.open { LONG } else { SHORT };
        let (shown, left) = self.shown(nodes, most.get(level).copied().unwrap_or(0));
        html! {
            @for node in shown { (self.node(node, level)) }
            @if left > 0 { li { (self.rest(left, parent)) } }
        }
    }

    fn node(&self, node: &FacetNode, level: usize) -> Markup {
        let chosen = self.chosen(node);
        let value = chosen.map_or_else(|| value_of(self.filter, node), |value| Some(value.to_owned()));
        // In any role, both numbers of a partner are one.
        let is_any = self.frame.params.filters.roles.len() == Role::ALL.len();
        let count = match node.named.filter(|_| !is_any) {
            Some(all) => format!("{} / {}", words::number(node.passages), words::number(all.passages)),
            None => words::number(node.passages),
        };
        // A partner can be excluded too; one that is chosen cannot.
        let not = (self.filter == Filter::Partner && chosen.is_none()).then_some(value.as_deref()).flatten();
        html! {
            li.has[not.is_some()] {
                @match &value {
                    Some(value) => { (self.label(value, &node.value, chosen.is_some(), &count)) }
                    None => { span { (one_line(&node.value)) " " span.c { (count) } } }
                }
                @if let Some(value) = not {
                    a.not href=(link::beside(&self.frame.params.with(Filter::ExcludePartner, value))) {
                        (self.frame.t(Text::Not))
                        span.vh { (self.frame.fill(Text::RestOf, &[("name", &one_line(&node.value))])) }
                    }
                }
                @if node.children.iter().any(|child| child.passages > 0 || self.open || self.holds(child)) {
                    ul { (self.nodes(&node.children, level + 1, Some(&node.value))) }
                }
            }
        }
    }

    /// Writes the link that opens the facet.
    fn rest(&self, left: usize, parent: Option<&str>) -> Markup {
        let name = parent.unwrap_or_else(|| words::filter(self.frame.language, self.filter));
        html! {
            a.rest href={ (link::beside(&self.frame.params.opened(self.filter.name(), true))) "#facets" } {
                (self.frame.fill(Text::Rest, &[("n", &words::number(left))]))
                span.vh { (self.frame.fill(Text::RestOf, &[("name", &one_line(name))])) }
            }
        }
    }

    /// Writes the link that closes an opened facet.
    fn fewer(&self) -> Markup {
        html! {
            @if self.open {
                a.rest href={ (link::beside(&self.frame.params.opened(self.filter.name(), false))) "#facets" } {
                    (self.frame.t(Text::Fewer))
                    span.vh {
                        (self.frame.fill(Text::RestOf, &[("name", words::filter(self.frame.language, self.filter))]))
                    }
                }
            }
        }
    }
}

fn partner(frame: &Frame<'_>, answer: &Answer, nodes: &[FacetNode]) -> Markup {
    let facet = Facet::new(frame, Filter::Partner);
    let excluded = frame.params.values(Filter::ExcludePartner);
    let is_empty = nodes.iter().all(|node| node.named.is_none_or(|all| all.passages == 0));
    let asks = answer.roles.is_some() || !frame.params.filters.roles.is_empty();
    let note = match frame.params.filters.roles.len() {
        0 => Text::PartnerCounts,
        4 => Text::PartnerCountsAny,
        _ => Text::PartnerCountsRoles,
    };
    html! {
        @if !is_empty || !facet.chosen.is_empty() || !excluded.is_empty() {
            fieldset {
                legend { (frame.t(Text::Partner)) " " small { (frame.t(note)) } }
                ul {
                    (facet.strangers(nodes))
                    (facet.nodes(nodes, 0, None))
                    @for value in &excluded {
                        li {
                            label {
                                input type="checkbox" name="exclude-partner" value=(value) checked;
                                span { (frame.fill(Text::NotLong, &[("value", &one_line(value))])) }
                            }
                        }
                    }
                }
                (facet.fewer())
            }
        }
        @if !is_empty || asks { (roles(frame, answer)) }
    }
}

/// Writes the roles in which partners count, each with its passages where the request asks for partners.
fn roles(frame: &Frame<'_>, answer: &Answer) -> Markup {
    let asked = &frame.params.filters.roles;
    let excluded: Vec<String> =
        frame.params.filters.exclude_partners.iter().map(|name| path_of(Filter::Partner, name)).collect();
    let named: Vec<&RoleCount> = answer.roles.iter().flat_map(|roles| &roles.partners).collect();
    let wanted: Vec<&RoleCount> = named.into_iter().filter(|partner| !excluded.contains(&partner.path)).collect();
    let count = |role: Role| -> Option<String> {
        (!wanted.is_empty()).then(|| words::number(wanted.iter().map(|partner| partner.of(role)).sum()))
    };
    let any = Params {
        filters: crate::query::Filters { roles: Role::ALL.to_vec(), ..frame.params.filters.clone() },
        ..frame.params.first_page()
    };
    html! {
        fieldset {
            legend { (frame.t(Text::RoleName)) " " small { (frame.t(Text::RoleDefault)) } }
            ul {
                @for role in Role::ALL {
                    li {
                        label {
                            input type="checkbox" name="role" value=(role.name()) checked[asked.contains(&role)];
                            span { (words::role(frame.language, role)) }
                            span.c { (count(role).unwrap_or_default()) }
                        }
                    }
                }
            }
            @if let Some(roles) = answer.roles.as_ref().filter(|roles| roles.differs()) {
                p.s.l {
                    a href=(link::beside(&any)) {
                        @if roles.added > 0 { (frame.fill(Text::RolesAdd, &[("n", &words::number(roles.added))])) }
                        @if roles.added > 0 && roles.dropped > 0 { "、" }
                        @if roles.dropped > 0 { (frame.fill(Text::RolesDrop, &[("n", &words::number(roles.dropped))])) }
                    }
                }
            }
        }
    }
}

fn tree(frame: &Frame<'_>, filter: Filter, nodes: &[FacetNode]) -> Markup {
    let facet = Facet::new(frame, filter);
    html! {
        @if nodes.iter().any(|node| node.passages > 0) || !facet.chosen.is_empty() {
            fieldset {
                legend { (words::filter(frame.language, filter)) }
                ul { (facet.strangers(nodes)) (facet.nodes(nodes, 0, None)) }
                (facet.fewer())
            }
        }
    }
}

fn list(frame: &Frame<'_>, filter: Filter, nodes: &[FacetNode]) -> Markup {
    let facet = Facet::new(frame, filter);
    let most = if facet.open { LONG[0] } else { SHORT_LIST };
    let (shown, left) = facet.shown(nodes, most);
    html! {
        @if !shown.is_empty() || !facet.chosen.is_empty() {
            fieldset {
                legend { (words::filter(frame.language, filter)) }
                ul {
                    (facet.strangers(nodes))
                    @for node in shown { (facet.node(node, 0)) }
                    @if left > 0 { li { (facet.rest(left, None)) } }
                }
                (facet.fewer())
            }
        }
    }
}

/// Returns the path in the tree that a value of the URL means, in any of its spellings.
fn path_of(filter: Filter, value: &str) -> String {
    match filter {
        Filter::Partner => partners().by_name(value).map(|partner| partner.path.to_owned()),
        Filter::Theme => match theme_test(value) {
            Ok(FacetTest::Theme { path }) => Some(path),
            _ => None,
        },
        Filter::Series => match series_test(value) {
            FacetTest::Series { key } => Some(key),
            _ => None,
        },
        _ => None,
    }
    .unwrap_or_else(|| value.to_owned())
}

/// Returns the value by which a URL means a node; `None` where a name means another node too.
fn value_of(filter: Filter, node: &FacetNode) -> Option<String> {
    let value = if filter == Filter::Theme { &node.path } else { &node.value };
    (path_of(filter, value) == node.path).then(|| value.clone())
}

#[cfg(test)]
mod tests {
    use super::{FacetNode, Filter, value_of};
    use crate::metadata::{partners, themes};

    #[test]
    fn each_node_has_a_value_that_means_it() {
        let node = |path: &str| FacetNode {
            value: path.rsplit('/').next().unwrap_or(path).to_owned(),
            path: path.to_owned(),
            ..FacetNode::default()
        };
        for theme in themes() {
            assert_eq!(value_of(Filter::Theme, &node(theme.path)).as_deref(), Some(theme.path));
        }
        let lost: Vec<_> = partners()
            .rows()
            .iter()
            .filter(|partner| value_of(Filter::Partner, &node(partner.path)).is_none())
            .collect();
        assert!(lost.is_empty(), "a check box would mean another partner: {lost:?}");
        for name in ["日EU ICT政策対話", "TELMIN"] {
            let series = FacetNode { path: crate::metadata::series_key(name), ..node(name) };
            assert_eq!(value_of(Filter::Series, &series).as_deref(), Some(name));
        }
    }
}
