//! `fumikura verify`

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{CommandResult, Outcome, TIMEOUT, budget, open, own_program, say};
use crate::document::Flow;
use crate::engines::Place;
use crate::extract;
use crate::ingest::{self, Content, Extractor, Format, Walked};
use crate::output::{quotations_text, wire, write_json, write_json_line};
use crate::study::{MAX_DRAFT_BYTES, Verdict, VerifyOptions, verify};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum VerifyFormat {
    /// For people
    #[default]
    Text,
    /// One object
    Json,
    /// One object a quotation
    Jsonl,
}

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// The draft: text, Markdown, Word or another format with text; - or nothing reads text from standard input
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Id of the document that every quotation must stand in; else the reference near each quotation counts
    #[arg(long = "in", value_name = "ID")]
    within: Option<String>,
    /// Least number of letters of a quotation, without blanks and marks
    #[arg(long, value_name = "N", value_parser = VerifyOptions::letters, default_value = "6")]
    min: usize,
    /// Time limit of the whole draft; quotations that were not reached are marked. 0: no limit
    #[arg(long, value_name = "SECONDS", value_parser = super::seconds, default_value_t = TIMEOUT)]
    timeout: f64,
    /// Format of the output
    #[arg(long, value_enum, default_value_t)]
    format: VerifyFormat,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

/// Reads the draft.
fn draft(args: &VerifyArgs) -> Result<String, Box<dyn std::error::Error>> {
    match &args.file {
        Some(file) if file.as_os_str() != "-" => of_file(file),
        _ => of_input(),
    }
}

pub(super) fn run(place: &Place, args: &VerifyArgs, out: &mut dyn Write) -> CommandResult {
    let draft = draft(args)?;
    let collection = open(place)?;
    let options = VerifyOptions { within: args.within.clone(), min: args.min, budget: budget(args.timeout) };
    let found = verify(&*collection, &draft, &options)?;
    match if args.json { VerifyFormat::Json } else { args.format } {
        VerifyFormat::Text => quotations_text(out, &found, &draft)?,
        VerifyFormat::Json => write_json(out, &wire::Verified::from(&found))?,
        VerifyFormat::Jsonl => {
            for quotation in &found.quotations {
                write_json_line(out, &wire::Quotation::from(quotation))?;
            }
            let terms = found.terms.iter().filter(|term| !term.short).count();
            if terms > 0 {
                say(&format!("fumikura: {terms} names or terms in quotes were left out; --format json lists them"));
            }
        }
    }
    if let Some(line) = found.unclosed.first() {
        let more = found.unclosed.len() - 1;
        let others = if more > 0 { format!(" (and {more} more)") } else { String::new() };
        say(&format!("fumikura: line {line}{others} of the draft opens a bracket that its paragraph does not close"));
    }
    if found.quotations.is_empty() {
        say(&format!("fumikura: the draft has no quotation of {} letters or more", args.min));
    }
    if found.timed_out {
        say("fumikura: the time ran out; quotations marked unchecked were not compared. Allow more: --timeout 60");
    }
    Ok(if found.count(Verdict::Unchecked) > 0 {
        Outcome::Faults
    } else if found.quotations.iter().all(|quotation| quotation.verdict.is_sound()) {
        Outcome::Done
    } else {
        Outcome::NoHits
    })
}

/// Reads a draft from standard input.
fn of_input() -> Result<String, Box<dyn std::error::Error>> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(MAX_DRAFT_BYTES as u64 * 4).read_to_end(&mut bytes)?;
    Ok(extract::decode_owned(bytes).map_err(|error| format!("standard input: {error}"))?.text)
}

/// Reads a draft from a file: text and Markdown as they are, other formats as their extracted text.
fn of_file(path: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let fail = |reason: &dyn std::fmt::Display| format!("{}: {reason}", path.display());
    if !path.is_file() {
        return Err(fail(&"no such file").into());
    }
    let is_plain =
        matches!(Format::of(path), None | Some(Format::Text | Format::Structured(extract::Structured::Markdown)));
    let bytes = std::fs::read(path).map_err(|error| fail(&error))?;
    if is_plain && extract::sniff(&bytes).is_none() {
        return Ok(extract::decode_owned(bytes).map_err(|error| fail(&error))?.text);
    }
    let walked = ingest::walk(&[path.to_owned()], &|_| false);
    let Some(Walked::File(source)) = walked.into_iter().next() else {
        return Err(fail(&"is no file of a format that is read").into());
    };
    let mut extractor = Extractor::new(own_program());
    let document = ingest::read_document(&source, ingest::read_file(&source), &mut extractor);
    let document = document.map_err(|error| fail(&error))?;
    document.warnings.iter().for_each(|warning| say(&format!("warning: {}: {warning}", path.display())));
    Ok(match document.content {
        Content::Text(text) => text,
        Content::Lines(lines) => {
            // A bracket may stay open over the printed lines of a paragraph, not over paragraphs.
            let end = |flow: Flow| if flow == Flow::Whole { "\n\n" } else { "\n" };
            lines.into_iter().map(|line| format!("{}{}", line.text, end(line.flow))).collect()
        }
    })
}
