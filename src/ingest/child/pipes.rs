//! The two pipes to a child: whatever the child reads or writes, the parent waits no longer than its deadline.

use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::process::{ChildStdin, ChildStdout};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;

/// The longest time counted per step: a time in which this process itself was stopped (Ctrl-Z) counts as one step.
const SLICE: Duration = Duration::from_millis(100);
/// Bytes read at a time: the capacity of a pipe.
const CHUNK_BYTES: usize = 64 << 10;

/// The input and output of a child.
pub(super) struct Pipes {
    input: ChildStdin,
    output: ChildStdout,
    received: Vec<u8>,
}

/// The reason for a missing answer.
pub(super) enum Silence {
    /// The child closed its output, or its output is not an answer.
    Ended,
    /// The time was up.
    Late,
}

impl Pipes {
    pub fn new(input: ChildStdin, output: ChildStdout) -> io::Result<Self> {
        for pipe in [input.as_fd(), output.as_fd()] {
            fcntl_setfl(pipe, fcntl_getfl(pipe)? | OFlags::NONBLOCK)?;
        }
        Ok(Self { input, output, received: Vec::new() })
    }

    /// Sends the parts of a request and returns the answer: its length in eight bytes, little endian, then that many
    /// bytes, at most `longest`. `time_left` receives the elapsed time and returns the remaining time.
    pub fn converse(
        &mut self,
        request: [&[u8]; 2],
        longest: u64,
        mut time_left: impl FnMut(Duration) -> Duration,
    ) -> Result<Vec<u8>, Silence> {
        let mut unsent = request;
        let mut chunk = [0u8; CHUNK_BYTES];
        loop {
            if let Some(answer) = self.answer(longest)? {
                return Ok(answer);
            }
            // Most requests fit into the pipe; then only the answer is waited for.
            if !self.send(&mut unsent) {
                unsent = [&[], &[]];
            }
            let started = Instant::now();
            self.wait(unsent.iter().any(|part| !part.is_empty()))?;
            if time_left(started.elapsed().min(SLICE)).is_zero() {
                return Err(Silence::Late);
            }
            match self.output.read(&mut chunk) {
                Ok(0) => return Err(Silence::Ended),
                Ok(length) => self.received.extend_from_slice(&chunk[..length]),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
                Err(_) => return Err(Silence::Ended),
            }
        }
    }

    /// Returns the answer once it is complete.
    fn answer(&mut self, longest: u64) -> Result<Option<Vec<u8>>, Silence> {
        let Some((length, rest)) = self.received.split_first_chunk::<8>() else { return Ok(None) };
        let length = u64::from_le_bytes(*length);
        if length > longest {
            return Err(Silence::Ended);
        }
        let Some(rest) = rest.get(length as usize..) else { return Ok(None) };
        let rest = rest.to_vec();
        let mut answer = std::mem::replace(&mut self.received, rest);
        answer.truncate(length as usize + 8);
        answer.drain(..8);
        Ok(Some(answer))
    }

    /// Sends as much as the pipe takes; returns false where the child no longer reads, in which case its output
    /// decides.
    fn send(&mut self, unsent: &mut [&[u8]; 2]) -> bool {
        for part in unsent {
            while !part.is_empty() {
                match self.input.write(part) {
                    Ok(length) => *part = &part[length..],
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) => return error.kind() == ErrorKind::WouldBlock,
                }
            }
        }
        true
    }

    /// Waits at most one slice until the output is readable or, where `is_sending`, the input is writable.
    fn wait(&self, is_sending: bool) -> Result<(), Silence> {
        let mut pipes = [PollFd::new(&self.output, PollFlags::IN), PollFd::new(&self.input, PollFlags::OUT)];
        let count = if is_sending { 2 } else { 1 };
        let slice = Timespec { tv_sec: 0, tv_nsec: SLICE.subsec_nanos().into() };
        match poll(&mut pipes[..count], Some(&slice)) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(_) => Err(Silence::Ended),
        }
    }
}
