//! `fumikura mcp`

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::serve::time;
use super::{CommandResult, Outcome, TIMEOUT, distinct, open, say};
use crate::serve::stdio;

#[derive(Debug, Args)]
pub(super) struct McpArgs {
    /// Time limit of an answer
    #[arg(long, value_name = "SECONDS", value_parser = time, default_value_t = TIMEOUT)]
    timeout: f64,
}

/// Answers an assistant over standard input and output, which nobody else may hold.
pub(super) fn run(paths: &[PathBuf], args: &McpArgs) -> CommandResult {
    let indexes: Vec<PathBuf> = distinct(paths).into_iter().cloned().collect();
    // Prints the warnings of the indexes.
    drop(open(&indexes)?);
    stdio(indexes, Duration::from_secs_f64(args.timeout), Box::new(say))?;
    Ok(Outcome::Done)
}
