//! The engine against an oracle without an index: plain string search in the passages, headings and titles of small
//! random documents, over all operators and filters; and the invariants of its lists of hits.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fumikura::analysis::Analyzer;
use fumikura::engine::embedded::search;
use fumikura::engine::{Answer, FacetNode, Request};
use fumikura::index::OpenIndex;
use fumikura::pipeline::{self, IndexOptions};
use fumikura::query::Filters;
use serde_json::json;

use crate::support::{Random, WORDS};

const PARTNERS: [&str; 3] = ["米国", "英国", "タイ"];
const YEARS: [u16; 3] = [2009, 2012, 2016];

/// A generated document.
#[derive(Clone, Debug)]
struct Made {
    id: String,
    title: String,
    partner: Option<&'static str>,
    year: Option<u16>,
    line: String,
}

fn document(random: &mut Random, id: usize) -> Made {
    let word = |random: &mut Random| WORDS[random.below(WORDS.len())];
    let title = match random.below(4) {
        0 => "概要".to_owned(),
        1 => format!("{}の概要", word(random)),
        2 => format!("{}と{}の概要", word(random), word(random)),
        _ => format!("{}の概要。{}の資料", word(random), word(random)),
    };
    let mut text = String::new();
    for section in 0..1 + random.below(3) {
        if random.below(3) > 0 {
            text += &format!("# 第{}章 {}について\n\n", section + 1, word(random));
            if random.below(2) == 0 {
                text += &format!("## 1 {}と{}\n\n", word(random), word(random));
            }
        }
        for _ in 0..1 + random.below(3) {
            for _ in 0..1 + random.below(3) {
                text += &match random.below(3) {
                    0 => format!("{}について述べる。", word(random)),
                    1 => format!("{}と{}を比べる。", word(random), word(random)),
                    _ => "ここには何もない。".to_owned(),
                };
            }
            text += "\n\n";
        }
    }
    let partner = (random.below(2) == 0).then(|| PARTNERS[random.below(PARTNERS.len())]);
    let year = (random.below(3) > 0).then(|| YEARS[random.below(YEARS.len())]);
    let mut line = json!({"id": format!("d{id}"), "title": title, "text": text});
    if let Some(partner) = partner {
        line["partners"] = json!([partner]);
    }
    if let Some(year) = year {
        line["date"] = json!(format!("{year}-05-01"));
    }
    Made { id: format!("d{id}"), title, partner, year, line: line.to_string() }
}

/// A query.
#[derive(Clone, Debug)]
enum Tree {
    Word(usize),
    Phrase(usize, usize),
    Sentence(usize, usize),
    And(Vec<Tree>),
    Or(Vec<Tree>),
    Not(Box<Tree>),
    /// At least two parts in one document.
    Document(Vec<Tree>),
    Partner(usize),
    Year(usize),
}

fn tree(random: &mut Random, depth: usize) -> Tree {
    let words = |random: &mut Random| (random.below(WORDS.len()), random.below(WORDS.len()));
    match if depth == 0 { random.below(5) } else { random.below(13) } {
        0..=2 => Tree::Word(random.below(WORDS.len())),
        3 => {
            let (a, b) = words(random);
            Tree::Phrase(a, b)
        }
        4 => {
            let (a, b) = words(random);
            Tree::Sentence(a, b)
        }
        5..=7 => Tree::And((0..2 + random.below(2)).map(|_| tree(random, depth - 1)).collect()),
        8 => Tree::Or((0..2 + random.below(2)).map(|_| tree(random, depth - 1)).collect()),
        9 => match tree(random, depth - 1) {
            // The parser cancels a double NOT.
            Tree::Not(inner) => *inner,
            inner => Tree::Not(Box::new(inner)),
        },
        10 => {
            let part = |random: &mut Random| Tree::Word(random.below(WORDS.len()));
            let mut parts = vec![part(random), part(random)];
            if random.below(3) == 0 {
                parts.push(Tree::Not(Box::new(part(random))));
            }
            Tree::Document(parts)
        }
        11 => Tree::Partner(random.below(PARTNERS.len())),
        _ => Tree::Year(random.below(YEARS.len())),
    }
}

/// Removes required years from a query, because they act as filters; `None` where nothing remains.
fn undated(tree: &Tree) -> Option<Tree> {
    match tree {
        Tree::Year(_) => None,
        Tree::And(trees) => {
            let left: Vec<Tree> = trees.iter().filter_map(undated).collect();
            (!left.is_empty()).then_some(Tree::And(left))
        }
        tree => Some(tree.clone()),
    }
}

fn phrase(a: usize, b: usize) -> String {
    format!("{}と{}", WORDS[a], WORDS[b])
}

