//! Fields of JSON values that the page writes, and the size of answers.

use serde_json::{Map, Value, json};

/// Returns a text field, empty where there is none.
pub(super) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// Returns the elements of a list, none where there is no list.
pub(super) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

/// Returns a whole number, 0 where there is none.
pub(super) fn number(value: &Value, name: &str) -> usize {
    value[name].as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or_default()
}

/// Returns the days of a date of the JSON: `2017-10-16`, or `2017-04-01..2018-03-31`.
pub(super) fn day(date: &Value) -> Value {
    match (text(date, "start"), text(date, "end")) {
        ("", _) => Value::Null,
        (start, end) if start == end => json!(start),
        (start, end) => json!(format!("{start}..{end}")),
    }
}

/// Returns a pair of lines as text: `12-15`.
pub(super) fn lines(value: &Value) -> Value {
    match value["lines"].as_array().map(Vec::as_slice) {
        Some([first, last]) if first == last => json!(first.to_string()),
        Some([first, last]) => json!(format!("{first}-{last}")),
        _ => Value::Null,
    }
}

/// Makes an object of fields, without those that are null or an empty list.
pub(super) fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let is_told = |value: &Value| !value.is_null() && value.as_array().is_none_or(|all| !all.is_empty());
    let kept = fields.into_iter().filter(|(_, value)| is_told(value));
    Value::Object(kept.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}

/// Returns the number of characters of a value as JSON.
pub(super) fn length(value: &Value) -> usize {
    value.to_string().chars().count()
}

/// Returns what an answer says about its query beside the hits: names of fields and values, none that is empty.
pub(super) fn said(query: &Value) -> Value {
    object([
        ("parsed", query["parsed"]["text"].clone()),
        ("partial", json!(query["relaxed"].as_bool().filter(|relaxed| *relaxed))),
        ("warnings", query["warnings"].clone()),
        ("words", query["counts"].clone()),
        ("suggestions", query["suggestions"].clone()),
        ("filters_left_nothing", query["emptied"]["said"].clone()),
        ("roles", query["roles"]["said"].clone()),
    ])
}
