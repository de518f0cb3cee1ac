use clap::{Args, Parser};

use super::{Cli, FILTERS, FilterArgs, in_any_role, internal_error};

#[test]
fn each_filter_may_stand_without_a_query() {
    let command = FilterArgs::augment_args(clap::Command::new("filters"));
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
