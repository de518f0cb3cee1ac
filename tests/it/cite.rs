//! References: what they say, what they must not invent, and that no text of a title breaks their forms.

use fumikura::cite::{Accessed, Citation, Form, Kind};
use fumikura::document::{CivilDate, Document, Passage};
use serde_json::{Value, json};

use crate::support::{fumikura, root, stdout};

/// Makes a document from JSON; absent fields have plain values.
fn document(fields: Value) -> Document {
    let mut all = json!({"id": "a.txt", "path": "a.txt", "title": "題", "date": null});
    for (name, value) in fields.as_object().expect("an object") {
        all[name] = value.clone();
    }
    serde_json::from_value(all).expect("a document")
}

fn passage(text: &str, page: Option<usize>) -> Value {
    json!({"id": "a.txt#1f2e3d4c", "index": 0, "kind": "body", "heading": [], "text": text, "lines": [3, 9], "page": page})
}

fn date(start: &str, end: &str, precision: &str, source: &str, evidence: &str) -> Value {
    json!({"interval": {"start": start, "end": end}, "precision": precision, "kind": "published", "source": source, "evidence": evidence})
}

fn day(day: &str) -> Value {
    date(day, day, "day", "stated", day)
}

fn event(start: &str, end: &str) -> Value {
    let mut date = date(start, end, "day", "stated", "10月10日から11日まで");
    date["kind"] = "event".into();
    date
}

fn cited(fields: Value) -> Citation {
    Citation::of(&document(fields), None, None)
}

fn csl(citation: &Citation) -> Value {
    serde_json::to_value(citation.csl()).expect("JSON")
}

#[test]
fn a_press_release_is_a_page_as_html_and_a_report_as_pdf() {
    let release = |path: &str| {
        cited(json!({
            "path": path, "title": "日米対話の開催", "publisher": "総務省", "date": day("2017-10-16"),
            "url": format!("https://www.soumu.go.jp/menu_news/s-news/{path}"), "passages": [passage("報道資料\n平成29年10月16日", None)],
        }))
    };
    let (page, paper) = (release("a.html"), release("a.pdf"));
    assert_eq!(
        (page.kind, page.form, paper.kind, paper.form),
        (Kind::PressRelease, Form::Page, Kind::PressRelease, Form::Paper)
    );
    assert_eq!((csl(&page)["type"].as_str(), csl(&page)["genre"].as_str()), (Some("webpage"), Some("報道発表")));
    assert_eq!((csl(&paper)["type"].as_str(), csl(&paper)["genre"].as_str()), (Some("report"), Some("報道発表")));
    assert!(page.ris().starts_with("TY  - ELEC\n") && paper.ris().starts_with("TY  - RPRT\n"));
    assert!(page.bibtex().starts_with("@misc{") && paper.bibtex().starts_with("@techreport{"));
    assert_eq!(
        page.sist02(),
        "総務省. “日米対話の開催”. 総務省. 2017-10-16. https://www.soumu.go.jp/menu_news/s-news/a.html."
    );
    assert_eq!(
        paper.sist02(),
        "総務省. 日米対話の開催. 総務省, 2017-10-16. https://www.soumu.go.jp/menu_news/s-news/a.pdf."
    );
}

#[test]
fn kinds_follow_the_end_of_the_title_and_not_a_word_inside_it() {
    for (title, kind, genre) in [
        ("日米共同声明", Kind::Statement, Some("共同声明")),
        ("インターネットエコノミーに関する日米共同声明（仮訳）", Kind::Statement, Some("共同声明")),
        ("日ASEAN協力に関する覚書", Kind::Statement, Some("覚書")),
        ("サイバー犯罪に関する条約", Kind::Treaty, Some("条約")),
        ("サイバー犯罪に関する条約の署名", Kind::Report, None),
        ("平成29年版情報通信白書", Kind::Report, Some("白書")),
        ("サイバーセキュリティ戦略", Kind::Report, Some("戦略")),
        ("サイバーセキュリティ戦略本部の開催", Kind::Report, None),
        ("Japan-US Joint Statement", Kind::Statement, Some("Joint Statement")),
        ("ITU会合", Kind::Report, None),
    ] {
        let found = cited(json!({"title": title}));
        assert_eq!((found.kind, found.genre.as_deref()), (kind, genre), "{title}");
    }
    assert_eq!(csl(&cited(json!({"title": "サイバー犯罪に関する条約"})))["type"], "treaty");
}

