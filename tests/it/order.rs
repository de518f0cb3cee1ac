//! One order of hits: pages are windows on it, exact hits precede partial ones, near-duplicates are folded and counted,
//! and the history of the index has no effect.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fumikura::document::Role;
use fumikura::engine::embedded::search;
use fumikura::engine::{Answer, Found, Request, Sort};
use fumikura::index::OpenIndex;
use fumikura::pipeline::{self, IndexOptions, Prune};
use fumikura::query::Filters;
use serde_json::json;

use crate::support::{Random, index_lines, root};

const WORDS: [&str; 24] = [
    "情報",
    "情報共有",
    "国際連携",
    "サイバー攻撃",
    "重要インフラ",
    "情報セキュリティ",
    "政策対話",
    "米国",
    "EU",
    "ASEAN",
    "総務省",
    "クラウド",
    "スパムメール",
    "人材育成",
    "研究開発",
    "取組",
    "標準化",
    "電子政府",
    "個人情報",
    "通信事業者",
    "演習",
    "防護",
    "議論",
    "協力",
];

/// Builds sentences of official prose from few words, so that many passages contain each word.
fn prose(random: &mut Random, sentences: usize) -> String {
    let mut word = || WORDS[random.below(WORDS.len())];
    (0..sentences)
        .map(|_| format!("{}における{}の{}について、{}を推進する。", word(), word(), word(), word()))
        .collect()
}

/// Builds documents as lines of JSON: a third are near-duplicates of an earlier one, some under another heading.
fn documents(random: &mut Random, count: usize) -> Vec<String> {
    let mut texts: Vec<Vec<(String, String)>> = Vec::new();
    (0..count)
        .map(|at| {
            let sections: Vec<(String, String)> = if at > 10 && random.below(3) == 0 {
                let mut copy = texts[random.below(texts.len())].clone();
                for (heading, text) in &mut copy {
                    match random.below(4) {
                        0 => text.push_str("以上。"),
                        1 => *heading = format!("{heading}の改定"),
                        _ => {}
                    }
                }
                copy
            } else {
                (0..1 + random.below(4))
                    .map(|_| {
                        let (heading, sentences) = (WORDS[random.below(WORDS.len())].to_owned(), 2 + random.below(6));
                        (heading, prose(random, sentences))
                    })
                    .collect()
            };
            let text: Vec<String> =
                sections.iter().enumerate().map(|(at, (heading, text))| format!("第{}章 {heading}\n{text}\n", at + 1)).collect();
            texts.push(sections);
            let date = format!("{}-{:02}-01", 2001 + random.below(20), 1 + random.below(12));
            json!({"id": format!("made-{at}"), "title": format!("報道資料{}", at % 7), "date": date, "text": text.join("\n")}).to_string()
        })
        .collect()
}

/// Returns the documents in `corpus/` as lines of JSON.
fn corpus_lines() -> Vec<String> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(root().join("corpus"))
        .expect("corpus/")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    let texts = paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "txt"));
    texts
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            json!({"id": name, "title": name, "text": std::fs::read_to_string(path).expect("a text")}).to_string()
        })
        .collect()
}

fn lines(seed: u64, count: usize) -> Vec<String> {
    let mut all = corpus_lines();
    all.extend(documents(&mut Random(seed), count));
    all
}

/// Requests of all kinds: words, operators, sentences, filters, orders.
fn request(random: &mut Random) -> Request {
    let mut word = || WORDS[random.below(WORDS.len())];
    let (a, b, c) = (word(), word(), word());
    let text = match random.below(15) {
        0..=2 => a.to_owned(),
        3 | 4 => format!("{a} {b}"),
        5 => format!("{a} OR {b}"),
        6 => format!("{a} -{b}"),
        7 => format!("{a}の{b}"),
        8 => format!("{a}における{b}の{c}についてどのような取組をしていますか"),
        9 => format!("\"{a}の{b}\""),
        10 => format!("({a} OR {b}) {c}"),
        11 => format!("{a}{b}{c}の推進"),
        _ => format!("{a}における{b}"),
    };
    let filters = match random.below(6) {
        0 => Filters { partners: vec!["米国".to_owned()], ..Filters::default() },
        5 => Filters { partners: vec!["米国".to_owned()], roles: Role::ALL.to_vec(), ..Filters::default() },
        1 => Filters { date: Some("2005..2012".to_owned()), ..Filters::default() },
        _ => Filters::default(),
    };
    let sort = match random.below(6) {
        0 => Sort::Date,
        1 => Sort::DateDescending,
        _ => Sort::Relevance,
    };
    let (group_documents, fold_duplicates) = (random.below(5) == 0, random.below(3) > 0);
    Request { text, filters, sort, group_documents, fold_duplicates, ..Request::default() }
}

