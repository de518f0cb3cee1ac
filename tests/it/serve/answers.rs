//! Answers: equal to those of the command, tagged, paged by cursors.

use fumikura::serve::{Extension, NAMES, Params, Tool, View};

use super::client::{Running, command, corpus_index, large_index};
use crate::support::{Random, index};

/// Makes the query string of a random state.
fn random_query(random: &mut Random) -> String {
    let queries = [
        "情報共有",
        "情報 共有",
        "-演習",
        "\"サイバー攻撃\"",
        "取り組み",
        "国連 OR ASEAN",
        "火星",
        "内閣*センター",
        "somusho",
        "partner:米国",
        "NEAR/30(情報, 協力)",
        "it's",
        "",
        "情報セキュリティ対策の強化について教えてください",
        "ガイドライン~",
    ];
    let options = [
        "partner=EU",
        "partner=米国",
        "partner=ASEAN&role=any",
        "role=mention&partner=タイ",
        "exclude-partner=米国",
        "theme=情報共有",
        "commitment=agreed",
        "date=2008..2012",
        "date=unknown",
        "path=*.txt",
        "type=text",
        "sort=-date",
        "sort=date",
        "group=document",
        "facets=1",
        "facets=1&by=month",
        "explain=1",
        "no-variants=1",
        "no-relax=1",
        "duplicates=1",
        "n=3",
        "n=0",
        "n=50",
        "offset=2",
        "offset=900",
        "strict=1",
        "date=2011-13",
        "partner=火星国",
    ];
    let mut parts = vec![format!("q={}", queries[random.below(queries.len())])];
    let mut names: Vec<&str> = Vec::new();
    for _ in 0..random.below(4) {
        let option = options[random.below(options.len())];
        let name = option.split('=').next().unwrap_or_default();
        if !names.contains(&name) && (!option.contains("role") || !names.contains(&"partner")) {
            names.push(name);
            parts.push(option.to_owned());
        }
    }
    let raw: Vec<String> = parts
        .join("&")
        .split('&')
        .map(|pair| {
            let (name, value) = pair.split_once('=').expect("a pair");
            format!("{name}={}", percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC))
        })
        .collect();
    raw.join("&")
}

#[test]
fn the_json_of_a_page_is_that_of_the_command() {
    let server = Running::start(corpus_index(), &["--log", "off"]);
    let mut random = Random(0x22);
    for _ in 0..120 {
        let query = random_query(&mut random);
        let params = Params::parse(&query).expect(&query);
        let view = if random.below(5) == 0 { View::Facets } else { View::Search };
        let path = format!("{}?{query}", view.path(Extension::Json));
        if let Some(name) = params.unused(&view, Extension::Json, false) {
            // The command has no such option.
            assert!(view == View::Facets && server.get(&path).json()["parameter"] == name, "{path}");
            continue;
        }
        let (reply, run) = (server.get(&path), command(corpus_index(), &params.arguments(&view, Extension::Json)));
        if run.status.code() == Some(2) {
            assert!([400, 404, 409].contains(&reply.status), "{path}: {}", reply.text());
            let said = String::from_utf8_lossy(&run.stderr).into_owned();
            let detail = reply.json()["detail"].as_str().unwrap_or_default().to_owned();
            assert!(said.contains(&detail), "{path}: {detail} in {said}");
            continue;
        }
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        assert_eq!(reply.text(), String::from_utf8_lossy(&run.stdout), "{path}");
        let api = server.get(&format!("/api/v1{}?{query}", view.path(Extension::Html)));
        assert_eq!(api.body, reply.body, "{path}");
        // The canonical address gives the same answer under the same tag.
        let canonical = server.get(&params.url(&view, Extension::Json));
        assert_eq!((canonical.body, canonical.headers.get("etag")), (reply.body, reply.headers.get("etag")), "{path}");
        let page = server.get(&params.url(&view, Extension::Html));
        assert_eq!(page.status, 200, "{}", page.text());
    }
}

