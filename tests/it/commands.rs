//! The commands end to end, as a user types them.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{fumikura, generation, root, stdout};

/// Creates a folder with a copy of the corpus and its index.
fn indexed() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir(folder.path().join("corpus")).expect("corpus/");
    for entry in std::fs::read_dir(root().join("corpus")).expect("corpus/") {
        let path = entry.expect("an entry").path();
        std::fs::copy(&path, folder.path().join("corpus").join(path.file_name().expect("a name"))).expect("a copy");
    }
    let report = json(folder.path(), &["index", "--json"], 0);
    assert_eq!((report["added"].as_u64(), report["failed"].as_array().map(Vec::len)), (Some(5), Some(0)));
    folder
}

fn json(folder: &Path, arguments: &[&str], code: i32) -> Value {
    serde_json::from_str(&stdout(&fumikura(folder, arguments), code)).expect("valid JSON")
}

fn document_ids(answer: &Value) -> Vec<String> {
    let hits = answer["hits"].as_array().expect("hits");
    hits.iter().map(|hit| hit["document"]["id"].as_str().unwrap_or_default()[..4].to_owned()).collect()
}

#[test]
fn indexing_again_costs_a_look_and_follows_changes() {
    let folder = indexed();
    let again = json(folder.path(), &["index", "--json"], 0);
    assert_eq!((again["unchanged"].as_u64(), again["added"].as_u64()), (Some(5), Some(0)));

    let corpus = folder.path().join("corpus");
    let changed = corpus.join("2012-11-14_japan-eu-ict-policy-dialogue-19.txt");
    let text = std::fs::read_to_string(&changed).expect("a document");
    std::fs::write(&changed, text + "\n量子暗号について議論しました。\n").expect("written");
    std::fs::remove_file(corpus.join("2011-06-09_japan-us-internet-economy-dialogue-2.txt")).expect("removed");
    let kept = json(folder.path(), &["index", "--json"], 0);
    assert_eq!(
        (kept["changed"].as_u64(), kept["removed"].as_u64(), kept["documents"].as_u64()),
        (Some(1), Some(0), Some(5))
    );
    let pruned = json(folder.path(), &["index", "--prune", "--json"], 0);
    assert_eq!((pruned["removed"].as_u64(), pruned["documents"].as_u64()), (Some(1), Some(4)));
    assert_eq!(document_ids(&json(folder.path(), &["search", "量子暗号", "--json", "--no-relax"], 0)), ["2012"]);
    assert_eq!(
        json(folder.path(), &["search", "制御システムの防御", "--json", "--no-relax"], 1)["total"]["passages"],
        0
    );
    assert!(stdout(&fumikura(folder.path(), &["check"]), 0).contains("is sound"));
}

#[test]
fn a_rebuild_gives_the_same_answers() {
    let folder = indexed();
    let before = json(folder.path(), &["search", "情報共有", "--json", "-n", "50"], 0);
    stdout(&fumikura(folder.path(), &["index", "--rebuild"]), 0);
    assert_eq!(json(folder.path(), &["search", "情報共有", "--json", "-n", "50"], 0), before);
}

#[test]
fn a_dry_run_changes_nothing() {
    let folder = indexed();
    std::fs::write(folder.path().join("corpus/new.txt"), "新しい報道資料").expect("written");
    let report = json(folder.path(), &["index", "--dry-run", "--json"], 0);
    assert_eq!((report["added"].as_u64(), report["documents"].as_u64()), (Some(1), Some(5)));
}

