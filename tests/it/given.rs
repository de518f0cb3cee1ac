//! Values given beside a text: they override derived ones, and an unreadable value costs only itself.

use std::time::Instant;

use fumikura::document::{Document, Role};
use fumikura::ingest::{Extractor, JsonLines, SourceDocument, Walked, read_document, read_file, walk};
use fumikura::metadata::complete;
use fumikura::pipeline::cut;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{fumikura, stdout};

const TEXT: &str =
    "日印会合を開催した。日本とインドの両政府は、クラウドの利用に合意した。\n\n2015年5月1日に公表した。\n";

/// Reads a file with its side file and derives its metadata; the problems carry file name and line.
fn read(name: &str, text: &str, side: Option<&str>) -> (SourceDocument, Document, Vec<String>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("written");
    if let Some(side) = side {
        std::fs::write(path.with_extension("meta.toml"), side).expect("written");
    }
    let Some(Walked::File(file)) = walk(&[path], &|_| false).pop() else { panic!("{name} is a file") };
    let source = read_document(&file, read_file(&file), &mut Extractor::new(None)).expect("a document");
    let (document, problems) = described(&source);
    let prefix = format!("{}/", folder.path().display());
    (source, document, problems.into_iter().map(|problem| problem.replace(&prefix, "")).collect())
}

fn described(source: &SourceDocument) -> (Document, Vec<String>) {
    let (mut document, _) = cut(source);
    let mut problems = source.given.problems.clone();
    problems.extend(complete(&mut document, &source.given));
    (document, problems.iter().map(ToString::to_string).collect())
}

/// Builds the document with the same values given in three ways.
fn in_every_way(given: &Value) -> Vec<Document> {
    let object = given.as_object().expect("an object");
    let toml: String = object.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
    let yaml: String = object.iter().map(|(key, value)| format!("{key}: {value}\n")).collect();
    let mut line = given.clone();
    (line["id"], line["text"]) = (json!("a"), json!(TEXT));
    let lines = line.to_string();
    let of_line = JsonLines::new(lines.as_bytes(), "a.jsonl").next().expect("a line").expect("a document");
    let all = [
        read("a.txt", TEXT, Some(&toml)),
        read("a.txt", &format!("+++\n{toml}+++\n{TEXT}"), None),
        read("a.md", &format!("---\n{yaml}---\n{TEXT}"), None),
        {
            let (document, problems) = described(&of_line);
            (of_line, document, problems)
        },
    ];
    all.into_iter()
        .map(|(_, document, problems)| {
            assert_eq!(problems, Vec::<String>::new(), "{given}");
            document
        })
        .collect()
}

#[test]
fn given_partners_are_the_only_parties_of_every_passage() {
    let (_, derived, _) = read("a.txt", TEXT, None);
    assert!(
        derived
            .passages
            .iter()
            .any(|passage| passage.partners.iter().any(|p| p.value == "インド" && p.role == Role::Party))
    );
    for document in in_every_way(&json!({"partners": ["アメリカ"]})) {
        assert_eq!(document.partners.iter().map(|partner| partner.value.as_str()).collect::<Vec<_>>(), ["米国"]);
        for passage in &document.passages {
            let parties: Vec<&str> = passage
                .partners
                .iter()
                .filter(|partner| partner.role == Role::Party)
                .map(|partner| partner.value.as_str())
                .collect();
            assert_eq!(parties, ["米国"], "{passage:?}");
        }
        // The text still mentions it.
        assert!(
            document
                .passages
                .iter()
                .any(|passage| passage.partners.iter().any(|p| p.value == "インド" && p.role == Role::Mention))
        );
    }
}

#[test]
fn an_empty_list_clears_partners_themes_and_date() {
    for given in [json!({"partners": [], "themes": [], "date": []}), json!({"partners": "", "themes": "", "date": ""})]
    {
        for document in in_every_way(&given) {
            assert_eq!((document.partners.len(), document.themes.len(), &document.date), (0, 0, &None), "{given}");
            for passage in &document.passages {
                assert!(
                    passage.themes.is_empty() && passage.partners.iter().all(|partner| partner.role != Role::Party),
                    "{passage:?}"
                );
            }
        }
    }
}

