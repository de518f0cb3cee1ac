//! A collection at one commit: what the page, the commands and lists to take away read beside answers.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::time::SystemTime;

use super::file_facets::FileFacets;
use super::{Answer, Engine, Found, Request, SearchError};
use crate::analysis::Analyzer;
use crate::document::Document;
use crate::query::Marks;

/// An engine that stays at one commit: all its answers are of the same documents.
///
/// # Examples
/// ```
/// use fumikura::engine::Collection;
/// use fumikura::engines::Place;
///
/// # let folder = tempfile::tempdir()?;
/// # let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
/// # std::fs::create_dir(&texts)?;
/// # std::fs::write(texts.join("対話.txt"), "日米対話\n\n1. 情報共有\n両国は情報共有の取組を進める。\n")?;
/// # fumikura::pipeline::run(&fumikura::IndexOptions::new(vec![texts], index.clone()), &())?;
/// let collection: Box<dyn Collection> = Place::Folders(vec![index]).open()?;
/// assert_eq!(collection.ids(10)?, ["対話.txt"]);
/// assert_eq!(collection.completions("共", 10)?, ["共有"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Collection: Engine {
    /// Answers a request with its hits one by one, in order.
    ///
    /// # Errors
    /// As [`Engine::search`].
    fn hits<'a>(&'a self, request: &Request) -> Result<Box<dyn Hits + 'a>, SearchError>;

    /// Returns the documents of the hits of a request, each once with the score of its best hit, in order: at most
    /// `most` of them. No text is shown, so that this takes the time of finding.
    ///
    /// # Errors
    /// As [`Engine::search`].
    fn ranking(&self, request: &Request, most: usize) -> Result<Vec<(String, f32)>, SearchError>;

    /// Counts the matching passages by publisher and by type of file. Each facet ignores its own filter and obeys all
    /// others.
    ///
    /// # Errors
    /// As [`Engine::search`].
    fn files(&self, request: &Request) -> Result<FileFacets, SearchError>;

    /// Finds the occurrences of the words of a request in each passage of a document, the headings above it and the
    /// title: those that a hit of the request would show. A passage that lacks other words of the query is marked too.
    ///
    /// The list is empty where the query holds no word.
    ///
    /// # Errors
    /// A query over the limits.
    fn occurrences(&self, request: &Request, document: &Document) -> Result<Vec<Marks>, SearchError>;

    /// Returns the analyzer of the first part, which cuts words of texts that several parts share.
    fn analyzer(&self) -> Analyzer;

    /// Returns the analyzer of all parts: words cut in two ways have no common frequency.
    ///
    /// # Errors
    /// Parts made with different user words; the error names two of them.
    fn shared_analyzer(&self) -> Result<&Analyzer, SearchError>;

    /// True for the id of a document. Costs one look, whether there is one or not.
    ///
    /// # Errors
    /// A collection that cannot be read.
    fn knows(&self, id: &str) -> Result<bool, SearchError>;

    /// Returns the ids of the documents, in order: at most `most` of each part.
    ///
    /// # Errors
    /// A collection that cannot be read.
    fn ids(&self, most: usize) -> Result<Vec<String>, SearchError>;

    /// Returns the first passages of a document beside its own values, and the time of the last change of its file:
    /// what a reference needs. `None` where the time is not known.
    ///
    /// # Errors
    /// An unknown id; a collection that cannot be read.
    fn source(&self, id: &str) -> Result<(Document, Option<SystemTime>), SearchError>;

    /// Returns where the file of a document was; `None` for an unknown id.
    ///
    /// # Errors
    /// A collection that cannot be read.
    fn original(&self, id: &str) -> Result<Option<Original>, SearchError>;

    /// Returns words of the texts that begin with folded letters and go on, the shortest first: at most `most` of them.
    ///
    /// # Errors
    /// A collection that cannot be read.
    fn completions(&self, beginning: &str, most: usize) -> Result<Vec<String>, SearchError>;

    /// Returns the parts of the collection, in the order in which they were named.
    ///
    /// # Errors
    /// A collection that cannot be read.
    fn parts(&self) -> Result<Vec<Part>, SearchError>;

    /// Returns the folders of the source files, which may be on another machine.
    fn folders(&self) -> Vec<PathBuf>;

    /// Returns the warnings about the collection, for example that older rules made it.
    fn warnings(&self) -> Vec<String>;

    /// True where each part is still at its last commit.
    ///
    /// # Errors
    /// A collection that is gone.
    fn is_current(&self) -> Result<bool, SearchError>;
}

/// The hits of a request, read one by one.
pub trait Hits: Iterator<Item = Result<Found, SearchError>> {
    /// Returns the answer without its hits. Values that depend on all hits (for example whether the time ran out) may
    /// change while hits are read.
    fn answer(&self) -> &Answer;

    /// Returns the final answer without its hits, after the wanted hits were taken.
    fn finish(self: Box<Self>) -> Answer;
}

/// A part of a collection: an index, or the generation of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Its folder as named, or its address.
    pub name: String,
    /// Name of its commit.
    pub commit: String,
    /// Number of documents.
    pub documents: usize,
    /// Number of passages.
    pub passages: usize,
    /// Versions of the rules and hashes of the tables and the dictionary that made it, by name.
    pub versions: BTreeMap<String, String>,
}

/// The file of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Original {
    /// Folder below which it lies; `None` where it is not known.
    pub folder: Option<PathBuf>,
    /// Its path below the folder.
    pub path: PathBuf,
    /// Its state when it was indexed; `None` where that was not recorded.
    pub indexed: Option<FileState>,
}

/// The state of a file when it was indexed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileState {
    /// Size in bytes.
    pub size: u64,
    /// Time of last change, in nanoseconds since 1970.
    pub modified_ns: u64,
    /// Hash of the bytes and of the values beside the file.
    pub hash: String,
}

/// Returns the documents of some hits, each once with the score of its best hit: at most `most` of them.
pub(crate) fn documents(hits: Vec<Found>, most: usize) -> Vec<(String, f32)> {
    let mut seen = HashSet::new();
    let of_hit = |hit: Found| seen.insert(hit.document.id.clone()).then_some((hit.document.id, hit.score));
    hits.into_iter().filter_map(of_hit).take(most).collect()
}
