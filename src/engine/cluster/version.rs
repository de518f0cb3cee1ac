//! The version of a document or a file in the engine, by which a run tells what has changed.

use serde_json::{Map, Value};

/// State of a document or a file: the number of its passages and a hash of all that is stored of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Version {
    pub passages: usize,
    hash: String,
}

impl Version {
    pub fn new(passages: usize, hasher: &blake3::Hasher) -> Self {
        Self { passages, hash: hasher.finalize().to_hex()[..32].to_owned() }
    }

    pub fn parse(text: &str) -> Option<Self> {
        let (passages, hash) = text.split_once('-')?;
        Some(Self { passages: passages.parse().ok()?, hash: hash.to_owned() })
    }

    /// Writes the version into a row.
    pub fn mark(&self, row: &mut Map<String, Value>) {
        row.insert("version".to_owned(), format!("{}-{}", self.passages, self.hash).into());
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn a_version_is_read_from_the_row_that_it_marked() {
        let mut hasher = blake3::Hasher::new();
        hasher.update("情報共有".as_bytes());
        let (version, mut row) = (Version::new(12, &hasher), serde_json::Map::new());
        version.mark(&mut row);
        assert_eq!(row["version"].as_str().and_then(Version::parse), Some(version));
        assert_eq!(Version::parse("12"), None);
    }
}
