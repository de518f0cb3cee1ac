//! `fumikura facets`

use std::io::Write;
use std::time::Instant;

use clap::{Args, ValueEnum};

use super::collocates::warn;
use super::journal::{LogArgs, Ran};
use super::{
    ByArg, CommandResult, FilterArgs, Outcome, TIMEOUT, budget, failed, made, name_command, open, output_is_file,
};
use crate::document::counted;
use crate::engine::{Answer, Request};
use crate::engines::Place;
use crate::output::{Export, Shape, TableForm, facet_trees, facets_table, one_line, wire, write_json};

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
    /// Format of the output
    #[arg(long, value_enum, default_value_t)]
    format: FacetsFormat,
    /// Begin CSV and TSV with the conditions; xlsx always holds them
    #[arg(long)]
    head: bool,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    #[command(flatten)]
    pub(super) log: LogArgs,
}

/// Formats of counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum FacetsFormat {
    #[default]
    Text,
    Json,
    /// One row a value
    Csv,
    /// One row a value; data as they are, for programs
    Tsv,
    /// A spreadsheet with a sheet of conditions
    Xlsx,
}

impl FacetsArgs {
    /// The query as one text.
    pub fn query(&self) -> String {
        super::search::joined(&self.query)
    }

    /// True where the output is no text.
    pub fn is_binary(&self) -> bool {
        self.format == FacetsFormat::Xlsx
    }
}

impl FacetsArgs {
    /// Makes the request.
    fn request(&self) -> Request {
        Request {
            text: self.query(),
            filters: self.filters.filters(),
            by: self.by.unit(),
            budget: budget(self.timeout),
            ..Request::default()
        }
    }
}

pub(super) fn run(place: &Place, args: &FacetsArgs, out: &mut dyn Write) -> CommandResult {
    let started = Instant::now();
    let collection = open(place)?;
    let request = args.request();
    let mut answer = collection.facets(&request)?;
    name_command(&mut answer);
    warn(&*collection, &answer.warnings);
    let (limit, timed_out) = (budget(args.timeout).showing_all(), answer.timed_out);
    let ran = Ran { tool: "facets", collection: &*collection, request: &request, budget: limit, started, timed_out };
    args.log.record(ran)?;
    write(out, args, &request, answer, collection.generation()?)
}

/// Writes the counts.
fn write(
    out: &mut dyn Write,
    args: &FacetsArgs,
    request: &Request,
    answer: Answer,
    generation: String,
) -> CommandResult {
    let form = match args.format {
        FacetsFormat::Csv => Some(TableForm::Csv),
        FacetsFormat::Tsv => Some(TableForm::Tsv),
        FacetsFormat::Xlsx => Some(TableForm::Xlsx),
        FacetsFormat::Text | FacetsFormat::Json => None,
    };
    if let Some(form) = form {
        let shape =
            Shape { byte_order_mark: form == TableForm::Csv && output_is_file(), head: args.head, ..Shape::default() };
        let export = Export { request, answer: &answer, made: &made(generation) };
        facets_table(out, form, shape, export).map_err(failed)?;
    } else if args.json || args.format == FacetsFormat::Json {
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
