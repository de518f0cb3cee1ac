//! The surroundings of a name: its list, and the words of the tables before and behind it.

use super::cues::{Cues, classes};
use super::gazetteer::Found;
use super::role_words::{Class, Classes};

/// Where the list of a name is, in code points; a name by itself is a list of one.
#[derive(Clone, Copy, Debug)]
pub(super) struct List {
    pub start: usize,
    /// Behind its last name and what stands in brackets behind that.
    pub end: usize,
    pub names: usize,
}

/// Code points of a clause behind a name or the end of its list.
pub(super) const CLAUSE_CHARS: usize = 48;
/// Names in a row that make a list of members.
const LIST_LENGTH: usize = 4;

impl List {
    /// True where the names may be the members of a group.
    pub fn is_long(self) -> bool {
        self.names >= LIST_LENGTH
    }
}

/// The list of each name.
pub(super) fn lists(chars: &[char], found: &[Found]) -> Vec<List> {
    let mut out: Vec<List> = Vec::with_capacity(found.len());
    for at in 1..=found.len() {
        let goes_on = found.get(at).is_some_and(|name| is_comma(&chars[found[at - 1].end..name.start]));
        if goes_on {
            continue;
        }
        let start = out.len();
        let list = List { start: found[start].start, end: found[at - 1].end, names: at - start };
        out.resize(at, list);
    }
    out
}

/// Longest text between two names of a list: A（2014年9月）、B.
const MAX_BETWEEN: usize = 24;

/// Words between two names of a list that belong to the first: the name of a country that is no partner, or the rest of
/// a name.
const BETWEEN_WORDS: [&str; 10] = ["日本", "政府", "共和国", "王国", "連邦", "全体", "諸国", "地域", "国", "等"];

/// A comma, with at most the name of one who is no partner (日本、), a bracket or the rest of a name (共和国) between.
fn is_comma(between: &[char]) -> bool {
    let is_mark = |c: char| matches!(c, '、' | ',' | '・' | '及' | 'び' | 'と' | '並' | 'に' | '，' | '/');
    if between.len() > MAX_BETWEEN {
        return false;
    }
    let mut depth = 0;
    let mut outside = String::new();
    for c in between.iter().filter(|c| !c.is_whitespace()) {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            '。' => return false,
            _ if depth > 0 => {}
            c if is_mark(*c) || BETWEEN_WORDS.iter().any(|word| word.contains(*c)) => outside.push(*c),
            _ => return false,
        }
    }
    if outside.chars().any(|c| !is_mark(c)) {
        outside = BETWEEN_WORDS.iter().fold(outside, |text, word| text.replace(word, ""));
    }
    depth == 0 && (1..=4).contains(&outside.chars().count()) && outside.chars().all(is_mark) && outside != "に"
}

/// Code points between a list and the particle of its ending.
const MAX_TAIL_CHARS: usize = 18;
/// Code points that are read behind a list.
const MAX_AFTER_CHARS: usize = 80;
/// Code points that are read before a name.
const MAX_BEFORE_CHARS: usize = 14;
/// Code points of a clause in which an office is that of the name.
const NEAR_CHARS: usize = 16;
/// Code points of a bracket with the other name of a partner.
const MAX_BRACKET_CHARS: usize = 60;

/// The surroundings of a name, in code points of its text.
pub(super) struct Around<'a> {
    chars: &'a [char],
    name: usize,
    /// Behind the list of the name, or behind the brackets with its other name.
    pub after: usize,
    /// Behind the words that sum the list up: at との間で of といった国々との間で.
    pub tail: usize,
    pub begins_sentence: bool,
    /// Classes of the words that begin at `after`.
    pub next: Classes,
    /// Classes of the words of the clause: from `after` to the end of the sentence or the longest clause.
    pub clause: Classes,
    /// Classes of the words at the head of the clause.
    pub near: Classes,
    /// Classes of the words that end at the name.
    pub before: Classes,
    /// Something was held in the place named.
    pub held: bool,
    /// The list ends in との, とは or と with an act, a few words that sum it up before: A、B及びCの担当省庁等との間で.
    pub list_ends_in_to: bool,
    /// The list ends in との間: its names act with the one who speaks, whatever they do.
    pub list_ends_in_between: bool,
}

