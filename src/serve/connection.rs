//! Connections: their number, and the time that a client may take.

use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;
use tokio::time::{Instant, Sleep, sleep_until};

/// Time for the head of a request, from its first byte on.
const HEAD: Duration = Duration::from_secs(5);
/// Time between two requests, and time in which a client takes no byte of an answer.
pub(super) const IDLE: Duration = Duration::from_secs(60);
/// Most connections.
const MOST: usize = 256;

/// What is known of a connection.
#[derive(Default)]
pub(super) struct Connection {
    /// Heads of requests that were read.
    heads: AtomicUsize,
    /// Requests that are being answered.
    busy: AtomicUsize,
    /// Tells the task of the connection to drop it.
    pub close: Notify,
}

/// A request in hand; dropped with the body of its answer.
pub(super) struct InHand(Arc<Connection>);

impl InHand {
    pub fn new(connection: &Arc<Connection>) -> Self {
        connection.heads.fetch_add(1, Ordering::AcqRel);
        connection.busy.fetch_add(1, Ordering::AcqRel);
        Self(connection.clone())
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::AcqRel);
    }
}

/// All open connections, in the order of their arrival.
#[derive(Default)]
pub(super) struct Connections(Mutex<(u64, BTreeMap<u64, Arc<Connection>>)>);

impl Connections {
    /// Admits a connection. At the limit, the oldest one without a request in hand is closed: so clients that hold
    /// connections and say nothing never keep others out. `None` where all have one.
    pub fn admit(&self) -> Option<(u64, Arc<Connection>)> {
        let mut guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (next, open) = &mut *guard;
        if open.len() >= MOST {
            let idle = open.iter().find(|(_, one)| one.busy.load(Ordering::Acquire) == 0).map(|(id, _)| *id)?;
            if let Some(closed) = open.remove(&idle) {
                closed.close.notify_one();
            }
        }
        *next += 1;
        let connection = Arc::new(Connection::default());
        open.insert(*next, connection.clone());
        Some((*next, connection))
    }

    pub fn remove(&self, id: u64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.remove(&id);
    }

    pub fn count(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.len()
    }
}

/// A stream that ends where its client is too slow: hyper has one time for the head of a request and for the pause
/// before it, and none for a client that does not read.
pub(super) struct Timed<S> {
    stream: S,
    connection: Arc<Connection>,
    /// End of the time for a head, with the number of heads before it.
    head: Option<(Pin<Box<Sleep>>, usize)>,
    /// End of the time in which the client must take a byte.
    taking: Option<Pin<Box<Sleep>>>,
}

impl<S> Timed<S> {
    pub fn new(stream: S, connection: Arc<Connection>) -> Self {
        Self { stream, connection, head: None, taking: None }
    }
}

fn too_slow() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the client is too slow")
}

impl<S: AsyncRead + Unpin> AsyncRead for Timed<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let heads = self.connection.heads.load(Ordering::Acquire);
        if self.head.as_ref().is_some_and(|(_, before)| *before != heads) {
            self.head = None;
        }
        if let Some((sleep, _)) = &mut self.head
            && sleep.as_mut().poll(cx).is_ready()
        {
            return Poll::Ready(Err(too_slow()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        let begins = buffer.filled().len() > before && self.connection.busy.load(Ordering::Acquire) == 0;
        if begins && self.head.is_none() {
            self.head = Some((Box::pin(sleep_until(Instant::now() + HEAD)), heads));
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> Timed<S> {
    /// Notes whether the client took bytes.
    fn taken<T>(&mut self, cx: &mut Context<'_>, result: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.taking = None;
            return result;
        }
        let sleep = self.taking.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + IDLE)));
        if sleep.as_mut().poll(cx).is_ready() { Poll::Ready(Err(too_slow())) } else { Poll::Pending }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Timed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.taken(cx, result)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_flush(cx);
        self.taken(cx, result)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.taken(cx, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.taken(cx, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
