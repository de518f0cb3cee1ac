//! Time and memory grow linearly with the size of a text, never quadratically, for any content.

use std::process::{Command, Stdio};
use std::time::Duration;

use fumikura::analysis::Analyzer;
use fumikura::document::SourceId;
use fumikura::document::{Given, GivenField};
use fumikura::index::{IndexedDocument, Writer};
use fumikura::ingest::{JsonLines, SourceDocument};
use fumikura::normalize::normalize;
use fumikura::pipeline::{cut, make_document};
use rustix::time::{ClockId, clock_gettime};

use crate::support::{fumikura, stdout};

/// Greatest ratio of times for four times the text; quadratic work gives sixteen.
const MOST_RATIO: f64 = 8.0;
/// Shorter runs are too short to judge: the size is doubled.
const LEAST: Duration = Duration::from_millis(40);
/// First size, in bytes.
const BYTES: usize = 1 << 17;
/// Size, in bytes, at which a kind passes because even that is fast.
const MOST_BYTES: usize = 8 << 20;

/// Measures the processor time of this thread, because other tests run at the same time.
fn time(work: impl FnOnce()) -> Duration {
    let now = || clock_gettime(ClockId::ThreadCPUTime);
    let start = now();
    work();
    let end = now();
    Duration::new((end.tv_sec - start.tv_sec) as u64, 0) + Duration::from_nanos(end.tv_nsec as u64)
        - Duration::from_nanos(start.tv_nsec as u64)
}

/// Runs all stages from a text to the rows of a segment.
fn index(text: String, given: Given) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = SourceDocument { given, ..SourceDocument::of_text("a.txt", "a.txt", text) };
    let document = make_document(&source);
    let indexed = IndexedDocument {
        passage_count: document.passages.len(),
        document,
        source: SourceId { root: 0, path: "a.txt".into() },
        hash: String::new(),
    };
    let mut writer = Writer::open(folder.path(), 1, 256 << 20, &Default::default(), &[]).expect("an index");
    writer.apply(writer.put_document(&indexed, &Analyzer::new())).expect("written");
    writer.commit().expect("committed");
}

/// Repeats a numbered unit up to a size.
fn repeated(bytes: usize, unit: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    let mut number = 0;
    while text.len() < bytes {
        text.push_str(&unit(number));
        number += 1;
    }
    text
}

/// Asserts that four times the bytes take no more than [`MOST_RATIO`] times the time, at a size that takes [`LEAST`].
fn assert_linear(what: &str, mut work: impl FnMut(usize)) {
    let mut bytes = BYTES;
    let mut small = time(|| work(bytes));
    while small < LEAST && bytes * 2 <= MOST_BYTES / 4 {
        bytes *= 2;
        small = time(|| work(bytes));
    }
    // Other load only slows a run down, so the fastest run counts.
    let mut grown = |bytes: usize, small: Duration| -> Result<(), Duration> {
        let within = |large: &Duration| large.as_secs_f64() <= MOST_RATIO * small.max(LEAST).as_secs_f64();
        let large: Vec<Duration> = std::iter::repeat_with(|| time(|| work(bytes * 4)))
            .take(3)
            .scan(false, |done, large| (!std::mem::replace(done, within(&large))).then_some(large))
            .collect();
        if large.iter().any(within) { Ok(()) } else { Err(large.into_iter().min().unwrap_or_default()) }
    };
    // A large text is repaired in parts, so one ratio can mislead: quadratic work shows at every size.
    if let Err(large) = grown(bytes, small)
        && let Err(larger) = grown(bytes * 4, large)
    {
        panic!("{what}: {bytes} bytes take {small:?}, four times as many {large:?}, sixteen times as many {larger:?}");
    }
}

/// The quadratic fault that once existed, the start of a text, and its repeated unit.
type Kind<'a> = (&'a str, &'a str, fn(usize) -> String);

