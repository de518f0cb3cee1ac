//! Reads the text of a heading: with the `alt` of its images, without the kind of the page.

use ego_tree::iter::Edge;
use scraper::{ElementRef, Node};

use super::tree::{is_skipped, is_text_button};
use super::words::{is_kind, is_kind_of_publication};

/// Tells whether a heading leads to the front page of its site.
pub(super) fn leads_home(heading: &ElementRef<'_>) -> bool {
    let link = heading.descendants().filter_map(ElementRef::wrap).find(|below| below.value().name() == "a");
    let Some(href) = link.and_then(|link| link.value().attr("href")) else { return false };
    let href = href.trim();
    let path = href.split_once("://").map_or(href, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
    matches!(path, "/" | "./" | "../") || path.starts_with("/index.") || path.starts_with("/default.")
}

/// Returns the text of a heading without the kind of the page before or behind it: `<span>報道発表</span><br>題`.
pub(super) fn without_kind(heading: &ElementRef<'_>) -> String {
    let whole = text_with_alt(heading);
    if heading.child_elements().next().is_none() {
        return whole;
    }
    let mut pieces: Vec<String> = vec![String::new()];
    for node in heading.descendants().skip(1) {
        match node.value() {
            Node::Text(part) => {
                // An element of its own is a piece, and so is the text behind it.
                let apart = node.parent().is_some_and(|above| above.id() != heading.id())
                    || node.prev_sibling().is_some_and(|before| before.value().is_element());
                if apart {
                    pieces.push(String::new());
                }
                let piece = pieces.pop().unwrap_or_default();
                pieces.push(piece + part);
            }
            Node::Element(value) if value.name() == "br" => pieces.push(String::new()),
            Node::Element(value) if value.name() == "img" => {
                pieces.push(value.attr("alt").unwrap_or_default().to_owned());
            }
            _ => {}
        }
    }
    let is_full = |piece: &String| !piece.trim().is_empty();
    let (first, last) = (pieces.iter().find(|piece| is_full(piece)), pieces.iter().rfind(|piece| is_full(piece)));
    let mut rest = whole.as_str();
    if let Some(first) = first.map(|piece| piece.trim()).filter(|piece| is_kind(piece)) {
        rest = rest.strip_prefix(first).unwrap_or(rest).trim();
    }
    if let Some(last) = last.map(|piece| piece.trim()).filter(|piece| is_kind_of_publication(piece)) {
        rest = rest.strip_suffix(last).unwrap_or(rest).trim();
    }
    if rest.is_empty() { whole } else { rest.to_owned() }
}

/// Returns the text of a heading with the `alt` of its images, blanks joined.
pub(super) fn text_with_alt(element: &ElementRef<'_>) -> String {
    let mut text = String::new();
    let mut skipped = 0usize;
    for edge in element.traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Text(part) if skipped == 0 => text.push_str(part),
                Node::Element(value)
                    if skipped > 0
                        || is_skipped(value.name())
                            && !ElementRef::wrap(node).is_some_and(|element| is_text_button(&element)) =>
                {
                    skipped += 1;
                }
                Node::Element(value) if value.name() == "img" => text.push_str(value.attr("alt").unwrap_or_default()),
                Node::Element(value) if value.name() == "br" => text.push('\n'),
                _ => {}
            },
            Edge::Close(node) => {
                if skipped > 0 && node.value().is_element() {
                    skipped -= 1;
                }
            }
        }
    }
    super::super::flowed(text.trim())
}
