//! Pages as people and screen readers find them: states of links, numbers, escapes, structure.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use fumikura::document::CivilDate;
use fumikura::engine::embedded::Snapshot;
use fumikura::engine::{Answer, Request};
use fumikura::query::Budget;
use fumikura::serve::page::{
    Collection, DocumentView, ErrorView, Frame, Original, SearchView, SeriesListView, SeriesView, StartView,
    document_page, error_page, help_page, search_page, series_list_page, series_page, start_page,
};
use fumikura::serve::{
    Extension, Filter, Language, Params, View, document_values, inferred, search_values, series_places,
};
use fumikura::study::{self, Corrections};
use scraper::{ElementRef, Html, Selector};

use crate::support;

static CORPUS: LazyLock<(tempfile::TempDir, Snapshot)> = LazyLock::new(|| opened(&[support::root().join("corpus")]));

fn opened(paths: &[std::path::PathBuf]) -> (tempfile::TempDir, Snapshot) {
    let folder = tempfile::tempdir().unwrap();
    support::index(paths, &folder.path().join("index"));
    let snapshot = Snapshot::open(&[folder.path().join("index")]).unwrap();
    (folder, snapshot)
}

fn frame(params: &Params, view: View) -> Frame<'_> {
    Frame {
        language: params.lang.unwrap_or_default(),
        params,
        view,
        collection: Collection { documents: 5, passages: 215, commit: "g1 7".to_owned() },
        origin: "http://127.0.0.1:8080",
        today: CivilDate::new(2026, 11, 27),
        head: String::new(),
    }
}

fn answer(snapshot: &Snapshot, params: &Params) -> Answer {
    snapshot.search(&Request { facets: true, ..params.to_request() }).unwrap()
}

fn search(snapshot: &Snapshot, params: &Params) -> String {
    let answer = answer(snapshot, params);
    let values = search_values(snapshot, params, &answer, &Budget::default()).unwrap();
    search_page(&SearchView {
        frame: frame(params, View::Search),
        answer: &answer,
        facets: answer.facets.as_ref().unwrap(),
        inferred: &values.inferred,
        publishers: &values.publishers,
        types: &values.types,
        changes: &values.changes,
        related: values.related.as_ref(),
    })
}

fn document(snapshot: &Snapshot, id: &str, params: &Params) -> String {
    let shown = snapshot.show(id).unwrap();
    let marks = snapshot.occurrences(&params.to_request(), &shown.document).unwrap();
    let values = document_values(snapshot, params, id, &Budget::default()).unwrap();
    let all = study::series(snapshot, None, &Corrections::default()).unwrap();
    let places = series_places(params.lang.unwrap_or_default(), &shown.document, &all);
    document_page(&DocumentView {
        frame: frame(params, View::Document(id.to_owned())),
        document: &shown.document,
        marks: &marks,
        previous: values.previous,
        next: values.next,
        series: &places,
        citation: Some("総務省「日EU・ICT政策対話」2012年11月14日。"),
        original: Some(Original { kind: "PDF".to_owned(), has_pages: true }),
    })
}

fn params(query: &str) -> Params {
    Params::parse(query).unwrap_or_else(|error| panic!("{query}: {error}"))
}

