//! Number formats of spreadsheets: shows a number as a person sees it in its cell.

/// The format of a cell.
#[derive(Clone, Debug)]
pub(super) struct Format {
    sections: Vec<Vec<Token>>,
    kind: Kind,
    /// The first year of an era is 元年.
    first_by_name: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Date,
    Number,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Literal(String),
    /// A run of one letter: `yyyy`, `ggg`, `hh`; `[h]` has its bracket.
    Letters(String),
    /// Places of figures: `#,##0.00`.
    Places(String),
    Percent,
}

/// First day of each era as a serial number of the date system of 1900, and its names.
const ERAS: [(f64, &str, &str, &str, i32); 5] = [
    (43_586.0, "令和", "令", "R", 2019),
    (32_516.0, "平成", "平", "H", 1989),
    (9_856.0, "昭和", "昭", "S", 1926),
    (4_595.0, "大正", "大", "T", 1912),
    (0.0, "明治", "明", "M", 1868),
];

/// Returns the code of a format that every workbook has, as a Japanese Excel shows it.
pub(super) fn built_in(id: u32) -> Option<&'static str> {
    Some(match id {
        1 => "0",
        2 => "0.00",
        3 | 37 | 38 => "#,##0",
        4 | 39 | 40 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        14..=17 | 30 => "yyyy/m/d",
        18 | 20 | 32 => "h:mm",
        19 | 21 | 33 => "h:mm:ss",
        22 => "yyyy/m/d h:mm",
        27 | 36 | 50 | 52 | 57 => "[$-411]ge.m.d",
        28 | 29 | 51 | 53 | 54 | 58 => "[$-411]ggge\"年\"m\"月\"d\"日\"",
        31 => "yyyy\"年\"m\"月\"d\"日\"",
        45 => "mm:ss",
        46 => "[h]:mm:ss",
        _ => return None,
    })
}

impl Format {
    /// Parses a format; `None` where the plain value is shown, or where the format is of a kind that is not read.
    pub fn parse(code: &str) -> Option<Self> {
        let sections = sections(code)?;
        let letters = |section: &Vec<Token>| section.iter().any(|token| matches!(token, Token::Letters(_)));
        let places = |section: &Vec<Token>| section.iter().any(|token| matches!(token, Token::Places(_)));
        let kind = match sections.first()? {
            first if letters(first) => Kind::Date,
            first if places(first) => Kind::Number,
            _ => return None,
        };
        Some(Self { sections, kind, first_by_name: code.contains("gannen") })
    }

    /// Shows a value; `None` where the format cannot show it.
    pub fn show(&self, value: f64, since_1904: bool) -> Option<String> {
        match self.kind {
            Kind::Date => {
                date(self.sections.first()?, value + if since_1904 { 1462.0 } else { 0.0 }, self.first_by_name)
            }
            Kind::Number => {
                let (section, value) = match (value, self.sections.as_slice()) {
                    (value, [_, negative, ..]) if value < 0.0 => (negative, -value),
                    (0.0, [_, _, zero, ..]) => (zero, 0.0),
                    (value, [first, ..]) => (first, value),
                    _ => return None,
                };
                number(section, value)
            }
        }
    }
}

fn sections(code: &str) -> Option<Vec<Vec<Token>>> {
    let mut sections = vec![Vec::new()];
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        // The section of texts is the last.
        if c == '@' && sections.len() > 1 {
            sections.pop();
            break;
        }
        let section: &mut Vec<Token> = sections.last_mut()?;
        let literal = |section: &mut Vec<Token>, text: &str| match section.last_mut() {
            Some(Token::Literal(last)) => last.push_str(text),
            _ => section.push(Token::Literal(text.to_owned())),
        };
        match c {
            ';' => sections.push(Vec::new()),
            '"' => {
                let text: String = chars.by_ref().take_while(|c| *c != '"').collect();
                literal(section, &text);
            }
            '\\' => literal(section, &chars.next()?.to_string()),
            // A blank as wide as the next character, and a character that fills the cell.
            '_' | '*' => {
                chars.next();
            }
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                let lower = inside.to_ascii_lowercase();
                if !lower.is_empty() && lower.chars().all(|c| matches!(c, 'h' | 'm' | 's')) {
                    section.push(Token::Letters(format!("[{lower}")));
                } else if let Some(currency) = inside.strip_prefix('$') {
                    literal(section, currency.split('-').next().unwrap_or_default());
                } else if lower.starts_with(['<', '>', '=']) {
                    return None;
                }
            }
            '%' => section.push(Token::Percent),
            '0' | '#' | ',' | '.' if c != '.' && c != ',' || !is_date_like(section) => match section.last_mut() {
                Some(Token::Places(places)) => places.push(c),
                _ if c == ',' => literal(section, ","),
                _ => section.push(Token::Places(c.to_string())),
            },
            'A' | 'a'
                if code.to_ascii_uppercase().contains("AM/PM") && chars.peek().is_some_and(|c| "Mm".contains(*c)) =>
            {
                for _ in 0.."M/PM".len() {
                    chars.next();
                }
            }
            'G' if code.contains("General") => return None,
            'y' | 'm' | 'd' | 'h' | 's' | 'g' | 'e' | 'a' | 'Y' | 'M' | 'D' | 'H' | 'S' => {
                let c = c.to_ascii_lowercase();
                match section.last_mut() {
                    Some(Token::Letters(run)) if run.ends_with(c) && !run.starts_with('[') => run.push(c),
                    _ => section.push(Token::Letters(c.to_string())),
                }
            }
            '@' | '?' | 'E' => return None,
            c => literal(section, &c.to_string()),
        }
    }
    Some(sections)
}

