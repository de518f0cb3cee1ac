//! Answers a request from the cluster: candidates by the lowered query, verdict, counts, order and texts here.

use std::collections::HashSet;
use std::sync::Arc;

use super::columns::Row;
use super::facets::Counter;
use super::gather::{self, Gathered};
use super::judge::Judged;
use super::ranker::{self, Passes, Ranker, RowColumns};
use super::reading;
use super::records::{self, Documents};
use super::score::Scale;
use super::sections::{self, Sought};
use super::values::{self, passed};
use super::wire::WireError;
use super::{Cluster, lower, seams, titled};
use crate::document::Role;
use crate::engine::ranking::emptied::Apart;
use crate::engine::ranking::hit::{Hit, HitRole};
use crate::engine::ranking::missing::WantedWords;
use crate::engine::ranking::order::{self, Window};
use crate::engine::ranking::read_query::ReadQuery;
use crate::engine::ranking::shown;
use crate::engine::ranking::statistics::Units;
use crate::engine::ranking::suggest;
use crate::engine::ranking::typed;
use crate::engine::ranking::weights;
use crate::engine::ranking::widened::widened;
use crate::engine::ranking::wishes::{Wishes, naming_plans};
use crate::engine::{Answer, Emptied, Found, LOWER_BOUNDS, OUT_OF_TIME, Request, SearchError, Sort, TermCount};
use crate::index::DocumentAddress;
use crate::matching::approximate;
use crate::matching::passage::PassageView;
use crate::query::budget::Watch;
use crate::query::filter::FilterTests;
use crate::query::{Compiled, Marks, Node};

