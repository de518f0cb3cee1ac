//! Messages about faults: other versions, and refusals of the system to read or write.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::foreign::{TEXT, names, refused, world, write};
use crate::support::{change_meta, fumikura, generation, root, stdout};

/// Changes `meta.json` as if another version of one rule had written the index.
fn made_by_other_rules(index: &Path, rule: &str) {
    let own = format!("\\\"{rule}\\\":{{\\\"version\\\":");
    change_meta(&generation(index).join("meta.json"), &own, &format!("{own}9"));
}

#[test]
fn other_rules_than_those_of_analysis_leave_the_index_searchable_with_a_warning() {
    for (rule, results) in [
        ("extract", "texts"),
        ("normalize", "texts"),
        ("segment", "passages"),
        ("metadata", "partners, themes, dates and commitments"),
    ] {
        let folder = world();
        stdout(&fumikura(folder.path(), &["index"]), 0);
        made_by_other_rules(&folder.path().join("index"), rule);
        let warning = format!(
            "this index was made by another version of fumikura: the rules of {rule} differ, so this version may find other {results}."
        );
        for arguments in [
            &["search", "防護"][..],
            &["facets"],
            &["show", "a.txt"],
            &["stats"],
            &["check"],
            &["collocates", "防護"],
            &["related", "防護"],
            &["timeline", "防護"],
            &["timeline", "防護", "--document", "all"],
            &["crosstab", "防護", "--rows", "type", "--cols", "year"],
            &["kwic", "防護"],
            &["similar", "a.txt"],
        ] {
            let output = fumikura(folder.path(), arguments);
            assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?}");
            // Tables of the research tools hold their warnings themselves.
            let said = [output.stderr.as_slice(), output.stdout.as_slice()].map(String::from_utf8_lossy).concat();
            assert!(said.contains(&warning) && said.contains("fumikura index --rebuild"), "{arguments:?} {said}");
            assert_eq!(said.matches("made by another version").count(), 1, "{arguments:?} {said}");
        }
        let answer: Value = serde_json::from_str(&stdout(&fumikura(folder.path(), &["search", "防護", "--json"]), 0))
            .expect("valid JSON");
        assert!(answer["query"]["warnings"][0].as_str().is_some_and(|said| said.contains("--rebuild")), "{answer}");
        for command in ["stats", "check"] {
            let told: Value =
                serde_json::from_str(&stdout(&fumikura(folder.path(), &[command, "--json"]), 0)).expect("valid JSON");
            assert_eq!(told["warnings"], answer["query"]["warnings"]);
        }
        let says = format!("(the rules of {rule} differ); rebuild it with: fumikura index --rebuild");
        for arguments in [&["index"][..], &["index", "--prune"], &["index", "--dry-run"]] {
            let output = fumikura(folder.path(), arguments);
            assert_eq!(output.status.code(), Some(4));
            assert!(String::from_utf8_lossy(&output.stderr).contains(&says), "{rule} {arguments:?}");
        }
        stdout(&fumikura(folder.path(), &["index", "--rebuild"]), 0);
        assert_eq!(fumikura(folder.path(), &["search", "防護"]).stderr, b"");
    }
}

#[test]
fn a_changed_table_is_named_in_the_warning() {
    let folder = world();
    stdout(&fumikura(folder.path(), &["index"]), 0);
    let meta = generation(&folder.path().join("index")).join("meta.json");
    change_meta(&meta, "\\\"themes.tsv\\\":\\\"", "\\\"themes.tsv\\\":\\\"0");
    let output = fumikura(folder.path(), &["search", "防護"]);
    stdout(&output, 0);
    assert!(String::from_utf8_lossy(&output.stderr).contains("the rules of metadata (themes.tsv) differ"));
}

