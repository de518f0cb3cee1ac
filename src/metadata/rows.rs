//! The rows of the table of partners.

use super::table;

pub(super) const PARTNERS: &str = include_str!("../../data/partners.tsv");

/// What a partner is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// アジア, 欧州
    Region,
    /// A country that Japan has relations with.
    Country,
    /// 台湾, 香港: no diplomatic relations.
    Area,
    /// An international organisation.
    Body,
    /// ASEAN, EU, APEC, G7: states or others that act together.
    Framework,
}

impl Kind {
    /// True for one government; false for what has members.
    pub fn is_single(self) -> bool {
        matches!(self, Self::Country | Self::Area)
    }
}

/// One row of the table.
#[derive(Clone, Debug)]
pub struct Partner {
    /// Place in the tree: アジア/ASEAN/シンガポール.
    pub path: &'static str,
    /// Usual short name: the last part of the path.
    pub name: &'static str,
    /// ISO 3166-1 code.
    pub code: &'static str,
    /// What it is.
    pub kind: Kind,
    /// The character of bilateral forms: 米.
    pub kanji: Option<char>,
    /// Other names.
    pub names: Vec<&'static str>,
    /// Institutions that stand for it.
    pub bodies: Vec<&'static str>,
    /// Cities that tell a venue.
    pub cities: Vec<&'static str>,
}

impl Partner {
    /// True for what acts as a government does: countries, and the EU.
    pub(super) fn is_government(&self) -> bool {
        self.kind.is_single() || self.name == "EU"
    }

    /// All names, with the usual one first.
    pub(super) fn all_names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.names.iter().copied())
    }
}

/// How a name stands for its partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Name,
    Body,
    City,
    /// 日米, 米側, 訪米: the character alone.
    Short,
}

/// All rows in order of the table.
pub(super) fn rows() -> Vec<Partner> {
    table::rows(PARTNERS).filter_map(row).collect()
}

fn row(cells: Vec<&'static str>) -> Option<Partner> {
    let [path, code, kind, kanji, names, bodies, cities, ..] = cells.as_slice() else { return None };
    let list = |cell: &&'static str| table::list(cell).collect();
    Some(Partner {
        path,
        name: path.rsplit('/').next().unwrap_or(path),
        code,
        kind: match *kind {
            "region" => Kind::Region,
            "area" => Kind::Area,
            "body" => Kind::Body,
            "framework" => Kind::Framework,
            _ => Kind::Country,
        },
        kanji: kanji.chars().next(),
        names: list(names),
        bodies: list(bodies),
        cities: list(cities),
    })
}
