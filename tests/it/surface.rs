//! The public surface of the library names no type of another crate: `src/` read as text.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::root;
use crate::tidy::sources;

/// Crates whose traits are part of the JSON that the library writes.
const ALLOWED: &[&str] = &["serde", "schemars"];

/// The crates that the library depends on, as Rust names them.
fn crates() -> BTreeSet<String> {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml");
    let listed = manifest.split("\n[dependencies]\n").nth(1).and_then(|rest| rest.split("\n[").next());
    let names = listed.expect("dependencies").lines().filter_map(|line| line.split(" = ").next());
    names.map(|name| name.replace('-', "_")).filter(|name| !ALLOWED.contains(&name.as_str())).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// What stands before the unit tests of a file, without comments.
fn code(text: &str) -> Vec<&str> {
    let own = text.split("#[cfg(test)]").next().unwrap_or_default();
    own.lines().filter(|line| !line.trim_start().starts_with("//")).collect()
}

/// Types that a file imports from other crates.
fn imported(lines: &[&str], crates: &BTreeSet<String>) -> BTreeSet<String> {
    let text = lines.join("\n");
    let uses = text.split("use ").skip(1).filter_map(|rest| rest.split(';').next());
    let foreign = uses.filter(|path| words(path).next().is_some_and(|first| crates.contains(first)));
    // Of `Segmenter as Lindera` the file knows the second name alone.
    let names = foreign.flat_map(|path| path.split([',', '{', '}'])).filter_map(|part| words(part).last());
    names.filter(|name| name.starts_with(char::is_uppercase)).map(str::to_owned).collect()
}

/// Names of a file that its folder shows: those that it lists, or all (`None`).
fn shown(file: &str, folder: &str) -> Option<BTreeSet<String>> {
    if folder.contains(&format!("pub mod {file};")) {
        return None;
    }
    let opening = format!("pub use {file}::");
    let lists = folder.split(&opening).skip(1).filter_map(|rest| rest.split(';').next());
    Some(lists.flat_map(words).map(str::to_owned).collect())
}

/// Public signatures, fields and implementations of shown names that name a type of another crate.
fn offences(text: &str, shown: Option<&BTreeSet<String>>, crates: &BTreeSet<String>) -> Vec<String> {
    let lines = code(text);
    let foreign = imported(&lines, crates);
    let is_shown = |name: &str| shown.is_none_or(|names| names.contains(name));
    let names_foreign = |text: &str| {
        let paths = || text.split("::").filter_map(|part| words(part).last());
        words(text).any(|word| foreign.contains(word)) || paths().any(|word| crates.contains(word))
    };
    let mut found = Vec::new();
    // The item at the margin that the line stands in: whether it is shown, and whether all in it is as public as it.
    let (mut in_shown, mut all_public) = (false, false);
    for (at, line) in lines.iter().enumerate() {
        let item = line.trim_start();
        let at_margin = item.len() == line.len();
        if at_margin {
            all_public = item.starts_with("pub trait ") || item.starts_with("pub enum ");
            let head = item.split(['{', '(', ';']).next().unwrap_or_default();
            let of_impl = || head.split(" for ").last().and_then(|of| words(of).find(|word| *word != "impl"));
            let of_item = || words(head).find(|word| !["pub", "fn", "const", "async"].contains(word));
            if head.starts_with("impl") {
                in_shown = of_impl().is_some_and(is_shown);
                if in_shown && head.contains(" for ") && names_foreign(head) {
                    found.push((*line).to_owned());
                }
            } else if head.starts_with("pub ") {
                let kinds = ["struct", "enum", "trait", "type", "static", "union"];
                let name = words(head).find(|word| *word != "pub" && !kinds.contains(word));
                in_shown = if head.contains("fn ") { of_item() } else { name }.is_some_and(is_shown);
            } else if !item.is_empty() && !item.starts_with(['}', ')', '#', '{']) {
                in_shown = false;
            }
        }
        if in_shown && (item.starts_with("pub ") || all_public && !at_margin && !item.starts_with('}')) {
            let signature: Vec<&str> = lines[at..].iter().take_while(|line| !line.trim().is_empty()).copied().collect();
            let joined = signature.join(" ");
            let end = if item.contains("fn ") { joined.find(['{', ';']) } else { Some(line.len()) };
            let mut signature = joined[..end.unwrap_or(joined.len())].trim();
            if signature.starts_with("pub struct ") && !signature.contains("(pub ") {
                signature = signature.split('(').next().unwrap_or_default();
            }
            if names_foreign(signature) {
                found.push(signature.to_owned());
            }
        }
    }
    found
}

#[test]
fn no_public_signature_names_a_type_of_another_crate() {
    let crates = crates();
    assert!(crates.contains("tantivy") && crates.contains("lindera_dictionary") && crates.contains("clap"));
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    let mut signatures = 0;
    for file in files.iter().filter(|file| file.file_name().is_some_and(|name| name != "main.rs")) {
        let text = std::fs::read_to_string(file).expect("a source");
        let name = file.file_stem().expect("a name").to_string_lossy();
        let folder = |path: &Path| std::fs::read_to_string(path.join("mod.rs")).unwrap_or_default();
        let of_folder = folder(file.parent().expect("a folder"));
        let shown =
            if matches!(&*name, "mod" | "lib") || of_folder.is_empty() { None } else { shown(&name, &of_folder) };
        let found = offences(&text, shown.as_ref(), &crates);
        assert!(found.is_empty(), "{}: {found:?}", file.display());
        signatures += usize::from(shown.is_none_or(|names| !names.is_empty()));
    }
    assert!(signatures > 50, "{signatures} files show names");
}

#[test]
fn a_foreign_type_in_a_public_signature_is_seen() {
    let crates = crates();
    let open: BTreeSet<String> = ["OpenIndex", "Row", "open"].map(str::to_owned).into();
    let text = |body: &str| format!("use tantivy::{{DocId, Searcher as S}};\nuse crate::Term;\n\n{body}");
    for body in [
        "impl OpenIndex {\n    pub fn searcher(&self) -> &S {\n",
        "impl OpenIndex {\n    pub fn of(\n        docs: &[DocId],\n    ) -> Self {\n",
        "pub struct Row {\n    pub doc: DocId,\n}\n",
        "pub struct Row(pub DocId);\n",
        "pub enum Row {\n    Doc(DocId),\n}\n",
        "pub fn open(path: &Path) -> tantivy::Result<()> {\n",
        "impl From<DocId> for Row {\n",
        "pub trait Row {\n    fn doc(&self) -> DocId;\n}\n",
    ] {
        assert!(!offences(&text(body), Some(&open), &crates).is_empty(), "{body}");
    }
    for body in [
        "impl OpenIndex {\n    pub(crate) fn searcher(&self) -> &S {\n    }\n    pub \
         fn size(&self) -> usize {\n        S::x()\n",
        "impl Hidden {\n    pub fn doc(&self) -> DocId {\n",
        "pub struct Row {\n    doc: DocId,\n    pub term: Term,\n}\n",
        "pub struct Row(DocId);\n",
        "pub fn open() -> Searcher {\n",
        "fn open() -> DocId {\n",
    ] {
        assert!(offences(&text(body), Some(&open), &crates).is_empty(), "{body}");
    }
}
