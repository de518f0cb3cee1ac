//! The parts of a query: DOC for one word, NEAR and SENT with OR, dates, filters on documents, facets by role and date;
//! and the notes on a query that is read otherwise than meant, or whose hits a filter removed.

use std::collections::BTreeSet;

use fumikura::analysis::Analyzer;
use fumikura::engine::embedded::search;
use fumikura::engine::{Answer, FacetNode, Request};
use fumikura::index::OpenIndex;
use fumikura::query::{DateUnit, Filters};

use crate::support::{Random, WORDS, corpus, fumikura, index_lines, root, stdout};

#[derive(Clone, Debug)]
enum Tree {
    Word(usize),
    And(Vec<Tree>),
    Or(Vec<Tree>),
    Not(Box<Tree>),
    Document(Box<Tree>),
}

fn tree(random: &mut Random, depth: usize) -> Tree {
    let children = |random: &mut Random| (0..2 + random.below(2)).map(|_| tree(random, depth - 1)).collect();
    match if depth == 0 { 0 } else { random.below(7) } {
        0 | 1 => Tree::Word(random.below(WORDS.len())),
        2 => Tree::And(children(random)),
        3 => Tree::Or(children(random)),
        // The parser cancels a double NOT.
        4 => match tree(random, depth - 1) {
            Tree::Not(inner) => *inner,
            inner => Tree::Not(Box::new(inner)),
        },
        _ => Tree::Document(Box::new(tree(random, depth - 1))),
    }
}

fn query(tree: &Tree) -> String {
    let joined =
        |trees: &[Tree], between: &str| format!("({})", trees.iter().map(query).collect::<Vec<_>>().join(between));
    match tree {
        Tree::Word(word) => WORDS[*word].to_owned(),
        Tree::And(trees) => joined(trees, " "),
        Tree::Or(trees) => joined(trees, " OR "),
        Tree::Not(inner) => format!("NOT {}", query(inner)),
        Tree::Document(inner) => format!("DOC({})", query(inner)),
    }
}

/// The words of a passage.
type Words = BTreeSet<usize>;

fn document_holds(tree: &Tree, document: &[Words]) -> bool {
    match tree {
        Tree::Word(word) => document.iter().any(|words| words.contains(word)),
        Tree::And(trees) => trees.iter().all(|tree| document_holds(tree, document)),
        Tree::Or(trees) => trees.iter().any(|tree| document_holds(tree, document)),
        Tree::Not(inner) => !document_holds(inner, document),
        Tree::Document(inner) => document_holds(inner, document),
    }
}

/// Tells whether a passage contains a word of the query by which its document matches.
fn holds_some(tree: &Tree, words: &Words) -> bool {
    match tree {
        Tree::Word(word) => words.contains(word),
        Tree::And(trees) | Tree::Or(trees) => trees.iter().any(|tree| holds_some(tree, words)),
        Tree::Not(_) => false,
        Tree::Document(inner) => holds_some(inner, words),
    }
}

/// The place of a query's words relative to a passage, nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Here,
    /// No word is required: the query matches by absence.
    Anywhere,
    /// In another passage of the document: this passage is not a hit.
    Elsewhere,
}

/// Tells whether a passage matches, and by which place.
fn matched(tree: &Tree, words: &Words, document: &[Words], in_not: bool) -> Option<Place> {
    match tree {
        Tree::Word(word) => words.contains(word).then_some(Place::Here),
        Tree::And(trees) => {
            let mut asked = Vec::new();
            for tree in trees {
                let found = matched(tree, words, document, in_not)?;
                if !matches!(tree, Tree::Not(_)) {
                    asked.push(found);
                }
            }
            let is_here = asked.contains(&Place::Here);
            if is_here { Some(Place::Here) } else { asked.into_iter().max().or(Some(Place::Anywhere)) }
        }
        Tree::Or(trees) => trees.iter().filter_map(|tree| matched(tree, words, document, in_not)).min(),
        Tree::Not(inner) => matched(inner, words, document, true).is_none().then_some(Place::Anywhere),
        Tree::Document(inner) => {
            let is_named = document.iter().any(|words| holds_some(inner, words));
            document_holds(inner, document).then_some(match holds_some(inner, words) {
                _ if in_not => Place::Anywhere,
                true => Place::Here,
                false if is_named => Place::Elsewhere,
                false => Place::Anywhere,
            })
        }
    }
}

