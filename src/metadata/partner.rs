//! What part a partner plays: counterpart, venue, member of a list, or a name and no more.
//!
//! Each name found gives its partner points by what stands around it. Points gather over the title, the headings and
//! the passages of a section; who reaches [`PARTY_POINTS`] is a party there.

use std::collections::BTreeMap;

use super::gazetteer::{Found, Partners, partners};
use super::half_width::{Hit, PlainText};
use super::rows::{Form, Kind, Partner};
use crate::document::{PartnerValue, Role};

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
    "との間",
    "との協力",
    "との連携",
    "との共同",
    "との会談",
    "との対話",
    "との協議",
    "との覚書",
    "との意見交換",
    "との二国間",
    "との政策",
    "との情報",
    "との合意",
    "との関係",
    "との交流",
    "との経済",
    "とのICT",
    "との国際",
    "との官民",
    "との定期",
    "との懇談",
    "との調整",
    "との閣僚",
    "との首脳",
    "と連携",
    "と協力",
    "と共同",
    "と共催",
    "と協調",
    "と合意",
    "と意見交換",
    "と協議",
    "と会談",
    "と我が国",
    "と日本",
    "と総務",
    "側",
    "への訪問",
    "訪問",
    "を訪問",
    "に派遣",
    "への派遣",
    "へ派遣",
    "向け",
    "への協力",
    "への支援",
    "に対する支援",
    "に対して技術",
    "における採用",
    "等との",
    "等と",
    "国との",
    "政府との",
    "政府と",
    "などと",
    "などとの",
    "など各国と",
    "の情報通信担当省庁と",
    "といった多国間の枠組み",
    "といった国際",
    "等の多国間",
];

/// Words that tell an official of a country.
const OFFICIALS: &[&str] =
    &["大臣", "長官", "次官", "総局", "通信省", "郵政", "委員", "首相", "大統領", "政府", "省", "部長", "総裁"];

/// Words that say that Japan and the one named met or act together.
const MEETING: &[&str] = &[
    "会談",
    "会合",
    "協議",
    "対話",
    "覚書",
    "共同声明",
    "署名",
    "合意",
    "連携",
    "協力",
    "意見交換",
    "ワークショップ",
    "共同研究",
    "作業部会",
    "協定",
    "支援",
    "共同プロジェクト",
];

/// In a title: what Japan and the one named do.
const TITLE_ACTS: &[&str] = &[
    "訪問",
    "採用",
    "派遣",
    "会談",
    "協力",
    "連携",
    "覚書",
    "共同",
    "対話",
    "協議",
    "交換",
    "署名",
    "支援",
    "パートナーシップ",
    "セミナー",
    "合同",
    "シンポジウム",
    "フォーラム",
    "委員会",
    "ミッション",
    "会議",
    "大臣会合",
    "会合",
    "間の",
    "声明",
    "演習",
];

/// Behind an organisation: a meeting or organ of it.
const ORGANS: &[&str] = &[
    "の会合",
    "会合",
    "総会",
    "大臣会合",
    "閣僚",
    "首脳",
    "サミット",
    "理事会",
    "作業部会",
    "勧告",
    "電気通信",
    "大臣級",
    "事務",
    "理事",
    "委員会",
    "会議",
    "デジタル",
    "情報通信",
    "経済大臣",
    "イノベーション",
    "無線通信",
    "世界",
    "統計",
    "第一委員会",
    "第二委員会",
    "標準化",
    "憲章",
    "条約",
    "全権",
    "ロードマップ",
    "セキュリティ特別会合",
    "非公式",
    "電子商取引に関する",
    "主導",
    "主催",
    "共催",
];

/// Behind an organisation: what goes on in it.
const DOINGS: &[&str] = &[
    "における",
    "において",
    "では",
    "は、",
    "地域における",
    "加盟国",
    "の専門機関",
    "の活動",
    "の取組",
    "の場",
    "向け",
    "諸国",
    "各国",
    "研修",
    "宣言",
    "の枠組み",
    "域内",
    "に対し",
    "へ提案",
    "に提案",
    "に寄与",
    "への寄与",
    "への提案",
    "に入力",
    "に参画",
    "に参加",
    "を通じ",
    "が発足",
    "の研究",
    "の作業",
];

/// Behind the name of a place: the meeting was held there.
const HELD_THERE: &[&str] = &[
    "において開催",
    "にて開催",
    "で開催",
    "において行わ",
    "にて行わ",
    "で行わ",
    "において第",
    "で開かれ",
    "において、",
    "にて、",
    "開催",
    "における会合",
    "で実施",
    "で採択",
    "において採択",
];

