//! The recall contract: every piece of every passage, typed in quotes, finds the passage it came from.
//!
//! `RECALL_QUERIES=10000` makes the run longer; `RECALL_PATHS=a:b` takes other folders than `corpus/`.

use std::collections::HashSet;
use std::path::PathBuf;

use fumikura::analysis::Analyzer;
use fumikura::index::OpenIndex;
use fumikura::query::Tier;
use fumikura::search::{Request, search};

use crate::support::{Random, corpus, index, quoted};

/// Passages of an index with their ids.
fn passages(open: &OpenIndex) -> Vec<(String, Vec<char>)> {
    let documents = open.documents().expect("documents");
    let of = |id: &str| {
        open.passages_of(id).expect("passages").into_iter().map(|passage| (passage.passage.id, passage.passage.text.chars().collect()))
    };
    documents.iter().flat_map(|document| of(&document.document.id)).collect()
}

/// Ids of all passages found.
fn found(open: &OpenIndex, analyzer: &mut Analyzer, text: &str) -> HashSet<String> {
    let request = Request { text: text.to_owned(), limit: 1000, relax: false, ..Request::default() };
    let answer = search(open, analyzer, &request).unwrap_or_else(|error| panic!("{text}: {error}"));
    answer.hits.into_iter().map(|hit| hit.passage.passage.id).collect()
}

/// Random pieces of 1 to 12 characters with the passage they come from.
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
    let mut analyzer = Analyzer::new();
    let all = passages(open);
    let mut missed = Vec::new();
    for (id, piece) in pieces(&all, queries(), 7) {
        for query in [quoted(&piece), format!("={}", quoted(&piece))] {
            let request = Request { text: query.clone(), limit: 1000, relax: false, ..Request::default() };
            let answer = search(open, &mut analyzer, &request).unwrap_or_else(|error| panic!("{query}: {error}"));
            let there = answer.hits.iter().any(|hit| hit.passage.passage.id == id);
            // More than a thousand hits are not listed one by one: the count must then be that of all passages with it.
            if !there && answer.total.passages <= 1000 {
                missed.push(format!("{query} does not find {id}"));
            }
        }
    }
    assert!(missed.is_empty(), "{} missed: {missed:#?}", missed.len());
}

#[test]
fn whole_words_alone_would_miss_some() {
    // The same pieces without the view of characters: if this finds all, the test above proves nothing.
    let mut analyzer = Analyzer::new();
    let all = passages(corpus());
    let missed = pieces(&all, 300, 7)
        .into_iter()
        .filter(|(id, piece)| !found(corpus(), &mut analyzer, &format!("w:{}", quoted(piece))).contains(id))
        .count();
    assert!(missed > 100, "{missed} of 300 missed");
}

#[test]
fn no_piece_of_another_word_stands_above_a_word() {
    let mut analyzer = Analyzer::new();
    let all = passages(corpus());
    for (_, piece) in pieces(&all, 1000, 11) {
        let query: String = piece.chars().filter(|c| c.is_alphanumeric()).take(4).collect();
        if query.is_empty() {
            continue;
        }
        let request = Request { text: query.clone(), limit: 1000, relax: false, ..Request::default() };
        let answer = search(corpus(), &mut analyzer, &request).expect("a search");
        let tiers: Vec<Tier> = answer.hits.iter().map(|hit| hit.tier).collect();
        assert!(tiers.is_sorted(), "{query}: {tiers:?}");
    }
}

#[test]
fn highlights_are_what_was_asked_for() {
    let mut analyzer = Analyzer::new();
    let all = passages(corpus());
    for (_, piece) in pieces(&all, 300, 13) {
        let request = Request { text: quoted(&piece), limit: 20, relax: false, ..Request::default() };
        let wanted: Vec<char> = fumikura::analysis::fold(&piece).chars;
        if wanted.is_empty() {
            continue;
        }
        for hit in search(corpus(), &mut analyzer, &request).expect("a search").hits {
            let text: Vec<char> = hit.passage.passage.text.chars().collect();
            assert!(!hit.highlights.is_empty(), "{piece:?} in {}", hit.passage.passage.id);
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
