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

/// Indexes lines of JSONL and opens the index.
fn opened(lines: &[String]) -> (tempfile::TempDir, fumikura::index::OpenIndex) {
    let folder = tempfile::tempdir().expect("a folder");
    let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
    std::fs::create_dir(&texts).expect("a folder");
    std::fs::write(texts.join("a.jsonl"), lines.join("\n")).expect("a file");
    fumikura::pipeline::run(&fumikura::IndexOptions::new(vec![texts], index.clone()), &()).expect("an index");
    let open = fumikura::index::OpenIndex::open(&index).expect("an index");
    (folder, open)
}

/// Returns documents about something else: a word in every document tells nothing.
fn others() -> Vec<String> {
    let topics = ["海底ケーブル", "電波の割当て", "放送番組", "郵便事業", "人材の育成", "統計調査", "消防", "選挙制度"];
    let text = |topic: &str| format!("{topic}に関する取組の状況について報告があり、今後の進め方が示された。");
    topics.iter().map(|topic| line(topic, "別の報告", &text(topic), None)).collect()
}

fn line(id: &str, title: &str, text: &str, date: Option<&str>) -> String {
    serde_json::json!({ "id": id, "title": title, "text": text, "date": date }).to_string()
}

/// Returns the ids of the documents in order, and the answer.
fn asked(open: &fumikura::index::OpenIndex, text: &str) -> (Vec<String>, fumikura::engine::Answer) {
    let answer = search(open, &Request { text: text.to_owned(), ..Request::default() }).expect("an answer");
    (answer.hits.iter().map(|hit| hit.document.id.clone()).collect(), answer)
}

#[test]
fn a_year_beside_words_is_a_wish_and_alone_or_in_quotes_a_word() {
    let text = "放送サービスの高度化について、関係する事業者が取組を進めている。";
    let years = ["2011", "2012", "2013", "2014"];
    let lines: Vec<String> =
        years.iter().map(|year| line(year, "白書", text, Some(&format!("{year}-07-01")))).collect();
    let (_folder, open) = opened(&lines);
    for (typed, year) in [
        ("2013年 放送サービスの高度化", "2013"),
        ("放送サービスの高度化 平成24年版", "2012"),
        ("放送サービス FY2014", "2014"),
        ("放送サービス 23年度", "2011"),
        ("2012 放送サービス", "2012"),
        ("2013 年 放送サービス", "2013"),
        ("放送サービス 平成 24 年版", "2012"),
        ("放送サービス H25年", "2013"),
        ("放送サービス (2012年 OR 平成24年度)", "2012"),
        ("2014年以降 放送サービス", "2014"),
        ("放送サービス 2014年～", "2014"),
        ("2010-2011 放送サービス", "2011"),
        ("2013年下半期 放送サービス", "2013"),
        ("2013年頃 放送サービス", "2013"),
        ("2013年における 放送サービス", "2013"),
        ("平成二十五年の 放送サービス", "2013"),
    ] {
        let request = Request { text: typed.to_owned(), ..Request::default() };
        let answer = search(&open, &request).expect("an answer");
        assert_eq!(answer.total.passages, 4, "{typed}");
        assert_eq!(answer.hits[0].document.id, year, "{typed}");
        assert!(answer.warnings.iter().any(|warning| warning.contains("is read as a wish")), "{typed}");
    }
    for (typed, passages) in [
        ("2013年", 0),
        ("\"2013年\" 放送サービス", 0),
        ("2013年 AND 放送サービス", 0),
        ("放送サービス AND 2013年以降", 0),
        ("(2013年 OR 会合) 放送サービス", 0),
        ("date:2013 放送サービス", 1),
        ("20年 放送", 0),
        ("2013年7月 放送サービス", 0),
        ("2000 世帯 放送サービス", 0),
        ("1900-2000 MHz 放送サービス", 0),
    ] {
        let request = Request { text: typed.to_owned(), relax: false, ..Request::default() };
        let answer = search(&open, &request).expect("an answer");
        assert_eq!(answer.total.passages, passages, "{typed}");
        assert!(!answer.warnings.iter().any(|warning| warning.contains("is read as a wish")), "{typed}");
    }
    // A strict reading wishes for nothing, and what is searched as a word is told with the way to the time.
    let strict = |text: &str| search(&open, &Request { text: text.to_owned(), strict: true, ..Request::default() });
    let error = strict("放送サービス 2013年").expect_err("a wish").to_string();
    assert!(error.starts_with("at character 8: 2013年 is read as a wish"), "{error}");
    assert!(strict("放送サービス AND 2013年").is_ok() && strict("放送サービス \"2013年\"").is_ok());
    for (typed, wanted) in [
        (
            "放送 (2013年 OR 会合)",
            "2013年 is searched as a word; for documents of that time write date:2013-01-01..2013-12-31",
        ),
        ("放送 H25", "H25 is searched as a word; for the year 2013 write H25年"),
        ("2013年以降", "2013年以降 is searched as a word; for documents of that time write date:2013-01-01.."),
        (
            "放送 国~",
            "at character 4: ~ is read as text; 国~1 lets one character differ, 国* stands for all that follows",
        ),
    ] {
        assert!(asked(&open, typed).1.warnings.iter().any(|warning| warning == wanted), "{typed}");
    }
}

