//! What other programs read to find and to take a page: the search field of a browser, feeds, reference managers,
//! crawlers.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{Request as HttpRequest, StatusCode};

use super::asked::{Asked, asked, base, fresh, language};
use super::forms;
use super::known::{is_known, not_found};
use super::original;
use super::params::{ParamError, Params, decoded};
use super::reply::{Problem, Reply, reply, routed};
use super::server::Server;
use super::store::Held;
use super::view::{Extension, View};
use crate::cite::Citation;
use crate::document::counted;
use crate::engine::{Collection, FacetNode, Facets, Request, SearchError, Shown, Sort};
use crate::output::{
    Feed, MAX_SITEMAP_URLS, Made, Original, SitemapEntry, atom_feed, highwire_tags, json_ld, meta_tags,
    opensearch_description, signposting, sitemap, suggestions_json, unapi_formats, unapi_record,
};
use crate::query::Budget;

/// Most suggestions.
const MOST_SUGGESTED: usize = 10;
/// Entries of a feed where its address names no number.
const ENTRIES: usize = 20;
/// Most entries of a feed.
const MOST_ENTRIES: usize = 100;

/// Ends a small answer.
fn ended(route: &'static str, result: Result<Reply, Problem>) -> Reply {
    routed(route, result.unwrap_or_else(|problem| problem.json()))
}

fn params(parts: &Parts) -> Result<Params, Problem> {
    Ok(Params::parse(parts.uri.query().unwrap_or_default())?)
}

/// The description by which a browser adds the page to its search fields.
pub(super) async fn opensearch(State(server): State<Arc<Server>>, request: HttpRequest<Body>) -> Reply {
    let parts = request.into_parts().0;
    let language = language(&parts).name();
    let name = if language == "ja" { "文蔵" } else { "fumikura" };
    let text = opensearch_description(&base(&server, &parts), language, name);
    routed("/opensearch.xml", reply(StatusCode::OK, "application/opensearchdescription+xml; charset=utf-8", text))
}

/// Words of the index that begin as typed, in the form that browsers read.
pub(super) async fn suggest(State(server): State<Arc<Server>>, request: HttpRequest<Body>) -> Reply {
    let parts = request.into_parts().0;
    let made = async {
        let (params, held, base) = (params(&parts)?, server.store.current(), base(&server, &parts));
        let look = move |budget| -> Result<String, Problem> {
            let everything = Request { limit: 0, facets: true, relax: false, budget, ..Request::default() };
            let whole = held.whole(&everything)?;
            let mut found = whole.facets.as_ref().map_or_else(Vec::new, |facets| names(&params.text, facets));
            let words = completions(&*held.collection, &params.text)?.into_iter().map(|word| (word, String::new()));
            found.extend(words);
            found.truncate(MOST_SUGGESTED);
            Ok(suggestions_json(&base, &params.text, &found))
        };
        let text = server.searches.run(server.settings.options.timeout, look).await??;
        Ok(reply(StatusCode::OK, "application/x-suggestions+json; charset=utf-8", text))
    };
    ended("/suggest", made.await)
}

/// Returns partners, themes and series whose names begin as typed, each with the number of its passages.
fn names(typed: &str, facets: &Facets) -> Vec<(String, String)> {
    let folded = |text: &str| crate::analysis::fold(text).chars;
    let typed = folded(typed);
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut open: Vec<&FacetNode> = [&facets.partner, &facets.theme, &facets.series].into_iter().flatten().collect();
    while let Some(node) = open.pop() {
        open.extend(&node.children);
        if !typed.is_empty() && folded(&node.value).starts_with(&typed) {
            found.push((node.passages, node.value.clone()));
        }
    }
    found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    found.dedup_by(|a, b| a.1 == b.1);
    found.into_iter().map(|(passages, name)| (name, counted(passages, "passage"))).collect()
}

/// Completes the last word of a query with words of the index, the shortest first.
fn completions(collection: &dyn Collection, typed: &str) -> Result<Vec<String>, SearchError> {
    let at = typed.char_indices().rev().find(|(_, c)| c.is_whitespace()).map_or(0, |(at, c)| at + c.len_utf8());
    let (before, last) = typed.split_at(at);
    let folded: String = crate::analysis::fold(last).chars.into_iter().collect();
    if folded.is_empty() {
        return Ok(Vec::new());
    }
    let words = collection.completions(&folded, MOST_SUGGESTED)?;
    Ok(words.into_iter().map(|word| format!("{before}{word}")).collect())
}

/// The hits of a query as a feed, the newest documents first.
pub(super) async fn feed(State(server): State<Arc<Server>>, request: HttpRequest<Body>) -> Reply {
    let parts = request.into_parts().0;
    let made = async {
        let params = Params::parse(parts.uri.query().unwrap_or_default())?;
        let asked = asked(&server, &parts, params, View::Search, Extension::Html, language(&parts), false)?;
        let params = &asked.params;
        if let Some((name, _)) =
            [("offset", params.offset > 0), ("after", params.after.is_some())].into_iter().find(|(_, given)| *given)
        {
            let reason = "a feed has the newest hits alone".to_owned();
            return Err(ParamError { name: name.to_owned(), reason }.into());
        }
        if let Some(unchanged) = fresh(&asked) {
            return Ok(unchanged);
        }
        let address = parts.uri.path_and_query().map_or("/feed.atom", |of| of.as_str()).to_owned();
        let asked = Arc::new(asked);
        let job = asked.clone();
        let write = move |budget| written_feed(&job, &address, budget);
        let text = server.searches.run(server.settings.options.timeout, write).await??;
        Ok(asked.tagged(reply(StatusCode::OK, "application/atom+xml; charset=utf-8", text)))
    };
    ended("/feed.atom", made.await)
}

