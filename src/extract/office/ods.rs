//! Reads OpenDocument spreadsheets.

use std::collections::HashSet;

use super::super::{ExtractError, flowed};
use super::cells::Cells;
use super::xml::{Attributes, Xml, read};
use super::{Package, damaged};

/// Columns and rows of the largest sheet that any program writes.
const MAX_COLUMNS: u32 = 16_384;
const MAX_ROWS: u32 = 1_048_576;

/// A sheet with its non-empty cells.
#[derive(Default)]
pub(super) struct OdsSheet {
    pub name: String,
    pub is_hidden: bool,
    pub cells: Cells,
}

/// A cell that is being read.
#[derive(Default)]
struct OpenCell {
    repeats: u32,
    /// The value that its attributes give.
    value: Option<String>,
    /// It is a text cell without a value, so its displayed text counts.
    is_text: bool,
    shown: String,
    paragraphs: usize,
}

/// The state of the reader.
#[derive(Default)]
struct State {
    sheets: Vec<OdsSheet>,
    in_sheet: usize,
    /// The style that is being read.
    style: Option<String>,
    hidden_styles: HashSet<String>,
    row: u32,
    row_repeats: u32,
    column: u32,
    /// Cells of the current row, each with its first column and number of repetitions.
    cells: Vec<(u32, u32, String)>,
    cell: Option<OpenCell>,
    in_annotation: usize,
}

/// Reads the sheets of a workbook; repeated empty rows and cells are counted, not stored.
pub(super) fn sheets(package: &mut Package<'_>) -> Result<Vec<OdsSheet>, ExtractError> {
    if package.part("META-INF/manifest.xml")?.is_some_and(|manifest| manifest.contains("encryption-data")) {
        return Err(ExtractError::Password);
    }
    let Some(body) = package.part("content.xml")? else { return Err(damaged("no content.xml in it")) };
    let mut state = State::default();
    let mut problem = None;
    read(&body, |event| {
        if problem.is_none() {
            problem = state.event(event).err();
        }
    })?;
    problem.map_or(Ok(state.sheets), Err)
}

impl State {
    fn event(&mut self, event: Xml<'_>) -> Result<(), ExtractError> {
        match event {
            Xml::Open("annotation", _) => self.in_annotation += 1,
            Xml::Close("annotation") => self.in_annotation = self.in_annotation.saturating_sub(1),
            _ if self.in_annotation > 0 => {}
            Xml::Open("style", attributes) => self.style = attributes.get("name"),
            Xml::Open("table-properties", attributes) if attributes.get("display").as_deref() == Some("false") => {
                self.hidden_styles.extend(self.style.clone());
            }
            Xml::Open("table", attributes) => self.open_sheet(&attributes),
            Xml::Close("table") => self.in_sheet = self.in_sheet.saturating_sub(1),
            _ if self.in_sheet != 1 => {}
            Xml::Open("table-row", attributes) => {
                self.row_repeats = number(&attributes, "number-rows-repeated");
                self.column = 0;
            }
            Xml::Close("table-row") => self.close_row()?,
            Xml::Open("table-cell" | "covered-table-cell", attributes) => self.cell = Some(OpenCell::of(&attributes)),
            Xml::Close("table-cell" | "covered-table-cell") => self.close_cell(),
            event => {
                if let Some(cell) = &mut self.cell {
                    cell.show(event);
                }
            }
        }
        Ok(())
    }

    fn open_sheet(&mut self, attributes: &Attributes<'_>) {
        self.in_sheet += 1;
        // A table inside a cell belongs to the sheet of the cell.
        if self.in_sheet > 1 {
            return;
        }
        let style = attributes.get("style-name");
        self.sheets.push(OdsSheet {
            name: attributes.get("name").unwrap_or_default(),
            is_hidden: style.is_some_and(|style| self.hidden_styles.contains(&style)),
            cells: Cells::default(),
        });
        self.row = 0;
    }

    fn close_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        let repeats = cell.repeats.min(MAX_COLUMNS.saturating_sub(self.column));
        let text = if cell.is_text { cell.shown } else { cell.value.unwrap_or_default() };
        let text = flowed(text.trim());
        if !text.is_empty() {
            self.cells.push((self.column, repeats, text));
        }
        self.column += repeats;
    }

    fn close_row(&mut self) -> Result<(), ExtractError> {
        let repeats = self.row_repeats.min(MAX_ROWS.saturating_sub(self.row));
        let cells = std::mem::take(&mut self.cells);
        if let Some(sheet) = self.sheets.last_mut().filter(|_| !cells.is_empty()) {
            for row in self.row..self.row + repeats {
                for (first, repeats, text) in &cells {
                    (*first..first + repeats).try_for_each(|column| sheet.cells.push((row, column), text.clone()))?;
                }
            }
        }
        self.row += repeats;
        Ok(())
    }
}

impl OpenCell {
    fn of(attributes: &Attributes<'_>) -> Self {
        let get = |name: &str| attributes.get(name);
        let number = get("value").map(|value| value.parse::<f64>().map_or(value, |number| number.to_string()));
        let truth = get("boolean-value").map(|value| value.eq_ignore_ascii_case("true").to_string());
        // An error has its text beside an empty value.
        let given = get("string-value").filter(|value| !value.is_empty());
        let value = number.or(given).or_else(|| get("date-value")).or_else(|| get("time-value")).or(truth);
        let is_text = value.is_none() && get("value-type").is_some_and(|kind| kind == "string");
        Self { repeats: self::number(attributes, "number-columns-repeated"), value, is_text, ..Self::default() }
    }

    /// Collects the displayed text of the cell: paragraphs and breaks become blanks.
    fn show(&mut self, event: Xml<'_>) {
        match event {
            Xml::Text(text) => self.shown.push_str(text),
            Xml::Open("p", _) => {
                if self.paragraphs > 0 {
                    self.shown.push('\n');
                }
                self.paragraphs += 1;
            }
            Xml::Open("s" | "tab", _) => self.shown.push(' '),
            Xml::Open("line-break", _) => self.shown.push('\n'),
            _ => {}
        }
    }
}

fn number(attributes: &Attributes<'_>, name: &str) -> u32 {
    attributes.get(name).and_then(|value| value.parse().ok()).unwrap_or(1)
}
