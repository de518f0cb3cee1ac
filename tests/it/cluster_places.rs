//! Commands, page, API and tools over a cluster print what they print for an index (`make test-cluster`).

use std::path::Path;

use serde_json::{Value, json};

use crate::cluster::node_urls;
use crate::mcp::Session;
use crate::serve::client::Running;
use crate::support::{fumikura, root, stdout};

const ID: &str = "2012-11-14_japan-eu-ict-policy-dialogue-19.txt";

/// Indexes the corpus into a folder and publishes it; returns the index and the engine.
fn published(folder: &Path, name: &str) -> [String; 2] {
    let index = folder.join("index").to_string_lossy().into_owned();
    let engine = format!("{}/{name}", node_urls());
    stdout(&fumikura(root(), &["--index", &index, "--engine", &engine, "index", "corpus", "--replace-share"]), 0);
    [index, engine]
}

/// Drops what differs by nature: scores in their last digits, times, names of commits, sizes on disks, the place itself.
fn without_own(value: &mut Value) {
    const OWN: [&str; 9] =
        ["score", "seconds", "time", "command", "commit", "bytes", "next_cursor", "folder", "latencies"];
    match value {
        Value::Object(map) => {
            OWN.iter().for_each(|own| drop(map.remove(*own)));
            map.retain(|name, _| !name.ends_with("_us"));
            map.values_mut().for_each(without_own);
        }
        Value::Array(list) => list.iter_mut().for_each(without_own),
        _ => {}
    }
}

/// Returns a text for comparison: JSON without what differs by nature, other text without the names of commits.
fn compared(text: &str, commits: &[String]) -> String {
    if let Ok(mut value) = serde_json::from_str::<Value>(text) {
        without_own(&mut value);
        return value.to_string();
    }
    commits.iter().fold(text.to_owned(), |text, commit| text.replace(commit.as_str(), "COMMIT"))
}

