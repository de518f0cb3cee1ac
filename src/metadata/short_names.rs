//! One-character names of states, and the characters beside names in kanji: `data/short_names.tsv`.

use std::sync::LazyLock;

use crate::table;

pub(super) const SHORT_NAMES: &str = include_str!("../../data/short_names.tsv");

/// Words of the table by class.
pub(super) struct ShortNames {
    /// Characters whose form with 日 (日米) needs no word of relations after it.
    pub strong: Vec<char>,
    /// Characters that denote their state also without 日.
    pub major: Vec<char>,
    /// Forms with a major state: 訪#, #側.
    pub frames: Vec<&'static str>,
    /// Pairs of states without Japan: 米中.
    pub pairs: Vec<&'static str>,
    /// Words of relations, one of which must follow a form that is not strong: 関係, 首脳.
    pub relations: Vec<&'static str>,
    /// Words, one of which must follow 日中の, which otherwise is the daytime.
    pub relations_of: Vec<&'static str>,
    /// Further characters of states, each with the usual one: ソ and 露.
    pub also: Vec<(char, char)>,
    /// Characters before 日 that give it the sense of a day or the sun.
    pub not_japan: Vec<char>,
    /// Characters after which a name of two kanji may begin.
    pub before_name: Vec<char>,
    /// Regions of Japan; beside them, 中国 is a region of Japan too.
    pub regions: Vec<&'static str>,
}

/// Returns the table of short names.
pub(super) fn short_names() -> &'static ShortNames {
    static TABLE: LazyLock<ShortNames> = LazyLock::new(|| {
        let words = |class: &str| -> Vec<&'static str> { table::of_class(SHORT_NAMES, class).collect() };
        let characters = |class: &str| words(class).into_iter().flat_map(str::chars).collect();
        ShortNames {
            strong: characters("strong"),
            major: characters("major"),
            frames: words("frame"),
            pairs: words("pair"),
            relations: words("relation"),
            relations_of: words("relation-of"),
            also: words("also").into_iter().filter_map(two_characters).collect(),
            not_japan: characters("not-japan"),
            before_name: characters("before-name"),
            regions: words("region"),
        }
    });
    &TABLE
}

fn two_characters(word: &str) -> Option<(char, char)> {
    let mut chars = word.chars();
    chars.next().zip(chars.next())
}