#[test]
fn a_partial_hit_names_what_fails_operators_fields_and_alternatives_too() {
    let lines = [
        line("a", "会合", "米国との協議を行った。放送の規制について意見を交換した。", None),
        line("b", "放送の動向", "総務省は電波の割当てを見直した。", None),
    ];
    let (_folder, open) = opened(&[lines.to_vec(), others()].concat());
    for (typed, id, missing) in [
        ("SENT(協議 放送) 規制", "a", "SENT(協議, 放送)"),
        ("NEAR/3(協議, 規制) 放送", "a", "NEAR/3(協議, 規制)"),
        ("title:放送 協議 規制", "a", "title:放送"),
        ("DOC(宇宙) 放送の規制", "a", "DOC(宇宙)"),
        ("標準化* 放送の規制", "a", "標準化*"),
        ("第27条の38 放送の規制", "a", "第27条の38"),
        ("(衛星 OR 光海底ケーブル) 放送の規制", "a", "衛星"),
        ("(衛星 OR partner:韓国) 放送の規制", "a", "衛星 OR partner:韓国"),
    ] {
        let (_, answer) = asked(&open, typed);
        let hit = answer.hits.iter().find(|hit| hit.document.id == id).expect(typed);
        assert!(hit.relaxed && hit.missing.iter().any(|part| part == missing), "{typed}: {:?}", hit.missing);
    }
}

#[test]
fn exact_hits_of_other_years_stand_among_the_partial_ones_of_the_year_by_score() {
    let passing = "会合では郵便、電波の割当て、統計、消防、選挙、海底ケーブル、人材の育成、放送コンテンツの海外展開の支援などの議題が扱われ、\
                   出席した各国の担当者が、それぞれの国における取組の状況と今後の課題について順に説明した。";
    let lines = [
        line("whole", "報告", passing, Some("2013-07-01")),
        line("elsewhen", "報告", &format!("{passing}以上である。"), Some("2009-07-01")),
        line(
            "section",
            "放送コンテンツの海外展開",
            "放送コンテンツの海外展開を支援する。放送コンテンツの海外展開の取組である。",
            Some("2013-07-01"),
        ),
        line("titled", "放送コンテンツの海外展開の支援の経緯", "次の表のとおりである。", Some("2009-07-01")),
    ];
    let (_folder, open) = opened(&[lines.to_vec(), others()].concat());
    let typed = "2013年 放送コンテンツの海外展開の支援";
    let (ids, answer) = asked(&open, typed);
    assert_eq!(ids[..2], ["whole", "section"], "{ids:?}");
    assert!(ids.contains(&"elsewhen".to_owned()) && ids.contains(&"titled".to_owned()), "{ids:?}");
    let marks: Vec<_> = answer.hits[..2].iter().map(|hit| (hit.relaxed, hit.amid)).collect();
    assert_eq!((answer.total.passages, marks, answer.mixed), (3, vec![(false, false), (true, true)], true));
    assert!(answer.hits.windows(2).all(|pair| pair[0].score >= pair[1].score));
    // Pages of one hit are the same list, and each tells how many exact hits follow.
    let mut left = answer.total.passages;
    for (offset, whole) in answer.hits.iter().enumerate() {
        let request = Request { text: typed.to_owned(), offset, limit: 1, ..Request::default() };
        let page = search(&open, &request).expect("an answer");
        left -= usize::from(!whole.relaxed);
        assert_eq!((&page.hits[0].passage.id, page.left), (&whole.passage.id, left), "{offset}");
    }
    // Without partial hits, and sorted by date, exact hits stand by themselves.
    let alone = Request { text: typed.to_owned(), relax: false, ..Request::default() };
    let alone = search(&open, &alone).expect("an answer");
    let ids: Vec<&str> = alone.hits.iter().map(|hit| hit.document.id.as_str()).collect();
    assert_eq!((ids, alone.mixed), (vec!["whole", "elsewhen", "titled"], false));
}

#[test]
fn what_not_excludes_is_no_partial_hit() {
    let lines = [
        line("exact", "一", "重要インフラの防護に関する演習を実施した。", None),
        line("partial", "二", "重要インフラの分野では、各国の担当者が意見を交換した。", None),
        line("denied", "三", "重要インフラの分野では、総務省が対策を講じている。", None),
    ];
    let (_folder, open) = opened(&[lines.to_vec(), others()].concat());
    let (ids, _) = asked(&open, "重要インフラ 演習");
    assert!(ids.contains(&"denied".to_owned()), "{ids:?}");
    for denied in ["-総務省", "NOT (総務省 OR 厚生労働省)", "-DOC(総務省)"] {
        let (ids, answer) = asked(&open, &format!("重要インフラ 演習 {denied}"));
        assert_eq!((ids, answer.total.passages), (vec!["exact".to_owned(), "partial".to_owned()], 1), "{denied}");
    }
}

