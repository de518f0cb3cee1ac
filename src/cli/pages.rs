//! `fumikura completions` and `fumikura man`, both from the parser of arguments.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Command, CommandFactory, ValueEnum};
use clap_complete::Shell;
use clap_mangen::Man;

use super::language::Texts;
use super::{Cli, CommandResult, Outcome, man_page};
use crate::document::shown_path;

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// Shell that reads them
    #[arg(value_enum)]
    shell: Shell,
    #[command(flatten)]
    language: LanguageArg,
}

/// Languages of what the program writes for other programs to show. The locale decides nothing here: a package made on
/// any machine is the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Language {
    // English.
    #[default]
    En,
    // Japanese.
    Ja,
}

#[derive(Debug, Args)]
struct LanguageArg {
    /// Language of the texts: English or Japanese
    #[arg(long, value_enum, value_name = "LANGUAGE", default_value_t)]
    language: Language,
}

impl LanguageArg {
    /// Returns the texts of the language; `None` for English.
    fn texts(&self) -> Option<Texts> {
        if self.language == Language::Ja { Texts::japanese() } else { None }
    }
}

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Command to describe; without it, the program
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    to: Option<PathBuf>,
    #[command(flatten)]
    language: LanguageArg,
}

/// The parser without the command that only the program itself runs.
fn visible() -> Command {
    let all = Cli::command();
    let commands = all.get_subcommands().filter(|command| !command.is_hide_set());
    let shown = Command::new("fumikura").subcommand_required(true).args(all.get_arguments()).subcommands(commands);
    let version = all.get_version().unwrap_or_default().to_owned();
    shown.version(version).about(all.get_about().cloned().unwrap_or_default())
}

/// Writes the completions of a shell.
pub(super) fn completions(args: &CompletionsArgs, out: &mut dyn Write) -> CommandResult {
    let mut program = visible();
    if let Some(texts) = args.language.texts() {
        program = man_page::translated(program, &|text| texts.get(text).to_owned());
    }
    // The generator panics where it cannot write, as to a pipe that was closed.
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut program, "fumikura", &mut text);
    out.write_all(&text)?;
    Ok(Outcome::Done)
}

/// Writes a page of the manual, or all.
pub(super) fn man(args: &ManArgs, out: &mut dyn Write) -> CommandResult {
    let mut program = visible();
    if args.to.is_some() {
        program = program.disable_help_subcommand(true);
    }
    program.build();
    let texts = args.language.texts();
    if let Some(texts) = &texts {
        program = man_page::in_language(program, texts);
    }
    if let Some(folder) = &args.to {
        let refused = |error: io::Error| format!("{}: {error}", shown_path(folder));
        std::fs::create_dir_all(folder).map_err(refused)?;
        let mut write = |command: Command| {
            let man = Man::new(command);
            std::fs::write(folder.join(man.get_filename()), man_page::text(&man, texts.as_ref())?)
        };
        each(program, &mut write).map_err(refused)?;
        return Ok(Outcome::Done);
    }
    let command = match &args.command {
        None => program,
        Some(name) => {
            let command = program.get_subcommands().find(|command| command.get_name() == name);
            let command = command.ok_or_else(|| format!("no command is called {name}; fumikura --help lists all"))?;
            command.clone().name(format!("fumikura-{name}"))
        }
    };
    out.write_all(&man_page::text(&Man::new(command), texts.as_ref())?)?;
    Ok(Outcome::Done)
}

/// Calls a function with each visible command.
fn each(command: Command, see: &mut dyn FnMut(Command) -> io::Result<()>) -> io::Result<()> {
    for inner in command.get_subcommands().filter(|command| !command.is_hide_set()).cloned() {
        each(inner, see)?;
    }
    see(command)
}
