//! Numbers the terms of a segment in the order of first occurrence.

use rustc_hash::FxHashMap;

use crate::analysis::{Word, lexicon};

/// Longest term, in bytes; longer strings are no words, and tantivy skips them too.
pub(super) const MAX_TERM_BYTES: usize = 65_530;
/// Bytes that an entry of the hash table takes beside its term.
const ENTRY_BYTES: usize = 40;

/// Terms with their numbers.
pub(super) type Numbered<T> = Vec<(T, u32)>;

/// The numbers of the terms of a segment.
pub(super) struct Numbers {
    pairs: Pairs,
    texts: FxHashMap<Box<[u8]>, u32>,
    /// For each entry of the dictionary, the number of its text plus one; zero before its first occurrence.
    entries: Vec<u32>,
    text_bytes: usize,
}

impl Numbers {
    /// Creates an empty numbering.
    pub fn new() -> Self {
        Self { pairs: Pairs::new(), texts: FxHashMap::default(), entries: vec![0; lexicon().size()], text_bytes: 0 }
    }

    /// Returns the number of a term given as bytes.
    pub fn text(&mut self, text: &[u8]) -> u32 {
        if let Some(known) = self.texts.get(text) {
            return *known;
        }
        let fresh = self.texts.len() as u32;
        self.text_bytes += text.len() + ENTRY_BYTES;
        self.texts.insert(text.into(), fresh);
        fresh
    }

    /// Returns the number of a word, in most cases through its dictionary entry; `None` for a word longer than a term
    /// may be.
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

    /// Returns the number of a pair of the character view.
    pub fn pair(&mut self, pair: u64) -> u32 {
        self.pairs.number(pair)
    }

    /// Returns the memory held, in bytes.
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.pairs.slots) + size_of_val(&*self.entries) + self.text_bytes
    }

    /// Returns pairs and texts in sorted order, each with its number.
    pub fn sorted(self) -> (Numbered<u64>, Numbered<Box<[u8]>>) {
        let mut pairs: Numbered<_> = self.pairs.iter().collect();
        drop(self.pairs);
        pairs.sort_unstable_by_key(|(pair, _)| *pair);
        let mut texts: Numbered<_> = self.texts.into_iter().collect();
        texts.sort_unstable();
        (pairs, texts)
    }
}

/// Numbers of character pairs, in an open-addressing table that stores key and number together: every character of a
/// text is looked up here, at one cache miss where the library's table needs two.
struct Pairs {
    /// Slots of a pair in two halves and its number plus one, zero in a free slot; their count is a power of two.
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

    /// Returns the slot of a pair, or the free slot where it belongs.
    fn slot(slots: &[[u32; 3]], pair: u64) -> usize {
        // Fibonacci hashing: the upper bits of the product with 2^64 over the golden ratio depend on the whole pair.
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
        /// Few distinct pairs, so that some repeat, and multiples of powers of two, which a poor hash would pile up.
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
