//! The format is told by the content, then by the name; each added format is read; the report tells what was not.

use std::fs;
use std::io::Write;
use std::path::Path;

use serde_json::Value;

use fumikura::document::LineRole;
use fumikura::extract::{ExtractError, Extracted, Structured, extract};

use crate::support::{fumikura, stdout};

fn zip(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("an entry");
        archive.write_all(text.as_bytes()).expect("written");
    }
    archive.finish().expect("an archive").into_inner()
}

fn docx() -> Vec<u8> {
    zip(&[(
        "word/document.xml",
        "<w:document><w:body><w:p><w:r><w:t>協力覚書の署名</w:t></w:r></w:p></w:body></w:document>",
    )])
}

fn texts(extracted: &Extracted) -> Vec<&str> {
    extracted.lines.iter().map(|line| line.text.as_str()).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(bytes).expect("written");
    packed.finish().expect("packed")
}

#[test]
fn the_content_tells_the_format_before_the_name() {
    let html = "<!DOCTYPE html><title>協議</title><p>協議の結果を公表した。</p>".as_bytes();
    for named in [Structured::Pdf, Structured::Html, Structured::Sheet, Structured::Table, Structured::Rtf] {
        let read = extract(named, docx()).expect("a document");
        assert_eq!((read.format, texts(&read)), (Some(Structured::Docx), vec!["協力覚書の署名"]));
        let read = extract(named, html.to_vec()).expect("a page");
        assert_eq!((read.format, texts(&read)), (Some(Structured::Html), vec!["協議の結果を公表した。"]));
    }
}

#[test]
fn files_without_a_fitting_name_are_read_and_others_name_the_way_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let texts = folder.path().join("texts");
    fs::create_dir(&texts).expect("made");
    let page = "<html><body><p>海底ケーブルの防護に関する協議の結果を公表した。</p></body></html>";
    for name in ["a.shtml", "b.php", "page.html.1", "d.unknown", "noending", "f.txt"] {
        fs::write(texts.join(name), page).expect("written");
    }
    fs::write(texts.join("g.pdf"), docx()).expect("written");
    fs::write(texts.join("h"), "情報共有の取組を進めることで一致した。\n").expect("written");
    fs::write(texts.join("i.txt.gz"), gzip("重要インフラの防護を進める。\n".as_bytes())).expect("written");
    for name in ["old.doc", "k.jtd", "l.zip", "m.bin"] {
        fs::write(texts.join(name), [0u8, 1, 2, 3]).expect("written");
    }
    let report: Value =
        serde_json::from_str(&stdout(&fumikura(folder.path(), &["index", "texts", "--json"]), 0)).expect("JSON");
    assert_eq!(report["added"], 9, "{report}");
    let reason = |name: &str| {
        let list = report["skipped"].as_array().expect("a list");
        let item = list.iter().find(|item| item["path"].as_str().is_some_and(|path| path.ends_with(name)));
        item.and_then(|item| item["reason"].as_str()).unwrap_or_else(|| panic!("{name}: {report}")).to_owned()
    };
    assert!(reason("old.doc").contains("soffice --headless --convert-to docx"));
    assert!(reason("k.jtd").contains("save it as PDF"));
    assert!(reason("l.zip").contains("unpack"));
    assert!(reason("m.bin").contains("ending not read"));
    let found = stdout(&fumikura(folder.path(), &["search", "海底ケーブル", "--json"]), 0);
    assert_eq!(serde_json::from_str::<Value>(&found).expect("JSON")["total"]["passages"], 6, "{found}");
}

