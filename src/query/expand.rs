//! What a leaf stands for: itself, other spellings, other names, inflections. Each with its reason.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use super::ast::{Form, Leaf};
use super::plan::{Alternative, Plan, Reason, Tier};
use super::tables::{Spelling, alias_members, aliases, longest_spelling};
use super::{latin, marks, numbers, rules};
use crate::analysis::{Analyzer, fold, is_latin};
use crate::document::DateMention;
use crate::metadata::date::{Context, mentions};
use crate::metadata::{Partner, Partners, partners};
use crate::script::is_invisible;
use crate::script::{is_kanji, is_katakana};

/// Most alternatives of one leaf.
const MAX_ALTERNATIVES: usize = 96;
/// Most spellings of one name that are looked for or looked up.
const MAX_SPELLED_NAMES: usize = 12;
/// Longest compound in which names are looked for, in characters.
const MAX_COMPOUND: usize = 20;
/// Longest acronym that stands for a name in a compound.
const MAX_ACRONYM: usize = 5;
/// Most spellings of a verb that are inflected.
const MAX_INFLECTED: usize = 6;
/// Most ways to write the words of a leaf that have several spellings.
const MAX_SPELLED: usize = 48;

/// Makes plans; `variants` off leaves out everything but spelling.
pub struct Expander<'a> {
    analyzer: &'a Analyzer,
    variants: bool,
    /// Ends of the units of the runs of katakana seen so far.
    runs: HashMap<Vec<char>, Vec<usize>>,
}

impl<'a> Expander<'a> {
    /// Makes an expander.
    pub fn new(analyzer: &'a Analyzer, variants: bool) -> Self {
        Self { analyzer, variants, runs: HashMap::new() }
    }

    /// The plan of a leaf.
    pub fn plan(&mut self, leaf: &Leaf) -> Plan {
        // As in documents.
        let leaf = &Leaf { text: leaf.text.chars().filter(|c| !is_invisible(*c)).collect(), ..leaf.clone() };
        let typed = fold(&leaf.text).chars;
        let mut found = Gathered::default();
        if typed.is_empty() {
            return Plan { leaf: leaf.clone(), alternatives: Vec::new(), date: None };
        }
        let acronym = leaf.form == Form::Word && latin::is_acronym(&leaf.text, &typed);
        let numbered = leaf.form == Form::Word && latin::is_numbered(&typed);
        let whole_only = leaf.form == Form::Whole || acronym || numbered;
        found.add(typed.clone(), Tier::Word, !whole_only, false, Reason::Typed, leaf.text.clone());
        if matches!(leaf.form, Form::Verbatim | Form::Fuzzy(_)) {
            return Plan { leaf: leaf.clone(), alternatives: found.list, date: None };
        }
        let stems = self.add_spellings(&leaf.text, &typed, &mut found);
        for form in marks::punctuation(&typed) {
            let shown = form.iter().collect();
            found.add(form, Tier::Variant, false, false, Reason::Spelling, shown);
        }
        if acronym {
            add_longer_codes(&typed, &mut found);
        }
        if acronym || numbered {
            add_in_addresses(&typed, &mut found);
        }
        if numbered {
            for (piece, open_end) in latin::pieces_with(&typed) {
                let shown = piece.iter().collect();
                found.add(piece, Tier::Substring, !open_end, open_end, Reason::Spelling, shown);
            }
        }
        if leaf.form == Form::Word && self.variants {
            for stem in stems {
                let shown = stem.iter().collect::<String>() + "…";
                found.add(stem, Tier::Variant, false, true, Reason::Inflection, shown);
            }
            let is_spelling = |form: &&Alternative| form.tier == Tier::Word && form.reason == Reason::Spelling;
            let spelled: Vec<Vec<char>> =
                found.list.iter().filter(is_spelling).map(|form| form.chars.clone()).collect();
            self.add_names(&typed, &mut found);
            spelled.iter().take(MAX_SPELLED_NAMES).for_each(|form| add_aliases(form, &mut found));
            self.add_names_inside(&typed, &mut found);
            let same =
                |form: &Alternative| matches!(form.reason, Reason::Typed | Reason::Spelling) && form.tier == Tier::Word;
            let words: Vec<String> = found
                .list
                .iter()
                .filter(|form| same(form))
                .take(MAX_INFLECTED)
                .map(|form| form.shown.clone())
                .collect();
            words.iter().for_each(|word| self.add_inflections(word, &mut found));
            self.add_particles(&typed, &mut found);
        }
        Plan { leaf: leaf.clone(), alternatives: found.list, date: date_of(&leaf.text) }
    }

