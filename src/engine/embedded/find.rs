//! Finds the hits of a request in their order, with counts and facets. It reads no text of a hit.

use std::sync::Arc;

use super::columns::SegmentColumns;
use super::evaluate::{Evaluated, Evaluation};
use super::filter::SegmentTests;
use super::partial::{self, Ranker};
use super::segment_view::{self, Segment};
use super::vocabulary::WordsOfIndex;
use super::widened::occurring;
use super::wishes::Wishes;
use super::{documents, roles, seams, titled};
use crate::document::Role;
use crate::engine::ranking::emptied::Apart;
use crate::engine::ranking::hit::Hit;
use crate::engine::ranking::order::{self, Window};
use crate::engine::ranking::read_query::ReadQuery;
use crate::engine::ranking::statistics::Units;
use crate::engine::ranking::suggest;
use crate::engine::ranking::typed;
use crate::engine::ranking::widened::widened;
use crate::engine::ranking::wishes::Year;
use crate::engine::{Answer, Request, SearchError, Sort, TermCount, Total};
use crate::index::{DocumentAddress, OpenIndex};
use crate::matching::approximate;
use crate::query::budget::Watch;
use crate::query::filter::FilterTests;
use crate::query::{Compiled, Node};

/// Warning of an answer whose time ran out.
pub(super) const TIME_RAN_OUT: &str =
    "the time ran out: the hits found until then are shown; totals and facets are lower bounds";

/// Result of a search before any text is read.
pub(super) struct Finding {
    /// The answer without its hits.
    pub answer: Answer,
    /// The query without its dates, which became filters.
    pub node: Option<Node>,
    pub compiled: Option<Compiled>,
    /// The requested hits.
    pub window: Window,
    /// For each hit of the window, the passage in which a match may continue; empty for a query that contains no end
    /// of a sentence.
    pub next: Vec<Option<DocumentAddress>>,
    /// Time limit for showing the hits.
    pub showing: Watch,
}

/// Tells whether an answer includes widened forms, the effect of filters and suggestions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Advice {
    Given,
    /// Advice is left out for rankings, where no person reads it.
    None,
}

