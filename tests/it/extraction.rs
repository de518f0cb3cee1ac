//! Extraction of structured formats, from files made here.

use std::io::Write;
use std::time::{Duration, Instant};

use fumikura::document::{Flow, LineRole};
use fumikura::extract::{ExtractError, Extracted, Structured, extract};
use fumikura::ingest::{Extractor, IngestError};

use crate::made::{Pdf, docx, package};
use crate::support::{fumikura, stdout};

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
    assert_eq!((page.lines[1].role, page.lines[3].role), (LineRole::Heading(1), LineRole::Heading(2)));
    assert_eq!((page.encoding.as_str(), page.replacements), ("Shift_JIS", 0));
}

#[test]
fn a_page_inside_a_form_or_a_so_called_menu_is_read() {
    let text = "総務省は、欧州委員会との間で情報通信政策に関する対話を行いました。".repeat(5);
    for (open, close) in [
        ("<form id=\"aspnetForm\">", "</form>"),
        ("<div class=\"menu\">", "</div>"),
        ("<div id=\"navi\"><form>", "</form></div>"),
    ] {
        let page = format!(
            "<body>{open}<h1>報道資料の題</h1><p>{text}</p><div class=\"menu\"><a>組織</a></div>{close}</body>"
        );
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
    // A guard against quadratic work, which took minutes; not a measurement.
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
    assert_eq!((document.lines[0].role, document.lines[2].role), (LineRole::Heading(1), LineRole::Footnote));
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

/// Builds a workbook of one sheet with the given rows.
fn xlsx(rows: &str) -> Vec<u8> {
    xlsx_named("会合の一覧", rows)
}

/// Builds a workbook of one sheet with this name.
fn xlsx_named(name: &str, rows: &str) -> Vec<u8> {
    let book = format!(r#"<workbook><sheets><sheet name="{name}" sheetId="1" r:id="r1"/></sheets></workbook>"#);
    package(&[
        ("[Content_Types].xml", "<Types/>"),
        (
            "_rels/.rels",
            r#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        ("xl/workbook.xml", &book),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        (
            "xl/worksheets/sheet1.xml",
            &format!(r#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData></worksheet>"#),
        ),
    ])
}

/// Extracts in the child, under its limit of memory.
fn extract_in_child(format: Structured, bytes: Vec<u8>) -> Extracted {
    Extractor::new(Some(env!("CARGO_BIN_EXE_fumikura").into())).extract(format, bytes).expect("read")
}

#[test]
fn a_stray_cell_at_the_far_corner_costs_nothing() {
    let cell = |place: &str, text: &str| format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#);
    let rows = format!(
        r#"<row r="1">{}{}</row><row r="3">{}</row><row r="1048576">{}</row>"#,
        cell("A1", "第１回"),
        cell("C1", "東京"),
        r#"<c r="B3"><v>2011</v></c>"#,
        cell("XFD1048576", "隅")
    );
    let book = extract_in_child(Structured::Sheet, xlsx(&rows));
    assert_eq!(texts(&book), ["会合の一覧", "第１回　東京", "2011", "隅"]);
    assert_eq!((book.pages, book.lines[0].role, book.lines[3].page), (Some(1), LineRole::Heading(1), Some(1)));
}

#[test]
fn a_table_is_named_by_its_caption_its_sheet_or_its_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).expect("written");
    let header = "年度,会議名,開催地\n2012,日EU政策対話,東京\n2013,日米政策対話,ワシントン\n";
    write("一.csv", header.as_bytes());
    write("二.csv", format!("国際会議の一覧\n（単位：回）\n{header}").as_bytes());
    write("三.csv", format!("（単位：回）,,\n平成26年3月,,\n{header}").as_bytes());
    write("四.tsv", "件名\t概要\n日仏政策対話\tサイバー防衛の協力\n".as_bytes());
    write("五.csv", "日豪政策対話\n日印政策対話\n".as_bytes());
    let row = |cells: &str| {
        let cell = |text| format!(r#"<c t="inlineStr"><is><t>{text}</t></is></c>"#);
        format!("<row>{}</row>", cells.split(',').map(cell).collect::<String>())
    };
    let rows: String = header.lines().map(row).collect();
    write("六.xlsx", &xlsx_named("Sheet1", &rows));
    write("七.xlsx", &xlsx_named("Sheet1", &format!("{}{rows}", row("国際会議の開催の一覧"))));
    write("八.xlsx", &xlsx_named("政策対話の一覧", &rows));
    stdout(&fumikura(folder.path(), &["index", "."]), 0);
    let arguments = ["search", "政策対話", "--all", "--duplicates", "--json"];
    let found: serde_json::Value =
        serde_json::from_str(&stdout(&fumikura(folder.path(), &arguments), 0)).expect("JSON");
    let mut titles: Vec<String> = Vec::new();
    for hit in found["hits"].as_array().expect("hits") {
        let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
        titles.push(format!("{} {}", text(&hit["document"]["id"]), text(&hit["document"]["title"])));
        // Rows are no headings either.
        assert!(!hit["passage"]["heading"].to_string().contains("会議名"), "{hit}");
        let passage = text(&hit["passage"]["text"]);
        assert!(!passage.contains("2012") || passage.contains("会議名"), "{passage}");
    }
    titles.sort();
    let expected = ["一.csv 一", "七.xlsx 国際会議の開催の一覧", "三.csv 三", "二.csv 国際会議の一覧", "五.csv 五"];
    let more = ["八.xlsx 政策対話の一覧", "六.xlsx 六", "四.tsv 四"];
    assert_eq!(titles, [&expected[..], &more[..]].concat());
    let shown = stdout(&fumikura(folder.path(), &["show", "二.csv"]), 0);
    assert!(shown.contains("年度：2012　会議名：日EU政策対話"), "the header stands below captions: {shown}");
}

#[test]
fn an_opendocument_sheet_is_read_cell_by_cell() {
    let text = |text: &str| {
        format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#)
    };
    let sheet = |style: &str, name: &str, rows: &str| {
        format!(r#"<table:table table:name="{name}" table:style-name="{style}">{rows}</table:table>"#)
    };
    let rows = format!(
        r#"<table:table-row>{}<table:table-cell table:number-columns-repeated="2"/>
<table:table-cell office:value-type="float" office:value="29.50"><text:p>29.5</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="date" office:date-value="2017-10-16"/>
<table:table-cell office:value-type="string" table:number-columns-repeated="2"><office:annotation><text:p>注</text:p></office:annotation><text:p>東京</text:p><text:p>大阪<text:s text:c="999999999"/>京都</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="1048572"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
<table:table-row><table:table-cell table:number-columns-repeated="16383"/>{}</table:table-row>"#,
        text("回"),
        text("隅")
    );
    let content = format!(
        r#"<office:document-content><style:style style:name="s1"><style:table-properties table:display="true"/></style:style>
<style:style style:name="s2"><style:table-properties table:display="false"/></style:style>{}{}</office:document-content>"#,
        sheet("s1", "一覧", &rows),
        sheet("s2", "隠し", &format!("<table:table-row>{}</table:table-row>", text("見えない")))
    );
    let book =
        extract_in_child(Structured::Sheet, package(&[("META-INF/manifest.xml", "<m/>"), ("content.xml", &content)]));
    let row = "2017-10-16　東京大阪 京都　東京大阪 京都";
    assert_eq!(texts(&book), ["一覧", "回　29.5", row, row, "隅"]);
    assert_eq!((book.pages, book.warnings.len()), (Some(2), 1));
    let locked = package(&[("META-INF/manifest.xml", "<manifest:encryption-data/>"), ("content.xml", "x")]);
    assert_eq!(extract(Structured::Sheet, locked), Err(ExtractError::Password));
}

#[test]
fn a_text_that_stands_in_every_cell_is_over_the_limit() {
    let long = "題".repeat(100_000);
    let content = format!(
        r#"<table:table table:name="t"><table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="string"
table:number-columns-repeated="16384"><text:p>{long}</text:p></table:table-cell></table:table-row></table:table>"#
    );
    assert!(matches!(
        extract(Structured::Sheet, package(&[("content.xml", &content)])),
        Err(ExtractError::OverLimit(_))
    ));
}

/// Builds a workbook of the old format with one sheet: a declared number of rows, and numbers at given places.
fn xls(rows: u32, cells: &[(u16, u16, f64)], wide: &[(u16, u16, &[u32])]) -> Vec<u8> {
    let record = |kind: u16, data: &[u8]| [&kind.to_le_bytes(), &(data.len() as u16).to_le_bytes(), data].concat();
    let start = |kind: u16| record(0x0809, &[&0x0600u16.to_le_bytes()[..], &kind.to_le_bytes(), &[0; 12]].concat());
    let name = |place: u32| record(0x0085, &[&place.to_le_bytes()[..], &[0, 0, 5, 0], b"Sheet"].concat());
    let globals =
        |place: u32| [start(0x0005), record(0x0042, &1200u16.to_le_bytes()), name(place), record(0x000A, &[])].concat();
    let mut stream = globals(globals(0).len() as u32);
    stream.extend(start(0x0010));
    stream.extend(record(0x0200, &[&0u32.to_le_bytes()[..], &rows.to_le_bytes(), &[0, 0, 0, 1, 0, 0]].concat()));
    for (row, column, number) in cells {
        stream.extend(record(
            0x0203,
            &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0, 0], &number.to_le_bytes()].concat(),
        ));
    }
    for (row, column, numbers) in wide {
        let mut data = [row.to_le_bytes(), column.to_le_bytes()].concat();
        // Integers as RK: thirty bits and two flag bits.
        numbers.iter().for_each(|number| data.extend([&[0, 0][..], &(number << 2 | 2).to_le_bytes()].concat()));
        data.extend((column + numbers.len() as u16 - 1).to_le_bytes());
        stream.extend(record(0x00BD, &data));
    }
    stream.extend(record(0x000A, &[]));
    // Shorter streams are stored in another part of the container.
    stream.resize(stream.len().max(8192), 0);
    let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, std::io::Cursor::new(Vec::new()))
        .expect("a container");
    file.create_stream("/Workbook").expect("a stream").write_all(&stream).expect("written");
    file.flush().expect("written");
    file.into_inner().into_inner()
}

#[test]
fn an_old_workbook_with_cells_far_apart_is_read() {
    let cells = [(0, 0, 1.0), (2, 1, 2.0), (65_535, 255, 3.0)];
    let wide: [(u16, u16, &[u32]); 1] = [(40_000, 3, &[7, 8, 9])];
    let far = extract_in_child(Structured::Sheet, xls(65_536, &cells, &wide));
    assert_eq!(texts(&far), ["Sheet", "1", "2", "7　8　9", "3"]);
    // A sheet that only declares a large size.
    assert_eq!(texts(&extract_in_child(Structured::Sheet, xls(u32::MAX, &cells[..2], &[]))), ["Sheet", "1", "2"]);
    // A small sheet stays unchanged.
    assert_eq!(texts(&extract_in_child(Structured::Sheet, xls(3, &cells[..2], &[]))), ["Sheet", "1", "2"]);
    // A sheet with every row and column in use is reported, without a crash.
    let cross: Vec<(u16, u16, f64)> =
        (0..256).map(|column| (0, column, 1.0)).chain((1..65_535).map(|row| (row, 0, 1.0))).collect();
    let error = extract(Structured::Sheet, xls(65_536, &cross, &[])).expect_err("too many");
    assert!(matches!(&error, ExtractError::OverLimit(reason) if reason.contains("65535 rows")), "{error}");
}

#[test]
fn slides_and_opendocument_are_read() {
    let slide = r#"<p:sld><p:sp><p:nvPr><p:ph type="title"/></p:nvPr><a:p><a:r><a:t>国際連携</a:t></a:r></a:p></p:sp>
<p:sp><a:p><a:r><a:t>情報共有の</a:t></a:r><a:r><a:t>推進</a:t></a:r></a:p></p:sp><p:sp><p:ph type="sldNum"/><a:p><a:r><a:t>7</a:t></a:r></a:p></p:sp></p:sld>"#;
    let slides =
        extract(Structured::Pptx, package(&[("ppt/slides/slide10.xml", slide), ("ppt/slides/slide2.xml", slide)]))
            .expect("slides");
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
    let source = "# 題\n\n本文の一行目は、\n続きます。\n\n- 項目\n  - 内側\n\n| 回 | 場所 |\n|---|---|\n| 10 | 東京 |\n\n```\n# コード\n```\n";
    let text = extract(Structured::Markdown, source.as_bytes().to_vec()).expect("a text");
    assert_eq!(
        texts(&text),
        ["題", "本文の一行目は、", "続きます。", "・項目", "・内側", "回　場所", "10　東京", "# コード"]
    );
    assert_eq!((text.lines[0].role, text.lines[6].lines), (LineRole::Heading(1), Some((11, 11))));
}

#[test]
fn a_pdf_with_fonts_of_the_system_is_read_in_order() {
    let mut pdf = Pdf::new("90ms-RKSJ-H");
    // Two columns below a heading, drawn line by line across both columns.
    pdf.text(72.0, 780.0, 18.0, "情報セキュリティ政策会議の結果について");
    for line in 0..12 {
        pdf.text(72.0, 740.0 - 16.0 * line as f32, 10.0, &format!("左段の{}行目に本文が続いている", line + 10));
        pdf.text(320.0, 740.0 - 16.0 * line as f32, 10.0, &format!("右段の{}行目に本文が続いている", line + 10));
    }
    let read = extract(Structured::Pdf, pdf.finish()).expect("a text");
    let found = texts(&read);
    assert_eq!(found[0], "情報セキュリティ政策会議の結果について");
    assert_eq!(read.lines[0].role, LineRole::Heading(1));
    assert_eq!(
        (found[1], found[12], found[13]),
        ("左段の10行目に本文が続いている", "左段の21行目に本文が続いている", "右段の10行目に本文が続いている")
    );
    assert_eq!(read.title.as_deref(), Some("情報セキュリティ政策会議の結果について"));
}

#[test]
fn a_vertical_pdf_is_read_from_right_to_left() {
    let mut pdf = Pdf::new("90ms-RKSJ-V");
    for (at, line) in
        ["総務省は、日本と欧州の協力を", "進めるため、会合を東京で開催", "しました。"].into_iter().enumerate()
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

/// A narrow column of running text.
const NARROW: [&str; 8] = [
    "（図表１）。通知物",
    "のデジタル化におい",
    "ても、取扱う情報に",
    "応じたセキュリティ",
    "対策が求められる。",
    "電子的な通信手段に",
    "おいて、どのような",
    "技術が有効であるの",
];

#[test]
fn a_sentence_in_a_narrow_column_beside_a_figure_is_whole() {
    // The figure stands on the right of the text, then on its left.
    for (text_x, figure_x) in [(72.0, 200.0), (312.0, 80.0)] {
        let mut pdf = Pdf::new("90ms-RKSJ-H");
        pdf.text(72.0, 780.0, 10.0, "自治体からの通知物に含まれる情報は多様であり、紙の媒体による通知に");
        pdf.text(72.0, 763.0, 10.0, "も複数の種類がある。公共料金の通知は圧着はがきや封書で送られている");
        for (at, line) in NARROW.into_iter().enumerate() {
            pdf.text(text_x, 746.0 - 17.0 * at as f32, 10.0, line);
        }
        pdf.text(72.0, 610.0, 10.0, "かを検討する必要がある。");
        pdf.text(72.0, 580.0, 10.0, "次の段落はここから始まり、発信者を確かめる手段について述べる。");
        for (at, label) in ["低", "広報誌", "はがき", "封筒", "書留", "掲示板", "電子私書箱"].into_iter().enumerate()
        {
            pdf.text(figure_x, 744.0 - 21.0 * at as f32, 7.0, label);
            pdf.text(figure_x + 70.0, 744.0 - 21.0 * at as f32, 7.0, "郵送");
        }
        let read = extract(Structured::Pdf, pdf.finish()).expect("a text");
        let found = texts(&read);
        let all = found.concat();
        assert!(all.contains(&format!("送られている{}かを検討する必要がある。", NARROW.concat())), "{found:#?}");
        let rows = [
            "低　郵送",
            "広報誌　郵送",
            "はがき　郵送",
            "封筒　郵送",
            "書留　郵送",
            "掲示板　郵送",
            "電子私書箱　郵送",
        ];
        // The figure stands between the two paragraphs, row by row.
        assert!(all.contains(&format!("必要がある。{}次の段落は", rows.concat())), "{found:#?}");
        let paragraph = read.lines.iter().position(|line| line.text.starts_with("かを")).expect("a line");
        assert!(read.lines[2..paragraph].iter().all(|line| line.flow == Flow::Full && !line.gap_before), "{read:#?}");
        assert!(read.lines[paragraph + 1].gap_before, "{read:#?}");
    }
}

#[test]
fn a_table_without_rules_is_read_row_by_row() {
    let mut pdf = Pdf::new("90ms-RKSJ-H");
    for (at, line) in NARROW.into_iter().enumerate() {
        pdf.text(180.0, 740.0 - 17.0 * at as f32, 10.0, line);
    }
    for (at, label) in
        ["目的", "", "", "対策", "", "手段", "", ""].into_iter().enumerate().filter(|row| !row.1.is_empty())
    {
        pdf.text(72.0, 740.0 - 17.0 * at as f32, 10.0, label);
    }
    let read = extract(Structured::Pdf, pdf.finish()).expect("a text");
    let found = texts(&read);
    for row in ["目的　（図表１）。通知物", "対策　応じたセキュリティ", "手段　電子的な通信手段に"]
    {
        assert!(found.contains(&row), "{found:#?}");
    }
}

#[test]
fn a_footnote_whose_number_is_set_apart_by_a_tab_is_one() {
    let mut pdf = Pdf::new("90ms-RKSJ-H");
    pdf.text(72.0, 140.0, 10.0, "従来の組織は、特定のシステムに紐付いて設置さ");
    for (at, (number, note)) in [("4", "標準ガイドライン"), ("5", "組織の在り方の例")].into_iter().enumerate()
    {
        pdf.text(72.0, 104.0 - 16.0 * at as f32, 6.0, number);
        pdf.text(94.0, 100.0 - 16.0 * at as f32, 10.0, note);
    }
    let read = extract(Structured::Pdf, pdf.finish()).expect("a text");
    assert_eq!(texts(&read)[1..], ["4 標準ガイドライン", "5 組織の在り方の例"]);
    let roles: Vec<LineRole> = read.lines.iter().map(|line| line.role).collect();
    assert_eq!(roles, [LineRole::Text, LineRole::Footnote, LineRole::Footnote]);
}

#[test]
fn a_pdf_without_text_says_what_to_do() {
    let error = extract(Structured::Pdf, Pdf::new("90ms-RKSJ-H").finish()).expect_err("no text");
    assert_eq!(error, ExtractError::Scan(1));
    assert!(error.to_string().contains("OCR"));
    assert!(matches!(extract(Structured::Pdf, b"%PDF-1.4 nothing".to_vec()), Err(ExtractError::Damaged(_))));
}

/// With the allocator's default reservation, which exceeds the limit, one child in forty had no memory for a page of
/// one line.
#[test]
fn no_fresh_child_lacks_memory_for_a_small_file() {
    for _ in 0..60 {
        let mut extractor = Extractor::new(Some(env!("CARGO_BIN_EXE_fumikura").into()));
        extractor.extract(Structured::Html, "<p>第１回会合</p>".as_bytes().to_vec()).expect("a page");
    }
}

#[test]
fn the_program_reads_many_files_in_one_child() {
    let mut extractor = Extractor::new(Some(env!("CARGO_BIN_EXE_fumikura").into()));
    for number in 0..3 {
        let page =
            extractor.extract(Structured::Html, format!("<p>第{number}の文書</p>").into_bytes()).expect("a page");
        assert_eq!(texts(&page), [format!("第{number}の文書")]);
        let broken = extractor.extract(Structured::Docx, b"PK nothing".to_vec()).expect_err("no archive");
        assert!(matches!(broken, IngestError::Extract(ExtractError::Damaged(_))), "{broken}");
    }
}
