//! What stands around a name: its list, the words before and behind it.

use super::gazetteer::Found;
use super::role_words::role_words;

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

/// A comma, with at most the name of one who is no partner (日本、), a bracket or the rest of a name (共和国) between.
fn is_comma(between: &[char]) -> bool {
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
            _ if depth == 0 => outside.push(*c),
            _ => {}
        }
    }
    let outside = ["日本", "政府", "共和国", "王国", "連邦", "全体", "諸国", "地域", "国", "等"]
        .iter()
        .fold(outside, |text, word| text.replace(word, ""));
    depth == 0
        && (1..=4).contains(&outside.chars().count())
        && outside.chars().all(|c| matches!(c, '、' | ',' | '・' | '及' | 'び' | 'と' | '並' | 'に' | '，' | '/'))
        && outside != "に"
}

/// True where a list ends in との, とは or と with what its names do, a few words that sum it up before: A、B及びCの担当省庁等との間で.
pub(super) fn ends_in_to(after: &str) -> bool {
    let head = ending(after);
    head.contains("との") || head.contains("とは") || head.contains("と共") || tail(after).starts_with('と')
}

/// True where a list ends in との間: its names act with the one who speaks, whatever they do.
pub(super) fn ends_in_between(after: &str) -> bool {
    ending(after).contains("との間")
}

/// The words behind a list in which its particle stands.
fn ending(after: &str) -> &str {
    let head = after.char_indices().nth(MAX_TAIL_CHARS).map_or(after, |(end, _)| &after[..end]);
    head.split(['、', '。', '\n']).next().unwrap_or_default()
}

/// Code points between a list and the particle of its ending.
const MAX_TAIL_CHARS: usize = 18;

/// What stands behind a list once the words that sum it up are gone: との間で of といった国々との間で.
pub(super) fn tail(after: &str) -> &str {
    let words = &role_words().list_tail;
    let mut rest = after;
    loop {
        let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let next = words.iter().find_map(|word| digits.strip_prefix(word));
        match next {
            Some(next) => rest = next,
            None => return rest,
        }
    }
}

/// What stands around a name.
pub(super) struct Around {
    pub surface: String,
    /// Fourteen characters before.
    pub before: String,
    /// Behind the name, behind its list, or behind the brackets with its other name.
    pub after: String,
    /// `after` to the end of its sentence.
    pub clause: String,
    /// Sixteen characters of the clause.
    pub near: String,
    pub begins_sentence: bool,
}

impl Around {
    pub fn new(chars: &[char], name: &Found, list_end: usize, clause_chars: usize) -> Self {
        let after: String = chars[list_end..].iter().take(80).collect();
        let after = behind_other_name(&after).trim_start_matches(['」', '』']).to_owned();
        let clause: String = after.split(['。', '\n']).next().unwrap_or_default().chars().take(clause_chars).collect();
        let before: String = chars[name.start.saturating_sub(14)..name.start].iter().collect();
        Self {
            surface: chars[name.start..name.end].iter().collect(),
            near: clause.chars().take(16).collect(),
            begins_sentence: before.trim_end().is_empty()
                || before.trim_end_matches([' ', '\u{3000}']).ends_with(['。', '\n']),
            before,
            after,
            clause,
        }
    }

    pub fn starts(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.after.starts_with(word))
    }

    pub fn met(&self) -> bool {
        role_words().meeting.iter().any(|word| self.clause.contains(word))
    }

    pub fn held(&self) -> bool {
        let place = behind_bracket(&self.after);
        role_words().held.iter().any(|word| place.starts_with(word))
            || role_words().at.iter().any(|mark| self.before.ends_with(mark))
    }

    /// 総務省と, 大臣と before it.
    pub fn with_ministry(&self) -> bool {
        role_words().with_ministry.iter().any(|word| self.before.ends_with(word))
    }

    /// 日本と, 総務省と before it.
    pub fn with_japan(&self) -> bool {
        role_words().with_japan.iter().any(|word| self.before.ends_with(word))
    }
}

/// `APEC(アジア太平洋経済協力)非公式首脳会議`: what stands behind the bracket with the other name.
fn behind_other_name(after: &str) -> &str {
    let Some(inner) = after.strip_prefix('(') else { return after.strip_prefix(')').unwrap_or(after) };
    match inner.find(')') {
        // ジュネーブ(スイス)において: the bracket is the country of the city, and no name of it.
        Some(close) if inner[..close].chars().count() <= 60 && !inner[..close].contains('。') => &inner[close + 1..],
        _ => after,
    }
}

/// What follows a closing bracket: (スイス)において.
fn behind_bracket(after: &str) -> &str {
    let trimmed = after.trim_start_matches([')', '）']);
    match trimmed.strip_prefix('・') {
        // ・バンコクで, ・済州): the city of the country named.
        Some(rest) => rest
            .trim_start_matches(|c: char| crate::script::is_katakana(c) || crate::script::is_kanji(c))
            .trim_start_matches([')', '）']),
        None => trimmed,
    }
}
