//! The engine over a cluster: faults of the wire against fakes of nodes, and the same answers as the embedded engine
//! against real nodes (`make test-cluster`).

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use fumikura::document::Role;
use fumikura::engine::cluster::{Cluster, Method, Publishing, Wire, WireError, publish};
use fumikura::engine::{SearchError, Sort};
use fumikura::index::{OpenIndex, Stamp};
use fumikura::pipeline::Prune;
use fumikura::query::{DateUnit, Filters, Tier};
use fumikura::{Answer, Engine, Index, IndexOptions, Request, pipeline};
use serde_json::{Value, json};

use crate::support::root;

/// What a fake node does with a request.
enum Reply {
    Answer(u16, String),
    /// It sends the beginning of an answer and closes the connection.
    Torn,
    Hang,
}

/// Starts a fake node, which answers by method, path and body; returns its URL.
fn node(reply: impl Fn(&str, &str) -> Reply + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        for stream in listener.incoming().flatten() {
            kept.extend(serve(stream, &reply));
        }
    });
    url
}

/// Answers one request and closes; returns the connection of a request that is never answered.
fn serve(mut stream: TcpStream, reply: &dyn Fn(&str, &str) -> Reply) -> Option<TcpStream> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).ok()?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    match reply(&first, &String::from_utf8_lossy(&body)) {
        Reply::Answer(status, text) => {
            let length = text.len();
            let head = format!("HTTP/1.1 {status} Fake\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
            stream.write_all(format!("{head}{text}").as_bytes()).ok()?;
            None
        }
        Reply::Torn => {
            let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n{\"hits\":";
            stream.write_all(head.as_bytes()).ok()?;
            None
        }
        Reply::Hang => Some(stream),
    }
}

fn sound() -> String {
    node(|_, _| Reply::Answer(200, "{\"count\":7}".to_owned()))
}

fn count(urls: &[String]) -> Result<Value, WireError> {
    let wire = Wire::new(&urls.join(",")).expect("a client");
    let answer = wire.ask(Method::Post, "fumikura/_count", Some("{\"query\":{\"match_all\":{}}}"))?;
    Ok(serde_json::from_str(&answer).expect("JSON"))
}

#[test]
fn cluster_calls_go_to_the_next_node_when_one_is_busy_gone_hanging_or_torn() {
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        format!("http://{}", listener.local_addr().expect("an address"))
    };
    let busy = |status| node(move |_, _| Reply::Answer(status, "{\"error\":{\"reason\":\"busy\"}}".to_owned()));
    for (fault, url) in [
        ("429", busy(429)),
        ("503", busy(503)),
        ("gone", gone),
        ("hang", node(|_, _| Reply::Hang)),
        ("torn", node(|_, _| Reply::Torn)),
        ("no JSON", node(|_, _| Reply::Answer(200, "<html>".to_owned()))),
    ] {
        let started = Instant::now();
        let answer = count(&[url, sound()]).unwrap_or_else(|error| panic!("{fault}: {error}"));
        assert_eq!(answer["count"], 7, "{fault}");
        assert!(started.elapsed() < Duration::from_secs(2), "{fault}: {:?}", started.elapsed());
    }
}

#[test]
fn cluster_calls_without_a_sound_node_end_in_time_with_the_urls() {
    for url in [node(|_, _| Reply::Hang), node(|_, _| Reply::Torn)] {
        let started = Instant::now();
        let error = count(std::slice::from_ref(&url)).expect_err("no node").to_string();
        assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
        assert!(error.contains(&url), "{error}");
    }
    let refusing = node(|_, _| Reply::Answer(400, "{\"error\":{\"reason\":\"too many clauses\"}}".to_owned()));
    let error = count(&[refusing]).expect_err("a refusal");
    assert!(matches!(&error, WireError::Refused { status: 400, reason } if reason == "too many clauses"), "{error}");
}

/// Returns the answer of a cluster without rows, of whose searches `shards` tells the shards.
fn answer_of_shards(shards: impl Fn() -> Value + Send + 'static) -> Answer {
    let stamp = serde_json::to_value(Stamp::current(Vec::new(), Vec::new())).expect("a stamp");
    let mapping = json!({ "fumikura-main-g1": { "mappings": { "_meta": {
        "fumikura": 5, "stamp": stamp, "rows": 0, "sent": 0, "left_out": 0, "run": 1
    } } } });
    let counts = |body: &str| -> Value {
        let asked: Value = serde_json::from_str(body).unwrap_or_default();
        let filters = |asked: &Value| asked["filters"]["filters"].as_array().map_or(0, Vec::len);
        let answered = |(name, asked): (&String, &Value)| {
            let buckets = |count: usize| json!({ "buckets": vec![json!({ "doc_count": 0 }); count] });
            let answer = match asked {
                _ if asked["filter"].is_object() => {
                    json!({ "doc_count": 0, "flags": buckets(filters(&asked["aggs"]["flags"])) })
                }
                _ if asked["sum"].is_object() => json!({ "value": 0.0 }),
                _ => buckets(filters(asked)),
            };
            (name.clone(), answer)
        };
        asked["aggs"].as_object().into_iter().flatten().map(answered).collect::<serde_json::Map<_, _>>().into()
    };
    let url = node(move |first, body| {
        let answer = match first {
            _ if first.contains("_mapping") => mapping.clone(),
            // A search stays on the generations on which it began.
            _ if !first.contains("fumikura-main-g1/_search") => return Reply::Answer(404, "{}".to_owned()),
            _ => json!({
                "hits": { "total": { "value": 0 }, "hits": [] },
                "_shards": shards(),
                "aggregations": counts(body),
            }),
        };
        Reply::Answer(200, answer.to_string())
    });
    let cluster = Cluster::open(&url).expect("a cluster");
    cluster.search(&Request { text: "情報共有".to_owned(), ..Request::default() }).expect("an answer")
}

