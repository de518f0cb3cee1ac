//! The wording of two texts, and passages that say nearly the same: nothing is lost, places are those of the sources.

use std::path::Path;

use serde_json::Value;

use crate::support::{Random, fumikura, index, root, stdout};

/// An index of the corpus and of more documents.
fn place(more: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sources = folder.path().join("more");
    std::fs::create_dir(&sources).expect("made");
    for (name, text) in more {
        std::fs::write(sources.join(name), text).expect("written");
    }
    index(&[root().join("corpus"), sources], &folder.path().join("index"));
    folder
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let all: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
    serde_json::from_str(&stdout(&fumikura(folder, &all), 0)).expect("JSON")
}

fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = fumikura(folder, arguments);
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const NINTH: &str = "第9回日北海ICT政策対話の結果

総務省は、平成22年6月3日に東京において第9回日北海ICT政策対話を開催しました。
双方は、クラウドサービスの普及に伴う課題について意見を交換しました。
また、情報セキュリティ分野の人材育成に関する取組を紹介し合いました。
次回会合は、平成23年に開催される予定です。
";

const TENTH: &str = "第10回日北海ICT政策対話の結果

総務省は、平成23年7月7日に北海において第10回日北海ICT政策対話を開催しました。
双方は、クラウドサービスの普及に伴う課題及び個人データの保護について意見を交換しました。
スマートグリッドの実証実験について、我が国から最近の動向を説明しました。
次回会合は、平成23年に開催される予定です。
";

const NAMING: &str = "国際会議の一覧

平成22年6月3日に第9回日北海ICT政策対話が東京で開催された。ほかの会議の記録は別に定める所による。会議の資料は公表されている。
";

fn meetings() -> tempfile::TempDir {
    place(&[("ninth.txt", NINTH), ("tenth.txt", TENTH), ("list.txt", NAMING)])
}

