//! The description of the API in OpenAPI 3.1, made from the types of its JSON.

use std::sync::LazyLock;

use axum::http::StatusCode;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::params::{Filter, MAX_LIMIT};
use super::reply::{self, Reply};
use super::tool::{self, Tool};
use crate::document::Strength;
use crate::output::wire;

/// Answers with the description.
pub(super) fn reply() -> Reply {
    static TEXT: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let mut bytes = Vec::new();
        // Writing to memory cannot fail.
        let _ = crate::output::write_json(&mut bytes, &description());
        bytes
    });
    reply::reply(StatusCode::OK, "application/json", TEXT.clone())
}

/// Returns schema and description of a parameter.
fn parameter(name: &str) -> (Value, &'static str) {
    let text = || json!({"type": "string", "pattern": "^[^\\u0000]*$"});
    let texts = || json!({"type": "array", "items": {"type": "string", "minLength": 1, "pattern": "^[^\\u0000]*$"}});
    let of = |names: &[&str]| json!({"type": "string", "enum": names});
    match name {
        "q" => (text(), "The query, in the query language of `fumikura search`; empty: all passages."),
        "partner" => (texts(), "Only passages with this partner; several are alternatives."),
        "exclude-partner" => (texts(), "No passages with this partner."),
        "role" => {
            let names = ["party", "venue", "member", "mention", "any"];
            (json!({"type": "array", "items": of(&names)}), "Roles in which a partner counts.")
        }
        "theme" => (texts(), "Only passages on this theme; several are alternatives."),
        "commitment" => {
            (json!({"type": "array", "items": of(&Strength::ALL.map(Strength::name))}), "Strongest commitment.")
        }
        "series" => (texts(), "Only passages on this series of meetings; several are alternatives."),
        "date" => (text(), "Days of the document, in the notations of `--date`; `unknown`: undated documents."),
        "path" => (texts(), "Pattern of the path of the file; several are alternatives."),
        "publisher" => (texts(), "Publisher, or a part of its name; several are alternatives."),
        "type" => (texts(), "Type of the file; several are alternatives."),
        "n" => (json!({"type": "integer", "minimum": 0, "maximum": MAX_LIMIT, "default": 10}), "Hits of the page."),
        "offset" => (json!({"type": "integer", "minimum": 0, "maximum": u32::MAX}), "Hits to skip."),
        "sort" => (of(&["relevance", "date", "-date"]), "Order of the hits."),
        "group" => (of(&["passage", "document"]), "`document`: the best passage of each document."),
        "by" => (of(&["year", "month", "fiscal-year"]), "Unit of the facet of dates."),
        "all" => (flag(), "All hits, streamed, without partial matches."),
        "facets" => (flag(), "Count facets too."),
        "explain" => (flag(), "Name only forms that occur, with their counts."),
        "no-variants" => (flag(), "Find only the words themselves."),
        "strict" => (flag(), "Treat a query that may be misread as an error."),
        "no-relax" => (flag(), "Show no partial matches."),
        "duplicates" => (flag(), "Show near-duplicates as hits of their own."),
        _ if tool::is_flag(name) => (flag(), tool::described(name)),
        _ if tool::is_number(name) => (json!({"type": "integer", "minimum": 0}), tool::described(name)),
        _ => (text(), tool::described(name)),
    }
}

fn flag() -> Value {
    json!({"type": "string", "enum": ["1", "0", "true", "false", "on", "off", "yes", "no"]})
}

/// Parameters of a list of hits, beside the query and its filters. Those of pages alone are no part of the API.
const OF_SEARCH: [&str; 12] = [
    "n",
    "offset",
    "all",
    "sort",
    "group",
    "facets",
    "by",
    "explain",
    "no-variants",
    "strict",
    "no-relax",
    "duplicates",
];
/// Parameters of counts, beside the query and its filters.
const OF_FACETS: [&str; 1] = ["by"];

fn described(name: &str, schema: &Value, description: &str) -> Value {
    json!({
        "name": name, "in": "query", "required": false, "allowEmptyValue": true,
        "schema": schema, "description": description,
    })
}

/// Describes the query, its filters and further parameters.
fn parameters(further: &[&str]) -> Vec<Value> {
    let one = |name: &str| {
        let (schema, description) = parameter(name);
        described(name, &schema, description)
    };
    std::iter::once("q").chain(Filter::ALL.map(Filter::name)).chain(further.iter().copied()).map(one).collect()
}

/// Describes the query, its filters and the parameters of a tool.
fn tool_parameters(tool: Tool) -> Vec<Value> {
    let filters = Filter::ALL.map(Filter::name);
    let filters = filters.iter().filter(|_| tool.has_filters());
    let mut all = Vec::new();
    for name in tool.parameters().iter().chain(filters) {
        // A tool has orders of its own.
        let (schema, description) = match *name {
            "sort" => (json!({"type": "string"}), tool::described(name)),
            name => parameter(name),
        };
        all.push(described(name, &schema, description));
    }
    all
}

