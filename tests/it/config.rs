//! `fumikura.toml`, `config`, `completions` and `man`.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::{fumikura, stdout};

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs the program with variables; the home folder is empty.
fn with(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fumikura"))
        .args(arguments)
        .current_dir(folder)
        .env("HOME", folder.join("home"))
        .env("LC_ALL", "C")
        .env_remove("XDG_CONFIG_HOME")
        .envs(variables.iter().copied())
        .output()
        .expect("the program starts")
}

/// Returns value, origin and place of a key as `config --json` tells them.
fn setting(output: &Output, key: &str) -> (Vec<String>, String, String) {
    let all: Value = serde_json::from_str(&stdout(output, 0)).expect("JSON");
    let found = all["settings"].as_array().and_then(|list| list.iter().find(|setting| setting["key"] == key));
    let found = found.unwrap_or_else(|| panic!("{key} is not told: {all}"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let values = found["values"].as_array().expect("values").iter().map(text).collect();
    (values, text(&found["origin"]), text(&found["place"]))
}

#[test]
fn a_flag_wins_over_a_variable_over_the_file_over_the_default() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = &folder.path().canonicalize().expect("a path");
    fs::create_dir_all(folder.join("仕事/今日")).expect("made");
    let deep = folder.join("仕事/今日");
    let json = &["config", "--json"];
    assert_eq!(setting(&with(&deep, json, &[]), "index").0, ["index"]);
    assert_eq!(setting(&with(&deep, json, &[]), "every"), (vec!["60s".into()], "default".into(), String::new()));
    fs::write(folder.join("仕事/fumikura.toml"), "# 設定\nindex = \"索引\"\nevery = \"5m\"\njobs = 2\n")
        .expect("written");
    let (values, origin, place) = setting(&with(&deep, json, &[]), "index");
    assert_eq!(values, [folder.join("仕事/索引").to_string_lossy()]);
    assert_eq!((origin.as_str(), place.ends_with("仕事/fumikura.toml:2")), ("file", true), "{place}");
    let variable = [("FUMIKURA_INDEX", "別")];
    let (values, origin, place) = setting(&with(&deep, json, &variable), "index");
    assert_eq!((values[0].as_str(), origin.as_str(), place.as_str()), ("別", "environment", "FUMIKURA_INDEX"));
    let (values, origin, _) = setting(&with(&deep, &["config", "--json", "--index", "旗"], &variable), "index");
    assert_eq!((values[0].as_str(), origin.as_str()), ("旗", "flag"));
    // The nearest file alone counts, before that of the home folder; --no-config takes none.
    let home = deep.join("home/.config/fumikura");
    fs::create_dir_all(&home).expect("made");
    fs::write(home.join("fumikura.toml"), "memory = 64\n").expect("written");
    assert_eq!(setting(&with(&deep, json, &[]), "memory").1, "default");
    assert_eq!(setting(&with(&deep, &["config", "--json", "--no-config"], &[]), "every").1, "default");
    fs::remove_file(folder.join("仕事/fumikura.toml")).expect("removed");
    assert_eq!(setting(&with(&deep, json, &[]), "memory").0, ["64"]);
    fs::write(deep.join("other.toml"), "memory = 128\n").expect("written");
    for (arguments, variables) in
        [(&["config", "--json", "--config", "other.toml"][..], &[][..]), (json, &[("FUMIKURA_CONFIG", "other.toml")])]
    {
        assert_eq!(setting(&with(&deep, arguments, variables), "memory").0, ["128"]);
    }
    let text = stdout(&with(&deep, &["config"], &[]), 0);
    assert!(
        text.contains("memory     64  [file ") && text.contains("jobs       (number of processors)  [default]"),
        "{text}"
    );
}

#[test]
fn a_file_says_what_is_read_and_where_the_index_is() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("資料")).expect("made");
    fs::create_dir(folder.path().join("下")).expect("made");
    fs::write(folder.path().join("資料/a.txt"), "日米対話で量子鍵配送について議論した。").expect("written");
    fs::write(folder.path().join("words.txt"), "量子鍵配送\n").expect("written");
    let text = "index = \"索引\"\nroots = [\"資料\"]\nwords = \"words.txt\"\nlog-level = \"error\"\n";
    fs::write(folder.path().join("fumikura.toml"), text).expect("written");
    let below = folder.path().join("下");
    stdout(&fumikura(&below, &["index"]), 0);
    assert!(stdout(&fumikura(&below, &["search", "量子鍵配送"]), 0).contains("1 passage"));
    assert!(folder.path().join("索引/fumikura-index.json").is_file());
    assert!(!below.join("index").exists() && !folder.path().join("index").exists());
    assert_eq!(fumikura(&below, &["search", "量子鍵配送", "--no-config"]).status.code(), Some(2));
}

