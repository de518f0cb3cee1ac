//! An index opened for reading: records, counts, integrity.

use std::collections::BTreeMap;
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
use super::lines::KnownParts;
use super::record::{FileRecord, IndexedDocument, IndexedPassage};
use super::schema::Fields;
use super::stamp::OtherRules;
use super::{IndexError, Stamp, keys, seal};

/// The address of a record in a searcher.
pub(crate) type DocumentAddress = DocAddress;

/// Attempts to open an index that a rebuild keeps replacing.
const ATTEMPTS: usize = 100;
/// Pause before the marker is read again, where it still names a generation that is being removed.
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
    /// Paths below this folder are shown relative to it.
    working_directory: Option<PathBuf>,
    /// The rules that made the index, where they differ from those of this program.
    other_rules: Option<OtherRules>,
    /// The versions of its rules and tables.
    versions: BTreeMap<String, String>,
    /// The commit that was opened.
    commit: CommitMark,
    pub(super) known_parts: KnownParts,
    _hold: Hold,
}

/// Reads the stamp of the last commit and refuses an index that this program cannot search; `None` before the first
/// commit.
pub(super) fn stamp(generation: &Path, index: &Index) -> Result<Option<Stamp>, IndexError> {
    let meta = index.load_metas().map_err(|error| IndexError::from_tantivy(generation, error))?;
    // No commit yet: a session was killed before its first.
    let Some(payload) = meta.payload else { return Ok(None) };
    let other = |what| IndexError::other_version(generation, what);
    let stamp: Stamp =
        serde_json::from_str(&payload).map_err(|error| other("its layout differs".to_owned()).below(error))?;
    stamp.must_be_searchable().map_err(other)?;
    Ok(Some(stamp))
}

