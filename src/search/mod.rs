//! Runs queries: candidates from the postings, tiers, ranking, facets, highlights.
//!
//! Invariants: a passage is found whenever its text holds the folded query; no `substring` hit stands above a `word` or
//! `variant` hit; NOT never acts on `substring` matches alone; highlights are the spans that matched.

mod bm25;
mod compile;
mod evaluate;
mod facets;
mod matcher;
mod postings;
mod relaxed;
mod request;
mod rescore;
mod segment;
mod suggest;
mod twins;
mod weights;

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use tantivy::DocAddress;

use crate::analysis::Analyzer;
use crate::document::Span;
use crate::index::{IndexError, IndexedDocument, IndexedPassage, OpenIndex, flag};
use crate::query::{Node, Parsed, QueryError, Tier};

pub use compile::{Compiled, FacetTest, compile};
pub use evaluate::Hit;
pub use facets::{FacetNode, Facets};
pub use matcher::{PassageView, match_passage};
pub use request::{Filters, Request, Sort};
use segment::Segment;
pub use suggest::suggestions;

use relaxed::Partial;
use twins::Folded;

/// Most hits one answer holds.
pub const MAX_LIMIT: usize = 1000;
/// Deepest hit that can be reached by offset.
pub const MAX_DEPTH: usize = 10_000;

/// With fewer exact hits than this a sentence is answered by what comes nearest; with more, they stand first.
const BLENDED_EXACT: usize = 20;

/// Why a search gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The query.
    #[error("{0}")]
    Query(#[from] QueryError),
    /// The index.
    #[error("{0}")]
    Index(#[from] IndexError),
}

/// One passage found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Place in the order, from 1.
    pub rank: usize,
    /// Its score; comparable within a tier of one answer.
    pub score: f32,
    /// How it was found.
    pub tier: Tier,
    /// Its document, without passages.
    pub document: IndexedDocument,
    /// The passage.
    pub passage: IndexedPassage,
    /// What matched, in code points of the passage text.
    pub highlights: Vec<Span>,
    /// It holds the query only in part.
    pub relaxed: bool,
    /// Further passages of the document, where hits are grouped by document.
    pub more: usize,
    /// Ids of further hits that say nearly the same and are folded under this one.
    pub duplicates: Vec<String>,
}

/// How many were found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// Passages.
    pub passages: usize,
    /// Documents.
    pub documents: usize,
    /// Passages by tier: word, variant, substring.
    pub by_tier: [usize; 3],
}

/// How often one word of a query occurs by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermCount {
    /// The word as typed.
    pub term: String,
    /// Passages that hold it.
    pub passages: usize,
}

/// The answer to a request.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The query as read, in its normal form.
    pub parsed: String,
    /// Other names and spellings that widened it: the word, what was added, why.
    pub widened: Vec<(String, String, String)>,
    /// What was not read as it may have been meant.
    pub warnings: Vec<String>,
    /// Nothing held all the words: these are the best partial matches.
    pub relaxed: bool,
    /// Totals of exact matches; of the hits shown where the answer is relaxed.
    pub total: Total,
    /// The hits asked for.
    pub hits: Vec<Found>,
    /// Facets, where asked for.
    pub facets: Option<Facets>,
    /// For an answer without exact hits: the count of each word.
    pub counts: Vec<TermCount>,
    /// For an answer without exact hits: what may have been meant, shown and not run.
    pub suggestions: Vec<String>,
}

