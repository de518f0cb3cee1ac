//! Messages for operators and fields of other programs, with the way to write them here.

use super::ast::{Form, Leaf, Node};
use super::prefix::PREFIXES;
use super::tables;

/// Longest name that may be meant as a field, in characters.
const MAX_FIELD_CHARS: usize = 20;

/// Least similarity of a name to a known one, from 0 to 1.
const LEAST_LIKENESS: f64 = 0.6;

/// Fields of other programs, with the equivalent here.
const OPTIONS: &[(&str, &str)] = &[
    ("author", "--publisher NAME"),
    ("publisher", "--publisher NAME"),
    ("site", "--publisher NAME"),
    ("path", "--path GLOB"),
    ("file", "--path GLOB"),
    ("filename", "--path GLOB"),
    ("inurl", "--path GLOB"),
    ("url", "--path GLOB"),
    ("type", "--type NAME"),
    ("filetype", "--type NAME"),
    ("ext", "--type NAME"),
    ("role", "--role ROLE"),
    ("index", "--index DIR"),
    ("year", "date:2011"),
    ("before", "date:..2010"),
    ("after", "date:2015.."),
    ("since", "date:2015.."),
    ("until", "date:..2010"),
    ("country", "partner:NAME"),
    ("topic", "theme:NAME"),
    ("intitle", "title:WORD"),
    ("text", "body:WORD"),
];

/// Returns the message for a word in half-width form that other programs read otherwise, with its position in the
/// word.
pub(super) fn in_word(word: &[char]) -> Option<(usize, String)> {
    let text: String = word.iter().collect();
    let is_name = |at: usize| word.get(at).is_some_and(|c| c.is_alphanumeric());
    let find = |wanted: &[char]| word.iter().position(|c| wanted.contains(c));
    let as_text = |what: &str, way: &str| format!("{what} is read as text; {way}");
    if text.chars().all(|c| c.is_ascii_punctuation()) {
        return match text.as_str() {
            // The parser reports these itself.
            "-" => None,
            text if text.chars().all(|c| c == '*') => None,
            "?" => Some((0, as_text("?", "* stands for any characters"))),
            "&" => Some((0, as_text("&", "words separated by blanks must all occur"))),
            "!" => Some((0, as_text("!", "write -WORD or NOT WORD to exclude a word"))),
            "+" => Some((0, as_text("+", "words separated by blanks must all occur"))),
            text => Some((0, as_text(text, "operators are OR NOT - ( ) \" * ~"))),
        };
    }
    if matches!(text.as_str(), "XOR" | "xor") {
        return Some((0, format!("{text} is read as a word; for exactly one of two words write (a OR b) NOT (a b)")));
    }
    let of_equals = text.split_once('=').map(|(name, _)| name);
    if let Some((field, _)) = PREFIXES.iter().find(|(field, _)| field.strip_suffix(':') == of_equals) {
        return Some((0, as_text("=", &format!("the field is written {field}"))));
    }
    if let Some((name, way)) = tables::field_names()
        .iter()
        .find(|(name, _)| text.strip_prefix(name).is_some_and(|rest| rest.starts_with(':') && rest.chars().count() > 1))
    {
        return Some((0, format!("{name}: is no field; it is read as text. The same is written {way}")));
    }
    if word[0] == '~' && word.get(1).is_some_and(|c| c.is_alphabetic()) {
        return Some((0, as_text("~ before a word", "WORD~1 lets one character differ")));
    }
    if word.len() > 2 && word[0] == '/' && word[word.len() - 1] == '/' && is_name(1) {
        return Some((0, as_text("/…/", "patterns are written with *, which stands for any characters")));
    }
    if let Some(at) = find(&['^']).filter(|at| word[at + 1..].iter().all(|c| c.is_ascii_digit() || *c == '.')) {
        return Some((at, as_text("^", "words have no weights")));
    }
    if let Some(at) = find(&['{', '}', '[', ']']) {
        return Some((at, as_text(&word[at].to_string(), "( ) groups words")));
    }
    if let Some(at) = find(&['?']).filter(|at| is_name(at + 1)) {
        return Some((at, as_text("?", "* stands for any characters")));
    }
    if let Some(at) = find(&[';']).filter(|at| *at > 0 && is_name(at - 1)) {
        return Some((at, as_text(";", "write a b for both, a OR b for one of them")));
    }
    None
}

/// Returns the message for `~` behind one character: `国~`.
pub(super) fn tilde(text: &str) -> String {
    let character: String = text.chars().take(1).collect();
    format!("~ is read as text; {character}~1 lets one character differ, {character}* stands for all that follows")
}

/// True for a minus, hyphen or dash by itself.
pub(super) fn is_lone_minus(text: &str) -> bool {
    matches!(text, "-" | "－" | "−" | "‐" | "–")
}

/// True where the last word of a text requires a date after it.
pub(super) fn wants_a_date(text: &str) -> bool {
    let last = text.rsplit(' ').next().unwrap_or_default().to_ascii_lowercase();
    matches!(last.as_str(), "since" | "until" | "before" | "after" | "from" | "to" | "up")
}

/// True for `from 2007`, which `to` may continue.
pub(super) fn may_go_on(text: &str) -> bool {
    text.get(..5).is_some_and(|begin| begin.eq_ignore_ascii_case("from "))
}

