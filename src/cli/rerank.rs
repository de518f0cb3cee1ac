//! `fumikura search --rerank-with`: a program of the user puts the best hits into an order.
//!
//! The program reads a line of JSON for each hit (`query`, `id`, `title`, `heading`, `text`) and writes a line for each
//! hit that it knows (`id`, `score`; a higher score is better). It runs as the user, by `sh -c`.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use serde::Deserialize;
use serde_json::json;

use crate::engine::Found;
use crate::output::one_line;

/// Default time limit of a program, in seconds: a model takes long to load.
pub(super) const RERANK_TIMEOUT: f64 = 60.0;
/// Most bytes of an answer.
const MOST: u64 = 16 << 20;

/// A line of the answer.
#[derive(Deserialize)]
struct Scored {
    id: String,
    score: f64,
}

/// A program with its children, which ends when this is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // The program has a group of its own, so that what it started ends too.
        let _ = kill_process_group(Pid::from_child(&self.0), Signal::KILL);
        let _ = self.0.wait();
    }
}

/// Asks a program for the scores of hits.
///
/// # Errors
/// A program that does not start, fails, takes too long, or answers in another form: the error tells the way out.
pub(super) fn scores(
    command: &str,
    query: &str,
    hits: &[Found],
    time: Duration,
) -> Result<HashMap<String, f64>, String> {
    let shown = one_line(command).into_owned();
    let fail = |what: String| format!("--rerank-with {shown}: {what}");
    let began = Instant::now();
    let mut program = Command::new("sh");
    program.args(["-c", command]).stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0);
    let child = program.spawn().map_err(|error| fail(format!("cannot be started: {error}")))?;
    let mut running = Running(child);
    let lines: String = hits
        .iter()
        .map(|hit| {
            let line = json!({
                "query": query, "id": hit.passage.id, "title": hit.document.title,
                "heading": hit.passage.heading.join(" > "), "text": hit.passage.text,
            });
            format!("{line}\n")
        })
        .collect();
    let (mut input, output) = (running.0.stdin.take(), running.0.stdout.take());
    // Both ends at once: a program may answer before it has read all.
    std::thread::spawn(move || input.as_mut().map(|input| input.write_all(lines.as_bytes())));
    let (tell, told) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = output.map(|output| output.take(MOST + 1).read_to_end(&mut bytes));
        let _ = tell.send(read.unwrap_or(Ok(0)).map(|_| bytes));
    });
    let slow = || fail(format!("gave no answer in {} seconds; --rerank-timeout allows more", time.as_secs_f64()));
    let bytes = match told.recv_timeout(time) {
        Ok(read) => read.map_err(|error| fail(format!("its answer cannot be read: {error}")))?,
        Err(RecvTimeoutError::Timeout) => return Err(slow()),
        Err(RecvTimeoutError::Disconnected) => Vec::new(),
    };
    let status = loop {
        match running.0.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if began.elapsed() < time => std::thread::sleep(Duration::from_millis(2)),
            Ok(None) => return Err(slow()),
            Err(error) => return Err(fail(error.to_string())),
        }
    };
    if !status.success() {
        return Err(fail(format!("failed ({status}); its messages stand above")));
    }
    if bytes.len() as u64 > MOST {
        return Err(fail(format!("answered with more than {MOST} bytes")));
    }
    let text = String::from_utf8(bytes).map_err(|_| fail("its answer is not UTF-8".to_owned()))?;
    let mut scores = HashMap::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let form = || fail(format!("line {} of its answer is none of {{\"id\": …, \"score\": …}}", at + 1));
        let Scored { id, score } = serde_json::from_str(line).map_err(|_| form())?;
        if !hits.iter().any(|hit| hit.passage.id == id) {
            return Err(fail(format!("line {} of its answer names no hit: '{}'", at + 1, one_line(&id))));
        }
        if scores.insert(id, score).is_some() {
            return Err(fail(format!("line {} of its answer scores a hit a second time", at + 1)));
        }
    }
    Ok(scores)
}
