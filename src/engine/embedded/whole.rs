//! DOC: a query about whole documents.

use rustc_hash::{FxHashMap, FxHashSet};

use super::evaluate::Evaluation;
use super::rows::{Row, Rows, Shown, Within, excludes, union};
use crate::index::IndexError;
use crate::query::Compiled;
use crate::query::Place;
use crate::query::Tier;

/// Document numbers with the best tier by which the document holds a part of a query.
type Documents = FxHashMap<u64, Tier>;

/// Result of a part of a query over documents.
struct Found {
    documents: Documents,
    /// Passages with a word of it.
    rows: Rows,
}

impl Evaluation<'_> {
    /// Returns the passages of the documents that hold a query, wherever its parts stand: in passages, headings or
    /// title. Where only absent words (NOT) select a document, each of its passages is a hit.
    ///
    /// # Errors
    /// `Damaged` where the index cannot be read.
    pub fn in_one_document(&self, inner: &Compiled, shown: Shown, within: Within<'_>) -> Result<Rows, IndexError> {
        let Found { documents, rows } = self.held(inner)?;
        // When the time is over, the excluded set is incomplete, so there is no result.
        if has_not(inner) && self.watch.is_over() {
            return Ok(vec![Vec::new(); self.segments.len()]);
        }
        let number = |(segment, rows): (&_, &Vec<Row>)| -> Vec<u64> {
            let segment: &super::segment_view::Segment<'_> = segment;
            rows.iter().filter_map(|row| segment.document.first(row.doc)).collect()
        };
        let named: FxHashSet<u64> = self.segments.iter().zip(&rows).flat_map(number).collect();
        if shown == Shown::HoldingAlone && documents.keys().all(|document| named.contains(document)) {
            let kept = self.segments.iter().zip(rows).map(|(segment, mut rows)| {
                rows.retain(|row| {
                    segment.document.first(row.doc).is_some_and(|document| documents.contains_key(&document))
                });
                rows
            });
            return Ok(kept.collect());
        }
        let mut all = self.passages(within)?;
        for ((segment, all), rows) in self.segments.iter().zip(&mut all).zip(&rows) {
            let mut at = 0;
            // The passages of a document are adjacent, so the last document is cached.
            let mut last: Option<(u64, Option<Tier>, bool)> = None;
            all.retain_mut(|row| {
                let Some(document) = segment.document.first(row.doc) else { return false };
                let (_, tier, is_named) = *match &last {
                    Some(known) if known.0 == document => last.get_or_insert((document, None, false)),
                    _ => last.insert((document, documents.get(&document).copied(), named.contains(&document))),
                };
                let Some(tier) = tier else { return false };
                while rows.get(at).is_some_and(|own| own.doc < row.doc) {
                    at += 1;
                }
                match rows.get(at).filter(|own| own.doc == row.doc) {
                    Some(own) => {
                        *row = Row { place: if shown == Shown::All { Place::Anywhere } else { own.place }, ..*own }
                    }
                    None => {
                        *row = Row {
                            tier,
                            place: if shown == Shown::All || !is_named { Place::Anywhere } else { Place::Elsewhere },
                            ..*row
                        }
                    }
                }
                if shown == Shown::All {
                    // NOT acts on the document, whatever this passage contains.
                    row.tier = tier;
                }
                true
            });
        }
        Ok(all)
    }

    /// Returns the documents that hold a part of a query.
    fn held(&self, query: &Compiled) -> Result<Found, IndexError> {
        match query {
            Compiled::And(nodes) => {
                let mut common: Option<Documents> = None;
                let mut rows: Rows = vec![Vec::new(); self.segments.len()];
                for node in nodes.iter().filter(|node| !matches!(node, Compiled::Not(_))) {
                    let found = self.held(node)?;
                    rows = union(rows, &found.rows);
                    common = Some(match common {
                        None => found.documents,
                        Some(mut common) => {
                            common.retain(|document, tier| {
                                let other = found.documents.get(document);
                                other.map(|other| *tier = (*tier).max(*other)).is_some()
                            });
                            common
                        }
                    });
                }
                let mut documents = common.map_or_else(|| self.all_documents(), Ok)?;
                for node in nodes {
                    if let Compiled::Not(inner) = node {
                        let excluded = self.held(inner)?.documents;
                        documents.retain(|document, _| !excluded.get(document).is_some_and(|tier| excludes(*tier)));
                    }
                }
                Ok(Found { documents, rows })
            }
            Compiled::Or(nodes) => {
                let mut all = Found { documents: Documents::default(), rows: vec![Vec::new(); self.segments.len()] };
                for node in nodes {
                    let Found { documents, rows } = self.held(node)?;
                    all.rows = union(all.rows, &rows);
                    for (document, tier) in documents {
                        all.documents.entry(document).and_modify(|known| *known = (*known).min(tier)).or_insert(tier);
                    }
                }
                Ok(all)
            }
            Compiled::Not(inner) => {
                let excluded = self.held(inner)?.documents;
                let mut documents = self.all_documents()?;
                documents.retain(|document, _| !excluded.get(document).is_some_and(|tier| excludes(*tier)));
                Ok(Found { documents, rows: vec![Vec::new(); self.segments.len()] })
            }
            Compiled::Document(inner) | Compiled::WholeDocument(inner) => self.held(inner),
            Compiled::Leaf(_) | Compiled::Near(..) | Compiled::Sentence(_) | Compiled::Facet(_) => {
                let found = self.rows(query, None)?;
                let rows = self.segments.iter().zip(found).enumerate();
                let mended = rows.map(|(ordinal, (segment, rows))| self.mended(ordinal, segment, rows, Some(query)));
                let rows = mended.collect::<Result<Rows, IndexError>>()?;
                Ok(Found { documents: self.documents_of(&rows), rows })
            }
        }
    }

    /// Returns the documents of some live rows, each with its best tier.
    fn documents_of(&self, rows: &Rows) -> Documents {
        let mut documents = Documents::default();
        for (segment, rows) in self.segments.iter().zip(rows) {
            for row in rows.iter().filter(|row| !segment.reader.is_deleted(row.doc)) {
                if let Some(document) = segment.document.first(row.doc) {
                    documents.entry(document).and_modify(|tier| *tier = (*tier).min(row.tier)).or_insert(row.tier);
                }
            }
        }
        documents
    }

    fn all_documents(&self) -> Result<Documents, IndexError> {
        Ok(self.documents_of(&self.passages(None)?))
    }
}

fn has_not(query: &Compiled) -> bool {
    match query {
        Compiled::And(nodes) | Compiled::Or(nodes) => nodes.iter().any(has_not),
        Compiled::Not(_) => true,
        Compiled::Document(node) | Compiled::WholeDocument(node) => has_not(node),
        Compiled::Leaf(_) | Compiled::Near(..) | Compiled::Sentence(_) | Compiled::Facet(_) => false,
    }
}
