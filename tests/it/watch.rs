//! `index --watch`: files settle, a batch is one commit, an unmounted root loses nothing, other runs come between.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use fumikura::index::OpenIndex;
use serde_json::Value;

use crate::support::{fumikura, stdout};

/// A folder `docs` and a process that watches it.
struct World {
    folder: tempfile::TempDir,
}

struct Watching {
    child: Child,
    reports: Receiver<Value>,
    said: Receiver<String>,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("docs")).expect("made");
        Self { folder }
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path("docs").join(name), text).expect("written");
    }

    fn watch(&self, options: &[&str]) -> Watching {
        let mut child = Command::new(env!("CARGO_BIN_EXE_fumikura"))
            .args(["index", "docs", "--watch", "--every", "0.7", "--settle", "0.4", "--format", "jsonl"])
            .args(options)
            .current_dir(self.folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("started");
        let (reports, said) = (child.stdout.take().expect("a pipe"), child.stderr.take().expect("a pipe"));
        let reports = lines(reports, |line| serde_json::from_str(line).expect("a report on one line"));
        Watching { reports, said: lines(said, str::to_owned), child }
    }

    /// Returns the first passage of each document by its id.
    fn documents(&self) -> Vec<(String, String)> {
        let index = OpenIndex::open(&self.path("index")).expect("the index opens");
        assert_eq!(index.check().expect("checked"), []);
        let text = |id: &str| -> String {
            index.passages_of(id).expect("passages").iter().map(|found| found.passage.text.clone()).collect()
        };
        let documents = index.documents().expect("documents");
        let mut all: Vec<(String, String)> =
            documents.into_iter().map(|found| (found.document.id.clone(), text(&found.document.id))).collect();
        all.sort();
        all
    }
}

fn lines<T: Send + 'static>(
    pipe: impl Read + Send + 'static,
    read: impl Fn(&str) -> T + Send + 'static,
) -> Receiver<T> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            let _ = sender.send(read(&line));
        }
    });
    receiver
}

impl Watching {
    /// Waits for the next report.
    fn report(&self) -> Value {
        self.reports.recv_timeout(Duration::from_secs(60)).expect("a report within a minute")
    }

    /// Waits for reports until they have added so many documents; returns all that they say.
    fn until_added(&self, documents: u64) -> Vec<Value> {
        let mut reports = Vec::new();
        while reports.iter().filter_map(|report: &Value| report["added"].as_u64()).sum::<u64>() < documents {
            reports.push(self.report());
        }
        reports
    }

    /// Waits for a message that holds a text.
    fn until_said(&self, text: &str) -> String {
        let until = Instant::now() + Duration::from_secs(60);
        let mut all = Vec::new();
        while Instant::now() < until {
            let Ok(line) = self.said.recv_timeout(Duration::from_secs(60)) else { break };
            if line.contains(text) {
                return line;
            }
            all.push(line);
        }
        panic!("{text} was not said: {all:?}");
    }

    /// Ends the watch as a service manager does; returns the messages.
    fn end(mut self) -> String {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("a signal");
        assert_eq!(self.child.wait().expect("ended").code(), Some(0));
        self.said.iter().collect::<Vec<_>>().join("\n")
    }

    fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }
}

/// Writes a file piece by piece, as a copy over a slow line does.
fn copy_slowly(path: &Path, number: usize) {
    let mut file = File::create(path).expect("made");
    for piece in 0..12 {
        writeln!(file, "第{piece}段落。両国は文書{number}の情報共有を進めることで一致した。\n").expect("written");
        file.flush().expect("written");
        std::thread::sleep(Duration::from_millis(120));
    }
    writeln!(file, "文書{number}の終わりである。").expect("written");
}

