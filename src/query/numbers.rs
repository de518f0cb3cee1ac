//! Numbers: kanji numerals and digits, thousands, and the か of counters and names (3か月, 霞ヶ関).
//!
//! Each rule takes folded characters and returns other spellings, folded too.

use super::tables;
use crate::metadata::date::era_names;
use crate::script::{ends_with, is_hiragana, is_kanji, is_katakana, is_numeral, kanji_number, starts_with};

/// Counters written with か, カ, ヶ (folded ケ), 箇, 個 or 个.
const KA: &[char] = &['か', 'カ', 'ケ', '箇', '個', '个'];
/// First characters of the units after such a counter.
const KA_COUNTS: &str = "国月所年条地都村町県省庁島寺店社院校点処語か";
/// Ways to write the ケ of names, which is read が: 霞ヶ関, 自由が丘.
const NAME_KA: &[char] = &['ケ', 'が', 'ガ', 'カ'];
/// Longest query in which a が between kanji counts as part of a name, in characters.
const MAX_NAME_CHARS: usize = 10;
/// Longest query in which a の between kanji counts as part of a name, in characters.
const MAX_NO_CHARS: usize = 5;
/// Last characters of place names after the ケ.
const NAME_ENDS: &str = "丘関原崎谷岳浦台島浜沢瀬池森峰嶺根野峠淵城";
/// Upper bound of spellings of the numbers of a query.
const MAX_NUMBER_FORMS: usize = 40;

/// Returns all other spellings of numbers and counters.
pub(super) fn spellings(chars: &[char]) -> Vec<Vec<char>> {
    let mut out = Vec::new();
    for with_number in numbers(chars) {
        out.extend(counters(&with_number));
        out.push(with_number);
    }
    out.extend(counters(chars));
    out.extend(names(chars));
    out.extend(particles_of_names(chars));
    out
}

/// True for characters that write numbers and counters.
pub(super) fn may_count(c: char) -> bool {
    is_numeral(c) || KA.contains(&c) || NAME_KA.contains(&c) || matches!(c, 'の' | 'ノ' | '之')
}

/// A run of digits or kanji numerals.
struct Run {
    start: usize,
    end: usize,
    value: u64,
}

fn number_runs(chars: &[char]) -> Vec<Run> {
    let is_kanji = |c: char| "〇一二三四五六七八九十百千万".contains(c);
    let mut runs = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let kanji = is_kanji(chars[at]);
        if chars[at] == '元' && chars.get(at + 1) == Some(&'年') && era_names().any(|era| ends_with(&chars[..at], era))
        {
            runs.push(Run { start: at, end: at + 1, value: 1 });
        }
        if !kanji && !chars[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let mut end = at;
        // 第一四半期 has the number 一.
        let is_quarter = |end: usize| end > at && chars[end..].starts_with(&['四', '半']);
        while end < chars.len()
            && !is_quarter(end)
            && (if kanji {
                is_kanji(chars[end])
            } else {
                chars[end].is_ascii_digit()
                    || chars[end] == ',' && end + 3 < chars.len() && chars[end + 1].is_ascii_digit()
            })
        {
            end += 1;
        }
        let digits: String = chars[at..end].iter().filter(|c| **c != ',').collect();
        let mut value = if kanji { kanji_number(&chars[at..end]) } else { digits.parse().ok() };
        // 2万人 = 20,000人; 2万5千 stays.
        let is_round = chars.get(end + 1).is_none_or(|c| !is_kanji(*c) && !c.is_ascii_digit());
        if !kanji && chars.get(end) == Some(&'万') && is_round {
            value = value.and_then(|value: u64| value.checked_mul(10_000));
            end += 1;
        }
        if let Some(value) = value.filter(|_| digits.chars().count() <= 9) {
            runs.push(Run { start: at, end, value });
        }
        at = end;
    }
    runs
}

/// Writes a number in kanji: 10 → 十, 2011 → 二千十一, 12,000 → 一万二千; `None` for 0 and for numbers from 100,000,000.
fn kanji_numeral(value: u64) -> Option<Vec<char>> {
    let (ten_thousands, value) = (value / 10_000, value % 10_000);
    if ten_thousands >= 10_000 || ten_thousands == 0 && value == 0 {
        return None;
    }
    let mut out = Vec::new();
    if ten_thousands > 0 {
        out.extend(kanji_numeral(ten_thousands)?);
        out.push('万');
    }
    for (unit, mark) in [(1000, Some('千')), (100, Some('百')), (10, Some('十')), (1, None)] {
        let digit = (value / unit % 10) as usize;
        match (digit, mark) {
            (0, _) => {}
            (1, Some(mark)) => out.push(mark),
            (_, Some(mark)) => out.extend([KANJI_DIGITS[digit], mark]),
            (_, None) => out.push(KANJI_DIGITS[digit]),
        }
    }
    Some(out)
}

