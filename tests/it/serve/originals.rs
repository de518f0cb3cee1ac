//! Originals: hostile names and types, links, files that changed.

use std::io::{Read, Write};
use std::os::unix::fs::symlink;
use std::time::Duration;

use fumikura::serve::{Extension, View};

use super::client::{Reply, Running};
use crate::support::index;

const PAGE: &str = "<!doctype html><html lang=ja><title>日米対話</title><body><script>alert(1)</script>\
    <p>両国は情報共有の取組を進めることで一致した。次回の会合は東京で開催する予定である。</p></body></html>";
const TEXT: &str = "日米対話\n\n1. 情報共有\n両国は情報共有の取組を進める。\n";

/// Names of hostile files, with their contents.
fn hostile() -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> = Vec::new();
    for name in [
        "a.txt",
        "quote\".txt",
        "semi;colon.txt",
        "new\nline.txt",
        "tab\t.txt",
        "back\\slash.txt",
        "percent%2e%2e.txt",
        "dots..txt",
        "a. .txt",
        "sp ace.txt",
        "hash#mark.txt",
        "question?.txt",
        "amp&ersand.txt",
        "plus+.txt",
        "'single'.txt",
        "<b>.txt",
        "報道資料.txt",
        "rtl\u{202e}fdp.txt",
        "zero\u{200b}width.txt",
        "original.txt",
        "x.json.txt",
        "crlf\r\nSet-Cookie: a=b.txt",
        "c:d.txt",
        "日本 語.md",
        "-dash.txt",
    ] {
        all.push((name.to_owned(), TEXT.as_bytes().to_vec()));
    }
    for name in ["page.html", "evil.htm", "x.xhtml"] {
        all.push((name.to_owned(), PAGE.as_bytes().to_vec()));
    }
    let (shift_jis, _, _) = encoding_rs::SHIFT_JIS.encode(TEXT);
    all.push(("sjis.txt".to_owned(), shift_jis.into_owned()));
    all.push(("script.txt".to_owned(), format!("<script>alert(1)</script>\n{TEXT}").into_bytes()));
    all
}

fn original(server: &Running, id: &str) -> Reply {
    server.get(&format!("{}/original", View::Document(id.to_owned()).path(Extension::Html)))
}

#[test]
fn no_original_runs_and_each_comes_as_it_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let texts = folder.path().join("texts");
    std::fs::create_dir(&texts).expect("a folder");
    let all = hostile();
    for (name, bytes) in &all {
        std::fs::write(texts.join(name), bytes).expect(name);
    }
    index(&[texts], &folder.path().join("index"));
    let server = Running::start(&folder.path().join("index"), &["--log", "off"]);
    assert_eq!(all.len(), 30);
    for (name, bytes) in &all {
        let reply = original(&server, name);
        assert_eq!((reply.status, &reply.body, reply.whole), (200, bytes, true), "{name:?}: {}", reply.text());
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{name:?}");
        assert_eq!(reply.header("content-security-policy"), "default-src 'none'; sandbox", "{name:?}");
        assert_eq!(reply.header("fumikura-original"), "as-indexed", "{name:?}");
        assert_eq!(reply.header("set-cookie"), "", "{name:?}");
        let (kind, disposition) = (reply.header("content-type"), reply.header("content-disposition"));
        let is_text = name.ends_with(".txt") || name.ends_with(".md");
        assert_eq!(kind.starts_with("text/plain; charset="), is_text, "{name:?}: {kind}");
        assert_eq!(kind.ends_with("=shift_jis"), name == "sjis.txt", "{name:?}: {kind}");
        assert!(is_text || kind == "application/octet-stream", "{name:?}: {kind}");
        assert!(disposition.starts_with(if is_text { "inline; " } else { "attachment; " }), "{name:?}: {disposition}");
        assert!(disposition.is_ascii() && disposition.matches('"').count() == 2, "{name:?}: {disposition}");
        assert!(!disposition.contains("%E2%80%AE") && !disposition.contains("%E2%80%8B"), "{name:?}: {disposition}");
        let page = server.get(&View::Document(name.clone()).path(Extension::Html));
        assert_eq!(page.status, 200, "{name:?}");
    }
    let shut = Running::start(&folder.path().join("index"), &["--log", "off", "--no-originals"]);
    assert_eq!(original(&shut, "a.txt").status, 404);
}

