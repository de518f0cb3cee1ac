//! What stands behind the name of a meeting: number, short form, level, place, days in brackets.

use super::edges::{MAX_NAME, closing, edition, ends_name, is_noun};
use super::ordinal::{self, blanks};
use super::words::{Class, WORDS};
use crate::script::is_hiragana;

/// A name found. Places are code points of the text.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// With its number in front.
    pub start: usize,
    /// With its number and brackets behind.
    pub end: usize,
    /// Behind the last word of the name.
    pub word_end: usize,
    pub name: String,
    pub number: Option<u32>,
    pub edition: Option<String>,
    pub sub: Option<String>,
    pub place: Option<String>,
    /// Inside the brackets behind it that tell days or a place.
    pub note: Option<(usize, usize)>,
    /// The short form told in brackets: WTIS.
    pub short: Option<String>,
    pub quoted: bool,
    pub class: Class,
    /// It names a kind of meeting and no series: 政策会議, 第2回会合.
    pub bare: bool,
}

impl Named {
    /// Makes a name of which nothing but its place and class is known.
    pub fn new(start: usize, end: usize, class: Class) -> Self {
        Self {
            start,
            end,
            word_end: end,
            name: String::new(),
            number: None,
            edition: None,
            sub: None,
            place: None,
            note: None,
            short: None,
            quoted: false,
            class,
            bare: false,
        }
    }
}

/// Reads what stands behind a name: number, short form, level, place, days in brackets.
pub(super) fn attach(chars: &[char], end: usize, close: Option<usize>, named: &mut Named) {
    let mut at = end;
    loop {
        let next = blanks(chars, at);
        let Some(c) = chars.get(next) else { break };
        if let Some(close) = close.filter(|close| next <= *close && at <= *close) {
            if next == close {
                at = close + 1;
                named.end = named.end.max(at);
                continue;
            }
            if let Some(after) = inside_quotation(chars, next, close, named) {
                at = after;
                continue;
            }
        }
        if *c == '(' {
            let Some(closed) = closing(chars, next) else { break };
            if !brackets(chars, next, closed, named) {
                break;
            }
            at = closed + 1;
            named.end = named.end.max(at);
            continue;
        }
        let mark = if *c == 'の' { next + 1 } else { next };
        if let Some(ordinal) = ordinal::at(chars, mark).filter(|_| named.number.is_none()) {
            let after = level(chars, blanks(chars, ordinal.end), named);
            // 第65回全国統計大会・第36回…: the number of what follows, if that is a name by itself.
            if after == blanks(chars, ordinal.end) && begins_name(chars, ordinal.end) && *c != 'の' {
                break;
            }
            named.number = Some(ordinal.number);
            at = after.max(ordinal.end);
            named.end = named.end.max(at);
            continue;
        }
        if next == at
            && let Some((year, after)) = edition(chars, at).filter(|_| named.edition.is_none() && at == end)
        {
            named.edition = Some(year);
            at = after;
            named.end = named.end.max(at);
            continue;
        }
        if next == at && !WORDS.plain.is(&named.name.chars().rev().take(2).collect::<Vec<_>>()) {
            let after = level(chars, at, named);
            if after > at && named.sub.is_none() {
                at = after;
                named.end = named.end.max(at);
                continue;
            }
        }
        let place_at = if chars.get(next) == Some(&'i') { next } else { at };
        if let Some((place, after)) = held_in(chars, place_at) {
            named.place.get_or_insert(place);
            named.end = named.end.max(after);
        }
        break;
    }
}

/// True where a noun follows that is a name by itself.
pub(super) fn begins_name(chars: &[char], at: usize) -> bool {
    let at = blanks(chars, at);
    let end =
        (at..chars.len().min(at + MAX_NAME)).find(|at| !is_noun(chars[*at])).unwrap_or(chars.len().min(at + MAX_NAME));
    // 第2回定期会合: a level is no name.
    let is_level = WORDS.levels.at(chars, at).or_else(|| WORDS.plain.at(chars, at)).is_some();
    !is_level && (at + 3..end).any(|last| WORDS.end(chars, last).is_some_and(|(length, _)| last + 1 - length > at))
}

/// The end of the level that stands at `at` (局長級会合): its words go to `sub`, plain 会合 is none.
fn level(chars: &[char], at: usize, named: &mut Named) -> usize {
    let plain = WORDS.plain.at(chars, at);
    let level = WORDS.levels.at(chars, at).filter(|length| plain.is_none_or(|plain| *length >= plain));
    if let Some(length) = level {
        if ends_name(chars, at, at + length) {
            let words: String = chars[at..at + length].iter().collect();
            named.sub.get_or_insert(words);
            return at + length;
        }
    } else if let Some(length) = plain.filter(|length| ends_name(chars, at, at + length)) {
        return at + length;
    }
    at
}