const KANJI_DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// Returns the spellings of one number: digits, thousands with and without commas; kanji too before a counter or
/// after 第.
fn forms(chars: &[char], run: &Run) -> Vec<Vec<char>> {
    let (before, written, behind) = (&chars[..run.start], &chars[run.start..run.end], &chars[run.end..]);
    let is_digits = written[0].is_ascii_digit();
    // 一時, 十分 and 一番 are words.
    let is_counter = |unit: &str, word: u64| run.value != word && starts_with(behind, unit);
    // 第27条の38 and 第二条の二の三 have branch numbers.
    let is_branch = before
        .strip_suffix(&['の'])
        .and_then(<[char]>::last)
        .is_some_and(|last| "条項号章節款編".contains(*last) || is_numeral(*last) && before.contains(&'条'));
    let counted = before.last() == Some(&'第')
        || is_branch
        || ends_with(before, "分の")
        || tables::counters().iter().any(|counter| starts_with(behind, counter))
        || [("時", 1), ("分", 10), ("番", 1)].iter().any(|(unit, word)| is_counter(unit, *word));
    if !is_digits && !counted {
        return Vec::new();
    }
    let digits: Vec<char> = run.value.to_string().chars().collect();
    let mut forms = vec![digits.clone()];
    if counted {
        forms.extend(kanji_numeral(run.value));
        if (10..10_000).contains(&run.value) {
            forms.push(
                digits
                    .iter()
                    .filter_map(|digit| digit.to_digit(10))
                    .map(|digit| KANJI_DIGITS[digit as usize])
                    .collect(),
            );
        }
        if run.value > 0 && run.value.is_multiple_of(10_000) {
            let ten_thousands: Vec<char> = (run.value / 10_000).to_string().chars().collect();
            forms.push([ten_thousands.as_slice(), &['万']].concat());
        }
        if run.value == 1 && era_names().any(|era| ends_with(before, era)) {
            forms.push(vec!['元']);
        }
    }
    if run.value >= 1000 && !starts_with(behind, "年") {
        let comma = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
        forms.push(
            digits
                .iter()
                .enumerate()
                .flat_map(|(at, digit)| comma(at).then_some(',').into_iter().chain([*digit]))
                .collect(),
        );
    }
    forms.retain(|form| form != written);
    forms
}

/// Returns the numbers of a text in every mixture of their forms; uniform mixtures come first.
pub(super) fn numbers(chars: &[char]) -> Vec<Vec<char>> {
    let mut out: Vec<(Vec<char>, usize)> = vec![(Vec::new(), 0)];
    for run in number_runs(chars) {
        let forms = forms(chars, &run);
        let mut next = Vec::with_capacity(out.len() * (forms.len() + 1));
        for (begun, end) in &out {
            let with = |form: &[char]| ([begun, &chars[*end..run.start], form].concat(), run.end);
            next.push(with(&chars[run.start..run.end]));
            next.extend(forms.iter().map(|form| with(form)));
        }
        // The first form of each number comes first, so that the limit drops the rarest mixtures.
        next.truncate(MAX_NUMBER_FORMS);
        out = next;
    }
    let all = out.into_iter().map(|(begun, end)| [&begun, &chars[end..]].concat());
    all.filter(|form| form != chars).collect()
}

/// Varies counters, also at the start of the text: 10か国 = 10カ国 = 10ヶ国 = 10箇国, 数か月 = 数カ月.
fn counters(chars: &[char]) -> Vec<Vec<char>> {
    let mut out = Vec::new();
    for at in (0..chars.len()).filter(|at| KA.contains(&chars[*at])) {
        let counts = chars.get(at + 1).is_some_and(|c| KA_COUNTS.contains(*c));
        let counted =
            at.checked_sub(1).is_none_or(|before| is_numeral(chars[before]) || "数何幾両".contains(chars[before]));
        if counts && counted {
            out.extend(
                KA.iter()
                    .filter(|c| **c != chars[at])
                    .map(|other| [&chars[..at], &[*other], &chars[at + 1..]].concat()),
            );
        }
    }
    out
}

/// Varies の between the kanji of a short name: 虎ノ門 = 虎の門 = 虎之門.
fn particles_of_names(chars: &[char]) -> Vec<Vec<char>> {
    const NO: [char; 3] = ['の', 'ノ', '之'];
    let mut out = Vec::new();
    let places = (1..chars.len().saturating_sub(1)).filter(|at| NO.contains(&chars[*at]));
    for at in places.filter(|at| chars.len() <= MAX_NO_CHARS && is_kanji(chars[at - 1]) && is_kanji(chars[at + 1])) {
        let others = NO.iter().filter(|c| **c != chars[at]);
        out.extend(others.map(|other| [&chars[..at], &[*other], &chars[at + 1..]].concat()));
    }
    out
}

/// Varies ケ between the kanji of a name: 霞ヶ関 = 霞が関 = 霞ケ関.
fn names(chars: &[char]) -> Vec<Vec<char>> {
    let mut out = Vec::new();
    for at in (1..chars.len().saturating_sub(1)).filter(|at| NAME_KA.contains(&chars[*at])) {
        let letter = |c: char| is_kanji(c) || is_hiragana(c) || is_katakana(c);
        let inside = letter(chars[at - 1])
            && is_kanji(chars[at + 1])
            && (is_kanji(chars[at - 1]) || NAME_ENDS.contains(chars[at + 1]));
        // が is a particle in longer texts, and beside other hiragana unless a place name follows.
        let alone = chars.iter().filter(|c| is_hiragana(**c)).count() == 1 || NAME_ENDS.contains(chars[at + 1]);
        let is_name = chars[at] != 'が' || chars.len() <= MAX_NAME_CHARS && alone;
        if inside && is_name {
            let others = NAME_KA.iter().filter(|c| **c != chars[at] && **c != 'カ');
            out.extend(others.map(|other| [&chars[..at], &[*other], &chars[at + 1..]].concat()));
        }
    }
    out
}
