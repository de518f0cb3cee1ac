//! Words by letters and sounds: the number of typing slips between two words; and the words of the tables.

use crate::analysis::readable;
use crate::metadata::{Partners, partners, theme_terms};
use crate::query::alias_members;

/// The sounds of a word for comparing slips. Long vowel marks are left out, because they are the first to be
/// forgotten. `kana` has single kana; `joined` has small kana joined to the kana before them (ティ), which move
/// together.
pub(super) struct Sounds {
    kana: Vec<u32>,
    joined: Vec<u32>,
}

impl Sounds {
    /// Makes the sounds of a folded word.
    pub fn of(folded: &[char]) -> Self {
        let kana = folded.iter().filter(|c| **c != 'ー').map(|c| *c as u32).collect();
        let mut joined: Vec<u32> = Vec::with_capacity(folded.len());
        for c in readable(&folded.iter().collect::<String>()).chars().filter(|c| *c != 'ー') {
            match joined.last_mut() {
                Some(last) if matches!(c, 'ァ' | 'ィ' | 'ゥ' | 'ェ' | 'ォ' | 'ャ' | 'ュ' | 'ョ') => {
                    *last = *last << 16 | c as u32
                }
                _ => joined.push(c as u32),
            }
        }
        Self { kana, joined }
    }

    /// Returns the least number of slips between two words; a number above `limit` where it exceeds `limit`.
    pub fn slips(&self, other: &Self, limit: usize) -> usize {
        let between = |a: &[u32], b: &[u32]| {
            if a.len().abs_diff(b.len()) > limit || unlike(a, b, limit) { limit + 1 } else { slips(a, b, limit) }
        };
        between(&self.kana, &other.kana).min(between(&self.joined, &other.joined))
    }
}

/// True where two words differ in more letters than the edits can change: a cheap test before the distance is
/// computed.
pub(super) fn unlike(a: &[u32], b: &[u32], edits: usize) -> bool {
    let letters = |sounds: &[u32]| sounds.iter().fold(0u64, |set, sound| set | 1 << (sound % 64));
    let (a, b) = (letters(a), letters(b));
    (a & !b).count_ones() as usize > edits || (b & !a).count_ones() as usize > edits
}

/// Returns the number of slips between two words: an added, missing or changed letter, or two exchanged letters
/// (Damerau–Levenshtein). Returns `limit + 1` above `limit`.
pub(super) fn slips(a: &[u32], b: &[u32], limit: usize) -> usize {
    let (mut last, mut row) = (Vec::new(), (0..=b.len()).collect::<Vec<usize>>());
    for (at, left) in a.iter().enumerate() {
        let before = std::mem::replace(&mut last, std::mem::replace(&mut row, vec![at + 1; b.len() + 1]));
        for (to, right) in b.iter().enumerate() {
            row[to + 1] = (last[to] + usize::from(left != right)).min(last[to + 1] + 1).min(row[to] + 1);
            if at > 0 && to > 0 && *left == b[to - 1] && a[at - 1] == *right {
                row[to + 1] = row[to + 1].min(before[to - 1] + 1);
            }
        }
        if row.iter().min().is_some_and(|least| *least > limit) {
            return limit + 1;
        }
    }
    row[b.len()]
}

/// Returns names and terms of the tables.
pub(super) fn known_terms() -> impl Iterator<Item = String> {
    let names = partners()
        .rows()
        .iter()
        .flat_map(|row| Partners::names_of(row).map(str::to_owned).chain(row.kanji.map(|kanji| format!("日{kanji}"))));
    names.chain(alias_members().map(str::to_owned)).chain(theme_terms().map(str::to_owned))
}
