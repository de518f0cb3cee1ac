//! Joins a request that was read to the page that shows its answer.

use axum::http::header::{self, HeaderValue};
use axum::http::request::Parts;
use jiff::Zoned;

use super::asked::{Asked, base, language};
use super::assets::Asset;
use super::forms;
use super::gather::{document_values, inferred, search_values, series_places};
use super::page::{
    AlignmentView, Collection, CollocatesView, CompareView, CrosstabView, DispersionView, DocumentView, ErrorView,
    Frame, KwicView, MeetingsView, Original, ParallelsView, PeriodsView, SearchView, SeriesListView, SeriesView,
    StartView, VerifyView, alignment_page, collocates_page, compare_page, crosstab_page, dispersion_page,
    document_page, error_page, help_page, kwic_page, meetings_page, parallels_page, passage_here, periods_page,
    search_page, series_list_page, series_page, start_page, verify_page,
};
use super::params::Params;
use super::reply::{Problem, Reply, reply};
use super::server::Server;
use super::store::Held;
use super::view::{Extension, View};
use crate::document::{CivilDate, Document};
use crate::engine::{Answer, SearchError, Shown};
use crate::query::Budget;
use crate::study::{
    Alignment, Collocates, CollocationOptions, Comparison, ComparisonOptions, Concordance, Crosstab, Dispersion,
    MeetingsCompared, Parallels, Series, Timelines, Verified,
};

/// A name of a file holds a hash of its bytes, so that it never changes.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Answers with a file that pages refer to.
pub(super) fn asset(asset: &'static Asset) -> Reply {
    let mut reply = reply(axum::http::StatusCode::OK, asset.media_type, asset.bytes);
    reply.headers_mut().insert(header::CACHE_CONTROL, FOREVER);
    reply
}

fn today() -> CivilDate {
    let now = Zoned::now();
    CivilDate::new(now.year(), now.month(), now.day())
}

fn collection(held: &Held) -> Collection {
    Collection { documents: held.documents, passages: held.passages, commit: held.commit.clone() }
}

impl Asked {
    fn frame(&self) -> Frame<'_> {
        Frame {
            language: self.language,
            params: &self.params,
            view: self.view.clone(),
            collection: collection(&self.held),
            origin: &self.base,
            today: today(),
            head: String::new(),
        }
    }
}

/// Writes the page of results.
pub(super) fn search(asked: &Asked, answer: &Answer, budget: &Budget) -> Result<String, SearchError> {
    let values = search_values(&*asked.held.collection, &asked.params, answer, budget)?;
    let none = Default::default();
    Ok(search_page(&SearchView {
        frame: asked.frame(),
        answer,
        facets: answer.facets.as_ref().unwrap_or(&none),
        inferred: &values.inferred,
        publishers: &values.publishers,
        types: &values.types,
        changes: &values.changes,
        related: values.related.as_ref(),
    }))
}

/// Writes the start page.
pub(super) fn start(asked: &Asked, answer: &Answer, budget: &Budget) -> Result<String, SearchError> {
    let inferred = inferred(&*asked.held.collection, &asked.params, "", budget)?;
    let none = Default::default();
    let frame = Frame { view: View::Home, ..asked.frame() };
    Ok(start_page(&StartView { frame, facets: answer.facets.as_ref().unwrap_or(&none), inferred: &inferred }))
}

/// Writes the list of series, or the page of one.
pub(super) fn series(asked: &Asked, found: &[Series]) -> String {
    match (&asked.view, found) {
        (View::Series(Some(_)), [series, ..]) => series_page(&SeriesView { frame: asked.frame(), series }),
        _ => series_list_page(&SeriesListView { frame: asked.frame(), series: found }),
    }
}

/// Writes the page of a document. `series` holds all series if the document names a meeting; `head` further elements of
/// `<head>`; `originals` tells whether the server gives the files.
pub(super) fn document(
    asked: &Asked,
    shown: &Shown,
    series: &[Series],
    (head, originals): (String, bool),
    budget: &Budget,
) -> Result<String, SearchError> {
    let collection = &*asked.held.collection;
    let document = &shown.document;
    let mut params = asked.params.clone();
    if let Some(passage) = shown.passage.and_then(|at| document.passages.get(at)).filter(|_| params.passage.is_none()) {
        params.passage = passage.id.rsplit_once('#').map(|(_, hash)| hash.to_owned());
    }
    let request = crate::engine::Request { budget: budget.clone(), ..params.to_request() };
    let marks = collection.occurrences(&request, document)?;
    let values = document_values(collection, &params, &document.id, budget)?;
    let places = series_places(asked.language, document, series);
    let passage = passage_here(&params, document, &marks).and_then(|at| document.passages.get(at));
    let citation = forms::citation(&asked.held, document, passage)?.sist02();
    let frame = Frame { params: &params, view: View::Document(document.id.clone()), head, ..asked.frame() };
    Ok(document_page(&DocumentView {
        frame,
        document,
        marks: &marks,
        previous: values.previous,
        next: values.next,
        series: &places,
        citation: Some(&citation),
        original: original(document).filter(|_| originals),
    }))
}

