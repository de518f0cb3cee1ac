//! Words beside a query and key words of two sets: `fumikura collocates` and `fumikura compare`.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use fumikura::analysis::Analyzer;
use fumikura::query::{Budget, Filters};
use fumikura::{Engine, Index, Request};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{fumikura, root, stdout};

/// Creates an index of documents, each with an id, a title, a text and a date.
fn indexed(documents: &[(&str, &str, &str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let line = |(id, title, text, date): &(&str, &str, &str, &str)| {
        json!({"id": id, "title": title, "text": text, "date": date}).to_string()
    };
    let lines: Vec<String> = documents.iter().map(line).collect();
    std::fs::write(folder.path().join("lines.jsonl"), lines.join("\n")).expect("written");
    stdout(&fumikura(folder.path(), &["index", "lines.jsonl"]), 0);
    folder
}

/// Creates an index of `corpus/`.
fn of_corpus() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = root().join("corpus").to_string_lossy().into_owned();
    stdout(&fumikura(folder.path(), &["index", &corpus]), 0);
    folder
}

fn answer(folder: &Path, arguments: &[&str], code: i32) -> Value {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
    serde_json::from_str(&stdout(&fumikura(folder, &arguments), code)).expect("valid JSON")
}

fn row<'a>(found: &'a Value, word: &str) -> &'a Value {
    let rows = found["rows"].as_array().expect("rows");
    rows.iter().find(|row| row["word"] == word).unwrap_or_else(|| panic!("{word} in {found:#}"))
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no number"))
}

const SPACE: [(&str, &str, &str, &str); 3] = [
    ("a", "衛星の計画", "衛星の軌道を測る。軌道は衛星の軌道である。郵便の配達を続ける。", "2010-01-01"),
    ("b", "軌道の計画", "新しい衛星の軌道を測る。", "2012-01-01"),
    ("c", "軌道", "軌道の説明である。", "2014-01-01"),
];

#[test]
fn each_number_of_a_collocate_is_that_of_the_texts() {
    let folder = indexed(&SPACE);
    let found = answer(folder.path(), &["collocates", "衛星", "--window", "sentence"], 0);
    assert_eq!((number(&found["occurrences"]), number(&found["total"]["passages"])), (3, 2));
    let orbit = row(&found, "軌道");
    // Four stand in sentences of 衛星; one more in a text without it. Titles do not count.
    let counts = ["f_xy", "f_x", "f_y", "documents"].map(|name| number(&orbit[name]));
    assert_eq!(counts, [4, 3, 5, 2]);
    let log_dice = orbit["log_dice"].as_f64().expect("a number");
    assert!((log_dice - (14.0 + (8.0f64 / 8.0).log2())).abs() < 1e-12, "{log_dice}");
    // 測る stands twice: below the threshold.
    assert!(!found["rows"].as_array().expect("rows").iter().any(|row| row["word"] == "測る"));
    let found = answer(folder.path(), &["collocates", "衛星", "--window", "sentence", "--min-count", "2"], 0);
    assert_eq!(row(&found, "測る")["part"], "verb");
    let verbs = ["collocates", "衛星", "--window", "sentence", "--min-count", "2", "--part", "verb"];
    assert_eq!(answer(folder.path(), &verbs, 0)["rows"].as_array().map(Vec::len), Some(1));
}

#[test]
fn filters_make_the_collection_in_which_words_are_counted() {
    let folder = indexed(&SPACE);
    let arguments = ["collocates", "衛星", "--min-documents", "1", "--date", "..2010"];
    let found = answer(folder.path(), &arguments, 0);
    assert_eq!(number(&found["collection"]["passages"]), 1);
    let orbit = row(&found, "軌道");
    assert_eq!((number(&orbit["f_xy"]), number(&orbit["f_y"])), (3, 3));
}