#[test]
fn an_article_is_found_in_any_writing_and_stands_above_articles_of_longer_numbers() {
    let text = "次に掲げる者は、この限りでない。";
    let lines = [
        line("longer", "電波法 第二十七条の三十八の二", text, None),
        line("kanji", "電波法 第二十七条の三十八", text, None),
        line("digits", "電気通信事業法 第27条の38", text, None),
        line("other", "電波法 第三十八条", text, None),
    ];
    let (_folder, open) = opened(&[lines.to_vec(), others()].concat());
    for typed in ["第27条の38", "第二十七条の三十八", "第２７条の三八"] {
        let (ids, answer) = asked(&open, typed);
        let place = |id: &str| ids.iter().position(|found| found == id);
        // Hits in the writing of the query stand before those in another one.
        assert_eq!(answer.total.passages, 3, "{typed}: {ids:?}");
        assert!(place("digits") < Some(3) && place("kanji") < place("longer"), "{typed}: {ids:?}");
    }
}

#[test]
fn partial_hits_fill_the_page_after_exact_ones_within_the_filters_of_the_query() {
    let lines = [
        line("exact", "一", "重要インフラの防護に関する演習を実施した。", Some("2014-02-01")),
        line("partial", "二", "重要インフラの分野では、各国の担当者が意見を交換した。", Some("2014-03-01")),
        line("elsewhen", "三", "重要インフラの分野では、事業者が対策を講じている。", Some("2010-03-01")),
    ];
    let (_folder, open) = opened(&[lines.to_vec(), others()].concat());
    let (ids, answer) = asked(&open, "重要インフラ 演習");
    assert_eq!((answer.total.passages, ids.len(), ids[0].as_str()), (1, 3, "exact"));
    assert_eq!(answer.hits.iter().map(|hit| hit.relaxed).collect::<Vec<_>>(), [false, true, true]);
    let (ids, answer) = asked(&open, "重要インフラ 演習 date:2014");
    assert_eq!((answer.total.passages, ids), (1, vec!["exact".to_owned(), "partial".to_owned()]));
}

#[test]
fn a_title_that_is_the_query_stands_above_longer_ones_and_above_quotations() {
    let lines = [
        line("longer", "日・ＡＳＥＡＮサイバー政策会議の開催結果", "結果の概要は次のとおりである。", None),
        line(
            "quoting",
            "年次報告",
            "日・ASEANサイバー政策会議を開き、日・ASEANサイバー政策会議の成果を確認した。",
            None,
        ),
        line("equal", "日・ＡＳＥＡＮサイバー政策会議", "各国の代表が東京に集まった。", None),
    ];
    let (_folder, open) = opened(&lines);
    let (ids, answer) = asked(&open, "日・ASEANサイバー政策会議");
    assert_eq!(ids[..3], ["equal", "quoting", "longer"]);
    assert!(answer.hits[0].titled && !answer.hits[1].titled);
}

#[test]
fn a_keyword_prefers_running_text_and_capitals() {
    let prose =
        "NISCは、情報セキュリティ政策の企画と立案を担い、各府省庁の対策を支援してきた。今後も体制を強化していく。";
    let lines = [
        line("caption", "一", "図表1-2　NISCの体制\n（出典）NISC資料", None),
        line(
            "address",
            "二",
            "資料はwww.nisc.go.jpに置いた。niscの頁を見てほしい。niscの係が答える。niscは東京にある。",
            None,
        ),
        line("prose", "三", prose, None),
    ];
    let (_folder, open) = opened(&lines);
    assert_eq!(asked(&open, "NISC").0[0], "prose");
}

#[test]
fn the_number_of_an_article_is_one_unit() {
    let text =
        |article: &str| format!("{article}\n内閣総理大臣は、重要情報の公表について必要な命令をすることができる。");
    let lines: Vec<String> = [("a", "第三十八条"), ("b", "第二十七条の三十八"), ("c", "第二十七条")]
        .iter()
        .map(|(id, article)| line(id, &format!("金融商品取引法 {article}"), &text(article), None))
        .collect();
    let (_folder, open) = opened(&[lines, others()].concat());
    for (typed, id) in [("第27条の38", "b"), ("第38条", "a"), ("第２７条", "c")] {
        let question = format!("金融商品取引法{typed}で重要情報の公表を命令できるのは誰ですか");
        assert_eq!(asked(&open, &question).0[0], id, "{question}");
    }
}
