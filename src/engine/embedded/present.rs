//! Presents hits: reads their texts and marks the matches.

use std::collections::HashMap;

use super::find::{Advice, Finding, TIME_RAN_OUT, find};
use crate::engine::ranking::hit::Hit;
use crate::engine::ranking::missing::WantedWords;
use crate::engine::ranking::shown;
use crate::engine::{Answer, Found, Request, SearchError};
use crate::index::{IndexError, IndexedDocument, OpenIndex};
use crate::matching::passage::PassageView;
use crate::query::Marks;

/// Number of documents that are cached for further hits.
const KEPT_DOCUMENTS: usize = 1024;

/// An answer with an iterator that reads its hits one by one, in order.
///
/// Memory does not grow with the number of hits, except about 32 bytes for each.
///
/// # Examples
/// ```
/// use fumikura::engine::Request;
/// use fumikura::engine::embedded::list;
/// use fumikura::index::OpenIndex;
///
/// # let folder = tempfile::tempdir()?;
/// # let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
/// # std::fs::create_dir(&texts)?;
/// # std::fs::write(texts.join("対話.txt"), "日米対話\n\n1. 情報共有\n両国は情報共有の取組を進める。\n")?;
/// # fumikura::pipeline::run(&fumikura::IndexOptions::new(vec![texts], index.clone()), &())?;
/// let index = OpenIndex::open(&index)?;
/// let request = Request { text: "情報共有".to_owned(), limit: usize::MAX, ..Request::default() };
/// let listing = list(&index, &request)?;
/// assert_eq!(listing.answer.total.passages, 1);
/// for found in listing {
///     assert!(found?.passage.text.contains("情報共有"));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Listing<'a> {
    /// The answer without its hits.
    pub answer: Answer,
    index: &'a OpenIndex,
    request: Request,
    finding: Finding,
    /// Number of hits returned so far.
    given: usize,
    documents: HashMap<String, IndexedDocument>,
    /// The words of the query, computed for the first partial hit.
    asked: Option<WantedWords>,
}

/// Answers a request with an iterator over the hits.
///
/// # Errors
/// A query over the limits, an unknown partner or theme, or an index that cannot be read.
pub fn list<'a>(index: &'a OpenIndex, request: &Request) -> Result<Listing<'a>, SearchError> {
    let mut finding = find(index, request, Advice::Given)?;
    let answer = std::mem::take(&mut finding.answer);
    Ok(Listing { answer, index, request: request.clone(), finding, given: 0, documents: HashMap::new(), asked: None })
}

/// Answers a request, with all its hits.
///
/// The order of the hits depends only on query, filters, sort and commit: `limit` and `offset` select a window on it,
/// and each hit has the same values in every window. Order, scores and ids are the same for an index made in one run,
/// in several, or anew. Scores and the order within a tier may change between versions of this library. Exact hits
/// always stand above partial ones, and tiers keep their order.
///
/// # Errors
/// A query over the limits, an unknown partner or theme, or an index that cannot be read.
///
/// # Examples
/// ```
/// use fumikura::engine::Request;
/// use fumikura::engine::embedded::search;
/// use fumikura::index::OpenIndex;
///
/// # let folder = tempfile::tempdir()?;
/// # let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
/// # std::fs::create_dir(&texts)?;
/// # std::fs::write(texts.join("対話.txt"), "日米対話\n\n1. 情報共有\n両国は情報共有の取組を進める。\n")?;
/// # fumikura::pipeline::run(&fumikura::IndexOptions::new(vec![texts], index.clone()), &())?;
/// let index = OpenIndex::open(&index)?;
/// let answer = search(&index, &Request { text: "情報共有".to_owned(), ..Request::default() })?;
/// assert_eq!(answer.hits[0].rank, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn search(index: &OpenIndex, request: &Request) -> Result<Answer, SearchError> {
    let mut listing = list(index, request)?;
    let hits = listing.by_ref().collect::<Result<_, _>>()?;
    Ok(Answer { hits, ..listing.answer })
}

impl Iterator for Listing<'_> {
    type Item = Result<Found, SearchError>;

    fn next(&mut self) -> Option<Self::Item> {
        let hit = *self.finding.window.hits.get(self.given)?;
        if self.finding.showing.is_over() {
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
    /// Returns the number of exact hits to come.
    pub(super) fn exact_ahead(&self) -> usize {
        self.finding.window.hits.iter().skip(self.given).filter(|hit| !hit.relaxed).count()
    }

    /// Reads the hit at a place in the window.
    fn read(&mut self, at: usize, hit: Hit) -> Result<Found, IndexError> {
        let mut passage = self.index.passage(hit.address)?;
        let document = self.document(&passage.document)?;
        self.index.set_lines(&passage.document, &document.source, [&mut passage.passage])?;
        let mut marked = (Marks::default(), Vec::new());
        if let Some(compiled) = &self.finding.compiled {
            let next = self.finding.next.get(at).copied().flatten().map(|next| self.index.passage(next)).transpose()?;
            let rest = next.as_ref().map(|next| next.passage.text.as_str());
            let view = PassageView::for_query(
                self.index.analyzer(),
                &passage.passage,
                &document.document.title,
                compiled,
                rest,
            );
            let view = view.watched(&self.finding.showing);
            let analyzer = self.index.analyzer();
            if let Some(node) = self.finding.node.as_ref().filter(|_| hit.relaxed && self.asked.is_none()) {
                self.asked = Some(WantedWords::of(analyzer, node, compiled));
            }
            marked = shown::marked(analyzer, compiled, &view, self.asked.as_ref().filter(|_| hit.relaxed));
        }
        let folded = self.finding.window.duplicates.get(&at).into_iter().flatten();
        let ids = folded.map(|folded| Ok(self.index.passage(folded.address)?.passage.id));
        let ids = ids.collect::<Result<Vec<String>, IndexError>>()?;
        let rank = self.request.offset + at + 1;
        Ok(hit.found(rank, &self.finding.window, (document.document, passage.passage), marked, ids))
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
