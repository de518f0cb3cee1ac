//! What tables and timelines count by: a dimension, its values in a collection, and the request for one of them.
//!
//! Membership is decided by the filters of the engine alone, so that a count is the number of hits behind its link.

use crate::engine::{
    Answer, Engine, FacetNode, Facets, Found, Numbers, OUT_OF_TIME, Request, SearchError, Sort, UNDATED,
};
use crate::metadata::date::parse_range;
use crate::metadata::{partners, themes};
use crate::query::{DateUnit, QueryError};

/// Value of the filter of dates for undated documents.
const UNKNOWN: &str = "unknown";

/// What the rows, columns or layers of a table are.
///
/// # Examples
/// ```
/// use fumikura::study::Dimension;
///
/// assert_eq!(Dimension::by_name("fiscal-year"), Ok(Dimension::FiscalYear));
/// assert!(Dimension::by_name("国").is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// Partners in the roles of the request.
    Partner,
    /// Themes.
    Theme,
    /// The strongest commitment of a passage.
    Commitment,
    /// Series of meetings.
    Series,
    /// Publishers of documents.
    Publisher,
    /// Types of files.
    Type,
    /// Calendar years.
    Year,
    /// 年度.
    FiscalYear,
    /// Months.
    Month,
    /// Named queries.
    Query,
}

impl Dimension {
    /// All dimensions.
    pub const ALL: [Self; 10] = [
        Self::Partner,
        Self::Theme,
        Self::Commitment,
        Self::Series,
        Self::Publisher,
        Self::Type,
        Self::Year,
        Self::FiscalYear,
        Self::Month,
        Self::Query,
    ];

    /// Returns the name on the command line and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Partner => "partner",
            Self::Theme => "theme",
            Self::Commitment => "commitment",
            Self::Series => "series",
            Self::Publisher => "publisher",
            Self::Type => "type",
            Self::Year => "year",
            Self::FiscalYear => "fiscal-year",
            Self::Month => "month",
            Self::Query => "query",
        }
    }

    /// Returns the dimension with a name.
    ///
    /// # Errors
    /// An unknown name, with the known ones.
    pub fn by_name(name: &str) -> Result<Self, String> {
        let known = || Self::ALL.map(Self::name).join(", ");
        Self::ALL
            .into_iter()
            .find(|dimension| dimension.name() == name)
            .ok_or_else(|| format!("'{name}' is nothing to count by; choose {}", known()))
    }

    /// Returns the name of the filter that selects a value: all units of dates have one.
    pub const fn filter(self) -> &'static str {
        match self {
            Self::Year | Self::FiscalYear | Self::Month => "date",
            other => other.name(),
        }
    }

    /// Returns the unit of a dimension of dates.
    pub const fn unit(self) -> Option<DateUnit> {
        match self {
            Self::Year => Some(DateUnit::Year),
            Self::FiscalYear => Some(DateUnit::FiscalYear),
            Self::Month => Some(DateUnit::Month),
            _ => None,
        }
    }

    /// Returns the level of the tree that is counted where the reader names none: countries and bodies below regions,
    /// themes of the first level.
    pub const fn level(self) -> usize {
        match self {
            Self::Partner | Self::Month => 2,
            _ => 1,
        }
    }

    /// Returns the facet that counts all values of the dimension at once. The facet of series is cut at the most
    /// frequent ones, so it does not count.
    pub(super) fn facet(self, facets: &Facets) -> Option<&[FacetNode]> {
        match self {
            Self::Partner => Some(&facets.partner),
            Self::Theme => Some(&facets.theme),
            Self::Commitment => Some(&facets.commitment),
            Self::Year | Self::FiscalYear | Self::Month => Some(&facets.date),
            Self::Series | Self::Publisher | Self::Type | Self::Query => None,
        }
    }

    /// True where one request counts all values.
    pub(super) const fn is_facet(self) -> bool {
        !matches!(self, Self::Series | Self::Publisher | Self::Type | Self::Query)
    }
}

