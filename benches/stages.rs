//! What each stage of a document costs, as ratios in one run: `cargo bench --bench stages [FILE]...`.
//!
//! The bar for metadata is a third of lindera's bare segmentation of the same text; both are printed side by side.

#![allow(clippy::print_stdout, clippy::expect_used, missing_docs)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use fumikura::analysis::{Analyzer, Reference, Segmenter, fold};
use fumikura::document::Given;
use fumikura::document::{Document, PageDay};
use fumikura::extract::decode;
use fumikura::metadata;
use fumikura::normalize::normalize;
use fumikura::segment::segment;

const ROUNDS: usize = 5;

fn main() {
    let named: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let files = if named.is_empty() {
        let corpus = std::fs::read_dir("corpus").expect("corpus/");
        corpus
            .map(|entry| entry.expect("an entry").path().display().to_string())
            .filter(|path| path.ends_with(".txt"))
            .collect()
    } else {
        named
    };
    let texts: Vec<String> =
        files.iter().map(|file| decode(&std::fs::read(file).expect("a file")).expect("text").text).collect();
    let bytes: usize = texts.iter().map(String::len).sum();
    let normalized: Vec<_> = texts.iter().map(|text| normalize(text, 1)).collect();
    let documents: Vec<Document> = normalized
        .iter()
        .map(|normalized| {
            let segmented = segment("x", normalized, None);
            Document {
                id: "x".to_owned(),
                path: "x".to_owned(),
                title: segmented.title.unwrap_or_default(),
                url: None,
                publisher: None,
                date: None,
                accessed: None,
                undated: false,
                page_day: PageDay::Unknown,
                links: Vec::new(),
                events: Vec::new(),
                partners: Vec::new(),
                themes: Vec::new(),
                series: Vec::new(),
                renames: Vec::new(),
                passages: segmented.passages,
            }
        })
        .collect();
    let mut lindera = Reference::new();
    let passages = || documents.iter().flat_map(|document| &document.passages);
    let clauses: Vec<Vec<char>> = passages().map(|passage| passage.text.chars().collect()).collect();
    let mut stages: Vec<(&str, Duration)> = Vec::new();
    let mut measure = |name: &'static str, run: &mut dyn FnMut()| {
        run();
        let best = (0..ROUNDS)
            .map(|_| {
                let started = Instant::now();
                run();
                started.elapsed()
            })
            .min()
            .unwrap_or_default();
        stages.push((name, best));
    };
    measure("segmentation by lindera", &mut || {
        let mut tokens = Vec::new();
        clauses.iter().for_each(|clause| lindera.segment(clause, 0, &mut tokens));
        black_box(tokens.len());
    });
    measure("normalize", &mut || {
        texts.iter().for_each(|text| {
            black_box(normalize(text, 1));
        })
    });
    measure("segment", &mut || {
        normalized.iter().for_each(|normalized| {
            black_box(segment("x", normalized, None));
        })
    });
    // Completing a document changes it: each round gets copies made beforehand.
    let mut copies: Vec<Vec<Document>> = (0..=ROUNDS).map(|_| documents.clone()).collect();
    let mut completed = Vec::new();
    measure("metadata", &mut || {
        let mut fresh = copies.pop().expect("a copy a round");
        fresh.iter_mut().for_each(|document| drop(metadata::complete(document, &Given::default())));
        // Giving the memory back is not part of the work.
        completed.push(fresh);
    });
    measure("fold", &mut || {
        passages().for_each(|passage| {
            black_box(fold(&passage.text));
        })
    });
    measure("analyze and words", &mut || {
        // One that read the texts before remembers them.
        let analyzer = Analyzer::new();
        passages().for_each(|passage| {
            let analyzed = analyzer.analyze(&passage.text);
            black_box(analyzer.words(&analyzed));
        })
    });
    let base = stages[0].1;
    println!("{:.1} MB, best of {ROUNDS}", bytes as f64 / 1e6);
    for (name, time) in stages {
        println!(
            "{name:<26} {:>8.1} MB/s  {:>5.2} of lindera's segmentation",
            bytes as f64 / 1e6 / time.as_secs_f64(),
            time.as_secs_f64() / base.as_secs_f64()
        );
    }
}
