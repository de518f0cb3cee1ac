//! Series of meetings: found in documents, joined by renames, listed by `fumikura series`.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{fumikura, root, stdout};

/// Creates an index of documents with a title, a text and a date each.
fn indexed(documents: &[(&str, &str, &str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lines: Vec<String> = documents
        .iter()
        .map(|(id, title, text, date)| json!({"id": id, "title": title, "text": text, "date": date}).to_string())
        .collect();
    std::fs::write(folder.path().join("lines.jsonl"), lines.join("\n")).expect("written");
    stdout(&fumikura(folder.path(), &["index", "lines.jsonl"]), 0);
    folder
}

fn series(folder: &Path, name: &str, code: i32) -> Value {
    serde_json::from_str(&stdout(&fumikura(folder, &["series", name, "--format", "json"]), code)).expect("valid JSON")
}

fn inspected(title: &str, text: &str) -> Value {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("a.jsonl"), json!({"id": "a", "title": title, "text": text}).to_string())
        .expect("written");
    let arguments = ["inspect", "a.jsonl", "--stage", "metadata", "--format", "jsonl"];
    serde_json::from_str(&stdout(&fumikura(folder.path(), &arguments), 0)).expect("valid JSON")
}

const DIALOGUES: [(&str, &str, &str, &str); 5] = [
    (
        "d3",
        "日泰デジタル政策対話（第3回）の結果",
        "2019年5月、バンコクにおいて、第3回日泰デジタル政策対話が開催された。",
        "2019-06-01",
    ),
    (
        "d4",
        "第4回「日・泰デジタル政策対話」の開催",
        "2020年6月に東京で開催された日泰デジタル政策対話（第4回）では意見交換を行った。",
        "2020-07-01",
    ),
    ("d7", "日泰デジタル政策対話（第7回）の結果", "2023年2月に、第7回日泰デジタル政策対話を開催した。", "2023-03-01"),
    ("x7", "日泰の協力", "2024年3月に開催された第7回日泰デジタル政策対話では、人材育成を議論した。", "2024-04-01"),
    (
        "other",
        "日独デジタル政策対話（第1回）の結果",
        "2021年1月、ベルリンにおいて第1回日独デジタル政策対話を開催した。",
        "2021-02-01",
    ),
];

#[test]
fn meetings_of_a_series_stand_in_order_with_gaps_and_contradictions() {
    let folder = indexed(&DIALOGUES);
    let found = series(folder.path(), "日・泰 デジタル政策対話", 0);
    let all = found["series"].as_array().expect("series");
    assert_eq!(all.len(), 1, "{found}");
    let numbers: Vec<u64> =
        all[0]["meetings"].as_array().expect("meetings").iter().filter_map(|held| held["number"].as_u64()).collect();
    assert_eq!(numbers, [3, 4, 7, 7], "{found}");
    assert_eq!(all[0]["gaps"], json!([[5, 6]]));
    let conflicts: Vec<bool> =
        all[0]["meetings"].as_array().expect("meetings").iter().filter_map(|held| held["conflict"].as_bool()).collect();
    assert_eq!(conflicts, [false, false, true, true], "two dates of one number: {found}");
    assert_eq!(all[0]["meetings"][0]["places"][0]["value"], "バンコク");
    let text = stdout(&fumikura(folder.path(), &["series", "日泰デジタル政策対話"]), 0);
    for part in ["第3回  2019-05  バンコク", "第5回–第6回", "conflict 第7回", "x7"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let list = stdout(&fumikura(folder.path(), &["series"]), 0);
    assert!(list.lines().count() == 2 && list.contains("日独デジタル政策対話"), "{list}");
    let rows = stdout(&fumikura(folder.path(), &["series", "--format", "csv"]), 0);
    assert!(rows.starts_with("series,number,") && rows.contains("バンコク"), "{rows}");
    let none = fumikura(folder.path(), &["series", "日仏デジタル政策対話"]);
    assert_eq!(none.status.code(), Some(1));
}

#[test]
fn a_stated_rename_joins_two_names_and_likeness_does_not() {
    let folder = indexed(&[
        ("a", "第1回日泰郵便政策会議の結果", "2018年4月に第1回日泰郵便政策会議を開催した。", "2018-05-01"),
        (
            "b",
            "第2回日泰郵便政策会議の結果",
            "次回から、政策会議の名称を「日泰物流政策会議」に変更することで合意した。",
            "2019-05-01",
        ),
        ("c", "第3回日泰物流政策会議の結果", "2020年4月に開催した。", "2020-05-01"),
        ("d", "第9回日泰郵便政策懇談会の結果", "2020年4月に開催した。", "2020-05-01"),
    ]);
    let found = series(folder.path(), "日泰郵便政策会議", 0);
    let all = found["series"].as_array().expect("series");
    assert_eq!(all.len(), 1, "{found}");
    let numbers: Vec<u64> =
        all[0]["meetings"].as_array().expect("meetings").iter().filter_map(|held| held["number"].as_u64()).collect();
    assert_eq!(numbers, [1, 2, 3], "{found}");
    assert_eq!(all[0]["renames"][0]["new"], "日泰物流政策会議");
    assert_eq!(all[0]["renames"][0]["document"], "b");
    assert_eq!(found, series(folder.path(), "日泰物流政策会議", 0), "both names name it");
}

#[test]
fn the_filter_takes_any_spelling_of_a_series() {
    let folder = indexed(&DIALOGUES);
    let hits = |arguments: &[&str], code: i32| -> Vec<String> {
        let output = stdout(&fumikura(folder.path(), &[&["search", "対話", "--json"], arguments].concat()), code);
        let answer: Value = serde_json::from_str(&output).expect("valid JSON");
        let hits = answer["hits"].as_array().expect("hits");
        let mut ids: Vec<String> =
            hits.iter().map(|hit| hit["document"]["id"].as_str().unwrap_or_default().to_owned()).collect();
        ids.sort();
        ids.dedup();
        ids
    };
    assert_eq!(hits(&["--series", "日・独デジタル政策対話"], 0), ["other"]);
    assert_eq!(hits(&["--series", "日泰 デジタル政策対話"], 0), ["d3", "d4", "d7", "x7"]);
    assert!(hits(&["--series", "政策対話", "--no-relax"], 1).is_empty(), "a part of a name is no name");
    let facets = stdout(&fumikura(folder.path(), &["facets"]), 0);
    assert!(facets.contains("\nseries\n") && facets.contains("デジタル政策対話  "), "{facets}");
}

#[test]
fn the_date_in_the_text_is_that_of_the_numbered_meeting_in_the_title() {
    let text = "2019年5月27日に、日泰郵便政策会議が開催された。";
    let folder = indexed(&[("a", "第5回「日・泰郵便政策会議」の結果", text, "2019-06-01")]);
    let found = series(folder.path(), "日泰郵便政策会議", 0);
    let meetings = found["series"][0]["meetings"].as_array().expect("meetings").clone();
    assert_eq!((meetings.len(), &meetings[0]["number"]), (1, &json!(5)), "{found}");
    assert_eq!(meetings[0]["dates"][0]["value"], "2019-05-27", "{found}");
}

#[test]
fn a_name_is_told_once_by_a_title_that_the_text_repeats() {
    let title = "第5回日泰デジタル政策対話の結果";
    let found = inspected(title, &format!("{title}\n\n総務省は会合を開催しました。"));
    assert_eq!(found["series"].as_array().map(Vec::len), Some(1), "{found}");
}

#[test]
fn days_and_places_are_those_of_the_meeting_beside_them() {
    let text = "2014年12月に第1回を開催した「日仏デジタル協議」の第2回会合が、2016年1月に開催された。";
    let found = inspected("概況", text);
    let told: Vec<(u64, String)> = found["series"]
        .as_array()
        .expect("series")
        .iter()
        .map(|one| (one["number"].as_u64().unwrap_or(0), one["date"].as_str().unwrap_or_default().to_owned()))
        .collect();
    assert_eq!(told, [(1, "2014-12".to_owned()), (2, "2016-01".to_owned())], "{found}");
}

#[test]
fn a_number_in_a_table_is_of_the_meeting_in_the_heading() {
    let text = "# 日泰放送ワーキンググループ\n\n| 第1回 | 2004年3月 | @タイ・バンコク |\n| 第2回 | 2005年6月 | @日本・東京 |\n";
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("a.txt"), text).expect("written");
    let output = stdout(&fumikura(folder.path(), &["inspect", "a.txt", "--stage", "metadata", "--format", "jsonl"]), 0);
    let found: Value = serde_json::from_str(&output).expect("valid JSON");
    let numbers: Vec<u64> =
        found["series"].as_array().expect("series").iter().filter_map(|one| one["number"].as_u64()).collect();
    assert_eq!(numbers, [1, 2], "{found}");
}

#[test]
fn renames_of_bodies_are_told_and_those_of_programmes_are_not() {
    let pairs = |text: &str| -> Vec<(String, String, String)> {
        let found = inspected("概況", text);
        let cell = |one: &Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
        let list = found["renames"].as_array().expect("renames").clone();
        list.iter().map(|one| (cell(one, "old"), cell(one, "new"), cell(one, "relation"))).collect()
    };
    let told = |old: &str, new: &str, relation: &str| (old.to_owned(), new.to_owned(), relation.to_owned());
    for (text, expected) in [
        ("通商産業省（現経済産業省）の調査による。", vec![told("通商産業省", "経済産業省", "renamed")]),
        ("消防科学研究所（旧消防技術研究所）が公表した。", vec![told("消防技術研究所", "消防科学研究所", "renamed")]),
        ("2001年1月、環境庁は環境省へと再編された。", vec![told("環境庁", "環境省", "reorganised")]),
        ("協議の結果、名称を「日泰物流会議」に変更した。", vec![]),
        ("「電子自治体推進事業」を「自治体デジタル推進事業」に改称した。", vec![]),
        ("現行の制度を見直し、システムを統合した。", vec![]),
        (
            "甲野協会と乙野協会が統合し、丙野協会が発足した。",
            vec![told("甲野協会", "丙野協会", "merged"), told("乙野協会", "丙野協会", "merged")],
        ),
        ("日泰協議の前身である日泰懇談会は五回開かれた。", vec![told("日泰懇談会", "日泰協議", "succeeded")]),
    ] {
        let mut found = pairs(text);
        found.sort();
        assert_eq!(
            found,
            {
                let mut expected = expected;
                expected.sort();
                expected
            },
            "{text}"
        );
    }
}

#[test]
fn a_year_that_nobody_tells_is_not_guessed() {
    let found = inspected("概況", "8月には、第1回日泰デジタルフォーラムを開催した。");
    assert_eq!(found["series"][0]["date"], Value::Null, "{found}");
}

#[test]
fn the_series_of_the_corpus_are_found_through_the_rename() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = root().join("corpus").to_string_lossy().into_owned();
    stdout(&fumikura(folder.path(), &["index", &corpus]), 0);
    let found = series(folder.path(), "日ASEANサイバーセキュリティ政策会議", 0);
    let all = found["series"].as_array().expect("series");
    assert_eq!(all.len(), 1, "{found}");
    assert!(all[0]["meetings"].as_array().expect("meetings").iter().any(|held| held["number"] == 10), "{found}");
}