#[test]
fn bad_files_are_counted_with_their_reason_and_stop_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = folder.path().join("corpus");
    std::fs::create_dir(&corpus).expect("corpus/");
    std::fs::write(corpus.join("good.txt"), "日ASEAN情報通信大臣会合の結果").expect("written");
    std::fs::write(corpus.join("empty.txt"), "").expect("written");
    std::fs::write(corpus.join("binary.txt"), [0u8, 1, 2, 3, 0, 0]).expect("written");
    std::fs::write(
        corpus.join("lines.jsonl"),
        "{\"id\": \"a\", \"text\": \"電子署名\"}\nno json\n{\"id\": \"b\", \"text\": \"暗号\", \"partners\": [\"アトランティス\"]}\n",
    )
    .expect("written");
    std::fs::write(corpus.join("picture.png"), [0x89]).expect("written");
    #[cfg(unix)]
    std::os::unix::fs::symlink(corpus.join("good.txt"), corpus.join("link.txt")).expect("a link");
    let report = json(folder.path(), &["index", "--json"], 3);
    let reasons = |list: &str| -> Vec<String> {
        let items = report[list].as_array().expect("a list");
        items
            .iter()
            .map(|item| {
                format!(
                    "{}: {}",
                    item["path"].as_str().unwrap_or_default(),
                    item["reason"].as_str().unwrap_or_default()
                )
            })
            .collect()
    };
    assert_eq!(report["added"].as_u64(), Some(3), "{report}");
    let failed = reasons("failed").join("\n");
    for part in ["empty.txt: empty", "binary.txt: binary", "lines.jsonl:2: not a document"] {
        assert!(failed.contains(part), "{part} in {failed}");
    }
    // A given value that cannot be used does not lose its document.
    assert!(
        reasons("warnings").iter().any(|reason| reason.contains("lines.jsonl:3: unknown partner 'アトランティス'"))
    );
    assert!(reasons("skipped").iter().any(|reason| reason.contains("link.txt: a link")));
    assert_eq!(json(folder.path(), &["search", "電子署名", "--json"], 0)["total"]["passages"], 1);
}

#[test]
fn one_word_is_found_in_all_its_spellings() {
    let folder = indexed();
    let of = |query: &str| {
        json(folder.path(), &["search", query, "--json", "--no-variants"], 0)["total"]["passages"].as_u64()
    };
    assert_eq!(of("取組"), of("取り組み"));
    assert_eq!(of("取組"), of("取組み"));
    assert_eq!(of("コンピュータ"), of("コンピューター"));
    assert!(of("取組") > of("=\"取り組\""));
}

#[test]
fn pieces_of_other_words_stand_last_with_their_label() {
    let folder = indexed();
    let answer = json(folder.path(), &["search", "国連", "--json", "-n", "50"], 0);
    let tiers: Vec<&str> =
        answer["hits"].as_array().expect("hits").iter().filter_map(|hit| hit["tier"].as_str()).collect();
    let order = |tier: &&str| ["word", "variant", "substring"].iter().position(|known| known == tier);
    assert!(tiers.windows(2).all(|pair| order(&pair[0]) <= order(&pair[1])), "{tiers:?}");
    assert_eq!(
        answer["total"]["by_tier"]["substring"].as_u64(),
        Some(tiers.iter().filter(|tier| **tier == "substring").count() as u64)
    );
    let at_all = |part: &str| {
        answer["hits"]
            .as_array()
            .expect("hits")
            .iter()
            .filter(|hit| hit["passage"]["text"].as_str().is_some_and(|text| text.contains(part)))
            .all(|hit| hit["tier"] == "substring")
    };
    assert!(at_all("各国連携") && at_all("諸国連合"));
}

#[test]
fn a_word_broken_over_lines_is_found_and_highlighted_whole() {
    let folder = indexed();
    let answer = json(folder.path(), &["search", "マルチステークホルダー", "--json"], 0);
    let hit = &answer["hits"][0];
    let text: Vec<char> = hit["passage"]["text"].as_str().expect("text").chars().collect();
    let span = &hit["passage"]["highlights"][0];
    let (start, end) = (span[0].as_u64().expect("start") as usize, span[1].as_u64().expect("end") as usize);
    assert_eq!(text[start..end].iter().collect::<String>(), "マルチステークホルダー");
}

