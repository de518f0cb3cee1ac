//! The names of partners and where a text has them.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::half_width::PlainText;
use super::lexicon::Hit;
use crate::script::{half_width, is_kanji, is_katakana, is_numeral};

pub(super) const PARTNERS: &str = include_str!("../../data/partners.tsv");
pub(super) const NON_PARTNERS: &str = include_str!("../../data/nonpartners.tsv");

/// What a partner is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// アジア, 欧州
    Region,
    /// A country that Japan has relations with.
    Country,
    /// 台湾, 香港: no diplomatic relations.
    Area,
    /// An international organisation.
    Body,
    /// ASEAN, EU, APEC, G7: states or others that act together.
    Framework,
}

impl Kind {
    /// True for one government; false for what has members.
    pub fn is_single(self) -> bool {
        matches!(self, Self::Country | Self::Area)
    }
}

/// One row of the table.
#[derive(Clone, Debug)]
pub struct Partner {
    /// Place in the tree: アジア/ASEAN/シンガポール.
    pub path: &'static str,
    /// Usual short name: the last part of the path.
    pub name: &'static str,
    /// ISO 3166-1 code.
    pub code: &'static str,
    /// What it is.
    pub kind: Kind,
    /// The character of bilateral forms: 米.
    pub kanji: Option<char>,
    /// Other names.
    pub names: Vec<&'static str>,
    /// Institutions that stand for it.
    pub bodies: Vec<&'static str>,
    /// Cities that tell a venue.
    pub cities: Vec<&'static str>,
}

/// The table with its patterns.
pub struct Partners {
    rows: Vec<Partner>,
    by_name: HashMap<String, usize>,
    /// All that may stand for a partner in a text.
    patterns: Vec<String>,
    /// What each pattern means.
    entries: Vec<Entry>,
}

/// How a name stands for its partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Name,
    Body,
    City,
    /// 日米, 米側, 訪米: the character alone.
    Short,
}

#[derive(Clone, Debug)]
struct Entry {
    partners: Vec<usize>,
    form: Form,
    /// Japan is in it: 日米.
    bilateral: bool,
    /// 日秘: read so only where what follows says it.
    weak: bool,
}

/// A name in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Rows of the table: two for 日中韓.
    pub partners: Vec<usize>,
    pub form: Form,
    /// Joined with 日: 日米, 日・EU.
    pub bilateral: bool,
    /// Code points.
    pub start: usize,
    pub end: usize,
}

/// The one table of the program.
pub fn partners() -> &'static Partners {
    static TABLE: LazyLock<Partners> = LazyLock::new(Partners::new);
    &TABLE
}

/// Characters used in bilateral forms so often that nothing else need say it.
const STRONG_KANJI: &str = "米中韓英仏独印豪伯露欧伊加越尼墨蘭朝台";
/// Characters of states whose relations are named without Japan: 米中, 英仏.
const MAJOR_KANJI: &str = "米中韓英仏独印豪露欧加";
/// What follows a weak bilateral form.
const RELATION_WORDS: &[&str] = &[
    "両国",
    "間",
    "首脳",
    "外相",
    "経済",
    "EPA",
    "通商",
    "ICT",
    "共同",
    "友好",
    "関係",
    "協力",
    "政策",
    "合同",
    "情報",
    "二国",
    "サイバー",
    "閣僚",
    "大臣",
    "局長",
];

impl Partners {
    fn new() -> Self {
        let rows: Vec<Partner> = PARTNERS.lines().filter(|line| !line.starts_with('#')).filter_map(row).collect();
        let mut by_name = HashMap::new();
        for (at, row) in rows.iter().enumerate() {
            for name in [row.path, row.name, row.code]
                .into_iter()
                .chain(row.names.iter().copied())
                .filter(|name| !name.is_empty())
            {
                by_name.entry(name.to_lowercase()).or_insert(at);
            }
        }
        let (patterns, entries) = patterns(&rows);
        Self { rows, by_name, patterns, entries }
    }

    /// All rows in order of the table.
    pub fn rows(&self) -> &[Partner] {
        &self.rows
    }

    /// The partner of any of its names, codes or its path, whatever the case.
    pub fn by_name(&self, name: &str) -> Option<&Partner> {
        let plain: String = name.trim().chars().map(half_width).collect();
        self.by_name.get(&plain.to_lowercase()).map(|at| &self.rows[*at])
    }

