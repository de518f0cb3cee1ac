//! Faults of real pages, PDF and Office files, each rebuilt as a small file.

use fumikura::document::LineRole;
use fumikura::extract::{Extracted, Structured, extract};

use crate::made::{docx, package, pdf_of};

fn texts(extracted: &Extracted) -> Vec<&str> {
    extracted.lines.iter().map(|line| line.text.as_str()).collect()
}

/// Builds a PDF file: the content of each page, entries of each page's dictionary, and of the catalog; further objects follow
/// from number 100. Fonts: `/L` Helvetica, `/J` Japanese without widths, codes in UCS-2.
fn pdf(pages: &[String], page_entries: &str, catalog: &str, more: &[&str]) -> Vec<u8> {
    let kids: Vec<String> = (0..pages.len()).map(|at| format!("{} 0 R", 10 + 2 * at)).collect();
    let mut objects = vec![
        format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>"),
        format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), pages.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        "<< /Type /Font /Subtype /Type0 /BaseFont /Gothic /Encoding /UniJIS-UCS2-H /DescendantFonts [5 0 R] >>"
            .to_owned(),
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Gothic /FontDescriptor 6 0 R \
         /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> >>"
            .to_owned(),
        "<< /Type /FontDescriptor /FontName /Gothic /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 880 \
         /Descent -120 /CapHeight 700 /StemV 80 >>"
            .to_owned(),
        "null".to_owned(),
        "null".to_owned(),
        "null".to_owned(),
    ];
    for (at, content) in pages.iter().enumerate() {
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /L 3 0 R /J 4 0 R >> >> \
             /Contents {} 0 R {page_entries} >>",
            11 + 2 * at
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    objects.resize(99, "null".to_owned());
    objects.extend(more.iter().map(|object| (*object).to_owned()));
    pdf_of(&objects)
}

fn hex(text: &str) -> String {
    text.encode_utf16().map(|unit| format!("{unit:04x}")).collect()
}

fn japanese(x: f32, y: f32, text: &str) -> String {
    format!("BT /J 11 Tf 1 0 0 1 {x} {y} Tm <{}> Tj ET\n", hex(text))
}

#[test]
fn no_blank_stands_behind_a_wide_letter() {
    // Each piece is moved by a kern, and m is wider than any other letter.
    let content = "BT /L 11 Tf 1 0 0 1 80 700 Tm [(Segm) -40 (ent Routing Program) -30 (m) -30 (ing)] TJ ET\n\
                   BT /L 11 Tf 1 0 0 1 80 680 Tm [(Com) 20 (pressed) -300 (requirem) -15 (ent)] TJ ET\n\
                   BT /L 11 Tf 1 0 0 1 80 660 Tm [(W) 60 (aterfront W) 40 (indow)] TJ ET";
    let read = extract(Structured::Pdf, pdf(&[content.to_owned()], "", "", &[])).expect("a page");
    assert_eq!(texts(&read), ["Segment Routing Programming", "Compressed requirement", "Waterfront Window"]);
}

#[test]
fn figures_of_a_font_without_widths_stay_together() {
    let read = extract(Structured::Pdf, pdf(&[japanese(80.0, 700.0, "平成28年6月9日、総務省は")], "", "", &[]));
    assert_eq!(texts(&read.expect("a page")), ["平成28年6月9日、総務省は"]);
}

#[test]
fn a_date_whose_letters_are_printed_far_apart_has_no_blanks() {
    let content: String = "平成28年6月9日"
        .chars()
        .enumerate()
        .map(|(at, c)| japanese(80.0 + 22.0 * at as f32, 700.0, &c.to_string()))
        .collect();
    assert_eq!(texts(&extract(Structured::Pdf, pdf(&[content], "", "", &[])).expect("a page")), ["平成28年6月9日"]);
}