#[test]
fn doc_looks_at_whole_documents_for_whatever_stands_in_it() {
    let mut random = Random(20_111_010);
    let lines: Vec<String> = (0..40)
        .map(|at| {
            let passage = |random: &mut Random| {
                let words = (0..random.below(4))
                    .map(|_| format!("{}について述べる。", WORDS[random.below(WORDS.len())]))
                    .collect::<String>();
                format!("{words}{}", "それはそれとして、ここには何も書かれていないのである。".repeat(12))
            };
            let text: Vec<String> = (0..1 + random.below(4)).map(|_| passage(&mut random)).collect();
            format!("{{\"id\": \"{at}\", \"title\": \"\", \"text\": \"{}\"}}", text.join("\\n\\n"))
        })
        .collect();
    let kept = index_lines(&lines);
    let mut documents: Vec<Vec<(String, Words)>> = Vec::new();
    for document in kept.open.documents().expect("documents") {
        let passages = kept.open.passages_of(&document.document.id).expect("passages");
        let words = |text: &str| (0..WORDS.len()).filter(|word| text.contains(WORDS[*word])).collect();
        documents
            .push(passages.into_iter().map(|found| (found.passage.id.clone(), words(&found.passage.text))).collect());
    }
    assert!(documents.iter().filter(|passages| passages.len() > 1).count() > 10);
    let _analyzer = Analyzer::new();
    let mut with_document = 0;
    let fixed = ["衛星 -DOC(郵便)", "衛星 DOC(郵便)"].map(|text| {
        let inner = Tree::Document(Box::new(Tree::Word(1)));
        let second = if text.contains('-') { Tree::Not(Box::new(inner)) } else { inner };
        (text.to_owned(), Tree::And(vec![Tree::Word(0), second]))
    });
    let random_ones = (0..400).map(|_| {
        let tree = tree(&mut random, 3);
        (query(&tree), tree)
    });
    for (text, tree) in fixed.into_iter().chain(random_ones) {
        let answer = ask(&kept.open, &text, Filters::default());
        let found: BTreeSet<String> = answer.hits.iter().map(|hit| hit.passage.id.clone()).collect();
        let mut expected = BTreeSet::new();
        for document in &documents {
            let words: Vec<Words> = document.iter().map(|(_, words)| words.clone()).collect();
            let hits = document
                .iter()
                .filter(|(_, own)| matched(&tree, own, &words, false).is_some_and(|place| place < Place::Elsewhere));
            expected.extend(hits.map(|(id, _)| id.clone()));
        }
        assert_eq!(found, expected, "{text}");
        with_document += usize::from(text.contains("DOC") && !found.is_empty());
    }
    assert!(with_document > 50, "{with_document}");
}

fn ask(index: &OpenIndex, text: &str, filters: Filters) -> Answer {
    let request =
        Request { text: text.to_owned(), filters, limit: 2000, relax: false, facets: true, ..Request::default() };
    search(index, &request).expect("a search")
}

fn found(answer: &Answer) -> BTreeSet<(String, fumikura::query::Tier)> {
    answer.hits.iter().map(|hit| (hit.passage.id.clone(), hit.tier)).collect()
}

#[test]
fn or_inside_near_and_sent_means_the_same_as_outside() {
    let leaves = [
        "情報",
        "米国",
        "\"重要 インフラ\"",
        "ASEAN",
        "共有*",
        "強化する",
        "セキュリティ~1",
        "取組",
        "=\"協力\"",
        "平成29年10月",
        "会議",
        "連携",
    ];
    let mut random = Random(10_11);
    let _analyzer = Analyzer::new();
    let mut found_some = 0;
    for round in 0..120 {
        let mut leaf = || leaves[random.below(leaves.len())];
        let (a, b, c, d, e) = (leaf(), leaf(), leaf(), leaf(), leaf());
        let name = if round % 2 == 0 { "SENT".to_owned() } else { format!("NEAR/{}", [5, 20, 60][round % 3]) };
        let pairs = [
            (format!("{name}({a}, ({b} OR {c}))"), format!("{name}({a}, {b}) OR {name}({a}, {c})")),
            (format!("{name}({a}, {b} OR {c})"), format!("{name}({a}, {b}) OR {name}({a}, {c})")),
            (
                format!("{name}(({a} OR {b}) ({c} OR {d}))"),
                format!("{name}({a}, {c}) OR {name}({a}, {d}) OR {name}({b}, {c}) OR {name}({b}, {d})"),
            ),
            (
                format!("{name}({a}, (({b} {c}) OR {d} OR {e}))"),
                format!("{name}({a}, {b}, {c}) OR {name}({a}, {d}) OR {name}({a}, {e})"),
            ),
        ];
        for (inside, outside) in pairs {
            let (one, other) =
                (ask(corpus(), &inside, Filters::default()), ask(corpus(), &outside, Filters::default()));
            assert_eq!(one.warnings, Vec::<String>::new(), "{inside}");
            assert_eq!(found(&one), found(&other), "{inside} / {outside}");
            found_some += usize::from(!one.hits.is_empty());
            let parsed = fumikura::query::parse(&inside).expect("a query").node.expect("a tree");
            let again = fumikura::query::parse(&parsed.to_string()).expect("a query").node.expect("a tree");
            assert_eq!(parsed, again, "{inside}");
        }
    }
    assert!(found_some > 100, "{found_some}");
    let parsed = fumikura::query::parse(&format!("SENT({})", "((a b) OR (c d)) ".repeat(12)));
    assert!(parsed.is_err_and(|error| error.to_string().contains("combinations")));
}