#[test]
fn a_meeting_gives_its_name_days_and_place() {
    let found = cited(json!({
        "title": "第10回 日・ASEAN情報セキュリティ政策会議の結果", "date": day("2017-10-16"),
        "events": [event("2017-10-10", "2017-10-11")],
        "series": [{"series": "日・ASEAN情報セキュリティ政策会議", "series_id": "x", "number": 10, "edition": null, "sub": null,
            "date": "2017-10-10/2017-10-11", "place": "シンガポール", "relation": "session", "evidence": "第10回"}],
    }));
    assert_eq!(found.kind, Kind::MeetingResult);
    let item = csl(&found);
    assert_eq!(item["event-title"], "第10回 日・ASEAN情報セキュリティ政策会議");
    assert_eq!(item["event-date"], json!({"date-parts": [[2017, 10, 10], [2017, 10, 11]]}));
    assert_eq!(
        (&item["event-place"], &item["issued"]),
        (&json!("シンガポール"), &json!({"date-parts": [[2017, 10, 16]]}))
    );
    assert!(found.bibtex().contains("= {2017-10-10/2017-10-11}"), "{}", found.bibtex());
}

#[test]
fn the_day_of_a_meeting_is_no_day_of_publication() {
    let found = cited(json!({"date": event("2011-06-09", "2011-06-10")}));
    assert_eq!(csl(&found)["issued"], json!({"date-parts": [[2011]], "circa": true}));
    assert_eq!(csl(&found)["event-date"], json!({"date-parts": [[2011, 6, 9], [2011, 6, 10]]}));
    assert!(csl(&found)["note"].as_str().is_some_and(|note| note.contains("刊行日不明")), "{found:?}");
    assert!(found.ris().contains("PY  - 2011\nDA  - 2011///[2011]\n"), "{}", found.ris());
}

#[test]
fn a_date_has_no_part_that_the_text_does_not_give() {
    for (given, parts, ris, edtf, label) in [
        (
            date("2012-11-01", "2012-11-30", "month", "stated", "2012年11月"),
            json!([[2012, 11]]),
            "2012/11//",
            "2012-11",
            "2012-11",
        ),
        (date("2012-01-01", "2012-12-31", "year", "stated", "2012年"), json!([[2012]]), "2012///", "2012", "2012"),
        (
            date("2012-04-01", "2013-03-31", "fiscalyear", "stated", "平成24年度"),
            json!([[2012, 4], [2013, 3]]),
            "2012///2012年度",
            "2012-04/2013-03",
            "2012年度",
        ),
        (
            date("2012-10-01", "2012-12-31", "quarter", "stated", "2012年第4四半期"),
            json!([[2012, 10], [2012, 12]]),
            "2012/10//2012-10 - 2012-12",
            "2012-10/2012-12",
            "2012-10/2012-12",
        ),
        (
            date("2017-10-16", "2017-10-16", "day", "given", ""),
            json!([[2017, 10, 16]]),
            "2017/10/16/",
            "2017-10-16",
            "2017-10-16",
        ),
    ] {
        let found = cited(json!({"title": "日米共同声明", "publisher": "総務省", "date": given}));
        assert_eq!(csl(&found)["issued"], json!({"date-parts": parts}));
        assert!(found.ris().contains(&format!("\nDA  - {ris}\n")), "{}", found.ris());
        assert!(
            found.bibtex().contains(&format!("date         = {{{edtf}}}"))
                || found.bibtex().contains(&format!(" = {{{edtf}}}"))
        );
        assert_eq!(found.sist02(), format!("総務省. 日米共同声明. 総務省, {label}."));
    }
}

