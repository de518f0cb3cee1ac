//! The child process that reads structured formats: its rights, its end, and who is at fault.

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use fumikura::extract::{ExtractError, Extracted, Structured};
use fumikura::ingest::{Extractor, IngestError};
use fumikura::pipeline::{self, IndexOptions};
use serde_json::Value;

use crate::support::{fumikura, stdout};

const PROGRAM: &str = env!("CARGO_BIN_EXE_fumikura");

fn frame(json: &str) -> Vec<u8> {
    [&(json.len() as u64).to_le_bytes(), json.as_bytes()].concat()
}

/// Writes a program that sends a child's first answer and then runs a script.
fn write_child(path: &Path, script: &str) {
    write_child_that_says(path, r#"{"unfit":null,"missing":[]}"#, script);
}

fn write_child_that_says(path: &Path, hello: &str, script: &str) {
    let said = path.with_extension("hello");
    std::fs::write(&said, frame(hello)).expect("written");
    std::fs::write(path, format!("#!/bin/sh\ncat '{}'\n{script}\n", said.display())).expect("written");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("made to run");
}

#[test]
fn a_child_that_dies_costs_one_file_and_the_next_has_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = folder.path().join("child");
    for (script, said) in
        [("kill -SEGV $$", "crashed (signal 11)"), ("exit 3", "crashed"), ("kill -XCPU $$", "processor time")]
    {
        write_child(&program, script);
        let mut extractor = Extractor::new(Some(program.clone()));
        for _ in 0..2 {
            let error = extractor.extract(Structured::Html, b"<p>text</p>".to_vec()).expect_err("dead");
            assert!(
                matches!(&error, IngestError::Crashed { reason, .. } if reason.contains(said)),
                "{script}: {error}"
            );
            assert!(!error.is_passing());
        }
    }
}

#[test]
fn a_child_ended_from_outside_is_no_fault_of_its_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = folder.path().join("child");
    for signal in ["INT", "TERM", "HUP", "KILL", "QUIT", "USR1", "ALRM", "PIPE"] {
        write_child(&program, &format!("kill -{signal} $$; sleep 5"));
        let error =
            Extractor::new(Some(program.clone())).extract(Structured::Html, b"<p>text</p>".to_vec()).expect_err("dead");
        assert!(matches!(error, IngestError::Ended(_)) && error.is_passing(), "{signal}: {error}");
    }
}

#[test]
fn a_child_that_cannot_start_or_limit_itself_is_no_fault_of_its_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = folder.path().join("child");
    let ask = || {
        Extractor::new(Some(program.clone())).extract(Structured::Html, b"<p>text</p>".to_vec()).expect_err("no child")
    };
    let absent = ask();
    write_child_that_says(&program, r#"{"unfit":"its memory is limited","missing":[]}"#, "");
    let unfit = ask();
    std::fs::write(&program, "#!/bin/sh\nkill -SEGV $$\n").expect("written");
    let dead = ask();
    for (error, said) in [(absent, "No such file"), (unfit, "its memory is limited"), (dead, "signal 11")] {
        assert!(
            matches!(&error, IngestError::Unreadable { problem, .. } if problem.contains(said)) && error.is_passing(),
            "{error}"
        );
    }
}

#[test]
fn a_tighter_limit_of_the_shell_is_named_and_fails_no_file_for_good() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("corpus")).expect("corpus/");
    std::fs::write(folder.path().join("corpus/page.html"), "<p>会合を開催しました。</p>").expect("written");
    let limited = |limit: &str| {
        let script = format!("ulimit {limit}; exec '{PROGRAM}' extract-worker < /dev/null");
        let output = Command::new("sh").args(["-c", &script]).output().expect("started");
        serde_json::from_slice::<Value>(&output.stdout[8..]).expect("JSON")
    };
    let memory = limited("-v 300000");
    assert!(
        memory["unfit"].as_str().is_some_and(|reason| reason.contains("memory") && reason.contains("292 MB")),
        "{memory}"
    );
    // An outer limit of processor time is kept; the child does not ask for more.
    assert_eq!(limited("-t 60")["unfit"], Value::Null);
}

