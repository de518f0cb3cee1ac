//! A server over the corpus, a driver, and a browser; all end with the test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Chromium that asks nobody: no updates, no services, no pages of its own.
const ARGUMENTS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-prefers-reduced-motion",
    "--no-first-run",
    "--disable-default-apps",
];

/// A process that ends with the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Process {
    /// Starts a program and reads its output up to the line from which `read` takes a value.
    fn start<T>(command: &mut Command, read: impl Fn(&str) -> Option<T>) -> (Self, T) {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let found = lines.map_while(Result::ok).find_map(|line| read(&line));
        (Self(child), found.expect("the program tells its address"))
    }
}

fn program() -> PathBuf {
    std::env::var_os("FUMIKURA_BIN").expect("FUMIKURA_BIN names the program").into()
}

/// Folder of the repository.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Returns the index of `corpus/`, made once.
fn index() -> PathBuf {
    static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let index = folder.path().join("index");
        let mut command = Command::new(program());
        command.arg("--index").arg(index).args(["index", "corpus"]).current_dir(root());
        assert!(command.output().expect("the program starts").status.success(), "the corpus is indexed");
        folder
    });
    FOLDER.path().join("index")
}

/// A page in a browser.
pub struct Page {
    pub client: Client,
    /// `http://127.0.0.1:PORT`
    base: String,
    _processes: [Process; 2],
}

/// A log of the browser.
#[derive(Debug)]
struct Log(&'static str);

impl WebDriverCompatibleCommand for Log {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "type": self.0 }).to_string()))
    }
}

/// A command of the protocol of the browser's own tools.
#[derive(Debug)]
struct Tool(&'static str, Value);

impl WebDriverCompatibleCommand for Tool {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "cmd": self.0, "params": self.1 }).to_string()))
    }
}

impl Page {
    /// Opens the start page, in Japanese.
    pub async fn open(script: bool) -> Self {
        let url = |line: &str| line.starts_with("http://").then(|| line.trim().trim_end_matches('/').to_owned());
        let mut serve = Command::new(program());
        serve.arg("--index").arg(index()).args(["serve", "--port", "0", "--print-url", "--log", "off"]);
        let (server, base) = Process::start(serve.current_dir(root()), url);
        let port = |line: &str| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        };
        let (driver, port) = Process::start(Command::new("chromedriver").arg("--port=0"), port);
        let scripts = if script { 1 } else { 2 };
        let capabilities = json!({
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            "goog:chromeOptions": {
                "args": ARGUMENTS,
                "prefs": {
                    "intl.accept_languages": "ja",
                    "profile.managed_default_content_settings.javascript": scripts,
                },
            },
        });
        let capabilities: Capabilities = capabilities.as_object().expect("an object").clone();
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let client = builder.capabilities(capabilities).connect(&format!("http://127.0.0.1:{port}")).await;
        let client = client.expect("a browser starts");
        client.set_window_size(1280, 900).await.expect("a size");
        let page = Self { client, base, _processes: [server, driver] };
        page.go("/").await;
        page
    }

    /// Goes to an address of the server.
    pub async fn go(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.base)).await.expect(path);
    }

    /// Returns the path and query of the page, decoded.
    pub async fn place(&self) -> String {
        let url = self.client.current_url().await.expect("an address").to_string();
        let place = url.strip_prefix(&self.base).unwrap_or(&url).to_owned();
        let query = place.replace('+', " ");
        url::form_urlencoded::parse(format!("x={}", query.replace('&', "%26")).as_bytes())
            .next()
            .map_or(place, |(_, decoded)| decoded.into_owned())
    }

    /// Finds an element.
    pub async fn one(&self, selector: &str) -> Element {
        let found = self.client.find(Locator::Css(selector)).await;
        match found {
            Ok(found) => found,
            Err(error) => panic!("{selector} on {}: {error}", self.place().await),
        }
    }

    /// Tells how many elements there are.
    pub async fn count(&self, selector: &str) -> usize {
        self.client.find_all(Locator::Css(selector)).await.map_or(0, |all| all.len())
    }

    /// Returns the text of an element.
    pub async fn text(&self, selector: &str) -> String {
        self.one(selector).await.text().await.expect(selector)
    }

    /// Follows a link, or presses a button, and waits until its page is there.
    pub async fn press(&self, selector: &str) {
        self.one(selector).await.click().await.unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    /// Waits until the address holds a text.
    pub async fn wait_for(&self, part: &str) {
        for _ in 0..100 {
            if self.place().await.contains(part) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("«{part}» never comes: {}", self.place().await);
    }

    /// Types keys into the page.
    pub async fn keys(&self, keys: &str) -> Result<(), CmdError> {
        self.client.active_element().await?.send_keys(keys).await
    }

    /// Runs a function of the browser's own tools.
    pub async fn tool(&self, name: &'static str, parameters: Value) {
        self.client.issue_cmd(Tool(name, parameters)).await.expect(name);
    }

    /// Asks the server for the JSON of the page that is shown.
    pub async fn json(&self) -> Value {
        let url = self.client.current_url().await.expect("an address");
        let query = url.query().map_or(String::new(), |query| format!("?{query}"));
        self.fetch(&format!("{}.json{query}", url.path()))
    }

    /// Asks the server for JSON.
    fn fetch(&self, path: &str) -> Value {
        let host = self.base.strip_prefix("http://").expect("HTTP");
        let mut stream = TcpStream::connect(host).expect("a connection");
        let request = format!("GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut reply = String::new();
        stream.read_to_string(&mut reply).expect("UTF-8");
        let (head, body) = reply.split_once("\r\n\r\n").expect("a head");
        assert!(head.split(' ').nth(1) == Some("200"), "{path}: {head}");
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Ends the browser, and tells whether it was kept from anything or asked another host for anything.
    pub async fn close(self) {
        let messages = self.log("browser").await;
        let faults: Vec<&Value> = messages.iter().filter(|message| message["level"] == "SEVERE").collect();
        assert!(faults.is_empty(), "the browser complains: {faults:?}");
        let mut asked = 0;
        for event in self.log("performance").await {
            let event: Value = serde_json::from_str(event["message"].as_str().unwrap_or("{}")).expect("an event");
            let message = &event["message"];
            if message["method"] == "Network.requestWillBeSent" {
                let url = message["params"]["request"]["url"].as_str().unwrap_or_default();
                assert!(url.starts_with(&self.base) || url.starts_with("data:"), "another host is asked: {url}");
                asked += 1;
            }
        }
        assert!(asked > 0, "requests are seen");
        self.client.close().await.expect("the browser ends");
    }

    async fn log(&self, name: &'static str) -> Vec<Value> {
        let found = self.client.issue_cmd(Log(name)).await.expect(name);
        found.as_array().cloned().unwrap_or_default()
    }
}
