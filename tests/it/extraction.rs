//! Formats with structure: what must come out of them, from files made here.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use fumikura::extract::{ExtractError, Extracted, Role, Structured, extract};
use fumikura::ingest::{Extractor, IngestError};

use crate::made::{Pdf, docx, package};

fn texts(extracted: &Extracted) -> Vec<&str> {
    extracted.lines.iter().map(|line| line.text.as_str()).collect()
}

const PRESS_RELEASE: &str = r##"<html><head><meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">
<title>総務省｜報道資料｜日・ASEAN情報セキュリティ政策会議の結果</title><script>var x = "<p>script</p>";</script></head><body>
<div id="header"><ul class="gnavi"><li><a href="/">組織案内</a></li></ul></div>
<p class="topicpath"><a href="/">トップ</a> > <a href="/menu/">広報・報道</a></p>
<div id="contents"><div class="date">平成29年10月16日</div><h1>日・ASEAN情報セキュリティ政策会議の結果</h1>
<p>総務省は、経済産業省とともに、
会議を開催しました。</p><h2>1 日時</h2><p><ruby>平成<rp>(</rp><rt>へいせい</rt><rp>)</rp></ruby>29年10月10日</p>
<ul><li>情報共有</li><li>①人材育成</li></ul><ol><li>一つ目</li><li>二つ目</li></ol>
<table><tr><th>回</th><th>場所</th></tr><tr><td>第10回</td><td>シンガポール<br>共和国</td></tr></table>
<p>改行<br>のあと</p></div><div id="footer"><p>ページトップへ戻る</p><address>総務省 〒100-8926</address></div></body></html>"##;

#[test]
fn a_press_release_in_shift_jis_gives_its_text_and_no_menu() {
    let (bytes, ..) = encoding_rs::SHIFT_JIS.encode(PRESS_RELEASE);
    let page = extract(Structured::Html, bytes.into_owned()).expect("a page");
    assert_eq!(
        texts(&page),
        [
            "平成29年10月16日",
            "日・ASEAN情報セキュリティ政策会議の結果",
            "総務省は、経済産業省とともに、会議を開催しました。",
            "1 日時",
            "平成29年10月10日",
            "・情報共有",
            "①人材育成",
            "1. 一つ目",
            "2. 二つ目",
            "回　場所",
            "第10回　シンガポール 共和国",
            "改行",
            "のあと",
        ]
    );
    assert_eq!(page.title.as_deref(), Some("日・ASEAN情報セキュリティ政策会議の結果"));
    assert_eq!(page.publisher.as_deref(), Some("総務省"));
    assert_eq!((page.lines[1].role, page.lines[3].role), (Role::Heading(1), Role::Heading(2)));
    assert_eq!((page.encoding.as_str(), page.replacements), ("Shift_JIS", 0));
}

#[test]
fn a_page_inside_a_form_or_a_so_called_menu_is_read() {
    let text = "総務省は、欧州委員会との間で情報通信政策に関する対話を行いました。".repeat(5);
    for (open, close) in
        [("<form id=\"aspnetForm\">", "</form>"), ("<div class=\"menu\">", "</div>"), ("<div id=\"navi\"><form>", "</form></div>")]
    {
        let page = format!("<body>{open}<h1>報道資料の題</h1><p>{text}</p><div class=\"menu\"><a>組織</a></div>{close}</body>");
        let page = extract(Structured::Html, page.into_bytes()).expect("a page");
        assert_eq!(texts(&page), ["報道資料の題", text.as_str()], "{open}");
        assert!(page.warnings.iter().any(|warning| warning.contains("left out")), "{open}");
    }
}

#[test]
fn a_page_that_names_a_wrong_encoding_is_read_by_its_bytes() {
    let utf8 = PRESS_RELEASE.as_bytes().to_vec();
    let page = extract(Structured::Html, utf8).expect("a page");
    assert_eq!((page.encoding.as_str(), page.lines[0].text.as_str()), ("UTF-8", "平成29年10月16日"));
}

