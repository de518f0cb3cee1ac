//! Reading of plain text, JSONL, side files and files named on the command line: only regular files, and only up to the
//! limits.

use std::io::{self, BufReader, Read};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use fumikura::ingest::{IngestError, JsonLines};
use serde_json::Value;

use crate::support::{fumikura, root, stdout};

fn folder_with(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("corpus")).expect("corpus/");
    std::fs::write(folder.path().join("corpus/a.txt"), text).expect("written");
    folder
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
}

/// Returns the failures of `index`, each with path and reason; the run must end by itself.
fn failed(folder: &Path) -> Vec<(String, String)> {
    reported(folder, "failed")
}

/// Returns a list of the report of `index`.
fn reported(folder: &Path, list: &str) -> Vec<(String, String)> {
    let started = Instant::now();
    let output = fumikura(folder, &["index", "--json"]);
    assert!(started.elapsed() < Duration::from_secs(60));
    let report: Value = serde_json::from_slice(&output.stdout).expect("valid JSON");
    let text = |item: &Value, key: &str| item[key].as_str().unwrap_or_default().to_owned();
    report[list].as_array().expect("a list").iter().map(|item| (text(item, "path"), text(item, "reason"))).collect()
}

#[test]
fn a_side_file_that_is_no_regular_file_is_named_and_not_waited_for() {
    for name in ["a.txt.meta.toml", "a.meta.toml"] {
        let folder = folder_with("会合を開催しました。");
        let side = folder.path().join("corpus").join(name);
        let put: [(&str, &dyn Fn()); 5] = [
            ("not a regular file", &|| pipe(&side)),
            ("a link; links are not followed", &|| std::os::unix::fs::symlink("/dev/zero", &side).expect("a link")),
            ("a link; links are not followed", &|| std::os::unix::fs::symlink("nowhere", &side).expect("a link")),
            ("not a regular file", &|| drop(std::os::unix::net::UnixListener::bind(&side).expect("a socket"))),
            ("over the limit: at most 65536 bytes", &|| std::fs::write(&side, "# ".repeat(40_000)).expect("written")),
        ];
        for (said, put) in put {
            // Index without it first, so that the next one counts as a new file.
            let _ = std::fs::remove_file(&side);
            assert_eq!(failed(folder.path()), []);
            put();
            // Twice: the file is remembered, and the message is repeated.
            let mut reports = [(); 2].map(|()| {
                let output = fumikura(folder.path(), &["index", "--json"]);
                serde_json::from_str::<Value>(&stdout(&output, 0)).expect("valid JSON")
            });
            assert_eq!(reports[0]["warnings"], reports[1]["warnings"]);
            let report = reports[1].take();
            let warning = &report["warnings"][0];
            assert!(warning["path"].as_str().is_some_and(|path| path.ends_with(name)), "{report}");
            assert!(warning["reason"].as_str().is_some_and(|reason| reason.contains(said)), "{report}, {said}");
            // The document stays.
            assert_eq!((&report["documents"], &report["failed"]), (&1.into(), &serde_json::json!([])), "{report}");
        }
        std::fs::remove_file(&side).expect("removed");
        std::fs::write(&side, "title = \"題\"\n").expect("written");
        assert_eq!(failed(folder.path()), []);
    }
}

#[test]
fn a_side_file_of_a_terabyte_is_not_read() {
    let folder = folder_with("会合を開催しました。");
    let side = std::fs::File::create(folder.path().join("corpus/a.meta.toml")).expect("made");
    side.set_len(1 << 40).expect("a hole");
    assert!(reported(folder.path(), "warnings")[0].1.contains("over the limit"));
}

#[test]
fn a_malformed_side_file_is_named_with_its_line_and_in_few_words() {
    let folder = folder_with("会合を開催しました。");
    let side = folder.path().join("corpus/a.meta.toml");
    let long = format!("\n{} = 1\n", "k".repeat(50_000));
    for (bytes, said) in [
        (b"title = \"x\"\npartners = [\n".to_vec(), (2, "array")),
        (b"title = \"x\"\n# \xff\nurl = \"\xff\"\n".to_vec(), (3, "not UTF-8")),
        (long.into_bytes(), (2, "unknown key")),
    ] {
        std::fs::write(&side, bytes).expect("written");
        let warnings = reported(folder.path(), "warnings");
        assert!(warnings.len() == 1 && warnings[0].1.contains(said.1) && warnings[0].1.len() < 1000, "{warnings:?}");
        assert!(warnings[0].0.ends_with(&format!("a.meta.toml:{}", said.0)), "{warnings:?}");
    }
}

