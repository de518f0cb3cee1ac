//! The tables of `data/*.tsv` that folding and segmentation read.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

/// Variant kanji, each with its standard form.
pub(super) const KANJI: &str = include_str!("../../data/kanji.tsv");
/// Short units of katakana compounds.
pub(super) const TERMS: &str = include_str!("../../data/terms.tsv");

/// The first code point that may be a variant: kana, punctuation and letters need no look-up.
const FIRST_KANJI: char = '\u{3400}';
/// Longest unit, in characters.
pub(super) const MAX_TERM_CHARS: usize = 16;

/// Returns the standard form of a kanji.
pub(super) fn kanji(c: char) -> char {
    static MAP: LazyLock<FxHashMap<char, char>> = LazyLock::new(|| {
        rows(KANJI).filter_map(|mut row| Some((row.next()?.chars().next()?, row.next()?.chars().next()?))).collect()
    });
    if c < FIRST_KANJI { c } else { MAP.get(&c).copied().unwrap_or(c) }
}

/// Iterates over the units that katakana compounds are cut into.
pub fn katakana_units() -> impl Iterator<Item = &'static str> {
    rows(TERMS).filter_map(|mut row| row.next())
}

/// Tells whether a word is a unit that katakana compounds are cut into.
pub(super) fn is_term(word: &str) -> bool {
    static SET: LazyLock<FxHashSet<&str>> = LazyLock::new(|| katakana_units().collect());
    SET.contains(word)
}

/// Tells whether a unit stays whole although shorter units spell it: インターネット is not a compound of インター and
/// ネット.
pub(super) fn is_whole(word: &str) -> bool {
    static SET: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
        rows(TERMS)
            .filter_map(|mut row| Some((row.next()?, row.next()?)))
            .filter(|(_, source)| *source == "whole")
            .map(|(word, _)| word)
            .collect()
    });
    SET.contains(word)
}

/// Tells whether some unit begins with these two characters.
pub(super) fn begins_term(first: char, second: char) -> bool {
    static SET: LazyLock<FxHashSet<[char; 2]>> = LazyLock::new(|| {
        let begins = |term: &str| term.chars().collect::<Vec<_>>().first_chunk().copied();
        rows(TERMS).filter_map(|mut row| begins(row.next()?)).collect()
    });
    SET.contains(&[first, second])
}

/// Iterates over the rows of a table as cells, without comments and blank lines.
fn rows(table: &'static str) -> impl Iterator<Item = std::str::Split<'static, char>> {
    table.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).map(|line| line.split('\t'))
}

#[cfg(test)]
mod tests {
    use super::{FIRST_KANJI, KANJI, rows};

    #[test]
    fn no_variant_stands_before_the_kanji() {
        for mut row in rows(KANJI) {
            assert!(
                row.next().and_then(|variant| variant.chars().next()).is_some_and(|variant| variant >= FIRST_KANJI)
            );
        }
    }
}
