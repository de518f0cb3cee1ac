//! Second scores of the best hits: words, bigrams and trigrams of passages and sections, counted in their texts with
//! the weights and counts that an index uses.

use std::collections::{HashMap, HashSet};

use super::Cluster;
use super::columns::Row;
use super::records::{self, Documents};
use super::score::Scale;
use crate::analysis::{Analyzed, Analyzer, Word};
use crate::document::heading_text;
use crate::engine::SearchError;
use crate::engine::ranking::hit::{Columns, Hit, HitRole, by_rank};
use crate::engine::ranking::numbered::{Unit, units};
use crate::engine::ranking::order::Ranks;
use crate::engine::ranking::statistics::{Rarity, Units};
use crate::engine::ranking::sums::{Scores, Sums, weigh};
use crate::engine::ranking::typed::{PART_OF_BEST, capitals};
use crate::engine::ranking::weights::{self, Form};
use crate::engine::ranking::wishes::Wishes;
use crate::index::{DocumentAddress, flag};
use crate::matching::passage::{PassageView, denies};
use crate::query::filter::FilterTests;
use crate::query::{Compiled, Place, Plan, Tier};
use crate::script::half_width_letters;

use super::judge::names;
use super::values::{self, passed};
use super::whole::{self, Whole};

/// Columns of the candidates.
pub(super) struct RowColumns<'a>(pub &'a [Row]);

impl RowColumns<'_> {
    fn row(&self, hit: &Hit) -> &Row {
        &self.0[hit.address.doc_id as usize]
    }
}

impl Columns for RowColumns<'_> {
    fn day(&self, hit: &Hit) -> Option<u64> {
        flag::date_source(hit.flags)?;
        self.row(hit).days.first().map(|(start, _)| *start)
    }

    fn frame(&self, hit: &Hit) -> u64 {
        self.row(hit).look[0]
    }

    fn sketch(&self, hit: &Hit) -> [u64; 2] {
        let [_, low, high] = self.row(hit).look;
        [low, high]
    }
}

/// Which passages may be partial hits.
pub(super) struct Passes<'a> {
    pub analyzer: &'a Analyzer,
    pub filters: &'a FilterTests,
    /// The query, whose NOT excludes passages.
    pub query: Option<&'a Compiled>,
    /// The documents that the query excludes with DOC.
    pub whole: &'a Whole<'a>,
}

impl Passes<'_> {
    /// True where a passage passes the filters and NOT.
    pub fn row(&self, row: &Row, documents: &Documents) -> bool {
        passed(self.filters, row).all() && !self.query.is_some_and(|query| self.denies(query, row, documents))
    }

    fn denies(&self, query: &Compiled, row: &Row, documents: &Documents) -> bool {
        let Compiled::And(nodes) = query else { return false };
        if !nodes.iter().any(|node| matches!(node, Compiled::Not(_))) {
            return false;
        }
        let Some(view) = whole::view_of(self.analyzer, query, row, documents, None) else { return false };
        denies(query, |inner| self.whole.matched(inner, row, &view))
    }
}

/// Places of the passages of the sections that are scored for partial hits, and of those after them.
pub(super) type Sections<'a> = (&'a [Vec<usize>], &'a [Vec<usize>]);

/// Ranks the hits of one query.
pub(super) struct Ranker<'a> {
    cluster: &'a Cluster,
    rows: &'a [Row],
    documents: &'a Documents,
    units: &'a Units,
    form: &'a Form,
    rarity: Rarity,
    wishes: &'a Wishes,
    /// For each row whether it names a year that the query wishes for.
    naming: &'a HashSet<usize>,
    capitals: Vec<String>,
    tells_roles: bool,
    years: &'a [Plan],
    passes: &'a Passes<'a>,
    /// For each section that is scored for partial hits, the places of its rows.
    sections: &'a [Vec<usize>],
    /// Places of passages of the following sections.
    rest: &'a [Vec<usize>],
}

/// A query as the ranker takes it.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub text: &'a str,
    pub form: &'a Form,
    pub units: &'a Units,
    pub wishes: &'a Wishes,
    pub naming: &'a HashSet<usize>,
    pub tells_roles: bool,
    /// Plans of the years that the query wishes for.
    pub years: &'a [Plan],
    pub passes: &'a Passes<'a>,
}

