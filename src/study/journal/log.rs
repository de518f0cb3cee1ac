//! The lines of a log: one JSON object a run.

use std::io::{self, BufRead};

use super::run::Run;

/// A line of a log with its number, from 1, which is the number of the run.
#[derive(Clone, Debug, PartialEq)]
pub enum LogEntry {
    /// A run.
    Run(usize, Box<Run>),
    /// A line that is no run: torn by a crash or changed by hand.
    Torn(usize),
}

/// Reads a log, line by line.
///
/// # Errors
/// Each item: an error of the reader.
///
/// # Examples
/// ```
/// use fumikura::study::{LogEntry, Run, log_entries, log_line};
///
/// let log = format!("{}{{\"time\": \"2026-11", log_line(&Run { tool: "search".to_owned(), ..Run::default() })?);
/// let entries: Vec<_> = log_entries(log.as_bytes()).collect::<Result<_, _>>()?;
/// assert!(matches!(&entries[..], [LogEntry::Run(1, run), LogEntry::Torn(2)] if run.tool == "search"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn log_entries(log: impl BufRead) -> impl Iterator<Item = io::Result<LogEntry>> {
    let numbered = (1..).zip(log.split(b'\n')).filter(|(_, line)| !line.as_ref().is_ok_and(|line| is_blank(line)));
    numbered.map(|(number, line)| {
        let run = serde_json::from_slice::<Run>(&line?);
        Ok(run.map_or(LogEntry::Torn(number), |run| LogEntry::Run(number, Box::new(run))))
    })
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}

/// Writes a run as a line of the log, with its end.
///
/// # Errors
/// None for a run of this program.
pub fn log_line(run: &Run) -> io::Result<String> {
    Ok(serde_json::to_string(run)? + "\n")
}