/// Writes all kinds of pages, each with its name.
fn all_pages(snapshot: &Snapshot, lang: &str) -> Vec<(String, String)> {
    let mut pages = Vec::new();
    let lang = format!("lang={lang}");
    for query in [
        "",
        "q=サイバー",
        "q=サイバー&partner=ASEAN&exclude-partner=中国&role=any&n=20&open=partner&open=theme",
        "q=欧+情報共有&sort=-date",
        "q=情報共有体制&group=document",
        "q=情報セキュリティ対策の強化について教えてください",
        "q=情報共有網+火星",
        "q=サイバー&partner=タイ&date=2012",
        "q=サイバー&by=month&date=2012",
        "q=サイバー&by=fiscal-year",
        "q=サイバー&date=unknown",
        "q=政策対話&no-variants=1&duplicates=1&no-relax=1",
        "q=(unclosed",
        "theme=サイバーセキュリティ&type=text&publisher=総務省&path=*.txt&series=日EU・ICT政策対話&commitment=agreed",
        "q=サイバー&n=5&offset=5",
        "q=情報共有&open=related",
    ] {
        pages.push((query.to_owned(), search(snapshot, &params(&format!("{query}&{lang}")))));
    }
    let ids: Vec<String> =
        answer(snapshot, &params("group=document&n=10")).hits.into_iter().map(|hit| hit.document.id).collect();
    for (at, id) in ids.iter().enumerate() {
        let query = ["", "q=サイバー", "q=情報共有&hit=2", "q=火星", "q=欧&hit=99"][at % 5];
        pages.push((format!("{id} {query}"), document(snapshot, id, &params(&format!("{query}&{lang}")))));
    }
    let plain = params(&lang);
    let everything = answer(snapshot, &plain);
    let facets = everything.facets.as_ref().unwrap();
    let guessed = inferred(snapshot, &plain, "", &Budget::default()).unwrap();
    pages.push((
        "start".to_owned(),
        start_page(&StartView { frame: frame(&plain, View::Home), facets, inferred: &guessed }),
    ));
    let series = study::series(snapshot, None, &Corrections::default()).unwrap();
    let list = SeriesListView { frame: frame(&plain, View::Series(None)), series: &series };
    pages.push(("series".to_owned(), series_list_page(&list)));
    for one in &series {
        let view = SeriesView { frame: frame(&plain, View::Series(Some(one.name.clone()))), series: one };
        pages.push((one.name.clone(), series_page(&view)));
    }
    pages.push(("help".to_owned(), help_page(&frame(&plain, View::Help))));
    for status in [400, 404, 405, 410, 421, 500, 503, 504, 418] {
        let reason = "nothing in the index has the id '<b>'";
        let view = ErrorView { frame: frame(&plain, View::Home), status, reason, first_page: Some("/search?q=a") };
        pages.push((status.to_string(), error_page(&view)));
    }
    pages
}

fn select<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    html.select(&Selector::parse(selector).unwrap()).collect()
}

fn text(element: &ElementRef<'_>) -> String {
    element.text().collect::<String>().trim().to_owned()
}

/// Reads the state that a link of a page of results leads to.
fn state(href: &str) -> Params {
    let query = href.split('#').next().unwrap_or_default();
    let query = query.split_once('?').map_or("", |(_, query)| query);
    Params::parse(query).unwrap_or_else(|error| panic!("{href}: {error}"))
}

