//! BM25 in the form of tantivy and Lucene.

/// Returns the inverse document frequency of a unit that `holding` of `all` texts hold.
pub(crate) fn idf(holding: u64, all: u64) -> f32 {
    // Parts of a text may be counted separately, so `holding` may exceed `all`.
    let (holding, all) = (holding as f32, all.max(holding) as f32);
    (1.0 + (all - holding + 0.5) / (holding + 0.5)).ln()
}

/// Parameters of BM25: `k1` bounds the effect of repetition, `b` is the effect of length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Saturation {
    pub k1: f32,
    pub b: f32,
}

impl Saturation {
    /// Returns the BM25 weight of `count` occurrences in a text, as a factor of the idf; 0 for none.
    pub fn weight(self, count: u32, length: u32, mean_length: f32) -> f32 {
        let count = count as f32;
        count * (self.k1 + 1.0) / (count + self.k1 * (1.0 - self.b + self.b * length as f32 / mean_length.max(1.0)))
    }
}

/// Rounds a score to steps of 1/4096. Sums of such scores below 4096 are exact, so the order in which parts of a
/// query are added changes no score.
pub(crate) fn stepped(score: f32) -> f32 {
    const STEPS: f32 = 4096.0;
    (score * STEPS).round() / STEPS
}
