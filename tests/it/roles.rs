//! A request for a partner hides no passage: it tells how many passages name the partner in another role, and hits of
//! several roles stand in the order of the roles. All numbers are compared with the metadata of the passages.

use std::collections::{BTreeMap, BTreeSet};

use fumikura::Index;
use fumikura::document::{Passage, PassageKind, Role};
use fumikura::engine::embedded::search;
use fumikura::engine::{Answer, Engine, FacetNode, Found, Numbers, Request, Sort};
use fumikura::index::OpenIndex;
use fumikura::metadata::partners;
use fumikura::query::Filters;
use serde_json::{Value, json};

use crate::support::{Random, fumikura, index_lines, stdout};

/// Words of which none is in a name or in the frame of a sentence.
const WORDS: [&str; 4] = ["衛星", "暗号", "漁船", "音楽"];
const NAMES: [&str; 8] = ["米国", "タイ", "シンガポール", "英国", "ASEAN", "韓国", "フランス", "ブラジル"];
/// Partners asked for: leaves of the tree, a body with members, regions.
const ASKED: [&str; 8] = ["米国", "タイ", "シンガポール", "英国", "ASEAN", "アジア", "欧州", "韓国"];

/// Builds a document of short chapters, in which names stand in every role.
fn document(random: &mut Random, at: usize) -> String {
    let chapter = |random: &mut Random, number: usize| {
        let (word, name, other) =
            (WORDS[random.below(4)], NAMES[random.below(NAMES.len())], NAMES[random.below(NAMES.len())]);
        let text = match random.below(6) {
            0 => format!("日本と{name}は、{word}について合意した。{other}でも{word}が使われている。"),
            1 => format!("会合は{name}で開催された。{word}について意見を交換した。"),
            2 => format!("参加国：{name}、カナダ、チリ、{other}、メキシコ、ペルー。{word}を扱う。"),
            3 => format!("{name}では{word}の制度が整い、{other}の事業者も{word}を使っている。"),
            4 => format!("{word}の普及が進んでいる。"),
            _ => format!("総務省は、{other}において、{name}政府との{word}対話を開催した。"),
        };
        format!("第{number}章 概要\n{text}\n")
    };
    let text: Vec<String> = (1..=1 + random.below(5)).map(|number| chapter(random, number)).collect();
    let date = format!("{}-05-01", 2010 + random.below(3));
    json!({"id": format!("made-{at}"), "title": "報道資料", "date": date, "text": text.join("\n")}).to_string()
}

fn made(random: &mut Random) -> Vec<String> {
    let count = 5 + random.below(40);
    (0..count).map(|at| document(random, at)).collect()
}

