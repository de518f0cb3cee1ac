//! Measures each element of a page: its text, links and sentences, and whether it is marked as other than text.

use ego_tree::NodeId;
use ego_tree::iter::Edge;
use scraper::{ElementRef, Node};

use super::heading_text::{leads_home, without_kind};
use super::tree::{heads_part, is_block, is_skipped, is_text_button};
use super::words::{has_day, is_contact, is_of_site, page_words, prose_bytes};

/// Longest text around the words of an archive's banner, in bytes.
const MAX_BANNER_BYTES: usize = 900;

/// Most candidates of the title.
const MAX_CANDIDATES: usize = 60;

/// How an element is marked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mark {
    #[default]
    None,
    /// Navigation or other surroundings.
    Apart,
    /// Beside the main text: a column of text, or links.
    Beside,
    /// The head of the site, or of the page.
    Head,
    /// The banner of a web archive, or a notice for browsers without scripts.
    Never,
    /// A box that may hold menus beside the main text.
    Outer,
    /// The main text, by name.
    Main,
    /// The main text, by its tag or role.
    Semantic,
}

/// The measures of one element; lengths in bytes, without blanks around each piece of text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Measure {
    /// Position of the parent.
    pub parent: usize,
    /// May hold the main text.
    pub is_box: bool,
    pub mark: Mark,
    /// Left out.
    pub apart: bool,
    pub bytes: usize,
    pub linked: usize,
    pub prose: usize,
    /// Bytes of the parts that are left out.
    pub apart_bytes: usize,
    pub apart_linked: usize,
    pub apart_prose: usize,
    /// Holds the title.
    pub has_title: bool,
    /// Holds the day nearest to the title.
    pub has_day: bool,
    /// Is left out by its name, and holds the label of a contact: 問合せ先.
    pub contact: bool,
}

impl Measure {
    /// Running text outside the parts that are left out.
    pub fn own_prose(&self) -> usize {
        self.prose - self.apart_prose
    }
}

/// A heading or a line like one, which may be the title.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub id: NodeId,
    /// Position of its element.
    pub at: usize,
    /// Level of a heading; 6 for a line that is named as the title, 7 for bold or large print, 8 for a centred line, 9
    /// for an image.
    pub level: u8,
    pub text: String,
    /// Running text stands before it.
    pub behind_prose: bool,
}

/// The measures of all elements of a body, in the order of the page.
pub(super) struct Measures {
    pub of: Vec<Measure>,
    pub candidates: Vec<Candidate>,
    /// Positions of the elements with a day.
    pub days: Vec<usize>,
    ids: Vec<(NodeId, usize)>,
    /// Scripts of the page, in bytes.
    pub scripts: usize,
    /// Running text before the place being measured.
    prose_before: usize,
}

impl Measures {
    /// Measures the elements of a body; the body has the position 0. `page` is the source of the whole page.
    pub fn new(body: &ElementRef<'_>, page: &str) -> Self {
        let mut measures = Self {
            of: Vec::new(),
            candidates: Vec::new(),
            days: Vec::new(),
            ids: Vec::new(),
            scripts: 0,
            prose_before: 0,
        };
        let mut open: Vec<usize> = Vec::new();
        let (mut links, mut skipped, mut scripts, mut marked) = (0usize, 0usize, 0usize, 0usize);
        let (mut banners, mut contacts) = (Vec::new(), Vec::new());
        // One search over the page saves three for each piece of text.
        let may_have_banner = ["保存", "ayback", "archive."].iter().any(|word| page.contains(word));
        for edge in body.traverse() {
            match edge {
                Edge::Open(node) => match node.value() {
                    Node::Text(text) if skipped == 0 => {
                        let Some(&at) = open.last() else { continue };
                        let bytes = text.trim().len();
                        if bytes == 0 {
                            continue;
                        }
                        let measure = &mut measures.of[at];
                        measure.bytes += bytes;
                        if links > 0 {
                            measure.linked += bytes;
                        } else {
                            let prose = prose_bytes(text);
                            measure.prose += prose;
                            // Text before the title is a notice: このページはフレームを使用しています。
                            let is_notice = || prose > 0 && measures.prose_before == 0 && is_of_site(text, false);
                            measures.prose_before += if marked > 0 || is_notice() { 0 } else { prose };
                        }
                        if marked > 0 && links == 0 && is_contact(text) {
                            contacts.push(at);
                        }
                        if bytes < 200 && has_day(text) {
                            measures.days.push(at);
                        }
                        let squeezed =
                            || text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
                        if may_have_banner
                            && bytes < MAX_BANNER_BYTES
                            && (text.contains("保存") || text.contains("ayback") || text.contains("archive."))
                            && page_words().archive_words.iter().any(|word| squeezed().contains(word))
                        {
                            banners.push(at);
                        }
                    }
                    Node::Text(text) if scripts > 0 => measures.scripts += text.len(),
                    Node::Element(value) => {
                        let Some(element) = ElementRef::wrap(node) else { continue };
                        let name = value.name();
                        scripts += usize::from(name == "script");
                        if skipped > 0 || is_skipped(name) && !is_text_button(&element) {
                            skipped += 1;
                            continue;
                        }
                        links += usize::from(is_link(&element) || name == "button" && !heads_part(&element));
                        let at = measures.of.len();
                        let parent = open.last().copied().unwrap_or(0);
                        let mark = if at == 0 { Mark::None } else { mark_of(&element) };
                        let is_box = at == 0
                            || matches!(name, "div" | "td" | "main" | "article" | "section" | "center" | "form");
                        measures.of.push(Measure { parent, mark, is_box, ..Measure::default() });
                        marked += usize::from(matches!(mark, Mark::Never | Mark::Apart));
                        measures.ids.push((node.id(), at));
                        open.push(at);
                    }
                    _ => {}
                },
                Edge::Close(node) => {
                    let Node::Element(value) = node.value() else { continue };
                    scripts -= usize::from(value.name() == "script");
                    if skipped > 0 {
                        skipped -= 1;
                        continue;
                    }
                    let Some(element) = ElementRef::wrap(node) else { continue };
                    links -= usize::from(is_link(&element) || value.name() == "button" && !heads_part(&element));
                    let Some(at) = open.pop() else { continue };
                    let measure = measures.of[at];
                    marked -= usize::from(matches!(measure.mark, Mark::Never | Mark::Apart));
                    if let Some(&above) = open.last() {
                        let above = &mut measures.of[above];
                        above.bytes += measure.bytes;
                        above.linked += measure.linked;
                        above.prose += measure.prose;
                    }
                    measures.consider(&element, at, measure);
                }
            }
        }
        measures.ids.sort_unstable_by_key(|(id, _)| *id);
        measures.candidates.sort_by_key(|candidate| candidate.at);
        for at in banners {
            measures.mark_banner(at);
        }
        for at in contacts {
            measures.for_each_above(at, |measure| measure.contact = measure.mark == Mark::Apart);
        }
        measures.leave_out();
        measures
    }

