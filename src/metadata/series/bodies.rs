//! The names of bodies and meetings in a sentence that may tell of a rename.

use super::edges::{MAX_NAME, closing, is_noun, opening};
use super::words::WORDS;

/// A name in a text.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub start: usize,
    pub end: usize,
    pub text: String,
}

/// The names between two places: quotations and compound nouns.
pub(super) fn names(chars: &[char], from: usize, to: usize) -> Vec<Name> {
    let mut found = Vec::new();
    let mut at = from;
    while at < to {
        if matches!(chars[at], '「' | '『' | '｢')
            && let Some(close) = closing(chars, at).filter(|close| *close < to)
        {
            found.extend(name(chars, at + 1, close).map(|text| Name { start: at, end: close + 1, text: text.text }));
            at = close + 1;
        } else if is_noun(chars[at]) {
            let start = at;
            while at < to
                && !is_conjunction(chars, at)
                && (is_noun(chars[at]) || chars[at] == '(' || joins_latin(chars, at))
            {
                // 第二電電(DDI), 日本移動通信(IDO): a short form belongs to the name.
                if chars[at] == '(' {
                    match closing(chars, at).filter(|close| *close < to && close - at < 90) {
                        Some(close) => at = close,
                        None => break,
                    }
                }
                at += 1;
            }
            found.extend(listed(chars, start, at));
            // A及びB: the kanji of the conjunction is no part of a name.
            at = at.max(start + 1);
        } else {
            at += 1;
        }
    }
    found
}

/// True for 及び, 並びに and 又は.
fn is_conjunction(chars: &[char], at: usize) -> bool {
    matches!(chars[at..], ['及' | '並', 'び', ..] | ['又', 'は', ..])
}

/// The names in a run of nouns: one, or several bodies with dots between (宇宙科学研究所・航空宇宙技術研究所).
fn listed(chars: &[char], start: usize, end: usize) -> Vec<Name> {
    let parts: Vec<&[char]> = chars[start..end].split(|c| *c == '・').collect();
    let is_list = parts.len() > 1
        && parts.iter().all(|part| part.len() > 3 && WORDS.bodies_named.before(part, part.len()).is_some());
    if !is_list {
        return name(chars, start, end).map(|name| Name { end, ..name }).into_iter().collect();
    }
    let mut from = start;
    let mut found = Vec::new();
    for part in parts {
        found.extend(name(chars, from, from + part.len()));
        from += part.len() + 1;
    }
    found
}

/// True for a blank between two Latin words.
fn joins_latin(chars: &[char], at: usize) -> bool {
    let latin = |c: Option<&char>| c.is_some_and(char::is_ascii_alphabetic);
    chars[at] == ' ' && latin(at.checked_sub(1).and_then(|at| chars.get(at))) && latin(chars.get(at + 1))
}

/// The name in a range, without brackets and what stands in front: 新たに, 同年.
fn name(chars: &[char], start: usize, end: usize) -> Option<Name> {
    let mut text = String::new();
    let mut at = start;
    while at < end {
        if chars[at] == '('
            && let Some(close) = closing(chars, at).filter(|close| *close < end)
        {
            // 情報通信技術(IT)戦略本部: a short form inside a name is written in it; behind the name it is none of it.
            if chars[close + 1..end].iter().any(|c| is_noun(*c)) && close - at <= 8 {
                text.extend(&chars[at..=close]);
            }
            at = close + 1;
            continue;
        }
        text.push(chars[at]);
        at += 1;
    }
    // 平成16年4月独立行政法人…: a date in front.
    let mut from = start;
    if let Some(last) = text.rfind(['年', '月', '日'])
        && text[..last].chars().any(|c| c.is_ascii_digit())
        && let Some(rest) = text.get(last + 3..)
        && !rest.is_empty()
    {
        from = start + text[..last].chars().count() + 1;
        text = rest.trim_start_matches('度').to_owned();
    }
    let text = text.trim_matches(['・', ' ', '-', '/']).trim_end_matches('等').to_owned();
    let length = text.chars().count();
    let is_number = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '年' | '月' | '日' | '第' | '回'))
        || ["平成", "令和", "昭和"].iter().any(|era| text.starts_with(era))
        || text.ends_with(['年', '月', '日']) && text.chars().any(|c| c.is_ascii_digit());
    // 発展的に再編, 国立研究開発法人へ移行: an adverb and a legal form alone name nothing.
    let letters: Vec<char> = text.chars().collect();
    if text.ends_with('的') || text.ends_with("的機関") || WORDS.unnamed.is(&letters) {
        return None;
    }
    ((2..=45).contains(&length) && !is_number).then_some(Name { start: from, end, text })
}

/// The name that begins at `from`, in brackets that end at `close`.
pub(super) fn name_from(chars: &[char], from: usize, close: usize) -> Option<Name> {
    let first = chars.get(from)?;
    if matches!(first, '「' | '『' | '｢') {
        let end = closing(chars, from)?;
        return name(chars, from + 1, end).map(|name| Name { end: end + 1, ..name });
    }
    let mut end = from;
    while end < close && (is_noun(chars[end]) || matches!(chars[end], ' ' | '(' | ')' | '.')) {
        end += 1;
    }
    name(chars, from, end)
}

/// The name that ends before `end`: a quotation, or a compound noun; a note number may stand between.
pub(super) fn name_before(chars: &[char], end: usize) -> Option<Name> {
    let mut end = end;
    while end > 0
        && (chars[end - 1] == ' '
            || chars[end - 1].is_ascii_digit()
                && end >= 2
                && (chars[end - 2] == ' ' || chars[end - 2].is_ascii_digit() || chars[end - 2] == '」'))
    {
        end -= 1;
    }
    if end > 0 && matches!(chars[end - 1], '」' | '』' | '｣') {
        let open = opening(chars, end - 1, end.saturating_sub(60))?;
        return name(chars, open + 1, end - 1).map(|name| Name { start: open, end, text: name.text });
    }
    let mut start = end;
    while start > 0 && end - start < 2 * MAX_NAME {
        if is_noun(chars[start - 1]) {
            start -= 1;
        } else if chars[start - 1] == ')' && start == end {
            let open = opening(chars, start - 1, start.saturating_sub(40))?;
            start = open;
        } else if chars[start - 1] == ' '
            && start >= 2
            && start < end
            && chars[start - 2].is_ascii_alphanumeric()
            && chars[start].is_ascii_alphanumeric()
        {
            start -= 1;
        } else {
            break;
        }
    }
    name(chars, start, end)
}
