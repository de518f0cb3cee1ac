//! Columns of hits that their order reads.

use tantivy::columnar::Column;

use super::segment_view::{Segment, document_day};
use crate::engine::ranking::hit::{Columns, Hit};
use crate::index::{IndexError, OpenIndex};

/// The segments of an index, with the columns by which near-duplicates are folded.
pub(super) struct SegmentColumns<'a> {
    segments: &'a [Segment<'a>],
    /// For each segment: headings with partners, and both halves of the sketch. Empty where nothing is folded.
    looks: Vec<[Column<u64>; 3]>,
}

impl<'a> SegmentColumns<'a> {
    /// Opens the columns; those of near-duplicates only where a request folds them.
    ///
    /// # Errors
    /// `Damaged` where the columns cannot be read.
    pub fn new(index: &OpenIndex, segments: &'a [Segment<'a>], folds: bool) -> Result<Self, IndexError> {
        let open = |segment: &Segment<'_>| {
            let column = |name| segment.reader.fast_fields().u64(name).map_err(|error| index.damaged(error));
            Ok([column("frame")?, column("sketch_low")?, column("sketch_high")?])
        };
        let folding = if folds { segments } else { &[] };
        Ok(Self { segments, looks: folding.iter().map(open).collect::<Result<_, IndexError>>()? })
    }

    fn value(&self, hit: &Hit, column: usize) -> u64 {
        let looks = self.looks.get(hit.address.segment_ord as usize);
        looks.and_then(|looks| looks[column].first(hit.address.doc_id)).unwrap_or(0)
    }
}

impl Columns for SegmentColumns<'_> {
    fn day(&self, hit: &Hit) -> Option<u64> {
        document_day(self.segments, hit)
    }

    fn frame(&self, hit: &Hit) -> u64 {
        self.value(hit, 0)
    }

    fn sketch(&self, hit: &Hit) -> [u64; 2] {
        [self.value(hit, 1), self.value(hit, 2)]
    }
}