/// A value of a dimension: a row, a column or a layer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Value {
    /// Its name for people.
    pub label: String,
    /// Its place in the tree of a facet.
    pub path: String,
    /// The filter that selects it, by name and value (`partner`, `北米/米国`); for a named query `query` and its text.
    pub filter: (&'static str, String),
    /// Passages and documents behind it, each once: the number of its facet.
    pub numbers: Numbers,
}

impl Value {
    /// Makes the value of a named query.
    pub fn query(name: &str, text: &str) -> Self {
        Self { label: name.to_owned(), path: name.to_owned(), filter: ("query", text.to_owned()), ..Self::default() }
    }

    /// Makes the value that a filter selects by itself.
    pub(super) fn plain(dimension: Dimension, value: &str) -> Self {
        Self {
            label: value.to_owned(),
            path: value.to_owned(),
            filter: (dimension.filter(), value.to_owned()),
            ..Self::default()
        }
    }

    fn of_node(dimension: Dimension, node: &FacetNode) -> Self {
        let chosen = match dimension {
            Dimension::Year | Dimension::FiscalYear | Dimension::Month if node.value == UNDATED => UNKNOWN,
            Dimension::Year | Dimension::FiscalYear | Dimension::Month | Dimension::Series => &node.value,
            _ => &node.path,
        };
        Self {
            label: node.value.clone(),
            path: node.path.clone(),
            filter: (dimension.filter(), chosen.to_owned()),
            numbers: Numbers { passages: node.passages, documents: node.documents },
        }
    }

    /// True for the value of undated documents.
    pub fn is_undated(&self) -> bool {
        self.filter.0 == "date" && self.filter.1 == UNKNOWN
    }
}

/// Joins two queries so that both must hold.
pub(super) fn both(first: &str, second: &str) -> String {
    match (first.trim(), second.trim()) {
        ("", text) | (text, "") => text.to_owned(),
        (first, second) => format!("({first}) ({second})"),
    }
}

/// Returns the request for one value; the value takes the place of the filter of its kind, as in facets.
pub(super) fn narrowed(request: &Request, value: &Value) -> Request {
    let mut request = request.clone();
    let (name, chosen) = (value.filter.0, value.filter.1.clone());
    let filters = &mut request.filters;
    match name {
        "partner" => filters.partners = vec![chosen],
        "theme" => filters.themes = vec![chosen],
        "commitment" => filters.commitments = vec![chosen],
        "series" => filters.series = vec![chosen],
        "publisher" => filters.publishers = vec![chosen],
        "type" => filters.types = vec![chosen],
        "date" => filters.date = Some(chosen),
        _ => request.text = both(&request.text, &chosen),
    }
    request
}

/// Returns the request that counts and lists all exact passages, each for itself.
pub(super) fn whole(request: &Request) -> Request {
    Request {
        limit: 0,
        offset: 0,
        sort: Sort::Date,
        facets: false,
        relax: false,
        explain: false,
        group_documents: false,
        fold_duplicates: false,
        ..request.clone()
    }
}

/// Lists the values of a facet at a level of its tree, and those above it that have none below.
fn at_level<'f>(nodes: &'f [FacetNode], level: usize, into: &mut Vec<&'f FacetNode>) {
    for node in nodes.iter().filter(|node| node.passages > 0) {
        let is_deeper = level > 1 && node.children.iter().any(|child| child.passages > 0);
        if is_deeper { at_level(&node.children, level - 1, into) } else { into.push(node) }
    }
}

