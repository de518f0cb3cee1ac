//! The forms by which a query was widened.

use crate::engine::Widened;
use crate::query::{Alternative, Compiled, Form, Plan, Reason};

/// Calls `see` for each widened plan, with each added alternative, its reason, and `true` inside NOT.
pub(crate) fn additions<'a>(compiled: &'a Compiled, see: &mut impl FnMut(&'a Plan, &'a Alternative, String, bool)) {
    compiled.plans_by_sign(false, &mut |plan, negated| {
        for alternative in plan.alternatives.iter().filter(|_| plan.leaf.form == Form::Word || plan.is_plural()) {
            let reason = match &alternative.reason {
                Reason::Alias(kind) => (*kind).to_owned(),
                Reason::Inflection => "inflection".to_owned(),
                Reason::Particle => "particle".to_owned(),
                Reason::Typed | Reason::Spelling => continue,
            };
            see(plan, alternative, reason, negated);
        }
    });
}

/// Returns the typed word; for a plural, the code.
pub(crate) fn typed(plan: &Plan) -> String {
    let text = &plan.leaf.text;
    if plan.is_plural() { text.trim_end_matches('s') } else { text }.to_owned()
}

/// Returns the forms that were added to the typed words.
pub(crate) fn widened(compiled: &Compiled) -> Vec<Widened> {
    let mut out = Vec::new();
    additions(compiled, &mut |plan, alternative, reason, negated| {
        out.push(Widened { word: typed(plan), added: alternative.shown.clone(), reason, negated, passages: None });
    });
    out
}
