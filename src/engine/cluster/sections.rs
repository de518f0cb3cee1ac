//! The sections that hold the words of a query best: where partial hits stand.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::columns::Row;
use super::lower::{self, any_of, scored_among, weighed_term};
use super::pinned::Pinned;
use super::ranker::{Counted, Passes};
use super::reading::{self, Needs};
use super::records::{self, Documents};
use super::score::wired;
use super::values::passed;
use super::wire::WireError;
use crate::analysis::Analyzer;
use crate::engine::ranking::bm25::idf;
use crate::engine::ranking::statistics::{Counts, Rarity, Units};
use crate::engine::ranking::weights;
use crate::query::Compiled;
use crate::query::budget::Watch;
use crate::query::filter::FilterTests;

/// Sections of which all passages are read at once.
const STEP: usize = 120;
/// Sections that are read beyond those scored: the engine's order differs a little from the order of first scores.
const MARGIN: usize = 40;
/// Most sections that pass filters among which others are sought.
const MOST_KEYS: usize = 10_000;

/// Sections in order, best first.
#[derive(Debug, Default)]
pub(super) struct Sections {
    /// The passages of the sections that the second stage scores.
    pub scored: Vec<Vec<Row>>,
    /// Of the following sections the first passage, or all where that one is no partial hit.
    pub rest: Vec<Vec<Row>>,
}

/// What sections are sought by.
pub(super) struct Sought<'a> {
    pub pinned: &'a Pinned,
    pub analyzer: &'a Analyzer,
    pub units: &'a Units,
    pub counts: &'a Counts,
    /// Number of sections to score.
    pub depth: usize,
    /// True where the sections after those scored may stand on the page.
    pub is_deep: bool,
    /// Places of the exact hits: numbers of documents, and positions.
    pub exact: &'a HashSet<(u64, u64)>,
    pub watch: &'a Watch,
}

/// Finds the best sections that have a passage that passes, and reads the documents that are not known yet.
pub(super) fn sections(
    sought: &Sought<'_>,
    passes: &Passes<'_>,
    documents: &mut Documents,
) -> Result<Sections, WireError> {
    let Sought { pinned, units, counts, depth, is_deep, .. } = sought;
    let words = Rarity::of(units, counts).telling_words();
    if words.is_empty() || units.words.is_empty() {
        return Ok(Sections::default());
    }
    let weighed = |word: &usize| {
        // The engine measures rarity by the sections, an index by all rows.
        let [ours, engines] = [counts.rows, counts.sections].map(|texts| idf(counts.with_word[*word], texts));
        weighed_term("section_words", &wired(&units.words[*word]), ours / engines.max(f32::EPSILON))
    };
    let query = any_of(words.iter().map(weighed).collect());
    let most = depth + weights::REST;
    let mut firsts = reading::best(pinned, &query, most)?.into_iter();
    let is_cut = firsts.len() == most;
    let mut found = passing(sought, &words, &mut firsts, (passes, &mut *documents))?;
    // Few of the best sections pass the filters: those that pass are asked for.
    if is_cut
        && (*is_deep || found.len() < depth + MARGIN)
        && let Some(keys) = filtered(sought, passes.filters)?
    {
        firsts = reading::best(pinned, &scored_among(query, &keys), most)?.into_iter();
        found = passing(sought, &words, &mut firsts, (passes, &mut *documents))?;
    }
    found.sort_by(|(a, first), (b, second)| {
        let place = |rows: &[Row]| rows.first().map(|row| (row.document, row.position));
        b.total_cmp(a).then_with(|| place(first).cmp(&place(second)))
    });
    let mut scored: Vec<Vec<Row>> = found.into_iter().map(|(_, rows)| rows).collect();
    let below = scored.split_off(scored.len().min(*depth));
    let mut rest: Vec<Vec<Row>> = below.into_iter().chain(firsts.map(|row| vec![row])).collect();
    let is_hit = |row: &Row| !sought.exact.contains(&(row.document, row.position)) && passes.row(row, documents);
    let open: Vec<&mut Vec<Row>> =
        rest.iter_mut().filter(|rows| *is_deep && rows.len() == 1 && !is_hit(&rows[0])).collect();
    let read = records::passages(pinned, &open.iter().flat_map(|rows| keys_of(&rows[0])).collect::<Vec<_>>())?;
    for rows in open {
        *rows = keys_of(&rows[0]).iter().filter_map(|key| read.get(key).cloned()).collect();
    }
    if passes.query.is_some_and(Compiled::has_facet) {
        let unknown = rest.iter().flatten().filter(|row| !documents.contains_key(&row.key));
        documents.extend(records::documents_of(pinned, unknown)?);
    }
    Ok(Sections { scored, rest })
}

/// Returns the keys of all passages of the section of a row.
fn keys_of(row: &Row) -> Vec<String> {
    let (first, count) = row.section;
    (first..first + count).map(|position| format!("{}-{position}", row.key)).collect()
}