#[test]
fn queries_a_researcher_asks_find_their_passage() {
    let folder = indexed();
    let first = |query: &[&str]| {
        let arguments: Vec<&str> = ["search"].iter().chain(query).chain(&["--json"]).copied().collect();
        let output = fumikura(folder.path(), &arguments);
        let answer: Value = serde_json::from_slice(&output.stdout).expect("valid JSON");
        let hit = &answer["hits"][0];
        (
            hit["document"]["id"].as_str().unwrap_or_default()[..4].to_owned(),
            hit["passage"]["heading"].to_string() + hit["passage"]["text"].as_str().unwrap_or_default(),
            hit["passage"]["kind"].clone(),
        )
    };
    let (document, heading, _) = first(&["日ASEAN 名称変更"]);
    // Neither passage contains 名称変更 as typed: one has 名称を…変更, the other names the renamed body.
    assert!(document == "2017" && heading.contains("名称を"), "{document} {heading}");
    let (document, heading, _) = first(&["JPCERT DHS 制御システム"]);
    assert!(document == "2011" && heading.contains("(2) 商業ネットワークセキュリティの高度化"), "{document} {heading}");
    let (document, heading, _) = first(&["\"BGP ハイジャック\" OR BGPプリフィックスハイジャック"]);
    assert!(document == "2008" && heading.contains("日中韓"), "{document} {heading}");
    let (document, heading, _) = first(&["SG17", "X.1051"]);
    assert!(document == "2008" && heading.contains("ITU-T"), "{document} {heading}");
    let (document, heading, kind) = first(&["第3章 具体的方策と国際協調・貢献"]);
    assert!(document == "2007" && heading.contains("第3章") && kind == "body", "{document} {heading} {kind}");
}

#[test]
fn facets_sit_on_passages() {
    let folder = indexed();
    let answer = json(folder.path(), &["search", "情報共有", "--partner", "アセアン", "--json", "-n", "100"], 0);
    for hit in answer["hits"].as_array().expect("hits") {
        let heading = hit["passage"]["heading"].to_string();
        let document = hit["document"]["id"].as_str().unwrap_or_default();
        assert!(document.starts_with("2017") || heading.contains("ASEAN"), "{document} {heading}");
    }
    let facets = json(folder.path(), &["facets", "--partner", "ASEAN", "--json"], 0);
    let asia =
        facets["partner"].as_array().expect("a tree").iter().find(|node| node["value"] == "アジア").expect("アジア");
    let children: u64 = asia["children"]
        .as_array()
        .expect("children")
        .iter()
        .filter_map(|node| node["passages"].as_u64())
        .max()
        .unwrap_or(0);
    assert!(asia["passages"].as_u64() >= Some(children));
    // The selection within a facet does not reduce that facet's counts.
    let all = json(folder.path(), &["facets", "--json"], 0);
    assert_eq!(facets["partner"], all["partner"]);
    let dated = json(folder.path(), &["search", "会合", "--date", "平成29年", "--json"], 0);
    assert!(document_ids(&dated).iter().all(|id| id == "2017"));
    let error = fumikura(folder.path(), &["facets", "--partner", "アメリヤ"]);
    assert_eq!(error.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&error.stderr).contains("アメリカ"), "the nearest names are shown");
}

#[test]
fn show_gives_a_document_and_a_passage_in_its_surroundings() {
    let folder = indexed();
    let answer = json(folder.path(), &["search", "テストベッド", "--json", "-n", "1"], 0);
    let id = answer["hits"][0]["passage"]["id"].as_str().expect("an id").to_owned();
    let shown = stdout(&fumikura(folder.path(), &["show", &id]), 0);
    assert!(shown.contains("◀") && shown.contains("IPv6の普及促進"), "{shown}");
    let whole = stdout(&fumikura(folder.path(), &["show", "2011-06-09_japan-us-internet-economy-dialogue-2.txt"]), 0);
    assert!(whole.contains("ドーヴィル・サミット首脳宣言"));
    assert_eq!(fumikura(folder.path(), &["show", "nothing"]).status.code(), Some(2));
}

#[test]
fn formats_hold_the_same_hits() {
    let folder = indexed();
    let json_hits = json(folder.path(), &["search", "IPv6", "--json"], 0)["hits"].as_array().map(Vec::len);
    let jsonl = stdout(&fumikura(folder.path(), &["search", "IPv6", "--format", "jsonl"]), 0);
    assert_eq!(Some(jsonl.lines().count()), json_hits);
    let csv = stdout(&fumikura(folder.path(), &["search", "IPv6", "--format", "csv"]), 0);
    assert!(csv.starts_with("rank,tier,document"));
    let markdown = stdout(&fumikura(folder.path(), &["search", "IPv6", "--format", "markdown"]), 0);
    assert!(markdown.contains("> (4) **IPv6**の普及促進"), "{markdown}");
}

