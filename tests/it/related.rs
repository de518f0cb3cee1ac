//! What stands outside the promises of the search: related words, and the order of a program of the user.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{fumikura, index, root, stdout};

/// Runs the program over the corpus of the repository.
struct Corpus(tempfile::TempDir);

impl Corpus {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        index(&[root().join("corpus")], &folder.path().join("index"));
        Self(folder)
    }

    fn json(&self, arguments: &[&str], code: i32) -> Value {
        serde_json::from_str(&stdout(&fumikura(self.0.path(), arguments), code)).expect("JSON")
    }

    fn refused(&self, arguments: &[&str]) -> String {
        let output = fumikura(self.0.path(), arguments);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }
}

/// A program that gives the last line the highest score.
const REVERSED: &str = r#"sed 's/.*"id":"\([^"]*\)".*/\1/' | awk '{printf "{\"id\":\"%s\",\"score\":%d}\n", $0, NR}'"#;

#[test]
fn related_words_are_counted_by_the_search_and_change_nothing() {
    let corpus = Corpus::new();
    let search = ["search", "情報共有", "-n", "20", "--facets", "--json"];
    let before = stdout(&fumikura(corpus.0.path(), &search), 0);
    let mut useful = 0;
    for query in ["情報共有", "サイバー", "通信", "人材育成 OR 研究"] {
        let found = corpus.json(&["related", query, "-n", "8", "--json"], 0);
        let total = corpus.json(&["search", query, "-n", "0", "--json"], 0)["total"]["passages"].clone();
        assert_eq!(found["passages"], total, "{query}");
        let words = found["words"].as_array().expect("a list");
        let mut last = f64::INFINITY;
        let mut seen: Vec<&str> = Vec::new();
        for word in words {
            let text = word["word"].as_str().expect("a word");
            let opens = word["opens"].as_str().expect("a query");
            let both = corpus.json(&["search", "-n", "0", "--json", "--", opens], 0)["total"]["passages"].clone();
            assert_eq!(word["both"], both, "{query}: {opens}");
            let value = word["log_dice"].as_f64().expect("a number");
            assert!(value <= last && value <= 14.0, "{query}: {text}");
            last = value;
            let (both, all) = (word["both"].as_f64().expect("a number"), word["all"].as_f64().expect("a number"));
            let dice = 2.0 * both / (found["passages"].as_f64().expect("a number") + all);
            assert!((value - (14.0 + dice.log2())).abs() < 0.001, "{query}: {text}");
            assert!(!query.contains(text) && !seen.iter().any(|known| known.contains(text) || text.contains(known)));
            seen.push(text);
            useful += 1;
        }
        assert!(words.len() <= 8);
    }
    assert!(useful > 20, "{useful}");
    assert_eq!(stdout(&fumikura(corpus.0.path(), &search), 0), before, "the search is the same, byte for byte");
    assert_eq!(corpus.json(&["related", "somusho", "--json"], 1)["words"], json!([]));
    assert!(corpus.refused(&["related", "partner:米国"]).contains("no word of a text"));
    // A time beside words is told to be a wish, as by the search.
    let wish = ["related", "2011年 サイバー"];
    let told = corpus.json(&[&wish[..], &["--json"]].concat(), 0);
    let searched = corpus.json(&["search", wish[1], "-n", "0", "--json"], 0);
    assert_eq!(told["warnings"], searched["query"]["warnings"]);
    assert!(told["warnings"].to_string().contains("read as a wish"), "{told}");
    let said = String::from_utf8_lossy(&fumikura(corpus.0.path(), &wish).stderr).into_owned();
    assert!(said.starts_with("fumikura: 2011年 is read as a wish"), "{said}");
    let text = stdout(&fumikura(corpus.0.path(), &["related", "情報共有", "-n", "1"]), 0);
    assert!(text.contains("logDice") && text.contains("fumikura search '情報共有 "), "{text}");
}

