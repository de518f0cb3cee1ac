//! `fumikura log`

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::journal::{SearchesArgs, run as run_again};
use super::{CommandResult, Outcome, TIMEOUT, TableArg, budget, failed, made};
use crate::engines::Place;
use crate::output::{
    MethodsLanguage, log_table, log_text, methods, rerun_table, rerun_text, wire, write_json, write_json_line,
};
use crate::study::{Run, compare_runs};

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LanguageArg {
    Ja,
    En,
}

#[derive(Debug, Args)]
pub(super) struct LogArgs {
    /// Numbers of runs [default: all]
    #[arg(value_name = "N")]
    runs: Vec<usize>,
    /// Run the search of this run again on the present index, and report added and gone passages and what else changed
    #[arg(long, value_name = "N", conflicts_with_all = ["runs", "methods"])]
    rerun: Option<usize>,
    /// Write a paragraph on the methods of the runs by the items of PRISMA-S, in this language
    #[arg(long, value_enum, value_name = "LANGUAGE", conflicts_with_all = ["format", "json"])]
    methods: Option<LanguageArg>,
    /// Read this log [default: log.jsonl in the folder of --searches]
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    searches: SearchesArgs,
    /// Time limit of --rerun. 0: no limit
    #[arg(long, value_name = "SECONDS", value_parser = super::seconds, default_value_t = TIMEOUT)]
    timeout: f64,
    #[command(flatten)]
    table: TableArg,
}

impl LogArgs {
    /// True where the output is no text.
    pub fn is_binary(&self) -> bool {
        self.table.is_binary()
    }
}

pub(super) fn run(place: &Place, args: &LogArgs, out: &mut dyn Write) -> CommandResult {
    let (mut runs, torn) = args.searches.runs(args.file.as_deref())?;
    let wanted: Vec<usize> = args.runs.iter().chain(&args.rerun).copied().collect();
    if let Some(missing) = wanted.iter().find(|number| !runs.iter().any(|(own, _)| own == *number)) {
        return Err(format!("the log has no run {missing}; fumikura log lists its runs").into());
    }
    if !wanted.is_empty() {
        runs.retain(|(number, _)| wanted.contains(number));
    }
    if let (Some(_), [(number, before)]) = (args.rerun, runs.as_slice()) {
        return rerun(place, args, (*number, before), out);
    }
    if let Some(language) = args.methods {
        let language = match language {
            LanguageArg::Ja => MethodsLanguage::Japanese,
            LanguageArg::En => MethodsLanguage::English,
        };
        methods(out, &runs, language)?;
    } else if let Some((form, shape)) = args.table.table() {
        log_table(out, form, shape, &runs, &made(String::new())).map_err(failed)?;
    } else {
        // The ids of the hits stay in the log.
        runs.iter_mut().for_each(|(_, run)| run.hits.clear());
        let logged = || runs.iter().map(|(run, values)| wire::LoggedRun { run: *run, values });
        if args.table.is_jsonl() {
            logged().try_for_each(|run| write_json_line(out, &run))?;
        } else if args.table.is_json() {
            write_json(out, &wire::Log { runs: logged().collect(), torn: &torn })?;
        } else {
            log_text(out, &runs)?;
        }
    }
    Ok(if runs.is_empty() { Outcome::NoHits } else { Outcome::Done })
}

/// Runs a logged search again and reports what changed.
fn rerun(place: &Place, args: &LogArgs, (number, before): (usize, &Run), out: &mut dyn Write) -> CommandResult {
    let collection = place.open()?;
    let after = run_again(&*collection, &before.asked, budget(args.timeout).showing_all())?;
    let compared = compare_runs(before, &after);
    if let Some((form, shape)) = args.table.table() {
        rerun_table(out, form, shape, &compared, &made(collection.generation()?)).map_err(failed)?;
    } else if args.table.is_json() || args.table.is_jsonl() {
        let rerun = wire::Rerun::new(number, (before, &after), &compared);
        if args.table.is_jsonl() { write_json_line(out, &rerun)? } else { write_json(out, &rerun)? }
    } else {
        rerun_text(out, number, (before, &after), &compared)?;
    }
    Ok(Outcome::Done)
}