fn answer(open: &OpenIndex, request: &Request, offset: usize, limit: usize) -> Answer {
    let request = Request { offset, limit, ..request.clone() };
    search(open, &request).unwrap_or_else(|error| panic!("{}: {error}", request.text))
}

/// Returns all properties of a hit and its place.
fn told(hit: &Found) -> (usize, &str, u32, &str, bool, usize, &[String]) {
    (hit.rank, &hit.passage.id, hit.score.to_bits(), hit.tier.name(), hit.relaxed, hit.more, &hit.duplicates)
}

#[test]
fn pages_are_windows_on_one_list() {
    let made = index_lines(&lines(11, 300));
    let mut random = Random(17);
    let (mut folded, mut partial, mut long) = (0, 0, 0);
    for _ in 0..120 {
        let request = request(&mut random);
        let shown = format!("{request:?}");
        let all = answer(&made.open, &request, 0, usize::MAX);
        let whole: Vec<_> = all.hits.iter().map(told).collect();
        assert_eq!((all.next, all.left), (None, 0), "{shown}");

        // Each exact hit is in the list, or folded into one that is.
        let exact: Vec<&Found> = all.hits.iter().filter(|hit| !hit.relaxed).collect();
        let named: usize = exact.iter().map(|hit| hit.duplicates.len()).sum();
        let entries = if request.group_documents { all.total.documents } else { all.total.passages };
        assert_eq!(exact.len() + named, entries, "{shown}");
        let ids = all.hits.iter().flat_map(|hit| hit.duplicates.iter().chain(std::iter::once(&hit.passage.id)));
        let ids: Vec<&String> = ids.collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{shown}");
        if request.group_documents {
            let more: usize = exact.iter().map(|hit| hit.more + 1).sum();
            assert!(named > 0 || more == all.total.passages, "{shown}: {more} of {}", all.total.passages);
        }

        // Exact hits precede partial ones, tiers come in order, and scores are present and never rise.
        assert!(all.hits.is_sorted_by_key(|hit| hit.relaxed), "{shown}");
        if request.sort == Sort::Relevance {
            assert!(exact.is_sorted_by_key(|hit| hit.tier), "{shown}");
            assert!(
                all.hits.is_sorted_by(|a, b| a.score >= b.score),
                "{shown}: {:?}",
                all.hits.iter().map(|hit| hit.score).collect::<Vec<_>>()
            );
            assert!(all.hits.iter().all(|hit| hit.score > 0.0), "{shown}");
        }

        let size = 1 + random.below(25);
        let (mut offset, mut paged) = (0, Vec::new());
        loop {
            let page = answer(&made.open, &request, offset, size);
            assert_eq!(page.total, all.total, "{shown}");
            assert_eq!(page.relaxed, page.hits.iter().any(|hit| hit.relaxed), "{shown}");
            let seen: usize = all.hits[..offset + page.hits.len()]
                .iter()
                .filter(|hit| !hit.relaxed)
                .map(|hit| hit.duplicates.len() + 1)
                .sum();
            assert_eq!(page.left, entries - seen, "{shown} at {offset}");
            let next = page.next;
            assert!(page.hits.len() == size || next.is_none(), "{shown} at {offset}");
            paged.extend(page.hits);
            match next {
                Some(next) => offset = next,
                None => break,
            }
        }
        assert_eq!(paged.iter().map(told).collect::<Vec<_>>(), whole, "{shown} in pages of {size}");

        for _ in 0..6 {
            let limit = random.below(whole.len() + 3);
            let prefix = answer(&made.open, &request, 0, limit);
            assert_eq!(
                prefix.hits.iter().map(told).collect::<Vec<_>>(),
                whole[..limit.min(whole.len())],
                "{shown} -n {limit}"
            );
        }
        folded += named;
        partial += usize::from(all.relaxed && !exact.is_empty());
        long += usize::from(exact.len() > 200);
    }
    assert!(
        folded > 100 && partial > 10 && long > 10,
        "{folded} folded, {partial} with exact and partial hits, {long} long lists"
    );
}

