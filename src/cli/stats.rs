//! `fumikura stats`

use std::io::Write;

use clap::Args;

use super::{CommandResult, Outcome, open};
use crate::document::counted;
use crate::engine::LeftOut;
use crate::engines::Place;
use crate::output::{facet_trees, one_line, wire, write_json};

#[derive(Debug, Args)]
pub(super) struct StatsArgs {
    /// List the files that gave no document, and those of which a part was left out or looks wrong, with the reasons
    #[arg(long)]
    skipped: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(place: &Place, args: &StatsArgs, out: &mut dyn Write) -> CommandResult {
    let stats = open(place)?.stats()?;
    if args.skipped && !args.json {
        let warnings = stats.file_warnings.iter().map(|item| ("warning: ", item));
        for (kind, LeftOut { path, reason, accepted }) in stats.left_out.iter().map(|item| ("", item)).chain(warnings) {
            let kind = if *accepted { "accepted: " } else { kind };
            writeln!(out, "{}: {kind}{}", one_line(path), one_line(reason))?;
        }
        return Ok(Outcome::Done);
    }
    if args.json {
        write_json(out, &wire::Stats::from(&stats))?;
        return Ok(Outcome::Done);
    }
    writeln!(
        out,
        "{} from {}, {}, {:.1} MB in {}",
        counted(stats.documents, "document"),
        counted(stats.files, "file"),
        counted(stats.passages, "passage"),
        stats.bytes as f64 / 1e6,
        one_line(&place.to_string())
    )?;
    facet_trees(out, &stats.facets, &[])?;
    Ok(Outcome::Done)
}
