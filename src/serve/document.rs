//! `/doc/ID`: a document, or a passage with its neighbours.

use std::sync::Arc;

use axum::http::{StatusCode, header};

use super::answer::all_series;
use super::asked::Asked;
use super::known::{is_known, not_found};
use super::reply::{Problem, Reply, put, reply as made};
use super::server::Server;
use super::store::Held;
use super::view::{Extension, View};
use super::{discover, forms, pages};
use crate::output::{wire, write_json};
use crate::query::Budget;

/// Most documents among which the ids nearest to an unknown one are looked for.
const MOST_COMPARED: usize = 5_000;

/// Splits the rest of a path into an id and a form. An id may end like a form: the whole counts first.
fn resolved(held: &Held, path: &str, form: Extension) -> Result<(String, Extension), Problem> {
    if form == Extension::Html && !is_known(held, path)? {
        let (id, extension) = Extension::split(path);
        if extension != Extension::Html && is_known(held, id)? {
            return Ok((id.to_owned(), extension));
        }
    }
    Ok((path.to_owned(), form))
}

/// Answers with a document.
pub(super) async fn reply(server: Arc<Server>, asked: Asked) -> Result<Reply, Problem> {
    let asked = Arc::new(asked);
    let job = asked.clone();
    let time = server.settings.options.timeout;
    let originals = server.settings.options.originals;
    let made_of = server.searches.run(time, move |budget| body(&job, originals, &budget)).await??;
    let mut reply = made(StatusCode::OK, made_of.extension.media_type(), made_of.bytes);
    if let Some(link) = made_of.link {
        put(reply.headers_mut(), header::LINK, &link);
    }
    Ok(asked.tagged_as(made_of.extension, reply))
}

/// A document in one of its forms.
struct Made {
    extension: Extension,
    bytes: Vec<u8>,
    /// Value of the header `Link`, which a page has.
    link: Option<String>,
}

fn body(asked: &Asked, originals: bool, budget: &Budget) -> Result<Made, Problem> {
    let View::Document(path) = &asked.view else { return Err(not_found("")) };
    let held = &asked.held;
    let (id, extension) = resolved(held, path, asked.extension)?;
    if held.documents > MOST_COMPARED && !is_known(held, &id)? {
        return Err(not_found(&id));
    }
    let shown = held.collection.show(&id)?;
    let (mut bytes, mut link) = (Vec::new(), None);
    match extension {
        Extension::Html => {
            let has_series = !shown.document.series.is_empty();
            let series = if has_series { all_series(held, budget.clone())? } else { Arc::default() };
            let told = discover::told(held, &shown, &asked.base, originals)?;
            link = Some(told.link);
            bytes = pages::document(asked, &shown, &series, (told.head, originals), budget)?.into_bytes();
        }
        Extension::Json => {
            let document = shown.nearby();
            write_json(&mut bytes, &wire::Document::whole(&document))
                .map_err(|error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
        }
        _ => bytes = forms::reference(asked, extension, &shown)?,
    }
    Ok(Made { extension, bytes, link })
}
