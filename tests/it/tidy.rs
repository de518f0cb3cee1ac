//! The arrows between modules go one way: compares `src/` with the table of allowed uses.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::support::root;

/// Each module with the modules that it may use, in the order in which documents and queries pass them.
const ALLOWED: &[(&str, &[&str])] = &[
    ("table", &[]),
    ("document", &["table"]),
    ("script", &[]),
    ("extract", &["document", "table"]),
    ("ingest", &["extract", "document"]),
    ("normalize", &["document", "script"]),
    ("segment", &["normalize", "document", "script"]),
    ("analysis", &["document", "script"]),
    ("metadata", &["document", "script", "table"]),
    ("query", &["analysis", "metadata", "document", "script", "table"]),
    ("matching", &["query", "analysis", "metadata", "document", "script"]),
    ("index", &["extract", "analysis", "metadata", "document", "script"]),
    ("pipeline", &["ingest", "normalize", "segment", "metadata", "analysis", "index", "document"]),
    ("engine", &["query", "analysis", "metadata", "document"]),
    (
        "engine/cluster",
        &["engine", "engine/ranking", "matching", "index", "query", "analysis", "metadata", "document", "script"],
    ),
    ("engine/ranking", &["engine", "matching", "index", "query", "analysis", "metadata", "document", "script"]),
    (
        "engine/embedded",
        &["engine", "engine/ranking", "matching", "index", "query", "analysis", "metadata", "document", "script"],
    ),
    ("engines", &["engine", "engine/embedded", "engine/cluster", "index"]),
    ("study", &["engine", "matching", "query", "analysis", "metadata", "document", "script", "table"]),
    (
        "evaluate",
        &["engine", "engine/embedded", "matching", "pipeline", "query", "analysis", "index", "ingest", "document"],
    ),
    ("cite", &["document", "table"]),
    ("output", &["engine", "study", "cite", "query", "index", "document", "script"]),
    (
        "serve",
        &[
            "output", "cite", "study", "engine", "engines", "ingest", "extract", "query", "analysis", "metadata",
            "document", "script",
        ],
    ),
    (
        "cli",
        &[
            "serve",
            "evaluate",
            "output",
            "cite",
            "study",
            "engine",
            "engines",
            "engine/cluster",
            "pipeline",
            "index",
            "query",
            "analysis",
            "metadata",
            "normalize",
            "ingest",
            "extract",
            "document",
        ],
    ),
];

/// Longest file, in lines: a longer file has two jobs.
const MAX_LINES: usize = 500;
/// Longest line, in characters.
const MAX_COLUMNS: usize = 120;

/// Returns the room of a path below `src`: its folder, or the file name where it has none.
fn room(path: &str) -> String {
    for inner in ["engine/embedded", "engine/cluster", "engine/ranking"] {
        if path.starts_with(inner) {
            return inner.to_owned();
        }
    }
    path.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned()
}