/// Finds the hits of a request.
///
/// # Errors
/// A query over the limits, an unknown partner or theme, or an index that cannot be read.
pub(super) fn find(index: &OpenIndex, request: &Request, advice: Advice) -> Result<Finding, SearchError> {
    let mut answer = Answer { warnings: index.warnings(), ..Answer::default() };
    let read = ReadQuery::of(request, index.analyzer(), documents::roots(index), &mut answer)?;
    let ReadQuery { node, dates, words, years, filters, compiled } = read;
    let watch = Arc::new(Watch::new(request.budget.clone()));
    let segments = segment_view::open(index, &watch)?;
    let evaluation = Evaluation::new(index, &segments);
    let Evaluated { hits, facets, mut roles } = evaluation.run(compiled.as_ref(), &filters, request.facets)?;
    answer.total = total(&hits);
    answer.facets = facets;
    if let Some(query) = compiled.as_ref().filter(|_| filters.naming.as_ref().is_some_and(|naming| naming.beside_words))
        && advice == Advice::Given
        && filters.roles.len() < Role::ALL.len()
    {
        // Only the hits of this run count, so it need not count roles.
        let any_role = FilterTests { naming: None, ..filters.in_any_role() };
        let any = evaluation.run(Some(&query.clone().in_roles(&Role::ALL)), &any_role, false)?;
        roles = Some(roles::of_hits(&segments, &filters, &hits, &any.hits));
    }
    answer.roles = roles;
    if advice == Advice::Given {
        let asked = (node.as_ref(), dates.as_slice(), compiled.as_ref());
        advise(index, &segments, request, asked, &hits, &watch, &mut answer)?;
    }
    let showing = watch.showing();
    let window = match words.as_ref().filter(|_| request.limit > 0) {
        Some(node) => {
            let asked = Asked { request, node, compiled: compiled.as_ref(), years: &years, filters: &filters };
            ranked_window(&evaluation, asked, hits, &showing)?
        }
        None => {
            let columns = SegmentColumns::new(index, &segments, request.fold_duplicates)?;
            order::window(&columns, request, None::<&Ranker<'_>>, false, hits, &showing)?
        }
    };
    if watch.was_cut() || showing.was_cut() {
        answer.timed_out = true;
        answer.warnings.push(TIME_RAN_OUT.to_owned());
    }
    answer.relaxed = window.hits.iter().any(|hit| hit.relaxed);
    answer.mixed = window.hits.iter().any(|hit| hit.is_amid() && !hit.relaxed);
    answer.left = window.left;
    answer.next = window.goes_on.then_some(window.end);
    if window.hits.is_empty() && request.offset > 0 && request.limit > 0 && !answer.timed_out {
        answer.warnings.push(order::past_the_end(request.offset, window.end));
    }
    let next_of = |hit: &Hit| if hit.relaxed { None } else { seams::next_address(&segments, hit.address) };
    let next = match compiled.as_ref().is_some_and(seams::any_may_cross) {
        true => window.hits.iter().map(next_of).collect(),
        false => Vec::new(),
    };
    Ok(Finding { answer, node: words, compiled, window, next, showing })
}

/// Adds advice for the next query: widened forms, the effect of filters, suggestions.
fn advise(
    index: &OpenIndex,
    segments: &[Segment<'_>],
    request: &Request,
    (node, dates, compiled): (Option<&Node>, &[String], Option<&Compiled>),
    hits: &[Hit],
    watch: &Watch,
    answer: &mut Answer,
) -> Result<(), SearchError> {
    if hits.is_empty() && !watch.was_cut() {
        let filters = (&request.filters, request.variants);
        if let Some(apart) = Apart::of(index.analyzer(), (node, dates), filters, &documents::roots(index))? {
            let of_words = apart.words.as_ref();
            let hits = Evaluation::new(index, segments).run(of_words, &FilterTests::default(), false)?.hits;
            answer.emptied = apart.counted(hits.len(), |tests| passing(segments, tests, &hits));
        }
    }
    let Some(compiled) = compiled else { return Ok(()) };
    answer.widened = match request.explain {
        true => occurring(index, segments, compiled, hits)?,
        false => widened(compiled),
    };
    compiled.plans(&mut |plan| answer.warnings.extend(approximate::bound(plan)));
    if hits.is_empty() && answer.emptied.is_none() && !watch.was_cut() {
        answer.counts = partial::counts(&Evaluation::new(index, segments), compiled)?;
        answer.suggestions = suggest_for(index, segments, &answer.counts, watch)?;
        if watch.was_cut() {
            // An incomplete count would be wrong, so none is shown.
            answer.counts.clear();
        }
    }
    Ok(())
}

/// Counts the hits that pass filters.
fn passing(segments: &[Segment<'_>], tests: &FilterTests, hits: &[Hit]) -> usize {
    let tests: Vec<SegmentTests<'_>> = segments.iter().map(|segment| SegmentTests::new(segment, tests)).collect();
    let passes = |hit: &&Hit| {
        let ordinal = hit.address.segment_ord as usize;
        tests[ordinal].passed(&segments[ordinal], hit.address.doc_id).all()
    };
    hits.iter().filter(passes).count()
}

/// Returns addresses, document numbers and scores of the hits of a request, for evaluation runs that need no texts.
///
/// A folded hit follows the hit that names it, with the same score.
///
/// # Errors
/// As [`search`](super::search).
pub(crate) fn ranked(index: &OpenIndex, request: &Request) -> Result<Vec<(DocumentAddress, u64, f32)>, SearchError> {
    let window = find(index, request, Advice::None)?.window;
    let folded = |at: usize| window.duplicates.get(&at).into_iter().flatten();
    let named = |(at, hit): (usize, &Hit)| {
        let score = hit.score;
        std::iter::once(*hit)
            .chain(folded(at).copied())
            .map(move |hit| (hit.address, hit.document, score))
            .collect::<Vec<_>>()
    };
    Ok(window.hits.iter().enumerate().flat_map(named).collect())
}

/// A request with the parts of its query.
struct Asked<'a> {
    request: &'a Request,
    node: &'a Node,
    compiled: Option<&'a Compiled>,
    years: &'a [Year],
    filters: &'a FilterTests,
}

/// Selects the requested window from all exact hits of a query with words.
fn ranked_window(
    evaluation: &Evaluation<'_>,
    Asked { request, node, compiled, years, filters }: Asked<'_>,
    mut hits: Vec<Hit>,
    showing: &Watch,
) -> Result<Window, SearchError> {
    let (index, segments) = (evaluation.index, evaluation.segments);
    let wishes = Wishes::of(evaluation, years, &request.text)?;
    hits.iter_mut().for_each(|hit| hit.score *= wishes.of_exact(segments, hit));
    let text = typed::typed(node);
    titled::mark(index, segments, &text, &mut hits)?;
    let columns = SegmentColumns::new(index, segments, request.fold_duplicates)?;
    let unranked = |hits| Ok(order::window(&columns, request, None::<&Ranker<'_>>, false, hits, showing)?);
    let units = Units::of(index.analyzer(), &text);
    if units.is_empty() {
        return unranked(hits);
    }
    let is_over = segments.first().is_some_and(|segment| segment.watch.is_over());
    let open = !is_over && order::is_open(request, &units, &hits);
    if request.sort != Sort::Relevance && !open {
        return unranked(hits);
    }
    let denied = match compiled.filter(|_| open) {
        Some(compiled) => partial::denied(evaluation, compiled)?,
        None => Vec::new(),
    };
    let ranker = Ranker::new(index, segments, (filters, denied), (&text, typed::form(&request.text)), &units, wishes)?;
    Ok(order::window(&columns, request, Some(&ranker), open, hits, showing)?)
}

/// Suggests terms of the index for the words that no passage holds.
fn suggest_for(
    index: &OpenIndex,
    segments: &[Segment<'_>],
    counts: &[TermCount],
    watch: &Watch,
) -> Result<Vec<String>, SearchError> {
    let slips = suggest::slips(counts);
    if slips.is_empty() {
        return Ok(slips);
    }
    let evaluation = Evaluation::new(index, segments);
    let hits = |word: &Compiled| evaluation.run(Some(word), &FilterTests::default(), false);
    let count = |word: &Compiled| hits(word).map_or(0, |found| found.hits.len());
    suggest::meant(index.analyzer(), &slips, &WordsOfIndex::open(index)?, watch, count)
}

/// Counts hits in the order of their rows, where the passages of a document are adjacent.
fn total(hits: &[Hit]) -> Total {
    let documents = hits.chunk_by(|a, b| a.document == b.document).count();
    let mut total = Total { passages: hits.len(), documents, ..Total::default() };
    for hit in hits {
        total.by_tier[hit.tier as usize] += 1;
    }
    total
}
