//! Makes all words that may denote a partner in a text from the tables.

use std::collections::{HashMap, HashSet};

use super::rows::{Form, Partner};
use super::short_names::short_names;
use super::sounds;
use crate::script::half_width_letters;
use crate::table;

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
    /// The word is a part of a list of one-character names: 米、英.
    pub listed: bool,
    /// The word denotes one state or area.
    pub single: bool,
}

/// Returns all search words with their meanings. The first meaning of a word counts.
pub(super) fn patterns(rows: &[Partner]) -> (Vec<String>, Vec<Entry>) {
    let shared = shared_names(rows);
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut words = Vec::new();
    let mut entries = Vec::new();
    let mut add = |word: String, partners: Vec<usize>, form: Form, bilateral: bool, weak: bool| {
        // Brackets stay as in the scanned text: コンゴ（民）.
        let word = half_width_letters(&word).into_owned();
        match seen.get(&word) {
            // TELMIN is a meeting of ASEAN and of APEC, 南北朝鮮 are two states: both rows list the name.
            Some(at) => {
                let entry: &mut Entry = &mut entries[*at];
                let is_shared = entry.form == form && !entry.partners.is_empty() && entry.partners != partners;
                if is_shared && matches!(form, Form::Name | Form::Body) && shared.contains(word.as_str()) {
                    entry.partners.extend(partners);
                    entry.single = false;
                }
            }
            None => {
                let single = partners.len() == 1 && rows[partners[0]].kind.is_single();
                seen.insert(word.clone(), words.len());
                words.push(word);
                entries.push(Entry { partners, form, bilateral, weak, listed: false, single });
            }
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
    let shorts = shorts(rows);
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
            add(frame.replace('#', &kanji.to_string()), vec![*at], Form::Short, false, false);
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
    // 欧 is a part of 東欧, 西欧 and 北欧 in such lists.
    let listed: Vec<(usize, char)> =
        shorts.iter().copied().filter(|(_, kanji)| short_names().major.contains(kanji) && *kanji != '欧').collect();
    for (at, kanji) in &listed {
        for (other, second) in listed.iter().filter(|(other, _)| other != at) {
            for mark in LIST_MARKS {
                add(format!("{kanji}{mark}{second}"), vec![*at, *other], Form::Short, false, false);
            }
        }
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
    for (entry, word) in entries.iter_mut().zip(&words) {
        entry.listed = entry.form == Form::Short && !entry.bilateral && word.contains(LIST_MARKS);
    }
    (words, entries)
}

/// Marks between one-character names: 米、英, 米・英.
pub(super) const LIST_MARKS: [char; 2] = ['、', '・'];

/// Returns the one-character names with their rows.
pub(super) fn shorts(rows: &[Partner]) -> Vec<(usize, char)> {
    let mut shorts: Vec<(usize, char)> =
        rows.iter().enumerate().filter_map(|(at, row)| Some((at, row.kanji?))).collect();
    for (other, usual) in &short_names().also {
        let row = shorts.iter().find(|(_, kanji)| kanji == usual).map(|(at, _)| *at);
        shorts.extend(row.map(|at| (at, *other)));
    }
    shorts
}

/// Returns the names and bodies that several rows list.
fn shared_names(rows: &[Partner]) -> HashSet<&'static str> {
    let (mut once, mut shared) = (HashSet::new(), HashSet::new());
    for row in rows {
        let own: HashSet<&str> = row.all_names().chain(row.bodies.iter().copied()).collect();
        shared.extend(own.iter().filter(|name| !once.insert(**name)).copied().collect::<Vec<_>>());
    }
    shared
}