fn assert_texts_linear(kinds: &[Kind<'_>]) {
    for (what, head, unit) in kinds {
        assert_linear(what, |bytes| index((*head).to_owned() + &repeated(bytes, unit), Given::default()));
    }
}

#[test]
fn one_line_of_any_size_takes_time_by_its_size() {
    assert_texts_linear(&[
        ("a line of sentences is not copied for each of them", "", |at| format!("第{at}回の会合を開催した。")),
        ("repairs are not looked through for each sentence", "", |_| "スпам対策と이슈。".to_owned()),
        ("a line without any punctuation", "", |_| "国際連携の推進に関する情報通信政策".to_owned()),
        ("one letter", "", |_| "a".repeat(1000)),
        ("one kanji", "", |_| "国".repeat(1000)),
        ("digits", "", |_| "1".repeat(1000)),
        ("kanji numerals", "", |_| "一".repeat(1000)),
        ("katakana", "", |_| "アイウー".repeat(250)),
        ("half-width kana", "", |_| "ｶﾞｯｺｳ".repeat(250)),
        ("combining marks", "か", |_| "\u{3099}\u{301}".repeat(500)),
        ("blanks", "あ", |_| " ".repeat(1000)),
        ("brackets that are never closed", "", |_| "（国際".to_owned()),
        ("a sentence mark in each bracket", "（", |_| "対話した。".to_owned()),
        ("sentence marks alone", "", |_| "。".repeat(1000)),
    ]);
}

#[test]
fn marks_and_tags_in_a_line_are_looked_for_once() {
    assert_texts_linear(&[
        ("capitals with blanks between them", "", |_| "I T ".to_owned()),
        ("blanks before capitals", "Ａ I T", |_| " ".repeat(100)),
        ("capitals and Japanese with blanks between them", "", |_| "I T   安心 ".to_owned()),
        ("footnote tags that are never closed", "", |_| "<sup>".to_owned()),
        ("footnote marks with text before them", "　　　　　　　　あ", |at| {
            format!("文<sup>{}</sup>", at % 99)
        }),
        ("angle brackets", "", |_| "<".repeat(1000)),
    ]);
    // Half of the line is blank; it was once tested for blankness at each mark.
    assert_linear("footnote marks behind blanks", |bytes| {
        index("　".repeat(bytes / 6) + "文" + &"<sup>1</sup>".repeat(bytes / 24), Given::default());
    });
}

#[test]
fn many_lines_take_time_by_their_number() {
    assert_texts_linear(&[
        ("lines joined at commas", "", |_| "国際連携、\n".to_owned()),
        ("lines joined at a margin", "", |_| {
            "国際連携の推進に関する情報通信政策の協議を行うことについてのその後の検討\n".to_owned()
        }),
        ("lines joined within bold text", "**", |_| "国際連携*a\n".to_owned()),
        ("lines joined within brackets", "（国際連携の推進に関する協議\n", |_| {
            "（国際連携の推進に関する\n)協議\n".to_owned()
        }),
        ("lines of one character", "", |_| "あ\n".to_owned()),
        ("paragraphs of one character", "", |_| "あ\n\n".to_owned()),
        ("blank lines", "あ", |_| "\n".repeat(1000)),
        ("lines of one footnote", "<sup>1</sup> 注は続く\n", |_| "注はなお続くが\n".to_owned()),
        ("rules far below the only footnote", "<sup>1</sup> 注は終わる。\n\n", |_| {
            "本文。\n\n---\n\n本文。\n\n".to_owned()
        }),
        ("heads of each of four pages", "\u{c}\n\u{c}\n\u{c}\n\u{c}\n", |at| format!("見出し{at}\n").repeat(3)),
        ("entries of contents", "", |at| format!("見出し{at} ........ {}\n", at % 999)),
        ("rows of a table", "", |_| "| 国 | 会議 | 日 |\n".to_owned()),
    ]);
    assert_linear("a footnote that waits for its rest", |bytes| {
        index(
            "<sup>1</sup> ".to_owned()
                + &"脚注の文は続く".repeat(bytes / 42)
                + "、\n\n"
                + &"本文。\n\n".repeat(bytes / 22),
            Given::default(),
        );
    });
}

#[test]
fn headings_of_every_kind_take_time_by_their_number() {
    assert_texts_linear(&[
        ("marked headings", "", |at| format!("# 見出し{at}\n")),
        ("bold headings", "", |at| format!("**見出し{at}**\n\n")),
        ("plain headings", "", |at| format!("国際連携の推進{at}\n\n")),
        ("chapters", "", |at| format!("第{at}章 推進\n")),
        ("numbers of seven levels", "", |_| "1 一\n1.1 二\n(1) 三\n① 四\n(A) 五\n(ア) 六\n本文。\n".to_owned()),
        (
            "headings of ten levels over a word",
            "第1編 あ\n第1章 あ\n第1節 あ\n1 あ\n1.1 あ\n(1) あ\n① あ\n(A) あ\n(ア) あ\n",
            |_| "● a\nb。\n".to_owned(),
        ),
    ]);
}

#[test]
fn dates_partners_and_themes_take_time_by_their_number() {
    assert_texts_linear(&[
        ("dates without a sentence", "", |at| format!("平成{}年{}月{}日", at % 30 + 1, at % 12 + 1, at % 28 + 1)),
        ("ranges of dates", "", |at| format!("{}年1月1日～{}年12月31日 ", 1900 + at % 150, 1930 + at % 150)),
        ("a list of days", "1月1日", |at| format!("、{}日", at % 28 + 1)),
        ("states as of a month", "", |_| "2008年4月現在".to_owned()),
        ("events of this year", "", |_| "本年12月WCIT".to_owned()),
        ("partners", "", |at| ["米国、", "フランス、", "欧州連合、", "ASEAN、"][at % 4].to_owned()),
        ("pairs with Japan", "", |_| "日米".to_owned()),
        ("words of themes", "", |at| ["電子署名 ", "情報通信 ", "個人情報保護 ", "迷惑メール "][at % 4].to_owned()),
        ("partners in headings", "", |at| format!("# 米国との協力{at}\n英国との間で会談を行った。\n")),
    ]);
}

#[test]
fn meetings_and_renames_take_time_by_their_number() {
    assert_texts_linear(&[
        ("meetings in one sentence", "", |at| format!("、第{}回日泰デジタル政策対話{at}年会合", at % 99 + 1)),
        ("series in sentences of their own", "", |at| {
            format!("2019年5月に第2回第{at}デジタル政策会議を開催した。\n\n")
        }),
        ("words that end names", "", |_| "日泰政策対話会議研究会検討会で".to_owned()),
        ("numbers without a name", "", |_| "第1回、".to_owned()),
        ("names in open brackets", "", |_| "「第1回(政策会議".to_owned()),
        ("words of a rename", "", |_| "情報通信政策会議に改称統合".to_owned()),
        ("a chain of renames", "", |at| format!("甲{at}協議会から甲{}協議会に改称した。", at + 1)),
        ("former names in brackets", "", |at| format!("乙協議会（現甲{at}協議会、旧丙{at}協会）。")),
        ("rows of meetings", "# 日泰政策対話\n\n", |at| format!("| 第{}回 | 2004年3月 |\n", at % 99 + 1)),
        ("meetings in headings", "", |at| format!("# 第{at}回政策対話会議研究会\n\n会議を開催した。\n\n")),
    ]);
}

#[test]
fn what_is_given_beside_a_text_does_not_multiply_with_its_passages() {
    let field = |value: String| GivenField { value, place: "a:1".to_owned() };
    assert_linear("a title as long as the text", |bytes| {
        let given = Given { title: Some(field("情報通信".repeat(bytes / 24))), ..Given::default() };
        index("国際連携の推進に関する協議を行った。".repeat(bytes / 108), given);
    });
    assert_linear("as many partners as sentences", |bytes| {
        let given = Given { partners: Some(vec![field("米国".to_owned()); bytes / 24]), ..Given::default() };
        index("国際連携の推進に関する協議を行った。".repeat(bytes / 108), given);
    });
    let source = SourceDocument::of_text("a", "a", "本文。".to_owned());
    let unknown = SourceDocument {
        given: Given { partners: Some(vec![field("無".repeat(1 << 20))]), ..Given::default() },
        ..source
    };
    let (mut document, _) = cut(&unknown);
    let problems = fumikura::metadata::complete(&mut document, &unknown.given);
    assert!(problems.len() == 1 && problems[0].to_string().len() < 2000, "{problems:?}");
    // The id of each passage contains the id of its document.
    let line = format!("{{\"id\": \"{}\", \"text\": \"本文。\"}}", "a".repeat(5000));
    let error = JsonLines::new(line.as_bytes(), "a.jsonl").next().expect("a line").expect_err("too long an id");
    assert!(error.to_string().contains("an id of 5000 bytes"), "{error}");
}

#[test]
fn a_passage_is_never_longer_than_a_sentence_may_be() {
    let units = [
        "国際連携の推進に関する情報通信政策",
        "a",
        "国",
        "（対話した。",
        "# 見出し\n",
        "、",
        "\u{3099}",
        "ー",
        "**a**\n\n",
    ];
    for unit in units {
        let source = SourceDocument::of_text("a.txt", "a.txt", unit.repeat(200_000 / unit.len()));
        let (document, _) = cut(&source);
        let longest = document.passages.iter().map(|passage| passage.text.chars().count()).max();
        assert!(longest.is_some_and(|longest| longest <= 4200), "{unit}: {longest:?}");
    }
}

#[test]
fn a_text_that_is_cut_inside_sentences_loses_no_character_and_says_so() {
    let text = "国際連携の推進に関する情報通信政策の協議を行うこと、".repeat(2000);
    let (document, warnings) = cut(&SourceDocument::of_text("a.txt", "a.txt", text.clone()));
    assert_eq!(document.passages.iter().map(|passage| passage.text.as_str()).collect::<String>(), text);
    assert!(document.passages.len() > 10 && document.passages.iter().all(|passage| passage.text.ends_with('、')));
    assert!(warnings.iter().any(|warning| warning.contains("cuts inside sentences")), "{warnings:?}");
    let (_, none) =
        cut(&SourceDocument::of_text("a.txt", "a.txt", "国際連携の推進に関する協議を行った。".repeat(5000)));
    assert_eq!(none, [""; 0]);
}

#[test]
fn a_large_text_is_repaired_in_parts_and_keeps_its_lines_and_headings() {
    // More lines than fit in one part.
    let text = "第1章 国際連携\n\n".to_owned() + &repeated(3 << 20, |at| format!("{at}件。\n")) + "末尾の文。\n";
    let lines = text.lines().count();
    assert!(lines > 250_000);
    let (document, _) = cut(&SourceDocument::of_text("a.txt", "a.txt", text.clone()));
    let last = document.passages.last().expect("a passage");
    assert_eq!(last.lines.1, lines);
    assert!(last.text.ends_with("末尾の文。"));
    assert!(document.passages.iter().all(|passage| passage.heading == ["第1章 国際連携"]));
    let shown: String =
        document.passages.iter().flat_map(|passage| passage.text.chars()).filter(|c| !c.is_whitespace()).collect();
    assert_eq!(shown, text.chars().filter(|c| !c.is_whitespace()).collect::<String>());
    // A text of one part is repaired as before.
    let small = "一行目。\n\n二行目は続き、\n三行目。\n";
    assert_eq!(fumikura::normalize::parts(small, 5).collect::<Vec<_>>(), [normalize(small, 5)]);
}

/// Measures the peak resident memory of the program while it indexes one text, in MB.
fn peak_mb(text: &str) -> u64 {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("a.txt"), text).expect("written");
    let mut process = Command::new(env!("CARGO_BIN_EXE_fumikura"))
        .args(["index", "a.txt", "--memory", "256"])
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let status = format!("/proc/{}/status", process.id());
    let mut most = 0;
    while process.try_wait().expect("a status").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        most = peak.map_or(most, |peak: u64| peak >> 10);
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(process.wait().expect("ended").success() && most > 0);
    most
}

