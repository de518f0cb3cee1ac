//! Bodies that are written while they are sent, with a bounded number of bytes in memory.

use std::io::{self, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::Frame;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::pool::Cancel;

/// Bytes of one piece.
const PIECE: usize = 32 << 10;
/// Pieces that wait for a slow client.
const PIECES: usize = 4;
/// Time in which a client must take a piece: a stream holds a thread.
const TAKING: Duration = Duration::from_secs(30);

/// The body of an answer that another thread writes.
pub(super) struct Streamed {
    pieces: mpsc::Receiver<Bytes>,
    /// Set by the writer at the end of a whole body: a writer that panics only goes away.
    whole: Arc<AtomicBool>,
    /// Dropped with the body: the writer then stops.
    _cancel: Cancel,
}

/// The writer of such a body, on a thread for blocking work. Its error is `BrokenPipe` for a client that has gone, and
/// `TimedOut` for a slow one.
pub(super) struct Writer {
    pieces: mpsc::Sender<Bytes>,
    whole: Arc<AtomicBool>,
    buffer: Vec<u8>,
}

/// Makes a body and its writer.
pub(super) fn channel(cancel: Cancel) -> (Writer, Streamed) {
    let (sender, receiver) = mpsc::channel(PIECES);
    let whole = Arc::new(AtomicBool::new(false));
    let writer = Writer { pieces: sender, whole: whole.clone(), buffer: Vec::with_capacity(PIECE) };
    (writer, Streamed { pieces: receiver, whole, _cancel: cancel })
}

impl Writer {
    fn send(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.buffer, Vec::with_capacity(PIECE));
        let sent = Handle::current().block_on(self.pieces.send_timeout(piece.into(), TAKING));
        sent.map_err(|error| match error {
            mpsc::error::SendTimeoutError::Timeout(_) => io::ErrorKind::TimedOut.into(),
            mpsc::error::SendTimeoutError::Closed(_) => io::ErrorKind::BrokenPipe.into(),
        })
    }

    /// Ends the body. After an error the connection is cut, so that a client cannot take a part for the whole.
    pub fn end(mut self, result: io::Result<()>) {
        if result.and_then(|()| self.send()).is_ok() {
            self.whole.store(true, Ordering::Release);
        }
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PIECE {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        // A writer flushes after a head or a row; the size of a piece decides when bytes are sent.
        Ok(())
    }
}

impl http_body::Body for Streamed {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let piece = ready!(self.pieces.poll_recv(cx));
        if piece.is_none() && !self.whole.swap(true, Ordering::AcqRel) {
            return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
        }
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use std::io::Write;

    use axum::body::{Body, to_bytes};

    use super::{Cancel, channel};

    /// Returns the body that a job writes, if it comes whole.
    fn written(job: impl FnOnce(super::Writer) + Send + 'static) -> Option<Vec<u8>> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (writer, body) = channel(Cancel::new().0);
            let _ = tokio::task::spawn_blocking(move || job(writer)).await;
            to_bytes(Body::new(body), 1 << 20).await.ok().map(|bytes| bytes.to_vec())
        })
    }

    #[test]
    fn a_body_is_whole_only_where_its_writer_said_so() {
        let head = "件数: 12\n";
        let whole = written(move |mut writer| {
            writer.write_all(head.as_bytes()).unwrap();
            writer.end(Ok(()));
        });
        assert_eq!(whole.as_deref(), Some(head.as_bytes()));
        assert_eq!(written(|writer| writer.end(Err(std::io::ErrorKind::Other.into()))), None);
        assert_eq!(
            written(|mut writer| {
                writer.write_all(&[b' '; 40 << 10]).unwrap();
                panic!("a broken row")
            }),
            None
        );
    }
}
