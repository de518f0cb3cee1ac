//! The lines of a file before the run, by document and by hash.

use crate::index::{DocumentKey, LineHash, LineRecord};

/// The lines of a file that holds many documents, as the index has them: 40 bytes for each.
#[derive(Default)]
pub(super) struct KnownLines {
    /// In the order of the keys.
    records: Vec<LineRecord>,
    /// The first bytes of each hash, in order, with its place in `records`: a search stays within few pages of memory.
    by_hash: Vec<(u32, u32)>,
}

impl KnownLines {
    pub fn new(mut records: Vec<LineRecord>) -> Self {
        records.sort_unstable();
        let mut by_hash: Vec<(u32, u32)> = records.iter().map(|record| first(&record.hash)).zip(0..).collect();
        by_hash.sort_unstable();
        Self { records, by_hash }
    }

    /// Returns the line with a hash: its document needs no reading.
    pub fn of_hash(&self, hash: &LineHash) -> Option<LineRecord> {
        let first = first(hash);
        let from = self.by_hash.partition_point(|(other, _)| *other < first);
        let alike = self.by_hash[from..].iter().take_while(|(other, _)| *other == first);
        alike.map(|(_, at)| self.records[*at as usize]).find(|record| record.hash == *hash)
    }

    /// Returns the line of a document.
    pub fn of_document(&self, key: &DocumentKey) -> Option<LineRecord> {
        let at = self.records.binary_search_by_key(key, |record| record.key).ok()?;
        Some(self.records[at])
    }

    /// Iterates over all lines.
    pub fn iter(&self) -> impl Iterator<Item = &LineRecord> {
        self.records.iter()
    }
}

/// Returns the first bytes of a hash as a number.
fn first(hash: &LineHash) -> u32 {
    hash.first_chunk().map_or(0, |first| u32::from_be_bytes(*first))
}

#[cfg(test)]
mod tests {
    use super::KnownLines;
    use crate::index::LineRecord;

    #[test]
    fn lines_are_found_by_hash_and_by_document() {
        let record = |number: u32| LineRecord {
            key: u128::from(number.wrapping_mul(2_654_435_761)).to_le_bytes(),
            // Some hashes begin alike.
            hash: std::array::from_fn(|at| if at < 4 { (number % 7) as u8 } else { (number >> (at % 4 * 8)) as u8 }),
            line: number,
        };
        let known = KnownLines::new((0..1000).map(record).collect());
        for number in 0..1000 {
            let wanted = record(number);
            assert_eq!(known.of_hash(&wanted.hash), Some(wanted));
            assert_eq!(known.of_document(&wanted.key), Some(wanted));
        }
        assert_eq!((known.of_hash(&record(1000).hash), known.of_document(&record(1000).key)), (None, None));
    }
}
