//! `fumikura kwic`

use std::io::Write;
use std::time::Instant;

use clap::{Args, ValueEnum};

use super::journal::{LogArgs, Ran};
use super::search::BomArg;
use super::{CommandResult, FILTERS, FilterArgs, Outcome, TIMEOUT, budget, failed, made, name_command, say};
use crate::engine::{Collection, Request};
use crate::engines::Place;
use crate::output::{
    Format, Shape, concordance_notes, concordance_table, concordance_text, wire, write_json, write_json_line,
};
use crate::study::{Concordance, ConcordanceOptions, concordance};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum KwicFormat {
    /// For people: the matches stand below each other
    #[default]
    Text,
    /// One object
    Json,
    /// One object a line
    Jsonl,
    /// One row a line
    Csv,
    /// One row a line; data as they are, for programs
    Tsv,
    /// A spreadsheet with a sheet of conditions
    Xlsx,
}

#[derive(Debug, Args)]
pub(super) struct KwicArgs {
    /// The query, as of search; several words are one query
    #[arg(required_unless_present_any = FILTERS, value_name = "QUERY")]
    query: Vec<String>,
    #[command(flatten)]
    filters: FilterArgs,
    /// Width of the text before the match [default: 20]
    #[arg(long, value_name = "N", value_parser = checked("left"))]
    left: Option<String>,
    /// Width of the text after the match [default: 20]
    #[arg(long, value_name = "N", value_parser = checked("right"))]
    right: Option<String>,
    /// Unit of both widths: char (the text is cut between words) or word [default: char]
    #[arg(long, value_name = "UNIT", value_parser = checked("unit"))]
    unit: Option<String>,
    /// Text that the context never leaves: passage or sentence [default: passage]
    #[arg(long, value_name = "TEXT", value_parser = checked("within"))]
    within: Option<String>,
    /// Order: position, date, -date, partner, match, left:1,2 (words before the match, the nearest first), right:1;
    /// several are keys one after another [default: position]
    #[arg(long, value_name = "KEY", value_parser = checked("sort"), allow_hyphen_values = true)]
    sort: Vec<String>,
    /// Most lines of a document: the first ones of its text
    #[arg(long, value_name = "N", value_parser = checked("per-document"))]
    per_document: Option<String>,
    /// Keep one line of so many, always the same ones
    #[arg(long, value_name = "N", value_parser = checked("thin"))]
    thin: Option<String>,
    /// Show a sample of so many lines, always the same ones
    #[arg(long, value_name = "N", value_parser = checked("sample"))]
    sample: Option<String>,
    /// Another text gives another sample
    #[arg(long, value_name = "TEXT")]
    seed: Option<String>,
    /// Write blanks between words, as AntConc and KH Coder read texts that are cut already
    #[arg(long)]
    segmented: bool,
    /// List occurrences in titles that no passage of the text holds, too
    #[arg(long)]
    titles: bool,
    /// Lines to show [default: all]
    #[arg(long, short = 'n', value_name = "N")]
    limit: Option<usize>,
    /// Lines to skip at the top
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: usize,
    /// Find only the words themselves, in any spelling
    #[arg(long)]
    no_variants: bool,
    /// Treat a query that may be misread as an error
    #[arg(long)]
    strict: bool,
    /// Time limit of finding, not of showing. 0: no limit
    #[arg(long, value_name = "SECONDS", value_parser = super::seconds, default_value_t = TIMEOUT)]
    timeout: f64,
    /// Format of the output
    #[arg(long, value_enum, default_value_t)]
    format: KwicFormat,
    /// Write CSV for people: with a byte order mark; auto: if standard output is a file
    #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
    bom: BomArg,
    /// Begin CSV, TSV and JSONL with the conditions of the search; xlsx always holds them
    #[arg(long)]
    head: bool,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    #[command(flatten)]
    pub(super) log: LogArgs,
}

