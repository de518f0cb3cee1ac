//! Checks an index for damage: file sizes, checksums, and whether the records agree with each other.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use tantivy::directory::error::OpenReadError;
use tantivy::index::SegmentId;
use tantivy::{DocAddress, Index};

use super::facet_values::{FacetValues, facet_values};
use super::keys::{DocumentKey, document_key};
use super::open::{OpenIndex, open_files};
use super::{IndexError, Problem, folder, seal};
use crate::document::{SourceId, Strength, counted, shown_path};

impl OpenIndex {
    /// Checks the files of an index that cannot be opened: first their sizes; where all sizes are right, the checksum
    /// of each file.
    ///
    /// # Errors
    /// The errors of [`OpenIndex::open`], where the folder, the list of sizes or the list of segments cannot be read.
    pub fn check_files(path: &Path) -> Result<Vec<Problem>, IndexError> {
        let generation = folder::current(path)?;
        let problems = seal::compare(&generation)?;
        if !problems.is_empty() {
            return Ok(problems);
        }
        let index = open_files(&generation)?;
        let segments =
            index.searchable_segment_metas().map_err(|error| IndexError::from_tantivy(&generation, error))?;
        check_segments(&index, &generation, segments.iter().map(|segment| (segment.id(), segment.delete_opstamp())))
    }

    /// Checks the index for damage: the checksums of all files, then the manifest against documents and passages.
    ///
    /// The check covers the commit that was opened, even while a writer works on the same index: open files stay
    /// readable after they are removed.
    ///
    /// # Errors
    /// `Io` where the system refuses to read a file: a refusal is not damage.
    pub fn check(&self) -> Result<Vec<Problem>, IndexError> {
        let segments =
            self.searcher.segment_readers().iter().map(|segment| (segment.segment_id(), segment.delete_opstamp()));
        let mut problems = check_segments(&self.index, &self.generation, segments)?;
        if problems.is_empty() {
            match catch_unwind(AssertUnwindSafe(|| self.check_records())) {
                Ok(Ok(found)) => problems.extend(found),
                Ok(Err(error @ IndexError::Io { .. })) => return Err(error),
                Ok(Err(error)) => problems.push(Problem { place: "records".to_owned(), what: error.to_string() }),
                Err(_) => {
                    problems.push(Problem { place: "records".to_owned(), what: "cannot be read at all".to_owned() })
                }
            }
        }
        Ok(problems)
    }

    /// Compares the manifest with the documents, and each document with its passages.
    fn check_records(&self) -> Result<Vec<Problem>, IndexError> {
        let mut problems = Vec::new();
        let documents = self.documents()?;
        for pair in documents.windows(2).filter(|pair| pair[0].document.id == pair[1].document.id) {
            problems.push(Problem { place: pair[0].document.id.clone(), what: "is in the index twice".to_owned() });
        }
        for document in &documents {
            let id = &document.document.id;
            let addresses = self.passage_addresses(id)?;
            let passages =
                addresses.iter().map(|address| self.passage(*address)).collect::<Result<Vec<_>, IndexError>>()?;
            if passages.len() != document.passage_count {
                problems.push(Problem {
                    place: id.clone(),
                    what: format!("{} recorded, {} found", counted(document.passage_count, "passage"), passages.len()),
                });
            }
            for (passage, address) in passages.iter().zip(addresses) {
                if self.facets_at(address)? != facet_values(&document.document, &passage.passage) {
                    problems.push(Problem {
                        place: passage.passage.id.clone(),
                        what: "its facets differ from its record".to_owned(),
                    });
                }
            }
            if passages.iter().any(|passage| passage.document != *id) {
                problems.push(Problem { place: id.clone(), what: "contains a passage of another document".to_owned() });
            }
        }
        let mut known: BTreeMap<SourceId, Vec<DocumentKey>> = BTreeMap::new();
        for document in &documents {
            known.entry(document.source.clone()).or_default().push(document_key(&document.document.id));
        }
        for file in self.files()? {
            let mut found = known.remove(&file.id).unwrap_or_default();
            let mut add = |what| {
                let place =
                    self.source_path(&file.id).map_or_else(|| format!("{:?}", file.id), |path| shown_path(&path));
                problems.push(Problem { place, what });
            };
            if found.len() != file.documents {
                add(format!("{} recorded, {} found", counted(file.documents, "document"), found.len()));
            }
            found.sort_unstable();
            let lines = self.lines_of_file(&file.id)?;
            if !lines.is_empty() && !lines.iter().map(|line| line.key).eq(found) {
                add("its lines are not those of its documents".to_owned());
            }
        }
        Ok(problems)
    }

    /// Reads the partners with roles, the themes, the commitment and the series of a passage from its columns, sorted.
    fn facets_at(&self, address: DocAddress) -> Result<FacetValues, IndexError> {
        let columns = self.searcher.segment_reader(address.segment_ord).fast_fields();
        let values = |name: &str| -> Result<Vec<String>, IndexError> {
            let Some(column) = columns.str(name).map_err(|error| self.damaged(error))? else { return Ok(Vec::new()) };
            let mut values = Vec::new();
            for ordinal in column.term_ords(address.doc_id) {
                let mut value = String::new();
                column.ord_to_str(ordinal, &mut value).map_err(|error| self.damaged(error))?;
                values.push(value);
            }
            values.sort();
            Ok(values)
        };
        let commitment = values("commitment")?.first().and_then(|name| Strength::by_name(name));
        Ok(FacetValues {
            partners: values("partner")?,
            themes: values("theme")?,
            commitment,
            series: values("series")?,
        })
    }
}

/// Verifies the checksum of each file of the given segments.
///
/// tantivy's own check reports nothing where its list of files is missing, and it panics on files of a few bytes.
/// Therefore each file is checked here by itself.
fn check_segments(
    index: &Index,
    generation: &Path,
    segments: impl Iterator<Item = (SegmentId, Option<u64>)>,
) -> Result<Vec<Problem>, IndexError> {
    let files = segments.flat_map(|(id, deletes)| {
        let deletes = deletes.map(|stamp| format!("{stamp}.del"));
        let endings =
            ["fast", "fieldnorm", "idx", "pos", "store", "term"].map(str::to_owned).into_iter().chain(deletes);
        endings.map(move |ending| PathBuf::from(format!("{}.{ending}", id.uuid_string())))
    });
    let mut problems = Vec::new();
    let mut add = |place: &Path, what: String| problems.push(Problem { place: place.display().to_string(), what });
    for file in files {
        match catch_unwind(AssertUnwindSafe(|| index.directory().validate_checksum(&file))) {
            Ok(Ok(true)) => {}
            Ok(Ok(false)) => add(&file, "its checksum is wrong".to_owned()),
            Ok(Err(OpenReadError::FileDoesNotExist(_))) => add(&file, "is missing".to_owned()),
            Ok(Err(error)) => match IndexError::from_tantivy(generation, error.into()) {
                IndexError::Damaged { problem, .. } => add(&file, problem),
                error => return Err(error),
            },
            Err(_) => add(&file, "cannot be read at all".to_owned()),
        }
    }
    Ok(problems)
}
