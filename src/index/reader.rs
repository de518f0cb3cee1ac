//! An index opened for reading: records, counts, integrity.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{DocAddress, DocSet, Index, IndexReader, ReloadPolicy, Searcher, TERMINATED, TantivyDocument, Term};

use crate::analysis::{Analyzer, Terms};
use crate::document::{Root, SourceId, shown_path};

use super::readonly::ReadOnly;
use super::record::{self, FileRecord, IndexedDocument, IndexedPassage};
use super::schema::Fields;
use super::{IndexError, Stamp, closing};

/// Where a record stands in a searcher.
pub type DocumentAddress = DocAddress;

/// Something wrong that `check` found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A file of the index, or the id of a document.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

/// An index at one commit.
pub struct OpenIndex {
    path: PathBuf,
    fields: Fields,
    index: Index,
    searcher: Searcher,
    terms: Terms,
    roots: Vec<Root>,
    /// Paths below it are shown without it.
    working_directory: Option<PathBuf>,
}

/// Opens a folder; where it cannot be locked because it cannot be written, without a lock.
fn open_folder(path: &Path) -> Result<Index, IndexError> {
    let tantivy = |error| IndexError::from_tantivy(path, error);
    let writable = rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok();
    if writable {
        return Index::open_in_dir(path).map_err(tantivy);
    }
    let folder = ReadOnly::open(path).map_err(|error| tantivy(error.into()))?;
    Index::open(folder).map_err(tantivy)
}

/// Compares the stamp of the last commit with this program's; gives the terms it was made with, `None` before the first commit.
pub(super) fn check_stamp(path: &Path, index: &Index) -> Result<Option<Vec<String>>, IndexError> {
    let meta = index.load_metas().map_err(|error| IndexError::from_tantivy(path, error))?;
    // No commit yet: a session was killed before its first.
    let Some(payload) = meta.payload else { return Ok(None) };
    let other = |what| Err(IndexError::OtherVersion { path: path.to_owned(), what });
    let current = Stamp::current(Vec::new());
    match serde_json::from_str::<Stamp>(&payload) {
        Ok(stamp) if stamp.format != current.format => other("layout"),
        Ok(stamp) if stamp.analyzer != current.analyzer => other("dictionary or folding"),
        Ok(stamp) if stamp.metadata != current.metadata => other("partners, themes or date rules"),
        Ok(stamp) => Ok(Some(stamp.terms)),
        Err(_) => other("layout"),
    }
}

impl OpenIndex {
    /// Opens the index in a folder at its last commit.
    ///
    /// # Errors
    /// `Absent`, `OtherVersion`, `Damaged` or `Io`, each with the way out.
    pub fn open(path: &Path) -> Result<Self, IndexError> {
        if !path.join("meta.json").exists() {
            return Err(IndexError::Absent(path.to_owned()));
        }
        let tantivy = |error| IndexError::from_tantivy(path, error);
        if let Some(problem) = closing::compare(path).first() {
            return Err(IndexError::Damaged { path: path.to_owned(), problem: format!("{} {}", problem.place, problem.what) });
        }
        let index = open_folder(path)?;
        let terms = Terms::new(check_stamp(path, &index)?.unwrap_or_default());
        let payload = index.load_metas().map_err(tantivy)?.payload;
        let roots = payload.and_then(|payload| serde_json::from_str::<Stamp>(&payload).ok()).map(|stamp| stamp.roots).unwrap_or_default();
        let (schema, fields) = Fields::schema();
        if index.schema() != schema {
            return Err(IndexError::OtherVersion { path: path.to_owned(), what: "layout" });
        }
        let reader: IndexReader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(tantivy)?;
        let searcher = reader.searcher();
        let working_directory = std::env::current_dir().ok();
        Ok(Self { path: path.to_owned(), fields, index, searcher, terms, roots, working_directory })
    }

    /// An analyzer that cuts as the index was cut.
    pub fn analyzer(&self) -> Analyzer {
        Analyzer::with_terms(self.terms.clone())
    }

    /// Terms that a person added when the index was made.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Folders that the paths of source files begin at.
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// Where a source file is, by the root as it was last seen; `None` for an identity of another index.
    pub fn source_path(&self, id: &SourceId) -> Option<PathBuf> {
        self.roots.get(id.root).map(|root| root.path.as_ref().join(&id.path))
    }