#[test]
fn an_answer_from_a_part_of_the_shards_says_so() {
    let failures = json!([{ "reason": { "type": "node_not_connected_exception" } }]);
    let answer = answer_of_shards(move || json!({ "total": 3, "successful": 2, "failed": 1, "failures": failures }));
    assert!(answer.timed_out);
    let told = "1 of 3 shards of the engine did not answer (node_not_connected_exception)";
    assert!(answer.warnings.iter().any(|warning| warning.contains(told)), "{:?}", answer.warnings);
}

#[test]
fn shards_short_of_memory_for_a_moment_are_asked_again() {
    let asked = AtomicUsize::new(0);
    let answer = answer_of_shards(move || match asked.fetch_add(1, Ordering::Relaxed) % 2 {
        0 => {
            let failures = json!([{ "reason": { "type": "circuit_breaking_exception" } }]);
            json!({ "total": 3, "successful": 2, "failed": 1, "failures": failures })
        }
        _ => json!({ "total": 3, "successful": 3, "failed": 0 }),
    });
    assert!(!answer.timed_out, "{:?}", answer.warnings);
}

#[test]
fn a_run_that_full_disks_refuse_tells_the_way_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let (texts, path) = (folder.path().join("texts"), folder.path().join("index"));
    std::fs::create_dir(&texts).expect("a folder");
    std::fs::write(texts.join("対話.txt"), "日米対話\n\n両国は情報共有の取組を進める。\n").expect("a file");
    pipeline::run(&IndexOptions::new(vec![texts], path.clone()), &()).expect("an index");
    let url = node(|first, _| match first {
        _ if first.starts_with("PUT") => {
            let reason = "blocked by: [FORBIDDEN/10/cluster create-index blocked (api)];";
            Reply::Answer(403, json!({ "error": { "reason": reason }, "status": 403 }).to_string())
        }
        _ if first.contains("_mapping") => Reply::Answer(404, json!({ "error": "no such index" }).to_string()),
        _ => Reply::Answer(200, "{}".to_owned()),
    });
    let open = OpenIndex::open(&path).expect("an index");
    let error = publish(&open, &client(&url), &Publishing::default()).expect_err("full disks").to_string();
    assert!(error.contains("create-index blocked") && error.contains("make room"), "{error}");
}

/// Passages of an answer with their tiers.
fn set(answer: &Answer) -> BTreeMap<String, Tier> {
    answer.hits.iter().map(|hit| (hit.passage.id.clone(), hit.tier)).collect()
}

/// Numbers that look random and are the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

/// Cuts a term of one to six characters out of a text.
fn term(random: &mut Random, texts: &[String]) -> String {
    loop {
        let chars: Vec<char> = texts[random.below(texts.len())].chars().collect();
        let (start, length) = (random.below(chars.len().max(1)), 1 + random.below(6));
        let term: String = chars.iter().skip(start).take(length).collect();
        if !term.is_empty() && term.chars().all(char::is_alphanumeric) {
            return term;
        }
    }
}