#[test]
fn an_order_from_outside_moves_hits_among_their_kind_and_changes_no_number() {
    let corpus = Corpus::new();
    let kinds = |answer: &Value| -> Vec<Value> {
        let kind = |hit: &Value| json!([hit["tier"], hit["relaxed"], hit["place"], hit["rank"]]);
        answer["hits"].as_array().expect("a list").iter().map(kind).collect()
    };
    let ids = |answer: &Value| -> Vec<String> {
        let id = |hit: &Value| hit["passage"]["id"].as_str().expect("an id").to_owned();
        answer["hits"].as_array().expect("a list").iter().map(id).collect()
    };
    let mut moved = 0;
    for query in ["情報共有", "サイバー", "国", "米国 partner:米国", "取組"] {
        let mut own = corpus.json(&["search", query, "-n", "50", "--facets", "--json"], 0);
        let outside = ["search", query, "-n", "50", "--facets", "--json", "--rerank-with", REVERSED];
        let mut other = corpus.json(&outside, 0);
        // The command for another role holds the options of the run.
        for answer in [&mut own, &mut other] {
            if let Some(roles) = answer["query"]["roles"].as_object_mut() {
                roles.retain(|name, _| name != "command" && name != "said");
            }
        }
        for field in ["total", "facets", "query", "next", "timed_out"] {
            assert_eq!(own[field].to_string(), other[field].to_string(), "{query}: {field}");
        }
        assert_eq!(kinds(&own), kinds(&other), "{query}: tiers stand in the same order");
        let set = |answer: &Value| ids(answer).into_iter().collect::<BTreeSet<_>>();
        assert_eq!(set(&own), set(&other), "{query}");
        for (place, hit) in other["hits"].as_array().expect("a list").iter().enumerate() {
            let from = usize::try_from(hit["outside"]["from"].as_u64().expect("a rank")).expect("a rank");
            assert_eq!(ids(&own)[from - 1], hit["passage"]["id"].as_str().expect("an id"), "{query}");
            assert_eq!(hit["outside"]["score"].as_f64(), Some(from as f64), "the last line had the highest score");
            moved += usize::from(from != place + 1);
        }
        assert!(own["hits"][0]["outside"].is_null(), "the search has no such field of its own");
        // A page is a window of the same order.
        let page = corpus.json(&["search", query, "-n", "5", "--offset", "3", "--json", "--rerank-with", REVERSED], 0);
        assert_eq!(ids(&page), ids(&other).into_iter().skip(3).take(5).collect::<Vec<_>>(), "{query}");
        // Scores that say nothing change nothing.
        let silent = corpus.json(&["search", query, "-n", "50", "--json", "--rerank-with", "cat > /dev/null"], 0);
        assert_eq!(ids(&silent), ids(&own), "{query}");
    }
    assert!(moved > 20, "{moved}");
    let text = stdout(&fumikura(corpus.0.path(), &["search", "情報共有", "-n", "3", "--rerank-with", REVERSED]), 0);
    assert!(text.contains("[外部 "), "{text}");
    // No hit, no run.
    let none = fumikura(corpus.0.path(), &["search", "somusho", "--no-relax", "--rerank-with", "exit 3"]);
    assert_eq!(none.status.code(), Some(1));
}

#[test]
fn a_program_outside_that_fails_is_an_error_and_names_the_way_out() {
    let corpus = Corpus::new();
    for (command, reason) in [
        ("exit 3", "failed (exit status: 3)"),
        ("no-such-program-anywhere", "failed (exit status: 127)"),
        ("echo good", "line 1 of its answer is none of"),
        ("echo '{\"id\": \"x\", \"score\": 1}'", "names no hit: 'x'"),
        ("echo '{\"id\": \"x\", \"score\": null}'", "line 1 of its answer is none of"),
        ("printf '\\377\\n'", "not UTF-8"),
    ] {
        let said = corpus.refused(&["search", "情報共有", "--rerank-with", command]);
        assert!(said.contains("--rerank-with") && said.contains(reason), "{command}: {said}");
    }
    let began = std::time::Instant::now();
    let slow = ["search", "情報共有", "--rerank-timeout", "0.2", "--rerank-with", "sleep 30; cat"];
    assert!(corpus.refused(&slow).contains("--rerank-timeout allows more"));
    assert!(began.elapsed() < std::time::Duration::from_secs(10), "the program and what it started are ended");
    let said = corpus.refused(&["search", "情報共有", "--format", "csv", "--rerank-with", "cat"]);
    assert!(said.contains("an export keeps the order of the search"), "{said}");
    let said = corpus.refused(&["search", "情報共有", "--all", "--rerank-with", "cat"]);
    assert!(said.contains("--rerank-with"), "{said}");
}

