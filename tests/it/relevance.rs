//! Committed ranks of a small set: a change of ranking shows here by name.

use fumikura::engine::Request;
use fumikura::engine::embedded::search;

use crate::support::corpus;

/// A question or heading, the file that answers it, and the rank of its first passage.
const RANKS: &[(&str, &str, usize)] = &[
    ("日本とASEANの会合では名称をどう変更することになりましたか。", "2017-10-16", 1),
    ("EUとの政策対話でクラウドについて何を議論しましたか", "2012-11-14", 1),
    ("インターネットエコノミーに関する日米政策協力対話の具体的な協力案件", "2011-06-09", 1),
    ("情報セキュリティ分野における国際協調・貢献の基本方針", "2007-10-03", 1),
    ("OECDはどのような活動をしていますか", "2008", 1),
    ("BGPプリフィックスハイジャックに関するプロジェクト", "2008", 1),
    ("スパムメール対策の国際連携", "2008", 1),
    ("高齢社会のためにICTをどう活用するか", "2012-11-14", 1),
];

#[test]
fn ranks_of_questions_stay() {
    let open = corpus();
    let mut found = Vec::new();
    for (question, file, _) in RANKS {
        let request = Request { text: (*question).to_owned(), limit: 50, ..Request::default() };
        let answer = search(open, &request).expect("an answer");
        let rank = answer.hits.iter().position(|hit| hit.document.id.starts_with(file)).map_or(0, |at| at + 1);
        found.push((*question, *file, rank));
    }
    assert_eq!(found, RANKS);
}

#[test]
fn a_partial_match_never_stands_above_many_exact_ones() {
    let open = corpus();
    let request = Request { text: "情報の共有".to_owned(), limit: 100, ..Request::default() };
    let answer = search(open, &request).expect("an answer");
    let partial = answer.hits.iter().position(|hit| hit.relaxed).unwrap_or(answer.hits.len());
    assert!(answer.hits[partial..].iter().all(|hit| hit.relaxed) || answer.total.passages < 20);
    assert_eq!(answer.hits.iter().filter(|hit| !hit.relaxed).count(), answer.total.passages.min(100));
}
