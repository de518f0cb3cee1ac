//! The journal: the log and its reruns, saved searches, what is new for them, lists of searches.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::support::{fumikura, stdout};

/// A folder with three documents, of which an index is made.
fn place() -> tempfile::TempDir {
    place_of(&[
        ("a.txt", "日米対話の結果\n\n2011年6月9日\n\n情報共有の取組を進めることで一致した。\n"),
        ("b.txt", "日EU対話の結果\n\n2012年11月14日\n\n情報共有を強化することを確認した。\n"),
        ("c.txt", "日泰対話の結果\n\n2015年3月1日\n\n人材育成と情報共有について議論した。\n"),
    ])
}

/// A folder with these documents, of which an index is made.
fn place_of(texts: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir(folder.path().join("texts")).expect("made");
    for (name, text) in texts {
        write(folder.path(), name, text);
    }
    run(folder.path(), &["index", "texts"], 0);
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join("texts").join(name), text).expect("written");
}

fn run(folder: &Path, arguments: &[&str], code: i32) -> String {
    stdout(&fumikura(folder, arguments), code)
}

fn json(folder: &Path, arguments: &[&str], code: i32) -> Value {
    serde_json::from_str(&run(folder, arguments, code)).expect("valid JSON")
}

fn texts<'a>(list: &'a Value, field: &str) -> BTreeSet<&'a str> {
    list.as_array().expect("a list").iter().map(|one| one[field].as_str().expect(field)).collect()
}

/// Adds, changes and removes a document.
fn change(folder: &Path) {
    write(folder, "d.txt", "日加対話の結果\n\n2017年10月10日\n\n情報共有の枠組みを設けた。\n");
    write(folder, "b.txt", "日EU対話の結果\n\n2012年11月14日\n\n情報共有を一層強化することを確認した。\n");
    std::fs::remove_file(folder.join("texts/c.txt")).expect("removed");
    run(folder, &["index", "texts", "--prune-all"], 0);
}

#[test]
fn a_rerun_tells_each_passage_that_came_or_went() {
    let folder = place();
    let folder = folder.path();
    let command = ["search", "情報共有", "--sort", "date", "--log", "-n", "1"];
    run(folder, &command, 0);
    let logged = json(folder, &["log", "--json"], 0);
    let first = &logged["runs"][0];
    assert_eq!((first["run"].as_u64(), first["query"].as_str()), (Some(1), Some("情報共有")));
    assert_eq!(first["total"]["passages"].as_u64(), Some(3), "all hits, not the page: {first}");
    assert_eq!(first["command"], "fumikura search 情報共有 --sort date --log -n 1");
    for name in ["themes.tsv", "ipadic", "analysis"] {
        assert!(first["indexes"][0]["versions"][name].is_string(), "{name} in {first}");
    }
    assert!(first["tables"]["aliases.tsv"].is_string() && first["hits"].is_null());
    let same = json(folder, &["log", "--rerun", "1", "--json"], 0);
    assert_eq!((same["same"].as_u64(), same["changed"].as_array().map(Vec::len)), (Some(3), Some(0)), "{same}");
    change(folder);
    let rerun = json(folder, &["log", "--rerun", "1", "--json"], 0);
    assert_eq!(rerun["same"].as_u64(), Some(1));
    assert_eq!(texts(&rerun["added"], "document"), BTreeSet::from(["b.txt", "d.txt"]));
    assert_eq!(texts(&rerun["gone"], "document"), BTreeSet::from(["b.txt", "c.txt"]));
    assert_eq!(texts(&rerun["gone"], "title"), BTreeSet::from(["日EU対話の結果", "日泰対話の結果"]));
    assert!(texts(&rerun["changed"], "name").contains("commit"), "{rerun}");
    let said = run(folder, &["log", "--rerun", "1"], 0);
    assert!(said.contains("2 added, 2 gone, 1 the same") && said.contains("日泰対話の結果"), "{said}");
    let table = run(folder, &["log", "--rerun", "1", "--format", "tsv"], 0);
    assert_eq!(table.lines().filter(|line| line.starts_with("gone\t")).count(), 2, "{table}");
    // The rerun itself is no logged run.
    assert_eq!(run(folder, &["log"], 0).lines().count(), 1);
}

