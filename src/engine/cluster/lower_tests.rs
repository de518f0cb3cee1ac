use serde_json::{Value, json};

use super::candidates;
use crate::analysis::Analyzer;
use crate::engine::cluster::lint::lint;
use crate::query::{FacetTest, Tier, compile, parse};

fn lowered(text: &str) -> Value {
    let node = parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).node.unwrap_or_else(|| panic!("{text}"));
    candidates(&compile(&node, &Analyzer::default(), false).unwrap_or_else(|error| panic!("{text}: {error}")))
}

fn block(field: &str, pairs: &[&str]) -> Value {
    let rules: Vec<Value> = pairs.iter().map(|pair| json!({ "prefix": { "prefix": pair } })).collect();
    json!({ "intervals": { field: { "all_of": { "ordered": true, "max_gaps": 0, "intervals": rules } } } })
}

#[test]
fn a_word_is_a_block_of_pairs_in_each_of_the_texts() {
    let pairs = ["情報", "報共", "共有"];
    let fields = ["body", "heading", "title"].map(|field| block(field, &pairs));
    assert_eq!(lowered("\"情報共有\""), json!({ "bool": { "should": fields, "minimum_should_match": 1 } }));
    assert_eq!(lowered("title:\"情報共有\""), block("title", &pairs));
}

#[test]
fn one_and_two_characters_are_terms() {
    assert_eq!(lowered("title:\"国\""), json!({ "prefix": { "title": { "value": "国" } } }));
    assert_eq!(
        lowered("title:\"[1]\"")["intervals"]["title"]["all_of"]["intervals"][0],
        json!({ "prefix": { "prefix": "[1" } })
    );
}

#[test]
fn forms_that_are_parts_of_words_are_found_at_that_tier() {
    // 3項 in 3項目; an address with ec.europa.eu.
    for (text, pair) in [("三項", "3項"), ("EU", ".e")] {
        let node =
            parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).node.unwrap_or_else(|| panic!("{text}"));
        let compiled = compile(&node, &Analyzer::default(), true).unwrap_or_else(|error| panic!("{text}: {error}"));
        let mut found = Vec::new();
        compiled.positive_plans(&mut |plan| {
            let at_tier = super::at_tier("body", &plan.alternatives, Tier::Substring);
            found.extend(at_tier.iter().map(ToString::to_string));
        });
        assert!(found.iter().any(|query| query.contains(pair)), "{text}: {found:?}");
    }
}

#[test]
fn not_excludes_by_words_alone() {
    let query = lowered("title:\"情報共有\" -title:\"米国政府\"");
    let rules = &query["bool"]["must_not"][0]["intervals"]["title"]["all_of"]["intervals"];
    assert_eq!(rules[0], json!({ "regexp": { "pattern": "米国[1357]" } }));
    assert_eq!(rules[1], json!({ "prefix": { "prefix": "国政" } }));
    assert_eq!(rules[2], json!({ "regexp": { "pattern": "政府[4567]" } }));
}

#[test]
fn blanks_and_signs_are_written_so_that_no_term_is_cut() {
    let query = lowered("title:\"open ai\"").to_string();
    assert!(query.contains("n-") && query.contains("-a"), "{query}");
    let signs = lowered("-title:\"c+\"");
    assert_eq!(signs["bool"]["must_not"][0]["regexp"]["title"]["value"], json!("c\\+[57]"));
}

#[test]
fn every_operator_stays_inside_the_subset() {
    for text in [
        "情報",
        "情報 共有",
        "情報 OR 共有",
        "情報 -共有",
        "NEAR/30(情報, 共有)",
        "SENT(情報 共有)",
        "内閣*センター",
        "サイバー~1",
        "=\"情報\"",
        "DOC(情報 米国)",
        "情報 partner:米国 theme:サイバーセキュリティ",
        "2017年10月",
        "・",
        "した。また",
        "の",
        "date:2012..2014",
    ] {
        let query = lowered(text);
        assert_eq!(lint(&query).map(|_| ()), Ok(()), "{text}: {query}");
    }
}

#[test]
fn the_linter_refuses_all_other_keys() {
    for query in [
        json!({ "script": { "script": "1" } }),
        json!({ "bool": { "must": [{ "match_all": {} }] } }),
        json!({ "wildcard": { "body": { "value": "*" } } }),
        json!({ "intervals": { "body": { "fuzzy": { "term": "a" } } } }),
        json!({ "term": { "secret": { "value": "a" } } }),
        json!({ "prefix": { "body": { "value": "a", "rewrite": "x" } } }),
        json!({ "match_all": {}, "term": { "kind": { "value": "p" } } }),
    ] {
        assert!(lint(&query).is_err(), "{query}");
    }
}

#[test]
fn sections_that_pass_filters_are_scored_among_their_keys() {
    let test = |path: &str| vec![FacetTest::Theme { path: path.to_owned() }];
    let none = Vec::new();
    assert_eq!(super::filters(&[&none]), super::all());
    let both = super::filters(&[&test("電波"), &none, &test("サイバーセキュリティ")]);
    assert_eq!(both["bool"]["filter"][1]["term"]["theme"]["value"], "サイバーセキュリティ");
    let query = super::scored_among(super::weighed_term("section_words", "電波", 2.0), &["k-1".to_owned()]);
    assert_eq!(lint(&query), Ok(2));
    assert_eq!(query["bool"]["filter"][0]["ids"]["values"][0], "k-1");
}
