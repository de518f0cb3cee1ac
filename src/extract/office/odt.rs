//! Extracts OpenDocument text and presentations; a slide is a page, and its title a heading.

use super::super::{ExtractError, Extracted, flowed};
use super::xml::{Xml, read};
use super::{Package, damaged};
use crate::document::{Line, LineRole};

/// Marks a line break in the text of a paragraph; line ends of the XML part count as blanks.
const LINE_BREAK: char = '\u{2028}';

/// A shape on a slide: whether it is its title, and its distances from the top and the left.
struct Shape {
    is_title: bool,
    at: Option<(i64, i64)>,
}

fn is_shape(element: &str) -> bool {
    matches!(element, "frame" | "custom-shape" | "rect" | "ellipse" | "g")
}

/// The place of a line: the title of a slide first, then shapes from the top and the left, then the notes of the
/// speaker.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    slide: usize,
    in_notes: bool,
    is_body: bool,
    at: (i64, i64),
}

impl Place {
    fn of(slide: usize, in_notes: bool, shapes: &[Shape]) -> Self {
        let is_body = !shapes.iter().any(|shape| shape.is_title);
        let at = shapes.iter().find_map(|shape| shape.at).unwrap_or((i64::MAX, 0));
        Self { slide, in_notes, is_body, at }
    }
}

/// Reads a length such as `2.5cm`, in hundredths of a millimetre.
fn length(text: &str) -> i64 {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[number.len()..] {
        "in" => 2540.0,
        "mm" => 100.0,
        "pt" => 35.28,
        _ => 1000.0,
    };
    (number.parse::<f64>().unwrap_or(0.0) * unit) as i64
}

pub(super) fn extract(package: &mut Package<'_>) -> Result<Extracted, ExtractError> {
    let Some(body) = package.part("content.xml")? else { return Err(damaged("no content.xml in it")) };
    let mut lines: Vec<Line> = Vec::new();
    let mut notes: Vec<Line> = Vec::new();
    // Paragraphs nest: a footnote is inside the paragraph that references it.
    let mut open: Vec<(String, LineRole)> = Vec::new();
    let mut row: Option<Vec<String>> = None;
    // Slides of a presentation; a text has none. Shapes nest.
    let (mut slides, mut in_notes, mut shapes) = (0usize, false, Vec::<Shape>::new());
    // The place of each line in the order of reading.
    let mut places: Vec<Place> = Vec::new();
    let (mut hidden, mut in_note, mut in_list, mut in_contents) = (0usize, 0usize, 0usize, 0usize);
    read(&body, |event| match event {
        Xml::Open("ruby-text" | "tracked-changes" | "annotation" | "note-citation" | "forms", _) => hidden += 1,
        Xml::Close("ruby-text" | "tracked-changes" | "annotation" | "note-citation" | "forms") => {
            hidden = hidden.saturating_sub(1)
        }
        _ if hidden > 0 => {}
        Xml::Open("note", _) => in_note += 1,
        Xml::Close("note") => in_note = in_note.saturating_sub(1),
        Xml::Open("list-item", _) => in_list += 1,
        Xml::Close("list-item") => in_list = in_list.saturating_sub(1),
        Xml::Open("table-of-content", _) => in_contents += 1,
        Xml::Close("table-of-content") => in_contents = in_contents.saturating_sub(1),
        Xml::Open("page", _) => slides += 1,
        Xml::Open("notes", _) => in_notes = true,
        Xml::Close("notes") => in_notes = false,
        Xml::Open(element, attributes) if is_shape(element) => shapes.push(Shape {
            is_title: attributes.get("class").as_deref() == Some("title"),
            at: attributes.get("y").zip(attributes.get("x")).map(|(y, x)| (length(&y), length(&x))),
        }),
        Xml::Close(element) if is_shape(element) => _ = shapes.pop(),
        Xml::Open("h", attributes) => {
            let level = attributes.get("outline-level").and_then(|level| level.parse().ok()).unwrap_or(1);
            open.push((String::new(), LineRole::Heading(level)));
        }
        Xml::Open("p", _) => open.push((
            String::new(),
            match () {
                () if in_note > 0 => LineRole::Footnote,
                () if slides > 0 && shapes.last().is_some_and(|shape| shape.is_title) => LineRole::Heading(1),
                () if in_contents > 0 => LineRole::Contents,
                () => LineRole::Text,
            },
        )),
        Xml::Open("s" | "tab", _) => open.iter_mut().next_back().into_iter().for_each(|(text, _)| text.push(' ')),
        Xml::Open("line-break", _) => {
            open.iter_mut().next_back().into_iter().for_each(|(text, _)| text.push(LINE_BREAK))
        }
        Xml::Text(part) => open.iter_mut().next_back().into_iter().for_each(|(text, _)| text.push_str(part)),
        Xml::Open("table-row", _) if row.is_none() => row = Some(Vec::new()),
        Xml::Close("table-row") => {
            let page = (slides > 0).then_some(slides);
            lines.extend(row.take().map(|cells| Line { text: cells.join("　"), page, ..Line::default() }));
            places.resize(lines.len(), Place::of(slides, in_notes, &shapes));
        }
        Xml::Close("p" | "h") => {
            let Some((text, role)) = open.pop() else { return };
            for text in text.split(LINE_BREAK).map(|text| flowed(text.trim())).filter(|text| !text.is_empty()) {
                match &mut row {
                    _ if role == LineRole::Footnote => notes.push(Line::whole(text, role)),
                    Some(cells) => cells.push(text),
                    None => {
                        let marker = if in_list > 0 && role == LineRole::Text { "・" } else { "" };
                        lines.push(Line {
                            gap_before: marker.is_empty(),
                            page: (slides > 0).then_some(slides),
                            ..Line::whole(format!("{marker}{text}"), role)
                        });
                        lines.append(&mut notes);
                        places.resize(lines.len(), Place::of(slides, in_notes, &shapes));
                    }
                }
            }
        }
        _ => {}
    })?;
    if slides > 0 {
        // Shapes are stored in the order in which they were drawn.
        let mut placed: Vec<(Place, Line)> = places.into_iter().zip(lines).collect();
        placed.sort_by_key(|(place, _)| *place);
        lines = placed.into_iter().map(|(_, line)| line).collect();
    }
    lines.append(&mut notes);
    let pages = (slides > 0).then_some(slides);
    let title = lines.iter().find(|line| slides > 0 && line.role == LineRole::Heading(1)).map(|line| line.text.clone());
    Ok(Extracted { lines, pages, title, ..Extracted::default() })
}
