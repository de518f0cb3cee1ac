//! Foreign files: any file in the index, beside it or among the sources survives every command.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fumikura::index::{OpenIndex, Place};
use serde_json::Value;

use crate::support::{change_meta, fumikura, generation, index, stdout};

pub const TEXT: &str =
    "総務省は、欧州委員会との間で情報通信政策に関する対話を行い、重要インフラの防護について意見を交換しました。";

/// A folder with `corpus/a.txt`.
pub fn world() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(&folder.path().join("corpus/a.txt"), TEXT);
    folder
}

pub fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    fs::write(path, text).expect("written");
}

/// All files, folders and links below a folder, with their contents.
pub fn tree(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
        let (path, kind) = (entry.path(), entry.file_type().expect("a kind"));
        let content = match () {
            () if kind.is_symlink() => format!("link to {}", fs::read_link(&path).expect("a link").display()),
            () if kind.is_dir() => "folder".to_owned(),
            () => format!("file {:?}", fs::read(&path).expect("read")),
        };
        if kind.is_dir() {
            found.extend(tree(&path));
        }
        found.insert(path, content);
    }
    found
}

pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Runs a command that must be refused with a sentence and change nothing.
pub fn refused(folder: &Path, arguments: &[&str], says: &str) {
    let before = tree(folder);
    let output = fumikura(folder, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    // Only where a rebuild helps has it a code of its own.
    let needs_rebuild = said.contains("is damaged") || said.contains("another version of fumikura");
    assert_eq!(output.status.code(), Some(if needs_rebuild { 4 } else { 2 }), "{arguments:?} {said}");
    assert!(said.contains(says) && said.lines().count() == 1, "{arguments:?} {said}");
    assert_eq!(tree(folder), before, "{arguments:?}");
}

#[test]
fn a_folder_with_files_of_others_is_no_index() {
    let folder = world();
    for (name, holds) in [
        ("mine/report.txt", "report.txt"),
        ("deep/a/b.txt", "a"),
        ("g/g1/meta.json", "g1"),
        ("j/fumikura-index.json", "fumikura-index.json"),
    ] {
        let file = folder.path().join(name);
        write(&file, "x");
        let index = file
            .strip_prefix(folder.path())
            .expect("below")
            .components()
            .next()
            .expect("a name")
            .as_os_str()
            .to_string_lossy()
            .into_owned();
        for flag in ["--rebuild", "--prune", "--dry-run"] {
            let says =
                format!("{index} holds {holds}, which is not fumikura's; name an empty or new folder with --index DIR");
            refused(folder.path(), &["index", "corpus", "--index", &index, flag], &says);
        }
    }
    write(&folder.path().join("file"), "x");
    refused(folder.path(), &["index", "corpus", "--index", "file", "--rebuild"], "is not a folder");
}

#[test]
fn what_belongs_beside_an_index_stays_and_does_not_matter() {
    let folder = world();
    for name in ["README.md", ".gitignore", ".DS_Store", "lost+found/x", "CACHEDIR.TAG"] {
        write(&folder.path().join("index").join(name), "x");
    }
    let before = tree(&folder.path().join("index"));
    for flag in ["--prune", "--rebuild"] {
        stdout(&fumikura(folder.path(), &["index", flag]), 0);
    }
    let after = tree(&folder.path().join("index"));
    assert!(before.iter().all(|(path, content)| after.get(path) == Some(content)));
}

#[test]
fn an_index_that_is_a_source_or_holds_one_is_refused() {
    let folder = world();
    write(&folder.path().join("corpus/sub/b.txt"), TEXT);
    symlink("corpus", folder.path().join("link")).expect("a link");
    let says = "name another folder for the index with --index DIR";
    for (source, index) in [
        ("corpus", "corpus"),
        ("corpus/a.txt", "corpus"),
        ("corpus/sub", "corpus"),
        ("link", "corpus"),
        ("corpus", "link"),
        ("corpus/sub", "link"),
        ("corpus", "corpus/sub/.."),
        ("corpus", "nowhere/../corpus"),
        (".", "."),
    ] {
        refused(folder.path(), &["index", source, "--index", index, "--rebuild"], says);
        refused(folder.path(), &["index", source, "--index", index], says);
    }
    refused(folder.path(), &["index", "--index", "corpus/a.txt/x"], "Not a directory");
    // An index among the sources is refused too; a generation by itself is not an index.
    stdout(&fumikura(folder.path(), &["index", "corpus"]), 0);
    refused(folder.path(), &["index", "corpus", "index/g1", "--rebuild"], says);
    refused(
        folder.path(),
        &["index", "--index", "index/g1", "--rebuild"],
        "index/g1 holds .managed.json, which is not fumikura's",
    );
    refused(folder.path(), &["search", "防護", "--index", "index/g1"], "no index in index/g1");
}

#[test]
fn folders_of_others_named_like_those_of_a_rebuild_stay() {
    let folder = world();
    for name in ["index.rebuild/x.txt", "index.lock", ".tmpabc", "g2/meta.json"] {
        write(&folder.path().join(name), "x");
    }
    stdout(&fumikura(folder.path(), &["index"]), 0);
    for name in ["g2/thesis.txt", "g3/meta.json", ".tmpabc", "lock.txt", "g1/.tmpabc"] {
        write(&folder.path().join("index").join(name), "x");
    }
    let before = tree(folder.path());
    let output = fumikura(folder.path(), &["index", "--rebuild"]);
    stdout(&output, 0);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("index/g1/.tmpabc is not fumikura's: it was left where it is"), "{said}");
    assert_eq!(generation(&folder.path().join("index")), folder.path().join("index/g4"));
    stdout(&fumikura(folder.path(), &["index", "--rebuild"]), 0);
    let after = tree(folder.path());
    for (path, content) in before.iter().filter(|(_, content)| *content == "file [120]") {
        assert_eq!(after.get(path), Some(content), "{}", path.display());
    }
    // Our own files in the remaining folder are gone.
    assert_eq!(names(&folder.path().join("index/g1")), [".tmpabc"]);
}