/// Answers a request.
///
/// # Errors
/// A query over the limits, an unknown partner or theme, or an index that cannot be read.
pub fn search(index: &OpenIndex, analyzer: &mut Analyzer, request: &Request) -> Result<Answer, SearchError> {
    let parsed: Parsed = crate::query::parse(&request.text)?;
    if let Some(warning) = parsed.warnings.first().filter(|_| request.strict) {
        return Err(QueryError::Strict(warning.clone()).into());
    }
    let mut answer = Answer {
        parsed: parsed.node.as_ref().map(ToString::to_string).unwrap_or_default(),
        warnings: parsed.warnings.iter().map(|warning| format!("at character {}: {}", warning.span.start + 1, warning.message)).collect(),
        ..Answer::default()
    };
    answer.warnings.extend(index.warnings());
    let filters = request.filters.tests()?;
    let compiled = parsed.node.as_ref().map(|node| compile(node, analyzer, request.variants)).transpose()?;
    let segments = segment::open(index)?;
    let evaluation = evaluate::Evaluation::new(index, &segments, analyzer);
    let (hits, facets) = evaluation.run(compiled.as_ref(), &filters, request.facets)?;
    answer.total = total(&hits);
    answer.facets = facets;
    if let Some(compiled) = &compiled {
        answer.widened = compiled.widened();
    }
    let exact = hits.len();
    let ordered = rank(index, &segments, analyzer, request, parsed.node.as_ref(), &filters, hits)?;
    answer.relaxed = ordered.iter().any(|hit| hit.relaxed);
    if let Some(compiled) = compiled.as_ref().filter(|_| exact == 0) {
        answer.counts = relaxed::counts(&evaluate::Evaluation::new(index, &segments, analyzer), compiled)?;
        answer.suggestions = suggest_for(index, &segments, analyzer, &answer.counts)?;
    }
    let grouped = if request.group_documents { group(ordered) } else { ordered.into_iter().map(|hit| (hit, 0)).collect() };
    let folded = if request.fold_duplicates {
        twins::fold(index, &segments, grouped, request.offset.min(MAX_DEPTH) + request.limit.clamp(1, MAX_LIMIT))?
    } else {
        grouped.into_iter().map(|(hit, more)| Folded { hit, more, twins: Vec::new() }).collect()
    };
    let page = folded.into_iter().enumerate().skip(request.offset).take(request.limit.min(MAX_LIMIT));
    let mut documents: HashMap<String, IndexedDocument> = HashMap::new();
    // The words of the query, where a hit has only some of them.
    let mut words: Option<HashSet<String>> = None;
    for (at, Folded { hit, more, twins }) in page {
        let passage = index.passage(hit.address)?;
        let document = match documents.get(&passage.document) {
            Some(known) => known.clone(),
            None => {
                let found = index
                    .document(&passage.document)?
                    .ok_or_else(|| IndexError::NotFound(format!("document {} is not in the index", passage.document)))?;
                documents.insert(passage.document.clone(), found.clone());
                found
            }
        };
        let highlights = match &compiled {
            Some(compiled) => {
                let view = PassageView::for_query(analyzer, &passage.passage, &document.document.title, compiled);
                let spans = matcher::highlights(compiled, &view);
                if spans.is_empty() && hit.relaxed {
                    let wanted = words.get_or_insert_with(|| relaxed::words(analyzer, &request.text, parsed.node.as_ref()));
                    relaxed::highlights(analyzer, wanted, &passage.passage.text)
                } else {
                    spans
                }
            }
            None => Vec::new(),
        };
        answer.hits.push(Found {
            rank: at + 1,
            score: hit.score,
            tier: hit.tier,
            document,
            passage,
            highlights,
            relaxed: hit.relaxed,
            more,
            duplicates: twins.iter().map(|twin| Ok(index.passage(twin.address)?.passage.id)).collect::<Result<_, IndexError>>()?,
        });
    }
    Ok(answer)
}

