//! `fumikura related`

use std::io::Write;

use clap::{Args, ValueEnum, value_parser};

use super::{CommandResult, FilterArgs, Outcome, TIMEOUT, budget, say};
use crate::engine::Request;
use crate::engines::Place;
use crate::output::{related_text, wire, write_json};
use crate::study::related;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum RelatedFormat {
    #[default]
    Text,
    Json,
}

#[derive(Debug, Args)]
pub(super) struct RelatedArgs {
    /// The query; several words are one query
    #[arg(required = true, value_name = "QUERY")]
    query: Vec<String>,
    #[command(flatten)]
    filters: FilterArgs,
    /// Most words
    #[arg(long, short = 'n', value_name = "N", value_parser = value_parser!(u16).range(1..=40), default_value_t = 10)]
    limit: u16,
    /// Time limit; words found until then are shown. 0: no limit
    #[arg(long, value_name = "SECONDS", value_parser = super::seconds, default_value_t = TIMEOUT)]
    timeout: f64,
    /// Format of the output
    #[arg(long, value_enum, default_value_t)]
    format: RelatedFormat,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

impl RelatedArgs {
    /// Returns the query as one text.
    pub fn query(&self) -> String {
        super::search::joined(&self.query)
    }
}

pub(super) fn run(place: &Place, args: &RelatedArgs, out: &mut dyn Write) -> CommandResult {
    let collection = place.open()?;
    let request = Request {
        text: args.query(),
        filters: args.filters.filters(),
        budget: budget(args.timeout).showing_all(),
        ..Request::default()
    };
    let found = related(&*collection, collection.shared_analyzer()?, &request, usize::from(args.limit))?;
    found.warnings.iter().for_each(|warning| say(&format!("fumikura: {warning}")));
    match args.format {
        RelatedFormat::Text if !args.json => related_text(out, &found)?,
        _ => write_json(out, &wire::Related::from(&found))?,
    }
    if found.timed_out {
        say("fumikura: the time ran out; words are missing. Allow more: --timeout 60");
    }
    Ok(if found.words.is_empty() { Outcome::NoHits } else { Outcome::Done })
}
