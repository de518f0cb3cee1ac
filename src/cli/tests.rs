use std::collections::{BTreeMap, BTreeSet};

use clap::builder::{StyledStr, Styles};
use clap::{Arg, Args, Command, Parser};
use unicode_width::UnicodeWidthStr;

use super::language::{self, Texts};
use super::{Cli, FILTERS, FilterArgs, command, help_page, in_any_role, internal_error, line_breaks, man_page, usage};

#[test]
fn each_filter_may_stand_without_a_query() {
    let command = FilterArgs::augment_args(Command::new("filters"));
    let mut filters: Vec<&str> = command.get_arguments().map(|argument| argument.get_id().as_str()).collect();
    // Roles say how `--partner` counts and select nothing by themselves.
    filters.retain(|name| *name != "role");
    assert_eq!(filters, FILTERS);
}

#[test]
fn the_command_for_any_role_is_this_one_for_a_shell() {
    let command = |arguments: &[&str]| in_any_role(arguments.iter().map(|&argument| argument.to_owned()));
    for (arguments, said) in [
        (&["search", "情報", "--partner", "タイ"][..], "fumikura search --role any 情報 --partner タイ"),
        (
            &["--index", "search", "search", "-n", "3", "--", "it's -演習"],
            "fumikura --index search search --role any -n 3 -- 'it'\\''s -演習'",
        ),
        (
            &["--index=a b", "facets", "--partner=米国", ""],
            "fumikura '--index=a b' facets --role any --partner=米国 ''",
        ),
    ] {
        assert_eq!(command(arguments).as_deref(), Some(said));
        let given = said.replace("'it'\\''s -演習'", "its").replace("'--index=a b'", "--index=ab").replace("''", "x");
        let parsed = Cli::try_parse_from(given.split(' ')).expect("arguments");
        let (super::Command::Search(super::search::SearchArgs { filters, .. })
        | super::Command::Facets(super::facets::FacetsArgs { filters, .. })) = parsed.command
        else {
            panic!("{given}")
        };
        assert_eq!(filters.filters().roles, crate::document::Role::ALL);
    }
    assert_eq!(command(&["--index", "a"]), None);
}

#[test]
fn an_internal_error_names_command_and_query_and_advises_no_rebuild() {
    let cli = Cli::try_parse_from(["fumikura", "search", "=\"e\"", "米国"]).expect("arguments");
    let said = internal_error(&cli.command, "index out of bounds");
    for part in ["internal error in fumikura search", "=\"e\" 米国", "index out of bounds", "report", "fumikura check"]
    {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert!(!said.contains("rebuild"), "{said}");
    let cli = Cli::try_parse_from(["fumikura", "stats"]).expect("arguments");
    assert!(internal_error(&cli.command, "x").contains("fumikura stats: x"));
}

/// The parser with all that it adds itself, without styles.
fn built() -> Command {
    let mut command = command().styles(Styles::plain());
    let _ = command.try_get_matches_from_mut(["fumikura"]);
    command.build();
    command
}

/// Each English text of the help, with its place and the argument that it describes.
fn texts_of(command: &Command, place: &str, found: &mut Vec<(String, String, Option<Arg>)>) {
    let mut add = |place: String, text: Option<&StyledStr>, argument: Option<&Arg>| {
        found.extend(text.map(|text| (text.to_string(), place, argument.cloned())));
    };
    add(place.to_owned(), command.get_about(), None);
    add(format!("{place}: after_help"), command.get_after_help(), None);
    for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
        let of_argument = format!("{place}.{}", argument.get_id());
        add(of_argument.clone(), argument.get_help(), Some(argument));
        add(format!("{of_argument}: long"), argument.get_long_help(), Some(argument));
        for value in argument.get_possible_values() {
            add(format!("{of_argument}={}", value.get_name()), value.get_help(), None);
        }
    }
    assert!(command.get_long_about().is_none(), "{place}: pages in other languages have no long text of a command");
    for command in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        texts_of(command, &format!("{place} {}", command.get_name()), found);
    }
}

