//! A place in the list of hits of one query at one commit.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

/// The place where a page begins. As text it is opaque: base64url of offset, digest of the query and commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Number of hits before the place.
    pub offset: usize,
    /// The commit whose list is meant.
    pub commit: String,
    /// Digest of the query, its filters and its order.
    digest: String,
}

impl Cursor {
    /// Makes the cursor of a place in the list of a query, by the digest of the query.
    pub fn new(offset: usize, commit: &str, digest: String) -> Self {
        Self { offset, commit: commit.to_owned(), digest }
    }

    /// Reads a cursor.
    ///
    /// # Errors
    /// A text that no page wrote.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || "is no cursor of this server; begin at the first page".to_owned();
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
        let plain = String::from_utf8(bytes).map_err(|_| wrong())?;
        let mut parts = plain.splitn(3, ' ');
        let (Some(offset), Some(digest), Some(commit)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(wrong());
        };
        let offset = offset.parse::<u32>().map_err(|_| wrong())? as usize;
        let cursor = Self { offset, commit: commit.to_owned(), digest: digest.to_owned() };
        // Another spelling of a number or of base64 would be a second URL of one page.
        if cursor.offset == 0 || cursor.to_string() != text { Err(wrong()) } else { Ok(cursor) }
    }

    /// Returns the digest of the query, its filters and its order.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(format!("{} {} {}", self.offset, self.digest, self.commit)))
    }
}
