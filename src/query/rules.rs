//! Spelling by rule: ヴ, エイ and エー, long vowels at the end of katakana words. `numbers` has the rules of numbers,
//! `latin` of Latin words, `marks` of marks.
//!
//! Each rule takes folded characters and returns other spellings, folded too.

use super::{latin, marks, numbers};
use crate::script::is_katakana;

/// Returns all other spellings by rule, with one rule applied at a time.
pub(super) fn spellings(chars: &[char]) -> Vec<Vec<char>> {
    let mut out = numbers::spellings(chars);
    out.extend(v_sounds(chars));
    out.extend(long_e(chars));
    out.extend(marks::companies(chars));
    out
}

/// False where no rule can apply to the characters in any context.
pub(super) fn may_apply(chars: &[char]) -> bool {
    chars.iter().any(|c| is_katakana(*c) || numbers::may_count(*c)) || !spellings(chars).is_empty()
}

/// Returns spellings by rules that need the original capitals and hyphens.
pub(super) fn of_typed(text: &str) -> Vec<Vec<char>> {
    latin::spellings(text)
}

/// ヴァ = バ in both directions: each position, all positions of a kind, all. Small kana are folded to large ones.
fn v_sounds(chars: &[char]) -> Vec<Vec<char>> {
    const PAIRS: [(&str, &str); 6] =
        [("ヴユ", "ビユ"), ("ヴア", "バ"), ("ヴイ", "ビ"), ("ヴエ", "ベ"), ("ヴオ", "ボ"), ("ヴ", "ブ")];
    let text: String = chars.iter().collect();
    let mut out: Vec<String> = Vec::new();
    if text.contains('ヴ') {
        out.push(PAIRS.iter().fold(text.clone(), |text, (v, b)| text.replace(v, b)));
    }
    let kinds: Vec<_> = PAIRS.iter().filter(|(_, b)| text.contains(b)).collect();
    for (v, b) in &kinds {
        out.push(text.replace(b, v));
        let places: Vec<usize> = text.match_indices(b).map(|(at, _)| at).collect();
        let one = |at: &usize| format!("{}{v}{}", &text[..*at], &text[at + b.len()..]);
        out.extend(places.iter().filter(|_| places.len() > 1).map(one));
    }
    if kinds.len() > 1 {
        out.push(kinds.iter().fold(text, |text, (v, b)| text.replace(b, v)));
    }
    out.iter().map(|text| text.chars().collect()).collect()
}

/// プレイヤー = プレーヤー: exchanges イ and ー after a kana of the e row.
fn long_e(chars: &[char]) -> Vec<Vec<char>> {
    const E_ROW: &str = "エケセテネヘメレゲゼデベペ";
    let mut out = Vec::new();
    for at in 1..chars.len() {
        let other = match chars[at] {
            'イ' => 'ー',
            'ー' => 'イ',
            _ => continue,
        };
        // At the end of a word イ is a separate sound: ディスプレイ.
        if E_ROW.contains(chars[at - 1]) && chars.get(at + 1).is_some_and(|c| is_katakana(*c)) {
            let mut spelled = chars.to_vec();
            spelled[at] = other;
            out.push(spelled);
        }
    }
    out
}

/// サーバー = サーバ: varies the mark at the end of katakana units. `ends` are the end positions of units.
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
        } else if last != 'ー'
            && length >= 3
            && !matches!(last, 'ン' | 'ツ' | 'ム' | 'ク' | 'ス' | 'ト' | 'ル' | 'グ' | 'ド' | 'プ')
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