/// Reads the rows of a CSV, by column.
fn rows(csv: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.deserialize().collect::<Result<_, _>>().expect("CSV")
}

#[test]
fn every_format_says_which_hits_are_partial() {
    let folder = indexed();
    let search =
        |options: &[&str]| stdout(&fumikura(folder.path(), &[&["search", "情報の自由な流通"], options].concat()), 0);
    let answer = json(folder.path(), &["search", "情報の自由な流通", "--json"], 0);
    let hits = answer["hits"].as_array().expect("hits");
    let exact = hits.iter().filter(|hit| hit["relaxed"] == false).count();
    assert!(
        exact >= 1 && exact < hits.len() && hits[..exact].iter().all(|hit| hit["relaxed"] == false),
        "{exact} of {}",
        hits.len()
    );

    let text = search(&[]);
    let lines: Vec<&str> = text.lines().collect();
    let heading = lines.iter().position(|line| line.starts_with("Partial matches")).expect("a heading");
    let partial: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].ends_with("[partial]")).collect();
    assert!(partial.len() == hits.len() - exact && partial.iter().all(|at| *at > heading), "{text}");

    let rows = rows(&search(&["--format", "csv"]));
    assert_eq!(rows.len(), hits.len());
    for (row, hit) in rows.iter().zip(hits) {
        let partial = hit["relaxed"] == true;
        assert_eq!(row["match"], if partial { "partial" } else { "exact" });
        assert_eq!(row["tier"].is_empty(), partial, "a partial hit has no tier");
        assert_eq!(Some(row["passage"].as_str()), hit["passage"]["id"].as_str());
        assert_eq!(Some(row["path"].as_str()), hit["document"]["path"].as_str());
    }

    let csl: Vec<Value> = serde_json::from_str(&search(&["--format", "csl-json"])).expect("references");
    let named = |exact: bool| {
        let hits = hits.iter().filter(|hit| hit["relaxed"] == !exact);
        hits.map(|hit| hit["document"]["id"].to_string()).collect::<std::collections::BTreeSet<_>>()
    };
    assert!(csl.len() == named(true).len() && !named(false).is_subset(&named(true)), "only exact hits are references");
    let bib = search(&["--format", "bib"]);
    assert!(bib.contains("% partial: partial matches are not among the references"), "{bib}");

    let markdown = search(&["--format", "markdown"]);
    let (above, below) = markdown.split_once("## Partial matches").expect("a heading");
    assert_eq!((above.matches("match: exact").count(), above.matches("match: partial").count()), (exact, 0));
    assert_eq!(
        (below.matches("match: exact").count(), below.matches("match: partial").count()),
        (0, hits.len() - exact)
    );
}

#[test]
fn csv_gives_what_is_known_of_a_document_and_its_twins() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir(folder.path().join("corpus")).expect("corpus/");
    let text = "重要インフラの防護に関する情報共有体制の構築及び官民連携による演習の実施について、国際的な標準化活動への参画を含め、意見交換を行った。";
    let write =
        |name: &str, text: &str| std::fs::write(folder.path().join("corpus").join(name), text).expect("written");
    write("2008_a.txt", text);
    write("b.md", &format!("---\ntitle: 会合\nurl: https://example.go.jp/b\ndate: 2011-06\n---\n\n{text}\n"));
    stdout(&fumikura(folder.path(), &["index"]), 0);
    let csv = |options: &[&str]| {
        rows(&stdout(&fumikura(folder.path(), &[&["search", "情報共有体制", "--format", "csv"], options].concat()), 0))
    };
    let answer = json(folder.path(), &["search", "情報共有体制", "--json"], 0);
    let folded = csv(&[]);
    assert_eq!((folded.len(), &answer["total"]["passages"]), (1, &Value::from(2)));
    let all = csv(&["--duplicates"]);
    let twins: Vec<&String> = all.iter().map(|row| &row["passage"]).filter(|id| **id != folded[0]["passage"]).collect();
    assert_eq!([&folded[0]["duplicates"]], *twins);
    let of = |path: &str| all.iter().find(|row| row["path"].ends_with(path)).expect("a row");
    assert_eq!((of("b.md")["url"].as_str(), of("b.md")["date"].as_str()), ("https://example.go.jp/b", "2011-06"));
    let date = &of("2008_a.txt")["date"];
    assert!(!date.contains("2008-01-01"), "{date}");
    assert!(all[0].contains_key("publisher") && all[0].contains_key("page"));
}

