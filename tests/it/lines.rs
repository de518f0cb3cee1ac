//! Files of many documents are updated by line: only changed lines are read again, and the index answers as a new one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use fumikura::engine::Request;
use fumikura::engine::embedded::search;
use fumikura::index::{IndexError, OpenIndex};
use fumikura::pipeline::{self, IndexOptions, Progress, Prune, Report};
use serde_json::{Value, json};

use crate::support::{Random, WORDS, fumikura, stdout};

/// A folder with `docs/` and an index of it.
struct World(tempfile::TempDir);

impl World {
    fn new() -> Self {
        let world = Self(tempfile::tempdir().expect("a temporary folder"));
        fs::create_dir(world.docs()).expect("made");
        world
    }

    fn docs(&self) -> PathBuf {
        self.0.path().join("docs")
    }

    fn write(&self, name: &str, lines: &[String]) {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let bytes = if name.ends_with(".gz") { gzip(text.as_bytes()) } else { text.into_bytes() };
        fs::write(self.docs().join(name), bytes).expect("written");
    }

    fn options(&self, index: &str) -> IndexOptions {
        let (index, docs) = (self.0.path().join(index), self.docs());
        IndexOptions { jobs: 2, memory_bytes: 64 << 20, ..IndexOptions::new(vec![docs], index) }
    }

    fn index(&self) -> Report {
        settled_run(&self.options("ix"), &())
    }

    fn open(&self, index: &str) -> OpenIndex {
        let open = OpenIndex::open(&self.0.path().join(index)).expect("the index opens");
        assert_eq!(open.check().expect("checked"), [], "{index}");
        open
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(bytes).expect("written");
    packed.finish().expect("packed")
}

fn line(id: &str, text: &str) -> String {
    json!({"id": id, "title": format!("{id}の報告"), "text": text}).to_string()
}

/// Returns added, changed, unchanged and removed documents.
fn counts(report: &Report) -> [usize; 4] {
    [report.added, report.changed, report.unchanged, report.removed]
}

/// Returns the line of each document.
fn places(open: &OpenIndex) -> BTreeMap<String, usize> {
    let documents = open.documents().expect("documents").into_iter().map(|found| found.document.id);
    let line = |id: &str| open.passages_of(id).expect("passages")[0].passage.lines;
    documents
        .map(|id| (line(&id), id))
        .map(|((first, last), id)| (id, (first, last)))
        .map(|(id, lines)| {
            assert_eq!(lines.0, lines.1, "{id}");
            (id, lines.0)
        })
        .collect()
}

#[test]
fn one_edit_reindexes_one_document() {
    let world = World::new();
    let mut lines: Vec<String> = (0..600).map(|number| line(&number.to_string(), "電子署名の結果")).collect();
    world.write("a.jsonl", &lines);
    assert_eq!(counts(&world.index()), [600, 0, 0, 0]);
    assert_eq!(counts(&world.index()), [0, 0, 600, 0]);
    lines[300] = line("300", "暗号技術の結果");
    world.write("a.jsonl", &lines);
    assert_eq!(counts(&world.index()), [0, 1, 599, 0], "a changed line");
    lines.remove(0);
    world.write("a.jsonl", &lines);
    assert_eq!(counts(&world.index()), [0, 0, 599, 1], "a removed line");
    lines.insert(10, line("new", "防災の結果"));
    world.write("a.jsonl", &lines);
    assert_eq!(counts(&world.index()), [1, 0, 599, 0], "an added line");
    lines.swap(0, 599);
    lines.reverse();
    world.write("a.jsonl", &lines);
    assert_eq!(counts(&world.index()), [0, 0, 600, 0], "moved lines");
    let places = places(&world.open("ix"));
    for (at, line) in lines.iter().enumerate() {
        let id = serde_json::from_str::<Value>(line).expect("JSON")["id"].as_str().expect("an id").to_owned();
        assert_eq!(places[&id], at + 1, "{id}");
    }
    // Line ends of another system change nothing.
    world.write("a.jsonl", &lines.iter().map(|line| format!("{line}\r")).collect::<Vec<_>>());
    assert_eq!(counts(&world.index()), [0, 0, 600, 0]);
}

#[test]
fn every_answer_tells_the_line_where_a_document_now_stands() {
    let world = World::new();
    let mut lines: Vec<String> = (0..5).map(|number| line(&number.to_string(), "電子署名の結果")).collect();
    lines.push(line("wanted", "暗号技術に関する会合を開催した。"));
    world.write("a.jsonl", &lines);
    world.index();
    lines.rotate_right(1);
    world.write("a.jsonl", &lines);
    assert_eq!(counts(&world.index()), [0, 0, 6, 0]);
    let run = |arguments: &[&str]| stdout(&fumikura(world.0.path(), &[&["--index", "ix"], arguments].concat()), 0);
    let json = |arguments: &[&str]| -> Value { serde_json::from_str(&run(arguments)).expect("JSON") };
    assert_eq!(json(&["search", "暗号技術", "--json"])["hits"][0]["passage"]["lines"], json!([1, 1]));
    assert_eq!(json(&["show", "wanted", "--json"])["passages"][0]["lines"], json!([1, 1]));
    assert_eq!(json(&["kwic", "暗号技術", "--json"])["lines"][0]["lines"], json!([1, 1]));
    assert!(run(&["search", "暗号技術"]).contains("a.jsonl:1"), "{}", run(&["search", "暗号技術"]));
}

#[test]
fn warnings_move_with_their_lines() {
    let world = World::new();
    let wrong = json!({"id": "wrong", "text": "会合の結果", "date": "いつか"}).to_string();
    let lines = vec![line("a", "会合の結果"), wrong.clone()];
    world.write("a.jsonl", &lines);
    let first = world.index();
    assert!(first.warnings.len() == 1 && first.warnings[0].path.ends_with("a.jsonl:2"), "{:?}", first.warnings);
    world.write("a.jsonl", &[wrong, line("a", "会合の結果")]);
    let moved = world.index();
    assert_eq!(counts(&moved), [0, 0, 2, 0]);
    assert!(moved.warnings.len() == 1 && moved.warnings[0].path.ends_with("a.jsonl:1"), "{:?}", moved.warnings);
    assert_eq!(moved.warnings[0].reason, first.warnings[0].reason);
}

#[test]
fn pages_of_a_web_archive_may_change_places() {
    let world = World::new();
    let record = |url: &str, text: &str| {
        let body = format!("<html><title>協議</title><body><h1>協議の結果</h1><p>{text}を公表した。</p></body></html>");
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{body}");
        format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2016-06-09T00:00:00Z\r\n\
             Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n{answer}\r\n\r\n",
            answer.len()
        )
    };
    let write = |records: &[String]| fs::write(world.docs().join("a.warc"), records.concat()).expect("written");
    let mut records: Vec<String> = ["情報共有", "人材育成", "海底ケーブル"]
        .iter()
        .enumerate()
        .map(|(number, text)| record(&format!("http://a.example/{number}"), text))
        .collect();
    write(&records);
    assert_eq!(counts(&world.index()), [3, 0, 0, 0]);
    records.reverse();
    write(&records);
    assert_eq!(counts(&world.index()), [0, 0, 3, 0]);
    records[1] = record("http://a.example/1", "共同演習");
    write(&records[..2]);
    assert_eq!(counts(&world.index()), [0, 1, 1, 1]);
    world.open("ix");
}

