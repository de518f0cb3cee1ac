//! `fumikura glossary`

use std::io::Write;
use std::path::Path;

use clap::Args;

use super::{CommandResult, FilterArgs, Outcome, budget, open, say};
use crate::document::shown_path;
use crate::engine::Request;
use crate::engines::Place;
use crate::output::one_line;
use crate::study::{GLOSSARY_COLUMNS, mine_pairs, read_glossary, translations};

/// Largest glossary, in bytes.
const MOST: u64 = 64 << 20;

#[derive(Debug, Args)]
pub(super) struct GlossaryArgs {
    #[command(flatten)]
    filters: FilterArgs,
    /// Leave out pairs of fewer passages
    #[arg(long, value_name = "N", default_value_t = 1)]
    min: usize,
    /// Time limit; pairs found until then are listed. 0: no limit
    #[arg(long, value_name = "SECONDS", value_parser = super::seconds, default_value_t = 60.0)]
    timeout: f64,
}

pub(super) fn run(place: &Place, args: &GlossaryArgs, out: &mut dyn Write) -> CommandResult {
    let collection = open(place)?;
    let request =
        Request { filters: args.filters.filters(), budget: budget(args.timeout).showing_all(), ..Request::default() };
    let (pairs, cut) = mine_pairs(&*collection, collection.shared_analyzer()?, &request)?;
    writeln!(out, "{}", GLOSSARY_COLUMNS.join("\t"))?;
    let mut written = 0;
    for pair in pairs.iter().filter(|pair| pair.passages >= args.min) {
        let cell = |text: &str| one_line(text).replace('\t', " ");
        let (english, japanese, id) = (cell(&pair.english), cell(&pair.japanese), cell(&pair.passage));
        writeln!(out, "{english}\t{japanese}\t{}\t{}\t{id}\t", pair.passages, pair.documents)?;
        written += 1;
    }
    if cut {
        say("fumikura: the time ran out; pairs are missing. Allow more: --timeout 600");
    }
    Ok(if written == 0 { Outcome::NoHits } else { Outcome::Done })
}

/// Returns the query in Japanese for one in English, by the approved pairs of a glossary, and says what it is.
///
/// # Errors
/// A file that cannot be read, and a name without an approved translation: the error tells the way out.
pub(super) fn translated(file: &Path, english: &str) -> Result<String, Box<dyn std::error::Error>> {
    let name = shown_path(file);
    let wrong = |reason: &dyn std::fmt::Display| format!("{name}: {reason}");
    let size = std::fs::metadata(file).map_err(|error| wrong(&error))?.len();
    if size > MOST {
        return Err(wrong(&format!("has {size} bytes, at most {MOST} are read")).into());
    }
    let text = std::fs::read_to_string(file).map_err(|error| wrong(&error))?;
    let pairs = read_glossary(&text).map_err(|reason| wrong(&reason))?;
    let terms = translations(&pairs, english);
    if terms.is_empty() {
        let approved: Vec<_> =
            pairs.iter().cloned().map(|pair| crate::study::Pair { approved: true, ..pair }).collect();
        let shown = one_line(english);
        let reason = match translations(&approved, english).as_slice() {
            [] => format!("has no translation of '{shown}'; add a line, or search in Japanese"),
            found => format!(
                "has no approved translation of '{shown}', but {} that nobody has approved ({}); write yes into the \
                 column approved",
                found.len(),
                found.join("、")
            ),
        };
        return Err(wrong(&reason).into());
    }
    // A phrase, so that a name with signs of the query language is no query.
    let quoted: Vec<String> = terms.iter().map(|term| format!("\"{}\"", term.replace('"', " "))).collect();
    let query = quoted.join(" OR ");
    say(&format!("fumikura: 訳: {english} → {} ({name})", terms.join("、")));
    Ok(query)
}