fn by_date(days: &str) -> Filters {
    Filters { date: Some(days.to_owned()), ..Filters::default() }
}

#[test]
fn a_date_in_the_query_and_the_option_mean_one_thing() {
    let _analyzer = Analyzer::new();
    for days in [
        "2017",
        "2017-10-10",
        "2008",
        "H23",
        "2011年6月以降",
        "2015年以前",
        "2007〜2012",
        "平成19年度～24年度",
        "..2010",
        "2016..",
    ] {
        for text in ["情報", "政策会議 OR 協力", ""] {
            let request = |text: &str, filters| Request {
                text: text.to_owned(),
                filters,
                limit: 40,
                facets: true,
                ..Request::default()
            };
            let option = search(corpus(), &request(text, by_date(days))).expect("a search");
            let brackets = if text.is_empty() { String::new() } else { format!("({text})") };
            let field =
                search(corpus(), &request(&format!("{brackets} date:{days}"), Filters::default())).expect("a search");
            assert_eq!(option.total, field.total, "{days} {text}");
            assert_eq!(option.facets, field.facets, "{days} {text}");
            let of = |answer: &Answer| answer.hits.iter().map(|hit| hit.passage.id.clone()).collect::<Vec<_>>();
            assert_eq!(of(&option), of(&field), "{days} {text}");
        }
    }
}

#[test]
fn a_meeting_is_found_by_its_days_and_by_the_day_of_its_publication() {
    let _analyzer = Analyzer::new();
    for days in ["2017-10-10", "2017-10-11", "2017-10-16", "2017年10月10日～11日"] {
        let answer = ask(corpus(), "政策会議", by_date(days));
        assert!(answer.hits.iter().any(|hit| hit.document.id.starts_with("2017-10-16")), "{days}");
    }
    assert_eq!(ask(corpus(), "政策会議", by_date("2017-10-12..2017-10-15")).total.passages, 0);
    let lines = [
        r#"{"id": "given", "date": "2019-03-20", "title": "会合の結果", "text": "3月12日及び13日、東京において日独の会合(以下「会合」という。)が開催されました。"}"#,
        r#"{"id": "far", "date": "2019-03-20", "title": "覚書", "text": "平成26年10月7日に署名された覚書に基づき、協議する。"}"#,
        r#"{"id": "list", "date": "2019-03-20", "title": "お知らせ", "text": "日時：平成31年4月5日（金）"}"#,
    ];
    let kept = index_lines(&lines.map(str::to_owned));
    let ids = |days: &str| -> Vec<String> {
        let answer = ask(&kept.open, "", by_date(days));
        answer.hits.iter().map(|hit| hit.document.id.clone()).collect()
    };
    assert_eq!(
        (ids("2019-03-12"), ids("2019-03-13"), ids("2019-03-14")),
        (vec!["given".to_owned()], vec!["given".to_owned()], vec![])
    );
    assert_eq!((ids("2014-10-07"), ids("2019-04-05")), (vec![], vec!["list".to_owned()]));
}

/// Returns all nodes of a tree of dates.
fn all_nodes(nodes: &[FacetNode]) -> Vec<&FacetNode> {
    nodes.iter().flat_map(|node| std::iter::once(node).chain(all_nodes(&node.children))).collect()
}

