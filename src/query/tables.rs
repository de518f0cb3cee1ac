//! Tables of spellings and other names, looked up by their folded form.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::analysis::fold;
use crate::table::rows;

const SPELLINGS: &str = include_str!("../../data/spellings.tsv");
/// Sorted lines `folded member, tab, byte position of its row`, written by `build.rs`.
const INDEX: &str = include_str!(concat!(env!("OUT_DIR"), "/spellings.index"));
/// Bit set over the first two characters of members (a hash of 16 bits), written by `build.rs`.
const STARTS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/spellings.starts"));
/// Longest member that is looked up, in folded characters.
const MAX_SPELLING_CHARS: usize = 16;
const ALIASES: &str = include_str!("../../data/aliases.tsv");
const COUNTERS: &str = include_str!("../../data/counters.tsv");
const FIELD_NAMES: &str = include_str!("../../data/field_names.tsv");
const LEGAL_FORMS: &str = include_str!("../../data/legal_forms.tsv");

/// Tables that widen queries, each with its file name and its content: an index does not hold them.
pub const TABLES: [(&str, &str); 5] = [
    ("aliases.tsv", ALIASES),
    ("counters.tsv", COUNTERS),
    ("field_names.tsv", FIELD_NAMES),
    ("legal_forms.tsv", LEGAL_FORMS),
    ("spellings.tsv", SPELLINGS),
];

/// Spellings of one word.
pub(super) struct Spelling {
    /// All spellings of the word.
    pub members: Vec<&'static str>,
    /// Stems of its verb, before inflecting kana.
    pub stems: Vec<&'static str>,
}

/// Names of one thing.
pub(super) struct Alias {
    pub members: Vec<&'static str>,
    /// Kind of the names: alias, renamed, glossary, successor, acronym.
    pub kind: &'static str,
}

impl Alias {
    /// Returns the names to which a folded name is widened. A successor is widened to its predecessors but not the
    /// other way round, because a body that took over many others (総務省) is mostly named in other matters. An
    /// acronym with two senses is widened only from its name.
    pub fn others(&self, folded: &str) -> &[&'static str] {
        let newest = self.members.first().map(|member| fold(member).chars.into_iter().collect::<String>());
        if matches!(self.kind, "successor" | "acronym") && newest.as_deref() != Some(folded) {
            &[]
        } else {
            &self.members
        }
    }
}

/// Rows with an index from folded member to row.
pub(super) struct Table<T> {
    rows: Vec<T>,
    by_member: HashMap<String, Vec<usize>>,
}

impl<T> Table<T> {
    fn new(rows: Vec<T>, members: impl Fn(&T) -> Vec<&'static str>) -> Self {
        let mut by_member = HashMap::new();
        for (at, row) in rows.iter().enumerate() {
            for member in members(row) {
                by_member.entry(fold(member).chars.into_iter().collect()).or_insert_with(Vec::new).push(at);
            }
        }
        Self { rows, by_member }
    }

    /// Returns the rows with a member: 総務省 has a row of its predecessors and one of its English name.
    pub fn get(&self, folded: &str) -> impl Iterator<Item = &T> {
        self.by_member.get(folded).into_iter().flatten().map(|at| &self.rows[*at])
    }
}

