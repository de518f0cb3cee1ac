//! Tells tables of data from tables used for layout, and reads the rows of data.

use ego_tree::NodeRef;
use scraper::{ElementRef, Node};

use super::super::flowed;
use super::tree::is_block;

/// Longest row of data, in bytes.
const MAX_CELL_BYTES: usize = 1500;

/// Tells whether a table holds data: its rows have several cells with text, and no other tables.
pub(super) fn is_data_table(table: &ElementRef<'_>) -> bool {
    if matches!(table.value().attr("role"), Some("presentation" | "none")) {
        return false;
    }
    let (mut rows, mut wide, mut heads, mut lined) = (0usize, 0usize, 0usize, false);
    for element in table.descendants().skip(1).filter_map(ElementRef::wrap) {
        match element.value().name() {
            "table" | "h1" | "h2" | "h3" => return false,
            "th" => heads += 1,
            "tr" => {
                rows += 1;
                let cells = element.child_elements().filter(|cell| matches!(cell.value().name(), "td" | "th"));
                let full = cells.filter(|cell| cell.text().any(|text| !text.trim().is_empty())).count();
                wide += usize::from(full > 1);
            }
            "br" => lined = true,
            _ => {}
        }
    }
    wide > 0 && (heads > 0 || wide * 2 >= rows) && (heads > 0 || rows > 1 || !lined)
}

/// Tells whether no cell of a row contains blocks of its own.
pub(super) fn is_data_row(row: &ElementRef<'_>) -> bool {
    let blocks = ["table", "h1", "h2", "h3", "h4", "ul", "ol", "dl"];
    let holds_block = |cell: &ElementRef<'_>| {
        cell.descendants().filter_map(ElementRef::wrap).any(|below| blocks.contains(&below.value().name()))
            || cell.text().map(str::len).sum::<usize>() > MAX_CELL_BYTES
    };
    !row.child_elements().any(|cell| holds_block(&cell))
}

/// Returns the text of a cell; its lines and blocks are separated by a blank.
pub(super) fn cell_text(cell: &ElementRef<'_>) -> String {
    let mut text = String::new();
    for node in cell.descendants() {
        match node.value() {
            Node::Text(part) if !in_ruby_reading(node) => text.push_str(part),
            Node::Element(element) if element.name() == "br" || is_block(element.name()) => text.push(' '),
            Node::Element(element) if element.name() == "img" => {
                text.push_str(element.attr("alt").filter(|alt| is_character(alt)).unwrap_or_default());
            }
            _ => {}
        }
    }
    flowed(text.trim())
}

/// Tells whether the `alt` of an image is a character or two: the image stands for a kanji without a code of its own.
pub(super) fn is_character(alt: &str) -> bool {
    let count = alt.chars().count();
    (1..=2).contains(&count)
        && alt
            .chars()
            .all(|c| matches!(c, '\u{3005}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}'))
}

fn in_ruby_reading(node: NodeRef<'_, Node>) -> bool {
    node.ancestors().take(3).any(|above| {
        above.value().as_element().is_some_and(|element| matches!(element.name(), "rt" | "rp" | "script" | "style"))
    })
}
