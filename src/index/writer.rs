//! The one place that touches tantivy's `IndexWriter`.
//!
//! Rules (each answers a fault seen in tantivy 0.27): open the index afresh for each session; collect garbage right
//! after opening, or a killed session's delete files block every later commit; sync the folder after a commit, or the
//! commit may be lost with the power; drop the writer on any error, because it then loses documents in silence; wait
//! for merges at the end, or segments pile up.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, TryLockError};

use tantivy::index::SegmentId;
use tantivy::indexer::LogMergePolicy;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{Index, IndexSettings, IndexWriter, Term};

use super::record::{self, FileRecord, IndexedDocument};
use super::schema::Fields;
use super::segment::{Row, SegmentBuilder};
use super::{IndexError, Stamp, closing, io_problem};
use crate::analysis::{Analyzer, Terms};
use crate::document::{Root, SourceId};

/// A name that no other commit has.
fn new_name() -> String {
    SegmentId::generate_random().uuid_string()
}

/// Records compressed together, in bytes: half as many again as tantivy sets, for a smaller store.
const BLOCK_BYTES: usize = 24 << 10;

/// Memory of tantivy's own indexing thread, which has nothing to do: the least it takes.
const IDLE_BYTES: usize = 15_000_000;

/// Segments with more rows stay as they are: merging them would cost as much again as making them, and memory with their size.
const MERGED_ROWS: usize = 50_000;
/// Smaller segments are merged when so much of one is deleted.
const MOST_DELETED: f32 = 0.3;

/// A session of writing. Dropped without [`Writer::finish`], it leaves the index at its last commit.
pub struct Writer {
    path: PathBuf,
    fields: Fields,
    inner: IndexWriter,
    /// Name of the commit at hand. tantivy applies a delete to all segments that it takes in afterwards, and to some that it
    /// took in before: a delete says itself that it spares what its own commit writes.
    name: String,
    /// Nothing is there that could be replaced.
    is_empty: bool,
    /// Segments being built; whoever has rows takes one that is free.
    segments: Vec<Mutex<Option<SegmentBuilder>>>,
    /// Bytes at which one of them is written.
    segment_bytes: usize,
    terms: Terms,
    roots: Vec<Root>,
}

/// What one document or file changes, done whole or not at all.
pub struct Batch {
    /// What stood there before goes by its key.
    replaces: Term,
    rows: Vec<Row>,
}

