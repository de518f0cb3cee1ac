//! Finds the element with the main text of a page, by evidence.

use super::measure::{Mark, Measures};

/// Weights of the evidence for an element. Sentences decide; names and tags alone never do.
const PROSE: f32 = 30.0;
const UNLINKED: f32 = 10.0;
const TITLE: f32 = 4.0;
const DAY: f32 = 2.0;
const SEMANTIC: f32 = 3.0;
const NAMED: f32 = 2.5;
const OUTER: f32 = 0.5;
const LINKED: f32 = -6.0;
const COMPACT: f32 = 3.0;

/// Returns the position of the element with the main text: it holds the sentences, the title and the day next to it,
/// few links, and little else.
pub(super) fn main_position(measures: &Measures) -> usize {
    let Some(body) = measures.of.first() else { return 0 };
    let all = (body.bytes - body.apart_bytes).max(1);
    let unlinked = (all - (body.linked - body.apart_linked).min(all)).max(1);
    let prose = body.own_prose();
    let score = |at: usize| {
        let measure = &measures.of[at];
        let bytes = measure.bytes - measure.apart_bytes;
        let linked = measure.linked - measure.apart_linked;
        let text = if prose > 0 {
            PROSE * measure.own_prose() as f32 / prose as f32
        } else {
            UNLINKED * bytes.saturating_sub(linked) as f32 / unlinked as f32
        };
        let named = match measure.mark {
            Mark::Semantic => SEMANTIC,
            Mark::Main => NAMED,
            Mark::Outer => OUTER,
            _ => 0.0,
        };
        text + named
            + if measure.has_title { TITLE } else { 0.0 }
            + if measure.has_day { DAY } else { 0.0 }
            + LINKED * linked as f32 / bytes.max(1) as f32
            + COMPACT * (1.0 - bytes as f32 / all as f32)
    };
    let mut best = (0, score(0));
    let mut inside_apart = vec![false; measures.of.len()];
    for (at, measure) in measures.of.iter().enumerate().skip(1) {
        inside_apart[at] = measure.apart || inside_apart[measure.parent];
        if !measure.is_box && !matches!(measure.mark, Mark::Semantic | Mark::Main) || inside_apart[at] {
            continue;
        }
        if measure.bytes <= measure.apart_bytes {
            continue;
        }
        let score = score(at);
        if score > best.1 {
            best = (at, score);
        }
    }
    best.0
}
