//! Authors: the bodies that publish a document.

use super::passage::Document;
use super::publisher::{host_of, publisher_of};

/// Largest number of lines at the head of a document that may name its authors.
const MAX_HEAD_LINES: usize = 16;
/// Longest line of a head, in code points: a longer one is text.
const MAX_LINE_CHARS: usize = 60;
/// Longest name of a body, in code points.
const MAX_NAME_CHARS: usize = 30;

/// Ends of the names of bodies that publish. Bureaus and divisions (局, 課) publish in the name of theirs.
const BODIES: [&str; 27] = [
    "省",
    "庁",
    "府",
    "官房",
    "官邸",
    "院",
    "委員会",
    "会議",
    "懇談会",
    "研究会",
    "検討会",
    "審議会",
    "協議会",
    "本部",
    "事務局",
    "センター",
    "機構",
    "研究所",
    "協会",
    "連盟",
    "連合会",
    "振興会",
    "財団",
    "財団法人",
    "株式会社",
    "大学",
    "公社",
];
/// Ends of names that are no bodies, or not the ones that publish.
const OTHERS: [&str; 8] = ["政策会議の結果", "大臣", "長官", "同省", "各省", "関係省庁", "各府省", "本会議"];

/// Returns the lines of the head of a document, before its first sentence.
pub(crate) fn head(document: &Document) -> Vec<&str> {
    let lines = document.passages.iter().take(2).flat_map(|passage| passage.text.lines());
    lines
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .take(MAX_HEAD_LINES)
        .take_while(|line| !line.contains('。') && line.chars().count() <= MAX_LINE_CHARS)
        .collect()
}

/// Returns the authors: the bodies in the head, where they stand beside a date or the kind of the document; else the
/// publisher of the page, else that of its site.
pub(crate) fn authors(document: &Document, head: &[&str]) -> Vec<String> {
    let mut bodies = bodies(&document.title, head);
    match of_page(document) {
        // A joint release lists all its bodies in the head; the page belongs to one of them.
        Some(publisher) => {
            if bodies.len() < 2 || !bodies.iter().any(|body| body.contains(&publisher) || publisher.contains(body)) {
                bodies = vec![publisher];
            }
            bodies
        }
        None if bodies.is_empty() => of_host(document).into_iter().collect(),
        None => bodies,
    }
}

/// Returns the name of the site: the publisher of the page, the one that owns the host, or the host.
pub(crate) fn site(document: &Document, authors: &[String]) -> Option<String> {
    let host = || document.url.as_deref().and_then(host_of).map(str::to_owned);
    document.publisher.clone().or_else(|| of_host(document)).or_else(|| authors.first().cloned()).or_else(host)
}

/// Returns the publishers of a document, by which it is filtered: its authors, and the publisher of its page or of its
/// site. A host by itself is no publisher.
///
/// # Examples
/// ```
/// use fumikura::document::publishers;
/// use fumikura::ingest::SourceDocument;
/// use fumikura::pipeline::make_document;
///
/// let text = "平成29年10月16日\n総務省・経済産業省\n第10回政策会議の結果\n\n両省は、会議を開催しました。\n";
/// let document = make_document(&SourceDocument::of_text("a.txt", "a.txt", text));
/// assert_eq!((publishers(&document).join(" "), document.publisher), ("総務省 経済産業省".to_owned(), None));
/// ```
pub fn publishers(document: &Document) -> Vec<String> {
    let mut all = authors(document, &head(document));
    all.extend(of_page(document).or_else(|| of_host(document)).filter(|name| !all.contains(name)));
    all
}

/// Returns the publisher that the page marks.
fn of_page(document: &Document) -> Option<String> {
    document.publisher.clone().filter(|name| !name.trim().is_empty())
}

/// Returns the publisher that owns the host of the page.
fn of_host(document: &Document) -> Option<String> {
    document.url.as_deref().and_then(publisher_of).map(str::to_owned)
}

fn bodies(title: &str, head: &[&str]) -> Vec<String> {
    // An office by itself may be a subject or a heading.
    let is_dated = head.iter().any(|line| {
        line.chars().any(|c| c.is_numeric() || c == '元')
            && (line.contains('年') && line.contains('月') || is_numeric_day(line))
            || line.contains("報道")
    });
    if !is_dated {
        return Vec::new();
    }
    let mut found: Vec<String> = Vec::new();
    for line in head.iter().filter(|line| **line != title.trim()) {
        for name in names(line) {
            if !found.contains(&name) {
                found.push(name);
            }
        }
    }
    found
}

/// True for days in figures: 2017/10/16, 2017-10-16, 2017.10.16.
fn is_numeric_day(line: &str) -> bool {
    line.split(['/', '-', '.']).filter(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit())).count() >= 3
}

/// Returns the bodies that a line names and names alone: `総務省`, `総務省・経済産業省`, `総務省 情報流通行政局`.
fn names(line: &str) -> Vec<String> {
    let line = line.trim_matches(|c: char| c.is_whitespace() || "【】[]［］()（）*#".contains(c));
    if line.chars().count() > 2 * MAX_NAME_CHARS || line.chars().any(is_hiragana) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (at, part) in line.split(['、', '，', '／', '/', ' ', '　']).filter(|part| !part.is_empty()).enumerate() {
        let several: Vec<&str> = part.split('・').collect();
        let parts = if several.len() > 1 && several.iter().all(|part| is_body(part)) { several } else { vec![part] };
        match parts.iter().all(|part| is_body(part)) {
            true => found.extend(parts.into_iter().map(str::to_owned)),
            // 総務省 情報流通行政局: the part names a division of the body before it.
            false if at > 0 && is_division(part) => {}
            false => return Vec::new(),
        }
    }
    found
}

fn is_body(name: &str) -> bool {
    let length = name.chars().count();
    (2..=MAX_NAME_CHARS).contains(&length)
        && !name.chars().any(|c| c.is_ascii_digit() || "「」『』第年月：:→".contains(c))
        && !OTHERS.iter().any(|end| name.ends_with(end))
        && BODIES.iter().any(|end| name.ends_with(end) && name != *end)
}

fn is_division(name: &str) -> bool {
    ["局", "課", "室", "部", "官", "班", "係", "グループ", "担当"].iter().any(|end| name.ends_with(end))
}

fn is_hiragana(c: char) -> bool {
    ('\u{3041}'..='\u{309f}').contains(&c)
}
