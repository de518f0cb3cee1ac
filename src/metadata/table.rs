//! Rows of the tables in `data/`: cells set off by tabs, lines that begin with # left out.

/// The rows of a table with their cells.
pub(super) fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| line.split('\t').collect())
}

/// The parts of a cell set off by |.
pub(super) fn list(cell: &'static str) -> impl Iterator<Item = &'static str> {
    cell.split('|').filter(|part| !part.is_empty())
}
