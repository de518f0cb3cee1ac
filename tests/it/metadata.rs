//! Tables of small cases for dates and partners, each row with its reason.

use fumikura::document::{DateInterval, Document, Given, GivenField, Role};
use fumikura::ingest::SourceDocument;
use fumikura::metadata::{complete, partners};
use fumikura::pipeline::cut;

use crate::support::root;

/// Reads the rows of a table, without its head.
fn table(name: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(root().join("tests/tables").join(name)).expect("the table");
    text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

/// Builds a document with metadata from a title and a text.
fn read(title: &str, text: &str, date: &str) -> Document {
    let mut source = SourceDocument::of_text("a", "a.txt", text);
    let field = |value: &str| GivenField { value: value.to_owned(), place: "a".to_owned() };
    source.given.title = Some(field(title));
    source.given = Given { date: (!date.is_empty()).then(|| field(date)), ..source.given };
    let (mut document, _) = cut(&source);
    let problems = complete(&mut document, &source.given);
    assert!(problems.is_empty(), "{text}: {problems:?}");
    document
}

fn days(interval: DateInterval) -> String {
    if interval.start == interval.end {
        interval.start.to_string()
    } else {
        format!("{}..{}", interval.start, interval.end)
    }
}

/// Each row has exactly the expected date, events and mentions.
#[test]
fn each_text_of_the_table_has_its_dates() {
    for row in table("dates.tsv") {
        let [given, title, text, date, events, mentions, why] = row.as_slice() else { panic!("{row:?}") };
        let document = read(title, text, given);
        let own = document.date.as_ref().map_or_else(String::new, |date| days(date.interval));
        assert_eq!(own, *date, "date: {title} {text}: {why}");
        let found: Vec<String> = document.events.iter().map(|event| days(event.interval)).collect();
        assert_eq!(found.join("|"), *events, "events: {title} {text}: {why}");
        let mention = |mention: &fumikura::document::DateMention| {
            format!("{}={}", mention.surface, mention.interval.map_or_else(String::new, days))
        };
        let found: Vec<String> = document.passages.iter().flat_map(|passage| &passage.dates).map(mention).collect();
        assert_eq!(found.join("|"), *mentions, "mentions: {title} {text}: {why}");
    }
}

/// Each row has exactly the expected parties and other partners.
#[test]
fn each_text_of_the_table_has_its_partners() {
    for row in table("partners.tsv") {
        let [title, text, parties, others, why] = row.as_slice() else { panic!("{row:?}") };
        let document = read(title, text, "");
        for (expected, is_party) in [(parties, true), (others, false)] {
            let mut found: Vec<&str> = document
                .partners
                .iter()
                .filter(|partner| (partner.role == Role::Party) == is_party)
                .map(|partner| partner.value.as_str())
                .collect();
            let mut expected: Vec<&str> = expected.split('|').filter(|name| !name.is_empty()).collect();
            found.sort_unstable();
            expected.sort_unstable();
            assert_eq!(found, expected, "{title} {text}: {why}");
        }
    }
}

/// The points reported for a partner are those that decide its role.
#[test]
fn the_reasons_of_a_role_decide_it() {
    let mut told = 0;
    for row in table("partners.tsv") {
        for partner in read(&row[0], &row[1], "").partners.iter().filter(|partner| !partner.reasons.is_empty()) {
            let sum: i32 = partner.reasons.iter().map(|reason| reason.points).sum();
            assert_eq!(partner.role == Role::Party, sum > 0, "{}: {partner:?}", row[1]);
            told += 1;
        }
    }
    assert!(told > 20, "{told} partners with reasons");
}

/// Each feature of the table of points can match, and its counts come from labelled names.
#[test]
fn the_table_of_points_is_whole() {
    let text = std::fs::read_to_string(root().join("data/role_points.tsv")).expect("the table");
    let mut before: Vec<&str> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [feature, kind, place, only_if, words, points, names, parties, why] = cells.as_slice() else {
            panic!("{line}")
        };
        assert!(!before.contains(feature) && !why.is_empty(), "{line}");
        assert!(["country", "body", "any"].contains(kind), "{line}");
        assert!(["next", "clause", "before", "sentence", "above", "text", "is"].contains(place), "{line}");
        assert!(only_if.is_empty() || before.contains(only_if), "'{only_if}' stands behind the row that asks for it");
        assert_eq!(*place == "is", words.is_empty(), "{line}");
        let number = |cell: &str| cell.parse::<i32>().expect("a number");
        assert!(number(parties) <= number(names) && number(points).abs() < 100, "{line}");
        before.push(feature);
    }
    assert!((20..=128).contains(&before.len()), "{} rows", before.len());
}

/// A user may ask for a partner by an older spelling of its name.
#[test]
fn a_partner_is_known_by_its_older_spellings() {
    for (typed, name) in [
        ("ヴィエトナム", "ベトナム"),
        ("ヴェトナム", "ベトナム"),
        ("サウディ・アラビア", "サウジアラビア"),
        ("サウディアラビア", "サウジアラビア"),
        ("グァテマラ", "グアテマラ"),
        ("スリ・ランカ", "スリランカ"),
        ("ボリヴィア", "ボリビア"),
        ("ルクセンブルグ", "ルクセンブルク"),
    ] {
        assert_eq!(partners().by_name(typed).map(|partner| partner.name), Some(name), "{typed}");
    }
}

/// No spelling of a name is the name of another partner.
#[test]
fn other_spellings_take_no_name_from_another_partner() {
    for row in partners().rows() {
        for name in std::iter::once(&row.name).chain(&row.names) {
            assert_eq!(partners().by_name(name).map(|partner| partner.name), Some(row.name), "{name}");
        }
    }
}