/// Returns the factor of the score of an exact hit, for running text and years, and marks a hit of another year.
pub(super) fn of_exact(wishes: &Wishes, naming: &HashSet<usize>, rows: &[Row], hit: &mut Hit) -> f32 {
    let at = hit.address.doc_id as usize;
    wishes.of_prose(hit.flags) * wishes.of_year(hit, rows[at].days.first().copied(), naming.contains(&at))
}

impl<'a> Ranker<'a> {
    pub fn new(
        cluster: &'a Cluster,
        (rows, documents): (&'a [Row], &'a Documents),
        scale: &Scale,
        asked: Asked<'a>,
        (sections, rest): Sections<'a>,
    ) -> Self {
        let Asked { text, form, units, wishes, naming, tells_roles, years, passes } = asked;
        let rarity = Rarity::of(units, &scale.counts);
        Self {
            cluster,
            rows,
            documents,
            units,
            form,
            rarity,
            wishes,
            naming,
            capitals: capitals(text),
            tells_roles,
            years,
            passes,
            sections,
            rest,
        }
    }

    /// Returns the factor of the score of a partial hit for the years of the query, and marks a hit of another year.
    fn of_year(&self, hit: &mut Hit) -> f32 {
        if !self.wishes.has_years() {
            return 1.0;
        }
        let row = &self.rows[hit.address.doc_id as usize];
        let names =
            row.record.as_ref().zip(self.documents.get(&row.key)).is_some_and(|((_, passage), (document, _))| {
                let view = PassageView::new(&self.cluster.analyzer, passage, &document.title);
                self.years.iter().any(|plan| names(plan, &view))
            });
        self.wishes.of_year(hit, row.days.first().copied(), names)
    }

    /// Raises hits that hold the number of an article or a meeting of the query whole.
    fn weigh_units(&self, hits: &mut [Hit]) {
        if !self.wishes.has_units() {
            return;
        }
        let mut titles: HashMap<&str, Vec<Unit>> = HashMap::new();
        for hit in hits {
            let row = &self.rows[hit.address.doc_id as usize];
            let Some((_, passage)) = &row.record else { continue };
            let title = titles.entry(&row.key).or_insert_with(|| {
                self.documents.get(&row.key).map_or_else(Vec::new, |(document, _)| units(&document.title))
            });
            hit.score *= self.wishes.of_units(title, passage);
        }
    }

    /// Makes a partial hit of a passage that passes the filters and is no exact hit.
    fn hit(&self, at: usize, score: f32, known: &HashSet<DocumentAddress>) -> Option<Hit> {
        let (row, address) = (&self.rows[at], DocumentAddress::new(0, at as u32));
        if known.contains(&address) || !self.passes.row(row, self.documents) {
            return None;
        }
        Some(Hit {
            address,
            document: row.document,
            tier: Tier::Variant,
            score,
            flags: row.flags,
            relaxed: true,
            place: Place::Body,
            role: HitRole::new(values::role(self.passes.filters, row), self.tells_roles),
        })
    }

    fn factor(&self, hit: &mut Hit) -> f32 {
        let mut factor = of_exact(self.wishes, self.naming, self.rows, hit);
        if !self.capitals.is_empty()
            && !hit.place.is_above()
            && let Some((_, passage)) = &self.rows[hit.address.doc_id as usize].record
        {
            let text = half_width_letters(&passage.text);
            if !self.capitals.iter().all(|word| text.contains(word.as_str())) {
                factor *= weights::WITHOUT_CAPITALS;
            }
        }
        factor
    }

    /// Scores the passages of some sections, each with all its passages in order.
    fn scores(&self, sections: &[Vec<&Row>]) -> Vec<Scores> {
        sections.iter().map(|section| self.section(section)).collect()
    }

