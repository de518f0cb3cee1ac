//! Values that a web page marks beside its text: the day of its publication, its links.

use serde::{Deserialize, Serialize};

/// What a page tells about the day of its publication.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PageDay {
    /// Nothing: the text decides.
    #[default]
    Unknown,
    /// The words with the day: `公開日：2023年6月26日`, `2025-10-21`.
    Stated(String),
    /// The page is a list of news, which has no day of its own.
    Index,
}

/// A link of a page, or a paper attached to it.
///
/// # Examples
/// ```
/// let link = fumikura::document::PageLink::new("議長声明（PDF形式：98KB）", "https://www.example.go.jp/1.pdf");
/// assert!(link.attachment);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageLink {
    /// Its text; empty for an image without a text.
    pub text: String,
    /// Its address: absolute where the page tells its own address, else as written.
    pub url: String,
    /// The address is that of a paper: PDF, Word, Excel, PowerPoint, CSV, an archive.
    #[serde(default)]
    pub attachment: bool,
}

/// Endings of the addresses of papers.
const PAPERS: [&str; 19] = [
    "pdf", "doc", "docx", "xls", "xlsx", "xlsm", "ppt", "pptx", "odt", "ods", "odp", "rtf", "jtd", "csv", "tsv", "zip",
    "lzh", "xml", "json",
];

impl PageLink {
    /// Creates a link; the ending of the address tells an attachment.
    pub fn new(text: impl Into<String>, url: impl Into<String>) -> Self {
        let url = url.into();
        Self { text: text.into(), attachment: Self::is_paper(&url), url }
    }

    /// Tells whether an address is that of a paper.
    pub fn is_paper(url: &str) -> bool {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or_default();
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        ending.is_some_and(|ending| PAPERS.contains(&ending.as_str()))
    }
}
