//! Extracts HTML pages: the main text without menus and footers, with its headings, lists and tables.
//!
//! Several kinds of evidence decide together what the main text is: sentences, links, the title, the day, names of
//! elements (`content`). Elements marked as other than text are left out unless they hold most of the sentences
//! (`measure`), and so are lines that belong to the site (`words`). The report tells how much is left out.

mod content;
mod dates;
mod frames;
mod head;
mod heading_text;
mod links;
mod lists;
mod measure;
mod parts;
mod publisher;
mod reader;
mod table;
mod title;
mod tree;
mod words;
mod wraps;

use encoding_rs::Encoding;

use super::text::decode_as;
use super::{ExtractError, Extracted};
use crate::document::{DAY_LABELS, LineRole, PAGE_WORDS};
use content::main_position;
use dates::{DayLine, page_day};
use frames::Frames;
use head::Head;
use links::Links;
use measure::Measures;
use publisher::{Evidence, PUBLISHERS, publisher};
use reader::Reader;
use title::{Named, choose};
use tree::{children_named, parse};
use words::is_kind;

/// Tables that decide the text of a page, each with its file name and its content.
pub(super) const TABLES: [(&str, &str); 3] =
    [("day_labels.tsv", DAY_LABELS), ("page_words.tsv", PAGE_WORDS), ("publishers.tsv", PUBLISHERS)];

/// Number of first bytes in which the encoding is searched.
const META_BYTES: usize = 2048;
/// Number of first lines that may name the publisher.
const HEAD_LINES: usize = 12;
/// Where no sentence is found and less than so many tenths of the text are kept, the links are text too.
const FEW_TENTHS: usize = 3;
/// A page with less text than this, in bytes, and with more scripts than text, is built by its scripts.
const LITTLE_TEXT_BYTES: usize = 300;

/// Extracts the lines, title and publisher of a page.
///
/// # Errors
/// `ExtractError` where the bytes are not text.
pub(super) fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    extract_as(bytes, None)
}

/// Extracts a page whose encoding may be named beside it, as in a mail; otherwise the page names it.
///
/// # Errors
/// `ExtractError` where the bytes are not text.
pub(super) fn extract_as(bytes: &[u8], named: Option<&'static Encoding>) -> Result<Extracted, ExtractError> {
    let decoded = decode_as(bytes, named.or_else(|| named_encoding(bytes)))?;
    let frames = Frames::of(&decoded.text);
    let page = parse(frames.as_ref().map_or(decoded.text.as_str(), |frames| &frames.text));
    let mut extracted = Extracted::decoded(&decoded);
    let root = page.root_element();
    let head = Head::of(&page);
    let named = Named::of(&root);
    let body = children_named(&root, "body").next().unwrap_or(root);
    let mut measures = Measures::new(&body, &decoded.text);
    let chosen = choose(&measures, &named).cloned();
    if let Some(chosen) = &chosen {
        measures.for_each_above(chosen.at, |measure| measure.has_title = true);
        measures.leave_out_anew();
    }
    if let Some(day) = nearest_day(&measures, chosen.as_ref().map_or(0, |chosen| chosen.at)) {
        measures.for_each_above(day, |measure| measure.has_day = true);
    }
    let main = main_position(&measures);
    let title_id = chosen.as_ref().map(|chosen| chosen.id);
    let mut reader = Reader::new(&measures, main, title_id, Links::new(head.base.clone()));
    reader.blocks(body);
    let kept = |reader: &Reader<'_>| reader.lines.iter().map(|line| line.text.len()).sum::<usize>();
    let all = measures.of.first().map_or(0, |body| body.bytes - body.apart_bytes);
    if kept(&reader) * 10 < all * FEW_TENTHS && !reader.traits.iter().any(|line| line.prose) {
        // A page of links and headings, such as the contents of a paper.
        let mut whole = Reader::new(&measures, 0, title_id, Links::new(head.base.clone())).with_links();
        whole.blocks(body);
        reader = whole;
    }
    if reader.lines.is_empty() {
        // The marks were wrong: menus are better than no text.
        reader = Reader::new(&measures, main, title_id, Links::new(head.base.clone())).of_all();
        reader.blocks(body);
        extracted.warnings.push("no main text found; the whole page is kept".to_owned());
    }
    reader.drop_address();
    if reader.left_out > 0 {
        extracted.warnings.push(format!("{} bytes of menus, headers and footers are left out", reader.left_out));
    }
    reader.mark_wraps();
    reader.mark_roman();
    if let Some(frames) = frames.filter(|frames| !frames.sources.is_empty()) {
        let names = frames.sources.join(", ");
        if reader.lines.is_empty() {
            return Err(ExtractError::Frames(names));
        }
        extracted.warnings.push(format!("the text of its frames is not here: {names}"));
    }
    let text: usize = reader.lines.iter().map(|line| line.text.len()).sum();
    if text < LITTLE_TEXT_BYTES && measures.scripts > text.max(LITTLE_TEXT_BYTES / 4) {
        extracted.warnings.push("nearly no text of its own: the page is built by its scripts".to_owned());
    }
    if let Some(address) = &head.moved {
        extracted.warnings.push(format!("the page only leads to {address}"));
    }
    if reader.links.over > 0 {
        extracted.warnings.push(format!("{} more links are not kept", reader.links.over));
    }
    let lines: Vec<DayLine<'_>> =
        reader.lines.iter().zip(&reader.traits).map(|(line, traits)| DayLine { text: &line.text, traits }).collect();
    extracted.page_day = page_day(&lines, &head.days);
    let evidence = Evidence {
        parts: named.parts.iter().map(String::as_str).filter(|part| Some(*part) != named.page.as_deref()).collect(),
        metas: head.publishers,
        head: reader.lines.iter().take(HEAD_LINES).map(|line| line.text.as_str()).collect(),
        around: std::mem::take(&mut reader.around),
        addresses: head.addresses,
    };
    extracted.publisher = publisher(&evidence);
    let first_heading = || {
        let top = reader.lines.iter().filter(|line| matches!(line.role, LineRole::Heading(..=2)));
        let mut top = top.map(|line| line.text.trim().to_owned());
        let first = top.clone().find(|text| !is_kind(text));
        first.or_else(|| top.next())
    };
    let full = || Some(named.full.clone()).filter(|full| full.chars().nth(1).is_some());
    extracted.title =
        chosen.map(|chosen| chosen.text).or_else(|| named.page.clone()).or_else(first_heading).or_else(full);
    extracted.links = reader.links.found;
    extracted.lines = reader.lines;
    Ok(extracted)
}

/// Returns the position of the day next to the title: the first below it, or the last above it where that is nearer.
fn nearest_day(measures: &Measures, title: usize) -> Option<usize> {
    let days = measures.days.iter().copied().filter(|day| !measures.is_inside_apart(*day));
    days.min_by_key(|day| day.abs_diff(title))
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
