//! Matches in titles and headings, the tier of every occurrence, and the words that partial hits lack.

use fumikura::engine::embedded::search;
use fumikura::engine::{Answer, Request};
use fumikura::query::Place;
use fumikura::query::Tier;
use serde_json::{Value, json};

use crate::support::{TestIndex, fumikura, index_lines, stdout};

fn index(documents: &[Value]) -> TestIndex {
    index_lines(&documents.iter().map(Value::to_string).collect::<Vec<_>>())
}

fn ask(index: &TestIndex, text: &str) -> Answer {
    let request = Request { text: text.to_owned(), limit: 100, relax: false, ..Request::default() };
    search(&index.open, &request).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn documents(answer: &Answer) -> Vec<&str> {
    answer.hits.iter().map(|hit| hit.document.id.as_str()).collect()
}

#[test]
fn a_title_alone_is_a_hit_on_the_first_passage() {
    let long = "本文には別のことが書いてある。".repeat(120);
    let index = index(&[
        json!({"id": "a", "title": "量子暗号協定の概要", "text": long}),
        json!({"id": "b", "title": "別の題", "text": "量子暗号協定を結んだ。"}),
        json!({"id": "c", "title": "量子暗号協定の概要", "text": "別のこと。\n\n# 第2章\n\n量子暗号協定の話である。"}),
    ]);
    assert!(index.open.passages_of("a").expect("passages").len() > 1);
    for query in [
        "量子暗号協定",
        "\"量子暗号協定\"",
        "=\"量子暗号協定\"",
        "量子暗号*",
        "量子暗号協定~1",
        "w:量子暗号協定",
        "量子暗号協定 OR 宇宙",
    ] {
        let answer = ask(&index, query);
        let found: Vec<(&str, Place)> = answer.hits.iter().map(|hit| (hit.document.id.as_str(), hit.place)).collect();
        assert_eq!(found.len(), 3, "{query}: {found:?}");
        assert_eq!(found[2], ("a", Place::Title), "{query}: {found:?}");
        assert!(found[..2].iter().all(|(_, place)| *place == Place::Body), "{query}: {found:?}");
        assert_eq!(answer.hits[2].passage.index, 0);
        assert_eq!(answer.total.documents, 3, "{query}");
    }
    let answer = ask(&index, "量子暗号協定");
    assert_eq!(
        answer.hits[2].marks.title.iter().map(|mark| (mark.span.start, mark.span.end)).collect::<Vec<_>>(),
        [(0, 6)]
    );
    assert!(answer.hits[2].highlights.is_empty());
}

#[test]
fn every_operator_sees_titles() {
    let index = index(&[
        json!({"id": "a", "title": "整備の計画", "text": "総務省は計画を出した。"}),
        json!({"id": "b", "title": "別の計画", "text": "総務省は計画を出した。"}),
    ]);
    for query in [
        "総務省 整備",
        "DOC(総務省 整備)",
        "総務省 =\"整備\"",
        "総務省 整備*",
        "総務省 整備~1",
        "総務省 \"整備\"",
        "総務省 w:整備",
        "総務省 (整備 OR 宇宙)",
        "総務省 -別",
        "総務省 NOT =\"別\"",
        "総務省 NOT 別*",
        "DOC(総務省 -別)",
        "整備 date:..2015 OR 整備",
    ] {
        assert_eq!(documents(&ask(&index, query)), ["a"], "{query}");
    }
    // Each operator alone too, on the title as one sentence and on words near each other.
    for query in ["SENT(整備 計画)", "NEAR/5(整備, 計画)", "\"整備の計画\"", "DOC(整備 計画)", "整備 の計画"]
    {
        let answer = ask(&index, query);
        assert_eq!(documents(&answer), ["a"], "{query}");
    }
    assert_eq!(documents(&ask(&index, "総務省 -整備")), ["b"]);
    assert!(documents(&ask(&index, "NEAR/1(整備, 計画) -\"の計画\"")).is_empty());
    assert_eq!(documents(&ask(&index, "SENT(整備 総務省)")), [""; 0], "a title is a unit of its own");
}

/// A phrase, a sentence and a NEAR distance never cross from one heading to the next.
#[test]
fn headings_are_units() {
    let text = "# 第1章 欧州\n\n## 1 連合郵便の協議\n\n本文である。";
    let index = index(&[json!({"id": "a", "title": "題", "text": text})]);
    let passages = index.open.passages_of("a").expect("passages");
    let last = &passages.last().expect("a passage").passage;
    assert_eq!(last.heading.len(), 2, "{last:?}");
    for query in ["heading:\"欧州連合\"", "heading:\"欧州1連合\"", "heading:欧州*連合"] {
        assert!(ask(&index, query).hits.is_empty(), "{query}");
    }
    assert!(!ask(&index, "heading:連合*協議").hits.is_empty());
    let found = ask(&index, "heading:欧州 heading:連合郵便");
    let marks = &found.hits.last().expect("a hit").marks;
    let spans: Vec<Vec<(usize, usize)>> =
        marks.heading.iter().map(|marks| marks.iter().map(|mark| (mark.span.start, mark.span.end)).collect()).collect();
    assert_eq!(spans, [vec![(4, 6)], vec![(2, 6)]]);
}

#[test]
fn every_occurrence_is_told_with_its_tier() {
    let index = index(&[
        json!({"id": "a", "title": "国連の資料", "text": "国連は諸国連合と話した。3月日EU会合は日EUの会合である。サーバーとサーバ。"}),
    ]);
    let marks = |query: &str| {
        let answer = ask(&index, query);
        let hit = &answer.hits[0];
        let text: Vec<char> = hit.passage.text.chars().collect();
        let shown = |start: usize, end: usize| text[start..end].iter().collect::<String>();
        let body: Vec<(String, Tier)> =
            hit.marks.body.iter().map(|mark| (shown(mark.span.start, mark.span.end), mark.tier)).collect();
        assert!(
            hit.marks.body.iter().all(|mark| hit.highlights.iter().any(|span| span.overlaps(&mark.span))),
            "{query}: {:?}",
            hit.highlights
        );
        (body, hit.marks.title.len())
    };
    let told = |text: &str, tier| (text.to_owned(), tier);
    assert_eq!(marks("国連"), (vec![told("国連", Tier::Word), told("国連", Tier::Substring)], 1));
    assert_eq!(marks("日EU").0.len(), 2);
    assert_eq!(marks("サーバ").0, [told("サーバー", Tier::Word), told("サーバ", Tier::Word)]);
    assert_eq!(marks("国連 OR 諸国").0.len(), 3);
}

#[test]
fn a_partial_hit_names_what_it_lacks() {
    let index = index(&[
        json!({"id": "a", "title": "農業の資料", "text": "郵便の話をする。"}),
        json!({"id": "b", "title": "別の資料", "text": "津波の話をする。"}),
    ]);
    let missing = |query: &str| {
        let request = Request { text: query.to_owned(), ..Request::default() };
        let answer = search(&index.open, &request).expect("a search");
        assert_eq!(answer.total.passages, 0, "{query}");
        answer.hits.iter().map(|hit| (hit.document.id.clone(), hit.missing.clone())).collect::<Vec<_>>()
    };
    let of =
        |id: &str, words: &[&str]| (id.to_owned(), words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
    let found = missing("郵便 津波 農業");
    assert!(found.contains(&of("a", &["津波"])) && found.contains(&of("b", &["郵便", "農業"])), "{found:?}");
    let found = missing("(津波 OR 郵便) 暗号");
    assert!(found.contains(&of("a", &["暗号"])) && found.contains(&of("b", &["暗号"])), "{found:?}");
    let found = missing("郵便と津波の関係はどうなっていますか");
    assert!(found.iter().any(|(id, missing)| id == "a" && missing.iter().any(|word| word == "津波")), "{found:?}");
    assert!(found.iter().all(|(id, missing)| id != "a" || !missing.iter().any(|word| word == "郵便")), "{found:?}");
}

#[test]
fn each_format_says_that_a_title_alone_matched() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let line = json!({"id": "a", "title": "量子暗号協定の概要", "text": "本文には別のことが書いてある。"});
    std::fs::write(folder.path().join("a.jsonl"), line.to_string()).expect("written");
    stdout(&fumikura(folder.path(), &["index", "a.jsonl"]), 0);
    let asked = |format: &str| stdout(&fumikura(folder.path(), &["search", "量子暗号協定", "--format", format]), 0);
    let answer: Value = serde_json::from_str(&asked("json")).expect("JSON");
    let hit = &answer["hits"][0];
    assert_eq!((hit["place"].as_str(), hit["missing"].as_array().map(Vec::len)), (Some("title"), Some(0)));
    assert_eq!(hit["document"]["title_occurrences"], json!([{"span": [0, 6], "tier": "word"}]));
    assert_eq!(answer["total"]["passages"], 1);
    assert!(asked("text").contains("[title]"));
    assert!(asked("markdown").contains("title alone"));
    let csv = asked("csv");
    let mut lines = csv.lines();
    let place = lines.next().expect("a header").split(',').position(|column| column == "place").expect("a column");
    assert_eq!(lines.next().expect("a row").split(',').nth(place), Some("\"title\""));
    let partial = fumikura(folder.path(), &["search", "量子暗号協定 津波", "--format", "json"]);
    let answer: Value = serde_json::from_slice(&partial.stdout).expect("JSON");
    if let Some(hit) = answer["hits"].get(0) {
        assert_eq!(hit["missing"], json!(["津波"]));
    }
}

/// A field before the brackets of NEAR or SENT is a condition, as before a word: each passage under the heading is a
/// hit.
#[test]
fn a_field_before_near_and_sent_is_a_condition() {
    let body: String =
        (0..60).map(|at| format!("衛星と郵便について長く述べる文である。これは{at}番目の段落に当たる。\n")).collect();
    let text = format!("第1章 具体的な協力\n{body}第2章 そのほか\n{body}");
    let index = index_lines(&[json!({"id": "a", "title": "会合", "text": text}).to_string()]);
    let total = |text: &str| {
        let request = Request { text: text.to_owned(), ..Request::default() };
        search(&index.open, &request).expect("a search").total.passages
    };
    let all = total("heading:(具体的 協力)");
    assert!(all > 2, "{all} passages under the heading");
    for text in ["heading:NEAR/30(具体的, 協力)", "heading:SENT(具体的 協力)"] {
        assert_eq!(total(text), all, "{text}");
    }
}
