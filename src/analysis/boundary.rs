//! Where words begin and end in a text, on more evidence than one segmentation.
//!
//! The dictionary's best path comes first. It is then mended by the run: Latin letters and digits are never cut inside;
//! katakana are cut into known short units; a run of kanji that fewer dictionary words can cover is cut that way
//! (外国人|参政権, not 外国|人参|政権); long dictionary words are cut into their parts (国際電気 → 国際|電気).

use std::collections::HashSet;
use std::hash::{BuildHasher, Hash};
use std::ops::RangeInclusive;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::dictionary::{Lexicon, lexicon};
use super::fold::{Folded, fold, is_latin};
use super::lattice::{Lattice, Token, clauses};
use super::tables;
use super::words::{Word, WordTable};
use crate::script::{is_hiragana, is_kanji, is_katakana};

/// Longest run looked at as a whole, in characters; longer ones are no words.
const MAX_RUN_CHARS: usize = 64;
/// Most runs remembered by one analyzer.
const MAX_REMEMBERED: usize = 50_000;
/// Kanji that IPADIC has as prefixes and that seldom are anything else before a word.
const PREFIXES: &str = "大新旧再非不無未副各全諸両準超反";
/// Most ways in which a clause with variant kanji is looked at.
const MAX_WRITTEN_WAYS: usize = 8;
/// Longest clause that is remembered, in characters.
const MAX_REMEMBERED_CHARS: usize = 48;
/// Most clauses remembered by one analyzer.
const MAX_CLAUSES: usize = 20_000;
/// Clauses of which it is known that they were seen.
const SEEN_CLAUSES: usize = 1 << 16;

/// A folded text with its word boundaries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Analyzed {
    /// The folded text.
    pub folded: Folded,
    /// For each position `0..=chars.len()`: a word may begin or end there.
    pub boundary: Vec<bool>,
    /// The units between boundaries, for ranking.
    pub(super) units: Vec<Unit>,
}

/// A unit: a range of the surface, with its dictionary entry where it is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    pub start: usize,
    pub end: usize,
    pub word_id: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Kanji,
    Katakana,
    Hiragana,
    Latin,
    Other,
}

fn script(c: char) -> Script {
    match c {
        c if is_hiragana(c) => Script::Hiragana,
        c if is_katakana(c) => Script::Katakana,
        c if is_kanji(c) => Script::Kanji,
        c if is_latin(c) => Script::Latin,
        _ => Script::Other,
    }
}

/// Words that a person added for cutting, beside those of `data/terms.tsv`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms(Arc<HashSet<String>>);

impl Terms {
    /// Makes a set of terms; what is shorter than two characters cuts nothing and is left out.
    pub fn new(terms: impl IntoIterator<Item = String>) -> Self {
        Self(Arc::new(terms.into_iter().filter(|term| term.chars().count() >= 2).collect()))
    }

    /// The terms in order.
    pub fn sorted(&self) -> Vec<String> {
        let mut terms: Vec<String> = self.0.iter().cloned().collect();
        terms.sort();
        terms
    }

    fn has(&self, word: &str) -> bool {
        tables::is_term(word) || self.0.contains(word)
    }

    /// True where a term may begin: most places are told by two characters.
    fn may_begin(&self, rest: &[char]) -> bool {
        matches!(rest, [first, second, ..] if !self.0.is_empty() || tables::begins_term(*first, *second))
    }
}

/// A clause as it is cut.
struct Clause {
    chars: Box<[char]>,
    /// Length and dictionary entry of each token.
    tokens: Box<[(u8, Option<u32>)]>,
    cut: Box<[bool]>,
}

/// Folds texts and finds their words. One per thread; keeps what it learned of words, runs and clauses.
pub struct Analyzer {
    terms: Terms,
    lattice: Lattice,
    tokens: Vec<Token>,
    lexicon: &'static Lexicon,
    words: WordTable,
    fewest: FxHashMap<Box<[char]>, Rc<[usize]>>,
    parts: FxHashMap<Box<[char]>, Rc<[usize]>>,
    /// By their hashes.
    clauses: FxHashMap<u64, Clause>,
    /// For each clause that came by the upper bits of its hash, at the place of its lower bits.
    seen: Vec<u16>,
}

impl Default for Analyzer {
    fn default() -> Self {
        Self::new()
    }
}

