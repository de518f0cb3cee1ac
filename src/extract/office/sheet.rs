//! Extracts spreadsheets cell by cell: no grid is allocated, so one stray cell in the far corner costs nothing.

use std::collections::HashMap;
use std::io::{Cursor, Seek};

use calamine::{Cell, Data, DataRef, Reader, Sheet, SheetVisible, Xls, Xlsb, XlsbError, Xlsx, XlsxError};
use zip::ZipArchive;

use super::super::table::is_header;
use super::super::{ExtractError, Extracted, flowed};
use super::cells::Cells;
use super::xlsx::{self, Beside};
use super::{OLE, Package, damaged, ods, xls};
use crate::document::{Line, LineRole};

/// Extracts the rows of the visible sheets, one line each, under the name of the sheet.
pub(super) fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let mut extracted = Extracted { encoding: "UTF-8".to_owned(), ..Extracted::default() };
    if bytes.starts_with(OLE) {
        let bytes = xls::compacted(bytes)?;
        let mut book = match Xls::new(Cursor::new(&bytes[..])) {
            Ok(book) => book,
            Err(error) => {
                // A workbook of XML with a password is in a container of the same kind.
                let locked = Xlsx::new(Cursor::new(&bytes[..]))
                    .err()
                    .map(failure)
                    .filter(|failure| *failure == ExtractError::Password);
                return Err(locked.unwrap_or_else(|| failure(error)));
            }
        };
        let sheets = book.sheets_metadata().to_vec();
        append(&mut extracted, sheets, |name| {
            let range = book.worksheet_range(name).map_err(failure)?;
            let (top, left) = range.start().unwrap_or_default();
            let mut cells = Cells::default();
            for (row, column, cell) in range.used_cells() {
                cells.push((top + row as u32, left + column as u32), text_of(cell))?;
            }
            Ok(cells)
        })?;
        return Ok(extracted);
    }
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let has = |name: &str| archive.index_for_name(name).is_some();
    if has("content.xml") {
        for sheet in ods::sheets(&mut Package::open(bytes)?)? {
            let visible = if sheet.is_hidden { SheetVisible::Hidden } else { SheetVisible::Visible };
            lay_out(&mut extracted, sheet.name, visible, || Ok(sheet.cells))?;
        }
    } else if has("xl/workbook.bin") {
        let mut book = Xlsb::new(Cursor::new(bytes)).map_err(failure)?;
        let sheets = book.sheets_metadata().to_vec();
        append(&mut extracted, sheets, |name| {
            let mut reader = book.worksheet_cells_reader(name).map_err(failure)?;
            gather(&HashMap::new(), || reader.next_cell().map_err(failure::<XlsbError>))
        })?;
    } else {
        let mut book = Xlsx::new(Cursor::new(bytes)).map_err(failure)?;
        let sheets = book.sheets_metadata().to_vec();
        let mut parts = xlsx::opened(bytes, &mut extracted.warnings);
        for sheet in sheets {
            let mut beside = Beside::default();
            if sheet.visible == SheetVisible::Visible
                && let Some(parts) = &mut parts
            {
                match parts.beside(&sheet.name, &mut extracted.warnings) {
                    Ok(found) => beside = found,
                    Err(error) => extracted.warnings.push(format!("drawings of {} are not read: {error}", sheet.name)),
                }
            }
            let name = sheet.name.clone();
            let shown = std::mem::take(&mut beside.shown);
            lay_out(&mut extracted, sheet.name, sheet.visible, || read_xlsx(&mut book, &name, &shown))?;
            let page = extracted.pages;
            extracted.lines.extend(beside.lines.into_iter().map(|line| Line { page, ..line }));
        }
    }
    Ok(extracted)
}

fn read_xlsx<S: std::io::Read + Seek>(
    book: &mut Xlsx<S>,
    name: &str,
    shown: &HashMap<(u32, u32), String>,
) -> Result<Cells, ExtractError> {
    match book.worksheet_cells_reader(name) {
        Ok(mut reader) => gather(shown, || reader.next_cell().map_err(failure::<XlsxError>)),
        // The sheet is a chart.
        Err(XlsxError::NotAWorksheet(_)) => Ok(Cells::default()),
        Err(error) => Err(failure(error)),
    }
}

/// Gathers the cells of a sheet; `shown` holds the numbers that have a format.
fn gather<'a>(
    shown: &HashMap<(u32, u32), String>,
    mut next: impl FnMut() -> Result<Option<Cell<DataRef<'a>>>, ExtractError>,
) -> Result<Cells, ExtractError> {
    let mut cells = Cells::default();
    while let Some(cell) = next()? {
        let text = match shown.get(&cell.get_position()) {
            Some(shown) => shown.clone(),
            None => text_of(&Data::from(cell.get_value().clone())),
        };
        cells.push(cell.get_position(), text)?;
    }
    Ok(cells)
}

/// Adds the sheets of a workbook, in order.
fn append(
    extracted: &mut Extracted,
    sheets: Vec<Sheet>,
    mut cells: impl FnMut(&str) -> Result<Cells, ExtractError>,
) -> Result<(), ExtractError> {
    for sheet in sheets {
        let name = sheet.name.clone();
        lay_out(extracted, sheet.name, sheet.visible, || cells(&name))?;
    }
    Ok(())
}

fn lay_out(
    extracted: &mut Extracted,
    name: String,
    visible: SheetVisible,
    cells: impl FnOnce() -> Result<Cells, ExtractError>,
) -> Result<(), ExtractError> {
    let page = extracted.pages.unwrap_or(0) + 1;
    extracted.pages = Some(page);
    let page = Some(page);
    if visible != SheetVisible::Visible {
        extracted.warnings.push(format!("the hidden sheet {name} is left out"));
        return Ok(());
    }
    let rows = cells()?.rows();
    extracted.lines.push(Line { page, ..Line::whole(name, LineRole::Heading(1)) });
    let mut is_below_header = false;
    extracted.lines.extend(rows.into_iter().map(|cells| {
        is_below_header |= is_header(&cells);
        let is_row = is_below_header && cells.len() > 1 && !cells.first().is_some_and(|cell| is_number(cell));
        let role = if is_row { LineRole::Row } else { LineRole::Text };
        Line { role, text: cells.join("　"), page, ..Line::default() }
    }));
    Ok(())
}

/// Tells whether a cell may be the number of a heading: sheets are used to lay out papers too, with the number of a
/// heading in a cell of its own.
fn is_number(cell: &str) -> bool {
    cell.chars().count() <= 3 && cell.chars().any(char::is_numeric)
}

fn failure<E: ToString>(error: E) -> ExtractError {
    let text = error.to_string();
    if text.to_lowercase().contains("password") { ExtractError::Password } else { ExtractError::Damaged(text) }
}

fn text_of(cell: &Data) -> String {
    match cell {
        Data::DateTime(date) => {
            let (year, month, day, hour, minute, ..) = date.to_ymd_hms_milli();
            match date.as_f64() {
                // A time of day, or a time that passed.
                days if days < 1.0 || date.is_duration() => {
                    let minutes = (days * 1440.0).round() as i64;
                    format!("{}:{:02}", minutes / 60, minutes % 60)
                }
                days if days.fract() > 0.0 => format!("{year:04}-{month:02}-{day:02} {hour}:{minute:02}"),
                _ => format!("{year:04}-{month:02}-{day:02}"),
            }
        }
        other => flowed(other.to_string().trim()),
    }
}
