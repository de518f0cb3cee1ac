//! CSV for people and for programs, and TSV.
//!
//! CSV for people begins with a byte order mark, and none of its cells starts a formula in a spreadsheet. CSV for
//! programs and TSV keep the data as they are. No cell acts on a terminal.

use std::io::{self, Write};

use unicode_normalization::UnicodeNormalization;

use super::conditions::Conditions;
use super::sanitize::{BYTE_ORDER_MARK, is_suspect, one_line, sanitized};
use super::table::{Cell, Table};
use super::{OutputError, Shape};

/// Writes a table as CSV.
pub(super) fn csv_table(out: &mut dyn Write, table: Table<'_, '_>, shape: Shape) -> Result<(), OutputError> {
    if shape.byte_order_mark {
        write!(out, "{BYTE_ORDER_MARK}")?;
    }
    let cell = |text: &str| if shape.byte_order_mark { harmless(text) } else { sanitized(text).into_owned() };
    if let Some(conditions) = table.conditions.filter(|_| shape.head) {
        head(out, conditions, &cell)?;
    }
    let mut header = csv::Writer::from_writer(&mut *out);
    header.write_record(table.columns.iter().map(|(name, _)| name)).map_err(io::Error::from)?;
    header.flush()?;
    drop(header);
    // Numbers aside, every cell is quoted: a spreadsheet that also splits cells at semicolons or tabs would find a
    // formula inside a bare cell.
    let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::NonNumeric).from_writer(out);
    // A number is no formula, whatever its sign.
    for row in table.rows {
        let text = |value: &Cell| if value.is_number() { value.text() } else { cell(&value.text()) };
        writer.write_record(row?.iter().map(text)).map_err(io::Error::from)?;
    }
    Ok(writer.flush()?)
}

/// Writes the conditions as records that begin with `#`. A record, because a spreadsheet splits a line at commas and
/// would find a formula behind one.
fn head(out: &mut dyn Write, conditions: &Conditions, cell: &dyn Fn(&str) -> String) -> io::Result<()> {
    for row in &conditions.rows {
        write!(out, "# {},", row.name)?;
        let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(&mut *out);
        writer.write_record([cell(&one_line(&row.value))])?;
        writer.flush()?;
    }
    Ok(())
}

/// Writes a table as TSV: tabs and line ends inside a cell become blanks, nothing is quoted.
pub(super) fn tsv_table(out: &mut dyn Write, table: Table<'_, '_>, shape: Shape) -> Result<(), OutputError> {
    if shape.byte_order_mark {
        write!(out, "{BYTE_ORDER_MARK}")?;
    }
    let plain = |text: &str| sanitized(text).replace(['\t', '\n'], " ");
    if let Some(conditions) = table.conditions.filter(|_| shape.head) {
        for row in &conditions.rows {
            writeln!(out, "# {}\t{}", row.name, plain(&row.value))?;
        }
    }
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    writeln!(out, "{}", names.join("\t"))?;
    for row in table.rows {
        let cells: Vec<String> = row?.iter().map(|cell| plain(&cell.text())).collect();
        writeln!(out, "{}", cells.join("\t"))?;
    }
    Ok(())
}

/// Escapes unsafe characters of a cell, and puts `'` in front of a possible formula.
fn harmless(cell: &str) -> String {
    let shown = sanitized(cell);
    if is_formula(cell) { format!("'{shown}") } else { shown.into_owned() }
}

/// True for a cell that begins with a formula sign, also after characters that importers trim: blanks, quotes,
/// invisible characters.
fn is_formula(cell: &str) -> bool {
    for c in cell.chars() {
        match c {
            '\t' | '\r' => return true,
            '\'' | '"' | '`' | '＇' | '＂' | '‘' | '’' | '“' | '”' => {}
            c if c.is_whitespace() || is_suspect(c) => {}
            // Spreadsheets read full-width, small and raised forms as the sign itself.
            c => {
                return std::iter::once(c)
                    .nfkc()
                    .next()
                    .is_some_and(|plain| matches!(plain, '=' | '+' | '-' | '@' | '−'));
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_one_behind_what_importers_trim_too() {
        let behind = [
            "",
            " ",
            "\n",
            "\n \n",
            "\u{3000}",
            "\u{a0}",
            "\u{200b}",
            "\u{feff}",
            "\"",
            "'",
            "”",
            "\u{e0041}",
            "\u{2028}",
            "\r",
            "\t",
        ];
        for before in behind {
            for sign in ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹣", "⁺", "−"] {
                let cell = format!("{before}{sign}HYPERLINK(\"x\")");
                assert_eq!(harmless(&cell), format!("'{}", sanitized(&cell)));
            }
        }
    }

    #[test]
    fn other_cells_stay_as_they_are() {
        for cell in ["", " ", "報道資料", " 1+1=2", "「=A1」", "日・ASEAN", "\n第1章", "葛\u{e0100}城市", "２−１"]
        {
            assert_eq!(harmless(cell), cell);
        }
        assert_eq!(harmless("報道\u{1b}[2J"), "報道\\u{1b}[2J");
    }
}
