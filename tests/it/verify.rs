//! `fumikura verify`: generated quotations over the corpus, and the command itself.

use std::path::Path;
use std::sync::LazyLock;

use fumikura::document::{Document, PassageKind};
use fumikura::study::{DifferenceKind, Quotation, Verdict, VerifyOptions, verify};
use fumikura::{Engine, Index};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Random, fumikura, index, root, stdout};

/// The corpus in an index, with its documents.
static CORPUS: LazyLock<(TempDir, Index, Vec<Document>)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let target = folder.path().join("index");
    index(&[root().join("corpus")], &target);
    let index = Index::open(&target).expect("the index opens");
    let mut files: Vec<String> = std::fs::read_dir(root().join("corpus"))
        .expect("corpus/")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".txt"))
        .collect();
    files.sort();
    let documents = files.iter().map(|id| index.show(id).expect("a document").document).collect();
    (folder, index, documents)
});

/// Verifies texts, each in brackets in a sentence of its own.
fn verified(texts: &[String]) -> Vec<Quotation> {
    let draft: String = texts.iter().map(|text| format!("「{text}」とある。\n\n")).collect();
    let found = verify(&CORPUS.1, &draft, &VerifyOptions::default()).expect("verified");
    assert_eq!(found.quotations.len(), texts.len(), "each text is a quotation");
    assert!(!found.timed_out);
    let chars: Vec<char> = draft.chars().collect();
    for (quotation, text) in found.quotations.iter().zip(texts) {
        assert_eq!(&chars[quotation.span.start..quotation.span.end].iter().collect::<String>(), text);
    }
    found.quotations
}

