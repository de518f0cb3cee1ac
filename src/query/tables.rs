//! Spellings and other names, looked up by what they fold to.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::analysis::fold;

const SPELLINGS: &str = include_str!("../../data/spellings.tsv");
const ALIASES: &str = include_str!("../../data/aliases.tsv");

/// Spellings of one word.
pub(super) struct Spelling {
    /// All ways to write it.
    pub members: Vec<&'static str>,
    /// Stems of its verb; kana follow them.
    pub stems: Vec<&'static str>,
}

/// Names of one thing.
pub(super) struct Alias {
    pub members: Vec<&'static str>,
    /// alias, renamed, glossary
    pub kind: &'static str,
}

/// Rows with an index from folded member to row.
pub(super) struct Table<T> {
    rows: Vec<T>,
    by_member: HashMap<String, usize>,
    /// Longest member, in folded characters.
    pub longest: usize,
}

impl<T> Table<T> {
    fn new(rows: Vec<T>, members: impl Fn(&T) -> Vec<&'static str>) -> Self {
        let mut by_member = HashMap::new();
        let mut longest = 0;
        for (at, row) in rows.iter().enumerate() {
            for member in members(row) {
                let folded: String = fold(member).chars.into_iter().collect();
                longest = longest.max(folded.chars().count());
                by_member.entry(folded).or_insert(at);
            }
        }
        Self { rows, by_member, longest }
    }

    pub fn get(&self, folded: &str) -> Option<&T> {
        self.by_member.get(folded).map(|at| &self.rows[*at])
    }
}

fn lines(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

fn list(cell: &'static str) -> Vec<&'static str> {
    cell.split('|').filter(|member| !member.is_empty()).collect()
}

pub(super) fn spellings() -> &'static Table<Spelling> {
    static TABLE: LazyLock<Table<Spelling>> = LazyLock::new(|| {
        let rows = lines(SPELLINGS)
            .filter(|cells| cells.len() >= 2)
            .map(|cells| Spelling { members: list(cells[0]), stems: list(cells[1]) })
            .collect();
        Table::new(rows, |row: &Spelling| row.members.clone())
    });
    &TABLE
}

/// All names in the table of aliases.
pub fn alias_members() -> impl Iterator<Item = &'static str> {
    aliases().rows.iter().flat_map(|row| row.members.iter().copied())
}

pub(super) fn aliases() -> &'static Table<Alias> {
    static TABLE: LazyLock<Table<Alias>> = LazyLock::new(|| {
        let rows = lines(ALIASES).filter(|cells| cells.len() >= 2).map(|cells| Alias { members: list(cells[0]), kind: cells[1] }).collect();
        Table::new(rows, |row: &Alias| row.members.clone())
    });
    &TABLE
}
