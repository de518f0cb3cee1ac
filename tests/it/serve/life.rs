//! The life of a server: searches whose client has gone, commits under load, the end.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::client::{Reply, Running, corpus_index, large_index};
use crate::support::index;

/// Returns a query that takes seconds: each of its words is looked for with two characters that may differ.
fn slow() -> String {
    let words = [
        "取組共有進め演習",
        "進め演習人材育成",
        "演習実施人材共有",
        "人材育成協議演習",
        "情報取組進め演習",
        "両国情報演習人材",
        "協議人材演習情報",
        "実施人材育成取組",
        "育成協議両国情報",
        "共有取組演習協議",
        "国情報共取組進演",
        "の取組を演習人材",
    ];
    let query = words.map(|word| format!("{word}~2")).join(" OR ");
    percent_encoding::utf8_percent_encode(&query, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[test]
fn a_search_ends_when_its_client_has_gone() {
    let server = Running::start(large_index(), &["--log", "off", "--timeout", "60"]);
    let request = format!("GET /search.json?q={}&facets=1 HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", slow(), server.port);
    let mut stream = server.connect();
    stream.write_all(request.as_bytes()).expect("sent");
    let began = Instant::now();
    server.wait_for("fumikura_searches_running ", 1);
    assert!(began.elapsed() < Duration::from_secs(5));
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(server.metric("fumikura_searches_running "), 1, "the search takes longer than this test");
    drop(stream);
    let took = server.wait_for("fumikura_searches_running ", 0);
    assert!(took < Duration::from_millis(400), "{took:?}");
    assert_eq!(server.metric("fumikura_searches_cut_total "), 1);
}

#[test]
fn a_search_that_takes_too_long_is_told_so() {
    let server = Running::start(large_index(), &["--log", "off", "--timeout", "0.05"]);
    for path in ["/search.json", "/search.csv", "/search", "/facets.json"] {
        let began = Instant::now();
        let reply = server.get(&format!("{path}?q={}", slow()));
        assert_eq!(reply.status, 504, "{path}: {}", reply.text());
        assert!(began.elapsed() < Duration::from_secs(2), "{path}: {:?}", began.elapsed());
    }
    assert_eq!(server.get("/search.json?q=%E7%81%AB%E6%98%9F&no-relax=1").status, 200, "the server lives on");
}

#[test]
fn more_searches_than_threads_and_queue_are_told_to_come_again() {
    let server = Running::start(large_index(), &["--log", "off", "--timeout", "2"]);
    let request = format!(
        "GET /search.json?q={} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\r\n",
        slow(),
        server.port
    );
    let mut streams: Vec<_> = (0..50).map(|_| server.connect()).collect();
    for stream in &mut streams {
        stream.write_all(request.as_bytes()).expect("sent");
    }
    let replies: Vec<Reply> = streams.iter_mut().map(Reply::read).collect();
    let busy: Vec<&Reply> = replies.iter().filter(|reply| reply.status == 503).collect();
    assert!(!busy.is_empty() && busy.iter().all(|reply| reply.header("retry-after") == "1"), "{}", busy.len());
    assert!(replies.iter().all(|reply| [200, 503, 504].contains(&reply.status)));
    server.wait_for("fumikura_searches_running ", 0);
    assert_eq!(server.get("/search.json?q=a&no-relax=1").status, 200);
}

/// Writes a document and commits it.
fn commit(folder: &Path, number: usize) {
    let text = format!("第{number}回の会合\n\n両国は情報共有の取組を進める。\n");
    std::fs::write(folder.join("texts").join(format!("{number}.txt")), text).expect("written");
    index(&[folder.join("texts")], &folder.join("index"));
}

#[test]
fn each_answer_comes_from_one_commit_while_an_indexer_commits() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path();
    std::fs::create_dir(path.join("texts")).expect("a folder");
    commit(path, 1);
    let server = Running::start(&path.join("index"), &["--log", "off"]);
    let done = AtomicBool::new(false);
    let answers: Vec<(String, u64, usize, u64)> = std::thread::scope(|scope| {
        let ask = || {
            let mut seen = Vec::new();
            while !done.load(Ordering::Relaxed) {
                let path = "/search.json?q=%E6%83%85%E5%A0%B1%E5%85%B1%E6%9C%89&n=1000&duplicates=1&facets=1";
                let reply = server.get(path);
                assert_eq!(reply.status, 200, "{}", reply.text());
                let json = reply.json();
                let dated: u64 = json["facets"]["date"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(|node| node["documents"].as_u64())
                    .sum();
                seen.push((
                    reply.header("fumikura-commit").to_owned(),
                    json["total"]["documents"].as_u64().expect("a number"),
                    json["hits"].as_array().expect("hits").len(),
                    dated,
                ));
            }
            seen
        };
        let asking: Vec<_> = (0..2).map(|_| scope.spawn(ask)).collect();
        for number in 2..=50 {
            commit(path, number);
            std::thread::sleep(Duration::from_millis(60));
        }
        std::thread::sleep(Duration::from_millis(1500));
        done.store(true, Ordering::Relaxed);
        asking.into_iter().flat_map(|thread| thread.join().expect("no failure")).collect()
    });
    let mut of_commit: BTreeMap<&str, u64> = BTreeMap::new();
    for (commit, documents, hits, dated) in &answers {
        assert_eq!((*documents, *documents), (*hits as u64, *dated), "numbers of one answer come from one commit");
        assert_eq!(of_commit.entry(commit).or_insert(*documents), documents, "one commit, one answer");
    }
    assert!(of_commit.len() > 2, "commits were seen: {of_commit:?}");
    assert_eq!(answers.last().map(|last| last.1), Some(50), "the last commit is read");
}

#[test]
fn the_end_lets_requests_in_hand_end() {
    let mut server = Running::start(large_index(), &["--log", "off"]);
    let path = "/search.jsonl?q=%E6%83%85%E5%A0%B1&duplicates=1";
    let mut stream = server.connect();
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", server.port);
    stream.write_all(request.as_bytes()).expect("sent");
    let mut first = [0; 4096];
    let read = stream.read(&mut first).expect("a head");
    assert!(String::from_utf8_lossy(&first[..read]).starts_with("HTTP/1.1 200"));
    server.terminate();
    std::thread::sleep(Duration::from_millis(200));
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).expect("the rest");
    assert!(rest.ends_with(b"0\r\n\r\n"), "the body is whole");
    assert_eq!(server.ended().code(), Some(0));
}

#[test]
fn a_list_whose_client_has_gone_is_not_written_to_its_end() {
    let server = Running::start(large_index(), &["--log", "off"]);
    let mut stream = server.connect();
    let path = "/search.jsonl?q=%E6%83%85%E5%A0%B1&duplicates=1";
    stream
        .write_all(format!("GET {path} HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", server.port).as_bytes())
        .expect("sent");
    let mut first = [0; 1024];
    let _ = stream.read(&mut first).expect("a head");
    assert_eq!(server.metric("fumikura_exports_running "), 1);
    drop(stream);
    assert!(server.wait_for("fumikura_exports_running ", 0) < Duration::from_millis(500));
}

#[test]
fn an_index_that_is_gone_is_told_and_the_last_commit_still_answers() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path();
    std::fs::create_dir(path.join("texts")).expect("a folder");
    commit(path, 1);
    let server = Running::start(&path.join("index"), &["--log", "off"]);
    assert_eq!(server.get("/readyz").status, 200);
    std::fs::rename(path.join("index"), path.join("elsewhere")).expect("renamed");
    let began = Instant::now();
    while server.get("/readyz").status != 503 {
        assert!(began.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(server.get("/search.json?q=%E6%83%85%E5%A0%B1").status, 200);
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn another_server_takes_the_next_port() {
    let first = Running::start(corpus_index(), &["--log", "off"]);
    let run = super::client::command(corpus_index(), &["serve", "--port", &first.port.to_string()].map(str::to_owned));
    assert_eq!(run.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&run.stderr).contains("cannot listen"));
}
