//! Documents keep their identity, and none vanishes: roots, clashing ids, pruning, moves.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use fumikura::index::OpenIndex;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Random, fumikura, stdout};

struct World {
    folder: TempDir,
}

impl World {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: impl AsRef<Path>, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }

    /// Writes texts named `before` and a number.
    fn reports(&self, before: &str, numbers: std::ops::Range<usize>) {
        numbers.for_each(|number| self.write(format!("{before}{number}.txt"), "国際会議の報告書"));
    }

    fn lines(&self, name: &str, documents: &[(&str, &str)]) {
        let line = |(id, text): &(&str, &str)| serde_json::json!({"id": id, "text": text}).to_string();
        self.write(name, &documents.iter().map(line).collect::<Vec<_>>().join("\n"));
    }

    /// Runs `index` in a folder of the world and returns its report; the index must be sound afterwards.
    fn index_in(&self, folder: &str, arguments: &[&str], code: i32) -> Value {
        let index = self.path("ix").to_string_lossy().into_owned();
        let arguments = [&["--index", &index, "index", "--json"], arguments].concat();
        let report =
            serde_json::from_str(&stdout(&fumikura(&self.path(folder), &arguments), code)).expect("valid JSON");
        stdout(&fumikura(self.folder.path(), &["--index", &index, "check"]), 0);
        report
    }

    fn index(&self, arguments: &[&str], code: i32) -> Value {
        self.index_in(".", arguments, code)
    }

    /// Returns the ids, each with its first passage.
    fn documents(&self) -> BTreeMap<String, String> {
        let index = OpenIndex::open(&self.path("ix")).expect("the index opens");
        let text = |id: &str| {
            index.passages_of(id).expect("passages").first().map(|found| found.passage.text.clone()).unwrap_or_default()
        };
        index
            .documents()
            .expect("documents")
            .into_iter()
            .map(|found| (found.document.id.clone(), text(&found.document.id)))
            .collect()
    }

    fn texts(&self) -> Vec<String> {
        let mut texts: Vec<String> = self.documents().into_values().collect();
        texts.sort();
        texts
    }
}

fn reasons(report: &Value, list: &str) -> String {
    report[list].to_string()
}

#[test]
fn the_same_jsonl_id_in_a_later_run_is_an_error_until_it_is_free() {
    let world = World::new();
    world.lines("a.jsonl", &[("1", "電子署名の協定"), ("2", "量子暗号の協定")]);
    world.index(&["a.jsonl"], 0);
    world.lines("b.jsonl", &[("1", "重要インフラの協定"), ("3", "衛星通信の協定")]);
    let clash = world.index(&["b.jsonl"], 3);
    assert!(
        reasons(&clash, "failed").contains("b.jsonl:1") && reasons(&clash, "failed").contains("a.jsonl"),
        "{clash}"
    );
    assert_eq!(world.texts(), ["衛星通信の協定", "量子暗号の協定", "電子署名の協定"].map(str::to_owned));
    // Still reported, although no byte changed.
    assert_eq!(reasons(&world.index(&["b.jsonl"], 3), "failed"), reasons(&clash, "failed"));
    world.lines("a.jsonl", &[("2", "量子暗号の協定")]);
    world.index(&["b.jsonl", "a.jsonl"], 0);
    assert_eq!(world.documents().get("1").map(String::as_str), Some("重要インフラの協定"));
}

#[test]
fn an_id_equal_to_a_file_name_takes_no_document_away() {
    for order in [["a.jsonl", "x.txt"], ["x.txt", "a.jsonl"]] {
        let world = World::new();
        world.write("x.txt", "電子署名の協定");
        world.lines("a.jsonl", &[("x.txt", "量子暗号の協定")]);
        let first = world.index(&order[..1], 0);
        assert_eq!(first["added"], 1);
        // If the line comes later, it is an error; if the file comes later, it gets another id.
        world.index(&order[1..], if order[1] == "a.jsonl" { 3 } else { 0 });
        assert!(world.texts().contains(&"電子署名の協定".to_owned()));
        assert_eq!(world.texts().len(), if order[1] == "a.jsonl" { 1 } else { 2 });
    }
}

