//! `fumikura series`

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{CommandResult, Outcome, distinct, open, output_is_file, say};
use crate::engine::SearchError;
use crate::engine::embedded::Index;
use crate::ingest;
use crate::output::{one_line, series_csv, series_list, series_text, wire, write_json};
use crate::study::{self, Corrections};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum SeriesFormat {
    #[default]
    Text,
    Json,
    /// One row for each meeting and document
    Csv,
}

#[derive(Debug, Args)]
pub(super) struct SeriesArgs {
    /// Name of a series, in any spelling; without a name, all series
    name: Option<String>,
    /// Format of the output
    #[arg(long, value_enum, default_value_t)]
    format: SeriesFormat,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

/// Reads the corrections in the folders of the sources; what cannot be used is reported and left out.
fn corrections(index: &Index) -> Result<Corrections, SearchError> {
    let mut corrections = Corrections::default();
    let snapshot = index.snapshot()?;
    for root in snapshot.indexes().iter().flat_map(|open| open.roots()) {
        let Some(file) = ingest::series_file(root.path.as_ref()) else { continue };
        let problems = match file.bytes {
            Ok(bytes) => corrections.add(&String::from_utf8_lossy(&bytes), &file.shown),
            Err(problem) => vec![problem],
        };
        problems.iter().for_each(|problem| say(&format!("fumikura: {}", one_line(&problem.to_string()))));
    }
    Ok(corrections)
}

pub(super) fn run(paths: &[PathBuf], args: &SeriesArgs, out: &mut dyn Write) -> CommandResult {
    let index = open(&distinct(paths))?;
    let corrections = corrections(&index)?;
    let found = study::series(&index, args.name.as_deref(), &corrections)?;
    let format = if args.json { SeriesFormat::Json } else { args.format };
    match format {
        SeriesFormat::Json => write_json(out, &wire::SeriesList::from(found.as_slice()))?,
        SeriesFormat::Csv => series_csv(out, &found, output_is_file())?,
        SeriesFormat::Text if args.name.is_none() => series_list(out, &found)?,
        SeriesFormat::Text => found.iter().try_for_each(|series| series_text(out, series))?,
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
