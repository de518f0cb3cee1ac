//! Concordances: every occurrence is a line; order and samples do not depend on anything but the lines.

use std::collections::BTreeSet;

use fumikura::analysis::{Analyzer, fold};
use fumikura::document::Document;
use fumikura::engine::Request;
use fumikura::engine::embedded::Snapshot;
use fumikura::study::{Concordance, ConcordanceOptions, Line, concordance};
use serde_json::Value;

use crate::support::{Random, fumikura, index, root, stdout};

/// An index of the corpus and of more documents.
struct Place {
    folder: tempfile::TempDir,
    snapshot: Snapshot,
}

fn place(more: &[(&str, &str)]) -> Place {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sources = folder.path().join("more");
    std::fs::create_dir(&sources).expect("made");
    for (name, text) in more {
        std::fs::write(sources.join(name), text).expect("written");
    }
    let into = folder.path().join("index");
    index(&[root().join("corpus"), sources], &into);
    Place { snapshot: Snapshot::open(&[into]).expect("the index opens"), folder }
}

fn options(values: &[(&str, &str)]) -> ConcordanceOptions {
    let mut options = ConcordanceOptions::default();
    values.iter().for_each(|(name, value)| options.set(name, value).expect(name));
    options
}

fn lines(place: &Place, query: &str, options: &ConcordanceOptions) -> Concordance {
    let request = Request { text: query.to_owned(), variants: false, ..Request::default() };
    concordance(&place.snapshot, &Analyzer::new(), &request, options).expect(query)
}

fn folded(text: &str) -> String {
    fold(text).chars.into_iter().collect()
}

fn documents(place: &Place) -> Vec<Document> {
    let all = Request { limit: usize::MAX, group_documents: true, ..Request::default() };
    let ids = place.snapshot.search(&all).expect("all documents").hits;
    ids.into_iter().map(|hit| place.snapshot.show(&hit.document.id).expect("shown").document).collect()
}

#[test]
fn lines_are_as_many_as_the_occurrences_in_the_texts() {
    let place = place(&[]);
    let texts: Vec<String> =
        documents(&place).iter().flat_map(|document| &document.passages).map(|passage| folded(&passage.text)).collect();
    let mut random = Random(0x23);
    let (mut asked, mut counted) = (0, 0);
    while asked < 200 {
        let text: Vec<char> = texts[random.below(texts.len())].chars().collect();
        let length = 2 + random.below(5);
        if text.len() < length {
            continue;
        }
        let start = random.below(text.len() - length + 1);
        let word: String = text[start..start + length].iter().collect();
        // Words of one script: a quoted query takes blanks and marks in its own way.
        if !word.chars().all(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c) || ('ァ'..='ヺ').contains(&c)) {
            continue;
        }
        asked += 1;
        let by_hand: usize = texts
            .iter()
            .map(|text| {
                let chars: Vec<char> = text.chars().collect();
                let wanted: Vec<char> = word.chars().collect();
                chars.windows(wanted.len()).filter(|window| *window == wanted).count()
            })
            .sum();
        let found = lines(&place, &format!("\"{word}\""), &ConcordanceOptions::default());
        // Another spelling can hold the word: 枠組 in 枠組み.
        let of_word: usize = found.lines.iter().map(|line| folded(&line.matched).matches(&word).count()).sum();
        assert_eq!(of_word, by_hand, "{word}");
        assert_eq!(found.total.lines, found.lines.len());
        counted += by_hand;
    }
    assert!(counted > 1000, "{counted}");
}

