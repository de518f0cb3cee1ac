//! Reads the parts of a page that have rules of their own: drawings, pages inside the page, rows of data.

use scraper::{ElementRef, Node};

use super::super::flowed;
use super::dates::Traits;
use super::reader::{Open, Reader};
use super::table::cell_text;
use super::tree::{below_named, is_block, is_skipped, parse, text_length};
use super::words::{is_of_site, prose_bytes};
use crate::document::{Line, LineRole};

impl Reader<'_> {
    /// Reads the texts of a drawing.
    pub fn drawing(&mut self, element: &ElementRef<'_>) {
        for text in below_named(element, "text") {
            let text = flowed(text.text().collect::<String>().trim());
            if !text.is_empty() {
                self.flush();
                self.text(&text, &Open::default());
                self.flush();
            }
        }
    }

    /// Reads a page that is written inside this one.
    pub fn embedded(&mut self, source: &str, open: &Open) {
        if !self.keep_all && open.main == 0 && open.kept == 0 {
            return;
        }
        let page = parse(source);
        self.flush();
        for node in page.root_element().descendants() {
            match node.value() {
                Node::Element(value) if is_block(value.name()) || value.name() == "br" => self.flush(),
                Node::Text(text)
                    if !node
                        .ancestors()
                        .take(2)
                        .any(|above| above.value().as_element().is_some_and(|above| is_skipped(above.name()))) =>
                {
                    self.text(text, &Open::default());
                }
                _ => {}
            }
        }
        self.flush();
    }

    /// Adds a table row as one line, its cells separated by a full-width space.
    pub fn row(&mut self, row: &ElementRef<'_>) {
        below_named(row, "a").for_each(|link| self.links.add(&link));
        let cells = row.child_elements().filter(|cell| matches!(cell.value().name(), "td" | "th"));
        let texts: Vec<String> = cells.map(|cell| cell_text(&cell)).filter(|text| !text.is_empty()).collect();
        if texts.is_empty() {
            return;
        }
        let linked: usize = below_named(row, "a").map(|link| text_length(&link)).sum();
        let text = texts.join("　");
        if !self.keep_all && is_of_site(&text, linked * 5 >= text.len() * 4) {
            self.leave_out_text(&text);
            return;
        }
        let of_line = Traits { prose: prose_bytes(&text) > 0, listed: true, ..Traits::default() };
        self.lines.push(Line { text, role: LineRole::Row, gap_before: false, ..Line::default() });
        self.traits.push(of_line);
    }
}
