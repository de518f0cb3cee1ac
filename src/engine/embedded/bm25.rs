//! BM25, as tantivy and Lucene have it.

/// Rarity of what `holding` of `all` texts hold.
pub(super) fn idf(holding: u64, all: u64) -> f32 {
    // Parts of a text may be counted by themselves: more may hold it than there are.
    let (holding, all) = (holding as f32, all.max(holding) as f32);
    (1.0 + (all - holding + 0.5) / (holding + 0.5)).ln()
}

/// How soon repetition stops counting, and how much length counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Saturation {
    pub k1: f32,
    pub b: f32,
}

impl Saturation {
    /// What `count` occurrences in a text count for, in parts of the rarity; 0 for none.
    pub fn weight(self, count: u32, length: u32, mean_length: f32) -> f32 {
        let count = count as f32;
        count * (self.k1 + 1.0) / (count + self.k1 * (1.0 - self.b + self.b * length as f32 / mean_length.max(1.0)))
    }
}