#[test]
fn only_pairs_that_a_person_approved_translate_a_query() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let texts = folder.path().join("texts");
    std::fs::create_dir(&texts).expect("a folder");
    let lines = [
        "両国は、情報共有分析センター（ISAC：Information Sharing and Analysis Center）を設ける。",
        "情報共有分析センター（Information Sharing and Analysis Center）は、翌年に始まった。",
        "CSSP（制御システム）の演習を行う。資料（PDF）を配った。",
    ];
    for (at, line) in lines.iter().enumerate() {
        std::fs::write(texts.join(format!("{at}.txt")), format!("第{at}回対話\n\n{line}\n")).expect("written");
    }
    index(&[texts], &folder.path().join("index"));
    let mined = stdout(&fumikura(folder.path(), &["glossary"]), 0);
    let rows: Vec<Vec<&str>> = mined.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(rows[0], ["english", "japanese", "passages", "documents", "passage", "approved"]);
    let pairs: Vec<[&str; 4]> = rows[1..].iter().map(|row| [row[0], row[1], row[2], row[3]]).collect();
    assert_eq!(
        pairs,
        [
            ["Information Sharing and Analysis Center", "情報共有分析センター", "2", "2"],
            ["CSSP", "制御システム", "1", "1"],
            ["ISAC", "情報共有分析センター", "1", "1"],
        ]
    );
    assert!(rows[1..].iter().all(|row| row.len() == 6 && row[5].is_empty() && row[4].contains('#')));
    let file = folder.path().join("glossary.tsv");
    std::fs::write(&file, &mined).expect("written");
    let search = |english: &str| fumikura(folder.path(), &["search", english, "--english", "glossary.tsv", "--json"]);
    let unapproved = search("ISAC");
    assert_eq!((unapproved.status.code(), unapproved.stdout.len()), (Some(2), 0));
    let said = String::from_utf8_lossy(&unapproved.stderr).into_owned();
    assert!(said.contains("1 that nobody has approved (情報共有分析センター)") && said.contains("write yes"), "{said}");
    assert!(String::from_utf8_lossy(&search("satellite").stderr).contains("has no translation of 'satellite'"));
    let approve = |line: &str| if line.starts_with("CSSP") { line.to_owned() } else { format!("{line}yes") };
    let approved: Vec<String> =
        mined.lines().enumerate().map(|(at, line)| if at == 0 { line.to_owned() } else { approve(line) }).collect();
    std::fs::write(&file, approved.join("\n")).expect("written");
    let found = search("information sharing");
    assert!(String::from_utf8_lossy(&found.stderr).contains("訳: information sharing → 情報共有分析センター"));
    let found: Value = serde_json::from_str(&stdout(&found, 0)).expect("JSON");
    let own = fumikura(folder.path(), &["search", "\"情報共有分析センター\"", "--json"]);
    let own: Value = serde_json::from_str(&stdout(&own, 0)).expect("JSON");
    assert_eq!(found.to_string(), own.to_string(), "it is the search for the Japanese term, byte for byte");
    assert_eq!(search("CSSP").status.code(), Some(2), "one approval is none for another pair");
    std::fs::write(&file, "english\tapproved\nISAC\tyes\n").expect("written");
    assert!(String::from_utf8_lossy(&search("ISAC").stderr).contains("glossary.tsv: line 1: no column 'japanese'"));
    std::fs::remove_file(&file).expect("removed");
    assert!(String::from_utf8_lossy(&search("ISAC").stderr).contains("glossary.tsv"));
}
