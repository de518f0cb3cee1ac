//! `fumikura stats`

use std::io::Write;
use std::path::Path;

use clap::Args;
use serde_json::json;

use super::{CommandResult, Outcome, write_json};
use crate::index::OpenIndex;
use crate::output::facet_tree;
use crate::search::{Request, search};

#[derive(Debug, Args)]
pub(super) struct StatsArgs {
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(path: &Path, args: &StatsArgs, out: &mut dyn Write) -> CommandResult {
    let index = OpenIndex::open(path)?;
    let documents = index.documents()?;
    let passages = index.passage_count()?;
    let files = index.files()?;
    let facets = search(&index, &mut index.analyzer(), &Request { limit: 1, facets: true, relax: false, ..Request::default() })?
        .facets
        .unwrap_or_default();
    if args.json {
        let skipped: Vec<&str> = files.iter().filter(|file| file.documents == 0).map(|file| file.path.as_str()).collect();
        write_json(
            out,
            &json!({"documents": documents.len(), "passages": passages, "bytes": index.bytes(), "skipped": skipped, "facets": facets}),
        )?;
        return Ok(Outcome::Done);
    }
    writeln!(
        out,
        "{} documents from {} files, {passages} passages, {:.1} MB in {}",
        documents.len(),
        files.len(),
        index.bytes() as f64 / 1e6,
        index.path().display()
    )?;
    for (name, nodes) in [("partner", &facets.partner), ("theme", &facets.theme), ("date", &facets.date)] {
        writeln!(out, "\n{name}")?;
        facet_tree(out, nodes)?;
    }
    Ok(Outcome::Done)
}
