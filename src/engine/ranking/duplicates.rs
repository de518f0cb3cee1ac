//! Near-duplicates among hits: the page of a press release and its PDF, the second edition of a paper.
//!
//! A hit is folded under the first unfolded hit above it that stands in another document under the same headings with
//! the same partners, says nearly the same, and has the same or a better tier. So folding depends only on the hits
//! above, and a window on the list shows the same as the whole list.

use rustc_hash::{FxHashMap, FxHashSet};

use super::hit::{Columns, Hit};
use crate::index::sketch_overlap;
use crate::query::Tier;

/// Least share of equal bytes of two sketches, in percent of the bytes that either has.
const SAME_PERCENT: usize = 70;
/// Least number of compared bytes: shorter texts are alike by chance.
const FEWEST_BYTES: usize = 8;
/// Ends of the bands of a sketch, in bytes. At most 4 of 16 bytes of near-duplicates differ, and fewer where fewer
/// bytes are set; so at least one set band of six is equal in both.
const BAND_ENDS: [usize; 6] = [3, 6, 9, 12, 14, 16];

/// The compared values of a hit.
#[derive(Clone, Copy)]
struct Look {
    document: u64,
    tier: Tier,
    /// True for a hit in title or heading alone, which is never folded under a passage that holds the query.
    above: bool,
    frame: u64,
    sketch: [u64; 2],
}

impl Look {
    /// True where this hit is folded under an earlier one.
    fn is_like(&self, earlier: &Self) -> bool {
        if self.document == earlier.document
            || self.frame != earlier.frame
            || self.tier < earlier.tier
            || self.above != earlier.above
        {
            return false;
        }
        let (same, all) = sketch_overlap(self.sketch, earlier.sketch);
        all >= FEWEST_BYTES && same * 100 >= all * SAME_PERCENT
    }

    /// Returns the set bands, each with a key. Hits with the same frame and the same band share the key.
    fn bands(&self) -> impl Iterator<Item = (usize, u64)> {
        let [low, high] = self.sketch;
        let sketch = u128::from(low) | u128::from(high) << 64;
        let frame = self.frame;
        let starts = std::iter::once(0).chain(BAND_ENDS);
        starts.zip(BAND_ENDS).enumerate().filter_map(move |(band, (start, end))| {
            let bytes = (sketch >> (start * 8)) as u64 & ((1 << ((end - start) * 8)) - 1);
            (bytes != 0).then_some((band, frame ^ ((band as u64) << 24 | bytes)))
        })
    }
}

/// The unfolded hits of a list, from the top.
pub(crate) struct Unfolded<'a, C> {
    columns: &'a C,
    hits: Vec<Look>,
    frames: FxHashSet<u64>,
    /// Last hit of each band key, and for each hit the earlier hits with the same keys: linked lists in place of a
    /// list for each key.
    last: FxHashMap<u64, u32>,
    before: Vec<[u32; BAND_ENDS.len()]>,
}

/// End of a linked list.
const NONE: u32 = u32::MAX;
/// Initial capacity: about the number of hits that are scored for one answer.
const USUAL_HITS: usize = 128;

impl<'a, C: Columns> Unfolded<'a, C> {
    /// Makes an empty list.
    pub fn new(columns: &'a C) -> Self {
        let mut last = FxHashMap::default();
        last.reserve(USUAL_HITS * BAND_ENDS.len());
        Self {
            columns,
            hits: Vec::with_capacity(USUAL_HITS),
            frames: FxHashSet::default(),
            last,
            before: Vec::with_capacity(USUAL_HITS),
        }
    }

    /// Returns the index, from 0, of the hit under which a hit below all of them is folded.
    pub fn above(&self, hit: &Hit) -> Option<usize> {
        let frame = self.columns.frame(hit);
        // Most hits of a long list have headings that no hit above has, so one column decides.
        if self.frames.contains(&frame) { self.first_like(&self.look(hit, frame)) } else { None }
    }

    fn look(&self, hit: &Hit, frame: u64) -> Look {
        let sketch = self.columns.sketch(hit);
        Look { document: hit.document, tier: hit.tier, above: hit.place.is_above(), frame, sketch }
    }

    fn first_like(&self, look: &Look) -> Option<usize> {
        let mut first = NONE;
        for (band, key) in look.bands() {
            let mut at = self.last.get(&key).copied().unwrap_or(NONE);
            while at != NONE {
                if at < first && look.is_like(&self.hits[at as usize]) {
                    first = at;
                }
                at = self.before[at as usize][band];
            }
        }
        (first != NONE).then_some(first as usize)
    }

    /// Adds the next hit of the list unless it is folded; returns the index of the hit under which it is folded. A hit
    /// that `stands` is not folded.
    pub fn add(&mut self, hit: &Hit, stands: bool) -> Option<usize> {
        let look = self.look(hit, self.columns.frame(hit));
        let above = if stands { None } else { self.first_like(&look) };
        if above.is_none() {
            let mut before = [NONE; BAND_ENDS.len()];
            for (band, key) in look.bands() {
                before[band] = self.last.insert(key, self.hits.len() as u32).unwrap_or(NONE);
            }
            self.frames.insert(look.frame);
            self.hits.push(look);
            self.before.push(before);
        }
        above
    }
}

#[cfg(test)]
mod tests {
    use super::{BAND_ENDS, Look};
    use crate::query::Tier;

    #[test]
    fn near_duplicates_share_a_band() {
        let mut state = 7u64;
        let mut random = move |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let look = |bytes: [u8; 16], document| {
            let half = |from: usize| u64::from_le_bytes(std::array::from_fn(|at| bytes[from + at]));
            Look { document, tier: Tier::Word, above: false, frame: 1, sketch: [half(0), half(8)] }
        };
        let mut alike = 0;
        for _ in 0..200_000 {
            let set = 8 + random(9);
            let mut places: Vec<usize> = (0..16).collect();
            (0..16).for_each(|at| places.swap(at, random(16) as usize));
            let mut first = [0u8; 16];
            places.iter().take(set as usize).for_each(|place| first[*place] = 1 + random(255) as u8);
            let mut second = first;
            (0..random(6)).for_each(|_| second[random(16) as usize] = random(256) as u8);
            let (first, second) = (look(first, 1), look(second, 2));
            if second.is_like(&first) {
                alike += 1;
                assert!(
                    second.bands().any(|band| first.bands().any(|other| other == band)),
                    "{:x?} {:x?}",
                    first.sketch,
                    second.sketch
                );
            }
        }
        assert!(alike > 50_000, "{alike}");
        assert_eq!(BAND_ENDS.last(), Some(&16));
    }
}