/// Stops a run after a number of files.
struct StopAfter(usize, std::sync::atomic::AtomicUsize, Arc<AtomicBool>);

impl Progress for StopAfter {
    fn expect(&self, _: u64) {}
    fn advance(&self, _: u64) {
        if self.1.fetch_add(1, Ordering::SeqCst) + 1 >= self.0 {
            self.2.store(true, Ordering::SeqCst);
        }
    }
    fn waiting(&self, _: &str) {}
}

#[test]
fn after_random_edits_the_index_answers_as_a_new_one() {
    let number = |name: &str, or: usize| std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(or);
    let mut random = Random(number("LINES_SEED", 20_261_127) as u64);
    for round in 0..number("LINES_ROUNDS", 4) {
        history(&mut random, round);
    }
}

const FILES: [&str; 3] = ["a.jsonl", "b.jsonl", "c.jsonl.gz"];

/// The lines on disk: an id with the line, or a line that cannot be read.
type Disk = [Vec<(Option<String>, String)>; 3];

fn history(random: &mut Random, round: usize) {
    let world = World::new();
    let mut disk: Disk = Default::default();
    let mut fresh = 0;
    for step in 0..14 {
        for _ in 0..1 + random.below(8) {
            edit(random, &mut disk, &mut fresh);
        }
        if step % 3 == 2 {
            settle(&mut disk);
        }
        for (name, lines) in FILES.iter().zip(&disk) {
            world.write(name, &lines.iter().map(|(_, line)| line.clone()).collect::<Vec<_>>());
        }
        // A run that is stopped leaves files half read or unread, and one without pruning keeps documents in doubt.
        let context = format!("round {round} step {step}");
        match random.below(4) {
            0 => {
                let stop = Arc::new(AtomicBool::new(false));
                let progress = StopAfter(1 + random.below(2), Default::default(), stop.clone());
                settled_run(&IndexOptions { stop, ..world.options("ix") }, &progress);
                assert_eq!(world.open("ix").check().expect("checked"), [], "{context}");
            }
            1 => {
                world.index();
                world.open("ix");
            }
            _ => {}
        }
        compare(&world, &disk, &context);
    }
}

