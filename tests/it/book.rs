//! The book is true: each command that a chapter shows with its output is run, both languages show the same, and links
//! lead somewhere.
//!
//! A block of `console` is run by `sh` in a temporary folder with `corpus/` and, unless the chapter makes it, its index.
//! Lines that begin with `$ ` are commands, and `> ` continues one; the lines below are its output, messages included.
//! `…` on a line of its own stands for one or more lines, and inside a line for any text. `# exit 1` names another exit
//! code than 0. Blocks of one chapter share the folder, and a program started in the background ends with its block.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use crate::support::{fumikura, root, stdout};

/// Chapters, each in English and with `.ja` in Japanese.
const CHAPTERS: &[&str] = &[
    "README",
    "docs/README",
    "docs/install",
    "docs/search",
    "docs/page",
    "docs/workbench",
    "docs/formats",
    "docs/mcp",
    "docs/operation",
    "docs/cluster",
    "docs/library",
];

/// Pages for reference, in English alone.
const REFERENCE: &[&str] = &["docs/cli", "docs/json", "docs/performance", "docs/performance-log", "docs/serve"];

/// Blocks that no test can run, with the reason.
const NOT_RUN: &[(&str, usize, &str)] = &[
    ("README", 3, "a server that stays up; installation; make"),
    ("docs/install", 2, "installation; a server that stays up"),
    ("docs/page", 1, "a server that stays up and opens a browser"),
    ("docs/cluster", 2, "nodes of a cluster"),
    ("docs/operation", 3, "a watch that stays up; systemd; jq may be missing"),
];

/// Text that stands for anything.
const LEFT_OUT: &str = "…";
/// Stands in the output behind each command, before its exit code.
const MARK: char = '\u{1}';

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A fenced block.
#[derive(Debug, PartialEq, Eq)]
struct Block {
    language: String,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        match line.strip_prefix("```") {
            Some(_) if inside => inside = false,
            Some(language) => {
                inside = true;
                found.push(Block { language: language.to_owned(), text: String::new() });
            }
            None if inside => {
                let block = found.last_mut().expect("a block is open");
                block.text.push_str(line);
                block.text.push('\n');
            }
            None => {}
        }
    }
    assert!(!inside, "a block is not closed: {:?}", found.last());
    found
}

/// A command of a block with the output that the chapter shows.
#[derive(Debug, PartialEq, Eq)]
struct Example {
    command: String,
    exit: i32,
    shown: Vec<String>,
}

fn examples(block: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    for line in block.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            let exit = command.rsplit_once(" # exit ").map_or(0, |(_, code)| code.parse().expect("an exit code"));
            found.push(Example { command: command.to_owned(), exit, shown: Vec::new() });
            continue;
        }
        let example = found.last_mut().expect("a block begins with a command");
        match line.strip_prefix("> ") {
            Some(more) if example.shown.is_empty() => {
                example.command.push('\n');
                example.command.push_str(more);
            }
            _ => example.shown.push(line.trim_end().to_owned()),
        }
    }
    for example in &mut found {
        while example.shown.last().is_some_and(String::is_empty) {
            example.shown.pop();
        }
    }
    found
}

/// Tells whether a line is as shown.
fn is_line(shown: &str, line: &str) -> bool {
    let Some((first, others)) = shown.split_once(LEFT_OUT) else { return shown == line };
    let (inner, last) = others.rsplit_once(LEFT_OUT).unwrap_or(("", others));
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    for part in inner.split(LEFT_OUT) {
        let Some((_, behind)) = rest.split_once(part) else { return false };
        rest = behind;
    }
    rest.ends_with(last)
}

/// Tells whether an output is as shown.
fn is_shown(shown: &[String], lines: &[&str]) -> bool {
    match (shown, lines) {
        ([], rest) => rest.is_empty(),
        ([first, then @ ..], lines) if first == LEFT_OUT => {
            (1..=lines.len()).any(|left_out| is_shown(then, &lines[left_out..]))
        }
        ([first, then @ ..], [line, rest @ ..]) => is_line(first, line) && is_shown(then, rest),
        _ => false,
    }
}

/// A folder in which the commands of one chapter are run.
struct Place {
    folder: tempfile::TempDir,
    programs: tempfile::TempDir,
}

impl Place {
    fn new(is_indexed: bool) -> Self {
        let (folder, programs) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        symlink(env!("CARGO_BIN_EXE_fumikura"), programs.path().join("fumikura")).expect("a link");
        let corpus = folder.path().join("corpus");
        std::fs::create_dir(&corpus).expect("made");
        for entry in std::fs::read_dir(root().join("corpus")).expect("corpus/") {
            let entry = entry.expect("an entry");
            std::fs::copy(entry.path(), corpus.join(entry.file_name())).expect("a copy");
        }
        if is_indexed {
            stdout(&fumikura(folder.path(), &["index"]), 0);
        }
        Self { folder, programs }
    }