#[test]
fn every_page_stands_by_itself_without_code_and_without_other_hosts() {
    for lang in ["ja", "en"] {
        for (name, page) in all_pages(&CORPUS.1, lang) {
            let html = Html::parse_document(&page);
            let name = format!("{name} ({lang})");
            let mut ids = BTreeSet::new();
            for element in select(&html, "*") {
                let value = element.value();
                for (attribute, _) in value.attrs() {
                    assert!(attribute != "style" && !attribute.starts_with("on"), "{name}: {attribute}");
                }
                if let Some(id) = value.id() {
                    assert!(ids.insert(id.to_owned()), "{name}: the id {id} stands twice");
                }
            }
            assert!(select(&html, "style").is_empty(), "{name}");
            for script in select(&html, "script") {
                assert!(script.attr("src").is_some() && text(&script).is_empty(), "{name}: code in the page");
            }
            for (selector, attribute) in [("script", "src"), ("link", "href"), ("img", "src"), ("form", "action")] {
                for element in select(&html, selector) {
                    let target = element.attr(attribute).unwrap_or("/");
                    assert!(target.starts_with('/') && !target.starts_with("//"), "{name}: {target}");
                }
            }
            for link in select(&html, "a") {
                let href = link.attr("href").unwrap_or_else(|| panic!("{name}: a link without an address"));
                let said = text(&link) + link.attr("aria-label").unwrap_or_default();
                assert!(!said.is_empty() || href.contains("date="), "{name}: a link without words to {href}");
                if let Some(id) = href.strip_prefix('#') {
                    assert!(ids.contains(id), "{name}: no place {id}");
                }
                if href.starts_with(['?', '/']) {
                    state(href);
                }
            }
            for label in select(&html, "label[for]") {
                assert!(ids.contains(label.attr("for").unwrap()), "{name}: {label:?}");
            }
            for field in select(&html, "input:not([type=hidden])") {
                let is_named =
                    field.ancestors().filter_map(ElementRef::wrap).any(|above| above.value().name() == "label")
                        || field.value().id().is_some_and(|id| !select(&html, &format!("label[for={id}]")).is_empty());
                assert!(is_named, "{name}: a field without a label: {:?}", field.value());
            }
            assert_eq!(select(&html, "html")[0].attr("lang"), Some(lang), "{name}");
            assert_eq!(select(&html, "h1").len(), 1, "{name}: one main heading");
            assert!(!text(&select(&html, "title")[0]).is_empty(), "{name}");
            assert!(!page.contains("{n}") && !page.contains("{query}") && !page.contains("{value}"), "{name}");
        }
    }
}

#[test]
fn a_check_box_finds_as_many_passages_as_it_says() {
    let snapshot = &CORPUS.1;
    for query in [
        "q=サイバー",
        "q=情報&open=partner&open=theme&open=series",
        "q=協力&role=any",
        "q=情報&date=2007&theme=国際協力",
    ] {
        let base = params(query);
        let html = Html::parse_document(&search(snapshot, &base));
        let hidden: Vec<(String, String)> = select(&html, "#facets input[type=hidden]")
            .iter()
            .map(|field| (field.attr("name").unwrap().to_owned(), field.attr("value").unwrap_or("").to_owned()))
            .collect();
        let boxes = select(&html, "#facets input[type=checkbox]");
        let of =
            |field: &ElementRef<'_>| (field.attr("name").unwrap().to_owned(), field.attr("value").unwrap().to_owned());
        let chosen: Vec<(String, String)> =
            boxes.iter().filter(|field| field.attr("checked").is_some()).map(of).collect();
        let mut seen = 0;
        for field in &boxes {
            let (name, value) = of(field);
            if name == "role" || field.attr("checked").is_some() || chosen.iter().any(|(known, _)| *known == name) {
                continue;
            }
            let label = ElementRef::wrap(field.parent().unwrap()).unwrap();
            let count = text(&label.select(&Selector::parse(".c").unwrap()).next().unwrap());
            let count: usize = count.split(" / ").next().unwrap().replace(',', "").parse().unwrap();
            let pairs = hidden.iter().chain(&chosen).cloned().chain([(name.clone(), value.clone())]);
            let sent = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            let found = answer(snapshot, &params(&sent)).total.passages;
            assert_eq!(found, count, "{query}: {name}={value}");
            seen += 1;
        }
        assert!(seen > 8, "{query}: {seen} boxes");
    }
}