/// The word view of the postings also holds titles and headings; the counts must be those of the texts alone.
#[test]
fn frequencies_of_the_postings_are_those_of_the_texts_cut_anew() {
    let folder = of_corpus();
    let index = Index::open(folder.path().join("index")).expect("an index");
    let analyzer = Analyzer::new();
    for (partners, date) in
        [(&[][..], None), (&["米国", "EU"], None), (&[], Some("..2010")), (&["米国"], Some("2011.."))]
    {
        let filters = Filters {
            partners: partners.iter().map(|name: &&str| (*name).to_owned()).collect(),
            date: date.map(str::to_owned),
            ..Filters::default()
        };
        let request = Request { filters: filters.clone(), limit: usize::MAX, ..Request::default() };
        let mut counts: BTreeMap<String, u64> = BTreeMap::from([("衛星放送".to_owned(), 0)]);
        let (mut tokens, mut headings) = (0, 0);
        let hits = index.search(&request).expect("an answer").hits;
        for hit in &hits {
            headings += hit.passage.heading.len();
            for word in analyzer.words(&analyzer.analyze(&hit.passage.text)) {
                tokens += 1;
                *counts.entry(word.text().to_owned()).or_default() += 1;
            }
        }
        let words: Vec<&str> = counts.keys().map(String::as_str).collect();
        let found = index.word_counts(&words, &filters, &Budget::default()).expect("counts");
        assert_eq!((found.passages, found.tokens), (hits.len(), tokens), "{partners:?} {date:?}");
        let expected: Vec<u64> = counts.values().copied().collect();
        assert_eq!(found.of_words, expected, "{partners:?} {date:?}");
        assert!(headings > 0 && tokens > 100, "{partners:?} {date:?}: nothing was subtracted");
    }
}

#[test]
fn the_query_of_each_row_opens_its_lines() {
    let folder = of_corpus();
    let mut opened = 0;
    for window in ["5", "sentence", "passage"] {
        for query in ["情報共有", "米国 OR EU", "サイバー 攻撃"] {
            let found = answer(folder.path(), &["collocates", query, "--window", window, "-n", "20"], 0);
            for row in found["rows"].as_array().expect("rows") {
                let opens = row["query"].as_str().expect("a query");
                let hits = answer(folder.path(), &["search", opens, "-n", "0"], 0);
                let documents = number(&hits["total"]["documents"]);
                assert!(documents >= number(&row["documents"]), "{opens}: {documents} documents, {row}");
                opened += 1;
            }
        }
    }
    assert!(opened > 50, "{opened} rows");
}

#[test]
fn compounds_are_counted_as_wholes_in_the_windows_and_in_the_collection() {
    let folder = indexed(&[
        ("a", "計画", "衛星の情報共有体制を整える。衛星と情報共有体制である。", "2010-01-01"),
        ("b", "計画", "衛星の情報共有体制を守る。情報の提供を続ける。情報共有体制である。", "2012-01-01"),
    ]);
    let found = answer(folder.path(), &["collocates", "衛星", "--compound"], 0);
    let whole = row(&found, "情報共有体制");
    // The third one of b is the sixth word behind 衛星.
    assert_eq!((number(&whole["f_xy"]), number(&whole["f_y"])), (3, 4));
    let pieces = answer(folder.path(), &["collocates", "衛星"], 0);
    assert_eq!(number(&row(&pieces, "情報")["f_y"]), 5);
}

#[test]
fn words_of_each_set_are_key_with_the_sign_of_their_set() {
    let folder = of_corpus();
    let compared = |a: &str, b: &str| answer(folder.path(), &["compare", a, b, "--min-documents", "1"], 0);
    let (one, other) = (compared("partner:米国", "partner:EU"), compared("partner:EU", "partner:米国"));
    let keywords = |side: &Value| -> HashMap<String, (f64, f64, u64)> {
        let all = side["keywords"].as_array().expect("keywords").iter();
        let values = |row: &Value| (row["g2"].as_f64(), row["log_ratio"].as_f64(), row["a"]["count"].as_u64());
        all.filter_map(|row| {
            let (g2, ratio, count) = values(row);
            Some((row["word"].as_str()?.to_owned(), (g2?, ratio?, count?)))
        })
        .collect()
    };
    let (first, mirrored) = (keywords(&one["a"]), keywords(&other["b"]));
    assert!(first.len() > 5, "{one:#}");
    for (word, (g2, ratio, _)) in &first {
        let (other_g2, other_ratio, _) = mirrored[word];
        assert!(*g2 > 0.0 && (g2 + other_g2).abs() < 1e-9 && (ratio + other_ratio).abs() < 1e-9, "{word}");
    }
    assert!(keywords(&one["b"]).values().all(|(g2, ..)| *g2 < 0.0));
    assert_eq!(one["shared"], other["shared"]);
    for row in one["a"]["keywords"].as_array().expect("keywords") {
        let examples = row["examples"].as_array().expect("examples");
        let expected = number(&row["a"]["documents"]).min(3);
        assert_eq!(examples.len() as u64, expected, "{row}");
        for example in examples {
            let id = example["passage"].as_str().expect("an id");
            let text = stdout(&fumikura(folder.path(), &["show", id, "--json"]), 0);
            assert!(text.contains(example["match"].as_str().expect("a word")), "{row}");
        }
    }
}

