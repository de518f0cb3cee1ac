//! HTML pages: the main text without menus and footers, its headings, lists and tables.
//!
//! Nothing is dropped by a score: only elements that say by tag, role, id or class that they are no text, and the
//! surroundings of an element that says that it is the main one and holds most of the text.

use std::cell::Cell;

use ego_tree::NodeRef;
use encoding_rs::Encoding;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};
use html5ever::tree_builder::TreeBuilder;
use scraper::{ElementRef, Html, HtmlTreeSink, Node};

use super::text::decode_as;
use super::{ExtractError, Extracted, flowed};
use crate::document::{Flow, Line, LineRole};

/// Deepest nesting kept; browsers stop at the same depth. Tags below are dropped, their text stays.
const MAX_DEPTH: usize = 512;
/// How far into a page its encoding may be named, in bytes.
const META_BYTES: usize = 2048;
/// Share of the text that an element must hold to be the main one, in percent.
const MAIN_PERCENT: usize = 50;
/// What holds more of the text than this is no menu, whatever it calls itself, in percent.
const APART_PERCENT: usize = 40;

pub(super) fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let decoded = decode_as(bytes, named_encoding(bytes))?;
    let page = parse(&decoded.text);
    let mut extracted =
        Extracted { encoding: decoded.encoding.to_owned(), replacements: decoded.replacements, ..Extracted::default() };
    let root = page.root_element();
    let (title, publisher) = title_and_publisher(&root);
    extracted.publisher = publisher;
    let body = children_named(&root, "body").next().unwrap_or(root);
    let mut reader = Reader { most_apart: text_length(&body) * APART_PERCENT / 100, ..Reader::default() };
    reader.blocks(main_element(&body));
    reader.flush();
    if reader.left_out > 0 {
        extracted.warnings.push(format!("{} bytes of menus, headers and footers are left out", reader.left_out));
    }
    if reader.lines.is_empty() {
        // The marks were wrong: better menus than nothing.
        let mut all = Reader { keep_all: true, ..Reader::default() };
        all.blocks(body);
        all.flush();
        reader = all;
        extracted.warnings.push("no main text found; the whole page is kept".to_owned());
    }
    extracted.title = reader.first_heading.take().or(title);
    extracted.lines = reader.lines;
    Ok(extracted)
}

/// The encoding that a `<meta>` or an XML declaration names.
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

/// Passes tokens on to the tree, without start tags deeper than [`MAX_DEPTH`]: building a tree is quadratic in its
/// depth.
struct Shallow {
    tree: TreeBuilder<<HtmlTreeSink as html5ever::interface::TreeSink>::Handle, HtmlTreeSink>,
    depth: Cell<usize>,
    dropped: Cell<usize>,
}

impl TokenSink for Shallow {
    type Handle = <HtmlTreeSink as html5ever::interface::TreeSink>::Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Self::Handle> {
        if let Token::TagToken(tag) = &token
            && nests(tag)
        {
            match tag.kind {
                TagKind::StartTag if self.depth.get() >= MAX_DEPTH => {
                    self.dropped.set(self.dropped.get() + 1);
                    return TokenSinkResult::Continue;
                }
                TagKind::StartTag => self.depth.set(self.depth.get() + 1),
                TagKind::EndTag if self.dropped.get() > 0 => {
                    self.dropped.set(self.dropped.get() - 1);
                    return TokenSinkResult::Continue;
                }
                TagKind::EndTag => self.depth.set(self.depth.get().saturating_sub(1)),
            }
        }
        self.tree.process_token(token, line)
    }

