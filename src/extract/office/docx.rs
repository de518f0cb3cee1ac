//! Extracts Word documents.

use std::collections::{BTreeMap, HashMap};

use super::super::{ExtractError, Extracted, flowed};
use super::numbering::Numbering;
use super::xml::{Attributes, Xml, read};
use super::{Package, damaged};
use super::{equation, relations};
use crate::document::{Line, LineRole};

/// Longest table row that becomes one line, in code points; a longer row is a layout whose cells are paragraphs.
const MAX_ROW_CHARS: usize = 600;

pub(super) fn extract(package: &mut Package<'_>) -> Result<Extracted, ExtractError> {
    let main = relations::main_part(package, "word/document.xml")?;
    let Some(body) = package.part(&main)? else { return Err(damaged(format!("no {main} in it"))) };
    let related = relations::of(package, &main)?;
    let mut warnings = Vec::new();
    let drawings = relations::drawings(package, &related, &mut warnings)?;
    let part_of = |kind: &str| relations::of_kind(&related, kind).unwrap_or_else(|| format!("word/{kind}.xml"));
    let styles = package.part(&part_of("styles"))?.map(|part| styles(&part)).transpose()?.unwrap_or_default();
    let numbering =
        package.part(&part_of("numbering"))?.map(|part| Numbering::read(&part)).transpose()?.unwrap_or_default();
    let mut notes = HashMap::new();
    for name in ["footnotes", "endnotes"] {
        if let Some(part) = package.part(&part_of(name))? {
            let mut reader = Body { styles: Some(&styles), ..Body::default() };
            read(&part, |event| reader.event(event))?;
            notes.extend(reader.notes.into_iter().map(|(id, text)| (format!("{name}{id}"), text)));
        }
    }
    let mut reader =
        Body { styles: Some(&styles), numbering, known_notes: notes, drawings, warnings, ..Body::default() };
    read(&body, |event| reader.event(event))?;
    reader.finish_paragraph();
    let (mut lines, mut warnings) = (reader.lines, reader.warnings);
    for relation in related.values().filter(|relation| matches!(relation.kind.as_str(), "header" | "footer")) {
        let Some(part) = package.part(&relation.part)? else { continue };
        let mut reader = Body { styles: Some(&styles), ..Body::default() };
        read(&part, |event| reader.event(event))?;
        reader.finish_paragraph();
        relations::keep_once(&mut lines, reader.lines);
    }
    relations::warn_of_comments(package, &related, "comment", &mut warnings)?;
    Ok(Extracted { lines, title: reader.title, warnings, ..Extracted::default() })
}

/// The properties that a style gives its paragraphs.
#[derive(Clone, Debug, Default)]
struct Style {
    heading: Option<u8>,
    title: bool,
    contents: bool,
    list: Option<String>,
    level: usize,
    parent: Option<String>,
}

fn styles(part: &str) -> Result<HashMap<String, Style>, ExtractError> {
    let mut found: HashMap<String, Style> = HashMap::new();
    let mut id = String::new();
    read(part, |event| {
        let Xml::Open(name, attributes) = event else { return };
        let value = || attributes.get("val").unwrap_or_default();
        if name == "style" {
            id = attributes.get("styleId").unwrap_or_default();
        }
        let style = found.entry(id.clone()).or_default();
        match name {
            "name" => {
                let name = value().to_lowercase();
                let number = name
                    .strip_prefix("heading ")
                    .or_else(|| name.strip_prefix("見出し "))
                    .and_then(|level| level.trim().parse().ok());
                style.heading = style.heading.or(number.filter(|level| (1..=9).contains(level)));
                style.title = matches!(name.as_str(), "title" | "表題");
                style.contents = name.starts_with("toc ") || name.starts_with("目次 ");
            }
            "outlineLvl" => {
                style.heading =
                    value().parse::<u8>().ok().filter(|level| *level < 9).map(|level| level + 1).or(style.heading)
            }
            "numId" => style.list = Some(value()),
            "ilvl" => style.level = value().parse().unwrap_or(0),
            "basedOn" => style.parent = Some(value()),
            _ => {}
        }
    })?;
    Ok(found)
}