/// Answers a request, with the hits of its window.
pub(super) fn search(cluster: &Cluster, request: &Request) -> Result<Answer, SearchError> {
    let analyzer = &cluster.analyzer;
    let mut answer = Answer { warnings: cluster.warnings.clone(), ..Answer::default() };
    let read = ReadQuery::of(request, analyzer, cluster.roots.clone(), &mut answer)?;
    let ReadQuery { node, dates, words, years, filters, compiled } = read;
    let watch = Arc::new(Watch::new(request.budget.clone()));
    let text = words.as_ref().map(typed::typed).unwrap_or_default();
    let is_ranked = words.is_some() && request.limit > 0;
    let units = if is_ranked { Units::of(analyzer, &text) } else { Units::default() };
    let scale = Scale::new(&cluster.pinned, compiled.as_ref().filter(|_| is_ranked), &units, cluster.rows);
    let mut lacks = None;
    let scale = whole(scale, &mut lacks)?.unwrap_or_else(|| Scale::unknown(&units));
    let years_named = naming_plans(&years, analyzer)?;
    let gathering = gather::Sought {
        cluster,
        request,
        filters: &filters,
        query: compiled.as_ref(),
        years: &years_named,
        scale: &scale,
        watch: &watch,
    };
    let mut gathered = gathering.gather()?;
    lacks = lacks.or(gathered.lacks.take());
    let judged = std::mem::take(&mut gathered.judged);
    let naming: HashSet<usize> = judged.iter().filter(|one| one.names_year).map(|one| one.at).collect();
    let mut hits = counted(request, &filters, &gathered.rows, judged, &mut answer);
    if let Some(compiled) = &compiled {
        answer.widened = widened(compiled);
        compiled.plans(&mut |plan| answer.warnings.extend(approximate::bound(plan)));
    }
    if let Some(facets) = &mut answer.facets {
        let keys: Vec<String> = facets.series.iter().map(|node| node.path.clone()).collect();
        let mut names = whole(reading::series_names(&cluster.pinned, &keys), &mut lacks)?.unwrap_or_default();
        facets.series.iter_mut().for_each(|node| node.value = names.remove(&node.path).unwrap_or(node.path.clone()));
    }
    if filters.naming.as_ref().is_some_and(|naming| naming.beside_words) && filters.roles.len() < Role::ALL.len() {
        answer.roles = None;
        answer.warnings.push("from a cluster, the roles of partners beside words are not counted".to_owned());
    }
    let wishes = Wishes::new(&years, &request.text);
    hits.iter_mut().for_each(|hit| hit.score *= ranker::of_exact(&wishes, &naming, &gathered.rows, hit));
    if is_ranked {
        gathering.refine(&mut gathered, &wishes, &naming, &mut hits)?;
        whole(titled::mark(&cluster.pinned, &text, &gathered.rows, &mut hits), &mut lacks)?;
        // A document whose title is the query stands first.
        gathering.refine(&mut gathered, &wishes, &naming, &mut hits)?;
    }
    let Gathered { rows, mut documents, whole: held, .. } = gathered;
    if lacks.is_some() || watch.was_cut() {
        let reason = lacks.unwrap_or_else(|| OUT_OF_TIME.to_owned());
        answer.timed_out = true;
        answer.warnings.push(format!("{reason}{LOWER_BOUNDS}"));
    }
    if hits.is_empty() && !answer.timed_out {
        answer.emptied = emptied(&gathering, (node.as_ref(), &dates), &mut answer)?;
        match &compiled {
            Some(compiled) if answer.emptied.is_none() => {
                answer.counts = counts(&gathering, compiled)?;
                answer.suggestions = suggestions(cluster, &answer.counts, &watch)?;
            }
            _ => {}
        }
    }
    let may_open = is_ranked && !units.is_empty() && !answer.timed_out && order::is_open(request, &units, &hits);
    let showing = watch.showing();
    let passes = Passes { analyzer, filters: &filters, query: compiled.as_ref(), whole: &held };
    let depth = if wishes.has_years() { weights::YEAR_DEPTH } else { weights::DEPTH };
    let windows = Windows {
        cluster,
        request,
        asked: ranker::Asked {
            text: &text,
            form: typed::form(&request.text),
            units: &units,
            wishes: &wishes,
            naming: &naming,
            tells_roles: filters.naming.is_some() && filters.roles.len() > 1,
            years: &years_named,
            passes: &passes,
        },
        scale: &scale,
        is_ranked: is_ranked && !units.is_empty(),
        showing: &showing,
    };
    // Partial hits follow where all exact ones stand in the window; only then are their sections read.
    let to = request.offset.saturating_add(request.limit);
    let few = hits.len() <= to || wishes.has_years() && hits.len() <= weights::WIDE_HEAD;
    let closed = if may_open && few { None } else { Some(windows.window((&rows, &documents), None, hits.clone())?) };
    let (mut rows, window) = match closed {
        Some(window) if !may_open || window.left > 0 => (rows, window),
        _ => {
            let exact = hits.iter().map(|hit| &rows[hit.address.doc_id as usize]);
            let sought = Sought {
                pinned: &cluster.pinned,
                analyzer,
                units: &units,
                counts: &scale.counts,
                depth,
                is_deep: request.sort != Sort::Relevance || windows.asked.tells_roles || to > depth,
                exact: &exact.map(|row| (row.document, row.position)).collect(),
                watch: &watch,
            };
            let mut part = None;
            let found = whole(sections::sections(&sought, &passes, &mut documents), &mut part)?;
            if let Some(reason) = part {
                answer.timed_out = true;
                answer.warnings.push(format!("partial hits are missing: {reason}{LOWER_BOUNDS}"));
            }
            let (rows, scored, rest) = sections::joined(rows, found.unwrap_or_default());
            let window = windows.window((&rows, &documents), Some((&scored, &rest)), hits)?;
            (rows, window)
        }
    };
    let on_page = window.hits.iter().chain(window.duplicates.values().flatten());
    let places: Vec<usize> = on_page.map(|hit| hit.address.doc_id as usize).collect();
    gather::fill(&cluster.pinned, &mut rows, &mut documents, &places)?;
    answer.relaxed = window.hits.iter().any(|hit| hit.relaxed);
    answer.mixed = window.hits.iter().any(|hit| hit.is_amid() && !hit.relaxed);
    answer.left = window.left;
    answer.next = window.goes_on.then_some(window.end);
    if window.hits.is_empty() && request.offset > 0 && request.limit > 0 && !answer.timed_out {
        answer.warnings.push(order::past_the_end(request.offset, window.end));
    }
    let asked = match &compiled {
        Some(compiled) if answer.relaxed => words.as_ref().map(|node| WantedWords::of(analyzer, node, compiled)),
        _ => None,
    };
    // A match may go on in the next passage.
    let on_page = window.hits.iter().map(|hit| &rows[hit.address.doc_id as usize]);
    let next = compiled.as_ref().map(|query| seams::next_texts(&cluster.pinned, query, &on_page.collect::<Vec<_>>()));
    let next = next.transpose()?.unwrap_or_default();
    let shown =
        Shown { cluster, compiled: compiled.as_ref(), asked, rows: &rows, documents: &documents, watch: &showing };
    for (at, hit) in window.hits.iter().enumerate() {
        let rest = next.get(&at).map(|next| next.text.as_str());
        answer.hits.extend(shown.found(hit, rest, &window, (at, request.offset)));
    }
    Ok(answer)
}

