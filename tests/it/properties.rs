//! Properties that hold for every text and every query.

use fumikura::analysis::{Analyzer, fold};
use fumikura::normalize::normalize;
use fumikura::query::{Field, Form, Leaf, Node, parse};
use fumikura::segment::segment;
use proptest::prelude::*;

/// Generates text as in documents: Japanese with punctuation, Latin, digits, separators.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ぁ-んァ-ヶー]{1,6}",
        "[一二十国際連合情報通信政策会議協力取組]{1,6}",
        "[A-Za-z0-9]{1,5}",
        "[、。「」（）()・　 -]{1,2}",
        Just("第1章 基本認識\n".to_owned()),
        Just("\n\n".to_owned()),
        Just("(1) 概要\n".to_owned()),
        Just("・項目\n".to_owned()),
        Just("見出し ..... 12\n".to_owned()),
        Just("<sup>3</sup> 脚注\n".to_owned()),
        "\\PC{1,3}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn word() -> impl Strategy<Value = String> {
    "[ぁ-んァ-ヶ国際連合情報A-Za-z0-9]{1,8}"
        .prop_filter("no operator", |word| !matches!(word.as_str(), "OR" | "AND" | "NOT"))
}

fn leaf() -> impl Strategy<Value = Leaf> {
    let form = prop_oneof![
        Just(Form::Word),
        Just(Form::Phrase),
        Just(Form::Verbatim),
        Just(Form::Whole),
        (1u8..=3).prop_map(Form::Fuzzy)
    ];
    let field = prop_oneof![Just(Field::Any), Just(Field::Title), Just(Field::Heading), Just(Field::Body)];
    (word(), "[ぁ-ん \"“”＂\\\\()国A-Z]{1,8}", form, field).prop_map(|(word, quoted, form, field)| match form {
        // A field applies to a word or a phrase; modes have none.
        Form::Word => Leaf { text: word, form, field },
        Form::Phrase => Leaf { text: quoted, form, field },
        Form::Fuzzy(edits) => Leaf { text: format!("{word}語語"), form: Form::Fuzzy(edits), field },
        form => Leaf { text: quoted, form, field: Field::Any },
    })
}

/// Generates a part of NEAR or SENT: one leaf, or several alternatives.
fn part() -> impl Strategy<Value = Vec<Leaf>> {
    prop_oneof![4 => leaf().prop_map(|leaf| vec![leaf]), 1 => prop::collection::vec(leaf(), 2..4)]
}

fn node() -> impl Strategy<Value = Node> {
    let base = prop_oneof![
        8 => leaf().prop_map(Node::Leaf),
        1 => (1usize..500, prop::collection::vec(part(), 2..4)).prop_map(|(distance, parts)| Node::Near(distance, parts)),
        1 => prop::collection::vec(part(), 1..4).prop_map(Node::Sentence),
        1 => word().prop_map(Node::Partner),
        1 => word().prop_map(Node::Theme),
        1 => word().prop_map(Node::Commitment),
        1 => word().prop_map(Node::Series),
        1 => "20[0-9]{2}\\.\\.20[0-9]{2}".prop_map(Node::Date),
    ];
    base.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Node::And),
            // The parser flattens nested ORs.
            prop::collection::vec(inner.clone().prop_filter("no OR", |node| !matches!(node, Node::Or(_))), 2..4)
                .prop_map(Node::Or),
            inner
                .clone()
                .prop_filter("no NOT", |node| !matches!(node, Node::Not(_)))
                .prop_map(|node| Node::Not(Box::new(node))),
            inner.prop_map(|node| Node::Document(Box::new(node))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn folding_twice_is_folding_once(text in text()) {
        let once: String = fold(&text).chars.into_iter().collect();
        let twice: String = fold(&once).chars.into_iter().collect();
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn voiced_marks_alone_fold_to_themselves(text in "[か゛゜ﾞﾟ\u{3099}ハ]{1,6}") {
        let once: String = fold(&text).chars.into_iter().collect();
        let twice: String = fold(&once).chars.into_iter().collect();
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn folded_characters_know_where_they_stand(text in text()) {
        let folded = fold(&text);
        let length = text.chars().count();
        prop_assert_eq!(folded.chars.len(), folded.origins.len());
        for pair in folded.origins.windows(2) {
            prop_assert!(pair[0].start <= pair[1].start && pair[0].end <= pair[1].end);
        }
        prop_assert!(folded.origins.iter().all(|origin| origin.start < origin.end && origin.end <= length));
    }

    #[test]
    fn analysis_has_a_boundary_at_both_ends(text in text()) {
        let analyzed = Analyzer::new().analyze(&text);
        prop_assert_eq!(analyzed.boundary.len(), analyzed.folded.chars.len() + 1);
        prop_assert!(analyzed.boundary[0] && analyzed.boundary[analyzed.folded.chars.len()]);
    }

    #[test]
    fn passages_hold_every_character(text in text()) {
        let normalized = normalize(&text, 1);
        let segmented = segment("x", &normalized, None);
        let sorted = |texts: Vec<&str>| {
            let mut chars: Vec<char> = texts.concat().chars().filter(|c| *c != '\n').collect();
            chars.sort_unstable();
            chars
        };
        let lines = sorted(normalized.lines.iter().map(|line| line.text.as_str()).collect());
        let passages = sorted(segmented.passages.iter().map(|passage| passage.text.as_str()).collect());
        prop_assert_eq!(lines, passages);
    }

    #[test]
    fn a_query_shown_is_the_query_read(node in node()) {
        let shown = node.to_string();
        let parsed = parse(&shown).expect("within the limits");
        prop_assert_eq!(parsed.node, Some(node), "{}", shown);
        prop_assert!(parsed.warnings.is_empty(), "{} {:?}", shown, parsed.warnings);
    }

    #[test]
    fn any_query_can_be_read(text in "\\PC{0,80}") {
        if let Ok(parsed) = parse(&text) && let Some(node) = parsed.node {
            let shown = node.to_string();
            prop_assert!(parse(&shown).is_ok());
        }
    }
}

#[test]
fn queries_over_the_limits_are_refused_before_they_are_read() {
    let nested = "(".repeat(1000);
    assert!(parse(&nested).is_err());
    assert!(parse(&"あ".repeat(2000)).is_err());
    assert!(parse(&"あ ".repeat(257)).is_err());
    assert!(parse(&"NOT ".repeat(250)).is_ok());
}

#[test]
fn quotes_end_by_their_like() {
    let shown =
        |text: &str| parse(text).expect("within the limits").node.map(|node| node.to_string()).unwrap_or_default();
    assert_eq!(shown("\"報告書“The Opportunity”を公表\" 米国"), "\"報告書“The Opportunity”を公表\" 米国");
    assert_eq!(shown("“重要インフラ” ”電力”"), "\"重要インフラ\" \"電力\"");
    // A quote may end in another kind where its own kind does not follow.
    assert_eq!(shown("\"重要インフラ” 電力"), "\"重要インフラ\" 電力");
}
