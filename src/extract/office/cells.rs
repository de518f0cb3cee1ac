//! The cells of a sheet that have a text, and the rows that they make.

use super::super::{ExtractError, MAX_TEXT_BYTES};

/// The texts of the cells of a sheet, with row and column from 0.
#[derive(Default)]
pub(super) struct Cells {
    cells: Vec<((u32, u32), String)>,
    bytes: usize,
}

impl Cells {
    /// Adds a cell; an empty one is none.
    ///
    /// # Errors
    /// `OverLimit` where the texts together are more than is read of one file: a shared text may stand in every cell.
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

    /// The texts of each row that has any, in order.
    pub fn rows(mut self) -> Vec<String> {
        if !self.cells.is_sorted_by_key(|(place, _)| *place) {
            self.cells.sort_by_key(|(place, _)| *place);
        }
        let mut rows: Vec<String> = Vec::new();
        let mut last: Option<(u32, u32)> = None;
        let mut cells = self.cells.into_iter().peekable();
        while let Some(((row, column), text)) = cells.next() {
            // A cell that is there twice has its last text.
            if cells.peek().is_some_and(|(next, _)| *next == (row, column)) {
                continue;
            }
            match (rows.last_mut(), last) {
                (Some(line), Some((before, _))) if before == row => {
                    line.push('　');
                    line.push_str(&text);
                }
                _ => rows.push(text),
            }
            last = Some((row, column));
        }
        rows
    }
}
