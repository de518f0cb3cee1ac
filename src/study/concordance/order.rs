//! The order of the lines of a concordance, and its samples.

use std::collections::HashMap;

use crate::document::Role;

use super::line::Line;
use super::options::{ConcordanceOptions, SortKey};

/// A value of a key; absent values stand last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Value {
    Number(i64),
    Text(String),
    Absent,
}

/// Sorts lines by the keys of the options; lines that are equal in all keys stand by position.
pub(super) fn sort(lines: &mut [Line], options: &ConcordanceOptions) {
    let place = |line: &Line| {
        let passage = line.passage.as_ref();
        // A title stands before the text.
        let index = passage.map_or(0, |passage| passage.index + 1);
        (line.document.id.clone(), index, line.offset)
    };
    lines.sort_by_cached_key(|line| {
        let values: Vec<Value> = options.sort.iter().flat_map(|key| values(line, key)).collect();
        (values, line.index.clone(), place(line))
    });
}

fn values(line: &Line, key: &SortKey) -> Vec<Value> {
    let words = |words: &[String], numbers: &[usize]| {
        let word = |number: &usize| words.get(number - 1).map_or(Value::Absent, |word| Value::Text(word.clone()));
        numbers.iter().map(word).collect()
    };
    let day = || line.document.date.as_ref().map(|date| date.interval.start.as_number() as i64);
    match key {
        SortKey::Position => {
            let index = line.passage.as_ref().map_or(0, |passage| passage.index as i64 + 1);
            vec![Value::Text(line.document.id.clone()), Value::Number(index), Value::Number(line.offset as i64)]
        }
        SortKey::Date => vec![day().map_or(Value::Absent, Value::Number)],
        SortKey::DateDescending => vec![day().map_or(Value::Absent, |day| Value::Number(-day))],
        SortKey::Partner => {
            vec![line.partners(Role::Party).first().map_or(Value::Absent, |name| Value::Text((*name).to_owned()))]
        }
        SortKey::Match => vec![Value::Text(crate::analysis::fold(&line.matched).chars.into_iter().collect())],
        SortKey::Left(numbers) => words(&line.before, numbers),
        SortKey::Right(numbers) => words(&line.after, numbers),
    }
}

/// Keeps the lines that the options ask for. Each choice depends on the line alone, so that it is the same each time.
pub(super) fn sample(lines: &mut Vec<Line>, options: &ConcordanceOptions) {
    if let Some(most) = options.per_document {
        lines.sort_by_cached_key(|line| {
            (line.document.id.clone(), line.passage.as_ref().map(|passage| passage.index), line.offset)
        });
        let mut counts: HashMap<String, usize> = HashMap::new();
        lines.retain(|line| {
            let count = counts.entry(line.document.id.clone()).or_default();
            *count += 1;
            *count <= most
        });
    }
    if let Some(thin) = options.thin {
        lines.retain(|line| number(line, &options.seed).is_multiple_of(thin));
    }
    if let Some(most) = options.sample.filter(|most| *most < lines.len()) {
        // The smallest hashes: a reservoir that does not depend on the order in which lines come.
        lines.sort_by_cached_key(|line| hash(line, &options.seed));
        lines.truncate(most);
    }
}

fn hash(line: &Line, seed: &str) -> [u8; 32] {
    let id = line.passage.as_ref().map_or(line.document.id.as_str(), |passage| passage.id.as_str());
    *blake3::hash(format!("{seed}\n{id}\n{}", line.offset).as_bytes()).as_bytes()
}

fn number(line: &Line, seed: &str) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = hash(line, seed);
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}
