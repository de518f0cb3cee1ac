//! The rows that a commit replaces or removes, found by one query.
//!
//! tantivy keeps each delete as a query of its own until the commit: about a kilobyte for each document of an update.
//! One query for the whole commit holds 17 bytes for each, and looks the keys up in order.

use std::sync::Arc;

use tantivy::query::{BitSetDocSet, ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{BitSet, DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

use super::keys::{RowKey, text_of};

/// Matches the rows of earlier commits that have one of many keys.
#[derive(Clone, Debug)]
pub(super) struct Replaced {
    pub key: Field,
    pub commit: Field,
    /// Name of the commit whose own rows are spared.
    pub name: String,
    keys: Arc<[RowKey]>,
}

impl Replaced {
    pub fn new(key: Field, commit: Field, name: String, mut keys: Vec<RowKey>) -> Self {
        keys.sort_unstable();
        keys.dedup();
        Self { key, commit, name, keys: keys.into() }
    }
}

impl Query for Replaced {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for Replaced {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut own = Vec::new();
        let of_commit = Term::from_field_text(self.commit, &self.name);
        walk(reader, &of_commit, |doc| own.push(doc))?;
        // A segment of this commit has only rows of it.
        if own.len() == reader.max_doc() as usize {
            return Ok(Box::new(EmptyScorer));
        }
        let mut found = BitSet::with_max_value(reader.max_doc());
        for key in self.keys.iter() {
            walk(reader, &Term::from_field_text(self.key, &text_of(key)), |doc| _ = found.insert(doc))?;
        }
        own.into_iter().for_each(|doc| found.remove(doc));
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(found), boost)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        if self.scorer(reader, 1.0)?.seek(doc) == doc {
            return Ok(Explanation::new("Replaced", 1.0));
        }
        Err(TantivyError::InvalidArgument(format!("row {doc} is not replaced")))
    }
}

/// Visits the rows of a segment with a term, deleted ones too.
fn walk(reader: &SegmentReader, term: &Term, mut visit: impl FnMut(DocId)) -> tantivy::Result<()> {
    let index = reader.inverted_index(term.field())?;
    let Some(mut postings) = index.read_postings(term, IndexRecordOption::Basic)? else { return Ok(()) };
    while postings.doc() != TERMINATED {
        visit(postings.doc());
        postings.advance();
    }
    Ok(())
}