#[test]
fn given_themes_and_dates_are_those_of_every_passage() {
    for document in in_every_way(&json!({"themes": ["人材育成"], "date": "2011-06-09"})) {
        for themes in document.passages.iter().map(|passage| &passage.themes).chain([&document.themes]) {
            assert_eq!(themes.iter().map(|theme| theme.value.as_str()).collect::<Vec<_>>(), ["人材・教育/人材育成"]);
        }
        assert_eq!(document.date.expect("a date").interval.start.to_string(), "2011-06-09");
    }
}

/// Filters and facets use the given values, whatever the text says.
#[test]
fn filters_and_facets_go_by_what_is_given() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    std::fs::create_dir(folder.path().join("corpus")).expect("made");
    write("corpus/a.txt", TEXT);
    let passages = |arguments: &[&str]| -> Value {
        let output = fumikura(folder.path(), &[&["search", "会合 OR 公表", "--json", "-n", "0"], arguments].concat());
        serde_json::from_slice::<Value>(&output.stdout).expect("valid JSON")["total"]["passages"].clone()
    };
    stdout(&fumikura(folder.path(), &["index"]), 0);
    assert_ne!((passages(&["--partner", "インド"]), passages(&["--date", "2015"])), (0.into(), 0.into()));
    for given in [
        "partners = [\"米国\"]\nthemes = [\"人材育成\"]\ndate = 2011-06-09\n",
        "partners = []\nthemes = []\ndate = \"\"\n",
    ] {
        write("corpus/a.meta.toml", given);
        stdout(&fumikura(folder.path(), &["index"]), 0);
        let found: usize = if given.contains("米国") { 1 } else { 0 };
        assert_eq!(passages(&["--partner", "インド"]), 0, "{given}");
        assert_eq!(passages(&["--partner", "米国"]), found, "{given}");
        assert_eq!(passages(&["--theme", "クラウド"]), 0, "{given}");
        assert_eq!(passages(&["--theme", "人材育成"]), found, "{given}");
        assert_eq!(passages(&["--date", "2015"]), 0, "{given}");
        assert_eq!(passages(&["--date", "2011"]), found, "{given}");
        let facets: Value =
            serde_json::from_str(&stdout(&fumikura(folder.path(), &["facets", "--json"]), 0)).expect("valid JSON");
        assert_eq!(facets["date"][0]["value"], if found == 1 { "2011" } else { "日付不明" }, "{facets}");
        stdout(&fumikura(folder.path(), &["check"]), 0);
    }
}

#[test]
fn front_matter_is_yaml_with_comments_folded_texts_and_times() {
    let yaml = "---\n# 公表資料\nlayout: post # for the site\ntags: {a: [1, 2], b: ~}\ntitle: >-\n  日米対話\n  の結果\ndate: 2011-06-09T23:30:00+09:00 # 日本時間\n\
                partners:   # 当事者\n- \"米国\"\n- EU # 欧州\nthemes: [\n  人材育成,\n]\n---\n\n本文である。\n";
    let (source, document, problems) = read("a.md", yaml, None);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(document.title, "日米対話 の結果");
    assert_eq!(document.date.expect("a date").interval.end.to_string(), "2011-06-09");
    assert_eq!(document.partners.iter().map(|partner| partner.value.as_str()).collect::<Vec<_>>(), ["米国", "EU"]);
    assert_eq!(document.themes.len(), 1);
    assert_eq!(
        (document.passages[0].text.as_str(), document.passages[0].lines),
        ("本文である。", (17, 17)),
        "{source:?}"
    );
}

