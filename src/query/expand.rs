//! Expands a leaf to its alternatives: itself, other spellings, other names, inflections. Each has its reason.

use std::collections::{BTreeSet, HashMap};
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
use crate::script::{is_kanji, is_katakana, is_numeral};

/// Upper bound of alternatives of one leaf.
const MAX_ALTERNATIVES: usize = 96;
/// Upper bound of spellings of one name.
const MAX_SPELLED_NAMES: usize = 12;
/// Longest compound that is searched for names inside it, in characters.
const MAX_COMPOUND: usize = 20;
/// Longest acronym that replaces a name in a compound, in characters.
const MAX_ACRONYM: usize = 5;
/// Upper bound of spellings of a verb that are inflected.
const MAX_INFLECTED: usize = 6;
/// Upper bound of combinations of spellings of the words of a leaf.
const MAX_SPELLED: usize = 48;

/// Makes plans of leaves; without `variants` a plan has only spellings.
pub struct Expander<'a> {
    analyzer: &'a Analyzer,
    variants: bool,
    /// Cache of the unit ends of katakana runs.
    runs: HashMap<Vec<char>, Vec<usize>>,
}

impl<'a> Expander<'a> {
    /// Makes an expander.
    pub fn new(analyzer: &'a Analyzer, variants: bool) -> Self {
        Self { analyzer, variants, runs: HashMap::new() }
    }

