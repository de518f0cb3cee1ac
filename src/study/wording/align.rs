//! Aligns two lists of sentences by Needleman–Wunsch (Needleman and Wunsch 1970), where a sentence may stand beside two
//! neighbours, as in Gale and Church (1993).

use std::collections::HashMap;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::grams::{Grams, dice};

/// Least likeness of two sentences that are one wording changed.
const THRESHOLD: f32 = 0.45;
/// As [`THRESHOLD`], for two sentences that each stand alone between the same neighbours: reports of a kind keep their
/// order, so the place says what the words say less clearly.
const ALONE: f32 = 0.3;
/// Least part of each half of a divided sentence that the whole one holds: less is a chance likeness.
const HELD: f32 = 0.5;
/// Most cells of one table; longer texts are aligned in stretches, so that time and memory stay bounded.
const CELLS: usize = 1_000_000;

/// Sentences of two texts that stand beside each other.
///
/// # Examples
/// ```
/// let texts = |text: &str| text.split('。').map(str::to_owned).collect::<Vec<_>>();
/// let links = fumikura::study::align(&texts("甲は乙に同意した。丙が議長となる"), &texts("丙が議長となる"));
/// assert_eq!((links[0].old.clone(), links[0].new.clone()), (1..2, 0..1));
/// assert!(links[0].same && !links[0].moved && links[0].score == 1.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct AlignedLink {
    /// Sentences of the older text: one or two.
    pub old: Range<usize>,
    /// Sentences of the newer text: one or two.
    pub new: Range<usize>,
    /// Dice of their runs of three characters, 0 to 1.
    pub score: f32,
    /// True for the same letters in both.
    pub same: bool,
    /// True for a sentence that changed its place: its link may cross others.
    pub moved: bool,
}

/// Aligns the sentences of two texts, of which it takes the letters and digits, folded.
///
/// Of the alignments in order it returns the one in which linked sentences share most. Sentences with the same letters
/// are always linked, those that changed their places too; a sentence is in one link at most. Links are in the order of
/// the newer text.
///
/// # Examples
/// ```
/// let old = ["両国は情報共有を進める".to_owned(), "次回は東京で開く".to_owned()];
/// let new = ["両国は情報共有を一層進める".to_owned(), "議長は英国である".to_owned(), "次回は東京で開く".to_owned()];
/// let links = fumikura::study::align(&old, &new);
/// assert_eq!((links[0].old.clone(), links[0].new.clone(), links[0].same), (0..1, 0..1, false));
/// assert_eq!((links[1].old.clone(), links[1].new.clone(), links[1].same), (1..2, 2..3, true));
/// assert_eq!(links.len(), 2);
/// ```
pub fn align(old: &[String], new: &[String]) -> Vec<AlignedLink> {
    let mut ids = HashMap::new();
    let mut texts = |list: &[String]| -> Vec<Text> {
        let text = |sentence: &String| {
            let key = letters(sentence);
            let grams = Grams::of_folded(&key.chars().collect::<Vec<_>>());
            let next = ids.len();
            Text { id: *ids.entry(key).or_insert(next), grams }
        };
        list.iter().map(text).collect()
    };
    let (old, new) = (texts(old), texts(new));
    let mut links = Vec::new();
    for (of_old, of_new) in stretches(&old, &new) {
        let (a, b) = (of_old.start, of_new.start);
        let (Some(part_old), Some(part_new)) = (old.get(of_old), new.get(of_new)) else { continue };
        links.extend(Table::new(part_old, part_new).links().into_iter().map(|link| AlignedLink {
            old: link.old.start + a..link.old.end + a,
            new: link.new.start + b..link.new.end + b,
            ..link
        }));
    }
    link_alone(&old, &new, &mut links);
    link_same(&old, &new, &mut links);
    links.sort_by_key(|link| (link.new.start, link.old.start));
    links
}

