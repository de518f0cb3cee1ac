//! Small files made for the tests: PDF pages without embedded fonts, zip packages.

use std::io::{Cursor, Write};

/// A PDF page whose text uses a font that is not embedded.
pub struct Pdf {
    encoding: &'static str,
    content: Vec<u8>,
}

impl Pdf {
    /// `encoding` is a predefined CMap of Shift_JIS.
    pub fn new(encoding: &'static str) -> Self {
        Self { encoding, content: Vec::new() }
    }

    /// Sets a text with its origin at a point; y grows upwards.
    pub fn text(&mut self, x: f32, y: f32, size: f32, text: &str) {
        let (bytes, ..) = encoding_rs::SHIFT_JIS.encode(text);
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        self.content.extend(format!("BT /F1 {size} Tf {x} {y} Td <{hex}> Tj ET\n").bytes());
    }

    /// Draws a line.
    pub fn rule(&mut self, x0: f32, y0: f32, x1: f32, y1: f32) {
        self.content.extend(format!("0.5 w {x0} {y0} m {x1} {y1} l S\n").bytes());
    }

    /// Returns the bytes of the file.
    pub fn finish(self) -> Vec<u8> {
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>".to_owned(),
            format!("<< /Length {} >>\nstream\n{}\nendstream", self.content.len(), String::from_utf8(self.content).expect("ASCII")),
            format!("<< /Type /Font /Subtype /Type0 /BaseFont /Mincho-{0} /Encoding /{0} /DescendantFonts [6 0 R] >>", self.encoding),
            "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Mincho /DW 1000 /W [1 230 500 231 632 500] /FontDescriptor 7 0 R \
             /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> >>"
                .to_owned(),
            "<< /Type /FontDescriptor /FontName /Mincho /Flags 4 /FontBBox [-123 -257 1001 910] /ItalicAngle 0 /Ascent 709 \
             /Descent -241 /CapHeight 709 /StemV 69 >>"
                .to_owned(),
        ];
        pdf_of(&objects)
    }
}

/// Builds a PDF file of its objects, the first of which is the catalog.
pub fn pdf_of(objects: &[String]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", at + 1).bytes());
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    places.iter().for_each(|place| file.extend(format!("{place:010} 00000 n \n").bytes()));
    file.extend(format!("trailer << /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1).bytes());
    file
}

/// Builds a zip archive of the given parts.
pub fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("an entry");
        archive.write_all(text.as_bytes()).expect("written");
    }
    archive.finish().expect("an archive").into_inner()
}

/// Builds a Word document with a heading style `H1`, a list 1 that counts 第1条, and a footnote 2.
pub fn docx(body: &str) -> Vec<u8> {
    let styles = r#"<w:styles><w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style></w:styles>"#;
    let numbering = r#"<w:numbering><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>
<w:lvlText w:val="第%1条"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>"#;
    let notes =
        r#"<w:footnotes><w:footnote w:id="2"><w:p><w:r><w:t>脚注の文。</w:t></w:r></w:p></w:footnote></w:footnotes>"#;
    let document = format!("<w:document><w:body>{body}</w:body></w:document>");
    package(&[
        ("word/document.xml", &document),
        ("word/styles.xml", styles),
        ("word/numbering.xml", numbering),
        ("word/footnotes.xml", notes),
    ])
}

/// A page of a ministry with a menu, a list, a table and ruby.
const PAGE: &str = r##"<html><head><meta charset="Shift_JIS"><title>総務省｜報道資料｜日EU・ICT政策対話の結果</title></head><body>
<div id="globalnav"><ul><li><a href="/">トップ</a></li></ul></div><div id="contents"><h1>日EU・ICT政策対話(第24回)の結果</h1>
<p>総務省は、<ruby>欧州<rp>(</rp><rt>おうしゅう</rt><rp>)</rp></ruby>委員会と対話を<br>開催しました。</p><h2>1 日時</h2><p><b>平成30年12月11日</b></p>
<ol start="3"><li>人材育成</li><li>①情報共有</li></ol><table><tr><th>回</th><th>場所</th></tr><tr><td>第24回</td><td>東京</td></tr></table>
<pre>別添  一覧
 1  議題</pre></div><div id="footer"><p>ページトップへ戻る</p></div></body></html>"##;

