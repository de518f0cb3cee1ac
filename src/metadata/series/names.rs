//! The names of meetings in a text, with what stands at them: number, edition, level, place.

use super::attached::{Named, attach, begins_name};
use super::edges::{MAX_NAME, closing, edition, ends_name, is_generic, is_noun, left_edge, ordinal_in, quotation};
use super::ordinal;
use super::signs::SIGNS;
use super::words::{Class, WORDS};
use crate::script::{ends_with, starts_with};

/// Finds the names in half-width characters that end or begin at the given places; in a title phrases are taken whole.
pub(super) fn named(chars: &[char], places: &[usize], title: bool) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    let (mut free, mut floor, mut seen) = (0, 0, 0);
    for &at in places {
        if let Some(end) = chars[seen..=at].iter().rposition(|c| matches!(c, '。' | '\n' | '|')) {
            floor = seen + end + 1;
        }
        seen = at;
        if at < free {
            continue;
        }
        if chars[at].is_ascii_uppercase()
            && let Some(name) = acronym(chars, at)
        {
            free = name.end;
            found.push(name);
            continue;
        }
        let Some((length, class)) = WORDS.end(chars, at) else { continue };
        let (start, end) = (at + 1 - length, at + 1);
        if is_overtaken(chars, start, end) || !ends_name(chars, start, end) {
            continue;
        }
        // Nothing so far away belongs to a name, however long a line is.
        let floor = free.max(floor).max(start.saturating_sub(2 * MAX_NAME));
        if let Some(name) = name_at(chars, start, end, class, floor, title) {
            free = name.end;
            found.push(name);
        }
    }
    found
}

/// A conference by its short form in the table: WRC-15, IGF.
fn acronym(chars: &[char], at: usize) -> Option<Named> {
    let edge = |c: Option<&char>| c.is_none_or(|c| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '/' | '.'));
    if !edge(at.checked_sub(1).and_then(|before| chars.get(before))) {
        return None;
    }
    let length = WORDS.short.at(chars, at)?;
    let mut end = at + length;
    let mut edition_of = None;
    if matches!(chars.get(end), Some('-' | '–' | '‐' | '\'')) {
        let digits = chars[end + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
        if matches!(digits, 2 | 4) {
            end += 1 + digits;
            edition_of = Some(chars[at..end].iter().collect());
        }
    } else if let Some((year, after)) = edition(chars, end) {
        (edition_of, end) = (Some(year), after);
    }
    // WSISテーマ別会合: the short form is the first part of a longer name.
    let runs_on = chars.get(end).is_some_and(|c| is_noun(*c) && *c != '第');
    if edition_of.is_none() && runs_on && begins_name(chars, end) {
        return None;
    }
    let name: String = chars[at..at + length].iter().collect();
    let number = ordinal_before(chars, at);
    // APEC TELMIN第7回会合 and the like are names that end with a word of the table.
    edge(chars.get(end))
        .then(|| Named {
            name,
            number: number.map(|number| number.number),
            edition: edition_of,
            ..Named::new(number.map_or(at, |number| number.start), end, Class::Numbered)
        })
        .map(|mut named| {
            attach(chars, end, None, &mut named);
            named
        })
}

/// True where a longer word goes on over this one: 協議 in 協議会, 検討会 in 検討会議.
fn is_overtaken(chars: &[char], start: usize, end: usize) -> bool {
    (end..(end + 4).min(chars.len())).any(|at| {
        SIGNS.may_end(chars, at)
            && WORDS.end(chars, at).is_some_and(|(length, _)| {
                let from = at + 1 - length;
                from < end && from >= start.saturating_sub(8) && ends_name(chars, from, at + 1)
            })
    })
}