#[test]
fn a_chip_takes_its_filter_out_and_nothing_else() {
    let snapshot = &CORPUS.1;
    let base =
        params("q=情報共有&partner=EU&partner=米国&exclude-partner=中国&theme=国際協力&date=2007..2012&sort=date&n=20");
    let html = Html::parse_document(&search(snapshot, &base));
    let links: Vec<Params> =
        select(&html, "ul[aria-labelledby=lf] .chip a").iter().map(|a| state(a.attr("href").unwrap())).collect();
    let wanted: Vec<Params> = Filter::ALL
        .into_iter()
        .flat_map(|filter| base.values(filter).into_iter().map(move |value| (filter, value)))
        .map(|(filter, value)| base.without(filter, &value))
        .collect();
    assert_eq!(links, wanted);
    assert!(links.iter().all(|next| next.filter_count() == base.filter_count() - 1 && next.text == base.text));
    // Exclusion and its chip are the inverse of each other.
    let html = Html::parse_document(&search(snapshot, &params("q=サイバー")));
    for not in select(&html, "a.not").iter().take(5) {
        let next = state(not.attr("href").unwrap());
        let [value] = next.filters.exclude_partners.as_slice() else { panic!("one partner is excluded") };
        assert_eq!(next.without(Filter::ExcludePartner, value), params("q=サイバー"));
        let left = answer(snapshot, &next).total.passages;
        let with = answer(snapshot, &params("q=サイバー").with(Filter::Partner, value)).total.passages;
        assert_eq!(left + with, answer(snapshot, &params("q=サイバー")).total.passages, "{value}");
    }
}

#[test]
fn a_widening_is_taken_back_for_its_word_alone() {
    let snapshot = &CORPUS.1;
    let html = Html::parse_document(&search(snapshot, &params("q=情報共有 米国")));
    let chips = select(&html, "ul[aria-labelledby=lw] .chip a");
    assert!(!chips.is_empty(), "情報共有 and 米国 have other names");
    for chip in chips {
        let next = state(chip.attr("href").unwrap());
        let word = next.text.split('"').nth(1).expect("a phrase").to_owned();
        let widened = answer(snapshot, &next).widened;
        assert!(!widened.is_empty() || next.text.matches('"').count() == 4, "the other word is widened still");
        assert!(widened.iter().all(|form| form.word != word), "{word}: {widened:?}");
    }
}

#[test]
fn related_words_come_when_they_are_asked_for_and_change_nothing() {
    let snapshot = &CORPUS.1;
    let plain = Html::parse_document(&search(snapshot, &params("q=情報共有&lang=ja")));
    assert!(select(&plain, "#lr").is_empty());
    let ask = select(&plain, ".chips a.pick").into_iter().find(|link| text(link) == "関連語を見る").expect("a link");
    let asked = state(ask.attr("href").expect("an address"));
    assert_eq!(asked, params("q=情報共有&open=related&lang=ja"));
    let page = Html::parse_document(&search(snapshot, &asked));
    let results = |page: &Html| text(&select(page, "#results")[0]);
    assert_eq!(results(&plain), results(&page), "hits and numbers are the same");
    let chips = select(&page, "ul[aria-labelledby=lr] li");
    assert!((3..=8).contains(&chips.len()), "{}", chips.len());
    for chip in chips {
        let link = chip.select(&Selector::parse("a").unwrap()).next().expect("a link");
        let leads = state(link.attr("href").expect("an address"));
        assert!(leads.text.starts_with("情報共有 "), "{}", leads.text);
        let found = answer(snapshot, &leads).total.passages;
        assert!(text(&chip).contains(&format!("{found} 箇所")), "{} {found}", text(&chip));
    }
    // A query without a word has none, and says so.
    let none = Html::parse_document(&search(snapshot, &params("q=partner:米国&open=related&lang=ja")));
    assert!(select(&none, ".chips").iter().any(|chips| text(chips).contains("候補なし")));
}

