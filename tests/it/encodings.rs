//! One text in five encodings is one text.

use fumikura::extract::decode;

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