    /// Same word, same tier. Gives the stems of the verb of a noun, which are another word of the family.
    fn add_spellings(&mut self, text: &str, typed: &[char], found: &mut Gathered) -> Vec<Vec<char>> {
        let mut forms: Vec<Vec<char>> = vec![typed.to_vec()];
        let mut stems: Vec<Vec<char>> = Vec::new();
        // Rules that say nothing of a text and of what is put into it say nothing of both together.
        let mut of_typed = rules::spellings(typed);
        let mut ruled = vec![!of_typed.is_empty()];
        // The table words of the query by all of their spellings; from the end, so that places before it stay.
        for (start, end, row) in occurrences(typed).into_iter().rev() {
            let begun = forms.len();
            for member in
                row.members.iter().map(|member| fold(member).chars).filter(|member| *member != typed[start..end])
            {
                let is_ruled = rules::may_apply(&member);
                for at in 0..begun.min(MAX_SPELLED.saturating_sub(forms.len())) {
                    forms.push([&typed[..start], &member, &forms[at][end..]].concat());
                    ruled.push(is_ruled || ruled[at]);
                }
            }
            if end == typed.len() {
                stems.extend(row.stems.iter().map(|stem| [&typed[..start], &fold(stem).chars].concat()));
            }
        }
        forms.extend(rules::of_typed(text));
        ruled.resize(forms.len(), true);
        for (at, _) in ruled.iter().enumerate().filter(|(_, ruled)| **ruled) {
            if forms.len() > MAX_ALTERNATIVES {
                break;
            }
            let by_rule = if at == 0 { std::mem::take(&mut of_typed) } else { rules::spellings(&forms[at]) };
            forms.extend(by_rule);
        }
        let mut with_marks = Vec::new();
        for form in forms.iter().take(24) {
            with_marks.extend(rules::final_marks(form, &self.katakana_ends(form)));
        }
        forms.extend(with_marks);
        for form in forms.into_iter().skip(1) {
            let shown = form.iter().collect();
            found.add(form, Tier::Word, false, false, Reason::Spelling, shown);
        }
        stems
    }

    /// Positions behind katakana units.
    fn katakana_ends(&mut self, chars: &[char]) -> Vec<usize> {
        let mut ends = Vec::new();
        let mut start = 0;
        for run in chars.chunk_by(|a, b| is_katakana(*a) == is_katakana(*b)) {
            if is_katakana(run[0]) {
                ends.extend(self.unit_ends(run).iter().map(|end| start + end));
            }
            start += run.len();
        }
        ends
    }

    /// Where the units of a run of katakana end; the spellings of a text have most runs in common.
    fn unit_ends(&mut self, run: &[char]) -> &[usize] {
        if !self.runs.contains_key(run) {
            let analyzed = self.analyzer.analyze(&run.iter().collect::<String>());
            let ends = (1..=run.len()).filter(|end| analyzed.boundary.get(*end) == Some(&true)).collect();
            self.runs.insert(run.to_vec(), ends);
        }
        &self.runs[run]
    }

