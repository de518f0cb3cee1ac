//! `fumikura similar`

use std::io::Write;

use clap::{Args, ValueEnum};

use super::{CommandResult, FilterArgs, Outcome, TIMEOUT, budget, open};
use crate::engine::Request;
use crate::engines::Place;
use crate::output::{WordingForm, documents_compared, parallels_listed, wire, write_json};
use crate::study::{ParallelsOptions, compare_documents, parallels};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum SimilarFormat {
    /// Words that went in [-…-], words that came in {+…+}
    #[default]
    Text,
    Json,
    /// Words that went struck out, words that came bold
    Markdown,
}

#[derive(Debug, Args)]
pub(super) struct SimilarArgs {
    /// Id of a passage (with #), or of a document: the best counterpart of each of its passages
    id: String,
    /// Compare with this document or passage alone, sentence by sentence; ID is the older text
    #[arg(long, value_name = "ID", conflicts_with_all = ["threshold", "limit", "other_documents"])]
    with: Option<String>,
    /// Least likeness from 0 to 1: Dice of runs of three characters [default: 0.4]
    #[arg(long, value_name = "SCORE", value_parser = checked("threshold"))]
    threshold: Option<String>,
    /// Most passages; for a document most documents [default: 10]
    #[arg(long, short = 'n', value_name = "N", value_parser = checked("limit"))]
    limit: Option<String>,
    /// Leave out the document of the passage
    #[arg(long)]
    other_documents: bool,
    #[command(flatten)]
    filters: FilterArgs,
    /// Time limit. 0: no limit
    #[arg(long, value_name = "SECONDS", value_parser = super::seconds, default_value_t = TIMEOUT)]
    timeout: f64,
    /// Format of the output
    #[arg(long, value_enum, default_value_t)]
    format: SimilarFormat,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

/// Checks the value of an option of the tool.
fn checked(name: &'static str) -> impl Fn(&str) -> Result<String, String> + Clone {
    move |value| ParallelsOptions::default().set(name, value).map(|()| value.to_owned())
}

impl SimilarArgs {
    fn options(&self) -> Result<ParallelsOptions, String> {
        let mut options = ParallelsOptions { other_documents: self.other_documents, ..ParallelsOptions::default() };
        for (name, value) in [("threshold", &self.threshold), ("limit", &self.limit)] {
            if let Some(value) = value {
                options.set(name, value)?;
            }
        }
        Ok(options)
    }
}

pub(super) fn run(place: &Place, args: &SimilarArgs, out: &mut dyn Write) -> CommandResult {
    let collection = open(place)?;
    let analyzer = collection.analyzer();
    let form = match args.format {
        _ if args.json => None,
        SimilarFormat::Json => None,
        SimilarFormat::Text => Some(WordingForm::Text),
        SimilarFormat::Markdown => Some(WordingForm::Markdown),
    };
    if let Some(with) = &args.with {
        let found = compare_documents(&*collection, &analyzer, &args.id, with)?;
        match form {
            Some(form) => documents_compared(out, form, &found)?,
            None => write_json(out, &wire::Alignment::from(&found))?,
        }
        return Ok(Outcome::Done);
    }
    let request =
        Request { filters: args.filters.filters(), budget: budget(args.timeout).showing_all(), ..Request::default() };
    let found = parallels(&*collection, &analyzer, &args.id, &request, &args.options()?)?;
    match form {
        Some(form) => parallels_listed(out, form, &found)?,
        None => write_json(out, &wire::Parallels::from(&found))?,
    }
    Ok(if found.found.is_empty() { Outcome::NoHits } else { Outcome::Done })
}
