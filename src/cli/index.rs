//! `fumikura index`

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::keep_input::keep;
use super::log_level::{Level, Teller};
use super::report::{Published, ReportFormat, write_report};
use super::watch::{self, Publish, WatchArgs};
use super::{CommandResult, Outcome, own_program, say};
use crate::analysis::UserWords;
use crate::document::{SourceId, near, shown_path};
#[cfg(feature = "cluster")]
use crate::engine::cluster::{Publishing, is_share};
use crate::index::{IndexError, OpenIndex, Place};
use crate::ingest;
use crate::pipeline::{self, DEFAULT_MEMORY_MB, IndexOptions, Progress, Prune};

/// Folder that a new index reads when no path is named.
const DEFAULT_PATH: &str = "corpus";

/// What is said of standard input without a name.
const WITHOUT_FILE: &str = "an index identifies each document by its file, so standard input needs one: fumikura index \
                            - --as FILE keeps it as that file and reads it. fumikura inspect - shows how it is read";

#[derive(Debug, Args)]
pub(super) struct IndexArgs {
    /// Files and folders to read [default: the paths that the index was made of; corpus for a new index]; -: standard
    /// input, with --as
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Remove documents whose files are gone; keep those of a folder that is empty, gone, or lost more than a fifth
    #[arg(long)]
    prune: bool,
    /// Remove all documents whose files or folders are gone
    #[arg(long)]
    prune_all: bool,
    /// Build the index anew; the old one stays until the new one is complete
    #[arg(long)]
    rebuild: bool,
    /// Retry unchanged files that failed before
    #[arg(long)]
    retry: bool,
    /// Acknowledge the problems of this file, or of all files in this folder: until their bytes change, they are
    /// counted in one line and are no failure. May be repeated
    #[arg(long, value_name = "PATH")]
    accept: Vec<PathBuf>,
    /// Wait at most this long for another process that writes to the index
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    wait: u64,
    /// Report the planned changes and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Number of threads [default: number of processors]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Memory for building, in MB
    #[arg(long, value_name = "MB", default_value_t = DEFAULT_MEMORY_MB)]
    memory: usize,
    /// Bytes of files that one commit covers, for tests of several commits in one run
    #[arg(long, value_name = "BYTES", hide = true)]
    commit_bytes: Option<u64>,
    /// Own words for cutting compounds, one per line; kept with the index. A new list needs --rebuild
    #[arg(long, alias = "terms", value_name = "FILE")]
    words: Option<PathBuf>,
    /// Keep standard input (-) as this file, whose name tells the format, and read it
    #[arg(long = "as", value_name = "FILE", requires = "paths", conflicts_with = "dry_run")]
    kept_as: Option<PathBuf>,
    #[command(flatten)]
    watch: WatchArgs,
    #[cfg(feature = "cluster")]
    #[command(flatten)]
    share: ShareArgs,
    /// Least level of the messages: failures; warnings too; skipped files too; looks of a watch too
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t)]
    log_level: Level,
    /// Format of the report; jsonl: JSON on one line
    #[arg(long, value_enum, default_value_t)]
    format: ReportFormat,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

/// How an index is published to the engine that `--engine` names.
#[cfg(feature = "cluster")]
#[derive(Debug, Args)]
struct ShareArgs {
    /// With --engine: publish as this share of the index; each machine that indexes its own files has one. Small
    /// letters, digits and _
    #[arg(long, value_name = "NAME", default_value = "main", env = "FUMIKURA_SHARE", value_parser = share_name)]
    share: String,
    /// With --engine: number of shards of a share that is written anew
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=1024))]
    shards: u16,
    /// With --engine: take the place of a share that another machine or folder published
    #[arg(long)]
    replace_share: bool,
}

#[cfg(feature = "cluster")]
fn share_name(text: &str) -> Result<String, String> {
    match is_share(text) {
        true => Ok(text.to_owned()),
        false => Err("expected small letters, digits and _, 40 characters at most".to_owned()),
    }
}

#[cfg(feature = "cluster")]
impl IndexArgs {
    /// Returns how the index is published.
    pub fn publishing(&self) -> Publishing {
        let ShareArgs { share, shards, replace_share } = &self.share;
        Publishing {
            shards: usize::from(*shards),
            share: share.clone(),
            replace: *replace_share,
            whole: self.rebuild,
            ..Publishing::default()
        }
    }
}

struct Bar(Option<ProgressBar>);

impl Progress for Bar {
    fn expect(&self, bytes: u64) {
        if let Some(bar) = &self.0 {
            bar.set_length(bytes);
        }
    }

    fn advance(&self, bytes: u64) {
        if let Some(bar) = &self.0 {
            bar.inc(bytes);
        }
    }

    fn waiting(&self, holder: &str) {
        say(&format!("waiting: {holder} is writing to the index"));
    }
}

/// Returns the paths that an index was made of: its folders, and files that were named themselves.
fn known_paths(index: &Path, rebuild: bool) -> Result<Vec<PathBuf>, IndexError> {
    let place = Place::look(index, rebuild, &[])?;
    let roots = place.roots();
    // Paths are relative to the current directory, as a user would type them.
    let here = std::env::current_dir().ok();
    let typed = |path: &Path| match near(path, here.as_deref()) {
        below if below.as_os_str().is_empty() => PathBuf::from("."),
        below => below.to_owned(),
    };
    let mut paths: Vec<PathBuf> =
        roots.iter().filter(|root| root.whole).map(|root| typed(root.path.as_ref())).collect();
    if roots.iter().any(|root| !root.whole)
        && let Ok(open) = OpenIndex::open(index)
    {
        let single = |id: &SourceId| roots.get(id.root).is_some_and(|root| !root.whole);
        paths.extend(
            open.files()?
                .iter()
                .filter(|file| single(&file.id))
                .filter_map(|file| open.source_path(&file.id))
                .map(|path| typed(&path)),
        );
    }
    Ok(paths)
}

