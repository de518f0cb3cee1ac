//! A snapshot: one or several indexes, each at one commit. An answer comes from one snapshot.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::OnceLock;
use std::time::SystemTime;

use super::present::{Listing, list};
use super::several::{Several, list_several};
use super::word_counts::word_counts;
use crate::analysis::Analyzer;
use crate::document::Document;
use crate::engine::ranking::vocabulary::ListOfWords;
use crate::engine::{Answer, Engine, Found, LeftOut, Request, SearchError, Shown, Stats, Visitor, WordCounts};
use crate::index::{FileRecord, IndexError, OpenIndex};
use crate::query::{Budget, Filters};

/// Number of ids that are named for an unknown one.
const NEAREST: usize = 5;
/// Number of passages that tell who published a document.
const FIRST_PASSAGES: usize = 3;

/// Indexes that were opened together. A snapshot never changes: later commits are in later snapshots.
pub struct Snapshot {
    indexes: Vec<OpenIndex>,
    /// Words of the texts, in order.
    vocabulary: OnceLock<ListOfWords>,
}

impl Snapshot {
    /// Opens the indexes in some folders, each at its last commit.
    ///
    /// # Errors
    /// As [`OpenIndex::open`].
    pub fn open(paths: &[impl AsRef<Path>]) -> Result<Self, IndexError> {
        let indexes = paths.iter().map(|path| OpenIndex::open(path.as_ref())).collect::<Result<_, _>>()?;
        Ok(Self { indexes, vocabulary: OnceLock::new() })
    }

    /// Returns the indexes, in the order in which they were named.
    pub fn indexes(&self) -> &[OpenIndex] {
        &self.indexes
    }

    /// Returns the analyzer of the first index, which cuts words of texts that several indexes share.
    pub fn analyzer(&self) -> Analyzer {
        self.indexes.first().map(|index| index.analyzer().clone()).unwrap_or_default()
    }

    /// Returns the analyzer of all indexes: words cut in two ways have no common frequency.
    ///
    /// # Errors
    /// Indexes made with different user words; the error names two of them.
    pub fn shared_analyzer(&self) -> Result<&Analyzer, SearchError> {
        let none = || SearchError::NotFound("no index is open".to_owned());
        let (first, others) = self.indexes.split_first().ok_or_else(none)?;
        match others.iter().find(|other| other.user_words() != first.user_words()) {
            None => Ok(first.analyzer()),
            Some(other) => Err(SearchError::NotFound(format!(
                "the indexes '{}' and '{}' were made with different --words, so their words have no common frequency; \
                 name one index",
                first.path().display(),
                other.path().display()
            ))),
        }
    }

    /// True where each index is still at its last commit.
    pub fn is_current(&self) -> bool {
        self.indexes.iter().all(OpenIndex::is_current)
    }

    /// Returns one name for all commits of the snapshot.
    pub fn generation(&self) -> String {
        self.indexes.iter().map(OpenIndex::commit_name).collect::<Vec<_>>().join(" ")
    }