#[test]
fn a_table_is_read_row_by_row_with_the_names_of_its_columns() {
    let text = "件名,開催日,場所\r\n日ASEAN政策会議,2016年10月20日,東京\r\n\"日・タイ協議\n(第3回)\",2016年6月9日,\r\n";
    for encoding in [encoding_rs::UTF_8, encoding_rs::SHIFT_JIS] {
        let read = extract(Structured::Table, encoding.encode(text).0.into_owned()).expect("a table");
        assert_eq!(
            texts(&read),
            [
                "件名　開催日　場所",
                "件名：日ASEAN政策会議　開催日：2016年10月20日　場所：東京",
                "件名：日・タイ協議(第3回)　開催日：2016年6月9日",
            ]
        );
        assert_eq!(read.lines[1].lines, Some((2, 2)));
    }
    let read = extract(Structured::Table, "国\t年\nタイ\t2016\n".as_bytes().to_vec()).expect("a table");
    assert_eq!(texts(&read), ["国　年", "国：タイ　年：2016"]);
    let read = extract(Structured::Table, "1,タイ\n2,ベトナム\n".as_bytes().to_vec()).expect("a table");
    assert_eq!(texts(&read), ["1　タイ", "2　ベトナム"]);
}

#[test]
fn a_presentation_of_opendocument_has_slides_and_titles() {
    let body = "<office:document-content><office:body><office:presentation>\
        <draw:page><draw:frame presentation:class=\"title\"><draw:text-box><text:p>協議の概要</text:p></draw:text-box></draw:frame>\
        <draw:frame><draw:text-box><text:p>情報共有を進める</text:p></draw:text-box></draw:frame></draw:page>\
        <draw:page><draw:frame><draw:text-box><text:p>今後の予定</text:p></draw:text-box></draw:frame></draw:page>\
        </office:presentation></office:body></office:document-content>";
    let book = zip(&[("mimetype", "application/vnd.oasis.opendocument.presentation"), ("content.xml", body)]);
    let read = extract(Structured::Odt, book).expect("slides");
    assert_eq!((read.format, read.pages, read.title.as_deref()), (Some(Structured::Odp), Some(2), Some("協議の概要")));
    let lines: Vec<_> = read.lines.iter().map(|line| (line.text.as_str(), line.role, line.page)).collect();
    assert_eq!(
        lines,
        [
            ("協議の概要", LineRole::Heading(1), Some(1)),
            ("情報共有を進める", LineRole::Text, Some(1)),
            ("今後の予定", LineRole::Text, Some(2)),
        ]
    );
}

#[test]
fn a_saved_page_keeps_its_address_and_not_the_day_of_saving_as_its_date() {
    let page = "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://www.example.go.jp/a.html\r\n\
        Subject: x\r\nDate: Fri, 27 Nov 2026 10:00:00 +0900\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/related; type=\"text/html\"; boundary=\"--b\"\r\n\r\n----b\r\n\
        Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
        <html><head><title>協議の結果</title></head><body><p>第3回の協議を開催した。</p></body></html>\r\n----b\r\n\
        Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n----b--\r\n";
    let read = extract(Structured::Plain, page.as_bytes().to_vec()).expect("a page");
    assert_eq!((read.format, texts(&read)), (Some(Structured::Mail), vec!["第3回の協議を開催した。"]));
    assert_eq!(read.url.as_deref(), Some("https://www.example.go.jp/a.html"));
    assert_eq!((read.date, read.title.as_deref()), (None, Some("協議の結果")));
    assert!(read.warnings.is_empty(), "{:?}", read.warnings);
}

#[test]
fn a_mail_has_its_head_its_day_and_its_attachments_named() {
    let mail = b"From: =?ISO-2022-JP?B?GyRCQW1MMz5KGyhC?= <a@example.go.jp>\r\nTo: b@example.jp\r\n\
        Subject: =?ISO-2022-JP?B?GyRCNihEajcrMkwbKEI=?=\r\nDate: Thu, 9 Jun 2016 10:00:00 +0900\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=ISO-2022-JP\r\n\r\n\
        \x1B$B>pJs6&M-\x1B(B\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\
        Content-Disposition: attachment; filename=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n--b--\r\n";
    let read = extract(Structured::Mail, mail.to_vec()).expect("a mail");
    assert_eq!(read.date.as_deref(), Some("2016-06-09"));
    assert!(texts(&read).contains(&"情報共有"), "{read:?}");
    assert!(texts(&read)[1].starts_with("差出人：総務省"), "{read:?}");
    assert_eq!(
        read.warnings,
        ["an attached file is not read: a.pdf (damaged: invalid or unrecoverable cross-reference data)"]
    );
}

