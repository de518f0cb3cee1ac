//! The words of the texts, for suggestions and completions: rows of a generation beside its documents. The engine has
//! no list of the words of a field.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::Cluster;
use super::records::{self, WORDS};
use super::wire::WireError;
use crate::engine::ranking::vocabulary::ListOfWords;
use crate::index::{IndexError, OpenIndex, PlainRow};

/// Returns the words of an index in parts, of which a new word changes one.
pub(super) fn rows(index: &OpenIndex) -> Result<Vec<PlainRow>, IndexError> {
    let mut parts: BTreeMap<u8, Vec<String>> = BTreeMap::new();
    for word in index.vocabulary()? {
        parts.entry(blake3::hash(word.as_bytes()).as_bytes()[0]).or_default().push(word);
    }
    let row = |(part, words): (u8, Vec<String>)| {
        let key = format!("{WORDS}-{part:02x}");
        let fields = [("kind", json!(WORDS)), ("key", json!(key)), ("record", json!(json!(words).to_string()))];
        PlainRow { fields: fields.map(|(name, value)| (name.to_owned(), value)).into_iter().collect(), key }
    };
    Ok(parts.into_iter().map(row).collect())
}

impl Cluster {
    /// Returns the words of all shares; read once.
    pub(super) fn vocabulary(&self) -> Result<&ListOfWords, WireError> {
        if let Some(known) = self.words.get() {
            return Ok(known);
        }
        let mut all = BTreeSet::new();
        for (_, generation) in self.pinned.each() {
            records::each_record(&generation, WORDS, &mut |words: Vec<String>, _| all.extend(words))?;
        }
        Ok(self.words.get_or_init(|| ListOfWords::new(&self.analyzer, all)))
    }
}