#[test]
fn an_index_that_was_cut_by_other_rules_is_refused_with_the_command_to_run() {
    // A text segmented by other rules would be missed.
    for table in [None, Some("ipadic"), Some("kanji.tsv"), Some("terms.tsv")] {
        let folder = world();
        stdout(&fumikura(folder.path(), &["index"]), 0);
        let index = folder.path().join("index");
        let says = match table {
            None => {
                made_by_other_rules(&index, "analysis");
                "(the rules of analysis differ)".to_owned()
            }
            Some(table) => {
                let own = format!("\\\"{table}\\\":\\\"");
                change_meta(&generation(&index).join("meta.json"), &own, &format!("{own}0"));
                format!("(the rules of analysis ({table}) differ)")
            }
        };
        let says = format!("{says}; rebuild it with: fumikura index --rebuild");
        for arguments in [&["search", "防護"][..], &["stats"]] {
            refused(folder.path(), arguments, &says);
        }
        let output = fumikura(folder.path(), &["index"]);
        assert_eq!(output.status.code(), Some(4));
        assert!(String::from_utf8_lossy(&output.stderr).contains(&says), "{table:?}");
        stdout(&fumikura(folder.path(), &["index", "--rebuild"]), 0);
        assert_eq!(fumikura(folder.path(), &["search", "防護"]).stderr, b"");
    }
}

#[test]
fn what_the_system_refuses_to_read_is_not_damage() {
    let folder = world();
    stdout(&fumikura(folder.path(), &["index"]), 0);
    // A folder in the place of a file cannot be read by any user, not even root.
    for name in ["meta.json", "closed.json", ".managed.json"] {
        let file = generation(&folder.path().join("index")).join(name);
        let aside = folder.path().join("aside");
        fs::rename(&file, &aside).expect("moved");
        fs::create_dir(&file).expect("a folder");
        for command in [&["search", "防護"][..], &["stats"], &["check"], &["check", "--quick"], &["index"]] {
            let output = fumikura(folder.path(), command);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{name} {command:?} {said}");
            assert!(said.contains(name) && said.contains("Is a directory"), "{name} {command:?} {said}");
            assert!(!said.contains("damaged") && !said.contains("--rebuild"), "{name} {command:?} {said}");
        }
        fs::remove_dir(&file).expect("removed");
        fs::rename(&aside, &file).expect("moved");
    }
    stdout(&fumikura(folder.path(), &["check"]), 0);
    symlink("loop", folder.path().join("loop")).expect("a link");
    let output = fumikura(folder.path(), &["search", "防護", "--index", "loop/index"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("symbolic links") && !said.contains("no index"), "{said}");
}

#[test]
fn a_file_that_cannot_grow_is_told_in_one_sentence() {
    let folder = world();
    for number in 0..200 {
        write(&folder.path().join(format!("corpus/{number}.txt")), &format!("{number}番の文書。{TEXT}").repeat(20));
    }
    // The shell counts in blocks of 512 or 1024 bytes.
    for blocks in [0, 1, 8, 40] {
        let run = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" index corpus");
        let output = Command::new("sh")
            .args(["-c", &run, env!("CARGO_BIN_EXE_fumikura")])
            .current_dir(folder.path())
            .output()
            .expect("a shell");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{blocks} {said}");
        assert!(said.contains("File too large") && said.contains("index"), "{blocks} {said}");
        assert!(said.lines().count() == 1 && !said.contains('{') && !said.contains("Error"), "{blocks} {said}");
        assert!(
            names(&folder.path().join("index")).iter().all(|name| !name.starts_with('g')),
            "what was begun is removed"
        );
    }
    stdout(&fumikura(folder.path(), &["index", "corpus"]), 0);
}