#[test]
fn the_number_of_a_date_facet_is_what_a_filter_by_it_finds() {
    let mut random = Random(2026);
    let day = |random: &mut Random| {
        format!("{}年{}月{}日", 2005 + random.below(9), 1 + random.below(12), 1 + random.below(28))
    };
    let lines: Vec<String> = (0..60)
        .map(|at| {
            let date = match random.below(6) {
                0 => format!("\"date\": \"{}\", ", 2005 + random.below(9)),
                1 => format!("\"date\": \"{}..{}\", ", 2005 + random.below(4), 2009 + random.below(5)),
                2 => format!("\"date\": \"平成{}年度\", ", 17 + random.below(9)),
                3 => format!("\"date\": \"20{:02}-{:02}-10\", ", 5 + random.below(9), 1 + random.below(12)),
                4 if at % 3 == 0 => format!("\"date\": \"..{}\", ", 2006 + random.below(6)),
                _ => String::new(),
            };
            let passage = |random: &mut Random| {
                let named: String =
                    (0..random.below(3)).map(|_| format!("{}に会合を開催した。", day(random))).collect();
                format!(
                    "{}{named}{}",
                    WORDS[random.below(3)],
                    "それはそれとして、ここには何も書かれていないのである。".repeat(10)
                )
            };
            let text: Vec<String> = (0..1 + random.below(3)).map(|_| passage(&mut random)).collect();
            format!("{{\"id\": \"{at}\", {date}\"title\": \"\", \"text\": \"{}\"}}", text.join("\\n\\n"))
        })
        .collect();
    let kept = index_lines(&lines);
    let _analyzer = Analyzer::new();
    let mut compared = 0;
    for index in [&kept.open, corpus()] {
        for text in ["", WORDS[0], "情報 OR 衛星"] {
            for by in [DateUnit::Year, DateUnit::Month, DateUnit::FiscalYear] {
                let request = Request { text: text.to_owned(), limit: 0, facets: true, by, ..Request::default() };
                let facets = search(index, &request).expect("a search").facets.expect("facets");
                for node in all_nodes(&facets.date).into_iter().filter(|node| node.value != "日付不明") {
                    let found = ask(index, text, by_date(&node.value)).total;
                    assert_eq!(
                        (found.passages, found.documents),
                        (node.passages, node.documents),
                        "{text} {by:?} {}",
                        node.path
                    );
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 200, "{compared}");
}

#[test]
fn documents_are_chosen_by_path_publisher_and_type() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    std::fs::create_dir_all(folder.path().join("文書/2017")).expect("a folder");
    write("文書/a.txt", "衛星についての文書である。");
    write("文書/2017/b.md", "# 衛星\n\n衛星についての文書である。\n");
    write(
        "文書/2017/c.html",
        "<html><head><title>衛星の概要</title><meta property=\"og:site_name\" content=\"総務省\"></head><body><p>衛星についての文書である。</p></body></html>",
    );
    stdout(&fumikura(folder.path(), &["index", "文書"]), 0);
    let paths = |arguments: &[&str]| -> Vec<String> {
        let output =
            fumikura(folder.path(), &[&["search", "衛星", "--json", "--duplicates", "--no-relax"], arguments].concat());
        assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?}");
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect("valid JSON");
        let mut paths: Vec<String> = answer["hits"]
            .as_array()
            .expect("hits")
            .iter()
            .filter_map(|hit| hit["document"]["path"].as_str().map(str::to_owned))
            .collect();
        paths.sort();
        paths.dedup();
        paths
    };
    let all = ["文書/2017/b.md", "文書/2017/c.html", "文書/a.txt"];
    assert_eq!(paths(&[]), all);
    assert_eq!(paths(&["--path", "文書/2017"]), all[..2]);
    assert_eq!(paths(&["--path", "2017/*"]), all[..2]);
    assert_eq!(paths(&["--path", "*.txt"]), all[2..]);
    assert_eq!(paths(&["--path", "*.txt", "--path", "*.md"]), [all[0], all[2]]);
    assert_eq!(paths(&["--type", "html"]), all[1..2]);
    assert_eq!(paths(&["--type", "md", "--type", "text"]), [all[0], all[2]]);
    // Each ending that is read is a type, or belongs to one; a packed file has the type of what it packs.
    for ending in fumikura::ingest::Format::ENDINGS.split(' ').filter(|ending| *ending != ".gz") {
        paths(&["--type", ending.trim_start_matches('.')]);
    }
    write("文書/e.csv", "回,議題\n第1回,衛星\n");
    let packed = std::process::Command::new("gzip").arg("-kf").arg(folder.path().join("文書/e.csv")).status();
    assert!(packed.expect("gzip").success());
    stdout(&fumikura(folder.path(), &["index", "文書"]), 0);
    for wanted in ["table", "csv"] {
        assert_eq!(paths(&["--type", wanted]), ["文書/e.csv", "文書/e.csv.gz"]);
    }
    ["文書/e.csv", "文書/e.csv.gz"]
        .iter()
        .for_each(|gone| std::fs::remove_file(folder.path().join(gone)).expect("removed"));
    stdout(&fumikura(folder.path(), &["index", "文書", "--prune-all"]), 0);
    assert_eq!(paths(&["--publisher", "総務"]), all[1..2]);
    assert_eq!(paths(&["--publisher", "経済産業省"]), Vec::<String>::new());
    // The bodies that publish a paper are those that a reference names: each of a joint one, in the head beside a day.
    write(
        "文書/d.txt",
        "平成29年10月16日\n総務省・経済産業省\n衛星の利用の推進について\n\n両省は、衛星についての文書を公表した。\n",
    );
    stdout(&fumikura(folder.path(), &["index", "文書"]), 0);
    let cited = stdout(&fumikura(folder.path(), &["cite", "d.txt"]), 0);
    assert!(cited.starts_with("総務省, 経済産業省. "), "{cited}");
    assert_eq!(paths(&["--publisher", "経済産業省"]), ["文書/d.txt"]);
    assert_eq!(paths(&["--publisher", "総務省"]), [all[1], "文書/d.txt"]);
    std::fs::remove_file(folder.path().join("文書/d.txt")).expect("removed");
    stdout(&fumikura(folder.path(), &["index", "文書", "--prune-all"]), 0);
    assert_eq!(paths(&["--type", "html", "--path", "*.txt"]), Vec::<String>::new());
    let said = stdout(&fumikura(folder.path(), &["facets", "衛星", "--path", "文書/2017"]), 0);
    assert!(said.ends_with('\n') && said.contains("in 2 documents"), "{said}");
    let wrong = fumikura(folder.path(), &["search", "衛星", "--type", "pfd"]);
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("types are"), "{wrong:?}");
    assert_eq!(fumikura(folder.path(), &["search", "衛星", "--path", "[a"]).status.code(), Some(2));
}

