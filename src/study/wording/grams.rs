//! Likeness of texts by runs of three characters.

use crate::analysis::fold;

/// The runs of three characters of a folded text, each as often as it occurs; of a shorter text, the text itself.
///
/// # Examples
/// ```
/// use fumikura::study::Grams;
///
/// let (old, new) = (Grams::of("情報共有を進める"), Grams::of("情報共有を強化する"));
/// assert!(old.dice(&new) > 0.4 && old.dice(&new) < 0.5);
/// assert_eq!(Grams::of("日ＥＵ").dice(&Grams::of("日EU")), 1.0);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grams(Vec<u64>);

/// Bits of a character: 21 are enough for Unicode.
const BITS: u32 = 21;

impl Grams {
    /// Collects the runs of a text.
    pub fn of(text: &str) -> Self {
        Self::of_folded(&fold(text).chars)
    }

    /// Collects the runs of a folded text. White space and punctuation count for nothing: editors set them freely.
    pub fn of_folded(folded: &[char]) -> Self {
        let letters: Vec<u64> = folded.iter().filter(|c| c.is_alphanumeric()).map(|c| u64::from(*c)).collect();
        let packed = |run: &[u64]| run.iter().fold(0, |packed, c| packed << BITS | c);
        let mut grams: Vec<u64> = match letters.len() {
            0 => Vec::new(),
            1 | 2 => vec![packed(&letters)],
            _ => letters.windows(3).map(packed).collect(),
        };
        grams.sort_unstable();
        Self(grams)
    }

    /// Returns the number of runs.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True for a text without letters.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the number of runs that both have, each as often as both have it.
    pub fn shared(&self, other: &Self) -> usize {
        let (mut a, mut b) = (self.0.as_slice(), other.0.as_slice());
        let mut shared = 0;
        while let ([x, after_x @ ..], [y, after_y @ ..]) = (a, b) {
            // Without branches: which one is less is as good as random.
            shared += usize::from(x == y);
            (a, b) = (if x <= y { after_x } else { a }, if y <= x { after_y } else { b });
        }
        shared
    }

    /// Returns the coefficient of Dice, 2·shared / (own + other), from 0 to 1.
    pub fn dice(&self, other: &Self) -> f32 {
        dice(self.shared(other), self.len(), other.len())
    }

    /// Puts the runs of two texts together.
    pub(super) fn with(&self, other: &Self) -> Self {
        let mut both = self.0.clone();
        both.extend_from_slice(&other.0);
        both.sort_unstable();
        Self(both)
    }
}

/// Returns the coefficient of Dice of two sizes and what they share.
pub(super) fn dice(shared: usize, own: usize, other: usize) -> f32 {
    if own + other == 0 { 0.0 } else { 2.0 * shared as f32 / (own + other) as f32 }
}

/// Returns the longest run of characters that two folded texts share: its start in the first and its length.
///
/// # Examples
/// ```
/// let chars = |text: &str| text.chars().collect::<Vec<_>>();
/// assert_eq!(fumikura::study::longest_run(&chars("両国は情報共有を進める"), &chars("情報共有の推進")), (3, 4));
/// ```
pub fn longest_run(a: &[char], b: &[char]) -> (usize, usize) {
    // Length of the shared run that ends at each character of `b`, for the last character of `a` that was read.
    let mut ends = vec![0_usize; b.len()];
    let mut best = (0, 0);
    for (at, x) in a.iter().enumerate() {
        let mut before = 0;
        for (end, y) in ends.iter_mut().zip(b) {
            let own = if x == y { before + 1 } else { 0 };
            before = std::mem::replace(end, own);
            if own > best.1 {
                best = (at + 1 - own, own);
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::{Grams, longest_run};

    #[test]
    fn likeness_is_one_for_the_same_letters_and_zero_for_none() {
        let text = Grams::of("両国は、情報共有を進める。");
        assert_eq!(text.dice(&Grams::of("両国は情報共有を進める")), 1.0);
        assert_eq!(text.dice(&Grams::of("電波監理審議会")), 0.0);
        assert_eq!((Grams::of("。").dice(&Grams::of("。")), Grams::of("").len()), (0.0, 0));
        assert_eq!(Grams::of("以上").dice(&Grams::of("以上")), 1.0);
    }

    #[test]
    fn a_run_counts_as_often_as_both_have_it() {
        assert_eq!(Grams::of("ああああ").shared(&Grams::of("ああああああ")), 2);
    }

    #[test]
    fn the_longest_run_is_found_in_the_first_text() {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        assert_eq!(longest_run(&chars("甲乙丙丁"), &chars("乙丙戊乙丙丁")), (1, 3));
        assert_eq!(longest_run(&chars("甲"), &chars("")), (0, 0));
    }
}
