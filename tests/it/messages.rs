//! What is told of faults: other versions, what the system refuses to read or to write.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use serde_json::Value;

use crate::foreign::{TEXT, names, refused, world, write};
use crate::support::{change_meta, fumikura, generation, stdout};

#[test]
fn other_metadata_rules_leave_the_index_searchable_with_a_warning() {
    let folder = world();
    stdout(&fumikura(folder.path(), &["index"]), 0);
    let meta = generation(&folder.path().join("index")).join("meta.json");
    change_meta(&meta, "\\\"metadata\\\":\\\"", "\\\"metadata\\\":\\\"0");
    for arguments in [&["search", "防護"][..], &["facets"], &["show", "a.txt"], &["stats"], &["check"]] {
        let output = fumikura(folder.path(), arguments);
        stdout(&output, 0);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("another version of fumikura") && said.contains("fumikura index --rebuild"), "{arguments:?} {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    let answer: Value = serde_json::from_str(&stdout(&fumikura(folder.path(), &["search", "防護", "--json"]), 0)).expect("valid JSON");
    assert!(answer["query"]["warnings"][0].as_str().is_some_and(|said| said.contains("--rebuild")), "{answer}");
    for command in ["stats", "check"] {
        let told: Value = serde_json::from_str(&stdout(&fumikura(folder.path(), &[command, "--json"]), 0)).expect("valid JSON");
        assert_eq!(told["warnings"], answer["query"]["warnings"]);
    }
    let says = "(partners, themes or date rules differs); rebuild it with: fumikura index --rebuild";
    for arguments in [&["index"][..], &["index", "--prune"], &["index", "--dry-run"]] {
        let output = fumikura(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains(says));
    }
    stdout(&fumikura(folder.path(), &["index", "--rebuild"]), 0);
    assert_eq!(fumikura(folder.path(), &["search", "防護"]).stderr, b"");
    // Texts cut otherwise would be missed: that is refused.
    let meta = generation(&folder.path().join("index")).join("meta.json");
    change_meta(&meta, "\\\"analyzer\\\":\\\"", "\\\"analyzer\\\":\\\"0");
    refused(folder.path(), &["search", "防護"], "(dictionary or folding differs); rebuild it with");
}

#[test]
fn what_the_system_refuses_to_read_is_not_damage() {
    let folder = world();
    stdout(&fumikura(folder.path(), &["index"]), 0);
    // A folder in its place is refused by the system to whoever reads it, root too.
    for name in ["meta.json", "closed.json", ".managed.json"] {
        let file = generation(&folder.path().join("index")).join(name);
        let aside = folder.path().join("aside");
        fs::rename(&file, &aside).expect("moved");
        fs::create_dir(&file).expect("a folder");
        for command in [&["search", "防護"][..], &["stats"], &["check"], &["check", "--quick"], &["index"]] {
            let output = fumikura(folder.path(), command);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{name} {command:?} {said}");
            assert!(said.contains(name) && said.contains("Is a directory"), "{name} {command:?} {said}");
            assert!(!said.contains("damaged") && !said.contains("--rebuild"), "{name} {command:?} {said}");
        }
        fs::remove_dir(&file).expect("removed");
        fs::rename(&aside, &file).expect("moved");
    }
    stdout(&fumikura(folder.path(), &["check"]), 0);
    symlink("loop", folder.path().join("loop")).expect("a link");
    let output = fumikura(folder.path(), &["search", "防護", "--index", "loop/index"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("symbolic links") && !said.contains("no index"), "{said}");
}

#[test]
fn a_file_that_cannot_grow_is_told_in_one_sentence() {
    let folder = world();
    for number in 0..200 {
        write(&folder.path().join(format!("corpus/{number}.txt")), &format!("{number}番の文書。{TEXT}").repeat(20));
    }
    // In blocks of 512 or 1024 bytes, by the shell.
    for blocks in [0, 1, 8, 40] {
        let run = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" index corpus");
        let output =
            Command::new("sh").args(["-c", &run, env!("CARGO_BIN_EXE_fumikura")]).current_dir(folder.path()).output().expect("a shell");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{blocks} {said}");
        assert!(said.contains("File too large") && said.contains("index"), "{blocks} {said}");
        assert!(said.lines().count() == 1 && !said.contains('{') && !said.contains("Error"), "{blocks} {said}");
        assert!(names(&folder.path().join("index")).iter().all(|name| !name.starts_with('g')), "what was begun is removed");
    }
    stdout(&fumikura(folder.path(), &["index", "corpus"]), 0);
}
