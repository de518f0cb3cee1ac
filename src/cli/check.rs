//! `fumikura check`

use std::io::Write;
use std::path::Path;

use clap::Args;

use super::{CommandResult, Outcome, say};
use crate::index::{IndexError, OpenIndex, Problem};
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

pub(super) fn run(path: &Path, args: &CheckArgs, out: &mut dyn Write) -> CommandResult {
    let mut warnings = Vec::new();
    let problems = match OpenIndex::open(path) {
        Ok(index) => {
            warnings = index.warnings();
            warnings.iter().for_each(|warning| say(&format!("fumikura: {warning}")));
            if args.quick { Vec::new() } else { index.check()? }
        }
        // `open` stops at the first problem; this lists all of them.
        Err(IndexError::Damaged { problem, .. }) => {
            let known = OpenIndex::check_files(path).unwrap_or_default();
            if known.is_empty() { vec![Problem { place: "index".to_owned(), what: problem }] } else { known }
        }
        Err(error) => return Err(error.into()),
    };
    if args.json {
        let sound = problems.is_empty();
        let problems = problems.iter().map(|problem| wire::Problem { place: &problem.place, problem: &problem.what });
        write_json(out, &wire::Check { sound, problems: problems.collect(), warnings: &warnings })?;
    } else if problems.is_empty() {
        writeln!(out, "the index in {} is sound", one_line(&path.to_string_lossy()))?;
    } else {
        for problem in &problems {
            writeln!(out, "{}: {}", one_line(&problem.place), one_line(&problem.what))?;
        }
        writeln!(out, "rebuild it from the sources with: fumikura index --rebuild [PATH]...")?;
    }
    Ok(if problems.is_empty() { Outcome::Done } else { Outcome::Damage })
}