#[test]
fn text_of_every_page_is_kept_once_and_told() {
    let page = |number: usize| {
        let body: String = (0..6)
            .map(|at| japanese(80.0, 700.0 - 20.0 * at as f32, &format!("第{number}章の文{at}である。")))
            .collect();
        japanese(80.0, 800.0, "取扱注意（関係者限り）")
            + &body
            + &japanese(80.0, 40.0, "電波産業株式会社")
            + &japanese(300.0, 20.0, &number.to_string())
    };
    let pages: Vec<String> = (1..=5).map(page).collect();
    let read = extract(Structured::Pdf, pdf(&pages, "", "", &[])).expect("pages");
    let count = |text: &str| texts(&read).iter().filter(|line| line.contains(text)).count();
    assert_eq!((count("取扱注意（関係者限り）"), count("電波産業株式会社")), (1, 1));
    assert_eq!((read.lines.len(), count("第3章の文5である。")), (5 * 6 + 2, 1));
    assert_eq!(read.lines[0].text, "取扱注意（関係者限り）");
    assert_eq!(read.warnings.iter().filter(|warning| warning.contains("kept once")).count(), 2);
}

/// Pages of six sentences with a head and a foot.
fn pages_with(count: usize, head: impl Fn(usize) -> String, foot: impl Fn(usize) -> String) -> Extracted {
    let page = |number: usize| {
        let body: String = (0..6)
            .map(|at| japanese(80.0, 700.0 - 20.0 * at as f32, &format!("{}の文{at}である。", "甲".repeat(number))))
            .collect();
        japanese(80.0, 800.0, &head(number)) + &body + &japanese(80.0, 30.0, &foot(number))
    };
    let pages: Vec<String> = (1..=count).map(page).collect();
    extract(Structured::Pdf, pdf(&pages, "", "", &[])).expect("pages")
}

#[test]
fn heads_and_feet_that_change_from_page_to_page_do_not_cut_sentences() {
    let side = |number: usize| {
        if number.is_multiple_of(2) { "海底ケーブルの防護" } else { "令和五年版情報通信白書" }
    };
    let count = |read: &Extracted, text: &str| texts(read).iter().filter(|line| line.contains(text)).count();
    // A chapter in the head, and the number of the page with that of all pages.
    let read =
        pages_with(4, |n| format!("情報通信審議会答申　第{}章", n.div_ceil(2)), |n| format!("令和五年作成　{n}／4"));
    assert_eq!((count(&read, "情報通信審議会答申　第1章"), count(&read, "情報通信審議会答申　第2章")), (1, 1));
    assert_eq!((count(&read, "令和五年作成"), count(&read, "／4"), read.lines.len()), (1, 0, 4 * 6 + 3));
    // Left and right pages, and a foot that says nothing but the page.
    let read = pages_with(6, |n| side(n).to_owned(), |n| format!("Page {n} of 6"));
    assert_eq!((count(&read, side(1)), count(&read, side(2)), count(&read, "Page")), (1, 1, 0));
    // Two pages.
    let read = pages_with(2, |_| "取扱注意".to_owned(), |n| format!("共同演習の報告　{n}"));
    assert_eq!((count(&read, "取扱注意"), count(&read, "共同演習の報告"), read.lines.len()), (1, 1, 2 * 6 + 2));
    // Three pages that are the same keep their sentences.
    let same = |_: usize| "取扱注意".to_owned();
    let body = |n: usize| {
        japanese(80.0, 800.0, &same(n))
            + &japanese(80.0, 700.0, "協議を行い、意見の一致を得")
            + &japanese(80.0, 680.0, "ました。")
    };
    let read = extract(Structured::Pdf, pdf(&[body(1), body(2), body(3)], "", "", &[])).expect("pages");
    assert_eq!((count(&read, "取扱注意"), count(&read, "一致を得"), count(&read, "ました。")), (1, 3, 3));
    // Headings with their own numbers at the head of each page stay where they are.
    let read = pages_with(4, |n| format!("第{n}章　概要"), |n| n.to_string());
    assert_eq!(count(&read, "章　概要"), 4);
    assert!(read.lines.iter().all(|line| line.role != LineRole::Footnote));
}

#[test]
fn letters_one_below_the_other_are_a_block_of_their_own() {
    let tab: String = "第三章附録"
        .chars()
        .enumerate()
        .map(|(at, c)| japanese(540.0, 700.0 - 12.0 * at as f32, &c.to_string()))
        .collect();
    let body =
        japanese(80.0, 700.0, "総務省は協議を行い、意見の一致を得") + &japanese(80.0, 688.0, "ました。今後も続ける。");
    let read = extract(Structured::Pdf, pdf(&[body + &tab], "", "", &[])).expect("a page");
    assert_eq!(texts(&read), ["総務省は協議を行い、意見の一致を得", "ました。今後も続ける。", "第三章附録"]);
}