    /// Answers a request with an iterator over the hits.
    ///
    /// # Errors
    /// A query over the limits, an unknown partner or theme, or an index that cannot be read.
    pub fn matches(&self, request: &Request) -> Result<Matches<'_>, SearchError> {
        Ok(match self.indexes.as_slice() {
            [index] => Matches::One(Box::new(list(index, request)?)),
            indexes => Matches::Several(Box::new(list_several(indexes, request)?)),
        })
    }

    /// Answers a request, with all its hits.
    ///
    /// # Errors
    /// As [`Self::matches`].
    pub fn search(&self, request: &Request) -> Result<Answer, SearchError> {
        let mut matches = self.matches(request)?;
        let hits = matches.by_ref().collect::<Result<_, _>>()?;
        Ok(Answer { hits, ..matches.into_answer() })
    }

    /// Returns the document with an id, or the document of the passage with this id.
    ///
    /// # Errors
    /// An unknown id, reported with the nearest ids; an index that cannot be read.
    pub fn show(&self, id: &str) -> Result<Shown, SearchError> {
        for index in &self.indexes {
            if let Some(shown) = shown(index, id)? {
                return Ok(shown);
            }
        }
        let mut ids = BTreeSet::new();
        for index in &self.indexes {
            ids.extend(index.documents()?.into_iter().map(|found| found.document.id));
        }
        let near = nearest(id, ids.iter().map(String::as_str));
        let advice = if near.is_empty() {
            "ids stand at the end of each hit".to_owned()
        } else {
            format!("nearest are {}", near.join(", "))
        };
        Err(SearchError::NotFound(format!("nothing in the index has the id '{id}'; {advice}")))
    }

    /// Returns the first passages of a document beside its own values, and the time of the last change of its file:
    /// what a reference needs. The time is that of the file as it stands now; `None` where it is gone.
    ///
    /// # Errors
    /// An unknown id; an index that cannot be read.
    pub fn source(&self, id: &str) -> Result<(Document, Option<SystemTime>), SearchError> {
        for index in &self.indexes {
            let Some(found) = index.document(id)? else { continue };
            let path = index.source_path(&found.source);
            let time = path.and_then(|path| std::fs::metadata(path).ok()).and_then(|file| file.modified().ok());
            let mut document = found.document;
            document.passages = index.first_passages_of(id, FIRST_PASSAGES)?;
            return Ok((document, time));
        }
        Err(SearchError::NotFound(format!("nothing in the index has the id '{id}'")))
    }

    /// Returns the words of the texts, in order; read once.
    pub(super) fn vocabulary(&self) -> &ListOfWords {
        self.vocabulary.get_or_init(|| {
            let words = self.indexes.iter().filter_map(|index| index.vocabulary().ok());
            ListOfWords::new(&self.analyzer(), words.flatten().collect())
        })
    }

    /// Returns size and contents of the indexes.
    ///
    /// # Errors
    /// An index that cannot be read.
    pub fn stats(&self) -> Result<Stats, SearchError> {
        let mut stats = Stats::default();
        for index in &self.indexes {
            let files = index.files()?;
            stats.documents += index.documents()?.len();
            stats.passages += index.passage_count()?;
            stats.files += files.iter().filter(|file| file.documents > 0).count();
            stats.bytes += index.bytes();
            for FileRecord { problems, warnings, accepted, .. } in files {
                let left_out = |(path, reason)| LeftOut { path, reason, accepted };
                stats.left_out.extend(problems.into_iter().map(left_out));
                stats.file_warnings.extend(warnings.into_iter().map(left_out));
            }
            stats.warnings.extend(index.warnings());
        }
        let all = Request { limit: 0, facets: true, relax: false, ..Request::default() };
        stats.facets = self.search(&all)?.facets.unwrap_or_default();
        Ok(stats)
    }
}

impl Engine for Snapshot {
    fn search(&self, request: &Request) -> Result<Answer, SearchError> {
        Self::search(self, request)
    }

    fn show(&self, id: &str) -> Result<Shown, SearchError> {
        Self::show(self, id)
    }

    fn stats(&self) -> Result<Stats, SearchError> {
        Self::stats(self)
    }