/// Returns the standard error of a run, asserting its exit code.
fn said(output: &std::process::Output, code: i32) -> String {
    stdout(output, code);
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn an_unknown_name_is_told_with_where_names_are_listed() {
    let folder = world();
    stdout(&fumikura(folder.path(), &["index"]), 0);
    for command in ["search", "facets"] {
        for (option, list) in [
            ("--partner", "data/partners.tsv"),
            ("--exclude-partner", "data/partners.tsv"),
            ("--theme", "data/themes.tsv"),
        ] {
            let said = said(&fumikura(folder.path(), &[command, "防護", option, "火星"]), 2);
            assert!(said.contains("'火星'") && said.contains("fumikura facets lists") && said.contains(list), "{said}");
            assert!(root().join(list).exists(), "{list}");
        }
        let said = said(&fumikura(folder.path(), &[command, "防護", "--partner", "アメリカ合衆"]), 2);
        assert!(said.contains("nearest are アメリカ合衆国"), "{said}");
    }
}

#[test]
fn a_query_that_begins_with_a_minus_is_told_how_to_begin_with_not() {
    let folder = world();
    stdout(&fumikura(folder.path(), &["index"]), 0);
    for arguments in
        [&["search", "-情報"][..], &["search", "防護", "-情報"], &["facets", "-情報"], &["search", "-\"情報 共有\""]]
    {
        let said = said(&fumikura(folder.path(), arguments), 2);
        assert!(said.contains("'NOT ") && said.contains("-- '-") && said.contains("情報"), "{said}");
    }
    // The advice works.
    for arguments in [&["search", "NOT 火星"][..], &["search", "--", "-火星"]] {
        stdout(&fumikura(folder.path(), arguments), 0);
    }
    for arguments in [&["search", "防護", "-n", "-1"][..], &["search", "防護", "--nope"], &["stats", "-x"]] {
        assert!(!said(&fumikura(folder.path(), arguments), 2).contains("'NOT "), "{arguments:?}");
    }
}

#[test]
fn what_is_to_be_indexed_is_asked_for_by_name() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let said_of = |arguments: &[&str]| said(&fumikura(folder.path(), arguments), 2);
    let said = said_of(&["index"]);
    assert!(
        said.starts_with("fumikura: corpus: ") && said.contains("name your files") && said.contains("fumikura index ~"),
        "{said}"
    );
    assert!(said_of(&["index", "nowhere"]).starts_with("fumikura: nowhere: "));
    for arguments in [&["index", "-"][..], &["index", ".", "-"]] {
        let said = said_of(arguments);
        assert!(
            said.contains("standard input") && said.contains("--as FILE") && !said.contains("No such file"),
            "{said}"
        );
    }
    assert!(!folder.path().join("index").exists());
}

#[test]
fn an_empty_variable_is_as_good_as_unset() {
    let folder = world();
    let run = |value: &str, arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_fumikura"))
            .args(arguments)
            .current_dir(folder.path())
            .env("FUMIKURA_INDEX", value)
            .output()
            .expect("the program starts")
    };
    stdout(&run("", &["index"]), 0);
    assert!(folder.path().join("index/fumikura-index.json").exists());
    stdout(&run("", &["search", "防護"]), 0);
    stdout(&run("", &["stats", "--index", "index"]), 0);
    assert!(said(&run("nowhere", &["search", "防護"]), 2).contains("no index in nowhere"));
}

#[test]
fn no_hits_asked_for_are_counts_alone() {
    let folder = world();
    stdout(&fumikura(folder.path(), &["index"]), 0);
    let all = stdout(&fumikura(folder.path(), &["search", "防護", "-n", "0"]), 0);
    assert_eq!((all.lines().count(), all.starts_with("1 passage in 1 document")), (1, true), "{all}");
    let answer: Value =
        serde_json::from_str(&stdout(&fumikura(folder.path(), &["search", "防護", "-n", "0", "--json"]), 0))
            .expect("valid JSON");
    assert_eq!((&answer["hits"], &answer["total"]["passages"]), (&serde_json::json!([]), &1.into()));
}

#[test]
fn an_id_that_nothing_has_is_told_with_the_nearest() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = root().join("corpus").to_string_lossy().into_owned();
    stdout(&fumikura(folder.path(), &["index", &corpus]), 0);
    let id = "2012-11-14_japan-eu-ict-policy-dialogue-19.txt";
    for typed in [
        "japan-eu",
        "2012-11-14_japan-eu-ict-policy-dialog-19.txt",
        &format!("{corpus}/{id}:12-14"),
        "2012-11-14_japan-eu#1234",
    ] {
        let said = said(&fumikura(folder.path(), &["show", typed]), 2);
        assert!(said.contains(&format!("nearest are {id}")), "{said}");
    }
    let gone = said(&fumikura(folder.path(), &["show", &format!("{id}#0000000000")]), 2);
    assert!(gone.contains("no passage") && gone.contains(&format!("fumikura show '{id}'")), "{gone}");
    assert!(said(&fumikura(folder.path(), &["show", "火星"]), 2).contains("ids stand at the end of each hit"));
}

