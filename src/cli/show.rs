//! `fumikura show`

use std::io::Write;

use clap::Args;

use super::{CommandResult, Outcome, open};
use crate::document::line_range;
use crate::engines::Place;
use crate::output::{document_head, one_line, passage_lines, wire, write_json};

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// Id of a document, or of a passage (with #)
    id: String,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(place: &Place, args: &ShowArgs, out: &mut dyn Write) -> CommandResult {
    let document = open(place)?.show(&args.id)?.nearby();
    if args.json {
        write_json(out, &wire::Document::whole(&document))?;
        return Ok(Outcome::Done);
    }
    document_head(out, &document)?;
    for link in document.links.iter().filter(|link| link.attachment) {
        writeln!(out, "attachment: {}  {}", one_line(&link.text), one_line(&link.url))?;
    }
    let mut heading: &[String] = &[];
    for passage in &document.passages {
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