#[test]
fn facets_count_the_roles_asked_for() {
    let _analyzer = Analyzer::new();
    for role in fumikura::document::Role::ALL {
        let filters = Filters { roles: vec![role], ..Filters::default() };
        let facets = ask(corpus(), "", filters).facets.expect("facets");
        assert!(!facets.partner.is_empty(), "{role:?}");
        for node in all_nodes(&facets.partner).into_iter().filter(|node| node.children.is_empty()) {
            let filters = Filters { roles: vec![role], partners: vec![node.value.clone()], ..Filters::default() };
            assert_eq!(ask(corpus(), "", filters).total.passages, node.passages, "{role:?} {}", node.path);
        }
    }
}

#[test]
fn an_answer_emptied_by_a_filter_says_what_was_left_out() {
    let _analyzer = Analyzer::new();
    let whole = ask(corpus(), "情報", Filters::default()).total.passages;
    let partner = Filters { partners: vec!["英国".to_owned()], date: Some("2017".to_owned()), ..Filters::default() };
    let emptied = ask(corpus(), "情報", partner).emptied.expect("what was left out");
    assert_eq!(emptied.passages, whole);
    assert!(
        emptied.sentence().contains("英国 as a party") && emptied.sentence().contains("of 2017"),
        "{}",
        emptied.sentence()
    );
    let in_query = ask(corpus(), "情報 partner:英国 date:2017", Filters::default()).emptied.expect("what was left out");
    assert_eq!(
        in_query.filters.iter().map(|count| count.passages).sum::<usize>(),
        emptied.filters.iter().map(|count| count.passages).sum::<usize>()
    );
    assert!(ask(corpus(), "情報", by_date("2017")).emptied.is_none());
    assert!(ask(corpus(), "どこにもない言葉", by_date("2017")).emptied.is_none());
    let corpus = root().join("corpus").to_string_lossy().into_owned();
    let folder = tempfile::tempdir().expect("a temporary folder");
    stdout(&fumikura(folder.path(), &["index", &corpus]), 0);
    let said = stdout(&fumikura(folder.path(), &["search", "情報", "--date", "1990", "--no-relax"]), 1);
    assert!(said.contains(&format!("{whole} passages hold the query, none of 1990")), "{said}");
    for (command, place) in [("search", "/query/emptied"), ("facets", "/emptied")] {
        let said = stdout(&fumikura(folder.path(), &[command, "情報", "--date", "1990", "--json"]), 1);
        let answer: serde_json::Value = serde_json::from_str(&said).expect("valid JSON");
        assert_eq!(
            answer.pointer(place).map(|emptied| &emptied["passages"]),
            Some(&serde_json::json!(whole)),
            "{said}"
        );
    }
}

