//! `facets`, `kwic`, `timeline` and `series`: the tables of the commands, shortened to what an assistant can read.

use serde_json::{Value, json};

use super::MOST;
use super::call::Call;
use super::fence::Fence;
use super::fields::{day, length, lines, list, number, object, said, text};
use super::sources::Sources;
use crate::serve::params::Params;
use crate::serve::reply::Problem;
use crate::serve::tool::Tool;
use crate::serve::view::View;

/// Room for what is added to every answer.
const ROOM: usize = 300;
/// Values of a facet: without a number, and at most.
const VALUES: (usize, usize) = (15, 50);
/// Lines of a concordance: without a number, and at most.
const LINES: (usize, usize) = (20, 50);
/// Characters of the context on each side: without a number, and at most.
const CONTEXT: (usize, usize) = (30, 100);
/// Most queries of a timeline.
const QUERIES: usize = 5;
/// Most gaps, renames and related documents of a series.
const MOST_NOTES: usize = 20;
/// Most series of a list.
const SERIES: usize = 50;

/// The facets, in the order of the page.
pub(super) const FACETS: [&str; 5] = ["partner", "theme", "commitment", "series", "date"];

/// Takes away with `shorten` until an answer fits; `shorten` returns false where nothing is left to take.
fn fitted(mut answer: Value, mut shorten: impl FnMut(&mut Value) -> bool) -> Value {
    while length(&answer) + ROOM > MOST && shorten(&mut answer) {}
    answer
}

/// Takes away the last element of a list and counts it in a field beside the list.
fn shortened(answer: &mut Value, name: &str, left_out: &str) -> bool {
    let Some(list) = answer[name].as_array_mut() else { return false };
    if list.pop().is_none() {
        return false;
    }
    answer[left_out] = json!(number(answer, left_out) + 1);
    true
}

/// Returns the values of a facet: dates in their order, others by their number of passages; and how many are left out.
pub(super) fn rows(answer: &Value, facet: &str, most: usize) -> (Vec<Value>, usize) {
    fn walk(nodes: &[Value], name: &str, found: &mut Vec<Value>) {
        for node in nodes {
            found.push(object([
                ("value", node[name].clone()),
                ("passages", node["passages"].clone()),
                ("documents", node["documents"].clone()),
            ]));
            walk(list(node, "children"), name, found);
        }
    }
    let mut all = Vec::new();
    // The path of a series is its id; filters take the name.
    walk(list(answer, facet), if facet == "series" { "value" } else { "path" }, &mut all);
    let in_order = facet == "date";
    if !in_order {
        all.sort_by_key(|row| std::cmp::Reverse(number(row, "passages")));
    }
    let left_out = all.len().saturating_sub(most);
    // Of the dates, the last ones are the recent ones.
    let skipped = if in_order { left_out } else { 0 };
    (all.into_iter().skip(skipped).take(most).collect(), left_out)
}

/// Counts passages and documents by facets.
pub(super) fn facets(call: &Call<'_>) -> Result<Value, Problem> {
    let mut params = call.arguments.params()?;
    call.arguments.set(&mut params, "by", "by")?;
    let most = call.arguments.number("limit", 1, VALUES.1)?.unwrap_or(VALUES.0);
    let asked = call.arguments.texts("facets")?;
    if let Some(other) = asked.iter().find(|name| !FACETS.contains(name)) {
        let other: String = other.chars().take(60).collect();
        let reason = format!("facets: '{other}' is none of {}", FACETS.join(", "));
        return Err(Problem::new(axum::http::StatusCode::BAD_REQUEST, reason));
    }
    let (answer, _) = call.asked(params, View::Facets)?;
    let mut value = object([
        ("filters_left_nothing", answer["emptied"]["said"].clone()),
        ("roles", answer["roles"]["said"].clone()),
    ]);
    for name in FACETS.into_iter().filter(|name| asked.is_empty() || asked.contains(name)) {
        let (rows, left_out) = rows(&answer, name, most);
        value[name] = json!(rows);
        if left_out > 0 {
            value["left_out"][name] = json!(left_out);
        }
    }
    Ok(fitted(value, |value| {
        let longest = FACETS.into_iter().max_by_key(|name| list(value, name).len()).unwrap_or_default();
        if list(value, longest).is_empty() {
            return false;
        }
        value["left_out"][longest] = json!(number(&value["left_out"], longest) + 1);
        value[longest].as_array_mut().is_some_and(|rows| rows.pop().is_some())
    }))
}

