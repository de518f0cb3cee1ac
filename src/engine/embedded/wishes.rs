//! The wishes of a query looked up in an index: which rows name its years.

use std::collections::HashMap;

use tantivy::DocId;

use super::evaluate::Evaluation;
use super::segment_view::Segment;
use crate::engine::SearchError;
use crate::engine::ranking::hit::Hit;
use crate::engine::ranking::numbered::{Unit, units};
use crate::engine::ranking::wishes::{Wishes as Wished, Year, naming_plans};
use crate::index::{IndexError, OpenIndex};

/// The wishes of a query, looked up in an index.
pub(super) struct Wishes {
    wished: Wished,
    /// For each segment the sorted rows whose text, headings or title name the years.
    naming: Vec<Vec<DocId>>,
}

impl Wishes {
    /// Looks up the years of a query and the numbers in its text.
    ///
    /// # Errors
    /// An index that cannot be read.
    pub fn of(evaluation: &Evaluation<'_>, years: &[Year], text: &str) -> Result<Self, SearchError> {
        let mut naming: Vec<Vec<DocId>> = vec![Vec::new(); evaluation.segments.len()];
        for plan in naming_plans(years, evaluation.index.analyzer())? {
            for (docs, rows) in naming.iter_mut().zip(evaluation.literal(&plan, None)?) {
                docs.extend(rows.iter().map(|row| row.doc));
            }
        }
        naming.iter_mut().for_each(|docs| docs.sort_unstable());
        Ok(Self { wished: Wished::new(years, text), naming })
    }

    /// True where the query is a keyword.
    pub fn is_keyword(&self) -> bool {
        self.wished.is_keyword()
    }

    /// Returns the factor of the score of an exact hit, for running text and years, and marks a hit of another year.
    pub fn of_exact(&self, segments: &[Segment<'_>], hit: &mut Hit) -> f32 {
        self.wished.of_prose(hit.flags) * self.of_year(segments, hit)
    }

    /// Returns the factor of the score of a hit for its date and for naming the years, and marks one of another year.
    pub fn of_year(&self, segments: &[Segment<'_>], hit: &mut Hit) -> f32 {
        if !self.wished.has_years() {
            return 1.0;
        }
        let (ordinal, doc) = (hit.address.segment_ord as usize, hit.address.doc_id);
        let segment = &segments[ordinal];
        let days = segment.date_start.first(doc).zip(segment.date_end.first(doc));
        let names = self.naming.get(ordinal).is_some_and(|docs| docs.binary_search(&doc).is_ok());
        self.wished.of_year(hit, days, names)
    }

    /// True where the query has a year.
    pub fn has_years(&self) -> bool {
        self.wished.has_years()
    }

    /// True where the query has the number of an article or a meeting.
    pub fn has_units(&self) -> bool {
        self.wished.has_units()
    }

    /// Returns the factors of the scores of some passages for the numbers of articles and meetings that title, headings
    /// or text hold whole. Titles are read once a document.
    ///
    /// # Errors
    /// An index that cannot be read.
    pub fn of_units<'p>(
        &self,
        index: &OpenIndex,
        passages: impl Iterator<Item = &'p tantivy::DocAddress>,
    ) -> Result<Vec<f32>, IndexError> {
        let mut titles: HashMap<String, Vec<Unit>> = HashMap::new();
        let mut factors = Vec::new();
        for address in passages {
            let read = index.passage(*address)?;
            let above = match titles.get(&read.document) {
                Some(above) => above,
                None => {
                    let title = index.document(&read.document)?.map_or(String::new(), |found| found.document.title);
                    titles.entry(read.document.clone()).or_insert_with(|| units(&title))
                }
            };
            factors.push(self.wished.of_units(above, &read.passage));
        }
        Ok(factors)
    }
}
