//! Extracts in a child process: a crash, a hang or a decompression bomb costs one file.
//!
//! The program starts itself with a hidden command. The child limits its memory and processor time, gives up the rights
//! that it does not need (files, sockets, other programs), and answers one file after the other from its input; the
//! parent kills it at a deadline.
//!
//! A request is a line of JSON (`Request`) followed by the bytes. An answer is its length in eight bytes, little
//! endian, followed by JSON. The first answer is a `Hello`.

mod pipes;
mod process;
mod sandbox;

use std::collections::BTreeSet;
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::process::Signal;

use self::pipes::{Pipes, Silence};
use self::process::{CPU_SECONDS, Hello, MEMORY_BYTES, Request};
use super::IngestError;
use crate::document::Cause;
use crate::extract::{ExtractError, Extracted, Structured, extract};

pub use process::serve;

/// Longest time for one file.
const DEADLINE: Duration = Duration::from_secs(25);
/// Longest time for the current file once the run is to stop.
const LAST_DEADLINE: Duration = Duration::from_secs(2);
/// Longest time from the end of a child's output to its exit.
const ENDING: Duration = Duration::from_secs(1);
/// Address space that mimalloc reserves at a time in a child, in KiB. Its default of 1 GiB exceeds the child's limit,
/// so that every other request for memory would be refused.
const RESERVED_AT_ONCE: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "32768");
/// Files after which a child is replaced, which also frees memory that an engine has leaked.
const FILES_PER_CHILD: usize = 500;

/// Extracts files one by one, in a child process where the program is known.
pub struct Extractor {
    program: Option<PathBuf>,
    stop: Arc<AtomicBool>,
    child: Option<Worker>,
    missing: BTreeSet<String>,
}

struct Worker {
    process: Child,
    pipes: Pipes,
    files: usize,
}

/// The reason for a missing answer.
struct Failure {
    error: IngestError,
    /// A fresh child may succeed: this one had read other files before, or was killed from outside before it began.
    is_worn: bool,
}

impl Extractor {
    /// Creates an extractor over children of `program`, which must be this program; `None` extracts in this process.
    pub fn new(program: Option<PathBuf>) -> Self {
        Self { program, stop: Arc::default(), child: None, missing: BTreeSet::new() }
    }

    /// Limits the current file to two more seconds once `stop` is set; a slower file is `Stopped`.
    #[must_use]
    pub fn stopping_at(self, stop: Arc<AtomicBool>) -> Self {
        Self { stop, ..self }
    }

    /// Returns a warning about rights that the system could not take away from the children; `None` where they can open
    /// no file and no socket.
    pub fn warning(&self) -> Option<String> {
        let missing: Vec<String> = self.missing.iter().map(|missing| format!("no {missing}")).collect();
        let keep = "the processes that read documents keep more rights than they need on this system";
        (!missing.is_empty()).then(|| format!("{keep}: {}", missing.join(", ")))
    }

    /// Extracts the text of a file.
    ///
    /// # Errors
    /// `Extract` with the reason; `Crashed` where the child died on the file; `Unreadable`, `Ended` or `Stopped` where
    /// the file was not at fault.
    pub fn extract(&mut self, format: Structured, bytes: Vec<u8>) -> Result<Extracted, IngestError> {
        let Some(program) = self.program.clone() else { return extract(format, bytes).map_err(IngestError::Extract) };
        let request = Request::File { format, bytes: bytes.len() };
        let answer = self.ask(&program, &request, &bytes)?;
        let answer: Result<Extracted, ExtractError> = serde_json::from_slice(&answer).map_err(no_answer)?;
        answer.map_err(IngestError::Extract)
    }

    /// Lets a child attempt forbidden operations; returns each attempt with its error, `None` where it succeeded.
    ///
    /// # Errors
    /// The errors of `extract`, and `Unreadable` without a program.
    pub fn escape(&mut self) -> Result<Vec<(String, Option<i32>)>, IngestError> {
        let Some(program) = self.program.clone() else {
            return Err(IngestError::Unreadable { problem: "no child process".to_owned(), source: None });
        };
        serde_json::from_slice(&self.ask(&program, &Request::Escape, &[])?).map_err(no_answer)
    }

    /// Asks the current child; where it fails because of earlier files, asks a fresh one.
    fn ask(&mut self, program: &Path, request: &Request, bytes: &[u8]) -> Result<Vec<u8>, IngestError> {
        let line = serde_json::to_string(request).map_err(no_answer)? + "\n";
        let request = [line.as_bytes(), bytes];
        let answer = match self.ask_once(program, request) {
            // Earlier files may have left the child too little memory for this one: the answer of a fresh child counts.
            Err(failure) if failure.is_worn => self.ask_once(program, request),
            answer => answer,
        };
        answer.map_err(|failure| failure.error)
    }

    /// Asks the current child, starting one where there is none; a child without an answer is dropped.
    fn ask_once(&mut self, program: &Path, request: [&[u8]; 2]) -> Result<Vec<u8>, Failure> {
        let mut worker = match self.child.take() {
            Some(worker) => worker,
            None => self.start(program)?,
        };
        worker.files += 1;
        let answer = worker.converse(request, &self.stop)?;
        if worker.files < FILES_PER_CHILD {
            self.child = Some(worker);
        }
        Ok(answer)
    }

