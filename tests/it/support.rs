//! What the tests share: the program, indexes in temporary folders, a seeded source of random numbers.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use fumikura::document::Passage;
use fumikura::index::OpenIndex;
use fumikura::matching::Matched;
use fumikura::pipeline::{self, IndexOptions, Report};
use fumikura::query::Place;
use tempfile::TempDir;

/// Words none of which is a piece of another, nor another name of another.
pub const WORDS: [&str; 10] = ["衛星", "郵便", "防災", "津波", "暗号", "農業", "漁船", "統計", "音楽", "図書館"];

/// Root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the program in a folder.
pub fn fumikura(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fumikura"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .expect("the program starts")
}

/// Standard output of a run that ended with a code.
pub fn stdout(output: &Output, code: i32) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(code), "stdout: {text}\nstderr: {}", String::from_utf8_lossy(&output.stderr));
    text
}

/// Indexes paths into a folder.
pub fn index(paths: &[PathBuf], into: &Path) -> Report {
    let options =
        IndexOptions { jobs: 2, memory_bytes: 64 << 20, ..IndexOptions::new(paths.to_vec(), into.to_owned()) };
    pipeline::run(&options, &()).expect("indexing runs")
}

/// The folder of the current generation of an index.
pub fn generation(index: &Path) -> PathBuf {
    let marker = std::fs::read(index.join("fumikura-index.json")).expect("a marker");
    let marker: serde_json::Value = serde_json::from_slice(&marker).expect("valid JSON");
    index.join(marker["current"].as_str().expect("a generation"))
}

/// Changes what a commit says, and takes the note of its hash away.
pub fn change_meta(meta: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(meta).expect("meta.json");
    assert!(text.contains(from), "{text}");
    std::fs::write(meta, text.replace(from, to)).expect("written");
    let _ = std::fs::remove_file(meta.with_file_name("closed.json"));
}

/// An index in a temporary folder.
pub struct TestIndex {
    _folder: TempDir,
    pub open: OpenIndex,
}

/// Indexes JSONL lines.
pub fn index_lines(lines: &[String]) -> TestIndex {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = folder.path().join("source.jsonl");
    std::fs::write(&source, lines.join("\n")).expect("the source is written");
    let target = folder.path().join("index");
    let report = index(&[source], &target);
    assert_eq!(report.failed, []);
    TestIndex { open: OpenIndex::open(&target).expect("the index opens"), _folder: folder }
}

/// The index of `corpus/`, made once for all tests.
pub fn corpus() -> &'static OpenIndex {
    static CORPUS: LazyLock<TestIndex> = LazyLock::new(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let target = folder.path().join("index");
        index(&[root().join("corpus")], &target);
        TestIndex { open: OpenIndex::open(&target).expect("the index opens"), _folder: folder }
    });
    &CORPUS.open
}

/// Of the passages of one document that match, those that are hits: where the title or the headings alone hold the
/// query, the first under them, and none where another passage holds something of it.
pub fn shown(mut matching: Vec<(Passage, Matched)>) -> Vec<(Passage, Matched)> {
    if matching.iter().any(|(_, matched)| !matched.place.is_above()) {
        matching.retain(|(_, matched)| !matched.place.is_above());
    } else if let Some(first) = matching.iter().position(|(_, matched)| matched.place == Place::Title) {
        matching = vec![matching.swap_remove(first)];
    } else {
        let indexes: Vec<usize> = matching.iter().map(|(passage, _)| passage.index).collect();
        matching.retain(|(passage, _)| passage.index == 0 || !indexes.contains(&(passage.index - 1)));
    }
    matching
}

/// A small generator (xorshift), so that a failure can be repeated by its seed.
pub struct Random(pub u64);

impl Random {
    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

/// Quotes a text as a phrase.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
