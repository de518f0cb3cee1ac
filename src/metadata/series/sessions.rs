//! Which of the names found are meetings of a series, and what is said of each: days, place, relation.

use super::attached::Named;
use super::clause::{date_of, place_of};
use super::edges::quotation;
use super::identity::{Joined, series_key};
use super::names::named;
use super::ordinal::{self, Ordinal, blanks};
use super::renames;
use super::sentence::sentence;
use super::signs::{Places, SIGNS};
use super::words::{Class, WORDS};
use crate::document::{DateMention, Meeting, Relation, Rename};
use crate::metadata::gazetteer::partners;
use crate::script::starts_with;

/// Most names kept of those told before.
const MOST_KNOWN: usize = 64;

/// Reads the title and the passages of one document, in order: names that were given in full before are known.
#[derive(Debug, Default)]
pub(in crate::metadata) struct Reader {
    /// Full names with their keys, the last one last.
    known: Vec<(String, String)>,
    /// The headings above the last passage, whose names are known.
    headings: Vec<String>,
    joined: Joined,
}

impl Reader {
    /// The meetings that a title names.
    pub fn title(&mut self, chars: &[char], places: &Places, dates: &[DateMention]) -> Vec<Meeting> {
        let mut all = named(chars, &places.names, true);
        all.retain(|name| self.is_titled(chars, name));
        let mut meetings: Vec<Meeting> = Vec::new();
        for name in &all {
            self.learn(name);
            let meeting = self.meeting(chars, name, &all, dates, relation_in_title(chars, name));
            add(&mut meetings, meeting);
        }
        meetings
    }

    /// The meetings that a text names; its headings, the innermost last, tell what bare numbers are of.
    pub fn text(
        &mut self,
        chars: &[char],
        places: &Places,
        dates: &[DateMention],
        headings: &[String],
    ) -> Vec<Meeting> {
        let mut meetings = Vec::new();
        let all = named(chars, &places.names, false);
        // | 第1回 | 2004年3月 |: a row of a table has its name in the heading.
        let rows = rows(chars);
        if all.is_empty() && rows.is_empty() {
            return Vec::new();
        }
        if self.headings != headings {
            for heading in headings {
                self.learn_heading(heading);
            }
            self.headings = headings.to_vec();
        }
        let lone = self.lone_numbers(chars, &all, &rows);
        let mut kept: Vec<(Named, Relation)> = Vec::with_capacity(all.len());
        for name in all {
            if name.bare {
                if let Some(full) = self.full_name(&name) {
                    kept.push((Named { name: full, ..name }, Relation::Session));
                }
            } else if self.is_meant(chars, &name) {
                self.learn(&name);
                let followed = lone.iter().any(|lone| lone.of == Some(name.start));
                if !followed || name.number.is_some() {
                    let relation = relation_in_text(chars, &name);
                    kept.push((name, relation));
                }
            }
        }
        kept.extend(lone.into_iter().map(|lone| (lone.named, Relation::Session)));
        kept.sort_by_key(|(name, _)| name.start);
        let all: Vec<Named> = kept.iter().map(|(name, _)| name.clone()).collect();
        for (name, relation) in &kept {
            let meeting = self.meeting(chars, name, &all, dates, *relation);
            add(&mut meetings, meeting);
        }
        meetings
    }

    /// What a text says of renamed meetings and bodies.
    pub fn renames(&mut self, chars: &[char], places: &Places, dates: &[DateMention]) -> Vec<Rename> {
        if places.changes.is_empty() {
            return Vec::new();
        }
        let mut found = renames::renames(chars, &places.changes, dates);
        for rename in &mut found {
            // 政策会議の名称を「…」に変更: the last full name that ends so is meant.
            let short = rename.old.trim_start_matches(['本', '同']);
            let new = series_key(&rename.new);
            let is_meant = |(known, key): &&(String, String)| known.ends_with(short) && *key != new;
            if let Some((full, _)) = self.known.iter().rev().find(is_meant) {
                rename.old.clone_from(full);
            }
            self.joined.join(&series_key(&rename.old), &new);
        }
        found
    }