fn problem(description: &str) -> Value {
    json!({
        "description": description,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    })
}

fn operation(id: &str, summary: &str, parameters: &[Value], answer: &Value) -> Value {
    json!({"get": {
        "operationId": id,
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": {
                "description": "The answer.",
                "headers": {
                    "ETag": {"schema": {"type": "string"}, "description": "Names commit, address and version."},
                    "Fumikura-Commit": {"schema": {"type": "string"}, "description": "The commit that answered."},
                },
                "content": {"application/json": {"schema": answer}},
            },
            "304": {"description": "The client has this answer."},
            "400": problem("A parameter or a query that cannot be read."),
            "401": problem("No name and password, where the server asks for them."),
            "403": problem("A page of a foreign origin asks."),
            "404": problem("Nothing has this id, name or value."),
            "405": problem("Another method than GET and HEAD."),
            "409": problem("A query that may be misread, with `strict`."),
            "414": problem("An address of more than 8 KB."),
            "421": problem("A foreign name in `Host`."),
            "429": problem("Too many requests of one address."),
            "500": problem("An internal error."),
            "503": problem("The server is busy; see `Retry-After`."),
            "504": problem("The search took too long."),
        },
    }})
}

/// Makes the description.
fn description() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut schemas = settings.into_generator();
    let search = schemas.subschema_for::<wire::Answer<'static, Vec<wire::Hit<'static>>>>();
    let facets = schemas.subschema_for::<wire::FacetCounts<'static>>();
    let series = schemas.subschema_for::<wire::SeriesList<'static>>();
    let document = schemas.subschema_for::<wire::Document<'static>>();
    let collocates = schemas.subschema_for::<wire::Collocates<'static>>();
    let timelines = schemas.subschema_for::<wire::Timelines<'static>>();
    let crosstab = schemas.subschema_for::<wire::Crosstab<'static>>();
    let parallels = schemas.subschema_for::<wire::Parallels<'static>>();
    let alignment = schemas.subschema_for::<wire::Alignment<'static>>();
    let compare = schemas.subschema_for::<wire::Comparison<'static>>();
    let verified = schemas.subschema_for::<wire::Verified<'static>>();
    let kwic = schemas.subschema_for::<wire::Concordance<'static>>();
    let mut definitions = schemas.take_definitions(true);
    definitions.insert(
        "Problem".to_owned(),
        json!({
            "type": "object",
            "required": ["type", "title", "status", "detail"],
            "properties": {
                "type": {"type": "string"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string", "description": "What is wrong, and the way out."},
                "parameter": {"type": "string", "description": "The parameter that is wrong."},
                "link": {"type": "string", "description": "Where to go instead."},
            },
        }),
    );
    let in_path = |name: &str, description: &str| {
        json!({"name": name, "in": "path", "required": true, "schema": {"type": "string", "minLength": 1},
               "description": description})
    };
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "fumikura",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Search over Japanese official documents. Each answer is the JSON of its command.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "paths": {
            "/api/v1/search": operation("search", "Find passages.", &parameters(&OF_SEARCH), search.as_value()),
            "/api/v1/facets": operation(
                "facets", "Count passages by facet.", &parameters(&OF_FACETS), facets.as_value()),
            "/api/v1/collocates": operation(
                "collocates", "List the words beside a query.", &tool_parameters(Tool::Collocates),
                collocates.as_value()),
            "/api/v1/timeline": operation(
                "timeline", "Count passages, documents and occurrences by period.", &tool_parameters(Tool::Timeline),
                timelines.as_value()),
            "/api/v1/crosstab": operation(
                "crosstab", "Count a cross table.", &tool_parameters(Tool::Crosstab), crosstab.as_value()),
            "/api/v1/similar": operation(
                "similar", "List passages of similar wording, or compare two texts.",
                &tool_parameters(Tool::Similar), &json!({"anyOf": [parallels, alignment]})),
            "/api/v1/compare": operation(
                "compare", "List the words that one set has more often than another.",
                &tool_parameters(Tool::Compare), compare.as_value()),
            "/api/v1/verify": operation(
                "verify", "Compare the quotations of a draft with the documents. A longer draft is the body of a POST.",
                &tool_parameters(Tool::Verify), verified.as_value()),
            "/api/v1/kwic": operation(
                "kwic", "List each occurrence in its context.", &tool_parameters(Tool::Kwic), kwic.as_value()),
            "/api/v1/series": operation("series", "List the series of meetings.", &[], series.as_value()),
            "/api/v1/series/{name}": operation(
                "oneSeries", "Show the meetings of a series.", &[in_path("name", "Its name, in any spelling.")],
                series.as_value()),
            "/api/v1/doc/{id}": operation(
                "document", "Show a document, or a passage with its neighbours.",
                &[in_path("id", "Id of a document or a passage; `#` is written %23.")], document.as_value()),
        },
        "components": {"schemas": definitions},
    })
}
