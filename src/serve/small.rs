//! Small answers: health, numbers, rules for crawlers.

use axum::http::StatusCode;
use axum::http::header::{self, HeaderValue};

use super::reply::{Problem, Reply, reply};
use super::server::Server;

fn uncached(mut reply: Reply) -> Reply {
    reply.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}

/// The process lives.
pub(super) fn alive() -> Reply {
    uncached(reply(StatusCode::OK, "text/plain; charset=utf-8", "ok\n"))
}

/// The index can be read.
pub(super) fn ready(server: &Server) -> Reply {
    match server.store.problem() {
        None => uncached(reply(StatusCode::OK, "text/plain; charset=utf-8", "ready\n")),
        Some(_) => Problem::unreadable(StatusCode::SERVICE_UNAVAILABLE).json(),
    }
}

/// The numbers of the server: where anyone may read, for this machine alone.
pub(super) fn metrics(server: &Server, is_stranger: bool) -> Reply {
    if server.settings.options.public && is_stranger {
        return Problem::new(StatusCode::NOT_FOUND, "there is nothing at this address").json();
    }
    uncached(reply(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", server.numbers()))
}

/// What crawlers may read: nothing, unless anyone may.
pub(super) fn robots(server: &Server) -> Reply {
    let rules = match server.settings.options.public {
        true => "User-agent: *\nDisallow: /\nAllow: /$\nAllow: /doc/\nDisallow: /doc/*/original\n",
        false => "User-agent: *\nDisallow: /\n",
    };
    reply(StatusCode::OK, "text/plain; charset=utf-8", rules)
}
