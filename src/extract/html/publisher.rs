//! Finds the publisher of a page, by `data/publishers.tsv` and the ends of names of offices.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::words::folded;
pub(in crate::extract) use crate::document::PUBLISHERS;
use crate::table;

/// Longest name of an office that is not in the table, in code points.
const MAX_OFFICE_CHARS: usize = 20;

struct Publishers {
    /// The name for each folded name.
    by_name: HashMap<String, &'static str>,
    /// Names with their folded forms, longest first.
    names: Vec<(String, &'static str)>,
    /// Hosts with names, longest first.
    hosts: Vec<(&'static str, &'static str)>,
}

static TABLE: LazyLock<Publishers> = LazyLock::new(|| {
    let mut found = Publishers { by_name: HashMap::new(), names: Vec::new(), hosts: Vec::new() };
    for cells in table::rows(PUBLISHERS) {
        let [name, others, host, ..] = *cells.as_slice() else { continue };
        for other in std::iter::once(name).chain(table::list(others)) {
            let folded = folded(other);
            // An acronym inside a word names nobody.
            if folded.len() > 6 {
                found.names.push((folded.clone(), name));
            }
            found.by_name.insert(folded, name);
        }
        found.hosts.extend(Some((host, name)).filter(|_| !host.is_empty()));
    }
    found.names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    found.hosts.sort_by_key(|(host, _)| std::cmp::Reverse(host.len()));
    found
});

/// Words that sites add to their names.
const SITE_WORDS: [&str; 8] = [
    "公式ホームページ",
    "公式ウェブサイト",
    "公式サイト",
    "ホームページ",
    "ウェブサイト",
    "webサイト",
    "トップページ",
    "トップ",
];

/// Returns a name without the words that sites add to it.
fn bare(name: &str) -> &str {
    let name = name.trim();
    let found = SITE_WORDS.iter().find_map(|word| name.strip_suffix(word));
    found.map_or(name, |rest| rest.trim_end_matches(['の', ' ', '　']).trim())
}

/// Tells whether a text is the name of a site by its last word: 電波利用ホームページ.
pub(super) fn has_site_word(text: &str) -> bool {
    bare(text) != text.trim()
}

/// Returns the publisher that a text names and names alone.
pub(super) fn named_alone(text: &str) -> Option<&'static str> {
    const MARKS: [char; 8] = ['/', '／', '-', '・', '（', '(', '）', ')'];
    let name = bare(text);
    if name.chars().nth(60).is_some() {
        return None;
    }
    let by_name = |name: &str| TABLE.by_name.get(&folded(name)).copied();
    // METI/経済産業省, NICT-情報通信研究機構. A text without a mark is its own first part.
    let by_part = || name.split(MARKS).skip_while(|part| *part == name).find_map(|part| by_name(part.trim()));
    // 首相官邸 Prime Minister of Japan
    let by_word = || {
        let mut words = name.split([' ', '\u{3000}']).skip_while(|word| *word == name);
        words.find_map(|word| by_name(word.trim()).filter(|_| !word.is_ascii()))
    };
    by_name(name).or_else(by_part).or_else(by_word)
}

/// Tells whether a text is the name of a publisher.
pub(super) fn is_publisher(text: &str) -> bool {
    TABLE.by_name.contains_key(&folded(bare(text)))
}

/// Tells whether a part of a title or a heading names the site: a publisher, alone or with its English name.
pub(super) fn of_site(text: &str) -> bool {
    let text = text.trim();
    if is_publisher(text) || is_office(bare(text)) && text.chars().count() <= MAX_OFFICE_CHARS && text != bare(text) {
        return true;
    }
    let Some(name) = named_alone(text) else { return is_office(text) && !text.contains('の') };
    // All other words are other names of the publisher, or English.
    let rest = folded(text).replace(&folded(name), "");
    let rest = SITE_WORDS.iter().fold(rest, |rest, word| rest.replace(word, ""));
    rest.is_ascii()
        || is_publisher(&rest)
        || ["独立行政法人", "国立研究開発法人", "自衛隊", "・自衛隊", "-"].contains(&rest.as_str())
}