impl Analyzer {
    /// Makes an analyzer over the embedded dictionary.
    pub fn new() -> Self {
        Self::with_terms(Terms::default())
    }

    /// Makes an analyzer that knows a person's own terms too.
    pub fn with_terms(terms: Terms) -> Self {
        let lexicon = lexicon();
        Self {
            terms,
            lattice: Lattice::default(),
            tokens: Vec::new(),
            lexicon,
            words: WordTable::default(),
            fewest: FxHashMap::default(),
            parts: FxHashMap::default(),
            clauses: FxHashMap::default(),
            seen: Vec::new(),
        }
    }

    /// Folds a text and finds its word boundaries.
    ///
    /// # Examples
    /// ```
    /// let mut analyzer = fumikura::analysis::Analyzer::new();
    /// let analyzed = analyzer.analyze("各国連携");
    /// assert_eq!(analyzed.boundary, [true, false, true, false, true]);
    /// ```
    pub fn analyze(&mut self, text: &str) -> Analyzed {
        self.analyze_where(fold(text), |_| true)
    }

    /// Finds the word boundaries of a folded text in those of its clauses that are wanted, by their range of its
    /// characters; the others stay uncut.
    pub(crate) fn analyze_where(&mut self, folded: Folded, wanted: impl Fn(RangeInclusive<usize>) -> bool) -> Analyzed {
        let length = folded.surface.len();
        let place = |at: usize| folded.positions.get(at).copied().unwrap_or(folded.chars.len());
        let mut cut = vec![false; length + 1];
        self.tokens.clear();
        for (start, clause) in clauses(&folded.surface) {
            let end = start + clause.len();
            cut[start] = true;
            if wanted(place(start)..=place(end)) {
                let first = folded.variants.partition_point(|(at, _)| *at < start);
                let last = folded.variants.partition_point(|(at, _)| *at < end);
                match &folded.variants[first..last] {
                    [] => self.cut_clause(clause, start, &mut cut[start..=end]),
                    variants => self.cut_with_variants(clause, start, variants, &mut cut[start..=end]),
                }
            }
        }
        cut[length] = true;
        let mut boundary = vec![false; folded.chars.len() + 1];
        let mut units = Vec::with_capacity(self.tokens.len() + 4);
        let mut start = 0;
        let mut tokens = self.tokens.iter().peekable();
        for at in 0..=length {
            if !cut[at] {
                continue;
            }
            boundary[place(at)] = true;
            // For ranking, letters and digits side by side are one word.
            if at > start && !(at < length && joins_letters_and_digits(&folded.surface[at - 1..=at])) {
                while tokens.next_if(|token| token.start < start).is_some() {}
                let word_id = tokens
                    .peek()
                    .filter(|token| (token.start, token.end) == (start, at))
                    .and_then(|token| token.word_id);
                units.push(Unit { start, end: at, word_id });
                start = at;
            }
        }
        for at in &folded.breaks {
            boundary[*at] = true;
        }
        for at in &folded.glued {
            boundary[*at] = false;
        }
        Analyzed { folded, boundary, units }
    }

    /// The words of an analysed text in order, for ranking: base forms, without particles and marks.
    pub fn words(&mut self, analyzed: &Analyzed) -> Vec<Word> {
        self.words.collect(self.lexicon, analyzed)
    }

    /// The reading of a text in katakana, by the dictionary; what it does not know stays as it is.
    pub fn reading(&mut self, text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        self.tokens.clear();
        for (start, clause) in clauses(&chars) {
            self.lattice.segment(self.lexicon, clause, start, &mut self.tokens);
        }
        let mut out = String::with_capacity(text.len());
        for token in &self.tokens {
            match token.word_id.map(|id| self.lexicon.details(id as usize)[4]) {
                Some(reading) if reading != "*" => out.push_str(reading),
                _ => out.extend(&chars[token.start..token.end]),
            }
        }
        out
    }