/// The letters and digits of a sentence, folded; of a line without letters, its text.
fn letters(sentence: &str) -> String {
    let folded = crate::analysis::fold(sentence).chars;
    let letters: String = folded.iter().filter(|c| c.is_alphanumeric()).collect();
    if letters.is_empty() { folded.into_iter().collect() } else { letters }
}

/// A sentence: sentences with the same letters have one id.
struct Text {
    id: usize,
    grams: Grams,
}

/// Divides two texts where they are too long for one table: at sentences that both have, and where a stretch is still
/// too long, evenly.
fn stretches(old: &[Text], new: &[Text]) -> Vec<(Range<usize>, Range<usize>)> {
    if old.len() * new.len() <= CELLS {
        return vec![(0..old.len(), 0..new.len())];
    }
    let ids = |texts: &[Text]| texts.iter().map(|text| text.id).collect::<Vec<_>>();
    let mut found = Vec::new();
    let (mut from_old, mut from_new) = (0, 0);
    let mut close = |to_old: usize, to_new: usize| {
        let (rows, columns) = (to_old - from_old, to_new - from_new);
        let pieces = (rows * columns).div_ceil(CELLS).max(1);
        let cut = |from: usize, size: usize, piece: usize| from + size * piece / pieces;
        found.extend((0..pieces).map(|piece| {
            (
                cut(from_old, rows, piece)..cut(from_old, rows, piece + 1),
                cut(from_new, columns, piece)..cut(from_new, columns, piece + 1),
            )
        }));
        (from_old, from_new) = (to_old, to_new);
    };
    for operation in capture_diff_slices(Algorithm::Patience, &ids(old), &ids(new)) {
        if let DiffOp::Equal { old_index, new_index, len } = operation {
            close(old_index, new_index);
            close(old_index + len, new_index + len);
        }
    }
    close(old.len(), new.len());
    found
}

/// Links two sentences that each stand alone between the same neighbours, or between one and the end of the text.
fn link_alone(old: &[Text], new: &[Text], links: &mut Vec<AlignedLink>) {
    let mut found = Vec::new();
    let (mut to_old, mut to_new) = (0, 0);
    let ends = (old.len()..old.len(), new.len()..new.len());
    for (of_old, of_new) in links.iter().map(|link| (link.old.clone(), link.new.clone())).chain([ends]) {
        let is_alone = of_old.start == to_old + 1 && of_new.start == to_new + 1;
        if let (true, Some(a), Some(b)) = (is_alone && !links.is_empty(), old.get(to_old), new.get(to_new)) {
            let score = a.grams.dice(&b.grams);
            if score >= ALONE {
                let (old, new) = (to_old..to_old + 1, to_new..to_new + 1);
                found.push(AlignedLink { old, new, score, same: false, moved: false });
            }
        }
        (to_old, to_new) = (of_old.end, of_new.end);
    }
    links.append(&mut found);
}

/// Links sentences with the same letters that the table left apart, because they changed their places.
fn link_same(old: &[Text], new: &[Text], links: &mut Vec<AlignedLink>) {
    let mut of_old: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut taken_new = vec![false; new.len()];
    let mut taken_old = vec![false; old.len()];
    for link in links.iter().filter(|link| link.same) {
        taken_old.iter_mut().skip(link.old.start).take(link.old.len()).for_each(|taken| *taken = true);
        taken_new.iter_mut().skip(link.new.start).take(link.new.len()).for_each(|taken| *taken = true);
    }
    for (at, text) in old.iter().enumerate().rev().filter(|(at, _)| taken_old.get(*at) == Some(&false)) {
        of_old.entry(text.id).or_default().push(at);
    }
    for (at, text) in new.iter().enumerate().filter(|(at, _)| taken_new.get(*at) == Some(&false)) {
        let Some(other) = of_old.get_mut(&text.id).and_then(Vec::pop) else { continue };
        // A pair that was only like gives way.
        links.retain(|link| link.same || !link.new.contains(&at) && !link.old.contains(&other));
        links.push(AlignedLink { old: other..other + 1, new: at..at + 1, score: 1.0, same: true, moved: true });
    }
}

