//! Numbers of articles and meetings as units: 第27条の38, 第二十七条の三十八, 第6回.

use crate::script::{half_width, is_numeral, kanji_number};

/// The number of an article or a meeting, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    /// 条 or 回.
    counter: char,
    /// 第27条の38 has 27 and 38.
    numbers: Vec<u64>,
}

/// Most characters of one number.
const DIGITS: usize = 9;

/// Reads a number in figures or kanji numerals; returns it and its length in characters.
fn number(chars: &[char]) -> Option<(u64, usize)> {
    let figures: String = chars.iter().take(DIGITS).map(|c| half_width(*c)).take_while(char::is_ascii_digit).collect();
    if !figures.is_empty() {
        return Some((figures.parse().ok()?, figures.len()));
    }
    let length = chars.iter().take(DIGITS).take_while(|c| crate::script::is_kanji_numeral(**c)).count();
    Some((kanji_number(&chars[..length])?, length)).filter(|_| length > 0)
}

/// Last characters of the names of laws and treaties, behind which 第 may be left out: 放送法175条, 同施行令3条.
const LAWS: &str = "法令則例約";

/// Returns the numbers of articles and meetings of a text, in order.
pub(crate) fn units(text: &str) -> Vec<Unit> {
    if !text.contains(['第', '条']) {
        return Vec::new();
    }
    let chars: Vec<char> = text.chars().collect();
    let begins = |at: usize| {
        chars[at] == '第' || LAWS.contains(chars[at]) && chars.get(at + 1).is_some_and(|c| is_numeral(half_width(*c)))
    };
    let starts = (0..chars.len()).filter(|at| begins(*at)).map(|at| at + 1);
    starts
        .filter_map(|start| unit(&chars[start..]).filter(|unit| chars[start - 1] == '第' || unit.counter == '条'))
        .collect()
}

fn unit(chars: &[char]) -> Option<Unit> {
    let (first, mut at) = number(chars)?;
    let counter = *chars.get(at).filter(|c| matches!(c, '条' | '回'))?;
    at += 1;
    let mut numbers = vec![first];
    while counter == '条'
        && chars.get(at) == Some(&'の')
        && let Some((next, length)) = number(&chars[at + 1..])
    {
        numbers.push(next);
        at += 1 + length;
    }
    Some(Unit { counter, numbers })
}

#[cfg(test)]
mod tests {
    use super::{Unit, units};

    #[test]
    fn a_number_is_one_unit_in_any_writing() {
        let article = |numbers: &[u64]| Unit { counter: '条', numbers: numbers.to_vec() };
        assert_eq!(units("金融商品取引法第27条の38の規定"), [article(&[27, 38])]);
        assert_eq!(units("第二十七条の三十八"), units("第２７条の３８"));
        assert_eq!(units("第38条と第二十七条の二の二第一項"), [article(&[38]), article(&[27, 2, 2])]);
        assert_eq!(units("放送法175条、電気通信事業法二十七条の三十八"), [article(&[175]), article(&[27, 38])]);
        assert_eq!(units("方法3回、令和2年"), []);
        assert_eq!(units("第6回会合"), [Unit { counter: '回', numbers: vec![6] }]);
        assert_eq!(units("第一に、第3章"), []);
    }
}
