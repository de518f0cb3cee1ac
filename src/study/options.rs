//! Readers of the values of options, which the command and the page share.

use crate::analysis::Part;

/// Reads a number.
///
/// # Errors
/// Another text.
pub(super) fn number(value: &str) -> Result<usize, String> {
    value.parse().map_err(|_| format!("'{value}' is no number"))
}

/// Reads the value of a flag.
///
/// # Errors
/// A text that is neither true nor false.
pub(super) fn flag(value: &str) -> Result<bool, String> {
    match value {
        "" | "1" | "true" | "on" => Ok(true),
        "0" | "false" | "off" => Ok(false),
        _ => Err(format!("'{value}' is neither true nor false")),
    }
}

/// Reads the part of speech of content words.
///
/// # Errors
/// Another text.
///
/// # Examples
/// ```
/// // 名詞
/// assert_eq!(fumikura::study::content_part("noun").unwrap().name(), "noun");
/// ```
pub fn content_part(value: &str) -> Result<Part, String> {
    let known = Part::CONTENT.into_iter().find(|part| part.name() == value);
    known.ok_or_else(|| format!("'{value}' is none of {}", Part::CONTENT.map(Part::name).join(", ")))
}

/// True for a part of speech that counts; an empty list means all content words.
pub(super) fn is_wanted(part: Part, parts: &[Part]) -> bool {
    if parts.is_empty() { part.is_content() } else { parts.contains(&part) }
}

/// Reads parts of speech that commas separate; an empty text is no part.
///
/// # Errors
/// As [`content_part`].
pub(super) fn parts(value: &str) -> Result<Vec<Part>, String> {
    value.split(',').filter(|name| !name.is_empty()).map(content_part).collect()
}
