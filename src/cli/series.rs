//! `fumikura series`

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{CommandResult, Outcome, failed, made, open, output_is_file, say};
use crate::engine::Collection;
use crate::engines::Place;
use crate::ingest;
use crate::output::{
    Shape, TableForm, WordingForm, meetings_compared, one_line, series_list, series_table, series_text, wire,
    write_json,
};
use crate::study::{self, Corrections, Series};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum SeriesFormat {
    #[default]
    Text,
    Json,
    /// One row for each meeting and document
    Csv,
    /// One row for each meeting and document; data as they are, for programs
    Tsv,
    /// A spreadsheet with a sheet of conditions
    Xlsx,
    /// With --diff: words that went struck out, words that came bold
    Markdown,
}

#[derive(Debug, Args)]
pub(super) struct SeriesArgs {
    /// Name of a series, in any spelling; without a name, all series
    name: Option<String>,
    /// Compare two meetings of the series sentence by sentence, by number, edition or date: 9..10, WRC-12..WRC-15
    #[arg(long, value_name = "OLD..NEW", value_parser = study::meeting_range, requires = "name")]
    diff: Option<(String, String)>,
    /// Format of the output
    #[arg(long, value_enum, default_value_t)]
    format: SeriesFormat,
    /// Begin CSV and TSV with commit, version and date; xlsx always holds them
    #[arg(long)]
    head: bool,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

impl SeriesArgs {
    /// True where the output is no text.
    pub fn is_binary(&self) -> bool {
        self.format == SeriesFormat::Xlsx
    }
}

/// Reads the corrections in the folders of the sources; what cannot be used is reported and left out.
pub(super) fn corrections(collection: &dyn Collection) -> Corrections {
    let folders = collection.folders();
    let (corrections, problems) = Corrections::read(ingest::series_files(folders.iter().map(PathBuf::as_path)));
    problems.iter().for_each(|problem| say(&format!("fumikura: {}", one_line(&problem.to_string()))));
    corrections
}

pub(super) fn run(place: &Place, args: &SeriesArgs, out: &mut dyn Write) -> CommandResult {
    let collection = open(place)?;
    let found = study::series(&*collection, args.name.as_deref(), &corrections(&*collection))?;
    let format = if args.json { SeriesFormat::Json } else { args.format };
    match &args.diff {
        Some((old, new)) if !found.is_empty() => return diff(&*collection, &found, (old, new), format, out),
        None if format == SeriesFormat::Markdown => {
            return Err("--format markdown writes two meetings side by side; name them: --diff 9..10".into());
        }
        _ => {}
    }
    let mut table = |form: TableForm| {
        let mark = form == TableForm::Csv && output_is_file();
        let shape = Shape { byte_order_mark: mark, head: args.head, ..Shape::default() };
        series_table(out, form, shape, &found, &made(collection.generation()?)).map_err(failed)
    };
    match format {
        SeriesFormat::Csv => table(TableForm::Csv)?,
        SeriesFormat::Tsv => table(TableForm::Tsv)?,
        SeriesFormat::Xlsx => table(TableForm::Xlsx)?,
        SeriesFormat::Json => write_json(out, &wire::SeriesList::from(found.as_slice()))?,
        SeriesFormat::Text | SeriesFormat::Markdown if args.name.is_none() => series_list(out, &found)?,
        SeriesFormat::Text | SeriesFormat::Markdown => found.iter().try_for_each(|series| series_text(out, series))?,
    }
    if found.is_empty() {
        let what = args.name.as_ref().map_or("a series of meetings".to_owned(), |name| {
            format!("the series «{}»; fumikura series lists all", one_line(name))
        });
        say(&format!("fumikura: no document names {what}"));
        return Ok(Outcome::NoHits);
    }
    Ok(Outcome::Done)
}

/// Writes two meetings side by side.
fn diff(
    collection: &dyn Collection,
    found: &[Series],
    (old, new): (&str, &str),
    format: SeriesFormat,
    out: &mut dyn Write,
) -> CommandResult {
    let form = match format {
        SeriesFormat::Json => None,
        SeriesFormat::Text => Some(WordingForm::Text),
        SeriesFormat::Markdown => Some(WordingForm::Markdown),
        SeriesFormat::Csv | SeriesFormat::Tsv | SeriesFormat::Xlsx => {
            return Err("--diff writes text, json or markdown; for tables of meetings leave --diff out".into());
        }
    };
    let compared = study::compare_meetings(collection, &collection.analyzer(), found, (old, new))?;
    match form {
        Some(form) => meetings_compared(out, form, &compared)?,
        None => write_json(out, &wire::MeetingsCompared::from(&compared))?,
    }
    Ok(Outcome::Done)
}