/// Makes a request for at most `most` hits, with a query of any operator and at times a filter; tells whether it has a
/// word of one character.
fn request(random: &mut Random, texts: &[String], most: usize) -> (Request, bool) {
    const NAMES: [&str; 14] = [
        "米国",
        "サイバー",
        "情報共有",
        "国連",
        "2012年",
        "AI",
        "取組",
        "重要インフラ",
        "三項",
        "二国間",
        "第三回",
        "一つ",
        "総務省令",
        "CERT",
    ];
    let mut one = || if random.below(4) == 0 { random.one_of(&NAMES).to_owned() } else { term(random, texts) };
    let (a, b, c) = (one(), one(), one());
    let is_short = [&a, &b, &c].into_iter().any(|term| term.chars().nth(1).is_none());
    let text = match random.below(34) {
        0..=3 => a,
        4..=6 => format!("{a} {b}"),
        7 => format!("{a} {b} {c}"),
        8 => format!("{a} OR {b}"),
        9 => format!("{a} -{b}"),
        10 => format!("\"{a}\""),
        11 => format!("w:{a}"),
        12 => format!("=\"{a}\""),
        13 => format!("NEAR/30({a}, {b})"),
        14 => format!("SENT({a} {b})"),
        15 => format!("title:{a}"),
        16 => format!("heading:{a}"),
        17 => format!(
            "{a} {}",
            random.one_of(&["partner:米国", "-partner:米国", "theme:サイバーセキュリティ", "date:2012"])
        ),
        18 => format!("{a}*{b}"),
        19 => format!("DOC({a} {b})"),
        20 => format!("{a} DOC({b})"),
        21 => format!("{a} -DOC({b})"),
        22 => format!("DOC({a} OR {b}) {c}"),
        23 => format!("DOC({a} -{b})"),
        24 => format!("{a} OR DOC({b} {c})"),
        26 => format!("DOC(partner:米国 {a})"),
        27 => format!("{a} OR ({b} {c})"),
        28 => format!("米国 EU {a}"),
        29 => format!("{a} OR {b}~ OR {c}"),
        30 => format!("DOC(DOC({a}) OR {b})"),
        31 => format!("DOC({a} OR ({b} {c}))"),
        32 => format!("NEAR/30(米国 OR {a}, EU OR {b})"),
        33 => format!("2007年10月3日 OR {a}"),
        25 => {
            random.one_of(&["somusho", "情報きょうゆう", "サイバーコウゲキ", "総無省", "パブリックコメト"]).to_owned()
        }
        _ => format!("({a} OR {b}) -\"{c}\""),
    };
    let filters = match random.below(10) {
        0 => Filters { partners: vec!["米国".to_owned()], ..Filters::default() },
        1 => Filters { partners: vec!["米国".to_owned()], roles: Role::ALL.to_vec(), ..Filters::default() },
        2 => Filters {
            date: Some(random.one_of(&["2012", "2015..2020", "平成24年度"]).to_owned()),
            ..Filters::default()
        },
        3 => Filters { exclude_partners: vec!["ASEAN".to_owned()], ..Filters::default() },
        _ => Filters::default(),
    };
    // A page with partial hits, or all exact hits.
    let relax = random.below(4) == 0;
    let request = Request {
        text,
        filters,
        limit: if relax { 10 } else { most },
        facets: true,
        relax,
        fold_duplicates: random.below(3) == 0,
        group_documents: random.below(6) == 0,
        sort: [Sort::Relevance, Sort::Relevance, Sort::Relevance, Sort::Date, Sort::DateDescending][random.below(5)],
        by: [DateUnit::Year, DateUnit::Month, DateUnit::FiscalYear][random.below(3)],
        ..Request::default()
    };
    (request, is_short)
}

/// Returns the parts in which two answers with at most `most` hits differ.
fn differences(ours: &Answer, theirs: &Answer, most: usize) -> Vec<&'static str> {
    // Counts of the engine are rounded otherwise; two hits that are as near in score may change places.
    let best = ours.hits.iter().map(|hit| hit.score).fold(1e-3, f32::max);
    let near = |a: f32, b: f32| (a - b).abs() <= 5e-4 * best;
    let same_order = |from: usize, most: usize| {
        let pairs = ours.hits.iter().zip(&theirs.hits).skip(from).take(most);
        let mut pairs = pairs.map(|(a, b)| a.passage.id == b.passage.id || near(a.score, b.score));
        ours.hits.len() == theirs.hits.len() && pairs.all(|same| same)
    };
    let parts = [
        // Of more hits the first ones are compared in their order.
        ("set", ours.hits.len() >= most || set(ours) == set(theirs)),
        ("total", ours.total == theirs.total),
        ("facets", ours.facets == theirs.facets),
        (
            "roles",
            ours.roles == theirs.roles || theirs.warnings.iter().any(|warning| warning.contains("roles of partners")),
        ),
        ("emptied", ours.emptied == theirs.emptied),
        ("counts", ours.counts == theirs.counts),
        ("suggestions", ours.suggestions == theirs.suggestions),
        ("top ten", same_order(0, 10)),
        ("order below", same_order(10, usize::MAX)),
        ("scores", ours.hits.iter().zip(&theirs.hits).all(|(a, b)| near(a.score, b.score))),
        (
            "hits",
            ours.hits.iter().zip(&theirs.hits).filter(|(a, b)| a.passage.id == b.passage.id).all(|(a, b)| {
                (&a.marks, &a.missing, &a.passage, &a.document, a.titled, a.place, a.role, a.more, &a.duplicates)
                    == (&b.marks, &b.missing, &b.passage, &b.document, b.titled, b.place, b.role, b.more, &b.duplicates)
            }),
        ),
    ];
    parts.into_iter().filter(|(_, same)| !same).map(|(part, _)| part).collect()
}

