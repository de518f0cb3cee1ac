//! Answers of the research tools: options from the address, a study over the commit, one of its forms.

use super::asked::Asked;
use super::params::{ParamError, Params, sort_name, unit_name};
use super::reply::Problem;
use super::tool::{Tool, is_flag};
use super::view::Extension;
use super::{forms, pages};
use crate::engine::{Request, Sort};
use crate::output::{
    CrosstabShow, Export, OutputError, WordingForm, collocates_table, compare_table, concordance_table, crosstab_svg,
    crosstab_table, dispersion_svg, dispersion_table, documents_compared, parallels_listed, timeline_svg,
    timeline_table, wire, write_json, write_json_line,
};
use crate::query::Budget;
use crate::study::{
    self, CollocationOptions, ComparisonOptions, ConcordanceOptions, CrosstabOptions, ParallelsOptions,
    TimelineOptions, VerifyOptions, concordance,
};

/// Most lines of a concordance that the server holds for one answer.
const MOST_LINES: usize = 100_000;

/// Writes the body of a tool.
pub(super) fn body(asked: &Asked, tool: Tool, budget: Budget) -> Result<Vec<u8>, Problem> {
    match tool {
        Tool::Kwic => kwic(asked, budget),
        Tool::Timeline => timeline(asked, budget),
        Tool::Crosstab => crosstab(asked, budget),
        Tool::Collocates => collocates(asked, budget),
        Tool::Compare => compare(asked, budget),
        Tool::Similar => similar(asked, budget),
        Tool::Verify => verify(asked, budget),
    }
}

/// Returns the number of rows that an address asks for.
fn rows(asked: &Asked, tool: Tool) -> usize {
    asked.params.limit.or_else(|| tool.rows(asked.extension.is_whole())).unwrap_or(usize::MAX)
}

/// Gives each parameter with a value to the options of a tool.
fn set_options(params: &Params, mut set: impl FnMut(&str, &str) -> Result<(), String>) -> Result<(), ParamError> {
    let order = (params.sort != Sort::Relevance).then(|| ("sort", sort_name(params.sort).to_owned()));
    for (name, value) in params.tool.iter().cloned().chain(order) {
        if !is_flag(name) {
            set(name, &value).map_err(|reason| ParamError { name: name.to_owned(), reason })?;
        }
    }
    Ok(())
}

fn kwic(asked: &Asked, budget: Budget) -> Result<Vec<u8>, Problem> {
    let params = &asked.params;
    let mut options = ConcordanceOptions {
        limit: rows(asked, Tool::Kwic),
        offset: params.offset,
        segmented: params.option("segmented").is_some(),
        titles: params.option("titles").is_some(),
        most: MOST_LINES,
        ..ConcordanceOptions::default()
    };
    set_options(params, |name, value| options.set(name, value))?;
    let request = Request { limit: usize::MAX, budget, ..params.to_request() };
    let collection = &*asked.held.collection;
    let mut found = concordance(collection, &collection.analyzer(), &request, &options)?;
    if found.answer.timed_out {
        return Err(Problem::in_part(&found.answer.warnings));
    }
    asked.name_command(&mut found.answer);
    let mut bytes = Vec::new();
    let written: Result<(), OutputError> = match asked.extension {
        Extension::Html => return Ok(pages::kwic(asked, &found).into_bytes()),
        Extension::Json => write_json(&mut bytes, &wire::Concordance::new(&found, &request)).map_err(OutputError::from),
        Extension::Jsonl => {
            let mut lines = found.lines.iter().map(wire::ConcordanceLine::from);
            lines.try_for_each(|line| write_json_line(&mut bytes, &line)).map_err(OutputError::from)
        }
        extension => {
            let form = forms::table(extension).ok_or_else(Problem::no_such_form)?;
            let shape = forms::shape(extension, params.head);
            concordance_table(&mut bytes, form, shape, (&found, &request), &forms::made(asked))
        }
    };
    written.map_err(|error| Problem::broken(&error))?;
    Ok(bytes)
}

fn collocates(asked: &Asked, budget: Budget) -> Result<Vec<u8>, Problem> {
    let params = &asked.params;
    let mut options = CollocationOptions {
        limit: rows(asked, Tool::Collocates),
        compound: params.option("compound").is_some(),
        ..CollocationOptions::default()
    };
    set_options(params, |name, value| options.set(name, value))?;
    let request = Request { budget, ..params.to_request() };
    // Without a query, the page shows its form alone.
    let is_asked = !params.text.trim().is_empty() || asked.extension != Extension::Html;
    let collection = &*asked.held.collection;
    let found = match is_asked {
        true => study::collocates(collection, collection.shared_analyzer()?, &request, &options)?,
        false => study::Collocates::default(),
    };
    if found.timed_out {
        return Err(Problem::in_part(&found.warnings));
    }
    let mut bytes = Vec::new();
    let written = match asked.extension {
        Extension::Html => return Ok(pages::collocates(asked, &found, &options).into_bytes()),
        Extension::Json => {
            write_json(&mut bytes, &wire::Collocates::new(&found, &request, &options)).map_err(OutputError::from)
        }
        extension => {
            let form = forms::table(extension).ok_or_else(Problem::no_such_form)?;
            let shape = forms::shape(extension, params.head);
            collocates_table(&mut bytes, form, shape, (&found, &request, &options), &forms::made(asked))
        }
    };
    written.map_err(|error| Problem::broken(&error))?;
    Ok(bytes)
}

