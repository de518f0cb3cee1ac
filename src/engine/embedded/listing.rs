//! Answers a request: the answer's head at once, its hits one by one.

use crate::query::place::spans;
use std::collections::HashMap;
use std::sync::Arc;

use super::evaluate::{Evaluation, Hit};
use super::order::{self, Window};
use super::partial::{Asked, Ranker};
use super::seams;
use super::segment_view::{self, Segment};
use super::{emptied, partial, rescore, suggest, widened};
use crate::analysis::Analyzer;
use crate::document::counted;
use crate::engine::Request;
use crate::engine::{Answer, Found, SearchError, TermCount, Total};
use crate::index::{DocumentAddress, IndexError, IndexedDocument, OpenIndex};
use crate::matching::approximate;
use crate::matching::marks;
use crate::matching::passage::PassageView;
use crate::query::budget::Watch;
use crate::query::filter::FilterTests;
use crate::query::{Compiled, compile};
use crate::query::{Mark, Marks};
use crate::query::{Node, Parsed, QueryError, Tier};

/// Documents that are kept for further hits in them.
const KEPT_DOCUMENTS: usize = 1024;
/// What is said where the time ran out.
const TIME_RAN_OUT: &str = "the time ran out: what was found until then is shown; totals and facets are at least these";

/// An answer whose hits are read one by one, in their order: an iterator over them.
///
/// Memory stays the same however many there are, beside some 32 bytes a hit.
///
/// # Examples
/// ```no_run
/// use fumikura::index::OpenIndex;
/// use fumikura::engine::Request;
/// use fumikura::engine::embedded::list;
///
/// let index = OpenIndex::open("index".as_ref())?;
/// let mut analyzer = index.analyzer();
/// let request = Request { text: "情報共有".to_owned(), limit: usize::MAX, ..Request::default() };
/// let listing = list(&index, &mut analyzer, &request)?;
/// println!("{} passages", listing.answer.total.passages);
/// for found in listing {
///     println!("{}", found?.passage.passage.text);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Listing<'a> {
    /// The answer without its hits.
    pub answer: Answer,
    index: &'a OpenIndex,
    analyzer: &'a mut Analyzer,
    request: &'a Request,
    node: Option<Node>,
    compiled: Option<Compiled>,
    window: Window,
    /// For each hit of the window the passage in which a match may go on; empty for a query without the end of a
    /// sentence inside.
    next: Vec<Option<DocumentAddress>>,
    /// The time for showing what was found.
    showing: Watch,
    /// Hits given so far.
    given: usize,
    documents: HashMap<String, IndexedDocument>,
    /// The words of the query, once a hit has only some of them.
    asked: Option<Asked>,
}

/// Answers a request; the hits come one by one.
///
/// # Errors
/// A query over the limits, an unknown partner or theme, or an index that cannot be read.
pub fn list<'a>(
    index: &'a OpenIndex,
    analyzer: &'a mut Analyzer,
    request: &'a Request,
) -> Result<Listing<'a>, SearchError> {
    let parsed: Parsed = crate::query::parse(&request.text)?;
    if let Some(warning) = parsed.warnings.first().filter(|_| request.strict) {
        return Err(QueryError::Strict(warning.clone()).into());
    }
    let mut answer = Answer {
        parsed: parsed.node.as_ref().map(ToString::to_string).unwrap_or_default(),
        warnings: index.warnings(),
        ..Answer::default()
    };
    let of_query =
        parsed.warnings.iter().map(|warning| format!("at character {}: {}", warning.span.start + 1, warning.message));
    answer.warnings.extend(of_query);
    if parsed.node.is_none() && request.limit > 0 {
        answer.warnings.push("the query is empty: it stands for all passages that pass the filters".to_owned());
    }
    let (node, dates) = emptied::without_dates(parsed.node);
    let filters = FilterTests { by: request.by, ..emptied::tests(&request.filters, &dates, index)? };
    let compiled = node.as_ref().map(|node| compile(node, analyzer, request.variants)).transpose()?;
    let watch = Arc::new(Watch::new(request.budget.clone()));
    let segments = segment_view::open(index, &watch)?;
    let (hits, facets) =
        Evaluation::new(index, &segments, analyzer).run(compiled.as_ref(), &filters, request.facets)?;
    answer.total = total(&hits);
    answer.facets = facets;
    if hits.is_empty() && !watch.was_cut() {
        answer.emptied =
            emptied::emptied(index, &segments, analyzer, (node.as_ref(), &dates), &request.filters, request.variants)?;
    }
    if let Some(compiled) = &compiled {
        answer.widened = if request.explain {
            widened::occurring(index, &segments, analyzer, compiled)?
        } else {
            widened::widened(compiled)
        };
        compiled.plans(&mut |plan| answer.warnings.extend(approximate::bound(plan)));
        if hits.is_empty() && answer.emptied.is_none() && !watch.was_cut() {
            answer.counts = partial::counts(&Evaluation::new(index, &segments, analyzer), compiled)?;
            answer.suggestions = suggest_for(index, &segments, analyzer, &answer.counts, &watch)?;
            if watch.was_cut() {
                // A count is told whole or not at all.
                answer.counts.clear();
            }
        }
    }
    let showing = watch.showing();
    let window = window(index, &segments, analyzer, request, node.as_ref(), &filters, hits, &showing)?;
    if watch.was_cut() || showing.was_cut() {
        answer.timed_out = true;
        answer.warnings.push(TIME_RAN_OUT.to_owned());
    }
    answer.relaxed = window.hits.iter().any(|hit| hit.relaxed);
    answer.left = window.left;
    answer.next = window.goes_on.then_some(window.end);
    if window.hits.is_empty() && request.offset > 0 && request.limit > 0 && !answer.timed_out {
        answer.warnings.push(past_the_end(request.offset, window.end));
    }
    let (documents, asked) = (HashMap::new(), None);
    let next_of = |hit: &Hit| if hit.relaxed { None } else { seams::next_address(&segments, hit.address) };
    let next = match compiled.as_ref().is_some_and(seams::any_may_cross) {
        true => window.hits.iter().map(next_of).collect(),
        false => Vec::new(),
    };
    Ok(Listing { answer, index, analyzer, request, node, compiled, window, next, showing, given: 0, documents, asked })
}

