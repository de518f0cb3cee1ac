//! Numbers for the terms of a segment, in the order in which they are met.

use rustc_hash::FxHashMap;

use crate::analysis::{Word, lexicon};

/// Longest term, in bytes; longer ones are no words, and tantivy leaves them out too.
const MAX_TERM_BYTES: usize = 65_530;
/// Bytes that one entry of a dictionary takes beside its term.
const ENTRY_BYTES: usize = 40;

/// Terms with their numbers.
pub(super) type Numbered<T> = Vec<(T, u32)>;

/// The numbers of the terms of a segment.
pub(super) struct Numbers {
    pairs: Pairs,
    texts: FxHashMap<Box<[u8]>, u32>,
    /// For each entry of the dictionary one more than the number of its text; zero before it is met.
    entries: Vec<u32>,
    text_bytes: usize,
}

impl Numbers {
    /// None so far.
    pub fn new() -> Self {
        Self { pairs: Pairs::new(), texts: FxHashMap::default(), entries: vec![0; lexicon().size()], text_bytes: 0 }
    }

    /// The number of a term that is written as it is.
    pub fn text(&mut self, text: &[u8]) -> u32 {
        if let Some(known) = self.texts.get(text) {
            return *known;
        }
        let fresh = self.texts.len() as u32;
        self.text_bytes += text.len() + ENTRY_BYTES;
        self.texts.insert(text.into(), fresh);
        fresh
    }

    /// The number of a word; most are found by their entry. `None` for a longer one than a term may be.
    pub fn word(&mut self, word: &Word) -> Option<u32> {
        let known = word.entry.map_or(0, |entry| self.entries[entry as usize]);
        known.checked_sub(1).or_else(|| {
            let text = word.text().as_bytes();
            let number = (text.len() <= MAX_TERM_BYTES).then(|| self.text(text))?;
            if let Some(entry) = word.entry {
                self.entries[entry as usize] = number + 1;
            }
            Some(number)
        })
    }

    /// The number of a pair of characters of the character view.
    pub fn pair(&mut self, pair: u64) -> u32 {
        self.pairs.number(pair)
    }

    /// Memory held.
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.pairs.slots) + size_of_val(&*self.entries) + self.text_bytes
    }

    /// Pairs and texts in their order, each with its number.
    pub fn sorted(self) -> (Numbered<u64>, Numbered<Box<[u8]>>) {
        let mut pairs: Numbered<_> = self.pairs.iter().collect();
        drop(self.pairs);
        pairs.sort_unstable_by_key(|(pair, _)| *pair);
        let mut texts: Numbered<_> = self.texts.into_iter().collect();
        texts.sort_unstable();
        (pairs, texts)
    }
}

/// Numbers of pairs of characters, in an open table where key and number stand together: every character of a text is
/// looked up here, and waits for one line of memory where a table of the library waits for two.
struct Pairs {
    /// A pair in two halves and one more than its number, which is zero in a free slot; a power of two of them.
    slots: Vec<[u32; 3]>,
    count: u32,
}

impl Pairs {
    const LEAST_SLOTS: usize = 1 << 10;

    fn new() -> Self {
        Self { slots: vec![[0; 3]; Self::LEAST_SLOTS], count: 0 }
    }

    fn filled(pair: u64, number: u32) -> [u32; 3] {
        [pair as u32, (pair >> 32) as u32, number + 1]
    }

    fn pair([low, high, _]: [u32; 3]) -> u64 {
        u64::from(high) << 32 | u64::from(low)
    }

    /// The slot of a pair, or the free one where it belongs.
    fn slot(slots: &[[u32; 3]], pair: u64) -> usize {
        // The upper bits of a product with an odd number (2^64 over the golden ratio) depend on all of the pair.
        let mut at = (pair.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - slots.len().ilog2())) as usize;
        while slots[at][2] != 0 && Self::pair(slots[at]) != pair {
            at = (at + 1) & (slots.len() - 1);
        }
        at
    }

    fn number(&mut self, pair: u64) -> u32 {
        let at = Self::slot(&self.slots, pair);
        if let Some(known) = self.slots[at][2].checked_sub(1) {
            return known;
        }
        let fresh = self.count;
        self.slots[at] = Self::filled(pair, fresh);
        self.count += 1;
        if self.count as usize * 4 > self.slots.len() * 3 {
            self.grow();
        }
        fresh
    }

    fn grow(&mut self) {
        let mut slots = vec![[0; 3]; self.slots.len() * 2];
        for (pair, number) in self.iter() {
            let at = Self::slot(&slots, pair);
            slots[at] = Self::filled(pair, number);
        }
        self.slots = slots;
    }

    fn iter(&self) -> impl Iterator<Item = (u64, u32)> {
        self.slots.iter().filter_map(|slot| Some((Self::pair(*slot), slot[2].checked_sub(1)?)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Pairs;

    proptest! {
        /// Few of them, so that some come again, and multiples of a power of two, which a poor hash would pile up.
        #[test]
        fn a_pair_keeps_its_number(
            pairs in proptest::collection::vec((0u64..3000, 0u32..45).prop_map(|(pair, shift)| pair << shift), 0..6000)
        ) {
            let mut table = Pairs::new();
            let mut met: Vec<u64> = Vec::new();
            for pair in pairs {
                let known = met.iter().position(|known| *known == pair);
                prop_assert_eq!(table.number(pair) as usize, known.unwrap_or(met.len()));
                met.extend(known.is_none().then_some(pair));
            }
            let mut all: Vec<_> = table.iter().collect();
            all.sort_unstable_by_key(|(_, number)| *number);
            prop_assert_eq!(all, met.into_iter().zip(0..).collect::<Vec<_>>());
        }
    }
}
