//! Turns the tree of a page into lines.

use ego_tree::NodeRef;
use scraper::{ElementRef, Node};

use super::super::flowed;
use super::main_text::is_apart;
use super::tree::{children_named, is_block, text_length};
use crate::document::{Flow, Line, LineRole, is_no_title};

/// Gathers lines from a tree, without recursion: a hostile page may nest deeply.
#[derive(Default)]
pub(super) struct Reader {
    pub lines: Vec<Line>,
    pub first_heading: Option<String>,
    /// The text of the block being read.
    pending: String,
    role: LineRole,
    marker: String,
    /// The whole pending text is bold.
    bold: bool,
    keep_all: bool,
    /// An element with more text than this is read although it is marked as a menu, in bytes.
    most_apart: usize,
    /// Text of the elements that were left out as menus, in bytes.
    pub left_out: usize,
}

enum Step<'a> {
    Enter(NodeRef<'a, Node>),
    Leave(ElementRef<'a>),
}

impl Reader {
    /// Creates a reader that leaves out elements marked as menus of at most `most_apart` bytes of text.
    pub fn new(most_apart: usize) -> Self {
        Self { most_apart, ..Self::default() }
    }

    /// Creates a reader that keeps all elements.
    pub fn of_all() -> Self {
        Self { keep_all: true, ..Self::default() }
    }

    /// Reads the blocks below an element, and the element itself.
    pub fn blocks(&mut self, root: ElementRef<'_>) {
        let mut bold = 0usize;
        let mut preformatted = 0usize;
        let mut steps: Vec<Step<'_>> = vec![Step::Enter(*root)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Leave(element) => {
                    let name = element.value().name();
                    match name {
                        "b" | "strong" => bold -= 1,
                        "pre" => preformatted -= 1,
                        _ => {}
                    }
                    if is_block(name) {
                        self.flush();
                        self.role = LineRole::Text;
                    }
                }
                Step::Enter(node) => match node.value() {
                    Node::Text(text) => self.text(text, bold > 0, preformatted > 0),
                    Node::Element(value) => {
                        let Some(element) = ElementRef::wrap(node) else { continue };
                        let name = value.name();
                        if matches!(
                            name,
                            "script"
                                | "style"
                                | "template"
                                | "rt"
                                | "rp"
                                | "rtc"
                                | "select"
                                | "option"
                                | "button"
                                | "textarea"
                                | "svg"
                                | "math"
                                | "iframe"
                                | "object"
                                | "title"
                                | "noframes"
                                | "head"
                        ) || value.attr("hidden").is_some()
                        {
                            continue;
                        }
                        if !self.keep_all && is_apart(&element) {
                            let bytes = text_length(&element);
                            if bytes <= self.most_apart {
                                self.left_out += bytes;
                                continue;
                            }
                        }
                        match name {
                            "br" => self.line_break(),
                            "img" => {
                                if let Some(alt) = value.attr("alt").filter(|alt| alt.chars().count() > 20) {
                                    self.text(alt, bold > 0, false);
                                }
                            }
                            "b" | "strong" => bold += 1,
                            "pre" => {
                                self.flush();
                                preformatted += 1;
                            }
                            "tr" if is_data_row(&element) => {
                                self.flush();
                                self.row(&element);
                                continue;
                            }
                            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                                self.flush();
                                self.role = LineRole::Heading(name.as_bytes()[1] - b'0');
                            }
                            "li" => {
                                self.flush();
                                self.marker = list_marker(&element);
                            }
                            name if is_block(name) => self.flush(),
                            _ => {}
                        }
                        steps.push(Step::Leave(element));
                        let at = steps.len();
                        steps.extend(node.children().map(Step::Enter));
                        steps[at..].reverse();
                    }
                    _ => {}
                },
            }
        }
    }

    fn text(&mut self, text: &str, bold: bool, preformatted: bool) {
        if text.trim().is_empty() {
            if !self.pending.is_empty() {
                self.pending.push_str(text);
            }
            return;
        }
        if self.pending.trim().is_empty() {
            self.bold = true;
        }
        self.bold &= bold;
        if preformatted {
            for (at, line) in text.split('\n').enumerate() {
                if at > 0 {
                    self.line_break();
                }
                self.pending.push_str(line);
            }
        } else {
            self.pending.push_str(text);
        }
    }

    /// Ends a line at `<br>`: older pages separate headings and paragraphs by it.
    fn line_break(&mut self) {
        let role = self.role;
        self.flush();
        self.role = role;
    }

    /// Ends the current line.
    pub fn flush(&mut self) {
        let text = flowed(std::mem::take(&mut self.pending).trim_matches([' ', '\n', '\t', '\r']));
        let marker = std::mem::take(&mut self.marker);
        if text.trim().is_empty() {
            self.marker = marker;
            return;
        }
        if let LineRole::Heading(level) = self.role
            && self.first_heading.is_none()
            && level <= 3
            && !is_no_title(&text)
        {
            self.first_heading = Some(text.trim().to_owned());
        }
        let gap_before = marker.is_empty();
        let bold = self.bold && self.role == LineRole::Text;
        self.lines.push(Line {
            text: marker + &text,
            role: self.role,
            flow: Flow::Whole,
            bold,
            gap_before,
            ..Line::default()
        });
    }

    /// Adds a table row as one line, its cells separated by a full-width space.
    fn row(&mut self, row: &ElementRef<'_>) {
        let cells = row.child_elements().filter(|cell| matches!(cell.value().name(), "td" | "th"));
        let texts: Vec<String> = cells.map(|cell| cell_text(&cell)).filter(|text| !text.is_empty()).collect();
        if !texts.is_empty() {
            self.lines.push(Line { text: texts.join("　"), gap_before: false, ..Line::default() });
        }
    }
}