#[test]
fn tools_are_those_of_the_command_too() {
    let server = Running::start(corpus_index(), &["--log", "off"]);
    for (tool, query) in [
        (Tool::Kwic, "q=情報共有"),
        (Tool::Kwic, "q=取組&sort=left:1,2&left=30&sample=20&segmented=1&n=7&offset=3"),
        (Tool::Kwic, "q=国連&sort=-date&within=sentence&no-variants=1&titles=1&date=2008..2012"),
        (Tool::Kwic, "partner=EU&theme=国際協力&n=0"),
        (Tool::Collocates, "q=情報セキュリティ"),
        (
            Tool::Collocates,
            "q=協力&window=sentence&measure=t&part=noun&part=verb&min-count=2&compound=1&n=5&date=2007..",
        ),
        (Tool::Compare, "a=partner:ASEAN&b=partner:EU"),
        (Tool::Timeline, "q=情報共有"),
        (Tool::Timeline, "q=情報&query=通信&by=fiscal-year&per=documents&first=1&last=1&partner=EU&role=any"),
        (Tool::Timeline, "q=情報&by=meeting&series=日EU・ICT政策対話"),
        (Tool::Crosstab, "q=情報"),
        (Tool::Similar, "id=2012-11-14_japan-eu-ict-policy-dialogue-19.txt&threshold=0.2&n=3"),
        (
            Tool::Similar,
            "id=2012-11-14_japan-eu-ict-policy-dialogue-19.txt&with=2011-06-09_japan-us-internet-economy-dialogue-2.txt",
        ),
        (Tool::Crosstab, "rows=theme&cols=partner&layer=year&measure=documents&primary=1&top=3&no-variants=1"),
        (Tool::Crosstab, "q=協力&rows=commitment&cols=fiscal-year&measure=occurrences&date=2007..2012"),
        (Tool::Compare, "a=情報&b=通信&min-documents=1&n=3&role=any&partner=EU"),
    ] {
        let params = Params::parse(query).expect(query);
        let view = View::Tool(tool);
        for extension in [Extension::Json, Extension::Jsonl, Extension::Csv, Extension::Tsv] {
            let is_no_form = match tool {
                Tool::Kwic => false,
                Tool::Similar => extension != Extension::Json,
                _ => extension == Extension::Jsonl,
            };
            if is_no_form {
                assert_eq!(server.get(&params.url(&view, extension)).status, 404, "{query}");
                continue;
            }
            let reply = server.get(&params.url(&view, extension));
            let run = command(corpus_index(), &params.arguments(&view, extension));
            assert_eq!(reply.status, 200, "{query}: {}", reply.text());
            // A download has the mark by which a spreadsheet reads UTF-8; a pipe has none.
            let text = reply.text().trim_start_matches('\u{feff}').replace("\"'", "\"");
            let printed = String::from_utf8_lossy(&run.stdout).trim_start_matches('\u{feff}').replace("\"'", "\"");
            assert_eq!(text, printed, "{query} {extension:?}");
        }
        let api = server.get(&format!("/api/v1{}", params.url(&view, Extension::Html)));
        assert_eq!(api.body, server.get(&params.url(&view, Extension::Json)).body, "{query}");
        let book = server.get(&params.url(&view, Extension::Xlsx));
        assert!(book.body.starts_with(b"PK") || tool == Tool::Similar && book.status == 404, "{query}");
        for lang in ["ja", "en"] {
            let page = server.get(&format!("{}&lang={lang}", params.url(&view, Extension::Html)));
            assert!(page.status == 200 && page.text().contains(r#"id="results""#), "{query}: {}", page.text());
        }
    }
    for (path, parameter) in [
        ("/kwic?q=a&sort=left:0", "sort"),
        ("/kwic?q=a&left=x", "left"),
        ("/kwic?q=a&group=document", "group"),
        ("/search?q=a&left=3", "left"),
        ("/search?q=a&sort=left:1", "sort"),
        ("/collocates?q=a&window=x", "window"),
        ("/collocates?q=a&offset=2", "offset"),
        ("/compare.json?a=b", "b"),
        ("/verify?q=a&partner=EU", "partner"),
    ] {
        let refused = server.get_with(path, "Accept: application/json\r\n");
        assert_eq!((refused.status, refused.json()["parameter"].as_str()), (400, Some(parameter)), "{path}");
    }
}

#[test]
fn a_draft_is_verified_and_not_kept() {
    let server = Running::start(corpus_index(), &["--log", "off"]);
    let draft = "第19回では「日EU間で協力していくことで一致しませんでした」とした。「米国」は名である。";
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("draft.txt"), draft).expect("written");
    let file = folder.path().join("draft.txt");
    let of_file = ["verify", "--json", file.to_str().expect("a path")].map(str::to_owned);
    let printed = command(corpus_index(), &of_file).stdout;
    let text = server.post("/api/v1/verify", "text/plain; charset=utf-8", draft);
    assert_eq!((text.status, text.body.as_slice()), (200, printed.as_slice()), "{}", text.text());
    assert_eq!((text.header("cache-control"), text.header("etag")), ("no-store", ""));
    let coded = percent_encoding::utf8_percent_encode(draft, percent_encoding::NON_ALPHANUMERIC).to_string();
    let form = |fields: &str| server.post("/verify", "application/x-www-form-urlencoded", fields);
    let page = form(&format!("q={coded}&in=&lang=en"));
    assert!(
        page.status == 200 && page.text().contains("negation") && page.text().contains("altered"),
        "{}",
        page.text()
    );
    assert_eq!(server.get(&format!("/verify.json?q={coded}")).body, printed);
    assert!(server.get("/verify?lang=ja").text().contains("<textarea"));
    assert_eq!(form(&format!("q={coded}&partner=EU")).status, 400);
    assert_eq!(form(&format!("q={coded}&in=none.txt")).status, 404);
    assert_eq!(server.post("/verify", "application/pdf", "%PDF").status, 415);
    assert_eq!(server.post("/verify", "text/plain", &"あ".repeat(400_000)).status, 413);
    assert_eq!(server.post("/search", "text/plain", "a").status, 405);
}

#[test]
fn documents_and_series_are_those_of_the_command_too() {
    let server = Running::start(corpus_index(), &["--log", "off"]);
    let first = server.get("/search.json?q=%E6%83%85%E5%A0%B1&n=1").json();
    let (id, passage) = (&first["hits"][0]["document"]["id"], &first["hits"][0]["passage"]["id"]);
    let none = Params::default();
    for view in [
        View::Document(id.as_str().expect("an id").to_owned()),
        View::Document(passage.as_str().expect("an id").to_owned()),
        View::Series(None),
        View::Series(Some("日EU・ICT政策対話".to_owned())),
    ] {
        let reply = server.get(&view.path(Extension::Json));
        let run = command(corpus_index(), &none.arguments(&view, Extension::Json));
        assert_eq!((reply.status, reply.text().as_bytes()), (200, run.stdout.as_slice()), "{view:?}");
        let path = view.path(Extension::Html);
        assert_eq!(server.get_with(&path, "Accept: application/json\r\n").body, reply.body, "{view:?}");
        assert_eq!(server.get(&format!("/api/v1{path}")).body, reply.body, "{view:?}");
        assert!(server.get(&path).header("content-type").starts_with("text/html"), "{view:?}");
    }
    for unknown in ["/doc/none.txt", "/series/none", "/doc/none.txt/original", "/doc/%ff", "/none", "/search.exe"] {
        assert_eq!(server.get(unknown).status, 404, "{unknown}");
    }
    let near = server.get_with("/doc/2012-11-14_japan-eu-dialogue.txt", "Accept: application/json\r\n").json();
    assert!(near["detail"].as_str().is_some_and(|detail| detail.contains("japan-eu-ict-policy-dialogue-19")), "{near}");
}

#[test]
fn an_export_is_whole_and_equals_the_output_of_the_command() {
    let server = Running::start(corpus_index(), &["--log", "off"]);
    let params = Params::parse("q=%E6%83%85%E5%A0%B1").expect("a query");
    for extension in [Extension::Csv, Extension::Tsv, Extension::Jsonl] {
        let reply = server.get(&params.url(&View::Search, extension));
        let run = command(corpus_index(), &params.arguments(&View::Search, extension));
        assert_eq!((reply.status, reply.whole), (200, true), "{extension:?}");
        assert_eq!(reply.text(), String::from_utf8_lossy(&run.stdout), "{extension:?}");
        let total: usize = reply.header("fumikura-passages").parse().expect("a number");
        assert!(total > 20, "more than a page");
        assert!(reply.header("content-disposition").starts_with("attachment"), "{extension:?}");
        assert!(!reply.header("fumikura-commit").is_empty());
    }
    let json = params.whole();
    let reply = server.get(&json.url(&View::Search, Extension::Json));
    let run = command(corpus_index(), &json.arguments(&View::Search, Extension::Json));
    assert_eq!(reply.text(), String::from_utf8_lossy(&run.stdout));
    // These hold the time of the search.
    for extension in [Extension::Bibtex, Extension::Ris, Extension::CslJson, Extension::Markdown] {
        let reply = server.get(&params.url(&View::Search, extension));
        let run = command(corpus_index(), &params.arguments(&View::Search, extension));
        let timeless = |text: &str| -> Vec<String> {
            text.lines().filter(|line| !line.contains("searched")).map(str::to_owned).collect()
        };
        assert_eq!(timeless(&reply.text()), timeless(&String::from_utf8_lossy(&run.stdout)), "{extension:?}");
    }
    let book = server.get(&params.url(&View::Search, Extension::Xlsx));
    assert!(book.whole && book.body.starts_with(b"PK"), "{}", book.status);
    for path in ["/facets.csv", "/facets.xlsx", "/series.tsv", "/series.xlsx"] {
        let reply = server.get(path);
        assert!(reply.status == 200 && reply.whole && reply.body.len() > 500, "{path}: {}", reply.status);
    }
    let part = Params::parse("q=%E6%83%85%E5%A0%B1&n=2").expect("a query");
    assert_eq!(server.get(&part.url(&View::Search, Extension::Jsonl)).text().lines().count(), 2);
}

#[test]
fn a_known_answer_is_not_sent_again_until_address_language_or_index_differ() {
    let server = Running::start(corpus_index(), &["--log", "off"]);
    let path = "/search?q=%E6%83%85%E5%A0%B1";
    let tag = server.get(path).header("etag").to_owned();
    let with = |path: &str, tag: &str, more: &str| server.get_with(path, &format!("If-None-Match: {tag}\r\n{more}"));
    let again = with(path, &tag, "");
    assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, tag.as_str()));
    assert_eq!(with(path, &format!("\"x\", W/{tag}"), "").status, 304);
    assert_eq!(with("/search?q=%E5%85%B1%E6%9C%89", &tag, "").status, 200);
    assert_eq!(with(path, &tag, "Accept-Language: en\r\n").status, 200);
    assert_eq!(with(&format!("{path}&lang=en"), &tag, "").status, 200);
    let small = server.get_with(path, "Accept-Encoding: gzip\r\n");
    assert_eq!(small.header("content-encoding"), "gzip");
    assert!(small.header("etag") != tag, "other bytes, another tag");
    assert_eq!(with(path, small.header("etag"), "Accept-Encoding: gzip\r\n").status, 304);
    assert!(server.get(path).header("vary").contains("accept-language"));
    assert!(!server.get("/search?q=a&lang=en").header("vary").contains("accept-language"));
}

