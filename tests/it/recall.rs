//! The recall contract: every substring of every passage, typed in quotes, finds its passage.
//!
//! `RECALL_QUERIES=10000` makes the run longer; `RECALL_PATHS=a:b` indexes other folders than `corpus/`.

use std::collections::HashSet;
use std::path::PathBuf;

use fumikura::analysis::Analyzer;
use fumikura::engine::Request;
use fumikura::engine::embedded::search;
use fumikura::index::OpenIndex;
use fumikura::query::Tier;

use crate::support::{Random, corpus, index, index_lines, quoted};

/// Returns the passages of an index with their ids.
fn passages(open: &OpenIndex) -> Vec<(String, Vec<char>)> {
    let documents = open.documents().expect("documents");
    let of = |id: &str| {
        open.passages_of(id)
            .expect("passages")
            .into_iter()
            .map(|passage| (passage.passage.id, passage.passage.text.chars().collect()))
    };
    documents.iter().flat_map(|document| of(&document.document.id)).collect()
}

/// Returns the ids of all passages found.
fn found(open: &OpenIndex, _analyzer: &Analyzer, text: &str) -> HashSet<String> {
    let request = Request { text: text.to_owned(), limit: 1000, relax: false, ..Request::default() };
    let answer = search(open, &request).unwrap_or_else(|error| panic!("{text}: {error}"));
    answer.hits.into_iter().map(|hit| hit.passage.id).collect()
}

/// Returns random substrings of 1 to 12 characters, each with its passage.
fn pieces(passages: &[(String, Vec<char>)], count: usize, seed: u64) -> Vec<(String, String)> {
    let mut random = Random(seed);
    let mut pieces = Vec::with_capacity(count);
    while pieces.len() < count {
        let (id, text) = &passages[random.below(passages.len())];
        let length = 1 + random.below(12);
        if text.len() < length {
            continue;
        }
        let start = random.below(text.len() - length + 1);
        pieces.push((id.clone(), text[start..start + length].iter().collect()));
    }
    pieces
}

fn queries() -> usize {
    std::env::var("RECALL_QUERIES").ok().and_then(|count| count.parse().ok()).unwrap_or(2000)
}

#[test]
fn every_piece_of_a_passage_finds_it() {
    let own;
    let open = match std::env::var("RECALL_PATHS") {
        Ok(paths) => {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let paths: Vec<PathBuf> = paths.split(':').map(PathBuf::from).collect();
            index(&paths, &folder.path().join("index"));
            own = OpenIndex::open(&folder.path().join("index")).expect("the index opens");
            &own
        }
        Err(_) => corpus(),
    };
    let _analyzer = Analyzer::new();
    let all = passages(open);
    let mut missed = Vec::new();
    for (id, piece) in pieces(&all, queries(), 7) {
        for query in [quoted(&piece), format!("={}", quoted(&piece))] {
            let request = Request { text: query.clone(), limit: 1000, relax: false, ..Request::default() };
            let answer = search(open, &request).unwrap_or_else(|error| panic!("{query}: {error}"));
            let there = answer.hits.iter().any(|hit| hit.passage.id == id);
            // Beyond a thousand hits the list ends: the count must then equal the number of passages that contain the
            // piece.
            if !there && answer.total.passages <= 1000 {
                missed.push(format!("{query} does not find {id}"));
            }
        }
    }
    assert!(missed.is_empty(), "{} missed: {missed:#?}", missed.len());
}

#[test]
fn whole_words_alone_would_miss_some() {
    // The same pieces without the character view: if this found all of them, the test above would prove nothing.
    let analyzer = Analyzer::new();
    let all = passages(corpus());
    let missed = pieces(&all, 300, 7)
        .into_iter()
        .filter(|(id, piece)| !found(corpus(), &analyzer, &format!("w:{}", quoted(piece))).contains(id))
        .count();
    assert!(missed > 100, "{missed} of 300 missed");
}

#[test]
fn no_piece_of_another_word_stands_above_a_word() {
    let _analyzer = Analyzer::new();
    let all = passages(corpus());
    for (_, piece) in pieces(&all, 1000, 11) {
        let query: String = piece.chars().filter(|c| c.is_alphanumeric()).take(4).collect();
        if query.is_empty() {
            continue;
        }
        let request = Request { text: query.clone(), limit: 1000, relax: false, ..Request::default() };
        let answer = search(corpus(), &request).expect("a search");
        let tiers: Vec<Tier> = answer.hits.iter().map(|hit| hit.tier).collect();
        assert!(tiers.is_sorted(), "{query}: {tiers:?}");
    }
}

