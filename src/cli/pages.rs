//! `fumikura completions` and `fumikura man`, both from the parser of arguments.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;

use super::{Cli, CommandResult, Outcome};
use crate::document::shown_path;

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// Shell that reads them
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Command to describe; without it, the program
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    to: Option<PathBuf>,
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
    // The generator panics where it cannot write, as to a pipe that was closed.
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut visible(), "fumikura", &mut text);
    out.write_all(&text)?;
    Ok(Outcome::Done)
}

/// Writes a page of the manual, or all.
pub(super) fn man(args: &ManArgs, out: &mut dyn Write) -> CommandResult {
    let mut program = visible();
    if let Some(folder) = &args.to {
        let refused = |error: io::Error| format!("{}: {error}", shown_path(folder));
        std::fs::create_dir_all(folder).map_err(refused)?;
        clap_mangen::generate_to(program, folder).map_err(refused)?;
        return Ok(Outcome::Done);
    }
    program.build();
    let command = match &args.command {
        None => program,
        Some(name) => {
            let command = program.get_subcommands().find(|command| command.get_name() == name);
            let command = command.ok_or_else(|| format!("no command is called {name}; fumikura --help lists all"))?;
            command.clone().name(format!("fumikura-{name}"))
        }
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(command).render(&mut text)?;
    out.write_all(&text)?;
    Ok(Outcome::Done)
}
