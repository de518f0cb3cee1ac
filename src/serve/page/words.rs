//! Numbers, dates and names of values in the language of the page.

use maud::{Markup, html};

use crate::document::{CivilDate, DateInterval, DateSource, DocumentDate, Precision, RenameKind, Role, Strength};
use crate::output::ANY_ROLE;
use crate::query::Tier;
use crate::serve::i18n::{Text, fill};
use crate::serve::params::{Filter, Language};

/// Formats a number with separators of thousands: `10,075`.
pub fn number(n: usize) -> String {
    let digits = n.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// Formats a number with its noun: `19 箇所`, `1 passage`.
fn counted(language: Language, n: usize, [ja, one, many]: [&str; 3]) -> String {
    let noun = match language {
        Language::Ja => ja,
        Language::En if n == 1 => one,
        Language::En => many,
    };
    format!("{} {noun}", number(n))
}

/// Formats a number of passages.
pub fn passages(language: Language, n: usize) -> String {
    counted(language, n, ["箇所", "passage", "passages"])
}

/// Formats a number of documents.
pub fn documents(language: Language, n: usize) -> String {
    counted(language, n, ["文書", "document", "documents"])
}

/// Formats passages with their documents: `19 箇所（17 文書）`.
pub fn count(language: Language, of_passages: usize, of_documents: usize, is_least: bool) -> String {
    let text = if is_least { Text::CountLeast } else { Text::Count };
    let (all, in_documents) = match language {
        Language::Ja => (number(of_passages), number(of_documents)),
        Language::En => (passages(language, of_passages), documents(language, of_documents)),
    };
    fill(text.of(language), &[("passages", &all), ("documents", &in_documents)])
}

/// Formats a range of lines: `31–32 行`, `lines 31–32`.
pub fn lines(language: Language, (first, last): (usize, usize)) -> String {
    let unit = if first == last { "line" } else { "lines" };
    fill(Text::Lines.of(language), &[("lines", &range(first, last)), ("unit", unit)])
}

/// Formats two numbers as a range: `31–32`.
pub fn range(first: usize, last: usize) -> String {
    if first == last { first.to_string() } else { format!("{first}–{last}") }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn month_name(month: i8) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|at| MONTHS.get(at)).copied().unwrap_or_default()
}

/// Formats a day.
pub fn day(language: Language, date: CivilDate) -> String {
    let CivilDate { year, month, day } = date;
    match language {
        Language::Ja => format!("{year}年{month}月{day}日"),
        Language::En => format!("{day} {} {year}", month_name(month)),
    }
}

/// Formats a month.
pub fn month(language: Language, year: i16, month: i8) -> String {
    match language {
        Language::Ja => format!("{year}年{month}月"),
        Language::En => format!("{} {year}", month_name(month)),
    }
}

/// Formats a year.
pub fn year(language: Language, year: &str) -> String {
    match language {
        Language::Ja => format!("{year}年"),
        Language::En => year.to_owned(),
    }
}

/// Formats an interval as exactly as it is known, with its machine-readable form.
fn interval(language: Language, interval: DateInterval, precision: Precision) -> (String, String) {
    let DateInterval { start, end } = interval;
    let is_year = (start.month, start.day, end.month, end.day) == (1, 1, 12, 31);
    match precision {
        Precision::FiscalYear => {
            let years = start.year.to_string();
            (fill(Text::FiscalYear.of(language), &[("year", &years)]), years)
        }
        Precision::Year if is_year && start.year == end.year => {
            (year(language, &start.year.to_string()), start.year.to_string())
        }
        Precision::Month if start.month == end.month && start.year == end.year => {
            (month(language, start.year, start.month), format!("{:04}-{:02}", start.year, start.month))
        }
        Precision::Day if start == end => (day(language, start), start.to_string()),
        _ => (days(language, start, end), start.to_string()),
    }
}

/// Formats the first and last day of an interval: `2012年11月14日–15日`.
fn days(language: Language, start: CivilDate, end: CivilDate) -> String {
    let same_month = (start.year, start.month) == (end.year, end.month);
    match language {
        Language::Ja if same_month => format!("{}–{}日", day(language, start), end.day),
        Language::Ja if start.year == end.year => format!("{}–{}月{}日", day(language, start), end.month, end.day),
        Language::En if same_month => format!("{}–{}", start.day, day(language, end)),
        Language::En if start.year == end.year => {
            format!("{} {} – {}", start.day, month_name(start.month), day(language, end))
        }
        _ => format!("{} – {}", day(language, start), day(language, end)),
    }
}