/// Lists the values of a dimension from a facet; a filter of the dimension selects among them, and names the values
/// itself where it names partners, themes, commitments or series.
pub(super) fn values(
    dimension: Dimension,
    level: usize,
    request: &Request,
    facets: &Facets,
) -> Result<Vec<Value>, SearchError> {
    let filters = &request.filters;
    let named = |names: &[String], path_of: &dyn Fn(&str) -> Option<(String, String)>| {
        let named = names.iter().map(|name| {
            let (label, path) = path_of(name).unwrap_or_else(|| (name.clone(), name.clone()));
            Value { label, ..Value::plain(dimension, &path) }
        });
        named.collect::<Vec<_>>()
    };
    let partner = |name: &str| partners().by_name(name).map(|row| (last(row.path), row.path.to_owned()));
    let theme = |name: &str| {
        let row = themes()
            .iter()
            .find(|theme| theme.path == name || last(theme.path) == name || theme.english.eq_ignore_ascii_case(name));
        row.map(|row| (last(row.path), row.path.to_owned()))
    };
    let as_typed = |name: &str| Some((name.to_owned(), name.to_owned()));
    let chosen = match dimension {
        Dimension::Partner => named(&filters.partners, &partner),
        Dimension::Theme => named(&filters.themes, &theme),
        Dimension::Commitment => named(&filters.commitments, &as_typed),
        Dimension::Series => named(&filters.series, &as_typed),
        Dimension::Publisher => named(&filters.publishers, &as_typed),
        Dimension::Type => named(&filters.types, &as_typed),
        _ => Vec::new(),
    };
    if !chosen.is_empty() {
        return Ok(chosen);
    }
    let nodes = match dimension {
        Dimension::Series => &facets.series,
        _ => dimension.facet(facets).unwrap_or_default(),
    };
    let mut found = Vec::new();
    at_level(nodes, level, &mut found);
    let mut values: Vec<Value> = found.into_iter().map(|node| Value::of_node(dimension, node)).collect();
    if let Some(date) = filters.date.as_deref().filter(|_| dimension.unit().is_some()) {
        let period = parse_range(date);
        values.retain(|value| match (&period, parse_range(&value.filter.1)) {
            (Ok(period), Ok(days)) => days.overlaps(period),
            (period, _) => period.is_err() && value.is_undated(),
        });
    }
    Ok(values)
}

fn last(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// Looks a value up in a facet by its path.
pub(super) fn numbers_in(nodes: &[FacetNode], path: &str) -> Option<Numbers> {
    for node in nodes {
        if node.path == path {
            return Some(Numbers { passages: node.passages, documents: node.documents });
        }
        if path.strip_prefix(&node.path).is_some_and(|rest| rest.starts_with('/')) {
            return numbers_in(&node.children, path);
        }
    }
    None
}

/// Counts with a note of whether the time ran out.
pub(super) struct Counting<'e> {
    pub engine: &'e dyn Engine,
    pub timed_out: bool,
    /// How the queries were read, each sentence once.
    pub told: Vec<String>,
}

impl<'e> Counting<'e> {
    pub fn new(engine: &'e dyn Engine) -> Self {
        Self { engine, timed_out: false, told: Vec::new() }
    }

    /// Asks for numbers, with facets in a unit of dates.
    pub fn facets(&mut self, request: &Request, unit: Option<DateUnit>) -> Result<Answer, SearchError> {
        let by = unit.unwrap_or(request.by);
        let answer = self.engine.facets(&Request { by, ..whole(request) })?;
        self.tell(&answer);
        Ok(answer)
    }

    /// Keeps what an answer says beside its numbers, once.
    fn tell(&mut self, answer: &Answer) {
        self.timed_out |= answer.timed_out;
        // Of the time, the tool tells itself.
        for said in answer.warnings.iter().filter(|said| !said.starts_with(OUT_OF_TIME)) {
            if !self.told.contains(said) {
                self.told.push(said.clone());
            }
        }
    }

    /// Asks for the number of passages and documents.
    pub fn total(&mut self, request: &Request) -> Result<Numbers, SearchError> {
        let answer = self.engine.search(&whole(request))?;
        self.tell(&answer);
        Ok(Numbers { passages: answer.total.passages, documents: answer.total.documents })
    }

