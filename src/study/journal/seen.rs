//! What is new for a search: passages that it did not find at any of its marks.
//!
//! The id of a passage holds a hash of its text. An unchanged text keeps its id through updates and rebuilds, so the
//! marked ids tell what was seen, and the index needs no dates of its own.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::super::toml_file::TomlFile;
use super::asked::Asked;
use super::run::{Run, ran};
use crate::document::{DocumentDate, GivenProblem};
use crate::engine::{Engine, Found, Request, SearchError};
use crate::query::{Budget, Tier};

/// A commit at which a search was marked, with the passages that it found then for the first time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// Name of the commit.
    pub commit: String,
    /// Time of the mark.
    pub time: String,
    /// Ids of the passages.
    pub passages: Vec<String>,
}

/// The marks of a search, the oldest first: `searches/NAME.state.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeenPassages {
    /// What the search asked at its last mark.
    pub asked: Asked,
    /// The versions on which its hits depended at its last mark.
    #[serde(default)]
    pub versions: BTreeMap<String, String>,
    /// The marks.
    #[serde(default)]
    pub marks: Vec<Mark>,
}

/// A new passage.
#[derive(Clone, Debug, PartialEq)]
pub struct NewHit {
    /// Id of the document.
    pub document: String,
    /// Its title.
    pub title: String,
    /// Its date.
    pub date: Option<DocumentDate>,
    /// Id of the passage.
    pub passage: String,
    /// Its text.
    pub text: String,
    /// Tier of the match.
    pub tier: Tier,
    /// Commit and time of the mark that first had it; `None` for a passage without a mark.
    pub first_seen: Option<(String, String)>,
}

/// The new passages of a search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewHits {
    /// The run, without its hits.
    pub run: Run,
    /// Ids of all passages found.
    pub ids: Vec<String>,
    /// The new ones, oldest document first.
    pub new: Vec<NewHit>,
}

/// A saved search with its new passages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct News {
    /// Name of the search.
    pub name: String,
    /// What it found.
    pub found: NewHits,
    /// Commit and time of the mark from which passages are new; `None` before the first mark.
    pub marked: Option<(String, String)>,
    /// Name of the present commit.
    pub commit: String,
    /// Parts that changed since the last mark and may make old passages new for the search.
    pub changed: Vec<String>,
}

impl SeenPassages {
    /// Returns the parts on which the hits of a run depend and that changed since the last mark: the search, a table,
    /// a version.
    pub fn changed(&self, run: &Run) -> Vec<String> {
        if self.marks.is_empty() {
            return Vec::new();
        }
        let now = run.versions();
        let names: BTreeSet<&String> = self.versions.keys().chain(now.keys()).collect();
        let differ = names.into_iter().filter(|name| self.versions.get(*name) != now.get(*name)).cloned();
        (self.asked != run.asked).then(|| "the search".to_owned()).into_iter().chain(differ).collect()
    }

    /// Reads the file with its shown path.
    ///
    /// # Errors
    /// The fault, with file and line.
    pub fn read(text: &str, shown: &str) -> Result<Self, GivenProblem> {
        toml::from_str(text).map_err(|error| TomlFile { text, shown }.unreadable(&error))
    }

    /// Writes the file.
    ///
    /// # Errors
    /// None for texts.
    pub fn write(&self) -> io::Result<String> {
        toml::to_string(self).map_err(io::Error::other)
    }

    /// Adds a mark with all passages of a run that have none.
    pub fn mark(&mut self, found: &NewHits, commit: &str, time: &str) {
        let known = self.first_marks(self.marks.len());
        let passages = found.ids.iter().filter(|id| !known.contains_key(id.as_str())).cloned().collect();
        self.marks.push(Mark { commit: commit.to_owned(), time: time.to_owned(), passages });
        self.asked = found.run.asked.clone();
        self.versions = found.run.versions();
    }

    /// Returns the number of marks up to a commit, or up to a time in the form of the marks.
    ///
    /// # Errors
    /// No mark has the commit; the marks are told.
    pub fn until(&self, since: &str, time: Option<&str>) -> Result<usize, String> {
        if let Some(at) = self.marks.iter().rposition(|mark| mark.commit == since) {
            return Ok(at + 1);
        }
        let known = || self.marks.iter().map(|mark| format!("{} ({})", mark.commit, mark.time)).collect::<Vec<_>>();
        let time = time.ok_or_else(|| {
            format!("'{since}' is neither a time nor the commit of a mark; the marks are: {}", known().join(", "))
        })?;
        Ok(self.marks.iter().take_while(|mark| mark.time.as_str() <= time).count())
    }

    /// Returns the first mark of each passage among the first marks.
    fn first_marks(&self, most: usize) -> HashMap<&str, &Mark> {
        let mut first = HashMap::new();
        for mark in self.marks.iter().take(most) {
            mark.passages.iter().for_each(|passage| _ = first.entry(passage.as_str()).or_insert(mark));
        }
        first
    }
}

/// Finds the passages of a search that none of its first marks has: `most` of them count.
///
/// # Errors
/// As [`Run::of`].
pub fn new_hits(
    engine: &dyn Engine,
    asked: &Asked,
    budget: Budget,
    (marks, most): (&SeenPassages, usize),
) -> Result<NewHits, SearchError> {
    let request = Request { budget, ..asked.request()? };
    let (old, known) = (marks.first_marks(most), marks.first_marks(marks.marks.len()));
    let (mut ids, mut new) = (Vec::new(), Vec::new());
    let mut visitor = |found: Found| {
        let (document, passage) = (found.document, found.passage);
        if !old.contains_key(passage.id.as_str()) {
            new.push(NewHit {
                document: document.id,
                title: document.title,
                date: document.date,
                passage: passage.id.clone(),
                text: passage.text,
                tier: found.tier,
                first_seen: known.get(passage.id.as_str()).map(|mark| (mark.commit.clone(), mark.time.clone())),
            });
        }
        ids.push(passage.id);
        ControlFlow::Continue(())
    };
    let answer = engine.each_match(&request, &mut visitor)?;
    Ok(NewHits { run: Run { asked: asked.clone(), ..ran(&answer) }, ids, new })
}