#[test]
fn the_numbers_of_the_page_are_those_of_the_answer() {
    let snapshot = &CORPUS.1;
    for query in [
        "q=サイバー&n=20",
        "q=情報共有&n=50",
        "q=欧&sort=date&n=20",
        "q=サイバー&by=fiscal-year",
        "q=サイバー&by=month&date=2012",
    ] {
        let state_of = params(query);
        let answer = answer(snapshot, &state_of);
        let html = Html::parse_document(&search(snapshot, &state_of));
        let status = text(&select(&html, "[role=status]")[0]);
        assert_eq!(status, format!("{} 箇所（{} 文書）", answer.total.passages, answer.total.documents), "{query}");
        assert_eq!(select(&html, ".hit").len(), answer.hits.len(), "{query}");
        let ranks: Vec<String> = select(&html, ".hit > span").iter().map(text).collect();
        assert_eq!(ranks, answer.hits.iter().map(|hit| hit.rank.to_string()).collect::<Vec<_>>(), "{query}");
        let rows: Vec<usize> =
            select(&html, ".chart td a").iter().map(|cell| text(cell).replace(',', "").parse().unwrap()).collect();
        let nodes = &answer.facets.as_ref().unwrap().date;
        let wanted: Vec<usize> = if query.contains("month") {
            nodes
                .iter()
                .filter(|node| node.value == "2012")
                .flat_map(|node| &node.children)
                .map(|node| node.passages)
                .collect()
        } else {
            nodes.iter().map(|node| node.passages).collect()
        };
        assert_eq!(rows, wanted, "{query}");
        let bars: Vec<String> = select(&html, "svg.plot a text.n").iter().map(text).collect();
        assert_eq!(bars, wanted.iter().map(ToString::to_string).collect::<Vec<_>>(), "{query}: bars");
        // Each row leads to as many passages as it says.
        for (link, count) in select(&html, ".chart td a").iter().zip(&rows) {
            let found = self::answer(snapshot, &state(link.attr("href").unwrap())).total.passages;
            assert_eq!(found, *count, "{query}: {}", link.attr("href").unwrap());
        }
    }
    // サイバー in the press release of 2012 has a date that is inferred.
    let html = Html::parse_document(&search(snapshot, &params("q=欧 政策対話")));
    let inferred: Vec<String> = select(&html, ".chart tbody td:nth-child(3)").iter().map(text).collect();
    assert!(inferred.iter().any(|count| !count.is_empty()), "{inferred:?}");
    assert!(!select(&html, "svg.plot rect.i").is_empty(), "a hatched bar");
}

#[test]
fn the_reader_numbers_every_match_and_goes_from_one_to_the_next() {
    let snapshot = &CORPUS.1;
    let id = "2017-10-16_japan-asean-information-security-policy-meeting-10.txt";
    let html = Html::parse_document(&document(snapshot, id, &params("q=サイバー&hit=5")));
    let marks = select(&html, "#text mark[id]");
    let whole: String =
        snapshot.show(id).unwrap().document.passages.iter().map(|passage| passage.text.clone()).collect();
    assert_eq!(marks.len(), whole.matches("サイバー").count(), "a count by hand");
    assert_eq!(text(&select(&html, ".rbar strong")[0]), format!("5 / {}", marks.len()));
    let now = select(&html, "mark.now");
    assert_eq!((now.len(), now[0].value().id(), text(&now[0]).as_str()), (1, Some("h5"), "サイバー"));
    let to = |rel: &str| select(&html, &format!(".rbar a[rel={rel}]"))[0].attr("href").unwrap().to_owned();
    assert!(to("prev").ends_with("#h4") && to("next").ends_with("#h6"));
    assert_eq!((state(&to("prev")).hit, state(&to("next")).hit), (4, 6));
    let last = format!("q=サイバー&hit={}", marks.len());
    let html = Html::parse_document(&document(snapshot, id, &params(&last)));
    assert!(select(&html, ".rbar a[rel=next]").is_empty() && !select(&html, ".rbar a[rel=prev]").is_empty());
    // A link of a hit says its passage, and the server the number of its first match.
    let found = answer(snapshot, &params("q=サイバー&n=50"));
    let hit = found.hits.iter().find(|hit| hit.document.id == id && hit.passage.index > 2).expect("a later passage");
    let hash = hit.passage.id.rsplit_once('#').unwrap().1;
    let html = Html::parse_document(&document(snapshot, id, &params(&format!("q=サイバー&passage={hash}"))));
    let now = &select(&html, "mark.now")[0];
    let place = format!("p-{hash}");
    let is_there = now.ancestors().filter_map(ElementRef::wrap).any(|above| above.value().id() == Some(place.as_str()));
    let is_heading = now.ancestors().filter_map(ElementRef::wrap).any(|above| above.value().name().starts_with('h'));
    assert!(is_there || is_heading, "the first match of the passage is the current one");
    // The text is complete: no line of a passage is lost.
    let page: String = select(&html, "#text")[0].text().filter(|part| !part.trim().is_empty()).collect();
    let squeezed = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let page = squeezed(&page);
    for passage in &snapshot.show(id).unwrap().document.passages {
        for line in passage.text.lines() {
            assert!(page.contains(&squeezed(line)), "{line}");
        }
    }
}

