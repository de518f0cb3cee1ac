//! One answer from several indexes.
//!
//! The order: exact hits before partial ones. By relevance: hits in the text before hits in title or headings alone,
//! the better tier first, running text before contents lists, the stronger role of a partner where several roles were
//! asked for, then the higher score of each index. By date: by day, undated documents last. Equal hits
//! follow the order in which the indexes are named. Hits of different indexes are not folded under each other.

use super::present::{Listing, list};
use crate::document::PassageKind;
use crate::engine::Widened;
use crate::engine::ranking::hit::role_rank;
use crate::engine::ranking::order::past_the_end;
use crate::engine::{Answer, Emptied, Found, Request, SearchError, Sort};
use crate::index::OpenIndex;

/// The hits of several indexes in one order: an iterator over them.
pub struct Several<'a> {
    /// The answer without its hits.
    pub answer: Answer,
    lists: Vec<One<'a>>,
    sort: Sort,
    /// True where the request asks for several roles.
    by_role: bool,
    /// Place of the next hit in the whole list, from 0.
    at: usize,
    /// Bounds of the window, half-open.
    from: usize,
    to: usize,
}

/// The hits of one index.
struct One<'a> {
    name: String,
    listing: Listing<'a>,
    /// The next hit.
    head: Option<Result<Found, SearchError>>,
    /// True where more hits follow than were requested.
    goes_on: bool,
}

/// Makes the request for each index: all hits of the window may come from one index.
fn of_each(request: &Request) -> Request {
    let limit = if request.limit == 0 { 0 } else { request.offset.saturating_add(request.limit) };
    Request { offset: 0, limit, ..request.clone() }
}

/// Answers a request from several indexes.
///
/// # Errors
/// As [`list`].
pub fn list_several<'a>(indexes: &'a [OpenIndex], request: &Request) -> Result<Several<'a>, SearchError> {
    let each = of_each(request);
    let mut lists = Vec::with_capacity(indexes.len());
    let mut all: Option<Answer> = None;
    for index in indexes {
        let mut listing = list(index, &each)?;
        let answer = std::mem::take(&mut listing.answer);
        let goes_on = answer.next.is_some();
        match &mut all {
            None => all = Some(answer),
            Some(all) => add(all, answer),
        }
        let head = listing.next();
        lists.push(One { name: index.path().display().to_string(), listing, head, goes_on });
    }
    let mut answer = all.unwrap_or_default();
    if answer.total.passages > 0 {
        answer.counts.clear();
        answer.suggestions.clear();
        answer.emptied = None;
    }
    let to = request.offset.saturating_add(request.limit);
    Ok(Several {
        answer,
        lists,
        sort: request.sort,
        by_role: request.filters.roles.len() > 1,
        at: 0,
        from: request.offset,
        to,
    })
}

/// Adds the answer of a further index.
fn add(answer: &mut Answer, other: Answer) {
    answer.total.passages += other.total.passages;
    answer.total.documents += other.total.documents;
    answer.total.by_tier.iter_mut().zip(other.total.by_tier).for_each(|(count, other)| *count += other);
    answer.relaxed |= other.relaxed;
    answer.mixed |= other.mixed;
    answer.timed_out |= other.timed_out;
    answer.left += other.left;
    if let (Some(facets), Some(other)) = (&mut answer.facets, other.facets) {
        facets.add(other);
    }
    for warning in other.warnings {
        if !answer.warnings.contains(&warning) {
            answer.warnings.push(warning);
        }
    }
    for widened in other.widened {
        let same = |known: &&mut Widened| {
            (&known.word, &known.added, known.negated) == (&widened.word, &widened.added, widened.negated)
        };
        match answer.widened.iter_mut().find(same) {
            Some(known) => known.passages = known.passages.zip(widened.passages).map(|(a, b)| a + b).or(known.passages),
            None => answer.widened.push(widened),
        }
    }
    for count in other.counts {
        match answer.counts.iter_mut().find(|known| known.term == count.term) {
            Some(known) => known.passages += count.passages,
            None => answer.counts.push(count),
        }
    }
    match (&mut answer.roles, &other.roles) {
        (Some(roles), Some(other)) => roles.add(other),
        (roles, other) => *roles = roles.take().or_else(|| other.clone()),
    }
    answer.suggestions.extend(other.suggestions);
    answer.suggestions.sort();
    answer.suggestions.dedup();
    answer.emptied = match (answer.emptied.take(), other.emptied) {
        (Some(mut emptied), Some(other)) => {
            emptied.add(&other);
            Some(emptied)
        }
        (one, other) => one.or(other),
    };
}

