//! Tables of small cases for dates, partners, themes and commitments, each row with its reason.

use std::collections::BTreeSet;

use fumikura::document::{Actor, DateInterval, Document, Given, GivenField, Role, Span, Strength};
use fumikura::ingest::SourceDocument;
use fumikura::metadata::date::{Context, mentions};
use fumikura::metadata::{complete, partners, themes};
use fumikura::pipeline::cut;

use crate::support::root;

/// Reads the rows of a table, without its head.
fn table(name: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(root().join("tests/tables").join(name)).expect("the table");
    text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

/// Builds a document with metadata from a title and a text.
fn read(title: &str, text: &str, date: &str) -> Document {
    let mut source = SourceDocument::of_text("a", "a.txt", text);
    let field = |value: &str| GivenField { value: value.to_owned(), place: "a".to_owned() };
    source.given.title = Some(field(title));
    source.given = Given { date: (!date.is_empty()).then(|| field(date)), ..source.given };
    let (mut document, _) = cut(&source);
    let problems = complete(&mut document, &source.given);
    assert!(problems.is_empty(), "{text}: {problems:?}");
    document
}

fn days(interval: DateInterval) -> String {
    if interval.start == interval.end {
        interval.start.to_string()
    } else {
        format!("{}..{}", interval.start, interval.end)
    }
}

/// Each row has exactly the expected date, events and mentions.
#[test]
fn each_text_of_the_table_has_its_dates() {
    for row in table("dates.tsv") {
        let [given, title, text, date, events, mentions, why] = row.as_slice() else { panic!("{row:?}") };
        let document = read(title, text, given);
        let own = document.date.as_ref().map_or_else(String::new, |date| days(date.interval));
        assert_eq!(own, *date, "date: {title} {text}: {why}");
        let found: Vec<String> = document.events.iter().map(|event| days(event.interval)).collect();
        assert_eq!(found.join("|"), *events, "events: {title} {text}: {why}");
        let mention = |mention: &fumikura::document::DateMention| {
            format!("{}={}", mention.surface, mention.interval.map_or_else(String::new, days))
        };
        let found: Vec<String> = document.passages.iter().flat_map(|passage| &passage.dates).map(mention).collect();
        assert_eq!(found.join("|"), *mentions, "mentions: {title} {text}: {why}");
    }
}

/// Each head of a document gives the title of its row; an empty title is the name of the file.
#[test]
fn each_head_of_the_table_has_its_title() {
    let rows = table("titles.tsv");
    assert!(rows.len() >= 30, "{} rows", rows.len());
    let differ: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let [head, title, date, why] = row.as_slice() else { panic!("{row:?}") };
            let mut source = SourceDocument::of_text("a", "a.txt", head.replace("\\n", "\n"));
            let (mut document, _) = cut(&source);
            complete(&mut document, &std::mem::take(&mut source.given));
            let own = document.date.as_ref().map_or_else(String::new, |date| days(date.interval));
            let expected = if title.is_empty() { "a" } else { title };
            let right = document.title == expected && own == *date;
            (!right).then(|| format!("{head}: {} {own}, not {expected} {date}: {why}", document.title))
        })
        .collect();
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

/// Each era is read by its name and its letter, on its first day and in its last year.
#[test]
fn each_era_of_the_table_is_read() {
    let text = std::fs::read_to_string(root().join("data/eras.tsv")).expect("the table");
    let rows: Vec<Vec<&str>> =
        text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect()).collect();
    let found = |text: &str| mentions(text, &mut Context::default()).first().and_then(|mention| mention.interval);
    for (at, row) in rows.iter().enumerate() {
        let [name, letter, sign, first, last, source] = row.as_slice() else { panic!("{row:?}") };
        assert!(!source.is_empty(), "{row:?}");
        let [year, month, day] = first.split('-').collect::<Vec<_>>()[..] else { panic!("{first}") };
        let expected = Some(format!("{first}..{first}"));
        let shown = |interval: Option<DateInterval>| interval.map(|days| format!("{}..{}", days.start, days.end));
        for written in [
            format!("{name}元年{month}月{day}日"),
            format!("{letter}1.{month}.{day}"),
            format!("{sign}元年{month}月{day}日"),
        ] {
            assert_eq!(shown(found(&written)), expected, "{written}");
        }
        let first_year = year.parse::<i32>().expect("a year");
        let Some((next, last_year)) = rows.get(at + 1).zip(last.get(..4)) else {
            assert_eq!(at + 1, rows.len(), "{row:?}");
            continue;
        };
        assert!(next[3] > *last, "{name} ends before {} begins", next[0]);
        let last_year = last_year.parse::<i32>().expect("a year");
        let written = format!("{name}{}年", last_year - first_year + 1);
        assert_eq!(found(&written).map(|days| days.end.to_string()), Some((*last).to_owned()), "{written}");
        let year = last_year + 1;
        let past = found(&format!("{name}{}年", last_year - first_year + 2));
        assert_eq!(shown(past), Some(format!("{year}-01-01..{year}-12-31")), "past the end of {name}");
    }
}

