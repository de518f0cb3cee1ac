//! What a person asks for beside the query.

use super::budget::Budget;
use super::compile::FacetTest;
use super::documents::DocumentTests;
use crate::document::Role;
use crate::metadata::{date, partners, themes, unknown_partner, unknown_theme};
use crate::query::QueryError;

/// The order of the hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Tier, then score.
    #[default]
    Relevance,
    /// Oldest document first, undated last.
    Date,
    /// Newest document first, undated last.
    DateDescending,
}

/// Drill-down: values of one kind are alternatives, kinds must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Partners, by any of their names.
    pub partners: Vec<String>,
    /// Partners that must not be there in any role asked for.
    pub exclude_partners: Vec<String>,
    /// Roles that count; none means party.
    pub roles: Vec<Role>,
    /// Themes, by path, last name or English label.
    pub themes: Vec<String>,
    /// Range of days, as typed.
    pub date: Option<String>,
    /// Patterns of the paths of documents: as shown, below their root, or whole.
    pub paths: Vec<String>,
    /// Publishers, by their name or a part of it.
    pub publishers: Vec<String>,
    /// Types of files: `pdf`, `html`, `word`, or an ending.
    pub types: Vec<String>,
}

/// What dates are counted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateUnit {
    /// Calendar years.
    #[default]
    Year,
    /// Months, below their years.
    Month,
    /// 年度: from April to March.
    FiscalYear,
}

/// Tests made of filters: kinds in the order partner, theme, date, and those that only exclude.
#[derive(Clone, Debug, Default)]
pub(super) struct FilterTests {
    pub partner: Vec<FacetTest>,
    pub theme: Vec<FacetTest>,
    pub date: Vec<FacetTest>,
    pub excluded: Vec<FacetTest>,
    /// Roles in which partners are counted.
    pub roles: Vec<Role>,
    /// Tests on whole documents.
    pub documents: DocumentTests,
    /// What dates are counted by.
    pub by: DateUnit,
}

impl FilterTests {
    /// True where everything passes.
    pub fn is_empty(&self) -> bool {
        self.partner.is_empty()
            && self.theme.is_empty()
            && self.date.is_empty()
            && self.excluded.is_empty()
            && self.documents.is_empty()
    }
}

impl Filters {
    /// The filters as a person would read them.
    pub fn describe(&self) -> Vec<(&'static str, String)> {
        let list = |name: &'static str, values: &[String]| {
            values.iter().map(move |value| (name, value.clone())).collect::<Vec<_>>()
        };
        let mut out = list("partner", &self.partners);
        out.extend(list("exclude_partner", &self.exclude_partners));
        out.extend(self.roles.iter().map(|role| ("role", role.name().to_owned())));
        out.extend(list("theme", &self.themes));
        out.extend(self.date.iter().map(|date| ("date", date.clone())));
        out.extend(list("path", &self.paths));
        out.extend(list("publisher", &self.publishers));
        out.extend(list("type", &self.types));
        out
    }

    pub(super) fn tests(&self) -> Result<FilterTests, QueryError> {
        let roles = if self.roles.is_empty() { vec![Role::Party] } else { self.roles.clone() };
        Ok(FilterTests {
            partner: self.partners.iter().map(|name| partner_test(name, &roles)).collect::<Result<_, _>>()?,
            excluded: self.exclude_partners.iter().map(|name| partner_test(name, &roles)).collect::<Result<_, _>>()?,
            theme: self.themes.iter().map(|name| theme_test(name)).collect::<Result<_, _>>()?,
            date: self.date.iter().map(|range| date_test(range)).collect::<Result<_, _>>()?,
            roles,
            documents: DocumentTests::new(&self.paths, &self.publishers, &self.types)?,
            by: DateUnit::default(),
        })
    }
}

/// The test for a partner by any of its names.
pub(super) fn partner_test(name: &str, roles: &[Role]) -> Result<FacetTest, QueryError> {
    let partner = partners().by_name(name).ok_or_else(|| QueryError::UnknownValue(unknown_partner(name)))?;
    Ok(FacetTest::Partner { path: partner.path.to_owned(), roles: roles.to_vec() })
}

/// The test for a theme by its path, a part of it, or its English label.
pub(super) fn theme_test(name: &str) -> Result<FacetTest, QueryError> {
    let trimmed = name.trim().trim_end_matches('/');
    let top = themes().iter().find(|theme| theme.path.split('/').next() == Some(trimmed)).map(|_| trimmed.to_owned());
    let exact = themes().iter().find(|theme| {
        theme.path == trimmed
            || theme.path.rsplit('/').next() == Some(trimmed)
            || theme.english.eq_ignore_ascii_case(trimmed)
    });
    let path = top.or_else(|| exact.map(|theme| theme.path.to_owned()));
    let path = path.ok_or_else(|| QueryError::UnknownValue(unknown_theme(name)))?;
    Ok(FacetTest::Theme { path })
}

/// The test for a range of days.
pub(super) fn date_test(range: &str) -> Result<FacetTest, QueryError> {
    date::parse_range(range).map(|interval| FacetTest::Date { interval }).map_err(QueryError::UnknownValue)
}

/// A search request.
#[derive(Clone, Debug)]
pub struct Request {
    /// The query as typed; empty for all passages.
    pub text: String,
    /// Drill-down.
    pub filters: Filters,
    /// Hits wanted; none for counts alone, `usize::MAX` for all.
    pub limit: usize,
    /// Hits left out at the top.
    pub offset: usize,
    /// Order.
    pub sort: Sort,
    /// One hit a document.
    pub group_documents: bool,
    /// Count facets.
    pub facets: bool,
    /// What the facet of dates counts by.
    pub by: DateUnit,
    /// Of what widened the query tell only what occurs, with counts.
    pub explain: bool,
    /// Other names and inflections are found too.
    pub variants: bool,
    /// A query that is not read as it may have been meant is an error.
    pub strict: bool,
    /// Show partial matches behind the exact ones, where nothing matches whole or the query is a sentence.
    pub relax: bool,
    /// Show one passage for all that say nearly the same, with the ids of the others.
    pub fold_duplicates: bool,
    /// How long it may take.
    pub budget: Budget,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            text: String::new(),
            filters: Filters::default(),
            limit: 10,
            offset: 0,
            sort: Sort::default(),
            group_documents: false,
            facets: false,
            by: DateUnit::default(),
            explain: false,
            variants: true,
            strict: false,
            relax: true,
            fold_duplicates: false,
            budget: Budget::default(),
        }
    }
}