#[test]
fn an_inferred_date_is_marked_in_every_form() {
    let mut inferred = date("2008-01-01", "2008-12-31", "year", "inferred", "2008年4月現在");
    inferred["candidates"] = json!([2008, 2014]);
    let found = cited(json!({"title": "概況", "date": inferred}));
    assert_eq!(csl(&found)["issued"], json!({"date-parts": [[2008]], "circa": true}));
    assert!(found.bibtex().contains("{2008~}"), "{}", found.bibtex());
    assert!(found.ris().contains("DA  - 2008///[2008]"), "{}", found.ris());
    assert_eq!(found.sist02(), "概況. [2008].");
    let note = found.note().expect("a note");
    assert!(note.contains("2008年4月現在") && note.contains("2014"), "{note}");
}

#[test]
fn an_undated_document_has_no_date() {
    let found = cited(json!({"title": "概況", "publisher": "総務省"}));
    assert!(csl(&found).get("issued").is_none() && !found.ris().contains("PY  -") && !found.bibtex().contains("year"));
    assert_eq!(
        (found.sist02().as_str(), found.key.starts_with("soumund-")),
        ("総務省. 概況. 総務省, [出版年不明].", true)
    );
}

#[test]
fn an_era_in_the_text_stands_in_the_note_and_the_western_year_in_the_date() {
    let found = cited(json!({"date": date("2017-10-16", "2017-10-16", "day", "stated", "平成29年10月16日")}));
    assert!(found.note().is_some_and(|note| note.contains("原表記: 平成29年10月16日")));
    let western = cited(json!({"date": date("2017-10-16", "2017-10-16", "day", "stated", "２０１７年10月16日")}));
    assert!(western.note().is_some_and(|note| !note.contains("原表記")));
}

#[test]
fn ministries_in_the_head_are_the_authors_and_those_in_the_text_are_not() {
    let of = |text: &str, publisher: Option<&str>| {
        cited(json!({"title": "対話の結果", "publisher": publisher, "passages": [passage(text, None)]})).authors
    };
    let head = "報道資料\n平成29年10月16日\n内閣官房内閣サイバーセキュリティセンター\n総務省\n経済産業省\n対話の結果";
    assert_eq!(of(head, None), ["内閣官房内閣サイバーセキュリティセンター", "総務省", "経済産業省"]);
    assert_eq!(of(head, Some("総務省")).len(), 3);
    assert_eq!(of(head, Some("外務省")), ["外務省"]);
    assert_eq!(of("2017年10月16日\n総務省・経済産業省", None), ["総務省", "経済産業省"]);
    assert_eq!(of("2017年10月16日\n総務省 情報流通行政局", None), ["総務省"]);
    assert_eq!(of("総務省は、2017年10月16日に対話を開催した。\n外務省", None), [""; 0]);
    assert_eq!(of("1. 体制\n総務省\n外務省", None), [""; 0]);
    let double = cited(json!({"publisher": "総務省"})).bibtex();
    assert!(double.contains("author      = {{総務省}}") || double.contains("= {{総務省}}"), "{double}");
}

#[test]
fn without_a_publisher_the_site_tells_it_or_nobody_does() {
    let site = cited(json!({"path": "a.html", "url": "https://www.mofa.go.jp/mofaj/a.html"}));
    assert_eq!(
        (site.authors.as_slice(), site.publisher.as_deref()),
        (["外務省".to_owned()].as_slice(), Some("外務省"))
    );
    let unknown = cited(json!({"path": "a.html", "url": "https://www.example.org/a.html"}));
    assert_eq!((unknown.authors.len(), unknown.publisher.as_deref()), (0, Some("www.example.org")));
    assert_eq!(unknown.sist02(), "“題”. www.example.org. https://www.example.org/a.html.");
    let nobody = cited(json!({"date": day("2017-10-16")}));
    assert_eq!(nobody.sist02(), "題. 2017.");
    assert!(nobody.key.starts_with("anon2017-"));
}

#[test]
fn the_language_is_that_of_the_text() {
    assert_eq!(cited(json!({"title": "Joint Statement"})).language, "en");
    assert_eq!(
        cited(json!({"title": "Joint Statement", "passages": [passage("両国は次のとおり述べた。", None)]})).language,
        "ja"
    );
    assert_eq!(cited(json!({"title": "報道資料"})).language, "ja");
    let english = cited(json!({"path": "a.html", "title": "Joint Statement.", "publisher": "METI"}));
    assert_eq!(english.sist02(), "METI. Joint Statement. METI, [n.d.].");
}