#[test]
fn times_in_every_notation_are_days() {
    for time in [
        "2011-06-09 10:00:00",
        "2011-06-09 10:00:00 +0900",
        "2011-06-09T01:00:00Z",
        "2011-06-09t10:00:00.5+09:00",
        "2011-06-09 10:00",
        "2011-06-09",
        "\"2011-06-09T10:00:00\"",
        "'平成23年6月9日'",
    ] {
        let (_, document, problems) = read("a.txt", &format!("---\ndate: {time}\n---\n{TEXT}"), None);
        let date = document.date.unwrap_or_else(|| panic!("{time}: {problems:?}"));
        assert_eq!((date.interval.start.to_string().as_str(), problems.len()), ("2011-06-09", 0), "{time}");
    }
    for time in ["2011-06-09", "2011-06-09T10:00:00+09:00", "2011-06-09 10:00:00", "2011-06-09T10:00:00Z"] {
        let (_, document, problems) = read("a.txt", TEXT, Some(&format!("date = {time}\n")));
        assert_eq!(
            (document.date.expect("a date").interval.start.to_string().as_str(), problems.len()),
            ("2011-06-09", 0),
            "{time}"
        );
    }
}

#[test]
fn a_value_that_cannot_be_read_costs_itself_and_names_its_line() {
    for (name, text, side, place) in [
        ("a.md", "---\ntitle: 会合: 結果\ndate: 2011-06-09\n---\n", None, "a.md:2: "),
        ("a.md", "---\ndate: 2011-06-09\npartners: [米国\n---\n", None, "a.md:"),
        ("a.md", "---\ntitle: \"会合\ndate: 2011-06-09\n---\n", None, "a.md:"),
        ("a.md", "---\ntitle: [会合, 結果]\ndate: 2011-06-09\n---\n", None, "a.md:2: title takes one value"),
        ("a.md", "---\ntitle: {a: 1}\ndate: 2011-06-09\n---\n", None, "a.md:2: a text is expected"),
        ("a.md", "---\ntitle: *x\ndate: 2011-06-09\n---\n", None, "a.md:2: "),
        ("a.md", "---\ndate: 2011-06-09\npartners:\n  - 火星\n---\n", None, "a.md:4: unknown partner '火星'"),
        ("a.md", "---\ndate: 2011-06-09\nthemes: 錬金術\n---\n", None, "a.md:3: unknown theme '錬金術'"),
        ("a.md", "---\ndate: 2011-06-09\ndate: 2012-06-09\n---\n", None, "a.md:3: date is given twice"),
        ("a.txt", "+++\ndate = 2011-06-09\ntitle = 会合\n+++\n", None, "a.txt:3: "),
        ("a.txt", "+++\ntitle = \"会合\ndate = 2011-06-09\n+++\n", None, "a.txt:2: "),
        ("a.txt", "+++\npartners = [\n  \"米国\",\ndate = 2011-06-09\n+++\n", None, "a.txt:"),
        ("a.txt", "", Some("date = 2011-06-09\npartners = { a = 1 }\n"), "a.meta.toml:2: a text is expected"),
        ("a.txt", "", Some("date = 2011-06-09\nparters = []\n"), "a.meta.toml:2: unknown key 'parters'"),
        ("a.txt", "", Some("title = \n\ndate = 2011-06-09\n"), "a.meta.toml:1: "),
        ("a.txt", "", Some("[meta]\ndate = 2012-06-09\n"), "a.meta.toml:1: unknown key 'meta'"),
    ] {
        let (source, document, problems) = read(name, &format!("{text}{TEXT}"), side);
        assert!(problems.len() == 1 && problems[0].starts_with(place), "{text}{side:?}: {problems:?}");
        let day = if side.is_some_and(|side| side.starts_with("[meta]")) { "2015-05-01" } else { "2011-06-09" };
        assert!(
            document.date.is_none_or(|date| date.interval.start.to_string() == day)
                == (day == "2011-06-09" || source.given.date.is_none()),
            "{text}"
        );
        assert!(day != "2011-06-09" || source.given.date.is_some(), "{text}");
        assert!(document.passages.iter().any(|passage| passage.text.contains("公表した")), "{text}");
        // Derived, because the given value cannot be used.
        let wanted = source.given.partners.is_none() || problems[0].contains("火星");
        assert_eq!(
            document.passages[0].partners.iter().any(|p| p.value == "インド" && p.role == Role::Party),
            wanted,
            "{text}"
        );
    }
}

