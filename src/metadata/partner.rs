//! What part a partner plays: counterpart, venue, member of a list, or a name and no more.
//!
//! Each name found gives its partner points by what stands around it. Points gather over the title, the headings and
//! the passages of a section; who reaches [`PARTY_POINTS`] is a party there.

use std::collections::BTreeMap;

use super::gazetteer::{Form, Found, Kind, Partner, Partners, partners};
use crate::document::{PartnerValue, Role};
use crate::normalize::shape::half_width;

/// Points that make a counterpart.
pub(super) const PARTY_POINTS: i32 = 4;
/// Names in a row that make a list of members.
const LIST_LENGTH: usize = 4;

/// Where a text stands in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Title,
    Heading,
    Body,
}

/// What a text says of one partner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Points {
    pub points: i32,
    pub venue: bool,
    pub member: bool,
    pub named: bool,
    pub evidence: String,
    pub strength: i32,
}

impl Points {
    /// Adds what another text says.
    pub fn add(&mut self, other: &Self) {
        self.points += other.points;
        self.venue |= other.venue;
        self.member |= other.member;
        self.named |= other.named;
        if self.evidence.is_empty() || other.strength > self.strength {
            self.evidence.clone_from(&other.evidence);
            self.strength = other.strength;
        }
    }

    /// The strongest role that the points allow.
    pub fn role(&self) -> Role {
        match () {
            () if self.points >= PARTY_POINTS => Role::Party,
            () if self.venue => Role::Venue,
            () if self.member => Role::Member,
            () => Role::Mention,
        }
    }
}

/// Points by row of the table.
pub(super) type Tally = BTreeMap<usize, Points>;

/// Words behind a name that make it Japan's counterpart: the two act together.
const TOGETHER: &[&str] = &[
    "との間", "との協力", "との連携", "との共同", "との会談", "との対話", "との協議", "との覚書", "との意見交換", "との二国間", "との政策", "との情報", "との合意", "との関係",
    "との交流", "との経済", "とのICT", "との国際", "との官民", "との定期", "との懇談", "との調整", "とも", "と連携", "と協力", "と共同", "と共催", "と協調", "と合意", "と意見交換", "と協議", "と会談", "と我が国", "と日本", "と総務省",
    "側", "への訪問", "訪問", "を訪問", "に派遣", "への派遣", "へ派遣", "向けサイバー", "向け", "への協力", "への支援", "に対する支援", "に対して技術", "における採用", "等との", "等と", "国との", "政府との", "政府と",
];

/// Words behind the name of a ministry or minister that make its country the counterpart.
const OFFICIALS: &[&str] = &["大臣", "副大臣", "長官", "次官", "総局", "情報通信省", "通信省", "郵政", "委員会委員", "委員", "首相", "大統領", "政府", "省", "部長", "総裁"];

/// Words that say that Japan and the one named met or act together.
const MEETING: &[&str] = &["会談", "会合", "協議", "対話", "覚書", "共同声明", "署名", "合意", "連携", "協力", "意見交換", "ワークショップ", "共同研究", "作業部会", "協定", "支援"];

/// What an organisation does where it is the host.
const ORGANISED: &[&str] = &[
    "会合", "総会", "大臣会合", "閣僚会議", "首脳会議", "首脳会合", "サミット", "理事会", "作業部会", "勧告", "電気通信", "閣僚", "大臣級", "事務局", "における", "において", "では", "は、", "主催", "共催", "主導", "地域における", "加盟国", "の専門機関", "の活動", "の取組",
    "の場", "理事国", "委員会", "事務総局長", "会議", "デジタル", "情報通信", "経済大臣", "イノベーション大臣", "無線通信", "世界", "向け", "統計", "第一委員会", "第二委員会", "標準化", "憲章", "条約", "全権", "諸国", "各国", "研修", "宣言", "の枠組み", "域内", "に対し", "へ提案", "に提案", "に寄与", "への寄与", "への提案", "と連携", "との連携", "と共同", "との共同", "に入力", "に参画", "に参加",
];

/// Behind the name of a place: the meeting was held there.
const HELD_THERE: &[&str] = &["において開催", "にて開催", "で開催", "において行わ", "にて行わ", "で行わ", "において第", "で開かれ", "において、", "にて、", "開催", "における会合", "で実施", "で採択", "において採択"];

/// Words of a title that make the country only the place: a fair, an exhibition.
const ONLY_PLACE: &[&str] = &["セミナー", "展示", "イベント", "紹介", "見本市", "博物館", "シンポジウムの開催", "情勢", "渡航", "邦人"];

/// Reads one text.
pub(super) fn tally(text: &str, place: Place) -> Tally {
    let chars: Vec<char> = text.chars().map(half_width).collect();
    let found = partners().find(&chars);
    let listed = lists(&chars, &found);
    let mut tally = Tally::new();
    for (at, name) in found.iter().enumerate() {
        for row in &name.partners {
            let partner = &partners().rows()[*row];
            let points = points(&chars, name, partner, place, listed[at]);
            tally.entry(*row).or_default().add(&points);
        }
    }
    tally
}

/// True for the names that stand in a list of [`LIST_LENGTH`] or more.
fn lists(chars: &[char], found: &[Found]) -> Vec<bool> {
    let mut listed = vec![false; found.len()];
    let mut start = 0;
    for at in 1..=found.len() {
        let goes_on = found.get(at).is_some_and(|name| is_comma(&chars[found[at - 1].end..name.start]));
        if goes_on {
            continue;
        }
        if at - start >= LIST_LENGTH {
            listed[start..at].fill(true);
        }
        start = at;
    }
    listed
}