/// Takes a result that must come from all shards; notes the reason where some did not answer.
fn whole<T>(result: Result<T, WireError>, lacks: &mut Option<String>) -> Result<Option<T>, WireError> {
    match result {
        Err(WireError::Part(reason)) => {
            lacks.get_or_insert(reason);
            Ok(None)
        }
        other => other.map(Some),
    }
}

/// What windows on the list of one request are made with.
struct Windows<'a> {
    cluster: &'a Cluster,
    request: &'a Request,
    asked: ranker::Asked<'a>,
    scale: &'a Scale,
    is_ranked: bool,
    showing: &'a Watch,
}

impl Windows<'_> {
    /// Selects the window. `partial` are the places of the sections with partial hits, and of those after them; without
    /// them the list ends with the exact hits.
    fn window(
        &self,
        read: (&[Row], &Documents),
        partial: Option<ranker::Sections<'_>>,
        hits: Vec<Hit>,
    ) -> Result<Window, SearchError> {
        let ranker = Ranker::new(self.cluster, read, self.scale, self.asked, partial.unwrap_or_default());
        let is_asked = self.is_ranked && (partial.is_some() || self.request.sort == Sort::Relevance);
        let ranker = Some(&ranker).filter(|_| is_asked);
        order::window(&RowColumns(read.0), self.request, ranker, partial.is_some(), hits, self.showing)
    }
}

/// Filters judged passages, and counts totals, facets and roles.
fn counted(
    request: &Request,
    filters: &FilterTests,
    rows: &[Row],
    judged: Vec<Judged>,
    answer: &mut Answer,
) -> Vec<Hit> {
    let mut counter = request.facets.then(|| Counter::new(filters));
    let mut roles = values::role_counts(filters);
    let any_role = filters.in_any_role();
    let tells_roles = filters.naming.is_some() && filters.roles.len() > 1;
    let (mut hits, mut last) = (Vec::new(), None);
    for judged in judged {
        let row = &rows[judged.at];
        let passed = passed(filters, row);
        if let Some(roles) = &mut roles {
            values::count_roles(roles, filters, row, &any_role);
        }
        if !passed.not_excluded {
            continue;
        }
        if let Some(counter) = &mut counter {
            counter.add(row, passed);
        }
        if !passed.all() {
            continue;
        }
        answer.total.passages += 1;
        answer.total.by_tier[judged.tier as usize] += 1;
        if last.replace(row.document) != Some(row.document) {
            answer.total.documents += 1;
        }
        hits.push(Hit {
            address: DocumentAddress::new(0, judged.at as u32),
            document: row.document,
            tier: judged.tier,
            score: judged.score,
            flags: row.flags,
            relaxed: false,
            place: judged.place,
            role: HitRole::new(values::role(filters, row), tells_roles),
        });
    }
    answer.facets = counter.map(Counter::finish);
    answer.roles = roles;
    hits
}

