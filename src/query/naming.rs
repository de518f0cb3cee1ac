//! The partners that a request asks for, in options and in the query, and the role in which a passage answers them.

use super::condition::Condition;
use super::{Compiled, FacetTest};
use crate::document::Role;

/// All partners of a request, and how the request joins them.
#[derive(Clone, Debug)]
pub(crate) struct Naming {
    /// Places of the partners in their tree, without repetition.
    pub paths: Vec<String>,
    /// The request with a number in `paths` for each partner; a part about anything else is an empty list.
    pub joined: Condition<usize>,
    /// True where a partner stands beside words, as in `情報 OR partner:米国`: other roles may then give other rows.
    pub beside_words: bool,
}

impl Naming {
    /// Returns the role by which a passage stands in the order, from its role for each partner: OR takes the stronger
    /// role and AND the weaker one, as they do with tiers; NOT has no role.
    pub fn role(&self, of_partner: &impl Fn(usize) -> Option<Role>) -> Option<Role> {
        role(&self.joined, of_partner)
    }
}

fn role(condition: &Condition<usize>, of_partner: &impl Fn(usize) -> Option<Role>) -> Option<Role> {
    match condition {
        Condition::Test(at) => of_partner(*at),
        Condition::All(all) => all.iter().filter_map(|one| role(one, of_partner)).max(),
        Condition::Any(any) => any.iter().filter_map(|one| role(one, of_partner)).min(),
        Condition::Not(_) => None,
    }
}

/// Returns the number of a partner, which is added where it is new.
pub(super) fn number(path: &str, paths: &mut Vec<String>) -> usize {
    paths.iter().position(|known| known == path).unwrap_or_else(|| {
        paths.push(path.to_owned());
        paths.len() - 1
    })
}

/// Returns how a query joins its partners.
pub(super) fn of_words(query: &Compiled, paths: &mut Vec<String>) -> Condition<usize> {
    let list = |nodes: &[Compiled], paths: &mut Vec<String>| nodes.iter().map(|node| of_words(node, paths)).collect();
    match query {
        Compiled::And(nodes) => Condition::All(list(nodes, paths)),
        Compiled::Or(nodes) => Condition::Any(list(nodes, paths)),
        Compiled::Not(inner) => Condition::Not(Box::new(of_words(inner, paths))),
        Compiled::Document(inner) | Compiled::WholeDocument(inner) => of_words(inner, paths),
        Compiled::Facet(FacetTest::Partner { path, .. }) => Condition::Test(number(path, paths)),
        Compiled::Facet(_) | Compiled::Leaf(_) | Compiled::Near(..) | Compiled::Sentence(_) => {
            Condition::Any(Vec::new())
        }
    }
}