    fn section(&self, rows: &[&Row]) -> Scores {
        let (in_section, texts) = Counted::in_section(&self.cluster.analyzer, rows, self.documents, self.units);
        let of_passage = |(row, text): (&&Row, &Passage)| {
            let mut sums = Sums::new(row.lengths[1], row.lengths[0]);
            for (word, count) in text.words.iter().enumerate().filter(|(_, count)| **count > 0) {
                sums.add_word(self.rarity.words[word], weights::PASSAGE, *count, self.rarity.passage_words);
            }
            sums
        };
        let mut sums: Vec<Sums> = rows.iter().zip(&texts).map(of_passage).collect();
        let chars = sums.iter().map(Sums::chars).sum();
        let mut section = Sums::new(rows.first().map_or(0, |row| row.lengths[2]), chars);
        for (word, count) in in_section.into_iter().enumerate().filter(|(_, count)| *count > 0) {
            section.add_word(self.rarity.words[word], self.form.word, count, self.rarity.section_words);
        }
        self.add_grams(&texts, &mut sums, &mut section);
        weigh(&section, &sums, &self.rarity, self.form)
    }

    fn add_grams(&self, texts: &[Passage], sums: &mut [Sums], section: &mut Sums) {
        let mean = self.rarity.passage_chars;
        let of_section = mean * weights::PASSAGES_OF_SECTION;
        for (gram, rare) in self.rarity.grams.iter().enumerate().filter(|(_, rare)| **rare > 0.0) {
            let mut all = 0;
            for (sums, text) in sums.iter_mut().zip(texts) {
                let count = text.places[gram].len() as u32;
                all += count;
                if count > 0 {
                    sums.add_gram(*rare, weights::PASSAGE, count, mean);
                }
            }
            if all > 0 {
                section.add_gram(*rare, weights::GRAM, all, of_section);
            }
        }
        for ((first, second), rare) in self.units.trigrams.iter().zip(&self.rarity.trigrams) {
            let (first, second) = (usize::from(*first), usize::from(*second));
            if self.rarity.grams[first] <= 0.0 || self.rarity.grams[second] <= 0.0 {
                continue;
            }
            let follows = |text: &Passage| {
                text.places[first].iter().filter(|at| text.places[second].binary_search(&(**at + 1)).is_ok()).count()
            };
            let count: usize = texts.iter().map(follows).sum();
            if count > 0 {
                section.add_trigram(*rare, count as u32, of_section);
            }
        }
    }
}

impl Ranks for Ranker<'_> {
    type Error = SearchError;

    fn head(&self) -> usize {
        if self.capitals.is_empty() && !self.wishes.has_units() { weights::HEAD } else { weights::WIDE_HEAD }
    }

    fn spreads(&self) -> bool {
        self.wishes.is_keyword()
    }

    fn tells_roles(&self) -> bool {
        self.tells_roles
    }

    fn weigh(&self, exact: &mut [Hit]) -> Result<(), SearchError> {
        let key = |row: &Row, position: u64| format!("{}-{position}", row.key);
        let known: HashMap<String, &Row> =
            self.rows.iter().filter(|row| row.record.is_some()).map(|row| (key(row, row.position), row)).collect();
        let (mut sections, mut missing): (HashMap<(u64, u64), usize>, Vec<String>) = (HashMap::new(), Vec::new());
        let mut keys: Vec<Vec<String>> = Vec::new();
        for hit in exact.iter() {
            let row = &self.rows[hit.address.doc_id as usize];
            let (first, count) = row.section;
            if let std::collections::hash_map::Entry::Vacant(entry) = sections.entry((row.document, first)) {
                entry.insert(keys.len());
                let of_section: Vec<String> = (first..first + count).map(|position| key(row, position)).collect();
                missing.extend(of_section.iter().filter(|key| !known.contains_key(*key)).cloned());
                keys.push(of_section);
            }
        }
        let read = records::passages(&self.cluster.pinned, &missing)?;
        let row_of = |key: &String| known.get(key).copied().or_else(|| read.get(key));
        let rows: Vec<Vec<&Row>> = keys.iter().map(|keys| keys.iter().filter_map(row_of).collect()).collect();
        let scores = self.scores(&rows);
        let all: f32 = self.rarity.words.iter().sum();
        for hit in exact.iter_mut() {
            let row = &self.rows[hit.address.doc_id as usize];
            let own = sections.get(&(row.document, row.section.0)).and_then(|at| {
                let place = rows[*at].iter().position(|other| other.position == row.position)?;
                scores[*at].passages.get(place).copied()
            });
            // The first score breaks ties of the second score, and it exists for hits without a unit of the query.
            let score = own.unwrap_or(0.0) + weights::EXACT[hit.tier as usize] * all + weights::FIRST * hit.score;
            hit.score = score * self.factor(hit);
        }
        self.weigh_units(exact);
        Ok(())
    }

    fn partial(&self, known: &HashSet<DocumentAddress>) -> Result<Vec<Hit>, SearchError> {
        let sections: Vec<Vec<&Row>> =
            self.sections.iter().map(|places| places.iter().map(|at| &self.rows[*at]).collect()).collect();
        let mut hits: Vec<Hit> = Vec::new();
        for (places, scores) in self.sections.iter().zip(self.scores(&sections)) {
            let best = scores.coverage.iter().copied().fold(0.0, f32::max);
            for ((at, score), coverage) in places.iter().zip(&scores.passages).zip(&scores.coverage) {
                // Only the passages of a section with the highest coverage are shown.
                if *coverage <= 0.0 || *coverage < best * PART_OF_BEST {
                    continue;
                }
                hits.extend(self.hit(*at, *score, known).map(|mut hit| {
                    hit.score *= self.of_year(&mut hit);
                    hit
                }));
            }
        }
        self.weigh_units(&mut hits);
        hits.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then_with(|| by_rank(a, b)));
        Ok(hits)
    }

    fn rest(&self, known: &HashSet<DocumentAddress>, last: Option<f32>) -> Result<Vec<Hit>, SearchError> {
        let score = |place: u16| last.unwrap_or(1.0) / f32::from(place);
        let of_section =
            |(section, place): (&Vec<usize>, u16)| section.iter().find_map(|at| self.hit(*at, score(place), known));
        Ok(self.rest.iter().zip(2u16..).filter_map(of_section).collect())
    }
}

