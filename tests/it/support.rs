//! Helpers of the tests: the program, indexes in temporary folders, a seeded random generator.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use fumikura::document::Passage;
use fumikura::index::OpenIndex;
use fumikura::matching::Matched;
use fumikura::pipeline::{self, IndexOptions, Report};
use fumikura::query::Place;
use tempfile::TempDir;

/// Words of which none is a substring or an alias of another.
pub const WORDS: [&str; 10] = ["衛星", "郵便", "防災", "津波", "暗号", "農業", "漁船", "統計", "音楽", "図書館"];

/// Returns the root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the program in a folder.
pub fn fumikura(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fumikura"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        // Help pages and usage errors speak the language of the user.
        .env("LC_ALL", "C")
        .output()
        .expect("the program starts")
}

/// Returns the standard output of a run, asserting its exit code.
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

/// Returns the folder of an index's current generation.
pub fn generation(index: &Path) -> PathBuf {
    let marker = std::fs::read(index.join("fumikura-index.json")).expect("a marker");
    let marker: serde_json::Value = serde_json::from_slice(&marker).expect("valid JSON");
    index.join(marker["current"].as_str().expect("a generation"))
}

/// Changes the text of a commit and removes the seal with its hash.
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

/// Returns the index of `corpus/`, built once for all tests.
pub fn corpus() -> &'static OpenIndex {
    static CORPUS: LazyLock<TestIndex> = LazyLock::new(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let target = folder.path().join("index");
        index(&[root().join("corpus")], &target);
        TestIndex { open: OpenIndex::open(&target).expect("the index opens"), _folder: folder }
    });
    &CORPUS.open
}

/// Selects the hits among the matching passages of one document: where only the title or the headings match, the first
/// passage under them, and none of these where another passage matches in its text.
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

/// A small random generator (xorshift): its seed reproduces a failure.
pub struct Random(pub u64);

impl Random {
    /// Returns a number below `limit`.
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