/// Every command prints what it prints for an index.
#[test]
#[ignore = "needs a cluster: make test-cluster"]
fn cluster_commands_print_what_they_print_for_an_index() {
    let folder = tempfile::tempdir().expect("a folder");
    let [index, engine] = published(folder.path(), "commands");
    let written = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.to_string_lossy().into_owned()
    };
    let draft =
        written("draft.txt", "「情報共有の重要性を確認した」と述べた。「両国は協力を強化することで一致した。」\n");
    let list = written("list.tsv", "id\tquery\na\t情報共有\nb\t米国 協力\nc\t(\n");
    let queries = written("queries.jsonl", "{\"id\": \"1\", \"text\": \"情報共有\"}\n");
    let judged = written("qrels.tsv", &format!("1\t{ID}\t1\n"));
    let first = stdout(&fumikura(root(), &["--index", &index, "search", "情報共有", "-n", "1", "--json"]), 0);
    let first: Value = serde_json::from_str(&first).expect("JSON");
    let passage = first["hits"][0]["passage"]["id"].as_str().expect("an id").to_owned();
    let commands: [&[&str]; 36] = [
        &["search", "情報共有", "--json"],
        &["search", "情報共有 NOT 米国", "--json", "--facets"],
        &["search", "2012年 クラウド 協力", "--json"],
        &["search", "", "--json", "-n", "3"],
        &["search", "国", "--json", "--no-relax", "--sort", "date"],
        &["search", "情報共有", "--all", "--format", "csv"],
        &["search", "情報共有", "--format", "ris"],
        &["facets", "米国", "--json"],
        &["kwic", "情報共有", "--json"],
        &["show", ID, "--json"],
        &["stats", "--json"],
        &["timeline", "情報共有", "クラウド", "--json"],
        &["timeline", "情報共有", "--document", ID, "--json"],
        &["crosstab", "情報", "--rows", "partner", "--cols", "year", "--json"],
        &["crosstab", "情報", "--rows", "publisher", "--cols", "year", "--json"],
        &["crosstab", "情報", "--rows", "type", "--cols", "theme", "--json"],
        &["series", "--json"],
        &["verify", &draft, "--json"],
        &["cite", ID],
        &["cite", ID, "--style", "csl-json"],
        &["cite", &passage, "--quote", "--style", "bibtex"],
        &["cite", "no-such-id"],
        &["collocates", "情報", "--json"],
        &["collocates", "情報", "--window", "sentence", "--partner", "米国", "--json"],
        &["collocates", "情報", "--compound", "--json"],
        &["compare", "米国", "EU", "--json"],
        &["related", "情報共有", "--json"],
        &["similar", ID, "--json", "--threshold", "0.2"],
        &["similar", &passage, "--json", "--threshold", "0.1"],
        &["similar", ID, "--with", ID, "--json"],
        &["batch", &list, "--json"],
        &["batch", &list, "--format", "csv"],
        &["eval", "--queries", &queries, "--qrels", &judged, "--json"],
        &["glossary"],
        &["check", "--json"],
        &["check", "--quick", "--json"],
    ];
    for command in commands {
        let [ours, theirs] = [["--index", &index], ["--engine", &engine]].map(|of| {
            let output = fumikura(root(), &[&of, command].concat());
            let text = compared(&String::from_utf8_lossy(&output.stdout), &[]);
            (output.status.code(), text, String::from_utf8_lossy(&output.stderr).into_owned())
        });
        assert_eq!(ours.0, theirs.0, "{command:?}: {} {}", ours.2, theirs.2);
        let lines = |text: &str| {
            // The conditions in lists of references name the commit and the time.
            let own = |line: &&str| !line.contains("commit") && !line.starts_with("# searched: ");
            text.lines().filter(own).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(lines(&ours.1), lines(&theirs.1), "{command:?}");
        assert!(ours.0 == Some(2) || !ours.1.is_empty() || command[0] == "cite", "{command:?} prints something");
    }
    // The journal: a run that was logged over an index is repeated over the cluster, and a search that was saved.
    let searches = folder.path().join("searches").to_string_lossy().into_owned();
    let over = |place: [&str; 2], command: &[&str], code: i32| {
        stdout(&fumikura(root(), &[&place[..], command, &["--searches", &searches]].concat()), code)
    };
    let (of_index, of_engine) = (["--index", index.as_str()], ["--engine", engine.as_str()]);
    over(of_index, &["search", "情報共有", "--log", "--save", "mine"], 0);
    over(of_engine, &["search", "情報共有", "--log"], 0);
    over(of_engine, &["facets", "情報共有", "--log"], 0);
    over(of_engine, &["kwic", "情報共有", "--log"], 0);
    let log: Value = serde_json::from_str(&over(of_engine, &["log", "--json"], 0)).expect("JSON");
    let runs = log["runs"].as_array().expect("runs");
    assert_eq!(runs.len(), 4);
    assert!(runs.iter().all(|run| run["total"] == runs[0]["total"]), "{log}");
    assert_eq!(runs[0]["indexes"][0]["versions"], runs[1]["indexes"][0]["versions"]);
    assert!(runs[1]["indexes"][0]["folder"].as_str().is_some_and(|place| place.ends_with("/commands")), "{log}");
    let again: Value = serde_json::from_str(&over(of_engine, &["log", "--rerun", "1", "--json"], 0)).expect("JSON");
    assert_eq!((&again["added"], &again["gone"]), (&json!([]), &json!([])), "{again}");
    let new: Value = serde_json::from_str(&over(of_index, &["new", "--mark", "--json"], 0)).expect("JSON");
    assert!(new["searches"][0]["passages"].as_u64().is_some_and(|count| count > 0), "{new}");
    over(of_engine, &["new", "--json"], 1);
    // A row that is gone is found.
    let wire = fumikura::engine::cluster::Wire::new(&engine).expect("a client");
    let open = "{\"index.blocks.write\": null}";
    wire.ask(fumikura::engine::cluster::Method::Put, "commands/_settings", Some(open)).expect("open for writing");
    let gone = "{\"query\": {\"term\": {\"kind\": \"p\"}}, \"max_docs\": 1}";
    wire.ask(fumikura::engine::cluster::Method::Post, "commands/_delete_by_query?refresh=true", Some(gone))
        .expect("a row less");
    let damaged = fumikura(root(), &["--engine", &engine, "check"]);
    let told = stdout(&damaged, 4);
    assert!(told.contains("passages are there") && told.contains("--engine"), "{told}");
}

