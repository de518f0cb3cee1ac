//! What a server refuses: foreign names and origins, methods, lengths, unsafe settings; what it never writes.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use super::client::{Reply, Running, command, corpus_index};

/// An address of each route.
const ROUTES: [&str; 27] = [
    "/",
    "/search?q=a",
    "/search.json?q=a",
    "/search.csv?q=a",
    "/search.jsonl?q=a",
    "/facets",
    "/facets.json",
    "/series",
    "/series.json",
    "/series/x",
    "/doc/x",
    "/doc/x/original",
    "/api/v1/search?q=a",
    "/api/v1/facets",
    "/api/v1/series",
    "/api/v1/doc/x",
    "/api/openapi.json",
    "/healthz",
    "/readyz",
    "/metrics",
    "/robots.txt",
    "/opensearch.xml",
    "/suggest?q=a",
    "/feed.atom?q=a",
    "/unapi",
    "/search.xlsx?q=a",
    "/nothing-here",
];

fn with_host(server: &Running, path: &str, host: &str) -> Reply {
    server.raw(&format!("GET {path} HTTP/1.1\r\n{host}Connection: close\r\n\r\n"))
}

#[test]
fn a_foreign_host_is_refused_on_every_route() {
    let server = Running::start(corpus_index(), &["--log", "off", "--allow-host", "archive.example"]);
    let port = server.port;
    for path in ROUTES {
        for host in [
            "Host: evil.example\r\n".to_owned(),
            format!("Host: evil.example:{port}\r\n"),
            "Host: 127.0.0.1:1\r\n".to_owned(),
            format!("Host: 127.0.0.1:{port}\r\nHost: evil.example\r\n"),
            String::new(),
        ] {
            assert_eq!(with_host(&server, path, &host).status, 421, "{path} {host}");
        }
        for host in [format!("Host: localhost:{port}\r\n"), "Host: archive.example\r\n".to_owned()] {
            assert_ne!(with_host(&server, path, &host).status, 421, "{path} {host}");
        }
        let absolute = format!("http://evil.example{path}");
        assert_eq!(with_host(&server, &absolute, &format!("Host: 127.0.0.1:{port}\r\n")).status, 421, "{absolute}");
    }
}

#[test]
fn a_foreign_origin_is_refused_on_every_route_and_none_is_told_to_read() {
    let server = Running::start(corpus_index(), &["--log", "off", "--cors", "https://friend.example"]);
    for path in ROUTES {
        for origin in ["null", "http://evil.example", "https://127.0.0.1", "file://"] {
            assert_eq!(server.get_with(path, &format!("Origin: {origin}\r\n")).status, 403, "{path} {origin}");
        }
        let own = server.get_with(path, &format!("Origin: http://127.0.0.1:{}\r\n", server.port));
        assert_ne!(own.status, 403, "{path}");
        let friend = server.get_with(path, "Origin: https://friend.example\r\n");
        let is_api = path.starts_with("/api/");
        assert_eq!(friend.status == 403, !is_api, "{path}");
        let opened = friend.header("access-control-allow-origin") == "https://friend.example";
        assert_eq!((opened, friend.header("vary").contains("origin")), (is_api, is_api), "{path}");
        assert_eq!(server.get(path).header("access-control-allow-origin"), "", "{path}");
    }
}

#[test]
fn every_answer_has_the_headers_of_a_shut_page() {
    let server = Running::start(corpus_index(), &["--log", "off"]);
    let mut all: Vec<(String, Reply)> = ROUTES.iter().map(|path| ((*path).to_owned(), server.get(path))).collect();
    all.push(("421".to_owned(), with_host(&server, "/", "Host: evil.example\r\n")));
    all.push(("400".to_owned(), server.get("/search?n=x")));
    for (path, reply) in all {
        let policy = reply.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert!(reply.headers.contains_key("permissions-policy"), "{path}");
    }
}

