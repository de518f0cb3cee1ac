//! The stages of the five documents against golden files that a person can read. `UPDATE_GOLDEN=1` writes them anew.

use crate::support::{fumikura, root, stdout};

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
        let path = root().join(format!("tests/golden/{stage}/{name}.txt"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
            std::fs::write(&path, &found).expect("the golden file is written");
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        let differs = found.lines().zip(expected.lines()).position(|(a, b)| a != b);
        assert!(
            found == expected,
            "{relative}, stage {stage}, first difference at line {differs:?}; UPDATE_GOLDEN=1 writes it anew"
        );
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