/// How a cell of the table was reached.
#[derive(Clone, Copy, PartialEq)]
enum Step {
    /// One sentence of the older text stands alone.
    Dropped,
    /// One sentence of the newer text stands alone.
    New,
    /// So many sentences of each stand beside each other.
    AlignedLink(usize, usize),
}

/// The table of Needleman and Wunsch: what the first sentences of both share at best.
struct Table<'a> {
    old: &'a [Text],
    new: &'a [Text],
    /// Runs that two sentences share, row by row.
    shared: Vec<usize>,
    /// The last step to each cell; one more row and column than sentences.
    steps: Vec<Step>,
}

impl<'a> Table<'a> {
    fn new(old: &'a [Text], new: &'a [Text]) -> Self {
        let shared = old.iter().flat_map(|a| new.iter().map(|b| a.grams.shared(&b.grams))).collect();
        let mut table = Self { old, new, shared, steps: Vec::with_capacity((old.len() + 1) * (new.len() + 1)) };
        table.fill();
        table
    }

    fn fill(&mut self) {
        let width = self.new.len() + 1;
        let mut rows: [Vec<f32>; 3] = std::array::from_fn(|_| vec![0.0; width]);
        for row in 0..=self.old.len() {
            // The last row becomes the one before the last, and so on.
            rows.rotate_right(1);
            for column in 0..width {
                let (mut best, mut step) = match (row, column) {
                    (0, _) => (0.0, Step::New),
                    (_, 0) => (0.0, Step::Dropped),
                    _ if rows[1][column] >= rows[0][column - 1] => (rows[1][column], Step::Dropped),
                    _ => (rows[0][column - 1], Step::New),
                };
                for (a, b) in [(1, 1), (1, 2), (2, 1)] {
                    if row < a || column < b {
                        continue;
                    }
                    // A cell that cannot become the best is not worth its comparison.
                    let before = rows[a][column - b];
                    if before + self.most((row - a, a), (column - b, b)) <= best {
                        continue;
                    }
                    let Some((score, weight)) = self.link((row - a, a), (column - b, b)) else { continue };
                    if before + score * weight > best {
                        (best, step) = (before + score * weight, Step::AlignedLink(a, b));
                    }
                }
                rows[0][column] = best;
                self.steps.push(step);
            }
        }
    }

    fn shared(&self, row: usize, column: usize) -> usize {
        self.shared.get(row * self.new.len() + column).copied().unwrap_or(0)
    }

    /// Returns the most that a link can weigh: what its sentences share one by one.
    fn most(&self, (row, rows): (usize, usize), (column, columns): (usize, usize)) -> f32 {
        let cells = (row..row + rows).flat_map(|row| (column..column + columns).map(move |column| (row, column)));
        cells.map(|(row, column)| self.shared(row, column).max(1)).sum::<usize>() as f32
    }

    /// Returns likeness and weight, the runs shared, of sentences side by side; `None` below the threshold.
    fn link(&self, (row, rows): (usize, usize), (column, columns): (usize, usize)) -> Option<(f32, f32)> {
        let (a, b) = (self.old.get(row)?, self.new.get(column)?);
        if (rows, columns) == (1, 1) {
            let shared = self.shared(row, column);
            let score = if a.id == b.id { 1.0 } else { dice(shared, a.grams.len(), b.grams.len()) };
            return (score >= THRESHOLD).then_some((score, shared.max(1) as f32));
        }
        let (whole, halves, shares) = if rows == 1 {
            let halves = [b, self.new.get(column + 1)?];
            (a, halves, [self.shared(row, column), self.shared(row, column + 1)])
        } else {
            let halves = [a, self.old.get(row + 1)?];
            (b, halves, [self.shared(row, column), self.shared(row + 1, column)])
        };
        let is_held = |(half, shared): (&Text, usize)| shared as f32 >= HELD * half.grams.len() as f32 && shared > 0;
        if halves.iter().any(|half| half.id == whole.id) || !halves.into_iter().zip(shares).all(is_held) {
            return None;
        }
        let both = halves[0].grams.with(&halves[1].grams);
        let shared = whole.grams.shared(&both);
        let score = dice(shared, whole.grams.len(), both.len());
        let alone = halves.iter().zip(shares).map(|(half, shared)| dice(shared, whole.grams.len(), half.grams.len()));
        let alone = alone.fold(0.0, f32::max);
        (score >= THRESHOLD && score > alone).then_some((score, shared as f32))
    }