/// Reads documents into an index, once or as long as it watches, and publishes what was committed.
pub(super) fn run(index: &Path, args: &IndexArgs, out: &mut dyn Write, publish: Publish<'_>) -> CommandResult {
    // A file named `-` can be given as `./-`.
    let from_input = args.paths.iter().any(|path| path.as_os_str() == "-");
    let mut paths = args.paths.clone();
    match &args.kept_as {
        Some(file) if from_input => {
            keep(file)?;
            paths.iter_mut().filter(|path| path.as_os_str() == "-").for_each(|path| path.clone_from(file));
        }
        None if from_input => return Err(WITHOUT_FILE.into()),
        Some(_) => return Err("--as names the file of standard input: write - among the paths".into()),
        None => {}
    }
    if paths.is_empty() {
        paths = known_paths(index, args.rebuild)?;
        if let Some(gone) = paths.iter().find(|path| args.rebuild && std::fs::symlink_metadata(path).is_err()) {
            let problem = "is gone: a rebuild would drop its documents. If this is intended, name the paths to read";
            return Err(format!("{} {problem}", shown_path(gone)).into());
        }
    }
    if paths.is_empty() {
        paths.push(DEFAULT_PATH.into());
    }
    // Among several paths, a wrong one is reported and the others are indexed; a single wrong path is an error. A watch
    // waits for it: a disk may be mounted later.
    if let [path] = paths.as_slice()
        && !args.watch.is_set()
        && let Err(error) = std::fs::symlink_metadata(path)
    {
        let is_default = path.as_os_str() == DEFAULT_PATH && error.kind() == std::io::ErrorKind::NotFound;
        let advice = if is_default { "; name your files and folders, as in: fumikura index ~/documents" } else { "" };
        return Err(format!("{}: {error}{advice}", shown_path(path)).into());
    }
    let style = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {bytes_per_sec} {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = Bar(std::io::stderr().is_terminal().then(|| ProgressBar::new(0).with_style(style)));
    let options = IndexOptions {
        prune: match args {
            IndexArgs { prune_all: true, .. } => Prune::All,
            IndexArgs { prune: true, .. } => Prune::Seen,
            _ => Prune::Nothing,
        },
        rebuild: args.rebuild,
        dry_run: args.dry_run,
        retry: args.retry,
        accept: args.accept.clone(),
        wait: Duration::from_secs(args.wait),
        jobs: args.jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)).clamp(1, 64),
        memory_bytes: args.memory.clamp(32, 1 << 16) << 20,
        user_words: args.words.as_deref().map(read_words).transpose()?,
        program: own_program(),
        stop: stop_on_signal(),
        ..IndexOptions::new(paths, index.to_owned())
    };
    let options = IndexOptions { commit_bytes: args.commit_bytes.unwrap_or(options.commit_bytes), ..options };
    let format = if args.json { ReportFormat::Json } else { args.format };
    if args.watch.is_set() {
        return watch::run(options, &args.watch, format, args.log_level, out, publish);
    }
    let report = pipeline::run(&options, &bar)?;
    if let Some(bar) = &bar.0 {
        bar.finish_and_clear();
    }
    let teller = Teller { level: args.log_level, has_time: false };
    let mut publish = || if report.stopped || args.dry_run { Ok(None) } else { publish(&teller) };
    let mut write = |published: Option<&Published>| {
        write_report(out, &report, published, args.dry_run, format, &teller)?;
        out.flush()
    };
    let published = match format {
        // Text does not wait for a long publication; JSON tells of it.
        ReportFormat::Text => {
            write(None)?;
            publish()
        }
        ReportFormat::Json | ReportFormat::Jsonl => {
            let published = publish();
            write(published.as_ref().ok().and_then(Option::as_ref))?;
            published
        }
    };
    let is_whole = published?.is_none_or(|published| published.is_whole);
    Ok(if report.failed.is_empty() && !report.stopped && is_whole { Outcome::Done } else { Outcome::Faults })
}

/// Returns a flag that Ctrl-C and SIGTERM set. The second signal ends the program at once; the index stays at its last
/// commit.
fn stop_on_signal() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let mut signals = match Signals::new([SIGINT, SIGTERM]) {
        Ok(signals) => signals,
        Err(error) => {
            say(&format!("a signal will end the program at once, because no handler could be set: {error}"));
            return stop;
        }
    };
    let flag = stop.clone();
    std::thread::spawn(move || {
        for signal in signals.forever() {
            if flag.swap(true, Ordering::Relaxed) {
                std::process::exit(128 + signal);
            }
            say("stopping: the documents in hand are finished and committed; Ctrl-C again ends at once");
        }
    });
    stop
}

/// Reads the first tab-separated cell of each line; `#` starts a comment line.
fn read_words(path: &Path) -> Result<UserWords, String> {
    const MOST: u64 = 16 << 20;
    let text = ingest::read_named(path, MOST).map_err(|error| format!("{}: {error}", path.display()))?;
    let cells = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split('\t').next());
    Ok(UserWords::new(cells.map(|cell| cell.trim().to_owned())))
}
