//! `fumikura new`

use std::io::Write;

use clap::Args;

use super::journal::{SearchesArgs, complete, now};
use super::{CommandResult, Outcome, TIMEOUT, TableArg, budget, failed, made, say};
use crate::engines::Place;
use crate::output::{news_table, news_text, wire, write_json, write_json_line};
use crate::study::{News, new_hits, search_name};

#[derive(Debug, Args)]
pub(super) struct NewArgs {
    /// Names of saved searches [default: all]
    #[arg(value_name = "NAME", value_parser = search_name)]
    names: Vec<String>,
    /// Remember what is found now, so that the next run lists what is new from here on
    #[arg(long)]
    mark: bool,
    /// List what is new since an earlier mark, by its commit, or since a time (2026-11-27, 2026-11-27T05:42:53Z)
    #[arg(long, value_name = "COMMIT|TIME")]
    since: Option<String>,
    #[command(flatten)]
    searches: SearchesArgs,
    /// Time limit of each search. 0: no limit
    #[arg(long, value_name = "SECONDS", value_parser = super::seconds, default_value_t = TIMEOUT)]
    timeout: f64,
    #[command(flatten)]
    table: TableArg,
}

impl NewArgs {
    /// True where the output is no text.
    pub fn is_binary(&self) -> bool {
        self.table.is_binary()
    }
}

/// Reads a time in the form of marks; a day stands for its start.
fn time(text: &str) -> Option<String> {
    let day = || text.parse::<jiff::civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
    let time = text.parse::<jiff::Timestamp>().ok().or_else(|| day().map(|day| day.timestamp()))?;
    Some(format!("{time:.0}"))
}

pub(super) fn run(place: &Place, args: &NewArgs, out: &mut dyn Write) -> CommandResult {
    let names = if args.names.is_empty() { args.searches.names()? } else { args.names.clone() };
    let mut searches = Vec::new();
    for name in names {
        let (saved, marks) = (args.searches.search(&name)?, args.searches.marks(&name)?);
        searches.push((name, saved, marks));
    }
    let collection = place.open()?;
    let commit = collection.generation()?;
    let (mut all, mut marked) = (Vec::new(), Vec::new());
    for (name, saved, mut marks) in searches {
        let most = match &args.since {
            Some(since) => marks.until(since, time(since).as_deref()).map_err(|error| format!("{name}: {error}"))?,
            None => marks.marks.len(),
        };
        let limit = budget(args.timeout).showing_all();
        let mut found = new_hits(&*collection, &saved.asked, limit, (&marks, most))?;
        complete(&mut found.run, &*collection)?;
        found.run.warnings.iter().for_each(|warning| say(&format!("fumikura: {name}: {warning}")));
        if args.mark && found.run.timed_out {
            return Err(format!("{name}: the time ran out, so nothing is marked; --timeout 0 has no limit").into());
        }
        let last = most.checked_sub(1).and_then(|last| marks.marks.get(last));
        let since = last.map(|mark| (mark.commit.clone(), mark.time.clone()));
        let changed = marks.changed(&found.run);
        if args.mark {
            marks.mark(&found, &commit, &now());
            marked.push((name.clone(), marks));
        }
        all.push(News { name, found, marked: since, commit: commit.clone(), changed });
    }
    if let Some((form, shape)) = args.table.table() {
        news_table(out, form, shape, &all, &made(commit)).map_err(failed)?;
    } else if args.table.is_json() || args.table.is_jsonl() {
        let searches: Vec<_> = all.iter().map(wire::SearchNews::from).collect();
        match args.table.is_jsonl() {
            true => searches.iter().try_for_each(|news| write_json_line(out, news))?,
            false => write_json(out, &wire::NewPassages { searches })?,
        }
    } else {
        news_text(out, &all)?;
    }
    // Marked only when it was shown: what a full disk or a closed pipe swallowed is new the next time too.
    out.flush()?;
    for (name, marks) in &marked {
        args.searches.write_marks(name, marks)?;
    }
    Ok(if all.iter().all(|news| news.found.new.is_empty()) { Outcome::NoHits } else { Outcome::Done })
}
