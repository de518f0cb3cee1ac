//! A request as read: its words, the times that it wishes for, and its filters with the conditions of the query.

use super::wishes::{self, Year};
use crate::analysis::Analyzer;
use crate::engine::{Answer, Request};
use crate::query::condition::Condition;
use crate::query::filter::{FilterTests, date_test};
use crate::query::parts::{without_conditions, without_dates};
use crate::query::{Compiled, Filters, Node, QueryError, compile};

/// A request as read.
pub(crate) struct ReadQuery {
    /// The query without its dates, which became filters, and without the times that it wishes for.
    pub node: Option<Node>,
    /// The dates of the query, as typed.
    pub dates: Vec<String>,
    /// The query without its conditions on metadata too.
    pub words: Option<Node>,
    pub years: Vec<Year>,
    pub filters: FilterTests,
    pub compiled: Option<Compiled>,
}

impl ReadQuery {
    /// Reads a request over the roots of a collection: for each its full path, its path as shown, and its name. The
    /// answer gets the query as read, and the messages about it.
    ///
    /// # Errors
    /// A query over the limits, a strict reading of what may be misread, a date that cannot be read, or an unknown
    /// partner, theme or commitment.
    pub fn of(
        request: &Request,
        analyzer: &Analyzer,
        roots: Vec<[String; 3]>,
        answer: &mut Answer,
    ) -> Result<Self, QueryError> {
        let parsed = crate::query::parse(&request.text)?;
        if let Some(warning) = parsed.warnings.first().filter(|_| request.strict) {
            return Err(QueryError::Strict(warning.clone()));
        }
        answer.parsed = parsed.node.as_ref().map(ToString::to_string).unwrap_or_default();
        let of_query = parsed
            .warnings
            .iter()
            .map(|warning| format!("at character {}: {}", warning.span.start + 1, warning.message));
        answer.warnings.extend(of_query);
        if parsed.node.is_none() && request.limit > 0 {
            answer.warnings.push("the query is empty: it matches all passages that pass the filters".to_owned());
        }
        let (node, dates) = without_dates(parsed.node);
        let (node, years) = wishes::read(node, request, &mut answer.warnings)?;
        let (words, conditions) = without_conditions(node.clone());
        let conditions =
            conditions.iter().map(|node| compile(node, analyzer, false)).collect::<Result<Vec<_>, QueryError>>()?;
        let mut filters = FilterTests { by: request.by, ..filter_tests(&request.filters, &dates, roots)? };
        filters.conditions =
            conditions.into_iter().filter_map(|one| Condition::of(&one.in_roles(&filters.roles))).collect();
        let compiled = words.as_ref().map(|node| compile(node, analyzer, request.variants)).transpose()?;
        let compiled = compiled.map(|compiled| compiled.in_roles(&filters.roles));
        filters.naming = filters.naming(compiled.as_ref());
        Ok(Self { node, dates, words, years, filters, compiled })
    }
}

/// Makes the tests of the filters and of the dates of a query.
///
/// # Errors
/// A date that cannot be read, or an unknown theme, partner or commitment.
pub(crate) fn filter_tests(
    filters: &Filters,
    dates: &[String],
    roots: Vec<[String; 3]>,
) -> Result<FilterTests, QueryError> {
    let mut tests = filters.tests()?;
    for days in dates {
        tests.date.push(date_test(days)?);
    }
    tests.documents.place(roots);
    Ok(tests)
}
