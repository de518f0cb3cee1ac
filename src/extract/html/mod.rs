//! Extracts HTML pages: the main text without menus and footers, with its headings, lists and tables.
//!
//! No score decides. Only two kinds of elements are dropped: those whose tag, role, id or class marks them as other
//! than text, and those outside an element that is marked as the main text and contains most of the text.

mod main_text;
mod reader;
mod title;
mod tree;

use encoding_rs::Encoding;

use super::text::decode_as;
use super::{ExtractError, Extracted};
use crate::document::is_no_title;
use main_text::main_element;
use reader::Reader;
use title::title_and_publisher;
use tree::{children_named, parse, text_length};

/// Number of first bytes in which the encoding is searched.
const META_BYTES: usize = 2048;
/// Share of the text, in percent, above which an element is kept although it is marked as a menu.
const APART_PERCENT: usize = 40;

/// Extracts the lines, title and publisher of a page.
///
/// # Errors
/// `ExtractError` where the bytes are not text.
pub(super) fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let decoded = decode_as(bytes, named_encoding(bytes))?;
    let page = parse(&decoded.text);
    let mut extracted =
        Extracted { encoding: decoded.encoding.to_owned(), replacements: decoded.replacements, ..Extracted::default() };
    let root = page.root_element();
    let (title, publisher) = title_and_publisher(&root);
    extracted.publisher = publisher;
    let body = children_named(&root, "body").next().unwrap_or(root);
    let mut reader = Reader::new(text_length(&body) * APART_PERCENT / 100);
    reader.blocks(main_element(&body));
    reader.flush();
    if reader.left_out > 0 {
        extracted.warnings.push(format!("{} bytes of menus, headers and footers are left out", reader.left_out));
    }
    if reader.lines.is_empty() {
        // The marks were wrong: menus are better than no text.
        let mut all = Reader::of_all();
        all.blocks(body);
        all.flush();
        reader = all;
        extracted.warnings.push("no main text found; the whole page is kept".to_owned());
    }
    extracted.title = reader.first_heading.take().or(title.filter(|title| !is_no_title(title)));
    extracted.lines = reader.lines;
    Ok(extracted)
}

/// Returns the encoding that a `<meta>` or an XML declaration names.
fn named_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(META_BYTES)]).to_ascii_lowercase();
    let at = head
        .find("charset=")
        .map(|at| at + 8)
        .or_else(|| head.find("encoding=").filter(|at| *at < 80).map(|at| at + 9))?;
    let name = head[at..].trim_start_matches(['"', '\'', ' ']);
    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(name.len());
    Encoding::for_label(&name.as_bytes()[..end])
}
