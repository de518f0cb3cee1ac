//! Tokens of a query, read character by character.

use std::ops::Range;

use super::error::Warning;
use super::prefix::{PREFIXES, Prefix};
use super::{habits, marks};
use crate::script::{half_width, is_invisible};

/// Default distance of NEAR, in characters.
const NEAR_CHARS: usize = 60;

/// Operators that are a name with its opening bracket, half-width and in capitals; `NEAR/30(` is read by itself, for
/// its number. They stand before the fields and the words, so that none of them is read as a word.
///
/// One more needs a [`Kind`] here, and its name in `in_list` where commas separate its parts.
const BRACKET_OPERATORS: [(&str, Kind); 3] =
    [("SENT(", Kind::Sentence), ("DOC(", Kind::Document), ("NEAR(", Kind::Near(NEAR_CHARS))];

/// What a token is; those of [`BRACKET_OPERATORS`] hold their opening bracket, which no `Open` follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `(`
    Open,
    /// `)`, of groups and of operators.
    Close,
    /// `,`, `、`
    Comma,
    /// `OR`, `|`, `||`
    Or,
    /// `AND`, `&&`
    And,
    /// `NOT`, or `-` right before a word.
    Not,
    /// `NEAR(`, `NEAR/30(`: at most so many characters apart.
    Near(usize),
    /// `SENT(`
    Sentence,
    /// `DOC(`
    Document,
    /// A field or mode before a word or a bracket.
    Prefix(Prefix),
    Word(String),
    Quoted {
        text: String,
        closed: bool,
    },
    /// `"a b"~5`: NEAR in the syntax of other programs.
    Loose {
        text: String,
        distance: Option<usize>,
    },
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    pub span: Range<usize>,
}

/// Cuts a query into tokens and returns the warnings about it. `plain` is the text with half-width operators,
/// character by character.
pub(super) fn tokens(text: &str) -> (Vec<Token>, Vec<Warning>) {
    // Invisible characters come from pasted text and are dropped; spans still count them.
    let (places, chars): (Vec<usize>, Vec<char>) = text.chars().enumerate().filter(|(_, c)| !is_invisible(*c)).unzip();
    let plain: Vec<char> = chars.iter().map(|c| operator(*c)).collect();
    let (mut out, mut warnings) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < chars.len() {
        let start = at;
        let is_date =
            matches!(out.last(), Some(Token { kind: Kind::Prefix(Prefix::Date), span }) if span.end == places[at]);
        if let Some(message) = habits::of_word(&plain[at..]) {
            warnings.push(Warning { span: places[at]..places[at] + 1, message });
        }
        let kind = match plain[at] {
            ' ' => {
                at += 1;
                continue;
            }
            '(' if !begins_with_company(&plain[at..]) => Kind::Open,
            ')' => Kind::Close,
            ',' => Kind::Comma,
            '|' => {
                at += plain[at..].iter().take_while(|c| **c == '|').count() - 1;
                Kind::Or
            }
            '&' if plain.get(at + 1) == Some(&'&') => {
                at += plain[at..].iter().take_while(|c| **c == '&').count() - 1;
                Kind::And
            }
            '"' => {
                let (text, end, closed) = quoted(&chars, &plain, at);
                let digits: String = plain[end..].iter().skip(1).take(4).take_while(|c| c.is_ascii_digit()).collect();
                at = end - 1;
                if closed && plain.get(end) == Some(&'~') {
                    at += 1 + digits.len();
                    Kind::Loose { text, distance: digits.parse().ok() }
                } else {
                    Kind::Quoted { text, closed }
                }
            }
            // In date:-2011 the minus is no operator.
            '-' if !is_date && plain.get(at + 1).is_some_and(|next| !matches!(next, ' ' | ')' | '-')) => Kind::Not,
            '=' if plain.get(at + 1).is_some_and(|next| !matches!(next, ' ' | ')')) => Kind::Prefix(Prefix::Verbatim),
            _ => {
                let (kind, end) = word(&chars, &plain, at);
                if matches!(kind, Kind::Word(_)) && !is_date {
                    let said = habits::in_word(&plain[at..end]);
                    warnings.extend(
                        said.map(|(from, message)| Warning { span: places[at + from]..places[at + from] + 1, message }),
                    );
                }
                at = end - 1;
                kind
            }
        };
        at += 1;
        out.push(Token { kind, span: places[start]..places[at - 1] + 1 });
    }
    (out, warnings)
}