/// A document whose name leaves no room for `.meta.toml` has no side file, and is read.
#[test]
fn a_document_with_the_longest_name_is_read() {
    let folder = folder_with("会合を開催しました。");
    std::fs::write(folder.path().join("corpus").join("b".repeat(251) + ".txt"), "対話を行いました。").expect("written");
    assert_eq!(failed(folder.path()), []);
}

#[test]
fn files_of_the_command_line_are_regular_files_within_a_limit() {
    let folder = folder_with("会合を開催しました。");
    stdout(&fumikura(folder.path(), &["index"]), 0);
    pipe(&folder.path().join("pipe"));
    std::fs::File::create(folder.path().join("large")).expect("made").set_len(1 << 40).expect("a hole");
    std::fs::write(folder.path().join("qrels"), "q\tcorpus\t1\n").expect("written");
    std::fs::write(folder.path().join("latin"), b"\xff\n").expect("written");
    for (file, said) in [
        ("pipe", "not a regular file"),
        ("/dev/zero", "not a regular file"),
        ("large", "over the limit"),
        ("latin", "not UTF-8"),
    ] {
        for arguments in [
            &["index", "corpus", "--terms", file][..],
            &["eval", "--pairs", file],
            &["eval", "--queries", file, "--qrels", "qrels"],
            &["eval", "--queries", "/dev/null", "--qrels", file],
        ] {
            let output = fumikura(folder.path(), arguments);
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            let expected = if arguments.contains(&"/dev/null") { "not a regular file" } else { said };
            assert!(output.status.code() == Some(2) && error.contains(expected), "{arguments:?}: {error}");
        }
    }
    for path in ["pipe", "/dev/zero"] {
        let output = fumikura(folder.path(), &["inspect", path]);
        assert_eq!(output.status.code(), Some(3));
        assert!(String::from_utf8_lossy(&output.stderr).contains("not a regular file"));
    }
    // A link that the user names is followed.
    std::fs::write(folder.path().join("terms"), "情報共有基盤\n").expect("written");
    std::os::unix::fs::symlink("terms", folder.path().join("link")).expect("a link");
    stdout(&fumikura(folder.path(), &["index", "--rebuild", "--terms", "link"]), 0);
}

const MAX_LINE: usize = 32 << 20;

fn document(id: usize, bytes: usize) -> String {
    let empty = format!("{{\"id\": {id}, \"text\": \"\"}}").len();
    format!("{{\"id\": {id}, \"text\": \"{}\"}}", "a".repeat(bytes - empty))
}

#[test]
fn a_line_over_the_limit_costs_itself_alone() {
    // The longest line allowed, one byte more, and far more, each with a neighbour.
    for (length, is_read) in
        [(MAX_LINE, true), (MAX_LINE + 1, false), (MAX_LINE + 2, false), (MAX_LINE + 3_000_000, false)]
    {
        for ending in ["\n", "\r\n"] {
            let is_read = is_read && ending == "\n";
            let lines = format!("{}{ending}{}\n{}", document(1, length), document(2, 100), document(3, 100));
            let read: Vec<_> = JsonLines::new(lines.as_bytes(), "a.jsonl").collect();
            let ids: Vec<&str> = read.iter().flatten().map(|document| document.id.as_str()).collect();
            assert_eq!(ids, if is_read { &["1", "2", "3"][..] } else { &["2", "3"] }, "{length}");
            if !is_read {
                let said = read[0].as_ref().expect_err("over the limit").to_string();
                assert!(said.starts_with("a.jsonl:1: over the limit") && said.len() < 200, "{said}");
            }
        }
    }
}

