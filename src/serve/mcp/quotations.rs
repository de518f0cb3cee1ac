//! `verify_quote`: one quotation against the documents.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::call::Call;
use super::fence::Fence;
use super::fields::{lines, list, object, text};
use super::sources::Sources;
use crate::serve::params::Params;
use crate::serve::reply::Problem;
use crate::serve::tool::Tool;
use crate::serve::view::View;
use crate::study::Verdict;

/// Longest quotation, in characters.
pub(super) const MOST_QUOTED: usize = 4_000;
/// Least letters of a part between marks of ellipsis. A shorter one, as a figure after the dots of a contents line,
/// stands somewhere in every long document and proves nothing.
const LEAST_PART: usize = 4;
/// Most differences that are named.
const MOST_DIFFERENCES: usize = 50;
/// Most documents with the same words that are named.
const MOST_ALSO: usize = 10;

/// Says what a verdict means for somebody who wants to quote.
fn meaning(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Exact => "The words stand in the source at this place, letter by letter.",
        Verdict::Spelling => {
            "The words stand in the source at this place; only width, marks or spelling differ. Prefer the words of \
             the source."
        }
        Verdict::Ellipsis => "The parts around the marks of ellipsis stand in one source, in this order.",
        Verdict::Altered => {
            "NOT a quotation: words, numbers, names or negations differ from the source. See differences; use the \
             words of the source."
        }
        Verdict::Merged => {
            "NOT a quotation: it joins places without a mark, in another order, or of several documents."
        }
        Verdict::OtherDocument => {
            "NOT in the document that was named, but in another one; quote it from there, or not at all."
        }
        Verdict::NotFound => "NOT a quotation: no document of the collection has these words. Do not quote them.",
        Verdict::Unchecked => "Not compared, because the time ran out. Do not quote it unchecked; try again.",
    }
}

/// Says that an ellipsis proves too little.
const TOO_SHORT: &str = "NOT accepted: a part between marks of ellipsis is too short to be compared. Quote longer \
    parts, or one part alone.";

/// Answers with the verdict on a quotation.
pub(super) fn verify(call: &Call<'_>) -> Result<Value, Problem> {
    let quote = call.arguments.needed("quote")?;
    let bad = |reason: String| Problem::new(StatusCode::BAD_REQUEST, format!("quote: {reason}"));
    let length = quote.chars().count();
    if length > MOST_QUOTED {
        return Err(bad(format!("has {length} characters, at most {MOST_QUOTED} are compared; verify it in parts")));
    }
    // As a block on one line, the whole text is the quotation, whatever brackets it holds.
    let block = quote.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let mut params = Params { text: format!("> {block}"), ..Params::default() };
    call.arguments.set(&mut params, "id", "in")?;
    let (answer, held) = call.asked(params, View::Tool(Tool::Verify))?;
    let Some(found) = list(&answer, "quotations").first() else {
        return Err(bad("is too short: six letters or more are compared, without blanks and marks".to_owned()));
    };
    let name = text(found, "verdict");
    let verdict = Verdict::ALL.into_iter().find(|verdict| verdict.name() == name).unwrap_or_default();
    let fence = Fence::new();
    let mut sources = Sources::new(&held, call.base);
    let mut place = |of: &Value, words: &str| -> Result<Value, Problem> {
        let (document, id) = (text(of, "document"), text(of, "passage"));
        if id.is_empty() {
            return Ok(Value::Null);
        }
        let (citation, url) = sources.of_place(document, id, of)?;
        Ok(object([
            ("id", json!(id)),
            ("document", json!(document)),
            ("lines", lines(of)),
            ("page", of["page"].clone()),
            ("citation", json!(citation)),
            ("url", json!(url)),
            ("score", of["score"].clone()),
            ("text", json!(fence.around(text(of, words)))),
        ]))
    };
    let at = place(found, "source")?;
    let nearest: Vec<Value> = list(found, "nearest").iter().map(|of| place(of, "text")).collect::<Result<_, _>>()?;
    let mut parts = Vec::new();
    for part in list(found, "parts") {
        let at = place(&part["place"], "text")?;
        parts.push(object([("quotation", part["text"].clone()), ("place", at)]));
    }
    let is_short = |part: &Value| text(part, "text").chars().filter(|c| c.is_alphanumeric()).count() < LEAST_PART;
    let has_short = verdict == Verdict::Ellipsis && list(found, "parts").iter().any(is_short);
    let meaning = if has_short { TOO_SHORT } else { meaning(verdict) };
    let (also, differences) = (list(found, "also"), list(found, "differences"));
    let shown = |all: &[Value], most: usize| json!(all.iter().take(most).collect::<Vec<_>>());
    let left_out = |all: &[Value], most: usize| json!(Some(all.len().saturating_sub(most)).filter(|left| *left > 0));
    Ok(object([
        ("quote", json!(quote)),
        ("verdict", json!(name)),
        ("accepted", json!(verdict.is_sound() && !has_short)),
        ("meaning", json!(meaning)),
        ("place", at),
        ("differences", shown(differences, MOST_DIFFERENCES)),
        ("differences_left_out", left_out(differences, MOST_DIFFERENCES)),
        ("parts", json!(parts)),
        ("nearest", json!(nearest)),
        ("also", shown(also, MOST_ALSO)),
        ("also_left_out", left_out(also, MOST_ALSO)),
        ("warnings", found["warnings"].clone()),
        ("fence", json!(fence.mark())),
    ]))
}