#[test]
fn a_line_is_the_text_around_its_offset() {
    let place = place(&[]);
    let found = lines(&place, "情報", &options(&[("left", "30"), ("right", "5")]));
    assert!(found.lines.len() > 100);
    let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    for line in &found.lines {
        let passage = line.passage.as_ref().expect("a passage");
        let shown = place.snapshot.show(&passage.id).expect("shown");
        let text: Vec<char> = shown.document.passages[passage.index].text.chars().collect();
        let before: String = text[..line.offset].iter().collect();
        let behind: String = text[line.offset..].iter().collect();
        assert!(bare(&before).ends_with(&bare(&line.left)), "{line:?}");
        assert!(bare(&behind).starts_with(&bare(&format!("{}{}", line.matched, line.right))), "{line:?}");
        assert!(line.left.chars().count() <= 30 && line.right.chars().count() <= 5, "{line:?}");
        assert!(!line.left.contains('\n') && !line.right.contains('\n'));
    }
}

/// Returns the folded words of an exported context.
fn words(text: &str) -> Vec<String> {
    text.split(' ').filter(|word| word.chars().any(char::is_alphanumeric)).map(folded).collect()
}

#[test]
fn the_order_by_words_is_that_of_the_exported_words() {
    let place = place(&[]);
    let key = |line: &Line, left: bool| {
        let mut words = words(if left { &line.left } else { &line.right });
        if left {
            words.reverse();
        }
        // An absent word stands last.
        words.first().map_or((true, String::new()), |word| (false, word.clone()))
    };
    for (sort, left) in [("left:1", true), ("right:1", false)] {
        let mut wide = options(&[("sort", sort), ("left", "200"), ("right", "200")]);
        wide.segmented = true;
        let found = lines(&place, "取組", &wide);
        let keys: Vec<_> = found.lines.iter().map(|line| key(line, left)).collect();
        assert!(keys.len() > 50 && keys.is_sorted(), "{sort}: {keys:?}");
        assert!(keys.iter().collect::<BTreeSet<_>>().len() > 10);
    }
    let dates: Vec<_> = lines(&place, "情報", &options(&[("sort", "-date")])).lines;
    assert!(dates.iter().map(|line| line.document.date.as_ref().map(|date| date.interval.start)).rev().is_sorted());
}

#[test]
fn a_sample_stays_when_the_collection_grows() {
    let small = place(&[]);
    let large =
        place(&[("z.txt", "新しい取組\n\n取組の推進。取組の強化。\n"), ("a.txt", "取組の一覧\n\n次の取組がある。\n")]);
    let id = |line: &Line| (line.passage.as_ref().map(|passage| passage.id.clone()), line.offset);
    let of = |place: &Place, seed: &str| -> BTreeSet<_> {
        lines(place, "取組", &options(&[("sample", "20"), ("seed", seed)])).lines.iter().map(id).collect()
    };
    let (before, after) = (of(&small, "1"), of(&large, "1"));
    assert_eq!((before.len(), after.len()), (20, 20));
    assert!(after.iter().filter(|line| !before.contains(line)).all(|(passage, _)| {
        passage.as_ref().is_some_and(|passage| passage.starts_with("z.txt") || passage.starts_with("a.txt"))
    }));
    assert_eq!(before, of(&small, "1"));
    assert_ne!(before, of(&small, "2"));
    let thin = lines(&small, "取組", &options(&[("thin", "4")]));
    assert!(thin.kept > 0 && thin.kept < thin.total.lines / 2, "{} of {}", thin.kept, thin.total.lines);
    let most = lines(&small, "取組", &options(&[("per-document", "2")]));
    assert!(most.lines.iter().all(|line| most.lines.iter().filter(|o| o.document.id == line.document.id).count() <= 2));
}

#[test]
fn a_context_may_end_with_the_sentence_and_is_measured_in_words() {
    let place = place(&[("s.txt", "報告\n\n前の文。蜃気楼を観測した。後の文である。\n")]);
    let one = |values: &[(&str, &str)]| lines(&place, "蜃気楼", &options(values)).lines.remove(0);
    let line = one(&[("within", "sentence")]);
    assert_eq!((line.left.as_str(), line.right.as_str()), ("", "を観測した。"));
    let line = one(&[("unit", "word"), ("left", "1"), ("right", "2")]);
    assert_eq!((line.left.as_str(), line.right.as_str()), ("文。", "を観測"));
}