#[test]
fn evidence_leads_to_its_words() {
    let snapshot = &CORPUS.1;
    let id = "2012-11-14_japan-eu-ict-policy-dialogue-19.txt";
    let html = Html::parse_document(&document(snapshot, id, &params("")));
    let proofs = select(&html, ".side .proof a");
    assert!(proofs.len() > 10, "{}", proofs.len());
    for proof in proofs {
        let place = proof.attr("href").unwrap().trim_start_matches('#').to_owned();
        let anchor = select(&html, &format!("[id='{place}']"))[0];
        let words = text(&proof);
        let words = words.trim_matches(['「', '」']);
        let blocks = ["p", "h2", "h3", "h4"];
        let block =
            anchor.ancestors().filter_map(ElementRef::wrap).find(|above| blocks.contains(&above.value().name()));
        let (begun, whole) = (anchor.text().collect::<String>(), text(&block.expect("a paragraph")));
        assert!(whole.contains(words), "{words}: {whole}");
        assert!(words.starts_with(&begun) || begun.starts_with(words), "{words}: {begun}");
    }
    let series = select(&html, ".side a[href^='/series/']");
    assert!(!series.is_empty(), "the page names its series");
}

#[test]
fn an_answer_without_hits_offers_only_ways_that_lead_on() {
    let snapshot = &CORPUS.1;
    let base = params("q=サイバー 火星&partner=ASEAN&date=2015..2019");
    let html = Html::parse_document(&search(snapshot, &base));
    assert_eq!(text(&select(&html, "[role=status]")[0]), "0 箇所（0 文書）");
    let links = select(&html, "table a");
    assert!(!links.is_empty());
    for link in links {
        let row = link.ancestors().filter_map(ElementRef::wrap).find(|above| above.value().name() == "tr").unwrap();
        let count: usize =
            text(&row.select(&Selector::parse("td.r").unwrap()).next().unwrap()).replace(',', "").parse().unwrap();
        let found = answer(snapshot, &state(link.attr("href").unwrap())).total.passages;
        assert!(found == count && found > 0, "{}: {found} {count}", text(&link));
    }
    // Filters alone empty this answer.
    let html = Html::parse_document(&search(snapshot, &params("q=サイバー&partner=タイ")));
    assert_eq!(text(&select(&html, "[role=status]")[0]), "0 箇所（0 文書）");
    assert!(text(&select(&html, "#results")[0]).contains("絞り込み"), "the page says that the filters did it");
}

