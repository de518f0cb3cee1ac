//! The view of a text that matching uses: its folded characters, its word boundaries, and its words.
//!
//! Invariants: this is the only user of lindera's dictionary, and its path of words equals lindera's. Folding depends
//! on no context longer than a run of separators, so a substring of a text folds to a substring of the folded text.
//! Every folded character keeps its origin in the text.

mod address;
mod analyzed;
mod analyzer;
mod boundary;
mod compound;
mod cover;
mod dictionary;
mod fold;
mod lattice;
mod part;
mod segmenter;
mod sounds;
mod tables;
mod trie;
mod words;

pub use analyzed::Analyzed;
pub use analyzer::Analyzer;
pub use dictionary::{Lexicon, lexicon};
pub use fold::{Folded, fold, is_invisible, is_latin, is_letter};
pub use lattice::Token;
pub use part::Part;
pub(crate) use part::dictionary_form;
pub use segmenter::{PathWord, Reference, Segmenter, path};
pub use sounds::sound;
pub(crate) use sounds::{plain_romaji, readable};
pub use tables::katakana_units;
pub use words::{PartOfSpeech, UserWords, Word};

/// The tables that decide how a text is folded and segmented, each with its content: an index made with another one is
/// refused. For the dictionary, the content is a hash of its bytes, computed by `build.rs`.
pub const TABLES: [(&str, &str); 3] =
    [("kanji.tsv", tables::KANJI), ("terms.tsv", tables::TERMS), ("ipadic", env!("FUMIKURA_DICTIONARY"))];
