//! Columns of text that stand below each other.

use std::io::{self, Write};

use super::one_line;
use crate::script::width_columns;

/// Writes rows with their columns aligned: numbers to the right, texts to the left. The last column is not padded.
pub(super) fn aligned(out: &mut dyn Write, header: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
    let mut widths: Vec<usize> = header.iter().map(|name| width_columns(name)).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(width_columns(&one_line(cell)));
        }
    }
    let is_number = |cell: &String| cell.parse::<f64>().is_ok();
    let right: Vec<bool> =
        (0..header.len()).map(|at| rows.iter().filter_map(|row| row.get(at)).all(is_number)).collect();
    let names = header.iter().map(|name| (*name).to_owned()).collect();
    for row in std::iter::once(&names).chain(rows) {
        let mut line = String::new();
        for ((cell, width), right) in row.iter().zip(&widths).zip(&right) {
            let cell = one_line(cell);
            let gap = " ".repeat(width.saturating_sub(width_columns(&cell)));
            if !line.is_empty() {
                line.push_str("  ");
            }
            match right {
                true => line.extend([gap.as_str(), &cell]),
                false => line.extend([&cell, gap.as_str()]),
            }
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}
