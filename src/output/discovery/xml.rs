//! Text inside XML.

use std::borrow::Cow;

use crate::output::sanitized;

/// Escapes a text for XML, as content or in an attribute. Characters that XML forbids are written as `\u{…}`.
pub(in crate::output) fn escaped(text: &str) -> Cow<'_, str> {
    let shown = sanitized(text);
    if !shown.contains(['&', '<', '>', '"', '\'', '\t', '\n']) {
        return shown;
    }
    let mut out = String::with_capacity(shown.len() + 16);
    for c in shown.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // A parser makes blanks of these in an attribute.
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// First line of each XML text.
pub(super) const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
