//! English names of Japanese terms, as the documents give them themselves: 情報共有分析センター（Information Sharing and
//! Analysis Center）, CSSP（制御システムセキュリティプログラム）.
//!
//! A pair is a proposal. Only a pair that a person has approved in a file translates a query.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::passages::{all_hits, each_passage};
use super::words::{Token, Words};
use crate::analysis::{Analyzer, Part};
use crate::engine::{Engine, Request, SearchError};
use crate::metadata::{Partners, partners};

/// Columns of a glossary.
pub const GLOSSARY_COLUMNS: [&str; 6] = ["english", "japanese", "passages", "documents", "passage", "approved"];
/// Most characters between brackets.
const MOST_INSIDE: usize = 100;
/// Most characters of a Japanese name.
const MOST_NAME: usize = 40;
/// Words in brackets that name no term, and how those begin that are addresses.
const NO_NAMES: [&str; 4] = ["pdf", "html", "url", "csv"];
const ADDRESSES: [&str; 2] = ["http", "www."];
/// Starts of a remark in brackets.
const REMARKS: [&str; 12] =
    ["以下", "注", "仮称", "平成", "令和", "昭和", "参考", "別紙", "別添", "資料", "図表", "第"];
/// Answers of a person that approve a pair.
const YES: [&str; 5] = ["yes", "y", "1", "はい", "○"];

/// An English name of a Japanese term.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    /// The English name.
    pub english: String,
    /// The Japanese term.
    pub japanese: String,
    /// Number of passages with the pair.
    pub passages: usize,
    /// Number of their documents.
    pub documents: usize,
    /// Id of the first passage.
    pub passage: String,
    /// True where a person has approved the pair.
    pub approved: bool,
}

/// Finds the pairs in all passages that pass the filters of a request; those of most documents first.
///
/// # Errors
/// As [`Engine::each_match`].
///
/// # Examples
/// ```
/// # use fumikura::{Index, IndexOptions, Request, pipeline, study};
/// # let folder = tempfile::tempdir()?;
/// # let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
/// # std::fs::create_dir(&texts)?;
/// # std::fs::write(texts.join("a.txt"), "日米対話\n\n両国は、情報共有（Information Sharing）とCSSP（制御システム）を進める。\n")?;
/// # pipeline::run(&IndexOptions::new(vec![texts], index.clone()), &())?;
/// # let index = Index::open(index)?;
/// let (pairs, cut) = study::mine_pairs(&index, &fumikura::analysis::Analyzer::new(), &Request::default())?;
/// let pairs: Vec<(&str, &str)> = pairs.iter().map(|pair| (pair.english.as_str(), pair.japanese.as_str())).collect();
/// assert_eq!((pairs, cut), (vec![("CSSP", "制御システム"), ("Information Sharing", "情報共有")], false));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn mine_pairs(
    engine: &dyn Engine,
    analyzer: &Analyzer,
    request: &Request,
) -> Result<(Vec<Pair>, bool), SearchError> {
    let words = Words { analyzer, compound: true };
    let mut found: BTreeMap<(String, String), (Pair, FxHashSet<String>)> = BTreeMap::new();
    let work = |hit: crate::engine::Found| (pairs(words, &hit.passage.text), hit.passage.id, hit.document.id);
    let answer = each_passage(engine, &all_hits(request), work, |(pairs, passage, document)| {
        let distinct: FxHashSet<(String, String)> = pairs.into_iter().collect();
        for (english, japanese) in distinct {
            let (pair, documents) = found.entry((normal(&english), japanese.clone())).or_default();
            if pair.passages == 0 {
                *pair = Pair { english, japanese, passage: passage.clone(), ..Pair::default() };
            }
            pair.passages += 1;
            documents.insert(document.clone());
            pair.documents = documents.len();
        }
    })?;
    let mut pairs: Vec<Pair> = found.into_values().map(|(pair, _)| pair).collect();
    // Stable: those of as many documents stand by their names.
    pairs.sort_by_key(|pair| std::cmp::Reverse((pair.documents, pair.passages)));
    Ok((pairs, answer.timed_out))
}