#[test]
fn two_meetings_are_compared_by_the_documents_that_report_them_as_their_own() {
    let folder = meetings();
    let found = json(folder.path(), &["series", "日北海ICT政策対話", "--diff", "9..10"]);
    assert_eq!((&found["old"]["document"], &found["new"]["document"]), (&"ninth.txt".into(), &"tenth.txt".into()));
    assert_eq!(found["meetings"][0]["choice"], "own");
    assert_eq!(found["meetings"][0]["others"][0]["id"], "list.txt", "{}", found["meetings"]);
    let rows = found["rows"].as_array().expect("rows");
    let group = |text: &str| -> &Value {
        let holds = |row: &&Value| {
            let sides = ["old", "new"].into_iter().flat_map(|side| row[side].as_array().expect("a list"));
            sides.filter_map(|sentence| sentence["text"].as_str()).any(|own| own.contains(text))
        };
        rows.iter().find(holds).unwrap_or_else(|| panic!("{text} in {found}"))
    };
    for (text, name) in
        [("次回会合", "same"), ("クラウドサービス", "reworded"), ("スマートグリッド", "new"), ("人材育成", "dropped")]
    {
        assert_eq!(group(text)["group"], name, "{text}");
    }
    let clouds = group("クラウドサービス");
    // The passage joins lines, so its place is that of the passage.
    let lines = |side: &str| (clouds[side][0]["lines"][0].as_u64(), clouds[side][0]["lines"][1].as_u64());
    assert!(["old", "new"].into_iter().all(|side| lines(side).0 <= Some(4) && lines(side).1 >= Some(4)), "{clouds}");
    let came: Vec<&str> = clouds["parts"]
        .as_array()
        .expect("parts")
        .iter()
        .filter(|part| part["same"] == false)
        .filter_map(|part| part["new"].as_str())
        .collect();
    assert!(came.concat().contains("個人データの保護"), "{came:?}");
    let text = stdout(&fumikura(folder.path(), &["series", "日北海ICT政策対話", "--diff", "第9回..第10回"]), 0);
    for part in ["ninth.txt", "also names it: list.txt", "reports it as its own", "{+", "[-", "dropped", "→ new:"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let arguments = ["series", "日北海ICT政策対話", "--diff", "9..10", "--format", "markdown"];
    let markdown = stdout(&fumikura(folder.path(), &arguments), 0);
    assert!(
        markdown.starts_with("# 日北海ICT政策対話") && markdown.contains("**") && markdown.contains("~~"),
        "{markdown}"
    );
}

#[test]
fn a_meeting_that_is_not_there_is_an_error_that_names_those_that_are() {
    let folder = meetings();
    let error = said(folder.path(), &["series", "日北海ICT政策対話", "--diff", "9..11"]);
    assert!(error.contains("11") && error.contains("第9回、第10回"), "{error}");
    for bad in ["9", "9..", "9-10"] {
        let error = said(folder.path(), &["series", "日北海ICT政策対話", "--diff", bad]);
        assert!(error.contains(bad) && error.contains("9..10"), "{error}");
    }
    let error = said(folder.path(), &["series", "日北海ICT政策対話", "--diff", "9..10", "--format", "xlsx"]);
    assert!(error.contains("markdown"), "{error}");
    let error = said(folder.path(), &["series", "--format", "markdown"]);
    assert!(error.contains("--diff"), "{error}");
    assert!(said(folder.path(), &["similar", "ninth"]).contains("ninth"));
    for bad in [["--threshold", "2"], ["-n", "0"]] {
        assert!(said(folder.path(), &["similar", "ninth.txt", bad[0], bad[1]]).contains(bad[1]));
    }
    stdout(&fumikura(folder.path(), &["series", "火星会議", "--diff", "1..2"]), 1);
}

#[test]
fn no_sentence_of_two_documents_is_lost_or_doubled() {
    let folder = place(&[]);
    let listed = json(folder.path(), &["search", "--path", "*", "--group", "document", "-n", "9"]);
    let ids: Vec<&str> =
        listed["hits"].as_array().expect("hits").iter().filter_map(|hit| hit["document"]["id"].as_str()).collect();
    assert_eq!(ids.len(), 5);
    let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<Vec<char>>();
    for (old, new) in ids.iter().zip(ids.iter().cycle().skip(1)) {
        let found = json(folder.path(), &["similar", old, "--with", new]);
        for (side, id) in [("old", old), ("new", new)] {
            let mut told: Vec<char> = Vec::new();
            for row in found["rows"].as_array().expect("rows") {
                row[side]
                    .as_array()
                    .expect(side)
                    .iter()
                    .for_each(|one| told.extend(bare(one["text"].as_str().expect("text"))));
                if row["group"] == "reworded" {
                    let parts = row["parts"].as_array().expect("parts").iter();
                    let joined: String = parts.filter_map(|part| part[side].as_str()).collect();
                    let whole = row[side].as_array().expect(side).iter().filter_map(|one| one["text"].as_str());
                    assert_eq!(joined, whole.collect::<String>());
                }
            }
            let shown = json(folder.path(), &["show", id]);
            let passages = shown["passages"].as_array().expect("passages").iter();
            let body = passages.filter(|passage| passage["kind"] != "toc");
            let mut text: Vec<char> = body.flat_map(|passage| bare(passage["text"].as_str().expect("text"))).collect();
            told.sort_unstable();
            text.sort_unstable();
            assert_eq!(told, text, "{side} of {old} and {new}");
        }
        let counts = &found["counts"];
        let sum: u64 = ["same", "reworded", "new", "dropped"].iter().filter_map(|name| counts[name].as_u64()).sum();
        assert_eq!(sum as usize, found["rows"].as_array().map_or(0, Vec::len));
    }
    let own = json(folder.path(), &["similar", ids[0], "--with", ids[0]]);
    assert_eq!(own["counts"]["same"].as_u64(), Some(own["rows"].as_array().map_or(0, Vec::len) as u64));
}

#[test]
fn a_changed_copy_of_a_passage_is_found_and_its_own_text_is_not() {
    let folder = place(&[]);
    let answer = json(folder.path(), &["search", "情報", "-n", "60"]);
    let hits: Vec<&Value> = answer["hits"].as_array().expect("hits").iter().collect();
    let mut random = Random(0x24);
    let mut copies = String::new();
    let mut wanted = Vec::new();
    for (at, hit) in hits.iter().enumerate() {
        let mut text: Vec<char> = hit["passage"]["text"].as_str().expect("text").chars().collect();
        if text.len() < 60 {
            continue;
        }
        // One character in twenty is another one, as after a thorough revision.
        for _ in 0..text.len() / 20 {
            let place = random.below(text.len());
            text[place] = '改';
        }
        let text: String = text.into_iter().collect();
        copies.push_str(&serde_json::json!({"id": format!("copy-{at}"), "title": "写し", "text": text}).to_string());
        copies.push('\n');
        wanted.push((hit["passage"]["id"].as_str().expect("id").to_owned(), format!("copy-{at}")));
    }
    assert!(wanted.len() > 20);
    let folder = place(&[("copies.jsonl", &copies)]);
    let mut found_all = 0;
    for (id, copy) in &wanted {
        let output = fumikura(folder.path(), &["similar", id, "--threshold", "0.5", "--json"]);
        let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let similar = found["similar"].as_array().expect("similar");
        assert!(similar.iter().all(|like| like["passage"] != id.as_str()), "{id} is like itself");
        let scores: Vec<f64> = similar.iter().filter_map(|like| like["score"].as_f64()).collect();
        assert!(scores.is_sorted_by(|a, b| a >= b) && scores.iter().all(|score| (0.5..=1.0).contains(score)));
        found_all += usize::from(similar.iter().any(|like| like["document"] == copy.as_str()));
    }
    assert_eq!(found_all, wanted.len());
}

#[test]
fn a_document_has_the_best_counterpart_of_each_passage_by_document() {
    let folder = place(&[("ninth.txt", NINTH), ("tenth.txt", TENTH)]);
    let found = json(folder.path(), &["similar", "ninth.txt", "--threshold", "0.3"]);
    let similar = found["similar"].as_array().expect("similar");
    assert!(similar.iter().all(|like| like["document"] != "ninth.txt"));
    assert_eq!(similar[0]["document"], "tenth.txt");
    assert!(similar[0]["run"].as_str().is_some_and(|run| run.contains("クラウドサービスの普及に伴う課題")));
    let mut rows = similar.iter().flat_map(|like| like["rows"].as_array().expect("rows"));
    assert!(rows.any(|row| row["group"] == "same" || row["group"] == "reworded"));
    let mut pairs: Vec<_> = similar.iter().map(|like| (like["of"].as_str(), like["document"].as_str())).collect();
    let all = pairs.len();
    pairs.sort();
    pairs.dedup();
    assert_eq!(pairs.len(), all, "one counterpart of a passage in a document");
    let none = fumikura(folder.path(), &["similar", "ninth.txt", "--path", "*2008*", "--threshold", "1"]);
    stdout(&none, 1);
    let text = stdout(&fumikura(folder.path(), &["similar", "ninth.txt", "--threshold", "0.3"]), 0);
    assert!(text.contains(" like ninth.txt, with a likeness of 0.3 or more") && !text.contains("nearly"), "{text}");
    assert_eq!(found["threshold"].as_f64().map(|least| (least * 10.0).round()), Some(3.0));
    assert!(text.contains("tenth.txt") && text.contains("longest run"), "{text}");
}
