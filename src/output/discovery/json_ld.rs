//! JSON-LD by schema.org.

use serde_json::{Value, json};

use crate::cite::Citation;
use crate::document::{Document, Role};

/// Returns the description of a document by schema.org, for an element `<script type="application/ld+json">`. `page` is
/// the address of the page of the document. No text in it ends the element.
///
/// # Examples
/// ```
/// # let document: fumikura::document::Document = serde_json::from_str(
/// #     r#"{"id": "a.pdf", "path": "a.pdf", "title": "</script>", "publisher": "総務省", "date": null}"#)?;
/// let citation = fumikura::cite::Citation::of(&document, None, None);
/// assert!(!fumikura::output::json_ld(&citation, &document, "http://h/doc/a.pdf").contains("</script>"));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn json_ld(citation: &Citation, document: &Document, page: &str) -> String {
    let organisation = |name: &String| json!({"@type": "GovernmentOrganization", "name": name});
    let mut all = json!({
        "@context": "https://schema.org",
        "@type": citation.kind.schema_org(),
        "@id": page,
        "name": citation.title,
        "headline": citation.title,
        "inLanguage": citation.language,
        "identifier": document.id,
    });
    let mut add = |name: &str, value: Value| {
        if let Some(all) = all.as_object_mut() {
            all.insert(name.to_owned(), value);
        }
    };
    if !citation.authors.is_empty() {
        add("author", citation.authors.iter().map(organisation).collect());
    }
    if let Some(publisher) = &citation.publisher {
        add("publisher", organisation(publisher));
    }
    // A guess is no date of publication.
    if let Some(issued) = citation.issued.filter(|issued| !issued.circa && issued.last.is_none()) {
        add("datePublished", issued.first.to_string().into());
    }
    if let Some(url) = &citation.url {
        add("isBasedOn", url.clone().into());
        add("sameAs", url.clone().into());
    }
    if let Some(genre) = &citation.genre {
        add("genre", genre.clone().into());
    }
    let parties = document.partners.iter().filter(|partner| partner.role == Role::Party);
    let places: Vec<Value> = parties.map(|partner| json!({"@type": "Place", "name": partner.value})).collect();
    if !places.is_empty() {
        add("spatialCoverage", places.into());
    }
    if !document.themes.is_empty() {
        add("about", document.themes.iter().map(|theme| json!({"@type": "Thing", "name": theme.value})).collect());
    }
    if let Some(meeting) = document.series.first() {
        add("isPartOf", json!({"@type": "CreativeWorkSeries", "name": meeting.series}));
    }
    let mut out = Vec::new();
    // Writing to memory does not fail.
    let _ = crate::output::write_json_line(&mut out, &all);
    let text = String::from_utf8_lossy(&out);
    text.trim_end().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}
