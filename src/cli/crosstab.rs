//! `fumikura crosstab`

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{CommandResult, FilterArgs, Outcome, TIMEOUT, budget, failed, made, output_is_file, say};
use crate::engine::{Collection, Request};
use crate::engines::Place;
use crate::output::{
    CrosstabShow, Export, Shape, TableForm, crosstab_svg, crosstab_table, crosstab_text, wire, write_json,
};
use crate::study::{self, Counted, CrosstabOptions, Dimension};

/// Names of the dimensions.
const DIMENSIONS: [&str; 10] =
    ["partner", "theme", "commitment", "series", "publisher", "type", "year", "fiscal-year", "month", "query"];

#[derive(Debug, Args)]
pub(super) struct CrosstabArgs {
    /// Count only passages that match; without a query, all passages
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    #[command(flatten)]
    pub filters: FilterArgs,
    /// What the rows are; query: the named queries of --queries
    #[arg(long, value_name = "DIMENSION", default_value = "partner", value_parser = DIMENSIONS)]
    rows: String,
    /// What the columns are
    #[arg(long, value_name = "DIMENSION", default_value = "year", value_parser = DIMENSIONS)]
    cols: String,
    /// Add a table for each value of this
    #[arg(long, value_name = "DIMENSION", value_parser = DIMENSIONS)]
    layer: Option<String>,
    /// Named queries, for --rows query or --cols query: a name, a tab and a query on each line; lines
    /// that begin with # do not count
    #[arg(long, value_name = "FILE")]
    queries: Option<PathBuf>,
    /// What the cells count
    #[arg(long, value_name = "WHAT", default_value = "passages", value_parser = Counted::ALL.map(Counted::name))]
    measure: String,
    /// With --measure documents: count each document once, under its primary values. For dates that is the day on which
    /// the date of the document begins, else the value that most of its matching passages have
    #[arg(long)]
    primary: bool,
    /// Level of the tree of partners and themes, from 1 [default: partner 2, theme 1]
    #[arg(long, value_name = "N")]
    level: Option<String>,
    /// Only the rows with the largest sums; the others are told
    #[arg(long, value_name = "N")]
    top: Option<String>,
    /// Find only the words themselves, in any spelling
    #[arg(long)]
    no_variants: bool,
    /// What the cells of text and picture show
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    show: ShowArg,
    /// Time limit of counting; numbers counted until then are shown and marked. 0: no limit
    #[arg(long, value_name = "SECONDS", value_parser = super::seconds, default_value_t = TIMEOUT)]
    timeout: f64,
    /// Format of the output
    #[arg(long, value_enum, default_value_t)]
    format: CrosstabFormat,
    /// Begin CSV and TSV with the conditions; xlsx always holds them
    #[arg(long)]
    head: bool,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum ShowArg {
    /// Counts
    #[default]
    Count,
    /// Per cent of the row
    Row,
    /// Per cent of the column
    Col,
    /// Expected counts
    Expected,
    /// Adjusted standardised residuals
    Residual,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum CrosstabFormat {
    #[default]
    Text,
    Json,
    /// One row a cell
    Csv,
    /// One row a cell; data as they are, for programs
    Tsv,
    /// A spreadsheet with a sheet of conditions
    Xlsx,
    /// A picture of the table
    Svg,
}

impl From<ShowArg> for CrosstabShow {
    fn from(show: ShowArg) -> Self {
        match show {
            ShowArg::Count => Self::Count,
            ShowArg::Row => Self::Row,
            ShowArg::Col => Self::Col,
            ShowArg::Expected => Self::Expected,
            ShowArg::Residual => Self::Residual,
        }
    }
}

impl CrosstabArgs {
    /// The query as one text.
    pub fn query(&self) -> String {
        super::search::joined(&self.query)
    }

    /// True where the output is no text.
    pub fn is_binary(&self) -> bool {
        self.format == CrosstabFormat::Xlsx
    }

    /// Reads the options.
    fn options(
        &self,
        request: &Request,
        collection: &dyn Collection,
    ) -> Result<CrosstabOptions, Box<dyn std::error::Error>> {
        let mut options = CrosstabOptions::default();
        let texts = [("rows", Some(&self.rows)), ("cols", Some(&self.cols)), ("measure", Some(&self.measure))];
        let others = [("layer", self.layer.as_ref()), ("level", self.level.as_ref()), ("top", self.top.as_ref())];
        for (name, value) in texts.into_iter().chain(others) {
            if let Some(value) = value {
                options.set(name, value)?;
            }
        }
        options.primary = self.primary;
        if let Some(path) = &self.queries {
            let text = std::fs::read_to_string(path)
                .map_err(|error| format!("the file of queries {} cannot be read: {error}", path.display()))?;
            options.set("queries", &text).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        let used = [Some(options.rows), Some(options.cols), options.layer];
        if used.contains(&Some(Dimension::Publisher)) || used.contains(&Some(Dimension::Type)) {
            let files = collection.files(request)?;
            options.publishers = files.publishers.into_iter().map(|node| node.value).collect();
            options.types = files.types.into_iter().map(|node| node.value).collect();
        }
        Ok(options)
    }
}

pub(super) fn run(place: &Place, args: &CrosstabArgs, out: &mut dyn Write) -> CommandResult {
    // The table tells the warnings about the index with its own.
    let collection = place.open()?;
    let request = Request {
        text: args.query(),
        filters: args.filters.filters(),
        variants: !args.no_variants,
        budget: budget(args.timeout),
        ..Request::default()
    };
    let options = args.options(&request, &*collection)?;
    let found = study::crosstab(&*collection, &request, &options)?;
    let form = match args.format {
        CrosstabFormat::Csv => Some(TableForm::Csv),
        CrosstabFormat::Tsv => Some(TableForm::Tsv),
        CrosstabFormat::Xlsx => Some(TableForm::Xlsx),
        CrosstabFormat::Text | CrosstabFormat::Json | CrosstabFormat::Svg => None,
    };
    let is_text = !args.json && args.format == CrosstabFormat::Text;
    if !is_text && !args.json && args.format != CrosstabFormat::Json {
        found.warnings.iter().for_each(|warning| say(&format!("fumikura: {warning}")));
    }
    if let Some(form) = form {
        let shape =
            Shape { byte_order_mark: form == TableForm::Csv && output_is_file(), head: args.head, ..Shape::default() };
        let answer = collection.search(&Request { limit: 0, relax: false, ..request.clone() })?;
        let export = Export { request: &request, answer: &answer, made: &made(collection.generation()?) };
        crosstab_table(out, form, shape, &found, export).map_err(failed)?;
    } else if args.format == CrosstabFormat::Svg {
        out.write_all(crosstab_svg(&request.text, &found, args.show.into()).as_bytes())?;
    } else if is_text {
        crosstab_text(out, &found, args.show.into())?;
    } else {
        write_json(out, &wire::Crosstab::new(&request, &found))?;
    }
    Ok(if found.all.statistics.sum == 0 { Outcome::NoHits } else { Outcome::Done })
}