    /// Cuts a clause, which begins at `offset` of its text, and adds its tokens; one that comes again and again is
    /// remembered.
    fn cut_clause(&mut self, clause: &[char], offset: usize, cut: &mut [bool]) {
        let hash = if clause.len() <= MAX_REMEMBERED_CHARS { FxBuildHasher.hash_one(clause) } else { 0 };
        if let Some(known) = self.clauses.get(&hash).filter(|known| *known.chars == *clause) {
            let mut start = offset;
            self.tokens.extend(known.tokens.iter().map(|(length, word_id)| {
                let end = start + usize::from(*length);
                Token { start: std::mem::replace(&mut start, end), end, word_id: *word_id }
            }));
            cut.copy_from_slice(&known.cut);
            return;
        }
        let first = self.tokens.len();
        self.lattice.segment(self.lexicon, clause, offset, &mut self.tokens);
        self.tokens[first..].iter().for_each(|token| cut[token.start - offset] = true);
        self.mend(clause, cut);
        if hash == 0 {
            return;
        }
        // The first time, only that it was seen.
        self.seen.resize(SEEN_CLAUSES, 0);
        let mark = (hash >> 48) as u16;
        if std::mem::replace(&mut self.seen[hash as usize % SEEN_CLAUSES], mark) != mark {
            return;
        }
        let tokens =
            self.tokens[first..].iter().map(|token| ((token.end - token.start) as u8, token.word_id)).collect();
        remember(&mut self.clauses, MAX_CLAUSES, hash, Clause { chars: clause.into(), tokens, cut: (&*cut).into() });
    }

    /// Cuts a clause with variant kanji. It is cut as folded (國際聯合), unless a word that is one only by folding takes a
    /// piece of a word that is there with its variants, or one of them, as written: 中国聯通 has 中国, no 国連. Then it is cut
    /// so.
    fn cut_with_variants(&mut self, clause: &[char], offset: usize, variants: &[(usize, char)], cut: &mut [bool]) {
        let first = self.tokens.len();
        self.lattice.segment(self.lexicon, clause, offset, &mut self.tokens);
        let has_variant = |token: &Token| variants.iter().any(|(at, _)| (token.start..token.end).contains(at));
        let is_word = |token: &&Token| token.word_id.is_some() && token.end - token.start >= 2;
        let by_folding: Vec<Token> =
            self.tokens[first..].iter().filter(|token| is_word(token) && has_variant(token)).copied().collect();
        let mut surface = clause.to_vec();
        // All of them as written, then each.
        let ways = std::iter::once(variants).chain(variants.chunks(1).filter(|_| variants.len() > 1));
        for written in ways.take(if by_folding.is_empty() { 0 } else { MAX_WRITTEN_WAYS }) {
            let mut other = clause.to_vec();
            written.iter().for_each(|(at, c)| other[at - offset] = *c);
            let begun = self.tokens.len();
            self.lattice.segment(self.lexicon, &other, offset, &mut self.tokens);
            let is_written = |token: &Token| written.iter().any(|(at, _)| (token.start..token.end).contains(at));
            let loses_a_piece =
                self.tokens[begun..].iter().filter(|token| is_word(token) && !is_written(token)).any(|word| {
                    let overlaps = |folded: &&Token| word.start < folded.end && folded.start < word.end;
                    let sticks_out = |folded: &Token| word.start < folded.start || folded.end < word.end;
                    by_folding.iter().filter(|folded| is_written(folded)).filter(overlaps).any(sticks_out)
                });
            if loses_a_piece {
                self.tokens.drain(first..begun);
                surface = other;
                break;
            }
            self.tokens.truncate(begun);
        }
        self.tokens[first..].iter().for_each(|token| cut[token.start - offset] = true);
        self.mend(&surface, cut);
    }

    fn mend(&mut self, surface: &[char], cut: &mut [bool]) {
        let mut start = 0;
        while start < surface.len() {
            let kind = script(surface[start]);
            let mut end = start + 1;
            while end < surface.len() && script(surface[end]) == kind && kind != Script::Other {
                end += 1;
            }
            let before = start.checked_sub(1).map(|at| script(surface[at]));
            let after = surface.get(end).map(|c| script(*c));
            let run = &surface[start..end];
            if kind != Script::Hiragana {
                cut[start] |= kind == Script::Latin || before != Some(Script::Hiragana);
                cut[end] |= kind == Script::Latin || after != Some(Script::Hiragana);
            }
            match kind {
                Script::Latin => {
                    cut[start + 1..end].fill(false);
                    cut_beside_digits(run, &mut cut[start..end]);
                }
                Script::Katakana if (4..=MAX_RUN_CHARS).contains(&run.len()) => {
                    cut[start + 1..end].fill(false);
                    for at in self.parts_of(run, katakana_units).iter() {
                        cut[start + at] = true;
                    }
                }
                Script::Kanji if (3..=MAX_RUN_CHARS).contains(&run.len()) => self.mend_kanji(run, start, cut),
                _ => {}
            }
            start = end;
        }
    }

