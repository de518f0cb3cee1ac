//! Reads the head of a page: its address, days, publishers.

use scraper::{ElementRef, Html, Node};
use url::Url;

use super::super::flowed;
use super::tree::children_named;
use super::words::has_day;

/// The marks in the head of a page.
#[derive(Default)]
pub(super) struct Head {
    /// Address that relative addresses refer to.
    pub base: Option<Url>,
    /// Addresses of the page itself.
    pub addresses: Vec<String>,
    /// Names of the publisher.
    pub publishers: Vec<String>,
    /// Days of publication.
    pub days: Vec<String>,
    /// The address to which the page leads.
    pub moved: Option<String>,
}

impl Head {
    /// Reads `<meta>`, `<base>`, `<link rel=canonical>`, JSON-LD, and the comment of a browser that saved the page.
    pub fn of(page: &Html) -> Self {
        let mut found = Self::default();
        let root = page.root_element();
        for comment in page.tree.root().children().chain(root.children()).filter_map(|node| node.value().as_comment()) {
            // <!-- saved from url=(0055)https://… -->
            if let Some((_, rest)) = comment.split_once("saved from url=(")
                && let Some((_, address)) = rest.split_once(')')
            {
                found.addresses.push(address.trim().to_owned());
            }
        }
        let Some(head) = children_named(&root, "head").next() else { return found };
        let mut base = None;
        for element in head.child_elements() {
            let attribute = |name: &str| element.value().attr(name).unwrap_or_default().trim();
            match element.value().name() {
                "base" if !attribute("href").is_empty() => base = Some(attribute("href").to_owned()),
                "link" if attribute("rel").eq_ignore_ascii_case("canonical") => {
                    found.addresses.push(attribute("href").to_owned());
                }
                "meta" => found.meta(&element),
                "script" if attribute("type").eq_ignore_ascii_case("application/ld+json") => {
                    found.data(&element);
                }
                _ => {}
            }
        }
        found.addresses.extend(base.clone());
        let own = || found.addresses.iter().find_map(|address| Url::parse(address).ok());
        found.base = match base {
            Some(base) => Url::parse(&base).ok().or_else(|| own()?.join(&base).ok()),
            None => own(),
        };
        found
    }

    fn meta(&mut self, meta: &ElementRef<'_>) {
        let attribute = |name: &str| meta.value().attr(name).unwrap_or_default();
        let content = flowed(attribute("content").trim());
        if content.is_empty() {
            return;
        }
        if attribute("http-equiv").eq_ignore_ascii_case("refresh") {
            let lower = content.to_ascii_lowercase();
            self.moved = lower.find("url=").map(|at| content[at + 4..].trim_matches(['\'', '"', ' ']).to_owned());
            return;
        }
        let name =
            [attribute("property"), attribute("name"), attribute("itemprop")].into_iter().find(|name| !name.is_empty());
        match name.unwrap_or_default().to_ascii_lowercase().as_str() {
            "og:site_name" => self.publishers.insert(0, content),
            "author" | "dc.publisher" | "dcterms.publisher" | "publisher" | "dc.creator" => {
                self.publishers.push(content)
            }
            "og:url" => self.addresses.push(content),
            "article:published_time"
            | "dc.date.issued"
            | "dcterms.issued"
            | "datepublished"
            | "pubdate"
            | "dc.date"
            | "date"
                if has_day(&content) =>
            {
                self.days.push(content.chars().take(10).collect());
            }
            _ => {}
        }
    }

    /// Reads the day of publication in JSON-LD.
    fn data(&mut self, script: &ElementRef<'_>) {
        let text: String = script
            .children()
            .filter_map(|node| if let Node::Text(text) = node.value() { Some(&**text) } else { None })
            .collect();
        let Ok(value) = serde_json::from_str::<serde_json::Value>(&text) else { return };
        let one = std::slice::from_ref(&value);
        let items = value.as_array().map_or(one, Vec::as_slice);
        let graphs = items.iter().filter_map(|item| item.get("@graph")?.as_array()).flatten();
        for item in items.iter().chain(graphs) {
            if let Some(day) = item.get("datePublished").and_then(serde_json::Value::as_str).filter(|day| has_day(day))
            {
                self.days.push(day.chars().take(10).collect());
            }
        }
    }
}