/// A condition of a request.
#[derive(Clone, Debug)]
enum Tree {
    Word(&'static str),
    Partner(&'static str),
    And(Vec<Tree>),
    Or(Vec<Tree>),
    Not(Box<Tree>),
}

fn tree(random: &mut Random, depth: usize) -> Tree {
    let children = |random: &mut Random| (0..2).map(|_| tree(random, depth - 1)).collect();
    match if depth == 0 { random.below(2) } else { random.below(6) } {
        0 => Tree::Word(WORDS[random.below(4)]),
        1 => Tree::Partner(ASKED[random.below(ASKED.len())]),
        2 | 3 => Tree::And(children(random)),
        4 => Tree::Or(children(random)),
        _ => Tree::Not(Box::new(match random.below(2) {
            0 => Tree::Word(WORDS[random.below(4)]),
            _ => Tree::Partner(ASKED[random.below(ASKED.len())]),
        })),
    }
}

fn typed(tree: &Tree) -> String {
    let list = |trees: &[Tree], between| format!("({})", trees.iter().map(typed).collect::<Vec<_>>().join(between));
    match tree {
        Tree::Word(word) => (*word).to_owned(),
        Tree::Partner(name) => format!("partner:{name}"),
        Tree::And(trees) => list(trees, " "),
        Tree::Or(trees) => list(trees, " OR "),
        Tree::Not(tree) => format!("NOT {}", typed(tree)),
    }
}

fn path(name: &str) -> &'static str {
    partners().by_name(name).map_or_else(|| panic!("{name}"), |partner| partner.path)
}

/// Returns the roles in which a passage names a partner or one below it.
fn roles(passage: &Passage, wanted: &str) -> BTreeSet<Role> {
    let below = |own: &str| own == wanted || own.starts_with(&format!("{wanted}/"));
    passage.partners.iter().filter(|partner| below(path(&partner.value))).map(|partner| partner.role).collect()
}

fn named_in(passage: &Passage, name: &str, asked: &[Role]) -> Option<Role> {
    roles(passage, path(name)).into_iter().find(|role| asked.contains(role))
}

fn holds(tree: &Tree, passage: &Passage, asked: &[Role]) -> bool {
    match tree {
        Tree::Word(word) => passage.text.contains(word),
        Tree::Partner(name) => named_in(passage, name, asked).is_some(),
        Tree::And(trees) => trees.iter().all(|tree| holds(tree, passage, asked)),
        Tree::Or(trees) => trees.iter().any(|tree| holds(tree, passage, asked)),
        Tree::Not(tree) => !holds(tree, passage, asked),
    }
}

/// Returns the role of a passage for a request: OR takes the stronger role, AND the weaker one, NOT has none.
fn role(tree: &Tree, passage: &Passage, asked: &[Role]) -> Option<Role> {
    match tree {
        Tree::Partner(name) => named_in(passage, name, asked),
        Tree::And(trees) => trees.iter().filter_map(|tree| role(tree, passage, asked)).max(),
        Tree::Or(trees) => trees.iter().filter_map(|tree| role(tree, passage, asked)).min(),
        Tree::Word(_) | Tree::Not(_) => None,
    }
}

fn names(tree: &Tree, found: &mut BTreeSet<&'static str>) {
    match tree {
        Tree::Partner(name) => _ = found.insert(path(name)),
        Tree::And(trees) | Tree::Or(trees) => trees.iter().for_each(|tree| names(tree, found)),
        Tree::Not(tree) => names(tree, found),
        Tree::Word(_) => {}
    }
}

/// A request and its condition as a tree.
fn request(random: &mut Random) -> (Request, Tree) {
    let any = |random: &mut Random| ASKED[random.below(ASKED.len())];
    let depth = random.below(3);
    let words = if random.below(4) == 0 { None } else { Some(tree(random, depth)) };
    let partners: Vec<&str> = (0..[0, 1, 1, 2][random.below(4)]).map(|_| any(random)).collect();
    let excluded: Vec<&str> = (0..[0, 0, 0, 1][random.below(4)]).map(|_| any(random)).collect();
    let asked = match random.below(4) {
        0 | 1 => Role::ALL.to_vec(),
        2 => Vec::new(),
        _ => Role::ALL.into_iter().filter(|_| random.below(2) == 0).collect(),
    };
    let filters = Filters {
        partners: partners.iter().map(|&name| name.to_owned()).collect(),
        exclude_partners: excluded.iter().map(|&name| name.to_owned()).collect(),
        roles: asked,
        ..Filters::default()
    };
    let text = words.as_ref().map(typed).unwrap_or_default();
    let mut all: Vec<Tree> = words.into_iter().collect();
    if !partners.is_empty() {
        all.push(Tree::Or(partners.into_iter().map(Tree::Partner).collect()));
    }
    all.extend(excluded.into_iter().map(|name| Tree::Not(Box::new(Tree::Partner(name)))));
    let request = Request { text, filters, limit: usize::MAX, relax: false, facets: true, ..Request::default() };
    (request, Tree::And(all))
}

fn passages(open: &OpenIndex) -> Vec<Passage> {
    let documents = open.documents().expect("documents").into_iter().map(|found| found.document.id);
    documents.flat_map(|id| open.passages_of(&id).expect("passages")).map(|indexed| indexed.passage).collect()
}

fn ids<'a>(passages: impl IntoIterator<Item = &'a Passage>) -> BTreeSet<&'a str> {
    passages.into_iter().map(|passage| passage.id.as_str()).collect()
}

fn hits(answer: &Answer) -> BTreeSet<&str> {
    ids(answer.hits.iter().map(|hit| &hit.passage))
}

/// Returns the place of a hit in the order of tiers and roles.
fn place(hit: &Found) -> (bool, bool, fumikura::query::Tier, bool, usize) {
    let contents = hit.passage.kind == PassageKind::Toc && !hit.relaxed;
    let role = hit.role.map_or(4, |role| role as usize);
    (hit.relaxed, hit.place.is_above() && !hit.relaxed, hit.tier, contents, role)
}

