//! The parts of NEAR and SENT: each part is a list of leaves, of which one must match. An OR with a longer branch is
//! moved outside.

use super::ast::{Leaf, Node};
use super::error::QueryError;

/// Upper bound of combinations of the branches of ORs inside one NEAR or SENT.
const MAX_COMBINATIONS: usize = 256;

/// Parts of one NEAR or SENT; one leaf of each part must match.
type Parts = Vec<Vec<Leaf>>;

/// Makes a NEAR node; a single part needs no NEAR.
pub(super) fn near(distance: usize, mut parts: Parts) -> Node {
    match parts.len() {
        1 => one_of(parts.remove(0)),
        _ => Node::Near(distance, parts),
    }
}

fn one_of(mut leaves: Vec<Leaf>) -> Node {
    match leaves.len() {
        1 => Node::Leaf(leaves.remove(0)),
        _ => Node::Or(leaves.into_iter().map(Node::Leaf).collect()),
    }
}

/// Makes a node of the contents of the brackets, equivalent to distributing each OR outward. Returns `false` where a
/// node inside was left out.
///
/// # Errors
/// `TooLarge` for too many combinations.
pub(super) fn distributed(nodes: Vec<Node>, make: impl Fn(Parts) -> Node) -> Result<(Option<Node>, bool), QueryError> {
    let mut whole = true;
    let mut all: Vec<Node> =
        ways(Node::And(nodes), &mut whole)?.into_iter().filter(|parts| !parts.is_empty()).map(make).collect();
    let node = if all.len() > 1 { Some(Node::Or(all)) } else { all.pop() };
    Ok((node, whole))
}

/// Returns the alternatives of a node, each as a list of parts.
fn ways(node: Node, whole: &mut bool) -> Result<Vec<Parts>, QueryError> {
    Ok(match node {
        Node::Leaf(leaf) => vec![vec![vec![leaf]]],
        Node::Or(nodes) => {
            // Branches of one leaf form one part, so that a single pass reads the occurrences of all of them.
            let (mut short, mut long) = (Vec::new(), Vec::new());
            for node in nodes {
                for mut parts in ways(node, whole)? {
                    match parts.len() {
                        0 => {}
                        1 => short.append(&mut parts[0]),
                        _ => long.push(parts),
                    }
                }
            }
            if !short.is_empty() {
                long.insert(0, vec![short]);
            }
            long
        }
        Node::And(nodes) => {
            let mut all: Vec<Parts> = vec![Vec::new()];
            for node in nodes {
                let ways = ways(node, whole)?;
                if ways.is_empty() {
                    continue;
                }
                let found = all.len() * ways.len();
                if found > MAX_COMBINATIONS {
                    return Err(QueryError::TooLarge {
                        what: "combinations inside NEAR or SENT",
                        found,
                        limit: MAX_COMBINATIONS,
                    });
                }
                all = all
                    .iter()
                    .flat_map(|before| ways.iter().map(|parts| [before.as_slice(), parts].concat()))
                    .collect();
            }
            all
        }
        _ => {
            *whole = false;
            Vec::new()
        }
    })
}
