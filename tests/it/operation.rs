//! Exit codes, levels of messages, standard input, backup and restore.

use std::fs;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::support::{fumikura, generation, stdout};

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn exit_codes_tell_failures_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| fumikura(folder.path(), arguments);
    fs::create_dir(folder.path().join("corpus")).expect("made");
    fs::write(folder.path().join("corpus/a.txt"), "日米対話の結果である。").expect("written");
    assert_eq!(run(&["search", "日米"]).status.code(), Some(2), "no index");
    stdout(&run(&["index"]), 0);
    assert_eq!(run(&["search", "日欧"]).status.code(), Some(1));
    fs::write(folder.path().join("corpus/b.pdf"), "%PDF-1.7\nbroken").expect("written");
    assert_eq!(run(&["index"]).status.code(), Some(3), "a broken file");
    let lock =
        fs::File::options().read(true).write(true).open(folder.path().join("index/fumikura.lock")).expect("a lock");
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive).expect("locked");
    assert_eq!(run(&["index"]).status.code(), Some(5), "a held lock");
    drop(lock);
    let generation = generation(&folder.path().join("index"));
    fs::write(generation.join("meta.json"), "{}").expect("written");
    assert_eq!(run(&["search", "日米"]).status.code(), Some(4), "damage");
    assert_eq!(run(&["check"]).status.code(), Some(4), "damage");
    stdout(&run(&["index", "--rebuild", "corpus/a.txt"]), 0);
    stdout(&run(&["search", "日米"]), 0);
}

#[test]
fn messages_have_levels_and_a_report_is_a_line() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("corpus")).expect("made");
    fs::write(folder.path().join("corpus/a.txt"), "日米対話の結果である。").expect("written");
    fs::write(folder.path().join("corpus/b.txt"), b"\xE7\xB7\x8F\xE5\x8B\x99\xFF\xE7\x9C\x81\xE3\x81\xA7\n")
        .expect("written");
    fs::write(folder.path().join("corpus/c.bin"), "\0\u{1}").expect("written");
    fs::write(folder.path().join("corpus/d.txt"), "").expect("written");
    let mut kinds = Vec::new();
    for level in ["error", "warn", "info", "debug"] {
        let output = fumikura(folder.path(), &["index", "--rebuild", "--log-level", level]);
        let has = |what: &str| said(&output).lines().any(|line| line.starts_with(what));
        kinds.push((has("failed: "), has("warning: "), has("skipped: ")));
    }
    let [errors, warns, infos, debugs] = kinds[..] else { panic!("{kinds:?}") };
    assert_eq!((errors, warns), ((true, false, false), (true, true, false)));
    assert_eq!((infos, debugs), ((true, true, true), (true, true, true)));
    // The next run tells only what is new: failures are told by each run, and the other notes are counted.
    let told = |options: &[&str]| said(&fumikura(folder.path(), &[&["index"][..], options].concat()));
    let again = told(&[]);
    assert!(again.contains("failed: ") && !again.contains("warning: ") && !again.contains("skipped: "), "{again}");
    assert!(again.contains("known: 2 notes of earlier runs"), "{again}");
    let whole = told(&["--log-level", "debug"]);
    assert!(whole.contains("warning: ") && whole.contains("skipped: ") && !whole.contains("known: "), "{whole}");
    fs::write(folder.path().join("corpus/b.txt"), b"\xE7\xB7\x8F\xE5\x8B\x99\xFF\xE7\x9C\x81\xE3\x81\xA8\n")
        .expect("written");
    let changed = told(&[]);
    assert!(changed.contains("warning: ") && changed.contains("known: 1 note of earlier runs"), "{changed}");
    let output = fumikura(folder.path(), &["index", "--format", "jsonl"]);
    let text = stdout(&output, 3);
    assert_eq!(text.lines().count(), 1);
    let report: Value = serde_json::from_str(&text).expect("JSON");
    for time in ["started", "ended"] {
        let time: Result<jiff::Timestamp, _> = report[time].as_str().expect("a time").parse();
        assert!(time.is_ok(), "{report}");
    }
}

#[test]
fn standard_input_is_kept_as_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str], input: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_fumikura"))
            .args(arguments)
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("started");
        std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), input.as_bytes()).expect("written");
        child.wait_with_output().expect("ended")
    };
    fs::create_dir(folder.path().join("docs")).expect("made");
    let unnamed = run(&["index", "-"], "");
    assert!(unnamed.status.code() == Some(2) && said(&unnamed).contains("--as FILE"), "{}", said(&unnamed));
    let without = run(&["index", "docs", "--as", "docs/lines.jsonl"], "");
    assert!(without.status.code() == Some(2) && said(&without).contains("write -"), "{}", said(&without));
    let arguments = ["index", "-", "--as", "docs/lines.jsonl", "--json"];
    let one = "{\"id\": \"1\", \"text\": \"日米対話の結果である。\"}\n";
    let two = format!("{one}{{\"id\": \"2\", \"text\": \"日欧対話の結果である。\"}}\n");
    for (input, added) in [(one, 1), (&two, 1)] {
        let report: Value = serde_json::from_str(&stdout(&run(&arguments, input), 0)).expect("JSON");
        assert_eq!(report["added"], added, "{report}");
        assert_eq!(fs::read_to_string(folder.path().join("docs/lines.jsonl")).expect("kept"), input);
    }
    let empty = run(&arguments, "");
    assert!(empty.status.code() == Some(2) && said(&empty).contains("is empty"), "{}", said(&empty));
    assert_eq!(fs::read_to_string(folder.path().join("docs/lines.jsonl")).expect("kept"), two);
    assert_eq!(fs::read_dir(folder.path().join("docs")).expect("a folder").count(), 1, "nothing else is left");
}

#[test]
fn a_backup_made_under_the_lock_restores_the_index() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| fumikura(folder.path(), arguments);
    fs::create_dir(folder.path().join("corpus")).expect("made");
    (0..9).for_each(|number| {
        let text = format!("文書{number}の本文である。");
        fs::write(folder.path().join(format!("corpus/{number}.txt")), text).expect("written");
    });
    stdout(&run(&["index"]), 0);
    let guide = include_str!("../../docs/operation.md");
    let commands = || guide.lines().filter_map(|line| line.strip_prefix("$ "));
    let line =
        |start: &str| commands().find(|line| line.starts_with(start)).expect("a command of the guide").to_owned();
    let shell = |line: &str| {
        let line = line.replace("fumikura --index", &format!("{} --index", env!("CARGO_BIN_EXE_fumikura")));
        let output = Command::new("sh").args(["-c", &line]).current_dir(folder.path()).output().expect("a shell");
        assert!(output.status.success(), "{line}: {}", said(&output));
    };
    shell(&line("flock index/fumikura.lock"));
    shell(&line("fumikura --index index.backup check"));
    fs::remove_file(folder.path().join("corpus/3.txt")).expect("removed");
    fs::write(folder.path().join("corpus/new.txt"), "新しい文書である。").expect("written");
    stdout(&run(&["index", "--prune"]), 0);
    let generation = generation(&folder.path().join("index"));
    fs::write(generation.join("meta.json"), "").expect("written");
    assert_eq!(run(&["check"]).status.code(), Some(4));
    for start in ["mv index index.damaged", "cp -a index.backup index", "fumikura --index index check"] {
        shell(&line(start));
    }
    assert!(stdout(&run(&["search", "文書3"]), 0).contains("1 passage"));
    shell(&line("fumikura --index index index --prune"));
    assert_eq!(run(&["search", "文書3の本文"]).status.code(), Some(1));
    stdout(&run(&["search", "新しい文書"]), 0);
}