#[test]
fn csv_in_a_file_begins_with_a_byte_order_mark_and_in_a_pipe_does_not() {
    let folder = indexed();
    let mark = "\u{FEFF}".as_bytes();
    let arguments = ["search", "IPv6", "--format", "csv"];
    assert!(fumikura(folder.path(), &arguments).stdout.starts_with(b"rank,"));
    assert!(fumikura(folder.path(), &[&arguments[..], &["--bom", "always"]].concat()).stdout.starts_with(mark));
    let in_file = |options: &[&str]| {
        let path = folder.path().join("hits.csv");
        let file = std::fs::File::create(&path).expect("a file");
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_fumikura"));
        let status = command.args(arguments).args(options).current_dir(folder.path()).stdout(file).status();
        assert!(status.expect("the program starts").success());
        std::fs::read(path).expect("the file")
    };
    assert!(in_file(&[]).starts_with(mark));
    assert!(in_file(&["--bom", "never"]).starts_with(b"rank,"));
}

#[test]
fn all_hits_are_one_list_in_every_format() {
    let folder = indexed();
    let whole = json(folder.path(), &["search", "情報", "--all", "--json"], 0);
    let ids = |answer: &Value| -> Vec<String> {
        answer["hits"].as_array().expect("hits").iter().map(|hit| hit["passage"]["id"].to_string()).collect()
    };
    let named: usize = whole["hits"]
        .as_array()
        .expect("hits")
        .iter()
        .map(|hit| hit["duplicates"].as_array().map_or(0, Vec::len) + 1)
        .sum();
    assert_eq!(Some(named as u64), whole["total"]["passages"].as_u64());
    let (mut offset, mut paged) = (0, Vec::new());
    loop {
        let page = json(folder.path(), &["search", "情報", "-n", "7", "--offset", &offset.to_string(), "--json"], 0);
        paged.extend(ids(&page));
        match page["next"].as_u64() {
            Some(next) => offset = next,
            None => break,
        }
    }
    assert_eq!(paged, ids(&whole));
    for (format, counted) in [("jsonl", "\"rank\":"), ("csv", ",\"exact\","), ("markdown", "match: "), ("text", ". ")] {
        let output = stdout(&fumikura(folder.path(), &["search", "情報", "--all", "--format", format]), 0);
        assert!(output.matches(counted).count() >= paged.len(), "{format}");
        assert!(!output.contains("--offset"), "{format}");
    }
    let past = fumikura(folder.path(), &["search", "情報", "--offset", "5000"]);
    assert!(
        String::from_utf8_lossy(&past.stderr).contains(&format!("past the end: the list has {} hits", paged.len()))
    );
    assert_eq!(fumikura(folder.path(), &["search", "情報", "--all", "-n", "5"]).status.code(), Some(2));
}