/// Arguments whose value is refused, and the reason in English.
const REFUSED: [(&[&str], &str); 9] = [
    (&["index", "a", "--share", "東京"], "expected small letters, digits and _, 40 characters at most"),
    (&["search", "a", "--timeout", "x"], "expected a number of seconds, 0 or more"),
    (
        &["mcp", "--timeout", "0"],
        "expected a number of seconds from 0.001 to 3600: without a limit, one query could hold a thread for ever",
    ),
    (
        &["index", "--watch", "--every", "x"],
        "expected a time from 0.05 seconds to a day: 90s, 5m, 1h 30m, or a number of seconds",
    ),
    (&["batch", "a", "--hits", "x"], "its name must end with .csv, .tsv, .jsonl or .xlsx"),
    (&["search", "a", "-n", "多"], "invalid digit found in string"),
    (&["search", "a", "-n", ""], "cannot parse integer from empty string"),
    (&["related", "a", "-n", "0"], "0 is not in 1..=40"),
    (&["new", "a.toml"], "a name of a search does not end with .state or .toml, which end its files"),
];

/// Words of an English text that a translation keeps: flags, names of values, numbers, examples.
fn kept_words(english: &str) -> impl Iterator<Item = &str> {
    let words = english.split_whitespace().map(|word| word.trim_matches([',', ';', ':', '.', '(', ')', '[', ']', '"']));
    words.map(|word| word.trim_matches('\'')).filter(|word| {
        let is_name = word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase());
        let has_sign = word.contains(|c: char| !c.is_ascii() || c.is_ascii_digit() || "/.*#`_={}@:~".contains(c));
        word.starts_with("--") || is_name || has_sign
    })
}

#[test]
fn every_text_of_the_help_has_a_japanese_one() {
    let mut texts = Vec::new();
    texts_of(&built(), "fumikura", &mut texts);
    assert!(texts.len() > 400, "{}", texts.len());
    let mut plain: Vec<&str> = [
        &help_page::WORDS[..],
        &man_page::HEADINGS,
        &[man_page::OF_VARIABLE],
        &usage::SENTENCES,
        &usage::TIPS,
        &usage::REASONS,
    ]
    .concat();
    plain.extend(usage::SIMILAR.iter().flat_map(|(_, one, several)| [*one, *several]));
    plain.extend(REFUSED.iter().map(|(_, reason)| *reason).filter(|reason| !reason.starts_with('0')));
    texts.extend(plain.iter().map(|text| ((*text).to_owned(), "words".to_owned(), None)));

    let listed = language::read().expect("the file of texts");
    let japanese: BTreeMap<&str, &str> = listed.iter().map(|text| (text.en.as_str(), text.own.as_str())).collect();
    assert_eq!(japanese.len(), listed.len(), "an English text stands twice");
    let missing: Vec<_> = texts.iter().filter(|(text, ..)| !japanese.contains_key(text.as_str())).collect();
    assert!(missing.is_empty(), "no Japanese for: {missing:#?}");
    let english: BTreeSet<&str> = texts.iter().map(|(text, ..)| text.as_str()).collect();
    let stale: Vec<_> = japanese.keys().filter(|text| !english.contains(*text)).collect();
    // A program with fewer features has fewer texts.
    let has_all = cfg!(all(feature = "cluster", feature = "serve"));
    assert!(stale.is_empty() || !has_all, "the help has no such text: {stale:#?}");

    for (text, place, argument) in &texts {
        let own = japanese[text.as_str()];
        let is_japanese = |c: char| ('\u{3040}'..='\u{30ff}').contains(&c) || ('\u{4e00}'..='\u{9fff}').contains(&c);
        assert!(own != text && own.contains(is_japanese), "{place}: {own}");
        assert_eq!(own.matches("{}").count(), text.matches("{}").count(), "{place}: {own}");
        let is_sentence = text.contains(' ');
        for word in kept_words(text).filter(|_| is_sentence) {
            assert!(own.contains(word), "{place}: {word} is not in {own}");
        }
        let values = argument.iter().flat_map(Arg::get_possible_values);
        for value in values.filter(|value| text.contains(&format!(" {}: ", value.get_name()))) {
            assert!(own.contains(value.get_name()), "{place}: {} is not in {own}", value.get_name());
        }
    }
}

/// Calls a function with each visible command.
fn each_command(command: &mut Command, seen: &mut dyn FnMut(&mut Command)) {
    seen(command);
    let names: Vec<String> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    for name in names {
        if let Some(command) = command.find_subcommand_mut(&name).filter(|command| !command.is_hide_set()) {
            each_command(command, seen);
        }
    }
}

