//! What matching sees of a text: its folded characters, where words begin and end, and its words.
//!
//! Invariants: the only user of lindera's dictionary, and its path of words is lindera's; folding depends on no context
//! longer than a run of separators, so a piece of a text folds to a piece of the folded text; every folded character
//! knows where it stands in the text.

mod address;
mod analyzed;
mod analyzer;
mod boundary;
mod compound;
mod cover;
mod dictionary;
mod fold;
mod lattice;
mod segmenter;
mod tables;
mod trie;
mod words;

pub use analyzed::Analyzed;
pub use analyzer::Analyzer;
pub use dictionary::{Lexicon, lexicon};
pub use fold::{Folded, fold, is_invisible, is_latin, is_letter};
pub use lattice::Token;
pub use segmenter::{PathWord, Reference, Segmenter, path};
pub use tables::katakana_units;
pub use words::{UserWords, Word};

/// What decides how a text is folded and cut, each table with its content: an index made with another one is refused.
/// Of the dictionary the content is a hash of its bytes, made by `build.rs`.
pub const TABLES: [(&str, &str); 3] =
    [("kanji.tsv", tables::KANJI), ("terms.tsv", tables::TERMS), ("ipadic", env!("FUMIKURA_DICTIONARY"))];
