//! Bounds within which a title names a document.

/// Fewest characters of a title.
pub(crate) const SHORT: usize = 2;
/// Most documents whose titles are read: where more titles end like the query, it names no single document.
pub(crate) const MOST: usize = 8;
/// Most documents of one title: a title that more of them share is the head of a series.
pub(crate) const SHARING: usize = 2;