/// Words of a title that make the country only the place: a fair, an exhibition.
const ONLY_PLACE: &[&str] =
    &["セミナー", "展示", "イベント", "紹介", "見本市", "博物館", "シンポジウムの開催", "情勢", "渡航", "邦人"];

/// Words that say that a text speaks of what Japan does.
const JAPAN: &[&str] = &["総務省", "我が国", "日本", "郵政省", "副大臣", "政務官"];

/// A text with what its surroundings say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'a> {
    pub text: PlainText<'a>,
    /// Patterns of the table of partners in it.
    pub hits: &'a [Hit],
    pub place: Place,
    /// A heading or the title above speaks of cooperation between governments.
    pub cooperative: bool,
}

/// True for a title or heading about what governments do together.
pub(super) fn is_cooperative(heading: &str) -> bool {
    ["協力", "連携", "二国間", "協議", "対話", "多国間", "国際的な枠組み", "との関係"]
        .iter()
        .any(|word| heading.contains(word))
}

/// Reads one text.
pub(super) fn tally(reading: Reading<'_>) -> Tally {
    let found = partners().names(reading.text, reading.hits);
    if found.is_empty() {
        return Tally::new();
    }
    let PlainText { letters, chars } = reading.text;
    let japan = JAPAN.iter().any(|word| letters.contains(word));
    let lists = lists(chars, &found);
    let mut tally = Tally::new();
    for (at, name) in found.iter().enumerate() {
        let around = Around::new(chars, name, lists[at].1);
        for row in &name.partners {
            let partner = &partners().rows()[*row];
            if partner.kind == Kind::Region && reading.place == Place::Body {
                continue;
            }
            let mut points = points(&around, name, partner, reading, japan);
            if lists[at].0 && reading.place == Place::Body && points.points < PARTY_POINTS {
                points = Points { points: 0, member: partner.kind.is_single(), venue: false, ..points };
            }
            tally.entry(*row).or_default().add(&points);
        }
    }
    tally
}

/// For each name: does it stand in a list of [`LIST_LENGTH`] or more, and where does its list end.
fn lists(chars: &[char], found: &[Found]) -> Vec<(bool, usize)> {
    let mut out: Vec<(bool, usize)> = found.iter().map(|name| (false, name.end)).collect();
    let mut start = 0;
    for at in 1..=found.len() {
        let goes_on = found.get(at).is_some_and(|name| is_comma(&chars[found[at - 1].end..name.start]));
        if goes_on {
            continue;
        }
        let long = at - start >= LIST_LENGTH;
        out[start..at].fill((long, found[at - 1].end));
        start = at;
    }
    out
}

/// A comma, with at most the name of one who is no partner (日本、) between.
fn is_comma(between: &[char]) -> bool {
    let text: String = between.iter().filter(|c| !c.is_whitespace()).collect();
    let text = text.replace("日本", "").replace("国", "").replace("政府", "");
    (1..=3).contains(&text.chars().count())
        && text.chars().all(|c| matches!(c, '、' | ',' | '・' | '及' | 'び' | 'と' | '並' | '，' | '/'))
}

/// What stands around a name.
struct Around {
    surface: String,
    /// Fourteen characters before.
    before: String,
    /// Behind the name, behind its list, or behind the brackets with its other name.
    after: String,
    /// `after` to the end of its sentence.
    clause: String,
    /// Sixteen characters of the clause.
    near: String,
    begins_sentence: bool,
}

impl Around {
    fn new(chars: &[char], name: &Found, list_end: usize) -> Self {
        let after: String = chars[list_end..].iter().take(80).collect();
        let after = behind_other_name(&after).trim_start_matches(['」', '』']).to_owned();
        let clause: String = after.split(['。', '\n']).next().unwrap_or_default().chars().take(48).collect();
        let before: String = chars[name.start.saturating_sub(14)..name.start].iter().collect();
        Self {
            surface: chars[name.start..name.end].iter().collect(),
            near: clause.chars().take(16).collect(),
            begins_sentence: before.trim_end().is_empty()
                || before.trim_end_matches([' ', '\u{3000}']).ends_with(['。', '\n']),
            before,
            after,
            clause,
        }
    }