#[test]
fn a_cursor_goes_on_in_its_list_and_is_refused_elsewhere() {
    let server = Running::start(large_index(), &["--log", "off"]);
    let params =
        Params::parse("q=%E6%83%85%E5%A0%B1%E5%85%B1%E6%9C%89&duplicates=1&path=*&date=unknown&partner=&n=997")
            .expect("a query");
    let first = server.get(&params.url(&View::Search, Extension::Json));
    let commit = first.header("fumikura-commit").to_owned();
    let all = server.get(&params.whole().url(&View::Search, Extension::Json)).json();
    let all: Vec<_> = all["hits"].as_array().expect("hits").iter().map(|hit| hit["passage"]["id"].clone()).collect();
    let (mut seen, mut next) = (Vec::new(), Some(0));
    while let Some(offset) = next {
        let page = server.get(&params.page_at(offset, &commit).url(&View::Search, Extension::Json)).json();
        seen.extend(page["hits"].as_array().expect("hits").iter().map(|hit| hit["passage"]["id"].clone()));
        next = page["next"].as_u64().map(|next| next as usize);
    }
    assert!(seen == all && all.len() > 10_000, "{} of {}", seen.len(), all.len());
    let at = params.page_at(997, &commit);
    let other = Params { text: "人材".to_owned(), ..at };
    let refused = server.get(&other.url(&View::Search, Extension::Json));
    assert_eq!((refused.status, refused.json()["parameter"].as_str()), (400, Some("after")));
    let gone = server.get(&params.page_at(7, "g9.1.2.3").url(&View::Search, Extension::Json));
    assert_eq!(gone.status, 410);
    assert_eq!(gone.json()["link"].as_str(), Some(params.url(&View::Search, Extension::Json).as_str()));
}

