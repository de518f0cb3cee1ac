//! Exports: each holds the conditions of its search and the data as they are; what other programs read on a page is
//! well-formed whatever a title holds.

use std::io::{Cursor, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use calamine::{Data, Reader, Xlsx};
use fumikura::cite::Citation;
use fumikura::document::{CivilDate, Document};
use fumikura::engine::embedded::Snapshot;
use fumikura::engine::{Found, Request};
use fumikura::output::{
    Export, Feed, Format, Made, Original, Shape, SitemapEntry, Style, atom_feed, highwire_tags, json_ld, meta_tags,
    opensearch_description, signposting, sitemap, sitemap_index, suggestions_json, unapi_formats, unapi_record,
    write_export,
};
use fumikura::query::{Budget, Marks, Place, Tier};
use fumikura::study::Names;
use serde_json::{Value, json};

use crate::support::{fumikura, root, stdout};

/// Indexes the corpus into a temporary folder.
fn indexed() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = root().join("corpus").to_string_lossy().into_owned();
    stdout(&fumikura(folder.path(), &["index", &corpus]), 0);
    folder
}

fn bytes(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = fumikura(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Returns the sheets of a spreadsheet: their names with their rows of texts.
fn sheets(file: Vec<u8>) -> Vec<(String, Vec<Vec<String>>)> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).expect("a spreadsheet");
    let names = book.sheet_names();
    let rows = |range: calamine::Range<Data>| {
        range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect::<Vec<Vec<String>>>()
    };
    names
        .into_iter()
        .map(|name| {
            assert!(book.worksheet_formula(&name).expect("formulas").is_empty(), "a formula in {name}");
            let range = book.worksheet_range(&name).expect("a sheet");
            (name, rows(range))
        })
        .collect()
}

/// Makes a hit whose title and text are given.
fn hit(rank: usize, title: &str, text: &str) -> Found {
    let document = json!({"id": format!("{rank}.txt"), "path": "a.txt", "title": title, "date": null, "url": "https://example.jp/?q=%E3%81%82&b=1"});
    let passage = json!({"id": format!("{rank}.txt#1f"), "index": 0, "kind": "body", "heading": [], "text": text, "lines": [1, 2], "page": null});
    Found {
        outside: None,
        index: None,
        rank,
        score: 1.0,
        tier: Tier::Word,
        document: serde_json::from_value(document).expect("a document"),
        passage: serde_json::from_value(passage).expect("a passage"),
        role: None,
        place: Place::Body,
        highlights: Vec::new(),
        marks: Marks::default(),
        missing: Vec::new(),
        relaxed: false,
        of_other_year: false,
        amid: false,
        titled: false,
        more: 0,
        duplicates: Vec::new(),
    }
}

/// Exports hits that were made by hand.
fn exported(format: Format, people: bool, hits: Vec<Found>) -> Vec<u8> {
    let (request, answer) = (Request { text: "情報".to_owned(), ..Request::default() }, fumikura::Answer::default());
    let export = Export { request: &request, answer: &answer, made: &Made::default() };
    let shape = Shape { format, byte_order_mark: people, head: true, ..Shape::default() };
    let mut out = Vec::new();
    let hits = &mut hits.into_iter().map(Ok);
    write_export(&mut out, shape, export, hits, &mut |hit| Ok((hit.document.clone(), None))).expect("written");
    out
}