#[test]
fn japanese_pages_have_the_entries_of_the_english_ones_and_lines_that_fit() {
    let japanese = Texts::japanese().expect("the file of texts");
    let mut english = Vec::new();
    texts_of(&built(), "fumikura", &mut english);
    english.retain(|(text, ..)| text.split(' ').count() > 2 && text.is_ascii());
    let mut pages = 0;
    each_command(&mut built(), &mut |command| {
        for (is_long, width) in [(false, 80), (true, 80), (false, 100), (true, 100), (true, 60)] {
            let own = help_page::of_command(command, is_long, &japanese, width);
            let of_parser = if is_long { command.render_long_help() } else { command.render_help() }.to_string();
            let names = |page: &str| -> Vec<String> {
                let entries = page.lines().filter(|line| line.starts_with("  ") && !line.starts_with("        "));
                let words = entries.filter_map(|line| line.trim_start().split("  ").next());
                words.filter(|word| word.starts_with(['-', '[', '<'])).map(|word| word.trim().to_owned()).collect()
            };
            let summary = own.contains("この説明を表示する（要約は '-h'）");
            assert_eq!(summary, of_parser.contains("Print help (see a summary with '-h')"), "{own}");
            let after = |page: &str| page.lines().position(|line| line.starts_with("  a b")).unwrap_or(usize::MAX);
            let cut = |page: &str| page.lines().take(after(page)).map(|line| format!("{line}\n")).collect::<String>();
            assert_eq!(names(&cut(&own)), names(&cut(&of_parser)), "{own}");
            for (text, place, _) in &english {
                assert!(!own.contains(text.as_str()), "{place} is English in {own}");
            }
            // The parser breaks no usage.
            for line in own.lines().filter(|line| !line.starts_with("使い方:")) {
                assert!(line.width_cjk() <= width, "wider than {width}: {line}");
                assert!(!line.ends_with(' '), "blanks end: {line}");
                assert!(!line.trim_start().starts_with(|c| line_breaks::NO_START.contains(c)), "{line}\n{own}");
                assert!(!line.ends_with(|c| line_breaks::NO_END.contains(c)), "{line}\n{own}");
            }
            pages += 1;
        }
    });
    assert!(pages > 130, "{pages}");
}

#[test]
fn usage_errors_are_japanese() {
    let japanese = Texts::japanese().expect("the file of texts");
    let said = |arguments: &[&str]| {
        let parser = || command().styles(Styles::plain());
        let matches = parser().try_get_matches_from([&["fumikura"], arguments].concat());
        let error = match matches {
            Err(error) => error,
            Ok(_) => panic!("{arguments:?} are taken"),
        };
        let reason = std::error::Error::source(&error).map(ToString::to_string);
        (usage::message(&error, &japanese, parser().get_styles()).expect("a message"), reason)
    };
    for (arguments, parts) in [
        (
            &["serch", "a"][..],
            &[
                "エラー: 'serch' というコマンドはない\n\n  ヒント: 似たコマンド: '",
                "\n\n使い方: fumikura [オプション] <コマンド>",
            ][..],
        ),
        (
            &["show", "a", "--jsn"],
            &["エラー: '--jsn' という引数はない", "ヒント: 似た引数: '--json'", "使い方: fumikura show"],
        ),
        (&["search"], &["次の引数が要る:\n  <QUERY>...\n\n使い方: fumikura search <QUERY>..."]),
        (
            &["search", "a", "--format", "cvs"],
            &["'cvs' は '--format <FORMAT>' の値として正しくない\n  [値: text, json, "],
        ),
        (&["search", "a", "--sort"], &["'--sort <SORT>' には値が要る\n  [値: relevance, date, -date]"]),
        (&["search", "a", "--all", "-n", "3"], &["'--limit <N>' と同時に指定できない", "'--all' は"]),
        (&["search", "a", "--strict", "--strict"], &["'--strict' は一度しか指定できない"]),
        (&["search", "a", "--json=x"], &["'x' は余分である。'--json' はこれより多くの値を取らない"]),
        (&["--no-config"], &["'fumikura' にはコマンドが要る\n  [コマンド: index, search, "]),
        (&["search", "--xyz"], &["ヒント: '--xyz' を値として渡すには '-- --xyz' と書く\n"]),
    ] {
        let (said, _) = said(arguments);
        parts.iter().for_each(|part| assert!(said.contains(part), "{part} is not in {said}"));
        assert!(said.ends_with("\n\n詳しい説明は '--help' で表示される。\n"), "{said}");
    }
    for (arguments, english) in REFUSED {
        let (said, reason) = said(arguments);
        assert_eq!(reason.as_deref(), Some(english));
        let own = japanese.of_sentence(english, &usage::REASONS);
        assert!(own != english && said.contains(&*own), "{said}");
    }
}
