//! The one place that touches tantivy's `IndexWriter`.
//!
//! Rules (each answers a fault seen in tantivy 0.27): open the index afresh for each session; collect garbage right
//! after opening, or a killed session's delete files block every later commit; sync the folder after a commit, or the
//! commit may be lost with the power; drop the writer on any error, because it then loses documents in silence; wait
//! for merges at the end, or segments pile up.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use tantivy::indexer::UserOperation;
use tantivy::{Index, IndexSettings, IndexWriter, Term};

use super::record::{self, FileRecord, IndexedDocument};
use super::schema::{Fields, register_tokenizers};
use super::{IndexError, Stamp, closing, io_problem};
use crate::analysis::{Analyzer, Terms};

/// A session of writing. Dropped without [`Writer::finish`], it leaves the index at its last commit.
pub struct Writer {
    path: PathBuf,
    fields: Fields,
    inner: IndexWriter,
    terms: Terms,
}

/// What one document or file changes, done whole or not at all.
pub struct Batch {
    operations: Vec<UserOperation>,
}

impl Writer {
    /// Opens the index in a folder for writing, making both where they are absent.
    ///
    /// All texts are cut with `terms`. `threads` build segments, sharing `memory_bytes` (at least 15 MB each).
    ///
    /// # Errors
    /// `Busy` where another process writes; `OtherVersion` for an index that this program would not have made.
    pub fn open(path: &Path, threads: usize, memory_bytes: usize, terms: &Terms) -> Result<Self, IndexError> {
        let io = |error: std::io::Error| IndexError::Io { path: path.to_owned(), problem: io_problem(&error) };
        let tantivy = |error| IndexError::from_tantivy(path, error);
        fs::create_dir_all(path).map_err(io)?;
        closing::reopen(path).map_err(io)?;
        let (schema, fields) = Fields::schema();
        let index = if path.join("meta.json").exists() {
            let index = Index::open_in_dir(path).map_err(tantivy)?;
            if super::reader::check_stamp(path, &index)?.is_some_and(|made_with| made_with != terms.sorted()) {
                return Err(IndexError::OtherTerms(path.to_owned()));
            }
            index
        } else {
            Index::builder().schema(schema).settings(IndexSettings::default()).create_in_dir(path).map_err(tantivy)?
        };
        register_tokenizers(index.tokenizers());
        let budget = (memory_bytes / threads).max(15_000_000) * threads;
        let inner: IndexWriter = index.writer_with_num_threads(threads, budget).map_err(tantivy)?;
        inner.garbage_collect_files().wait().map_err(tantivy)?;
        for entry in fs::read_dir(path).map_err(io)?.flatten() {
            if entry.file_name().to_string_lossy().starts_with(".tmp") {
                // A leftover of a killed session; one that cannot be removed harms nothing.
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(Self { path: path.to_owned(), fields, inner, terms: terms.clone() })
    }

    /// Replaces a document and all its passages.
    pub fn put_document(&self, document: &IndexedDocument, analyzer: &mut Analyzer) -> Batch {
        let mut operations = vec![UserOperation::Delete(self.key_term(&document.document.id))];
        operations.extend(record::to_tantivy(&self.fields, document, analyzer).into_iter().map(UserOperation::Add));
        Batch { operations }
    }

    /// Removes a document and its passages.
    pub fn remove_document(&self, id: &str) -> Batch {
        Batch { operations: vec![UserOperation::Delete(self.key_term(id))] }
    }

    /// Replaces what the manifest says of a file; call it before the documents of the file are put.
    pub fn put_file(&self, file: &FileRecord) -> Batch {
        Batch {
            operations: vec![
                UserOperation::Delete(self.file_term(&file.id)),
                UserOperation::Add(record::file_to_tantivy(&self.fields, file)),
            ],
        }
    }

    /// Forgets a file; its documents are removed by themselves.
    pub fn remove_file(&self, id: &str) -> Batch {
        Batch { operations: vec![UserOperation::Delete(self.file_term(id))] }
    }

    /// Applies a batch.
    ///
    /// # Errors
    /// Any error ends the session: drop the writer.
    pub fn apply(&self, batch: Batch) -> Result<(), IndexError> {
        self.inner.run(batch.operations).map(|_| ()).map_err(|error| IndexError::from_tantivy(&self.path, error))
    }

    /// Commits and makes the commit durable.
    ///
    /// # Errors
    /// The outcome is then unknown: drop the writer; the next session starts from what the disk has.
    pub fn commit(&mut self) -> Result<(), IndexError> {
        let tantivy = |error| IndexError::from_tantivy(&self.path, error);
        let stamp = serde_json::to_string(&Stamp::current(self.terms.sorted())).unwrap_or_default();
        let mut commit = self.inner.prepare_commit().map_err(tantivy)?;
        commit.set_payload(&stamp);
        commit.commit().map_err(tantivy)?;
        File::open(&self.path)
            .and_then(|folder| folder.sync_all())
            .map_err(|error| IndexError::Io { path: self.path.clone(), problem: io_problem(&error) })
    }

    /// Waits for merges and ends the session.
    ///
    /// # Errors
    /// The last commit stands; what was not merged is merged by a later session.
    pub fn finish(self) -> Result<(), IndexError> {
        let index = self.inner.index().clone();
        self.inner.wait_merging_threads().map_err(|error| IndexError::from_tantivy(&self.path, error))?;
        let files = index.load_metas().map_err(|error| IndexError::from_tantivy(&self.path, error))?.list_segment_files();
        closing::close(&self.path, files.into_iter().map(|file| file.to_string_lossy().into_owned()))
            .map_err(|error| IndexError::Io { path: self.path.clone(), problem: io_problem(&error) })
    }

    fn key_term(&self, id: &str) -> Term {
        Term::from_field_text(self.fields.key, &record::key(id))
    }

    /// Files are told apart from the documents of the same source by their own prefix.
    fn file_term(&self, id: &str) -> Term {
        Term::from_field_text(self.fields.key, &format!("f{}", record::key(id)))
    }
}
