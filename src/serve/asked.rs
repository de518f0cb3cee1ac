//! A request that was read: parameters, language, commit, tag.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};

use super::guard;
use super::params::{Language, ParamError, Params};
use super::reply::{Problem, Reply, put};
use super::server::Server;
use super::store::Held;
use super::tool::Tool;
use super::view::{Extension, View};
use crate::engine::{Answer, Request};
use crate::output::in_any_role;

/// A request that was read.
pub(super) struct Asked {
    pub view: View,
    pub extension: Extension,
    pub params: Params,
    pub language: Language,
    /// The commit that answers.
    pub held: Arc<Held>,
    /// Scheme and name of this server: `http://127.0.0.1:8080`.
    pub base: String,
    /// The client, where what it takes at once is bounded.
    pub limited: Option<IpAddr>,
    /// Tag of the answer, in quotes.
    tag: String,
    headers: HeaderMap,
    varies: bool,
}

/// The client of a request, as an extension of it, where its requests are counted.
#[derive(Clone, Copy)]
pub(super) struct Limited(pub Option<IpAddr>);

/// Reads the state that a request asks for.
pub(super) fn asked(
    server: &Server,
    parts: &Parts,
    params: Params,
    view: View,
    extension: Extension,
    language: Language,
    is_api: bool,
) -> Result<Asked, Problem> {
    let wrong = |name: &str, reason: &str| ParamError { name: name.to_owned(), reason: reason.to_owned() };
    if params.all && extension == Extension::Html {
        return Err(wrong("all", "a page has at most 1000 hits; .csv, .jsonl and the others give all").into());
    }
    if let Some(name) = params.unused(&view, extension, is_api) {
        return Err(wrong(name, "has no effect here; docs/serve.md tells which parameters each address takes").into());
    }
    let params = if view == View::Search { params.for_form(extension) } else { params };
    let held = held(server, &params, &view, extension)?;
    let is_page = extension == Extension::Html;
    let varies = is_page && params.lang.is_none();
    let path = parts.uri.path();
    let language_name = if is_page { language.name() } else { "" };
    let form = extension.suffix();
    let base = base(server, parts);
    // A page prints the day. Series follow the corrections beside the sources.
    let day = if is_page { jiff::Zoned::now().date().to_string() } else { String::new() };
    let corrections = match view {
        View::Series(_) | View::Document(_) | View::Tool(Tool::Timeline) => held.corrections(),
        _ => String::new(),
    };
    let (commit, query, version) = (&held.commit, params.to_query(), env!("CARGO_PKG_VERSION"));
    let key = [commit, path, &query, form, version, language_name, &base, &day, &corrections].join("\n");
    let tag = format!("\"{}\"", &blake3::hash(key.as_bytes()).to_hex()[..32]);
    let limited = parts.extensions.get::<Limited>().and_then(|limited| limited.0);
    Ok(Asked { view, extension, params, language, held, base, limited, tag, headers: parts.headers.clone(), varies })
}

/// Returns the commit that answers: the last one, or that of the place where a page goes on.
fn held(server: &Server, params: &Params, view: &View, extension: Extension) -> Result<Arc<Held>, Problem> {
    match &params.after {
        None => Ok(server.store.current()),
        Some(_) if !params.goes_on() => {
            let reason = "the place belongs to another query or order".to_owned();
            Err(ParamError { name: "after".to_owned(), reason }.into())
        }
        Some(after) => server.store.at(&after.commit).ok_or_else(|| {
            let mut gone = Problem::new(
                StatusCode::GONE,
                "the index has changed since this list was made, and the list is not held any more; \
                 begin again at its first page",
            );
            gone.link = Some(params.first_page().url(view, extension));
            gone
        }),
    }
}

/// Returns scheme and name of the server, as the client sees it.
pub(super) fn base(server: &Server, parts: &Parts) -> String {
    let host = guard::host(server, &parts.uri, &parts.headers).unwrap_or_default();
    // Set by a proxy that speaks TLS. A client that lies gets wrong links, alone.
    let secure = parts.headers.get("x-forwarded-proto").is_some_and(|scheme| scheme == "https");
    format!("{}://{host}", if secure { "https" } else { "http" })
}

/// Chooses the language: that of the URL, else the one that the browser prefers.
pub(super) fn language(parts: &Parts) -> Language {
    let query = parts.uri.query().unwrap_or_default();
    if let Ok(Params { lang: Some(lang), .. }) = Params::parse(query) {
        return lang;
    }
    let accepted = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::accepted(accepted.unwrap_or_default())
}

impl Asked {
    /// Makes the request of a program that asks without an address: JSON in English, without a tag.
    pub fn by_program(server: &Server, params: Params, view: View, base: &str) -> Result<Self, Problem> {
        let extension = Extension::Json;
        let held = held(server, &params, &view, extension)?;
        let (language, base) = (Language::En, base.to_owned());
        let (limited, tag, headers, varies) = (None, String::new(), HeaderMap::new(), false);
        Ok(Self { view, extension, params, language, held, base, limited, tag, headers, varies })
    }

    /// Adds to an answer the command with any role, as the command does.
    pub fn name_command(&self, answer: &mut Answer) {
        if let Some(roles) = answer.roles.as_mut().filter(|roles| roles.differs()) {
            roles.command = in_any_role(self.params.arguments(&self.view, self.extension).into_iter());
        }
    }

    /// Adds to the answer of a search all that its command adds.
    pub fn complete(&self, answer: &mut Answer, request: &Request) {
        self.name_command(answer);
        if !self.params.no_relax {
            answer.tell_no_exact_hit(request);
        }
    }

    /// Adds the headers of a page that changes only with the index.
    pub fn tagged(&self, reply: Reply) -> Reply {
        self.tagged_as(self.extension, reply)
    }

    /// Adds the same headers to an answer whose form was told by its id.
    pub fn tagged_as(&self, extension: Extension, mut reply: Reply) -> Reply {
        let mut is_known = false;
        let headers = reply.headers_mut();
        // Conditions tell the time, and references the day of a file: they change without a commit.
        if !self.params.head && !extension.tells_time() {
            put(headers, header::ETAG, &self.tag);
            // `*` means any answer that there is, so it is looked at when there is one.
            is_known = self.headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == "*");
        }
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        put(headers, header::HeaderName::from_static("fumikura-commit"), &self.held.commit);
        if self.varies {
            headers.append(header::VARY, HeaderValue::from_static("accept-language"));
        }
        if is_known {
            *reply.status_mut() = StatusCode::NOT_MODIFIED;
            *reply.body_mut() = axum::body::Body::empty();
        }
        reply
    }
}

/// Returns 304 where the client has this answer.
pub(super) fn fresh(asked: &Asked) -> Option<Reply> {
    let known = asked.headers.get(header::IF_NONE_MATCH)?.to_str().ok()?;
    let bare = asked.tag.trim_matches('"');
    let same = |tag: &str| {
        let tag = tag.trim().trim_start_matches("W/").trim_matches('"');
        tag == bare || tag.strip_prefix(bare).is_some_and(|coding| coding.starts_with('-'))
    };
    if !known.split(',').any(same) {
        return None;
    }
    let mut reply = Response::new(axum::body::Body::empty());
    *reply.status_mut() = StatusCode::NOT_MODIFIED;
    Some(asked.tagged(reply))
}
