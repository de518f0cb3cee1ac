//! A count of passages and documents.

use super::{FacetNode, Numbers};

/// Counts of one value. The passages of a document are adjacent in one segment, so a change of the document number
/// tells a new document.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Count {
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

    pub fn numbers(self) -> Numbers {
        Numbers { passages: self.passages, documents: self.documents }
    }

    /// Makes the node of a facet, named by the last part of its path.
    pub fn node(self, path: String) -> FacetNode {
        FacetNode {
            value: path.rsplit('/').next().unwrap_or(&path).to_owned(),
            passages: self.passages,
            documents: self.documents,
            path,
            ..FacetNode::default()
        }
    }
}
