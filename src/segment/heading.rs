//! Finds the headings among lines, and their nesting.

use crate::script;
use std::collections::{BTreeMap, HashMap};

use super::reference::{is_note, refers};
use crate::document::{Flow, is_section_name};
use crate::normalize::line_shape::{self, Marker};
use crate::normalize::{LineKind, LogicalLine};

/// The class of a heading, which determines its level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    /// A numbering marker.
    Marker(Marker),
    /// A level by the number of `#`.
    Markdown(usize),
    /// A short isolated line, or a bold one.
    Plain,
    /// A short isolated line that recurs under several headings: 会合概要.
    PlainRepeated,
}

/// A heading line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heading {
    class: Class,
    heading_level: Option<usize>,
    /// The text, with a bracketed line below it.
    pub text: String,
    /// It has neither marker nor `#`.
    pub plain: bool,
    /// The next line belongs to it.
    pub takes_next: bool,
}

/// Longest heading, in code points.
const MAX_HEADING_CHARS: usize = 60;
/// Longest heading without any mark, in code points.
const MAX_PLAIN_CHARS: usize = 40;

/// Finds the headings, by the index of their line; a bracketed line below a heading belongs to it.
pub(super) fn find(lines: &[LogicalLine], wrapped: bool) -> BTreeMap<usize, Heading> {
    let mut repeats: HashMap<&str, usize> = HashMap::new();
    for line in lines {
        *repeats.entry(line.text.as_str()).or_default() += 1;
    }
    // A text that marks some headings marks them all.
    let allow_plain =
        !wrapped && lines.iter().filter(|line| line.heading_level.is_some() || is_division(line)).count() < 2;
    let mut found: BTreeMap<usize, Heading> = BTreeMap::new();
    let mut in_list: Option<Marker> = None;
    for (at, line) in lines.iter().enumerate() {
        if line.kind != LineKind::Text || line.is_row {
            continue;
        }
        if at > 0 && found.get(&(at - 1)).is_some_and(|heading| heading.takes_next) {
            continue;
        }
        let text = line.text.trim();
        let marked = line_shape::marker(text).filter(|_| !refers(text) && !is_note(text));
        let class = class_of(lines, at, allow_plain, in_list, &repeats);
        in_list = match (marked, class) {
            (Some(marked), None) => Some(marked.marker),
            (Some(_), Some(_)) => None,
            (None, _) if line_shape::starts_item(&line.text) => in_list,
            (None, _) => None,
        };
        let Some(class) = class else { continue };
        let below = lines.get(at + 1).filter(|next| next.kind == LineKind::Text && is_bracketed(&next.text));
        let takes_next = below.is_some_and(|next| !next.gap_before || matches!(class, Class::Plain));
        let text = match below.filter(|_| takes_next) {
            Some(next) => format!("{} {}", line.text.trim(), next.text.trim()),
            None => line.text.trim().to_owned(),
        };
        let plain = matches!(class, Class::Plain | Class::PlainRepeated) || line.bold;
        found.insert(at, Heading { class, heading_level: line.heading_level, text, plain, takes_next });
    }
    found
}

/// Tells whether a line begins a part, chapter or section of a long text: `第2章 …`.
fn is_division(line: &LogicalLine) -> bool {
    let marked = line_shape::marker(line.text.trim());
    line.kind == LineKind::Text
        && marked.is_some_and(|marked| matches!(marked.marker, Marker::Part | Marker::Chapter | Marker::Section))
}

/// Tells whether a line is a short bracketed text: `(国際電気通信連合 電気通信標準化部門)`.
fn is_bracketed(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(['(', '（'])
        && text.ends_with([')', '）'])
        && text.chars().count() <= MAX_HEADING_CHARS
        && line_shape::marker(text).is_none()
}

fn class_of(
    lines: &[LogicalLine],
    at: usize,
    allow_plain: bool,
    in_list: Option<Marker>,
    repeats: &HashMap<&str, usize>,
) -> Option<Class> {
    let line = &lines[at];
    let text = line.text.trim();
    let length = text.chars().count();
    let marked = line_shape::marker(text);
    if length > MAX_HEADING_CHARS * 2 || text.ends_with(['。', '、', '，']) {
        return None;
    }
    if line.heading_level.is_none() && (refers(text) || is_note(text)) {
        return None;
    }
    if let Some(level) = line.heading_level {
        // Blanks may spread the word behind a number: 1　日　　程.
        let closed = || line_shape::marker(&without_spread(text)?);
        let marked = marked.or_else(closed);
        return Some(marked.map_or(Class::Markdown(level), |marked| Class::Marker(marked.marker)));
    }
    if let Some(marked) = marked {
        return (length <= MAX_HEADING_CHARS && marked_line_is_heading(lines, at, marked, in_list))
            .then_some(Class::Marker(marked.marker));
    }
    if line.bold && !is_caption(text) {
        return Some(Class::Plain);
    }
    // A structured format marks its headings.
    if line.flow == Some(Flow::Whole) {
        return None;
    }
    let next = lines.get(at + 1)?;
    let alone = line.gap_before && (next.gap_before || is_bracketed(&next.text));
    let is_plain = allow_plain
        && alone
        && (2..=MAX_PLAIN_CHARS).contains(&length)
        && next.kind == LineKind::Text
        && !line_shape::starts_item(text)
        && !line_shape::starts_label(text)
        && !text.starts_with(['(', '（', '【', '「', '<'])
        && !text.ends_with('】')
        && text.matches('、').count() <= 1
        && !text.contains('。')
        && !text.ends_with([':', '：', ')', '）', 'は', 'が', 'を', 'に', 'の', 'と', 'で', 'す', 'た'])
        && !text.chars().next().is_some_and(script::is_hiragana)
        && !is_date_line(text);
    let is_section = || allow_plain && alone && next.kind == LineKind::Text && is_section_name(text);
    (is_plain || is_section()).then(|| {
        if repeats.get(line.text.as_str()).is_some_and(|count| *count > 1) {
            Class::PlainRepeated
        } else {
            Class::Plain
        }
    })
}

