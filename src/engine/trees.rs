//! Trees of facets: their order, and the sums of two trees.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::LazyLock;

use super::{FacetNode, Facets, Numbers};
use crate::document::Strength;
use crate::metadata::{partners, themes};

/// Most series of a facet: a white paper names hundreds.
const MOST_SERIES: usize = 30;

static PARTNERS: LazyLock<HashMap<&str, usize>> =
    LazyLock::new(|| partners().rows().iter().enumerate().map(|(at, row)| (row.path, at)).collect());
static THEMES: LazyLock<HashMap<&str, usize>> =
    LazyLock::new(|| themes().iter().enumerate().map(|(at, theme)| (theme.path, at)).collect());

/// Returns the place of a partner in its table.
pub(crate) fn of_partner(path: &str) -> usize {
    rank(&PARTNERS, path)
}

/// Returns the place of a theme in its table.
pub(crate) fn of_theme(path: &str) -> usize {
    rank(&THEMES, path)
}

impl Facets {
    /// Adds the facets of other documents.
    pub fn add(&mut self, other: Self) {
        add_nodes(&mut self.partner, other.partner);
        add_nodes(&mut self.theme, other.theme);
        add_nodes(&mut self.commitment, other.commitment);
        add_nodes(&mut self.series, other.series);
        add_nodes(&mut self.date, other.date);
        frequent(&mut self.series);
        in_order(&mut self.partner, &of_partner);
        in_order(&mut self.theme, &of_theme);
        in_order(&mut self.commitment, &by_strength);
        in_order(&mut self.date, &digits);
    }
}

fn add_nodes(nodes: &mut Vec<FacetNode>, others: Vec<FacetNode>) {
    for other in others {
        match nodes.iter_mut().find(|node| node.path == other.path) {
            Some(node) => {
                node.passages += other.passages;
                node.documents += other.documents;
                add_numbers(&mut node.party, other.party);
                add_numbers(&mut node.named, other.named);
                add_nodes(&mut node.children, other.children);
            }
            None => nodes.push(other),
        }
    }
}

fn add_numbers(numbers: &mut Option<Numbers>, other: Option<Numbers>) {
    if let (Some(numbers), Some(other)) = (numbers, other) {
        numbers.passages += other.passages;
        numbers.documents += other.documents;
    }
}

fn in_order(nodes: &mut [FacetNode], rank: &dyn Fn(&str) -> usize) {
    nodes.sort_by_cached_key(|node| (node.passages == 0, rank(&node.path), node.path.clone()));
    nodes.iter_mut().for_each(|node| in_order(&mut node.children, rank));
}

/// Returns the place of a path in its table, or the place of the first path below it.
fn rank(order: &HashMap<&str, usize>, path: &str) -> usize {
    let below = || order.iter().filter(|(known, _)| known.starts_with(path)).map(|(_, at)| *at).min();
    order.get(path).copied().or_else(below).unwrap_or(usize::MAX)
}

/// Returns the rank of a strength; 0 is the strongest.
pub(crate) fn by_strength(name: &str) -> usize {
    Strength::by_name(name).map_or(usize::MAX, |strength| strength as usize)
}

/// Returns the number formed by the digits of a path: dates sort in order, undated documents last.
pub(crate) fn digits(path: &str) -> usize {
    path.rsplit('/').next().and_then(|part| part.replace(['-', '年', '度'], "").parse().ok()).unwrap_or(usize::MAX)
}

/// Keeps the nodes with most passages, those first.
pub(crate) fn frequent(nodes: &mut Vec<FacetNode>) {
    nodes.sort_by(|a, b| b.passages.cmp(&a.passages).then_with(|| a.path.cmp(&b.path)));
    nodes.truncate(MOST_SERIES);
}

/// Nests nodes under their parents. Partners that stand in other roles alone come last.
pub(crate) fn nested(mut nodes: Vec<FacetNode>, rank: impl Fn(&str) -> usize) -> Vec<FacetNode> {
    // Deepest first, so that children are complete when they move under their parents.
    nodes.sort_by_cached_key(|node| {
        (Reverse(node.path.matches('/').count()), node.passages == 0, rank(&node.path), node.path.clone())
    });
    let mut roots: Vec<FacetNode> = Vec::new();
    let mut waiting: HashMap<String, Vec<FacetNode>> = HashMap::new();
    for mut node in nodes {
        node.children = waiting.remove(&node.path).unwrap_or_default();
        match node.path.rsplit_once('/') {
            Some((parent, _)) => waiting.entry(parent.to_owned()).or_default().push(node),
            None => roots.push(node),
        }
    }
    roots
}