#[test]
fn a_text_of_a_stranger_is_shown_and_not_run() {
    let hostile =
        "<script>alert(1)</script><img src=x onerror=alert(2)>\" onmouseover=\"x' --> ]]> &lt;b&gt; \u{202e}逆\u{2066}";
    let line = serde_json::json!({
        "id": format!("a\"><b>/{hostile}"),
        "title": format!("題名{hostile}"),
        "text": format!("# 見出し{hostile}\n\n情報共有{hostile}について合意した。\n\n米国{hostile}と協議した。"),
        "url": "javascript:alert(3)",
        "date": "2012-11-14",
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("texts.jsonl");
    std::fs::write(&file, format!("{line}\n")).unwrap();
    let (_kept, snapshot) = opened(&[file]);
    let id = answer(&snapshot, &params("")).hits[0].document.id.clone();
    for lang in ["ja", "en"] {
        let mut query = Params { lang: Some(if lang == "ja" { Language::Ja } else { Language::En }), ..params("n=20") };
        let mut pages = vec![document(&snapshot, &id, &query)];
        for text in ["情報共有", hostile, "\"><svg onload=x>", "見出し", "題名"] {
            query.text = text.to_owned();
            pages.push(search(&snapshot, &query));
            pages.push(document(&snapshot, &id, &query));
        }
        let filtered = Params { text: "情報".to_owned(), ..query.clone() };
        pages.push(search(
            &snapshot,
            &filtered.with(Filter::Path, hostile).with(Filter::Publisher, hostile).with(Filter::Series, hostile),
        ));
        for page in pages {
            let html = Html::parse_document(&page);
            assert!(select(&html, "img, b[onmouseover], svg[onload], script:not([src])").is_empty(), "{page}");
            let attributes = select(&html, "*")
                .iter()
                .any(|element| element.value().attrs().any(|(name, _)| name.starts_with("on")));
            assert!(!attributes, "{page}");
            assert!(select(&html, "a[href^='javascript']").is_empty());
            let shown: String = html.root_element().text().collect();
            assert!(!shown.contains(['\u{202e}', '\u{2066}']), "a character that turns the line around");
        }
    }
    let html = Html::parse_document(&document(&snapshot, &id, &params("")));
    assert!(text(&select(&html, "h1")[0]).contains("<script>alert(1)</script>"), "the text is shown as it is");
}

#[test]
fn a_page_of_twenty_hits_stays_small() {
    let page = search(&CORPUS.1, &params("q=情報&n=20"));
    assert!(page.len() <= 60_000, "{} bytes", page.len());
}

#[test]
fn pages_follow_each_other_by_cursors() {
    let snapshot = &CORPUS.1;
    let mut state_of = params("q=情報&n=20");
    let (mut seen, mut pages) = (Vec::new(), 0);
    loop {
        let html = Html::parse_document(&search(snapshot, &state_of));
        seen.extend(select(&html, ".hit > span").iter().map(text));
        pages += 1;
        let Some(next) = select(&html, ".pages a[rel=next]").first().map(|link| state(link.attr("href").unwrap()))
        else {
            assert_eq!(select(&html, ".pages a[rel=prev]").len(), 1);
            break;
        };
        assert!(next.after.is_some() && next.offset == 0 && pages < 20);
        state_of = next;
    }
    let total = answer(snapshot, &params("q=情報&n=0&duplicates=1")).total.passages;
    let wanted: Vec<String> = (1..=seen.len()).map(|rank| rank.to_string()).collect();
    assert!(pages > 2 && seen == wanted && seen.len() <= total, "{seen:?}");
}

#[test]
fn the_exports_of_a_page_are_those_of_its_list() {
    let html = Html::parse_document(&search(&CORPUS.1, &params("q=サイバー&partner=EU&n=20&open=theme&lang=ja")));
    let exports: Vec<&str> = select(&html, ".tools a")
        .iter()
        .filter_map(|link| link.attr("href"))
        .filter(|href| href.starts_with("/search."))
        .collect();
    for form in [
        Extension::Csv,
        Extension::Xlsx,
        Extension::Jsonl,
        Extension::Json,
        Extension::Markdown,
        Extension::Bibtex,
        Extension::Ris,
    ] {
        let path = View::Search.path(form);
        let export = exports.iter().find(|href| href.split('?').next() == Some(path.as_str()));
        let state = state(export.unwrap_or_else(|| panic!("{path}: {exports:?}")));
        assert!(state.all && state.text == "サイバー" && state.filters.partners == ["EU"] && state.open.is_empty());
    }
}