    fn end(&self) {
        self.tree.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.tree.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// False for tags that have no end, or whose end is mostly left out.
fn nests(tag: &Tag) -> bool {
    !tag.self_closing
        && !matches!(
            &*tag.name,
            "area"
                | "base"
                | "br"
                | "col"
                | "embed"
                | "hr"
                | "img"
                | "input"
                | "link"
                | "meta"
                | "param"
                | "source"
                | "track"
                | "wbr"
                | "p"
                | "li"
                | "dt"
                | "dd"
                | "td"
                | "th"
                | "tr"
                | "tbody"
                | "thead"
                | "tfoot"
                | "option"
                | "rt"
                | "rp"
                | "rb"
                | "a"
                | "html"
                | "head"
                | "body"
        )
}

fn parse(text: &str) -> Html {
    let sink = HtmlTreeSink::new(Html::new_document());
    let tree = TreeBuilder::new(sink, Default::default());
    let tokenizer = Tokenizer::new(Shallow { tree, depth: Cell::new(0), dropped: Cell::new(0) }, Default::default());
    let input = BufferQueue::default();
    input.push_back(html5ever::tendril::StrTendril::from_slice(text));
    // A script only interrupts the tokenizer: nothing here runs one.
    while !input.is_empty() {
        let _ = tokenizer.feed(&input);
    }
    tokenizer.end();
    let Shallow { tree, .. } = tokenizer.sink;
    tree.sink.0.into_inner()
}

fn children_named<'a>(element: &ElementRef<'a>, name: &'static str) -> impl Iterator<Item = ElementRef<'a>> {
    element.child_elements().filter(move |child| child.value().name() == name)
}

fn text_of(element: &ElementRef<'_>) -> String {
    flowed(&element.text().collect::<String>())
}

/// The page's title and the ministry it names: `総務省｜報道資料｜題`, `題：総務省`.
fn title_and_publisher(root: &ElementRef<'_>) -> (Option<String>, Option<String>) {
    let Some(head) = children_named(root, "head").next() else { return (None, None) };
    let meta = |wanted: &str| {
        children_named(&head, "meta").find_map(|meta| {
            let name = meta.value().attr("property").or_else(|| meta.value().attr("name"))?;
            name.eq_ignore_ascii_case(wanted).then(|| meta.value().attr("content")).flatten().map(flowed)
        })
    };
    let full = children_named(&head, "title").next().map(|title| text_of(&title)).unwrap_or_default();
    let parts: Vec<&str> = full
        .split(['|', '｜', '│', ' '])
        .flat_map(|part| part.split(" - "))
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let office = |part: &&str| {
        let short = part.chars().count() <= 16;
        short
            && ["省", "庁", "府", "官邸", "委員会", "センター", "機構", "室", "本部", "会議"]
                .iter()
                .any(|end| part.ends_with(end))
    };
    let publisher = meta("og:site_name")
        .or_else(|| parts.iter().copied().find(office).map(str::to_owned))
        .or_else(|| meta("author"));
    let named_apart = parts.len() > 1;
    let kind = |part: &&str| {
        matches!(*part, "報道資料" | "報道発表" | "報道発表資料" | "プレスリリース" | "ホーム" | "トップ" | "HOME")
    };
    let title = if named_apart {
        parts
            .iter()
            .copied()
            .filter(|part| !office(part) && !kind(part) && publisher.as_deref() != Some(*part))
            .max_by_key(|part| part.chars().count())
    } else {
        None
    };
    let title = title.map_or_else(|| full.clone(), str::to_owned);
    ((!title.is_empty()).then_some(title), publisher.filter(|name| !name.is_empty()))
}

/// Bytes of the text in an element, without the blanks around each piece.
fn text_length(element: &ElementRef<'_>) -> usize {
    element.text().map(|text| text.trim().len()).sum()
}

/// The element that says that it holds the main text, where most of the text is in it; else the body.
fn main_element<'a>(body: &ElementRef<'a>) -> ElementRef<'a> {
    let wanted = text_length(body) * MAIN_PERCENT / 100;
    let says_main = |element: &ElementRef<'_>| {
        let value = element.value();
        value.name() == "main"
            || value.attr("role") == Some("main")
            || value.id().is_some_and(|id| is_main_name(&id.to_ascii_lowercase()))
    };
    let marked = body
        .descendants()
        .filter_map(ElementRef::wrap)
        .find(|element| says_main(element) && text_length(element) >= wanted);
    marked.unwrap_or(*body)
}

fn is_main_name(id: &str) -> bool {
    matches!(
        id,
        "main"
            | "contents"
            | "content"
            | "contentsbody"
            | "contents_body"
            | "maincontents"
            | "main-contents"
            | "maincontent"
            | "main_contents"
            | "honbun"
            | "mainarea"
    )
}