#[test]
fn highlights_are_what_was_asked_for() {
    let _analyzer = Analyzer::new();
    let all = passages(corpus());
    for (_, piece) in pieces(&all, 300, 13) {
        let request = Request { text: quoted(&piece), limit: 20, relax: false, ..Request::default() };
        let wanted: Vec<char> = fumikura::analysis::fold(&piece).chars;
        if wanted.is_empty() {
            continue;
        }
        for hit in search(corpus(), &request).expect("a search").hits {
            let text: Vec<char> = hit.passage.text.chars().collect();
            assert!(!hit.highlights.is_empty(), "{piece:?} in {}", hit.passage.id);
            for pair in hit.highlights.windows(2) {
                assert!(pair[0].end < pair[1].start, "{piece:?}: spans touch");
            }
            let one_of = |span: &fumikura::document::Span| {
                let shown: String = text[span.start..span.end].iter().collect();
                let folded = fumikura::analysis::fold(&shown).chars;
                folded.windows(wanted.len()).any(|window| window == wanted)
                    || hit.tier == Tier::Variant
                    || folded.len() != wanted.len()
                    || folded != wanted
            };
            assert!(hit.highlights.iter().all(one_of), "{piece:?}");
        }
    }
}

/// Builds one paragraph of many sentences, which becomes several passages.
fn long_paragraph() -> String {
    let texts =
        passages(corpus()).into_iter().map(|(_, text)| text.into_iter().collect::<String>()).collect::<String>();
    let is_plain = |sentence: &&str| {
        (20..200).contains(&sentence.chars().count()) && sentence.chars().all(|c| c.is_alphabetic() || c == '、')
    };
    let mut sentences: Vec<&str> = texts.split(['。', '\n']).filter(is_plain).take(80).collect();
    sentences.dedup();
    sentences.join("。") + "。"
}

#[test]
fn a_phrase_over_two_passages_of_one_paragraph_is_found_where_it_begins() {
    const LENGTH: usize = 14;
    let paragraph = long_paragraph();
    let line = serde_json::json!({"id": "paragraph", "title": "題", "text": paragraph}).to_string();
    let own = index_lines(&[line]);
    let parts = passages(&own.open);
    let whole: Vec<char> = parts.iter().flat_map(|(_, text)| text.iter().copied()).collect();
    assert_eq!(whole.iter().collect::<String>(), paragraph);
    let analyzer = Analyzer::new();
    let (mut begins, mut crossing, mut excluded) = (0, 0, 0);
    for (id, text) in &parts {
        let end = begins + text.len();
        for start in (begins..end).filter(|start| (end - LENGTH..end).contains(start) || start % 41 == 0) {
            let Some(piece) = whole.get(start..start + LENGTH) else { continue };
            let piece: String = piece.iter().collect();
            let over = start + LENGTH > end;
            let mut tier = Tier::Word;
            for query in [quoted(&piece), format!("={}", quoted(&piece)), format!("body:{}", quoted(&piece))] {
                let request = Request { text: query.clone(), limit: 100, relax: false, ..Request::default() };
                let answer = search(&own.open, &request).expect("a search");
                let hit =
                    answer.hits.iter().find(|hit| hit.passage.id == *id).unwrap_or_else(|| panic!("{query} from {id}"));
                let (from, to) = (start - begins, text.len().min(start + LENGTH - begins));
                assert!(
                    hit.highlights.iter().any(|span| span.start <= from && to <= span.end && span.end <= text.len()),
                    "{query}"
                );
                (tier, crossing) = (hit.tier, crossing + usize::from(over));
            }
            // Operators use the same matches as the phrase alone; negated matches are excluded.
            let asked = |query: String| found(&own.open, &analyzer, &query);
            assert!(
                asked(format!("{} {}", quoted(&piece), quoted(&text[..9].iter().collect::<String>()))).contains(id),
                "{piece}"
            );
            excluded += usize::from(over && tier == Tier::Word);
            // NOT never acts on substrings.
            assert_eq!(asked(format!("NOT {}", quoted(&piece))).contains(id), tier == Tier::Substring, "{piece}");
        }
        begins = end;
    }
    assert!(crossing > 100 && excluded > 5, "{crossing} pieces over two passages, {excluded} of whole words");
}

#[test]
fn the_halves_of_a_phrase_over_two_passages_must_touch() {
    let paragraph = long_paragraph();
    let line = serde_json::json!({"id": "paragraph", "title": "題", "text": paragraph}).to_string();
    let own = index_lines(&[line]);
    let analyzer = Analyzer::new();
    for pair in passages(&own.open).windows(3) {
        let (end, second) = (&pair[0].1, &pair[2].1);
        let text: String = end[end.len() - 7..].iter().chain(&second[..7]).collect();
        assert!(found(&own.open, &analyzer, &quoted(&text)).is_empty(), "{text}");
    }
}
