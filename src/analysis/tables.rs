//! Knowledge in `data/*.tsv` that folding and cutting need.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

/// Variant kanji.
pub(super) const KANJI: &str = include_str!("../../data/kanji.tsv");
/// Short units of katakana compounds.
pub(super) const TERMS: &str = include_str!("../../data/terms.tsv");

/// No variant stands before it: kana, marks and letters need no looking up.
const FIRST_KANJI: char = '\u{3400}';
/// Longest unit, in characters.
pub(super) const MAX_TERM_CHARS: usize = 16;

/// The kanji that stands for a variant.
pub(super) fn kanji(c: char) -> char {
    static MAP: LazyLock<FxHashMap<char, char>> = LazyLock::new(|| {
        rows(KANJI).filter_map(|mut row| Some((row.next()?.chars().next()?, row.next()?.chars().next()?))).collect()
    });
    if c < FIRST_KANJI { c } else { MAP.get(&c).copied().unwrap_or(c) }
}

/// The units that katakana compounds are cut into.
pub fn katakana_units() -> impl Iterator<Item = &'static str> {
    rows(TERMS).filter_map(|mut row| row.next())
}

/// True for a unit that katakana compounds are cut into.
pub(super) fn is_term(word: &str) -> bool {
    static SET: LazyLock<FxHashSet<&str>> = LazyLock::new(|| katakana_units().collect());
    SET.contains(word)
}

/// True for a unit that is one word though shorter units spell it: インター|ネット is no compound of both.
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

/// True where some unit begins with two characters.
pub(super) fn begins_term(first: char, second: char) -> bool {
    static SET: LazyLock<FxHashSet<[char; 2]>> = LazyLock::new(|| {
        let begins = |term: &str| term.chars().collect::<Vec<_>>().first_chunk().copied();
        rows(TERMS).filter_map(|mut row| begins(row.next()?)).collect()
    });
    SET.contains(&[first, second])
}

/// Cells of the rows of a table, comments and blank lines left out.
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