/// Compares answers over the texts of `FUMIKURA_CLUSTER_TEXTS` (default: the corpus), published to as many shards as
/// `FUMIKURA_CLUSTER_SHARDS` tells (default: 3), to `FUMIKURA_CLUSTER_QUERIES` random requests (default: 300), each for
/// at most `FUMIKURA_CLUSTER_HITS` hits (default: all).
#[test]
#[ignore = "needs a cluster: make test-cluster"]
fn cluster_answers_equal_those_of_the_embedded_engine() {
    let urls = node_urls();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("index");
    let texts = std::env::var("FUMIKURA_CLUSTER_TEXTS").map_or_else(|_| root().join("corpus"), Into::into);
    let started = Instant::now();
    pipeline::run(&IndexOptions::new(vec![texts], path.clone()), &()).expect("an index");
    let (indexed, started) = (started.elapsed(), Instant::now());
    let open = OpenIndex::open(&path).expect("an index");
    let urls = format!("{urls}/parity");
    let shards = number("FUMIKURA_CLUSTER_SHARDS", 3);
    let published = publish(&open, &client(&urls), &Publishing { shards, whole: true, ..Publishing::default() })
        .expect("published");
    eprintln!("indexed in {indexed:.1?}, published in {:.1?}: {published:?}", started.elapsed());
    assert_eq!(published.passages, open.passage_count().expect("a count"));
    let (embedded, cluster) = (Index::open(&path).expect("an index"), Cluster::open(&urls).expect("a cluster"));
    assert_eq!(embedded.stats().expect("stats").facets, cluster.stats().expect("stats").facets);
    let documents = open.documents().expect("documents");
    let mut random = Random(20_261_127);
    let texts: Vec<String> = (0..200)
        .flat_map(|_| open.passages_of(&documents[random.below(documents.len())].document.id).expect("passages"))
        .map(|found| found.passage.text)
        .filter(|text| !text.is_empty())
        .take(20_000)
        .collect();
    let most = number("FUMIKURA_CLUSTER_HITS", usize::MAX);
    let (mut compared, mut refused, mut in_part, mut wrong) = (0, 0, 0, BTreeMap::<&str, Vec<String>>::new());
    let (mut short, mut other_page, mut pages) = (BTreeSet::new(), BTreeSet::new(), 0);
    let (mut ours_took, mut theirs_took) = (Vec::new(), Vec::new());
    for _ in 0..number("FUMIKURA_CLUSTER_QUERIES", 300) {
        let (request, is_short) = request(&mut random, &texts, most);
        let page = Request { limit: 10, facets: false, ..request.clone() };
        let first_page = |engine: &dyn Engine, took: &mut Vec<Duration>| {
            let started = Instant::now();
            let answer = engine.search(&page).ok()?;
            took.push(started.elapsed());
            Some(answer)
        };
        let of_ours = first_page(&embedded, &mut ours_took);
        let of_theirs = first_page(&cluster, &mut theirs_took);
        let (ours, theirs) = match (embedded.search(&request), cluster.search(&request)) {
            (Ok(ours), Ok(theirs)) => (ours, theirs),
            (Err(ours), Err(theirs)) if ours.to_string() == theirs.to_string() => continue,
            // A query over the bounds of the wire is refused and never answered wrongly.
            (Ok(_), Err(error)) if error.to_string().contains("clauses") => {
                refused += 1;
                continue;
            }
            (ours, theirs) => panic!("{}: {:?} {:?}", request.text, ours.err(), theirs.err()),
        };
        if theirs.timed_out {
            in_part += 1;
            continue;
        }
        compared += 1;
        pages += usize::from(request.relax);
        let mut parts = differences(&ours, &theirs, most);
        // Of a page alone, fewer texts are read.
        if let Some((ours, theirs)) = of_ours.zip(of_theirs).filter(|(_, theirs)| !theirs.timed_out)
            && differences(&ours, &theirs, 10).iter().any(|part| ["top ten", "total"].contains(part))
        {
            parts.push("first page");
        }
        for part in parts {
            let Request { text, filters, sort, fold_duplicates, group_documents, relax, .. } = &request;
            let said = format!("{text} {:?} {sort:?} {fold_duplicates} {group_documents} {relax}", filters.describe());
            // Folding and grouping show the first hit in the order.
            let is_order = ["top ten", "order below", "scores", "first page"].contains(&part)
                || part == "set" && (*fold_duplicates || *group_documents);
            // Another engine cannot tell in how many pairs a single character begins, which the idf of an index counts;
            // sections of partial hits come from its own order.
            if *relax && (is_order || ["set", "hits"].contains(&part)) {
                other_page.insert(said);
                continue;
            }
            if is_short && is_order {
                short.insert(said);
                continue;
            }
            wrong.entry(part).or_default().push(format!("{said}: {:?} {:?}", ours.total, theirs.total));
        }
    }
    let at = |took: &mut Vec<Duration>, share: usize| {
        took.sort_unstable();
        took[(took.len() * share / 100).min(took.len() - 1)]
    };
    for (name, took) in [("embedded", &mut ours_took), ("cluster", &mut theirs_took)] {
        eprintln!("first page, {name}: p50 {:.1?}, p95 {:.1?}, p99 {:.1?}", at(took, 50), at(took, 95), at(took, 99));
    }
    eprintln!("{compared} requests compared, {refused} refused for their clauses, {in_part} answered in part");
    eprintln!("{} with a word of one character in another order or with other scores", short.len());
    eprintln!("{} of {pages} pages that may have partial hits differ:", other_page.len());
    other_page.iter().for_each(|said| eprintln!("  {said}"));
    for (part, requests) in &wrong {
        eprintln!("{part}: {} differ\n  {}", requests.len(), requests[..requests.len().min(20)].join("\n  "));
    }
    assert!(compared > 0 && wrong.is_empty());
    assert!(other_page.len() * 2 <= pages, "partial hits");
}