/// Reads brackets behind a name; false where they tell something else.
fn brackets(chars: &[char], open: usize, close: usize, named: &mut Named) -> bool {
    let inside = &chars[open + 1..close];
    let from = blanks(chars, open + 1);
    if let Some(ordinal) = (open + 1..close).find_map(|at| ordinal::at(chars, at)) {
        if named.number.is_some_and(|number| number != ordinal.number) {
            return false;
        }
        named.number = Some(ordinal.number);
        level(chars, blanks(chars, ordinal.end), named);
        named.note = Some((open + 1, close));
        return true;
    }
    let text: String = inside.iter().collect();
    if text.contains("仮称") || text.contains("以下") || text.contains("通称") || text.contains("略称") {
        if let Some((_, short)) = text.split_once('「') {
            named.short =
                Some(short.trim_end_matches(['」', '。']).trim_end_matches("という").trim_end_matches('」').to_owned());
        }
        return true;
    }
    if inside.iter().any(|c| matches!(c, '年' | '月')) || inside.first().is_some_and(|c| *c == '於') {
        named.note = Some((open + 1, close));
        return true;
    }
    let latin = inside.iter().all(|c| {
        c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '–' | '‐' | '/' | ':' | ',' | '.' | '\'' | '&' | '・')
    });
    if latin && inside.iter().any(char::is_ascii_alphabetic) {
        short_form(&chars[from..close], named);
        return true;
    }
    // 大臣会合(上海), (東京).
    let is_place = inside.len() <= 12
        && !inside.is_empty()
        && inside.iter().all(|c| is_noun(*c) || matches!(c, '(' | ')'))
        && named.number.is_some();
    let is_known_place = WORDS.cities.is(inside) || inside.contains(&'(');
    if is_place && is_known_place {
        named.place.get_or_insert(text);
        return true;
    }
    false
}

/// WRC-15, RA-12: an edition; WTIS: a short form.
fn short_form(chars: &[char], named: &mut Named) {
    let text: String = chars.iter().collect();
    let first = text.split([':', ',']).next().unwrap_or_default().trim();
    let letters = first.chars().take_while(char::is_ascii_alphabetic).count();
    let digits = first.chars().skip(letters).filter(char::is_ascii_digit).count();
    let is_edition = letters >= 2
        && first.len() <= 12
        && (2..=4).contains(&digits)
        && first[letters..].starts_with(['-', '–', '‐', '\''])
        && first.chars().last().is_some_and(|c| c.is_ascii_digit())
        && !first.contains(' ');
    if is_edition {
        named.edition.get_or_insert(first.to_owned());
        named.short = Some(first[..letters].to_owned());
    } else if first.len() >= 2 && first.len() <= 12 && first.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        named.short = Some(first.to_owned());
    }
}

/// What stands inside the quotation behind the name: a part with its place, a subtitle, 2012, in大阪. Gives the end.
fn inside_quotation(chars: &[char], at: usize, close: usize, named: &mut Named) -> Option<usize> {
    let inside = &chars[at..close];
    if matches!(inside.first(), Some('~' | '〜' | '～' | '-' | '―' | '『')) {
        return Some(close);
    }
    if let Some((place, after)) = held_in(chars, at).filter(|(_, after)| *after <= close) {
        named.place.get_or_insert(place);
        return Some(after.min(close));
    }
    // ICT街づくり推進会議 地域懇談会＠塩尻: the part ends with a word that ends names.
    let end = inside.iter().position(|c| matches!(c, '@' | '(' | '~' | '～')).unwrap_or(inside.len());
    if chars[at - 1] == ' ' && end > 2 && WORDS.end(inside, end - 1).is_some() {
        named.sub.get_or_insert(inside[..end].iter().collect());
        return Some(at + end);
    }
    None
}

/// The place that a name tells at its end: ＠塩尻, in大阪, の札幌開催.
fn held_in(chars: &[char], at: usize) -> Option<(String, usize)> {
    let rest = chars.get(at..)?;
    let run = |from: usize| {
        let stop = |c: &char| matches!(c, '」' | '』' | '｣' | ' ' | '(' | '|' | '。' | '~');
        let end = rest.iter().skip(from).position(stop).map_or(rest.len(), |length| from + length);
        let place: String = rest[from..end].iter().collect();
        (end > from && end - from <= 20).then_some((place, at + end))
    };
    match rest {
        ['@', ..] => run(1),
        ['i', 'n', c, ..] if !c.is_ascii_alphabetic() => run(2),
        ['i', 'n', ' ', c, ..] if !c.is_ascii_digit() => run(3),
        ['の', ..] => {
            let end = rest.windows(2).take(14).position(|pair| pair == ['開', '催'])?;
            let place = &rest[1..end];
            let is_place = (2..=8).contains(&place.len())
                && !place.iter().any(|c| is_hiragana(*c))
                && (WORDS.cities.is(place) || place.ends_with(&['市']) || place.ends_with(&['県']));
            is_place.then(|| (place.iter().collect(), at + end + 2))
        }
        _ => None,
    }
}
