//! `fumikura collocates`

use std::io::Write;

use clap::{Args, ValueEnum};

use super::{CommandResult, FilterArgs, Outcome, TIMEOUT, budget, failed, made, open, output_is_file, say};
use crate::analysis::Part;
use crate::document::counted;
use crate::engine::{Collection, Request};
use crate::engines::Place;
use crate::output::{Shape, TableForm, collocates_table, collocates_text, one_line, wire, write_json};
use crate::study::{self, CollocationOptions, Measure, Window, content_part};

#[derive(Debug, Args)]
pub(super) struct CollocatesArgs {
    /// The query; its occurrences in the texts have the windows
    #[arg(required = true, value_name = "QUERY")]
    query: Vec<String>,
    #[command(flatten)]
    filters: FilterArgs,
    /// The words that count: this number on each side of an occurrence, or its sentence, or its passage
    #[arg(long, value_name = "WORDS|sentence|passage", default_value_t = CollocationOptions::default().window)]
    window: Window,
    /// The order: log-dice, mi3, t or log-likelihood
    #[arg(long, value_name = "MEASURE", default_value = Measure::default().name())]
    measure: Measure,
    #[command(flatten)]
    pub words: WordArgs,
    /// Time limit; words counted until then are shown and marked. 0: no limit
    #[arg(long, value_name = "SECONDS", value_parser = super::seconds, default_value_t = TIMEOUT)]
    timeout: f64,
    #[command(flatten)]
    pub form: FormArgs,
}

/// The words that `collocates` and `compare` list.
#[derive(Debug, Args)]
pub(super) struct WordArgs {
    /// Leave out words with fewer occurrences
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub min_count: u64,
    /// Leave out words in fewer documents
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub min_documents: usize,
    /// Only words of this part of speech: noun, verb, adjective, adverb; several are alternatives [default: all four]
    #[arg(long, value_name = "PART", value_parser = content_part)]
    pub part: Vec<Part>,
    /// Join runs of nouns to one word: 情報共有体制. Reads every passage of the collection: about 10 seconds for
    /// 100,000 passages
    #[arg(long)]
    pub compound: bool,
    /// Words to show; of compare: of each set
    #[arg(long, short = 'n', value_name = "N", default_value_t = 50)]
    pub limit: usize,
}

/// The format of lists of words.
#[derive(Debug, Args)]
pub(super) struct FormArgs {
    /// Format of the output
    #[arg(long, value_enum, default_value_t)]
    format: WordsFormat,
    /// Begin CSV and TSV with the conditions; xlsx always holds them
    #[arg(long)]
    head: bool,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

/// Formats of lists of words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum WordsFormat {
    #[default]
    Text,
    Json,
    /// One row a word
    Csv,
    /// One row a word; data as they are, for programs
    Tsv,
    /// A spreadsheet with a sheet of conditions
    Xlsx,
}

impl FormArgs {
    /// Returns the format of the output.
    pub fn format(&self) -> WordsFormat {
        if self.json { WordsFormat::Json } else { self.format }
    }

    /// Returns the form of a table with its shape; `None` for text and JSON.
    pub fn table(&self) -> Option<(TableForm, Shape)> {
        let form = match self.format() {
            WordsFormat::Text | WordsFormat::Json => return None,
            WordsFormat::Csv => TableForm::Csv,
            WordsFormat::Tsv => TableForm::Tsv,
            WordsFormat::Xlsx => TableForm::Xlsx,
        };
        let byte_order_mark = form == TableForm::Csv && output_is_file();
        Some((form, Shape { byte_order_mark, head: self.head, ..Shape::default() }))
    }

    /// True where the output is no text.
    pub fn is_binary(&self) -> bool {
        self.format == WordsFormat::Xlsx
    }
}

impl CollocatesArgs {
    /// The query as one text.
    pub fn query(&self) -> String {
        super::search::joined(&self.query)
    }

    /// True where the output is no text.
    pub fn is_binary(&self) -> bool {
        self.form.is_binary()
    }

    fn options(&self) -> CollocationOptions {
        let WordArgs { min_count, min_documents, part, compound, limit } = &self.words;
        CollocationOptions {
            window: self.window,
            measure: self.measure,
            min_count: *min_count,
            min_documents: *min_documents,
            parts: part.clone(),
            compound: *compound,
            limit: *limit,
        }
    }
}

pub(super) fn run(place: &Place, args: &CollocatesArgs, out: &mut dyn Write) -> CommandResult {
    let collection = open(place)?;
    let request = Request {
        text: args.query(),
        filters: args.filters.filters(),
        budget: budget(args.timeout),
        ..Request::default()
    };
    let options = args.options();
    let found = study::collocates(&*collection, collection.shared_analyzer()?, &request, &options)?;
    warn(&*collection, &found.warnings);
    match args.form.table() {
        Some((form, shape)) => {
            let made = made(collection.generation()?);
            collocates_table(out, form, shape, (&found, &request, &options), &made).map_err(failed)?;
        }
        None if args.form.format() == WordsFormat::Json => {
            write_json(out, &wire::Collocates::new(&found, &request, &options))?;
        }
        None => collocates_text(out, &found, &options)?,
    }
    if found.rows.is_empty() {
        let why = match (found.occurrences, found.substrings) {
            (0, 0) => format!("no text holds «{}» as a word", one_line(&request.text)),
            (0, inside) => format!(
                "«{}» stands only inside longer words, {}: write a whole word",
                one_line(&request.text),
                counted(usize::try_from(inside).unwrap_or(usize::MAX), "time")
            ),
            _ => "no word reaches the thresholds; lower --min-count and --min-documents".to_owned(),
        };
        say(&format!("fumikura: {why}"));
        return Ok(Outcome::NoHits);
    }
    Ok(Outcome::Done)
}

/// Prints the warnings of a search; `open` has printed those of the collection.
pub(super) fn warn(collection: &dyn Collection, warnings: &[String]) {
    let known = collection.warnings();
    for warning in warnings.iter().filter(|warning| !known.contains(warning)) {
        say(&format!("fumikura: {warning}"));
    }
}