#[test]
fn heads_and_feet_of_word_are_kept_once_without_page_numbers() {
    let part = |text: &str| {
        format!(
            r#"<w:hdr><w:p><w:r><w:t>{text}</w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>
            <w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>7</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>
            <w:p><w:fldSimple w:instr="NUMPAGES"><w:r><w:t>9</w:t></w:r></w:fldSimple></w:p></w:hdr>"#
        )
    };
    let targets = relations(&[
        ("r1", "header", "header1.xml"),
        ("r2", "header", "header2.xml"),
        ("r3", "footer", "footer1.xml"),
        ("r4", "comments", "comments.xml"),
    ]);
    let file = package(&[
        ("word/document.xml", "<w:document><w:body><w:p><w:r><w:t>点検の結果</w:t></w:r></w:p></w:body></w:document>"),
        ("word/_rels/document.xml.rels", &targets),
        ("word/header1.xml", &part("機密性２情報")),
        ("word/header2.xml", &part("機密性２情報")),
        ("word/footer1.xml", &part("")),
        ("word/comments.xml", "<w:comments><w:comment/><w:comment/></w:comments>"),
    ]);
    let read = extract(Structured::Docx, file).expect("a document");
    assert_eq!(texts(&read), ["点検の結果", "機密性２情報"]);
    assert_eq!(read.lines[1].role, LineRole::Footnote);
    assert_eq!(read.warnings, ["2 comments of readers are not read"]);
}

#[test]
fn the_number_of_a_note_between_its_two_lines_stands_before_it() {
    let number = "BT /L 6 Tf 1 0 0 1 80 95 Tm (3) Tj ET\n";
    let body = japanese(80.0, 700.0, "総務省は協議を行った。");
    let note = japanese(90.0, 100.0, "同年の協議は、東京において開かれた会合の際に")
        + &japanese(90.0, 86.0, "併せて行われた。");
    let read = extract(Structured::Pdf, pdf(&[body + number + &note], "", "", &[])).expect("a page");
    let wanted = ["総務省は協議を行った。", "3 同年の協議は、東京において開かれた会合の際に", "併せて行われた。"];
    let trimmed: Vec<String> = texts(&read).iter().map(|line| line.trim().to_owned()).collect();
    assert_eq!(trimmed, wanted);
    assert_eq!((read.lines[1].role, read.lines[2].role), (LineRole::Footnote, LineRole::Footnote));
}

#[test]
fn an_index_tab_turned_on_its_side_is_a_block_of_its_own() {
    let tab = "BT /L 10 Tf 0 1 -1 0 580 600 Tm (Section 3 Incidents) Tj ET\n";
    let body =
        japanese(80.0, 700.0, "総務省は協議を行い、意見の一致を得") + &japanese(80.0, 680.0, "ました。今後も続ける。");
    let read = extract(Structured::Pdf, pdf(&[body + tab], "", "", &[])).expect("a page");
    assert_eq!(texts(&read), ["総務省は協議を行い、意見の一致を得", "ました。今後も続ける。", "Section 3 Incidents"]);
}

#[test]
fn values_of_a_form_and_free_text_are_read_and_attached_files_told() {
    let body = japanese(80.0, 700.0, "申請者の名称");
    let objects = [
        format!(
            "<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V <feff{}> /Rect [200 695 400 712] >>",
            hex("電波産業会")
        ),
        format!(
            "<< /Type /Annot /Subtype /FreeText /Contents <feff{}> /Rect [80 400 300 440] >>",
            hex("後から加えた注記")
        ),
        "<< /Type /Filespec /F (a.bin) /UF (a.bin) /EF << /F 103 0 R >> >>".to_owned(),
        "<< /Type /EmbeddedFile /Length 3 >>\nstream\nabc\nendstream".to_owned(),
        "<< /Type /Filespec /F (b.md) /UF (b.md) /EF << /F 105 0 R >> >>".to_owned(),
        "<< /Type /EmbeddedFile /Length 6 >>\nstream\n覚書\nendstream".to_owned(),
    ];
    let objects: Vec<&str> = objects.iter().map(String::as_str).collect();
    let catalog =
        "/AcroForm << /Fields [100 0 R] >> /Names << /EmbeddedFiles << /Names [(a) 102 0 R (b) 104 0 R] >> >>";
    let file = pdf(&[body], "/Annots [100 0 R 101 0 R]", catalog, &objects);
    let read = extract(Structured::Pdf, file).expect("a page");
    assert_eq!(texts(&read), ["申請者の名称　電波産業会", "後から加えた注記", "b.md", "覚書"]);
    assert_eq!(
        read.warnings.iter().filter(|warning| warning.contains("attached file")).count(),
        2,
        "{:?}",
        read.warnings
    );
}