fn query(tree: &Tree) -> String {
    let joined = |trees: &[Tree], between: &str| trees.iter().map(query).collect::<Vec<_>>().join(between);
    match tree {
        Tree::Word(word) => WORDS[*word].to_owned(),
        Tree::Phrase(a, b) => format!("\"{}\"", phrase(*a, *b)),
        Tree::Sentence(a, b) => format!("SENT({} {})", WORDS[*a], WORDS[*b]),
        Tree::And(trees) => format!("({})", joined(trees, " ")),
        Tree::Or(trees) => format!("({})", joined(trees, " OR ")),
        Tree::Not(inner) => format!("NOT {}", query(inner)),
        Tree::Document(trees) => format!("DOC({})", joined(trees, " ")),
        Tree::Partner(partner) => format!("partner:{}", PARTNERS[*partner]),
        Tree::Year(year) => format!("date:{}", YEARS[*year]),
    }
}

/// A passage as plain strings.
struct Plain {
    id: String,
    body: String,
    headings: Vec<String>,
}

/// The passages of one document as read from the index, beside the generated document.
struct Source<'a> {
    made: &'a Made,
    passages: Vec<Plain>,
}

/// The place of a query's words relative to a passage, nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Body,
    /// A filter, or NOT alone.
    Anywhere,
    Title,
    Heading,
    /// In other passages of its document.
    Elsewhere,
}

impl Source<'_> {
    /// Returns the nearest place where a passage matches a query; `None` where it does not.
    fn place(&self, tree: &Tree, at: usize) -> Option<Place> {
        let nearest = |test: &dyn Fn(&str) -> bool| {
            let passage = &self.passages[at];
            let title = || test(&self.made.title).then_some(Place::Title);
            let heading = || passage.headings.iter().any(|heading| test(heading)).then_some(Place::Heading);
            test(&passage.body).then_some(Place::Body).or_else(title).or_else(heading)
        };
        let anywhere = |holds: bool| holds.then_some(Place::Anywhere);
        match tree {
            Tree::Word(word) => nearest(&|text| text.contains(WORDS[*word])),
            Tree::Phrase(a, b) => nearest(&|text| text.replace('\n', "").contains(&phrase(*a, *b))),
            Tree::Sentence(a, b) => nearest(&|text| {
                // Both words may be the same: one occurrence then suffices.
                text.split(['。', '\n']).any(|sentence| {
                    let (a, b) = (WORDS[*a], WORDS[*b]);
                    if a == b { sentence.matches(a).count() > 0 } else { sentence.contains(a) && sentence.contains(b) }
                })
            }),
            Tree::And(trees) => {
                let all: Option<Vec<(bool, Place)>> =
                    trees.iter().map(|tree| Some((matches!(tree, Tree::Not(_)), self.place(tree, at)?))).collect();
                // A negated part does not determine the place of the rest.
                let asked: Vec<Place> =
                    all?.into_iter().filter(|(is_not, _)| !is_not).map(|(_, place)| place).collect();
                let nearest = asked.iter().copied().min().filter(|place| *place == Place::Body);
                nearest.or_else(|| asked.iter().copied().max()).or(Some(Place::Anywhere))
            }
            Tree::Or(trees) => trees.iter().filter_map(|tree| self.place(tree, at)).min(),
            Tree::Not(inner) => anywhere(self.place(inner, at).is_none()),
            Tree::Document(trees) => {
                let somewhere = |tree: &Tree| (0..self.passages.len()).any(|at| self.place(tree, at).is_some());
                let whole = trees.iter().all(|tree| match tree {
                    Tree::Not(inner) => !somewhere(inner),
                    tree => somewhere(tree),
                });
                let parts = trees.iter().filter(|tree| !matches!(tree, Tree::Not(_)));
                whole.then(|| parts.filter_map(|tree| self.place(tree, at)).min().unwrap_or(Place::Elsewhere))
            }
            Tree::Partner(partner) => anywhere(self.made.partner == Some(PARTNERS[*partner])),
            Tree::Year(year) => anywhere(self.made.year == Some(YEARS[*year])),
        }
    }

    /// Counts the hits among its passages, regardless of its year.
    fn hits_of_any_year(&self, tree: &Tree) -> usize {
        undated(tree).map_or(self.passages.len(), |tree| self.hits(&tree).0.len())
    }

    /// Returns the ids of the hits among its passages, and whether they match by title or headings alone.
    fn hits(&self, tree: &Tree) -> (Vec<&str>, bool) {
        let places: Vec<Option<Place>> = (0..self.passages.len()).map(|at| self.place(tree, at)).collect();
        let of = |wanted: &[Place]| -> Vec<usize> {
            (0..places.len()).filter(|at| places[*at].is_some_and(|place| wanted.contains(&place))).collect()
        };
        let ids = |at: &[usize]| at.iter().map(|at| self.passages[*at].id.as_str()).collect();
        let (plain, by_title, by_heading) =
            (of(&[Place::Body, Place::Anywhere]), of(&[Place::Title]), of(&[Place::Heading]));
        if !plain.is_empty() {
            return (ids(&plain), false);
        }
        match by_title.first() {
            Some(first) => (ids(&[*first]), true),
            None => (ids(&by_heading.chunk_by(|a, b| a + 1 == *b).map(|run| run[0]).collect::<Vec<_>>()), true),
        }
    }
}

