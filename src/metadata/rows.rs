//! Rows of the table of partners.

use crate::table;

pub(super) const PARTNERS: &str = include_str!("../../data/partners.tsv");

/// Kind of a partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Region of the world: アジア, 欧州.
    Region,
    /// Country that has diplomatic relations with Japan.
    Country,
    /// Area without diplomatic relations: 台湾, 香港.
    Area,
    /// International organisation.
    Body,
    /// Group of states or other members that act together: ASEAN, EU, APEC, G7.
    Framework,
}

impl Kind {
    /// True for a single government; false for regions, organisations and frameworks.
    pub fn is_single(self) -> bool {
        matches!(self, Self::Country | Self::Area)
    }
}

/// Row of the table of partners.
#[derive(Clone, Debug)]
pub struct Partner {
    /// Place in the tree: アジア/ASEAN/シンガポール.
    pub path: &'static str,
    /// Usual short name: the last part of the path.
    pub name: &'static str,
    /// ISO 3166-1 code.
    pub code: &'static str,
    /// Kind of the partner.
    pub kind: Kind,
    /// Character of the partner in bilateral forms: 米 in 日米.
    pub kanji: Option<char>,
    /// Other names.
    pub names: Vec<&'static str>,
    /// Institutions that represent the partner.
    pub bodies: Vec<&'static str>,
    /// Cities that mark the partner as a venue.
    pub cities: Vec<&'static str>,
}

impl Partner {
    /// True for partners that act as one government: countries, areas and the EU.
    pub(super) fn is_government(&self) -> bool {
        self.kind.is_single() || self.name == "EU"
    }

    /// Returns all names, the usual name first.
    pub(super) fn all_names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.names.iter().copied())
    }
}

/// Form in which a name denotes its partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Name,
    Body,
    City,
    /// One character: 日米, 米側, 訪米.
    Short,
}

/// Returns all rows in the order of the table.
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
