//! Dates, partners and themes out of the text, each with the words that prove it.
//!
//! Invariants: pure (no IO, no lindera); what is given beside the text beats what is derived; nothing is claimed
//! without evidence.

mod complete;
pub mod date;
mod gazetteer;
mod half_width;
mod lexicon;
mod partner;
mod theme;

pub use complete::{complete, unknown_partner, unknown_theme};
pub use gazetteer::{Kind, Partner, Partners, partners};
pub use theme::{Theme, theme_terms, themes};

/// The tables that decide what is found, each with its content: passages of an index made with others carry other
/// facets.
pub const TABLES: [(&str, &str); 4] = [
    ("partners.tsv", gazetteer::PARTNERS),
    ("nonpartners.tsv", gazetteer::NON_PARTNERS),
    ("themes.tsv", theme::THEMES),
    ("events.tsv", date::EVENTS),
];

/// Longest name that nearest ones are looked for, in bytes.
const MAX_TYPED_BYTES: usize = 400;

/// The nearest of some names to a mistyped one, best first, at most five: by shared characters.
pub fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let folded = |text: &str| -> Vec<char> { text.to_lowercase().chars().collect() };
    // Whatever is longer is no name mistyped.
    if typed.len() > MAX_TYPED_BYTES {
        return Vec::new();
    }
    let typed = folded(typed);
    let mut scored: Vec<(usize, &str)> = names
        .filter_map(|name| {
            let other = folded(name);
            let shared = typed.iter().filter(|c| other.contains(c)).count();
            (shared * 2 > typed.len()).then(|| (shared * 100 / (typed.len() + other.len()), name))
        })
        .collect();
    scored.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(5).map(|(_, name)| name).collect()
}
