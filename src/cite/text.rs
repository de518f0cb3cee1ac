//! Text of fields on one line.

/// Returns a text on one line, without characters that cannot be seen: references are lists of lines, and a line feed
/// in a title must not start a field.
///
/// # Examples
/// ```text
/// "報道\nER  - 資料" → "報道 ER  - 資料"
/// ```
pub(super) fn one_line(text: &str) -> String {
    let kept = |c: char| match c {
        '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        c if c.is_control() || is_invisible(c) => None,
        c => Some(c),
    };
    text.chars().filter_map(kept).collect::<String>().trim().to_owned()
}

/// True for marks of direction, blanks without width, soft hyphens and tags. Joiners stay, because they build emoji.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// Returns an address without characters that end it in some form: blanks, controls, quotes, braces, backslashes.
pub(super) fn address(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for c in url.trim().chars() {
        if c.is_whitespace() || c.is_control() || is_invisible(c) || matches!(c, '{' | '}' | '\\' | '"' | '<' | '>') {
            out.extend(c.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("%{byte:02X}")));
        } else {
            out.push(c);
        }
    }
    out
}

/// Tells whether an address may be a link: another scheme (`javascript:`) must not be.
pub(crate) fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}
