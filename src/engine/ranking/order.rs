//! The total order of the hits of a request, and windows on it.
//!
//! The order depends only on query, filters, sort and commit: exact hits by tier, running text before contents lists,
//! then the role of the partner where several roles are asked for, then score, where the best [`weights::HEAD`] hits
//! are rescored; then hits in title and headings alone in the same way; then partial hits. Where a query names a year,
//! all this holds for the hits of that year; exact hits of other years follow, and if all exact hits are rescored, they
//! stand among the partial hits of that year by score, since each lacks a part of the query. It is computed from the
//! top, no further than a window needs. Ties are broken by document and place, so that the division into segments has
//! no effect.

use std::collections::HashSet;

use super::duplicates::Unfolded;
use super::hit::{Columns, Hit, by_rank, is_contents};
use super::statistics::Units;
use super::weights;
use crate::document::counted;
use crate::engine::{Request, Sort};
use crate::index::DocumentAddress;
use crate::query::Tier;
use crate::query::budget::Watch;
use rustc_hash::{FxHashMap, FxHashSet};

/// Ranks hits by the words of a query.
pub(crate) trait Ranks {
    /// Reason why an index could not be read.
    type Error;

    /// Returns the number of exact hits to score.
    fn head(&self) -> usize;

    /// True where further hits of one document count less.
    fn spreads(&self) -> bool;

    /// True where hits stand by the role of a partner.
    fn tells_roles(&self) -> bool;

    /// Scores exact hits by the second stage.
    ///
    /// # Errors
    /// An index that cannot be read.
    fn weigh(&self, exact: &mut [Hit]) -> Result<(), Self::Error>;

    /// Returns partial hits in the best sections, best first, without known exact hits.
    ///
    /// # Errors
    /// An index that cannot be read.
    fn partial(&self, known: &HashSet<DocumentAddress>) -> Result<Vec<Hit>, Self::Error>;

    /// Returns partial hits of the following sections, one for each section. `last` is the score of the last hit
    /// before them.
    ///
    /// # Errors
    /// An index that cannot be read.
    fn rest(&self, known: &HashSet<DocumentAddress>, last: Option<f32>) -> Result<Vec<Hit>, Self::Error>;
}

/// Largest rest of a list that is sorted at once.
const ALL_AT_ONCE: usize = 1000;
/// Least number of hits that are sorted at once.
const FEWEST_AT_ONCE: usize = 64;

/// Sorts hits by the dates of their documents, and hits of one day by rank. Undated hits stand last in both
/// directions.
fn by_date(columns: &impl Columns, sort: Sort, hits: Vec<Hit>) -> Vec<Hit> {
    let key = |hit: &Hit| match (columns.day(hit), sort) {
        (None, _) => (true, 0),
        (Some(day), Sort::DateDescending) => (false, u64::MAX - day),
        (Some(day), _) => (false, day),
    };
    let mut keyed: Vec<((bool, u64), Hit)> = hits.into_iter().map(|hit| (key(&hit), hit)).collect();
    keyed.sort_unstable_by(|(a, first), (b, second)| a.cmp(b).then_with(|| by_rank(first, second)));
    keyed.into_iter().map(|(_, hit)| hit).collect()
}

/// Returns the first `wanted` hits by rank, sorted. Most other hits cost one comparison with the last of the best so
/// far.
fn best(hits: impl Iterator<Item = Hit>, wanted: usize) -> Vec<Hit> {
    let mut best: Vec<Hit> = Vec::new();
    let mut last: Option<Hit> = None;
    for hit in hits {
        if last.as_ref().is_some_and(|last| by_rank(&hit, last).is_gt()) {
            continue;
        }
        best.push(hit);
        if best.len() >= wanted * 2 {
            best.select_nth_unstable_by(wanted - 1, by_rank);
            best.truncate(wanted);
            last = best.last().copied();
        }
    }
    best.sort_unstable_by(by_rank);
    best.truncate(wanted);
    best
}

/// Lowers the scores of further hits of one document among sorted hits of one kind, and sorts them again.
fn spread(hits: &mut [Hit]) {
    let mut earlier: FxHashMap<_, i32> = FxHashMap::default();
    for hit in hits.iter_mut() {
        let kind = (hit.document, hit.place.is_above(), hit.tier as u8, is_contents(hit), hit.role.rank());
        let earlier = earlier.entry(kind).or_default();
        hit.score *= weights::FURTHER.powi(*earlier);
        *earlier += 1;
    }
    hits.sort_unstable_by(by_rank);
}