/// Returns the URLs of the nodes.
pub fn node_urls() -> String {
    std::env::var("FUMIKURA_CLUSTER_URLS").expect("the nodes of the cluster")
}

fn number(name: &str, usual: usize) -> usize {
    std::env::var(name).map_or(usual, |value| value.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

/// Indexes the corpus, and returns a request with the answer of the index.
fn indexed() -> (tempfile::TempDir, OpenIndex, Request, Answer) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("index");
    pipeline::run(&IndexOptions::new(vec![root().join("corpus")], path.clone()), &()).expect("an index");
    let request =
        Request { text: "情報共有 OR 米国".to_owned(), limit: 1000, relax: false, ..Request::default() };
    let expected = Index::open(&path).expect("an index").search(&request).expect("an answer");
    (folder, OpenIndex::open(&path).expect("an index"), request, expected)
}

fn client(urls: &str) -> Arc<Wire> {
    Arc::new(Wire::new(urls).expect("a client"))
}

/// Publishes all documents, whether they have changed or not.
fn anew() -> Publishing {
    Publishing { whole: true, keep: Duration::from_secs(3), ..Publishing::default() }
}

/// Answers from the generation that answers now, as a command does.
fn asked(urls: &str, request: &Request) -> Result<Answer, SearchError> {
    Cluster::open(urls)?.search(request)
}

/// Checks that all passages are there once.
fn must_hold(urls: &str, index: &OpenIndex) {
    let stats = Cluster::open(urls).expect("a cluster").stats().expect("stats");
    assert_eq!(stats.passages, index.passage_count().expect("a count"), "doubled or lost");
}

/// Runs the script of the nodes.
fn nodes(arguments: &[&str]) {
    let status = Command::new(root().join("tests/cluster/cluster.sh")).args(arguments).status().expect("the script");
    assert!(status.success(), "cluster.sh {arguments:?}");
}

/// A node is killed while a generation is published and while others search, in `FUMIKURA_CLUSTER_ROUNDS` rounds
/// (default: 3). A generation that was acknowledged is whole; after a failure the old one answers; an answer equals
/// that of the index, or says that it is a part, or is refused.
#[test]
#[ignore = "needs a cluster: make test-cluster"]
fn cluster_loses_and_doubles_nothing_when_nodes_are_killed() {
    let (urls, rounds) = (node_urls(), number("FUMIKURA_CLUSTER_ROUNDS", 3));
    let (_folder, open, request, expected) = indexed();
    let urls = format!("{urls}/kills");
    let wire = client(&urls);
    publish(&open, &wire, &anew()).expect("published");
    let (mut whole, mut in_part, mut refused, mut published, mut failed) = (0, 0, 0, 0, 0);
    for round in 0..rounds {
        let victim = (round % 3 + 1).to_string();
        let (stop, killed) = (AtomicBool::new(false), AtomicBool::new(false));
        std::thread::scope(|scope| {
            let publishing = scope.spawn(|| {
                let mut outcomes = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    outcomes.push(publish(&open, &wire, &anew()));
                }
                outcomes
            });
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(700 + 400 * (round as u64 % 4)));
                nodes(&["kill", &victim]);
                killed.store(true, Ordering::Relaxed);
                std::thread::sleep(Duration::from_secs(8));
                stop.store(true, Ordering::Relaxed);
            });
            while !stop.load(Ordering::Relaxed) {
                let started = Instant::now();
                match asked(&urls, &request) {
                    Ok(answer) if answer.timed_out => in_part += 1,
                    Ok(answer) => {
                        assert_eq!(set(&answer), set(&expected), "round {round}, killed {killed:?}");
                        assert_eq!(answer.total, expected.total);
                        whole += 1;
                    }
                    Err(_) => refused += 1,
                }
                assert!(started.elapsed() < Duration::from_secs(60), "an answer in time: {:?}", started.elapsed());
            }
            for outcome in publishing.join().expect("a thread") {
                match outcome {
                    Ok(done) => {
                        assert_eq!(done.passages, open.passage_count().expect("a count"));
                        published += 1;
                    }
                    Err(_) => failed += 1,
                }
            }
        });
        nodes(&["restart", &victim]);
        publish(&open, &wire, &anew()).expect("published when all nodes are there");
        published += 1;
        let answer = asked(&urls, &request).expect("an answer");
        assert!(!answer.timed_out, "{:?}", answer.warnings);
        assert_eq!((set(&answer), &answer.total), (set(&expected), &expected.total), "after round {round}");
        must_hold(&urls, &open);
        eprintln!("round {}: {published} acknowledged, {failed} failed; {whole} whole, {refused} refused", round + 1);
    }
    eprintln!(
        "{rounds} kills: {published} generations acknowledged, one of each round after it, and {failed} failed; {whole} answers whole, {in_part} in \
         part, {refused} refused"
    );
    assert!(whole > 0 && published > 0);
}

