//! Matching on the text itself: highlights, mended passages, NEAR, SENT, wildcards, fuzzy words, and the oracle of tests.

use unicode_normalization::UnicodeNormalization;

use super::compile::{Compiled, FacetTest};
use crate::analysis::{Analyzed, Analyzer, fold};
use crate::document::{DateSource, Document, Passage, Span};
use crate::index::{date_keys, query_date_key};
use crate::metadata::partners;
use crate::query::{Field, Form, Plan, Tier};

/// Most characters that a `*` stands for.
const WILDCARD_CHARS: usize = 20;

/// A passage with all that a query can look at.
pub struct PassageView<'a> {
    passage: &'a Passage,
    body: Analyzed,
    heading: Analyzed,
    title: Analyzed,
    /// Texts of the three, for verbatim matches.
    texts: [Vec<char>; 3],
    document: Option<&'a Document>,
}

/// A place where a plan matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Occurrence {
    /// Folded positions.
    pub start: usize,
    pub end: usize,
    /// Code points of the text.
    pub span: Span,
    pub tier: Tier,
}

impl<'a> PassageView<'a> {
    /// Analyses a passage under a title.
    pub fn new(analyzer: &mut Analyzer, passage: &'a Passage, title: &str) -> Self {
        Self::analyzed(passage, title, |text| analyzer.analyze(text))
    }

    /// Analyses as much of a passage under a title as one query looks at: the clauses in which something of it stands.
    pub(super) fn for_query(analyzer: &mut Analyzer, passage: &'a Passage, title: &str, query: &Compiled) -> Self {
        let (mut all, mut wanted) = (false, Vec::new());
        query.plans(&mut |plan| {
            // Where these stand is not told by the characters alone.
            all |= plan.leaf.is_wildcard() || matches!(plan.leaf.form, Form::Fuzzy(_));
            wanted.extend(plan.alternatives.iter().map(|alternative| alternative.chars.as_slice()));
        });
        Self::analyzed(passage, title, |text| {
            let folded = fold(text);
            let mut touched = vec![all; folded.chars.len() + 1];
            for wanted in wanted.iter().filter(|_| !all) {
                places(wanted, &folded.chars).for_each(|start| touched[start..=start + wanted.len()].fill(true));
            }
            analyzer.analyze_where(folded, |clause| touched[clause].contains(&true))
        })
    }

    fn analyzed(passage: &'a Passage, title: &str, mut analyze: impl FnMut(&str) -> Analyzed) -> Self {
        let heading = passage.heading.join("\n");
        Self {
            body: analyze(&passage.text),
            heading: analyze(&heading),
            title: analyze(title),
            texts: [passage.text.chars().collect(), heading.chars().collect(), title.chars().collect()],
            passage,
            document: None,
        }
    }

    /// Adds what facets of the whole document need.
    pub fn in_document(mut self, document: &'a Document) -> Self {
        self.document = Some(document);
        self
    }

    /// The passage.
    pub fn passage(&self) -> &Passage {
        self.passage
    }
}

/// How a passage matches: its tier, and whether anything of it is in the passage itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matched {
    /// The tier.
    pub tier: Tier,
    /// A word of the query is in the passage, not only above it.
    pub in_body: bool,
}

/// Matches a query against one passage; `None` where it does not match. DOC is read as one passage here.
pub fn match_passage(query: &Compiled, view: &PassageView<'_>) -> Option<Matched> {
    match_node(query, view).filter(|matched| matched.in_body)
}

fn match_node(query: &Compiled, view: &PassageView<'_>) -> Option<Matched> {
    match query {
        Compiled::And(nodes) => {
            let mut all: Option<Matched> = None;
            for node in nodes {
                if let Compiled::Not(inner) = node {
                    if excludes(inner, view) {
                        return None;
                    }
                    continue;
                }
                let matched = match_node(node, view)?;
                all =
                    Some(all.map_or(matched, |all| Matched { tier: all.tier.max(matched.tier), in_body: all.in_body || matched.in_body }));
            }
            // Only NOTs: every passage without them.
            Some(all.unwrap_or(Matched { tier: Tier::Word, in_body: true }))
        }
        Compiled::Or(nodes) => nodes
            .iter()
            .filter_map(|node| match_node(node, view))
            .reduce(|a, b| Matched { tier: a.tier.min(b.tier), in_body: a.in_body || b.in_body }),
        Compiled::Not(inner) => (!excludes(inner, view)).then_some(Matched { tier: Tier::Word, in_body: true }),
        Compiled::Leaf(plan) => match_leaf(plan, view),
        Compiled::Near(distance, plans) => near(*distance, plans, view).map(|(tier, _)| Matched { tier, in_body: true }),
        Compiled::Sentence(plans) => sentence(plans, view).map(|(tier, _)| Matched { tier, in_body: true }),
        Compiled::Document(node) => match_node(node, view),
        Compiled::Facet(test) => facet(test, view).map(|tier| Matched { tier, in_body: true }),
    }
}