/// A paragraph being read; text boxes nest paragraphs.
#[derive(Debug, Default)]
struct Paragraph {
    text: String,
    style: Option<String>,
    outline: Option<u8>,
    list: Option<String>,
    level: Option<usize>,
    /// Texts of the footnotes that it references.
    notes: Vec<String>,
    bold_runs: usize,
    plain_runs: usize,
}

/// A field: a text that Word computes.
#[derive(Debug, Default)]
struct Field {
    code: String,
    /// Its result is the number of the page, or of all pages.
    shows_page: bool,
}

/// Tells whether the code of a field asks for a page number.
fn asks_for_page(code: &str) -> bool {
    let name = code.split_whitespace().next().unwrap_or_default();
    ["PAGE", "NUMPAGES", "SECTIONPAGES"].iter().any(|field| name.eq_ignore_ascii_case(field))
}

#[derive(Debug, Default)]
struct Table {
    cells: Vec<Vec<Line>>,
}

#[derive(Default)]
struct Body<'a> {
    styles: Option<&'a HashMap<String, Style>>,
    numbering: Numbering,
    known_notes: HashMap<String, String>,
    /// Lines of charts, diagrams and embedded documents, by the ids of their relations.
    drawings: BTreeMap<String, Vec<Line>>,
    /// The fields that are open, innermost last.
    fields: Vec<Field>,
    in_code: bool,
    /// Note texts by id, where the part being read contains notes.
    notes: Vec<(String, String)>,
    lines: Vec<Line>,
    title: Option<String>,
    /// Number of lines up to the end of the title; up to the current line while there is no title.
    title_lines: usize,
    warnings: Vec<String>,
    paragraphs: Vec<Paragraph>,
    /// Lines of the text boxes in the current paragraph.
    boxed: Vec<Line>,
    tables: Vec<Table>,
    /// Depth inside elements whose text is not shown, or shown twice.
    hidden: usize,
    in_text: bool,
    in_properties: bool,
    run_bold: bool,
    note: Option<String>,
}

/// Tells whether an element has text that is skipped: deleted text, ruby readings, the fallback form of a drawing.
fn is_hidden(name: &str) -> bool {
    matches!(name, "del" | "moveFrom" | "rt" | "Fallback" | "delText" | "delInstrText")
}

