//! Who may read: names with passwords (basic authentication), or a name that a trusted proxy sends.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use argon2::Argon2;
use argon2::password_hash::{PasswordVerifier, phc::PasswordHash};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// Largest file of users, in bytes.
const MAX_FILE: u64 = 1 << 20;
/// Number of verified credentials that are remembered; a hash takes about 30 ms.
const MOST_KNOWN: usize = 1000;
/// Groups of names whose wrong passwords are counted together.
const SLOTS: u8 = 16;

/// Names with the hashes of their passwords.
pub(super) struct Users {
    hashes: HashMap<String, String>,
    /// Keyed hashes of credentials that were verified.
    verified: Mutex<HashSet<[u8; 32]>>,
    key: [u8; 32],
}

/// Reads lines of the form `NAME:$argon2id$…`; a line that begins with `#` is a comment.
pub(super) fn read_users(path: &Path) -> Result<Users, String> {
    let wrong = |what: &str| format!("--auth {}: {what}", path.display());
    let text = crate::ingest::read_named(path, MAX_FILE).map_err(|error| wrong(&error.to_string()))?;
    let mut hashes = HashMap::new();
    for (number, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line.trim())) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, hash) = line.split_once(':').ok_or_else(|| wrong(&format!("line {number} has no `NAME:`")))?;
        let is_argon = PasswordHash::new(hash).is_ok_and(|hash| hash.algorithm.as_str() == "argon2id");
        if name.is_empty() || !is_argon {
            return Err(wrong(&format!(
                "line {number}: expected NAME:$argon2id$…; docs/serve.md tells how to make one"
            )));
        }
        if hashes.insert(name.to_owned(), hash.to_owned()).is_some() {
            return Err(wrong(&format!("line {number} names {name} again")));
        }
    }
    if hashes.is_empty() {
        return Err(wrong("names nobody"));
    }
    let mut key = [0; 32];
    // The key only keeps hashes of passwords in memory from being those of a table.
    let seed = std::collections::hash_map::RandomState::new();
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = std::hash::BuildHasher::hash_one(&seed, at) as u8;
    }
    Ok(Users { hashes, verified: Mutex::default(), key })
}

impl Users {
    fn digest(&self, credentials: &str) -> [u8; 32] {
        *blake3::keyed_hash(&self.key, credentials.as_bytes()).as_bytes()
    }

    /// Tells whether these credentials were verified before.
    pub fn know(&self, credentials: &str) -> bool {
        let digest = self.digest(credentials);
        self.verified.lock().unwrap_or_else(PoisonError::into_inner).contains(&digest)
    }

    /// Returns the number of the group of names to which that of these credentials belongs, whether anybody has it or
    /// not: refusals must not tell which names exist.
    pub fn slot(&self, credentials: &str) -> u8 {
        let name = credentials.split_once(':').map_or(credentials, |(name, _)| name);
        self.digest(name)[0] % SLOTS
    }

    /// Verifies credentials, which takes the time of one hash whether the name exists or not.
    pub fn verify(&self, credentials: &str) -> bool {
        let Some((name, password)) = credentials.split_once(':') else { return false };
        let known = self.hashes.get(name);
        let Some(hash) = known.or_else(|| self.hashes.values().next()) else { return false };
        let fits = PasswordHash::new(hash)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        let verified = fits && known.is_some();
        if verified {
            let mut all = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
            if all.len() >= MOST_KNOWN {
                all.clear();
            }
            all.insert(self.digest(credentials));
        }
        verified
    }
}

/// Returns `NAME:PASSWORD` of an `Authorization` header.
pub(super) fn credentials(header: &str) -> Option<String> {
    let (scheme, value) = header.split_once(' ')?;
    let bytes = scheme.eq_ignore_ascii_case("basic").then(|| BASE64_STANDARD.decode(value.trim()))?.ok()?;
    String::from_utf8(bytes).ok()
}
