//! Spreadsheets in Office Open XML: a sheet of rows and a sheet 「条件」 with the conditions.
//!
//! Every text is written as a string, so none is a formula. Rows go to a temporary file one by one; memory holds the
//! first links alone.

use std::borrow::Cow;
use std::io::{self, Read, Seek, SeekFrom, Write};

use rust_xlsxwriter::{Format, Url, Workbook, Worksheet, XlsxError};

use super::OutputError;
use super::conditions::Conditions;
use super::sanitize::sanitized;
use super::table::{Cell, Table};

/// Largest number of rows below the header: a sheet has 1,048,576.
const MAX_ROWS: u32 = 1_048_575;
/// Longest text of a cell, in units of UTF-16.
const MAX_CELL_UNITS: usize = 32_767;
/// Largest number of links of a sheet: each stays in memory until the end and takes about 2 KB there.
const MAX_LINKS: usize = 5_000;
/// Mark at the end of a shortened text.
const MARK: char = '…';

/// Counts of what the sheet could not take.
#[derive(Default)]
struct LeftOut {
    rows: u64,
    cells: u64,
}

/// Writes a table as a spreadsheet.
pub(super) fn xlsx_table(out: &mut dyn Write, table: Table<'_, '_>) -> Result<(), OutputError> {
    let mut book = Workbook::new();
    let mut sheet = book.new_worksheet_with_constant_memory().map_err(failed)?;
    let header = Format::new().set_bold();
    for (column, (name, width)) in (0..).zip(table.columns) {
        sheet.set_column_width(column, f64::from(*width)).map_err(failed)?;
        sheet.write_string_with_format(0, column, *name, &header).map_err(failed)?;
    }
    sheet.set_freeze_panes(1, 0).map_err(failed)?;
    let (mut row, mut links, mut left) = (0, 0, LeftOut::default());
    for cells in table.rows {
        let cells = cells?;
        if row == MAX_ROWS {
            left.rows += 1;
            continue;
        }
        row += 1;
        for (column, cell) in (0..).zip(&cells) {
            write_cell(&mut sheet, (row, column), cell, &mut links, &mut left).map_err(failed)?;
        }
    }
    let last = u16::try_from(table.columns.len()).unwrap_or(1).saturating_sub(1);
    sheet.autofilter(0, 0, row, last).map_err(failed)?;
    let conditions = completed(table.conditions, &left);
    // A list that is not complete says so on its tab too.
    let name = if conditions.is_cut() { format!("{}（不完全）", table.sheet) } else { table.sheet.to_owned() };
    sheet.set_name(name).map_err(failed)?;
    book.push_worksheet(sheet);
    if !conditions.rows.is_empty() {
        book.push_worksheet(sheet_of(&conditions).map_err(failed)?);
    }
    let mut file = tempfile::tempfile()?;
    book.save_to_writer(io::BufWriter::new(&mut file)).map_err(failed)?;
    file.seek(SeekFrom::Start(0))?;
    copy(&mut file, out)?;
    Ok(())
}

/// Writes a cell; empty texts leave it empty.
fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    links: &mut usize,
    left: &mut LeftOut,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Number(number) => {
            // Rows, lines and counts are far below 2^53.
            sheet.write_number(row, column, *number as f64)?;
        }
        Cell::Decimal(number) => {
            sheet.write_number(row, column, *number)?;
        }
        Cell::Link(text, Some(url)) if !text.is_empty() && *links < MAX_LINKS => {
            let shown = fitting(text, left);
            // An address that a spreadsheet cannot take leaves the text.
            if sheet.write_url(row, column, Url::new(url).set_text(shown.as_ref())).is_ok() {
                *links += 1;
            } else {
                sheet.write_string(row, column, shown)?;
            }
        }
        Cell::Text(text) | Cell::Link(text, _) if !text.is_empty() => {
            sheet.write_string(row, column, fitting(text, left))?;
        }
        _ => {}
    }
    Ok(())
}

/// Returns the text as a cell takes it: without unsafe characters, cut at the longest text of a cell.
fn fitting<'a>(text: &'a str, left: &mut LeftOut) -> Cow<'a, str> {
    let shown = sanitized(text);
    if shown.len() <= MAX_CELL_UNITS || shown.encode_utf16().count() <= MAX_CELL_UNITS {
        return shown;
    }
    left.cells += 1;
    let mut units = 1;
    let mut cut: String = shown
        .chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= MAX_CELL_UNITS
        })
        .collect();
    cut.push(MARK);
    Cow::Owned(cut)
}

/// Adds what the sheet could not take to the conditions.
fn completed(conditions: Option<&Conditions>, left: &LeftOut) -> Conditions {
    let mut all = conditions.cloned().unwrap_or_default();
    if left.cells > 0 {
        all.add("shortened", "短縮したセル", &format!("{} cells were cut at {MAX_CELL_UNITS} characters", left.cells));
    }
    if left.rows > 0 {
        all.cut(&format!("a sheet has at most {MAX_ROWS} rows: {} further rows are missing", left.rows));
    }
    all
}

fn sheet_of(conditions: &Conditions) -> Result<Worksheet, XlsxError> {
    let mut sheet = Worksheet::new();
    sheet.set_name("条件")?;
    let header = Format::new().set_bold();
    for (column, (name, width)) in (0..).zip([("項目", 16), ("condition", 16), ("値", 80)]) {
        sheet.set_column_width(column, f64::from(width))?;
        sheet.write_string_with_format(0, column, name, &header)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    let mut left = LeftOut::default();
    for (row, condition) in (1..).zip(&conditions.rows) {
        sheet.write_string(row, 0, condition.label)?;
        sheet.write_string(row, 1, condition.name.as_str())?;
        sheet.write_string(row, 2, fitting(&condition.value, &mut left))?;
    }
    Ok(sheet)
}

/// Copies a file in pieces.
fn copy(from: &mut impl Read, to: &mut dyn Write) -> io::Result<()> {
    let mut piece = [0; 1 << 14];
    loop {
        match from.read(&mut piece)? {
            0 => return to.flush(),
            length => to.write_all(&piece[..length])?,
        }
    }
}

fn failed(error: XlsxError) -> OutputError {
    OutputError::Write(match error {
        XlsxError::IoError(error) => error,
        error => io::Error::other(format!("the spreadsheet cannot be written: {error}")),
    })
}
