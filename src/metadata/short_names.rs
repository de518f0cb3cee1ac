//! Names of states by one character, and what stands around names of kanji: `data/short_names.tsv`.

use std::sync::LazyLock;

use super::table;

pub(super) const SHORT_NAMES: &str = include_str!("../../data/short_names.tsv");

/// The words of the table by what they do.
pub(super) struct ShortNames {
    /// Characters whose form with 日 needs nothing behind it.
    pub strong: Vec<char>,
    /// Characters that stand for their state without 日 too.
    pub major: Vec<char>,
    /// 訪#, #側: what is said of a major state.
    pub frames: Vec<&'static str>,
    /// Frames that are read in other words.
    pub not: Vec<&'static str>,
    /// Two states without Japan: 米中.
    pub pairs: Vec<&'static str>,
    /// Words behind a form that is not strong.
    pub relations: Vec<&'static str>,
    /// Characters before 日 that make it a day.
    pub not_japan: Vec<char>,
    /// Kanji behind which a name may begin.
    pub before_name: Vec<char>,
    /// Regions of Japan.
    pub regions: Vec<&'static str>,
}

/// The one table of the program.
pub(super) fn short_names() -> &'static ShortNames {
    static TABLE: LazyLock<ShortNames> = LazyLock::new(|| {
        let words = |class: &str| -> Vec<&'static str> {
            table::rows(SHORT_NAMES)
                .filter(|cells| cells[0] == class)
                .filter_map(|cells| cells.get(1).copied())
                .collect()
        };
        let characters = |class: &str| words(class).into_iter().flat_map(str::chars).collect();
        ShortNames {
            strong: characters("strong"),
            major: characters("major"),
            frames: words("frame"),
            not: words("not"),
            pairs: words("pair"),
            relations: words("relation"),
            not_japan: characters("not-japan"),
            before_name: characters("before-name"),
            regions: words("region"),
        }
    });
    &TABLE
}
