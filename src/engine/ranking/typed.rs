//! A query as a person typed it: question or topic, its words outside NOT, its capitals.

use super::weights;
use crate::query::Node;
use crate::script::half_width_letters;

/// Least coverage of a shown passage, as a part of the best coverage in its section.
pub(crate) const PART_OF_BEST: f32 = 0.6;

/// Ends of questions, some of which leave out their verb: 首都は, 名前は。, 答えてください, 成立したのはいつ.
const ASKING: [&str; 11] = ["?", "？", "か", "は", "とは", "ください", "何", "いつ", "どこ", "誰", "でしょう"];

/// True for a question by its ending.
fn asks(text: &str) -> bool {
    let text = text.trim_end().trim_end_matches(['。', '．', '.']);
    ASKING.iter().any(|end| text.ends_with(end))
}

/// Returns the weights for a query as typed.
pub(crate) fn form(text: &str) -> &'static weights::Form {
    if asks(text) { &weights::QUESTION } else { &weights::TOPIC }
}

/// Returns the text of a query outside NOT.
pub(crate) fn typed(node: &Node) -> String {
    let mut typed = String::new();
    node.positive_leaves(&mut |leaf| {
        if !typed.is_empty() {
            typed.push(' ');
        }
        typed.push_str(&leaf.text);
    });
    typed
}

/// Returns the words of two or more capitals in a query that has no small Latin letter: with small letters it is a
/// title or a sentence, where capitals tell nothing.
pub(crate) fn capitals(text: &str) -> Vec<String> {
    let text = half_width_letters(text);
    if text.contains(|c: char| c.is_ascii_lowercase()) {
        return Vec::new();
    }
    let words = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() >= 2);
    words.map(str::to_owned).collect()
}