#[test]
fn slow_copies_are_indexed_once_and_whole() {
    for options in [&[][..], &["--poll"]] {
        let world = World::new();
        world.write("first.txt", "初めの文書である。");
        let watching = world.watch(options);
        assert_eq!(watching.report()["added"], 1);
        let docs = world.path("docs");
        let copies: Vec<_> = (0..12)
            .map(|number| {
                let path = docs.join(format!("{number:02}.txt"));
                std::thread::spawn(move || copy_slowly(&path, number))
            })
            .collect();
        copies.into_iter().for_each(|copy| copy.join().expect("copied"));
        let reports = watching.until_added(12);
        let sum = |field: &str| reports.iter().filter_map(|report| report[field].as_u64()).sum::<u64>();
        assert_eq!((sum("added"), sum("changed")), (12, 0), "{options:?} {reports:?}");
        for report in &reports {
            assert!(report["failed"].as_array().is_some_and(Vec::is_empty), "{report}");
            assert!(report["started"].as_str() < report["ended"].as_str(), "{report}");
        }
        watching.end();
        let documents = world.documents();
        assert_eq!(documents.len(), 13);
        for (number, (id, text)) in documents.iter().take(12).enumerate() {
            assert!(text.contains(&format!("文書{number}の終わりである。")), "{options:?} {id} was cut");
        }
    }
}

#[test]
fn an_edit_a_side_file_and_a_rename_are_seen() {
    let world = World::new();
    world.write("a.txt", "日米対話の結果である。");
    world.write("b.txt.part", "まだ書かれている文書である。");
    let watching = world.watch(&[]);
    let first = watching.report();
    assert_eq!((&first["added"], &first["walked"]), (&1.into(), &2.into()), "{first}");
    assert!(first["skipped"][0]["reason"].as_str().is_some_and(|reason| reason.contains("final name")), "{first}");
    fs::rename(world.path("docs/b.txt.part"), world.path("docs/b.txt")).expect("renamed");
    assert_eq!(watching.report()["added"], 1);
    world.write("a.txt", "日欧対話の結果である。");
    assert_eq!(watching.report()["changed"], 1);
    world.write("a.txt.meta.toml", "title = \"第一回対話\"\n");
    let report = watching.report();
    assert_eq!((&report["changed"], &report["added"]), (&1.into(), &0.into()), "{report}");
    // Notes are told once.
    assert!(report["skipped"].as_array().is_some_and(Vec::is_empty), "{report}");
    watching.end();
    let shown = stdout(&fumikura(world.folder.path(), &["show", "a.txt"]), 0);
    assert!(shown.contains("第一回対話") && shown.contains("日欧対話"), "{shown}");
}

#[test]
fn an_unmounted_root_prunes_nothing_and_a_removed_file_goes() {
    let world = World::new();
    (0..10).for_each(|number| world.write(&format!("{number}.txt"), &format!("文書{number}の本文である。")));
    let watching = world.watch(&["--prune"]);
    assert_eq!(watching.until_added(10).len(), 1, "one commit a batch");
    // The mount point of a disk that is gone is an empty folder, or none at all.
    for leave_empty in [true, false] {
        fs::rename(world.path("docs"), world.path("disk")).expect("moved");
        if leave_empty {
            fs::create_dir(world.path("docs")).expect("made");
        }
        let said = watching.until_said("nothing of it is removed");
        assert!(said.contains(if leave_empty { "is empty" } else { "No such file" }), "{said}");
        std::thread::sleep(Duration::from_millis(2500));
        assert_eq!(OpenIndex::open(&world.path("index")).expect("opens").document_count().expect("a count"), 10);
        if leave_empty {
            fs::remove_dir(world.path("docs")).expect("removed");
        }
        fs::rename(world.path("disk"), world.path("docs")).expect("moved back");
        watching.until_said("is there again");
    }
    assert!(watching.reports.try_recv().is_err(), "nothing changed");
    fs::remove_file(world.path("docs/3.txt")).expect("removed");
    let report = watching.report();
    assert_eq!((&report["removed"], &report["documents"]), (&1.into(), &9.into()), "{report}");
    watching.end();
    assert_eq!(world.documents().len(), 9);
}

#[test]
fn other_runs_come_between_and_a_held_lock_is_waited_for() {
    let world = World::new();
    world.write("a.txt", "日米対話の結果である。");
    let watching = world.watch(&[]);
    assert_eq!(watching.report()["added"], 1);
    // A run of another process, while the watch goes on.
    fs::create_dir(world.path("more")).expect("made");
    fs::write(world.path("more/m.txt"), "別の文書である。").expect("written");
    stdout(&fumikura(world.folder.path(), &["index", "more", "--wait", "20"]), 0);
    let lock = File::options().read(true).write(true).open(world.path("index/fumikura.lock")).expect("a lock");
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive).expect("locked");
    world.write("b.txt", "日欧対話の結果である。");
    watching.until_said("busy");
    let other = fumikura(world.folder.path(), &["index", "more"]);
    assert_eq!(other.status.code(), Some(5), "{}", String::from_utf8_lossy(&other.stderr));
    drop(lock);
    assert_eq!(watching.report()["added"], 1);
    watching.end();
    assert_eq!(world.documents().len(), 3);
}