#[test]
fn equal_names_of_two_roots_live_side_by_side() {
    let world = World::new();
    world.write("a/x.txt", "電子署名の協定");
    world.write("b/x.txt", "量子暗号の協定");
    world.index(&["a", "b"], 0);
    assert_eq!(world.documents().keys().collect::<Vec<_>>(), ["b/x.txt", "x.txt"]);
    world.write("b/x.txt", "衛星通信の協定");
    let report = world.index(&["b"], 0);
    assert_eq!(
        (&report["changed"], world.texts()),
        (&Value::from(1), vec!["衛星通信の協定".to_owned(), "電子署名の協定".to_owned()])
    );
    // The id stays when its reason is gone.
    fs::remove_file(world.path("a/x.txt")).expect("removed");
    world.write("a/y.txt", "重要インフラの協定");
    world.index(&["a", "b", "--prune-all"], 0);
    assert_eq!(world.documents().keys().collect::<Vec<_>>(), ["b/x.txt", "y.txt"]);
}

#[test]
fn one_folder_is_one_root_however_it_is_named() {
    let world = World::new();
    world.write("corpus/sub/x.txt", "電子署名の協定");
    world.write("corpus/y.txt", "量子暗号の協定");
    std::os::unix::fs::symlink(world.path("corpus"), world.path("link")).expect("a link");
    let full = world.path("corpus").to_string_lossy().into_owned();
    assert_eq!(world.index(&["corpus"], 0)["added"], 2);
    for (folder, name) in [
        (".", "./corpus"),
        (".", &*full),
        ("corpus", "."),
        ("corpus/sub", "../../corpus"),
        (".", "link"),
        (".", "corpus/sub/x.txt"),
    ] {
        let again = world.index_in(folder, &[name, "--prune"], 0);
        assert_eq!(
            (&again["added"], &again["removed"], &again["documents"]),
            (&0.into(), &0.into(), &2.into()),
            "{folder} {name}"
        );
    }
    let twice = world.index(&["corpus", "corpus/sub", "corpus/y.txt", "corpus/y.txt", "link"], 0);
    assert_eq!((&twice["walked"], &twice["unchanged"]), (&2.into(), &2.into()));
}

#[test]
fn a_folder_named_within_a_root_or_around_it_changes_no_identity() {
    let world = World::new();
    world.write("docs/sub/x.txt", "電子署名の協定");
    world.write("docs/y.txt", "量子暗号の協定");
    world.index(&["docs/sub"], 0);
    assert_eq!(world.index(&["docs"], 0)["unchanged"], 1);
    assert_eq!(world.index(&["docs/sub"], 0)["unchanged"], 1);
    assert_eq!(world.documents().len(), 2);
}

#[test]
fn pruning_from_another_folder_removes_nothing_that_is_there() {
    let world = World::new();
    world.write("corpus/x.txt", "電子署名の協定");
    world.write("elsewhere/z.txt", "量子暗号の協定");
    world.index(&["corpus"], 0);
    let report = world.index_in("elsewhere", &[".", "--prune"], 0);
    assert_eq!((&report["removed"], &report["documents"]), (&0.into(), &2.into()));
}

#[test]
fn an_empty_or_vanished_root_prunes_nothing_without_a_word() {
    let world = World::new();
    for number in 0..6 {
        world.write(format!("corpus/{number}.txt"), "電子署名の協定");
        world.write(format!("other/{number}.txt"), "量子暗号の協定");
    }
    world.index(&["corpus", "other"], 0);
    fs::rename(world.path("corpus"), world.path("away")).expect("moved");
    let vanished = world.index(&["other", "--prune"], 3);
    assert!(reasons(&vanished, "failed").contains("is gone") && vanished["removed"] == 0, "{vanished}");
    fs::create_dir(world.path("corpus")).expect("made");
    let empty = world.index(&["corpus", "other", "--prune"], 3);
    assert!(reasons(&empty, "failed").contains("not mounted") && empty["removed"] == 0, "{empty}");
    fs::remove_dir(world.path("corpus")).expect("removed");
    fs::rename(world.path("away"), world.path("corpus")).expect("back");
    assert_eq!(world.index(&["corpus", "other", "--prune"], 0)["unchanged"], 12);
    fs::remove_dir_all(world.path("corpus")).expect("removed");
    assert_eq!(world.index(&["other", "--prune-all"], 0)["removed"], 6);
}

