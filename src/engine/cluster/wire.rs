//! The client of a search cluster: several nodes, a deadline for each call, a breaker for each node.
//!
//! Each call that reaches a node is safe to repeat: searches change nothing, and writes carry a version. So a call
//! whose node is gone, busy or answers torn JSON goes to the next node until its deadline.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

/// Time limit of a call that answers a person.
pub const DEADLINE: Duration = Duration::from_secs(2);
/// Failures in a row after which a node rests.
const MOST_FAILURES: u32 = 3;
/// Time for which a node rests.
const REST: Duration = Duration::from_secs(5);
/// Pause before all nodes are tried again; it doubles each time.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// Largest answer that is read, in bytes.
const MOST_BYTES: u64 = 512 << 20;

/// Environment variables with the credentials. Arguments of a command are seen by every user of a machine.
const USER: &str = "FUMIKURA_ENGINE_USER";
const PASSWORD: &str = "FUMIKURA_ENGINE_PASSWORD";
const API_KEY: &str = "FUMIKURA_ENGINE_API_KEY";
/// Most leaves of a query, as Lucene counts them by default.
const MOST_LEAVES: usize = 1_024;
/// Name of the index where the URL has no path.
const DEFAULT_NAME: &str = "fumikura";

/// Reason why a cluster gave no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// A URL that cannot be used.
    #[error("the engine '{url}' cannot be used: {reason}; write --engine https://host:9200/NAME")]
    Url {
        /// The URL as typed.
        url: String,
        /// The reason.
        reason: String,
    },
    /// No node answered in time.
    #[error("no node of the engine {urls} answered: {reason}; see whether it runs, or name another with --engine")]
    Unreachable {
        /// The nodes.
        urls: String,
        /// The last failure.
        reason: String,
    },
    /// A node answered with an error.
    #[error("the engine refused the request ({status}): {reason}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Its reason, in its own words.
        reason: String,
    },
    /// An answer of another form than expected.
    #[error("the engine's answer cannot be read: {0}; see whether --engine names an OpenSearch cluster")]
    Torn(String),
    /// Numbers of the whole index could be read from a part of it.
    #[error("{0}; ask again when they run")]
    Part(String),
    /// A query outside the subset of the wire, or larger than the engine takes.
    #[error("{0}")]
    Query(String),
}

/// Method of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Searches and writes.
    Post,
    /// Creates.
    Put,
    /// Removes.
    Delete,
}

/// A node with its breaker.
struct Node {
    url: String,
    state: Mutex<Breaker>,
}

#[derive(Default)]
struct Breaker {
    failures: u32,
    rests_until: Option<Instant>,
}

impl Node {
    fn rests(&self) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.rests_until.is_some_and(|until| Instant::now() < until)
    }

    fn answered(&self) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = Breaker::default();
    }

    fn failed(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.failures += 1;
        if state.failures >= MOST_FAILURES {
            state.rests_until = Some(Instant::now() + REST);
        }
    }
}

/// A client of the nodes of one cluster.
pub struct Wire {
    agent: Agent,
    nodes: Vec<Node>,
    name: String,
    authorization: Option<String>,
    next: AtomicUsize,
    most_leaves: AtomicUsize,
    /// When the settings were read.
    settings_read: Mutex<Option<Instant>>,
}