    /// Makes the plan of a leaf.
    pub fn plan(&mut self, leaf: &Leaf) -> Plan {
        // Invisible characters are removed, as in documents.
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
        // 3月 begins 3月末, so 三月 does too.
        let ends_in_unit = |form: &Vec<char>| form.last().is_some_and(|c| !is_numeral(*c));
        for form in numbers::numbers(&typed).into_iter().filter(ends_in_unit).take(MAX_SPELLED_NAMES) {
            let shown = form.iter().collect();
            found.add(form, Tier::Substring, false, true, Reason::Spelling, shown);
        }
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

    /// Adds other spellings of the word, in the same tier. Returns the verb stems of a noun, which are another word
    /// of the family.
    fn add_spellings(&mut self, text: &str, typed: &[char], found: &mut Gathered) -> Vec<Vec<char>> {
        let mut forms: Vec<Vec<char>> = vec![typed.to_vec()];
        let mut stems: Vec<Vec<char>> = Vec::new();
        // If no rule applies to a text or to a spelling put into it, no rule applies to their combination; `ruled`
        // saves these calls.
        let mut of_typed = rules::spellings(typed);
        let mut ruled = vec![!of_typed.is_empty()];
        // Replaces each table word of the query by each of its spellings; backwards, so that earlier positions stay
        // valid.
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

    /// Returns the end positions of katakana units.
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

    /// Returns the unit ends of a katakana run, from a cache: the spellings of a text share most runs.
    fn unit_ends(&mut self, run: &[char]) -> &[usize] {
        if !self.runs.contains_key(run) {
            let analyzed = self.analyzer.analyze(&run.iter().collect::<String>());
            let ends = (1..=run.len()).filter(|end| analyzed.boundary.get(*end) == Some(&true)).collect();
            self.runs.insert(run.to_vec(), ends);
        }
        &self.runs[run]
    }

    /// Adds other names of the whole leaf, or of the partner at the end of a bilateral form.
    fn add_names(&mut self, typed: &[char], found: &mut Gathered) {
        let key: String = typed.iter().collect();
        let mut add = |name: String, kind: &'static str| {
            found.add(fold(&name).chars, Tier::Variant, false, false, Reason::Alias(kind), name)
        };
        for alias in aliases().get(&key) {
            for member in alias.others(&key) {
                add((*member).to_owned(), alias.kind);
                // Members of the table have numerals too: 7か国 = 七カ国.
                for spelled in numbers::spellings(&fold(member).chars).iter().take(MAX_SPELLED_NAMES) {
                    add(spelled.iter().collect(), alias.kind);
                }
            }
        }
        // ITU-T is a part of ITU, so names of ITU are no names of it.
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

    /// AI戦略 = 人工知能戦略: replaces an acronym in a compound by its Japanese long forms, and a long form by its
    /// acronym.
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
                    // Only letters and Japanese replace each other: two long forms of one acronym are different
                    // terms.
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

    /// 強化する → 強化し, 強化さ…; 進める → 進めた, 進めて…; 行う → 行い, 行っ…: adds the stem with each inflecting
    /// kana.
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

    /// 人材育成 → 人材の育成, 人材を育成: adds a particle between two words.
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

/// Adds other names of a spelling of the leaf: 先進七カ国 = G7.
fn add_aliases(form: &[char], found: &mut Gathered) {
    let key: String = form.iter().collect();
    for alias in aliases().get(&key) {
        for member in alias.others(&key) {
            let name = (*member).to_owned();
            found.add(fold(member).chars, Tier::Variant, false, false, Reason::Alias(alias.kind), name);
        }
    }
}

/// Returns the country or body with a name, in any form, that folds to the key.
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

/// Returns short forms that name a partner by one character: 日米, 米側 …
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
        // 日中 also means daytime, so only unambiguous forms stay.
        forms.retain(|form| !matches!(form.as_str(), "日中" | "在中" | "中側"));
        forms.extend(["日中韓", "日中間", "日中両国"].map(str::to_owned));
    }
    if kanji == '韓' {
        forms.push("日中韓".to_owned());
    }
    forms
}

/// Returns the table words in folded characters, the longest at each position.
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

/// Adds names that consist of the code of a country and the acronym: CERT in JPCERT. In other names the letters are
/// no word: ICT in NICT, ISP in CISPR.
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

/// Codes of countries at the start of names of bodies (ISO 3166-1).
const COUNTRIES: &[&str] = &[
    "AE", "AR", "AT", "AU", "BE", "BN", "BR", "CA", "CH", "CL", "CN", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB",
    "HK", "HU", "ID", "IE", "IL", "IN", "IT", "JP", "KR", "LV", "LT", "MM", "MX", "MY", "NL", "NO", "NZ", "PH", "PK",
    "PL", "PT", "RO", "RU", "SE", "SG", "SI", "SK", "TH", "TR", "TW", "UA", "UK", "US", "VN", "ZA",
];

/// Adds the acronym as a part of an address, with the mark after it (`ec.europa.eu`, `iot_tel/`) or, for the last part,
/// before it (`/iot`).
fn add_in_addresses(typed: &[char], found: &mut Gathered) {
    let part = |chars: Vec<char>| {
        let shown = chars.iter().collect();
        let part = Alternative::new(chars, Tier::Substring, false, Reason::Spelling, shown);
        Alternative { in_address: true, ..part }
    };
    for mark in ADDRESS_MARKS {
        found.put(Alternative { open_end: true, ..part([typed, &[mark]].concat()) });
        // 5G is no part of 3.5G.
        if !(mark == '.' && typed[0].is_ascii_digit()) {
            found.put(Alternative { open_start: true, ..part([&[mark], typed].concat()) });
        }
    }
}

/// Marks between the parts of an address, folded: a hyphen between letters is a blank.
const ADDRESS_MARKS: [char; 12] = ['.', '/', ' ', '_', '@', '=', '?', '&', '#', ':', '~', '+'];

/// Returns the date of a text that consists of a date alone.
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
    seen: BTreeSet<(Vec<char>, bool)>,
}

impl Gathered {
    /// Adds a new alternative; for a known one, the first reason stays.
    fn add(&mut self, chars: Vec<char>, tier: Tier, loose: bool, open_end: bool, reason: Reason, shown: String) {
        self.put(Alternative { open_end, ..Alternative::new(chars, tier, loose, reason, shown) });
    }

    /// As [`Self::add`].
    fn put(&mut self, alternative: Alternative) {
        let is_full = alternative.chars.is_empty() || self.list.len() >= MAX_ALTERNATIVES;
        if !is_full && self.seen.insert((alternative.chars.clone(), alternative.open_end)) {
            self.list.push(alternative);
        }
    }
}
