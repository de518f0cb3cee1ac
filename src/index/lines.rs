//! The lines of the files that hold many documents: which line or record gave which document.
//!
//! A line is recognised by the hash of its bytes, so a run reads only the lines that changed. The number of a line is
//! kept here and not in the record of its document: a line that moves changes no document.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::TantivyDocument;

use super::keys::{DocumentKey, lines_key, source_key};
use super::schema::{Fields, flag};
use super::segment_builder::Row;
use crate::document::SourceId;

/// The stored lines of a passage whose document is one line of a file: the number of this line is looked up.
pub const ITS_LINE: (usize, usize) = (0, 0);

/// Bytes of a stored [`LineRecord`].
const RECORD_BYTES: usize = 32;
/// Bytes before the records of a row: the number of rows of the file.
const HEAD_BYTES: usize = 4;
/// Records of one row, on average: a look-up reads one row, and a run reads all rows of a changed file.
const PART_RECORDS: usize = 256;
/// Most rows that an open index keeps for later look-ups, about 8 KB each.
const KEPT_PARTS: usize = 2048;

/// The hash of the bytes of a line or record.
pub type LineHash = [u8; 12];

/// A document of a file that holds many, with its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineRecord {
    /// The document.
    pub key: DocumentKey,
    /// Hash of the line or record when the document was indexed.
    pub hash: LineHash,
    /// Number of the line or record, from 1.
    pub line: u32,
}

impl LineRecord {
    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.key);
        bytes.extend_from_slice(&self.hash);
        bytes.extend_from_slice(&self.line.to_le_bytes());
    }

    fn read(bytes: &[u8; RECORD_BYTES]) -> Self {
        let (mut key, mut hash, mut line) = ([0; 16], [0; 12], [0; 4]);
        key.copy_from_slice(&bytes[..16]);
        hash.copy_from_slice(&bytes[16..28]);
        line.copy_from_slice(&bytes[28..]);
        Self { key, hash, line: u32::from_le_bytes(line) }
    }
}

/// Returns the row, of `parts`, that holds a document. The rows are in the order of the keys.
pub(super) fn part_of(key: &DocumentKey, parts: u32) -> u32 {
    let first = u32::from_be_bytes([key[0], key[1], key[2], key[3]]);
    ((u64::from(first) * u64::from(parts)) >> 32) as u32
}

/// Returns the term of one row of a file.
pub(super) fn part_name(source: &str, part: u32) -> String {
    format!("{source}.{part}")
}

/// Builds the rows that hold the lines of a file, each when it is asked for.
pub(super) fn rows(fields: &Fields, id: &SourceId, mut lines: Vec<LineRecord>) -> impl Iterator<Item = Row> {
    lines.sort_unstable();
    let parts = lines.len().div_ceil(PART_RECORDS) as u32;
    let (source, key) = (source_key(id), lines_key(id));
    let fields = fields.clone();
    let mut from = 0;
    (0..parts).map(move |part| {
        let count = lines[from..].partition_point(|line| part_of(&line.key, parts) <= part);
        let mut bytes = Vec::with_capacity(HEAD_BYTES + count * RECORD_BYTES);
        bytes.extend_from_slice(&parts.to_le_bytes());
        lines[from..from + count].iter().for_each(|line| line.write(&mut bytes));
        from += count;
        let mut columns = TantivyDocument::new();
        columns.add_bytes(fields.lines, &bytes);
        columns.add_u64(fields.flags, flag::NO_PASSAGE);
        let exact = vec![
            (fields.kind, b"l".to_vec()),
            (fields.key, key.clone().into_bytes()),
            (fields.source, part_name(&source, part).into_bytes()),
        ];
        Row { columns, exact, texts: None }
    })
}

/// One row, as stored.
#[derive(Clone, Debug, Default)]
pub(super) struct Part(Arc<[u8]>);

impl Part {
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// Returns the number of rows of the file.
    pub fn parts(&self) -> u32 {
        self.0.first_chunk().map_or(0, |head| u32::from_le_bytes(*head))
    }

    /// Iterates over the records, in the order of their keys.
    pub fn records(&self) -> impl Iterator<Item = LineRecord> + '_ {
        self.stored().iter().map(LineRecord::read)
    }

    /// Returns the record of a document.
    pub fn find(&self, key: &DocumentKey) -> Option<LineRecord> {
        let stored = self.stored();
        let at = stored.binary_search_by(|record| record[..key.len()].cmp(key)).ok()?;
        Some(LineRecord::read(&stored[at]))
    }

    fn stored(&self) -> &[[u8; RECORD_BYTES]] {
        self.0.get(HEAD_BYTES..).unwrap_or_default().as_chunks().0
    }
}

/// Rows that were looked up, by name.
#[derive(Default)]
pub(super) struct KnownParts(Mutex<HashMap<String, Part>>);

impl KnownParts {
    pub fn get(&self, name: &str) -> Option<Part> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    pub fn keep(&self, name: String, part: &Part) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT_PARTS {
            known.clear();
        }
        known.insert(name, part.clone());
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::{LineRecord, part_of};

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let record = LineRecord { key: [7; 16], hash: [9; 12], line: 1_000_000 };
        let mut bytes = Vec::new();
        record.write(&mut bytes);
        assert_eq!(LineRecord::read(bytes[..].try_into().expect("the length of a record")), record);
    }

    #[test]
    fn parts_are_in_the_order_of_keys() {
        let key = |first: u32| {
            let mut key = [0; 16];
            key[..4].copy_from_slice(&first.to_be_bytes());
            key
        };
        for parts in [1, 2, 3, 391] {
            let found: Vec<u32> = (0..=1000).map(|at| part_of(&key((u32::MAX / 1000) * at), parts)).collect();
            assert!(found.is_sorted() && found[0] == 0 && found.iter().all(|part| *part < parts), "{parts}");
        }
    }
}
