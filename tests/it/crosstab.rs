//! Cross tables and timelines agree with facets, and say what they leave out.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{fumikura, stdout};

/// Creates an index of documents with a text and a date each.
fn indexed() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let documents = [
        ("a", "日米両国は、情報共有で合意した。情報共有を続ける。", "2011-05-01"),
        ("b", "日米両国は、情報共有の重要性を確認した。", "2012-05-01"),
        ("c", "日EU双方は、人材育成で合意した。", "2012-06-01"),
        ("d", "日EU双方は、情報共有を検討した。", ""),
    ];
    let lines: Vec<String> = documents
        .iter()
        .map(|(id, text, date)| match *date {
            "" => json!({"id": id, "title": "概況", "text": text}).to_string(),
            date => json!({"id": id, "title": "概況", "text": text, "date": date}).to_string(),
        })
        .collect();
    std::fs::write(folder.path().join("lines.jsonl"), lines.join("\n")).expect("written");
    stdout(&fumikura(folder.path(), &["index", "lines.jsonl"]), 0);
    folder
}

fn answer(folder: &Path, arguments: &[&str]) -> Value {
    let arguments = [arguments, &["--format", "json"]].concat();
    serde_json::from_str(&stdout(&fumikura(folder, &arguments), 0)).expect("valid JSON")
}

#[test]
fn numbers_of_rows_and_columns_are_those_of_facets_and_cells_those_of_a_search() {
    let folder = indexed();
    let table = answer(folder.path(), &["crosstab", "情報共有", "--rows", "partner", "--cols", "year"]);
    let facets = answer(folder.path(), &["facets", "情報共有"]);
    let years = facets["date"].as_array().expect("years");
    let cols = table["col_values"].as_array().expect("columns");
    assert_eq!(cols.len(), years.len(), "{table}");
    for (col, year) in cols.iter().zip(years) {
        assert_eq!((&col["label"], &col["passages"]), (&year["value"], &year["passages"]), "{table}");
    }
    for (row, cells) in table["row_values"].as_array().expect("rows").iter().zip(table["cells"].as_array().expect("")) {
        let partner = row["filters"]["partner"].as_str().expect("a partner");
        for (col, cell) in cols.iter().zip(cells.as_array().expect("cells")) {
            let date = col["filters"]["date"].as_str().expect("a date");
            let arguments = ["search", "情報共有", "--partner", partner, "--date", date, "--no-relax", "--json"];
            let output = fumikura(folder.path(), &arguments);
            let found: Value = serde_json::from_slice(&output.stdout).expect("valid JSON");
            assert_eq!(found["total"]["passages"], cell["count"], "{partner} {date}: {table}");
        }
    }
}

#[test]
fn a_table_of_documents_by_primary_values_counts_each_once() {
    let folder = indexed();
    let arguments =
        ["crosstab", "--rows", "partner", "--cols", "year", "--measure", "documents", "--primary", "--role", "any"];
    let table = answer(folder.path(), &arguments);
    assert_eq!(table["sum"], 4, "{table}");
    assert!(table["warnings"].to_string().contains("primary"), "{table}");
}

#[test]
fn options_that_do_not_go_together_say_what_does() {
    let folder = indexed();
    for (arguments, said) in [
        (&["crosstab", "--rows", "year", "--cols", "month"][..], "different kinds"),
        (&["crosstab", "--rows", "query"], "--queries FILE"),
        (&["timeline", "情報共有", "--by", "meeting"], "--series NAME"),
    ] {
        let output = fumikura(folder.path(), arguments);
        let messages = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && messages.contains(said), "{messages}");
    }
}

#[test]
fn bins_are_those_of_facets_and_the_first_use_has_a_dated_passage() {
    let folder = indexed();
    let line = answer(folder.path(), &["timeline", "情報共有"]);
    let bins: Vec<(&str, u64, u64)> = line["bins"]
        .as_array()
        .expect("bins")
        .iter()
        .map(|bin| {
            let number = |name: &str| bin[name].as_u64().expect("a number");
            (bin["label"].as_str().expect("a label"), number("passages"), number("occurrences"))
        })
        .collect();
    assert_eq!(bins, [("2011", 1, 2), ("2012", 1, 1)], "{line}");
    assert_eq!(line["undated"]["passages"], 1, "{line}");
    assert_eq!((&line["first"]["document"], &line["last"]["document"]), (&json!("a"), &json!("b")), "{line}");
    assert_eq!(line["first"]["date"]["source"], "given", "{line}");
    let two = answer(folder.path(), &["timeline", "情報共有", "人材育成"]);
    assert!(two.get("bins").is_none() && two["queries"][1]["bins"][0]["passages"] == 0, "{two}");
    let plot = answer(folder.path(), &["timeline", "情報共有", "--document", "a"]);
    assert_eq!(plot["documents"][0]["offsets"].as_array().map(Vec::len), Some(2), "{plot}");
}
