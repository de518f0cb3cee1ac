//! Signposting: links between a page, its source and its descriptions, as a header `Link`.

use crate::cite::Citation;
use crate::output::links::ascii;

/// The original of a document on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Original {
    /// Its address.
    pub url: String,
    /// Its media type.
    pub media_type: String,
}

/// Returns the value of the header `Link` of a document (level 1 of Signposting). `page` is the address of the page of
/// the document, without an extension.
///
/// # Examples
/// ```
/// # let document: fumikura::document::Document = serde_json::from_str(
/// #     r#"{"id": "a.pdf", "path": "a.pdf", "title": "白書", "url": "https://www.soumu.go.jp/a.pdf", "date": null}"#)?;
/// let citation = fumikura::cite::Citation::of(&document, None, None);
/// let link = fumikura::output::signposting(&citation, "http://h/doc/a.pdf", None);
/// assert!(link.starts_with("<https://www.soumu.go.jp/a.pdf>; rel=\"cite-as\", "));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn signposting(citation: &Citation, page: &str, original: Option<&Original>) -> String {
    let mut links = Vec::new();
    let mut add = |url: &str, rel: &str, media_type: Option<&str>| {
        let media_type = media_type.map_or(String::new(), |of| format!("; type=\"{}\"", of.replace(['"', '\\'], "")));
        links.push(format!("<{}>; rel=\"{rel}\"{media_type}", ascii(url)));
    };
    add(citation.url.as_deref().unwrap_or(page), "cite-as", None);
    for (ending, media_type) in [
        (".csl.json", "application/vnd.citationstyles.csl+json"),
        (".bib", "application/x-bibtex"),
        (".ris", "application/x-research-info-systems"),
    ] {
        add(&format!("{page}{ending}"), "describedby", Some(media_type));
    }
    if let Some(original) = original {
        add(&original.url, "item", Some(&original.media_type));
    }
    add("https://schema.org/AboutPage", "type", None);
    add(&format!("https://schema.org/{}", citation.kind.schema_org()), "type", None);
    links.join(", ")
}
