//! The engine behind its trait: it is shared by threads, sees the last commit, and streams all hits.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fumikura::query::Budget;
use fumikura::{Answer, Engine, Found, Index, Request, SearchError};

use crate::support::index;

/// A folder with a source and its index.
struct Made {
    folder: tempfile::TempDir,
}

impl Made {
    fn new(texts: &[&str]) -> Self {
        let made = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        made.write(texts);
        made
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("index")
    }

    fn write(&self, texts: &[&str]) {
        let source = self.folder.path().join("source.jsonl");
        let line = |(at, text): (usize, &&str)| serde_json::json!({"id": format!("d{at}"), "text": text}).to_string();
        let lines: Vec<String> = texts.iter().enumerate().map(line).collect();
        std::fs::write(&source, lines.join("\n")).expect("written");
        assert_eq!(index(&[source], &self.path()).failed, []);
    }
}

fn request(text: &str) -> Request {
    Request { text: text.to_owned(), ..Request::default() }
}

fn found(engine: &dyn Engine, text: &str) -> usize {
    engine.search(&request(text)).expect("a search").total.passages
}

#[test]
fn an_engine_is_shared_by_threads() {
    let made = Made::new(&["衛星と郵便。", "衛星と防災。", "津波と暗号。"]);
    let engine: Arc<dyn Engine> = Arc::new(Index::open(made.path()).expect("opens"));
    std::thread::scope(|scope| {
        for (text, expected) in [("衛星", 2), ("津波", 1), ("防災", 1), ("農業", 0)] {
            let engine = engine.clone();
            scope.spawn(move || (0..50).for_each(|_| assert_eq!(found(&*engine, text), expected, "{text}")));
        }
    });
}

#[test]
fn an_open_engine_notices_a_commit_and_a_rebuild() {
    let made = Made::new(&["衛星と郵便。"]);
    let engine = Index::open(made.path()).expect("opens");
    let first = engine.generation().expect("a name");
    assert_eq!((found(&engine, "衛星"), found(&engine, "津波")), (1, 0));
    assert_eq!(engine.generation().expect("a name"), first, "nothing was committed");
    let before = engine.snapshot().expect("a snapshot");
    made.write(&["衛星と郵便。", "津波と衛星。"]);
    assert_eq!((found(&engine, "衛星"), found(&engine, "津波")), (2, 1));
    let second = engine.generation().expect("a name");
    assert_ne!(second, first);
    assert_eq!(before.search(&request("衛星")).expect("a search").total.passages, 1, "a snapshot stays as it is");
    let output = crate::support::fumikura(made.folder.path(), &["index", "source.jsonl", "--rebuild"]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(found(&engine, "衛星"), 2);
    assert_ne!(engine.generation().expect("a name"), second);
}

#[test]
fn each_match_streams_all_hits_in_the_order_of_the_pages() {
    let texts: Vec<String> = (0..45).map(|at| format!("衛星の第{at}号について。{}", "郵便。".repeat(at % 7))).collect();
    let made = Made::new(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    let engine = Index::open(made.path()).expect("opens");
    let mut paged = Vec::new();
    let mut offset = Some(0);
    while let Some(at) = offset {
        let answer = engine.search(&Request { offset: at, ..request("衛星") }).expect("a page");
        paged.extend(answer.hits.into_iter().map(|hit| hit.passage.id));
        offset = answer.next;
    }
    let mut streamed = Vec::new();
    let mut visitor = |hit: Found| {
        streamed.push(hit.passage.id);
        ControlFlow::Continue(())
    };
    let answer = engine.each_match(&request("衛星"), &mut visitor).expect("a stream");
    assert_eq!((streamed.len(), answer.total.passages, answer.hits.len()), (45, 45, 0));
    assert_eq!(streamed, paged);
    let mut taken = 0;
    let mut three = |_: Found| {
        taken += 1;
        if taken == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    engine.each_match(&request("衛星"), &mut three).expect("a stream");
    assert_eq!(taken, 3, "the visitor has seen enough");
}

#[test]
fn facets_documents_and_counts_come_through_the_same_door() {
    let made = Made::new(&["総務省は米国との間で会合を開催した。", "津波。"]);
    let engine = Index::open(made.path()).expect("opens");
    let Answer { facets, hits, .. } = engine.facets(&request("")).expect("facets");
    assert!(hits.is_empty() && !facets.expect("facets").partner.is_empty());
    let hit = engine.search(&request("会合")).expect("a search").hits.remove(0);
    let shown = engine.show(&hit.passage.id).expect("shown");
    assert_eq!((shown.document.id.as_str(), shown.passage), ("d0", Some(0)));
    assert_eq!(shown.document.passages[0].text, hit.passage.text);
    let missing = engine.show("D0").expect_err("no such id");
    assert!(matches!(&missing, SearchError::NotFound(said) if said.contains("d0")), "{missing}");
    let stats = engine.stats().expect("stats");
    assert_eq!((stats.documents, stats.passages, stats.files), (2, 2, 1));
    let error = Index::open(made.folder.path().join("none")).err().expect("no index");
    assert!(std::error::Error::source(&error).is_some(), "{error}");
}

#[test]
fn a_request_carries_its_cancellation() {
    let made = Made::new(&["衛星。"]);
    let engine = Index::open(made.path()).expect("opens");
    let gone = Arc::new(AtomicBool::new(false));
    let budget = Budget::within(Duration::from_secs(60)).unless(gone.clone());
    assert!(!engine.search(&Request { budget: budget.clone(), ..request("衛*") }).expect("a search").timed_out);
    gone.store(true, Ordering::Relaxed);
    assert!(engine.search(&Request { budget, ..request("衛*") }).expect("a search").timed_out);
}