fn name_at(chars: &[char], start: usize, end: usize, class: Class, floor: usize, title: bool) -> Option<Named> {
    // 統計審議会第15回人口統計分科会: the body is the first part of the name that its part ends.
    if ordinal::at(chars, end).is_some_and(|ordinal| begins_name(chars, ordinal.end)) {
        return None;
    }
    let quote = quotation(chars, start, end, floor).filter(|(open, close)| {
        let inside = &chars[open + 1..start];
        !inside.contains(&'。') && !inside.contains(&'、') && only_attached(chars, end, *close)
    });
    let from = match quote {
        Some((open, _)) => open + 1,
        None => left_edge(chars, start, floor, title),
    };
    let mut named = Named { quoted: quote.is_some(), ..Named::new(from, end, class) };
    // The number: inside the name or in front of it.
    let (mut head, mut first) = (Vec::new(), from);
    if let Some(ordinal) = ordinal_in(chars, from, start) {
        named.number = Some(ordinal.number);
        head = without_front(&chars[from..ordinal.start], class, &mut named.edition);
        first = ordinal.end;
        while first < start && (matches!(chars[first], ' ' | '「' | '『' | '・') || chars[first] == 'の') {
            first += 1;
        }
        if first > start {
            return None;
        }
    } else if let Some(ordinal) = ordinal_before(chars, from) {
        named.number = Some(ordinal.number);
        named.start = ordinal.start;
        // APEC第8回…, 地方財政審議会第26回「…」: the body stands right before the number.
        if quote.is_some() {
            let mut body = ordinal.start;
            while body > floor && chars[body - 1].is_ascii_alphanumeric() {
                body -= 1;
            }
            if chars[body..ordinal.start].iter().all(char::is_ascii_alphabetic) {
                head = chars[body..ordinal.start].to_vec();
                named.start = body;
            }
        }
    }
    let mut rest = without_front(&chars[first..end], class, &mut named.edition);
    let last = end - start;
    if rest.len() < last {
        return None;
    }
    // The city of this meeting: ロンドン・アクション・プラン東京会合.
    if WORDS.plain.is(&chars[start..end])
        && let Some(length) = WORDS.cities.before(&rest, rest.len() - last)
        && rest.len() > last + length + 1
    {
        let cut = rest.len() - last - length;
        named.place = Some(rest[cut..cut + length].iter().collect());
        rest.truncate(cut);
        while rest.last().is_some_and(|c| matches!(c, '・' | ' ')) {
            rest.pop();
        }
    }
    // OECD「…」: who holds it stands in front of the quotation.
    if let Some((open, close)) = quote {
        let mut body = open;
        while body > floor && chars[body - 1].is_ascii_alphanumeric() {
            body -= 1;
        }
        let before = &chars[body..open];
        if head.is_empty()
            && before.len() >= 2
            && before.iter().any(char::is_ascii_alphabetic)
            && ordinal::before(chars, open).is_none()
        {
            let digits = before.iter().take_while(|c| c.is_ascii_digit()).count();
            if digits == 4 {
                named.edition = Some(before[..4].iter().collect());
            }
            head = before.iter().skip(if digits == 4 { 4 } else { 0 }).copied().collect();
            head.push('「');
            rest.push('」');
            named.start = body;
        }
        named.end = close.max(end);
    }
    let rest_is_plain = rest.len() == last && WORDS.plain.is(&rest) || WORDS.levels.is(&rest);
    // に|関するワークショップ: the beginning was lost with a line.
    let cut = ["関する", "係る", "おける", "向けた", "よる"];
    if cut.iter().any(|word| starts_with(&rest, word)) {
        return None;
    }
    if head.is_empty() {
        named.bare = rest.len() >= last && is_generic(&rest[..rest.len() - last]) && !is_city_form(&named);
    } else if rest_is_plain {
        if !WORDS.plain.is(&rest) {
            named.sub = Some(rest.iter().collect());
        }
        rest.clear();
    }
    let name: String = head.iter().chain(&rest).collect();
    named.name = name.trim_matches([' ', '・']).to_owned();
    if named.name.chars().count() > MAX_NAME || named.name.is_empty() {
        return None;
    }
    attach(chars, end, quote.map(|(_, close)| close), &mut named);
    Some(named)
}

fn is_city_form(named: &Named) -> bool {
    named.place.is_some()
}

/// The number that stands before a name: 第5回, 第1回目の, 第4回となる, also before a quotation.
fn ordinal_before(chars: &[char], from: usize) -> Option<ordinal::Ordinal> {
    let mut end = from;
    while end > 0 && matches!(chars[end - 1], ' ' | '「' | '『' | '｢') {
        end -= 1;
    }
    for joint in ["となる", "となった", "の", ""] {
        let length = joint.chars().count();
        if ends_with(&chars[..end], joint) {
            let mut to = end - length;
            while to > 0 && chars[to - 1] == ' ' {
                to -= 1;
            }
            if let Some(found) = ordinal::before(chars, to) {
                return Some(found);
            }
        }
    }
    None
}

