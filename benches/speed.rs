//! Tokenise, analyse, index and search at two sizes, with criterion's statistics: `cargo bench --bench speed [FILTER]`.
//!
//! The texts are those of `corpus/`: once, and many times over with clauses of their own. Throughput is UTF-8 text per
//! second of wall time.

#![allow(clippy::expect_used, missing_docs)]

use std::fs;
use std::path::Path;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use fumikura::analysis::{Analyzer, Reference, Segmenter};
use fumikura::engine::Request;
use fumikura::engine::embedded::search;
use fumikura::extract::decode;
use fumikura::index::OpenIndex;
use fumikura::pipeline::{IndexOptions, run};

/// How often the corpus is taken.
const SIZES: [usize; 2] = [1, 32];
/// A keyword, an AND, a sentence that stands nowhere.
const QUERIES: [(&str, &str); 3] = [
    ("keyword", "情報セキュリティ"),
    ("and", "日米 協力"),
    ("question", "日本とASEANはどのような人材育成の取組を行っていますか?"),
];

fn texts() -> Vec<String> {
    let mut paths: Vec<_> =
        fs::read_dir("corpus").expect("corpus/").map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    paths.iter().map(|path| decode(&fs::read(path).expect("a file")).expect("text").text).collect()
}

/// The texts so many times over. Clauses that come again are remembered, and no real collection says all of it again:
/// each copy has its number at their ends.
fn copies(texts: &[String], times: usize) -> Vec<String> {
    let copy = |number| {
        texts
            .iter()
            .map(move |text| text.replace('、', &format!("第{number}、")).replace('。', &format!("第{number}。")))
    };
    (0..times).flat_map(copy).collect()
}

fn write(folder: &Path, texts: &[String]) {
    for (at, text) in texts.iter().enumerate() {
        fs::write(folder.join(format!("{at}.txt")), text).expect("a file written");
    }
}

fn build(files: &Path, index: &Path) {
    run(&IndexOptions::new(vec![files.to_owned()], index.to_owned()), &()).expect("an index");
}

fn speed(criterion: &mut Criterion) {
    let texts = texts();
    let _analyzer = Analyzer::new();
    let mut lindera = Reference::new();
    for times in SIZES {
        let texts = copies(&texts, times);
        let mut group = criterion.benchmark_group("text");
        group.sample_size(10).throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()));
        let lines = || texts.iter().flat_map(|text| text.lines());
        group.bench_function(BenchmarkId::new("tokenise", times), |bencher| {
            let lines: Vec<Vec<char>> = lines().map(|line| line.chars().collect()).collect();
            let mut tokens = Vec::new();
            bencher.iter(|| {
                tokens.clear();
                lines.iter().for_each(|line| lindera.segment(line, 0, &mut tokens));
                tokens.len()
            });
        });
        group.bench_function(BenchmarkId::new("analyse", times), |bencher| {
            bencher.iter_batched_ref(
                Analyzer::new,
                |analyzer| lines().map(|line| analyzer.analyze(line).boundary.len()).sum::<usize>(),
                BatchSize::PerIteration,
            );
        });
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), &texts);
        group.bench_function(BenchmarkId::new("index", times), |bencher| {
            bencher.iter_with_large_drop(|| {
                let index = tempfile::tempdir().expect("a folder");
                build(folder.path(), &index.path().join("index"));
                index
            });
        });
        group.finish();
        let kept = tempfile::tempdir().expect("a folder");
        let path = kept.path().join("index");
        build(folder.path(), &path);
        let index = OpenIndex::open(&path).expect("an index");
        let mut group = criterion.benchmark_group("search");
        for (name, query) in QUERIES {
            let request = Request { text: query.to_owned(), facets: true, ..Request::default() };
            group.bench_function(BenchmarkId::new(name, times), |bencher| {
                bencher.iter(|| search(&index, &request).expect("an answer"));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, speed);
criterion_main!(benches);