    /// Reads all passages of a request.
    pub fn each(&mut self, request: &Request, mut read: impl FnMut(&Found)) -> Result<(), SearchError> {
        let mut visitor = |found: Found| {
            read(&found);
            std::ops::ControlFlow::Continue(())
        };
        let request = Request { budget: request.budget.clone().showing_all(), ..whole(request) };
        let answer = self.engine.each_match(&request, &mut visitor)?;
        self.timed_out |= answer.timed_out;
        Ok(())
    }

    /// Counts the occurrences in the texts of the passages of a request, each span once.
    pub fn occurrences(&mut self, request: &Request) -> Result<usize, SearchError> {
        let mut occurrences = 0;
        self.each(request, |found| occurrences += found.marks.body.len())?;
        Ok(occurrences)
    }
}

/// Makes the error of options that cannot be used together.
pub(super) fn unusable(reason: &str) -> SearchError {
    SearchError::Query(QueryError::UnknownValue(reason.to_owned()))
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;
    use crate::query::Filters;

    fn node(path: &str, passages: usize, children: Vec<FacetNode>) -> FacetNode {
        FacetNode { value: last(path), path: path.to_owned(), passages, children, ..FacetNode::default() }
    }

    fn labels(dimension: Dimension, level: usize, filters: Filters, facets: &Facets) -> Vec<String> {
        let request = Request { filters, ..Request::default() };
        let values = values(dimension, level, &request, facets).expect("values");
        values.into_iter().map(|value| value.label).collect()
    }

    #[test]
    fn a_level_of_a_tree_holds_leaves_above_it_and_nothing_empty() {
        let asean = node("アジア/ASEAN", 3, vec![node("アジア/ASEAN/タイ", 1, vec![])]);
        let asia = node("アジア", 4, vec![asean, node("アジア/韓国", 1, vec![]), node("アジア/中国", 0, vec![])]);
        let facets = Facets { partner: vec![asia, node("国連", 2, vec![])], ..Facets::default() };
        let at = |level| labels(Dimension::Partner, level, Filters::default(), &facets);
        assert_eq!(at(1), ["アジア", "国連"]);
        assert_eq!(at(2), ["ASEAN", "韓国", "国連"]);
        assert_eq!(at(3), ["タイ", "韓国", "国連"]);
        let chosen = Filters { partners: vec!["アメリカ".to_owned()], ..Filters::default() };
        assert_eq!(labels(Dimension::Partner, 2, chosen, &facets), ["米国"]);
        assert_eq!(numbers_in(&facets.partner, "アジア/ASEAN/タイ").expect("one").passages, 1);
        assert_eq!(numbers_in(&facets.partner, "アジア/台湾"), None);
    }

    #[test]
    fn a_filter_of_dates_selects_columns_that_share_a_day_with_it() {
        let nodes = ["2011", "2012", "2013", UNDATED].map(|year| node(year, 1, vec![])).to_vec();
        let facets = Facets { date: nodes, ..Facets::default() };
        let of = |date: &str| {
            labels(Dimension::Year, 1, Filters { date: Some(date.to_owned()), ..Filters::default() }, &facets)
        };
        assert_eq!(of("2012-06..2013"), ["2012", "2013"]);
        assert_eq!(of("unknown"), [UNDATED]);
    }

    #[test]
    fn a_value_takes_the_place_of_the_filter_of_its_kind() {
        let filters = Filters { partners: vec!["タイ".to_owned(), "米国".to_owned()], ..Filters::default() };
        let request = Request { text: "情報 OR 通信".to_owned(), filters, ..Request::default() };
        assert_eq!(narrowed(&request, &Value::plain(Dimension::Partner, "EU")).filters.partners, ["EU"]);
        assert_eq!(narrowed(&request, &Value::query("人", "人材")).text, "(情報 OR 通信) (人材)");
        assert_eq!(both("", " 人材 "), "人材");
    }
}