/// Lists occurrences in their context.
pub(super) fn kwic(call: &Call<'_>) -> Result<Value, Problem> {
    let mut params = call.arguments.params()?;
    call.arguments.needed("query")?;
    params.limit = Some(call.arguments.number("limit", 1, LINES.1)?.unwrap_or(LINES.0));
    params.offset = call.arguments.number("offset", 0, 100_000)?.unwrap_or(0);
    let width = call.arguments.number("context", 5, CONTEXT.1)?.unwrap_or(CONTEXT.0).to_string();
    params.tool.extend([("left", width.clone()), ("right", width)]);
    call.arguments.set(&mut params, "sort", "sort")?;
    let offset = params.offset;
    let (answer, held) = call.asked(params, View::Tool(Tool::Kwic))?;
    let fence = Fence::new();
    let mut sources = Sources::new(&held, call.base);
    let (mut rows, mut places) = (Vec::new(), Vec::new());
    let flat = |line: &Value, name: &str| text(line, name).replace(['\n', '\t'], " ");
    for (at, line) in list(&answer, "lines").iter().enumerate() {
        let number = offset + at + 1;
        let document = text(line, "document");
        let id = line["passage"].as_str().unwrap_or(document);
        let (citation, url) = sources.of_place(document, id, line)?;
        rows.push(format!("{number}\t{}【{}】{}", flat(line, "left"), flat(line, "match"), flat(line, "right")));
        places.push(object([
            ("number", json!(number)),
            ("id", json!(id)),
            ("url", json!(url)),
            ("citation", json!(citation)),
            ("date", line["date"].clone()),
            ("partners", line["partners"].clone()),
            ("lines", lines(line)),
            ("page", line["page"].clone()),
            ("tier", line["tier"].clone()),
        ]));
    }
    let kept = number(&answer, "kept").max(offset + places.len());
    let total = json!({
        "lines": answer["total"]["lines"], "passages": answer["total"]["passages"],
        "documents": answer["total"]["documents"],
    });
    let query = said(&answer["query"]);
    let made = |count: usize| {
        let next = offset + count;
        json!({
            "concordance": fence.around(&rows[..count].join("\n")),
            "lines": &places[..count],
            "total": total,
            "query": query,
            "next": (next < kept && count > 0).then_some(next),
            "fence": fence.mark(),
        })
    };
    let mut count = rows.len();
    while count > 1 && length(&made(count)) + ROOM > MOST {
        count -= 1;
    }
    Ok(made(count))
}

/// Counts queries over time.
pub(super) fn timeline(call: &Call<'_>) -> Result<Value, Problem> {
    let mut params = call.arguments.params()?;
    call.arguments.needed("query")?;
    call.arguments.set(&mut params, "by", "by")?;
    call.arguments.set(&mut params, "per", "per")?;
    let more = call.arguments.texts("more_queries")?;
    if more.len() >= QUERIES {
        let reason = format!("more_queries: at most {QUERIES} queries stand in one timeline");
        return Err(Problem::new(axum::http::StatusCode::BAD_REQUEST, reason));
    }
    params.tool.extend(more.into_iter().map(|query| ("query", query.to_owned())));
    let (answer, held) = call.asked(params, View::Tool(Tool::Timeline))?;
    let mut sources = Sources::new(&held, call.base);
    let mut queries = Vec::new();
    for line in list(&answer, "queries") {
        let mut used = |name: &str| -> Result<Value, Problem> {
            let one = &line[name];
            let Some(id) = one["passage"].as_str() else { return Ok(Value::Null) };
            let shown = held.collection.show(id)?;
            let passage = shown.passage.and_then(|at| shown.document.passages.get(at));
            let citation = sources.citation(&shown.document.id, passage)?;
            Ok(object([
                ("id", json!(id)),
                ("date", day(&one["date"])),
                ("inferred", one["inferred"].clone()),
                ("title", one["title"].clone()),
                ("url", json!(sources.url(&citation, id))),
                ("citation", json!(citation.sist02())),
            ]))
        };
        let bin = |bin: &Value| {
            object([
                ("period", bin["label"].clone()),
                ("passages", bin["passages"].clone()),
                ("documents", bin["documents"].clone()),
                ("occurrences", bin["occurrences"].clone()),
                ("rate", bin["rate"].clone()),
                ("of", bin["of"].clone()),
            ])
        };
        let (first, last) = (used("first")?, used("last")?);
        queries.push(json!({
            "query": line["query"], "total": line["total"], "first": first, "last": last,
            "bins": list(line, "bins").iter().map(bin).collect::<Vec<_>>(), "undated": bin(&line["undated"]),
        }));
    }
    let value = object([
        ("by", answer["by"].clone()),
        ("per", answer["per"].clone()),
        ("queries", json!(queries)),
        ("warnings", answer["warnings"].clone()),
    ]);
    // The earliest periods go first: with a filter of dates they can be asked for.
    Ok(fitted(value, |value| {
        let Some(queries) = value["queries"].as_array_mut() else { return false };
        let Some(longest) = queries.iter_mut().max_by_key(|query| list(query, "bins").len()) else { return false };
        let Some(bins) = longest["bins"].as_array_mut().filter(|bins| !bins.is_empty()) else { return false };
        bins.remove(0);
        longest["bins_left_out"] = json!(number(longest, "bins_left_out") + 1);
        true
    }))
}