#[test]
fn what_other_programs_write_is_said_with_the_way_to_write_it() {
    let warnings = |text: &str| -> String {
        let parsed = fumikura::query::parse(text).expect("a query");
        parsed.warnings.iter().map(|warning| warning.message.clone()).collect::<Vec<_>>().join("\n")
    };
    for (text, said) in [
        ("auther:山田", "auther: is no field"),
        ("auther:山田", "--publisher"),
        ("titel:会議", "title:"),
        ("partners:米国", "partner:"),
        ("Title:会議", "title:"),
        ("path:a.pdf", "--path"),
        ("type:pdf", "--type"),
        ("partner: 米国", "nothing follows partner: directly"),
        ("情報 or 通信", "written OR"),
        ("情報 And 通信", "written AND"),
        ("情報 not 通信", "written NOT"),
        ("情報 && 通信", "AND"),
        ("情報 || 通信", "OR"),
        ("+情報 通信", "+"),
        ("near(情報, 通信)", "NEAR("),
        ("情報 NEAR 通信", "NEAR/60(a, b)"),
        ("\"情報 通信\"~5", "NEAR/5(\"情報\", \"通信\")"),
        ("\"情報通信\"~5", "NEAR/5(a, b)"),
        ("情報 *", "* alone matches any word"),
        ("情報 ?", "? is read as text"),
        ("サイ?ー", "? is read as text"),
        ("情報^2", "^ is read as text"),
        ("情報 & 通信", "& is read as text"),
        ("情報 XOR 通信", "(a OR b) NOT (a b)"),
        ("/情.*/", "/…/ is read as text"),
        ("情報 -", "nothing stands right behind this sign"),
        ("米国 SENT 中国", "SENT(a b)"),
        ("DOC 米国 中国", "DOC(a b)"),
        ("~米国", "~ before a word"),
        ("[米国]", "[ is read as text"),
        ("｛米国｝", "{ is read as text"),
        ("情報{1,3}", "{ is read as text"),
        ("米国；中国", "; is read as text"),
        ("情報 <->", "<-> is read as text"),
        ("タイトル：米国", "written title:"),
        ("相手国:米国", "written partner:"),
        ("米国 ()", "nothing stands between these brackets"),
        ("=\"米国", "not closed"),
        ("w:\"米国", "not closed"),
        ("情報 AND", "no word follows this AND"),
        ("AND 情報", "no word stands before this AND"),
        ("情報 ADJ 通信", "NEAR/60(a, b)"),
        ("情報 W/5 通信", "NEAR/60(a, b)"),
        ("情報 AROUND(3) 通信", "NEAR/60(a, b)"),
        ("ONEAR/5(情報, 通信)", "NEAR/60(a, b)"),
        ("NEAR/5(情報)", "only one word stands inside"),
        ("partner=米国", "the field is written partner:"),
        ("date=2012", "the field is written date:"),
        ("情報通信~9", "read as ~3"),
        ("\"内閣*センター\"", "* is read as text inside quotes"),
    ] {
        assert!(warnings(text).contains(said), "{text}: {}", warnings(text));
    }
    for text in [
        "情報 OR 通信",
        "title:会議",
        "https://www.soumu.go.jp/",
        "TEL:03-1234",
        "\"情報 or 通信\"",
        "10:30",
        "情報|通信",
        "NEAR/5(情報, 通信)",
        "C++",
        "R&D",
        "課題とは?",
        "date:since 2012",
        "date:-2011",
        "情報*",
    ] {
        assert_eq!(warnings(text), "", "{text}");
    }
    let same = |a: &str, b: &str| {
        let node = |text: &str| fumikura::query::parse(text).expect("a query").node;
        assert_eq!(node(a), node(b), "{a} / {b}");
    };
    same("date:since 2012", "date:\"since 2012\"");
    same("date:from 2007 to 2012 情報", "date:\"from 2007 to 2012\" 情報");
    same("情報 -", "情報");
    same("情報&&通信", "情報 AND 通信");
    same("情報||通信", "情報 OR 通信");
    same("\"情報 通信\"~5", "NEAR/5(\"情報\", \"通信\")");
    let _analyzer = Analyzer::new();
    let answer = ask(corpus(), "情報~2", Filters::default());
    assert_eq!(answer.total, ask(corpus(), "情報", Filters::default()).total);
    assert!(answer.warnings.iter().any(|warning| warning.contains("looked for as it is")), "{:?}", answer.warnings);
    let empty = ask(corpus(), " ", Filters::default());
    assert!(empty.warnings.iter().any(|warning| warning.contains("the query is empty")), "{:?}", empty.warnings);
    let wrong = search(corpus(), &Request { text: "source:総務省".to_owned(), ..Request::default() });
    assert!(wrong.is_err_and(|error| error.to_string().contains("--publisher")));
}