impl Wire {
    /// Makes a client of the nodes of a list: `https://a:9200,https://b:9200/NAME`. Credentials come from the
    /// environment.
    ///
    /// # Errors
    /// A URL that is not HTTP or that holds credentials.
    pub fn new(urls: &str) -> Result<Self, WireError> {
        let wrong = |reason: &str| WireError::Url { url: without_credentials(urls), reason: reason.to_owned() };
        let (mut nodes, mut name) = (Vec::new(), None::<String>);
        for text in urls.split(',').map(str::trim).filter(|text| !text.is_empty()) {
            let url = url::Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
            if !matches!(url.scheme(), "http" | "https") {
                return Err(wrong("it is not http or https"));
            }
            if !url.username().is_empty() || url.password().is_some() {
                return Err(wrong(&format!("credentials are read from {USER} and {PASSWORD}, or {API_KEY}")));
            }
            let path = url.path().trim_matches('/');
            if url.query().is_some() || name.as_ref().is_some_and(|name| !path.is_empty() && name != path) {
                return Err(wrong("the nodes have one index, which is the path of one URL"));
            }
            if !path.is_empty() {
                name = Some(path.to_owned());
            }
            nodes.push(Node { url: url.origin().ascii_serialization(), state: Mutex::default() });
        }
        let is_named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
        let name = name.unwrap_or_else(|| DEFAULT_NAME.to_owned());
        if nodes.is_empty() {
            return Err(wrong("it names no node"));
        }
        if !name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit()) || !name.chars().all(is_named) {
            return Err(wrong("the name of an index is lower-case letters, digits, - and _"));
        }
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let config = Agent::config_builder().http_status_as_error(false).tls_config(tls).build();
        Ok(Self {
            agent: Agent::new_with_config(config),
            nodes,
            name,
            authorization: authorization(),
            next: AtomicUsize::new(0),
            most_leaves: AtomicUsize::new(MOST_LEAVES),
            settings_read: Mutex::default(),
        })
    }

    /// Returns the name of the index, which is an alias of its current generation.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the most leaves of a query that the engine takes. Where a query has more than were known, the settings
    /// are read again, because the setting may have been raised.
    pub(super) fn most_leaves(&self, wanted: usize) -> usize {
        let known = || self.most_leaves.load(Ordering::Relaxed);
        if wanted > known() {
            let mut read = self.settings_read.lock().unwrap_or_else(PoisonError::into_inner);
            if read.is_none_or(|read| read.elapsed() > REST) {
                self.read_most_leaves();
                *read = Some(Instant::now());
            }
        }
        known()
    }

    /// Reads how many leaves of a query the engine takes; an account that may not read settings gets the default.
    fn read_most_leaves(&self) {
        const NAME: &str = "indices.query.bool.max_clause_count";
        let path = "_cluster/settings?include_defaults=true&flat_settings=true";
        let Ok(settings) = self.call(Method::Get, path, None) else { return };
        let of = |kind: &str| settings[kind][NAME].as_str()?.parse().ok();
        if let Some(most) = ["transient", "persistent", "defaults"].into_iter().find_map(of) {
            self.most_leaves.store(most, Ordering::Relaxed);
        }
    }

    /// Returns the nodes as one text.
    pub fn urls(&self) -> String {
        self.nodes.iter().map(|node| node.url.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Calls a node with JSON as text, and returns its answer as text.
    ///
    /// # Errors
    /// No node answered before the deadline, or the answer is an error.
    pub fn ask(&self, method: Method, path: &str, body: Option<&str>) -> Result<String, WireError> {
        let answer: Value = self.send(method, path, body.map(str::as_bytes), "application/json", DEADLINE)?;
        Ok(answer.to_string())
    }

    /// Calls a node and reads its answer.
    ///
    /// # Errors
    /// No node answered before the deadline, or the answer is an error.
    pub(super) fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, WireError> {
        let body = body.map(Value::to_string);
        self.send(method, path, body.as_deref().map(str::as_bytes), "application/json", DEADLINE)
    }

    /// Reads many rows at once: each node gets the time of a call.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub(super) fn read<T: DeserializeOwned>(&self, path: &str, body: &Value) -> Result<T, WireError> {
        let time = DEADLINE * u32::try_from(self.nodes.len()).unwrap_or(1).clamp(2, 5);
        self.send(Method::Post, path, Some(body.to_string().as_bytes()), "application/json", time)
    }

    /// Works as [`Self::call`], with a body and a time limit.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub(super) fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&[u8]>,
        content: &str,
        time: Duration,
    ) -> Result<T, WireError> {
        let deadline = Instant::now() + time;
        let (mut pause, mut last) = (FIRST_PAUSE, String::from("all nodes rest after failures"));
        let mut refused = None;
        loop {
            let first = self.next.fetch_add(1, Ordering::Relaxed);
            let order = (0..self.nodes.len()).map(|at| &self.nodes[(first + at) % self.nodes.len()]);
            // Resting nodes are tried after all others: the breaker saves time and never costs an answer.
            let (resting, awake): (Vec<&Node>, Vec<&Node>) = order.partition(|node| node.rests());
            for (at, node) in awake.iter().chain(&resting).enumerate() {
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    break;
                }
                // One node that hangs must leave time for the others.
                let share = left / u32::try_from(self.nodes.len() - at).unwrap_or(1).max(1);
                match self.attempt(node, method, path, body, content, share.max(Duration::from_millis(100))) {
                    Ok((status, text)) if matches!(status, 429 | 502 | 503 | 504) => {
                        last = format!("{} answered {status}", node.url);
                        refused = Some(WireError::Refused { status, reason: reason(&text) });
                        node.failed();
                    }
                    Ok((status, text)) => {
                        let read = match status {
                            ..400 => serde_json::from_str(&text).map(Ok),
                            _ => serde_json::from_str(&text)
                                .map(|IgnoredAny| Err(WireError::Refused { status, reason: reason(&text) })),
                        };
                        match read {
                            Ok(answer) => {
                                node.answered();
                                return answer;
                            }
                            Err(error) => {
                                last = format!("the answer of {} cannot be read: {error}", node.url);
                                node.failed();
                            }
                        }
                    }
                    Err(error) => {
                        last = match error {
                            ureq::Error::Timeout(_) => format!("{} did not answer in time", node.url),
                            error => format!("{}: {error}", node.url),
                        };
                        node.failed();
                    }
                }
            }
            if Instant::now() + pause >= deadline {
                let urls = self.urls();
                return Err(refused.unwrap_or(WireError::Unreachable { urls, reason: last }));
            }
            std::thread::sleep(jittered(pause));
            pause *= 2;
        }
    }

    fn attempt(
        &self,
        node: &Node,
        method: Method,
        path: &str,
        body: Option<&[u8]>,
        content: &str,
        time: Duration,
    ) -> Result<(u16, String), ureq::Error> {
        let url = format!("{}/{path}", node.url);
        let headers = |mut pairs: Vec<(&'static str, String)>| {
            pairs.extend(self.authorization.clone().map(|value| ("Authorization", value)));
            pairs
        };
        let typed = headers(vec![("Content-Type", content.to_owned())]);
        let mut response = match (method, body) {
            (Method::Get, _) | (Method::Delete, None) => {
                let plain = if method == Method::Get { self.agent.get(&url) } else { self.agent.delete(&url) };
                let request =
                    headers(Vec::new()).into_iter().fold(plain, |request, (name, value)| request.header(name, value));
                request.config().timeout_global(Some(time)).build().call()?
            }
            (_, body) => {
                let plain = match method {
                    Method::Put => self.agent.put(&url),
                    Method::Delete => self.agent.delete(&url).force_send_body(),
                    _ => self.agent.post(&url),
                };
                let request = typed.into_iter().fold(plain, |request, (name, value)| request.header(name, value));
                request.config().timeout_global(Some(time)).build().send(body.unwrap_or_default())?
            }
        };
        let status = response.status().as_u16();
        Ok((status, response.body_mut().with_config().limit(MOST_BYTES).read_to_string()?))
    }
}

