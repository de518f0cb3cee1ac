//! Sitemaps, for pages that are open to crawlers.

use super::xml::{DECLARATION, escaped};
use crate::document::CivilDate;
use crate::output::document_link;

/// Largest number of addresses in one sitemap; more need an index of several.
pub const MAX_SITEMAP_URLS: usize = 50_000;

/// A document of a sitemap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SitemapEntry {
    /// Its id.
    pub id: String,
    /// Day of its last change, where known.
    pub changed: Option<CivilDate>,
}

/// Returns a sitemap of documents on the page at `base`: of the first 50,000.
///
/// # Examples
/// ```
/// use fumikura::output::{SitemapEntry, sitemap};
///
/// let text = sitemap("https://example.jp", &[SitemapEntry { id: "会合.txt".to_owned(), changed: None }]);
/// assert!(text.contains("<loc>https://example.jp/doc/%E4%BC%9A%E5%90%88.txt</loc>"));
/// ```
pub fn sitemap(base: &str, documents: &[SitemapEntry]) -> String {
    let entry = |entry: &SitemapEntry| {
        let changed = entry.changed.map_or(String::new(), |day| format!("<lastmod>{day}</lastmod>"));
        format!("  <url><loc>{}</loc>{changed}</url>\n", escaped(&document_link(base, &entry.id)))
    };
    let urls: String = documents.iter().take(MAX_SITEMAP_URLS).map(entry).collect();
    format!("{DECLARATION}<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{urls}</urlset>\n")
}

/// Returns the index of several sitemaps at `{base}/sitemap-1.xml` and so on.
pub fn sitemap_index(base: &str, parts: usize) -> String {
    let entry = |part| format!("  <sitemap><loc>{}/sitemap-{part}.xml</loc></sitemap>\n", escaped(base));
    let all: String = (1..=parts).map(entry).collect();
    format!("{DECLARATION}<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{all}</sitemapindex>\n")
}
