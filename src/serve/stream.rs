//! Bodies that are written while they are sent, with a bounded number of bytes in memory.

use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::Frame;
use tokio::sync::mpsc;

use super::pool::Cancel;

/// Bytes of one piece.
const PIECE: usize = 32 << 10;
/// Pieces that wait for a slow client.
const PIECES: usize = 4;

/// The body of an answer that another thread writes.
pub(super) struct Streamed {
    pieces: mpsc::Receiver<io::Result<Bytes>>,
    /// Dropped with the body: the writer then stops.
    _cancel: Cancel,
}

/// The writer of such a body. A client that has gone is an error `BrokenPipe`.
pub(super) struct Writer {
    pieces: mpsc::Sender<io::Result<Bytes>>,
    buffer: Vec<u8>,
}

/// Makes a body and its writer.
pub(super) fn channel(cancel: Cancel) -> (Writer, Streamed) {
    let (sender, receiver) = mpsc::channel(PIECES);
    (Writer { pieces: sender, buffer: Vec::with_capacity(PIECE) }, Streamed { pieces: receiver, _cancel: cancel })
}

impl Writer {
    fn send(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.buffer, Vec::with_capacity(PIECE));
        self.pieces.blocking_send(Ok(piece.into())).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    /// Ends the body. After an error the connection is cut, so that a client cannot take a part for the whole.
    pub fn end(mut self, result: io::Result<()>) {
        let sent = result.and_then(|()| self.send());
        if let Err(error) = sent {
            // Nobody hears it where the client has gone.
            let _ = self.pieces.blocking_send(Err(error));
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
        self.pieces.poll_recv(cx).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}
