//! `fumikura index --watch`

use std::io::Write;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use clap::Args;
use jiff::SignedDuration;

use super::log_level::{Level, Teller};
use super::report::{Published, ReportFormat, write_report};
use super::{CommandResult, Outcome};
use crate::document::{counted, shown_path};
use crate::pipeline::{Happening, IndexOptions, WatchOptions, watch};

/// What follows a commit: where a cluster is named, its documents are written to it.
pub(super) type Publish<'a> = &'a mut dyn FnMut(&Teller) -> Result<Option<Published>, Box<dyn std::error::Error>>;

#[derive(Debug, Args)]
pub(super) struct WatchArgs {
    /// Keep watching the files until Ctrl-C or SIGTERM: each is read once it is completely written
    #[arg(long, conflicts_with_all = ["prune_all", "rebuild", "dry_run", "wait"])]
    watch: bool,
    /// With --watch: longest time between two looks at the files; events of the system make a look come sooner
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "60s", requires = "watch")]
    every: Duration,
    /// With --watch: time for which a file must keep its size and time before it is read
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "2s", requires = "watch")]
    settle: Duration,
    /// With --watch: use no events of the system, for network drives
    #[arg(long, requires = "watch")]
    poll: bool,
}

/// Parses a time: `90s`, `5m`, `1h 30m`, or a number of seconds.
fn time(text: &str) -> Result<Duration, String> {
    let seconds = super::seconds(text).ok().map(Duration::from_secs_f64);
    let time = seconds.or_else(|| text.parse::<SignedDuration>().ok().and_then(|time| Duration::try_from(time).ok()));
    let bounds = Duration::from_millis(50)..=Duration::from_secs(86_400);
    time.filter(|time| bounds.contains(time))
        .ok_or_else(|| "expected a time from 0.05 seconds to a day: 90s, 5m, 1h 30m, or a number of seconds".to_owned())
}

impl WatchArgs {
    pub fn is_set(&self) -> bool {
        self.watch
    }
}

/// Time after which a failed publication is tried again.
const AGAIN: Duration = Duration::from_secs(10);

/// The publication of what a watch commits. What an earlier run committed may wait for it too.
struct Publication<'a> {
    publish: Publish<'a>,
    /// When it is due; `None` where all is published.
    due: Option<Instant>,
}

impl Publication<'_> {
    /// Publishes what waits, and returns what was published. A failure is told, and tried again with a later look.
    fn go_on(&mut self, teller: &Teller) -> Option<Published> {
        self.due.filter(|due| *due <= Instant::now())?;
        self.due = None;
        (self.publish)(teller).unwrap_or_else(|error| {
            self.due = Some(Instant::now() + AGAIN);
            teller.say(Level::Error, &format!("not published: {error}; tried again after {} s", AGAIN.as_secs()));
            None
        })
    }
}

/// Watches until a signal ends it; writes a report for each batch, and publishes it.
pub(super) fn run(
    index: IndexOptions,
    args: &WatchArgs,
    format: ReportFormat,
    level: Level,
    out: &mut dyn Write,
    publish: Publish<'_>,
) -> CommandResult {
    let options =
        WatchOptions { every: args.every, settle: args.settle, events: !args.poll, ..WatchOptions::new(index) };
    let teller = Teller { level, has_time: true };
    let stop = options.index.stop.clone();
    let place = shown_path(&options.index.index);
    let count = counted(options.index.paths.len(), "path");
    teller.say(Level::Info, &format!("watching {count}; index {place}"));
    // JSON is written one object a line, so that a log can be read while it grows.
    let format = if format == ReportFormat::Json { ReportFormat::Jsonl } else { format };
    let (mut written, mut publication) = (Ok(()), Publication { publish, due: Some(Instant::now()) });
    let ended = watch(&options, &(), &mut |happening| {
        let mut result = Ok(());
        if let Happening::Batch(report) = happening {
            result = write_report(out, report, None, false, format, &teller);
            publication.due = Some(Instant::now());
        } else {
            let (level, text) = described(&happening);
            teller.say(level, &text);
        }
        if let Some(published) = publication.go_on(&teller) {
            result = result.and_then(|()| published.write(out, format));
        }
        if let Err(error) = result.and_then(|()| out.flush()) {
            stop.store(true, Ordering::Relaxed);
            written = Err(error);
        }
    });
    ended?;
    written?;
    teller.say(Level::Info, "the watch has ended; all documents read are committed");
    Ok(Outcome::Done)
}

/// Returns level and words of a happening.
fn described(happening: &Happening<'_>) -> (Level, String) {
    let away = |path: &Path, problem: &str| {
        format!("{}: {problem}: nothing of it is removed; the watch waits for it", shown_path(path))
    };
    match happening {
        Happening::Away { path, problem } => (Level::Warn, away(path, problem)),
        Happening::Back(path) => (Level::Info, format!("{}: is there again", shown_path(path))),
        Happening::FilesAway(count) => {
            let files = counted(*count, "file");
            (Level::Warn, format!("the disk of {files} is not mounted: their documents stay until they are back"))
        }
        Happening::FilesBack(left) => {
            let left = if *left > 0 { format!(", besides {left}") } else { String::new() };
            (Level::Info, format!("the files of the disk that was not mounted are back{left}"))
        }
        Happening::Busy(error) => (Level::Info, format!("waiting: {error}")),
        Happening::Failed { error, after } => {
            (Level::Error, format!("failed: {error}; tried again in {} s", after.as_secs()))
        }
        Happening::NoEvents(problem) => {
            (Level::Info, format!("no events of the system ({problem}); the files are looked at all the same"))
        }
        Happening::Looked { due, unsettled, took } => {
            let (due, took) = (counted(*due, "file"), took.as_millis());
            (Level::Debug, format!("looked: {due} to read, {unsettled} still being written, {took} ms"))
        }
        // A report is written to standard output.
        Happening::Batch(_) => (Level::Debug, String::new()),
    }
}
