//! An index opened for reading: records, counts, integrity.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::de::DeserializeOwned;
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{
    DocAddress, DocSet, Index, IndexReader, ReloadPolicy, Searcher, TERMINATED, TantivyDocument, TantivyError, Term,
};

use crate::analysis::{Analyzer, UserWords};
use crate::document::{Root, SourceId, near, shown_path};

use super::commit::CommitMark;
use super::directory::Generation;
use super::folder::{self, Hold};
use super::record::{self, FileRecord, IndexedDocument, IndexedPassage};
use super::schema::Fields;
use super::stamp::OtherRules;
use super::{IndexError, Stamp, seal};

/// Where a record stands in a searcher.
pub(crate) type DocumentAddress = DocAddress;

/// How often an index is opened that is replaced under the reader's eyes.
const ATTEMPTS: usize = 100;
/// How long a generation that is being removed is waited for to be named no longer.
const PAUSE: Duration = Duration::from_millis(2);

/// An index at one commit.
pub struct OpenIndex {
    path: PathBuf,
    pub(super) generation: PathBuf,
    fields: Fields,
    pub(super) index: Index,
    pub(super) searcher: Searcher,
    analyzer: Analyzer,
    roots: Vec<Root>,
    /// Paths below it are shown without it.
    working_directory: Option<PathBuf>,
    /// It was made by rules that are not those of this program.
    other_rules: Option<OtherRules>,
    /// The commit that was opened.
    commit: CommitMark,
    _hold: Hold,
}

/// The stamp of the last commit, where this program can search what it stands for; `None` before the first commit.
pub(super) fn stamp(generation: &Path, index: &Index) -> Result<Option<Stamp>, IndexError> {
    let meta = index.load_metas().map_err(|error| IndexError::from_tantivy(generation, error))?;
    // No commit yet: a session was killed before its first.
    let Some(payload) = meta.payload else { return Ok(None) };
    let other = |what| IndexError::other_version(generation, what);
    let stamp: Stamp = serde_json::from_str(&payload).map_err(|_| other("its layout differs".to_owned()))?;
    stamp.must_be_searchable().map_err(other)?;
    Ok(Some(stamp))
}

impl OpenIndex {
    /// Opens the index in a folder at its last commit.
    ///
    /// One that was made by other rules than those of analysis is opened too: see [`OpenIndex::warnings`].
    ///
    /// # Errors
    /// `Absent`, `OtherVersion`, `Damaged` or `Io`, each with the way out.
    pub fn open(path: &Path) -> Result<Self, IndexError> {
        let mut generation = folder::current(path)?;
        for _ in 0..ATTEMPTS {
            let opened = folder::hold(&generation).map(|hold| Self::open_generation(path, &generation, hold));
            let now = match opened {
                Some(Ok(index)) => return Ok(index),
                _ => folder::current(path)?,
            };
            match opened {
                Some(Err(error)) if now == generation => return Err(error),
                None if now == generation => std::thread::sleep(PAUSE),
                // A rebuilt index took its place in between.
                _ => generation = now,
            }
        }
        Err(IndexError::Io {
            path: path.to_owned(),
            problem: "is rebuilt again and again; run the command again".to_owned(),
        })
    }

    fn open_generation(path: &Path, generation: &Path, hold: Hold) -> Result<Self, IndexError> {
        let tantivy = |error| IndexError::from_tantivy(generation, error);
        // Before the rest: what is committed meanwhile is then taken for newer.
        let commit = CommitMark::of(path, generation);
        if let Some(problem) = seal::compare(generation)?.first() {
            return Err(IndexError::Damaged {
                path: path.to_owned(),
                problem: format!("{} {}", problem.place, problem.what),
            });
        }
        let index = open_files(generation)?;
        let stamp = stamp(generation, &index)?;
        let other_rules = stamp.as_ref().and_then(Stamp::other_rules);
        let (words, roots) = stamp.map(|stamp| (UserWords::new(stamp.terms), stamp.roots)).unwrap_or_default();
        let (schema, fields) = Fields::schema();
        if index.schema() != schema {
            return Err(IndexError::other_version(generation, "its layout differs".to_owned()));
        }
        // Bytes that have changed may end in a panic there.
        let reader = || -> tantivy::Result<IndexReader> {
            index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()
        };
        let damaged =
            |_| IndexError::Damaged { path: path.to_owned(), problem: "a segment cannot be read at all".to_owned() };
        let reader = catch_unwind(AssertUnwindSafe(reader)).map_err(damaged)?.map_err(tantivy)?;
        let searcher = reader.searcher();
        let working_directory = std::env::current_dir().ok();
        let (path, generation) = (path.to_owned(), generation.to_owned());
        Ok(Self {
            path,
            generation,
            fields,
            index,
            searcher,
            analyzer: Analyzer::with_words(words),
            roots,
            working_directory,
            other_rules,
            commit,
            _hold: hold,
        })
    }

    /// What a person should know of the answers of this index, a sentence each.
    pub fn warnings(&self) -> Vec<String> {
        self.other_rules.iter().map(OtherRules::warning).collect()
    }

    /// Refuses an index that may be searched but not added to.
    ///
    /// # Errors
    /// `OtherVersion` where its texts, passages, partners, themes or dates were found by other rules.
    pub fn must_be_current(&self) -> Result<(), IndexError> {
        let other = |rules: &OtherRules| Err(IndexError::other_version(&self.generation, rules.differ()));
        self.other_rules.as_ref().map_or(Ok(()), other)
    }