    /// All names of a partner, with the usual one first.
    pub fn names_of(partner: &Partner) -> impl Iterator<Item = &'static str> {
        std::iter::once(partner.name).chain(partner.names.iter().copied())
    }

    /// What to look for in a text.
    pub(super) fn patterns(&self) -> impl Iterator<Item = &str> {
        self.patterns.iter().map(String::as_str)
    }

    /// The names among the patterns found in a text.
    pub(super) fn names(&self, plain: PlainText<'_>, hits: &[Hit]) -> Vec<Found> {
        let PlainText { letters: text, chars } = plain;
        let mut found = Vec::new();
        let (mut at, mut byte) = (0, 0);
        for hit in hits {
            at += text[byte..hit.start].chars().count();
            byte = hit.start;
            let end = at + text[hit.start..hit.end].chars().count();
            let Some(entry) = self.entries.get(hit.pattern) else { continue };
            if !entry.partners.is_empty() && stands_alone(chars, at, end, entry) {
                let joined = entry.bilateral || (entry.form == Form::Name && follows_japan(chars, at));
                found.push(Found {
                    partners: entry.partners.clone(),
                    form: entry.form,
                    bilateral: joined,
                    start: at,
                    end,
                });
            }
        }
        found
    }
}

fn row(line: &'static str) -> Option<Partner> {
    let cells: Vec<&str> = line.split('\t').collect();
    let [path, code, kind, kanji, names, bodies, cities, ..] = cells.as_slice() else { return None };
    let list = |cell: &&'static str| cell.split('|').filter(|name| !name.is_empty()).collect();
    Some(Partner {
        path,
        name: path.rsplit('/').next().unwrap_or(path),
        code,
        kind: match *kind {
            "region" => Kind::Region,
            "area" => Kind::Area,
            "body" => Kind::Body,
            "framework" => Kind::Framework,
            _ => Kind::Country,
        },
        kanji: kanji.chars().next(),
        names: list(names),
        bodies: list(bodies),
        cities: list(cities),
    })
}

/// All words to look for; the first meaning of a word counts.
fn patterns(rows: &[Partner]) -> (Vec<String>, Vec<Entry>) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut words = Vec::new();
    let mut entries = Vec::new();
    let mut add = |word: String, partners: Vec<usize>, form: Form, bilateral: bool, weak: bool| {
        let word: String = word.chars().map(half_width).collect();
        if !seen.contains_key(&word) {
            seen.insert(word.clone(), words.len());
            words.push(word);
            entries.push(Entry { partners, form, bilateral, weak });
        }
    };
    for word in NON_PARTNERS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split('\t').next()) {
        // 米国連邦 keeps 米国.
        let inner =
            rows.iter().position(|row| row.kind.is_single() && word.starts_with(row.name) && word.ends_with('邦'));
        add(word.to_owned(), inner.into_iter().collect(), Form::Name, false, false);
    }
    for (at, row) in rows.iter().enumerate() {
        for name in Partners::names_of(row) {
            add(name.to_owned(), vec![at], Form::Name, false, false);
            if name.contains('・') {
                add(name.replace('・', ""), vec![at], Form::Name, false, false);
            }
        }
        row.bodies.iter().for_each(|name| add((*name).to_owned(), vec![at], Form::Body, false, false));
    }
    for (at, row) in rows.iter().enumerate() {
        row.cities.iter().for_each(|name| add((*name).to_owned(), vec![at], Form::City, false, false));
    }
    let shorts: Vec<(usize, char)> = rows.iter().enumerate().filter_map(|(at, row)| Some((at, row.kanji?))).collect();
    for (at, kanji) in &shorts {
        let weak = !STRONG_KANJI.contains(*kanji);
        for dot in ["", "・"] {
            add(format!("日{dot}{kanji}"), vec![*at], Form::Short, true, weak || (*kanji == '中' && dot.is_empty()));
        }
        if !MAJOR_KANJI.contains(*kanji) {
            continue;
        }
        for frame in ["訪#", "対#", "#側", "#政府", "#大統領", "#当局", "駐#", "#商務省", "#議会"] {
            // 対中 and 対独 would be read in 対中期, 対独立: only with the word behind.
            if !(frame == "対#" && matches!(kanji, '中' | '独' | '加' | '英')) {
                add(frame.replace('#', &kanji.to_string()), vec![*at], Form::Short, false, false);
            }
        }
        for (other, second) in shorts.iter().filter(|(_, second)| MAJOR_KANJI.contains(*second) && second != kanji) {
            for dot in ["", "・"] {
                add(format!("日{dot}{kanji}{dot}{second}"), vec![*at, *other], Form::Short, true, false);
            }
            for (third, last) in
                shorts.iter().filter(|(_, last)| MAJOR_KANJI.contains(*last) && last != second && last != kanji)
            {
                add(format!("日{kanji}{second}{last}"), vec![*at, *other, *third], Form::Short, true, false);
            }
        }
    }
    for pair in [
        "米中",
        "米英",
        "英米",
        "米韓",
        "中韓",
        "米豪",
        "英仏",
        "仏独",
        "独仏",
        "米露",
        "中露",
        "米印",
        "米欧",
        "米加",
        "中印",
        "中米関係",
    ] {
        let both =
            pair.chars().filter_map(|c| shorts.iter().find(|(_, kanji)| *kanji == c)).map(|(at, _)| *at).collect();
        add(pair.to_owned(), both, Form::Short, false, false);
    }
    (words, entries)
}

