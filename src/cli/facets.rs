//! `fumikura facets`

use std::io::Write;
use std::path::Path;

use clap::Args;

use super::{CommandResult, FilterArgs, Outcome, open};
use crate::output::{facet_tree, write_json};
use crate::search::{Request, search};

#[derive(Debug, Args)]
pub(super) struct FacetsArgs {
    /// Count only passages that match; all passages without it
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    #[command(flatten)]
    filters: FilterArgs,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(path: &Path, args: &FacetsArgs, out: &mut dyn Write) -> CommandResult {
    let index = open(path)?;
    let text = super::search::joined(&args.query);
    let request = Request { text, filters: args.filters.filters(), limit: 1, facets: true, relax: false, ..Request::default() };
    let answer = search(&index, &mut index.analyzer(), &request)?;
    let facets = answer.facets.unwrap_or_default();
    if args.json {
        write_json(out, &facets)?;
    } else {
        writeln!(out, "{} passages in {} documents", answer.total.passages, answer.total.documents)?;
        for (name, nodes) in [("partner", &facets.partner), ("theme", &facets.theme), ("date", &facets.date)] {
            writeln!(out, "\n{name}")?;
            facet_tree(out, nodes)?;
        }
    }
    Ok(if answer.total.passages == 0 { Outcome::NoHits } else { Outcome::Done })
}
