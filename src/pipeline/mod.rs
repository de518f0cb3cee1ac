//! The path of a document on one screen: read, repair, segment, describe, analyse, index.

mod accepted;
mod apply;
mod batch;
mod claims;
mod feed;
mod in_hand;
mod known_lines;
mod manifest;
mod options;
mod outcome;
mod plan;
mod read;
mod report;
mod roots;
mod sightings;
mod source;
mod wake;
mod watch;
mod worker;

use std::time::Instant;

use jiff::Timestamp;

use crate::analysis::Analyzer;
use crate::document::{GivenProblem, SourceId};
use crate::index::{ITS_LINE, IndexError, IndexedDocument, Writer};
use crate::ingest::{Format, SourceDocument};
use crate::metadata;

pub use manifest::Prune;
pub use options::{DEFAULT_MEMORY_MB, IndexOptions};
pub use report::{Progress, Report, Reported};
pub use sightings::Sightings;
pub use source::{cut, make_document, repaired};
pub use watch::{Happening, WatchOptions, watch};

/// Reads files into the index: first plans the work, then carries it out.
///
/// # Errors
/// `IndexError` where the index cannot be opened or written; a bad file is a line of the report.
pub fn run(options: &IndexOptions, progress: &dyn Progress) -> Result<Report, IndexError> {
    let (started, time) = (Instant::now(), Timestamp::now());
    let plan = plan::plan(options, progress)?;
    let mut report = apply::apply(plan, progress)?;
    report.seconds = started.elapsed().as_secs_f64();
    (report.started, report.ended) = (written(time), written(Timestamp::now()));
    Ok(report)
}

/// Writes a time as in `2026-11-27T05:42:53.120Z`.
fn written(time: Timestamp) -> String {
    format!("{time:.3}")
}

/// The outcome of one document.
struct Done {
    id: String,
    /// The reason why it was not indexed.
    refused: Option<String>,
    /// Given values that could not be used.
    problems: Vec<GivenProblem>,
    /// Parts of the document that were left out or look wrong.
    warnings: Vec<String>,
}

/// Takes a document from reading ([`crate::ingest`], and [`crate::extract`] in a child process) to the index.
///
/// # Errors
/// `IndexError` where the index cannot be written.
fn take_in(
    source: SourceDocument,
    file: &SourceId,
    hash: String,
    writer: Option<&Writer>,
    analyzer: &Analyzer,
) -> Result<Done, IndexError> {
    // normalize, segment: lines are repaired, joined and split into passages under their headings.
    let (mut document, warnings) = cut(&source);
    if source.format == Format::JsonLines.name() {
        // The line of the document may move while the document stays.
        document.passages.iter_mut().for_each(|passage| passage.lines = ITS_LINE);
    }
    // The passages hold the text from here on: drop the source, so that a large text is not held twice.
    let SourceDocument { given, content, warnings: mut told, .. } = source;
    told.extend(warnings);
    drop(content);
    // metadata: dates, partners and themes, where none are given.
    let mut problems = metadata::complete(&mut document, &given);
    problems.splice(..0, given.problems);
    let done = |id, refused| Ok(Done { id, refused, problems, warnings: told });
    if document.passages.is_empty() {
        // There is no passage to show, and a title is only searched together with passages.
        return done(document.id, Some("empty: it has no text".to_owned()));
    }
    let Some(writer) = writer else { return done(document.id, None) };
    if let Some(reason) = writer.refuses(&document) {
        return done(document.id, Some(reason));
    }
    let indexed = IndexedDocument { passage_count: document.passages.len(), document, source: file.clone(), hash };
    // analysis: each text is folded and segmented, giving rows of the index.
    let rows = writer.put_document(&indexed, analyzer);
    // index: the rows go into a segment, which the next commit publishes.
    writer.apply(rows)?;
    done(indexed.document.id, None)
}