fn sources<'a>(open: &OpenIndex, made: &'a [Made]) -> Vec<Source<'a>> {
    let of = |made: &'a Made| {
        let passages = open.passages_of(&made.id).expect("passages").into_iter().map(|indexed| Plain {
            id: indexed.passage.id,
            body: indexed.passage.text,
            headings: indexed.passage.heading,
        });
        Source { made, passages: passages.collect() }
    };
    made.iter().map(of).collect()
}

fn nodes<'a>(nodes: &'a [FacetNode], all: &mut Vec<&'a FacetNode>) {
    for node in nodes {
        all.push(node);
        self::nodes(&node.children, all);
    }
}

/// Returns the numbers of passages and documents that a facet counts for a value.
fn counted(found: &[FacetNode], value: &str) -> (usize, usize) {
    let mut all = Vec::new();
    nodes(found, &mut all);
    all.iter().find(|node| node.value == value).map_or((0, 0), |node| (node.passages, node.documents))
}

fn ids(answer: &Answer) -> BTreeSet<&str> {
    answer.hits.iter().map(|hit| hit.passage.id.as_str()).collect()
}

/// Compares one query with the oracle.
fn compare(open: &OpenIndex, _analyzer: &Analyzer, sources: &[Source<'_>], tree: &Tree, filters: &Filters) {
    let text = query(tree);
    let request =
        Request { text, filters: filters.clone(), limit: usize::MAX, relax: false, facets: true, ..Request::default() };
    let answer = search(open, &request).unwrap_or_else(|error| panic!("{}: {error}", request.text));
    let passes = |made: &Made, partner: bool, date: bool| {
        let by_partner = !partner || filters.partners.iter().all(|wanted| made.partner == Some(wanted.as_str()));
        let by_date =
            !date || filters.date.iter().all(|wanted| made.year.map(|year| year.to_string()).as_ref() == Some(wanted));
        by_partner && by_date
    };
    let (mut plain, mut above) = (BTreeSet::new(), BTreeSet::new());
    let mut of_partner: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut of_year: BTreeMap<u16, (usize, usize)> = BTreeMap::new();
    for source in sources {
        let (hits, is_above) = source.hits(tree);
        // A filter does not reduce the counts of its own facet.
        if let Some(partner) = source.made.partner.filter(|_| !hits.is_empty() && passes(source.made, false, true)) {
            let count = of_partner.entry(partner).or_default();
            *count = (count.0 + hits.len(), count.1 + 1);
        }
        let of_any_year = source.hits_of_any_year(tree);
        if let Some(year) = source.made.year.filter(|_| of_any_year > 0 && passes(source.made, true, false)) {
            let count = of_year.entry(year).or_default();
            *count = (count.0 + of_any_year, count.1 + 1);
        }
        if passes(source.made, true, true) {
            if is_above { above.extend(hits) } else { plain.extend(hits) }
        }
    }
    let all: BTreeSet<&str> = plain.union(&above).copied().collect();
    assert_eq!(ids(&answer), all, "{} {filters:?}", request.text);
    assert_eq!(answer.total.passages, all.len(), "{}", request.text);
    let marked: Vec<bool> = answer.hits.iter().map(|hit| hit.place.is_above()).collect();
    assert!(marked.is_sorted(), "{}: titles and headings stand last", request.text);
    let found: BTreeSet<&str> =
        answer.hits.iter().filter(|hit| hit.place.is_above()).map(|hit| hit.passage.id.as_str()).collect();
    assert_eq!(found, above, "{}", request.text);
    let facets = answer.facets.as_ref().expect("facets");
    for partner in PARTNERS {
        let wanted = of_partner.get(partner).copied().unwrap_or_default();
        assert_eq!(counted(&facets.partner, partner), wanted, "{} {filters:?} {partner}", request.text);
    }
    for year in YEARS {
        let wanted = of_year.get(&year).copied().unwrap_or_default();
        assert_eq!(counted(&facets.date, &year.to_string()), wanted, "{} {filters:?} {year}", request.text);
    }
}

/// Checks that pages and prefixes agree with the whole list, and that exact hits precede partial ones.
fn pages(open: &OpenIndex, _analyzer: &Analyzer, random: &mut Random, text: &str) {
    let whole = Request { text: text.to_owned(), limit: usize::MAX, ..Request::default() };
    let list = search(open, &whole).expect("a search");
    let key = |answer: &Answer| answer.hits.iter().map(|hit| (hit.rank, hit.passage.id.clone())).collect::<Vec<_>>();
    let all = key(&list);
    let partial: Vec<(bool, bool)> =
        list.hits.iter().map(|hit| (hit.relaxed, hit.place.is_above() && !hit.relaxed)).collect();
    assert!(partial.is_sorted(), "{text}: {partial:?}");
    assert_eq!(list.hits.iter().filter(|hit| !hit.relaxed).count(), list.total.passages, "{text}");
    assert!(list.hits.iter().all(|hit| hit.relaxed || hit.missing.is_empty()), "{text}");
    let size = 1 + random.below(7);
    let mut union = Vec::new();
    while union.len() < all.len() {
        let page = search(open, &Request { offset: union.len(), limit: size, ..whole.clone() }).expect("a page");
        assert!(!page.hits.is_empty(), "{text}: the list ends at {} of {}", union.len(), all.len());
        union.extend(key(&page));
    }
    assert_eq!(union, all, "{text}: pages of {size}");
    let prefix = random.below(all.len() + 1);
    let first = search(open, &Request { limit: prefix, ..whole }).expect("a prefix");
    assert_eq!(key(&first), all[..prefix], "{text}");
}

fn write(path: &Path, made: &[Made]) {
    let lines: Vec<&str> = made.iter().map(|made| made.line.as_str()).collect();
    std::fs::write(path, lines.join("\n")).expect("written");
}

fn run(source: &Path, index: &Path, jobs: usize, rebuild: bool) -> OpenIndex {
    let options = IndexOptions {
        jobs,
        rebuild,
        memory_bytes: 64 << 20,
        ..IndexOptions::new(vec![source.to_owned()], index.to_owned())
    };
    let report = pipeline::run(&options, &()).expect("indexing runs");
    assert_eq!(report.failed, []);
    OpenIndex::open(index).expect("the index opens")
}

/// Returns the properties of each hit, for comparing indexes.
fn told(open: &OpenIndex, _analyzer: &Analyzer, text: &str) -> Vec<(String, String, bool)> {
    let request = Request { text: text.to_owned(), limit: usize::MAX, ..Request::default() };
    let hits = search(open, &request).expect("a search").hits;
    hits.iter()
        .map(|hit| (hit.passage.id.clone(), format!("{:?} {:?} {:.3}", hit.tier, hit.place, hit.score), hit.relaxed))
        .collect()
}

/// All operators, filters and facets agree with plain string search, including titles and headings, for every history
/// of the index: one run with two threads, several runs with changed documents and merged segments, or a rebuild by one
/// thread.
#[test]
fn all_operators_agree_with_plain_string_search() {
    for seed in [20_171_016u64, 7] {
        let mut random = Random(seed);
        let made: Vec<Made> = (0..90).map(|id| document(&mut random, id)).collect();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let source = folder.path().join("source.jsonl");
        write(&source, &made);
        let once = run(&source, &folder.path().join("once"), 2, false);
        let updated = folder.path().join("updated");
        let changed = |at: usize, random: &mut Random| -> Vec<Made> {
            made[..at]
                .iter()
                .enumerate()
                .map(|(id, made)| if id % 7 == 3 { document(random, id) } else { made.clone() })
                .collect()
        };
        for at in [10, 20, 30, 45, 60, 75] {
            write(&source, &changed(at, &mut random));
            run(&source, &updated, 1, false);
        }
        write(&source, &made);
        let by_parts = run(&source, &updated, 2, false);
        let again = folder.path().join("again");
        run(&source, &again, 2, false);
        let anew = run(&source, &again, 1, true);

        let analyzer = Analyzer::new();
        let sources = sources(&once, &made);
        assert!(sources.iter().any(|source| source.passages.len() > 2));
        let mut marked = 0;
        for round in 0..250 {
            let tree = tree(&mut random, 3);
            let mut filters = Filters::default();
            if random.below(3) == 0 {
                filters.partners.push(PARTNERS[random.below(PARTNERS.len())].to_owned());
            }
            if random.below(3) == 0 {
                filters.date = Some(YEARS[random.below(YEARS.len())].to_string());
            }
            let open = [&once, &by_parts, &anew][round % 3];
            compare(open, &analyzer, &sources, &tree, &filters);
            let text = query(&tree);
            if round % 5 == 0 {
                pages(open, &analyzer, &mut random, &text);
                let expected = told(&once, &analyzer, &text);
                marked +=
                    expected.iter().filter(|(_, told, _)| told.contains("Title") || told.contains("Heading")).count();
                assert_eq!(told(&by_parts, &analyzer, &text), expected, "{text}: made in several runs");
                assert_eq!(told(&anew, &analyzer, &text), expected, "{text}: made anew");
            }
        }
        assert!(marked > 10, "{marked} hits of titles and headings alone");
    }
}