#[test]
fn an_index_that_is_a_link_stays_one() {
    let folder = world();
    fs::create_dir(folder.path().join("elsewhere")).expect("elsewhere/");
    symlink("elsewhere", folder.path().join("index")).expect("a link");
    symlink("gone", folder.path().join("dangling")).expect("a link");
    for flag in ["--prune", "--rebuild"] {
        stdout(&fumikura(folder.path(), &["index", flag]), 0);
        stdout(&fumikura(folder.path(), &["search", "防護"]), 0);
        assert_eq!(fs::read_link(folder.path().join("index")).expect("a link"), Path::new("elsewhere"));
    }
    refused(folder.path(), &["index", "--index", "dangling"], "is a link to gone, which does not exist");
    refused(folder.path(), &["search", "防護", "--index", "dangling"], "is a link to gone, which does not exist");
}

#[test]
fn this_folder_is_an_index_where_it_is_empty() {
    let folder = world();
    let (empty, full) = (folder.path().join("empty"), folder.path().join("corpus"));
    fs::create_dir(&empty).expect("empty/");
    for flag in ["--prune", "--rebuild"] {
        stdout(&fumikura(&empty, &["index", "../corpus", "--index", ".", flag]), 0);
        stdout(&fumikura(&empty, &["search", "防護", "--index", "."]), 0);
    }
    refused(&full, &["index", "../empty", "--index", "."], ". holds a.txt, which is not fumikura's");
}

#[test]
fn nothing_is_made_beside_an_index() {
    let folder = world();
    fs::create_dir_all(folder.path().join("parent/index")).expect("parent/index/");
    for flag in ["--prune", "--rebuild"] {
        stdout(&fumikura(folder.path(), &["index", "--index", "parent/index", flag]), 0);
    }
    assert_eq!(names(&folder.path().join("parent")), ["index"]);
    assert_eq!(names(&folder.path().join("parent/index")), ["fumikura-index.json", "fumikura.lock", "g2"]);
}

#[test]
fn a_dry_run_makes_nothing() {
    let folder = world();
    for index in ["index", "a/b/c"] {
        let before = tree(folder.path());
        for flag in ["--prune", "--rebuild"] {
            let said = stdout(&fumikura(folder.path(), &["index", "--index", index, "--dry-run", flag]), 0);
            assert!(said.contains("1 document would be added"), "{said}");
        }
        assert_eq!(tree(folder.path()), before);
    }
}

