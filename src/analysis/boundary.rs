//! Finds word boundaries in a text, on more evidence than one segmentation.
//!
//! The best path through the dictionary comes first. Then each run of one script is corrected: Latin letters and digits
//! are never cut inside; katakana are cut into known short units; a run of kanji that fewer dictionary words cover is
//! cut that way (外国人|参政権, not 外国|人参|政権); long dictionary words are cut into their parts (国際電気 →
//! 国際|電気).

use std::hash::{BuildHasher, Hash};
use std::ops::RangeInclusive;
use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::analyzed::{Analyzed, Unit};
use super::compound::{Mend, beats, beside, holds_terms, kanji_parts};
use super::cover::{FEWEST_COST, add_terms, cheapest_cover, katakana_units};
use super::dictionary::{Lexicon, lexicon};
use super::fold::{Folded, is_latin};
use super::lattice::{Token, clauses};
use super::segmenter::{LatticeSegmenter, Segmenter};
use super::words::{PartOfSpeech, UserWords, Word, WordTable};
use crate::script::{is_hiragana, is_kanji, is_katakana};

/// Longest run that is corrected, in characters; longer runs are not words.
const MAX_RUN_CHARS: usize = 64;
/// Capacity of each cache of runs.
const MAX_REMEMBERED: usize = 50_000;
/// Most spellings of a clause with variant kanji that are segmented.
const MAX_WRITTEN_WAYS: usize = 8;
/// Longest clause that is cached, in characters.
const MAX_REMEMBERED_CHARS: usize = 48;
/// Capacity of the cache of clauses.
const MAX_CLAUSES: usize = 20_000;
/// Slots of the lossy filter of clauses met once.
const SEEN_CLAUSES: usize = 1 << 16;

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

/// A cached clause with its segmentation.
struct Clause {
    chars: Box<[char]>,
    /// Length and dictionary entry of each token.
    tokens: Box<[(u8, Option<u32>)]>,
    cut: Box<[bool]>,
}

/// Finds the words of folded texts, with caches of words, runs and clauses. The pool of an
/// [`Analyzer`](super::Analyzer) lends one to one thread at a time.
pub(super) struct Cutter {
    words: UserWords,
    segmenter: Box<dyn Segmenter>,
    tokens: Vec<Token>,
    lexicon: &'static Lexicon,
    table: WordTable,
    fewest: FxHashMap<Box<[char]>, Arc<[usize]>>,
    parts: FxHashMap<Box<[char]>, Arc<[usize]>>,
    /// Cached clauses by their hashes.
    clauses: FxHashMap<u64, Clause>,
    /// Lossy filter of clauses met once: slot = low bits of the hash, value = high bits.
    seen: Vec<u16>,
}

impl Cutter {
    /// Makes a cutter with user words and the default segmenter.
    pub fn new(words: UserWords) -> Self {
        Self::over(words, Box::new(LatticeSegmenter::default()))
    }

    /// Makes a cutter with user words over any segmenter.
    pub fn over(words: UserWords, segmenter: Box<dyn Segmenter>) -> Self {
        Self {
            words,
            segmenter,
            tokens: Vec::new(),
            lexicon: lexicon(),
            table: WordTable::default(),
            fewest: FxHashMap::default(),
            parts: FxHashMap::default(),
            clauses: FxHashMap::default(),
            seen: Vec::new(),
        }
    }

