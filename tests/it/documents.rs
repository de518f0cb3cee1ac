//! Compares the stages of the five documents with readable golden files. `UPDATE_GOLDEN=1` rewrites them.

use std::path::Path;

use crate::made;
use crate::support::{fumikura, root, stdout};

/// Compares the output of a stage with a golden file.
fn compare(found: &str, golden: &Path, place: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(golden.parent().expect("a folder")).expect("the folder is made");
        std::fs::write(golden, found).expect("the golden file is written");
    }
    let expected = std::fs::read_to_string(golden).unwrap_or_default();
    let differs = found.lines().zip(expected.lines()).position(|(a, b)| a != b);
    assert!(
        found == expected,
        "{place}, first difference at line {differs:?}; UPDATE_GOLDEN=1 writes it anew, and tests/it/stamp.rs tells \
         which version to raise"
    );
}

fn golden(stage: &str) {
    let mut files: Vec<_> = std::fs::read_dir(root().join("corpus"))
        .expect("corpus/")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "txt"));
    files.sort();
    assert_eq!(files.len(), 5);
    for file in files {
        let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
        let relative = format!("corpus/{}", file.file_name().expect("a name").to_string_lossy());
        let found = stdout(&fumikura(root(), &["inspect", &relative, "--stage", stage]), 0);
        compare(
            &found,
            &root().join(format!("tests/golden/{stage}/{name}.txt")),
            &format!("{relative}, stage {stage}"),
        );
    }
}

#[test]
fn each_format_is_extracted_as_a_person_reads_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, bytes) in made::samples() {
        std::fs::write(folder.path().join(name), bytes).expect("written");
        let found = stdout(&fumikura(folder.path(), &["inspect", name, "--stage", "extracted"]), 0);
        compare(&found, &root().join(format!("tests/golden/extracted/{name}.txt")), name);
    }
}

#[test]
fn normalized_lines_are_as_read_by_a_person() {
    golden("normalized");
}

#[test]
fn passages_are_what_one_would_quote() {
    golden("passages");
}

#[test]
fn metadata_has_its_evidence() {
    golden("metadata");
}

#[test]
fn words_are_cut_as_before() {
    golden("tokens");
}

#[test]
fn captions_are_no_headings_where_chapters_are_marked() {
    let text = "第1章 概観\n\n携帯電話の普及が進んだ。\n\n図表1-1 加入者の推移\n\n次の節で述べる。\n\n第1節 市場\n\n市場は拡大した。\n";
    let paths = |text: &str| -> Vec<Vec<String>> {
        let normalized = fumikura::normalize::normalize(text, 1);
        fumikura::segment::segment("a.txt", &normalized, None)
            .passages
            .into_iter()
            .map(|passage| passage.heading)
            .collect()
    };
    let marked = paths(text);
    assert!(marked.iter().flatten().all(|heading| !heading.contains("図表")), "{marked:?}");
    assert_eq!(marked.last().expect("a passage"), &["第1章 概観", "第1節 市場"]);
    let unmarked = paths("会合\n\n代表が集まった。\n\n会合の成果\n\n協力に合意した。\n");
    assert_eq!(unmarked.last().expect("a passage"), &["会合の成果"]);
}
