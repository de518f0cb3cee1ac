//! Extracts PowerPoint: a slide is a page, and its title a heading.

use std::collections::{BTreeMap, HashMap};

use super::super::{ExtractError, Extracted, flowed};
use super::Package;
use super::relations;
use super::xml::{Attributes, Xml, read};
use crate::document::{Line, LineRole};

/// The role of a placeholder: its type, and its number.
type Placeholder = (String, String);

/// Where a shape stands on its slide: left, top, width, height, in units of the file.
type Place = (i64, i64, i64, i64);

pub(super) fn extract(package: &mut Package<'_>) -> Result<Extracted, ExtractError> {
    let mut extracted = Extracted::default();
    let slides = slides(package)?;
    extracted.pages = Some(slides.len());
    let mut running = Vec::new();
    let mut layouts: HashMap<String, HashMap<Placeholder, Place>> = HashMap::new();
    for (at, name) in slides.iter().enumerate() {
        let page = Some(at + 1);
        let related = relations::of(package, name)?;
        let drawings = relations::drawings(package, &related, &mut extracted.warnings)?;
        let of_kind = |kind| relations::of_kind(&related, kind);
        let layout = of_kind("slideLayout").unwrap_or_default();
        if !layouts.contains_key(&layout) {
            let places = layout_places(package, &layout)?;
            layouts.insert(layout.clone(), places);
        }
        let notes = of_kind("notesSlide").unwrap_or_else(|| name.replace("slides/slide", "notesSlides/notesSlide"));
        for part in [name.as_str(), notes.as_str()] {
            let Some(text) = package.part(part)? else { continue };
            let shapes = shapes(&text, &drawings, layouts.get(&layout))?;
            let lines = in_order(shapes).into_iter().map(|line| Line { page, ..line });
            let (heads, lines): (Vec<Line>, Vec<Line>) = lines.partition(|line| line.role == LineRole::Footnote);
            extracted.lines.extend(lines);
            running.extend(heads);
        }
        relations::warn_of_comments(package, &related, "cm", &mut extracted.warnings)?;
    }
    relations::keep_once(&mut extracted.lines, running);
    let title = extracted.lines.iter().find(|line| line.role == LineRole::Heading(1));
    extracted.title = title.map(|line| line.text.clone());
    Ok(extracted)
}

/// Returns the parts of the slides in the order in which they are shown.
fn slides(package: &mut Package<'_>) -> Result<Vec<String>, ExtractError> {
    let main = relations::main_part(package, "ppt/presentation.xml")?;
    let related = relations::of(package, &main)?;
    let mut slides = Vec::new();
    if let Some(part) = package.part(&main)? {
        read(&part, |event| {
            // `id` alone is a number; the relation is `r:id`.
            if let Xml::Open("sldId", attributes) = event {
                let relation = attributes.all("id").into_iter().find_map(|id| related.get(&id));
                slides.extend(relation.map(|relation| relation.part.clone()));
            }
        })?;
    }
    slides.retain(|slide| package.has(slide));
    if slides.is_empty() { Ok(package.numbered("ppt/slides/slide", ".xml")) } else { Ok(slides) }
}

/// Returns the places of the placeholders of a layout, and of its master where the layout has none.
fn layout_places(package: &mut Package<'_>, layout: &str) -> Result<HashMap<Placeholder, Place>, ExtractError> {
    let mut places = HashMap::new();
    let master = relations::of_kind(&relations::of(package, layout)?, "slideMaster");
    for part in master.as_deref().into_iter().chain([layout]) {
        let Some(text) = package.part(part)? else { continue };
        for shape in shapes(&text, &BTreeMap::new(), None)? {
            if let (Some(placeholder), Some(place)) = (shape.placeholder, shape.place) {
                places.insert((placeholder.0.clone(), String::new()), place);
                places.insert(placeholder, place);
            }
        }
    }
    Ok(places)
}

/// A shape of a slide; the shapes of a group are one.
#[derive(Default)]
struct Shape {
    placeholder: Option<Placeholder>,
    place: Option<Place>,
    lines: Vec<Line>,
    is_title: bool,
}

/// Returns the title first, then the other shapes from top to bottom and from left to right.
fn in_order(mut shapes: Vec<Shape>) -> Vec<Line> {
    // A shape without a place stays behind the shape before it.
    let mut last = (0, 0, 0, 0);
    for shape in &mut shapes {
        last = *shape.place.get_or_insert(last);
    }
    let top = |shape: &Shape| shape.place.map_or(0, |place| place.1);
    shapes.sort_by_key(|shape| (!shape.is_title, top(shape)));
    let mut rows: Vec<Vec<Shape>> = Vec::new();
    for shape in shapes {
        let fits = |row: &Vec<Shape>| {
            let first = row[0].place.unwrap_or_default();
            let height = first.3.min(shape.place.unwrap_or_default().3);
            row[0].is_title == shape.is_title && top(&shape) - first.1 <= height / 2
        };
        match rows.last_mut().filter(|row| fits(row)) {
            Some(row) => row.push(shape),
            None => rows.push(vec![shape]),
        }
    }
    for row in &mut rows {
        row.sort_by_key(|shape| shape.place.map_or(0, |place| place.0));
    }
    rows.into_iter().flatten().flat_map(|shape| shape.lines).collect()
}

