//! Reads the parts of dates: numbers, months, days, weekdays, years in brackets.

use super::calendar::{self, EraId};
use super::terms::Part;
use crate::script::{is_kanji_numeral, kanji_number};

/// Reader of half-width characters. Its methods take a position; readers of a part return the part and its end.
pub(super) struct Reader<'a> {
    pub chars: &'a [char],
}

impl Reader<'_> {
    /// Returns the character at a position; `\0` after the end.
    pub fn get(&self, at: usize) -> char {
        self.chars.get(at).copied().unwrap_or('\0')
    }

    pub fn starts(&self, at: usize, word: &str) -> bool {
        word.chars().enumerate().all(|(offset, c)| self.get(at + offset) == c)
    }

    pub fn starts_any(&self, at: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.starts(at, word))
    }

    /// Returns the position after blanks and line ends.
    pub fn blank(&self, mut at: usize) -> usize {
        while matches!(self.get(at), ' ' | '\u{3000}' | '\n' | '\u{A0}') {
            at += 1;
        }
        at
    }

    /// Reads a number in digits, nine at most, or in kanji.
    pub fn number(&self, at: usize) -> Option<(i64, usize)> {
        let mut end = at;
        if self.get(at).is_ascii_digit() {
            let mut value = 0i64;
            while self.get(end).is_ascii_digit() && end - at < 9 {
                value = value * 10 + i64::from(self.get(end) as u32 - '0' as u32);
                end += 1;
            }
            return Some((value, end));
        }
        while is_kanji_numeral(self.get(end)) {
            end += 1;
        }
        (end > at)
            .then(|| kanji_number(&self.chars[at..end]))
            .flatten()
            .and_then(|value| Some((i64::try_from(value).ok()?, end)))
    }

    /// Reads a number whose digits are printed apart, before a unit that is printed apart too: `２ ８ 年`. Returns the
    /// number and the position of the unit.
    pub fn spaced_number(&self, at: usize, unit: char) -> Option<(i64, usize)> {
        let mut digits: Vec<char> = Vec::new();
        let mut end = at;
        while self.get(end).is_ascii_digit() || is_kanji_numeral(self.get(end)) {
            digits.push(self.get(end));
            let next = self.blank(end + 1);
            if next == end + 1 || digits.len() > 4 {
                return None;
            }
            end = next;
        }
        (digits.len() >= 2 && self.get(end) == unit).then_some(())?;
        let value = match digits.iter().collect::<String>().parse::<i64>() {
            Ok(value) => value,
            Err(_) => kanji_number(&digits).and_then(|value| i64::try_from(value).ok())?,
        };
        Some((value, end))
    }

    /// Reads a number before its unit; its digits may be printed apart.
    fn number_of(&self, at: usize, unit: char) -> Option<(i64, usize)> {
        self.spaced_number(at, unit).or_else(|| self.number(at))
    }

    /// Reads the name of an era, its letters together or apart, or its single character: 平成, 平 成, ㍻.
    pub fn era(&self, at: usize) -> Option<(EraId, usize)> {
        if let Some(era) = calendar::era_of_sign(self.get(at)) {
            return Some((era, at + 1));
        }
        let second = self.blank(at + 1);
        calendar::era_named(self.get(at), self.get(second)).map(|era| (era, second + 1))
    }

    /// Reads a year of an era from 1 to 199; 元 is 1.
    pub fn era_number(&self, at: usize) -> Option<(i16, usize)> {
        let at = self.blank(at);
        if self.get(at) == '元' {
            return Some((1, at + 1));
        }
        self.number_of(at, '年').filter(|(value, _)| (1..=199).contains(value)).map(|(value, end)| (value as i16, end))
    }

    /// Reads the number of a year behind the letter of its era: 29, 元.
    pub fn letter_number(&self, at: usize) -> Option<(i16, usize)> {
        if self.get(at) == '元' {
            return Some((1, at + 1));
        }
        self.number(at).filter(|(year, _)| (1..=64).contains(year)).map(|(year, end)| (year as i16, end))
    }

    /// Reads a year of two digits behind an apostrophe: ’16.
    pub fn short_year(&self, at: usize) -> Option<(i16, usize)> {
        if !matches!(self.get(at), '\'' | '’' | '‘') {
            return None;
        }
        let (year, end) = self.number(at + 1).filter(|(_, end)| end - at == 3)?;
        self.get(at + 1).is_ascii_digit().then_some((calendar::of_two_digits(year as i16), end))
    }

    /// Reads the same year in brackets, as a Gregorian year: (平成29年), (2017), (平成5).
    pub fn bracketed_year(&self, at: usize) -> Option<(i16, usize)> {
        if self.get(at) != '(' {
            return None;
        }
        let inner = self.blank(at + 1);
        let (year, end) = match self.era(inner) {
            Some((era, after)) => {
                let (number, end) = self.era_number(after)?;
                (calendar::gregorian(era, number)?, end)
            }
            None => self
                .number(inner)
                .filter(|(year, end)| (1868..=2199).contains(year) && end - inner == 4)
                .map(|(year, end)| (year as i16, end))?,
        };
        let end = self.blank(end);
        let end = if self.get(end) == '年' { end + 1 } else { end };
        (self.get(end) == ')').then_some((year, end + 1))
    }

    /// Reads a month with its 月.
    pub fn month_number(&self, at: usize) -> Option<(i8, usize)> {
        let (month, end) = self.number_of(at, '月').filter(|(month, _)| (1..=12).contains(month))?;
        let end = self.blank(end);
        (self.get(end) == '月').then_some((month as i8, end + 1))
    }

    /// Reads a day with its 日; 10日間, 10日以内 and 10日前 are durations.
    pub fn day_number(&self, at: usize) -> Option<(i8, usize)> {
        self.day_of_month(at).filter(|(_, end)| !matches!(self.get(*end), '前' | '後'))
    }

    /// Reads a day behind its month: 四月一日前 is the time before the first of April.
    pub fn day_of_month(&self, at: usize) -> Option<(i8, usize)> {
        let (day, end) = self.number_of(at, '日').filter(|(day, _)| (1..=31).contains(day))?;
        let end = self.blank(end);
        (self.get(end) == '日' && !self.starts_any(end + 1, &["間", "以内"])).then_some((day as i8, end + 1))
    }

    /// Reads a weekday in brackets: (火), (火曜日), （水・祝）.
    pub fn weekday(&self, at: usize) -> (Option<u8>, usize) {
        let open = self.blank(at);
        if self.get(open) != '(' {
            return (None, at);
        }
        let weekday = "日月火水木金土".chars().position(|day| day == self.get(open + 1));
        let mut end = open + 2;
        while end < open + 9 && !matches!(self.get(end), ')' | '\0') {
            end += 1;
        }
        let plain = matches!(self.get(open + 2), '曜' | '・' | '、' | '祝' | ')');
        match weekday {
            Some(weekday) if plain && self.get(end) == ')' => (Some(weekday as u8), end + 1),
            _ => (None, at),
        }
    }

    /// Reads a weekday in brackets or behind the day: (火), 火曜日.
    pub fn any_weekday(&self, at: usize) -> (Option<u8>, usize) {
        if self.get(at + 1) != '曜' {
            return self.weekday(at);
        }
        match "日月火水木金土".chars().position(|day| day == self.get(at)) {
            Some(weekday) => (Some(weekday as u8), at + if self.get(at + 2) == '日' { 3 } else { 2 }),
            None => (None, at),
        }
    }

    /// Returns the position after 頃 or ごろ.
    pub fn about(&self, at: usize) -> usize {
        match self.get(at) {
            '頃' => at + 1,
            'ご' | 'こ' if self.get(at + 1) == 'ろ' => at + 2,
            _ => at,
        }
    }

    /// Reads a quarter: 第4四半期, 第一四半期.
    pub fn quarter(&self, at: usize) -> Option<(Part, usize)> {
        let from = if self.get(at) == '第' { at + 1 } else { at };
        // 一四半期 would be read as one number, 一四.
        let (number, end) = match self.get(from) {
            c @ ('一' | '二' | '三') => ("一二三".chars().position(|digit| digit == c)? as i64 + 1, from + 1),
            '四' if self.get(from + 1) == '四' => (4, from + 1),
            _ => self.number(from)?,
        };
        ((1..=4).contains(&number) && self.starts(end, "四半期")).then_some((Part::Quarter(number as i8), end + 3))
    }
}

pub(super) fn is_range_mark(c: char) -> bool {
    matches!(c, '~' | '〜' | '-' | '–' | '—' | '―' | '−' | '‐')
}
