//! What is looked at before any route: method, length, names, origin, who asks and how often.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use axum::http::header::{self, HeaderMap};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, Uri};

use super::auth::credentials;
use super::buckets::client;
use super::reply::Problem;
use super::server::Server;

/// Longest path and query, in bytes.
const MOST_URL: usize = 8 << 10;
/// Largest body, in bytes.
const MOST_BODY: u64 = 256 << 10;
/// Largest form with a draft, in bytes: a form writes a byte of UTF-8 as three.
pub(super) const MOST_FORM: usize = 1 << 20;
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

/// True for an address that takes a draft as its body. It reads the draft and keeps nothing.
fn is_draft(path: &str) -> bool {
    matches!(path, "/verify" | "/verify.json" | "/verify.jsonl" | "/api/v1/verify")
}

/// True for the address at which assistants call tools, which all only read.
fn is_protocol(server: &Server, path: &str) -> bool {
    path == "/mcp" && server.settings.options.mcp
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
        Method::POST if is_draft(path) || is_protocol(server, path) => {}
        _ => {
            let allowed = match () {
                () if is_protocol(server, path) => "POST",
                () if is_draft(path) => "GET, HEAD, POST",
                () => "GET, HEAD",
            };
            let detail = format!("only {allowed}: nothing here changes data");
            return Err(Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail).with(header::ALLOW, allowed));
        }
    }
    if parts.uri.path_and_query().map_or(0, |all| all.as_str().len()) > MOST_URL {
        return Err(Problem::new(StatusCode::URI_TOO_LONG, format!("an address has at most {MOST_URL} bytes")));
    }
    let length = single(&parts.headers, &header::CONTENT_LENGTH).ok().flatten().and_then(|text| text.parse().ok());
    let most = if parts.method == Method::POST { MOST_FORM as u64 } else { MOST_BODY };
    if length.unwrap_or(0) > most {
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("a body has at most {most} bytes")));
    }
    if limited(server, peer).is_some_and(|client| !server.buckets.take(client, Instant::now())) {
        return Err(Problem::too_many("too many requests from this address"));
    }
    // A browser asks without credentials whether it may ask with them.
    if parts.method == Method::OPTIONS {
        return Ok(());
    }
    // A supervisor asks whether the server lives, and learns nothing else.
    if path == "/healthz" {
        return Ok(());
    }
    who(server, peer, &parts.headers).await
}

fn is_proxy(server: &Server, peer: SocketAddr) -> bool {
    let proxy = server.settings.options.trust_proxy.as_ref();
    proxy.is_some_and(|proxy| proxy.peers.iter().any(|known| known.to_canonical() == peer.ip().to_canonical()))
}

/// Returns the client whose requests are counted; `None` on loopback and for a trusted proxy, where one address stands
/// for many people.
pub(super) fn limited(server: &Server, peer: SocketAddr) -> Option<IpAddr> {
    let is_free = server.settings.options.listen.is_loopback() || is_proxy(server, peer);
    (!is_free).then(|| client(peer.ip()))
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
async fn who(server: &Arc<Server>, peer: SocketAddr, headers: &HeaderMap) -> Result<(), Problem> {
    let options = &server.settings.options;
    if let Some(proxy) = &options.trust_proxy {
        if !is_proxy(server, peer) {
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
        // A hash takes 20 MB and 30 ms by intent. So a flood of wrong passwords has a queue of its own, and does not
        // fill it: whoever knows the password of another name, or asks from elsewhere, is heard.
        let right = (client(peer.ip()), users.slot(&given));
        if !server.wrong_passwords.take(right, Instant::now()) {
            return Err(Problem::too_many("too many wrong passwords; try again in some seconds"));
        }
        let verifier = server.clone();
        let verify = move |_| verifier.settings.users.as_ref().is_some_and(|users| users.verify(&given));
        let verified = server.verifying.run(options.timeout, verify).await;
        if verified != Ok(false) {
            server.wrong_passwords.give(&right);
        }
        if verified? {
            return Ok(());
        }
    }
    let problem = Problem::new(StatusCode::UNAUTHORIZED, "name and password, please");
    Err(problem.with(header::WWW_AUTHENTICATE, "Basic realm=\"fumikura\", charset=\"UTF-8\""))
}