impl<'a> Around<'a> {
    pub fn new(chars: &'a [char], cues: &Cues, name: &Found, list_end: usize, clause_chars: usize) -> Self {
        let limit = chars.len().min(list_end + MAX_AFTER_CHARS);
        let mut after = behind_other_name(&chars[..limit], list_end);
        after += chars[after..limit].iter().take_while(|c| matches!(c, '」' | '』')).count();
        let to_end = |from: usize, most: usize, is_end: fn(&char) -> bool| {
            from + chars[from..limit].iter().take(most).take_while(|c| !is_end(c)).count()
        };
        let clause_end = to_end(after, clause_chars, |c| matches!(c, '。' | '\n'));
        let ending = to_end(after, MAX_TAIL_CHARS, |c| matches!(c, '、' | '。' | '\n'));
        let tail = behind_summary(chars, cues, after, limit);
        let place = behind_bracket(&chars[..limit], after);
        let of_ending = classes(cues.within(after, ending));
        let before = classes(cues.ending(name.start));
        let line = chars[..name.start].iter().rev().take(MAX_BEFORE_CHARS).find(|c| !matches!(c, ' ' | '\u{3000}'));
        let is_blank = chars[name.start.saturating_sub(MAX_BEFORE_CHARS)..name.start].iter().all(|c| c.is_whitespace());
        Self {
            chars,
            name: name.start,
            after,
            tail,
            begins_sentence: is_blank || matches!(line, Some('。' | '\n')),
            next: classes(cues.starting(after)),
            clause: classes(cues.within(after, clause_end)),
            near: classes(cues.within(after, clause_end.min(after + NEAR_CHARS))),
            before,
            held: classes(cues.starting(place)).has(Class::Held) || before.has(Class::At),
            list_ends_in_to: of_ending.has(Class::ListTo) || chars[tail..limit].first() == Some(&'と'),
            list_ends_in_between: of_ending.has(Class::ListBetween),
        }
    }

    /// True where an act of governments stands in the clause.
    pub fn met(&self) -> bool {
        self.clause.has(Class::Meeting)
    }

    /// 総務省と, 大臣と before it.
    pub fn with_ministry(&self) -> bool {
        self.before.has(Class::WithMinistry)
    }

    /// 日本と, 総務省と before it.
    pub fn with_japan(&self) -> bool {
        self.before.has(Class::WithJapan)
    }

    /// True where the text behind the name begins so.
    pub fn starts_with(&self, word: &str) -> bool {
        word.chars().eq(self.chars[self.after..].iter().copied().take(word.chars().count()))
    }

    /// The text right before the name.
    pub fn text_before(&self) -> &'a [char] {
        &self.chars[self.name.saturating_sub(MAX_BEFORE_CHARS)..self.name]
    }

    /// Classes of the words in the text right before the name.
    pub fn classes_before(&self, cues: &Cues) -> Classes {
        classes(cues.within(self.name.saturating_sub(MAX_BEFORE_CHARS), self.name))
    }
}

/// Behind the words that sum a list up, with their numbers: 等3か国, といった国々.
fn behind_summary(chars: &[char], cues: &Cues, after: usize, limit: usize) -> usize {
    let mut at = after;
    loop {
        let digits = at + chars[at..limit].iter().take_while(|c| c.is_ascii_digit()).count();
        let words = cues.starting(digits).filter(|word| word.cue.classes.has(Class::ListTail));
        match words.map(|word| word.end).max() {
            Some(end) if end <= limit => at = end,
            _ => return at,
        }
    }
}

/// `APEC(アジア太平洋経済協力)非公式首脳会議`: behind the bracket with the other name.
fn behind_other_name(chars: &[char], after: usize) -> usize {
    match chars.get(after) {
        Some('(') => {
            let inner = &chars[after + 1..];
            // ジュネーブ(スイス)において: the bracket is the country of the city, and no name of it.
            match inner.iter().position(|c| *c == ')') {
                Some(close) if close <= MAX_BRACKET_CHARS && !inner[..close].contains(&'。') => after + close + 2,
                _ => after,
            }
        }
        Some(')') => after + 1,
        _ => after,
    }
}

/// Behind a closing bracket, and behind the city of the country named: (スイス)において, ・バンコクで, ・済州).
fn behind_bracket(chars: &[char], after: usize) -> usize {
    let past = |from: usize, is: fn(char) -> bool| from + chars[from..].iter().take_while(|c| is(**c)).count();
    let is_close = |c: char| matches!(c, ')' | '）');
    let at = past(after, is_close);
    match chars.get(at) {
        Some('・') => past(past(at + 1, |c| crate::script::is_katakana(c) || crate::script::is_kanji(c)), is_close),
        _ => at,
    }
}
