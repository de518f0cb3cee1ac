//! OpenSearch: the page as a search engine of a browser.

use super::xml::{DECLARATION, escaped};
use crate::output::links::value;

/// Longest name that OpenSearch allows, in characters.
const MAX_NAME: usize = 16;

/// Returns the OpenSearch description of the page at `base`, an address without `/` at the end. `language` is `ja` or
/// `en`.
///
/// # Examples
/// ```
/// let text = fumikura::output::opensearch_description("http://127.0.0.1:8080", "ja", "fumikura");
/// assert!(text.contains(r#"template="http://127.0.0.1:8080/search?q={searchTerms}""#));
/// ```
pub fn opensearch_description(base: &str, language: &str, name: &str) -> String {
    let name: String = name.chars().take(MAX_NAME).collect();
    let description = if language == "ja" {
        "公文書の全文検索：箇所を単位に、相手国・テーマ・日付で絞り込む"
    } else {
        "Full-text search over official documents by passage, partner, theme and date"
    };
    let base = escaped(base);
    let url = |media_type: &str, rel: &str, template: &str| {
        format!("  <Url type=\"{media_type}\" rel=\"{rel}\" template=\"{base}{template}\"/>\n")
    };
    let urls = [
        url("text/html", "results", "/search?q={searchTerms}"),
        url("application/x-suggestions+json", "suggestions", "/suggest?q={searchTerms}"),
        url("application/atom+xml", "results", "/feed.atom?q={searchTerms}"),
        url("application/json", "results", "/search.json?q={searchTerms}"),
        url("application/opensearchdescription+xml", "self", "/opensearch.xml"),
    ]
    .concat();
    format!(
        "{DECLARATION}<OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n  \
         <ShortName>{}</ShortName>\n  <Description>{description}</Description>\n{urls}  \
         <Image width=\"16\" height=\"16\" type=\"image/svg+xml\">{base}/icon.svg</Image>\n  \
         <Language>{}</Language>\n  <InputEncoding>UTF-8</InputEncoding>\n  <OutputEncoding>UTF-8</OutputEncoding>\n\
         </OpenSearchDescription>\n",
        escaped(&name),
        escaped(language),
    )
}

/// Returns suggestions in the array form that browsers read: the typed text, the completions, a description of each,
/// the address of each on the page at `base`.
///
/// # Examples
/// ```
/// let text = fumikura::output::suggestions_json("http://h", "米", &[("米国".to_owned(), "相手国・機関、120 件".to_owned())]);
/// assert_eq!(text, r#"["米",["米国"],["相手国・機関、120 件"],["http://h/search?q=%E7%B1%B3%E5%9B%BD"]]"#);
/// ```
pub fn suggestions_json(base: &str, typed: &str, found: &[(String, String)]) -> String {
    let texts: Vec<&str> = found.iter().map(|(text, _)| text.as_str()).collect();
    let descriptions: Vec<&str> = found.iter().map(|(_, description)| description.as_str()).collect();
    let urls: Vec<String> = texts.iter().map(|text| format!("{base}/search?q={}", value(text))).collect();
    let mut out = Vec::new();
    // Writing to memory does not fail.
    let _ = crate::output::write_json_line(&mut out, &(typed, texts, descriptions, urls));
    String::from_utf8_lossy(&out).trim_end().to_owned()
}