#[test]
fn a_child_worn_out_by_other_files_costs_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let (program, answer, died) =
        (folder.path().join("child"), folder.path().join("answer"), folder.path().join("died"));
    let page = Extracted { title: Some("第１回会合".to_owned()), ..Extracted::default() };
    let json = serde_json::to_vec(&Ok::<_, ExtractError>(page.clone())).expect("JSON");
    std::fs::write(&answer, [&(json.len() as u64).to_le_bytes(), json.as_slice()].concat()).expect("written");
    // The first child dies on its third file; no other child dies.
    let script = format!(
        r#"files=0
while read -r request; do
    bytes=${{request##*:}}; head -c "${{bytes%%\}}*}}" > /dev/null
    files=$((files + 1))
    if [ $files = 3 ] && ! [ -e '{0}' ]; then echo > '{0}'; kill -ABRT $$; fi
    cat '{1}'
done
"#,
        died.display(),
        answer.display()
    );
    write_child(&program, &script);
    let mut extractor = Extractor::new(Some(program));
    for _ in 0..4 {
        assert_eq!(extractor.extract(Structured::Html, b"<p>text</p>".to_vec()).expect("an answer"), page);
    }
    assert!(died.exists());
}

#[test]
fn a_child_can_open_neither_file_nor_socket_nor_start_a_program() {
    let mut extractor = Extractor::new(Some(PROGRAM.into()));
    let tried = extractor.escape().expect("an answer");
    assert!(tried.len() >= 20);
    let warning = extractor.warning().unwrap_or_default();
    for (what, error) in tried {
        // EPERM comes from seccomp, EACCES from Landlock, EMFILE from the limit of descriptors where neither exists.
        let refused = matches!(error, Some(1 | 13 | 24));
        assert!(refused || warning.contains("no seccomp"), "{what}: {error:?}, {warning}");
    }
    // The child still works afterwards.
    let page = extractor.extract(Structured::Html, "<p>会合を開催しました。</p>".as_bytes().to_vec()).expect("a page");
    assert_eq!(page.lines[0].text, "会合を開催しました。");
}

#[cfg(target_os = "linux")]
#[test]
fn a_child_keeps_no_descriptor_of_whoever_started_the_program() {
    let script = format!("exec 5</etc/passwd 9>&1; exec '{PROGRAM}' extract-worker");
    let mut child =
        Command::new("sh").args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a child");
    child.stdout.as_mut().expect("a pipe").read_exact(&mut [0u8; 8]).expect("a hello");
    let mut open: Vec<String> = std::fs::read_dir(format!("/proc/{}/fd", child.id()))
        .expect("its descriptors")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    open.sort();
    assert_eq!(open, ["0", "1", "2"]);
    child.kill().expect("ended");
    child.wait().expect("waited for");
}

#[test]
fn what_a_system_cannot_take_away_is_said_once_a_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = folder.path().join("child");
    write_child_that_says(
        &program,
        r#"{"unfit":null,"missing":["Landlock (not in this kernel)","seccomp (refused)"]}"#,
        "exit 3",
    );
    let mut extractor = Extractor::new(Some(program));
    for _ in 0..3 {
        assert!(extractor.extract(Structured::Html, b"<p>text</p>".to_vec()).is_err());
    }
    let said = extractor.warning().expect("a warning");
    assert!(said.ends_with(": no Landlock (not in this kernel), no seccomp (refused)"), "{said}");
}

/// Builds a page that takes a parser seconds: nested tables, each moved out of the previous one.
fn slow_page() -> String {
    format!("<body>{}底の文章</body>", "<table><tr><td>".repeat(120_000))
}

#[cfg(target_os = "linux")]
#[test]
fn a_child_ends_with_its_parent_though_its_input_stays_open() {
    let folder = tempfile::tempdir().expect("a folder");
    // Another process holds its input open.
    let held = folder.path().join("held");
    assert!(Command::new("mkfifo").arg(&held).status().expect("mkfifo").success());
    let script = format!("sleep 30 > '{0}' & '{PROGRAM}' extract-worker < '{0}' & echo $!; wait", held.display());
    let mut shell = Command::new("sh").args(["-c", &script]).stdout(Stdio::piped()).spawn().expect("a parent");
    let mut said = Vec::new();
    let output = shell.stdout.as_mut().expect("a pipe");
    let mut byte = [0u8; 1];
    while byte != *b"\n" {
        output.read_exact(&mut byte).expect("a number");
        said.push(byte[0]);
    }
    let child = String::from_utf8_lossy(&said).trim().to_owned();
    // Its hello shows that it will die with its parent.
    output.read_exact(&mut [0u8; 8]).expect("a hello");
    let lives = || std::fs::read_to_string(format!("/proc/{child}/stat")).is_ok_and(|stat| !stat.contains(") Z "));
    assert!(lives());
    shell.kill().expect("ended");
    shell.wait().expect("waited for");
    let until = Instant::now() + Duration::from_secs(5);
    while lives() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(!lives(), "it outlived its parent");
}