impl OpenIndex {
    /// Opens the index in a folder at its last commit.
    ///
    /// An index whose rules differ is opened too, unless they are those of analysis: see [`OpenIndex::warnings`].
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
        Err(IndexError::refused(path, "is rebuilt again and again; run the command again"))
    }

    fn open_generation(path: &Path, generation: &Path, hold: Hold) -> Result<Self, IndexError> {
        let tantivy = |error| IndexError::from_tantivy(generation, error);
        // Read first: a commit that happens meanwhile then counts as newer.
        let commit = CommitMark::of(path, generation);
        if let Some(problem) = seal::compare(generation)?.first() {
            return Err(IndexError::damaged_in(path, format!("{} {}", problem.place, problem.what)));
        }
        let index = open_files(generation)?;
        let stamp = stamp(generation, &index)?;
        let other_rules = stamp.as_ref().and_then(Stamp::other_rules);
        let versions = stamp.as_ref().map(Stamp::versions).unwrap_or_default();
        let (words, roots) = stamp.map(|stamp| (UserWords::new(stamp.user_words), stamp.roots)).unwrap_or_default();
        let (schema, fields) = Fields::schema();
        if index.schema() != schema {
            return Err(IndexError::other_version(generation, "its layout differs".to_owned()));
        }
        // tantivy may panic on corrupt bytes.
        let reader = || -> tantivy::Result<IndexReader> {
            index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()
        };
        let damaged = |_| IndexError::damaged_in(path, "a segment cannot be read at all".to_owned());
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
            versions,
            commit,
            known_parts: KnownParts::default(),
            _hold: hold,
        })
    }

    /// Returns the warnings about answers of this index, a sentence each.
    pub fn warnings(&self) -> Vec<String> {
        self.other_rules.iter().map(OtherRules::warning).collect()
    }

    /// Refuses an index that may only be searched.
    ///
    /// # Errors
    /// `OtherVersion` where other rules made its texts, passages, partners, themes or dates.
    pub fn must_be_current(&self) -> Result<(), IndexError> {
        let other = |rules: &OtherRules| Err(IndexError::other_version(&self.generation, rules.differ()));
        self.other_rules.as_ref().map_or(Ok(()), other)
    }

    /// Returns the analyzer that segments as the index was segmented; all users of this index share it.
    pub fn analyzer(&self) -> &Analyzer {
        &self.analyzer
    }

    /// Returns the user words that the index was made with.
    pub fn user_words(&self) -> &UserWords {
        self.analyzer.user_words()
    }

    /// Returns the root folders of the source files.
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// Returns the path of a source file, below its root as last seen; `None` for an identity of another index.
    pub fn source_path(&self, id: &SourceId) -> Option<PathBuf> {
        self.roots.get(id.root).map(|root| root.path.as_ref().join(&id.path))
    }

    /// Sets the path of a stored document, relative to the working directory where possible.
    fn placed(&self, mut indexed: IndexedDocument) -> IndexedDocument {
        if let Some(path) = self.source_path(&indexed.source) {
            indexed.document.path = shown_path(self.near(&path));
        }
        indexed
    }

    /// Shortens a path to one relative to the working directory, where it lies below it.
    pub fn near<'a>(&self, path: &'a Path) -> &'a Path {
        near(path, self.working_directory.as_deref())
    }

    /// Tells whether the opened commit is still the latest: no later commit, no rebuilt index. Costs two calls of
    /// `stat`.
    pub fn is_current(&self) -> bool {
        CommitMark::of(&self.path, &self.generation) == self.commit
    }

    /// Returns the name of the commit that was opened, regardless of later commits.
    pub fn commit_name(&self) -> String {
        let generation = self.generation.file_name().unwrap_or_default().to_string_lossy();
        format!("{generation}.{}", self.commit.name())
    }

    /// Returns the versions of the rules, tables and dictionary that made the index, by name.
    pub fn versions(&self) -> &BTreeMap<String, String> {
        &self.versions
    }

    /// Returns the folder of the index.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the fields of the schema.
    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Counts deleted rows that no merge has removed yet; a test makes sure that there are some.
    #[doc(hidden)]
    pub fn deleted_rows(&self) -> u32 {
        self.searcher.segment_readers().iter().map(|segment| segment.num_deleted_docs()).sum()
    }

    /// Returns the searcher over the opened commit.
    pub(crate) fn searcher(&self) -> &Searcher {
        &self.searcher
    }

    /// Translates a failed read of this index: damage where bytes are wrong, else the error of the system.
    pub(crate) fn damaged(&self, error: impl Into<TantivyError>) -> IndexError {
        match error.into() {
            // Every index has the fields asked for: where one is not found, the bytes are wrong.
            error @ (TantivyError::SchemaError(_)
            | TantivyError::FieldNotFound(_)
            | TantivyError::InvalidArgument(_)) => IndexError::damaged_in(&self.path, error.to_string()).below(error),
            error => IndexError::from_tantivy(&self.generation, error),
        }
    }

    pub(super) fn record<T: DeserializeOwned>(&self, address: DocAddress) -> Result<T, IndexError> {
        self.parsed(&self.searcher.doc(address).map_err(|error| self.damaged(error))?)
    }

    /// Reads the record of a row as values, or as a part of them.
    ///
    /// # Errors
    /// `Damaged` where it cannot be read.
    pub(crate) fn parsed<T: DeserializeOwned>(&self, document: &TantivyDocument) -> Result<T, IndexError> {
        let json = document.get_first(self.fields.record).and_then(|value| value.as_str()).unwrap_or_default();
        serde_json::from_str(json).map_err(|error| {
            IndexError::damaged_in(&self.path, format!("a record cannot be read: {error}")).below(error)
        })
    }

    /// Reads the passage at an address. Its lines are [`ITS_LINE`](super::ITS_LINE) where they must be looked up:
    /// matching needs none.
    ///
    /// # Errors
    /// `Damaged` where it cannot be read.
    pub(crate) fn passage(&self, address: DocAddress) -> Result<IndexedPassage, IndexError> {
        self.record(address)
    }

    /// Returns the addresses of the live records with a term, in order.
    pub(super) fn addresses(&self, term: &Term) -> Result<Vec<DocAddress>, IndexError> {
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

    /// Returns the document with an id, without its passages; `None` where there is none.
    ///
    /// # Errors
    /// `Damaged` where it cannot be read.
    pub fn document(&self, id: &str) -> Result<Option<IndexedDocument>, IndexError> {
        let addresses = self.addresses(&Term::from_field_text(self.fields.key, &keys::key(id)))?;
        // The record of a document precedes its passages.
        Ok(addresses.first().map(|address| self.record(*address)).transpose()?.map(|found| self.placed(found)))
    }

    /// Returns the addresses of a document's passages, in reading order: they follow its record.
    pub(super) fn passage_addresses(&self, id: &str) -> Result<Vec<DocAddress>, IndexError> {
        Ok(self.addresses(&Term::from_field_text(self.fields.key, &keys::key(id)))?.into_iter().skip(1).collect())
    }

    /// Returns all documents, without their passages, ordered by id.
    ///
    /// # Errors
    /// `Damaged` where one cannot be read.
    pub fn documents(&self) -> Result<Vec<IndexedDocument>, IndexError> {
        let mut documents: Vec<IndexedDocument> =
            self.of_kind("d")?.into_iter().map(|found| self.placed(found)).collect();
        documents.sort_by(|a, b| a.document.id.cmp(&b.document.id));
        Ok(documents)
    }

    /// Returns the documents of a source file.
    ///
    /// # Errors
    /// `Damaged` where one cannot be read.
    pub fn documents_of_file(&self, file: &SourceId) -> Result<Vec<IndexedDocument>, IndexError> {
        let addresses = self.addresses(&Term::from_field_text(self.fields.source, &keys::source_key(file)))?;
        // The file's own record has the same source term, but is not a document.
        let documents = addresses.iter().filter_map(|address| self.record::<IndexedDocument>(*address).ok());
        Ok(documents.map(|found| self.placed(found)).collect())
    }

    /// Returns the manifest's record of a source file; `None` where it has none.
    ///
    /// # Errors
    /// `Damaged` where it cannot be read.
    pub fn file(&self, id: &SourceId) -> Result<Option<FileRecord>, IndexError> {
        let addresses = self.addresses(&Term::from_field_text(self.fields.key, &keys::file_key(id)))?;
        addresses.first().map(|address| self.record(*address)).transpose()
    }

    /// Returns the manifest: all source files, ordered by id.
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

    /// Returns the words of the texts, in their base form and folded.
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

    /// Counts the live passages.
    ///
    /// # Errors
    /// `Damaged` where the index cannot be read.
    pub fn passage_count(&self) -> Result<usize, IndexError> {
        Ok(self.addresses(&Term::from_field_text(self.fields.kind, "p"))?.len())
    }

    /// Counts the live sections.
    ///
    /// # Errors
    /// `Damaged` where the index cannot be read.
    pub fn section_count(&self) -> Result<usize, IndexError> {
        Ok(self.addresses(&Term::from_field_text(self.fields.kind, "s"))?.len())
    }

    /// Counts the live rows: passages, documents, files and lines of files.
    pub fn row_count(&self) -> u64 {
        self.searcher.num_docs()
    }

    /// Counts the live documents.
    ///
    /// # Errors
    /// `Damaged` where the index cannot be read.
    pub fn document_count(&self) -> Result<usize, IndexError> {
        Ok(self.addresses(&Term::from_field_text(self.fields.kind, "d"))?.len())
    }

    /// Returns the size of the index on disk, in bytes.
    pub fn bytes(&self) -> u64 {
        let sizes = std::fs::read_dir(&self.generation)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| entry.metadata().ok());
        sizes.filter(|metadata| metadata.is_file()).map(|metadata| metadata.len()).sum()
    }
}

/// Opens the files of a generation; a panic of tantivy on corrupt bytes becomes `Damaged`.
pub(super) fn open_files(generation: &Path) -> Result<Index, IndexError> {
    let tantivy = |error| IndexError::from_tantivy(generation, error);
    let folder = Generation::to_read(generation).map_err(|error| tantivy(error.into()))?;
    let damaged = |_| IndexError::damaged(generation, "its files cannot be read at all".to_owned());
    catch_unwind(AssertUnwindSafe(|| Index::open(folder))).map_err(damaged)?.map_err(tantivy)
}