impl Body<'_> {
    fn event(&mut self, event: Xml<'_>) {
        match event {
            Xml::Open(name, _) if is_hidden(name) => self.hidden += 1,
            Xml::Close(name) if is_hidden(name) => self.hidden = self.hidden.saturating_sub(1),
            _ if self.hidden > 0 => {}
            Xml::Open(name, attributes) => self.open(name, &attributes),
            Xml::Close(name) => self.close(name),
            Xml::Text(text) if self.in_text => self.add(text),
            Xml::Text(text) if self.in_code => {
                if let Some(field) = self.fields.last_mut() {
                    field.code.push_str(text);
                }
            }
            Xml::Text(_) => {}
        }
    }

    fn add(&mut self, text: &str) {
        if self.fields.iter().any(|field| field.shows_page) {
            return;
        }
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.text.push_str(text);
            if !text.trim().is_empty() {
                *(if self.run_bold { &mut paragraph.bold_runs } else { &mut paragraph.plain_runs }) += 1;
            }
        }
    }

    /// Adds the text of an EQ field, which Word computes and does not store.
    fn add_equation(&mut self, code: Option<String>) {
        if let Some(shown) = code.and_then(|code| equation::shown(&code)) {
            self.add(&shown);
        }
    }

    fn open(&mut self, name: &str, attributes: &Attributes<'_>) {
        let value = || attributes.get("val");
        let on = || value().is_none_or(|value| !matches!(value.as_str(), "0" | "false" | "off"));
        match name {
            "p" => self.paragraphs.push(Paragraph::default()),
            "pPr" => self.in_properties = true,
            "r" => self.run_bold = false,
            "b" if !self.in_properties => self.run_bold = on(),
            "t" => self.in_text = true,
            "instrText" => self.in_code = true,
            "fldChar" => match attributes.get("fldCharType").as_deref() {
                Some("begin") => self.fields.push(Field::default()),
                Some("separate") => {
                    let code = self.fields.last_mut().map(|field| {
                        field.shows_page = asks_for_page(&field.code);
                        std::mem::take(&mut field.code)
                    });
                    self.add_equation(code);
                }
                Some("end") => {
                    let code = self.fields.pop().map(|field| field.code);
                    self.add_equation(code);
                }
                _ => {}
            },
            "fldSimple" => {
                let shows_page = attributes.get("instr").is_some_and(|code| asks_for_page(&code));
                self.fields.push(Field { shows_page, ..Field::default() });
            }
            "chart" | "relIds" | "altChunk" => {
                let id = attributes.get(if name == "relIds" { "dm" } else { "id" });
                let lines = id.and_then(|id| self.drawings.get(&id)).cloned().unwrap_or_default();
                if self.paragraphs.is_empty() {
                    let cell = self.tables.last_mut().and_then(|table| table.cells.last_mut());
                    cell.unwrap_or(&mut self.lines).extend(lines);
                } else {
                    self.boxed.extend(lines);
                }
            }
            "tab" if !self.in_properties => self.add(" "),
            "br" | "cr" if attributes.get("type").is_none() => self.add("\n"),
            "noBreakHyphen" => self.add("-"),
            "sym" => {
                let code = attributes
                    .get("char")
                    .and_then(|code| u32::from_str_radix(&code, 16).ok())
                    .and_then(char::from_u32);
                self.add(code.map(String::from).unwrap_or_default().as_str());
            }
            "footnoteReference" | "endnoteReference" => {
                let (part, id) = (name.replace("Reference", "s"), attributes.get("id").unwrap_or_default());
                if let (Some(note), Some(paragraph)) =
                    (self.known_notes.get(&format!("{part}{id}")), self.paragraphs.last_mut())
                {
                    paragraph.notes.push(note.clone());
                }
            }
            "footnote" | "endnote" => self.note = attributes.get("id"),
            "tbl" => {
                // The rows of an inner table keep their place in the outer one.
                self.tables.push(Table::default());
            }
            "tr" => {
                if let Some(table) = self.tables.last_mut() {
                    table.cells.clear();
                }
            }
            "tc" => {
                if let Some(table) = self.tables.last_mut() {
                    table.cells.push(Vec::new());
                }
            }
            "pStyle" | "outlineLvl" | "numId" | "ilvl" => {
                let Some(paragraph) = self.paragraphs.last_mut() else { return };
                match name {
                    "pStyle" => paragraph.style = value(),
                    "outlineLvl" => {
                        paragraph.outline = value().and_then(|level| level.parse().ok()).filter(|level| *level < 9)
                    }
                    "numId" => paragraph.list = value(),
                    _ => paragraph.level = value().and_then(|level| level.parse().ok()),
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" => self.finish_paragraph(),
            "pPr" => self.in_properties = false,
            "t" => self.in_text = false,
            "fldSimple" => drop(self.fields.pop()),
            "instrText" => self.in_code = false,
            "tr" => self.finish_row(),
            "tbl" => {
                self.tables.pop();
            }
            "footnote" | "endnote" => {
                let text: Vec<String> = std::mem::take(&mut self.lines).into_iter().map(|line| line.text).collect();
                if let Some(id) = self.note.take() {
                    self.notes.push((id, text.join(" ")));
                }
            }
            _ => {}
        }
    }

    fn style(&self, name: Option<&String>) -> Style {
        let styles = self.styles;
        let named = |name: &String| styles.and_then(|styles| styles.get(name));
        let mut style = name.and_then(named).cloned().unwrap_or_default();
        let mut parent = style.parent.clone();
        // Bounded, because a hostile file may form a cycle of styles.
        for _ in 0..8 {
            let Some(above) = parent.as_ref().and_then(named) else { break };
            style.heading = style.heading.or(above.heading);
            style.list = style.list.or_else(|| above.list.clone());
            style.contents |= above.contents;
            parent = above.parent.clone();
        }
        style
    }

    fn finish_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else { return };
        let style = self.style(paragraph.style.as_ref());
        let lines: Vec<String> =
            paragraph.text.split('\n').map(|line| flowed(line.trim())).filter(|line| !line.is_empty()).collect();
        let list = paragraph.list.or(style.list).filter(|list| list != "0");
        if lines.is_empty() && paragraph.notes.is_empty() && self.boxed.is_empty() {
            return;
        }
        let mut marker =
            list.map_or(String::new(), |list| self.numbering.next(&list, paragraph.level.unwrap_or(style.level)));
        let role = match paragraph.outline.map(|level| level + 1).or(style.heading) {
            _ if style.contents => LineRole::Contents,
            Some(level) => LineRole::Heading(level),
            None if style.title => LineRole::Heading(1),
            None => LineRole::Text,
        };
        // A title of two paragraphs is one title.
        if style.title && self.tables.is_empty() && self.lines.len() == self.title_lines {
            self.title.get_or_insert_default().push_str(&lines.concat());
            self.title_lines = self.lines.len() + lines.len();
        } else if self.title.is_none() {
            self.title_lines = self.lines.len() + lines.len();
        }
        let bold = paragraph.bold_runs > 0 && paragraph.plain_runs == 0 && role == LineRole::Text;
        let mut own: Vec<Line> = Vec::with_capacity(lines.len());
        for line in lines {
            let marker = std::mem::take(&mut marker);
            own.push(Line { gap_before: marker.is_empty(), bold, ..Line::whole(marker + &line, role) });
        }
        own.extend(paragraph.notes.into_iter().map(|note| Line::whole(note, LineRole::Footnote)));
        if self.paragraphs.is_empty() {
            let cell = self.tables.last_mut().and_then(|table| table.cells.last_mut());
            let out = cell.unwrap_or(&mut self.lines);
            out.append(&mut own);
            out.append(&mut self.boxed);
        } else {
            // A text box is read after the paragraph that it is anchored to.
            self.boxed.append(&mut own);
        }
    }

    /// Ends a table row: it becomes one line; a row of long cells is a layout and keeps its paragraphs.
    fn finish_row(&mut self) {
        let Some(table) = self.tables.last_mut() else { return };
        let cells = std::mem::take(&mut table.cells);
        let chars: usize = cells.iter().flatten().map(|line| line.text.chars().count()).sum();
        let has_heading = cells.iter().flatten().any(|line| matches!(line.role, LineRole::Heading(_)));
        let lines: Vec<Line> = if chars > MAX_ROW_CHARS || cells.len() == 1 || has_heading {
            cells.into_iter().flatten().collect()
        } else {
            let (notes, cells): (Vec<Line>, Vec<String>) =
                cells.into_iter().fold((Vec::new(), Vec::new()), |(mut notes, mut texts), cell| {
                    let (own, text): (Vec<Line>, Vec<Line>) =
                        cell.into_iter().partition(|line| line.role == LineRole::Footnote);
                    notes.extend(own);
                    texts.push(text.into_iter().map(|line| line.text).collect::<Vec<_>>().join(" "));
                    (notes, texts)
                });
            let row = cells.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("　");
            std::iter::once(Line { text: row, ..Line::default() }).chain(notes).collect()
        };
        // The rows of an inner table belong to the cell around it.
        let outer = self.tables.iter_mut().rev().nth(1).and_then(|table| table.cells.last_mut());
        outer.unwrap_or(&mut self.lines).extend(lines);
    }
}