/// Each sentence has the strength of its row; `none` marks a sentence without a commitment.
#[test]
fn each_sentence_of_the_table_has_its_strength() {
    let rows = table("commitments.tsv");
    assert!(rows.len() >= 40, "{} rows", rows.len());
    let differ: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let [sentence, label, why] = row.as_slice() else { panic!("{row:?}") };
            let document = read("", sentence, "");
            let commitments = document.passages.iter().flat_map(|passage| &passage.commitments);
            let found = commitments.map(|commitment| commitment.label).min().map_or("none", |label| label.name());
            (found != label).then(|| format!("{sentence}: {found}, not {label}: {why}"))
        })
        .collect();
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

/// A commitment has its predicate, its actor, its object and the span of its sentence.
#[test]
fn a_commitment_has_its_words_actor_object_and_sentence() {
    let text = "第三回会合が開かれた。\n両国は、海底ケーブル（光）の整備を進めることで合意した。\n次回は来年開催する予定である。";
    let document = read("", text, "");
    let passage = &document.passages[0];
    let [agreed, planned] = passage.commitments.as_slice() else { panic!("{:?}", passage.commitments) };
    assert_eq!((agreed.label, agreed.words.as_str(), agreed.actor), (Strength::Agreed, "合意した", Some(Actor::Both)));
    assert_eq!(agreed.object.as_deref(), Some("海底ケーブル（光）の整備を進めること"));
    assert_eq!(planned.label, Strength::Planned);
    for commitment in [agreed, planned] {
        let Span { start, end } = commitment.sentence;
        let sentence: String = passage.text.chars().skip(start).take(end - start).collect();
        assert!(sentence.contains(&commitment.words) && sentence.ends_with('。'), "{sentence}");
        assert!(!sentence.contains("第三回"), "{sentence}");
    }
}

/// Entries of a list take the predicate of the sentence that announces the list; the text after the list does not.
#[test]
fn entries_of_a_list_have_the_predicate_of_the_sentence_above() {
    let text = "両国は以下の事項の重要性を確認した。\n・人材の育成\n・情報の自由な流通\n資料は別紙のとおり。";
    let document = read("", text, "");
    let labels: Vec<Strength> =
        document.passages.iter().flat_map(|passage| &passage.commitments).map(|commitment| commitment.label).collect();
    assert_eq!(labels, [Strength::Confirmed; 3]);
}

/// Each row has exactly the expected parties and other partners.
#[test]
fn each_text_of_the_table_has_its_partners() {
    for row in table("partners.tsv") {
        let [title, text, parties, others, why] = row.as_slice() else { panic!("{row:?}") };
        let document = read(title, text, "");
        for (expected, is_party) in [(parties, true), (others, false)] {
            let mut found: Vec<&str> = document
                .partners
                .iter()
                .filter(|partner| (partner.role == Role::Party) == is_party)
                .map(|partner| partner.value.as_str())
                .collect();
            let mut expected: Vec<&str> = expected.split('|').filter(|name| !name.is_empty()).collect();
            found.sort_unstable();
            expected.sort_unstable();
            assert_eq!(found, expected, "{title} {text}: {why}");
        }
    }
}

/// Each text names exactly the partners of its row, whatever their roles: words that only look like a name name none.
#[test]
fn each_text_of_the_table_names_its_partners_and_no_other() {
    for row in table("names.tsv") {
        let [text, named, why] = row.as_slice() else { panic!("{row:?}") };
        let document = read("", text, "");
        let found: BTreeSet<&str> = document.partners.iter().map(|partner| partner.value.as_str()).collect();
        let expected: BTreeSet<&str> = named.split('|').filter(|name| !name.is_empty()).collect();
        assert_eq!(found, expected, "{text}: {why}");
    }
}