#[test]
fn an_offset_past_the_end_is_said() {
    let made = index_lines(&lines(11, 30));
    let request = Request { text: "量子暗号 OR 標準化".to_owned(), fold_duplicates: true, ..Request::default() };
    let all = answer(&made.open, &request, 0, usize::MAX);
    let past = answer(&made.open, &request, all.hits.len(), 10);
    assert!(past.hits.is_empty() && past.next.is_none() && past.total == all.total);
    assert_eq!(past.warnings, [format!("offset {} is past the end: the list has {0} hits", all.hits.len())]);
    assert!(answer(&made.open, &request, all.hits.len() - 1, 10).warnings.is_empty());
    assert!(answer(&made.open, &request, 0, 0).hits.is_empty());
}

#[test]
fn near_duplicates_are_folded_across_documents_under_the_same_headings_with_the_same_partners_alone() {
    let section = |heading: &str, name: &str| {
        format!(
            "第1章 {heading}\n{name}との間では、重要インフラの防護に関する情報共有体制の構築、官民連携による演習の実施、国際的な標準化活動への\
             参画、人材育成に関する意見交換を継続的に行い、もって安全な利用環境の整備を推進することとしている。\n"
        )
    };
    let document = |id: &str, text: &str| json!({"id": id, "title": "国際協調の戦略", "text": text}).to_string();
    // A word in every passage cannot distinguish sections, so other passages are added.
    let mut lines: Vec<String> =
        (0..40).map(|at| document(&format!("other-{at}"), &format!("気象観測所の記録、その{at}。"))).collect();
    lines.extend([
        document("page", &section("関係国", "各国")),
        document("pdf", &section("関係国", "各国").replace("推進する", "着実に推進する")),
        document("heading", &section("国際機関", "各国")),
        document("partner", &section("関係国", "米国")),
        document("twice", &(section("関係機関", "各国") + &section("関係機関", "各国"))),
    ]);
    let made = index_lines(&lines);
    let folded = |text: &str, group_documents: bool| {
        let request = Request { text: text.to_owned(), fold_duplicates: true, group_documents, ..Request::default() };
        let found = answer(&made.open, &request, 0, usize::MAX);
        let document = |id: &String| id.split('#').next().unwrap_or_default().to_owned();
        let hits: BTreeMap<(bool, String, usize), Vec<String>> = found
            .hits
            .iter()
            .zip(0..)
            .map(|(hit, at)| {
                ((hit.relaxed, document(&hit.passage.id), at), hit.duplicates.iter().map(document).collect())
            })
            .collect();
        let under = hits
            .iter()
            .filter(|(_, folded)| !folded.is_empty())
            .map(|((_, hit, _), folded)| (hit.clone(), folded.clone()));
        (found.total.passages, hits.len(), under.collect::<Vec<_>>())
    };
    let (total, shown, under) = folded("情報共有体制", false);
    assert_eq!((total, shown), (6, 5), "{under:?}");
    let pair: BTreeSet<String> =
        under.iter().flat_map(|(hit, folded)| folded.iter().cloned().chain([hit.clone()])).collect();
    assert_eq!(pair, BTreeSet::from(["page".to_owned(), "pdf".to_owned()]));

    // A partial hit is not folded into an exact one: both passages contain the sentence, but only one matches it whole.
    let (total, shown, under) = folded("安全な利用環境の整備を着実に推進する", false);
    assert!(total == 1 && shown >= 6 && under.iter().all(|(_, folded)| folded.is_empty()), "{total} {shown} {under:?}");
}

/// Texts that differ in a number, a date, a negation, or in the one word of a short text are not near-duplicates; a
/// title above one of them changes nothing.
#[test]
fn what_states_something_else_is_no_near_duplicate() {
    let long = "サイバーセキュリティに関する国際的な連携を強化し、情報共有の枠組みを整備することについて、各国の代表が2011年に東京で開かれた会合において\
                合意した。次回の会合は来年の秋に予定されており、重要インフラの防護と人材の育成についても引き続き意見を交換することとしている。";
    let short = "会合は東京で開かれ、情報共有の枠組みについて意見を交換した。";
    for (text, other, folds) in [
        (long.to_owned(), long.replace("合意した", "合意しなかった"), false),
        (long.to_owned(), long.replace("2011年", "2012年"), false),
        (long.to_owned(), long.replace("引き続き", "今後も"), true),
        (short.to_owned(), short.replace("東京", "大阪"), false),
        (short.to_owned(), short.replace("、", "，"), true),
        (short.to_owned(), format!("# 国際会合の結果について\n\n{short}"), true),
    ] {
        let document =
            |id: &str, text: &str| json!({"id": id, "title": "国際会合の結果について", "text": text}).to_string();
        let made = index_lines(&[document("a", &text), document("b", &other)]);
        let request = Request { text: "枠組み".to_owned(), fold_duplicates: true, ..Request::default() };
        let found = answer(&made.open, &request, 0, 10);
        assert_eq!((found.total.passages, found.hits.len()), (2, if folds { 1 } else { 2 }), "{other}");
    }
}

