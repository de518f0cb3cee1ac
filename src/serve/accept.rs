//! The choice of the language of a page by a browser's preference.

use super::params::Language;

impl Language {
    /// Chooses the language by an `Accept-Language` header: the language of the highest quality, the first of equals. A
    /// reader of another language than Japanese gets English; Japanese where the header names none.
    ///
    /// # Examples
    /// ```
    /// use fumikura::serve::Language;
    ///
    /// assert_eq!(Language::accepted("en-GB,en;q=0.9,ja;q=0.8"), Language::En);
    /// assert_eq!(Language::accepted("fr;q=0.4, ja-JP;q=0.5"), Language::Ja);
    /// ```
    pub fn accepted(header: &str) -> Self {
        let mut best: Option<(f32, Self)> = None;
        // A language named with q=0 is refused, and `*` stands for the others.
        let mut refused = [false; 2];
        let mut any = 0.0_f32;
        for range in header.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default().to_ascii_lowercase();
            let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
            let quality = quality.map_or(Some(1.0), |text| text.trim().parse::<f32>().ok());
            let Some(quality) = quality.filter(|quality| (0.0..=1.0).contains(quality)) else { continue };
            let language = match tag.split('-').next() {
                Some("ja") => Self::Ja,
                Some("*") => {
                    any = any.max(quality);
                    continue;
                }
                None | Some("") => continue,
                Some(_) => Self::En,
            };
            if quality == 0.0 {
                refused[language as usize] = true;
            } else if best.is_none_or(|(known, _)| quality > known) {
                best = Some((quality, language));
            }
        }
        match best {
            Some((_, language)) => language,
            None if refused[Self::Ja as usize] && (any > 0.0 || !refused[Self::En as usize]) => Self::En,
            None => Self::Ja,
        }
    }

    /// Returns the other language.
    pub fn other(self) -> Self {
        match self {
            Self::Ja => Self::En,
            Self::En => Self::Ja,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn languages_are_chosen_by_quality() {
        for (header, wanted) in [
            ("", Language::Ja),
            ("en", Language::En),
            ("de", Language::En),
            ("ja,en", Language::Ja),
            ("en;q=0.4, ja;q=0.5", Language::Ja),
            ("EN-us ; q=0.9, ja;q=0.1", Language::En),
            ("ja;q=0, *", Language::En),
            ("ja;q=0", Language::En),
            ("en;q=0, ja;q=0", Language::Ja),
            ("en;q=2, ja;q=0.1", Language::Ja),
            ("jam, en", Language::En),
            ("*", Language::Ja),
        ] {
            assert_eq!(Language::accepted(header), wanted, "{header}");
        }
    }
}
