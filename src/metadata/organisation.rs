//! Tells names of organisations by their shape, so that they indicate no theme: `data/organisations.tsv`.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::gazetteer;
use super::half_width::Hit;
use crate::script::{is_kanji, is_katakana};
use crate::table;

pub(super) const ORGANISATIONS: &str = include_str!("../../data/organisations.tsv");

/// Longest rest of a name after a theme word, in code points.
const MAX_REST_CHARS: usize = 14;

struct Shapes {
    /// Ends of names by their first character.
    ends: FxHashMap<char, Vec<&'static str>>,
    /// Words that begin like an end.
    not: Vec<&'static str>,
}

static SHAPES: LazyLock<Shapes> = LazyLock::new(|| {
    let words = |class| table::of_class(ORGANISATIONS, class);
    let mut ends: FxHashMap<char, Vec<&str>> = FxHashMap::default();
    for word in words("end") {
        if let Some(first) = word.chars().next() {
            ends.entry(first).or_default().push(word);
        }
    }
    Shapes { ends, not: words("not").collect() }
});

/// True if a theme word is a part of the name of an organisation: 通商 in 通商政策局, コンテンツ in コンテンツ・技術総局.
///
/// `partners` are the hits of names of partners: コンテンツ in 通信ネットワーク・コンテンツ・技術総局. `names` are the
/// [`names_with`] the word.
pub(super) fn holds(text: &str, word: &Hit, partners: &[Hit], names: &[(&str, usize)]) -> bool {
    let in_partner = || {
        let table = gazetteer::partners();
        let after = partners.partition_point(|name| name.start <= word.start);
        after.checked_sub(1).map(|at| &partners[at]).is_some_and(|name| {
            name.end >= word.end && name.end - name.start > word.end - word.start && table.is_institution(name.pattern)
        })
    };
    in_partner() || ends_as_name(text, word) || in_whole_name(text, word, names)
}

/// True if the run of kanji and katakana from the word on contains the end of a name, behind the word or across its
/// end.
fn ends_as_name(text: &str, word: &Hit) -> bool {
    let joins = |c: char| is_kanji(c) || is_katakana(c) || matches!(c, '・' | 'ー');
    let rest = text[word.end..].chars().take(MAX_REST_CHARS).take_while(|c| joins(*c));
    let limit = word.end + rest.map(char::len_utf8).sum::<usize>();
    if limit == word.end {
        return false;
    }
    let run = &text[word.start..limit];
    let own = word.end - word.start;
    run.char_indices().any(|(at, first)| {
        let ends = SHAPES.ends.get(&first).into_iter().flatten();
        let from = &run[at..];
        ends.filter(|end| at + end.len() > own && from.starts_with(**end)).any(|end| {
            let last = &text[word.start + at + end.len() - end.chars().next_back().map_or(0, char::len_utf8)..];
            !SHAPES.not.iter().any(|not| last.starts_with(not) || from.starts_with(not))
        })
    })
}

/// Returns the whole names of the table that hold a word, with its place in them in bytes.
pub(super) fn names_with(word: &str) -> Vec<(&'static str, usize)> {
    table::of_class(ORGANISATIONS, "name").filter_map(|name| Some((name, name.find(word)?))).collect()
}

/// True if a whole name of the table covers the word.
fn in_whole_name(text: &str, word: &Hit, names: &[(&str, usize)]) -> bool {
    names.iter().any(|(name, at)| {
        let from = word.start.checked_sub(*at).and_then(|from| text.get(from..));
        from.is_some_and(|rest| rest.starts_with(name))
    })
}