fn crosstab(asked: &Asked, budget: Budget) -> Result<Vec<u8>, Problem> {
    let params = &asked.params;
    let mut options = CrosstabOptions { primary: params.option("primary").is_some(), ..CrosstabOptions::default() };
    set_options(params, |name, value| options.set(name, value))?;
    let collection = &*asked.held.collection;
    let request = Request { budget, relax: false, ..params.to_request() };
    let files = collection.files(&request)?;
    options.publishers = files.publishers.into_iter().map(|node| node.value).collect();
    options.types = files.types.into_iter().map(|node| node.value).collect();
    let found = study::crosstab(collection, &request, &options)?;
    if found.timed_out {
        return Err(Problem::in_part(&found.warnings));
    }
    let mut bytes = Vec::new();
    let written = match asked.extension {
        Extension::Html => return Ok(pages::crosstab(asked, &found).into_bytes()),
        Extension::Svg => return Ok(crosstab_svg(&request.text, &found, CrosstabShow::Count).into_bytes()),
        Extension::Json => write_json(&mut bytes, &wire::Crosstab::new(&request, &found)).map_err(OutputError::from),
        extension => {
            let form = forms::table(extension).ok_or_else(Problem::no_such_form)?;
            let answer = collection.search(&Request { limit: 0, ..request.clone() })?;
            let export = Export { request: &request, answer: &answer, made: &forms::made(asked) };
            crosstab_table(&mut bytes, form, forms::shape(extension, params.head), &found, export)
        }
    };
    written.map_err(|error| Problem::broken(&error))?;
    Ok(bytes)
}

fn timeline(asked: &Asked, budget: Budget) -> Result<Vec<u8>, Problem> {
    let params = &asked.params;
    let is_on = |name: &str| params.option(name).is_some();
    let mut options = TimelineOptions { first: is_on("first"), last: is_on("last"), ..TimelineOptions::default() };
    options.set("by", unit_name(params.by)).map_err(|reason| ParamError { name: "by".to_owned(), reason })?;
    set_options(params, |name, value| match name {
        "query" | "document" => Ok(()),
        name => options.set(name, value),
    })?;
    let collection = &*asked.held.collection;
    let request = Request { budget, text: String::new(), ..params.to_request() };
    let documents: Vec<String> =
        params.tool.iter().filter(|(name, _)| *name == "document").map(|(_, id)| id.clone()).collect();
    if !documents.is_empty() {
        return places(asked, &Request { text: params.text.clone(), ..request }, &documents);
    }
    let found = study::timeline(collection, &request, &params.queries(), &options, &asked.held.read_corrections())?;
    if found.timed_out {
        return Err(Problem::in_part(&found.warnings));
    }
    let mut bytes = Vec::new();
    let written = match asked.extension {
        Extension::Html => return Ok(pages::timeline(asked, &found).into_bytes()),
        Extension::Svg => return Ok(timeline_svg(&found).into_bytes()),
        Extension::Json => write_json(&mut bytes, &wire::Timelines::from(&found)).map_err(OutputError::from),
        extension => {
            let form = forms::table(extension).ok_or_else(Problem::no_such_form)?;
            let shape = forms::shape(extension, params.head);
            timeline_table(&mut bytes, form, shape, &found, (&request, &forms::made(asked)))
        }
    };
    written.map_err(|error| Problem::broken(&error))?;
    Ok(bytes)
}

/// Writes the places of a query in documents; `all` stands for those with most occurrences.
fn places(asked: &Asked, request: &Request, documents: &[String]) -> Result<Vec<u8>, Problem> {
    let collection = &*asked.held.collection;
    let documents = if documents.iter().any(|id| id == "all") { &[] } else { documents };
    let found = study::dispersion(collection, request, documents)?;
    if found.timed_out {
        return Err(Problem::late());
    }
    let mut bytes = Vec::new();
    let written = match asked.extension {
        Extension::Html => return Ok(pages::dispersion(asked, &found).into_bytes()),
        Extension::Svg => return Ok(dispersion_svg(&found).into_bytes()),
        Extension::Json => write_json(&mut bytes, &wire::Dispersion::from(&found)).map_err(OutputError::from),
        extension => {
            let form = forms::table(extension).ok_or_else(Problem::no_such_form)?;
            let shape = forms::shape(extension, asked.params.head);
            dispersion_table(&mut bytes, form, shape, &found, (request, &forms::made(asked)))
        }
    };
    written.map_err(|error| Problem::broken(&error))?;
    Ok(bytes)
}