#[test]
fn each_command_that_searches_logs_what_decides_its_hits() {
    let folder = place();
    let folder = folder.path();
    run(folder, &["kwic", "情報共有", "--log"], 0);
    run(folder, &["facets", "情報共有", "--date", "2012..", "--log=other/a.jsonl"], 0);
    run(folder, &["search", "火星", "--log", "--no-variants"], 1);
    let runs = run(folder, &["log", "--format", "jsonl"], 0);
    let runs: Vec<Value> = runs.lines().map(|line| serde_json::from_str(line).expect("valid JSON")).collect();
    let tools: Vec<&str> = runs.iter().filter_map(|run| run["tool"].as_str()).collect();
    assert_eq!(tools, ["kwic", "search"]);
    assert_eq!((runs[1]["variants"].as_bool(), runs[1]["total"]["passages"].as_u64()), (Some(false), Some(0)));
    let other = json(folder, &["log", "--file", "other/a.jsonl", "--json"], 0);
    assert_eq!(other["runs"][0]["filters"]["date"][0], "2012..");
    assert_eq!(other["runs"][0]["total"]["passages"].as_u64(), Some(2));
    let hits: Vec<Value> = std::fs::read_to_string(folder.join("other/a.jsonl"))
        .expect("a log")
        .lines()
        .map(|line| serde_json::from_str(line).expect("valid JSON"))
        .collect();
    assert_eq!(texts(&hits[0]["hits"], "document"), BTreeSet::from(["b.txt", "c.txt"]));
    let csv = run(folder, &["log", "--format", "csv"], 0);
    assert!(csv.starts_with("run,time,tool,query,read_as") && csv.lines().count() == 3, "{csv}");
    run(folder, &["log", "7"], 2);
    run(folder, &["log", "--searches", "nowhere"], 2);
}

#[test]
fn a_torn_line_is_told_and_spoils_no_other() {
    let folder = place();
    let folder = folder.path();
    run(folder, &["search", "情報共有", "--log"], 0);
    let log = folder.join("searches/log.jsonl");
    let line = std::fs::read_to_string(&log).expect("a log");
    std::fs::write(&log, format!("{line}{}", &line[..40])).expect("written");
    run(folder, &["search", "人材育成", "--log"], 0);
    let output = fumikura(folder, &["log"]);
    let shown = stdout(&output, 0);
    assert_eq!(shown.lines().count(), 2, "{shown}");
    assert!(shown.contains("   1  ") && shown.contains("   3  "), "numbers are lines: {shown}");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("log.jsonl:2") && said.contains("skipped"), "{said}");
    assert_eq!(json(folder, &["log", "--json"], 0)["torn"][0].as_u64(), Some(2));
    run(folder, &["log", "--rerun", "2"], 2);
    run(folder, &["log", "--rerun", "3"], 0);
}

#[test]
fn a_methods_paragraph_has_the_items_of_prisma_s() {
    let folder = place();
    let folder = folder.path();
    run(folder, &["search", "情報共有", "--log"], 0);
    run(folder, &["search", "人材育成", "--date", "2015", "--log"], 0);
    run(folder, &["search", "情報共有", "--log"], 0);
    for (language, words) in [
        ("ja", ["検索 1：情報共有", "date 2015", "1 = 3", "合計 7 箇所", "3 箇所、3 文書", "査読"]),
        (
            "en",
            ["Search 1: 情報共有", "date 2015", "1 = 3", "7 passages over", "3 passages in 3 documents", "Peer review"],
        ),
    ] {
        let said = run(folder, &["log", "--methods", language], 0);
        for word in words {
            assert!(said.contains(word), "{word} in {said}");
        }
        for item in 1..=16 {
            assert!(said.lines().any(|line| line.starts_with(&format!("{item} "))), "item {item} in {said}");
        }
    }
    let one = run(folder, &["log", "2", "--methods", "en"], 0);
    assert!(!one.contains("Search 1:") && one.contains("Search 2: 人材育成"), "{one}");
}