/// NOT acts on the passage itself and never on pieces of other words alone.
fn excludes(inner: &Compiled, view: &PassageView<'_>) -> bool {
    match_node(inner, view).is_some_and(|matched| matched.in_body && matched.tier < Tier::Substring)
}

fn match_leaf(plan: &Plan, view: &PassageView<'_>) -> Option<Matched> {
    let best = |field: usize| occurrences(plan, view, field).iter().map(|found| found.tier).min();
    let (body, above) = match plan.leaf.field {
        Field::Any => (best(0), best(1).into_iter().chain(best(2)).min()),
        Field::Body => (best(0), None),
        Field::Heading => (best(1), None),
        Field::Title => (best(2), None),
    };
    match (body, above) {
        (None, None) => None,
        (body, above) => Some(Matched { tier: body.into_iter().chain(above).min().unwrap_or(Tier::Substring), in_body: body.is_some() }),
    }
}

/// Where a plan matches in one of the texts: 0 the passage, 1 its headings, 2 the title.
pub(super) fn occurrences(plan: &Plan, view: &PassageView<'_>, field: usize) -> Vec<Occurrence> {
    let analyzed = [&view.body, &view.heading, &view.title][field];
    let text = &view.texts[field];
    let mut found = match plan.leaf.form {
        _ if plan.alternatives.is_empty() => raw(&plan.leaf.text, text),
        Form::Fuzzy(edits) => fuzzy(&plan.alternatives[0].chars, usize::from(edits), analyzed),
        Form::Verbatim => {
            let mut found = literal(plan, analyzed);
            found.retain(|found| as_typed(&plan.leaf.text, &text[with_separators(analyzed, found, text.len())]));
            found
        }
        _ if plan.leaf.is_wildcard() => wildcard(&plan.leaf.text, analyzed),
        _ => literal(plan, analyzed),
    };
    if field == 0 {
        if let Some(key) = plan.date.as_ref().and_then(query_date_key) {
            for mention in view.passage.dates.iter().filter(|mention| date_keys(mention).contains(&key)) {
                found.push(Occurrence { start: 0, end: 0, span: mention.span, tier: Tier::Word });
            }
        }
        for found in &mut found {
            if found.tier == Tier::Word && view.passage.repairs.iter().any(|repair| repair.span.overlaps(&found.span)) {
                found.tier = Tier::Variant;
            }
        }
    }
    found
}

/// All alternatives of a plan in a folded text.
fn literal(plan: &Plan, analyzed: &Analyzed) -> Vec<Occurrence> {
    let mut found = Vec::new();
    for alternative in &plan.alternatives {
        for start in places(&alternative.chars, &analyzed.folded.chars) {
            let end = start + alternative.chars.len();
            let is_word = analyzed.boundary[start] && (alternative.open_end || analyzed.boundary[end]);
            let tier = if is_word { alternative.tier } else { Tier::Substring };
            if is_word || alternative.loose {
                found.push(Occurrence { start, end, span: analyzed.folded.span(start, end), tier });
            }
        }
    }
    found
}

/// Where some characters stand in a text; nowhere without any.
fn places(wanted: &[char], chars: &[char]) -> impl Iterator<Item = usize> {
    let (first, rest) = wanted.split_first().map_or((None, wanted), |(first, rest)| (Some(*first), rest));
    let starts = chars.iter().enumerate().filter(move |(_, c)| Some(**c) == first).map(|(start, _)| start);
    starts.filter(|start| chars[start + 1..].starts_with(rest))
}

/// What folds to nothing (a middle dot, a blank) is looked for as it is.
fn raw(typed: &str, text: &[char]) -> Vec<Occurrence> {
    let wanted: Vec<char> = typed.chars().collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    places(&wanted, text).map(|at| Occurrence { start: 0, end: 0, span: Span::new(at, at + wanted.len()), tier: Tier::Substring }).collect()
}