/// A comma, with at most the name of one who is no partner (日本、) between.
fn is_comma(between: &[char]) -> bool {
    let text: String = between.iter().filter(|c| !c.is_whitespace()).collect();
    let text = text.replace("日本", "").replace('国', "");
    (1..=3).contains(&text.chars().count()) && text.chars().all(|c| matches!(c, '、' | ',' | '・' | '及' | 'び' | 'と' | '並' | '，'))
}

fn points(chars: &[char], name: &Found, partner: &Partner, place: Place, listed: bool) -> Points {
    let surface: String = chars[name.start..name.end].iter().collect();
    let after: String = chars[name.end..].iter().take(40).collect();
    let after = after.trim_start_matches(['」', '』', '(']);
    let before: String = chars[name.start.saturating_sub(14)..name.start].iter().collect();
    let clause = after.split(['。', '\n']).next().unwrap_or_default();
    let near: String = clause.chars().take(16).collect();
    let starts = |words: &[&str]| words.iter().any(|word| after.starts_with(word));
    let held = HELD_THERE.iter().any(|word| behind_bracket(after).starts_with(word)) || before.ends_with("於:") || before.ends_with('@') || before.ends_with("於：");
    let mut points = Points { named: true, evidence: surface, ..Points::default() };
    if listed && place == Place::Body {
        points.member = partner.kind.is_single();
        points.points = 0;
        return points;
    }
    if name.form == Form::City {
        points.venue = true;
        return points;
    }
    if name.bilateral {
        points.points += if place == Place::Body { 3 } else { 6 };
    }
    if partner.kind.is_single() {
        single(&mut points, name, place, &before, after, clause, &near, starts(TOGETHER), held);
    } else if partner.kind == Kind::Region {
        points.points = 0;
    } else {
        let base = match place {
            Place::Title => 4,
            Place::Heading => 4,
            Place::Body => 0,
        };
        points.points += base;
        if place == Place::Body && starts(ORGANISED) {
            points.points += 1;
        }
        if place == Place::Body && starts(TOGETHER) {
            points.points += 2;
        }
        if place == Place::Body && (after.starts_with("主導") || after.starts_with("主催") || after.starts_with("共催")) {
            points.points += 3;
        }
    }
    points.strength = points.points;
    points
}

/// Points of a country.
#[allow(clippy::too_many_arguments)]
fn single(points: &mut Points, name: &Found, place: Place, before: &str, after: &str, clause: &str, near: &str, together: bool, held: bool) {
    let met = MEETING.iter().any(|word| clause.contains(word));
    let official = OFFICIALS.iter().any(|word| near.contains(word));
    let with_japan = ["総務省と", "我が国と", "日本と", "総務大臣と", "副大臣と", "大臣政務官と", "郵政省と"].iter().any(|word| before.ends_with(word));
    if held {
        points.venue = true;
    }
    match place {
        Place::Title => {
            let only_place = (clause.contains("における") || clause.contains('展') || before.contains("in ")) && ONLY_PLACE.iter().any(|word| clause.contains(word)) || clause.contains("に関する情勢");
            if only_place {
                points.venue = true;
            } else if name.bilateral || together || official && met || ["訪問", "採用", "派遣", "会談", "協力", "連携", "覚書", "共同", "対話", "協議", "交換", "署名", "支援", "政策", "パートナーシップ"].iter().any(|word| clause.contains(word)) {
                points.points += 6;
            } else if !near.is_empty() {
                points.points += 1;
            } else {
                points.points += 2;
            }
        }
        Place::Heading => points.points += if together || name.bilateral || met { 4 } else { 2 },
        Place::Body => {
            if together && !(held && !after.starts_with("との")) {
                points.points += 3;
            } else if with_japan {
                points.points += 3;
            } else if official && met && (clause.contains("との間") || clause.contains("との会談") || clause.contains("と覚書") || clause.contains("との協力") || clause.contains("と共同") || clause.contains("との共同") || clause.contains("と連携") || clause.contains("と我が国") || clause.contains("と総務省")) {
                points.points += 3;
            }
            if points.points > 0 && met {
                points.points += 1;
            }
        }
    }
}

/// What follows a closing bracket: (スイス)において.
fn behind_bracket(after: &str) -> &str {
    let trimmed = after.trim_start_matches([')', '）']);
    match trimmed.strip_prefix('・') {
        // ・バンコクで, ・済州): the city of the country named.
        Some(rest) => rest.trim_start_matches(|c: char| crate::normalize::shape::is_katakana(c) || crate::normalize::shape::is_kanji(c)).trim_start_matches([')', '）']),
        None => trimmed,
    }
}

/// The values of a tally, parties first, then in order of the table.
pub(super) fn values(tally: &Tally) -> Vec<PartnerValue> {
    let rows: &Partners = partners();
    let mut values: Vec<(Role, usize, PartnerValue)> = tally
        .iter()
        .filter(|(_, points)| points.named)
        .map(|(row, points)| {
            let role = points.role();
            (role, *row, PartnerValue { value: rows.rows()[*row].name.to_owned(), role, evidence: points.evidence.clone() })
        })
        .collect();
    values.sort_by_key(|(role, row, _)| (*role, *row));
    values.into_iter().map(|(_, _, value)| value).collect()
}
