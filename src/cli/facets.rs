//! `fumikura facets`

use std::io::Write;
use std::path::Path;

use clap::Args;

use super::{CommandResult, FilterArgs, Outcome, budget, open, say};
use crate::document::counted;
use crate::output::{facet_tree, write_json};
use crate::search::{Request, search};

#[derive(Debug, Args)]
pub(super) struct FacetsArgs {
    /// Count only passages that match; all passages without it
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    #[command(flatten)]
    filters: FilterArgs,
    /// Time for counting; what was counted until then is shown and marked. 0: as long as it takes
    #[arg(long, value_name = "SECONDS", value_parser = super::seconds, default_value_t = 10.0)]
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

pub(super) fn run(path: &Path, args: &FacetsArgs, out: &mut dyn Write) -> CommandResult {
    let index = open(path)?;
    let text = args.query();
    let filters = args.filters.filters();
    let request = Request { text, filters, limit: 0, facets: true, relax: false, budget: budget(args.timeout), ..Request::default() };
    let answer = search(&index, &mut index.analyzer(), &request)?;
    if answer.timed_out {
        answer.warnings.iter().for_each(|warning| say(&format!("fumikura: {warning}")));
    }
    let facets = answer.facets.unwrap_or_default();
    if args.json {
        let mut object = serde_json::to_value(&facets)?;
        object["timed_out"] = serde_json::Value::Bool(answer.timed_out);
        write_json(out, &object)?;
    } else {
        let least = if answer.timed_out { "at least " } else { "" };
        writeln!(out, "{least}{} in {}", counted(answer.total.passages, "passage"), counted(answer.total.documents, "document"))?;
        for (name, nodes) in [("partner", &facets.partner), ("theme", &facets.theme), ("date", &facets.date)] {
            writeln!(out, "\n{name}")?;
            facet_tree(out, nodes)?;
        }
    }
    Ok(if answer.total.passages == 0 { Outcome::NoHits } else { Outcome::Done })
}