#[test]
fn a_page_nested_without_end_is_read_in_time() {
    let started = Instant::now();
    for open in ["<ul><li>", "<div>", "<b>", "<table><tr><td>"] {
        let page = format!("<body>{}底の文章</body>", open.repeat(60_000));
        let page = extract(Structured::Html, page.into_bytes()).expect("a page");
        assert!(texts(&page).concat().contains("底の文章"), "{open}");
    }
    // A guard against quadratic work (it took minutes), and no measurement.
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn word_keeps_ruby_bases_notes_tables_and_numbers_and_no_deleted_text() {
    let body = r#"<w:p><w:pPr><w:pStyle w:val="H1"/></w:pPr><w:r><w:t>背景</w:t></w:r></w:p>
<w:p><w:r><w:ruby><w:rt><w:r><w:t>そうむしょう</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>総務省</w:t></w:r></w:rubyBase></w:ruby></w:r>
<w:r><w:t>は協力を進める</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t>。</w:t></w:r>
<w:del><w:r><w:delText>消した文</w:delText></w:r></w:del><w:ins><w:r><w:t>足した文。</w:t></w:r></w:ins></w:p>
<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>情報共有</w:t></w:r></w:p>
<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>人材育成</w:t></w:r></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>回</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>第10回</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>図の中の文字</w:t></w:r></w:p></w:txbxContent></mc:Choice>
<mc:Fallback><w:txbxContent><w:p><w:r><w:t>図の中の文字</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>図の前の文</w:t></w:r></w:p>"#;
    let document = extract(Structured::Docx, docx(body)).expect("a document");
    assert_eq!(
        texts(&document),
        [
            "背景",
            "総務省は協力を進める。足した文。",
            "脚注の文。",
            "第1条 情報共有",
            "第2条 人材育成",
            "回　第10回",
            "図の前の文",
            "図の中の文字"
        ]
    );
    assert_eq!((document.lines[0].role, document.lines[2].role), (Role::Heading(1), Role::Footnote));
}

#[test]
fn an_archive_that_unpacks_without_end_is_refused() {
    let zeros = vec![b' '; 1 << 20];
    let mut bomb = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    bomb.start_file("word/document.xml", options).expect("an entry");
    (0..210).for_each(|_| bomb.write_all(&zeros).expect("written"));
    let bytes = bomb.finish().expect("an archive").into_inner();
    assert!(bytes.len() < 1 << 20);
    assert!(matches!(extract(Structured::Docx, bytes), Err(ExtractError::OverLimit(_))));
}

#[test]
fn slides_and_opendocument_are_read() {
    let slide = r#"<p:sld><p:sp><p:nvPr><p:ph type="title"/></p:nvPr><a:p><a:r><a:t>国際連携</a:t></a:r></a:p></p:sp>
<p:sp><a:p><a:r><a:t>情報共有の</a:t></a:r><a:r><a:t>推進</a:t></a:r></a:p></p:sp><p:sp><p:ph type="sldNum"/><a:p><a:r><a:t>7</a:t></a:r></a:p></p:sp></p:sld>"#;
    let slides =
        extract(Structured::Pptx, package(&[("ppt/slides/slide10.xml", slide), ("ppt/slides/slide2.xml", slide)])).expect("slides");
    assert_eq!(texts(&slides), ["国際連携", "情報共有の推進", "国際連携", "情報共有の推進"]);
    assert_eq!((slides.lines[0].page, slides.lines[2].page, slides.pages), (Some(1), Some(2), Some(2)));
    let content = r#"<office:text><text:h text:outline-level="2">概要</text:h><text:p>日本<text:note><text:note-citation>1</text:note-citation>
<text:note-body><text:p>注の文</text:p></text:note-body></text:note>と<text:ruby><text:ruby-base>協力</text:ruby-base>
<text:ruby-text>きょうりょく</text:ruby-text></text:ruby></text:p></office:text>"#;
    let text = extract(Structured::Odt, package(&[("content.xml", content)])).expect("a text");
    assert_eq!(texts(&text), ["概要", "日本と協力", "注の文"]);
}

#[test]
fn markdown_is_read_by_its_grammar() {
    let source =
        "# 題\n\n本文の一行目は、\n続きます。\n\n- 項目\n  - 内側\n\n| 回 | 場所 |\n|---|---|\n| 10 | 東京 |\n\n```\n# コード\n```\n";
    let text = extract(Structured::Markdown, source.as_bytes().to_vec()).expect("a text");
    assert_eq!(texts(&text), ["題", "本文の一行目は、", "続きます。", "・項目", "・内側", "回　場所", "10　東京", "# コード"]);
    assert_eq!((text.lines[0].role, text.lines[6].lines), (Role::Heading(1), Some((11, 11))));
}

#[test]
fn a_pdf_with_fonts_of_the_system_is_read_in_order() {
    let mut pdf = Pdf::new("90ms-RKSJ-H");
    // Two columns below a heading, drawn line by line across both.
    pdf.text(72.0, 780.0, 18.0, "情報セキュリティ政策会議の結果について");
    for line in 0..12 {
        pdf.text(72.0, 740.0 - 16.0 * line as f32, 10.0, &format!("左段の{}行目に本文が続いている", line + 10));
        pdf.text(320.0, 740.0 - 16.0 * line as f32, 10.0, &format!("右段の{}行目に本文が続いている", line + 10));
    }
    let read = extract(Structured::Pdf, pdf.finish()).expect("a text");
    let found = texts(&read);
    assert_eq!(found[0], "情報セキュリティ政策会議の結果について");
    assert_eq!(read.lines[0].role, Role::Heading(1));
    assert_eq!(
        (found[1], found[12], found[13]),
        ("左段の10行目に本文が続いている", "左段の21行目に本文が続いている", "右段の10行目に本文が続いている")
    );
    assert_eq!(read.title.as_deref(), Some("情報セキュリティ政策会議の結果について"));
}

#[test]
fn a_vertical_pdf_is_read_from_right_to_left() {
    let mut pdf = Pdf::new("90ms-RKSJ-V");
    for (at, line) in ["総務省は、日本と欧州の協力を", "進めるため、会合を東京で開催", "しました。"].into_iter().enumerate()
    {
        pdf.text(500.0 - 20.0 * at as f32, 780.0, 10.0, line);
    }
    let read = extract(Structured::Pdf, pdf.finish()).expect("a text");
    assert_eq!(texts(&read).concat(), "総務省は、日本と欧州の協力を進めるため、会合を東京で開催しました。");
}

#[test]
fn ruby_overprint_and_marks_leave_one_sentence() {
    let mut pdf = Pdf::new("90ms-RKSJ-H");
    pdf.text(72.0, 700.0, 10.0, "総務省は協力を進める");
    pdf.text(72.3, 700.0, 10.0, "総務省は協力を進める");
    pdf.text(72.0, 710.0, 4.0, "そうむしょう");
    pdf.text(172.0, 704.0, 5.0, "1");
    pdf.text(72.0, 684.0, 10.0, "方針を定めた。");
    let read = extract(Structured::Pdf, pdf.finish()).expect("a text");
    assert_eq!(texts(&read), ["総務省は協力を進める", "方針を定めた。"]);
}

#[test]
fn a_ruled_table_is_read_row_by_row() {
    let mut pdf = Pdf::new("90ms-RKSJ-H");
    for y in [700.0, 660.0, 640.0] {
        pdf.rule(72.0, y, 472.0, y);
    }
    for x in [72.0, 172.0, 472.0] {
        pdf.rule(x, 640.0, x, 700.0);
    }
    pdf.text(76.0, 685.0, 10.0, "重要インフラ");
    pdf.text(76.0, 670.0, 10.0, "防護");
    pdf.text(176.0, 685.0, 10.0, "官民の情報共有を進め、演習を");
    pdf.text(176.0, 670.0, 10.0, "毎年行う");
    pdf.text(76.0, 646.0, 10.0, "人材");
    pdf.text(176.0, 646.0, 10.0, "研修を行う");
    let read = extract(Structured::Pdf, pdf.finish()).expect("a text");
    assert_eq!(texts(&read), ["重要インフラ防護　官民の情報共有を進め、演習を毎年行う", "人材　研修を行う"]);
}

#[test]
fn a_pdf_without_text_says_what_to_do() {
    let error = extract(Structured::Pdf, Pdf::new("90ms-RKSJ-H").finish()).expect_err("no text");
    assert_eq!(error, ExtractError::Scan(1));
    assert!(error.to_string().contains("OCR"));
    assert!(matches!(extract(Structured::Pdf, b"%PDF-1.4 nothing".to_vec()), Err(ExtractError::Damaged(_))));
}

fn write_program(path: &std::path::Path, script: &str) {
    std::fs::write(path, format!("#!/bin/sh\n{script}\n")).expect("written");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("made to run");
}

#[test]
fn a_child_that_dies_costs_one_file_and_the_next_has_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = folder.path().join("child");
    for (script, said) in [("kill -SEGV $$", "crashed (signal 11)"), ("exit 3", "crashed"), ("kill -XCPU $$", "processor time")] {
        write_program(&program, script);
        let mut extractor = Extractor::new(Some(program.clone()));
        for _ in 0..2 {
            let error = extractor.extract(Structured::Html, b"<p>text</p>".to_vec()).expect_err("dead");
            assert!(matches!(&error, IngestError::Crashed(reason) if reason.contains(said)), "{script}: {error}");
        }
    }
}