fn is_date_like(section: &[Token]) -> bool {
    section.iter().any(|token| matches!(token, Token::Letters(_)))
}

/// Shows a number by its places.
fn number(section: &[Token], value: f64) -> Option<String> {
    if !section.iter().any(|token| matches!(token, Token::Places(_))) {
        // A section of words alone: a dash for nothing.
        return Some(
            section.iter().map(|token| if let Token::Literal(text) = token { text.as_str() } else { "" }).collect(),
        );
    }
    let percents = section.iter().filter(|token| **token == Token::Percent).count();
    let places: String = section
        .iter()
        .filter_map(|token| if let Token::Places(places) = token { Some(places.as_str()) } else { None })
        .collect();
    let (whole, fraction) = places.split_once('.').unwrap_or((&places, ""));
    // Commas behind the last place divide by a thousand each: `#,##0.0,"千円"`.
    let scaled: usize = [whole, fraction].iter().map(|part| part.len() - part.trim_end_matches(',').len()).sum();
    let grouped = whole.trim_end_matches(',').contains(',');
    let value = value * 100f64.powi(percents as i32) / 1000f64.powi(scaled as i32);
    let most = fraction.chars().filter(|c| matches!(c, '0' | '#')).count();
    let least = fraction.chars().filter(|c| *c == '0').count();
    let mut shown = format!("{:.*}", most.min(15), value.abs());
    while most > 0
        && shown.len() > least
        && shown.ends_with('0')
        && shown.split('.').nth(1).is_some_and(|f| f.len() > least)
    {
        shown.pop();
    }
    let (integer, decimals) = shown.split_once('.').unwrap_or((&shown, ""));
    let mut integer = integer.to_owned();
    let zeros = whole.chars().filter(|c| *c == '0').count();
    while integer.len() < zeros.min(30) {
        integer.insert(0, '0');
    }
    if grouped {
        let digits: Vec<char> = integer.chars().collect();
        integer = digits
            .iter()
            .enumerate()
            .flat_map(|(at, c)| {
                let comma = at > 0 && (digits.len() - at).is_multiple_of(3);
                comma.then_some(',').into_iter().chain([*c])
            })
            .collect();
    }
    let minus = if value < 0.0 && shown.chars().any(|c| c.is_ascii_digit() && c != '0') { "-" } else { "" };
    let point = if decimals.is_empty() { "" } else { "." };
    let mut figure = Some(format!("{minus}{integer}{point}{decimals}"));
    let mut out = String::new();
    for token in section {
        match token {
            Token::Literal(text) => out.push_str(text),
            Token::Places(_) => out.push_str(&figure.take().unwrap_or_default()),
            Token::Percent => out.push('%'),
            Token::Letters(_) => return None,
        }
    }
    Some(out.trim().to_owned())
}