#[test]
fn every_export_tells_what_was_searched() {
    let folder = indexed();
    let asked = |format: &str| {
        let arguments = ["search", "情報共有", "--partner", "ASEAN", "--all", "--head", "--format", format];
        String::from_utf8_lossy(&bytes(folder.path(), &arguments)).into_owned()
    };
    let answer: Value = serde_json::from_str(&asked("json")).expect("JSON");
    let passages = answer["total"]["passages"].to_string();
    for (format, before) in [("csv", "# "), ("tsv", "# "), ("bib", "% "), ("ris", "# "), ("markdown", "- ")] {
        let text = asked(format);
        let conditions: Vec<&str> = text.lines().take_while(|line| line.starts_with(before)).collect();
        for (name, value) in [
            ("query", "情報共有"),
            ("partner", "ASEAN"),
            ("passages", &passages),
            ("sort", "relevance"),
            ("commit", "g1."),
            ("program", "fumikura "),
            ("searched", "Z"),
        ] {
            let found =
                conditions.iter().any(|line| line.starts_with(&format!("{before}{name}")) && line.contains(value));
            assert!(found, "{format} lacks {name} {value}: {conditions:?}");
        }
    }
    let first: Value = serde_json::from_str(asked("jsonl").lines().next().expect("a line")).expect("JSON");
    let items: Value = serde_json::from_str(&asked("csl-json")).expect("JSON");
    for conditions in [&first["conditions"], &items[0]["custom"]["search"]] {
        assert_eq!((&conditions["query"], &conditions["passages"]), (&json!("情報共有"), &json!(passages)));
    }
    assert!(items[1].get("custom").is_none());
    let arguments = ["search", "情報共有", "--partner", "ASEAN", "--all", "--format", "xlsx"];
    let sheets = sheets(bytes(folder.path(), &arguments));
    assert_eq!(sheets.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["検索結果", "条件"]);
    assert!(sheets[1].1.contains(&vec!["検索式".to_owned(), "query".to_owned(), "情報共有".to_owned()]), "{sheets:?}");
    // Without --head, data alone.
    assert!(bytes(folder.path(), &["search", "情報共有", "--format", "csv"]).starts_with(b"rank,"));
}

#[test]
fn tables_of_every_form_hold_the_same_cells() {
    let folder = indexed();
    let asked = |format: &str| bytes(folder.path(), &["search", "情報共有", "--all", "--format", format]);
    let csv = asked("csv");
    let csv: Vec<Vec<String>> = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(csv.as_slice())
        .records()
        .map(|row| row.expect("a row").iter().map(str::to_owned).collect())
        .collect();
    let tsv = String::from_utf8(asked("tsv")).expect("UTF-8");
    let tsv: Vec<Vec<String>> = tsv.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect();
    let xlsx = sheets(asked("xlsx")).remove(0).1;
    let plain = |rows: &[Vec<String>]| -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(|cell| cell.replace(['\n', '\t'], " ")).collect()).collect()
    };
    assert!(csv.len() > 8, "{csv:?}");
    assert_eq!(plain(&csv), tsv);
    assert_eq!(plain(&csv), plain(&xlsx));
}

#[test]
fn a_search_that_ran_out_of_time_says_so_before_the_first_hit() {
    let folder = indexed();
    let snapshot = Snapshot::open(&[folder.path().join("index")]).expect("an index");
    let budget = Budget::within(std::time::Duration::ZERO).showing_all();
    let request = Request { text: "情報共有".to_owned(), limit: usize::MAX, budget, ..Request::default() };
    for format in [Format::Csv, Format::Tsv, Format::Jsonl, Format::Bibtex, Format::Ris, Format::Markdown] {
        let mut matches = snapshot.matches(&request).expect("an answer");
        let answer = matches.answer().clone();
        assert!(answer.timed_out);
        let export = Export { request: &request, answer: &answer, made: &Made::default() };
        let mut out = Vec::new();
        let shape = Shape { format, head: true, ..Shape::default() };
        write_export(&mut out, shape, export, &mut matches, &mut |hit| Ok((hit.document.clone(), None)))
            .expect("written");
        let text = String::from_utf8_lossy(&out).into_owned();
        assert!(text.lines().next().is_some_and(|line| line.contains("cut")), "{format:?}: {text}");
        if format == Format::Csv {
            let mut out = Vec::new();
            let shape = Shape { format: Format::Xlsx, ..Shape::default() };
            let none = &mut std::iter::empty();
            write_export(&mut out, shape, export, none, &mut |hit| Ok((hit.document.clone(), None))).expect("written");
            let sheets = sheets(out);
            assert_eq!((sheets[0].0.as_str(), sheets[1].1[1][1].as_str()), ("検索結果（不完全）", "cut"));
        }
    }
}

