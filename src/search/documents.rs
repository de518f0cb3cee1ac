//! Filters on documents: by path, by publisher, by type of file.

use std::path::Path;

use glob::{MatchOptions, Pattern};
use tantivy::DocId;
use tantivy::columnar::StrColumn;

use super::segment::{Segment, values};
use crate::analysis::fold;
use crate::document::shown_path;
use crate::index::{OpenIndex, flag};
use crate::query::QueryError;

/// Types of files by their names, with the endings that they have.
const TYPES: &[(&str, &[&str])] = &[
    ("text", &["txt", "text"]),
    ("markdown", &["md", "markdown"]),
    ("html", &["html", "htm", "xhtml"]),
    ("pdf", &["pdf"]),
    ("word", &["docx", "docm", "odt"]),
    ("powerpoint", &["pptx"]),
    ("spreadsheet", &["xlsx", "xlsm", "xls", "ods"]),
    ("jsonl", &["jsonl", "ndjson"]),
];

/// `*` stands for `/` too: `*.pdf` is every PDF.
const GLOB: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: false, require_literal_leading_dot: false };

/// Tests on documents: those of one kind are alternatives, kinds must all hold.
#[derive(Clone, Debug, Default)]
pub(super) struct DocumentTests {
    paths: Vec<Pattern>,
    /// Folded.
    publishers: Vec<Vec<char>>,
    endings: Vec<&'static str>,
    /// Of each root its path: whole, as it is shown, and its name alone.
    roots: Vec<[String; 3]>,
}

impl DocumentTests {
    /// Reads the filters.
    ///
    /// # Errors
    /// A path that is no pattern, an unknown type.
    pub fn new(paths: &[String], publishers: &[String], types: &[String]) -> Result<Self, QueryError> {
        let mut tests =
            Self { publishers: publishers.iter().map(|name| fold(name).chars).collect(), ..Self::default() };
        for path in paths {
            let path = path.strip_prefix("./").unwrap_or(path);
            let wrong = |error| {
                QueryError::UnknownValue(format!(
                    "'{path}' is no pattern of paths: {error}; write [*] for a * in a name"
                ))
            };
            tests.paths.push(Pattern::new(path).map_err(wrong)?);
            // A folder stands for all that lies in it.
            tests.paths.push(Pattern::new(&format!("{}/*", path.trim_end_matches('/'))).map_err(wrong)?);
        }
        for name in types {
            let wanted = name.trim().trim_start_matches("*.").trim_start_matches('.').to_lowercase();
            let of_type = TYPES.iter().find(|(name, _)| *name == wanted).map(|(_, endings)| endings.to_vec());
            let ending = || {
                TYPES
                    .iter()
                    .flat_map(|(_, endings)| *endings)
                    .find(|ending| **ending == wanted)
                    .map(|ending| vec![*ending])
            };
            tests.endings.extend(of_type.or_else(ending).ok_or_else(|| {
                let known = TYPES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
                QueryError::UnknownValue(format!("unknown type '{name}'; types are {known}, or an ending such as docx"))
            })?);
        }
        Ok(tests)
    }

    /// Without them every document passes.
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty() && self.publishers.is_empty() && self.endings.is_empty()
    }

    /// Notes where the documents of an index lie.
    pub fn place(&mut self, index: &OpenIndex) {
        let of_root = |path: &Path| {
            let name = path.file_name().map_or(Path::new(""), Path::new);
            [path, index.near(path), name].map(shown_path)
        };
        self.roots = index.roots().iter().map(|root| of_root(root.path.as_ref())).collect();
    }

    fn passes_path(&self, value: &str) -> bool {
        let (root, path) = value.split_once('\t').unwrap_or(("", value));
        let below = |folder: &str| {
            if folder.is_empty() { path.to_owned() } else { format!("{}/{path}", folder.trim_end_matches('/')) }
        };
        let places = root.parse::<usize>().ok().and_then(|root| self.roots.get(root));
        let matches = |path: &str| self.paths.iter().any(|pattern| pattern.matches_with(path, GLOB));
        let by_path =
            || matches(path) || places.is_some_and(|places| places.iter().any(|folder| matches(&below(folder))));
        let ending = || {
            path.rsplit('/')
                .next()
                .and_then(|name| name.rsplit_once('.'))
                .map(|(_, ending)| ending.to_ascii_lowercase())
        };
        (self.paths.is_empty() || by_path())
            && (self.endings.is_empty() || ending().is_some_and(|ending| self.endings.contains(&ending.as_str())))
    }

    fn passes_publisher(&self, value: &str) -> bool {
        let value = fold(value).chars;
        self.publishers
            .iter()
            .any(|wanted| !wanted.is_empty() && value.windows(wanted.len()).any(|part| part == wanted))
    }

    /// For each row of a segment: is it a passage of a document that passes. The row of a document stands before those
    /// of its passages.
    pub fn passing(&self, segment: &Segment<'_>) -> Vec<bool> {
        let rows = segment.reader.max_doc();
        let column = |name: &str| segment.reader.fast_fields().str(name).ok().flatten();
        let passing = |column: Option<&StrColumn>, test: &dyn Fn(&str) -> bool| -> Vec<bool> {
            column.map(|column| values(column).iter().map(|value| test(value)).collect()).unwrap_or_default()
        };
        let (paths, publishers) = (column("path"), column("publisher"));
        let of_path = passing(paths.as_ref(), &|value| self.passes_path(value));
        let of_publisher = passing(publishers.as_ref(), &|value| self.passes_publisher(value));
        let any = |column: Option<&StrColumn>, passing: &[bool], row: DocId| {
            column.is_some_and(|column| column.term_ords(row).any(|ord| passing.get(ord as usize) == Some(&true)))
        };
        let mut passes = false;
        (0..rows)
            .map(|row| {
                if segment.flags.first(row).unwrap_or(0) & flag::NO_PASSAGE != 0 {
                    passes = any(paths.as_ref(), &of_path, row)
                        && (self.publishers.is_empty() || any(publishers.as_ref(), &of_publisher, row));
                    return false;
                }
                passes
            })
            .collect()
    }
}