    /// Follows the steps back from the end.
    fn links(&self) -> Vec<AlignedLink> {
        let (mut row, mut column) = (self.old.len(), self.new.len());
        let mut links = Vec::new();
        while row > 0 || column > 0 {
            match self.steps.get(row * (self.new.len() + 1) + column) {
                Some(Step::AlignedLink(a, b)) => {
                    (row, column) = (row - a, column - b);
                    let score = self.link((row, *a), (column, *b)).map_or(0.0, |(score, _)| score);
                    let is_one = (*a, *b) == (1, 1);
                    let id = |texts: &[Text], at: usize| texts.get(at).map(|text| text.id);
                    let same = is_one && id(self.old, row) == id(self.new, column);
                    links.push(AlignedLink { old: row..row + a, new: column..column + b, score, same, moved: false });
                }
                Some(Step::Dropped) => row -= 1,
                Some(Step::New) => column -= 1,
                None => break,
            }
        }
        links.reverse();
        links
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::{AlignedLink, align};

    fn links(old: &[&str], new: &[&str]) -> Vec<AlignedLink> {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        align(&owned(old), &owned(new))
    }

    fn pairs(found: &[AlignedLink]) -> Vec<(usize, usize, usize, usize)> {
        found.iter().map(|link| (link.old.start, link.old.end, link.new.start, link.new.end)).collect()
    }

    #[test]
    fn a_divided_sentence_stands_beside_both_halves() {
        let whole = "両国は重要インフラの防護に関する情報共有を進め、共同の演習を毎年実施することで一致した。";
        let halves = ["両国は重要インフラの防護に関する情報共有を進める。", "共同の演習を毎年実施することで一致した。"];
        let found = links(&[whole], &halves);
        assert_eq!(pairs(&found), [(0, 1, 0, 2)]);
        assert_eq!(pairs(&links(&halves, &[whole])), [(0, 2, 0, 1)]);
        assert!(!found[0].same && found[0].score > 0.7);
    }

    #[test]
    fn same_sentences_are_linked_where_they_changed_places() {
        let (a, b, c) = ("議長は日本が務めた。", "次回は東京で開催する。", "双方は成果を確認した。");
        let found = links(&[a, b, c], &[c, a, b]);
        assert_eq!(found.len(), 3);
        assert!(found.iter().all(|link| link.same));
        assert_eq!(found.iter().filter(|link| link.moved).count(), 1);
        // Letters decide: width, points and blanks do not.
        assert!(links(&["日ＥＵ・対話"], &["日EU対話。"])[0].same);
    }

    #[test]
    fn a_sentence_that_moved_is_not_paired_with_one_that_is_only_like_it() {
        let (same, like) = ("両国は情報共有を進めることで一致した。", "両国は情報共有を強めることで一致した。");
        let found = links(&[like, "新たな議題はない。", same], &[same, "全く別の文をここに置く。"]);
        assert_eq!(pairs(&found), [(2, 3, 0, 1)]);
    }

    #[test]
    fn each_same_sentence_has_its_own_counterpart() {
        let found = links(&["以上", "以上", "甲"], &["以上", "乙", "以上", "以上"]);
        assert_eq!(found.iter().filter(|link| link.same).count(), 2);
        assert_eq!((links(&[], &["以上"]).len(), links(&["…"], &["…"]).len()), (0, 1));
    }

    #[test]
    fn long_texts_are_aligned_in_stretches() {
        let text = |at: usize, year: usize| format!("第{at}項の{}に関する{year}年度の計画を{at}月に定める", at * 7919);
        let old: Vec<String> = (0..1500).map(|at| text(at, if at % 9 == 0 { 2011 } else { 2010 })).collect();
        let new: Vec<String> = (0..1500).map(|at| text(at, if at % 9 == 0 { 2012 } else { 2010 })).collect();
        let found = align(&old, &new);
        assert_eq!(found.len(), 1500);
        assert!(found.iter().all(|link| link.old == link.new));
    }

    #[test]
    fn two_hundred_sentences_on_each_side_take_milliseconds() {
        let text = |at: usize, year: usize| {
            let topic = ["情報共有", "人材育成", "重要インフラ防護", "国際連携"][at % 4];
            format!(
                "平成{year}年度は、{topic}の取組について第{at}回の会合で{}件の報告を受け、双方が確認した。",
                at * 31
            )
        };
        let side = |year: usize| (0..200).map(|at| text(at, year)).collect::<Vec<_>>();
        let (old, new) = (side(22), side(23));
        let begun = std::time::Instant::now();
        assert!(align(&old, &new).len() > 150);
        let took = begun.elapsed();
        // Ten times what it takes, for a busy machine.
        assert!(cfg!(debug_assertions) || took.as_millis() < 500, "{took:?}");
    }

    /// Links of single sentences, as a set: a divided sentence has two.
    type Pairs = BTreeSet<(u64, u64)>;

    /// Returns the labelled links, those found and those in both, of one half of the pairs.
    fn measured(half: &str) -> (usize, usize, usize) {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/wording/pairs.jsonl");
        let text = std::fs::read_to_string(path).expect("the fixture");
        let (mut labelled, mut found, mut both) = (0, 0, 0);
        for line in text.lines() {
            let pair: Value = serde_json::from_str(line).expect("JSON");
            if pair["half"] != half {
                continue;
            }
            let texts = |side: &str| -> Vec<String> {
                let list = pair[side].as_array().expect(side).iter();
                list.map(|text| text.as_str().expect("a text").to_owned()).collect()
            };
            let numbers = |list: &Value| -> Vec<u64> {
                list.as_array().expect("a list").iter().map(|at| at.as_u64().expect("a number")).collect()
            };
            let crossed = |old: Vec<u64>, new: Vec<u64>| -> Vec<(u64, u64)> {
                old.iter().flat_map(|a| new.iter().map(|b| (*a, *b))).collect()
            };
            let list = pair["links"].as_array().expect("links").iter();
            let wanted: Pairs = list.flat_map(|link| crossed(numbers(&link[0]), numbers(&link[1]))).collect();
            let own = |range: &std::ops::Range<usize>| range.clone().map(|at| at as u64).collect::<Vec<_>>();
            let links = align(&texts("old"), &texts("new"));
            let got: Pairs = links.iter().flat_map(|link| crossed(own(&link.old), own(&link.new))).collect();
            labelled += wanted.len();
            found += got.len();
            both += got.intersection(&wanted).count();
        }
        (labelled, found, both)
    }

    #[test]
    fn labelled_pairs_of_texts_are_aligned() {
        let measures = ["tuned", "read"].map(|half| {
            let (labelled, found, both) = measured(half);
            let f1 = 2.0 * both as f64 / (labelled + found) as f64;
            (labelled, f1)
        });
        assert!(measures.iter().all(|(labelled, f1)| *labelled > 40 && *f1 >= 0.95), "{measures:?}");
    }
}