fn compare(asked: &Asked, budget: Budget) -> Result<Vec<u8>, Problem> {
    let params = &asked.params;
    let mut options = ComparisonOptions {
        limit: rows(asked, Tool::Compare),
        compound: params.option("compound").is_some(),
        ..ComparisonOptions::default()
    };
    set_options(params, |name, value| match name {
        "a" | "b" => Ok(()),
        name => options.set(name, value),
    })?;
    let query = |name: &str| params.option(name).unwrap_or_default();
    let request = |name: &str| Request { text: query(name).to_owned(), budget: budget.clone(), ..params.to_request() };
    let is_asked = !query("a").is_empty() && !query("b").is_empty();
    let collection = &*asked.held.collection;
    let found = match (is_asked, asked.extension) {
        (true, _) => study::compare(collection, collection.shared_analyzer()?, &request("a"), &request("b"), &options)?,
        (false, Extension::Html) => study::Comparison::default(),
        (false, _) => {
            let reason = "a comparison needs two queries, a and b".to_owned();
            return Err(ParamError { name: if query("a").is_empty() { "a" } else { "b" }.to_owned(), reason }.into());
        }
    };
    if found.timed_out {
        return Err(Problem::in_part(&found.warnings));
    }
    let mut bytes = Vec::new();
    let written = match asked.extension {
        Extension::Html => return Ok(pages::compare(asked, &found, &options).into_bytes()),
        Extension::Json => write_json(&mut bytes, &wire::Comparison::new(&found, &options)).map_err(OutputError::from),
        extension => {
            let form = forms::table(extension).ok_or_else(Problem::no_such_form)?;
            let shape = forms::shape(extension, params.head);
            compare_table(&mut bytes, form, shape, (&found, &params.filters, &options), &forms::made(asked))
        }
    };
    written.map_err(|error| Problem::broken(&error))?;
    Ok(bytes)
}

fn similar(asked: &Asked, budget: Budget) -> Result<Vec<u8>, Problem> {
    let params = &asked.params;
    let mut options = ParallelsOptions {
        limit: rows(asked, Tool::Similar),
        other_documents: params.option("other-documents").is_some(),
        ..ParallelsOptions::default()
    };
    set_options(params, |name, value| match name {
        "id" | "with" => Ok(()),
        name => options.set(name, value),
    })?;
    let Some(id) = params.option("id") else {
        let reason = "names the passage or the document to compare with others".to_owned();
        return Err(ParamError { name: "id".to_owned(), reason }.into());
    };
    let collection = &*asked.held.collection;
    let analyzer = collection.analyzer();
    let mut bytes = Vec::new();
    let written = if let Some(with) = params.option("with") {
        let found = study::compare_documents(collection, &analyzer, id, with)?;
        match asked.extension {
            Extension::Html => return Ok(pages::alignment(asked, &found).into_bytes()),
            Extension::Json => write_json(&mut bytes, &wire::Alignment::from(&found)),
            Extension::Markdown => documents_compared(&mut bytes, WordingForm::Markdown, &found),
            _ => return Err(Problem::no_such_form()),
        }
    } else {
        let request = Request { budget, ..params.to_request() };
        let found = study::parallels(collection, &analyzer, id, &request, &options)?;
        if found.timed_out {
            return Err(Problem::late());
        }
        match asked.extension {
            Extension::Html => return Ok(pages::parallels(asked, &found).into_bytes()),
            Extension::Json => write_json(&mut bytes, &wire::Parallels::from(&found)),
            Extension::Markdown => parallels_listed(&mut bytes, WordingForm::Markdown, &found),
            _ => return Err(Problem::no_such_form()),
        }
    };
    written.map_err(|error| Problem::broken(&error.into()))?;
    Ok(bytes)
}

fn verify(asked: &Asked, budget: Budget) -> Result<Vec<u8>, Problem> {
    let params = &asked.params;
    let mut options = VerifyOptions { budget, ..VerifyOptions::default() };
    set_options(params, |name, value| options.set(name, value))?;
    let found = study::verify(&*asked.held.collection, &params.text, &options)?;
    let mut bytes = Vec::new();
    let written = match asked.extension {
        Extension::Html => return Ok(pages::verify(asked, &found).into_bytes()),
        Extension::Json => write_json(&mut bytes, &wire::Verified::from(&found)),
        Extension::Jsonl => {
            let mut quotations = found.quotations.iter().map(wire::Quotation::from);
            quotations.try_for_each(|quotation| write_json_line(&mut bytes, &quotation))
        }
        _ => return Err(Problem::no_such_form()),
    };
    written.map_err(|error| Problem::broken(&error.into()))?;
    Ok(bytes)
}