/// Returns the number of passages for each word of a query by itself; nothing where a count is not whole.
fn counts(gathering: &gather::Sought<'_>, query: &Compiled) -> Result<Vec<TermCount>, SearchError> {
    let (filters, request) = (FilterTests::default(), Request { limit: 0, ..Request::default() });
    let (mut plans, mut counts) = (Vec::new(), Vec::new());
    query.positive_plans(&mut |plan| plans.push(plan.clone()));
    for plan in plans.into_iter().filter(|plan| !plan.is_plural()) {
        let term = plan.leaf.to_string();
        let leaf = Compiled::Leaf(plan);
        let of_word =
            gather::Sought { query: Some(&leaf), filters: &filters, request: &request, years: &[], ..*gathering };
        let found = of_word.gather()?;
        if found.lacks.is_some() {
            return Ok(Vec::new());
        }
        counts.push(TermCount { term, passages: found.judged.len() });
    }
    Ok(counts)
}

/// Counts what each filter leaves of the passages that hold the query; `None` without filters or such passages.
fn emptied(
    gathering: &gather::Sought<'_>,
    (node, dates): (Option<&Node>, &[String]),
    answer: &mut Answer,
) -> Result<Option<Emptied>, SearchError> {
    let (cluster, asked) = (gathering.cluster, gathering.request);
    let filters = (&asked.filters, asked.variants);
    let Some(apart) = Apart::of(&cluster.analyzer, (node, dates), filters, &cluster.roots)? else {
        return Ok(None);
    };
    // The columns of facets are those of filters too.
    let request = Request { limit: 0, facets: true, ..Request::default() };
    let query = apart.words.as_ref();
    let filters = FilterTests::default();
    let of_words = gather::Sought { query, filters: &filters, request: &request, years: &[], ..*gathering };
    let found = of_words.gather()?;
    if let Some(reason) = found.lacks {
        answer.timed_out = true;
        answer.warnings.push(format!("what each filter leaves is not counted: {reason}{LOWER_BOUNDS}"));
        return Ok(None);
    }
    let rows: Vec<&Row> = found.judged.iter().filter_map(|one| found.rows.get(one.at)).collect();
    let passing = |tests: &FilterTests| rows.iter().filter(|row| passed(tests, row).all()).count();
    Ok(apart.counted(rows.len(), passing))
}

/// Returns what words without a passage may have meant.
fn suggestions(cluster: &Cluster, counts: &[TermCount], watch: &Watch) -> Result<Vec<String>, SearchError> {
    let slips = suggest::slips(counts);
    if slips.is_empty() {
        return Ok(slips);
    }
    let count = |word: &Compiled| {
        let query = lower::all_of(vec![lower::term("kind", "p"), lower::candidates(word)], Vec::new());
        records::count_of(&cluster.pinned, query).unwrap_or(0)
    };
    suggest::meant(&cluster.analyzer, &slips, cluster.vocabulary()?, watch, count)
}

/// What the texts of hits are read with.
struct Shown<'a> {
    cluster: &'a Cluster,
    compiled: Option<&'a Compiled>,
    /// The words of the query, where partial hits are shown.
    asked: Option<WantedWords>,
    rows: &'a [Row],
    documents: &'a Documents,
    watch: &'a Watch,
}

impl Shown<'_> {
    /// Reads the hit at a place of a window.
    fn found(&self, hit: &Hit, rest: Option<&str>, window: &Window, (at, offset): (usize, usize)) -> Option<Found> {
        let row = &self.rows[hit.address.doc_id as usize];
        let (_, passage) = row.record.clone()?;
        let (document, source) = self.documents.get(&row.key)?.clone();
        let document = self.cluster.placed(document, &source);
        let mut marked = (Marks::default(), Vec::new());
        if let Some(query) = self.compiled {
            let analyzer = &self.cluster.analyzer;
            let view = PassageView::for_query(analyzer, &passage, &document.title, query, rest).watched(self.watch);
            marked = shown::marked(analyzer, query, &view, self.asked.as_ref().filter(|_| hit.relaxed));
        }
        let id_of = |hit: &Hit| Some(self.rows[hit.address.doc_id as usize].record.as_ref()?.1.id.clone());
        let ids = window.duplicates.get(&at).into_iter().flatten().filter_map(id_of).collect();
        Some(hit.found(offset + at + 1, window, (document, passage), marked, ids))
    }
}
