//! Queries that open the lines behind a number.

use crate::query::{Field, Form, Leaf, Node, QueryError, parse};

/// A query, to which a word is added.
pub(super) struct Opens {
    node: Option<Node>,
}

impl Opens {
    /// Reads a query.
    ///
    /// # Errors
    /// A query over the limits.
    pub fn of(text: &str) -> Result<Self, QueryError> {
        Ok(Self { node: parse(text)?.node })
    }

    /// True where the query has a word that a text may hold.
    pub fn has_word(&self) -> bool {
        !self.leaves().is_empty()
    }

    /// Returns the query for the passages with the word within some characters of the query.
    pub fn near(&self, word: &str, distance: usize) -> String {
        self.bound(word, |parts| Node::Near(distance.max(1), parts))
    }

    /// Returns the query for the passages with the word in a sentence of the query.
    pub fn in_sentence(&self, word: &str) -> String {
        self.bound(word, Node::Sentence)
    }

    /// Returns the query for the passages of the query with the word.
    pub fn beside(&self, word: &str) -> String {
        written(word, |leaf| self.and(Node::Leaf(leaf)))
    }

    /// Returns the words that a text may hold, each once, without signs of the query language.
    pub fn texts(&self) -> Vec<String> {
        self.leaves().into_iter().map(|leaf| leaf.text).collect()
    }

    /// The leaves that a text may hold, each once.
    fn leaves(&self) -> Vec<Leaf> {
        let mut leaves: Vec<Leaf> = Vec::new();
        if let Some(node) = &self.node {
            node.positive_leaves(&mut |leaf| {
                if leaf.is_for(Field::Body) && !leaves.contains(leaf) {
                    leaves.push(leaf.clone());
                }
            });
        }
        leaves
    }

    fn bound(&self, word: &str, bond: impl Fn(Vec<Vec<Leaf>>) -> Node) -> String {
        let leaves = self.leaves();
        // Words with OR between them are the alternatives of the bond; every other query stands beside it.
        let alone = match &self.node {
            Some(Node::Leaf(_)) => true,
            Some(Node::Or(nodes)) => nodes.iter().all(|node| matches!(node, Node::Leaf(_))),
            _ => false,
        };
        written(word, |leaf| {
            let bound = bond(vec![leaves.clone(), vec![leaf]]);
            if alone { bound } else { self.and(bound) }
        })
    }

    fn and(&self, node: Node) -> Node {
        match &self.node {
            None => node,
            Some(Node::And(nodes)) => Node::And(nodes.iter().cloned().chain([node]).collect()),
            Some(own) => Node::And(vec![own.clone(), node]),
        }
    }
}

/// Writes a query with a word; the word is quoted where it would be read as something else (`or`).
fn written(word: &str, node: impl Fn(Leaf) -> Node) -> String {
    let leaf = |form| node(Leaf { text: word.to_owned(), form, field: Field::Any });
    let plain = leaf(Form::Word);
    let text = plain.to_string();
    let is_read_alike = parse(&text).is_ok_and(|parsed| parsed.node == Some(plain) && parsed.warnings.is_empty());
    if is_read_alike { text } else { leaf(Form::Phrase).to_string() }
}

#[cfg(test)]
mod tests {
    use super::Opens;

    #[test]
    fn a_number_opens_to_a_query_of_the_language() {
        for (query, near, sentence, beside) in [
            ("情報", "NEAR/8(情報, 共有)", "SENT(情報, 共有)", "情報 共有"),
            ("情報 OR 通信", "NEAR/8((情報 OR 通信), 共有)", "SENT((情報 OR 通信), 共有)", "(情報 OR 通信) 共有"),
            (
                "情報 partner:米国",
                "情報 partner:米国 NEAR/8(情報, 共有)",
                "情報 partner:米国 SENT(情報, 共有)",
                "情報 partner:米国 共有",
            ),
        ] {
            let opens = Opens::of(query).unwrap_or_else(|error| panic!("{query}: {error}"));
            assert_eq!(opens.near("共有", 8), near);
            assert_eq!(opens.in_sentence("共有"), sentence);
            assert_eq!(opens.beside("共有"), beside);
            assert!(opens.has_word());
        }
        let none = Opens::of("partner:米国").unwrap_or_else(|error| panic!("{error}"));
        assert!(!none.has_word());
        assert_eq!(none.beside("or"), "partner:米国 \"or\"");
    }
}
