//! The only module that touches tantivy's `IndexWriter`.
//!
//! Rules, each against a fault seen in tantivy 0.27: open the index anew for each session. Collect garbage right after
//! opening, or a killed session's delete files block every later commit. Write through [`Generation`], which makes a
//! commit durable. Drop the writer on any error, because it then loses documents silently. Wait for merges at the end,
//! or segments pile up.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, TryLockError};

use tantivy::index::SegmentId;
use tantivy::indexer::LogMergePolicy;
use tantivy::{Index, IndexSettings, IndexWriter, TantivyError};

use super::directory::{Generation, Refusals};
use super::keys::{DOCUMENT, DocumentKey, FILE, LINES, RowKey, document_key, file_hash};
use super::lines::{self, LineRecord};
use super::record::{self, DocumentRows, FileRecord, IndexedDocument};
use super::replaced::Replaced;
use super::schema::Fields;
use super::segment_builder::{Row, SegmentBuilder};
use super::{IndexError, Stamp, seal};
use crate::analysis::{Analyzer, UserWords};
use crate::document::{Document, Root, SourceId};

/// Returns a name that no other commit has.
fn new_name() -> String {
    SegmentId::generate_random().uuid_string()
}

/// Bytes of records that are compressed together: one and a half times tantivy's default, for a smaller store.
const BLOCK_BYTES: usize = 24 << 10;

/// Memory of tantivy's own indexing thread, which stays idle: the least that tantivy accepts.
const IDLE_BYTES: usize = 15_000_000;

/// Segments with more rows are not merged: a merge would cost as much as building them, and memory in proportion to
/// their size.
const MERGED_ROWS: usize = 50_000;
/// Share of deleted rows from which on a smaller segment is merged.
const MOST_DELETED: f32 = 0.3;

/// A writing session. Dropped without [`Writer::finish`], it leaves the index at its last commit.
pub struct Writer {
    path: PathBuf,
    refusals: Refusals,
    fields: Fields,
    inner: IndexWriter,
    /// Name of the commit being written. tantivy applies a delete to all segments added later and to some added
    /// earlier, so each delete excludes the rows of its own commit.
    name: String,
    /// The index has no rows that could be replaced.
    is_empty: bool,
    /// Keys of the rows that this commit replaces or removes.
    replaced: Mutex<Vec<RowKey>>,
    /// Segments being built; a thread with rows takes a free one.
    segments: Vec<Mutex<Option<SegmentBuilder>>>,
    /// Memory bound of one segment in bytes: a full segment is written.
    segment_bytes: usize,
    memory_bytes: usize,
    user_words: UserWords,
    roots: Vec<Root>,
}

/// Rows of a document that are made before a segment is locked for them, in characters of its passages: most documents
/// have fewer.
const FIRST_CHARS: usize = 1 << 20;
/// Rows that are made at a time beyond these, in characters.
const MORE_CHARS: usize = 256 << 10;
/// Memory that one document may take beyond the set bound.
const SPARE_BYTES: usize = 256 << 20;

/// The change of one document or file, applied atomically.
pub struct Batch<'a> {
    /// Key of the rows that are replaced.
    replaces: RowKey,
    rows: Vec<Row>,
    /// Further rows of a large document.
    more: Option<DocumentRows<'a>>,
}