/// Occurrences of the units of a query in a passage with its headings and title.
pub(super) struct Passage {
    /// Number of occurrences of each word.
    words: Vec<u32>,
    /// Positions of each bigram in the text of the passage, sorted.
    places: Vec<Vec<usize>>,
}

/// Occurrences of the units of a query in a text.
pub(super) struct Counted {
    words: Vec<u32>,
    places: Vec<Vec<usize>>,
}

impl Counted {
    fn of(analyzer: &Analyzer, text: &str, units: &Units) -> Self {
        let analyzed: Analyzed = analyzer.analyze(text);
        let found: Vec<Word> = analyzer.words(&analyzed);
        let count = |word: &String| found.iter().filter(|other| other.text() == word).count() as u32;
        let chars = &analyzed.folded.chars;
        let places = |(first, second): &(char, char)| {
            let is_pair = |(_, pair): &(usize, &[char])| pair[0] == *first && pair[1] == *second;
            chars.windows(2).enumerate().filter(is_pair).map(|(at, _)| at).collect()
        };
        Self { words: units.words.iter().map(count).collect(), places: units.grams.iter().map(places).collect() }
    }

    /// Counts the units in the passages of a section, and its words: those of the title count once, and those of a
    /// heading where it begins.
    pub fn in_section(
        analyzer: &Analyzer,
        rows: &[&Row],
        documents: &Documents,
        units: &Units,
    ) -> (Vec<u32>, Vec<Passage>) {
        let title = rows.first().and_then(|row| documents.get(&row.key)).map(|(document, _)| &document.title);
        let title = Self::of(analyzer, title.map_or("", String::as_str), units);
        let mut above: Option<(&[String], Self)> = None;
        let (mut in_section, mut passages) = (title.words.clone(), Vec::new());
        for row in rows {
            let Some((_, passage)) = &row.record else { continue };
            let body = Self::of(analyzer, &passage.text, units);
            let is_new = above.as_ref().is_none_or(|(headings, _)| *headings != passage.heading.as_slice());
            if is_new {
                above = Some((&passage.heading, Self::of(analyzer, &heading_text(&passage.heading), units)));
            }
            let Some((_, heading)) = &above else { continue };
            let mut words = title.words.clone();
            for (word, count) in words.iter_mut().enumerate() {
                *count += heading.words[word] + body.words[word];
                in_section[word] += body.words[word] + if is_new { heading.words[word] } else { 0 };
            }
            passages.push(Passage { words, places: body.places });
        }
        (in_section, passages)
    }
}