/// Returns the kind of the file of a document; `None` where one file holds many documents.
fn original(document: &Document) -> Option<Original> {
    let ending = document.path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let is_many = matches!(ending.as_str(), "jsonl" | "ndjson");
    (!is_many).then(|| Original { kind: ending.to_uppercase(), has_pages: ending == "pdf" })
}

/// Writes the page of a concordance.
pub(super) fn kwic(asked: &Asked, found: &Concordance) -> String {
    kwic_page(&KwicView { frame: asked.frame(), found })
}

/// Writes the page of collocates.
pub(super) fn collocates(asked: &Asked, found: &Collocates, options: &CollocationOptions) -> String {
    collocates_page(&CollocatesView { frame: asked.frame(), found, options })
}

/// Writes the page of a cross table.
pub(super) fn crosstab(asked: &Asked, found: &Crosstab) -> String {
    crosstab_page(&CrosstabView { frame: asked.frame(), found })
}

/// Writes the page of timelines.
pub(super) fn timeline(asked: &Asked, found: &Timelines) -> String {
    periods_page(&PeriodsView { frame: asked.frame(), found })
}

/// Writes the page of two meetings side by side.
pub(super) fn meetings(asked: &Asked, found: &MeetingsCompared) -> String {
    meetings_page(&MeetingsView { frame: asked.frame(), found })
}

/// Writes the page of two documents side by side.
pub(super) fn alignment(asked: &Asked, found: &Alignment) -> String {
    alignment_page(&AlignmentView { frame: asked.frame(), found })
}

/// Writes the page of passages that say nearly the same.
pub(super) fn parallels(asked: &Asked, found: &Parallels) -> String {
    parallels_page(&ParallelsView { frame: asked.frame(), found })
}

/// Writes the page of the places of a query in documents.
pub(super) fn dispersion(asked: &Asked, found: &Dispersion) -> String {
    dispersion_page(&DispersionView { frame: asked.frame(), found })
}

/// Writes the page of a comparison.
pub(super) fn compare(asked: &Asked, found: &Comparison, options: &ComparisonOptions) -> String {
    compare_page(&CompareView { frame: asked.frame(), found, options })
}

/// Writes the page of verified quotations.
pub(super) fn verify(asked: &Asked, found: &Verified) -> String {
    verify_page(&VerifyView { frame: asked.frame(), found })
}

/// Writes the page of help.
pub(super) fn help(asked: &Asked) -> String {
    help_page(&asked.frame())
}

/// Answers with the page of a problem.
pub(super) fn problem(server: &Server, parts: &Parts, problem: &Problem) -> Reply {
    let is_read = !matches!(problem.status.as_u16(), 401 | 403 | 421);
    let params = Params::parse(parts.uri.query().unwrap_or_default()).unwrap_or_default();
    let language = language(parts);
    let params = Params { lang: params.lang, ..params };
    let (base, held) = (base(server, parts), server.store.current());
    let path = parts.uri.path();
    let view = if path == "/search" { View::Search } else { View::Home };
    // A client that may not read this server learns nothing of its index.
    let collection = if is_read { collection(&held) } else { Collection::default() };
    let frame =
        Frame { language, params: &params, view, collection, origin: &base, today: today(), head: String::new() };
    let status = problem.status.as_u16();
    let page = error_page(&ErrorView { frame, status, reason: &problem.detail, first_page: problem.link.as_deref() });
    problem.dressed(reply(problem.status, Extension::Html.media_type(), page))
}

/// Answers with the problem in the form that the client reads: a page for a browser, else JSON.
pub(super) fn refused(server: &Server, parts: &Parts, found: &Problem) -> Reply {
    let accept = parts.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let is_browser = accept.contains("text/html") && !parts.uri.path().starts_with("/api/");
    if is_browser { problem(server, parts, found) } else { found.json() }
}
