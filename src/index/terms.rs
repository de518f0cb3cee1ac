//! Encodes the two views of a text as terms.
//!
//! Character view: one term per position: the character there, the next character, then a digit whose bits tell whether
//! a word may begin at the first (1), at the second (2) and after the second (4). So a phrase of terms finds every
//! substring of the folded text, and its first and last term tell whether the substring is a word, without reading the
//! text.
//!
//! Word view: the words of the analysis, one per position.

use crate::analysis::{Analyzed, is_letter};

/// Stands for the character after the last one: a phrase that ends in it matches at the end of a text. No text
/// contains it, because normalisation drops control characters.
pub const TEXT_END: char = '\u{2}';

/// A pair of neighbouring characters to look for; `None` after the end of the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bigram {
    /// First character.
    pub first: char,
    /// Second character.
    pub second: char,
}

impl Bigram {
    /// Returns the term with the given flags.
    pub fn term(self, flags: u8) -> String {
        let mut term = String::with_capacity(9);
        term.push(self.first);
        term.push(self.second);
        term.push((b'0' + flags) as char);
        term
    }

    /// Returns the common prefix of the terms of a pair; without a second character, of all pairs with the first.
    pub fn prefix(first: char, second: Option<char>) -> String {
        std::iter::once(first).chain(second).collect()
    }

    /// Flag: a word may begin at the first character.
    pub const fn begins(flags: u8) -> bool {
        flags & 1 != 0
    }

    /// Flag: a word may end after the first character.
    pub const fn splits(flags: u8) -> bool {
        flags & 2 != 0
    }

    /// Flag: a word may end after the second character.
    pub const fn ends(flags: u8) -> bool {
        flags & 4 != 0
    }
}

/// Computes the character view of an analysed text: one pair per character, sorting as its term does.
pub(super) fn pairs(analyzed: &Analyzed) -> Vec<u64> {
    let (chars, boundary) = (&analyzed.folded.chars, &analyzed.boundary);
    let pair = |at: usize| {
        // Every word ends after the last character.
        let second = chars.get(at + 1).copied().unwrap_or(TEXT_END);
        let bounds = |at: usize| at >= chars.len() || boundary[at];
        let flags = u64::from(bounds(at)) | u64::from(bounds(at + 1)) << 1 | u64::from(bounds(at + 2)) << 2;
        u64::from(u32::from(chars[at])) << 24 | u64::from(u32::from(second)) << 3 | flags
    };
    (0..chars.len()).map(pair).collect()
}

/// Returns the term of a pair of [`pairs`].
pub(super) fn pair_term(pair: u64) -> String {
    let char_at = |bits: u64| char::from_u32((bits & 0x1F_FFFF) as u32).unwrap_or(char::REPLACEMENT_CHARACTER);
    Bigram { first: char_at(pair >> 24), second: char_at(pair >> 3) }.term((pair & 7) as u8)
}

/// Characters of a shingle.
const SHINGLE: usize = 6;
/// Buckets of a sketch, one byte each.
const SKETCH_BYTES: usize = 16;

/// Computes a sketch of a folded text: sixteen bytes, each from the least hash of the shingles in its bucket. The share
/// of equal bytes of two sketches estimates the share of common shingles of their texts (one-permutation min-wise
/// hashing).
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

/// Counts the equal bytes of two sketches, and the bytes that are set in either.
pub fn sketch_overlap(a: [u64; 2], b: [u64; 2]) -> (usize, usize) {
    let bytes = |sketch: [u64; 2]| sketch.into_iter().flat_map(u64::to_le_bytes);
    bytes(a)
        .zip(bytes(b))
        .filter(|(a, b)| *a != 0 || *b != 0)
        .fold((0, 0), |(same, all), (a, b)| (same + usize::from(a == b), all + 1))
}
