//! Counts of hits by what is known of their files: publishers and types.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use super::columns::Row;
use super::gather;
use super::reading;
use super::score::Scale;
use super::values::passed;
use super::{Cluster, lower};
use crate::engine::file_facets::{self, NamedCounts, publisher_name, type_name};
use crate::engine::ranking::read_query::ReadQuery;
use crate::engine::ranking::statistics::Units;
use crate::engine::{Answer, FileFacets, Request, SearchError};
use crate::query::budget::Watch;

/// Number of values of a column among which a second name is looked for: a facet of one name tells nothing.
const VALUES: usize = 1_000;

/// Names a value of a column.
type NameOf = fn(&str) -> Option<String>;
/// Names a row, once for each of its values.
type Names<'a> = &'a dyn Fn(&Row) -> Vec<String>;

/// Counts the matching passages by publisher and by type of file.
pub(super) fn files(cluster: &Cluster, request: &Request) -> Result<FileFacets, SearchError> {
    let [publishers, types] = file_facets::of_each(request);
    let of_publishers = |row: &Row| row.publishers.iter().filter_map(|one| publisher_name(one)).collect();
    let names: [Names<'_>; 2] = [&of_publishers, &|row| type_name(&row.path).into_iter().collect()];
    let mut counts = match publishers.filters == types.filters {
        true => counted(cluster, &publishers, &names)?,
        false => {
            let mut counts = counted(cluster, &publishers, &names[..1])?;
            counts.extend(counted(cluster, &types, &names[1..])?);
            counts
        }
    };
    let columns: [(&str, NameOf); 2] = [("publisher", publisher_name), ("path", type_name)];
    for (counts, (column, name)) in counts.iter_mut().zip(columns) {
        if counts.len() == 1 && named(cluster, column, name)?.len() < 2 {
            counts.clear();
        }
    }
    let mut counts = counts.into_iter();
    let mut next = || counts.next().unwrap_or_default();
    Ok(FileFacets::of(&next(), &next())?)
}

/// Counts the hits of a request by the names of their rows.
fn counted(cluster: &Cluster, request: &Request, names: &[Names<'_>]) -> Result<Vec<NamedCounts>, SearchError> {
    // The columns of facets are those of files too.
    let request = Request { limit: 0, facets: true, ..request.clone() };
    let read = ReadQuery::of(&request, &cluster.analyzer, cluster.roots.clone(), &mut Answer::default())?;
    let watch = Arc::new(Watch::new(request.budget.clone()));
    let gathering = gather::Sought {
        cluster,
        request: &request,
        filters: &read.filters,
        query: read.compiled.as_ref(),
        years: &[],
        scale: &Scale::unknown(&Units::default()),
        watch: &watch,
    };
    let gathered = gathering.gather()?;
    let mut counts = vec![NamedCounts::new(); names.len()];
    let mut last = None;
    for row in gathered.judged.iter().filter_map(|one| gathered.rows.get(one.at)) {
        if !passed(&read.filters, row).all() {
            continue;
        }
        // The rows of a document are adjacent.
        let is_new = last.replace(row.document) != Some(row.document);
        for (counts, name) in counts.iter_mut().zip(names) {
            let own = name(row);
            if !own.is_empty() {
                let [passages, documents] = counts.entry(own).or_default();
                *passages += 1;
                *documents += usize::from(is_new);
            }
        }
    }
    Ok(counts)
}

/// Returns the names that the first values of a column give.
fn named(cluster: &Cluster, column: &str, name: fn(&str) -> Option<String>) -> Result<BTreeSet<String>, SearchError> {
    let body = json!({
        "size": 0, "query": lower::term("kind", "d"), "track_total_hits": false,
        "aggs": { "values": { "terms": { "field": column, "size": VALUES } } },
    });
    let answer = reading::from_all_shards(&cluster.pinned, &body)?;
    let values = answer["aggregations"]["values"]["buckets"].as_array().into_iter().flatten();
    Ok(values.filter_map(|bucket: &Value| name(bucket["key"].as_str()?)).collect())
}
