//! A server of a test, and a client that writes what it likes.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::{index, root};

/// A running server; ends with the test.
pub struct Running {
    child: Child,
    pub port: u16,
    errors: PathBuf,
    _folder: TempDir,
}

impl Running {
    /// Starts a server over an index.
    pub fn start(over: &Path, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let errors = folder.path().join("stderr");
        let mut child = Command::new(env!("CARGO_BIN_EXE_fumikura"))
            .args(["serve", "--port", "0", "--print-url"])
            .args(arguments)
            .env("FUMIKURA_INDEX", over)
            .current_dir(root())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(&errors).expect("a file"))
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("an address");
        let port = line.trim().trim_end_matches('/').rsplit(':').next().and_then(|port| port.parse().ok());
        let port = port.unwrap_or_else(|| panic!("{line}: {}", std::fs::read_to_string(&errors).unwrap_or_default()));
        Self { child, port, errors, _folder: folder }
    }

    /// Asks for a path, as a browser on this machine does.
    pub fn get(&self, path: &str) -> Reply {
        self.get_with(path, "")
    }

    /// Asks with further header lines, each with its line end.
    pub fn get_with(&self, path: &str, headers: &str) -> Reply {
        self.raw(&format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n{headers}\r\n", self.port))
    }

    /// Sends a body and reads the answer.
    pub fn post(&self, path: &str, kind: &str, body: &str) -> Reply {
        let head = format!("POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n", self.port);
        self.raw(&format!("{head}Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}", body.len()))
    }

    /// Sends bytes and reads the answer.
    pub fn raw(&self, request: &str) -> Reply {
        let mut stream = self.connect();
        // A server that refuses a head may close before its end.
        let _ = stream.write_all(request.as_bytes());
        Reply::read(&mut stream)
    }

    /// Opens a connection.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout");
        stream
    }

    /// Returns a number of `/metrics`.
    pub fn metric(&self, name: &str) -> u64 {
        let text = self.get("/metrics").text();
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{name} in {text}"));
        line.trim().parse().expect("a number")
    }

    /// Waits until a number has a value.
    pub fn wait_for(&self, name: &str, value: u64) -> Duration {
        let began = Instant::now();
        while self.metric(name) != value {
            assert!(began.elapsed() < Duration::from_secs(20), "{name} never becomes {value}");
        }
        began.elapsed()
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("a signal");
    }

    /// Waits for the end.
    pub fn ended(&mut self) -> ExitStatus {
        self.child.wait().expect("an end")
    }

    /// Returns what stands on standard error.
    pub fn errors(&self) -> String {
        std::fs::read_to_string(&self.errors).expect("a file")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer.
#[derive(Debug, Default)]
pub struct Reply {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
    /// True where the body came to its end.
    pub whole: bool,
}

impl Reply {
    /// Reads an answer to the end of the connection.
    pub fn read(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        // A server that closes a connection with unread bytes resets it: what came until then counts.
        let _ = stream.read_to_end(&mut bytes);
        Self::parse(&bytes)
    }

    fn parse(bytes: &[u8]) -> Self {
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { return Self::default() };
        let head = String::from_utf8_lossy(&bytes[..end]);
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
        let mut headers: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            let known = headers.entry(name.to_ascii_lowercase()).or_default();
            *known = if known.is_empty() { value.trim().to_owned() } else { format!("{known}, {}", value.trim()) };
        }
        let rest = &bytes[end + 4..];
        let (body, whole) = match headers.get("transfer-encoding") {
            Some(_) => unchunked(rest),
            None => {
                let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
                (rest.to_vec(), rest.len() >= length)
            }
        };
        Self { status: status.unwrap_or(0), headers, body, whole }
    }

    /// Returns the body as a text.
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("UTF-8")
    }

    /// Returns a header, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// Returns the body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}

/// Joins the chunks of a body; tells whether the last one came.
fn unchunked(mut rest: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|window| window == b"\r\n") {
        let size = usize::from_str_radix(String::from_utf8_lossy(&rest[..end]).trim(), 16).expect("a size");
        if size == 0 {
            return (body, true);
        }
        let Some(chunk) = rest.get(end + 2..end + 2 + size) else { break };
        body.extend_from_slice(chunk);
        rest = rest.get(end + 4 + size..).unwrap_or_default();
    }
    (body, false)
}

/// Returns the folder of an index of `corpus/`, made once.
pub fn corpus_index() -> &'static Path {
    static INDEX: LazyLock<TempDir> = LazyLock::new(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        index(&[root().join("corpus")], &folder.path().join("index"));
        folder
    });
    static PATH: LazyLock<PathBuf> = LazyLock::new(|| INDEX.path().join("index"));
    &PATH
}

/// Returns the folder of an index of many passages of one form, for searches that take time; made once.
pub fn large_index() -> &'static Path {
    static INDEX: LazyLock<TempDir> = LazyLock::new(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let sentence = "両国は情報共有の取組を進め、演習の実施と人材の育成について協議する。";
        let line = |number: usize| {
            let text: String = (0..40).map(|part| format!("{number}の{part}番目に、{sentence}")).collect();
            serde_json::json!({ "id": format!("d{number}"), "text": text }).to_string()
        };
        let lines: Vec<String> = (0..3000).map(line).collect();
        let source = folder.path().join("source.jsonl");
        std::fs::write(&source, lines.join("\n")).expect("the source is written");
        index(&[source], &folder.path().join("index"));
        folder
    });
    static PATH: LazyLock<PathBuf> = LazyLock::new(|| INDEX.path().join("index"));
    &PATH
}

/// Asks the program itself.
pub fn command(over: &Path, arguments: &[String]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_fumikura"))
        .args(arguments)
        .env("FUMIKURA_INDEX", over)
        .env("NO_COLOR", "1")
        .current_dir(root())
        .output()
        .expect("the program starts")
}
