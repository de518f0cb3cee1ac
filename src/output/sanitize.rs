//! Control, bidirectional and separator characters made visible.

use std::borrow::Cow;

/// The text with control characters (but line feeds and tabs), bidirectional controls and line separators written as `\u{…}`.
///
/// # Examples
/// ```
/// assert_eq!(fumikura::output::sanitized("報道\u{1b}[2J資料"), "報道\\u{1b}[2J資料");
/// ```
pub fn sanitized(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_harmful(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

fn is_harmful(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}