#[test]
fn explain_tells_the_forms_that_occur_with_counts_under_not_too() {
    let _analyzer = Analyzer::new();
    let request =
        Request { text: "情報 NOT (取り組む OR 米国)".to_owned(), explain: true, ..Request::default() };
    let widened = search(corpus(), &request).expect("a search").widened;
    assert!(
        widened.iter().any(|widened| widened.word == "取り組む")
            && widened.iter().any(|widened| widened.word == "米国"),
        "{widened:?}"
    );
    for widened in widened {
        assert!(widened.negated && widened.passages.is_some_and(|passages| passages > 0), "{widened:?}");
        let text = widened.added.trim_end_matches('…').to_owned();
        let found = ask(corpus(), &format!("=\"{text}\""), Filters::default()).total.passages;
        let above =
            ask(corpus(), &format!("title:\"{text}\" OR heading:\"{text}\""), Filters::default()).total.passages;
        assert!(found + above > 0, "{text} stands nowhere");
    }
    let lines = [r#"{"id": "1", "title": "", "text": "網を引っ張って、皆で引っ張る。"}"#.to_owned()];
    let kept = index_lines(&lines);
    let request = Request { text: "引っ張る".to_owned(), explain: true, ..Request::default() };
    let widened = search(&kept.open, &request).expect("a search").widened;
    assert!(!widened.is_empty() && widened.iter().all(|widened| widened.added.starts_with("引っ張")), "{widened:?}");
}

/// A form occurs in at most as many hits as the query has.
#[test]
fn explain_counts_no_more_than_the_hits() {
    let _analyzer = Analyzer::new();
    for text in ["米国", "IT", "情報共有", "総務省 情報", "米国 -中国"] {
        let request = Request { text: text.to_owned(), explain: true, ..Request::default() };
        let answer = search(corpus(), &request).expect("a search");
        for widened in answer.widened.iter().filter(|widened| !widened.negated) {
            assert!(widened.passages.is_some_and(|passages| passages <= answer.total.passages), "{text}: {widened:?}");
        }
    }
}

/// SENT and NEAR mark every participating occurrence of each alternative.
#[test]
fn every_alternative_in_a_group_is_marked() {
    let line = serde_json::json!({"id": "a", "title": "", "text": "EUは個人情報とプライバシーを議論した。米国は個人情報を扱う。"});
    let kept = index_lines(&[line.to_string()]);
    for query in ["SENT(EU (個人情報 OR プライバシー))", "NEAR/15(EU, (個人情報 OR プライバシー))"]
    {
        let answer = search(&kept.open, &Request { text: query.to_owned(), ..Request::default() }).expect("a search");
        let hit = &answer.hits[0];
        let chars: Vec<char> = hit.passage.text.chars().collect();
        let marked: Vec<String> =
            hit.marks.body.iter().map(|mark| chars[mark.span.start..mark.span.end].iter().collect()).collect();
        assert_eq!(marked, ["EU", "個人情報", "プライバシー"], "{query}");
    }
}

#[test]
fn several_indexes_answer_in_one_order() {
    let line = |at: usize| {
        let words =
            ["衛星についての文書である。", "衛星と郵便。", "人工衛星局の記録。", "衛星、衛星、また衛星。"][at % 4];
        format!(
            "{{\"id\": \"{at}\", \"date\": \"20{:02}-01-01\", \"title\": \"\", \"text\": \"{at}番。{words}\"}}",
            5 + at % 7
        )
    };
    let parts: Vec<Vec<String>> = [0..20, 20..33].map(|range| range.map(line).collect()).to_vec();
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, lines) in ["a", "b"].iter().zip(&parts) {
        std::fs::write(folder.path().join(format!("{name}.jsonl")), lines.join("\n")).expect("written");
        stdout(&fumikura(folder.path(), &["index", &format!("{name}.jsonl"), "--index", name]), 0);
    }
    let ask = |arguments: &[&str]| -> serde_json::Value {
        let output = fumikura(folder.path(), &[&["search", "衛星", "--json", "--duplicates"], arguments].concat());
        serde_json::from_slice(&output.stdout).expect("valid JSON")
    };
    let both = ["--index", "a", "--index", "b"];
    let all = ask(&[&both[..], &["-n", "100", "--facets"]].concat());
    let apart = [ask(&["--index", "a", "--facets"]), ask(&["--index", "b", "--facets"])];
    let number = |value: &serde_json::Value| value.as_u64().unwrap_or(0);
    for count in ["/total/passages", "/total/documents", "/total/by_tier/word", "/total/by_tier/substring"] {
        let of = |value: &serde_json::Value| number(value.pointer(count).expect("a count"));
        assert_eq!(of(&all), of(&apart[0]) + of(&apart[1]), "{count}");
    }
    let years = |value: &serde_json::Value| -> std::collections::BTreeMap<String, u64> {
        let nodes = value["facets"]["date"].as_array().expect("a facet");
        nodes.iter().map(|node| (node["path"].to_string(), number(&node["passages"]))).collect()
    };
    let mut summed = years(&apart[0]);
    years(&apart[1]).into_iter().for_each(|(year, count)| *summed.entry(year).or_default() += count);
    assert_eq!(years(&all), summed);
    let hits = all["hits"].as_array().expect("hits");
    assert_eq!(hits.len() as u64, number(&all["total"]["passages"]));
    let tier = |hit: &serde_json::Value| ["word", "variant", "substring"].iter().position(|tier| hit["tier"] == *tier);
    for (at, pair) in hits.windows(2).enumerate() {
        assert_eq!(number(&pair[0]["rank"]), at as u64 + 1);
        let key = |hit: &serde_json::Value| (tier(hit), -hit["score"].as_f64().expect("a score"));
        assert!(key(&pair[0]) <= key(&pair[1]), "{pair:?}");
    }
    let named: BTreeSet<&str> = hits.iter().filter_map(|hit| hit["index"].as_str()).collect();
    assert_eq!(named, BTreeSet::from(["a", "b"]));
    let ids = |value: &serde_json::Value| -> Vec<String> {
        value["hits"]
            .as_array()
            .expect("hits")
            .iter()
            .map(|hit| format!("{}{}", hit["index"], hit["passage"]["id"]))
            .collect()
    };
    let (mut pages, mut offset) = (Vec::new(), Some(0));
    while let Some(at) = offset {
        let page = ask(&[&both[..], &["-n", "7", "--offset", &at.to_string()]].concat());
        pages.extend(ids(&page));
        offset = page["next"].as_u64();
    }
    assert_eq!(pages, ids(&all));
    assert_eq!(ids(&ask(&[&both[..], &["--all"]].concat())), ids(&all));
    let csv = stdout(&fumikura(folder.path(), &[&["search", "衛星", "--format", "csv"], &both[..]].concat()), 0);
    assert!(csv.lines().next().is_some_and(|header| header.ends_with(",index")), "{csv}");
    let counted = stdout(&fumikura(folder.path(), &[&["facets", "衛星"], &both[..]].concat()), 0);
    assert!(counted.starts_with(&format!("{} passages", hits.len())), "{counted}");
    assert_eq!(fumikura(folder.path(), &[&["stats"], &both[..]].concat()).status.code(), Some(2));
}

