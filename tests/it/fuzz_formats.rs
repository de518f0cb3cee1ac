//! Mutated files of every format: no parser of ours panics or hangs. `FUZZ_SECONDS` for a long run.

use std::time::{Duration, Instant};

use fumikura::extract::{Structured, decode, extract};
use fumikura::ingest::JsonLines;

use crate::made::{Pdf, docx, package};
use crate::support::Random;

/// Bytes with a meaning in some format.
const PIECES: &[&[u8]] = &[
    b"<",
    b">",
    b"</p>",
    b"<table><tr>",
    b"&#x",
    b"<ruby><rt>",
    b"<!--",
    b"# ",
    b"**",
    b"> ",
    b"| a | b |\n|---|---|\n",
    b"```",
    b"[^1]: ",
    b"\n\n",
    b"1 0 obj",
    b"endobj",
    b"<< /Type /Page",
    b"/Kids [3 0 R]",
    b"stream\n",
    b"/F1 9e9 Tf",
    b"-1e30 1e30 Td",
    b"BT",
    b"ET",
    b"<82a0> Tj",
    b"\x00",
    b"\xff\xfe",
    b"\x1b$B",
    b"{\"id\":",
    b"\"text\":\"",
    b"\\ud800",
    b"date = ",
    b"partners = [",
    b"]]",
    b"9999999999",
    b"-1",
    b"%00",
];

fn mutate(random: &mut Random, seed: &[u8]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..1 + random.below(6) {
        let at = random.below(bytes.len() + 1);
        match random.below(5) {
            0 if !bytes.is_empty() => {
                let last = bytes.len() - 1;
                bytes[at.min(last)] ^= 1 << random.below(8);
            }
            1 => {
                let piece = PIECES[random.below(PIECES.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
            2 => bytes.truncate(at),
            3 => {
                let end = (at + random.below(200)).min(bytes.len());
                let copy = bytes[at..end].to_vec();
                bytes.splice(at..at, copy);
            }
            _ => {
                let end = (at + random.below(50)).min(bytes.len());
                bytes.drain(at..end);
            }
        }
    }
    bytes
}

fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let mut pdf = Pdf::new("90ms-RKSJ-H");
    pdf.text(72.0, 700.0, 10.0, "総務省は協力を進める");
    pdf.text(300.0, 700.0, 10.0, "右の段");
    pdf.rule(72.0, 690.0, 400.0, 690.0);
    pdf.rule(72.0, 640.0, 72.0, 690.0);
    let mut vertical = Pdf::new("90ms-RKSJ-V");
    vertical.text(500.0, 780.0, 10.0, "縦書きの文書です。");
    let page = "<html><head><title>題｜総務省</title><meta charset=utf-8></head><body><h1>題</h1><p>本文<ruby>字<rt>じ</rt></ruby></p>\
                <table><tr><td>一</td><td>二</td></tr></table><ol start=3><li>項</li></ol><pre>a\nb</pre></body></html>";
    vec![
        ("html", page.as_bytes().to_vec()),
        (
            "markdown",
            "# 題\n\n本文[^1]の**強調**。\n\n- 項目\n  1. 内\n\n| 回 | 所 |\n|---|---|\n| 1 | 東京 |\n\n[^1]: 注\n"
                .as_bytes()
                .to_vec(),
        ),
        ("pdf", pdf.finish()),
        ("pdf", vertical.finish()),
        (
            "docx",
            docx(
                "<w:p><w:r><w:t>文</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>表</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
            ),
        ),
        (
            "odt",
            package(&[(
                "content.xml",
                "<office:text><text:p>文<text:note><text:p>注</text:p></text:note></text:p></office:text>",
            )]),
        ),
        ("decode", encoding_rs::SHIFT_JIS.encode("情報セキュリティ政策会議の結果について\r\n").0.into_owned()),
        (
            "jsonl",
            "{\"id\": \"a\", \"text\": \"本文\", \"date\": \"平成29年10月\", \"partners\": [\"米国\"]}\n"
                .as_bytes()
                .to_vec(),
        ),
        ("front", "---\ntitle: 題\ndate: 2017-10-16\npartners:\n- 米国\n---\n本文\n".as_bytes().to_vec()),
        ("front", "+++\ntitle = \"題\"\npartners = [\"米国\"]\n+++\n本文\n".as_bytes().to_vec()),
    ]
}

fn run(kind: &str, bytes: Vec<u8>, folder: &std::path::Path) {
    let format = match kind {
        "html" => Structured::Html,
        "markdown" => Structured::Markdown,
        "pdf" => Structured::Pdf,
        "docx" => Structured::Docx,
        "odt" => Structured::Odt,
        "decode" => return drop(decode(&bytes)),
        "jsonl" => return JsonLines::new(bytes.as_slice(), "fuzz").for_each(drop),
        _ => {
            // Front matter, and the use of its values.
            let path = folder.join("fuzz.md");
            std::fs::write(&path, &bytes).expect("written");
            for found in fumikura::ingest::walk(&[path], &|_| false) {
                if let fumikura::ingest::Walked::File(source) = found
                    && let Ok(document) = fumikura::ingest::read_document(
                        &source,
                        fumikura::ingest::read_file(&source),
                        &mut fumikura::ingest::Extractor::new(None),
                    )
                {
                    drop(fumikura::pipeline::make_document(&document));
                }
            }
            return;
        }
    };
    if let Ok(extracted) = extract(format, bytes) {
        drop(fumikura::normalize::normalize_lines(&extracted.lines));
    }
}

#[test]
fn mutated_files_end_in_a_text_or_an_error() {
    let seconds: u64 = std::env::var("FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(4);
    let seed = std::env::var("FUZZ_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(0x5EED);
    let mut random = Random(seed);
    let seeds = seeds();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let until = Instant::now() + Duration::from_secs(seconds);
    let (mut runs, mut slowest) = (0u64, Duration::ZERO);
    while Instant::now() < until {
        let (kind, seed) = &seeds[random.below(seeds.len())];
        let bytes = mutate(&mut random, seed);
        let started = Instant::now();
        let copy = bytes.clone();
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(kind, copy, folder.path())));
        assert!(ended.is_ok(), "{kind} {:?}", String::from_utf8_lossy(&bytes));
        slowest = slowest.max(started.elapsed());
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "{kind} took {:?}: {:?}",
            started.elapsed(),
            String::from_utf8_lossy(&bytes)
        );
        runs += 1;
    }
    eprintln!("{runs} files in {seconds} s, slowest {slowest:?}");
}
