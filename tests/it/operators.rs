//! Compares operators that use positions with the texts: verbatim phrases, wildcards, fuzzy words, NEAR, SENT, and
//! their time limits.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use fumikura::analysis::Analyzer;
use fumikura::engine::embedded::search;
use fumikura::engine::{Answer, Request};
use fumikura::index::OpenIndex;
use fumikura::matching::{PassageView, match_passage};
use fumikura::query::{Budget, compile};
use unicode_normalization::UnicodeNormalization;

use crate::support::{Random, TestIndex, fumikura, index_lines, shown, stdout};

/// Pieces of text, many of which folding changes, drops or expands.
const PIECES: [&str; 40] = [
    "規定する",
    "規程を",
    "規定により",
    "情報",
    "情報・通信",
    "通信",
    "国連",
    "各国連携",
    "の",
    "を",
    "って",
    "つて",
    "ICT",
    "ict",
    "APEC TEL",
    "APEC-TEL",
    "℡番号",
    "㈲",
    "(有)",
    "有",
    "…",
    "ﬃ",
    "ffi",
    "國際",
    "国際",
    "ｶﾞｲﾄﾞ",
    "ガイド",
    "、",
    "。",
    "。\\n",
    "\\n　",
    "！",
    "｡",
    "「",
    "」",
    "データー",
    "デ―タ",
    "葛\u{E0100}城",
    "㍻29年",
    "2017年10月",
];

/// The compatibility characters of all of Unicode.
static COMPATIBILITY: LazyLock<Vec<char>> = LazyLock::new(|| {
    let is_one = |c: &char| !c.is_control() && !c.nfkc().eq([*c]) && c.nfkc().all(|part| !matches!(part, '"' | '\\'));
    ('\0'..=char::MAX).filter(is_one).collect()
});

fn piece(random: &mut Random) -> String {
    match random.below(12) {
        0 => COMPATIBILITY[random.below(COMPATIBILITY.len())].to_string(),
        _ => PIECES[random.below(PIECES.len())].to_owned(),
    }
}

fn text(random: &mut Random) -> String {
    (0..4 + random.below(40)).map(|_| piece(random)).collect::<String>() + "以上。"
}

/// Returns a search word: a piece, or a piece of a piece.
fn word(random: &mut Random) -> String {
    loop {
        let piece: Vec<char> = piece(random).replace("\\n", "").nfkc().collect();
        if piece.is_empty() {
            continue;
        }
        let from = random.below(piece.len());
        let word: String = piece[from..from + 1 + random.below(piece.len() - from)].iter().collect();
        if !word.trim().is_empty() && !word.contains(['"', '\\', '(', ')', ',', '、', '!', '！', '-']) {
            return word;
        }
    }
}

fn leaf(random: &mut Random) -> String {
    let first = word(random);
    match random.below(11) {
        0 | 1 => format!("=\"{first}\""),
        2 => format!("{first}*"),
        3 => format!("*{first}"),
        4 => format!("{first}*{}", word(random)),
        5 => format!("{first}{}~{}", word(random), 1 + random.below(3)),
        6 => format!("\"{first}\""),
        7 => format!("heading:{first}*"),
        8 => format!("{first}*{first}"),
        9 => format!("{first}*{}*{first}", word(random)),
        _ => first,
    }
}

fn query(random: &mut Random, depth: usize) -> String {
    let some = |random: &mut Random| (0..2 + random.below(2)).map(|_| leaf(random)).collect::<Vec<_>>().join(", ");
    match if depth == 0 { random.below(5) } else { random.below(8) } {
        0..=2 => leaf(random),
        3 => format!("NEAR/{}({})", [0, 3, 20, 9999][random.below(4)], some(random)),
        4 => format!("SENT({})", some(random)),
        5 => format!("({} {})", query(random, depth - 1), query(random, depth - 1)),
        6 => format!("({} OR {})", query(random, depth - 1), query(random, depth - 1)),
        _ => format!("({} NOT {})", query(random, depth - 1), query(random, depth - 1)),
    }
}

fn some_texts(random: &mut Random, count: usize) -> TestIndex {
    let line = |at| format!("{{\"id\": \"{at}\", \"title\": \"{}\", \"text\": \"{}\"}}", word(random), text(random));
    index_lines(&(0..count).map(line).collect::<Vec<_>>())
}

fn ask(index: &OpenIndex, text: &str) -> Answer {
    let request = Request { text: text.to_owned(), limit: 1000, relax: false, ..Request::default() };
    search(index, &request).expect("a search")
}