    /// Other names of the whole leaf, or of the partner a bilateral form ends in.
    fn add_names(&mut self, typed: &[char], found: &mut Gathered) {
        let key: String = typed.iter().collect();
        let mut add = |name: String, kind: &'static str| {
            found.add(fold(&name).chars, Tier::Variant, false, false, Reason::Alias(kind), name)
        };
        for alias in aliases().get(&key) {
            for member in alias.others(&key) {
                add((*member).to_owned(), alias.kind);
                // 7か国 = 七カ国
                for spelled in numbers::spellings(&fold(member).chars).iter().take(MAX_SPELLED_NAMES) {
                    add(spelled.iter().collect(), alias.kind);
                }
            }
        }
        // ITU-T is a part of ITU: the whole is named in other matters.
        let is_part = |partner: &Partner| {
            Partners::names_of(partner).any(|name| {
                key.strip_prefix(&fold(name).chars.iter().collect::<String>()).is_some_and(|rest| rest.starts_with(' '))
            })
        };
        if let Some(partner) = partner_named(&key).filter(|partner| !is_part(partner)) {
            Partners::names_of(partner)
                .chain(partner.bodies.iter().copied())
                .for_each(|name| add(name.to_owned(), "partner"));
            short_forms(partner).into_iter().for_each(|short| add(short, "bilateral"));
        }
        // 日欧 = 日EU, 日米 = 日アメリカ.
        if let Some(rest) = key.strip_prefix('日').filter(|rest| !rest.is_empty()) {
            let mut letters = rest.chars();
            let short = letters.next().filter(|_| letters.next().is_none());
            let by_kanji = || partners().rows().iter().find(|row| short.is_some() && row.kanji == short);
            if let Some(partner) = by_kanji().or_else(|| partner_named(rest)) {
                Partners::names_of(partner).for_each(|name| add(format!("日{name}"), "bilateral"));
                partner.kanji.into_iter().for_each(|kanji| add(format!("日{kanji}"), "bilateral"));
            }
        }
    }

    /// AI戦略 = 人工知能戦略: in a compound, for the acronym of a table its long forms in Japanese, and the other way round.
    fn add_names_inside(&mut self, typed: &[char], found: &mut Gathered) {
        let is_part = |c: &char| is_kanji(*c) || is_katakana(*c) || c.is_ascii_alphanumeric();
        if !(4..=MAX_COMPOUND).contains(&typed.len()) || !typed.iter().all(is_part) {
            return;
        }
        let is_latin_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric());
        let boundary = self.analyzer.analyze(&typed.iter().collect::<String>()).boundary;
        let is_word = |start: usize, end: usize| boundary.get(start) == Some(&true) && boundary.get(end) == Some(&true);
        for start in 0..typed.len() - 1 {
            for end in (start + 2..=typed.len()).filter(|end| end - start < typed.len() && is_word(start, *end)) {
                let piece: String = typed[start..end].iter().collect();
                let of_piece = aliases().get(&piece).filter(|alias| matches!(alias.kind, "alias" | "glossary"));
                for member in of_piece.flat_map(|alias| alias.others(&piece)) {
                    // From letters to Japanese, and back: two long forms side by side are other terms.
                    let other = is_latin_name(member) && member.len() <= MAX_ACRONYM;
                    let japanese = !member.contains(|c: char| c.is_ascii_alphanumeric() || c.is_whitespace());
                    if if is_latin_name(&piece) { japanese } else { other } {
                        let form = [&typed[..start], &fold(member).chars, &typed[end..]].concat();
                        let shown = form.iter().collect();
                        found.add(form, Tier::Variant, false, false, Reason::Alias("glossary"), shown);
                    }
                }
            }
        }
    }

    /// 強化する → 強化し, 強化さ…; 進める → 進めた, 進めて…; 行う → 行い, 行っ…: the stem with the kana that inflect it.
    fn add_inflections(&mut self, text: &str, found: &mut Gathered) {
        let count = text.chars().count();
        let Some(last) = text.chars().next_back().filter(|_| count >= 2) else { return };
        let (cut, endings) = match last {
            'る' if text.ends_with("する") => (2, "しさすせ"),
            'る' => (1, "らりれろっるたてなまよつさ"),
            'う' => (1, "わいうえおっ"),
            'く' => (1, "かきくけこいっ"),
            'ぐ' => (1, "がぎぐげごい"),
            'す' => (1, "さしすせそ"),
            'つ' => (1, "たちつてとっ"),
            'ぬ' => (1, "なにぬねのん"),
            'ぶ' => (1, "ばびぶべぼん"),
            'む' => (1, "まみむめもん"),
            'い' => (1, "いくかけさ"),
            _ => return,
        };
        let stem: String = text.chars().take(count - cut).collect();
        if !stem.chars().any(is_kanji) {
            return;
        }
        for ending in endings.chars() {
            let form = format!("{stem}{ending}");
            found.add(fold(&form).chars, Tier::Variant, false, true, Reason::Inflection, format!("{form}…"));
        }
    }

    /// 人材育成 → 人材の育成, 人材を育成.
    fn add_particles(&mut self, typed: &[char], found: &mut Gathered) {
        let is_noun = |c: &char| is_kanji(*c) || is_katakana(*c) || is_latin(*c);
        if typed.len() < 4 || typed.len() > 20 || !typed.iter().all(is_noun) {
            return;
        }
        let text: String = typed.iter().collect();
        let analyzed = self.analyzer.analyze(&text);
        for at in (2..typed.len() - 1).filter(|at| analyzed.boundary.get(*at) == Some(&true)) {
            for particle in ['の', 'を', 'に'] {
                let form = [&typed[..at], &[particle], &typed[at..]].concat();
                let shown = form.iter().collect();
                found.add(form, Tier::Variant, false, false, Reason::Particle, shown);
            }
        }
    }
}

/// Other names of a spelling of the leaf: 先進七カ国 = G7.
fn add_aliases(form: &[char], found: &mut Gathered) {
    let key: String = form.iter().collect();
    for alias in aliases().get(&key) {
        for member in alias.others(&key) {
            let name = (*member).to_owned();
            found.add(fold(member).chars, Tier::Variant, false, false, Reason::Alias(alias.kind), name);
        }
    }
}

