//! `fumikura check`

use std::io::Write;
use std::path::Path;

use clap::Args;
use serde_json::json;

use super::{CommandResult, Outcome, write_json};
use crate::index::OpenIndex;
use crate::output::sanitized;

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(path: &Path, args: &CheckArgs, out: &mut dyn Write) -> CommandResult {
    let index = OpenIndex::open(path)?;
    let problems = index.check();
    if args.json {
        let list: Vec<_> = problems.iter().map(|problem| json!({"place": problem.place, "problem": problem.what})).collect();
        write_json(out, &json!({"sound": problems.is_empty(), "problems": list}))?;
    } else if problems.is_empty() {
        writeln!(out, "the index in {} is sound", path.display())?;
    } else {
        for problem in &problems {
            writeln!(out, "{}: {}", sanitized(&problem.place), sanitized(&problem.what))?;
        }
        writeln!(out, "rebuild it from the sources with: fumikura index --rebuild [PATH]...")?;
    }
    Ok(if problems.is_empty() { Outcome::Done } else { Outcome::Faults })
}
