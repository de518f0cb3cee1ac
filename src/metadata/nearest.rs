//! Finds the names that are nearest to a mistyped name.

/// Longest mistyped name, in bytes.
const MAX_TYPED_BYTES: usize = 400;

/// Returns the names that share most characters with a mistyped name, best first, at most five.
///
/// A name must contain more than half of the typed characters.
pub fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let folded = |text: &str| -> Vec<char> { text.to_lowercase().chars().collect() };
    // A longer text is no mistyped name.
    if typed.len() > MAX_TYPED_BYTES {
        return Vec::new();
    }
    let typed = folded(typed);
    let mut scored: Vec<(usize, &str)> = names
        .filter_map(|name| {
            let other = folded(name);
            let shared = typed.iter().filter(|c| other.contains(c)).count();
            (shared * 2 > typed.len()).then(|| (shared * 100 / (typed.len() + other.len()), name))
        })
        .collect();
    scored.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(5).map(|(_, name)| name).collect()
}