/// The code points of an occurrence with the separators around it, which folding dropped.
fn with_separators(analyzed: &Analyzed, found: &Occurrence, length: usize) -> std::ops::Range<usize> {
    let (chars, origins) = (&analyzed.folded.chars, &analyzed.folded.origins);
    // Between Latin words separators are one folded blank.
    let first = found.start - usize::from(found.start > 0 && chars[found.start - 1] == ' ');
    let last = found.end + usize::from(chars.get(found.end) == Some(&' '));
    let start = first.checked_sub(1).map_or(0, |before| origins[before].end);
    let end = origins.get(last).map_or(length, |after| after.start);
    start..end
}

/// Holds what was typed, but for width and white space.
fn as_typed(typed: &str, found: &[char]) -> bool {
    let plain = |text: &mut dyn Iterator<Item = char>| text.nfkc().filter(|c| !c.is_whitespace()).collect::<String>();
    plain(&mut found.iter().copied()).contains(&plain(&mut typed.chars()))
}

/// Pieces of a wildcard, folded; none for a query of stars.
pub(super) fn wildcard_pieces(text: &str) -> Vec<Vec<char>> {
    text.split('*').map(|piece| fold(piece).chars).filter(|piece| !piece.is_empty()).collect()
}

/// 内閣*センター: the pieces in order, few characters between, no sentence end.
fn wildcard(text: &str, analyzed: &Analyzed) -> Vec<Occurrence> {
    let chars = &analyzed.folded.chars;
    let pieces = wildcard_pieces(text);
    let Some(first) = pieces.first() else { return Vec::new() };
    let at = |piece: &[char], at: usize| chars.get(at..at + piece.len()).is_some_and(|window| window == piece);
    let mut found = Vec::new();
    for start in 0..chars.len() {
        if !at(first, start) {
            continue;
        }
        let mut end = start + first.len();
        let all = pieces[1..].iter().all(|piece| {
            let limit = (end + WILDCARD_CHARS).min(chars.len());
            let next = (end..=limit)
                .take_while(|next| !chars[end..*next].iter().any(|c| matches!(c, '。' | '、' | '「' | '」' | '(' | ')')))
                .find(|next| at(piece, *next));
            if let Some(next) = next {
                end = next + piece.len();
            }
            next.is_some()
        });
        if all {
            let open = (text.starts_with('*'), text.ends_with('*'));
            let is_word = (open.0 || analyzed.boundary[start]) && (open.1 || analyzed.boundary[end]);
            found.push(Occurrence {
                start,
                end,
                span: analyzed.folded.span(start, end),
                tier: if is_word { Tier::Word } else { Tier::Substring },
            });
        }
    }
    found
}

/// Windows of about the word's length that differ in so many characters at most.
fn fuzzy(wanted: &[char], edits: usize, analyzed: &Analyzed) -> Vec<Occurrence> {
    let chars = &analyzed.folded.chars;
    let mut found: Vec<(usize, Occurrence)> = Vec::new();
    for start in 0..chars.len() {
        let mut best: Option<(usize, usize)> = None;
        for length in wanted.len().saturating_sub(edits).max(1)..=wanted.len() + edits {
            let Some(window) = chars.get(start..start + length) else { break };
            let distance = edit_distance(wanted, window, edits);
            // Boundaries on both sides break ties between windows of one distance.
            let is_word = analyzed.boundary[start] && analyzed.boundary[start + length];
            let rank = distance * 2 + usize::from(!is_word);
            if distance <= edits && best.is_none_or(|(known, _)| rank < known) {
                best = Some((rank, start + length));
            }
        }
        if let Some((rank, end)) = best {
            let tier = match (rank / 2, rank % 2) {
                (0, 0) => Tier::Word,
                (_, 0) => Tier::Variant,
                _ => Tier::Substring,
            };
            let occurrence = Occurrence { start, end, span: analyzed.folded.span(start, end), tier };
            // Overlapping windows are one find: the nearest stays.
            match found.last_mut() {
                Some((known, last)) if last.end > start => {
                    if rank < *known {
                        (*known, *last) = (rank, occurrence);
                    }
                }
                _ => found.push((rank, occurrence)),
            }
        }
    }
    found.into_iter().map(|(_, occurrence)| occurrence).collect()
}

