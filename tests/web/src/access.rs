//! Access: axe-core finds nothing, and no page scrolls sideways, in both languages, in light and dark, on a phone and
//! on a desk.

use serde_json::{Value, json};

use crate::browser::Page;

const PAGES: [&str; 21] = [
    "/?",
    "/search?q=欧 情報共有&n=20&exclude-partner=中国&",
    "/search?q=サイバー&open=partner&open=theme&partner=ASEAN&role=any&",
    "/search?q=情報セキュリティ対策の強化について教えてください&",
    "/search?q=情報共有網 モンゴル&partner=ASEAN&date=2015..2019&",
    "/search?q=サイバー&by=month&date=2017&sort=-date&",
    "/doc/2017-10-16_japan-asean-information-security-policy-meeting-10.txt?q=サイバー&hit=5&",
    "/doc/2012-11-14_japan-eu-ict-policy-dialogue-19.txt?",
    "/series?",
    "/kwic?q=取組&sort=left:1,2&",
    "/timeline?q=情報&query=通信&first=1&last=1&",
    "/timeline?q=情報&document=all&",
    "/crosstab?q=情報&layer=theme&",
    "/collocates?q=情報セキュリティ&",
    "/compare?a=partner:ASEAN&b=partner:EU&",
    "/similar?id=2012-11-14_japan-eu-ict-policy-dialogue-19.txt&threshold=0.2&",
    "/similar?id=2012-11-14_japan-eu-ict-policy-dialogue-19.txt&with=2011-06-09_japan-us-internet-economy-dialogue-2.txt&",
    "/verify?q=「日EU間で協力していくことで一致しませんでした」とある。&",
    "/series/日・ASEAN情報セキュリティ政策会議?",
    "/help?",
    "/doc/none?",
];

const RUN: &str = "const done = arguments[0];
    const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    axe.run(document, { runOnly }).then((result) => done({
        checks: result.passes.length,
        faults: result.violations.map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.html).join(' ')}`),
        over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    }));";

#[tokio::test(flavor = "multi_thread")]
async fn every_page_can_be_read_by_everyone() {
    let file = std::env::var("FUMIKURA_AXE").expect("FUMIKURA_AXE names axe.min.js");
    let axe = std::fs::read_to_string(&file).expect("axe-core");
    let page = Page::open(true).await;
    let mut runs = 0;
    for width in [320, 1280] {
        let size = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        page.tool("Emulation.setDeviceMetricsOverride", size).await;
        for scheme in ["light", "dark"] {
            let feature = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
            page.tool("Emulation.setEmulatedMedia", feature).await;
            for path in PAGES {
                for language in ["ja", "en"] {
                    let path = format!("{path}lang={language}");
                    page.go(&path).await;
                    page.client.execute(&axe, Vec::new()).await.expect("axe-core runs");
                    let found: Value = page.client.execute_async(RUN, Vec::new()).await.expect("axe-core ends");
                    let faults = found["faults"].as_array().expect("a list");
                    assert!(faults.is_empty(), "{path} {scheme} {width}: {faults:#?}");
                    assert!(found["checks"].as_u64() > Some(10), "{path}: {found}");
                    assert_eq!(found["over"], 0, "{path} {width}: scrolls sideways");
                    runs += 1;
                }
            }
        }
    }
    println!("axe-core: {runs} runs, 0 violations");
}