#[test]
fn corrections_beside_the_sources_go_before_what_documents_say() {
    let folder = indexed(&DIALOGUES);
    let write = |text: &str| std::fs::write(folder.path().join("series.meta.toml"), text).expect("written");
    write(
        "[[meeting]]\nseries = \"日・泰デジタル政策対話\"\nnumber = 7\ndate = \"2023-02\"\n\n\
         [[same]]\nnames = [\"日泰デジタル政策対話\", \"日独デジタル政策対話\"]\n\n\
         [[not]]\nseries = \"日泰デジタル政策対話\"\nnumber = 4\ndocument = \"d4\"\n",
    );
    let found = series(folder.path(), "日泰デジタル政策対話", 0);
    let meetings = found["series"][0]["meetings"].as_array().expect("meetings").clone();
    let numbers: Vec<u64> = meetings.iter().filter_map(|held| held["number"].as_u64()).collect();
    assert_eq!(numbers, [1, 3, 7], "joined, without the wrong document, one seventh meeting: {found}");
    assert_eq!(meetings[2]["conflict"], false, "{found}");
    assert_eq!(meetings[2]["dates"][0]["value"], "2023-02");
    assert!(meetings[2]["dates"][0]["documents"][0].as_str().expect("a place").ends_with("series.meta.toml:1"));
    write("[[meeting]]\nseries = \"日泰デジタル政策対話\"\nnumber = 7\ndate = \"昨年\"\n\n[[sama]]\nnames = []\n");
    let output = fumikura(folder.path(), &["series", "日泰デジタル政策対話"]);
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(messages.contains("series.meta.toml:4: 'date' must be"), "{messages}");
    assert!(messages.contains("series.meta.toml:6: expected are"), "{messages}");
    assert_eq!(output.status.code(), Some(0), "{messages}");
    // Rules of texts that a document states wrongly.
    let folder = indexed(&[
        ("a", "第1回日泰郵便政策会議の結果", "2018年4月に第1回日泰郵便政策会議を開催した。", "2018-05-01"),
        ("b", "第2回日泰物流政策会議の結果", "「日泰郵便政策会議」を「日泰物流政策会議」に改称した。", "2019-05-01"),
    ]);
    let all = |name: &str| series(folder.path(), name, 0)["series"][0]["meetings"].as_array().map(Vec::len);
    assert_eq!(all("日泰郵便政策会議"), Some(2));
    std::fs::write(
        folder.path().join("series.meta.toml"),
        "[[apart]]\nnames = [\"日泰郵便政策会議\", \"日泰物流政策会議\"]\n",
    )
    .expect("written");
    assert_eq!((all("日泰郵便政策会議"), all("日泰物流政策会議")), (Some(1), Some(1)));
}

