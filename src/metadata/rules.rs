//! The rules: points of a name by what stands around it.
//!
//! The numbers are whole points against [`PARTY_POINTS`], set by hand on titles of 報道資料 and the documents of corpus/;
//! their verdict is one of the features that `data/role_points.tsv` weighs.

use super::around::Around;
use super::gazetteer::Found;
use super::points::{PARTY_POINTS, Points};
use super::reading::{Place, Reading};
use super::role_words::role_words;
use super::rows::{Form, Kind, Partner};

/// True for a title or heading about what governments do together.
pub(super) fn is_cooperative(heading: &str) -> bool {
    role_words().cooperative.iter().any(|word| heading.contains(word))
}

/// The points of one name of a text.
pub(super) fn points(around: &Around, name: &Found, partner: &Partner, reading: Reading<'_>, japan: bool) -> Points {
    let mut points = Points { named: true, evidence: around.surface.clone(), ..Points::default() };
    if name.form == Form::City {
        points.venue = true;
        return points;
    }
    if partner.is_government() {
        single(&mut points, around, name, reading, japan);
    } else if partner.kind != Kind::Region {
        organisation(&mut points, around, name, reading, japan);
    }
    points.strength = points.points;
    points
}

/// Points of an organisation or framework.
fn organisation(points: &mut Points, around: &Around, name: &Found, reading: Reading<'_>, japan: bool) {
    if reading.place != Place::Body {
        points.points += PARTY_POINTS;
        return;
    }
    if name.bilateral {
        points.points += if around.met() { PARTY_POINTS } else { 2 };
    }
    if around.starts(&role_words().together) {
        points.points += 3;
    } else if around.starts(&role_words().organ) {
        points.points += 2;
    } else if around.starts(&role_words().doing) {
        points.points += 1 + i32::from(around.met());
    }
    if points.points > 0 && japan {
        points.points += 1;
    }
    if reading.cooperative && japan && points.points > 0 {
        points.points += 1;
    }
}

/// Points of a government.
fn single(points: &mut Points, around: &Around, name: &Found, reading: Reading<'_>, japan: bool) {
    let official = role_words().official.iter().any(|word| around.near.contains(word));
    let clause = around.clause.as_str();
    points.venue = around.held();
    match reading.place {
        Place::Title => {
            let in_place = clause.contains("における") || clause.contains('展') || around.before.contains("in ");
            if (in_place && role_words().only_place.iter().any(|word| clause.contains(word)))
                || clause.contains("に関する情勢")
            {
                points.venue = true;
            } else if (!clause.is_empty() && role_words().title_act.iter().any(|word| clause.contains(word)))
                || around.starts(&role_words().together)
                || official && around.met()
            {
                points.points += 6;
            } else if name.bilateral {
                points.points += 3;
            } else {
                points.points += 1;
            }
        }
        Place::Heading => {
            points.points += if around.starts(&role_words().together) || name.bilateral || around.met() { 4 } else { 2 }
        }
        Place::Body => {
            let together = around.starts(&role_words().together) && (!points.venue || around.after.starts_with("との"));
            let acts = role_words().official_act.iter().any(|word| clause.contains(word));
            if name.bilateral {
                let pair = around.starts(&role_words().pair);
                let act = around.met() || around.starts(&role_words().bilateral_act);
                points.points += match (pair, act) {
                    (_, true) => 4,
                    (true, false) => 3,
                    (false, false) => 1,
                };
            } else if around.with_japan() {
                // A ministry is joined with no one but who acts with it; 日本と may begin a comparison.
                points.points += if around.met() || around.with_ministry() { 4 } else { 2 };
            } else if together || official && around.met() && acts {
                points.points += 3 + i32::from(around.met() || reading.cooperative);
            } else if reading.cooperative && around.begins_sentence && around.starts(&role_words().topic) {
                points.points += 4;
            } else if reading.cooperative && around.met() && around.starts(&role_words().loose) {
                points.points += 2;
            }
        }
    }
    if adopts_standard(around, reading) || reading.place == Place::Body && japan && is_field_of_project(around) {
        points.points = points.points.max(PARTY_POINTS);
    }
}

/// 日本方式を採用: who adopts the Japanese television standard does so with Japan.
fn adopts_standard(around: &Around, reading: Reading<'_>) -> bool {
    let words = role_words();
    words.adopts.iter().any(|word| around.clause.contains(word))
        && words.standard.iter().any(|word| reading.text.letters.contains(word))
}

/// Xにおいて実証実験, 医療ICT(エジプト、ガーナ)に関する実証実験: a project of Japan goes on there.
fn is_field_of_project(around: &Around) -> bool {
    let words = role_words();
    let there = around.starts(&words.there) || around.before.contains('(') && !around.before.contains(')');
    there && words.project.iter().any(|word| around.clause.contains(word))
}
