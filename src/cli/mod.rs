//! The command line: one file for each command.
//!
//! Invariants: data goes to standard output, messages go to standard error. Exit codes stand in
//! `exit.rs`.

mod batch;
mod check;
mod cite;
#[cfg(feature = "cluster")]
mod cluster;
mod collocates;
mod compare;
mod config;
mod config_file;
mod crosstab;
mod eval;
mod exit;
mod facets;
mod filters;
mod glossary;
mod help_page;
mod index;
mod inspect;
mod journal;
mod keep_input;
mod kwic;
mod language;
mod line_breaks;
mod log;
mod log_level;
mod man_page;
#[cfg(feature = "serve")]
mod mcp;
mod new;
mod pages;
mod related;
mod report;
mod rerank;
mod search;
mod series;
#[cfg(feature = "serve")]
mod serve;
mod show;
mod similar;
mod stats;
mod table_arg;
mod timeline;
mod usage;
mod verify;
mod watch;

use std::collections::HashSet;
use std::io::{self, IsTerminal, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::builder::Resettable;
#[cfg(feature = "cluster")]
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::engine::{Answer, Collection, SearchError};
use crate::engines::Place;
use crate::output::{Guarded, Made, OutputError, in_any_role, one_line};
use crate::query::Budget;
use config_file::{CONFIG_VARIABLE, ConfigFile};
use exit::{ERROR, Outcome, code_of};
use filters::{ByArg, FILTERS, FilterArgs};
use table_arg::TableArg;

/// Environment variable that names the folder of the index.
const INDEX_VARIABLE: &str = "FUMIKURA_INDEX";

/// Place of options in a help text that concern all commands and are seldom used.
const LAST: usize = 900;

/// Full-text search over Japanese official documents: no silent misses, the passage as the unit, metadata from the
/// text.
#[derive(Debug, Parser)]
#[command(name = "fumikura", version, max_term_width = 100)]
struct Cli {
    /// Folder of the index; commands that search take several
    #[arg(long, global = true, value_name = "DIR", default_value = "index", env = INDEX_VARIABLE)]
    index: Vec<PathBuf>,
    /// Read this file of settings, in place of the nearest fumikura.toml
    #[arg(long, global = true, value_name = "FILE", env = CONFIG_VARIABLE, display_order = LAST)]
    config: Option<PathBuf>,
    /// Read no file of settings
    #[arg(long, global = true, display_order = LAST)]
    no_config: bool,
    /// OpenSearch cluster that answers in place of an index, and to which index writes:
    /// http://a:9200,http://b:9200/NAME
    #[cfg(feature = "cluster")]
    #[arg(long, global = true, value_name = "URL", env = cluster::VARIABLE)]
    engine: Option<String>,
    #[command(subcommand)]
    command: Command,
}

impl Cli {
    /// Lets an `--index` that was typed go before an engine of the environment or of the settings. `index` reads into
    /// the one and writes to the other.
    #[cfg(feature = "cluster")]
    fn with_one_place(mut self, matches: &ArgMatches) -> Result<Self, &'static str> {
        if matches!(self.command, Command::Index(_)) || !is_typed(matches, "index") {
            return Ok(self);
        }
        if is_typed(matches, "engine") {
            return Err("--index and --engine both name the documents; leave one of them out");
        }
        self.engine = None;
        Ok(self)
    }

    #[cfg(not(feature = "cluster"))]
    fn with_one_place(self, _: &ArgMatches) -> Result<Self, &'static str> {
        Ok(self)
    }

    /// Returns where the documents are: a cluster where one is named, else the indexes.
    fn place(&self) -> Place {
        #[cfg(feature = "cluster")]
        if let Some(urls) = self.engine.as_ref().filter(|urls| !urls.is_empty()) {
            return Place::Nodes(urls.clone());
        }
        Place::Folders(distinct(&self.index))
    }

    /// Reads documents into an index and, where a cluster is named, writes the index to it.
    fn written(&self, index: &Path, args: &index::IndexArgs, out: &mut dyn Write) -> CommandResult {
        match self.place() {
            #[cfg(feature = "cluster")]
            Place::Nodes(urls) => cluster::write(&urls, index, args, out),
            _ => index::run(index, args, out, &mut |_| Ok(None)),
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read new and changed documents into the index
    Index(index::IndexArgs),
    /// Find passages
    #[command(after_help = search::QUERY_HELP)]
    Search(search::SearchArgs),
    /// Count passages and documents by partner, theme, commitment, series and year
    Facets(facets::FacetsArgs),
    /// List each occurrence in its context (key word in context)
    Kwic(kwic::KwicArgs),
    /// Count by two dimensions, with χ² and residuals
    Crosstab(crosstab::CrosstabArgs),
    /// Count queries over time, with first and last use
    Timeline(timeline::TimelineArgs),
    /// Run a list of searches and count what each finds
    Batch(batch::BatchArgs),
    /// List logged searches, run one again, write the methods paragraph
    Log(log::LogArgs),
    /// List passages that are new for saved searches
    New(new::NewArgs),
    /// Show a document, or a passage with its neighbours
    Show(show::ShowArgs),
    /// Show each stage of a file, without an index
    Inspect(inspect::InspectArgs),
    /// List the series of meetings, or the meetings of one in order
    Series(series::SeriesArgs),
    /// Compare the quotations of a draft with the documents, letter by letter
    Verify(verify::VerifyArgs),
    /// List the words beside a query
    Collocates(collocates::CollocatesArgs),
    /// List words that are related to a query, as proposals for another search
    Related(related::RelatedArgs),
    /// List English names of Japanese terms, as the documents give them, for a person to approve
    Glossary(glossary::GlossaryArgs),
    /// List the words that one set of passages has more often than another
    Compare(compare::CompareArgs),
    /// List passages of similar wording, or compare two documents
    Similar(similar::SimilarArgs),
    /// Write references to documents and passages
    Cite(cite::CiteArgs),
    /// Serve the index as pages and an API, for browsers on this machine
    #[cfg(feature = "serve")]
    Serve(serve::ServeArgs),
    /// Answer an assistant by the Model Context Protocol, over standard input and output
    #[cfg(feature = "serve")]
    Mcp(mcp::McpArgs),
    /// Show size and contents of the index
    Stats(stats::StatsArgs),
    /// Look for damage in the index
    Check(check::CheckArgs),
    /// Measure quality and latency
    Eval(eval::EvalArgs),
    /// Show the settings in force and where each comes from
    Config(config::ConfigArgs),
    /// Write the completions of a shell
    Completions(pages::CompletionsArgs),
    /// Write a page of the manual
    Man(pages::ManArgs),
    /// Extract texts for another process of this program
    #[command(hide = true)]
    ExtractWorker,
}

impl Command {
    /// True where the output is no text.
    fn is_binary(&self) -> bool {
        match self {
            Self::Search(args) => args.is_binary(),
            Self::Facets(args) => args.is_binary(),
            Self::Kwic(args) => args.is_binary(),
            Self::Series(args) => args.is_binary(),
            Self::Collocates(args) => args.is_binary(),
            Self::Compare(args) => args.is_binary(),
            Self::Crosstab(args) => args.is_binary(),
            Self::Timeline(args) => args.is_binary(),
            Self::Batch(args) => args.is_binary(),
            Self::Log(args) => args.is_binary(),
            Self::New(args) => args.is_binary(),
            _ => false,
        }
    }
}

type CommandResult = Result<Outcome, Box<dyn std::error::Error>>;

/// Runs the program.
pub fn run() -> ExitCode {
    let cli = match command().try_get_matches() {
        Ok(matches) => match configured(matches) {
            Ok(cli) => cli,
            Err(code) => return code,
        },
        Err(error) => return usage(error),
    };
    // A panic is a fault of the program, or of an index with changed bytes. The user gets one sentence with the next
    // step, so the default hook must print nothing.
    std::panic::set_hook(Box::new(|_| {}));
    match catch_unwind(AssertUnwindSafe(|| run_command(&cli))) {
        Ok(code) => code,
        Err(panic) => {
            let what =
                panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
            say(&internal_error(&cli.command, what.unwrap_or("no reason given")));
            ExitCode::from(ERROR)
        }
    }
}

/// Adds the values of the file of settings to the arguments.
fn configured(matches: ArgMatches) -> Result<Cli, ExitCode> {
    let file = ConfigFile::find(&matches).map_err(|problem| {
        say(&format!("fumikura: {problem}"));
        ExitCode::from(ERROR)
    })?;
    let matches = match file {
        Some(file) => file.apply(command()).try_get_matches(),
        None => Ok(matches),
    };
    let parsed = matches.and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, matches)));
    let (cli, matches) = parsed.map_err(|error| usage(error.format(&mut command())))?;
    cli.with_one_place(&matches).map_err(|problem| {
        say(&format!("fumikura: {problem}"));
        ExitCode::from(ERROR)
    })
}

