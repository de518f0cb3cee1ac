//! Reads the tables in `data/`: cells are separated by tabs; lines that start with # are comments.
//!
//! Many tables list words by class: the first cell of a row is the class, the second the word.

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};

/// Returns the cells of each row of a table.
pub(crate) fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| line.split('\t').collect())
}

/// Returns the words of a class, in the order of the table.
pub(crate) fn of_class(table: &'static str, class: &str) -> impl Iterator<Item = &'static str> {
    rows(table).filter(move |cells| cells.first() == Some(&class)).filter_map(|cells| cells.get(1).copied())
}

/// Returns the words of a class, the longest first: it decides where a word begins another.
pub(crate) fn longest_first(table: &'static str, class: &str) -> Vec<&'static str> {
    let mut words: Vec<&str> = of_class(table, class).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

/// Returns the parts of a cell, which are separated by |.
pub(crate) fn list(cell: &'static str) -> impl Iterator<Item = &'static str> {
    cell.split('|').filter(|part| !part.is_empty())
}

/// Builds an automaton over distinct words; the value of a word is its place among them.
pub(crate) fn automaton<'a>(words: impl Iterator<Item = &'a str>) -> CharwiseDoubleArrayAhoCorasick<u32> {
    // The words come from tables in the program. A failure means a broken table, and every test would report it.
    #[allow(clippy::expect_used)]
    CharwiseDoubleArrayAhoCorasickBuilder::new()
        .build_with_values(words.enumerate().map(|(at, word)| (word, at as u32)))
        .expect("the words are distinct")
}