#[test]
fn the_description_of_the_api_names_each_parameter_and_resolves() {
    let server = Running::start(corpus_index(), &["--log", "off"]);
    let description = server.get("/api/openapi.json").json();
    assert_eq!(description["openapi"].as_str(), Some("3.1.0"));
    let named: Vec<&str> = description["paths"]["/api/v1/search"]["get"]["parameters"]
        .as_array()
        .expect("parameters")
        .iter()
        .filter_map(|parameter| parameter["name"].as_str())
        .collect();
    assert!(named.len() > 20 && named.iter().all(|name| NAMES.contains(name)), "{named:?}");
    let text = description.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(description.pointer(reference).is_some(), "{reference}");
    }
    for path in description["paths"].as_object().expect("paths").keys() {
        let path = path.replace("{name}", "x").replace("{id}", "x");
        assert_ne!(server.get(&path).header("content-type"), "", "{path}");
        assert!(!server.get(&path).text().contains("nothing at this address"), "{path}");
    }
}

#[test]
fn suggestions_health_numbers_and_rules_for_crawlers() {
    let server = Running::start(corpus_index(), &["--log", "off"]);
    let found = server.get("/suggest?q=%E6%83%85%E5%A0%B1").json();
    assert_eq!(found[0].as_str(), Some("情報"));
    assert!(found[1].as_array().is_some_and(|words| !words.is_empty()), "{found}");
    assert_eq!((server.get("/healthz").status, server.get("/readyz").status), (200, 200));
    assert!(server.get("/robots.txt").text().contains("Disallow: /\n") && server.get("/sitemap.xml").status == 404);
    server.get("/search?q=a");
    let feed = server.get("/feed.atom?q=%E6%83%85%E5%A0%B1").text();
    assert!(feed.contains("<entry>") && feed.contains(&format!("http://127.0.0.1:{}/doc/", server.port)), "{feed}");
    let id = "2012-11-14_japan-eu-ict-policy-dialogue-19.txt";
    assert!(server.get(&format!("/unapi?id={id}&format=ris")).text().starts_with("TY  - "));
    assert_eq!(server.get(&format!("/unapi?id={id}")).status, 300);
    assert_eq!(server.get(&format!("/unapi?id={id}&format=mods")).status, 406);
    assert_eq!((server.get("/unapi?id=none&format=ris").status, server.get("/unapi?x=1").status), (404, 400));
    let text = server.get("/metrics").text();
    for line in text.lines() {
        let is_comment = line.starts_with("# HELP ") || line.starts_with("# TYPE ");
        assert!(is_comment || line.rsplit_once(' ').is_some_and(|(_, value)| value.parse::<f64>().is_ok()), "{line}");
    }
    assert!(text.contains("fumikura_requests_total{route=\"/search\",status=\"200\"} 1"), "{text}");
    assert_eq!(server.metric("fumikura_index_documents "), 5);
    let public = Running::start(corpus_index(), &["--log", "off", "--public"]);
    assert!(public.get("/robots.txt").text().contains("Allow: /doc/"));
    assert_eq!(public.get("/sitemap.xml").text().matches("<loc>http://127.0.0.1:").count(), 5);
}

