//! Turns the tree of a page into lines.

use ego_tree::{NodeId, NodeRef};
use scraper::{ElementRef, Node};

use super::super::flowed;
use super::dates::Traits;
use super::links::Links;
use super::lists::list_marker;
use super::measure::{Measure, Measures, is_link};
use super::table::{is_character, is_data_row, is_data_table};
use super::tree::{below_named, heads_part, is_block, is_skipped, is_text_button};
use super::words::{has_day, is_kind_of_publication, is_of_site, is_ornament, is_root, prose_bytes};
use crate::document::{Flow, Line, LineRole};

/// The place of a `<br>` in a heading.
const BREAK: char = '\u{2028}';
/// Shortest `alt` that is read as a sentence, in code points.
const LONG_ALT_CHARS: usize = 20;
/// Most texts around the main text that are kept, and longest part of each, in code points.
const MAX_AROUND: usize = 200;
const MAX_AROUND_CHARS: usize = 120;

/// Gathers lines from a tree, without recursion: a hostile page may nest deeply.
pub(super) struct Reader<'m> {
    pub lines: Vec<Line>,
    /// The traits of each line.
    pub traits: Vec<Traits>,
    /// Text of the elements and lines that were left out, in bytes.
    pub left_out: usize,
    /// Texts around the main text that may name the publisher.
    pub around: Vec<String>,
    pub links: Links,
    measures: &'m Measures,
    /// Position of the main text.
    main: usize,
    title: Option<NodeId>,
    pub keep_all: bool,
    /// Links are text: the page is a list of them.
    keep_links: bool,
    /// The text of the block being read.
    pending: String,
    /// Bytes of it in links, and in links to other pages.
    linked: usize,
    linked_away: usize,
    role: LineRole,
    marker: String,
    /// The whole pending text is bold.
    bold: bool,
    pending_trait: Traits,
    title_met: bool,
    /// Number of the block being read.
    block: usize,
    /// An empty line precedes, and a line break.
    gap: bool,
    after_break: bool,
}