#[test]
fn a_saved_search_is_a_file_that_is_not_overwritten() {
    let folder = place();
    let folder = folder.path();
    let save = ["search", "情報共有", "--date", "2011..", "--save", "共有", "--note", "本研究の中心"];
    run(folder, &save, 0);
    let path = folder.join("searches/共有.toml");
    let text = std::fs::read_to_string(&path).expect("a saved search");
    assert!(text.contains("情報共有") && text.contains("2011..") && text.contains("本研究の中心"), "{text}");
    let other = ["search", "人材育成", "--save", "共有"];
    run(folder, &other, 2);
    assert_eq!(std::fs::read_to_string(&path).expect("a saved search"), text);
    run(folder, &[&other[..], &["--force"]].concat(), 0);
    assert!(std::fs::read_to_string(&path).expect("a saved search").contains("人材育成"));
    for bad in ["../x", "a/b", ".x", "a.state", "log\n", ""] {
        run(folder, &["search", "人材育成", "--save", bad], 2);
    }
    std::fs::write(&path, "query = \"x\"\n[filters]\ncountry = \"米国\"\n").expect("written");
    let output = fumikura(folder, &["new"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && said.contains("共有.toml:3") && said.contains("country"), "{said}");
}

#[test]
fn new_passages_are_told_through_updates_and_rebuilds_until_they_are_marked() {
    let folder = place();
    let folder = folder.path();
    run(folder, &["search", "情報共有", "--save", "共有"], 0);
    let new = |arguments: &[&str], code: i32| json(folder, &[&["new", "--json"], arguments].concat(), code);
    let first = new(&[], 0);
    assert_eq!(first["searches"][0]["new"].as_array().map(Vec::len), Some(3));
    assert!(first["searches"][0]["marked_time"].is_null() && !folder.join("searches/共有.state.toml").exists());
    new(&["--mark"], 0);
    assert_eq!(new(&[], 1)["searches"][0]["new"].as_array().map(Vec::len), Some(0));
    run(folder, &["index", "--rebuild", "texts"], 0);
    new(&[], 1);
    change(folder);
    let commit = |news: &Value| news["searches"][0]["commit"].as_str().expect("a commit").to_owned();
    for _ in 0..2 {
        let news = new(&[], 0);
        assert_eq!(texts(&news["searches"][0]["new"], "document"), BTreeSet::from(["b.txt", "d.txt"]));
        assert!(news["searches"][0]["changed"].as_array().is_some_and(Vec::is_empty), "{news}");
        run(folder, &["index", "--rebuild", "texts"], 0);
    }
    let marked = new(&["--mark"], 0);
    new(&["共有"], 1);
    let since = marked["searches"][0]["marked_commit"].as_str().expect("a commit").to_owned();
    let again = new(&["--since", &since], 0);
    assert_eq!(texts(&again["searches"][0]["new"], "document"), BTreeSet::from(["b.txt", "d.txt"]));
    let seen = texts(&again["searches"][0]["new"], "first_seen_commit");
    assert_eq!(seen, BTreeSet::from([commit(&marked).as_str()]));
    assert_eq!(new(&["--since", "2000-01-01"], 0)["searches"][0]["new"].as_array().map(Vec::len), Some(3));
    new(&["--since", "2999-01-01"], 1);
    run(folder, &["new", "--since", "gen-9"], 2);
    // A text that comes back was seen before.
    write(folder, "c.txt", "日泰対話の結果\n\n2015年3月1日\n\n人材育成と情報共有について議論した。\n");
    run(folder, &["index", "texts"], 0);
    new(&[], 1);
    let path = folder.join("searches/共有.toml");
    let text = std::fs::read_to_string(&path).expect("a saved search").replace("情報共有", "情報共有 OR 人材育成");
    std::fs::write(&path, text).expect("written");
    let said = run(folder, &["new"], 1);
    assert!(said.contains("changed since the last mark: the search"), "{said}");
    run(folder, &["new", "なし"], 2);
}

#[test]
fn a_list_of_searches_counts_each_line_and_tells_bad_ones() {
    let folder = place();
    let folder = folder.path();
    let list = "Query,id,note,partner,date\n情報共有,q1,x,,\n\"\"\"情報 共有\"\"\",q2,,,\n情,q3,,,\n情報共有,q4,,火星国,\n\
                \"開いた,q5,,,\n,,,,\n人材育成,q6,,,2015\n";
    let (shift_jis, _, failed) = encoding_rs::SHIFT_JIS.encode(list);
    assert!(!failed);
    std::fs::write(folder.join("list.csv"), shift_jis).expect("written");
    let output = fumikura(folder, &["batch", "list.csv", "--json", "--hits", "hits.jsonl"]);
    let read: Value = serde_json::from_str(&stdout(&output, 3)).expect("valid JSON");
    let rows = read["rows"].as_array().expect("rows");
    let of = |id: &str| rows.iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("{id} in {read}"));
    assert_eq!(rows.len(), 6);
    let counts = |id: &str| (of(id)["passages"].as_u64(), of(id)["documents"].as_u64());
    assert_eq!(counts("q1"), (Some(3), Some(3)));
    assert_eq!(
        (of("q1")["first_date"].as_str(), of("q1")["last_date"].as_str()),
        (Some("2011-06-09"), Some("2015-03-01"))
    );
    assert_eq!(counts("q3"), (Some(3), Some(3)), "a query of one character");
    assert_eq!(counts("q6"), (Some(1), Some(1)));
    assert!(of("q4")["error"].as_str().is_some_and(|error| error.contains("火星国")));
    assert!(of("q5")["error"].as_str().is_some_and(|error| error.contains("quote")) && counts("q5") == (None, None));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("note") && said.contains("2 of 6 lines"), "{said}");
    let hits = std::fs::read_to_string(folder.join("hits.jsonl")).expect("hits");
    let hits: Vec<Value> = hits.lines().map(|line| serde_json::from_str(line).expect("valid JSON")).collect();
    let of_q1 = hits.iter().filter(|hit| hit["id"] == "q1").count();
    assert_eq!(of_q1, 3);
    let passages: u64 = rows.iter().filter_map(|row| row["passages"].as_u64()).sum();
    assert_eq!(hits.len() as u64, passages, "all hits of all lines");
    std::fs::write(folder.join("list.tsv"), "\u{feff}id\tquery\n1\t\"情報共有\"\n").expect("written");
    let csv = run(folder, &["batch", "list.tsv", "--format", "csv", "--hits", "hits.csv"], 0);
    assert!(csv.starts_with("id,query,passages,word,variant,substring,documents"), "{csv}");
    let table = std::fs::read_to_string(folder.join("hits.csv")).expect("hits");
    assert!(table.starts_with("\u{feff}id,rank,tier,document"), "{table}");
    assert_eq!(csv::Reader::from_reader(table.as_bytes()).records().count(), 3, "{table}");
    // Days that are ranges themselves make one range.
    let days = place_of(&[
        ("first.txt", "---\ndate: 2011-06-09..2011-06-10\n---\n会議の日程である。\n"),
        ("last.txt", "---\ndate: 2012\n---\n会議の日程の案である。\n"),
    ]);
    std::fs::write(days.path().join("list.csv"), "id,query,path\na,会議,\n").expect("written");
    let text = run(days.path(), &["batch", "list.csv"], 0);
    assert!(text.contains("  2011-06-09..2012\n"), "{text}");
    run(folder, &["batch", "list.tsv", "--hits", "list.tsv"], 2);
    run(folder, &["batch", "list.tsv", "--hits", "hits.pdf"], 2);
    std::fs::write(folder.join("bad.csv"), "name,text\n1,情報\n").expect("written");
    run(folder, &["batch", "bad.csv"], 2);
    run(folder, &["batch", "absent.csv"], 2);
}
