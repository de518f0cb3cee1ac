//! Reads one date in words: 平成29年10月, 同年秋, 先月末, 12月3日.

use super::calendar;
use super::reader::{Reader, is_kanji_digit};
use super::terms::{Month, Part, Point, Year, date_words};

impl Reader<'_> {
    /// Reads one date; the first reader that succeeds counts.
    pub fn point(&self, at: usize) -> Option<(Point, usize)> {
        self.iso(at)
            .or_else(|| self.relative_day(at))
            .or_else(|| self.with_year(at))
            .or_else(|| self.relative_month(at))
            .or_else(|| self.yearless(at))
            .or_else(|| self.english(at))
    }

    pub fn with_year(&self, at: usize) -> Option<(Point, usize)> {
        let (year, fiscal, end) = self.year(at)?;
        let point = Point { year: Some(year), fiscal, ..Point::default() };
        if fiscal { self.fiscal_tail(point, end) } else { self.year_tail(point, end) }
    }

    /// Reads a year with its 年, a relative word (昨年) or 年内. Returns the year, whether it is fiscal, and its end.
    pub fn year(&self, at: usize) -> Option<(Year, bool, usize)> {
        if let Some((word, year, fiscal)) = date_words().relative_years.iter().find(|(word, ..)| self.starts(at, word))
        {
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
        if let Some(era) = calendar::era_of_letter(self.get(at)) {
            let (number, end) = self.number(at + 1).filter(|(year, _)| (1..=64).contains(year))?;
            let year = Year::Known { year: calendar::gregorian(era, number as i16)?, era: Some(era) };
            return (self.get(end) == '年').then(|| self.after_year(year, end + 1)).flatten();
        }
        let (value, end) = self.number(at)?;
        let bracket = self.bracketed_year(end);
        let after = self.blank(bracket.map_or(end, |(_, end)| end));
        if self.get(after) != '年' || end == at {
            return None;
        }
        let year = match (value, bracket) {
            // 11(1999)年度: the year in brackets counts.
            (1..=64, Some((year, _))) => Year::Known { year, era: calendar::era_in(year) },
            (1600..=2199, _) => Year::Known { year: value as i16, era: None },
            (1..=64, None)
                if !self.starts_any(after + 1, &date_words().durations)
                    && !self.starts_any(after + 1, &["に一", "に１", "に1", "生", "連", "制"]) =>
            {
                Year::Elided(value as i16)
            }
            _ => return None,
        };
        self.after_year(year, after + 1)
    }

    /// Reads the text after 年: the same year in brackets (2012年（平成24年）) and 度. `None` if the year numbers a law or a
    /// case.
    pub fn after_year(&self, year: Year, end: usize) -> Option<(Year, bool, usize)> {
        let end = self.bracketed_year(end).map_or(end, |(_, end)| end);
        let mut next = end;
        // Numbers of cases and ordinances: 平成30年ワ第1465号, 平成二十年総務省令第三号.
        while next < end + 6 && !matches!(self.get(next), '第' | '月' | '度' | '、' | '。' | '\0') {
            next += 1;
        }
        let ordinance = next > end && matches!(self.get(next - 1), '令' | '則' | '示' | '例');
        let case = self.get(next) == '第'
            && (next == end + 1 || ordinance)
            && self.number(next + 1).is_some_and(|(_, end)| self.get(end) == '号');
        if self.starts_any(end, &date_words().numbered) && !self.starts(end, "法律の") || case {
            return None;
        }
        Some(if self.get(end) == '度' { (year, true, end + 1) } else { (year, false, end) })
    }

    /// Reads the text after a calendar year: month, end, season, quarter or decade.
    pub fn year_tail(&self, mut point: Point, end: usize) -> Option<(Point, usize)> {
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
        if matches!(point.year, Some(Year::Known { .. } | Year::OfDocument(_)))
            && let Some((day, end)) = self.slashed(joined)
        {
            return Some((Point { year: point.year, ..day }, end));
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

    /// Reads the text after a fiscal year: end, quarter or half.
    pub fn fiscal_tail(&self, mut point: Point, end: usize) -> Option<(Point, usize)> {
        let part = match self.get(end) {
            '末' => Some((Part::End, end + 1)),
            _ => self.quarter(end).or_else(|| {
                let mut halves = date_words().halves.iter();
                halves.find(|(word, _)| self.starts(end, word)).map(|(word, half)| (*half, end + word.chars().count()))
            }),
        };
        if let Some((part, end)) = part {
            point.part = Some(part);
            return Some((point, end));
        }
        Some((point, end))
    }

    /// Reads the text after a month: day, third or end.
    pub fn month_tail(&self, mut point: Point, end: usize) -> (Point, usize) {
        let next = self.blank(end);
        let joined = if self.get(next) == 'の' { next + 1 } else { next };
        if let Some((day, day_end)) = self.day_number(joined) {
            let (weekday, end) = self.weekday(day_end);
            point.part = Some(Part::Day(day));
            point.weekday = weekday;
            return (point, end);
        }
        let part = date_words().thirds.iter().find(|(word, _)| self.starts(next, word)).copied();
        if let Some((word, part)) = part.or_else(|| (self.get(next) == '末').then_some(("末", Part::End))) {
            point.part = Some(part);
            return (point, next + word.chars().count());
        }
        (point, end)
    }

    /// Reads a month relative to another month: 先月, 翌月.
    pub fn relative_month(&self, at: usize) -> Option<(Point, usize)> {
        let (word, month) = date_words().relative_months.iter().find(|(word, _)| self.starts(at, word))?;
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

    /// Reads 本日 with a number, or a day relative to the date of the document: 昨日.
    pub fn relative_day(&self, at: usize) -> Option<(Point, usize)> {
        if self.starts(at, "本日") {
            let (day, end) = self.day_number(at + 2)?;
            return Some((
                Point { month: Some(Month::OfDocument(0)), part: Some(Part::Day(day)), ..Point::default() },
                end,
            ));
        }
        let (word, days) = date_words().relative_days.iter().find(|(word, _)| self.starts(at, word))?;
        Some((Point { part: Some(Part::RelativeDay(*days)), ..Point::default() }, at + word.chars().count()))
    }

    /// Reads a month without a year, with or without a day: 12月3日.
    pub fn yearless(&self, at: usize) -> Option<(Point, usize)> {
        let (month, end) = self.month_number(at)?;
        let (point, after) = self.month_tail(Point { month: Some(Month::Number(month)), ..Point::default() }, end);
        let bare = point.part.is_none();
        // 六月間, 一月以内, 三月を超え are durations in months.
        (!bare || !self.starts_any(end, &date_words().durations)).then_some((point, after))
    }
}