/// Returns the message for a word, operator or field at the start of the half-width rest of a query.
pub(super) fn of_word(rest: &[char]) -> Option<String> {
    if let Some(message) = field(rest) {
        return Some(message);
    }
    if rest.starts_with(&['&', '&']) {
        return Some("&& is read as AND; words separated by blanks must all occur".to_owned());
    }
    if rest.starts_with(&['|', '|']) {
        return Some("|| is read as OR".to_owned());
    }
    if let [sign @ ('+' | '!'), next, ..] = rest
        && (next.is_alphabetic() || *next == '"')
    {
        let way = if *sign == '+' {
            "without it, words separated by blanks must all occur"
        } else {
            "write -WORD or NOT WORD to exclude a word"
        };
        return Some(format!("{sign} is read as a part of the word; {way}"));
    }
    let word: String = rest.iter().take_while(|c| !matches!(c, ' ' | '(' | ')' | '"' | ',' | '|')).take(12).collect();
    let opens = rest.get(word.chars().count()) == Some(&'(');
    let (name, distance) = word.split_once('/').unwrap_or((&word, ""));
    let upper = name.to_ascii_uppercase();
    let is_distance = (1..=4).contains(&distance.len()) && distance.bytes().all(|c| c.is_ascii_digit());
    let is_apart = rest[word.chars().count()..].starts_with(&[' ', '(']);
    match upper.as_str() {
        "OR" | "AND" | "NOT" if word != upper => {
            Some(format!("{word} is read as a word; the operator is written {upper}"))
        }
        "NEAR" | "SENT" | "DOC" if opens && name != upper && distance.chars().all(|c| c.is_ascii_digit()) => {
            Some(format!("{word}( is read as a word; the operator is written {upper}("))
        }
        "NEAR" if name == upper && opens && word != name && !is_distance => Some(format!(
            "{word}( is read as words; the distance is a number of one to four digits, as in NEAR/60(a, b)"
        )),
        "SENT" | "DOC" if word == upper && !opens && !is_apart => Some(format!(
            "{word} is read as a word; write {word}(a b) for both in one {}",
            if word == "DOC" { "document" } else { "sentence" }
        )),
        "NEAR" | "SENT" | "DOC" if name == upper && !opens && is_apart => {
            Some(format!("{word} is read as a word; write {word}( without a blank"))
        }
        "ADJ" | "W" | "N" | "PRE" | "WITHIN" | "AROUND" | "ONEAR" | "SAME"
            if name == upper
                && (opens
                    || is_distance
                    || word == name && name.len() > 2 && rest.get(word.chars().count()) == Some(&' ')) =>
        {
            Some(format!(
                "{word} is read as a word; write NEAR/60(a, b) for words near each other, SENT(a b) for one sentence"
            ))
        }
        "NEAR" if name == upper && !opens => {
            Some("NEAR is read as a word; write NEAR/60(a, b) for words near each other".to_owned())
        }
        _ => None,
    }
}

/// Returns the message for `name:` that is no field, or that nothing follows.
fn field(rest: &[char]) -> Option<String> {
    let name: String = rest.iter().take(MAX_FIELD_CHARS).take_while(|c| c.is_ascii_alphabetic()).collect();
    let behind = &rest[name.len()..];
    if name.is_empty() || behind.first() != Some(&':') || behind.get(1) == Some(&'/') {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let fields = PREFIXES.iter().map(|(name, _)| *name);
    if fields.clone().any(|field| field.strip_suffix(':') == Some(&lower)) {
        let empty = matches!(behind.get(1), None | Some(' ' | ')'));
        return match (name == lower, empty) {
            (true, false) => None,
            (true, true) => Some(format!("nothing follows {name}: directly; it is read as text")),
            (false, _) => {
                Some(format!("{name}: is no field; it is read as text. Fields are written in lower case: {lower}:"))
            }
        };
    }
    if name != lower || name.len() < 2 {
        // Capitals before a colon are labels, not fields: TEL:03, ISO:9001.
        return None;
    }
    let of_field = fields.clone().map(|field| (field.trim_end_matches(':'), field));
    let known = OPTIONS.iter().copied().chain(of_field);
    let likeness = |(known, _): &(&str, &str)| strsim::normalized_damerau_levenshtein(known, &lower);
    let near = known.max_by(|a, b| likeness(a).total_cmp(&likeness(b))).filter(|near| likeness(near) >= LEAST_LIKENESS);
    let near = near.map_or_else(String::new, |(_, way)| format!("Nearest is {way}; "));
    let way = format!("{near}fields are {}", fields.collect::<Vec<_>>().join(" "));
    Some(format!("{name}: is no field; it is read as text. {way}"))
}

/// Reads `"a b"~5` of other programs as NEAR, counted in characters, and returns the message for it.
pub(super) fn loose(text: &str, distance: Option<usize>) -> (Option<Node>, String) {
    let phrase = |text: &str| Leaf { text: text.to_owned(), form: Form::Phrase, ..Leaf::default() };
    let words: Vec<&str> = text.split_whitespace().collect();
    let said = distance.map_or_else(|| format!("\"{text}\"~"), |distance| format!("\"{text}\"~{distance}"));
    match distance {
        Some(distance) if words.len() > 1 => {
            let node = Node::Near(distance, words.into_iter().map(|word| vec![phrase(word)]).collect());
            let message = format!("{said} is read as {node}: no more than {distance} characters between the words");
            (Some(node), message)
        }
        _ => {
            let node = (!text.is_empty()).then(|| Node::Leaf(phrase(text)));
            (
                node,
                format!(
                    "{said} is read as a phrase; words near each other are written NEAR/{}(a, b)",
                    distance.unwrap_or(30)
                ),
            )
        }
    }
}
