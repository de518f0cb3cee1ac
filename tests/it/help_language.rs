//! Help pages and usage errors speak the language of the user.

use std::process::{Command, Output};

use crate::support::{root, stdout};

/// Runs the program under variables that name a language, in a page of 80 columns.
fn spoken(language: &[(&str, &str)], arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fumikura"));
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE", "FUMIKURA_INDEX", "FUMIKURA_CONFIG"] {
        command.env_remove(name);
    }
    let variables = language.iter().copied().chain([("NO_COLOR", "1"), ("COLUMNS", "80")]);
    command.args(arguments).current_dir(root()).envs(variables).output().expect("the program starts")
}

const JAPANESE: &[(&str, &str)] = &[("LANG", "ja_JP.UTF-8")];

/// The commands that a page lists.
fn commands(page: &str) -> Vec<String> {
    let section = page.split("\nコマンド:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("commands");
    let names = section.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next().map(str::to_owned)).collect()
}

#[test]
fn each_way_to_ask_for_help_is_answered_in_japanese() {
    let page = stdout(&spoken(JAPANESE, &["--help"]), 0);
    assert!(page.starts_with("日本の公文書の全文検索。"), "{page}");
    assert!(page.contains("\n\n使い方: fumikura [オプション] <コマンド>\n\nコマンド:\n  index   "), "{page}");
    assert_eq!(page, stdout(&spoken(JAPANESE, &["help"]), 0));
    assert_eq!(page, stdout(&spoken(JAPANESE, &["-h"]), 0));
    let without = spoken(JAPANESE, &[]);
    assert_eq!((without.status.code(), String::from_utf8_lossy(&without.stderr).into_owned()), (Some(2), page.clone()));
    let commands = commands(&page);
    assert!(commands.len() > 20 && commands.contains(&"search".to_owned()), "{commands:?}");
    for command in &commands {
        let usage = format!("\n\n使い方: fumikura {command} ");
        let short = stdout(&spoken(JAPANESE, &["help", command]), 0);
        assert!(short.contains(&usage), "{short}");
        if command == "help" {
            continue;
        }
        assert_eq!(short, stdout(&spoken(JAPANESE, &[command, "--help"]), 0));
        let short = stdout(&spoken(JAPANESE, &[command, "-h"]), 0);
        assert!(short.contains(&usage), "{short}");
        for english in ["Usage:", "Options:", "Arguments:", "[default:", "ossible values:", "[env:", "Print help"] {
            assert!(!short.contains(english), "{english} in {short}");
        }
    }
    // Words before the command change no page, and a value that is a command's name is no command.
    let search = stdout(&spoken(JAPANESE, &["search", "--help"]), 0);
    assert!(search.contains("検索式の書き方") && search.contains("- fiscal-year: 年度。"), "{search}");
    for arguments in [&["--index", "stats", "search", "--help"][..], &["search", "stats", "--help", "--all"]] {
        assert_eq!(stdout(&spoken(JAPANESE, arguments), 0), search);
    }
}

#[test]
fn the_language_is_that_of_the_variables() {
    let english = stdout(&spoken(&[], &["search", "--help"]), 0);
    assert!(english.starts_with("Find passages\n\nUsage: fumikura search [OPTIONS] [QUERY]...\n"), "{english}");
    for language in [
        &[("LANG", "C")][..],
        &[("LANG", "de_DE.UTF-8")],
        &[("LANG", "ja_JP.UTF-8"), ("LC_ALL", "C")],
        &[("LANG", "ja_JP.UTF-8"), ("LC_MESSAGES", "en_GB.UTF-8")],
        &[("LANG", "ja_JP.UTF-8"), ("LANGUAGE", "en:ja")],
    ] {
        assert_eq!(stdout(&spoken(language, &["search", "--help"]), 0), english, "{language:?}");
    }
    let japanese = stdout(&spoken(JAPANESE, &["search", "--help"]), 0);
    for language in [
        &[("LC_ALL", "ja_JP.UTF-8"), ("LANG", "C")][..],
        &[("LC_MESSAGES", "ja"), ("LANG", "C")],
        &[("LC_ALL", ""), ("LANG", "ja_JP.UTF-8")],
        &[("LANG", "de_DE.UTF-8"), ("LANGUAGE", "de:ja")],
    ] {
        assert_eq!(stdout(&spoken(language, &["search", "--help"]), 0), japanese, "{language:?}");
    }
    // What programs read is the same in each language.
    for arguments in [&["man", "search"][..], &["completions", "bash"], &["--version"]] {
        assert_eq!(stdout(&spoken(JAPANESE, arguments), 0), stdout(&spoken(&[], arguments), 0), "{arguments:?}");
    }
}

#[test]
fn usage_errors_are_in_the_language_and_repeat_no_control_character() {
    let output = spoken(JAPANESE, &["search", "-情報", "電力"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty() && said.starts_with("エラー: '-情' という引数はない\n\n  ヒント: "), "{said}");
    assert!(said.contains("'NOT 情報'") && said.contains("-- '-情報'"), "{said}");
    let bad = "\u{1b}[2Jx\nエラー: 偽り";
    for arguments in [&["search", "a", "--limit", bad][..], &[bad], &["help", bad], &["stats", bad]] {
        let output = spoken(JAPANESE, arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.starts_with("エラー: ") && said.contains("\\u{1b}[2Jx\\nエラー: 偽り"), "{said}");
        assert!(!said.contains('\u{1b}'), "{said}");
    }
    let page = spoken(&[JAPANESE, &[("FUMIKURA_INDEX", bad)]].concat(), &["stats", "--help"]);
    let page = stdout(&page, 0);
    assert!(
        page.contains("[環境変数: FUMIKURA_INDEX=\\u{1b}[2Jx\\nエラー: 偽り]") && !page.contains('\u{1b}'),
        "{page}"
    );
}

/// A terminal of 80 columns shows styles.
#[test]
fn a_japanese_page_has_the_styles_of_an_english_one() {
    let forced = |language: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_fumikura"))
            .args(["stats", "--help"])
            .env_remove("NO_COLOR")
            .envs([("CLICOLOR_FORCE", "1"), ("LC_ALL", language), ("COLUMNS", "80")])
            .output()
            .expect("the program starts");
        stdout(&output, 0)
    };
    let (english, japanese) = (forced("C"), forced("ja_JP.UTF-8"));
    let styles = |page: &str| page.matches("\u{1b}[").count();
    assert!(styles(&english) > 5, "{english}");
    assert!(japanese.contains("\u{1b}[1m--skipped\u{1b}[0m"), "{japanese}");
    assert_eq!(styles(&japanese), styles(&english), "{japanese}\n{english}");
}