fn list(cell: &'static str) -> Vec<&'static str> {
    crate::table::list(cell).collect()
}

/// Returns the first line of the index that is not less than a text.
fn first_from(text: &str) -> &'static str {
    let line_start =
        |at: usize| INDEX.as_bytes()[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let (mut low, mut high) = (0, INDEX.len());
    while low < high {
        let start = line_start(low.midpoint(high));
        let end = INDEX.as_bytes()[start..]
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(INDEX.len(), |length| start + length + 1);
        let member = INDEX[start..end].split('\t').next().unwrap_or_default();
        if member < text { low = end } else { high = start }
    }
    INDEX[low..].lines().next().unwrap_or_default()
}

/// False where no spelling begins with these two folded characters; a true may be a collision.
fn may_begin_spelling(first: char, second: char) -> bool {
    let bit = ((first as u32).wrapping_mul(31).wrapping_add(second as u32) & 0xFFFF) as usize;
    STARTS[bit / 8] & 1 << (bit % 8) != 0
}

/// Returns the longest prefix of the folded characters that has several spellings, with its length.
pub(super) fn longest_spelling(folded: &[char]) -> Option<(usize, Spelling)> {
    let [first, second, ..] = folded else { return None };
    if !may_begin_spelling(*first, *second) {
        return None;
    }
    let mut text = String::from(*first);
    let mut longest = None;
    for (length, c) in folded.iter().enumerate().take(MAX_SPELLING_CHARS).skip(1) {
        text.push(*c);
        let line = first_from(&text);
        if !line.starts_with(&text) {
            break;
        }
        if let Some((_, row)) = line.split_once('\t').filter(|(member, _)| *member == text) {
            longest = Some((length + 1, row));
        }
    }
    let (length, row) = longest?;
    let mut cells = SPELLINGS.get(row.parse().ok()?..)?.lines().next()?.split('\t');
    Some((length, Spelling { members: list(cells.next()?), stems: list(cells.next()?) }))
}

/// All names in the table of aliases.
pub fn alias_members() -> impl Iterator<Item = &'static str> {
    aliases().rows.iter().flat_map(|row| row.members.iter().copied())
}

/// Words behind a number before which its kanji and its digits are the same: 回, か国.
pub(super) fn counters() -> &'static [&'static str] {
    static TABLE: LazyLock<Vec<&'static str>> =
        LazyLock::new(|| rows(COUNTERS).filter_map(|cells| cells.get(1).copied()).flat_map(list).collect());
    &TABLE
}

/// Names of fields as people write them in Japanese, each with what does the same: `title:`.
pub(super) fn field_names() -> &'static [(&'static str, &'static str)] {
    static TABLE: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
        let rows = rows(FIELD_NAMES).filter(|cells| cells.len() > 1);
        rows.flat_map(|cells| list(cells[1]).into_iter().map(move |name| (name, cells[0]))).collect()
    });
    &TABLE
}

/// A form of corporations.
pub(super) struct LegalForm {
    /// (株), as ㈱ folds.
    pub brackets: &'static str,
    /// 株式会社
    pub full: &'static str,
    /// The full form by itself is looked for by its brackets too.
    pub alone: bool,
}

/// The forms of corporations that have a short one in brackets.
pub(super) fn legal_forms() -> &'static [LegalForm] {
    static TABLE: LazyLock<Vec<LegalForm>> = LazyLock::new(|| {
        rows(LEGAL_FORMS)
            .filter_map(|cells| {
                let [brackets, full, alone, ..] = *cells.as_slice() else { return None };
                Some(LegalForm { brackets, full, alone: alone == "yes" })
            })
            .collect()
    });
    &TABLE
}

pub(super) fn aliases() -> &'static Table<Alias> {
    static TABLE: LazyLock<Table<Alias>> = LazyLock::new(|| {
        let rows = rows(ALIASES)
            .filter(|cells| cells.len() >= 2)
            .map(|cells| Alias { members: list(cells[0]), kind: cells[1] })
            .collect();
        Table::new(rows, |row: &Alias| row.members.clone())
    });
    &TABLE
}

#[cfg(test)]
mod tests {
    use super::{MAX_SPELLING_CHARS, SPELLINGS, list, longest_spelling, rows};
    use crate::analysis::fold;

    #[test]
    fn every_spelling_is_found_by_what_it_folds_to() {
        let mut seen = 0;
        for cells in rows(SPELLINGS) {
            for member in list(cells[0]) {
                let folded = fold(member).chars;
                if folded.len() == 1 {
                    // Inside words, a single kanji has other meanings than this word: 尚 is なお.
                    assert!(longest_spelling(&folded).is_none());
                    continue;
                }
                let (length, found) = longest_spelling(&folded).unwrap_or_else(|| panic!("{member} is in the index"));
                assert_eq!(length, folded.len(), "{member}");
                let same = |other: &&str| fold(other).chars == fold(member).chars;
                assert!(found.members.iter().any(same), "{member} is in its row");
                assert!(folded.len() <= MAX_SPELLING_CHARS, "{member} is too long to be looked for");
                seen += 1;
            }
        }
        assert!(seen > 20_000, "{seen} spellings");
        for text in ["情報", "", "\u{10FFFF}\u{10FFFF}"] {
            assert!(longest_spelling(&fold(text).chars).is_none());
        }
    }
}
