//! The routes: which function answers which address.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::{self, HeaderValue};
use axum::http::request::Parts;
use axum::http::{Request, StatusCode};
use axum::routing::{get, post};
use percent_encoding::percent_decode_str;

use super::asked::{Asked, Limited, asked, fresh, language};
use super::guard::MOST_FORM;
use super::params::Params;
use super::reply::{Problem, Reply, reply, routed};
use super::server::Server;
use super::tool::Tool;
use super::view::{Extension, View};
use super::{ASSETS, answer, discover, document, openapi, original, pages, small};

type Body = axum::body::Body;

/// Makes the table of routes.
pub(super) fn router() -> Router<Arc<Server>> {
    let mut router = Router::new();
    let forms = || Extension::FILES.into_iter().chain([Extension::Html]);
    let tools = Tool::ALL.into_iter().map(View::Tool);
    for view in [View::Search, View::Facets, View::Series(None)].into_iter().chain(tools) {
        let name = view.route();
        for extension in forms() {
            let view = view.clone();
            let handler = move |State(server): State<Arc<Server>>, request: Request<Body>| {
                shown(server, request.into_parts().0, view, extension, false)
            };
            router = router.route(&format!("{name}{}", extension.suffix()), get(handler));
        }
        let handler = move |State(server): State<Arc<Server>>, request: Request<Body>| {
            shown(server, request.into_parts().0, view, Extension::Json, true)
        };
        router = router.route(&format!("/api/v1{name}"), get(handler));
    }
    for tool in [Tool::Timeline, Tool::Crosstab] {
        let handler = move |State(server): State<Arc<Server>>, request: Request<Body>| {
            shown(server, request.into_parts().0, View::Tool(tool), Extension::Svg, false)
        };
        router = router.route(&format!("{}.svg", tool.route()), get(handler));
    }
    for extension in [Extension::Html, Extension::Json, Extension::Jsonl] {
        let handler =
            move |State(server): State<Arc<Server>>, request: Request<Body>| posted(server, request, extension, false);
        router = router.route(&format!("{}{}", Tool::Verify.route(), extension.suffix()), post(handler));
    }
    let drafted =
        |State(server): State<Arc<Server>>, request: Request<Body>| posted(server, request, Extension::Json, true);
    router = router.route(&format!("/api/v1{}", Tool::Verify.route()), post(drafted));
    let home = |State(server): State<Arc<Server>>, request: Request<Body>| {
        shown(server, request.into_parts().0, View::Home, Extension::Html, false)
    };
    for asset in &*ASSETS {
        let handler = move || async move { routed("/assets", pages::asset(asset)) };
        router = router.route(&asset.path, get(handler));
    }
    let help = |State(server): State<Arc<Server>>, request: Request<Body>| {
        shown(server, request.into_parts().0, View::Help, Extension::Html, false)
    };
    let nothing = |State(server): State<Arc<Server>>, request: Request<Body>| async move {
        let parts = request.into_parts().0;
        pages::refused(&server, &parts, &Problem::new(StatusCode::NOT_FOUND, "there is nothing at this address"))
    };
    router
        .route("/", get(home))
        .route("/help", get(help))
        .route("/series/{*name}", get(|state, request| named(state, request, "/series/", false)))
        .route("/api/v1/series/{*name}", get(|state, request| named(state, request, "/api/v1/series/", true)))
        .route("/doc/{*id}", get(|state, request| named(state, request, "/doc/", false)))
        .route("/api/v1/doc/{*id}", get(|state, request| named(state, request, "/api/v1/doc/", true)))
        .route("/api/openapi.json", get(|| async { routed("/api/openapi.json", openapi::reply()) }))
        .route("/healthz", get(|| async { routed("/healthz", small::alive()) }))
        .route(
            "/readyz",
            get(|State(server): State<Arc<Server>>| async move { routed("/readyz", small::ready(&server)) }),
        )
        .route(
            "/metrics",
            get(|State(server): State<Arc<Server>>, request: Request<Body>| async move {
                let client = request.extensions().get::<Limited>().and_then(|limited| limited.0);
                routed("/metrics", small::metrics(&server, client.is_some_and(|client| !client.is_loopback())))
            }),
        )
        .route(
            "/robots.txt",
            get(|State(server): State<Arc<Server>>| async move { routed("/robots.txt", small::robots(&server)) }),
        )
        .route("/sitemap.xml", get(discover::site_map))
        .route("/opensearch.xml", get(discover::opensearch))
        .route("/suggest", get(discover::suggest))
        .route("/feed.atom", get(discover::feed))
        .route("/unapi", get(discover::unapi))
        .fallback(nothing)
}