/// True for an option that was typed, before or after the name of the command.
#[cfg(feature = "cluster")]
fn is_typed(matches: &ArgMatches, option: &str) -> bool {
    matches.value_source(option) == Some(ValueSource::CommandLine)
        || matches.subcommand().is_some_and(|(_, matches)| is_typed(matches, option))
}

/// Builds the argument parser. An empty `FUMIKURA_INDEX` counts as unset.
fn command() -> clap::Command {
    let is_empty = std::env::var_os(INDEX_VARIABLE).is_some_and(|value| value.is_empty());
    if is_empty { Cli::command().mut_arg("index", |arg| arg.env(Resettable::Reset)) } else { Cli::command() }
}

/// Describes a panic to the user.
fn internal_error(command: &Command, what: &str) -> String {
    let (name, query) = match command {
        Command::Index(_) => ("index", None),
        Command::Search(args) => ("search", Some(args.query())),
        Command::Facets(args) => ("facets", Some(args.query())),
        Command::Kwic(args) => ("kwic", Some(args.query())),
        Command::Crosstab(args) => ("crosstab", Some(args.query())),
        Command::Timeline(args) => ("timeline", Some(args.query())),
        Command::Batch(_) => ("batch", None),
        Command::Log(_) => ("log", None),
        Command::New(_) => ("new", None),
        Command::Show(_) => ("show", None),
        Command::Inspect(_) => ("inspect", None),
        Command::Series(_) => ("series", None),
        Command::Verify(_) => ("verify", None),
        Command::Collocates(args) => ("collocates", Some(args.query())),
        Command::Related(args) => ("related", Some(args.query())),
        Command::Glossary(_) => ("glossary", None),
        Command::Compare(args) => ("compare", Some(args.queries())),
        Command::Similar(_) => ("similar", None),
        Command::Cite(_) => ("cite", None),
        #[cfg(feature = "serve")]
        Command::Serve(_) => ("serve", None),
        #[cfg(feature = "serve")]
        Command::Mcp(_) => ("mcp", None),
        Command::Stats(_) => ("stats", None),
        Command::Check(_) => ("check", None),
        Command::Eval(_) => ("eval", None),
        Command::Config(_) => ("config", None),
        Command::Completions(_) => ("completions", None),
        Command::Man(_) => ("man", None),
        Command::ExtractWorker => ("extract-worker", None),
    };
    let (of_query, with) = match query.filter(|query| !query.is_empty()) {
        Some(query) => (format!(" for the query «{query}»"), "this query"),
        None => (String::new(), "this command"),
    };
    format!(
        "fumikura: internal error in fumikura {name}{of_query}: {what}; please report it with {with}. \
         To see whether the index is sound, run: fumikura check"
    )
}