#[test]
fn a_statute_has_its_articles_as_headings() {
    let law = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Law Era=\"Heisei\"><LawNum>平成二十六年法律第百四号</LawNum><LawBody>\
        <LawTitle>サイバーセキュリティ基本法</LawTitle><MainProvision><Chapter Num=\"1\"><ChapterTitle>第一章　総則</ChapterTitle>\
        <Article Num=\"1\"><ArticleCaption>（目的）</ArticleCaption><ArticleTitle>第一条</ArticleTitle>\
        <Paragraph Num=\"1\"><ParagraphNum/><ParagraphSentence><Sentence>この法律は、施策を推進する。</Sentence></ParagraphSentence></Paragraph>\
        <Paragraph Num=\"2\"><ParagraphNum>２</ParagraphNum><ParagraphSentence><Sentence>次に掲げる事項による。</Sentence></ParagraphSentence>\
        <Item Num=\"1\"><ItemTitle>一</ItemTitle><ItemSentence><Sentence>情報の<Ruby>共<Rt>きょう</Rt></Ruby>有</Sentence></ItemSentence></Item></Paragraph>\
        </Article></Chapter></MainProvision></LawBody></Law>";
    let read = extract(Structured::Plain, law.as_bytes().to_vec()).expect("a statute");
    assert_eq!(read.title.as_deref(), Some("サイバーセキュリティ基本法"));
    let lines: Vec<_> = read.lines.iter().map(|line| (line.text.as_str(), line.role)).collect();
    assert_eq!(
        lines,
        [
            ("平成二十六年法律第百四号", LineRole::Text),
            ("サイバーセキュリティ基本法", LineRole::Heading(1)),
            ("第一章　総則", LineRole::Heading(2)),
            ("第一条（目的）", LineRole::Heading(6)),
            ("この法律は、施策を推進する。", LineRole::Text),
            ("２　次に掲げる事項による。", LineRole::Text),
            ("一　情報の共有", LineRole::Text),
        ]
    );
}

#[test]
fn minutes_of_the_diet_tell_who_spoke_where_and_when() {
    let answer = r#"{"numberOfRecords":1,"meetingRecord":[{"issueID":"1","session":190,"nameOfHouse":"衆議院",
        "nameOfMeeting":"総務委員会","issue":"第3号","date":"2016-02-25","meetingURL":"https://kokkai.ndl.go.jp/1",
        "speechRecord":[{"speechID":"1_1","speaker":"山田太郎","speakerPosition":"総務大臣","speakerGroup":null,
        "speech":"○山田国務大臣　協議を進めてまいります。","speechURL":"https://kokkai.ndl.go.jp/1/1"}]}]}"#;
    let read = extract(Structured::Plain, answer.as_bytes().to_vec()).expect("minutes");
    assert_eq!((read.date.as_deref(), read.url.as_deref()), (Some("2016-02-25"), Some("https://kokkai.ndl.go.jp/1")));
    assert_eq!(
        texts(&read),
        [
            "第190回国会 衆議院 総務委員会 第3号 2016-02-25",
            "山田太郎（総務大臣）",
            "○山田国務大臣　協議を進めてまいります。",
            "https://kokkai.ndl.go.jp/1/1",
        ]
    );
}

#[test]
fn rtf_and_epub_are_read() {
    let rtf = br"{\rtf1\ansi\ansicpg932{\fonttbl{\f0 \'82\'6c\'82\'72;}}\pard \'8b\'a6\'8b\'63\par \u24773?\u22577? (2016)\par}";
    let read = extract(Structured::Plain, rtf.to_vec()).expect("a text");
    assert_eq!((read.format, texts(&read)), (Some(Structured::Rtf), vec!["協議", "情報 (2016)"]));
    let book = zip(&[
        ("META-INF/container.xml", "<container><rootfile full-path=\"O/a.opf\"/></container>"),
        (
            "O/a.opf",
            "<package><dc:title>白書</dc:title><item id=\"b\" href=\"b.xhtml\"/><item id=\"a\" href=\"a.xhtml\"/>\
             <spine><itemref idref=\"a\"/><itemref idref=\"b\"/></spine></package>",
        ),
        ("O/a.xhtml", "<html><body><h1>第一章</h1><p>情報通信の動向を述べる。</p></body></html>"),
        ("O/b.xhtml", "<html><body><p>政策の動向を述べる。</p></body></html>"),
    ]);
    let read = extract(Structured::Epub, book).expect("a book");
    assert_eq!((read.title.as_deref(), read.pages), (Some("白書"), Some(2)));
    assert_eq!(texts(&read), ["第一章", "情報通信の動向を述べる。", "政策の動向を述べる。"]);
}