#[test]
fn only_reading_methods_are_answered() {
    let server = Running::start(corpus_index(), &["--log", "off"]);
    let port = server.port;
    for path in ROUTES {
        let get = server.get(path);
        let ask = |method: &str| {
            server.raw(&format!("{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"))
        };
        let head = ask("HEAD");
        assert_eq!((head.status, head.body.len()), (get.status, 0), "{path}");
        assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW"] {
            let reply = ask(method);
            // hyper answers CONNECT with a path itself.
            assert!(
                reply.status == 405 || method == "CONNECT" && reply.status >= 400,
                "{method} {path}: {}",
                reply.status
            );
            assert!(reply.status != 405 || reply.header("allow") == "GET, HEAD", "{method} {path}");
        }
    }
}

#[test]
fn a_long_address_a_long_head_and_a_large_body_are_refused() {
    let server = Running::start(corpus_index(), &["--log", "off"]);
    assert_eq!(server.get(&format!("/search?q={}", "a".repeat(9000))).status, 414);
    assert_eq!(server.get(&format!("/search.json?q={}", "a".repeat(2000))).status, 200);
    assert_eq!(server.get_with("/", &format!("X: {}\r\n", "a".repeat(40_000))).status, 431);
    let many: String = (0..100).map(|number| format!("X-{number}: a\r\n")).collect();
    assert_eq!(server.get_with("/", &many).status, 431);
    assert_eq!(server.get_with("/", "Content-Length: 300000\r\n").status, 413);
    // A query over the limits of the language is an error of the client, not of the server.
    assert_eq!(server.get(&format!("/search.json?q={}", "a".repeat(5000))).status, 400);
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn a_client_that_says_nothing_keeps_nobody_out() {
    let server = Running::start(corpus_index(), &["--log", "off"]);
    let mut silent: Vec<_> = (0..300)
        .map(|_| {
            let mut stream = server.connect();
            let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: 127.0.0.1");
            stream
        })
        .collect();
    for _ in 0..20 {
        let began = Instant::now();
        assert_eq!(server.get("/search.json?q=%E6%83%85%E5%A0%B1").status, 200);
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    }
    assert!(server.metric("fumikura_connections ") <= 256);
    // A head that does not end within five seconds ends its connection.
    let began = Instant::now();
    let last = silent.last_mut().expect("a socket");
    let reply = Reply::read(last);
    assert!(reply.status == 0 || reply.status == 408, "{}", reply.status);
    assert!(began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
}

#[test]
fn queries_stand_in_no_log_unless_asked_for() {
    for (arguments, told) in [
        (&["--log", "text"][..], false),
        (&["--log", "json"], false),
        (&["--log", "text", "--log-queries"], true),
        (&["--log", "off", "--log-queries"], false),
    ] {
        let server = Running::start(corpus_index(), arguments);
        server.get("/search.json?q=himitsu");
        server.get("/doc/secret.txt");
        server.get_with("/search?q=himitsu&foo=1", "Referer: himitsu\r\n");
        std::thread::sleep(Duration::from_millis(100));
        let log = server.errors();
        assert_eq!(log.contains("himitsu"), told, "{log}");
        assert_eq!(log.contains("secret.txt"), told, "{log}");
        assert_eq!(log.contains("/search"), !arguments.contains(&"off"), "{log}");
        if arguments.contains(&"json") {
            for line in log.lines() {
                assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
            }
        }
    }
}

#[test]
fn a_server_for_others_does_not_start_without_a_decision_who_may_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let users = folder.path().join("users");
    std::fs::write(&users, "a:plain\n").expect("written");
    let users = users.to_str().expect("UTF-8");
    for (arguments, part) in [
        (&["--listen", "0.0.0.0"][..], "--allow-host"),
        (&["--listen", "0.0.0.0", "--allow-host", "a.example"], "--auth"),
        (&["--listen", "::", "--allow-host", "a.example"], "--public"),
        (&["--auth", users], "argon2id"),
        (&["--auth", "/nonexistent/users"], "users"),
        (&["--allow-host", "http://a"], "--allow-host"),
        (&["--cors", "*"], "--cors"),
        (&["--timeout", "0"], "0.001"),
        (&["--trust-proxy", "X"], "HEADER=ADDRESS"),
    ] {
        let words: Vec<String> =
            ["serve", "--port", "0"].iter().chain(arguments).map(|word| (*word).to_owned()).collect();
        let run = command(corpus_index(), &words);
        let said = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(run.status.code() == Some(2) && said.contains(part), "{arguments:?}: {said}");
    }
}

/// Writes a file of readers, `hana` with the password `himitsu 秘密`, into a folder.
fn readers(folder: &Path) -> String {
    let users = folder.join("users");
    // A hash with little memory and time.
    let hash = "$argon2id$v=19$m=64,t=1,p=1$ZnVtaWt1cmFmdW1pa3VyYQ$d4rdSJ6k9nGrkAmQQjqwgyUKLogMZweXSb6Cew64UkU";
    std::fs::write(&users, format!("# readers\nhana:{hash}\n")).expect("written");
    users.to_str().expect("UTF-8").to_owned()
}

#[test]
fn a_name_and_a_password_are_asked_for_on_every_route_but_that_of_health() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = Running::start(corpus_index(), &["--log", "off", "--auth", &readers(folder.path())]);
    let basic = |text: &str| {
        use base64::Engine as _;
        format!("Authorization: Basic {}\r\n", base64::prelude::BASE64_STANDARD.encode(text))
    };
    for path in ROUTES.into_iter().filter(|path| *path != "/healthz") {
        let refused = server.get(path);
        assert_eq!((refused.status, refused.header("www-authenticate").contains("Basic")), (401, true), "{path}");
        assert_ne!(server.get_with(path, &basic("hana:himitsu 秘密")).status, 401, "{path}");
    }
    for wrong in ["hana:himitsu", "hana:", "taro:himitsu 秘密", "himitsu 秘密", ":"] {
        assert_eq!(server.get_with("/", &basic(wrong)).status, 401, "{wrong}");
    }
    assert_eq!(server.get_with("/", "Authorization: Bearer x\r\n").status, 401);
    assert_eq!(server.get("/healthz").status, 200);
    // Whoever guesses is slowed down, and whoever was known before is not.
    let guesses: Vec<u16> = (0..8).map(|n| server.get_with("/", &basic(&format!("hana:{n}"))).status).collect();
    assert!(guesses.starts_with(&[401]) && guesses.ends_with(&[429]), "{guesses:?}");
    assert_eq!(server.get_with("/", &basic("hana:himitsu 秘密")).status, 200);
    let proxied = Running::start(corpus_index(), &["--log", "off", "--trust-proxy", "X-Remote-User=127.0.0.1"]);
    assert_eq!((proxied.get("/").status, proxied.get_with("/", "X-Remote-User: hana\r\n").status), (401, 200));
    let elsewhere = Running::start(corpus_index(), &["--log", "off", "--trust-proxy", "X-Remote-User=192.0.2.1"]);
    assert_eq!(elsewhere.get_with("/", "X-Remote-User: hana\r\n").status, 403);
}

