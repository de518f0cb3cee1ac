//! Extracts answers of 国会会議録検索システム: each meeting and each speech is a heading.

use serde::Deserialize;

use super::{ExtractError, Extracted, text};
use crate::document::{Flow, Line, LineRole};

/// An answer: speeches of several meetings, or meetings with their speeches.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default)]
    speech_record: Vec<Speech>,
    #[serde(default)]
    meeting_record: Vec<Meeting>,
}

/// The meeting that a speech belongs to.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Place {
    session: Option<u32>,
    name_of_house: Option<String>,
    name_of_meeting: Option<String>,
    issue: Option<String>,
    date: Option<String>,
    #[serde(rename = "meetingURL")]
    meeting_url: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Meeting {
    #[serde(flatten)]
    place: Place,
    #[serde(default)]
    speech_record: Vec<Speech>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Speech {
    #[serde(flatten)]
    place: Place,
    speaker: Option<String>,
    speaker_group: Option<String>,
    speaker_position: Option<String>,
    speech: Option<String>,
    #[serde(rename = "speechURL")]
    speech_url: Option<String>,
}

/// Extracts the meetings of an answer. One file is one document, as it was asked for; a meeting is a heading of level 1
/// with its date, a speech a heading of level 2 with its speaker, so that each passage tells who spoke where and when.
pub(super) fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let decoded = text::decode(bytes)?;
    let mut extracted = Extracted::decoded(&decoded);
    let answer: Answer =
        serde_json::from_str(&decoded.text).map_err(|error| ExtractError::Damaged(error.to_string()))?;
    let meetings = answer.meeting_record.into_iter().map(|meeting| (meeting.place, meeting.speech_record));
    let speeches = answer.speech_record.into_iter().map(|speech| (speech.place.clone(), vec![speech]));
    let mut places: Vec<Place> = Vec::new();
    for (place, speeches) in meetings.chain(speeches) {
        if places.last() != Some(&place) {
            extracted.lines.push(Line::whole(place.shown(), LineRole::Heading(1)));
            places.push(place);
        }
        speeches.into_iter().for_each(|speech| speech.lines(&mut extracted.lines));
    }
    // Only a file of one meeting has a date, an address and a title.
    if let Some(first) = places.first().filter(|first| places.iter().all(|place| place == *first)) {
        extracted.title = Some(first.shown());
        extracted.date = first.date.clone();
        extracted.url = first.meeting_url.clone();
    }
    Ok(extracted)
}

impl Place {
    /// Writes the meeting as 第190回国会 衆議院 予算委員会 第3号 2016-02-04.
    fn shown(&self) -> String {
        let session = self.session.map(|session| format!("第{session}回国会"));
        let rest = [&self.name_of_house, &self.name_of_meeting, &self.issue, &self.date];
        let parts: Vec<String> = session.into_iter().chain(rest.into_iter().flatten().cloned()).collect();
        parts.join(" ")
    }
}

impl Speech {
    fn lines(self, lines: &mut Vec<Line>) {
        let Some(speech) = self.speech.filter(|speech| !speech.trim().is_empty()) else { return };
        let more: Vec<String> = [self.speaker_position, self.speaker_group].into_iter().flatten().collect();
        let speaker = self.speaker.unwrap_or_default();
        let heading = if more.is_empty() { speaker } else { format!("{speaker}（{}）", more.join("、")) };
        if !heading.is_empty() {
            lines.push(Line::whole(heading, LineRole::Heading(2)));
        }
        let line = |text: &str| Line { text: text.trim_end().to_owned(), flow: Flow::Whole, ..Line::default() };
        lines.extend(speech.lines().map(line));
        lines.extend(self.speech_url.map(|url| line(&url)));
    }
}
