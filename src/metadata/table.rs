//! Reads the tables in `data/`: cells are separated by tabs; lines that start with # are comments.

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};

/// Returns the cells of each row of a table.
pub(super) fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| line.split('\t').collect())
}

/// Returns the parts of a cell, which are separated by |.
pub(super) fn list(cell: &'static str) -> impl Iterator<Item = &'static str> {
    cell.split('|').filter(|part| !part.is_empty())
}

/// Builds an automaton over distinct words; the value of a word is its place among them.
pub(super) fn automaton<'a>(words: impl Iterator<Item = &'a str>) -> CharwiseDoubleArrayAhoCorasick<u32> {
    // The words come from tables in the program. A failure means a broken table, and every test would report it.
    #[allow(clippy::expect_used)]
    CharwiseDoubleArrayAhoCorasickBuilder::new()
        .build_with_values(words.enumerate().map(|(at, word)| (word, at as u32)))
        .expect("the words are distinct")
}
