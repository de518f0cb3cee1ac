//! Positions of characters in a text.

/// Returns the positions of a sequence of characters in a text; none for an empty sequence.
pub(crate) fn places(wanted: &[char], chars: &[char]) -> impl Iterator<Item = usize> {
    let (first, rest) = wanted.split_first().map_or((None, wanted), |(first, rest)| (Some(*first), rest));
    let starts = chars.iter().enumerate().filter(move |(_, c)| Some(**c) == first).map(|(start, _)| start);
    starts.filter(|start| chars[start + 1..].starts_with(rest))
}

/// Calls `see` with the index of each text and each of its positions in another text. Most spellings of a word share
/// their first character, so the text is scanned once by first characters.
pub(crate) fn each_place(wanted: &[&[char]], chars: &[char], mut see: impl FnMut(usize, usize)) {
    let mut firsts: Vec<char> = wanted.iter().filter_map(|wanted| wanted.first().copied()).collect();
    firsts.sort_unstable();
    firsts.dedup();
    for (start, c) in chars.iter().enumerate().filter(|(_, c)| firsts.contains(c)) {
        for (which, wanted) in wanted.iter().enumerate() {
            if wanted.first() == Some(c) && chars[start..].starts_with(wanted) {
                see(which, start);
            }
        }
    }
}