/// Tells whether a text has the form of the name of an office or a municipality.
fn is_office(text: &str) -> bool {
    let ends = ["省", "庁", "府", "官邸", "委員会", "センター", "機構", "本部", "研究所", "統括室", "事務局"];
    let towns = ["市", "町", "村", "区", "県", "都", "道"];
    let length = text.chars().count();
    let wide = text.chars().next().is_some_and(|c| !c.is_ascii());
    // 日本年金機構 names no year.
    let has_year = text.contains('年') && text.contains(|c: char| c.is_numeric() || c == '元');
    let plain = !has_year && !text.contains(['「', '、', '。', '第', '：', '｜']);
    wide && plain
        && ((2..=MAX_OFFICE_CHARS).contains(&length) && ends.iter().any(|end| text.ends_with(end))
            || (2..=7).contains(&length) && towns.iter().any(|end| text.ends_with(end)))
}

/// The places of a page that may name its publisher, the best first.
#[derive(Default)]
pub(super) struct Evidence<'a> {
    /// Parts of the `<title>` beside the name of the page.
    pub parts: Vec<&'a str>,
    /// `og:site_name`, `author`, `DC.publisher`.
    pub metas: Vec<String>,
    /// Lines of the head of the document: date, ministry, title.
    pub head: Vec<&'a str>,
    /// Lines and images of the parts that were left out.
    pub around: Vec<String>,
    /// Addresses of the page.
    pub addresses: Vec<String>,
}

/// Returns the publisher of a page.
pub(super) fn publisher(evidence: &Evidence<'_>) -> Option<String> {
    let known = |text: &str| named_alone(text).map(str::to_owned);
    let other = |text: &str| Some(bare(text)).filter(|name| is_office(name)).map(str::to_owned);
    let parts = || evidence.parts.iter().copied();
    let metas = || evidence.metas.iter().map(String::as_str);
    let host = || {
        evidence.addresses.iter().find_map(|address| {
            let host = url::Url::parse(address).ok()?.host_str()?.to_owned();
            TABLE
                .hosts
                .iter()
                .find(|(name, _)| host == *name || host.ends_with(&format!(".{name}")))
                .map(|(_, name)| (*name).to_owned())
        })
    };
    // The site stands last, or first where no part behind it is known.
    parts()
        .rev()
        .find_map(known)
        .or_else(|| metas().find_map(known))
        .or_else(|| metas().next().map(|name| bare(name).to_owned()).filter(|name| !name.is_empty()))
        .or_else(|| parts().last().and_then(other).or_else(|| parts().next().and_then(other)))
        .or_else(|| evidence.head.iter().find_map(|line| head_line(line)))
        .or_else(host)
        .or_else(|| evidence.around.iter().find_map(|text| around(text)))
        .or_else(|| evidence.head.iter().find_map(|line| other(line)))
}

/// Returns the publisher that a line under the date names: `総務省`, `独立行政法人情報処理推進機構`.
fn head_line(line: &str) -> Option<String> {
    let folded = folded(line);
    is_publisher(line).then(|| named_alone(line).map(str::to_owned)).flatten().or_else(|| {
        // 内閣府政策統括官: the name begins the line.
        let found = TABLE.names.iter().find(|(name, _)| folded.starts_with(name.as_str()));
        let is_office = ["官", "局", "課", "室", "部", "班", "）", ")"].iter().any(|end| line.trim().ends_with(end));
        found
            .filter(|_| is_office && folded.chars().count() <= 30 && !line.contains('。'))
            .map(|(_, name)| (*name).to_owned())
    })
}

/// Returns the publisher that a text around the main text names: a copyright notice, a logo, 総務省トップ.
fn around(text: &str) -> Option<String> {
    if let Some(name) = named_alone(text) {
        return Some(name.to_owned());
    }
    let is_notice = text.contains('©') || text.to_ascii_lowercase().contains("copyright");
    if is_notice || super::words::is_root(text) || text.ends_with("へ") {
        return inside(text);
    }
    None
}

/// Returns the publisher whose name stands in a text.
fn inside(text: &str) -> Option<String> {
    let folded = folded(text);
    let found = TABLE.names.iter().find(|(name, _)| folded.contains(name.as_str()));
    let short = || TABLE.by_name.get("官邸").copied().filter(|_| folded.starts_with("官邸"));
    found.map(|(_, name)| (*name).to_owned()).or_else(|| short().map(str::to_owned))
}
