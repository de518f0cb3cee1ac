//! One line for each request. Queries and ids tell what a person looks for, so they are written on request alone.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use tokio::sync::OwnedSemaphorePermit;

use super::connection::InHand;
use super::options::LogForm;
use super::server::Server;

/// What is known of a request when the head of its answer is ready.
pub(super) struct Entry {
    pub method: String,
    pub route: &'static str,
    /// Path and query, where they may be written.
    pub url: Option<String>,
    pub status: u16,
    pub began: Instant,
}

/// A body that counts its bytes and writes the line of its request at its end.
pub(super) struct Logged {
    body: Body,
    bytes: u64,
    /// False where the client went, or the body broke off.
    ended: bool,
    /// Bytes of the whole body, where the head tells them. hyper asks for no frame behind the last of them, so an
    /// original never tells its end by itself.
    length: Option<u64>,
    entry: Entry,
    server: Arc<Server>,
    /// Held until the last byte is sent.
    _held: (Option<OwnedSemaphorePermit>, InHand),
}

impl Logged {
    /// Wraps the body of an answer with this head.
    pub fn new(
        head: &HeaderMap,
        body: Body,
        entry: Entry,
        server: Arc<Server>,
        held: (Option<OwnedSemaphorePermit>, InHand),
    ) -> Self {
        let ended = body.is_end_stream();
        let length = head.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        Self { body, bytes: 0, ended, length, entry, server, _held: held }
    }

    fn line(&self) -> Option<String> {
        let Entry { method, route, url, status, began } = &self.entry;
        let time = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
        let (milliseconds, bytes) = (began.elapsed().as_secs_f64() * 1e3, self.bytes);
        match self.server.settings.options.log {
            LogForm::Off => None,
            LogForm::Text => {
                let cut = if self.ended { "" } else { " cut" };
                let url = url.as_ref().map_or(String::new(), |url| format!(" {url}"));
                Some(format!("{time} {method} {route} {status} {milliseconds:.1} ms {bytes} bytes{cut}{url}"))
            }
            LogForm::Json => {
                let mut line = serde_json::json!({
                    "time": time, "method": method, "route": route, "status": status,
                    "ms": (milliseconds * 10.0).round() / 10.0, "bytes": bytes, "cut": !self.ended,
                });
                if let Some(url) = url {
                    line["url"] = serde_json::json!(url);
                }
                Some(line.to_string())
            }
        }
    }
}

impl Drop for Logged {
    fn drop(&mut self) {
        if let Some(line) = self.line() {
            (self.server.say)(&line);
        }
    }
}

impl http_body::Body for Logged {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        match &frame {
            None => self.ended = true,
            Some(Ok(frame)) => {
                self.bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
                self.ended = self.body.is_end_stream() || self.length == Some(self.bytes);
            }
            Some(Err(_)) => {}
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
