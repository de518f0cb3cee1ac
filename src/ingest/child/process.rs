//! The child's side of extraction: limits, sandbox, and the loop of requests.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde::{Deserialize, Serialize};

use super::sandbox;
use crate::extract::{ExtractError, Structured, extract};

/// Address space of a child, in bytes: for its program, the file, and the extracted text.
pub(super) const MEMORY_BYTES: u64 = 480 << 20;
/// Processor time for one file, in seconds.
pub(super) const CPU_SECONDS: u64 = 20;

/// A request to a child, one line of JSON.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Request {
    /// Extract the bytes that follow.
    File {
        /// Their format.
        format: Structured,
        /// Their number.
        bytes: usize,
    },
    /// Attempt forbidden operations; used by the tests.
    Escape,
}

/// The first answer of a child.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Hello {
    /// The reason why it cannot work here.
    pub unfit: Option<String>,
    /// The restrictions that the system could not impose.
    pub missing: Vec<String>,
}

/// Serves as a child: limits itself, gives up the rights that it does not need, and answers requests until the input
/// ends.
///
/// All descriptors except standard input, output and error are closed, and no others can be opened any more.
///
/// # Errors
/// The errors of input and output, which end the child.
pub fn serve() -> io::Result<()> {
    let mut hello = Hello::default();
    if let Err(reason) = end_with_parent() {
        hello.missing.push(format!("end with its parent ({reason})"));
    }
    let limited = limit_itself();
    match &limited {
        Ok(()) => hello.missing.extend(sandbox::enter()),
        Err(problem) => hello.unfit = Some(problem.clone()),
    }
    let (mut input, mut output) = (BufReader::new(io::stdin().lock()), io::stdout().lock());
    answer(&mut output, &hello)?;
    if limited.is_err() {
        return Ok(());
    }
    let mut line = String::new();
    loop {
        line.clear();
        if input.read_line(&mut line)? == 0 {
            return Ok(());
        }
        match serde_json::from_str(&line)? {
            Request::File { format, bytes } => {
                let mut file = vec![0u8; bytes];
                input.read_exact(&mut file)?;
                limit_time()?;
                let panicked = |_| Err(ExtractError::Damaged("the parser failed on it".to_owned()));
                let extracted = std::panic::catch_unwind(move || extract(format, file)).unwrap_or_else(panicked);
                answer(&mut output, &extracted)?;
            }
            Request::Escape => answer(&mut output, &escape())?,
        }
    }
}

/// Makes the child die with its parent: a killed parent closes the input, but a child in a long parse does not read it.
#[cfg(target_os = "linux")]
fn end_with_parent() -> Result<(), String> {
    use rustix::process::{Signal, set_parent_process_death_signal};
    set_parent_process_death_signal(Some(Signal::KILL)).map_err(|error| error.to_string())
}

/// On other systems the limit of processor time ends an orphaned child.
#[cfg(not(target_os = "linux"))]
fn end_with_parent() -> Result<(), String> {
    Ok(())
}

fn answer(output: &mut impl Write, answer: &impl Serialize) -> io::Result<()> {
    let answer = serde_json::to_vec(answer)?;
    output.write_all(&(answer.len() as u64).to_le_bytes())?;
    output.write_all(&answer)?;
    output.flush()
}

/// Limits memory and processor time, and forbids writing files and dumping core.
fn limit_itself() -> Result<(), String> {
    for (name, resource, most) in [
        ("memory", Resource::As, MEMORY_BYTES),
        ("size of files", Resource::Fsize, 0),
        ("core dumps", Resource::Core, 0),
    ] {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) }).map_err(|error| {
            match getrlimit(resource).maximum {
                // Refuse to work: under a tighter limit a sound file would be reported as faulty.
                Some(hard) if hard < most => {
                    format!(
                        "its {name} is limited to {} MB from outside, and {} MB are needed (ulimit)",
                        hard >> 20,
                        most >> 20
                    )
                }
                _ => format!("its {name} cannot be limited: {error}"),
            }
        })?;
    }
    limit_time().map_err(|error| format!("its processor time cannot be limited: {error}"))
}

/// Gives the next file its processor time: the limit counts from the start of the process, so it moves on with each
/// file.
fn limit_time() -> io::Result<()> {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime).tv_sec.unsigned_abs();
    let maximum = getrlimit(Resource::Cpu).maximum;
    let current = maximum.map_or(used + CPU_SECONDS, |most| most.min(used + CPU_SECONDS));
    Ok(setrlimit(Resource::Cpu, Rlimit { current: Some(current), maximum })?)
}

/// Attempts forbidden operations; returns the error number of each, or `None` where it succeeded.
fn escape() -> Vec<(&'static str, Option<i32>)> {
    use std::fs::{self, File};
    use std::net::{TcpListener, UdpSocket};
    use std::os::unix::net::{UnixDatagram, UnixStream};
    fn met<T>(tried: io::Result<T>) -> Option<i32> {
        tried.err().map(|error| error.raw_os_error().unwrap_or(0))
    }
    let made = std::env::temp_dir().join(format!("fumikura-{}", std::process::id()));
    let parent = rustix::process::getppid();
    let memory = Rlimit { current: Some(MEMORY_BYTES), maximum: Some(MEMORY_BYTES) };
    let met = vec![
        ("open a file", met(File::open("/etc/passwd"))),
        ("open a file of the kernel", met(File::open("/proc/self/environ"))),
        ("list a folder", met(fs::read_dir("/"))),
        ("look at a file", met(fs::metadata("/etc/passwd"))),
        ("create a file", met(File::create(&made))),
        ("create a folder", met(fs::create_dir(&made))),
        ("remove a file", met(fs::remove_file(&made))),
        ("link a file", met(std::os::unix::fs::symlink("/etc/passwd", &made))),
        ("a TCP socket", met(TcpListener::bind("127.0.0.1:0"))),
        ("a UDP socket", met(UdpSocket::bind("127.0.0.1:0"))),
        ("a UDP socket of IPv6", met(UdpSocket::bind("[::1]:0"))),
        ("a Unix socket", met(UnixDatagram::unbound())),
        ("a pair of sockets", met(UnixStream::pair())),
        ("a pipe", met(io::pipe())),
        ("a thread", met(std::thread::Builder::new().spawn(|| {}))),
        ("another process", met(Command::new("/bin/true").spawn().and_then(|mut child| child.wait()))),
        ("another program", met(Err::<(), _>(Command::new("/bin/true").exec()))),
        ("signal its parent", met(parent.map_or(Ok(()), |parent| Ok(rustix::process::test_kill_process(parent)?)))),
        ("another limit of memory", met(setrlimit(Resource::As, memory).map_err(io::Error::from))),
        ("another folder to work in", met(std::env::set_current_dir("/"))),
    ];
    let _ = fs::remove_file(&made).or_else(|_| fs::remove_dir(&made));
    met
}
