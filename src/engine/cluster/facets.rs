//! Facets over judged passages: exact numbers of passages and documents, each parent with its children.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::columns::Row;
use crate::document::Role;
use crate::engine::count::Count;
use crate::engine::trees::{by_strength, digits, frequent, nested, of_partner, of_theme};
use crate::engine::{FacetNode, Facets, UNDATED};
use crate::index::flag;
use crate::query::DateUnit;
use crate::query::filter::FilterTests;
use crate::query::values::Passed;

/// Ranges of more years than this mostly lack an end: they count at their ends and under keys of other dates.
const LONG_YEARS: u64 = 200;

/// A partner as a party, in any role, and in one of the roles asked for.
#[derive(Clone, Copy, Debug, Default)]
struct PartnerCount {
    party: Count,
    named: Count,
    asked: Count,
}

/// A row with long ranges.
struct Long {
    document: u64,
    /// First and last days.
    ranges: Vec<(u64, u64)>,
    /// Paths under which it counts already.
    counted: BTreeSet<String>,
}

/// Counts rows.
#[derive(Default)]
pub(super) struct Counter {
    roles: Vec<Role>,
    unit: DateUnit,
    partner: BTreeMap<String, PartnerCount>,
    theme: BTreeMap<String, Count>,
    commitment: BTreeMap<String, Count>,
    series: BTreeMap<String, Count>,
    date: BTreeMap<String, Count>,
    long: Vec<Long>,
}

/// Returns a path with all paths above it.
fn with_parents(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| at).chain([path.len()]).map(|end| &path[..end])
}

impl Counter {
    pub fn new(filters: &FilterTests) -> Self {
        let roles = if filters.roles.is_empty() { vec![Role::Party] } else { filters.roles.clone() };
        Self { roles, unit: filters.by, ..Self::default() }
    }

    /// Counts a row that holds the query and is not excluded.
    pub fn add(&mut self, row: &Row, passed: Passed) {
        let Passed { partner, theme, commitment, series, date, .. } = passed;
        if theme && commitment && series && date {
            self.partners(row);
        }
        if partner && commitment && series && date {
            let paths: BTreeSet<&str> = row.themes.iter().flat_map(|path| with_parents(path)).collect();
            paths.into_iter().for_each(|path| self.theme.entry(path.to_owned()).or_default().add(row.document));
        }
        if partner && theme && series && date {
            for name in &row.commitment {
                self.commitment.entry(name.clone()).or_default().add(row.document);
            }
        }
        if partner && theme && commitment && date {
            let keys: BTreeSet<&str> = row.series.iter().filter_map(|value| Some(value.split_once('\t')?.0)).collect();
            keys.into_iter().for_each(|key| self.series.entry(key.to_owned()).or_default().add(row.document));
        }
        if partner && theme && commitment && series {
            self.dates(row);
        }
    }

    fn partners(&mut self, row: &Row) {
        let mut roles: BTreeMap<&str, BTreeSet<Role>> = BTreeMap::new();
        for (role, path) in row.partners.iter().filter_map(|value| value.split_once(':')) {
            let Some(role) = Role::of_name(role) else { continue };
            with_parents(path).for_each(|path| {
                roles.entry(path).or_default().insert(role);
            });
        }
        for (path, roles) in roles {
            let count = self.partner.entry(path.to_owned()).or_default();
            count.named.add(row.document);
            if roles.contains(&Role::Party) {
                count.party.add(row.document);
            }
            if roles.iter().any(|role| self.roles.contains(role)) {
                count.asked.add(row.document);
            }
        }
    }

    fn dates(&mut self, row: &Row) {
        let (mut paths, mut long) = (BTreeSet::new(), Vec::new());
        for (start, end) in &row.days {
            if end / 10_000 - (start / 10_000).min(end / 10_000) > LONG_YEARS {
                long.push((*start, *end));
                paths.extend(
                    paths_of(self.unit, *start, *start)
                        .chain(paths_of(self.unit, *end, *end))
                        .filter(|path| is_shown(path)),
                );
            } else {
                paths.extend(paths_of(self.unit, *start, *end));
            }
        }
        for path in &paths {
            self.date.entry(path.clone()).or_default().add(row.document);
        }
        if flag::date_source(row.flags).is_none() {
            self.date.entry(UNDATED.to_owned()).or_default().add(row.document);
        } else if !long.is_empty() {
            self.long.push(Long { document: row.document, ranges: long, counted: paths });
        }
    }

