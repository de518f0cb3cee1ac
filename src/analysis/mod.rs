//! What matching sees of a text: its folded characters, where words begin and end, and its words.
//!
//! Invariants: the only user of lindera's dictionary, and its path of words is lindera's; folding depends on no context
//! longer than a run of separators, so a piece of a text folds to a piece of the folded text; every folded character
//! knows where it stands in the text.

mod address;
mod analyzed;
mod analyzer;
mod boundary;
mod cover;
mod dictionary;
mod fold;
mod lattice;
mod tables;
mod trie;
mod words;

pub use analyzed::Analyzed;
pub use analyzer::Analyzer;
pub use dictionary::{Lexicon, lexicon};
pub use fold::{Folded, fold, is_invisible, is_latin, is_letter};
pub use tables::katakana_units;
pub use words::{UserWords, Word};

/// A hash over everything that decides how a text is cut and folded; an index made with another one is refused.
pub fn fingerprint() -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"fold 2, boundary 2, words 1, ipadic");
    hasher.update(tables::KANJI.as_bytes());
    hasher.update(tables::TERMS.as_bytes());
    hasher.update(&lexicon().size().to_le_bytes());
    hasher.finalize().to_hex()[..16].to_owned()
}
