//! What is looked at before any route: method, length, names, origin, who asks and how often.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::http::header::{self, HeaderMap};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, Uri};

use super::auth::credentials;
use super::reply::Problem;
use super::server::Server;

/// Longest path and query, in bytes.
const MOST_URL: usize = 8 << 10;
/// Largest body, in bytes.
const MOST_BODY: u64 = 256 << 10;
/// Returns a header that must stand at most once.
fn single<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Result<Option<&'a str>, ()> {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| ()),
        _ => Err(()),
    }
}

/// Returns the name under which a request addresses this server.
///
/// # Errors
/// 421 for a foreign name, for several, and for none.
pub(super) fn host(server: &Server, uri: &Uri, headers: &HeaderMap) -> Result<String, Problem> {
    let hosts = &server.settings.hosts;
    let named = single(headers, &header::HOST).ok().flatten();
    let in_uri = uri.authority().map(axum::http::uri::Authority::as_str);
    match named {
        Some(named) if hosts.allow(named) && in_uri.is_none_or(|name| hosts.allow(name)) => Ok(named.to_owned()),
        _ => Err(Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            "this server does not answer under this name; the one who runs it may allow it with --allow-host",
        )),
    }
}

/// Looks at a request before its route.
///
/// # Errors
/// The problem, if any.
pub(super) async fn check(server: &Arc<Server>, peer: SocketAddr, parts: &Parts) -> Result<(), Problem> {
    host(server, &parts.uri, &parts.headers)?;
    let path = parts.uri.path();
    origin(server, parts)?;
    match parts.method {
        Method::GET | Method::HEAD => {}
        Method::OPTIONS if is_cors(server, parts) => {}
        _ => {
            let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD: nothing here changes data");
            return Err(problem.with(header::ALLOW, "GET, HEAD"));
        }
    }
    if parts.uri.path_and_query().map_or(0, |all| all.as_str().len()) > MOST_URL {
        return Err(Problem::new(StatusCode::URI_TOO_LONG, format!("an address has at most {MOST_URL} bytes")));
    }
    let length = single(&parts.headers, &header::CONTENT_LENGTH).ok().flatten().and_then(|text| text.parse().ok());
    if length.unwrap_or(0) > MOST_BODY {
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("a body has at most {MOST_BODY} bytes")));
    }
    let options = &server.settings.options;
    let is_proxy = options.trust_proxy.as_ref().is_some_and(|proxy| proxy.peers.contains(&peer.ip()));
    if !options.listen.is_loopback() && !is_proxy && !server.buckets.take(peer.ip(), Instant::now()) {
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too many requests from this address");
        return Err(problem.with(header::RETRY_AFTER, "1"));
    }
    // A supervisor asks whether the server lives, and learns nothing else.
    if path == "/healthz" {
        return Ok(());
    }
    who(server, is_proxy, &parts.headers).await
}

/// True for a request to the API from an origin that may read it.
fn is_cors(server: &Server, parts: &Parts) -> bool {
    let origin = single(&parts.headers, &header::ORIGIN).ok().flatten();
    parts.uri.path().starts_with("/api/") && origin.is_some_and(|origin| server.allows_cors(origin))
}

fn origin(server: &Server, parts: &Parts) -> Result<(), Problem> {
    let is_ours = match single(&parts.headers, &header::ORIGIN) {
        Ok(None) => true,
        Ok(Some(origin)) => server.settings.hosts.allow_origin(origin),
        Err(()) => false,
    };
    if is_ours || is_cors(server, parts) {
        return Ok(());
    }
    Err(Problem::new(StatusCode::FORBIDDEN, "a page of another site must not read this server"))
}

/// Checks who asks.
async fn who(server: &Arc<Server>, is_proxy: bool, headers: &HeaderMap) -> Result<(), Problem> {
    let options = &server.settings.options;
    if let Some(proxy) = &options.trust_proxy {
        if !is_proxy {
            return Err(Problem::new(StatusCode::FORBIDDEN, "this server is reached through its proxy alone"));
        }
        let user = headers.get(proxy.header.as_str()).is_some_and(|user| !user.is_empty());
        return if user { Ok(()) } else { Err(Problem::new(StatusCode::UNAUTHORIZED, "the proxy names no user")) };
    }
    let Some(users) = &server.settings.users else { return Ok(()) };
    let given = single(headers, &header::AUTHORIZATION).ok().flatten().and_then(credentials);
    if let Some(given) = given {
        if users.know(&given) {
            return Ok(());
        }
        // A hash takes 20 MB and 30 ms by intent, so a flood of wrong passwords has a queue of its own.
        let verifier = server.clone();
        let verify = move |_| verifier.settings.users.as_ref().is_some_and(|users| users.verify(&given));
        if server.verifying.run(options.timeout, verify).await? {
            return Ok(());
        }
    }
    let problem = Problem::new(StatusCode::UNAUTHORIZED, "name and password, please");
    Err(problem.with(header::WWW_AUTHENTICATE, "Basic realm=\"fumikura\", charset=\"UTF-8\""))
}