/// Takes the credentials out of a URL that is shown to a person.
fn without_credentials(urls: &str) -> String {
    let one = |text: &str| match (text.find("://"), text.find('@')) {
        (Some(scheme), Some(at)) if scheme < at => format!("{}***{}", &text[..scheme + 3], &text[at..]),
        _ => text.to_owned(),
    };
    urls.split(',').map(one).collect::<Vec<_>>().join(",")
}

fn authorization() -> Option<String> {
    use base64::Engine as _;
    let of = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let Some(key) = of(API_KEY) {
        return Some(format!("ApiKey {key}"));
    }
    let pair = format!("{}:{}", of(USER)?, of(PASSWORD).unwrap_or_default());
    Some(format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair)))
}

/// Spreads the repeats of several clients.
fn jittered(pause: Duration) -> Duration {
    let nanoseconds =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |now| now.subsec_nanos());
    pause / 2 + pause.mul_f64(f64::from(nanoseconds % 1000) / 2000.0)
}

/// Returns the reason in the answer of a refusal.
fn reason(text: &str) -> String {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let error = &value["error"];
    let caused = [&error["root_cause"][0]["reason"], &error["reason"], error];
    let found = caused.into_iter().find_map(Value::as_str);
    found.map_or_else(|| text.chars().take(200).collect(), with_way_out)
}

/// Adds the way out to the engine's words for full disks.
pub(super) fn with_way_out(reason: &str) -> String {
    let is_full = reason.contains("create-index blocked") || reason.contains("disk usage exceeded");
    let way_out = "; the disks of its nodes are full: make room on them, or add a node, and run this again";
    format!("{}{}", reason.trim_end_matches(';'), if is_full { way_out } else { "" })
}

#[cfg(test)]
mod tests {
    use super::{Wire, WireError, without_credentials};

    #[test]
    fn urls_name_nodes_and_an_index_and_never_credentials() {
        let wire = Wire::new("http://127.0.0.1:9200, https://b:9201/ministry").map_err(|error| error.to_string());
        assert_eq!(
            wire.as_ref().map(|wire| (wire.name(), wire.urls())),
            Ok(("ministry", "http://127.0.0.1:9200, https://b:9201".to_owned()))
        );
        for wrong in [
            "ftp://a",
            "http://a/one,http://b/two",
            "http://a/one?x=1",
            "https://me:secret@a:9200",
            "",
            "http://a/UPPER",
        ] {
            let error = Wire::new(wrong).err();
            assert!(matches!(error, Some(WireError::Url { .. })), "{wrong}");
            assert!(!error.is_some_and(|error| error.to_string().contains("secret")));
        }
        assert_eq!(without_credentials("https://me:secret@a:9200"), "https://***@a:9200");
    }
}
