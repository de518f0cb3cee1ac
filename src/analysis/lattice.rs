//! The best path of words through a text: Viterbi's algorithm over the dictionary's costs, with lindera's result.
//!
//! lindera weighs each word that begins at a place against each that ends there. But words with one left context have
//! one best predecessor, and what ends there at more cost than another can make up for is none: a third of the pairs
//! need no weighing.

use lindera_dictionary::dictionary::Dictionary;

use super::dictionary::Lexicon;
use super::trie::{Entry, Found};

/// Longest clause, in characters; a longer one is cut there, so that no sum of costs overflows.
const MAX_CLAUSE_CHARS: usize = 10_000;
/// No node, no entry.
const NONE: u32 = u32::MAX;
/// The context before and behind a clause.
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

/// A word that may be on the path.
#[derive(Clone, Copy)]
struct Node {
    /// Of the cheapest path up to its end.
    cost: i32,
    /// The least that a path through it costs up to the next word, without that.
    least: i32,
    start: u32,
    /// Its predecessor on that path.
    before: u32,
    /// The node made before it that ends at the same place.
    next: u32,
    /// Its entry in the dictionary, or `NONE`.
    word_id: u32,
    right: u16,
}

/// What ends at a place.
#[derive(Clone, Copy)]
struct End {
    /// The node made last.
    last: u32,
    /// No best path costs more up to the next word, without that.
    most: i32,
}

/// Cost of a path in the upper half, number of its last node in the lower: of equals the first node is the least.
type Weight = i64;

fn weight(cost: i32, node: u32) -> Weight {
    i64::from(cost) << 32 | i64::from(node)
}

/// Room for one clause after another.
#[derive(Default)]
pub(super) struct Lattice {
    found: Found,
    nodes: Vec<Node>,
    ends: Vec<End>,
    /// Paths up to the place at hand, with the right contexts of their last words.
    paths: Vec<(Weight, u16)>,
    /// The left context last met at the place at hand, with its best predecessor: words alike often come one after
    /// another.
    last: Option<(u16, Weight)>,
    /// For each character below U+10000 whether it begins unknown words also where the dictionary has some; `None`
    /// where that was not asked yet.
    always: Vec<Option<bool>>,
}

/// The sentences and clauses of a text, each of which has a path of its own, with the places where they begin.
pub(super) fn clauses(text: &[char]) -> impl Iterator<Item = (usize, &[char])> {
    let mut end = 0;
    text.split_inclusive(|c| matches!(c, '。' | '、' | '\n' | '\t')).map(move |clause| {
        end += clause.len();
        (end - clause.len(), clause)
    })
}

impl Lattice {
    /// Adds the words of the best path through a clause, which begins at `offset` of its text, to `tokens`.
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
        // Nothing unknown begins inside an unknown word.
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

    /// True for a character that begins unknown words also where the dictionary has some.
    fn always_unknown(&mut self, dictionary: &Dictionary, c: char) -> bool {
        let definitions = &dictionary.character_definition;
        let ask =
            || definitions.lookup_categories(c).iter().any(|category| definitions.lookup_definition(*category).invoke);
        self.always.get_mut(c as usize).map_or_else(ask, |known| *known.get_or_insert_with(ask))
    }

    /// Adds what the dictionary does not know by its characters: a run of one category as a whole, and short parts of
    /// it. Returns the end of the last.
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

    /// Takes up what ends at a place, without what costs more than another whatever comes behind.
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

    /// The best predecessor of a left context at the place at hand.
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

    /// Adds the words of the best path through the clause, which begins at `offset` and has `length` characters.
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
