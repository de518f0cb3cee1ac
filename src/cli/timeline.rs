//! `fumikura timeline`

use std::io::Write;

use clap::{Args, ValueEnum};

use super::series::corrections;
use super::{CommandResult, FilterArgs, Outcome, TIMEOUT, budget, failed, made, open, output_is_file, say};
use crate::engine::Request;
use crate::engines::Place;
use crate::output::{
    Shape, TableForm, dispersion_svg, dispersion_table, dispersion_text, timeline_svg, timeline_table, timeline_text,
    wire, write_json,
};
use crate::study::{self, Dispersion, TimelineOptions};

/// Value of `--document` for all documents.
const ALL: &str = "all";

#[derive(Debug, Args)]
pub(super) struct TimelineArgs {
    /// Queries: each argument is one, so a query with blanks is quoted for the shell: 'サイバー 協力'
    #[arg(value_name = "QUERY", required = true)]
    queries: Vec<String>,
    #[command(flatten)]
    pub filters: FilterArgs,
    /// Unit of the bins; meeting: the meetings of one series, with --series NAME
    #[arg(long, value_name = "UNIT", default_value = "year",
        value_parser = ["year", "fiscal-year", "month", "meeting"])]
    by: String,
    /// Numbers as they are, occurrences per million characters of a bin, or documents with the query
    /// per 100 documents of a bin
    #[arg(long, value_name = "UNIT", default_value = "absolute",
        value_parser = ["absolute", "million-characters", "documents"])]
    per: String,
    /// List the first dated passage with each partner
    #[arg(long)]
    first: bool,
    /// List the last dated passage with each partner
    #[arg(long)]
    last: bool,
    /// Show where the query stands in this document instead; several may be given. all: the 60 documents with most
    /// occurrences, and the number of the others
    #[arg(long, value_name = "ID", conflicts_with_all = ["by", "per", "first", "last"])]
    document: Vec<String>,
    /// Find only the words themselves, in any spelling
    #[arg(long)]
    no_variants: bool,
    /// Time limit of counting; numbers counted until then are shown and marked. 0: no limit
    #[arg(long, value_name = "SECONDS", value_parser = super::seconds, default_value_t = TIMEOUT)]
    timeout: f64,
    /// Format of the output
    #[arg(long, value_enum, default_value_t)]
    format: TimelineFormat,
    /// Begin CSV and TSV with the conditions; xlsx always holds them
    #[arg(long)]
    head: bool,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum TimelineFormat {
    #[default]
    Text,
    Json,
    /// One row a bin; with --document, an occurrence
    Csv,
    /// The same; data as they are, for programs
    Tsv,
    /// A spreadsheet with a sheet of conditions
    Xlsx,
    /// A picture
    Svg,
}

impl TimelineFormat {
    fn table(self) -> Option<TableForm> {
        match self {
            Self::Csv => Some(TableForm::Csv),
            Self::Tsv => Some(TableForm::Tsv),
            Self::Xlsx => Some(TableForm::Xlsx),
            Self::Text | Self::Json | Self::Svg => None,
        }
    }
}

impl TimelineArgs {
    /// The queries as one text, for messages.
    pub fn query(&self) -> String {
        self.queries.join(" · ")
    }

    /// True where the output is no text.
    pub fn is_binary(&self) -> bool {
        self.format == TimelineFormat::Xlsx
    }

    fn format(&self) -> TimelineFormat {
        if self.json { TimelineFormat::Json } else { self.format }
    }

    fn shape(&self) -> Shape {
        let byte_order_mark = self.format == TimelineFormat::Csv && output_is_file();
        Shape { byte_order_mark, head: self.head, ..Shape::default() }
    }
}

impl TimelineArgs {
    /// Fails for an empty query.
    fn check(&self) -> Result<(), Box<dyn std::error::Error>> {
        match self.queries.iter().position(|query| query.trim().is_empty()) {
            Some(empty) => Err(format!("query {} is empty; each argument is one query", empty + 1).into()),
            None => Ok(()),
        }
    }
}

pub(super) fn run(place: &Place, args: &TimelineArgs, out: &mut dyn Write) -> CommandResult {
    args.check()?;
    // Numbers over time tell the warnings about the index with their own, places in documents do not.
    let collection = if args.document.is_empty() { place.open()? } else { open(place)? };
    let request = Request {
        filters: args.filters.filters(),
        variants: !args.no_variants,
        budget: budget(args.timeout),
        ..Request::default()
    };
    let format = args.format();
    if !args.document.is_empty() {
        let [query] = args.queries.as_slice() else {
            return Err("the places in documents are those of one query; quote a query with blanks".into());
        };
        let request = Request { text: query.clone(), ..request };
        let ids: &[String] = if args.document.iter().any(|id| id == ALL) { &[] } else { &args.document };
        let plot = study::dispersion(&*collection, &request, ids)?;
        return write_plot(out, args, &request, &plot, made(collection.generation()?));
    }
    let mut options = TimelineOptions { first: args.first, last: args.last, ..TimelineOptions::default() };
    options.set("by", &args.by)?;
    options.set("per", &args.per)?;
    let found = study::timeline(&*collection, &request, &args.queries, &options, &corrections(&*collection))?;
    if !matches!(format, TimelineFormat::Text | TimelineFormat::Json) {
        found.warnings.iter().for_each(|warning| say(&format!("fumikura: {warning}")));
    }
    match (format, format.table()) {
        (_, Some(form)) => {
            let made = made(collection.generation()?);
            timeline_table(out, form, args.shape(), &found, (&request, &made)).map_err(failed)?;
        }
        (TimelineFormat::Json, _) => write_json(out, &wire::Timelines::from(&found))?,
        (TimelineFormat::Svg, _) => out.write_all(timeline_svg(&found).as_bytes())?,
        _ => timeline_text(out, &found)?,
    }
    let none = found.lines.iter().all(|line| line.total.passages == 0);
    Ok(if none { Outcome::NoHits } else { Outcome::Done })
}

/// Writes the places of a query in documents.
fn write_plot(
    out: &mut dyn Write,
    args: &TimelineArgs,
    request: &Request,
    plot: &Dispersion,
    made: crate::output::Made,
) -> CommandResult {
    let format = args.format();
    match (format, format.table()) {
        (_, Some(form)) => dispersion_table(out, form, args.shape(), plot, (request, &made)).map_err(failed)?,
        (TimelineFormat::Json, _) => write_json(out, &wire::Dispersion::from(plot))?,
        (TimelineFormat::Svg, _) => out.write_all(dispersion_svg(plot).as_bytes())?,
        _ => dispersion_text(out, plot)?,
    }
    let none = plot.rows.iter().all(|row| row.offsets.is_empty());
    Ok(if none { Outcome::NoHits } else { Outcome::Done })
}
