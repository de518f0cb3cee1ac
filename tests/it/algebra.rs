//! Boolean algebra against an oracle without an index: documents are sets of words.

use std::collections::BTreeSet;

use fumikura::analysis::Analyzer;
use fumikura::engine::Request;
use fumikura::engine::embedded::search;
use fumikura::matching::{PassageView, match_passage};
use fumikura::query::compile;

use crate::support::{Random, WORDS, index_lines, shown};

#[derive(Clone, Debug)]
enum Tree {
    Word(usize),
    And(Vec<Tree>),
    Or(Vec<Tree>),
    Not(Box<Tree>),
}

fn tree(random: &mut Random, depth: usize) -> Tree {
    let children = |random: &mut Random| (0..2 + random.below(2)).map(|_| tree(random, depth - 1)).collect();
    match if depth == 0 { 0 } else { random.below(5) } {
        0 | 1 => Tree::Word(random.below(WORDS.len())),
        2 => Tree::And(children(random)),
        3 => Tree::Or(children(random)),
        _ => Tree::Not(Box::new(tree(random, depth - 1))),
    }
}

fn query(tree: &Tree) -> String {
    let joined =
        |trees: &[Tree], between: &str| format!("({})", trees.iter().map(query).collect::<Vec<_>>().join(between));
    match tree {
        Tree::Word(word) => WORDS[*word].to_owned(),
        Tree::And(trees) => joined(trees, " "),
        Tree::Or(trees) => joined(trees, " OR "),
        Tree::Not(inner) => format!("NOT {}", query(inner)),
    }
}

fn holds(tree: &Tree, words: &BTreeSet<usize>) -> bool {
    match tree {
        Tree::Word(word) => words.contains(word),
        Tree::And(trees) => trees.iter().all(|tree| holds(tree, words)),
        Tree::Or(trees) => trees.iter().any(|tree| holds(tree, words)),
        Tree::Not(inner) => !holds(inner, words),
    }
}

#[test]
fn queries_obey_boolean_algebra() {
    let mut random = Random(2017);
    let documents: Vec<BTreeSet<usize>> =
        (0..80).map(|_| (0..random.below(6)).map(|_| random.below(WORDS.len())).collect()).collect();
    let text = |words: &BTreeSet<usize>| {
        words.iter().map(|word| format!("{}について。", WORDS[*word])).collect::<String>() + "以上。"
    };
    let lines: Vec<String> = documents
        .iter()
        .enumerate()
        .map(|(at, words)| format!("{{\"id\": \"{at}\", \"title\": \"\", \"text\": \"{}\"}}", text(words)))
        .collect();
    let index = index_lines(&lines);
    let _analyzer = Analyzer::new();
    for round in 0..600 {
        let tree = tree(&mut random, 3);
        let text = query(&tree);
        let request = Request { text: text.clone(), limit: 1000, relax: false, ..Request::default() };
        let answer = search(&index.open, &request).expect("a search");
        let found: BTreeSet<usize> = answer.hits.iter().filter_map(|hit| hit.document.id.parse().ok()).collect();
        let expected: BTreeSet<usize> =
            documents.iter().enumerate().filter(|(_, words)| holds(&tree, words)).map(|(at, _)| at).collect();
        assert_eq!(found, expected, "round {round}: {text}");
        assert_eq!(answer.total.passages, expected.len(), "round {round}: {text}");
    }
}

/// Index and text agree on each passage, in membership and tier, over all operators.
#[test]
fn postings_and_texts_agree() {
    let open = crate::support::corpus();
    let analyzer = Analyzer::new();
    let queries = [
        "国連",
        "米国",
        "取組",
        "取り組む",
        "強化する",
        "人材育成",
        "サーバ",
        "セキュリティー",
        "第10回",
        "2017年10月",
        "平成29年10月10日",
        "EC",
        "加",
        "日ASEAN",
        "日欧",
        "NISC",
        "ITU-T",
        "X.1051",
        "情報 共有",
        "情報共有 NOT 演習",
        "(クラウド OR IPv6) ベストプラクティス",
        "\"政策会議の名称\"",
        "=\"取組み\"",
        "w:国連",
        "内閣*センター",
        "プライバシー~",
        "ASEAN~1",
        "NEAR/60(名称, 合意)",
        "SENT(JPCERT DHS)",
        "SENT(情報 セキュリティ)",
        "NEAR/10(政策, 会議)",
        "NEAR/10(の, を)",
        "NEAR/0(の, 国)",
        "SENT(の 人材育成)",
        "国*会",
        "の*の",
        "の*国*の",
        "情報*情報",
        "人材育成 の*に",
        "重要インフラ -米国",
        "title:政策会議 情報",
        "heading:米国 重要インフラ",
        "body:米国",
        "partner:EU 情報",
        "NOT 情報",
        "スパム対策",
        "セキュリティ基本計画",
        "capacity building",
        "、",
        "・",
        "の",
    ];
    for text in queries {
        let parsed = fumikura::query::parse(text).expect("a query").node.expect("a tree");
        let compiled = compile(&parsed, &analyzer, true).expect("compiles");
        let request = Request { text: text.to_owned(), limit: 1000, relax: false, ..Request::default() };
        let answer = search(open, &request).expect("a search");
        let mut found: Vec<(String, _)> = answer.hits.iter().map(|hit| (hit.passage.id.clone(), hit.tier)).collect();
        found.sort();
        let mut expected = Vec::new();
        for document in open.documents().expect("documents") {
            let mut here = Vec::new();
            for passage in open.passages_of(&document.document.id).expect("passages") {
                let view = PassageView::new(&analyzer, &passage.passage, &document.document.title)
                    .in_document(&document.document);
                here.extend(match_passage(&compiled, &view).map(|matched| (passage.passage, matched)));
            }
            expected.extend(shown(here).into_iter().map(|(passage, matched)| (passage.id, matched.tier)));
        }
        expected.sort();
        assert_eq!(found, expected, "{text}");
    }
}
