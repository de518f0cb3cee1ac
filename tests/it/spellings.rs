//! The table of spellings, abbreviations and suggestions, and invariants of all tables in `data/`.

use std::collections::BTreeMap;

use fumikura::analysis::Analyzer;
use fumikura::engine::Request;
use fumikura::engine::embedded::{search, suggestions};
use fumikura::evaluate::run_pairs;
use fumikura::matching::{PassageView, match_passage};
use fumikura::query::compile;
use fumikura::query::{Form, Leaf, Node, Tier, parse};

use crate::support::{index_lines, root};

/// Every pair of a query and a text is found in its tier.
#[test]
fn each_pair_of_the_table_is_found_in_its_tier() {
    let path = root().join("tests/tables/spellings.tsv");
    let table = std::fs::read_to_string(&path).expect("the table");
    let report = run_pairs(&table, "tests/tables/spellings.tsv").expect("the pairs run");
    assert!(report.total > 300, "{} pairs", report.total);
    assert!(report.failures.is_empty(), "{:#?}", report.failures);
}

/// The index agrees with the texts on the table: postings find spellings too.
#[test]
fn the_index_finds_the_pairs_of_the_table() {
    let table = std::fs::read_to_string(root().join("tests/tables/spellings.tsv")).expect("the table");
    let rows: Vec<Vec<&str>> = table.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    let lines: Vec<String> = rows
        .iter()
        .map(|row| serde_json::json!({"id": row[0], "title": "", "text": format!("{}。", row[4])}).to_string())
        .collect();
    let index = index_lines(&lines);
    let _analyzer = Analyzer::new();
    for row in rows.iter().filter(|row| row[2] == "query" || !row[3].contains(|c: char| " ()=\"".contains(c))) {
        let request = Request { text: row[3].to_owned(), limit: 1000, relax: false, ..Request::default() };
        let answer = search(&index.open, &request).expect("a search");
        let tier = answer.hits.iter().find(|hit| hit.document.id == row[0]).map(|hit| hit.tier);
        let expected = match row[5] {
            "T1" => Some(Tier::Word),
            "T2" => Some(Tier::Variant),
            "T3" => Some(Tier::Substring),
            _ => None,
        };
        assert_eq!(tier, expected, "{}: {} in {}", row[0], row[3], row[4]);
    }
}

/// No name occurs in two rows of aliases, except after an acronym that is widened one way; no ambiguous acronym occurs
/// in any row.
#[test]
fn a_name_has_one_row_and_an_acronym_with_two_senses_none() {
    let table = std::fs::read_to_string(root().join("data/aliases.tsv")).expect("the table");
    let mut rows: BTreeMap<String, &str> = BTreeMap::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!(cells.len(), 3, "{line}");
        assert!(["alias", "renamed", "glossary", "successor", "acronym"].contains(&cells[1]), "{line}");
        let members = cells[0].split('|').take(if cells[1] == "acronym" { 1 } else { usize::MAX });
        for member in members {
            let folded: String = fumikura::analysis::fold(member).chars.into_iter().collect();
            if let Some(other) = rows.insert(folded, line) {
                assert_eq!(other, line, "{member} stands in two rows");
            }
        }
    }
    for acronym in ["ec", "isp", "cc", "ci", "apt", "atm", "sip", "sar", "os", "cs", "ma", "bis"] {
        assert!(!rows.contains_key(acronym), "{acronym} has two senses");
    }
}

/// Returns the tier in which a query finds a text.
fn tier(analyzer: &Analyzer, query: &str, text: &str) -> Option<Tier> {
    let node = parse(query).expect("a query").node.expect("a tree");
    let compiled = compile(&node, analyzer, true).expect("compiles");
    let source = fumikura::ingest::SourceDocument::of_text("text", "text", text);
    let document = fumikura::pipeline::make_document(&source);
    let views: Vec<PassageView<'_>> =
        document.passages.iter().map(|passage| PassageView::new(analyzer, passage, "")).collect();
    views.iter().filter_map(|view| match_passage(&compiled, view)).map(|matched| matched.tier).min()
}

/// A successor is widened to its predecessors, but not the reverse.
#[test]
fn a_successor_is_widened_one_way() {
    let analyzer = Analyzer::new();
    assert_eq!(tier(&analyzer, "総務省", "郵政省の発表による。"), Some(Tier::Variant));
    assert_eq!(tier(&analyzer, "郵政省", "総務省の発表による。"), None);
    assert_eq!(tier(&analyzer, "郵政省", "郵政省の発表による。"), Some(Tier::Word));
}

/// Capitals typed apart match as one word and as separate words.
#[test]
fn capitals_typed_apart_are_found_together_and_apart() {
    let analyzer = Analyzer::new();
    assert_eq!(tier(&analyzer, "I T", "ITの利用を進める。"), Some(Tier::Word));
    assert_eq!(tier(&analyzer, "A B", "A案とB案を示す。"), Some(Tier::Word));
    let text = parse("I T 戦略").expect("a query").node.expect("a tree").to_string();
    assert_eq!(parse(&text).expect("a query").node.expect("a tree").to_string(), text);
}

/// An acronym is found whole; inside a longer word only where a table names it, or in quotes.
#[test]
fn an_acronym_is_no_piece_of_another_word() {
    let analyzer = Analyzer::new();
    for (query, text, expected) in [
        ("NCO", "National Income is shown.", None),
        ("\"NCO\"", "National Income is shown.", Some(Tier::Substring)),
        ("CERT", "JPCERTが公表した。", Some(Tier::Substring)),
        ("ISP", "国内のISPsが参加した。", Some(Tier::Variant)),
        ("AI -ISP", "AIとISPsの連携。", Some(Tier::Word)),
        ("IPA", "jaipaの見解", None),
        ("SOC", "ECOSOCの議論", None),
        ("ISP", "国内ISP6社が参加した。", Some(Tier::Word)),
        ("cert", "a certificate", Some(Tier::Substring)),
    ] {
        assert_eq!(tier(&analyzer, query, text), expected, "{query} in {text}");
    }
}

/// A phrase of several words with spelling variants is found in every combination of variants.
#[test]
fn a_phrase_is_found_in_every_mixture_of_spellings() {
    let analyzer = Analyzer::new();
    for text in ["取組の枠組を示す。", "取り組みの枠組みを示す。", "取組みの枠組を示す。", "取り組みの枠組を示す。"]
    {
        assert_eq!(tier(&analyzer, "\"取組の枠組み\"", text), Some(Tier::Word), "{text}");
    }
}

/// Suggestions cost a bounded time over the words of a large index, for short and for long words.
#[test]
fn suggestions_are_bounded() {
    let analyzer = Analyzer::new();
    let kana: Vec<char> = "アイウエオカキクケコサシスセソ".chars().collect();
    let words: Vec<String> =
        (0..20_000usize).map(|n| (0..4).map(|place| kana[n / 15usize.pow(place) % 15]).collect()).collect();
    for typed in ["アイウエオカキクケコサシスセソアイウエオカキクケコ", "インタネット", "ネットワアク"]
    {
        let start = std::time::Instant::now();
        let found = suggestions(&analyzer, typed, &words);
        assert!(found.len() <= 40, "{} for {typed}", found.len());
        assert!(start.elapsed().as_secs() < 20, "{typed} took {:?}", start.elapsed());
    }
    assert!(suggestions(&analyzer, &"ア".repeat(500), &words).is_empty(), "no term is as long");
    let leaf = Node::Leaf(Leaf { text: "ア".repeat(500), form: Form::Word, ..Leaf::default() });
    assert!(compile(&leaf, &analyzer, true).is_ok());
}