#[test]
fn a_field_before_near_sent_or_doc_is_a_field() {
    let line =
        |id: &str, title: &str, text: &str| serde_json::json!({"id": id, "title": title, "text": text}).to_string();
    let kept = index_lines(&[
        line("body", "無題の資料", "防災と衛星について述べる。"),
        line("title", "防災と衛星の資料", "別のことを述べる。"),
    ]);
    let _analyzer = Analyzer::new();
    let found = |text: &str| -> Vec<String> {
        let hits = ask(&kept.open, text, Filters::default()).hits;
        let mut ids: Vec<String> = hits.into_iter().map(|hit| hit.document.id).collect();
        ids.sort();
        ids
    };
    for operator in ["NEAR/5(防災, 衛星)", "SENT(防災 衛星)", "DOC(防災 衛星)"] {
        assert_eq!(found(operator), ["body", "title"], "{operator}");
        assert_eq!(found(&format!("title:{operator}")), ["title"], "{operator}");
        assert_eq!(found(&format!("body:{operator}")), ["body"], "{operator}");
        assert_eq!(found(&format!("heading:({operator})")), [""; 0], "{operator}");
    }
    assert_eq!(found("NEAR/5(title:防災, 衛星)"), ["title"]);
}

#[test]
fn operators_that_are_not_written_right_are_said() {
    for (text, says) in [
        ("NEAR/20000(情報, 共有)", "one to four digits"),
        ("NEAR/x(情報, 共有)", "one to four digits"),
        ("SENT (情報 共有)", "write SENT( without a blank"),
        ("NEAR/5(情報, 共有)", ""),
        ("(株)日立", ""),
    ] {
        let warnings = fumikura::query::parse(text).expect("within the limits").warnings;
        let said: Vec<&str> = warnings.iter().map(|warning| warning.message.as_str()).collect();
        assert!(
            if says.is_empty() { said.is_empty() } else { said.iter().any(|said| said.contains(says)) },
            "{text}: {said:?}"
        );
    }
}

#[test]
fn titles_stand_below_the_bodies_of_every_index() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, title, text) in
        [("a", "国連の資料", "別のことを述べる。"), ("b", "無題の資料", "国際連合の会合を開催した。")]
    {
        let line = serde_json::json!({"id": name, "title": title, "text": text}).to_string();
        std::fs::write(folder.path().join(format!("{name}.jsonl")), line).expect("written");
        stdout(&fumikura(folder.path(), &["index", &format!("{name}.jsonl"), "--index", name]), 0);
    }
    let output = fumikura(folder.path(), &["search", "国連", "--json", "--index", "a", "--index", "b"]);
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect("valid JSON");
    let hits = answer["hits"].as_array().expect("hits");
    let told: Vec<_> =
        hits.iter().map(|hit| (hit["index"].as_str(), hit["place"].as_str(), hit["tier"].as_str())).collect();
    assert_eq!(told, [(Some("b"), Some("body"), Some("variant")), (Some("a"), Some("title"), Some("word"))]);
}

/// A condition in the query selects among the hits as the option does, for a document whose title alone holds the query
/// too.
#[test]
fn a_condition_in_the_query_and_the_option_mean_one_thing() {
    let index = index_lines(&[
        serde_json::json!({"id": "a", "title": "量子暗号協定について", "text": "# 概要\n\n本文には別のことが書いてある。\n\n# 米国との協力\n\n日本は米国との協議を行い、合意した。"}).to_string(),
        serde_json::json!({"id": "b", "title": "量子暗号協定", "text": "米国との間で量子暗号協定に署名した。"}).to_string(),
        serde_json::json!({"id": "c", "title": "量子暗号協定", "text": "インドとの間で量子暗号協定に署名した。\n\n第2回日印暗号対話を開催した。"}).to_string(),
    ]);
    let filters = |partners: &[&str], excluded: &[&str]| Filters {
        partners: partners.iter().map(|name| (*name).to_owned()).collect(),
        exclude_partners: excluded.iter().map(|name| (*name).to_owned()).collect(),
        ..Filters::default()
    };
    for (query, filters) in [
        ("量子暗号協定 partner:米国", filters(&["米国"], &[])),
        ("量子暗号協定 partner:インド", filters(&["インド"], &[])),
        ("量子暗号協定 -partner:米国", filters(&[], &["米国"])),
        ("量子暗号協定 (partner:米国 OR partner:インド)", filters(&["米国", "インド"], &[])),
        ("量子暗号協定 commitment:agreed", Filters { commitments: vec!["agreed".to_owned()], ..Filters::default() }),
        (
            "量子暗号協定 series:日印暗号対話",
            Filters { series: vec!["日インド暗号対話".to_owned()], ..Filters::default() },
        ),
    ] {
        let (by_query, by_option) =
            (ask(&index.open, query, Filters::default()), ask(&index.open, "量子暗号協定", filters));
        assert_eq!(found(&by_query), found(&by_option), "{query}");
        assert!(!by_query.hits.is_empty(), "{query}");
    }
}
