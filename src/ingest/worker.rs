//! Extraction in a child process: a crash, a hang or a bomb costs one file.
//!
//! The program starts itself with a hidden command. The child limits itself (memory, processor time, no files written),
//! reads one file after the other from its input and answers each; the parent ends it at a deadline.
//!
//! A request is a line of JSON, `{"format", "bytes"}`, and the bytes; an answer is its length in eight bytes, little
//! endian, and JSON.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};

use super::IngestError;
use crate::extract::{ExtractError, Extracted, Structured, extract};

/// Longest time for one file.
const DEADLINE: Duration = Duration::from_secs(25);
/// Address space of a child, in bytes: its program, the file, and what comes out of it.
const MEMORY_BYTES: u64 = 480 << 20;
/// Address space that mimalloc reserves in a child at a time, in KiB: a GiB as it comes, which is more than the limit, so that
/// whatever else asks for memory is refused.
const RESERVED_AT_ONCE: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "32768");
/// Processor time for one file, in seconds.
const CPU_SECONDS: u64 = 20;
/// Files after which a child is replaced: what an engine leaks goes with it.
const FILES_PER_CHILD: usize = 500;

#[derive(Serialize, Deserialize)]
struct Request {
    format: Structured,
    bytes: usize,
}

/// Extracts files one after the other, in a child process where the program is known.
pub struct Extractor {
    program: Option<PathBuf>,
    child: Option<Worker>,
}

struct Worker {
    process: Child,
    input: ChildStdin,
    answers: Receiver<io::Result<Vec<u8>>>,
    files: usize,
}

/// Why there was no answer.
struct Failure {
    /// In words.
    reason: String,
    /// The child had read other files before, which may be why.
    is_worn: bool,
}

impl Extractor {
    /// Extracts in children of `program`, which must be this one; in this process where it is `None`.
    pub fn new(program: Option<PathBuf>) -> Self {
        Self { program, child: None }
    }

    /// Extracts the text of a file.
    ///
    /// # Errors
    /// `Extract` with the reason, or `Crashed` where the child did not live to tell it.
    pub fn extract(&mut self, format: Structured, bytes: Vec<u8>) -> Result<Extracted, IngestError> {
        let Some(program) = self.program.clone() else { return extract(format, bytes).map_err(IngestError::Extract) };
        let mut answer = self.ask(&program, format, &bytes)?;
        // What a child has read before may have left too little memory for this file: the word of a fresh one counts.
        if answer.as_ref().is_err_and(|failure| failure.is_worn) {
            answer = self.ask(&program, format, &bytes)?;
        }
        let answer = answer.map_err(|failure| IngestError::Crashed(failure.reason))?;
        let answer: Result<Extracted, ExtractError> =
            serde_json::from_slice(&answer).map_err(|error| IngestError::Crashed(format!("gave no answer ({error})")))?;
        answer.map_err(IngestError::Extract)
    }

    /// Asks the child at hand, or a fresh one; one that gave no answer is gone.
    fn ask(&mut self, program: &Path, format: Structured, bytes: &[u8]) -> Result<Result<Vec<u8>, Failure>, IngestError> {
        let mut worker = match self.child.take() {
            Some(worker) => worker,
            None => Worker::start(program).map_err(|error| IngestError::Unreadable(format!("no child process: {error}")))?,
        };
        let answer = worker.ask(format, bytes);
        match &answer {
            Ok(_) if worker.files < FILES_PER_CHILD => self.child = Some(worker),
            Ok(_) => worker.stop(),
            Err(_) => {}
        }
        Ok(answer)
    }
}

impl Drop for Extractor {
    fn drop(&mut self) {
        if let Some(worker) = self.child.take() {
            worker.stop();
        }
    }
}

