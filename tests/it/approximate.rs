//! Fuzzy words against the matcher on texts, and suggestions from the dictionaries of an index against those from a
//! list of its words.

use fumikura::analysis::Analyzer;
use fumikura::engine::Request;
use fumikura::engine::embedded::{search, suggestions};
use fumikura::index::OpenIndex;
use fumikura::matching::{PassageView, match_passage};
use fumikura::query::{Compiled, compile, parse};
use serde_json::json;

use crate::support::{Random, corpus, index_lines, shown};

/// Changes, removes, adds or exchanges characters of a word.
fn slipped(random: &mut Random, word: &[char], letters: &[char]) -> String {
    let mut word = word.to_vec();
    for _ in 0..1 + random.below(2) {
        let at = random.below(word.len());
        match random.below(4) {
            0 => word[at] = letters[random.below(letters.len())],
            1 => word.insert(at, letters[random.below(letters.len())]),
            2 if word.len() > 3 => drop(word.remove(at)),
            _ => word.swap(at, random.below(at + 1)),
        }
    }
    word.into_iter().collect()
}

/// Compares each query with the matcher on the text of each passage, and returns the number of hits.
fn compared(open: &OpenIndex, queries: &[String]) -> usize {
    let analyzer = Analyzer::new();
    let compiled: Vec<Compiled> = queries
        .iter()
        .map(|text| compile(&parse(text).expect("a query").node.expect("a tree"), &analyzer, true).expect("compiles"))
        .collect();
    let mut expected = vec![Vec::new(); queries.len()];
    for document in open.documents().expect("documents") {
        let mut here = vec![Vec::new(); queries.len()];
        for passage in open.passages_of(&document.document.id).expect("passages") {
            let view = PassageView::new(&analyzer, &passage.passage, &document.document.title);
            let view = view.in_document(&document.document);
            for (here, query) in here.iter_mut().zip(&compiled) {
                here.extend(match_passage(query, &view).map(|matched| (passage.passage.clone(), matched)));
            }
        }
        for (expected, here) in expected.iter_mut().zip(here) {
            expected.extend(shown(here).into_iter().map(|(passage, matched)| (passage.id, matched.tier)));
        }
    }
    let mut hits = 0;
    for (text, mut expected) in queries.iter().zip(expected) {
        let request = Request { text: text.clone(), limit: 10_000, relax: false, ..Request::default() };
        let answer = search(open, &request).expect("a search");
        let mut found: Vec<_> = answer.hits.iter().map(|hit| (hit.passage.id.clone(), hit.tier)).collect();
        hits += answer.total.passages;
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{text}");
    }
    hits
}

#[test]
fn fuzzy_words_with_random_slips_are_found_as_texts_match() {
    let open = corpus();
    let mut random = Random(20_131_107);
    let texts: Vec<Vec<char>> = open
        .documents()
        .expect("documents")
        .iter()
        .flat_map(|document| open.passages_of(&document.document.id).expect("passages"))
        .map(|passage| passage.passage.text.chars().filter(|c| c.is_alphabetic()).collect())
        .filter(|text: &Vec<char>| text.len() > 20)
        .collect();
    let queries: Vec<String> = (0..150)
        .map(|number| {
            let text = &texts[random.below(texts.len())];
            let length = 3 + random.below(10);
            let from = random.below(text.len() - length);
            format!("{}~{}", slipped(&mut random, &text[from..from + length], text), 1 + number % 3)
        })
        .filter(|text| parse(text).is_ok_and(|parsed| parsed.node.is_some()))
        .collect();
    let hits = compared(open, &queries);
    assert!(queries.len() > 100 && hits > 500, "{hits} hits of {}", queries.len());
}

/// Few letters in many passages: the letters come from postings. Every fifth text has a repaired character (⽇).
#[test]
fn fuzzy_words_of_frequent_letters_are_found_as_texts_match() {
    let mut random = Random(20_151_023);
    let letters: Vec<char> = "情報通信の規定を日本する".chars().collect();
    let of = |random: &mut Random, count: usize| -> Vec<char> {
        (0..count).map(|_| letters[random.below(letters.len())]).collect()
    };
    let lines: Vec<String> = (0..700)
        .map(|number| {
            let mut text: String = of(&mut random, 120).into_iter().collect();
            if number % 5 == 0 {
                text = text.replacen('日', "\u{2F47}", 1);
            }
            json!({"id": format!("d{number}"), "title": format!("第{number}号"), "text": text + "。"}).to_string()
        })
        .collect();
    let index = index_lines(&lines);
    let queries: Vec<String> = (0..60)
        .map(|number| {
            let length = 3 + random.below(6);
            let word = of(&mut random, length);
            format!("{}~{}", slipped(&mut random, &word, &letters), 1 + number % 3)
        })
        .collect();
    let hits = compared(&index.open, &queries);
    assert!(hits > 2_000, "{hits}");
}

#[test]
fn suggestions_of_an_index_are_those_of_its_words() {
    let open = corpus();
    let (analyzer, words) = (Analyzer::new(), open.vocabulary().expect("words"));
    let mut random = Random(20_170_405);
    let mut shown = 0;
    for number in 0..900 {
        let word = &words[random.below(words.len())];
        let chars: Vec<char> = word.chars().collect();
        let hiragana = |c: char| if ('ァ'..='ヶ').contains(&c) { char::from_u32(c as u32 - 0x60) } else { Some(c) };
        let typed = match number % 3 {
            0 => analyzer.reading(word).chars().filter_map(hiragana).collect(),
            1 => format!("{}{}", words[random.below(words.len())], slipped(&mut random, &chars, &chars)),
            _ => slipped(&mut random, &chars, &['語', 'ア', 'ン']),
        };
        let request = |text: String, variants| Request { text, variants, relax: false, ..Request::default() };
        let Ok(answer) = search(open, &request(typed.clone(), true)) else { continue };
        if answer.total.passages > 0 || answer.counts.len() != 1 || answer.counts[0].term != typed {
            continue;
        }
        let is_there = |term: &String| {
            let found = search(open, &request(format!("w:\"{term}\""), false));
            found.expect("a search").total.passages > 0
        };
        let expected: Vec<String> =
            suggestions(&analyzer, &typed, &words).into_iter().filter(is_there).take(5).collect();
        assert_eq!(answer.suggestions, expected, "{typed}");
        shown += expected.len();
    }
    assert!(shown > 50, "{shown} suggestions");
}
