//! What the index knew before, and what of the files on disk is new to it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::report::{Report, Reported};
use crate::analysis::Terms;
use crate::index::{FileRecord, IndexError, IndexedDocument, OpenIndex};
use crate::ingest::{self, Format, IngestError, SourceFile, Walked};

/// The manifest of the index before the run.
#[derive(Default)]
pub(super) struct Known {
    index: Option<OpenIndex>,
    files: BTreeMap<String, FileRecord>,
}

impl Known {
    pub fn load(path: &Path) -> Result<Self, IndexError> {
        match OpenIndex::open(path) {
            Ok(index) => {
                let files = index.files()?.into_iter().map(|file| (file.id.clone(), file)).collect();
                Ok(Self { index: Some(index), files })
            }
            Err(IndexError::Absent(_)) => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    pub fn terms(&self) -> Option<&Terms> {
        self.index.as_ref().map(OpenIndex::terms)
    }

    pub fn documents_of(&self, file: &str) -> Result<Vec<IndexedDocument>, IndexError> {
        match &self.index {
            Some(index) if self.files.contains_key(file) => index.documents_of_file(file),
            _ => Ok(Vec::new()),
        }
    }

    /// Files of the manifest that are no longer on disk.
    pub fn gone(&self, sources: &[SourceFile]) -> Vec<FileRecord> {
        let walked: BTreeSet<&str> = sources.iter().map(|source| source.id.as_str()).collect();
        self.files.values().filter(|file| !walked.contains(file.id.as_str()) && !Path::new(&file.path).exists()).cloned().collect()
    }

    /// Walks the paths; a document id that two files claim goes to the first.
    pub fn sources(&self, paths: &[PathBuf], report: &mut Report) -> Vec<SourceFile> {
        let mut sources = Vec::new();
        let mut claimed: HashMap<String, String> = HashMap::new();
        for found in ingest::walk(paths) {
            report.walked += 1;
            match found {
                Walked::File(source) => {
                    let elsewhere = self.files.get(&source.id).filter(|file| file.path != source.shown && Path::new(&file.path).exists());
                    let other = claimed.insert(source.id.clone(), source.shown.clone()).or_else(|| elsewhere.map(|file| file.path.clone()));
                    match other {
                        Some(other) => report.failed.push(Reported {
                            path: source.shown.clone(),
                            reason: format!("has the same id as {other}; index the folder above both"),
                        }),
                        None => sources.push(source),
                    }
                }
                // The walk itself meets these again the next time: what the manifest says of them is for `stats` alone.
                Walked::Skipped { path, reason } => report.skipped.push(Reported { path, reason }),
                Walked::Failed { path, reason } => report.failed.push(Reported { path, reason }),
            }
        }
        sources
    }

    /// Manifest entries for what the walk left out and the manifest does not have so.
    pub fn new_left_out(&self, report: &Report) -> Vec<FileRecord> {
        let listed = report.skipped.iter().map(|item| (item, true)).chain(report.failed.iter().map(|item| (item, false)));
        let known: HashSet<(&str, &str)> =
            self.files.values().flat_map(|file| &file.problems).map(|(path, reason)| (path.as_str(), reason.as_str())).collect();
        listed
            .filter(|(item, _)| !known.contains(&(item.path.as_str(), item.reason.as_str())))
            .map(|(item, skipped)| FileRecord {
                id: item.path.clone(),
                path: item.path.clone(),
                size: 0,
                modified_ns: 0,
                hash: String::new(),
                documents: 0,
                problems: vec![(item.path.clone(), item.reason.clone())],
                skipped,
            })
            .collect()
    }

    /// The files whose bytes are other than the manifest says, with their hash; what is known of the others is reported.
    pub fn changed(&self, sources: Vec<SourceFile>, retry: bool, report: &mut Report) -> Vec<(SourceFile, String)> {
        let mut work = Vec::new();
        for source in sources {
            let hash = match hash_file(&source) {
                Ok(hash) => hash,
                Err(error) => {
                    let reason = IngestError::Unreadable(error.to_string()).to_string();
                    report.failed.push(Reported { path: source.shown, reason });
                    continue;
                }
            };
            match self.files.get(&source.id).filter(|file| file.hash == hash) {
                Some(file) if !retry || file.problems.is_empty() => {
                    report.unchanged += file.documents;
                    let known = file.problems.iter().map(|(path, reason)| Reported { path: path.clone(), reason: reason.clone() });
                    if file.skipped { report.skipped.extend(known) } else { report.failed.extend(known) }
                }
                _ => work.push((source, hash)),
            }
        }
        work
    }
}

/// Hash of a file and of the side file beside it.
fn hash_file(source: &SourceFile) -> std::io::Result<String> {
    let path = source.path.as_path();
    let mut hasher = blake3::Hasher::new();
    if source.size > ingest::MAX_FILE_BYTES && Format::of(path) != Some(Format::JsonLines) {
        // It will not be read: its size and time tell well enough whether it is another.
        hasher.update(format!("{} {}", source.size, source.modified_ns).as_bytes());
    } else {
        hasher.update_reader(ingest::open(path)?)?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".meta.toml");
    for side in [path.with_file_name(name), path.with_extension("meta.toml")] {
        if let Ok(bytes) = std::fs::read(side) {
            hasher.update(&bytes);
        }
    }
    Ok(hasher.finalize().to_hex()[..32].to_owned())
}
