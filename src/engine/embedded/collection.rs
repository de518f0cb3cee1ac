//! Indexes on this machine as a collection.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::SystemTime;

use super::find::ranked;
use super::snapshot::{Matches, Snapshot};
use crate::analysis::Analyzer;
use crate::document::Document;
use crate::engine::{
    Answer, Collection, FileFacets, FileState, Hits, Original, Part, Request, SearchError, collection,
};
use crate::index::OpenIndex;
use crate::query::Marks;

impl Collection for Snapshot {
    fn hits<'a>(&'a self, request: &Request) -> Result<Box<dyn Hits + 'a>, SearchError> {
        Ok(Box::new(self.matches(request)?))
    }

    fn ranking(&self, request: &Request, most: usize) -> Result<Vec<(String, f32)>, SearchError> {
        let [index] = self.indexes() else {
            return Ok(collection::documents(self.search(request)?.hits, most));
        };
        let (mut documents, mut seen) = (Vec::new(), HashSet::new());
        for (address, number, score) in ranked(index, request)? {
            if documents.len() == most {
                break;
            }
            if seen.insert(number) {
                documents.push((index.passage(address)?.document, score));
            }
        }
        Ok(documents)
    }

    fn files(&self, request: &Request) -> Result<FileFacets, SearchError> {
        Self::files(self, request)
    }

    fn occurrences(&self, request: &Request, document: &Document) -> Result<Vec<Marks>, SearchError> {
        Self::occurrences(self, request, document)
    }

    fn analyzer(&self) -> Analyzer {
        Self::analyzer(self)
    }

    fn shared_analyzer(&self) -> Result<&Analyzer, SearchError> {
        Self::shared_analyzer(self)
    }

    fn knows(&self, id: &str) -> Result<bool, SearchError> {
        for index in self.indexes() {
            if index.document(id)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn ids(&self, most: usize) -> Result<Vec<String>, SearchError> {
        let mut ids = Vec::new();
        for index in self.indexes() {
            ids.extend(index.documents()?.into_iter().take(most).map(|found| found.document.id));
        }
        Ok(ids)
    }

    fn source(&self, id: &str) -> Result<(Document, Option<SystemTime>), SearchError> {
        Self::source(self, id)
    }

    fn original(&self, id: &str) -> Result<Option<Original>, SearchError> {
        for index in self.indexes() {
            let Some(found) = index.document(id)? else { continue };
            let state = |file: crate::index::FileRecord| FileState {
                size: file.size,
                modified_ns: file.modified_ns,
                hash: file.hash,
            };
            return Ok(Some(Original {
                folder: index.roots().get(found.source.root).map(|root| root.path.as_ref().to_path_buf()),
                path: found.source.path.as_ref().to_path_buf(),
                indexed: index.file(&found.source)?.map(state),
            }));
        }
        Ok(None)
    }

    fn completions(&self, beginning: &str, most: usize) -> Result<Vec<String>, SearchError> {
        Ok(self.vocabulary().completing(beginning, most))
    }

    fn parts(&self) -> Result<Vec<Part>, SearchError> {
        let part = |index: &OpenIndex| {
            Ok(Part {
                name: crate::document::shown_path(index.path()),
                commit: index.commit_name(),
                documents: index.document_count()?,
                passages: index.passage_count()?,
                versions: index.versions().clone(),
            })
        };
        self.indexes().iter().map(part).collect()
    }

    fn folders(&self) -> Vec<PathBuf> {
        let roots = self.indexes().iter().flat_map(OpenIndex::roots);
        roots.map(|root| root.path.as_ref().to_path_buf()).collect()
    }

    fn warnings(&self) -> Vec<String> {
        self.indexes().iter().flat_map(OpenIndex::warnings).collect()
    }

    fn is_current(&self) -> Result<bool, SearchError> {
        Ok(Self::is_current(self))
    }
}

impl Hits for Matches<'_> {
    fn answer(&self) -> &Answer {
        Self::answer(self)
    }

    fn finish(self: Box<Self>) -> Answer {
        self.into_answer()
    }
}
