//! Makes all words that may denote a partner in a text from the tables.

use std::collections::HashMap;

use super::rows::{Form, Partner};
use super::short_names::short_names;
use super::{sounds, table};
use crate::script::half_width;

pub(super) const NON_PARTNERS: &str = include_str!("../../data/nonpartners.tsv");

/// Meaning of a search word.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Rows of the table of partners; empty for a word that denotes no partner.
    pub partners: Vec<usize>,
    pub form: Form,
    /// The word includes Japan: 日米.
    pub bilateral: bool,
    /// The word counts only before a word of relations: 日秘 in 日秘関係.
    pub weak: bool,
}

/// Returns all search words with their meanings. The first meaning of a word counts.
pub(super) fn patterns(rows: &[Partner]) -> (Vec<String>, Vec<Entry>) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut words = Vec::new();
    let mut entries = Vec::new();
    let mut add = |word: String, partners: Vec<usize>, form: Form, bilateral: bool, weak: bool| {
        let word: String = word.chars().map(half_width).collect();
        if !seen.contains_key(&word) {
            seen.insert(word.clone(), words.len());
            words.push(word);
            entries.push(Entry { partners, form, bilateral, weak });
        }
    };
    for word in table::rows(NON_PARTNERS).filter_map(|cells| cells.first().copied()) {
        // 米国連邦 hides 国連 and still denotes 米国.
        let inner =
            rows.iter().position(|row| row.kind.is_single() && word.starts_with(row.name) && word.ends_with('邦'));
        add(word.to_owned(), inner.into_iter().collect(), Form::Name, false, false);
    }
    for (at, row) in rows.iter().enumerate() {
        for name in row.all_names() {
            add(name.to_owned(), vec![at], Form::Name, false, false);
            if name.contains('・') {
                add(name.replace('・', ""), vec![at], Form::Name, false, false);
            }
        }
        row.bodies.iter().for_each(|name| add((*name).to_owned(), vec![at], Form::Body, false, false));
    }
    for (at, row) in rows.iter().enumerate() {
        row.cities.iter().for_each(|name| add((*name).to_owned(), vec![at], Form::City, false, false));
    }
    let shorts: Vec<(usize, char)> = rows.iter().enumerate().filter_map(|(at, row)| Some((at, row.kanji?))).collect();
    for (at, kanji) in &shorts {
        let weak = !short_names().strong.contains(kanji);
        // 日中 is also a word for daytime, so it is weak without a dot.
        for dot in ["", "・"] {
            add(format!("日{dot}{kanji}"), vec![*at], Form::Short, true, weak || (*kanji == '中' && dot.is_empty()));
        }
        if !short_names().major.contains(kanji) {
            continue;
        }
        for frame in &short_names().frames {
            let word = frame.replace('#', &kanji.to_string());
            if !short_names().not.contains(&word.as_str()) {
                add(word, vec![*at], Form::Short, false, false);
            }
        }
        for (other, second) in
            shorts.iter().filter(|(_, second)| short_names().major.contains(second) && second != kanji)
        {
            for dot in ["", "・"] {
                add(format!("日{dot}{kanji}{dot}{second}"), vec![*at, *other], Form::Short, true, false);
            }
            for (third, last) in
                shorts.iter().filter(|(_, last)| short_names().major.contains(last) && last != second && last != kanji)
            {
                add(format!("日{kanji}{second}{last}"), vec![*at, *other, *third], Form::Short, true, false);
            }
        }
    }
    for pair in &short_names().pairs {
        let both =
            pair.chars().filter_map(|c| shorts.iter().find(|(_, kanji)| *kanji == c)).map(|(at, _)| *at).collect();
        add((*pair).to_owned(), both, Form::Short, false, false);
    }
    // Other spellings come last, so that a name in the table keeps its own meaning.
    for (at, row) in rows.iter().enumerate() {
        let forms = [(&row.names, Form::Name), (&row.bodies, Form::Body), (&row.cities, Form::City)];
        sounds::spellings(row.name).into_iter().for_each(|name| add(name, vec![at], Form::Name, false, false));
        for (names, form) in forms {
            let spellings = names.iter().flat_map(|name| sounds::spellings(name));
            spellings.for_each(|name| add(name, vec![at], form, false, false));
        }
    }
    (words, entries)
}
