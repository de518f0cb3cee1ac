//! Rules that give a name integer points by its context.
//!
//! A name with [`PARTY_POINTS`] is a party by the rules. The points were set by hand on titles of 報道資料 and the
//! documents of corpus/. The verdict of the rules is one of the features that `data/role_points.tsv` weighs.

use super::around::Around;
use super::cues::Cues;
use super::gazetteer::Found;
use super::points::{PARTY_POINTS, Points};
use super::reading::{Place, Reading};
use super::role_words::Class;
use super::rows::{Form, Kind, Partner};

/// Returns the points of one name in a text.
pub(super) fn points(
    around: &Around<'_>,
    cues: &Cues,
    name: &Found,
    partner: &Partner,
    reading: Reading<'_>,
) -> Points {
    let mut points = Points { named: true, ..Points::default() };
    if name.form == Form::City {
        points.venue = true;
        return points;
    }
    if partner.is_government() {
        single(&mut points, around, cues, name, reading);
    } else if partner.kind != Kind::Region {
        organisation(&mut points, around, name, reading, cues.classes.has(Class::Japan));
    }
    points.strength = points.points;
    points
}

/// Adds the points of an organisation or framework.
fn organisation(points: &mut Points, around: &Around<'_>, name: &Found, reading: Reading<'_>, japan: bool) {
    if reading.place != Place::Body {
        points.points += PARTY_POINTS;
        return;
    }
    if name.bilateral {
        points.points += if around.met() { PARTY_POINTS } else { 2 };
    }
    if around.next.has(Class::Together) {
        points.points += 3;
    } else if around.next.has(Class::Organ) {
        points.points += 2;
    } else if around.next.has(Class::Doing) {
        points.points += 1 + i32::from(around.met());
    }
    if points.points > 0 && japan {
        points.points += 1;
    }
    if reading.above.cooperative && japan && points.points > 0 {
        points.points += 1;
    }
}

/// Adds the points of a government.
fn single(points: &mut Points, around: &Around<'_>, cues: &Cues, name: &Found, reading: Reading<'_>) {
    let official = around.near.has(Class::Official);
    let clause = around.clause;
    points.venue = around.held;
    match reading.place {
        Place::Title => {
            let in_place = clause.has(Class::InPlace) || around.classes_before(cues).has(Class::InPlaceBefore);
            if in_place && clause.has(Class::OnlyPlace) || clause.has(Class::Situation) {
                points.venue = true;
            } else if clause.has(Class::TitleAct) || around.next.has(Class::Together) || official && around.met() {
                points.points += 6;
            } else if name.bilateral {
                points.points += 3;
            } else {
                points.points += 1;
            }
        }
        Place::Heading => {
            points.points += if around.next.has(Class::Together) || name.bilateral || around.met() { 4 } else { 2 }
        }
        Place::Body => {
            let together = around.next.has(Class::Together) && (!points.venue || around.starts_with("との"));
            let acts = clause.has(Class::OfficialAct);
            if name.bilateral {
                let pair = around.next.has(Class::Pair);
                let act = around.met() || around.next.has(Class::BilateralAct);
                points.points += match (pair, act) {
                    (_, true) => 4,
                    (true, false) => 3,
                    (false, false) => 1,
                };
            } else if around.with_japan() {
                // A partner that is joined with a ministry acts with it; 日本と may also begin a comparison.
                points.points += if around.met() || around.with_ministry() { 4 } else { 2 };
            } else if together || official && around.met() && acts {
                points.points += 3 + i32::from(around.met() || reading.above.cooperative);
            } else if reading.above.cooperative && around.begins_sentence && around.next.has(Class::Topic) {
                points.points += 4;
            } else if reading.above.cooperative && around.met() && around.next.has(Class::Loose) {
                points.points += 2;
            }
        }
    }
    let of_project = || reading.place == Place::Body && cues.classes.has(Class::Japan) && is_field_of_project(around);
    if adopts_standard(around, cues) || of_project() {
        points.points = points.points.max(PARTY_POINTS);
    }
}

/// True if the partner adopts the Japanese television standard (日本方式を採用); such a partner acts with Japan.
fn adopts_standard(around: &Around<'_>, cues: &Cues) -> bool {
    // Adopters are told with their years: 2006年にブラジルが、2009年にペルー及びチリが日本方式の採用を決定した.
    let adopts = || around.is_subject() && around.rest_of_sentence(cues).has(Class::Adopts);
    cues.classes.has(Class::Standard) && (around.clause.has(Class::Adopts) || adopts())
}

/// True if a project takes place in the partner's country: Xにおいて実証実験, 医療ICT(エジプト、ガーナ)に関する実証実験.
fn is_field_of_project(around: &Around<'_>) -> bool {
    let before = around.text_before();
    let there = around.next.has(Class::There) || before.contains(&'(') && !before.contains(&')');
    there && around.clause.has(Class::Project)
}