/// The exact hits, sorted as far as requested.
struct Exact {
    /// The first hits, in their final order.
    sorted: Vec<Hit>,
    /// Number of rescored hits among them.
    weighed: usize,
    /// All hits in the order of their rows; those up to `last` by rank are in `sorted`.
    others: Vec<Hit>,
    last: Option<Hit>,
    /// Number of all exact hits.
    count: usize,
}

impl Exact {
    fn new<R: Ranks>(
        columns: &impl Columns,
        request: &Request,
        ranker: Option<&R>,
        hits: Vec<Hit>,
    ) -> Result<Self, R::Error> {
        let mut exact = Self { sorted: Vec::new(), weighed: 0, count: hits.len(), others: hits, last: None };
        match (request.sort, ranker) {
            (Sort::Relevance, Some(ranker)) => {
                let mut head = best(exact.others.iter().copied(), ranker.head());
                exact.last = head.last().copied();
                ranker.weigh(&mut head)?;
                head.sort_unstable_by(by_rank);
                if ranker.spreads() {
                    spread(&mut head);
                }
                exact.weighed = head.len();
                exact.sorted = head;
            }
            (Sort::Relevance, None) => {}
            (Sort::Date | Sort::DateDescending, _) => {
                exact.sorted = by_date(columns, request.sort, std::mem::take(&mut exact.others));
            }
        }
        Ok(exact)
    }

    /// Keeps the best hit of each document.
    fn group(&mut self) {
        let mut documents = FxHashSet::default();
        self.sorted.retain(|hit| documents.insert(hit.document));
        self.weighed = self.weighed.min(self.sorted.len());
        // The passages of a document are adjacent.
        let best = |hits: &[Hit]| hits.iter().copied().min_by(by_rank);
        let others = self.others.chunk_by(|a, b| a.document == b.document).filter_map(best);
        self.others = others.filter(|hit| !documents.contains(&hit.document)).collect();
        self.last = None;
        self.count = self.sorted.len() + self.others.len();
    }

    /// Takes out the hits of other years than the query names, if all hits are rescored: only then can they be compared
    /// with partial hits.
    fn take_amid(&mut self) -> Vec<Hit> {
        if self.weighed < self.count {
            return Vec::new();
        }
        let (mut amid, of_year): (Vec<Hit>, Vec<Hit>) = self.sorted.iter().partition(|hit| hit.is_of_other_year());
        (self.weighed, self.count, self.sorted) = (of_year.len(), of_year.len(), of_year);
        amid.iter_mut().for_each(Hit::set_amid);
        amid
    }

    fn is_left(last: Option<&Hit>, hit: &Hit) -> bool {
        last.is_none_or(|last| by_rank(hit, last).is_gt())
    }

    /// Returns the hit at a place, from 0.
    fn get(&mut self, at: usize) -> Option<Hit> {
        if at >= self.count {
            return None;
        }
        if at >= self.sorted.len() {
            let wanted = (at + 1).max(self.sorted.len() * 2).max(FEWEST_AT_ONCE) - self.sorted.len();
            let left = self.count - self.sorted.len();
            if left <= ALL_AT_ONCE.max(wanted * 3) {
                let mut others = std::mem::take(&mut self.others);
                others.retain(|hit| Self::is_left(self.last.as_ref(), hit));
                others.sort_unstable_by(by_rank);
                if self.sorted.is_empty() {
                    self.sorted = others;
                } else {
                    self.sorted.extend(others);
                }
            } else {
                let more =
                    best(self.others.iter().filter(|hit| Self::is_left(self.last.as_ref(), hit)).copied(), wanted);
                self.last = more.last().copied();
                self.sorted.extend(more);
            }
        }
        self.sorted.get(at).copied()
    }

    /// Returns the hits from a place on. Hits beyond the sorted ones come unsorted.
    fn from(&self, at: usize) -> impl Iterator<Item = Hit> {
        let others = self.others.iter().filter(|hit| Self::is_left(self.last.as_ref(), hit));
        self.sorted[at.min(self.sorted.len())..].iter().chain(others).copied()
    }
}

/// A run of hits whose scores are comparable.
#[derive(PartialEq)]
enum Block {
    /// Exact hits: titled, of another year, in title or headings alone, tier, contents list, role, rescored.
    Exact(bool, bool, bool, Tier, bool, u8, bool),
    /// Partial hits and the exact ones among them: role.
    Amid(u8),
}

/// Makes scores fall along a list: a block that begins higher than the last one ended is scaled down to it.
#[derive(Default)]
struct Falling {
    block: Option<Block>,
    last: f32,
    factor: f32,
}

