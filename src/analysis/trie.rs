//! Finds the dictionary words that begin at each place of a text.
//!
//! The dictionary exceeds the processor's caches, so each step through its trie waits for memory; but steps from
//! different places are independent. So all places take one step together, then the next step. The bytes are lindera's
//! (`dict.trie`, `dict.valsidx`, `dict.vals`), in the layout that its `prefix_dictionary.rs` describes; tests check on
//! many texts that the same words are found.

use std::hint::black_box;

/// Top bit. In a node's base: the node has a value and no children. In its check: a value node is at its base.
const VALUE: u32 = 1 << 31;
/// Length of an entry in bytes: number, cost, left and right context.
pub(super) const ENTRY_BYTES: usize = 10;

/// An entry of the dictionary.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// Its number; `None` for an unknown word, which is built from character categories.
    pub word_id: Option<u32>,
    pub cost: i16,
    pub left: u16,
    pub right: u16,
}

/// The double-array trie of the dictionary's words.
pub(super) struct Trie {
    /// For each character, its code; `u32::MAX` where no word contains it.
    codes: &'static [[u8; 4]],
    /// Base and check.
    nodes: &'static [[u8; 8]],
    /// For each value, its first entry.
    firsts: &'static [[u8; 4]],
    entries: &'static [[u8; ENTRY_BYTES]],
}

/// A walk through the trie from one place of the text.
struct Walk {
    place: u32,
    node: u32,
    base: u32,
}

/// The entries of one surface at one place.
struct Match {
    length: u32,
    /// The next shorter match at the same place.
    next: u32,
    /// The node that has the value, or the value itself where `VALUE` is set.
    value: u32,
    first: u32,
    end: u32,
}

/// The words of a text by the place where they begin. Its buffers are reused from text to text.
#[derive(Default)]
pub(super) struct Found {
    codes: Vec<u32>,
    walks: Vec<Walk>,
    matches: Vec<Match>,
    /// For each place, its longest match.
    longest: Vec<u32>,
}

impl Trie {
    /// Views the bytes of a dictionary.
    pub fn new(trie: &'static [u8], firsts: &'static [u8], entries: &'static [u8]) -> Self {
        let (count, rest) = trie.split_first_chunk().unwrap_or((&[0; 4], &[]));
        let (codes, rest) =
            rest.as_chunks().0.split_at_checked(u32::from_le_bytes(*count) as usize).unwrap_or_default();
        // Two numbers follow the codes: the number of distinct codes, and the number of nodes.
        let nodes = rest.get(2..).unwrap_or_default().as_flattened().as_chunks().0;
        Self { codes, nodes, firsts: firsts.as_chunks().0, entries: entries.as_chunks().0 }
    }

    fn node(&self, at: u32) -> Option<(u32, u32)> {
        self.nodes.get(at as usize).map(|[b0, b1, b2, b3, c0, c1, c2, c3]| {
            (u32::from_le_bytes([*b0, *b1, *b2, *b3]), u32::from_le_bytes([*c0, *c1, *c2, *c3]))
        })
    }

    /// Finds the words of a text.
    pub(super) fn find(&self, text: &[char], found: &mut Found) {
        let Found { codes, walks, matches, longest } = found;
        codes.clear();
        codes.extend(
            text.iter().map(|c| self.codes.get(*c as usize).map_or(u32::MAX, |code| u32::from_le_bytes(*code))),
        );
        let root = self.node(0).map_or(VALUE, |(base, _)| base);
        walks.clear();
        walks.extend((0..text.len() as u32).map(|place| Walk { place, node: 0, base: root }));
        longest.clear();
        longest.resize(text.len(), u32::MAX);
        matches.clear();
        let mut length = 0;
        while !walks.is_empty() {
            walks.retain_mut(|walk| {
                let Some(code) = codes.get((walk.place + length) as usize) else { return false };
                let child = walk.base ^ code;
                let Some((base, check)) = self.node(child).filter(|(_, check)| check & !VALUE == walk.node) else {
                    return false;
                };
                (walk.node, walk.base) = (child, base);
                if (base | check) & VALUE != 0 {
                    let next = std::mem::replace(&mut longest[walk.place as usize], matches.len() as u32);
                    matches.push(Match { length: length + 1, next, value: base, first: 0, end: 0 });
                }
                base & VALUE == 0
            });
            length += 1;
        }
        for found in matches.iter_mut().filter(|found| found.value & VALUE == 0) {
            found.value = self.node(found.value).map_or(VALUE, |(base, _)| base);
        }
        for found in matches.iter_mut() {
            let value = (found.value & !VALUE) as usize;
            if let Some([first, end]) = self.firsts.get(value..value + 2) {
                (found.first, found.end) = (u32::from_le_bytes(*first), u32::from_le_bytes(*end));
            }
        }
        // Touches the entries of all matches now, so that the cache misses overlap.
        black_box(
            matches
                .iter()
                .filter_map(|found| self.entries.get(found.first as usize))
                .fold(0, |all, entry| all ^ entry[0]),
        );
    }

    /// Iterates over the words at a place with their lengths, longest first; entries of one surface come last first.
    pub fn at<'a>(
        &'a self,
        found: &'a Found,
        place: usize,
    ) -> impl Iterator<Item = (usize, impl Iterator<Item = Entry>)> {
        let matched = |at: u32| found.matches.get(at as usize);
        std::iter::successors(matched(found.longest[place]), move |found| matched(found.next)).map(|found| {
            let entries = self.entries.get(found.first as usize..found.end as usize).unwrap_or_default();
            let entries = entries.iter().rev().map(|[w0, w1, w2, w3, c0, c1, l0, l1, r0, r1]| Entry {
                word_id: Some(u32::from_le_bytes([*w0, *w1, *w2, *w3])),
                cost: i16::from_le_bytes([*c0, *c1]),
                left: u16::from_le_bytes([*l0, *l1]),
                right: u16::from_le_bytes([*r0, *r1]),
            });
            (found.length as usize, entries)
        })
    }
}