#[test]
fn a_spreadsheet_takes_each_text_as_a_string_and_counts_what_it_cuts() {
    let longest = "あ".repeat(32_767);
    let pairs = "𠮷".repeat(20_000);
    let texts = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "12",
        "2017-10-16",
        "_x0041_",
        "a\u{1}b\u{fffe}",
        " 前後 ",
        longest.as_str(),
        &pairs,
    ];
    let hits = texts.iter().enumerate().map(|(at, text)| hit(at + 1, text, text)).collect();
    let sheets = sheets(exported(Format::Xlsx, false, hits));
    let at = sheets[0].1[0].iter().position(|name| name == "text").expect("a column");
    let cells: Vec<&str> = sheets[0].1[1..].iter().map(|row| row[at].as_str()).collect();
    assert_eq!(cells[..8], texts[..8]);
    assert_eq!(cells[8], "a\\u{1}b\\u{fffe}");
    assert_eq!(cells[9..11], texts[9..11]);
    // 16,383 pairs and the mark: no pair is cut in two.
    assert_eq!((cells[11].chars().count(), cells[11].ends_with("𠮷…")), (16_384, true));
    let shortened = sheets[1].1.iter().find(|row| row[1] == "shortened").expect("a condition");
    // Title and text of the last hit.
    assert!(shortened[2].starts_with("2 cells"), "{shortened:?}");
}

#[test]
fn csv_for_people_runs_nothing_and_csv_for_programs_changes_nothing() {
    let hits = || vec![hit(1, "=HYPERLINK(\"http://x\")", "- (1) ITUは")];
    let (people, programs) = (exported(Format::Csv, true, hits()), exported(Format::Csv, false, hits()));
    let (people, programs) = (String::from_utf8(people).expect("text"), String::from_utf8(programs).expect("text"));
    assert!(people.starts_with('\u{feff}') && people.contains("\"'- (1) ITUは\"") && people.contains("\"'=HYPERLINK("));
    assert!(programs.starts_with("# query,\"情報\"\n") && programs.contains("\"- (1) ITUは\""), "{programs}");
    let tsv = String::from_utf8(exported(Format::Tsv, false, vec![hit(1, "題\t名", "一\n二")])).expect("text");
    assert!(tsv.contains("\t題 名\t") && tsv.contains("\t一 二\t"), "{tsv}");
}

#[test]
fn a_query_with_a_command_of_bibtex_begins_no_entry() {
    let request = Request { text: "@article{x, title={偽}}\n@misc{y}".to_owned(), ..Request::default() };
    let answer = fumikura::Answer::default();
    let export = Export { request: &request, answer: &answer, made: &Made::default() };
    let mut out = Vec::new();
    let shape = Shape { format: Format::Bibtex, ..Shape::default() };
    let hits = &mut vec![hit(1, "題", "文"), hit(2, "題", "文")].into_iter().map(Ok);
    write_export(&mut out, shape, export, hits, &mut |hit| Ok((hit.document.clone(), None))).expect("written");
    let text = String::from_utf8(out).expect("text");
    assert_eq!(text.matches('@').count(), 2, "{text}");
}