/// The page, the API and the tools give what they give for an index.
#[test]
#[ignore = "needs a cluster: make test-cluster"]
fn cluster_pages_and_tools_are_those_of_an_index() {
    let folder = tempfile::tempdir().expect("a folder");
    let [index, engine] = published(folder.path(), "places");
    let over_index = Running::start(Path::new(&index), &["--mcp"]);
    let over_engine = Running::start(Path::new("no-index"), &["--mcp", "--engine", &engine]);
    let commit = |server: &Running| server.get("/search.json?q=x").headers["fumikura-commit"].clone();
    let commits = [commit(&over_index), commit(&over_engine)];
    let query = "%E6%83%85%E5%A0%B1";
    let addresses = [
        "/".to_owned(),
        format!("/search?q={query}"),
        format!("/search?q={query}&open=related"),
        format!("/search.json?q={query}&facets=1"),
        format!("/search.csv?q={query}&all=1"),
        format!("/search.bib?q={query}"),
        "/search?q=zzzz".to_owned(),
        "/search.json?q=somusho".to_owned(),
        format!("/facets.json?q={query}"),
        format!("/doc/{ID}"),
        format!("/doc/{ID}?q={query}"),
        format!("/doc/{ID}.json"),
        format!("/doc/{ID}.ris"),
        format!("/doc/{ID}/original"),
        "/doc/no-such-id".to_owned(),
        format!("/kwic.json?q={query}"),
        format!("/timeline.json?q={query}"),
        format!("/timeline?q={query}"),
        format!("/crosstab.json?q={query}&rows=type&cols=year"),
        format!("/collocates.json?q={query}"),
        format!("/compare.json?a={query}&b=EU"),
        "/series.json".to_owned(),
        format!("/suggest?q={query}"),
        format!("/unapi?id={ID}&format=ris"),
        "/readyz".to_owned(),
    ];
    for address in &addresses {
        let [ours, theirs] = [&over_index, &over_engine].map(|server| {
            let reply = server.get(address);
            let port = server.port.to_string();
            // A cursor holds the name of its commit.
            let text = compared(&reply.text().replace(&port, "PORT"), &commits);
            let lines =
                text.lines().filter(|line| !["after=", "time", "searched"].iter().any(|own| line.contains(own)));
            (reply.status, lines.map(str::to_owned).collect::<Vec<_>>())
        });
        assert_eq!(ours, theirs, "{address}");
        assert!(ours.0 == 200 || address.contains("no-such-id"), "{address}: {}", ours.0);
    }
    let [mut ours, mut theirs] = [["--index", &index], ["--engine", &engine]].map(|place| Session::open_over(&place));
    for (tool, arguments) in [
        ("search", json!({ "query": "情報共有" })),
        ("fetch", json!({ "id": ID })),
        ("facets", json!({ "query": "情報共有" })),
        ("kwic", json!({ "query": "情報共有" })),
        ("timeline", json!({ "query": "情報共有" })),
        ("series", json!({})),
        ("verify_quote", json!({ "quote": "情報共有の重要性を確認した" })),
        ("cite", json!({ "id": ID })),
        ("about", json!({})),
    ] {
        let [ours, theirs] = [&mut ours, &mut theirs].map(|session| {
            let mut answer = session.call(tool, arguments.clone());
            // The fence of the texts is new in each answer, and a cursor holds the name of its commit.
            let fence = answer["fence"].as_str().unwrap_or("-").to_owned();
            if let Some(next) = answer.as_object_mut().filter(|answer| answer.contains_key("fence")) {
                next.remove("next");
            }
            without_own(&mut answer);
            answer.to_string().replace(&fence, "FENCE")
        });
        assert_eq!(ours, theirs, "{tool}");
    }
    let asked = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {} }).to_string();
    let status = |server: &Running| server.post("/mcp", "application/json", &asked).status;
    assert_eq!(status(&over_engine), status(&over_index));
    // A server answers from the next generation soon after it was published.
    stdout(&fumikura(root(), &["--index", &index, "--engine", &engine, "index", "corpus", "--rebuild"]), 0);
    let began = std::time::Instant::now();
    while commit(&over_engine) == commits[1] {
        assert!(began.elapsed() < std::time::Duration::from_secs(20), "the next generation never answers");
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    assert_eq!(over_engine.get(&format!("/doc/{ID}.json")).status, 200);
}
