//! Frequencies of words over documents.

use rustc_hash::FxHashMap;

use super::statistics::dp_where;
use crate::analysis::Part;

/// The documents counted, each with its number of words.
#[derive(Default)]
pub(super) struct Documents {
    numbers: FxHashMap<String, u32>,
    sizes: Vec<u64>,
}

impl Documents {
    /// Adds words to a document and returns its number.
    pub fn add(&mut self, id: String, words: u64) -> u32 {
        let next = self.sizes.len() as u32;
        let document = *self.numbers.entry(id).or_insert(next);
        if document == next {
            self.sizes.push(0);
        }
        if let Some(size) = self.sizes.get_mut(document as usize) {
            *size += words;
        }
        document
    }

    /// Returns the number of words of all documents.
    pub fn words(&self) -> u64 {
        self.sizes.iter().sum()
    }

    /// Returns Gries' DP of a word over the documents.
    pub fn dp(&self, tally: &Tally) -> f64 {
        let mut holding: Vec<(u32, u64)> =
            tally.documents.iter().map(|(document, count)| (*document, *count)).collect();
        // In one order, because sums of floating-point numbers depend on it.
        holding.sort_unstable();
        let sized = |(document, count): (u32, u64)| (self.sizes.get(document as usize).copied().unwrap_or(0), count);
        dp_where(holding.into_iter().map(sized), self.words(), tally.count)
    }
}

/// Frequencies of one word.
#[derive(Default)]
pub(super) struct Tally {
    pub count: u64,
    /// By number of the document.
    pub documents: FxHashMap<u32, u64>,
    /// Each part of speech met: a word has one or two.
    parts: Vec<(Part, u64)>,
}

impl Tally {
    /// Adds an occurrence and returns the number of occurrences in its document.
    pub fn add(&mut self, document: u32, part: Part) -> u64 {
        self.count += 1;
        match self.parts.iter_mut().find(|(known, _)| *known == part) {
            Some((_, count)) => *count += 1,
            None => self.parts.push((part, 1)),
        }
        let count = self.documents.entry(document).or_default();
        *count += 1;
        *count
    }

    /// True where the word reaches two thresholds.
    pub fn reaches(&self, min_count: u64, min_documents: usize) -> bool {
        self.count >= min_count.max(1) && self.documents.len() >= min_documents
    }
}

/// Returns the part of speech with most occurrences in some frequencies of one word.
pub(super) fn commonest<'a>(tallies: impl IntoIterator<Item = &'a Tally>) -> Part {
    let mut counts: FxHashMap<Part, u64> = FxHashMap::default();
    for (part, count) in tallies.into_iter().flat_map(|tally| &tally.parts) {
        *counts.entry(*part).or_default() += count;
    }
    let most = counts.into_iter().max_by_key(|(part, count)| (*count, std::cmp::Reverse(*part)));
    most.map_or(Part::Other, |(part, _)| part)
}

#[cfg(test)]
mod tests {
    use super::{Documents, Tally, commonest};
    use crate::analysis::Part;

    #[test]
    fn a_word_has_the_part_that_is_commonest_and_the_dispersion_of_its_documents() {
        let mut documents = Documents::default();
        let (a, b) = (documents.add("a".to_owned(), 30), documents.add("b".to_owned(), 60));
        assert_eq!(documents.add("a".to_owned(), 10), a);
        let mut tally = Tally::default();
        assert_eq!(
            [(a, Part::Noun), (a, Part::Verb), (a, Part::Noun)].map(|(at, part)| tally.add(at, part)),
            [1, 2, 3]
        );
        assert_eq!(commonest([&tally]), Part::Noun);
        assert!((documents.dp(&tally) - 0.6).abs() < 1e-12, "40 of 100 words, 3 of 3 occurrences");
        tally.add(b, Part::Verb);
        assert!(tally.reaches(4, 2) && !tally.reaches(5, 2) && !tally.reaches(4, 3));
    }
}
