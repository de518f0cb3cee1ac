//! No output contains a raw character that controls a terminal or hides or reorders text, for any command, format and
//! origin.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use fumikura::output::{column, markdown_line, one_line, sanitized, write_json, write_json_line};
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, NoncharacterCodePoint};
use icu_properties::{CodePointMapData, CodePointSetData};
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{fumikura, stdout};

/// Examples that the character classes must contain, independent of any Unicode table.
const NAMED: &str = "\u{7}\u{1b}\u{7f}\u{85}\u{90}\u{9b}\u{9d}\u{ad}\u{34f}\u{61c}\u{115f}\u{180e}\u{200b}\u{200e}\u{200f}\u{2028}\u{2029}\
                     \u{202a}\u{202e}\u{2060}\u{2066}\u{2069}\u{206f}\u{3164}\u{feff}\u{fff9}\u{fffb}\u{ffff}\u{1d173}\u{e0001}\u{e0041}\u{e007f}\u{e0fff}";

/// Sequences that act on a terminal.
const SEQUENCES: &str = "\u{1b}[2J\u{1b}]8;;http://a.example\u{1b}\\題\u{1b}]8;;\u{1b}\\\u{1b}]0;x\u{7}\u{1b}[8m\u{1b}[31m\u{9b}2J\u{202e}逆\u{2066}";

fn is_suspect(c: char) -> bool {
    use GeneralCategory::{Control, Format, LineSeparator, ParagraphSeparator};
    matches!(CodePointMapData::<GeneralCategory>::new().get(c), Control | Format | LineSeparator | ParagraphSeparator)
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || CodePointSetData::new::<NoncharacterCodePoint>().contains(c)
}

/// Returns every character of the classes except line feed and tab, each alone after a letter, where neither an emoji
/// nor a kanji permits it.
fn suspects() -> String {
    ('\0'..=char::MAX).filter(|c| is_suspect(*c) && !matches!(c, '\n' | '\t')).flat_map(|c| ['x', c]).collect()
}