#[test]
fn a_list_of_references_holds_each_document_once_and_each_key_once() {
    let folder = indexed();
    let asked = |format: &str| bytes(folder.path(), &["search", "情報共有", "--all", "--format", format]);
    let answer: Value = serde_json::from_slice(&asked("json")).expect("JSON");
    let ids: std::collections::BTreeSet<&str> = answer["hits"]
        .as_array()
        .expect("hits")
        .iter()
        .map(|hit| hit["document"]["id"].as_str().expect("an id"))
        .collect();
    let items: Vec<Value> = serde_json::from_slice(&asked("csl-json")).expect("JSON");
    let keys: std::collections::BTreeSet<&str> = items.iter().map(|item| item["id"].as_str().expect("a key")).collect();
    assert_eq!((items.len(), keys.len()), (ids.len(), ids.len()));
    // The keys are those of the command cite.
    let first = answer["hits"][0]["document"]["id"].as_str().expect("an id");
    let alone: Vec<Value> =
        serde_json::from_slice(&bytes(folder.path(), &["cite", first, "--style", "csl-json"])).expect("JSON");
    assert_eq!(alone[0]["id"], items[0]["id"]);
    // One document in two lines: the second key is set apart.
    let passages: Vec<&str> = answer["hits"]
        .as_array()
        .expect("hits")
        .iter()
        .filter(|hit| hit["document"]["id"] == first)
        .map(|hit| hit["passage"]["id"].as_str().expect("an id"))
        .take(2)
        .collect();
    let twice: Vec<Value> = serde_json::from_slice(&bytes(
        folder.path(),
        &[&["cite", "--quote", "--style", "csl-json"], passages.as_slice()].concat(),
    ))
    .expect("JSON");
    assert!(twice.len() == 2 && twice[0]["id"] != twice[1]["id"] && twice[0]["annote"].is_string(), "{twice:?}");
}

#[test]
fn ids_come_from_standard_input_too() {
    let folder = indexed();
    let run = |input: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_fumikura"))
            .args(["cite", "-"])
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("written");
        child.wait_with_output().expect("the program ends")
    };
    let two = "2008_international-bodies-on-information-security.txt\r\n\n2011-06-09_japan-us-internet-economy-dialogue-2.txt\n";
    assert_eq!(stdout(&run(two), 0).lines().count(), 2);
    let none = run("\n");
    assert!(String::from_utf8_lossy(&none.stderr).contains("no ids on standard input"), "{none:?}");
    stdout(&none, 2);
}

#[test]
fn facets_and_series_as_tables_hold_the_numbers_of_the_json() {
    let folder = indexed();
    let json: Value = serde_json::from_slice(&bytes(folder.path(), &["facets", "情報共有", "--json"])).expect("JSON");
    let tsv = String::from_utf8(bytes(folder.path(), &["facets", "情報共有", "--format", "tsv"])).expect("text");
    let xlsx = sheets(bytes(folder.path(), &["facets", "情報共有", "--format", "xlsx"])).remove(0).1;
    assert_eq!(tsv.lines().count(), xlsx.len());
    let theme = &json["theme"][0];
    let row = format!(
        "theme\t{0}\t{0}\t1\t{1}\t{2}\t",
        theme["value"].as_str().expect("a name"),
        theme["passages"],
        theme["documents"]
    );
    assert!(tsv.lines().any(|line| line.starts_with(&row)), "{row} in {tsv}");
    let csv = String::from_utf8(bytes(folder.path(), &["series", "--format", "csv", "--head"])).expect("text");
    assert!(csv.starts_with("# commit,\"g1.") && csv.contains("\nseries,number,"), "{csv}");
    let rows = csv.lines().filter(|line| !line.starts_with('#')).count();
    assert_eq!(sheets(bytes(folder.path(), &["series", "--format", "xlsx"]))[0].1.len(), rows);
}

/// Reads XML to its end and returns the texts of an element.
fn xml(text: &str, element: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let (mut found, mut inside) = (Vec::new(), false);
    loop {
        match reader.read_event().expect("well-formed XML") {
            quick_xml::events::Event::Start(start) if start.name().as_ref() == element => {
                inside = true;
                found.push(String::new());
            }
            quick_xml::events::Event::End(end) if end.name().as_ref() == element => inside = false,
            quick_xml::events::Event::Text(text) if inside => {
                found.last_mut().expect("an element").push_str(&text);
            }
            quick_xml::events::Event::GeneralRef(name) if inside => {
                found.last_mut().expect("an element").push_str(&format!("&{};", &*name));
            }
            quick_xml::events::Event::Eof => return found,
            _ => {}
        }
    }
}