#[test]
fn thirty_megabytes_of_one_letter_stay_within_the_memory_and_a_hundred_megabytes() {
    let most = peak_mb(&"a".repeat(30 << 20));
    assert!(most <= 356, "{most} MB");
}

#[test]
fn lines_of_one_character_stay_within_the_memory_and_a_hundred_megabytes() {
    let most = peak_mb(&"あ\n".repeat(3 << 20));
    assert!(most <= 356, "{most} MB");
}

#[test]
fn a_document_that_would_take_far_more_memory_than_is_given_is_reported_and_the_rest_is_indexed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // Nearly all pairs of characters are distinct.
    let mut random = crate::support::Random(7);
    let text: String = (0..4_000_000).filter_map(|_| char::from_u32(0x4E00 + random.below(0x5000) as u32)).collect();
    std::fs::write(folder.path().join("a.txt"), text).expect("written");
    std::fs::write(folder.path().join("b.txt"), "国際連携の協議。").expect("written");
    let output = fumikura(folder.path(), &["index", "a.txt", "b.txt", "--memory", "32"]);
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("a.txt: over the limit: takes about"), "{said}");
    stdout(&fumikura(folder.path(), &["search", "国際連携"]), 0);
    stdout(&fumikura(folder.path(), &["check"]), 0);
}

