//! Builds the tree of a page, bounded in depth, and answers common questions about its elements.

use std::cell::Cell;

use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use scraper::{ElementRef, Html, HtmlTreeSink};

use super::super::flowed;

/// Deepest nesting kept; browsers stop at the same depth. Deeper tags are dropped, their text stays.
const MAX_DEPTH: usize = 512;

/// Passes tokens on to the tree builder, without start tags deeper than [`MAX_DEPTH`]: building a tree takes time
/// quadratic in its depth.
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

/// Tells whether a tag nests; false for tags without an end tag, or whose end tag is usually omitted.
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

/// Builds the tree of a page.
pub(super) fn parse(text: &str) -> Html {
    let sink = HtmlTreeSink::new(Html::new_document());
    // Without scripts, the content of <noscript> is elements and not raw text.
    let options = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let tree = TreeBuilder::new(sink, options);
    let tokenizer = Tokenizer::new(Shallow { tree, depth: Cell::new(0), dropped: Cell::new(0) }, Default::default());
    let input = BufferQueue::default();
    input.push_back(html5ever::tendril::StrTendril::from_slice(text));
    // A script interrupts the tokenizer, so feed it again; no script is run.
    while !input.is_empty() {
        let _ = tokenizer.feed(&input);
    }
    tokenizer.end();
    let Shallow { tree, .. } = tokenizer.sink;
    tree.sink.0.into_inner()
}

/// Iterates over the children of an element with a given tag.
pub(super) fn children_named<'a>(element: &ElementRef<'a>, name: &'static str) -> impl Iterator<Item = ElementRef<'a>> {
    element.child_elements().filter(move |child| child.value().name() == name)
}

/// Iterates over the elements below an element, at any depth, with a given tag.
pub(super) fn below_named<'a>(element: &ElementRef<'a>, name: &'static str) -> impl Iterator<Item = ElementRef<'a>> {
    element.descendants().filter_map(ElementRef::wrap).filter(move |below| below.value().name() == name)
}

/// Returns all text in an element, with each run of white space as one blank.
pub(super) fn text_of(element: &ElementRef<'_>) -> String {
    flowed(&element.text().collect::<String>())
}

/// Counts the bytes of text in an element, without the blanks around each piece.
pub(super) fn text_length(element: &ElementRef<'_>) -> usize {
    element.text().map(|text| text.trim().len()).sum()
}

/// Tells whether a tag begins a new line.
pub(super) fn is_block(name: &str) -> bool {
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

/// Tells whether a button is text: the heading of a part that it opens, or the control of one.
pub(super) fn is_text_button(element: &ElementRef<'_>) -> bool {
    let value = element.value();
    value.name() == "button"
        && (value.attr("aria-controls").is_some() || value.attr("aria-expanded").is_some() || heads_part(element))
}

/// Tells whether a button stands in a heading.
pub(super) fn heads_part(element: &ElementRef<'_>) -> bool {
    let above = element.ancestors().take(3).filter_map(ElementRef::wrap);
    above.into_iter().any(|above| {
        matches!(above.value().name(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dt" | "summary" | "legend")
    })
}

/// Tags whose content is no text of the page.
pub(super) fn is_skipped(name: &str) -> bool {
    matches!(
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
            | "iframe"
            | "object"
            | "title"
            | "noframes"
            | "head"
            | "annotation"
    )
}
