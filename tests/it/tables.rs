//! The tables of small cases in `tests/tables/`: an input, its expected result, and the reason.
//!
//! In a cell `⏎` is a line end, `␍` a carriage return, `␌` a form feed.

use fumikura::document::PageDay;
use fumikura::extract::{Structured, decode, extract};
use fumikura::normalize::normalize;
use fumikura::segment::segment;

use crate::support::root;

/// Reads the rows of a table without its head, each of `cells` cells; ids are unique, and every row has a reason.
fn rows(name: &str, cells: usize) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(root().join("tests/tables").join(name)).expect("the table");
    let rows: Vec<Vec<String>> = text
        .lines()
        .skip(1)
        .map(|row| {
            row.split('\t')
                .map(|cell| cell.replace('⏎', "\n").replace('␍', "\r").replace('␌', "\u{0C}"))
                .collect::<Vec<String>>()
        })
        .collect();
    assert!(rows.len() >= 15, "{name} has {} rows", rows.len());
    let mut ids: Vec<&String> = rows.iter().map(|row| &row[0]).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), rows.len(), "{name}: an id stands twice");
    for row in &rows {
        assert!(row.len() == cells && !row[cells - 1].is_empty(), "{name}: {row:?}");
    }
    rows
}

/// Compares all rows, so that one run shows all differences.
fn compare(name: &str, found: impl Iterator<Item = (String, String, String)>) {
    let differ: Vec<String> = found
        .filter(|(_, found, expected)| found != expected)
        .map(|(id, found, expected)| format!("{id}:\n  found    {found:?}\n  expected {expected:?}"))
        .collect();
    assert!(differ.is_empty(), "tests/tables/{name}\n{}", differ.join("\n"));
}

/// The headings above the last passage, outermost first.
#[test]
fn headings_nest_as_the_table_says() {
    let found = rows("headings.tsv", 4).into_iter().map(|row| {
        let segmented = segment("a.txt", &normalize(&row[1], 1), None);
        let last = segmented.passages.last().expect("a passage");
        (row[0].clone(), last.heading.join(" > "), row[2].clone())
    });
    compare("headings.tsv", found);
}

/// The lines of a text after repair.
#[test]
fn broken_lines_are_joined_as_the_table_says() {
    let found = rows("wraps.tsv", 4).into_iter().map(|row| {
        let lines = normalize(&row[1], 1).lines;
        let lines: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        (row[0].clone(), lines.join("\n"), row[2].clone())
    });
    compare("wraps.tsv", found);
}

/// The title, the publisher, the day and the lines of a page.
#[test]
fn pages_are_read_as_the_table_says() {
    let found = rows("pages.tsv", 5).into_iter().map(|row| {
        let html = format!("<html><head><meta charset=\"utf-8\"></head><body>{}</body></html>", row[1]);
        // The title of a page stands in its head.
        let html = match html.split_once("</title>") {
            Some((before, behind)) => {
                let title = before.rsplit("<title>").next().unwrap_or_default();
                format!("<html><head><meta charset=\"utf-8\"><title>{title}</title></head><body>{behind}")
            }
            None => html,
        };
        let page = extract(Structured::Html, html.into_bytes()).expect("a page");
        let lines: Vec<&str> = page.lines.iter().map(|line| line.text.as_str()).collect();
        let day = match page.page_day {
            PageDay::Unknown => "-".to_owned(),
            PageDay::Index => "index".to_owned(),
            PageDay::Stated(words) => words,
        };
        let or_none = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
        let head = [or_none(page.title), or_none(page.publisher), day].join(" ¦ ");
        (row[0].clone(), format!("{head}\n{}", lines.join("\n")), format!("{}\n{}", row[2], row[3]))
    });
    compare("pages.tsv", found);
}

/// Encodes the text of a cell; `{1B}` stands for a single byte.
fn bytes(encoding: &str, cell: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in cell.split_inclusive('}') {
        let (text, byte) = match part.strip_suffix('}').and_then(|part| part.rsplit_once('{')) {
            Some((text, byte)) => (text, Some(u8::from_str_radix(byte, 16).expect("a byte"))),
            None => (part, None),
        };
        match encoding {
            "UTF-16LE" => bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
            "UTF-16BE" => bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes)),
            name => {
                let encoding = encoding_rs::Encoding::for_label(name.as_bytes()).expect("an encoding");
                let (encoded, _, lost) = encoding.encode(text);
                assert!(!lost, "{name} has no {text}");
                bytes.extend_from_slice(&encoded);
            }
        }
        bytes.extend(byte);
    }
    bytes
}

/// The encoding is detected, and the text decoded.
#[test]
fn encodings_are_told_as_the_table_says() {
    let found = rows("encodings.tsv", 7).into_iter().map(|row| {
        let bytes = bytes(&row[2], &row[3]);
        let found = if row[1] == "html" {
            let page = extract(Structured::Html, bytes).expect("a page");
            let lines: Vec<&str> = page.lines.iter().map(|line| line.text.as_str()).collect();
            format!("{}: {}", page.encoding, lines.join("\n"))
        } else {
            let decoded = decode(&bytes).expect("a text");
            format!("{}: {}", decoded.encoding, decoded.text)
        };
        (row[0].clone(), found, format!("{}: {}", row[4], row[5]))
    });
    compare("encodings.tsv", found);
}

/// The meetings of series that a title names, each as its name, number, edition, level, place and relation.
#[test]
fn meetings_are_named_as_the_table_says() {
    let found = rows("series.tsv", 4).into_iter().map(|row| {
        let meetings = fumikura::metadata::series_of_title(&row[1]).meetings.into_iter().map(|meeting| {
            let number = meeting.number.map(|number| format!("#{number}"));
            let place = meeting.place.map(|place| format!("@{place}"));
            let told = [number, meeting.edition, meeting.sub, place].into_iter().flatten();
            let relation = meeting.relation.label().to_owned();
            [meeting.series].into_iter().chain(told).chain([relation]).collect::<Vec<_>>().join(" ")
        });
        (row[0].clone(), meetings.collect::<Vec<_>>().join("; "), row[2].clone())
    });
    compare("series.tsv", found);
}
