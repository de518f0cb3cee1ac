//! The context of a name: its list, and the words of the tables before and after it.

use super::cues::{Cues, classes};
use super::gazetteer::Found;
use super::role_words::{Class, Classes};
use crate::script::starts_with;

/// Position of the list that holds a name, in code points; a single name is a list of one.
#[derive(Clone, Copy, Debug)]
pub(super) struct List {
    pub start: usize,
    /// End of its last name.
    pub end: usize,
    /// Number of its names.
    pub names: usize,
}

/// Longest clause after a name or its list, in code points.
pub(super) const CLAUSE_CHARS: usize = 48;
/// Fewest names of a list that may be the members of a group.
const LIST_LENGTH: usize = 4;

impl List {
    /// True if the names may be the members of a group.
    pub fn is_long(self) -> bool {
        self.names >= LIST_LENGTH
    }
}

/// Returns the list of each name, in the order of `found`.
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

/// Longest text between two names of a list, in code points: A（2014年9月）、B.
const MAX_BETWEEN: usize = 24;

/// Words that may stand between two names of a list: a country that is no partner (日本), or the rest of the first name
/// (共和国).
const BETWEEN_WORDS: [&str; 10] = ["日本", "政府", "共和国", "王国", "連邦", "全体", "諸国", "地域", "国", "等"];

/// True if two names are separated by a comma or a conjunction, with at most brackets and [`BETWEEN_WORDS`] beside it.
fn is_comma(between: &[char]) -> bool {
    let is_mark = |c: char| matches!(c, '、' | ',' | '・' | '及' | 'び' | 'と' | 'や' | '並' | 'に' | '，' | '/');
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

/// Longest text after a list in which its ending (との間で) may stand, in code points.
const MAX_TAIL_CHARS: usize = 18;
/// Longest text that is read after a list, in code points.
const MAX_AFTER_CHARS: usize = 80;
/// Longest text that is read before a name, in code points.
const MAX_BEFORE_CHARS: usize = 14;
/// Longest text after a name in which an office (大臣) belongs to the name, in code points.
const NEAR_CHARS: usize = 16;
/// Longest part of a sentence that is read on either side of a list, in code points.
const MAX_SENTENCE_CHARS: usize = 160;

/// Returns the start of the sentence that ends at a position, or the place [`MAX_SENTENCE_CHARS`] before it.
pub(super) fn sentence_start(chars: &[char], to: usize) -> usize {
    to - chars[..to].iter().rev().take(MAX_SENTENCE_CHARS).take_while(|c| !ends_sentence(**c)).count()
}

/// Returns the end of the sentence that goes on at a position, or the place [`MAX_SENTENCE_CHARS`] behind it.
pub(super) fn sentence_end(chars: &[char], from: usize) -> usize {
    from + chars[from..].iter().take(MAX_SENTENCE_CHARS).take_while(|c| !ends_sentence(**c)).count()
}

fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '\n')
}

/// Longest bracket with another name of a partner, in code points.
const MAX_BRACKET_CHARS: usize = 60;

/// Context of a name. Positions are in code points of the text.
pub(super) struct Around<'a> {
    chars: &'a [char],
    name: usize,
    /// Position after the list of the name, or after the brackets with its other name.
    pub after: usize,
    /// Position after the words that sum up the list: at との間で in といった国々との間で.
    pub tail: usize,
    /// The name begins a sentence or a line.
    pub begins_sentence: bool,
    /// Classes of the words that begin at `after`.
    pub next: Classes,
    /// Classes of the words in the clause: from `after` to the end of the sentence, within the limit of a clause.
    pub clause: Classes,
    /// Classes of the words in the first [`NEAR_CHARS`] of the clause.
    pub near: Classes,
    /// Classes of the words directly before the name.
    pub before: Classes,
    /// The name is the place of an event: で開催 after the name, 於: before it.
    pub held: bool,
    /// The list ends in との, とは or と with an act, also after words that sum up the list: A、B及びCの担当省庁等との間で.
    pub list_ends_in_to: bool,
    /// The list ends in との間: its names act with the speaker, even without a word for the act.
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

    /// True if the clause names an act of governments.
    pub fn met(&self) -> bool {
        self.clause.has(Class::Meeting)
    }

    /// True if a ministry or a minister is joined before the name: 総務省と, 大臣と.
    pub fn with_ministry(&self) -> bool {
        self.before.has(Class::WithMinistry)
    }

    /// True if Japan or a ministry is joined before the name: 日本と, 総務省と.
    pub fn with_japan(&self) -> bool {
        self.before.has(Class::WithJapan)
    }

    /// True if the list is followed by the particle of a subject or a place: が, は, で.
    pub fn is_subject(&self) -> bool {
        matches!(self.chars.get(self.after), Some('が' | 'は' | 'で'))
    }

    /// Returns the classes of the words between the list and the end of the sentence.
    pub fn rest_of_sentence(&self, cues: &Cues) -> Classes {
        classes(cues.within(self.after, sentence_end(self.chars, self.after)))
    }

    /// True if the text after the name starts with a word.
    pub fn starts_with(&self, word: &str) -> bool {
        starts_with(&self.chars[self.after..], word)
    }

    /// Returns the text directly before the name, at most [`MAX_BEFORE_CHARS`].
    pub fn text_before(&self) -> &'a [char] {
        &self.chars[self.name.saturating_sub(MAX_BEFORE_CHARS)..self.name]
    }

    /// Returns the classes of the words in [`Self::text_before`].
    pub fn classes_before(&self, cues: &Cues) -> Classes {
        classes(cues.within(self.name.saturating_sub(MAX_BEFORE_CHARS), self.name))
    }
}

/// Returns the position after the words that sum up a list, with their numbers: 等3か国, といった国々.
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

/// Returns the position after the bracket with another name: `APEC(アジア太平洋経済協力)非公式首脳会議`.
fn behind_other_name(chars: &[char], after: usize) -> usize {
    match chars.get(after) {
        Some('(') => {
            let inner = &chars[after + 1..];
            // The bracket may also hold the country of a city: ジュネーブ(スイス)において.
            match inner.iter().position(|c| *c == ')') {
                Some(close) if close <= MAX_BRACKET_CHARS && !inner[..close].contains(&'。') => after + close + 2,
                _ => after,
            }
        }
        Some(')') => after + 1,
        _ => after,
    }
}

/// Returns the position after a closing bracket, and after a city of the named country: (スイス)において, ・バンコクで,
/// ・済州).
fn behind_bracket(chars: &[char], after: usize) -> usize {
    let past = |from: usize, is: fn(char) -> bool| from + chars[from..].iter().take_while(|c| is(**c)).count();
    let is_close = |c: char| matches!(c, ')' | '）');
    let at = past(after, is_close);
    match chars.get(at) {
        Some('・') => past(past(at + 1, |c| crate::script::is_katakana(c) || crate::script::is_kanji(c)), is_close),
        _ => at,
    }
}