#[test]
fn more_than_a_fifth_is_pruned_only_on_request() {
    let world = World::new();
    for number in 0..10 {
        world.write(format!("corpus/{number}.txt"), "電子署名の協定");
    }
    world.index(&["corpus"], 0);
    fs::remove_file(world.path("corpus/0.txt")).expect("removed");
    fs::remove_file(world.path("corpus/1.txt")).expect("removed");
    assert_eq!(world.index(&["corpus", "--prune"], 0)["removed"], 2);
    fs::remove_file(world.path("corpus/2.txt")).expect("removed");
    fs::remove_file(world.path("corpus/3.txt")).expect("removed");
    let refused = world.index(&["corpus", "--prune"], 3);
    assert!(reasons(&refused, "failed").contains("2 of 8 files") && refused["documents"] == 8, "{refused}");
    assert_eq!(world.index(&["corpus", "--prune-all"], 0)["documents"], 6);
}

#[test]
fn a_moved_root_keeps_its_documents() {
    let world = World::new();
    for number in 0..4 {
        world.write(format!("q1/{number}.txt"), "電子署名の協定");
    }
    world.lines("q1/l.jsonl", &[("k", "量子暗号の協定")]);
    world.index(&["q1"], 0);
    let before = world.documents();
    fs::rename(world.path("q1"), world.path("q2")).expect("moved");
    let report = world.index(&["q2", "--prune"], 0);
    assert_eq!(
        (&report["unchanged"], &report["removed"], &report["added"]),
        (&5.into(), &0.into(), &0.into()),
        "{report}"
    );
    assert!(reasons(&report, "warnings").contains("q1"));
    assert_eq!(world.documents(), before);
    let index = world.path("ix").to_string_lossy().into_owned();
    let shown = stdout(&fumikura(world.folder.path(), &["--index", &index, "search", "電子署名", "-n", "1"]), 0);
    assert!(shown.contains("q2/") && !shown.contains("q1/"), "{shown}");
}

#[test]
fn names_that_are_no_utf_8_keep_their_bytes() {
    let world = World::new();
    for (byte, text) in [(0xffu8, "電子署名の協定"), (0xfe, "量子暗号の協定")] {
        world.write(Path::new("corpus").join(OsStr::from_bytes(&[byte, b'.', b't', b'x', b't'])), text);
    }
    world.write("corpus/\\xFF.txt", "衛星通信の協定");
    world.index(&["corpus"], 0);
    assert_eq!(world.texts().len(), 3);
    assert_eq!(world.index(&["corpus", "--prune"], 0)["unchanged"], 3);
    fs::remove_file(world.path(Path::new("corpus").join(OsStr::from_bytes(b"\xfe.txt")))).expect("removed");
    assert_eq!(world.index(&["corpus", "--prune-all"], 0)["removed"], 1);
    assert!(!world.texts().contains(&"量子暗号の協定".to_owned()));
}

#[test]
fn a_jsonl_document_that_moves_to_an_earlier_or_later_file_is_kept() {
    for (from, to) in [("a.jsonl", "z.jsonl"), ("z.jsonl", "a.jsonl")] {
        let world = World::new();
        world.lines(&format!("c/{from}"), &[("k", "電子署名の協定"), ("o", "量子暗号の協定")]);
        world.lines(&format!("c/{to}"), &[("p", "衛星通信の協定")]);
        world.index(&["c"], 0);
        world.lines(&format!("c/{from}"), &[("o", "量子暗号の協定")]);
        world.lines(&format!("c/{to}"), &[("p", "衛星通信の協定"), ("k", "電子署名の協定")]);
        let report = world.index(&["c"], 0);
        assert_eq!((&report["documents"], world.texts().len()), (&3.into(), 3), "{from} {report}");
        // The whole file moves, and the old one is gone.
        fs::rename(world.path(format!("c/{to}")), world.path("c/new.jsonl")).expect("moved");
        assert_eq!(world.index(&["c"], 0)["documents"], 3);
        assert_eq!(world.index(&["c", "--prune-all"], 0)["documents"], 3);
    }
}

#[test]
fn a_file_named_twice_is_read_once() {
    let world = World::new();
    world.write("a.txt", "電子署名の協定");
    let report = world.index(&["a.txt", "a.txt", "./a.txt"], 0);
    assert_eq!((&report["walked"], &report["added"]), (&1.into(), &1.into()));
}

