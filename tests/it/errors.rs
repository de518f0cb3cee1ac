//! Errors of the library: the sentence stands in the error, the error below it is given by `source()`.

use std::error::Error;
use std::io::{self, BufReader, Read};
use std::path::PathBuf;
use std::time::Duration;

use fumikura::evaluate::{EvaluateError, read_queries};
use fumikura::extract::Structured;
use fumikura::index::{IndexError, OpenIndex, WriterLock};
use fumikura::ingest::{Extractor, IngestError, JsonLines};
use fumikura::query::QueryError;
use fumikura::{Engine, Index, Request, SearchError};
use tempfile::TempDir;

use crate::support::{change_meta, fumikura, generation, index, root};

/// The errors below an error, nearest first.
fn below<'e>(error: &'e (dyn Error + 'static)) -> Vec<&'e (dyn Error + 'static)> {
    std::iter::successors(error.source(), |error| (*error).source()).collect()
}

/// The code of the system at the end of a chain.
fn system_code(error: &(dyn Error + 'static)) -> Option<i32> {
    below(error).last()?.downcast_ref::<io::Error>()?.raw_os_error()
}

fn indexed() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("index");
    let text = folder.path().join("対話.txt");
    std::fs::write(&text, "日米対話\n\n両国は情報共有の取組を進める。\n").expect("written");
    assert_eq!(index(&[text], &path).added, 1);
    (folder, path)
}

/// An index whose list of segments is no JSON.
fn damaged() -> (TempDir, PathBuf) {
    let (folder, path) = indexed();
    let meta = generation(&path).join("meta.json");
    std::fs::write(&meta, "{").expect("written");
    std::fs::remove_file(meta.with_file_name("closed.json")).expect("removed");
    (folder, path)
}

#[test]
fn the_error_of_the_system_stands_below_that_of_the_index() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "").expect("written");
    let error = OpenIndex::open(&file.join("index")).err().expect("a file has no folders");
    assert_eq!(system_code(&error), Some(rustix::io::Errno::NOTDIR.raw_os_error()), "{error:?}");
    assert!(error.to_string().contains("Not a directory"), "{error}");

    std::fs::create_dir(folder.path().join("fumikura.lock")).expect("a folder");
    let error = WriterLock::acquire(folder.path(), Duration::ZERO, |_| {}).expect_err("a folder is no lock");
    assert_eq!(system_code(&error), Some(rustix::io::Errno::ISDIR.raw_os_error()), "{error:?}");
}

#[test]
fn the_error_of_a_parser_stands_below_damage() {
    let (_folder, path) = damaged();
    let error = OpenIndex::open(&path).err().expect("damaged");
    assert!(matches!(error, IndexError::Damaged { .. }), "{error:?}");
    assert!(!below(&error).is_empty(), "{error:?}");

    let (_folder, path) = indexed();
    let meta = generation(&path).join("meta.json");
    change_meta(&meta, "\"payload\": \"{", "\"payload\": \"[");
    let error = OpenIndex::open(&path).err().expect("no stamp");
    assert!(matches!(error, IndexError::OtherVersion { .. }), "{error:?}");
    assert!(below(&error)[0].is::<serde_json::Error>(), "{error:?}");
}

#[test]
fn an_error_that_passes_another_on_gives_it() {
    let (_folder, path) = damaged();
    let passed = Index::open(&path).err().expect("damaged");
    assert!(matches!(passed, SearchError::Index(_)), "{passed:?}");
    let chain = below(&passed);
    assert!(matches!(chain[0].downcast_ref(), Some(IndexError::Damaged { .. })), "{passed:?}");
    assert!(chain[0].to_string() == passed.to_string() && chain.len() > 1, "{passed:?}");

    let (_folder, path) = indexed();
    let request = Request { text: "情報".repeat(5000), ..Request::default() };
    let error = Index::open(&path).expect("opened").search(&request).expect_err("too long");
    assert!(below(&error)[0].is::<QueryError>(), "{error:?}");
}

/// A source that breaks off.
struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::from_raw_os_error(rustix::io::Errno::IO.raw_os_error()))
    }
}

#[test]
fn what_was_met_while_reading_stands_below() {
    let error = JsonLines::new(BufReader::new(Broken), "a.jsonl").next().expect("an answer").expect_err("an error");
    assert!(matches!(error, IngestError::Unreadable { .. }), "{error:?}");
    assert_eq!(system_code(&error), Some(rustix::io::Errno::IO.raw_os_error()), "{error:?}");

    let error = JsonLines::new("{\"id\":".as_bytes(), "a.jsonl").next().expect("an answer").expect_err("an error");
    assert!(matches!(error, IngestError::Malformed { .. }), "{error:?}");
    assert!(below(&error)[0].is::<serde_json::Error>(), "{error:?}");

    let program = root().join("no such program");
    let error = Extractor::new(Some(program)).extract(Structured::Html, Vec::new()).expect_err("no program");
    assert!(matches!(error, IngestError::Unreadable { .. }), "{error:?}");
    assert_eq!(system_code(&error), Some(rustix::io::Errno::NOENT.raw_os_error()), "{error:?}");

    let error = read_queries("{\"id\": 1}", "q.jsonl").expect_err("no text");
    assert!(matches!(error, EvaluateError::File { .. }), "{error:?}");
    assert!(below(&error)[0].is::<serde_json::Error>(), "{error:?}");
}

#[test]
fn a_person_is_told_an_error_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("file"), "").expect("written");
    let output = fumikura(folder.path(), &["stats", "--index", "file/index"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(said.matches("Not a directory").count(), 1, "{said}");
    assert_eq!(output.status.code(), Some(2));
}