const HOSTILE: &str = "<b>題</b> & \"名\" 'x' ]]> </script><!-- \u{1}\u{202e}";

#[test]
fn feeds_and_descriptions_are_well_formed_whatever_a_title_holds() {
    let made = Made {
        at: "2026-11-27T05:42:53Z".to_owned(),
        base: Some("http://127.0.0.1:8080".to_owned()),
        ..Made::default()
    };
    let feed = Feed { query: HOSTILE.to_owned(), made, ..Feed::default() };
    let hits = [hit(1, HOSTILE, HOSTILE), hit(2, "題", "文")];
    let text = atom_feed(&feed, &hits);
    // The ids depend on the passages alone: another order and another base give the same.
    let moved = Feed { made: Made { base: None, ..feed.made.clone() }, ..feed.clone() };
    let mut ids = xml(&atom_feed(&moved, &[hits[1].clone(), hits[0].clone()]), "id");
    ids[1..].reverse();
    assert_eq!(xml(&text, "id"), ids);
    assert_eq!(ids[1], "urn:fumikura:passage:1.txt%231f");
    assert!(text.contains("href=\"http://127.0.0.1:8080/doc/1.txt#p-1f\""), "{text}");
    assert_eq!(xml(&text, "updated").len(), 3);

    assert_eq!(xml(&opensearch_description("http://h", "ja", HOSTILE), "ShortName").len(), 1);
    assert_eq!(xml(&unapi_formats(Some(HOSTILE)), "formats").len(), 1);
    let documents = [SitemapEntry { id: HOSTILE.to_owned(), changed: Some(CivilDate::new(2017, 10, 16)) }];
    assert_eq!(xml(&sitemap("http://h", &documents), "lastmod"), ["2017-10-16"]);
    assert_eq!(xml(&sitemap_index("http://h", 2), "loc").len(), 2);
    let suggested = suggestions_json("http://h", HOSTILE, &[("米国".to_owned(), "相手国".to_owned())]);
    let suggested: Value = serde_json::from_str(&suggested).expect("JSON");
    assert_eq!((suggested[0].as_str(), suggested.as_array().map(Vec::len)), (Some(HOSTILE), Some(4)));
}

#[test]
fn reference_managers_take_a_report_as_a_report_and_a_press_release_as_a_page() {
    let document = |title: &str, path: &str| -> Document {
        let fields = json!({
            "id": path, "path": path, "title": title, "publisher": "総務省", "url": format!("https://www.soumu.go.jp/press/{path}"),
            "date": {"interval": {"start": "2017-10-01", "end": "2017-10-31"}, "precision": "month", "kind": "published",
                "source": "stated", "evidence": "2017年10月"},
        });
        serde_json::from_value(fields).expect("a document")
    };
    let mut report = document("情報通信白書", "a.pdf");
    report.url = Some("https://www.soumu.go.jp/a.pdf".to_owned());
    let tags = highwire_tags(&Citation::of(&report, None, None), Some("http://h/doc/a.pdf/original"));
    for (name, content) in [
        ("citation_title", "情報通信白書"),
        ("citation_author", "総務省"),
        ("citation_publication_date", "2017/10"),
        ("citation_technical_report_institution", "総務省"),
        ("citation_pdf_url", "http://h/doc/a.pdf/original"),
    ] {
        assert!(tags.contains(&(name, content.to_owned())), "{name} in {tags:?}");
    }
    // citation_title alone makes a journal article of a page.
    let release = document(HOSTILE, "a.html");
    let citation = Citation::of(&release, None, None);
    let tags = highwire_tags(&citation, None);
    assert!(tags.iter().all(|(name, _)| name.starts_with("dcterms.")), "{tags:?}");
    let html = meta_tags(&tags);
    assert!(
        !html.contains("<b>")
            && html.lines().all(|line| line.starts_with("<meta name=\"dcterms.") && line.ends_with("\">"))
    );

    let described = json_ld(&citation, &release, "http://h/doc/a.html");
    assert!(!described.contains(['<', '>', '&']), "{described}");
    let described: Value = serde_json::from_str(&described).expect("JSON");
    assert_eq!((&described["@type"], &described["datePublished"]), (&json!("Article"), &json!("2017-10")));

    let original = Original { url: "http://h/doc/会合.html/original".to_owned(), media_type: "text/html".to_owned() };
    let link = signposting(&citation, "http://h/doc/会合.html", Some(&original));
    assert!(
        link.is_ascii() && link.split(", ").all(|part| part.starts_with('<') && part.contains(">; rel=\"")),
        "{link}"
    );
    for relation in ["cite-as", "describedby", "item", "type"] {
        assert!(link.contains(&format!("rel=\"{relation}\"")), "{relation} in {link}");
    }

    let (media_type, record) = unapi_record(&citation, "ris").expect("a record");
    assert_eq!((media_type, record.starts_with("TY  - ELEC\n")), ("application/x-research-info-systems", true));
    assert!(unapi_record(&citation, "mods").is_none());
    assert_eq!(Style::Ris.media_type().split(';').next(), Some(media_type));
}

