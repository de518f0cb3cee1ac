//! The names of parameters and of their values.

use super::tool;
use crate::engine::Sort;
use crate::query::DateUnit;

/// Names of all parameters, in canonical order.
pub const NAMES: [&str; 30] = [
    "q",
    "partner",
    "exclude-partner",
    "role",
    "theme",
    "commitment",
    "series",
    "date",
    "path",
    "publisher",
    "type",
    "n",
    "offset",
    "after",
    "all",
    "sort",
    "group",
    "facets",
    "by",
    "explain",
    "no-variants",
    "strict",
    "no-relax",
    "duplicates",
    "head",
    "open",
    "hit",
    "passage",
    "keys",
    "lang",
];

/// Two fields of a form that stand for `date=FROM..TO`.
pub(super) const FORM_DATE: [&str; 2] = ["from", "to"];

/// A filter, by the name of its parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Filter {
    /// `partner`
    Partner,
    /// `exclude-partner`
    ExcludePartner,
    /// `role`
    Role,
    /// `theme`
    Theme,
    /// `commitment`
    Commitment,
    /// `series`
    Series,
    /// `date`
    Date,
    /// `path`
    Path,
    /// `publisher`
    Publisher,
    /// `type`
    Type,
}

impl Filter {
    /// All filters, in canonical order.
    pub const ALL: [Self; 10] = [
        Self::Partner,
        Self::ExcludePartner,
        Self::Role,
        Self::Theme,
        Self::Commitment,
        Self::Series,
        Self::Date,
        Self::Path,
        Self::Publisher,
        Self::Type,
    ];

    /// Returns the name of the parameter, which is that of the option.
    pub fn name(self) -> &'static str {
        match self {
            Self::Partner => "partner",
            Self::ExcludePartner => "exclude-partner",
            Self::Role => "role",
            Self::Theme => "theme",
            Self::Commitment => "commitment",
            Self::Series => "series",
            Self::Date => "date",
            Self::Path => "path",
            Self::Publisher => "publisher",
            Self::Type => "type",
        }
    }
}

/// Language of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Japanese.
    #[default]
    Ja,
    /// English.
    En,
}

impl Language {
    /// Returns the value of `lang`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }
}

/// Returns the value of `sort`.
pub fn sort_name(sort: Sort) -> &'static str {
    match sort {
        Sort::Relevance => "relevance",
        Sort::Date => "date",
        Sort::DateDescending => "-date",
    }
}

/// Returns the value of `by`.
pub fn unit_name(by: DateUnit) -> &'static str {
    match by {
        DateUnit::Year => "year",
        DateUnit::Month => "month",
        DateUnit::FiscalYear => "fiscal-year",
    }
}

pub(super) fn is_known(name: &str) -> bool {
    name == "limit" || tool::option(name).is_some() || FORM_DATE.contains(&name) || NAMES.contains(&name)
}

pub(super) fn is_flag(name: &str) -> bool {
    tool::is_flag(name)
        || matches!(name, "all" | "facets" | "explain" | "no-variants" | "strict" | "no-relax" | "duplicates" | "head")
}

pub(super) fn is_list(name: &str) -> bool {
    tool::is_list(name) || name == "open" || name != "date" && Filter::ALL.iter().any(|filter| filter.name() == name)
}