    fn mend_kanji(&mut self, run: &[char], start: usize, cut: &mut [bool]) {
        let found = cut[start + 1..start + run.len()].iter().filter(|cut| **cut).count();
        if found > 1 && cut[start] && cut[start + run.len()] {
            let fewest = self.fewest_of(run);
            // As few words, one of them longer than any of the best path: 外国|人|参政権 over 外国|人参|政権.
            let longest = |cuts: &mut dyn Iterator<Item = usize>| {
                cuts.chain([run.len()]).fold((0, 0), |(from, best), to| (to, best.max(to - from))).1
            };
            let present = longest(&mut (1..run.len()).filter(|at| cut[start + at]));
            let rival = fewest.len() == found && longest(&mut fewest.iter().copied()) > present;
            if fewest.len() < found || rival {
                cut[start + 1..start + run.len()].fill(false);
                for at in fewest.iter() {
                    cut[start + at] = true;
                }
            }
        }
        let mut from = 0;
        for to in 1..=run.len() {
            if to < run.len() && !cut[start + to] {
                continue;
            }
            if to - from >= 3 {
                for at in self.parts_of(&run[from..to], kanji_parts).iter() {
                    cut[start + from + at] = true;
                }
            }
            from = to;
        }
    }

    /// Inner cuts of the cover of a kanji run by the fewest dictionary words.
    fn fewest_of(&mut self, run: &[char]) -> Rc<[usize]> {
        if let Some(known) = self.fewest.get(run) {
            return known.clone();
        }
        let cuts: Rc<[usize]> = cheapest_cover(run, |rest, add| {
            add(1, 3 * FEWEST_COST);
            // Of covers with as few words, the one with the longest word: squares prefer 1+3 to 2+2.
            let cost = |length: usize| FEWEST_COST - (length * length).min(400) as u32;
            self.lexicon.prefix_lengths(rest).for_each(|length| add(length, cost(length)));
            add_terms(&self.terms, rest, &mut |length, _| add(length, cost(length)));
        })
        .into();
        remember(&mut self.fewest, MAX_REMEMBERED, run.into(), cuts.clone());
        cuts
    }

    fn parts_of(&mut self, run: &[char], cover: fn(&Lexicon, &Terms, &[char]) -> Vec<usize>) -> Rc<[usize]> {
        if let Some(known) = self.parts.get(run) {
            return known.clone();
        }
        let cuts: Rc<[usize]> = cover(self.lexicon, &self.terms, run).into();
        remember(&mut self.parts, MAX_REMEMBERED, run.into(), cuts.clone());
        cuts
    }
}

/// Cuts between two letters or more and digits: ISP|6社, 10|Gbps. One letter is a part of the number's name: 5G, G20.
fn cut_beside_digits(run: &[char], cut: &mut [bool]) {
    let mut start = 0;
    for piece in run.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()) {
        if piece.len() >= 2 && piece[0].is_ascii_alphabetic() {
            if start > 0 {
                cut[start] = true;
            }
            if start + piece.len() < run.len() {
                cut[start + piece.len()] = true;
            }
        }
        start += piece.len();
    }
}

/// True for two Latin letters or digits, in any mixture.
fn joins_letters_and_digits(pair: &[char]) -> bool {
    matches!(pair, [a, b] if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric())
}

/// Puts something into a cache, which is emptied where it holds the most that it may.
fn remember<K: Eq + Hash, V>(cache: &mut FxHashMap<K, V>, most: usize, key: K, value: V) {
    if cache.len() >= most {
        cache.clear();
    }
    cache.insert(key, value);
}

/// Cost of one word in a cover.
const COST: u32 = 10;
/// Cost of one word where the number of words decides; more than all squares of a run.
const FEWEST_COST: u32 = 50_000;
/// A cost no cover reaches.
const NEVER: u32 = u32::MAX / 2;

