//! Spelling by rule: numerals, counters, thousands, ヴ, エイ and エー, long vowels at the end of katakana words.
//!
//! Each rule takes folded characters and gives other ways to write them, folded too.

use crate::normalize::shape::is_katakana;

/// What follows a number where its kanji and its digits are the same: 第10回 = 第十回, 五つ = 5つ.
/// Left out: what makes other words of kanji numerals (十分, 一部, 一方, 一般).
const COUNTERS: &[&str] = &[
    "回", "か国", "カ国", "ケ国", "箇国", "国間", "国", "年", "月", "日", "名", "人", "つ", "者", "件", "条", "章", "項", "号", "次",
    "周年", "か月", "カ月", "ケ月", "か所", "カ所", "箇所", "地域", "機関", "原則", "分野", "段階", "世代", "週間", "時間", "か年", "カ年",
    "ケ年", "か条", "カ条", "箇条", "大臣", "首脳", "課題", "本柱",
];

/// Counters written with か, カ, ヶ (folded ケ) or 箇.
const KA: &[char] = &['か', 'カ', 'ケ', '箇', '个', 'ヵ'];

/// All other spellings by rule, one rule applied at a time.
pub(super) fn spellings(chars: &[char]) -> Vec<Vec<char>> {
    let mut out = Vec::new();
    for with_number in numbers(chars) {
        out.extend(counters(&with_number));
        out.push(with_number);
    }
    out.extend(counters(chars));
    out.extend(v_sounds(chars));
    out.extend(long_e(chars));
    out
}

/// A run of digits or kanji numerals and what it is worth.
fn number_runs(chars: &[char]) -> Vec<(usize, usize, u64)> {
    let is_kanji = |c: char| "〇一二三四五六七八九十百千万".contains(c);
    let mut runs = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let kanji = is_kanji(chars[at]);
        if !kanji && !chars[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let mut end = at;
        while end < chars.len()
            && (if kanji {
                is_kanji(chars[end])
            } else {
                chars[end].is_ascii_digit() || chars[end] == ',' && end + 3 < chars.len() && chars[end + 1].is_ascii_digit()
            })
        {
            end += 1;
        }
        let digits: String = chars[at..end].iter().filter(|c| **c != ',').collect();
        let value = if kanji { kanji_value(&chars[at..end]) } else { digits.parse().ok() };
        if let Some(value) = value.filter(|_| digits.chars().count() <= 9) {
            runs.push((at, end, value));
        }
        at = end;
    }
    runs
}

fn kanji_value(run: &[char]) -> Option<u64> {
    let digit = |c: char| "〇一二三四五六七八九".chars().position(|d| d == c).map(|at| at as u64);
    if run.iter().all(|c| digit(*c).is_some()) {
        return run.iter().try_fold(0u64, |sum, c| sum.checked_mul(10)?.checked_add(digit(*c)?));
    }
    let (mut total, mut section, mut pending) = (0u64, 0u64, None);
    for c in run {
        match c {
            '十' | '百' | '千' => {
                let unit = match c {
                    '十' => 10,
                    '百' => 100,
                    _ => 1000,
                };
                section += pending.take().unwrap_or(1) * unit;
            }
            '万' => {
                total += (section + pending.take().unwrap_or(0)).max(1) * 10_000;
                section = 0;
            }
            c if pending.is_none() => pending = digit(*c),
            _ => return None,
        }
    }
    Some(total + section + pending.unwrap_or(0))
}

/// 10 → 十; numbers of a thousand and more are not written out.
fn kanji_numeral(value: u64) -> Option<Vec<char>> {
    const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    if value >= 1000 || value == 0 {
        return None;
    }
    let mut out = Vec::new();
    for (unit, mark) in [(100, Some('百')), (10, Some('十')), (1, None)] {
        let digit = (value / unit % 10) as usize;
        match (digit, mark) {
            (0, _) => {}
            (1, Some(mark)) => out.push(mark),
            (_, Some(mark)) => out.extend([DIGITS[digit], mark]),
            (_, None) => out.push(DIGITS[digit]),
        }
    }
    Some(out)
}

