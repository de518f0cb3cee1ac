//! Atom feeds of a query.

use super::xml::{DECLARATION, escaped};
use crate::cite::is_web;
use crate::document::{DateKind, Document, Precision, clipped};
use crate::engine::Found;
use crate::output::links::{ascii, value};
use crate::output::{Made, date_label, passage_link};

/// Longest text of an entry, in code points.
const MAX_SUMMARY: usize = 1_000;

/// A feed of a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feed {
    /// The query as typed.
    pub query: String,
    /// Query and filters as the page spells them: `q=…&partner=…`; the id of the feed is made of them.
    pub condition: String,
    /// Address of the feed itself.
    pub address: String,
    /// Address of the page of the query.
    pub page: String,
    /// `ja` or `en`.
    pub language: String,
    /// When the feed is made, and from what commit; its `base` is the address of the page.
    pub made: Made,
}

/// Returns an Atom feed with an entry for each hit, in their order.
///
/// The id of an entry is that of the passage, so that a reader shows each passage once, whatever its place in the list.
/// The caller orders the hits by the time at which they were first indexed, or else by date.
///
/// # Examples
/// ```
/// use fumikura::output::{Feed, Made, atom_feed};
///
/// let made = Made { at: "2026-11-27T05:42:53Z".to_owned(), ..Made::default() };
/// let text = atom_feed(&Feed { query: "情報共有 <b>".to_owned(), made, ..Feed::default() }, &[]);
/// assert!(text.contains("<title>情報共有 &lt;b&gt; — fumikura</title>"));
/// ```
pub fn atom_feed(feed: &Feed, hits: &[Found]) -> String {
    let base = feed.made.base.as_deref().unwrap_or_default();
    let entries: String = hits.iter().map(|hit| entry(base, &feed.made.at, hit)).collect();
    format!(
        "{DECLARATION}<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n  \
         <id>urn:fumikura:query:{}</id>\n  \
         <title>{} — fumikura</title>\n  <updated>{}</updated>\n  \
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n  \
         <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n  <author><name>fumikura</name></author>\n  \
         <generator version=\"{}\">fumikura</generator>\n{entries}</feed>\n",
        escaped(&feed.language),
        escaped(&feed.condition),
        escaped(&feed.query),
        escaped(&feed.made.at),
        escaped(&feed.address),
        escaped(&feed.page),
        env!("CARGO_PKG_VERSION"),
    )
}

/// Returns the id of a passage as an address that never changes: a feed must not depend on the place of the page.
fn urn(passage: &str) -> String {
    format!("urn:fumikura:passage:{}", value(passage))
}

fn entry(base: &str, at: &str, hit: &Found) -> String {
    let (document, passage) = (&hit.document, &hit.passage);
    let heading = passage.heading.last().map_or(String::new(), |heading| format!(" — {heading}"));
    // Atom wants a time. A day is its first moment; without a day, it is the time of the feed.
    let updated = day(document).map_or_else(|| at.to_owned(), |day| format!("{day}T00:00:00Z"));
    let published = match &document.date {
        Some(date) if date.kind == DateKind::Published => day(document),
        _ => None,
    };
    let published = published.map_or(String::new(), |day| format!("    <published>{day}T00:00:00Z</published>\n"));
    let author = document
        .publisher
        .as_deref()
        .map_or(String::new(), |publisher| format!("    <author><name>{}</name></author>\n", escaped(publisher)));
    let source = document
        .url
        .as_deref()
        .filter(|url| is_web(url))
        .map_or(String::new(), |url| format!("    <link rel=\"via\" href=\"{}\"/>\n", escaped(&ascii(url))));
    let categories: String = passage
        .partners
        .iter()
        .filter(|partner| partner.role == crate::document::Role::Party)
        .map(|partner| format!("    <category term=\"{}\"/>\n", escaped(&partner.value)))
        .collect();
    let date = document.date.as_ref().map_or(String::new(), |date| format!("（{}）", date_label(Some(date))));
    format!(
        "  <entry>\n    <id>{}</id>\n    <title>{}</title>\n    <updated>{}</updated>\n{published}{author}    \
         <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n\
         {source}{categories}    <summary>{}</summary>\n  </entry>\n",
        urn(&passage.id),
        escaped(&format!("{}{date}{heading}", document.title)),
        escaped(&updated),
        escaped(&passage_link(base, &passage.id)),
        escaped(&clipped(passage.text.clone(), MAX_SUMMARY)),
    )
}

/// Returns the first day of the date of a document, where its text gives a day.
fn day(document: &Document) -> Option<String> {
    let date = document.date.as_ref().filter(|date| date.precision == Precision::Day)?;
    Some(date.interval.start.to_string())
}
