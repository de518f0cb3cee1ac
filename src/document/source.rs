//! Where a document came from: a root that a person named, and a path below it.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A path with its bytes as the file system has them; in JSON a string where it is UTF-8, else a list of bytes.
///
/// # Examples
/// ```
/// use fumikura::document::StoredPath;
/// let path = StoredPath::from("報道資料/協議の結果.txt");
/// assert_eq!(serde_json::to_string(&path).unwrap(), "\"報道資料/協議の結果.txt\"");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoredPath(PathBuf);

impl<T: Into<PathBuf>> From<T> for StoredPath {
    fn from(path: T) -> Self {
        Self(path.into())
    }
}

impl AsRef<Path> for StoredPath {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl Serialize for StoredPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.to_str() {
            Some(text) => text.serialize(serializer),
            None => self.0.as_os_str().as_bytes().serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for StoredPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Stored {
            Text(String),
            Bytes(Vec<u8>),
        }
        Ok(match Stored::deserialize(deserializer)? {
            Stored::Text(text) => Self(text.into()),
            Stored::Bytes(bytes) => Self(OsString::from_vec(bytes).into()),
        })
    }
}

/// A folder that was named to be read, or the folder of files that were named one by one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Root {
    /// Canonical path.
    pub path: StoredPath,
    /// All of the folder was named; else only some of its files.
    pub whole: bool,
}

/// The identity of a source file in an index: no two files of an index have the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourceId {
    /// Place of its root in the list of roots of the index.
    pub root: usize,
    /// Path below the root.
    pub path: StoredPath,
}

impl SourceId {
    /// The bytes that stand for it in hashes.
    pub fn as_bytes(&self) -> Vec<u8> {
        let mut bytes = (self.root as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(self.path.0.as_os_str().as_bytes());
        bytes
    }
}

/// A path as a person in a folder would type it: below the folder where it lies there, else whole.
///
/// # Examples
/// ```
/// use std::path::Path;
/// use fumikura::document::near;
///
/// let path = Path::new("/docs/corpus/会合.txt");
/// assert_eq!(near(path, Some("/docs".as_ref())), Path::new("corpus/会合.txt"));
/// assert_eq!(near(path, None), path);
/// ```
pub fn near<'a>(path: &'a Path, folder: Option<&Path>) -> &'a Path {
    folder.and_then(|folder| path.strip_prefix(folder).ok()).unwrap_or(path)
}

/// A path as people read it, `/` between its parts. Bytes that are no UTF-8 are written `\xFF`, so that two names never
/// look alike.
///
/// # Examples
/// ```
/// use std::{ffi::OsStr, os::unix::ffi::OsStrExt, path::Path};
/// let path = Path::new(OsStr::from_bytes(b"\xffmemo.txt"));
/// assert_eq!(fumikura::document::shown_path(path), "\\xFFmemo.txt");
/// ```
pub fn shown_path(path: &Path) -> String {
    let mut shown = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        shown.push_str(chunk.valid());
        shown.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02X}")));
    }
    shown
}