pub fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn modules_use_only_what_stands_before_them() {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    let allowed: BTreeMap<&str, BTreeSet<&str>> =
        ALLOWED.iter().map(|(module, uses)| (*module, uses.iter().copied().collect())).collect();
    let mut met = BTreeSet::new();
    for file in files {
        let relative = file.strip_prefix(root().join("src")).expect("below src").to_string_lossy().replace('\\', "/");
        let module = room(&relative);
        let text = std::fs::read_to_string(&file).expect("a source");
        assert!(text.lines().count() <= MAX_LINES, "{relative} has {} lines", text.lines().count());
        if let Some(long) = text.lines().find(|line| line.chars().count() > MAX_COLUMNS) {
            panic!("{relative}: a line of more than {MAX_COLUMNS} columns: {long}");
        }
        if matches!(module.as_str(), "lib" | "main") {
            continue;
        }
        let uses = allowed.get(module.as_str()).unwrap_or_else(|| panic!("src/{module} is not in the table"));
        met.insert(module.clone());
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for part in line.split("crate::").skip(1) {
                let path: String =
                    part.chars().take_while(|c| c.is_ascii_lowercase() || matches!(c, '_' | ':')).collect();
                let used = room(&path.replace("::", "/"));
                assert!(
                    used == module || used.is_empty() || uses.contains(used.as_str()),
                    "{relative}: {module} must not use {used}: {}",
                    line.trim()
                );
            }
        }
        assert!(!text.contains("remove_dir_all"), "{relative}: nothing is removed but files of ours, by their names");
        for call in ["fs::remove_file(", "fs::remove_dir(", "fs::rename("] {
            assert!(
                // The child attempts forbidden operations, for a test.
                !text.contains(call)
                    || relative == "ingest/child/process.rs"
                    || ["index/files.rs", "index/folder.rs", "index/seal.rs"].contains(&relative.as_str()),
                "{relative}: only the folder of the index removes and renames files ({call}…)"
            );
        }
        assert!(
            matches!(module.as_str(), "index" | "engine/embedded") || !text.contains("tantivy::"),
            "{relative}: only index and engine/embedded name tantivy"
        );
        assert!(
            module == "analysis" || !text.contains("lindera::") && !text.contains("lindera_dictionary::"),
            "{relative}: only analysis knows lindera"
        );
        assert!(
            !text.contains("pdfboss_")
                || ["mod.rs", "extras.rs", "unicode.rs"].iter().any(|file| relative == format!("extract/pdf/{file}")),
            "{relative}: only mod, extras and unicode of extract/pdf know the engine"
        );
        assert!(
            !text.contains("IndexWriter<") && !text.contains("IndexWriter =") || relative == "index/writer.rs",
            "{relative}: only index/writer.rs writes"
        );
        // Code that opens an output of its own bypasses the guard; the child speaks only to its parent.
        let opened = text.replace("stderr().is_terminal()", "");
        assert!(
            !["stdout()", "stderr()", "anstream::", "AutoStream"].iter().any(|name| opened.contains(name))
                || matches!(relative.as_str(), "cli/mod.rs" | "ingest/child/process.rs"),
            "{relative}: only cli/mod.rs opens standard output and standard error"
        );
        assert!(
            !text.contains("serde_json::to_writer") || !matches!(module.as_str(), "cli" | "output"),
            "{relative}: JSON for people is written by output::write_json, which escapes what acts on a terminal"
        );
    }
    assert_eq!(met.len(), ALLOWED.len(), "the table names modules that are gone");
}

/// Returns, for each file of a folder, the neighbours that it uses.
fn neighbours(folder: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let Some(name) = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()) else { continue };
        if path.extension().is_some_and(|ending| ending == "rs") && name != "mod" {
            files.insert(name, std::fs::read_to_string(&path).expect("a source"));
        }
    }
    let uses = |text: &str, name: &str| {
        let own = text.split("#[cfg(test)]").next().unwrap_or_default();
        let code: String = own.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let listed = |list: &str| list.split(',').any(|part| part.trim().split("::").next() == Some(name));
        code.contains(&format!("super::{name}::"))
            || code.contains(&format!("super::{name};"))
            || code.split("use super::{").skip(1).any(|rest| listed(rest.split('}').next().unwrap_or_default()))
    };
    let used = |text: &String| files.keys().filter(|name| uses(text, name)).cloned().collect();
    files.iter().map(|(name, text)| (name.clone(), used(text))).collect()
}

/// Searches for a cycle; `way` then holds its names.
fn circle(uses: &BTreeMap<String, BTreeSet<String>>, way: &mut Vec<String>, done: &mut BTreeSet<String>) -> bool {
    let last = way.last().expect("a name").clone();
    for next in &uses[&last] {
        if way.contains(next) {
            way.push(next.clone());
            return true;
        }
        if done.contains(next) || next == &last {
            continue;
        }
        way.push(next.clone());
        if circle(uses, way, done) {
            return true;
        }
        way.pop();
    }
    done.insert(last);
    false
}

#[test]
fn files_of_a_folder_use_each_other_one_way() {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    let folders: BTreeSet<PathBuf> = files.iter().filter_map(|file| file.parent().map(Path::to_owned)).collect();
    assert!(folders.len() > 15, "{folders:?}");
    for folder in folders {
        let uses = neighbours(&folder);
        let mut done = BTreeSet::new();
        for name in uses.keys() {
            let mut way = vec![name.clone()];
            assert!(!circle(&uses, &mut way, &mut done), "{}: a circle of {}", folder.display(), way.join(" → "));
        }
    }
}
