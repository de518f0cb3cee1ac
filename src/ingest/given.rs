//! Values given beside a text: front matter, a side file `NAME.meta.toml`, or fields of a JSONL object.

use super::IngestError;

/// Longest front matter read, and most that a JSONL object gives beside its text, in bytes.
pub(super) const MAX_FRONT_MATTER_BYTES: usize = 64 << 10;

/// One given value and where it stands, for error messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenField {
    /// The value as written.
    pub value: String,
    /// File and line: `a.meta.toml:3`.
    pub place: String,
}

/// Everything given beside a text; what is absent is derived.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Title.
    pub title: Option<GivenField>,
    /// Address.
    pub url: Option<GivenField>,
    /// Date, in any form the date reader knows.
    pub date: Option<GivenField>,
    /// Partners, by any of their names; `Some(vec![])` says that there is none.
    pub partners: Option<Vec<GivenField>>,
    /// Themes, by path or last name.
    pub themes: Option<Vec<GivenField>>,
}

impl Given {
    /// Lets the fields of `other` replace those of `self`.
    pub(super) fn merge_over(&mut self, other: Self) {
        self.title = other.title.or(self.title.take());
        self.url = other.url.or(self.url.take());
        self.date = other.date.or(self.date.take());
        self.partners = other.partners.or(self.partners.take());
        self.themes = other.themes.or(self.themes.take());
    }

    /// Bytes of the values together.
    pub(super) fn bytes(&self) -> usize {
        let single = [&self.title, &self.url, &self.date].into_iter().flatten();
        let several = [&self.partners, &self.themes].into_iter().flatten().flatten();
        single.chain(several).map(|field| field.value.len()).sum()
    }

    fn set(&mut self, key: &str, values: Vec<GivenField>, place: &str) -> Result<(), IngestError> {
        let single = |values: Vec<GivenField>| values.into_iter().next();
        match key {
            "title" => self.title = single(values),
            "url" => self.url = single(values),
            "date" => self.date = single(values),
            "partners" | "partner" => self.partners = Some(values),
            "themes" | "theme" => self.themes = Some(values),
            _ => {
                let key: String = key.chars().take(60).collect();
                return Err(IngestError::malformed(place, format!("unknown key '{key}'; known are title, url, date, partners, themes")));
            }
        }
        Ok(())
    }
}

/// Reads the bytes of a side file; `shown` names it in messages.
pub(super) fn of_side_file(shown: &str, bytes: &[u8]) -> Result<Given, IngestError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count() + 1;
        IngestError::malformed(format!("{shown}:{line}"), "not UTF-8")
    })?;
    from_toml(text, shown, 1)
}

/// Cuts front matter off: `---` with `key: value` lines (YAML without nesting), or `+++` with TOML.
///
/// Returns the values, the rest of the text and the number of its first line. Unknown keys of YAML front matter are
/// left alone: it belongs to other programs too.
pub(super) fn split_front_matter<'a>(text: &'a str, shown: &str) -> Result<(Given, &'a str, usize), IngestError> {
    let fence = match text.lines().next().map(str::trim_end) {
        Some("---") => "---",
        Some("+++") => "+++",
        _ => return Ok((Given::default(), text, 1)),
    };
    let start = text.find('\n').map_or(text.len(), |at| at + 1);
    let closing = format!("\n{fence}");
    let Some(length) = text[start - 1..].find(&closing).filter(|&at| at <= MAX_FRONT_MATTER_BYTES) else {
        return Ok((Given::default(), text, 1));
    };
    let matter = &text[start..(start - 1 + length).max(start)];
    let is_yaml = |line: &str| line.trim().is_empty() || line.contains(':') || line.trim_start().starts_with(['-', '#']);
    if fence == "---" && !matter.lines().all(is_yaml) {
        return Ok((Given::default(), text, 1));
    }
    let after = start - 1 + length + closing.len();
    let rest = text[after..].find('\n').map_or("", |at| &text[after + at + 1..]);
    let given = if fence == "+++" { from_toml(matter, shown, 2)? } else { from_yaml(matter, shown) };
    Ok((given, rest, matter.lines().count() + 3))
}

fn from_toml(text: &str, shown: &str, first_line: usize) -> Result<Given, IngestError> {
    let line_of = |at: usize| first_line + text[..at.min(text.len())].matches('\n').count();
    let table: toml::Table = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(first_line, |span| line_of(span.start));
        IngestError::malformed(format!("{shown}:{line}"), error.message())
    })?;
    let mut given = Given::default();
    for (key, value) in &table {
        let at = text.lines().position(|line| line.trim_start().starts_with(key.as_str())).unwrap_or(0);
        let place = format!("{shown}:{}", first_line + at);
        let field = |value: &toml::Value| GivenField {
            value: value.as_str().map_or_else(|| value.to_string(), str::to_owned),
            place: place.clone(),
        };
        let values = value.as_array().map_or_else(|| vec![field(value)], |list| list.iter().map(field).collect());
        given.set(key, values, &place)?;
    }
    Ok(given)
}

/// Reads `key: value`, `key: [a, b]` and `key:` followed by `- item` lines.
fn from_yaml(matter: &str, shown: &str) -> Given {
    let unquote = |text: &str| text.trim().trim_matches(['"', '\'']).to_owned();
    let mut given = Given::default();
    let mut lines = matter.lines().enumerate().peekable();
    while let Some((number, line)) = lines.next() {
        let Some((key, value)) = line.split_once(':') else { continue };
        let place = format!("{shown}:{}", number + 2);
        let field = |text: &str| GivenField { value: unquote(text), place: place.clone() };
        let mut values = Vec::new();
        match value.trim() {
            "" => {
                while let Some((_, item)) = lines.next_if(|(_, next)| next.trim_start().starts_with("- ")) {
                    values.push(field(item.trim_start().trim_start_matches("- ")));
                }
            }
            list if list.starts_with('[') && list.ends_with(']') => {
                values.extend(list[1..list.len() - 1].split(',').filter(|item| !item.trim().is_empty()).map(field));
            }
            single => values.push(field(single)),
        }
        // Front matter is shared with site generators: what is not ours is left alone.
        let _ = given.set(key.trim(), values, &place);
    }
    given
}