/// With the allocator's own reservation above the limit, one child in forty had no memory for a page of a line.
#[test]
fn no_fresh_child_lacks_memory_for_a_small_file() {
    for _ in 0..60 {
        let mut extractor = Extractor::new(Some(env!("CARGO_BIN_EXE_fumikura").into()));
        extractor.extract(Structured::Html, "<p>第１回会合</p>".as_bytes().to_vec()).expect("a page");
    }
}

#[test]
fn a_child_worn_out_by_other_files_costs_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let (program, answer, died) = (folder.path().join("child"), folder.path().join("answer"), folder.path().join("died"));
    let page = Extracted { title: Some("第１回会合".to_owned()), ..Extracted::default() };
    let json = serde_json::to_vec(&Ok::<_, ExtractError>(page.clone())).expect("JSON");
    std::fs::write(&answer, [&(json.len() as u64).to_le_bytes(), json.as_slice()].concat()).expect("written");
    // The first child dies of its third file, and no other does.
    let script = format!(
        r#"files=0
while read -r request; do
    bytes=${{request##*:}}; head -c "${{bytes%?}}" > /dev/null
    files=$((files + 1))
    if [ $files = 3 ] && ! [ -e '{0}' ]; then echo > '{0}'; kill -ABRT $$; fi
    cat '{1}'
done
"#,
        died.display(),
        answer.display()
    );
    write_program(&program, &script);
    let mut extractor = Extractor::new(Some(program));
    for _ in 0..4 {
        assert_eq!(extractor.extract(Structured::Html, b"<p>text</p>".to_vec()).expect("an answer"), page);
    }
    assert!(died.exists());
}

#[test]
fn the_program_reads_many_files_in_one_child() {
    let mut extractor = Extractor::new(Some(env!("CARGO_BIN_EXE_fumikura").into()));
    for number in 0..3 {
        let page = extractor.extract(Structured::Html, format!("<p>第{number}の文書</p>").into_bytes()).expect("a page");
        assert_eq!(texts(&page), [format!("第{number}の文書")]);
        let broken = extractor.extract(Structured::Docx, b"PK nothing".to_vec()).expect_err("no archive");
        assert!(matches!(broken, IngestError::Extract(ExtractError::Damaged(_))), "{broken}");
    }
}