#[test]
fn a_clause_before_the_newer_name_tells_of_a_rename() {
    let pairs = |text: &str| -> Vec<(String, String)> {
        let found = inspected("概況", text);
        let cell = |one: &Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
        let mut pairs: Vec<(String, String)> = found["renames"]
            .as_array()
            .expect("renames")
            .iter()
            .map(|one| (cell(one, "old"), cell(one, "new")))
            .collect();
        pairs.sort();
        pairs
    };
    let told = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(old, new)| ((*old).to_owned(), (*new).to_owned())).collect()
    };
    for (text, expected) in [
        (
            "甲野協会及び乙野協会が統合して発足した丙野機構では、研究を行う。",
            told(&[("乙野協会", "丙野機構"), ("甲野協会", "丙野機構")]),
        ),
        (
            "現在、甲野検討会及び乙野委員会を発展的に再編した丙野委員会において監視を行う。",
            told(&[("乙野委員会", "丙野委員会"), ("甲野検討会", "丙野委員会")]),
        ),
        (
            "甲野研究所・乙野研究所が統合し、丙野機構が発足した。",
            told(&[("乙野研究所", "丙野機構"), ("甲野研究所", "丙野機構")]),
        ),
        (
            "甲野電電(KDN)、乙野移動通信(INO)の二社が合併し、丙野通信会社が誕生した。",
            told(&[("乙野移動通信", "丙野通信会社"), ("甲野電電", "丙野通信会社")]),
        ),
        ("総務省は、甲野協会を改組し、丙野協会を設置した。", told(&[("甲野協会", "丙野協会")])),
        ("1985年には甲野公社が株式会社に改組した。", told(&[])),
        ("多くの委員会が参加し、2019年（平成31年）3月に統合報告書が公表された。", told(&[])),
        ("生活を支える重要インフラ（現在、情報通信、金融、航空、鉄道）を守る。", told(&[])),
        ("既存の環境を統合した総合テストベッドを運用している。", told(&[])),
    ] {
        assert_eq!(pairs(text), expected, "{text}");
    }
}

