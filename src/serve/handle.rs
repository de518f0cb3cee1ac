//! The way of a request through the parts of a server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{Method, Request, Response, StatusCode};
use tokio::sync::OwnedSemaphorePermit;
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

use super::asked::Limited;
use super::connection::{Connection, InHand};
use super::log::{Entry, Logged};
use super::pool::Refused;
use super::reply::{Problem, Reply, Route, put, secure};
use super::server::Server;
use super::{guard, mcp, pages, routes};

/// Headers of the API that a page of another origin may read.
const EXPOSED: &str = "etag, retry-after, fumikura-commit, fumikura-query, fumikura-passages, fumikura-documents, \
     fumikura-partial, fumikura-time";

/// Makes the service of all routes.
pub(super) fn service(server: &Arc<Server>) -> Router {
    let no_twice = DefaultPredicate::new()
        .and(NotForContentType::const_new("application/vnd.openxmlformats"))
        .and(NotForContentType::const_new("application/pdf"))
        .and(NotForContentType::const_new("application/octet-stream"));
    // A panic of a handler is one of this program: the request fails, and the server lives on.
    let panicked = |_| Problem::from(Refused::Panicked).json();
    let pages = routes::router().with_state(server.clone());
    let all = if server.settings.options.mcp { pages.merge(mcp::router(server)) } else { pages };
    all.layer(CatchPanicLayer::custom(panicked)).layer(CompressionLayer::new().compress_when(no_twice))
}

/// Answers a request.
pub(super) async fn handle(
    server: Arc<Server>,
    router: Router,
    peer: SocketAddr,
    connection: Arc<Connection>,
    request: Request<Body>,
) -> Response<Logged> {
    let began = Instant::now();
    let in_hand = InHand::new(&connection);
    let (mut parts, body) = request.into_parts();
    parts.extensions.insert(Limited(guard::limited(&server, peer)));
    let method = parts.method.to_string();
    let url = server.settings.options.log_queries.then(|| parts.uri.to_string());
    let origin = parts.headers.get(header::ORIGIN).cloned();
    let is_head = parts.method == Method::HEAD;
    let is_api = parts.uri.path().starts_with("/api/");
    let mut permit: Option<OwnedSemaphorePermit> = None;
    let mut reply = match guard::check(&server, peer, &parts).await {
        Err(problem) => pages::refused(&server, &parts, &problem),
        Ok(()) if parts.method == Method::OPTIONS => preflight(),
        Ok(()) => match server.requests.clone().try_acquire_owned() {
            Err(_) if parts.uri.path() != "/healthz" => {
                let busy = Problem::busy("too many requests at once; try again in a second");
                pages::refused(&server, &parts, &busy)
            }
            free => {
                permit = free.ok();
                let asked = Request::from_parts(parts, body);
                match router.oneshot(asked).await {
                    Ok(reply) => reply,
                    Err(never) => match never {},
                }
            }
        },
    };
    if is_api {
        open(&server, &mut reply, origin);
    }
    finish(&mut reply, is_head);
    let route = reply.extensions().get::<Route>().map_or("other", |route| route.0);
    let status = reply.status().as_u16();
    server.metrics.count(route, status, began.elapsed());
    let entry = Entry { method, route, url, status, began };
    let (head, body) = reply.into_parts();
    let logged = Logged::new(&head.headers, body, entry, server, (permit, in_hand));
    Response::from_parts(head, logged)
}

/// Lets pages of an allowed origin read an answer of the API.
fn open(server: &Server, reply: &mut Reply, origin: Option<HeaderValue>) {
    if server.settings.options.cors.is_empty() {
        return;
    }
    let headers = reply.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin.filter(|origin| origin.to_str().is_ok_and(|origin| server.allows_cors(origin))) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
        headers
            .insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    }
}

/// Adds the headers of all answers.
fn finish(reply: &mut Reply, is_head: bool) {
    secure(reply.headers_mut());
    let headers = reply.headers_mut();
    // A strong tag names the bytes, and compression makes others.
    let coding = headers.get(header::CONTENT_ENCODING).and_then(|coding| coding.to_str().ok()).map(str::to_owned);
    let tag = headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
    if let (Some(coding), Some(tag)) = (coding, tag) {
        put(headers, header::ETAG, &format!("{}-{coding}\"", tag.trim_end_matches('"')));
    }
    if is_head {
        *reply.body_mut() = Body::empty();
    }
}

fn preflight() -> Reply {
    let mut reply = Response::new(Body::empty());
    *reply.status_mut() = StatusCode::NO_CONTENT;
    put(reply.headers_mut(), header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD");
    put(reply.headers_mut(), header::ACCESS_CONTROL_ALLOW_HEADERS, "accept, authorization, if-none-match");
    put(reply.headers_mut(), header::ACCESS_CONTROL_MAX_AGE, "600");
    reply
}
