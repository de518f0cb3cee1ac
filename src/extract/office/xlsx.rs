//! Reads the parts of a workbook that calamine does not give: formats of numbers, text boxes, charts, notes.

use std::collections::HashMap;

use super::super::{ExtractError, flowed};
use super::formats::{Format, built_in};
use super::relations::{self, Relation};
use super::xml::{Attributes, Xml, read};
use super::{Package, damaged};
use crate::document::{Line, LineRole};

/// The parts of a workbook.
pub(super) struct Workbook<'a> {
    package: Package<'a>,
    /// The part of each sheet, by the name of the sheet.
    sheets: HashMap<String, String>,
    /// The format of each cell style, in order.
    formats: Vec<Option<Format>>,
    since_1904: bool,
}

/// The text beside the cells of a sheet, and the cells whose numbers have a format.
#[derive(Default)]
pub(super) struct Beside {
    pub shown: HashMap<(u32, u32), String>,
    pub lines: Vec<Line>,
}

impl<'a> Workbook<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Self, ExtractError> {
        let mut package = Package::open(bytes)?;
        let main = relations::main_part(&mut package, "xl/workbook.xml")?;
        let related = relations::of(&mut package, &main)?;
        let formats = match relations::of_kind(&related, "styles") {
            Some(styles) => package.part(&styles)?.map(|part| formats(&part)).transpose()?.unwrap_or_default(),
            None => Vec::new(),
        };
        let (mut sheets, mut since_1904) = (HashMap::new(), false);
        if let Some(part) = package.part(&main)? {
            read(&part, |event| match event {
                Xml::Open("workbookPr", attributes) => {
                    since_1904 = attributes.get("date1904").is_some_and(|value| value == "1" || value == "true");
                }
                Xml::Open("sheet", attributes) => {
                    let relation = attributes.get("id").and_then(|id| related.get(&id));
                    if let (Some(name), Some(relation)) = (attributes.get("name"), relation) {
                        sheets.insert(name, relation.part.clone());
                    }
                }
                _ => {}
            })?;
        }
        Ok(Self { package, sheets, formats, since_1904 })
    }

    /// Reads the numbers, text boxes, charts and notes of a sheet.
    pub fn beside(&mut self, sheet: &str, warnings: &mut Vec<String>) -> Result<Beside, ExtractError> {
        let mut found = Beside::default();
        let Some(part) = self.sheets.get(sheet).cloned() else { return Ok(found) };
        if self.formats.iter().any(Option::is_some)
            && let Some(text) = self.package.part(&part)?
        {
            found.shown = numbers(&text, &self.formats, self.since_1904)?;
        }
        let mut related: Vec<Relation> = relations::of(&mut self.package, &part)?.into_values().collect();
        related.sort_by(|a, b| a.part.cmp(&b.part));
        for relation in related {
            match relation.kind.as_str() {
                "drawing" => {
                    if let Some(text) = self.package.part(&relation.part)? {
                        found.lines.extend(relations::paragraphs(&text)?);
                    }
                    let inner = relations::of(&mut self.package, &relation.part)?;
                    let drawings = relations::drawings(&mut self.package, &inner, warnings)?;
                    found.lines.extend(drawings.into_values().flatten());
                }
                "comments" | "threadedComment" => {
                    if let Some(text) = self.package.part(&relation.part)? {
                        found.lines.extend(notes(&text)?);
                    }
                }
                _ => {}
            }
        }
        Ok(found)
    }
}

