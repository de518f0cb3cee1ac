//! The library of the protocol: the only file that names it.
//!
//! It moves fast, so its version is pinned, and everything else here works with plain values. Requests have no session:
//! clients lose sessions, and no tool needs one.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::{self, HeaderValue};
use axum::http::request::Parts;
use axum::http::{Request, Response};
use axum::routing::any;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation, ListToolsResult,
    PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
};
use rmcp::service::RequestContext;
use rmcp::transport::io::stdio_pipes;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{ErrorData, RoleServer, ServerHandler, ServiceExt};

use super::answers::answer;
use super::catalog::{self, INSTRUCTIONS, Spec};
use crate::engines::Place;
use crate::output::stripped;
use crate::serve::asked;
use crate::serve::options::Options;
use crate::serve::reply::{Problem, Reply, routed};
use crate::serve::run::{LOOK, ServeError, look, runtime};
use crate::serve::server::{Say, Server};
use crate::serve::store::Store;

/// Address of the protocol on a server.
const PATH: &str = "/mcp";
/// Largest request over HTTP, in bytes.
const MOST_REQUEST: usize = 256 << 10;

/// Answers one client.
struct Handler {
    server: Arc<Server>,
}

/// Describes a tool in the words of the protocol.
fn described(spec: &Spec) -> Tool {
    let hints = ToolAnnotations::with_title(spec.title).read_only(true).destructive(false).idempotent(true);
    Tool::new(spec.name, spec.description, spec.input.clone())
        .with_title(spec.title)
        .with_raw_output_schema(Arc::new(spec.output.clone()))
        .with_annotations(hints.open_world(false))
}

impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        let program = Implementation::new("fumikura", env!("CARGO_PKG_VERSION")).with_title("fumikura");
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(program)
            .with_instructions(INSTRUCTIONS)
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        catalog::of_name(name).map(described)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(catalog::all().iter().map(described).collect()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let name = request.name.into_owned();
        if catalog::of_name(&name).is_none() {
            let known: Vec<&str> = catalog::all().iter().map(|tool| tool.name).collect();
            let name: String = name.chars().take(60).collect();
            let reason = format!("unknown tool '{name}'; the tools are: {}", known.join(", "));
            return Err(ErrorData::invalid_params(stripped(&reason).0.into_owned(), None));
        }
        let parts = context.extensions.get::<Parts>();
        let base = parts.map_or_else(String::new, |parts| asked::base(&self.server, parts));
        let (server, given) = (self.server.clone(), request.arguments.unwrap_or_default());
        let time = self.server.settings.options.timeout;
        let job = move |budget| answer(&server, &base, &name, given, budget);
        let answered = tokio::select! {
            answered = self.server.searches.run(time, job) => answered,
            // Dropping the job spends its budget. Nobody waits for this answer.
            () = context.ct.cancelled() => return Err(ErrorData::internal_error("the request was cancelled", None)),
        };
        let result = match answered {
            Ok(Some(Ok(value))) => CallToolResult::structured(value),
            Ok(Some(Err(problem))) => failed(&problem),
            Ok(None) => return Err(ErrorData::invalid_params("unknown tool", None)),
            Err(refused) => failed(&refused.into()),
        };
        Ok(result.into())
    }
}

/// Tells a model why there is no answer, and the way out.
fn failed(problem: &Problem) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(stripped(&problem.detail).0)])
}

/// Makes the route of the protocol. `guard` has looked at names, origin and user before; the checks of the library know
/// fewer names.
pub(in crate::serve) fn router(server: &Arc<Server>) -> Router {
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_sse_keep_alive(None)
        .disable_allowed_hosts()
        .with_max_request_body_bytes(MOST_REQUEST);
    let server = server.clone();
    let made = move || Ok(Handler { server: server.clone() });
    let service = StreamableHttpService::new(made, Arc::new(NeverSessionManager::default()), config);
    let handler = move |request: Request<Body>| {
        let service = service.clone();
        async move { routed(PATH, uncached(service.handle(request).await.map(Body::new))) }
    };
    Router::new().route(PATH, any(handler))
}

fn uncached(mut reply: Response<Body>) -> Reply {
    reply.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}

/// Answers one client over standard input and output, until it closes the input.
///
/// Nothing but messages of the protocol goes to standard output: nobody else may hold or write it.
///
/// # Errors
/// An index that cannot be opened.
pub fn stdio(place: Place, timeout: Duration, say: Box<Say>) -> Result<(), ServeError> {
    let store = Store::open(place.clone())?;
    let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let settings = Options::of_program(place, timeout).checked(nowhere).map_err(ServeError::Settings)?;
    let server = Arc::new(Server::new(settings, store, say));
    let runtime = runtime()?;
    runtime.block_on(async {
        let looking = tokio::spawn(look(server.clone()));
        // A client that goes before it has said hello is no error.
        if let Ok(running) = (Handler { server }).serve(stdio_pipes()).await {
            let _ = running.waiting().await;
        }
        looking.abort();
    });
    // Neither a search that ignores its flag nor a thread that reads standard input must keep the program.
    runtime.shutdown_timeout(LOOK);
    Ok(())
}
