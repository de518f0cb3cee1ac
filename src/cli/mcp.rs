//! `fumikura mcp`

use std::time::Duration;

use clap::Args;

use super::serve::time;
use super::{CommandResult, Outcome, TIMEOUT, open, say};
use crate::engines::Place;
use crate::serve::stdio;

#[derive(Debug, Args)]
pub(super) struct McpArgs {
    /// Time limit of an answer
    #[arg(long, value_name = "SECONDS", value_parser = time, default_value_t = TIMEOUT)]
    timeout: f64,
}

/// Answers an assistant over standard input and output, which nobody else may hold.
pub(super) fn run(place: &Place, args: &McpArgs) -> CommandResult {
    // Prints the warnings of the documents.
    drop(open(place)?);
    stdio(place.clone(), Duration::from_secs_f64(args.timeout), Box::new(say))?;
    Ok(Outcome::Done)
}
