//! Seams: the passages in which the sentences of others continue.

use std::collections::HashMap;

use super::columns::Row;
use super::pinned::Pinned;
use super::records;
use super::wire::WireError;
use crate::document::Passage;
use crate::index::flag;
use crate::matching::crossing;
use crate::query::Compiled;

/// Steps that look for the passage in which a text continues: contents and footnotes stand between.
const MOST_STEPS: u64 = 16;

/// Returns the passages that follow some rows, by place of the row, where the query may match over a seam.
pub(super) fn next_texts(
    pinned: &Pinned,
    query: &Compiled,
    rows: &[&Row],
) -> Result<HashMap<usize, Passage>, WireError> {
    let mut found = HashMap::new();
    if !crossing::any_may_cross(query) {
        return Ok(found);
    }
    let apart = flag::TOC | flag::FOOTNOTE;
    let mut open: Vec<usize> = (0..rows.len()).filter(|at| rows[*at].flags & apart == 0).collect();
    for step in 1..=MOST_STEPS {
        let key = |at: usize| format!("{}-{}", rows[at].key, rows[at].position + step);
        let keys: Vec<String> = open.iter().map(|at| key(*at)).collect();
        let next = records::following(pinned, &keys)?;
        open.retain(|at| match next.get(&key(*at)) {
            Some((flags, _)) if flags & apart != 0 => true,
            Some((_, passage)) => {
                found.insert(*at, passage.clone());
                false
            }
            None => false,
        });
        if open.is_empty() {
            break;
        }
    }
    Ok(found)
}
