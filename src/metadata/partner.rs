//! Finds the role of a partner: party (counterpart of Japan), venue, member of a list, or mention.
//!
//! Each name adds points of the rules and features of its context to its partner. Both add up over the title, the
//! headings and the passages of a section. The features and the verdict of the rules decide which partner is a party.

use super::around::{Around, CLAUSE_CHARS, lists};
use super::cues::Cues;
use super::evidence::{Mention, evidence};
use super::gazetteer::{Partners, partners};
use super::points::{PARTY_POINTS, Points, Tally};
use super::reading::{Place, Reading};
use super::role_words::Class;
use super::rows::{Form, Kind};
use super::rules;
use crate::document::{PartnerValue, Reason, Role};

/// Longest clause after a name in a title or heading, in code points.
const MAX_TITLE_CHARS: usize = 80;

/// Tallies the partners of one text.
pub(super) fn tally(reading: Reading<'_>) -> Tally {
    let found = partners().names(reading.text, reading.hits);
    if found.is_empty() {
        return Tally::new();
    }
    let chars = reading.text.chars;
    let lists = lists(chars, &found);
    let cues = Cues::of(reading.text);
    let mut tally = Tally::new();
    for (name, list) in found.iter().zip(&lists) {
        // A whole title is one clause.
        let clause_chars = if reading.place == Place::Body { CLAUSE_CHARS } else { MAX_TITLE_CHARS };
        let around = Around::new(chars, &cues, name, list.end, clause_chars);
        let surface = || chars[name.start..name.end].iter().collect::<String>();
        // 日米比較, 日米企業: both states are compared; they do not act.
        let compared = name.form == Form::Short && name.bilateral && around.next.has(Class::Comparison);
        for row in name.partners {
            let partner = &partners().rows()[*row];
            if partner.kind == Kind::Region && reading.place == Place::Body {
                continue;
            }
            if compared {
                tally.entry(*row).or_default().add(&Points::named_as(surface()));
                continue;
            }
            let mut points = rules::points(&around, &cues, name, partner, reading);
            points.evidence = surface();
            if name.form != Form::City && partner.kind != Kind::Region {
                let mention = Mention { name, list: *list, partner, around: &around, reading, names: &found };
                points.features = evidence().of(&cues, mention);
            }
            // The ending of a list applies to each of its names: A、B、C及びDとの間で.
            let joined = list.names > 1 && around.list_ends_in_to;
            let acts = around.met() || around.list_ends_in_between;
            if joined && reading.place == Place::Body && partner.kind.is_single() && acts {
                points.points = points.points.max(PARTY_POINTS);
            }
            if list.is_long() && !joined && reading.place == Place::Body && points.points < PARTY_POINTS {
                points = Points { points: 0, member: partner.kind.is_single(), venue: false, ..points };
            }
            tally.entry(*row).or_default().add(&points);
        }
    }
    tally
}

/// Returns the partners of a tally, ordered by role (parties first) and by row of the table.
///
/// The reasons of the roles are filled in only on request.
pub(super) fn values(tally: &Tally, with_reasons: bool) -> Vec<PartnerValue> {
    let rows: &Partners = partners();
    let mut values: Vec<(Role, usize, PartnerValue)> = tally
        .iter()
        .filter(|(_, points)| points.named)
        .map(|(row, points)| {
            let role = points.role();
            (
                role,
                *row,
                PartnerValue {
                    value: rows.rows()[*row].name.to_owned(),
                    role,
                    evidence: points.evidence.clone(),
                    reasons: if with_reasons { reasons(points) } else { Vec::new() },
                },
            )
        })
        .collect();
    values.sort_by_key(|(role, row, _)| (*role, *row));
    values.into_iter().map(|(_, _, value)| value).collect()
}

/// Returns the matching rows of the table of points for a partner.
fn reasons(points: &Points) -> Vec<Reason> {
    let told = evidence().told(points.evidence_features());
    told.map(|(feature, points)| Reason { feature: feature.to_owned(), points }).collect()
}