/// Finds the pairs of a text.
fn pairs(words: Words<'_>, text: &str) -> Vec<(String, String)> {
    let chars: Vec<char> = text.chars().map(half_width).collect();
    let mut found = Vec::new();
    let mut tokens = None;
    for open in (0..chars.len()).filter(|at| chars.get(*at) == Some(&'(')) {
        let rest = chars.get(open + 1..).unwrap_or_default();
        let Some(length) = rest.iter().take(MOST_INSIDE).position(|c| matches!(c, ')' | '(' | '\n')) else { continue };
        if rest.get(length) != Some(&')') {
            continue;
        }
        let inside: String = rest.iter().take(length).collect();
        let before = chars.get(..open).unwrap_or_default();
        if is_english(&inside) {
            let tokens = tokens.get_or_insert_with(|| words.of(text));
            if let Some(name) = name_before(open, tokens, &chars).filter(|name| is_japanese(name)) {
                let pieces = inside.split([':', ';', ',', '、']).map(str::trim).filter(|piece| is_english(piece));
                found.extend(pieces.map(|piece| (piece.to_owned(), name.clone())));
            }
        } else if is_japanese(&inside) && !REMARKS.iter().any(|remark| inside.starts_with(remark)) {
            let run =
                before.iter().rev().take_while(|c| is_english_character(**c) && !matches!(c, ',' | ':' | ';' | '、'));
            let run: String = run.collect::<Vec<_>>().into_iter().rev().collect();
            let english = run.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            if is_english(english) {
                found.push((english.to_owned(), inside));
            }
        }
    }
    found.retain(|(english, japanese)| !tells_whose(english, japanese));
    found
}

/// Returns the name that ends at an opening bracket: a noun, with all nouns that middle dots join to it.
///
/// The dots of 情報セキュリティ・プライバシー作業部会（ISP） stand inside one name, and the bracket is behind the whole of it.
/// Two names with brackets of their own are apart, because a bracket stands before the dot: 計画（PLAN）・実行（DO）. An
/// abbreviation behind the dot is a name of its own, which the bracket writes in full: テレワーク・SOHO（Small Office …）.
fn name_before(open: usize, tokens: &[Token], chars: &[char]) -> Option<String> {
    let noun_before = |end: usize| tokens.iter().find(|token| token.span.end == end && token.part == Part::Noun);
    let last = noun_before(open)?.span;
    if !chars.iter().take(last.end).skip(last.start).any(|c| is_kanji_or_katakana(*c)) {
        return None;
    }
    let mut start = last.start;
    while let Some(dot) = start.checked_sub(1).filter(|dot| chars.get(*dot) == Some(&'・')) {
        let Some(noun) = noun_before(dot) else { break };
        start = noun.span.start;
    }
    Some(chars.iter().take(open).skip(start).collect())
}

/// Tells whether a bracket names a state and the words before it another thing: 政策運営課題（NZ）, Grand Hotel（シンガポール）.
///
/// Brackets behind a thing tell whose it is or where it is. The name of a state is a name of that state alone, so it
/// translates only another name of it: ニュージーランド（NZ）. The codes of ISO 3166 are no names in texts: IT is
/// information technology, and not Italy.
fn tells_whose(english: &str, japanese: &str) -> bool {
    let state = |text: &str| {
        let mut states = partners().rows().iter().filter(|partner| partner.kind.is_single());
        states.find(|partner| Partners::names_of(partner).any(|name| name == text)).map(|found| found.path)
    };
    state(english) != state(japanese)
}

/// Writes Latin letters, digits and brackets of full width as those of half width.
fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    }
}

fn is_english_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || " -/&.,:;'’、".contains(c)
}

/// True for a name or an abbreviation in Latin letters.
fn is_english(text: &str) -> bool {
    let letters = text.chars().filter(char::is_ascii_alphabetic).count();
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(is_english_character)
        && letters >= 2
        && letters * 2 > text.chars().filter(|c| !c.is_whitespace()).count()
        && !NO_NAMES.contains(&normal(text).as_str())
        && !ADDRESSES.iter().any(|start| normal(text).starts_with(start))
}

/// True for a Japanese name: kanji and katakana, with の or と between them.
fn is_japanese(text: &str) -> bool {
    let of_name =
        |c: char| is_kanji_or_katakana(c) || c.is_ascii_alphanumeric() || matches!(c, 'ー' | '・' | 'の' | 'と' | '-');
    let length = text.chars().count();
    (2..=MOST_NAME).contains(&length)
        && text.chars().all(of_name)
        && text.chars().filter(|c| is_kanji_or_katakana(*c)).count() >= 2
}

fn is_kanji_or_katakana(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{30A1}'..='\u{30FA}' | '々')
}

