//! The two pipes to a child: neither side can make this one wait beyond its time, whatever it reads and says.

use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::process::{ChildStdin, ChildStdout};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;

/// The longest time that counts at once: one in which this process was stopped itself (Ctrl-Z) counts as no more.
const SLICE: Duration = Duration::from_millis(100);
/// Bytes read at a time: what a pipe holds.
const CHUNK_BYTES: usize = 64 << 10;

/// The input and output of a child.
pub(super) struct Pipes {
    input: ChildStdin,
    output: ChildStdout,
    received: Vec<u8>,
}

/// Why there was no answer.
pub(super) enum Silence {
    /// The child closed its output, or what it says is no answer.
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

    /// Sends the parts of a request and returns the answer: its length in eight bytes, little endian, and as many
    /// bytes, `longest` at most. `time_left` is told how much time went by, and says how much is left.
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
            // Most requests fit into the pipe, and then there is only the answer to wait for.
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

    /// The answer, where it is whole.
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

    /// Sends as much as the pipe takes; false where the child reads no more, which its output tells.
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

    /// Waits for a slice at most, until there is something to read, or to write where `is_sending`.
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
