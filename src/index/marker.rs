//! The file that marks a folder as ours and names the current generation.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::files::{read_regular, replace, sync};
use super::{IndexError, Stamp};

/// Name of the file that marks a folder as ours.
pub(super) const MARKER: &str = "fumikura-index.json";
/// The field by which the marker identifies itself.
const ABOUT: &str = "search index of fumikura";
/// Number of this layout of the folder.
const LAYOUT: u32 = 1;
/// Largest marker that is read, in bytes.
const MARKER_BYTES: u64 = 1 << 20;
/// Largest number of a generation.
const MOST_GENERATIONS: u64 = 1 << 50;
/// The content of the marker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pointer {
    about: String,
    layout: u32,
    /// The generation that is searched; none before the first commit.
    pub current: Option<String>,
    /// Generations to remove: replaced ones, and new ones until they are published.
    pub leftover: Vec<String>,
    /// Files of the older layout lie in the folder itself; they are removed once a generation exists.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub older: bool,
    /// Hash of the other fields.
    check: String,
}

impl Pointer {
    /// Returns the pointer of a folder without a generation.
    pub fn new() -> Self {
        Self {
            about: ABOUT.to_owned(),
            layout: LAYOUT,
            current: None,
            leftover: Vec::new(),
            older: false,
            check: String::new(),
        }
    }

    fn hash(&self) -> String {
        let bare = Self { check: String::new(), ..self.clone() };
        blake3::hash(&serde_json::to_vec(&bare).unwrap_or_default()).to_hex()[..16].to_owned()
    }

    fn is_sound(&self) -> bool {
        self.check == self.hash()
            && self.leftover.iter().chain(&self.current).all(|name| generation_number(name).is_some())
    }

    /// Writes the marker of a folder, durably and atomically.
    pub fn write(&self, folder: &Path) -> Result<(), IndexError> {
        let sealed = Self { check: self.hash(), ..self.clone() };
        let mut text = serde_json::to_vec(&sealed).unwrap_or_default();
        text.push(b'\n');
        let marker = folder.join(MARKER);
        replace(&marker, &text).and_then(|()| sync(folder)).map_err(|error| IndexError::unwritable(&marker, error))
    }
}

/// The file found in the place of the marker.
pub(super) enum Marker {
    None,
    /// Not written by this program, or changed since.
    Unreadable,
    /// Written by a later version, whose layout is unknown here.
    Later,
    Ours(Pointer),
}

/// Reads the marker of a folder.
pub(super) fn read(folder: &Path) -> Result<Marker, IndexError> {
    #[derive(Deserialize)]
    struct Head {
        about: String,
        layout: u32,
    }
    let path = folder.join(MARKER);
    let Some(bytes) = read_regular(&path, MARKER_BYTES).map_err(|error| IndexError::io(&path, error))? else {
        return Ok(Marker::None);
    };
    Ok(match serde_json::from_slice::<Head>(&bytes) {
        Ok(head) if head.about == ABOUT && head.layout > LAYOUT => Marker::Later,
        Ok(head) if head.about == ABOUT => match serde_json::from_slice::<Pointer>(&bytes) {
            Ok(pointer) if pointer.is_sound() => Marker::Ours(pointer),
            _ => Marker::Unreadable,
        },
        _ => Marker::Unreadable,
    })
}

/// Reads the stamp of an index's last commit; `None` where the folder holds no index of ours, or no commit yet.
pub(super) fn stamp_of(folder: &Path) -> Result<Option<Stamp>, IndexError> {
    #[derive(Deserialize)]
    struct Meta {
        payload: Option<String>,
    }
    let path = folder.join("meta.json");
    let bytes = read_regular(&path, u64::MAX).map_err(|error| IndexError::io(&path, error))?;
    let meta = bytes.and_then(|bytes| serde_json::from_slice::<Meta>(&bytes).ok());
    Ok(meta.and_then(|meta| meta.payload).and_then(|payload| serde_json::from_str(&payload).ok()))
}

/// Parses the number of a generation from its name.
pub(super) fn generation_number(name: &str) -> Option<u64> {
    let digits = name.strip_prefix('g')?;
    let number = digits.parse().ok()?;
    (digits == format!("{number}") && (1..MOST_GENERATIONS).contains(&number)).then_some(number)
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn only_names_that_we_write_are_ours() {
        for name in ["g1", "g20"] {
            assert!(generation_number(name).is_some(), "{name}");
        }
        for name in ["g", "g0", "g01", "g1 ", "G1", "g-1", "g+1", "g1.txt", "gen1", "g99999999999999999999"] {
            assert_eq!(generation_number(name), None, "{name}");
        }
    }

    #[test]
    fn a_marker_that_was_changed_by_one_bit_is_no_marker() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let pointer = Pointer { current: Some("g1".to_owned()), leftover: vec!["g2".to_owned()], ..Pointer::new() };
        pointer.write(folder.path()).expect("written");
        assert!(matches!(read(folder.path()), Ok(Marker::Ours(found)) if found.current == pointer.current));
        let path = folder.path().join(MARKER);
        let text = fs::read(&path).expect("a marker");
        for at in 0..text.len() * 8 {
            let mut changed = text.clone();
            changed[at / 8] ^= 1 << (at % 8);
            fs::write(&path, &changed).expect("written");
            match read(folder.path()) {
                Ok(Marker::Ours(found)) => {
                    assert_eq!((found.current, found.leftover), (pointer.current.clone(), pointer.leftover.clone()))
                }
                // The changed bit may turn the layout's digit into that of a later layout.
                Ok(Marker::Unreadable | Marker::Later) => {}
                _ => panic!("bit {at}"),
            }
        }
    }
}