/// Builds a record of a web archive with an answer of HTTP.
fn record(url: &str, date: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let length = head.len() + 4 + body.len();
    let frame = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n\
         Content-Type: application/http; msgtype=response\r\nContent-Length: {length}\r\n\r\n{head}\r\n\r\n"
    );
    [frame.as_bytes(), body, b"\r\n\r\n"].concat()
}

fn archive() -> Vec<Vec<u8>> {
    let page = |text: &str| {
        format!("<html><title>協議</title><body><h1>協議の結果</h1><p>{text}を公表した。</p></body></html>")
            .into_bytes()
    };
    let ok = "HTTP/1.1 200 OK\r\nContent-Type: text/html";
    let day = "2016-06-09T00:00:00Z";
    let chunked = page("海底ケーブルの防護");
    let chunked = [format!("{:x}\r\n", chunked.len()).as_bytes(), &chunked, b"\r\n0\r\n\r\n"].concat();
    vec![
        b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 4\r\n\r\na: b\r\n\r\n".to_vec(),
        record("http://a.example/1", day, ok, &page("情報共有の取組")),
        // wget writes addresses in angle brackets.
        record("<http://a.example/2>", day, &format!("{ok}\r\nTransfer-Encoding: chunked"), &chunked),
        record("http://a.example/3", day, &format!("{ok}\r\nContent-Encoding: gzip"), &gzip(&page("人材育成"))),
        record("http://a.example/4", day, "HTTP/1.1 404 Not Found\r\nContent-Type: text/html", &page("無い頁")),
        record("http://a.example/5.png", day, "HTTP/1.1 200 OK\r\nContent-Type: image/png", b"\x89PNG"),
        record("http://a.example/6", day, "HTTP/1.1 200\r\nContent-Type: application/pdf", b"%PDF-1.4 nothing"),
        // The same page again is no document, another version of it is one.
        record("http://a.example/1", "2017-06-09T00:00:00Z", ok, &page("情報共有の取組")),
        record("http://a.example/1", "2018-06-09T00:00:00Z", ok, &page("共同演習")),
    ]
}

#[test]
fn each_page_of_a_web_archive_is_a_document_with_its_address() {
    let folder = tempfile::tempdir().expect("a folder");
    let texts = folder.path().join("texts");
    fs::create_dir(&texts).expect("made");
    let members: Vec<u8> = archive().iter().flat_map(|record| gzip(record)).collect();
    fs::write(texts.join("a.warc.gz"), &members).expect("written");
    let report = run(folder.path(), &[], 0);
    assert_eq!(report["added"], 4, "{report}");
    let reasons = report["warnings"].to_string();
    assert!(
        reasons.contains("2 captured files left out") || reasons.contains("3 captured files left out"),
        "{reasons}"
    );
    assert!(reasons.contains("a.warc.gz#http://a.example/6"), "{reasons}");
    let found = |words: &str| -> Value {
        serde_json::from_str(&stdout(&fumikura(folder.path(), &["search", words, "--json"]), 0)).expect("JSON")
    };
    assert_eq!(found("海底ケーブル")["hits"][0]["document"]["url"], "http://a.example/2");
    let version = &found("共同演習")["hits"][0]["document"];
    assert_eq!(version["id"], "a.warc.gz#http://a.example/1@2018-06-09T00:00:00Z", "{version}");
    // Nothing changed; then the same archive without gzip under a name without an ending.
    assert_eq!(run(folder.path(), &[], 0)["unchanged"], 4);
    fs::remove_file(texts.join("a.warc.gz")).expect("removed");
    fs::write(texts.join("archive"), archive().concat()).expect("written");
    assert_eq!(run(folder.path(), &["--prune-all"], 0)["added"], 4);
}