    fn each_match(&self, request: &Request, visitor: &mut dyn Visitor) -> Result<Answer, SearchError> {
        let mut matches = self.matches(&Request { limit: usize::MAX, ..request.clone() })?;
        visitor.begin(matches.answer());
        for found in matches.by_ref() {
            if visitor.found(found?) == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(matches.into_answer())
    }

    fn word_counts(&self, words: &[&str], filters: &Filters, budget: &Budget) -> Result<WordCounts, SearchError> {
        let mut counts = WordCounts::default();
        for index in &self.indexes {
            counts.add(&word_counts(index, words, filters, budget)?);
        }
        Ok(counts)
    }

    fn generation(&self) -> Result<String, SearchError> {
        Ok(Self::generation(self))
    }
}

/// Returns the document or passage with an id in one index; `None` where the index has neither.
fn shown(index: &OpenIndex, id: &str) -> Result<Option<Shown>, SearchError> {
    let document_id = match index.document(id)? {
        Some(_) => id,
        None => id.rsplit_once('#').map_or(id, |(document, _)| document),
    };
    let Some(found) = index.document(document_id)? else { return Ok(None) };
    let mut document = found.document;
    document.passages = index.passages_of(document_id)?.into_iter().map(|passage| passage.passage).collect();
    let passage = document.passages.iter().position(|passage| passage.id == id);
    if passage.is_none() && document_id != id {
        return Err(SearchError::NotFound(format!(
            "the document '{document_id}' has no passage '{id}': its text has changed, or the id is incomplete; \
             to list its passages: fumikura show '{document_id}'"
        )));
    }
    Ok(Some(Shown { document, passage }))
}

/// The hits of a request, read one by one, in order.
///
/// Memory does not grow with the number of hits, except about 32 bytes for each.
///
/// # Examples
/// ```
/// use fumikura::engine::Request;
/// use fumikura::engine::embedded::Snapshot;
///
/// # let folder = tempfile::tempdir()?;
/// # let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
/// # std::fs::create_dir(&texts)?;
/// # std::fs::write(texts.join("対話.txt"), "日米対話\n\n1. 情報共有\n両国は情報共有の取組を進める。\n")?;
/// # fumikura::pipeline::run(&fumikura::IndexOptions::new(vec![texts], index.clone()), &())?;
/// let snapshot = Snapshot::open(&[index])?;
/// let request = Request { text: "情報共有".to_owned(), limit: usize::MAX, ..Request::default() };
/// let matches = snapshot.matches(&request)?;
/// assert_eq!(matches.answer().total.passages, 1);
/// for found in matches {
///     assert!(found?.passage.text.contains("情報共有"));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub enum Matches<'a> {
    /// Hits of one index.
    One(Box<Listing<'a>>),
    /// Hits of several indexes.
    Several(Box<Several<'a>>),
}

impl Matches<'_> {
    /// Returns the answer without its hits. Values that depend on all hits (for example whether the time ran out) may
    /// change while hits are read.
    pub fn answer(&self) -> &Answer {
        match self {
            Self::One(listing) => &listing.answer,
            Self::Several(several) => &several.answer,
        }
    }

    /// Returns the final answer without its hits, after the wanted hits were taken.
    pub fn into_answer(self) -> Answer {
        match self {
            Self::One(listing) => listing.answer,
            Self::Several(mut several) => {
                several.close();
                several.answer
            }
        }
    }
}

impl Iterator for Matches<'_> {
    type Item = Result<Found, SearchError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::One(listing) => listing.next(),
            Self::Several(several) => several.next(),
        }
    }
}

/// Returns the ids nearest to a typed one, best first: ids that contain it or stand in it (a path, a part of a name),
/// then ids that share at least half of their pairs of characters (Dice coefficient).
fn nearest<'a>(typed: &str, ids: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let folded = typed.trim().to_lowercase();
    let own = pairs(&folded);
    let mut scored: Vec<(f64, &str)> = ids
        .filter_map(|id| {
            let other = id.to_lowercase();
            let other_pairs = pairs(&other);
            let shared = own.intersection(&other_pairs).count();
            let likeness = 2.0 * shared as f64 / (own.len() + other_pairs.len()).max(1) as f64;
            let is_part = folded.chars().nth(1).is_some() && other.contains(&folded)
                || !other.is_empty() && folded.contains(&other);
            (is_part || likeness >= 0.5).then_some((likeness + f64::from(u8::from(is_part)), id))
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.into_iter().take(NEAREST).map(|(_, id)| id).collect()
}

fn pairs(text: &str) -> BTreeSet<(char, char)> {
    text.chars().zip(text.chars().skip(1)).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_mistyped_id_a_path_and_a_part_find_their_document() {
        let ids = ["2011-06-09_日米対話.txt", "2012-11-14_日EU対話.txt", "a.txt"];
        for (typed, expected) in [
            ("2011-06-09_日米対談.txt", "2011-06-09_日米対話.txt"),
            ("corpus/2012-11-14_日EU対話.txt:12-14", "2012-11-14_日EU対話.txt"),
            ("日EU", "2012-11-14_日EU対話.txt"),
            ("A.TXT", "a.txt"),
        ] {
            assert_eq!(nearest(typed, ids.into_iter()).first(), Some(&expected), "{typed}");
        }
        assert_eq!(nearest("火星", ids.into_iter()), Vec::<&str>::new());
    }
}