    /// Gives each meeting the key of all names that the document says are the same.
    pub fn settle<'a>(&mut self, meetings: impl Iterator<Item = &'a mut Meeting>) {
        if self.joined.is_empty() {
            return;
        }
        self.joined.flatten();
        for meeting in meetings {
            meeting.series_id = self.joined.root(&meeting.series_id);
        }
    }

    fn learn(&mut self, name: &Named) {
        if let Some(short) = &name.short {
            self.joined.join(&series_key(short), &series_key(&name.name));
        }
        if name.name.chars().count() > 4 {
            match self.known.iter().rposition(|(known, _)| *known == name.name) {
                Some(at) => self.known[at..].rotate_left(1),
                None => self.known.push((name.name.clone(), series_key(&name.name))),
            }
            if self.known.len() > MOST_KNOWN {
                self.known.remove(0);
            }
        }
    }

    fn learn_heading(&mut self, heading: &str) {
        let chars = crate::script::half_widths(heading);
        for name in named(&chars, &SIGNS.places(&chars).names, true) {
            if !name.bare && self.is_titled(&chars, &name) {
                self.learn(&name);
            }
        }
    }

    /// The full name that a bare one with a number stands for: the last one that ends with it.
    fn full_name(&self, name: &Named) -> Option<String> {
        name.number?;
        let bare = name.name.trim_start_matches(['本', '同']);
        let is_full = |(known, _): &&(String, String)| known.ends_with(bare) && known != bare;
        self.known.iter().rev().find(is_full).map(|(known, _)| known.clone())
    }

    /// True for a meeting of a series, in a title.
    ///
    /// A title of a ministry tells what was done: the noun that ends with a word for a meeting is its object. Words
    /// for bodies need a number, a quotation, or papers and acts of the body beside them.
    fn is_titled(&self, chars: &[char], name: &Named) -> bool {
        // IGF: a title that is nothing but a short form of the table.
        if name.start == 0 && name.end == chars.len() && name.name.len() > 2 && name.name.is_ascii() {
            return true;
        }
        if name.bare || name.class == Class::Numbered && name.number.is_none() && name.edition.is_none() {
            return false;
        }
        let numbered = name.number.is_some() || name.edition.is_some();
        let letters: Vec<char> = name.name.chars().collect();
        if WORDS.authorities.before(&letters, letters.len()).is_some() {
            return false;
        }
        if name.class == Class::Meeting || numbered || name.quoted {
            return true;
        }
        WORDS.held.at(chars, blanks(chars, name.end)).is_some()
            || WORDS.related.at(chars, blanks(chars, name.end)).is_some()
    }

    /// True for a meeting of a series, in a sentence.
    fn is_meant(&self, chars: &[char], name: &Named) -> bool {
        if name.number.is_some() {
            return true;
        }
        // ITU-Dにおける最高意思決定会議として開催される…: it tells what the next name is.
        if !name.quoted && name.edition.is_none() && chars[name.end..].starts_with(&['と', 'し', 'て']) {
            return false;
        }
        if name.class == Class::Numbered && name.edition.is_none() {
            // IGF, WTIS: three letters and more, held.
            let short = name.name.len() > 2 && name.name.is_ascii();
            return short && is_held(chars, name);
        }
        let letters: Vec<char> = name.name.chars().collect();
        if WORDS.authorities.before(&letters, letters.len()).is_some() {
            return false;
        }
        if name.edition.is_some() || (name.quoted && name.class == Class::Meeting) {
            return true;
        }
        let key = series_key(&name.name);
        if self.known.iter().any(|(_, known)| *known == key) {
            return true;
        }
        is_bilateral(&letters) && letters.len() > 5 || name.class == Class::Meeting && is_held(chars, name)
    }

    fn meeting(
        &self,
        chars: &[char],
        name: &Named,
        all: &[Named],
        dates: &[DateMention],
        relation: Relation,
    ) -> Meeting {
        // The date beside a report is that of the report.
        let told = relation == Relation::Session || name.number.is_some();
        let sentence = sentence(chars, name.start);
        let date = date_of(chars, name, sentence, all, dates).filter(|_| told);
        let place = name.place.clone().or_else(|| place_of(chars, name, sentence, all).filter(|_| told));
        Meeting {
            series: name.name.clone(),
            series_id: series_key(&name.name),
            number: name.number,
            edition: name.edition.clone(),
            sub: name.sub.clone(),
            date,
            place,
            relation,
            evidence: chars[name.start.max(sentence.0)..(name.end + 8).min(sentence.1)]
                .iter()
                .collect::<String>()
                .trim()
                .to_owned(),
        }
    }

    /// Numbers without a name at them, with the name that they are of.
    fn lone_numbers(&self, chars: &[char], all: &[Named], rows: &[Ordinal]) -> Vec<Lone> {
        let mut found = Vec::new();
        if let Some((full, _)) = self.known.last() {
            found.extend(rows.iter().map(|row| Lone { of: None, named: lone(*row, row.end, full) }));
        }
        let mut at = 0;
        while at < chars.len() {
            let Some(ordinal) = ordinal::at(chars, at) else {
                at += 1;
                continue;
            };
            at = ordinal.end;
            // The names come in order and do not overlap.
            let behind = all.partition_point(|name| name.start <= ordinal.start);
            let own = behind.checked_sub(1).map(|own| &all[own]).filter(|own| ordinal.end <= own.end);
            if own.is_some_and(|own| !own.bare) || rows.iter().any(|row| row.start == ordinal.start) {
                continue;
            }
            let Some(end) = held_number(chars, ordinal.end, 0) else { continue };
            let sentence = sentence(chars, ordinal.start);
            // 「ロンドンアクションプラン」の第10回定期会合: what is quoted right before it.
            let before = quoted_before(chars, ordinal.start, sentence.0);
            let next = all[behind..].iter().take_while(|name| name.start < sentence.1.min(ordinal.end + 9));
            let next = next.filter(|name| !name.bare).find(|name| name.start >= ordinal.end);
            let last = all[..behind].iter().rev().take_while(|name| name.start >= sentence.0);
            let last = last.filter(|name| !name.bare).find(|name| name.end <= ordinal.start);
            if let Some(quoted) = before.filter(|_| last.is_none_or(|last| last.end + 2 < ordinal.start)) {
                let mut named = lone(ordinal, end, &quoted);
                let word = &chars[blanks(chars, ordinal.end)..end];
                if WORDS.levels.is(word) {
                    named.sub = Some(word.iter().collect());
                }
                found.push(Lone { of: None, named });
                continue;
            }
            // 第1回を開催した「日仏サイバー協議」の第2回会合: a clause before its name.
            let Some(name) = next.or(last) else { continue };
            if own.is_none_or(|own| self.full_name(own).is_none()) {
                found.push(Lone { of: Some(name.start), named: lone(ordinal, end, &name.name) });
            }
        }
        found
    }
}