/// Returns a small file of each format, with its name.
pub fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let sjis = |text: &str| encoding_rs::SHIFT_JIS.encode(text).0.into_owned();
    let heading = r#"<w:p><w:pPr><w:pStyle w:val="H1"/></w:pPr><w:r><w:t>背景</w:t></w:r></w:p>"#;
    let item = r#"<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>情報共有</w:t></w:r></w:p>"#;
    let word = format!(
        "{heading}<w:p><w:r><w:t>総務省は協力を進める</w:t></w:r><w:r><w:footnoteReference w:id=\"2\"/></w:r><w:r><w:t>。</w:t></w:r>\
         <w:del><w:r><w:delText>消した文</w:delText></w:r></w:del></w:p>{item}{item}<w:tbl><w:tr><w:tc><w:p><w:r><w:t>回</w:t></w:r></w:p></w:tc>\
         <w:tc><w:p><w:r><w:t>第10回</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    );
    let slide = r#"<p:sld><p:sp><p:nvPr><p:ph type="title"/></p:nvPr><a:p><a:r><a:t>国際連携</a:t></a:r></a:p></p:sp>
<p:sp><a:p><a:r><a:t>情報共有の</a:t></a:r><a:r><a:t>推進</a:t></a:r></a:p></p:sp></p:sld>"#;
    let text = r#"<office:text><text:h text:outline-level="2">概要</text:h><text:p>日本<text:note><text:note-citation>1</text:note-citation>
<text:note-body><text:p>注の文</text:p></text:note-body></text:note>と協力</text:p></office:text>"#;
    let sheet = r#"<office:document-content><table:table table:name="一覧"><table:table-row><table:table-cell office:value-type="string">
<text:p>回</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="29.50"/></table:table-row></table:table></office:document-content>"#;
    let mut level = Pdf::new("90ms-RKSJ-H");
    level.text(72.0, 780.0, 18.0, "情報セキュリティ政策会議の結果について");
    for line in 0..6 {
        level.text(72.0, 740.0 - 16.0 * line as f32, 10.0, &format!("左段の{}行目に本文が続いている", line + 10));
        level.text(320.0, 740.0 - 16.0 * line as f32, 10.0, &format!("右段の{}行目に本文が続いている", line + 10));
    }
    for y in [600.0, 580.0, 560.0] {
        level.rule(72.0, y, 472.0, y);
    }
    for x in [72.0, 172.0, 472.0] {
        level.rule(x, 560.0, x, 600.0);
    }
    for (y, cells) in [(586.0, ["分野", "施策"]), (566.0, ["人材", "研修を行う"])] {
        level.text(76.0, y, 10.0, cells[0]);
        level.text(176.0, y, 10.0, cells[1]);
    }
    let mut downward = Pdf::new("90ms-RKSJ-V");
    for (at, line) in ["総務省は、日本と欧州の協力を", "進めるため、会合を開催した。"].into_iter().enumerate()
    {
        downward.text(500.0 - 20.0 * at as f32, 780.0, 10.0, line);
    }
    let markdown = "---\ntitle: 与えた題\n---\n# 題\n\n本文の一行目は、\n続きます。\n\n- 項目\n\n| 回 | 場所 |\n|---|---|\n| 10 | 東京 |\n";
    vec![
        ("page.html", sjis(PAGE)),
        ("plain.txt", sjis("総務省報道資料\r\n\r\n　ﾃﾞｼﾞﾀﾙ化の推進①について、\r\n次のとおり発表する。\r\n")),
        ("notes.md", markdown.as_bytes().to_vec()),
        ("word.docx", docx(&word)),
        ("slides.pptx", package(&[("ppt/slides/slide1.xml", slide)])),
        ("text.odt", package(&[("content.xml", text)])),
        ("sheet.ods", package(&[("META-INF/manifest.xml", "<m/>"), ("content.xml", sheet)])),
        ("level.pdf", level.finish()),
        ("downward.pdf", downward.finish()),
    ]
}