#[test]
fn the_roles_told_for_a_partner_are_those_of_the_passages() {
    let mut random = Random(20);
    let (mut told, mut added, mut dropped, mut ordered) = ([0; 4], 0, 0, 0);
    for _ in 0..25 {
        let index = index_lines(&made(&mut random));
        let passages = passages(&index.open);
        for _ in 0..40 {
            let (request, tree) = request(&mut random);
            let shown = format!("«{}» {:?}", request.text, request.filters);
            let answer = search(&index.open, &request).unwrap_or_else(|error| panic!("{shown}: {error}"));
            let asked =
                if request.filters.roles.is_empty() { vec![Role::Party] } else { request.filters.roles.clone() };
            let with = |asked: &[Role]| ids(passages.iter().filter(|passage| holds(&tree, passage, asked)));
            let (found, any) = (with(&asked), with(&Role::ALL));
            assert_eq!(hits(&answer), found, "{shown}");
            assert_eq!((answer.hits.len(), answer.total.passages), (found.len(), found.len()), "{shown}");

            // Each passage that the request or the same request for any role finds is counted once for each partner.
            let mut wanted = BTreeSet::new();
            names(&tree, &mut wanted);
            assert_eq!(answer.roles.is_some(), !wanted.is_empty(), "{shown}");
            for hit in &answer.hits {
                assert_eq!(hit.role, role(&tree, &hit.passage, &asked), "{shown}: {}", hit.passage.id);
            }
            let Some(roles_told) = &answer.roles else { continue };
            assert_eq!(roles_told.partners.iter().map(|one| one.path.as_str()).collect::<BTreeSet<_>>(), wanted);
            assert_eq!(roles_told.partners.len(), wanted.len(), "{shown}");
            for one in &roles_told.partners {
                let mut counts = [0; 4];
                for passage in passages.iter().filter(|passage| found.union(&any).any(|id| *id == passage.id)) {
                    if let Some(strongest) = roles(passage, &one.path).first() {
                        counts[*strongest as usize] += 1;
                    }
                }
                assert_eq!(one.passages, counts, "{shown} {}", one.path);
                assert_eq!(one.named(), one.party() + counts[1..].iter().sum::<usize>());
                told.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
            }
            assert_eq!(roles_told.added, any.difference(&found).count(), "{shown}");
            assert_eq!(roles_told.dropped, found.difference(&any).count(), "{shown}");
            added += roles_told.added;
            dropped += roles_told.dropped;

            // The request for any role finds what was told.
            let filters = Filters { roles: Role::ALL.to_vec(), ..request.filters.clone() };
            let in_any_role = search(&index.open, &Request { filters, ..request.clone() }).expect("an answer");
            assert_eq!(hits(&in_any_role), any, "{shown}");
            assert_eq!(in_any_role.hits.len(), any.len(), "{shown}");
            assert!(in_any_role.hits.is_sorted_by_key(place), "{shown}");
            assert!(in_any_role.hits.is_sorted_by(|a, b| a.score >= b.score), "{shown}");
            ordered += usize::from(in_any_role.hits.iter().map(|hit| hit.role).collect::<BTreeSet<_>>().len() > 2);

            // Pages are windows on this order; by date, the roles order the hits of a day.
            let mut paged = Vec::new();
            for offset in (0..any.len()).step_by(7) {
                let filters = Filters { roles: Role::ALL.to_vec(), ..request.filters.clone() };
                let page = Request { filters, offset, limit: 7, ..request.clone() };
                let page = search(&index.open, &page).expect("a page");
                assert_eq!(page.roles, in_any_role.roles, "{shown}");
                paged.extend(page.hits.into_iter().map(|hit| (hit.rank, hit.passage.id, hit.score.to_bits())));
            }
            let whole = in_any_role.hits.iter().map(|hit| (hit.rank, hit.passage.id.clone(), hit.score.to_bits()));
            assert_eq!(paged, whole.collect::<Vec<_>>(), "{shown}");
            let by_day = Request { sort: Sort::Date, ..request.clone() };
            let by_day = search(&index.open, &by_day).expect("an answer");
            let key = |hit: &Found| {
                let role = if asked.len() > 1 { place(hit).4 } else { 0 };
                (hit.document.date.as_ref().map(|date| date.interval.start.as_number()), hit.tier, role)
            };
            assert_eq!(hits(&by_day), found, "{shown}");
            assert!(by_day.hits.is_sorted_by_key(key), "{shown}");

            // A document is shown by a passage of its strongest role.
            let grouped = Request { group_documents: true, ..request.clone() };
            let grouped = search(&index.open, &grouped).expect("an answer");
            for hit in grouped.hits.iter().filter(|_| asked.len() > 1) {
                let all = answer.hits.iter().filter(|other| other.document.id == hit.document.id);
                assert_eq!(Some(place(hit)), all.map(place).min(), "{shown}");
            }
        }
    }
    assert!(told.iter().all(|count| *count > 500), "{told:?}");
    assert!(added > 300 && dropped > 100 && ordered > 100, "{added} {dropped} {ordered}");
}