impl Writer {
    /// Opens a generation for writing; creates its index where it is new.
    ///
    /// `user_words` are the user words for all texts; `roots` are the roots that source identities refer to. `threads`
    /// segments are built at a time, sharing `memory_bytes`.
    ///
    /// # Errors
    /// `Busy` where another process writes; `OtherVersion` for an index that this program would not have made.
    pub fn open(
        path: &Path,
        threads: usize,
        memory_bytes: usize,
        user_words: &UserWords,
        roots: &[Root],
    ) -> Result<Self, IndexError> {
        seal::reopen(path)?;
        let (schema, fields) = Fields::schema();
        let folder = Generation::to_write(path).map_err(|error| IndexError::from_tantivy(path, error.into()))?;
        let refusals = folder.refusals();
        let tantivy = |error| failed(path, &refusals, error);
        let meta = path.join("meta.json");
        let index = if meta.try_exists().map_err(|error| IndexError::io(&meta, error))? {
            let index = Index::open(folder).map_err(tantivy)?;
            if let Some(stamp) = super::open::stamp(path, &index)? {
                if let Some(other) = stamp.other_rules() {
                    return Err(IndexError::other_version(path, other.differ()));
                }
                if stamp.user_words != user_words.sorted() {
                    return Err(IndexError::OtherWords(super::error::folder_of(path).to_owned()));
                }
            }
            index
        } else {
            // A separate compression thread costs more in handing over than it saves the workers.
            let settings = IndexSettings {
                docstore_compress_dedicated_thread: false,
                docstore_blocksize: BLOCK_BYTES,
                ..IndexSettings::default()
            };
            Index::create(folder, schema, settings).map_err(tantivy)?
        };
        let inner: IndexWriter = index.writer_with_num_threads(1, IDLE_BYTES).map_err(tantivy)?;
        let mut merging = LogMergePolicy::default();
        merging.set_max_docs_before_merge(MERGED_ROWS);
        merging.set_del_docs_ratio_before_merge(MOST_DELETED);
        inner.set_merge_policy(Box::new(merging));
        inner.garbage_collect_files().wait().map_err(tantivy)?;
        let segments = (0..threads.max(1)).map(|_| Mutex::new(None)).collect();
        // A quarter of the memory is for the texts in work and the dictionary.
        let segment_bytes = memory_bytes / 4 * 3 / threads.max(1);
        let is_empty = index.searchable_segment_ids().map_err(tantivy)?.is_empty();
        let (path, user_words) = (path.to_owned(), user_words.clone());
        let roots = roots.to_vec();
        Ok(Self {
            path,
            refusals,
            fields,
            inner,
            name: new_name(),
            is_empty,
            replaced: Mutex::default(),
            segments,
            segment_bytes,
            memory_bytes,
            user_words,
            roots,
        })
    }

    /// Returns the reason to refuse a document: it must fit in one segment, and that would take far more memory than
    /// set.
    pub fn refuses(&self, document: &Document) -> Option<String> {
        let (needed, most) = (record::memory_of(document) >> 20, (self.memory_bytes + SPARE_BYTES) >> 20);
        let set = self.memory_bytes >> 20;
        let over =
            || format!("over the limit: takes about {needed} MB of memory, {most} MB is the most with --memory {set}");
        (needed > most).then(|| over() + "; run the command again with more and --retry")
    }