    /// Adds an element to the candidates of the title.
    fn consider(&mut self, element: &ElementRef<'_>, at: usize, measure: Measure) {
        if self.candidates.len() >= MAX_CANDIDATES {
            return;
        }
        let value = element.value();
        let attribute = |name: &str| value.attr(name).unwrap_or_default();
        let is_named = || {
            let words = page_words();
            let mut names = value.id().into_iter().chain(value.classes());
            names.any(|name| words.title.contains(name.to_ascii_lowercase().as_str()))
        };
        let is_head = self.prose_before <= measure.prose;
        let centred = || attribute("align").eq_ignore_ascii_case("center");
        let level = match value.name() {
            // A heading that only leads to the front page is the logo of the site.
            "h1" | "h2" | "h3" if measure.linked == measure.bytes && leads_home(element) => return,
            name @ ("h1" | "h2" | "h3" | "h4" | "h5") => name.as_bytes()[1] - b'0',
            "img" => 9,
            _ if measure.bytes < 12 || measure.bytes > 400 || measure.linked * 2 > measure.bytes => return,
            "div" | "p" | "span" | "td" | "dt" if is_head && is_named() => 6,
            "b" | "strong" | "big" => 7,
            "font" if matches!(attribute("size"), "+1" | "+2" | "+3" | "+4" | "4" | "5" | "6" | "7") => 7,
            "center" => 8,
            "p" | "div" | "td" if centred() => 8,
            _ => return,
        };
        // A page may have thousands of bold words; those behind the text are no titles.
        if level >= 7 && !is_head {
            return;
        }
        // A bold word inside a line is no title: its block has no other text.
        let alone = level != 7 || {
            let block = element.ancestors().filter_map(ElementRef::wrap).find(|above| is_block(above.value().name()));
            block.is_some_and(|block| {
                block.text().map(|text| text.trim().len()).take(50).sum::<usize>() == measure.bytes
            })
        };
        if !alone {
            return;
        }
        let text = if level == 9 { attribute("alt").to_owned() } else { without_kind(element) };
        if !text.is_empty() {
            self.candidates.push(Candidate { id: element.id(), at, level, text, behind_prose: !is_head });
        }
    }

    /// Marks the largest box around the words of an archive's banner that holds no more than a banner.
    fn mark_banner(&mut self, mut at: usize) {
        while at > 0 {
            let above = self.of[at].parent;
            if above == 0 || self.of[above].bytes > MAX_BANNER_BYTES {
                break;
            }
            at = above;
        }
        if at > 0 {
            self.of[at].mark = Mark::Never;
        }
    }