#[track_caller]
fn assert_harmless(bytes: &[u8], what: &str) {
    let text = std::str::from_utf8(bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
    for (at, c) in text.char_indices() {
        if is_suspect(c) && !matches!(c, '\n' | '\t') {
            let around: String = text[..at]
                .chars()
                .rev()
                .take(20)
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .chain(text[at..].chars().take(5))
                .collect();
            panic!("{what}: {} raw in {around:?}", c.escape_unicode());
        }
    }
}

/// Runs a command and asserts that both streams are harmless, also with colours, apart from the colours themselves.
#[track_caller]
fn harmless(folder: &Path, arguments: &[&str]) -> Output {
    let output = fumikura(folder, arguments);
    let what = format!(
        "{:?}",
        arguments.iter().map(|argument| argument.chars().take(40).collect::<String>()).collect::<Vec<_>>()
    );
    assert_harmless(&output.stdout, &format!("stdout of {what}"));
    assert_harmless(&output.stderr, &format!("stderr of {what}"));
    let coloured = Command::new(env!("CARGO_BIN_EXE_fumikura"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .env("CLICOLOR_FORCE", "1")
        .output()
        .expect("the program starts");
    for stream in [&coloured.stdout, &coloured.stderr] {
        let mut text = String::from_utf8_lossy(stream).into_owned();
        for code in ["0", "1", "2", "4", "32", "33", "36"] {
            text = text.replace(&format!("\u{1b}[{code}m"), "");
        }
        // The program's own red is bold (highlights, the word error); a document's red is not.
        text = text.replace("\u{1b}[31m", "");
        assert_harmless(text.as_bytes(), &format!("coloured {what}"));
    }
    output
}

/// Builds an index of a document full of such characters, and of files with them in their names.
fn hostile() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = folder.path().join("corpus");
    fs::create_dir(&corpus).expect("corpus/");
    let bad = format!("{}{NAMED}{SEQUENCES}", suspects());
    // Titles and ids have bounds.
    let few = format!("{NAMED}{SEQUENCES}");
    let document = |id: &str, text: String| {
        json!({"id": id, "title": format!("題{few}\nfailed: forged"), "url": format!("http://a.example/{bad}"), "text": text}).to_string()
    };
    let lines = [
        document(
            &format!("文{few}\n書"),
            format!("第1章 見出し{bad}\n\n電力{bad}の会合で米国と協力した。\n=HYPERLINK(\"x\")\n2011年6月9日{bad}に開催"),
        ),
        document(
            "formula",
            "\n =HYPERLINK(\"http://a.example\") 電力\n<script>alert(1)</script> [題](javascript:x) ![図](x) ``` **太字**".to_owned(),
        ),
        // A faulty line, whose report quotes it.
        json!({"id": format!("x{few}"), "text": "暗号", "partners": [format!("国{bad}\nfailed: forged")]}).to_string(),
        json!({"id": format!("y{few}"), "text": "暗号", "date": format!("昔{bad}")}).to_string(),
        json!({"id": format!("z{few}"), "text": ""}).to_string(),
    ];
    fs::write(corpus.join("lines.jsonl"), lines.join("\n")).expect("written");
    #[cfg(unix)]
    {
        let name =
            |place: &str| format!("{place}\nfailed: forged{}\u{1b}[2J\u{202e}\u{61c}\u{9b}\u{e0041}.txt", "\u{200b}");
        fs::write(corpus.join(name("good")), "電力の会合").expect("written");
        fs::write(corpus.join(name("empty")), "").expect("written");
        fs::write(corpus.join(name("given")), "電力").expect("written");
        fs::write(corpus.join(format!("{}.meta.toml", name("given"))), "date = \"昔\\u001b[2J\"\n").expect("written");
        std::os::unix::fs::symlink(corpus.join("lines.jsonl"), corpus.join(name("link"))).expect("a link");
    }
    folder
}

#[test]
fn no_code_point_of_the_classes_passes_any_format() {
    assert!(NAMED.chars().all(is_suspect));
    let all: String = suspects();
    for (what, text) in [("block", sanitized(&all).into_owned()), ("line", one_line(&all).into_owned())] {
        assert_harmless(text.as_bytes(), what);
        assert!(
            all.chars().filter(|c| is_suspect(*c)).all(|c| text.contains(&c.escape_default().to_string())),
            "{what} loses a character"
        );
    }
    assert_harmless(markdown_line(&all).as_bytes(), "markdown");
    assert_harmless(column(&all).as_bytes(), "column");
    assert!(!one_line("題\nfailed: x").contains('\n'));
}

#[test]
fn json_is_the_same_text_to_a_parser() {
    // All of Unicode, also in keys.
    let all: String = ('\0'..=char::MAX).collect();
    let value = json!({"text": all, "list": [suspects(), "葛\u{e0100}城", "👨\u{200d}👩", {suspects(): null}, [], {}]});
    let (mut pretty, mut line) = (Vec::new(), Vec::new());
    write_json(&mut pretty, &value).expect("written");
    write_json_line(&mut line, &value).expect("written");
    for written in [&pretty, &line] {
        assert_eq!(serde_json::from_slice::<Value>(written).expect("valid JSON"), value);
    }
    assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1);
    // The layout equals that of serde_json.
    let plain = json!({"a": [1, 2.5, {"b": []}], "c": {}, "d": "題\n"});
    let mut written = Vec::new();
    write_json(&mut written, &plain).expect("written");
    assert_eq!(String::from_utf8_lossy(&written), serde_json::to_string_pretty(&plain).expect("JSON") + "\n");
    let mut written = Vec::new();
    write_json(&mut written, &json!({suspects(): suspects()})).expect("written");
    assert_harmless(&written, "json");
}

#[test]
fn no_command_lets_characters_of_documents_and_paths_through() {
    let folder = hostile();
    let at = folder.path();
    let report = harmless(at, &["index"]);
    assert_eq!(report.status.code(), Some(3), "the bad lines are reported");
    let said = String::from_utf8_lossy(&report.stderr).into_owned();
    // A line feed in a path or reason does not begin a new line.
    assert!(said.lines().all(|line| !line.starts_with("failed: forged")), "{said}");
    assert!(said.contains("unknown partner") && said.contains("empty"), "{said}");
    for arguments in [
        &["index", "--json", "--retry"][..],
        &["index", "--dry-run"],
        &["stats", "--skipped"],
        &["stats", "--json"],
        &["stats"],
        &["check"],
    ] {
        harmless(at, arguments);
    }
    for arguments in [&["facets"][..], &["facets", "--json"], &["facets", "電力", "--json"], &["check", "--json"]] {
        harmless(at, arguments);
    }
    for format in ["text", "json", "jsonl", "csv", "markdown"] {
        let output = harmless(at, &["search", "電力", "--explain", "--facets", "--duplicates", "--format", format]);
        let text = stdout(&output, 0);
        assert!(text.contains("電力"), "{format}");
        assert!(!text.contains("\nfailed: forged") || format == "csv", "{format}: {text}");
    }
    let answer: Value = serde_json::from_str(&stdout(&harmless(at, &["search", "電力", "--json"]), 0)).expect("JSON");
    let mut shown = 0;
    for hit in answer["hits"].as_array().expect("hits") {
        for id in [&hit["document"]["id"], &hit["passage"]["id"]] {
            let id = id.as_str().expect("an id").to_owned();
            if !id.contains('\0') {
                shown += 1;
                assert_eq!(harmless(at, &["show", &id]).status.code(), Some(0));
                assert_eq!(harmless(at, &["show", &id, "--json"]).status.code(), Some(0));
            }
        }
        if hit["document"]["path"].as_str().is_some_and(|path| path.contains("lines.jsonl"))
            && hit["document"]["id"] != "formula"
        {
            // The title is the one given, character by character.
            let title = hit["document"]["title"].as_str().expect("a title");
            assert!(NAMED.chars().all(|c| title.contains(c)), "{title:?}");
        }
    }
    assert!(shown > 0);
    for stage in ["extracted", "normalized", "passages", "metadata", "tokens"] {
        for format in ["text", "jsonl"] {
            harmless(at, &["inspect", "corpus", "--stage", stage, "--format", format]);
        }
    }
}

#[test]
fn no_error_lets_characters_of_queries_and_arguments_through() {
    let folder = hostile();
    let at = folder.path();
    harmless(at, &["index"]);
    // Arguments cannot contain NUL, and file names have at most 255 bytes.
    let bad = format!("{}{NAMED}{SEQUENCES}\nfailed: forged", suspects()).replace('\0', "");
    let (dashed, short) = (format!("--{bad}"), format!("{SEQUENCES}\nfailed: forged"));
    let joined = |flag: &str| format!("{flag}={bad}");
    let (limit, format, group) = (joined("--limit"), joined("--format"), joined("--group"));
    for arguments in [
        &["search", &bad][..],
        &["search", &bad, "--explain"],
        &["search", &bad, "--json"],
        &["search", &bad, "--format", "markdown"],
        &["search", &bad, "--strict"],
        &["search", &format!("\"{bad}"), "--strict"],
        &["search", &format!("title:{short} (電力")],
        &["search", &format!("partner:{short}")],
        &["search", &format!("NEAR/{short}(電力, 会合)")],
        &["search", "電力", "--partner", &bad],
        &["search", "電力", "--theme", &bad],
        &["search", "電力", "--date", &bad],
        &["search", "電力", "--role", &bad],
        &["search", "電力", &dashed],
        &["search", "電力", &limit],
        &["search", "電力", &format],
        &["search", "電力", &group, "--json"],
        &["facets", &bad, "--exclude-partner", &bad],
        &["show", &bad],
        &["show", "a", &bad],
        &["show", &format!("x#{bad}")],
        &["inspect", &bad],
        &["inspect", "corpus", "--stage", &bad],
        &["index", &bad],
        &["index", "--terms", &bad],
        &["index", "--jobs", &bad],
        &[&bad],
        &["help", &bad],
        &[&dashed],
        &["--index", &short, "search", "電力"],
        &["--index", &short, "stats"],
        &["--index", &short, "check"],
        &["eval", "--pairs", &bad],
        &["eval", "--queries", &bad, "--qrels", &bad],
    ] {
        let output = harmless(at, arguments);
        for stream in [&output.stdout, &output.stderr] {
            assert!(!String::from_utf8_lossy(stream).contains("\nfailed: forged"), "{arguments:?}");
        }
    }
    for arguments in [&["--help"][..], &["search", "--help"], &["stats"], &["nonsense"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_fumikura"))
            .args(arguments)
            .current_dir(at)
            .env("FUMIKURA_INDEX", &short)
            .output()
            .expect("the program starts");
        assert_harmless(&output.stdout, &format!("{arguments:?}"));
        assert_harmless(&output.stderr, &format!("{arguments:?}"));
    }
    // Messages about plain arguments are unchanged.
    let output = fumikura(at, &["search", "電力", "--limit", "多"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && said.contains("invalid value '多' for '--limit <N>'"), "{said}");
    let output = fumikura(at, &["search", "電力", "--limit", "\u{202e}"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && said.contains("invalid value '\\u{202e}' for '--limit <N>'"), "{said}");
}

#[test]
fn csv_for_programs_is_the_text_and_csv_for_people_has_the_documented_change_alone() {
    let folder = hostile();
    harmless(folder.path(), &["index"]);
    csv_is_the_text(folder.path(), "never");
    csv_is_the_text(folder.path(), "always");
}

fn csv_is_the_text(folder: &Path, mark: &str) {
    let answer: Value =
        serde_json::from_str(&stdout(&fumikura(folder, &["search", "電力", "--json", "-n", "50"]), 0)).expect("JSON");
    let output = fumikura(folder, &["search", "電力", "--format", "csv", "-n", "50", "--bom", mark]);
    let whole = stdout(&output, 0);
    assert_eq!(whole.starts_with('\u{feff}'), mark == "always");
    let table = whole.trim_start_matches('\u{feff}');
    assert_harmless(table.as_bytes(), "csv");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let cell = |row: &csv::StringRecord, name: &str| {
        row[header.iter().position(|cell| cell == name).expect("a column")].to_owned()
    };
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("rows");
    let hits = answer["hits"].as_array().expect("hits");
    assert!(!hits.is_empty() && rows.len() == hits.len());
    let mut formulas = 0;
    for (row, hit) in rows.iter().zip(hits) {
        for (name, value) in [
            ("document", &hit["document"]["id"]),
            ("title", &hit["document"]["title"]),
            ("text", &hit["passage"]["text"]),
        ] {
            let shown = sanitized(value.as_str().expect("a text")).into_owned();
            let is_formula = shown.trim_start().starts_with(['=', '+', '-', '@']);
            formulas += usize::from(is_formula);
            assert_eq!(
                cell(row, name),
                if is_formula && mark == "always" { format!("'{shown}") } else { shown },
                "{name}"
            );
        }
    }
    assert!(formulas > 0, "a passage begins with a formula");
    // Text is quoted: a reader that also splits at semicolons finds no cell inside.
    assert!(table.lines().nth(1).is_some_and(|line| line.contains(",\"")));
}

#[test]
fn markdown_of_a_document_is_shown_and_not_run() {
    let folder = hostile();
    harmless(folder.path(), &["index"]);
    let query = "電力 OR <b>x</b> OR _y_";
    let answer = stdout(&harmless(folder.path(), &["search", query, "--format", "markdown"]), 0);
    let (mut text, mut others) = (String::new(), Vec::new());
    for event in Parser::new_ext(&answer, Options::all()) {
        match event {
            Event::Text(part) => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak => text.push('\n'),
            // The program's own marks: a title, quotations with bold matches, ids as code.
            Event::Start(Tag::Heading { id: None, .. } | Tag::Paragraph | Tag::BlockQuote(None) | Tag::Strong)
            | Event::End(_)
            | Event::Code(_) => {}
            other => others.push(other),
        }
    }
    assert!(others.is_empty(), "{others:?} in {answer}");
    for part in [query, "<script>alert(1)</script> [題](javascript:x) ![図](x) ```"] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn names_with_variation_selectors_and_emoji_stay_whole() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("corpus")).expect("corpus/");
    let text = "葛\u{e0100}城市長と辻\u{e0101}大臣が会談した。";
    let title = "葛\u{e0100}城市 👨\u{200d}👩\u{200d}👧";
    fs::write(folder.path().join("corpus/a.jsonl"), json!({"id": "a", "title": title, "text": text}).to_string())
        .expect("written");
    stdout(&fumikura(folder.path(), &["index"]), 0);
    for format in ["text", "json", "jsonl", "csv", "markdown"] {
        for query in ["葛", "葛城市長", "会談"] {
            let output = Command::new(env!("CARGO_BIN_EXE_fumikura"))
                .args(["search", query, "--format", format])
                .current_dir(folder.path())
                .env("CLICOLOR_FORCE", "1")
                .output()
                .expect("the program starts");
            let shown = String::from_utf8_lossy(&output.stdout).into_owned();
            for part in ["葛\u{e0100}", "辻\u{e0101}", "👨\u{200d}👩\u{200d}👧"] {
                assert!(shown.contains(part), "{format} {query}: {shown}");
            }
        }
    }
}

#[test]
fn a_ranking_has_six_columns_whatever_the_ids() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("corpus")).expect("corpus/");
    let ids = ["a b", "a\u{3000}b", "a\tb\nc", "100%", "a\u{a0}\u{2028}\u{85}b", "報道資料.txt"];
    let lines: Vec<String> =
        ids.iter().map(|id| json!({"id": id, "title": "題", "text": format!("電力の会合 {id}")}).to_string()).collect();
    fs::write(at("corpus/a.jsonl"), lines.join("\n")).expect("written");
    stdout(&fumikura(folder.path(), &["index"]), 0);
    fs::write(at("queries.jsonl"), "{\"id\": \"q 1\", \"text\": \"電力\"}\n{\"id\": \"\", \"text\": \"会合\"}\n")
        .expect("written");
    fs::write(at("qrels.tsv"), "q 1\t報道資料.txt\t1\n").expect("written");
    stdout(
        &fumikura(folder.path(), &["eval", "--queries", "queries.jsonl", "--qrels", "qrels.tsv", "--run", "run.txt"]),
        0,
    );
    let run = fs::read_to_string(at("run.txt")).expect("a run");
    assert_harmless(run.as_bytes(), "run");
    let rows: Vec<Vec<&str>> = run.lines().map(|line| line.split(char::is_whitespace).collect()).collect();
    assert_eq!(rows.len(), 2 * ids.len(), "{run}");
    assert!(rows.iter().all(|row| row.len() == 6 && row[1] == "Q0" && row[5] == "fumikura"), "{run}");
    let mut found: Vec<&str> = rows.iter().filter(|row| row[0] == "q%201").map(|row| row[2]).collect();
    found.sort_unstable();
    let mut expected = ["a%20b", "a%E3%80%80b", "a%09b%0Ac", "100%25", "a%C2%A0%E2%80%A8%C2%85b", "報道資料.txt"];
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn failures_of_pairs_are_shown_harmless() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let table = format!(
        "id\tcategory\tmode\tquery\ttext\texpect\n1{SEQUENCES}\tA{SEQUENCES}\tdefault\t国連{SEQUENCES}\t国際連合\tT1{SEQUENCES}\n"
    );
    fs::write(folder.path().join("pairs.tsv"), table).expect("written");
    for arguments in [&["eval", "--pairs", "pairs.tsv"][..], &["eval", "--pairs", "pairs.tsv", "--json"]] {
        let text = stdout(&harmless(folder.path(), arguments), 0);
        assert!(text.contains("国連"), "{text}");
    }
}