/// Returns the decoded rest of a path.
fn rest(path: &str, prefix: &str) -> Result<String, Problem> {
    let raw = path.strip_prefix(prefix).unwrap_or_default();
    let name = percent_decode_str(raw).decode_utf8().ok().filter(|name| !name.contains('\0'));
    name.map(|name| name.into_owned()).ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "the address is not UTF-8"))
}

/// Answers for a view with a name in its path.
async fn named(State(server): State<Arc<Server>>, request: Request<Body>, prefix: &'static str, is_api: bool) -> Reply {
    let parts = request.into_parts().0;
    let name = match rest(parts.uri.path(), prefix) {
        Ok(name) => name,
        Err(problem) => return problem.json(),
    };
    if prefix.ends_with("/doc/") {
        return shown(
            server,
            parts,
            View::Document(name),
            if is_api { Extension::Json } else { Extension::Html },
            is_api,
        )
        .await;
    }
    let (name, extension) = if is_api { (name.as_str(), Extension::Json) } else { Extension::split(&name) };
    shown(server, parts, View::Series(Some(name.to_owned())), extension, is_api).await
}

/// Answers for a view.
async fn shown(server: Arc<Server>, parts: Parts, view: View, extension: Extension, is_api: bool) -> Reply {
    let route = if is_api { "/api/v1" } else { view.route() };
    // The form that a document has is known when its id was looked up.
    let by_accept = !is_api && extension == Extension::Html;
    let extension = match parts.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()) {
        Some(accept) if by_accept => Extension::accepted(accept),
        _ => extension,
    };
    let language = language(&parts);
    let params = Params::parse(parts.uri.query().unwrap_or_default()).map_err(Problem::from);
    let result = match params.and_then(|params| asked(&server, &parts, params, view, extension, language, is_api)) {
        Err(problem) => Err(problem),
        Ok(asked) => match fresh(&asked) {
            Some(unchanged) => Ok(unchanged),
            None => dispatch(server.clone(), asked, is_api).await,
        },
    };
    let mut reply = match result {
        Ok(reply) => reply,
        Err(problem) if extension == Extension::Html && !is_api => pages::problem(&server, &parts, &problem),
        Err(problem) => problem.json(),
    };
    if by_accept {
        reply.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
    }
    routed(route, reply)
}

/// Answers for a draft in the body of a request: as text, or as the field `q` of a form.
async fn posted(server: Arc<Server>, request: Request<Body>, extension: Extension, is_api: bool) -> Reply {
    let (parts, body) = request.into_parts();
    let route = if is_api { "/api/v1" } else { Tool::Verify.route() };
    let result = match draft(&parts, body).await {
        Err(problem) => Err(problem),
        Ok(params) => {
            let language = params.lang.unwrap_or_else(|| language(&parts));
            match asked(&server, &parts, params, View::Tool(Tool::Verify), extension, language, is_api) {
                Err(problem) => Err(problem),
                Ok(asked) => answer::whole(server.clone(), asked).await,
            }
        }
    };
    let mut reply = match result {
        Ok(reply) => reply,
        Err(problem) if extension == Extension::Html && !is_api => pages::problem(&server, &parts, &problem),
        Err(problem) => problem.json(),
    };
    // A draft is nobody else's.
    let headers = reply.headers_mut();
    headers.remove(header::ETAG);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    routed(route, reply)
}

/// Reads the parameters of a draft from address and body.
async fn draft(parts: &Parts, body: Body) -> Result<Params, Problem> {
    let query = parts.uri.query().unwrap_or_default();
    let bytes = axum::body::to_bytes(body, MOST_FORM).await.map_err(|_| {
        let detail = format!("a draft has at most {} bytes: send it in parts", crate::study::MAX_DRAFT_BYTES);
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
    })?;
    let text =
        std::str::from_utf8(&bytes).map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "the body is not UTF-8"))?;
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    match kind.split(';').next().unwrap_or_default().trim() {
        "application/x-www-form-urlencoded" => Ok(Params::parse(&format!("{query}&{text}"))?),
        "text/plain" | "text/markdown" | "" => Ok(Params { text: text.to_owned(), ..Params::parse(query)? }),
        _ => {
            let detail = "a draft is text/plain, text/markdown or a form; for Word: fumikura verify FILE.docx";
            Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail))
        }
    }
}

async fn dispatch(server: Arc<Server>, asked: Asked, is_api: bool) -> Result<Reply, Problem> {
    match &asked.view {
        // Pages of other origins may read the API, and no file.
        View::Document(path) if !is_api && original::is_asked(&asked.held, path) => {
            original::reply(server, asked).await
        }
        View::Document(_) => document::reply(server, asked).await,
        View::Search if asked.params.all && asked.extension != Extension::Html => answer::streamed(server, asked).await,
        View::Help => Ok(asked.tagged(reply(StatusCode::OK, Extension::Html.media_type(), pages::help(&asked)))),
        _ => answer::whole(server, asked).await,
    }
}
