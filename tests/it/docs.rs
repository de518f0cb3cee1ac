//! What the program offers is written down: every command and flag in docs/cli.md, every JSON field in docs/json.md.

use serde_json::Value;

use crate::support::{fumikura, root, stdout};

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

const COMMANDS: [&str; 8] = ["index", "search", "facets", "show", "inspect", "stats", "check", "eval"];

#[test]
fn every_command_and_flag_is_documented() {
    let documented = read("docs/cli.md");
    let help = stdout(&fumikura(root(), &["--help"]), 0);
    for command in COMMANDS {
        assert!(help.contains(&format!("  {command} ")), "{command} is gone");
        assert!(documented.contains(&format!("## fumikura {command}")), "docs/cli.md lacks {command}");
        let help = stdout(&fumikura(root(), &[command, "--help"]), 0);
        for flag in help.split_whitespace().filter(|word| word.starts_with("--") && word.len() > 2) {
            let flag = flag.trim_end_matches([',', '.', ')', ']', ':', ';']);
            assert!(documented.contains(flag), "docs/cli.md lacks {flag} of {command}");
        }
    }
}

fn keys(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                found.push(key.clone());
                keys(value, found);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| keys(value, found)),
        _ => {}
    }
}

#[test]
fn every_json_field_is_documented() {
    let documented = read("docs/json.md");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = root().join("corpus").to_string_lossy().into_owned();
    let mut values = Vec::new();
    for (arguments, code) in [
        (vec!["index", &corpus, "--json"], 0),
        (vec!["search", "米国", "--facets", "--json"], 0),
        (vec!["search", "somusho", "--json"], 1),
        (vec!["stats", "--json"], 0),
        (vec!["check", "--json"], 0),
    ] {
        let output = stdout(&fumikura(folder.path(), &arguments), code);
        values.push(serde_json::from_str::<Value>(&output).expect("valid JSON"));
    }
    for stage in ["passages", "metadata", "extracted", "normalized", "tokens"] {
        let output = stdout(&fumikura(folder.path(), &["inspect", &corpus, "--stage", stage, "--format", "jsonl"]), 0);
        values.extend(output.lines().map(|line| serde_json::from_str::<Value>(line).expect("valid JSON")));
    }
    let mut found = Vec::new();
    values.iter().for_each(|value| keys(value, &mut found));
    found.sort();
    found.dedup();
    for key in found {
        assert!(documented.contains(&format!("`{key}`")) || documented.contains(&format!("\"{key}\"")), "docs/json.md lacks {key}");
    }
}

#[test]
fn readmes_and_map_are_true() {
    let (readme, japanese, map) = (read("README.md"), read("README.ja.md"), read("ARCHITECTURE.md"));
    for command in COMMANDS {
        assert!(
            readme.contains(&format!("fumikura {command}")) && japanese.contains(&format!("fumikura {command}")),
            "a README lacks {command}"
        );
    }
    for entry in std::fs::read_dir(root().join("src")).expect("src/") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(map.contains(&format!("`{name}")) || map.contains(&format!("`src/{name}")), "ARCHITECTURE.md lacks src/{name}");
    }
    for entry in std::fs::read_dir(root().join("corpus")).expect("corpus/") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(name == "SOURCES.md" || read("corpus/SOURCES.md").contains(&name), "corpus/SOURCES.md lacks {name}");
    }
}
