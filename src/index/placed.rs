//! Reads passages with their places: the line of a document in a file of many is looked up, because lines move.

use tantivy::schema::Value;
use tantivy::{TantivyDocument, Term};

use super::keys::{document_key, key, lines_key, source_key};
use super::lines::{ITS_LINE, LineRecord, Part, part_name, part_of};
use super::record::{IndexedDocument, IndexedPassage};
use super::{DocumentAddress, IndexError, OpenIndex};
use crate::document::{Passage, SourceId};

impl OpenIndex {
    /// Returns the passages of a document in reading order.
    ///
    /// # Errors
    /// `Damaged` where one cannot be read.
    pub fn passages_of(&self, id: &str) -> Result<Vec<IndexedPassage>, IndexError> {
        self.first_of(id, usize::MAX)
    }

    /// Reads the record of a document, then its first passages.
    fn first_of(&self, id: &str, most: usize) -> Result<Vec<IndexedPassage>, IndexError> {
        let mut addresses = self.addresses(&Term::from_field_text(self.fields().key, &key(id)))?.into_iter();
        let Some(document) = addresses.next() else { return Ok(Vec::new()) };
        let mut passages =
            addresses.take(most).map(|address| self.record(address)).collect::<Result<Vec<IndexedPassage>, _>>()?;
        if passages.iter().any(|found| found.passage.lines == ITS_LINE) {
            let source = self.record::<IndexedDocument>(document)?.source;
            self.set_lines(id, &source, passages.iter_mut().map(|found| &mut found.passage))?;
        }
        Ok(passages)
    }

    /// Returns the first passages of a document in reading order.
    ///
    /// # Errors
    /// `Damaged` where one cannot be read.
    pub fn first_passages_of(&self, id: &str, most: usize) -> Result<Vec<Passage>, IndexError> {
        Ok(self.first_of(id, most)?.into_iter().map(|found| found.passage).collect())
    }

    /// Returns the lines of a file that holds many documents, in the order of their documents' keys; none for another
    /// file.
    ///
    /// # Errors
    /// `Damaged` where they cannot be read.
    pub fn lines_of_file(&self, id: &SourceId) -> Result<Vec<LineRecord>, IndexError> {
        let addresses = self.addresses(&Term::from_field_text(self.fields().key, &lines_key(id)))?;
        let mut lines = Vec::new();
        for address in addresses {
            lines.extend(self.part_at(address)?.records());
        }
        lines.sort_unstable();
        Ok(lines)
    }

    /// Sets the lines of passages whose document is one line of its file; leaves other passages as they are.
    ///
    /// # Errors
    /// `Damaged` where the lines of the file cannot be read.
    pub(crate) fn set_lines<'a>(
        &self,
        document: &str,
        source: &SourceId,
        passages: impl IntoIterator<Item = &'a mut Passage>,
    ) -> Result<(), IndexError> {
        let mut line = None;
        for passage in passages.into_iter().filter(|passage| passage.lines == ITS_LINE) {
            let line = match line {
                Some(line) => line,
                None => *line.insert(self.line_of(document, source)?),
            };
            passage.lines = (line, line);
        }
        Ok(())
    }

    fn line_of(&self, document: &str, source: &SourceId) -> Result<usize, IndexError> {
        let key = document_key(document);
        let parts = self.part(source, 0)?.parts();
        let found = self.part(source, part_of(&key, parts))?.find(&key);
        let missing = || IndexError::damaged_in(self.path(), format!("the line of the document {document} is missing"));
        Ok(found.ok_or_else(missing)?.line as usize)
    }

    /// Reads a row of a file, from memory where it was read before; an empty one where there is none.
    fn part(&self, source: &SourceId, part: u32) -> Result<Part, IndexError> {
        let name = part_name(&source_key(source), part);
        if let Some(part) = self.known_parts.get(&name) {
            return Ok(part);
        }
        let address = self.addresses(&Term::from_field_text(self.fields().source, &name))?.first().copied();
        let read = address.map(|address| self.part_at(address)).transpose()?.unwrap_or_default();
        self.known_parts.keep(name, &read);
        Ok(read)
    }

    fn part_at(&self, address: DocumentAddress) -> Result<Part, IndexError> {
        let row: TantivyDocument = self.searcher.doc(address).map_err(|error| self.damaged(error))?;
        let stored = row.get_first(self.fields().lines);
        Ok(Part::new(stored.as_ref().and_then(|value| value.as_bytes()).unwrap_or_default()))
    }
}
