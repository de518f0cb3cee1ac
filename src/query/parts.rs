//! Parts of a query that must all hold, taken out of it: dates and conditions on metadata are filters.

use super::Node;

/// Takes the parts selected by `picks` out of a query, where all parts must hold; also inside brackets.
pub(crate) fn parted(node: Option<Node>, picks: &impl Fn(&Node) -> bool) -> (Option<Node>, Vec<Node>) {
    match node {
        Some(Node::And(nodes)) => {
            let parts = nodes.into_iter().map(|node| parted(Some(node), picks));
            let (rest, picked): (Vec<Option<Node>>, Vec<Vec<Node>>) = parts.unzip();
            let mut rest: Vec<Node> = rest.into_iter().flatten().collect();
            (if rest.len() > 1 { Some(Node::And(rest)) } else { rest.pop() }, picked.concat())
        }
        Some(node) if picks(&node) => (None, vec![node]),
        node => (node, Vec::new()),
    }
}

/// Takes the required dates out of a query: they are filters, as `--date` is.
pub(crate) fn without_dates(node: Option<Node>) -> (Option<Node>, Vec<String>) {
    let (rest, picked) = parted(node, &|node| matches!(node, Node::Date(_)));
    (rest, picked.into_iter().filter_map(|node| if let Node::Date(days) = node { Some(days) } else { None }).collect())
}

/// Takes the required conditions on metadata out of a query: they select among the hits of the rest, as the options do.
pub(crate) fn without_conditions(node: Option<Node>) -> (Option<Node>, Vec<Node>) {
    parted(node, &Node::is_condition)
}