#[test]
fn a_damaged_web_archive_keeps_the_pages_before_the_damage() {
    let folder = tempfile::tempdir().expect("a folder");
    let texts = folder.path().join("texts");
    fs::create_dir(&texts).expect("made");
    let whole = archive().concat();
    let second = archive()[..3].concat().len();
    fs::write(texts.join("cut.warc"), &whole[..second + 40]).expect("written");
    fs::write(texts.join("huge.warc"), "WARC/1.0\r\nContent-Length: 99999999999999\r\n\r\nabc").expect("written");
    fs::write(texts.join("none.warc"), "WARC/1.0\r\nWARC-Type: response\r\n\r\n").expect("written");
    fs::write(texts.join("other.warc"), "no archive").expect("written");
    fs::write(texts.join("head.warc"), format!("WARC/1.0\r\n{}", "a".repeat(1 << 20))).expect("written");
    let packed: Vec<u8> = archive().iter().flat_map(|record| gzip(record)).collect();
    fs::write(texts.join("packed.warc.gz"), &packed[..packed.len() - 40]).expect("written");
    fs::write(texts.join("bomb.jsonl.gz"), gzip(&vec![b' '; 80 << 20])).expect("written");
    fs::write(texts.join("bomb.warc.gz"), gzip(&vec![b'\n'; 80 << 20])).expect("written");
    for _ in 0..2 {
        let report = run(folder.path(), &[], 3);
        assert_eq!(report["documents"], 5, "{report}");
        let failed = report["failed"].as_array().expect("a list");
        // The bomb of lines is told twice: its first line, and its size.
        assert_eq!(failed.len(), 9, "{report}");
    }
}

#[test]
fn packed_jsonl_is_read_line_by_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let texts = folder.path().join("texts");
    fs::create_dir(&texts).expect("made");
    let mut lines = "{\"id\": 1, \"text\": \"海底ケーブルの防護を進める。\"}\n".to_owned().into_bytes();
    // A line with a bad byte is kept, and the byte is told.
    lines.extend_from_slice("{\"id\": 2, \"text\": \"情報共有を進める".as_bytes());
    lines.extend_from_slice("\u{3002}\"}\n".as_bytes());
    let at = lines.len() - 6;
    lines[at] = 0xFF;
    fs::write(texts.join("a.jsonl.gz"), gzip(&lines)).expect("written");
    let report = run(folder.path(), &[], 0);
    assert_eq!(report["added"], 2, "{report}");
    assert!(report["warnings"].to_string().contains("U+FFFD"), "{report}");
    assert_eq!(run(folder.path(), &[], 0)["unchanged"], 2);
}

#[test]
fn pages_and_tables_under_the_name_of_an_office_file_are_read() {
    let page = encoding_rs::SHIFT_JIS.encode("<table><tr><td>件名</td><td>日タイ協議</td></tr></table>").0.into_owned();
    let read = extract(Structured::Sheet, page).expect("a page");
    assert_eq!((read.format, read.encoding.as_str()), (Some(Structured::Html), "Shift_JIS"));
    let read = extract(Structured::Sheet, "件名\t日\n日タイ協議\t2016\n".into()).expect("a table");
    assert_eq!(texts(&read), ["件名　日", "件名：日タイ協議　日：2016"]);
    let folder = tempfile::tempdir().expect("a folder");
    let texts = folder.path().join("texts");
    fs::create_dir(&texts).expect("made");
    fs::write(texts.join("a.doc"), br"{\rtf1\ansi\ansicpg932 \'8b\'a6\'8b\'63\par}").expect("written");
    fs::write(texts.join("b.doc"), docx()).expect("written");
    assert_eq!(run(folder.path(), &[], 0)["added"], 2);
}