#[test]
fn passages_in_both_sets_count_in_both_and_are_told() {
    let folder = indexed(&SPACE);
    let found = answer(folder.path(), &["compare", "衛星", "軌道", "--min-documents", "1", "--min-count", "1"], 0);
    assert_eq!(number(&found["shared"]), 2);
    let text = stdout(&fumikura(folder.path(), &["compare", "衛星", "軌道", "--min-documents", "1"]), 0);
    assert!(text.contains("2 passages in both sets, counted in both"), "{text}");
    let same = answer(folder.path(), &["compare", "衛星", "衛星", "--min-documents", "1", "--min-count", "1"], 1);
    assert_eq!(same["a"]["keywords"], json!([]), "no word is key between equal sets");
}

#[test]
fn text_and_tables_explain_and_hold_the_numbers_of_the_json() {
    let folder = of_corpus();
    let arguments = ["collocates", "情報共有", "-n", "5"];
    let found = answer(folder.path(), &arguments, 0);
    let written = |more: &[&str]| {
        let all: Vec<&str> = arguments.iter().chain(more).copied().collect();
        stdout(&fumikura(folder.path(), &all), 0)
    };
    let tsv = written(&["--format", "tsv", "--head"]);
    assert!(tsv.starts_with("# ") && tsv.contains("\n# bonferroni\t"), "{tsv}");
    let lines: Vec<Vec<&str>> =
        tsv.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect()).collect();
    let [names, rows @ ..] = lines.as_slice() else { panic!("{tsv}") };
    assert_eq!(rows.len(), 5);
    for (cells, row) in rows.iter().zip(found["rows"].as_array().expect("rows")) {
        for (name, cell) in names.iter().zip(cells) {
            match &row[*name] {
                Value::String(text) => assert_eq!(text, cell),
                value => {
                    let (ours, cell) = (value.as_f64().expect("a number"), cell.parse::<f64>().expect("a number"));
                    assert!((ours - cell).abs() < 1e-9, "{name}: {ours}, {cell}");
                }
            }
        }
    }
    let text = written(&[]);
    for told in ["f_x = ", "R1 = ", "N = ", "f_xy < 3", "fewer than 2 documents", "±5 words"] {
        assert!(text.contains(told), "{told} in {text}");
    }
    assert!(text.contains(&format!("{:.2}", found["bonferroni"].as_f64().expect("a number"))), "{text}");
}

#[test]
fn what_cannot_be_counted_says_why_and_what_to_do() {
    let folder = indexed(&SPACE);
    for (arguments, code, told) in [
        (&["collocates", "date:2010"][..], 2, "compare"),
        (&["collocates", "衛星", "--window", "0"], 2, "from 1 to 1000, sentence or passage"),
        (&["collocates", "衛星", "--measure", "pmi"], 2, "log-dice, mi3, t, log-likelihood"),
        (&["collocates", "衛星", "--part", "suffix"], 2, "noun, verb, adjective, adverb"),
        (&["collocates", "火星"], 1, "no text holds «火星»"),
        (&["collocates", "衛星", "--min-count", "100"], 1, "--min-count"),
        (&["compare", "衛星", "火星"], 1, "no passage matches «火星»"),
        (&["compare", "衛星", "partner:火星"], 2, "火星"),
    ] {
        let output = fumikura(folder.path(), arguments);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
        assert!(error.contains(told), "{arguments:?}: {error}");
    }
}

#[test]
fn several_indexes_are_counted_as_one_collection() {
    let (one, two) = (indexed(&SPACE[..1]), indexed(&SPACE[1..]));
    let all = indexed(&SPACE);
    let path = |folder: &TempDir| folder.path().join("index").to_string_lossy().into_owned();
    let arguments = ["--index", &path(&one), "--index", &path(&two), "collocates", "衛星", "--min-count", "2"];
    let together = answer(all.path(), &arguments, 0);
    let alone = answer(all.path(), &["collocates", "衛星", "--min-count", "2"], 0);
    for field in ["rows", "collection", "occurrences", "window_words", "compared"] {
        assert_eq!(together[field], alone[field], "{field}");
    }
}
