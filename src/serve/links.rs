//! States beside a state: the links of a page.

use super::cursor::Cursor;
use super::names::{Filter, Language};
use super::params::Params;
use super::view::{Extension, View};
use crate::engine::Sort;
use crate::query::Filters;

impl Params {
    /// Returns the path and query of a view of this state: `/search.csv?q=…`.
    pub fn url(&self, view: &View, extension: Extension) -> String {
        let (path, query) = (view.path(extension), self.to_query());
        if query.is_empty() { path } else { format!("{path}?{query}") }
    }

    /// Returns the state with one more value of a filter, on its first page. A value of `date` replaces the former one.
    /// A value that the parameter does not take changes nothing.
    #[must_use]
    pub fn with(&self, filter: Filter, value: &str) -> Self {
        let mut next = self.first_page();
        if !next.has(filter, value) {
            // The values of links come from the answer, so each is one that the parameter takes.
            let _ = next.set(filter.name(), value.to_owned());
        }
        next
    }

    /// Returns the state without a value of a filter, on its first page.
    #[must_use]
    pub fn without(&self, filter: Filter, value: &str) -> Self {
        let mut next = self.cleared(filter);
        for known in self.values(filter).into_iter().filter(|known| known != value) {
            let _ = next.set(filter.name(), known);
        }
        next
    }

    /// Returns the state with a value of a filter put in or taken out, on its first page.
    #[must_use]
    pub fn toggled(&self, filter: Filter, value: &str) -> Self {
        if self.has(filter, value) { self.without(filter, value) } else { self.with(filter, value) }
    }

    /// Returns the state without any value of a filter, on its first page.
    #[must_use]
    pub fn cleared(&self, filter: Filter) -> Self {
        let mut next = self.first_page();
        let filters = &mut next.filters;
        match filter {
            Filter::Role => filters.roles.clear(),
            Filter::Date => filters.date = None,
            Filter::Partner => filters.partners.clear(),
            Filter::ExcludePartner => filters.exclude_partners.clear(),
            Filter::Theme => filters.themes.clear(),
            Filter::Commitment => filters.commitments.clear(),
            Filter::Series => filters.series.clear(),
            Filter::Path => filters.paths.clear(),
            Filter::Publisher => filters.publishers.clear(),
            Filter::Type => filters.types.clear(),
        }
        next
    }

    /// Returns the state without any filter, on its first page.
    #[must_use]
    pub fn unfiltered(&self) -> Self {
        Self { filters: Filters::default(), ..self.first_page() }
    }

    /// Returns the state with another query, on its first page.
    #[must_use]
    pub fn with_text(&self, text: &str) -> Self {
        Self { text: text.to_owned(), ..self.first_page() }
    }

    /// Returns the state in another order, on its first page.
    #[must_use]
    pub fn sorted(&self, sort: Sort) -> Self {
        Self { sort, ..self.first_page() }
    }

    /// Returns the state in another language, on the same page.
    #[must_use]
    pub fn in_language(&self, lang: Language) -> Self {
        Self { lang: Some(lang), ..self.clone() }
    }

    /// Returns the state with a facet shown whole, or in short again, on the same page.
    #[must_use]
    pub fn opened(&self, facet: &str, open: bool) -> Self {
        let mut next = self.clone();
        next.open.retain(|name| name != facet);
        next.open.extend(open.then(|| facet.to_owned()));
        next
    }

    /// Returns the state at a match of a document.
    #[must_use]
    pub fn at_hit(&self, hit: usize) -> Self {
        Self { hit, passage: None, ..self.clone() }
    }

    /// Returns the state at a passage of a document, by the hash of its text.
    #[must_use]
    pub fn at_passage(&self, hash: &str) -> Self {
        Self { hit: 0, passage: Some(hash.to_owned()), ..self.clone() }
    }

    /// Returns the state at a place of the list of one commit. The cursor keeps a reader on that commit, so that no hit
    /// is shown twice or left out between two pages.
    #[must_use]
    pub fn page_at(&self, offset: usize, commit: &str) -> Self {
        let after = (offset > 0).then(|| Cursor::new(offset, commit, self.digest()));
        Self { offset: 0, after, ..self.clone() }
    }

    /// Returns what the feed of this state asks: query and filters, without the order and the grouping of the page.
    pub fn feed_query(&self) -> String {
        let (sort, by) = Default::default();
        Self { sort, by, group: false, no_relax: false, ..self.of_list() }.to_query()
    }

    /// Returns the path and query of the feed of this state.
    pub fn feed(&self) -> String {
        let query = self.feed_query();
        if query.is_empty() { "/feed.atom".to_owned() } else { format!("/feed.atom?{query}") }
    }

    /// Returns the state of an export of the whole list.
    #[must_use]
    pub fn whole(&self) -> Self {
        Self { all: true, limit: None, ..self.first_page() }
    }

    /// Returns the value of a parameter of a tool.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.tool.iter().find(|(option, _)| *option == name).map(|(_, value)| value.as_str())
    }

    /// Returns the state with another value of a parameter of a tool, on its first page.
    #[must_use]
    pub fn with_option(&self, name: &'static str, value: Option<&str>) -> Self {
        let mut next = self.first_page();
        next.tool.retain(|(option, _)| *option != name);
        next.tool.extend(value.map(|value| (name, value.to_owned())));
        next
    }

    /// Returns the queries of a timeline.
    pub(super) fn queries(&self) -> Vec<String> {
        let further = self.tool.iter().filter(|(name, _)| *name == "query").map(|(_, query)| query);
        std::iter::once(&self.text).chain(further).filter(|query| !query.trim().is_empty()).cloned().collect()
    }

    /// Returns what all views over the hits share: query and filters.
    #[must_use]
    pub fn of_hits(&self) -> Self {
        Self {
            text: self.text.clone(),
            filters: self.filters.clone(),
            no_variants: self.no_variants,
            strict: self.strict,
            no_keys: self.no_keys,
            lang: self.lang,
            ..Self::default()
        }
    }
}