/// Partial hits follow exact ones in date order too, and without folding there are as many as by relevance.
#[test]
fn partial_hits_follow_in_the_order_of_dates() {
    let made = index_lines(&lines(7, 60));
    for text in ["重要インフラにおける情報共有基盤の整備", "国際連携基盤の標準化体制"] {
        let hits = |sort: Sort| {
            let request = Request { text: text.to_owned(), sort, ..Request::default() };
            answer(&made.open, &request, 0, usize::MAX).hits
        };
        let by_score = hits(Sort::Relevance);
        assert!(by_score.iter().any(|hit| hit.relaxed), "{text}");
        for sort in [Sort::Date, Sort::DateDescending] {
            let by_date = hits(sort);
            assert_eq!(by_date.len(), by_score.len(), "{text}");
            assert!(by_date.is_sorted_by_key(|hit| hit.relaxed));
            for kind in [false, true] {
                let days = by_date.iter().filter(|hit| hit.relaxed == kind);
                let days: Vec<_> =
                    days.filter_map(|hit| hit.document.date.as_ref()).map(|date| date.interval.start).collect();
                let is_sorted = if sort == Sort::Date { days.is_sorted() } else { days.iter().rev().is_sorted() };
                assert!(is_sorted, "{text}: {days:?}");
            }
        }
    }
}

/// Runs the indexer over a folder.
fn index_folder(sources: &Path, into: &Path, jobs: usize, rebuild: bool) {
    let options = IndexOptions {
        jobs,
        rebuild,
        prune: Prune::All,
        memory_bytes: 64 << 20,
        ..IndexOptions::new(vec![sources.to_owned()], into.to_owned())
    };
    assert_eq!(pipeline::run(&options, &()).expect("indexing runs").failed, []);
}

#[test]
fn the_order_is_the_same_after_merges_updates_and_rebuild_with_one_and_two_jobs() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sources = folder.path().join("sources");
    std::fs::create_dir(&sources).expect("sources/");
    let files: Vec<Vec<String>> = lines(23, 240).chunks(8).map(<[String]>::to_vec).collect();
    let write = |number: usize, lines: &[String]| {
        std::fs::write(sources.join(format!("{number:02}.jsonl")), lines.join("\n")).expect("written")
    };
    // An index grown over eight runs: files appear, change, vanish and return, and documents move between them.
    let grown = folder.path().join("grown");
    let mut random = Random(5);
    for run in 0..8 {
        for (number, lines) in files.iter().enumerate() {
            match random.below(5) {
                0 => write(number, lines),
                1 => write(number, &lines[..1 + random.below(lines.len())]),
                2 => write(
                    number,
                    &documents(&mut random, 3)
                        .iter()
                        .map(|line| line.replace("made-", &format!("other-{number}-")))
                        .collect::<Vec<_>>(),
                ),
                3 => drop(std::fs::remove_file(sources.join(format!("{number:02}.jsonl")))),
                _ => {}
            }
        }
        index_folder(&sources, &grown, 1 + run % 2, false);
    }
    files.iter().enumerate().for_each(|(number, lines)| write(number, lines));
    index_folder(&sources, &grown, 2, false);
    let grown = OpenIndex::open(&grown).expect("an index");
    assert!(grown.deleted_rows() > 0, "nothing deleted is left in it");

    let others: Vec<(String, OpenIndex)> = [("one job", 1, false), ("two jobs", 2, false), ("rebuilt", 2, true)]
        .map(|(name, jobs, rebuild)| {
            let target = folder.path().join(name);
            if rebuild {
                index_folder(&root().join("corpus"), &target, 1, false);
            }
            index_folder(&sources, &target, jobs, rebuild);
            (name.to_owned(), OpenIndex::open(&target).expect("an index"))
        })
        .into();
    for _ in 0..80 {
        let request = request(&mut random);
        let limit = [1, 10, 100, usize::MAX][random.below(4)];
        let expected = answer(&grown, &request, 0, limit);
        for (name, open) in &others {
            let found = answer(open, &request, 0, limit);
            assert_eq!(
                (found.total, found.left, found.next),
                (expected.total, expected.left, expected.next),
                "{name}: {request:?}"
            );
            let (found, expected): (Vec<_>, Vec<_>) =
                (found.hits.iter().map(told).collect(), expected.hits.iter().map(told).collect());
            assert_eq!(found, expected, "{name}: {request:?}");
        }
    }
}