/// All nodes are killed at once and started again, in `FUMIKURA_CLUSTER_RESTARTS` rounds (default: 2). Meanwhile
/// searches are refused in time with the URLs; afterwards all that was acknowledged is there, once.
#[test]
#[ignore = "needs a cluster: make test-cluster"]
fn cluster_has_all_that_was_acknowledged_after_all_nodes_were_killed() {
    let (urls, rounds) = (node_urls(), number("FUMIKURA_CLUSTER_RESTARTS", 2));
    let (_folder, open, request, expected) = indexed();
    let urls = format!("{urls}/restarts");
    let wire = client(&urls);
    let (mut refused, mut whole) = (0, 0);
    for round in 0..rounds {
        publish(&open, &wire, &anew()).expect("published");
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                nodes(&["restart-all"]);
                done.store(true, Ordering::Relaxed);
            });
            while !done.load(Ordering::Relaxed) {
                let started = Instant::now();
                match asked(&urls, &request) {
                    Ok(answer) if answer.timed_out => {}
                    Ok(answer) => {
                        assert_eq!(answer.total, expected.total, "round {round}");
                        whole += 1;
                    }
                    Err(_) => refused += 1,
                }
                assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
            }
        });
        let answer = asked(&urls, &request).expect("an answer");
        assert!(!answer.timed_out, "{:?}", answer.warnings);
        assert_eq!((set(&answer), &answer.total), (set(&expected), &expected.total), "after round {round}");
        must_hold(&urls, &open);
    }
    eprintln!("{rounds} restarts of all nodes: {whole} answers whole and {refused} refused meanwhile");
    assert!(refused > 0);
}

/// Two machines publish at once while a third searches: each run is acknowledged or says that a later one has won, an
/// answer is whole or says that it is a part, and one whole generation stays.
#[test]
#[ignore = "needs a cluster: make test-cluster"]
fn cluster_answers_from_one_whole_generation_when_two_publish_at_once() {
    let urls = node_urls();
    let (_folder, open, request, expected) = indexed();
    let urls = format!("{urls}/two");
    publish(&open, &client(&urls), &anew()).expect("published");
    let done = AtomicBool::new(false);
    let (mut acknowledged, mut beaten, mut meanwhile) = (0, 0, (0, 0));
    std::thread::scope(|scope| {
        let publish_often = || {
            let wire = client(&urls);
            (0..6).map(|_| publish(&open, &wire, &anew())).collect::<Vec<_>>()
        };
        let both = [scope.spawn(publish_often), scope.spawn(publish_often)];
        let reader = scope.spawn(|| {
            let (mut whole, mut in_part) = (0, 0);
            while !done.load(Ordering::Relaxed) {
                let answer = asked(&urls, &request).expect("an answer");
                if answer.timed_out {
                    in_part += 1;
                    continue;
                }
                assert_eq!(answer.total, expected.total);
                whole += 1;
            }
            (whole, in_part)
        });
        for outcome in both.into_iter().flat_map(|one| one.join().expect("a thread")) {
            match outcome {
                Ok(done) => {
                    assert_eq!(done.passages, open.passage_count().expect("a count"));
                    acknowledged += 1;
                }
                // A later run removes the generation of an earlier one, or publishes before it.
                Err(error) => {
                    eprintln!("beaten: {error}");
                    beaten += 1;
                }
            }
        }
        done.store(true, Ordering::Relaxed);
        meanwhile = reader.join().expect("a thread");
    });
    publish(&open, &client(&urls), &anew()).expect("published");
    must_hold(&urls, &open);
    let (whole, in_part) = meanwhile;
    eprintln!("two at once: {acknowledged} acknowledged, {beaten} beaten; {whole} answers whole, {in_part} in part");
    assert!(acknowledged > 0 && whole > 0);
}

