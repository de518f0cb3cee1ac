//! Words that the rules use to find roles: `data/role_words.tsv`.

use crate::table;

pub(super) const ROLE_WORDS: &str = include_str!("../../data/role_words.tsv");

/// Class of a word in the table: the place of the word and its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Together,
    Official,
    Meeting,
    TitleAct,
    Organ,
    Doing,
    Held,
    InPlace,
    InPlaceBefore,
    OnlyPlace,
    Situation,
    Japan,
    Cooperative,
    WithJapan,
    WithMinistry,
    OfficialAct,
    Pair,
    BilateralAct,
    Adopts,
    Standard,
    There,
    Project,
    Topic,
    Loose,
    At,
    Comparison,
    ListTail,
    ListTo,
    ListBetween,
}

/// Names of the classes in the table.
const NAMES: [(&str, Class); 29] = [
    ("together", Class::Together),
    ("official", Class::Official),
    ("meeting", Class::Meeting),
    ("title-act", Class::TitleAct),
    ("organ", Class::Organ),
    ("doing", Class::Doing),
    ("held", Class::Held),
    ("in-place", Class::InPlace),
    ("in-place-before", Class::InPlaceBefore),
    ("only-place", Class::OnlyPlace),
    ("situation", Class::Situation),
    ("japan", Class::Japan),
    ("cooperative", Class::Cooperative),
    ("with-japan", Class::WithJapan),
    ("with-ministry", Class::WithMinistry),
    ("official-act", Class::OfficialAct),
    ("pair", Class::Pair),
    ("bilateral-act", Class::BilateralAct),
    ("adopts", Class::Adopts),
    ("standard", Class::Standard),
    ("there", Class::There),
    ("project", Class::Project),
    ("topic", Class::Topic),
    ("loose", Class::Loose),
    ("at", Class::At),
    ("comparison", Class::Comparison),
    ("list-tail", Class::ListTail),
    ("list-to", Class::ListTo),
    ("list-between", Class::ListBetween),
];

/// Set of classes, one bit for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Classes(u32);

impl Classes {
    pub fn of(class: Class) -> Self {
        Self(1 << class as u32)
    }

    pub fn has(self, class: Class) -> bool {
        self.0 >> (class as u32) & 1 == 1
    }

    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Tells whether all classes ask for a word directly after a name or its list.
    pub fn are_next(self) -> bool {
        use Class::*;
        let next = [Together, Organ, Doing, Held, Pair, BilateralAct, There, Topic, Loose, Comparison, ListTail];
        let next = next.into_iter().fold(Self::default(), |all, class| all.with(Self::of(class)));
        self.0 & !next.0 == 0
    }
}

/// Returns the words of the table with their classes; a word may have several classes.
pub(super) fn role_words() -> impl Iterator<Item = (&'static str, Class)> {
    table::rows(ROLE_WORDS).filter_map(|cells| {
        let (_, class) = NAMES.iter().find(|(name, _)| *name == cells[0])?;
        Some((*cells.get(1)?, *class))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_known_class_and_every_class_has_rows() {
        let rows: Vec<Vec<&str>> = table::rows(ROLE_WORDS).collect();
        assert_eq!(role_words().count(), rows.len(), "a row of an unknown class, or without a word");
        for (name, class) in NAMES {
            assert!(role_words().any(|(_, other)| other == class), "no word of class {name}");
        }
    }
}