#[test]
fn messages_of_the_engine_are_japanese_on_the_japanese_page() {
    let server = Running::start(corpus_index(), &["--log", "off"]);
    let page = |query: &str, language: &str| {
        let query = percent_encoding::utf8_percent_encode(query, percent_encoding::NON_ALPHANUMERIC);
        let reply = server.get(&format!("/search?lang={language}&q={query}"));
        let text = reply.text();
        let (_, notes) = text.split_once("<div class=\"note\">").unwrap_or_else(|| panic!("no message: {query}"));
        notes.split("</div>").next().unwrap_or_default().to_owned()
    };
    for query in [
        "2013年 情報",
        "2013年～",
        "H25 情報",
        "情報)",
        "OR 情報",
        "情報 OR",
        "AND 情報",
        "情報 NOT",
        "* 情報",
        "情報 -",
        "情報共有~5",
        "国~ 情報",
        "\"情報",
        "\"\" 情報",
        "\"情*報\"",
        "(情報",
        "() 情報",
        "NEAR(情報)",
        "SENT(情報 -共有)",
        "情報 title:",
        "情報 Title:a",
        "auther:a",
        "タイトル:情報",
        "zzzzz:a",
        "a && b",
        "a || b",
        "+情報",
        "!情報",
        "情報 or 共有",
        "near(情報, 共有)",
        "SENT 情報",
        "NEAR/x(情報, 共有)",
        "ADJ(情報, 共有)",
        "情報 XOR 共有",
        "\"情報 共有\"~5",
        "\"情報\"~5",
        "? 情報",
        "& 情報",
        "! 情報",
        "+ 情報",
        "# 情報",
        "title=情報",
        "~情報",
        "/情報/",
        "情報^2",
        "{情報}",
        "情?報",
        "情報;共有",
        "情報~2 共有",
    ] {
        let japanese = page(query, "ja");
        assert!(!japanese.contains("lang=\"en\"") && japanese.contains("<li>"), "{query}: {japanese}");
        assert!(!page(query, "en").contains("ました"), "{query}");
    }
    let reason = server.get("/search?lang=ja&q=a&date=x").text();
    assert!(
        reason.contains("は日付として読めません")
            && server.get("/search?lang=en&q=a&date=x").text().contains("no valid date")
    );
}