#[test]
fn what_was_left_out_is_forgotten_when_it_is_mended_or_gone() {
    let world = World::new();
    world.write("c/a.txt", "電子署名の協定");
    world.write("c/picture.png", "png");
    world.write("c/broken.docx", "PK");
    world.index(&["c"], 3);
    let index = world.path("ix").to_string_lossy().into_owned();
    let listed = || stdout(&fumikura(world.folder.path(), &["--index", &index, "stats", "--skipped"]), 0);
    assert_eq!(listed().lines().count(), 2);
    fs::remove_file(world.path("c/picture.png")).expect("removed");
    fs::remove_file(world.path("c/broken.docx")).expect("removed");
    world.index(&["c"], 0);
    assert_eq!(listed(), "");
}

#[test]
fn what_was_indexed_of_a_file_that_can_no_longer_be_read_is_kept() {
    let world = World::new();
    let three = [("a", "電子政府の推進"), ("b", "古文書の保存"), ("c", "海底電線の敷設")];
    world.lines("docs/all.jsonl", &three);
    world.write("docs/one.txt", "国際会議の報告書");
    world.index(&["docs"], 0);
    let all = world.documents();
    let line = |id: &str, text: &str| serde_json::json!({"id": id, "text": text}).to_string();

    // The file is emptied, cut inside a line, has garbage in the place of a line, or is a text file that is empty or
    // binary.
    for (file, left, says) in [
        ("docs/all.jsonl", String::new(), "holds no document any more: documents that it held before are kept (3)"),
        (
            "docs/all.jsonl",
            format!("{}\n{}", line("a", three[0].1), &line("b", three[1].1)[..18]),
            "lines of it cannot be read: documents",
        ),
        ("docs/all.jsonl", format!("{}\nnothing\n{}", line("a", three[0].1), line("c", three[2].1)), "are kept (1)"),
        ("docs/one.txt", String::new(), "what was indexed of it before is kept"),
        ("docs/one.txt", "\0\u{1}\u{2}".repeat(50), "what was indexed of it before is kept"),
    ] {
        let before = fs::read(world.path(file)).expect("read");
        world.write(file, &left);
        for _ in 0..2 {
            let report = world.index(&["docs", "--prune"], 3);
            assert!(reasons(&report, "failed").contains(says), "{report}");
            assert_eq!((&report["removed"], world.documents()), (&Value::from(0), all.clone()), "{file} {says}");
        }
        fs::write(world.path(file), before).expect("written");
        world.index(&["docs"], 0);
        assert_eq!(world.documents(), all);
    }

    // A document that moved out of a file with an unreadable line may still be in that line: the old one stays until
    // that is known.
    world.write("docs/all.jsonl", &format!("{}\nnothing", line("a", three[0].1)));
    world.lines("docs/new.jsonl", &[("b", "古文書の保存と公開")]);
    let report = world.index(&["docs"], 3);
    assert_eq!(world.documents(), all, "{report}");
    world.lines("docs/all.jsonl", &[three[0]]);
    world.index(&["docs"], 0);
    assert_eq!(world.documents()["b"], "古文書の保存と公開");
    assert!(!world.documents().contains_key("c"), "what a file is seen to hold no more goes");

    // On request, all of them are removed.
    world.write("docs/all.jsonl", "");
    world.index(&["docs", "--prune-all"], 0);
    assert_eq!(world.documents().into_keys().collect::<Vec<_>>(), ["b", "one.txt"]);
}

#[test]
fn a_folder_that_shows_nothing_prunes_nothing_without_a_word() {
    let world = World::new();
    world.reports("docs/k/", 0..40);
    world.write("docs/disk/deep/er.txt", "電子政府の推進");
    world.index(&["docs"], 0);
    fs::remove_dir_all(world.path("docs/disk/deep")).expect("removed");
    let report = world.index(&["docs", "--prune"], 3);
    assert!(
        reasons(&report, "failed").contains("is empty: nothing of it is removed") && report["removed"] == 0,
        "{report}"
    );
    assert_eq!(world.index(&["docs", "--prune-all"], 0)["removed"], 1);
}

