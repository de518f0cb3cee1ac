//! The words of `data/series.tsv`, ready to be looked for in characters.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::document::RenameKind;
use crate::table;

pub(in crate::metadata) const SERIES: &str = include_str!("../../../data/series.tsv");

/// What a word that ends a name says by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A meeting: 政策対話, 研究会.
    Meeting,
    /// A meeting or a standing body: 委員会, 協議会.
    Body,
    /// A group of any kind: only a number tells a meeting.
    Numbered,
}

/// Words of one kind, the longest first.
#[derive(Debug, Default)]
pub(super) struct List(Vec<Vec<char>>);

impl List {
    /// All words.
    pub fn all(&self) -> impl Iterator<Item = &[char]> {
        self.0.iter().map(Vec::as_slice)
    }

    /// Length of the longest word that stands at `at`.
    pub fn at(&self, chars: &[char], at: usize) -> Option<usize> {
        let rest = chars.get(at..)?;
        self.0.iter().find(|word| rest.starts_with(word)).map(Vec::len)
    }

    /// Length of the longest word that ends at `end`.
    pub fn before(&self, chars: &[char], end: usize) -> Option<usize> {
        let head = chars.get(..end)?;
        self.0.iter().find(|word| head.ends_with(word)).map(Vec::len)
    }

    /// True where the whole of `chars` is one of the words.
    pub fn is(&self, chars: &[char]) -> bool {
        self.0.iter().any(|word| word == chars)
    }
}

/// The table by kinds.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// By their last character: words that end a name, the longest first.
    ends: FxHashMap<char, Vec<(Vec<char>, Class)>>,
    pub plain: List,
    pub levels: List,
    pub tails: List,
    pub generic: List,
    pub hosts: List,
    pub authorities: List,
    pub not: List,
    pub pronouns: List,
    pub phrases: List,
    pub stops: List,
    pub held: List,
    pub related: List,
    pub cities: List,
    pub things: List,
    pub bodies_named: List,
    pub former: List,
    pub present: List,
    pub renamed: List,
    pub reorganised: List,
    pub merged: List,
    pub succeeded: List,
    pub inner: List,
    pub predecessor: List,
    pub successor: List,
    pub became: List,
    pub relative: List,
    pub unnamed: List,
    pub target: List,
    /// Short forms of conferences in Latin letters: WRC.
    pub short: List,
    /// Names of one series: the full one first.
    pub acronyms: Vec<Vec<&'static str>>,
}

impl Words {
    /// All words that end names.
    pub fn ends(&self) -> impl Iterator<Item = &[char]> {
        self.ends.values().flatten().map(|(word, _)| word.as_slice())
    }

    /// The word of a change that stands at `at`: its length and what it says.
    pub fn change(&self, chars: &[char], at: usize) -> Option<(usize, RenameKind)> {
        let kinds = [
            (&self.succeeded, RenameKind::Succeeded),
            (&self.renamed, RenameKind::Renamed),
            (&self.reorganised, RenameKind::Reorganised),
            (&self.merged, RenameKind::Merged),
        ];
        kinds.into_iter().find_map(|(words, kind)| Some((words.at(chars, at)?, kind)))
    }

    /// The word that ends a name with the character at `at`.
    pub fn end(&self, chars: &[char], at: usize) -> Option<(usize, Class)> {
        let head = &chars[..=at];
        let words = self.ends.get(&chars[at])?;
        words.iter().find(|(word, _)| head.ends_with(word)).map(|(word, class)| (word.len(), *class))
    }
}

/// The table of the program.
pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words::default();
    for cells in table::rows(SERIES) {
        let [kind, row, ..] = *cells.as_slice() else { continue };
        let list = match kind {
            "ends" | "bodies" | "numbered" => {
                let class = match kind {
                    "ends" => Class::Meeting,
                    "bodies" => Class::Body,
                    _ => Class::Numbered,
                };
                for word in table::list(row) {
                    if let Some(last) = word.chars().next_back() {
                        words.ends.entry(last).or_default().push((word.chars().collect(), class));
                    }
                }
                continue;
            }
            "acronym" => {
                let latin = table::list(row).filter(|name| name.bytes().all(|b| b.is_ascii_uppercase() || b == b' '));
                // Two letters alone (RA, PP) are many things: they need a year behind.
                words.short.0.extend(latin.map(|name| name.chars().collect()));
                words.acronyms.push(table::list(row).collect());
                continue;
            }
            "plain" => &mut words.plain,
            "levels" => &mut words.levels,
            "tails" => &mut words.tails,
            "generic" => &mut words.generic,
            "hosts" => &mut words.hosts,
            "authorities" => &mut words.authorities,
            "not" => &mut words.not,
            "pronouns" => &mut words.pronouns,
            "phrases" => &mut words.phrases,
            "stops" => &mut words.stops,
            "held" => &mut words.held,
            "related" => &mut words.related,
            "things" => &mut words.things,
            "bodies_named" => &mut words.bodies_named,
            "former" => &mut words.former,
            "present" => &mut words.present,
            "renamed" => &mut words.renamed,
            "reorganised" => &mut words.reorganised,
            "merged" => &mut words.merged,
            "succeeded" => &mut words.succeeded,
            "inner" => &mut words.inner,
            "predecessor" => &mut words.predecessor,
            "successor" => &mut words.successor,
            "became" => &mut words.became,
            "relative" => &mut words.relative,
            "unnamed" => &mut words.unnamed,
            "target" => &mut words.target,
            _ => &mut words.cities,
        };
        list.0.extend(table::list(row).map(|word| word.chars().collect()));
        list.0.sort_by_key(|word: &Vec<char>| std::cmp::Reverse(word.len()));
    }
    words.short.0.sort_by_key(|word: &Vec<char>| std::cmp::Reverse(word.len()));
    for ends in words.ends.values_mut() {
        ends.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
    }
    words
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_has_a_reason_and_a_source() {
        for cells in table::rows(SERIES) {
            assert!(cells.len() == 4 && cells.iter().all(|cell| !cell.is_empty()), "{cells:?}");
        }
    }
}