#[test]
fn the_day_of_reading_stands_beside_an_address_alone_and_says_whose_it_is() {
    let read = |of_file| Some(Accessed { day: CivilDate::new(2026, 11, 26), of_file });
    let with = document(json!({"path": "a.html", "url": "https://www.soumu.go.jp/a.html"}));
    let noted = Citation::of(&with, None, read(false));
    assert!(noted.sist02().ends_with("https://www.soumu.go.jp/a.html, (参照 2026-11-26)."), "{}", noted.sist02());
    assert!(noted.note().is_some_and(|note| !note.contains("ファイル")));
    assert!(Citation::of(&with, None, read(true)).note().is_some_and(|note| note.contains("参照日はファイルの日付")));
    assert_eq!(Citation::of(&document(json!({})), None, read(true)).accessed, None);
}

#[test]
fn a_passage_has_its_page_and_its_lines() {
    let of = |page| {
        let document = document(json!({"title": "情報通信白書", "publisher": "総務省", "date": day("2017-07-28")}));
        let passage: Passage = serde_json::from_value(passage("情報共有を進める。", page)).expect("a passage");
        Citation::of(&document, Some(&passage), None).quoting(&passage.text)
    };
    let (paged, plain) = (of(Some(3)), of(None));
    assert_eq!(paged.sist02(), "総務省. 情報通信白書. 総務省, 2017, p. 3, l. 3–9.");
    assert_eq!((&csl(&paged)["locator"], &csl(&paged)["label"]), (&json!("3"), &json!("page")));
    assert_eq!((&csl(&plain)["locator"], &csl(&plain)["label"]), (&json!("3–9"), &json!("line")));
    assert!(paged.ris().contains("\nSP  - 3\n") && plain.ris().contains("\nSP  - l. 3–9\n"));
    assert!(plain.bibtex().contains("l. 3–9") && plain.bibtex().contains("情報共有を進める。"));
}

#[test]
fn no_text_of_a_title_breaks_a_form() {
    for title in [
        "引用「“二重\"”」と {括弧 と }逆 と \\コマンド{x}",
        "100% & #1 $5 a_b ^2 ~x",
        "報道\nER  - \nTY  - JOUR\r\nTI  - 偽",
        "@article{x, title={偽}}",
        "=HYPERLINK(\"x\")",
        "𠮷野家と𩸽 👨\u{200d}👩\u{200d}👧",
        "題\u{202e}逆\u{200b}\u{feff}",
    ] {
        let found = cited(json!({"title": title, "publisher": "総務省", "date": day("2017-10-16")}));
        let ris = found.ris();
        let tags: Vec<&str> = ris.lines().filter(|line| !line.is_empty()).map(|line| &line[..6]).collect();
        assert!(tags.iter().all(|tag| tag.ends_with("  - ")), "{ris}");
        assert_eq!(tags.iter().filter(|tag| matches!(**tag, "TY  - " | "ER  - " | "TI  - ")).count(), 3, "{ris}");
        let bibtex = found.bibtex();
        let mut depth = 0;
        for (at, c) in bibtex.trim_end().char_indices() {
            depth += i32::from(c == '{') - i32::from(c == '}');
            assert!(depth > 0 || at < 12 || at == bibtex.trim_end().len() - 1, "{bibtex}");
        }
        assert_eq!(depth, 0, "{bibtex}");
        assert!(!bibtex.lines().skip(1).any(|line| line.trim_start().starts_with('@')), "{bibtex}");
        assert_eq!(found.sist02().lines().count(), 1);
        for form in [ris.as_str(), &bibtex, &found.sist02(), &csl(&found).to_string()] {
            assert!(!form.contains(['\u{202e}', '\u{200b}', '\u{feff}', '\r']), "{form}");
        }
        assert!(
            found.key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
            "{}",
            found.key
        );
    }
}