    /// Returns the trees. A series has its key for a name.
    pub fn finish(mut self) -> Facets {
        let mut last: HashMap<String, u64> = HashMap::new();
        for Long { document, ranges, counted } in &self.long {
            for (path, count) in self.date.iter_mut().filter(|(path, _)| *path != UNDATED && !counted.contains(*path)) {
                if ranges.iter().any(|range| holds(self.unit, *range, path)) {
                    count.passages += 1;
                    if last.insert(path.clone(), *document) != Some(*document) {
                        count.documents += 1;
                    }
                }
            }
        }
        let of_partner_count = |(path, count): (String, PartnerCount)| FacetNode {
            party: Some(count.party.numbers()),
            named: Some(count.named.numbers()),
            ..node((path, count.asked))
        };
        let mut series: Vec<FacetNode> = self.series.into_iter().map(node).collect();
        frequent(&mut series);
        Facets {
            partner: nested(self.partner.into_iter().map(of_partner_count).collect(), of_partner),
            theme: nested(self.theme.into_iter().map(node).collect(), of_theme),
            commitment: nested(self.commitment.into_iter().map(node).collect(), by_strength),
            series,
            date: nested(self.date.into_iter().map(node).collect(), digits),
        }
    }
}

fn node((path, count): (String, Count)) -> FacetNode {
    count.node(path)
}

fn fiscal(day: u64) -> u64 {
    (day / 10_000).saturating_sub(u64::from(day / 100 % 100 < 4))
}

/// Returns the paths of the years, months or fiscal years of some days.
fn paths_of(unit: DateUnit, start: u64, end: u64) -> Box<dyn Iterator<Item = String>> {
    let month = |day: u64| day / 10_000 * 12 + (day / 100 % 100).max(1) - 1;
    let years = (start / 10_000..=end / 10_000).map(|year| format!("{year:04}"));
    match unit {
        DateUnit::Year => Box::new(years),
        DateUnit::FiscalYear => Box::new((fiscal(start)..=fiscal(end)).map(|year| format!("{year}年度"))),
        DateUnit::Month => Box::new(years.chain(
            (month(start)..=month(end)).map(|month| format!("{0:04}/{0:04}-{1:02}", month / 12, month % 12 + 1)),
        )),
    }
}

/// True for a year that a date can have; the ends of open ranges are left out.
fn is_shown(path: &str) -> bool {
    path.chars()
        .take_while(char::is_ascii_digit)
        .collect::<String>()
        .parse()
        .is_ok_and(|year: u64| (2..9998).contains(&year))
}

/// True where a long range of days holds the year, month or fiscal year of a path.
fn holds(unit: DateUnit, (start, end): (u64, u64), path: &str) -> bool {
    let digits: String = path.rsplit('/').next().unwrap_or(path).chars().filter(char::is_ascii_digit).collect();
    let Ok(value) = digits.parse::<u64>() else { return false };
    match (unit, digits.len()) {
        (DateUnit::FiscalYear, _) => (fiscal(start)..=fiscal(end)).contains(&value),
        (DateUnit::Month, 6..) => (start / 100..=end / 100).contains(&value),
        _ => (start / 10_000..=end / 10_000).contains(&value),
    }
}

#[cfg(test)]
mod tests {
    use super::{holds, is_shown, paths_of};
    use crate::query::DateUnit;

    #[test]
    fn days_count_under_their_years_months_and_fiscal_years() {
        let of = |unit, start, end| paths_of(unit, start, end).collect::<Vec<_>>();
        assert_eq!(of(DateUnit::Year, 20161230, 20170102), ["2016", "2017"]);
        assert_eq!(of(DateUnit::FiscalYear, 20170331, 20170401), ["2016年度", "2017年度"]);
        assert_eq!(of(DateUnit::Month, 20161230, 20170102), ["2016", "2017", "2016/2016-12", "2017/2017-01"]);
        assert!(holds(DateUnit::Month, (20000101, 99991231), "2017/2017-10") && !is_shown("9999"));
    }
}