#[test]
fn an_index_among_the_documents_is_not_walked() {
    let folder = world();
    let walk = |arguments: &[&str]| -> Value {
        serde_json::from_str(&stdout(&fumikura(folder.path(), &[&["index", ".", "--json"], arguments].concat()), 0))
            .expect("valid JSON")
    };
    for arguments in [&[][..], &[], &["--rebuild"], &["--rebuild", "--dry-run"], &["--index", "./corpus/../index"]] {
        let report = walk(arguments);
        assert_eq!((&report["walked"], report["skipped"].as_array().map(Vec::len)), (&1.into(), Some(0)), "{report}");
    }
    // The folder of another index is one line of the report.
    fs::rename(folder.path().join("index"), folder.path().join("other")).expect("renamed");
    let report = walk(&[]);
    assert_eq!((&report["walked"], &report["skipped"][0]["path"]), (&2.into(), &"./other".into()), "{report}");
    assert_eq!(report["skipped"].as_array().map(Vec::len), Some(1));
    // An index of the older layout is one line too.
    lay_out_as_before(&folder.path().join("other"));
    assert_eq!(walk(&[])["skipped"][0]["path"], "./other");
}

/// Converts an index to the layout of version 5.
fn lay_out_as_before(index: &Path) {
    let current = generation(index);
    for entry in fs::read_dir(&current).expect("a generation").map(|entry| entry.expect("an entry")) {
        fs::rename(entry.path(), index.join(entry.file_name())).expect("moved");
    }
    fs::remove_dir(current).expect("empty");
    fs::remove_file(index.join("fumikura-index.json")).expect("a marker");
    fs::remove_file(index.join("fumikura.lock")).expect("a lock");
    change_meta(&index.join("meta.json"), "\\\"format\\\":13", "\\\"format\\\":5");
}

#[test]
fn an_index_of_the_layout_before_is_taken_over_by_a_rebuild() {
    let folder = world();
    let index = folder.path().join("index");
    write(&folder.path().join("terms.tsv"), "対話\n");
    stdout(&fumikura(folder.path(), &["index", "--terms", "terms.tsv"]), 0);
    lay_out_as_before(&index);
    write(&index.join("README.md"), "x");
    write(&index.join(".tmpabc"), "x");
    let says =
        "was made by another version of fumikura (its layout differs); rebuild it with: fumikura index --rebuild";
    refused(folder.path(), &["search", "防護"], says);
    refused(folder.path(), &["index"], says);
    write(&index.join("report.txt"), "x");
    refused(folder.path(), &["index", "--rebuild"], "index holds report.txt, which is not fumikura's");
    fs::remove_file(index.join("report.txt")).expect("removed");
    stdout(&fumikura(folder.path(), &["index", "--rebuild"]), 0);
    assert_eq!(names(&index), [".tmpabc", "README.md", "fumikura-index.json", "fumikura.lock", "g1"]);
    stdout(&fumikura(folder.path(), &["search", "防護"]), 0);
    // The user words are kept.
    let other = fumikura(folder.path(), &["index", "--terms", "corpus/a.txt"]);
    assert!(String::from_utf8_lossy(&other.stderr).contains("other user words"));
    stdout(&fumikura(folder.path(), &["index", "--terms", "terms.tsv"]), 0);
}

#[test]
fn what_a_killed_rebuild_leaves_is_removed_by_the_next_writer() {
    let folder = world();
    let index = folder.path().join("index");
    stdout(&fumikura(folder.path(), &["index"]), 0);
    let kill = || {
        let mut place = Place::look(&index, true, &[]).expect("an index");
        place.claim(Duration::ZERO, |_| {}).expect("free").begin().expect("a generation")
    };
    let left = kill();
    fs::copy(generation(&index).join("meta.json"), left.join("meta.json")).expect("copied");
    stdout(&fumikura(folder.path(), &["check"]), 0);
    stdout(&fumikura(folder.path(), &["index"]), 0);
    assert!(!left.exists() && generation(&index).exists());
    let left = kill();
    write(&left.join("thesis.txt"), "x");
    let output = fumikura(folder.path(), &["index", "--json"]);
    let report: Value = serde_json::from_str(&stdout(&output, 0)).expect("valid JSON");
    assert!(
        report["warnings"][0]["reason"].as_str().is_some_and(|said| said.contains("thesis.txt is not fumikura's")),
        "{report}"
    );
    assert_eq!(names(&left), ["thesis.txt"]);
}

