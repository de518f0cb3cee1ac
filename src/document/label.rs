//! Short phrases that reports and outputs share.

/// Writes a count with its noun: `1 passage`, `2 passages`.
///
/// # Examples
/// ```
/// use fumikura::document::counted;
///
/// assert_eq!((counted(1, "passage"), counted(0, "passage")), ("1 passage".to_owned(), "0 passages".to_owned()));
/// ```
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", plural(count))
}

/// Returns the ending of a regular noun after a count.
pub fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// Cuts a text, which may quote a file, after `most` code points.
///
/// # Examples
/// ```
/// assert_eq!(fumikura::document::clipped("情報共有".to_owned(), 2), "情報…");
/// ```
pub fn clipped(mut text: String, most: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Writes a range of lines, first and last: `119-127`, or `230` for one line.
///
/// # Examples
/// ```
/// assert_eq!(fumikura::document::line_range((230, 230)), "230");
/// ```
pub fn line_range((first, last): (usize, usize)) -> String {
    if first == last { first.to_string() } else { format!("{first}-{last}") }
}