#[test]
fn a_font_without_a_character_map_is_read_by_its_own_table() {
    // Glyph 7 shows 覚, glyph 8 shows 書: a font of one table, `cmap`, of format 12.
    let mut groups: Vec<(u32, u32)> = vec![('覚' as u32, 7), ('書' as u32, 8)];
    groups.sort();
    let mut cmap: Vec<u8> = vec![0, 0, 0, 1, 0, 3, 0, 10, 0, 0, 0, 12, 0, 12, 0, 0];
    let mut words = vec![16 + 12 * groups.len() as u32, 0, groups.len() as u32];
    words.extend(groups.iter().flat_map(|(code, glyph)| [*code, *code, *glyph]));
    cmap.extend(words.iter().flat_map(|word| word.to_be_bytes()));
    let mut font: Vec<u8> = vec![0, 1, 0, 0, 0, 1, 0, 16, 0, 0, 0, 0];
    font.extend(b"cmap\0\0\0\0");
    font.extend(28u32.to_be_bytes().into_iter().chain((cmap.len() as u32).to_be_bytes()).chain(cmap));
    let program: String = font.iter().map(|byte| format!("{byte:02x}")).collect();
    let objects = [
        "<< /Type /Font /Subtype /Type0 /BaseFont /Own /Encoding /Identity-H /DescendantFonts [101 0 R] >>".to_owned(),
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Own /CIDToGIDMap /Identity /FontDescriptor 102 0 R \
         /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
            .to_owned(),
        "<< /Type /FontDescriptor /FontName /Own /Flags 4 /FontBBox [0 0 1000 1000] /FontFile2 103 0 R >>".to_owned(),
        format!("<< /Filter /ASCIIHexDecode /Length {} >>\nstream\n{program}>\nendstream", program.len() + 1),
    ];
    let objects: Vec<&str> = objects.iter().map(String::as_str).collect();
    let entries = "/Resources << /Font << /F 100 0 R >> >>";
    let mut file = pdf(&["BT /F 11 Tf 80 700 Td <00070008> Tj ET".to_owned()], "", "", &objects);
    let text = String::from_utf8(file).expect("ASCII");
    let fonts = "/Resources << /Font << /L 3 0 R /J 4 0 R >> >>";
    // The places of the objects stay as they are.
    file = text.replace(fonts, &format!("{entries:<width$}", width = fonts.len())).into_bytes();
    let read = extract(Structured::Pdf, file).expect("a page");
    assert_eq!((texts(&read), read.replacements), (vec!["覚書"], 0));
}