/// True for an element that says that it is no text of the page.
fn is_apart(element: &ElementRef<'_>) -> bool {
    let value = element.value();
    if matches!(value.name(), "nav" | "aside")
        || matches!(value.attr("role"), Some("navigation" | "banner" | "contentinfo" | "search"))
    {
        return true;
    }
    // A search box; some servers set the whole page into a form.
    if value.name() == "form" {
        return !element
            .descendants()
            .filter_map(ElementRef::wrap)
            .any(|below| matches!(below.value().name(), "h1" | "h2" | "h3" | "p" | "table"));
    }
    // A page's header or footer; that of an article is text.
    let in_article = || {
        element
            .ancestors()
            .filter_map(ElementRef::wrap)
            .any(|above| matches!(above.value().name(), "article" | "section"))
    };
    if value.name() == "footer" && !in_article() {
        return true;
    }
    let has_heading = || {
        element
            .descendants()
            .filter_map(ElementRef::wrap)
            .any(|below| matches!(below.value().name(), "h1" | "h2" | "h3"))
    };
    if value.name() == "header" && !in_article() && !has_heading() {
        return true;
    }
    let names = value.id().into_iter().chain(value.classes());
    names.map(str::to_ascii_lowercase).any(|name| {
        let parts: Vec<&str> = name.split(['-', '_']).collect();
        let has = |word: &str| parts.contains(&word) || name == word;
        [
            "breadcrumb",
            "breadcrumbs",
            "topicpath",
            "topicspath",
            "pankuzu",
            "pankuzulist",
            "pagetop",
            "gotop",
            "totop",
            "backtotop",
            "footer",
            "gnav",
            "gnavi",
            "lnav",
            "lnavi",
            "globalnav",
            "globalnavi",
            "localnav",
            "localnavi",
            "globalmenu",
            "sidemenu",
            "sidebar",
            "sidenav",
            "skip",
            "skiplink",
            "sns",
            "share",
            "menu",
            "navi",
            "nav",
            "banner",
            "print",
            "noprint",
        ]
        .iter()
        .any(|word| has(word))
    })
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "header"
            | "hgroup"
            | "hr"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "noscript"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "thead"
            | "tfoot"
            | "tr"
            | "td"
            | "th"
            | "ul"
            | "caption"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
    )
}

/// Gathers lines from a tree, without recursion: a hostile page may nest deeply.
#[derive(Default)]
struct Reader {
    lines: Vec<Line>,
    first_heading: Option<String>,
    /// The text of the block being read.
    pending: String,
    role: LineRole,
    marker: String,
    /// All of the pending text is bold.
    bold: bool,
    keep_all: bool,
    /// An element with more text than this is read, whatever it calls itself, in bytes.
    most_apart: usize,
    /// Text of elements that call themselves menus, in bytes.
    left_out: usize,
}

enum Step<'a> {
    Enter(NodeRef<'a, Node>),
    Leave(ElementRef<'a>),
}

impl Reader {
    fn blocks(&mut self, root: ElementRef<'_>) {
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

    /// `<br>`: pages of the time set headings and paragraphs apart by it.
    fn line_break(&mut self) {
        let role = self.role;
        self.flush();
        self.role = role;
    }

    fn flush(&mut self) {
        let text = flowed(std::mem::take(&mut self.pending).trim_matches([' ', '\n', '\t', '\r']));
        let marker = std::mem::take(&mut self.marker);
        if text.trim().is_empty() {
            self.marker = marker;
            return;
        }
        if let LineRole::Heading(level) = self.role
            && self.first_heading.is_none()
            && level <= 2
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

    /// A row of a table on one line, its cells set apart.
    fn row(&mut self, row: &ElementRef<'_>) {
        let cells = row.child_elements().filter(|cell| matches!(cell.value().name(), "td" | "th"));
        let texts: Vec<String> = cells.map(|cell| cell_text(&cell)).filter(|text| !text.is_empty()).collect();
        if !texts.is_empty() {
            self.lines.push(Line { text: texts.join("　"), gap_before: false, ..Line::default() });
        }
    }
}

/// True for a row of a table of data: no cell has blocks of its own, as the cells of a layout table have.
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

/// `・` for a bullet, `3. ` for the third of a numbered list; the text's own marker stands where it has one.
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
