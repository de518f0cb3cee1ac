//! Tables of small cases for dates and partners, each row with its why.

use fumikura::document::{DateInterval, Document, Given, GivenField, Role};
use fumikura::ingest::SourceDocument;
use fumikura::metadata::{complete, partners};
use fumikura::pipeline::cut;

use crate::support::root;

/// The rows of a table, without its head.
fn table(name: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(root().join("tests/tables").join(name)).expect("the table");
    text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

/// A document made of a title and a text, with its metadata.
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

/// Every row has its date, its events and its mentions, and no others.
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

/// Every row has its parties and its other partners, and no others.
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

/// A person may ask for a partner by an older spelling of its name.
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

/// No other spelling of a name is the name of another partner.
#[test]
fn other_spellings_take_no_name_from_another_partner() {
    for row in partners().rows() {
        for name in std::iter::once(&row.name).chain(&row.names) {
            assert_eq!(partners().by_name(name).map(|partner| partner.name), Some(row.name), "{name}");
        }
    }
}
