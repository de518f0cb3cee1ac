//! Gathers the links of a page with their addresses.

use scraper::ElementRef;
use url::Url;

use super::heading_text::text_with_alt;
use super::tree::below_named;
use crate::document::PageLink;

/// Most links kept for one page, and longest text and address of each, in bytes.
const MAX_LINKS: usize = 300;
const MAX_TEXT_BYTES: usize = 600;

/// The links of a page.
#[derive(Default)]
pub(super) struct Links {
    base: Option<Url>,
    pub found: Vec<PageLink>,
    /// Number of links over the limit.
    pub over: usize,
}

impl Links {
    /// Begins with the address that relative addresses refer to.
    pub fn new(base: Option<Url>) -> Self {
        Self { base, ..Self::default() }
    }

    /// Adds a link of the main text.
    pub fn add(&mut self, element: &ElementRef<'_>) {
        let Some(href) = element.value().attr("href").map(str::trim) else { return };
        let scheme = href.split([':', '/']).next().unwrap_or_default().to_ascii_lowercase();
        if href.is_empty()
            || href.starts_with('#')
            || matches!(scheme.as_str(), "javascript" | "mailto" | "tel" | "data")
        {
            return;
        }
        let url =
            self.base.as_ref().and_then(|base| base.join(href).ok()).map_or_else(|| href.to_owned(), String::from);
        if url.len() > MAX_TEXT_BYTES || self.found.iter().rev().take(20).any(|link| link.url == url) {
            return;
        }
        if self.found.len() == MAX_LINKS {
            self.over += 1;
            return;
        }
        let mut text = text_with_alt(element);
        text.truncate(text.floor_char_boundary(MAX_TEXT_BYTES));
        self.found.push(PageLink::new(text, url));
    }

    /// Adds the papers that a part of the page links to which is left out.
    pub fn add_papers(&mut self, part: &ElementRef<'_>) {
        for element in below_named(part, "a") {
            if element.value().attr("href").is_some_and(|href| PageLink::is_paper(href.trim())) {
                self.add(&element);
            }
        }
    }
}