#[test]
fn a_parameter_that_would_change_nothing_is_refused() {
    let server = Running::start(corpus_index(), &["--log", "off"]);
    let id = "2012-11-14_japan-eu-ict-policy-dialogue-19.txt";
    for (path, name) in [
        ("/series.json?partner=EU", "partner"),
        ("/series.csv?q=a", "q"),
        ("/series?partner=EU", "partner"),
        ("/api/v1/series/x?date=2012", "date"),
        ("/facets.json?q=a&n=5", "n"),
        ("/?sort=date", "sort"),
        ("/search.json?q=a&hit=2", "hit"),
        ("/api/v1/search?q=a&open=partner", "open"),
        (&format!("/api/v1/doc/{id}?partner=EU"), "partner"),
        ("/help?q=a", "q"),
        ("/feed.atom?q=a&offset=5", "offset"),
        ("/search.json?n=1&limit=2", "n"),
    ] {
        let reply = server.get_with(path, "Accept: application/json\r\n");
        let found = reply.json();
        assert_eq!((reply.status, found["parameter"].as_str()), (400, Some(name)), "{path}: {found}");
    }
    for path in [
        "/series?lang=en&keys=0&q=%E6%94%BF%E7%AD%96&offset=1",
        "/?open=partner&by=month",
        &format!("/doc/{id}?q=EU&n=20&hit=2"),
    ] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
}

