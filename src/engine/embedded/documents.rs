//! Filters on documents of a segment: by path, publisher and file type.

use std::path::Path;

use tantivy::DocId;
use tantivy::columnar::StrColumn;

use super::segment_view::{Segment, values};
use crate::document::shown_path;
use crate::index::{OpenIndex, flag};
use crate::query::filter::DocumentTests;

/// Returns for each root of an index its full path, its path as shown, and its name.
pub(super) fn roots(index: &OpenIndex) -> Vec<[String; 3]> {
    let of_root = |path: &Path| {
        let name = path.file_name().map_or(Path::new(""), Path::new);
        [path, index.near(path), name].map(shown_path)
    };
    index.roots().iter().map(|root| of_root(root.path.as_ref())).collect()
}

/// Returns for each row of a segment whether it is a passage of a document that passes. The row of a document stands
/// before the rows of its passages.
pub(super) fn passing(tests: &DocumentTests, segment: &Segment<'_>) -> Vec<bool> {
    let rows = segment.reader.max_doc();
    let column = |name: &str| segment.reader.fast_fields().str(name).ok().flatten();
    let passing = |column: Option<&StrColumn>, test: &dyn Fn(&str) -> bool| -> Vec<bool> {
        column.map(|column| values(column).iter().map(|value| test(value)).collect()).unwrap_or_default()
    };
    let (paths, publishers) = (column("path"), column("publisher"));
    let of_path = passing(paths.as_ref(), &|value| tests.passes_path(value));
    let of_publisher = passing(publishers.as_ref(), &|value| tests.passes_publisher(value));
    let any = |column: Option<&StrColumn>, passing: &[bool], row: DocId| {
        column.is_some_and(|column| column.term_ords(row).any(|ord| passing.get(ord as usize) == Some(&true)))
    };
    let mut passes = false;
    (0..rows)
        .map(|row| {
            if segment.flags.first(row).unwrap_or(0) & flag::NO_PASSAGE != 0 {
                passes = any(paths.as_ref(), &of_path, row)
                    && (tests.publishers.is_empty() || any(publishers.as_ref(), &of_publisher, row));
                return false;
            }
            passes
        })
        .collect()
}