/// A country or body whose name, in any form, folds to the key.
fn partner_named(key: &str) -> Option<&'static Partner> {
    static NAMES: LazyLock<HashMap<String, usize>> = LazyLock::new(|| {
        let mut names = HashMap::new();
        for (at, row) in partners().rows().iter().enumerate() {
            for name in Partners::names_of(row) {
                names.entry(fold(name).chars.into_iter().collect()).or_insert(at);
            }
        }
        names
    });
    NAMES.get(key).map(|at| &partners().rows()[*at])
}

/// 日米, 米側 …: how a text may name a partner by one character.
fn short_forms(partner: &Partner) -> Vec<String> {
    let Some(kanji) = partner.kanji else { return Vec::new() };
    let mut forms = vec![
        format!("日{kanji}"),
        format!("{kanji}側"),
        format!("訪{kanji}"),
        format!("{kanji}政府"),
        format!("在{kanji}"),
        format!("駐{kanji}"),
    ];
    if kanji == '中' {
        // 日中 is daytime too: only what cannot be.
        forms.retain(|form| !matches!(form.as_str(), "日中" | "在中" | "中側"));
        forms.extend(["日中韓", "日中間", "日中両国"].map(str::to_owned));
    }
    if kanji == '韓' {
        forms.push("日中韓".to_owned());
    }
    forms
}

/// Table words in folded characters, longest first at each place.
fn occurrences(chars: &[char]) -> Vec<(usize, usize, Spelling)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        match longest_spelling(&chars[at..]) {
            Some((length, row)) => {
                found.push((at, at + length, row));
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

/// Names of the tables that are the code of a country and an acronym, which is a piece of them: CERT in JPCERT. In
/// other names the letters are no word: ICT in NICT, ISP in CISPR.
fn add_longer_codes(typed: &[char], found: &mut Gathered) {
    static CODES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let names = partners().rows().iter().flat_map(|row| Partners::names_of(row).chain(row.bodies.iter().copied()));
        let words = names.chain(alias_members()).flat_map(|name| name.split(|c: char| !c.is_ascii_alphabetic()));
        let mut codes: Vec<&str> =
            words.filter(|word| word.chars().filter(char::is_ascii_uppercase).count() >= 4).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    });
    let capitals: String = typed.iter().map(char::to_ascii_uppercase).collect();
    let is_of_country = |code: &&&str| code.strip_suffix(&capitals).is_some_and(|country| COUNTRIES.contains(&country));
    for code in CODES.iter().filter(is_of_country).filter(|_| typed.len() > 2) {
        found.add(fold(code).chars, Tier::Substring, false, false, Reason::Spelling, (*code).to_owned());
    }
}

/// Codes of countries that names of bodies begin with (ISO 3166-1).
const COUNTRIES: &[&str] = &[
    "AE", "AR", "AT", "AU", "BE", "BN", "BR", "CA", "CH", "CL", "CN", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB",
    "HK", "HU", "ID", "IE", "IL", "IN", "IT", "JP", "KR", "LV", "LT", "MM", "MX", "MY", "NL", "NO", "NZ", "PH", "PK",
    "PL", "PT", "RO", "RU", "SE", "SG", "SI", "SK", "TH", "TR", "TW", "UA", "UK", "US", "VN", "ZA",
];

/// The parts of addresses, whose pieces stand between these marks: `//ec.`, `.meti.`, `@nisc.`, `/ict/`.
fn add_in_addresses(typed: &[char], found: &mut Gathered) {
    for before in ['/', '.', '@'] {
        for behind in ['.', '/'] {
            let part = [&[before], typed, &[behind]].concat();
            let shown = part.iter().collect();
            found.add(part, Tier::Substring, true, false, Reason::Spelling, shown);
        }
    }
}

/// The date that a text is, where it is one and nothing else.
fn date_of(text: &str) -> Option<DateMention> {
    let found = mentions(text.trim(), &mut Context::default());
    match found.as_slice() {
        [only] if only.span.start == 0 && only.span.end == text.trim().chars().count() && only.interval.is_some() => {
            Some(only.clone())
        }
        _ => None,
    }
}

#[derive(Default)]
struct Gathered {
    list: Vec<Alternative>,
    seen: BTreeMap<(Vec<char>, bool), usize>,
}

impl Gathered {
    /// Adds what is not there yet; the first reason stays.
    fn add(&mut self, chars: Vec<char>, tier: Tier, loose: bool, open_end: bool, reason: Reason, shown: String) {
        if chars.is_empty() || self.list.len() >= MAX_ALTERNATIVES || self.seen.contains_key(&(chars.clone(), open_end))
        {
            return;
        }
        self.seen.insert((chars.clone(), open_end), self.list.len());
        self.list.push(Alternative { chars, tier, loose, open_end, reason, shown });
    }
}
