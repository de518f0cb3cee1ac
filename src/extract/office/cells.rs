//! The non-empty cells of a sheet, and their rows.

use super::super::{ExtractError, MAX_TEXT_BYTES};

/// The texts of the cells of a sheet, with row and column counted from 0.
#[derive(Default)]
pub(super) struct Cells {
    cells: Vec<((u32, u32), String)>,
    bytes: usize,
}

impl Cells {
    /// Adds a cell; an empty cell is ignored.
    ///
    /// # Errors
    /// `OverLimit` where the texts together exceed the limit of one file: a shared text may fill every cell.
    pub fn push(&mut self, place: (u32, u32), text: String) -> Result<(), ExtractError> {
        if text.is_empty() {
            return Ok(());
        }
        self.bytes += text.len();
        if self.bytes > MAX_TEXT_BYTES {
            return Err(ExtractError::OverLimit(format!("more than {MAX_TEXT_BYTES} bytes of text in a sheet")));
        }
        self.cells.push((place, text));
        Ok(())
    }

    /// Returns the texts of the cells of each row that is not empty, in order.
    pub fn rows(mut self) -> Vec<Vec<String>> {
        if !self.cells.is_sorted_by_key(|(place, _)| *place) {
            self.cells.sort_by_key(|(place, _)| *place);
        }
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut last: Option<(u32, u32)> = None;
        let mut cells = self.cells.into_iter().peekable();
        while let Some(((row, column), text)) = cells.next() {
            // Of repeated cells, the last text counts.
            if cells.peek().is_some_and(|(next, _)| *next == (row, column)) {
                continue;
            }
            match (rows.last_mut(), last) {
                (Some(cells), Some((before, _))) if before == row => cells.push(text),
                _ => rows.push(vec![text]),
            }
            last = Some((row, column));
        }
        rows
    }
}
