//! `fumikura show`

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use clap::Args;

use super::{CommandResult, Outcome, open};
use crate::document::line_range;
use crate::index::{IndexError, OpenIndex};
use crate::output::{document_head, one_line, passage_lines, whole_document, write_json};

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
    let absent = || absent(&index, &args.id);
    let document_id = match index.document(&args.id)? {
        Some(_) => args.id.as_str(),
        None => args.id.rsplit_once('#').map_or(args.id.as_str(), |(document, _)| document),
    };
    let Some(document) = index.document(document_id)? else { return Err(absent()?.into()) };
    let mut document = document.document;
    let passages = index.passages_of(document_id)?;
    let asked = passages.iter().position(|passage| passage.passage.id == args.id);
    if asked.is_none() && document_id != args.id {
        let problem = format!(
            "the document '{document_id}' has no passage '{}': its text has changed, or the id was cut; to list its passages: fumikura show '{document_id}'",
            args.id
        );
        return Err(IndexError::NotFound(problem).into());
    }
    let shown = asked
        .map_or(0..passages.len(), |at| at.saturating_sub(SURROUNDINGS)..(at + SURROUNDINGS + 1).min(passages.len()));
    let shown: Vec<_> =
        passages.into_iter().skip(shown.start).take(shown.len()).map(|passage| passage.passage).collect();
    if args.json {
        document.passages = shown;
        write_json(out, &whole_document(&document))?;
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
        writeln!(
            out,
            "   {}:{}  {}{mark}",
            one_line(&document.path),
            line_range(passage.lines),
            one_line(&passage.id)
        )?;
    }
    Ok(Outcome::Done)
}

/// Most ids named in place of one that nothing has.
const NEAREST: usize = 5;

/// The error for an id that nothing has: with the nearest ids of documents, or where ids stand.
fn absent(index: &OpenIndex, id: &str) -> Result<IndexError, IndexError> {
    let documents = index.documents()?;
    let near = nearest(id, documents.iter().map(|document| document.document.id.as_str()));
    let advice = if near.is_empty() {
        "ids stand at the end of each hit".to_owned()
    } else {
        format!("nearest are {}", near.join(", "))
    };
    Ok(IndexError::NotFound(format!("nothing in the index has the id '{id}'; {advice}")))
}

/// The ids nearest to a typed one, best first: those that hold it or stand in it (a path, a part of a name), then those
/// that share at least half of their pairs of characters.
fn nearest<'a>(typed: &str, ids: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let folded = typed.trim().to_lowercase();
    let own = pairs(&folded);
    let mut scored: Vec<(f64, &str)> = ids
        .filter_map(|id| {
            let other = id.to_lowercase();
            let other_pairs = pairs(&other);
            let shared = own.intersection(&other_pairs).count();
            let likeness = 2.0 * shared as f64 / (own.len() + other_pairs.len()).max(1) as f64;
            let is_part = folded.chars().nth(1).is_some() && other.contains(&folded)
                || !other.is_empty() && folded.contains(&other);
            (is_part || likeness >= 0.5).then_some((likeness + f64::from(u8::from(is_part)), id))
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.into_iter().take(NEAREST).map(|(_, id)| id).collect()
}

fn pairs(text: &str) -> BTreeSet<(char, char)> {
    text.chars().zip(text.chars().skip(1)).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_mistyped_id_a_path_and_a_part_find_their_document() {
        let ids = ["2011-06-09_日米対話.txt", "2012-11-14_日EU対話.txt", "a.txt"];
        for (typed, expected) in [
            ("2011-06-09_日米対談.txt", "2011-06-09_日米対話.txt"),
            ("corpus/2012-11-14_日EU対話.txt:12-14", "2012-11-14_日EU対話.txt"),
            ("日EU", "2012-11-14_日EU対話.txt"),
            ("A.TXT", "a.txt"),
        ] {
            assert_eq!(nearest(typed, ids.into_iter()).first(), Some(&expected), "{typed}");
        }
        assert_eq!(nearest("火星", ids.into_iter()), Vec::<&str>::new());
    }
}