/// Tells whether a row belongs to a table of data: no cell contains blocks, unlike the cells of a layout table.
fn is_data_row(row: &ElementRef<'_>) -> bool {
    let blocks = ["table", "h1", "h2", "h3", "h4", "ul", "ol", "dl"];
    let holds_block = |cell: &ElementRef<'_>| {
        cell.descendants().filter_map(ElementRef::wrap).any(|below| blocks.contains(&below.value().name()))
            || cell.text().map(str::len).sum::<usize>() > 1500
    };
    !row.child_elements().any(|cell| holds_block(&cell))
}

fn cell_text(cell: &ElementRef<'_>) -> String {
    let mut text = String::new();
    for node in cell.descendants() {
        match node.value() {
            Node::Text(part) if !in_ruby_reading(node) => text.push_str(part),
            Node::Element(element) if element.name() == "br" || is_block(element.name()) => text.push(' '),
            _ => {}
        }
    }
    flowed(text.trim())
}

fn in_ruby_reading(node: NodeRef<'_, Node>) -> bool {
    node.ancestors().any(|above| {
        above.value().as_element().is_some_and(|element| matches!(element.name(), "rt" | "rp" | "script" | "style"))
    })
}

/// Returns the marker of a list item: `・` for a bullet, `3. ` for the third of a numbered list; empty where the text
/// has its own marker.
fn list_marker(item: &ElementRef<'_>) -> String {
    let Some(list) = item.parent().and_then(ElementRef::wrap) else { return String::new() };
    let text = item.text().collect::<String>();
    let own = text.trim_start().starts_with(|c: char| "・●○■◆※①②③④⑤⑥⑦⑧⑨⑩(（0123456789０１２３４５６７８９".contains(c));
    match list.value().name() {
        _ if own => String::new(),
        "ol" => {
            let number = children_named(&list, "li").position(|other| other.id() == item.id()).map_or(1, |at| at + 1);
            let first: usize = list.value().attr("start").and_then(|start| start.parse().ok()).unwrap_or(1);
            format!("{}. ", first.saturating_add(number - 1))
        }
        _ => "・".to_owned(),
    }
}
