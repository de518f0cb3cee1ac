//! Faults a user meets: a second writer, damage, files that cannot be read. The long tests are in `tests/soak/`.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use fumikura::index::{IndexError, WriterLock};
use serde_json::Value;

use crate::support::{fumikura, generation, root, stdout};

fn corpus() -> String {
    root().join("corpus").to_string_lossy().into_owned()
}

fn indexed() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    stdout(&fumikura(folder.path(), &["index", &corpus()]), 0);
    folder
}

#[test]
fn a_second_writer_is_told_who_is_writing_and_may_wait() {
    let folder = indexed();
    let index = folder.path().join("index");
    let lock = WriterLock::acquire(&index, Duration::ZERO, |_| {}).expect("free");
    let output = fumikura(folder.path(), &["index", &corpus()]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(5));
    assert!(said.contains("busy") && said.contains(&format!("process {}", std::process::id())), "{said}");
    assert!(matches!(WriterLock::acquire(&index, Duration::from_millis(150), |_| {}), Err(IndexError::Busy { .. })));
    // Searching needs no lock.
    stdout(&fumikura(folder.path(), &["search", "クラウド"]), 0);
    let waiting = Command::new(env!("CARGO_BIN_EXE_fumikura"))
        .current_dir(folder.path())
        .args(["index", &corpus(), "--wait", "30"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    std::thread::sleep(Duration::from_millis(300));
    drop(lock);
    assert!(waiting.expect("started").wait().expect("ended").success());
}

#[test]
fn damage_is_named_at_open_by_sizes_and_by_check_in_the_bytes() {
    for (ending, cut) in [("store", true), ("pos", true), ("term", false), ("idx", false)] {
        let folder = indexed();
        let index = generation(&folder.path().join("index"));
        let entries = std::fs::read_dir(&index).expect("index/");
        let file = entries
            .flatten()
            .find(|entry| entry.path().extension().is_some_and(|found| found == ending))
            .expect("a file")
            .path();
        let handle = OpenOptions::new().write(true).open(&file).expect("opened");
        let size = handle.metadata().expect("a size").len();
        if cut {
            handle.set_len(size / 2).expect("cut");
            let output = fumikura(folder.path(), &["search", "クラウド"]);
            assert_eq!(output.status.code(), Some(4), "{ending}");
            assert!(String::from_utf8_lossy(&output.stderr).contains("damaged"), "{ending}");
        } else {
            let mut byte = std::fs::read(&file).expect("read")[size as usize / 2];
            byte ^= 4;
            handle.write_at(&[byte], size / 2).expect("flipped");
        }
        let checked: Value =
            serde_json::from_str(&stdout(&fumikura(folder.path(), &["check", "--json"]), 4)).expect("valid JSON");
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(
            checked["problems"].as_array().expect("a list").iter().any(|problem| problem["place"] == name.as_str()),
            "{checked}"
        );
        assert_eq!(
            fumikura(folder.path(), &["check", "--quick"]).status.code(),
            Some(if cut { 4 } else { 0 }),
            "{ending}"
        );
        stdout(&fumikura(folder.path(), &["index", &corpus(), "--rebuild"]), 0);
        stdout(&fumikura(folder.path(), &["check"]), 0);
    }
}

#[test]
fn a_changed_bit_anywhere_is_named_with_its_file() {
    let folder = indexed();
    let generation = generation(&folder.path().join("index"));
    let mut flips = 0;
    for entry in std::fs::read_dir(&generation).expect("a folder").map(|entry| entry.expect("an entry")) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.len() < 32 {
            continue;
        }
        let sound = std::fs::read(entry.path()).expect("read");
        for part in 0..12 {
            let mut bytes = sound.clone();
            let at = (bytes.len() - 1) * part / 11;
            bytes[at] ^= 0x80;
            std::fs::write(entry.path(), &bytes).expect("written");
            let said = stdout(&fumikura(folder.path(), &["check"]), 4);
            assert!(said.contains(&name), "{name} byte {at}: {said}");
            flips += 1;
        }
        std::fs::write(entry.path(), &sound).expect("written");
    }
    assert!(flips >= 60, "{flips}");
    stdout(&fumikura(folder.path(), &["check"]), 0);
}

#[test]
fn a_page_and_its_text_are_one_hit_with_a_count() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = folder.path().join("corpus");
    std::fs::create_dir(&corpus).expect("corpus/");
    let text =
        "総務省は、欧州委員会との間で情報通信政策に関する対話を行い、重要インフラの防護について意見を交換しました。";
    std::fs::write(corpus.join("a.txt"), text).expect("written");
    std::fs::write(corpus.join("b.html"), format!("<p>{text}</p>")).expect("written");
    std::fs::write(
        corpus.join("c.txt"),
        "重要インフラの防護については、別の会合で日米の協力を議論しました。次回の日程は調整中です。",
    )
    .expect("written");
    stdout(&fumikura(folder.path(), &["index"]), 0);
    let hits = |arguments: &[&str]| -> Value {
        serde_json::from_str(&stdout(&fumikura(folder.path(), arguments), 0)).expect("valid JSON")
    };
    let folded = hits(&["search", "重要インフラ", "--json"]);
    assert_eq!((folded["total"]["passages"].as_u64(), folded["hits"].as_array().map(Vec::len)), (Some(3), Some(2)));
    let with_twin = folded["hits"]
        .as_array()
        .expect("hits")
        .iter()
        .find(|hit| hit["duplicates"].as_array().is_some_and(|twins| !twins.is_empty()));
    assert!(with_twin.is_some(), "{folded}");
    assert_eq!(hits(&["search", "重要インフラ", "--json", "--duplicates"])["hits"].as_array().map(Vec::len), Some(3));
}

#[test]
fn a_session_that_was_killed_leaves_an_index_that_opens() {
    let folder = indexed();
    // Performs only the first step of a session.
    std::fs::remove_file(generation(&folder.path().join("index")).join("closed.json")).expect("closed");
    stdout(&fumikura(folder.path(), &["search", "クラウド"]), 0);
    stdout(&fumikura(folder.path(), &["check"]), 0);
}

#[test]
fn what_failed_is_remembered_listed_and_tried_again_on_request() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = folder.path().join("corpus");
    std::fs::create_dir(&corpus).expect("corpus/");
    std::fs::write(corpus.join("broken.docx"), "PK nothing").expect("written");
    std::fs::write(corpus.join("picture.png"), "png").expect("written");
    std::fs::write(corpus.join("page.html"), "<h1>報道資料</h1><p>会合を開催しました。</p>").expect("written");
    let report = |arguments: &[&str]| -> Value {
        let output = fumikura(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(3));
        serde_json::from_slice(&output.stdout).expect("valid JSON")
    };
    let first = report(&["index", "--json"]);
    let again = report(&["index", "--json"]);
    assert_eq!((&first["walked"], &first["added"], &again["unchanged"]), (&3.into(), &1.into(), &1.into()));
    for list in ["skipped", "failed"] {
        assert_eq!(first[list], again[list]);
        assert_eq!(first[list].as_array().map(Vec::len), Some(1));
    }
    assert_eq!(report(&["index", "--json", "--retry"])["failed"], first["failed"]);
    let listed = stdout(&fumikura(folder.path(), &["stats", "--skipped"]), 0);
    assert!(listed.contains("broken.docx: damaged") && listed.contains("picture.png: ending not read"), "{listed}");
}