/// Lines of a table that begin with a number: | 第1回 | 2004年3月 | ….
fn rows(chars: &[char]) -> Vec<Ordinal> {
    let mut found = Vec::new();
    if !chars.contains(&'|') {
        return found;
    }
    let mut at = 0;
    while at < chars.len() {
        if at == 0 || chars[at - 1] == '\n' {
            let mut cell = at;
            while chars.get(cell).is_some_and(|c| matches!(c, '|' | ' ')) {
                cell += 1;
            }
            if chars.get(at) == Some(&'|')
                && let Some(ordinal) = ordinal::at(chars, cell)
                && chars.get(blanks(chars, ordinal.end)) == Some(&'|')
            {
                found.push(ordinal);
            }
        }
        at += 1;
    }
    found
}

/// Adds a meeting, or what it tells to the same one named before.
pub(super) fn add(meetings: &mut Vec<Meeting>, meeting: Meeting) {
    let is_bare = meeting.number.is_none() && meeting.edition.is_none() && meeting.date.is_none();
    let same = |known: &&mut Meeting| {
        let differ = |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
        known.series_id == meeting.series_id
            && (is_bare || known.number == meeting.number || known.number.is_none() && known.edition.is_none())
            && !differ(&known.edition, &meeting.edition)
            && !differ(&known.sub, &meeting.sub)
            && !differ(&known.date, &meeting.date)
    };
    let Some(known) = meetings.iter_mut().find(same) else {
        meetings.push(meeting);
        return;
    };
    known.number = known.number.or(meeting.number);
    for (own, other) in [
        (&mut known.edition, meeting.edition),
        (&mut known.sub, meeting.sub),
        (&mut known.date, meeting.date),
        (&mut known.place, meeting.place),
    ] {
        *own = own.take().or(other);
    }
}

/// A number with the name that it is of.
struct Lone {
    /// Where the name stands that is told by its number alone.
    of: Option<usize>,
    named: Named,
}

fn lone(ordinal: Ordinal, end: usize, name: &str) -> Named {
    let number = Some(ordinal.number);
    Named { name: name.to_owned(), number, ..Named::new(ordinal.start, end, Class::Meeting) }
}

