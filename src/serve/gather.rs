//! What pages show beyond the answer of a command: asked of the engine, as plain values.

use std::ops::ControlFlow;

use super::page::{Change, Neighbour, RELATED, SeriesPlace, changes, meeting_label};
use super::params::{Language, Params};
use crate::document::{Document, Meeting, Relation};
use crate::engine::{Answer, Collection, Engine, FacetNode, Found, Request, SearchError};
use crate::query::{Budget, DateUnit};
use crate::study::{Held, Related, Series, related};

/// Related words of a page.
const RELATED_WORDS: usize = 8;
/// Most documents before one in a list among which its neighbours are looked for.
const MOST_READ: usize = 500;

/// What the page of results shows beside the answer.
#[derive(Clone, Debug, Default)]
pub struct SearchValues {
    /// The facet of dates over the hits whose date is inferred.
    pub inferred: Vec<FacetNode>,
    /// Hits by publisher.
    pub publishers: Vec<FacetNode>,
    /// Hits by type of file.
    pub types: Vec<FacetNode>,
    /// For an answer without exact hits: other conditions with what they give.
    pub changes: Vec<Change>,
    /// Related words, where the reader asked for them.
    pub related: Option<Related>,
}

/// Gathers what the page of results shows beside an answer.
///
/// # Errors
/// As [`Engine::search`].
pub fn search_values(
    engine: &dyn Collection,
    params: &Params,
    answer: &Answer,
    budget: &Budget,
) -> Result<SearchValues, SearchError> {
    let mut values = SearchValues::default();
    if answer.total.passages > 0 {
        values.inferred = inferred(engine, params, &answer.parsed, budget)?;
        let files = engine.files(&Request { budget: budget.clone(), ..params.to_request() })?;
        (values.publishers, values.types) = (files.publishers, files.types);
    }
    if params.open.iter().any(|name| name == RELATED) && answer.total.passages > 0 {
        let request = Request { budget: budget.clone(), ..params.to_request() };
        // A query without a word has none, and the page says so.
        values.related = match related(engine, engine.shared_analyzer()?, &request, RELATED_WORDS) {
            Err(SearchError::Query(_)) => Some(Related::default()),
            found => Some(found?),
        };
    }
    for (kind, params) in changes(params, answer) {
        let request = Request { limit: 0, facets: false, relax: false, budget: budget.clone(), ..params.to_request() };
        // A suggestion is a word of the index; a query made of it can still be over a limit.
        if let Ok(answer) = engine.search(&request) {
            values.changes.push(Change { kind, params, total: answer.total });
        }
    }
    Ok(values)
}

/// Counts by date the hits whose date is inferred. `parsed` is the query in its normal form.
///
/// # Errors
/// As [`Engine::search`].
pub fn inferred(
    engine: &dyn Engine,
    params: &Params,
    parsed: &str,
    budget: &Budget,
) -> Result<Vec<FacetNode>, SearchError> {
    let text = if parsed.is_empty() { "source:inferred".to_owned() } else { format!("({parsed}) source:inferred") };
    let request = Request { text, budget: budget.clone(), ..params.to_request() };
    let counted = match engine.facets(&Request { offset: 0, ..request }) {
        Ok(answer) => answer,
        // The longer query can be over a limit that the query itself is not over.
        Err(SearchError::Query(_)) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    Ok(counted.facets.map(|facets| facets.date).unwrap_or_default())
}

/// The documents before and after one in the list of results, one hit a document.
///
/// # Errors
/// As [`Engine::each_match`].
pub fn neighbours(
    engine: &dyn Engine,
    params: &Params,
    id: &str,
    budget: &Budget,
) -> Result<[Option<Neighbour>; 2], SearchError> {
    let request = Request {
        group_documents: true,
        facets: false,
        relax: false,
        offset: 0,
        budget: budget.clone(),
        by: DateUnit::default(),
        ..params.to_request()
    };
    let mut list = List { id, read: 0, before: None, found: false, after: None };
    let mut visitor = |found: Found| list.read(found);
    engine.each_match(&request, &mut visitor)?;
    // A document outside the list has no neighbours in it.
    Ok(if list.found { [list.before, list.after] } else { [None, None] })
}

/// The documents of a list that were read.
struct List<'a> {
    id: &'a str,
    read: usize,
    before: Option<Neighbour>,
    found: bool,
    after: Option<Neighbour>,
}

impl List<'_> {
    fn read(&mut self, found: Found) -> ControlFlow<()> {
        self.read += 1;
        let neighbour = Neighbour { id: found.document.id, title: found.document.title };
        if self.found {
            self.after = Some(neighbour);
            return ControlFlow::Break(());
        }
        self.found = neighbour.id == self.id;
        if !self.found {
            self.before = Some(neighbour);
        }
        if self.read >= MOST_READ && !self.found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// What the page of a document shows beside it.
#[derive(Clone, Debug, Default)]
pub struct DocumentValues {
    /// The document before it in the list.
    pub previous: Option<Neighbour>,
    /// The document after it.
    pub next: Option<Neighbour>,
}

/// Gathers what the page of a document shows beside it: nothing without a query or filters.
///
/// # Errors
/// As [`Engine::each_match`].
pub fn document_values(
    engine: &dyn Engine,
    params: &Params,
    id: &str,
    budget: &Budget,
) -> Result<DocumentValues, SearchError> {
    if params.text.trim().is_empty() {
        return Ok(DocumentValues::default());
    }
    let [previous, next] = neighbours(engine, params, id, budget)?;
    Ok(DocumentValues { previous, next })
}

/// Finds the place of a document in each of its series, with the meetings before and after that a document reports.
pub fn series_places(language: Language, document: &Document, all: &[Series]) -> Vec<SeriesPlace> {
    let mut places: Vec<SeriesPlace> = Vec::new();
    for meeting in document.series.iter().filter(|meeting| meeting.relation == Relation::Session) {
        let Some(series) = all.iter().find(|series| is_of(meeting, series)) else { continue };
        if places.iter().any(|place| place.name == series.name) {
            continue;
        }
        let is_it = |held: &&Held| match meeting.number {
            Some(number) => held.number == Some(number),
            None => held.sources.iter().any(|source| source.document == document.id),
        };
        let at = series.meetings.iter().position(|held| is_it(&held));
        // Meetings with numbers follow each other; one without is no neighbour of theirs.
        let has_number = at.is_some_and(|at| series.meetings[at].number.is_some());
        let named = |held: &Held| {
            let label = meeting_label(language, held);
            if label.is_empty() || held.number.is_some() != has_number {
                return None;
            }
            let source = held.sources.iter().find(|source| source.document != document.id);
            Some((label, source.map(|source| source.document.clone())))
        };
        places.push(SeriesPlace {
            name: series.name.clone(),
            label: at.map(|at| meeting_label(language, &series.meetings[at])).filter(|label| !label.is_empty()),
            previous: at.and_then(|at| series.meetings[..at].iter().rev().find_map(named)),
            next: at.and_then(|at| series.meetings[at + 1..].iter().find_map(named)),
        });
    }
    places
}

fn is_of(meeting: &Meeting, series: &Series) -> bool {
    let key = crate::metadata::series_key;
    series.id == meeting.series_id
        || series.id == key(&meeting.series)
        || std::iter::once(&series.name).chain(&series.other_names).any(|name| key(name) == key(&meeting.series))
}