/// Shows a date or a time. A date without its year, or in figures alone, is shown as `2016-06-09`.
fn date(section: &[Token], value: f64, first_by_name: bool) -> Option<String> {
    if !(0.0..2_958_466.0).contains(&value) {
        return None;
    }
    let runs: Vec<&str> = section
        .iter()
        .filter_map(|token| if let Token::Letters(run) = token { Some(run.as_str()) } else { None })
        .collect();
    let has = |letters: &[char]| runs.iter().any(|run| run.starts_with(letters));
    let has_clock = has(&['h', 's', '[']);
    let has_date = has(&['y', 'e', 'd', 'g', 'a']) || !has_clock;
    let seconds = (value * 86_400.0).round() as i64;
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let with_seconds = has(&['s']);
    let clock = |hours: i64| {
        let base = format!("{hours}:{:02}", rest % 3600 / 60);
        if with_seconds { format!("{base}:{:02}", rest % 60) } else { base }
    };
    if !has_date {
        let elapsed = runs.iter().any(|run| run.starts_with("[h"));
        return Some(clock(if elapsed { seconds / 3600 } else { rest / 3600 }));
    }
    let (year, month, day) = civil(days);
    let words = section.iter().any(|token| matches!(token, Token::Literal(text) if text.contains(['年', '月', '日'])));
    let has_era = has(&['g', 'e']);
    let has_year = has_era || has(&['y']);
    if !(has_year && (words || has_era)) {
        let date = format!("{year:04}-{month:02}-{day:02}");
        return Some(if has_clock { format!("{date} {}", clock(rest / 3600)) } else { date });
    }
    let era = ERAS.iter().find(|era| days as f64 >= era.0)?;
    let mut out = String::new();
    let mut last = ' ';
    for (at, token) in section.iter().enumerate() {
        match token {
            Token::Literal(text) => out.push_str(text),
            Token::Letters(run) => {
                let first = run.trim_start_matches('[').chars().next().unwrap_or(' ');
                let wide = run.len() > 1;
                let next = section[at + 1..].iter().find_map(|token| match token {
                    Token::Letters(run) => run.chars().next(),
                    _ => None,
                });
                match first {
                    'y' if run.len() <= 2 => out.push_str(&format!("{:02}", year % 100)),
                    'y' => out.push_str(&year.to_string()),
                    'g' => out.push_str(match run.len() {
                        1 => era.3,
                        2 => era.2,
                        _ => era.1,
                    }),
                    'e' if !has(&['g']) => out.push_str(&year.to_string()),
                    'e' if first_by_name && i64::from(era.4) == year => out.push('元'),
                    'e' => out.push_str(&(i64::from(1 - era.4) + year).to_string()),
                    'm' if last == 'h' || next == Some('s') => out.push_str(&format!("{:02}", rest % 3600 / 60)),
                    'm' if wide => out.push_str(&format!("{month:02}")),
                    'm' => out.push_str(&month.to_string()),
                    'd' if run.len() > 2 => {}
                    'd' if wide => out.push_str(&format!("{day:02}")),
                    'd' => out.push_str(&day.to_string()),
                    'a' => {
                        let weekday = ["土", "日", "月", "火", "水", "木", "金"][days.rem_euclid(7) as usize];
                        out.push_str(weekday);
                        out.push_str(if run.len() > 3 { "曜日" } else { "" });
                    }
                    'h' => out.push_str(&(rest / 3600).to_string()),
                    's' => out.push_str(&format!("{:02}", rest % 60)),
                    _ => {}
                }
                last = first;
            }
            Token::Places(_) | Token::Percent => {}
        }
    }
    Some(out.trim().to_owned())
}

/// Year, month and day of a serial number of the date system of 1900, which has a day too much in its first year.
fn civil(serial: i64) -> (i64, i64, i64) {
    let days = if serial < 60 { serial + 1 } else { serial } - 25_569;
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(code: &str, value: f64) -> Option<String> {
        Format::parse(code).and_then(|format| format.show(value, false))
    }

    #[test]
    fn numbers_are_shown_as_a_person_sees_them() {
        for (code, value, wanted) in [
            ("#,##0", 1_234_567.0, "1,234,567"),
            ("0.00%", 0.123, "12.30%"),
            ("0.0%", 0.123, "12.3%"),
            ("#,##0;\"▲\"#,##0", -5000.0, "▲5,000"),
            ("#,##0_ ;[Red]\\-#,##0\\ ", -5000.0, "-5,000"),
            ("#,##0,", 1_234_567.0, "1,235"),
            ("#,##0.0,\"千円\"", 12_345.678, "12.3千円"),
            ("#,##0.0,,\"百万円\"", 12_345_678.0, "12.3百万円"),
            ("0\"人\"", 12.0, "12人"),
            ("000", 7.0, "007"),
            ("\"¥\"#,##0", 980.0, "¥980"),
            ("0.##", 1.5, "1.5"),
        ] {
            assert_eq!(shown(code, value).as_deref(), Some(wanted), "{code} {value}");
        }
        assert_eq!((shown("General", 5.0), shown("@", 5.0), shown("0.00E+00", 5.0)), (None, None, None));
    }

    #[test]
    fn dates_times_and_eras_are_shown_as_a_person_sees_them() {
        for (code, value, wanted) in [
            ("h:mm", 0.5625, "13:30"),
            ("h:mm:ss", 0.5625, "13:30:00"),
            ("h:mm AM/PM", 0.5625, "13:30"),
            ("[h]:mm", 1.5, "36:00"),
            ("ggge\"年度\"", 42530.0, "平成28年度"),
            ("[$-411]ggge\"年\"m\"月\"d\"日\";@", 42530.0, "平成28年6月9日"),
            ("[$-411]ge\\.m\\.d;@", 42530.0, "H28.6.9"),
            ("yyyy\"年\"m\"月\"d\"日\";@", 42530.0, "2016年6月9日"),
            ("yyyy/m/d", 42530.0, "2016-06-09"),
            ("m\"月\"d\"日\"(aaa)", 42530.0, "2016-06-09"),
            ("yyyy/m/d h:mm", 42530.5625, "2016-06-09 13:30"),
            ("[$-ja-JP-x-gannen]ggge\"年\"m\"月\"d\"日\";@", 43586.0, "令和元年5月1日"),
            ("ggge\"年\"m\"月\"d\"日\"(aaa)", 43586.0, "令和1年5月1日(水)"),
        ] {
            assert_eq!(shown(code, value).as_deref(), Some(wanted), "{code} {value}");
        }
    }
}