/// Every member of the United Nations has its row by its ISO 3166 code, and a text names it by its name at the Ministry
/// of Foreign Affairs and by its name in CLDR.
#[test]
fn every_state_is_found_by_its_names() {
    let mut members = 0;
    for row in table("states.tsv") {
        let [code, member, name, in_cldr] = row.as_slice() else { panic!("{row:?}") };
        members += usize::from(member == "yes");
        assert_eq!(partners().by_name(code).map(|partner| partner.name), Some(name.as_str()), "{code}");
        for written in [name, in_cldr] {
            let document = read("", &format!("大臣は、{written}を訪問した。"), "");
            let found: Vec<&str> = document.partners.iter().map(|partner| partner.value.as_str()).collect();
            assert_eq!(found, [name.as_str()], "{code} {written}");
        }
    }
    assert_eq!(members + 1, 193, "the members of the United Nations, with Japan");
}

/// Every name of a state in the table is found in a text.
#[test]
fn every_name_of_the_table_is_found_in_a_text() {
    for row in partners().rows().iter().filter(|row| row.kind.is_single()) {
        for name in std::iter::once(&row.name).chain(&row.names) {
            let document = read("", &format!("{name} に関する資料を公表した。"), "");
            let found = document.partners.iter().any(|partner| partner.value == row.name);
            assert!(found, "{name}: {:?}", document.partners);
        }
    }
}

/// The points reported for a partner are those that decide its role.
#[test]
fn the_reasons_of_a_role_decide_it() {
    let mut told = 0;
    for row in table("partners.tsv") {
        for partner in read(&row[0], &row[1], "").partners.iter().filter(|partner| !partner.reasons.is_empty()) {
            let sum: i32 = partner.reasons.iter().map(|reason| reason.points).sum();
            assert_eq!(partner.role == Role::Party, sum > 0, "{}: {partner:?}", row[1]);
            told += 1;
        }
    }
    assert!(told > 20, "{told} partners with reasons");
}

/// Each feature of the table of points can match, and its counts come from labelled names.
#[test]
fn the_table_of_points_is_whole() {
    let text = std::fs::read_to_string(root().join("data/role_points.tsv")).expect("the table");
    let mut before: Vec<&str> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [feature, kind, place, only_if, words, points, names, parties, why] = cells.as_slice() else {
            panic!("{line}")
        };
        assert!(!before.contains(feature) && !why.is_empty(), "{line}");
        assert!(["country", "body", "any"].contains(kind), "{line}");
        assert!(["next", "clause", "before", "sentence", "above", "text", "is"].contains(place), "{line}");
        assert!(only_if.is_empty() || before.contains(only_if), "'{only_if}' stands behind the row that asks for it");
        assert_eq!(*place == "is", words.is_empty(), "{line}");
        let number = |cell: &str| cell.parse::<i32>().expect("a number");
        assert!(number(parties) <= number(names) && number(points).abs() < 100, "{line}");
        before.push(feature);
    }
    assert!((20..=128).contains(&before.len()), "{} rows", before.len());
}

/// A user may ask for a partner by an older spelling of its name.
#[test]
fn a_partner_is_known_by_its_older_spellings() {
    for (typed, name) in [
        ("ヴィエトナム", "ベトナム"),
        ("ヴェトナム", "ベトナム"),
        ("サウディ・アラビア", "サウジアラビア"),
        ("サウディアラビア", "サウジアラビア"),
        ("グァテマラ", "グアテマラ"),
        ("スリ・ランカ", "スリランカ"),
        ("ボリヴィア", "ボリビア"),
        ("ルクセンブルグ", "ルクセンブルク"),
    ] {
        assert_eq!(partners().by_name(typed).map(|partner| partner.name), Some(name), "{typed}");
    }
}

/// No spelling of a name is the name of another partner.
#[test]
fn other_spellings_take_no_name_from_another_partner() {
    // 南北朝鮮 is a name of two states, and denotes the first of them as a filter.
    let is_shared = |name: &&&str| partners().rows().iter().filter(|row| row.names.contains(name)).count() > 1;
    for row in partners().rows() {
        for name in std::iter::once(&row.name).chain(&row.names).filter(|name| !is_shared(name)) {
            assert_eq!(partners().by_name(name).map(|partner| partner.name), Some(row.name), "{name}");
        }
    }
}