const RELATED: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn relations(targets: &[(&str, &str, &str)]) -> String {
    let each = |(id, kind, target): &(&str, &str, &str)| {
        format!(r#"<Relationship Id="{id}" Type="{RELATED}/{kind}" Target="{target}"/>"#)
    };
    format!("<Relationships>{}</Relationships>", targets.iter().map(each).collect::<String>())
}

#[test]
fn a_word_file_with_another_main_part_and_its_drawings_are_read() {
    let body = r#"<w:document><w:body><w:p><w:r><w:t>図の前。</w:t></w:r></w:p>
        <w:p><w:r><w:drawing><dgm:relIds r:dm="r1"/></w:drawing></w:r></w:p>
        <w:p><w:r><w:drawing><c:chart r:id="r2"/></w:drawing></w:r></w:p><w:altChunk r:id="r3"/></w:body></w:document>"#;
    let data = "<d><pt><t><a:p><a:r><a:t>早期警戒</a:t></a:r></a:p></t></pt></d>";
    let chart = "<c><c:title><c:tx><c:rich><a:p><a:r><a:t>普及率の推移</a:t></a:r></a:p></c:rich></c:tx></c:title>\
                 <c:ser><c:tx><c:strRef><c:f>A!1</c:f><c:strCache><c:pt><c:v>光回線</c:v></c:pt></c:strCache></c:strRef></c:tx>\
                 <c:cat><c:strRef><c:strCache><c:pt><c:v>2015年</c:v></c:pt><c:pt><c:v>2016年</c:v></c:pt></c:strCache></c:strRef></c:cat>\
                 <c:val><c:numRef><c:numCache><c:pt><c:v>71.5</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser></c>";
    let targets = relations(&[
        ("r1", "diagramData", "diagrams/data1.xml"),
        ("r2", "chart", "charts/chart1.xml"),
        ("r3", "aFChunk", "/word/part.html"),
    ]);
    let file = package(&[
        ("_rels/.rels", &relations(&[("x", "officeDocument", "word/document2.xml")])),
        ("word/document2.xml", body),
        ("word/_rels/document2.xml.rels", &targets),
        ("word/diagrams/data1.xml", data),
        ("word/charts/chart1.xml", chart),
        ("word/part.html", "<html><body><p>取り込んだ文書の文である。</p></body></html>"),
    ]);
    let read = extract(Structured::Docx, file).expect("a document");
    let wanted = ["図の前。", "早期警戒", "普及率の推移", "光回線", "2015年　2016年", "取り込んだ文書の文である。"];
    assert_eq!(texts(&read), wanted);
}

#[test]
fn the_character_that_an_eq_field_circles_is_read() {
    let code = |text: &str| format!("<w:r><w:instrText>{text}</w:instrText></w:r>");
    let mark = |kind: &str| format!(r#"<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>"#);
    let body = format!(
        "<w:p>{}{}{}{}<w:r><w:t>取扱い</w:t></w:r></w:p>",
        mark("begin"),
        code(r"eq \o\ac(○,"),
        code("秘)"),
        mark("end")
    );
    assert_eq!(texts(&extract(Structured::Docx, docx(&body)).expect("a document")), ["秘取扱い"]);
}

#[test]
fn a_slide_is_read_by_place_with_its_title_first() {
    let shape = |kind: &str, x: u32, y: u32, text: &str| {
        format!(
            r#"<p:sp><p:nvSpPr><p:nvPr>{kind}</p:nvPr></p:nvSpPr><p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="900" cy="400"/></a:xfrm></p:spPr>
            <p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"#
        )
    };
    let slide = format!(
        "<p:sld>{}{}{}{}</p:sld>",
        shape("", 1000, 2000, "右下"),
        shape("", 0, 2100, "左下"),
        shape("", 0, 1000, "上"),
        shape(r#"<p:ph type="title"/>"#, 0, 5000, "題")
    );
    let presentation = r#"<p:presentation><p:sldIdLst><p:sldId id="256" r:id="r1"/></p:sldIdLst></p:presentation>"#;
    let file = package(&[
        ("_rels/.rels", &relations(&[("x", "officeDocument", "ppt/presentation.xml")])),
        ("ppt/presentation.xml", presentation),
        ("ppt/_rels/presentation.xml.rels", &relations(&[("r1", "slide", "slides/slide7.xml")])),
        ("ppt/slides/slide7.xml", &slide),
    ]);
    let read = extract(Structured::Pptx, file).expect("slides");
    assert_eq!(texts(&read), ["題", "上", "左下", "右下"]);
    assert_eq!((read.lines[0].role, read.title.as_deref()), (LineRole::Heading(1), Some("題")));
}

#[test]
fn a_sheet_shows_its_numbers_as_a_person_sees_them_with_its_boxes_and_notes() {
    let styles = r##"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="ggge&quot;年度&quot;"/></numFmts>
        <cellXfs><xf numFmtId="0"/><xf numFmtId="20"/><xf numFmtId="10"/><xf numFmtId="3"/><xf numFmtId="164"/></cellXfs></styleSheet>"##;
    let sheet = r#"<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>時刻</t></is></c><c r="B1" s="1"><v>0.5625</v></c>
        <c r="C1" s="2"><v>0.123</v></c><c r="D1" s="3"><v>1234567</v></c><c r="E1" s="4"><v>42530</v></c></row></sheetData></worksheet>"#;
    let book = r#"<workbook><sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>"#;
    let file = package(&[
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", &relations(&[("x", "officeDocument", "xl/workbook.xml")])),
        ("xl/workbook.xml", &book.replace("<workbook>", &format!(r#"<workbook xmlns:r="{RELATED}">"#))),
        (
            "xl/_rels/workbook.xml.rels",
            &relations(&[("r1", "worksheet", "worksheets/sheet1.xml"), ("r2", "styles", "styles.xml")]),
        ),
        ("xl/styles.xml", styles),
        ("xl/worksheets/sheet1.xml", sheet),
        (
            "xl/worksheets/_rels/sheet1.xml.rels",
            &relations(&[("r1", "drawing", "../drawings/d.xml"), ("r2", "comments", "../comments1.xml")]),
        ),
        ("xl/drawings/d.xml", "<d><xdr:sp><a:p><a:r><a:t>図形の文</a:t></a:r></a:p></xdr:sp></d>"),
        ("xl/comments1.xml", "<comments><comment ref=\"A1\"><text><r><t>注記の文</t></r></text></comment></comments>"),
    ]);
    let read = extract(Structured::Sheet, file).expect("a workbook");
    let row = "時刻　13:30　12.30%　1,234,567　平成28年度";
    assert_eq!(
        texts(&read).iter().map(|text| text.replace('\u{3000}', " ")).collect::<Vec<_>>(),
        ["表".to_owned(), row.replace('\u{3000}', " "), "注記の文".to_owned(), "図形の文".to_owned()]
    );
}

#[test]
fn a_sentence_that_breaks_off_at_a_br_or_in_a_pre_is_one_sentence() {
    let page = "<html><head><meta charset=\"utf-8\"><title>注意喚起</title></head><body><h1>ルーターの注意喚起</h1>\
        <p>　総務省は、５日、北京に<br>おいて、会合を開きました。その概要は下記の<br>とおりです。</p>\
        <p>連絡先<br>国際戦略局　国際政策課<br>電話：03-0000-0000</p>\
        <pre>I. 概要\n\n  家庭用の製品に、遠隔から任意の命令を実行される脆弱性が見つ\nかりました。修正版を適用して\nください。\n\n\
        II. 対象\n\n  次の版が対象となります。\n</pre></body></html>";
    let read = extract(Structured::Html, page.as_bytes().to_vec()).expect("a page");
    let lines = fumikura::normalize::normalize_lines(&read.lines).lines;
    let lines: Vec<(&str, Option<usize>)> =
        lines.iter().map(|line| (line.text.trim(), line.heading_level.filter(|level| *level > 1))).collect();
    assert_eq!(
        lines,
        [
            ("ルーターの注意喚起", None),
            ("総務省は、５日、北京において、会合を開きました。その概要は下記のとおりです。", None),
            ("連絡先", None),
            ("国際戦略局　国際政策課", None),
            ("電話：03-0000-0000", None),
            ("I. 概要", Some(3)),
            ("家庭用の製品に、遠隔から任意の命令を実行される脆弱性が見つかりました。修正版を適用してください。", None),
            ("II. 対象", Some(3)),
            ("次の版が対象となります。", None),
        ]
    );
}

#[test]
fn a_page_of_frames_names_them() {
    let page = "<html><head><title>外務省</title></head><frameset cols=\"20%,80%\"><frame src=\"m.html\">\
        <FRAME SRC='t.html'></frameset></html>";
    let error = extract(Structured::Html, page.as_bytes().to_vec()).expect_err("no text");
    assert_eq!(error.to_string(), "only frames; the text is in: m.html, t.html");
}

#[test]
fn a_page_of_links_alone_keeps_them() {
    let links: String =
        (1..9).map(|at| format!("<a href=\"{at}.html\">第{at}節 通信線の{at}番目の話題</a><br>")).collect();
    let page = format!(
        "<html><head><meta charset=\"utf-8\"></head><body><table><tr><td>{links}</td></tr></table><h1>白書の目次</h1></body></html>"
    );
    let read = extract(Structured::Html, page.into_bytes()).expect("a page");
    assert_eq!((texts(&read).len(), texts(&read)[2]), (9, "第3節 通信線の3番目の話題"));
}