/// Writes an English name for comparison.
fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Reads a glossary: tab-separated columns with their names in the first line. `english` and `japanese` are needed,
/// `approved` tells the pairs that translate.
///
/// # Errors
/// A line in another form: its number and what is wrong.
///
/// # Examples
/// ```
/// let file = "english\tjapanese\tapproved\nInformation Sharing\t情報共有\tyes\nCSSP\t制御システム\t\n";
/// let pairs = fumikura::study::read_glossary(file)?;
/// let approved: Vec<bool> = pairs.iter().map(|pair| pair.approved).collect();
/// assert_eq!(approved, [true, false]);
/// let found = fumikura::study::translations(&pairs, "information  sharing");
/// assert_eq!(found, ["情報共有"]);
/// # Ok::<(), String>(())
/// ```
pub fn read_glossary(text: &str) -> Result<Vec<Pair>, String> {
    let mut lines = text.trim_start_matches('\u{FEFF}').lines().enumerate();
    let (_, head) = lines.next().ok_or("is empty; fumikura glossary writes one")?;
    let names: Vec<&str> = head.split('\t').map(str::trim).collect();
    let column = |name: &str| names.iter().position(|known| *known == name);
    let needed = |name: &str| column(name).ok_or(format!("line 1: no column '{name}'"));
    let (english, japanese, approved) = (needed("english")?, needed("japanese")?, needed("approved")?);
    let mut pairs = Vec::new();
    for (at, line) in lines.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let cell = |place: usize| cells.get(place).copied().unwrap_or_default().to_owned();
        let pair = Pair {
            english: cell(english),
            japanese: cell(japanese),
            approved: YES.contains(&cell(approved).to_lowercase().as_str()),
            ..Pair::default()
        };
        if pair.english.is_empty() || pair.japanese.is_empty() {
            return Err(format!("line {}: english and japanese must not be empty", at + 1));
        }
        pairs.push(pair);
    }
    Ok(pairs)
}

/// Returns the approved Japanese terms of an English name, each once: those of the name itself, else those of the names
/// that hold all its words.
pub fn translations(pairs: &[Pair], english: &str) -> Vec<String> {
    let asked = normal(english);
    let of_words = |pair: &&Pair| {
        let name = normal(&pair.english);
        let has = |word: &str| name.split(' ').any(|known| known == word);
        !asked.is_empty() && asked.split(' ').all(has)
    };
    let approved = || pairs.iter().filter(|pair| pair.approved);
    let mut found: Vec<&Pair> = approved().filter(|pair| normal(&pair.english) == asked).collect();
    if found.is_empty() {
        found = approved().filter(of_words).collect();
    }
    let mut terms: Vec<String> = Vec::new();
    for pair in found {
        if !terms.contains(&pair.japanese) {
            terms.push(pair.japanese.clone());
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::{Words, pairs};
    use crate::analysis::Analyzer;

    #[test]
    fn pairs_are_found_on_both_sides_of_a_bracket() {
        let analyzer = Analyzer::new();
        for (text, expected) in [
            (
                "情報共有分析センター（ISAC：Information Sharing and Analysis Center）を設ける",
                &[
                    ("ISAC", "情報共有分析センター"),
                    ("Information Sharing and Analysis Center", "情報共有分析センター"),
                ][..],
            ),
            (
                "新たなＣＳＳＰ（制御システムセキュリティプログラム）である",
                &[("CSSP", "制御システムセキュリティプログラム")],
            ),
            (
                "Internet Governance Forum（インターネット・ガバナンス・フォーラム）の開催",
                &[("Internet Governance Forum", "インターネット・ガバナンス・フォーラム")],
            ),
            // A middle dot joins the parts of one name; a bracket before it ends another name.
            (
                "4つの作業部会が設置され、情報セキュリティ・プライバシー作業部会(ISP)において",
                &[("ISP", "情報セキュリティ・プライバシー作業部会")],
            ),
            ("テレワーク・SOHO（Small Office Home Office）の推進", &[]),
            ("文化・メディア・スポーツ省（DCMS）", &[("DCMS", "文化・メディア・スポーツ省")]),
            ("・プライバシー作業部会（WP）", &[("WP", "プライバシー作業部会")]),
            ("世界資源研究所（WRI）・国際金融公社（IFC）", &[("WRI", "世界資源研究所"), ("IFC", "国際金融公社")]),
            ("資料（PDF）、政策会議（以下「会議」という。）、会合（第3回）、東京（平成29年）", &[]),
            ("協力した（see below）。ASEAN（次の10か国が加盟している）", &[]),
            ("閉じない（Information", &[]),
            // A state in brackets tells whose or where, unless both sides name it.
            ("セキュリティ文化の構築 - 政策運営課題(NZ)、演習（US）", &[]),
            ("Grand Copthorne Waterfront Hotel（シンガポール）", &[]),
            ("ニュージーランド（NZ）との対話", &[("NZ", "ニュージーランド")]),
            ("United States（米国）の提案", &[("United States", "米国")]),
            ("国際電気通信連合（ITU）の情報技術（IT）", &[("ITU", "国際電気通信連合"), ("IT", "情報技術")]),
        ] {
            let found = pairs(Words { analyzer: &analyzer, compound: true }, text);
            let found: Vec<(&str, &str)> =
                found.iter().map(|(english, name)| (english.as_str(), name.as_str())).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