impl Worker {
    fn start(program: &Path) -> io::Result<Self> {
        let mut process = Command::new(program)
            .arg(COMMAND)
            .env(RESERVED_AT_ONCE.0, RESERVED_AT_ONCE.1)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(io::Error::other("no pipes"));
        };
        let (sender, answers) = channel();
        // The thread ends with the child: its output is closed then.
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            loop {
                let answer = read_answer(&mut output);
                let failed = answer.is_err();
                if sender.send(answer).is_err() || failed {
                    return;
                }
            }
        });
        Ok(Self { process, input, answers, files: 0 })
    }

    /// The answer to one file; without one the child is gone.
    fn ask(&mut self, format: Structured, bytes: &[u8]) -> Result<Vec<u8>, Failure> {
        self.files += 1;
        let request = serde_json::to_string(&Request { format, bytes: bytes.len() }).unwrap_or_default();
        let sent = self
            .input
            .write_all(format!("{request}\n").as_bytes())
            .and_then(|()| self.input.write_all(bytes))
            .and_then(|()| self.input.flush());
        let answer = if sent.is_ok() { self.answers.recv_timeout(DEADLINE) } else { Err(RecvTimeoutError::Disconnected) };
        match answer {
            Ok(Ok(answer)) => Ok(answer),
            Err(RecvTimeoutError::Timeout) => {
                // It may have ended in between: then there is nothing to kill.
                let _ = self.process.kill();
                let _ = self.process.wait();
                Err(Failure { reason: format!("took longer than {} s", DEADLINE.as_secs()), is_worn: false })
            }
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => {
                let _ = self.process.kill();
                let status = self.process.wait();
                // Processor time is counted for each file by itself.
                let is_late = status.as_ref().is_ok_and(|status| status.signal() == Some(OUT_OF_TIME));
                let reason = status.map_or_else(|error| error.to_string(), |status| fate(&status));
                Err(Failure { reason, is_worn: self.files > 1 && !is_late })
            }
        }
    }

    fn stop(self) {
        let Self { mut process, input, .. } = self;
        drop(input);
        let _ = process.wait();
    }
}

/// The signal for too much processor time.
const OUT_OF_TIME: i32 = 24;

/// What an exit status says of the file.
fn fate(status: &ExitStatus) -> String {
    match status.signal() {
        Some(OUT_OF_TIME) => format!("took more than {CPU_SECONDS} s of processor time"),
        Some(6) => format!("needed more than {} MB of memory, or crashed", MEMORY_BYTES >> 20),
        Some(signal) => format!("crashed (signal {signal})"),
        None => "crashed".to_owned(),
    }
}

fn read_answer(output: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0u8; 8];
    output.read_exact(&mut length)?;
    let mut answer = Vec::new();
    let length = u64::from_le_bytes(length);
    output.take(length).read_to_end(&mut answer)?;
    if answer.len() as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(answer)
}

/// The hidden command that makes the program a child of this kind.
pub(super) const COMMAND: &str = "extract-worker";

/// Serves as a child: answers requests until the input ends.
///
/// # Errors
/// Those of the input and output, which end the child.
pub fn serve() -> io::Result<()> {
    let limit = |resource, most| setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    limit(Resource::As, MEMORY_BYTES)?;
    limit(Resource::Fsize, 0)?;
    limit(Resource::Core, 0)?;
    let (mut input, mut output) = (BufReader::new(io::stdin().lock()), io::stdout().lock());
    let mut line = String::new();
    loop {
        line.clear();
        if input.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let Request { format, bytes } = serde_json::from_str(&line)?;
        let mut file = vec![0u8; bytes];
        input.read_exact(&mut file)?;
        // The limit counts from the start of the process: it moves on with each file.
        let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime).tv_sec.unsigned_abs();
        setrlimit(Resource::Cpu, Rlimit { current: Some(used + CPU_SECONDS), maximum: None })?;
        let panicked = |_| Err(ExtractError::Damaged("the parser failed on it".to_owned()));
        let answer = std::panic::catch_unwind(move || extract(format, file)).unwrap_or_else(panicked);
        let answer = serde_json::to_vec(&answer)?;
        output.write_all(&(answer.len() as u64).to_le_bytes())?;
        output.write_all(&answer)?;
        output.flush()?;
    }
}