    fn starts(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.after.starts_with(word))
    }

    fn met(&self) -> bool {
        MEETING.iter().any(|word| self.clause.contains(word))
    }

    fn held(&self) -> bool {
        let place = behind_bracket(&self.after);
        HELD_THERE.iter().any(|word| place.starts_with(word))
            || ["於:", "於：", "@"].iter().any(|mark| self.before.ends_with(mark))
    }

    fn with_japan(&self) -> bool {
        ["総務省と", "我が国と", "日本と", "大臣と", "政務官と", "郵政省と"]
            .iter()
            .any(|word| self.before.ends_with(word))
    }
}

/// `APEC(アジア太平洋経済協力)非公式首脳会議`: what stands behind the bracket with the other name.
fn behind_other_name(after: &str) -> &str {
    let Some(inner) = after.strip_prefix('(') else { return after.strip_prefix(')').unwrap_or(after) };
    match inner.find(')') {
        // ジュネーブ(スイス)において: the bracket is the country of the city, and no name of it.
        Some(close) if inner[..close].chars().count() <= 60 && !inner[..close].contains('。') => &inner[close + 1..],
        _ => after,
    }
}

fn points(around: &Around, name: &Found, partner: &Partner, reading: Reading<'_>, japan: bool) -> Points {
    let mut points = Points { named: true, evidence: around.surface.clone(), ..Points::default() };
    if name.form == Form::City {
        points.venue = true;
        return points;
    }
    // The EU acts as a government does.
    if partner.kind.is_single() || partner.name == "EU" {
        single(&mut points, around, name, reading);
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
    if around.starts(TOGETHER) {
        points.points += 3;
    } else if around.starts(ORGANS) {
        points.points += 2;
    } else if around.starts(DOINGS) {
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
fn single(points: &mut Points, around: &Around, name: &Found, reading: Reading<'_>) {
    let official = OFFICIALS.iter().any(|word| around.near.contains(word));
    let clause = around.clause.as_str();
    points.venue = around.held();
    match reading.place {
        Place::Title => {
            let in_place = clause.contains("における") || clause.contains('展') || around.before.contains("in ");
            if (in_place && ONLY_PLACE.iter().any(|word| clause.contains(word))) || clause.contains("に関する情勢")
            {
                points.venue = true;
            } else if (!clause.is_empty() && TITLE_ACTS.iter().any(|word| clause.contains(word)))
                || around.starts(TOGETHER)
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
            points.points += if around.starts(TOGETHER) || name.bilateral || around.met() { 4 } else { 2 }
        }
        Place::Body => {
            let together = around.starts(TOGETHER) && (!points.venue || around.after.starts_with("との"));
            let acts = [
                "との間",
                "との会談",
                "と覚書",
                "との協力",
                "と共同",
                "との共同",
                "と連携",
                "と我が国",
                "と総務",
                "との覚書",
            ]
            .iter()
            .any(|word| clause.contains(word));
            if name.bilateral {
                let pair = around.starts(&[
                    "間",
                    "両国",
                    "双方",
                    "二国間",
                    "共同",
                    "閣僚",
                    "首脳",
                    "サイバー",
                    "ICT",
                    "の協力",
                    "政策",
                ]);
                points.points += match (pair, around.met()) {
                    (_, true) => 4,
                    (true, false) => 3,
                    (false, false) => 1,
                };
            } else if around.with_japan() {
                points.points += 4;
            } else if together || official && around.met() && acts {
                points.points += 3 + i32::from(around.met() || reading.cooperative);
            } else if reading.cooperative
                && around.begins_sentence
                && around.starts(&["については", "とは", "では、", "に対して"])
            {
                points.points += 4;
            } else if reading.cooperative && around.met() && around.starts(&["等", "など", "と", "の"]) {
                points.points += 2;
            }
        }
    }
}

/// What follows a closing bracket: (スイス)において.
fn behind_bracket(after: &str) -> &str {
    let trimmed = after.trim_start_matches([')', '）']);
    match trimmed.strip_prefix('・') {
        // ・バンコクで, ・済州): the city of the country named.
        Some(rest) => rest
            .trim_start_matches(|c: char| crate::script::is_katakana(c) || crate::script::is_kanji(c))
            .trim_start_matches([')', '）']),
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
            (
                role,
                *row,
                PartnerValue { value: rows.rows()[*row].name.to_owned(), role, evidence: points.evidence.clone() },
            )
        })
        .collect();
    values.sort_by_key(|(role, row, _)| (*role, *row));
    values.into_iter().map(|(_, _, value)| value).collect()
}