impl Emptied {
    /// Adds the counts of the same filters in a further index.
    fn add(&mut self, other: &Self) {
        self.passages += other.passages;
        for (count, other) in self.filters.iter_mut().zip(&other.filters) {
            count.passages += other.passages;
            count.named = count.named.zip(other.named).map(|(a, b)| a + b);
        }
    }
}

impl Several<'_> {
    /// Completes the answer after its hits were taken: remaining hits, next offset, warnings.
    pub fn close(&mut self) {
        let ahead = |one: &One<'_>| {
            one.listing.exact_ahead()
                + usize::from(one.head.as_ref().is_some_and(|head| matches!(head, Ok(found) if !found.relaxed)))
        };
        self.answer.left += self.lists.iter().map(ahead).sum::<usize>();
        let goes_on = self.lists.iter().any(|one| one.goes_on || one.head.is_some());
        self.answer.next = goes_on.then_some(if self.from == self.to { 0 } else { self.to });
        for one in &mut self.lists {
            let said = std::mem::take(&mut one.listing.answer);
            self.answer.timed_out |= said.timed_out;
            self.answer.warnings.extend(said.warnings);
        }
        let answer = &mut self.answer;
        if self.at <= self.from && self.from > 0 && self.to > self.from && !answer.timed_out {
            answer.warnings.push(past_the_end(self.from, self.at));
        }
    }

    /// Returns the index of the list whose next hit comes first.
    fn first(&self) -> Option<usize> {
        let mut best: Option<(usize, Key)> = None;
        for (number, one) in self.lists.iter().enumerate() {
            let key = match &one.head {
                None => continue,
                // An error is returned at once.
                Some(Err(_)) => return Some(number),
                Some(Ok(found)) => Key::of(found, self.sort, self.by_role),
            };
            if best.as_ref().is_none_or(|(_, known)| key.is_before(known)) {
                best = Some((number, key));
            }
        }
        best.map(|(number, _)| number)
    }
}

/// Sort key of hits of several indexes.
struct Key {
    place: (bool, bool, i64, bool, bool, bool, usize, bool, u8),
    score: f32,
}

impl Key {
    fn of(found: &Found, sort: Sort, by_role: bool) -> Self {
        let day = found.document.date.as_ref().map(|date| date.interval.start.as_number() as i64);
        let (undated, day) = match sort {
            Sort::Relevance => (false, 0),
            Sort::Date => (day.is_none(), day.unwrap_or(0)),
            Sort::DateDescending => (day.is_none(), -day.unwrap_or(0)),
        };
        let score = if sort == Sort::Relevance { found.score } else { 0.0 };
        let role = if by_role { role_rank(found.role) } else { 0 };
        let place = match found.amid {
            true => (true, undated, day, true, false, false, 0, false, role),
            false => {
                let contents = found.passage.kind == PassageKind::Toc;
                let is_other = found.of_other_year && sort == Sort::Relevance;
                let above = found.place.is_above();
                (false, undated, day, !found.titled, is_other, above, found.tier as usize, contents, role)
            }
        };
        Self { place, score }
    }

    fn is_before(&self, other: &Self) -> bool {
        self.place.cmp(&other.place).then(other.score.total_cmp(&self.score)).is_lt()
    }
}

impl Iterator for Several<'_> {
    type Item = Result<Found, SearchError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.at < self.to {
            let number = self.first()?;
            let one = &mut self.lists[number];
            let found = std::mem::replace(&mut one.head, one.listing.next())?;
            self.at += 1;
            if self.at > self.from {
                return Some(found.map(|found| Found { rank: self.at, index: Some(one.name.clone()), ..found }));
            }
        }
        None
    }
}
