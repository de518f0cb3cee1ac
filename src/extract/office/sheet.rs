//! Extracts spreadsheets cell by cell: no grid is allocated, so one stray cell in the far corner costs nothing.

use std::io::{Cursor, Seek};

use calamine::{Cell, Data, DataRef, Reader, Sheet, SheetVisible, Xls, Xlsb, XlsbError, Xlsx, XlsxError};
use zip::ZipArchive;

use super::super::{ExtractError, Extracted, flowed};
use super::cells::Cells;
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
            gather(|| reader.next_cell().map_err(failure::<XlsbError>))
        })?;
    } else {
        let mut book = Xlsx::new(Cursor::new(bytes)).map_err(failure)?;
        let sheets = book.sheets_metadata().to_vec();
        append(&mut extracted, sheets, |name| read_xlsx(&mut book, name))?;
    }
    Ok(extracted)
}

fn read_xlsx<S: std::io::Read + Seek>(book: &mut Xlsx<S>, name: &str) -> Result<Cells, ExtractError> {
    match book.worksheet_cells_reader(name) {
        Ok(mut reader) => gather(|| reader.next_cell().map_err(failure::<XlsxError>)),
        // The sheet is a chart.
        Err(XlsxError::NotAWorksheet(_)) => Ok(Cells::default()),
        Err(error) => Err(failure(error)),
    }
}

fn gather<'a>(
    mut next: impl FnMut() -> Result<Option<Cell<DataRef<'a>>>, ExtractError>,
) -> Result<Cells, ExtractError> {
    let mut cells = Cells::default();
    while let Some(cell) = next()? {
        cells.push(cell.get_position(), text_of(&Data::from(cell.get_value().clone())))?;
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
    extracted.lines.extend(rows.into_iter().map(|text| Line { text, page, ..Line::default() }));
    Ok(())
}

fn failure<E: ToString>(error: E) -> ExtractError {
    let text = error.to_string();
    if text.to_lowercase().contains("password") { ExtractError::Password } else { ExtractError::Damaged(text) }
}

fn text_of(cell: &Data) -> String {
    match cell {
        Data::DateTime(date) => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        other => flowed(other.to_string().trim()),
    }
}
