//! The words by which the rules tell roles: `data/role_words.tsv`.

use std::sync::LazyLock;

use super::table;

pub(super) const ROLE_WORDS: &str = include_str!("../../data/role_words.tsv");

/// Words by where they stand and what they say.
pub(super) struct RoleWords {
    pub together: Vec<&'static str>,
    pub official: Vec<&'static str>,
    pub meeting: Vec<&'static str>,
    pub title_act: Vec<&'static str>,
    pub organ: Vec<&'static str>,
    pub doing: Vec<&'static str>,
    pub held: Vec<&'static str>,
    pub only_place: Vec<&'static str>,
    pub japan: Vec<&'static str>,
    pub cooperative: Vec<&'static str>,
    pub with_japan: Vec<&'static str>,
    pub with_ministry: Vec<&'static str>,
    pub official_act: Vec<&'static str>,
    pub pair: Vec<&'static str>,
    pub bilateral_act: Vec<&'static str>,
    pub adopts: Vec<&'static str>,
    pub standard: Vec<&'static str>,
    pub there: Vec<&'static str>,
    pub project: Vec<&'static str>,
    pub topic: Vec<&'static str>,
    pub loose: Vec<&'static str>,
    pub at: Vec<&'static str>,
    pub comparison: Vec<&'static str>,
    pub list_tail: Vec<&'static str>,
}

/// The one table of the program.
pub(super) fn role_words() -> &'static RoleWords {
    static TABLE: LazyLock<RoleWords> = LazyLock::new(|| {
        let words = |class: &str| -> Vec<&'static str> {
            let mut words: Vec<&str> = table::rows(ROLE_WORDS)
                .filter(|cells| cells[0] == class)
                .filter_map(|cells| cells.get(1).copied())
                .collect();
            words.sort_by_key(|word| std::cmp::Reverse(word.len()));
            words
        };
        RoleWords {
            together: words("together"),
            official: words("official"),
            meeting: words("meeting"),
            title_act: words("title-act"),
            organ: words("organ"),
            doing: words("doing"),
            held: words("held"),
            only_place: words("only-place"),
            japan: words("japan"),
            cooperative: words("cooperative"),
            with_japan: words("with-japan"),
            with_ministry: words("with-ministry"),
            official_act: words("official-act"),
            pair: words("pair"),
            bilateral_act: words("bilateral-act"),
            adopts: words("adopts"),
            standard: words("standard"),
            there: words("there"),
            project: words("project"),
            topic: words("topic"),
            loose: words("loose"),
            at: words("at"),
            comparison: words("comparison"),
            list_tail: words("list-tail"),
        }
    });
    &TABLE
}
