//! Reads date expressions as written; `resolve` finds their years and days.
//!
//! An expression is one [`Point`] or a range of two points. A point keeps every part as written.

use super::calendar;
use super::reader::{Reader, is_range_mark};
use super::terms::{Expression, Month, Part, Point, Year, date_words};
use crate::script::is_kanji_numeral;

/// Finds all expressions of a text given as half-width characters, left to right.
pub(super) fn expressions(chars: &[char]) -> Vec<Expression> {
    let mut found = Vec::new();
    let mut at = 0;
    let reader = Reader { chars };
    while at < chars.len() {
        if !reader.may_start(at) {
            at += 1;
            continue;
        }
        match reader.expression(at) {
            Some(expression) => {
                at = expression.end.max(at + 1);
                found.push(expression);
            }
            None => at = reader.skip_word(at),
        }
    }
    found
}

impl Reader<'_> {
    /// True if an expression may start at a position: a cheap test that rejects most characters.
    ///
    /// It looks at the character and at the one or two beside it, and reads no words. A form of date whose first
    /// character is refused here is never read: 平 of 平成25年, お of おととし, the first digit of 2013年, but no later digit,
    /// and no digit of 第3回. Kanji need their second character in `goes_on` too.
    fn may_start(&self, at: usize) -> bool {
        let c = self.chars[at];
        // Kana are half of a text and start few dates, so they are tested first.
        if matches!(c, 'ぁ'..='ヺ') {
            return matches!(c, 'お' | 'き');
        }
        let before = at.checked_sub(1).map_or('\0', |at| self.get(at));
        // The digits of 3万2000年 are a part of a larger number.
        if matches!(before, '万' | '億' | '兆') {
            return false;
        }
        if c.is_ascii_digit() {
            let before_that = at.checked_sub(2).map_or('\0', |at| self.get(at));
            // A hyphen or a comma between digits makes one number of them; behind a letter it does not: press,1989年.
            return match before {
                '.' | '第' | '/' => false,
                ',' | '-' => !before_that.is_ascii_digit(),
                _ => !before.is_ascii_alphanumeric(),
            } && !(before == '-' && at < 2);
        }
        if is_kanji_numeral(c) {
            return !is_kanji_numeral(before) && !matches!(before, '第' | '数')
                || self.starts_any(at, &["一昨年", "一昨日"]);
        }
        if c.is_ascii_alphabetic() {
            // The first letters of months, of FY and of the letters of eras.
            let begins = matches!(c.to_ascii_lowercase(), 'j' | 'f' | 'm' | 'a' | 's' | 'o' | 'n' | 'd')
                || matches!(c, 'T' | 'H' | 'R');
            return begins && !before.is_ascii_alphanumeric();
        }
        if matches!(c, '\'' | '’' | '‘') {
            return self.get(at + 1).is_ascii_digit() && !before.is_ascii_alphanumeric();
        }
        if matches!(c, '㍻' | '㋿' | '㍼' | '㍽' | '㍾') {
            return true;
        }
        // The second character of every date word with one of the first characters below, so that 本 and 前 alone are
        // rejected here.
        let goes_on = |c| {
            matches!(c, '治' | '正' | '和' | '成' | '年' | '月' | '日' | '週' | '々' | '来' | 'と' | 'の')
                || matches!(c, '春' | '夏' | '秋' | '冬' | '後' | '0'..='9')
                || c.is_whitespace()
                || is_kanji_numeral(c)
        };
        matches!(
            c,
            '明' | '大'
                | '昭'
                | '平'
                | '令'
                | '昨'
                | '去'
                | '本'
                | '今'
                | '来'
                | '再'
                | '同'
                | '翌'
                | '先'
                | 'お'
                | '年'
                | '前'
                | 'き'
        ) && (c == '年' || goes_on(self.get(at + 1)))
    }

    /// Returns the position after a word that is no date.
    fn skip_word(&self, at: usize) -> usize {
        let same = |c: char| {
            let first = self.get(at);
            (first.is_ascii_alphanumeric() && c.is_ascii_alphanumeric())
                || (is_kanji_numeral(first) && is_kanji_numeral(c))
        };
        let mut end = at + 1;
        while end < self.chars.len() && same(self.get(end)) {
            end += 1;
        }
        end
    }

    fn expression(&self, at: usize) -> Option<Expression> {
        if let Some((first, last, end)) = self.english_range(at).or_else(|| self.months_in_figures(at)) {
            return Some(Expression { first, last: Some(last), start: at, end });
        }
        if let Some((first, last, end)) = self.months_of_document(at) {
            return Some(Expression { first, last: Some(last), start: at, end });
        }
        let (first, end) = self.open_years(at).or_else(|| self.point(at))?;
        let end = self.same_in_brackets(&first, end);
        let mut expression = Expression { first, last: None, start: at, end };
        if let Some((first, last, end)) = self.open_days(&first, end) {
            expression = Expression { first, last: Some(last), start: at, end };
        }
        if let Some((first, last, end)) = self.open_months(&first, end) {
            return Some(Expression { first, last: Some(last), start: at, end });
        }
        // A list may have more than two days: 9日、10日、11日.
        while let Some((last, end)) = self.range_end(at, &expression.first, expression.end) {
            let extends = expression.last.is_none()
                || (expression.last.is_some_and(|before| before.day().is_some()) && last.month.is_none());
            if !extends {
                break;
            }
            expression.last = Some(last);
            expression.end = end;
            if last.day().is_none() || self.starts_any(end, &["まで"]) {
                break;
            }
        }
        if expression.last.is_some() {
            expression.end = self.about(expression.end);
            for word in ["までの間", "まで", "の間"] {
                if self.starts(expression.end, word) {
                    expression.end += word.chars().count();
                    break;
                }
            }
        }
        Some(expression)
    }

    /// Returns the position after the same date in brackets, as written in another calendar: 2019年6月（令和元年6月）.
    fn same_in_brackets(&self, first: &Point, at: usize) -> usize {
        let Some(Year::Known { year, era }) = first.year else { return at };
        if self.get(at) != '(' {
            return at;
        }
        let same = self.with_year(self.blank(at + 1)).filter(|(inner, end)| {
            let other = matches!(inner.year, Some(Year::Known { year: other, era: of }) if other == year && of != era);
            let rest = (inner.fiscal, inner.month, inner.part) == (first.fiscal, first.month, first.part);
            other && rest && self.get(*end) == ')'
        });
        same.map_or(at, |(_, end)| end + 1)
    }

    /// Reads days of one month of which only the last has 日: 3月3・4日, 3月3～5日, 3月3、4両日.
    fn open_days(&self, month: &Point, at: usize) -> Option<(Point, Point, usize)> {
        if month.month.is_none() || month.part.is_some() {
            return None;
        }
        let is_day = |(day, _): &(i64, usize)| (1..=31).contains(day);
        let (from, mut end) = self.number(self.blank(at)).filter(is_day)?;
        let mut last = from;
        while matches!(self.get(end), '、' | '・' | ',') || is_range_mark(self.get(end)) {
            let (day, after) = self.number(end + 1).filter(is_day)?;
            if day <= last {
                return None;
            }
            (last, end) = (day, after);
        }
        let end = if self.get(end) == '両' { end + 1 } else { end };
        let counted = self.starts_any(end + 1, &["間", "以内", "前", "後"]);
        if last == from || self.get(end) != '日' || counted {
            return None;
        }
        let (weekday, end) = self.weekday(end + 1);
        let day = |day: i64| Some(Part::Day(day as i8));
        Some((Point { part: day(from), ..*month }, Point { part: day(last), weekday, ..Point::default() }, end))
    }

    /// Reads a range of months without a year of which only the last has 月: 4～6月, 4-6月期.
    fn months_of_document(&self, at: usize) -> Option<(Point, Point, usize)> {
        let (from, end) = self.number(at).filter(|(month, end)| (1..=12).contains(month) && end - at <= 2)?;
        let (to, end) = is_range_mark(self.get(end)).then(|| self.month_number(end + 1)).flatten()?;
        let month = |number: i8| Point { month: Some(Month::Number(number)), ..Point::default() };
        let period = self.get(end) == '期';
        let counted = self.starts_any(end, &date_words().durations) || self.starts_any(end, &["号", "に1", "に一"]);
        let is_range = i64::from(to) > from && !counted && self.day_number(end).is_none();
        is_range.then(|| (month(from as i8), month(to), if period { end + 1 } else { end }))
    }

    /// Reads the first year of a range in which only the last year has 年: `2006～2010年`, `平成23～24年度`,
    /// `1993(平成5)～1998(平成10)年`.
    fn open_years(&self, at: usize) -> Option<(Point, usize)> {
        let era = self.era(at).or_else(|| calendar::era_of_letter(self.get(at)).map(|era| (era, at + 1)));
        let (number, year, end) = match era {
            Some((era, after)) => {
                let (number, end) = self.era_number(after)?;
                (i64::from(number), Year::Known { year: calendar::gregorian(era, number)?, era: Some(era) }, end)
            }
            None => {
                let (year, end) =
                    self.number(at).filter(|(year, end)| end - at == 4 && (1000..=2199).contains(year))?;
                (year, Year::Known { year: year as i16, era: None }, end)
            }
        };
        let end = self.bracketed_year(end).map_or(end, |(_, end)| end);
        let next = self.blank(end);
        // 平成29、30年度 is a list; its years follow each other.
        let list = matches!(self.get(next), '、' | '・' | ',');
        if !is_range_mark(self.get(next)) && !list {
            return None;
        }
        let second = self.blank(next + 1);
        let (last, second_end) = self.number(second)?;
        let second_end = self.bracketed_year(second_end).map_or(second_end, |(_, end)| end);
        let is_year = match era {
            Some(_) => number < last && last < 100,
            None => {
                second_end - second >= 4 && (number..=2199).contains(&last)
                    || second_end - second == 2 && last > number % 100
            }
        };
        let follows = !list || last == number + 1 || last == number % 100 + 1;
        let fiscal = self.starts(second_end, "年度");
        (is_year && follows && self.get(second_end) == '年')
            .then(|| (Point { year: Some(year), fiscal, ..Point::default() }, end))
    }

    /// Reads a range of months in which only the last month has 月: `2005年1-3月期`.
    fn open_months(&self, year: &Point, at: usize) -> Option<(Point, Point, usize)> {
        if year.year.is_none() || year.month.is_some() || year.part.is_some() || year.fiscal {
            return None;
        }
        let (from, end) = self.number(self.blank(at)).filter(|(month, _)| (1..=12).contains(month))?;
        let list = matches!(self.get(end), '・' | '、');
        let (to, end) = (list || is_range_mark(self.get(end))).then(|| self.month_number(end + 1)).flatten()?;
        let month = |number: i8| Point { month: Some(Month::Number(number)), ..Point::default() };
        let end = if self.get(end) == '期' { end + 1 } else { end };
        (if list { i64::from(to) == from + 1 } else { i64::from(to) > from }).then_some((
            Point { year: year.year, ..month(from as i8) },
            month(to),
            end,
        ))
    }

    /// Reads the end of a range; `first` supplies the parts that the end leaves out.
    fn range_end(&self, start: usize, first: &Point, at: usize) -> Option<(Point, usize)> {
        let next = self.blank(self.about(at));
        let has_day = first.day().is_some();
        // 平成29、30年度 has no 年 after its first year.
        let has_year =
            first.year.is_some() && first.month.is_none() && !matches!(self.get(at.saturating_sub(1)), '年' | '度');
        let (from, list) = match self.get(next) {
            c if is_range_mark(c) => (next + 1, false),
            '、' | ',' | '・' | 'と' if has_day => (next + 1, true),
            '及' if has_day && self.starts(next, "及び") => (next + 2, true),
            'お' if has_day && self.starts(next, "および") => (next + 3, true),
            'か' if self.starts(next, "から") => (next + 2, false),
            'よ' if has_day && self.starts(next, "より") => (next + 2, false),
            '、' | '・' | ',' if has_year => (next + 1, false),
            _ => return None,
        };
        let from = self.blank(from);
        // The end is a day alone: 10日(火)から11日(水)まで.
        if has_day && let Some((day, end)) = self.day_number(from) {
            let (weekday, end) = self.any_weekday(end);
            return Some((Point { part: Some(Part::Day(day)), weekday, ..Point::default() }, end));
        }
        if has_day
            && !list
            && let Some(found) = self.last_in_figures(start, first, at)
        {
            return Some(found);
        }
        if list {
            return None;
        }
        // 翌 in 10月から翌3月まで adds nothing to the order of the months.
        let from = if self.get(from) == '翌' && self.month_number(from + 1).is_some() { from + 1 } else { from };
        let (point, end) =
            self.year_of_range(first, from).or_else(|| self.point(from)).or_else(|| self.part_of_range(first, from))?;
        // 11月29日より12月10日 compares two days unless まで ends it.
        if self.get(next) == 'よ' && !self.starts(end, "まで") {
            return None;
        }
        let fits = match (first.month, point.month) {
            (Some(_), Some(_)) => true,
            (None, None) => first.year.is_some() && point.year.is_some() && first.fiscal == point.fiscal,
            _ => false,
        };
        // 二十四年から二十六年に変更 is two dates, not a range.
        let moved = self.starts_any(end, &date_words().moved);
        (fits && !moved).then_some((point, end))
    }

    /// Reads the last part of a range within one year or month: 第3四半期 after 第1四半期から, 中旬 after 6月上旬から.
    fn part_of_range(&self, first: &Point, at: usize) -> Option<(Point, usize)> {
        let (part, end) = match first.part? {
            Part::Quarter(_) => self.quarter(at)?,
            Part::Third(_) => {
                let (word, part) = date_words().thirds.iter().find(|(word, _)| self.starts(at, word))?;
                (*part, at + word.chars().count())
            }
            _ => return None,
        };
        Some((Point { part: Some(part), ..*first }, end))
    }

    /// Reads the last year of a range: 2010年 after 2006～, 23年度 after 平成21年度.
    fn year_of_range(&self, first: &Point, at: usize) -> Option<(Point, usize)> {
        let Some(Year::Known { year: start, era }) = first.year else {
            return self.elided_year_of_range(first, at);
        };
        if first.month.is_some() {
            return None;
        }
        let (value, end) = self.number(at)?;
        let year = match end - at {
            4 if self.chars[at].is_ascii_digit() => value as i16,
            1..=3 if era.is_some() => calendar::gregorian(era?, value as i16)?,
            2 if self.chars[at].is_ascii_digit() => start - start % 100 + value as i16,
            _ => return None,
        };
        let end = self.bracketed_year(end).map_or(end, |(_, end)| end);
        let end = self.blank(end);
        if self.get(end) != '年' || year < start || self.starts_any(end + 1, &date_words().durations) {
            return None;
        }
        let point = Point { year: Some(Year::Known { year, era }), ..Point::default() };
        self.year_tail(point, end + 1)
    }

    /// Reads the last year of a range whose years have no era: 9年 after 7年から.
    fn elided_year_of_range(&self, first: &Point, at: usize) -> Option<(Point, usize)> {
        let Some(Year::Elided(start)) = first.year else { return None };
        let (value, end) = self.number(at).filter(|(value, _)| *value as i16 > start && *value < 99)?;
        (self.get(end) == '年' && first.month.is_none()).then(|| {
            let point = Point { year: Some(Year::Elided(value as i16)), ..Point::default() };
            self.year_tail(point, end + 1)
        })?
    }
}
