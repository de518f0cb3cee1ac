//! Names of partners, and their occurrences in a text.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::half_width::{Hit, PlainText};
use super::patterns::{Entry, patterns};
use super::rows::{Form, Partner, rows};
use super::sounds;
use super::surroundings::{follows_japan, is_in_address, stands_alone};
use crate::script::half_width;

/// The table of partners with its search patterns.
pub struct Partners {
    rows: Vec<Partner>,
    by_name: HashMap<String, usize>,
    /// Words that may denote a partner in a text.
    patterns: Vec<String>,
    /// Meaning of each pattern.
    entries: Vec<Entry>,
}

/// Occurrence of a name in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Rows of the table: two for 日中韓.
    pub partners: &'static [usize],
    pub form: Form,
    /// The name is joined with 日: 日米, 日・EU.
    pub bilateral: bool,
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// Returns the table of partners.
pub fn partners() -> &'static Partners {
    static TABLE: LazyLock<Partners> = LazyLock::new(Partners::new);
    &TABLE
}

impl Partners {
    fn new() -> Self {
        let rows: Vec<Partner> = rows();
        let mut by_name = HashMap::new();
        for (at, row) in rows.iter().enumerate() {
            for name in [row.path, row.name, row.code]
                .into_iter()
                .chain(row.names.iter().copied())
                .filter(|name| !name.is_empty())
            {
                by_name.entry(name.to_lowercase()).or_insert(at);
            }
        }
        // Other spellings come last, so that a name in the table always denotes its own partner.
        for (at, row) in rows.iter().enumerate() {
            for spelling in Self::names_of(row).flat_map(sounds::spellings) {
                by_name.entry(spelling.to_lowercase()).or_insert(at);
            }
        }
        let (patterns, entries) = patterns(&rows);
        Self { rows, by_name, patterns, entries }
    }

    /// Returns all rows in the order of the table.
    pub fn rows(&self) -> &[Partner] {
        &self.rows
    }

    /// Finds a partner by one of its names, its code or its path, in upper or lower case.
    pub fn by_name(&self, name: &str) -> Option<&Partner> {
        let plain: String = name.trim().chars().map(half_width).collect();
        let plain = plain.to_lowercase();
        // Older documents separate the parts of a name with a dot: サウディ・アラビア.
        let known = self.by_name.get(&plain).or_else(|| self.by_name.get(&plain.replace('・', "")));
        known.map(|at| &self.rows[*at])
    }

    /// Returns all names of a partner, the usual name first.
    pub fn names_of(partner: &Partner) -> impl Iterator<Item = &'static str> {
        partner.all_names()
    }

    /// Returns the words to search for in a text.
    pub(super) fn patterns(&self) -> impl Iterator<Item = &str> {
        self.patterns.iter().map(String::as_str)
    }

    /// Returns the names among the pattern hits of a text.
    pub(super) fn names(&'static self, plain: PlainText<'_>, hits: &[Hit]) -> Vec<Found> {
        let PlainText { letters: text, chars } = plain;
        let mut found = Vec::new();
        let (mut at, mut byte) = (0, 0);
        for hit in hits {
            at += text[byte..hit.start].chars().count();
            byte = hit.start;
            let end = at + text[hit.start..hit.end].chars().count();
            let Some(entry) = self.entries.get(hit.pattern) else { continue };
            let alone = || stands_alone(chars, at, end, entry) && !is_in_address(chars, at, end);
            if !entry.partners.is_empty() && alone() {
                let joined = entry.bilateral || (entry.form == Form::Name && follows_japan(chars, at, end));
                found.push(Found { partners: &entry.partners, form: entry.form, bilateral: joined, start: at, end });
            }
        }
        found
    }
}
