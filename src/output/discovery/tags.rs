//! Tags in the head of the page of a document, which reference managers and crawlers read.

use super::xml::escaped;
use crate::cite::{Citation, Day};

/// A tag: name and content.
pub type Tag = (&'static str, String);

/// Returns the tags of a document: Highwire tags for a report, Dublin Core for a page.
///
/// A press release has no Highwire tags, because readers take a page with `citation_title` and no other sign for a
/// journal article. `pdf` is the address of the original, if it is a PDF.
///
/// # Examples
/// ```
/// # let document: fumikura::document::Document = serde_json::from_str(
/// #     r#"{"id": "a.pdf", "path": "a.pdf", "title": "情報通信白書", "publisher": "総務省", "date": null}"#)?;
/// let citation = fumikura::cite::Citation::of(&document, None, None);
/// let tags = fumikura::output::highwire_tags(&citation, None);
/// assert!(tags.contains(&("citation_technical_report_institution", "総務省".to_owned())));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn highwire_tags(citation: &Citation, pdf: Option<&str>) -> Vec<Tag> {
    let mut tags: Vec<Tag> = Vec::new();
    let institution = citation.publisher.as_ref().or_else(|| citation.authors.first());
    // Without an institution, nothing tells a report from an article.
    if let (false, Some(institution)) = (citation.is_page(), institution) {
        tags.push(("citation_title", citation.title.clone()));
        tags.extend(citation.authors.iter().map(|author| ("citation_author", author.clone())));
        if let Some(issued) = &citation.issued {
            tags.push(("citation_publication_date", slashes(issued.first)));
        }
        tags.push(("citation_technical_report_institution", institution.clone()));
        tags.push(("citation_language", citation.language.to_owned()));
        tags.extend(citation.url.iter().map(|url| ("citation_public_url", url.clone())));
        tags.extend(pdf.map(|pdf| ("citation_pdf_url", pdf.to_owned())));
        tags.extend(citation.keywords.iter().map(|word| ("citation_keywords", word.clone())));
        return tags;
    }
    tags.push(("dcterms.title", citation.title.clone()));
    tags.extend(citation.authors.iter().map(|author| ("dcterms.creator", author.clone())));
    tags.extend(citation.publisher.iter().map(|publisher| ("dcterms.publisher", publisher.clone())));
    if let Some(issued) = &citation.issued {
        tags.push(("dcterms.issued", issued.first.to_string()));
    }
    tags.extend(citation.genre.iter().map(|genre| ("dcterms.type", genre.clone())));
    tags.push(("dcterms.language", citation.language.to_owned()));
    tags.extend(citation.url.iter().map(|url| ("dcterms.identifier", url.clone())));
    tags.extend(citation.keywords.iter().map(|word| ("dcterms.subject", word.clone())));
    tags
}

/// Returns tags as elements of HTML, one a line.
pub fn meta_tags(tags: &[Tag]) -> String {
    let tag = |(name, content): &Tag| format!("<meta name=\"{name}\" content=\"{}\">\n", escaped(content));
    tags.iter().map(tag).collect()
}

/// Writes the known parts of a day as `YYYY/MM/DD`.
fn slashes(day: Day) -> String {
    day.to_string().replace('-', "/")
}