#[test]
fn a_field_of_jsonl_of_another_type_costs_itself() {
    for (field, wrong) in [
        ("title", json!(true)),
        ("url", json!({"a": [1]})),
        ("date", json!([1, 2])),
        ("partners", json!([[1]])),
        ("themes", json!(false)),
    ] {
        let mut line = json!({"id": "a", "text": TEXT, "title": "題", "url": "u", "date": "2011", "partners": ["米国"], "themes": ["人材育成"]});
        line[field] = wrong;
        let line = line.to_string();
        let source = JsonLines::new(line.as_bytes(), "a.jsonl").next().expect("a line").expect("a document");
        let (document, problems) = described(&source);
        assert!(problems.len() == 1 && problems[0].starts_with(&format!("a.jsonl:1: {field}")), "{problems:?}");
        let given = &source.given;
        let kept = [
            given.title.is_some(),
            given.url.is_some(),
            given.date.is_some(),
            given.partners.is_some(),
            given.themes.is_some(),
        ];
        assert_eq!(kept.iter().filter(|kept| **kept).count(), 4, "{field}");
        assert!(!document.passages.is_empty());
    }
    let line =
        json!({"id": "a", "text": TEXT, "title": null, "date": 2011, "partners": "米国", "themes": null}).to_string();
    let source = JsonLines::new(line.as_bytes(), "a.jsonl").next().expect("a line").expect("a document");
    let (document, problems) = described(&source);
    assert_eq!((problems, document.date.expect("a date").interval.start.year), (Vec::new(), 2011));
    assert_eq!(document.partners[0].value, "米国");
}

#[test]
fn an_indexed_document_outlives_values_that_cannot_be_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir(folder.path().join("corpus")).expect("made");
    let write =
        |name: &str, text: &str| std::fs::write(folder.path().join("corpus").join(name), text).expect("written");
    write("a.md", TEXT);
    write("b.jsonl", &json!({"id": "b", "text": TEXT}).to_string());
    stdout(&fumikura(folder.path(), &["index"]), 0);
    write("a.md", &format!("---\ndate: いつか\npartners: [火星\n---\n{TEXT}"));
    write("b.jsonl", &json!({"id": "b", "text": TEXT, "date": "いつか", "partners": 7}).to_string());
    let output = fumikura(folder.path(), &["index", "--json"]);
    let report: Value = serde_json::from_str(&stdout(&output, 0)).expect("valid JSON");
    assert_eq!(
        (&report["documents"], &report["removed"], &report["changed"]),
        (&2.into(), &0.into(), &2.into()),
        "{report}"
    );
    let places: Vec<&str> =
        report["warnings"].as_array().expect("a list").iter().filter_map(|warning| warning["path"].as_str()).collect();
    assert_eq!(places.iter().filter(|place| place.starts_with("corpus/a.md:")).count(), 2, "{report}");
    assert_eq!(places.iter().filter(|place| **place == "corpus/b.jsonl:1").count(), 2, "{report}");
    // The report repeats until the fault is repaired: for unchanged files, and for unchanged lines of a changed file.
    for lines in [None, Some(json!({"id": "c", "text": TEXT}).to_string())] {
        if let Some(more) = &lines {
            let before = std::fs::read_to_string(folder.path().join("corpus/b.jsonl")).expect("lines");
            write("b.jsonl", &format!("{before}\n{more}\n"));
        }
        let again: Value =
            serde_json::from_str(&stdout(&fumikura(folder.path(), &["index", "--json"]), 0)).expect("valid JSON");
        assert_eq!(again["warnings"], report["warnings"], "{lines:?}");
        assert_eq!(again["changed"], 0, "{again}");
    }
}