#[test]
fn a_list_of_all_hits_is_as_long_as_its_count() {
    let folder = indexed();
    // Both words stand in many passages, together in few.
    let query = ["search", "情報共有 ASEAN"];
    let run = |options: &[&str], code: i32| stdout(&fumikura(folder.path(), &[&query, options].concat()), code);
    let counted = json(folder.path(), &[&query[..], &["-n", "0", "--json"]].concat(), 0);
    let count = counted["total"]["passages"].as_u64().expect("a number") as usize;
    assert!(run(&["-n", "20"], 0).contains("[partial]"), "a page is filled");
    let all = ["--all", "--duplicates"];
    assert_eq!(run(&[&all[..], &["--format", "jsonl"]].concat(), 0).lines().count(), count);
    for format in ["text", "csv", "tsv", "markdown", "json"] {
        let text = run(&[&all[..], &["--format", format]].concat(), 0);
        assert!(
            !text.contains("partial") || format == "json" && !text.contains("\"relaxed\": true"),
            "{format}: {text}"
        );
    }
    // Where no passage holds the whole query, the list is empty and says so.
    let none = ["search", "量子暗号の情報共有"];
    assert!(stdout(&fumikura(folder.path(), &none), 1).contains("[partial]"));
    let empty = fumikura(folder.path(), &[&none[..], &["--all", "--format", "jsonl"]].concat());
    assert_eq!((stdout(&empty, 1).as_str(), empty.status.code()), ("", Some(1)));
    assert!(String::from_utf8_lossy(&empty.stderr).contains("a list of all hits has no partial matches"));
    let told = json(folder.path(), &[&none[..], &["--all", "--json"]].concat(), 1);
    assert!(told["query"]["warnings"].to_string().contains("no partial matches"), "{told}");
    let unasked = fumikura(folder.path(), &[&none[..], &["--all", "--no-relax", "--format", "jsonl"]].concat());
    assert!(!String::from_utf8_lossy(&unasked.stderr).contains("partial"));
}

#[test]
fn a_query_without_hits_says_which_word_has_none() {
    let folder = indexed();
    let output = fumikura(folder.path(), &["search", "somusho", "クラウド"]);
    let text = stdout(&output, 1);
    assert!(
        text.contains("somusho  0 passages") && text.contains("クラウド  3 passages") && text.contains("総務省"),
        "{text}"
    );
}

#[test]
fn control_characters_of_documents_do_not_reach_the_terminal() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir(folder.path().join("corpus")).expect("corpus/");
    let line = "{\"id\": \"x\\u001b[2J\", \"title\": \"題\\u202e\", \"text\": \"報道\\u001b]52;c;x\\u0007資料\"}";
    std::fs::write(folder.path().join("corpus/a.jsonl"), line).expect("written");
    stdout(&fumikura(folder.path(), &["index"]), 0);
    let text = stdout(&fumikura(folder.path(), &["search", "資料"]), 0);
    assert!(!text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{text:?}");
}

#[test]
fn an_index_of_another_version_is_refused_with_the_way_out() {
    let folder = indexed();
    let meta = generation(&folder.path().join("index")).join("meta.json");
    let text = std::fs::read_to_string(&meta).expect("meta.json");
    std::fs::write(&meta, text.replace("\\\"format\\\":", "\\\"format\\\":1000")).expect("written");
    let output = fumikura(folder.path(), &["search", "クラウド"]);
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&output.stderr).contains("index --rebuild"));
    let absent = fumikura(folder.path(), &["--index", "nowhere", "search", "クラウド"]);
    assert!(String::from_utf8_lossy(&absent.stderr).contains("fumikura index"));
}