/// Lists series of meetings, or the meetings of one.
pub(super) fn series(call: &Call<'_>) -> Result<Value, Problem> {
    let name = call.arguments.text("name")?.map(str::trim).filter(|name| !name.is_empty());
    let (answer, held) = call.asked(Params::default(), View::Series(name.map(str::to_owned)))?;
    let mut sources = Sources::new(&held, call.base);
    let mut all = Vec::new();
    for one in list(&answer, "series") {
        let head = [
            ("name", one["name"].clone()),
            ("id", one["series_id"].clone()),
            ("other_names", one["other_names"].clone()),
            ("first", one["first"].clone()),
            ("last", one["last"].clone()),
            ("documents", one["documents"].clone()),
            ("meeting_count", json!(list(one, "meetings").len())),
        ];
        let mut value = object(head);
        if name.is_some() {
            let mut meetings = Vec::new();
            for meeting in list(one, "meetings") {
                meetings.push(held_meeting(meeting, &mut sources)?);
            }
            value["meetings"] = json!(meetings);
            for field in ["gaps", "renames", "related"] {
                let all = list(one, field);
                if !all.is_empty() {
                    value[field] = json!(all.iter().take(MOST_NOTES).collect::<Vec<_>>());
                }
                if all.len() > MOST_NOTES {
                    value[format!("{field}_left_out")] = json!(all.len() - MOST_NOTES);
                }
            }
        }
        all.push(value);
    }
    let left_out = if name.is_none() { all.len().saturating_sub(SERIES) } else { 0 };
    if name.is_none() {
        // Those with most meetings first.
        all.sort_by_key(|one| std::cmp::Reverse(number(one, "meeting_count")));
        all.truncate(SERIES);
    }
    let value = json!({"series": all, "left_out": left_out});
    Ok(fitted(value, |value| {
        let count = list(value, "series").len();
        if name.is_none() || count > 1 {
            return shortened(value, "series", "left_out");
        }
        value["series"].get_mut(0).is_some_and(|one| shortened(one, "meetings", "meetings_left_out"))
    }))
}

/// Makes a meeting with references to its documents.
fn held_meeting(meeting: &Value, sources: &mut Sources<'_>) -> Result<Value, Problem> {
    let mut documents = Vec::new();
    for document in list(meeting, "documents") {
        let id = text(document, "id");
        let citation = sources.of_document(id)?;
        documents.push(json!({"id": id, "title": document["title"], "citation": citation}));
    }
    Ok(object([
        ("number", meeting["number"].clone()),
        ("edition", meeting["edition"].clone()),
        ("sub", meeting["sub"].clone()),
        ("dates", meeting["dates"].clone()),
        ("places", meeting["places"].clone()),
        ("documents", json!(documents)),
        ("evidence", meeting["evidence"].clone()),
        ("conflict", json!(meeting["conflict"].as_bool().filter(|conflict| *conflict))),
    ]))
}
