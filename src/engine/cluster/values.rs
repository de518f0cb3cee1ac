//! Filters and roles on the values of one row.

use super::columns::Row;
use crate::document::{DateSource, Role};
use crate::engine::{PartnerRoles, RoleCount};
use crate::index::flag;
use crate::query::FacetTest;
use crate::query::filter::FilterTests;
use crate::query::values::{Passed, below, passes_value};

/// Tests a row.
pub(super) fn passed(filters: &FilterTests, row: &Row) -> Passed {
    let holds = |tests: &[FacetTest], values: &[String]| {
        values.iter().any(|value| tests.iter().any(|test| passes_value(test, value)))
    };
    let any = |tests: &[FacetTest], values: &[String]| tests.is_empty() || holds(tests, values);
    let documents = &filters.documents;
    let of_document = documents.is_empty()
        || documents.passes_path(&row.path)
            && (documents.publishers.is_empty()
                || row.publishers.iter().any(|publisher| documents.passes_publisher(publisher)));
    Passed {
        partner: any(&filters.partner, &row.partners),
        theme: any(&filters.theme, &row.themes),
        commitment: any(&filters.commitment, &row.commitment),
        series: any(&filters.series, &row.series),
        date: filters.date.iter().all(|test| of_date(test, row)),
        not_excluded: of_document
            && !holds(&filters.excluded, &row.partners)
            && filters.conditions.iter().all(|one| one.holds(&|tests| passed(tests, row).all())),
    }
}

fn of_date(test: &FacetTest, row: &Row) -> bool {
    let source: Option<DateSource> = flag::date_source(row.flags);
    match test {
        FacetTest::Date { interval } => {
            let (from, to) = (interval.start.as_number(), interval.end.as_number());
            row.days.iter().any(|(start, end)| *start <= to && from <= *end)
        }
        FacetTest::Undated => source.is_none(),
        FacetTest::Source { source: wanted } => source == Some(*wanted),
        _ => true,
    }
}

/// The strongest roles of the partners of a request in a row: among all roles, and among those asked for.
fn strongest(filters: &FilterTests, row: &Row) -> Vec<[Option<Role>; 2]> {
    let Some(naming) = &filters.naming else { return Vec::new() };
    let roles: Vec<(Role, &str)> = row
        .partners
        .iter()
        .filter_map(|value| value.split_once(':').and_then(|(role, path)| Some((Role::of_name(role)?, path))))
        .collect();
    let of_path = |path: &String| {
        let own = roles.iter().filter(|(_, own)| below(own, path)).map(|(role, _)| *role);
        [own.clone().min(), own.filter(|role| filters.roles.contains(role)).min()]
    };
    naming.paths.iter().map(of_path).collect()
}

/// Returns the role in which a row answers the partners of a request.
pub(super) fn role(filters: &FilterTests, row: &Row) -> Option<Role> {
    let strongest = strongest(filters, row);
    filters.naming.as_ref()?.role(&|at| strongest[at][1])
}

/// Makes empty counts of the roles of a request's partners; `None` where it names none.
pub(super) fn role_counts(filters: &FilterTests) -> Option<PartnerRoles> {
    let count = |path: &String| RoleCount {
        value: path.rsplit('/').next().unwrap_or(path).to_owned(),
        path: path.clone(),
        ..RoleCount::default()
    };
    let partners = filters.naming.as_ref()?.paths.iter().map(count).collect();
    Some(PartnerRoles { partners, ..PartnerRoles::default() })
}

/// Counts a row that holds the query.
pub(super) fn count_roles(counts: &mut PartnerRoles, filters: &FilterTests, row: &Row, any: &FilterTests) {
    let strongest = strongest(filters, row);
    if strongest.iter().all(|[all, _]| all.is_none()) {
        return;
    }
    let [is_hit, in_any_role] = [filters, any].map(|filters| passed(filters, row).all());
    if !is_hit && !in_any_role {
        return;
    }
    for (count, [all, _]) in counts.partners.iter_mut().zip(&strongest) {
        if let Some(role) = all {
            count.passages[*role as usize] += 1;
        }
    }
    counts.added += usize::from(!is_hit && in_any_role);
    counts.dropped += usize::from(is_hit && !in_any_role);
}
