//! Reads pages that are only a set of frames: their text stands in `<noframes>` or in the pages of the frames.

/// A set of frames.
pub(super) struct Frames {
    /// The page without the tags of frames, so that the content of `<noframes>` is its body.
    pub text: String,
    /// Addresses of the pages of the frames.
    pub sources: Vec<String>,
}

impl Frames {
    /// Finds the frames of a page; `None` where it has no `<frameset>`.
    pub fn of(page: &str) -> Option<Self> {
        if !["<frameset", "<FRAMESET", "<Frameset", "<FrameSet"].iter().any(|tag| page.contains(tag)) {
            return None;
        }
        let mut found = Self { text: String::with_capacity(page.len()), sources: Vec::new() };
        let mut rest = page;
        while let Some(at) = rest.find('<') {
            let (before, tag) = rest.split_at(at);
            found.text.push_str(before);
            let end = tag.find('>').map_or(tag.len(), |end| end + 1);
            let name: String = tag[1..].trim_start_matches('/').chars().take_while(char::is_ascii_alphabetic).collect();
            match name.to_ascii_lowercase().as_str() {
                "frameset" | "noframes" => {}
                "frame" => found.sources.extend(source(&tag[..end])),
                _ => found.text.push_str(&tag[..end]),
            }
            rest = &tag[end..];
        }
        found.text.push_str(rest);
        Some(found)
    }
}

/// Returns the address in the tag of a frame.
fn source(tag: &str) -> Option<String> {
    let at = tag.to_ascii_lowercase().find("src")?;
    let value = tag[at + 3..].trim_start().strip_prefix('=')?.trim_start();
    let quoted = value.strip_prefix(['"', '\'']);
    let end = |c: char| if quoted.is_some() { matches!(c, '"' | '\'') } else { c.is_whitespace() || c == '>' };
    let value = quoted.unwrap_or(value);
    let found = value.split(end).next().unwrap_or_default().trim();
    (!found.is_empty()).then(|| found.chars().take(200).collect())
}
