//! Names of partners, and their occurrences in a text.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use super::half_width::{Hit, PlainText};
use super::patterns::{Entry, LIST_MARKS, patterns, shorts};
use super::rows::{Form, Partner, rows};
use super::sounds;
use super::surroundings::{follows_japan, is_in_address, stands_alone};
use super::traps::traps;
use crate::script::{half_width, is_kanji, is_katakana};

/// The table of partners with its search patterns.
pub struct Partners {
    rows: Vec<Partner>,
    by_name: HashMap<String, usize>,
    /// Words that may denote a partner in a text, and the meaning of each. A query needs names only, so the words are
    /// made when the first text is read.
    words: OnceLock<(Vec<String>, Vec<Entry>)>,
    /// Row of each one-character name.
    shorts: HashMap<char, [usize; 1]>,
}

/// Occurrence of a name in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Rows of the table: two for 日中韓.
    pub partners: &'static [usize],
    pub form: Form,
    /// The name is joined with 日: 日米, 日・EU.
    pub bilateral: bool,
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// Returns the table of partners.
pub fn partners() -> &'static Partners {
    static TABLE: LazyLock<Partners> = LazyLock::new(Partners::new);
    &TABLE
}

impl Partners {
    fn new() -> Self {
        let rows: Vec<Partner> = rows();
        let mut by_name = HashMap::new();
        for (at, row) in rows.iter().enumerate() {
            for name in [row.path, row.name, row.code]
                .into_iter()
                .chain(row.names.iter().copied())
                .filter(|name| !name.is_empty())
            {
                by_name.entry(Self::key(name)).or_insert(at);
            }
        }
        // Other spellings come last, so that a name in the table always denotes its own partner.
        for (at, row) in rows.iter().enumerate() {
            for spelling in Self::names_of(row).flat_map(sounds::spellings) {
                by_name.entry(Self::key(&spelling)).or_insert(at);
            }
        }
        let shorts = shorts(&rows).into_iter().map(|(at, kanji)| (kanji, [at])).collect();
        Self { rows, by_name, words: OnceLock::new(), shorts }
    }

    /// Returns all rows in the order of the table.
    pub fn rows(&self) -> &[Partner] {
        &self.rows
    }

    /// Finds a partner by one of its names, its code or its path, in upper or lower case.
    pub fn by_name(&self, name: &str) -> Option<&Partner> {
        let plain = Self::key(name.trim());
        // Older documents separate the parts of a name with a dot: サウディ・アラビア.
        let known = self.by_name.get(&plain).or_else(|| self.by_name.get(&plain.replace('・', "")));
        known.map(|at| &self.rows[*at])
    }

    /// Returns a name in half-width characters and in lower case.
    fn key(name: &str) -> String {
        name.chars().map(half_width).collect::<String>().to_lowercase()
    }