fn flat(nodes: &[FacetNode]) -> Vec<&FacetNode> {
    nodes.iter().flat_map(|node| std::iter::once(node).chain(flat(&node.children))).collect()
}

/// Counts passages and their documents.
fn numbers<'a>(passages: impl Iterator<Item = &'a Passage>) -> Numbers {
    let ids: Vec<&str> = passages.map(|passage| passage.id.rsplit_once('#').expect("an id").0).collect();
    Numbers { passages: ids.len(), documents: ids.iter().collect::<BTreeSet<_>>().len() }
}

#[test]
fn the_facet_of_partners_shows_parties_and_all_that_are_named() {
    let mut random = Random(21);
    let mut only_named = 0;
    for _ in 0..20 {
        let indexes = [index_lines(&made(&mut random)), index_lines(&made(&mut random))];
        let both = Index::open_several(indexes.iter().map(|index| index.open.path())).expect("the indexes open");
        for _ in 0..10 {
            let word = ["", WORDS[random.below(4)]][random.below(2)];
            let asked =
                [vec![Role::Party], Role::ALL.to_vec(), vec![Role::Venue, Role::Mention]][random.below(3)].clone();
            let filters = Filters { roles: asked.clone(), ..Filters::default() };
            let request = Request { text: word.to_owned(), filters, ..Request::default() };
            let mut sums: BTreeMap<&str, [Numbers; 3]> = BTreeMap::new();
            let lists: Vec<Vec<Passage>> = indexes.iter().map(|index| passages(&index.open)).collect();
            for list in &lists {
                let list: Vec<&Passage> = list.iter().filter(|passage| passage.text.contains(word)).collect();
                let ends = |path: &'static str| path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
                let named = list.iter().flat_map(|passage| &passage.partners).map(|partner| path(&partner.value));
                let paths: BTreeSet<&str> = named.flat_map(|path| ends(path).map(|end| &path[..end])).collect();
                for path in paths {
                    let of = |wanted: &[Role]| {
                        let counts =
                            |passage: &&&Passage| roles(passage, path).iter().any(|role| wanted.contains(role));
                        numbers(list.iter().filter(counts).copied())
                    };
                    let counts = [of(&[Role::Party]), of(&Role::ALL), of(&asked)];
                    for (sum, count) in sums.entry(path).or_default().iter_mut().zip(counts) {
                        sum.passages += count.passages;
                        sum.documents += count.documents;
                    }
                }
            }
            let facets = both.facets(&request).expect("facets").facets.expect("facets");
            let told: BTreeMap<&str, [Numbers; 3]> = flat(&facets.partner)
                .into_iter()
                .map(|node| {
                    let own = Numbers { passages: node.passages, documents: node.documents };
                    (node.path.as_str(), [node.party.expect("parties"), node.named.expect("all"), own])
                })
                .collect();
            assert_eq!(told, sums, "{word} {asked:?}");
            assert!(facets.partner.is_sorted_by_key(|node| node.passages == 0), "{word} {asked:?}");
            assert!(flat(&facets.date).iter().all(|node| node.party.is_none() && node.named.is_none()));
            only_named += told.values().filter(|[party, ..]| party.passages == 0).count();
        }
    }
    assert!(only_named > 100, "{only_named}");
}

