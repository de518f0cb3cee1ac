//! The file that marks a folder as ours and names the current generation, and how small files are replaced.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};

use super::directory::aside;
use super::{IndexError, Stamp};

/// Name of the file that marks a folder as ours.
pub(super) const MARKER: &str = "fumikura-index.json";
/// What the marker says of itself.
const ABOUT: &str = "search index of fumikura";
/// Number of this layout of the folder.
const LAYOUT: u32 = 1;
/// Largest marker that is read, in bytes.
const MARKER_BYTES: u64 = 1 << 20;
/// Largest number of a generation.
const MOST_GENERATIONS: u64 = 1 << 50;
/// What the marker says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pointer {
    about: String,
    layout: u32,
    /// The generation that is searched; none before the first commit.
    pub current: Option<String>,
    /// Generations to remove: replaced ones, and new ones until they are published.
    pub leftover: Vec<String>,
    /// Files of the layout before generations stand in the folder itself, to be removed once there is a generation.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub older: bool,
    /// Hash of the other fields.
    check: String,
}

impl Pointer {
    /// That of a folder without a generation.
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

    /// Writes the marker of a folder, durably and in one step.
    pub fn write(&self, folder: &Path) -> Result<(), IndexError> {
        let sealed = Self { check: self.hash(), ..self.clone() };
        let mut text = serde_json::to_vec(&sealed).unwrap_or_default();
        text.push(b'\n');
        let marker = folder.join(MARKER);
        replace(&marker, &text).and_then(|()| sync(folder)).map_err(|error| IndexError::unwritable(&marker, &error))
    }
}

/// Replaces a file of ours by way of a second one with a name of ours.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = aside(path);
    let written = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .custom_flags(OFlags::NOFOLLOW.bits() as i32)
        .open(&new)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_data()))
        .and_then(|()| fs::rename(&new, path));
    if written.is_err() {
        // On a full disk its bytes are missed elsewhere; a later attempt writes over it.
        let _ = fs::remove_file(&new);
    }
    written
}

/// What is said of a pipe in the place of a file.
pub(super) fn not_a_file() -> io::Error {
    io::Error::other("is no file")
}

/// Makes the names in a folder durable.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// What stands where the marker belongs.
pub(super) enum Marker {
    None,
    /// Nothing that this program wrote, or no longer as it was written.
    Unreadable,
    /// Written by a later version, whose layout is unknown here.
    Later,
    Ours(Pointer),
}

/// Reads a regular file, whatever may stand there in its place.
fn read_regular(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    // A pipe would be waited for.
    let opened = OpenOptions::new().read(true).custom_flags(OFlags::NONBLOCK.bits() as i32).open(path);
    let file = match opened {
        Ok(file) if file.metadata()?.is_file() => file,
        Ok(_) => return Ok(Some(Vec::new())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// The bytes of a file of the index.
pub(super) fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    // A pipe would be waited for; of a folder the system says itself what is wrong.
    let found = fs::metadata(path)?;
    if found.is_file() || found.is_dir() { fs::read(path) } else { Err(not_a_file()) }
}

/// Reads the marker of a folder.
pub(super) fn read(folder: &Path) -> Result<Marker, IndexError> {
    #[derive(Deserialize)]
    struct Head {
        about: String,
        layout: u32,
    }
    let path = folder.join(MARKER);
    let Some(bytes) = read_regular(&path, MARKER_BYTES).map_err(|error| IndexError::io(&path, &error))? else {
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

/// The stamp of the last commit of an index in a folder; `None` where there is no index of ours, or no commit yet.
pub(super) fn stamp_of(folder: &Path) -> Result<Option<Stamp>, IndexError> {
    #[derive(Deserialize)]
    struct Meta {
        payload: Option<String>,
    }
    let path = folder.join("meta.json");
    let bytes = read_regular(&path, u64::MAX).map_err(|error| IndexError::io(&path, &error))?;
    let meta = bytes.and_then(|bytes| serde_json::from_slice::<Meta>(&bytes).ok());
    Ok(meta.and_then(|meta| meta.payload).and_then(|payload| serde_json::from_str(&payload).ok()))
}

/// Number of the generation of a name.
pub(super) fn generation_number(name: &str) -> Option<u64> {
    let digits = name.strip_prefix('g')?;
    let number = digits.parse().ok()?;
    (digits == format!("{number}") && (1..MOST_GENERATIONS).contains(&number)).then_some(number)
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
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
                // The digit of the layout may become a later one.
                Ok(Marker::Unreadable | Marker::Later) => {}
                _ => panic!("bit {at}"),
            }
        }
    }
}
