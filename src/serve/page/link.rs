//! Addresses of links.

use maud::{Markup, html};

use crate::output::path_of;
use crate::serve::params::{Language, Params};
use crate::serve::view::{Extension, View};

/// Returns the address of a search.
pub fn search(params: &Params) -> String {
    address(params, &View::Search, Extension::Html)
}

/// Returns the address of a view in a form.
pub fn address(params: &Params, view: &View, extension: Extension) -> String {
    iri(&params.url(view, extension))
}

/// Returns the address of a search from a page of searches: shorter, because the path is that of the page.
pub fn beside(params: &Params) -> String {
    let query = params.to_query();
    if query.is_empty() { search(params) } else { format!("?{}", iri(&query)) }
}

/// Returns the address of a document, with the place in it.
pub fn document(id: &str, params: &Params, place: &str) -> String {
    let query = params.to_query();
    let mark = if query.is_empty() { "" } else { "?" };
    iri(&format!("/doc/{}{mark}{query}{place}", path_of(id)))
}

/// Returns the anchor of a passage: `p-` and the hash of its id.
pub fn anchor(passage_id: &str) -> String {
    let hash = passage_id.rsplit_once('#').map_or(passage_id, |(_, hash)| hash);
    format!("p-{}", hash.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
}

/// Writes letters of an address as they are: an address may hold them (WHATWG URL), a person can read them, and a page
/// of Japanese links is a third as long. All other characters stay encoded.
pub fn iri(url: &str) -> String {
    let mut shown = String::with_capacity(url.len());
    let mut rest = url;
    while let Some(at) = rest.find('%') {
        shown.push_str(&rest[..at]);
        rest = &rest[at..];
        let bytes: Vec<u8> = (0..4).map_while(|n| byte(rest.get(n * 3..n * 3 + 3)?)).collect();
        let letter = bytes.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
        match letter.filter(|c| !c.is_ascii() && (c.is_alphanumeric() || *c == '・')) {
            Some(letter) => {
                shown.push(letter);
                rest = &rest[letter.len_utf8() * 3..];
            }
            None => {
                shown.push('%');
                rest = &rest[1..];
            }
        }
    }
    shown.push_str(rest);
    shown
}

/// Reads `%E6`.
fn byte(text: &str) -> Option<u8> {
    let digits = text.strip_prefix('%')?;
    // `from_str_radix` takes a sign.
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u8::from_str_radix(digits, 16).ok())?
}

/// Writes a link to the whole list in a form. A kept file tells its conditions: CSV in its head, XLSX in a sheet.
pub fn export(params: &Params, view: &View, extension: Extension, label: &str) -> Markup {
    let head = extension == Extension::Csv;
    let whole = Params { limit: None, head, lang: None, ..params.first_page() };
    html! { a href=(address(&whole, view, extension)) { (label) } }
}

/// Writes the current choice in bold, and another choice as a link.
pub fn choice(is_current: bool, label: &str, params: &Params) -> Markup {
    html! {
        @if is_current { b aria-current="true" { (label) } } @else { a href=(beside(params)) { (label) } }
    }
}

/// Writes the parameters as fields of a form that do not show, without those that the form has itself.
pub fn hidden(params: &Params, without: &[&str]) -> Markup {
    html! {
        @for (name, value) in params.first_page().pairs() {
            @if !without.contains(&name) { input type="hidden" name=(name) value=(value); }
        }
    }
}

/// Returns the same page in the other language.
pub fn other_language(params: &Params, view: &View, language: Language) -> String {
    address(&params.in_language(language.other()), view, Extension::Html)
}

#[cfg(test)]
mod tests {
    use super::{anchor, iri};

    #[test]
    fn only_letters_are_written_as_they_are() {
        let coded = "/search?q=%E6%83%85%E5%A0%B1+%22a%22%26%3C&x=%E2%80%AE%E3%80%80%E3%83%BB%25%E3%83&y=%4";
        assert_eq!(iri(coded), "/search?q=情報+%22a%22%26%3C&x=%E2%80%AE%E3%80%80・%25%E3%83&y=%4");
        assert_eq!(iri("%E6%83%+1%あ%E6あ"), "%E6%83%+1%あ%E6あ");
        assert_eq!(anchor("a/b.txt#16cd73b4fc"), "p-16cd73b4fc");
    }
}