#[test]
fn fonts_of_rtf_tell_the_encoding_of_their_text() {
    let bytes = |text: &str| {
        let bytes = encoding_rs::SHIFT_JIS.encode(text).0.into_owned();
        bytes.iter().map(|byte| format!("\\'{byte:02x}")).collect::<String>()
    };
    let text = "日・タイ協議の結果を公表した。";
    let fonts = "{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset128 MS Gothic;}}";
    for rtf in [
        format!("{{\\rtf1\\ansi\\ansicpg1252{fonts}\\f1 {}\\par}}", bytes(text)),
        format!("{{\\rtf1\\ansi\\ansicpg1252{fonts}\\f0 {{\\f1 {}}}\\par}}", bytes(text)),
        // The code page of the file is wrong, and no font tells.
        format!("{{\\rtf1\\ansi\\ansicpg1252 {}\\par}}", bytes(text)),
        format!("{{\\rtf1\\mac\\ansicpg10001 {}\\par}}", bytes(text)),
    ] {
        assert_eq!(texts(&extract(Structured::Rtf, rtf.clone().into_bytes()).expect("a text")), [text], "{rtf}");
    }
    // A note inside a sentence, in a group that older readers skip.
    let note = br"{\rtf1\ansi\ansicpg932 A{\*\footnote \pard\chftn N\par}B{\*\shpinst{\sp x}{\shptxt S\par}}C\par D}";
    let read = extract(Structured::Rtf, note.to_vec()).expect("a text");
    assert_eq!(texts(&read), ["ABC", "N", "S", "D"]);
    assert_eq!(read.lines[1].role, LineRole::Footnote);
    let western = br"{\rtf1\ansi\ansicpg1252 caf\'e9 d\'e9j\'e0\par}".to_vec();
    assert_eq!(texts(&extract(Structured::Rtf, western).expect("a text")), ["café déjà"]);
}

#[test]
fn mails_are_read_by_their_bytes_whatever_they_name() {
    let text = "総務省は協議の結果を公表した。";
    for (encoding, label) in
        [("utf-8", "us-ascii"), ("shift_jis", "iso-8859-1"), ("euc-jp", "shift_jis"), ("shift_jis", "")]
    {
        let encode = |text: &str| {
            encoding_rs::Encoding::for_label(encoding.as_bytes()).expect("an encoding").encode(text).0.into_owned()
        };
        let kind = if label.is_empty() { String::new() } else { format!("; charset={label}") };
        let head = format!("From: a@example.jp\r\nMIME-Version: 1.0\r\nContent-Type: text/plain{kind}\r\nSubject: ");
        let mail = [head.as_bytes(), &encode("協議の結果"), b"\r\n\r\n", &encode(text)].concat();
        let read = extract(Structured::Mail, mail).expect("a mail");
        assert_eq!(read.title.as_deref(), Some("協議の結果"), "{encoding} {label}");
        assert_eq!(texts(&read).last(), Some(&text), "{encoding} {label}");
    }
    let parts = "MIME-Version: 1.0\r\nFrom: a@example.jp\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
        Content-Type: text/plain; charset=utf-8\r\n\r\n本文である。\r\n--b\r\nContent-Type: text/plain\r\n\
        Content-Disposition: attachment; filename=a.txt\r\n\r\n別紙の文である。\r\n--b--\r\n";
    let read = extract(Structured::Mail, parts.as_bytes().to_vec()).expect("a mail");
    assert!(texts(&read).contains(&"別紙の文である。"), "{read:?}");
}

#[test]
fn what_is_packed_without_end_is_refused_and_archives_name_the_way_out() {
    let bomb = gzip(&vec![b' '; 70 << 20]);
    assert!(matches!(extract(Structured::Gzip, bomb), Err(ExtractError::OverLimit(_))));
    let archive = extract(Structured::Plain, b"WARC/1.0\r\nWARC-Type: response\r\n".to_vec()).expect_err("an archive");
    assert!(archive.to_string().contains("unpack"), "{archive}");
}

/// A script that is longer than the text beside it.
const SCRIPT: &str = "<script>fetch('/api/documents').then(answer => answer.json()).then(list => show(list))\
    .catch(error => document.write(error)); window.addEventListener('load', () => render());</script>";

fn run(folder: &Path, arguments: &[&str], code: i32) -> Value {
    serde_json::from_str(&stdout(&fumikura(folder, &[&["index", "texts", "--json"], arguments].concat()), code))
        .expect("JSON")
}

