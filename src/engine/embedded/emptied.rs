//! Filters in a query, and the effect of filters that leave no hit.

use super::documents;
use super::evaluate::Evaluation;
use super::filter::SegmentTests;
use super::segment_view::Segment;
use crate::document::Role;
use crate::engine::SearchError;
use crate::engine::ranking::hit::Hit;
use crate::engine::{Emptied, FilterCount};
use crate::index::OpenIndex;
use crate::query::Filters;
use crate::query::compile;
use crate::query::filter::{FilterTests, partner_test};
use crate::query::parts::parted;
use crate::query::{Node, QueryError};

/// One filter by itself.
struct Asked {
    count: FilterCount,
    tests: FilterTests,
    /// For a partner: the same test in any role.
    named: Option<FilterTests>,
}

fn asked(filter: &'static str, value: &str, roles: &[Role]) -> Result<Asked, QueryError> {
    let one = |name: &str| if name == filter { vec![value.to_owned()] } else { Vec::new() };
    let filters = Filters {
        partners: one("partner"),
        exclude_partners: one("exclude_partner"),
        themes: one("theme"),
        commitments: one("commitment"),
        series: one("series"),
        roles: roles.to_vec(),
        date: (filter == "date").then(|| value.to_owned()),
        paths: one("path"),
        publishers: one("publisher"),
        types: one("type"),
    };
    let any_role = || -> Result<FilterTests, QueryError> {
        Ok(FilterTests { partner: vec![partner_test(value, &Role::ALL)?], ..FilterTests::default() })
    };
    let named = (filter == "partner").then(any_role).transpose()?;
    let count = FilterCount { filter, value: value.to_owned(), passages: 0, named: None, roles: roles.to_vec() };
    Ok(Asked { count, tests: filters.tests()?, named })
}

/// Returns the number of passages that hold the query, and the number that each filter of the request or the query
/// leaves; `None` without filters or without such passages. `node` is the query without its dates.
///
/// # Errors
/// An index that cannot be read.
pub(super) fn emptied(
    index: &OpenIndex,
    segments: &[Segment<'_>],
    (node, dates): (Option<&Node>, &[String]),
    filters: &Filters,
    variants: bool,
) -> Result<Option<Emptied>, SearchError> {
    let party = [Role::Party];
    let roles = if filters.roles.is_empty() { &party[..] } else { &filters.roles };
    let described = filters.describe().into_iter().filter(|(name, _)| *name != "role");
    let mut all = described.map(|(name, value)| asked(name, &value, roles)).collect::<Result<Vec<_>, _>>()?;
    for days in dates {
        all.push(asked("date", days, roles)?);
    }
    let (words, facets) = parted(node.cloned(), &|node| {
        matches!(node, Node::Partner(_) | Node::Theme(_) | Node::Commitment(_) | Node::Series(_))
    });
    for facet in facets {
        match facet {
            Node::Partner(name) => all.push(asked("partner", &name, roles)?),
            Node::Theme(name) => all.push(asked("theme", &name, &party)?),
            Node::Commitment(name) => all.push(asked("commitment", &name, &party)?),
            Node::Series(name) => all.push(asked("series", &name, &party)?),
            _ => {}
        }
    }
    if all.is_empty() {
        return Ok(None);
    }
    let words = words.map(|node| compile(&node, index.analyzer(), variants)).transpose()?;
    let words = words.map(|words| words.in_roles(roles));
    let hits = Evaluation::new(index, segments).run(words.as_ref(), &FilterTests::default(), false)?.hits;
    if hits.is_empty() {
        return Ok(None);
    }
    let passing = |tests: &mut FilterTests| {
        tests.documents.place(documents::roots(index));
        let tests: Vec<SegmentTests<'_>> = segments.iter().map(|segment| SegmentTests::new(segment, tests)).collect();
        let passes = |hit: &&Hit| {
            let ordinal = hit.address.segment_ord as usize;
            tests[ordinal].passed(&segments[ordinal], hit.address.doc_id).all()
        };
        hits.iter().filter(passes).count()
    };
    let counted = |mut asked: Asked| FilterCount {
        passages: passing(&mut asked.tests),
        named: asked.named.as_mut().map(passing),
        ..asked.count
    };
    Ok(Some(Emptied { passages: hits.len(), filters: all.into_iter().map(counted).collect() }))
}
