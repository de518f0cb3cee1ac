//! How much running text a passage has: captions, source lines and lists of addresses name a word without saying
//! anything about it.

use super::schema::flag;

/// Fewest characters of a sentence.
const SENTENCE: usize = 15;
/// Characters in sentences from which on more of them tell nothing: about three sentences.
const ENOUGH: f64 = 250.0;
/// Least share of sentences in running text, in percent.
const SHARE: usize = 35;
/// Ends of sentences without a full stop: items of lists in reports.
const ENDS: [&str; 5] = ["こと", "ます", "した", "する", "ている"];
/// Marks that begin an item or a caption on a new line.
const ITEMS: &str = "・○●◎■□◆◇※（(①②③④⑤⑥⑦⑧⑨⑩図表注";

/// Returns the bits of [`flag`] for the running text of a passage: how many characters stand in sentences, on a
/// logarithmic scale of [`flag::PROSE_LEVELS`] steps, and whether it is no running text at all.
pub(super) fn bits(text: &str) -> u64 {
    let (mut all, mut in_sentences, mut sentence) = (0usize, 0usize, 0usize);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            'h' if rest.starts_with("http://") || rest.starts_with("https://") => {
                rest.bytes().take_while(u8::is_ascii_graphic).count()
            }
            _ => c.len_utf8(),
        };
        rest = &rest[length..];
        match c {
            '\n' if rest.starts_with(|c| ITEMS.contains(c)) => sentence = 0,
            c if c.is_whitespace() || length > c.len_utf8() => {}
            c => {
                (all, sentence) = (all + 1, sentence + 1);
                if c == '。' {
                    in_sentences += if sentence >= SENTENCE { sentence } else { 0 };
                    sentence = 0;
                }
            }
        }
    }
    let ends = text.trim_end().trim_end_matches('。');
    let is_prose = in_sentences * 100 >= all * SHARE && all > 0 || ENDS.iter().any(|end| ends.ends_with(end));
    let share = ((1.0 + in_sentences as f64).ln() / (1.0 + ENOUGH).ln()).min(1.0);
    let level = (share * flag::PROSE_LEVELS as f64).round() as u64;
    level << flag::PROSE_SHIFT | if is_prose { 0 } else { flag::NO_PROSE }
}

#[cfg(test)]
mod tests {
    use super::bits;
    use crate::index::flag;

    #[test]
    fn sentences_are_running_text_and_captions_are_none() {
        let read = |text: &str| (bits(text) & flag::NO_PROSE == 0, flag::prose(bits(text)));
        let (is_prose, level) = read("両国は、重要インフラの防護に関する情報共有を進めることで一致した。");
        assert!(is_prose && (0.5..0.8).contains(&level), "{level}");
        assert_eq!(read("図表1-2-3　主要国の電波の利用"), (false, 0.0));
        assert_eq!(read("http://www.soumu.go.jp/menu_news/s-news/01tsushin.html 。"), (false, 0.0));
        assert_eq!(read("・情報共有の体制を強化すること"), (true, 0.0));
        assert_eq!(read(&"我が国は各国との連携を一層強化していく。".repeat(20)), (true, 1.0));
        assert_eq!(read(""), (false, 0.0));
    }
}