/// What the words without a passage may have meant, as far as the index has it.
fn suggest_for(
    index: &OpenIndex,
    segments: &[Segment<'_>],
    analyzer: &mut Analyzer,
    counts: &[TermCount],
) -> Result<Vec<String>, SearchError> {
    let mut all = Vec::new();
    let empty: Vec<&str> = counts.iter().filter(|count| count.passages == 0).map(|count| count.term.as_str()).collect();
    // Romaji set off by blanks may be one term: jinzai ikusei.
    let together = (empty.len() > 1).then(|| empty.concat());
    let slips: Vec<&str> = empty.into_iter().chain(together.as_deref()).filter(|typed| suggest::may_be_a_slip(typed)).collect();
    let vocabulary = if slips.is_empty() { Vec::new() } else { index.vocabulary()? };
    for typed in slips {
        let terms = suggestions(analyzer, typed, &vocabulary);
        let mut passages = |term: &str| {
            let leaf = Node::Leaf(crate::query::Leaf { text: term.to_owned(), form: crate::query::Form::Whole, ..Default::default() });
            let compiled = compile(&leaf, analyzer, false).ok();
            let evaluation = evaluate::Evaluation::new(index, segments, analyzer);
            compiled
                .and_then(|compiled| evaluation.run(Some(&compiled), &request::FilterTests::default(), false).ok())
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

/// Best first: tier, running text before contents lists, score; ties by document and place.
fn by_rank(a: &Hit, b: &Hit) -> Ordering {
    let toc = |hit: &Hit| hit.flags & flag::TOC != 0;
    a.tier
        .cmp(&b.tier)
        .then(toc(a).cmp(&toc(b)))
        .then(b.score.total_cmp(&a.score))
        .then(a.document.cmp(&b.document))
        .then(a.address.cmp(&b.address))
}

/// The first `wanted` hits by rank, unordered: most of the others cost one look at the last of the best so far.
fn best(hits: Vec<Hit>, wanted: usize) -> Vec<Hit> {
    let mut best: Vec<Hit> = Vec::new();
    let mut last: Option<Hit> = None;
    for hit in hits {
        if last.as_ref().is_some_and(|last| by_rank(&hit, last).is_gt()) {
            continue;
        }
        best.push(hit);
        if best.len() >= wanted * 2 {
            best.select_nth_unstable_by(wanted - 1, by_rank);
            best.truncate(wanted);
            last = best.last().copied();
        }
    }
    best
}

/// The first `wanted` hits in the order asked for; all of them where they are grouped.
fn order(segments: &[Segment<'_>], mut hits: Vec<Hit>, request: &Request, wanted: usize) -> Vec<Hit> {
    let all = request.group_documents;
    match request.sort {
        Sort::Relevance => {
            if !all {
                hits = best(hits, wanted);
            }
            hits.sort_unstable_by(by_rank);
        }
        Sort::Date | Sort::DateDescending => {
            let days = segment::document_days(segments, &hits);
            let day = |hit: &Hit| days.get(&hit.address).copied();
            hits.sort_by(|a, b| match (day(a), day(b)) {
                (Some(first), Some(second)) if request.sort == Sort::Date => first.cmp(&second).then_with(|| by_rank(a, b)),
                (Some(first), Some(second)) => second.cmp(&first).then_with(|| by_rank(a, b)),
                // Undated passages stand last in both directions.
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => by_rank(a, b),
            });
        }
    }
    if !all {
        hits.truncate(wanted);
    }
    hits
}

/// Hits in the order asked for, partial ones among or behind them where the query is open to them.
fn rank(
    index: &OpenIndex,
    segments: &[Segment<'_>],
    analyzer: &mut Analyzer,
    request: &Request,
    node: Option<&Node>,
    filters: &request::FilterTests,
    hits: Vec<Hit>,
) -> Result<Vec<Hit>, SearchError> {
    let page = request.offset.min(MAX_DEPTH) + request.limit.clamp(1, MAX_LIMIT);
    // Folding takes hits off the page: as many again stand ready.
    let wanted = if request.fold_duplicates { page * 2 + 20 } else { page };
    let exact = hits.len();
    let ordered = order(segments, hits, request, wanted);
    if node.is_none() || request.sort != Sort::Relevance {
        return Ok(ordered);
    }
    let typed = relaxed::typed(&request.text, node);
    let units = rescore::Units::of(analyzer, &typed);
    let few = exact < BLENDED_EXACT;
    let open = request.relax && (exact == 0 || ordered.len() < wanted && relaxed::is_question(&units, &request.text, node));
    let ranker = relaxed::Ranker::new(index, segments, filters, wanted);
    let partial = match () {
        () if !open => Partial::None,
        () if few && relaxed::is_sentence(&typed) => Partial::Among,
        () => Partial::Behind,
    };
    Ok(ranker.rank(&request.text, &units, ordered, partial)?)
}

/// The best passage of each document, with the number of its others.
fn group(hits: Vec<Hit>) -> Vec<(Hit, usize)> {
    let mut at: HashMap<u64, usize> = HashMap::new();
    let mut groups: Vec<(Hit, usize)> = Vec::new();
    for hit in hits {
        match at.get(&hit.document) {
            Some(known) => groups[*known].1 += 1,
            None => {
                at.insert(hit.document, groups.len());
                groups.push((hit, 0));
            }
        }
    }
    groups
}

/// Addresses in the order of the answer, for evaluation runs that need no texts.
///
/// # Errors
/// As [`search`].
pub fn ranked(index: &OpenIndex, analyzer: &mut Analyzer, request: &Request) -> Result<Vec<(DocAddress, u64, f32)>, SearchError> {
    let parsed = crate::query::parse(&request.text)?;
    let compiled = parsed.node.as_ref().map(|node| compile(node, analyzer, request.variants)).transpose()?;
    let filters = request.filters.tests()?;
    let segments = segment::open(index)?;
    let (hits, _) = evaluate::Evaluation::new(index, &segments, analyzer).run(compiled.as_ref(), &filters, false)?;
    let ordered = rank(index, &segments, analyzer, request, parsed.node.as_ref(), &filters, hits)?;
    Ok(ordered.into_iter().map(|hit| (hit.address, hit.document, hit.score)).collect())
}
