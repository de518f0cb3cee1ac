//! `fumikura check`

use std::io::Write;
use std::path::Path;

use clap::Args;
use serde_json::json;

use super::{CommandResult, Outcome, open};
use crate::index::{IndexError, OpenIndex, Problem};
use crate::output::{one_line, write_json};

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Compare sizes only: no more than a look, also for an index that does not open
    #[arg(long)]
    quick: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(path: &Path, args: &CheckArgs, out: &mut dyn Write) -> CommandResult {
    let mut warnings = Vec::new();
    let problems = match open(path) {
        Ok(index) => {
            warnings = index.warnings();
            if args.quick { Vec::new() } else { index.check()? }
        }
        // All that is wrong is named, not the first alone.
        Err(IndexError::Damaged { problem, .. }) => {
            let known = OpenIndex::check_files(path).unwrap_or_default();
            if known.is_empty() { vec![Problem { place: "index".to_owned(), what: problem }] } else { known }
        }
        Err(error) => return Err(error.into()),
    };
    if args.json {
        let list: Vec<_> =
            problems.iter().map(|problem| json!({"place": problem.place, "problem": problem.what})).collect();
        write_json(out, &json!({"sound": problems.is_empty(), "problems": list, "warnings": warnings}))?;
    } else if problems.is_empty() {
        writeln!(out, "the index in {} is sound", one_line(&path.to_string_lossy()))?;
    } else {
        for problem in &problems {
            writeln!(out, "{}: {}", one_line(&problem.place), one_line(&problem.what))?;
        }
        writeln!(out, "rebuild it from the sources with: fumikura index --rebuild [PATH]...")?;
    }
    Ok(if problems.is_empty() { Outcome::Done } else { Outcome::Faults })
}
