//! `fumikura eval`

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::{CommandResult, Outcome, budget, open};
use crate::engines::Place;
use crate::evaluate::{EvaluateError, RunLine, read_queries, run_pairs, run_ranking};
use crate::ingest;
use crate::output::{column, one_line, write_json};

#[derive(Debug, Args)]
pub(super) struct EvalArgs {
    /// Pairs of query and text with the tier expected (tab-separated)
    #[arg(long, value_name = "FILE", required_unless_present = "queries", conflicts_with = "queries")]
    pairs: Option<PathBuf>,
    /// Queries: {"id","text"} on each line
    #[arg(long, value_name = "FILE", requires = "qrels")]
    queries: Option<PathBuf>,
    /// Judgments: query, document, relevance, separated by tabs
    #[arg(long, value_name = "FILE")]
    qrels: Option<PathBuf>,
    /// Write the ranking in TREC format
    #[arg(long, value_name = "OUT", requires = "queries")]
    run: Option<PathBuf>,
    /// Time limit of each query; hits found until then are ranked. 0: no limit
    #[arg(long, value_name = "SECONDS", value_parser = super::seconds, default_value_t = 0.0, requires = "queries")]
    timeout: f64,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(place: &Place, args: &EvalArgs, out: &mut dyn Write) -> CommandResult {
    let read = |path: &PathBuf| {
        ingest::read_named(path, ingest::MAX_FILE_BYTES)
            .map_err(|error| EvaluateError::of_file(path.display().to_string(), error))
    };
    if let Some(path) = &args.pairs {
        let report = run_pairs(&read(path)?, &path.display().to_string())?;
        if args.json {
            write_json(out, &report)?;
        } else {
            for (group, score) in &report.groups {
                writeln!(out, "{}  {} of {}", one_line(group), score.passed, score.total)?;
            }
            writeln!(out, "all  {} of {}", report.passed, report.total)?;
            for failure in &report.failures {
                let [id, query, expect] = [&failure.id, &failure.query, &failure.expect].map(|cell| one_line(cell));
                writeln!(out, "  {id} «{query}»: expected {expect}, found {}", failure.got)?;
            }
        }
        return Ok(Outcome::Done);
    }
    let (Some(queries), Some(qrels)) = (&args.queries, &args.qrels) else { return Ok(Outcome::Done) };
    let collection = open(place)?;
    let queries = read_queries(&read(queries)?, &queries.display().to_string())?;
    let report =
        run_ranking(&*collection, &queries, &read(qrels)?, &qrels.display().to_string(), || budget(args.timeout))?;
    if let Some(path) = &args.run {
        std::fs::write(path, trec(&report.run))
            .map_err(|error| EvaluateError::of_file(path.display().to_string(), error))?;
    }
    if args.json {
        write_json(out, &report)?;
    } else {
        for (name, value) in report.figures() {
            writeln!(out, "{:<12} {value}", &name[2..])?;
        }
    }
    Ok(Outcome::Done)
}

/// Formats a ranking for TREC: six columns separated by blanks, so ids are escaped.
fn trec(run: &[RunLine]) -> String {
    let line = |line: &RunLine| {
        format!("{} Q0 {} {} {:.5} fumikura\n", column(&line.query), column(&line.document), line.rank, line.score)
    };
    run.iter().map(line).collect()
}
