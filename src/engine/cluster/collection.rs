//! The index of a cluster as a collection: what the page and the commands read beside answers.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::wire::WireError;
use super::{Cluster, file_counts, records};
use crate::analysis::Analyzer;
use crate::document::{Document, SourceId};
use crate::engine::ranking::occurrences::occurrences;
use crate::engine::{
    Answer, Collection, Engine, FileFacets, FileState, Found, Hits, Original, Part, Request, SearchError, collection,
};
use crate::index::{FileRecord, IndexedDocument, file_row_key, row_key};
use crate::query::Marks;

/// Number of passages that tell who published a document.
const FIRST_PASSAGES: usize = 3;

/// The hits of an answer.
struct Listed {
    answer: Answer,
    hits: std::vec::IntoIter<Found>,
}

impl Iterator for Listed {
    type Item = Result<Found, SearchError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.hits.next().map(Ok)
    }
}

impl Hits for Listed {
    fn answer(&self) -> &Answer {
        &self.answer
    }

    fn finish(self: Box<Self>) -> Answer {
        self.answer
    }
}

impl Cluster {
    /// Reads a document without its passages.
    fn document(&self, id: &str) -> Result<Option<(Document, SourceId)>, WireError> {
        let key = row_key(id);
        Ok(records::documents(&self.pinned, std::slice::from_ref(&key))?.remove(&key))
    }

    /// Reads the record of a source file. Files of two shares may have the same key.
    fn file(&self, source: &SourceId) -> Result<Option<FileRecord>, WireError> {
        let Some(part) = self.pinned.parts().iter().rfind(|part| part.first_root <= source.root) else {
            return Ok(None);
        };
        let key = file_row_key(&SourceId { root: source.root - part.first_root, ..source.clone() });
        let rows = records::by_keys(&self.pinned, &[key])?;
        rows.iter().find(|row| row.generation == part.name).map(|row| row.record()).transpose()
    }
}

impl Collection for Cluster {
    fn hits<'a>(&'a self, request: &Request) -> Result<Box<dyn Hits + 'a>, SearchError> {
        let mut answer = self.search(request)?;
        let hits = std::mem::take(&mut answer.hits).into_iter();
        Ok(Box::new(Listed { answer, hits }))
    }

    fn ranking(&self, request: &Request, most: usize) -> Result<Vec<(String, f32)>, SearchError> {
        Ok(collection::documents(self.search(request)?.hits, most))
    }

    fn files(&self, request: &Request) -> Result<FileFacets, SearchError> {
        file_counts::files(self, request)
    }

    fn occurrences(&self, request: &Request, document: &Document) -> Result<Vec<Marks>, SearchError> {
        occurrences(&self.analyzer, request, document)
    }

    fn analyzer(&self) -> Analyzer {
        self.analyzer.clone()
    }

    fn shared_analyzer(&self) -> Result<&Analyzer, SearchError> {
        Ok(&self.analyzer)
    }

    fn knows(&self, id: &str) -> Result<bool, SearchError> {
        Ok(!records::by_keys(&self.pinned, &[row_key(id)])?.is_empty())
    }

    fn ids(&self, most: usize) -> Result<Vec<String>, SearchError> {
        let mut ids = Vec::new();
        for (_, generation) in self.pinned.each() {
            let mut of_generation = Vec::new();
            let mut add = |found: IndexedDocument, _: &str| of_generation.push(found.document.id);
            records::each_record(&generation, "d", &mut add)?;
            of_generation.sort_unstable();
            ids.extend(of_generation.into_iter().take(most));
        }
        Ok(ids)
    }

    /// The time is that of the file when it was read: the file itself may be on another machine.
    fn source(&self, id: &str) -> Result<(Document, Option<SystemTime>), SearchError> {
        let Some((document, source)) = self.document(id)? else {
            return Err(SearchError::NotFound(format!("nothing in the index has the id '{id}'")));
        };
        let mut document = self.placed(document, &source);
        let keys: Vec<String> = (1..=FIRST_PASSAGES).map(|position| format!("{}-{position}", row_key(id))).collect();
        let mut rows = records::passages(&self.pinned, &keys)?;
        document.passages = keys.iter().filter_map(|key| Some(rows.remove(key)?.record?.1)).collect();
        let file = self.file(&source)?;
        let time = file.and_then(|file| SystemTime::UNIX_EPOCH.checked_add(Duration::from_nanos(file.modified_ns)));
        Ok((document, time))
    }

    fn original(&self, id: &str) -> Result<Option<Original>, SearchError> {
        let Some((_, source)) = self.document(id)? else { return Ok(None) };
        let state = |file: FileRecord| FileState { size: file.size, modified_ns: file.modified_ns, hash: file.hash };
        Ok(Some(Original {
            folder: self.folders.get(source.root).cloned(),
            path: source.path.as_ref().to_path_buf(),
            indexed: self.file(&source)?.map(state),
        }))
    }

    fn completions(&self, beginning: &str, most: usize) -> Result<Vec<String>, SearchError> {
        Ok(self.vocabulary()?.completing(beginning, most))
    }

    fn parts(&self) -> Result<Vec<Part>, SearchError> {
        let wire = self.pinned.wire();
        let of_each = self.pinned.each().map(|(part, generation)| {
            Ok(Part {
                name: format!("{}/{}", wire.urls(), wire.name()),
                documents: records::count(&generation, "d")?,
                passages: records::count(&generation, "p")?,
                versions: part.made.stamp.versions(),
                commit: part.name.clone(),
            })
        });
        of_each.collect()
    }

    fn folders(&self) -> Vec<PathBuf> {
        self.folders.clone()
    }

    fn warnings(&self) -> Vec<String> {
        self.warnings.clone()
    }

    fn is_current(&self) -> Result<bool, SearchError> {
        Self::is_current(self)
    }
}