/// Answers a request, with all its hits.
///
/// The order of the hits is a property of query, filters, sort and commit: `limit` and `offset` are a window on it, and
/// what is told of a hit is the same in every window. The order, the scores and the ids are the same for an index made
/// in one run, in several, or anew. Between versions of this library scores, and the order within a tier, may change;
/// that exact hits stand above partial ones and tiers in their order does not.
///
/// # Errors
/// A query over the limits, an unknown partner or theme, or an index that cannot be read.
///
/// # Examples
/// ```no_run
/// use fumikura::index::OpenIndex;
/// use fumikura::engine::Request;
/// use fumikura::engine::embedded::search;
///
/// let index = OpenIndex::open("index".as_ref())?;
/// let answer = search(&index, &mut index.analyzer(), &Request { text: "情報共有".to_owned(), ..Request::default() })?;
/// assert!(answer.hits.len() <= 10);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn search(index: &OpenIndex, analyzer: &mut Analyzer, request: &Request) -> Result<Answer, SearchError> {
    let mut listing = list(index, analyzer, request)?;
    let hits = listing.by_ref().collect::<Result<_, _>>()?;
    Ok(Answer { hits, ..listing.answer })
}

/// Addresses, numbers of documents and scores of the hits of a request, for evaluation runs that need no texts.
///
/// A folded hit stands behind the one that it is folded under, with its score: it is named there.
///
/// # Errors
/// As [`search`].
pub fn ranked(
    index: &OpenIndex,
    analyzer: &mut Analyzer,
    request: &Request,
) -> Result<Vec<(DocumentAddress, u64, f32)>, SearchError> {
    let (node, dates) = emptied::without_dates(crate::query::parse(&request.text)?.node);
    let compiled = node.as_ref().map(|node| compile(node, analyzer, request.variants)).transpose()?;
    let filters = emptied::tests(&request.filters, &dates, index)?;
    let watch = Arc::new(Watch::new(request.budget.clone()));
    let segments = segment_view::open(index, &watch)?;
    let (hits, _) = Evaluation::new(index, &segments, analyzer).run(compiled.as_ref(), &filters, false)?;
    let window = window(index, &segments, analyzer, request, node.as_ref(), &filters, hits, &watch.showing())?;
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

/// The window that is asked for, out of all exact hits.
#[allow(clippy::too_many_arguments)]
fn window(
    index: &OpenIndex,
    segments: &[Segment<'_>],
    analyzer: &mut Analyzer,
    request: &Request,
    node: Option<&Node>,
    filters: &FilterTests,
    hits: Vec<Hit>,
    showing: &Watch,
) -> Result<Window, IndexError> {
    if node.is_none() || request.sort != crate::engine::Sort::Relevance || request.limit == 0 {
        return order::window(index, segments, request, None, false, hits, showing);
    }
    let units = rescore::Units::of(analyzer, &partial::typed(&request.text, node));
    if units.is_empty() {
        return order::window(index, segments, request, None, false, hits, showing);
    }
    let is_over = segments.first().is_some_and(|segment| segment.watch.is_over());
    let open = request.relax
        && !is_over
        && (hits.iter().all(|hit| hit.place.is_above()) || partial::is_question(&units, &request.text, node));
    let ranker = Ranker::new(index, segments, filters, &request.text, &units)?;
    order::window(index, segments, request, Some(&ranker), open, hits, showing)
}

/// What is said of a window that begins behind all hits.
pub(super) fn past_the_end(offset: usize, hits: usize) -> String {
    format!("offset {offset} is past the end: the list has {}", counted(hits, "hit"))
}

impl Iterator for Listing<'_> {
    type Item = Result<Found, SearchError>;

    fn next(&mut self) -> Option<Self::Item> {
        let hit = *self.window.hits.get(self.given)?;
        if self.showing.is_over() {
            if !std::mem::replace(&mut self.answer.timed_out, true) {
                self.answer.warnings.push(TIME_RAN_OUT.to_owned());
            }
            return None;
        }
        self.given += 1;
        Some(self.read(self.given - 1, hit).map_err(SearchError::from))
    }
}

impl Listing<'_> {
    /// Exact hits that are still to come.
    pub(super) fn exact_ahead(&self) -> usize {
        self.window.hits.iter().skip(self.given).filter(|hit| !hit.relaxed).count()
    }

    /// Reads the hit at a place in the window.
    fn read(&mut self, at: usize, hit: Hit) -> Result<Found, IndexError> {
        let passage = self.index.passage(hit.address)?;
        let document = self.document(&passage.document)?;
        let (mut marks, mut missing) = (Marks::default(), Vec::new());
        if let Some(compiled) = &self.compiled {
            let next = self.next.get(at).copied().flatten().map(|next| self.index.passage(next)).transpose()?;
            let rest = next.as_ref().map(|next| next.passage.text.as_str());
            let view =
                PassageView::for_query(self.analyzer, &passage.passage, &document.document.title, compiled, rest);
            let view = view.watched(&self.showing);
            marks = marks::marks(compiled, &view);
            if hit.relaxed {
                let asked = match self.asked.take() {
                    Some(asked) => asked,
                    None => Asked::of(self.analyzer, &self.request.text, self.node.as_ref(), compiled),
                };
                let there = asked.look(self.analyzer, &passage.passage.text);
                missing = asked.missing(compiled, &view, &marks, &there);
                if marks.body.is_empty() {
                    marks.body = there.spans().map(|span| Mark { span, tier: Tier::Variant }).collect();
                }
                self.asked = Some(asked);
            }
        }
        let duplicates = self.window.duplicates.get(&at).map_or(&[][..], Vec::as_slice);
        let more =
            if hit.relaxed { 0 } else { self.window.of_document.get(&hit.document).map_or(0, |count| count - 1) };
        Ok(Found {
            index: None,
            rank: self.request.offset + at + 1,
            score: hit.score,
            tier: hit.tier,
            document: document.document,
            highlights: spans(&marks.body),
            marks,
            missing,
            relaxed: hit.relaxed,
            place: hit.place,
            more,
            duplicates: duplicates
                .iter()
                .map(|duplicate| Ok(self.index.passage(duplicate.address)?.passage.id))
                .collect::<Result<_, IndexError>>()?,
            passage: passage.passage,
        })
    }

    fn document(&mut self, id: &str) -> Result<IndexedDocument, IndexError> {
        if let Some(known) = self.documents.get(id) {
            return Ok(known.clone());
        }
        let missing = || IndexError::NotFound(format!("document {id} is not in the index"));
        let found = self.index.document(id)?.ok_or_else(missing)?;
        if self.documents.len() >= KEPT_DOCUMENTS {
            self.documents.clear();
        }
        self.documents.insert(id.to_owned(), found.clone());
        Ok(found)
    }
}