    /// The analyzer that cuts as the index was cut; all who ask this index share it.
    pub fn analyzer(&self) -> &Analyzer {
        &self.analyzer
    }

    /// Words that a person added when the index was made.
    pub fn user_words(&self) -> &UserWords {
        self.analyzer.user_words()
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
            indexed.document.path = shown_path(self.near(&path));
        }
        indexed
    }

    /// A path as a person in this folder would type it.
    pub fn near<'a>(&self, path: &'a Path) -> &'a Path {
        near(path, self.working_directory.as_deref())
    }

    /// True where no later commit and no rebuilt index took the place of the one opened: two calls of `stat`.
    pub fn is_current(&self) -> bool {
        CommitMark::of(&self.path, &self.generation) == self.commit
    }

    /// The name of the commit that was opened, whatever was committed since.
    pub fn commit_name(&self) -> String {
        let generation = self.generation.file_name().unwrap_or_default().to_string_lossy();
        format!("{generation}.{}", self.commit.name())
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The fields.
    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Deleted rows that a merge has not yet taken out; a test makes sure that there are some.
    #[doc(hidden)]
    pub fn deleted_rows(&self) -> u32 {
        self.searcher.segment_readers().iter().map(|segment| segment.num_deleted_docs()).sum()
    }

    /// The searcher over the commit opened.
    pub(crate) fn searcher(&self) -> &Searcher {
        &self.searcher
    }

    /// The error of a part of this index that cannot be read: damage where its bytes are wrong, else what the system
    /// said.
    pub(crate) fn damaged(&self, error: impl Into<TantivyError>) -> IndexError {
        match error.into() {
            // What is asked for is in every index: where it is not found, the bytes are wrong.
            error @ (TantivyError::SchemaError(_)
            | TantivyError::FieldNotFound(_)
            | TantivyError::InvalidArgument(_)) => {
                IndexError::Damaged { path: self.path.clone(), problem: error.to_string() }
            }
            error => IndexError::from_tantivy(&self.generation, error),
        }
    }

    fn record<T: DeserializeOwned>(&self, address: DocAddress) -> Result<T, IndexError> {
        let document: TantivyDocument = self.searcher.doc(address).map_err(|error| self.damaged(error))?;
        let json = document.get_first(self.fields.record).and_then(|value| value.as_str()).unwrap_or_default();
        serde_json::from_str(json).map_err(|error| IndexError::Damaged {
            path: self.path.clone(),
            problem: format!("a record cannot be read: {error}"),
        })
    }

    /// The passage at an address.
    ///
    /// # Errors
    /// `Damaged` where it cannot be read.
    pub(crate) fn passage(&self, address: DocAddress) -> Result<IndexedPassage, IndexError> {
        self.record(address)
    }

    /// Addresses of the live records with a term, in order.
    fn addresses(&self, term: &Term) -> Result<Vec<DocAddress>, IndexError> {
        let mut found = Vec::new();
        for (ordinal, segment) in self.searcher.segment_readers().iter().enumerate() {
            let inverted = segment.inverted_index(term.field()).map_err(|error| self.damaged(error))?;
            let Some(mut postings) =
                inverted.read_postings(term, IndexRecordOption::Basic).map_err(|error| self.damaged(error))?
            else {
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
    pub(super) fn passage_addresses(&self, id: &str) -> Result<Vec<DocAddress>, IndexError> {
        Ok(self.addresses(&Term::from_field_text(self.fields.key, &record::key(id)))?.into_iter().skip(1).collect())
    }

    /// The passages of a document in reading order.
    ///
    /// # Errors
    /// `Damaged` where one cannot be read.
    pub fn passages_of(&self, id: &str) -> Result<Vec<IndexedPassage>, IndexError> {
        self.passage_addresses(id)?.into_iter().map(|address| self.record(address)).collect()
    }

    /// All documents, without their passages, ordered by id.
    ///
    /// # Errors
    /// `Damaged` where one cannot be read.
    pub fn documents(&self) -> Result<Vec<IndexedDocument>, IndexError> {
        let mut documents: Vec<IndexedDocument> =
            self.of_kind("d")?.into_iter().map(|found| self.placed(found)).collect();
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
        self.addresses(&Term::from_field_text(self.fields.kind, kind))?
            .into_iter()
            .map(|address| self.record(address))
            .collect()
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
                words.extend(
                    std::str::from_utf8(stream.key()).ok().filter(|word| word.chars().count() >= 2).map(str::to_owned),
                );
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
        let sizes = std::fs::read_dir(&self.generation)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| entry.metadata().ok());
        sizes.filter(|metadata| metadata.is_file()).map(|metadata| metadata.len()).sum()
    }
}

/// Opens the files of a generation; bytes that have changed may end in a panic there.
pub(super) fn open_files(generation: &Path) -> Result<Index, IndexError> {
    let tantivy = |error| IndexError::from_tantivy(generation, error);
    let folder = Generation::to_read(generation).map_err(|error| tantivy(error.into()))?;
    let damaged = |_| IndexError::damaged(generation, "its files cannot be read at all".to_owned());
    catch_unwind(AssertUnwindSafe(|| Index::open(folder))).map_err(damaged)?.map_err(tantivy)
}