    /// Finds the word boundaries of a folded text in the clauses for which `wanted` is true; its argument is the
    /// clause's range of folded characters. Other clauses have boundaries at their ends only.
    pub fn analyze(&mut self, folded: Folded, wanted: impl Fn(RangeInclusive<usize>) -> bool) -> Analyzed {
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
            // For ranking, adjacent letters and digits are one word.
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

    /// Returns the words of an analysed text in order, for ranking: base forms, without particles and punctuation.
    pub fn words(&mut self, analyzed: &Analyzed) -> Vec<Word> {
        self.table.collect(self.lexicon, analyzed)
    }

    /// Returns the reading of a text in katakana, by the dictionary; unknown words stay as written.
    pub fn reading(&mut self, text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        self.tokens.clear();
        for (start, clause) in clauses(&chars) {
            self.segmenter.segment(clause, start, &mut self.tokens);
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

    /// Returns the words of the best path through a text with their parts of speech.
    pub fn parts(&mut self, text: &str) -> Vec<PartOfSpeech> {
        let chars: Vec<char> = text.chars().collect();
        self.tokens.clear();
        for (start, clause) in clauses(&chars) {
            self.segmenter.segment(clause, start, &mut self.tokens);
        }
        let lexicon = self.lexicon;
        let part = |token: &Token| {
            let [part, division, ..] = token.word_id.map_or([""; 5], |id| lexicon.details(id as usize));
            PartOfSpeech { surface: chars[token.start..token.end].iter().collect(), part, division }
        };
        self.tokens.iter().map(part).collect()
    }

    /// Cuts a clause that begins at `offset` of its text, and adds its tokens; the result is cached when the clause is
    /// met a second time.
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
        self.segmenter.segment(clause, offset, &mut self.tokens);
        self.tokens[first..].iter().for_each(|token| cut[token.start - offset] = true);
        self.mend(clause, cut);
        if hash == 0 {
            return;
        }
        // The first time, only record the clause in the filter: most clauses never come again.
        self.seen.resize(SEEN_CLAUSES, 0);
        let mark = (hash >> 48) as u16;
        if std::mem::replace(&mut self.seen[hash as usize % SEEN_CLAUSES], mark) != mark {
            return;
        }
        let tokens =
            self.tokens[first..].iter().map(|token| ((token.end - token.start) as u8, token.word_id)).collect();
        remember(&mut self.clauses, MAX_CLAUSES, hash, Clause { chars: clause.into(), tokens, cut: (&*cut).into() });
    }

    /// Cuts a clause with variant kanji. The folded form decides (國際聯合), with one exception: a word that exists
    /// only by folding must not take part of a word of the clause as written. 中国聯通 contains 中国, not 国連. In that
    /// case the written form decides. Written forms are tried with all variants as written, then with each one alone.
    fn cut_with_variants(&mut self, clause: &[char], offset: usize, variants: &[(usize, char)], cut: &mut [bool]) {
        let first = self.tokens.len();
        self.segmenter.segment(clause, offset, &mut self.tokens);
        let has_variant = |token: &Token| variants.iter().any(|(at, _)| (token.start..token.end).contains(at));
        let is_word = |token: &&Token| token.word_id.is_some() && token.end - token.start >= 2;
        let by_folding: Vec<Token> =
            self.tokens[first..].iter().filter(|token| is_word(token) && has_variant(token)).copied().collect();
        let mut surface = clause.to_vec();
        // All variants as written, then each one alone.
        let ways = std::iter::once(variants).chain(variants.chunks(1).filter(|_| variants.len() > 1));
        for written in ways.take(if by_folding.is_empty() { 0 } else { MAX_WRITTEN_WAYS }) {
            let mut other = clause.to_vec();
            written.iter().for_each(|(at, c)| other[at - offset] = *c);
            let begun = self.tokens.len();
            self.segmenter.segment(&other, offset, &mut self.tokens);
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
                Script::Kanji if (3..=MAX_RUN_CHARS).contains(&run.len()) => {
                    let before = start.checked_sub(1).map(|at| surface[at]);
                    self.mend_kanji(run, start, before, after, cut);
                }
                _ => {}
            }
            start = end;
        }
    }

    fn mend_kanji(
        &mut self,
        run: &[char],
        start: usize,
        before: Option<char>,
        after: Option<Script>,
        cut: &mut [bool],
    ) {
        self.recut(run, start, cut);
        let mut first: Option<(usize, usize)> = None;
        let mut from = 0;
        for to in 1..=run.len() {
            if to < run.len() && !cut[start + to] {
                continue;
            }
            let mut joined = false;
            if let Some((begin, middle)) = first {
                let is_last = to == run.len() && after == Some(Script::Hiragana);
                let counted = begin == 0 && before.is_some_and(|c| c.is_ascii_digit());
                match beside(self.lexicon, &self.words, &run[begin..middle], &run[middle..to], is_last) {
                    // 2015|年|末: a counter after a number is a word of its own.
                    Some(Mend::Join) if !counted => {
                        cut[start + middle] = false;
                        joined = true;
                    }
                    Some(Mend::CutFirst(at)) => cut[start + begin + at] = true,
                    Some(Mend::CutSecond(at)) => cut[start + middle + at] = true,
                    _ => {}
                }
            }
            if to - from >= 3 {
                for at in self.parts_of(&run[from..to], kanji_parts).iter() {
                    cut[start + from + at] = true;
                }
            }
            first = Some((if joined { first.map_or(from, |(begin, _)| begin) } else { from }, to));
            from = to;
        }
    }

    /// Cuts a run by the cover with the fewest words in two cases: the best path crosses a listed term and the cover
    /// does not (外国|人参|政権 to 外国|人|参政|権), or the words of the cover are better known.
    fn recut(&mut self, run: &[char], start: usize, cut: &mut [bool]) {
        let path: Vec<usize> = (1..run.len()).filter(|at| cut[start + at]).collect();
        let mut crossed = Vec::new();
        for from in 0..run.len() {
            add_terms(&self.words, &run[from..], &mut |length, _| {
                let to = from + length;
                if !(cut[start + from] && cut[start + to]) {
                    crossed.push([from, to]);
                }
            });
        }
        if !cut[start] || !cut[start + run.len()] || path.len() < 2 && crossed.is_empty() {
            return;
        }
        let fewest = self.fewest_of(run);
        let ends = |at: &usize| *at == 0 || *at == run.len() || fewest.contains(at);
        let mends_a_term =
            crossed.iter().any(|term| term.iter().all(ends)) && holds_terms(self.lexicon, run, &fewest, &path);
        if mends_a_term || beats(self.lexicon, &self.words, run, &fewest, &path) {
            cut[start + 1..start + run.len()].fill(false);
            fewest.iter().for_each(|at| cut[start + at] = true);
        }
    }

    /// Returns the inner cuts of a kanji run's cover by the fewest dictionary words.
    fn fewest_of(&mut self, run: &[char]) -> Arc<[usize]> {
        if let Some(known) = self.fewest.get(run) {
            return known.clone();
        }
        let cuts: Arc<[usize]> = cheapest_cover(run, |rest, add| {
            add(1, 3 * FEWEST_COST);
            // Among covers with equally few words, the one with the longest word wins: squares prefer 1+3 to 2+2.
            let cost = |length: usize| FEWEST_COST - (length * length).min(400) as u32;
            self.lexicon.prefix_lengths(rest).for_each(|length| add(length, cost(length)));
            // A listed term beats a word of the same length.
            add_terms(&self.words, rest, &mut |length, _| add(length, cost(length) - 1));
        })
        .into();
        remember(&mut self.fewest, MAX_REMEMBERED, run.into(), cuts.clone());
        cuts
    }

    fn parts_of(&mut self, run: &[char], cover: fn(&Lexicon, &UserWords, &[char]) -> Vec<usize>) -> Arc<[usize]> {
        if let Some(known) = self.parts.get(run) {
            return known.clone();
        }
        let cuts: Arc<[usize]> = cover(self.lexicon, &self.words, run).into();
        remember(&mut self.parts, MAX_REMEMBERED, run.into(), cuts.clone());
        cuts
    }
}

/// Cuts between digits and two or more letters: ISP|6社, 10|Gbps. A single letter belongs to the number: 5G, G20.
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

/// Tells whether both characters are ASCII letters or digits.
fn joins_letters_and_digits(pair: &[char]) -> bool {
    matches!(pair, [a, b] if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric())
}

/// Inserts a value into a cache, after emptying the cache when it is full.
fn remember<K: Eq + Hash, V>(cache: &mut FxHashMap<K, V>, most: usize, key: K, value: V) {
    if cache.len() >= most {
        cache.clear();
    }
    cache.insert(key, value);
}
