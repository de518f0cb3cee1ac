//! A count of passages and documents.

/// Counts of one value. The passages of a document are adjacent in one segment, so a change of the document number
/// tells a new document.
#[derive(Clone, Debug, Default)]
pub(super) struct Count {
    pub passages: usize,
    pub documents: usize,
    last: Option<u64>,
}

impl Count {
    pub fn add(&mut self, document: u64) {
        self.passages += 1;
        if self.last != Some(document) {
            self.last = Some(document);
            self.documents += 1;
        }
    }

    /// Adds the counts of other documents.
    pub fn sum(&mut self, other: &Self) {
        self.passages += other.passages;
        self.documents += other.documents;
    }
}