#[test]
fn a_child_that_does_not_read_is_not_waited_for_once_the_run_is_to_stop() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = folder.path().join("child");
    // More bytes than the capacity of a pipe.
    write_child(&program, "exec sleep 60");
    let stop = Arc::new(AtomicBool::new(false));
    let mut extractor = Extractor::new(Some(program)).stopping_at(stop.clone());
    let started = Instant::now();
    let stopper = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(200));
        stop.store(true, Ordering::Relaxed);
    });
    let error = extractor.extract(Structured::Html, vec![b' '; 1 << 20]).expect_err("stopped");
    stopper.join().expect("no panic");
    assert!(matches!(error, IngestError::Stopped) && error.is_passing(), "{error}");
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn an_answer_longer_than_a_child_can_hold_is_not_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = folder.path().join("child");
    let endless = folder.path().join("endless");
    std::fs::write(&endless, u64::MAX.to_le_bytes()).expect("written");
    write_child(&program, &format!("cat '{}' /dev/zero", endless.display()));
    let error =
        Extractor::new(Some(program)).extract(Structured::Html, b"<p>text</p>".to_vec()).expect_err("no answer");
    assert!(matches!(error, IngestError::Crashed { .. } | IngestError::Ended(_)), "{error}");
}

#[test]
fn a_file_whose_child_was_ended_from_outside_is_read_the_next_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let corpus = folder.path().join("corpus");
    std::fs::create_dir(&corpus).expect("corpus/");
    std::fs::write(corpus.join("page.html"), "<p>会合を開催しました。</p>").expect("written");
    let ended = folder.path().join("child");
    write_child(&ended, "kill -TERM $$; sleep 5");
    let crashing = folder.path().join("crashing");
    write_child(&crashing, "kill -SEGV $$");
    let run = |index: &str, program: &Path| {
        let options = IndexOptions {
            program: Some(program.to_owned()),
            ..IndexOptions::new(vec![corpus.clone()], folder.path().join(index))
        };
        pipeline::run(&options, &()).expect("indexing runs")
    };
    for (index, first, again) in [("passing", &ended, 0), ("lasting", &crashing, 1)] {
        let report = run(index, first);
        assert_eq!((report.failed.len(), report.documents), (1, 0), "{index}");
        let report = run(index, Path::new(PROGRAM));
        assert_eq!((report.failed.len(), report.documents), (again, 1 - again), "{index}: {:?}", report.failed);
    }
}

/// Ctrl-C in a terminal signals every process of the foreground group.
#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_in_a_terminal_fails_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let corpus = folder.path().join("corpus");
    std::fs::create_dir(&corpus).expect("corpus/");
    let page = slow_page();
    for number in 0..24 {
        std::fs::write(
            corpus.join(format!("{number:02}.html")),
            page.replace("底の文章", &format!("文書番号{number:02}の本文")),
        )
        .expect("written");
    }
    let (mut terminal, other) = pty_process::blocking::open().expect("a terminal");
    let mut run = pty_process::blocking::Command::new(PROGRAM)
        .args(["index", "corpus", "--jobs", "2"])
        .current_dir(folder.path())
        .spawn(other)
        .expect("started");
    // Wait until it has a child, which has a process group of its own.
    let children = || std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", run.id())).unwrap_or_default();
    let threads = || -> Vec<String> {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", run.id())).into_iter().flatten().flatten();
        let of = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
        tasks.flat_map(|task| of(task).split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
    };
    let until = Instant::now() + Duration::from_secs(60);
    while children().is_empty() && threads().is_empty() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(!threads().is_empty(), "no child was met");
    std::thread::sleep(Duration::from_millis(300));
    terminal.write_all(b"\x03").expect("Ctrl-C");
    let mut said = Vec::new();
    // The terminal reports an error when its last process is gone.
    let _ = terminal.read_to_end(&mut said);
    let said = String::from_utf8_lossy(&said).into_owned();
    assert_eq!(run.wait().expect("ended").code(), Some(3), "{said}");
    assert!(said.contains("stopping") && said.contains("stopped early") && !said.contains("failed:"), "{said}");
    let rest: Value =
        serde_json::from_str(&stdout(&fumikura(folder.path(), &["index", "--json"]), 0)).expect("valid JSON");
    assert_eq!((&rest["failed"], &rest["documents"]), (&Value::Array(Vec::new()), &24.into()), "{said}");
    assert_ne!(rest["added"], 0, "it was through before: {said}");
    assert_eq!(stdout(&fumikura(folder.path(), &["stats", "--skipped"]), 0).matches("failed").count(), 0);
}
