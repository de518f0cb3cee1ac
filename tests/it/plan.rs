//! The plan of a run and its execution: which files are read, how often, and the report of a dry run.

use std::fs::{self, File, FileTimes};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::foreign::write;
use crate::support::{fumikura, root, stdout};

/// Creates a folder with several files of about one megabyte in all.
fn large_world() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let corpus = root().join("corpus/2007-10-03_international-cooperation-in-information-security.txt");
    let text = fs::read_to_string(corpus).expect("a text");
    for number in 10..30 {
        write(&folder.path().join(format!("corpus/{number}.txt")), &format!("文書{number}\n{text}"));
    }
    let lines: Vec<String> =
        (10..30).map(|number| serde_json::json!({"id": number.to_string(), "text": text}).to_string()).collect();
    write(&folder.path().join("corpus/lines.jsonl"), &lines.join("\n"));
    folder
}

/// Returns the bytes that `fumikura index` reads, as counted by the system.
fn bytes_read(folder: &Path) -> u64 {
    let run = "\"$0\" index >/dev/null || exit 1; cat /proc/$$/io";
    let output = Command::new("sh")
        .args(["-c", run, env!("CARGO_BIN_EXE_fumikura")])
        .current_dir(folder)
        .output()
        .expect("a shell");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let read = said.lines().find_map(|line| line.strip_prefix("rchar: ")).expect("the system keeps accounts");
    read.parse().expect("a number")
}

#[test]
#[cfg(target_os = "linux")]
fn each_file_is_read_once() {
    let folder = large_world();
    let corpus = folder.path().join("corpus");
    let size: u64 = fs::read_dir(&corpus)
        .expect("files")
        .map(|entry| entry.expect("an entry").metadata().expect("found").len())
        .sum();
    // The program itself and small files of the index add to this.
    let once = size + size / 4;
    let first = bytes_read(folder.path());
    assert!((size..once).contains(&first), "{first} bytes read of {size} new ones");
    let again = bytes_read(folder.path());
    assert!((size..once).contains(&again), "{again} bytes read of {size} unchanged ones");
    // One file keeps its size, one grows.
    let same = corpus.join("12.txt");
    fs::write(&same, fs::read_to_string(&same).expect("a text").replace("総務省", "財務省")).expect("written");
    let other = corpus.join("13.txt");
    fs::write(&other, fs::read_to_string(&other).expect("a text") + "追記。\n").expect("written");
    let changed = bytes_read(folder.path());
    assert!((size..once).contains(&changed), "{changed} bytes read of {size} where two files changed");
}

#[test]
fn an_edit_that_keeps_size_and_time_is_seen() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("corpus/a.txt");
    write(&path, "総務省は電子署名について発表した。");
    stdout(&fumikura(folder.path(), &["index"]), 0);
    let time = fs::metadata(&path).expect("found").modified().expect("a time");
    fs::write(&path, "総務省は暗号技術について発表した。").expect("written");
    File::options()
        .write(true)
        .open(&path)
        .expect("opened")
        .set_times(FileTimes::new().set_modified(time))
        .expect("the time is set");
    let report: Value = serde_json::from_str(&stdout(&fumikura(folder.path(), &["index", "--json"]), 0)).expect("JSON");
    assert_eq!(report["changed"], 1, "{report}");
    assert!(stdout(&fumikura(folder.path(), &["search", "暗号技術"]), 0).contains("暗号技術"));
}

#[test]
fn a_dry_run_tells_what_the_run_then_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let corpus = folder.path().join("corpus");
    for (name, text) in [
        ("kept.txt", "日ASEAN情報通信大臣会合の結果"),
        ("edited.txt", "電子署名の結果"),
        ("grown.txt", "暗号の結果"),
        ("emptied.txt", "放送の結果"),
        ("side.txt", "会合の結果"),
        ("lines.jsonl", "{\"id\": \"a\", \"text\": \"電子署名\"}\n{\"id\": \"b\", \"text\": \"暗号\"}\n"),
    ] {
        write(&corpus.join(name), text);
    }
    stdout(&fumikura(folder.path(), &["index"]), 0);
    write(&corpus.join("edited.txt"), "電子認証の結果");
    write(&corpus.join("grown.txt"), "暗号の結果\n\n追記。");
    write(&corpus.join("emptied.txt"), "");
    write(&corpus.join("side.meta.toml"), "date = \"2016-06-09\"\n");
    write(&corpus.join("new.txt"), "新しい報道資料");
    write(&corpus.join("binary.txt"), "\u{0}\u{1}\u{2}\u{0}");
    write(
        &corpus.join("lines.jsonl"),
        "{\"id\": \"a\", \"text\": \"電子署名\"}\n{\"id\": \"c\", \"text\": \"標準\"}\nno json\n",
    );
    let report = |arguments: &[&str]| -> Value {
        serde_json::from_str(&stdout(&fumikura(folder.path(), arguments), 3)).expect("JSON")
    };
    let told = report(&["index", "--dry-run", "--json"]);
    let done = report(&["index", "--json"]);
    for field in ["walked", "added", "changed", "unchanged", "removed", "skipped", "failed", "warnings"] {
        assert_eq!(told[field], done[field], "{field}");
    }
    assert_eq!((done["added"].as_u64(), done["changed"].as_u64()), (Some(2), Some(3)), "{done}");
}
