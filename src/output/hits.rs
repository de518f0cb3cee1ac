//! Hits as rows of a table.

use super::links::passage_link;
use super::table::{Cell, Column};
use super::{date_label, match_name, names_of};
use crate::cite::is_web;
use crate::document::Role;
use crate::engine::Found;

/// The columns of a table of hits, each with its width in a spreadsheet.
pub(super) const COLUMNS: [Column; 20] = [
    ("rank", 6),
    ("tier", 10),
    ("document", 30),
    ("title", 40),
    ("date", 22),
    ("partners", 20),
    ("heading", 30),
    ("text", 80),
    ("first_line", 9),
    ("last_line", 9),
    ("page", 6),
    ("passage", 30),
    ("match", 8),
    ("path", 30),
    ("url", 30),
    ("publisher", 16),
    ("duplicates", 16),
    ("place", 9),
    ("missing", 12),
    ("role", 9),
];

/// Column of a table of hits from several indexes.
pub(super) const INDEX_COLUMN: Column = ("index", 16);

/// Returns the row of a hit. The id of the passage leads to the page at `base`, else to the address of the
/// document: one link a row, because a spreadsheet holds all links in memory.
pub(super) fn row(hit: &Found, base: Option<&str>) -> Vec<Cell> {
    let (document, passage) = (&hit.document, &hit.passage);
    let web = document.url.as_deref().filter(|url| is_web(url));
    let link = match base {
        Some(base) => Some(passage_link(base, &passage.id)),
        None => web.map(str::to_owned),
    };
    // A partial match has no tier: it does not hold the query.
    let exact = |name: &'static str| if hit.relaxed { "" } else { name };
    let mut cells = vec![
        Cell::from(hit.rank),
        exact(hit.tier.name()).into(),
        document.id.clone().into(),
        document.title.clone().into(),
        Cell::maybe(document.date.as_ref().map(|date| date_label(Some(date)))),
        names_of(Role::Party, &passage.partners).join("、").into(),
        passage.heading.join(" > ").into(),
        passage.text.clone().into(),
        passage.lines.0.into(),
        passage.lines.1.into(),
        Cell::number(passage.page),
        Cell::Link(passage.id.clone(), link),
        match_name(hit).into(),
        document.path.clone().into(),
        Cell::maybe(document.url.clone()),
        Cell::maybe(document.publisher.clone()),
        hit.duplicates.join(" ").into(),
        exact(hit.place.name()).into(),
        hit.missing.join("、").into(),
        Cell::maybe(hit.role.map(Role::name)),
    ];
    cells.extend(hit.index.clone().map(Cell::from));
    cells
}
