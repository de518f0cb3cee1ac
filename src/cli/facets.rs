//! `fumikura facets`

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::{ByArg, CommandResult, FilterArgs, Outcome, TIMEOUT, budget, distinct, name_command, open, say};
use crate::document::counted;
use crate::engine::{Engine, Request};
use crate::index::OpenIndex;
use crate::output::{facet_trees, one_line, wire, write_json};

#[derive(Debug, Args)]
pub(super) struct FacetsArgs {
    /// Count only passages that match; without a query, all passages
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    #[command(flatten)]
    pub filters: FilterArgs,
    /// Unit of the facet of dates
    #[arg(long, value_enum, value_name = "UNIT", default_value_t = ByArg::Year)]
    by: ByArg,
    /// Time limit of counting; numbers counted until then are shown and marked. 0: no limit
    #[arg(long, value_name = "SECONDS", value_parser = super::seconds, default_value_t = TIMEOUT)]
    timeout: f64,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl FacetsArgs {
    /// The query as one text.
    pub fn query(&self) -> String {
        super::search::joined(&self.query)
    }
}

pub(super) fn run(paths: &[PathBuf], args: &FacetsArgs, out: &mut dyn Write) -> CommandResult {
    let index = open(&distinct(paths))?;
    let text = args.query();
    let filters = args.filters.filters();
    let by = args.by.unit();
    let request = Request { text, filters, by, budget: budget(args.timeout), ..Request::default() };
    let mut answer = index.facets(&request)?;
    name_command(&mut answer);
    // `open` has printed the warnings of the indexes; only warnings of the query are left.
    let snapshot = index.snapshot()?;
    let known: Vec<String> = snapshot.indexes().iter().flat_map(OpenIndex::warnings).collect();
    for warning in answer.warnings.iter().filter(|warning| !known.contains(warning)) {
        say(&format!("fumikura: {warning}"));
    }
    if args.json {
        write_json(out, &wire::FacetCounts::from(&answer))?;
    } else {
        let least = if answer.timed_out { "at least " } else { "" };
        writeln!(
            out,
            "{least}{} in {}",
            counted(answer.total.passages, "passage"),
            counted(answer.total.documents, "document")
        )?;
        if let Some(emptied) = &answer.emptied {
            writeln!(out, "{}", one_line(&emptied.sentence()))?;
        }
        if let Some(roles) = &answer.roles {
            writeln!(out, "{}", one_line(&roles.sentence()))?;
        }
        facet_trees(out, &answer.facets.unwrap_or_default(), &request.filters.roles)?;
    }
    Ok(if answer.total.passages == 0 { Outcome::NoHits } else { Outcome::Done })
}
