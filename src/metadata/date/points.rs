//! Reads one date in words: 平成29年10月, 同年秋, 先月末, 12月3日.

use super::calendar;
use super::reader::Reader;
use super::terms::{Month, Part, Point, Year, date_words};
use crate::script::is_kanji_numeral;

/// Words after a number of years without era that make it a length of time: 十年を迎える, 5年で.
const LENGTHS: &[&str] = &[
    "に一",
    "に１",
    "に1",
    "に及",
    "にわた",
    "に亘",
    "生",
    "連",
    "制",
    "を迎",
    "を経",
    "が経",
    "がた",
    "の歳",
    "の節",
    "の歴",
    "の長",
    "近",
    "を要",
    "かか",
    "で",
    "も",
];

impl Reader<'_> {
    /// Reads one date; the first reader that succeeds counts.
    pub fn point(&self, at: usize) -> Option<(Point, usize)> {
        self.iso(at)
            .or_else(|| self.month_in_figures(at))
            .or_else(|| self.eight_digits(at))
            .or_else(|| self.relative_day(at))
            .or_else(|| self.relative_week(at))
            .or_else(|| self.season_of_year(at))
            .or_else(|| self.with_year(at))
            .or_else(|| self.relative_month(at))
            .or_else(|| self.yearless(at))
            .or_else(|| self.english(at))
            .or_else(|| self.english_fiscal_year(at))
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
        if self.get(at) == '年' {
            return self.year_of_document(at);
        }
        if let Some((era, after)) = self.era(at) {
            let (number, end) = self.era_number(after)?;
            let year = Year::Known { year: calendar::gregorian(era, number)?, era: Some(era) };
            let bracket = self.bracketed_year(end);
            let end = self.blank(bracket.map_or(end, |(_, end)| end));
            return (self.get(end) == '年').then(|| self.after_year(year, end + 1)).flatten();
        }
        if let Some(era) = calendar::era_of_letter(self.get(at)) {
            let (number, end) = self.letter_number(at + 1)?;
            let year = Year::Known { year: calendar::gregorian_of_letter(era, number)?, era: Some(era) };
            return (self.get(end) == '年').then(|| self.after_year(year, end + 1)).flatten();
        }
        if let Some((year, end)) = self.short_year(at) {
            let year = Year::Known { year, era: None };
            return (self.get(end) == '年').then(|| self.after_year(year, end + 1)).flatten();
        }
        let spaced = self.spaced_number(at, '年').filter(|(year, _)| (1600..=2199).contains(year));
        let (value, end) = spaced.or_else(|| self.number(at))?;
        let bracket = self.bracketed_year(end);
        // 2008/09年度 is the fiscal year 2008.
        let pair = bracket.is_none() && end == at + 4 && self.get(end) == '/';
        let pair = pair
            && self.starts(end + 3, "年度")
            && self.number(end + 1).is_some_and(|(next, _)| next == (value + 1) % 100);
        let after = if pair { end + 3 } else { self.blank(bracket.map_or(end, |(_, end)| end)) };
        if self.get(after) != '年' || end == at {
            return None;
        }
        let padded = self.get(at) == '0' && end - at == 2;
        let year = match (value, bracket) {
            // 11(1999)年度: the year in brackets counts.
            (1..=64, Some((year, _))) => Year::Known { year, era: calendar::era_in(year) },
            (1600..=2199, _) if !self.is_round_length(value, after + 1) => {
                Year::Known { year: value as i16, era: None }
            }
            // A round number of so many years is rather a length: 1200年の歴史.
            (1000..=1599, _) if value % 100 > 0 && !self.is_counted(at) && !self.is_round_length(0, after + 1) => {
                Year::Known { year: value as i16, era: None }
            }
            // 05年: no number of years is written with a 0.
            (0..=9, None) if padded => Year::Known { year: 2000 + value as i16, era: None },
            // 90年代 is a decade of the 20th century.
            (50..=90, None) if self.get(after + 1) == '代' && value % 10 == 0 => {
                Year::Known { year: 1900 + value as i16, era: None }
            }
            (1..=99, None)
                if !(self.starts_any(after + 1, &date_words().durations)
                    || self.starts_any(after + 1, LENGTHS)
                    || value > 64 && self.is_counted(at)) =>
            {
                Year::Elided(value as i16)
            }
            _ => return None,
        };
        self.after_year(year, after + 1)
    }

    /// True if a round number of years is a length of time: 2000年間, 2000年以上前.
    fn is_round_length(&self, years: i64, at: usize) -> bool {
        let before = self.get(at) == '前' && !matches!(self.get(at + 1), '半' | '後' | '期' | '倒');
        years % 100 == 0 && (before || self.starts_any(at, &["間", "余", "以上", "近く", "もの", "ぶり", "ほど"]))
    }

    /// True if a word before a number makes it a number of years: 約80年, 築98年.
    fn is_counted(&self, at: usize) -> bool {
        let before = at.checked_sub(1).map_or('\0', |at| self.get(at));
        matches!(
            before,
            '約' | '築' | '業' | '立' | '後' | '去' | '計' | '満' | '齢' | 'ね' | 'そ' | '来' | '全' | '各'
        )
    }

    /// Reads a year of the document behind no number: 年内, 年度末, 年末まで.
    fn year_of_document(&self, at: usize) -> Option<(Year, bool, usize)> {
        let before = at.checked_sub(1).map_or('\0', |at| self.get(at));
        if before.is_ascii_digit()
            || is_kanji_numeral(before)
            || matches!(before, '毎' | '各' | '例' | '同' | '当' | '前')
        {
            return None;
        }
        if self.starts(at, "年内") {
            return Some((Year::OfDocument(0), false, at + 2));
        }
        if self.starts(at, "年度末") {
            return Some((Year::OfDocument(0), true, at + 2));
        }
        // 年末に alone may be that of every year.
        let by_end = ["年末まで", "年末を目", "年末時点", "年末に向"];
        self.starts_any(at, &by_end).then_some((Year::OfDocument(0), false, at + 1))
    }

    /// Reads a season of a year near the document: 昨秋, 今夏, 来春.
    fn season_of_year(&self, at: usize) -> Option<(Point, usize)> {
        let year = match self.get(at) {
            '昨' => Year::OfDocument(-1),
            '今' => Year::OfDocument(0),
            '来' => Year::OfDocument(1),
            '翌' => Year::OfLast(1),
            _ => return None,
        };
        let season = season(self.get(at + 1))?;
        Some((Point { year: Some(year), part: Some(season), ..Point::default() }, at + 2))
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
        // 来年の夏; 来年の春日部 is a place.
        let of_season = if joined > next && !self.starts(joined, "春日") { joined } else { next };
        let part = match self.get(next) {
            '代' => Some(self.decade_tail(next + 1)),
            '末' | '暮' => Some((Part::End, next + if self.starts(next, "暮れ") { 2 } else { 1 })),
            _ => season(self.get(of_season))
                .map(|season| (season, of_season + 1))
                .or_else(|| self.quarter(joined))
                .or_else(|| self.half(joined)),
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
        let joined = if self.get(end) == 'の' { end + 1 } else { end };
        let part = match self.get(end) {
            '末' => Some((Part::End, end + 1)),
            _ => self.quarter(joined).or_else(|| self.half(joined)),
        };
        if let Some((part, end)) = part {
            point.part = Some(part);
            return Some((point, end));
        }
        Some((point, end))
    }

    /// Reads a half: 上半期, 後半.
    fn half(&self, at: usize) -> Option<(Part, usize)> {
        let (word, half) = date_words().halves.iter().find(|(word, _)| self.starts(at, word))?;
        // 後半戦 and 前半生 are no times.
        let end = at + word.chars().count();
        (!matches!(self.get(end), '戦' | '生' | '部')).then_some((*half, end))
    }

    /// Reads the text after 年代: its first or second half.
    fn decade_tail(&self, at: usize) -> (Part, usize) {
        let from = if self.get(at) == 'の' { at + 1 } else { at };
        match self.half(from) {
            Some((Part::Half(half), end)) => (Part::Decade(Some(half)), end),
            _ => (Part::Decade(None), at),
        }
    }

    /// Reads the text after a month: day, third or end.
    pub fn month_tail(&self, mut point: Point, end: usize) -> (Point, usize) {
        let next = self.blank(end);
        let joined = if self.get(next) == 'の' { next + 1 } else { next };
        if let Some((day, day_end)) = self.day_of_month(joined) {
            let (weekday, end) = self.any_weekday(day_end);
            point.part = Some(Part::Day(day));
            point.weekday = weekday;
            return (point, end);
        }
        let part = date_words().thirds.iter().find(|(word, _)| self.starts(next, word)).copied();
        if let Some((word, part)) = part.or_else(|| (self.get(next) == '末').then_some(("末", Part::End))) {
            point.part = Some(part);
            return (point, next + word.chars().count());
        }
        if let Some((half, end)) = self.half(joined) {
            point.part = Some(half);
            return (point, end);
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
        if self.starts(at, "本日")
            && let Some((day, end)) = self.day_number(at + 2)
        {
            let point = Point { month: Some(Month::OfDocument(0)), part: Some(Part::Day(day)), ..Point::default() };
            return Some((point, end));
        }
        let words = date_words();
        let word =
            |(word, days): &(&'static str, i64)| self.starts(at, word).then(|| (*days, at + word.chars().count()));
        let point = |part: Part, end: usize| Some((Point { part: Some(part), ..Point::default() }, end));
        if let Some((days, end)) = words.relative_days.iter().find_map(word) {
            return (!self.starts(at, "明日") || !self.starts_any(end, &words.no_day))
                .then(|| point(Part::RelativeDay(days), end))
                .flatten();
        }
        let (days, end) = words.days_of_last.iter().find_map(word)?;
        // 公布の日の翌日 and 届いた翌日 are relative to another day than the one last named.
        let before = at.checked_sub(1).map_or('\n', |at| self.get(at));
        let clause = matches!(before, '、' | '。' | ',' | '\n' | ' ' | '(' | '「' | '・');
        (days == 0 || clause).then(|| point(Part::OfLastDay(days), end)).flatten()
    }

    /// Reads a week relative to that of the document, or a day of it: 先週, 来週火曜日.
    fn relative_week(&self, at: usize) -> Option<(Point, usize)> {
        let (word, weeks) = date_words().relative_weeks.iter().find(|(word, _)| self.starts(at, word))?;
        let end = at + word.chars().count();
        let joined = if self.get(end) == 'の' { end + 1 } else { end };
        let (weekday, after) = if self.get(joined + 1) == '曜' { self.any_weekday(joined) } else { (None, end) };
        let end = if weekday.is_some() { after } else { end };
        Some((Point { part: Some(Part::RelativeWeek(*weeks)), weekday, ..Point::default() }, end))
    }

    /// Reads a month without a year, with or without a day: 12月3日.
    pub fn yearless(&self, at: usize) -> Option<(Point, usize)> {
        // 同5日, and 翌17日 behind the 16th.
        if matches!(self.get(at), '同' | '翌') {
            let (day, end) = self.day_number(at + 1)?;
            let (weekday, end) = self.any_weekday(end);
            let month = Some(Month::OfLast(0));
            return Some((Point { month, part: Some(Part::Day(day)), weekday, ..Point::default() }, end));
        }
        // The leap month of the old calendar (閏5月) is no month of ours.
        if at > 0 && self.get(at - 1) == '閏' {
            return None;
        }
        let (month, end) = self.month_number(at)?;
        let (point, after) = self.month_tail(Point { month: Some(Month::Number(month)), ..Point::default() }, end);
        let bare = point.part.is_none();
        // 六月間, 一月以内, 三月を超え are durations in months.
        (!bare || !self.starts_any(end, &date_words().durations)).then_some((point, after))
    }
}

fn season(c: char) -> Option<Part> {
    "春夏秋冬".chars().position(|season| season == c).map(|at| Part::Season(at as u8))
}