/// What the words without a passage may have meant, as far as the index has it.
fn suggest_for(
    index: &OpenIndex,
    segments: &[Segment<'_>],
    analyzer: &mut Analyzer,
    counts: &[TermCount],
    watch: &Watch,
) -> Result<Vec<String>, SearchError> {
    let mut all = Vec::new();
    let empty: Vec<&str> = counts.iter().filter(|count| count.passages == 0).map(|count| count.term.as_str()).collect();
    // Romaji set off by blanks may be one term: jinzai ikusei.
    let together = (empty.len() > 1).then(|| empty.concat());
    let slips: Vec<&str> =
        empty.into_iter().chain(together.as_deref()).filter(|typed| suggest::may_be_a_slip(typed)).collect();
    let vocabulary = if slips.is_empty() { Vec::new() } else { index.vocabulary()? };
    for typed in slips {
        let terms = suggest::watched(analyzer, typed, &vocabulary, watch);
        let mut passages = |term: &str| {
            let leaf = Node::Leaf(crate::query::Leaf {
                text: term.to_owned(),
                form: crate::query::Form::Whole,
                ..Default::default()
            });
            let compiled = compile(&leaf, analyzer, false).ok();
            let evaluation = Evaluation::new(index, segments, analyzer);
            compiled
                .and_then(|compiled| evaluation.run(Some(&compiled), &FilterTests::default(), false).ok())
                .map_or(0, |(hits, _)| hits.len())
        };
        all.extend(suggest::in_index(terms, &mut passages));
    }
    Ok(all)
}

/// Counts hits in the order of their rows, in which the passages of a document stand together.
fn total(hits: &[Hit]) -> Total {
    let documents = hits.chunk_by(|a, b| a.document == b.document).count();
    let mut total = Total { passages: hits.len(), documents, ..Total::default() };
    for hit in hits {
        total.by_tier[hit.tier as usize] += 1;
    }
    total
}
