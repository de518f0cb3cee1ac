//! The way of a document, on one screen: read, repair, cut, describe, analyse, index.

mod apply;
mod batch;
mod claims;
mod feed;
mod in_hand;
mod manifest;
mod options;
mod outcome;
mod plan;
mod read;
mod report;
mod roots;
mod source;
mod worker;

use std::time::Instant;

use crate::analysis::Analyzer;
use crate::document::{GivenProblem, SourceId};
use crate::index::{IndexError, IndexedDocument, Writer};
use crate::ingest::SourceDocument;
use crate::metadata;

pub use manifest::Prune;
pub use options::{DEFAULT_MEMORY_MB, IndexOptions};
pub use report::{Progress, Report, Reported};
pub use source::{cut, make_document, repaired};

/// Reads files into the index: plans what is to be done, then does it.
///
/// # Errors
/// `IndexError` where the index cannot be opened or written; a bad file is a line of the report.
pub fn run(options: &IndexOptions, progress: &dyn Progress) -> Result<Report, IndexError> {
    let started = Instant::now();
    let plan = plan::plan(options, progress)?;
    let mut report = apply::apply(plan, progress)?;
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// What became of one document.
struct Done {
    id: String,
    /// Why it was not put into the index.
    refused: Option<String>,
    /// Given values that could not be used.
    problems: Vec<GivenProblem>,
    warnings: Vec<String>,
}

/// Takes a document that was read ([`crate::ingest`], and [`crate::extract`] in a child process) the rest of its way.
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
    // normalize, segment: repaired lines, joined and cut into passages under their headings.
    let (mut document, warnings) = cut(&source);
    // The passages hold the text from here on: a large one is not kept twice.
    let SourceDocument { given, content, .. } = source;
    drop(content);
    // metadata: dates, partners and themes, where they are not given.
    let mut problems = metadata::complete(&mut document, &given);
    problems.splice(..0, given.problems);
    let done = |id, refused| Ok(Done { id, refused, problems, warnings });
    if document.passages.is_empty() {
        // Nothing of it could be shown, and its title would be found nowhere.
        return done(document.id, Some("empty: it has no text".to_owned()));
    }
    let Some(writer) = writer else { return done(document.id, None) };
    if let Some(reason) = writer.refuses(&document) {
        return done(document.id, Some(reason));
    }
    let indexed = IndexedDocument { passage_count: document.passages.len(), document, source: file.clone(), hash };
    // analysis: each text folded and cut into words, as rows of the index.
    let rows = writer.put_document(&indexed, analyzer);
    // index: the rows go into a segment, which the next commit publishes.
    writer.apply(rows)?;
    done(indexed.document.id, None)
}
