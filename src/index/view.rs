//! How the two views are written as terms.
//!
//! Character view: one term a position, the character there and the next, then a digit whose bits say whether a word
//! may begin at the first (1), at the second (2) and behind the second (4). So a phrase over terms finds every piece of
//! the folded text, and its first and last term tell whether the piece is a word, without a look at the text.
//!
//! Word view: the words of the analysis, one a position.
//!
//! Both reach tantivy as one string with marks, made once by the analysis: its tokenizers only cut.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::analysis::{Analyzed, Word};

/// Stands before a character where a word may begin. No text holds it: control characters are dropped on the way in.
const MARK: char = '\u{1}';
/// Stands for the character behind the last.
const END: char = '\u{2}';

/// Flags of a term: 3 bits.
pub const EDGE_FLAGS: u8 = 8;

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

/// What all terms that begin with a character begin with.
pub fn prefix_of(first: char) -> String {
    first.to_string()
}

/// The character view of an analysed text as one string.
pub(super) fn marked(analyzed: &Analyzed) -> String {
    let chars = &analyzed.folded.chars;
    let mut text = String::with_capacity(chars.len() * 4);
    for (at, c) in chars.iter().enumerate() {
        if analyzed.boundary[at] {
            text.push(MARK);
        }
        text.push(*c);
    }
    text
}

/// Characters of a shingle.
const SHINGLE: usize = 6;
/// Buckets of a sketch, a byte each.
const SKETCH_BYTES: usize = 16;

/// A sketch of a folded text: sixteen bytes, each the least hash of the shingles that fall into its bucket. The share of bytes
/// that two sketches have in common tells how many shingles their texts have in common (one-permutation min-wise hashing).
pub(super) fn sketch(chars: &[char]) -> [u64; 2] {
    let mut least = [u64::MAX; SKETCH_BYTES];
    let mut window = [0u32; SHINGLE];
    let mut count = 0;
    for c in chars.iter().filter(|c| c.is_alphanumeric()) {
        window.rotate_left(1);
        window[SHINGLE - 1] = *c as u32;
        count += 1;
        if count >= SHINGLE {
            let hash = window.iter().fold(0u64, |hash, c| (hash.rotate_left(5) ^ u64::from(*c)).wrapping_mul(0x517c_c1b7_2722_0a95));
            let hash = hash ^ hash >> 29;
            let bucket = &mut least[(hash & 15) as usize];
            *bucket = (*bucket).min(hash >> 4);
        }
    }
    let byte = |at: usize| if least[at] == u64::MAX { 0 } else { (least[at].wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8 };
    let half = |from: usize| u64::from_le_bytes(std::array::from_fn(|at| byte(from + at)));
    [half(0), half(8)]
}

/// Bytes that two sketches have in common, of those that either has.
pub fn sketch_overlap(a: [u64; 2], b: [u64; 2]) -> (usize, usize) {
    let bytes = |sketch: [u64; 2]| sketch.into_iter().flat_map(u64::to_le_bytes);
    bytes(a).zip(bytes(b)).filter(|(a, b)| *a != 0 || *b != 0).fold((0, 0), |(same, all), (a, b)| (same + usize::from(a == b), all + 1))
}

/// The word view as one string.
pub(super) fn joined(words: &[Word]) -> String {
    let mut text = String::new();
    for word in words {
        text.push_str(&word.text);
        text.push(MARK);
    }
    text
}

/// Cuts a string of [`marked`] into terms.
#[derive(Clone, Default)]
pub(super) struct MarkedBigrams {
    /// Characters with the boundary before each.
    chars: Vec<(char, bool)>,
    token: Token,
}

impl MarkedBigrams {
    pub const NAME: &'static str = "marked_bigrams";
}

pub(super) struct MarkedStream<'a> {
    chars: &'a [(char, bool)],
    token: &'a mut Token,
    at: usize,
}

impl Tokenizer for MarkedBigrams {
    type TokenStream<'a> = MarkedStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> MarkedStream<'a> {
        self.chars.clear();
        let mut boundary = false;
        for c in text.chars() {
            if c == MARK {
                boundary = true;
            } else {
                self.chars.push((c, boundary));
                boundary = false;
            }
        }
        self.token.reset();
        MarkedStream { chars: &self.chars, token: &mut self.token, at: 0 }
    }
}

impl TokenStream for MarkedStream<'_> {
    fn advance(&mut self) -> bool {
        let Some((first, begins)) = self.chars.get(self.at).copied() else { return false };
        // Behind the last character every word ends.
        let (second, splits) = self.chars.get(self.at + 1).copied().unwrap_or((END, true));
        let ends = self.chars.get(self.at + 2).is_none_or(|(_, boundary)| *boundary);
        let flags = u8::from(begins) | u8::from(splits) << 1 | u8::from(ends) << 2;
        self.token.text.clear();
        self.token.text.push(first);
        self.token.text.push(second);
        self.token.text.push((b'0' + flags) as char);
        self.token.position = self.at;
        self.at += 1;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// Cuts a string of [`joined`] into words.
#[derive(Clone, Default)]
pub(super) struct SplitWords {
    token: Token,
}

impl SplitWords {
    pub const NAME: &'static str = "split_words";
}

pub(super) struct WordStream<'a> {
    rest: &'a str,
    token: &'a mut Token,
}

impl Tokenizer for SplitWords {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.token.reset();
        WordStream { rest: text, token: &mut self.token }
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(at) = self.rest.find(MARK) else { return false };
        self.token.text.clear();
        self.token.text.push_str(&self.rest[..at]);
        self.token.position = self.token.position.wrapping_add(1);
        self.rest = &self.rest[at + MARK.len_utf8()..];
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}