#[test]
fn an_address_ends_no_field() {
    let found = cited(json!({"path": "a.html", "url": "https://a.example/{x}\\y z\nTY  - JOUR?q=\"<>%&#_"}));
    let url = found.url.clone().expect("an address");
    assert_eq!(url, "https://a.example/%7Bx%7D%5Cy%20z%0ATY%20%20-%20JOUR?q=%22%3C%3E%&#_");
    assert!(found.ris().contains(&format!("\nUR  - {url}\n")) && found.bibtex().contains(&format!("{{{url}}}")));
}

#[test]
fn keys_read_as_the_document_is_called_and_stay() {
    for (title, publisher, start, key) in [
        ("第10回 日・ASEAN情報セキュリティ政策会議の結果", "総務省", "2017-10-16", "soumu2017-nichiasean10"),
        ("第１０回　日・ＡＳＥＡＮ情報セキュリティ政策会議の結果", "総務省", "2017-10-16", "soumu2017-nichiasean10"),
        ("サイバーセキュリティ戦略", "内閣府", "2015-09-04", "naikakufu2015-saibaasekyursenryaku"),
        ("Joint Statement", "外務省", "2012-05-01", "gaimu2012-jointstatement"),
    ] {
        assert_eq!(cited(json!({"title": title, "publisher": publisher, "date": day(start)})).key, key);
    }
    // A title without a known word has a hash of the id.
    let unknown = cited(json!({"title": "魑魅", "publisher": "総務省"})).key;
    assert!(unknown.starts_with("soumund-") && unknown.len() == "soumund-".len() + 6, "{unknown}");
}

#[test]
fn the_program_cites_documents_and_passages_and_names_wrong_ids() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = root().join("corpus").to_string_lossy().into_owned();
    stdout(&fumikura(folder.path(), &["index", &corpus]), 0);
    let id = "2017-10-16_japan-asean-information-security-policy-meeting-10.txt";
    let one = stdout(&fumikura(folder.path(), &["cite", id]), 0);
    assert_eq!(
        one,
        "内閣官房内閣サイバーセキュリティセンター, 総務省, 経済産業省. 第10回 日・ASEAN情報セキュリティ政策会議の結果. \
         内閣官房内閣サイバーセキュリティセンター, 2017-10-16.\n"
    );
    let all: Vec<String> = std::fs::read_dir(root().join("corpus"))
        .expect("the corpus")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".txt"))
        .collect();
    let arguments: Vec<&str> =
        ["cite", "--style", "csl-json"].into_iter().chain(all.iter().map(String::as_str)).collect();
    let items: Vec<Value> = serde_json::from_str(&stdout(&fumikura(folder.path(), &arguments), 0)).expect("JSON");
    let mut found: Vec<(String, String, Value)> = items
        .iter()
        .map(|item| {
            (item["id"].as_str().unwrap().to_owned(), item["type"].as_str().unwrap().to_owned(), item["issued"].clone())
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    let expected = [
        ("anon2008-", json!({"date-parts": [[2008]], "circa": true})),
        ("anon2011-", json!({"date-parts": [[2011]], "circa": true})),
        ("anon2012-", json!({"date-parts": [[2012]], "circa": true})),
        ("jouhousekyur2007-", json!({"date-parts": [[2007, 10, 3]]})),
        ("naikakukanbo2017-nichiasean10", json!({"date-parts": [[2017, 10, 16]]})),
    ];
    assert_eq!(found.len(), expected.len());
    for ((key, kind, issued), (start, date)) in found.iter().zip(&expected) {
        assert!(key.starts_with(start) && kind == "report" && issued == date, "{key} {kind} {issued}");
    }

    let wrong = fumikura(folder.path(), &["cite", "2017-10-16_japan-asean", id]);
    assert!(stdout(&wrong, 3).contains("第10回"), "the other reference stands");
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("nearest are"), "{wrong:?}");
    let whole = fumikura(folder.path(), &["cite", id, "--quote"]);
    assert!(String::from_utf8_lossy(&whole.stderr).contains("name a passage"), "{whole:?}");
    stdout(&whole, 3);
}