#[test]
fn a_lost_marker_is_damage_that_a_rebuild_mends() {
    for change in ["", "{", "{\"about\":\"something else\"}"] {
        let folder = world();
        let marker = folder.path().join("index/fumikura-index.json");
        stdout(&fumikura(folder.path(), &["index"]), 0);
        match change {
            "" => fs::remove_file(&marker).expect("removed"),
            text => fs::write(&marker, text).expect("written"),
        }
        refused(
            folder.path(),
            &["search", "防護"],
            "is damaged: fumikura-index.json is missing or not as it was written",
        );
        refused(folder.path(), &["index"], "fumikura-index.json");
        assert_eq!(fumikura(folder.path(), &["check"]).status.code(), Some(4));
        stdout(&fumikura(folder.path(), &["index", "--rebuild"]), 0);
        stdout(&fumikura(folder.path(), &["check"]), 0);
        assert_eq!(names(&folder.path().join("index")), ["fumikura-index.json", "fumikura.lock", "g2"]);
    }
}

#[test]
fn readers_beside_rebuilds_find_a_whole_index() {
    let folder = world();
    let (corpus, target) = (vec![folder.path().join("corpus")], folder.path().join("index"));
    index(&corpus, &target);
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reading: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut rounds = 0;
                    while !ended.load(Ordering::Relaxed) {
                        let open = OpenIndex::open(&target).expect("an index");
                        assert_eq!(open.check().expect("readable"), []);
                        assert!(open.bytes() > 0);
                        assert_eq!(open.document_count().expect("readable"), 1);
                        rounds += 1;
                    }
                    rounds
                })
            })
            .collect();
        for _ in 0..60 {
            let output = fumikura(folder.path(), &["index", "--rebuild"]);
            stdout(&output, 0);
        }
        ended.store(true, Ordering::Relaxed);
        for reader in reading {
            assert!(reader.join().expect("no panic") > 10);
        }
    });
    // A generation that a reader kept from removal is removed by the next writer.
    stdout(&fumikura(folder.path(), &["index"]), 0);
    assert_eq!(names(&target).len(), 3);
}

#[test]
fn a_file_named_like_a_segment_of_ours_is_not_ours() {
    let world = world();
    let foreign = "0123456789abcdef0123456789abcdef.store";
    stdout(&fumikura(world.path(), &["index", "corpus"]), 0);
    let place = generation(&world.path().join("index")).join(foreign);
    fs::write(&place, "mine").expect("written");
    let said = fumikura(world.path(), &["index", "corpus", "--rebuild"]);
    assert!(String::from_utf8_lossy(&said.stderr).contains(foreign), "{said:?}");
    assert_eq!(fs::read_to_string(&place).expect("there"), "mine");
    assert_eq!(names(place.parent().expect("a folder")), [".managed.json", foreign], "the rest is gone");
}

#[test]
fn a_pipe_in_the_place_of_a_file_of_the_index_is_not_waited_for() {
    for name in ["meta.json", "closed.json", ".managed.json"] {
        let world = world();
        stdout(&fumikura(world.path(), &["index", "corpus"]), 0);
        let place = generation(&world.path().join("index")).join(name);
        fs::remove_file(&place).expect("removed");
        stdout(&std::process::Command::new("mkfifo").arg(&place).output().expect("mkfifo runs"), 0);
        for arguments in [&["search", "対話"][..], &["check"], &["index", "corpus"]] {
            let output = fumikura(world.path(), arguments);
            assert!(output.status.code().is_some_and(|code| code == 0 || code == 2), "{name} {arguments:?} {output:?}");
            assert!(
                !String::from_utf8_lossy(&output.stderr).contains("internal error"),
                "{name} {arguments:?} {output:?}"
            );
        }
    }
}