fn run_command(cli: &Cli) -> ExitCode {
    let is_binary = cli.command.is_binary();
    if is_binary && io::stdout().is_terminal() {
        say("fumikura: a spreadsheet is no text for a terminal; write it to a file: > hits.xlsx");
        return ExitCode::from(ERROR);
    }
    // Bytes pass as they are; text passes the guard.
    let mut out: Box<dyn Write> = match is_binary {
        true => Box::new(io::BufWriter::new(io::stdout().lock())),
        false => Box::new(Guarded::new(anstream::stdout().lock())),
    };
    let takes_one = matches!(
        cli.command,
        Command::Index(_)
            | Command::Show(_)
            | Command::Inspect(_)
            | Command::Cite(_)
            | Command::Stats(_)
            | Command::Check(_)
            | Command::Eval(_)
            | Command::ExtractWorker
    );
    let place = cli.place();
    let [index, ..] = cli.index.as_slice() else { return ExitCode::from(ERROR) };
    let uses_index = matches!(place, Place::Folders(_)) || matches!(cli.command, Command::Index(_));
    if cli.index.len() > 1 && takes_one && uses_index {
        say("fumikura: this command takes one --index; commands that search take several");
        return ExitCode::from(ERROR);
    }
    let result = match &cli.command {
        Command::Index(args) => cli.written(index, args, &mut out),
        Command::Search(args) => search::run(&place, args, &mut out),
        Command::Facets(args) => facets::run(&place, args, &mut out),
        Command::Kwic(args) => kwic::run(&place, args, &mut out),
        Command::Crosstab(args) => crosstab::run(&place, args, &mut out),
        Command::Timeline(args) => timeline::run(&place, args, &mut out),
        Command::Batch(args) => batch::run(&place, args, &mut out),
        Command::Log(args) => log::run(&place, args, &mut out),
        Command::New(args) => new::run(&place, args, &mut out),
        Command::Show(args) => show::run(&place, args, &mut out),
        Command::Inspect(args) => inspect::run(args, &mut out),
        Command::Series(args) => series::run(&place, args, &mut out),
        Command::Verify(args) => verify::run(&place, args, &mut out),
        Command::Collocates(args) => collocates::run(&place, args, &mut out),
        Command::Related(args) => related::run(&place, args, &mut out),
        Command::Glossary(args) => glossary::run(&place, args, &mut out),
        Command::Compare(args) => compare::run(&place, args, &mut out),
        Command::Similar(args) => similar::run(&place, args, &mut out),
        Command::Cite(args) => cite::run(&place, args, &mut out),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(&place, args, &mut out),
        #[cfg(feature = "serve")]
        Command::Mcp(args) => {
            // The threads of the protocol write to standard output.
            out = Box::new(io::sink());
            mcp::run(&place, args)
        }
        Command::Stats(args) => stats::run(&place, args, &mut out),
        Command::Check(args) => check::run(&place, args, &mut out),
        Command::Eval(args) => eval::run(&place, args, &mut out),
        Command::Config(args) => config::run(args, &mut out),
        Command::Completions(args) => pages::completions(args, &mut out),
        Command::Man(args) => pages::man(args, &mut out),
        Command::ExtractWorker => {
            drop(out);
            return serve_extraction();
        }
    };
    match result.and_then(|outcome| Ok(out.flush().map(|()| outcome)?)) {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            // A reader that has read enough (head, a pager) closes the pipe; that is no failure.
            if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
                return ExitCode::SUCCESS;
            }
            say(&format!("fumikura: {error}"));
            code_of(&*error)
        }
    }
}