/// The end of what makes a number one of a meeting: 会合, を開催, 、第3回会合.
fn held_number(chars: &[char], end: usize, before: usize) -> Option<usize> {
    let at = blanks(chars, end);
    if let Some(length) = WORDS.levels.at(chars, at).or_else(|| WORDS.plain.at(chars, at)) {
        return Some(at + length);
    }
    let next = |words: &str| starts_with(&chars[at..], words);
    if ["を開催", "が開催", "の開催", "となる", "は、", "を実施"].iter().any(|words| next(words)) {
        return Some(at);
    }
    if chars.get(at).is_some_and(|c| matches!(c, '、' | ',' | '及' | 'と' | '・' | 'か')) {
        let skip = if chars[at] == '及' || next("から") { at + 2 } else { at + 1 };
        let following = ordinal::at(chars, skip)?;
        // No list of numbers is longer.
        return (before < 12).then(|| held_number(chars, following.end, before + 1).map(|_| end))?;
    }
    None
}

/// The quotation that ends right before `at`: 「…」の第10回.
fn quoted_before(chars: &[char], at: usize, floor: usize) -> Option<String> {
    let mut end = at;
    if end > floor && chars[end - 1] == 'の' {
        end -= 1;
    }
    if end <= floor || !matches!(chars[end - 1], '」' | '』' | '｣') {
        return None;
    }
    let (open, close) = quotation(chars, end - 1, end - 1, floor)?;
    (close == end - 1 && close - open <= 40).then(|| chars[open + 1..close].iter().collect())
}

/// True for the name of a body or country in front: 日EU, 日・ASEAN, G7, APEC.
fn is_bilateral(name: &[char]) -> bool {
    let latin = name.iter().take_while(|c| c.is_ascii_alphanumeric()).count();
    if latin >= 2 {
        let front: String = name[..latin].iter().collect();
        return partners().by_name(&front).is_some();
    }
    if name.first() != Some(&'日') {
        return false;
    }
    let rest: Vec<char> = name[1..].iter().skip_while(|c| **c == '・').copied().take(12).collect();
    let by_character = rest.first().is_some_and(|c| partners().rows().iter().any(|row| row.kanji == Some(*c)));
    by_character || (2..=rest.len()).any(|end| partners().by_name(&rest[..end].iter().collect::<String>()).is_some())
}

/// True where it is said that it was or will be held: を開催, が開催され, において.
fn is_held(chars: &[char], name: &Named) -> bool {
    let rest: String = chars[name.end..(name.end + 12).min(chars.len())].iter().collect();
    let rest = rest.trim_start();
    [
        "を開催",
        "が開催",
        "の開催",
        "を設置",
        "の設置",
        "を立ち上げ",
        "の立ち上げ",
        "において",
        "が立ち上",
        "を設立",
        "(仮称)",
        "の設立",
        "が設置",
        "に参加",
        "に出席",
        "を発足",
        "の場で",
        "で採択",
        "では、",
    ]
    .iter()
    .any(|words| rest.starts_with(words))
        || is_held_later(chars, name.end)
}

/// True where it is held after a place, days or a host: を東京で開催, が2013年3月から開催.
fn is_held_later(chars: &[char], end: usize) -> bool {
    let rest = &chars[blanks(chars, end)..];
    let clause = rest.iter().take(24).take_while(|c| !matches!(c, '。' | '、' | '「' | '\n')).count();
    let held = |pair: &[char]| matches!(pair, ['開', '催' | 'か']);
    matches!(rest.first(), Some('を' | 'が')) && rest[..clause].windows(2).any(held)
}

/// Papers, members and calls of a body are `related`; a number tells a meeting.
fn relation_in_title(chars: &[char], name: &Named) -> Relation {
    // 「…分科会報告書」の公表: the papers stand inside the quotation.
    if name.number.is_none() && WORDS.related.at(chars, name.word_end).is_some_and(|length| length > 1) {
        return Relation::Related;
    }
    let at = blanks(chars, name.end);
    let held = WORDS.held.at(chars, at).unwrap_or(0);
    let related = WORDS.related.at(chars, at).unwrap_or(0);
    if related > held && name.number.is_none() || related > held && related > 2 && !numbered_papers(chars, at) {
        return Relation::Related;
    }
    Relation::Session
}

/// Papers of a numbered meeting tell that it was held; calls and preparations do not.
fn numbered_papers(chars: &[char], at: usize) -> bool {
    let after: String = chars[at..].iter().take(14).collect();
    !["向け", "対処", "募集", "意見", "公募"].iter().any(|word| after.contains(word))
}

fn relation_in_text(chars: &[char], name: &Named) -> Relation {
    let at = blanks(chars, name.end);
    // 「…研究会報告書」: the papers stand inside the quotation.
    let is_related = |at: usize| WORDS.related.at(chars, at).is_some_and(|length| length > 1);
    let related = is_related(at) || is_related(name.word_end);
    if related && name.number.is_none() && name.edition.is_none() { Relation::Related } else { Relation::Session }
}