#[test]
fn what_may_differ_between_two_answers_of_one_commit_has_no_tag_or_another() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let texts = folder.path().join("texts");
    std::fs::create_dir(&texts).expect("a folder");
    for number in 1..=2 {
        let text =
            format!("第{number}回日EU・ICT政策対話の結果\n\n総務省は第{number}回日EU・ICT政策対話を開催した。\n");
        std::fs::write(texts.join(format!("{number}.txt")), text).expect("written");
    }
    let over = folder.path().join("index");
    index(std::slice::from_ref(&texts), &over);
    let server = Running::start(&over, &["--log", "off"]);
    for path in ["/search.xlsx?q=EU", "/search.bib?q=EU", "/doc/1.txt.ris", "/search.csv?q=EU&head=1"] {
        let reply = server.get(path);
        assert_eq!((reply.status, reply.header("etag")), (200, ""), "{path}");
    }
    assert_ne!(server.get("/search.csv?q=EU").header("etag"), "");
    let tag = server.get("/series.json").header("etag").to_owned();
    let asked = |tag: &str| server.get_with("/series.json", &format!("If-None-Match: {tag}\r\n")).status;
    assert_eq!((asked(&tag), asked("*")), (304, 304));
    // `*` means an answer that there is, and that can be known again.
    for (path, status) in
        [("/doc/none.json", 404), ("/facets?n=1", 400), ("/search.xlsx?q=EU", 200), ("/search?q=EU", 304)]
    {
        assert_eq!(server.get_with(path, "If-None-Match: *\r\n").status, status, "{path}");
    }
    let before = server.get("/series.json").text();
    let name = server.get("/series.json").json()["series"][0]["name"].as_str().expect("a series").to_owned();
    let correction = format!("[[series]]\nname = \"日欧対話\"\nother_names = [\"{name}\"]\n");
    std::fs::write(texts.join("series.meta.toml"), correction).expect("written");
    assert_eq!(asked(&tag), 200, "the corrections are another state");
    assert_ne!(server.get("/series.json").header("etag"), tag);
    assert!(before.contains(&name));
    let other = format!("Host: localhost:{}\r\nConnection: close\r\nIf-None-Match: {tag}\r\n", server.port);
    let page = server.get("/search?q=EU").header("etag").to_owned();
    let named = server.raw(&format!("GET /search?q=EU HTTP/1.1\r\n{}\r\n", other.replace(&tag, &page)));
    assert_eq!(named.status, 200, "the page prints the name of the server");
}

#[test]
fn a_feed_is_one_of_its_query_and_filters_and_leads_nowhere_but_to_the_web() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let texts = folder.path().join("texts");
    std::fs::create_dir(&texts).expect("a folder");
    let text = "---\nurl: javascript:alert(1)\n---\n日EU・ICT政策対話の結果\n\n総務省は日EU・ICT政策対話を開催した。\n";
    std::fs::write(texts.join("a.md"), text).expect("written");
    let over = folder.path().join("index");
    index(&[texts], &over);
    let server = Running::start(&over, &["--log", "off"]);
    let id = |path: &str| {
        let feed = server.get(path).text();
        feed.split("<id>").nth(1).and_then(|rest| rest.split('<').next()).map(str::to_owned).expect("an id")
    };
    assert_ne!(id("/feed.atom?q=EU"), id("/feed.atom?q=EU&partner=EU"));
    assert_eq!(id("/feed.atom?q=EU&n=5"), id("/feed.atom?q=EU"));
    let name = format!("127.0.0.1:{}", server.port);
    let absolute = format!("GET http://{name}/feed.atom?q=EU HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n");
    let feed = server.raw(&absolute).text();
    assert!(
        feed.contains(&format!("rel=\"self\" type=\"application/atom+xml\" href=\"http://{name}/feed.atom?q=EU\""))
    );
    for path in ["/feed.atom?q=EU", "/search.bib?q=EU", "/search.ris?q=EU", "/search.csl.json?q=EU", "/doc/a.md"] {
        let reply = server.get(path);
        let (text, link) = (reply.text(), reply.header("link"));
        assert!(!link.contains("javascript"), "{path}: {link}");
        assert!(!text.contains("href=\"javascript") && !text.contains("content=\"javascript"), "{path}");
        assert!(path == "/doc/a.md" || !text.contains("javascript:"), "{path}: {text}");
    }
    assert!(server.get("/search?q=EU").text().contains("href=\"/feed.atom?q=EU\""));
}

#[test]
fn the_reference_of_a_page_names_the_lines_that_the_reader_is_at() {
    let server = Running::start(corpus_index(), &["--log", "off"]);
    let id = "2017-10-16_japan-asean-information-security-policy-meeting-10.txt";
    let reference = |more: &str| {
        let page = server.get(&format!("/doc/{id}?q=%E6%83%85%E5%A0%B1%E5%85%B1%E6%9C%89{more}")).text();
        let (_, rest) = page.split_once("id=\"cite\"").expect("a reference");
        rest.split('<').next().unwrap_or_default().to_owned()
    };
    assert!(reference("&hit=1").contains("l. 15."), "{}", reference("&hit=1"));
    for here in ["&hit=2", "&passage=6a86115aba"] {
        assert!(reference(here).contains("l. 31–32"), "{}", reference(here));
    }
    assert!(!reference("").contains("l. "), "a document without a place in it is cited whole");
}