#[test]
fn a_copy_taken_for_a_moved_root_prunes_nothing_at_first() {
    let world = World::new();
    world.reports("a/", 0..20);
    world.index(&["a"], 0);
    fs::rename(world.path("a"), world.path("hidden")).expect("moved");
    world.reports("b/", 3..20);
    let report = world.index(&["b", "--prune"], 3);
    assert!(reasons(&report, "failed").contains("taken for a folder that moved") && report["removed"] == 0, "{report}");
    assert_eq!(world.index(&["b", "--prune"], 0)["removed"], 3);
}

#[test]
fn a_file_whose_place_something_else_took_is_pruned() {
    let world = World::new();
    world.reports("docs/", 0..20);
    world.index(&["docs"], 0);
    for name in ["0", "1", "2"] {
        fs::remove_file(world.path(format!("docs/{name}.txt"))).expect("removed");
    }
    fs::create_dir(world.path("docs/0.txt")).expect("a folder");
    std::os::unix::fs::symlink(world.path("docs/9.txt"), world.path("docs/1.txt")).expect("a link");
    stdout(&std::process::Command::new("mkfifo").arg(world.path("docs/2.txt")).output().expect("mkfifo runs"), 0);
    assert_eq!(world.index(&["docs"], 0)["removed"], 0, "only on request");
    assert_eq!(world.index(&["docs", "--prune"], 0)["removed"], 3);
    assert_eq!(world.documents().len(), 17);
    let again = world.index(&["docs", "--prune"], 0);
    assert_eq!((&again["removed"], &again["unchanged"]), (&Value::from(0), &Value::from(17)));
}

