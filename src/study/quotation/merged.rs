//! Quotations that join several places without a mark.

use std::ops::Range;
use std::rc::Rc;

use super::align::Grams;
use super::letters::Letters;
use super::sources::Source;

/// Least letters of a part of a merged quotation.
const PART: usize = 8;
/// Least letters of its longest part where the parts meet at a mark.
const LONG_PART: usize = 12;
/// The same where they meet anywhere: invented text shares shorter runs with any large collection.
const LONGER_PART: usize = 16;
/// Most parts of a merged quotation.
const PARTS: usize = 4;
/// Letters that may stand between the parts of a merged quotation: 及び, また.
const JOINT: usize = 4;
/// Changed letters that weigh as much as one more place: fewer are an altered sentence, more are two places.
pub(super) const PER_PLACE: usize = 10;

/// A run of a quotation in a source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// First letter in the quotation.
    pub start: usize,
    pub length: usize,
    /// Position of the source in the list, and the first letter there.
    pub source: usize,
    pub at: usize,
}

/// Runs that cover a quotation, in its order.
pub(super) struct Cover(pub Vec<Piece>);

impl Cover {
    /// Letters that no run covers, and a weight for each further place.
    pub fn cost(&self, letters: usize) -> usize {
        let covered: usize = self.0.iter().map(|piece| piece.length).sum();
        letters.saturating_sub(covered) + PER_PLACE * (self.0.len().saturating_sub(1))
    }
}

/// Covers a quotation by the fewest runs of sources, without gaps longer than a joint; `None` where that is not
/// possible.
pub(super) fn cover(whole: &Letters, sources: &[Rc<Source>], cited: &[String]) -> Option<Cover> {
    let grams = Grams::of(&whole.key);
    // Of each start, the longest run; of equal ones that of a cited document.
    let mut runs: Vec<Piece> = Vec::new();
    let mut order: Vec<usize> = (0..sources.len()).collect();
    order.sort_by_key(|at| sources.get(*at).is_none_or(|source| !cited.contains(&source.document.id)));
    for at_source in order {
        let Some(source) = sources.get(at_source) else { continue };
        for (start, at, length) in grams.runs(&source.text.key, PART) {
            runs.push(Piece { start, length, source: at_source, at });
        }
    }
    // From the left, the run that reaches farthest, as long as the next one may begin.
    let mut pieces: Vec<Piece> = Vec::new();
    let mut end = 0;
    while whole.len() > end + JOINT {
        let reach = |piece: &Piece| piece.start + piece.length;
        let may = runs.iter().filter(|piece| piece.start <= end + JOINT && reach(piece) >= end + PART);
        let last = pieces.last().map(|piece| piece.source);
        let next = may.max_by_key(|piece| (reach(piece), Some(piece.source) == last))?;
        let skipped = end.saturating_sub(next.start);
        let cut = Piece {
            start: next.start + skipped,
            length: next.length - skipped,
            source: next.source,
            at: next.at + skipped,
        };
        end = cut.start + cut.length;
        pieces.push(cut);
        if pieces.len() > PARTS {
            return None;
        }
    }
    let longest = pieces.iter().map(|piece| piece.length).max()?;
    let joints = pieces.iter().skip(1).map(|piece| whole.before(piece.start));
    let at_marks = joints.into_iter().all(|marks| marks.iter().any(|c| !c.is_whitespace()));
    let least = if at_marks { LONG_PART } else { LONGER_PART };
    (pieces.len() > 1 && longest >= least).then_some(Cover(pieces))
}

/// Returns the longer clauses of a text, the longest first.
pub(super) fn clauses(text: &str) -> Vec<String> {
    let parts = text.split(['、', '。', '，', ',', '\n']).filter(|part| part.chars().count() >= PART);
    let mut parts: Vec<String> = parts.map(str::to_owned).collect();
    // Without a mark between the places, the two ends.
    let chars: Vec<char> = text.chars().collect();
    let end = |range: Range<usize>| chars.get(range).map(|part| part.iter().collect::<String>());
    if chars.len() >= 2 * LONG_PART {
        parts.extend([end(0..LONG_PART), end(chars.len() - LONG_PART..chars.len())].into_iter().flatten());
    }
    parts.sort_by_key(|part| std::cmp::Reverse(part.chars().count()));
    parts.truncate(6);
    parts
}