/// Checks the value of an option of the tool.
fn checked(name: &'static str) -> impl Fn(&str) -> Result<String, String> + Clone {
    move |value| ConcordanceOptions::default().set(name, value).map(|()| value.to_owned())
}

impl KwicArgs {
    /// The query as one text.
    pub fn query(&self) -> String {
        super::search::joined(&self.query)
    }

    /// True where the output is no text.
    pub fn is_binary(&self) -> bool {
        self.format == KwicFormat::Xlsx
    }

    fn options(&self) -> Result<ConcordanceOptions, String> {
        let mut options = ConcordanceOptions {
            segmented: self.segmented,
            titles: self.titles,
            limit: self.limit.unwrap_or(usize::MAX),
            offset: self.offset,
            ..ConcordanceOptions::default()
        };
        let single = [
            ("left", &self.left),
            ("right", &self.right),
            ("unit", &self.unit),
            ("within", &self.within),
            ("per-document", &self.per_document),
            ("thin", &self.thin),
            ("sample", &self.sample),
            ("seed", &self.seed),
        ];
        let single = single.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        for (name, value) in single.chain(self.sort.iter().map(|key| ("sort", key))) {
            options.set(name, value)?;
        }
        Ok(options)
    }

    fn request(&self) -> Request {
        Request {
            text: self.query(),
            filters: self.filters.filters(),
            limit: usize::MAX,
            variants: !self.no_variants,
            strict: self.strict,
            budget: budget(self.timeout).showing_all(),
            ..Request::default()
        }
    }
}

pub(super) fn run(place: &Place, args: &KwicArgs, out: &mut dyn Write) -> CommandResult {
    let started = Instant::now();
    // The answer tells the warnings about the index with its own.
    let collection = place.open()?;
    let found = find(&*collection, args)?;
    let (limit, timed_out) = (budget(args.timeout).showing_all(), found.answer.timed_out);
    let request = args.request();
    let ran = Ran { tool: "kwic", collection: &*collection, request: &request, budget: limit, started, timed_out };
    args.log.record(ran)?;
    write(out, args, &found, collection.generation()?)
}

/// Finds the lines, and tells the warnings of the query.
fn find(collection: &dyn Collection, args: &KwicArgs) -> Result<Concordance, Box<dyn std::error::Error>> {
    let mut found = concordance(collection, &collection.analyzer(), &args.request(), &args.options()?)?;
    name_command(&mut found.answer);
    for warning in &found.answer.warnings {
        say(&format!("fumikura: {warning}"));
    }
    Ok(found)
}

/// Writes the lines.
fn write(out: &mut dyn Write, args: &KwicArgs, found: &Concordance, generation: String) -> CommandResult {
    let request = args.request();
    let format = match args.format {
        _ if args.json => Format::Json,
        KwicFormat::Text => Format::Text,
        KwicFormat::Json => Format::Json,
        KwicFormat::Jsonl => Format::Jsonl,
        KwicFormat::Csv => Format::Csv,
        KwicFormat::Tsv => Format::Tsv,
        KwicFormat::Xlsx => Format::Xlsx,
    };
    let shape = Shape {
        format,
        byte_order_mark: format == Format::Csv && args.bom.is_wanted(),
        head: args.head,
        ..Shape::default()
    };
    let made = made(generation);
    match format.table() {
        Some(form) => concordance_table(out, form, shape, (found, &request), &made).map_err(failed)?,
        None if format == Format::Json => write_json(out, &wire::Concordance::new(found, &request))?,
        None if format == Format::Jsonl => {
            for line in &found.lines {
                write_json_line(out, &wire::ConcordanceLine::from(line))?;
            }
        }
        None => concordance_text(out, found)?,
    }
    // Text and JSON hold these sentences themselves.
    if !matches!(format, Format::Text | Format::Json) {
        concordance_notes(found).iter().for_each(|note| say(&format!("fumikura: {note}")));
    }
    Ok(if found.lines.is_empty() && found.kept == 0 { Outcome::NoHits } else { Outcome::Done })
}