#[test]
fn the_path_of_a_jsonl_fault_stands_once() {
    let folder = world();
    let lines = ["{\"id\": 1}", "no JSON", "{\"id\": \"\", \"text\": \"a\"}"].join("\n");
    write(&folder.path().join("corpus/lines.jsonl"), &lines);
    for arguments in [&["index"][..], &["inspect", "corpus/lines.jsonl"]] {
        let said = said(&fumikura(folder.path(), arguments), 3);
        for (line, told) in said.lines().filter(|told| told.starts_with("failed: ")).enumerate() {
            assert!(told.starts_with(&format!("failed: corpus/lines.jsonl:{}: ", line + 1)), "{told}");
            assert_eq!(told.matches("lines.jsonl").count(), 1, "{told}");
        }
        assert_eq!(said.matches("failed: ").count(), 3, "{said}");
    }
    let report: Value = serde_json::from_str(&stdout(&fumikura(folder.path(), &["index", "--json", "--retry"]), 3))
        .expect("valid JSON");
    assert_eq!(report["failed"][0]["path"], "corpus/lines.jsonl:1", "{report}");
}

#[test]
fn one_thing_is_no_several() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("corpus/一.txt");
    fs::create_dir(folder.path().join("corpus")).expect("made");
    let check = |text: &str| {
        let words: Vec<&str> = text
            .split(|c: char| c.is_whitespace() || "·,:;()[]>".contains(c))
            .filter(|word| !word.is_empty())
            .collect();
        for pair in words.windows(2).filter(|pair| pair[0] == "1") {
            assert!(!pair[1].ends_with('s') || pair[1] == "s", "1 {} in {text}", pair[1]);
        }
        assert!(!text.contains("1-1") && !text.contains("1–1"), "{text}");
    };
    for passages in [1, 2] {
        let text =
            ["日米両国は、クラウドに関する会合を開催した。", "日米両国は、二度目の会合でクラウドの利用に合意した。"];
        write(&path, &text[..passages].iter().map(|text| text.repeat(12)).collect::<Vec<_>>().join("\n\n"));
        for arguments in [
            &["index"][..],
            &["search", "会合"],
            &["search", "会合", "--facets"],
            &["search", "会合", "--format", "markdown"],
            &["search", "会合", "--group", "document"],
            &["search", "会合 火星"],
            &["facets", "会合"],
            &["stats"],
            &["show", "一.txt"],
            &["inspect", "corpus", "--stage", "extracted"],
            &["inspect", "corpus", "--stage", "passages"],
            &["inspect", "corpus", "--stage", "metadata"],
        ] {
            let output = fumikura(folder.path(), arguments);
            check(&String::from_utf8_lossy(&output.stdout));
            check(&String::from_utf8_lossy(&output.stderr));
        }
        let counted = stdout(&fumikura(folder.path(), &["search", "会合", "-n", "0"]), 0);
        assert!(
            counted.starts_with(["1 passage in 1 document ", "2 passages in 1 document "][passages - 1]),
            "{counted}"
        );
    }
    // Reports of the extractors and of the index about one line.
    let shown = stdout(&fumikura(folder.path(), &["show", "一.txt"]), 0);
    assert!(shown.contains("corpus/一.txt:1  "), "{shown}");
}

#[test]
fn the_demo_ends_without_an_ignored_error() {
    let makefile = fs::read_to_string(root().join("Makefile")).expect("a Makefile");
    assert!(makefile.lines().all(|line| !line.starts_with("\t-")), "an error that is ignored is shown");
    let last = makefile
        .split("\ndemo: build\n")
        .nth(1)
        .and_then(|rest| rest.split("\n\n").next())
        .and_then(|demo| demo.lines().find(|line| line.contains("search somusho")));
    let last = last.expect("a search without hits").trim().replace("$(BIN)", "$0").replace("$$", "$");
    for (code, run) in [(Some(0), "exit 1"), (Some(1), "exit 2")] {
        let probe = last.replace("$0 search somusho", &format!("({run})"));
        assert_eq!(Command::new("sh").args(["-c", &probe]).status().expect("a shell").code(), code, "{probe}");
    }
}
