//! One text in five encodings is one text.

use fumikura::extract::{Structured, decode, extract, mojibake};

use crate::support::root;

#[test]
fn five_encodings_decode_to_the_same_text() {
    let folder = root().join("tests/fixtures/encodings");
    let read = |name: &str| decode(&std::fs::read(folder.join(name)).expect("a fixture")).expect("text");
    let expected = read("utf8.txt");
    assert_eq!(expected.encoding, "UTF-8");
    for (name, encoding) in [
        ("shift_jis.txt", "Shift_JIS"),
        ("euc_jp.txt", "EUC-JP"),
        ("iso2022_jp.txt", "ISO-2022-JP"),
        ("utf-16.txt", "UTF-16LE"),
    ] {
        let decoded = read(name);
        assert_eq!((decoded.encoding, decoded.replacements), (encoding, 0), "{name}");
        assert_eq!(decoded.text, expected.text, "{name}");
    }
}

#[test]
fn decomposed_kana_are_composed() {
    let decoded = decode("サイハ\u{3099}ーセキュリティ".as_bytes()).expect("text");
    assert_eq!(decoded.text, "サイバーセキュリティ");
}

#[test]
fn data_is_not_taken_for_text() {
    assert!(decode(&[0x89, b'P', b'N', b'G', 0, 0, 0, 13]).is_err());
    assert!(decode(b"   \n\n").is_err());
    assert!(decode(b"").is_err());
}

/// Sentences of official texts: long, short, with half-width kana, with digits and Latin letters.
const SENTENCES: [&str; 7] = [
    "総務省は平成28年6月9日、タイ情報通信技術省との第3回の協議を東京で開催し、サイバーセキュリティの分野で協力することで合意した。\n",
    "日・タイ情報通信協議の結果",
    "報道資料",
    "ｻｲﾊﾞｰｾｷｭﾘﾃｨ対策の推進",
    "内閣官房 NISC\nTel: 03-5253-5111\n重要インフラの情報セキュリティ対策に係る行動計画",
    "両国は、①情報共有、②共同演習、③人材育成の三つの柱に沿って取組を進める。",
    "カタカナ",
];

/// Encodes a text; ISO-2022-JP writes half-width kana by the escape of CP50221.
fn encoded(encoding: &str, text: &str) -> Vec<u8> {
    match encoding {
        "UTF-8" => text.as_bytes().to_vec(),
        "UTF-16LE" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "UTF-16BE" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        "ISO-2022-JP" => {
            let mut bytes = Vec::new();
            for c in text.chars() {
                match encoding_rs::EUC_JP.encode(&c.to_string()).0.as_ref() {
                    [0x8E, kana] => bytes.extend([0x1B, b'(', b'I', kana & 0x7F, 0x1B, b'(', b'B']),
                    [first, second] => bytes.extend([0x1B, b'$', b'B', first & 0x7F, second & 0x7F, 0x1B, b'(', b'B']),
                    other => bytes.extend_from_slice(other),
                }
            }
            bytes
        }
        name => encoding_rs::Encoding::for_label(name.as_bytes()).expect("an encoding").encode(text).0.into_owned(),
    }
}

/// The share of the characters of `text` that `read` has before and after a damaged place, in percent.
fn alike(text: &str, read: &str) -> usize {
    let (text, read): (Vec<char>, Vec<char>) = (text.chars().collect(), read.chars().collect());
    let before = text.iter().zip(&read).take_while(|(a, b)| a == b).count();
    let after = text.iter().rev().zip(read.iter().rev()).take_while(|(a, b)| a == b).count();
    (before + after).min(text.len()) * 100 / text.len()
}

const NAMES: [&str; 6] = ["UTF-8", "Shift_JIS", "EUC-JP", "ISO-2022-JP", "UTF-16LE", "UTF-16BE"];

