//! Filters of a request and in its query, each by itself: what is counted where together they leave no hit.

use crate::analysis::Analyzer;
use crate::document::Role;
use crate::engine::{Emptied, FilterCount};
use crate::query::filter::{FilterTests, partner_test};
use crate::query::parts::parted;
use crate::query::{Compiled, Filters, Node, QueryError, compile};

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

/// The filters of a request, each by itself.
pub(crate) struct Apart {
    /// The query without its filters.
    pub words: Option<Compiled>,
    filters: Vec<Asked>,
}

impl Apart {
    /// Takes the filters of a request and of its query, over the roots of a collection; `None` where there are none.
    /// `node` is the query without its dates.
    ///
    /// # Errors
    /// An unknown theme, partner or commitment.
    pub fn of(
        analyzer: &Analyzer,
        (node, dates): (Option<&Node>, &[String]),
        (filters, variants): (&Filters, bool),
        roots: &[[String; 3]],
    ) -> Result<Option<Self>, QueryError> {
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
        for asked in &mut all {
            asked.tests.documents.place(roots.to_vec());
        }
        let words = words.map(|node| compile(&node, analyzer, variants)).transpose()?;
        let words = words.map(|words| words.in_roles(roles));
        Ok((!all.is_empty()).then_some(Self { words, filters: all }))
    }

    /// Counts what each filter leaves of the passages that hold the query; `None` where there are no such passages.
    pub fn counted(self, passages: usize, passing: impl Fn(&FilterTests) -> usize) -> Option<Emptied> {
        let counted = |Asked { count, tests, named }: Asked| FilterCount {
            passages: passing(&tests),
            named: named.as_ref().map(&passing),
            ..count
        };
        let filters = self.filters.into_iter().map(counted).collect();
        (passages > 0).then_some(Emptied { passages, filters })
    }
}