/// Reads the shapes of a slide.
fn shapes(
    part: &str,
    drawings: &BTreeMap<String, Vec<Line>>,
    layout: Option<&HashMap<Placeholder, Place>>,
) -> Result<Vec<Shape>, ExtractError> {
    let mut reader = Reader::new(drawings, layout);
    read(part, |event| reader.event(event))?;
    Ok(reader.shapes)
}

struct Reader<'a> {
    drawings: &'a BTreeMap<String, Vec<Line>>,
    layout: Option<&'a HashMap<Placeholder, Place>>,
    shapes: Vec<Shape>,
    open: Shape,
    /// Depth inside groups and shapes.
    depth: usize,
    text: String,
    in_text: bool,
    role: LineRole,
    row: Option<Vec<String>>,
    skip: bool,
    /// Depth inside the second form of a drawing.
    fallback: usize,
}

impl<'a> Reader<'a> {
    fn new(drawings: &'a BTreeMap<String, Vec<Line>>, layout: Option<&'a HashMap<Placeholder, Place>>) -> Self {
        Self {
            drawings,
            layout,
            shapes: Vec::new(),
            open: Shape::default(),
            depth: 0,
            text: String::new(),
            in_text: false,
            role: LineRole::Text,
            row: None,
            skip: false,
            fallback: 0,
        }
    }

    fn event(&mut self, event: Xml<'_>) {
        match event {
            Xml::Open("Fallback", _) => self.fallback += 1,
            Xml::Close("Fallback") => self.fallback = self.fallback.saturating_sub(1),
            _ if self.fallback > 0 => {}
            Xml::Open(name, attributes) => self.open(name, &attributes),
            Xml::Text(part) if self.in_text => self.text.push_str(part),
            Xml::Text(_) => {}
            Xml::Close(name) => self.close(name),
        }
    }

    fn open(&mut self, name: &str, attributes: &Attributes<'_>) {
        match name {
            "sp" | "grpSp" | "graphicFrame" | "cxnSp" => {
                if self.depth == 0 {
                    self.open = Shape::default();
                }
                self.depth += 1;
                (self.role, self.skip) = (LineRole::Text, false);
            }
            "ph" => {
                let kind = attributes.get("type").unwrap_or_else(|| "body".to_owned());
                match kind.as_str() {
                    "title" | "ctrTitle" => {
                        self.role = LineRole::Heading(1);
                        self.open.is_title = true;
                    }
                    // Page number, date and slide image.
                    "sldNum" | "dt" | "sldImg" => self.skip = true,
                    "ftr" | "hdr" => self.role = LineRole::Footnote,
                    _ => {}
                }
                self.open.placeholder = Some((kind, attributes.get("idx").unwrap_or_default()));
            }
            "off" if self.open.place.is_none() => {
                let number = |name: &str| attributes.get(name).and_then(|value| value.parse().ok()).unwrap_or(0);
                self.open.place = Some((number("x"), number("y"), 0, 0));
            }
            "ext" => {
                let number = |name: &str| attributes.get(name).and_then(|value| value.parse().ok());
                if let (Some(place), Some(width), Some(height)) = (&mut self.open.place, number("cx"), number("cy"))
                    && place.2 == 0
                {
                    (place.2, place.3) = (width, height);
                }
            }
            "chart" | "relIds" => {
                let id = attributes.get(if name == "chart" { "id" } else { "dm" });
                let lines = id.and_then(|id| self.drawings.get(&id));
                self.open.lines.extend(lines.into_iter().flatten().cloned());
            }
            "p" => self.text.clear(),
            "t" => self.in_text = true,
            "br" => self.text.push(' '),
            "tr" => self.row = Some(Vec::new()),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "sp" | "grpSp" | "graphicFrame" | "cxnSp" => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    let mut shape = std::mem::take(&mut self.open);
                    let placeholder = shape.placeholder.clone();
                    if let (None, Some((kind, number)), Some(layout)) = (shape.place, placeholder, self.layout) {
                        let named = layout.get(&(kind.clone(), number));
                        shape.place = named.or_else(|| layout.get(&(kind, String::new()))).copied();
                    }
                    self.shapes.push(shape);
                }
            }
            "t" => self.in_text = false,
            "p" if !self.skip => {
                let line = flowed(self.text.trim());
                match &mut self.row {
                    _ if line.is_empty() => {}
                    Some(cells) => cells.push(line),
                    None => self.open.lines.push(Line::whole(line, self.role)),
                }
            }
            "tr" => {
                let row = self.row.take();
                self.open.lines.extend(row.map(|cells| Line { text: cells.join("　"), ..Line::default() }));
            }
            _ => {}
        }
    }
}