/// Inner cuts of the cheapest cover of `run` by words; of equals, the one whose first words are longest.
///
/// `words(rest, add)` calls `add(length, cost)` for each word that `rest` begins with.
fn cheapest_cover(run: &[char], words: impl Fn(&[char], &mut dyn FnMut(usize, u32))) -> Vec<usize> {
    let length = run.len();
    // From the end backwards, so that the first word of the best rest is known: longest first wins ties.
    let mut best = vec![(NEVER, 0usize); length + 1];
    best[length] = (0, 0);
    for at in (0..length).rev() {
        let mut choice = (NEVER, 0);
        words(&run[at..], &mut |word, cost| {
            if at + word <= length {
                let total = cost.saturating_add(best[at + word].0);
                if total < choice.0 || (total == choice.0 && word > choice.1) {
                    choice = (total, word);
                }
            }
        });
        best[at] = choice;
    }
    let mut cuts = Vec::new();
    let mut at = 0;
    while at < length && best[at].1 > 0 {
        at += best[at].1;
        if at < length {
            cuts.push(at);
        }
    }
    cuts
}

/// The units, of `data/terms.tsv` and a person's own, that a text begins with.
fn add_terms(terms: &Terms, rest: &[char], add: &mut dyn FnMut(usize, u32)) {
    if !terms.may_begin(rest) {
        return;
    }
    let mut word = String::new();
    for (at, c) in rest.iter().enumerate().take(tables::MAX_TERM_CHARS) {
        word.push(*c);
        if at >= 1 && terms.has(&word) {
            add(at + 1, COST);
        }
    }
}

/// The least number of units, two or more, that make up a word; `None` for a unit and for what they do not make up.
fn units_of(terms: &Terms, word: &[char]) -> Option<u32> {
    const NONE: u32 = u32::MAX;
    if terms.has(&word.iter().collect::<String>()) {
        return None;
    }
    let mut least = vec![NONE; word.len() + 1];
    least[0] = 0;
    for at in (0..word.len()).filter(|at| *at == 0 || word.len() - at >= 3) {
        if least[at] != NONE {
            let next = least[at] + 1;
            add_terms(terms, &word[at..], &mut |length, _| {
                if length >= 3 {
                    least[at + length] = least[at + length].min(next);
                }
            });
        }
    }
    least.last().copied().filter(|units| (2..NONE).contains(units))
}

/// Cuts of a dictionary word of three kanji or more into dictionary words, down to pairs.
fn kanji_parts(lexicon: &Lexicon, terms: &Terms, word: &[char]) -> Vec<usize> {
    let cuts = cheapest_cover(word, |rest, add| {
        // A prefix belongs before a word, a single kanji elsewhere is the worst of covers: 大|震災 over 大震|災.
        let single = if rest.len() == word.len() && PREFIXES.contains(rest[0]) { 2 } else { 4 };
        lexicon.prefix_lengths(rest).filter(|length| *length < word.len()).for_each(|length| {
            add(length, COST + if length == 1 { single } else { 0 });
        });
        add_terms(terms, rest, &mut |length, cost| {
            if length < word.len() {
                add(length, cost);
            }
        });
    });
    let mut all = cuts.clone();
    let mut from = 0;
    for to in cuts.into_iter().chain([word.len()]) {
        if to - from >= 3 && to - from < word.len() {
            all.extend(kanji_parts(lexicon, terms, &word[from..to]).into_iter().map(|at| from + at));
        }
        from = to;
    }
    all.sort_unstable();
    all
}

/// Cuts of a katakana run into known units; what is not known stays whole and has three characters at least.
fn katakana_units(lexicon: &Lexicon, terms: &Terms, run: &[char]) -> Vec<usize> {
    cheapest_cover(run, |rest, add| {
        for length in 3..=rest.len() {
            add(length, 3 * COST + length as u32 * COST);
        }
        for length in lexicon.prefix_lengths(rest) {
            match length {
                0 | 1 => {}
                2 => add(length, 4 * COST),
                // An entry of the dictionary may be a compound of units: it costs a little more than they do.
                _ if length >= 6
                    && let Some(units) = units_of(terms, &rest[..length]) =>
                {
                    add(length, COST * units + 1)
                }
                _ => add(length, if length > 7 { COST * 2 + 1 } else { COST }),
            }
        }
        add_terms(terms, rest, add);
        // A long vowel mark may close a unit: サーバー where サーバ is known.
        let mut with_mark = String::new();
        for (at, c) in rest.iter().enumerate() {
            if *c == 'ー' && at >= 3 && terms.has(&with_mark) {
                add(at + 1, COST);
            }
            with_mark.push(*c);
        }
    })
}
