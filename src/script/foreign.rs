//! Repairs conversion debris: a few Cyrillic or Hangul letters in the place of katakana (スпам対策, 이슈).
//!
//! Both scripts are transliterated by syllables to katakana. Latin values of Cyrillic: ISO 9. Hangul syllables are
//! decomposed by the arithmetic of the Unicode standard, section 3.12.

/// Transliterates a run of Cyrillic or Hangul letters to katakana; `None` where a letter has no place in a Japanese
/// syllable.
///
/// # Examples
/// ```
/// use fumikura::script::foreign::to_katakana;
///
/// assert_eq!(to_katakana("이슈").as_deref(), Some("イシュ"));
/// ```
pub fn to_katakana(run: &str) -> Option<String> {
    if run.chars().count() > MAX_RUN {
        return None;
    }
    if run.chars().all(is_cyrillic) {
        let latin: Option<String> = run.chars().map(cyrillic_latin).collect();
        syllables(&latin?)
    } else {
        run.chars().map(hangul_katakana).collect()
    }
}

/// Longest run that is conversion debris, in characters.
const MAX_RUN: usize = 6;

/// Tells whether a character is a letter of one of the two scripts.
pub fn is_foreign(c: char) -> bool {
    is_cyrillic(c) || ('가'..='힣').contains(&c)
}

fn is_cyrillic(c: char) -> bool {
    ('\u{0400}'..='\u{04FF}').contains(&c)
}

fn cyrillic_latin(c: char) -> Option<&'static str> {
    let lower = c.to_lowercase().next()?;
    Some(match lower {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' => "g",
        'д' => "d",
        'е' | 'э' => "e",
        'з' => "z",
        'и' | 'й' | 'ы' => "i",
        'к' => "k",
        'л' | 'р' => "r",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'с' => "s",
        'т' => "t",
        'у' => "u",
        'ф' => "f",
        'х' => "h",
        _ => return None,
    })
}

const VOWELS: &str = "aiueo";

/// Rows of the syllabary by consonant, in the order a i u e o.
const ROWS: [(char, [&str; 5]); 15] = [
    ('k', ["カ", "キ", "ク", "ケ", "コ"]),
    ('g', ["ガ", "ギ", "グ", "ゲ", "ゴ"]),
    ('s', ["サ", "シ", "ス", "セ", "ソ"]),
    ('z', ["ザ", "ジ", "ズ", "ゼ", "ゾ"]),
    ('t', ["タ", "ティ", "トゥ", "テ", "ト"]),
    ('d', ["ダ", "ディ", "ドゥ", "デ", "ド"]),
    ('n', ["ナ", "ニ", "ヌ", "ネ", "ノ"]),
    ('h', ["ハ", "ヒ", "フ", "ヘ", "ホ"]),
    ('b', ["バ", "ビ", "ブ", "ベ", "ボ"]),
    ('p', ["パ", "ピ", "プ", "ペ", "ポ"]),
    ('m', ["マ", "ミ", "ム", "メ", "モ"]),
    ('r', ["ラ", "リ", "ル", "レ", "ロ"]),
    ('f', ["ファ", "フィ", "フ", "フェ", "フォ"]),
    ('v', ["ヴァ", "ヴィ", "ヴ", "ヴェ", "ヴォ"]),
    ('\0', ["ア", "イ", "ウ", "エ", "オ"]),
];

fn kana(consonant: char, vowel: usize) -> &'static str {
    ROWS.iter().find(|(row, _)| *row == consonant).map_or("", |(_, kana)| kana[vowel])
}

/// Transliterates Latin letters to katakana; a consonant without a vowel takes u (t and d take o), and n becomes ン.
fn syllables(latin: &str) -> Option<String> {
    let mut out = String::new();
    let mut letters = latin.chars().peekable();
    while let Some(letter) = letters.next() {
        if let Some(vowel) = VOWELS.find(letter) {
            out.push_str(kana('\0', vowel));
            continue;
        }
        match letters.peek().and_then(|next| VOWELS.find(*next)) {
            Some(vowel) => {
                letters.next();
                out.push_str(kana(letter, vowel));
            }
            None if letter == 'n' => out.push('ン'),
            None => out.push_str(kana(letter, if matches!(letter, 't' | 'd') { 4 } else { 2 })),
        }
    }
    (!out.is_empty()).then_some(out)
}

/// Transliterates one Hangul syllable; final consonants other than ㄴ ㅁ ㅇ have no Japanese counterpart.
fn hangul_katakana(c: char) -> Option<String> {
    const INITIALS: [char; 19] =
        ['k', 'k', 'n', 't', 't', 'r', 'm', 'p', 'p', 's', 's', '\0', 'j', 'j', 'c', 'k', 't', 'p', 'h'];
    // Vowel: column of the syllabary, and whether a y precedes it.
    const MEDIALS: [(usize, bool); 21] = [
        (0, false),
        (3, false),
        (0, true),
        (3, true),
        (4, false),
        (3, false),
        (4, true),
        (3, true),
        (4, false),
        (0, false),
        (3, false),
        (3, false),
        (4, true),
        (2, false),
        (4, false),
        (3, false),
        (1, false),
        (2, true),
        (2, false),
        (1, false),
        (1, false),
    ];
    let index = (c as u32).checked_sub(0xAC00)? as usize;
    let (initial, medial, last) = (INITIALS.get(index / 588)?, MEDIALS.get(index % 588 / 28)?, index % 28);
    let ending = match last {
        0 => "",
        4 | 21 => "ン",
        16 => "ム",
        _ => return None,
    };
    let small = ["ャ", "", "ュ", "", "ョ"][medial.0];
    let base = match (*initial, medial.1) {
        ('j', _) => format!("ジ{}", if medial.0 == 1 { "" } else { ["ャ", "", "ュ", "ェ", "ョ"][medial.0] }),
        ('c', _) => format!("チ{}", if medial.0 == 1 { "" } else { ["ャ", "", "ュ", "ェ", "ョ"][medial.0] }),
        ('\0', true) => ["ヤ", "イ", "ユ", "イェ", "ヨ"][medial.0].to_owned(),
        (row, true) => format!("{}{small}", kana(row, 1)),
        (row, false) => kana(row, medial.0).to_owned(),
    };
    Some(base + ending)
}
