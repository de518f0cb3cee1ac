//! Where the documents are: folders of indexes on this machine, or the nodes of a search cluster.
//!
//! Invariant: commands, the page and the tools open a collection here and name no engine.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::engine::embedded::Snapshot;
use crate::engine::{Collection, SearchError};
use crate::index::{Checked, IndexError, OpenIndex, Problem};

/// Where the documents are.
///
/// # Examples
/// ```
/// use fumikura::engines::Place;
/// use fumikura::{Engine, Request};
///
/// # let folder = tempfile::tempdir()?;
/// # let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
/// # std::fs::create_dir(&texts)?;
/// # std::fs::write(texts.join("対話.txt"), "日米対話\n\n1. 情報共有\n両国は情報共有の取組を進める。\n")?;
/// # fumikura::pipeline::run(&fumikura::IndexOptions::new(vec![texts], index.clone()), &())?;
/// let collection = Place::Folders(vec![index]).open()?;
/// let answer = collection.search(&Request { text: "情報共有".to_owned(), ..Request::default() })?;
/// assert_eq!(answer.total.passages, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Folders of indexes, searched as one.
    Folders(Vec<PathBuf>),
    /// URLs of the nodes of a cluster: `https://a:9200,https://b:9200/NAME`.
    Nodes(String),
}

impl Place {
    /// Opens the documents at their last commit.
    ///
    /// # Errors
    /// No index, an index of another version, or one that cannot be read; a cluster that does not answer, or a program
    /// without the engine over a cluster. Each message names the next step.
    pub fn open(&self) -> Result<Box<dyn Collection>, SearchError> {
        match self {
            Self::Folders(paths) => Ok(Box::new(Snapshot::open(paths)?)),
            Self::Nodes(urls) => nodes(urls),
        }
    }

    /// Compares what is stored with what was written: of an index the files, their bytes and its records.
    /// `quick` compares sizes alone.
    ///
    /// # Errors
    /// As [`Self::open`], except for damage, which is the result.
    pub fn check(&self, quick: bool) -> Result<Checked, SearchError> {
        match self {
            Self::Folders(paths) => {
                let mut all = Checked::default();
                for path in paths {
                    let Checked { problems, warnings } = folder(path, quick)?;
                    all.problems.extend(problems);
                    all.warnings.extend(warnings);
                }
                Ok(all)
            }
            Self::Nodes(urls) => check_nodes(urls, quick),
        }
    }
}

/// Checks the index in a folder; one that does not open is checked by its sizes.
fn folder(path: &Path, quick: bool) -> Result<Checked, SearchError> {
    match OpenIndex::open(path) {
        Ok(index) => {
            let problems = if quick { Vec::new() } else { index.check()? };
            Ok(Checked { problems, warnings: index.warnings() })
        }
        // `open` stops at the first problem; this lists all of them.
        Err(IndexError::Damaged { problem, .. }) => {
            let mut problems = OpenIndex::check_files(path).unwrap_or_default();
            if problems.is_empty() {
                problems.push(Problem { place: "index".to_owned(), what: problem });
            }
            Ok(Checked { problems, warnings: Vec::new() })
        }
        Err(error) => Err(error.into()),
    }
}

impl fmt::Display for Place {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folders(paths) => {
                let paths: Vec<_> = paths.iter().map(|path| path.to_string_lossy()).collect();
                to.write_str(&paths.join(", "))
            }
            Self::Nodes(urls) => to.write_str(urls),
        }
    }
}

#[cfg(feature = "cluster")]
fn nodes(urls: &str) -> Result<Box<dyn Collection>, SearchError> {
    Ok(Box::new(crate::engine::cluster::Cluster::open(urls)?))
}

#[cfg(not(feature = "cluster"))]
fn nodes(urls: &str) -> Result<Box<dyn Collection>, SearchError> {
    Err(without_clusters(urls))
}

#[cfg(feature = "cluster")]
fn check_nodes(urls: &str, quick: bool) -> Result<Checked, SearchError> {
    crate::engine::cluster::Cluster::open(urls)?.check(quick)
}

#[cfg(not(feature = "cluster"))]
fn check_nodes(urls: &str, _: bool) -> Result<Checked, SearchError> {
    Err(without_clusters(urls))
}

#[cfg(not(feature = "cluster"))]
fn without_clusters(urls: &str) -> SearchError {
    let reason = format!("{urls} is a cluster, and this program was built without one: cargo build --features cluster");
    SearchError::NotFound(reason)
}
