//! The index on disk: one tantivy document per passage, per document and per source file, all in one commit.
//!
//! Invariants: one struct holds the schema; only `writer` touches tantivy's `IndexWriter`; within one commit, texts,
//! facets and sources agree. The module knows nothing of queries.

mod check;
mod commit;
mod directory;
mod error;
mod facet_values;
mod files;
mod folder;
mod frame;
mod keys;
mod layout;
mod lines;
mod lock;
mod marker;
mod open;
mod origins;
mod placed;
#[cfg(feature = "cluster")]
mod plain_rows;
mod prose;
mod record;
mod replaced;
mod schema;
mod seal;
mod segment_builder;
mod stamp;
mod term_numbers;
mod terms;
mod verbatim;
mod writer;

pub use error::{Checked, IndexError, Problem};
pub use folder::{Folder, Place, is_index_folder};
pub use keys::{DocumentKey, document_key};
pub(crate) use layout::{Cuts, LayoutFields, Layouts};
pub use lines::{ITS_LINE, LineHash, LineRecord};
pub use lock::WriterLock;
pub(crate) use open::DocumentAddress;
pub use open::OpenIndex;
pub(crate) use origins::Origins;
#[cfg(feature = "cluster")]
pub(crate) use plain_rows::{PlainRow, file_row_key, plain_file_row, plain_rows, row_key, wire_char};
pub use record::{FileRecord, IndexedDocument, IndexedPassage};
pub(crate) use schema::{Fields, flag};
pub(crate) use segment_builder::SOUND_END;
pub use stamp::{RULES, Stamp};
pub use terms::{Bigram, TEXT_END, sketch_overlap};
pub(crate) use verbatim::Changes;
pub use writer::{Batch, Writer};