/// Every row has its themes in a passage and none of those that it must not have; `*` is any beside its own.
#[test]
fn each_text_of_the_table_has_its_themes() {
    let paths: BTreeSet<&str> = themes().iter().map(|theme| theme.path).collect();
    let mut told: BTreeSet<String> = BTreeSet::new();
    let mut refused = 0;
    let mut differ = Vec::new();
    for row in table("themes.tsv") {
        let [text, has, not, why] = row.as_slice() else { panic!("{row:?}") };
        assert!(!why.is_empty(), "{row:?}");
        assert!(!has.is_empty() || !not.is_empty(), "{row:?}");
        let document = read("題", &text.replace('⏎', "\n"), "");
        let found: BTreeSet<&str> =
            document.passages.iter().flat_map(|passage| &passage.themes).map(|theme| theme.value.as_str()).collect();
        let listed = |cell: &'static str, list: &str| {
            let list: Vec<String> = list.split('|').filter(|path| !path.is_empty()).map(str::to_owned).collect();
            let unknown = list.iter().find(|path| *path != cell && !paths.contains(path.as_str()));
            assert!(unknown.is_none(), "{unknown:?} is no theme: {row:?}");
            list
        };
        let (has, not) = (listed("", has), listed("*", not));
        let missing = has.iter().find(|path| !found.contains(path.as_str()));
        let wrong = found
            .iter()
            .find(|path| not.iter().any(|not| not == *path || not == "*" && !has.iter().any(|has| has == *path)));
        if missing.is_some() || wrong.is_some() {
            differ.push(format!("{text}: {why}\n  missing {missing:?}, wrong {wrong:?}, found {found:?}"));
        }
        refused += usize::from(!not.is_empty());
        told.extend(has);
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    assert!(refused >= 20, "{refused} rows say what must not be told");
    let untold: Vec<&&str> = paths.iter().filter(|path| !told.contains(**path)).collect();
    assert!(untold.is_empty(), "no row of themes.tsv tells {untold:?}");
}

/// The vocabulary keeps to its form: two levels, an English name, words with weights, a source; nothing stands twice.
#[test]
fn the_table_of_themes_is_whole() {
    let text = std::fs::read_to_string(root().join("data/themes.tsv")).expect("the table");
    let (mut paths, mut labels) = (BTreeSet::new(), BTreeSet::new());
    let (mut telling, mut silent) = (BTreeSet::new(), BTreeSet::new());
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [path, english, terms, source] = cells.as_slice() else { panic!("{line}") };
        let levels: Vec<&str> = path.split('/').collect();
        assert!(levels.len() == 2 && levels.iter().all(|level| !level.trim().is_empty()), "{path}");
        assert!(english.is_ascii() && english.starts_with(|c: char| c.is_ascii_uppercase()), "{path}: {english}");
        assert!(paths.insert(*path) && labels.insert(*english), "{path} or {english} stands twice");
        assert!(source.split('|').all(|source| ["mic", "corpus"].contains(&source)), "{path}: {source}");
        let mut own = BTreeSet::new();
        for term in terms.split('|') {
            let (word, weight) = term.rsplit_once(':').unwrap_or_else(|| panic!("{path}: {term} has no weight"));
            assert!(!word.is_empty() && word.trim() == word, "{path}: '{term}'");
            // Texts are looked at with half-width letters and digits: a full-width one would never be found.
            assert!(!word.contains(|c| matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ')), "{path}: {word}");
            assert!(own.insert(word), "{path}: {word} stands twice");
            match weight {
                "0" => _ = silent.insert(word),
                "1" | "2" | "3" => _ = telling.insert(word),
                _ => panic!("{path}: {term}: weights are 0 to 3"),
            }
        }
        assert!(own.iter().any(|word| telling.contains(word)), "{path} has no word that tells it");
    }
    assert!(silent.is_disjoint(&telling), "{:?}", silent.intersection(&telling));
    // A word that keeps none from counting has no use.
    for word in silent {
        assert!(telling.iter().any(|other| word.contains(other) || crosses(word, other)), "{word}");
    }
}

/// True where a word ends with the beginning of another, or the other way.
fn crosses(word: &str, other: &str) -> bool {
    other.char_indices().skip(1).any(|(at, _)| word.ends_with(&other[..at]) || word.starts_with(&other[at..]))
}

/// A word of weight 2 or 3 tells its theme where it stands alone: no longer word hides it.
#[test]
fn each_strong_word_tells_its_theme() {
    let text = std::fs::read_to_string(root().join("data/themes.tsv")).expect("the table");
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        for term in cells[2].split('|').filter(|term| term.ends_with(":2") || term.ends_with(":3")) {
            let word = &term[..term.len() - 2];
            let document = read("題", &format!("{word}。"), "");
            let themes: Vec<&str> = document
                .passages
                .iter()
                .flat_map(|passage| &passage.themes)
                .map(|theme| theme.value.as_str())
                .collect();
            assert!(themes.contains(&cells[0]), "{word}: {themes:?}");
        }
    }
}