    /// Replaces a document and all its passages.
    pub fn put_document<'a>(&'a self, document: &'a IndexedDocument, analyzer: &'a Analyzer) -> Batch<'a> {
        let mut all = DocumentRows::new(&self.fields, document, analyzer);
        let rows = all.take_chars(FIRST_CHARS);
        let replaces = (DOCUMENT, document_key(&document.document.id));
        Batch { replaces, rows, more: Some(all).filter(|all| !all.is_empty()) }
    }

    /// Removes a document and its passages.
    pub fn remove_document(&self, document: DocumentKey) -> Batch<'static> {
        Batch { replaces: (DOCUMENT, document), rows: Vec::new(), more: None }
    }

    /// Replaces the manifest's record of a file.
    pub fn put_file(&self, file: &FileRecord) -> Batch<'static> {
        Batch { replaces: (FILE, file_hash(&file.id)), rows: vec![record::file_row(&self.fields, file)], more: None }
    }

    /// Removes the manifest's record of a file; its documents and lines are removed separately.
    pub fn remove_file(&self, id: &SourceId) -> Batch<'static> {
        Batch { replaces: (FILE, file_hash(id)), rows: Vec::new(), more: None }
    }

    /// Applies a batch. It replaces rows of earlier commits only: put a document once per commit.
    ///
    /// # Errors
    /// Any error ends the session: drop the writer.
    pub fn apply(&self, batch: Batch<'_>) -> Result<(), IndexError> {
        let Batch { replaces, rows, more } = batch;
        let tantivy = |error| self.failed(error);
        self.replace(replaces);
        if rows.is_empty() {
            return Ok(());
        }
        let free = self.segments.iter().find_map(|segment| match segment.try_lock() {
            Ok(free) => Some(free),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        });
        let mut slot = free.unwrap_or_else(|| self.segments[0].lock().unwrap_or_else(PoisonError::into_inner));
        // A document lies in one segment: where both do not fit, the present content is written first.
        let large = more.as_ref().map(DocumentRows::memory);
        if let Some(segment) = slot.take_if(|segment| large.is_some_and(|bytes| !segment.has_room(bytes))) {
            self.take_in(segment)?;
        }
        let mut segment = match slot.take() {
            Some(segment) => segment,
            None => SegmentBuilder::new(self.inner.index(), &self.fields, &self.name, self.segment_bytes)
                .map_err(tantivy)?,
        };
        segment.add(&rows).map_err(tantivy)?;
        drop(rows);
        if let Some(mut more) = more {
            loop {
                let rows = more.take_chars(MORE_CHARS);
                if rows.is_empty() {
                    break;
                }
                segment.add(&rows).map_err(tantivy)?;
            }
        }
        segment.end_document();
        if !segment.is_full() {
            *slot = Some(segment);
            return Ok(());
        }
        self.take_in(segment)
    }

    /// Replaces the lines of a file that holds many documents; an empty list removes them. Put them once per commit.
    ///
    /// # Errors
    /// Any error ends the session: drop the writer.
    pub fn put_lines(&self, id: &SourceId, lines: Vec<LineRecord>) -> Result<(), IndexError> {
        let replaces = (LINES, file_hash(id));
        self.replace(replaces);
        // Row by row: a million lines take 32 MB.
        lines::rows(&self.fields, id, lines)
            .try_for_each(|row| self.apply(Batch { replaces, rows: vec![row], more: None }))
    }

    /// Notes the key of rows of earlier commits that this commit deletes.
    fn replace(&self, key: RowKey) {
        if !self.is_empty {
            let mut replaced = self.replaced.lock().unwrap_or_else(PoisonError::into_inner);
            // The rows of lines share a key.
            if replaced.last() != Some(&key) {
                replaced.push(key);
            }
        }
    }

    /// Writes a segment that was built and hands it to tantivy.
    fn take_in(&self, segment: SegmentBuilder) -> Result<(), IndexError> {
        segment.finish().and_then(|meta| self.inner.add_segment(meta)).map_err(|error| self.failed(error))
    }

    /// Commits and makes the commit durable.
    ///
    /// # Errors
    /// The outcome is then unknown: drop the writer; the next session starts from the state on disk.
    pub fn commit(&mut self) -> Result<(), IndexError> {
        let built: Vec<SegmentBuilder> = self
            .segments
            .iter_mut()
            .filter_map(|slot| slot.get_mut().unwrap_or_else(PoisonError::into_inner).take())
            .collect();
        // In parallel: writing the segments is a good part of the work.
        std::thread::scope(|scope| {
            let writing: Vec<_> = built.into_iter().map(|segment| scope.spawn(|| self.take_in(segment))).collect();
            writing
                .into_iter()
                .try_for_each(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        })?;
        let tantivy = |error| failed(&self.path, &self.refusals, error);
        let replaced = std::mem::take(self.replaced.get_mut().unwrap_or_else(PoisonError::into_inner));
        if !replaced.is_empty() {
            let rows = Replaced::new(self.fields.key, self.fields.commit, self.name.clone(), replaced);
            self.inner.delete_query(Box::new(rows)).map_err(tantivy)?;
        }
        let stamp = Stamp::current(self.user_words.sorted(), self.roots.clone());
        let stamp = serde_json::to_string(&stamp).unwrap_or_default();
        let mut commit = self.inner.prepare_commit().map_err(tantivy)?;
        commit.set_payload(&stamp);
        commit.commit().map_err(tantivy)?;
        (self.name, self.is_empty) = (new_name(), false);
        Ok(())
    }

    /// Waits for merges and ends the session.
    ///
    /// # Errors
    /// The last commit stands; a later session finishes the merges.
    pub fn finish(self) -> Result<(), IndexError> {
        let index = self.inner.index().clone();
        let tantivy = |error| failed(&self.path, &self.refusals, error);
        self.inner.wait_merging_threads().map_err(tantivy)?;
        let files = index.load_metas().map_err(tantivy)?.list_segment_files();
        seal::close(&self.path, files.into_iter().map(|file| file.to_string_lossy().into_owned()))
    }

    fn failed(&self, error: TantivyError) -> IndexError {
        failed(&self.path, &self.refusals, error)
    }
}

/// Translates an error of writing: most are caused by a recorded refusal of the system.
fn failed(path: &Path, refusals: &Refusals, error: TantivyError) -> IndexError {
    use TantivyError::{DataCorruption, IncompatibleIndex, LockFailure, OpenReadError, SchemaError};
    let refused = match &error {
        LockFailure(..) | OpenReadError(_) | DataCorruption(_) | IncompatibleIndex(_) | SchemaError(_) => None,
        _ => refusals.error(),
    };
    refused.unwrap_or_else(|| IndexError::from_tantivy(path, error))
}