impl Writer {
    /// Opens the index in a folder for writing, making both where they are absent.
    ///
    /// All texts are cut with `terms`; `roots` are those that the identities of source files speak of. `threads` segments are built at a time, sharing `memory_bytes`.
    ///
    /// # Errors
    /// `Busy` where another process writes; `OtherVersion` for an index that this program would not have made.
    pub fn open(path: &Path, threads: usize, memory_bytes: usize, terms: &Terms, roots: &[Root]) -> Result<Self, IndexError> {
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
            // A thread of its own for compressing costs more in handing over than it takes off the workers.
            let settings =
                IndexSettings { docstore_compress_dedicated_thread: false, docstore_blocksize: BLOCK_BYTES, ..IndexSettings::default() };
            Index::builder().schema(schema).settings(settings).create_in_dir(path).map_err(tantivy)?
        };
        let inner: IndexWriter = index.writer_with_num_threads(1, IDLE_BYTES).map_err(tantivy)?;
        let mut merging = LogMergePolicy::default();
        merging.set_max_docs_before_merge(MERGED_ROWS);
        merging.set_del_docs_ratio_before_merge(MOST_DELETED);
        inner.set_merge_policy(Box::new(merging));
        inner.garbage_collect_files().wait().map_err(tantivy)?;
        for entry in fs::read_dir(path).map_err(io)?.flatten() {
            if entry.file_name().to_string_lossy().starts_with(".tmp") {
                // A leftover of a killed session; one that cannot be removed harms nothing.
                let _ = fs::remove_file(entry.path());
            }
        }
        let segments = (0..threads.max(1)).map(|_| Mutex::new(None)).collect();
        // A quarter is for the texts in hand and the dictionary.
        let segment_bytes = memory_bytes / 4 * 3 / threads.max(1);
        let is_empty = index.searchable_segment_ids().map_err(tantivy)?.is_empty();
        let (path, terms) = (path.to_owned(), terms.clone());
        Ok(Self { path, fields, inner, name: new_name(), is_empty, segments, segment_bytes, terms, roots: roots.to_vec() })
    }

    /// Replaces a document and all its passages.
    pub fn put_document(&self, document: &IndexedDocument, analyzer: &mut Analyzer) -> Batch {
        let rows = record::document_rows(&self.fields, document, analyzer);
        Batch { replaces: self.key_term(&document.document.id), rows }
    }

    /// Removes a document and its passages.
    pub fn remove_document(&self, id: &str) -> Batch {
        Batch { replaces: self.key_term(id), rows: Vec::new() }
    }

    /// Replaces what the manifest says of a file.
    pub fn put_file(&self, file: &FileRecord) -> Batch {
        Batch { replaces: self.file_term(&file.id), rows: vec![record::file_row(&self.fields, file)] }
    }

    /// Forgets a file; its documents are removed by themselves.
    pub fn remove_file(&self, id: &SourceId) -> Batch {
        Batch { replaces: self.file_term(id), rows: Vec::new() }
    }

    /// Applies a batch. It replaces what earlier commits wrote: within one commit a document is put once.
    ///
    /// # Errors
    /// Any error ends the session: drop the writer.
    pub fn apply(&self, batch: Batch) -> Result<(), IndexError> {
        let tantivy = |error| IndexError::from_tantivy(&self.path, error);
        if !self.is_empty {
            let clause = |occur, term| -> (Occur, Box<dyn Query>) { (occur, Box::new(TermQuery::new(term, IndexRecordOption::Basic))) };
            let own = Term::from_field_text(self.fields.commit, &self.name);
            let older = BooleanQuery::new(vec![clause(Occur::Must, batch.replaces), clause(Occur::MustNot, own)]);
            self.inner.delete_query(Box::new(older)).map_err(tantivy)?;
        }
        if batch.rows.is_empty() {
            return Ok(());
        }
        let free = self.segments.iter().find_map(|segment| match segment.try_lock() {
            Ok(free) => Some(free),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        });
        let mut slot = free.unwrap_or_else(|| self.segments[0].lock().unwrap_or_else(PoisonError::into_inner));
        let mut segment = match slot.take() {
            Some(segment) => segment,
            None => SegmentBuilder::new(self.inner.index(), &self.fields, &self.name, self.segment_bytes).map_err(tantivy)?,
        };
        segment.add(&batch.rows).map_err(tantivy)?;
        if !segment.is_full() {
            *slot = Some(segment);
            return Ok(());
        }
        self.take_in(segment)
    }

    /// Writes a segment that was built and hands it to tantivy.
    fn take_in(&self, segment: SegmentBuilder) -> Result<(), IndexError> {
        segment.finish().and_then(|meta| self.inner.add_segment(meta)).map_err(|error| IndexError::from_tantivy(&self.path, error))
    }

    /// Commits and makes the commit durable.
    ///
    /// # Errors
    /// The outcome is then unknown: drop the writer; the next session starts from what the disk has.
    pub fn commit(&mut self) -> Result<(), IndexError> {
        let built: Vec<SegmentBuilder> =
            self.segments.iter_mut().filter_map(|slot| slot.get_mut().unwrap_or_else(PoisonError::into_inner).take()).collect();
        // At the same time: writing them out is a good part of the work.
        std::thread::scope(|scope| {
            let writing: Vec<_> = built.into_iter().map(|segment| scope.spawn(|| self.take_in(segment))).collect();
            writing.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        })?;
        let tantivy = |error| IndexError::from_tantivy(&self.path, error);
        let stamp = serde_json::to_string(&Stamp { roots: self.roots.clone(), ..Stamp::current(self.terms.sorted()) }).unwrap_or_default();
        let mut commit = self.inner.prepare_commit().map_err(tantivy)?;
        commit.set_payload(&stamp);
        commit.commit().map_err(tantivy)?;
        (self.name, self.is_empty) = (new_name(), false);
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

    fn file_term(&self, id: &SourceId) -> Term {
        Term::from_field_text(self.fields.key, &record::file_key(id))
    }
}