/// Returns a numbered heading without the blanks between the letters of its word; `None` for any other text.
fn without_spread(text: &str) -> Option<String> {
    let mut parts = text.split([' ', '\u{3000}']).filter(|part| !part.is_empty());
    let number = parts.next().filter(|number| number.starts_with(script::is_digit))?;
    let letters: Vec<&str> = parts.collect();
    let is_spread = letters.len() > 1 && letters.iter().all(|letter| letter.chars().nth(1).is_none());
    is_spread.then(|| format!("{number} {}", letters.concat()))
}

/// Tells whether a text is a caption, which names a figure and not the following text: 図表1, ＜図表１：…＞, 表1-2.
fn is_caption(text: &str) -> bool {
    let name = text.trim_start_matches(['<', '＜', '〈', '【', '[', '（', '(']);
    name.starts_with('図')
        || name.starts_with('表') && name.chars().nth(1).is_some_and(|c| script::is_digit(c) || c == ' ' || c == '　')
}

/// Tells whether a line is little more than a date: `平成29年10月16日`.
fn is_date_line(text: &str) -> bool {
    text.contains('年') && text.contains('月') && text.chars().any(script::is_digit) && text.chars().count() <= 16
}

/// Tells whether a marked line is a heading: it has body text below. Consecutive numbered lines are a list.
fn marked_line_is_heading(
    lines: &[LogicalLine],
    at: usize,
    marked: line_shape::Marked,
    in_list: Option<Marker>,
) -> bool {
    let text = lines[at].text.trim();
    match marked.marker {
        Marker::Part | Marker::Chapter | Marker::Section => return true,
        Marker::Article => return false,
        Marker::Bracketed => return lines[at].gap_before && lines.get(at + 1).is_some(),
        Marker::Circle => return text.chars().count() <= MAX_PLAIN_CHARS && has_body(lines, at, marked),
        Marker::Word => return true,
        _ => {}
    }
    if text.chars().count() > 50 || text.ends_with([';', '；']) {
        return false;
    }
    // A line that ends in a comma announces a list: 「本フォーラムでは、」.
    let announced = at > 0 && lines[at - 1].text.trim().ends_with(['、', '，']);
    if announced || in_list == Some(marked.marker) && marked.number != Some(1) {
        return false;
    }
    has_body(lines, at, marked)
}

/// Tells whether the next line is body text under this line, not its sibling.
fn has_body(lines: &[LogicalLine], at: usize, marked: line_shape::Marked) -> bool {
    let Some(next) = lines[at + 1..].iter().find(|line| line.kind == LineKind::Text) else {
        // The last line of a page may be a heading without body: 「3 今後の予定」.
        return marked.marker == Marker::Number && lines[at].gap_before | (marked.number > Some(1));
    };
    let text = next.text.trim();
    let is_sibling = line_shape::marker(text).is_some_and(|other| other.marker == marked.marker);
    let continues = text.starts_with(['を', 'に', 'の', 'が', 'は', 'と', 'へ', 'で']);
    !is_sibling && !continues
}

/// Tells whether a heading is that of a table of contents (「目次」), which covers only the table itself.
fn is_contents(text: &str) -> bool {
    matches!(text.replace([' ', '　'], "").as_str(), "目次" | "もくじ" | "Contents" | "CONTENTS")
}

/// The headings above the current line.
#[derive(Clone, Debug, Default)]
pub(super) struct Outline {
    stack: Vec<Heading>,
}

impl Outline {
    /// Returns the texts of the headings, outermost first.
    pub fn path(&self) -> Vec<String> {
        self.stack.iter().map(|heading| heading.text.clone()).collect()
    }

    pub fn clear(&mut self) {
        self.stack.clear();
    }

    /// Enters a heading: first leaves all headings of its class and below.
    ///
    /// A new class nests below the earlier ones; a class met again ends all headings since its last occurrence.
    pub fn enter(&mut self, heading: &Heading) {
        if self.stack.first().is_some_and(|first| is_contents(&first.text)) {
            self.clear();
        }
        let same = self.stack.iter().position(|above| above.class == heading.class);
        let depth = same.unwrap_or_else(|| self.depth_of(heading));
        self.stack.truncate(depth);
        self.stack.push(heading.clone());
    }

    fn depth_of(&self, heading: &Heading) -> usize {
        let after = |test: &dyn Fn(&Heading) -> bool| self.stack.iter().rposition(test).map_or(0, |at| at + 1);
        let rank = |class: Class| match class {
            Class::Marker(Marker::Part) => Some(1),
            Class::Marker(Marker::Chapter) => Some(2),
            Class::Marker(Marker::Section) => Some(3),
            Class::Plain => Some(0),
            _ => None,
        };
        match heading.class {
            Class::PlainRepeated => after(&|above| above.class == Class::Plain),
            Class::Markdown(level) => self
                .stack
                .iter()
                .position(|above| above.heading_level.is_some_and(|other| other >= level))
                .unwrap_or(self.stack.len()),
            class => match rank(class) {
                Some(own) => after(&|above| {
                    rank(above.class).is_some_and(|other| other < own)
                        || matches!(above.class, Class::Markdown(_))
                            && own > 0
                            && above.heading_level < heading.heading_level
                }),
                None => self.stack.len(),
            },
        }
    }
}
