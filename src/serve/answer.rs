//! The views over the whole collection: search, facets, series, start.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderName};
use tokio::sync::oneshot;

use super::asked::Asked;
use super::params::ParamError;
use super::pool::Cancel;
use super::reply::{Problem, Reply, put, reply};
use super::server::Server;
use super::store::Held;
use super::stream::channel;
use super::view::{Extension, View};
use super::{forms, pages, tools};
use crate::engine::{Answer, Engine, Request, SearchError, Shown, Stats, Visitor, WordCounts};
use crate::output::{OutputError, WordingForm, meetings_compared, wire, write_json};
use crate::query::{Budget, Filters};
use crate::study::{self, Series};

/// An engine whose requests all have one budget.
struct Bounded<'a> {
    engine: &'a dyn Engine,
    budget: Budget,
    /// Set where an answer was cut.
    cut: AtomicBool,
}

impl Bounded<'_> {
    fn within(&self, request: &Request) -> Request {
        Request { budget: self.budget.clone(), ..request.clone() }
    }

    fn noted(&self, answer: Result<Answer, SearchError>) -> Result<Answer, SearchError> {
        if answer.as_ref().is_ok_and(|answer| answer.timed_out) {
            self.cut.store(true, Ordering::Relaxed);
        }
        answer
    }
}

impl Engine for Bounded<'_> {
    fn search(&self, request: &Request) -> Result<Answer, SearchError> {
        self.noted(self.engine.search(&self.within(request)))
    }

    fn show(&self, id: &str) -> Result<Shown, SearchError> {
        self.engine.show(id)
    }

    fn stats(&self) -> Result<Stats, SearchError> {
        self.engine.stats()
    }

    fn each_match(&self, request: &Request, visitor: &mut dyn Visitor) -> Result<Answer, SearchError> {
        self.noted(self.engine.each_match(&self.within(request), visitor))
    }

    fn word_counts(&self, words: &[&str], filters: &Filters, _: &Budget) -> Result<WordCounts, SearchError> {
        let counts = self.engine.word_counts(words, filters, &self.budget);
        if counts.as_ref().is_ok_and(|counts| counts.timed_out) {
            self.cut.store(true, Ordering::Relaxed);
        }
        counts
    }

    fn generation(&self) -> Result<String, SearchError> {
        self.engine.generation()
    }
}

/// Answers with a body that is written before it is sent.
pub(super) async fn whole(server: Arc<Server>, asked: Asked) -> Result<Reply, Problem> {
    let asked = Arc::new(asked);
    let job = asked.clone();
    let bytes = server.searches.run(server.settings.options.timeout, move |budget| body(&job, budget)).await??;
    let media_type = asked.extension.media_type();
    Ok(asked.tagged(disposed(&asked, reply(StatusCode::OK, media_type, bytes))))
}

/// Writes the body of a view.
pub(super) fn body(asked: &Asked, budget: Budget) -> Result<Vec<u8>, Problem> {
    match &asked.view {
        View::Search => search(asked, budget),
        View::Series(name) => series(asked, name.as_deref(), budget),
        View::Tool(tool) => tools::body(asked, *tool, budget),
        _ => facets(asked, budget),
    }
}

/// Makes the request of a page.
fn request(asked: &Asked, budget: Budget) -> Request {
    let request = asked.params.to_request();
    Request { facets: request.facets || asked.extension == Extension::Html, budget, ..request }
}

fn search(asked: &Asked, budget: Budget) -> Result<Vec<u8>, Problem> {
    let request = request(asked, budget);
    let mut answer = asked.held.collection.search(&request)?;
    if answer.timed_out {
        return Err(Problem::in_part(&answer.warnings));
    }
    asked.complete(&mut answer, &request);
    if asked.extension == Extension::Html {
        return Ok(pages::search(asked, &answer, &request.budget)?.into_bytes());
    }
    let hits = std::mem::take(&mut answer.hits);
    let mut bytes = Vec::new();
    forms::write(&mut bytes, asked, &answer, &mut hits.into_iter().map(Ok), &request)
        .map_err(|e| Problem::broken(&e))?;
    Ok(bytes)
}

fn facets(asked: &Asked, budget: Budget) -> Result<Vec<u8>, Problem> {
    let request = Request { limit: 0, offset: 0, facets: true, relax: false, ..request(asked, budget) };
    let is_everything =
        request.text.is_empty() && request.filters == Default::default() && asked.params.by == Default::default();
    let mut answer = match is_everything {
        true => Answer::clone(&*asked.held.whole(&request)?),
        false => asked.held.collection.search(&request)?,
    };
    if answer.timed_out {
        return Err(Problem::in_part(&answer.warnings));
    }
    asked.name_command(&mut answer);
    let mut bytes = Vec::new();
    match asked.extension {
        Extension::Html => bytes = pages::start(asked, &answer, &request.budget)?.into_bytes(),
        Extension::Json => {
            write_json(&mut bytes, &wire::FacetCounts::from(&answer)).map_err(|e| Problem::broken(&e.into()))?
        }
        _ => {
            let form = forms::table(asked.extension).ok_or_else(Problem::no_such_form)?;
            forms::write_facets(&mut bytes, form, asked, &answer, &request).map_err(|e| Problem::broken(&e))?;
        }
    }
    Ok(bytes)
}

/// Returns all series of meetings; read once for each commit.
pub(super) fn all_series(held: &Held, budget: Budget) -> Result<Arc<Vec<Series>>, Problem> {
    held.series(|| read_series(held, None, budget))
}