#[test]
fn meetings_in_sentences_have_their_own_names_days_and_places() {
    let told = |text: &str| -> Vec<(String, String, String)> {
        let found = inspected("概況", text);
        let cell = |one: &Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
        let list = found["series"].as_array().expect("series").clone();
        list.iter().map(|one| (cell(one, "series"), cell(one, "date"), cell(one, "place"))).collect()
    };
    let one = |series: &str, date: &str, place: &str| (series.to_owned(), date.to_owned(), place.to_owned());
    for (text, expected) in [
        ("2005年5月に甲野テーマ別会合を日本で開催した。", vec![one("甲野テーマ別会合", "2005-05", "日本")]),
        (
            "2006年2月から「2010年代の郵便の在り方に関する研究会」を開催した。",
            vec![one("2010年代の郵便の在り方に関する研究会", "2006-02", "")],
        ),
        ("2005年5月にWSISテーマ別会合を日本で開催した。", vec![one("WSISテーマ別会合", "2005-05", "日本")]),
        ("政府においては、乙野戦略会議を開催した。", vec![one("乙野戦略会議", "", "")]),
        (
            "2007年10月からは、会期（2008～2011年）の課題を扱う第3回丙野総会を開催する。",
            vec![one("丙野総会", "2007-10", "")],
        ),
        (
            "チュニジアで開催された丁野サミットにおいて、戊野フォーラムの開催が決まった。",
            vec![one("丁野サミット", "", "チュニジア"), one("戊野フォーラム", "", "")],
        ),
        (
            "2018年12月から「通信番号に関する研究会」を開催し、2019年7月に「通信番号に関する研究会報告書」を公表した。",
            vec![one("通信番号に関する研究会", "2018-12", "")],
        ),
        ("最高意思決定会議として開催される第4回己野総会の準備を進めた。", vec![one("己野総会", "", "")]),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}
