//! What a reader does, with scripts off and on: the same addresses, the same numbers.

use crate::browser::Page;

const QUERY: &str = "情報共有";

/// Returns the number at the begin of a text: `13 箇所（5 文書）`.
fn number(text: &str) -> u64 {
    let digits: String = text.chars().take_while(|c| c.is_ascii_digit() || *c == ',').filter(|c| *c != ',').collect();
    digits.parse().unwrap_or_else(|_| panic!("no number: {text}"))
}

/// Compares the numbers of a page of results with its JSON.
async fn numbers_are_those_of_the_json(page: &Page) {
    let json = page.json().await;
    let status = page.text(".status h1").await;
    assert_eq!(Some(number(&status)), json["total"]["passages"].as_u64(), "{status}");
    let hits = json["hits"].as_array().map_or(0, Vec::len);
    assert_eq!(page.count("li.hit").await, hits, "{}", page.place().await);
}

/// Takes a journey with the scripts of the page off and on; each ends with a look at what the browser was kept from.
async fn in_both_modes(journey: impl AsyncFn(&Page, bool)) {
    for script in [false, true] {
        let page = Page::open(script).await;
        journey(&page, script).await;
        page.close().await;
    }
}

/// Types a query and sends it.
async fn search(page: &Page, query: &str) {
    page.one("#q").await.send_keys(query).await.expect("typed");
    page.press("form.ask button").await;
    page.wait_for(&format!("/search?q={query}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_query_to_its_words_and_back() {
    in_both_modes(async |page, script| {
        search(page, QUERY).await;
        numbers_are_those_of_the_json(page).await;
        let all = number(&page.text(".status h1").await);
        // A box, and the button of the form; with a script the box alone.
        page.press("input[type=checkbox][value=EU]").await;
        if !script {
            page.press("#facets > button, #facets button").await;
        }
        page.wait_for("partner=EU").await;
        numbers_are_those_of_the_json(page).await;
        assert!(number(&page.text(".status h1").await) < all);
        assert!(page.one("input[type=checkbox][value=EU]").await.is_selected().await.expect("a box"));
        // The chip takes it back; then the next page.
        page.press(".chip:not(.w) a").await;
        page.wait_for("/search?q=").await;
        assert!(!page.place().await.contains("partner"), "{}", page.place().await);
        page.press(".pages a[rel=next]").await;
        page.wait_for("after=").await;
        numbers_are_those_of_the_json(page).await;
        let list = page.place().await;
        page.press("li.hit h3 a").await;
        page.wait_for("/doc/").await;
        let first = page.place().await;
        let at = page.text(".rbar strong").await;
        let (place, matches) = at.split_once('/').expect("n / m");
        assert_eq!(page.count("mark[id^=h]").await as u64, number(matches.trim()), "{at}");
        page.press(".rbar a[rel=next], .rbar a[rel=prev]").await;
        page.wait_for("hit=").await;
        let second = page.text(".rbar strong").await;
        assert_eq!(number(&second).abs_diff(number(place)), 1, "{at} → {second}");
        assert_eq!(page.count("mark:target").await, 1, "the address names the match");
        for expected in [&first, &list] {
            page.client.back().await.expect("back");
            assert_eq!(page.place().await, *expected);
        }
        page.client.back().await.expect("back");
        assert_eq!(page.place().await, format!("/search?q={QUERY}"));
        assert!(!page.one("input[type=checkbox][value=EU]").await.is_selected().await.expect("a box"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exclusion_is_a_chip_that_can_be_taken_back() {
    in_both_modes(async |page, _| {
        page.go(&format!("/search?q={QUERY}")).await;
        let all = number(&page.text(".status h1").await);
        page.press("a.not").await;
        page.wait_for("exclude-partner=").await;
        numbers_are_those_of_the_json(page).await;
        assert!(number(&page.text(".status h1").await) < all);
        page.press(".chip:not(.w) a").await;
        page.wait_for("/search?q=").await;
        assert_eq!(number(&page.text(".status h1").await), all);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bar_of_the_timeline_opens_its_year_and_two_fields_do_the_same() {
    in_both_modes(async |page, _| {
        page.go(&format!("/search?q={QUERY}")).await;
        page.press("svg.plot a[href*='date=2017'] rect.k").await;
        page.wait_for("date=2017&by=month").await;
        numbers_are_those_of_the_json(page).await;
        page.go(&format!("/search?q={QUERY}")).await;
        page.one("#d1").await.send_keys("2011").await.expect("typed");
        page.one("#d2").await.send_keys("2012").await.expect("typed");
        page.press("form.span button").await;
        page.wait_for("2011").await;
        assert!(number(&page.text(".status h1").await) > 0);
        assert_eq!(page.count("svg.plot a:not(.o)[href*='2017']").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_hits_says_so_and_leads_on() {
    in_both_modes(async |page, _| {
        page.go("/search?q=somusho").await;
        assert_eq!(number(&page.text(".status h1").await), 0);
        page.press("#results a.pick").await;
        page.wait_for("総務省").await;
        numbers_are_those_of_the_json(page).await;
        assert!(number(&page.text(".status h1").await) > 0);
        // Partial hits stand below a heading of their own, and are not counted.
        page.go("/search?q=情報共有 火星").await;
        assert_eq!(number(&page.text(".status h1").await), 0);
        assert!(page.count("section.part li.hit").await > 0);
        assert_eq!(page.count("li.hit").await, page.count("section.part li.hit").await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_proves_its_values_with_its_words() {
    let id = "2017-10-16_japan-asean-information-security-policy-meeting-10.txt";
    in_both_modes(async |page, script| {
        page.go(&format!("/doc/{id}?q={QUERY}&hit=2")).await;
        let said = page.text(".proof a").await;
        page.press(".proof a").await;
        page.wait_for("#e").await;
        let proof = page.text("article.text :target").await;
        assert_eq!(said.trim_matches(['「', '」']), proof, "the evidence is the text at its link");
        assert_eq!(page.one("button[data-copy]").await.is_displayed().await.expect("a button"), script);
        page.press(".rbar a[href^='/search']").await;
        page.wait_for(&format!("/search?q={QUERY}")).await;
        page.go(&format!("/doc/{id}")).await;
        page.press("a[href$='/original']").await;
        page.wait_for("/original").await;
        assert!(page.text("body").await.contains("報道資料"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_leads_to_its_meetings_and_their_documents() {
    in_both_modes(async |page, _| {
        page.press(".nav a[href='/series']").await;
        page.wait_for("/series").await;
        let all = page.count("table.meet tbody tr").await;
        page.one("#q").await.send_keys("ASEAN").await.expect("typed");
        page.press("main form.ask button").await;
        page.wait_for("q=ASEAN").await;
        let found = page.count("table.meet tbody tr").await;
        assert!(0 < found && found < all, "{found} of {all}");
        page.press("table.meet tbody th a").await;
        page.wait_for("/series/").await;
        page.press("main a[href^='/doc/']").await;
        page.wait_for("/doc/").await;
        page.press(".side a[href^='/series/']").await;
        page.wait_for("/series/").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_language_keeps_the_state() {
    in_both_modes(async |page, _| {
        page.go(&format!("/search?q={QUERY}&partner=EU&sort=-date")).await;
        let japanese = page.text(".status h1").await;
        page.press("a.lang").await;
        page.wait_for("lang=en").await;
        assert_eq!(page.place().await, format!("/search?q={QUERY}&partner=EU&sort=-date&lang=en"));
        let english = page.text(".status h1").await;
        assert_eq!(number(&english), number(&japanese));
        assert!(english.contains("passages"), "{english}");
        assert_eq!(page.one("html").await.attr("lang").await.expect("a language").as_deref(), Some("en"));
        page.press("li.hit h3 a").await;
        page.wait_for("lang=en").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_act_with_a_script_alone_and_can_be_turned_off() {
    let page = Page::open(true).await;
    page.go(&format!("/search?q={QUERY}")).await;
    page.keys("j").await.expect("a key");
    page.keys("j").await.expect("a key");
    assert_eq!(page.count(".hit.now").await, 1);
    page.keys("k").await.expect("a key");
    let first = page.one("li.hit.now h3 a").await.attr("href").await.expect("a link");
    assert_eq!(first, page.one("li.hit h3 a").await.attr("href").await.expect("a link"));
    page.keys("]").await.expect("a key");
    page.wait_for("after=").await;
    page.keys("[").await.expect("a key");
    page.keys("/").await.expect("a key");
    assert_eq!(
        page.client.active_element().await.expect("an element").attr("id").await.expect("an id").as_deref(),
        Some("q")
    );
    page.go(&format!("/doc/2017-10-16_japan-asean-information-security-policy-meeting-10.txt?q={QUERY}&hit=1")).await;
    page.keys("n").await.expect("a key");
    page.wait_for("hit=2").await;
    page.keys("p").await.expect("a key");
    page.wait_for("hit=1").await;
    page.keys("?").await.expect("a key");
    page.wait_for("/help").await;
    page.go(&format!("/search?q={QUERY}&keys=0")).await;
    page.keys("j").await.expect("a key");
    assert_eq!(page.count(".hit.now").await, 0);
    page.close().await;
}