/// Positions and text agree on membership and tier of each passage, for any query.
#[test]
fn positions_and_texts_agree_on_random_texts() {
    let rounds: usize = std::env::var("OPERATOR_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1500);
    let seed = std::env::var("FUZZ_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_121_114);
    let mut random = Random(seed);
    let kept = some_texts(&mut random, 150);
    let index = &kept.open;
    let analyzer = Analyzer::new();
    let documents = index.documents().expect("documents");
    let passages: Vec<_> = documents
        .iter()
        .flat_map(|document| {
            index
                .passages_of(&document.document.id)
                .expect("passages")
                .into_iter()
                .map(move |passage| (document, passage))
        })
        .collect();
    let views: Vec<_> = passages
        .iter()
        .map(|(document, passage)| {
            PassageView::new(&analyzer, &passage.passage, &document.document.title).in_document(&document.document)
        })
        .collect();
    let mut found_some = 0;
    for round in 0..rounds {
        let text = query(&mut random, 2);
        let Some(parsed) = fumikura::query::parse(&text).expect("a query").node else { continue };
        let compiled = compile(&parsed, &analyzer, true).expect("compiles");
        let answer = ask(index, &text);
        let mut found: Vec<(String, _)> = answer.hits.iter().map(|hit| (hit.passage.id.clone(), hit.tier)).collect();
        found.sort();
        let mut expected: Vec<(String, _)> = Vec::new();
        let both: Vec<_> = passages.iter().zip(&views).collect();
        for of_document in both.chunk_by(|((_, a), _), ((_, b), _)| a.document == b.document) {
            let matching = of_document.iter().filter_map(|((_, passage), view)| {
                let matched = match_passage(&compiled, view)?;
                Some((passage.passage.clone(), matched))
            });
            expected.extend(shown(matching.collect()).into_iter().map(|(passage, matched)| (passage.id, matched.tier)));
        }
        expected.sort();
        assert_eq!(found, expected, "round {round}: {text}");
        assert_eq!(answer.total.passages, expected.len(), "round {round}: {text}");
        found_some += usize::from(!found.is_empty());
    }
    assert!(found_some * 3 > rounds, "{found_some} of {rounds} found something");
}

#[test]
fn a_piece_of_an_expanded_character_is_no_verbatim_match() {
    let lines = ["℡番号と㈲。", "ﬃ及び…とする。", "有限とTELとeと.と。", "㋿元年"]
        .map(|text| format!("{{\"id\": \"{text}\", \"title\": \"題\", \"text\": \"{text}\"}}"));
    let kept = index_lines(&lines);
    let index = &kept.open;
    let _analyzer = Analyzer::new();
    let found = |query: &str| -> BTreeSet<String> {
        let answer = ask(index, query);
        for hit in &answer.hits {
            let length = hit.passage.text.chars().count();
            assert!(
                hit.highlights.iter().all(|span| span.start < span.end && span.end <= length),
                "{query}: {:?}",
                hit.highlights
            );
        }
        answer.hits.iter().map(|hit| hit.document.id.chars().take(2).collect()).collect()
    };
    let is = |found: BTreeSet<String>, expected: &[&str]| {
        assert_eq!(found, expected.iter().map(|id| (*id).to_owned()).collect())
    };
    is(found("=\"e\""), &["有限"]);
    is(found("=\"有\""), &["有限"]);
    is(found("=\".\""), &["有限"]);
    is(found("=\"f\""), &[]);
    is(found("=\"和\""), &[]);
    // Whole, they equal their expansion.
    is(found("=\"TEL\""), &["有限", "℡番"]);
    is(found("=\"㈲\""), &["℡番"]);
    is(found("=\"ffi\""), &["ﬃ及"]);
    // They are found by folding.
    is(found("有"), &["有限", "℡番"]);
    is(found("\"f\""), &["ﬃ及"]);
    is(found("和"), &["㋿元"]);
}

/// Builds an index that takes a moment to search.
fn many_texts() -> TestIndex {
    some_texts(&mut Random(7), 1500)
}

const SLOW: [&str; 10] = [
    "の*",
    "規定する~2",
    "NEAR/9999(の, を)",
    "SENT(の を 情報)",
    "=\"の\"",
    "NOT の*",
    "情報 NOT =\"ICT\"",
    "DOC(情報 NOT 国連)",
    "・",
    "(の* OR を*) -規程~1",
];

#[test]
fn what_is_shown_when_the_time_is_over_is_part_of_the_answer() {
    let kept = many_texts();
    let index = &kept.open;
    let _analyzer = Analyzer::new();
    let (mut cut, mut whole) = (0, 0);
    for query in SLOW {
        let ids =
            |answer: &Answer| -> BTreeSet<String> { answer.hits.iter().map(|hit| hit.passage.id.clone()).collect() };
        let all = Request { text: query.to_owned(), limit: 1000, relax: false, facets: true, ..Request::default() };
        let full = search(index, &all).expect("a search");
        assert!(!full.timed_out && full.total.passages > 0, "{query}");
        for micros in [0, 1, 20, 100, 300, 1000, 3000, 10_000_000] {
            let request = Request { budget: Budget::within(Duration::from_micros(micros)), ..all.clone() };
            let answer = search(index, &request).expect("a search");
            assert!(answer.total.passages <= full.total.passages, "{query} within {micros} µs");
            if full.total.passages <= 1000 {
                assert!(ids(&answer).is_subset(&ids(&full)), "{query} within {micros} µs");
            }
            if !answer.timed_out {
                assert_eq!(
                    (answer.total, answer.facets.as_ref()),
                    (full.total, full.facets.as_ref()),
                    "{query} within {micros} µs"
                );
            }
            assert_eq!(answer.timed_out, answer.warnings.iter().any(|warning| warning.contains("the time ran out")));
            cut += usize::from(answer.timed_out);
            whole += usize::from(!answer.timed_out);
        }
    }
    assert!(cut >= SLOW.len() && whole >= SLOW.len(), "{cut} cut, {whole} whole");
}

#[test]
fn a_search_that_is_called_off_ends_at_once() {
    let kept = many_texts();
    let index = &kept.open;
    let _analyzer = Analyzer::new();
    for query in SLOW {
        let gone = Arc::new(AtomicBool::new(true));
        let request = Request {
            text: query.to_owned(),
            limit: 1000,
            budget: Budget::default().unless(gone.clone()),
            ..Request::default()
        };
        let started = Instant::now();
        let answer = search(index, &request).expect("a search");
        assert!(answer.timed_out && answer.hits.is_empty(), "{query}: {} hits", answer.hits.len());
        assert!(started.elapsed() < Duration::from_millis(500), "{query}: {:?}", started.elapsed());
        gone.store(false, Ordering::Relaxed);
        assert!(!search(index, &request).expect("a search").timed_out);
    }
}

#[test]
fn an_offset_past_the_end_says_so() {
    let index = crate::support::corpus();
    let _analyzer = Analyzer::new();
    for (offset, said) in [(usize::MAX, "past the end"), (5000, "past the end"), (0, "")] {
        let request = Request { text: "情報".to_owned(), offset, ..Request::default() };
        let answer = search(index, &request).expect("a search");
        assert!(answer.total.passages > 0);
        assert_eq!(answer.hits.is_empty(), offset > 0);
        assert_eq!(
            answer.warnings.iter().any(|warning| warning.contains("past the end")),
            !said.is_empty(),
            "{:?}",
            answer.warnings
        );
    }
}

#[test]
fn more_edits_than_a_word_has_characters_are_bounded_and_said() {
    let index = crate::support::corpus();
    let answer = ask(index, "暗号化~3");
    assert!(
        answer.warnings.iter().any(|warning| warning.contains("at most 1 character may differ")),
        "{:?}",
        answer.warnings
    );
    let passages = index.passage_count().expect("a count");
    assert!(answer.total.passages < passages, "{} of {passages}", answer.total.passages);
}

#[test]
fn the_program_marks_an_answer_that_the_time_cut() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = crate::support::root().join("corpus").to_string_lossy().into_owned();
    stdout(&fumikura(folder.path(), &["index", &corpus]), 0);
    let output = fumikura(folder.path(), &["search", "情報", "--json", "--timeout", "0.000001"]);
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect("valid JSON");
    assert_eq!(answer["timed_out"], true);
    assert!(String::from_utf8_lossy(&output.stderr).contains("the time ran out"));
    let output = fumikura(folder.path(), &["search", "情報", "--timeout", "0.000001"]);
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("at least "));
    let output = fumikura(folder.path(), &["facets", "情報", "--json", "--timeout", "0.000001"]);
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect("valid JSON");
    assert_eq!(answer["timed_out"], true);
    for timeout in ["0", "60"] {
        let output = stdout(&fumikura(folder.path(), &["search", "情報", "--json", "--timeout", timeout]), 0);
        let answer: serde_json::Value = serde_json::from_str(&output).expect("valid JSON");
        assert_eq!(answer["timed_out"], false, "--timeout {timeout}");
    }
    assert_eq!(fumikura(folder.path(), &["search", "情報", "--timeout=-1"]).status.code(), Some(2));
}
