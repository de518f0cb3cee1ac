//! Rows on their way to a generation: written and removed in bulks, of which each row is acknowledged.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::wire::{Method, Wire, WireError, with_way_out};
use crate::document::counted;
use crate::index::PlainRow;

/// Size of a bulk at which it is sent, in bytes: the terms take 2.7 times the text.
const BULK_BYTES: usize = 6 << 20;
/// Time limit of a bulk, with its repeats.
pub(super) const BULK_TIME: Duration = Duration::from_secs(120);
/// Rounds in which refused rows of a bulk are sent again.
const ROUNDS: usize = 6;

/// Rows waiting to be sent. A repeated or late bulk changes nothing, because each row carries the number of its run as
/// an external version.
pub(super) struct Bulk<'a> {
    wire: &'a Wire,
    index: &'a str,
    run: u64,
    lines: Vec<Line>,
    size: usize,
    /// Bytes that were sent.
    pub sent: u64,
    /// Number of rows that were written.
    pub rows: u64,
}

/// What is done to a row, and its fields where it is written.
struct Line {
    head: String,
    fields: Option<String>,
}

impl<'a> Bulk<'a> {
    /// Makes an empty bulk for an alias, in the run of a number.
    pub fn new(wire: &'a Wire, index: &'a str, run: u64) -> Self {
        Self { wire, index, run, lines: Vec::new(), size: 0, sent: 0, rows: 0 }
    }

    /// Writes a row.
    pub fn add(&mut self, row: PlainRow) -> Result<(), WireError> {
        let PlainRow { key, mut fields } = row;
        fields.insert("run".to_owned(), self.run.into());
        self.rows += 1;
        self.push("index", &key, Some(Value::Object(fields).to_string()))
    }

    /// Removes the row with a key.
    pub fn remove(&mut self, key: &str) -> Result<(), WireError> {
        self.push("delete", key, None)
    }

    fn push(&mut self, what: &str, key: &str, fields: Option<String>) -> Result<(), WireError> {
        let head = json!({ what: {
            "_index": self.index, "_id": key, "version": self.run, "version_type": "external_gte"
        } });
        let head = head.to_string();
        self.size += head.len() + fields.as_ref().map_or(0, |fields| fields.len() + 1) + 1;
        self.lines.push(Line { head, fields });
        if self.size >= BULK_BYTES { self.flush() } else { Ok(()) }
    }

    /// Sends the rows, and those that a busy node refused once more, until all have arrived.
    pub fn flush(&mut self) -> Result<(), WireError> {
        let mut lines = std::mem::take(&mut self.lines);
        self.size = 0;
        if lines.is_empty() {
            return Ok(());
        }
        let (started, mut pause, mut refusal) = (Instant::now(), Duration::from_millis(200), String::new());
        for round in 0..ROUNDS {
            // A shard whose only copy is gone makes each round wait for a minute.
            if round > 0 && started.elapsed() > BULK_TIME {
                break;
            }
            if round > 0 {
                std::thread::sleep(pause);
                pause *= 2;
            }
            let mut body = String::new();
            for text in lines.iter().flat_map(|line| [Some(&line.head), line.fields.as_ref()]).flatten() {
                body.push_str(text);
                body.push('\n');
            }
            self.sent += body.len() as u64;
            let path = "_bulk?require_alias=true";
            let answer: Value =
                self.wire.send(Method::Post, path, Some(body.as_bytes()), "application/x-ndjson", BULK_TIME)?;
            let items = answer["items"].as_array().filter(|items| items.len() == lines.len());
            let Some(items) = items else {
                return Err(WireError::Torn("a bulk was not answered row by row".to_owned()));
            };
            let mut again = Vec::new();
            for (line, item) in lines.into_iter().zip(items) {
                let is_removed = line.fields.is_none();
                let outcome = &item[if is_removed { "delete" } else { "index" }];
                let reason = || with_way_out(outcome["error"]["reason"].as_str().unwrap_or("no reason given"));
                match outcome["status"].as_u64().unwrap_or(0) {
                    // 409: a later run has written the row.
                    200 | 201 | 409 => {}
                    404 if is_removed && outcome["error"].is_null() => {}
                    429 | 503 => {
                        refusal = reason();
                        again.push(line);
                    }
                    status => {
                        let id = outcome["_id"].as_str().unwrap_or_default();
                        let reason = format!("row {id}: {}", reason());
                        return Err(WireError::Refused { status: status as u16, reason });
                    }
                }
            }
            lines = again;
            if lines.is_empty() {
                return Ok(());
            }
        }
        let reason =
            format!("{} were refused for {} s: {refusal}", counted(lines.len(), "row"), started.elapsed().as_secs());
        Err(WireError::Refused { status: 429, reason })
    }
}