#[test]
fn a_killed_watch_loses_and_doubles_nothing() {
    let world = World::new();
    let mut number = 0;
    for round in 0..4 {
        for _ in 0..15 {
            world.write(&format!("{number:03}.txt"), &format!("文書{number}の本文である。"));
            number += 1;
        }
        let watching = world.watch(&["--settle", "0.05"]);
        // Killed before, during or after the commit.
        std::thread::sleep(Duration::from_millis(90 + 40 * round));
        watching.kill();
    }
    let watching = world.watch(&["--log-level", "error"]);
    assert_eq!(watching.report()["documents"], number);
    assert_eq!(watching.end(), "stopping: the documents in hand are finished and committed; Ctrl-C again ends at once");
    let documents = world.documents();
    assert_eq!(documents.len(), number);
    for (at, (id, text)) in documents.iter().enumerate() {
        assert!(
            id.starts_with(&format!("{at:03}")) && text.contains(&format!("文書{at}の本文である。")),
            "{id}: {text}"
        );
    }
}

#[test]
fn a_root_that_is_missing_at_the_start_is_waited_for() {
    let world = World::new();
    fs::remove_dir(world.path("docs")).expect("removed");
    let watching = world.watch(&[]);
    watching.until_said("docs: No such file");
    fs::create_dir(world.path("docs")).expect("made");
    world.write("a.txt", "日米対話の結果である。");
    assert_eq!(watching.report()["added"], 1);
    watching.end();
}

#[test]
fn options_that_a_watch_cannot_have_are_refused() {
    let world = World::new();
    for option in ["--prune-all", "--rebuild", "--dry-run"] {
        let output = fumikura(world.folder.path(), &["index", "docs", "--watch", option]);
        assert_eq!(output.status.code(), Some(2), "{option}");
    }
    for arguments in [&["--every", "5"][..], &["--watch", "--every", "0"], &["--watch", "--settle", "soon"]] {
        let output = fumikura(world.folder.path(), &[&["index", "docs"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}

/// A watch publishes each batch to a cluster, what an earlier run committed too.
#[test]
#[cfg(feature = "cluster")]
#[ignore = "needs a cluster: make test-cluster"]
fn cluster_gets_each_batch_of_a_watch() {
    let world = World::new();
    let engine = format!("{}/watch", crate::cluster::node_urls());
    for number in 1..=9 {
        world.write(&format!("対話{number}.txt"), &format!("日米対話\n\n両国は第{number}回の情報共有を進める。\n"));
    }
    stdout(&fumikura(world.folder.path(), &["index", "docs"]), 0);
    let watching = world.watch(&["--engine", &engine, "--replace-share", "--prune"]);
    let found = || -> u64 {
        let output = fumikura(world.folder.path(), &["--engine", &engine, "search", "情報共有", "--json", "--strict"]);
        let json: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        json["total"]["documents"].as_u64().unwrap_or(0)
    };
    watching.until_said("published 9 documents");
    assert_eq!(found(), 9);
    world.write("会合.txt", "日EU会合\n\n双方は情報共有を強化する。\n");
    watching.until_said("published 10 documents");
    assert_eq!(found(), 10);
    // A watch removes at most a fifth of the documents at once.
    fs::remove_file(world.path("docs/対話1.txt")).expect("removed");
    watching.until_said("1 removed");
    assert_eq!(found(), 9);
    watching.end();
}

/// A watch whose cluster is away reads on, and tells that nothing is published.
#[test]
#[cfg(feature = "cluster")]
fn a_watch_reads_on_while_its_cluster_is_away() {
    let world = World::new();
    world.write("対話.txt", "日米対話\n\n1. 情報共有\n両国は情報共有の取組を進める。\n");
    // A port on which nobody listens.
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let watching = world.watch(&["--engine", &format!("http://127.0.0.1:{port}/away")]);
    let said = watching.until_said("not published");
    assert!(said.contains(&port.to_string()) && said.contains("tried again"), "{said}");
    watching.until_added(1);
    assert_eq!(world.documents().len(), 1);
    watching.end();
}