    /// Runs commands one after another in one shell, and returns the output and the exit code of each.
    fn run(&self, examples: &[Example]) -> Vec<(String, i32)> {
        let mut script = "exec 2>&1\ntrap 'kill $! 2> /dev/null' EXIT\n".to_owned();
        for example in examples {
            script.push_str(&format!("{}\nprintf '{MARK}%s\\n' $?\n", example.command));
        }
        let path = std::env::var("PATH").unwrap_or_default();
        let output = Command::new("timeout")
            .args(["120", "sh", "-c", &script])
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", format!("{}:{path}", self.programs.path().display()))
            .env("HOME", self.folder.path())
            .env("LC_ALL", "C.UTF-8")
            .env("NO_COLOR", "1")
            .output()
            .expect("a shell");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut rest = text.as_str();
        let mut found = Vec::new();
        for example in examples {
            let (said, behind) =
                rest.split_once(MARK).unwrap_or_else(|| panic!("{} did not end: {text}", example.command));
            let (code, behind) = behind.split_once('\n').expect("an exit code");
            found.push((said.to_owned(), code.parse().expect("a number")));
            rest = behind;
        }
        found
    }
}

/// Runs a chapter, and returns the number of its commands.
fn run(chapter: &str) -> usize {
    let page = read(&format!("{chapter}.md"));
    let all: Vec<Vec<Example>> =
        blocks(&page).iter().filter(|block| block.language == "console").map(|block| examples(&block.text)).collect();
    let makes_it = all.first().is_some_and(|block| block[0].command.starts_with("fumikura index"));
    let place = Place::new(!makes_it);
    for block in &all {
        for (example, (said, code)) in block.iter().zip(place.run(block)) {
            let lines: Vec<&str> = said.lines().map(str::trim_end).collect();
            let lines = &lines[..lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1)];
            let command = &example.command;
            assert_eq!(code, example.exit, "{chapter}: $ {command}\n{said}");
            assert!(
                is_shown(&example.shown, lines),
                "{chapter}: $ {command}\nshown:\n{}\nprinted:\n{said}",
                example.shown.join("\n")
            );
            let is_nothing = !example.shown.is_empty() && example.shown.iter().all(|line| line == LEFT_OUT);
            assert!(!is_nothing, "{chapter}: $ {command} shows nothing of its output");
        }
    }
    all.iter().map(Vec::len).sum()
}

#[test]
fn what_the_book_shows_is_what_is_printed() {
    let needs_serve = |chapter: &str| matches!(chapter, "docs/page" | "docs/mcp");
    let mut count = 0;
    for chapter in CHAPTERS {
        if cfg!(feature = "serve") || !needs_serve(chapter) {
            count += run(chapter);
        }
    }
    eprintln!("{count} commands of the book were run");
    assert!(count >= 100, "the book has {count} commands");
}

#[test]
fn a_difference_from_what_is_shown_is_found() {
    let shown = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let output = ["3 箇所 word 3", "", "a.txt:1–2"];
    for as_shown in ["3 箇所 word 3\n\na.txt:1–2", "3 …\n…\na.txt:…", "…\na.txt:1–2", "3 箇所 word 3\n…", "3…3\n\n…"]
    {
        assert!(is_shown(&shown(as_shown), &output), "{as_shown}");
    }
    for otherwise in ["3 箇所 word 3", "4 …\n…", "3 …\n…\n…\n…", "3 箇所 word 3\n\na.txt:1–…3", "3 箇所…2\n…", ""]
    {
        assert!(!is_shown(&shown(otherwise), &output), "{otherwise}");
    }
    let block = "$ cat > a << 'END'\n> 一\n> END\n$ cat a # exit 1\n> 二\n";
    let found = examples(block);
    assert_eq!((found[0].command.as_str(), found[0].exit), ("cat > a << 'END'\n一\nEND", 0));
    let ran = Place::new(false).run(&found[..1]);
    assert_eq!(ran, [(String::new(), 0)]);
    assert_eq!((found[1].exit, found[1].command.as_str()), (1, "cat a # exit 1\n二"));
}

