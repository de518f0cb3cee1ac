//! Finds the best path of words through a text: the Viterbi algorithm over the dictionary's costs, with the same result
//! as lindera.
//!
//! lindera compares each word that begins at a place with each word that ends there. Two facts save a third of these
//! comparisons: words with the same left context share their best predecessor, and a predecessor is pruned when no
//! connection cost could make up its lag.

use lindera_dictionary::dictionary::Dictionary;

use super::dictionary::Lexicon;
use super::trie::{Entry, Found};

/// Longest clause, in characters; a longer clause is split there, so that no sum of costs overflows.
const MAX_CLAUSE_CHARS: usize = 10_000;
/// Marks a missing node or entry.
const NONE: u32 = u32::MAX;
/// The connection context at both ends of a clause.
const EDGE_CONTEXT: u16 = 0;

/// A word of the best path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its first character.
    pub start: usize,
    /// One past its last.
    pub end: usize,
    /// Its entry in the dictionary, if it is one.
    pub word_id: Option<u32>,
}

/// A node of the lattice: a word that may be on the path.
#[derive(Clone, Copy)]
struct Node {
    /// Cost of the cheapest path up to its end.
    cost: i32,
    /// Lower bound of the cost through this node up to the next word, exclusive.
    least: i32,
    start: u32,
    /// Its best predecessor.
    before: u32,
    /// The previously made node that ends at the same place.
    next: u32,
    /// Its entry in the dictionary, or `NONE`.
    word_id: u32,
    right: u16,
}

/// The nodes that end at a place, as a linked list.
#[derive(Clone, Copy)]
struct End {
    /// The node made last, head of the list.
    last: u32,
    /// Upper bound of the best path's cost up to the next word, exclusive: nodes whose lower bound exceeds it are
    /// pruned.
    most: i32,
}

/// A path as one number: its cost in the upper half, its last node in the lower. So the minimum prefers the earlier
/// node among equal costs.
type Weight = i64;

fn weight(cost: i32, node: u32) -> Weight {
    i64::from(cost) << 32 | i64::from(node)
}

/// A lattice whose buffers are reused from clause to clause.
#[derive(Default)]
pub(super) struct Lattice {
    found: Found,
    nodes: Vec<Node>,
    ends: Vec<End>,
    /// Paths up to the current place, each with the right context of its last word.
    paths: Vec<(Weight, u16)>,
    /// The last left context at the current place and its best predecessor: consecutive words often share a left
    /// context.
    last: Option<(u16, Weight)>,
    /// Cache for characters below U+10000: whether the character begins unknown words even where the dictionary has
    /// known ones; `None` before the first query.
    always: Vec<Option<bool>>,
}

/// Splits a text into clauses, each with its start; every clause has a path of its own.
pub(super) fn clauses(text: &[char]) -> impl Iterator<Item = (usize, &[char])> {
    let mut end = 0;
    text.split_inclusive(|c| matches!(c, '。' | '、' | '\n' | '\t')).map(move |clause| {
        end += clause.len();
        (end - clause.len(), clause)
    })
}

impl Lattice {
    /// Adds to `tokens` the words of the best path through a clause that begins at `offset` of its text.
    pub fn segment(&mut self, lexicon: &Lexicon, clause: &[char], offset: usize, tokens: &mut Vec<Token>) {
        for (at, part) in clause.chunks(MAX_CLAUSE_CHARS).enumerate() {
            self.walk(lexicon, part);
            self.add_path(lexicon.dictionary(), offset + at * MAX_CLAUSE_CHARS, part.len(), tokens);
        }
    }

    fn walk(&mut self, lexicon: &Lexicon, text: &[char]) {
        let dictionary = lexicon.dictionary();
        self.nodes.clear();
        self.ends.clear();
        self.ends.resize(text.len() + 1, End { last: NONE, most: i32::MAX });
        self.always.resize(1 << 16, None);
        self.nodes.push(Node {
            cost: 0,
            least: 0,
            start: 0,
            before: NONE,
            next: NONE,
            word_id: NONE,
            right: EDGE_CONTEXT,
        });
        self.ends[0].last = 0;
        let mut found = std::mem::take(&mut self.found);
        lexicon.trie().find(text, &mut found);
        // No unknown word begins inside another unknown word.
        let mut unknown_end = 0;
        for at in 0..text.len() {
            if self.ends[at].last == NONE {
                continue;
            }
            self.gather(at);
            let mut known = false;
            for (length, entries) in lexicon.trie().at(&found, at) {
                entries.for_each(|entry| self.add(lexicon, at, at + length, entry));
                known = true;
            }
            if unknown_end <= at && (!known || self.always_unknown(dictionary, text[at])) {
                unknown_end = self.add_unknown(lexicon, text, at, !known).unwrap_or(unknown_end);
            }
        }
        self.found = found;
    }

