//! The keys by which rows are found and replaced: hashes of document ids and of source files.

use crate::document::SourceId;

/// A document id by its hash.
pub type DocumentKey = [u8; 16];

/// What a key names: the first byte of a stored key.
pub(super) type Kind = u8;
/// A document with its passages.
pub(super) const DOCUMENT: Kind = 0;
/// The record of a file.
pub(super) const FILE: Kind = b'f';
/// The lines of a file.
pub(super) const LINES: Kind = b'l';

/// A key of rows: its kind and its hash.
pub(super) type RowKey = (Kind, [u8; 16]);

/// Returns the term of a key.
pub(super) fn text_of((kind, hash): &RowKey) -> String {
    let hash = u128::from_be_bytes(*hash);
    if *kind == DOCUMENT { format!("{hash:032x}") } else { format!("{}{hash:032x}", char::from(*kind)) }
}

/// Returns the key of a document id: ids may be long, and a run may have millions.
pub fn document_key(id: &str) -> DocumentKey {
    short(blake3::hash(id.as_bytes()))
}

/// Returns the key of a source file.
pub(super) fn file_hash(id: &SourceId) -> [u8; 16] {
    short(blake3::hash(&id.as_bytes()))
}

fn short(hash: blake3::Hash) -> [u8; 16] {
    let mut short = [0; 16];
    short.copy_from_slice(&hash.as_bytes()[..16]);
    short
}

/// Returns the term of a document id.
pub(super) fn key(id: &str) -> String {
    text_of(&(DOCUMENT, document_key(id)))
}

/// Returns the term of a source file.
pub(super) fn source_key(id: &SourceId) -> String {
    text_of(&(DOCUMENT, file_hash(id)))
}

/// Returns the term of a source file's own row, which differs from that of its documents.
pub(super) fn file_key(id: &SourceId) -> String {
    text_of(&(FILE, file_hash(id)))
}

/// Returns the term of the rows that hold the lines of a source file.
pub(super) fn lines_key(id: &SourceId) -> String {
    text_of(&(LINES, file_hash(id)))
}