impl Falling {
    /// Returns the score of the next hit. A rescored hit is comparable only with others of its kind.
    fn next(&mut self, hit: &Hit, weighed: bool) -> f32 {
        let (above, role) = (hit.place.is_above(), hit.role.rank());
        let exact =
            || Block::Exact(hit.is_titled(), hit.is_of_other_year(), above, hit.tier, is_contents(hit), role, weighed);
        let block = Some(if hit.is_amid() { Block::Amid(role) } else { exact() });
        // A quotient times its divisor may round up, so the score is capped.
        let highest = if self.block.is_some() { self.last } else { f32::MAX };
        if self.block != block {
            let is_higher = self.block.is_some() && self.last > 0.0 && hit.score > self.last;
            self.factor = if is_higher { self.last / hit.score } else { 1.0 };
            self.block = block;
        }
        self.last = (hit.score * self.factor).min(highest);
        self.last
    }
}

/// A run of adjacent hits of a list.
#[derive(Debug, Default)]
pub(crate) struct Window {
    /// The hits.
    pub hits: Vec<Hit>,
    /// For some hits, by place in the window: the hits folded under it, best first.
    pub duplicates: FxHashMap<usize, Vec<Hit>>,
    /// Number of exact hits of each document, where hits are grouped.
    pub of_document: FxHashMap<u64, usize>,
    /// Number of exact hits after the window, folded ones included.
    pub left: usize,
    /// True where hits follow.
    pub goes_on: bool,
    /// Number of hits down to the end of the window, or of the whole list where nothing follows.
    pub end: usize,
}

/// A walk down the list.
struct Walk<'a> {
    request: &'a Request,
    scores: Falling,
    window: Window,
    /// Bounds of the wanted places, half-open.
    from: usize,
    to: usize,
}

impl Walk<'_> {
    fn is_full(&self) -> bool {
        self.window.end >= self.to
    }

    fn keep(&mut self, hit: Hit) {
        if self.window.end >= self.from && !self.is_full() {
            self.window.hits.push(hit);
        }
        self.window.end += 1;
    }

    /// Records a hit that is folded under the hit at a place in the list.
    fn fold(&mut self, under: usize, hit: Hit) {
        if (self.from..self.to).contains(&under) {
            self.window.duplicates.entry(under - self.from).or_default().push(hit);
        }
    }

    /// Tells whether a hit is never folded: it stands for a document with further hits, which are no near-duplicates of
    /// the one above.
    fn stands(&self, hit: &Hit) -> bool {
        self.window.of_document.get(&hit.document).is_some_and(|count| *count > 1)
    }

    fn exact(&mut self, exact: &mut Exact, mut unfolded: Option<Unfolded<'_, impl Columns>>, showing: &Watch) {
        let (mut at, mut folded) = (0, 0);
        while !self.is_full()
            && !showing.is_over()
            && let Some(mut hit) = exact.get(at)
        {
            if self.request.sort == Sort::Relevance {
                hit.score = self.scores.next(&hit, at < exact.weighed);
            }
            at += 1;
            let stands = self.stands(&hit);
            match unfolded.as_mut().and_then(|unfolded| unfolded.add(&hit, stands)) {
                Some(under) => {
                    self.fold(under, hit);
                    folded += 1;
                }
                None => self.keep(hit),
            }
        }
        if let Some(unfolded) = unfolded.filter(|_| at < exact.count && !showing.is_over()) {
            // Sorted hits come first, in their order.
            let known = exact.sorted.len() - at;
            let below = exact
                .from(at)
                .enumerate()
                .filter(|(_, hit)| !self.stands(hit))
                .filter_map(|(place, hit)| Some((place.min(known), unfolded.above(&hit)?, hit)));
            let mut below: Vec<(usize, usize, Hit)> = below.collect();
            folded += below.len();
            below.sort_unstable_by(|(a, _, first), (b, _, second)| a.cmp(b).then_with(|| by_rank(first, second)));
            below.into_iter().for_each(|(_, under, hit)| self.fold(under, hit));
        }
        self.window.left = exact.count - self.window.end - folded;
    }
}

/// Merges exact hits of other years and partial hits by score. A partial hit that is of another year too lacks more
/// than each exact one, so it stands below them.
fn merged(amid: Vec<Hit>, partial: Vec<Hit>) -> Vec<Hit> {
    let last = amid.iter().map(|hit| hit.score).fold(f32::MAX, f32::min);
    let is_above = |hit: &Hit| !hit.is_of_other_year() && hit.score > last;
    let (mut all, rest): (Vec<Hit>, Vec<Hit>) = partial.into_iter().partition(is_above);
    all.extend(amid);
    all.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then_with(|| by_rank(a, b)));
    all.extend(rest);
    all
}