#[test]
fn without_paths_an_index_is_made_of_what_it_was_made_of() {
    let world = World::new();
    world.write("docs/a.txt", "国際会議の報告書");
    world.write("more/b.txt", "電子政府の推進");
    world.write("corpus/c.txt", "古文書の保存");
    world.index(&["docs", "more/b.txt"], 0);
    for arguments in [&["--rebuild"][..], &[], &["--prune"]] {
        world.index(arguments, 0);
        assert_eq!(world.documents().into_keys().collect::<Vec<_>>(), ["a.txt", "b.txt"], "{arguments:?}");
    }
    // A missing path is reported; a single file does not stand for its folder.
    fs::rename(world.path("more/b.txt"), world.path("away")).expect("moved");
    let index = world.path("ix").to_string_lossy().into_owned();
    let refused = fumikura(world.folder.path(), &["--index", &index, "index", "--rebuild"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(2) && said.contains("more/b.txt is gone"), "{said}");
    assert_eq!(world.documents().len(), 2);
    let report = world.index(&["docs/a.txt", "--rebuild"], 0);
    assert_eq!(reasons(&report, "warnings").matches("its documents are left out").count(), 2, "{report}");
    fs::remove_dir_all(world.path("ix")).expect("removed");
    world.index(&[], 0);
    assert_eq!(world.documents().into_keys().collect::<Vec<_>>(), ["c.txt"], "a new index is made of corpus");
}

#[test]
fn a_file_that_was_away_for_a_run_loses_nothing_to_another() {
    // A text of another root with the same name, where that root alone or both roots are named.
    for named in [&["a", "c"][..], &["c"]] {
        let world = World::new();
        world.write("a/2.txt", "古い文書");
        world.write("a/q.txt", "別の文書");
        world.index(&["a"], 0);
        world.write("c/2.txt", "新しい文書");
        fs::rename(world.path("a/2.txt"), world.path("away")).expect("moved");
        world.index(named, 0);
        assert_eq!(world.texts(), ["別の文書", "古い文書", "新しい文書"], "{named:?}");
        fs::rename(world.path("away"), world.path("a/2.txt")).expect("moved");
        world.index(&["a", "c"], 0);
        assert_eq!(world.texts(), ["別の文書", "古い文書", "新しい文書"], "{named:?}");
    }

    // A JSONL document moved to another file, and its old file comes back: the clash is reported, and a later run
    // resolves it.
    let world = World::new();
    world.lines("docs/x.jsonl", &[("a", "電子政府の推進")]);
    world.index(&["docs"], 0);
    fs::rename(world.path("docs/x.jsonl"), world.path("docs/y.jsonl")).expect("moved");
    world.index(&["docs"], 0);
    fs::copy(world.path("docs/y.jsonl"), world.path("docs/x.jsonl")).expect("copied");
    let report = world.index(&["docs"], 3);
    assert!(reasons(&report, "failed").contains("the id 'a' is taken by"), "{report}");
    world.lines("docs/y.jsonl", &[("b", "古文書の保存")]);
    world.index(&["docs"], 0);
    assert_eq!(world.documents().into_keys().collect::<Vec<_>>(), ["a", "b"]);

    // An unmounted disk keeps its ids.
    let world = World::new();
    world.lines("a/s/x.jsonl", &[("a", "電子政府の推進")]);
    world.lines("a/y.jsonl", &[("b", "古文書の保存")]);
    world.index(&["a"], 0);
    fs::rename(world.path("a/s/x.jsonl"), world.path("away")).expect("moved");
    world.lines("c/x.jsonl", &[("a", "海底電線の敷設")]);
    let report = world.index(&["a", "c"], 3);
    assert!(reasons(&report, "failed").contains("the id 'a' is taken by"), "{report}");
    assert_eq!(world.documents()["a"], "電子政府の推進");
}

#[test]
fn a_jsonl_file_whose_documents_all_have_other_ids_gives_the_old_ones_up() {
    let world = World::new();
    for id in ["a", "b", "c"] {
        world.lines("docs/x.jsonl", &[(id, "電子政府の推進")]);
        world.index(&["docs"], 0);
        assert_eq!(world.documents().into_keys().collect::<Vec<_>>(), [id]);
    }
}

#[test]
fn what_was_kept_goes_on_request_though_nothing_changed_since() {
    let world = World::new();
    for left in ["", "{\"id\": \"a\", \"text\": \"電子政府の推進\"}\nnothing"] {
        world.lines("docs/x.jsonl", &[("a", "電子政府の推進"), ("b", "古文書の保存")]);
        world.index(&["docs"], 0);
        world.write("docs/x.jsonl", left);
        world.index(&["docs"], 3);
        assert_eq!(world.documents().len(), 2);
        let code = if left.is_empty() { 0 } else { 3 };
        world.index(&["docs", "--prune-all"], code);
        assert!(!world.documents().contains_key("b"), "{left}");
    }
}

#[test]
fn a_document_that_moves_out_of_a_file_that_became_a_link_is_counted_once() {
    let world = World::new();
    world.lines("docs/x.jsonl", &[("a", "電子政府の推進")]);
    world.index(&["docs"], 0);
    fs::rename(world.path("docs/x.jsonl"), world.path("docs/y.jsonl")).expect("moved");
    std::os::unix::fs::symlink("y.jsonl", world.path("docs/x.jsonl")).expect("a link");
    // The index is checked after each run.
    world.index(&["docs"], 0);
    world.index(&["docs"], 0);
    assert_eq!(world.documents().into_keys().collect::<Vec<_>>(), ["a"]);
}

/// Random folders, roots, working directories, names, ids and operations; the disk is the model.
#[test]
fn random_histories_lose_no_document() {
    let seed = std::env::var("IDENTITY_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_126);
    let rounds: usize = std::env::var("IDENTITY_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(12);
    let mut random = Random(seed);
    for round in 0..rounds {
        history(&mut random, round);
    }
}

const FOLDERS: [&str; 5] = ["p", "p/q", "p/q/r", "s", "s/q"];

fn history(random: &mut Random, round: usize) {
    let world = World::new();
    let mut number = 0;
    // Path of each file, with id (none for a text) and text of its documents.
    let mut disk: BTreeMap<String, Vec<(Option<String>, String)>> = BTreeMap::new();
    // Texts that a run has read and that have stayed on disk since.
    let mut read: BTreeSet<String> = BTreeSet::new();
    for step in 0..14 {
        for _ in 0..random.below(5) {
            let folder = FOLDERS[random.below(FOLDERS.len())];
            let is_lines = random.below(3) == 0;
            let name =
                format!("{folder}/{}.{}", ["x", "y", "z"][random.below(3)], if is_lines { "jsonl" } else { "txt" });
            match random.below(4) {
                0 => {
                    if let Some(documents) = disk.remove(&name) {
                        fs::remove_file(world.path(&name)).expect("removed");
                        documents.iter().for_each(|(_, text)| _ = read.remove(text));
                    }
                }
                _ => {
                    let mut documents = Vec::new();
                    for _ in 0..if is_lines { 1 + random.below(4) } else { 1 } {
                        number += 1;
                        let id = is_lines.then(|| ["1", "2", "3", "4", "5", "x.txt"][random.below(6)].to_owned());
                        if documents.iter().all(|(known, _)| id.is_none() || *known != id) {
                            documents.push((id, format!("文書番号{round:03}{number:05}の本文。")));
                        }
                    }
                    let text = match is_lines {
                        true => documents
                            .iter()
                            .map(|(id, text)| serde_json::json!({"id": id, "text": text}).to_string() + "\n")
                            .collect(),
                        false => documents[0].1.clone(),
                    };
                    world.write(&name, &text);
                    let old = disk.insert(name, documents).unwrap_or_default();
                    old.iter().for_each(|(_, text)| _ = read.remove(text));
                }
            }
        }
        for folder in FOLDERS {
            fs::create_dir_all(world.path(folder)).expect("made");
        }
        // Name the scope from a random folder, in a random form.
        let cwd = ["", "p", "s/q"][random.below(3)];
        let up = "../".repeat(cwd.split('/').filter(|part| !part.is_empty()).count());
        let mut named: Vec<String> = Vec::new();
        for _ in 0..1 + random.below(2) {
            let folder = FOLDERS[random.below(FOLDERS.len())];
            let full = world.path(folder).to_string_lossy().into_owned();
            named.push(match random.below(3) {
                0 => full,
                1 => format!("./{up}{folder}"),
                _ => format!("{up}{folder}/"),
            });
        }
        let scope: Vec<PathBuf> =
            named.iter().map(|name| fs::canonicalize(world.path(cwd).join(name)).expect("a folder")).collect();
        let mut arguments: Vec<&str> = named.iter().map(String::as_str).collect();
        let prune = random.below(4) == 0;
        arguments.extend(prune.then_some("--prune-all"));
        let index = world.path("ix").to_string_lossy().into_owned();
        let output =
            fumikura(&world.path(cwd), &[&["--index", &index, "index", "--json"], arguments.as_slice()].concat());
        let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
        let context = format!("round {round} step {step} {named:?} prune {prune} {report}");
        stdout(&fumikura(world.folder.path(), &["--index", &index, "check"]), 0);
        let texts = world.texts();
        let has = |text: &str| texts.iter().filter(|found| found.as_str() == text).count();
        let failed = report["failed"].as_array().expect("a list");
        for (name, documents) in &disk {
            let path = fs::canonicalize(world.path(name)).expect("a file");
            let in_scope = scope.iter().any(|named| path.starts_with(named));
            for (line, (id, text)) in documents.iter().enumerate() {
                let place = format!("{name}:{}", line + 1);
                let clashes = id.is_some()
                    && failed.iter().any(|item| {
                        item["path"].as_str().is_some_and(|path| {
                            format!("./{path}").contains(place.rsplit('/').next().unwrap_or_default())
                        })
                    });
                if in_scope && has(text) == 1 {
                    read.insert(text.clone());
                }
                assert!(!in_scope || clashes || has(text) == 1, "{place} {text} is not found once; {context}");
                assert!(!read.contains(text) || has(text) == 1, "{place} {text} is lost; {context}");
            }
        }
        if prune {
            let gone = |text: &&String| !disk.values().flatten().any(|(_, known)| known == *text);
            let old: Vec<&String> = texts.iter().filter(gone).collect();
            // Remains of changed files that were not read again may stay; remains of removed files may not.
            let changed = disk.iter().filter(|(name, _)| {
                !scope.iter().any(|named| fs::canonicalize(world.path(name)).expect("a file").starts_with(named))
            });
            assert!(old.len() <= changed.count() * 5, "{old:?} {context}");
        }
    }
    // Once all clashes are resolved, the index equals the disk.
    for (name, documents) in &mut disk {
        for (at, (id, _)) in documents.iter_mut().enumerate().filter(|(_, (id, _))| id.is_some()) {
            *id = Some(format!("{name}#{at}"));
        }
        if name.ends_with("jsonl") {
            let text: String = documents
                .iter()
                .map(|(id, text)| serde_json::json!({"id": id, "text": text}).to_string() + "\n")
                .collect();
            world.write(name, &text);
        }
    }
    world.index(&["p", "s", "--prune-all"], 0);
    let mut expected: Vec<String> = disk.values().flatten().map(|(_, text)| text.clone()).collect();
    expected.sort();
    assert_eq!(world.texts(), expected, "round {round}");
}