#[test]
fn names_are_completed_from_kanji_kana_and_latin_letters() {
    let folder = indexed();
    let index = fumikura::Index::open(folder.path().join("index")).expect("an index");
    let analyzer = fumikura::analysis::Analyzer::new();
    let names = Names::of(&index, &|name| analyzer.reading(name)).expect("names");
    let first = |typed: &str| names.completions(typed, 8).into_iter().map(|found| found.text).collect::<Vec<_>>();
    for (typed, name) in [
        ("米", "米国"),
        ("べいこ", "米国"),
        ("beikoku", "米国"),
        ("United St", "米国"),
        ("アメリ", "米国"),
        ("ａｓｅ", "ASEAN"),
        ("人材", "人材育成"),
        ("jinzai", "人材育成"),
        ("日・ASEAN", "日・ASEANサイバーセキュリティ政策会議"),
        ("日asean情報", "日・ASEANサイバーセキュリティ政策会議"),
        ("情報共有 べい", "情報共有 米国"),
    ] {
        assert!(first(typed).iter().any(|found| found == name), "{typed}: {:?}", first(typed));
    }
    assert_eq!((first(""), first("情報共有 "), first("魑魅魍魎")), (vec![], vec![], vec![]));
    // A partner that no document names is not suggested.
    assert_eq!(first("ブータン"), Vec::<String>::new());
    assert_eq!(names.completions("a", 3).len(), 3);
}

#[test]
fn the_day_of_reading_comes_from_the_front_matter() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, front: &str| {
        let text = format!(
            "---\ntitle: 情報通信白書\nurl: https://www.soumu.go.jp/{name}.pdf\n{front}---\n\n情報共有を進める。\n"
        );
        std::fs::write(folder.path().join(name), text).expect("written");
    };
    write("a.md", "accessed: 2026-11-26\n");
    write("b.md", "accessed: 2026-11\n");
    write("c.md", "");
    let report = fumikura(folder.path(), &["index", "a.md", "b.md", "c.md"]);
    let said = String::from_utf8_lossy(&report.stderr).into_owned() + &String::from_utf8_lossy(&report.stdout);
    assert!(said.contains("b.md:4: accessed takes a day"), "{said}");
    let items: Vec<Value> =
        serde_json::from_slice(&bytes(folder.path(), &["cite", "a.md", "c.md", "--style", "csl-json"])).expect("JSON");
    assert_eq!(items[0]["accessed"], json!({"date-parts": [[2026, 11, 26]]}));
    assert!(!items[0]["note"].as_str().expect("a note").contains("ファイルの日付"));
    assert!(items[1]["note"].as_str().expect("a note").contains("参照日はファイルの日付"));
}