/// Letters of a text: what its marks and blanks leave.
fn letters(text: &str) -> Vec<char> {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// True for a text that a draft can quote as it is: no brackets of quotations, no marks of ellipsis, no paragraph ends.
fn is_quotable(text: &str) -> bool {
    let parts = ["「", "」", "『", "』", "“", "”", "\"", "…", "..", "・・・", "略）", "略)", ">", "\n\n", "\n    "];
    parts.iter().all(|part| !text.contains(part)) && text.contains(|c| ('ぁ'..='ん').contains(&c))
}

/// Draws a part of a passage of running text, of some characters.
fn drawn(random: &mut Random, from: usize, to: usize) -> (String, String) {
    let documents = &CORPUS.2;
    loop {
        let document = &documents[random.below(documents.len())];
        let passage = &document.passages[random.below(document.passages.len())];
        let chars: Vec<char> = passage.text.chars().collect();
        let length = from + random.below(to - from);
        if passage.kind != PassageKind::Body || chars.len() <= length {
            continue;
        }
        let start = random.below(chars.len() - length);
        let text = chars[start..start + length].iter().collect::<String>().trim().to_owned();
        if is_quotable(&text) && letters(&text).len() >= from {
            return (document.id.clone(), text);
        }
    }
}

/// True where a quotation was put to a place in a document.
fn is_in(quotation: &Quotation, document: &str) -> bool {
    let at = |place: &fumikura::study::Place| place.document == document;
    quotation.place.as_ref().is_some_and(at)
        || quotation.also.iter().any(|id| id == document)
        || quotation.parts.iter().any(|part| part.place.as_ref().is_some_and(at))
}

#[test]
fn quotations_as_they_stand_are_exact_over_passage_ends_too() {
    let mut random = Random(0x51AB_2207_1111_0001);
    let mut cases: Vec<(String, String)> = (0..60).map(|_| drawn(&mut random, 12, 80)).collect();
    // The draft may wrap its lines elsewhere.
    for (_, text) in cases.iter_mut().take(20) {
        let mut chars: Vec<char> = text.chars().filter(|c| *c != '\n').collect();
        chars.insert(chars.len() / 2, '\n');
        *text = chars.into_iter().collect();
    }
    let mut across = 0;
    while across < 40 {
        let document = &CORPUS.2[random.below(CORPUS.2.len())];
        let body: Vec<_> = document.passages.iter().filter(|passage| passage.kind == PassageKind::Body).collect();
        let at = random.below(body.len() - 1);
        let (before, behind): (Vec<char>, Vec<char>) =
            (body[at].text.chars().collect(), body[at + 1].text.chars().collect());
        let (tail, head) = (12 + random.below(30), 12 + random.below(30));
        let text: String =
            before[before.len().saturating_sub(tail)..].iter().chain(&['\n']).chain(behind.iter().take(head)).collect();
        let text = text.trim().to_owned();
        if is_quotable(&text) && letters(&text).len() >= 16 {
            cases.push((document.id.clone(), text));
            across += 1;
        }
    }
    let texts: Vec<String> = cases.iter().map(|(_, text)| text.clone()).collect();
    for (quotation, (document, text)) in verified(&texts).iter().zip(&cases) {
        assert_eq!(quotation.verdict, Verdict::Exact, "{document}: {text} {quotation:?}");
        assert!(quotation.differences.is_empty() && is_in(quotation, document), "{document}: {text}");
    }
}

/// A character that the corpus does not have.
const FOREIGN: char = '藍';

/// Damages a text in one of twelve ways: at most a fifth of its letters.
fn damaged(way: usize, text: &str, random: &mut Random) -> String {
    let mut chars: Vec<char> = text.chars().filter(|c| *c != '\n').collect();
    let inner: Vec<usize> = (2..chars.len() - 4).filter(|at| chars[*at].is_alphanumeric()).collect();
    let at = inner[random.below(inner.len())];
    let some = |share: usize, random: &mut Random| -> Vec<usize> {
        let count = (letters(text).len() * share / 100).max(1);
        let mut places: Vec<usize> = (0..count).map(|_| inner[random.below(inner.len())]).collect();
        places.sort_unstable();
        places.dedup();
        places
    };
    let end = chars.len();
    match way {
        0 => chars[at] = FOREIGN,
        1 => _ = chars.remove(at),
        2 => _ = chars.splice(at..at, "おおいに".chars()),
        3 => _ = chars.drain(at..at + 2),
        4 => chars[at..at + 2].copy_from_slice(&[FOREIGN, 'ゑ']),
        5 => some(10, random).into_iter().for_each(|at| chars[at] = FOREIGN),
        6 => some(18, random).into_iter().for_each(|at| chars[at] = FOREIGN),
        7 => some(12, random).into_iter().rev().for_each(|at| _ = chars.remove(at)),
        8 => _ = chars.splice(end - 2..end, "なのか".chars()),
        9 => _ = chars.splice(at..at, chars[at - 2..at].to_vec()),
        10 => _ = chars.splice(at..at + 3, "甲乙丙".chars()),
        _ => {
            chars.splice(..2, [FOREIGN; 2]);
            chars.splice(end - 2..end, [FOREIGN; 2]);
        }
    }
    chars.into_iter().collect()
}

#[test]
fn damaged_quotations_are_located_and_never_sound() {
    let mut random = Random(0x51AB_2207_2222_0002);
    let mut cases = Vec::new();
    for way in 0..12 {
        for _ in 0..20 {
            let (document, text) = drawn(&mut random, 24, 70);
            cases.push((way, document, damaged(way, &text, &mut random), text));
        }
    }
    let texts: Vec<String> = cases.iter().map(|(_, _, text, _)| text.clone()).collect();
    let found = verified(&texts);
    let mut lost = Vec::new();
    for (quotation, (way, document, text, source)) in found.iter().zip(&cases) {
        if !is_in(quotation, document) {
            lost.push(text);
        }
        // Repeated, left out or exchanged letters may give the text of another place by chance.
        if matches!(way, 0 | 2 | 4 | 5 | 6 | 10 | 11) {
            assert!(!quotation.verdict.is_sound(), "way {way}: {text} for {source} {quotation:?}");
        }
    }
    assert!(lost.len() * 50 <= cases.len(), "{} of {} were not located: {lost:?}", lost.len(), cases.len());
}

#[test]
fn invented_quotations_are_never_accepted() {
    let mut random = Random(0x51AB_2207_3333_0003);
    let all: String =
        CORPUS.2.iter().flat_map(|document| &document.passages).map(|passage| passage.text.as_str()).collect();
    let all = letters(&all);
    let mut texts: Vec<String> = Vec::new();
    while texts.len() < 100 {
        // Words of the corpus in an order of their own.
        let mut made: Vec<char> = Vec::new();
        let length = 20 + random.below(40);
        while made.len() < length {
            let piece = 3 + random.below(6);
            let start = random.below(all.len() - piece);
            made.extend(&all[start..start + piece]);
        }
        let is_new = made.windows(16).all(|run| !all.windows(16).any(|known| known == run));
        if is_new && made.iter().any(|c| ('ぁ'..='ん').contains(c)) {
            texts.push(made.into_iter().collect());
        }
    }
    for (quotation, text) in verified(&texts).iter().zip(&texts) {
        assert_eq!(quotation.verdict, Verdict::NotFound, "{text} {quotation:?}");
        assert!(quotation.place.is_none() && quotation.nearest.len() <= 3, "{text}");
        assert!(quotation.nearest.iter().all(|place| place.score < 0.8), "{text}");
    }
}

#[test]
fn each_changed_number_and_negation_is_told() {
    const NEGATED: [(&str, &str); 9] = [
        ("しました。", "しませんでした。"),
        ("した。", "しなかった。"),
        ("である", "ではない"),
        ("している", "していない"),
        ("可能", "不可能"),
        ("必要", "不必要"),
        ("図る", "図らない"),
        ("される", "されない"),
        ("できる", "できない"),
    ];
    let mut random = Random(0x51AB_2207_4444_0004);
    let mut cases: Vec<(DifferenceKind, String, String)> = Vec::new();
    while cases.len() < 30 {
        let (_, text) = drawn(&mut random, 20, 70);
        let text = text.replace('\n', "");
        if let Some((word, negated)) = NEGATED.iter().find(|(word, _)| text.contains(word)) {
            cases.push((DifferenceKind::Negation, text.replacen(word, negated, 1), text));
        }
    }
    while cases.len() < 60 {
        let (_, text) = drawn(&mut random, 20, 70);
        let text = text.replace('\n', "");
        let rows = ["0123456789", "０１２３４５６７８９", "二三四五六七八九"];
        let digits: Vec<(usize, char)> =
            text.chars().enumerate().filter(|(_, c)| rows.iter().any(|row| row.contains(*c))).collect();
        if digits.is_empty() {
            continue;
        }
        let (at, digit) = digits[random.below(digits.len())];
        let row: Vec<char> = rows.iter().find(|row| row.contains(digit)).expect("a row").chars().collect();
        let other = row[(row.iter().position(|c| *c == digit).expect("a digit") + 1) % row.len()];
        let changed = text.chars().enumerate().map(|(place, c)| if place == at { other } else { c }).collect();
        cases.push((DifferenceKind::Number, changed, text));
    }
    let texts: Vec<String> = cases.iter().map(|(_, text, _)| text.clone()).collect();
    for (quotation, (kind, text, source)) in verified(&texts).iter().zip(&cases) {
        assert!(!quotation.verdict.is_sound(), "{text} for {source}: {quotation:?}");
        assert!(
            quotation.differences.iter().any(|difference| difference.kind == *kind),
            "{kind:?} {text} for {source}: {quotation:?}"
        );
    }
}

#[test]
fn spellings_are_told_apart_from_other_words() {
    for (quoted, verdict) in [
        ("日ＥＵ間で協力していくことで一致しました", Verdict::Spelling),
        ("以下の五つの原則の重要性を確認した", Verdict::Spelling),
        ("この一年の取り組みの確認・評価とともに", Verdict::Spelling),
        ("共通ルールの改定が承認されました", Verdict::Altered),
        ("以下の６つの原則の重要性を確認した", Verdict::Altered),
        ("日EU間で協力していくことで一致しませんでした", Verdict::Altered),
    ] {
        let found = verified(&[quoted.to_owned()]);
        assert_eq!(found[0].verdict, verdict, "{:?}", found[0]);
        assert!(!found[0].differences.is_empty(), "{quoted}");
    }
}

/// Runs the command in a folder with an index of the corpus.
fn run(folder: &Path, draft: &str, arguments: &[&str], code: i32) -> String {
    std::fs::write(folder.join("draft.md"), draft).expect("written");
    let target = CORPUS.0.path().join("index").to_string_lossy().into_owned();
    let all: Vec<&str> =
        ["--index", &target, "verify", "draft.md"].into_iter().chain(arguments.iter().copied()).collect();
    stdout(&fumikura(folder, &all), code)
}

const DRAFT: &str = "第19回では「日EU間で協力していくことで一致しました」とした。\n\n> 共通ルールの改訂が\n> 承認されました。\n\n\
                     いわゆる「情報セキュリティ政策会議」である。\n";

#[test]
fn the_command_tells_place_terms_and_exit_code() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = run(folder.path(), DRAFT, &[], 0);
    for part in ["1. exact  line 1", "2. exact  line 3", "2 quotations: 2 exact", "names and terms: 1", ".txt:"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let lines = run(folder.path(), DRAFT, &["--format", "jsonl"], 0);
    let first: Value = serde_json::from_str(lines.lines().next().expect("a line")).expect("valid JSON");
    assert_eq!(first["verdict"], "exact");
    let span = (first["span"][0].as_u64().expect("start"), first["span"][1].as_u64().expect("end"));
    assert_eq!(span, (7, 27));
    assert!(first["lines"][0].as_u64() > Some(1) && first["passage"].as_str().is_some_and(|id| id.contains('#')));
    // Another document than the cited one.
    let other = "2008_international-bodies-on-information-security.txt";
    let text = run(folder.path(), DRAFT, &["--in", other], 1);
    assert!(text.contains("other_document") && text.contains(&format!("cited       {other}")), "{text}");
    let noted = format!("「日EU間で協力していくことで一致しました」（{other}）とある。");
    assert!(run(folder.path(), &noted, &[], 1).contains("other_document"));
    let none = run(folder.path(), "引用のない草稿である。", &[], 0);
    assert!(none.contains("no quotation"), "{none}");
    let unknown = run(folder.path(), DRAFT, &["--in", "none.txt"], 2);
    assert!(unknown.is_empty(), "{unknown}");
    assert!(
        run(folder.path(), DRAFT, &["--min", "18"], 0).contains("too short: 2"),
        "a short block and a short name are told"
    );
}

#[test]
fn parts_of_an_ellipsis_stand_in_order() {
    let found = verified(&[
        "さらに、（中略）以下の５つの原則の重要性を確認した".to_owned(),
        "今後も情報共有等を継続していくことで…協力していくことで一致しました".to_owned(),
        "クラウドサービスの発展の促進のための情報の共有及びIPv6導入に係る両国の進展状況の更新".to_owned(),
    ]);
    assert_eq!(found[0].verdict, Verdict::Ellipsis, "{:?}", found[0]);
    assert_eq!(found[1].verdict, Verdict::Merged, "{:?}", found[1]);
    assert_eq!(found[2].verdict, Verdict::Merged, "{:?}", found[2]);
    assert!(found.iter().all(|quotation| quotation.parts.len() == 2));
}

#[test]
fn a_quotation_is_no_part_of_the_time_limit_that_is_over() {
    let options = VerifyOptions {
        budget: fumikura::query::Budget::within(std::time::Duration::ZERO),
        ..VerifyOptions::default()
    };
    let found = verify(&CORPUS.1, DRAFT, &options).expect("verified");
    assert!(found.timed_out && found.quotations.iter().all(|quotation| quotation.verdict == Verdict::Unchecked));
}
