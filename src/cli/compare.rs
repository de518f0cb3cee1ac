//! `fumikura compare`

use std::io::Write;

use clap::Args;

use super::collocates::{FormArgs, WordArgs, WordsFormat, warn};
use super::{CommandResult, FilterArgs, Outcome, TIMEOUT, budget, failed, made, open, say};
use crate::engine::Request;
use crate::engines::Place;
use crate::output::{compare_table, compare_text, one_line, wire, write_json};
use crate::study::{self, ComparisonOptions};

#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    /// Query of the first set, as of search: 'partner:米国', '情報共有 date:..2014'
    #[arg(value_name = "A")]
    a: String,
    /// Query of the second set
    #[arg(value_name = "B")]
    b: String,
    #[command(flatten)]
    filters: FilterArgs,
    #[command(flatten)]
    pub words: WordArgs,
    /// Time limit of both sets; passages counted until then are shown and marked. 0: no limit
    #[arg(long, value_name = "SECONDS", value_parser = super::seconds, default_value_t = TIMEOUT)]
    timeout: f64,
    #[command(flatten)]
    pub form: FormArgs,
}

impl CompareArgs {
    /// Both queries.
    pub fn queries(&self) -> String {
        format!("{} / {}", self.a, self.b)
    }

    /// True where the output is no text.
    pub fn is_binary(&self) -> bool {
        self.form.is_binary()
    }
}

pub(super) fn run(place: &Place, args: &CompareArgs, out: &mut dyn Write) -> CommandResult {
    let collection = open(place)?;
    let WordArgs { min_count, min_documents, part, compound, limit } = &args.words;
    let options = ComparisonOptions {
        min_count: *min_count,
        min_documents: *min_documents,
        parts: part.clone(),
        compound: *compound,
        limit: *limit,
    };
    let filters = args.filters.filters();
    let request = |text: &String| Request {
        text: text.clone(),
        filters: filters.clone(),
        budget: budget(args.timeout),
        ..Request::default()
    };
    let found =
        study::compare(&*collection, collection.shared_analyzer()?, &request(&args.a), &request(&args.b), &options)?;
    warn(&*collection, &found.warnings);
    match args.form.table() {
        Some((form, shape)) => {
            let made = made(collection.generation()?);
            compare_table(out, form, shape, (&found, &filters, &options), &made).map_err(failed)?;
        }
        None if args.form.format() == WordsFormat::Json => write_json(out, &wire::Comparison::new(&found, &options))?,
        None => compare_text(out, &found, &options)?,
    }
    for side in [&found.a, &found.b].into_iter().filter(|side| side.total.passages == 0) {
        say(&format!("fumikura: no passage matches «{}», so nothing is compared with it", one_line(&side.query)));
    }
    Ok(if found.a.keywords.is_empty() && found.b.keywords.is_empty() { Outcome::NoHits } else { Outcome::Done })
}