/// Levenshtein distance, given up above `limit`.
pub(super) fn edit_distance(a: &[char], b: &[char], limit: usize) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, left) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (to, right) in b.iter().enumerate() {
            let change = diagonal + usize::from(left != right);
            diagonal = row[to + 1];
            row[to + 1] = change.min(diagonal + 1).min(row[to] + 1);
        }
        if row.iter().min().is_some_and(|least| *least > limit) {
            return limit + 1;
        }
    }
    row[b.len()]
}

/// One occurrence of each plan within a distance, in any order: the tier, and the spans of all that take part.
fn near(distance: usize, plans: &[Plan], view: &PassageView<'_>) -> Option<(Tier, Vec<Span>)> {
    let all: Vec<Vec<Occurrence>> = plans.iter().map(|plan| occurrences(plan, view, 0)).collect();
    together(&all, |group| {
        let start = group.iter().map(|found| found.span.start).min()?;
        let end = group.iter().map(|found| found.span.end).max()?;
        let covered: usize = group.iter().map(|found| found.span.end - found.span.start).sum();
        (end - start <= covered + distance).then_some(())
    })
}

/// One occurrence of each plan in one sentence.
fn sentence(plans: &[Plan], view: &PassageView<'_>) -> Option<(Tier, Vec<Span>)> {
    let text = &view.texts[0];
    let mut number = Vec::with_capacity(text.len() + 1);
    let mut current = 0;
    for (at, c) in text.iter().enumerate() {
        number.push(current);
        let ends = matches!(c, '。' | '！' | '？' | '!' | '?') || (*c == '\n' && at + 1 < text.len());
        current += usize::from(ends);
    }
    number.push(current);
    let all: Vec<Vec<Occurrence>> = plans.iter().map(|plan| occurrences(plan, view, 0)).collect();
    together(&all, |group| {
        let first = number[group.first()?.span.start];
        group.iter().all(|found| number[found.span.start] == first && number[found.span.end - 1] == first).then_some(())
    })
}

/// Groups with one occurrence of each list that pass a test, around each occurrence of the rarest list.
fn together(all: &[Vec<Occurrence>], test: impl Fn(&[Occurrence]) -> Option<()>) -> Option<(Tier, Vec<Span>)> {
    let rarest = all.iter().enumerate().min_by_key(|(_, list)| list.len())?.0;
    let mut best: Option<Tier> = None;
    let mut spans = Vec::new();
    for anchor in &all[rarest] {
        let mut group = Vec::with_capacity(all.len());
        for (at, list) in all.iter().enumerate() {
            if at == rarest {
                group.push(*anchor);
                continue;
            }
            // Better tiers first, then the nearest.
            let mut ordered: Vec<&Occurrence> = list.iter().collect();
            ordered.sort_by_key(|found| (found.tier, found.span.start.abs_diff(anchor.span.start)));
            let fits = ordered.into_iter().find(|found| {
                let mut tried = group.clone();
                tried.push(*anchor);
                tried.push(**found);
                test(&tried).is_some()
            });
            match fits {
                Some(found) => group.push(*found),
                None => break,
            }
        }
        if group.len() == all.len() && test(&group).is_some() {
            let tier = group.iter().map(|found| found.tier).max()?;
            best = Some(best.map_or(tier, |best| best.min(tier)));
            spans.extend(group.iter().map(|found| found.span));
        }
    }
    best.map(|tier| (tier, spans))
}

/// A test on metadata; an inferred date makes a variant.
fn facet(test: &FacetTest, view: &PassageView<'_>) -> Option<Tier> {
    let below = |path: &str, wanted: &str| path == wanted || path.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('/'));
    match test {
        FacetTest::Partner { path, roles } => {
            let matches = |value: &crate::document::PartnerValue| {
                roles.contains(&value.role) && partners().by_name(&value.value).is_some_and(|partner| below(partner.path, path))
            };
            let given = view.document.into_iter().flat_map(|document| document.partners.iter().filter(|value| value.evidence.is_empty()));
            view.passage.partners.iter().chain(given).any(matches).then_some(Tier::Word)
        }
        FacetTest::Theme { path } => {
            let given = view.document.into_iter().flat_map(|document| document.themes.iter().filter(|value| value.evidence.is_empty()));
            view.passage.themes.iter().chain(given).any(|value| below(&value.value, path)).then_some(Tier::Word)
        }
        FacetTest::Date { interval } => match view.document.and_then(|document| document.date.as_ref()) {
            Some(date) => {
                date.interval.overlaps(interval).then_some(if date.source == DateSource::Inferred { Tier::Variant } else { Tier::Word })
            }
            None => {
                let stated = view.passage.dates.iter().filter(|mention| mention.source == DateSource::Stated);
                stated.filter_map(|mention| mention.interval).any(|named| named.overlaps(interval)).then_some(Tier::Word)
            }
        },
        FacetTest::Source { source } => {
            let date = view.document.and_then(|document| document.date.as_ref());
            (date.map(|date| date.source) == Some(*source)).then_some(Tier::Word)
        }
    }
}