/// Serves as a child process until the parent closes the pipe.
fn serve_extraction() -> ExitCode {
    match crate::ingest::serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Returns the path of this program, which reads formats with structure as a child process. Without a path, this
/// process reads them.
fn own_program() -> Option<PathBuf> {
    std::env::current_exe().ok()
}

/// Parses a number of seconds.
fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|seconds| Duration::try_from_secs_f64(*seconds).is_ok());
    seconds.ok_or_else(|| "expected a number of seconds, 0 or more".to_owned())
}

/// Returns the folders of indexes without repetition: two names of one folder count once.
fn distinct(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut seen = HashSet::new();
    let is_new = |path: &&PathBuf| seen.insert(path.canonicalize().unwrap_or_else(|_| path.to_path_buf()));
    paths.iter().filter(is_new).cloned().collect()
}

/// Default time limit of an answer, in seconds.
const TIMEOUT: f64 = 10.0;

/// Makes the budget for a time in seconds; 0 means no limit.
fn budget(seconds: f64) -> Budget {
    match Duration::try_from_secs_f64(seconds) {
        Ok(time) if !time.is_zero() => Budget::within(time),
        _ => Budget::default(),
    }
}

/// True where standard output is a file; a person will probably open it.
fn output_is_file() -> bool {
    rustix::fs::fstat(io::stdout()).is_ok_and(|stat| rustix::fs::FileType::from_raw_mode(stat.st_mode).is_file())
}

/// Returns when and from what commit an export is made.
fn made(commit: String) -> Made {
    Made { commit, at: format!("{:.0}", jiff::Timestamp::now()), base: None }
}

/// Writes the reason why an output is not complete as the error of a command.
fn failed(error: OutputError) -> Box<dyn std::error::Error> {
    match error {
        OutputError::Write(error) => error.into(),
        OutputError::Search(error) => error.into(),
    }
}

/// Writes a message to standard error, on one line and with unsafe characters escaped.
fn say(text: &str) {
    // When standard error is closed, the message has no reader.
    let _ = writeln!(io::stderr(), "{}", one_line(text));
}

/// Adds the command of this run with any role to an answer that it would change.
fn name_command(answer: &mut Answer) {
    if let Some(roles) = answer.roles.as_mut().filter(|roles| roles.differs()) {
        roles.command =
            in_any_role(std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()));
    }
}

/// Opens the documents and prints the warnings about them.
fn open(place: &Place) -> Result<Box<dyn Collection>, SearchError> {
    let collection = place.open()?;
    for warning in collection.warnings() {
        say(&format!("fumikura: {warning}"));
    }
    Ok(collection)
}

/// Prints a usage error or a help text, in the language of the user.
fn usage(mut error: clap::Error) -> ExitCode {
    let code = ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
    // When the output is closed, the message has no reader.
    let _ = match usage::text(&mut error) {
        None => error.print(),
        Some(text) if error.use_stderr() => anstream::stderr().write_all(text.as_bytes()),
        Some(text) => anstream::stdout().write_all(text.as_bytes()),
    };
    code
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests;
