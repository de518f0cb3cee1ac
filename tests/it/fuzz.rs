//! Mutated queries: none panics, aborts or takes long. `FUZZ_SECONDS=600` makes the run longer.

use std::time::{Duration, Instant};

use fumikura::engine::Request;
use fumikura::engine::embedded::search;
use fumikura::query::Filters;

use crate::support::{Random, corpus};

const SEEDS: &[&str] = &[
    "情報共有 -演習",
    "（重要インフラ　ＯＲ　電力） AND NOT 演習",
    "\"政策会議の結果\"",
    "=\"取組み\"",
    "w:国連",
    "内閣*センター",
    "*",
    "**",
    "*会議",
    "プライバシー~2",
    "ASEAN~",
    "NEAR/60(名称, 合意)",
    "NEAR(",
    "NEAR/9999(a, b, c)",
    "SENT(JPCERT DHS)",
    "SENT()",
    "DOC(米国 EU)",
    "DOC(DOC(a b) c)",
    "title:政策 heading:\"ITU\" body:x",
    "partner:EU theme:人材育成 date:2007..2012",
    "partner:\"\"",
    "date:平成29年度",
    "source:inferred",
    "((((((",
    "))))",
    "NOT NOT NOT a",
    "a OR OR b",
    "OR",
    "\"",
    "=",
    "w:",
    "-",
    "・",
    "、、",
    "　",
    "第10回",
    "1,000名",
    "2017年10月10日",
    "H29.10.16",
    "二国間",
    "葛󠄀城",
    "ｶﾞｷﾞｸﾞ",
    "👨‍👩‍👧",
    "\u{202e}abc",
    "\u{0}",
    "日米 日中韓 日・EU",
    "ヴァイオリン",
    "サーバーサーバーサーバー",
    "十百千万",
    "999999999999999999999年",
    "か\u{3099}",
    "米国の政策について教えてください",
];

#[test]
fn mutated_queries_do_no_harm() {
    let seconds = std::env::var("FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(3);
    let seed = std::env::var("FUZZ_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_171_016);
    let mut random = Random(seed);
    let (started, mut runs, mut slowest) = (Instant::now(), 0usize, (Duration::ZERO, String::new()));
    while started.elapsed() < Duration::from_secs(seconds) {
        let text = mutated(&mut random);
        let request = Request {
            text: text.clone(),
            limit: 1 + random.below(20),
            offset: random.below(3) * 7,
            facets: random.below(4) == 0,
            filters: Filters::default(),
            ..Request::default()
        };
        let begun = Instant::now();
        // An error is a valid answer: only panics, aborts and long runs are faults.
        let _ = search(corpus(), &request);
        let took = begun.elapsed();
        if took > slowest.0 {
            slowest = (took, text.clone());
        }
        assert!(took < Duration::from_secs(10), "{took:?} for {text:?}");
        runs += 1;
    }
    eprintln!("{runs} queries, the slowest {:?}: {:?}", slowest.0, slowest.1);
}

/// Joins one to three seeds, then changes some characters.
fn mutated(random: &mut Random) -> String {
    let mut chars: Vec<char> = Vec::new();
    for _ in 0..1 + random.below(3) {
        chars.extend(SEEDS[random.below(SEEDS.len())].chars());
        chars.extend([' ', '(', '"', 'の', '　', '*', '~', ':'].get(random.below(12)));
    }
    for _ in 0..random.below(6) {
        let at = random.below(chars.len() + 1);
        match random.below(5) {
            0 if at < chars.len() => {
                chars.remove(at);
            }
            1 if at < chars.len() => {
                let copy = chars[at..chars.len().min(at + 8)].to_vec();
                chars.splice(at..at, copy);
            }
            2 => chars.insert(
                at.min(chars.len()),
                ['(', ')', '"', '*', '~', '-', '=', ':', ',', '、', ' '][random.below(11)],
            ),
            3 => chars.insert(at.min(chars.len()), char::from_u32(random.below(0x3100) as u32).unwrap_or('あ')),
            _ => chars.insert(at.min(chars.len()), ['情', '米', '会', 'ー', '第', '年', '9', 'E'][random.below(8)]),
        }
    }
    chars.into_iter().collect()
}