#[test]
fn the_report_tells_what_looks_wrong_in_each_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let texts = folder.path().join("texts");
    fs::create_dir(&texts).expect("made");
    let mut damaged = "総務省は協議の結果を公表した。\n".repeat(5).into_bytes();
    damaged[40] = 0xFF;
    fs::write(texts.join("bad.txt"), damaged).expect("written");
    let script = format!("<html><head><title>協議</title></head><body><p>読込中</p>{SCRIPT}</body></html>");
    fs::write(texts.join("script.html"), script).expect("written");
    let wrong =
        encoding_rs::SHIFT_JIS.decode("総務省はタイ情報通信技術省との協議を開催した。".as_bytes()).0.into_owned();
    fs::write(texts.join("mojibake.txt"), wrong).expect("written");
    // An unchanged file is told of again.
    for _ in 0..2 {
        let report = run(folder.path(), &[], 0);
        let reasons: Vec<&str> =
            report["warnings"].as_array().expect("a list").iter().filter_map(|item| item["reason"].as_str()).collect();
        for reason in ["U+FFFD", "nearly no text of its own", "looks like mojibake: UTF-8 that was read as Shift_JIS"] {
            assert_eq!(reasons.iter().filter(|told| told.contains(reason)).count().min(1), 1, "{reason}: {reasons:?}");
        }
    }
    let listed = stdout(&fumikura(folder.path(), &["stats", "--skipped"]), 0);
    assert!(listed.contains("bad.txt: warning: ") && listed.contains("script.html: warning: "), "{listed}");
}

#[test]
fn an_accepted_file_fails_no_run_until_it_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let texts = folder.path().join("texts");
    fs::create_dir(&texts).expect("made");
    fs::write(texts.join("good.txt"), "総務省は協議の結果を公表した。\n").expect("written");
    fs::write(texts.join("bad.docx"), "no package").expect("written");
    assert_eq!(run(folder.path(), &[], 3)["failed"].as_array().map(Vec::len), Some(1));
    let report = run(folder.path(), &["--accept", "texts/bad.docx"], 0);
    assert_eq!(
        (report["failed"].as_array().map(Vec::len), report["accepted"].as_array().map(Vec::len)),
        (Some(0), Some(1))
    );
    // Later runs are quiet, also one that reads the file again and one that builds the index anew.
    for arguments in [&[][..], &["--retry"], &["--rebuild"], &[]] {
        let report = run(folder.path(), arguments, 0);
        assert_eq!(report["accepted"].as_array().map(Vec::len), Some(1), "{arguments:?}: {report}");
    }
    let output = fumikura(folder.path(), &["index", "texts"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("accepted: 1 known problem") && !said.contains("bad.docx"), "{said}");
    assert!(stdout(&fumikura(folder.path(), &["stats", "--skipped"]), 0).contains("bad.docx: accepted: "));
    // Other bytes are another matter.
    fs::write(texts.join("bad.docx"), "no package either").expect("written");
    assert_eq!(run(folder.path(), &[], 3)["failed"].as_array().map(Vec::len), Some(1));
    // A path that is absent is told.
    let report = run(folder.path(), &["--accept", "texts/gone.pdf"], 3);
    assert!(report["failed"].to_string().contains("cannot be accepted"), "{report}");
}

#[test]
fn many_warnings_of_one_kind_are_told_by_their_number() {
    let folder = tempfile::tempdir().expect("a folder");
    let texts = folder.path().join("texts");
    fs::create_dir(&texts).expect("made");
    for number in 0..30 {
        let page = format!("<html><body><p>第{number}回</p>{SCRIPT}</body></html>");
        fs::write(texts.join(format!("{number:02}.html")), page).expect("written");
    }
    let output = fumikura(folder.path(), &["index", "texts"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(said.matches("warning: ").count(), 20, "{said}");
    assert!(said.contains("and 10 more of this kind"), "{said}");
    assert_eq!(run(folder.path(), &[], 0)["warnings"].as_array().map(Vec::len), Some(30));
}