#[test]
fn what_a_line_gives_beside_its_text_is_bounded() {
    let many = vec!["\"米国\""; 2_000_000].join(",");
    let long = "題".repeat(30_000);
    let lines = [
        format!("{{\"id\": 1, \"text\": \"a\", \"partners\": [{many}]}}"),
        format!("{{\"id\": [{many}], \"text\": \"a\"}}"),
        format!("{{\"id\": 3, \"text\": \"a\", \"date\": [{many}]}}"),
        format!("{{\"id\": 4, \"text\": \"a\", \"title\": \"{long}\"}}"),
        format!("{{\"id\": \"{long}\", \"text\": \"a\"}}"),
        format!("{{\"id\": 6, \"text\": \"a\", \"partners\": \"{long}\"}}"),
        format!("{{\"id\": 7, \"text\": [\"{long}\"]}}"),
        "{\"id\": 8, \"text\": \"会合\", \"partners\": [\"米国\"], \"other\": [[1]]}".to_owned(),
    ];
    let text = lines.join("\n");
    let read: Vec<_> = JsonLines::new(text.as_bytes(), "a.jsonl").collect();
    assert_eq!(read.len(), 8);
    for (at, line) in read.iter().enumerate() {
        match line {
            // Values over the limit are dropped; the text stays.
            Ok(document) if at < 7 => {
                let problems = &document.given.problems;
                assert!(
                    [0, 2, 3, 5].contains(&at) && problems.len() == 1 && problems[0].to_string().len() < 1500,
                    "{at}: {problems:?}"
                );
                let given = &document.given;
                assert!(given.title.is_none() && given.date.is_none() && given.partners.is_none(), "{at}: {given:?}");
            }
            Ok(document) => assert_eq!((at, document.id.as_str(), document.given.problems.len()), (7, "8", 0)),
            Err(error) => {
                let said = error.to_string();
                assert!(said.starts_with(&format!("a.jsonl:{}: ", at + 1)) && said.len() < 1500, "{said}");
            }
        }
    }
    assert!(read[7].is_ok());
}

/// Returns some bytes and then fails for ever, like a broken disk.
struct Failing(&'static [u8]);

impl Read for Failing {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() {
            return Err(io::Error::other("Input/output error"));
        }
        let length = into.len().min(self.0.len());
        into[..length].copy_from_slice(&self.0[..length]);
        self.0 = &self.0[length..];
        Ok(length)
    }
}

#[test]
fn a_file_that_can_no_longer_be_read_ends_with_one_error() {
    let lines = BufReader::new(Failing(b"{\"id\": 1, \"text\": \"a\"}\n{\"id\": 2, \"text\": \"b"));
    let read: Vec<_> = JsonLines::new(lines, "a.jsonl").take(5).collect();
    assert_eq!(read.len(), 2);
    assert!(matches!(&read[1], Err(error @ IngestError::Unreadable { .. }) if error.is_passing()), "{read:?}");
}

/// Measures the peak memory of a command, in MB.
#[cfg(target_os = "linux")]
fn peak_of(folder: &Path, arguments: &[&str]) -> u64 {
    let mut child = Command::new(env!("CARGO_BIN_EXE_fumikura"))
        .args(arguments)
        .current_dir(folder)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("started");
    let mut peak = 0;
    while child.try_wait().expect("asked").is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        peak = peak.max(line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0));
        std::thread::sleep(Duration::from_millis(5));
    }
    peak >> 10
}

#[cfg(target_os = "linux")]
#[test]
fn a_text_of_sixty_megabytes_is_decoded_in_a_few_times_its_size() {
    let folder = folder_with(&"a".repeat(60 << 20));
    // NFC sorts a run of combining marks as a whole.
    std::fs::write(folder.path().join("corpus/b.txt"), "\u{301}".repeat(15 << 20)).expect("written");
    let started = Instant::now();
    let peak = peak_of(folder.path(), &["inspect", "corpus", "--stage", "extracted", "--format", "jsonl"]);
    assert!(peak < 400, "{peak} MB");
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn the_corpus_is_read_as_before_beside_a_pipe() {
    let folder = tempfile::tempdir().expect("a folder");
    let corpus = folder.path().join("corpus");
    std::fs::create_dir(&corpus).expect("corpus/");
    for entry in std::fs::read_dir(root().join("corpus")).expect("the corpus").flatten() {
        std::fs::copy(entry.path(), corpus.join(entry.file_name())).expect("copied");
    }
    pipe(&corpus.join("pipe.jsonl"));
    let report: Value =
        serde_json::from_str(&stdout(&fumikura(folder.path(), &["index", "--json"]), 0)).expect("valid JSON");
    assert!(
        report["skipped"].as_array().expect("a list").iter().any(|item| item["reason"] == "not a regular file"),
        "{report}"
    );
}