    /// A document as stored, with the path of its source file as a person in this folder would type it.
    fn placed(&self, mut indexed: IndexedDocument) -> IndexedDocument {
        if let Some(path) = self.source_path(&indexed.source) {
            let near = self.working_directory.as_ref().and_then(|folder| path.strip_prefix(folder).ok());
            indexed.document.path = shown_path(near.unwrap_or(&path));
        }
        indexed
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The fields.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The searcher over the commit opened.
    pub fn searcher(&self) -> &Searcher {
        &self.searcher
    }

    /// The error of a part of this index that cannot be read.
    pub fn damaged(&self, problem: impl ToString) -> IndexError {
        IndexError::Damaged { path: self.path.clone(), problem: problem.to_string() }
    }

    fn record<T: DeserializeOwned>(&self, address: DocAddress) -> Result<T, IndexError> {
        let document: TantivyDocument = self.searcher.doc(address).map_err(|error| self.damaged(error))?;
        let json = document.get_first(self.fields.record).and_then(|value| value.as_str()).unwrap_or_default();
        serde_json::from_str(json).map_err(|error| self.damaged(format!("a record cannot be read: {error}")))
    }

    /// The passage at an address.
    ///
    /// # Errors
    /// `Damaged` where it cannot be read.
    pub fn passage(&self, address: DocAddress) -> Result<IndexedPassage, IndexError> {
        self.record(address)
    }

    /// Addresses of the live records with a term, in order.
    fn addresses(&self, term: &Term) -> Result<Vec<DocAddress>, IndexError> {
        let mut found = Vec::new();
        for (ordinal, segment) in self.searcher.segment_readers().iter().enumerate() {
            let inverted = segment.inverted_index(term.field()).map_err(|error| self.damaged(error))?;
            let Some(mut postings) = inverted.read_postings(term, IndexRecordOption::Basic).map_err(|error| self.damaged(error))? else {
                continue;
            };
            while postings.doc() != TERMINATED {
                if !segment.is_deleted(postings.doc()) {
                    found.push(DocAddress::new(ordinal as u32, postings.doc()));
                }
                postings.advance();
            }
        }
        Ok(found)
    }

    /// The document of an id, without its passages; `None` where there is none.
    ///
    /// # Errors
    /// `Damaged` where it cannot be read.
    pub fn document(&self, id: &str) -> Result<Option<IndexedDocument>, IndexError> {
        let addresses = self.addresses(&Term::from_field_text(self.fields.key, &record::key(id)))?;
        // The record of a document stands before its passages.
        Ok(addresses.first().map(|address| self.record(*address)).transpose()?.map(|found| self.placed(found)))
    }

    /// Where the passages of a document stand, in reading order: they follow its record.
    fn passage_addresses(&self, id: &str) -> Result<Vec<DocAddress>, IndexError> {
        Ok(self.addresses(&Term::from_field_text(self.fields.key, &record::key(id)))?.into_iter().skip(1).collect())
    }

    /// The passages of a document in reading order.
    ///
    /// # Errors
    /// `Damaged` where one cannot be read.
    pub fn passages_of(&self, id: &str) -> Result<Vec<IndexedPassage>, IndexError> {
        self.passage_addresses(id)?.into_iter().map(|address| self.record(address)).collect()
    }

    /// Partners with roles and themes that the columns have for a passage, in order.
    fn facets_at(&self, address: DocAddress) -> Result<(Vec<String>, Vec<String>), IndexError> {
        let columns = self.searcher.segment_reader(address.segment_ord).fast_fields();
        let values = |name: &str| -> Result<Vec<String>, IndexError> {
            let Some(column) = columns.str(name).map_err(|error| self.damaged(error))? else { return Ok(Vec::new()) };
            let mut values = Vec::new();
            for ordinal in column.term_ords(address.doc_id) {
                let mut value = String::new();
                column.ord_to_str(ordinal, &mut value).map_err(|error| self.damaged(error))?;
                values.push(value);
            }
            values.sort();
            Ok(values)
        };
        Ok((values("partner")?, values("theme")?))
    }

    /// All documents, without their passages, ordered by id.
    ///
    /// # Errors
    /// `Damaged` where one cannot be read.
    pub fn documents(&self) -> Result<Vec<IndexedDocument>, IndexError> {
        let mut documents: Vec<IndexedDocument> = self.of_kind("d")?.into_iter().map(|found| self.placed(found)).collect();
        documents.sort_by(|a, b| a.document.id.cmp(&b.document.id));
        Ok(documents)
    }

    /// The documents of a source file.
    ///
    /// # Errors
    /// `Damaged` where one cannot be read.
    pub fn documents_of_file(&self, file: &SourceId) -> Result<Vec<IndexedDocument>, IndexError> {
        let addresses = self.addresses(&Term::from_field_text(self.fields.source, &record::source_key(file)))?;
        // The file's own record has the same source: it is no document.
        let documents = addresses.iter().filter_map(|address| self.record::<IndexedDocument>(*address).ok());
        Ok(documents.map(|found| self.placed(found)).collect())
    }

    /// The manifest: all source files, ordered by id.
    ///
    /// # Errors
    /// `Damaged` where one cannot be read.
    pub fn files(&self) -> Result<Vec<FileRecord>, IndexError> {
        let mut files: Vec<FileRecord> = self.of_kind("f")?;
        files.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(files)
    }

    fn of_kind<T: DeserializeOwned>(&self, kind: &str) -> Result<Vec<T>, IndexError> {
        self.addresses(&Term::from_field_text(self.fields.kind, kind))?.into_iter().map(|address| self.record(address)).collect()
    }

    /// The words of the texts, in their base form and folded.
    ///
    /// # Errors
    /// `Damaged` where the index cannot be read.
    pub fn vocabulary(&self) -> Result<Vec<String>, IndexError> {
        let mut words = Vec::new();
        for segment in self.searcher.segment_readers() {
            let inverted = segment.inverted_index(self.fields.words).map_err(|error| self.damaged(error))?;
            let mut stream = inverted.terms().stream().map_err(|error| self.damaged(error))?;
            while stream.advance() {
                words.extend(std::str::from_utf8(stream.key()).ok().filter(|word| word.chars().count() >= 2).map(str::to_owned));
            }
        }
        words.sort_unstable();
        words.dedup();
        Ok(words)
    }

    /// Number of live passages.
    ///
    /// # Errors
    /// `Damaged` where the index cannot be read.
    pub fn passage_count(&self) -> Result<usize, IndexError> {
        Ok(self.addresses(&Term::from_field_text(self.fields.kind, "p"))?.len())
    }

    /// Number of live documents.
    ///
    /// # Errors
    /// `Damaged` where the index cannot be read.
    pub fn document_count(&self) -> Result<usize, IndexError> {
        Ok(self.addresses(&Term::from_field_text(self.fields.kind, "d"))?.len())
    }

    /// Bytes of the index on disk.
    pub fn bytes(&self) -> u64 {
        let sizes = std::fs::read_dir(&self.path).into_iter().flatten().flatten().filter_map(|entry| entry.metadata().ok());
        sizes.filter(|metadata| metadata.is_file()).map(|metadata| metadata.len()).sum()
    }

    /// Looks for damage that sizes tell, without reading the files.
    pub fn check_quick(path: &Path) -> Vec<Problem> {
        closing::compare(path)
    }

    /// Looks for damage: checksums of all files, then the manifest against documents and passages.
    ///
    /// tantivy's own check says nothing where its list of files is missing and panics on files of a few bytes, so each
    /// file of each segment is looked at here.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut add = |place: String, what: String| problems.push(Problem { place, what });
        match self.index.load_metas() {
            Err(error) => add("meta.json".to_owned(), error.to_string()),
            Ok(meta) => {
                for file in std::collections::BTreeSet::from_iter(meta.list_segment_files()) {
                    let place = file.display().to_string();
                    // The store of deletes is only there once something was deleted.
                    let full = self.path.join(&file);
                    let Ok(found) = std::fs::metadata(&full) else {
                        if !place.ends_with(".del") && !place.contains(".temp") {
                            add(place, "is missing".to_owned());
                        }
                        continue;
                    };
                    if found.len() < 8 {
                        add(place, format!("has {} bytes", found.len()));
                        continue;
                    }
                    let sound = catch_unwind(AssertUnwindSafe(|| self.index.directory().validate_checksum(&file)));
                    match sound {
                        Ok(Ok(true)) => {}
                        Ok(Ok(false)) => add(place, "its checksum is wrong".to_owned()),
                        Ok(Err(error)) => add(place, error.to_string()),
                        Err(_) => add(place, "cannot be read at all".to_owned()),
                    }
                }
            }
        }
        if problems.is_empty() {
            match catch_unwind(AssertUnwindSafe(|| self.check_records())) {
                Ok(Ok(found)) => problems.extend(found),
                Ok(Err(error)) => problems.push(Problem { place: "records".to_owned(), what: error.to_string() }),
                Err(_) => problems.push(Problem { place: "records".to_owned(), what: "cannot be read at all".to_owned() }),
            }
        }
        problems
    }