/// Digits for kanji and kanji for digits before counters and behind 第; thousands with and without commas.
fn numbers(chars: &[char]) -> Vec<Vec<char>> {
    let mut out = Vec::new();
    for (start, end, value) in number_runs(chars) {
        let with = |number: &[char]| [&chars[..start], number, &chars[end..]].concat();
        let counted = (start > 0 && chars[start - 1] == '第') || COUNTERS.iter().any(|counter| starts_with(&chars[end..], counter));
        let is_kanji = !chars[start].is_ascii_digit();
        let digits: Vec<char> = value.to_string().chars().collect();
        if is_kanji && counted {
            out.push(with(&digits));
        } else if !is_kanji {
            if counted && let Some(kanji) = kanji_numeral(value) {
                out.push(with(&kanji));
            }
            if chars[start..end].contains(&',') {
                out.push(with(&digits));
            } else if value >= 1000 {
                let grouped: Vec<char> = digits
                    .iter()
                    .enumerate()
                    .flat_map(|(at, digit)| {
                        let comma = at > 0 && (digits.len() - at).is_multiple_of(3);
                        comma.then_some(',').into_iter().chain([*digit])
                    })
                    .collect();
                out.push(with(&grouped));
            }
        }
    }
    out
}

fn starts_with(chars: &[char], word: &str) -> bool {
    let mut chars = chars.iter();
    word.chars().all(|c| chars.next() == Some(&c))
}

/// 10か国 = 10カ国 = 10ヶ国 = 10箇国.
fn counters(chars: &[char]) -> Vec<Vec<char>> {
    let mut out = Vec::new();
    for (_, end, _) in number_runs(chars) {
        let Some(found) = chars.get(end).filter(|c| KA.contains(c)) else { continue };
        if !chars.get(end + 1).is_some_and(|c| "国月所年条地都か".contains(*c)) {
            continue;
        }
        for other in KA.iter().filter(|c| *c != found && **c != 'ヵ') {
            let mut spelled = chars.to_vec();
            spelled[end] = *other;
            out.push(spelled);
        }
    }
    out
}

/// ヴァ = バ, and the other way round, all of a query at once. Small kana are folded to large ones.
fn v_sounds(chars: &[char]) -> Vec<Vec<char>> {
    const PAIRS: [(&str, char); 5] = [("ヴア", 'バ'), ("ヴイ", 'ビ'), ("ヴエ", 'ベ'), ("ヴオ", 'ボ'), ("ヴ", 'ブ')];
    let text: String = chars.iter().collect();
    let mut out = Vec::new();
    if text.contains('ヴ') {
        let plain = PAIRS.iter().fold(text.clone(), |text, (v, b)| text.replace(v, &b.to_string()));
        out.push(plain.chars().collect());
    }
    for (v, b) in PAIRS.iter().filter(|(_, b)| text.contains(*b)) {
        out.push(text.replace(*b, v).chars().collect());
    }
    out
}

/// プレイヤー = プレーヤー: イ and ー behind a kana of the e row.
fn long_e(chars: &[char]) -> Vec<Vec<char>> {
    const E_ROW: &str = "エケセテネヘメレゲゼデベペ";
    let mut out = Vec::new();
    for at in 1..chars.len() {
        let other = match chars[at] {
            'イ' => 'ー',
            'ー' => 'イ',
            _ => continue,
        };
        // At the end of a word イ is a sound of its own: ディスプレイ.
        if E_ROW.contains(chars[at - 1]) && chars.get(at + 1).is_some_and(|c| is_katakana(*c)) {
            let mut spelled = chars.to_vec();
            spelled[at] = other;
            out.push(spelled);
        }
    }
    out
}

/// サーバー = サーバ: the mark at the ends of katakana units, given as positions behind their last characters.
pub(super) fn final_marks(chars: &[char], ends: &[usize]) -> Vec<Vec<char>> {
    let mut out = Vec::new();
    let unit_chars = |end: usize| chars[..end].iter().rev().take_while(|c| is_katakana(**c)).count();
    let mut bare = chars.to_vec();
    let mut all_bare = false;
    for end in ends.iter().rev().copied() {
        let length = unit_chars(end);
        let last = chars[end - 1];
        if last == 'ー' && length >= 4 {
            let mut spelled = chars.to_vec();
            spelled.remove(end - 1);
            out.push(spelled);
            bare.remove(end - 1);
            all_bare = true;
        } else if last != 'ー' && length >= 3 && !matches!(last, 'ン' | 'ツ' | 'ム' | 'ク' | 'ス' | 'ト' | 'ル' | 'グ' | 'ド' | 'プ')
        {
            let mut spelled = chars.to_vec();
            spelled.insert(end, 'ー');
            out.push(spelled);
        }
    }
    if all_bare {
        out.push(bare);
    }
    out
}
