//! Answers without a search: problems, small texts, headers of all answers.

use axum::body::Body;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};
use serde_json::json;

use super::params::ParamError;
use super::pool::Refused;
use crate::engine::{LOWER_BOUNDS, OUT_OF_TIME, SearchError};
use crate::output::OutputError;
use crate::query::QueryError;

/// An answer.
pub(super) type Reply = Response<Body>;

/// Name of the route of an answer, for log and metrics: it holds no id and no query.
#[derive(Clone, Copy)]
pub(super) struct Route(pub &'static str);

/// Names the route of an answer.
pub(super) fn routed(name: &'static str, mut reply: Reply) -> Reply {
    reply.extensions_mut().insert(Route(name));
    reply
}

/// Content security of a page: nothing but our own files, no code in the page, no other host.
pub(super) const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Reason why a request has no other answer.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    pub status: StatusCode,
    /// What is wrong, and the way out.
    pub detail: String,
    /// The parameter that is wrong.
    pub parameter: Option<String>,
    /// Where to go instead.
    pub link: Option<String>,
    /// Headers that belong to the status.
    pub headers: Vec<(HeaderName, String)>,
}

impl From<ParamError> for Problem {
    fn from(error: ParamError) -> Self {
        let problem = Self::new(StatusCode::BAD_REQUEST, error.to_string());
        Self { parameter: Some(error.name), ..problem }
    }
}

impl Problem {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), parameter: None, link: None, headers: Vec::new() }
    }

    /// Adds a header.
    pub fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Too many requests of one kind: the client is told to come again.
    pub fn busy(detail: &str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, detail).with(header::RETRY_AFTER, "1")
    }

    /// Too much from one address.
    pub fn too_many(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, detail).with(header::RETRY_AFTER, "5")
    }

    /// The view has no such form.
    pub fn no_such_form() -> Self {
        Self::new(StatusCode::NOT_FOUND, "this view does not come in this form")
    }

    /// An answer that could not be written.
    pub fn broken(error: &OutputError) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }

    /// The time of the search ran out.
    pub fn late() -> Self {
        Self::new(
            StatusCode::GATEWAY_TIMEOUT,
            "the search took too long and was stopped; a query with fewer wildcards or more words is faster",
        )
    }

    /// An answer would be a part, for the reason in its warnings: an engine that answers in part tells why.
    pub fn in_part(warnings: &[String]) -> Self {
        match warnings.iter().find_map(|warning| warning.strip_suffix(LOWER_BOUNDS)) {
            Some(reason) if !reason.starts_with(OUT_OF_TIME) => {
                let detail =
                    format!("{reason}; make the query narrower, or ask again when all nodes of the engine run");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
            }
            _ => Self::late(),
        }
    }

    /// The index cannot be read.
    pub fn unreadable(status: StatusCode) -> Self {
        Self::new(status, "the index cannot be read; the one who runs the server finds the reason with: fumikura check")
    }

    /// Returns the answer in JSON (RFC 9457).
    pub fn json(&self) -> Reply {
        let mut body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("Error"),
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        if let Some(parameter) = &self.parameter {
            body["parameter"] = json!(parameter);
        }
        if let Some(link) = &self.link {
            body["link"] = json!(link);
        }
        let mut bytes = Vec::new();
        // Writing to memory cannot fail.
        let _ = crate::output::write_json(&mut bytes, &body);
        self.dressed(reply(self.status, "application/problem+json", bytes))
    }

    /// Adds the headers of the problem to an answer in another form.
    pub fn dressed(&self, mut reply: Reply) -> Reply {
        *reply.status_mut() = self.status;
        for (name, value) in &self.headers {
            put(reply.headers_mut(), name.clone(), value);
        }
        reply.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        reply
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Busy => Self::busy("all threads are busy; try again in a second"),
            Refused::Late => Self::late(),
            Refused::Panicked => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal error; please report it with this address. To see whether the index is sound, run: \
                 fumikura check",
            ),
        }
    }
}

impl From<SearchError> for Problem {
    fn from(error: SearchError) -> Self {
        let status = match &error {
            // A partner, theme, date or pattern that there is none of; a query that asks to be refused.
            SearchError::Query(QueryError::UnknownValue(_)) => StatusCode::NOT_FOUND,
            SearchError::Query(QueryError::Strict(_)) => StatusCode::CONFLICT,
            SearchError::Query(_) => StatusCode::BAD_REQUEST,
            SearchError::NotFound(_) => StatusCode::NOT_FOUND,
            SearchError::Away(_) => {
                return Self::busy("the engine that holds the documents does not answer; try again in a moment");
            }
            // The error names folders of this machine.
            SearchError::Index(_) => return Self::unreadable(StatusCode::INTERNAL_SERVER_ERROR),
        };
        Self::new(status, error.to_string())
    }
}

/// Makes an answer from a text.
pub(super) fn reply(status: StatusCode, media_type: &str, body: impl Into<Body>) -> Reply {
    let mut reply = Response::new(body.into());
    *reply.status_mut() = status;
    put(reply.headers_mut(), header::CONTENT_TYPE, media_type);
    reply
}

/// Sets a header. A value that no header can hold is left out.
pub(super) fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
        headers.insert(name, value);
    }
}

/// Adds the headers that every answer has; an original has a policy of its own already.
pub(super) fn secure(headers: &mut HeaderMap) {
    let all = [
        (header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), \
             usb=()",
        ),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in all {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::Problem;

    #[test]
    fn an_answer_in_part_tells_its_own_reason() {
        let of = |warning: &str| {
            let problem = Problem::in_part(&["an old index".to_owned(), warning.to_owned()]);
            (problem.status, problem.detail)
        };
        let shards =
            "1 of 3 shards of the engine did not answer: totals and facets are lower bounds, and the order may differ";
        let (status, detail) = of(shards);
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(detail.starts_with("1 of 3 shards of the engine did not answer; "), "{detail}");
        let late = "the time ran out: totals and facets are lower bounds, and the order may differ";
        assert_eq!(of(late).0, StatusCode::GATEWAY_TIMEOUT);
        assert_eq!(of("another warning").0, StatusCode::GATEWAY_TIMEOUT);
    }
}
