//! Tests of the matcher on texts with all kinds of characters.

#![allow(clippy::expect_used)]

use crate::query::compile;
use unicode_normalization::UnicodeNormalization;

use super::super::marks::marks;
use super::{PassageView, match_passage};
use crate::analysis::Analyzer;
use crate::document::Passage;
use crate::query::place::spans;
use crate::query::{Field, Form, Leaf, Node};

const QUERIES: &[&str] = &[
    "情報",
    "会",
    "サイバー 協力",
    "日 NOT 会合",
    "=\"ICT\"",
    "NEAR/20(情報, 通信)",
    "SENT(日本, 協力)",
    "SENT(日本, (協力 OR 情報))",
    "国*会",
    "情報通信~1",
    "title:政策 OR 第２回",
];

fn passage(text: &str) -> Passage {
    Passage {
        heading: vec!["第２回 日米会合".to_owned()], text: text.to_owned(), lines: (1, 1), ..Passage::default()
    }
}

/// A view restricted to a query gives the same result as the whole view.
#[test]
fn a_view_for_a_query_says_the_same_as_a_whole_one() {
    let analyzer = Analyzer::new();
    let (mut seen, mut matched) = (0, 0);
    for entry in std::fs::read_dir("corpus").expect("the corpus") {
        let bytes = std::fs::read(entry.expect("an entry").path()).expect("a file");
        for text in String::from_utf8_lossy(&bytes).lines().filter(|line| line.chars().count() > 20).take(150) {
            let passage = passage(text);
            for query in QUERIES {
                let node = crate::query::parse(query).expect("a query").node.expect("some of it");
                let query = compile(&node, &analyzer, true).expect("a query");
                let whole = PassageView::new(&analyzer, &passage, "情報通信政策");
                let part = PassageView::for_query(&analyzer, &passage, "情報通信政策", &query, None);
                assert_eq!(match_passage(&query, &part), match_passage(&query, &whole), "{query:?} in {text}");
                assert_eq!(
                    spans(&marks(&query, &part).body),
                    spans(&marks(&query, &whole).body),
                    "{query:?} in {text}"
                );
                seen += 1;
                matched += usize::from(match_passage(&query, &whole).is_some());
            }
        }
    }
    assert!(matched > 100 && matched < seen, "{matched} of {seen} matched");
}

fn leaf(text: &str, form: Form) -> Leaf {
    Leaf { text: text.to_owned(), form, field: Field::Any }
}

/// Returns each form of query for a piece.
fn ways(piece: &str) -> Vec<Node> {
    let word = |text: String| leaf(&text, Form::Word);
    let beside = || vec![vec![leaf(piece, Form::Phrase)], vec![leaf("い", Form::Phrase)]];
    vec![
        Node::Leaf(leaf(piece, Form::Verbatim)),
        Node::Leaf(leaf(piece, Form::Phrase)),
        Node::Leaf(leaf(piece, Form::Word)),
        Node::Leaf(leaf(piece, Form::Whole)),
        Node::Leaf(word(format!("{piece}*"))),
        Node::Leaf(word(format!("*{piece}"))),
        Node::Leaf(word(format!("{piece}*い"))),
        Node::Leaf(leaf(piece, Form::Fuzzy(1))),
        Node::Leaf(leaf(&format!("あ{piece}い"), Form::Fuzzy(2))),
        Node::Near(0, beside()),
        Node::Near(60, vec![vec![leaf(piece, Form::Verbatim)], vec![leaf("い", Form::Verbatim)]]),
        Node::Sentence(beside()),
    ]
}

/// A query for a piece of an expanded character never panics; highlights cover whole characters of the text; verbatim
/// matches are characters of the text.
#[test]
fn pieces_of_all_compatibility_characters_do_no_harm() {
    let analyzer = Analyzer::new();
    let plain = |text: &str| super::plain(text.chars());
    let (mut seen, mut verbatim) = (0, 0);
    for c in ('\0'..=char::MAX).filter(|c| !c.is_control() && !c.nfkc().eq([*c])) {
        let expansion: Vec<char> = c.nfkc().collect();
        let text = format!("あ{c}い。{c}");
        let passage = passage(&text);
        let whole = PassageView::new(&analyzer, &passage, &text);
        let chars: Vec<char> = text.chars().collect();
        let mut pieces: Vec<String> = expansion.iter().map(char::to_string).collect();
        pieces.extend([expansion.iter().collect(), expansion.iter().take(2).collect(), c.to_string()]);
        pieces.sort();
        pieces.dedup();
        for piece in pieces {
            for node in ways(&piece) {
                let query = compile(&node, &analyzer, false).expect("compiles");
                let part = PassageView::for_query(&analyzer, &passage, &text, &query, None);
                assert_eq!(match_passage(&query, &part), match_passage(&query, &whole), "{node} in {text}");
                for span in spans(&marks(&query, &part).body) {
                    assert!(span.start < span.end && span.end <= chars.len(), "{node} in {text}: {span:?}");
                }
                seen += 1;
            }
            let wanted = plain(&piece);
            let apart: String = chars.iter().map(|c| plain(&c.to_string())).collect();
            let fold = |text: &str| crate::analysis::fold(text).chars;
            let is_other = fold(&c.to_string()) != fold(&expansion.iter().collect::<String>());
            if fold(&piece).is_empty() || apart != plain(&text) || is_other {
                // Excluded: blanks and dots, which match as they are; marks, which join the character before them;
                // ㊑, which is (株) and not 株.
                continue;
            }
            let stands = (0..chars.len()).any(|from| {
                (from + 1..=chars.len()).any(|to| plain(&chars[from..to].iter().collect::<String>()) == wanted)
            });
            let query = compile(&Node::Leaf(leaf(&piece, Form::Verbatim)), &analyzer, false).expect("compiles");
            assert_eq!(
                match_passage(&query, &whole).is_some_and(|matched| !matched.place.is_above()),
                stands,
                "=\"{piece}\" in {text}"
            );
            verbatim += 1;
        }
    }
    assert!(seen > 100_000 && verbatim > 10_000, "{seen} queries, {verbatim} verbatim");
}