/// A part of a name without the year, the host and the pronouns in front and without glosses in brackets.
fn without_front(chars: &[char], class: Class, edition_of: &mut Option<String>) -> Vec<char> {
    let mut kept: Vec<char> = Vec::with_capacity(chars.len());
    let mut at = 0;
    while at < chars.len() {
        if chars[at] == '('
            && let Some(close) = closing(chars, at)
        {
            // 国際電気通信連合(ITU)無線通信総会: the short form of the host stands for it; before a year it is left out.
            if WORDS.hosts.before(&kept, kept.len()).is_some_and(|length| length == kept.len()) {
                kept.clear();
                if chars.get(close + 1).is_some_and(|c| *c != ' ' && !c.is_ascii_digit()) {
                    kept.extend(&chars[at + 1..close]);
                }
            }
            at = close + 1;
            continue;
        }
        kept.push(chars[at]);
        at += 1;
    }
    loop {
        while kept
            .first()
            .is_some_and(|c| matches!(c, ' ' | '・' | '、') || matches!(c, '「' | '『') && !is_closed(&kept))
        {
            kept.remove(0);
        }
        let digits = kept.iter().take_while(|c| c.is_ascii_digit()).count();
        let cut = if let Some(end) = era_year(&kept) {
            end
        } else if digits == 4 && kept.get(4).is_some_and(|c| c.is_ascii_alphabetic()) && kept.len() > 8 {
            *edition_of = Some(kept[..4].iter().collect());
            4
        } else if let Some(length) =
            WORDS.pronouns.at(&kept, 0).filter(|length| kept.len() > length + 2 && is_pronoun(&kept, *length))
        {
            length
        } else if let Some(length) = WORDS
            .hosts
            .at(&kept, 0)
            .filter(|length| class == Class::Meeting && kept.len() > length + 4 && kept[*length] != '・')
        {
            length
        } else {
            return kept;
        };
        kept.drain(..cut);
    }
}

/// True where the quotation at the start ends inside: 「…の指針」検討会.
fn is_closed(chars: &[char]) -> bool {
    closing(chars, 0).is_some()
}

/// 本検討会, 同会合; not 日本, 同志社: the noun behind it is whole by itself.
fn is_pronoun(chars: &[char], length: usize) -> bool {
    length > 1
        || !matches!(chars[0], '両' | '各' | '同' | '本')
        || WORDS.generic.at(chars, length).is_some()
        || WORDS.end(chars, chars.len() - 1).is_some_and(|(end, _)| chars.len() - end == length)
}

/// The end of a year in front: 2015年, 平成24年度.
fn era_year(chars: &[char]) -> Option<usize> {
    let era = ["平成", "令和", "昭和"].iter().any(|era| starts_with(chars, era));
    let from = if era { 2 } else { 0 };
    let mut to = from;
    while chars.get(to).is_some_and(|c| c.is_ascii_digit() || *c == '元') {
        to += 1;
    }
    if to == from || chars.get(to) != Some(&'年') {
        return None;
    }
    to += 1;
    // 2010年代の…検討会: a decade is a part of the name.
    if chars.get(to) == Some(&'代') {
        return None;
    }
    if chars.get(to) == Some(&'度') {
        to += 1;
    }
    while chars.get(to).is_some_and(|c| c.is_ascii_digit() || matches!(c, '月' | '日')) {
        to += 1;
    }
    Some(to)
}

/// True where between a name and the end of its quotation only what belongs to it stands.
fn only_attached(chars: &[char], end: usize, close: usize) -> bool {
    let Some(rest) = chars.get(end..close) else { return false };
    let Some(first) = rest.first() else { return true };
    matches!(first, ' ' | '(' | '~' | '〜' | '～' | '@' | '-' | '―' | '『')
        || ordinal::at(chars, end).is_some()
        || edition(chars, end).is_some()
        || rest.starts_with(&['i', 'n'])
        || WORDS.related.at(chars, end).is_some()
        || WORDS.plain.is(rest)
}