/// True where the match is a word of its own and not a piece of another.
fn stands_alone(chars: &[char], start: usize, end: usize, entry: &Entry) -> bool {
    let before = start.checked_sub(1).and_then(|at| chars.get(at)).copied();
    let after = chars.get(end).copied();
    let (first, last) = (chars[start], chars[end - 1]);
    let rest = &chars[end..chars.len().min(end + 6)];
    let next_is = |word: &&str| rest.len() >= word.chars().count() && word.chars().zip(rest).all(|(a, b)| a == *b);
    if is_katakana(first) && before.is_some_and(is_katakana) || is_katakana(last) && after.is_some_and(is_katakana) {
        return false;
    }
    // 2014OECD, APECTEL54: digits end a name of letters alone.
    let letters = end - start >= 4 && chars[start..end].iter().all(char::is_ascii_alphabetic);
    let continues = |c: char| if letters { c.is_ascii_alphabetic() } else { c.is_ascii_alphanumeric() };
    if first.is_ascii_alphanumeric() && before.is_some_and(continues) {
        return false;
    }
    if last.is_ascii_alphanumeric() && after.is_some_and(|c| continues(c) || c == '$') {
        return false;
    }
    match entry.form {
        Form::Short if entry.bilateral => {
            let bad = before.is_some_and(|c| is_numeral(c) || "本平休毎今明昨土祝当同終半前翌後末月曜日".contains(c));
            let relation = RELATION_WORDS.iter().any(next_is);
            let noun = after.is_some_and(|c| {
                is_kanji(c) || is_katakana(c) || c.is_ascii_uppercase() || matches!(c, '「' | '・' | '(')
            });
            !bad && (!entry.weak || relation || (chars[end - 1] == '中' && noun))
        }
        Form::Short => !before.is_some_and(is_kanji) || matches!(first, '訪' | '対' | '駐'),
        // 中国: not after a kanji that makes it part of another name; region lists name a part of Japan.
        Form::Name if end - start == 2 && is_kanji(first) => {
            let glued = before.is_some_and(|c| {
                is_kanji(c) && !"日対在駐訪米英独仏韓中豪印元前現及び旧新同各の年月回国省".contains(c)
            });
            let language = after == Some('語');
            !(glued || language || first == '中' && in_region_list(chars, start, end))
        }
        Form::City => !before.is_some_and(is_kanji) || before == Some('国'),
        _ => true,
    }
}

/// 東海、中国: parts of Japan named beside each other.
fn in_region_list(chars: &[char], start: usize, end: usize) -> bool {
    const REGIONS: &[&str] =
        &["北海道", "東北", "関東", "信越", "北陸", "東海", "近畿", "四国", "九州", "沖縄", "中部", "関西"];
    let window = |range: std::ops::Range<usize>| -> String { chars[range].iter().collect() };
    let before = window(start.saturating_sub(5)..start);
    let after = window(end..chars.len().min(end + 5));
    let mark = |text: &str| text.starts_with(['、', '・', '及', '・']);
    (mark(&after) && REGIONS.iter().any(|region| after.contains(region)))
        || (before.ends_with(['、', '・']) && REGIONS.iter().any(|region| before.contains(region)))
}

/// 日EU, 日・EU, 日本・ASEAN.
fn follows_japan(chars: &[char], start: usize) -> bool {
    let before: String = chars[start.saturating_sub(3)..start].iter().collect();
    let bare = before.trim_end_matches(['・', '-', '－', '/']);
    if bare.ends_with("日本") {
        return bare.len() < before.len();
    }
    let lone = bare
        .chars()
        .rev()
        .nth(1)
        .is_none_or(|c| !is_numeral(c) && !"本平休毎今明昨土祝当同終半前翌後末月曜".contains(c));
    bare.ends_with('日') && lone
}
