//! `fumikura cite`

use std::io::{BufRead, Read, Write};

use clap::{Args, ValueEnum};

use super::{CommandResult, Outcome, open, say};
use crate::cite::{Accessed, Citation};
use crate::engine::{Collection, Shown};
use crate::engines::Place;
use crate::output::{References, Style, one_line};

/// Most bytes of ids that are read from standard input.
const MAX_INPUT: u64 = 16 << 20;

/// Styles on the command line.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum StyleArg {
    /// A formatted reference in Japanese, by SIST 02-2007
    #[default]
    Sist02,
    /// For LaTeX; biblatex reads it too
    Bibtex,
    /// For reference managers
    Ris,
    /// For Zotero, pandoc and citation processors
    CslJson,
    /// A reference with a link, for notes
    Markdown,
}

impl From<StyleArg> for Style {
    fn from(style: StyleArg) -> Self {
        match style {
            StyleArg::Sist02 => Self::Sist02,
            StyleArg::Bibtex => Self::Bibtex,
            StyleArg::Ris => Self::Ris,
            StyleArg::CslJson => Self::CslJson,
            StyleArg::Markdown => Self::Markdown,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct CiteArgs {
    /// Ids of documents, or of passages (with #); -: ids from standard input, one a line
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    /// Style of the references
    #[arg(long, value_enum, default_value_t)]
    style: StyleArg,
    /// Quote the text of each passage too
    #[arg(long)]
    quote: bool,
}

/// Writes references to documents.
pub(super) fn run(place: &Place, args: &CiteArgs, out: &mut dyn Write) -> CommandResult {
    let collection = open(place)?;
    let ids = ids(&args.ids)?;
    let mut references = References::begin(out, args.style.into(), None)?;
    let mut failed = false;
    for id in &ids {
        match citation(&*collection, id, args.quote) {
            Ok(citation) => references.add(citation)?,
            // One wrong id of a hundred must not lose the others.
            Err(problem) => {
                failed = true;
                say(&format!("fumikura: {problem}"));
            }
        }
    }
    references.end()?;
    Ok(if failed { Outcome::Faults } else { Outcome::Done })
}

/// Returns the ids, those of standard input in the place of `-`.
fn ids(arguments: &[String]) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut ids = Vec::new();
    for argument in arguments {
        if argument != "-" {
            ids.push(argument.clone());
            continue;
        }
        for line in std::io::stdin().lock().take(MAX_INPUT).lines() {
            let line = line.map_err(|error| format!("standard input cannot be read: {error}"))?;
            let id = line.trim_start_matches('\u{feff}').trim();
            ids.extend((!id.is_empty()).then(|| id.to_owned()));
        }
    }
    if ids.is_empty() {
        return Err("no ids on standard input: write one a line".into());
    }
    Ok(ids)
}

/// Makes the reference to a document or passage.
fn citation(collection: &dyn Collection, id: &str, quote: bool) -> Result<Citation, Box<dyn std::error::Error>> {
    let Shown { document, passage } = collection.show(id)?;
    let passage = passage.and_then(|at| document.passages.get(at));
    let read = collection.source(&document.id)?.1;
    let citation = Citation::of(&document, passage, read.and_then(Accessed::of_file));
    match passage.filter(|_| quote) {
        Some(passage) => Ok(citation.quoting(&passage.text)),
        None if quote => {
            let shown = one_line(id);
            Err(format!("'{shown}' is a document: to quote, name a passage; fumikura show '{shown}' lists them").into())
        }
        None => Ok(citation),
    }
}
