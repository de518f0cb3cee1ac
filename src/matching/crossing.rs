//! Phrases that may begin at the end of a passage and continue at the start of the next.
//!
//! A passage ends at the end of a sentence, so only a phrase that contains such an end can extend over two passages.

use crate::query::{Compiled, Field, Plan};

/// Folded characters that end a sentence, and brackets that may close after them.
const STOPS: [char; 3] = ['。', '!', '?'];
const CLOSING: [char; 5] = ['」', '』', ')', '】', '〕'];

/// Returns the positions inside some folded characters where a sentence ends.
pub(crate) fn places(chars: &[char]) -> impl Iterator<Item = usize> + '_ {
    (1..chars.len()).filter(|at| {
        let before = &chars[..*at];
        let closed = before.iter().rev().take_while(|c| CLOSING.contains(c)).count();
        before[..before.len() - closed].last().is_some_and(|c| STOPS.contains(c)) && !CLOSING.contains(&chars[*at])
    })
}

/// True where a plan may match over a seam: a phrase or word that contains the end of a sentence.
pub(crate) fn may_cross(plan: &Plan) -> bool {
    plan.leaf.is_literal()
        && plan.leaf.is_for(Field::Body)
        && plan.alternatives.iter().any(|alternative| places(&alternative.chars).next().is_some())
}

/// True where any plan of a query may match over a seam.
pub(crate) fn any_may_cross(query: &Compiled) -> bool {
    let mut any = false;
    query.plans(&mut |plan| any |= may_cross(plan));
    any
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn a_seam_is_behind_a_sentence_inside_a_phrase() {
        let of = |text: &str| places(&text.chars().collect::<Vec<_>>()).collect::<Vec<_>>();
        assert!(of("情報共有").is_empty());
        assert!(of("した。").is_empty());
        assert_eq!(of("した。また"), [3]);
        assert_eq!(of("した。」と述べた。次"), [4, 9]);
        assert!(of("(仮称)の").is_empty());
    }
}