#[test]
fn the_word_itself_is_the_line_where_another_name_holds_it() {
    let place = place(&[("u.txt", "会議\n\n国連総会で演説した。国際連合憲章。\n")]);
    let request = Request { text: "国連".to_owned(), ..Request::default() };
    let found =
        concordance(&place.snapshot, &Analyzer::new(), &request, &ConcordanceOptions::default()).expect("found");
    let of: Vec<_> = found.lines.iter().filter(|line| line.document.id == "u.txt").collect();
    assert_eq!((of[0].matched.as_str(), of[0].right.as_str()), ("国連", "総会で演説した。国際連合憲章。"));
    assert_eq!(of[1].matched, "国際連合");
}

#[test]
fn occurrences_in_titles_beside_the_text_are_told() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let line = "{\"id\": \"a\", \"title\": \"蜃気楼の報告\", \"text\": \"本文である。\"}\n\
                {\"id\": \"b\", \"title\": \"蜃気楼\", \"text\": \"蜃気楼\\n\\n蜃気楼を見た。\"}\n";
    std::fs::write(folder.path().join("a.jsonl"), line).expect("written");
    stdout(&fumikura(folder.path(), &["index", "a.jsonl"]), 0);
    let told = fumikura(folder.path(), &["kwic", "蜃気楼"]);
    let text = stdout(&told, 0);
    assert!(text.contains("2 occurrences in 1 passage of 1 document"), "{text}");
    assert!(text.contains("1 further occurrence in titles"), "{text}");
    let all = stdout(&fumikura(folder.path(), &["kwic", "蜃気楼", "--titles", "--format", "jsonl"]), 0);
    let of_title: Vec<Value> = all.lines().map(|line| serde_json::from_str(line).expect("valid JSON")).collect();
    assert_eq!(of_title.iter().filter(|line| line["passage"].is_null() && line["document"] == "a").count(), 1);
    assert_eq!(of_title.len(), 3);
}

#[test]
fn the_command_writes_tables_for_other_programs_and_refuses_bad_values() {
    let place = place(&[]);
    let run = |arguments: &[&str], code: i32| {
        let all: Vec<&str> = ["kwic"].iter().chain(arguments).copied().collect();
        stdout(&fumikura(place.folder.path(), &all), code)
    };
    let tsv = run(&["情報共有", "--segmented", "--format", "tsv"], 0);
    let head = "left\tmatch\tright\tdocument\ttitle\tdate\tpartner\ttheme\theading\tpage\tline\tpassage\toffset\ttier";
    assert_eq!(tsv.lines().next(), Some(head));
    assert!(tsv.lines().skip(1).all(|line| line.split('\t').count() == 14));
    assert!(tsv.contains("情報 共有"), "{tsv}");
    let csv = run(&["情報共有", "--format", "csv", "--head", "-n", "2"], 0);
    assert!(csv.starts_with("# query,\"情報共有\"") && csv.contains("2 of 18 lines are shown"), "{csv}");
    let json: Value =
        serde_json::from_str(&run(&["情報共有", "--json", "--sort", "date", "-n", "1"], 0)).expect("JSON");
    assert_eq!((json["lines"].as_array().map(Vec::len), json["kept"].as_u64()), (Some(1), Some(18)));
    run(&["火星探査"], 1);
    for bad in [["--sort", "left:0"], ["--left", "x"], ["--unit", "byte"], ["--sample", "0"], ["--within", "page"]] {
        let output = fumikura(place.folder.path(), &["kwic", "情報", bad[0], bad[1]]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && said.contains(bad[1]), "{said}");
    }
    let few = ConcordanceOptions { most: 10, ..ConcordanceOptions::default() };
    let cut = lines(&place, "情報", &few);
    assert!(cut.cut && cut.lines.len() < 50);
}