/// Reads the format of each style of cells.
fn formats(part: &str) -> Result<Vec<Option<Format>>, ExtractError> {
    let mut codes: HashMap<u32, String> = HashMap::new();
    let mut ids: Vec<u32> = Vec::new();
    let mut in_cells = false;
    read(part, |event| match event {
        Xml::Open("numFmt", attributes) => {
            let id = attributes.get("numFmtId").and_then(|id| id.parse().ok());
            if let (Some(id), Some(code)) = (id, attributes.get("formatCode")) {
                codes.insert(id, code);
            }
        }
        Xml::Open("cellXfs", _) => in_cells = true,
        Xml::Close("cellXfs") => in_cells = false,
        Xml::Open("xf", attributes) if in_cells => {
            ids.push(attributes.get("numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0));
        }
        _ => {}
    })?;
    let mut parsed: HashMap<u32, Option<Format>> = HashMap::new();
    let format = |id: u32| {
        let parse = || codes.get(&id).map(String::as_str).or_else(|| built_in(id)).and_then(Format::parse);
        parsed.entry(id).or_insert_with(parse).clone()
    };
    Ok(ids.into_iter().map(format).collect())
}

/// Shows the numbers of a sheet that have a format.
fn numbers(
    part: &str,
    formats: &[Option<Format>],
    since_1904: bool,
) -> Result<HashMap<(u32, u32), String>, ExtractError> {
    let mut found = HashMap::new();
    let mut open: Option<((u32, u32), &Format)> = None;
    let mut next = (0, 0);
    let (mut in_value, mut value) = (false, String::new());
    let format_of = |attributes: &Attributes<'_>| {
        let style: usize = attributes.get("s")?.parse().ok()?;
        let is_number = attributes.get("t").is_none_or(|kind| kind == "n");
        formats.get(style)?.as_ref().filter(|_| is_number)
    };
    read(part, |event| match event {
        Xml::Open("row", attributes) => {
            let row = attributes.get("r").and_then(|row| row.parse::<u32>().ok());
            next = (row.map_or(next.0 + u32::from(next.1 > 0), |row| row.saturating_sub(1)), 0);
        }
        Xml::Open("c", attributes) => {
            let place = attributes.get("r").and_then(|name| place(&name)).unwrap_or(next);
            next = (place.0, place.1 + 1);
            open = format_of(&attributes).map(|format| (place, format));
        }
        Xml::Open("v", _) if open.is_some() => {
            value.clear();
            in_value = true;
        }
        Xml::Text(text) if in_value => value.push_str(text),
        Xml::Close("v") if in_value => {
            in_value = false;
            if let Some((place, format)) = open.take()
                && let Some(shown) = value.trim().parse().ok().and_then(|value| format.show(value, since_1904))
            {
                found.insert(place, shown);
            }
        }
        _ => {}
    })?;
    Ok(found)
}

/// Row and column of a cell from its name: `B3` is (2, 1).
fn place(name: &str) -> Option<(u32, u32)> {
    let letters = name.bytes().take_while(u8::is_ascii_uppercase).count();
    let column = name
        .bytes()
        .take(letters)
        .try_fold(0u32, |column, c| column.checked_mul(26)?.checked_add(u32::from(c - b'A') + 1))?;
    let row: u32 = name.get(letters..)?.parse().ok()?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}

/// Reads the notes of cells, a line each, with the cell that each belongs to.
fn notes(part: &str) -> Result<Vec<Line>, ExtractError> {
    let mut lines = Vec::new();
    let (mut text, mut in_text, mut hidden) = (String::new(), false, false);
    read(part, |event| match event {
        Xml::Open("comment" | "threadedComment", _) => text.clear(),
        Xml::Open("rPh", _) => hidden = true,
        Xml::Close("rPh") => hidden = false,
        Xml::Open("t" | "text", _) => in_text = true,
        Xml::Close("t" | "text") => in_text = false,
        Xml::Text(part) if in_text && !hidden => text.push_str(part),
        Xml::Close("comment" | "threadedComment") => {
            let note = flowed(text.trim());
            // Beside a thread, the file holds a note that tells older programs to update.
            if !note.is_empty() && !note.starts_with("[Threaded comment]") && !note.starts_with("[スレッド化") {
                lines.push(Line::whole(note, LineRole::Text));
            }
        }
        _ => {}
    })?;
    Ok(lines)
}

/// Opens a workbook for the text beside its cells; a part that is damaged costs that text, not the workbook.
pub(super) fn opened<'a>(bytes: &'a [u8], warnings: &mut Vec<String>) -> Option<Workbook<'a>> {
    match Workbook::open(bytes) {
        Ok(book) => Some(book),
        Err(error) => {
            warnings.push(format!("formats and drawings are not read: {}", damaged(error)));
            None
        }
    }
}
