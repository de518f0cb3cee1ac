//! Near duplicates among hits: the page of a press release and its PDF, the second edition of a paper.

use tantivy::columnar::Column;

use super::evaluate::Hit;
use super::segment::Segment;
use crate::index::{IndexError, OpenIndex, sketch_overlap};

/// Bytes of two sketches that must be the same, in percent of those that either has.
const SAME_PERCENT: usize = 70;
/// Fewest bytes of a sketch that are compared: shorter texts are alike by chance.
const FEWEST_BYTES: usize = 8;

/// A hit with those folded under it: further passages of its document where hits are grouped, and near duplicates.
pub(super) struct Folded {
    pub hit: Hit,
    pub more: usize,
    pub twins: Vec<Hit>,
}

/// Folds each hit under the first that says nearly the same, until `wanted` stand.
///
/// # Errors
/// `Damaged` where the sketches cannot be read.
pub(super) fn fold(index: &OpenIndex, segments: &[Segment<'_>], hits: Vec<(Hit, usize)>, wanted: usize) -> Result<Vec<Folded>, IndexError> {
    let columns: Vec<[Column<u64>; 2]> = segments
        .iter()
        .map(|segment| {
            let column = |name| segment.reader.fast_fields().u64(name).map_err(|error| index.damaged(error));
            Ok([column("sketch_low")?, column("sketch_high")?])
        })
        .collect::<Result<_, IndexError>>()?;
    let sketch = |hit: &Hit| {
        let halves = &columns[hit.address.segment_ord as usize];
        [0, 1].map(|half| halves[half].first(hit.address.doc_id).unwrap_or(0))
    };
    let mut kept: Vec<(Folded, [u64; 2])> = Vec::new();
    for (hit, more) in hits {
        let own = sketch(&hit);
        let twin = kept.iter().position(|(_, other)| {
            let (same, all) = sketch_overlap(own, *other);
            all >= FEWEST_BYTES && same * 100 >= all * SAME_PERCENT
        });
        match twin {
            Some(first) => kept[first].0.twins.push(hit),
            None if kept.len() == wanted => break,
            None => kept.push((Folded { hit, more, twins: Vec::new() }, own)),
        }
    }
    Ok(kept.into_iter().map(|(folded, _)| folded).collect())
}