#[test]
fn a_large_document_of_many_rows_is_whole_in_the_index() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = repeated(6 << 20, |at| format!("第{at}回の会合を開催し、国際連携の推進について意見を交換した。\n\n"));
    std::fs::write(folder.path().join("a.txt"), text + "最後の段落である。").expect("written");
    stdout(&fumikura(folder.path(), &["index", "a.txt", "--memory", "32"]), 0);
    stdout(&fumikura(folder.path(), &["check"]), 0);
    stdout(&fumikura(folder.path(), &["search", "最後の段落"]), 0);
    stdout(&fumikura(folder.path(), &["search", "第40000回"]), 0);
}

#[test]
fn a_file_of_other_lines_than_json_is_reported_once_for_the_most_of_them() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("a.jsonl"), "x\n".repeat(5000)).expect("written");
    let output = fumikura(folder.path(), &["index", "a.jsonl", "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("valid JSON");
    let failed = report["failed"].as_array().expect("a list");
    assert_eq!(failed.len(), 1001);
    assert!(failed.iter().any(|item| item["reason"] == "4000 more lines could not be used"));
}

#[test]
fn characters_that_fold_to_many_are_counted_by_what_they_fold_to() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // Each folds to eighteen characters.
    std::fs::write(folder.path().join("a.txt"), "\u{FDFA}".repeat(900_000)).expect("written");
    let output = fumikura(folder.path(), &["index", "a.txt", "--memory", "64"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(output.status.code() == Some(3) && said.contains("over the limit"), "{said}");
}
