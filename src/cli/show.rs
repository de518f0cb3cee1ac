//! `fumikura show`

use std::io::Write;
use std::path::Path;

use clap::Args;

use super::{CommandResult, Outcome, open};
use crate::index::IndexError;
use crate::output::{document_head, document_passages, one_line, passage_lines, write_json};

/// Passages shown before and behind the one asked for.
const SURROUNDINGS: usize = 1;

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// Id of a document, or of a passage (with #)
    id: String,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(path: &Path, args: &ShowArgs, out: &mut dyn Write) -> CommandResult {
    let index = open(path)?;
    let absent = || IndexError::NotFound(format!("nothing in the index has the id '{}'; ids stand at the end of each hit", args.id));
    let document_id = match index.document(&args.id)? {
        Some(_) => args.id.as_str(),
        None => args.id.rsplit_once('#').map(|(document, _)| document).ok_or_else(absent)?,
    };
    let mut document = index.document(document_id)?.ok_or_else(absent)?.document;
    let passages = index.passages_of(document_id)?;
    let asked = passages.iter().position(|passage| passage.passage.id == args.id);
    if asked.is_none() && document_id != args.id {
        return Err(absent().into());
    }
    let shown = asked.map_or(0..passages.len(), |at| at.saturating_sub(SURROUNDINGS)..(at + SURROUNDINGS + 1).min(passages.len()));
    let shown: Vec<_> = passages.into_iter().skip(shown.start).take(shown.len()).map(|passage| passage.passage).collect();
    if args.json {
        document.passages = shown;
        write_json(out, &document_passages(&document))?;
        return Ok(Outcome::Done);
    }
    document_head(out, &document)?;
    let mut heading: &[String] = &[];
    for passage in &shown {
        writeln!(out)?;
        if passage.heading != heading {
            writeln!(out, "{}", one_line(&passage.heading.join(" > ")))?;
            heading = &passage.heading;
        }
        passage_lines(out, passage, &[])?;
        let mark = if Some(&passage.id) == Some(&args.id) { " ◀" } else { "" };
        writeln!(out, "   {}:{}-{}  {}{mark}", one_line(&document.path), passage.lines.0, passage.lines.1, one_line(&passage.id))?;
    }
    Ok(Outcome::Done)
}