fn read_series(held: &Held, name: Option<&str>, budget: Budget) -> Result<Vec<Series>, Problem> {
    let engine = Bounded { engine: &*held.collection, budget, cut: AtomicBool::new(false) };
    let found = study::series(&engine, name, &held.read_corrections())?;
    if engine.cut.load(Ordering::Relaxed) { Err(Problem::late()) } else { Ok(found) }
}

fn series(asked: &Asked, name: Option<&str>, budget: Budget) -> Result<Vec<u8>, Problem> {
    let found = match name {
        None => all_series(&asked.held, budget)?,
        Some(name) => Arc::new(read_series(&asked.held, Some(name), budget)?),
    };
    if let Some(name) = name.filter(|_| found.is_empty()) {
        let detail = format!("no document names the series «{name}»; /series lists all");
        return Err(Problem::new(StatusCode::NOT_FOUND, detail));
    }
    if let Some(range) = asked.params.option("diff") {
        return diff(asked, &found, range);
    }
    let mut bytes = Vec::new();
    let written = match asked.extension {
        Extension::Html => {
            bytes = pages::series(asked, &found).into_bytes();
            Ok(())
        }
        Extension::Json => write_json(&mut bytes, &wire::SeriesList::from(found.as_slice())).map_err(OutputError::from),
        _ => {
            let form = forms::table(asked.extension).ok_or_else(Problem::no_such_form)?;
            forms::write_series(&mut bytes, form, asked, &found)
        }
    };
    written.map_err(|error| Problem::broken(&error))?;
    Ok(bytes)
}

/// Writes two meetings of a series side by side.
fn diff(asked: &Asked, found: &[Series], range: &str) -> Result<Vec<u8>, Problem> {
    let wrong = |reason: String| ParamError { name: "diff".to_owned(), reason };
    let (old, new) = study::meeting_range(range).map_err(wrong)?;
    let collection = &*asked.held.collection;
    let compared = study::compare_meetings(collection, &collection.analyzer(), found, (&old, &new))?;
    let mut bytes = Vec::new();
    let written = match asked.extension {
        Extension::Html => return Ok(pages::meetings(asked, &compared).into_bytes()),
        Extension::Json => write_json(&mut bytes, &wire::MeetingsCompared::from(&compared)),
        Extension::Markdown => meetings_compared(&mut bytes, WordingForm::Markdown, &compared),
        _ => return Err(Problem::no_such_form()),
    };
    written.map_err(|error| Problem::broken(&error.into()))?;
    Ok(bytes)
}

/// What is known of a list before its first byte.
struct Head {
    passages: usize,
    documents: usize,
    relaxed: bool,
}

/// Answers with a list that is written while it is sent. Its head tells query, counts and commit.
pub(super) async fn streamed(server: Arc<Server>, asked: Asked) -> Result<Reply, Problem> {
    let time = server.settings.options.timeout;
    let share = server.streams.take(asked.limited)?;
    let (cancel, flag) = Cancel::new();
    let (mut writer, body) = channel(cancel);
    let (tell, told) = oneshot::channel::<Result<Head, Problem>>();
    let asked = Arc::new(asked);
    let job = asked.clone();
    let write = move || {
        let _share = share;
        // The time bounds finding; a client may take longer to read a long list.
        let budget = Budget::within(time).unless(flag).showing_all();
        let request = Request { budget, ..job.params.to_request() };
        let mut hits = match job.held.collection.hits(&request) {
            Ok(hits) if !hits.answer().timed_out => hits,
            Ok(hits) => return drop(tell.send(Err(Problem::in_part(&hits.answer().warnings)))),
            Err(error) => return drop(tell.send(Err(error.into()))),
        };
        let mut answer = hits.answer().clone();
        job.complete(&mut answer, &request);
        let total = &answer.total;
        let head = Head { passages: total.passages, documents: total.documents, relaxed: answer.relaxed };
        if tell.send(Ok(head)).is_err() {
            return;
        }
        let written = forms::write(&mut writer, &job, &answer, &mut *hits, &request);
        writer.end(written.map_err(|error| io::Error::other(error.to_string())));
    };
    server.exports.start(time, write).await?;
    let internal = || Problem::from(super::pool::Refused::Panicked);
    let head = told.await.map_err(|_| internal())??;
    let mut reply = disposed(&asked, reply(StatusCode::OK, asked.extension.media_type(), Body::new(body)));
    let headers = reply.headers_mut();
    let mut tell = |name: &'static str, value: &str| put(headers, HeaderName::from_static(name), value);
    tell("fumikura-passages", &head.passages.to_string());
    tell("fumikura-documents", &head.documents.to_string());
    tell("fumikura-partial", if head.relaxed { "yes" } else { "no" });
    tell("fumikura-query", &asked.params.to_query());
    tell("fumikura-time", &jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    Ok(asked.tagged(reply))
}

/// Names the file of a form that is taken away.
fn disposed(asked: &Asked, mut reply: Reply) -> Reply {
    if asked.extension.is_whole() {
        let name = match &asked.view {
            View::Series(_) => "series",
            View::Search => "search",
            View::Tool(tool) => tool.name(),
            _ => "facets",
        };
        let value = format!("attachment; filename=\"fumikura-{name}{}\"", asked.extension.suffix());
        put(reply.headers_mut(), header::CONTENT_DISPOSITION, &value);
    }
    reply
}