/// Returns the warning for a window that begins after the last hit.
pub(crate) fn past_the_end(offset: usize, hits: usize) -> String {
    format!("offset {offset} is past the end: the list has {}", counted(hits, "hit"))
}

/// True where a request may list partial hits after its exact ones: the passages that hold the only word of a query are
/// all exact.
pub(crate) fn is_open(request: &Request, units: &Units, hits: &[Hit]) -> bool {
    request.relax && (units.words.len() > 1 || hits.iter().all(|hit| hit.place.is_above()))
}

/// Selects a window on the list of a request from all its exact hits in the order of their rows.
///
/// `ranker` scores hits by the words of the query, if it has words. `open` allows partial hits after the exact ones.
///
/// # Errors
/// An index that cannot be read.
pub(crate) fn window<R: Ranks>(
    columns: &impl Columns,
    request: &Request,
    ranker: Option<&R>,
    open: bool,
    hits: Vec<Hit>,
    showing: &Watch,
) -> Result<Window, R::Error> {
    if request.limit == 0 {
        let left = hits.len();
        return Ok(Window { left, goes_on: left > 0, ..Window::default() });
    }
    let to = request.offset.saturating_add(request.limit);
    let mut walk = Walk { request, scores: Falling::default(), window: Window::default(), from: request.offset, to };
    let unfolded = || request.fold_duplicates.then(|| Unfolded::new(columns));
    let mut documents = FxHashSet::<u64>::default();
    if request.group_documents {
        for hits in hits.chunk_by(|a, b| a.document == b.document) {
            walk.window.of_document.insert(hits[0].document, hits.len());
        }
        documents.extend(walk.window.of_document.keys());
    }
    let mut exact = Exact::new(columns, request, ranker, hits)?;
    if request.group_documents {
        exact.group();
    }
    let partial = ranker.filter(|_| open);
    let is_ranked = request.sort == Sort::Relevance;
    // Partial hits stand by role first where the request asks for partners in several roles.
    let by_role = is_ranked && ranker.is_some_and(Ranks::tells_roles);
    let mut amid = if partial.is_some() && is_ranked && !by_role { exact.take_amid() } else { Vec::new() };
    walk.exact(&mut exact, unfolded(), showing);
    if walk.window.left == 0
        && let Some(ranker) = partial
    {
        // Where hits are grouped, `documents` excludes the hits that grouping dropped.
        let known: HashSet<DocumentAddress> =
            exact.from(0).chain(amid.iter().copied()).map(|hit| hit.address).collect();
        let mut once = |hits: &mut Vec<Hit>| {
            if request.group_documents {
                hits.retain(|hit| documents.insert(hit.document));
            }
        };
        let mut partial = ranker.partial(&known)?;
        let last = partial.last().map(|hit| hit.score);
        if !is_ranked || by_role {
            // The first hit by date or role may be the last by score, so all are read.
            partial.extend(ranker.rest(&known, last)?);
        }
        if by_role {
            // Stable: hits of one role keep their order by score.
            partial.sort_by_key(|hit| hit.role.rank());
        } else if !is_ranked {
            partial = by_date(columns, request.sort, partial);
        }
        once(&mut partial);
        if !amid.is_empty() {
            partial = merged(std::mem::take(&mut amid), partial);
        }
        let (first, mut unfolded) = (walk.window.end, unfolded());
        for mut hit in partial {
            if is_ranked {
                hit.score = walk.scores.next(&hit, true);
            }
            let stands = !hit.relaxed && walk.stands(&hit);
            // Hits after the window fold nothing that is shown, so they need not be added.
            let under = match walk.is_full() {
                true if stands => None,
                true => unfolded.as_ref().and_then(|unfolded| unfolded.above(&hit)),
                false => unfolded.as_mut().and_then(|unfolded| unfolded.add(&hit, stands)),
            };
            walk.window.left += usize::from(walk.is_full() && under.is_none() && !hit.relaxed);
            match under {
                Some(under) => walk.fold(first + under, hit),
                None => walk.keep(hit),
            }
        }
        // Sections after the rescored ones are not folded: otherwise the hits of a window would depend on its end.
        if is_ranked && !by_role && walk.window.end <= to {
            let mut rest = ranker.rest(&known, last)?;
            once(&mut rest);
            for mut hit in rest {
                hit.score = walk.scores.next(&hit, true);
                walk.keep(hit);
            }
        }
    }
    walk.window.left += amid.len();
    walk.window.goes_on = walk.window.left > 0 || walk.window.end > to;
    walk.window.end = if walk.window.goes_on { to } else { walk.window.end };
    Ok(walk.window)
}
