//! The origin of a document: a root that the user named, and a path below it.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A path with the exact bytes of the file system; in JSON a string where it is UTF-8, else a list of bytes.
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

/// A folder that the user named, or the folder of files named individually.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Root {
    /// Canonical path.
    pub path: StoredPath,
    /// The whole folder was named; else only some of its files.
    pub whole: bool,
}

/// The identity of a source file, unique within an index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourceId {
    /// Position of its root in the index's list of roots.
    pub root: usize,
    /// Path below the root.
    pub path: StoredPath,
}

impl SourceId {
    /// Returns its bytes for hashing.
    pub fn as_bytes(&self) -> Vec<u8> {
        let mut bytes = (self.root as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(self.path.0.as_os_str().as_bytes());
        bytes
    }
}

/// Shortens a path to one relative to `folder`, where it lies below it; else returns it whole.
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

/// Formats a path for display, with `/` between its parts. Bytes that are not UTF-8 are written as `\xFF`, so that two
/// names never look alike.
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