    /// Manifest against documents, documents against passages.
    fn check_records(&self) -> Result<Vec<Problem>, IndexError> {
        let mut problems = Vec::new();
        let documents = self.documents()?;
        for pair in documents.windows(2).filter(|pair| pair[0].document.id == pair[1].document.id) {
            problems.push(Problem { place: pair[0].document.id.clone(), what: "stands twice in the index".to_owned() });
        }
        for document in &documents {
            let id = &document.document.id;
            let passages = self.passages_of(id)?;
            if passages.len() != document.passage_count {
                problems.push(Problem {
                    place: id.clone(),
                    what: format!("{} passages recorded, {} found", document.passage_count, passages.len()),
                });
            }
            for (passage, address) in passages.iter().zip(self.passage_addresses(id)?) {
                if self.facets_at(address)? != record::facet_values(&document.document, &passage.passage) {
                    problems.push(Problem { place: passage.passage.id.clone(), what: "its facets are not those of its record".to_owned() });
                }
            }
            if passages.iter().any(|passage| passage.document != *id) {
                problems.push(Problem { place: id.clone(), what: "holds a passage of another document".to_owned() });
            }
        }
        let known: std::collections::BTreeMap<SourceId, usize> = documents.iter().fold(Default::default(), |mut known, document| {
            *known.entry(document.source.clone()).or_default() += 1;
            known
        });
        for file in self.files()? {
            let found = known.get(&file.id).copied().unwrap_or(0);
            if found != file.documents {
                let place = self.source_path(&file.id).map_or_else(|| format!("{:?}", file.id), |path| shown_path(&path));
                problems.push(Problem { place, what: format!("{} documents recorded, {found} found", file.documents) });
            }
        }
        Ok(problems)
    }
}
