//! Addresses of documents and passages on the page.

/// Returns the address of a document on the page that serves the index at `base`.
///
/// # Examples
/// ```
/// use fumikura::output::document_link;
///
/// let link = document_link("http://127.0.0.1:8080", "会合/第1回.txt");
/// assert_eq!(link, "http://127.0.0.1:8080/doc/%E4%BC%9A%E5%90%88/%E7%AC%AC1%E5%9B%9E.txt");
/// ```
pub fn document_link(base: &str, id: &str) -> String {
    format!("{base}/doc/{}", path_of(id))
}

/// Returns the address of a passage on the page: the document at its place.
///
/// # Examples
/// ```
/// assert_eq!(fumikura::output::passage_link("", "a.txt#1f2e"), "/doc/a.txt#p-1f2e");
/// ```
pub fn passage_link(base: &str, passage: &str) -> String {
    match passage.rsplit_once('#') {
        Some((document, hash)) => format!("{}#p-{}", document_link(base, document), path_of(hash)),
        None => document_link(base, passage),
    }
}

/// Encodes an id as a part of a path: all but letters and figures of ASCII, `-._~` and the `/` between folders.
pub(crate) fn path_of(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Encodes a text as the value of a parameter.
pub(super) fn value(text: &str) -> String {
    path_of(text).replace('/', "%2F")
}

/// Encodes the characters of an address that are not ASCII, or that end an address in a header or a list: the rest of
/// it is encoded already.
pub(super) fn ascii(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for byte in url.bytes() {
        if byte.is_ascii_graphic() && !b"<>\"\\^`{|},;".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
