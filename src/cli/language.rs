//! The language of help pages and usage errors, and their texts in other languages than English.
//!
//! A text is found by its English, as the parser of arguments has it. So a text that changes has no translation until
//! somebody writes one, and a test names it.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;

/// The Japanese texts.
const JAPANESE: &str = include_str!("../../data/help.ja.toml");

/// The texts of a language.
#[derive(Debug)]
pub(super) struct Texts(HashMap<String, String>);

/// A text in English and in the language of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Text {
    pub en: String,
    pub own: String,
}

#[derive(Deserialize)]
struct File {
    text: Vec<Text>,
}

impl Texts {
    /// Returns the texts of the user's language; `None` where that is English, or has no texts.
    pub fn of_user() -> Option<Self> {
        let variable = |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        if is_japanese(variable) { Self::japanese() } else { None }
    }

    /// Returns the Japanese texts.
    pub fn japanese() -> Option<Self> {
        Some(Self(read().ok()?.into_iter().map(|text| (text.en, text.own)).collect()))
    }

    /// Returns a text, or its English where there is no other.
    pub fn get<'a>(&'a self, english: &'a str) -> &'a str {
        self.0.get(english).map_or(english, String::as_str)
    }

    /// Returns a text with values in its places: `{}`.
    pub fn filled(&self, english: &str, values: &[impl AsRef<str>]) -> String {
        let mut parts = self.get(english).split("{}");
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for (at, part) in parts.enumerate() {
            filled.push_str(values.get(at).map_or("", AsRef::as_ref));
            filled.push_str(part);
        }
        filled
    }

    /// Returns the text of an English sentence that one of the `forms` makes with its values.
    pub fn of_sentence<'a>(&'a self, sentence: &'a str, forms: &[&str]) -> Cow<'a, str> {
        let form = forms.iter().find_map(|form| Some((form, values(form, sentence)?)));
        match form {
            Some((form, values)) => Cow::Owned(self.filled(form, &values)),
            None => Cow::Borrowed(self.get(sentence)),
        }
    }
}

/// Reads the Japanese texts.
pub(super) fn read() -> Result<Vec<Text>, toml::de::Error> {
    Ok(toml::from_str::<File>(JAPANESE)?.text)
}

/// Returns the values that stand at the places of a form in a sentence; `None` where the form does not make it.
fn values<'a>(form: &str, sentence: &'a str) -> Option<Vec<&'a str>> {
    let mut parts = form.split("{}");
    let mut rest = sentence.strip_prefix(parts.next()?)?;
    let mut found = Vec::new();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let value = match parts.peek() {
            Some(_) => rest.split_once(part)?,
            None => (rest.strip_suffix(part)?, ""),
        };
        found.push(value.0);
        rest = value.1;
    }
    rest.is_empty().then_some(found)
}

/// True where the variables of the environment ask for Japanese: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that
/// is not empty names the locale. As in gettext, `LANGUAGE` lists languages by preference, unless that locale is C.
fn is_japanese(variable: impl Fn(&str) -> Option<String>) -> bool {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let Some(locale) = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set) else { return false };
    let language = |locale: &str| locale.split(['_', '.', '@']).next().unwrap_or_default().to_owned();
    if matches!(language(&locale).as_str(), "C" | "POSIX") {
        return false;
    }
    // English needs no texts, so a list that names it first ends there.
    let listed = set("LANGUAGE");
    let mut known = listed.iter().flat_map(|list| list.split(':')).map(language);
    known.find(|name| name == "ja" || name == "en").unwrap_or_else(|| language(&locale)) == "ja"
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::{Texts, is_japanese, values};

    #[test]
    fn the_first_variable_that_is_not_empty_decides() {
        for (variables, expected) in [
            (&[][..], false),
            (&[("LANG", "ja_JP.UTF-8")], true),
            (&[("LANG", "ja")], true),
            (&[("LANG", "ja_JP.eucJP@x")], true),
            (&[("LANG", "jav_ID.UTF-8")], false),
            (&[("LANG", "en_US.UTF-8")], false),
            (&[("LANG", "ja_JP.UTF-8"), ("LC_ALL", "C")], false),
            (&[("LANG", "ja_JP.UTF-8"), ("LC_ALL", "C.UTF-8")], false),
            (&[("LANG", "ja_JP.UTF-8"), ("LC_ALL", "")], true),
            (&[("LANG", "ja_JP.UTF-8"), ("LC_MESSAGES", "de_DE.UTF-8")], false),
            (&[("LANG", "C"), ("LC_MESSAGES", "ja_JP.UTF-8")], true),
            (&[("LC_ALL", "ja_JP.UTF-8"), ("LC_MESSAGES", "C"), ("LANG", "C")], true),
            (&[("LC_CTYPE", "ja_JP.UTF-8")], false),
            (&[("LANGUAGE", "ja")], false),
            (&[("LANGUAGE", "ja"), ("LANG", "C.UTF-8")], false),
            (&[("LANGUAGE", "ja"), ("LANG", "POSIX")], false),
            (&[("LANGUAGE", "ja"), ("LANG", "en_US.UTF-8")], true),
            (&[("LANGUAGE", "fr:ja_JP:en"), ("LANG", "fr_FR.UTF-8")], true),
            (&[("LANGUAGE", "en:ja"), ("LANG", "ja_JP.UTF-8")], false),
            (&[("LANGUAGE", "fr"), ("LANG", "ja_JP.UTF-8")], true),
            (&[("LANGUAGE", ""), ("LANG", "ja_JP.UTF-8")], true),
        ] {
            let value = |name: &str| {
                variables.iter().find(|(own, _)| *own == name).map(|(_, value): &(&str, &str)| (*value).to_owned())
            };
            assert_eq!(is_japanese(value), expected, "{variables:?}");
        }
    }

    #[test]
    fn a_sentence_is_found_by_its_form() {
        assert_eq!(values("{} is not in {}", "0 is not in 1..=40"), Some(vec!["0", "1..=40"]));
        assert_eq!(values("'{}' exists", "'search --by' exists"), Some(vec!["search --by"]));
        assert_eq!(values("'{}' exists", "'search --by' exists twice"), None);
        assert_eq!(values("no values", "no values"), Some(vec![]));
        let texts = Texts([("{} is not in {}".to_owned(), "{} は {} にない".to_owned())].into());
        assert_eq!(texts.of_sentence("{} is not in 1", &["'{}' exists", "{} is not in {}"]), "{} は 1 にない");
        assert_eq!(texts.of_sentence("unknown", &["{} is not in {}"]), "unknown");
        assert_eq!(texts.filled("no {} here", &["text"]), "no text here");
    }
}