#[test]
fn the_strongest_commitment_of_a_passage_is_filter_and_facet() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = folder.path().join("corpus");
    std::fs::create_dir(&corpus).expect("corpus/");
    let texts = [
        ("a.txt", "両国は衛星について意見交換を行い、共同研究を開始することで合意した。"),
        ("b.txt", "双方は衛星の重要性を確認した。次回は来年開催する予定である。"),
        ("c.txt", "衛星に関する合意には至らなかった。"),
        ("d.txt", "衛星の検討会の名簿である。"),
    ];
    for (name, text) in texts {
        std::fs::write(corpus.join(name), text).expect("written");
    }
    stdout(&fumikura(folder.path(), &["index"]), 0);
    let found = |arguments: &[&str]| -> Vec<String> {
        let answer = json(folder.path(), &[&["search"], arguments, &["--json"]].concat(), 0);
        let hits = answer["hits"].as_array().expect("hits").clone();
        let mut ids: Vec<String> = hits.iter().map(|hit| hit["document"]["id"].to_string()).collect();
        ids.sort();
        ids
    };
    assert_eq!(found(&["衛星"]).len(), 4);
    for query in [&["衛星", "--commitment", "agreed"][..], &["衛星 commitment:agreed"]] {
        assert_eq!(found(query), ["\"a.txt\""], "{query:?}");
    }
    // Only the strongest commitment counts: b.txt confirms and plans.
    assert_eq!(found(&["衛星", "--commitment", "confirmed", "--commitment", "planned"]), ["\"b.txt\""]);
    assert_eq!(found(&["衛星 -commitment:agreed"]).len(), 3);
    let none = fumikura(folder.path(), &["search", "衛星", "--commitment", "planned"]);
    assert!(stdout(&none, 1).contains("with planned as the strongest commitment"));
    let facets = json(folder.path(), &["facets", "--commitment", "agreed", "--json"], 0);
    let counted: Vec<(&str, u64)> = facets["commitment"]
        .as_array()
        .expect("a tree")
        .iter()
        .map(|node| (node["value"].as_str().expect("a value"), node["passages"].as_u64().expect("a count")))
        .collect();
    assert_eq!(counted, [("agreed", 1), ("confirmed", 1)]);
    let unknown = fumikura(folder.path(), &["search", "commitment:合意"]);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("commitments are agreed, committed"), "{unknown:?}");
    let shown = json(folder.path(), &["show", "a.txt", "--json"], 0);
    let commitment = &shown["passages"][0]["commitments"][0];
    assert_eq!(commitment["label"], "agreed");
    assert_eq!(commitment["object"], "共同研究を開始すること");
}

#[test]
fn given_values_beat_derived_ones() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = folder.path().join("corpus");
    std::fs::create_dir(&corpus).expect("corpus/");
    std::fs::write(
        corpus.join("a.md"),
        "---\ntitle: 会合の記録\ndate: 平成23年6月9日\npartners: [アメリカ]\n---\n\n2015年5月1日に開催した会合の記録。\n",
    )
    .expect("written");
    std::fs::write(corpus.join("b.txt"), "日EU会合を開催した。").expect("written");
    std::fs::write(corpus.join("b.txt.meta.toml"), "date = \"2019-04-01\"\nthemes = [\"人材育成\"]\n")
        .expect("written");
    stdout(&fumikura(folder.path(), &["index"]), 0);
    let hit = |query: &str| json(folder.path(), &["search", query, "--json"], 0)["hits"][0]["document"].clone();
    let first = hit("記録");
    assert_eq!(
        (first["date"]["start"].as_str(), first["date"]["source"].as_str(), first["partners"][0].as_str()),
        (Some("2011-06-09"), Some("given"), Some("米国"))
    );
    assert_eq!(hit("日EU")["date"]["start"], "2019-04-01");
    assert_eq!(json(folder.path(), &["search", "会合", "--theme", "人材育成", "--json"], 0)["total"]["passages"], 1);
    std::fs::write(corpus.join("b.txt.meta.toml"), "date = \"someday\"\n").expect("written");
    let output = fumikura(folder.path(), &["index"]);
    stdout(&output, 0);
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("b.txt.meta.toml:1: 'someday'"),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(hit("日EU")["date"], Value::Null);
}

#[test]
fn eval_scores_rankings_and_pairs() {
    let folder = indexed();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(
        path("queries.jsonl"),
        "{\"id\": \"q1\", \"text\": \"日ASEANの政策会議の名称はどう変わりましたか\"}\n",
    )
    .expect("written");
    std::fs::write(path("qrels.tsv"), "q1\t2017-10-16_japan-asean-information-security-policy-meeting-10.txt\t1\n")
        .expect("written");
    let report = json(
        folder.path(),
        &["eval", "--queries", "queries.jsonl", "--qrels", "qrels.tsv", "--run", "run.txt", "--json"],
        0,
    );
    assert_eq!((report["queries"].as_u64(), report["ndcg_10"].as_f64()), (Some(1), Some(1.0)));
    assert!(std::fs::read_to_string(path("run.txt")).expect("a run").starts_with("q1 Q0 2017-10-16"));
    std::fs::write(
        path("pairs.tsv"),
        "id\tcategory\tmode\tquery\ttext\texpect\n1\tA\tdefault\t国連\t各国連携\tT3\n2\tA\tdefault\t国連\t国際連合\tN\n",
    )
    .expect("written");
    let pairs = json(folder.path(), &["eval", "--pairs", "pairs.tsv", "--json"], 0);
    assert_eq!((pairs["passed"].as_u64(), pairs["total"].as_u64()), (Some(1), Some(2)));
    assert_eq!(pairs["failures"][0]["got"], "T2");
}