/// The spans that matched, merged, in order. Pieces of other words are left out where whole words matched.
pub(super) fn highlights(query: &Compiled, view: &PassageView<'_>) -> Vec<Span> {
    let mut spans = Vec::new();
    collect(query, view, &mut spans);
    merge(spans)
}

pub(super) fn merge(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

fn collect(query: &Compiled, view: &PassageView<'_>, spans: &mut Vec<Span>) {
    match query {
        Compiled::And(nodes) | Compiled::Or(nodes) => nodes.iter().for_each(|node| collect(node, view, spans)),
        Compiled::Document(node) => collect(node, view, spans),
        Compiled::Leaf(plan) => {
            if plan.leaf.is_for(Field::Body) {
                let found = occurrences(plan, view, 0);
                let words = found.iter().any(|found| found.tier < Tier::Substring);
                spans.extend(found.iter().filter(|found| !words || found.tier < Tier::Substring).map(|found| found.span));
            }
        }
        Compiled::Near(distance, plans) => spans.extend(near(*distance, plans, view).into_iter().flat_map(|(_, spans)| spans)),
        Compiled::Sentence(plans) => spans.extend(sentence(plans, view).into_iter().flat_map(|(_, spans)| spans)),
        Compiled::Not(_) | Compiled::Facet(_) => {}
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::super::compile::compile;
    use super::{PassageView, highlights, match_passage};
    use crate::analysis::Analyzer;
    use crate::document::{Passage, PassageKind};

    const QUERIES: &[&str] = &[
        "情報",
        "会",
        "サイバー 協力",
        "日 NOT 会合",
        "=\"ICT\"",
        "NEAR/20(情報, 通信)",
        "SENT(日本, 協力)",
        "国*会",
        "情報通信~1",
        "title:政策 OR 第２回",
    ];

    fn passage(text: &str) -> Passage {
        Passage {
            id: String::new(),
            index: 0,
            kind: PassageKind::Body,
            heading: vec!["第２回 日米会合".to_owned()],
            text: text.to_owned(),
            lines: (1, 1),
            page: None,
            repairs: Vec::new(),
            dates: Vec::new(),
            partners: Vec::new(),
            themes: Vec::new(),
        }
    }

    /// What is not looked at for a query changes nothing for it.
    #[test]
    fn a_view_for_a_query_says_the_same_as_a_whole_one() {
        let mut analyzer = Analyzer::new();
        let (mut seen, mut matched) = (0, 0);
        for entry in std::fs::read_dir("corpus").expect("the corpus") {
            let bytes = std::fs::read(entry.expect("an entry").path()).expect("a file");
            for text in String::from_utf8_lossy(&bytes).lines().filter(|line| line.chars().count() > 20).take(150) {
                let passage = passage(text);
                for query in QUERIES {
                    let node = crate::query::parse(query).expect("a query").node.expect("some of it");
                    let query = compile(&node, &mut analyzer, true).expect("a query");
                    let whole = PassageView::new(&mut analyzer, &passage, "情報通信政策");
                    let part = PassageView::for_query(&mut analyzer, &passage, "情報通信政策", &query);
                    assert_eq!(match_passage(&query, &part), match_passage(&query, &whole), "{query:?} in {text}");
                    assert_eq!(highlights(&query, &part), highlights(&query, &whole), "{query:?} in {text}");
                    seen += 1;
                    matched += usize::from(match_passage(&query, &whole).is_some());
                }
            }
        }
        assert!(matched > 100 && matched < seen, "{matched} of {seen} matched");
    }
}