    /// Decides which marked elements are left out. A mark is overruled where its element holds most of the prose.
    pub fn leave_out(&mut self) {
        let total = self.of.first().map_or(0, |body| body.prose);
        for at in (1..self.of.len()).rev() {
            let measure = self.of[at];
            let holds_text = measure.prose * 2 > total && measure.linked * 2 < measure.bytes;
            let apart = match measure.mark {
                Mark::Never => true,
                Mark::Apart => {
                    !(holds_text || measure.has_title || measure.contact && measure.linked * 4 < measure.bytes)
                }
                Mark::Head => !holds_text && !measure.has_title,
                // An aside with sentences of its own is a column of text.
                Mark::Beside => !measure.has_title && (measure.prose == 0 || measure.linked * 2 > measure.bytes),
                _ => false,
            };
            self.of[at].apart = apart;
            let (bytes, linked, prose) = if apart {
                (measure.bytes, measure.linked, measure.prose)
            } else {
                (measure.apart_bytes, measure.apart_linked, measure.apart_prose)
            };
            let above = &mut self.of[measure.parent];
            above.apart_bytes += bytes;
            above.apart_linked += linked;
            above.apart_prose += prose;
        }
    }

    /// Decides anew after the title is known.
    pub fn leave_out_anew(&mut self) {
        for measure in &mut self.of {
            (measure.apart_bytes, measure.apart_linked, measure.apart_prose) = (0, 0, 0);
        }
        self.leave_out();
    }

    /// Tells whether an element stands in the head of the site, and in nothing else that is left out.
    pub fn is_inside_head(&self, mut at: usize) -> bool {
        let mut inside = false;
        while at > 0 {
            let measure = self.of[at];
            if measure.apart && measure.mark != Mark::Head {
                return false;
            }
            inside |= measure.apart;
            at = measure.parent;
        }
        inside
    }

    /// Tells whether the head of the site around an element holds a day: it is the head of the page then.
    pub fn has_day_in_head(&self, at: usize) -> bool {
        let head_of = |mut at: usize| {
            while at > 0 && self.of[at].mark != Mark::Head {
                at = self.of[at].parent;
            }
            at
        };
        let head = head_of(at);
        head > 0 && self.days.iter().any(|day| head_of(*day) == head)
    }

    /// Returns the position of an element.
    pub fn position(&self, id: NodeId) -> Option<usize> {
        let found = self.ids.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(self.ids[found].1)
    }

    /// Tells whether an element or one around it is left out.
    pub fn is_inside_apart(&self, mut at: usize) -> bool {
        while at > 0 {
            if self.of[at].apart {
                return true;
            }
            at = self.of[at].parent;
        }
        false
    }

    /// Applies a change to an element and to those around it.
    pub fn for_each_above(&mut self, mut at: usize, change: impl Fn(&mut Measure)) {
        loop {
            change(&mut self.of[at]);
            if at == 0 {
                return;
            }
            at = self.of[at].parent;
        }
    }
}

/// Tells whether an element is a link to another page; one to a place of the same page stands in a table of contents.
pub(super) fn is_link(element: &ElementRef<'_>) -> bool {
    let value = element.value();
    value.name() == "a" && value.attr("href").is_some_and(|href| !href.starts_with('#'))
}

/// Returns how an element is marked, by its tag, role, id and classes.
fn mark_of(element: &ElementRef<'_>) -> Mark {
    let value = element.value();
    let name = value.name();
    let has_heading = || {
        let headings = element.descendants().filter_map(ElementRef::wrap).map(|below| below.value().name());
        headings.into_iter().any(|name| matches!(name, "h1" | "h2" | "h3" | "p" | "table"))
    };
    match (name, value.attr("role")) {
        ("noscript", _) => return Mark::Never,
        (_, Some("navigation" | "banner" | "contentinfo" | "search")) | ("nav", _) => return Mark::Apart,
        ("main", _) | (_, Some("main")) => return Mark::Semantic,
        // A form without headings, paragraphs or tables is a search box; some servers wrap the whole page in a form.
        ("form", _) if !has_heading() => return Mark::Apart,
        // The header or footer of the page; that of an article is text.
        ("header" | "footer", _) => {
            let above = element.ancestors().filter_map(ElementRef::wrap);
            let in_article =
                above.into_iter().any(|above| matches!(above.value().name(), "article" | "section" | "main"));
            return if in_article {
                Mark::None
            } else if name == "footer" {
                Mark::Apart
            } else {
                Mark::Head
            };
        }
        _ => {}
    }
    let words = page_words();
    let is_holder = matches!(name, "div" | "ul" | "ol" | "dl" | "td" | "table" | "section" | "form");
    let mut mark = match name {
        "article" => Mark::Main,
        "aside" => Mark::Beside,
        _ => Mark::None,
    };
    for name in value.id().into_iter().chain(value.classes()) {
        let lower = name.to_ascii_lowercase();
        let lower = lower.as_str();
        if words.archive.contains(lower) {
            return Mark::Never;
        }
        // Names of one short word count only for boxes: <p class="sub"> is a subtitle.
        let is_whole = || is_holder && words.apart_whole.contains(lower);
        let has_part = || lower.contains(['-', '_']) && lower.split(['-', '_']).any(|part| words.apart.contains(part));
        if words.main.contains(lower) {
            mark = Mark::Main;
        } else if words.apart.contains(lower) || is_whole() || has_part() {
            return if mark == Mark::Main { mark } else { Mark::Apart };
        } else if words.site_head.contains(lower) {
            mark = Mark::Head;
        } else if words.main_outer.contains(lower) && mark == Mark::None {
            mark = Mark::Outer;
        }
    }
    mark
}
