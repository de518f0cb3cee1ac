//! unAPI: records of a page for reference managers. Zotero asks for it before it reads the tags of a page.

use super::xml::{DECLARATION, escaped};
use crate::cite::Citation;
use crate::output::write_json_line;

/// The formats of records, each with its media type.
pub const UNAPI_FORMATS: [(&str, &str); 3] = [
    ("ris", "application/x-research-info-systems"),
    ("bibtex", "application/x-bibtex"),
    ("csljson", "application/vnd.citationstyles.csl+json"),
];

/// Returns the list of formats: of the page, or of the record with an id. A server answers 300 for a record.
///
/// # Examples
/// ```
/// assert!(fumikura::output::unapi_formats(Some("会合.txt")).contains("<formats id=\"会合.txt\">"));
/// ```
pub fn unapi_formats(id: Option<&str>) -> String {
    let id = id.map_or(String::new(), |id| format!(" id=\"{}\"", escaped(id)));
    let formats: String =
        UNAPI_FORMATS.iter().map(|(name, of)| format!("  <format name=\"{name}\" type=\"{of}\"/>\n")).collect();
    format!("{DECLARATION}<formats{id}>\n{formats}</formats>\n")
}

/// Returns a record with its media type; `None` for an unknown format, to which a server answers 406.
pub fn unapi_record(citation: &Citation, format: &str) -> Option<(&'static str, String)> {
    let (name, media_type) = UNAPI_FORMATS.iter().find(|(name, _)| *name == format)?;
    let text = match *name {
        "ris" => citation.ris(),
        "bibtex" => citation.bibtex(),
        _ => {
            let mut out = Vec::new();
            // Writing to memory does not fail.
            let _ = write_json_line(&mut out, &[citation.csl()]);
            String::from_utf8_lossy(&out).into_owned()
        }
    };
    Some((media_type, text))
}