enum Step<'a> {
    Enter(NodeRef<'a, Node>),
    Leave(ElementRef<'a>),
}

/// The numbers of open elements of each kind.
#[derive(Default)]
pub(super) struct Open {
    bold: usize,
    preformatted: usize,
    links: usize,
    links_away: usize,
    lists: usize,
    pub main: usize,
    pub kept: usize,
    marked: usize,
    title: usize,
    headings: usize,
    /// Whether each open table holds data.
    tables: Vec<bool>,
}

impl<'m> Reader<'m> {
    /// Creates a reader of the main text at the position `main`; `title` is the element with the title.
    pub fn new(measures: &'m Measures, main: usize, title: Option<NodeId>, links: Links) -> Self {
        Self {
            lines: Vec::new(),
            traits: Vec::new(),
            left_out: 0,
            around: Vec::new(),
            links,
            measures,
            main,
            title,
            keep_all: false,
            keep_links: false,
            pending: String::new(),
            linked: 0,
            linked_away: 0,
            role: LineRole::Text,
            marker: String::new(),
            bold: false,
            pending_trait: Traits::default(),
            title_met: false,
            block: 0,
            gap: false,
            after_break: false,
        }
    }

    /// Makes it keep all elements and lines.
    pub fn of_all(self) -> Self {
        Self { keep_all: true, ..self }
    }

    /// Makes it keep the links that stand before the title.
    pub fn with_links(self) -> Self {
        Self { keep_links: true, ..self }
    }

    /// Reads the blocks below an element, and the element itself.
    pub fn blocks(&mut self, root: ElementRef<'_>) {
        let holds_main = self.above_main();
        let mut open = Open::default();
        let mut steps: Vec<Step<'_>> = vec![Step::Enter(*root)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Leave(element) => self.leave(&element, &mut open),
                Step::Enter(node) => match node.value() {
                    Node::Text(text) => {
                        if self.keep_all || open.main > 0 || open.kept > 0 || prose_bytes(text) > 0 {
                            self.text(text, &open);
                        } else {
                            self.leave_out_text(text);
                        }
                    }
                    Node::Element(_) => {
                        let Some(element) = ElementRef::wrap(node) else { continue };
                        if self.enter(&element, &mut open, &holds_main) {
                            steps.push(Step::Leave(element));
                            let at = steps.len();
                            steps.extend(node.children().map(Step::Enter));
                            steps[at..].reverse();
                        }
                    }
                    _ => {}
                },
            }
        }
        self.flush();
    }

    /// Tells for each element whether the main text stands in it.
    fn above_main(&self) -> Vec<bool> {
        let mut holds = vec![false; self.measures.of.len()];
        let mut at = self.main;
        while at > 0 {
            at = self.measures.of[at].parent;
            holds[at] = true;
        }
        holds
    }

    /// Begins an element; false where it is not read further.
    fn enter(&mut self, element: &ElementRef<'_>, open: &mut Open, holds_main: &[bool]) -> bool {
        let value = element.value();
        let name = value.name();
        if name == "svg" {
            self.drawing(element);
            return false;
        }
        if let Some(inner) = value.attr("srcdoc").filter(|_| name == "iframe") {
            self.embedded(inner, open);
            return false;
        }
        if is_skipped(name) && !is_text_button(element) {
            return false;
        }
        let at = self.measures.position(element.id()).unwrap_or(0);
        let measure = self.measures.of.get(at).copied().unwrap_or_default();
        if value.attr("hidden").is_some() && !is_hidden_text(element, &measure) {
            self.left_out += measure.bytes;
            return false;
        }
        if !self.keep_all {
            let is_outside = open.main == 0 && open.kept == 0 && at != self.main && !holds_main[at];
            let is_text = || {
                let linked = measure.linked - measure.apart_linked;
                measure.own_prose() > 0 && linked * 2 < measure.bytes - measure.apart_bytes
                    || measure.has_title
                    || measure.contact
            };
            let is_path = || {
                let first = || below_named(element, "li").next();
                matches!(name, "ul" | "ol")
                    && !self.title_met
                    && self.title.is_some()
                    && first().is_some_and(|first| is_root(&first.text().collect::<String>()))
            };
            if (measure.apart || is_path()) && !holds_main[at] && at != self.main {
                self.leave_out(element, measure.bytes);
                return false;
            }
            if is_outside && is_block(name) && !is_text() && !self.precedes_text(element) {
                self.leave_out(element, measure.bytes);
                return false;
            }
        }
        if at == self.main {
            open.main += 1;
        } else if open.main == 0 && !holds_main[at] {
            open.kept += usize::from(is_block(name));
        }
        if self.title == Some(element.id()) {
            self.flush();
            open.title += 1;
            self.title_met = true;
        }
        match name {
            "br" => self.line_break(open),
            "img" => self.image(element, open),
            "b" | "strong" => open.bold += 1,
            // The control of a menu is read as a link, which may belong to the site.
            "button" if !heads_part(element) => {
                self.flush();
                open.links += 1;
            }
            "a" if value.attr("href").is_some() => {
                open.links += 1;
                open.links_away += usize::from(is_link(element));
                self.links.add(element);
            }
            "time" if self.pending_trait.time.is_none() => {
                self.pending_trait.time = value.attr("datetime").map(|day| day.trim().to_owned());
            }
            "pre" => {
                self.flush();
                open.preformatted += 1;
            }
            "table" => {
                self.flush();
                open.tables.push(is_data_table(element));
            }
            "tr" if open.tables.last().copied().unwrap_or(true) && is_data_row(element) => {
                self.flush();
                self.row(element);
                return false;
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.flush();
                open.headings += 1;
                self.role = LineRole::Heading(name.as_bytes()[1] - b'0');
            }
            "li" => {
                self.flush();
                self.marker = list_marker(element);
            }
            name if is_block(name) => self.flush(),
            _ => {}
        }
        open.lists += usize::from(is_list(name));
        open.marked += usize::from(is_marked_day(element));
        if open.title > 0 && self.role == LineRole::Text {
            self.role = LineRole::Heading(1);
        }
        true
    }

    /// Ends an element.
    fn leave(&mut self, element: &ElementRef<'_>, open: &mut Open) {
        let name = element.value().name();
        match name {
            "b" | "strong" => open.bold -= 1,
            "button" if !heads_part(element) => {
                self.flush();
                open.links -= 1;
            }
            "pre" => open.preformatted -= 1,
            "a" if element.value().attr("href").is_some() => {
                open.links -= 1;
                open.links_away -= usize::from(is_link(element));
            }
            "table" => _ = open.tables.pop(),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => open.headings -= 1,
            _ => {}
        }
        let is_title = self.title == Some(element.id());
        if is_block(name) || is_title {
            if is_title {
                self.pending_trait.title = true;
            }
            self.flush();
            self.role = LineRole::Text;
            self.pending_trait = Traits::default();
        }
        open.title -= usize::from(is_title);
        open.lists -= usize::from(is_list(name));
        open.marked -= usize::from(is_marked_day(element));
        let at = self.measures.position(element.id()).unwrap_or(0);
        if at == self.main {
            open.main -= 1;
        } else if open.main == 0 && open.kept > 0 && is_block(name) {
            open.kept -= 1;
        }
    }

    /// A heading outside the main text belongs to the text that follows it.
    fn precedes_text(&self, element: &ElementRef<'_>) -> bool {
        let is_heading = matches!(element.value().name(), "h2" | "h3" | "h4" | "h5" | "h6");
        is_heading
            && element.next_siblings().find_map(ElementRef::wrap).is_some_and(|next| {
                let at = self.measures.position(next.id()).unwrap_or(0);
                let next = self.measures.of[at];
                at > 0 && !next.apart && next.own_prose() > 0 && next.linked * 2 < next.bytes
            })
    }

    /// Counts an element that is left out, and keeps its papers and its names.
    fn leave_out(&mut self, element: &ElementRef<'_>, bytes: usize) {
        self.left_out += bytes;
        self.links.add_papers(element);
        if self.around.len() < MAX_AROUND {
            for below in element.descendants() {
                match below.value() {
                    Node::Text(text) if !text.trim().is_empty() => {
                        self.around.push(text.trim().chars().take(MAX_AROUND_CHARS).collect())
                    }
                    Node::Element(value) if value.name() == "img" => {
                        self.around.extend(value.attr("alt").filter(|alt| !alt.is_empty()).map(str::to_owned));
                    }
                    _ => {}
                }
            }
        }
    }

    pub fn leave_out_text(&mut self, text: &str) {
        let text = text.trim();
        self.left_out += text.len();
        if !text.is_empty() && self.around.len() < MAX_AROUND {
            self.around.push(text.chars().take(MAX_AROUND_CHARS).collect());
        }
    }

    /// Reads the `alt` of an image that stands for text: a heading, a character, a day, a sentence.
    fn image(&mut self, element: &ElementRef<'_>, open: &Open) {
        let alt = element.value().attr("alt").unwrap_or_default().trim();
        if alt.is_empty() {
            return;
        }
        let count = alt.chars().count();
        let is_title = self.title == Some(element.id());
        let stands_for_text = is_title
            || is_character(alt) && !is_ornament(alt)
            || (open.headings > 0 || open.title > 0) && count > 1
            || count > LONG_ALT_CHARS
            || count <= LONG_ALT_CHARS && has_day(alt);
        if self.keep_all || open.main > 0 || open.kept > 0 {
            if stands_for_text {
                self.text(alt, open);
            } else if self.around.len() < MAX_AROUND {
                self.around.push(alt.to_owned());
            }
        }
        if is_title {
            self.role = LineRole::Heading(1);
            self.pending_trait.title = true;
        }
    }

    pub fn text(&mut self, text: &str, open: &Open) {
        if text.trim().is_empty() {
            if !self.pending.is_empty() {
                self.pending.push_str(text);
            }
            return;
        }
        if self.pending.trim().is_empty() {
            self.bold = true;
        }
        self.bold &= open.bold > 0;
        self.linked += if open.links > 0 { text.trim().len() } else { 0 };
        self.linked_away += if open.links_away > 0 { text.trim().len() } else { 0 };
        self.pending_trait.marked |= open.marked > 0;
        self.pending_trait.listed |= open.lists > 0;
        self.pending_trait.title |= open.title > 0;
        if open.preformatted > 0 {
            for (at, line) in text.split('\n').enumerate() {
                if at > 0 {
                    self.line_break(open);
                }
                self.pending.push_str(line);
            }
        } else {
            self.pending.push_str(text);
        }
    }

    /// Ends a line at `<br>`: older pages separate headings and paragraphs by it. A heading of two lines stays one,
    /// unless one of them is a day or the kind of the page.
    fn line_break(&mut self, open: &Open) {
        if (open.headings > 0 || open.title > 0) && !self.pending.trim().is_empty() {
            self.pending.push(BREAK);
            return;
        }
        let (role, of_line) = (self.role, self.pending_trait.clone());
        self.gap |= self.pending.trim().is_empty() && self.after_break;
        self.flush_line();
        self.after_break = true;
        self.role = role;
        self.pending_trait = Traits { time: None, ..of_line };
    }

    /// Ends the current line and its block.
    pub fn flush(&mut self) {
        if self.pending.contains(BREAK) {
            let pending = std::mem::take(&mut self.pending);
            let is_apart = |part: &str| has_day(part) || is_kind_of_publication(part);
            if pending.split(BREAK).any(is_apart) {
                let (role, of_line) = (self.role, self.pending_trait.clone());
                for part in pending.split(BREAK) {
                    (self.role, self.pending_trait) = (role, of_line.clone());
                    self.pending.push_str(part);
                    self.flush_line();
                }
            } else {
                self.pending = pending.replace(BREAK, "\n");
            }
        }
        self.flush_line();
        self.block += 1;
        (self.gap, self.after_break) = (false, false);
    }

    /// Ends the current line.
    fn flush_line(&mut self) {
        let indent = self.pending.len() - self.pending.trim_start_matches(' ').len();
        let text = flowed(std::mem::take(&mut self.pending).trim_matches([' ', '\n', '\t', '\r']));
        let marker = std::mem::take(&mut self.marker);
        let (linked, away) = (std::mem::take(&mut self.linked), std::mem::take(&mut self.linked_away));
        if text.trim().is_empty() {
            self.marker = marker;
            return;
        }
        let of_line = Traits {
            prose: prose_bytes(&text) > 0,
            block: self.block,
            gap: std::mem::take(&mut self.gap),
            indent,
            ..std::mem::take(&mut self.pending_trait)
        };
        let is_linked = linked * 5 >= text.len() * 4;
        if !self.keep_all && !of_line.title {
            // Links to other pages before the title are menus.
            let is_away = away * 5 >= text.len() * 4;
            let before_title = self.title.is_some() && !self.title_met && is_away && !of_line.prose && !self.keep_links;
            if before_title && !has_day(&text) || is_of_site(&text, is_linked) {
                self.leave_out_text(&text);
                return;
            }
        }
        let gap_before = marker.is_empty();
        let bold = self.bold && self.role == LineRole::Text;
        let role = match self.role {
            // The kind of the page above its title heads no part: 報道資料.
            LineRole::Heading(_)
                if !of_line.title && self.title.is_some() && !self.title_met && is_kind_of_publication(&text) =>
            {
                LineRole::Text
            }
            // A link in a list is no heading, though it may begin with a mark: ○共同声明（仮訳）.
            LineRole::Text if of_line.listed && linked > 0 && marker.is_empty() => LineRole::Row,
            role => role,
        };
        self.lines.push(Line { text: marker + &text, role, flow: Flow::Whole, bold, gap_before, ..Line::default() });
        self.traits.push(of_line);
    }
}

/// Tells whether a hidden element holds text that a click shows: the answer of an accordion, the panel of a tab.
fn is_hidden_text(element: &ElementRef<'_>, measure: &Measure) -> bool {
    let prose = measure.own_prose() > 0 && measure.linked * 2 < measure.bytes;
    prose || element.value().name() == "dd" || element.value().attr("role") == Some("tabpanel")
}

fn is_list(name: &str) -> bool {
    matches!(name, "ul" | "ol" | "dl" | "dir")
}

/// Tells whether an element is printed at the right or named as a date.
fn is_marked_day(element: &ElementRef<'_>) -> bool {
    let value = element.value();
    if value.attr("align").is_some_and(|align| align.eq_ignore_ascii_case("right")) {
        return true;
    }
    value.classes().any(|name| {
        let name = name.to_ascii_lowercase();
        name.contains("date") && !name.contains("update") || name.contains("right")
    })
}
