//! `fumikura batch`

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::search::BomArg;
use super::{CommandResult, Outcome, TIMEOUT, TableArg, budget, failed, made, say};
use crate::document::shown_path;
use crate::engine::{Collection, Found, Hits, Request, SearchError, Sort};
use crate::engines::Place;
use crate::extract::decode_owned;
use crate::output::{Format, Shape, batch_hits, batch_table, batch_text, wire, write_json, write_json_line};
use crate::query::Budget;
use crate::study::{Asked, Batch, BatchLine, BatchSummary, batch_summary};

/// Largest list of searches, in bytes.
const MAX_INPUT: u64 = 64 << 20;

#[derive(Debug, Args)]
pub(super) struct BatchArgs {
    /// Table with the columns id and query and, if wanted, partner, theme (several with ; between them) and date, in
    /// any order; CSV or TSV, in UTF-8 or Shift_JIS; -: standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Write all hits, with the id of their line in front, to this file: .csv, .tsv, .jsonl or .xlsx
    #[arg(long, value_name = "FILE", value_parser = hits_file)]
    hits: Option<PathBuf>,
    /// Write CSV of --hits for people, with a byte order mark; auto: yes
    #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
    bom: BomArg,
    /// Time limit of each search. 0: no limit
    #[arg(long, value_name = "SECONDS", value_parser = super::seconds, default_value_t = TIMEOUT)]
    timeout: f64,
    #[command(flatten)]
    table: TableArg,
}

impl BatchArgs {
    /// True where the output is no text.
    pub fn is_binary(&self) -> bool {
        self.table.is_binary()
    }

    fn budget(&self) -> Budget {
        budget(self.timeout).showing_all()
    }
}

/// Returns the format of a file of hits, by its ending.
fn format_of(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()?.to_lowercase().as_str() {
        "csv" => Some(Format::Csv),
        "tsv" => Some(Format::Tsv),
        "jsonl" => Some(Format::Jsonl),
        "xlsx" => Some(Format::Xlsx),
        _ => None,
    }
}

fn hits_file(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    format_of(&path).map(|_| path).ok_or_else(|| "its name must end with .csv, .tsv, .jsonl or .xlsx".to_owned())
}

fn read(path: &Path) -> Result<Batch, Box<dyn std::error::Error>> {
    let shown = shown_path(path);
    let mut bytes = Vec::new();
    let read = match path.as_os_str() == "-" {
        true => std::io::stdin().lock().take(MAX_INPUT + 1).read_to_end(&mut bytes),
        false => File::open(path).and_then(|file| file.take(MAX_INPUT + 1).read_to_end(&mut bytes)),
    };
    read.map_err(|error| format!("{shown} cannot be read: {error}"))?;
    if bytes.len() as u64 > MAX_INPUT {
        return Err(format!("{shown} has more than {} MB; split it", MAX_INPUT >> 20).into());
    }
    let text = decode_owned(bytes).map_err(|error| format!("{shown}: {error}"))?.text;
    let batch = Batch::read(&text).map_err(|error| format!("{shown}: {error}"))?;
    if !batch.unused.is_empty() {
        say(&format!("fumikura: {shown}: columns that are not used: {}", batch.unused.join(", ")));
    }
    Ok(batch)
}

pub(super) fn run(place: &Place, args: &BatchArgs, out: &mut dyn Write) -> CommandResult {
    let batch = read(&args.file)?;
    if let Some(hits) = &args.hits
        && let (Ok(input), Ok(output)) = (args.file.canonicalize(), hits.canonicalize())
        && input == output
    {
        return Err(format!("--hits would overwrite the list {}", shown_path(&args.file)).into());
    }
    let collection = place.open()?;
    let limit = || args.budget();
    let mut faults = 0;
    let mut summaries = batch.lines.iter().map(|line| {
        let summary = batch_summary(&*collection, line, &limit)?;
        faults += usize::from(summary.found.is_err());
        Ok(summary)
    });
    if let Some((form, shape)) = args.table.table() {
        batch_table(out, form, shape, &mut summaries, &made(collection.generation()?)).map_err(failed)?;
    } else if args.table.is_json() {
        let all: Vec<BatchSummary> = summaries.by_ref().collect::<Result<_, SearchError>>()?;
        write_json(out, &wire::Batch { rows: all.iter().map(wire::BatchRow::from).collect() })?;
    } else {
        for summary in summaries.by_ref() {
            let summary = summary?;
            match args.table.is_jsonl() {
                true => write_json_line(out, &wire::BatchRow::from(&summary))?,
                false => batch_text(out, &summary)?,
            }
        }
    }
    drop(summaries);
    if let Some(path) = &args.hits {
        write_hits(&*collection, &batch, args, path)?;
    }
    if faults > 0 {
        say(&format!("fumikura: {faults} of {} lines could not be searched", batch.lines.len()));
        return Ok(Outcome::Faults);
    }
    Ok(Outcome::Done)
}

/// Writes all hits of a list to a file.
fn write_hits(
    collection: &dyn Collection,
    batch: &Batch,
    args: &BatchArgs,
    path: &Path,
) -> Result<(), Box<dyn std::error::Error>> {
    let cannot = |error: std::io::Error| format!("{} cannot be written: {error}", shown_path(path));
    let mut file = BufWriter::new(File::create(path).map_err(cannot)?);
    let format = format_of(path).unwrap_or(Format::Csv);
    let marked = format == Format::Csv && !matches!(args.bom, BomArg::Never);
    let shape = Shape { format, byte_order_mark: marked, ..Shape::default() };
    let mut hits = AllHits { collection, lines: batch.lines.iter(), open: None, args };
    let several = collection.parts()?.len() > 1;
    batch_hits(&mut file, shape, several, &mut hits, &made(collection.generation()?)).map_err(failed)?;
    Ok(file.flush().map_err(cannot)?)
}

/// The hits of all searches of a list, one by one.
struct AllHits<'a> {
    collection: &'a dyn Collection,
    lines: std::slice::Iter<'a, BatchLine>,
    /// Id of the present line, with its hits.
    open: Option<(&'a str, Box<dyn Hits + 'a>)>,
    args: &'a BatchArgs,
}

impl<'a> AllHits<'a> {
    /// Opens the hits of a line; a faulty line, which the counts tell, has none.
    fn open(&self, line: &BatchLine) -> Result<Option<Box<dyn Hits + 'a>>, SearchError> {
        let Some(Ok(request)) = line.asked.as_ref().ok().map(Asked::request) else { return Ok(None) };
        let request = Request { sort: Sort::Relevance, budget: self.args.budget(), ..request };
        match self.collection.hits(&request) {
            Ok(hits) => Ok(Some(hits)),
            Err(SearchError::Query(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Iterator for AllHits<'_> {
    type Item = Result<(String, Found), SearchError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((id, hits)) = &mut self.open {
                match hits.next() {
                    Some(hit) => return Some(hit.map(|hit| ((*id).to_owned(), hit))),
                    None if hits.answer().timed_out => {
                        say(&format!("fumikura: the time of the search {id} ran out: hits of it are missing"));
                    }
                    None => {}
                }
                self.open = None;
            }
            let line = self.lines.next()?;
            match self.open(line) {
                Ok(hits) => self.open = hits.map(|hits| (line.id.as_str(), hits)),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
