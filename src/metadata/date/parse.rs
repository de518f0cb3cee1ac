//! Reads date expressions: what is written, before anything is known of the year meant.
//!
//! One expression is a [`Point`] or a range of two. A point keeps every part as written; `resolve` gives it its days.

use super::calendar;
use super::terms::{
    DURATION_MARKS, ENGLISH_MONTHS, Expression, Month, NUMBERED_BY_YEAR, Part, Point, RELATIVE_DAYS, RELATIVE_MONTHS,
    RELATIVE_YEARS, Year,
};
use crate::script::kanji_number;

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

struct Reader<'a> {
    chars: &'a [char],
}

impl Reader<'_> {
    fn get(&self, at: usize) -> char {
        self.chars.get(at).copied().unwrap_or('\0')
    }

    fn starts(&self, at: usize, word: &str) -> bool {
        word.chars().enumerate().all(|(offset, c)| self.get(at + offset) == c)
    }

    fn starts_any(&self, at: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.starts(at, word))
    }

    fn blank(&self, mut at: usize) -> usize {
        while matches!(self.get(at), ' ' | '\u{3000}' | '\n' | '\u{A0}') {
            at += 1;
        }
        at
    }

    fn may_start(&self, at: usize) -> bool {
        let c = self.chars[at];
        // Half of a text: kana that begin no date.
        if matches!(c, 'ぁ'..='ヺ') {
            return matches!(c, 'お' | 'き');
        }
        let before = at.checked_sub(1).map_or('\0', |at| self.get(at));
        if c.is_ascii_digit() {
            return !(before.is_ascii_digit()
                || matches!(before, '.' | ',' | '第' | '-' | '/')
                    && (before != '-' || at >= 2 && self.get(at - 2).is_ascii_digit()))
                && !before.is_ascii_alphabetic();
        }
        if is_kanji_digit(c) {
            return !is_kanji_digit(before) && !matches!(before, '第' | '数')
                || self.starts_any(at, &["一昨年", "一昨日"]);
        }
        if c.is_ascii_alphabetic() {
            return !before.is_ascii_alphanumeric();
        }
        // The second character of every word that these begin: 本 and 前 alone cost nothing.
        let goes_on = |c| {
            matches!(c, '治' | '正' | '和' | '成' | '年' | '月' | '日' | '々' | '来' | 'と' | 'の') || c.is_whitespace()
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

    /// Past the word that was no date.
    fn skip_word(&self, at: usize) -> usize {
        let same = |c: char| {
            let first = self.get(at);
            (first.is_ascii_alphanumeric() && c.is_ascii_alphanumeric()) || (is_kanji_digit(first) && is_kanji_digit(c))
        };
        let mut end = at + 1;
        while end < self.chars.len() && same(self.get(end)) {
            end += 1;
        }
        end
    }

    fn number(&self, at: usize) -> Option<(i64, usize)> {
        let mut end = at;
        if self.get(at).is_ascii_digit() {
            let mut value = 0i64;
            while self.get(end).is_ascii_digit() && end - at < 9 {
                value = value * 10 + i64::from(self.get(end) as u32 - '0' as u32);
                end += 1;
            }
            return Some((value, end));
        }
        while is_kanji_digit(self.get(end)) {
            end += 1;
        }
        (end > at)
            .then(|| kanji_number(&self.chars[at..end]))
            .flatten()
            .and_then(|value| Some((i64::try_from(value).ok()?, end)))
    }

    /// A number, or 元 for 1.
    fn era_number(&self, at: usize) -> Option<(i16, usize)> {
        let at = self.blank(at);
        if self.get(at) == '元' {
            return Some((1, at + 1));
        }
        self.number(at).filter(|(value, _)| (1..=99).contains(value)).map(|(value, end)| (value as i16, end))
    }

    fn expression(&self, at: usize) -> Option<Expression> {
        let (first, end) = self.open_years(at).or_else(|| self.point(at))?;
        let mut expression = Expression { first, last: None, start: at, end };
        if let Some((first, last, end)) = self.open_months(&first, end) {
            return Some(Expression { first, last: Some(last), start: at, end });
        }
        // A list of days may go on: 9日、10日、11日.
        while let Some((last, end)) = self.range_end(&expression.first, expression.end) {
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
            for word in ["までの間", "まで", "の間"] {
                if self.starts(expression.end, word) {
                    expression.end += word.chars().count();
                    break;
                }
            }
        }
        Some(expression)
    }

    /// `2006～2010年`, `1993(平成5)～1998(平成10)年`: the first year has no 年 of its own.
    fn open_years(&self, at: usize) -> Option<(Point, usize)> {
        let (year, end) = self.number(at).filter(|(year, end)| end - at == 4 && (1800..=2199).contains(year))?;
        let end = self.bracketed_year(end).map_or(end, |(_, end)| end);
        let next = self.blank(end);
        if !is_range_mark(self.get(next)) {
            return None;
        }
        let second = self.blank(next + 1);
        let (last, second_end) = self.number(second)?;
        let second_end = self.bracketed_year(second_end).map_or(second_end, |(_, end)| end);
        let is_year = (second_end - second >= 4 && (year..=2199).contains(&last)
            || (second_end - second == 2 && last > year % 100))
            && self.get(second_end) == '年';
        is_year.then(|| (Point { year: Some(Year::Known { year: year as i16, era: None }), ..Point::default() }, end))
    }

    /// `2005年1-3月期`: the first month has no 月 of its own.
    fn open_months(&self, year: &Point, at: usize) -> Option<(Point, Point, usize)> {
        if year.year.is_none() || year.month.is_some() || year.part.is_some() || year.fiscal {
            return None;
        }
        let (from, end) = self.number(self.blank(at)).filter(|(month, _)| (1..=12).contains(month))?;
        let (to, end) = is_range_mark(self.get(end)).then(|| self.month_number(end + 1)).flatten()?;
        let month = |number: i8| Point { month: Some(Month::Number(number)), ..Point::default() };
        let end = if self.get(end) == '期' { end + 1 } else { end };
        (i64::from(to) > from).then_some((Point { year: year.year, ..month(from as i8) }, month(to), end))
    }

    /// The second half of a range, reading what it leaves out from the first.
    fn range_end(&self, first: &Point, at: usize) -> Option<(Point, usize)> {
        let next = self.blank(at);
        let has_day = first.day().is_some();
        let (from, list) = match self.get(next) {
            c if is_range_mark(c) => (next + 1, false),
            '、' | ',' | '・' | 'と' if has_day => (next + 1, true),
            '及' if has_day && self.starts(next, "及び") => (next + 2, true),
            'お' if has_day && self.starts(next, "および") => (next + 3, true),
            'か' if self.starts(next, "から") => (next + 2, false),
            _ => return None,
        };
        let from = self.blank(from);
        // 10日(火)から11日(水)まで: a day alone.
        if has_day && let Some((day, end)) = self.day_number(from) {
            let (weekday, end) = self.weekday(end);
            return Some((Point { part: Some(Part::Day(day)), weekday, ..Point::default() }, end));
        }
        if list {
            return None;
        }
        let (point, end) = self.year_of_range(first, from).or_else(|| self.point(from))?;
        let fits = match (first.month, point.month) {
            (Some(_), Some(_)) => true,
            (None, None) => first.year.is_some() && point.year.is_some() && first.fiscal == point.fiscal,
            _ => false,
        };
        // 二十四年から二十六年に変更: two dates.
        let moved = self.starts_any(end, &["に変更", "へ変更", "に延期", "へ延期", "に改め", "に繰り"]);
        (fits && !moved).then_some((point, end))
    }

    /// 年 behind a range whose first year had none, or 23年度 after 平成21年度.
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
        if self.get(end) != '年' || year < start || self.starts_any(end + 1, DURATION_MARKS) {
            return None;
        }
        let point = Point { year: Some(Year::Known { year, era }), ..Point::default() };
        self.year_tail(point, end + 1)
    }

    fn elided_year_of_range(&self, first: &Point, at: usize) -> Option<(Point, usize)> {
        let Some(Year::Elided(start)) = first.year else { return None };
        let (value, end) = self.number(at).filter(|(value, _)| *value as i16 > start && *value < 99)?;
        (self.get(end) == '年' && first.month.is_none()).then(|| {
            let point = Point { year: Some(Year::Elided(value as i16)), ..Point::default() };
            self.year_tail(point, end + 1)
        })?
    }

    fn point(&self, at: usize) -> Option<(Point, usize)> {
        self.iso(at)
            .or_else(|| self.relative_day(at))
            .or_else(|| self.with_year(at))
            .or_else(|| self.relative_month(at))
            .or_else(|| self.yearless(at))
            .or_else(|| self.english(at))
    }

    /// 2021.4.6, 2016/1/28, 2020-12-28, H29.10.16, 7/6(水)
    fn iso(&self, at: usize) -> Option<(Point, usize)> {
        let letter = self.get(at);
        let (year, end) = match calendar::era_of_letter(letter) {
            Some(era) => {
                let (year, end) = self.number(at + 1).filter(|(year, _)| (1..=64).contains(year))?;
                (Year::Known { year: calendar::gregorian(era, year as i16)?, era: Some(era) }, end)
            }
            None if letter.is_ascii_digit() => {
                let (year, end) = self.number(at)?;
                if end - at != 4 {
                    return self.slashed_day(at);
                }
                if !(1868..=2100).contains(&year) {
                    return None;
                }
                (Year::Known { year: year as i16, era: None }, end)
            }
            None => return None,
        };
        let mark = self.get(end);
        if !matches!(mark, '.' | '/' | '-') {
            return None;
        }
        let (month, month_end) =
            self.number(end + 1).filter(|(month, to)| (1..=12).contains(month) && to - end <= 3)?;
        if self.get(month_end) != mark {
            return None;
        }
        let (day, day_end) =
            self.number(month_end + 1).filter(|(day, to)| (1..=31).contains(day) && to - month_end <= 3)?;
        if self.get(day_end).is_ascii_alphanumeric()
            || matches!(self.get(day_end), '-' | '.') && self.get(day_end + 1).is_ascii_digit()
        {
            return None;
        }
        let (weekday, end) = self.weekday(day_end);
        Some((
            Point {
                year: Some(year),
                month: Some(Month::Number(month as i8)),
                part: Some(Part::Day(day as i8)),
                weekday,
                ..Point::default()
            },
            end,
        ))
    }

    /// 7/6(水): a fraction unless a weekday stands behind it.
    fn slashed_day(&self, at: usize) -> Option<(Point, usize)> {
        let (month, end) = self.number(at).filter(|(month, _)| (1..=12).contains(month))?;
        let (day, day_end) =
            (self.get(end) == '/').then(|| self.number(end + 1)).flatten().filter(|(day, _)| (1..=31).contains(day))?;
        let (weekday, end) = self.weekday(day_end);
        weekday.map(|_| {
            (
                Point {
                    month: Some(Month::Number(month as i8)),
                    part: Some(Part::Day(day as i8)),
                    weekday,
                    ..Point::default()
                },
                end,
            )
        })
    }

    fn with_year(&self, at: usize) -> Option<(Point, usize)> {
        let (year, fiscal, end) = self.year(at)?;
        let point = Point { year: Some(year), fiscal, ..Point::default() };
        if fiscal { self.fiscal_tail(point, end) } else { self.year_tail(point, end) }
    }

    /// The year with its 年; relative words, 年内.
    fn year(&self, at: usize) -> Option<(Year, bool, usize)> {
        if let Some((word, year, fiscal)) = RELATIVE_YEARS.iter().find(|(word, ..)| self.starts(at, word)) {
            let end = at + word.chars().count();
            let compared = self.starts_any(end, &["比", "同期", "同月"]) || (at > 0 && self.get(at - 1) == '対');
            return (!compared).then_some((*year, *fiscal, end));
        }
        if self.starts(at, "年内")
            && !at.checked_sub(1).is_some_and(|at| self.get(at).is_ascii_digit() || is_kanji_digit(self.get(at)))
        {
            return Some((Year::OfDocument(0), false, at + 2));
        }
        if let Some((era, length)) = calendar::era_at(&self.chars[at..]) {
            let (number, end) = self.era_number(at + length)?;
            let year = Year::Known { year: calendar::gregorian(era, number)?, era: Some(era) };
            let bracket = self.bracketed_year(end);
            let end = self.blank(bracket.map_or(end, |(_, end)| end));
            return (self.get(end) == '年').then(|| self.after_year(year, end + 1)).flatten();
        }
        let (value, end) = self.number(at)?;
        let bracket = self.bracketed_year(end);
        let after = self.blank(bracket.map_or(end, |(_, end)| end));
        if self.get(after) != '年' || end == at {
            return None;
        }
        let year = match (value, bracket) {
            // 11(1999)年度: the bracket tells.
            (1..=64, Some((year, _))) => Year::Known { year, era: calendar::era_in(year) },
            (1600..=2199, _) => Year::Known { year: value as i16, era: None },
            (1..=64, None)
                if !self.starts_any(after + 1, DURATION_MARKS)
                    && !self.starts_any(after + 1, &["に一", "に１", "に1", "生", "連", "制"]) =>
            {
                Year::Elided(value as i16)
            }
            _ => return None,
        };
        self.after_year(year, after + 1)
    }

    /// Behind 年: a bracketed twin (2012年（平成24年）), 度, the number of a law.
    fn after_year(&self, year: Year, end: usize) -> Option<(Year, bool, usize)> {
        let end = self.bracketed_year(end).map_or(end, |(_, end)| end);
        let mut next = end;
        // 平成30年ワ第1465号, 平成二十年総務省令第三号
        while next < end + 6 && !matches!(self.get(next), '第' | '月' | '度' | '、' | '。' | '\0') {
            next += 1;
        }
        let ordinance = next > end && matches!(self.get(next - 1), '令' | '則' | '示' | '例');
        let case = self.get(next) == '第'
            && (next == end + 1 || ordinance)
            && self.number(next + 1).is_some_and(|(_, end)| self.get(end) == '号');
        if self.starts_any(end, NUMBERED_BY_YEAR) && !self.starts(end, "法律の") || case {
            return None;
        }
        Some(if self.get(end) == '度' { (year, true, end + 1) } else { (year, false, end) })
    }

    /// (平成29年), (2017), (平成5): the same year in the other reckoning.
    fn bracketed_year(&self, at: usize) -> Option<(i16, usize)> {
        if self.get(at) != '(' {
            return None;
        }
        let inner = self.blank(at + 1);
        let (year, end) = match calendar::era_at(&self.chars[inner..]) {
            Some((era, length)) => {
                let (number, end) = self.era_number(inner + length)?;
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

    /// Behind a calendar year: month, end, season, quarter, decade.
    fn year_tail(&self, mut point: Point, end: usize) -> Option<(Point, usize)> {
        if self.get(end) == '度' {
            point.fiscal = true;
            return self.fiscal_tail(point, end + 1);
        }
        let next = self.blank(end);
        let joined = if self.get(next) == 'の' { self.blank(next + 1) } else { next };
        if let Some((month, month_end)) = self.month_number(joined) {
            point.month = Some(Month::Number(month));
            return Some(self.month_tail(point, month_end));
        }
        if matches!(point.year, Some(Year::Elided(_))) && self.starts_any(end, &["代"]) {
            return None;
        }
        let part = match self.get(next) {
            '代' => Some((Part::Decade, next + 1)),
            '末' | '暮' => Some((Part::End, next + if self.starts(next, "暮れ") { 2 } else { 1 })),
            '春' => Some((Part::Season(0), next + 1)),
            '夏' => Some((Part::Season(1), next + 1)),
            '秋' => Some((Part::Season(2), next + 1)),
            '冬' => Some((Part::Season(3), next + 1)),
            _ => self.quarter(next),
        };
        if let Some((part, end)) = part {
            // 暮れ is December, not its last day.
            if self.get(next) == '暮' {
                point.month = Some(Month::Number(12));
                return Some((point, end));
            }
            point.part = Some(part);
            return Some((point, end));
        }
        Some((point, end))
    }

    fn fiscal_tail(&self, mut point: Point, end: usize) -> Option<(Point, usize)> {
        let part = match self.get(end) {
            '末' => Some((Part::End, end + 1)),
            _ => self.quarter(end).or_else(|| {
                let half = [("上半期", 0), ("下半期", 1), ("上期", 0), ("下期", 1)];
                half.iter()
                    .find(|(word, _)| self.starts(end, word))
                    .map(|(word, half)| (Part::Half(*half), end + word.chars().count()))
            }),
        };
        if let Some((part, end)) = part {
            point.part = Some(part);
            return Some((point, end));
        }
        Some((point, end))
    }

    /// 第4四半期, 第一四半期
    fn quarter(&self, at: usize) -> Option<(Part, usize)> {
        let from = if self.get(at) == '第' { at + 1 } else { at };
        // 一四半期 would be read as one number.
        let (number, end) = match self.get(from) {
            c @ ('一' | '二' | '三') => ("一二三".chars().position(|digit| digit == c)? as i64 + 1, from + 1),
            '四' if self.get(from + 1) == '四' => (4, from + 1),
            _ => self.number(from)?,
        };
        ((1..=4).contains(&number) && self.starts(end, "四半期")).then_some((Part::Quarter(number as i8), end + 3))
    }

    fn month_number(&self, at: usize) -> Option<(i8, usize)> {
        let (month, end) = self.number(at).filter(|(month, _)| (1..=12).contains(month))?;
        let end = self.blank(end);
        (self.get(end) == '月').then_some((month as i8, end + 1))
    }

    fn day_number(&self, at: usize) -> Option<(i8, usize)> {
        let (day, end) = self.number(at).filter(|(day, _)| (1..=31).contains(day))?;
        let end = self.blank(end);
        (self.get(end) == '日' && !self.starts_any(end + 1, &["間", "以内", "前", "後"]))
            .then_some((day as i8, end + 1))
    }

    fn month_tail(&self, mut point: Point, end: usize) -> (Point, usize) {
        let next = self.blank(end);
        let joined = if self.get(next) == 'の' { next + 1 } else { next };
        if let Some((day, day_end)) = self.day_number(joined) {
            let (weekday, end) = self.weekday(day_end);
            point.part = Some(Part::Day(day));
            point.weekday = weekday;
            return (point, end);
        }
        let parts = [
            ("上旬", Part::Third(0)),
            ("初旬", Part::Third(0)),
            ("中旬", Part::Third(1)),
            ("半ば", Part::Third(1)),
            ("下旬", Part::Third(2)),
            ("末", Part::End),
        ];
        if let Some((word, part)) = parts.iter().find(|(word, _)| self.starts(next, word)) {
            point.part = Some(*part);
            return (point, next + word.chars().count());
        }
        (point, end)
    }

    /// (火), (火曜日), （水・祝）
    fn weekday(&self, at: usize) -> (Option<u8>, usize) {
        let open = self.blank(at);
        if self.get(open) != '(' {
            return (None, at);
        }
        let weekday = "日月火水木金土".chars().position(|day| day == self.get(open + 1));
        let mut end = open + 2;
        while end < open + 9 && !matches!(self.get(end), ')' | '\0') {
            end += 1;
        }
        let plain = self.get(open + 2) == ')' || matches!(self.get(open + 2), '曜' | '・' | '、' | '祝' | ')');
        match weekday {
            Some(weekday) if plain && self.get(end) == ')' => (Some(weekday as u8), end + 1),
            _ => (None, at),
        }
    }

    fn relative_month(&self, at: usize) -> Option<(Point, usize)> {
        let (word, month) = RELATIVE_MONTHS.iter().find(|(word, _)| self.starts(at, word))?;
        let end = at + word.chars().count();
        if self.starts_any(end, &["比", "号"])
            || (at > 0 && matches!(self.get(at - 1), '対' | '年')) && !matches!(month, Month::OfLast(_))
        {
            return None;
        }
        if at >= 2 && self.starts(at - 2, "前年") {
            return None;
        }
        Some(self.month_tail(Point { month: Some(*month), ..Point::default() }, end))
    }

    fn relative_day(&self, at: usize) -> Option<(Point, usize)> {
        if self.starts(at, "本日") {
            let (day, end) = self.day_number(at + 2)?;
            return Some((
                Point { month: Some(Month::OfDocument(0)), part: Some(Part::Day(day)), ..Point::default() },
                end,
            ));
        }
        let (word, days) = RELATIVE_DAYS.iter().find(|(word, _)| self.starts(at, word))?;
        Some((Point { part: Some(Part::RelativeDay(*days)), ..Point::default() }, at + word.chars().count()))
    }

    fn yearless(&self, at: usize) -> Option<(Point, usize)> {
        let (month, end) = self.month_number(at)?;
        let (point, after) = self.month_tail(Point { month: Some(Month::Number(month)), ..Point::default() }, end);
        let bare = point.part.is_none();
        // 六月間, 一月以内, 三月を超え: months as a length of time.
        (!bare || !self.starts_any(end, DURATION_MARKS)).then_some((point, after))
    }

    /// 12 December 2019, November 2019, 2017 Apr, April 6, 2021
    fn english(&self, at: usize) -> Option<(Point, usize)> {
        let known = |year: i64| Some(Year::Known { year: year as i16, era: None });
        let is_year = |(year, end): &(i64, usize), from: usize| {
            (1868..=2100).contains(year) && end - from == 4 && !self.get(*end).is_ascii_alphanumeric()
        };
        if self.get(at).is_ascii_digit() {
            let (number, digits_end) = self.number(at)?;
            let end = if digits_end - at <= 2 && self.starts_any(digits_end, &["st ", "nd ", "rd ", "th "]) {
                digits_end + 2
            } else {
                digits_end
            };
            let name = self.blank(end);
            let (month, after) = (name > end).then(|| self.english_month(name)).flatten()?;
            if digits_end - at == 4 && (1868..=2100).contains(&number) {
                return Some((
                    Point { year: known(number), month: Some(Month::Number(month)), ..Point::default() },
                    after,
                ));
            }
            let year_at = self.blank(after);
            let (year, end) = self.number(year_at).filter(|found| is_year(found, year_at))?;
            return (1..=31).contains(&number).then_some((
                Point {
                    year: known(year),
                    month: Some(Month::Number(month)),
                    part: Some(Part::Day(number as i8)),
                    ..Point::default()
                },
                end,
            ));
        }
        let (month, after) = self.english_month(at)?;
        let next = self.blank(after);
        let (number, end) = self.number(next)?;
        if is_year(&(number, end), next) {
            return Some((Point { year: known(number), month: Some(Month::Number(month)), ..Point::default() }, end));
        }
        let comma = if self.get(end) == ',' { end + 1 } else { end };
        let year_at = self.blank(comma);
        let (year, year_end) = self.number(year_at).filter(|found| is_year(found, year_at))?;
        (1..=31).contains(&number).then_some((
            Point {
                year: known(year),
                month: Some(Month::Number(month)),
                part: Some(Part::Day(number as i8)),
                ..Point::default()
            },
            year_end,
        ))
    }

    fn english_month(&self, at: usize) -> Option<(i8, usize)> {
        let mut end = at;
        let mut word = String::new();
        while self.get(end).is_ascii_alphabetic() && word.len() < 10 {
            word.push(self.get(end).to_ascii_lowercase());
            end += 1;
        }
        let month = ENGLISH_MONTHS
            .iter()
            .position(|name| word.len() >= 3 && (*name == word || (name.starts_with(&word) && word.len() <= 4)))?;
        let end = if self.get(end) == '.' { end + 1 } else { end };
        Some((month as i8 + 1, end))
    }
}

fn is_kanji_digit(c: char) -> bool {
    matches!(c, '〇' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' | '千')
}

fn is_range_mark(c: char) -> bool {
    matches!(c, '~' | '〜' | '-' | '–' | '—' | '―' | '−' | '‐')
}
