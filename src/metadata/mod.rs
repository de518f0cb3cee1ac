//! Finds dates, partners, themes, commitments and meetings of series in a text, each with the words that prove it.
//!
//! Invariants: the module is pure (no IO, no lindera); given values override derived values; each derived value has
//! evidence.

mod around;
mod commitment;
mod complete;
mod cues;
pub mod date;
mod evidence;
mod features;
mod gazetteer;
mod half_width;
mod lexicon;
mod nearest;
mod organisation;
mod partner;
mod patterns;
mod points;
mod reading;
mod role_words;
mod rows;
mod rules;
mod series;
mod short_names;
mod sounds;
mod surroundings;
mod theme;
mod traps;

pub use complete::{complete, unknown_partner, unknown_theme};
pub use gazetteer::{Partners, partners};
pub use nearest::nearest;
pub use rows::{Kind, Partner};
pub use series::{Joined, SeriesFound, series_key, series_of_title};
pub use theme::{Theme, theme_terms, themes};

/// Tables that decide the metadata, each with its file name and its content. The stamp of an index covers them, because
/// other tables give other facets.
pub const TABLES: [(&str, &str); 15] = [
    ("partners.tsv", rows::PARTNERS),
    ("nonpartners.tsv", patterns::NON_PARTNERS),
    ("short_names.tsv", short_names::SHORT_NAMES),
    ("name_traps.tsv", traps::NAME_TRAPS),
    ("sounds.tsv", sounds::SOUNDS),
    ("role_words.tsv", role_words::ROLE_WORDS),
    ("role_points.tsv", cues::ROLE_POINTS),
    ("themes.tsv", theme::THEMES),
    ("organisations.tsv", organisation::ORGANISATIONS),
    ("events.tsv", date::EVENTS),
    ("date_words.tsv", date::DATE_WORDS),
    ("day_labels.tsv", crate::document::DAY_LABELS),
    ("eras.tsv", date::ERA_TABLE),
    ("commitments.tsv", commitment::COMMITMENTS),
    ("series.tsv", series::SERIES),
];