    /// Tells whether a character begins unknown words even where the dictionary has known ones.
    fn always_unknown(&mut self, dictionary: &Dictionary, c: char) -> bool {
        let definitions = &dictionary.character_definition;
        let ask =
            || definitions.lookup_categories(c).iter().any(|category| definitions.lookup_definition(*category).invoke);
        self.always.get_mut(c as usize).map_or_else(ask, |known| *known.get_or_insert_with(ask))
    }

    /// Adds unknown words by character category: a whole run of one category, and its short prefixes. Returns the end
    /// of the last whole run.
    fn add_unknown(&mut self, lexicon: &Lexicon, text: &[char], at: usize, needed: bool) -> Option<usize> {
        let Dictionary { character_definition: definitions, unknown_dictionary: unknown, .. } = lexicon.dictionary();
        let mut end = None;
        for (order, category) in definitions.lookup_categories(text[at]).iter().enumerate() {
            let definition = definitions.lookup_definition(*category);
            if !definition.invoke && !needed {
                continue;
            }
            let short = definition.length as usize;
            let looked_at = if definition.group { text.len() } else { text.len().min(at + short.max(1)) };
            let same = |c: &&char| definitions.lookup_categories(**c).get(order) == Some(category);
            let run = 1 + text[at + 1..looked_at].iter().take_while(same).count();
            let whole = if definition.group { run } else { 1 };
            for length in std::iter::once(whole).chain((1..=run.min(short)).filter(|length| *length != whole)) {
                for id in unknown.lookup_word_ids(*category) {
                    let entry = unknown.word_entry(*id);
                    let (left, right) = (entry.left_id() as u16, entry.right_id() as u16);
                    self.add(lexicon, at, at + length, Entry { word_id: None, cost: entry.word_cost(), left, right });
                }
            }
            end = Some(at + whole);
        }
        end
    }

    /// Collects the nodes that end at a place and prunes those that cannot be a best predecessor.
    fn gather(&mut self, at: usize) {
        self.last = None;
        self.paths.clear();
        let End { last: mut number, most } = self.ends[at];
        while let Some(node) = self.nodes.get(number as usize) {
            if node.least <= most {
                self.paths.push((weight(node.cost, number), node.right));
            }
            number = node.next;
        }
    }

    /// Returns the best predecessor of a left context at the current place.
    fn predecessor(&self, dictionary: &Dictionary, left: u16) -> Weight {
        let row = dictionary.connection_cost_matrix.row(u32::from(left));
        let joined = self.paths.iter().map(|(path, right)| path + (Weight::from(row[usize::from(*right)]) << 32));
        joined.min().unwrap_or(Weight::MAX)
    }

    fn add(&mut self, lexicon: &Lexicon, at: usize, end: usize, entry: Entry) {
        let best = match self.last {
            Some((left, best)) if left == entry.left => best,
            _ => self.predecessor(lexicon.dictionary(), entry.left),
        };
        self.last = Some((entry.left, best));
        let cost = (best >> 32) as i32 + i32::from(entry.cost);
        let (least, most) = lexicon.joint(entry.right);
        let (least, most) = (cost + i32::from(least), cost + i32::from(most));
        let end = &mut self.ends[end];
        if least > end.most {
            return;
        }
        end.most = end.most.min(most);
        let next = std::mem::replace(&mut end.last, self.nodes.len() as u32);
        let word_id = entry.word_id.unwrap_or(NONE);
        self.nodes.push(Node { cost, least, start: at as u32, before: best as u32, next, word_id, right: entry.right });
    }

    /// Adds to `tokens` the words of the best path through the clause, which begins at `offset` and has `length`
    /// characters.
    fn add_path(&mut self, dictionary: &Dictionary, offset: usize, length: usize, tokens: &mut Vec<Token>) {
        self.gather(length);
        let first = tokens.len();
        let mut end = length;
        let mut node = self.nodes.get(self.predecessor(dictionary, EDGE_CONTEXT) as u32 as usize);
        while let Some(Node { start, before, word_id, .. }) = node.filter(|node| node.before != NONE) {
            let start = *start as usize;
            tokens.push(Token {
                start: offset + start,
                end: offset + end,
                word_id: Some(*word_id).filter(|id| *id != NONE),
            });
            end = start;
            node = self.nodes.get(*before as usize);
        }
        tokens[first..].reverse();
    }
}
