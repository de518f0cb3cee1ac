//! Small files made for the tests: PDF pages without embedded fonts, zip packages.

use std::io::{Cursor, Write};

/// A page of PDF whose text is set in a font that is not in the file.
pub struct Pdf {
    encoding: &'static str,
    content: Vec<u8>,
}

impl Pdf {
    /// `encoding` is a predefined CMap of Shift_JIS.
    pub fn new(encoding: &'static str) -> Self {
        Self { encoding, content: Vec::new() }
    }

    /// Sets a text with its origin at a point, y upwards.
    pub fn text(&mut self, x: f32, y: f32, size: f32, text: &str) {
        let (bytes, ..) = encoding_rs::SHIFT_JIS.encode(text);
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        self.content.extend(format!("BT /F1 {size} Tf {x} {y} Td <{hex}> Tj ET\n").bytes());
    }

    /// Draws a line.
    pub fn rule(&mut self, x0: f32, y0: f32, x1: f32, y1: f32) {
        self.content.extend(format!("0.5 w {x0} {y0} m {x1} {y1} l S\n").bytes());
    }

    /// The file.
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
        let mut file = b"%PDF-1.4\n".to_vec();
        let mut places = Vec::new();
        for (at, object) in objects.iter().enumerate() {
            places.push(file.len());
            file.extend(format!("{} 0 obj\n{object}\nendobj\n", at + 1).bytes());
        }
        let table = file.len();
        file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
        places.iter().for_each(|place| file.extend(format!("{place:010} 00000 n \n").bytes()));
        file.extend(
            format!("trailer << /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1).bytes(),
        );
        file
    }
}

/// A zip archive of some parts.
pub fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("an entry");
        archive.write_all(text.as_bytes()).expect("written");
    }
    archive.finish().expect("an archive").into_inner()
}

/// A Word document with a heading style `H1`, a list 1 that counts 第1条, and a footnote 2.
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