/// Maps a possible operator to its half-width form.
pub(super) fn operator(c: char) -> char {
    match c {
        '“' | '”' | '〝' | '〟' | '„' => '"',
        c if c.is_whitespace() => ' ',
        '、' => ',',
        '〜' => '~',
        '−' | '‐' | '–' => '-',
        c => half_width(c),
    }
}

/// Reads a quoted text from its opening quote: returns the text, the position after it, and whether it was closed.
///
/// A quote of the same kind (`"` or `“ ”`) closes it, so that a pasted passage keeps quotes of the other kind; where
/// none follows, a quote of any kind closes it.
fn quoted(chars: &[char], plain: &[char], open: usize) -> (String, usize, bool) {
    let is_straight = |at: usize| chars[at] == '"';
    let (text, end, closed) = quoted_until(chars, open, |at| plain[at] == '"' && is_straight(at) == is_straight(open));
    if closed { (text, end, true) } else { quoted_until(chars, open, |at| plain[at] == '"') }
}

fn quoted_until(chars: &[char], open: usize, closes: impl Fn(usize) -> bool) -> (String, usize, bool) {
    let mut text = String::new();
    let mut at = open + 1;
    while at < chars.len() {
        match chars[at] {
            '\\' if matches!(chars.get(at + 1), Some('"' | '\\')) => {
                text.push(chars[at + 1]);
                at += 2;
            }
            _ if closes(at) => return (text, at + 1, true),
            c => {
                text.push(c);
                at += 1;
            }
        }
    }
    (text, at, false)
}

/// Reads a word, an operator spelled as a word, a function or a prefix.
fn word(chars: &[char], plain: &[char], start: usize) -> (Kind, usize) {
    let rest: String = plain[start..].iter().take(16).collect();
    let follows = |word: &str| rest.starts_with(word);
    for (name, kind) in BRACKET_OPERATORS {
        if follows(name) {
            return (kind, start + name.len());
        }
    }
    if let Some(after) = rest.strip_prefix("NEAR/") {
        let digits: String = after.chars().take_while(char::is_ascii_digit).take(4).collect();
        if let Some(distance) = digits.parse().ok().filter(|_| after[digits.len()..].starts_with('(')) {
            return (Kind::Near(distance), start + 6 + digits.len());
        }
    }
    if let Some((name, prefix)) = PREFIXES.iter().find(|(name, _)| follows(name)) {
        let end = start + name.len();
        if plain.get(end).is_some_and(|next| !matches!(next, ' ' | ')')) {
            return (Kind::Prefix(*prefix), end);
        }
    }
    let mut end = start;
    let is_company = |at: usize| marks::company(&plain[at..]).is_some();
    let is_operator = |end: usize| end > start && (plain[end] == '|' || plain[end..].starts_with(&['&', '&']));
    while end < plain.len() && (!matches!(plain[end], ' ' | '(' | ')' | '"') || is_company(end)) && !is_operator(end) {
        if let Some(length) = marks::company(&plain[end..]) {
            end += length;
            continue;
        }
        // A comma ends a word only where it separates words of a list, so 1,000 and 教育、医療 stay whole.
        if plain[end] == ',' && (end + 1 == plain.len() || plain[end + 1] == ' ' || in_list(plain, end)) {
            break;
        }
        end += 1;
    }
    let end = end.max(start + 1);
    let spelled: String = plain[start..end].iter().collect();
    let kind = match spelled.as_str() {
        "OR" => Kind::Or,
        "AND" => Kind::And,
        "NOT" => Kind::Not,
        // (株)日立 is one word, including its brackets.
        spelled if spelled.contains('(') => Kind::Quoted { text: chars[start..end].iter().collect(), closed: true },
        _ => Kind::Word(chars[start..end].iter().collect()),
    };
    (kind, end)
}

/// True for a company form in brackets directly before a name; without a name the brackets may group.
fn begins_with_company(plain: &[char]) -> bool {
    marks::company(plain).is_some_and(|length| plain.get(length).is_some_and(|c| c.is_alphanumeric()))
}

/// True directly inside the brackets of NEAR or SENT, where commas separate words.
fn in_list(plain: &[char], at: usize) -> bool {
    let mut open = Vec::new();
    for (place, c) in plain[..at].iter().enumerate() {
        match c {
            '(' => open.push(place),
            ')' => drop(open.pop()),
            _ => {}
        }
    }
    open.last().is_some_and(|open| {
        let head: String = plain[open.saturating_sub(10)..*open].iter().collect();
        head.ends_with("SENT")
            || head.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('/').ends_with("NEAR")
    })
}