/// Edits one of the files: inserts, changes, moves, copies, spoils or removes a line.
fn edit(random: &mut Random, disk: &mut Disk, fresh: &mut usize) {
    let at = random.below(3);
    let mut made = |random: &mut Random, id: Option<String>| {
        *fresh += 1;
        let id = id.unwrap_or_else(|| format!("id-{fresh}"));
        let word = WORDS[random.below(WORDS.len())];
        let text =
            format!("第{fresh}号 {word}に関する会合\n\n{word}の{}を公表した。", WORDS[random.below(WORDS.len())]);
        let mut value = json!({"id": id, "text": text});
        match random.below(5) {
            0 => value["title"] = format!("{word}の報告").into(),
            1 => value["date"] = "2016-06-09".into(),
            2 => value["date"] = "いつか".into(),
            _ => {}
        }
        (Some(id), value.to_string())
    };
    let lines = &mut disk[at];
    let (place, other) = (random.below(lines.len()), random.below(lines.len()));
    match random.below(16) {
        0..6 => lines.insert(random.below(lines.len() + 1), made(random, None)),
        // An index is never emptied: a file without documents is in doubt.
        6..8 if lines.len() > 3 => _ = lines.remove(place),
        8..10 if !lines.is_empty() => lines.swap(place, other),
        10..12 if !lines.is_empty() => lines[place] = made(random, lines[place].0.clone()),
        12 if !lines.is_empty() => {
            let copied = lines[place].clone();
            lines.insert(other, copied);
        }
        13 if !lines.is_empty() => lines.insert(other, made(random, lines[place].0.clone())),
        14 if !lines.is_empty() => lines[place] = (None, ["{\"id\": 1", "no json", "[]"][random.below(3)].to_owned()),
        15 if !lines.is_empty() => {
            let copied = lines[place].clone();
            let into = &mut disk[random.below(3)];
            into.insert(random.below(into.len() + 1), copied);
        }
        _ => {
            lines.retain(|(id, _)| id.is_some());
            lines.reverse();
        }
    }
}

/// Removes lines whose id another file has too.
fn settle(disk: &mut Disk) {
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for (file, lines) in disk.iter_mut().enumerate() {
        lines.retain(|(id, _)| id.as_ref().is_none_or(|id| *taken.entry(id.clone()).or_insert(file) == file));
    }
}

/// Runs indexing. A child that another test starts has the lock of this process until its program begins, so a busy
/// index is tried again.
fn settled_run(options: &IndexOptions, progress: &dyn Progress) -> Report {
    for _ in 0..100 {
        match pipeline::run(options, progress) {
            Err(IndexError::Busy { .. }) => std::thread::sleep(std::time::Duration::from_millis(20)),
            done => return done.expect("indexing runs"),
        }
    }
    panic!("the index stays busy")
}

/// Updates the index and compares it with one that is made from nothing.
fn compare(world: &World, disk: &Disk, context: &str) {
    let run = |index: &str| {
        let options = IndexOptions { prune: Prune::All, ..world.options(index) };
        settled_run(&options, &())
    };
    let updated = run("ix");
    let _ = fs::remove_dir_all(world.0.path().join("new"));
    let built = run("new");
    let (old, new) = (world.open("ix"), world.open("new"));
    // An id in several files belongs to the file that brought it first, which the history decides.
    let ids = |lines: &[(Option<String>, String)]| lines.iter().filter_map(|(id, _)| id.clone()).collect();
    let of_files: Vec<BTreeSet<String>> = disk.iter().map(|lines| ids(lines)).collect();
    let is_disputed = |id: &String| of_files.iter().filter(|ids| ids.contains(id)).count() > 1;
    let told = |open: &OpenIndex| -> BTreeMap<String, (String, usize, String, String)> {
        let documents = open.documents().expect("documents").into_iter().map(|found| found.document);
        let tell = |document: fumikura::document::Document| {
            let passages = open.passages_of(&document.id).expect("passages");
            let texts: String = passages.iter().map(|found| found.passage.text.clone()).collect();
            let file = Path::new(&document.path).file_name().expect("a name").to_string_lossy().into_owned();
            (document.id, (file, passages[0].passage.lines.0, document.title, texts))
        };
        documents.map(tell).collect()
    };
    let (old_told, new_told) = (told(&old), told(&new));
    assert_eq!(old_told.keys().collect::<Vec<_>>(), new_told.keys().collect::<Vec<_>>(), "{context}");
    for (id, (file, line, title, text)) in &old_told {
        if !is_disputed(id) {
            assert_eq!(new_told[id], (file.clone(), *line, title.clone(), text.clone()), "{context}: {id}");
        }
        // The first line with an id counts, in whichever file.
        let lines = &disk[FILES.iter().position(|name| name == file).expect("one of the files")];
        assert_eq!(lines.iter().position(|(other, _)| other.as_ref() == Some(id)), Some(line - 1), "{context}: {id}");
    }
    if of_files.iter().flatten().any(is_disputed) {
        return;
    }
    assert_eq!(updated.warnings, built.warnings, "{context}");
    assert_eq!(updated.failed, built.failed, "{context}");
    for word in WORDS {
        let request = Request { text: word.to_owned(), limit: usize::MAX, ..Request::default() };
        let hits = |open: &OpenIndex| {
            let answer = search(open, &request).expect("an answer");
            let hit = |found: &fumikura::engine::Found| {
                (found.passage.id.clone(), found.passage.lines, found.score.to_bits(), found.marks.clone())
            };
            answer.hits.iter().map(hit).collect::<Vec<_>>()
        };
        assert_eq!(hits(&old), hits(&new), "{context}: {word}");
    }
}
