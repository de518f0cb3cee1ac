//! Text that is no part of a page's content: values of form fields, free-text notes, attached files.

use std::collections::HashMap;

use pdfboss_core::{Document, ObjRef, Page, Rect};

use super::super::Extracted;
use super::shapes::{Glyph, SetLine};
use crate::document::LineRole;

/// Most attached files that are read from one file.
const MAX_ATTACHED: usize = 50;
/// Usual size of print, in points; a field that is higher holds several lines.
const PRINT: f32 = 12.0;

/// The values of the form fields, by the widget that shows each.
pub(super) struct Fields(HashMap<ObjRef, String>);

impl Fields {
    pub fn read(document: &Document) -> Self {
        let mut values = HashMap::new();
        for field in document.form_fields() {
            let value = match field.text() {
                Some(_) if field.flags.password() => None,
                Some(text) => Some(text),
                None => Some(field.selected().join("、")),
            };
            let Some(value) = value.filter(|value| !value.trim().is_empty()) else { continue };
            values.insert(field.object, value.clone());
            values.extend(field.widgets.iter().map(|widget| (widget.object, value.clone())));
        }
        Self(values)
    }
}

/// Adds the values of the form fields of a page to its glyphs, and returns the lines of its free-text notes.
pub(super) fn of_page(
    document: &Document,
    page: &Page,
    fields: &Fields,
    glyphs: &mut Vec<Glyph>,
    warnings: &mut Vec<String>,
) -> Vec<SetLine> {
    let mut notes = Vec::new();
    if page.dict().get("Annots").is_none() {
        return notes;
    }
    let mut comments = 0;
    for annotation in document.annotations(page) {
        if annotation.flags.hidden() || annotation.flags.no_view() {
            continue;
        }
        let contents = annotation.contents.filter(|contents| !contents.trim().is_empty());
        match (annotation.subtype.as_str(), contents) {
            ("Widget", _) => {
                let value = annotation.object.and_then(|object| fields.0.get(&object));
                if let (Some(value), Some(rect)) = (value, annotation.rect) {
                    set(value, rect, glyphs);
                }
            }
            ("FreeText", Some(contents)) => notes.extend(contents.lines().enumerate().map(|(at, line)| SetLine {
                text: super::super::flowed(line.trim()),
                size: PRINT,
                role: LineRole::Footnote,
                gap_before: at == 0,
                ..SetLine::default()
            })),
            ("FileAttachment", _) => {
                let name = annotation.file.map(|file| file.name()).unwrap_or_default();
                warnings.push(format!("an attached file is not read: {name} (page {})", page.index + 1));
            }
            ("Text" | "Highlight" | "Underline" | "StrikeOut" | "Squiggly" | "Caret", Some(_)) => comments += 1,
            _ => {}
        }
    }
    if comments > 0 {
        warnings.push(format!("{comments} comments of readers left out (page {})", page.index + 1));
    }
    notes
}

/// Sets a value in the box of its field, so that it is read beside its label.
fn set(value: &str, rect: Rect, glyphs: &mut Vec<Glyph>) {
    let rows: Vec<&str> = value.lines().map(str::trim).filter(|row| !row.is_empty()).collect();
    let longest = rows.iter().map(|row| row.chars().count()).max().unwrap_or(0);
    if longest == 0 {
        return;
    }
    let height = (rect.y1 - rect.y0) / rows.len() as f32;
    let size = (height * 0.8).min(PRINT).min((rect.x1 - rect.x0) / longest as f32).max(1.0);
    // Lines of a field that is not high enough overlap less than half.
    let leading = height.clamp(0.9 * size, 1.5 * size);
    for (row, text) in rows.into_iter().enumerate() {
        let first =
            if row == 0 && height > 2.0 * PRINT { rect.y1 - size } else { rect.y1 - (height + 0.76 * size) / 2.0 };
        let y = first - leading * row as f32;
        for (at, c) in text.chars().enumerate() {
            let x = rect.x0 + 1.0 + size * at as f32;
            let (start, end) = ((x, y), (x + size, y));
            glyphs.push(Glyph { c, start, end, size, vertical: false, level: true, bold: false, turns: 0 });
        }
    }
}

/// Reads the attached files of the formats that are known by their ending, each under its name as a heading; the
/// others are named in a warning.
pub(super) fn attached(document: &Document, are_read: bool, extracted: &mut Extracted) {
    for (at, file) in document.embedded_files().into_iter().enumerate() {
        let name = Some(file.spec.name()).filter(|name| !name.is_empty()).unwrap_or_else(|| file.name.clone());
        let read = match document.embedded_file_data(&file) {
            Ok(bytes) if are_read && at < MAX_ATTACHED => super::super::extract_attached(&name, bytes),
            Ok(_) => None,
            Err(error) => Some(Err(super::super::ExtractError::Damaged(error.to_string()))),
        };
        extracted.attach(name, read);
    }
}