#[test]
fn a_fault_of_the_file_is_named_with_line_and_way_out() {
    let folder = tempfile::tempdir().expect("a folder");
    for (text, place, expected) in [
        ("\nindx = \"索引\"\n", ":2: ", "did you mean 'index'"),
        ("colour = \"赤\"\n", ":1: ", "the keys are index, engine, roots"),
        ("index = \"a\"\nroots = 3\n", ":2: ", "'roots' must be a path in quotes, or a list"),
        ("jobs = \"2\"\n", ":1: ", "'jobs' must be a whole number"),
        ("jobs = -1\n", ":1: ", "'jobs': "),
        ("# a\n# b\nevery = \"soon\"\n", ":3: ", "90s, 5m, 1h 30m"),
        ("log-level = \"loud\"\n", ":1: ", "invalid value 'loud'"),
        ("index = \n", ":1: ", "not TOML"),
    ] {
        fs::write(folder.path().join("fumikura.toml"), text).expect("written");
        let output = fumikura(folder.path(), &["config"]);
        let message = said(&output);
        assert_eq!(output.status.code(), Some(2), "{text}");
        let has = |part: &str| message.contains(part);
        assert!(has(&format!("fumikura.toml{place}")) && has(expected), "{text}: {message}");
        assert_eq!(message.lines().count(), 1, "{message}");
        // What a package runs does not depend on the folder that it is run in.
        stdout(&fumikura(folder.path(), &["completions", "bash"]), 0);
    }
    let output = fumikura(folder.path(), &["config", "--config", "absent.toml"]);
    assert!(output.status.code() == Some(2) && said(&output).contains("absent.toml: "), "{}", said(&output));
}

#[test]
fn completions_and_pages_name_every_command() {
    let folder = tempfile::tempdir().expect("a folder");
    for shell in ["bash", "zsh", "fish"] {
        let text = stdout(&fumikura(folder.path(), &["completions", shell]), 0);
        for part in ["crosstab", "settle", "no-variants"] {
            assert!(text.contains(part), "{shell} lacks {part}");
        }
        assert!(!text.contains("extract-worker"), "{shell} offers the child");
    }
    stdout(&fumikura(folder.path(), &["man", "--to", "pages"]), 0);
    let help = stdout(&fumikura(folder.path(), &["--help"]), 0);
    let commands = help.split("Commands:\n").nth(1).expect("commands").lines().take_while(|line| !line.is_empty());
    let mut count = 0;
    // A deeper line continues the one above.
    let commands = commands.filter(|line| !line.starts_with("   "));
    for command in commands.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
        let page = fs::read_to_string(folder.path().join(format!("pages/fumikura-{command}.1")));
        let page = page.unwrap_or_else(|error| panic!("{command}: {error}"));
        let one = stdout(&fumikura(folder.path(), &["man", command]), 0);
        for text in [&page, &one] {
            assert!(text.contains(".SH NAME") && text.contains(command), "{command}");
        }
        count += 1;
    }
    assert!(count > 20 && folder.path().join("pages/fumikura.1").is_file());
    assert!(!folder.path().join("pages/fumikura-extract-worker.1").exists());
    assert_eq!(fumikura(folder.path(), &["man", "nothing"]).status.code(), Some(2));
    // The same pages in Japanese, with the same options.
    stdout(&fumikura(folder.path(), &["man", "--language", "ja", "--to", "ja"]), 0);
    let options = |page: &str| -> Vec<String> {
        let is_option = |line: &&str| line.starts_with("\\fB") && line.contains("\\-\\-");
        page.lines().filter(is_option).map(|line| line.split("\\fR").next().unwrap_or_default().to_owned()).collect()
    };
    let mut japanese = 0;
    for entry in fs::read_dir(folder.path().join("pages")).expect("pages") {
        let name = entry.expect("an entry").file_name();
        let read = |folder_name: &str| fs::read_to_string(folder.path().join(folder_name).join(&name)).expect("a page");
        let (own, english) = (read("ja"), read("pages"));
        assert!(own.contains(".SH 名前\n") && own.contains(".SH オプション\n"), "{name:?}: {own}");
        for word in [".SH NAME", ".SH OPTIONS", "[default: ", "Possible values", "environment variable", "\u{200b}"] {
            assert!(!own.contains(word), "{name:?} has {word}");
        }
        assert_eq!(options(&own), options(&english), "{name:?}");
        japanese += 1;
    }
    assert!(japanese > 20);
    let page = stdout(&fumikura(folder.path(), &["man", "search", "--language", "ja"]), 0);
    assert_eq!(page.matches(".nf\n").count(), page.matches(".fi\n").count().max(1), "{page}");
    let zsh = stdout(&fumikura(folder.path(), &["completions", "zsh", "--language", "ja"]), 0);
    assert!(zsh.contains("箇所を探す"), "{zsh}");
}
