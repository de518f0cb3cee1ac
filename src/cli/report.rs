//! The report of a run, as text and as JSON.

use std::collections::{HashMap, HashSet};
use std::io::Write;

use clap::ValueEnum;
use serde::Serialize;
use serde_json::Value;

use super::log_level::{Level, Teller};
use crate::document::counted;
use crate::output::{write_json, write_json_line};
use crate::pipeline::{Report, Reported};

/// Formats of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    #[default]
    Text,
    Json,
    // On one line, for a log that grows.
    Jsonl,
}

/// What a run published to a cluster.
#[derive(Debug, Serialize)]
pub(super) struct Published {
    published: Value,
    /// False where documents were left out.
    #[serde(skip)]
    pub is_whole: bool,
}

impl Published {
    #[cfg(feature = "cluster")]
    pub fn new(published: &impl Serialize, is_whole: bool) -> serde_json::Result<Self> {
        Ok(Self { published: serde_json::to_value(published)?, is_whole })
    }

    /// Writes it by itself, behind the report of a batch; its text has been told.
    pub fn write(&self, out: &mut dyn Write, format: ReportFormat) -> std::io::Result<()> {
        if format == ReportFormat::Text { Ok(()) } else { write_json_line(out, self) }
    }
}

/// A report as JSON.
#[derive(Serialize)]
struct Written<'a> {
    #[serde(flatten)]
    report: &'a Report,
    #[serde(flatten)]
    published: Option<&'a Published>,
}

/// Writes a report to `out`; the notes of a text go to standard error. Text tells of `published` by itself.
pub(super) fn write_report(
    out: &mut dyn Write,
    report: &Report,
    published: Option<&Published>,
    dry_run: bool,
    format: ReportFormat,
    teller: &Teller,
) -> std::io::Result<()> {
    match format {
        ReportFormat::Text => write_text(out, report, dry_run, teller),
        ReportFormat::Json => write_json(out, &Written { report, published }),
        ReportFormat::Jsonl => write_json_line(out, &Written { report, published }),
    }
}

fn write_text(out: &mut dyn Write, report: &Report, dry_run: bool, teller: &Teller) -> std::io::Result<()> {
    let mood = if dry_run { "would be " } else { "" };
    writeln!(
        out,
        "{}{} walked: {} {mood}added, {} {mood}changed, {} unchanged, {} {mood}removed",
        teller.time(),
        counted(report.walked, "file"),
        counted(report.added, "document"),
        report.changed,
        report.unchanged,
        report.removed
    )?;
    writeln!(
        out,
        "{}index: {}, {}, {:.1} MB; {:.2} s",
        teller.time(),
        counted(report.documents, "document"),
        counted(report.passages, "passage"),
        report.bytes as f64 / 1e6,
        report.seconds
    )?;
    if report.stopped {
        teller.say(Level::Warn, "stopped early: run the command again for the rest");
    }
    let lists = [
        (Level::Warn, "warning", &report.warnings),
        (Level::Info, "skipped", &report.skipped),
        (Level::Error, "failed", &report.failed),
    ];
    let told_again = teller.level >= Level::Debug;
    let known: HashSet<&Reported> = report.known.iter().filter(|_| !told_again).collect();
    let mut repeated = 0;
    for (level, what, list) in lists {
        let news: Vec<&Reported> = list.iter().filter(|item| !known.contains(item)).collect();
        repeated += list.len() - news.len();
        for line in grouped(&news) {
            teller.say(level, &format!("{what}: {line}"));
        }
    }
    if repeated > 0 {
        let count = counted(repeated, "note");
        let text = format!("known: {count} of earlier runs on unchanged files; fumikura stats --skipped lists them");
        teller.say(Level::Info, &text);
    }
    if !report.accepted.is_empty() {
        let count = counted(report.accepted.len(), "known problem");
        let text = format!("accepted: {count} of files named with --accept; fumikura stats --skipped lists them");
        teller.say(Level::Info, &text);
    }
    Ok(())
}

/// Most notes of one kind that are written one by one.
const MOST_ALIKE: usize = 20;

/// Writes notes as lines; of a kind with more than [`MOST_ALIKE`] notes, the first ones and the number of the others.
/// Reasons that differ only in numbers are of one kind.
fn grouped(list: &[&Reported]) -> Vec<String> {
    let kind = |reason: &str| reason.replace(|c: char| c.is_ascii_digit(), "");
    let mut counts: HashMap<String, usize> = HashMap::new();
    list.iter().for_each(|item| *counts.entry(kind(&item.reason)).or_default() += 1);
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut lines = Vec::new();
    for Reported { path, reason } in list {
        let path = if path.is_empty() { String::new() } else { format!("{path}: ") };
        let kind = kind(reason);
        let count = counts.get(&kind).copied().unwrap_or_default();
        let at = seen.entry(kind).or_default();
        *at += 1;
        // One line in place of a list saves nothing.
        if count <= MOST_ALIKE || *at < MOST_ALIKE {
            lines.push(format!("{path}{reason}"));
        } else if *at == MOST_ALIKE {
            let more = count + 1 - MOST_ALIKE;
            lines.push(format!("{path}{reason} (and {} more of this kind: --json or stats --skipped)", more - 1));
        }
    }
    lines
}