#[test]
fn own_terms_cut_compounds_and_stay_with_the_index() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir(folder.path().join("corpus")).expect("corpus/");
    std::fs::write(folder.path().join("corpus/a.txt"), "ゾルディアンミトルカの運用").expect("written");
    std::fs::write(folder.path().join("terms.tsv"), "# own words\nゾルディアン\nミトルカ\n").expect("written");
    let tier =
        || json(folder.path(), &["search", "ゾルディアン", "--json"], 0)["hits"][0]["tier"].as_str().map(str::to_owned);
    stdout(&fumikura(folder.path(), &["index"]), 0);
    assert_eq!(tier().as_deref(), Some("substring"));
    let refused = fumikura(folder.path(), &["index", "--terms", "terms.tsv"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--rebuild"));
    stdout(&fumikura(folder.path(), &["index", "--terms", "terms.tsv", "--rebuild"]), 0);
    assert_eq!(tier().as_deref(), Some("word"));
    // Later runs keep them without the option.
    stdout(&fumikura(folder.path(), &["index", "--rebuild"]), 0);
    assert_eq!(tier().as_deref(), Some("word"));
}

#[test]
fn a_document_that_moves_between_files_is_kept() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = folder.path().join("corpus");
    std::fs::create_dir(&corpus).expect("corpus/");
    let line = |id: &str, text: &str| format!("{{\"id\": \"{id}\", \"title\": \"題\", \"text\": \"{text}\"}}\n");
    let write = |name: &str, text: String| std::fs::write(corpus.join(name), text).expect("written");
    let counts = |query: &str, hits: usize| {
        let found = fumikura(folder.path(), &["search", query, "--json"]);
        let found: Value = serde_json::from_slice(&found.stdout).expect("JSON");
        assert_eq!(found["total"]["passages"], hits, "{query}");
    };
    for (from, to) in [("a.jsonl", "b.jsonl"), ("b.jsonl", "a.jsonl")] {
        write(from, line("stays-here", "古文書の保存") + &line("moves", "電子政府の推進"));
        write(to, line("stays-there", "海底電線の敷設"));
        stdout(&fumikura(folder.path(), &["index"]), 0);
        counts("電子政府", 1);
        write(from, line("stays-here", "古文書の保存"));
        write(to, line("stays-there", "海底電線の敷設") + &line("moves", "電子政府の推進と改正"));
        stdout(&fumikura(folder.path(), &["index"]), 0);
        ["電子政府", "古文書", "海底電線"].into_iter().for_each(|query| counts(query, 1));
        counts("改正", 1);
        stdout(&fumikura(folder.path(), &["check"]), 0);
        std::fs::remove_dir_all(folder.path().join("index")).expect("removed");
    }
}

/// A title without a text would be counted but never found: it is reported, like an empty file.
#[test]
fn a_document_without_text_is_reported() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lines = "{\"id\": \"a\", \"title\": \"量子暗号協定の概要\", \"text\": \" 　\\n\"}\n{\"id\": \"b\", \"text\": \"暗号\"}\n";
    std::fs::write(folder.path().join("lines.jsonl"), lines).expect("written");
    let report: Value =
        serde_json::from_str(&stdout(&fumikura(folder.path(), &["index", "lines.jsonl", "--json"]), 3)).expect("JSON");
    assert_eq!((&report["added"], &report["documents"]), (&1.into(), &1.into()), "{report}");
    let failed = &report["failed"][0];
    assert!(failed["path"].as_str().is_some_and(|path| path.ends_with("lines.jsonl:1")), "{report}");
    assert!(failed["reason"].as_str().is_some_and(|reason| reason.starts_with("empty")), "{report}");
}
