//! `fumikura check`

use std::io::Write;

use clap::Args;

use super::{CommandResult, Outcome, say};
use crate::engines::Place;
use crate::index::Checked;
use crate::output::{one_line, wire, write_json};

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Compare sizes only; also works for an index that does not open
    #[arg(long)]
    quick: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(place: &Place, args: &CheckArgs, out: &mut dyn Write) -> CommandResult {
    let Checked { problems, warnings } = place.check(args.quick)?;
    warnings.iter().for_each(|warning| say(&format!("fumikura: {warning}")));
    if args.json {
        let sound = problems.is_empty();
        let problems = problems.iter().map(|problem| wire::Problem { place: &problem.place, problem: &problem.what });
        write_json(out, &wire::Check { sound, problems: problems.collect(), warnings: &warnings })?;
    } else if problems.is_empty() {
        writeln!(out, "the index in {} is sound", one_line(&place.to_string()))?;
    } else {
        for problem in &problems {
            writeln!(out, "{}: {}", one_line(&problem.place), one_line(&problem.what))?;
        }
        match place {
            Place::Folders(_) => writeln!(out, "rebuild it from the sources with: fumikura index --rebuild [PATH]...")?,
            Place::Nodes(_) => writeln!(out, "publish it again from its index with: fumikura --engine URL index")?,
        }
    }
    Ok(if problems.is_empty() { Outcome::Done } else { Outcome::Damage })
}