/// A run writes documents that are new or have changed, removes those that are gone, and leaves the rest; where nothing
/// has changed, it makes no generation.
#[test]
#[ignore = "needs a cluster: make test-cluster"]
fn cluster_run_writes_what_has_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (texts, path) = (folder.path().join("texts"), folder.path().join("index"));
    std::fs::create_dir(&texts).expect("a folder");
    for entry in std::fs::read_dir(root().join("corpus")).expect("the corpus") {
        let from = entry.expect("an entry").path();
        std::fs::copy(&from, texts.join(from.file_name().expect("a name"))).expect("a copy");
    }
    let lines = |from: usize| -> String {
        (from..from + 30)
            .map(|n| format!("{{\"id\":\"l{n}\",\"text\":\"第{n}回会合で情報共有を確認した。\"}}\n"))
            .collect()
    };
    std::fs::write(texts.join("lines.jsonl"), lines(0)).expect("a file");
    let urls = format!("{}/changes", node_urls());
    let wire = client(&urls);
    let publish_now = |options: &Publishing| {
        let options_of_index =
            IndexOptions { prune: Prune::Seen, ..IndexOptions::new(vec![texts.clone()], path.clone()) };
        pipeline::run(&options_of_index, &()).expect("an index");
        let published = publish(&OpenIndex::open(&path).expect("an index"), &wire, options).expect("published");
        let (ours, theirs) = (Index::open(&path).expect("an index"), Cluster::open(&urls).expect("a cluster"));
        for text in ["情報共有", "米国", "会合 OR 協力", "連携"] {
            let request =
                Request { text: text.to_owned(), limit: 1000, relax: false, facets: true, ..Request::default() };
            let [ours, theirs] =
                [&ours as &dyn Engine, &theirs].map(|engine| engine.search(&request).expect("an answer"));
            assert_eq!(
                (set(&ours), &ours.total, &ours.facets),
                (set(&theirs), &theirs.total, &theirs.facets),
                "{text}"
            );
            let places = |answer: &Answer| answer.hits.iter().map(|hit| hit.passage.lines).collect::<Vec<_>>();
            assert_eq!(places(&ours), places(&theirs), "{text}");
        }
        let [ours, theirs] = [&ours as &dyn Engine, &theirs].map(|engine| engine.stats().expect("stats"));
        assert_eq!((ours.documents, ours.passages, ours.files), (theirs.documents, theirs.passages, theirs.files));
        published
    };
    let usual = Publishing::default();
    let first = publish_now(&usual);
    assert_eq!((first.documents, first.written, first.removed), (35, 35, 0));
    let unchanged = publish_now(&usual);
    assert_eq!((unchanged.written, unchanged.bytes, &unchanged.generation), (0, 0, &first.generation));
    // One document becomes shorter, one goes, one comes, and a line goes: those after it move up.
    let names = std::fs::read_dir(&texts).expect("the texts").map(|entry| entry.expect("an entry").path());
    let mut names: Vec<_> = names.filter(|path| path.extension().is_some_and(|ending| ending == "txt")).collect();
    names.sort();
    std::fs::write(&names[0], "日米対話の結果\n\n両国は情報共有を続けることで一致した。\n").expect("a file");
    std::fs::remove_file(&names[1]).expect("removed");
    std::fs::write(texts.join("new.txt"), "日EU対話の結果\n\n双方は協力を強化する。\n").expect("a file");
    std::fs::write(texts.join("lines.jsonl"), lines(1)).expect("a file");
    let second = publish_now(&usual);
    assert_eq!((second.removed, second.written), (2, 32), "29 lines that moved, a new one, and two files");
    assert_ne!(second.generation, first.generation);
    // The generation that is replaced stays for searches that began on it, and those before it go.
    let all = publish_now(&Publishing { keep: Duration::ZERO, ..anew() });
    assert_eq!((all.documents, all.written), (34 + 1, 35));
    let names = wire.ask(Method::Get, "_cat/indices/changes-main-g*?format=json&h=index", None).expect("a list");
    assert_eq!(names.matches("changes-main-g").count(), 2, "{names}");
    // A generation of another version is not read, and the next run takes its place.
    let path = format!("{}/_mapping", all.generation);
    let mapping = wire.ask(Method::Get, &path, None).expect("a mapping");
    let mut meta = serde_json::from_str::<Value>(&mapping).expect("JSON")[&all.generation]["mappings"]["_meta"].take();
    meta["fumikura"] = 3.into();
    wire.ask(Method::Put, &path, Some(&json!({ "_meta": meta }).to_string())).expect("a mapping");
    let error = Cluster::open(&urls).map(|_| ()).expect_err("another version").to_string();
    assert!(error.contains(&all.generation) && error.contains("another version"), "{error}");
    let usual = publish_now(&usual);
    assert_eq!((usual.written, usual.is_new), (35, true));
    Cluster::open(&urls).expect("a cluster");
}