#[test]
fn every_format_tells_the_other_roles_and_the_command_that_shows_them() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lines = [
        json!({"id": "party", "title": "報道資料", "text": "日本とタイは、衛星について合意した。"}),
        json!({"id": "venue", "title": "会合", "text": "会合はタイ・バンコクで開催された。衛星について意見を交換した。"}),
        json!({"id": "mention", "title": "動向", "text": "タイでは衛星の制度が整っている。"}),
        json!({"id": "none", "title": "動向", "text": "ブラジルでは衛星の制度が整っている。"}),
    ];
    std::fs::write(folder.path().join("a.jsonl"), lines.map(|line| line.to_string()).join("\n")).expect("written");
    stdout(&fumikura(folder.path(), &["index", "a.jsonl"]), 0);
    let run = |arguments: &[&str]| fumikura(folder.path(), arguments);
    let ask = |arguments: &[&str]| stdout(&run(&[&["search", "衛星", "--partner", "タイ"], arguments].concat()), 0);
    let said = "タイ: party 1 · named 3 (venue 1, mention 1); --role any adds 2 passages";
    let command = "fumikura search --role any 衛星 --partner タイ";
    assert!(ask(&[]).contains(&format!("{said}: {command}\n")), "{}", ask(&[]));
    assert!(ask(&["--format", "markdown"]).contains("party 1 · named 3"), "{}", ask(&["--format", "markdown"]));
    for format in ["csv", "jsonl"] {
        let output = run(&["search", "衛星", "--partner", "タイ", "--format", format]);
        assert!(String::from_utf8_lossy(&output.stderr).contains(said), "{output:?}");
    }
    let json = |text: &str| -> Value { serde_json::from_str(text).expect("valid JSON") };
    let answer = json(&ask(&["--json"]));
    let roles = &answer["query"]["roles"];
    assert_eq!(roles["command"], json!(format!("{command} --json")));
    let counts =
        json!({"value": "タイ", "path": path("タイ"), "party": 1, "venue": 1, "member": 0, "mention": 1, "named": 3});
    assert_eq!((&roles["partners"][0], &roles["added"]), (&counts, &json!(2)));

    // The command that is shown finds the passages, in the order of the roles.
    let words: Vec<&str> = roles["command"].as_str().expect("a command").split(' ').skip(1).collect();
    let shown = json(&stdout(&run(&words), 0));
    let of_hits = shown["hits"].as_array().expect("hits").iter();
    let of_hits: Vec<_> = of_hits.map(|hit| (hit["document"]["id"].clone(), hit["role"].clone())).collect();
    assert_eq!(of_hits, ["party", "venue", "mention"].map(|role| (json!(role), json!(role))));
    assert_eq!(shown["query"]["roles"]["added"], json!(0));
    assert_eq!(shown["query"]["roles"]["command"], Value::Null);
    let text = ask(&["--role", "any"]);
    assert!(text.contains("タイ: party 1 · named 3 (venue 1, mention 1)\n"), "{text}");
    assert!(text.contains("3. 動向  [mention]"), "{text}");
    assert!(ask(&["--role", "any", "--format", "csv"]).contains(",\"mention\"\n"));
    assert!(ask(&["--role", "any", "--format", "markdown"]).contains("match: exact, role mention"));

    // So do a condition of the query and a request without words.
    for arguments in [
        &["search", "衛星 partner:タイ", "--role", "any", "--json"][..],
        &["search", "--partner", "タイ", "--role", "any", "--json"],
        &["search", "partner:タイ", "--role", "any", "--json"],
    ] {
        let answer = json(&stdout(&run(arguments), 0));
        let of_hits: Vec<&Value> = answer["hits"].as_array().expect("hits").iter().map(|hit| &hit["role"]).collect();
        assert_eq!(of_hits, ["party", "venue", "mention"], "{arguments:?}");
    }
    let kept = stdout(&run(&["search", "衛星 -partner:タイ"]), 0);
    assert!(kept.contains("party 0 · named 2 (venue 1, mention 1); --role any drops 2 passages: "), "{kept}");

    // The tree has both numbers, with and without a filter.
    for arguments in
        [&["facets"][..], &["facets", "--role", "any"], &["facets", "衛星", "--partner", "タイ"], &["stats"]]
    {
        let tree = stdout(&run(arguments), 0);
        let line = tree.lines().find(|line| line.trim_start().starts_with("タイ ")).unwrap_or_else(|| panic!("{tree}"));
        let numbers: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(numbers, ["タイ", "1", "·", "3", "passages", "1", "·", "3", "documents"], "{arguments:?}");
        assert!(tree.contains("partner  (party · named)"), "{tree}");
        assert!(tree.contains("ブラジル"), "a partner that is no party is shown too: {tree}");
    }
    let venue = stdout(&run(&["facets", "--role", "venue"]), 0);
    assert!(venue.contains("partner  (venue · named)"), "{venue}");
}
