//! How the two views are written as terms.
//!
//! Character view: one term a position, the character there and the next, then a digit whose bits say whether a word
//! may begin at the first (1), at the second (2) and behind the second (4). So a phrase over terms finds every piece of
//! the folded text, and its first and last term tell whether the piece is a word, without a look at the text.
//!
//! Word view: the words of the analysis, one a position.

use crate::analysis::{Analyzed, is_letter};

/// Stands for the character behind the last: a phrase that ends in it is found at the end of a text. No text holds it:
/// control characters are dropped on the way in.
pub const TEXT_END: char = '\u{2}';

/// A pair of neighbouring characters to look for; `None` behind the end of the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bigram {
    /// First character.
    pub first: char,
    /// Second character.
    pub second: char,
}

impl Bigram {
    /// The term with some flags.
    pub fn term(self, flags: u8) -> String {
        let mut term = String::with_capacity(9);
        term.push(self.first);
        term.push(self.second);
        term.push((b'0' + flags) as char);
        term
    }

    /// What the terms of a pair begin with; without the second character, those of all its pairs.
    pub fn prefix(first: char, second: Option<char>) -> String {
        std::iter::once(first).chain(second).collect()
    }

    /// Flag: a word may begin at the first character.
    pub const fn begins(flags: u8) -> bool {
        flags & 1 != 0
    }

    /// Flag: a word may end behind the first character.
    pub const fn splits(flags: u8) -> bool {
        flags & 2 != 0
    }

    /// Flag: a word may end behind the second character.
    pub const fn ends(flags: u8) -> bool {
        flags & 4 != 0
    }
}

/// The character view of an analysed text: one pair a character, which sorts as its term does.
pub(super) fn pairs(analyzed: &Analyzed) -> Vec<u64> {
    let (chars, boundary) = (&analyzed.folded.chars, &analyzed.boundary);
    let pair = |at: usize| {
        // Behind the last character every word ends.
        let second = chars.get(at + 1).copied().unwrap_or(TEXT_END);
        let bounds = |at: usize| at >= chars.len() || boundary[at];
        let flags = u64::from(bounds(at)) | u64::from(bounds(at + 1)) << 1 | u64::from(bounds(at + 2)) << 2;
        u64::from(u32::from(chars[at])) << 24 | u64::from(u32::from(second)) << 3 | flags
    };
    (0..chars.len()).map(pair).collect()
}

/// The term of a pair of [`pairs`].
pub(super) fn pair_term(pair: u64) -> String {
    let char_at = |bits: u64| char::from_u32((bits & 0x1F_FFFF) as u32).unwrap_or(char::REPLACEMENT_CHARACTER);
    Bigram { first: char_at(pair >> 24), second: char_at(pair >> 3) }.term((pair & 7) as u8)
}

/// Characters of a shingle.
const SHINGLE: usize = 6;
/// Buckets of a sketch, a byte each.
const SKETCH_BYTES: usize = 16;

/// A sketch of a folded text: sixteen bytes, each the least hash of the shingles that fall into its bucket. The share
/// of bytes that two sketches have in common tells how many shingles their texts have in common (one-permutation
/// min-wise hashing).
pub(super) fn sketch(chars: &[char]) -> [u64; 2] {
    let mut least = [u64::MAX; SKETCH_BYTES];
    let letters: Vec<u32> = chars.iter().filter(|c| is_letter(**c)).map(|c| *c as u32).collect();
    for shingle in letters.array_windows::<SHINGLE>() {
        let hash = shingle
            .iter()
            .fold(0u64, |hash, c| (hash.rotate_left(5) ^ u64::from(*c)).wrapping_mul(0x517c_c1b7_2722_0a95));
        let hash = hash ^ hash >> 29;
        let bucket = &mut least[(hash & 15) as usize];
        *bucket = (*bucket).min(hash >> 4);
    }
    let byte =
        |at: usize| if least[at] == u64::MAX { 0 } else { (least[at].wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8 };
    let half = |from: usize| u64::from_le_bytes(std::array::from_fn(|at| byte(from + at)));
    [half(0), half(8)]
}

/// Bytes that two sketches have in common, of those that either has.
pub fn sketch_overlap(a: [u64; 2], b: [u64; 2]) -> (usize, usize) {
    let bytes = |sketch: [u64; 2]| sketch.into_iter().flat_map(u64::to_le_bytes);
    bytes(a)
        .zip(bytes(b))
        .filter(|(a, b)| *a != 0 || *b != 0)
        .fold((0, 0), |(same, all), (a, b)| (same + usize::from(a == b), all + 1))
}