/// Machines that publish shares of one index are searched as one; a document that two of them have is kept once, and a
/// share is not replaced by accident.
#[test]
#[ignore = "needs a cluster: make test-cluster"]
fn cluster_joins_the_shares_of_several_machines() {
    let folder = tempfile::tempdir().expect("a folder");
    let files: Vec<_> = std::fs::read_dir(root().join("corpus"))
        .expect("the corpus")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt"))
        .collect();
    let texts = ["a", "b"].map(|name| folder.path().join(name));
    texts.iter().for_each(|texts| std::fs::create_dir(texts).expect("a folder"));
    for (at, file) in files.iter().enumerate() {
        std::fs::copy(file, texts[at % 2].join(file.file_name().expect("a name"))).expect("a copy");
    }
    let indexed = |name: &str, texts: &[std::path::PathBuf]| {
        let path = folder.path().join(name);
        pipeline::run(&IndexOptions::new(texts.to_vec(), path.clone()), &()).expect("an index");
        path
    };
    let both = Index::open(indexed("both", &texts)).expect("an index");
    let paths = [indexed("index-a", &texts[..1]), indexed("index-b", &texts[1..])];
    // A name of its own: the shares of an earlier run have other origins.
    let urls = format!("{}/shares{}", node_urls(), std::process::id());
    let options = |share: &str, origin: &str| Publishing {
        share: share.to_owned(),
        origin: origin.to_owned(),
        ..Publishing::default()
    };
    let publish_as = |at: usize, options: &Publishing| {
        publish(&OpenIndex::open(&paths[at]).expect("an index"), &client(&urls), options)
    };
    std::thread::scope(|scope| {
        let (publish_as, options) = (&publish_as, &options);
        let runs = [(0, "a"), (1, "b")].map(|(at, share)| scope.spawn(move || publish_as(at, &options(share, share))));
        runs.into_iter().for_each(|run| assert!(run.join().expect("a thread").expect("published").left_out.is_empty()));
    });
    let cluster = Cluster::open(&urls).expect("a cluster");
    for (text, path) in [("情報共有", None), ("米国 OR 国連", None), ("協力", Some("a/*")), ("協力", Some("b/*"))]
    {
        let mut request =
            Request { text: text.to_owned(), limit: 1000, relax: false, facets: true, ..Request::default() };
        request.filters.paths.extend(path.map(str::to_owned));
        let [ours, theirs] = [&both as &dyn Engine, &cluster].map(|engine| engine.search(&request).expect("an answer"));
        assert!(ours.total.passages > 0, "{text} {path:?}");
        assert_eq!((set(&ours), &ours.total, &ours.facets), (set(&theirs), &theirs.total, &theirs.facets), "{text}");
        let shown = |answer: &Answer| answer.hits.iter().map(|hit| hit.document.path.clone()).collect::<Vec<_>>();
        assert_eq!(shown(&ours), shown(&theirs), "{text}: order and paths");
    }
    // A document that both have stays in the share that had it first.
    let common = texts[0].join(files[0].file_name().expect("a name"));
    std::fs::copy(&common, texts[1].join(common.file_name().expect("a name"))).expect("a copy");
    indexed("index-b", &texts[1..]);
    let published = publish_as(1, &options("b", "b")).expect("published");
    let left_out: Vec<&str> = published.left_out.iter().map(|(_, share)| share.as_str()).collect();
    assert_eq!(left_out, ["a"], "{published:?}");
    assert_eq!(Cluster::open(&urls).expect("a cluster").stats().expect("stats").documents, files.len());
    // A share of another origin is replaced only where that is asked for.
    let with_words = folder.path().join("index-words");
    let user_words = fumikura::analysis::UserWords::new(["情報共有基盤".to_owned()]);
    let options_of_words =
        IndexOptions { user_words: Some(user_words), ..IndexOptions::new(texts[1..].to_vec(), with_words.clone()) };
    pipeline::run(&options_of_words, &()).expect("an index");
    let other = publish(&OpenIndex::open(&with_words).expect("an index"), &client(&urls), &options("c", "c"));
    assert!(other.expect_err("other words").to_string().contains("--words FILE"));
    let again = publish_as(1, &options("z", "b")).expect_err("two shares of one index").to_string();
    assert!(again.contains("published as the share 'b'") && again.contains("DELETE"), "{again}");
    let refused = publish_as(1, &options("a", "d")).expect_err("another origin");
    assert!(refused.to_string().contains("--share") && refused.to_string().contains("--replace-share"), "{refused}");
    let replaced = Publishing { replace: true, ..options("a", "d") };
    publish_as(1, &replaced).expect("published");
    for wrong in ["", "a-b", "東京"] {
        assert!(publish_as(1, &options(wrong, "b")).is_err(), "{wrong}");
    }
}

/// Where the disks of the nodes are full, a run is refused with the reason and the old generation answers; with room
/// again, the next run publishes.
#[test]
#[ignore = "needs a cluster: make test-cluster"]
fn cluster_with_full_disks_keeps_what_answers() {
    let urls = format!("{}/full", node_urls());
    let (_folder, open, request, expected) = indexed();
    let wire = client(&urls);
    publish(&open, &wire, &anew()).expect("published");
    // Disks count as full below this much free space, and their indexes are blocked.
    let full_below = |size: Option<&str>| {
        let marks = ["low", "high", "flood_stage"].map(|mark| format!("disk.watermark.{mark}"));
        let mut settings: Vec<(String, Value)> = marks.into_iter().map(|mark| (mark, json!(size))).collect();
        settings.push(("disk.threshold_enabled".to_owned(), json!(size.map(|_| true))));
        let settings = settings.into_iter().map(|(name, value)| (format!("cluster.routing.allocation.{name}"), value));
        let mut settings: serde_json::Map<String, Value> = settings.collect();
        settings.insert("cluster.info.update.interval".to_owned(), json!(size.map(|_| "10s")));
        let body = json!({ "persistent": settings }).to_string();
        wire.ask(Method::Put, "_cluster/settings", Some(&body)).expect("settings");
    };
    full_below(Some("500tb"));
    let until = Instant::now() + Duration::from_secs(90);
    let error = loop {
        assert!(Instant::now() < until, "the disks do not count as full");
        match publish(&open, &wire, &anew()) {
            Ok(_) => std::thread::sleep(Duration::from_secs(2)),
            Err(error) => break error.to_string(),
        }
    };
    let answer = asked(&urls, &request);
    full_below(Some("1mb"));
    assert!(error.contains("disk"), "{error}");
    let answer = answer.expect("an answer of the old generation");
    assert_eq!((set(&answer), &answer.total), (set(&expected), &expected.total));
    let until = Instant::now() + Duration::from_secs(90);
    while let Err(error) = publish(&open, &wire, &anew()) {
        assert!(Instant::now() < until, "{error}");
        std::thread::sleep(Duration::from_secs(2));
    }
    full_below(None);
    let answer = asked(&urls, &request).expect("an answer");
    assert_eq!((set(&answer), &answer.total), (set(&expected), &expected.total));
    must_hold(&urls, &open);
}
