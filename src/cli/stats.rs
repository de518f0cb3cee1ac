//! `fumikura stats`

use std::io::Write;
use std::path::Path;

use clap::Args;
use serde_json::json;

use super::{CommandResult, Outcome, open};
use crate::document::counted;
use crate::engine::Request;
use crate::engine::embedded::search;
use crate::output::{facet_tree, one_line, write_json};

#[derive(Debug, Args)]
pub(super) struct StatsArgs {
    /// List the files that gave no document, each with the reason
    #[arg(long)]
    skipped: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(path: &Path, args: &StatsArgs, out: &mut dyn Write) -> CommandResult {
    let index = open(path)?;
    let documents = index.documents()?;
    let passages = index.passage_count()?;
    let files = index.files()?;
    let facets = search(&index, &Request { limit: 0, facets: true, relax: false, ..Request::default() })?
        .facets
        .unwrap_or_default();
    let left_out: Vec<&(String, String)> = files.iter().flat_map(|file| &file.problems).collect();
    if args.skipped && !args.json {
        for (path, reason) in left_out {
            writeln!(out, "{}: {}", one_line(path), one_line(reason))?;
        }
        return Ok(Outcome::Done);
    }
    if args.json {
        let skipped: Vec<_> = left_out.iter().map(|(path, reason)| json!({"path": path, "reason": reason})).collect();
        write_json(
            out,
            &json!({
                "documents": documents.len(), "passages": passages, "bytes": index.bytes(), "skipped": skipped, "facets": facets,
                "warnings": index.warnings(),
            }),
        )?;
        return Ok(Outcome::Done);
    }
    writeln!(
        out,
        "{} from {}, {}, {:.1} MB in {}",
        counted(documents.len(), "document"),
        counted(files.iter().filter(|file| file.documents > 0).count(), "file"),
        counted(passages, "passage"),
        index.bytes() as f64 / 1e6,
        one_line(&index.path().to_string_lossy())
    )?;
    for (name, nodes) in [("partner", &facets.partner), ("theme", &facets.theme), ("date", &facets.date)] {
        writeln!(out, "\n{name}")?;
        facet_tree(out, nodes)?;
    }
    Ok(Outcome::Done)
}