#[test]
fn what_only_looks_like_front_matter_stays_text() {
    for text in [
        "---\n場所: 東京\n日時: 午後\n---\n本文\n",
        "---\n本文の一行目である。\n---\n本文\n",
        "---\n# 報告\n---\n本文\n",
        "---\ntitle: 会合\n本文\n",
        "+++\n本文である。\n+++\n本文\n",
        "---\n注意: 本文である\n続きの行である。\n---\n本文\n",
    ] {
        let (_, document, problems) = read("a.txt", text, None);
        let whole: String = document.passages.iter().map(|passage| passage.text.as_str()).collect();
        let kept =
            |line: &&str| line.chars().filter(|c| !c.is_whitespace() && !"-+#".contains(*c)).all(|c| whole.contains(c));
        assert!(problems.is_empty() && text.lines().all(|line| kept(&line)), "{text}: {whole}");
    }
}

#[test]
fn deep_and_repeated_yaml_takes_no_time() {
    let started = Instant::now();
    for matter in [
        format!("a: {}\ndate: 2011\n", "[".repeat(60_000)),
        format!("a: {}\ndate: 2011\n", "{a: ".repeat(15_000)),
        format!("{}date: 2011\n", "? ".repeat(30_000)),
        format!("{}date: 2011\n", "a: b: c\n".repeat(8_000)),
        format!("a: &a [{}]\nb: &b [{}]\npartners: *b\ndate: 2011\n", "x,".repeat(10_000), "*a,".repeat(10_000)),
        format!("x: \"{}\ndate: 2011\n", "y\n".repeat(30_000)),
        format!("{}\ndate: 2011\n", "- ".repeat(30_000)),
    ] {
        read("a.txt", &format!("---\n{matter}---\n{TEXT}"), None);
        read("a.txt", TEXT, Some(&matter.replace(": ", " = ")));
    }
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

fn marks() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "---\n",
        "+++\n",
        "...\n",
        "title: ",
        "date: ",
        "partners: ",
        "\n",
        "- ",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "'",
        "&a ",
        "*a",
        "!!str ",
        "| \n",
        ">-\n",
        "  ",
        "\t",
        "# ",
        "? ",
        ": ",
        "%YAML 1.2\n",
        "米国",
        "2011-06-09",
        "= ",
        "\"\"\"",
        "'''",
        "[[a]]\n",
        "a.b",
        "\r\n",
        "\u{FEFF}",
        "\u{85}",
        "\\u12",
        ",",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_front_matter_or_side_file_costs_its_document(fence in "---|\\+\\+\\+", matter in marks(), side in marks()) {
        let (source, document, _) = read("a.txt", &format!("{fence}\n{matter}\n{fence}\n{TEXT}"), Some(&side));
        prop_assert!(document.passages.iter().any(|passage| passage.text.contains("公表した")));
        prop_assert!(source.first_line >= 1);
    }
}

#[test]
fn a_readme_is_left_out_with_its_reason_or_read_when_it_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir(folder.path().join("corpus")).expect("made");
    let write =
        |name: &str| std::fs::write(folder.path().join("corpus").join(name), "電子公文書の保存。\n").expect("written");
    ["README.txt", "README報告.md", "SOURCES.md", "a.txt"].into_iter().for_each(write);
    let report = |arguments: &[&str]| -> Value {
        serde_json::from_str(&stdout(&fumikura(folder.path(), arguments), 0)).expect("valid JSON")
    };
    let said = report(&["index", "--json"]);
    let left_out: Vec<&str> =
        said["skipped"].as_array().expect("a list").iter().filter_map(|item| item["path"].as_str()).collect();
    assert_eq!(
        (left_out, &said["added"]),
        (vec!["corpus/README.txt", "corpus/README報告.md", "corpus/SOURCES.md"], &1.into())
    );
    assert_eq!(report(&["index", "corpus/README報告.md", "--json"])["documents"], 2);
    // Inspecting a folder reports no failure; a file that was named is read.
    assert_eq!(stdout(&fumikura(folder.path(), &["inspect", "corpus"]), 0).matches("== ").count(), 1);
    stdout(&fumikura(folder.path(), &["inspect", "corpus/SOURCES.md"]), 0);
}