#[test]
fn both_languages_show_the_same_blocks() {
    for chapter in CHAPTERS {
        let (english, japanese) = (read(&format!("{chapter}.md")), read(&format!("{chapter}.ja.md")));
        assert_eq!(blocks(&english), blocks(&japanese), "{chapter} and its Japanese");
        let headings = |page: &str| headings(page).len();
        assert_eq!(headings(&english), headings(&japanese), "{chapter}: headings");
        let name = chapter.rsplit('/').next().unwrap_or_default();
        assert!(english.contains(&format!("({name}.ja.md)")), "{chapter} does not lead to its Japanese");
        assert!(japanese.contains(&format!("({name}.md)")), "{chapter}.ja does not lead to its English");
    }
}

#[test]
fn few_blocks_are_not_run() {
    let mut expected: BTreeMap<&str, usize> = BTreeMap::new();
    for (chapter, count, reason) in NOT_RUN {
        assert!(!reason.is_empty());
        expected.insert(chapter, *count);
    }
    for chapter in CHAPTERS {
        let page = read(&format!("{chapter}.md"));
        let found = blocks(&page);
        let of = |language: &str| found.iter().filter(|block| block.language == language).count();
        assert_eq!(of("sh"), expected.get(chapter).copied().unwrap_or(0), "{chapter}: blocks that are not run");
        for Block { language, .. } in &found {
            assert!(["console", "sh", "rust", "toml", "json"].contains(&language.as_str()), "{chapter}: {language}");
        }
        // A block without a fence would escape.
        let is_indented = |event| matches!(event, Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)));
        assert!(!Parser::new(&page).any(is_indented), "{chapter} has an indented block");
        assert!(*chapter == "docs/library" || of("rust") == 0, "{chapter} has Rust that is not compiled");
    }
}

#[test]
fn the_contents_name_every_page() {
    let mut pages: BTreeSet<String> = BTreeSet::new();
    for entry in std::fs::read_dir(root().join("docs")).expect("docs/") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        if let Some(stem) = name.strip_suffix(".md") {
            pages.insert(format!("docs/{}", stem.trim_end_matches(".ja")));
        }
    }
    let known: BTreeSet<String> = CHAPTERS
        .iter()
        .chain(REFERENCE)
        .filter(|page| page.starts_with("docs/"))
        .map(|page| page.to_string())
        .collect();
    assert_eq!(pages, known, "pages of docs/, and chapters and references of this test");
    for ending in ["", ".ja"] {
        let (contents, readme) = (read(&format!("docs/README{ending}.md")), read(&format!("README{ending}.md")));
        for page in known.iter().filter(|page| *page != "docs/README") {
            let is_chapter = CHAPTERS.contains(&page.as_str());
            let file = format!("{page}{}.md", if is_chapter { ending } else { "" });
            let name = file.trim_start_matches("docs/");
            assert!(contents.contains(&format!("]({name})")), "docs/README{ending}.md does not name {name}");
            assert!(!is_chapter || readme.contains(&format!("]({file})")), "README{ending}.md does not name {file}");
        }
    }
}

/// Returns the anchors of a page, as GitHub makes them of its headings.
fn headings(page: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut inside = false;
    for event in Parser::new(page) {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                inside = true;
                found.push(String::new());
            }
            Event::End(TagEnd::Heading(_)) => inside = false,
            Event::Text(text) | Event::Code(text) if inside => {
                let kept = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
                let anchor = kept.map(|c| if c == ' ' { '-' } else { c }).flat_map(char::to_lowercase);
                found.last_mut().expect("a heading").extend(anchor);
            }
            _ => {}
        }
    }
    found
}

#[test]
fn links_lead_somewhere() {
    let mut pages: Vec<PathBuf> =
        ["ARCHITECTURE.md", "CHANGELOG.md", "README.md", "README.ja.md"].map(Into::into).into();
    for folder in ["docs", "docs/releases"] {
        let entries = std::fs::read_dir(root().join(folder)).expect("a folder");
        let names = entries.map(|entry| Path::new(folder).join(entry.expect("an entry").file_name()));
        pages.extend(names.filter(|name| name.extension().is_some_and(|ending| ending == "md")));
    }
    let mut count = 0;
    for page in pages {
        let text = read(&page.to_string_lossy());
        for event in Parser::new(&text) {
            let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event else { continue };
            if dest_url.contains("://") {
                continue;
            }
            count += 1;
            let (file, anchor) = dest_url.split_once('#').unwrap_or((&dest_url, ""));
            let target = match file {
                "" => page.clone(),
                file => page.parent().unwrap_or(Path::new("")).join(file),
            };
            assert!(root().join(&target).exists(), "{}: {dest_url} leads nowhere", page.display());
            if !anchor.is_empty() {
                let headings = headings(&read(&target.to_string_lossy()));
                assert!(headings.iter().any(|one| one == anchor), "{}: no heading {dest_url}", page.display());
            }
        }
    }
    assert!(count > 100, "{count} links");
}
