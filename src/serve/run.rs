//! The life of a server: bind, accept, end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};

use super::connection::{IDLE, Timed};
use super::handle::{handle, service};
use super::options::Options;
use super::server::{Say, Server};
use super::store::Store;

/// Time for requests in hand at the end.
const ENDING: Duration = Duration::from_secs(10);
/// Time between two looks for a new commit.
pub(super) const LOOK: Duration = Duration::from_secs(1);
/// Ports that are tried where the first one is taken.
const PORTS: u16 = 20;
/// Largest head of a request: an address of 8 KB, and headers.
const MOST_HEAD: usize = 32 << 10;
/// Most headers of a request.
const MOST_HEADERS: usize = 64;
/// Stack of a thread: queries nest up to a bound that was tested with the stack of a main thread.
const STACK: usize = 8 << 20;

/// Reason why a server did not start, or ended with an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Settings with which no server starts.
    #[error("{0}")]
    Settings(String),
    /// Documents that cannot be read.
    #[error("{0}")]
    Engine(#[from] crate::engine::SearchError),
    /// An address that cannot be bound, or another error of the system.
    #[error("{0}: {1}")]
    Io(String, #[source] std::io::Error),
}

/// Runs a server until it is told to end by SIGTERM or Ctrl-C. `ready` receives its address once.
///
/// # Errors
/// Unsafe settings, an index that cannot be opened, an address that cannot be bound.
pub fn serve(options: Options, say: Box<Say>, ready: impl FnOnce(&str)) -> Result<(), ServeError> {
    options.must_be_safe().map_err(ServeError::Settings)?;
    let store = Store::open(options.place.clone())?;
    let runtime = runtime()?;
    let result = runtime.block_on(async {
        let listener = bind(&options, &*say).await?;
        let bound = listener.local_addr().map_err(|error| ServeError::Io("no address".to_owned(), error))?;
        let settings = options.checked(bound).map_err(ServeError::Settings)?;
        let server = Arc::new(Server::new(settings, store, say));
        // Installed before the address is told: whoever reads it may end the server at once.
        let end = ending().map_err(|error| ServeError::Io("no signals".to_owned(), error))?;
        ready(&address(bound));
        accept(server, listener, end).await;
        Ok(())
    });
    // A search that ignores its flag must not keep the program.
    runtime.shutdown_timeout(LOOK);
    result
}

/// Makes the threads of a server.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, ServeError> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let built = builder.enable_all().thread_stack_size(STACK).build();
    built.map_err(|error| ServeError::Io("no threads".to_owned(), error))
}

/// Returns the address for a browser.
fn address(bound: SocketAddr) -> String {
    if bound.ip().is_unspecified() {
        return format!("http://localhost:{}/", bound.port());
    }
    format!("http://{bound}/")
}

/// Binds the port, or the next free one where none was asked for.
async fn bind(options: &Options, say: &Say) -> Result<TcpListener, ServeError> {
    let first = SocketAddr::new(options.listen, options.port);
    let mut taken = match TcpListener::bind(first).await {
        Ok(listener) => return Ok(listener),
        Err(error) => error,
    };
    let may_move = !options.port_given && taken.kind() == std::io::ErrorKind::AddrInUse;
    for port in (options.port.saturating_add(1)..=options.port.saturating_add(PORTS)).filter(|_| may_move) {
        match TcpListener::bind(SocketAddr::new(options.listen, port)).await {
            Ok(listener) => {
                say(&format!("fumikura: port {} is taken; port {port} is used", options.port));
                return Ok(listener);
            }
            Err(error) => taken = error,
        }
    }
    Err(ServeError::Io(format!("cannot listen on {first}"), taken))
}

/// Returns a future that ends at SIGTERM or Ctrl-C.
fn ending() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

async fn accept(server: Arc<Server>, listener: TcpListener, end: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    let looking = tokio::spawn(look(server.clone()));
    let router = service(&server);
    tokio::pin!(end);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut end => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                tokio::spawn(connection(server.clone(), router.clone(), graceful.watcher(), stream, peer));
            }
            // No descriptor is free: one will be, when a connection ends.
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
    drop(listener);
    looking.abort();
    // Requests in hand are answered; idle connections are closed at once.
    let _ = tokio::time::timeout(ENDING, graceful.shutdown()).await;
}

/// Looks for a new commit at intervals.
pub(super) async fn look(server: Arc<Server>) {
    let mut told = None;
    loop {
        let looking = server.clone();
        // A panic on damaged bytes ends this look alone.
        let _ = tokio::task::spawn_blocking(move || {
            looking.store.refresh();
            // Read here, so that no suggestion waits for it.
            let _ = looking.store.current().collection.completions("", 0);
        })
        .await;
        let problem = server.store.problem();
        if let Some(problem) = problem.as_ref().filter(|_| problem != told) {
            (server.say)(&format!("fumikura: {problem}"));
        }
        told = problem;
        tokio::time::sleep(LOOK).await;
    }
}

async fn connection(server: Arc<Server>, router: axum::Router, watcher: Watcher, stream: TcpStream, peer: SocketAddr) {
    let Some((id, connection)) = server.connections.admit() else { return };
    // Small answers leave at once.
    let _ = stream.set_nodelay(true);
    let (serving, known) = (server.clone(), connection.clone());
    let answer = service_fn(move |request: Request<Incoming>| {
        let (server, router, known) = (serving.clone(), router.clone(), known.clone());
        async move {
            let reply = handle(server, router, peer, known, request.map(Body::new)).await;
            Ok::<_, std::convert::Infallible>(reply)
        }
    });
    let http = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .max_header_size(MOST_HEAD)
        .max_headers(MOST_HEADERS)
        .serve_connection(TokioIo::new(Timed::new(stream, connection.clone())), answer);
    tokio::select! {
        // An error here is one of the client: it went, or was too slow.
        _ = watcher.watch(http) => {}
        () = connection.close.notified() => {}
    }
    server.connections.remove(id);
}