    /// Starts a child and reads its `Hello`.
    fn start(&mut self, program: &Path) -> Result<Worker, Failure> {
        let unfit = |reason: &str, source: Option<Cause>| Failure {
            error: IngestError::Unreadable { problem: format!("no child process: {reason}"), source },
            is_worn: false,
        };
        let mut worker = Worker::start(program).map_err(|error| unfit(&error.to_string(), Some(error.into())))?;
        let hello = worker.converse([&[], &[]], &self.stop).map_err(|failure| match failure.error {
            IngestError::Crashed { reason, source } => unfit(&reason, source),
            // Ctrl-C in a terminal reaches a child until it has a process group of its own.
            IngestError::Ended(reason) => Failure { is_worn: true, ..unfit(&reason, None) },
            error => Failure { error, ..failure },
        })?;
        let hello: Hello =
            serde_json::from_slice(&hello).map_err(|error| unfit(&error.to_string(), Some(error.into())))?;
        if let Some(reason) = hello.unfit {
            return Err(unfit(&reason, None));
        }
        self.missing.extend(hello.missing);
        Ok(worker)
    }
}

fn no_answer(error: serde_json::Error) -> IngestError {
    IngestError::crashed(format!("gave no answer ({error})")).below(error)
}

impl Worker {
    fn start(program: &Path) -> io::Result<Self> {
        let mut process = Command::new(program)
            .arg(COMMAND)
            .env(RESERVED_AT_ONCE.0, RESERVED_AT_ONCE.1)
            // Ctrl-C in a terminal signals the foreground group: only the parent decides about its children.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(io::Error::other("no pipes"));
        };
        Ok(Self { process, pipes: Pipes::new(input, output)?, files: 0 })
    }

    /// Returns the answer to a request, or to an empty request the child's first answer; a child that is late is
    /// reported.
    fn converse(&mut self, request: [&[u8]; 2], stop: &AtomicBool) -> Result<Vec<u8>, Failure> {
        let mut left = DEADLINE;
        let mut stopping = false;
        let time_left = |went_by: Duration| {
            left = left.saturating_sub(went_by);
            if !stopping && stop.load(Ordering::Relaxed) {
                stopping = true;
                left = left.min(LAST_DEADLINE);
            }
            left
        };
        match self.pipes.converse(request, MEMORY_BYTES, time_left) {
            Ok(answer) => Ok(answer),
            Err(Silence::Ended) => Err(self.fate()),
            Err(Silence::Late) if stopping => Err(Failure { error: IngestError::Stopped, is_worn: false }),
            Err(Silence::Late) => Err(Failure {
                error: IngestError::crashed(format!("took longer than {} s", DEADLINE.as_secs())),
                is_worn: false,
            }),
        }
    }

    /// Determines why the output of the child ended.
    fn fate(&mut self) -> Failure {
        let mut left = ENDING;
        let status = loop {
            match self.process.try_wait() {
                Ok(Some(status)) => break Some(status),
                Ok(None) if !left.is_zero() => {
                    std::thread::sleep(Duration::from_millis(1));
                    left = left.saturating_sub(Duration::from_millis(1));
                }
                _ => break None,
            }
        };
        // Processor time is counted per file, so earlier files do not matter.
        let is_late = status.is_some_and(|status| status.signal() == Some(Signal::XCPU.as_raw()));
        let error = status.map_or_else(|| IngestError::crashed("gave no answer".to_owned()), |status| fate(&status));
        Failure { error, is_worn: self.files > 1 && !is_late }
    }
}

impl Drop for Worker {
    /// Kills the child: between two files it has no work to lose, and one that gave no answer may never exit.
    fn drop(&mut self) {
        // It may have exited already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The signals that a process causes itself. Any other was sent from outside: by a user, by the system at shutdown, or
/// by the system when memory runs out, which a child alone cannot cause within its limit.
const OWN_SIGNALS: &[Signal] = &[
    Signal::ILL,
    Signal::TRAP,
    Signal::ABORT,
    Signal::BUS,
    Signal::FPE,
    Signal::SEGV,
    Signal::SYS,
    Signal::XCPU,
    Signal::XFSZ,
];

/// Translates an exit status into the outcome for the file.
fn fate(status: &ExitStatus) -> IngestError {
    let Some(signal) = status.signal() else { return IngestError::crashed("crashed".to_owned()) };
    if !OWN_SIGNALS.iter().any(|own| own.as_raw() == signal) {
        return IngestError::Ended(format!("signal {signal}"));
    }
    IngestError::crashed(match signal {
        signal if signal == Signal::XCPU.as_raw() => format!("took more than {CPU_SECONDS} s of processor time"),
        signal if signal == Signal::ABORT.as_raw() => {
            format!("needed more than {} MB of memory, or crashed", MEMORY_BYTES >> 20)
        }
        signal => format!("crashed (signal {signal})"),
    })
}

/// The hidden command that makes the program such a child.
pub(super) const COMMAND: &str = "extract-worker";