/// Writes a date with the word for its source: solid where the text or a person states it, dashed where inferred.
pub fn date(language: Language, date: Option<&DocumentDate>) -> Markup {
    let Some(date) = date else {
        return html! { span.tag.i { (Text::Undated.of(language)) } };
    };
    html! { (plain_date(language, date)) " " (source(language, date.source)) }
}

/// Writes a date alone.
pub fn plain_date(language: Language, date: &DocumentDate) -> Markup {
    let (shown, machine) = interval(language, date.interval, date.precision);
    html! { time datetime=(machine) { (shown) } }
}

/// Writes the word for the source of a date.
pub fn source(language: Language, source: DateSource) -> Markup {
    let (word, note, inferred) = match source {
        DateSource::Given => (Text::SourceGiven, Text::SourceGivenNote, false),
        DateSource::Stated => (Text::SourceStated, Text::SourceStatedNote, false),
        DateSource::Relative => (Text::SourceRelative, Text::SourceRelativeNote, true),
        DateSource::Inferred => (Text::SourceInferred, Text::SourceInferredNote, true),
    };
    html! { span class=(if inferred { "tag i" } else { "tag" }) title=(note.of(language)) { (word.of(language)) } }
}

/// Returns the name of a role.
pub fn role(language: Language, role: Role) -> &'static str {
    let text = match role {
        Role::Party => Text::Party,
        Role::Venue => Text::Venue,
        Role::Member => Text::Member,
        Role::Mention => Text::Mention,
    };
    text.of(language)
}

/// Returns the name of a strength of a commitment.
pub fn strength(language: Language, strength: Strength) -> &'static str {
    let text = match strength {
        Strength::Agreed => Text::Agreed,
        Strength::Committed => Text::Committed,
        Strength::Confirmed => Text::Confirmed,
        Strength::Discussed => Text::Discussed,
        Strength::Considered => Text::Considered,
        Strength::Planned => Text::Planned,
        Strength::Stated => Text::Stated,
    };
    text.of(language)
}

/// Returns the name of a type of files; an ending as it is.
pub fn file_type(language: Language, name: &str) -> String {
    let text = match name {
        "text" => Text::TypeText,
        "markdown" => Text::TypeMarkdown,
        "html" => Text::TypeHtml,
        "pdf" => Text::TypePdf,
        "word" => Text::TypeWord,
        "powerpoint" => Text::TypePowerpoint,
        "spreadsheet" => Text::TypeSpreadsheet,
        "table" => Text::TypeTable,
        "epub" => Text::TypeEpub,
        "mail" => Text::TypeMail,
        "jsonl" => Text::TypeJsonl,
        "warc" => Text::TypeWarc,
        other => return other.to_owned(),
    };
    text.of(language).to_owned()
}

/// Returns the name of a filter.
pub fn filter(language: Language, filter: Filter) -> &'static str {
    let text = match filter {
        Filter::Partner => Text::Partner,
        Filter::ExcludePartner => Text::ExcludePartner,
        Filter::Role => Text::RoleName,
        Filter::Theme => Text::Theme,
        Filter::Commitment => Text::Commitment,
        Filter::Series => Text::SeriesName,
        Filter::Date => Text::Date,
        Filter::Path => Text::Path,
        Filter::Publisher => Text::Publisher,
        Filter::Type => Text::FileType,
    };
    text.of(language)
}

/// Returns a value of a filter as people read it.
pub fn filter_value(language: Language, filter: Filter, value: &str) -> String {
    match filter {
        Filter::Role if value == ANY_ROLE => Text::AllRoles.of(language).to_owned(),
        Filter::Role => Role::of_name(value).map_or(value, |known| role(language, known)).to_owned(),
        Filter::Commitment => Strength::by_name(value).map_or(value, |known| strength(language, known)).to_owned(),
        Filter::Type => file_type(language, value),
        Filter::Date if value == "unknown" => Text::Undated.of(language).to_owned(),
        Filter::Date => value.replace("..", "–"),
        _ => value.to_owned(),
    }
}