/// Reads sections, given by their first passages, until enough of them have a passage that passes; each with its first
/// score. Reads the documents that are not known yet.
fn passing(
    sought: &Sought<'_>,
    words: &[usize],
    firsts: &mut impl Iterator<Item = Row>,
    (passes, documents): (&Passes<'_>, &mut Documents),
) -> Result<Vec<(f32, Vec<Row>)>, WireError> {
    let mut found: Vec<(f32, Vec<Row>)> = Vec::new();
    while found.len() < sought.depth + MARGIN {
        let step: Vec<Row> = firsts.by_ref().take(STEP).collect();
        if step.is_empty() {
            break;
        }
        let mut all = records::passages(sought.pinned, &step.iter().flat_map(keys_of).collect::<Vec<_>>())?;
        let unknown = step.iter().filter(|row| !documents.contains_key(&row.key));
        documents.extend(records::documents_of(sought.pinned, unknown)?);
        for row in &step {
            let passages: Vec<Row> = keys_of(row).iter().filter_map(|key| all.remove(key)).collect();
            if passages.iter().any(|row| passes.row(row, documents)) {
                found.push((first_score(sought, words, &passages, documents), passages));
            }
        }
    }
    Ok(found)
}

/// Returns the keys of the first passages of all sections with a passage that passes filters; `None` without filters,
/// or where they are many.
fn filtered(sought: &Sought<'_>, filters: &FilterTests) -> Result<Option<Vec<String>>, WireError> {
    if filters.is_empty() {
        return Ok(None);
    }
    let kinds = [&filters.partner, &filters.theme, &filters.commitment, &filters.series, &filters.date];
    let needs = Needs { metadata: true, looks: false, names: false };
    let found = reading::columns(sought.pinned, &lower::filters(&kinds), needs, sought.watch)?;
    let passing = found.rows.iter().filter(|row| passed(filters, row).all());
    let mut keys: Vec<String> = passing.map(|row| format!("{}-{}", row.key, row.section.0)).collect();
    // The rows of a section are adjacent.
    keys.dedup();
    Ok((found.lacks.is_none() && keys.len() <= MOST_KEYS).then_some(keys))
}

/// Returns the first score of a section: BM25 over its words.
fn first_score(sought: &Sought<'_>, words: &[usize], rows: &[Row], documents: &Documents) -> f32 {
    let Sought { analyzer, units, counts, .. } = sought;
    let rows: Vec<&Row> = rows.iter().collect();
    let in_section = Counted::in_section(analyzer, &rows, documents, units).0;
    let (length, mean) =
        (rows.first().map_or(0, |row| row.lengths[2]), counts.section_length as f32 / counts.rows as f32);
    let score = |word: &usize| {
        idf(counts.with_word[*word], counts.rows) * weights::KEYWORD.weight(in_section[*word], length, mean)
    };
    words.iter().map(score).sum()
}

/// Returns the rows of candidates and sections as one table, and for each section the places of its rows in it.
pub(super) fn joined(mut rows: Vec<Row>, sections: Sections) -> (Vec<Row>, Vec<Vec<usize>>, Vec<Vec<usize>>) {
    let mut places: HashMap<(u64, u64), usize> =
        rows.iter().enumerate().map(|(at, row)| ((row.document, row.position), at)).collect();
    let mut place = |row: Row| match places.entry((row.document, row.position)) {
        Entry::Occupied(known) => {
            let at = *known.get();
            // A candidate may have been judged without its text.
            if rows[at].record.is_none() {
                rows[at] = row;
            }
            at
        }
        Entry::Vacant(free) => {
            rows.push(row);
            *free.insert(rows.len() - 1)
        }
    };
    let [scored, rest] = [sections.scored, sections.rest].map(|sections| {
        let places = sections.into_iter().map(|rows| rows.into_iter().map(&mut place).collect());
        places.collect::<Vec<Vec<usize>>>()
    });
    (rows, scored, rest)
}

#[cfg(test)]
mod tests {
    use super::{Sections, joined};
    use crate::engine::cluster::columns::Row;

    #[test]
    fn rows_of_sections_join_the_candidates_once() {
        let row = |document, position| Row { document, position, ..Row::default() };
        let scored = vec![vec![row(1, 1), row(1, 2)], vec![row(2, 1)]];
        let sections = Sections { scored, rest: vec![vec![row(2, 1)]] };
        let (rows, scored, rest) = joined(vec![row(1, 2), row(3, 1)], sections);
        let places: Vec<(u64, u64)> = rows.iter().map(|row| (row.document, row.position)).collect();
        assert_eq!(places, [(1, 2), (3, 1), (1, 1), (2, 1)]);
        assert_eq!((scored, rest), (vec![vec![2, 0], vec![3]], vec![vec![3]]));
    }
}
