//! The linter of the wire: a query that holds any key outside the subset is not sent.
//!
//! The subset is what OpenSearch 2.19 and 3, and Elasticsearch from 8.16 on, answer alike.

use serde_json::{Map, Value};

/// Fields that a query may name.
const FIELDS: [&str; 20] = [
    "kind",
    "key",
    "source",
    "body",
    "heading",
    "title",
    "words",
    "section_words",
    "when",
    "partner",
    "theme",
    "commitment",
    "series",
    "date_start",
    "date_end",
    "path",
    "publisher",
    "document",
    "position",
    "run",
];

/// Checks a query and counts its leaves, which the engine bounds.
///
/// # Errors
/// The place and the key that is outside the subset.
pub(super) fn lint(query: &Value) -> Result<usize, String> {
    let (kind, value) = only(query, "a query")?;
    match kind {
        "bool" => {
            let mut leaves = 0;
            for (key, value) in object(value, kind)? {
                leaves += match key.as_str() {
                    "filter" | "should" | "must_not" => {
                        list(value, key)?.iter().try_fold(0, |sum, one| Ok::<_, String>(sum + lint(one)?))?
                    }
                    "minimum_should_match" if value.as_u64() == Some(1) => 0,
                    "_name" if value.is_string() => 0,
                    other => return Err(format!("bool has the key {other}")),
                };
            }
            Ok(leaves)
        }
        "match_all" => only_keys(value, kind, &[]).map(|()| 1),
        "exists" => {
            only_keys(value, kind, &["field"])?;
            named(value["field"].as_str().unwrap_or_default()).map(|()| 1)
        }
        "terms" => {
            let (field, value) = only(value, kind)?;
            named(field)?;
            list(value, kind).map(|_| 1)
        }
        "ids" => {
            only_keys(value, kind, &["values"])?;
            list(&value["values"], kind).map(|_| 1)
        }
        "term" => of_field(value, kind, &["value", "boost"]).map(|()| 1),
        "prefix" | "regexp" => of_field(value, kind, &["value"]).map(|()| 1),
        "range" => of_field(value, kind, &["gte", "lte"]).map(|()| 1),
        "intervals" => {
            let (field, value) = only(value, kind)?;
            named(field)?;
            rule(value)
        }
        other => Err(format!("{other} is no query of the subset")),
    }
}

fn rule(rule: &Value) -> Result<usize, String> {
    let (kind, value) = only(rule, "a rule")?;
    match kind {
        "all_of" | "any_of" => {
            let keys: &[&str] = if kind == "all_of" { &["ordered", "max_gaps", "intervals"] } else { &["intervals"] };
            only_keys(value, kind, keys)?;
            let rules = list(&value["intervals"], kind)?;
            rules.iter().try_fold(0, |sum, one| Ok(sum + self::rule(one)?))
        }
        "prefix" => only_keys(value, kind, &["prefix"]).map(|()| 1),
        "regexp" => only_keys(value, kind, &["pattern"]).map(|()| 1),
        other => Err(format!("{other} is no rule of the subset")),
    }
}

fn object<'a>(value: &'a Value, of: &str) -> Result<&'a Map<String, Value>, String> {
    value.as_object().ok_or_else(|| format!("{of} is no object"))
}

fn list<'a>(value: &'a Value, of: &str) -> Result<&'a Vec<Value>, String> {
    value.as_array().ok_or_else(|| format!("{of} has no list"))
}

/// Returns the only entry of an object.
fn only<'a>(value: &'a Value, of: &str) -> Result<(&'a str, &'a Value), String> {
    let mut entries = object(value, of)?.iter();
    match (entries.next(), entries.next()) {
        (Some((key, value)), None) => Ok((key, value)),
        _ => Err(format!("{of} has not exactly one key")),
    }
}

fn only_keys(value: &Value, of: &str, keys: &[&str]) -> Result<(), String> {
    match object(value, of)?.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => Err(format!("{of} has the key {key}")),
        None => Ok(()),
    }
}

fn named(field: &str) -> Result<(), String> {
    if FIELDS.contains(&field) { Ok(()) } else { Err(format!("the field {field} is not in the index")) }
}

fn of_field(value: &Value, of: &str, keys: &[&str]) -> Result<(), String> {
    let (field, value) = only(value, of)?;
    named(field)?;
    only_keys(value, of, keys)
}