/// Returns the reason why a word was widened; an unknown one as it is.
pub fn reason(language: Language, reason: &str) -> &str {
    let text = match reason {
        "alias" => Text::ReasonAlias,
        "renamed" => Text::ReasonRenamed,
        "successor" => Text::ReasonSuccessor,
        "acronym" => Text::ReasonAcronym,
        "glossary" => Text::ReasonGlossary,
        "partner" => Text::ReasonPartner,
        "bilateral" => Text::ReasonBilateral,
        "inflection" => Text::ReasonInflection,
        "particle" => Text::ReasonParticle,
        other => return other,
    };
    text.of(language)
}

/// Returns the word for a change of a name.
pub fn rename_kind(language: Language, kind: RenameKind) -> &'static str {
    let text = match kind {
        RenameKind::Renamed => Text::RenameKindRenamed,
        RenameKind::Reorganised => Text::RenameKindReorganised,
        RenameKind::Merged => Text::RenameKindMerged,
        RenameKind::Succeeded => Text::RenameKindSucceeded,
    };
    text.of(language)
}

/// Returns the class of a mark of a tier.
pub fn tier_class(tier: Tier) -> Option<&'static str> {
    match tier {
        Tier::Word => None,
        Tier::Variant => Some("v"),
        Tier::Substring => Some("b"),
    }
}

/// Returns the short name of a tier.
pub fn tier(language: Language, tier: Tier) -> &'static str {
    let text = match tier {
        Tier::Word => Text::TierWordShort,
        Tier::Variant => Text::TierVariantShort,
        Tier::Substring => Text::TierSubstringShort,
    };
    text.of(language)
}

/// Joins names, with the number of those left out: `ASEAN・EU ほか 3`.
pub fn names(language: Language, names: &[&str], most: usize) -> String {
    let mark = if language == Language::Ja { "・" } else { ", " };
    let shown = names.iter().take(most).copied().collect::<Vec<_>>().join(mark);
    match names.len().checked_sub(most).filter(|more| *more > 0) {
        Some(more) => format!("{shown} {}", fill(Text::AndMore.of(language), &[("n", &number(more))])),
        None => shown,
    }
}

/// Returns `ja` for a text with kana or kanji, else `en`; `None` where it is the language of the page.
pub fn language_of(page: Language, text: &str) -> Option<&'static str> {
    let is_japanese =
        |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '々');
    let found = if text.chars().any(is_japanese) { Language::Ja } else { Language::En };
    // Figures and signs alone are no other language.
    let has_letters = page != Language::Ja || text.chars().any(char::is_alphabetic);
    (found != page && has_letters).then(|| found.name())
}

#[cfg(test)]
mod tests {
    use super::{count, days, language_of, names, number};
    use crate::document::CivilDate;
    use crate::serve::params::Language;

    #[test]
    fn numbers_and_days_are_written_for_people() {
        assert_eq!([0, 999, 1000, 10_075, 1_234_567].map(number), ["0", "999", "1,000", "10,075", "1,234,567"]);
        let (start, end) = (CivilDate::new(2012, 11, 14), CivilDate::new(2012, 11, 15));
        assert_eq!(days(Language::Ja, start, end), "2012年11月14日–15日");
        assert_eq!(days(Language::En, start, end), "14–15 November 2012");
        assert_eq!(days(Language::Ja, start, CivilDate::new(2013, 1, 2)), "2012年11月14日 – 2013年1月2日");
        assert_eq!(count(Language::En, 1, 1, false), "1 passage (1 document)");
        assert_eq!(names(Language::Ja, &["EU", "米国", "ITU"], 2), "EU・米国 ほか 1");
    }

    #[test]
    fn a_text_tells_its_language_where_it_is_not_that_of_the_page() {
        assert_eq!(language_of(Language::En, "日EU・ICT政策対話"), Some("ja"));
        assert_eq!(language_of(Language::Ja, "日EU"), None);
        assert_eq!(language_of(Language::Ja, "Joint Statement"), Some("en"));
        assert_eq!(language_of(Language::Ja, "2012–2013"), None);
    }
}