#[test]
fn each_sentence_is_read_in_each_encoding() {
    let mut wrong = Vec::new();
    for encoding in NAMES {
        for text in SENTENCES {
            let read = decode(&encoded(encoding, text)).expect(text);
            // Four kana without any ASCII beside them may be kanji in UTF-16; a person could not tell either.
            if (read.encoding, read.text.as_str()) != (encoding, text) || !read.warnings.is_empty() {
                wrong.push(format!("{encoding} {text}: {read:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_bad_byte_never_decides() {
    let mut wrong = Vec::new();
    let mut tried = 0;
    for encoding in NAMES {
        for text in [SENTENCES[0].repeat(3), SENTENCES[4].to_owned(), SENTENCES[5].to_owned()] {
            let bytes = encoded(encoding, &text);
            for place in [bytes.len() / 7, bytes.len() / 3, bytes.len() / 2, bytes.len() - 3] {
                for bad in [0x00, 0x80, 0xFF, 0xA0, 0xE9, bytes[place] ^ 0x20, bytes[place] ^ 0x80] {
                    let mut damaged = bytes.clone();
                    damaged[place] = bad;
                    let read =
                        decode(&damaged).unwrap_or_else(|error| panic!("{encoding} {place} {bad:02X} {text}: {error}"));
                    tried += 1;
                    if read.encoding != encoding || alike(&text, &read.text) < 90 {
                        wrong.push(format!("{encoding} {place} {bad:02X} {text}: {read:?}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {tried}\n{}", wrong.len(), wrong[..wrong.len().min(12)].join("\n"));
}

#[test]
fn one_byte_too_many_or_too_few_costs_one_place() {
    let mut wrong = Vec::new();
    for encoding in ["UTF-8", "Shift_JIS", "EUC-JP", "ISO-2022-JP"] {
        let text = SENTENCES[0].repeat(3);
        let bytes = encoded(encoding, &text);
        for place in (20..bytes.len() - 3).step_by(7) {
            // Behind a lost byte of an escape, or in Shift_JIS, whose bytes tell their place less, a few more are lost.
            for more in [Some(0xFF), Some(0x80), Some(0x00), None] {
                let mut damaged = bytes.clone();
                match more {
                    Some(byte) => damaged.insert(place, byte),
                    None => _ = damaged.remove(place),
                }
                let read = decode(&damaged).unwrap_or_else(|error| panic!("{encoding} {place} {more:?}: {error}"));
                if read.encoding != encoding || alike(&text, &read.text) < 88 {
                    wrong.push(format!("{encoding} {place} {more:?}: {} {}", read.encoding, alike(&text, &read.text)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong[..wrong.len().min(12)].join("\n"));
}

#[test]
fn characters_far_behind_the_start_of_a_line_tell_the_encoding() {
    for encoding in ["Shift_JIS", "EUC-JP", "ISO-2022-JP"] {
        let page = format!("<p>a + b</p><!-- {} --><p>{}</p>", "x".repeat(300_000), SENTENCES[0]);
        let read = extract(Structured::Html, encoded(encoding, &page)).expect("a page");
        assert_eq!((read.encoding.as_str(), read.warnings.len()), (encoding, 0), "{:?}", read.warnings);
    }
}

#[test]
fn escapes_inside_a_text_of_another_encoding_are_read() {
    for encoding in ["UTF-8", "Shift_JIS", "EUC-JP"] {
        let mut bytes = encoded(encoding, SENTENCES[0]);
        bytes.extend(encoded("ISO-2022-JP", "お問い合わせは総務省まで。"));
        bytes.extend(encoded(encoding, SENTENCES[0]));
        let read = decode(&bytes).expect("a text");
        assert_eq!(read.text, format!("{0}お問い合わせは総務省まで。{0}", SENTENCES[0]), "{encoding}");
        assert!(read.warnings.iter().any(|warning| warning.contains("another encoding")), "{:?}", read.warnings);
    }
}

#[test]
fn a_text_that_was_saved_with_lost_characters_is_kept_and_told() {
    let lost = format!("{}総務省{}", "\u{FFFD}".repeat(30), "\u{FFFD}".repeat(30));
    let read = decode(lost.as_bytes()).expect("a text");
    assert_eq!((read.text.as_str(), read.replacements), (lost.as_str(), 60));
    assert!(!read.warnings.is_empty());
}

#[test]
fn a_text_cut_inside_a_character_keeps_its_encoding() {
    for encoding in ["UTF-8", "Shift_JIS", "EUC-JP", "ISO-2022-JP"] {
        let bytes = encoded(encoding, SENTENCES[0]);
        for cut in bytes.len() - 12..bytes.len() {
            let read = decode(&bytes[..cut]).expect("a text");
            assert_eq!(read.encoding, encoding, "{cut}: {read:?}");
            assert!(read.replacements <= 2, "{cut}: {read:?}");
        }
    }
}

#[test]
fn a_wrong_label_does_not_decide() {
    let labels = ["iso-8859-1", "windows-1252", "utf-8", "x-sjis", "windows-31j", "euc-jp", "iso-2022-jp", "us-ascii"];
    for encoding in ["UTF-8", "Shift_JIS", "EUC-JP", "ISO-2022-JP"] {
        for label in labels {
            for body in [SENTENCES[0], SENTENCES[1], SENTENCES[3]] {
                let page = format!("<meta charset=\"{label}\"><title>{body}</title><p>{body}</p>");
                let read = extract(Structured::Html, encoded(encoding, &page)).expect(body);
                assert_eq!(read.encoding, encoding, "{label}: {read:?}");
                assert_eq!(read.replacements, 0, "{label}: {read:?}");
            }
        }
    }
}

#[test]
fn a_declared_encoding_with_a_bad_byte_is_kept_and_told() {
    for encoding in ["UTF-8", "Shift_JIS", "EUC-JP", "ISO-2022-JP"] {
        let page = format!("<meta charset=\"{encoding}\"><p>{}</p>", SENTENCES[0]);
        let mut bytes = encoded(encoding, &page);
        let place = bytes.len() / 2;
        bytes[place] = 0xFF;
        let read = extract(Structured::Html, bytes).expect("a page");
        assert_eq!(read.encoding, encoding);
        assert!((1..=2).contains(&read.replacements), "{read:?}");
        assert!(read.warnings.iter().any(|warning| warning.contains("U+FFFD")), "{:?}", read.warnings);
    }
}

#[test]
fn half_width_kana_of_iso_2022_jp_are_read_in_each_form() {
    for (form, bytes) in [
        ("escape", b"\x1B$B6(5D\x1B(B\x1B(I;2J^0\x1B(B\x1B$BBP:v\x1B(B".as_slice()),
        ("two escapes in a row", b"\x1B$B6(5D\x1B(I;2J^0\x1B(B\x1B$B\x1B$BBP:v\x1B(J"),
        ("shift out and in", b"\x1B$B6(5D\x1B(B\x0E;2J^0\x0F\x1B$BBP:v\x1B(B"),
        ("eight bits", b"\x1B$B6(5D\x1B(B\xBB\xB2\xCA\xDE\xB0\x1B$BBP:v\x1B(B"),
    ] {
        let read = decode(bytes).expect(form);
        assert_eq!((read.text.as_str(), read.encoding), ("協議ｻｲﾊﾞｰ対策", "ISO-2022-JP"), "{form}");
    }
}

#[test]
fn a_few_half_width_kana_without_anything_else_are_shift_jis() {
    for text in ["ｶﾀｶﾅ", "ｻｲﾊﾞｰ", "ﾃﾞｰﾀ", "ｾｷｭﾘﾃｨ", "ｲﾝﾌﾗ", "ﾀｲ", "ﾈｯﾄﾜｰｸ", "ｼｽﾃﾑ", "ﾍﾞﾄﾅﾑ"]
    {
        let read = decode(&encoded("Shift_JIS", text)).expect(text);
        assert_eq!((read.encoding, read.text.as_str()), ("Shift_JIS", text));
    }
}

#[test]
fn utf_7_is_read_where_it_holds_japanese() {
    let read = decode(b"+ZeUwZzCiMG4- (1 +- 1) +fU+X0Q-").expect("a text");
    assert_eq!(read.encoding, "UTF-7");
    assert_eq!(decode(b"C++ and a+b- or +81-3-5253-5111, +abc-").expect("a text").encoding, "UTF-8");
}

#[test]
fn a_part_in_another_encoding_is_read_in_its_own_and_told() {
    for (most, part) in [("Shift_JIS", "UTF-8"), ("EUC-JP", "UTF-8"), ("UTF-8", "Shift_JIS"), ("UTF-8", "EUC-JP")] {
        let mut bytes = encoded(most, &SENTENCES[0].repeat(4));
        bytes.extend(encoded(part, "重要インフラの情報セキュリティ対策に係る行動計画を改定した。\n"));
        bytes.extend(encoded(most, &SENTENCES[0].repeat(2)));
        let read = decode(&bytes).expect("a text");
        assert_eq!((read.encoding, read.replacements), (most, 0), "{part}: {:?}", read.warnings);
        assert!(read.text.contains("行動計画を改定した"), "{most} {part}: {}", read.text);
        assert!(read.warnings.iter().any(|warning| warning.contains("another encoding")), "{:?}", read.warnings);
    }
}

#[test]
fn mojibake_is_seen_and_japanese_is_not_taken_for_it() {
    let wrong = |written: &str, read: &str, text: &str| {
        let bytes = encoded(written, text);
        encoding_rs::Encoding::for_label(read.as_bytes()).expect("an encoding").decode(&bytes).0.into_owned()
    };
    for (written, read) in [
        ("UTF-8", "Shift_JIS"),
        ("UTF-8", "windows-1252"),
        ("Shift_JIS", "windows-1252"),
        ("Shift_JIS", "macintosh"),
        ("Shift_JIS", "GBK"),
        ("EUC-JP", "Shift_JIS"),
        ("EUC-JP", "GBK"),
        ("EUC-JP", "windows-1252"),
    ] {
        let text = wrong(written, read, SENTENCES[0]);
        // One short line among others is enough.
        assert!(mojibake(["協議の結果", &wrong("UTF-8", "Shift_JIS", "協議の結果")]).is_some());
        let found = mojibake([text.as_str()]).unwrap_or_else(|| panic!("{written} as {read}: {text}"));
        assert_eq!((found.written, found.read), (written, read), "{text}");
    }
    // Escapes whose first character was dropped.
    let bare: Vec<u8> = encoded("ISO-2022-JP", SENTENCES[0]).into_iter().filter(|byte| *byte != 0x1B).collect();
    let found = mojibake([String::from_utf8_lossy(&bare).as_ref()]).expect("mojibake");
    assert_eq!(found.written, "ISO-2022-JP");
    let sound = [
        "国際収支（$Billion）は$B5、$B3 (B) である。",
        "鬱蒼とした籠、轟く瀧、齟齬と軋轢",
        "Œuvre d’art à l’été, très réussie, déjà vue",
        "ｻｲﾊﾞｰｾｷｭﾘﾃｨ､ﾈｯﾄﾜｰｸ､ｼｽﾃﾑ､ﾃﾞｰﾀ､ﾓﾃﾞﾙ",
        "£1 = ¥190 ± 2 °C × ÷ §4",
    ];
    for text in SENTENCES.into_iter().chain(sound) {
        assert_eq!(mojibake([text]), None, "{text}");
    }
}

#[test]
fn texts_of_other_languages_stay_readable() {
    for (encoding, text) in [
        ("windows-1252", "La coopération internationale à été renforcée par les États membres de l’Union européenne."),
        ("windows-1251", "Министерство внутренних дел и коммуникаций Японии провело консультации."),
        ("EUC-KR", "일본 총무성은 한국 과학기술정보통신부와 정책 협의를 개최하였다."),
        ("GBK", "总务省与中国工业和信息化部举行了信息通信领域的政策对话，双方就合作达成一致。"),
    ] {
        let read = decode(&encoded(encoding, text)).expect(text);
        assert_eq!(read.text, text, "{encoding} as {}", read.encoding);
    }
}