#[test]
fn a_page_of_an_allowed_origin_may_ask_with_credentials_and_reads_no_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (users, friend) = (readers(folder.path()), "Origin: https://friend.example\r\n");
    let arguments = ["--log", "off", "--auth", &users, "--cors", "https://friend.example"];
    let server = Running::start(corpus_index(), &arguments);
    let preflight = |path: &str, origin: &str| {
        let host = format!("Host: 127.0.0.1:{}\r\nConnection: close\r\n", server.port);
        server.raw(&format!("OPTIONS {path} HTTP/1.1\r\n{host}{origin}Access-Control-Request-Method: GET\r\n\r\n"))
    };
    let allowed = preflight("/api/v1/search", friend);
    assert_eq!(allowed.status, 204);
    assert!(allowed.header("access-control-allow-headers").contains("authorization"));
    assert_eq!(preflight("/search", friend).status, 403);
    assert_eq!(preflight("/api/v1/search", "Origin: https://evil.example\r\n").status, 403);
    let asked = server.get_with("/api/v1/search?q=a", friend);
    assert_eq!((asked.status, asked.header("access-control-allow-origin")), (401, "https://friend.example"));
    let open = Running::start(corpus_index(), &arguments[..2]);
    let id = "2012-11-14_japan-eu-ict-policy-dialogue-19.txt";
    assert_eq!(open.get(&format!("/doc/{id}/original")).status, 200);
    assert_eq!(open.get(&format!("/api/v1/doc/{id}/original")).status, 404);
}