fn written_feed(asked: &Asked, address: &str, budget: Budget) -> Result<String, Problem> {
    let Asked { params, held, base, language, .. } = asked;
    let sort = if params.sort == Sort::Relevance { Sort::DateDescending } else { params.sort };
    let limit = params.limit.unwrap_or(ENTRIES).min(MOST_ENTRIES);
    let request = Request { limit, offset: 0, sort, facets: false, relax: false, budget, ..params.to_request() };
    let answer = held.collection.search(&request)?;
    if answer.timed_out {
        return Err(Problem::in_part(&answer.warnings));
    }
    let feed = Feed {
        query: params.text.clone(),
        condition: params.feed_query(),
        address: format!("{base}{address}"),
        page: format!("{base}{}", params.first_page().url(&View::Search, Extension::Html)),
        language: language.name().to_owned(),
        // A feed changes with the index alone.
        made: Made { commit: held.commit.clone(), at: held.since.clone(), base: Some(base.clone()) },
    };
    Ok(atom_feed(&feed, &answer.hits))
}

/// Returns the values of `id` and `format`.
fn unapi_query(query: &str) -> Result<(Option<String>, Option<String>), Problem> {
    let (mut id, mut format) = (None, None);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let wrong = || Problem::new(StatusCode::BAD_REQUEST, "unAPI takes id and format, in UTF-8");
        let value = decoded(value).map_err(|_| wrong())?;
        match name {
            "id" => id = Some(value),
            "format" => format = Some(value),
            _ => return Err(wrong()),
        }
    }
    Ok((id, format))
}

/// Records for reference managers.
pub(super) async fn unapi(State(server): State<Arc<Server>>, request: HttpRequest<Body>) -> Reply {
    let parts = request.into_parts().0;
    let made = async {
        let xml = "application/xml; charset=utf-8";
        let (id, format) = unapi_query(parts.uri.query().unwrap_or_default())?;
        let Some(id) = id else { return Ok(reply(StatusCode::OK, xml, unapi_formats(None))) };
        let held = server.store.current();
        let write = move |_| -> Result<Reply, Problem> {
            let shown = known(&held, &id)?;
            let Some(format) = format else {
                return Ok(reply(StatusCode::MULTIPLE_CHOICES, xml, unapi_formats(Some(&id))));
            };
            let citation = forms::citation_of(&held, &shown)?;
            let record = unapi_record(&citation, &format);
            let (media_type, text) = record
                .ok_or_else(|| Problem::new(StatusCode::NOT_ACCEPTABLE, "formats are ris, bibtex and csljson"))?;
            Ok(reply(StatusCode::OK, &format!("{media_type}; charset=utf-8"), text))
        };
        server.searches.run(server.settings.options.timeout, write).await?
    };
    ended("/unapi", made.await)
}

/// Returns a document or passage that exists; an unknown id costs one look.
fn known(held: &Held, id: &str) -> Result<Shown, Problem> {
    if !is_known(held, id)? {
        return Err(not_found(id));
    }
    Ok(held.collection.show(id)?)
}

/// The addresses of all documents, where anyone may read them.
pub(super) async fn site_map(State(server): State<Arc<Server>>, request: HttpRequest<Body>) -> Reply {
    let parts = request.into_parts().0;
    let made = async {
        if !server.settings.options.public {
            return Err(Problem::new(StatusCode::NOT_FOUND, "there is a site map with --public alone"));
        }
        let (base, held) = (base(&server, &parts), server.store.current());
        let list = move |_| -> Result<String, Problem> {
            let ids = held.collection.ids(MAX_SITEMAP_URLS)?.into_iter().take(MAX_SITEMAP_URLS);
            let all: Vec<SitemapEntry> = ids.map(|id| SitemapEntry { id, changed: None }).collect();
            Ok(sitemap(&base, &all))
        };
        let text = server.searches.run(server.settings.options.timeout, list).await??;
        Ok(reply(StatusCode::OK, "application/xml; charset=utf-8", text))
    };
    ended("/sitemap.xml", made.await)
}

/// What the page of a document tells to other programs.
pub(super) struct Told {
    /// Elements of `<head>`.
    pub head: String,
    /// Value of the header `Link`.
    pub link: String,
}

/// Describes a document for reference managers and crawlers.
pub(super) fn told(held: &Held, shown: &Shown, base: &str, originals: bool) -> Result<Told, SearchError> {
    let document = &shown.document;
    let citation = Citation::of(document, None, forms::accessed(held, &document.id)?);
    let page = format!("{base}{}", View::Document(document.id.clone()).path(Extension::Html));
    let address = format!("{page}{}", original::ORIGINAL);
    let media_type = original::media_type(&document.path);
    let is_pdf = media_type == "application/pdf";
    let tags = highwire_tags(&citation, (originals && is_pdf).then_some(address.as_str()));
    let of_file = originals.then(|| Original { url: address.clone(), media_type: media_type.to_owned() });
    let record = format!(
        "{}<script type=\"application/ld+json\">{}</script>\n\
         <link rel=\"unapi-server\" type=\"application/xml\" title=\"unAPI\" href=\"/unapi\">\n",
        meta_tags(&tags),
        json_ld(&citation, document, &page)
    );
    Ok(Told { head: record, link: signposting(&citation, &page, of_file.as_ref()) })
}