/// Waits for a number of lines of the log, and tells for each of them whether its answer was cut.
fn cut(server: &Running, lines: usize) -> Vec<bool> {
    for _ in 0..100 {
        if server.errors().lines().filter(|line| line.starts_with('{')).count() >= lines {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let log = server.errors();
    let lines = log.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    lines.map(|line| line["cut"].as_bool().expect("cut: true or false")).collect()
}

#[test]
fn the_log_calls_an_original_cut_where_its_client_went_and_no_other() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let texts = folder.path().join("texts");
    std::fs::create_dir(&texts).expect("a folder");
    std::fs::write(texts.join("対話.txt"), TEXT).expect("written");
    // Larger than the buffers of both sockets, so that the server still writes when its client goes.
    std::fs::write(texts.join("large.html"), format!("{PAGE}<!--{}-->", " ".repeat(40 << 20))).expect("written");
    index(&[texts], &folder.path().join("index"));
    let server = Running::start(&folder.path().join("index"), &["--log", "json"]);
    assert_eq!(original(&server, "対話.txt").status, 200);
    let large = original(&server, "large.html");
    assert!(large.status == 200 && large.body.len() > 40 << 20, "{}", large.status);
    assert_eq!(server.get("/search.json?q=EU").status, 200);
    assert_eq!(cut(&server, 3), [false; 3]);

    let mut client = server.connect();
    let request = format!("GET /doc/large.html/original HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", server.port);
    client.write_all(request.as_bytes()).expect("sent");
    client.read_exact(&mut [0; 512]).expect("the head");
    drop(client);
    assert_eq!(cut(&server, 4), [false, false, false, true]);
}

#[test]
fn an_original_that_is_no_longer_the_indexed_file_is_not_given_silently() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path();
    let texts = path.join("texts");
    std::fs::create_dir_all(texts.join("below")).expect("a folder");
    std::fs::write(path.join("secret.txt"), "secret").expect("written");
    for name in ["changed.txt", "gone.txt", "linked.txt", "piped.txt", "below/inside.txt", "doc.pdf"] {
        std::fs::write(texts.join(name), TEXT).expect("written");
    }
    index(std::slice::from_ref(&texts), &path.join("index"));
    let server = Running::start(&path.join("index"), &["--log", "off"]);
    std::fs::write(texts.join("changed.txt"), "another text\n").expect("written");
    std::fs::remove_file(texts.join("gone.txt")).expect("removed");
    std::fs::remove_file(texts.join("linked.txt")).expect("removed");
    symlink(path.join("secret.txt"), texts.join("linked.txt")).expect("a link");
    std::fs::rename(texts.join("below"), path.join("outside")).expect("renamed");
    symlink(path.join("outside"), texts.join("below")).expect("a link");
    std::fs::remove_file(texts.join("piped.txt")).expect("removed");
    let made = std::process::Command::new("mkfifo").arg(texts.join("piped.txt")).status().expect("mkfifo");
    assert!(made.success());
    let changed = original(&server, "changed.txt");
    assert_eq!(changed.status, 409);
    assert!(changed.text().contains("/doc/changed.txt/original/changed"), "{}", changed.text());
    let now = server.get("/doc/changed.txt/original/changed");
    assert_eq!((now.status, now.text().as_str(), now.header("fumikura-original")), (200, "another text\n", "changed"));
    for name in ["gone.txt", "linked.txt", "below/inside.txt", "piped.txt"] {
        for more in ["", "/changed"] {
            let reply = server.get(&format!("/doc/{name}/original{more}"));
            assert_eq!(reply.status, 404, "{name}: {}", reply.text());
        }
    }
    for path in [
        "/doc/../secret.txt/original",
        "/doc/..%2Fsecret.txt/original",
        "/doc/%2e%2e/secret.txt/original",
        "/doc/changed.txt/../../secret.txt/original",
        "/doc//etc/passwd/original",
        "/doc/%2Fetc%2Fpasswd/original",
        "/doc/texts/../../secret.txt/original",
    ] {
        let reply = server.get(path);
        assert!(reply.status == 404 && !reply.text().contains("root:"), "{path}: {}", reply.status);
    }
}