    /// Returns all names of a partner, the usual name first.
    pub fn names_of(partner: &Partner) -> impl Iterator<Item = &'static str> {
        partner.all_names()
    }

    fn words(&self) -> &(Vec<String>, Vec<Entry>) {
        self.words.get_or_init(|| patterns(&self.rows))
    }

    /// Returns the words to search for in a text.
    pub(super) fn patterns(&self) -> impl Iterator<Item = &str> {
        self.words().0.iter().map(String::as_str)
    }

    /// True if a pattern is the name of an institution: 通商代表部.
    pub(super) fn is_institution(&self, pattern: usize) -> bool {
        self.words().1.get(pattern).is_some_and(|entry| entry.form == Form::Body)
    }

    /// Returns the names among the pattern hits of a text.
    pub(super) fn names(&'static self, plain: PlainText<'_>, hits: &[Hit]) -> Vec<Found> {
        let PlainText { letters: text, chars } = plain;
        let mut found: Vec<Found> = Vec::new();
        let mut to_check = false;
        let (mut at, mut byte) = (0, 0);
        for hit in hits {
            at += text[byte..hit.start].chars().count();
            byte = hit.start;
            let end = at + text[hit.start..hit.end].chars().count();
            let Some(entry) = self.words().1.get(hit.pattern) else { continue };
            let alone = || stands_alone(chars, at, end, entry) && !is_in_address(chars, at, end);
            let is_read = found.last().is_some_and(|last| at < last.end);
            if entry.partners.is_empty() || is_read {
                continue;
            }
            let whole = entry.form == Form::Short && chars.get(end).is_some_and(|c| is_kanji(*c));
            if whole && let Some(name) = self.state_at(chars, end - 1) {
                found.push(name);
                continue;
            }
            if !alone() {
                continue;
            }
            let joined = entry.bilateral || (entry.form == Form::Name && follows_japan(chars, at, end));
            let name = Found { partners: &entry.partners, form: entry.form, bilateral: joined, start: at, end };
            to_check |= entry.form == Form::Body;
            if entry.form == Form::Short && (entry.bilateral || entry.partners.len() > 1) {
                self.add_run(chars, name, &mut found);
            } else {
                found.push(name);
            }
        }
        if to_check {
            self.leave_to_owners(chars, &mut found);
        }
        found
    }

    /// Returns the name of two kanji that begins with a one-character name: 中国 in 訪日中国人, 米国 in 期間中、米国NBC.
    /// In 日中国交 and 日米国際 the second kanji begins another word.
    fn state_at(&'static self, chars: &[char], at: usize) -> Option<Found> {
        let [first, second, rest @ ..] = chars.get(at..)? else { return None };
        let other_word =
            *second == '国' && rest.first().is_some_and(|c| matches!(c, '交' | '際' | '民' | '境' | '会' | '防'));
        let partners = self.shorts.get(first).filter(|_| !other_word)?;
        let row = self.by_name.get(&[*first, *second].iter().collect::<String>())?;
        let name = Found { partners, form: Form::Name, bilateral: false, start: at, end: at + 2 };
        (*row == partners[0]).then_some(name)
    }

    /// Adds a form of several states and the one-character names after it: 仏 and 独 in 米英仏独, 伊 in 米、英、仏、伊.
    fn add_run(&'static self, chars: &[char], name: Found, found: &mut Vec<Found>) {
        let first = found.len();
        let mark = chars.get(name.start + 1).copied().filter(|c| LIST_MARKS.contains(c));
        let mut end = name.end;
        found.push(name.clone());
        loop {
            let at = match mark {
                Some(mark) if chars.get(end) == Some(&mark) => end + 1,
                Some(_) => break,
                None => end,
            };
            let next = chars.get(at).and_then(|c| self.shorts.get(c));
            let Some(partner) = next.filter(|_| !traps().is_common_word(chars, at)) else { break };
            let goes_on = chars.get(at + 1).is_some_and(|c| is_katakana(*c) || *c == '国');
            if goes_on || name.partners.contains(&partner[0]) {
                break;
            }
            end = at + 1;
            found.push(Found { partners: partner, start: at, end, ..name.clone() });
        }
        if traps().names_languages(chars, end) {
            found.truncate(first);
        }
    }

    /// Removes bodies that another partner owns: 放送通信委員会 in タイ国家放送通信委員会, CSA in フランスのCSA. A body that
    /// several partners have stays with the partners that the text names.
    fn leave_to_owners(&'static self, chars: &[char], found: &mut Vec<Found>) {
        let is_state = |name: &Found| name.form != Form::City && self.rows[name.partners[0]].kind.is_single();
        let all = found.clone();
        let of_other = |name: &Found, other: &Found| other.partners != name.partners && other.form == Form::Name;
        let mut at: usize = 0;
        found.retain_mut(|name| {
            let place = at;
            at += 1;
            if name.form != Form::Body {
                return true;
            }
            let owned = place.checked_sub(1).map(|before| &all[before]).is_some_and(|before| {
                is_state(name) && is_state(before) && of_other(name, before) && owns(&chars[before.end..name.start])
            });
            let bracketed = all.get(place + 1).is_some_and(|after| {
                let between = &chars[name.end..after.start];
                is_state(name) && is_state(after) && of_other(name, after) && between == ['(']
            });
            let word = || chars[name.start..name.end].iter().collect::<String>();
            let named =
                |partner: usize| all.iter().any(|other| other.form != Form::Body && other.partners.contains(&partner));
            if name.partners.len() > 1 {
                let Some(one) = name.partners.iter().position(|partner| named(*partner)) else { return false };
                name.partners = &name.partners[one..=one];
            } else if !named(name.partners[0]) && traps().is_ambiguous(&word()) {
                return false;
            }
            !owned && !bracketed
        });
    }
}

/// True if the text between a state and a body makes the body the state's: 国家 in タイ国家放送通信委員会, の in
/// フランスのCSA.
fn owns(between: &[char]) -> bool {
    let joins =
        |c: char| is_kanji(c) || is_katakana(c) || c.is_ascii_alphabetic() || matches!(c, 'の' | '・' | '(' | 'ー');
    between.len() <= MAX_OWNER_CHARS && between != ['・'] && between.iter().all(|c| joins(*c))
}

/// Longest text between a state and its body, in code points.
const MAX_OWNER_CHARS: usize = 16;
